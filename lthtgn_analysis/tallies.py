"""Sum measured clubs up to levels of areas: one row a club in, one row a cell out.

A cell is an interval. A sum over clubs of which some are not known is a lower bound without an
upper end; a count of clubs of which something holds may rise by those of which it is not known.
Distinct people are taken from the engine, never summed. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .areas import read_areas, read_hierarchy
from .measures import BORROWERS, LOAN_MONEY, LedgerSums
from .standards import Standard

NATION = "VN"
LEVELS_UP = ("club", "commune", "district", "province", "national")

# What is added up over operating clubs; a club where it is missing makes the sum a lower bound.
_REGISTER_SUMS = ("members", "women_members", "members_60plus", "poor_members", "income_fund_vnd",
    "activity_fund_vnd", "startup_capital_total_vnd", "startup_local_total_vnd",
    "startup_parts_total_vnd", "paired_income_fund_vnd", "paired_startup_capital_vnd",
    "board_members", "board_members_trained")  # fmt: skip
_MEETING_SUMS = ("meetings_held", "meetings_due", "attendances", "attendances_due",
    "health_checks", "homecare_visits", "volunteers")  # fmt: skip
# What belongs to one club and is not added up; the total beside it is.
_OF_ONE_CLUB = ("startup_capital_vnd", "startup_province_vnd", "startup_district_vnd",
    "startup_commune_vnd", "startup_local_vnd")  # fmt: skip
# What is true or false of an operating club; a club where it is not known widens the count.
_FLAGS = ("clubs_with_fund", "clubs_with_both_funds", "clubs_fund_over_100m", "clubs_lending",
    "clubs_all_activities", "clubs_well_managed", "clubs_full_and_managed")  # fmt: skip
_HISTORY_FLAGS = ("new_clubs", "closed_clubs", "clubs_founded_of_cohort",
    "clubs_operating_of_cohort", "clubs_founded_before", "clubs_maintained")  # fmt: skip
# What clubs that have closed since did in the period counts as well.
_OF_CLOSED_TOO = ("lent_vnd", "loans")
# Compliance is counted among the clubs of which it is known, and those are counted too.
_COMPLIANCE = {
    "size": "meets_size",
    "older": "meets_older_members",
    "women": "meets_women",
    "composition": "meets_composition",
    "startup": "meets_startup",
}

_MARKED = (
    *(f"clubs_{name}_{what}" for name in _COMPLIANCE for what in ("known", "compliant")),
    "quality_points",
    "clubs_quality_known",
)
_UNITS = ("commune", "district", "province")
_CHECKED = ("members_checked_low", "members_checked_high")


class _Figures(NamedTuple):
    """What is added up, laid out once for all levels: one row a name, one column a club.

    Attributes
    ----------
    names : ndarray of str
        What is added up.
    numbers : ndarray of float
        The figures, 0 where there is none that counts.
    given : ndarray of bool
        Where there is one.
    complete : ndarray of bool
        By name, whether the figure of every club that counts is given.
    of_closed : ndarray of bool
        By name, whether closed clubs count.
    gaps : mapping of int to ndarray
        By the place of its name, how many rows of the ledger may come on top of a figure.
    """

    names: np.ndarray
    numbers: np.ndarray
    given: np.ndarray
    complete: np.ndarray
    of_closed: np.ndarray
    gaps: Mapping[int, np.ndarray]


class _Places(NamedTuple):
    """The areas of a level that have clubs, and in which of them each club lies (-1: in none)."""

    names: pd.Index
    of_club: np.ndarray

    def add(self, numbers: np.ndarray) -> np.ndarray:
        """Add numbers of clubs up by area, club after club."""
        return np.bincount(self.of_club + 1, numbers, minlength=len(self.names) + 1)[1:]


class _Cells(NamedTuple):
    """The cells of a level, one row a name and one column an area; `shown` are those with news."""

    names: np.ndarray
    shown: np.ndarray
    low: np.ndarray
    value: np.ndarray
    high: np.ndarray
    known: np.ndarray
    expected: np.ndarray
    gaps: np.ndarray
    stray: np.ndarray
    coverage: str = ""


def summarise_levels(
    levels: Sequence[str],
    clubs: pd.DataFrame,
    strangers: pd.DataFrame | None,
    sums: LedgerSums,
    standard: Standard,
) -> pd.DataFrame:
    """Sum measured clubs up to the areas of some levels.

    Parameters
    ----------
    levels : sequence of {"club", "commune", "district", "province", "national"}
        The levels.
    clubs : DataFrame
        What `mark_criteria` returned.
    strangers : DataFrame or None
        What `measure_strangers` returned: counted in the nation, possible everywhere else.
    sums : LedgerSums
        Holds the distinct borrowers of the levels.
    standard : Standard
        Names the grades.

    Returns
    -------
    DataFrame
        One row a cell: `level, place, area_name, indicator, low, value, high`, how many clubs are
        `known` of how many `expected`, `gaps` of the ledger, `stray` and `coverage` (what else
        makes it a lower bound), `status` and `clubs` (operating).

    Examples
    --------
    >>> from lthtgn_analysis.clubs import assess_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.standards import read_standard
    >>> clubs = assess_clubs(sample_path("clubs"), as_of="2018-12-06")
    >>> nothing = LedgerSums(None, None, {}, "pandas", "")
    >>> clubs = mark_criteria(clubs, read_standard())
    >>> cells = summarise_levels(["district"], clubs, None, nothing, read_standard())
    >>> cells.query("indicator == 'clubs'").set_index("place")["value"].to_dict()
    {'164': 21.0, '165': 8.0, '168': 75.0, '173': 31.0}
    """
    wanted = ["clubs", *_FLAGS, *_HISTORY_FLAGS, *_REGISTER_SUMS, *_MARKED]
    wanted += [f"clubs_grade_{grade.name}" for grade in standard.grades]
    wanted += [*_MEETING_SUMS, *_CHECKED] if sums.meetings is not None else []
    wanted += [*LOAN_MONEY[:3], *_OF_CLOSED_TOO, *BORROWERS] if sums.loans is not None else []
    figures = _lay_out(clubs, wanted)
    units = {unit: pd.factorize(clubs[unit]) for unit in _UNITS}
    tables = []
    for level in levels:
        places = _find_places(level, clubs)
        cells = _add(_of_one_club(clubs, wanted) if level == "club" else figures, clubs, places)
        if sums.meetings is not None:
            cells = _bound_checked(cells)
        if sums.loans is not None:
            cells = _take_borrowers(cells, sums.borrowers[level], places)
        cells = _join([cells, *_count_covered(level, clubs, units, places)])
        if strangers is not None:
            cells = _heed_strangers(cells, strangers, sums, level=level)
        if level == "national":
            cells = _heed_absent_provinces(cells, clubs)
        tables.append(_tell(level, cells, clubs, places))
    return pd.DataFrame(
        {column: np.concatenate([table[column] for table in tables]) for column in tables[0]}
    )


def mark_criteria(clubs: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Turn criteria and grades into columns of 1 and 0 that can be added up.

    Parameters
    ----------
    clubs : DataFrame
        What `measure_clubs` returned.
    standard : Standard
        Names the grades.

    Returns
    -------
    DataFrame
        The clubs with `clubs` (1 where one operates), `clubs_<criterion>_known`,
        `clubs_<criterion>_compliant`, `clubs_grade_<name>`, `clubs_quality_known` and
        `quality_points` without gaps.

    Examples
    --------
    >>> from lthtgn_analysis.clubs import assess_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.standards import read_standard
    >>> clubs = assess_clubs(sample_path("clubs"), as_of="2018-12-06")
    >>> mark_criteria(clubs, read_standard())["clubs_size_known"].sum().item()
    135.0
    """
    marks = {"clubs": clubs["operating"]}
    marks |= {
        f"clubs_{name}_known": clubs[column].notna() for name, column in _COMPLIANCE.items()
    } | {f"clubs_{name}_compliant": clubs[column].eq(1) for name, column in _COMPLIANCE.items()}
    marks |= {"clubs_quality_known": clubs["quality_index"].notna()}
    marks |= {f"clubs_grade_{g.name}": clubs["grade"].eq(g.name) for g in standard.grades}
    marked = clubs.assign(quality_points=clubs["quality_index"].fillna(0))
    return pd.concat([marked, pd.DataFrame(marks).astype("float64")], axis=1)


