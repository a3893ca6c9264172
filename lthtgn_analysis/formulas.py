"""Arithmetic of metrics: aligned Series in, one Series out; each can be read alone.

Shares are between 0 and 1, money is in whole đồng. What has no value is missing, never infinite,
never complex. Nothing here reads a file, a clock or a setting, or knows a table.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

BOUNDS = ("low", "value", "high")
ENDS = (("low", "high"), ("value", "value"), ("high", "low"))

Interval = Mapping[str, pd.Series]


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


def divide(numerator: Interval, denominator: Interval, *, shared: bool = False) -> Interval:
    """Divide two intervals.

    Parameters
    ----------
    numerator, denominator : mapping of Series
        With the keys low, value and high; a denominator that is not positive gives nothing.
    shared : bool
        Whether the numerator is a summand of the denominator: for a / (a + b) the bounds are
        a_low / (a_low + b_high) and a_high / (a_high + b_low).

    Returns
    -------
    dict of Series
        low, value, high.

    Examples
    --------
    >>> a = {"low": pd.Series([10.0]), "value": pd.Series([10.5]), "high": pd.Series([11.0])}
    >>> whole = {bound: 2 * part for bound, part in a.items()}
    >>> divide(a, whole, shared=True)["low"].round(3).item()
    0.476
    """
    n, d = numerator, denominator
    middle = ratio(n["value"], d["value"])
    if shared:
        rest_low, rest_high = d["low"] - n["low"], d["high"] - n["high"]
        low, high = ratio(n["low"], n["low"] + rest_high), ratio(n["high"], n["high"] + rest_low)
        return {"low": low, "value": middle, "high": high}
    # The least of what is below nothing is that over the smallest denominator.
    low_by = d["high"].where(~(n["low"] < 0), d["low"])
    high_by = d["low"].where(~(n["high"] < 0), d["high"])
    return {"low": ratio(n["low"], low_by), "value": middle, "high": ratio(n["high"], high_by)}


def subtract(first: Interval, second: Interval) -> Interval:
    """Subtract two independent intervals.

    Examples
    --------
    >>> x = {"low": pd.Series([3.0]), "value": pd.Series([4.0]), "high": pd.Series([5.0])}
    >>> {bound: part.item() for bound, part in subtract(x, x).items()}
    {'low': -2.0, 'value': 0.0, 'high': 2.0}
    """
    return {mine: first[mine] - second[other] for mine, other in ENDS}


def concentration(values: pd.Series) -> float:
    """Return the Herfindahl index: the sum of the squared shares of a total.

    Examples
    --------
    >>> concentration(pd.Series([25.0, 25.0, 25.0, 25.0]))
    0.25
    """
    total = values.sum()
    return float(((values / total) ** 2).sum()) if total > 0 else np.nan


def bound_concentration(low: pd.Series, high: pd.Series) -> tuple[float, float]:
    """Return between which values the Herfindahl index lies if each value is known by its bounds.

    It is least where all values are as near to each other as their bounds allow, and greatest where
    the larger ones are at their upper and the smaller ones at their lower bound.

    Examples
    --------
    >>> ends = bound_concentration(pd.Series([40.0, 60.0]), pd.Series([50.0, 60.0]))
    >>> [round(end, 4) for end in ends]
    [0.5041, 0.52]
    """
    lows, highs = low.to_numpy(float), high.to_numpy(float)
    even = float(np.mean(lows + highs) / 2)
    for _ in range(60):
        values = np.clip(even, lows, highs)
        even = float((values**2).sum() / values.sum()) if values.sum() > 0 else even
    order = np.argsort(-(lows + highs), kind="stable")
    larger = np.arange(len(order))[None, :] < np.arange(len(order) + 1)[:, None]
    corners = np.where(larger, highs[order], lows[order])
    most = max(concentration(pd.Series(corner)) for corner in corners)
    return concentration(pd.Series(np.clip(even, lows, highs))), most


def top_share(values: pd.Series, *, places: int = 3) -> float:
    """Return the share of a total that its largest places hold.

    Examples
    --------
    >>> top_share(pd.Series([50.0, 20.0, 10.0, 10.0, 10.0]))
    0.8
    """
    total = values.sum()
    return float(values.nlargest(places).sum() / total) if total > 0 else np.nan


def bound_top_share(low: pd.Series, high: pd.Series, *, places: int = 3) -> tuple[float, float]:
    """Return bounds of the largest places' share if each value is known by its bounds.

    Examples
    --------
    >>> low, high = pd.Series([50.0, 20, 10, 10, 10]), pd.Series([50.0, 20, 10, 20, 10])
    >>> [round(end, 3) for end in bound_top_share(low, high)]
    [0.727, 0.818]
    """
    surely = low.nlargest(places)
    rest = high.drop(surely.index).sum()
    at_most, left = high.nlargest(places).sum(), low.nsmallest(len(low) - places).sum()
    least = surely.sum() / (surely.sum() + rest) if surely.sum() + rest > 0 else np.nan
    return float(least), float(at_most / (at_most + left)) if at_most > 0 else np.nan


def gini(rates: pd.Series, weights: pd.Series) -> float:
    """Return the Gini index of a rate over places, weighted by the people who live there.

    0 if every place has the same rate; missing if all rates are 0.

    References
    ----------
    C. Gini, Variabilità e mutabilità, 1912; here twice the area between the diagonal and the
    Lorenz curve of people ordered by the rate of their place.

    Examples
    --------
    >>> round(gini(pd.Series([0.0, 1.0]), pd.Series([1.0, 1.0])), 3)
    0.5
    """
    order = np.argsort(rates.to_numpy(), kind="stable")
    people = weights.to_numpy()[order]
    things = rates.to_numpy()[order] * people
    if not things.sum() > 0:
        return np.nan
    x = np.concatenate([[0], np.cumsum(people) / people.sum()])
    y = np.concatenate([[0], np.cumsum(things) / things.sum()])
    return float(1 - np.sum(np.diff(x) * (y[1:] + y[:-1])))


def bound_gini(
    low: pd.Series, high: pd.Series, people_low: pd.Series, people_high: pd.Series
) -> tuple[float, float]:
    """Return bounds of the Gini index if things and people of each place are known by theirs.

    The index is the mean difference of every two places over twice the mean; each difference and
    each sum is taken at its own worst, so that the bounds hold, but may be wider than they must be.
    Missing where a place has an open end.

    Examples
    --------
    >>> people = pd.Series([1000.0, 1000.0])
    >>> ends = bound_gini(pd.Series([0.0, 9.0]), pd.Series([0.0, 10.0]), people, people)
    >>> [round(end, 2) for end in ends]
    [0.45, 0.56]
    """
    lows, highs, fewest, most = (
        ends.to_numpy(float) for ends in (low, high, people_low, people_high)
    )
    least = np.outer(lows, fewest) - np.outer(most, highs)
    greatest = np.outer(highs, most) - np.outer(fewest, lows)
    nearest = np.maximum(0, np.maximum(least, -greatest)).sum()
    farthest = np.maximum(np.abs(least), np.abs(greatest))
    np.fill_diagonal(farthest, 0)
    if not lows.sum() * fewest.sum() > 0:
        return np.nan, np.nan
    under = nearest / (2 * highs.sum() * most.sum())
    over = farthest.sum() / (2 * lows.sum() * fewest.sum())
    return float(under), float(np.minimum(over, 1.0))
