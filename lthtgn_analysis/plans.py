"""Plans as sources report them: figures in, rows of metrics out.

What should be there by now, what the plans of the parts leave open of the plan of the whole, and
how many parts keep pace with their plans. Only plans of new clubs are added up: a plan of clubs in
all is of another kind. The rows are without `level`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .areas import same_map
from .formulas import BOUNDS, ratio
from .indicators import Metric
from .inputs import KEY, SAME_START_DAYS, Figures, add_start, join_flags, rows_of, started_near
from .parts import PART_LEVEL, count_parts, find_parents, name_of
from .spans import Context, make_rows

ON_TRACK = 0.95
TOO_EARLY = 0.10
_HAIR = 1e-9


def expect_to_date(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Say how much of each plan should be there by now: by its milestones, else day by day."""
    plans = _plans(metric, figures, context.since)
    if context.day is None or plans.empty:
        return pd.DataFrame()
    chosen = _in_force(plans, context.day)
    if chosen.empty:
        return pd.DataFrame()
    steps = [_milestones(plan, plans) for _, plan in chosen.iterrows()]
    days = [min(context.day, plan) for plan in chosen["as_of"]]
    bounds = {
        bound: [_interpolate(step, bound, day) for step, day in zip(steps, days, strict=True)]
        for bound in BOUNDS
    }
    flags = join_flags(
        chosen.index,
        milestones=pd.Series([len(step) > 1 for step in steps], index=chosen.index),
        disputed=chosen["disputed"],
    )
    return make_rows(
        metric,
        chosen.assign(
            as_of=pd.Series(days, index=chosen.index),
            fact_ids=[";".join(step["fact_ids"].iloc[::-1]) for step in steps],
        ),
        {bound: pd.Series(ends, index=chosen.index) for bound, ends in bounds.items()},
        numerator=chosen["value"],
        denominator=pd.Series(np.nan, index=chosen.index),
        flags=add_start(flags, chosen["start"]),
    )


