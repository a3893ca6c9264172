"""Sheets of a workbook come in; each recognised figure with its meaning and place goes out.

For every table it is told what each column and each row was taken for, and why; what is left out is
listed beside it. Figures are not parsed here: a cell stays as it was read, with the factor and the
unit that its headings give it. Totals are taken as printed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
import pandas as pd

from .areas import boundaries_of, find_areas, is_total, read_areas
from .dates import Period, parse_dates
from .grids import Table, find_tables
from .headers import Meaning, find_unit, header_words, read_heading_path, read_measure
from .indicators import INDICATORS
from .layout_files import Layout, SheetLayout
from .lettering import clean, strip_marks
from .letterheads import Letterhead, find_periods, find_places, read_letterhead, without_dates
from .reading import MISSING_MARKS
from .schema import BOUNDARIES
from .workbooks import Sheet, cell_name, column_name

EXPLAINED_COLUMNS = ("sheet", "place", "kind", "text", "taken_for", "used", "reason")

_FIGURE_COLUMNS = (
    "sheet", "row", "column", "cell", "group", "indicator", "second", "unit", "factor", "measure",
    "level", "area", "area_name", "start", "as_of", "own_sheet", "note",
)  # fmt: skip
_ROMAN = re.compile(r"[IVX]+\s*[.)]?|[A-H]\s*[.)]?")
_PART = re.compile(r"^\s*(?:trong (?:đó|do)\s*:?|[-–+•*]|\d+\.\d+\.?)\s*", re.IGNORECASE)
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[IVX]+|[a-zA-Z])\s*[.)]\s+")
_HEDGED = re.compile(r"^[^\d\n]{0,25}\d")
_DISTRICT_WORD = re.compile(r"(?:huyện|quận|thị xã|thành phố|tp|tx|h)\b[. ]|q\. ", re.IGNORECASE)
_PLAIN_DISTRICT = re.compile(r"(?:huyen|quan|thi xa|thanh pho|tp|tx|h)\b[. ]", re.IGNORECASE)
_ASSOCIATION = re.compile(
    r"^(?:ban đại diện )?(?:hội người cao tuổi|hội nct|hnct)\s+(?=(?:huyện|quận|thị|thành|tp|tx|xã|"
    r"phường|p\.|tt)\b)",
    re.IGNORECASE,
)
_CLUB_LEVEL_ABOVE = re.compile(r"^(?:clubs|new_clubs|closed_clubs|.+_with_clubs|.+_total)$")
_LARGE_MONEY = 100_000
_MOSTLY = 0.6


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


@dataclass(frozen=True)
class _Unit:
    """The reporting unit of a sheet: the province, and the place the sheet is about."""

    province: str | None = None
    area: str | None = None
    level: str | None = None


@dataclass(frozen=True)
class _Page:
    """A sheet with its tables and the words around them."""

    sheet: Sheet
    tables: list[Table]
    head: Letterhead
    titles: list[str]
    rules: SheetLayout
    unit: _Unit = field(default_factory=_Unit)


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
    if len(maps) > 1:
        line = _explain("", "", "workbook", "", f"boundaries {best.boundaries}", True,
                        "no date is printed; most places are found on this map")  # fmt: skip
        return replace(best, explained=pd.concat([line, best.explained], ignore_index=True))
    return best


def _open_page(sheet: Sheet, rules: SheetLayout) -> _Page:
    if sheet.hidden or rules.skip or not sheet.cells.size:
        return _Page(sheet, [], Letterhead(), [], rules)
    tables = [rules.change(table) for table in find_tables(sheet)]
    top = min((table.top for table in tables), default=0)
    above = _texts(sheet, range(top))
    below = _texts(sheet, range(_last_figure_row(sheet, tables) + 1, sheet.cells.shape[0]))
    head = read_letterhead(above, below, name=sheet.name)
    if rules.period is not None:
        head = replace(head, period=rules.period, dated_by="the layout file")
    return _Page(sheet, tables, head, above, rules)


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
            if sum(_is_figure(cell) for cell in cells) >= 2:
                last = max(last, row)
                break
    return last


def _data_day(pages: list[_Page]) -> pd.Timestamp | None:
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
    pages: list[_Page], boundaries: str, day: pd.Timestamp | None, rules: Layout
) -> Recognised:
    placed = _place_units(pages, boundaries, rules)
    lines: list[pd.DataFrame] = []
    figures: list[pd.DataFrame] = []
    for page in placed:
        about, reason = _say_page(page, boundaries)
        used = bool(page.tables)
        lines.append(_explain(page.sheet.name, "", "sheet", page.sheet.name, about, used, reason))
        for table in page.tables:
            reader = _TableReader(page, table, boundaries, day)
            figures.extend(reader.figures())
            lines.append(reader.explained())
        if page.tables:
            lines.append(_say_outside(page))
            lines.append(_say_uncomputed(page))
    return Recognised(
        figures=_concat(figures, _FIGURE_COLUMNS),
        explained=_concat(lines, EXPLAINED_COLUMNS),
        boundaries=boundaries,
        reported=max((p.head.reported for p in placed if p.head.reported is not None), default=None),
        made_up=any(page.head.made_up for page in placed),
    )


def _concat(frames: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    kept = [frame for frame in frames if len(frame)]
    if not kept:
        return pd.DataFrame(columns=list(columns))
    return pd.concat(kept, ignore_index=True)[list(columns)]


def _explain(
    sheet: str, place: str, kind: str, text: str, taken_for: str, used: bool, reason: str
) -> pd.DataFrame:
    row = dict(zip(EXPLAINED_COLUMNS, (sheet, place, kind, text, taken_for, used, reason),
                   strict=True))  # fmt: skip
    return pd.DataFrame([row])


def _say_page(page: _Page, boundaries: str) -> tuple[str, str]:
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
    return f"report of {unit}", f"{dated}, boundaries {boundaries}{legacy}"


def _say_outside(page: _Page) -> pd.DataFrame:
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
            (page.sheet.name, place, "cell", text, "left out", False, "it stands beside every table")
            for place, text in rows
        ],
        columns=list(EXPLAINED_COLUMNS),
    )


def _say_uncomputed(page: _Page) -> pd.DataFrame:
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


def _place_units(pages: list[_Page], boundaries: str, rules: Layout) -> list[_Page]:
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
    national = not named and any(
        re.search(r"viet nam|toan quoc|ca nuoc", strip_marks(text).lower()) for text in titles
    )
    return [
        replace(page, unit=_unit_of(page, province, boundaries, national=national))
        for page in pages
    ]


def _vote(pages: list[_Page], titles: list[str], boundaries: str) -> str | None:
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
        for province in sorted(filter(None, sure))[:10]
    }  # fmt: skip
    best = max(votes, key=lambda province: votes[province])
    total = sum(votes.values())
    return best if votes[best] >= 2 and votes[best] >= _MOSTLY * total else None


def _labels(pages: list[_Page]) -> list[str]:
    found: dict[str, None] = {}
    for page in pages:
        for table in page.tables:
            for column, path in table.paths.items():
                if read_heading_path(path).name == "area":
                    cells = page.sheet.cells[table.body : table.bottom, column]
                    found.update(dict.fromkeys(c for c in cells if type(c) is str and c.strip()))
    return list(found)[:2000]


def _unit_of(page: _Page, province: str | None, boundaries: str, *, national: bool) -> _Unit:
    if page.rules.unit:
        name = page.rules.unit
        found = [*find_places(name, boundaries=boundaries, within=province, bare=True)]
        return _Unit(province, found[0].area, found[0].level) if found else _Unit(province)
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
            return _Unit(province, at_level[0].area, level)
    if province is not None:
        return _Unit(province, province, "province")
    return _Unit(None, "VN", "national") if national else _Unit()


def _is_figure(cell: object) -> bool:
    """Tell whether a cell holds a figure, a missing mark not being one."""
    if type(cell) is str:
        return cell[:1] != "=" and len(cell) <= 60 and _HEDGED.match(cell.strip()) is not None
    return type(cell) in (float, int)


class _TableReader:
    """Read one table: columns first, then rows, then the figures where both meet."""

    def __init__(
        self, page: _Page, table: Table, boundaries: str, day: pd.Timestamp | None
    ) -> None:
        self.page, self.table, self.boundaries = page, table, boundaries
        self.sheet, self.unit = page.sheet, page.unit
        self.day = page.head.period.as_of if page.head.period is not None else day
        self.lines: list[tuple] = []
        self.about = self._reason_to_leave_out()
        self.meanings = self._read_columns()
        self.roles = {m.name: c for c, m in reversed(self.meanings.items()) if m.kind == "role"}
        self.periods = {c: self._period_of(c) for c in table.columns}

    def figures(self) -> list[pd.DataFrame]:
        """Return the recognised figures, a frame per column."""
        if self.about:
            return []
        if "label" in self.roles and "area" not in self.roles:
            return self._figures_by_row()
        if not {"area", "club_name", "club_id"} & set(self.roles):
            self.about = "no column names places, clubs or indicators"
            return []
        return self._figures_by_column()

    def explained(self) -> pd.DataFrame:
        """Return what the table, its columns and rows were taken for."""
        t = self.table
        place = f"{cell_name(t.top, t.left)}:{cell_name(t.bottom - 1, t.right)}"
        kind = "left out" if self.about else self._kind()
        first = _explain(self.sheet.name, place, "table", t.title, kind, not self.about,
                         self.about or "it begins with headings that the dictionary knows")  # fmt: skip
        columns = [] if self.about else [self._explain_column(c) for c in t.columns]
        body = pd.DataFrame(
            [(self.sheet.name, *line) for line in [*columns, *self.lines]],
            columns=list(EXPLAINED_COLUMNS),
        )
        return pd.concat([first, *self._row_frames, body], ignore_index=True)

    @property
    def _row_frames(self) -> list[pd.DataFrame]:
        return getattr(self, "_rows_explained", [])

    def _kind(self) -> str:
        if "label" in self.roles and "area" not in self.roles:
            return "indicators as rows"
        return "register of clubs" if {"club_name", "club_id"} & set(self.roles) else "places as rows"

    def _reason_to_leave_out(self) -> str:
        t = self.table
        if t.title and read_heading_path([t.title]).kind == "omit":
            return read_heading_path([t.title]).reason
        others = [other for other in self.page.tables if other is not t]
        words = " ".join([t.title, *(text for path in t.paths.values() for text in path)])
        if others and t.left > min(other.left for other in others) and not re.search(
            r"\b(?:clb|tv)\b", header_words(words)
        ):  # fmt: skip
            return "a second table beside the first that does not speak of clubs"
        return ""

    def _read_columns(self) -> dict[int, Meaning]:
        found: dict[int, Meaning] = {}
        beside = ""
        for column in self.table.columns:
            if override := self.page.rules.columns.get(column):
                found[column] = override
                continue
            if column in self.table.hidden:
                found[column] = Meaning("omit", "hidden", "the column is hidden")
                continue
            path = self.table.paths[column]
            if not path:
                found[column] = Meaning("unknown", "", "it has no heading")
                continue
            bare = tuple(filter(None, (self._bare(text) for text in path)))
            factor = self.page.head.factor
            meaning = read_heading_path(bare or path, beside=beside, factor=factor)
            if read_heading_path(path).measure == "change":
                meaning = read_heading_path(path)
            found[column] = meaning
            beside = meaning.name if meaning.kind == "indicator" else ""
        return self._keep_one_of_each(found)

    @staticmethod
    def _bare(text: str) -> str:
        return without_dates(text) if find_periods(text) else text

    def _keep_one_of_each(self, meanings: dict[int, Meaning]) -> dict[int, Meaning]:
        """Of columns that mean the same figure, keep the total; the others are its parts."""
        seen: dict[tuple, list[int]] = {}
        for column, m in meanings.items():
            if m.kind == "indicator" and column not in self.page.rules.columns:
                period = self._period_of(column, meanings)
                day = None if period is None else period.as_of
                seen.setdefault((m.name, m.unit, m.measure, day), []).append(column)
        kept = dict(meanings)
        for columns in seen.values():
            if len(columns) > 1:
                words = {c: header_words(self.table.paths[c][-1]) for c in columns}
                totals = [c for c in columns if re.fullmatch(r"(?:tong.*|cong|chung)", words[c])]
                best = (totals or columns)[0]
                for column in set(columns) - {best}:
                    kept[column] = Meaning(
                        "omit", "repeated",
                        f"it means the same as column {column_name(best)}: a part, or a repeat",
                    )  # fmt: skip
        return kept

    def _period_of(
        self, column: int, meanings: Mapping[int, Meaning] | None = None
    ) -> Period | None:
        """Return the period printed over a column, the nearest heading first."""
        override = self.page.rules.periods.get(column)
        if override is not None:
            return override
        meaning = (meanings or self.meanings).get(column)
        measure = meaning.measure if meaning is not None else "result"
        path = self.table.paths.get(column, ())
        for text in reversed(path):
            if found := find_periods(text, data_day=self.day):
                return self._fit(found[-1], measure)
        if measure == "previous" or any(read_measure(text) == "previous" for text in path):
            return _a_year_before(self.page.head.period)
        return None

    def _fit(self, period: Period, measure: str) -> Period:
        """End a year that the data reach into only in part on the day of the data."""
        every = self.page.head.every_year
        if every is not None and period.precision == "year":
            day = pd.Timestamp(year=period.as_of.year, month=every[1], day=every[0])
            return replace(period, as_of=day)
        head = self.page.head.period
        inside = (
            head is not None
            and head.precision != "period"
            and measure == "result"
            and period.start is not None
            and period.start <= head.as_of < period.as_of
        )
        return replace(period, as_of=head.as_of) if inside and head is not None else period

    def _explain_column(self, column: int) -> tuple:
        m = self.meanings[column]
        text = " > ".join(self.table.paths[column])
        taken = m.name or "unknown"
        if m.kind == "indicator" and m.second:
            taken = f"{m.name} / {m.second}"
        period = self.periods[column]
        dated = "" if period is None or m.kind != "indicator" else f", {period.as_of:%Y-%m-%d}"
        factor = f", times {m.factor:g}" if m.factor not in (None, 1.0) else ""
        used = m.kind in ("indicator", "role")
        return (f"{column_name(column)}", "column", text, taken, used, f"{m.reason}{dated}{factor}")

    def _figures_by_column(self) -> list[pd.DataFrame]:
        rows = _Rows(self)
        self._rows_explained = [rows.explained()]
        usable = rows.frame
        frames = []
        for column, meaning in self.meanings.items():
            if meaning.kind != "indicator":
                continue
            taken = rows.of(column, meaning)
            if taken.empty:
                continue
            frame = self._frame(taken, column, meaning)
            frames.append(frame)
        del usable
        return frames

    def _frame(self, rows: pd.DataFrame, column: int, meaning: Meaning) -> pd.DataFrame:
        cells = self.sheet.cells[rows["row"].to_numpy(), column]
        start, as_of = self._dates(meaning, self.periods[column])
        factor = self._factor(meaning, column, rows["row"].to_numpy(), cells)
        return pd.DataFrame(
            {
                "sheet": self.sheet.name,
                "row": rows["row"].to_numpy(),
                "column": column,
                "cell": cells,
                "group": f"{self.sheet.name}!{column}!{self.table.top}",
                "indicator": meaning.name,
                "second": meaning.second,
                "unit": meaning.unit,
                "factor": factor,
                "measure": meaning.measure,
                "level": rows["level"].to_numpy(),
                "area": rows["area"].to_numpy(),
                "area_name": rows["area_name"].to_numpy(),
                "start": start,
                "as_of": rows["founded"].to_numpy()
                if meaning.name == "startup_capital_vnd"
                else rows["dated"].fillna(as_of).to_numpy(),
                "own_sheet": rows["area"].eq(self.unit.area or "").to_numpy(),
                "note": rows["note"].to_numpy(),
            }
        )

    def _dates(
        self, meaning: Meaning, period: Period | None
    ) -> tuple[pd.Timestamp | type(pd.NaT), pd.Timestamp | type(pd.NaT)]:
        head = self.page.head.period
        if meaning.measure == "plan":
            if period is None and self.day is not None:
                return pd.NaT, pd.Timestamp(year=self.day.year, month=12, day=31)
            return pd.NaT, pd.NaT if period is None else period.as_of
        chosen = period or head
        if chosen is None:
            return pd.NaT, pd.NaT if self.day is None else self.day
        indicator = INDICATORS.get(meaning.name)
        is_flow = indicator is not None and indicator.nature == "flow"
        return (chosen.start if is_flow and chosen.start else pd.NaT), chosen.as_of

    def _factor(
        self, meaning: Meaning, column: int, rows: np.ndarray, cells: np.ndarray
    ) -> np.ndarray:
        """Return what bare numbers are multiplied by; missing where money has no unit."""
        numbers = [abs(cell) for cell in cells if type(cell) in (int, float)]
        if meaning.unit in ("share", "ratio") and meaning.name != "members_per_club":
            # 0.85 may be shown as 85 %: the cell's format tells, or the size of its neighbours.
            highest = 1.0 if meaning.unit == "share" else 3.0
            bare = 0.01 if max(numbers, default=100.0) > highest else 1.0
            marked = self.sheet.marks.percentages or ()
            return np.array([1.0 if (row, column) in marked else bare for row in rows.tolist()])
        if meaning.unit != "VND" or meaning.factor is not None:
            return np.full(len(cells), 1.0 if meaning.factor is None else meaning.factor)
        whole_dong = bool(numbers) and float(np.median(numbers)) >= _LARGE_MONEY
        return np.full(len(cells), 1.0 if whole_dong else np.nan)

    def _figures_by_row(self) -> list[pd.DataFrame]:
        rows = _IndicatorRows(self)
        frames = rows.figures()
        self._rows_explained = [rows.explained()]
        return frames


class _Rows:
    """The rows of a table of places or clubs: which place each is, or why it is none."""

    def __init__(self, reader: _TableReader) -> None:
        self.reader, self.table, self.sheet = reader, reader.table, reader.sheet
        self.numbers = np.arange(self.table.body, self.table.bottom)
        self.is_register = bool({"club_name", "club_id"} & set(reader.roles))
        self.areas = [
            c for c, m in reader.meanings.items() if m.kind == "role" and m.name == "area"
        ]
        self.indicators = [c for c, m in reader.meanings.items() if m.kind == "indicator"]
        self.has_figures = self._has_figures()
        self.labels = self._labels()
        self.index = self._column("index")
        self.frame = self._read()

    def of(self, column: int, meaning: Meaning) -> pd.DataFrame:
        """Return the rows in which a column's figure is one of the row's place."""
        cells = self.sheet.cells[self.numbers, column]
        filled = np.fromiter((_holds(cell) for cell in cells), bool, len(cells))
        rows = self.frame
        usable = rows["level"].notna().to_numpy() & filled
        if self.is_register:
            above = _CLUB_LEVEL_ABOVE.match(meaning.name) is not None
            is_club = rows["level"].eq("club").to_numpy()
            if above:
                commune = rows.loc[usable & is_club]
                moved = commune.assign(
                    area=commune["commune"], area_name=commune["commune_name"], level="commune"
                ).loc[commune["commune"].notna()]
                return pd.concat([moved, rows.loc[usable & ~is_club]]).sort_values("row")
            if meaning.name == "startup_capital_vnd":
                usable &= is_club
        return rows.loc[usable]

    def explained(self) -> pd.DataFrame:
        """Return one line per row that is not blank."""
        rows = self.frame.loc[self.frame["text"].ne("") | self.has_figures]
        place = rows["row"].add(1).astype("str")
        used = rows["level"].notna()
        taken = rows["level"].fillna("left out").where(
            ~used, rows["level"].fillna("") + " " + rows["area"].fillna("")
        )  # fmt: skip
        return pd.DataFrame(
            {
                "sheet": self.sheet.name,
                "place": place,
                "kind": "row",
                "text": rows["text"],
                "taken_for": taken,
                "used": used,
                "reason": rows["reason"],
            }
        )

    def _has_figures(self) -> np.ndarray:
        some = np.zeros(len(self.numbers), dtype=bool)
        for column in self.indicators:
            cells = self.sheet.cells[self.numbers, column]
            some |= np.fromiter((_is_figure(cell) for cell in cells), bool, len(cells))
        return some

    def _column(self, role: str) -> list[str]:
        column = self.reader.roles.get(role)
        if column is None:
            return [""] * len(self.numbers)
        return [_as_label(cell) for cell in self.sheet.cells[self.numbers, column]]

    def _labels(self) -> list[str]:
        """Return the words that name each row; a total may stand in the column of numbers."""
        columns = [*self.areas]
        if self.is_register:
            columns = [self.reader.roles.get("club_name", self.reader.roles.get("club_id", -1))]
        labels = [_as_label(c) for c in self.sheet.cells[self.numbers, columns[-1]]]
        others = [c for c in range(self.table.left, max(columns[-1], self.table.left) + 1)]
        return [
            label or self._label_elsewhere(row, others)
            for label, row in zip(labels, self.numbers.tolist(), strict=True)
        ]

    def _label_elsewhere(self, row: int, columns: list[int]) -> str:
        for column in columns:
            text = _as_label(self.sheet.cells[row, column])
            if text and not re.fullmatch(r"[\d.]+|[IVX]+\.?", text) and column not in self.indicators:
                return text
        return ""

    def _read(self) -> pd.DataFrame:
        count = len(self.numbers)
        rows = pd.DataFrame(
            {
                "row": self.numbers,
                "text": pd.array([_shorten(t) for t in self.labels], dtype="str"),
                "name": pd.array([_ASSOCIATION.sub("", t) for t in self.labels], dtype="str"),
            }
        )
        for column in ("area", "area_name", "level", "reason", "commune", "commune_name"):
            rows[column] = pd.Series([None] * count, dtype="str")
        rows["founded"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
        rows["dated"] = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
        rows["note"] = self._notes()
        hidden = np.isin(self.numbers, list(self.sheet.marks.hidden_rows))
        skipped = np.isin(self.numbers, list(self.reader.page.rules.skipped_rows))
        total = np.fromiter((_means_total(t) for t in self.labels), bool, count)
        total |= np.isin(self.numbers, list(self.reader.page.rules.total_rows))
        body = self.has_figures & ~hidden & ~skipped & rows["name"].ne("").to_numpy()
        rows["reason"] = np.select(
            [hidden, skipped, ~self.has_figures, ~body],
            ["the row is hidden", "the layout file skips it",
             "no figures: a heading, a note or a signature", "it has figures but no name"],
            default="",
        )  # fmt: skip
        rows["reason"] = rows["reason"].astype("str")
        if self.is_register:
            return self._read_clubs(rows, body, total)
        return self._read_areas(rows, body, total, hidden | skipped)

    def _notes(self) -> pd.Series:
        column = self.reader.roles.get("note")
        if column is None:
            return pd.Series([None] * len(self.numbers), dtype="str")
        texts = [_as_label(cell) or None for cell in self.sheet.cells[self.numbers, column]]
        return pd.Series(texts, dtype="str")

    def _read_areas(
        self, rows: pd.DataFrame, body: np.ndarray, total: np.ndarray, out: np.ndarray
    ) -> pd.DataFrame:
        unit, boundaries = self.reader.unit, self.reader.boundaries
        named = rows["name"].ne("").to_numpy() & ~total & ~out
        levels = self._levels(rows, named, body)
        found = self._find(rows, levels, unit.province)
        heading = np.array([level == "district" for level in levels])
        inside = self._inside(rows, found, heading, named)
        communes = np.array([level == "commune" for level in levels]) & body & named
        if communes.any():
            names = rows.loc[communes, "name"]
            within = inside.loc[communes]
            found.loc[communes] = find_areas(
                names, within=within, level="commune", boundaries=boundaries
            )
        own = named & body & found["area"].isna().to_numpy() & self._is_own_name(rows)
        placed = body & named & found["area"].notna().to_numpy()
        for column in ("area", "area_name", "level"):
            rows[column] = rows[column].where(~placed, found[column])
        rows["reason"] = rows["reason"].where(~placed, "found in the gazetteer")
        lost = body & named & ~placed & ~own
        rows["reason"] = rows["reason"].where(~lost, "no unit of the gazetteer: " + found[
            "problem"].fillna("the level of this row is not known"))  # fmt: skip
        rows["dated"] = self._row_periods(rows, body, named)
        return self._book_totals(rows, body & (total | own), heading & named & ~out, found)

    def _is_own_name(self, rows: pd.DataFrame) -> np.ndarray:
        """A last row may name the reporting unit itself: it is the total."""
        unit = self.reader.unit
        if unit.area is None or unit.level == "national":
            return np.zeros(len(rows), dtype=bool)
        found = find_areas(
            rows["name"], within=None if unit.level == "province" else unit.province,
            level=unit.level, boundaries=self.reader.boundaries,
        )  # fmt: skip
        return found["area"].eq(unit.area).to_numpy()

    def _levels(self, rows: pd.DataFrame, named: np.ndarray, body: np.ndarray) -> list[str]:
        """Tell the level of every row: by the heading, Roman numbers, type words, or most names."""
        override = self.reader.page.rules.level
        if override:
            return [override] * len(rows)
        meaning = self.reader.meanings[self.areas[-1]]
        unit, boundaries = self.reader.unit, self.reader.boundaries
        roman = np.array([bool(_ROMAN.fullmatch(t)) for t in self.index])
        mixed = bool((roman & named).any() and (~roman & named & body).any())
        typed = rows["name"].map(_says_district).to_numpy(dtype=bool)
        if meaning.level == "province" or (meaning.level == "any" and unit.level == "national"):
            return ["province"] * len(rows)
        if boundaries == "2025-07":
            return ["commune"] * len(rows)
        if meaning.level == "commune" or (mixed and meaning.level != "district"):
            heads = roman if mixed else typed & ~body if meaning.level == "commune" else typed
            return ["district" if head else "commune" for head in heads]
        if meaning.level == "district" and not mixed:
            return ["district"] * len(rows)
        if unit.level in ("district", "commune") and not mixed:
            return ["commune"] * len(rows)
        if mixed:
            return ["district" if head else "commune" for head in roman]
        names = rows.loc[named & body, "name"]
        as_districts = find_areas(
            names, within=unit.province, level="district", boundaries=boundaries
        )["area"].notna()
        if len(names) == 0 or as_districts.mean() >= _MOSTLY:
            return ["district"] * len(rows)
        return ["district" if head else "commune" for head in typed]

    def _find(self, rows: pd.DataFrame, levels: list[str], province: str | None) -> pd.DataFrame:
        """Look up districts and provinces; communes wait until their district is known."""
        found = pd.DataFrame(index=rows.index, columns=["area", "area_name", "level", "problem"],
                             dtype="str")  # fmt: skip
        for level in ("province", "district"):
            at = np.array([one == level for one in levels]) & rows["name"].ne("").to_numpy()
            if at.any():
                found.loc[at] = find_areas(
                    rows.loc[at, "name"],
                    within=province if level == "district" else None,
                    level=level,
                    boundaries=self.reader.boundaries,
                )
        return found

    def _inside(
        self, rows: pd.DataFrame, found: pd.DataFrame, heading: np.ndarray, named: np.ndarray
    ) -> pd.Series:
        """Return the district or province that each commune row lies in."""
        unit = self.reader.unit
        outer = unit.area if unit.level == "district" else unit.province
        districts = found["area"].where(heading & named)
        if len(self.areas) > 1:
            upper = pd.Series(
                [_as_label(c) or None for c in self.sheet.cells[self.numbers, self.areas[0]]],
                dtype="str",
            ).ffill()
            looked_up = find_areas(
                upper, within=unit.province, level="district", boundaries=self.reader.boundaries
            ) if self.reader.boundaries != "2025-07" else found  # fmt: skip
            return looked_up["area"].fillna(outer) if outer else looked_up["area"]
        filled = districts.ffill()
        return filled.fillna(outer) if outer is not None else filled

    def _row_periods(
        self, rows: pd.DataFrame, body: np.ndarray, named: np.ndarray
    ) -> pd.Series:
        """A row that holds a date alone ("Năm 2022") dates the rows below it."""
        dates = pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us]")
        for position in np.flatnonzero(named & ~body):
            text = self.labels[position]
            periods = find_periods(text)
            if periods and not without_dates(text).strip(" .:-"):
                dates.iloc[position] = periods[-1].as_of
        return dates.ffill()

    def _book_totals(
        self, rows: pd.DataFrame, totals: np.ndarray, heading: np.ndarray, found: pd.DataFrame
    ) -> pd.DataFrame:
        """Give each total the unit it totals: the named one, an open group's, or the sheet's."""
        unit = self.reader.unit
        names = _names_of(self.reader.boundaries)
        open_group: str | None = None
        for position in range(len(rows)):
            if heading[position] and isinstance(found["area"].iloc[position], str):
                open_group = None if self.has_figures[position] else found["area"].iloc[position]
            if not totals[position]:
                continue
            area, level = self._unit_totalled(rows["name"].iloc[position], open_group)
            open_group = None if area == open_group else open_group
            if area is None:
                rows.loc[rows.index[position], "reason"] = (
                    "a total of a unit that no title names; name it in a layout file"
                )
                continue
            rows.loc[rows.index[position], ["area", "area_name", "level", "reason"]] = [
                area, names[level, area], level, "a total, as printed",
            ]  # fmt: skip
        del unit
        return rows

    def _unit_totalled(self, name: str, open_group: str | None) -> tuple[str | None, str]:
        unit = self.reader.unit
        plain = strip_marks(name).lower()
        if re.search(r"ca nuoc|toan quoc", plain):
            return "VN", "national"
        if "tinh" in plain.split() and unit.province:
            return unit.province, "province"
        named = [
            place
            for place in find_places(
                name, boundaries=self.reader.boundaries, within=unit.province
            )
        ]
        if named:
            return named[0].area, named[0].level
        if open_group is not None:
            return open_group, "district"
        return unit.area, unit.level or ""

    def _read_clubs(self, rows: pd.DataFrame, body: np.ndarray, total: np.ndarray) -> pd.DataFrame:
        ids, names = self._column("club_id"), self._column("club_name")
        if "club_id" not in self.reader.roles:
            ids = [f"{self.sheet.name}-{row + 1}" for row in self.numbers]
        club = body & ~total & np.array([bool(i and (n or "club_name" not in self.reader.roles))
                                         for i, n in zip(ids, names, strict=True)])  # fmt: skip
        rows["area"] = rows["area"].where(~club, pd.array(ids, dtype="str"))
        label = names if "club_name" in self.reader.roles else ids
        rows["area_name"] = rows["area_name"].where(~club, pd.array(label, dtype="str"))
        rows["level"] = rows["level"].where(~club, "club")
        rows["reason"] = rows["reason"].where(~club, "a club of the register")
        rows["founded"] = self._founded(rows, club)
        if self.areas:
            rows = self._place_clubs(rows, club, total)
        lost = body & ~club & ~total
        rows["reason"] = rows["reason"].where(~lost, "neither a club nor a total")
        nowhere = np.zeros(len(rows), dtype=bool)
        found = pd.DataFrame(index=rows.index, columns=["area"], dtype="str")
        return self._book_totals(rows, body & total, nowhere, found)

    def _place_clubs(self, rows: pd.DataFrame, club: np.ndarray, total: np.ndarray) -> pd.DataFrame:
        cells = self.sheet.cells[self.numbers, self.areas[-1]]
        texts = pd.Series([_as_label(cell) or None for cell in cells], dtype="str")
        communes = texts.where(~total).ffill().where(club)
        unit = self.reader.unit
        within = unit.area if unit.level == "district" else unit.province
        if unit.level == "commune":
            communes = communes.where(communes.isna(), "")
        found = find_areas(
            communes, within=within, level="commune", boundaries=self.reader.boundaries
        )
        rows["commune"], rows["commune_name"] = found["area"], found["area_name"]
        return rows

    def _founded(self, rows: pd.DataFrame, club: np.ndarray) -> pd.Series:
        column = self.reader.roles.get("founded")
        if column is None:
            return rows["founded"]
        cells = [
            cell.strip() if type(cell) is str else cell
            for cell in self.sheet.cells[self.numbers, column]
        ]
        cells = [None if isinstance(cell, dt.time) or cell == "" else cell for cell in cells]
        dates = parse_dates(pd.Series(cells, index=rows.index, dtype=object).where(club))
        for position in np.flatnonzero(dates["problem"].notna()):
            self.reader.lines.append(
                (
                    cell_name(int(self.numbers[position]), column), "cell", str(cells[position]),
                    "left out", False, dates["problem"].iloc[position].splitlines()[0],
                )
            )  # fmt: skip
        return dates["as_of"]


class _IndicatorRows:
    """The rows of a form whose rows are indicators: the meaning of each under its headings."""

    def __init__(self, reader: _TableReader) -> None:
        self.reader, self.table, self.sheet = reader, reader.table, reader.sheet
        self.label = reader.roles["label"]
        self.columns = [
            c
            for c in self.table.columns
            if reader.meanings[c].kind != "role" and reader.meanings[c].name != "hidden"
        ]
        self.lines: list[tuple] = []

    def explained(self) -> pd.DataFrame:
        rows = [(self.sheet.name, *line) for line in self.lines]
        return pd.DataFrame(rows, columns=list(EXPLAINED_COLUMNS))

    def figures(self) -> list[pd.DataFrame]:
        """Return the figures, a frame per row and column."""
        unit = self.reader.unit
        if unit.area is None:
            self.reader.about = "no title names the unit that reports"
            return []
        name = _names_of(self.reader.boundaries)[unit.level or "", unit.area]
        place = {"area": unit.area, "area_name": name, "level": unit.level}
        measures = {c: self._measure(c) for c in self.columns}
        frames = []
        for row, path, factor in self._paths():
            frames += self._row_figures(row, path, factor, measures, place)
        return frames

    def _measure(self, column: int) -> str:
        path = self.table.paths[column]
        measure = read_measure(" ".join(path))
        if measure == "share":
            measure = "ratio"
        period = self.reader._period_of(column)
        self.reader.periods[column] = period
        used = bool(path) and measure != "change"
        reason = f"“{header_words(' '.join(path))}”" if path else "it has no heading"
        self.reader.meanings[column] = Meaning(
            "indicator" if used else "omit", measure, reason,
            measure if used else "change", 1.0,  # type: ignore[arg-type]
        )  # fmt: skip
        return measure if used else "change"

    def _paths(self) -> Iterable[tuple[int, tuple[str, ...], str]]:
        """Yield each row with figures: its heading under section and parent, and its unit."""
        section, parent = "", ""
        unit_column = self.reader.roles.get("unit")
        index_column = self.reader.roles.get("index")
        for row in range(self.table.body, self.table.bottom):
            raw = self.sheet.cells[row, self.label]
            text = _as_label(raw)
            place = str(row + 1)
            if not text:
                continue
            if row in self.sheet.marks.hidden_rows or row in self.reader.page.rules.skipped_rows:
                why = "the row is hidden" if row in self.sheet.marks.hidden_rows else (
                    "the layout file skips it")  # fmt: skip
                self.lines.append((place, "row", text, "left out", False, why))
                continue
            cells = [self.sheet.cells[row, c] for c in self.columns]
            numbered = index_column is not None and _as_label(self.sheet.cells[row, index_column])
            if not any(_is_figure(cell) for cell in cells):
                if any(_holds(cell) for cell in cells) or (
                    unit_column is not None and _as_label(self.sheet.cells[row, unit_column])
                ):
                    why = "no figure is printed"
                    parent = text if numbered else parent
                else:
                    why = "no figures: a heading, a note or a signature"
                    section, parent = (text, "") if numbered else (section, parent)
                self.lines.append((place, "row", text, "left out", False, why))
                continue
            is_part = bool(_PART.match(text)) or (index_column is not None and not numbered)
            own = _NUMBERING.sub("", _PART.sub("", _PART.sub("", text)))
            path = tuple(filter(None, (section, parent if is_part else "", own)))
            if not is_part:
                parent = own
            printed = _as_label(self.sheet.cells[row, unit_column]) if unit_column is not None else ""
            yield row, path, printed

    def _row_figures(
        self,
        row: int,
        path: tuple[str, ...],
        printed: str,
        measures: Mapping[int, str],
        place: Mapping[str, str | None],
    ) -> list[pd.DataFrame]:
        override = self.reader.page.rules.rows.get(row)
        unit = find_unit(printed) if printed else None
        own = f"{path[-1]} ({printed})" if unit is not None else path[-1]
        factor = self.reader.page.head.factor
        parent = read_heading_path(path[:-1], factor=factor) if len(path) > 1 else None
        base = override or read_heading_path((*path[:-1], own), factor=factor)
        if override is None and parent is not None and base.kind == "indicator" and (
            parent.name == base.name and base.unit == parent.unit and base.measure == "result"
            and _PART.match(_as_label(self.sheet.cells[row, self.label]))
        ):  # fmt: skip
            base = Meaning("omit", "parts", f"a part of {base.name} above")
        frames = []
        taken = []
        for column in self.columns:
            cell = self.sheet.cells[row, column]
            if not _holds(cell) or measures[column] == "change":
                continue
            meaning = base if base.kind == "omit" else self._with_measure(
                base, (*path[:-1], own), measures[column], factor, override is not None)  # fmt: skip
            where = cell_name(row, column)
            if meaning.kind != "indicator":
                if measures[column] != "result" and base.kind == "indicator" and _is_figure(cell):
                    self.lines.append((where, "cell", str(cell), "left out", False, meaning.reason))
                continue
            rows = pd.DataFrame(
                {"row": [row], "note": None, "founded": pd.NaT, "dated": pd.NaT, **place}
            )
            rows["dated"] = rows["dated"].astype("datetime64[us]")
            frames.append(self._frame(rows, column, meaning))
            taken.append(meaning.name)
        names = ", ".join(dict.fromkeys(taken))
        text = " > ".join(path)
        self.lines.append(
            (str(row + 1), "row", text, names or "left out", bool(names), base.reason)
        )
        return frames

    def _frame(self, rows: pd.DataFrame, column: int, meaning: Meaning) -> pd.DataFrame:
        kept = self.reader.periods[column]
        frame = self.reader._frame(rows, column, meaning)
        if kept is None and meaning.measure == "ratio":
            return frame
        return frame

    def _with_measure(
        self,
        base: Meaning,
        path: tuple[str, ...],
        measure: str,
        factor: float | None,
        overridden: bool,
    ) -> Meaning:
        if measure in ("result", "previous") or base.kind != "indicator":
            return base
        if overridden:
            return replace(base, measure=measure)  # type: ignore[arg-type]
        word = "kế hoạch" if measure == "plan" else "thực hiện so với kế hoạch"
        return read_heading_path((*path, word), factor=factor)


def _as_label(cell: object) -> str:
    if type(cell) is str:
        return clean(cell) if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


@cache
def _means_total(label: str) -> bool:
    return is_total(_NUMBERING.sub("", label))


def _says_district(name: str) -> bool:
    pattern = _PLAIN_DISTRICT if name.isascii() else _DISTRICT_WORD
    return pattern.match(name) is not None


def _shorten(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def _holds(cell: object) -> bool:
    """Tell whether a cell prints something that is no mark of a missing figure."""
    if type(cell) is str:
        return bool(cell) and clean(cell).lower() not in MISSING_MARKS
    return cell is not None


def _a_year_before(period: Period | None) -> Period | None:
    if period is None:
        return None
    year = pd.DateOffset(years=1)
    start = None if period.start is None else period.start - year
    return replace(period, start=start, as_of=period.as_of - year)


@cache
def _names_of(boundaries: str) -> Mapping[tuple[str, str], str]:
    areas = read_areas(boundaries=boundaries)
    keys = zip(areas["level"], areas["area"], strict=True)
    return dict(zip(keys, areas["area_name"], strict=True))
