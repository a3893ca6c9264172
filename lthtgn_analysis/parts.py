"""Metrics that look at the parts of a place, or at its two maps: figures in, rows of metrics out.

A part that did not report widens the bounds, or is counted as missing; it is never taken for zero.
The rows are without `level`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .areas import read_areas, read_hierarchy, same_map
from .boundaries import read_concordance, split_boundary_effect
from .formulas import (
    BOUNDS,
    bound_concentration,
    bound_gini,
    bound_top_share,
    concentration,
    gini,
    ratio,
    top_share,
)
from .indicators import Metric
from .inputs import KEY, MAX_LAG_DAYS, Figures, add_start, join_flags, rows_of
from .spans import Context

FEWEST_PARTS = 5
PART_LEVEL = {"national": "province", "province": "district", "district": "commune"}
"""The level of the parts of a place."""
_RANK = {"national": 0, "province": 1, "district": 2, "commune": 3}
_SPREADS = {"": (concentration, bound_concentration), "top_three": (top_share, bound_top_share)}
_COUNTED = {
    "province_coverage": "province", "district_coverage": "district", "commune_coverage": "commune"
}  # fmt: skip


def measure_spread(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
    """Say how evenly something is spread over the parts of each place."""
    if context.level not in PART_LEVEL:
        return pd.DataFrame()
    parts = context.figures_of(PART_LEVEL[context.level])
    things = _newest_of_parts(parts, metric.numerator[0][0], context.level)
    if metric.denominator:
        people = _newest_of_parts(parts, metric.denominator[0][0], context.level)
        things = things.merge(people, on=[*KEY, "parent"], suffixes=("", "_people"))
    rows = []
    for key, group in things.groupby(["parent", "map"], sort=True):
        parent = str(key[0])
        if len(group) < FEWEST_PARTS:
            continue
        newest = group.sort_values("as_of").iloc[-1]
        expected = count_parts(parent, context.level, newest["boundaries"])
        rows.append(
            {
                "area": parent,
                "map": newest["map"],
                "area_name": name_of(parent, context.level, newest["boundaries"]),
                "boundaries": newest["boundaries"],
                "as_of": newest["as_of"],
                **_spread(metric, group, complete=len(group) == expected),
                "numerator": group["value"].sum(),
                "denominator": group["value_people"].sum() if metric.denominator else np.nan,
                "n_reported": float(len(group)),
                "n_expected": float(expected),
                "lag_days": float((newest["as_of"] - group["as_of"].min()).days),
                "disputed": bool(group["disputed"].any()),
                "fact_ids": ";".join(group["fact_ids"]),
            }
        )
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows)
    incomplete = table["n_reported"] < table["n_expected"]
    flags = join_flags(
        table.index,
        incomplete=incomplete,
        lag=table["lag_days"] > MAX_LAG_DAYS,
        disputed=table["disputed"],
    )
    return table.assign(metric=metric.name, unit=metric.unit, flags=flags)


def _spread(metric: Metric, group: pd.DataFrame, *, complete: bool) -> dict[str, float]:
    """Measure the spread over parts, with its bounds; of parts that are missing there are none."""
    things = {bound: group[bound] for bound in BOUNDS}
    if metric.denominator:
        people = group["value_people"]
        value = gini(ratio(things["value"], people), people)
        bounds = [things["low"], things["high"], group["low_people"], group["high_people"]]
        exact = bounds[0].equals(bounds[1]) and bounds[2].equals(bounds[3])
        ends = (value, value) if exact else bound_gini(*bounds)
    else:
        of, bound = _SPREADS[metric.growth]
        value, ends = of(things["value"]), bound(things["low"], things["high"])
    low, high = ends if complete else (np.nan, np.nan)
    return {"low": low, "value": value, "high": high}


def sum_uncovered(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
    """Sum the people of the communes that have no club; those not known widen the bounds."""
    if context.level not in ("national", "province", "district"):
        return pd.DataFrame()
    communes = context.figures_of("commune")
    people = rows_of(communes, metric.denominator[0][0]).drop_duplicates(KEY, keep="last")
    clubs = rows_of(communes, metric.numerator[0][0]).drop_duplicates(KEY, keep="last")
    if people.empty or clubs.empty:
        return pd.DataFrame()
    both = people.merge(
        clubs[[*KEY, "low", "high", "fact_ids"]], on=KEY, how="left", suffixes=("", "_clubs")
    )
    none, some = both["high_clubs"] == 0, both["low_clubs"] >= 1
    both = both.assign(
        parent=find_parents(both, "commune", context.level),
        surely=both["value"].where(none, 0.0),
        perhaps=both["value"].where(~some, 0.0),
        known=none | some,
        fact_ids=both["fact_ids"] + (";" + both["fact_ids_clubs"]).fillna(""),
    )
    sums = both.groupby(["parent", "map"], as_index=False).agg(
        boundaries=("boundaries", "max"), as_of=("as_of", "max"), low=("surely", "sum"),
        high=("perhaps", "sum"), n_reported=("known", "sum"), n_expected=("known", "size"),
        fact_ids=("fact_ids", ";".join), numerator=("surely", "sum"), denominator=("value", "sum"),
    )  # fmt: skip
    complete = sums["n_reported"] == sums["n_expected"]
    return sums.assign(
        metric=metric.name,
        unit=metric.unit,
        area=sums["parent"],
        area_name=[
            name_of(parent, context.level, boundaries)
            for parent, boundaries in sums[["parent", "boundaries"]].itertuples(index=False)
        ],
        value=sums["low"].where(complete),
        lag_days=0.0,
        flags=join_flags(sums.index, incomplete=~complete),
        n_reported=sums["n_reported"].astype(float),
        n_expected=sums["n_expected"].astype(float),
    )


def count_covered(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
    """Count the parts of each place that have a club; those not known widen the bounds.

    Returns
    -------
    DataFrame
        The share of the parts that have a club, out of all on the map; `value` is missing while
        the clubs of some part are not known.
    """
    part_level = _COUNTED[metric.name]
    if _RANK[part_level] <= _RANK.get(context.level, len(_RANK)):
        return pd.DataFrame()
    clubs = rows_of(context.figures_of(part_level), "clubs").drop_duplicates(KEY, keep="last")
    if clubs.empty:
        return pd.DataFrame()
    clubs = clubs.assign(
        parent=find_parents(clubs, part_level, context.level),
        surely=clubs["low"] > 0,
        known=(clubs["low"] > 0) | (clubs["high"] == 0),
    )
    sums = clubs.groupby(["parent", "map"], as_index=False).agg(
        boundaries=("boundaries", "max"), as_of=("as_of", "max"), oldest=("as_of", "min"),
        numerator=("surely", "sum"), n_reported=("known", "sum"), disputed=("disputed", "any"),
        fact_ids=("fact_ids", ";".join),
    )  # fmt: skip
    sums = sums.assign(
        n_expected=[
            float(count_parts(str(parent), context.level, boundaries, part_level=part_level))
            for parent, boundaries in sums[["parent", "boundaries"]].itertuples(index=False)
        ]
    )
    lag = (sums["as_of"] - sums["oldest"]).dt.days.astype(float)
    sure = sums["numerator"].astype(float)
    unknown = sums["n_expected"] - sums["n_reported"]
    low, high = sure / sums["n_expected"], (sure + unknown) / sums["n_expected"]
    return sums.assign(
        metric=metric.name,
        unit=metric.unit,
        area=sums["parent"],
        map=[same_map(context.level, boundaries) for boundaries in sums["boundaries"]],
        area_name=[
            name_of(str(parent), context.level, boundaries)
            for parent, boundaries in sums[["parent", "boundaries"]].itertuples(index=False)
        ],
        low=low,
        value=low.where(unknown == 0),
        high=high,
        numerator=sure,
        denominator=sums["n_expected"],
        n_reported=sums["n_reported"].astype(float),
        lag_days=lag,
        flags=join_flags(
            sums.index,
            counted=pd.Series(True, index=sums.index),
            incomplete=unknown > 0,
            small=sums["n_expected"] < metric.small_n,
            lag=lag > MAX_LAG_DAYS,
            disputed=sums["disputed"],
        ),
    )


def split_change(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Split a change of coverage across two maps into boundary and programme effect."""
    covered = rows_of(figures, "communes_with_clubs")
    if context.since is None or covered.empty or context.level not in ("national", "province"):
        return pd.DataFrame()
    apart = (covered["as_of"] - context.since).abs().dt.days
    old = covered[apart <= MAX_LAG_DAYS].drop_duplicates(KEY, keep="last")
    new = covered.drop_duplicates("area", keep="last")
    pairs = new.merge(old, on="area", suffixes=("", "_old"))
    pairs = pairs[pairs["boundaries"] > pairs["boundaries_old"]].reset_index(drop=True)
    rows = []
    for _, pair in pairs.iterrows():
        if not _same_ground(pair["area"], pair["boundaries_old"], pair["boundaries"]):
            continue
        effect = split_boundary_effect(
            area=pair["area"],
            covered=pair["value_old"],
            boundaries=pair["boundaries_old"],
            to=pair["boundaries"],
            covered_after=pair["value"],
        ).iloc[0]
        part = metric.growth
        rows.append(
            pair[[*KEY, "area_name", "boundaries", "as_of", "as_of_old"]].to_dict()
            | {bound: effect[f"{part}_{bound}"] for bound in BOUNDS}
            | {
                "numerator": pair["value_old"],
                "denominator": effect["communes_before"],
                "disputed": pair["disputed"] or pair["disputed_old"],
                "fact_ids": f"{pair['fact_ids']};{pair['fact_ids_old']}",
                "method": effect["method"],
            }
        )
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows)
    flags = join_flags(
        table.index, disputed=table["disputed"], random_placement=table["method"] == "counts"
    )
    return table.assign(
        metric=metric.name,
        unit=metric.unit,
        n_reported=1.0,
        n_expected=1.0,
        lag_days=0.0,
        flags=add_start(flags, table["as_of_old"]),
    )


