"""How long a site of notebooks takes, against the ordinary tools and against the drawing itself.

    python benchmarks/build_site.py [--notebook notebooks/02-tinh.ipynb] [--name area]
        [--values 38,19,01,...] [--runs 3] [--peers PYTHON] [--large 705]

All rows are measured in one go on this machine: wall and CPU seconds from the cold start of a
command to its exit, medians of `--runs` runs that take turns. The notebook's page is built once per
value. Two tables come out: the seconds, and the ratios beside the bars they are held against. The
rows on unchanged pages and on growth use the light notebook of the tests.

papermill and ploomber-engine are no dependencies of this project. To measure them, make a scratch
environment and name its Python with `--peers`; without it their rows are left out:

    python -m venv peers && peers/bin/pip install papermill ploomber-engine numpy pandas \
        matplotlib seaborn great-tables narwhals typer rich nbconvert ipykernel

The floor is what cannot be saved without other notebooks: two workers, forked from a process that
has imported and warmed everything, run the notebook's cells as plain code and draw the same
figures and tables, without shell, notebook file or page. Tables that the pages share are made once,
as in a build. What one page of it costs is the difference to half of the pages, by page.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lthtgn_analysis.pages import build_site
from lthtgn_analysis.runner import inject_parameters, parameter_values, read_notebook

ROOT = Path(__file__).resolve().parent.parent
LIGHT = ROOT / "tests" / "notebooks" / "report.ipynb"
LIMIT = 900
"""Seconds after which a command is given up."""
VALUES = "38,19,01,58,70,20,17,12,08,14,72,95"
OURS = "build_site, two jobs"
FLOOR_ROW = "the floor: plain cells in two warm workers"
HALF_FLOOR = "the floor, half of the pages"
IMPORTS = "python -c 'import pandas, matplotlib.pyplot, seaborn'"
BARS = {
    "nbconvert --execute, one after the other": "at least 8 times, CPU at least 4 times",
    "nbconvert --execute, two at a time": "at least 4 times",
    "papermill + nbconvert, one after the other": "at least 12 times",
    "ploomber-engine, two processes": "at least 1.3 times",
}

FLOOR = """
import ast, json, os, sys
sys.path.insert(0, sys.argv[1])
os.environ["MPLBACKEND"] = "agg"
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
import numpy, pandas, matplotlib, matplotlib.pyplot as plt, seaborn, great_tables
import lthtgn_analysis
for name in lthtgn_analysis.__all__:
    getattr(lthtgn_analysis, name)
from pathlib import Path
from lthtgn_analysis.memory import find_calls, share
from lthtgn_analysis.figures import draw_figure, warm
warm()
matplotlib.rcParams["figure.constrained_layout.use"] = True

def page(path):
    cells = json.load(open(path))["cells"]
    names, made = {"__name__": "__main__", "display": lambda value: made.append(value)}, []
    os.chdir(os.path.dirname(path))
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, path, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), path, "eval"), names)
            for form in ("_repr_html_", "_repr_markdown_"):
                if hasattr(value, form):
                    made.append(getattr(value, form)())
                    break
        for number in plt.get_fignums():
            made.append(draw_figure(plt.figure(number)))
            plt.close(number)
    return made

paths = sys.argv[2:]
share(find_calls((json.load(open(path)), Path(path).parent) for path in paths))
read, write = os.pipe()
for number in range(len(paths)):
    os.write(write, bytes([number]))
os.close(write)
workers = []
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        while number := os.read(read, 1):
            page(paths[number[0]])
        os._exit(0)
    workers.append(pid)
sys.exit(any(os.waitpid(pid, 0)[1] for pid in workers))
"""

PLOOMBER = """
import os, sys
import nbformat
from nbconvert import HTMLExporter
from ploomber_engine import execute_notebook

for path in sys.argv[1:]:
    os.chdir(os.path.dirname(path))
    execute_notebook(path, path + ".out.ipynb", progress_bar=False)
    body, _ = HTMLExporter().from_notebook_node(nbformat.read(path + ".out.ipynb", 4))
    open(path + ".html", "w").write(body)
