"""Pairs of figures at two dates: figures of an indicator in, the newest beside an earlier one out.

Stocks are paired by their day, flows with an earlier flow as long as themselves. A pair that would
cross a change of the map, or set part of a year against a year, stays in the table without its
earlier figure, and says so: no growth can be read from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

from .formulas import BOUNDS, count_months
from .indicators import INDICATORS, Metric
from .inputs import KEY, MAX_LAG_DAYS, SAME_START_DAYS, Figures, join_ids, rows_of

_OLD = [*(f"{bound}_old" for bound in BOUNDS)]


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
    day : Timestamp or None
        The day up to which figures count.
    """

    level: str
    since: pd.Timestamp | None
    figures_of: Callable[[str], Figures] = field(repr=False)
    day: pd.Timestamp | None = None
    _spans: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict, repr=False)

    def spans_of(self, name: str, *, level: str = "") -> pd.DataFrame:
        """Return the figures of an indicator at two dates, as `spans.span_figures` pairs them.

        Every way of growth reads the same pairs: they are made once.

        Parameters
        ----------
        name : str
            An indicator.
        level : str
            Another level than that of the context.

        Returns
        -------
        DataFrame
            Empty if no day to begin with is given.
        """
        key = (level or self.level, name)
        if self.since is None:
            return pd.DataFrame()
        if key not in self._spans:
            rows = rows_of(self.figures_of(key[0]), name)
            flow = INDICATORS[name].nature == "flow"
            self._spans[key] = span_figures(rows, self.since, flow=flow)
        return self._spans[key]


def span_figures(rows: pd.DataFrame, since: pd.Timestamp, *, flow: bool = False) -> pd.DataFrame:
    """Pair the newest figure of each place with its figure nearest to a day.

    Parameters
    ----------
    rows : DataFrame
        Figures of one indicator, as `inputs.rows_of` gives them; oldest first.
    since : Timestamp
        The day the comparison begins; the nearest figure within `inputs.MAX_LAG_DAYS` is taken.
    flow : bool
        Whether the figures count what happened in a period.

    Returns
    -------
    DataFrame
        The newest figure of each place, the earlier one in columns that end in ``_old``, `months`
        (of flows) and two marks, under which the earlier bounds are missing: `boundary_break` (only
        a figure on another map is near the day) and `periods_differ` (only a flow of another length
        is).

    Examples
    --------
    >>> from lthtgn_analysis.inputs import rows_of
    >>> span_figures(rows_of({}, "clubs"), pd.Timestamp("2023-12-31")).empty
    True
    """
    if rows.empty:
        return rows
    months = count_months(rows["start"], rows["as_of"]) if flow else float("nan")
    rows = rows.assign(months=months)
    rows = rows[rows["start"].notna()] if flow else rows
    apart = (rows["as_of"] - since).abs().dt.days
    near = rows.assign(apart=apart)[apart <= MAX_LAG_DAYS]
    newest = _newest(rows, flow=flow)
    spans = newest.merge(near, on=KEY, suffixes=("", "_old"))
    spans = spans[_comes_after(spans, flow=flow)]
    differ = (spans["months"] - spans["months_old"]).abs() > 1
    order = ["periods_differ", "apart"]
    spans = (
        spans.assign(boundary_break=False, periods_differ=differ)
        .sort_values(order, kind="stable")
        .drop_duplicates(KEY, keep="first")
    )
    spans = pd.concat([spans, _span_maps(newest, near, spans, flow=flow)], ignore_index=True)
    unread = spans["boundary_break"] | spans["periods_differ"]
    return spans.assign(
        **{bound: spans[bound].where(~unread) for bound in _OLD},
        fact_ids=join_ids(spans["fact_ids"], spans["fact_ids_old"]),
    )


