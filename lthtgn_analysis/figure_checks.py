"""Checks of one figure by itself: what cannot be true whatever else is reported.

Each check is named as a sentence that is true of good data: facts in, findings out. A figure that
one of these checks calls an error is left out of all comparisons.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .boundaries import read_concordance
from .dates import REPORTED_AHEAD
from .facts import NONE, UNDATED, Facts, Flags, Positions
from .findings import Findings
from .indicators import INDICATORS
from .intake import is_unknown_indicator, is_unlisted_area
from .schema import OBSERVATIONS, Kind

_COUNTED = ("clubs", "people", "courses", "areas", "meetings", "loans")
_FIRST_DAY = int(np.datetime64("1990-01-01").astype("datetime64[D]").astype(int))
_MERGER = int(np.datetime64("2025-07-01").astype("datetime64[D]").astype(int))
_OLD_MAPS = ("2022", "2025-01")
_NEW_MAP = "2025-07"
_YEAR = 365
_FEWEST_PUBLICATIONS = 5
_SHOWN_LINES = 5


def ids_are_unique(facts: Facts) -> Findings:
    """Every observation has a fact id of its own."""
    ids = facts.table["fact_id"]
    again = ids.index[ids.duplicated(keep=False)].to_numpy()
    cases = pd.DataFrame({"at": again, "code": ids.iloc[again].to_numpy()})
    return _grouped(facts, cases, tested=len(ids))


def columns_are_there(facts: Facts) -> Findings:
    """The table has the columns that say what a figure is, of which place and from whom."""
    needed = [
        column.name for column in OBSERVATIONS.columns if column.required or column.name == "as_of"
    ]
    missing = [name for name in needed if name in facts.taken.missing]
    severity = ["error" if name in facts.taken.absent else "warning" for name in missing]
    return Findings(
        _cases(np.full(len(missing), NONE)),
        np.array(severity, dtype=object),
        tested=len(needed),
        rows=_nowhere(),
        words={"column": missing},
    )


def columns_are_filled(facts: Facts) -> Findings:
    """No cell is empty that says what a figure is, of which place or from whom."""
    taken, count = facts.taken, len(facts.value)
    everywhere = [name for name in taken.absent if name not in taken.missing]
    gaps = {name: np.arange(count) for name in everywhere}
    # An empty value is a figure that is not known; `figures_are_known` tells of it.
    partly = taken.empty.loc[taken.empty["column"] != "value"]
    gaps |= {
        str(name): rows["at"].to_numpy() for name, rows in partly.groupby("column", sort=False)
    }
    return Findings(
        _cases([at[0] for at in gaps.values()]),
        "error",
        tested=count,
        fact_ids=[_join(facts, at) for at in gaps.values()],
        # What a column that is empty throughout can only mean, it is taken to mean.
        rows=partly.loc[partly["column"] != "fact_id", "at"].to_numpy(),
        words={
            "column": list(gaps),
            "empty_number": [len(at) for at in gaps.values()],
            "all_number": [count] * len(gaps),
        },
    )


def numbers_can_be_read(facts: Facts) -> Findings:
    """Where a number must stand, a plain number stands."""
    return _unread(facts, "number")


def dates_can_be_read(facts: Facts) -> Findings:
    """Where a date must stand, a date in ISO form stands."""
    return _unread(facts, "date")


def codes_are_known(facts: Facts) -> Findings:
    """Level, map, indicator, qualifier, unit and status are codes that the schema knows."""
    unknown = {
        column.name: facts.table[column.name].notna()
        & ~facts.table[column.name].isin(column.allowed)
        for column in OBSERVATIONS.columns
        if column.allowed
    } | {"indicator": is_unknown_indicator(facts.table)}
    cases = pd.concat(
        pd.DataFrame(
            {"at": np.flatnonzero(wrong), "column": name, "code": facts.table[name][wrong]}
        )
        for name, wrong in unknown.items()
    )
    return _grouped(facts, cases, tested=len(facts.value))


def areas_are_listed(facts: Facts) -> Findings:
    """An area's code is in the unit list of its level and map."""
    rows = facts.table.loc[is_unlisted_area(facts.table), ["level", "area", "boundaries"]]
    cases = rows.rename(columns={"area": "code", "level": "code_level"}).assign(at=rows.index)
    return _grouped(facts, cases, tested=len(facts.value))


