"""Engines: the same outputs from each, one process per notebook, nothing left behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lthtgn_analysis import kernels
from lthtgn_analysis.errors import NotebookError
from lthtgn_analysis.kernels import Ended, Engine, Job, choose_engine, run_jobs
from lthtgn_analysis.runner import read_notebook

NOTEBOOKS = Path(__file__).parent / "notebooks"
HOSTILE = NOTEBOOKS / "hostile"
MARK = "sent-out-by-a-test"
OBSERVER = "observes-everything"

pytestmark = pytest.mark.site
needs_fork = pytest.mark.skipif(sys.platform != "linux", reason="forking is the engine of Linux")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


def job(path: Path, folder: Path, **options: Any) -> Job:
    return Job(
        name=path.stem,
        notebook=read_notebook(path),
        folder=path.parent,
        executed=folder.with_name(f"{path.stem}.executed.ipynb"),
        **options,
    )


def run(
    paths: list[Path], work: Path, *, engine: Engine = "fork", **options: Any
) -> dict[str, Ended]:
    jobs = [job(path, work, **options) for path in paths]
    return {e.name: e for e in run_jobs(jobs, work=work, engine=engine, warm=("numpy",))}


def outputs(work: Path, name: str) -> list[dict[str, Any]]:
    executed = json.loads(work.with_name(f"{name}.executed.ipynb").read_text(encoding="utf-8"))
    return [output for cell in executed["cells"] for output in cell.get("outputs", ())]


def printed(work: Path, name: str) -> str:
    return "".join("".join(o["text"]) for o in outputs(work, name) if o.get("name") == "stdout")


def processes_of_tests() -> list[int]:
    """The processes whose command names this file's mark, told by the system itself."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and MARK.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def comparable(cells: list[dict[str, Any]]) -> str:
    """Outputs without what must differ: random ids of tables, addresses in memory."""
    text = json.dumps(
        [[c.get("execution_count"), c.get("outputs")] for c in cells], sort_keys=True, indent=1
    )
    text = re.sub(r"0x[0-9a-f]{8,}", "0x", re.sub(r"T_[0-9a-f]{5}", "T_id", text))
    return re.sub(r'(id=\\"|#)[a-z]{10}\b', r"\1id", text)


