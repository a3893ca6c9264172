"""Metrics that look at two dates, at two maps, or at the parts of a place.

Figures of indicators come in (see `inputs`), rows of the metrics table go out, without `level`.
Growth runs on one map only; what a change of the map does is a metric of its own. Flows are put to
a year by their months, never compared with a full year as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .areas import read_areas, read_hierarchy, same_map
from .boundaries import read_concordance, split_boundary_effect
from .formulas import (
    BOUNDS,
    ENDS,
    annual_growth,
    concentration,
    count_months,
    divide,
    gini,
    growth,
    ratio,
    subtract,
)
from .indicators import INDICATORS, Metric
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
    sum_side,
)

FEWEST_MONTHS = 6
FEWEST_PARTS = 5
_DAYS_A_YEAR = 365.25
_PART_LEVEL = {"national": "province", "province": "district", "district": "commune"}


@dataclass(frozen=True)
class Context:
    """What a comparison may look at beside the figures of its own level.

    Attributes
    ----------
    level : str
        The level of the places.
    since : Timestamp or None
        The day the comparison begins.
    figures_of : callable
        Gives the figures of another level, as `inputs.prepare` does.
    """

    level: str
    since: pd.Timestamp | None
    figures_of: Callable[[str], Figures] = field(repr=False)


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
    if rows.empty or (flow and metric.growth not in ("annualised", "yearly_addition")):
        return pd.DataFrame()
    if flow:
        return _per_year(metric, rows, context.since)
    if context.since is None:
        return pd.DataFrame()
    spans = _span(rows, context.since)
    if spans.empty:
        return spans
    if metric.growth == "acceleration":
        spans = _with_span_before(spans, rows)
    years = (spans["as_of"] - spans["as_of_old"]).dt.days / _DAYS_A_YEAR
    result = _grow_by(metric.growth, spans, years, name, context)
    if result is None:
        return pd.DataFrame()
    flags = join_flags(
        spans.index,
        disputed=spans["disputed"] | spans["disputed_old"],
        from_zero=spans["value_old"] == 0,
    )
    return _rows(
        metric,
        spans,
        result,
        numerator=spans["value"],
        denominator=spans["value_old"],
        flags=add_start(flags, spans["as_of_old"]),
        lag=spans["apart"].astype(float),
    )


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
    if kind in ("change", "yearly_addition"):
        over = 1.0 if kind == "change" else years
        return {bound: part / over for bound, part in subtract(new, old).items()}
    if kind == "growth":
        one_year = (years - 1).abs() <= 0.1
        return {low: growth(new[low], old[high]).where(one_year) for low, high in ENDS}
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


def _nearest(series: pd.Series, day: pd.Timestamp) -> float:
    apart = np.abs((pd.DatetimeIndex(series.index) - day).days.to_numpy())
    nearest = int(apart.argmin())
    return float(series.iloc[nearest]) if apart[nearest] <= SAME_START_DAYS else np.nan


def _contribute(
    change: dict[str, pd.Series], name: str, context: Context
) -> dict[str, pd.Series] | None:
    """Divide a place's change by the country's, unless that one may be nothing."""
    if context.level == "national" or context.since is None:
        return None
    spans = _span(rows_of(context.figures_of("national"), name), context.since)
    if spans.empty:
        return None
    nation = spans.iloc[-1]
    low, value, high = (nation[mine] - nation[f"{other}_old"] for mine, other in ENDS)
    if low <= 0 <= high:
        return None
    if value > 0:
        return {"low": change["low"] / high, "value": change["value"] / value,
                "high": change["high"] / low}  # fmt: skip
    return {"low": change["high"] / low, "value": change["value"] / value,
            "high": change["low"] / high}  # fmt: skip


def _per_year(metric: Metric, rows: pd.DataFrame, since: pd.Timestamp | None) -> pd.DataFrame:
    begun = rows[rows["start"].notna()]
    if since is not None:
        begun = started_near(begun, since)
    latest = begun.drop_duplicates(KEY, keep="last")
    months = count_months(latest["start"], latest["as_of"])
    fewest = 12 if metric.growth == "yearly_addition" else FEWEST_MONTHS
    latest, months = latest[months >= fewest], months[months >= fewest]
    if latest.empty:
        return pd.DataFrame()
    flags = join_flags(latest.index, A=months < 12, disputed=latest["disputed"])
    return _rows(
        metric,
        latest,
        {bound: latest[bound] * 12 / months for bound in BOUNDS},
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
    pairs, months = pairs[months >= FEWEST_MONTHS], months[months >= FEWEST_MONTHS]
    if pairs.empty:
        return pd.DataFrame()
    mean = {bound: (pairs[f"{bound}_opening"] + pairs[f"{bound}_closing"]) / 2 for bound in BOUNDS}
    quotient = divide({bound: pairs[bound] for bound in BOUNDS}, mean)
    flags = join_flags(
        pairs.index,
        A=months < 12,
        not_applicable=mean["value"] <= 0,
        disputed=pairs["disputed"] | pairs["disputed_opening"] | pairs["disputed_closing"],
    )
    pairs = pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_closing"]))
    return _rows(
        metric,
        pairs,
        {bound: part * metric.scale * 12 / months for bound, part in quotient.items()},
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


def _marginal(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Divide the change of one stock by the change of another over the same days."""
    if context.since is None:
        return pd.DataFrame()
    over = _span(rows_of(figures, metric.numerator[0][0]), context.since)
    under = _span(rows_of(figures, metric.denominator[0][0]), context.since)
    if over.empty or under.empty:
        return pd.DataFrame()
    days = [*KEY, "as_of", "as_of_old"]
    pairs = over.merge(under, on=days, suffixes=("", "_under"))
    more = subtract(*({b: pairs[f"{b}{end}"] for b in BOUNDS} for end in ("", "_old")))
    other = subtract(*({b: pairs[f"{b}{end}_under"] for b in BOUNDS} for end in ("", "_old")))
    grown = other["low"] > 0
    quotient = {
        "low": (more["low"] / other["high"].where(grown)),
        "value": more["value"] / other["value"].where(grown),
        "high": more["high"] / other["low"].where(grown),
    }
    pairs = pairs.assign(fact_ids=join_ids(pairs["fact_ids"], pairs["fact_ids_under"]))
    flags = join_flags(
        pairs.index, not_applicable=~grown, disputed=pairs["disputed"] | pairs["disputed_under"]
    )
    return _rows(
        metric,
        pairs,
        quotient,
        numerator=more["value"],
        denominator=other["value"],
        flags=add_start(flags, pairs["as_of_old"]),
    )


