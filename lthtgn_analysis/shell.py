"""The cells of one notebook in, their outputs out: run in this very process, without a kernel.

Assumed is a process made for this notebook alone (`kernels` sees to that), because cells change
whatever they like. The outputs have the shape of the notebook format, and are those that an
ordinary kernel gives: both are set up by `prepare`.
"""

from __future__ import annotations

import base64
import io
import os
import random
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

Output = dict[str, Any]
Cell = dict[str, Any]

OUTPUT_LIMIT = 50_000_000
"""Characters that the cells of one notebook may print or show before it is stopped."""


class NotebookTimeoutError(BaseException):
    """The notebook's time is over; no ``except Exception`` of a cell may hold it up."""


class OutputLimitError(BaseException):
    """The cells have written more than a page can hold."""


def prepare() -> None:
    """Set up the running IPython shell or kernel so that the same cells give the same outputs.

    Figures are drawn by `figures.draw_figure`, an Axes as a cell's last value shows nothing
    beside its figure, a great table has no text beside its HTML, and the global random generators
    of Python and numpy start alike.
    """
    import matplotlib as mpl
    from IPython.core.getipython import get_ipython

    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    running: Any = get_ipython()
    if running is None:
        raise RuntimeError("`prepare` works inside IPython or a Jupyter kernel only.")
    running.config.InlineBackend.figure_formats = set()
    formatter = running.display_formatter
    formatter.mimebundle_formatter.for_type_by_name("matplotlib.figure", "Figure", _show_figure)
    formatter.ipython_display_formatter.for_type_by_name(
        "matplotlib.axes._base", "_AxesBase", _show_nothing
    )
    formatter.formatters["text/plain"].for_type_by_name("great_tables.gt", "GT", _name_table)
    mpl.rcParams["figure.constrained_layout.use"] = True
    running.events.register("post_execute", _leave_figures_undrawn)
    if "matplotlib_inline.backend_inline" in sys.modules:
        _introduce_matplotlib()

    def seed(*_: object) -> None:
        """Seed when the first cell begins: a kernel draws random numbers while it starts."""
        import numpy as np

        random.seed(0)
        np.random.seed(0)
        running.events.unregister("pre_run_cell", seed)

    running.events.register("pre_run_cell", seed)


def run_cells(
    cells: list[Cell],
    *,
    seconds: float | None = None,
    output_limit: int = OUTPUT_LIMIT,
    written: io.FileIO | None = None,
    after_cell: Callable[[int, Cell], None] | None = None,
) -> int | None:
    """Run the code cells one after the other, filling their outputs, until one fails.

    Parameters
    ----------
    cells : list of dict
        Cells of a notebook of format 4; `outputs` and `execution_count` of code cells are set.
    seconds : float, optional
        Time for all cells; the cell running then fails with `NotebookTimeoutError`. Ignored
        where the system knows no alarm (Windows): there the caller's hard limit ends the process.
    output_limit : int, default 50 million
        Characters of output after which the running cell fails with `OutputLimitError`.
    written : file, optional
        The file to which descriptors 1 and 2 have been pointed: what programs and libraries
        write there becomes output of the cell that was running.
    after_cell : callable, optional
        Called with the cell's number (from 0) and the cell, after each code cell.

    Returns
    -------
    int or None
        The number (from 0) of the cell that failed; None if all ran. A cell tagged
        ``raises-exception`` may fail.
    """
    outputs = _Outputs(output_limit)
    shell = _Shell(outputs)
    prepare()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream(outputs, "stdout", 1), _Stream(outputs, "stderr", 2)
    _set_alarm(seconds)
    try:
        for number, cell in enumerate(cells):
            if cell["cell_type"] != "code":
                continue
            cell["outputs"], cell["execution_count"] = outputs.begin(), None
            source = "".join(cell["source"])
            if not source.strip():
                continue
            cell["execution_count"] = shell.execution_count
            succeeded = _run_cell(shell, source, outputs)
            outputs.end(written.read() if written is not None else None)
            if after_cell is not None:
                after_cell(number, cell)
            if not succeeded and "raises-exception" not in cell["metadata"].get("tags", ()):
                return number
    finally:
        _set_alarm(None)
        sys.stdout, sys.stderr = streams
    return None


def _run_cell(shell: _Shell, source: str, outputs: _Outputs) -> bool:
    try:
        return bool(shell.run_cell(source, store_history=True).success)
    except (NotebookTimeoutError, OutputLimitError) as error:
        outputs.fail(type(error).__name__, str(error), [f"{type(error).__name__}: {error}"])
        return False


def _set_alarm(seconds: float | None) -> None:
    if not hasattr(signal, "setitimer"):
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise NotebookTimeoutError(f"the notebook ran longer than {seconds:g} s")

    signal.signal(signal.SIGALRM, ring if seconds else signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds or 0)