"""

SITE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from lthtgn_analysis.pages import build_site
options = json.loads(sys.argv[2])
site = build_site(options.pop("notebook"), **options)
print(json.dumps({"pages": len(site.pages), "built": len(site.built), "failed": len(site.failed),
                  "largest": max(page.bytes for page in site.pages)}))
sys.exit(3 if site.failed else 0)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds of one run."""

    wall: float
    cpu: float


def main() -> None:
    options = read_options()
    values = options.values.split(",")
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        copies = write_copies(options.notebook, options.name, values, folder)
        rows = competitors(options, values, copies, folder)
        costs: dict[str, list[Cost]] = {row: [] for row in rows}
        for turn in range(options.runs):
            for row, run in rows.items():
                costs[row].append(measure(run))
                print(f"run {turn + 1}: {row}: {costs[row][-1].wall:.2f} s", file=sys.stderr)
        print_table(costs, pages=len(values))
        print_cache_rows(folder)
        if options.large:
            print_growth(options.large, folder)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--notebook", type=Path, default=ROOT / "notebooks" / "02-tinh.ipynb")
    parser.add_argument("--name", default="area")
    parser.add_argument("--values", default=VALUES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--large", type=int, default=0)
    return parser.parse_args()


def write_copies(notebook: Path, name: str, values: list[str], folder: Path) -> list[Path]:
    """Write one notebook per value, as ordinary tools need them; paths become absolute."""
    read = read_notebook(notebook)
    files = {
        key: str((notebook.parent / value).resolve())
        for key, value in parameter_values(read).items()
        if isinstance(value, str) and "/" in value and (notebook.parent / value).exists()
    }
    copies = [folder / f"{notebook.stem}-{value}.ipynb" for value in values]
    for copy, value in zip(copies, values, strict=True):
        injected = inject_parameters(read, {**files, name: value}, path=notebook)
        copy.write_text(json.dumps(injected), encoding="utf-8")
    return copies


def competitors(
    options: argparse.Namespace, values: list[str], copies: list[Path], folder: Path
) -> dict[str, Callable[[], None]]:
    def nbconvert(path: Path, *more: str) -> list[str]:
        return [sys.executable, "-m", "nbconvert", "--to", "html", *more, str(path)]

    def one_by_one(commands: list[list[list[str]]], at_once: int = 1) -> None:
        chains = list(commands)
        running: list[tuple[subprocess.Popen[bytes], list[list[str]]]] = []
        while chains or running:
            while chains and len(running) < at_once:
                first, *then = chains.pop(0)
                running.append((start(first), then))
            for entry in list(running):
                process, then = entry
                if process.poll() is None:
                    continue
                running.remove(entry)
                if process.returncode:
                    sys.exit(f"failed: {process.args}")
                if then:
                    running.append((start(then[0]), then[1:]))
            time.sleep(0.01)

    executing = [[nbconvert(path, "--execute")] for path in copies]
    rows: dict[str, Callable[[], None]] = {
        "nbconvert --execute, one after the other": lambda: one_by_one(executing),
        "nbconvert --execute, two at a time": lambda: one_by_one(executing, 2),
    }
    if options.peers:
        peer = str(options.peers)
        outs = [path.with_suffix(".out.ipynb") for path in copies]
        chains = [
            [
                [peer, "-m", "papermill", "--no-progress-bar", str(path), str(out)],
                [peer, "-m", "nbconvert", "--to", "html", str(out)],
            ]
            for path, out in zip(copies, outs, strict=True)
        ]
        script = folder / "ploomber.py"
        script.write_text(PLOOMBER, encoding="utf-8")
        rows["papermill + nbconvert, one after the other"] = lambda: one_by_one(chains)
        halves = [[[peer, str(script), *map(str, copies[half::2])]] for half in (0, 1)]
        rows["ploomber-engine, two processes"] = lambda: one_by_one(halves, 2)
    rows[FLOOR_ROW] = lambda: finish([sys.executable, "-c", FLOOR, str(ROOT), *map(str, copies)])
    half = copies[: len(copies) // 2]
    rows[HALF_FLOOR] = lambda: finish([sys.executable, "-c", FLOOR, str(ROOT), *map(str, half)])
    rows[OURS] = lambda: finish(
        site_command(options.notebook, folder / "site", {options.name: values}, force=True)
    )
    rows[IMPORTS] = lambda: finish(
        [sys.executable, "-c", "import pandas, matplotlib.pyplot, seaborn"]
    )
    return rows


def site_command(
    notebook: Path, output: Path, parameters: dict[str, list[str]], **more: object
) -> list[str]:
    options = {"notebook": str(notebook), "output": str(output), "parameters": parameters, **more}
    return [sys.executable, "-c", SITE, str(ROOT), json.dumps(options)]


def start(command: list[str]) -> subprocess.Popen[bytes]:
    quiet = {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    return subprocess.Popen(
        command,
        env={**os.environ, **quiet},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(command: list[str]) -> None:
    if start(command).wait(LIMIT):
        sys.exit(f"failed: {command[:3]}")


def measure(run: Callable[[], None]) -> Cost:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def print_table(costs: dict[str, list[Cost]], *, pages: int) -> None:
    middle = {
        row: Cost(
            statistics.median(cost.wall for cost in runs), statistics.median(c.cpu for c in runs)
        )
        for row, runs in costs.items()
    }
    ours, floor = middle[OURS], middle[FLOOR_ROW]
    print(f"{pages} pages, medians of {len(next(iter(costs.values())))} runs\n")
    print("| | wall s | CPU s |\n|---|---:|---:|")
    for row, cost in middle.items():
        print(f"| {row} | {cost.wall:.2f} | {cost.cpu:.2f} |")
    print("\n| against | wall | CPU | bar |\n|---|---:|---:|---|")
    for row, bar in BARS.items():
        if row in middle:
            wall, cpu = middle[row].wall / ours.wall, middle[row].cpu / ours.cpu
            print(f"| {row} | {wall:.1f} times | {cpu:.1f} times | {bar} |")
    wall, cpu = ours.wall / floor.wall, ours.cpu / floor.cpu
    print(f"| {FLOOR_ROW}, ours / floor | {wall:.2f} | {cpu:.2f} | at most 1.15 |")
    page = (floor.cpu - middle[HALF_FLOOR].cpu) / (pages - pages // 2) / middle[IMPORTS].cpu
    print(f"| one page of the floor / {IMPORTS} | | {page:.2f} | at most 0.6 |")


def print_cache_rows(folder: Path) -> None:
    """Print what a night costs on which nothing, or the rows of one page, have changed."""
    many = {"area": [f"{number:02d}" for number in range(1, 64)]}
    finish(site_command(LIGHT, folder / "many", many))
    unchanged = measure(lambda: finish(site_command(LIGHT, folder / "many", many)))
    print(f"| nothing changed, 63 pages | {unchanged.wall:.2f} s | | at most 1.5 s |")
    seen = {"changed": "no"}

    def rows_read(_notebook: str, parameters: dict[str, object]) -> str:
        return seen["changed"] if parameters["area"] == "38" else "no"

    for state in ("no", "yes"):
        seen["changed"] = state
        site = build_site(LIGHT, output=folder / "one", parameters=many, fingerprint=rows_read)
    print(f"| one province of {len(site.pages)} changed | {len(site.built)} built | | at most 3 |")


def print_growth(pages: int, folder: Path) -> None:
    print("\n| pages | wall s | wall s a page | peak memory MB |\n|---|---|---|---|")
    for number in (pages // 4, pages // 2, pages):
        output = folder / f"large-{number}"
        areas = {"area": [f"{area:05d}" for area in range(number)]}
        with watch_memory() as peak:
            cost = measure(lambda: finish(site_command(LIGHT, output, areas)))  # noqa: B023
        print(f"| {number} | {cost.wall:.1f} | {cost.wall / number:.3f} | {max(peak):.0f} |")


@contextlib.contextmanager
def watch_memory() -> Iterator[list[float]]:
    """Note, ten times a second, the memory of all processes below this one."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            peak.append(sum(map(memory_of, descendants(os.getpid()))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    yield peak
    done.set()
    watcher.join()


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                found += [child, *descendants(child)]
    return found


def memory_of(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