def report_cells(engine: Engine, folder: Path) -> list[dict[str, Any]]:
    ended = run([NOTEBOOKS / "report.ipynb"], folder / "work", engine=engine)
    assert ended["report"].error is None
    executed = json.loads((folder / "report.executed.ipynb").read_text(encoding="utf-8"))
    return [{**cell, "outputs": joined(cell)} for cell in executed["cells"]]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The cells as an ordinary Jupyter kernel leaves them."""
    return report_cells("kernel", tmp_path_factory.mktemp("kernel"))


@pytest.mark.parametrize("engine", ["fork", "spawn"])
def test_every_engine_gives_the_outputs_of_a_kernel(
    engine: Engine, tmp_path: Path, reference: list[dict[str, Any]]
) -> None:
    if engine == "fork" and sys.platform != "linux":
        pytest.skip("forking is the engine of Linux")
    ours = report_cells(engine, tmp_path)
    assert comparable(ours) == comparable(reference)
    mimes = {mime for cell in ours for output in cell["outputs"] for mime in output.get("data", ())}
    assert {"image/svg+xml", "text/html", "text/plain"} <= mimes


def joined(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """The outputs with each text in one piece; the format allows both."""
    return [
        {
            **output,
            **({"text": "".join(output["text"])} if "text" in output else {}),
            **(
                {"data": {m: "".join(v) if isinstance(v, list) else v for m, v in data.items()}}
                if (data := output.get("data"))
                else {}
            ),
        }
        for output in cell.get("outputs", ())
    ]


def test_the_executed_notebook_is_a_valid_one(work: Path) -> None:
    import nbformat

    run([NOTEBOOKS / "report.ipynb"], work)
    executed = nbformat.read(work.with_name("report.executed.ipynb"), as_version=4)
    nbformat.validate(executed)
    assert [c.execution_count for c in executed.cells if c.cell_type == "code"][:3] == [1, 2, 3]


@needs_fork
@pytest.mark.parametrize("engine", ["fork", "spawn"])
def test_a_notebook_cannot_touch_the_next(engine: Engine, tmp_path: Path) -> None:
    alone, after = tmp_path / "alone" / "work", tmp_path / "after" / "work"
    alone.parent.mkdir()
    after.parent.mkdir()
    observer = NOTEBOOKS / "observes-everything.ipynb"
    run([observer], alone, engine=engine)
    jobs = [job(NOTEBOOKS / "changes-everything.ipynb", after), job(observer, after)]
    ended = list(run_jobs(jobs, work=after, engine=engine, at_once=1, warm=kernels.WARM))
    assert [e.error for e in ended] == [None, None]
    assert printed(after, "observes-everything") == printed(alone, "observes-everything")
    assert printed(after, "observes-everything").splitlines()[1] == "False None"


@needs_fork
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("segfault", "the notebook's process was ended by SIGSEGV; a library written in C failed"),
        ("killed", "the notebook's process was ended by SIGKILL; somebody killed it"),
        ("exits", "the notebook's process left with status 0 before its end"),
        ("quits", "SystemExit"),
        ("interrupted", "KeyboardInterrupt"),
    ],
)
def test_a_notebook_that_dies_ends_alone_and_leaves_what_it_had_done(
    name: str, found: str, work: Path
) -> None:
    ended = run([HOSTILE / f"{name}.ipynb", NOTEBOOKS / "observes-everything.ipynb"], work)
    error = ended[name].error
    assert error is not None
    assert found in f"{error['name']}: {error['message']}"
    assert error["cell"] == 2
    assert printed(work, name) == "before\n"
    assert ended["observes-everything"].error is None


@needs_fork
@pytest.mark.parametrize("name", ["endless", "endless-catching", "endless-deaf"])
def test_a_notebook_that_never_ends_is_stopped(
    name: str, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "GRACE", 0.3)
    began = time.monotonic()
    error = run([HOSTILE / f"{name}.ipynb"], work, timeout=1)[name].error
    assert time.monotonic() - began < 20
    assert error is not None
    assert error["name"] == "NotebookTimeoutError"
    assert error["message"] == "the notebook ran longer than 1 s"
    assert error["cell"] == 2
    assert printed(work, name) == "before\n"


@pytest.mark.parametrize("engine", ["spawn", "kernel"])
def test_the_other_engines_stop_it_too(
    engine: Engine, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "GRACE", 1.0)
    # The time counts from the start of the kernel, which takes a slow machine longer than this.
    for timeout in (8, 32, 128):
        folder = work / str(timeout)
        error = run([HOSTILE / "endless.ipynb"], folder, engine=engine, timeout=timeout)[
            "endless"
        ].error
        assert error is not None
        assert "Timeout" in error["name"]
        if error["cell"] == 2:
            return
    pytest.fail(f"after {timeout} s the notebook was still in cell {error['cell']}")


@needs_fork
def test_a_figure_is_drawn_for_the_page_only(work: Path) -> None:
    """pyplot in IPython draws every new figure at a cell's end, which nobody sees."""
    counting = read_notebook(NOTEBOOKS / "observes-everything.ipynb")
    drawing = (
        "from matplotlib import pyplot as plt\n"
        "from matplotlib.backends.backend_agg import FigureCanvasAgg\n"
        "FigureCanvasAgg.draw = lambda self: print('drawn unseen')\n"
        "plt.figure().add_subplot().plot([1, 2]);"
    )
    counting["cells"] = [{**counting["cells"][-1], "cell_type": "code", "source": drawing}]
    jobs = [Job(name="counting", notebook=counting, folder=work.parent, executed=work / "done")]
    (ended,) = run_jobs(jobs, work=work, engine="fork", warm=())
    assert ended.error is None
    (cell,) = json.loads((work / "done").read_text(encoding="utf-8"))["cells"]
    assert [output["output_type"] for output in cell["outputs"]] == ["display_data"]


@needs_fork
def test_a_notebook_that_fills_the_memory_ends_alone(work: Path) -> None:
    ended = run([HOSTILE / "out-of-memory.ipynb"], work, memory=2_000_000_000)
    error = ended["out-of-memory"].error
    assert error is not None
    assert error["name"].endswith("MemoryError")
    assert printed(work, "out-of-memory") == "before\n"