def _lay_out(clubs: pd.DataFrame, wanted: Sequence[str]) -> _Figures:
    """Lay columns out; closed clubs count in `_HISTORY_FLAGS` and `_OF_CLOSED_TOO` only."""
    names = [name for name in wanted if name in clubs]
    wide = np.array([clubs[name].to_numpy("float64") for name in names])
    of_closed = np.isin(names, (*_HISTORY_FLAGS, *_OF_CLOSED_TOO))
    meant = clubs["operating"].eq(1).to_numpy() | of_closed[:, None]
    given = ~np.isnan(wide) & meant
    gaps = {
        place: np.where(meant[place], clubs[f"{name}_gaps"].fillna(0).to_numpy(), 0)
        for place, name in enumerate(names)
        if f"{name}_gaps" in clubs
    }
    complete = (given == meant).all(axis=1)
    return _Figures(
        np.array(names, dtype=object), np.where(given, wide, 0), given, complete, of_closed, gaps
    )


def _of_one_club(clubs: pd.DataFrame, wanted: Sequence[str]) -> _Figures:
    own = clubs.assign(startup_capital_vnd=clubs["startup_capital_total_vnd"])
    return _lay_out(own, [*wanted, *_OF_ONE_CLUB])


def _find_places(level: str, clubs: pd.DataFrame) -> _Places:
    if level == "national":
        return _Places(pd.Index([NATION]), np.zeros(len(clubs), dtype="intp"))
    of_club, names = pd.factorize(clubs[level], sort=True)
    return _Places(pd.Index(names), of_club)


