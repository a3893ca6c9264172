"""What stands in where a metric's own inputs are not reported: figures in, rows of metrics out.

Each is an identity of the catalogue, with the bounds that follow from it: closures are the founded
clubs less the net addition, and the other way round, meetings due are twelve a year and club, two
shares of one whole bound what both have in common, and covered places can be counted one by one.
The rows say by a flag which it was.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .formulas import BOUNDS, count_months, divide, subtract
from .indicators import Metric
from .inputs import (
    KEY,
    MAX_LAG_DAYS,
    SAME_START_DAYS,
    Figures,
    add_start,
    join_flags,
    join_ids,
    rows_of,
    started_near,
)
from .parts import count_covered
from .spans import Context, make_rows

_MEETINGS_A_MONTH = 1


def stand_in(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Compute a metric from other figures than its own inputs, in the way that it names.

    Parameters
    ----------
    metric : Metric
        With one of the ways of this module as `otherwise`.
    figures : dict of DataFrame
        As `inputs.prepare` gives them.
    context : Context
        The level, the day the comparison begins, and access to other levels.

    Returns
    -------
    DataFrame
        Rows of the metrics table without `level`; empty where nothing stands in.

    Examples
    --------
    >>> from lthtgn_analysis.indicators import METRICS
    >>> context = Context("province", None, lambda level: {})
    >>> stand_in(METRICS["closed_clubs"], {}, context).empty
    True
    """
    return _WAYS[metric.otherwise](metric, figures, context)


