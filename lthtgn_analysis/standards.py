"""Read the criteria by which clubs are judged, and hold clubs against them.

A TOML file comes in, a `Standard` goes out; with it, measures of clubs become criteria met (1), not
met (0) or not known. Every standard carries a label that says what it is not: no official rating
scale of clubs has been published, so no grade of this package is official.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from .errors import InvalidTableError
from .schema import BOUNDARIES

LABEL_VI = "không phải thang điểm chính thức"
LABEL_EN = "not an official scale"
GRADES = ("very_strong", "strong", "middling", "weak")
NEEDED_CRITERIA = ("size", "older_members", "women", "startup")

_CRITERION_KEYS = {"name", "measure", "low", "high", "label_vi", "label_en", "source"}
_RULE_KEYS = {"area", "boundaries", "from", "least_vnd", "source"}
_SCHEME_KEYS = {"name", "from", "source"}
_GRADE_KEYS = {"name", "least", "label_vi", "label_en"}


@dataclass(frozen=True)
class Criterion:
    """A band in which a measure of a club should lie; both ends belong to it.

    Attributes
    ----------
    name, measure : str
        The criterion, and the column of the clubs' table that it judges.
    low, high : float
        The ends of the band, infinite where there is none.
    label_vi, label_en, source : str
        What people read.
    """

    name: str
    measure: str
    low: float
    high: float
    label_vi: str
    label_en: str
    source: str


@dataclass(frozen=True)
class StartupRule:
    """The least start-up capital of a club founded in an area from a day on.

    Attributes
    ----------
    area : str
        The code of a province, district or commune.
    boundaries : tuple of str
        The maps on which the code is meant.
    since : Timestamp
        The rule is for clubs founded on this day or later.
    least_vnd : float
        Whole đồng.
    source : str
        Where it is printed.
    """

    area: str
    boundaries: tuple[str, ...]
    since: pd.Timestamp
    least_vnd: float
    source: str


@dataclass(frozen=True)
class Scheme:
    """A scheme of the State, by the day its period begins.

    Attributes
    ----------
    name : str
        As the targets table has it.
    since : Timestamp
        Clubs founded before this day are those it is to keep running.
    source : str
        Where it is printed.
    """

    name: str
    since: pd.Timestamp
    source: str


@dataclass(frozen=True)
class Grade:
    """A grade and the least index it needs.

    Attributes
    ----------
    name : str
        One of `GRADES`.
    least : float
        From 0 to 1.
    label_vi, label_en : str
        What people read, always beside the standard's label.
    """

    name: str
    least: float
    label_vi: str
    label_en: str


@dataclass(frozen=True)
class Standard:
    """What clubs are held against.

    Attributes
    ----------
    label_vi, label_en : str
        Say that the standard is not official.
    most_missing : float
        The share of criteria that may be unknown in a club that gets an index.
    criteria, startup_rules, schemes, grades : tuple
        The parts.
    """

    label_vi: str
    label_en: str
    most_missing: float
    criteria: tuple[Criterion, ...]
    startup_rules: tuple[StartupRule, ...]
    schemes: tuple[Scheme, ...]
    grades: tuple[Grade, ...]


def read_standard(path: str | Path | None = None) -> Standard:
    """Read a standard of clubs.

    Parameters
    ----------
    path : str or Path, optional
        A TOML file built as `reference/club_standard.toml`, which is read if none is given.

    Returns
    -------
    Standard
        Its criteria, rules and grades.

    Raises
    ------
    InvalidTableError
        If the file is no TOML, or lacks or misspells a part; all faults at once. A file must carry
        the labels "không phải thang điểm chính thức" and "not an official scale".

    Examples
    --------
    >>> standard = read_standard()
    >>> standard.label_en, standard.criteria[0].low, standard.grades[0].label_vi
    ('not an official scale', 50.0, 'rất mạnh')
    """
    if path is None:
        name = "club_standard.toml"
        text = files(__package__).joinpath("reference", name).read_text(encoding="utf-8")
    else:
        name, text = Path(path).name, Path(path).read_text(encoding="utf-8")
    try:
        parts = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidTableError(
            f"{name} must be a TOML file.\n  found: {error}\n"
            "  hint:  copy reference/club_standard.toml and change the copy."
        ) from None
    if faults := _find_faults(parts):
        raise InvalidTableError(
            "\n".join(
                [
                    f"{name} must hold a standard of clubs; {len(faults)} faults found.",
                    *(f"  {fault}" for fault in faults),
                    "  hint: copy reference/club_standard.toml and change the copy.",
                ]
            )
        )
    return _build(parts)


def judge(clubs: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Hold clubs against a standard.

    Parameters
    ----------
    clubs : DataFrame
        One row per club with the measures that the criteria name; a measure that is not there is
        not known of any club.
    standard : Standard
        What `read_standard` returned.

    Returns
    -------
    DataFrame
        On the index of `clubs`: one column `meets_<criterion>` (1, 0 or missing), then
        `meets_composition` (size, older members and women at once), `quality_index` (met over known
        criteria; missing where too many are unknown) and `grade`.

    Examples
    --------
    >>> clubs = pd.DataFrame({"members": [50.0, 71.0, None]})
    >>> judge(clubs, read_standard())["meets_size"].tolist()
    [1.0, 0.0, nan]
    """
    nothing = pd.Series(float("nan"), index=clubs.index)
    met = pd.DataFrame(
        {
            f"meets_{c.name}": _within(clubs.get(c.measure, nothing), c.low, c.high)
            for c in standard.criteria
        }
    )
    cells = met.to_numpy()
    known = (~np.isnan(cells)).sum(axis=1)
    enough = (known > 0) & (known >= (1 - standard.most_missing) * len(standard.criteria))
    index = np.full(len(met), np.nan)
    np.divide(np.nansum(cells, axis=1), known, out=index, where=enough)
    grade = np.full(len(met), None, dtype=object)
    for step in sorted(standard.grades, key=lambda step: step.least):
        grade[index >= step.least] = step.name
    together = met[["meets_size", "meets_older_members", "meets_women"]].to_numpy()
    return met.assign(
        meets_composition=together.min(axis=1),
        quality_index=index,
        grade=pd.Series(grade, index=clubs.index, dtype="str"),
    )


