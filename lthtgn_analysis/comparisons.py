"""Metrics that look at two dates: figures of indicators in, rows of the metrics table out.

Growth runs on one map only; what a change of the map does is a metric of its own (see `parts`).
Flows are put to a year by their months, never compared with a full year as they are. The rows are
without `level`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .formulas import (
    BOUNDS,
    ENDS,
    annual_growth,
    count_months,
    divide,
    growth,
    ratio,
    subtract,
)
from .indicators import INDICATORS, Metric
from .inputs import (
    KEY,
    SAME_START_DAYS,
    Figures,
    add_start,
    join_flags,
    join_ids,
    rows_of,
    started_near,
    sum_side,
)
from .parts import measure_spread, split_change, sum_uncovered
from .plans import count_on_pace, expect_to_date, subtract_parts
from .spans import Context, add_span_before, make_rows

FEWEST_MONTHS = 6
_DAYS_A_YEAR = 365.25


def compare(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Compute a metric whose formula is a comparison.

    Parameters
    ----------
    metric : Metric
        With one of the formulas of this module.
    figures : dict of DataFrame
        As `inputs.prepare` gives them.
    context : Context
        The level, the day the comparison begins, and access to other levels.

    Returns
    -------
    DataFrame
        Rows of the metrics table without `level`; empty where nothing can be compared.

    Examples
    --------
    >>> from lthtgn_analysis.indicators import METRICS
    >>> context = Context("province", None, lambda level: {})
    >>> compare(METRICS["clubs_change"], {}, context).empty
    True
    """
    return _FORMULAS[metric.formula](metric, figures, context)


