"""Jobs in, ended jobs out: each runs one notebook in a process of its own, several at a time.

Three engines give the same outputs:

- ``fork`` (the default on Linux): a server process imports the heavy libraries and warms fonts,
  figures and page templates once, never runs a notebook's code, and forks one process per job, or
  one for two plain notebooks (`Job.then`);
- ``spawn`` (the default elsewhere, and wherever forking is not safe): a fresh Python per job;
- ``kernel``: a fresh Python per job that drives an ordinary Jupyter kernel; the reference.

A job that runs too long, crashes, is killed or fills the memory ends alone: what it had done is
rescued from its folder. Whatever ends the caller also ends every process started here.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from .errors import NotebookError
from .workers import GRACE, THEN, describe_error, kill_group, last_words, write_json

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
"""What the fork server imports (``module``), calls (``module:function``, with the content of a JSON
file as ``module:function:path``) or loads whole (``module:*``) before it forks. Only libraries that
start no thread may stand here."""

WRITTEN_LIMIT = 200_000_000
"""Bytes that programs started by a notebook may write to its standard output."""

_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


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
    then : Job, optional
        A job that the same forked process does when this one has ended well, which spares it what
        this one has warmed up. Both notebooks must be such that nothing they do outlasts them
        (`plain.is_plain`). Where anything at all went wrong it is done anew by a process of its
        own, and so by the other engines.
    """

    name: str
    notebook: dict[str, Any]
    folder: Path
    timeout: float = 600
    memory: int | None = None
    executed: Path | None = None
    finish: str | None = None
    options: dict[str, Any] = field(default_factory=dict)
    then: Job | None = None


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
) -> Generator[Ended]:
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
    number, left_over = itertools.count(), list[Job]()
    waiting = iter(jobs)
    running: dict[Path, _Running] = {}
    try:
        while True:
            while len(running) < at_once and (
                job := left_over.pop() if left_over else next(waiting, None)
            ):
                folder = _lay_down(job, work / f"{next(number):06d}")
                running[folder] = _Running(job, started=time.monotonic())
                launcher.start(folder)
            if not running:
                return
            for folder, status in launcher.wait(0.5):
                run = running[folder]
                run.end = run.end or _describe_status(status)
                if not (folder / "result.json").exists() and not run.rescued:
                    run.rescued = True
                    write_json(folder / "rescue.json", run.end)
                    launcher.start(folder)
                else:
                    del running[folder]
                    yield _collect(folder, run)
                    if run.job.then is not None:
                        second = _collect_second(folder, run.job.then)
                        if second is None:
                            left_over.append(run.job.then)
                        else:
                            yield second
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
    turned: float | None = None


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
        for line in server.read_complaints():
            say(line)
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

    def read_complaints(self) -> list[str]:
        """Return what could not be loaded or shared, a line each."""
        log = (self._work / "server.log").read_text(encoding="utf-8", errors="replace")
        return [*dict.fromkeys(x for x in log.splitlines() if x.startswith("could not "))]

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
            kill_group(pid)
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
            kill_group(process.pid)

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
                kill_group(process.pid)
            del self._processes[folder]
        return [(folder, process.returncode) for folder, process in ended]


def _stop_the_immoderate(running: dict[Path, _Running], launcher: _Launcher) -> None:
    """Stop the jobs whose time is over, or whose programs write without end."""
    for folder, run in running.items():
        now = time.monotonic()
        if run.job.then and run.turned is None and (folder / "result.json").exists():
            run.turned = now
        began, place = (run.started, folder) if run.turned is None else (run.turned, folder / THEN)
        if run.warned is not None:
            if now > run.warned + 2 * GRACE:
                launcher.stop(folder, gently=False)
            continue
        if now > began + run.job.timeout + GRACE:
            run.end = f"NotebookTimeoutError: the notebook ran longer than {run.job.timeout:g} s"
        elif (place / "written").stat().st_size > WRITTEN_LIMIT:
            run.end = f"OutputLimitError: its programs wrote more than {WRITTEN_LIMIT:,} bytes"
        else:
            continue
        run.warned = now
        launcher.stop(folder, gently=True)


def _lay_down(job: Job, folder: Path) -> Path:
    """Write what the job's process needs into the job's folder."""
    folder.mkdir(parents=True)
    plain = {key: value for key, value in vars(job).items() if key not in ("notebook", "then")}
    plain |= {"folder": str(job.folder), "executed": str(job.executed) if job.executed else None}
    write_json(folder / "job.json", plain)
    write_json(folder / "notebook.json", job.notebook)
    (folder / "written").touch()
    if job.then is not None:
        _lay_down(job.then, folder / THEN)
    return folder


def _collect(folder: Path, run: _Running) -> Ended:
    seconds = time.monotonic() - run.started
    try:
        result = json.loads((folder / "result.json").read_bytes())
        if run.job.then is not None:
            seconds = min(seconds, result["seconds"])
    except FileNotFoundError:
        error = describe_error(None, "", run.end, f"{run.end}\n{last_words(folder)}")
        return Ended(run.job.name, seconds, error, (), None)
    return Ended(
        run.job.name, seconds, result["error"], tuple(result["warnings"]), result["finished"]
    )


def _collect_second(folder: Path, job: Job) -> Ended | None:
    """Return what came of the job that was to follow; None if it must be done by itself."""
    file = folder / THEN / "result.json"
    if not file.exists():
        return None
    result = json.loads(file.read_bytes())
    if result["error"] is not None:
        return None
    return Ended(job.name, result["seconds"], None, tuple(result["warnings"]), result["finished"])


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
        f"import sys; sys.path.append({root!r}); from lthtgn_analysis import workers; "
        "workers.run(sys.argv[1:])"
    )
    return [sys.executable, "-c", code, *arguments]


def _environment(work: Path) -> dict[str, str]:
    own = {"IPYTHONDIR": str(work / "ipython"), "JUPYTER_RUNTIME_DIR": str(work / "jupyter")}
    return {**os.environ, **_ENVIRONMENT, **own}