def startup_rule_vnd(clubs: pd.DataFrame, standard: Standard) -> pd.Series:
    """Return the start-up capital that each club's place required when it was founded.

    Parameters
    ----------
    clubs : DataFrame
        `boundaries`, `founded` and the codes `commune`, `district` and `province` of each club.
    standard : Standard
        What `read_standard` returned.

    Returns
    -------
    Series of float
        Whole đồng; missing where no rule is known or the founding day is not.

    Examples
    --------
    >>> clubs = pd.DataFrame({"boundaries": ["2022"] * 2, "founded": pd.to_datetime(
    ...     ["2023-05-01", "2015-05-01"]), "commune": None, "district": None, "province": "58"})
    >>> startup_rule_vnd(clubs, read_standard()).tolist()
    [20000000.0, nan]
    """
    least = pd.Series(float("nan"), index=clubs.index)
    for rule in standard.startup_rules:
        commune, district, province = (
            clubs[name].eq(rule.area) for name in ("commune", "district", "province")
        )
        here = commune | district | province
        fits = here & clubs["boundaries"].isin(rule.boundaries) & (clubs["founded"] >= rule.since)
        least = least.mask(fits, rule.least_vnd)
    return least


def begin_of_scheme(standard: Standard, *, as_of: pd.Timestamp) -> pd.Timestamp | NaTType:
    """Return the day on which the scheme that runs on a day began; missing before the first.

    Examples
    --------
    >>> f"{begin_of_scheme(read_standard(), as_of=pd.Timestamp('2024-12-31')):%d/%m/%Y}"
    '01/01/2021'
    """
    begun = [scheme.since for scheme in standard.schemes if scheme.since <= as_of]
    return max(begun, default=pd.NaT)