@needs_fork
def test_output_without_end_is_stopped(work: Path) -> None:
    error = run([HOSTILE / "flood.ipynb"], work)["flood"].error
    assert error is not None
    assert error["name"] == "OutputLimitError"
    assert error["message"].startswith("the cells wrote more than 50,000,000 characters")


@needs_fork
def test_a_program_that_writes_without_end_is_stopped(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "WRITTEN_LIMIT", 1_000_000)
    monkeypatch.setattr(kernels, "GRACE", 0.3)
    notebook = read_notebook(HOSTILE / "exits.ipynb")
    notebook["cells"][1]["source"] = "import os\nos.system('yes')"
    (ended,) = run_jobs(
        [Job(name="yes", notebook=notebook, folder=tmp_path)], work=work, engine="fork", warm=()
    )
    assert ended.error is not None
    assert ended.error["name"] == "OutputLimitError"


@pytest.mark.parametrize("engine", ["fork", "spawn"])
def test_binary_output_stays_readable_text(engine: Engine, work: Path) -> None:
    if engine == "fork" and sys.platform != "linux":
        pytest.skip("forking is the engine of Linux")
    assert run([HOSTILE / "binary.ipynb"], work, engine=engine)["binary"].error is None
    text = printed(work, "binary")
    assert "ABCDEFGH" in text
    assert "? half a letter" in text
    assert text.endswith("after\n")


@needs_fork
def test_no_process_and_no_file_remains(work: Path, tmp_path: Path) -> None:
    ended = run([HOSTILE / "sends-out-a-process.ipynb"], work)
    assert ended["sends-out-a-process"].error is None
    assert printed(work, "sends-out-a-process") == "sent out\n"
    assert wait_until_none(processes_of_tests) == []


@needs_fork
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("engine", ["fork", "spawn", "kernel"])
def test_nothing_survives_the_end_of_the_caller(
    engine: Engine, number: int, tmp_path: Path
) -> None:
    notebook = read_notebook(HOSTILE / "endless.ipynb")
    notebook["cells"][0]["source"] = (
        "import os, pathlib, subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)  # {MARK}'])\n"
        f"pathlib.Path({str(tmp_path / 'began')!r}).touch()\n"
    )
    path = tmp_path / "endless.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    code = (
        "import sys\nfrom lthtgn_analysis.pages import _stoppable\n"
        "from lthtgn_analysis.runner import run_notebook\n"
        f"with _stoppable(): run_notebook({str(path)!r}, engine={engine!r})"
    )
    caller = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(Path.cwd())},
        stderr=subprocess.DEVNULL,
    )
    wait_for((tmp_path / "began").exists)
    caller.send_signal(number)
    caller.wait(20)
    assert wait_until_none(processes_of_tests) == []
    if number != signal.SIGKILL:
        assert [entry.name for entry in temporary.iterdir()] == []


