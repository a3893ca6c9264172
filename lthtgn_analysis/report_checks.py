"""Checks within one report: what one source says about one place on one day must fit together.

Each check is named as a sentence that is true of good data: facts in, findings out. Comparisons are
certain: they hold for every value inside the bounds of the figures.
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
    Numbers,
    Positions,
    beside,
    find_after,
    find_by,
    find_in_report,
    in_series,
    last_place,
    loosen,
    pick,
)
from .findings import Findings
from .indicators import INDICATORS
from .schema import BOUNDARIES

# Printed shares and the counts they are made of; a count's own share needs no entry.
_PRINTED_SHARES = {
    "women_share": ("women_members", "members"),
    "older_share": ("older_members", "members"),
}
# Groups that exclude each other and together make the whole.
_EXCLUSIVE = {
    "communes_total": ("communes_lowland_total", "communes_upland_total"),
    "provinces_total": (
        "provinces_with_budget", "provinces_with_policy_only", "provinces_without_plan"
    ),
}  # fmt: skip
_AREA_TOTALS = {
    "communes_total": ("commune", "communes_with_clubs"),
    "districts_total": ("district", "districts_with_clubs"),
    "provinces_total": ("province", "provinces_with_clubs"),
}
_OLDER = ("older_members", "members_55plus", "members_60plus")
_IMPUTED_SIZES = (50, 55, 60, 70)
_IMPUTED_SHARES = (0.6, 0.7)
_FEW_CLUBS = 8
_MANY_FIRST_CLUBS = 15
_MANY_MEMBERS = 1500
_VERY_MANY_MEMBERS = 10_000
_MANY_NEW_CLUBS = 100
# What honest sizes and shares spread over, for saying how surprising an exact multiple is.
_SPREAD_OF_SIZES = 40
_SPREAD_OF_SHARES = 0.4
_SMALLEST_CLUB, _LARGEST_CLUB = 25.0, 110.0
_MONEY = ("income_fund_vnd", "lent_vnd", "outstanding_vnd", "activity_fund_vnd")
_MONEY_OF_ONE_CLUB = ("income_fund_per_club_vnd", "startup_capital_vnd")
_LEAST_PER_CLUB = 2e5
_MOST_PER_CLUB = 260e6
_MOST_OF_ONE_CLUB = 500e6
_TINY_SUM = 1e5
_LEAP = 8.0
_ENOUGH_PLACES = 8
_FAR_OUT = 3.5


def money_is_of_the_size_of_clubs(facts: Facts) -> Findings:
    """A fund or an amount lent is between some hundred thousand and some hundred million a club."""
    found, tested, untestable = [], 0, 0
    for name in (*_MONEY, *_MONEY_OF_ONE_CLUB):
        at = _positions(facts, name)
        at = at[facts.value[at] > 0]
        one = np.full(len(at), name in _MONEY_OF_ONE_CLUB) | _is_club(facts, at)
        clubs = np.where(one, NONE, _clubs_of(facts, at))
        # The most clubs of the reports around: a slip in the clubs is none in the money.
        most = np.where(one, 1.0, _most_clubs_around(facts, at, clubs))
        least = np.where(one, 1.0, pick(facts.value, clubs))
        known = np.where(most > 0, most, np.nan)
        per_club = facts.value[at] / known
        limit = np.where(_is_club(facts, at), _MOST_OF_ONE_CLUB, _MOST_PER_CLUB)
        small = facts.high[at] < _LEAST_PER_CLUB * np.where(least > 0, least, np.nan)
        years = np.where(facts.start[at] == UNDATED, 1.0, (facts.day[at] - facts.start[at]) / 365)
        limit = limit * np.maximum(years, 1.0)
        odd = (facts.high[at] < _TINY_SUM) | small | (facts.low[at] > limit * known)
        odd |= _leaps(facts, at, per_club) & ~one
        severity = np.where(_is_club(facts, at), "warning", "error")
        found.append(
            pd.DataFrame({"figure": at[odd], "per_club": per_club[odd], "severity": severity[odd]})
        )
        tested += int(np.isfinite(known).sum())
        untestable += int(np.isnan(known).sum())
    cases = _one(found)
    return Findings(
        cases[["figure"]], cases["severity"].to_numpy(), tested, untestable,
        words={"per_club_vnd": cases["per_club"].to_list()},
    )  # fmt: skip


def parts_are_at_most_their_whole(facts: Facts) -> Findings:
    """A part is not larger than its whole in the same report, whatever the doubt."""
    wholes = {n: i.part_of for n, i in INDICATORS.items() if i.part_of and n != "borrowers"}
    found, tested, untestable = [], 0, 0
    for part, whole in wholes.items():
        if not len(_positions(facts, part)):
            continue
        pairs = beside(facts, part, whole).set_axis(["part", "whole"], axis=1)
        found.append(pairs.loc[_certainly_above(facts, pairs["part"], pairs["whole"])])
        tested += len(pairs)
        untestable += len(facts.by_report.get(part, ())) - len(pairs)
    return Findings(_one(found, "part", "whole"), "error", tested, untestable)


def borrowers_are_at_most_members(facts: Facts) -> Findings:
    """No more people borrow than are members; loans over several years may be more."""
    pairs = beside(facts, "borrowers", "members")
    on_a_day = facts.start[pairs["borrowers"]] == UNDATED
    above = _certainly_above(facts, pairs["borrowers"], pairs["members"])
    return Findings(
        pairs.loc[above & on_a_day],
        "error",
        tested=int(on_a_day.sum()),
        untestable=len(facts.by_report.get("borrowers", ())) - int(on_a_day.sum()),
    )


def communes_are_at_most_clubs(facts: Facts) -> Findings:
    """There are not more communes with clubs than clubs in the same report."""
    pairs = beside(facts, "communes_with_clubs", "clubs").set_axis(["communes", "clubs"], axis=1)
    above = _certainly_above(facts, pairs["communes"], pairs["clubs"])
    missing = len(facts.by_report.get("communes_with_clubs", ())) - len(pairs)
    return Findings(pairs.loc[above], "error", len(pairs), missing)


def totals_of_areas_fit_the_list(facts: Facts) -> Findings:
    """The printed number of all communes, districts or provinces is that of the list of the map."""
    found, tested, untestable = [], 0, 0
    for total, (level, covered) in _AREA_TOTALS.items():
        for measure in (total, covered):
            at = _positions(facts, measure)
            at = at[facts.table["scope"].eq("all").to_numpy()[at]]
            listed = _count_units(facts, at, level)
            known = listed > 0
            new_map = facts.table["boundaries"].eq("2025-07").to_numpy()[at]
            # Communes were merged from 2019 on; older maps had up to two fifths more of them.
            above = facts.low[at] > listed * np.where(new_map, 1.1, 1.5)
            below = (facts.high[at] < listed * 0.75) & (measure == total)
            other = find_in_report(facts, covered if measure == total else total, at)
            odd = known & (above | below) & ((measure == total) | (other == NONE))
            found.append(
                pd.DataFrame({"total": at[odd], "covered": other[odd], "listed": listed[odd]})
            )
            tested += int(known.sum())
            untestable += int((~known).sum())
    cases = _one(found)
    return Findings(
        cases[["total", "covered"]],
        "error",
        tested,
        untestable,
        words={"listed_number": cases["listed"].to_list()},
    )


def exclusive_groups_make_the_whole(facts: Facts) -> Findings:
    """Groups that exclude each other add up to their whole."""
    found, tested, untestable = [], 0, 0
    for whole, parts in _EXCLUSIVE.items():
        rows = beside(facts, whole, *parts)
        low = sum(facts.low[rows[part]] for part in parts)
        high = sum(facts.high[rows[part]] for part in parts)
        apart = (low > facts.high[rows[whole]]) | (high < facts.low[rows[whole]])
        names = ["whole", *(f"part_{k}" for k in range(len(parts)))]
        together = sum(facts.value[rows[part]] for part in parts)
        found.append(rows.set_axis(names, axis=1).assign(together=together).loc[apart])
        tested += len(rows)
        untestable += len(facts.by_report.get(whole, ())) - len(rows)
    cases = _one(found)
    figures = cases.drop(columns="together").fillna(NONE).astype(np.int64)
    return Findings(
        figures, "error", tested, untestable, words={"sum_number": cases["together"].to_list()}
    )


def overlapping_groups_do_not_make_the_whole(facts: Facts) -> Findings:
    """Older, women and poor members overlap, so that their sum is not the members exactly."""
    found, tested = [], 0
    for older in _OLDER:
        rows = beside(facts, "members", older, "women_members")
        rows = rows.set_axis(["members", "older", "women"], axis=1)
        poor = find_in_report(facts, "poor_members", rows["members"].to_numpy())
        exact = facts.value[rows["members"]] >= 300
        for name in ("members", "older", "women"):
            exact &= _is_exact(facts, rows[name].to_numpy())
        two = facts.value[rows["older"]] + facts.value[rows["women"]]
        total = facts.value[rows["members"]]
        with_poor = exact & (poor != NONE) & (two + pick(facts.value, poor) == total)
        without = exact & (two == total)
        rows["poor"] = np.where(with_poor, poor, NONE)
        found.append(rows.loc[with_poor | without])
        tested += int(exact.sum())
    all_members = len(facts.by_report.get("members", ()))
    return Findings(_one(found), "warning", tested, all_members - tested)


def shares_fit_part_and_whole(facts: Facts) -> Findings:
    """A printed share is the part divided by the whole, as far as its last digit shows."""
    recipes = {
        f"{name}:share": (name, i.part_of) for name, i in INDICATORS.items() if i.part_of
    } | _PRINTED_SHARES
    found, tested, untestable = [], 0, 0
    for share, (part, whole) in recipes.items():
        if not len(_positions(facts, share)):
            continue
        rows = beside(facts, share, part, whole).set_axis(["share", "part", "whole"], axis=1)
        rows = rows.loc[(facts.low[rows["whole"]] > 0) & _same_age(facts, rows)]
        at, part_at, whole_at = (rows[name].to_numpy() for name in rows)
        half = _half_step_of_share(facts.value[at])
        low = facts.low[part_at] / facts.high[whole_at]
        high = facts.high[part_at] / facts.low[whole_at]
        off = np.maximum(low - facts.high[at], facts.low[at] - high)
        wrong = (off > half + 1e-9) & (off >= 0.0055)
        true = facts.value[part_at] / facts.value[whole_at]
        found.append(rows.assign(true=true).loc[wrong])
        tested += len(rows)
        untestable += len(facts.by_report.get(share, ())) - len(rows)
    cases = _one(found, "share", "part", "whole", "true")
    return Findings(
        cases[["share", "part", "whole"]],
        "error",
        tested,
        untestable,
        words={"true_share": cases["true"].to_list()},
    )


def fund_averages_are_over_clubs_with_a_fund(facts: Facts) -> Findings:
    """The printed fund per club is the fund divided by the clubs that have one."""
    rows = beside(facts, "income_fund_per_club_vnd", "income_fund_vnd")
    rows = rows.set_axis(["average", "fund"], axis=1)
    rows["funded"] = find_in_report(facts, "clubs_with_fund", rows["average"].to_numpy())
    rows["clubs"] = find_in_report(facts, "clubs", rows["average"].to_numpy())
    low, high = loosen(facts, rows["average"].to_numpy())
    fund_low, fund_high = loosen(facts, rows["fund"].to_numpy())
    funded_low, funded_high = (pick(side, rows["funded"]) for side in (facts.low, facts.high))
    clubs = pick(facts.value, rows["clubs"])
    below = high * 1.05 < fund_low / funded_high
    above = low > 1.05 * fund_high / funded_low
    enough = ~(pick(facts.value, rows["funded"]) >= 0.9 * clubs)
    # Without the number of clubs with a fund, an average below fund / clubs is still impossible.
    impossible = (rows["funded"] == NONE) & (
        high * 1.05 < fund_low / pick(facts.high, rows["clubs"])
    )
    wrong = np.asarray((below & enough) | above | impossible)
    divisor = np.where(rows["funded"] == NONE, rows["clubs"], rows["funded"])
    cases = rows.assign(divisor=divisor).loc[wrong, ["average", "fund", "divisor"]]
    testable = int((divisor != NONE).sum())
    missing = len(facts.by_report.get("income_fund_per_club_vnd", ())) - testable
    true = pick(facts.value, cases["fund"]) / pick(facts.value, cases["divisor"])
    return Findings(cases, "warning", testable, missing, words={"true_vnd": list(true)})


def member_averages_are_members_by_clubs(facts: Facts) -> Findings:
    """The printed members per club are the members divided by the clubs of the report."""
    rows = beside(facts, "members_per_club", "members", "clubs")
    rows = rows.loc[facts.low[rows["clubs"]] > 0].set_axis(["average", "members", "clubs"], axis=1)
    average = rows["average"].to_numpy()
    step = np.where(facts.value[average] % 1 == 0, 0.5, 0.05)
    low = facts.low[rows["members"]] / facts.high[rows["clubs"]]
    high = facts.high[rows["members"]] / facts.low[rows["clubs"]]
    off = np.maximum(low - facts.high[average], facts.low[average] - high)
    wrong = (off > step + 1e-9) & (off > 0.04 * facts.value[average])
    cases = rows.loc[wrong]
    true = facts.value[cases["members"]] / facts.value[cases["clubs"]]
    missing = len(facts.by_report.get("members_per_club", ())) - len(rows)
    return Findings(cases, "warning", len(rows), missing, words={"true_number": list(true)})


def totals_of_members_are_counted(facts: Facts) -> Findings:
    """The members are not the clubs times 50, 55, 60 or 70 to the person."""
    rows = beside(facts, "members", "clubs")
    members, clubs = (rows[name].to_numpy() for name in rows)
    counted = _is_exact(facts, members) & _is_exact(facts, clubs)
    testable = counted & (facts.value[clubs] >= _FEW_CLUBS)
    size = facts.value[members] / np.where(testable, facts.value[clubs], 1.0)
    hit = testable & np.isin(size, _IMPUTED_SIZES)
    # A total printed to the hundred could take a hundred times fewer values.
    values = _SPREAD_OF_SIZES * facts.value[clubs] / last_place(facts.value[members])
    surprise = np.maximum(values / len(_IMPUTED_SIZES), 1.0)
    # The first clubs of a place are often founded with the fifty members that the rules ask for.
    series = in_series(facts, "clubs")
    first = facts.moment[series.loc[series["before"].eq(NONE), "at"].to_numpy()]
    founded = np.isin(facts.moment[clubs], first) & (facts.value[clubs] < _MANY_FIRST_CLUBS)
    hinted = founded & (size == min(_IMPUTED_SIZES))
    return Findings(
        rows.loc[hit],
        np.where(hinted, "note", "warning")[hit],
        int(testable.sum()),
        len(facts.by_report.get("members", ())) - int(testable.sum()),
        words={"size_number": list(size[hit]), "one_in_number": list(surprise[hit])},
    )


def totals_of_new_members_are_counted(facts: Facts) -> Findings:
    """Printed members are not the new clubs times a norm; round figures only make one ask."""
    rows = beside(facts, "members", "new_clubs")
    members, clubs = (rows[name].to_numpy() for name in rows)
    alone = find_in_report(facts, "clubs", members) == NONE
    testable = alone & (facts.value[clubs] >= _MANY_NEW_CLUBS)
    size = facts.value[members] / np.where(testable, facts.value[clubs], 1.0)
    hit = testable & np.isin(size, _IMPUTED_SIZES)
    values = _SPREAD_OF_SIZES * facts.value[clubs] / last_place(facts.value[members])
    surprise = np.maximum(values / len(_IMPUTED_SIZES), 1.0)
    return Findings(
        rows.loc[hit], "note", int(testable.sum()), len(rows) - int(testable.sum()),
        words={"size_number": list(size[hit]), "one_in_number": list(surprise[hit])},
    )  # fmt: skip


def shares_of_members_are_counted(facts: Facts) -> Findings:
    """Older or women members are not 60% or 70% of the members to the person."""
    found, tested, untestable = [], 0, 0
    for part in (*_OLDER, "women_members"):
        rows = beside(facts, "members", part).set_axis(["members", "part"], axis=1)
        members, at = rows["members"].to_numpy(), rows["part"].to_numpy()
        total = facts.value[members]
        large = total >= _MANY_MEMBERS
        values = _SPREAD_OF_SHARES * total / last_place(facts.value[at])
        exact = _is_exact(facts, members) & _is_exact(facts, at)
        # Two hedged figures in such a proportion are a hint, if they are of thousands of people.
        hedged = ~_is_exact(facts, members) & ~_is_exact(facts, at) & (total >= _VERY_MANY_MEMBERS)
        for share in _IMPUTED_SHARES:
            hit = large & (exact | hedged) & (np.abs(facts.value[at] - share * total) <= 0.5)
            found.append(
                rows.assign(
                    share=share,
                    one_in=np.maximum(values / len(_IMPUTED_SHARES), 1.0),
                    severity=np.where(exact, "warning", "note"),
                ).loc[hit]
            )
        tested += int((large & (exact | hedged)).sum())
        untestable += int((~(large & (exact | hedged))).sum())
    cases = _one(found)
    return Findings(
        cases.reindex(columns=["members", "part"]),
        cases.get("severity", pd.Series(dtype="str")).to_numpy(),
        tested,
        untestable,
        words={
            "norm_share": list(cases.get("share", [])),
            "one_in_number": list(cases.get("one_in", [])),
        },
    )


def members_fit_the_clubs(facts: Facts) -> Findings:
    """A club has 25 to 110 members on average, so that both figures are of the same clubs."""
    rows = beside(facts, "members", "clubs")
    rows = rows.loc[facts.value[rows["clubs"]] > 0]
    members, clubs = (rows[name].to_numpy() for name in rows)
    some = facts.high[members] > 0
    small = some & (facts.high[members] < _SMALLEST_CLUB * facts.low[clubs])
    large = facts.low[members] > _LARGEST_CLUB * facts.high[clubs]
    large &= facts.value[clubs] >= 3
    odd = (small | large) & (facts.table["level"].iloc[members].to_numpy(dtype=object) != "club")
    size = facts.value[members] / facts.value[clubs]
    return Findings(
        rows.loc[odd],
        "warning",
        len(rows),
        len(facts.by_report.get("members", ())) - len(rows),
        words={"size_number": list(size[odd])},
    )


def members_fit_the_new_clubs(facts: Facts) -> Findings:
    """Where only clubs founded over some years are given, the members are not too many for them."""
    rows = beside(facts, "members", "new_clubs")
    members, clubs = (rows[name].to_numpy() for name in rows)
    years = (facts.day[clubs] - facts.start[clubs]) / 365.25
    long_period = (facts.start[clubs] != UNDATED) & (facts.day[clubs] != UNDATED) & (years >= 2)
    stock = _clubs_of(facts, members, days=400)
    testable = long_period & (stock == NONE) & (facts.value[clubs] >= 3)
    large = testable & (facts.low[members] > _LARGEST_CLUB * facts.high[clubs])
    size = facts.value[members] / np.maximum(facts.value[clubs], 1)
    return Findings(
        rows.loc[large],
        "warning",
        int(testable.sum()),
        int((~testable).sum()),
        words={"size_number": list(size[large])},
    )


def achievements_are_result_by_plan(facts: Facts) -> Findings:
    """A printed achievement is the result divided by the plan, not what lies above it."""
    rows = beside(facts, "plan_achievement", "new_clubs", "target_new_clubs")
    rows = rows.set_axis(["achievement", "result", "plan"], axis=1)
    same_period = facts.start[rows["result"]] == facts.start[rows["plan"]]
    rows = rows.loc[same_period & (facts.low[rows["plan"]] > 0)]
    at, result, plan = (rows[name].to_numpy() for name in rows)
    half = _half_step_of_share(facts.value[at])
    true = facts.value[result] / facts.value[plan]
    low, high = facts.low[result] / facts.high[plan], facts.high[result] / facts.low[plan]
    off = np.maximum(low - facts.high[at], facts.low[at] - high)
    wrong = off > half + 0.005
    missing = len(facts.by_report.get("plan_achievement", ())) - len(rows)
    return Findings(
        rows.loc[wrong], "warning", len(rows), missing, words={"true_share": list(true[wrong])}
    )


def people_supported_fit_the_members(facts: Facts) -> Findings:
    """The older people supported are not over twice the members of the clubs that support them."""
    rows = beside(facts, "older_people_supported", "members").set_axis(
        ["people", "members"], axis=1
    )
    above = facts.low[rows["people"]] > 2 * facts.high[rows["members"]]
    missing = len(facts.by_report.get("older_people_supported", ())) - len(rows)
    return Findings(rows.loc[above], "note", len(rows), missing)


def funds_are_like_those_of_other_places(facts: Facts) -> Findings:
    """The fund per club of a place does not stand far outside those of all places of its level."""
    at = facts.by_series.get("income_fund_vnd", np.empty(0, dtype=np.int64))
    newest = at[np.r_[facts.place[at][1:] != facts.place[at][:-1], True]] if len(at) else at
    clubs = _clubs_of(facts, newest)
    per_club = facts.value[newest] / np.where(clubs == NONE, np.nan, pick(facts.value, clubs))
    level = facts.column("level", newest)
    rows = pd.DataFrame({"fund": newest, "clubs": clubs, "level": level, "per_club": per_club})
    rows = rows.loc[(rows["per_club"] > 0) & np.isfinite(rows["per_club"])]
    rows["log"] = np.log(rows["per_club"])
    groups = rows.groupby("level")["log"]
    middle = groups.transform("median")
    spread = (rows["log"] - middle).abs().groupby(rows["level"]).transform("median")
    many = groups.transform("size") >= _ENOUGH_PLACES
    score = 0.6745 * (rows["log"] - middle) / spread.where(spread > 0)
    odd = many & (score.abs() > _FAR_OUT)
    cases = rows.loc[odd]
    return Findings(
        cases[["fund", "clubs"]], "note", int(many.sum()), len(newest) - int(many.sum()),
        words={
            "per_club_vnd": cases["per_club"].to_list(),
            "middle_vnd": np.exp(middle.loc[odd]).to_list(),
        },
    )  # fmt: skip


def _leaps(facts: Facts, at: Positions, per_club: Numbers) -> Flags:
    """Tell which sums are over eight times all others of their series, per club where known."""
    dated = facts.day[at] != UNDATED
    unknown = np.isnan(per_club)
    known = pd.DataFrame(
        {
            "key": facts.place[at] * 2 + unknown,
            "size": np.where(unknown, facts.value[at], per_club),
            "day": facts.day[at],
        }
    ).loc[dated]
    groups = known.groupby("key")
    ordered = known.sort_values(["key", "size"])
    second = ordered["size"].shift().where(ordered["key"] == ordered["key"].shift())
    leap = (
        (known["size"] == groups["size"].transform("max"))
        & (groups["size"].transform("size") >= 4)
        & (known["size"] > _LEAP * second.reindex(known.index))
        # Without the clubs, the newest sum of a growing series may well be far above the others.
        & ((known["key"] % 2 == 0) | (known["day"] < groups["day"].transform("max")))
    )
    return leap.reindex(range(len(at)), fill_value=False).to_numpy()


def _most_clubs_around(facts: Facts, at: Positions, clubs: Positions) -> Numbers:
    place, day = facts.place[at], facts.day[at]
    around = [
        pick(facts.high, spots)
        for spots in (
            find_by(facts, "clubs", place, day - 1),
            find_after(facts, "clubs", place, day),
        )
    ]
    near = np.fmax(np.fmax(*around), pick(facts.high, clubs))
    return np.where(clubs == NONE, np.nan, near)


def _is_club(facts: Facts, at: Positions) -> Flags:
    return facts.table["level"].eq("club").to_numpy()[at]


def _clubs_of(facts: Facts, at: Positions, *, days: int = 31) -> Positions:
    """Return the clubs of the same report, or of the same place not long before."""
    same = find_in_report(facts, "clubs", at)
    near = find_by(facts, "clubs", facts.place[at], facts.day[at])
    fresh = (near != NONE) & (facts.day[at] - facts.day[near] <= days) & (facts.day[at] != UNDATED)
    return np.where(same != NONE, same, np.where(fresh, near, NONE))


def _certainly_above(facts: Facts, part: pd.Series, whole: pd.Series) -> Flags:
    return facts.low[part.to_numpy()] > facts.high[whole.to_numpy()]


def _is_exact(facts: Facts, at: Positions) -> Flags:
    return facts.low[at] == facts.high[at]


def _same_age(facts: Facts, rows: pd.DataFrame) -> Flags:
    share, part = (facts.age[rows[name].to_numpy()] for name in ("share", "part"))
    return (share == part) | (share == "") | (part == "")


def _half_step_of_share(share: Numbers) -> Numbers:
    """Return half of the last digit that a share shows when printed in percent."""
    half = np.full(len(share), 0.005)
    for decimals in (1, 2, 3):
        finer = np.abs(share * 100 - np.round(share * 100, decimals - 1)) > 1e-6
        half = np.where(finer, 0.005 / 10**decimals, half)
    return half


def _positions(facts: Facts, measure: str) -> Positions:
    return facts.by_report.get(measure, np.empty(0, dtype=np.int64))


def _count_units(facts: Facts, at: Positions, level: str) -> Numbers:
    table = facts.table
    keys = zip(
        *(table[name].iloc[at].to_numpy(dtype=object) for name in ("level", "area", "boundaries")),
        strict=True,
    )
    counts = _unit_counts()
    return np.array([counts.get((*key, level), 0) for key in keys], dtype=float)


@cache
def _unit_counts() -> dict[tuple[str, str, str, str], int]:
    """Return how many units of each level lie in each unit of each map."""
    counts: dict[tuple[str, str, str, str], int] = {}
    for boundaries in BOUNDARIES:
        units = read_areas(boundaries=boundaries)
        parent = dict(zip(units["area"], units["parent"], strict=True))
        own_level = dict(zip(units["area"], units["level"], strict=True))
        for area, level in zip(units["area"], units["level"], strict=True):
            above = parent[area]
            while isinstance(above, str):
                key = (own_level[above], above, boundaries, level)
                counts[key] = counts.get(key, 0) + 1
                above = parent[above]
    return counts


def _one(found: list[pd.DataFrame], *columns: str) -> pd.DataFrame:
    """Return all cases in one table, which has the columns also if there are none."""
    if not found:
        return pd.DataFrame({name: np.empty(0, dtype=np.int64) for name in columns})
    return pd.concat(found, ignore_index=True)