def _add(figures: _Figures, clubs: pd.DataFrame, places: _Places) -> _Cells:
    """Add figures up over clubs; a cell that no club tells anything of is not shown.

    A club of which a figure is not known makes the sum a lower bound; a count of clubs may rise by
    those of which it is not known.
    """
    value = np.array([places.add(row) for row in figures.numbers])
    ever, now = places.add(np.ones(len(clubs))), places.add(clubs["operating"].to_numpy())
    expected = np.where(figures.of_closed[:, None], ever, now)
    known, gaps = expected.copy(), np.zeros_like(value)
    for row in np.flatnonzero(~figures.complete):
        known[row] = places.add(figures.given[row])
    for place, open_ends in figures.gaps.items():
        gaps[place] = places.add(open_ends)
    high = np.where((known == expected) & (gaps == 0), value, np.nan)
    are_clubs = np.isin(figures.names, ("clubs", *_FLAGS, *_HISTORY_FLAGS))
    high[are_clubs] = (value + expected - known)[are_clubs]
    shown = (known > 0) | (expected == 0)
    stray = np.zeros(len(value), dtype=bool)
    return _Cells(figures.names, shown, value, value, high, known, expected, gaps, stray)


def _bound_checked(cells: _Cells) -> _Cells:
    """Bound the members who had a health check: the book counts checks, not people.

    At least as many members as were checked at one meeting, at most as many as there are checks.
    """
    low, most = (int(np.flatnonzero(cells.names == name)[0]) for name in _CHECKED)
    names, high = cells.names.copy(), cells.high.copy()
    names[low] = "members_checked"
    high[low] = np.where(cells.shown[most], high[most], np.nan)
    shown = cells.shown.copy()
    shown[most] = False
    return cells._replace(names=names, high=high, shown=shown)


def _take_borrowers(cells: _Cells, counted: pd.DataFrame, places: _Places) -> _Cells:
    """Take the engine's distinct people; gaps of the ledger make them a lower bound."""
    people = counted.set_index("area").reindex(places.names).fillna(0)
    value, high = cells.value.copy(), cells.high.copy()
    for row in np.flatnonzero(np.isin(cells.names, BORROWERS)):
        value[row] = people[cells.names[row]]
        high[row] = np.where(np.isnan(high[row]), np.nan, value[row])
    are_people = np.isin(cells.names, BORROWERS)[:, None]
    return cells._replace(low=np.where(are_people, value, cells.low), value=value, high=high)


