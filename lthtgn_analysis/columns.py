"""The columns of a table come in; what each means, on which day and in which unit, goes out.

A heading is read with the headings over it. Of columns that mean the same the total counts, the
others are its parts. The period nearest to the column counts before that of the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from .cells import numbers_in
from .dates import Period
from .headers import Meaning, header_words, read_heading_path, read_measure
from .indicators import INDICATORS
from .layout_files import SheetLayout
from .letterheads import Letterhead, find_periods, without_dates
from .notation import parse_figures
from .sheet_tables import Table
from .workbooks import Sheet, column_name

EXPLAINED_COLUMNS = ("sheet", "place", "kind", "text", "taken_for", "used", "reason")

_LARGE_MONEY = 100_000
_FEWEST_LABELS = 3
_TOTAL = re.compile(r"(?:tong.*|cong|chung)")


@dataclass(frozen=True)
class Unit:
    """The reporting unit of a sheet, and the province it lies in, as codes."""

    province: str | None = None
    area: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class Page:
    """A sheet with its tables, the words around them, and what a layout file says of it."""

    sheet: Sheet
    tables: list[Table]
    head: Letterhead
    titles: list[str]
    rules: SheetLayout
    unit: Unit = field(default_factory=Unit)
    boundaries: str = ""
    day: pd.Timestamp | None = None

    @property
    def data_day(self) -> pd.Timestamp | None:
        """The day of the sheet's data, else that of the workbook's."""
        return self.head.period.as_of if self.head.period is not None else self.day


@dataclass(frozen=True)
class Columns:
    """What the columns of a table mean, and the periods printed over them."""

    meanings: Mapping[int, Meaning]
    periods: Mapping[int, Period | None]

    @property
    def roles(self) -> dict[str, int]:
        """The first column of each role."""
        return {m.name: c for c, m in [*self.meanings.items()][::-1] if m.kind == "role"}

    @property
    def indicators(self) -> dict[int, Meaning]:
        """The columns of figures."""
        return {c: m for c, m in self.meanings.items() if m.kind == "indicator"}

    @property
    def areas(self) -> list[int]:
        """The columns that name places, the widest unit first."""
        return [c for c, m in self.meanings.items() if m.kind == "role" and m.name == "area"]


def read_columns(page: Page, table: Table) -> Columns:
    """Tell what the columns of a table mean.

    Parameters
    ----------
    page : Page
        The sheet and the words around its tables.
    table : Table
        As `sheet_tables.find_tables` finds it.

    Returns
    -------
    Columns
        For every column of the table, hidden ones too.
    """
    meanings: dict[int, Meaning] = {}
    beside = ""
    for column in table.columns:
        meaning = _read_column(page, table, column, beside)
        meanings[column] = meaning
        if meaning.name != "hidden":
            beside = meaning.name if meaning.kind == "indicator" else ""
    meanings = _unit_beside_label(_label_by_its_rows(page, table, meanings))
    meanings = _names_of_clubs(page, table, meanings)
    periods = {c: period_over(page, table, c, m.measure) for c, m in meanings.items()}
    return Columns(_keep_one_of_each(page, table, meanings, periods), periods)


def reason_to_leave_out(page: Page, table: Table) -> str:
    """Say why a table as a whole is not about clubs, or nothing.

    Examples
    --------
    A table titled "Quỹ Chăm sóc và phát huy vai trò NCT" beside the clubs' is the Association's.
    """
    about = read_heading_path([table.title]) if table.title else None
    if about is not None and about.kind == "omit":
        return about.reason
    words = " ".join([table.title, *(text for path in table.paths.values() for text in path)])
    first = min(other.left for other in page.tables)
    if table.left > first and not re.search(r"\b(?:clb|tv)\b", header_words(words)):
        return "a second table beside the first that does not speak of clubs"
    return ""


def period_over(page: Page, table: Table, column: int, measure: str) -> Period | None:
    """Return the period printed over a column, the nearest heading first.

    A year that the data reach into only in part ends on their day; "31/12 hằng năm" under a table
    says on which day of the year its figures stand.
    """
    override = page.rules.periods.get(column)
    if override is not None:
        return override
    path = table.paths.get(column, ())
    for text in reversed(path):
        if found := find_periods(text, data_day=page.data_day):
            return _fit(page, found[-1], measure)
    head = page.head.period
    if head is not None and any(read_measure(text) == "previous" for text in path):
        year = pd.DateOffset(years=1)
        start = None if head.start is None else head.start - year
        return replace(head, start=start, as_of=head.as_of - year)
    return None


def dates_of(
    page: Page, meaning: Meaning, period: Period | None
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return the first day of a flow and the day of the figures; a plan's is its deadline."""
    day = page.data_day
    if meaning.measure == "plan":
        year_end = None if day is None else pd.Timestamp(year=day.year, month=12, day=31)
        return None, year_end if period is None else period.as_of
    chosen = period or page.head.period
    if chosen is None:
        return None, day
    indicator = INDICATORS.get(meaning.name)
    is_flow = indicator is not None and indicator.nature == "flow"
    return (chosen.start if is_flow else None), chosen.as_of