def _grow(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    name = metric.numerator[0][0]
    rows = rows_of(figures, name)
    flow = INDICATORS[name].nature == "flow"
    if flow and metric.growth in ("annualised", "yearly_addition"):
        # Different people or places of a period: 18 in one year are not 90 in five.
        distinct = INDICATORS[name].unit in ("people", "areas")
        if distinct and not INDICATORS[name].additive_time:
            return pd.DataFrame()
        return _per_year(metric, rows, context.since)
    spans = context.spans_of(name)
    if metric.growth == "acceleration":
        spans = add_span_before(spans, rows, flow=flow)
    if spans.empty:
        return pd.DataFrame()
    years = (spans["as_of"] - spans["as_of_old"]).dt.days / _DAYS_A_YEAR
    result = _grow_by(metric.growth, spans, years, name, context)
    if result is None:
        return pd.DataFrame()
    spans = _add_national_facts(metric.growth, spans, name, context)
    over, under = spans["value"], spans["value_old"]
    if metric.growth == "contribution":
        nation = context.spans_of(name, level="national").iloc[-1]
        over = over - under
        under = pd.Series(nation["value"] - nation["value_old"], index=spans.index)
    return make_rows(
        metric,
        spans,
        result,
        numerator=over,
        denominator=under,
        flags=_growth_flags(metric.growth, spans, years, result),
        lag=spans["apart"].astype(float),
    )


def _growth_flags(
    kind: str, spans: pd.DataFrame, years: pd.Series, result: dict[str, pd.Series]
) -> pd.Series:
    """Say what a growth rests on, and of one that is not given, why."""
    known = spans["value_old"].notna()
    silent = result["value"].isna() & known
    of_a_rate = kind in ("growth", "annual_growth", "real_growth", "doubling_years")
    from_zero = spans["value_old"] == 0
    not_a_year = silent & (kind == "growth") & ~_is_one_year(years)
    short = silent & (kind == "annualised")
    flags = join_flags(
        spans.index,
        A=(kind == "annualised") & known & ~short & (years * 12 < 11.5),
        boundary_break=spans["boundary_break"],
        periods_differ=spans["periods_differ"],
        from_zero=from_zero,
        not_one_year=not_a_year,
        short_period=short,
        unequal_spans=spans.get("unequal_spans", pd.Series(False, index=spans.index)),
        not_growing=silent & (kind == "doubling_years") & ~from_zero,
        nation_may_not_change=silent & (kind == "contribution"),
        not_applicable=silent & from_zero & of_a_rate,
        disputed=spans["disputed"] | spans["disputed_old"],
    )
    return add_start(flags, spans["as_of_old"])


def _is_one_year(years: pd.Series) -> pd.Series:
    return (years - 1).abs() <= 0.1


def _grow_by(
    kind: str, spans: pd.DataFrame, years: pd.Series, name: str, context: Context
) -> dict[str, pd.Series] | None:
    new = {bound: spans[bound] for bound in BOUNDS}
    old = {bound: spans[f"{bound}_old"] for bound in BOUNDS}
    others = {
        "real_growth": lambda: _deflate(new, old, spans, context),
        "contribution": lambda: _contribute(dict(subtract(new, old)), name, context),
        "acceleration": lambda: _accelerate(new, old, spans, years),
    }
    if kind in others:
        return others[kind]()
    if kind in ("change", "yearly_addition", "annualised"):
        enough = years * 12 >= FEWEST_MONTHS - 0.1 if kind == "annualised" else years > 0
        over = 1.0 if kind == "change" else years.where(enough)
        return {bound: part / over for bound, part in subtract(new, old).items()}
    if kind == "growth":
        return {low: growth(new[low], old[high]).where(_is_one_year(years)) for low, high in ENDS}
    rates = {low: annual_growth(new[low], old[high], years=years) for low, high in ENDS}
    if kind == "annual_growth":
        return rates
    return {high: np.log(2) / np.log1p(rates[low].where(rates[low] > 0)) for low, high in ENDS}


def _accelerate(
    new: dict[str, pd.Series], old: dict[str, pd.Series], spans: pd.DataFrame, years: pd.Series
) -> dict[str, pd.Series]:
    """Subtract the yearly addition of the span before from that of the span."""
    earlier = {bound: spans[f"{bound}_before"] for bound in BOUNDS}
    before = (spans["as_of_old"] - spans["as_of_before"]).dt.days / _DAYS_A_YEAR
    now = {bound: part / years for bound, part in subtract(new, old).items()}
    then = {bound: part / before for bound, part in subtract(old, earlier).items()}
    return dict(subtract(now, then))


def _deflate(
    new: dict[str, pd.Series], old: dict[str, pd.Series], spans: pd.DataFrame, context: Context
) -> dict[str, pd.Series] | None:
    """Take the change of prices out of a growth; the index is the country's, as observed."""
    prices = rows_of(context.figures_of("national"), "consumer_price_index")
    if prices.empty:
        return None
    index = prices.set_index("as_of")["value"]
    change = spans["as_of"].map(lambda day: _nearest(index, day)) / spans["as_of_old"].map(
        lambda day: _nearest(index, day)
    )
    return {low: ratio(new[low], old[high]) / change - 1 for low, high in ENDS}


def _add_national_facts(
    kind: str, spans: pd.DataFrame, name: str, context: Context
) -> pd.DataFrame:
    """Name the country's figures among the facts of a growth that was divided by theirs."""
    if kind == "contribution":
        return _with_facts(spans, context.spans_of(name, level="national")["fact_ids"].iloc[-1:])
    if kind == "real_growth":
        prices = rows_of(context.figures_of("national"), "consumer_price_index")
        return _with_facts(spans, _price_facts(prices, spans))
    return spans


def _with_facts(places: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    return places.assign(fact_ids=[f"{mine};{';'.join(ids)}" for mine in places["fact_ids"]])


def _price_facts(prices: pd.DataFrame, spans: pd.DataFrame) -> pd.Series:
    """Return the ids of the price indices near the days of any span."""
    days = pd.concat([spans["as_of"], spans["as_of_old"]]).unique()
    near = [(prices["as_of"] - day).abs().dt.days.idxmin() for day in days]
    return prices.loc[sorted(set(near)), "fact_ids"]


def _nearest(series: pd.Series, day: pd.Timestamp) -> float:
    apart = np.abs((pd.DatetimeIndex(series.index) - day).days.to_numpy())
    nearest = int(apart.argmin())
    return float(series.iloc[nearest]) if apart[nearest] <= SAME_START_DAYS else np.nan


def _contribute(
    change: dict[str, pd.Series], name: str, context: Context
) -> dict[str, pd.Series] | None:
    """Divide a place's change by the country's, unless that one may be nothing."""
    spans = context.spans_of(name, level="national")
    if context.level == "national" or spans.empty:
        return None
    nation = spans.iloc[-1]
    low, value, high = (nation[mine] - nation[f"{other}_old"] for mine, other in ENDS)
    if not (low > 0 or high < 0):
        return {bound: part * np.nan for bound, part in change.items()}
    whole = {"low": low, "value": value, "high": high}
    if high < 0:
        # Both sides turned round: a fall of 3 in a fall of 10 is 3 of 10.
        change, whole = ({mine: -side[other] for mine, other in ENDS} for side in (change, whole))
    index = change["value"].index
    return dict(divide(change, {b: pd.Series(part, index=index) for b, part in whole.items()}))


def _per_year(metric: Metric, rows: pd.DataFrame, since: pd.Timestamp | None) -> pd.DataFrame:
    begun = rows[rows["start"].notna()] if len(rows) else rows
    if since is not None:
        begun = started_near(begun, since)
    latest = begun.drop_duplicates(KEY, keep="last")
    if latest.empty:
        return pd.DataFrame()
    months = count_months(latest["start"], latest["as_of"])
    long_enough = months >= (12 if metric.growth == "yearly_addition" else FEWEST_MONTHS)
    flags = join_flags(
        latest.index,
        A=long_enough & (months < 12),
        short_period=~long_enough,
        disputed=latest["disputed"],
    )
    return make_rows(
        metric,
        latest,
        {bound: (latest[bound] * 12 / months).where(long_enough) for bound in BOUNDS},
        numerator=latest["value"],
        denominator=months / 12,
        flags=add_start(flags, latest["start"]),
    )


def _rate(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Divide a flow by the mean of the stock before and after it, put to a year."""
    flows = sum_side(figures, metric.numerator[0], context.since)
    stocks = sum_side(figures, metric.denominator[0], None)
    if flows.empty or stocks.empty:
        return pd.DataFrame()
    flows = flows[flows["start"].notna()].drop_duplicates(KEY, keep="last")
    pairs = _near_day(flows, stocks, flows["as_of"], "_closing")
    pairs = _near_day(pairs, stocks, pairs["start"] - pd.Timedelta(days=1), "_opening")
    months = count_months(pairs["start"], pairs["as_of"])
    if pairs.empty:
        return pd.DataFrame()
    long_enough = months >= FEWEST_MONTHS
    mean = {bound: (pairs[f"{bound}_opening"] + pairs[f"{bound}_closing"]) / 2 for bound in BOUNDS}
    quotient = divide({bound: pairs[bound] for bound in BOUNDS}, mean)
    flags = join_flags(
        pairs.index,
        A=long_enough & (months < 12),
        short_period=~long_enough,
        not_applicable=mean["value"] <= 0,
        disputed=pairs["disputed"] | pairs["disputed_opening"] | pairs["disputed_closing"],
    )
    pairs = pairs.assign(
        fact_ids=join_ids(
            join_ids(pairs["fact_ids"], pairs["fact_ids_closing"]), pairs["fact_ids_opening"]
        )
    )
    return make_rows(
        metric,
        pairs,
        {
            bound: (part * metric.scale * 12 / months).where(long_enough)
            for bound, part in quotient.items()
        },
        numerator=pairs["value"],
        denominator=mean["value"],
        flags=add_start(flags, pairs["start"]),
    )


def _near_day(
    rows: pd.DataFrame, stocks: pd.DataFrame, day: pd.Series, ending: str
) -> pd.DataFrame:
    """Join to each row the stock of its place nearest to a day, within a month."""
    wide = rows.assign(day=day, row=np.arange(len(rows))).merge(
        stocks[[*KEY, "as_of", *BOUNDS, "fact_ids", "disputed"]], on=KEY, suffixes=("", ending)
    )
    apart = (wide[f"as_of{ending}"] - wide["day"]).abs().dt.days
    near = wide.assign(apart=apart)[apart <= SAME_START_DAYS].sort_values("apart", kind="stable")
    return near.drop_duplicates("row").drop(columns=["row", "day", "apart"]).reset_index(drop=True)


def _marginal(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
    """Divide the change of one stock by the change of another over the same days."""
    over, under = (context.spans_of(side[0][0]) for side in (metric.numerator, metric.denominator))
    if over.empty or under.empty:
        return pd.DataFrame()
    days = [*KEY, "as_of", "as_of_old"]
    pairs = over.merge(under, on=days, suffixes=("", "_under"))
    sides = [
        [{b: pairs[f"{b}{age}{end}"] for b in BOUNDS} for age in ("", "_old")]
        for end in ("", "_under")
    ]
    if metric.growth == "logarithms":
        # Growth of nothing, or to nothing, has no logarithm.
        sides = [[{b: np.log(part.where(part > 0)) for b, part in each.items()} for each in side]
                 for side in sides]  # fmt: skip
    more, other = (subtract(*side) for side in sides)
    grown = other["low"] > 0
    quotient = dict(divide(more, {bound: part.where(grown) for bound, part in other.items()}))
    pairs = pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_under"]))
    broken = pairs["boundary_break"] | pairs["boundary_break_under"]
    flags = join_flags(
        pairs.index,
        boundary_break=broken,
        not_applicable=~grown & ~broken,
        disputed=pairs["disputed"] | pairs["disputed_under"],
    )
    return make_rows(
        metric,
        pairs,
        quotient,
        numerator=more["value"],
        denominator=other["value"],
        flags=add_start(flags, pairs["as_of_old"]),
    )


def _preserve(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Divide a fund, less the grants since, by the same fund of the start in today's money."""
    spans = context.spans_of(metric.numerator[0][0])
    grants = rows_of(figures, metric.denominator[0][0])
    prices = rows_of(context.figures_of("national"), "consumer_price_index")
    if context.since is None or spans.empty or grants.empty or prices.empty:
        return pd.DataFrame()
    grants = started_near(grants, context.since).drop_duplicates(KEY, keep="last")
    pairs = spans.merge(grants, on=KEY, suffixes=("", "_grants"))
    apart = (pairs["as_of"] - pairs["as_of_grants"]).abs().dt.days
    pairs = pairs[apart <= SAME_START_DAYS].reset_index(drop=True)
    if pairs.empty:
        return pd.DataFrame()
    index = prices.set_index("as_of")["value"]
    change = pairs["as_of"].map(lambda day: _nearest(index, day)) / pairs["as_of_old"].map(
        lambda day: _nearest(index, day)
    )
    own = subtract(*({b: pairs[f"{b}{end}"] for b in BOUNDS} for end in ("", "_grants")))
    then = {bound: pairs[f"{bound}_old"] * change for bound in BOUNDS}
    pairs = pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_grants"]))
    pairs = _with_facts(pairs, _price_facts(prices, pairs))
    return make_rows(
        metric,
        pairs,
        dict(divide(own, then)),
        numerator=own["value"],
        denominator=then["value"],
        flags=add_start(
            join_flags(
                pairs.index, boundary_break=pairs["boundary_break"], disputed=pairs["disputed"]
            ),
            pairs["as_of_old"],
        ),
    )


_FORMULAS = {
    "growth": _grow,
    "rate": _rate,
    "marginal": _marginal,
    "preserved": _preserve,
    "spread": measure_spread,
    "uncovered": sum_uncovered,
    "redrawn": split_change,
    "expected": expect_to_date,
    "cascade": subtract_parts,
    "on_pace": count_on_pace,
}