def wait_for(condition: Any, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "this took too long"
        time.sleep(0.02)


def wait_until_none(find: Any, seconds: float = 10) -> list[int]:
    until = time.monotonic() + seconds
    while (found := find()) and time.monotonic() < until:
        time.sleep(0.05)
    return list(found)


@needs_fork
def test_the_server_is_started_anew_if_it_dies(work: Path) -> None:
    """The first job kills its parent, the server; the others must still be run."""
    killer = read_notebook(HOSTILE / "killed.ipynb")
    killer["cells"][1]["source"] = (
        "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"
    )
    jobs = [
        Job(name="killer", notebook=killer, folder=work.parent),
        job(NOTEBOOKS / "observes-everything.ipynb", work),
    ]
    ended = {e.name: e for e in run_jobs(jobs, work=work, engine="fork", at_once=1, warm=())}
    assert ended["observes-everything"].error is None
    error = ended["killer"].error
    assert error is not None
    assert error["name"] == "ProcessDiedError"


@needs_fork
def test_a_server_with_threads_does_not_fork_and_says_so(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "starts_a_thread.py"
    module.write_text(
        "import threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said: list[str] = []
    jobs = [job(NOTEBOOKS / "observes-everything.ipynb", work)]
    (ended,) = run_jobs(jobs, work=work, engine="fork", warm=("starts_a_thread",), say=said.append)
    assert ended.error is None
    assert said == ["Not forking: 2 threads run after the imports; using engine 'spawn'."]


@needs_fork
def test_after_the_warm_imports_one_thread_runs(work: Path) -> None:
    work.mkdir()
    server = kernels._ForkServer(work, kernels.WARM)
    try:
        assert server.threads == 1
    finally:
        server.close()


@needs_fork
def test_a_module_that_cannot_be_imported_does_not_stop_the_others(work: Path) -> None:
    jobs = [job(NOTEBOOKS / "observes-everything.ipynb", work)]
    (ended,) = run_jobs(jobs, work=work, engine="fork", warm=("no_such_module", "numpy"))
    assert ended.error is None
    assert "could not load no_such_module" in (work / "server.log").read_text(encoding="utf-8")


def test_jobs_are_taken_one_by_one(work: Path) -> None:
    """So that waiting jobs cost no memory, however many there are."""
    taken: list[int] = []
    notebook = read_notebook(HOSTILE / "no-parameters.ipynb")

    def endlessly_many() -> Iterator[Job]:
        for number in range(1_000_000):
            taken.append(number)
            yield Job(name=str(number), notebook=notebook, folder=work.parent)

    runs = run_jobs(endlessly_many(), work=work, at_once=2, warm=())
    first = next(runs)
    runs.close()  # type: ignore[attr-defined]
    assert first.error is None
    assert len(taken) == 2


def test_choose_engine_names_what_there_is() -> None:
    with pytest.raises(NotebookError) as caught:
        choose_engine("warp")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "`engine` must be one of auto, fork, spawn, kernel; found 'warp'.\n"
        "  hint: leave it out to take the fastest one that is safe here."
    )


def twins(work: Path, first: str = OBSERVER, second: str = OBSERVER, **options: Any) -> Job:
    """Two notebooks for one process; each writes its executed notebook under its own name."""
    one, other = (
        Job(
            name=name,
            notebook=read_notebook(path_of(stem)),
            folder=NOTEBOOKS,
            executed=work.with_name(f"{name}.executed.ipynb"),
            **options,
        )
        for name, stem in (("first", first), ("second", second))
    )
    return replace(one, then=other)


def path_of(stem: str) -> Path:
    return next(p for p in (NOTEBOOKS / f"{stem}.ipynb", HOSTILE / f"{stem}.ipynb") if p.exists())


@needs_fork
def test_a_second_notebook_runs_in_the_process_of_the_first_with_the_same_outputs(
    work: Path,
) -> None:
    jobs = [twins(work)]
    ended = list(run_jobs(jobs, work=work, engine="fork", at_once=1, warm=kernels.WARM))
    assert [(e.name, e.error) for e in ended] == [("first", None), ("second", None)]
    assert all(e.seconds > 0 for e in ended)
    assert printed(work, "first") == printed(work, "second")
    assert len([*work.glob("0*")]) == 1


@pytest.mark.parametrize("engine", [pytest.param("fork", marks=needs_fork), "spawn"])
def test_a_second_notebook_gets_its_own_process_where_the_first_failed(
    engine: Engine, work: Path
) -> None:
    jobs = [twins(work, first="fails")]
    ended = {e.name: e for e in run_jobs(jobs, work=work, engine=engine, warm=("numpy",))}
    assert ended["first"].error
    assert ended["second"].error is None
    assert len([*work.glob("0*")]) == 2


@needs_fork
@pytest.mark.parametrize("second", ["fails", "killed", "endless-deaf"])
def test_a_second_notebook_that_fails_is_tried_in_its_own_process_and_tells_its_own_error(
    second: str, tmp_path: Path
) -> None:
    together, alone = tmp_path / "together" / "work", tmp_path / "alone" / "work"
    together.parent.mkdir()
    alone.parent.mkdir()
    jobs = [twins(together, second=second, timeout=3)]
    ended = {e.name: e for e in run_jobs(jobs, work=together, engine="fork", warm=kernels.WARM)}
    (by_itself,) = run([path_of(second)], alone, timeout=3).values()
    assert ended["first"].error is None
    assert ended["second"].error == by_itself.error
