"""Calls made once in, their tables out for every page of a build that makes the same call.

Many pages of a site begin alike: they read one file and compute one table, of which each shows its
part. `find_calls` reads from the notebooks which calls several pages share, and `share` makes them
before the pages' processes are forked. A call is known again by its function, by the content of
the tables and files it is given, and by its other arguments; any other call is made as ever. So a
page shows the same whether or not anything is shared, and no page can change what another is given.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib
import inspect
import json
import pickle
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import pandas as pd

Options = ParamSpec("Options")

_PACKAGE = "lthtgn_analysis"
_CALL = {"call", "with"}
_SHARED: dict[tuple[str, int], dict[str, pd.DataFrame]] = {}
"""Table of each call by its whole key, under the function's name and the length of its table."""


def shareable(function: Callable[Options, pd.DataFrame]) -> Callable[Options, pd.DataFrame]:
    """Let a public function answer with the table of a call that `share` has made.

    Parameters
    ----------
    function : callable
        Its table must depend on its arguments and on the files they name only.

    Returns
    -------
    callable
        The same function; what it returns may be changed without harm to what is shared.

    Examples
    --------
    >>> @shareable
    ... def double(table: pd.DataFrame) -> pd.DataFrame:
    ...     return table * 2
    >>> double(pd.DataFrame({"clubs": [4]}))["clubs"].item()
    8
    """

    @functools.wraps(function)
    def answer(*args: Options.args, **kwargs: Options.kwargs) -> pd.DataFrame:
        if _SHARED:
            arguments = _bind(function, args, kwargs)
            known = _SHARED.get((function.__name__, _length(arguments)))
            key = _write_key(arguments) if known else None
            if known and key in known:
                return known[key].copy(deep=False)
        return function(*args, **kwargs)

    answer.__dict__["shareable"] = True
    return answer


def find_calls(pages: Iterable[tuple[Mapping[str, Any], Path]]) -> list[dict[str, Any]]:
    r"""Return the calls of shareable functions that several pages make with the same arguments.

    Only statements at the outermost level of code cells count, such as ``table = lt.compute(...)``,
    whose arguments are plain values, parameters, or tables of other such calls.

    Parameters
    ----------
    pages : iterable of (notebook, folder)
        Notebooks with their parameters in place, and the folders in which their cells run.

    Returns
    -------
    list of dict
        ``{"call": name, "with": {argument: value or call}}``, each after the calls it needs.

    Examples
    --------
    >>> lines = "import lthtgn_analysis as lt\ntargets = lt.read_targets()"
    >>> cell = {"cell_type": "code", "source": lines}
    >>> find_calls([({"cells": [cell]}, Path())] * 2)
    [{'call': 'read_targets', 'with': {}}]
    """
    counts: Counter[str] = Counter()
    for notebook, folder in pages:
        reader = _Reader(folder)
        for cell in notebook["cells"]:
            for line in _read_lines(cell):
                reader.read_line(line)
        # a dictionary, not a set: calls keep the order in which pages make them
        counts.update([*dict.fromkeys(map(json.dumps, reader.calls))])
    return [json.loads(call) for call, count in counts.items() if count > 1]


def share(calls: Iterable[Mapping[str, Any]]) -> None:
    """Make the calls, and keep their tables for this process and those forked from it.

    Parameters
    ----------
    calls : iterable of dict
        As `find_calls` returns them. One that fails is left to the pages, which name the cell; here
        it is told on standard error.

    Examples
    --------
    >>> share([])
    """
    for call in calls:
        try:
            _make(call)
        except Exception as error:
            print(f"could not share {call['call']}: {error!r}", file=sys.stderr, flush=True)


def split_calls(calls: Sequence[Mapping[str, Any]], parts: int) -> list[list[Mapping[str, Any]]]:
    """Deal calls out to processes; a call that another one needs is made wherever it is needed.

    Parameters
    ----------
    calls : sequence of dict
        As `find_calls` returns them.
    parts : int
        The number of processes.

    Returns
    -------
    list of list
        One list per process that has something to do.

    Examples
    --------
    >>> read = {"call": "read_targets", "with": {}}
    >>> calls = [read, {"call": "f", "with": {"targets": read}}, {"call": "g", "with": {}}]
    >>> [[call["call"] for call in part] for part in split_calls(calls, 2)]
    [['f'], ['g']]
    """
    needed = [value for call in calls for value in call["with"].values() if isinstance(value, dict)]
    last = [call for call in calls if call not in needed]
    return [part for part in (last[number::parts] for number in range(parts)) if part]


def give() -> bytes:
    """Return what is shared in this process, for `take` in another."""
    return pickle.dumps(_SHARED, protocol=pickle.HIGHEST_PROTOCOL)


def take(given: bytes) -> None:
    """Share here too what a process of ours has given.

    Examples
    --------
    >>> take(give())
    """
    for name, tables in pickle.loads(given).items():
        _SHARED.setdefault(name, {}).update(tables)


def _make(call: Mapping[str, Any]) -> pd.DataFrame:
    function = getattr(importlib.import_module(_PACKAGE), call["call"])
    arguments = {
        name: _make(value) if isinstance(value, dict) and set(value) == _CALL else value
        for name, value in call["with"].items()
    }
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table: pd.DataFrame = function(**arguments)
    bound = _bind(inspect.unwrap(function), (), arguments)
    key = _write_key(bound)
    if key is not None and not told:  # a page that is warned must say so itself
        _SHARED.setdefault((call["call"], _length(bound)), {})[key] = table
    return table


