"""Articles and reports come in as files; the figures they print go out as candidate observations.

Rules over a grammar of the language, no model: the same file gives the same rows, and each row says
where its number stands, which words decided (`reason`) and how sure the reading is (`confidence`).
An analyst reviews them (`review.write_review`) before they count. Text that is not about the clubs
gives nothing. Files that cannot be read are listed in ``.attrs["unread"]``; the others are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .candidates import Candidate, find_candidates
from .errors import UnreadableSourceError
from .indicators import INDICATORS
from .notation import bounds
from .schema import OBSERVATIONS, arrange
from .texts import Text, read_text, slug

def read_documents(paths: str | Path | Iterable[str | Path]) -> pd.DataFrame:
    """Read the figures that articles and reports print.

    Parameters
    ----------
    paths : path or iterable of paths
        txt, html, docx and pdf files, in Vietnamese (with or without marks) or English.

    Returns
    -------
    DataFrame
        The observations table, one row per distinct fact in the order of the texts, and two
        columns more: `confidence` (0-1) and `reason` (the words that decided). `source` is the
        file's name as a key, `locator` the place in the extracted text ("chars 120-125", for pdf
        after "page 3, "), `as_of` missing where the text dates the figure nowhere. In ``.attrs``:
        "unread", a list of ``{"file", "found"}``, one for each file or page that could not be read.

    Raises
    ------
    TypeError
        If `paths` holds anything but paths.

    Examples
    --------
    >>> from lthtgn_analysis import sample_path
    >>> figures = read_documents(sample_path("documents") / "bao-cao-xa.txt")
    >>> figures[["indicator", "value", "area_name"]].head(2).values.tolist()
    [['clubs', 4.0, 'Nga An'], ['members', 228.0, 'Nga An']]
    """
    files = [paths] if isinstance(paths, str | Path) else list(paths)
    for path in files:
        if not isinstance(path, str | Path):
            raise TypeError(f"`paths` must hold paths, not {type(path).__name__}: {path!r}.")
    rows: list[dict[str, Any]] = []
    unread: list[dict[str, str]] = []
    for path, source in zip(files, name_sources([Path(path) for path in files]), strict=True):
        try:
            text = read_text(path)
        except (UnreadableSourceError, OSError) as error:
            unread.append({"file": str(path), "found": str(error)})
            continue
        rows += _rows(text, source)
        if text.blank_pages:
            pages = ", ".join(map(str, text.blank_pages))
            found = (
                f"{text.path.name}: pages without text were passed over: {pages}.\n"
                "  hint:  run text recognition (OCR) on them if they hold figures."
            )
            unread.append({"file": str(path), "found": found})
    table = arrange(pd.DataFrame(rows), OBSERVATIONS).assign(
        confidence=pd.Series([row["confidence"] for row in rows], dtype="float64"),
        reason=pd.Series([row["reason"] for row in rows], dtype="str"),
    )
    table.attrs["unread"] = unread
    return table


def name_sources(paths: list[Path]) -> list[str]:
    """Name each file as `source` does; files of one name take their folder's name and ending too.

    Parameters
    ----------
    paths : list of Path
        Files.

    Returns
    -------
    list of str
        One key per file, in their order.

    Examples
    --------
    >>> name_sources([Path("tin/Nga Sơn.txt"), Path("a/01.txt"), Path("b/01.txt")])
    ['nga-son', 'a-01-txt', 'b-01-txt']
    """
    names = [slug(path) for path in paths]
    return [
        name
        if names.count(name) == 1
        else f"{slug(path.absolute().parent)}-{name}-{path.suffix.lower().lstrip('.')}"
        for name, path in zip(names, paths, strict=True)
    ]


def _rows(text: Text, source: str) -> Iterator[dict[str, Any]]:
    for candidate in find_candidates(text):
        indicator = candidate.indicator
        unit = _unit(candidate)
        low, high = _bounds(candidate, unit)
        yield {
            "fact_id": f"{source}-{candidate.start}-{candidate.end}-{indicator}",
            "level": candidate.unit.level,
            "area": candidate.unit.area,
            "area_name": candidate.unit.name,
            "boundaries": candidate.unit.boundaries,
            "indicator": indicator,
            "low": low,
            "value": candidate.value,
            "high": high,
            "qualifier": candidate.qualifier,
            "unit": unit,
            "start": candidate.begins,
            "as_of": candidate.as_of,
            "published": candidate.published,
            "scope": candidate.scope,
            "source": source,
            "locator": text.locate(candidate.start, candidate.end),
            "status": "observed",
            "confidence": candidate.confidence,
            "reason": candidate.reason,
        }


def _unit(candidate: Candidate) -> str:
    if candidate.is_share:
        return "share"
    return INDICATORS[candidate.indicator].unit


def _bounds(candidate: Candidate, unit: str) -> tuple[float, float]:
    if candidate.qualifier == "range":
        return candidate.low, candidate.high
    return bounds(candidate.value, candidate.qualifier, unit=unit)
