"""The folder of one job in, its result in the same folder out: what the processes of `kernels` do.

``serve`` is the warm server that forks one process per job, ``work`` a fresh process for one job.
A job's folder holds ``job.json`` and ``notebook.json``; its process leaves ``cells.jsonl`` (each
cell as it ended), ``written`` (what went past Python's own output) and, at its very end,
``result.json``. Without that last file the process has died, and ``rescue.json`` lets another one
finish what it has left. Nothing here trusts a notebook: it may kill, fork, hang or write anything.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import re
import select
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

GRACE = 3.0
"""Seconds between asking a process to end and killing it."""
LAST_WORDS = 4_000
"""Bytes that are shown of what a process wrote before it died."""
THEN = "then"
"""The folder, in that of a job, of the job that the same process shall do next."""

_MAKERS: list[tuple[int, int]] = []
"""The processes that make shared tables, and the pipes from them."""

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def run(arguments: list[str]) -> None:
    """Do what the command line of a process started by `kernels` says."""
    verb, *rest = arguments
    if verb == "serve":
        _serve(rest)
    else:
        _leave_with_the_caller(gently=rest[0] == "kernel")
        _work(Path(rest[1]), engine=rest[0])


def kill_group(pid: int) -> None:
    """Kill a process and all that it has started in its group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def write_json(path: Path, content: Any, *, indent: int | None = None) -> None:
    """Write all or nothing."""
    unfinished = path.with_name(path.name + ".part")
    text = json.dumps(content, ensure_ascii=False, indent=indent)
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(path)


def begin_sharing(request: dict[str, Any]) -> None:
    """Start the processes that make the tables which pages share, while this one warms up.

    A library that starts threads to compute, such as Arrow, so leaves none here, where they would
    forbid to fork; and a table that takes all the memory ends its process alone.

    Parameters
    ----------
    request : dict
        ``calls`` as `memory.find_calls` returns them, and ``at_once``, the number of processes.
    """
    from . import memory

    for part in memory.split_calls(request["calls"], request["at_once"]):
        ready, given = os.pipe()
        pid = os.fork()
        if pid == 0:
            _make_tables(part, given)
        os.close(given)
        _MAKERS.append((pid, ready))


def finish_sharing() -> None:
    """Take over the tables of the processes that `begin_sharing` has started."""
    from . import memory

    while _MAKERS:
        pid, ready = _MAKERS.pop()
        with os.fdopen(ready, "rb") as pipe:
            made = pipe.read()
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status == 0:
            memory.take(made)
        else:
            reason = f"the process that makes them ended with status {status}"
            print(f"could not share tables: {reason}", file=sys.stderr, flush=True)


def last_words(folder: Path) -> str:
    """Return the end of what a process wrote before it died: libraries say there why."""
    return (folder / "written").read_bytes()[-LAST_WORDS:].decode(errors="replace").strip()


def describe_error(
    cell: int | None, source: str, reason: str, traceback: str | None = None
) -> dict[str, Any]:
    """Return an error as `kernels.Ended` has it; `reason` is "Name: message"."""
    name, _, message = reason.partition(": ")
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", reason if traceback is None else traceback)
    return {"cell": cell, "source": source, "name": name, "message": message, "traceback": plain}


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
    rest = b""
    try:
        _send(events, {"threads": _count_threads()})
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
                    _obey(verb, folder, live, events, (commands, events, children, rung))
    except BrokenPipeError:
        return
    finally:
        for pid in live:
            kill_group(pid)
        _kill_strays(set())