def _preserve(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
    """Divide a fund, less the grants since, by the same fund of the start in today's money."""
    if context.since is None:
        return pd.DataFrame()
    spans = _span(rows_of(figures, metric.numerator[0][0]), context.since)
    grants = rows_of(figures, metric.denominator[0][0])
    prices = rows_of(context.figures_of("national"), "consumer_price_index")
    if spans.empty or grants.empty or prices.empty:
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
    return _rows(
        metric,
        pairs,
        dict(divide(own, then)),
        numerator=own["value"],
        denominator=then["value"],
        flags=add_start(join_flags(pairs.index, disputed=pairs["disputed"]), pairs["as_of_old"]),
    )


def _spread(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
    """Say how evenly something is spread over the parts of each place."""
    if context.level not in _PART_LEVEL:
        return pd.DataFrame()
    parts = context.figures_of(_PART_LEVEL[context.level])
    things = _newest_of_parts(parts, metric.numerator[0][0], context.level)
    if metric.denominator:
        people = _newest_of_parts(parts, metric.denominator[0][0], context.level)
        things = things.merge(people, on=[*KEY, "parent"], suffixes=("", "_people"))
    rows = []
    for key, group in things.groupby(["parent", "map"], sort=True):
        parent = str(key[0])
        if len(group) < FEWEST_PARTS:
            continue
        if metric.denominator:
            value = gini(ratio(group["value"], group["value_people"]), group["value_people"])
        else:
            value = concentration(group["value"])
        newest = group.sort_values("as_of").iloc[-1]
        rows.append(
            {
                "area": parent,
                "map": newest["map"],
                "area_name": _name_of(parent, context.level, newest["boundaries"]),
                "boundaries": newest["boundaries"],
                "as_of": newest["as_of"],
                "value": value,
                "numerator": group["value"].sum(),
                "denominator": group["value_people"].sum() if metric.denominator else np.nan,
                "n_reported": float(len(group)),
                "n_expected": float(_count_parts(parent, context.level, newest["boundaries"])),
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
    # Doubt of single parts and missing parts has no bound here: none is claimed.
    return table.assign(metric=metric.name, unit=metric.unit, low=np.nan, high=np.nan, flags=flags)


def _uncovered(metric: Metric, _figures: Figures, context: Context) -> pd.DataFrame:
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
        parent=_parents(both, "commune", context.level),
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
            _name_of(parent, context.level, boundaries)
            for parent, boundaries in sums[["parent", "boundaries"]].itertuples(index=False)
        ],
        value=sums["low"].where(complete),
        lag_days=0.0,
        flags=join_flags(sums.index, incomplete=~complete),
        n_reported=sums["n_reported"].astype(float),
        n_expected=sums["n_expected"].astype(float),
    )


def _redraw(metric: Metric, figures: Figures, context: Context) -> pd.DataFrame:
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


_FORMULAS = {
    "growth": _grow,
    "rate": _rate,
    "marginal": _marginal,
    "preserved": _preserve,
    "spread": _spread,
    "uncovered": _uncovered,
    "redrawn": _redraw,
}


def _span(rows: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Pair the newest figure of each place with its figure nearest to a day on the same map."""
    if rows.empty:
        return pd.DataFrame()
    apart = (rows["as_of"] - since).abs().dt.days
    near = rows.assign(apart=apart)[apart <= MAX_LAG_DAYS]
    begin = near.sort_values("apart", kind="stable").drop_duplicates(KEY, keep="first")
    newest = rows.drop_duplicates(KEY, keep="last")
    spans = newest.merge(begin, on=KEY, suffixes=("", "_old"))
    spans = spans[spans["as_of"] > spans["as_of_old"]].reset_index(drop=True)
    return spans.assign(fact_ids=join_ids(spans["fact_ids"], spans["fact_ids_old"]))


def _with_span_before(spans: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the figure as long before the start as the start is before the end."""
    wanted = spans["as_of_old"] - (spans["as_of"] - spans["as_of_old"])
    wide = spans.assign(wanted=wanted).merge(
        rows[[*KEY, "as_of", *BOUNDS, "fact_ids"]], on=KEY, suffixes=("", "_before")
    )
    apart = (wide["as_of_before"] - wide["wanted"]).abs().dt.days
    near = wide.assign(far=apart)[apart <= MAX_LAG_DAYS].sort_values("far", kind="stable")
    near = near.drop_duplicates(KEY).reset_index(drop=True)
    return near.assign(fact_ids=join_ids(near["fact_ids"], near["fact_ids_before"]))


def _rows(
    metric: Metric,
    places: pd.DataFrame,
    result: dict[str, pd.Series],
    *,
    numerator: pd.Series,
    denominator: pd.Series,
    flags: pd.Series,
    lag: pd.Series | float = 0.0,
) -> pd.DataFrame:
    return places[[*KEY, "area_name", "boundaries", "as_of", "fact_ids"]].assign(
        metric=metric.name,
        unit=metric.unit,
        **result,
        numerator=numerator,
        denominator=denominator,
        n_reported=places["n_reported"],
        n_expected=places["n_expected"],
        lag_days=lag,
        flags=flags,
    )


def _newest_of_parts(parts: Figures, name: str, level: str) -> pd.DataFrame:
    rows = rows_of(parts, name).drop_duplicates(KEY, keep="last")
    return rows.assign(parent=_parents(rows, _PART_LEVEL[level], level))


def _parents(rows: pd.DataFrame, part_level: str, level: str) -> pd.Series:
    """Return the place of a level that each part lies in."""
    if level == "national":
        return pd.Series("VN", index=rows.index, dtype="str")
    above = pd.Series(np.nan, index=rows.index, dtype="str")
    for boundaries in rows["boundaries"].unique():
        units = read_hierarchy(boundaries=boundaries)
        above_of = units.loc[units["level"] == part_level].set_index("area")[level]
        mine = rows["boundaries"] == boundaries
        above = above.where(~mine, rows["area"].map(above_of))
    return above


def _count_parts(parent: str, level: str, boundaries: str) -> int:
    part_level = _PART_LEVEL[level]
    if level == "national":
        return len(read_areas(boundaries=boundaries, level=part_level))
    units = read_hierarchy(boundaries=boundaries)
    return int(((units["level"] == part_level) & (units[level] == parent)).sum())


def _name_of(area: str, level: str, boundaries: str) -> str:
    units = read_areas(boundaries=boundaries, level=level).set_index("area")["area_name"]
    return str(units.get(area, area))


def _same_ground(area: str, old: str, new: str) -> bool:
    """Say whether a code stands for the same land on both maps: a province that was not merged."""
    if area == "VN" or same_map("province", old) == same_map("province", new):
        return True
    mergers = read_concordance(old=old, new=new, level="province")
    ground = mergers.loc[mergers["new"] == area, "old"].to_list()
    return ground == [area]