def _newest_of_parts(parts: Figures, name: str, level: str) -> pd.DataFrame:
    rows = rows_of(parts, name).drop_duplicates(KEY, keep="last")
    return rows.assign(parent=find_parents(rows, PART_LEVEL[level], level))


def find_parents(rows: pd.DataFrame, part_level: str, level: str) -> pd.Series:
    """Return the place of a level that each part lies in.

    Examples
    --------
    >>> parts = pd.DataFrame({"area": ["401"], "boundaries": ["2022"]})
    >>> find_parents(parts, "district", "province").to_list()
    ['38']
    """
    if level == "national":
        return pd.Series("VN", index=rows.index, dtype="str")
    above = pd.Series(np.nan, index=rows.index, dtype="str")
    for boundaries in rows["boundaries"].unique():
        units = read_hierarchy(boundaries=boundaries)
        above_of = units.loc[units["level"] == part_level].set_index("area")[level]
        mine = rows["boundaries"] == boundaries
        above = above.where(~mine, rows["area"].map(above_of))
    return above


def count_parts(parent: str, level: str, boundaries: str, *, part_level: str = "") -> int:
    """Count the units below a place on a map.

    Examples
    --------
    >>> count_parts("VN", "national", "2025-07"), count_parts("38", "province", "2022")
    (34, 27)
    """
    part_level = part_level or PART_LEVEL[level]
    if level == "national":
        return len(read_areas(boundaries=boundaries, level=part_level))
    units = read_hierarchy(boundaries=boundaries)
    return int(((units["level"] == part_level) & (units[level] == parent)).sum())


def name_of(area: str, level: str, boundaries: str) -> str:
    """Return the name of a place on a map; its code where the map has no such place.

    Examples
    --------
    >>> name_of("38", "province", "2022")
    'Thanh Hóa'
    """
    units = read_areas(boundaries=boundaries, level=level).set_index("area")["area_name"]
    return str(units.get(area, area))


def _same_ground(area: str, old: str, new: str) -> bool:
    """Say whether a code stands for the same land on both maps: a province that was not merged."""
    if area == "VN" or same_map("province", old) == same_map("province", new):
        return True
    mergers = read_concordance(old=old, new=new, level="province")
    ground = mergers.loc[mergers["new"] == area, "old"].to_list()
    return ground == [area]