def factors_of(
    page: Page, meaning: Meaning, column: int, rows: np.ndarray, cells: np.ndarray
) -> np.ndarray:
    """Return what bare numbers are multiplied by; missing where money has no unit."""
    is_share = meaning.unit in ("share", "ratio") and meaning.name != "members_per_club"
    needs_size = is_share or (meaning.unit == "VND" and meaning.factor is None)
    if not needs_size:
        return np.full(len(cells), 1.0 if meaning.factor is None else meaning.factor)
    sizes = np.abs(cells[numbers_in(cells)].astype("float64"))
    if is_share:
        # 0.85 may be shown as 85 %: the cell's format tells, or the size of its neighbours.
        # A plan may be passed many times over, so ratios are judged by the middle one.
        typical = np.median(sizes) / 3.0 if meaning.unit == "ratio" and len(sizes) else None
        size = sizes.max(initial=np.inf if not len(sizes) else 0.0) if typical is None else typical
        bare = 0.01 if size > 1.0 else 1.0
        marked = page.sheet.marks.percentages or ()
        return np.array([1.0 if (row, column) in marked else bare for row in rows.tolist()])
    whole_dong = len(sizes) > 0 and float(np.median(sizes)) >= _LARGE_MONEY
    return np.full(len(cells), 1.0 if whole_dong else np.nan)


def explain_columns(page: Page, table: Table, columns: Columns) -> pd.DataFrame:
    """Return a line per column: what it was taken for, and why."""
    rows = []
    for column, meaning in columns.meanings.items():
        taken = meaning.name or "unknown"
        dated = factor = ""
        if meaning.kind == "indicator":
            taken = f"{taken} / {meaning.second}" if meaning.second else taken
            period = columns.periods[column]
            dated = "" if period is None else f", {period.as_of:%Y-%m-%d}"
            factor = f", times {meaning.factor:,.10g}" if meaning.factor not in (None, 1.0) else ""
        used = meaning.kind in ("indicator", "role")
        text = " > ".join(table.paths[column])
        reason = f"{meaning.reason}{dated}{factor}"
        rows.append((page.sheet.name, column_name(column), "column", text, taken, used, reason))
    return pd.DataFrame(rows, columns=list(EXPLAINED_COLUMNS))


def _read_column(page: Page, table: Table, column: int, beside: str) -> Meaning:
    if override := page.rules.columns.get(column):
        return override
    if column in table.hidden:
        return Meaning("omit", "hidden", "the column is hidden")
    path = table.paths[column]
    if not path:
        return Meaning("unknown", "", "it has no heading")
    whole = read_heading_path(path)
    if whole.measure == "change":
        return whole
    bare = tuple(filter(None, (without_dates(t) if find_periods(t) else t for t in path)))
    return read_heading_path(bare or path, beside=beside, factor=page.head.factor)


