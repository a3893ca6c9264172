"""Turn club registers, meeting books and loan ledgers into observations that join all others.

A register (one row a club) and, where there are any, a meeting book and a loan ledger come in; the
measures of each club, or observations of each area and of all its parents, go out. The ledgers are
added up on the engine they live on (`engines`); what comes back is one row a club, and from there
on everything is pandas. Assumed is that the register holds every club of the provinces it names,
that the loan ledger holds every loan of its clubs, and that both stand as on `as_of`. The meeting
book may lack clubs: a club without an entry has not reported, it has not held zero meetings.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .areas import read_hierarchy
from .engines import fetch, open_bench, read_small
from .errors import InvalidTableError
from .indicators import INDICATORS
from .ledgers import count_borrowers, flag_loans, list_borrowers, place_at, sum_loans, sum_meetings
from .measures import LedgerSums, Period, measure_clubs, measure_strangers
from .memory import shareable
from .registers import LOANS, MEETINGS, read_clubs, read_loans, read_meetings
from .schema import LEVELS, OBSERVATIONS, arrange
from .standards import GRADES, read_standard
from .tallies import LEVELS_UP, NATION, mark_criteria, summarise_levels

BY = LEVELS_UP
_NOT_OFFICIAL = ("quality_points", "clubs_quality_known", *(f"clubs_grade_{g}" for g in GRADES))
_OF_THE_PERIOD = (
    "new_clubs", "closed_clubs", "clubs_founded_of_cohort", "clubs_operating_of_cohort", "loans",
    "lent_vnd", "borrowers_year", "meetings_held", "meetings_due", "attendances",
    "attendances_due", "health_checks", "homecare_visits", "members_checked",
)  # fmt: skip


class _Register(NamedTuple):
    """The clubs founded by the day, and what else is known of the register."""

    clubs: pd.DataFrame
    known: pd.Index
    repeated: list[str]
    source: str


@shareable
def assess_clubs(
    clubs: Any,
    *,
    as_of: str | pd.Timestamp,
    since: str | pd.Timestamp | None = None,
    meetings: Any = None,
    loans: Any = None,
    engine: str = "auto",
    standard: str | Path | None = None,
) -> pd.DataFrame:
    """Measure every club and hold it against a standard, which is not an official scale.

    Parameters
    ----------
    clubs : path or data frame
        The register, as for `read_clubs`.
    as_of, since : str or Timestamp
        Last and first day of the period of flows; a year if `since` is not given.
    meetings, loans : path or data frame, optional
        The ledgers, as for `summarise_clubs`.
    engine : str
        As for `summarise_clubs`.
    standard : str or Path, optional
        A file as `reference/club_standard.toml`.

    Returns
    -------
    DataFrame
        One row per club founded by `as_of`: the register's columns, `operating` (1 or 0), the
        measures, `meets_<criterion>` (1, 0, or missing where it is not known), `quality_index` and
        `grade`. ``.attrs["label_vi"]`` and ``["label_en"]`` say what the grade is not.

    Raises
    ------
    InvalidTableError, UnreadableSourceError, EngineError, ValueError
        As `summarise_clubs`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> table = assess_clubs(sample_path("clubs"), as_of="2018-12-06")
    >>> int(table["meets_size"].sum()), table.attrs["label_en"]
    (11, 'not an official scale')
    """
    period = _read_period(as_of, since)
    rules = read_standard(standard)
    register = _prepare_register(clubs, period)
    sums = _gather(register, period, meetings=meetings, loans=loans, levels=[], engine=engine)
    # A copy lies in one piece, so that columns can be added to it at ease.
    table = measure_clubs(register.clubs, sums, period, rules).copy()
    table.attrs.update(
        engine=sums.engine, engine_reason=sums.reason,
        label_vi=rules.label_vi, label_en=rules.label_en,
    )  # fmt: skip
    return table


@shareable
def summarise_clubs(
    clubs: Any,
    *,
    by: str,
    as_of: str | pd.Timestamp,
    since: str | pd.Timestamp | None = None,
    meetings: Any = None,
    loans: Any = None,
    engine: str = "auto",
    standard: str | Path | None = None,
    scope: str = "all",
) -> pd.DataFrame:
    """Summarise a register and its ledgers into observations, per area and for all its parents.

    Parameters
    ----------
    clubs : path or data frame
        The register, as for `read_clubs`; all clubs on one map (`boundaries`).
    by : {"club", "commune", "district", "province", "national"}
        The finest level that is reported; every level above it is computed from the rows.
    as_of, since : str or Timestamp
        Last and first day of the period of flows; a year if `since` is not given. Stocks stand on
        `as_of`. The cohort whose survival is measured are the clubs founded before `since`.
    meetings, loans : path or data frame, optional
        The meetings and loans tables: pandas or polars frames, DuckDB relations, PySpark frames,
        paths of parquet files or folders of them; small csv files and workbooks too.
    engine : {"auto", "pandas", "polars", "duckdb", "pyspark"}
        Where the ledgers are added up; see `engines.choose_engine`.
    standard : str or Path, optional
        A file as `reference/club_standard.toml`: bounds, start-up rules by place and grades. It is
        not an official scale.
    scope : str
        "all", or a project: only clubs whose `scope` it is.

    Returns
    -------
    DataFrame
        The observations table, sorted by level, area and indicator. A sum over clubs of which some
        are not known is a lower bound: its qualifier is ``at_least``, its `high` is missing (or
        the largest possible count) and its `note` says how many are known. Borrowers are distinct
        people at every level. The nation's row is a lower bound unless the register has clubs in
        every province. Status is ``synthetic`` where a club's is, else ``derived``.
        ``.attrs``: ``engine``, ``engine_reason``, ``unregistered`` (clubs of the ledgers that the
        register lacks: with `loans` and `meetings`, the number of their entries; they are counted
        in the nation and make every other sum a lower bound), ``unplaced`` (clubs whose place is
        known at a higher level only), ``repeated`` (ids given more than once; the first row counts)
        and ``label_vi``/``label_en`` of the standard.

    Raises
    ------
    InvalidTableError
        If a table lacks a column, has one of a wrong type, or names an area that is not on the map.
    UnreadableSourceError
        If a file is cut short or cannot be read.
    EngineError
        If an engine is not installed, of an unknown version, or runs out of memory or disk.
    ValueError
        If `by`, `engine` or the period makes no sense.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> table = summarise_clubs(sample_path("clubs"), by="district", as_of="2018-12-06")
    >>> rows = table.query("indicator == 'clubs' and level == 'district'")
    >>> rows.set_index("area_name")["value"].to_dict()
    {'Thái Nguyên': 21.0, 'Sông Công': 8.0, 'Phú Lương': 75.0, 'Phú Bình': 31.0}
    >>> rows["status"].unique().tolist()
    ['synthetic']
    """
    period = _read_period(as_of, since)
    rules = read_standard(standard)
    register = _prepare_register(clubs, period)
    levels = _levels_from(by, register.clubs)
    wanted = register.clubs
    if scope != "all":
        wanted = wanted.loc[wanted["scope"].eq(scope)].reset_index(drop=True)
    if wanted.empty:
        raise ValueError(
            f"`scope` must be 'all' or a scope of the register's clubs "
            f"({', '.join(sorted(register.clubs['scope'].unique()))}), not {scope!r}."
        )
    sums = _gather(
        register, period, meetings=meetings, loans=loans, levels=levels, engine=engine, scope=scope
    )
    measured = measure_clubs(wanted, sums, period, rules)
    unregistered = _list_unregistered(register, sums)
    strangers = measure_strangers(unregistered, sums) if scope == "all" else None
    marked = mark_criteria(measured, rules)
    rows = _as_observations(
        summarise_levels(levels, marked, strangers, sums, rules),
        period=period,
        scope=scope,
        source=register.source,
        boundaries=wanted["boundaries"].iloc[0],
    )
    placed = measured[by] if by in ("commune", "district", "province") else measured["club"]
    rows.attrs.update(
        engine=sums.engine,
        engine_reason=sums.reason,
        unregistered=unregistered.to_dict("records"),
        unplaced=measured.loc[placed.isna() & measured["operating"].eq(1), "club"].tolist(),
        repeated=register.repeated,
        label_vi=rules.label_vi,
        label_en=rules.label_en,
    )
    return rows


def _read_period(as_of: str | pd.Timestamp, since: str | pd.Timestamp | None) -> Period:
    last = pd.Timestamp(as_of).normalize()
    a_year = last - pd.DateOffset(years=1) + pd.Timedelta(days=1)
    first = a_year if since is None else pd.Timestamp(since).normalize()
    if first > last:
        raise ValueError(
            f"`since` ({first:%Y-%m-%d}) must not lie after `as_of` ({last:%Y-%m-%d})."
        )
    return Period(first, last)


def _prepare_register(clubs: Any, period: Period) -> _Register:
    """Read the register, place each club on the map, and say which clubs operate."""
    register = read_clubs(clubs)
    source = register.attrs.get("source", "clubs")
    register.attrs.clear()
    maps = sorted(register["boundaries"].unique())
    if len(maps) != 1:
        raise InvalidTableError(
            f"`clubs` must hold clubs on one map (`boundaries`), found {maps or 'no rows'}.\n"
            "  hint: summarise each map by itself, or give every club its code on one map."
        )
    again = register["club"].duplicated()
    repeated = sorted(register.loc[again, "club"].unique())
    register = register.loc[~again].reset_index(drop=True) if repeated else register
    placed = _place(register, maps[0])
    begun = ~(placed["founded"] > period.as_of)
    running = begun & ~(placed["closed"] <= period.as_of)
    placed = placed.assign(operating=running.astype("float64"))
    placed = placed if begun.all() else placed.loc[begun].reset_index(drop=True)
    if placed.empty:
        raise ValueError(f"`clubs` must hold clubs founded by {period.as_of:%Y-%m-%d}; none was.")
    return _Register(placed, pd.Index(register["club"]), repeated, source)


def _place(register: pd.DataFrame, boundaries: str) -> pd.DataFrame:
    units, codes = _find_units(boundaries)
    row = codes.get_indexer(pd.Index(register["level"] + ":" + register["area"]))
    unknown = register.loc[row < 0, ["club", "level", "area"]]
    if len(unknown):
        shown = [f"  {c}: {lv} {a!r}" for c, lv, a in unknown.head(20).itertuples(index=False)]
        more = [f"  ... and {len(unknown) - len(shown)} more"] if len(unknown) > len(shown) else []
        raise InvalidTableError(
            "\n".join(
                [
                    f"`clubs` must lie in areas of the map {boundaries}; {len(unknown)} do not.",
                    *shown,
                    *more,
                    "  hint: `find_area(name, level=..., boundaries=...)` gives the code; leading "
                    "zeros belong to it.",
                ]
            )
        )
    above = {
        name: units[name].take(row).set_axis(register.index)
        for name in ("district", "province", "commune")
    }
    return register.assign(**above)


@cache
def _find_units(boundaries: str) -> tuple[pd.DataFrame, pd.Index]:
    """Return the district, province and commune of each unit of a map, and its level and code."""
    units = read_hierarchy(boundaries=boundaries)
    commune = units["area"].where(units["level"] == "commune")
    codes = pd.Index(units["level"] + ":" + units["area"], dtype="object")
    return units[["district", "province"]].assign(commune=commune), codes


def _levels_from(by: str, register: pd.DataFrame) -> list[str]:
    if by not in BY:
        raise ValueError(f"`by` must be one of {', '.join(BY)}, not {by!r}.")
    boundaries = register["boundaries"].iloc[0]
    no_districts = boundaries == "2025-07"
    if by == "district" and no_districts:
        raise ValueError("`by` must not be 'district' on the map 2025-07, which has no districts.")
    if by in ("commune", "district", "province") and register[by].isna().all():
        found = ", ".join(sorted(register["level"].unique()))
        raise ValueError(
            f"`by` must be a level at which clubs are placed; this register places them by {found},"
            f" not by {by}."
        )
    levels = BY[BY.index(by) :]
    return [
        level
        for level in levels
        if not (level == "district" and no_districts)
        and (level not in register or register[level].notna().any() or level == "club")
    ]


def _gather(
    register: _Register,
    period: Period,
    *,
    meetings: Any,
    loans: Any,
    levels: list[str],
    engine: str,
    scope: str = "all",
) -> LedgerSums:
    """Have the engine add up the ledgers by club, and count distinct borrowers at every level."""
    ledgers = {
        name: read_small(ledger, table, reader)
        for name, ledger, reader, table in (
            ("meetings", meetings, read_meetings, MEETINGS),
            ("loans", loans, read_loans, LOANS),
        )
        if ledger is not None
    }
    tables = {"meetings": MEETINGS, "loans": LOANS}
    days = {
        "since": period.since.to_pydatetime(),
        "as_of": period.as_of.to_pydatetime(),
    }
    by_club: dict[str, pd.DataFrame] = {}
    borrowers: dict[str, pd.DataFrame] = {}
    with open_bench(ledgers, tables, engine=engine) as bench:
        if "meetings" in ledgers:
            by_club["meetings"] = fetch(sum_meetings(bench.ledgers["meetings"], **days))
        if "loans" in ledgers:
            flagged = flag_loans(bench.ledgers["loans"], **days)
            by_club["loans"] = fetch(sum_loans(flagged))
            people = bench.hold(list_borrowers(flagged), "loans")
            borrowers["club"] = fetch(count_borrowers(people, None))
            if above := [level for level in levels if level != "club"]:
                places = _places(register, by_club["loans"], levels=above, scope=scope)
                near = bench.bring(places, "loans")
                for level in above:
                    borrowers[level] = fetch(count_borrowers(people, place_at(near, level)))
        return LedgerSums(
            by_club.get("meetings"), by_club.get("loans"), borrowers, bench.engine, bench.reason
        )


def _places(
    register: _Register, loans: pd.DataFrame, *, levels: list[str], scope: str
) -> pd.DataFrame:
    """Return the clubs whose borrowers count, with the area of each level in which each lies."""
    clubs = register.clubs
    counts = clubs["operating"].eq(1)
    counts = counts if scope == "all" else counts & clubs["scope"].eq(scope)
    lowest = [level for level in levels if level != "national"]
    places = clubs.loc[counts, ["club", *lowest]]
    if scope == "all":
        strangers = _strangers(loans, register)[["club"]].dropna()
        places = pd.concat([places, strangers], ignore_index=True) if len(strangers) else places
    return places.assign(national=NATION).astype("str")


def _strangers(by_club: pd.DataFrame, register: _Register) -> pd.DataFrame:
    found = register.known.get_indexer(pd.Index(by_club["club"]))
    return by_club.loc[found < 0]


def _list_unregistered(register: _Register, sums: LedgerSums) -> pd.DataFrame:
    """List the clubs of the ledgers that the register lacks, with the number of their entries."""
    entries = {}
    for name, table, column in (
        ("meetings", sums.meetings, "meetings_entered"),
        ("loans", sums.loans, "entered"),
    ):
        if table is not None:
            entries[name] = _strangers(table, register).set_index("club")[column]
    return (
        pd.DataFrame(entries)
        .fillna(0.0)
        .rename_axis("club")
        .reset_index()
        .sort_values("club", ignore_index=True)
    )


def _as_observations(
    cells: pd.DataFrame, *, period: Period, scope: str, source: str, boundaries: str
) -> pd.DataFrame:
    known = cells.loc[cells["indicator"].isin(list(INDICATORS))]
    known = known.iloc[_sort_cells(known)].reset_index(drop=True)
    level, place, indicator = (known[name].tolist() for name in ("level", "place", "indicator"))
    day, first = f"{period.as_of:%Y-%m-%d}", f"{period.since:%Y-%m-%d}.."
    spans = {
        name: f"@{boundaries}:{name}:{first if name in _OF_THE_PERIOD else ''}{day}"
        for name in set(indicator)
    }
    taken = ("level", "area_name", "low", "value", "high", "status")
    rows = {
        "fact_id": [
            f"register:{scope}:{lv}:{area}{spans[name]}"
            for lv, area, name in zip(level, place, indicator, strict=True)
        ],
        **{name: known[name] for name in taken},
        "area": known["place"],
        "boundaries": boundaries,
        "indicator": known["indicator"],
        "qualifier": np.where(known["low"].eq(known["high"]), "exact", "at_least"),
        "unit": [INDICATORS[name].unit for name in indicator],
        "start": [period.since if name in _OF_THE_PERIOD else pd.NaT for name in indicator],
        "as_of": period.as_of,
        "scope": scope,
        "source": source,
        "locator": [f"{clubs:.0f} CLB" for clubs in known["clubs"].tolist()],
        "note": _say(known),
    }
    return arrange(pd.DataFrame(rows, index=known.index), OBSERVATIONS)


def _sort_cells(cells: pd.DataFrame) -> np.ndarray:
    """Return the order of level, area and indicator."""
    of_level = {level: number for number, level in enumerate(LEVELS)}
    places, indicators = (
        pd.factorize(cells[name], sort=True)[0] for name in ("place", "indicator")
    )
    levels = np.array([of_level[level] for level in cells["level"].tolist()], dtype="int64")
    return np.lexsort([indicators, places, levels])


def _say(cells: pd.DataFrame) -> list[str | None]:
    """Say in Vietnamese what a reader must know of a cell."""
    told = zip(
        *(cells[name].tolist() for name in
          ("known", "expected", "gaps", "stray", "coverage", "indicator", "status")),
        strict=True,
    )  # fmt: skip
    said: dict[tuple[Any, ...], str | None] = {}
    return [said[cell] if cell in said else said.setdefault(cell, _say_of(*cell)) for cell in told]


def _say_of(
    known: float,
    expected: float,
    gaps: float,
    stray: bool,
    coverage: str,
    indicator: str,
    status: str,
) -> str | None:
    notes = (
        f"{known:.0f}/{expected:.0f} CLB có số liệu" if known < expected else "",
        f"{gaps:.0f} dòng của sổ vay thiếu số liệu" if gaps > 0 else "",
        "sổ phụ có CLB không có trong sổ CLB" if stray else "",
        coverage,
        "không phải thang điểm chính thức" if indicator in _NOT_OFFICIAL else "",
        "số liệu giả lập" if status == "synthetic" else "",
    )
    return "; ".join(note for note in notes if note) or None
