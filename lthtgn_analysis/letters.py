"""Problems and completeness come in; the auditor's letter goes out: words, tables, a heat map.

The letter tells the worst first, each with its figures, its sources, what it probably means and
whom to ask. It accuses nobody: a round number is a question, a contradiction has two sides.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .areas import same_map
from .checks import count_cases
from .citations import Prose, lead
from .completeness import ITEMS, grade_quality
from .dates import format_date
from .display import Cell, Column, DisplayTable
from .drawing import finish, ink_on, say_nothing, shade_of, take_axes
from .indicators import INDICATORS
from .lettering import sort_key
from .notation import MISSING_TEXT, format_figure, label
from .schema import LEVELS, OBSERVATIONS, PROBLEMS, SEVERITIES, SOURCES, accept
from .wording import (
    Lang,
    begin_sentence,
    inside_sentence,
    join_words,
    language_of,
    sort_names,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEW_MAP = "34"
_NAMED_PLACES = 3
_PAGE_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;color:#1b2530;background:#fff;margin:0}"
    "main{max-width:60rem;margin:auto;padding:1.5rem}h1{line-height:1.2}a{color:#0a5a6c}"
    "table{border-collapse:collapse;margin:2rem 0}th,td{border-bottom:1px solid #dfe5e9}"
)


def say_opening(problems: Any, observations: Any, *, lang: Lang = "vi") -> Prose:
    """Write the letter's first sentences: how much was found, where, and on what basis.

    Parameters
    ----------
    problems : data frame
        What `find_problems` found.
    observations : data frame
        The observations that it read.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences: the counts; the places with most errors; how many figures have a date and
        how many have a second source to be held against.

    Examples
    --------
    >>> print(say_opening(pd.DataFrame(columns=PROBLEMS.column_names),
    ...                   pd.DataFrame(columns=OBSERVATIONS.column_names)).sentences[0])
    Đã kiểm tra 0 số liệu từ 0 nguồn: 0 chỗ sai, 0 chỗ cần kiểm tra, 0 lưu ý.
    """
    found = accept(problems, PROBLEMS)
    facts = accept(observations, OBSERVATIONS)
    counts = found["severity"].value_counts()
    opening = label("audit.opening", lang=lang).format(
        figures=format_figure(len(facts), lang=lang),
        sources=format_figure(facts["source"].nunique(), lang=lang),
        **{name: format_figure(int(counts.get(name, 0)), lang=lang) for name in SEVERITIES},
    )
    errors = found.loc[found["severity"] == "error"]
    return lead(opening, _say_where(errors, facts, lang), _say_basis(facts, lang))


def say_findings(
    problems: Any, observations: Any, sources: Any = None, *, lang: Lang = "vi"
) -> Prose:
    """Write a paragraph on every problem: the worst and the widest first.

    Parameters
    ----------
    problems : data frame
        What `find_problems` found, or some rows of it.
    observations : data frame
        The observations that it read, for the names of places and the sources.
    sources : data frame, optional
        The sources table, for titles, addresses and publishers.
    lang : {"vi", "en"}
        The language of the words around the problems; the problems bring their own.

    Returns
    -------
    Prose
        What was found, what must hold, the likely reading, the sources, whom to ask; errors before
        warnings before notes, the country before provinces before what lies in them. A sentence
        that nothing was found if there is no problem.

    Examples
    --------
    >>> print(say_findings(pd.DataFrame(columns=PROBLEMS.column_names),
    ...                    pd.DataFrame(columns=OBSERVATIONS.column_names)))
    Không thấy chỗ nào.
    """
    facts = accept(observations, OBSERVATIONS).drop_duplicates("fact_id").set_index("fact_id")
    rows = _worst_first(accept(problems, PROBLEMS), facts)
    known = (
        pd.DataFrame(columns=SOURCES.column_names) if sources is None else accept(sources, SOURCES)
    ).set_index("source")
    if rows.empty:
        return Prose(label("audit.none", lang=lang))
    return Prose(
        "\n\n".join(
            _write_paragraph(number, row, facts, known, lang)
            for number, (_, row) in enumerate(rows.iterrows(), start=1)
        )
    )


def write_letter(
    problems: pd.DataFrame, observations: Any, sources: Any = None, *, lang: Lang = "vi"
) -> str:
    """Write the letter as one HTML page that needs nothing else.

    Parameters
    ----------
    problems : DataFrame
        What `find_problems` returned.
    observations : data frame
        The observations that it read.
    sources : data frame, optional
        The sources table.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    str
        Opening, findings, cards of data quality, counts of cases; no script, no outside address but
        the links to the sources.

    Raises
    ------
    ValueError
        If `problems` does not come from `find_problems`.

    Examples
    --------
    >>> from lthtgn_analysis.checks import find_problems
    >>> empty = pd.DataFrame(columns=OBSERVATIONS.column_names)
    >>> write_letter(find_problems(empty), empty).startswith("<!DOCTYPE html>")
    True
    """
    title = html.escape(label("audit.title", lang=lang))
    findings = str(say_findings(problems, observations, sources, lang=lang)).split("\n\n")
    parts = [
        f"<h1>{title}</h1>",
        f"<p>{say_opening(problems, observations, lang=lang)}</p>",
        *(_as_html(paragraph) for paragraph in findings),
        style_quality(grade_quality(observations, problems), lang=lang)._repr_html_(),
        style_cases(problems, lang=lang)._repr_html_(),
    ]
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_PAGE_STYLE}</style></head>\n"
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def style_cases(problems: pd.DataFrame, *, lang: Lang = "vi") -> DisplayTable:
    """Show how many cases each check could test, could not test, and found wanting.

    Parameters
    ----------
    problems : DataFrame
        What `find_problems` returned.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row a check, those with most findings first.

    Raises
    ------
    ValueError
        If the table does not come from `find_problems`.

    Examples
    --------
    >>> from lthtgn_analysis.checks import find_problems
    >>> empty = pd.DataFrame(columns=OBSERVATIONS.column_names)
    >>> len(style_cases(find_problems(empty))) > 40
    True
    """
    rows = count_cases(problems).sort_values("found", ascending=False, kind="stable")
    names = [label(f"check.{name}", lang=lang) for name in rows["check"]]
    columns = [Column(label("audit.check", lang=lang), tuple(map(Cell, names)), width="widest")]
    columns += [
        _number_column(key, rows[name], lang)
        for key, name in (("tested",) * 2, ("untestable",) * 2, ("found_count", "found"))
    ]
    return DisplayTable(label("audit.cases", lang=lang), tuple(columns))


def style_quality(card: pd.DataFrame, *, lang: Lang = "vi") -> DisplayTable:
    """Show the card of data quality of each place.

    Parameters
    ----------
    card : DataFrame
        What `completeness.grade_quality` gave.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row a place and map.

    Examples
    --------
    >>> from lthtgn_analysis.completeness import grade_quality
    >>> empty = pd.DataFrame(columns=OBSERVATIONS.column_names)
    >>> card = grade_quality(empty, pd.DataFrame(columns=PROBLEMS.column_names))
    >>> len(style_quality(card))
    0
    """
    places = [_name_on_map(row, lang) for _, row in card.iterrows()]
    newest = [_day(day, lang) for day in card["newest"]]
    found = [
        " · ".join(format_figure(row[f"{name}s"], lang=lang) for name in SEVERITIES)
        for _, row in card.iterrows()
    ]
    items = [f"{count:.0f}/{len(ITEMS)}" for count in card["n_items"]]
    columns = (
        Column(label("audit.place", lang=lang), tuple(map(Cell, places)), width="medium"),
        Column(label("audit.problems", lang=lang), tuple(map(Cell, found)), "number"),
        *(_number_column(key, card[key], lang) for key in ("n_figures", "n_sources")),
        Column(label("audit.n_items", lang=lang), tuple(map(Cell, items)), "number"),
        Column(label("audit.newest", lang=lang), tuple(map(Cell, newest)), "number"),
        *(_share_column(key, card[key], lang) for key in ("dated_share", "hedged_share")),
        _number_column("lag_days", card["lag_days"], lang),
    )
    return DisplayTable(
        label("audit.quality", lang=lang), columns, note=label("audit.quality_note", lang=lang)
    )


def plot_completeness(table: pd.DataFrame, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw who reported how much in which year.

    Parameters
    ----------
    table : DataFrame
        What `completeness.count_items` gave, of one map.
    ax : Axes, optional
        Where to draw; `new_axes(rows=...)` with the number of places has a fitting height.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        One line a place, one cell a year with the number of items; an empty cell is no report.

    Raises
    ------
    ValueError
        If the table holds more than one map: one code can be two provinces.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": ["38"], "map": ["63"], "area_name": ["Thanh Hóa"],
    ...     "year": [2022], "n_reported": [5.0], "n_expected": [8.0]})
    >>> [tick.get_text() for tick in plot_completeness(rows).get_yticklabels()]
    ['Thanh Hóa']
    """
    if len(maps := sorted(table["map"].unique())) > 1:
        raise ValueError(
            f"`table` must be of one map; it has {maps}. Choose one with `.query(\"map == '63'\")`."
        )
    axes = take_axes(ax)
    if table.empty:
        return say_nothing(axes, title=label("audit.plot_none", lang=lang))
    counts = table.pivot(index="area_name", columns="year", values="n_reported")
    counts = counts.reindex(columns=range(int(table["year"].min()), int(table["year"].max()) + 1))
    counts = counts.loc[sorted(counts.index, key=sort_key)]
    expected = float(table["n_expected"].iloc[0])
    for line, (_, reported) in enumerate(counts.iterrows()):
        for place, count in enumerate(reported):
            if np.isnan(count):
                continue
            shade = shade_of(count - 1, expected)
            axes.add_patch(_square(place, line, shade))
            axes.text(place, line, f"{count:.0f}", color=ink_on(shade), ha="center", va="center")
    axes.set(xlim=(-0.5, len(counts.columns) - 0.5), ylim=(len(counts) - 0.5, -0.5))
    axes.set_xticks(range(len(counts.columns)), labels=[str(year) for year in counts.columns])
    axes.set_yticks(range(len(counts)), labels=counts.index.to_list())
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelsize=9)
    axes.set(xlabel="", ylabel="")
    axes.grid(visible=False)
    title = label("audit.plot_title", lang=lang).format(
        places=len(counts), cells=int(counts.notna().sum().sum()), all=counts.size
    )
    figures = "; ".join(
        f"{name}: " + ", ".join(f"{year} {n:.0f}" for year, n in reported.dropna().items())
        for name, reported in counts.iterrows()
    )
    items = ", ".join(_name_item(item, lang) for item in ITEMS)
    alt = label("audit.plot_alt", lang=lang).format(title=title, items=items, figures=figures)
    return finish(axes, title=title, alt=alt, aside=110)