def _label_by_its_rows(
    page: Page, table: Table, meanings: Mapping[int, Meaning]
) -> Mapping[int, Meaning]:
    """Take the column that prints indicators in its rows for their labels, whatever its heading."""
    if {"label", "area", "club_name", "club_id"} & {m.name for m in meanings.values()}:
        return meanings
    for column, meaning in meanings.items():
        cells = page.sheet.cells[table.body : table.bottom, column]
        texts = [cell for cell in cells if type(cell) is str and cell.strip()]
        known = sum(read_heading_path([text]).kind == "indicator" for text in texts)
        if meaning.name != "hidden" and known >= _FEWEST_LABELS and 2 * known >= len(texts):
            label = Meaning("role", "label", "most of its cells name indicators")
            return {**meanings, column: label}
    return meanings


def _names_of_clubs(page: Page, table: Table, meanings: dict[int, Meaning]) -> dict[int, Meaning]:
    """Take a column headed "Câu lạc bộ" for the clubs' names where its cells print no figures."""
    if "club_name" in {meaning.name for meaning in meanings.values()}:
        return meanings
    for column, meaning in meanings.items():
        what = (meaning.kind, meaning.name, meaning.measure)
        if what != ("indicator", "clubs", "result") or column in page.rules.columns:
            continue
        cells = page.sheet.cells[table.body : table.bottom, column]
        printed = [cell for cell in cells if cell is not None and str(cell).strip()]
        texts = pd.Series([cell for cell in printed if isinstance(cell, str)], dtype="str")
        named = parse_figures(texts)["problem"].notna() & texts.str.match(r"\s*[^\W\d_]")
        if 2 * named.sum() > len(printed):
            name = Meaning("role", "club_name", "its cells name clubs, and count none")
            return {**meanings, column: name}
    return meanings


def _unit_beside_label(meanings: Mapping[int, Meaning]) -> dict[int, Meaning]:
    """Take "Đơn vị" behind the column of indicators for their unit of measurement, not a place."""
    label = min((c for c, m in meanings.items() if m.name == "label"), default=None)
    return {
        c: replace(m, name="unit", level="")
        if label is not None and c > label and (m.kind, m.name, m.level) == ("role", "area", "any")
        else m
        for c, m in meanings.items()
    }


def _keep_one_of_each(
    page: Page,
    table: Table,
    meanings: Mapping[int, Meaning],
    periods: Mapping[int, Period | None],
) -> dict[int, Meaning]:
    seen: dict[tuple, list[int]] = {}
    for column, meaning in meanings.items():
        if meaning.kind == "indicator" and column not in page.rules.columns:
            period = periods[column]
            day = None if period is None else period.as_of
            key = (meaning.name, meaning.unit, meaning.measure, day)
            seen.setdefault(key, []).append(column)
    kept = dict(meanings)
    for columns in seen.values():
        totals = [c for c in columns if _TOTAL.fullmatch(header_words(table.paths[c][-1]))]
        best = (totals or columns)[0]
        for column in set(columns) - {best}:
            reason = f"it means the same as column {column_name(best)}: a part, or a repeat"
            kept[column] = Meaning("omit", "repeated", reason)
    return kept


def _fit(page: Page, period: Period, measure: str) -> Period:
    every, head = page.head.every_year, page.head.period
    if every is not None and period.precision == "year":
        return replace(period, as_of=pd.Timestamp(year=period.as_of.year, month=every[1],
                                                  day=every[0]))  # fmt: skip
    reaches_beyond = (
        head is not None
        and head.precision != "period"
        and measure == "result"
        and period.start is not None
        and period.start <= head.as_of < period.as_of
    )
    return replace(period, as_of=head.as_of) if head is not None and reaches_beyond else period
