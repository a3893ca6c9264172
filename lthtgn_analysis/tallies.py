"""Sum measured clubs up to one level of areas: one row a club in, one row a cell out.

A cell is an interval. A sum over clubs of which some are not known is a lower bound without an
upper end; a count of clubs of which something holds may rise by those of which it is not known.
Distinct people are taken from the engine, never summed. Nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def summarise_level(
    level: str,
    clubs: pd.DataFrame,
    strangers: pd.DataFrame | None,
    sums: LedgerSums,
    standard: Standard,
) -> pd.DataFrame:
    """Sum measured clubs up to the areas of one level.

    Parameters
    ----------
    level : {"club", "commune", "district", "province", "national"}
        The level.
    clubs : DataFrame
        What `mark_criteria` returned.
    strangers : DataFrame or None
        What `measure_strangers` returned: counted in the nation, possible everywhere else.
    sums : LedgerSums
        Holds the distinct borrowers of the level.
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
    >>> cells = summarise_level("district", clubs, None, nothing, read_standard())
    >>> cells.query("indicator == 'clubs'").set_index("place")["value"].to_dict()
    {'164': 21.0, '165': 8.0, '168': 75.0, '173': 31.0}
    """
    area = pd.Series(NATION, index=clubs.index) if level == "national" else clubs[level]
    places = pd.Index(sorted(area.dropna().unique()), name="place")
    placed = clubs.assign(place=pd.Categorical(area, categories=places)).loc[area.notna()]
    placed = placed.assign(clubs=placed["operating"])
    running = placed.loc[placed["operating"].eq(1)]
    sums_wanted = [*_REGISTER_SUMS, *_MARKED, *(f"clubs_grade_{g.name}" for g in standard.grades)]
    if level == "club":
        placed = placed.assign(startup_capital_vnd=placed["startup_capital_total_vnd"])
        sums_wanted += _OF_ONE_CLUB
    sums_wanted += _MEETING_SUMS if sums.meetings is not None else ()
    sums_wanted += [*LOAN_MONEY[:3], *_OF_CLOSED_TOO, *BORROWERS] if sums.loans is not None else []
    cells = [_add(placed, ["clubs", *_FLAGS, *_HISTORY_FLAGS, *sums_wanted], places)]
    if sums.meetings is not None:
        cells.append(_add_checked(running, places))
    if sums.loans is not None:
        cells[0] = _take_borrowers(cells[0], sums.borrowers[level], places)
    cells += _count_covered(level, running, places)
    table = pd.concat([cell for cell in cells if len(cell)], ignore_index=True)
    if strangers is not None:
        table = _heed_strangers(table, strangers, sums, level=level)
    if level == "national":
        table = _heed_absent_provinces(table, running)
    synthetic = placed["status"].eq("synthetic").groupby(placed["place"], observed=False).any()
    number = running.groupby("place", observed=False).size()
    return table.assign(
        level=level,
        status=table["place"]
        .map(synthetic.set_axis(places))
        .map({True: "synthetic", False: "derived"}),
        area_name=table["place"].map(_names(level, placed)),
        clubs=table["place"].map(number.set_axis(places)),
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
        The clubs with `clubs_<criterion>_known`, `clubs_<criterion>_compliant`,
        `clubs_grade_<name>`, `clubs_quality_known` and `quality_points` without gaps.

    Examples
    --------
    >>> from lthtgn_analysis.clubs import assess_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.standards import read_standard
    >>> clubs = assess_clubs(sample_path("clubs"), as_of="2018-12-06")
    >>> mark_criteria(clubs, read_standard())["clubs_size_known"].sum().item()
    135.0
    """
    marks = {
        f"clubs_{name}_known": clubs[column].notna() for name, column in _COMPLIANCE.items()
    } | {f"clubs_{name}_compliant": clubs[column].eq(1) for name, column in _COMPLIANCE.items()}
    marks |= {"clubs_quality_known": clubs["quality_index"].notna()}
    marks |= {f"clubs_grade_{g.name}": clubs["grade"].eq(g.name) for g in standard.grades}
    return clubs.assign(
        quality_points=clubs["quality_index"].fillna(0),
        **{name: mark.astype("float64") for name, mark in marks.items()},
    )