def add_span_before(spans: pd.DataFrame, rows: pd.DataFrame, *, flow: bool = False) -> pd.DataFrame:
    """Add the figure as long before the start as the start is before the end.

    Where there is none, a stock's newest figure from half a year before the start on is taken, and
    `unequal_spans` says so: the two speeds are of spans of different length.

    Parameters
    ----------
    spans, rows : DataFrame
        What `span_figures` gives, and the figures it was given.
    flow : bool
        Whether the figures count what happened in a period.

    Returns
    -------
    DataFrame
        The spans that have such a figure, with its columns ending in ``_before`` and the mark
        `unequal_spans`.

    Examples
    --------
    >>> from lthtgn_analysis.inputs import rows_of
    >>> add_span_before(pd.DataFrame(), rows_of({}, "clubs")).empty
    True
    """
    if spans.empty:
        return spans
    wanted = spans["as_of_old"] - (spans["as_of"] - spans["as_of_old"])
    wide = spans.assign(wanted=wanted).merge(
        rows[[*KEY, "start", "as_of", *BOUNDS, "fact_ids"]], on=KEY, suffixes=("", "_before")
    )
    apart = (wide["as_of_before"] - wide["wanted"]).abs().dt.days
    unequal = apart > MAX_LAG_DAYS
    early = (wide["as_of_old"] - wide["as_of_before"]).dt.days >= MAX_LAG_DAYS
    near = wide.assign(far=apart, unequal_spans=unequal)[~unequal | (early & (not flow))]
    if flow:
        months = count_months(near["start_before"], near["as_of_before"])
        near = near[(months - near["months"]).abs() <= 1]
    near = near.sort_values(["unequal_spans", "far"], kind="stable").drop_duplicates(KEY)
    near = near.reset_index(drop=True)
    return near.assign(fact_ids=join_ids(near["fact_ids"], near["fact_ids_before"]))


def make_rows(
    metric: Metric,
    places: pd.DataFrame,
    result: dict[str, pd.Series],
    *,
    numerator: pd.Series,
    denominator: pd.Series,
    flags: pd.Series,
    lag: pd.Series | float = 0.0,
) -> pd.DataFrame:
    """Make rows of the metrics table, without `level`, out of what was computed.

    Parameters
    ----------
    metric : Metric
        What was computed.
    places : DataFrame
        One row per place, with the columns of `inputs.FIGURE` that name it and its facts.
    result : dict of Series
        low, value and high.
    numerator, denominator, flags, lag : Series
        The further columns.

    Returns
    -------
    DataFrame
        On the index of `places`.

    Examples
    --------
    >>> from lthtgn_analysis.indicators import METRICS
    >>> nothing = pd.Series(dtype="float64")
    >>> place = dict.fromkeys([*KEY, "area_name", "boundaries", "as_of", "fact_ids", "n_reported",
    ...                        "n_expected"], nothing)
    >>> make_rows(METRICS["clubs"], pd.DataFrame(place), {"value": nothing}, numerator=nothing,
    ...           denominator=nothing, flags=nothing).empty
    True
    """
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


def _newest(rows: pd.DataFrame, *, flow: bool) -> pd.DataFrame:
    """Return the newest figure of each place; of flows all that end on the newest day."""
    last = rows.drop_duplicates(KEY, keep="last")
    if not flow:
        return last
    return rows.merge(last[[*KEY, "as_of"]], on=[*KEY, "as_of"])


def _comes_after(spans: pd.DataFrame, *, flow: bool) -> pd.Series:
    """Say which pairs lie one after the other; two flows may not overlap."""
    if not flow:
        return spans["as_of"] > spans["as_of_old"]
    return spans["start"] + pd.Timedelta(days=SAME_START_DAYS) > spans["as_of_old"]


def _span_maps(
    newest: pd.DataFrame, near: pd.DataFrame, found: pd.DataFrame, *, flow: bool
) -> pd.DataFrame:
    """Pair places that have no earlier figure on their own map with one on an older map."""
    paired = pd.MultiIndex.from_frame(newest[KEY]).isin(pd.MultiIndex.from_frame(found[KEY]))
    alone = newest[~paired].drop_duplicates("area", keep="last")
    broken = alone.merge(near, on="area", suffixes=("", "_old"))
    broken = broken[broken["map_old"] != broken["map"]]
    newer = broken["boundaries_old"] < broken["boundaries"]
    broken = broken[newer & _comes_after(broken, flow=flow)]
    return (
        broken.sort_values("apart", kind="stable")
        .drop_duplicates("area")
        .assign(boundary_break=True, periods_differ=False)
    )
