"""What a page is made from in, a key for it out; two keys in, the reasons to rebuild out.

A page is made again when its notebook, its parameters, the data it reads, the package's code or
reference files, the libraries' versions, its links or the modules beside the notebook have
changed; never because of a file's date.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

Fingerprint = Callable[[str, dict[str, Any]], str]

LIBRARIES = (
    "great-tables",
    "ipython",
    "jinja2",
    "matplotlib",
    "matplotlib-inline",
    "mistune",
    "narwhals",
    "nbconvert",
    "numpy",
    "pandas",
    "pillow",
    "seaborn",
)
"""Whose versions can change what a page shows."""

_REASONS = {
    "notebook": "its notebook has changed",
    "data": "the data it reads has changed",
    "links": "its links to other pages have changed",
    "modules": "a module beside its notebook has changed",
}


def hash_text(text: str) -> str:
    """Return the sha256 of a text in UTF-8.

    Examples
    --------
    >>> hash_text("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def hash_path(path: Path) -> str:
    """Return the sha256 of a file, or of the names and contents of all files of a folder.

    Examples
    --------
    >>> import tempfile
    >>> hash_path(Path(tempfile.mkdtemp())) == hash_text("")
    True
    """
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    parts = [
        f"{file.relative_to(path).as_posix()}\0{hash_path(file)}\n"
        for file in sorted(path.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]
    return hash_text("".join(parts))


def hash_notebook(notebook: Mapping[str, Any]) -> str:
    """Return the sha256 of what of a notebook decides its page: its cells, not their outputs.

    Examples
    --------
    >>> cell = {"cell_type": "code", "metadata": {}, "source": "1"}
    >>> done = {**cell, "outputs": ["1"], "execution_count": 1}
    >>> hash_notebook({"cells": [cell]}) == hash_notebook({"cells": [done]})
    True
    """
    cells = [
        [cell["cell_type"], cell["metadata"].get("tags", []), "".join(cell["source"])]
        for cell in notebook["cells"]
    ]
    return hash_text(json.dumps(cells, ensure_ascii=False))


def describe_environment() -> dict[str, str]:
    """Return the versions of Python and the libraries, and the sha256 of this package's files."""
    versions = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "absent"
    return {**versions, "lthtgn-analysis": hash_path(Path(__file__).resolve().parent)}


def hash_read_files() -> Callable[[str, dict[str, Any], Path], str]:
    """Return a function that hashes the files and folders that parameters name.

    It remembers each file for as long as it is kept, so that many pages that read one file hash it
    once. Its arguments are the notebook's name, its parameters, and the folder where relative
    paths start.

    Examples
    --------
    >>> hash_files = hash_read_files()
    >>> hash_files("02-tinh", {"area": "38"}, Path()) == hash_text("{}")
    True
    """
    known: dict[Path, str] = {}

    def hash_files(_notebook: str, parameters: dict[str, Any], folder: Path) -> str:
        found = {}
        for name, value in sorted(parameters.items()):
            path = _find_path(value, folder)
            if path is not None:
                found[name] = known[path] = known.get(path) or hash_path(path)
        return hash_text(json.dumps(found))

    return hash_files


def find_reasons(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> list[str]:
    """Return in words why a page with the key `new` cannot be the one with the key `old`.

    Parameters
    ----------
    old, new : mapping
        ``parameters`` and ``environment`` (mappings), ``notebook``, ``data``, ``links`` and
        ``modules`` (hashes). `old` is None if the page was never built.

    Returns
    -------
    list of str
        Empty if the page can be kept.

    Examples
    --------
    >>> old = {"parameters": {"as_of": "2024-12-31"}, "environment": {"pandas": "3.1.0"},
    ...        "notebook": "a", "data": "b", "links": "c", "modules": "d"}
    >>> find_reasons(old, {**old, "parameters": {"as_of": "2025-11-30"}, "data": "e"})
    ['as_of was 2024-12-31 and is 2025-11-30', 'the data it reads has changed']
    >>> find_reasons(old, old)
    []
    """
    if old is None:
        return ["it is new"]
    reasons = _compare(old["parameters"], new["parameters"])
    reasons += [text for part, text in _REASONS.items() if old[part] != new[part]]
    package = "lthtgn-analysis"
    if old["environment"].get(package) != new["environment"].get(package):
        reasons.append("the code or a reference file of lthtgn-analysis has changed")
    libraries = [
        {name: version for name, version in key["environment"].items() if name != package}
        for key in (old, new)
    ]
    return reasons + _compare(*libraries)


def _compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} was {old.get(name, 'not given')} and is {new.get(name, 'not given')}"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def _find_path(value: object, folder: Path) -> Path | None:
    if not isinstance(value, str) or not value or len(value) > 1000 or "\0" in value:
        return None
    path = folder / value
    # a bare word such as "38" is a name, not a path, even if a file happens to be called so
    looks_like_path = "/" in value or "\\" in value or Path(value).suffix != ""
    return path.resolve() if looks_like_path and path.exists() else None
