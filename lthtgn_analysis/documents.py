"""Articles and reports come in as files; the figures they print go out as candidate observations.

Rules over a grammar of the language, no model: the same file gives the same rows, and each row says
where its number stands, which words decided (`reason`) and how sure the reading is (`confidence`).
An analyst reviews them (`review.write_review`) before they count. Text that is not about the clubs
gives nothing. Files that cannot be read are listed in ``.attrs["unread"]``; the others are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.api.types import pandas_dtype

from .candidates import FLOWS, NORMS, PLANS, Candidate, keep_distinct, put_on_map
from .contexts import Context, open_context
from .errors import UnreadableSourceError
from .gazetteer import Unit, village_of
from .grids import CellFigure, group_rows, read_grid
from .indicators import INDICATORS
from .moments import Moment, find_moments
from .notation import bounds
from .paragraphs import read_passage
from .passages import Passage, split_passages
from .schema import DTYPES, OBSERVATIONS
from .sections import Progress
from .texts import Text, read_text, slug
from .whereabouts import LEVELS_FOR

_COLUMNS: dict[str, Any] = {
    name: pandas_dtype(kind)
    for name, kind in (
        *((column.name, DTYPES[column.kind]) for column in OBSERVATIONS.columns),
        ("confidence", "float64"),
        ("reason", "str"),
    )
}


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
    [['clubs', 4.0, 'Nga An'], ['villages_with_clubs', 4.0, 'Nga An']]
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
    table = _table(rows)
    table.attrs["unread"] = unread
    return table


def find_candidates(text: Text) -> list[Candidate]:
    """Find the figures of a text.

    Parameters
    ----------
    text : Text
        A document's text.

    Returns
    -------
    list of Candidate
        One per distinct fact, in the order of their first mention.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = Text(Path("a.txt"), "Đến 30/6/2023, huyện Nga Sơn (Thanh Hóa) có 43 CLB ở 20/24 xã.")
    >>> [(c.indicator, c.value, c.unit.name) for c in find_candidates(text)]
    [('clubs', 43.0, 'Nga Sơn'), ('communes_with_clubs', 20.0, 'Nga Sơn'),
     ('communes_total', 24.0, 'Nga Sơn')]
    """
    passages = split_passages(text.text)
    if not passages:
        return []
    context = open_context(passages, text.published)
    progress = Progress()
    found: list[Candidate] = []
    caption: Passage | None = None
    for group in group_rows(passages):
        if group[0].cells:
            found += _read_table(group, caption, context, progress)
        else:
            found += read_passage(group[0], context, progress)
            caption = group[0]
    return keep_distinct(found)


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


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Make the table; most files have few rows, so columns of one type are made at one go."""
    count = len(rows)
    columns = {}
    for dtype in set(_COLUMNS.values()):
        names = [name for name, kind in _COLUMNS.items() if kind == dtype]
        together = pd.array([row[name] for name in names for row in rows], dtype=dtype)
        for place, name in enumerate(names):
            columns[name] = together[place * count : (place + 1) * count]
    return pd.DataFrame({name: columns[name] for name in _COLUMNS}, copy=False)


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
            "note": None,
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
    return _bounds_of(candidate.value, candidate.qualifier, unit)


@lru_cache(maxsize=4096)
def _bounds_of(value: float, qualifier: str, unit: str) -> tuple[float, float]:
    return bounds(value, qualifier, unit=unit)


def _read_table(
    rows: list[Passage], caption: Passage | None, context: Context, progress: Progress
) -> list[Candidate]:
    words = "" if caption is None else caption.plain.lower()
    figures = read_grid(rows, words, context.convention, about_clubs=context.about_clubs)
    if not figures:
        return [found for row in rows for found in read_passage(_as_line(row), context, progress)]
    moments = [] if caption is None else find_moments(caption, context.base)
    dated = [m for m in moments if m.kind == "dated" and not m.planned]
    return [
        candidate for figure in figures
        if (candidate := _table_candidate(figure, context, progress, dated)) is not None
    ]  # fmt: skip


def _as_line(row: Passage) -> Passage:
    return row._replace(cells=(), kind="item")


def _table_candidate(
    figure: CellFigure, context: Context, progress: Progress, captioned: list[Moment]
) -> Candidate | None:
    unit = _row_unit(figure.name, context, progress)
    if unit is None:
        return None
    kind = figure.indicator.partition("_")[0]
    if kind in LEVELS_FOR and unit.level not in LEVELS_FOR[kind]:
        return None
    heading = [
        moment for moment in find_moments(figure.heading, context.base)
        if moment.kind == "dated" and moment.as_of is not None
    ]  # fmt: skip
    above = progress.heading_date or context.data or context.project_end
    governing = captioned[-1] if captioned else above
    target = figure.indicator in PLANS
    if target and not heading and context.base is not None:
        last_day = pd.Timestamp(context.base.year, 12, 31)
        heading = [Moment(0, 0, pd.Timestamp(context.base.year, 1, 1), last_day, "dated", True)]
    moment = heading[-1] if heading else governing
    norm = figure.indicator in NORMS
    value = float(figure.number)
    as_of = None if moment is None or norm else moment.as_of
    unit = put_on_map(unit, as_of, context.published)
    return Candidate(
        indicator=figure.indicator,
        value=round(value, 10),
        low=value,
        high=value,
        qualifier="exact",
        is_share=figure.is_share and figure.indicator != "plan_achievement",
        unit=unit,
        begins=moment.begins if moment is not None and figure.indicator in FLOWS | PLANS else None,
        as_of=as_of,
        published=context.published,
        scope=context.scope,
        start=figure.cell.place(figure.start),
        end=figure.cell.place(figure.end - 1) + 1,
        confidence=round(0.9 - 0.15 * (unit.rivals > 1) - 0.1 * (as_of is None), 2),
        reason=f"bảng, cột “{figure.heading.text.strip()}”; nơi: {figure.name or 'dòng tổng'}",
    )


def _row_unit(name: str, context: Context, progress: Progress) -> Unit | None:
    """Return the place of a table row: inside the document's place, or the place itself."""
    if not name:
        return progress.place or context.home
    below = {
        "national": ("province",),
        "province": ("district", "commune"),
        "district": ("commune",),
    }
    bare = re.sub(
        r"^(?:TP|Tp|TX|Tx|TT|H|P|X|Q)\.? ?(?=[^\W_])(?:\b|(?<=\.))|^(?:Thành phố|Thị xã|Huyện"
        r"|Xã|Phường|Thị trấn|Quận|Tỉnh|Đặc khu)\s+",
        "", name, flags=re.IGNORECASE,
    ).strip(" *:.")  # fmt: skip
    levels = below.get(context.home.level, ())
    for level in levels:
        unit = context.gazetteer.look_up_inside(bare, level, context.home)
        if unit is not None:
            return unit
    if context.home.level == "commune" and bare:
        plain = re.sub(r"^(?:Thôn|Xóm|Bản|Ấp|Buôn|Khu phố|Tổ dân phố|Khu|Tổ|CLB)\s+", "", bare)
        return village_of(
            plain, "club" if bare.upper().startswith("CLB") else "village", context.home
        )
    if context.gazetteer.look_up(bare, ("province",)) is not None and not levels:
        return context.gazetteer.look_up(bare, ("province",))
    return None
