"""One finished table in, the same table for reading out: units, doubt, dates and sources in words.

A displayed table is plain HTML that any page can style: a caption, header cells with their scope,
figures aligned and unbroken, no ids and no addresses that a browser would fetch. The same frame
gives the same bytes. Nothing is filtered, sorted or computed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from .dates import format_date
from .display import (
    OF_SUMS,
    Cell,
    Column,
    DisplayTable,
    display,
    fact_source_column,
    source_cells,
    text_of,
    write_column,
    write_date,
)
from .notation import format_figure, format_interval, label
from .pace import required_range
from .schema import METRIC_ROWS, OBSERVATIONS, PROBLEMS, PROGRESS, SOURCES, accept
from .wording import (
    Lang,
    begin_sentence,
    drop_fact_ids,
    language_of,
    name_measure,
    name_place,
    several,
    split_ids,
    unit_of,
    write_bar,
    write_figure,
    write_flags,
    write_locator,
    write_parts,
    write_period,
    write_scope,
    write_still_wanted,
)

_VERDICT_MARKS = {"met": "●", "not_met": "✕", "undetermined": "◇", "not_comparable": "–"}


def style_observations(
    table: Any,
    *,
    sources: Any = None,
    caption: str = "",
    places: bool = False,
    lang: Lang = "vi",
) -> DisplayTable:
    """Show observations: each figure with its hedge, date, place in its source, and note.

    Parameters
    ----------
    table : data frame
        The observations table; shown as it is sorted.
    sources : data frame, optional
        The sources table: titles and links instead of keys.
    caption : str, optional
        What the table holds; a general caption if not given.
    places : bool
        Whether to name a province or the country below the table where all rows are of it, for a
        page that is of no place.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        A column that would say the same in every row (one place, the whole) is left out.

    Examples
    --------
    >>> row = {"fact_id": "F0014", "level": "province", "area": "38", "area_name": "Thanh Hóa",
    ...        "boundaries": "2022", "indicator": "members", "low": 48600.0, "value": 48600.0,
    ...        "high": 48700.0, "qualifier": "at_least", "unit": "people", "as_of": "2022-10-12",
    ...        "scope": "all", "source": "tap-chi", "status": "observed"}
    >>> style_observations(pd.DataFrame([row])).to_frame().iloc[0, :3].tolist()
    ['Thành viên', 'trên 48.600 người', '12/10/2022']
    """
    rows = accept(table, OBSERVATIONS)
    known = None if sources is None else accept(sources, SOURCES)
    alone = len(rows) == 1 and not rows["level"].isin(["national", "province"]).all()
    several_places = alone or any(several(rows[name]) for name in ("area", "level", "area_name"))
    told_by_caption = bool(caption) and several_places and not several(rows["indicator"])
    columns = [
        _area_column(rows, lang) if several_places else None,
        None
        if told_by_caption
        else write_column(
            "measure",
            rows,
            lambda row: name_measure(row["indicator"], lang=lang),
            lang,
            width="medium",
        ),
        write_column(
            "figure",
            rows,
            lambda row: write_figure(row, lang=lang, with_unit=True),
            lang,
            align="number",
        ),
        write_column("date", rows, lambda row: write_period(row, lang=lang), lang, align="number"),
        write_column("scope", rows, lambda row: write_scope(row["scope"], lang=lang), lang)
        if (rows["scope"] != "all").any()
        else None,
        _place_column(rows, known, lang),
        write_column("note", rows, lambda row: _note_of(row, lang), lang, width="wide")
        if rows["note"].notna().any() or (rows["status"] != "observed").any()
        else None,
    ]
    caption = caption or label("table.caption.observations", lang=lang)
    note = _note_of_place(rows, several_places, lang, upper=places)
    return display(columns, caption, rows, lang, note=note)


def style_metrics(
    table: Any,
    *,
    observations: Any = None,
    sources: Any = None,
    caption: str = "",
    lang: Lang = "vi",
) -> DisplayTable:
    """Show metrics: each with its doubt, numerator and denominator, date, flags and sources.

    Parameters
    ----------
    table : data frame
        The metrics table, as `compute` gives it.
    observations, sources : data frame, optional
        Where the sources of each row are looked up; without both no source is shown.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        The numerator and the denominator are left out where no row has them.

    Examples
    --------
    >>> row = {"metric": "commune_coverage", "level": "province", "area": "38",
    ...        "boundaries": "2022", "as_of": "2022-10-12", "low": 410 / 559,
    ...        "value": 410 / 559, "high": 410 / 559, "unit": "share", "numerator": 410.0,
    ...        "denominator": 559.0, "flags": ""}
    >>> style_metrics(pd.DataFrame([row])).to_frame().iloc[0].tolist()
    ['Tỉ lệ xã có CLB', '73,35%', '410 / 559', '12/10/2022']
    """
    rows = accept(table, METRIC_ROWS)
    several_places = several(rows["area"])
    told_by_caption = bool(caption) and several_places and not several(rows["metric"])
    parts = rows["denominator"].notna().any()
    sums = any(_write_reported(row) for _, row in rows.iterrows())
    columns = [
        _area_column(rows, lang) if several_places else None,
        None
        if told_by_caption
        else write_column(
            "metric",
            rows,
            lambda row: name_measure(row["metric"], lang=lang),
            lang,
            width="medium",
        ),
        write_column(
            "value",
            rows,
            lambda row: write_figure(row, lang=lang, with_unit=True),
            lang,
            align="number",
        ),
        write_column("parts", rows, lambda row: write_parts(row, lang=lang), lang, "number")
        if parts
        else None,
        write_column("date", rows, lambda row: write_period(row, lang=lang), lang, align="number"),
        write_column("reported", rows, _write_reported, lang, "number") if sums else None,
        write_column("remark", rows, lambda row: write_flags(row, lang=lang), lang, width="medium")
        if rows["flags"].fillna("").ne("").any()
        else None,
        fact_source_column(rows, observations, sources, lang),
    ]
    return display(columns, caption or label("table.caption.metrics", lang=lang), rows, lang)


def style_progress(
    table: Any,
    *,
    observations: Any = None,
    sources: Any = None,
    caption: str = "",
    lang: Lang = "vi",
) -> DisplayTable:
    """Show progress: what was promised and reached, what can be said of it, and why.

    Parameters
    ----------
    table : data frame
        The progress table, as `measure_progress` gives it.
    observations, sources : data frame, optional
        Where the sources of what was reached are looked up.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        "Đạt" (reached / target) and "vượt" (what lies above) are two columns. Targets that nobody
        has read in their decision are marked.

    Examples
    --------
    >>> style_progress(pd.DataFrame(columns=PROGRESS.column_names)).caption
    'Tiến độ thực hiện chỉ tiêu: không có'
    """
    rows = accept(table, PROGRESS)
    several_places = several(rows["area"])
    columns = [
        Column(label("table.target", lang=lang), tuple(_target_cells(rows, lang)), width="wide"),
        write_column("area", rows, lambda row: name_place(row, lang=lang), lang)
        if several_places
        else None,
        write_column("verdict", rows, lambda row: _write_verdict(row, lang), lang, width="medium"),
        write_column("bar", rows, lambda row: write_bar(row, lang=lang), lang, align="number"),
        write_column("reached", rows, lambda row: _write_reached(row, lang), lang, align="number"),
        _share_column("achievement", rows, lang) if rows["achievement"].notna().any() else None,
        _share_column("exceedance", rows, lang) if rows["exceedance"].notna().any() else None,
        write_column("due", rows, lambda row: write_date(row["due"], lang), lang, align="number"),
        write_column("reason", rows, lambda row: row["reason"], lang, width="widest"),
        write_column("gap", rows, lambda row: _write_gap(row, lang), lang, align="number")
        if (rows["gap"] > 0).any()
        else None,
        write_column("required", rows, lambda row: _write_required(row, lang), lang, align="number")
        if (rows["required_per_year"] > 0).any()
        else None,
        fact_source_column(rows, observations, sources, lang),
    ]
    return display(columns, caption or label("table.caption.progress", lang=lang), rows, lang)


def style_problems(
    table: Any,
    *,
    observations: Any = None,
    sources: Any = None,
    caption: str = "",
    lang: Lang = "vi",
) -> DisplayTable:
    """Show problems: what was found, what must hold, and what to do.

    Parameters
    ----------
    table : data frame
        The problems table, as `find_problems` gives it.
    observations : data frame, optional
        Where the names of the places are looked up; without it the column is left out.
    sources : data frame, optional
        The sources table: where a problem names sources, their titles stand for their keys.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per problem.

    Examples
    --------
    >>> style_problems(pd.DataFrame(columns=PROBLEMS.column_names)).caption
    'Số liệu cần xem lại: không có'
    """
    rows = accept(table, PROBLEMS)
    places = _places_of(rows, observations)
    titles = {} if sources is None else _titles_of(accept(sources, SOURCES))
    columns = [
        write_column(
            "severity",
            rows,
            lambda row: begin_sentence(label(f"severity.{row['severity']}", lang=lang)),
            lang,
        ),
        Column(label("table.area", lang=lang), tuple(map(Cell, places))) if places else None,
        write_column(
            "date", rows, lambda row: write_date(row["as_of"], lang), lang, align="number"
        ),
        write_column(
            "check",
            rows,
            lambda row: label(f"check.{row['check']}", lang=lang),
            lang,
            width="wide",
        ),
        write_column(
            "found", rows, lambda row: _name_sources(row["found"], titles), lang, width="wide"
        ),
        write_column("must", rows, lambda row: row["must"], lang, width="wide"),
        write_column("hint", rows, lambda row: row["hint"], lang, width="wide"),
    ]
    return display(columns, caption or label("table.caption.problems", lang=lang), rows, lang)


def count_problems(table: Any, *, caption: str = "", lang: Lang = "vi") -> DisplayTable:
    """Show how many problems each check has found.

    Parameters
    ----------
    table : data frame
        The problems table.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per severity and check that has found something.

    Examples
    --------
    >>> len(count_problems(pd.DataFrame(columns=PROBLEMS.column_names)))
    0
    """
    problems = accept(table, PROBLEMS)
    rows = problems.groupby(["severity", "check"], sort=False).size().rename("count").reset_index()
    columns = [
        write_column(
            "check",
            rows,
            lambda row: label(f"check.{row['check']}", lang=lang),
            lang,
            width="wide",
        ),
        write_column(
            "severity", rows, lambda row: label(f"severity.{row['severity']}", lang=lang), lang
        ),
        write_column(
            "count", rows, lambda row: format_figure(row["count"], lang=lang), lang, "number"
        ),
    ]
    title = caption or label("table.caption.problem_counts", lang=lang)
    return display(columns, title, rows, lang)


def style_sources(table: Any, *, caption: str = "", lang: Lang = "vi") -> DisplayTable:
    """Show sources: title with its link, publisher and dates.

    Parameters
    ----------
    table : data frame
        The sources table.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per source, in the order of `table`.

    Examples
    --------
    >>> source = {"source": "a", "title": "Báo cáo", "publisher": "Hội NCT", "url": "https://a.vn"}
    >>> style_sources(pd.DataFrame([source])).columns[0].cells[0].href
    'https://a.vn'
    """
    rows = accept(table, SOURCES)
    columns = [
        Column(label("table.source", lang=lang), tuple(source_cells(rows["source"], rows, lang))),
        write_column("publisher", rows, lambda row: text_of(row["publisher"]), lang),
        write_column(
            "published", rows, lambda row: write_date(row["published"], lang), lang, "number"
        ),
        write_column(
            "retrieved", rows, lambda row: write_date(row["retrieved"], lang), lang, "number"
        )
        if rows["retrieved"].notna().any()
        else None,
    ]
    return display(columns, caption or label("table.caption.sources", lang=lang), rows, lang)


def _share_column(key: str, rows: pd.DataFrame, lang: Lang) -> Column:
    """Write how much is reached, or what lies above it, with the doubt of what was reached."""
    less = 1.0 if key == "exceedance" else 0.0

    def write(row: pd.Series) -> str:
        if pd.isna(row[key]):
            return format_figure(row[key], unit="share", lang=lang, digits=1)
        exact = pd.isna(row["reached_low"])
        low = row[key] if exact else max(row["reached_low"] / row["value"] - less, 0.0)
        high = row[key] if exact else row["reached_high"] / row["value"] - less
        return format_interval(low, row[key], high, unit="share", lang=lang, digits=1)

    return write_column(key, rows, write, lang, align="number")


def _area_column(rows: pd.DataFrame, lang: Lang) -> Column:
    return write_column("area", rows, lambda row: row["area_name"], lang)


def _place_column(rows: pd.DataFrame, sources: pd.DataFrame | None, lang: Lang) -> Column:
    """Name the source of each figure with its link, the place in it, and when it was published."""
    cells = [
        replace(cell, after=_after_source(row, lang))
        for cell, (_, row) in zip(
            source_cells(rows["source"], sources, lang), rows.iterrows(), strict=True
        )
    ]
    return Column(label("table.source", lang=lang), tuple(cells), width="widest", cited=True)


def _note_of_place(
    rows: pd.DataFrame, several_places: bool, lang: Lang, *, upper: bool = False
) -> str:
    """Name the one place that all rows are of, below a province or any: no column says it."""
    unsaid = () if upper else ("national", "province")
    told = rows.loc[~rows["level"].isin(unsaid), "area_name"].dropna()
    if several_places or told.empty:
        return ""
    return label("table.one_place", lang=lang).format(place=told.iloc[0])


def _after_source(row: pd.Series, lang: Lang) -> str:
    said = [] if row["source"] == OF_SUMS else [write_locator(row["locator"], lang=lang)]
    if pd.notna(row["published"]):
        day = format_date(row["published"], lang=lang)
        said.append(label("table.published_on", lang=lang).format(date=day))
    return "".join(f", {words}" for words in said if words)


def _note_of(row: pd.Series, lang: Lang) -> str:
    said = [] if row["status"] == "observed" else [label(f"status.{row['status']}", lang=lang)]
    said += [] if pd.isna(row["note"]) else [drop_fact_ids(row["note"])]
    return "; ".join(said)


def _write_reported(row: pd.Series) -> str:
    if pd.isna(row["n_expected"]) or row["n_expected"] <= 1:
        return ""
    return f"{row['n_reported']:.0f}/{row['n_expected']:.0f}"


def _name_target(row: pd.Series, lang: Lang) -> str:
    """Name what a target demands: measure, nature, scope, and whether its decision was read."""
    named = [
        name_measure(row["measure"], lang=lang),
        label(f"table.nature.{row['nature']}", lang=lang),
    ]
    named += [] if row["scope"] == "all" else [write_scope(row["scope"], lang=lang)]
    if row["status"] == "verified":
        return ", ".join(named)
    return f"{', '.join(named)} ({label('target_status.unverified', lang=lang)})"


def _target_cells(rows: pd.DataFrame, lang: Lang) -> list[Cell]:
    """Name each target with the decision that sets it, and where that can be read."""
    cells = []
    for _, row in rows.iterrows():
        text = text_of(row["decision"]) or write_scope(row["scheme"], lang=lang)
        address = text_of(row["url"])
        href = address if address.startswith(("http://", "https://")) else ""
        decision = Cell(text, href, language=language_of(text, lang=lang))
        cells.append(Cell("", parts=(Cell(_name_target(row, lang)), decision)))
    return cells


def _write_reached(row: pd.Series, lang: Lang) -> str:
    bounds = (row["reached_low"], row["reached"], row["reached_high"])
    figure = format_interval(*bounds, unit=unit_of(row["measure"]), lang=lang)
    return figure if pd.isna(row["as_of"]) else f"{figure} ({write_date(row['as_of'], lang)})"


def _write_gap(row: pd.Series, lang: Lang) -> str:
    """Write what is missing to the target, with the doubt of what was reached."""
    bar = row["low"] if pd.isna(row["value"]) else row["value"]
    least = row["reached"] if pd.isna(row["reached_low"]) else row["reached_low"]
    most = float("nan") if bar <= least else bar - least
    return write_still_wanted(
        max(bar - row["reached_high"], 0.0), most, unit_of(row["measure"]), lang
    )


def _write_required(row: pd.Series, lang: Lang) -> str:
    low, high = required_range(row.to_dict())
    low, high = (low, high) if high > 0 else (float("nan"),) * 2
    return write_still_wanted(low, high, unit_of(row["measure"]), lang, digits=1)


def _write_verdict(row: pd.Series, lang: Lang) -> str:
    """Write the verdict as a mark and a word, and the pace where it can be judged."""
    verdict = f"{_VERDICT_MARKS[row['verdict']]} {label('verdict.' + row['verdict'], lang=lang)}"
    if row["verdict"] in ("met", "not_comparable") or pd.isna(row["progress_class"]):
        return verdict
    if row["progress_class"] == "not_assessable":
        return verdict
    return f"{verdict}; {label('progress_class.' + row['progress_class'], lang=lang)}"


def _places_of(rows: pd.DataFrame, observations: Any) -> list[str]:
    """Name the place of each problem: that of the first observation it is about."""
    if observations is None:
        return []
    names = accept(observations, OBSERVATIONS).drop_duplicates("fact_id").set_index("fact_id")
    firsts = [next(iter(split_ids([ids])), "") for ids in rows["fact_ids"]]
    return [text_of(names["area_name"].get(fact, "")) for fact in firsts]


def _titles_of(sources: pd.DataFrame) -> dict[str, str]:
    named = sources.loc[sources["title"].notna()]
    return {key: f"“{title}”" for key, title in zip(named["source"], named["title"], strict=True)}


def _name_sources(text: str, titles: Mapping[str, str]) -> str:
    """Put titles where a text holds keys of sources, which are longer than any word."""
    pattern = r"(?<![\w-])[\w.]+(?:-[\w.]+)+(?![\w-])"
    return re.sub(pattern, lambda found: titles.get(found[0], found[0]), text)
