"""A notebook and its parameters in, the executed notebook or its error out.

Parameters are those of the first cell tagged ``parameters``: plain assignments of plain values.
Given values come in a cell tagged ``injected-parameters`` right after it, as papermill does, so
that the notebook stays an ordinary one. A relative path in a parameter is read from the
notebook's folder, as in JupyterLab.
"""

from __future__ import annotations

import ast
import copy
import datetime as dt
import difflib
import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import NotebookError
from .kernels import Engine, Job, run_jobs

PAGE_WRITER = "lthtgn_analysis.layout:write_page"
"""What makes the HTML page in the notebook's own process; `kernels.Job.finish`."""


@dataclass(frozen=True)
class NotebookRun:
    """What came of running a notebook.

    Parameters
    ----------
    path : Path
        The notebook.
    parameters : dict
        The values that were given.
    notebook : dict
        The executed notebook (format 4) with the outputs up to its end or its error.
    error : dict or None
        ``cell`` (number from 1 among all cells; None if not known), ``source``, ``name``,
        ``message`` and ``traceback`` of what ended it early.
    warnings : tuple of str
        What the cells wrote to standard error.
    seconds : float
        Wall time.
    html : Path or None
        The page that was written.
    """

    path: Path
    parameters: dict[str, Any]
    notebook: dict[str, Any]
    error: dict[str, Any] | None
    warnings: tuple[str, ...]
    seconds: float
    html: Path | None


def run_notebook(
    path: str | os.PathLike[str],
    *,
    parameters: Mapping[str, Any] | None = None,
    output: str | os.PathLike[str] | None = None,
    html: str | os.PathLike[str] | None = None,
    lang: str | None = None,
    engine: Engine = "auto",
    timeout: float = 600,
    memory: int | None = None,
) -> NotebookRun:
    r"""Run a notebook from its first cell to its last in a process of its own.

    Parameters
    ----------
    path : path
        A Jupyter notebook of format 4. Its cells run in its folder.
    parameters : mapping, optional
        Values for names that the cell tagged ``parameters`` assigns: text, numbers, booleans,
        None, dates, paths, lists and dictionaries of these. A path object is turned into a path
        from the notebook's folder.
    output : path, optional
        Where to write the executed notebook.
    html : path, optional
        Where to write the page; it is one file that needs nothing else.
    lang : {"vi", "en"}, optional
        Language of the page's own words; without it the notebook's parameter `lang`, else "vi".
    engine : {"auto", "fork", "spawn", "kernel"}
        How to run it; see `lthtgn_analysis.kernels`. All give the same outputs.
    timeout : float, default 600
        Seconds for the whole notebook.
    memory : int, optional
        Bytes of address space the notebook may use (not on Windows).

    Returns
    -------
    NotebookRun
        A failing cell is not an exception: `error` says where and why, and `output` and `html`
        hold what was done until then.

    Raises
    ------
    NotebookError
        If the notebook cannot be run at all: no such file, not JSON, not format 4, not Python,
        no cell tagged ``parameters`` though values are given, or a name it does not assign.

    Examples
    --------
    >>> import json, pathlib, tempfile
    >>> cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None,
    ...         "outputs": [], "source": "print(410 / 559)"}
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    >>> _ = (folder / "coverage.ipynb").write_text(json.dumps(notebook))
    >>> run = run_notebook(folder / "coverage.ipynb", engine="spawn")
    >>> run.error, run.notebook["cells"][0]["outputs"][0]["text"]
    (None, '0.7334525939177102\n')
    """
    path = Path(path)
    notebook = inject_parameters(read_notebook(path), parameters or {}, path=path)
    lang = lang or parameter_values(notebook).get("lang", "vi")
    with tempfile.TemporaryDirectory(prefix="lthtgn-") as name:
        work = Path(name).resolve()
        executed, page = work / "executed.ipynb", work / "page.html"
        job = Job(
            name=path.stem,
            notebook=notebook,
            folder=path.resolve().parent,
            timeout=timeout,
            memory=memory,
            executed=executed,
            finish=PAGE_WRITER if html else None,
            options={"html": str(page), "lang": lang, "name": path.name},
        )
        (ended,) = run_jobs([job], work=work / "jobs", engine=engine)
        if executed.exists():
            notebook = read_notebook(executed)
        _hand_over(executed, output)
        _hand_over(page, html)
    return NotebookRun(
        path=path,
        parameters=dict(parameters or {}),
        notebook=notebook,
        error=ended.error,
        warnings=ended.warnings,
        seconds=ended.seconds,
        html=Path(html) if html is not None else None,
    )