def figures_are_known(facts: Facts) -> Findings:
    """Every figure is a finite number."""
    known = np.isfinite(facts.value)
    told = facts.taken.unread.loc[facts.taken.unread["column"] == "value", "at"]
    at = np.setdiff1d(np.flatnonzero(~known), told)
    if "value" in facts.taken.absent:
        return Findings(_cases(_nowhere()), "error", tested=0, untestable=len(known))
    return Findings(_cases(at), "error", tested=len(known) - len(told), untestable=len(told))


def figures_are_not_negative(facts: Facts) -> Findings:
    """No count, amount or share is below zero."""
    below = np.isfinite(facts.value) & ((facts.value < 0) | (facts.low < 0))
    return Findings(_cases(np.flatnonzero(below)), "error", tested=len(below))


def figures_lie_between_their_bounds(facts: Facts) -> Findings:
    """A figure is not below its lower bound and not above its upper one."""
    known = np.isfinite(facts.value)
    outside = known & ((facts.low > facts.value) | (facts.value > facts.high))
    return Findings(_cases(np.flatnonzero(outside)), "error", tested=int(known.sum()))


def shares_are_at_most_one(facts: Facts) -> Findings:
    """A share is between 0 and 1."""
    # A result against a plan may be above the plan, in whichever unit it is kept.
    table = facts.table
    named = (table["unit"] == "share") & (table["indicator"] != "plan_achievement")
    shares = named.to_numpy() & np.isfinite(facts.value)
    above = shares & (facts.low > 1)
    return Findings(_cases(np.flatnonzero(above)), "error", tested=int(shares.sum()))


def counts_are_whole(facts: Facts) -> Findings:
    """A count of clubs, people or areas is a whole number."""
    means = [name for name, i in INDICATORS.items() if i.nature in ("mean", "share")]
    table = facts.table
    counts = (
        table["unit"].isin(_COUNTED)
        & ~table["indicator"].isin(means)
        & table["qualifier"].isin(["exact", "at_least", "at_most", "nearly"])
        & table["status"].isin(["observed"])
    ).to_numpy() & np.isfinite(facts.value)
    broken = counts & (np.abs(facts.value - np.round(facts.value)) > 1e-9)
    return Findings(_cases(np.flatnonzero(broken)), "error", tested=int(counts.sum()))


def dates_are_in_order(facts: Facts) -> Findings:
    """A period starts before it ends, and nothing is published before its date."""
    dated = facts.day != UNDATED
    turned = dated & (facts.start != UNDATED) & (facts.start > facts.day)
    known = dated & (facts.published != UNDATED) & ~facts.planned
    early = known & (facts.day > facts.published)
    ahead = early & ~turned & (facts.day <= facts.published + REPORTED_AHEAD.days)
    at = np.flatnonzero(turned | early)
    other = facts.table["published"].mask(pd.Series(turned), facts.table["start"])
    return Findings(
        _cases(at),
        np.where(ahead, "note", "error")[at],
        tested=int((known | (dated & (facts.start != UNDATED))).sum()),
        untestable=int((~known & ~facts.planned).sum()),
        words={"other": other.iloc[at].to_list()},
    )


def dates_are_believable(facts: Facts) -> Findings:
    """A result is dated after the first clubs, and not long after the newest publication."""
    dated = (facts.day != UNDATED) & ~facts.planned
    horizon = _last_believable_day(facts, dated)
    odd = dated & ((facts.day < _FIRST_DAY) | (facts.day > horizon))
    in_order = (facts.published == UNDATED) | (facts.day <= facts.published)
    return Findings(
        _cases(np.flatnonzero(odd & in_order)),
        "error",
        tested=int(dated.sum()),
        untestable=int((facts.day == UNDATED).sum()),
    )


