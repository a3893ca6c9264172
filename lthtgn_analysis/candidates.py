"""One figure of a text, with its place, date, doubt and reason; and which of them are one fact.

Repeats give way to the first mention, rounded headlines to the exact figure. How sure a reading is
follows from what it had to lean on, and its reason names the words that decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

import pandas as pd

from .areas import boundaries_of
from .gazetteer import Unit, unit_by_code
from .windows import Meaning

PLANS = frozenset(("target_clubs", "target_new_clubs", "budget_vnd"))
"""Indicators that are dated by a deadline."""
FLOWS = frozenset(("new_clubs", "closed_clubs", "trainees", "training_courses", "lent_vnd"))
"""Indicators that are dated by the end of their period."""
NORMS = frozenset(("startup_capital_vnd", "members_per_club"))
"""Indicators that may be standing rules, which have no date."""

_ROUNDED = frozenset(("at_least", "nearly", "about"))
_place = attrgetter("start", "end")
_SURE = 0.95
_DOUBTS = {
    "rule": 0.2,
    "document": 0.05,
    "paragraph": 0.03,
    "rivals": 0.15,
    "date": 0.1,
    "marks": 0.05,
}
"""What each thing that a reading has to lean on takes from its confidence (own judgement)."""


class Candidate(NamedTuple):
    """One figure of a text.

    Attributes
    ----------
    indicator : str
        A code of `INDICATORS`.
    value, low, high : float
        In base units; of a range its ends, else low and high are the value.
    qualifier : str
        One of `schema.QUALIFIERS`.
    is_share : bool
        Whether it is printed as a percentage.
    unit : Unit
        The place it is about.
    begins, as_of, published : Timestamp or None
        Its period and its day, and the day the document appeared.
    scope : str
        "all", or the project's code.
    start, end : int
        Its characters in the text.
    confidence : float
        Between 0 and 1.
    reason : str
        The words that decided, in Vietnamese.
    """

    indicator: str
    value: float
    low: float
    high: float
    qualifier: str
    is_share: bool
    unit: Unit
    begins: pd.Timestamp | None
    as_of: pd.Timestamp | None
    published: pd.Timestamp | None
    scope: str
    start: int
    end: int
    confidence: float
    reason: str


def keep_distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep one row per fact: its first mention, dated by whichever mention is dated.

    Parameters
    ----------
    candidates : iterable of Candidate
        The figures of one text.

    Returns
    -------
    list of Candidate
        In the order of the text, without repeats and without rounded figures that stand more
        exactly elsewhere.
    """
    kept: dict[tuple[str, float, str, str], list[Candidate]] = {}
    for candidate in sorted(candidates, key=_place):
        unit = candidate.unit
        key = (candidate.indicator, candidate.value, unit.area, unit.level)
        same = kept.get(key)
        if same is None:
            kept[key] = [candidate]
            continue
        twin = next((n for n, c in enumerate(same) if _is_one_fact(c, candidate)), None)
        if twin is None:
            same.append(candidate)
        elif same[twin].as_of is None and candidate.as_of is not None:
            same[twin] = same[twin]._replace(as_of=candidate.as_of, begins=candidate.begins)
    flat = sorted((c for same in kept.values() for c in same), key=_place)
    series: dict[tuple[str, str, str], list[Candidate]] = {
        _series_of(candidate): [] for candidate in flat if candidate.qualifier in _ROUNDED
    }
    for candidate in flat if series else ():
        if (others := series.get(_series_of(candidate))) is not None:
            others.append(candidate)
    return [
        c for c in flat if c.qualifier not in _ROUNDED or not _is_rounded(c, series[_series_of(c)])
    ]


@lru_cache(maxsize=4096)
def put_on_map(unit: Unit, as_of: pd.Timestamp | None, published: pd.Timestamp | None) -> Unit:
    """Put a unit on the map of its figure's day; what is not on that map stays on its own.

    The deadline of a plan lies ahead: its map is that of the day on which the plan was printed.
    """
    days = [day for day in (as_of, published) if day is not None]
    if not days:
        return unit
    boundaries = _map_of(min(days))
    if unit.level == "national":
        return unit._replace(boundaries=boundaries)
    other = unit_by_code(unit.level, unit.area, boundaries)
    if boundaries == unit.boundaries or other is None or other.name != unit.name:
        return unit
    return other._replace(rivals=unit.rivals)


def rate(meaning: Meaning, unit: Unit, how: str, dated: str, *, marked: bool) -> float:
    """Say how sure a reading is, by what it had to lean on.

    Parameters
    ----------
    meaning : Meaning
        What the number reports.
    unit : Unit
        Its place.
    how, dated : str
        How place and date were found, in the words of `reason`.
    marked : bool
        Whether the text is written with Vietnamese marks.

    Returns
    -------
    float
        Between 0 and 1; an order, not a probability.
    """
    return _rate(meaning.sure, how, unit.rivals > 1, bool(dated), marked)


@lru_cache(maxsize=1024)
def _rate(ruled: bool, how: str, rivals: bool, dated: bool, marked: bool) -> float:
    doubts = (
        (not ruled, "rule"),
        (how == "tài liệu", "document"),
        (how == "đoạn", "paragraph"),
        (rivals, "rivals"),
        (not dated, "date"),
        (not marked, "marks"),
    )
    return round(_SURE - sum(_DOUBTS[doubt] for holds, doubt in doubts if holds), 2)


@lru_cache(maxsize=4096)
def explain(meaning: Meaning, how: str, dated: str) -> str:
    """Say in Vietnamese which words decided, and how place and date were found.

    Examples
    --------
    >>> explain(Meaning("clubs", ("hiện có",)), "trong câu", "")
    'từ quyết định: “hiện có”; nơi: trong câu; không ghi ngày'
    """
    words = ", ".join(f"“{word.strip()}”" for word in dict.fromkeys(meaning.reason) if word.strip())
    parts = [f"từ quyết định: {words}" if words else "", f"nơi: {how}"]
    parts.append(f"ngày: {dated}" if dated else "không ghi ngày")
    return "; ".join(part for part in parts if part)


@lru_cache(maxsize=4096)
def _map_of(day: pd.Timestamp) -> str:
    return boundaries_of(day)


def _series_of(candidate: Candidate) -> tuple[str, str, str]:
    return candidate.indicator, candidate.unit.area, candidate.unit.level


def _is_one_fact(first: Candidate, second: Candidate) -> bool:
    return first.as_of is None or second.as_of is None or first.as_of == second.as_of


def _is_rounded(candidate: Candidate, others: list[Candidate]) -> bool:
    """Tell whether another mention says the same more exactly."""
    if candidate.value <= 0:
        return False
    low = candidate.value * (0.999 if candidate.qualifier == "at_least" else 0.9)
    high = candidate.value * (1.001 if candidate.qualifier == "nearly" else 1.1)
    return any(
        other is not candidate
        and low <= other.value <= high
        and _digits(other.value) > _digits(candidate.value)
        and (candidate.as_of is None or other.as_of is None or candidate.as_of == other.as_of)
        for other in others
    )


def _digits(value: float) -> int:
    return len(f"{value:.10g}".replace(".", "").strip("0"))