def _within(values: pd.Series, low: float, high: float) -> pd.Series:
    # 36 of 60 members are 60%: the quotient of two floats may fall just short of the bound.
    close = 1e-9
    cells = values.to_numpy("float64")
    inside = (cells >= low - close) & (cells <= high + close)
    return pd.Series(np.where(np.isnan(cells), np.nan, inside), index=values.index)


def _find_faults(parts: dict[str, Any]) -> list[str]:
    faults = []
    for key, label in (("label_vi", LABEL_VI), ("label_en", LABEL_EN)):
        if label not in str(parts.get(key, "")):
            faults.append(f"`{key}` must say {label!r}, found {parts.get(key)!r}")
    if not _is_share(parts.get("most_missing")):
        faults.append(f"`most_missing` must be from 0 to 1, found {parts.get('most_missing')!r}")
    for part, keys, optional in (
        ("criteria", _CRITERION_KEYS, {"low", "high"}),
        ("startup_rules", _RULE_KEYS, set[str]()),
        ("schemes", _SCHEME_KEYS, set[str]()),
        ("grades", _GRADE_KEYS, set[str]()),
    ):
        for place, entry in enumerate(parts.get(part, []), start=1):
            if missing := sorted(keys - optional - set(entry)):
                faults.append(f"{part} {place}: {', '.join(missing)} must be given")
            if unknown := sorted(set(entry) - keys):
                faults.append(f"{part} {place}: {', '.join(unknown)} is no known key")
    names = [entry.get("name") for entry in parts.get("criteria", [])]
    if missing := [name for name in NEEDED_CRITERIA if name not in names]:
        faults.append(
            f"criteria must include {', '.join(missing)}; found {', '.join(map(str, names))}"
        )
    faults += [
        f"criteria {c.get('name')!r} must have `low` or `high`"
        for c in parts.get("criteria", [])
        if "low" not in c and "high" not in c
    ]
    faults += [
        f"startup_rules: `boundaries` must be of {', '.join(BOUNDARIES)}, found {r['boundaries']}"
        for r in parts.get("startup_rules", [])
        if not set(r.get("boundaries", [])) <= set(BOUNDARIES)
    ]
    faults += [
        f"{part}: `from` must be a day such as 2021-01-08, found {r['from']!r}"
        for part in ("startup_rules", "schemes")
        for r in parts.get(part, [])
        if "from" in r and not isinstance(r["from"], dt.date)
    ]
    faults += [
        f"grades: {g.get('name')!r} must be one of {', '.join(GRADES)}, with `least` from 0 to 1"
        for g in parts.get("grades", [])
        if g.get("name") not in GRADES or not _is_share(g.get("least"))
    ]
    return faults


def _is_share(value: object) -> bool:
    return isinstance(value, (int, float)) and 0 <= value <= 1


def _build(parts: dict[str, Any]) -> Standard:
    infinity = float("inf")
    return Standard(
        label_vi=parts["label_vi"],
        label_en=parts["label_en"],
        most_missing=float(parts["most_missing"]),
        criteria=tuple(
            Criterion(**{**c, "low": float(c.get("low", -infinity)),
                         "high": float(c.get("high", infinity))})
            for c in parts["criteria"]
        ),
        startup_rules=tuple(
            StartupRule(
                area=rule["area"],
                boundaries=tuple(rule["boundaries"]),
                since=pd.Timestamp(rule["from"]),
                least_vnd=float(rule["least_vnd"]),
                source=rule["source"],
            )
            for rule in parts.get("startup_rules", [])
        ),
        schemes=tuple(
            Scheme(name=each["name"], since=pd.Timestamp(each["from"]), source=each["source"])
            for each in parts.get("schemes", [])
        ),
        grades=tuple(
            Grade(**{**grade, "least": float(grade["least"])}) for grade in parts.get("grades", [])
        ),
    )  # fmt: skip
