"""Measure clubs one by one: register and ledger sums by club in, one row of measures a club out.

Everything is pandas on one row a club. A measure whose inputs are not all known is missing; counts
of what a ledger leaves open stand beside the sums (`<name>_gaps`). Assumed is that the loan ledger
holds every loan of its clubs, so a club without an entry has lent nothing, and that the meeting
book may lack clubs, so a club without an entry has not reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from .registers import ACTIVITIES
from .standards import Standard, begin_of_scheme, judge, startup_rule_vnd

LOAN_MONEY = ("outstanding_vnd", "overdue_vnd", "par30_vnd", "lent_vnd")
BORROWERS = ("borrowers", "borrowers_year", "borrowers_ever")

_LARGE_FUND_VND = 100_000_000
_Columns = dict[str, pd.Series]
STARTUP_PARTS = ("province", "district", "commune", "local", "donor")
_OF_STRANGERS = ("meetings_held", "health_checks", "homecare_visits", "volunteers")


class Period(NamedTuple):
    """First and last day of the flows; stocks stand on the last."""

    since: pd.Timestamp
    as_of: pd.Timestamp


class LedgerSums(NamedTuple):
    """What an engine brought back.

    Attributes
    ----------
    meetings, loans : DataFrame or None
        The ledgers added up by club (`ledgers.sum_meetings`, `ledgers.sum_loans`).
    borrowers : mapping of str to DataFrame
        Distinct borrowers by level (`ledgers.count_borrowers`); "club" is always there with loans.
    engine, reason : str
        How it was done, and why.
    """

    meetings: pd.DataFrame | None
    loans: pd.DataFrame | None
    borrowers: Mapping[str, pd.DataFrame]
    engine: str
    reason: str


def measure_clubs(
    register: pd.DataFrame, sums: LedgerSums, period: Period, standard: Standard
) -> pd.DataFrame:
    """Add to each club of the register its measures and what a standard says of it.

    Parameters
    ----------
    register : DataFrame
        The clubs table with `operating` and the codes `commune`, `district`, `province`.
    sums : LedgerSums
        The ledgers by club.
    period : Period
        The days of flows and stocks.
    standard : Standard
        What `read_standard` returned.

    Returns
    -------
    DataFrame
        The register with one column a measure, named as its indicator where there is one.

    Examples
    --------
    >>> from lthtgn_analysis.registers import read_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.standards import read_standard
    >>> register = read_clubs(sample_path("clubs")).assign(
    ...     operating=1.0, commune=None, district="164", province="19")
    >>> nothing = LedgerSums(None, None, {}, "pandas", "")
    >>> period = Period(pd.Timestamp("2017-12-07"), pd.Timestamp("2018-12-06"))
    >>> measured = measure_clubs(register, nothing, period, read_standard())
    >>> int(measured["paired_income_fund_vnd"].sum())
    4788400000
    """
    # A dictionary of columns until all are there: a frame is laid out anew with each that it gets.
    table = _measure_register(_list_columns(register), period, standard)
    if sums.meetings is not None:
        table = _measure_meetings(table, sums.meetings)
    if sums.loans is not None:
        table = _measure_loans(table, sums.loans, sums.borrowers["club"])
    judged_by = {c.measure: table[c.measure] for c in standard.criteria if c.measure in table}
    table |= _list_columns(judge(pd.DataFrame(judged_by, index=register.index), standard))
    managed = table["clubs_well_managed"], table.get("clubs_all_activities", _unknown(table))
    table |= {"clubs_full_and_managed": _all_of(*managed), "quality_points": table["quality_index"]}
    arrays = {name: column.array for name, column in table.items()}
    return pd.DataFrame(arrays, index=register.index, copy=False)


def measure_strangers(unregistered: pd.DataFrame, sums: LedgerSums) -> pd.DataFrame | None:
    """Return the ledger sums of clubs that the register lacks.

    Parameters
    ----------
    unregistered : DataFrame
        Their ids in the column `club`.
    sums : LedgerSums
        The ledgers by club.

    Returns
    -------
    DataFrame or None
        One row a club with what the ledgers tell of it; None if there is no such club.

    Examples
    --------
    >>> nothing = LedgerSums(None, None, {}, "pandas", "")
    >>> measure_strangers(pd.DataFrame({"club": []}), nothing) is None
    True
    """
    if unregistered.empty:
        return None
    rows: _Columns = {"club": unregistered["club"]}
    if sums.loans is not None:
        rows |= {"income_fund_vnd": _unknown(rows), "members": _unknown(rows)}
        rows = _measure_loans(rows, sums.loans, sums.borrowers["club"])
    if sums.meetings is not None:
        by_club = _look_up(rows["club"], sums.meetings)
        rows |= {name: by_club[name] for name in _OF_STRANGERS if name in by_club}
    return pd.DataFrame(rows)


def _measure_register(t: _Columns, period: Period, standard: Standard) -> _Columns:
    parts = np.array([t[f"startup_{part}_vnd"].to_numpy() for part in STARTUP_PARTS])
    parts_sum = pd.Series(parts.sum(axis=0), index=t["club"].index)
    startup = t["startup_capital_vnd"].fillna(parts_sum)
    fund, both_known = t["income_fund_vnd"], t["income_fund_vnd"].notna() & startup.notna()
    board = t["board_members"].notna() & t["board_trained"].notna()
    with_fund, with_activity_fund = (
        _is(fund > 0, fund),
        _is(t["activity_fund_vnd"] > 0, t["activity_fund_vnd"]),
    )
    both_funds = _all_of(with_fund, with_activity_fund)
    founded, closed = t["founded"], t["closed"]
    of_cohort = _is(founded < period.since, founded)
    scheme = begin_of_scheme(standard, as_of=period.as_of)
    # Before the first scheme there is none whose clubs are to be kept.
    founded_before = _is(founded < scheme, founded) if pd.notna(scheme) else _unknown(t)
    places = ("boundaries", "founded", "commune", "district", "province")
    rule = startup_rule_vnd(pd.DataFrame({name: t[name] for name in places}), standard)
    return t | {
        "new_clubs": _is(founded >= period.since, founded),
        "closed_clubs": ((closed >= period.since) & (closed <= period.as_of)).astype("float64"),
        "clubs_founded_of_cohort": of_cohort,
        "clubs_operating_of_cohort": of_cohort * t["operating"],
        "clubs_founded_before": founded_before,
        "clubs_maintained": founded_before * t["operating"],
        "startup_capital_total_vnd": startup,
        "startup_local_total_vnd": t["startup_local_vnd"].where(parts_sum.notna()),
        "startup_parts_total_vnd": parts_sum,
        "paired_income_fund_vnd": fund.where(both_known),
        "paired_startup_capital_vnd": startup.where(both_known),
        "board_members_trained": t["board_trained"].where(board),
        "board_members": t["board_members"].where(board),
        "clubs_with_fund": with_fund,
        "clubs_with_both_funds": both_funds,
        "clubs_fund_over_100m": _is(fund > _LARGE_FUND_VND, fund),
        "clubs_well_managed": t["well_managed"],
        "older_share": _divide(t["members_60plus"], t["members"]),
        "women_share": _divide(t["women_members"], t["members"]),
        "trained_board_share": _divide(t["board_trained"], t["board_members"]),
        "has_both_funds": both_funds,
        "startup_against_rule": _divide(startup, rule),
        "meetings_due": _count_due(founded, period),
    }


def _measure_meetings(table: _Columns, meetings: pd.DataFrame) -> _Columns:
    by_club = _look_up(table["club"], meetings)
    reported = by_club["meetings_entered"].notna()
    attended_known = by_club.get("attended_known", _unknown(table))
    due_people = (attended_known * table["members"]).where(attended_known > 0)
    done = [by_club.get(name, _unknown(table)) for name in ACTIVITIES]
    all_areas = _all_of(*(_is(each > 0, each) for each in done))
    checks, most = (by_club.get(name, _unknown(table)) for name in
                    ("health_checks", "health_checks_most"))  # fmt: skip
    held, due = by_club["meetings_held"], table["meetings_due"].where(reported)
    return table | {
        "meetings_held": held.where(due.notna()),
        "meetings_due": due,
        "attendances": by_club.get("attended", _unknown(table)).where(due_people.notna()),
        "attendances_due": due_people,
        "health_checks": checks.where(by_club.get("health_checks_known", _unknown(table)) > 0),
        "homecare_visits": by_club.get("homecare_visits", _unknown(table)).where(
            by_club.get("homecare_visits_known", _unknown(table)) > 0
        ),
        "volunteers": by_club.get("volunteers", _unknown(table)),
        "clubs_all_activities": all_areas,
        "does_all_activities": all_areas,
        "members_checked_low": most,
        "members_checked_high": checks.clip(upper=table["members"]).where(most.notna()),
        "meeting_regularity": _divide(held, due),
        "attendance_share": _divide(by_club.get("attended", _unknown(table)), due_people),
    }


def _measure_loans(table: _Columns, loans: pd.DataFrame, borrowers: pd.DataFrame) -> _Columns:
    rows = _find_rows(table["club"], loans["club"])
    by_club = _take_rows(table["club"], loans, rows)
    if not borrowers["area"].equals(loans["club"]):
        rows = _find_rows(table["club"], borrowers["area"])
    people = _take_rows(table["club"], borrowers, rows)
    entered = by_club["entered"].fillna(0)
    # The loan ledger is complete: a club without an entry has lent nothing.
    money = {name: by_club[name].mask(entered == 0, 0) for name in LOAN_MONEY if name in by_club}
    gaps = {f"{name}_gaps": _count_gaps(name, by_club, entered) for name in money}
    named = by_club["members_named"].fillna(0)
    unnamed = entered - named
    owed = by_club.get("outstanding_vnd", _unknown(table))
    dated = by_club.get("outstanding_of_dated_vnd", _unknown(table))
    counts = {name: people[name].fillna(0) for name in BORROWERS}
    if "running" not in by_club:
        counts.pop("borrowers")
    return table | dict(
        **money,
        **gaps,
        **counts,
        loans=by_club["loans"].fillna(0),
        loans_gaps=entered * 0,
        loans_entered=entered,
        borrowers_gaps=unnamed + gaps.get("outstanding_vnd_gaps", 0),
        borrowers_year_gaps=unnamed,
        borrowers_ever_gaps=unnamed,
        clubs_lending=(entered > 0).astype("float64"),
        first_loan=by_club["first_loan"],
        last_loan=by_club["last_loan"],
        utilisation_share=_divide(owed, table["income_fund_vnd"]),
        borrowing_share_ever=_divide(people["borrowers_ever"].fillna(0), table["members"]),
        par30_share=_divide(by_club.get("par30_vnd", _unknown(table)), dated),
    )


def _count_gaps(name: str, by_club: _Columns, entered: pd.Series) -> pd.Series:
    """Count the entries of which an amount is not known."""
    expected = by_club["loans"] if name == "lent_vnd" else entered
    known = "outstanding_of_dated_vnd" if name == "par30_vnd" else name
    return (expected - by_club[f"{known}_known"]).fillna(0)


def _look_up(clubs: pd.Series, table: pd.DataFrame) -> _Columns:
    """Return what a table of one row a club tells of each club."""
    return _take_rows(clubs, table, _find_rows(clubs, table["club"]))


def _find_rows(clubs: pd.Series, told: pd.Series) -> np.ndarray:
    """Return the row of each club, -1 for none; a row without a club is nobody's."""
    rows = pd.Index(told).get_indexer(pd.Index(clubs))
    rows[clubs.isna()] = -1
    return rows