def _count_covered(
    level: str, clubs: pd.DataFrame, units: Mapping[str, tuple[Any, Any]], places: _Places
) -> list[_Cells]:
    """Count the communes, districts and provinces with a club, and all there are."""
    running = clubs["operating"].eq(1).to_numpy() & (places.of_club >= 0)
    if level in ("club", "commune") or not running.any():
        return []
    expected = places.add(running)
    cells = []
    for unit, in_all in _count_units(level, clubs["boundaries"].iloc[0]).items():
        of_club, names = units[unit]
        told = running & (of_club >= 0)
        known = places.add(told)
        pairs = pd.unique(places.of_club[told] * len(names) + of_club[told])
        covered = np.bincount(pairs // max(len(names), 1), minlength=len(places.names))
        total = in_all.reindex(places.names).to_numpy()
        most = np.fmin(covered + expected - known, total)
        cells.append(
            _Cells(
                np.array([f"{unit}s_with_clubs", f"{unit}s_total"], dtype=object),
                shown=np.array([(known > 0) | (expected == 0), ~np.isnan(total)]),
                low=np.array([covered, total]),
                value=np.array([covered, total]),
                high=np.array([most, total]),
                known=np.array([known, np.ones_like(known)]),
                expected=np.array([expected, np.ones_like(known)]),
                gaps=np.zeros((2, len(places.names))),
                stray=np.zeros(2, dtype=bool),
            )
        )
    return cells


@cache
def _count_units(level: str, boundaries: str) -> dict[str, pd.Series]:
    """Count the units below each area of a level, by kind."""
    hierarchy = read_hierarchy(boundaries=boundaries)
    above = pd.Series(NATION, index=hierarchy.index) if level == "national" else hierarchy[level]
    counts = {}
    for unit in _UNITS[: LEVELS_UP.index(level) - 1]:
        below = above[hierarchy["level"].eq(unit)].dropna()
        if len(below):
            counts[unit] = below.value_counts().astype("float64")
    return counts


def _join(parts: Sequence[_Cells]) -> _Cells:
    """Put cells of the same areas under each other."""
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in _Cells._fields
        if name != "coverage"
    }
    return parts[0]._replace(**arrays)


def _heed_strangers(
    cells: _Cells, strangers: pd.DataFrame, sums: LedgerSums, *, level: str
) -> _Cells:
    """Count the entries of unregistered clubs in the nation; elsewhere they may come on top."""
    fed = [*LOAN_MONEY, "loans", *BORROWERS] if sums.loans is not None else []
    fed += ["meetings_held", "health_checks", "homecare_visits", "volunteers", "members_checked"]
    fed = [name for name in fed if name in strangers]
    touched = np.isin(cells.names, fed)
    if level != "national":
        high = np.where(touched[:, None], np.nan, cells.high)
        return cells._replace(high=high, stray=touched)
    entered = {name: strangers[name].sum() for name in fed if name not in BORROWERS}
    more = np.array([[entered.get(name, 0.0)] for name in cells.names])
    return cells._replace(
        low=cells.low + more, value=cells.value + more, high=cells.high + more, stray=touched
    )


def _heed_absent_provinces(cells: _Cells, clubs: pd.DataFrame) -> _Cells:
    """Make the nation's sums lower bounds where the register has no club of some province."""
    running = clubs.loc[clubs["operating"].eq(1), "province"]
    everywhere = len(read_areas(boundaries=clubs["boundaries"].iloc[0], level="province"))
    present = running.nunique()
    if running.empty or present == everywhere:
        return cells
    open_end = np.array([[not name.endswith("s_total")] for name in cells.names])
    high = np.where(open_end, np.nan, cells.high)
    high[cells.names == "provinces_with_clubs"] = everywhere
    return cells._replace(high=high, coverage=f"sổ có CLB của {present}/{everywhere} tỉnh")


def _tell(level: str, cells: _Cells, clubs: pd.DataFrame, places: _Places) -> dict[str, np.ndarray]:
    """List the cells that tell something, with what is the same in all of an area."""
    place, name = np.nonzero(cells.shown.T)
    synthetic = places.add(clubs["status"].eq("synthetic").to_numpy()) > 0
    names = _names(level, clubs)
    of_area = {
        "place": places.names.to_numpy(dtype=object),
        "area_name": np.array([names.get(area) for area in places.names], dtype=object),
        "status": np.where(synthetic, "synthetic", "derived").astype(object),
        "clubs": places.add(clubs["operating"].to_numpy()),
    }
    of_level = {"level": level, "coverage": cells.coverage}
    numbers = ("low", "value", "high", "known", "expected", "gaps")
    return (
        {column: values[place] for column, values in of_area.items()}
        | {column: np.full(len(place), text, dtype=object) for column, text in of_level.items()}
        | {"indicator": cells.names[name], "stray": cells.stray[name]}
        | {column: getattr(cells, column)[name, place] for column in numbers}
    )


def _names(level: str, clubs: pd.DataFrame) -> Mapping[str, str]:
    if level == "club":
        named = clubs.set_index("club")["club_name"].dropna()
        return {str(place): str(name) for place, name in named.items()}
    areas = read_areas(boundaries=clubs["boundaries"].iloc[0], level=level)
    return dict(zip(areas["area"].astype("str"), areas["area_name"].astype("str"), strict=True))
