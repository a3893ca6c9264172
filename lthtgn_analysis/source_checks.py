"""Checks across sources, scopes, plans and levels of areas.

Each check is named as a sentence that is true of good data: facts in, findings out. A figure that
is printed round without a word may be a rounded one, a hedged one is all that its bounds allow; two
figures contradict each other only if no value fits both.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from .areas import read_areas
from .facts import (
    NONE,
    UNDATED,
    Facts,
    Flags,
    Positions,
    beside,
    find_after,
    find_by,
    find_dated,
    find_in_report,
    loosen,
    pick,
)
from .findings import Findings
from .indicators import INDICATORS
from .schema import BOUNDARIES

_LEAST_GAP = 0.012
_LEAST_GAP_OF_SHARES = 0.01
_SCOPED = ("clubs", "members")
_YEAR = 365


def figures_are_given_once(facts: Facts) -> Findings:
    """One source gives one figure of one place, indicator, scope and period once."""
    kept = np.flatnonzero(facts.compared & facts.table["source"].notna().to_numpy())
    keys = pd.DataFrame(
        {
            "report": facts.report[kept],
            "measure": pd.factorize(facts.measure[kept])[0],
            "start": facts.start[kept],
            "value": facts.value[kept],
        }
    )
    again = keys.duplicated(keep=False).to_numpy()
    rows = keys.loc[again].assign(at=kept[again], fact_id=facts.column("fact_id", kept[again]))
    groups = rows.groupby(["report", "measure", "start", "value"], sort=False)
    ids = groups["fact_id"].agg(lambda names: ";".join(dict.fromkeys(names)))
    first = groups["at"].first()
    named_twice = ids.str.contains(";").to_numpy() if len(ids) else np.empty(0, dtype=bool)
    return Findings(
        pd.DataFrame({"figure": first.to_numpy()[named_twice]}),
        "warning",
        len(kept),
        fact_ids=ids.to_list() if named_twice.all() else ids[named_twice].to_list(),
    )


def sources_agree(facts: Facts) -> Findings:
    """Two sources give figures of one place and day that can both be true."""
    dated = np.flatnonzero(facts.compared & (facts.day != UNDATED) & ~facts.planned)
    rivals = _rivals(facts, dated, pd.Series(facts.start[dated]))
    cases = rivals.loc[_apart(facts, rivals)]
    corrected = facts.corrects[cases["at"]] | facts.corrects[cases["other"]]
    severity = np.where(corrected, "note", "warning")
    return Findings(cases, severity, len(rivals), len(dated) - len(rivals))


def plans_agree(facts: Facts) -> Findings:
    """Two sources give the same target for one place and period."""
    planned = np.flatnonzero(facts.compared & (facts.day != UNDATED) & facts.planned)
    rivals = _rivals(facts, planned, pd.Series(np.zeros(len(planned))))
    at, other = rivals["at"].to_numpy(), rivals["other"].to_numpy()
    same_period = _same_period(facts, at, other)
    apart = _apart(facts, rivals) & same_period
    tested = int(same_period.sum())
    return Findings(rivals.loc[apart], "warning", tested, len(planned) - tested)


def a_plan_begins_once(facts: Facts) -> Findings:
    """Two sources that give one target with one deadline give its plan the same beginning."""
    planned = np.flatnonzero(facts.compared & (facts.day != UNDATED) & facts.planned)
    rivals = _rivals(facts, planned, pd.Series(facts.value[planned]))
    at, other = rivals["at"].to_numpy(), rivals["other"].to_numpy()
    known = (facts.start[at] != UNDATED) & (facts.start[other] != UNDATED)
    apart = known & (np.abs(facts.start[at] - facts.start[other]) > _YEAR)
    cases = rivals.loc[apart]
    starts = facts.table["start"]
    return Findings(
        cases,
        "warning",
        int(known.sum()),
        len(planned) - int(known.sum()),
        words={
            "begins": starts.iloc[cases["at"]].to_list(),
            "other_begins": starts.iloc[cases["other"]].to_list(),
        },
    )


def new_and_total_targets_differ(facts: Facts) -> Findings:
    """A target of so many new clubs is not printed elsewhere as so many clubs in all."""
    total, new = (_targets(facts, name) for name in ("target_clubs", "target_new_clubs"))
    pairs = total.merge(new, on=["place", "day", "value"], suffixes=("", "_new"))
    begins = facts.start[pairs["at_new"]]
    base_day = np.where(begins == UNDATED, pairs["day"] - 5 * _YEAR, begins + 31)
    base = _clubs_of_all(facts, pairs["at"].to_numpy(), base_day)
    cases = pairs.assign(known=base != NONE).loc[~(pick(facts.high, base) == 0)]
    return Findings(
        cases[["at", "at_new"]].set_axis(["total", "new"], axis=1).reset_index(drop=True),
        # Where no clubs are known to have stood before, both may be true.
        np.where(cases["known"], "error", "note"),
        len(pairs),
        len(total) - len(pairs),
        fact_ids=(cases["ids_new"] + ";" + cases["ids"]).to_list(),
    )


def project_figures_are_not_totals(facts: Facts) -> Findings:
    """The clubs or members of a project are not printed as those of the whole place."""
    found, tested = [], 0
    whole = facts.table["scope"].eq("all").to_numpy()
    area = facts.area
    for name in _SCOPED:
        at = find_dated(facts, name)
        keys = pd.DataFrame(
            {"at": at, "area": area[at], "day": facts.day[at], "value": facts.value[at]}
        )
        pairs = keys.loc[whole[at]].merge(
            keys.loc[~whole[at]].drop_duplicates(["area", "day", "value"]),
            on=["area", "day", "value"],
            suffixes=("", "_project"),
        )
        spot, day = pairs["at"].to_numpy(), pairs["day"].to_numpy()
        before = find_by(facts, name, facts.place[spot], day - 1)
        after = find_after(facts, name, facts.place[spot], day)
        known = (before != NONE) | (after != NONE)
        high = 1.8 * facts.high[spot]
        larger = ~(pick(facts.low, before) <= high) & ~(pick(facts.low, after) <= high)
        bad = known & larger & (facts.value[spot] > 0)
        other = np.where(before != NONE, before, after)
        found.append(
            pd.DataFrame({"at": spot, "project": pairs["at_project"], "total": other}).loc[bad]
        )
        tested += int(known.sum())
    cases = pd.concat(found, ignore_index=True)
    return Findings(
        cases, "warning", tested, 0,
        fact_ids=_pair_ids(facts, cases, "at", "project"),
        words={"scope": list(facts.column("scope", cases["project"].to_numpy()))},
    )  # fmt: skip


def projects_are_at_most_the_whole(facts: Facts) -> Findings:
    """The clubs or members of one scheme or project are not more than all of the place."""
    found, tested, untestable = [], 0, 0
    whole = facts.table["scope"].eq("all").to_numpy()
    area = facts.area
    for name in _SCOPED:
        at = facts.by_series.get(name, np.empty(0, dtype=np.int64))
        keys = pd.DataFrame({"at": at, "area": area[at], "day": facts.day[at]})
        pairs = keys.loc[~whole[at]].merge(
            keys.loc[whole[at]], on=["area", "day"], suffixes=("", "_whole")
        )
        above = facts.low[pairs["at"]] > facts.high[pairs["at_whole"]]
        found.append(pairs.loc[above, ["at", "at_whole"]].set_axis(["part", "whole"], axis=1))
        tested += len(pairs)
        untestable += int((~whole[at]).sum()) - len(pairs)
    cases = pd.concat(found, ignore_index=True)
    scopes = list(facts.column("scope", cases["part"].to_numpy()))
    return Findings(cases, "error", tested, untestable, words={"scope": scopes})


def one_figure_stands_for_one_set_of_clubs(facts: Facts) -> Findings:
    """One number of members is not given both for all clubs and for the new ones alone."""
    rows = beside(facts, "members", "new_clubs")
    alone = find_in_report(facts, "clubs", rows["members"].to_numpy()) == NONE
    rows = rows.loc[alone & (facts.day[rows["members"]] != UNDATED)]
    years = (facts.day[rows["new_clubs"]] - facts.start[rows["new_clubs"]]) / 365.25
    rows = rows.loc[(facts.start[rows["new_clubs"]] != UNDATED) & (years >= 2)]
    total = beside(facts, "members", "clubs").set_axis(["members", "clubs"], axis=1)
    sides = [
        side.assign(
            place=facts.place[side["members"]],
            value=facts.value[side["members"]],
            day=facts.day[side["members"]],
        ).drop_duplicates(["place", "value", "day"])
        for side in (rows, total)
    ]
    pairs = sides[0].merge(sides[1], on=["place", "value"], suffixes=("_new", ""))
    near = np.abs(facts.day[pairs["members_new"]] - facts.day[pairs["members"]]) <= _YEAR
    size_new = facts.value[pairs["members"]] / np.maximum(facts.value[pairs["new_clubs"]], 1)
    size = facts.value[pairs["members"]] / np.maximum(facts.value[pairs["clubs"]], 1)
    bad = near & (size_new >= 45) & (size_new <= 75) & (size < 42)
    cases = pairs.loc[bad, ["members", "clubs", "new_clubs", "members_new"]].drop_duplicates(
        ["members", "new_clubs"]
    )
    return Findings(
        cases, "warning", len(pairs), len(rows) - rows["members"].isin(pairs["members_new"]).sum(),
        fact_ids=_pair_ids(facts, cases, "members", "new_clubs", "members_new"),
    )  # fmt: skip


def a_total_is_the_sum_of_its_areas(facts: Facts) -> Findings:
    """Where one source gives a place and all areas in it, these add up to the place."""
    rows = _families(facts)
    complete = rows["reported"] == rows["listed"]
    above = rows["low"] > facts.high[rows["parent"]]
    below = complete & (rows["high"] < facts.low[rows["parent"]])
    cases = rows.loc[above | below]
    return Findings(
        cases[["parent"]].reset_index(drop=True),
        "error",
        int(complete.sum()),
        int((~complete).sum()),
        fact_ids=cases["fact_ids"].to_list(),
        words={
            "sum_number": cases["value"].to_list(),
            "reported_number": cases["reported"].to_list(),
            "listed_number": cases["listed"].to_list(),
        },
    )


def a_claim_for_all_holds_in_every_area(facts: Facts) -> Findings:
    """Where all clubs of a place are said to have something, no area in it has fewer."""
    rows = beside(facts, "clubs_with_fund", "clubs").set_axis(["part", "whole"], axis=1)
    certain = facts.high[rows["part"]] < facts.low[rows["whole"]]
    claims = rows.loc[
        (facts.value[rows["part"]] == facts.value[rows["whole"]]) & (facts.value[rows["whole"]] > 0)
    ]
    printed = facts.by_report.get("clubs_with_fund:share", np.empty(0, dtype=np.int64))
    at = np.r_[claims["part"].to_numpy(), printed[facts.low[printed] >= 1]]
    counter = rows.loc[certain, "part"].to_numpy()
    cases = _below_claims(facts, _one_a_day(facts, at), _one_a_day(facts, counter))
    return Findings(cases, "note", len(at), 0)


def _rivals(facts: Facts, at: Positions, period: pd.Series) -> pd.DataFrame:
    """Put each figure beside the first one of its place, measure, day and period.

    The first is of the report that says most; so the number of pairs does not grow with the square
    of the number of sources.
    """
    richness = np.bincount(facts.report, minlength=1)[facts.report[at]]
    rows = pd.DataFrame(
        {
            "at": at,
            "place": facts.place[at],
            "measure": pd.factorize(facts.measure[at])[0],
            "age": pd.factorize(facts.age[at])[0],
            "day": facts.day[at],
            "period": period.to_numpy(),
            "richness": -richness,
            "source": pd.factorize(facts.table["source"].iloc[at].to_numpy(dtype=object))[0],
        }
    )
    keys = ["place", "measure", "age", "day", "period"]
    rows = rows.loc[rows.duplicated(keys, keep=False)]
    rows = rows.sort_values([*keys, "richness", "at"], kind="stable")
    firsts = rows.groupby(keys, sort=False)[["at", "source"]].transform("first")
    other = rows["source"] != firsts["source"]
    return pd.DataFrame(
        {"at": firsts.loc[other, "at"], "other": rows.loc[other, "at"]}
    ).reset_index(drop=True)


def _apart(facts: Facts, pairs: pd.DataFrame) -> Flags:
    at, other = pairs["at"].to_numpy(), pairs["other"].to_numpy()
    (low, high), (other_low, other_high) = loosen(facts, at), loosen(facts, other)
    value, rival = facts.value[at], facts.value[other]
    gap = np.abs(value - rival)
    shares = facts.table["unit"].eq("share").to_numpy()[at]
    large = np.where(
        shares, gap >= _LEAST_GAP_OF_SHARES, gap >= _LEAST_GAP * np.minimum(value, rival)
    )
    return ((low > other_high) | (high < other_low)) & large & (gap > 0)


def _same_period(facts: Facts, at: Positions, other: Positions) -> Flags:
    """Tell whether two plans run over about the same time: a year's share is no rival of five."""
    length, rival = (facts.day[x] - facts.start[x] for x in (at, other))
    unknown = (facts.start[at] == UNDATED) | (facts.start[other] == UNDATED)
    both = (facts.start[at] == UNDATED) & (facts.start[other] == UNDATED)
    shorter, longer = np.minimum(length, rival), np.maximum(length, rival)
    return both | (~unknown & (shorter > 0.7 * longer))


