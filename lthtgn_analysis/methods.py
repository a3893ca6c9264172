"""How other published methods would judge the same progress: numbers in, a class out.

Each method is that of its publisher, with half-open classes and no repair: where a method has no
answer (growth from a baseline of zero, a target that equals its baseline) it says so. Our own rule
per kind of measure stands in `progress`; these are shown beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

MethodClass = Literal[
    "achieved", "on_track", "accelerate", "limited", "moving_away", "not_applicable"
]


@dataclass(frozen=True)
class Way:
    """A way from a baseline to a target, and where one stands on it.

    Attributes
    ----------
    base, value, target : float
        Baseline, newest figure, target.
    years, years_in_all : float
        From the baseline to the figure, and to the deadline.
    direction : int
        1 if higher is better, -1 if lower is.
    """

    base: float
    value: float
    target: float
    years: float
    years_in_all: float
    direction: int = 1

    @property
    def reached(self) -> bool:
        """Whether the newest figure is on the right side of the target."""
        return (self.value - self.target) * self.direction >= 0

    @property
    def observed_rate(self) -> float:
        """The yearly growth up to now; missing from or to nothing."""
        return _yearly(self.base, self.value, self.years)

    @property
    def required_rate(self) -> float:
        """The yearly growth that leads from the baseline to the target in time."""
        return _yearly(self.base, self.target, self.years_in_all)


def judge_un_2022(way: Way) -> MethodClass:
    """Judge as the UN SDG Progress Chart 2022: observed over required growth, as a ratio.

    From 0.95 on track, from 0.5 fair, from -0.1 limited or none, below that deterioration.

    References
    ----------
    UN Statistics Division, SDG Progress Chart 2022, technical note.

    Examples
    --------
    >>> judge_un_2022(Way(base=100, value=121, target=146.41, years=2, years_in_all=4))
    'on_track'
    """
    return _by_cuts(_rate_ratio(way), (0.95, 0.5, -0.1))


def judge_un_2023(way: Way) -> MethodClass:
    """Judge as the UN SDG Progress Chart from 2023: the share of the way that the trend will cover.

    If growth goes on, from 0.95 of the way at the deadline on track, from 0.1 some progress, below
    that none or away.

    References
    ----------
    UN Statistics Division, SDG Progress Chart 2023, technical note.

    Examples
    --------
    >>> judge_un_2023(Way(base=100, value=110, target=200, years=2, years_in_all=4))
    'accelerate'
    """
    if way.target == way.base:
        return "not_applicable"
    expected = way.value * (1 + way.observed_rate) ** (way.years_in_all - way.years)
    covered = (expected - way.base) / (way.target - way.base)
    if np.isnan(covered):
        return "not_applicable"
    if way.reached or covered >= 0.95:
        return "achieved" if way.reached else "on_track"
    return "accelerate" if covered >= 0.10 else "limited"


def judge_statcan(way: Way) -> MethodClass:
    """Judge as Statistics Canada and Open SDG: observed over required growth, three cuts.

    From 0.95 on track, from 0.6 acceleration needed, from 0 limited, below that deterioration; a
    target that is reached is achieved whatever the trend.

    References
    ----------
    Statistics Canada, Sustainable Development Goals Data Hub, progress measurement.

    Examples
    --------
    >>> judge_statcan(Way(base=100, value=90, target=200, years=2, years_in_all=4))
    'moving_away'
    """
    return "achieved" if way.reached else _by_cuts(_rate_ratio(way), (0.95, 0.6, 0.0))


def judge_escap(way: Way) -> MethodClass:
    """Judge as ESCAP's current status index: the share of the way against the share of the time.

    References
    ----------
    UN ESCAP, Asia and the Pacific SDG Progress Report, technical annex.

    Examples
    --------
    >>> judge_escap(Way(base=0, value=50, target=100, years=2, years_in_all=4))
    'on_track'
    """
    if way.target == way.base or way.years_in_all <= 0:
        return "not_applicable"
    status = way.direction * (way.value - way.base) / abs(way.target - way.base)
    if way.reached:
        return "achieved"
    if status < 0:
        return "moving_away"
    return "on_track" if status >= way.years / way.years_in_all else "accelerate"


def judge_unicef_who(way: Way) -> MethodClass:
    """Judge as UNICEF and WHO for malnutrition: the average annual rate against the required one.

    On track if the rate is at least the required one, else some progress, or none or worsening.

    References
    ----------
    WHO/UNICEF Technical Expert Advisory Group on Nutrition Monitoring, 2017.

    Examples
    --------
    >>> judge_unicef_who(
    ...     Way(base=20, value=18, target=10, years=2, years_in_all=10, direction=-1)
    ... )
    'accelerate'
    """
    observed, required = way.observed_rate * way.direction, way.required_rate * way.direction
    if np.isnan(observed) or np.isnan(required):
        return "not_applicable"
    if way.reached:
        return "achieved"
    if observed >= required:
        return "on_track"
    return "accelerate" if observed > 0 else "moving_away"


PUBLISHED: dict[str, Callable[[Way], MethodClass]] = {
    "un_2022": judge_un_2022,
    "un_2023": judge_un_2023,
    "statcan": judge_statcan,
    "escap": judge_escap,
    "unicef_who": judge_unicef_who,
}


def _yearly(start: float, end: float, years: float) -> float:
    if not (start > 0 and end > 0 and years > 0):
        return np.nan
    return float((end / start) ** (1 / years) - 1)


def _rate_ratio(way: Way) -> float:
    if way.required_rate == 0:
        return np.nan
    return way.observed_rate / abs(way.required_rate) * way.direction


def _by_cuts(ratio: float, cuts: tuple[float, float, float]) -> MethodClass:
    if np.isnan(ratio):
        return "not_applicable"
    classes: tuple[MethodClass, ...] = ("on_track", "accelerate", "limited")
    for cut, name in zip(cuts, classes, strict=True):
        # Growth rates are quotients of powers: a ratio that is 0.95 by hand may be 0.95 - 1e-16.
        if ratio >= cut or np.isclose(ratio, cut, rtol=0, atol=1e-12):
            return name
    return "moving_away"