def figures_stand_on_the_map_of_their_day(facts: Facts) -> Findings:
    """A figure dated after 1 July 2025 is not filed under a unit that ended on that day."""
    table = facts.table
    result = ~facts.planned & table["status"].isin(["observed", "synthetic"]).to_numpy()
    after = result & (facts.day >= _MERGER)
    before = result & (facts.day != UNDATED) & (facts.day < _MERGER)
    level, old = table["level"], table["boundaries"].isin(_OLD_MAPS).to_numpy()
    is_province = (level == "province").to_numpy()
    merged = is_province & table["area"].isin(_merged_provinces()).to_numpy()
    ended = after & (
        (old & (merged | (level == "commune").to_numpy())) | (level == "district").to_numpy()
    )
    of_districts = after & ~ended & table["indicator"].isin(_about("districts_")).to_numpy()
    kept = after & old & is_province & ~merged & ~of_districts
    early = (
        before
        & table["boundaries"].eq(_NEW_MAP).to_numpy()
        & level.isin(["province", "commune"]).to_numpy()
    )
    at = np.flatnonzero(ended | of_districts | kept | early)
    rows = pd.DataFrame(
        {
            "figure": at,
            "report": facts.report[at],
            "severity": np.where(ended[at], "error", "warning"),
            "fact_id": facts.column("fact_id", at),
        }
    )
    reports = rows.groupby(["report", "severity"], sort=False).agg(
        figure=("figure", "first"), fact_ids=("fact_id", ";".join)
    )
    return Findings(
        reports[["figure"]].reset_index(drop=True),
        reports.index.get_level_values("severity").to_numpy(dtype=object),
        tested=int((after | before).sum()),
        untestable=int((facts.day == UNDATED).sum()),
        fact_ids=reports["fact_ids"].to_list(),
        words={"boundaries": list(facts.column("boundaries", reports["figure"].to_numpy()))},
    )


def _last_believable_day(facts: Facts, dated: Flags) -> int:
    """Return a year after the newest publication that is not itself an outlier.

    Where few publications are dated, as in the figures of one province, they do not tell until
    when figures were gathered: the days of the figures do.
    """
    published = facts.published[facts.published != UNDATED]
    enough = len(np.unique(published)) >= _FEWEST_PUBLICATIONS
    days = np.sort(published if enough else np.concatenate([published, facts.day[dated]]))
    if not len(days):
        return -UNDATED
    usual = int(days[int(0.75 * (len(days) - 1))])
    near = days[days <= usual + 5 * _YEAR]
    return int(near[-1]) + _YEAR


@cache
def _merged_provinces() -> list[str]:
    parts = read_concordance(old="2025-01", new="2025-07", level="province")
    several = parts["new"].duplicated(keep=False)
    return parts.loc[several, "old"].unique().tolist()


def _about(prefix: str) -> list[str]:
    return [name for name in INDICATORS if name.startswith(prefix)]


def _unread(facts: Facts, kind: Kind) -> Findings:
    names = OBSERVATIONS.names_of(kind)
    cases = facts.taken.unread
    cases = cases.loc[cases["column"].isin(names)].rename(columns={"text": "code"})
    cells = sum(int(facts.table[name].notna().sum()) for name in names)
    return _grouped(facts, cases, tested=cells + len(cases))


def _grouped(facts: Facts, cases: pd.DataFrame, *, tested: int) -> Findings:
    """Tell once of what is wrong in the same way in many rows."""
    kinds = [str(name) for name in cases if name != "at"]
    groups = [(key, rows["at"].to_numpy()) for key, rows in cases.groupby(kinds, sort=False)]
    words: dict[str, Any] = {
        name: [key[place] for key, _ in groups] for place, name in enumerate(kinds)
    }
    return Findings(
        _cases([at[0] for _, at in groups]),
        "error",
        tested=tested,
        fact_ids=[_join(facts, at) for _, at in groups],
        rows=cases["at"].to_numpy(dtype=np.int64),
        words=words | {"lines": [_name_lines(facts, at) for _, at in groups]},
    )


def _name_lines(facts: Facts, at: Positions) -> str:
    lines = [str(line) for line in facts.taken.lines[at[:_SHOWN_LINES]]]
    return ", ".join(lines) + (", …" if len(at) > len(lines) else "")


def _join(facts: Facts, at: Positions) -> str:
    return ";".join(dict.fromkeys(facts.column("fact_id", at)))


def _nowhere() -> Positions:
    return np.empty(0, dtype=np.int64)


def _cases(at: Any) -> pd.DataFrame:
    return pd.DataFrame({"figure": np.asarray(at, dtype=np.int64)})
