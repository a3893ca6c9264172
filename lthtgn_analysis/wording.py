"""One row of a finished table in, the words that print it out.

Plots, tables and sentences say the same thing about the same row because they take their words from
here: names of measures, figures with their doubt, periods, places in a source, scopes, flags. All
words stand in `reference/labels.csv`; nothing here decides what is true, only how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import pandas as pd

from .areas import read_areas
from .dates import format_date
from .indicators import INDICATORS, METRICS, bare_name
from .lettering import sort_key
from .notation import MISSING_TEXT, format_figure, format_interval, label
from .schema import UNITS

Lang = Literal["vi", "en"]
Row = Mapping[str, Any] | pd.Series

_SIGNS_OF = {
    "vi": re.compile("[ãìòõăđĩũơưạ-ỹ]", re.IGNORECASE),
    "fr": re.compile(r"(?i)\b(?:aux|des|du|et|les?|pour|une)\b"),
    "es": re.compile(r"(?i)\b(?:del|las|los|para)\b|ción\b"),
    " vi": re.compile("[àáâèéêíóôùúý]", re.IGNORECASE),
    "en": re.compile(
        r"(?i)\b(?:and|by|for|from|of|on|the|with|to)\b|'s\b|(?-i:\b[a-z]{3,}(?:ed|ing|ment|tion)\b)"
    ),
}
"""What only texts of a language have, looked for in this order; the vowels of the fourth stand in
French, in Spanish and in Vietnamese names."""
_PROJECT = re.compile(r"VIE[0-9-]+")
_DECISION = re.compile(r"1533|1336|1648|383")
_LOCATOR_WORDS = ("paragraph", "page", "row", "chars")
_OF_TWO_FIGURES = ("ratio", "complement", "difference")
_FACT_IDS = re.compile(
    r",?\s*(?:\((?:[^()]*\s)?[A-Z]\d{4}(?:, [A-Z]\d{4})*\)"
    r"|(?:(?:xem|gộp) )?\b[A-Z]\d{4}\b(?:, [A-Z]\d{4}\b)*)"
)
_MILLION = 1e6
_UNITS_WITHOUT_WORD = ("VND", "share", "ratio", "areas")
_RATIOS_IN_PERCENT = (
    "budget_execution_share",
    "plan_achievement",
    "portfolio_yield",
    "registered_share",
    "return_on_assets",
)
"""Ratios that may lie above 1 and are read in percent all the same: 150 % of a plan."""


def name_measure(name: str, *, lang: Lang) -> str:
    """Return what people call an indicator or a metric.

    Parameters
    ----------
    name : str
        A name in `INDICATORS` or `METRICS`.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    str
        Its label.

    Raises
    ------
    KeyError
        If there is no such name.

    Examples
    --------
    >>> name_measure("clubs", lang="vi"), name_measure("commune_coverage", lang="en")
    ('Số CLB', 'Communes with a club')
    """
    known = METRICS[name] if name in METRICS else INDICATORS[name]
    return str(getattr(known, f"label_{lang}"))


def measure_of(row: Row) -> str:
    """Return the name of what a row measures, whichever table it is of.

    Examples
    --------
    >>> measure_of({"metric": "clubs"}), measure_of({"indicator": "members"})
    ('clubs', 'members')
    """
    for column in ("metric", "indicator", "measure"):
        if column in row:
            return str(row[column])
    raise KeyError("a row must have one of the columns `metric`, `indicator` or `measure`.")


def name_place(row: Row, *, lang: Lang) -> str:
    """Return the name of the place of a target, which has a code and a map but no name.

    Examples
    --------
    >>> name_place({"area": "24", "boundaries": "2025-07"}, lang="vi")
    'Bắc Ninh'
    >>> name_place({"area": "24", "boundaries": "2022"}, lang="vi")
    'Bắc Giang'
    """
    if row["area"] == "VN":
        return begin_sentence(label("level.national", lang=lang))
    return _names_of_places(row["boundaries"]).get(row["area"], MISSING_TEXT)


def write_figure(row: Row, *, lang: Lang, with_unit: bool = False) -> str:
    """Write the figure of a row of *observations* or *metrics*, with its doubt.

    Parameters
    ----------
    row : mapping
        With `low`, `value`, `high` and `unit`; with `qualifier` it is an observation, whose hedge
        is written as its source printed it, else a computed interval.
    lang : {"vi", "en"}
        The language.
    with_unit : bool
        Whether a count is followed by what is counted.

    Returns
    -------
    str
        A missing figure is a dash, never zero.

    Examples
    --------
    >>> row = {"low": 48600.0, "value": 48600.0, "high": 48700.0, "unit": "people"}
    >>> write_figure(row | {"qualifier": "at_least"}, lang="vi")
    'trên 48.600'
    >>> write_figure(row, lang="vi")
    '48.600 trở lên'
    >>> write_figure(row | {"indicator": "plan_achievement", "unit": "ratio", "low": 1.5,
    ...                     "high": 1.6, "qualifier": "range"}, lang="vi")
    '150–160%'
    """
    bounds = {bound: row[bound] for bound in ("low", "high")}
    unit = _shown_unit(row)
    if "qualifier" in row and _is_bar(row):
        bar = format_figure(row["value"], unit=unit, lang=lang)
        text = label("figure.or_more", lang=lang).format(figure=bar)
    elif "qualifier" in row:
        text = format_figure(
            row["value"], unit=unit, qualifier=row["qualifier"], lang=lang, **bounds
        )
    else:
        whole = {"digits": 0} if unit == "VND" and abs(row["value"]) < _MILLION else {}
        text = format_interval(row["low"], row["value"], row["high"], unit=unit, lang=lang, **whole)
    if not with_unit or unit in _UNITS_WITHOUT_WORD:
        return text
    return add_noun(text, name_unit(unit, lang=lang))


def _is_bar(row: Row) -> bool:
    """Whether a figure is a target of "at least" so many: a result can be over it, a bar cannot."""
    named = "indicator" in row and str(row["indicator"]).startswith("target_")
    return named and row["qualifier"] == "at_least"


def write_still_wanted(
    low: float,
    high: float,
    unit: str,
    lang: Lang,
    *,
    digits: int | None = None,
    with_unit: bool = False,
) -> str:
    """Write what is still wanted: by both ends, or as a limit where it may be nothing.

    Shares are told in percentage points, since they are what one share lies above another.

    Examples
    --------
    >>> [write_still_wanted(low, 14.52, "clubs", "vi", digits=1, with_unit=True)
    ...  for low in (14.52, 10, 0, float("nan"))]
    ['14,5 CLB', '10,0–14,5 CLB', 'tối đa 14,5 CLB', 'tối đa 14,5 CLB']
    >>> [write_still_wanted(0.17, 0.17, "share", "en", with_unit=told) for told in (True, False)]
    ['17 percentage points', '17 pp']
    """
    points = unit == "share"
    factor = 100.0 if points else 1.0
    least = float("nan") if low == 0 and high > 0 else low * factor
    text = format_interval(
        least,
        least if low == high else float("nan"),
        high * factor,
        unit=None if points else unit,
        lang=lang,
        digits=digits,
    )
    if text == MISSING_TEXT or not (points or (with_unit and unit not in _UNITS_WITHOUT_WORD)):
        return text
    short = "" if with_unit else "_short"
    word = label(f"unit.points{short}", lang=lang) if points else name_unit(unit, lang=lang)
    return add_noun(text, word)


def write_bounds(low: float, high: float, unit: str, lang: Lang) -> str:
    """Write an interval by both its ends, so that a text shows what a verdict rests on.

    Examples
    --------
    >>> [write_bounds(36.667, high, "people", "vi") for high in (37.778, float("nan"))]
    ['36,67–37,78', '36,67 trở lên']
    """
    middle = low if pd.isna(high) or low == high else (low + high) / 2
    return format_interval(low, middle, high, unit=unit, lang=lang)


def add_noun(figure: str, noun: str) -> str:
    """Put what is counted behind the number, not behind the words that follow it.

    Examples
    --------
    >>> add_noun("trên 48.600", "người"), add_noun("54,98 trở lên", "thành viên")
    ('trên 48.600 người', '54,98 thành viên trở lên')
    """
    return re.sub(r"(\d)(?=\D*$)", rf"\1 {noun}", figure, count=1)


def name_unit(unit: str, *, lang: Lang) -> str:
    """Return the word that follows a number of a unit.

    Examples
    --------
    >>> name_unit("clubs", lang="vi"), name_unit("people", lang="en")
    ('CLB', 'people')
    """
    if unit not in UNITS:
        raise KeyError(f"`unit` must be one of {', '.join(UNITS)}, not {unit!r}.")
    return label(f"unit.{unit}", lang=lang)


def write_period(row: Row, *, lang: Lang) -> str:
    """Write the day of a stock or the days of a flow.

    Parameters
    ----------
    row : mapping
        With `as_of` and, for flows, `start`; each may be missing.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    str
        Words where no day is known.

    Examples
    --------
    >>> day = pd.Timestamp("2022-10-12")
    >>> write_period({"start": pd.NaT, "as_of": day}, lang="vi")
    '12/10/2022'
    >>> write_period({"start": pd.NaT, "as_of": pd.NaT}, lang="vi")
    'không rõ ngày'
    """
    start, end = row.get("start"), row["as_of"]
    if pd.isna(end):
        return label("missing.date", lang=lang)
    if pd.isna(start) or start == end:
        return format_date(end, lang=lang)
    return f"{format_date(start, lang=lang)} – {format_date(end, lang=lang)}"


def write_locator(locator: Any, *, lang: Lang) -> str:
    """Write where in its source a figure stands.

    Examples
    --------
    >>> write_locator("paragraph 7", lang="vi"), write_locator("Biểu 01!D11", lang="en")
    ('đoạn 7', 'Biểu 01!D11')
    """
    if pd.isna(locator):
        return ""
    words = {word: label(f"table.locator.{word}", lang=lang) for word in _LOCATOR_WORDS}
    pattern = rf"\b({'|'.join(words)})\b"
    return re.sub(pattern, lambda found: words[found[1]], str(locator))


def write_scope(scope: str, *, lang: Lang) -> str:
    """Write what part of the clubs a figure is of.

    Examples
    --------
    >>> write_scope("VIE071", lang="vi"), write_scope("1336", lang="vi")
    ('dự án VIE071', 'Đề án 1336')
    """
    if _PROJECT.fullmatch(scope):
        return label("table.scope.project", lang=lang).format(code=scope)
    if _DECISION.fullmatch(scope):
        return label("table.scope.scheme", lang=lang).format(code=scope)
    try:
        return label(f"table.scope.{scope}", lang=lang)
    except KeyError:
        return scope  # a word of the source's own, which no catalogue can know beforehand


def write_flags(row: Row, *, lang: Lang) -> str:
    """Write the flags of a row of *metrics* as words.

    Examples
    --------
    >>> write_flags({"flags": "disputed;since:2021-12-13", "lag_days": 0.0}, lang="vi")
    'có nguồn nêu số khác; kỳ bắt đầu 13/12/2021'
    """
    if pd.isna(row["flags"]) or not row["flags"]:
        return ""
    return "; ".join(_write_flag(flag, row, lang=lang) for flag in row["flags"].split(";"))


def unit_of(measure: str) -> str:
    """Return the unit of an indicator or a metric.

    Examples
    --------
    >>> unit_of("commune_coverage"), unit_of("income_fund_vnd")
    ('share', 'VND')
    """
    return METRICS[measure].unit if measure in METRICS else INDICATORS[measure].unit


def write_bar(row: Any, *, lang: Lang) -> str:
    """Write what a target demands: "ít nhất 3.000", or both ends of a band.

    Examples
    --------
    >>> nan = float("nan")
    >>> target = {"measure": "clubs", "low": 3000.0, "value": 3000.0, "high": 3000.0}
    >>> write_bar(target, lang="vi")
    '3.000'
    >>> size = {"measure": "members_per_club", "low": 50.0, "value": nan, "high": 70.0}
    >>> write_bar(size, lang="vi")
    '50–70'
    """
    unit = unit_of(row["measure"])
    if pd.isna(row["value"]):
        ends = {"low": row["low"], "high": row["high"]}
        return format_figure(row["low"], unit=unit, qualifier="range", lang=lang, **ends)
    return format_figure(row["value"], unit=unit, lang=lang)


def drop_fact_ids(note: str) -> str:
    """Leave the ids of figures out of a note: people read what they stand for, not them.

    Examples
    --------
    >>> drop_fact_ids("có thể chỉ là CLB dự án (xem F0516, F0517)")
    'có thể chỉ là CLB dự án'
    >>> drop_fact_ids("bình quân 30-50 triệu đồng, gộp F0380; ngày suy ra")
    'bình quân 30-50 triệu đồng; ngày suy ra'
    """
    return _FACT_IDS.sub("", note).strip(" ,;")


def write_parts(row: Row, *, lang: Lang) -> str:
    """Write numerator and denominator of a metric: a ratio never travels without them.

    Examples
    --------
    >>> row = {"metric": "commune_coverage", "numerator": 410.0, "denominator": 559.0}
    >>> write_parts(row, lang="vi")
    '410 / 559'
    """
    metric = METRICS[row["metric"]]
    known = not (pd.isna(row["numerator"]) or pd.isna(row["denominator"]))
    if metric.formula not in _OF_TWO_FIGURES or not known:
        return ""
    over, under = (
        format_figure(row[side], unit=unit_of(bare_name(names[0][0])), lang=lang)
        for side, names in (("numerator", metric.numerator), ("denominator", metric.denominator))
    )
    if metric.formula == "complement":
        return f"1 − {over} / {under}"
    return f"{over} {'−' if metric.formula == 'difference' else '/'} {under}"


def several(values: pd.Series) -> bool:
    """Say whether a column holds more than one value; missing ones do not count.

    Examples
    --------
    >>> several(pd.Series(["38", "38", None])), several(pd.Series(["38", "01"]))
    (False, True)
    """
    return len(values.dropna().unique()) > 1


def join_words(words: Iterable[str], *, lang: Lang) -> str:
    """Join words as a sentence lists them.

    Examples
    --------
    >>> join_words(["8", "75", "31"], lang="vi"), join_words(["8", "75"], lang="en")
    ('8, 75 và 31', '8 and 75')
    """
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    last = label("table.and", lang=lang)
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def inside_sentence(text: str) -> str:
    """Return a label as it stands inside a sentence: no capital, unless it is an abbreviation.

    Examples
    --------
    >>> inside_sentence("Số CLB"), inside_sentence("CLB mới"), inside_sentence("Thành viên")
    ('số CLB', 'CLB mới', 'thành viên')
    """
    first = text.split(" ", 1)[0]
    return text if len(first) > 1 and first.isupper() else text[:1].lower() + text[1:]


def begin_sentence(text: str) -> str:
    """Return a text with a capital at its start.

    Examples
    --------
    >>> begin_sentence("đạt 410/559 xã")
    'Đạt 410/559 xã'
    """
    return text[:1].upper() + text[1:]


def language_of(text: str, *, lang: Lang) -> str:
    """Return the language of a text on a page of another one, "" if it is the same or unknown.

    What sources wrote (titles, notes, names of decisions) stays in its language; a page says so in
    the markup, so that it is read out rightly.

    Examples
    --------
    >>> language_of("Hội Người cao tuổi", lang="en"), language_of("HelpAge", lang="en")
    ('vi', '')
    >>> language_of("A sustainable solution to population ageing", lang="vi")
    'en'
    """
    language = next((name for name, sign in _SIGNS_OF.items() if sign.search(text)), "").strip()
    return "" if language == lang else language


def sort_names(names: Iterable[str]) -> list[str]:
    """Return names in the order of the Vietnamese alphabet, each once.

    Examples
    --------
    >>> sort_names(["Đà Nẵng", "Điện Biên", "Cà Mau", "Đà Nẵng"])
    ['Cà Mau', 'Đà Nẵng', 'Điện Biên']
    """
    return sorted(set(names), key=sort_key)


def facts_of(table: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """Return the observations that the rows of a finished table rest on.

    Parameters
    ----------
    table : DataFrame
        Any table with `fact_id` or `fact_ids`.
    observations : DataFrame
        The observations table.

    Returns
    -------
    DataFrame
        Rows of `observations`, each once, in the order in which `table` names them.

    Examples
    --------
    >>> observations = pd.DataFrame({"fact_id": ["F1", "F2"], "source": ["a", "b"]})
    >>> facts_of(pd.DataFrame({"fact_ids": ["F2;F1"]}), observations)["source"].tolist()
    ['b', 'a']
    """
    column = "fact_ids" if "fact_ids" in table else "fact_id"
    wanted = list(dict.fromkeys(split_ids(table[column])))
    known = observations.drop_duplicates("fact_id").set_index("fact_id", drop=False)
    return known.loc[[fact for fact in wanted if fact in known.index]].reset_index(drop=True)


def split_ids(ids: Sequence[Any] | pd.Series) -> list[str]:
    """Return the fact ids of cells that may hold several, joined by ``;``.

    Examples
    --------
    >>> split_ids(["F1;F2", None, "F3"])
    ['F1', 'F2', 'F3']
    """
    return [fact for cell in ids if pd.notna(cell) and cell for fact in str(cell).split(";")]


def _shown_unit(row: Row) -> str:
    names = {row.get(column) for column in ("metric", "indicator", "measure")}
    return "share" if names & set(_RATIOS_IN_PERCENT) else str(row["unit"])


@cache
def _names_of_places(boundaries: str) -> Mapping[str, str]:
    units = read_areas(boundaries=boundaries)
    return dict(zip(units["area"], units["area_name"], strict=True))


def _write_flag(flag: str, row: Row, *, lang: Lang) -> str:
    if flag.startswith("since:"):
        day = format_date(pd.Timestamp(flag.removeprefix("since:")), lang=lang)
        return label("table.flag.since", lang=lang).format(date=day)
    days = row.get("lag_days", float("nan"))
    return label(f"table.flag.{flag}", lang=lang).format(
        days=MISSING_TEXT if pd.isna(days) else f"{days:.0f}"
    )
