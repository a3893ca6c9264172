"""Finished tables in, the words under and beside them out: the source line, and what is missing.

`Prose` is what all sentences come as: it shows itself as Markdown in notebooks and pages; `str()`
gives the text. All templates stand in `reference/labels.csv`; nothing here reads a file, a clock or
a setting.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .areas import read_areas, same_map
from .dates import format_date
from .inputs import find_known_days
from .notation import label
from .schema import OBSERVATIONS, SOURCES, accept
from .wording import (
    Lang,
    facts_of,
    inside_sentence,
    join_words,
    language_of,
    name_measure,
    sort_names,
)

KEY_INDICATORS = (
    "clubs",
    "members",
    "women_members",
    "members_60plus",
    "communes_with_clubs",
    "income_fund_vnd",
    "clubs_with_fund",
    "borrowers",
)
"""What a report on one place should hold; `say_missing` names those that it lacks."""

_NAMED_SOURCES = 4

_STANDS_FOR = {
    "women_members": ("women_share",),
    "members_60plus": ("older_members", "members_55plus", "older_share"),
    "income_fund_vnd": ("income_fund_per_club_vnd",),
}


@dataclass(frozen=True)
class Prose:
    """Text that shows itself as Markdown; ``str()`` gives the same text.

    The sentences that open a page are also kept one by one: a page sets each on a card.
    """

    text: str
    sentences: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        if not self.sentences:
            return self.text
        cards = "\n".join(f"<li>{html.escape(text, quote=False)}</li>" for text in self.sentences)
        return f'<ol class="lead">\n{cards}\n</ol>'


def lead(*sentences: str) -> Prose:
    """Put the sentences together that open a page; empty ones are left out.

    Examples
    --------
    >>> lead("Cả nước có 9.000 CLB.", "", "Số liệu ngày 31/05/2025.").sentences
    ('Cả nước có 9.000 CLB.', 'Số liệu ngày 31/05/2025.')
    """
    said = tuple(sentence for sentence in sentences if sentence)
    return Prose(" ".join(said), said)


def say_missing(
    observations: Any, *, indicators: Iterable[str] = KEY_INDICATORS, lang: Lang = "vi"
) -> Prose:
    """Say which key indicators of a place have no dated figure, and how many figures are undated.

    Parameters
    ----------
    observations : data frame
        The observations of one place.
    indicators : iterable of str
        What should be known; the printed share or mean of the same thing counts.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Two sentences; one where there are no figures.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> print(say_missing(empty_table(OBSERVATIONS)))
    Chưa thu thập được số liệu nào.
    """
    table = accept(observations, OBSERVATIONS)
    if table.empty:
        return Prose(label("sentence.missing.empty", lang=lang))
    dated = set(table.loc[table["as_of"].notna() & (table["scope"] == "all"), "indicator"])
    lacking = [name for name in indicators if not dated & {name, *_STANDS_FOR.get(name, ())}]
    names = join_words(
        (inside_sentence(name_measure(name, lang=lang)) for name in lacking), lang=lang
    )
    key = "measures" if lacking else "no_measures"
    return Prose(
        label(f"sentence.missing.{key}", lang=lang).format(names=names)
        + " "
        + _say_undated(table, lang)
    )


def say_unreported(
    observations: Any, *, boundaries: str, indicator: str = "clubs", lang: Lang = "vi"
) -> Prose:
    """Say which provinces of a map have no dated figure of an indicator.

    Parameters
    ----------
    observations : data frame
        Observations of provinces; those of other maps and of single projects are passed over.
    boundaries : {"2022", "2025-01", "2025-07"}
        The map.
    indicator : str
        A name in `INDICATORS`.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        One sentence that counts and names them.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> str(say_unreported(empty_table(OBSERVATIONS), boundaries="2025-07"))[:70]
    'Chưa có số liệu ghi rõ ngày về số CLB của 34/34 tỉnh: An Giang, Bắc Ni'
    """
    table = accept(observations, OBSERVATIONS)
    provinces = read_areas(boundaries=boundaries, level="province")
    wanted = same_map("province", boundaries)
    mine = table.loc[
        (table["level"] == "province")
        & (table["indicator"] == indicator)
        & (table["scope"] == "all")
        & table["as_of"].notna()
    ]
    maps = mine["boundaries"].map(lambda vintage: same_map("province", vintage))
    known = set(mine.loc[maps == wanted, "area"])
    missing = provinces.loc[~provinces["area"].isin(known), "area_name"]
    key = "areas" if len(missing) else "no_areas"
    return Prose(
        label(f"sentence.missing.{key}", lang=lang).format(
            measure=inside_sentence(name_measure(indicator, lang=lang)),
            n=len(missing),
            total=len(provinces),
            names=", ".join(sort_names(missing)),
        )
    )


def cite(table: Any, sources: Any, *, observations: Any = None, lang: Lang = "vi") -> Prose:
    """Write the line under a figure or table: its sources with their addresses, and its dates.

    Parameters
    ----------
    table : data frame
        Observations, or metrics or progress rows, which lead to theirs through `fact_ids`.
    sources : data frame
        The sources table.
    observations : data frame, optional
        All observations; needed for a table that has only `fact_ids`.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Up to four sources are named with their links; more are counted, because the table beneath
        names them row by row. Nothing is said of no figures: what was to be shown says so itself.

    Raises
    ------
    ValueError
        If `observations` are needed and not given.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> str(cite(empty_table(OBSERVATIONS), empty_table(SOURCES)))
    ''
    """
    columns = set(getattr(table, "columns", ()))
    if "fact_id" in columns:
        facts = accept(table, OBSERVATIONS)
    elif observations is None:
        raise ValueError("`observations` must be given for a table that has only `fact_ids`.")
    else:
        facts = facts_of(table, accept(observations, OBSERVATIONS))
    if facts.empty:
        return Prose("")
    keys = list(dict.fromkeys(facts["source"]))
    date = _say_dates(find_known_days(facts), lang)
    if len(keys) > _NAMED_SOURCES:
        return _small(label("sentence.cite.many", lang=lang).format(n=len(keys), date=date))
    known = accept(sources, SOURCES).drop_duplicates("source").set_index("source")
    days = facts["published"].dropna().unique()
    published = (
        label("sentence.cite.published", lang=lang).format(
            date=format_date(pd.Timestamp(days[0]), lang=lang)
        )
        if len(keys) == len(days) == 1
        else ""
    )
    linked = "; ".join(_link(key, known, lang) for key in keys)
    return _small(
        label("sentence.cite.one", lang=lang).format(sources=linked, date=date, published=published)
    )


def _say_undated(table: pd.DataFrame, lang: Lang) -> str:
    undated = int(table["as_of"].isna().sum())
    key = "undated" if undated else "no_undated"
    return label(f"sentence.missing.{key}", lang=lang).format(n=undated, total=len(table))


def _say_dates(days: pd.Series, lang: Lang) -> str:
    known = days.dropna()
    if known.empty:
        return label("sentence.cite.undated", lang=lang)
    first, last = (format_date(day, lang=lang) for day in (known.min(), known.max()))
    key = "date" if first == last else "dates"
    ending = label("sentence.cite.partly_undated", lang=lang) if days.isna().any() else ""
    return (
        label(f"sentence.cite.{key}", lang=lang).format(date=first, first=first, last=last) + ending
    )


def _small(text: str) -> Prose:
    """Set a line as the source line of a figure; HTML is part of Markdown."""
    return Prose(f'<p class="source">{text}</p>')


def _link(key: str, known: pd.DataFrame, lang: Lang) -> str:
    if key not in known.index:
        return html.escape(key)
    source = known.loc[key]
    title = _mark(str(source["title"] if pd.notna(source["title"]) else key), lang)
    by = source["publisher"]
    publisher = f" ({_mark(str(by), lang)})" if pd.notna(by) else ""
    address = str(source["url"])
    if not address.startswith(("http://", "https://")):
        return title + publisher
    return f'<a href="{html.escape(address)}">{title}</a>{publisher}'


def _mark(text: str, lang: Lang) -> str:
    """Escape a text of a source and say its language where that is not the page's."""
    language = language_of(text, lang=lang)
    escaped = html.escape(text)
    return f'<span lang="{language}">{escaped}</span>' if language else escaped