def _families(facts: Facts) -> pd.DataFrame:
    """Sum, for one source, day, measure and scope, the areas in each place that it also gives."""
    summable = [n for n, i in INDICATORS.items() if i.additive_space]
    table = facts.table
    kept = np.flatnonzero(facts.compared & table["indicator"].isin(summable).to_numpy())
    kept = kept[(table["unit"] != "share").to_numpy()[kept]]
    source = pd.factorize(table["source"])[0][kept]
    # A source that names one place only has no areas to add.
    named = pd.DataFrame({"source": source, "area": pd.factorize(table["area"])[0][kept]})
    several = named.groupby("source")["area"].transform("nunique") > 2
    kept, source = kept[several.to_numpy()], source[several.to_numpy()]
    rows = pd.DataFrame(
        {
            "at": kept,
            "source": source,
            "area": table["area"].iloc[kept].to_numpy(dtype=object),
            "level": table["level"].iloc[kept].to_numpy(dtype=object),
            "boundaries": table["boundaries"].iloc[kept].to_numpy(dtype=object),
            "measure": facts.measure[kept],
            "scope": table["scope"].iloc[kept].to_numpy(dtype=object),
            "day": facts.day[kept],
            "start": facts.start[kept],
            "low": facts.low[kept],
            "value": facts.value[kept],
            "high": facts.high[kept],
            "fact_id": table["fact_id"].iloc[kept].to_numpy(dtype=object),
        }
    )
    keys = ["source", "boundaries", "measure", "scope", "day", "start"]
    rows = rows.drop_duplicates([*keys, "level", "area"])
    units = _units_above()
    children = rows.merge(units, on=["level", "area", "boundaries"])
    children = children.loc[children.duplicated([*keys, "above"], keep=False)]
    sums = children.groupby([*keys, "above", "level"], as_index=False).agg(
        low=("low", "sum"),
        value=("value", "sum"),
        high=("high", "sum"),
        reported=("area", "size"),
        listed=("listed", "first"),
        ids=("fact_id", _join),
    )
    parents = rows[[*keys, "area", "level", "at", "fact_id"]].rename(
        columns={"area": "above", "level": "own_level", "at": "parent"}
    )
    pairs = sums.merge(parents, on=[*keys, "above"])
    pairs = pairs.loc[pairs["level"] != pairs["own_level"]]
    return pairs.assign(fact_ids=pairs["fact_id"] + ";" + pairs["ids"])