def _add(rows: pd.DataFrame, names: Sequence[str], places: pd.Index) -> pd.DataFrame:
    """Add columns up over clubs, long: one row a place and column that is known of any club.

    Clubs that no longer operate count in `_HISTORY_FLAGS` and `_OF_CLOSED_TOO` only. A club of
    which a figure is not known makes the sum a lower bound; a count of clubs may rise by those of
    which it is not known.
    """
    names = [name for name in names if name in rows]
    area, wide = rows["place"].cat.codes.to_numpy(), rows[names].to_numpy("float64")
    of_closed = np.isin(names, (*_HISTORY_FLAGS, *_OF_CLOSED_TOO))
    meant = rows["operating"].eq(1).to_numpy()[:, None] | of_closed
    are_clubs = np.isin(names, ("clubs", *_FLAGS, *_HISTORY_FLAGS))
    given = ~np.isnan(wide) & meant
    value, known, expected = (
        _sum_by(area, part, len(places)) for part in (np.where(given, wide, 0), given, meant)
    )
    open_ends = np.zeros_like(value)
    with_gaps = [place for place, name in enumerate(names) if f"{name}_gaps" in rows]
    ledger_gaps = rows[[f"{names[place]}_gaps" for place in with_gaps]].to_numpy("float64")
    ledger_gaps = np.where(meant[:, with_gaps], np.nan_to_num(ledger_gaps), 0)
    open_ends[:, with_gaps] = _sum_by(area, ledger_gaps, len(places))
    complete = (known == expected) & (open_ends == 0)
    high = np.where(complete, value, np.nan)
    high = np.where(are_clubs, value + expected - known, high)
    parts = {"low": value, "value": value, "high": high, "known": known, "expected": expected,
             "gaps": open_ends}  # fmt: skip
    place, name = np.nonzero((known > 0) | (expected == 0))
    return pd.DataFrame(
        {"place": places.take(place), "indicator": np.array(names, dtype=object)[name]}
        | {bound: part[place, name].astype("float64") for bound, part in parts.items()}
    )


def _sum_by(area: np.ndarray, columns: np.ndarray, areas: int) -> np.ndarray:
    sums = [np.bincount(area, weights=column, minlength=areas) for column in columns.T]
    return np.array(sums).reshape(-1, areas).T


def _add_checked(running: pd.DataFrame, places: pd.Index) -> pd.DataFrame:
    """Bound the members who had a health check: the book counts checks, not people.

    At least as many members as were checked at one meeting, at most as many as there are checks.
    """
    names = ("members_checked_low", "members_checked_high")
    lowest, highest = (_add(running, [name], places) for name in names)
    return lowest.assign(
        indicator="members_checked",
        high=highest.set_index("place")["high"].reindex(lowest["place"]).to_numpy(),
    )


def _take_borrowers(cells: pd.DataFrame, counted: pd.DataFrame, places: pd.Index) -> pd.DataFrame:
    """Take the engine's distinct people; gaps of the ledger make them a lower bound."""
    people = counted.set_index("area").reindex(places).fillna(0)
    are_people = cells["indicator"].isin(BORROWERS)
    place = places.get_indexer(pd.Index(cells.loc[are_people, "place"]))
    name = people.columns.get_indexer(pd.Index(cells.loc[are_people, "indicator"]))
    value = cells["value"].mask(are_people)
    value.loc[are_people] = people.to_numpy("float64")[place, name]
    return cells.assign(
        low=cells["low"].mask(are_people, value),
        value=value,
        high=cells["high"].mask(are_people & cells["high"].notna(), value),
    )


