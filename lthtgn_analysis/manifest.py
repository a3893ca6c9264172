"""The pages and the index of a build in, ``manifest.json`` out, and what the next build asks of it.

The manifest says of every page what it was made from, when and how it ended, and of the index what
it is now: so the next build knows what stands, and publishes nothing where nothing differs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .cache import hash_path, hash_text
from .publish import find_current, find_published
from .sitemap import Page, Plan

_FILE = "manifest.json"


def read_manifest(output: Path) -> dict[str, Page]:
    """Return the pages of the published build by their path.

    Parameters
    ----------
    output : Path
        The site's folder.

    Returns
    -------
    dict of Page
        None if there is no build, or one of another version: everything is built anew then.

    Examples
    --------
    >>> read_manifest(Path("no such folder"))
    {}
    """
    current = find_current(output)
    file = current / _FILE if current else None
    if file is None or not file.is_file():
        return {}
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        environment = manifest["environment"]
        pages = [
            Page(
                **{
                    **row,
                    "why": tuple(row["why"]),
                    "warnings": tuple(row["warnings"]),
                    "key": row["key"] and {**row["key"], "environment": environment},
                }
            )
            for row in manifest["pages"]
        ]
    except (ValueError, KeyError, TypeError):  # of another version
        return {}
    return {page.path: page for page in pages if page.path}


def write_index_key(key: str | None, plans: Sequence[Plan], languages: Sequence[str]) -> str | None:
    """Return the key of an index: the caller's, and what its list of pages is made from.

    Examples
    --------
    >>> write_index_key(None, (), ("vi",)) is None
    True
    """
    listed = [[plan.page.path, plan.key] for plan in plans]
    return None if key is None else hash_text(json.dumps([key, languages, listed]))


def is_up_to_date(output: Path, index_key: str | None) -> bool:
    """Tell whether the published index and what stands beside it are what they would be now.

    Parameters
    ----------
    output : Path
        The site's folder.
    index_key : str or None
        As `write_index_key` returns it; without one nothing is known.

    Examples
    --------
    >>> is_up_to_date(Path("no such folder"), "key")
    False
    """
    current = find_current(output)
    if index_key is None or current is None:
        return False
    try:
        beside = json.loads((current / _FILE).read_bytes())["index"]
    except (OSError, ValueError, KeyError, TypeError):  # of another version: made anew
        return False
    return bool(beside == _describe_index(current, index_key))


def differs(pages: tuple[Page, ...], old: Mapping[str, Page], site: Path, output: Path) -> bool:
    """Tell whether a build differs from the published one.

    Parameters
    ----------
    pages, site
        The pages that were built or kept, and the folder in which they stand now.
    old : mapping of Page
        The pages of the published build, as `read_manifest` returns them.
    output : Path
        The site's folder.

    Examples
    --------
    >>> differs((), {}, Path("aside"), Path("no such folder"))
    True
    """
    current = find_current(output)
    if current is None:
        return True
    then = {path: (page.status, page.sha256, page.key) for path, page in old.items()}
    now = {page.path: (page.status, page.sha256, page.key) for page in pages if page.path}
    beside = _list_files(site)
    return (
        now != then
        or beside != _list_files(current)
        or any(page.why and not _stands(page, output) for page in pages)
        or any((site / name).read_bytes() != (current / name).read_bytes() for name in beside)
    )


def write_manifest(
    site: Path,
    pages: tuple[Page, ...],
    *,
    environment: Mapping[str, str],
    index_key: str | None,
    **run: Any,
) -> None:
    """Write the manifest of a build into its folder.

    Parameters
    ----------
    site : Path
        The folder with the pages, the indexes and what stands beside them.
    pages : tuple of Page
        All pages.
    environment : mapping
        The versions that every page rests on.
    index_key : str or None
        As `write_index_key` returns it.
    **run
        What there is to say of the build as a whole: its day, its seconds, how it was run.
    """
    rows = [asdict(page) for page in pages]
    for row in rows:
        if row["key"]:
            del row["key"]["environment"]
    manifest = {
        **run,
        "environment": environment,
        "index": _describe_index(site, index_key),
        "pages": rows,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    (site / _FILE).write_text(text + "\n", encoding="utf-8")


def _describe_index(build: Path, key: str | None) -> dict[str, Any]:
    return {"key": key, "files": {name: hash_path(build / name) for name in _list_files(build)}}


def _list_files(build: Path) -> list[str]:
    """Return the names of what stands in a build beside its pages: indexes and further files."""
    files = (entry.name for entry in build.iterdir() if entry.is_file())
    return sorted(name for name in files if name != _FILE)


def _stands(page: Page, output: Path) -> bool:
    """Tell whether the published file is what this page is now."""
    file = find_published(output, page.path)
    return file is not None and hash_path(file) == page.sha256
