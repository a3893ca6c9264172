"""Speed towards a target: numbers and days in, verdict, pace and class out; no tables.

Pace and class follow the kind of measure (metrics.md, c.3): counts linearly, shares with a ceiling
on the logit scale, money by its logarithm, risks by their average rate of reduction, bands and
rules that all must keep by where one stands. Nothing here reads a file, a clock or a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

Verdict = Literal["met", "not_met", "undetermined", "not_comparable"]

ON_TRACK = 0.95
ACCELERATE = 0.60
# A tenth of a period in days may come out as 0.1 - 1e-17.
TOO_EARLY = 0.10 - 1e-9
NEAR_BAND = 0.10
_LEAST_SHARE = 0.005
_HAIR = 1e-9
_DAYS_A_YEAR = 365.25


def required_per_year(
    reached: float, target: float, *, as_of: str | pd.Timestamp, due: str | pd.Timestamp
) -> float:
    """Return what must be added every year from now on to be on target in time.

    Parameters
    ----------
    reached, target : float
        In the same unit.
    as_of, due : str or Timestamp
        The day of `reached`, and the deadline.

    Returns
    -------
    float
        Units a year; 0 if the target is reached, missing if the deadline has passed.

    Examples
    --------
    >>> round(required_per_year(0, 6000, as_of="2025-12-31", due="2030-12-31"))
    1200
    """
    years = (pd.Timestamp(due) - pd.Timestamp(as_of)).days / _DAYS_A_YEAR
    if target <= reached:
        return 0.0
    return (target - reached) / years if years > 0 else np.nan


def project(
    reached: float,
    base: float,
    *,
    base_date: str | pd.Timestamp,
    as_of: str | pd.Timestamp,
    target: float,
) -> pd.Timestamp | NaTType:
    """Return the day on which `target` is reached if the mean speed since `base_date` goes on.

    Parameters
    ----------
    reached, base, target : float
        In the same unit.
    base_date, as_of : str or Timestamp
        The days of `base` and of `reached`.

    Returns
    -------
    Timestamp
        Missing (NaT) if the trend never reaches the target or lies beyond the year 2200.

    Examples
    --------
    >>> project(8432, 3500, base_date="2020-12-31", as_of="2024-12-31", target=15000).year
    2030
    """
    day = pd.Timestamp(as_of)
    if reached >= target:
        return day
    years = (day - pd.Timestamp(base_date)).days / _DAYS_A_YEAR
    speed = (reached - base) / years if years > 0 else 0.0
    if not speed > 0:
        return pd.NaT
    ahead = (target - reached) / speed * _DAYS_A_YEAR
    late = pd.Timestamp("2200-12-31")
    return day + pd.Timedelta(days=round(ahead)) if ahead < (late - day).days else pd.NaT


def project_range(
    reached: tuple[float, float],
    base: tuple[float, float],
    *,
    base_date: str | pd.Timestamp,
    as_of: str | pd.Timestamp,
    target: float,
) -> tuple[pd.Timestamp | NaTType, pd.Timestamp | NaTType]:
    """Return the first and the last day on which `target` may be reached at the mean speed so far.

    Parameters
    ----------
    reached, base : tuple of float
        Lowest and highest reading of what was reached, and of what there was at the start.
    base_date, as_of, target
        As for `project`.

    Returns
    -------
    tuple of Timestamp
        From the fastest and the slowest reading; the last day is missing (NaT) if on the slowest
        reading the target is never reached, and both are if it is not on the fastest.

    Examples
    --------
    >>> first, last = project_range((8432, 8432), (3450, 3550), base_date="2020-12-31",
    ...                             as_of="2024-12-31", target=15000)
    >>> [f"{day:%m/%Y}" for day in (first, last)]
    ['04/2030', '05/2030']
    """
    return (
        project(reached[1], base[0], base_date=base_date, as_of=as_of, target=target),
        project(reached[0], base[1], base_date=base_date, as_of=as_of, target=target),
    )


def required_range(row: Mapping[Any, Any]) -> tuple[float, float]:
    """Return how little and how much a row of progress still needs a year, by its bounds.

    Parameters
    ----------
    row : mapping
        A row of the progress table.

    Returns
    -------
    tuple of float
        From the highest and the lowest reading of what was reached; the first is missing where
        there is no highest one, both where `required_per_year` is.

    Examples
    --------
    >>> row = {"reached_low": 80, "reached": 90, "reached_high": 100, "value": 200,
    ...        "required_per_year": 110, "as_of": "2024-12-31", "due": "2025-12-31"}
    >>> [round(end) for end in required_range(row)]
    [100, 120]
    """
    if pd.isna(row["required_per_year"]):
        return np.nan, np.nan
    days = {"as_of": row["as_of"], "due": row["due"]}
    least = row["reached"] if pd.isna(row["reached_low"]) else row["reached_low"]
    most = required_per_year(least, row["value"], **days)
    if pd.isna(row["reached_high"]):
        return np.nan, most
    return required_per_year(row["reached_high"], row["value"], **days), most


def multiplier_range(row: Mapping[Any, Any]) -> tuple[float, float]:
    """Return between which bounds the multiplier of a row of progress lies.

    Parameters
    ----------
    row : mapping
        A row of the progress table.

    Returns
    -------
    tuple of float
        Both ends read the same figure on both sides: the more there is, the less is needed and the
        faster it went. The second is missing where on the slowest reading nothing was added.

    Examples
    --------
    >>> row = {"reached_low": 140, "reached": 150, "reached_high": 160, "value": 200,
    ...        "nature": "stock", "base_low": 100, "base_value": 100, "base_high": 110,
    ...        "base_date": "2020-12-31", "start": "2021-01-01", "multiplier": 1.0,
    ...        "required_per_year": 50, "as_of": "2023-12-31", "due": "2026-12-31"}
    >>> [round(end, 2) for end in multiplier_range(row)]
    [0.67, 2.0]
    """
    if pd.isna(row["multiplier"]):
        return np.nan, np.nan
    new = row["nature"] == "new"
    base = (0.0, 0.0) if new else (row["base_low"], row["base_high"])
    begin = row["start"] if new or pd.isna(row["base_date"]) else row["base_date"]
    years = (pd.Timestamp(row["as_of"]) - pd.Timestamp(begin)).days / _DAYS_A_YEAR
    needed = required_range(row)
    speeds = [
        (reached - start) / years
        for reached, start in zip((row["reached_high"], row["reached_low"]), base, strict=True)
    ]
    ends = [
        need / speed if speed > 0 else np.nan for need, speed in zip(needed, speeds, strict=True)
    ]
    return ends[0], ends[1]


def judge(
    low: float, high: float, *, bar_low: float, bar_high: float, direction: str = "up"
) -> Verdict:
    """Judge an interval against a bar, or against a band.

    Parameters
    ----------
    low, high : float
        Bounds of what was reached; a missing `high` means that there is no upper bound.
    bar_low, bar_high : float
        The bar and its doubt, or the ends of a band.
    direction : {"up", "down", "band"}
        Which way is better.

    Returns
    -------
    {"met", "not_met", "undetermined"}
        Met if every value of the interval satisfies the bar, not met if none does.

    Examples
    --------
    >>> judge(2971, 3671, bar_low=3000, bar_high=3000)
    'undetermined'
    >>> judge(55, 60, bar_low=50, bar_high=70, direction="band")
    'met'
    """
    top = np.inf if np.isnan(high) else high
    if direction == "band":
        if low >= bar_low and top <= bar_high:
            return "met"
        return "not_met" if top < bar_low or low > bar_high else "undetermined"
    if direction == "down":
        low, top, bar_low, bar_high = -top, -low, -bar_high, -bar_low
    if low >= bar_high:
        return "met"
    return "not_met" if top < bar_low else "undetermined"


def distance_to_band(value: float, low: float, high: float) -> float:
    """Return how much is missing to a band, below zero what is above it, and 0 inside.

    Examples
    --------
    >>> [distance_to_band(value, 50, 70) for value in (48, 50, 60, 70, 72)]
    [2.0, 0.0, 0.0, 0.0, -2.0]
    """
    if np.isnan(value):
        return np.nan
    return float(max(low - value, 0.0) - max(value - high, 0.0))


def share_of_way(value: float, base: float, bar: float) -> float:
    """Return which share of the way from `base` to `bar` is behind; missing if there is no way.

    Examples
    --------
    >>> share_of_way(6521, 3500, 6500), share_of_way(5, 3, 3)
    (1.007, nan)
    """
    return (value - base) / (bar - base) if bar != base else np.nan


def pace_by_kind(
    kind: str,
    value: float,
    base: float,
    bar: float,
    elapsed: float,
    *,
    linear: float,
    whole: float,
) -> tuple[str, float]:
    """Return the method of a measure's kind (metrics.md c.3) and the pace it gives.

    Parameters
    ----------
    kind : str
        The kind of the measure, as `Metric.kind` has it.
    value, base, bar : float
        What was reached, what there was at the start, and the target.
    elapsed : float
        The share of the period that has passed.
    linear : float
        Share of the way over `elapsed`; missing if it is too early for a pace.
    whole : float
        Of how many `value` is a share, if that is known.

    Returns
    -------
    tuple of str and float
        1 is exactly the pace that leads to the target in time.

    Examples
    --------
    >>> method, pace = pace_by_kind("share", 410 / 559, 0.5, 0.95, 0.4, linear=1.3, whole=559)
    >>> method, round(pace, 2)
    ('logit', 0.86)
    """
    # A share of n cannot be told from 0 or 1 by less than half of one in n.
    least = 0.5 / whole if whole > 1 else _LEAST_SHARE
    if kind == "share" and not np.isnan(linear) and 0 <= base < bar <= 1:
        ends = [_logit(np.clip(share, least, 1 - least)) for share in (base, value, bar)]
        way = (ends[1] - ends[0]) / (ends[2] - ends[0]) if ends[2] > ends[0] else np.nan
        return "logit", way / elapsed
    if kind == "money" and not np.isnan(linear) and base > 0 and value > 0 and bar > base:
        return "log", np.log(value / base) / np.log(bar / base) / elapsed
    if kind == "risk" and not np.isnan(linear) and base > max(bar, least):
        floor = [max(share, least) for share in (base, value, bar)]
        return "aarr", _reduction_rate(floor[0], floor[1], elapsed) / _reduction_rate(
            floor[0], floor[2], 1.0
        )
    by_name = {"band": "band", "standing": "violations"}
    return (by_name[kind], np.nan) if kind in by_name else ("linear", linear)


def classify(
    verdict: str,
    kind: str,
    pace: float,
    elapsed: float,
    *,
    standing: bool,
    reached: float,
    band: tuple[float, float],
) -> str:
    """Return the class of progress by its pace; of a band, by where in it one stands.

    Parameters
    ----------
    verdict, kind : str
        As `judge` and `Metric.kind` have them.
    pace, elapsed : float
        As in `pace_by_kind`.
    standing : bool
        Whether the rule holds at any time.
    reached : float
        What was reached.
    band : tuple of float
        The ends of the target.

    Returns
    -------
    str
        achieved, on_track, on_track_unconfirmed, accelerate, limited, moving_away, too_early,
        inside, near, outside or not_assessable.

    Examples
    --------
    >>> [classify("not_met", "stock", pace, 0.5, standing=False, reached=1, band=(2, 2))
    ...  for pace in (0.95, 0.94, 0.6, 0.59, 0, -0.01)]
    ['on_track', 'accelerate', 'accelerate', 'limited', 'limited', 'moving_away']
    """
    if kind == "band":
        place = _classify_band(reached, *band)
        # Inside by its middle, but not by its bounds.
        return "on_track_unconfirmed" if (place, verdict) == ("inside", "undetermined") else place
    if verdict == "met":
        return "achieved"
    if standing:
        return "outside" if verdict == "not_met" else "not_assessable"
    if np.isnan(elapsed) or (np.isnan(pace) and elapsed >= TOO_EARLY):
        return "not_assessable"
    if elapsed < TOO_EARLY:
        return "too_early"
    sure = "on_track_unconfirmed" if verdict == "undetermined" else "on_track"
    cuts = ((ON_TRACK, sure), (ACCELERATE, "accelerate"), (0.0, "limited"))
    # A pace of 0.95 by hand may be 0.95 - 1e-16 as a quotient of days.
    return next((name for cut, name in cuts if pace >= cut - _HAIR), "moving_away")


def _classify_band(reached: float, low: float, high: float) -> str:
    if np.isnan(reached):
        return "not_assessable"
    if low <= reached <= high:
        return "inside"
    distance = low - reached if reached < low else reached - high
    return "near" if distance <= NEAR_BAND * (high - low) + _HAIR else "outside"


def _reduction_rate(start: float, end: float, period: float) -> float:
    """Return the average rate of reduction per whole period of the target."""
    return float(1 - (end / start) ** (1 / period))


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))
