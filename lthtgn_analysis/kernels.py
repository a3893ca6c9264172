"""Jobs in, ended jobs out: each runs one notebook in a process of its own, several at a time.

Three engines give the same outputs:

- ``fork`` (the default on Linux): a server process imports the heavy libraries and warms fonts,
  figures and page templates once, never runs a notebook's code, and forks one process per job;
- ``spawn`` (the default elsewhere, and wherever forking is not safe): a fresh Python per job;
- ``kernel``: a fresh Python per job that drives an ordinary Jupyter kernel; the reference.

A job that runs too long, crashes, is killed or fills the memory ends alone: what it had done is
rescued from its folder. Whatever ends the caller also ends every process started here.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from lthtgn_analysis.errors import NotebookError

Engine = Literal["auto", "fork", "spawn", "kernel"]
ENGINES: tuple[Engine, ...] = ("auto", "fork", "spawn", "kernel")

WARM = (
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "seaborn",
    "great_tables",
    "lthtgn_analysis.figures:warm",
    "lthtgn_analysis.shell",
)
"""What the fork server imports (``module``), calls (``module:function``) or loads whole
(``module:*``) before it forks. Only libraries that start no thread may stand here."""

GRACE = 3.0
"""Seconds after a notebook's time-out until its process is killed."""
WRITTEN_LIMIT = 200_000_000
"""Bytes that programs started by a notebook may write to its standard output."""
LAST_WORDS = 4_000
"""Bytes that are shown of what a process wrote before it died."""

_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Parameters
    ----------
    name : str
        How the caller knows the job.
    notebook : dict
        The notebook (format 4), with its parameters in place.
    folder : Path
        The working directory of its cells.
    timeout : float, default 600
        Seconds for the whole notebook.
    memory : int, optional
        Bytes of address space the notebook may use (not on Windows).
    executed : Path, optional
        Where to write the notebook with its outputs.
    finish : str, optional
        ``module:function``, called in the job's process with the executed notebook and `options`;
        what it returns becomes `Ended.finished`.
    options : dict
        Passed to `finish`; must be JSON.
    """

    name: str
    notebook: dict[str, Any]
    folder: Path
    timeout: float = 600
    memory: int | None = None
    executed: Path | None = None
    finish: str | None = None
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """One job that has ended.

    Parameters
    ----------
    name : str
        The job's name.
    seconds : float
        Wall time from its start to its end.
    error : dict or None
        ``cell`` (number from 1 among all cells, or None), ``source``, ``name``, ``message`` and
        ``traceback`` (text without colours) of what ended the notebook before its last cell.
    warnings : tuple of str
        What its cells wrote to standard error.
    finished : object
        What the job's `finish` returned.
    """

    name: str
    seconds: float
    error: dict[str, Any] | None
    warnings: tuple[str, ...]
    finished: Any


def choose_engine(engine: Engine) -> Engine:
    """Return the engine that `engine` means on this system.

    Raises
    ------
    NotebookError
        If there is no such engine, or no fork on this system.

    Examples
    --------
    >>> choose_engine("spawn")
    'spawn'
    """
    if engine not in ENGINES:
        raise NotebookError(
            f"`engine` must be one of {', '.join(ENGINES)}; found {engine!r}.\n"
            "  hint: leave it out to take the fastest one that is safe here."
        )
    if engine == "fork" and not hasattr(os, "fork"):
        raise NotebookError(
            "`engine` must not be 'fork' here: this system cannot fork.\n  hint: use 'spawn'."
        )
    if engine == "auto":
        return "fork" if sys.platform == "linux" else "spawn"
    return engine


def run_jobs(
    jobs: Iterable[Job],
    *,
    work: Path,
    engine: Engine = "auto",
    at_once: int = 2,
    warm: Sequence[str] = WARM,
    say: Callable[[str], None] | None = None,
) -> Iterator[Ended]:
    """Run the jobs, `at_once` at a time, and yield each as it ends.

    Closing the generator, or an exception in its consumer, ends all that still runs.

    Parameters
    ----------
    jobs : iterable of Job
        Taken one by one, so that waiting jobs cost no memory.
    work : Path
        An empty folder for the jobs' own files, made if need be; the caller removes it.
    engine : {"auto", "fork", "spawn", "kernel"}
        See the module.
    at_once : int, default 2
        Processes that run at the same time.
    warm : sequence of str
        What the fork server loads before it forks.
    say : callable, optional
        Told in one sentence what a reader of the log should know, such as a change of engine.

    Yields
    ------
    Ended
        In the order in which the jobs end.
    """
    work.mkdir(parents=True, exist_ok=True)
    launcher = _make_launcher(choose_engine(engine), work, warm, say or _say_nothing)
    waiting = enumerate(jobs)
    running: dict[Path, _Running] = {}
    try:
        while True:
            while len(running) < at_once and (entry := next(waiting, None)) is not None:
                folder = _lay_down(entry[1], work / f"{entry[0]:06d}")
                running[folder] = _Running(entry[1], started=time.monotonic())
                launcher.start(folder)
            if not running:
                return
            for folder, status in launcher.wait(0.5):
                run = running[folder]
                run.end = run.end or _describe_status(status)
                if not (folder / "result.json").exists() and not run.rescued:
                    run.rescued = True
                    _write_json(folder / "rescue.json", run.end)
                    launcher.start(folder)
                else:
                    del running[folder]
                    yield _collect(folder, run)
            _stop_the_immoderate(running, launcher)
    finally:
        launcher.close()


@dataclass
class _Running:
    job: Job
    started: float
    end: str = ""
    rescued: bool = False
    warned: float | None = None


class _Launcher(Protocol):
    """Starts the process of a job's folder, tells when it has ended, stops it."""

    def start(self, folder: Path) -> None: ...
    def wait(self, seconds: float) -> list[tuple[Path, int]]: ...
    def stop(self, folder: Path, *, gently: bool) -> None: ...
    def close(self) -> None: ...