@cache
def _units_above() -> pd.DataFrame:
    """Return each unit with the unit above it and how many units that one has."""
    units = pd.concat([read_areas(boundaries=b) for b in BOUNDARIES])
    units = units.loc[units["parent"].notna(), ["level", "area", "boundaries", "parent"]]
    units = units.rename(columns={"parent": "above"})
    listed = units.groupby(["above", "boundaries", "level"])["area"].transform("size")
    return units.assign(listed=listed.astype(float))


def _below_claims(facts: Facts, at: Positions, counter: Positions) -> pd.DataFrame:
    """Put claims beside figures of areas below, of the same year and scope, that refute them."""
    if not len(at) or not len(counter):
        return pd.DataFrame({"claim": [], "counter": []}, dtype=np.int64)
    table = facts.table
    above = _units_above()[["level", "area", "boundaries", "above"]]
    rows = pd.DataFrame(
        {
            "counter": counter,
            **{name: table[name].iloc[counter].to_numpy(dtype=object)
               for name in ("level", "area", "boundaries", "scope")},
        }
    ).merge(above, on=["level", "area", "boundaries"])  # fmt: skip
    claims = pd.DataFrame(
        {
            "claim": at,
            "above": table["area"].iloc[at].to_numpy(dtype=object),
            "scope": table["scope"].iloc[at].to_numpy(dtype=object),
        }
    )
    pairs = claims.merge(rows, on=["above", "scope"])
    near = np.abs(facts.day[pairs["claim"]] - facts.day[pairs["counter"]]) <= _YEAR
    return pairs.loc[near, ["claim", "counter"]].reset_index(drop=True)