def subtract_parts(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Take the plans of the parts off the plan of the whole; parts without a plan stay open."""
    plans = _plans(metric, figures, context.since)
    if context.day is None or plans.empty or context.level not in PART_LEVEL:
        return pd.DataFrame()
    part_level = PART_LEVEL[context.level]
    parts = _plans(metric, context.figures_of(part_level), None)
    parts = parts.assign(parent=find_parents(parts, part_level, context.level))
    rows = []
    for _, plan in _in_force(plans, context.day).iterrows():
        mine = _of_period(parts, plan, part_level)
        if mine.empty:
            continue
        expected = count_parts(plan["area"], context.level, plan["boundaries"])
        complete = len(mine) == expected
        rows.append(
            {
                **plan[[*KEY, "area_name", "boundaries", "start"]],
                "as_of": context.day,
                # What the others plan is not known, but no less than nothing.
                "low": plan["low"] - mine["high"].sum() if complete else np.nan,
                "value": plan["value"] - mine["value"].sum(),
                "high": plan["high"] - mine["low"].sum(),
                "numerator": plan["value"],
                "denominator": mine["value"].sum(),
                "n_reported": float(len(mine)),
                "n_expected": float(expected),
                "fact_ids": ";".join([plan["fact_ids"], *mine["fact_ids"]]),
                "incomplete": not complete,
                "disputed": bool(plan["disputed"] or mine["disputed"].any()),
            }
        )
    return _finish(metric, rows, "incomplete", "disputed")


def count_on_pace(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
    """Count the parts whose new clubs keep pace with their plan, out of those that can be told."""
    if context.level not in PART_LEVEL:
        return pd.DataFrame()
    part_level = PART_LEVEL[context.level]
    figures = context.figures_of(part_level)
    done, plans = (
        _dated(rows_of(figures, side[0][0])) for side in (metric.numerator, metric.denominator)
    )
    if done.empty or plans.empty:
        return pd.DataFrame()
    both = plans.merge(done, on=KEY, suffixes=("", "_done"))
    begun = (both["start"] - both["start_done"]).abs().dt.days <= SAME_START_DAYS
    ended = (both["as_of_done"] - both["as_of"]).dt.days <= SAME_START_DAYS
    both = both[begun & ended].sort_values("as_of_done", kind="stable")
    both = both.drop_duplicates(KEY, keep="last")
    due = ((both["as_of_done"] - both["start"]) / (both["as_of"] - both["start"])).clip(upper=1)
    both = both.assign(
        parent=find_parents(both, part_level, context.level),
        told=due >= TOO_EARLY - _HAIR,
        surely=ratio(both["low_done"], both["high"] * due) >= ON_TRACK - _HAIR,
        perhaps=ratio(both["high_done"], both["low"] * due) >= ON_TRACK - _HAIR,
    )
    planned = plans.drop_duplicates(KEY, keep="last")
    planned = planned.assign(parent=find_parents(planned, part_level, context.level))
    of_parent = planned.groupby(["parent", "map"]).size().to_dict()
    rows = []
    for key, group in both[both["told"]].groupby(["parent", "map"], sort=True):
        with_plan = of_parent[str(key[0]), str(key[1])]
        surely, perhaps = int(group["surely"].sum()), int(group["perhaps"].sum())
        number, newest = len(group), group.iloc[-1]
        rows.append(
            {
                "area": str(key[0]),
                "map": same_map(context.level, newest["boundaries"]),
                "area_name": name_of(str(key[0]), context.level, newest["boundaries"]),
                "boundaries": newest["boundaries"],
                "as_of": group["as_of_done"].max(),
                "start": pd.NaT,
                "low": surely / number,
                "value": surely / number if surely == perhaps else np.nan,
                "high": perhaps / number,
                "numerator": float(surely),
                "denominator": float(number),
                "n_reported": float(number),
                "n_expected": float(with_plan),
                "fact_ids": ";".join([*group["fact_ids_done"], *group["fact_ids"]]),
                "incomplete": number < with_plan,
                "disputed": bool((group["disputed"] | group["disputed_done"]).any()),
                "small": number < metric.small_n,
            }
        )
    return _finish(metric, rows, "incomplete", "small", "disputed")


def _finish(metric: Metric, rows: list[dict[str, object]], *flags: str) -> pd.DataFrame:
    if not rows:
        return pd.DataFrame()
    table = pd.DataFrame(rows)
    told = join_flags(table.index, **{flag: table[flag] for flag in flags})
    start = table["start"].astype("datetime64[us]")
    return table.assign(
        metric=metric.name, unit=metric.unit, lag_days=0.0, flags=add_start(told, start)
    )


def _plans(metric: Metric, figures: Figures, since: pd.Timestamp | None) -> pd.DataFrame:
    plans = _dated(rows_of(figures, metric.numerator[0][0]))
    return plans if since is None else started_near(plans, since)


def _dated(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[rows["start"].notna() & rows["as_of"].notna()] if len(rows) else rows


def _in_force(plans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """Return the plan of each place that runs on a day, or else the last one that has run."""
    begun = plans[plans["start"] <= day]
    order = begun.assign(runs=begun["as_of"] >= day).sort_values(["runs", "as_of"], kind="stable")
    return order.drop_duplicates(KEY, keep="last").reset_index(drop=True)


def _milestones(plan: pd.Series, plans: pd.DataFrame) -> pd.DataFrame:
    """Return a plan and the nearer ends of the same period that are planned too, by their day."""
    same = (plans[KEY] == plan[KEY]).all(axis=1)
    begun = (plans["start"] - plan["start"]).abs().dt.days <= SAME_START_DAYS
    return (
        plans[same & begun & (plans["as_of"] <= plan["as_of"])]
        .drop_duplicates("as_of", keep="last")
        .sort_values("as_of")
    )


def _interpolate(steps: pd.DataFrame, bound: str, day: pd.Timestamp) -> float:
    start = steps["start"].iloc[-1]
    days = [0, *(steps["as_of"] - start).dt.days]
    return float(np.interp((day - start).days, days, [0.0, *steps[bound]]))


def _of_period(parts: pd.DataFrame, plan: pd.Series, part_level: str) -> pd.DataFrame:
    """Keep the parts' plans that end with the whole's and begin within its period."""
    if parts.empty:
        return parts
    mine = (parts["parent"] == plan["area"]) & (
        parts["map"] == same_map(part_level, plan["boundaries"])
    )
    ends = (parts["as_of"] - plan["as_of"]).abs().dt.days <= SAME_START_DAYS
    begins = (plan["start"] - parts["start"]).dt.days <= SAME_START_DAYS
    return parts[mine & ends & begins].sort_values("start", kind="stable").drop_duplicates(KEY)
