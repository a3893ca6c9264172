"""Compute metrics from observations: aligned Series in, one Series out.

`compute` applies `METRICS`. Only it knows tables; the other functions are arithmetic and can be
read alone. Every figure is an interval low..value..high, and so is every result. A ratio is always
of figures of one place, one scope and, where the sources allow, one day; it is never an average of
ratios. Nothing here reads a file, a clock or a setting. The rules E1-E10 that the flags name are in
docs/metrics.md.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .indicators import INDICATORS, METRICS, Alternatives, Metric
from .rollup import pick_figures
from .schema import LEVELS, METRIC_ROWS, OBSERVATIONS, accept, arrange, empty_table

_KEY = ["area", "map"]
_BOUNDS = ["low", "value", "high"]
_FIGURE = [*_KEY, "boundaries", "area_name", "start", "as_of", "known", *_BOUNDS, "fact_ids",
           "disputed", "n_reported", "n_expected"]  # fmt: skip
_MAX_LAG_DAYS = 183
_SAME_START_DAYS = 31
_SMALL = 20
_FEWEST_MONTHS = 6
_BARS = ("target_clubs", "target_new_clubs")
_AGE_BASIS = {"members_60plus": "60+", "members_55plus": "55+", "older_members": "age_not_stated"}


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Divide; where the denominator is missing or not positive, the ratio is missing.

    Parameters
    ----------
    numerator, denominator : Series of float
        On the same index.

    Returns
    -------
    Series of float
        Missing where either is missing or the denominator is not positive; never infinite.

    Examples
    --------
    >>> ratio(pd.Series([410.0, 3.0, 0.0]), pd.Series([559.0, 0.0, 12.0])).round(4).tolist()
    [0.7335, nan, 0.0]
    """
    return numerator / denominator.where(denominator > 0)


def growth(new: pd.Series, old: pd.Series) -> pd.Series:
    """Return by which share of `old` the figure has grown.

    Parameters
    ----------
    new, old : Series of float
        One stock or flow at two dates, on the same index.

    Returns
    -------
    Series of float
        0.05 is 5 % more; missing where `old` is missing or not positive: growth from nothing has
        no rate.

    Examples
    --------
    >>> growth(pd.Series([8432.0, 5.0]), pd.Series([6521.0, 0.0])).round(3).tolist()
    [0.293, nan]
    """
    return ratio(new, old) - 1


def annual_growth(new: pd.Series, old: pd.Series, *, years: float | pd.Series) -> pd.Series:
    """Return the constant yearly growth that leads from `old` to `new`.

    Parameters
    ----------
    new, old : Series of float
        One stock at two dates, on the same index (clubs, people or VND).
    years : float or Series of float
        Time between the two dates, in years; must be positive.

    Returns
    -------
    Series of float
        Share per year (0.05 is 5 % a year); missing where `old` is missing or not positive, or
        `new` is missing or negative.

    Raises
    ------
    ValueError
        If `years` is not positive.

    Examples
    --------
    >>> annual_growth(pd.Series([8432.0]), pd.Series([6521.0]), years=1).round(3).item()
    0.293
    """
    if (np.asarray(years) <= 0).any():
        raise ValueError(f"`years` must be positive, not {years!r}.")
    times = ratio(new, old)
    return times.where(times >= 0) ** (1 / years) - 1