def _say_where(errors: pd.DataFrame, facts: pd.DataFrame, lang: Lang) -> str:
    """Name the places with most errors; an error belongs to the place of its first figure."""
    if errors.empty:
        return label("audit.where_none", lang=lang)
    firsts = errors["fact_ids"].fillna("").str.split(";").str[0]
    known = facts.drop_duplicates("fact_id").set_index("fact_id")
    maps = [same_map(*pair) for pair in zip(known["level"], known["boundaries"], strict=True)]
    names = pd.Series(
        [
            f"{name}{label('audit.new_map', lang=lang) if vintage == _NEW_MAP else ''}"
            for name, vintage in zip(known["area_name"], maps, strict=True)
        ],
        index=known.index,
    )
    counts = firsts.map(names).fillna(label("audit.no_place", lang=lang)).value_counts()
    most = int(counts.iloc[0])
    leaders = sort_names(counts.index[counts == most])
    few = "single" if len(leaders) == 1 else "most" if len(leaders) <= _NAMED_PLACES else "spread"
    key = "one" if len(errors) == 1 else "all" if most == len(errors) else few
    return label(f"audit.where_{key}", lang=lang).format(
        place=join_words(leaders, lang=lang),
        leaders=format_figure(len(leaders), lang=lang),
        most=format_figure(most, lang=lang),
        all=format_figure(len(errors), lang=lang),
    )


