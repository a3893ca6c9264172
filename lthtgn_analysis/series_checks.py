"""Checks over time: stock and flow agree; nothing leaps, falls or stands still unexplained.

Each check is named as a sentence that is true of good data: facts in, findings out. A series runs
within one place, map and scope; it never crosses boundaries or mixes a project with the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .areas import read_areas
from .facts import (
    NONE,
    UNDATED,
    Facts,
    Flags,
    Numbers,
    Positions,
    find_after,
    find_by,
    find_dated,
    find_in_report,
    in_series,
    pick,
)
from .findings import Findings
from .indicators import INDICATORS

_CARRIED = ("members", "income_fund_vnd", "borrowers")
_OLDER = ("older_members", "older_members:share", "older_share")
_FILED_MEASURES = ("clubs", "members", "income_fund_vnd", "communes_with_clubs")
_MONTH = 31
_SPREAD_OF_SIZES = 40
_ENOUGH_COUNTS = 8


def new_clubs_are_not_the_stock(facts: Facts) -> Findings:
    """Where clubs stood before, the clubs founded in a period are fewer than all at its end."""
    flows = _flows(facts)
    base_day = np.where(flows["start"] == UNDATED, flows["day"] - 1, flows["start"] + _MONTH)
    base = find_by(facts, "clubs", facts.place[flows["new"]], base_day)
    # The stock of the flow's own report, or a later one, is no stock from before.
    base = np.where(pick(facts.day, base) < flows["day"], base, NONE)
    testable = ((flows["clubs"] != NONE) & (base != NONE)).to_numpy()
    same = pick(facts.value, flows["clubs"]) == facts.value[flows["new"]]
    stood = (pick(facts.low, base) > 0) & (facts.value[flows["new"]] > 0)
    bad = testable & same & stood
    cases = flows.assign(before=base).loc[bad, ["new", "clubs", "before"]]
    return Findings(
        cases, "error", int(testable.sum()), int((~testable).sum()),
        fact_ids=_ids(facts, cases, "new", "clubs"),
    )  # fmt: skip


def stock_is_not_the_new_clubs(facts: Facts) -> Findings:
    """All clubs are not fewer than half of those in the report before and in the one after."""
    rows = in_series(facts, "clubs")
    rows = rows.loc[(rows["before"] != NONE) & (rows["after"] != NONE)]
    neighbours = np.minimum(facts.low[rows["before"]], facts.low[rows["after"]])
    dip = (facts.high[rows["at"]] < 0.45 * neighbours) & ~facts.falls[rows["at"]]
    dip &= neighbours >= 4
    new = find_in_report(facts, "new_clubs", rows["at"].to_numpy())
    cases = rows.assign(new=new).loc[dip, ["at", "before", "after", "new"]]
    named = cases.assign(other=np.where(cases["new"] == NONE, cases["before"], cases["new"]))
    return Findings(
        cases,
        "error",
        len(rows),
        len(facts.by_series.get("clubs", ())) - len(rows),
        fact_ids=_ids(facts, named, "at", "other"),
    )


def stock_grows_by_at_most_the_new_clubs(facts: Facts) -> Findings:
    """The stock does not grow by more than the clubs founded in the same period."""
    rows, testable = _balances(facts, within=True)
    growth = facts.low[rows["clubs"]] - facts.high[rows["before"]]
    new = facts.high[rows["new"]]
    bad = (growth - new >= 6) & (growth >= 1.15 * new)
    cases = rows.loc[bad, ["clubs", "before", "new"]]
    return Findings(
        cases, "error", len(rows), testable - len(rows),
        words={"growth_number": list(facts.value[cases["clubs"]] - facts.value[cases["before"]])},
    )  # fmt: skip


def new_clubs_are_those_of_the_period(facts: Facts) -> Findings:
    """The clubs founded in a period are not far more than the stock grew and clubs closed."""
    rows, testable = _balances(facts)
    closed_at = find_in_report(facts, "closed_clubs", rows["new"].to_numpy())
    closed = np.nan_to_num(pick(facts.high, closed_at))
    growth = facts.high[rows["clubs"]] - facts.low[rows["before"]] + closed
    new, stock = facts.low[rows["new"]], facts.value[rows["before"]]
    excess = new - growth
    explained = facts.falls[rows["clubs"]] | facts.falls[rows["new"]]
    bad = (new > 2 * np.maximum(growth, 0) + 2) & (excess >= np.maximum(7, 0.05 * stock))
    # Where the stock fell, it was counted anew; the clubs founded are not the figure to doubt.
    bad &= ~explained & (growth >= -0.05 * stock)
    cases = rows.loc[bad, ["new", "clubs", "before"]]
    return Findings(
        cases, "error", len(rows), testable - len(rows),
        fact_ids=_ids(facts, cases, "new", "clubs"),
        words={"growth_number": list(np.maximum(growth[bad], 0))},
    )  # fmt: skip


def totals_of_a_period_do_not_fall(facts: Facts) -> Findings:
    """What was counted from a fixed day on is not less on a later day."""
    found, tested, alone = [], 0, 0
    for name, indicator in INDICATORS.items():
        if indicator.nature != "flow" or indicator.planned or not indicator.additive_time:
            continue
        rows = _same_start(facts, name)
        fell = facts.high[rows["at"]] < facts.low[rows["before"]]
        found.append(rows.loc[fell, ["at", "before"]])
        tested += len(rows)
        alone += len(facts.by_report.get(name, ())) - len(rows)
    return Findings(pd.concat(found, ignore_index=True), "warning", tested, max(alone, 0))


def clubs_do_not_leap_for_one_report(facts: Facts) -> Findings:
    """The clubs of one report are not far more than in the report before and in the one after."""
    rows = in_series(facts, "clubs")
    rows = rows.loc[(rows["before"] != NONE) & (rows["after"] != NONE)]
    top = np.maximum(facts.high[rows["before"]], facts.high[rows["after"]])
    leap = (facts.low[rows["at"]] >= 1.75 * top) & (facts.low[rows["at"]] - top >= 5)
    # Where the report after is far below the one before, it is that one that is out of line.
    leap &= facts.high[rows["after"]] >= 0.45 * facts.low[rows["before"]]
    cases = rows.loc[leap]
    return Findings(
        cases,
        "warning",
        len(rows),
        len(facts.by_series.get("clubs", ())) - len(rows),
        fact_ids=_ids(facts, cases, "at", "before"),
    )


def members_do_not_fall_while_clubs_grow(facts: Facts) -> Findings:
    """The members do not fall by a quarter while the clubs are not fewer."""
    rows = _with_clubs(facts, "members")
    testable = (rows["clubs"] != NONE) & (rows["clubs_before"] != NONE)
    ratio = _divide(facts.high[rows["at"]], facts.low[rows["before"]])
    kept = pick(facts.high, rows["clubs"]) >= pick(facts.low, rows["clubs_before"])
    told = facts.falls[rows["at"]] | _at(facts.falls, rows["clubs"])
    bad = testable & (ratio < 0.76) & kept & ~told & (facts.low[rows["before"]] >= 50)
    return _with_ids(facts, rows, bad, testable, "warning")


def members_do_not_leap_while_clubs_stand(facts: Facts) -> Findings:
    """The members do not grow by half while the clubs grow by less than a tenth."""
    rows = _with_clubs(facts, "members")
    testable = (rows["clubs"] != NONE) & (rows["clubs_before"] != NONE)
    ratio = _divide(facts.low[rows["at"]], facts.high[rows["before"]])
    moved = _divide(pick(facts.value, rows["clubs"]), pick(facts.value, rows["clubs_before"]))
    bad = testable & (ratio > 1.5) & (moved < 1.12) & (facts.low[rows["before"]] > 0)
    return _with_ids(facts, rows, bad, testable, "warning")


def communes_with_clubs_do_not_fall(facts: Facts) -> Findings:
    """The communes with clubs do not fall by two fifths while no fall of the clubs is known."""
    rows = _with_clubs(facts, "communes_with_clubs")
    ratio = _divide(facts.high[rows["at"]], facts.low[rows["before"]])
    fewer = pick(facts.high, rows["clubs"]) < pick(facts.low, rows["clubs_before"])
    told = facts.falls[rows["at"]] | _at(facts.falls, rows["clubs"])
    bad = (ratio < 0.6) & (facts.low[rows["before"]] >= 8) & ~fewer & ~told
    return _with_ids(facts, rows, bad, pd.Series(True, index=rows.index), "warning")


def older_people_do_not_fall(facts: Facts) -> Findings:
    """People from 60 on do not become fewer by over a twentieth: their number grows every year."""
    rows = in_series(facts, "people_60plus")
    rows = rows.loc[rows["before"] != NONE]
    fall = facts.high[rows["at"]] < 0.95 * facts.low[rows["before"]]
    untestable = len(facts.by_measure.get("people_60plus", ())) - len(rows)
    return Findings(rows.loc[fall, ["at", "before"]], "warning", len(rows), untestable)


def new_clubs_bring_members(facts: Facts) -> Findings:
    """Between two reports the members grow by between 20 and 120 for each further club."""
    rows = _with_clubs(facts, "members")
    grown = pick(facts.low, rows["clubs"]) - pick(facts.high, rows["clubs_before"])
    testable = pd.Series(grown >= 30, index=rows.index)
    most = facts.high[rows["at"]] - facts.low[rows["before"]]
    least = facts.low[rows["at"]] - facts.high[rows["before"]]
    wide = pick(facts.high, rows["clubs"]) - pick(facts.low, rows["clubs_before"])
    fell = facts.high[rows["at"]] < 0.76 * facts.low[rows["before"]]
    same = facts.value[rows["at"]] == facts.value[rows["before"]]
    odd = testable & ((most < 20 * grown) | (least > 120 * wide)) & ~fell & ~same
    cases = rows.loc[odd, ["at", "before", "clubs", "clubs_before"]]
    each = (facts.value[cases["at"]] - facts.value[cases["before"]]) / (
        facts.value[cases["clubs"]] - facts.value[cases["clubs_before"]]
    )
    return Findings(
        cases,
        "note",
        int(testable.sum()),
        int((~testable).sum()),
        words={"each_number": list(each)},
    )


def clubs_do_not_double_in_a_season(facts: Facts) -> Findings:
    """A hundred clubs or more do not become half as many again within a hundred days."""
    rows = in_series(facts, "clubs")
    rows = rows.loc[rows["before"] != NONE]
    many = facts.low[rows["before"]] >= 100
    near = facts.day[rows["at"]] - facts.day[rows["before"]] <= 100
    fast = facts.low[rows["at"]] > 1.5 * facts.high[rows["before"]]
    return Findings(
        rows.loc[many & near & fast, ["at", "before"]],
        "warning",
        int((many & near).sum()),
        int((~(many & near)).sum()),
    )


def figures_are_not_carried_over(facts: Facts) -> Findings:
    """Members, fund and borrowers are not the same to the last digit while the clubs grew."""
    found, tested, untestable = [], 0, 0
    for name in _CARRIED:
        rows = _with_clubs(facts, name)
        grown = pick(facts.value, rows["clubs"]) > 1.018 * pick(facts.value, rows["clubs_before"])
        same = facts.value[rows["at"]] == facts.value[rows["before"]]
        bad = grown & same & (facts.value[rows["at"]] >= 100)
        found.append(rows.loc[bad, ["at", "before", "clubs", "clubs_before"]])
        known = (rows["clubs"] != NONE) & (rows["clubs_before"] != NONE)
        tested += int(known.sum())
        untestable += int((~known).sum())
    cases = pd.concat(found, ignore_index=True)
    return Findings(
        cases, "warning", tested, untestable, fact_ids=_ids(facts, cases, "before", "at")
    )


def sizes_differ_between_reports(facts: Facts) -> Findings:
    """Members per club are not the same to the last digit in two reports with different clubs."""
    rows = _with_clubs(facts, "members")
    clubs, before = (pick(facts.value, rows[name]) for name in ("clubs", "clubs_before"))
    exact = facts.low[rows["at"]] == facts.high[rows["at"]]
    exact &= facts.low[rows["before"]] == facts.high[rows["before"]]
    testable = pd.Series(exact & (clubs != before) & (np.minimum(clubs, before) >= 8))
    # Cross multiplication: whole numbers are equal or not, quotients of them only nearly.
    same = facts.value[rows["at"]] * before == facts.value[rows["before"]] * clubs
    cases = rows.loc[testable & same, ["at", "before", "clubs", "clubs_before"]]
    size = facts.value[cases["at"]] / facts.value[cases["clubs"]]
    one_in = _SPREAD_OF_SIZES * np.minimum(
        facts.value[cases["clubs"]], facts.value[cases["clubs_before"]]
    )
    return Findings(
        cases, "note", int(testable.sum()), int((~testable).sum()),
        words={"size_number": list(size), "one_in_number": list(one_in)},
    )  # fmt: skip


def counts_do_not_heap_on_hundreds(facts: Facts) -> Findings:
    """The exact counts of one place do not end in 00 more often than chance allows."""
    found, tested, untestable = [], 0, 0
    for name in ("members", "borrowers"):
        at = facts.by_series.get(name, np.empty(0, dtype=np.int64))
        at = at[(facts.low[at] == facts.high[at]) & (facts.value[at] >= 500)]
        rows = pd.DataFrame(
            {"figure": at, "place": facts.place[at], "round": facts.value[at] % 100 == 0}
        )
        places = rows.groupby("place").agg(
            figure=("figure", "last"), counts=("round", "size"), heaped=("round", "sum")
        )
        places = places.loc[places["counts"] >= _ENOUGH_COUNTS]
        # One count in a hundred ends in 00; three of eight do so by chance once in 20,000 places.
        found.append(places.loc[places["heaped"] >= np.maximum(3, 0.25 * places["counts"])])
        tested += len(places)
        untestable += rows["place"].nunique() - len(places)
    cases = pd.concat(found, ignore_index=True)
    return Findings(
        cases[["figure"]], "note", tested, untestable,
        words={
            "counts_number": cases["counts"].to_list(),
            "heaped_number": cases["heaped"].to_list(),
        },
    )  # fmt: skip


def reports_are_not_repeated(facts: Facts) -> Findings:
    """Clubs and members are not both those of the report before while new clubs are counted."""
    rows = _with_clubs(facts, "members")
    known = (rows["clubs"] != NONE) & (rows["clubs_before"] != NONE)
    same = (facts.value[rows["at"]] == facts.value[rows["before"]]) & (
        pick(facts.value, rows["clubs"]) == pick(facts.value, rows["clubs_before"])
    )
    new = find_in_report(facts, "new_clubs", rows["at"].to_numpy())
    since = pick(facts.start.astype(float), new) >= facts.day[rows["before"]] - _MONTH
    counted = pick(facts.low, new) >= 0.05 * pick(facts.value, rows["clubs"])
    closed = np.nan_to_num(
        pick(facts.high, find_in_report(facts, "closed_clubs", rows["at"].to_numpy()))
    )
    bad = known & same & since & counted & (closed == 0)
    cases = rows.assign(new=new).loc[bad, ["clubs", "clubs_before", "at", "before", "new"]]
    return Findings(
        cases,
        "warning",
        int((known & (new != NONE)).sum()),
        int((~known | (new == NONE)).sum()),
        fact_ids=_ids(facts, cases, "clubs_before", "before", "clubs", "at"),
    )


def clubs_founded_since_a_day_move_with_the_stock(facts: Facts) -> Findings:
    """The clubs founded since a fixed day are not the same at two dates while the stock grew."""
    rows = _same_start(facts, "new_clubs")
    at, before = rows["at"].to_numpy(), rows["before"].to_numpy()
    same = (facts.value[at] == facts.value[before]) & (facts.value[at] >= 3)
    apart = facts.day[at] - facts.day[before] >= _MONTH
    place = facts.place[at]
    later = find_after(facts, "clubs", place, facts.day[before] - 1)
    earlier = find_by(facts, "clubs", place, facts.day[before])
    within = (later != NONE) & (pick(facts.day.astype(float), later) < facts.day[at])
    first = np.where(within, later, earlier)
    last = find_by(facts, "clubs", place, facts.day[at])
    grown = pick(facts.low, last) > 1.02 * pick(facts.high, first)
    bad = same & apart & grown
    cases = rows.assign(clubs=last, clubs_before=first).loc[
        bad, ["at", "before", "clubs", "clubs_before"]
    ]
    testable = int(((first != NONE) & (last != NONE)).sum())
    return Findings(
        cases, "warning", testable, len(rows) - testable,
        fact_ids=_ids(facts, cases, "before", "at"),
    )  # fmt: skip


def figures_of_new_provinces_are_not_of_old_ones(facts: Facts) -> Findings:
    """A figure of a merged province is not that of the old province of its name."""
    found, tested, untestable = [], 0, 0
    old_codes = _old_codes()
    areas = facts.table["area"]
    is_new = (
        facts.table["level"].eq("province") & facts.table["boundaries"].eq("2025-07")
    ).to_numpy()
    for name in _FILED_MEASURES:
        rows = in_series(facts, name)
        rows = rows.loc[is_new[rows["at"]]]
        at = rows["at"].to_numpy()
        old = areas.iloc[at].map(old_codes).to_numpy(dtype=object)
        last = _last_of_old(facts, name, old, facts.column("scope", at))
        other = np.where(rows["after"] != NONE, rows["after"], rows["before"])
        testable = (last != NONE) & (other != NONE)
        ratio = _divide(facts.value[at], pick(facts.value, last))
        low = facts.high[at] < 0.74 * pick(facts.low, other)
        bad = testable & low & (ratio > 0.85) & (ratio < 1.25)
        found.append(pd.DataFrame({"at": at, "other": other, "old": last}).loc[bad])
        tested += int(testable.sum())
        untestable += int((~testable).sum())
    cases = pd.concat(found, ignore_index=True)
    return Findings(cases, "error", tested, untestable, fact_ids=_ids(facts, cases, "at", "other"))


def a_series_counts_from_one_age(facts: Facts) -> Findings:
    """The older members of one series are counted from one age, 55 or 60, throughout."""
    found, tested, untestable = [], 0, 0
    for name in _OLDER:
        rows = in_series(facts, name)
        rows = rows.loc[rows["before"] != NONE]
        age, age_before = facts.age[rows["at"]], facts.age[rows["before"]]
        known = (age != "") & (age_before != "")
        bad = known & (age != age_before)
        found.append(
            rows.assign(age=age, age_before=age_before).loc[
                bad, ["at", "before", "age", "age_before"]
            ]
        )
        tested += int(known.sum())
        untestable += int((~known).sum())
    cases = pd.concat(found, ignore_index=True)
    return Findings(
        cases[["at", "before"]],
        "warning",
        tested,
        untestable,
        words={name: cases[name].to_list() for name in ("age", "age_before")},
    )


def _flows(facts: Facts) -> pd.DataFrame:
    """Return every dated figure of new clubs with the clubs of its report."""
    new = find_dated(facts, "new_clubs")
    return pd.DataFrame(
        {
            "new": new,
            "clubs": find_in_report(facts, "clubs", new),
            "start": facts.start[new],
            "day": facts.day[new],
        }
    )


def _balances(facts: Facts, *, within: bool = False) -> tuple[pd.DataFrame, int]:
    """Return new clubs with the clubs at the end and at the beginning of their period.

    With `within`, the clubs before may also be those of a day inside the period.
    """
    flows = _flows(facts)
    place, start, day = (
        facts.place[flows["new"]],
        flows["start"].to_numpy(),
        flows["day"].to_numpy(),
    )
    near = find_by(facts, "clubs", place, day)
    same_day = (near != NONE) & (pick(facts.day.astype(float), near) == day)
    flows["clubs"] = flows["clubs"].mask(flows["clubs"] == NONE, np.where(same_day, near, NONE))
    before = find_by(facts, "clubs", place, start + 3)
    before = np.where(pick(facts.day.astype(float), before) >= start - 45, before, NONE)
    if within:
        last = find_by(facts, "clubs", place, day - 1)
        inside = pick(facts.day.astype(float), last) > start
        before = np.where((before == NONE) & inside, last, before)
    known = (start != UNDATED) & (flows["clubs"] != NONE) & (before != NONE)
    return flows.assign(before=before).loc[known].reset_index(drop=True), len(flows)


def _same_start(facts: Facts, name: str) -> pd.DataFrame:
    """Put each figure of a flow beside the one before it that starts on the same day."""
    at = find_dated(facts, name)
    at = at[facts.start[at] != UNDATED]
    at = at[np.lexsort((facts.day[at], facts.start[at], facts.place[at]))]
    before = np.roll(at, 1)
    same = (facts.place[at] == facts.place[before]) & (facts.start[at] == facts.start[before])
    same &= facts.day[at] > facts.day[before]
    if len(at):
        same[0] = False
    return pd.DataFrame({"at": at[same], "before": before[same]})


def _with_clubs(facts: Facts, measure: str) -> pd.DataFrame:
    """Put each figure beside the one before it, and the clubs of both beside them."""
    rows = in_series(facts, measure)
    rows = rows.loc[rows["before"] != NONE, ["at", "before"]].reset_index(drop=True)
    return rows.assign(
        clubs=_clubs_then(facts, rows["at"].to_numpy()),
        clubs_before=_clubs_then(facts, rows["before"].to_numpy()),
    )


def _clubs_then(facts: Facts, at: Positions) -> Positions:
    same = find_in_report(facts, "clubs", at)
    near = find_by(facts, "clubs", facts.place[at], facts.day[at])
    fresh = (near != NONE) & (facts.day[at] - pick(facts.day.astype(float), near) <= _MONTH)
    return np.where(same != NONE, same, np.where(fresh, near, NONE))


def _last_of_old(facts: Facts, name: str, areas: Iterable[Any], scopes: Iterable[Any]) -> Positions:
    """Return the last figure of old provinces before the merger, or `NONE`."""
    table = facts.table
    at = facts.by_series.get(name, np.empty(0, dtype=np.int64))
    old = table["level"].eq("province") & table["boundaries"].isin(["2022", "2025-01"])
    at = at[old.to_numpy()[at]]
    keys = (
        table["area"].iloc[at].to_numpy(dtype=object)
        + "|"
        + table["scope"].iloc[at].to_numpy(dtype=object)
    )
    last = dict(zip(keys, at, strict=True))
    return np.array(
        [last.get(f"{area}|{scope}", NONE) for area, scope in zip(areas, scopes, strict=True)],
        dtype=np.int64,
    )


@cache
def _old_codes() -> dict[str, str]:
    """Return for each province of July 2025 the code of the old province of its name."""
    new = read_areas(boundaries="2025-07", level="province")
    old = read_areas(boundaries="2025-01", level="province")
    by_name = dict(zip(old["area_name"], old["area"], strict=True))
    return {
        area: by_name[name]
        for area, name in zip(new["area"], new["area_name"], strict=True)
        if name in by_name
    }


def _with_ids(
    facts: Facts, rows: pd.DataFrame, bad: Flags | pd.Series, testable: pd.Series, severity: str
) -> Findings:
    cases = rows.loc[bad]
    return Findings(
        cases,
        severity,
        int(testable.sum()),
        int((~testable).sum()),
        fact_ids=_ids(facts, cases, "at", "before"),
    )


def _divide(over: Numbers, under: Numbers) -> Numbers:
    return over / np.where(under == 0, np.nan, under)


def _at(flags: Flags, at: pd.Series) -> Flags:
    spots = at.to_numpy()
    return np.where(spots == NONE, False, flags[spots] if len(flags) else False)


def _ids(facts: Facts, cases: pd.DataFrame, *names: str) -> list[str]:
    columns = [facts.column("fact_id", cases[name].to_numpy()) for name in names]
    return [";".join(dict.fromkeys(map(str, ids))) for ids in zip(*columns, strict=True)]