def count_months(start: pd.Series, as_of: pd.Series) -> pd.Series:
    """Count the months of periods whose first and last day are both included.

    Parameters
    ----------
    start, as_of : Series of datetime
        First and last day.

    Returns
    -------
    Series of float
        Whole months plus the rest as a part of the month it falls in; missing where a day is.

    Examples
    --------
    >>> days = pd.to_datetime(pd.Series(["2021-12-13", "2024-01-01"]))
    >>> count_months(days, pd.to_datetime(pd.Series(["2022-10-12", "2024-12-31"]))).tolist()
    [10.0, 12.0]
    """
    after = as_of + pd.Timedelta(days=1)
    months = (after.dt.year - start.dt.year) * 12 + (after.dt.month - start.dt.month)
    return months + (after.dt.day - start.dt.day) / after.dt.days_in_month


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
        ``;``: ``not_applicable`` (denominator 0), ``part_over_whole``, ``small`` (denominator under
        20), ``lag`` (inputs more than 183 days apart), ``disputed`` (a rival figure exists),
        ``as_printed`` (the source's own share or mean), ``60+``, ``55+``, ``age_not_stated``,
        ``per_borrower``, ``A`` (part of a year, annualised), ``since:DATE`` (begin of a flow).

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
    >>> round(row["value"], 4), row["numerator"], row["denominator"]
    (0.7335, 410.0, 559.0)
    """
    wanted = _check_request(level, metrics)
    day = pd.Timestamp(as_of)
    first = None if since is None else pd.Timestamp(since)
    figures = _prepare(observations, level=level, scope=scope, day=day)
    rows = [
        _apply(metric, figures, since=first)
        for metric in wanted
        if not metric.levels or level in metric.levels
    ]
    rows = [table for table in rows if len(table)]
    if not rows:
        return empty_table(METRIC_ROWS)
    return arrange(
        pd.concat(rows)
        .assign(level=level)
        .sort_values(["metric", "area", "boundaries"], kind="stable"),
        METRIC_ROWS,
    )


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


def _prepare(
    observations: Any, *, level: str, scope: str, day: pd.Timestamp
) -> Mapping[tuple[str, str], pd.DataFrame]:
    """Return the picked figures of each (indicator, way of measuring), sorted by date."""
    table = accept(observations, OBSERVATIONS)
    planned = [name for name, indicator in INDICATORS.items() if indicator.planned]
    ahead = table["indicator"].isin(planned)
    # A plan is dated by its deadline; it is known from its publication, or its start, onward.
    announced = table["published"].fillna(table["start"])
    known = table["as_of"].where(~ahead, announced.where(announced < table["as_of"]))
    known = known.fillna(table["as_of"])
    mine = (table["level"] == level) & (table["scope"] == scope) & (known <= day)
    mine_only = table.loc[mine].assign(known=known[mine])
    # A bar of "at least 3,000" is 3,000: the hedge is the target's wording, not doubt.
    bars = mine_only["indicator"].isin(_BARS)
    mine_only = mine_only.assign(
        low=mine_only["low"].where(~bars, mine_only["value"]),
        high=mine_only["high"].where(~bars, mine_only["value"]),
    )
    figures = pick_figures(mine_only)
    counted = {
        "fact_ids": figures.get("fact_ids", figures["fact_id"]).fillna(figures["fact_id"]),
        "n_reported": figures.get("n_reported", pd.Series(1.0, index=figures.index)),
        "n_expected": figures.get("n_expected", pd.Series(1.0, index=figures.index)),
    }
    figures = figures.assign(**counted).sort_values(
        ["as_of", "start"], kind="stable", na_position="first"
    )
    return {
        key: group[_FIGURE] for key, group in figures.groupby(["indicator", "measured"], sort=False)
    }


def _apply(
    metric: Metric,
    figures: Mapping[tuple[str, str], pd.DataFrame],
    *,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    if metric.formula == "growth":
        return _compare(metric, figures, since=since)
    if metric.formula == "value":
        return _pass_on(metric, figures, since=since)
    divided = _divide(metric, figures, since=since)
    printed = _take_printed(metric, figures)
    if len(divided) and len(printed):
        computed = pd.MultiIndex.from_frame(divided[_KEY])
        printed = printed[~pd.MultiIndex.from_frame(printed[_KEY]).isin(computed)]
    found = [table for table in (divided, printed) if len(table)]
    return pd.concat(found) if found else pd.DataFrame()


def _pass_on(
    metric: Metric,
    figures: Mapping[tuple[str, str], pd.DataFrame],
    *,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    name = metric.numerator[0][0]
    nature = INDICATORS[name].nature
    rows = _indicator_rows(figures, name, share=INDICATORS[name].unit == "share")
    if nature == "flow" and since is not None:
        rows = _started_near(rows, since)
    latest = rows.drop_duplicates(_KEY, keep="last")
    if latest.empty:
        return latest
    flags = _join_flags(
        latest.index,
        disputed=latest["disputed"],
        as_printed=pd.Series(nature in ("share", "mean"), index=latest.index),
    )
    return latest.assign(
        metric=metric.name,
        unit=metric.unit,
        numerator=latest["value"],
        denominator=np.nan,
        lag_days=0.0,
        flags=_add_start(flags, latest["start"]) if nature == "flow" else flags,
    )


def _divide(
    metric: Metric,
    figures: Mapping[tuple[str, str], pd.DataFrame],
    *,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    done: list[pd.DataFrame] = []
    for over, under in _alternative_pairs(metric):
        # Plans of one period often begin on different days: the decision's, or the first year's.
        plans = all(INDICATORS[name].planned for name in (*over, *under))
        pairs = _pair(
            _side(figures, over, since), _side(figures, under, since), same_start=not plans
        )
        if done and len(pairs):
            before = pd.MultiIndex.from_frame(pd.concat(done)[_KEY])
            pairs = pairs[~pd.MultiIndex.from_frame(pairs[_KEY]).isin(before)]
        if len(pairs):
            done.append(_quotient(metric, over, under, pairs))
    return pd.concat(done) if done else pd.DataFrame()


def _alternative_pairs(metric: Metric) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    denominators: Alternatives = metric.denominator
    return [(over, under) for over in metric.numerator for under in denominators]


def _side(
    figures: Mapping[tuple[str, str], pd.DataFrame],
    names: tuple[str, ...],
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    """Return the figures of one indicator, or the sums of several where all stand on one day."""
    parts = [_indicator_rows(figures, name) for name in names]
    flows = [INDICATORS[name].nature == "flow" for name in names]
    if since is not None and all(flows) and any(_started_near(p, since).size for p in parts):
        parts = [_started_near(part, since) for part in parts]
    total = parts[0]
    for part in parts[1:]:
        both = total.merge(part, on=[*_KEY, "as_of"], suffixes=("", "_more"))
        total = both.assign(
            **{bound: both[bound] + both[f"{bound}_more"] for bound in _BOUNDS},
            fact_ids=both["fact_ids"] + ";" + both["fact_ids_more"],
            disputed=both["disputed"] | both["disputed_more"],
        )[_FIGURE]
    return total


def _pair(over: pd.DataFrame, under: pd.DataFrame, *, same_start: bool) -> pd.DataFrame:
    """Pair, for each area, the newest two figures; of one day if such a day is recent enough.

    Figures of one day are taken unless the newest figure is more than `_MAX_LAG_DAYS` younger.
    """
    if over.empty or under.empty:
        return pd.DataFrame()
    same_day = over.merge(under, on=[*_KEY, "as_of"], suffixes=("_over", "_under"))
    same_day = same_day[_same_period(same_day) | (not same_start)].drop_duplicates(
        _KEY, keep="last"
    )
    same_day = same_day.assign(as_of_over=same_day["as_of"], as_of_under=same_day["as_of"])
    newest = over.drop_duplicates(_KEY, keep="last").merge(
        under.drop_duplicates(_KEY, keep="last"), on=_KEY, suffixes=("_over", "_under")
    )
    newest = newest[_same_period(newest)] if same_start else newest[:0]
    newest = newest.assign(as_of=newest[["known_over", "known_under"]].max(axis=1))
    lag = (newest["known_over"] - newest["known_under"]).abs().dt.days
    newest = newest.assign(lag_days=lag.astype(float))
    same_day = same_day.assign(lag_days=0.0)
    if newest.empty or same_day.empty:
        return same_day if newest.empty else newest
    age = newest.set_index(_KEY)["as_of"].reindex(pd.MultiIndex.from_frame(same_day[_KEY]))
    stale = (age.to_numpy() - same_day["as_of"]).dt.days > _MAX_LAG_DAYS
    same_day = same_day[~stale]
    taken = pd.MultiIndex.from_frame(newest[_KEY]).isin(pd.MultiIndex.from_frame(same_day[_KEY]))
    return pd.concat([same_day, newest[~taken]], ignore_index=True)


def _same_period(pairs: pd.DataFrame) -> pd.Series:
    """Say which pairs may be divided: two flows only if they cover the same period."""
    both = pairs["start_over"].notna() & pairs["start_under"].notna()
    ends = pairs.get("as_of_over", pairs.get("as_of")), pairs.get("as_of_under", pairs.get("as_of"))
    apart = (pairs["start_over"] - pairs["start_under"]).abs().dt.days
    ends_apart = (ends[0] - ends[1]).abs().dt.days
    return ~both | ((apart <= _SAME_START_DAYS) & (ends_apart <= _SAME_START_DAYS))


def _quotient(
    metric: Metric, over: tuple[str, ...], under: tuple[str, ...], pairs: pd.DataFrame
) -> pd.DataFrame:
    n = {bound: pairs[f"{bound}_over"] for bound in _BOUNDS}
    d = {bound: pairs[f"{bound}_under"] for bound in _BOUNDS}
    if metric.formula == "difference":
        low, value, high = n["low"] - d["high"], n["value"] - d["value"], n["high"] - d["low"]
        empty = pd.Series(False, index=pairs.index)
    else:
        low, value, high = _ratio_bounds(n, d, shared=set(over) & set(under))
        low, value, high = (part * metric.scale for part in (low, value, high))
        if metric.formula == "complement":
            low, value, high = 1 - high, 1 - value, 1 - low
        empty = d["value"] <= 0
    impossible = metric.part & (n["low"] > d["high"])
    if metric.part and metric.formula != "difference":
        low, high = low.clip(lower=0, upper=metric.scale), high.clip(upper=metric.scale)
        value = value.clip(upper=metric.scale)
    blank = empty | impossible
    lenders = under == ("borrowers",) and len(metric.denominator) > 1
    named = {_AGE_BASIS.get(over[0]), "per_borrower" if lenders else None} - {None}
    flags = _join_flags(
        pairs.index,
        not_applicable=empty,
        part_over_whole=impossible,
        small=(d["value"] < _SMALL) & (d["value"] > 0) & (metric.formula != "difference"),
        lag=(pairs["lag_days"] > _MAX_LAG_DAYS) & metric.one_day,
        disputed=pairs["disputed_over"] | pairs["disputed_under"],
        **{str(flag): pd.Series(True, index=pairs.index) for flag in sorted(map(str, named))},
    )
    newer = pairs["boundaries_over"] >= pairs["boundaries_under"]
    return pairs[[*_KEY]].assign(
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
        if set(over) & set(under)
        else _join_ids(pairs["fact_ids_over"], pairs["fact_ids_under"]),
    )


def _ratio_bounds(
    n: Mapping[str, pd.Series], d: Mapping[str, pd.Series], *, shared: set[str]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Divide two intervals; where the numerator is a summand of the denominator, it is one figure.

    For a / (a + b) the bounds are a_low / (a_low + b_high) and a_high / (a_high + b_low).
    """
    if shared:
        rest_low, rest_high = d["low"] - n["low"], d["high"] - n["high"]
        return (
            ratio(n["low"], n["low"] + rest_high),
            ratio(n["value"], d["value"]),
            ratio(n["high"], n["high"] + rest_low),
        )
    return ratio(n["low"], d["high"]), ratio(n["value"], d["value"]), ratio(n["high"], d["low"])


def _take_printed(metric: Metric, figures: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Return the shares and means that a source prints, for areas where no parts are known."""
    names = [name for names in metric.numerator for name in names] if metric.unit == "share" else []
    candidates = [(_indicator_rows(figures, name, share=True), name) for name in names]
    if metric.name in INDICATORS and INDICATORS[metric.name].nature in ("mean", "share"):
        share = INDICATORS[metric.name].unit == "share"
        candidates.append((_indicator_rows(figures, metric.name, share=share), metric.name))
    found = []
    for rows, name in candidates:
        latest = rows.drop_duplicates(_KEY, keep="last")
        if latest.empty or metric.formula == "difference":
            continue
        named = ["as_printed", *([_AGE_BASIS[name]] if name in _AGE_BASIS else [])]
        bounds = {bound: latest[bound] for bound in _BOUNDS}
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
                flags=_join_flags(
                    latest.index,
                    disputed=latest["disputed"],
                    **{flag: pd.Series(True, index=latest.index) for flag in named},
                ),
            )
        )
    if not found:
        return pd.DataFrame()
    return pd.concat(found).sort_values("as_of", kind="stable").drop_duplicates(_KEY, keep="last")


def _compare(
    metric: Metric,
    figures: Mapping[tuple[str, str], pd.DataFrame],
    *,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    name = metric.numerator[0][0]
    rows = _indicator_rows(figures, name)
    if rows.empty:
        return rows
    if INDICATORS[name].nature == "flow" and metric.growth in ("annualised", "yearly_addition"):
        return _per_year(metric, rows, since=since)
    if since is None or INDICATORS[name].nature == "flow":
        return pd.DataFrame()
    apart = (rows["as_of"] - since).abs().dt.days
    near = rows.assign(apart=apart)[apart <= _MAX_LAG_DAYS]
    begin = near.sort_values("apart", kind="stable").drop_duplicates(_KEY, keep="first")
    pairs = rows.drop_duplicates(_KEY, keep="last").merge(
        begin, on=_KEY, suffixes=("_over", "_under")
    )
    pairs = pairs[pairs["as_of_over"] > pairs["as_of_under"]].reset_index(drop=True)
    if pairs.empty:
        return pd.DataFrame()
    years = (pairs["as_of_over"] - pairs["as_of_under"]).dt.days / 365.25
    low, value, high = _grow(metric.growth, pairs, years)
    return pairs[[*_KEY]].assign(
        metric=metric.name,
        area_name=pairs["area_name_over"],
        boundaries=pairs["boundaries_over"],
        as_of=pairs["as_of_over"],
        low=low,
        value=value,
        high=high,
        unit=metric.unit,
        numerator=pairs["value_over"],
        denominator=pairs["value_under"],
        n_reported=pairs[["n_reported_over", "n_reported_under"]].min(axis=1),
        n_expected=pairs[["n_expected_over", "n_expected_under"]].max(axis=1),
        lag_days=pairs["apart"].astype(float),
        flags=_add_start(
            _join_flags(
                pairs.index,
                disputed=pairs["disputed_over"] | pairs["disputed_under"],
                from_zero=pairs["value_under"] == 0,
            ),
            pairs["as_of_under"],
        ),
        fact_ids=_join_ids(pairs["fact_ids_over"], pairs["fact_ids_under"]),
    )


def _grow(
    kind: str, pairs: pd.DataFrame, years: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series]:
    new = {bound: pairs[f"{bound}_over"] for bound in _BOUNDS}
    old = {bound: pairs[f"{bound}_under"] for bound in _BOUNDS}
    ends = (("low", "high"), ("value", "value"), ("high", "low"))
    if kind in ("change", "yearly_addition"):
        over = 1.0 if kind == "change" else years
        low, value, high = ((new[a] - old[b]) / over for a, b in ends)
    elif kind == "growth":
        one_year = (years - 1).abs() <= 0.1
        low, value, high = (growth(new[a], old[b]).where(one_year) for a, b in ends)
    elif kind == "annual_growth":
        low, value, high = (annual_growth(new[a], old[b], years=years) for a, b in ends)
    else:
        rates = [annual_growth(new[a], old[b], years=years) for a, b in reversed(ends)]
        low, value, high = (np.log(2) / np.log1p(rate.where(rate > 0)) for rate in rates)
    return low, value, high


def _per_year(metric: Metric, rows: pd.DataFrame, *, since: pd.Timestamp | None) -> pd.DataFrame:
    begun = rows[rows["start"].notna()]
    if since is not None:
        begun = _started_near(begun, since)
    latest = begun.drop_duplicates(_KEY, keep="last")
    months = count_months(latest["start"], latest["as_of"])
    fewest = 12 if metric.growth == "yearly_addition" else _FEWEST_MONTHS
    latest, months = latest[months >= fewest], months[months >= fewest]
    if latest.empty:
        return pd.DataFrame()
    flags = _join_flags(latest.index, A=months < 12, disputed=latest["disputed"])
    return latest.assign(
        metric=metric.name,
        unit=metric.unit,
        **{bound: latest[bound] * 12 / months for bound in _BOUNDS},
        numerator=latest["value"],
        denominator=months / 12,
        lag_days=0.0,
        flags=_add_start(flags, latest["start"]),
    )


def _indicator_rows(
    figures: Mapping[tuple[str, str], pd.DataFrame], name: str, *, share: bool = False
) -> pd.DataFrame:
    rows = figures.get((name, "share" if share else "count"))
    return pd.DataFrame(columns=_FIGURE) if rows is None else rows


def _started_near(rows: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    if rows.empty:
        return rows
    return rows[(rows["start"] - since).abs().dt.days <= _SAME_START_DAYS]


def _join_flags(index: pd.Index, **conditions: pd.Series) -> pd.Series:
    flags = pd.Series("", index=index, dtype="str")
    for name, holds in conditions.items():
        flags = flags + holds.astype(bool).map({True: f"{name};", False: ""}).astype("str")
    return flags.str.rstrip(";")


def _add_start(flags: pd.Series, start: pd.Series) -> pd.Series:
    since = ("since:" + start.dt.strftime("%Y-%m-%d")).fillna("")
    both = flags.ne("") & since.ne("")
    return flags + both.map({True: ";", False: ""}).astype("str") + since


def _join_ids(first: pd.Series, second: pd.Series) -> pd.Series:
    same = first == second
    return first.where(same, first + ";" + second)