def read_notebook(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read a notebook as plain dictionaries, and make sure that it can be run.

    Parameters
    ----------
    path : path
        A notebook of format 4 whose code is Python.

    Returns
    -------
    dict
        The notebook; each cell's source is one text, and code cells have no outputs dropped.

    Raises
    ------
    NotebookError
        If there is no such file, or it is not such a notebook.

    Examples
    --------
    >>> read_notebook("no-such.ipynb")
    Traceback (most recent call last):
    lthtgn_analysis.errors.NotebookError: no-such.ipynb: a notebook must be a file; there is none.
      hint: look at the path; notebooks are usually in the folder `notebooks`.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        found = {"FileNotFoundError": "there is none", "IsADirectoryError": "this is a folder"}
        raise NotebookError(
            f"{path}: a notebook must be a file; "
            f"{found.get(type(error).__name__, 'this one may not be read')}.\n"
            "  hint: look at the path; notebooks are usually in the folder `notebooks`."
        ) from None
    except UnicodeDecodeError as error:
        raise NotebookError(
            f"{path}: a notebook must be UTF-8 text; found the byte {error.object[error.start]:#x} "
            f"at position {error.start}.\n  hint: is it really a notebook (.ipynb)?"
        ) from None
    try:
        notebook = json.loads(text)
    except ValueError as error:
        raise NotebookError(
            f"{path}: a notebook must be JSON; {error}.\n"
            "  hint: open it in JupyterLab and save it again, or take it from version control."
        ) from None
    if problems := list(_find_format_problems(notebook)):
        raise NotebookError(
            f"{path}: a notebook must have format 4.\n"
            + "\n".join(f"  found: {problem}" for problem in problems)
            + "\n  hint: open it in JupyterLab and save it again."
        )
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
        cell.setdefault("metadata", {})
    return notebook


def parameters_of(notebook: Mapping[str, Any]) -> tuple[str, ...] | None:
    r"""Return the names that the cell tagged ``parameters`` assigns; None without such a cell.

    Parameters
    ----------
    notebook : mapping
        As `read_notebook` returns it.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]},
    ...         "source": 'area = "38"\nas_of: str = "2025-11-30"'}
    >>> parameters_of({"cells": [cell]})
    ('area', 'as_of')
    """
    number = _find_parameters_cell(notebook)
    if number is None:
        return None
    try:
        tree = ast.parse(notebook["cells"][number]["source"])
    except SyntaxError as error:
        raise NotebookError(
            f"The cell tagged `parameters` (cell {number + 1}) must be Python; {error.msg} in its "
            f'line {error.lineno}.\n  hint: write plain assignments such as area = "38".'
        ) from None
    return tuple(dict.fromkeys(name for line in tree.body for name in _assigned_names(line)))


def parameter_values(notebook: Mapping[str, Any]) -> dict[str, Any]:
    r"""Return the plain values of a notebook's parameters, given ones before its own.

    Parameters
    ----------
    notebook : mapping
        As `read_notebook` or `inject_parameters` returns it.

    Returns
    -------
    dict
        Name -> value; a parameter whose value is not a plain one is left out.

    Examples
    --------
    >>> own = {"cell_type": "code", "metadata": {"tags": ["parameters"]},
    ...        "source": 'area = "38"\nlimit = 5'}
    >>> given = {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]},
    ...          "source": 'area = "19"'}
    >>> parameter_values({"cells": [own, given]})
    {'area': '19', 'limit': 5}
    """
    values: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if {"parameters", "injected-parameters"} & set(cell["metadata"].get("tags", ())):
            values |= _plain_assignments("".join(cell["source"]))
    return values


def inject_parameters(
    notebook: Mapping[str, Any], parameters: Mapping[str, Any], *, path: Path
) -> dict[str, Any]:
    """Return a copy of `notebook` with `parameters` in a cell after the one tagged so.

    Parameters
    ----------
    notebook : mapping
        As `read_notebook` returns it; outputs are left out of the copy.
    parameters : mapping
        May be empty: then no cell is added.
    path : Path
        The notebook's file: named in errors, and its folder is where paths start.

    Raises
    ------
    NotebookError
        If there is no cell tagged ``parameters``, it does not assign a name that is given, or a
        value cannot be written down as Python.
    """
    injected = copy.deepcopy(dict(notebook))
    injected["cells"] = [
        {**cell, "outputs": [], "execution_count": None} if cell["cell_type"] == "code" else cell
        for cell in injected["cells"]
        if "injected-parameters" not in cell["metadata"].get("tags", ())
    ]
    if not parameters:
        return injected
    known = parameters_of(injected)
    if known is None:
        raise NotebookError(
            f"{path}: parameters need a cell tagged `parameters`; there is none.\n"
            f"  found: {_join(parameters)}\n"
            "  hint: tag the cell that assigns them in JupyterLab (property inspector), or run "
            "the notebook without parameters."
        )
    if unknown := [name for name in parameters if name not in known]:
        raise NotebookError(
            f"{path}: parameters must be names that its cell tagged `parameters` assigns.\n"
            f"  found: {_join(unknown)}\n  it assigns: {_join(known)}\n"
            f"  hint: {suggest(unknown, known)}"
        )
    lines = [
        f"{name} = {_write_value(value, name=name, path=path)}"
        for name, value in parameters.items()
    ]
    cell: dict[str, Any] = {
        "cell_type": "code",
        "id": "injected-parameters",
        "metadata": {"tags": ["injected-parameters"]},
        "execution_count": None,
        "outputs": [],
        "source": "\n".join(["# Parameters", *lines]),
    }
    if (injected["nbformat"], injected["nbformat_minor"]) < (4, 5):
        del cell["id"]
    number = _find_parameters_cell(injected)
    assert number is not None
    injected["cells"].insert(number + 1, cell)
    return injected


def suggest(unknown: Iterable[str], known: Iterable[str]) -> str:
    """Return a sentence that names, for each unknown name, the nearest known one.

    Examples
    --------
    >>> suggest(["aera"], ["area", "as_of"])
    'did you mean `area` for `aera`?'
    """
    pairs = [
        f"`{near[0]}` for `{name}`"
        for name in unknown
        if (near := difflib.get_close_matches(name, list(known), n=1))
    ]
    return f"did you mean {', '.join(pairs)}?" if pairs else "correct the name or leave it out."


def _find_format_problems(notebook: object) -> Iterable[str]:
    if not isinstance(notebook, dict):
        yield f"a {type(notebook).__name__} instead of a dictionary"
        return
    if notebook.get("nbformat") != 4:
        yield f"nbformat = {notebook.get('nbformat')!r}"
    if not isinstance(notebook.get("nbformat_minor"), int):
        yield f"nbformat_minor = {notebook.get('nbformat_minor')!r}"
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        yield f"cells = {type(cells).__name__}"
        return
    for number, cell in enumerate(cells, start=1):
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        if kind not in ("code", "markdown", "raw") or not isinstance(
            cell.get("source"), str | list
        ):
            yield f"cell {number}: not a code, markdown or raw cell with a source"
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        yield f"metadata = {type(metadata).__name__}"
        return
    language = metadata.get("kernelspec", {}).get("language", "python")
    if language != "python":
        yield f"its language is {language!r}; only Python can be run"


def _find_parameters_cell(notebook: Mapping[str, Any]) -> int | None:
    return next(
        (
            number
            for number, cell in enumerate(notebook["cells"])
            if cell["cell_type"] == "code" and "parameters" in cell["metadata"].get("tags", ())
        ),
        None,
    )


def _assigned_names(line: ast.stmt) -> Iterable[str]:
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    for target in targets:
        for node in ast.walk(target) if target is not None else ():
            if isinstance(node, ast.Name):
                yield node.id


def _plain_assignments(source: str) -> dict[str, Any]:
    values = {}
    try:
        lines = ast.parse(source).body
    except SyntaxError:  # the cell itself will say so when it runs
        return {}
    for line in lines:
        names = list(_assigned_names(line))
        if len(names) == 1 and isinstance(line, ast.Assign | ast.AnnAssign) and line.value:
            try:
                values[names[0]] = ast.literal_eval(line.value)
            except ValueError:
                continue
    return values


def _write_value(value: Any, *, name: str, path: Path) -> str:
    """Return Python that stands for `value`, read back to make sure."""
    if isinstance(value, os.PathLike):
        return repr(path_from(path.parent, value))
    if isinstance(value, dt.datetime):
        return repr(value.isoformat(" "))
    if isinstance(value, dt.date):
        return repr(value.isoformat())
    written = repr(value.item() if hasattr(value, "item") else value)
    try:
        plain = ast.literal_eval(written)
    except (ValueError, SyntaxError, MemoryError):
        plain = None
    if (plain is None and value is not None) or (
        isinstance(plain, float) and not math.isfinite(plain)
    ):
        raise NotebookError(
            f"{path}: a parameter must be text, a number, a boolean, None, a date, a path, or a "
            f"list or dictionary of these; `{name}` is {written}.\n  hint: pass it as text."
        )
    return written


def path_from(folder: Path, target: os.PathLike[str]) -> str:
    """Return `target` as a path from `folder`, with forward slashes.

    So a page says the same wherever the project lies.
    """
    try:
        return Path(os.path.relpath(target, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return Path(target).resolve().as_posix()


def _hand_over(made: Path, wanted: str | os.PathLike[str] | None) -> None:
    """Put `made` where it is wanted, all or nothing."""
    if wanted is None or not made.exists():
        return
    wanted = Path(wanted)
    wanted.parent.mkdir(parents=True, exist_ok=True)
    unfinished = wanted.with_name(wanted.name + ".part")
    unfinished.write_bytes(made.read_bytes())
    unfinished.replace(wanted)


def _join(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"
