"""The rows of a table of places or clubs come in; which unit each is, or why it is none, goes out.

Names are looked up on one map, communes within the district of the heading above them. A totals
row is a row of the unit it totals. What no list knows is left out with the nearest names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from .areas import find_areas, is_total, read_areas
from .cells import each_once, figures_in, filled_in, labels, repeat, shorten
from .columns import EXPLAINED_COLUMNS, Columns, Page
from .dates import parse_dates
from .headers import Meaning
from .letterheads import find_periods, find_places, without_dates
from .lettering import strip_marks
from .sheet_tables import Table
from .workbooks import cell_name

_MOSTLY = 0.6
_ROMAN = re.compile(r"[IVX]+\s*[.)]?|[A-H]\s*[.)]?")
_NUMBER = re.compile(r"[\d.]+|[IVX]+\.?")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[IVX]+|[a-zA-Z])\s*[.)]\s+")
_DISTRICT = re.compile(r"(?:huyện|quận|thị xã|thành phố|tp|tx|h)\b[. ]|q\. ", re.IGNORECASE)
_PLAIN_DISTRICT = re.compile(r"(?:huyen|quan|thi xa|thanh pho|tp|tx|h)\b[. ]", re.IGNORECASE)
_ASSOCIATION = re.compile(
    r"^(?:hội người cao tuổi|hội nct|hnct)\s+(?=(?:huyện|quận|thị|thành|tp|tx|xã|phường|p\.|tt)\b)",
    re.IGNORECASE,
)
_COUNTED_DISTRICTS = re.compile(r"(?<!\d)(\d{1,2}) (?:huyen|quan|don vi cap huyen)\b(?! co\b)")
_OF_COMMUNES = re.compile(r"clubs|new_clubs|closed_clubs|.+_with_clubs|.+_total")
_TYPES = MappingProxyType(
    {"district": ("huyện", "thị xã", "thành phố"), "commune": ("xã", "phường", "thị trấn")}
)
_WORDS = ("area", "area_name", "level", "reason", "commune", "commune_name", "note")
_DAYS = ("founded", "dated")


class Rows:
    """The rows of one table.

    Parameters
    ----------
    page : Page
        The sheet, its reporting unit and its map.
    table : Table
        A table with a column of places or clubs.
    columns : Columns
        What its columns mean.

    Attributes
    ----------
    frame : DataFrame
        One row per row of the table: `area, area_name, level`, missing where the row is no unit;
        `commune` of a club; `founded` and `dated`, days; `note`; `text` and `reason` for people.
    """

    def __init__(self, page: Page, table: Table, columns: Columns) -> None:
        self._page, self._sheet, self._columns = page, page.sheet, columns
        self._table = table
        self._numbers = np.arange(table.body, table.bottom)
        self._is_register = bool({"club_name", "club_id"} & set(columns.roles))
        self._lines: list[tuple] = []
        self._labels_of: dict[int, pd.Series] = {}
        self._figures = np.zeros(len(self._numbers), dtype=bool)
        for column in columns.indicators:
            self._figures |= figures_in(self._cells(column))
        self._names = self._row_names()
        self.frame = self._read()

    def of(self, column: int, meaning: Meaning) -> pd.DataFrame:
        """Return the rows in which a column prints a figure of the row's unit.

        In a register a number of clubs is one of the club's commune.
        """
        filled = filled_in(self._cells(column))
        usable = self.frame["level"].notna().to_numpy() & filled
        if not self._is_register:
            return self.frame.loc[usable]
        club = self.frame["level"].eq("club").to_numpy(dtype=bool, na_value=False)
        if meaning.name == "startup_capital_vnd":
            return self.frame.loc[usable & club]
        if _OF_COMMUNES.fullmatch(meaning.name) is None:
            return self.frame.loc[usable]
        clubs = self.frame.loc[usable & club]
        moved = clubs.assign(
            area=clubs["commune"], area_name=clubs["commune_name"], level="commune"
        ).loc[clubs["commune"].notna()]
        return pd.concat([moved, self.frame.loc[usable & ~club]]).sort_values("row")

    def explained(self) -> pd.DataFrame:
        """Return a line per row that is not blank, and one per founding date that is none."""
        rows = self.frame.loc[self.frame["text"].ne("") | self._figures]
        used = rows["level"].notna()
        lines = pd.DataFrame(
            {
                "sheet": self._sheet.name,
                "place": (rows["row"] + 1).astype("str"),
                "kind": "row",
                "text": rows["text"],
                "taken_for": (rows["level"] + " " + rows["area"]).fillna("left out"),
                "used": used,
                "reason": rows["reason"],
            }
        )
        cells = pd.DataFrame(self._lines, columns=list(EXPLAINED_COLUMNS))
        return pd.concat([lines, cells], ignore_index=True) if len(cells) else lines

    def _cells(self, column: int) -> np.ndarray:
        return self._sheet.cells[self._table.body : self._table.bottom, column]

    def _labels(self, column: int) -> pd.Series:
        if column not in self._labels_of:
            self._labels_of[column] = labels(self._cells(column))
        return self._labels_of[column]

    def _role(self, role: str) -> pd.Series:
        column = self._columns.roles.get(role)
        if column is None:
            return repeat("", len(self._numbers))
        return self._labels(column)

    def _row_names(self) -> pd.Series:
        """Return the words that name each row; a total may stand in the column of numbers."""
        roles = self._columns.roles
        key = self._columns.areas[-1] if self._columns.areas else -1
        if self._is_register:
            key = roles.get("club_name", roles.get("club_id", -1))
        names = self._labels(key)
        for column in range(self._table.left, key):
            if column not in self._columns.indicators and names.eq("").any():
                others = self._labels(column)
                names = names.mask(names.eq("") & ~others.str.fullmatch(_NUMBER.pattern), others)
        return names

    def _read(self) -> pd.DataFrame:
        count = len(self._numbers)
        nothing = repeat(None, count)
        never = pd.Series(pd.NaT, index=range(count), dtype="datetime64[us]")
        note = self._columns.roles.get("note")
        rows = pd.DataFrame(
            {
                "row": self._numbers,
                "text": each_once(self._names, shorten),
                "name": each_once(self._names, lambda name: _ASSOCIATION.sub("", name)),
                **dict.fromkeys(_WORDS, nothing),
                **dict.fromkeys(_DAYS, never),
            }
        )
        if note is not None:
            notes = self._labels(note)
            rows["note"] = notes.where(notes.ne(""))
        rules = self._page.rules
        hidden = np.isin(self._numbers, list(self._sheet.marks.hidden_rows))
        skipped = np.isin(self._numbers, list(rules.skipped_rows))
        named = rows["name"].ne("").to_numpy(dtype=bool)
        totals = _tell(self._names, _means_total) | np.isin(self._numbers, list(rules.total_rows))
        body = self._figures & named & ~hidden & ~skipped
        rows["reason"] = pd.Series(
            np.select(
                [hidden, skipped, ~self._figures, ~named],
                ["the row is hidden", "the layout file skips it",
                 "no figures: a heading, a note or a signature", "it has figures but no name"],
                default="",
            ),
            dtype="str",
        )  # fmt: skip
        if self._is_register:
            return self._read_clubs(rows, body, totals)
        return self._read_areas(rows, body, totals, named & ~hidden & ~skipped)

    def _read_areas(
        self, rows: pd.DataFrame, body: np.ndarray, totals: np.ndarray, seen: np.ndarray
    ) -> pd.DataFrame:
        named = seen & ~totals
        levels = self._levels(rows, named, body)
        found = self._find(rows, levels, named)
        heading = (levels == "district") & named
        province = repeat(self._page.unit.province, len(rows))
        found = self._take_the_last_one_left(rows, found, heading, province, "district")
        communes = (levels == "commune") & body & named
        if communes.any():
            inside = self._inside(found, heading)
            found.loc[communes] = find_areas(
                rows.loc[communes, "name"],
                within=inside.loc[communes],
                level="commune",
                boundaries=self._page.boundaries,
            )
            found = self._take_the_last_one_left(rows, found, communes, inside, "commune")
        known = found["area"].notna().to_numpy()
        placed = body & named & known
        own = body & named & ~known & self._names_the_unit(rows)
        for column in ("area", "area_name", "level"):
            rows[column] = found[column].where(placed)
        problem = "no unit of the gazetteer: " + found["problem"].fillna("no level is known for it")
        rows["reason"] = (
            rows["reason"]
            .mask(placed, "found in the gazetteer")
            .mask(placed & found["problem"].notna(), found["problem"])
            .mask(
                heading & known & ~body,
                "a heading: the communes below lie in " + found["area_name"],
            )
            .mask(body & named & ~placed & ~own, problem)
        )
        rows["dated"] = self._dated(rows, named & ~body)
        return self._book_totals(rows, body & (totals | own), found["area"].where(heading))

    def _levels(self, rows: pd.DataFrame, named: np.ndarray, body: np.ndarray) -> np.ndarray:
        """Tell the level of each row by the heading, Roman numbers, type words, or most names."""
        unit, boundaries = self._page.unit, self._page.boundaries
        level = self._page.rules.level or self._columns.meanings[self._columns.areas[-1]].level
        roman = _tell(self._role("index"), lambda text: bool(_ROMAN.fullmatch(text)))
        mixed = bool((roman & named).any() and (~roman & named & body).any())
        typed = _tell(rows["name"], _says_district)
        every = np.full(len(rows), "commune", dtype=object)
        if level == "province" or (level == "any" and unit.level == "national"):
            every[:] = "province"
        elif boundaries == "2025-07" or self._page.rules.level == "commune":
            pass
        elif mixed:
            every[roman] = "district"
        elif level == "commune":
            every[typed & ~body] = "district"
        elif level == "district":
            every[:] = "district"
        elif unit.level not in ("district", "commune"):
            names = rows.loc[named & body, "name"]
            districts = find_areas(
                names, within=unit.province, level="district", boundaries=boundaries
            )["area"].notna()
            most = len(names) == 0 or float(districts.mean()) >= _MOSTLY
            every[np.full(len(rows), True) if most else typed] = "district"
        return every

    def _find(self, rows: pd.DataFrame, levels: np.ndarray, named: np.ndarray) -> pd.DataFrame:
        """Look up provinces and districts; communes wait until their district is known."""
        columns = ["area", "area_name", "level", "problem"]
        found = pd.DataFrame(index=rows.index, columns=columns, dtype="str")
        for level in ("province", "district"):
            at = (levels == level) & named
            if at.any():
                found.loc[at] = find_areas(
                    rows.loc[at, "name"],
                    within=self._page.unit.province if level == "district" else None,
                    level=level,
                    boundaries=self._page.boundaries,
                )
        return found

    def _take_the_last_one_left(
        self,
        rows: pd.DataFrame,
        found: pd.DataFrame,
        at: np.ndarray,
        inside: pd.Series,
        level: str,
    ) -> pd.DataFrame:
        """Place a bare name that two units bear where the table names the other one by its type.

        "Duyên Hải" beside "Thị xã Duyên Hải" is the rural district: nothing else is left.
        """
        open_rows = np.flatnonzero(at & found["area"].isna().to_numpy())
        names = rows["name"].iloc[open_rows]
        names = names[~names.duplicated(keep=False)]
        if not len(names):
            return found
        typed = pd.concat(
            find_areas(
                word + " " + names,
                within=inside.loc[names.index],
                level=level,
                boundaries=self._page.boundaries,
            ).rename_axis("at")
            for word in _TYPES[level]
        )
        bearers = typed.dropna(subset="area").reset_index().drop_duplicates(["at", "area"])
        left = bearers.loc[~bearers["area"].isin(found.loc[at, "area"].dropna())]
        several = bearers.groupby("at").size().gt(1)
        alone = left.loc[left["at"].map(several)].drop_duplicates("at", keep=False).set_index("at")
        reason = "the one of its name left: another row names the other by its type"
        found = found.copy()
        found.loc[alone.index] = alone.assign(problem=reason)
        return found

    def _inside(self, found: pd.DataFrame, heading: np.ndarray) -> pd.Series:
        """Return the district, else the province, that each row lies in."""
        unit = self._page.unit
        outer = unit.area if unit.level == "district" else unit.province
        districts = found["area"].where(heading).ffill()
        if len(self._columns.areas) > 1 and self._page.boundaries != "2025-07":
            words = self._labels(self._columns.areas[0])
            upper = words.where(words.ne("")).ffill()
            districts = find_areas(
                upper, within=unit.province, level="district", boundaries=self._page.boundaries
            )["area"]
        return districts if outer is None else districts.fillna(outer)

    def _names_the_unit(self, rows: pd.DataFrame) -> np.ndarray:
        """Tell which rows name the reporting unit itself: they are its total."""
        unit = self._page.unit
        if unit.area is None or unit.level == "national":
            return np.zeros(len(rows), dtype=bool)
        found = find_areas(
            rows["name"],
            within=None if unit.level == "province" else unit.province,
            level=unit.level,
            boundaries=self._page.boundaries,
        )
        return found["area"].eq(unit.area).to_numpy(dtype=bool, na_value=False)

    def _dated(self, rows: pd.DataFrame, headings: np.ndarray) -> pd.Series:
        """Return the dates that stand in rows alone ("Năm 2022"), for the rows below them."""
        dates = rows["dated"].copy()
        for position in np.flatnonzero(headings).tolist():
            text = self._names.iloc[position]
            periods = find_periods(text)
            if periods and not without_dates(text).strip(" .:-"):
                dates.iloc[position] = periods[-1].as_of
        return dates.ffill()

    def _book_totals(
        self, rows: pd.DataFrame, totals: np.ndarray, headings: pd.Series
    ) -> pd.DataFrame:
        """Give each total the unit it totals: the one it names, an open group's, or the sheet's."""
        names = names_of(self._page.boundaries)
        opened: str | None = None
        heads = headings.to_numpy(dtype=object)
        for position in np.flatnonzero(totals | headings.notna().to_numpy()).tolist():
            if isinstance(heads[position], str):
                opened = None if self._figures[position] else heads[position]
            if not totals[position]:
                continue
            area, level = self._unit_totalled(rows["name"].iloc[position], opened)
            opened = None if area == opened else opened
            values = [None, None, None, "a total of a unit that no title names"]
            if self._counts_fewer(rows["name"].iloc[position], area, level):
                values[-1] = "a total of some of the districts only, which are no unit together"
            elif area is not None:
                values = [area, names[level, area], level, "a total, as printed"]
            rows.loc[rows.index[position], ["area", "area_name", "level", "reason"]] = values
        return rows

    def _counts_fewer(self, name: str, area: str | None, level: str) -> bool:
        """Tell whether a total of a province says that it adds up only some districts."""
        counted = _COUNTED_DISTRICTS.search(strip_marks(name).lower())
        if counted is None or area is None or level != "province":
            return False
        areas = read_areas(boundaries=self._page.boundaries)
        districts = areas["level"].eq("district") & areas["parent"].eq(area)
        return int(counted[1]) < int(districts.sum())

    def _unit_totalled(self, name: str, opened: str | None) -> tuple[str | None, str]:
        unit = self._page.unit
        plain = strip_marks(name).lower()
        if re.search(r"ca nuoc|toan quoc", plain):
            return "VN", "national"
        if re.search(r"\btinh$", plain) and unit.province:
            return unit.province, "province"
        for place in find_places(name, boundaries=self._page.boundaries, within=unit.province):
            return place.area, place.level
        return (opened, "district") if opened is not None else (unit.area, unit.level or "")

    def _read_clubs(self, rows: pd.DataFrame, body: np.ndarray, totals: np.ndarray) -> pd.DataFrame:
        roles = self._columns.roles
        own = self._sheet.name + "-" + (rows["row"] + 1).astype("str")
        ids = self._role("club_id") if "club_id" in roles else own
        names = self._role("club_name") if "club_name" in roles else ids
        club = body & ~totals & ids.ne("").to_numpy() & names.ne("").to_numpy()
        rows = rows.assign(
            area=ids.where(club),
            area_name=names.where(club),
            level=rows["level"].mask(club, "club"),
            founded=self._founded(club),
            reason=rows["reason"]
            .mask(club, "a club of the register")
            .mask(body & ~club & ~totals, "neither a club nor a total"),
        )
        if self._columns.areas:
            rows = self._place_clubs(rows, club, totals)
        return self._book_totals(rows, body & totals, pd.Series([None] * len(rows), dtype="str"))

    def _place_clubs(
        self, rows: pd.DataFrame, club: np.ndarray, totals: np.ndarray
    ) -> pd.DataFrame:
        """Find the commune of each club; a merged or empty cell repeats the one above."""
        words = self._labels(self._columns.areas[-1])
        communes = words.where(words.ne("") & ~totals).ffill()
        unit = self._page.unit
        found = find_areas(
            communes.where(club),
            within=unit.area if unit.level == "district" else unit.province,
            level="commune",
            boundaries=self._page.boundaries,
        )
        lost = club & found["area"].isna().to_numpy() & communes.notna().to_numpy()
        reason = rows["reason"].mask(
            lost, "a club of the register; its commune: " + found["problem"]
        )
        return rows.assign(commune=found["area"], commune_name=found["area_name"], reason=reason)

    def _founded(self, club: np.ndarray) -> pd.Series:
        column = self._columns.roles.get("founded")
        if column is None:
            return pd.Series(pd.NaT, index=range(len(self._numbers)), dtype="datetime64[us]")
        cells = self._cells(column)
        codes, distinct = pd.factorize(cells, use_na_sentinel=False)
        # A spreadsheet shows a day before 1900 as a time: it is told like any other wrong date.
        values = [
            str(cell) if isinstance(cell, dt.time | dt.timedelta) else None if cell == "" else cell
            for cell in distinct
        ]
        dates = parse_dates(pd.Series(values, dtype=object)).take(codes).reset_index(drop=True)
        dates = dates.where(pd.Series(club))
        for position in np.flatnonzero(dates["problem"].notna()):
            self._lines.append(
                (
                    self._sheet.name, cell_name(int(self._numbers[position]), column), "cell",
                    str(cells[position]), "left out", False,
                    dates["problem"].iloc[position].splitlines()[0],
                )
            )  # fmt: skip
        return dates["as_of"]


@cache
def names_of(boundaries: str) -> Mapping[tuple[str, str], str]:
    """Return the name of every unit of a map by its level and code."""
    areas = read_areas(boundaries=boundaries)
    keys = zip(areas["level"], areas["area"], strict=True)
    return dict(zip(keys, areas["area_name"], strict=True))


def _tell(names: pd.Series, judge: Callable[[str], bool]) -> np.ndarray:
    codes, distinct = pd.factorize(names, use_na_sentinel=False)
    return np.array([judge(name) for name in distinct], dtype=bool)[codes]


def _means_total(name: str) -> bool:
    return is_total(_NUMBERING.sub("", name))


def _says_district(name: str) -> bool:
    pattern = _PLAIN_DISTRICT if name.isascii() else _DISTRICT
    return pattern.match(name) is not None
