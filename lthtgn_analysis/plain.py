"""The cells of a notebook in, out whether they are so plain that they leave nothing behind.

Two notebooks that run in one process could disturb each other: change a setting, a library, a
file. A plain one cannot. It imports this package alone and calls public functions of it, gives
names to what comes out, and shows it. That can be read from its text, without running it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

_PACKAGE = "lthtgn_analysis"
_BUILTINS = frozenset(
    {"abs", "bool", "dict", "display", "float", "int", "len", "list", "max", "min", "print"}
    | {"range", "round", "set", "sorted", "str", "sum", "tuple", "zip"}
)
_STATEMENTS = (ast.Import, ast.Assign, ast.AnnAssign, ast.Expr)
_EXPRESSIONS = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.Constant, ast.Dict, ast.IfExp,
    ast.JoinedStr, ast.FormattedValue, ast.List, ast.Name, ast.Set, ast.Slice, ast.Starred,
    ast.Subscript, ast.Tuple, ast.UnaryOp,
)  # fmt: skip
_WRITERS = ("to_", "set_option", "eval", "pipe", "apply")
"""Beginnings of methods that may reach beyond their table; what a `query` names is local."""


def is_plain(notebook: Mapping[str, Any]) -> bool:
    r"""Tell whether nothing that a notebook does can outlast it.

    Parameters
    ----------
    notebook : mapping
        A notebook of format 4.

    Examples
    --------
    >>> lines = "import lthtgn_analysis as lt\ntargets = lt.read_targets().query('area == 38')"
    >>> is_plain({"cells": [{"cell_type": "code", "source": lines}]})
    True
    >>> is_plain({"cells": [{"cell_type": "code", "source": "import os\nos.chdir('/')"}]})
    False
    """
    names: set[str] = set()
    return all(
        _is_plain_source("".join(cell["source"]), names)
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    )


def _is_plain_source(source: str, names: set[str]) -> bool:
    """Tell it of one cell; `names` are those by which the package is known, and grow."""
    try:
        lines = ast.parse(source).body
    except (SyntaxError, ValueError):  # magics, commands of the system
        return False
    return all(_is_plain_line(line, names) for line in lines)


def _is_plain_line(line: ast.stmt, names: set[str]) -> bool:
    if isinstance(line, ast.Import):
        names.update(name.asname or name.name for name in line.names)
        return all(name.name == _PACKAGE for name in line.names)
    if not (isinstance(line, _STATEMENTS) and _assigns_names(line, names)):
        return False
    value = getattr(line, "value", None)
    return value is None or _is_plain(value, names)


def _assigns_names(line: ast.stmt, package: set[str]) -> bool:
    targets = line.targets if isinstance(line, ast.Assign) else [getattr(line, "target", None)]
    return all(
        target is None or (isinstance(target, ast.Name) and _is_free(target.id, package))
        for target in targets
    )


def _is_free(name: str, package: set[str]) -> bool:
    return name not in package and name not in _BUILTINS and not name.startswith("_")


def _is_plain(node: ast.AST, package: set[str]) -> bool:
    if isinstance(node, ast.Call):
        given = (*node.args, *(word.value for word in node.keywords))
        return _is_plain_function(node.func, package) and all(
            _is_plain(value, package) for value in given
        )
    if isinstance(node, ast.Name):
        return node.id not in package and not node.id.startswith("_")
    if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
        return False
    if isinstance(node, ast.expr) and not isinstance(node, _EXPRESSIONS):
        return False
    return all(
        _is_plain(child, package)
        for child in ast.iter_child_nodes(node)
        if isinstance(child, ast.expr)
    )


def _is_plain_function(function: ast.expr, package: set[str]) -> bool:
    """Allow ``len``, ``lt.compute`` and methods of what such calls gave."""
    if isinstance(function, ast.Name):
        return function.id in _BUILTINS
    if not isinstance(function, ast.Attribute) or function.attr.startswith(("_", *_WRITERS)):
        return False
    owner = function.value
    return (isinstance(owner, ast.Name) and owner.id in package) or _is_plain(owner, package)
