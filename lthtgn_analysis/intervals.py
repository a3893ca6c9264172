"""Figures with bounds come in; the same figures go out with bounds that fit each other.

The areas in a place bound the place, and the place bounds each of them: where a province has
exactly 135 clubs and three of its four districts exactly 114, "about 20" in the fourth is 21. If no
value is left, the figures contradict each other, whatever each of them hedges. Only figures of one
day, map, indicator and scope are set against each other, and only sums that add up over areas.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .areas import read_areas
from .indicators import INDICATORS
from .rollup import pick_figures
from .schema import BOUNDARIES, OBSERVATIONS, accept, arrange

_KEYS = ["boundaries", "indicator", "scope", "start", "as_of"]
# From the ground up; on the map of July 2025 communes lie in provinces.
_STEPS = (
    ("commune", "district"),
    ("commune", "province"),
    ("district", "province"),
    ("province", "national"),
)


def tighten(observations: Any) -> pd.DataFrame:
    """Narrow the bounds of figures by those of the areas in them and above them.

    With P the figure of a place and c1 ... cn those of its areas: P lies between the sums of their
    bounds, and ci between P's lower bound less the others' upper ones and P's upper bound less the
    others' lower ones. An area that does not report may have anything from 0 on.

    Parameters
    ----------
    observations : data frame
        The observations table. Of rivals the first in `rank_conflicts`' order is taken.

    Returns
    -------
    DataFrame
        Dated counts and sums that add up over areas, in the order they came in, with `low` and
        `high` narrowed and `value` moved into them, and the further columns `printed_low` and
        `printed_high` (the bounds as they came), `bound_by` (fact ids of the figures that narrowed
        it, joined by ``;``, or missing) and `contradicts` (whether no value was left; the bounds
        then stay as printed).

    Raises
    ------
    InvalidTableError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> tighten(pd.DataFrame(columns=OBSERVATIONS.column_names)).columns[-1]
    'contradicts'
    """
    figures = pick_figures(observations)
    summable = [name for name, i in INDICATORS.items() if i.additive_space]
    rows = figures.loc[figures["indicator"].isin(summable) & (figures["measured"] == "count")]
    order = accept(observations, OBSERVATIONS)["fact_id"].drop_duplicates()
    place = pd.Series(range(len(order)), index=order.array)
    rows = arrange(rows.sort_values("fact_id", key=lambda ids: ids.map(place)), OBSERVATIONS)
    rows = rows.assign(
        low=rows["low"].fillna(rows["value"]).clip(lower=0.0),
        high=rows["high"].fillna(np.inf),
        printed_low=rows["low"],
        printed_high=rows["high"],
        bound_by=pd.Series(pd.NA, index=rows.index, dtype="str"),
        contradicts=False,
    )
    for step in (*_STEPS, *reversed(_STEPS)):
        rows = _bound(rows, *step)
    kept = rows["contradicts"]
    low = rows["low"].mask(kept, rows["printed_low"])
    high = rows["high"].mask(kept, rows["printed_high"])
    return rows.assign(
        low=low,
        high=high.mask(np.isinf(high)),
        value=rows["value"].clip(lower=low, upper=high).where(~kept, rows["value"]),
    )


def _bound(rows: pd.DataFrame, part_level: str, whole_level: str) -> pd.DataFrame:
    """Set one level against the one above it: both sides narrow each other once."""
    pairs = _pair(rows, part_level, whole_level)
    if pairs.empty:
        return rows
    groups = pairs.groupby("whole", sort=False)
    complete = pairs["whole"].map(groups["part"].size()) == pairs["listed"]
    pairs = pairs.assign(
        sum_low=groups["low"].transform("sum"),
        sum_high=groups["high"].transform("sum").where(complete, np.inf),
    )
    whole_low, whole_high = (pairs["whole"].map(rows[side]) for side in ("low", "high"))
    # What the others leave over; the sums of the others are the sums less the area itself.
    others_high = _rest(pairs, "high").where(complete, np.inf)
    others_low = pairs["sum_low"] - pairs["low"]
    part_low = (whole_low - others_high).clip(lower=0.0)
    part_high = whole_high - others_low
    once = pairs.drop_duplicates("whole").set_index("whole")
    rows = _narrow(
        rows,
        once["sum_low"],
        once["sum_high"],
        groups["part_id"].agg(";".join),
    )
    return _narrow(
        rows,
        part_low.set_axis(pairs["part"]),
        part_high.set_axis(pairs["part"]),
        pairs.set_index("part")["whole_id"],
    )


def _pair(rows: pd.DataFrame, part_level: str, whole_level: str) -> pd.DataFrame:
    """Put each area beside the place it lies in, both of one day; neither in contradiction."""
    usable = rows.loc[~rows["contradicts"]]
    columns = [*_KEYS, "area", "fact_id"]
    parts = usable.loc[usable["level"] == part_level, [*columns, "low", "high"]]
    wholes = usable.loc[usable["level"] == whole_level, columns]
    if parts.empty or wholes.empty:
        return pd.DataFrame()
    parts = parts.rename(columns={"fact_id": "part_id"}).assign(part=parts.index)
    wholes = wholes.rename(columns={"area": "parent", "fact_id": "whole_id"})
    units = _units(part_level, whole_level)
    return parts.merge(units, on=["area", "boundaries"]).merge(
        wholes.assign(whole=wholes.index), on=[*_KEYS, "parent"]
    )


def _rest(pairs: pd.DataFrame, side: str) -> pd.Series:
    """Return the sum of the others of a place; infinite ones are counted, not subtracted."""
    finite = pairs[side].where(np.isfinite(pairs[side]), 0.0)
    endless = (~np.isfinite(pairs[side])).astype(int)
    groups = pairs["whole"]
    rest = finite.groupby(groups).transform("sum") - finite
    return rest.mask(endless.groupby(groups).transform("sum") - endless > 0, np.inf)


def _narrow(rows: pd.DataFrame, low: pd.Series, high: pd.Series, by: pd.Series) -> pd.DataFrame:
    low = rows["low"].clip(lower=low.reindex(rows.index).fillna(-np.inf))
    high = rows["high"].clip(upper=high.reindex(rows.index).fillna(np.inf))
    empty = low > high
    narrowed = (low > rows["low"]) | (high < rows["high"])
    names = by.reindex(rows.index)
    joined = rows["bound_by"].str.cat(names, sep=";").fillna(names)
    return rows.assign(
        low=low.mask(empty, rows["low"]),
        high=high.mask(empty, rows["high"]),
        bound_by=rows["bound_by"].mask(narrowed, joined),
        contradicts=rows["contradicts"] | empty,
    )


@cache
def _units(part_level: str, whole_level: str) -> pd.DataFrame:
    """Return the units of one level with the unit of another right above them, on every map."""
    found = []
    for boundaries in BOUNDARIES:
        above = read_areas(boundaries=boundaries, level=whole_level)["area"]
        units = read_areas(boundaries=boundaries, level=part_level)
        found.append(units.loc[units["parent"].isin(above), ["area", "boundaries", "parent"]])
    units = pd.concat(found, ignore_index=True)
    listed = units.groupby(["parent", "boundaries"])["area"].transform("size")
    return units.assign(listed=listed)