def _make_tables(calls: Sequence[Mapping[str, Any]], given: int) -> NoReturn:
    from . import memory

    status = 1
    try:
        _call_system("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL)
        memory.share(calls)
        with os.fdopen(given, "wb") as pipe:
            pipe.write(memory.give())
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _obey(verb: str, folder: str, live: dict[int, str], events: int, own: Sequence[int]) -> None:
    """Start or stop the process of a job's folder."""
    if verb == "start":
        pid = _fork(folder, close=own)
        live[pid] = folder
        _send(events, {"folder": folder, "pid": pid})
    for pid, own_folder in live.items():
        if verb == "stop" and own_folder == folder:
            kill_group(pid)


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
        with _keep_settings():
            _work(Path(folder), engine="fork")
        if (Path(folder) / THEN).exists() and _has_left_nothing(Path(folder)):
            _point_to(1, str(Path(folder) / THEN / "written"))
            _point_to(2, str(Path(folder) / THEN / "written"))
            _work(Path(folder) / THEN, engine="fork")
        status = 0
    except BaseException:
        os.write(2, traceback.format_exc().encode(errors="replace"))
    finally:
        os._exit(status)


@contextlib.contextmanager
def _keep_settings() -> Iterator[None]:
    """Let what is set for one notebook be as before for the next."""
    matplotlib = sys.modules.get("matplotlib")
    with warnings.catch_warnings(), matplotlib.rc_context() if matplotlib else nullcontext():
        yield


def _has_left_nothing(folder: Path) -> bool:
    """Tell whether a job has ended so well that the same process may do another."""
    result = json.loads((folder / "result.json").read_bytes())
    return (
        result["error"] is None and not result["warnings"] and _count_threads() == 1
        and not _read_children()
    )  # fmt: skip


def _reap(live: dict[int, str], events: int) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        if pid in live:
            kill_group(pid)  # what the notebook left running goes with it
            _kill_strays(set(live))
            folder = live.pop(pid)
            _send(events, {"folder": folder, "status": os.waitstatus_to_exitcode(status)})


def _kill_strays(known: set[int]) -> None:
    """Kill processes that a notebook has sent out of its group and left behind."""
    for pid in _read_children() - known:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _read_children() -> set[int]:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    if not children.exists():
        return set()
    return {int(pid) for pid in children.read_text(encoding="ascii").split()}


def _work(folder: Path, *, engine: str) -> None:
    """Run the job of `folder`, or finish what a dead process has left of it."""
    began = time.monotonic()
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
        write_json(Path(job["executed"]), notebook, indent=1)
    finished = None
    if job["finish"]:
        module, function = job["finish"].split(":")
        finish = getattr(importlib.import_module(module), function)
        finished = finish(notebook, error=error, **job["options"])
    complaints = [
        "".join(output["text"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]
    result = {"error": error, "warnings": complaints, "finished": finished}
    write_json(folder / "result.json", {**result, "seconds": time.monotonic() - began})


def _execute(
    notebook: dict[str, Any], job: dict[str, Any], folder: Path, engine: str
) -> int | None:
    with (
        (folder / "cells.jsonl").open("w", encoding="utf-8") as done,
        (folder / "written").open("rb", buffering=0) as written,
    ):

        def keep(number: int, cell: Mapping[str, Any]) -> None:
            done.write(json.dumps([number, cell["execution_count"], cell["outputs"]]) + "\n")
            done.flush()

        if engine == "kernel":
            return _execute_in_kernel(notebook, job["timeout"], keep)
        from .shell import run_cells

        return run_cells(
            notebook["cells"], seconds=job["timeout"], written=written, after_cell=keep
        )


def _execute_in_kernel(
    notebook: dict[str, Any], timeout: float, after_cell: Callable[[int, Mapping[str, Any]], None]
) -> int | None:
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
        on_cell_executed=lambda cell, cell_index, **_: after_cell(cell_index, cell),
    )

    def end(_signal: int, _frame: object) -> None:
        """Take the kernel along, which has a process group of its own."""
        process = getattr(client.km and client.km.provisioner, "process", None)
        if process is not None and sys.platform != "win32":
            kill_group(process.pid)
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
    _add_error(notebook["cells"][failed], reason, last_words(folder))
    return failed


def _add_error(cell: dict[str, Any], reason: str, last_words: str = "") -> None:
    name, _, message = reason.partition(": ")
    lines = [reason, last_words] if last_words else [reason]
    error = {"output_type": "error", "ename": name, "evalue": message, "traceback": lines}
    cell["outputs"] = [*cell.get("outputs", ()), error]


def _describe_failure(cell: dict[str, Any], number: int) -> dict[str, Any]:
    error = next(o for o in reversed(cell["outputs"]) if o["output_type"] == "error")
    return describe_error(
        number + 1,
        "".join(cell["source"]),
        f"{error['ename']}: {error['evalue']}",
        "\n".join(error["traceback"]),
    )


def _load(name: str) -> None:
    module_name, attribute, file = (*name.split(":", 2), "", "")[:3]
    try:
        module = importlib.import_module(module_name)
        if attribute == "*":
            for public in getattr(module, "__all__", ()):
                getattr(module, public)
        elif attribute:
            getattr(module, attribute)(*([json.loads(Path(file).read_bytes())] if file else []))
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
        kill_group(os.getpid())

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


def _send(events: int, event: dict[str, Any]) -> None:
    os.write(events, json.dumps(event).encode() + b"\n")