def _bind(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return all arguments by name; none if they do not fit, which the function itself will say."""
    try:
        bound = inspect.signature(function).bind(*args, **kwargs)
    except TypeError:
        return {}
    bound.apply_defaults()
    return bound.arguments


def _length(arguments: Mapping[str, Any]) -> int:
    """Return the rows of the first table: where they differ, no content need be compared."""
    return next((len(v) for v in arguments.values() if isinstance(v, pd.DataFrame)), 0)


def _write_key(arguments: Mapping[str, Any]) -> str | None:
    """Return a text that differs where any argument's content does; None if one has no such."""
    try:
        return json.dumps({name: _describe(value) for name, value in arguments.items()})
    except TypeError:
        return None


def _describe(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        rows = pd.util.hash_pandas_object(value).to_numpy().tobytes()
        columns = [[str(name), str(dtype)] for name, dtype in value.dtypes.items()]
        return ["table", columns, hashlib.sha256(rows).hexdigest()]
    if isinstance(value, str | Path) and _looks_like_path(str(value)):
        path = Path(value).resolve()
        if not path.is_file():  # a folder, a pattern, a database: its content is not known here
            raise TypeError(f"{value!r} is no file")
        return ["file", str(path), hashlib.sha256(path.read_bytes()).hexdigest()]
    return value


def _looks_like_path(value: str) -> bool:
    return bool(re.search(r"[/\\.*?]", value)) or _exists(Path(value))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # too long for a name, or with a byte that no name has
        return False


class _Reader:
    """What of a notebook is known before it runs: its names, and the shareable calls it makes."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._package = folder, ""
        self._names: dict[str, Any] = {}
        self.calls: list[dict[str, Any]] = []

    def read_line(self, line: ast.stmt) -> None:
        """Note the calls of one statement, each after those it needs, and what it assigns."""
        self._package = _find_import(line) or self._package
        value = getattr(line, "value", None)
        known, meant = self._read(value) if isinstance(value, ast.expr) else (False, None)
        for name in _stored_names(line):
            self._names.pop(name, None)
        if known and isinstance(line, ast.Assign | ast.AnnAssign):
            targets = line.targets if isinstance(line, ast.Assign) else [line.target]
            if len(targets) == 1 and isinstance(targets[0], ast.Name):
                self._names[targets[0].id] = meant

    def _read(self, node: ast.expr) -> tuple[bool, Any]:
        """Return whether a value is known, and the value or the call that gives it."""
        if isinstance(node, ast.Name):
            return node.id in self._names, self._names.get(node.id)
        if isinstance(node, ast.Call):
            return self._read_call(node)
        try:
            return True, _place(ast.literal_eval(node), self._folder)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return self._read_inside(node)

    def _read_call(self, node: ast.Call) -> tuple[bool, Any]:
        function = _find_function(node.func, self._package)
        words = [word.arg for word in node.keywords]
        if function is None or None in words:
            return self._read_inside(node)
        values = [self._read(value) for value in node.args]
        named = [self._read(word.value) for word in node.keywords]
        call = None
        if all(known for known, _ in [*values, *named]):
            given = {word or "": value for word, (_, value) in zip(words, named, strict=True)}
            call = _write_call(function, [value for _, value in values], given)
        if call is not None:
            self.calls.append(call)
        return call is not None, call

    def _read_inside(self, node: ast.AST) -> tuple[bool, Any]:
        """Note the calls inside what is not known itself."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._read(child)
            else:
                self._read_inside(child)
        return False, None


def _read_lines(cell: Mapping[str, Any]) -> list[ast.stmt]:
    return _parse("".join(cell["source"])) if cell["cell_type"] == "code" else []


@functools.lru_cache(maxsize=1024)
def _parse(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):  # magics, or a mistake that the page itself will tell
        return []


def _find_import(line: ast.stmt) -> str | None:
    names = line.names if isinstance(line, ast.Import) else []
    return next((name.asname or name.name for name in names if name.name == _PACKAGE), None)


def _stored_names(line: ast.stmt) -> Iterator[str]:
    for node in ast.walk(line):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def _write_call(
    function: Callable[..., Any], values: list[Any], given: dict[str, Any]
) -> dict[str, Any] | None:
    """Return the call; None if its arguments do not fit or are not plain: the page will say so."""
    try:
        bound = inspect.signature(function).bind(*values, **given)
        json.dumps(bound.arguments)
    except TypeError:
        return None
    return {"call": function.__name__, "with": dict(bound.arguments)}


def _find_function(node: ast.expr, package: str) -> Callable[..., Any] | None:
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        return None
    if node.value.id != package:
        return None
    function = getattr(importlib.import_module(_PACKAGE), node.attr, None)
    return function if getattr(function, "shareable", False) else None


def _place(value: Any, folder: Path) -> Any:
    """Let a relative path start at the folder of the notebook, as it does for its cells."""
    if isinstance(value, str) and _exists(folder / value) and (folder / value).is_file():
        return str((folder / value).resolve())
    return value