def _targets(facts: Facts, name: str) -> pd.DataFrame:
    """Return the targets of one kind, one row a place, due date and value."""
    at = find_dated(facts, name)
    rows = pd.DataFrame(
        {
            "place": facts.place[at],
            "day": facts.day[at],
            "value": facts.value[at],
            "at": at,
            "ids": facts.column("fact_id", at),
        }
    )
    return rows.groupby(["place", "day", "value"], as_index=False).agg(
        at=("at", "first"), ids=("ids", _join)
    )


def _one_a_day(facts: Facts, at: Positions) -> Positions:
    once = pd.Series(facts.moment[at]).duplicated()
    return at[~once.to_numpy()]


def _clubs_of_all(facts: Facts, at: Positions, day: Positions) -> Positions:
    """Return the clubs of the whole place on a day, whatever the scope of a figure is."""
    area = facts.area
    clubs = facts.by_series.get("clubs", np.empty(0, dtype=np.int64))
    clubs = clubs[facts.table["scope"].eq("all").to_numpy()[clubs]]
    order = clubs[np.lexsort((facts.day[clubs], area[clubs]))]
    key = area[order] * (1 << 20) + facts.day[order]
    spot = np.searchsorted(key, area[at] * (1 << 20) + day, side="right") - 1
    if not len(order):
        return np.full(len(at), NONE)
    found = order[np.maximum(spot, 0)]
    return np.where((spot >= 0) & (area[found] == area[at]), found, NONE)


def _join(names: pd.Series) -> str:
    return ";".join(dict.fromkeys(names))


def _pair_ids(facts: Facts, cases: pd.DataFrame, *names: str) -> list[str]:
    columns = [facts.column("fact_id", cases[name].to_numpy()) for name in names]
    return [";".join(dict.fromkeys(map(str, ids))) for ids in zip(*columns, strict=True)]
