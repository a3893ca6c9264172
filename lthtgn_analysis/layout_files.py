"""A layout file comes in: what to override where recognition fails; checked rules go out.

A layout file is TOML. It names the reporting unit, the day, the map, and for single sheets what
columns and rows are. What it does not say is recognised as without it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from .areas import find_area
from .dates import Period, parse_date
from .errors import InvalidTableError, NotADateError, NotAFigureError, UnknownAreaError
from .headers import Meaning, find_unit
from .indicators import INDICATORS
from .lettering import LegacyEncoding
from .notation import parse_unit
from .schema import BOUNDARIES, LEVELS

ROLES = (
    "index", "area", "label", "unit", "club_id", "club_name", "village", "founded", "note", "skip",
)  # fmt: skip
_TOP = {"province", "boundaries", "as_of", "legacy", "encoding", "convention", "sheet"}
_SHEET = {"name", "skip", "header", "rows", "columns", "unit", "as_of", "level"}
_CHOICES = {"legacy": ("tcvn3", "vni"), "convention": ("vi", "en"), "boundaries": BOUNDARIES}


@dataclass(frozen=True)
class SheetLayout:
    """What a layout file says of one sheet; rows and columns count from 0."""

    skip: bool = False
    unit: str = ""
    level: str = ""
    period: Period | None = None
    header: tuple[int, int] | None = None
    columns: Mapping[int, Meaning] = field(default_factory=dict)
    periods: Mapping[int, Period] = field(default_factory=dict)
    rows: Mapping[int, Meaning] = field(default_factory=dict)
    skipped_rows: frozenset[int] = frozenset()
    total_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Layout:
    """What a layout file says of a workbook.

    Attributes
    ----------
    province_name : str
        The province that the workbook is about.
    boundaries, encoding, convention : str
        The map, a csv file's encoding, and how separators are read; "" where it does not say.
    legacy : {"tcvn3", "vni"} or None
        The old font encoding.
    period : Period or None
        The day of all sheets that do not name their own.
    sheets : tuple of (pattern, SheetLayout)
        The first pattern that fits a sheet's name counts.
    """

    province_name: str = ""
    boundaries: str = ""
    legacy: LegacyEncoding | None = None
    encoding: str = ""
    convention: str = ""
    period: Period | None = None
    sheets: tuple[tuple[str, SheetLayout], ...] = ()

    def of_sheet(self, name: str) -> SheetLayout:
        """Return what the file says of a sheet."""
        found = next((one for pattern, one in self.sheets if fnmatchcase(name, pattern)), None)
        rules = found or SheetLayout()
        return rules if rules.period is not None else replace(rules, period=self.period)

    def province(self, boundaries: str) -> str | None:
        """Return the code of the province that the file names."""
        if not self.province_name:
            return None
        return find_area(self.province_name, level="province", boundaries=boundaries)


def read_layout(path: str | Path) -> Layout:
    """Read a layout file.

    Parameters
    ----------
    path : str or Path
        A TOML file; docs/workbooks.md describes its keys.

    Returns
    -------
    Layout
        The checked rules.

    Raises
    ------
    InvalidTableError
        If it is no TOML, or a key, indicator, date, unit or place in it is not known; all faults at
        once.
    FileNotFoundError
        If there is no such file.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            data = tomllib.load(stream)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidTableError(
            f"{path.name} must be a layout file in TOML.\n  found: {error}\n"
            "  hint:  see docs/workbooks.md for an example."
        ) from None
    reader = _Reader()
    layout = reader.layout(data)
    if reader.faults:
        raise InvalidTableError(
            f"{path.name} must be a layout file; {len(reader.faults)} faults found.\n"
            + "\n".join(f"  {fault}" for fault in reader.faults)
            + "\n  hint: see docs/workbooks.md for the keys."
        )
    return layout