class _Outputs:
    """The outputs of the running cell, merged as Jupyter merges them."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self.cell: list[Output] = []
        self.clear_before_next = False
        self.shown: dict[str, list[Output]] = {}

    def begin(self) -> list[Output]:
        self.cell, self.clear_before_next = [], False
        return self.cell

    def add(self, output: Output) -> None:
        if self.clear_before_next:
            self.cell.clear()
            self.clear_before_next = False
        self.cell.append(output)

    def print(self, name: str, text: str) -> None:
        self._count(len(text))
        text = text.encode(errors="replace").decode()
        last = self.cell[-1] if self.cell and not self.clear_before_next else {}
        if last.get("name") == name:
            last["text"].append(text)
        else:
            self.add({"output_type": "stream", "name": name, "text": [text]})

    def show(self, kind: str, data: Output, metadata: Output, **more: object) -> Output:
        data = {mime: _as_text(value) for mime, value in data.items()}
        self._count(sum(len(value) for value in data.values() if isinstance(value, str)))
        output = {"output_type": kind, "data": data, "metadata": metadata, **more}
        self.add(output)
        return output

    def fail(self, name: str, message: str, traceback: list[str]) -> None:
        clean = [line.encode(errors="replace").decode() for line in (name, message, *traceback)]
        self.add(
            {"output_type": "error", "ename": clean[0], "evalue": clean[1], "traceback": clean[2:]}
        )

    def clear(self, *, wait: bool) -> None:
        if wait:
            self.clear_before_next = True
        else:
            self.cell.clear()

    def end(self, written: bytes | None) -> None:
        """Join the pieces of each stream; put before them what went past `sys.stdout`."""
        for output in self.cell:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        if written:
            text = written[: self.limit].decode(errors="replace")
            kept = "".join(mark for mark in text if mark.isprintable() or mark in "\n\t")
            self.cell.insert(0, {"output_type": "stream", "name": "stdout", "text": kept})

    def _count(self, size: int) -> None:
        self.size += size
        if self.size > self.limit:
            raise OutputLimitError(
                f"the cells wrote more than {self.limit:,} characters; a page cannot hold that"
            )


class _Stream(io.TextIOBase):
    """What stands for `sys.stdout` and `sys.stderr` while a cell runs."""

    def __init__(self, outputs: _Outputs, name: str, descriptor: int) -> None:
        self._outputs, self._name, self._descriptor = outputs, name, descriptor

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._outputs.print(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._descriptor


class _Publisher(DisplayPublisher):
    outputs: _Outputs

    def publish(  # type: ignore[override]
        self,
        data: Output,
        metadata: Output | None = None,
        *,
        transient: Output | None = None,
        update: bool = False,
        **_: object,
    ) -> None:
        key = (transient or {}).get("display_id")
        if update and key in self.outputs.shown:
            for output in self.outputs.shown[key]:
                output.update(data=data, metadata=metadata or {})
            return
        output = self.outputs.show("display_data", data, metadata or {})
        if key:
            self.outputs.shown.setdefault(key, []).append(output)

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear(wait=wait)


class _ResultHook(DisplayHook):
    outputs: _Outputs

    def write_output_prompt(self) -> None:
        """Show no prompt."""

    def write_format_data(self, format_dict: Output, md_dict: Output | None = None) -> None:
        self.outputs.show(
            "execute_result", format_dict, md_dict or {}, execution_count=self.prompt_count
        )

    def finish_displayhook(self) -> None:
        """Write no line feed."""


class _Shell(InteractiveShell):
    def __init__(self, outputs: _Outputs) -> None:
        config = Config()
        config.HistoryManager.enabled = False  # neither a database nor a thread
        config.InteractiveShell.colors = "nocolor"
        InteractiveShell.clear_instance()
        super().__init__(config=config, display_pub_class=_Publisher, displayhook_class=_ResultHook)
        for owner in (InteractiveShell, _Shell):
            setattr(owner, "_instance", self)  # noqa: B010 - what `get_ipython` looks up
        self.outputs = outputs
        cast(_Publisher, self.display_pub).outputs = outputs
        cast(_ResultHook, self.displayhook).outputs = outputs

    def enable_gui(self, gui: str | None = None) -> None:
        """Do nothing: there is no window."""

    def init_display_formatter(self) -> None:
        super().init_display_formatter()
        formatter = cast(Any, self.display_formatter)
        formatter.active_types = list(formatter.formatters)  # every form, as a kernel

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        if issubclass(etype, NotebookTimeoutError | OutputLimitError):
            stb = [f"{etype.__name__}: {evalue}", *stb]
        self.outputs.fail(etype.__name__, str(evalue), list(stb))

    def ask_exit(self) -> None:
        raise SystemExit("a notebook of a batch run must not quit its kernel")


def _as_text(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return value


def _introduce_matplotlib() -> None:
    """Tell the inline backend of this shell, where it was imported before the shell was made."""
    from matplotlib_inline import backend_inline

    cast(Any, backend_inline).configure_inline_support.current_backend = "unset"
    backend_inline._enable_matplotlib_integration()


def _leave_figures_undrawn() -> None:
    """Keep pyplot from drawing each new figure at a cell's end, before it is shown and drawn."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        for number in pyplot.get_fignums():
            pyplot.figure(number).stale = False


def _show_figure(figure: Any) -> tuple[Output, Output]:
    from .figures import draw_figure

    return draw_figure(figure)


def _show_nothing(_axes: object) -> None:
    """Leave an Axes to its figure, which the end of the cell shows."""


def _name_table(_table: object, printer: Any, _cycle: bool) -> None:
    """Stand in for the representation of a table, which lists all its parts and their addresses."""
    printer.text("GT")
