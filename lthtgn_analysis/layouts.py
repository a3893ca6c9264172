"""Sheets of a workbook come in; each recognised figure with its meaning and place goes out.

For every table it is told what each column and each row was taken for, and why; what is left out is
listed beside it. Figures are not parsed here: a cell stays as it was read, with the factor and the
unit that its headings give it. Totals are taken as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .areas import boundaries_of, find_areas, read_areas
from .cells import figures_in
from .columns import (
    EXPLAINED_COLUMNS,
    Columns,
    Page,
    Unit,
    dates_of,
    explain_columns,
    factors_of,
    read_columns,
    reason_to_leave_out,
)
from .forms import Form
from .headers import Meaning, read_heading_path
from .layout_files import Layout, SheetLayout
from .letterheads import Letterhead, find_periods, find_places, read_letterhead
from .lettering import strip_marks
from .rows import Rows, names_of
from .schema import BOUNDARIES
from .sheet_tables import Table, find_tables
from .workbooks import Sheet, cell_name, column_name

_MOSTLY = 0.6
_NATION = re.compile(r"viet nam|toan quoc|ca nuoc")
_MOST_LABELS = 2000
_MOST_PROVINCES = 10
_SHARED = (
    "sheet", "column", "letters", "group", "indicator", "second", "unit", "own_area", "start",
    "day",
)  # fmt: skip
_OF_ROWS = ("row", "level", "area", "area_name", "founded", "dated", "note")


@dataclass(frozen=True)
class Recognised:
    """What was recognised in a workbook.

    Attributes
    ----------
    figures : DataFrame
        One row per figure's cell: its place, the cell as read, its indicator, unit, factor, area
        and dates.
    explained : DataFrame
        What every sheet, table, column and row was taken for, and why.
    boundaries : str
        The map on which places were found.
    reported : Timestamp or None
        The day of the letter or signature.
    made_up : bool
        Whether the workbook calls its figures invented.
    """

    figures: pd.DataFrame
    explained: pd.DataFrame
    boundaries: str
    reported: pd.Timestamp | None
    made_up: bool


def recognise(sheets: list[Sheet], layout: Layout | None = None) -> Recognised:
    """Recognise the figures of a workbook.

    Parameters
    ----------
    sheets : list of Sheet
        As `workbooks.read_sheets` gives them.
    layout : Layout, optional
        What overrides recognition; see `layout_files.read_layout`.

    Returns
    -------
    Recognised
        Without a figure where no sheet holds a table that can be read; `explained` says why.
    """
    rules = layout or Layout()
    pages = [_open_page(sheet, rules.of_sheet(sheet.name)) for sheet in sheets]
    shown = [page for page in pages if page.tables]
    day = _data_day(shown)
    if rules.boundaries or day is not None:
        maps = [rules.boundaries or boundaries_of(day)]
    else:
        maps = list(BOUNDARIES)
    found = [_recognise_on(pages, boundaries, day, rules) for boundaries in maps]
    # Without a date the map is the one on which most figures find their place, the older first.
    best = max(found, key=lambda one: len(one.figures))
    if len(maps) > 1 and len(best.figures):
        line = _explain("", "", "workbook", "", f"boundaries {best.boundaries}", True,
                        "no date is printed; most places are found on this map")  # fmt: skip
        return replace(best, explained=pd.concat([line, best.explained], ignore_index=True))
    return best


def _open_page(sheet: Sheet, rules: SheetLayout) -> Page:
    if sheet.hidden or rules.skip or not sheet.cells.size:
        return Page(sheet, [], Letterhead(), [], rules)
    tables = find_tables(sheet, header=rules.header)
    top = min((table.top for table in tables), default=0)
    above = _texts(sheet, range(top))
    below = _texts(sheet, range(_last_figure_row(sheet, tables) + 1, sheet.cells.shape[0]))
    head = read_letterhead(above, below, name=sheet.name)
    if rules.period is not None:
        head = replace(head, period=rules.period, dated_by="the layout file")
    return Page(sheet, tables, head, above, rules)


def _texts(sheet: Sheet, rows: Iterable[int]) -> list[str]:
    return [
        text
        for row in rows
        for cell in sheet.cells[row]
        if type(cell) is str and (text := cell.strip())
    ]


def _last_figure_row(sheet: Sheet, tables: list[Table]) -> int:
    last = 0
    for table in tables:
        for row in range(table.bottom - 1, table.body - 1, -1):
            cells = sheet.cells[row, table.left : table.right + 1]
            if figures_in(cells).sum() >= 2:
                last = max(last, row)
                break
    return last


def _data_day(pages: list[Page]) -> pd.Timestamp | None:
    """Return the day of the workbook's data: a title's day, else the last one of its columns."""
    periods = [page.head.period for page in pages if page.head.period is not None]
    exact = [period.as_of for period in periods if period.precision != "period"]
    if exact:
        return max(exact)
    columns = [
        period.as_of
        for page in pages
        for table in page.tables
        for path in table.paths.values()
        if read_heading_path(path).measure == "result"
        for text in path
        for period in find_periods(text)[-1:]
    ]
    dated = columns or [period.as_of for period in periods]
    return max(dated, default=None)


def _recognise_on(
    pages: list[Page], boundaries: str, day: pd.Timestamp | None, rules: Layout
) -> Recognised:
    placed = [
        replace(page, boundaries=boundaries, day=day)
        for page in _place_units(pages, boundaries, rules)
    ]
    lines: list[pd.DataFrame] = []
    parts: list[_Part] = []
    for page in placed:
        about, reason = _say_page(page)
        used = bool(page.tables)
        lines.append(_explain(page.sheet.name, "", "sheet", page.sheet.name, about, used, reason))
        for table in page.tables:
            found, explained = _read_table(page, table)
            parts += found
            lines.append(explained)
        if page.tables:
            lines += [_say_outside(page), _say_uncomputed(page)]
    reported = [page.head.reported for page in placed if page.head.reported is not None]
    return Recognised(
        figures=_assemble(parts),
        explained=pd.concat([one for one in lines if len(one)], ignore_index=True),
        boundaries=boundaries,
        reported=max(reported, default=None),
        made_up=any(page.head.made_up for page in placed),
    )


class _Part(NamedTuple):
    """The figures of one column: what they share, the units of their rows, and their cells."""

    shared: dict[str, Any]
    rows: pd.DataFrame
    cells: np.ndarray
    factors: np.ndarray


def _assemble(parts: list[_Part]) -> pd.DataFrame:
    """Join the figures of all columns into one frame."""
    if not parts:
        return pd.DataFrame(columns=[*_SHARED, *_OF_ROWS, "cell", "factor", "as_of"])
    shared = pd.DataFrame([part.shared for part in parts], columns=list(_SHARED))
    shared = shared.astype(dict.fromkeys(("start", "day"), "datetime64[us]"))
    lengths = [len(part.cells) for part in parts]
    joined = shared.take(np.repeat(np.arange(len(parts)), lengths)).reset_index(drop=True)
    rows = pd.concat([part.rows[list(_OF_ROWS)] for part in parts], ignore_index=True)
    founded = joined["indicator"].eq("startup_capital_vnd") & rows["level"].eq("club")
    as_of = rows["dated"].fillna(joined["day"]).mask(founded, rows["founded"])
    return pd.concat([joined, rows], axis=1).assign(
        cell=np.concatenate([part.cells for part in parts]),
        factor=np.concatenate([part.factors for part in parts]),
        start=joined["start"].mask(founded),
        as_of=as_of,
    )


def _read_table(page: Page, table: Table) -> tuple[list[_Part], pd.DataFrame]:
    """Read one table: its columns, its rows, and the figures where both meet."""
    columns = read_columns(page, table)
    why_not = reason_to_leave_out(page, table) or _why_no_rows(page, columns)
    kind = "left out" if why_not else _kind_of(columns)
    place = f"{cell_name(table.top, table.left)}:{cell_name(table.bottom - 1, table.right)}"
    reason = why_not or "its headings are those of the dictionary"
    first = _explain(page.sheet.name, place, "table", table.title, kind, not why_not, reason)
    if why_not:
        return [], first
    if kind == "indicators as rows":
        form = Form(page, table, columns)
        rows = _unit_row(page)
        figures = form.figures()
        parts = [
            _part(page, table, form.columns, column, meaning, rows.assign(row=row), factor=factor)
            for row, column, meaning, factor in figures
        ]
        about = [explain_columns(page, table, form.columns), form.explained()]
        return parts, pd.concat([first, *about], ignore_index=True)
    places = Rows(page, table, columns)
    parts = [
        _part(page, table, columns, column, meaning, places.of(column, meaning))
        for column, meaning in columns.indicators.items()
    ]
    about = [explain_columns(page, table, columns), places.explained()]
    kept = [part for part in parts if len(part.cells)]
    return kept, pd.concat([first, *about], ignore_index=True)


def _unit_row(page: Page) -> pd.DataFrame:
    """Return the one row of a form: the unit that reports."""
    unit = page.unit
    name = names_of(page.boundaries)[unit.level or "", unit.area or ""]
    row = {"row": 0, "level": unit.level, "area": unit.area, "area_name": name, "note": None}
    return pd.DataFrame([{**row, "dated": pd.NaT, "founded": pd.NaT}]).astype(
        {"note": "str", "dated": "datetime64[us]", "founded": "datetime64[us]"}
    )


def _why_no_rows(page: Page, columns: Columns) -> str:
    roles = set(columns.roles)
    if roles & {"area", "club_name", "club_id"}:
        return ""
    if "label" not in roles:
        return "no column names places, clubs or indicators"
    return "" if page.unit.area else "no title names the unit that reports"


def _kind_of(columns: Columns) -> str:
    if {"club_name", "club_id"} & set(columns.roles):
        return "register of clubs"
    return "places as rows" if "area" in columns.roles else "indicators as rows"


def _part(
    page: Page,
    table: Table,
    columns: Columns,
    column: int,
    meaning: Meaning,
    rows: pd.DataFrame,
    *,
    factor: float | None = None,
) -> _Part:
    numbers = rows["row"].to_numpy()
    cells = page.sheet.cells[numbers, column]
    start, day = dates_of(page, meaning, columns.periods[column])
    shared = {
        "sheet": page.sheet.name,
        "column": column,
        "letters": column_name(column),
        "group": f"{page.sheet.name}!{column}!{table.top}",
        "indicator": meaning.name,
        "second": meaning.second,
        "unit": meaning.unit,
        "own_area": page.unit.area or "",
        "start": start,
        "day": day,
    }
    if factor is not None and meaning.unit == "ratio":
        return _Part(shared, rows, cells, np.full(len(cells), factor))
    return _Part(shared, rows, cells, factors_of(page, meaning, column, numbers, cells))


def _explain(
    sheet: str, place: str, kind: str, text: str, taken_for: str, used: bool, reason: str
) -> pd.DataFrame:
    row = dict(zip(EXPLAINED_COLUMNS, (sheet, place, kind, text, taken_for, used, reason),
                   strict=True))  # fmt: skip
    return pd.DataFrame([row])


def _say_page(page: Page) -> tuple[str, str]:
    if page.sheet.hidden:
        return "left out", "the sheet is hidden, or holds no cells"
    if page.rules.skip:
        return "left out", "the layout file skips it"
    if not page.tables:
        return "left out", "no row of it can be read as the headings of a table of clubs"
    period = page.head.period
    dated = "no date" if period is None else f"{period.as_of:%Y-%m-%d} (“{page.head.dated_by}”)"
    unit = f"{page.unit.level} {page.unit.area}" if page.unit.area else "no unit"
    legacy = f", text converted from {page.sheet.encoding}" if page.sheet.encoding else ""
    return f"report of {unit}", f"{dated}, boundaries {page.boundaries}{legacy}"


def _say_outside(page: Page) -> pd.DataFrame:
    """List the figures that stand outside every table."""
    inside = np.zeros(page.sheet.cells.shape, dtype=bool)
    for table in page.tables:
        inside[table.top : table.bottom, table.left : table.right + 1] = True
    top = min(table.top for table in page.tables)
    rows = [
        (cell_name(row, column), str(page.sheet.cells[row, column]))
        for row, column in np.argwhere((page.sheet.cells != "").astype(bool) & ~inside)
        if row >= top and type(page.sheet.cells[row, column]) in (int, float)
    ]
    return pd.DataFrame(
        [
            (
                page.sheet.name,
                place,
                "cell",
                text,
                "left out",
                False,
                "it stands beside every table",
            )
            for place, text in rows
        ],
        columns=list(EXPLAINED_COLUMNS),
    )


def _say_uncomputed(page: Page) -> pd.DataFrame:
    return pd.DataFrame(
        [
            (
                page.sheet.name, cell_name(row, column), "cell", "", "left out", False,
                "the formula was saved without its value; open the workbook in a spreadsheet "
                "program and save it again",
            )
            for row, column in page.sheet.marks.uncomputed
        ],
        columns=list(EXPLAINED_COLUMNS),
    )  # fmt: skip


def _place_units(pages: list[Page], boundaries: str, rules: Layout) -> list[Page]:
    """Find the province of the workbook, then the reporting unit of each sheet within it."""
    titles = [text for page in pages for text in page.titles]
    named = [
        place.area
        for text in titles
        for place in find_places(text, boundaries=boundaries)
        if place.level == "province"
    ]
    province = rules.province(boundaries) or (named[0] if named else None)
    if province is None:
        province = _vote(pages, titles, boundaries)
    national = not named and any(_NATION.search(strip_marks(text).lower()) for text in titles)
    return [
        replace(page, unit=_unit_of(page, province, boundaries, national=national))
        for page in pages
    ]


def _vote(pages: list[Page], titles: list[str], boundaries: str) -> str | None:
    """Return the only province in which nearly all names of districts or communes lie."""
    names = pd.Series(
        list(dict.fromkeys([*titles, *(p.sheet.name for p in pages), *_labels(pages)])), dtype="str"
    )
    known = read_areas(boundaries=boundaries)
    above = dict(zip(known["area"], known["parent"], strict=True))
    level = "commune" if boundaries == "2025-07" else "district"
    provinces = known.loc[known["level"] == "province", "area"]
    found = find_areas(names, level=level, boundaries=boundaries)["area"].dropna()
    sure = {above.get(area) for area in found} & set(provinces)
    if not sure:
        return None
    votes = {
        province: int(
            find_areas(names, within=province, level=level, boundaries=boundaries)["area"]
            .notna().sum()
        )
        for province in sorted(filter(None, sure))[:_MOST_PROVINCES]
    }  # fmt: skip
    best = max(votes, key=lambda province: votes[province])
    total = sum(votes.values())
    return best if votes[best] >= 2 and votes[best] >= _MOSTLY * total else None


def _labels(pages: list[Page]) -> list[str]:
    found: dict[str, None] = {}
    for page in pages:
        for table in page.tables:
            for column, path in table.paths.items():
                if read_heading_path(path).name == "area":
                    cells = page.sheet.cells[table.body : table.bottom, column]
                    found.update(dict.fromkeys(c for c in cells if type(c) is str and c.strip()))
    return list(found)[:_MOST_LABELS]


def _unit_of(page: Page, province: str | None, boundaries: str, *, national: bool) -> Unit:
    if page.rules.unit:
        name = page.rules.unit
        found = [*find_places(name, boundaries=boundaries, within=province, bare=True)]
        return Unit(province, found[0].area, found[0].level) if found else Unit(province)
    places = [
        place
        for text in page.titles
        for place in find_places(text, boundaries=boundaries, within=province)
    ]
    if not any(place.level != "province" for place in places):
        places += [
            place
            for place in find_places(
                page.sheet.name, boundaries=boundaries, within=province, bare=province is not None
            )
            if place.level != "province"
        ]
    for level in ("commune", "district"):
        at_level = [place for place in places if place.level == level]
        if at_level:
            return Unit(province, at_level[0].area, level)
    if province is not None:
        return Unit(province, province, "province")
    return Unit(None, "VN", "national") if national else Unit()
