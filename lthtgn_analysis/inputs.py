"""The figures that metrics are made of: observations in, figures of each indicator out.

For one level and scope, each area and date has one figure of an indicator: the first in rank among
rivals. A figure of a plan counts from the day it is known, not from its deadline.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .formulas import BOUNDS, ENDS
from .indicators import INDICATORS, bare_name
from .rollup import pick_figures
from .schema import OBSERVATIONS, accept

KEY = ["area", "map"]
FIGURE = [*KEY, "boundaries", "area_name", "start", "as_of", "known", *BOUNDS, "fact_ids",
          "disputed", "n_reported", "n_expected"]  # fmt: skip
MAX_LAG_DAYS = 183
SAME_START_DAYS = 31
_BARS = ("target_clubs", "target_new_clubs")

_NO_FIGURES = pd.DataFrame(columns=FIGURE)

Figures = Mapping[tuple[str, str], pd.DataFrame]


def prepare(observations: Any, *, level: str, scope: str, day: pd.Timestamp) -> Figures:
    """Return the picked figures of each (indicator, way of measuring), sorted by date.

    Parameters
    ----------
    observations : data frame
        The observations table; also with the columns `n_reported` and `n_expected` of `roll_up`.
    level, scope : str
        The figures wanted.
    day : Timestamp
        The day up to which figures count.

    Returns
    -------
    dict of DataFrame
        For each pair of an indicator and "count" or "share" its figures, with `KEY` as the place.

    Examples
    --------
    >>> prepare(pd.DataFrame(columns=OBSERVATIONS.column_names), level="club", scope="all",
    ...         day=pd.Timestamp("2024-12-31"))
    {}
    """
    table = accept(observations, OBSERVATIONS)
    known = find_known_days(table)
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
    groups = figures[FIGURE].groupby([figures["indicator"], figures["measured"]], sort=False)
    return {(str(key[0]), str(key[1])): group for key, group in groups}


def find_known_days(observations: pd.DataFrame) -> pd.Series:
    """Return the day from which each figure counts: its own date, of a plan the day it was told.

    A plan is dated by its deadline. It is known from its publication on; where its source also
    reports results of a day before, that day is the report's and the plan's as well. Without
    either it is known from its start.

    Parameters
    ----------
    observations : DataFrame
        The observations table.

    Returns
    -------
    Series of datetime
        On the index of `observations`; missing for figures without a date.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator": ["provinces_with_plan", "budget_vnd"], "source": "a",
    ...     "as_of": ["2022-03-30", "2025-12-31"], "published": "2022-03-31", "start": None})
    >>> days = {name: pd.to_datetime(rows[name]) for name in ("as_of", "published", "start")}
    >>> find_known_days(rows.assign(**days)).dt.strftime("%d/%m/%Y").to_list()
    ['30/03/2022', '30/03/2022']
    """
    planned = [name for name, indicator in INDICATORS.items() if indicator.planned]
    ahead = observations["indicator"].isin(planned)
    told = observations["published"].fillna(observations["start"])
    results = observations.loc[~ahead & (observations["as_of"] <= told)]
    last = results.groupby("source")["as_of"].max()
    reported = last.reindex(observations["source"]).set_axis(observations.index)
    told = reported.where(reported < told, told)
    known = observations["as_of"].where(~ahead, told.where(told < observations["as_of"]))
    return known.fillna(observations["as_of"])


def rows_of(figures: Figures, name: str, *, share: bool = False) -> pd.DataFrame:
    """Return the figures of one indicator, counted or as shares of their whole; oldest first.

    Examples
    --------
    >>> rows_of({}, "clubs").empty
    True
    """
    rows = figures.get((name, "share" if share else "count"))
    return _NO_FIGURES if rows is None else rows


def read_as(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the figures of a period ("@"), or those that stand on a day ("="), if the term asks.

    Examples
    --------
    >>> flows = pd.DataFrame({"start": pd.to_datetime(["2021-01-15", None])})
    >>> [len(read_as(name, flows)) for name in ("borrowers", "@borrowers", "=borrowers")]
    [2, 1, 1]
    """
    if rows.empty or name[0] not in "@=":
        return rows
    return rows[rows["start"].notna() == (name[0] == "@")]


def started_near(rows: pd.DataFrame, since: pd.Timestamp) -> pd.DataFrame:
    """Keep the flows that begin within `SAME_START_DAYS` of a day.

    Examples
    --------
    >>> flows = pd.DataFrame({"start": pd.to_datetime(["2021-01-15", "2023-01-01"])})
    >>> len(started_near(flows, pd.Timestamp("2021-01-01")))
    1
    """
    if rows.empty:
        return rows
    return rows[(rows["start"] - since).abs().dt.days <= SAME_START_DAYS]


def sum_side(figures: Figures, names: tuple[str, ...], since: pd.Timestamp | None) -> pd.DataFrame:
    """Return the figures of one indicator, or what several make where all stand on one day.

    Parameters
    ----------
    figures : dict of DataFrame
        As `prepare` gives them.
    names : tuple of str
        Indicators; one that begins with "-" is taken off, one with "*" multiplies; one with "@"
        counts only where it is of a period, one with "=" only where it stands on a day.
    since : Timestamp, optional
        The first day of wanted flows.

    Returns
    -------
    DataFrame
        In the columns `FIGURE`.

    Examples
    --------
    >>> sum_side({}, ("clubs",), None).empty
    True
    """
    parts = [read_as(name, rows_of(figures, bare_name(name))) for name in names]
    flows = [INDICATORS[bare_name(name)].nature == "flow" for name in names]
    if since is not None and all(flows) and any(len(started_near(p, since)) for p in parts):
        parts = [started_near(part, since) for part in parts]
    if (unknown := next((part for part in parts if part.empty), None)) is not None:
        return unknown
    total = parts[0]
    for name, part in zip(names[1:], parts[1:], strict=True):
        both = total.merge(part, on=[*KEY, "as_of"], suffixes=("", "_more"))
        total = both.assign(
            **_combine(name, both),
            fact_ids=both["fact_ids"] + ";" + both["fact_ids_more"],
            disputed=both["disputed"] | both["disputed_more"],
        )[FIGURE]
    return total