class _Reader:
    """Check the parts of a layout file and keep all faults."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def layout(self, data: Mapping[str, Any]) -> Layout:
        self._known("the file", data, _TOP)
        for key, allowed in _CHOICES.items():
            if data.get(key, allowed[0]) not in allowed:
                self.faults.append(f"`{key}` must be one of {list(allowed)}, not {data[key]!r}.")
        sheets = data.get("sheet", [])
        if not isinstance(sheets, list):
            self.faults.append("a sheet must be a table of its own: write [[sheet]].")
            sheets = []
        layout = Layout(
            province_name=self._text("province", data),
            boundaries=self._text("boundaries", data),
            legacy=self._text("legacy", data) or None,  # type: ignore[arg-type]
            encoding=self._text("encoding", data),
            convention=self._text("convention", data),
            period=self._period("`as_of`", data.get("as_of")),
            sheets=tuple((str(one.get("name", "*")), self._sheet(one)) for one in sheets),
        )
        for boundaries in [layout.boundaries] if layout.boundaries in BOUNDARIES else BOUNDARIES:
            try:
                layout.province(boundaries)
                break
            except UnknownAreaError as error:
                last = error
        else:
            self.faults.append(f"`province`: {last}")
        return layout

    def _sheet(self, data: Mapping[str, Any]) -> SheetLayout:
        where = f"sheet {data.get('name', '*')!r}"
        self._known(where, data, _SHEET)
        level = self._text("level", data)
        if level and level not in LEVELS:
            self.faults.append(f"{where}: `level` must be one of {list(LEVELS)}, not {level!r}.")
        columns = data.get("columns", {})
        rows = {self._row(where, key): (key, value) for key, value in data.get("rows", {}).items()}
        meanings = {
            self._column(where, key): self._meaning(f"{where}, column {key}", value)
            for key, value in columns.items()
        }
        periods = {
            self._column(where, key): period
            for key, value in columns.items()
            if isinstance(value, dict)
            and (period := self._period(f"{where}, column {key}", value.get("as_of")))
        }
        return SheetLayout(
            skip=bool(data.get("skip", False)),
            unit=self._text("unit", data),
            level=level,
            period=self._period(f"{where}: `as_of`", data.get("as_of")),
            header=self._header(where, data.get("header")),
            columns=meanings,
            periods=periods,
            rows={
                row: self._meaning(f"{where}, row {key}", value)
                for row, (key, value) in rows.items()
                if value not in ("skip", "total")
            },
            skipped_rows=frozenset(row for row, (_, value) in rows.items() if value == "skip"),
            total_rows=frozenset(row for row, (_, value) in rows.items() if value == "total"),
        )

    def _meaning(self, where: str, value: Any) -> Meaning:
        given = value if isinstance(value, dict) else {"indicator": value}
        self._known(where, given, {"indicator", "unit", "as_of", "measure"})
        name = str(given.get("indicator", ""))
        reason = "the layout file says so"
        if name in ROLES:
            if name == "skip":
                return Meaning("omit", "skipped", reason)
            return Meaning("role", name, reason, level="any" if name == "area" else "")
        if name not in INDICATORS:
            self.faults.append(
                f"{where}: must be an indicator or one of {', '.join(ROLES)}, not {name!r}."
            )
            return Meaning("omit", "skipped", reason)
        unit, factor = INDICATORS[name].unit, 1.0
        if "unit" in given:
            unit, factor = self._unit(where, str(given["unit"]), unit)
        measure = str(given.get("measure", "plan" if name.startswith("target_") else "result"))
        if measure not in ("result", "plan", "ratio"):
            self.faults.append(
                f"{where}: `measure` must be result, plan or ratio, not {measure!r}."
            )
        return Meaning("indicator", name, reason, measure, factor, unit)  # type: ignore[arg-type]

    def _unit(self, where: str, text: str, unit: str) -> tuple[str, float]:
        money = find_unit(text)
        if money is not None and money >= 1:
            return "VND", money
        try:
            code, factor = parse_unit(text)
        except NotAFigureError as error:
            self.faults.append(f"{where}: {error}")
            return unit, 1.0
        return code or unit, factor

    def _known(self, where: str, data: Any, allowed: set[str]) -> None:
        for key in sorted(set(data) - allowed):
            self.faults.append(
                f"{where}: the key `{key}` is not known; there are {sorted(allowed)}."
            )

    def _text(self, key: str, data: Mapping[str, Any]) -> str:
        value = data.get(key, "")
        if not isinstance(value, str):
            self.faults.append(f"`{key}` must be text, not {value!r}.")
            return ""
        return value

    def _period(self, where: str, value: Any) -> Period | None:
        if value is None:
            return None
        try:
            return parse_date(str(value))
        except NotADateError as error:
            self.faults.append(f"{where}: {str(error).splitlines()[0]}")
            return None

    def _header(self, where: str, value: Any) -> tuple[int, int] | None:
        if value is None:
            return None
        match = re.fullmatch(r"(\d+)(?::(\d+))?", str(value))
        if match is None:
            self.faults.append(f'{where}: `header` must be rows such as "8:9", not {value!r}.')
            return None
        first = int(match[1])
        return first - 1, int(match[2] or first) - 1

    def _row(self, where: str, key: str) -> int:
        if not key.isdigit() or int(key) < 1:
            self.faults.append(f"{where}: a row must be its number, not {key!r}.")
            return -1
        return int(key) - 1

    def _column(self, where: str, key: str) -> int:
        if not re.fullmatch(r"[A-Z]{1,3}", key):
            self.faults.append(f"{where}: a column must be its letters, such as F, not {key!r}.")
            return -1
        number = 0
        for letter in key:
            number = number * 26 + ord(letter) - 64
        return number - 1
