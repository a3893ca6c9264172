"""What a check found, as positions, comes in; rows of the problems table, in words, go out.

A check says which figures stand against each other, how many cases it could test and how many it
could not. The words are data: for a check `x`, `reference/labels.csv` holds `check.x` (the sentence
that is true of good data), `check.x.found`, `check.x.must` and `check.x.hint`, with the names of
the figures in braces: `{clubs}` is a figure with its label and hedge, `{clubs_value}` the figure
alone, `{clubs_day}` its date, `{clubs_source}` its source, `{clubs_place}` the name of its area.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from .dates import format_date
from .facts import NONE, Facts
from .indicators import INDICATORS
from .notation import format_figure, label
from .schema import PROBLEMS, QUALIFIERS, UNITS, arrange

Lang = Literal["vi", "en"]
Severity = Literal["error", "warning", "note"]

_NAMED = re.compile(r"{(\w+?)}")
_KINDS = ("value", "day", "source", "place")


@dataclass(frozen=True)
class Findings:
    """The cases in which a check's sentence is not true.

    Attributes
    ----------
    figures : DataFrame of int
        One row a case, one column of positions for each figure that stands in it (`facts.NONE`
        where there is none); the first column gives the case its area, indicator and date.
    severity : str or array of str
        "error", "warning" or "note"; of all cases or of each.
    tested, untestable : int
        How many cases could be judged, and how many lacked a figure to judge them by.
    fact_ids : array of str, optional
        The facts of each case, where the columns do not hold them all.
    rows : array of int, optional
        All figures that the cases name, where the columns do not hold them all.
    words : mapping of str to list
        Further words of each case: text and dates as they stand, levels of areas (``_level``) by
        their names, numbers by the kind that their name ends in (``_share``, ``_vnd``,
        ``_number``).
    """

    figures: pd.DataFrame
    severity: Any
    tested: int
    untestable: int = 0
    fact_ids: Any = None
    rows: Any = None
    words: Mapping[str, Any] = field(default_factory=dict)


def write_problems(facts: Facts, check: str, found: Findings, *, lang: Lang) -> pd.DataFrame:
    """Write a check's findings as rows of the problems table.

    Parameters
    ----------
    facts : Facts
        What the check read.
    check : str
        The check's name.
    found : Findings
        What it found.
    lang : {"vi", "en"}
        The language of `found`, `must` and `hint`.

    Returns
    -------
    DataFrame
        The problems table, in the order of the cases.
    """
    cases = found.figures
    at = cases.iloc[:, 0].to_numpy()
    ids = found.fact_ids if found.fact_ids is not None else _join_ids(facts, cases)
    texts = {
        part: _fill(facts, label(f"check.{check}.{part}", lang=lang), found, lang=lang)
        for part in ("found", "must", "hint")
    }
    main = facts.table[["area", "indicator", "as_of"]].reindex(at)
    return arrange(
        pd.DataFrame(
            {
                "check": check,
                "severity": found.severity,
                "fact_ids": ids,
                "area": main["area"].to_numpy(),
                "indicator": main["indicator"].to_numpy(),
                "as_of": main["as_of"].to_numpy(),
                **texts,
            }
        ),
        PROBLEMS,
    )


def print_figures(facts: Facts, at: Any, *, lang: Lang, with_label: bool = True) -> list[str]:
    """Write figures as people read them, "" where there is none.

    Parameters
    ----------
    facts : Facts
        The figures.
    at : array of int
        Their positions.
    lang : {"vi", "en"}
        The language.
    with_label : bool
        Whether the indicator's label stands before the figure.

    Returns
    -------
    list of str
        One text a position.
    """
    labels = {name: str(getattr(entry, f"label_{lang}")) for name, entry in INDICATORS.items()}
    at = np.asarray(at)
    if not len(at):
        return []
    rows = facts.table[["indicator", *_PRINTED]].iloc[np.where(at == NONE, 0, at)]
    texts = [
        _print_figure(*figure, lang=lang)
        for figure in zip(*(rows[name] for name in _PRINTED), strict=True)
    ]
    if with_label:
        names = rows["indicator"].map(labels).fillna(rows["indicator"])
        texts = [f"{name}: {text}" for name, text in zip(names, texts, strict=True)]
    return [text if spot != NONE else "" for spot, text in zip(at, texts, strict=True)]


def _print_figure(
    value: float, unit: str, qualifier: str, low: float, high: float, *, lang: Lang
) -> str:
    if not np.isfinite(value):
        return label("missing.figure", lang=lang) if np.isnan(value) else "∞"
    if qualifier not in QUALIFIERS or (qualifier == "range" and not np.isfinite(high - low)):
        qualifier = "exact"
    known = unit if unit in UNITS else None
    return format_figure(value, unit=known, qualifier=qualifier, low=low, high=high, lang=lang)


_PRINTED = ("value", "unit", "qualifier", "low", "high")


def _fill(facts: Facts, template: str, found: Findings, *, lang: Lang) -> list[str]:
    names = dict.fromkeys(_NAMED.findall(template))
    if not names:
        return [template] * len(found.figures)
    columns = [_write(facts, name, found, lang=lang) for name in names]
    return [
        template.format(**dict(zip(names, texts, strict=True)))
        for texts in zip(*columns, strict=True)
    ]


def _write(facts: Facts, name: str, found: Findings, *, lang: Lang) -> list[str]:
    if name in found.words:
        return [_write_word(name, word, lang=lang) for word in found.words[name]]
    if name in found.figures:
        return print_figures(facts, found.figures[name], lang=lang)
    figure, _, kind = name.rpartition("_")
    if kind not in _KINDS or figure not in found.figures:
        raise KeyError(f"no figure or word {name!r} in the findings; there are {_known(found)}")
    at = found.figures[figure].to_numpy()
    if kind == "value":
        return print_figures(facts, at, lang=lang, with_label=False)
    if kind == "day":
        days = facts.table["as_of"].iloc[np.where(at == NONE, 0, at)]
        undated = label("missing.date", lang=lang)
        return [
            "" if spot == NONE else undated if pd.isna(day) else format_date(day, lang=lang)
            for spot, day in zip(at, days, strict=True)
        ]
    column = {"source": "source", "place": "area_name"}[kind]
    texts = facts.column(column, np.where(at == NONE, 0, at))
    return ["" if spot == NONE or pd.isna(text) else str(text)
            for spot, text in zip(at, texts, strict=True)]  # fmt: skip


def _write_word(name: str, word: Any, *, lang: Lang) -> str:
    if isinstance(word, str):
        return label(f"level.{word}", lang=lang) if name.endswith("_level") else word
    if pd.isna(word):
        return label("missing.figure", lang=lang)
    if isinstance(word, pd.Timestamp):
        return format_date(word, lang=lang)
    if name.endswith("_share"):
        return format_figure(word, unit="share", digits=1, lang=lang)
    if name.endswith("_vnd"):
        return format_figure(float(f"{word:.3g}"), unit="VND", lang=lang)
    return format_figure(float(word), digits=0 if word >= 100 or word % 1 == 0 else 1, lang=lang)


def _known(found: Findings) -> list[str]:
    return [*found.figures.columns, *found.words]


def _join_ids(facts: Facts, cases: pd.DataFrame) -> list[str]:
    ids = facts.table["fact_id"].to_numpy(dtype=object)
    return [
        ";".join(dict.fromkeys(str(ids[at]) for at in row if at != NONE))
        for row in cases.itertuples(index=False)
    ]