def _subtract_net(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Take the net addition of clubs off the founded ones: what is left has closed."""
    founded, spans = rows_of(figures, "new_clubs"), context.spans_of("clubs")
    if context.since is None or founded.empty or spans.empty:
        return pd.DataFrame()
    founded = started_near(founded, context.since)
    pairs = spans.merge(founded, on=KEY, suffixes=("", "_founded"))
    apart = (pairs["as_of"] - pairs["as_of_founded"]).abs().dt.days
    begun_apart = (pairs["as_of_old"] - pairs["start_founded"]).abs().dt.days
    same = (apart <= SAME_START_DAYS) & (begun_apart <= SAME_START_DAYS + 1)
    pairs = pairs[same].drop_duplicates(KEY, keep="last").reset_index(drop=True)
    if pairs.empty:
        return pd.DataFrame()
    new, old, made = ({b: pairs[f"{b}{end}"] for b in BOUNDS} for end in ("", "_old", "_founded"))
    closed = subtract(made, subtract(new, old))
    impossible = closed["high"] < 0
    flags = join_flags(
        pairs.index,
        new_less_net=pd.Series(True, index=pairs.index),
        boundary_break=pairs["boundary_break"],
        below_zero=impossible,
        disputed=pairs["disputed"] | pairs["disputed_old"] | pairs["disputed_founded"],
    )
    result = {
        "low": closed["low"].clip(lower=0).where(~impossible),
        "value": closed["value"].where(closed["value"] >= 0),
        "high": closed["high"].where(~impossible),
    }
    return make_rows(
        metric,
        pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_founded"])),
        result,
        numerator=made["value"],
        denominator=new["value"] - old["value"],
        flags=add_start(flags, pairs["as_of_old"]),
    )


def _subtract_closed(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Take the closed clubs off the founded ones of the same period: what is left was added."""
    founded, closed = (rows_of(figures, name) for name in ("new_clubs", "closed_clubs"))
    if founded.empty or closed.empty:
        return pd.DataFrame()
    if context.since is not None:
        founded = started_near(founded, context.since)
    pairs = founded.merge(closed, on=[*KEY, "start", "as_of"], suffixes=("", "_closed"))
    pairs = pairs.drop_duplicates(KEY, keep="last").reset_index(drop=True)
    made, gone = ({b: pairs[f"{b}{end}"] for b in BOUNDS} for end in ("", "_closed"))
    flags = join_flags(
        pairs.index,
        new_less_closed=pd.Series(True, index=pairs.index),
        disputed=pairs["disputed"] | pairs["disputed_closed"],
    )
    return make_rows(
        metric,
        pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_closed"])),
        dict(subtract(made, gone)),
        numerator=made["value"],
        denominator=gone["value"],
        flags=add_start(flags, pairs["start"]),
    )


def _hold_meetings_due(metric: Metric, figures: Figures, _context: Context) -> pd.DataFrame:
    """Divide the meetings of a period by one a month for each club there is at its end."""
    held, clubs = rows_of(figures, metric.numerator[0][0]), rows_of(figures, "clubs")
    if held.empty or clubs.empty:
        return pd.DataFrame()
    latest = held[held["start"].notna()].drop_duplicates(KEY, keep="last")
    pairs = latest.merge(clubs, on=KEY, suffixes=("", "_clubs"))
    apart = (pairs["as_of"] - pairs["as_of_clubs"]).abs().dt.days
    pairs = pairs.assign(apart=apart)[apart <= SAME_START_DAYS]
    pairs = pairs.sort_values("apart", kind="stable").drop_duplicates(KEY).reset_index(drop=True)
    if pairs.empty:
        return pd.DataFrame()
    months = count_months(pairs["start"], pairs["as_of"]) * _MEETINGS_A_MONTH
    due = {bound: pairs[f"{bound}_clubs"] * months for bound in BOUNDS}
    made = {bound: pairs[bound] for bound in BOUNDS}
    share = divide(made, due)
    impossible = made["low"] > due["high"]
    flags = join_flags(
        pairs.index,
        not_applicable=due["value"] <= 0,
        part_over_whole=impossible,
        small=(due["value"] > 0) & (due["value"] < metric.small_n),
        twelve_a_year=pd.Series(True, index=pairs.index),
        disputed=pairs["disputed"] | pairs["disputed_clubs"],
    )
    return make_rows(
        metric,
        pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_clubs"])),
        {bound: part.clip(upper=1).where(~impossible) for bound, part in share.items()},
        numerator=made["value"],
        denominator=due["value"],
        flags=add_start(flags, pairs["start"]),
        lag=pairs["apart"].astype(float),
    )


def _bound_both(metric: Metric, figures: Figures, _context: Context) -> pd.DataFrame:
    """Bound the clubs that two counts have in common: max(0, a + b - n) to min(a, b)."""
    names = ("clubs_all_activities", "clubs_well_managed", "clubs")
    if any(rows_of(figures, name).empty for name in names):
        return pd.DataFrame()
    wide = None
    for name in names:
        newest = rows_of(figures, name).drop_duplicates(KEY, keep="last")
        newest = newest.rename(columns={b: f"{b}_{name}" for b in BOUNDS})
        wide = newest if wide is None else _join_days(wide, newest, name)
    if wide is None or wide.empty:
        return pd.DataFrame()
    full, managed = "clubs_all_activities", "clubs_well_managed"
    clubs = {bound: wide[f"{bound}_clubs"] for bound in BOUNDS}
    least = wide[f"low_{full}"] + wide[f"low_{managed}"] - clubs["high"]
    most = wide[[f"high_{full}", f"high_{managed}"]].min(axis=1)
    none = clubs["value"] <= 0
    least_of_both = wide[[f"low_{full}", f"low_{managed}"]].max(axis=1)
    impossible = (least_of_both > clubs["high"]) & ~none
    share = divide({"low": least.clip(lower=0), "value": most, "high": most}, clubs)
    known = share["low"] == share["high"]
    blank = none | impossible
    flags = join_flags(
        wide.index,
        not_applicable=none,
        part_over_whole=impossible,
        small=(clubs["value"] > 0) & (clubs["value"] < metric.small_n),
        lag=wide["lag"] > MAX_LAG_DAYS,
        from_two_shares=pd.Series(True, index=wide.index),
        disputed=wide["disputed"],
    )
    return make_rows(
        metric,
        wide,
        {
            "low": share["low"].where(~blank),
            "value": share["low"].where(known & ~blank),
            "high": share["high"].clip(upper=1).where(~blank),
        },
        numerator=pd.Series(np.nan, index=wide.index),
        denominator=clubs["value"],
        flags=flags,
        lag=wide["lag"],
    )


def _join_days(wide: pd.DataFrame, newest: pd.DataFrame, name: str) -> pd.DataFrame:
    """Join the newest figures of one more indicator; the younger day and the lag are kept."""
    both = wide.merge(
        newest[[*KEY, "as_of", *(f"{b}_{name}" for b in BOUNDS), "fact_ids", "disputed"]],
        on=KEY,
        suffixes=("", "_more"),
    )
    lag = (both["as_of"] - both["as_of_more"]).abs().dt.days.astype(float)
    before = both.get("lag", 0.0)
    return both.assign(
        lag=np.maximum(lag, before),
        as_of=both[["as_of", "as_of_more"]].max(axis=1),
        fact_ids=join_ids(both["fact_ids"], both["fact_ids_more"]),
        disputed=both["disputed"] | both["disputed_more"],
    ).drop(columns=["as_of_more", "fact_ids_more", "disputed_more"])


_WAYS = {
    "new_less_net": _subtract_net,
    "new_less_closed": _subtract_closed,
    "twelve_a_year": _hold_meetings_due,
    "two_shares": _bound_both,
    "counted": count_covered,
}