def _take_rows(clubs: pd.Series, table: pd.DataFrame, rows: np.ndarray) -> _Columns:
    return {
        name: pd.Series(
            pd.api.extensions.take(cells.to_numpy(), rows, allow_fill=True), index=clubs.index
        )
        for name, cells in _list_columns(table).items()
        if name not in ("club", "area")
    }


def _list_columns(table: pd.DataFrame) -> _Columns:
    return {str(name): column for name, column in table.items()}


def _unknown(table: _Columns) -> pd.Series:
    return pd.Series(np.nan, index=table["club"].index)


def _is(condition: pd.Series, source: pd.Series) -> pd.Series:
    flags = np.where(source.isna(), np.nan, condition.to_numpy())
    return pd.Series(flags, index=source.index)


def _all_of(*flags: pd.Series) -> pd.Series:
    """Return 0 where one is 0, else missing where one is missing, else 1."""
    wide = np.array([flag.to_numpy() for flag in flags])
    least = np.where((wide == 0).any(axis=0), 0.0, wide.min(axis=0))
    return pd.Series(least, index=flags[0].index)


def _divide(part: pd.Series, whole: pd.Series) -> pd.Series:
    divisor = whole.to_numpy()
    share = np.full(len(divisor), np.nan)
    np.divide(part.to_numpy(), divisor, out=share, where=divisor > 0)
    return pd.Series(share, index=part.index)


def _count_due(founded: pd.Series, period: Period) -> pd.Series:
    """Count the whole months of the period in which a club existed: one meeting is due in each."""
    begin = np.maximum(founded.to_numpy().astype("datetime64[D]"), np.datetime64(period.since, "D"))
    after = np.datetime64(period.as_of + pd.Timedelta(days=1), "D")
    month, next_month = begin.astype("datetime64[M]"), after.astype("datetime64[M]")
    is_later_day = (begin - month) > (after - next_month)
    months = (next_month - month).astype("int64") - is_later_day
    due = np.where(np.isnat(begin), np.nan, np.clip(months, 0, None))
    return pd.Series(due, index=founded.index)