def _count_covered(level: str, running: pd.DataFrame, places: pd.Index) -> list[pd.DataFrame]:
    """Count the communes, districts and provinces with a club, and all there are."""
    boundaries = running["boundaries"].iloc[0] if len(running) else None
    if boundaries is None or level in ("club", "commune"):
        return []
    hierarchy = read_hierarchy(boundaries=boundaries)
    above = pd.Series(NATION, index=hierarchy.index) if level == "national" else hierarchy[level]
    area = running["place"].cat.codes
    expected = np.bincount(area, minlength=len(places))
    cells = []
    for unit in ("commune", "district", "province"):
        below = above[hierarchy["level"].eq(unit)].dropna()
        if LEVELS_UP.index(unit) >= LEVELS_UP.index(level) or below.empty:
            continue
        given = pd.DataFrame({"area": area, "unit": running[unit]}).dropna()
        covered, known = (
            np.bincount(units["area"], minlength=len(places))
            for units in (given.drop_duplicates(), given)
        )
        inside = places.get_indexer(pd.Index(below))
        total = np.bincount(inside[inside >= 0], minlength=len(places)).astype("float64")
        total[total == 0] = np.nan
        most = np.fmin(covered + expected - known, total)
        with_clubs = pd.DataFrame(
            {"place": places, "indicator": f"{unit}s_with_clubs", "low": covered, "value": covered,
             "high": most, "known": known, "expected": expected, "gaps": 0.0}
        )  # fmt: skip
        in_all = pd.DataFrame(
            {"place": places, "indicator": f"{unit}s_total", "low": total, "value": total,
             "high": total, "known": 1, "expected": 1, "gaps": 0.0}
        )  # fmt: skip
        cells += [
            with_clubs.loc[(known > 0) | (expected == 0)],
            in_all.loc[in_all["value"].notna()],
        ]
    return cells


def _heed_strangers(
    table: pd.DataFrame, strangers: pd.DataFrame, sums: LedgerSums, *, level: str
) -> pd.DataFrame:
    """Count the entries of unregistered clubs in the nation; elsewhere they may come on top."""
    fed = [*LOAN_MONEY, "loans", *BORROWERS] if sums.loans is not None else []
    fed += ["meetings_held", "health_checks", "homecare_visits", "volunteers", "members_checked"]
    touched = table["indicator"].isin([name for name in fed if name in strangers])
    if level != "national":
        return table.assign(high=table["high"].mask(touched), stray=touched)
    more = table["indicator"].map(
        {name: strangers[name].sum() for name in fed
         if name in strangers and name not in BORROWERS}
    )  # fmt: skip
    more = more.fillna(0).astype("float64")
    return table.assign(
        **{bound: table[bound] + more for bound in ("low", "value", "high")}, stray=touched
    )


def _heed_absent_provinces(table: pd.DataFrame, running: pd.DataFrame) -> pd.DataFrame:
    """Make the nation's sums lower bounds where the register has no club of some province."""
    if running.empty:
        return table
    boundaries = running["boundaries"].iloc[0]
    everywhere = len(read_areas(boundaries=boundaries, level="province"))
    present = running["province"].nunique()
    if present == everywhere:
        return table
    open_end = ~table["indicator"].str.endswith("s_total")
    high = table["high"].mask(open_end)
    covered = table["indicator"].eq("provinces_with_clubs")
    note = f"sổ có CLB của {present}/{everywhere} tỉnh"
    return table.assign(high=high.mask(covered, everywhere), coverage=note)


def _names(level: str, placed: pd.DataFrame) -> Mapping[str, str]:
    if level == "club":
        named = placed.set_index("place")["club_name"].dropna()
        return {str(place): str(name) for place, name in named.items()}
    areas = read_areas(boundaries=placed["boundaries"].iloc[0], level=level)
    return dict(zip(areas["area"].astype("str"), areas["area_name"].astype("str"), strict=True))
