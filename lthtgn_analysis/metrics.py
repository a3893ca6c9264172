"""Compute metrics from observations: the observations table in, the metrics table out.

`compute` applies `METRICS`. Every figure is an interval low..value..high, and so is every result. A
ratio is always of figures of one place, one scope and, where the sources allow, one day; it is
never an average of ratios. Nothing here reads a file, a clock or a setting. The rules E1-E10 that
the flags name are in docs/metrics.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .comparisons import compare
from .formulas import BOUNDS, divide, subtract
from .indicators import INDICATORS, METRICS, Metric, bare_name
from .inputs import (
    KEY,
    MAX_LAG_DAYS,
    Figures,
    add_start,
    join_flags,
    join_ids,
    pair,
    prepare,
    read_as,
    rows_of,
    started_near,
    sum_side,
)
from .memory import shareable
from .schema import LEVELS, METRIC_ROWS, OBSERVATIONS, Origin, accept, arrange, empty_table
from .spans import Context
from .stand_ins import stand_in

NO_DISTRICTS = pd.Timestamp("2025-07-01")
_AGE_BASIS = {
    "members_60plus": "60+",
    "members_55plus": "55+",
    "older_members": "age_not_stated",
    "older_share": "age_not_stated",
}


@shareable
def compute(
    observations: Any,
    *,
    level: str,
    as_of: str | pd.Timestamp,
    since: str | pd.Timestamp | None = None,
    metrics: Iterable[str] | None = None,
    scope: str = "all",
) -> pd.DataFrame:
    """Compute the metrics of all areas of a level, with their doubt and their inputs.

    Parameters
    ----------
    observations : data frame
        The observations table; also with the columns `n_reported` and `n_expected` of `roll_up`.
    level : str
        One of `schema.LEVELS`.
    as_of : str or Timestamp
        The day up to which figures count: of each input the newest figure is taken.
    since : str or Timestamp, optional
        For growth, the day the comparison begins (the nearest figure within 183 days is taken); for
        flows, the first day of the wanted period (within 31 days).
    metrics : iterable of str, optional
        Names in `METRICS`; all of them if not given.
    scope : str
        The scope of the figures; figures of different scopes are never mixed.

    Returns
    -------
    DataFrame
        The metrics table: one row per metric and area that has inputs, sorted. `low` and `high` are
        bounds; a `value` that cannot be given is missing and `flags` says why. Flags, joined by
        ``;``. Why there is no value: ``not_applicable`` (denominator 0), ``part_over_whole``,
        ``parts_differ`` (two sums over different places), ``no_districts`` (from 1 July 2025),
        ``boundary_break`` (the earlier figure is on another map), ``periods_differ`` (part of a
        year beside a year), ``short_period`` (under 6 months), ``not_one_year`` (then see the
        annual growth), ``from_zero``, ``not_growing``, ``nation_may_not_change``, ``below_zero``.
        What a value rests on: ``small`` (denominator under the metric's `small_n`), ``lag`` (inputs
        more than 183 days apart), ``disputed`` (a rival figure exists), ``as_printed`` (the
        source's own share or mean), ``60+``, ``55+``, ``age_not_stated``, ``per_borrower``, ``A``
        (part of a year, annualised), ``incomplete`` (some parts did not report), ``counted`` (place
        by place), ``from_two_shares``, ``new_less_net``, ``new_less_closed``, ``twelve_a_year``,
        ``random_placement`` (a mean over placements), ``unequal_spans`` (of an acceleration),
        ``milestones`` (nearer ends are planned too), ``since:DATE`` (begin of a span).

    Raises
    ------
    InvalidTableError
        If a column is missing.
    ValueError
        If a level or metric is unknown; the text names the nearest.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> table = compute(observations, level="province", as_of="2022-10-12")
    >>> row = table.query("metric == 'commune_coverage' and area == '38'").iloc[0]
    >>> [round(float(row[name]), 4) for name in ("value", "numerator", "denominator")]
    [0.7335, 410.0, 559.0]
    """
    wanted = _check_request(level, metrics)
    day = pd.Timestamp(as_of)
    first = None if since is None else pd.Timestamp(since)
    table = accept(observations, OBSERVATIONS)

    @cache
    def figures_of(one_level: str) -> Figures:
        return prepare(table, level=one_level, scope=scope, day=day)

    reported = set(table["indicator"].unique())
    wanted = [metric for metric in wanted if {*metric.inputs, metric.name} & reported]
    result = apply_metrics(wanted, Context(level, first, figures_of, day))
    if len(result):
        definitions = {metric.name: metric.fingerprint for metric in wanted}
        result.attrs["origin"] = Origin.of(table, definitions)
    return result


def apply_metrics(metrics: Iterable[Metric], context: Context) -> pd.DataFrame:
    """Compute metrics from figures that are prepared already.

    Parameters
    ----------
    metrics : iterable of Metric
        Those that are not of the context's level are left out.
    context : Context
        The level, the day a comparison begins, and the figures of each level.

    Returns
    -------
    DataFrame
        The metrics table, as `compute` returns it.

    Examples
    --------
    >>> apply_metrics(METRICS.values(), Context("province", None, lambda level: {})).empty
    True
    """
    level = context.level
    rows = [
        _apply(metric, context.figures_of(level), context)
        for metric in metrics
        if not metric.levels or level in metric.levels
    ]
    rows = [found for found in rows if len(found)]
    if not rows:
        return empty_table(METRIC_ROWS)
    result = pd.concat(rows).assign(level=level)
    return arrange(result.sort_values(["metric", "area", "boundaries"], kind="stable"), METRIC_ROWS)


def _check_request(level: str, metrics: Iterable[str] | None) -> list[Metric]:
    if level not in LEVELS:
        raise ValueError(f"`level` must be one of {', '.join(LEVELS)}, not {level!r}.")
    names = list(METRICS) if metrics is None else [*metrics]
    if unknown := [name for name in names if name not in METRICS]:
        near = difflib.get_close_matches(unknown[0], METRICS, n=3)
        raise ValueError(
            f"`metrics` must be names in METRICS, not {unknown}; nearest to {unknown[0]!r}: {near}."
        )
    return [METRICS[name] for name in names]


def _apply(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    if metric.formula == "value":
        found = _pass_on(metric, figures, since=context.since)
    elif metric.formula in ("ratio", "complement", "difference"):
        found = _divide(metric, figures, since=context.since)
        found = _fill_in(found, _take_printed(metric, figures))
    else:
        found = compare(metric, figures, context)
    if metric.otherwise:
        found = _fill_in(found, stand_in(metric, figures, context))
    return _per_national(metric, found, context) if len(found) else pd.DataFrame()


def _fill_in(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Add to rows those of another road, for the places that the first one does not reach."""
    if first.empty or second.empty:
        return second if first.empty else first
    known = pd.MultiIndex.from_frame(first[KEY])
    more = second[~pd.MultiIndex.from_frame(second[KEY]).isin(known)]
    return pd.concat([first, more], ignore_index=True) if len(more) else first


def _per_national(metric: Metric, rows: pd.DataFrame, context: Context) -> pd.DataFrame:
    """Divide by a figure of the whole country that the metric names, as income per head."""
    if not metric.per_national:
        return rows
    nation = rows_of(context.figures_of("national"), metric.per_national)
    if nation.empty:
        return pd.DataFrame()
    newest = nation.iloc[-1]
    whole = {bound: pd.Series(newest[bound], index=rows.index) for bound in BOUNDS}
    return rows.assign(
        **divide({bound: rows[bound] for bound in BOUNDS}, whole),
        fact_ids=rows["fact_ids"] + ";" + newest["fact_ids"],
    )


def _pass_on(
    metric: Metric,
    figures: Figures,
    *,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    name = metric.numerator[0][0]
    nature = INDICATORS[name].nature
    rows = rows_of(figures, name, share=INDICATORS[name].unit == "share")
    if nature == "flow" and since is not None:
        rows = started_near(rows, since)
    latest = rows.drop_duplicates(KEY, keep="last")
    if latest.empty:
        return latest
    flags = join_flags(
        latest.index,
        incomplete=latest["n_reported"] < latest["n_expected"],
        disputed=latest["disputed"],
        as_printed=pd.Series(nature in ("share", "mean"), index=latest.index),
    )
    return latest.assign(
        metric=metric.name,
        unit=metric.unit,
        numerator=latest["value"],
        denominator=np.nan,
        lag_days=0.0,
        flags=add_start(flags, latest["start"]) if nature == "flow" else flags,
    )


def _divide(
    metric: Metric,
    figures: Figures,
    *,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    done: list[pd.DataFrame] = []
    for over, under in _sides(metric):
        # Plans of one period often begin on different days: the decision's, or the first year's.
        plans = all(INDICATORS[bare_name(name)].planned for name in (*over, *under))
        pairs = pair(
            sum_side(figures, over, since), sum_side(figures, under, since), same_start=not plans
        )
        if done and len(pairs):
            before = pd.MultiIndex.from_frame(pd.concat(done)[KEY])
            pairs = pairs[~pd.MultiIndex.from_frame(pairs[KEY]).isin(before)]
        if len(pairs):
            done.append(_quotient(metric, over, under, pairs))
            twice = {bare_name(name) for name in over} & {bare_name(name) for name in under}
            if twice and not _is_summand(over, under):
                done[-1] = _tighten(metric, over, under, figures, since, sorted(twice), done[-1])
    return pd.concat(done) if done else pd.DataFrame()


def _is_summand(over: tuple[str, ...], under: tuple[str, ...]) -> bool:
    """Whether the numerator is a plain part of the denominator's sum: 15, or 15 + 10, of 50."""
    return {*over} <= {*under} and not any(name[0] in "-*" for name in under)


def _tighten(
    metric: Metric,
    over: tuple[str, ...],
    under: tuple[str, ...],
    figures: Figures,
    since: pd.Timestamp | None,
    twice: list[str],
    loose: pd.DataFrame,
) -> pd.DataFrame:
    """Bound a quotient that reads one figure on both sides: at each end it is the same on both."""
    ends = []
    for end in ("low", "high"):
        fixed = {
            (name, "count"): (rows := rows_of(figures, name)).assign(low=rows[end], high=rows[end])
            for name in twice
        }
        told = {**figures, **fixed}
        sides = pair(sum_side(told, over, since), sum_side(told, under, since), same_start=True)
        rows = _quotient(metric, over, under, sides).set_index(KEY)[["low", "high"]]
        ends.append(rows.reindex(pd.MultiIndex.from_frame(loose[KEY])))
    low, high = (ends[0][b].combine(ends[1][b], choose) for b, choose in
                 (("low", np.fmin), ("high", np.fmax)))  # fmt: skip
    return loose.assign(low=low.to_numpy(), high=high.to_numpy())


def _sides(metric: Metric) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(over, under) for over in metric.numerator for under in metric.denominator]


def _quotient(
    metric: Metric, over: tuple[str, ...], under: tuple[str, ...], pairs: pd.DataFrame
) -> pd.DataFrame:
    shared = _is_summand(over, under)
    n = {bound: pairs[f"{bound}_over"] for bound in BOUNDS}
    d = {bound: pairs[f"{bound}_under"] for bound in BOUNDS}
    if metric.formula == "difference":
        result = subtract(n, d)
        empty = pd.Series(False, index=pairs.index)
    else:
        result = divide(n, d, shared=shared)
        result = {bound: part * metric.scale for bound, part in result.items()}
        if metric.formula == "complement":
            whole = {bound: pd.Series(1.0, index=pairs.index) for bound in BOUNDS}
            result = subtract(whole, result)
        empty = d["value"] <= 0
    low, value, high = (result[bound] for bound in BOUNDS)
    part, whole = (d, n) if metric.formula == "difference" else (n, d)
    impossible = metric.part & (part["low"] > whole["high"]) & ~empty
    sums = [pairs[f"n_reported_{side}"] < pairs[f"n_expected_{side}"] for side in ("over", "under")]
    incomplete = sums[0] | sums[1]
    # Sums over other places than the denominator's are no part of it and have no mean with it.
    differ = incomplete & (pairs["n_reported_over"] != pairs["n_reported_under"])
    if metric.part and metric.formula != "difference":
        # Of a whole that may be nothing, or has no upper bound, a part is still no more than all.
        low = low.where(low.notna() | incomplete, 0.0).clip(lower=0, upper=metric.scale)
        high = high.where(high.notna() | incomplete, metric.scale).clip(upper=metric.scale)
        value = value.clip(upper=metric.scale)
    undefined = pd.Series(False, index=pairs.index)
    if metric.denominator_rule == "districts":
        late = pairs["boundaries_over"].eq("2025-07") | pairs["boundaries_under"].eq("2025-07")
        undefined = late | (pairs["as_of"] >= NO_DISTRICTS)
    blank = empty | impossible | undefined | differ
    # The denominator that stands last among several is a makeshift for the number of loans.
    lenders = bare_name(under[0]) == "borrowers" and len(metric.denominator) > 1
    named = {_AGE_BASIS.get(over[0]), "per_borrower" if lenders else None} - {None}
    flags = join_flags(
        pairs.index,
        not_applicable=empty,
        no_districts=undefined,
        part_over_whole=impossible & ~differ,
        parts_differ=differ,
        incomplete=incomplete,
        small=(d["value"] < metric.small_n) & (d["value"] > 0),
        lag=(pairs["lag_days"] > MAX_LAG_DAYS) & metric.one_day,
        disputed=pairs["disputed_over"] | pairs["disputed_under"],
        **{str(flag): pd.Series(True, index=pairs.index) for flag in sorted(map(str, named))},
    )
    newer = pairs["boundaries_over"] >= pairs["boundaries_under"]
    return pairs[[*KEY]].assign(
        metric=metric.name,
        area_name=pairs["area_name_over"],
        boundaries=pairs["boundaries_over"].where(newer, pairs["boundaries_under"]),
        as_of=pairs["as_of"],
        low=low.where(~blank),
        value=value.where(~blank),
        high=high.where(~blank),
        unit=metric.unit,
        numerator=n["value"],
        denominator=d["value"],
        n_reported=pairs[["n_reported_over", "n_reported_under"]].min(axis=1),
        n_expected=pairs[["n_expected_over", "n_expected_under"]].max(axis=1),
        lag_days=pairs["lag_days"],
        flags=flags,
        fact_ids=pairs["fact_ids_under"]
        if shared
        else join_ids(pairs["fact_ids_over"], pairs["fact_ids_under"]),
    )


def _take_printed(metric: Metric, figures: Figures) -> pd.DataFrame:
    """Return the shares and means that a source prints, for areas where no parts are known."""
    names = [name for names in metric.numerator for name in names] if metric.unit == "share" else []
    candidates = [
        (read_as(name, rows_of(figures, bare_name(name), share=True)), name) for name in names
    ]
    if metric.name in INDICATORS and INDICATORS[metric.name].nature in ("mean", "share"):
        share = INDICATORS[metric.name].unit == "share"
        candidates.append((rows_of(figures, metric.name, share=share), metric.name))
    found = []
    for rows, name in candidates:
        latest = rows.drop_duplicates(KEY, keep="last")
        if latest.empty or metric.formula == "difference":
            continue
        named = ["as_printed", *([_AGE_BASIS[name]] if name in _AGE_BASIS else [])]
        bounds = {bound: latest[bound] for bound in BOUNDS}
        if metric.formula == "complement":
            bounds = {
                "low": 1 - latest["high"], "value": 1 - latest["value"], "high": 1 - latest["low"]
            }  # fmt: skip
        found.append(
            latest.assign(
                metric=metric.name,
                unit=metric.unit,
                **bounds,
                numerator=np.nan,
                denominator=np.nan,
                lag_days=0.0,
                flags=join_flags(
                    latest.index,
                    disputed=latest["disputed"],
                    **{flag: pd.Series(True, index=latest.index) for flag in named},
                ),
            )
        )
    if not found:
        return pd.DataFrame()
    return pd.concat(found).sort_values("as_of", kind="stable").drop_duplicates(KEY, keep="last")