def _make_launcher(
    engine: Engine, work: Path, warm: Sequence[str], say: Callable[[str], None]
) -> _Launcher:
    if engine == "fork":
        server = _ForkServer(work, warm)
        if server.threads == 1:
            return server
        server.close()
        say(f"Not forking: {server.threads} threads run after the imports; using engine 'spawn'.")
        engine = "spawn"
    return _FreshProcesses(work, engine)


class _ForkServer:
    """The warm process that forks one child per job; it is started anew if it dies."""

    def __init__(self, work: Path, warm: Sequence[str]) -> None:
        self._work, self._warm = work, warm
        self._pids: dict[Path, int] = {}
        self._lost: list[tuple[Path, int]] = []
        self.threads = self._begin()

    def start(self, folder: Path) -> None:
        if self._server.poll() is not None:
            self._close_pipes()
            self._begin()
        self._pids[folder] = 0
        self._tell("start", folder)

    def wait(self, seconds: float) -> list[tuple[Path, int]]:
        lost, self._lost = self._lost, []
        ended = [
            (Path(event["folder"]), event["status"])
            for event in self._events(0 if lost else seconds)
            if "status" in event
        ]
        if self._server.poll() is not None:
            ended += self._bury()
        for folder, _ in ended:
            self._pids.pop(folder, None)
        return lost + ended

    def stop(self, folder: Path, *, gently: bool) -> None:  # noqa: ARG002
        self._tell("stop", folder)

    def close(self) -> None:
        self._close_pipes()  # which tells the server to end
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._bury()

    def _close_pipes(self) -> None:
        for pipe in (self._server.stdin, self._server.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def _begin(self) -> int:
        self._rest = b""
        with (self._work / "server.log").open("ab") as log:
            self._server = subprocess.Popen(
                _python("serve", *self._warm),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(self._work),
                cwd=self._work,
                start_new_session=True,
            )
        while not (ready := self._events(1)):
            if self._server.poll() is not None:
                raise NotebookError(
                    "The process that warms up the libraries must start; it ended with status "
                    f"{self._server.returncode}.\n"
                    + (self._work / "server.log").read_text(encoding="utf-8", errors="replace")
                )
        return int(ready[0]["threads"])

    def _tell(self, verb: str, folder: Path) -> None:
        assert self._server.stdin is not None
        try:
            self._server.stdin.write(json.dumps([verb, str(folder)]).encode() + b"\n")
            self._server.stdin.flush()
        except BrokenPipeError:
            self._lost += self._bury()

    def _events(self, seconds: float) -> list[dict[str, Any]]:
        assert self._server.stdout is not None
        descriptor = self._server.stdout.fileno()
        if select.select([descriptor], [], [], seconds)[0]:
            received = os.read(descriptor, 1 << 16)
            if not received:
                self._server.wait()
            *lines, self._rest = (self._rest + received).split(b"\n")
            events = [json.loads(line) for line in lines]
            self._pids |= {Path(e["folder"]): e["pid"] for e in events if "pid" in e}
            return events
        return []

    def _bury(self) -> list[tuple[Path, int]]:
        """Kill what a server that has died left behind."""
        for pid in filter(None, self._pids.values()):
            _kill_group(pid)
        ended = [(folder, -signal.SIGKILL) for folder in self._pids]
        self._pids = {}
        return ended


class _FreshProcesses:
    """A fresh Python per job."""

    def __init__(self, work: Path, engine: Engine) -> None:
        self._work, self._engine = work, engine
        self._processes: dict[Path, subprocess.Popen[bytes]] = {}

    def start(self, folder: Path) -> None:
        with (folder / "written").open("ab") as written:
            self._processes[folder] = subprocess.Popen(
                _python("work", self._engine, str(folder)),
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=written,
                env=_environment(self._work),
                cwd=folder,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> list[tuple[Path, int]]:
        until = time.monotonic() + seconds
        while not (ended := self._ended()) and time.monotonic() < until:
            time.sleep(0.005)
        return ended

    def stop(self, folder: Path, *, gently: bool) -> None:
        process = self._processes[folder]
        if gently and self._engine == "kernel":
            process.terminate()  # it ends its kernel, which has a process group of its own
        elif sys.platform == "win32":
            subprocess.run(
                ["taskkill", "/PID", str(process.pid), "/T", "/F"], check=False, capture_output=True
            )
        else:
            _kill_group(process.pid)

    def close(self) -> None:
        for folder in list(self._processes):
            self.stop(folder, gently=True)
        until = time.monotonic() + GRACE
        while self._processes and time.monotonic() < until:
            if not self._ended():
                time.sleep(0.01)
        for folder, process in self._processes.items():
            self.stop(folder, gently=False)
            process.wait()

    def _ended(self) -> list[tuple[Path, int]]:
        ended = [(f, p) for f, p in self._processes.items() if p.poll() is not None]
        for folder, process in ended:
            assert process.stdin is not None
            process.stdin.close()
            if sys.platform != "win32":
                _kill_group(process.pid)
            del self._processes[folder]
        return [(folder, process.returncode) for folder, process in ended]


def _stop_the_immoderate(running: dict[Path, _Running], launcher: _Launcher) -> None:
    """Stop the jobs whose time is over, or whose programs write without end."""
    for folder, run in running.items():
        now = time.monotonic()
        if run.warned is not None:
            if now > run.warned + 2 * GRACE:
                launcher.stop(folder, gently=False)
            continue
        if now > run.started + run.job.timeout + GRACE:
            run.end = f"NotebookTimeoutError: the notebook ran longer than {run.job.timeout:g} s"
        elif (folder / "written").stat().st_size > WRITTEN_LIMIT:
            run.end = f"OutputLimitError: its programs wrote more than {WRITTEN_LIMIT:,} bytes"
        else:
            continue
        run.warned = now
        launcher.stop(folder, gently=True)


def _lay_down(job: Job, folder: Path) -> Path:
    """Write what the job's process needs into the job's folder."""
    folder.mkdir(parents=True)
    plain = {key: value for key, value in asdict(job).items() if key != "notebook"}
    plain |= {"folder": str(job.folder), "executed": str(job.executed) if job.executed else None}
    _write_json(folder / "job.json", plain)
    _write_json(folder / "notebook.json", job.notebook)
    (folder / "written").touch()
    return folder


def _collect(folder: Path, run: _Running) -> Ended:
    seconds = time.monotonic() - run.started
    try:
        result = json.loads((folder / "result.json").read_bytes())
    except FileNotFoundError:
        error = _error(None, "", run.end, f"{run.end}\n{_last_words(folder)}")
        return Ended(run.job.name, seconds, error, (), None)
    return Ended(
        run.job.name, seconds, result["error"], tuple(result["warnings"]), result["finished"]
    )


def _describe_status(status: int) -> str:
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else str(-status)
        cause = {
            "SIGKILL": "; somebody killed it, or the memory was full",
            "SIGSEGV": "; a library written in C failed",
        }.get(name, "")
        return f"ProcessDiedError: the notebook's process was ended by {name}{cause}"
    return f"ProcessDiedError: the notebook's process left with status {status} before its end"


def _say_nothing(_sentence: str) -> None:
    """Stand in for a log."""


def _python(*arguments: str) -> list[str]:
    root = str(Path(__file__).resolve().parent.parent)
    code = (
        f"import sys; sys.path.append({root!r}); from lthtgn_analysis import kernels; "
        "kernels._main(sys.argv[1:])"
    )
    return [sys.executable, "-c", code, *arguments]


def _environment(work: Path) -> dict[str, str]:
    own = {"IPYTHONDIR": str(work / "ipython"), "JUPYTER_RUNTIME_DIR": str(work / "jupyter")}
    return {**os.environ, **_ENVIRONMENT, **own}


# What follows runs in the processes started above.


def _main(arguments: list[str]) -> None:
    verb, *rest = arguments
    if verb == "serve":
        _serve(rest)
    else:
        _leave_with_the_caller(gently=rest[0] == "kernel")
        _work(Path(rest[1]), engine=rest[0])


def _serve(warm: Sequence[str]) -> None:
    """Fork one process per ``start`` line of standard input until it ends."""
    commands, events = os.dup(0), os.dup(1)
    _point_to(0, os.devnull)
    os.dup2(2, 1)
    _call_system("prctl", _PR_SET_CHILD_SUBREAPER, 1)
    for name in warm:
        _load(name)
    gc.collect()
    gc.freeze()
    children, rung = os.pipe()
    os.set_blocking(children, False)
    os.set_blocking(rung, False)
    signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    live: dict[int, str] = {}
    try:
        _send(events, {"threads": _count_threads()})
        rest = b""
        while True:
            ready = select.select([commands, children], [], [])[0]
            if children in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(children, 4096)
                _reap(live, events)
            if commands in ready:
                received = os.read(commands, 1 << 16)
                if not received:
                    return
                *lines, rest = (rest + received).split(b"\n")
                for line in lines:
                    verb, folder = json.loads(line)
                    if verb == "start":
                        pid = _fork(folder, close=(commands, events, children, rung))
                        live[pid] = folder
                        _send(events, {"folder": folder, "pid": pid})
                    elif pids := [pid for pid, own in live.items() if own == folder]:
                        _kill_group(pids[0])
    except BrokenPipeError:
        return
    finally:
        for pid in live:
            _kill_group(pid)
        _kill_strays(set())


def _fork(folder: str, *, close: Sequence[int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for descriptor in close:
            os.close(descriptor)
        _call_system("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)
        written = str(Path(folder) / "written")
        _point_to(1, written)
        _point_to(2, written)
        _work(Path(folder), engine="fork")
        status = 0
    except BaseException:
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(status)


def _reap(live: dict[int, str], events: int) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        if pid in live:
            _kill_group(pid)  # what the notebook left running goes with it
            _kill_strays(set(live))
            folder = live.pop(pid)
            _send(events, {"folder": folder, "status": os.waitstatus_to_exitcode(status)})


def _kill_strays(known: set[int]) -> None:
    """Kill processes that a notebook has sent out of its group and left behind."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        return
    for pid in {int(pid) for pid in children.read_text(encoding="ascii").split()} - known:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _work(folder: Path, *, engine: str) -> None:
    """Run the job of `folder`, or finish what a dead process has left of it."""
    job = json.loads((folder / "job.json").read_bytes())
    notebook = json.loads((folder / "notebook.json").read_bytes())
    rescue = folder / "rescue.json"
    if rescue.exists():
        failed: int | None = _restore(notebook, folder, json.loads(rescue.read_bytes()))
    else:
        os.chdir(job["folder"])
        _limit_memory(job["memory"])
        failed = _execute(notebook, job, folder, engine)
    error = None if failed is None else _describe_failure(notebook["cells"][failed], failed)
    if job["executed"]:
        _write_json(Path(job["executed"]), notebook, indent=1)
    finished = None
    if job["finish"]:
        module, function = job["finish"].split(":")
        finish = getattr(importlib.import_module(module), function)
        finished = finish(notebook, error=error, **job["options"])
    warnings = [
        "".join(output["text"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]
    _write_json(
        folder / "result.json", {"error": error, "warnings": warnings, "finished": finished}
    )


def _execute(notebook: dict[str, Any], job: dict[str, Any], folder: Path, engine: str) -> int | None:
    if engine == "kernel":
        return _execute_in_kernel(notebook, job["timeout"])
    from lthtgn_analysis.shell import run_cells

    with (
        (folder / "cells.jsonl").open("w", encoding="utf-8") as done,
        (folder / "written").open("rb", buffering=0) as written,
    ):

        def keep(number: int, cell: dict[str, Any]) -> None:
            done.write(json.dumps([number, cell["execution_count"], cell["outputs"]]) + "\n")
            done.flush()

        return run_cells(
            notebook["cells"], seconds=job["timeout"], written=written, after_cell=keep
        )


def _execute_in_kernel(notebook: dict[str, Any], timeout: float) -> int | None:
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    until = time.monotonic() + timeout
    running = [0]
    root = str(Path(__file__).resolve().parent.parent)
    lines = f"import sys; sys.path.append({root!r}); from lthtgn_analysis import shell; "
    lines += f"shell.prepare(); sys.path.remove({root!r}); del sys, shell"
    node = nbformat.from_dict(notebook)
    client = NotebookClient(
        node,
        kernel_name="python3",
        extra_arguments=[f"--IPKernelApp.exec_lines={lines}"],
        timeout_func=lambda _cell: max(1, round(until - time.monotonic())),
        record_timing=False,
        on_cell_start=lambda cell_index, **_: running.__setitem__(0, cell_index),
    )

    def end(_signal: int, _frame: object) -> None:
        """Take the kernel along, which has a process group of its own."""
        process = getattr(client.km and client.km.provisioner, "process", None)
        if process is not None and sys.platform != "win32":
            _kill_group(process.pid)
        os._exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    try:
        client.execute()
        failed = None
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        failed = running[0]
        if not isinstance(error, CellExecutionError):
            _add_error(node["cells"][failed], f"{type(error).__name__}: {error}")
    node["metadata"].pop("widgets", None)
    notebook.update(json.loads(json.dumps(node)))
    return failed


def _restore(notebook: dict[str, Any], folder: Path, reason: str) -> int:
    """Fill in the outputs that were finished, and the reason in the cell that was running."""
    code = [n for n, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code"]
    done = -1
    with contextlib.suppress(FileNotFoundError):
        for line in (folder / "cells.jsonl").read_text(encoding="utf-8").splitlines():
            with contextlib.suppress(ValueError):  # the last line may be cut off
                done, count, outputs = json.loads(line)
                notebook["cells"][done] |= {"execution_count": count, "outputs": outputs}
    running = [n for n in code if n > done and "".join(notebook["cells"][n]["source"]).strip()]
    failed = running[0] if running else code[-1]
    _add_error(notebook["cells"][failed], reason, _last_words(folder))
    return failed


def _add_error(cell: dict[str, Any], reason: str, last_words: str = "") -> None:
    name, _, message = reason.partition(": ")
    lines = [reason, last_words] if last_words else [reason]
    error = {"output_type": "error", "ename": name, "evalue": message, "traceback": lines}
    cell["outputs"] = [*cell.get("outputs", ()), error]


def _describe_failure(cell: dict[str, Any], number: int) -> dict[str, Any]:
    error = next(o for o in reversed(cell["outputs"]) if o["output_type"] == "error")
    return _error(
        number + 1,
        "".join(cell["source"]),
        f"{error['ename']}: {error['evalue']}",
        "\n".join(error["traceback"]),
    )


def _last_words(folder: Path) -> str:
    """Return the end of what a process wrote before it died: libraries say there why."""
    return (folder / "written").read_bytes()[-LAST_WORDS:].decode(errors="replace").strip()


def _error(
    cell: int | None, source: str, reason: str, traceback: str | None = None
) -> dict[str, Any]:
    import re

    name, _, message = reason.partition(": ")
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", reason if traceback is None else traceback)
    return {"cell": cell, "source": source, "name": name, "message": message, "traceback": plain}


def _load(name: str) -> None:
    module_name, _, attribute = name.partition(":")
    try:
        module = importlib.import_module(module_name)
        if attribute == "*":
            for public in getattr(module, "__all__", ()):
                getattr(module, public)
        elif attribute:
            getattr(module, attribute)()
    except Exception as error:  # a page that needs it will say so, with its cell
        print(f"could not load {name}: {error!r}", file=sys.stderr, flush=True)


def _limit_memory(memory: int | None) -> None:
    if sys.platform == "linux":
        # where memory runs out, the system shall choose this process
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("900", encoding="ascii")
    if memory is not None and sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _leave_with_the_caller(*, gently: bool) -> None:
    """End this process and its group when the other end of standard input closes."""
    line = os.dup(0)
    _point_to(0, os.devnull)

    def watch() -> None:
        os.read(line, 1)
        if sys.platform == "win32":
            os._exit(1)
        if gently:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(GRACE)
        _kill_group(os.getpid())

    threading.Thread(target=watch, daemon=True).start()


def _count_threads() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        return threading.active_count()
    text = status.read_text(encoding="ascii", errors="replace")
    return int(text.partition("Threads:")[2].split()[0])


def _call_system(name: str, *arguments: int) -> None:
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), name)(*arguments, 0, 0, 0)


def _point_to(descriptor: int, path: str) -> None:
    opened = os.open(path, os.O_RDONLY if descriptor == 0 else os.O_WRONLY | os.O_APPEND)
    os.dup2(opened, descriptor)
    os.close(opened)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _send(events: int, event: dict[str, Any]) -> None:
    os.write(events, json.dumps(event).encode() + b"\n")


def _write_json(path: Path, content: Any, *, indent: int | None = None) -> None:
    """Write all or nothing."""
    unfinished = path.with_name(path.name + ".part")
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path)