def pair(over: pd.DataFrame, under: pd.DataFrame, *, same_start: bool) -> pd.DataFrame:
    """Pair, for each area, the newest two figures; of one day if such a day is recent enough.

    Figures of one day are taken unless the numerator has a figure that is more than `MAX_LAG_DAYS`
    younger: a younger denominator alone (there are still 63 provinces) does not date the ratio.

    Parameters
    ----------
    over, under : DataFrame
        Figures in the columns `FIGURE`.
    same_start : bool
        Whether two flows must begin on the same day (within a month).

    Returns
    -------
    DataFrame
        One row per area with the columns of both, ending in ``_over`` and ``_under``, and `as_of`
        (the younger day on which they were known) and `lag_days`.

    Examples
    --------
    >>> pair(pd.DataFrame(), pd.DataFrame(), same_start=True).empty
    True
    """
    if over.empty or under.empty:
        return pd.DataFrame()
    same_day = over.merge(under, on=[*KEY, "as_of"], suffixes=("_over", "_under"))
    same_day = same_day[_same_period(same_day) | (not same_start)].drop_duplicates(KEY, keep="last")
    same_day = same_day.assign(
        as_of_over=same_day["as_of"],
        as_of_under=same_day["as_of"],
        as_of=same_day[["known_over", "known_under"]].max(axis=1),
    )
    newest = over.drop_duplicates(KEY, keep="last").merge(
        under.drop_duplicates(KEY, keep="last"), on=KEY, suffixes=("_over", "_under")
    )
    newest = newest[_same_period(newest)] if same_start else newest[:0]
    newest = newest.assign(as_of=newest[["known_over", "known_under"]].max(axis=1))
    lag = (newest["known_over"] - newest["known_under"]).abs().dt.days
    newest = newest.assign(lag_days=lag.astype(float))
    same_day = same_day.assign(lag_days=0.0)
    if newest.empty or same_day.empty:
        return same_day if newest.empty else newest
    age = newest.set_index(KEY)["known_over"].reindex(pd.MultiIndex.from_frame(same_day[KEY]))
    stale = (age.to_numpy() - same_day["as_of"]).dt.days > MAX_LAG_DAYS
    same_day = same_day[~stale]
    taken = pd.MultiIndex.from_frame(newest[KEY]).isin(pd.MultiIndex.from_frame(same_day[KEY]))
    return pd.concat([same_day, newest[~taken]], ignore_index=True)


def join_flags(index: pd.Index, **conditions: pd.Series) -> pd.Series:
    """Join, for each row, the names of the conditions that hold.

    Examples
    --------
    >>> join_flags(pd.RangeIndex(2), small=pd.Series([True, False])).tolist()
    ['small', '']
    """
    flags = pd.Series("", index=index, dtype="str")
    for name, holds in conditions.items():
        flags = flags + holds.astype(bool).map({True: f"{name};", False: ""}).astype("str")
    return flags.str.rstrip(";")


def add_start(flags: pd.Series, start: pd.Series) -> pd.Series:
    """Add to flags the day since which a figure counts.

    Examples
    --------
    >>> add_start(pd.Series(["A"]), pd.to_datetime(pd.Series(["2021-01-01"]))).item()
    'A;since:2021-01-01'
    """
    since = ("since:" + start.dt.strftime("%Y-%m-%d")).fillna("")
    both = flags.ne("") & since.ne("")
    return flags + both.map({True: ";", False: ""}).astype("str") + since


def join_ids(first: pd.Series, second: pd.Series) -> pd.Series:
    """Join two Series of fact ids; the same ids are named once.

    Examples
    --------
    >>> join_ids(pd.Series(["F1", "F2"]), pd.Series(["F1", "F3"])).tolist()
    ['F1', 'F2;F3']
    """
    same = first == second
    return first.where(same, first + ";" + second)


def _same_period(pairs: pd.DataFrame) -> pd.Series:
    """Say which pairs may be divided: two flows only if they cover the same period."""
    both = pairs["start_over"].notna() & pairs["start_under"].notna()
    ends = [
        pairs[name] if name in pairs else pairs["as_of"] for name in ("as_of_over", "as_of_under")
    ]
    apart = (pairs["start_over"] - pairs["start_under"]).abs().dt.days
    ends_apart = (ends[0] - ends[1]).abs().dt.days
    return ~both | ((apart <= SAME_START_DAYS) & (ends_apart <= SAME_START_DAYS))


def _combine(name: str, both: pd.DataFrame) -> dict[str, pd.Series]:
    if name.startswith("*"):
        return {bound: both[bound] * both[f"{bound}_more"] for bound in BOUNDS}
    if name.startswith("-"):
        return {mine: both[mine] - both[f"{other}_more"] for mine, other in ENDS}
    return {bound: both[bound] + both[f"{bound}_more"] for bound in BOUNDS}