def _say_basis(facts: pd.DataFrame, lang: Lang) -> str:
    if facts.empty:
        return label("audit.basis_none", lang=lang)
    dated = facts.loc[facts["as_of"].notna()]
    same = ["level", "area", "boundaries", "indicator", "scope", "as_of"]
    sources = dated.groupby(same)["source"].transform("nunique")
    return label("audit.basis", lang=lang).format(
        figures=format_figure(len(facts), lang=lang),
        dated=format_figure(len(dated), lang=lang),
        compared=format_figure(int((sources > 1).sum()), lang=lang),
    )


def _worst_first(rows: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    firsts = rows["fact_ids"].str.split(";").str[0]
    order = {
        "severity": rows["severity"].map({name: k for k, name in enumerate(SEVERITIES)}),
        "level": firsts.map(facts["level"].map({name: k for k, name in enumerate(LEVELS)})),
        "area": rows["area"],
    }
    return rows.loc[pd.DataFrame(order).sort_values(list(order), kind="stable").index]


def _write_paragraph(
    number: int, row: pd.Series, facts: pd.DataFrame, known: pd.DataFrame, lang: Lang
) -> str:
    named = facts.reindex([fact for fact in str(row["fact_ids"]).split(";") if fact in facts.index])
    keys = list(named["source"].dropna().unique())
    publishers = [known["publisher"].get(key) for key in keys]
    whom = list(dict.fromkeys(str(name) for name in publishers if isinstance(name, str)))
    places = list(dict.fromkeys(named["area_name"].dropna()))
    where = ", ".join(filter(None, [places[0] if places else "", _day(row["as_of"], lang)]))
    severity = begin_sentence(label("severity." + row["severity"], lang=lang))
    check = label("check." + row["check"], lang=lang)
    hint = begin_sentence(html.escape(str(row["hint"])))
    told = {
        "found": _plain(row["found"], keys, known, lang),
        "must": html.escape(str(row["must"])),
        "hint": hint,
        "sources": "; ".join(_cite(key, known, lang) for key in keys),
    }
    if whom:
        told["whom"] = "; ".join(_mark(name, lang) for name in whom)
    lines = [label(f"audit.{key}", lang=lang).format(text=text) for key, text in told.items()]
    rule = label("audit.broken_rule", lang=lang).format(rule=check)
    return "  \n".join([f"**{number}. {severity} · {html.escape(where)}: {rule}**", *lines])


def _as_html(paragraph: str) -> str:
    """Turn a paragraph of `say_findings` into HTML; its texts are escaped already."""
    first, *others = paragraph.split("  \n")
    strong = re.sub(r"^\*\*(.*)\*\*$", r"<strong>\1</strong>", first)
    return "<p>" + "<br>\n".join([strong, *others]) + "</p>"


def _mark(text: str, lang: Lang) -> str:
    """Escape a text of a source and say its language where that is not the letter's."""
    language = language_of(text, lang=lang)
    escaped = html.escape(text)
    return f'<span lang="{language}">{escaped}</span>' if language else escaped


def _plain(text: str, keys: list[str], known: pd.DataFrame, lang: Lang) -> str:
    """Put publishers where a text holds keys of sources."""
    text = html.escape(text)
    for key in sorted(keys, key=len, reverse=True):
        publisher = known["publisher"].get(key)
        if isinstance(publisher, str):
            text = text.replace(key, _mark(publisher, lang))
    return text


def _cite(key: str, known: pd.DataFrame, lang: Lang) -> str:
    if key not in known.index:
        return html.escape(key)
    source = known.loc[key]
    title = _mark(str(source["title"] if pd.notna(source["title"]) else key), lang)
    address = str(source["url"])
    if address.startswith(("http://", "https://")):
        return f'<a href="{html.escape(address)}">{title}</a>'
    return title


def _number_column(key: str, numbers: pd.Series, lang: Lang) -> Column:
    cells = tuple(
        Cell(MISSING_TEXT if pd.isna(n) else format_figure(float(round(n)), lang=lang))
        for n in numbers
    )
    return Column(label(f"audit.{key}", lang=lang), cells, "number")


def _share_column(key: str, shares: pd.Series, lang: Lang) -> Column:
    cells = tuple(Cell(format_figure(s, unit="share", digits=0, lang=lang)) for s in shares)
    return Column(label(f"audit.{key}", lang=lang), cells, "number")


def _name_on_map(row: pd.Series, lang: Lang) -> str:
    after = label("audit.new_map", lang=lang) if row["map"] == _NEW_MAP else ""
    return f"{row['area_name']}{after}"


def _name_item(item: str, lang: Lang) -> str:
    return inside_sentence(str(getattr(INDICATORS[item], f"label_{lang}")))


def _day(day: Any, lang: Lang) -> str:
    return label("missing.date", lang=lang) if pd.isna(day) else format_date(day, lang=lang)


def _square(place: float, line: float, shade: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((place - 0.46, line - 0.44), 0.92, 0.88, color=shade, linewidth=0)
