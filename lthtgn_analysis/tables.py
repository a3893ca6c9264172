"""One finished table in, the same table for reading out: units, doubt, dates and sources in words.

A displayed table is plain HTML that any page can style: a caption, header cells with their scope,
figures aligned and unbroken, no ids and no addresses that a browser would fetch. The same frame
gives the same bytes. Nothing is filtered, sorted or computed here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from .dates import format_date
from .notation import MISSING_TEXT, format_figure, format_interval, label
from .schema import METRIC_ROWS, OBSERVATIONS, PROBLEMS, PROGRESS, SOURCES, accept
from .wording import (
    Lang,
    begin_sentence,
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
)

Align = Literal["text", "number"]
Width = Literal["", "medium", "wide", "widest"]

_STYLE = (
    "<style scoped>.lthtgn-table th,.lthtgn-table td{text-align:left;vertical-align:top;"
    "padding:.3em .7em}.lthtgn-table .data{text-align:right;font-variant-numeric:tabular-nums}"
    ".lthtgn-table caption{text-align:left;font-weight:600;caption-side:top}</style>"
)
_WIDTHS = {"medium": "8rem", "wide": "13rem", "widest": "22rem"}
_FACT_ID = re.compile(r"\s*\(?\b[A-Z]\d{4}\b\)?")
_OF_SUMS = "derived"
_VERDICT_MARKS = {"met": "●", "not_met": "✕", "undetermined": "◇", "not_comparable": "–"}


@dataclass(frozen=True)
class Cell:
    """One cell: its text, for a source the address it leads to, and what follows the link."""

    text: str
    href: str = ""
    after: str = ""

    def __str__(self) -> str:
        return self.text + self.after


@dataclass(frozen=True)
class Column:
    """One column of a displayed table: its heading, its cells, and how they are set."""

    heading: str
    cells: tuple[Cell, ...]
    align: Align = "text"
    width: Width = ""


@dataclass(frozen=True)
class DisplayTable:
    """A table as people read it; notebooks and pages show it as HTML.

    Attributes
    ----------
    caption : str
        What the table holds and how many rows.
    columns : tuple of Column
        The first one names the rows.
    note : str
        What must be known to read it, or "".
    """

    caption: str
    columns: tuple[Column, ...]
    note: str = ""

    def __len__(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0

    def to_frame(self) -> pd.DataFrame:
        """Return the shown texts as a frame, for a file that goes with the page.

        Examples
        --------
        >>> column = Column("Nơi", (Cell("Thanh Hóa"),))
        >>> DisplayTable("Một tỉnh", (column,)).to_frame().to_dict("list")
        {'Nơi': ['Thanh Hóa']}
        """
        return pd.DataFrame(
            {
                c.heading: pd.Series([str(cell) for cell in c.cells], dtype="str")
                for c in self.columns
            }
        )

    def _repr_html_(self) -> str:
        if not len(self):
            return f"<p>{html.escape(self.caption)}.</p>"
        head = "".join(
            f'<th scope="col"{_look(column)}>{html.escape(column.heading)}</th>'
            for column in self.columns
        )
        rows = "".join(f"<tr>{self._write_row(place)}</tr>" for place in range(len(self)))
        foot = (
            f'<tfoot><tr><td colspan="{len(self.columns)}">{html.escape(self.note)}</td></tr>'
            "</tfoot>"
            if self.note
            else ""
        )
        return (
            f'<div style="overflow-x:auto">{_STYLE}<table class="lthtgn-table">'
            f"<caption>{html.escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{foot}</table></div>"
        )

    def _write_row(self, place: int) -> str:
        first, *others = self.columns
        return f'<th scope="row"{_class(first)}>{_write_cell(first, place)}</th>' + "".join(
            f"<td{_class(column)}>{_write_cell(column, place)}</td>" for column in others
        )


def style_observations(
    table: Any, *, sources: Any = None, caption: str = "", lang: Lang = "vi"
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
    several_places = (
        several(rows["area"])
        or several(rows["level"])
        or not rows["level"].isin(["national", "province"]).all()
    )
    told_by_caption = bool(caption) and several_places and not several(rows["indicator"])
    columns = [
        _area_column(rows, lang) if several_places else None,
        None
        if told_by_caption
        else _column(
            "measure",
            rows,
            lambda row: name_measure(row["indicator"], lang=lang),
            lang,
            width="medium",
        ),
        _column(
            "figure",
            rows,
            lambda row: write_figure(row, lang=lang, with_unit=True),
            lang,
            align="number",
        ),
        _column("date", rows, lambda row: write_period(row, lang=lang), lang, align="number"),
        _column("scope", rows, lambda row: write_scope(row["scope"], lang=lang), lang)
        if (rows["scope"] != "all").any()
        else None,
        _place_column(rows, known, lang),
        _column("note", rows, lambda row: _note_of(row, lang), lang, width="wide")
        if rows["note"].notna().any() or (rows["status"] != "observed").any()
        else None,
    ]
    return _display(columns, caption or label("table.caption.observations", lang=lang), rows, lang)


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
    sums = (rows["n_expected"] > 1).any()
    columns = [
        _area_column(rows, lang) if several_places else None,
        None
        if told_by_caption
        else _column(
            "metric",
            rows,
            lambda row: name_measure(row["metric"], lang=lang),
            lang,
            width="medium",
        ),
        _column(
            "value",
            rows,
            lambda row: write_figure(row, lang=lang, with_unit=True),
            lang,
            align="number",
        ),
        _column("parts", rows, lambda row: write_parts(row, lang=lang), lang, "number")
        if parts
        else None,
        _column("date", rows, lambda row: write_period(row, lang=lang), lang, align="number"),
        _column("reported", rows, _write_reported, lang, "number") if sums else None,
        _column("remark", rows, lambda row: write_flags(row, lang=lang), lang, width="medium")
        if rows["flags"].fillna("").ne("").any()
        else None,
        _fact_source_column(rows, observations, sources, lang),
    ]
    return _display(columns, caption or label("table.caption.metrics", lang=lang), rows, lang)


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
        _column("target", rows, lambda row: _name_target(row, lang), lang, width="wide"),
        _column("area", rows, lambda row: name_place(row, lang=lang), lang)
        if several_places
        else None,
        _column("verdict", rows, lambda row: _write_verdict(row, lang), lang, width="medium"),
        _column("bar", rows, lambda row: write_bar(row, lang=lang), lang, align="number"),
        _column("reached", rows, lambda row: _write_reached(row, lang), lang, align="number"),
        _share_column("achievement", rows, lang) if rows["achievement"].notna().any() else None,
        _share_column("exceedance", rows, lang) if rows["exceedance"].notna().any() else None,
        _column("due", rows, lambda row: _write_date(row["due"], lang), lang, align="number"),
        _column("reason", rows, lambda row: row["reason"], lang, width="widest"),
        _column("gap", rows, lambda row: _write_gap(row, lang), lang, align="number")
        if (rows["gap"] > 0).any()
        else None,
        _column("required", rows, lambda row: _write_required(row, lang), lang, align="number")
        if (rows["required_per_year"] > 0).any()
        else None,
        Column(
            label("table.decision", lang=lang), tuple(_decision_cells(rows, lang)), width="wide"
        ),
        _fact_source_column(rows, observations, sources, lang),
    ]
    return _display(columns, caption or label("table.caption.progress", lang=lang), rows, lang)


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
        _column(
            "severity",
            rows,
            lambda row: begin_sentence(label(f"severity.{row['severity']}", lang=lang)),
            lang,
        ),
        Column(label("table.area", lang=lang), tuple(map(Cell, places))) if places else None,
        _column("date", rows, lambda row: _write_date(row["as_of"], lang), lang, align="number"),
        _column(
            "check",
            rows,
            lambda row: label(f"check.{row['check']}", lang=lang),
            lang,
            width="wide",
        ),
        _column("found", rows, lambda row: _name_sources(row["found"], titles), lang, width="wide"),
        _column("must", rows, lambda row: row["must"], lang, width="wide"),
        _column("hint", rows, lambda row: row["hint"], lang, width="wide"),
    ]
    return _display(columns, caption or label("table.caption.problems", lang=lang), rows, lang)


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
        _column(
            "check",
            rows,
            lambda row: label(f"check.{row['check']}", lang=lang),
            lang,
            width="wide",
        ),
        _column(
            "severity", rows, lambda row: label(f"severity.{row['severity']}", lang=lang), lang
        ),
        _column("count", rows, lambda row: format_figure(row["count"], lang=lang), lang, "number"),
    ]
    title = caption or label("table.caption.problem_counts", lang=lang)
    return _display(columns, title, rows, lang)


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
        Column(label("table.source", lang=lang), tuple(_source_cells(rows["source"], rows, lang))),
        _column("publisher", rows, lambda row: _text(row["publisher"]), lang),
        _column("published", rows, lambda row: _write_date(row["published"], lang), lang, "number"),
        _column("retrieved", rows, lambda row: _write_date(row["retrieved"], lang), lang, "number")
        if rows["retrieved"].notna().any()
        else None,
    ]
    return _display(columns, caption or label("table.caption.sources", lang=lang), rows, lang)


def _display(
    columns: Iterable[Column | None], caption: str, rows: pd.DataFrame, lang: Lang
) -> DisplayTable:
    key = "none" if rows.empty else "one" if len(rows) == 1 else "many"
    count = label(f"table.rows.{key}", lang=lang).format(
        caption=caption, n=format_figure(len(rows), lang=lang)
    )
    return DisplayTable(caption=count, columns=tuple(c for c in columns if c is not None))


def _column(
    key: str,
    rows: pd.DataFrame,
    write: Callable[[pd.Series], Any],
    lang: Lang,
    align: Align = "text",
    *,
    width: Width = "",
) -> Column:
    texts = [_text(write(row)) for _, row in rows.iterrows()]
    return Column(label(f"table.{key}", lang=lang), tuple(map(Cell, texts)), align, width)


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value)


def _share_column(key: str, rows: pd.DataFrame, lang: Lang) -> Column:
    return _column(
        key,
        rows,
        lambda row: format_figure(row[key], unit="share", lang=lang, digits=1),
        lang,
        align="number",
    )


def _area_column(rows: pd.DataFrame, lang: Lang) -> Column:
    return _column("area", rows, lambda row: row["area_name"], lang)


def _place_column(rows: pd.DataFrame, sources: pd.DataFrame | None, lang: Lang) -> Column:
    """Name the source of each figure with its link, the place in it, and when it was published."""
    cells = [
        Cell(cell.text, cell.href, after=_after_source(row, lang))
        for cell, (_, row) in zip(
            _source_cells(rows["source"], sources, lang), rows.iterrows(), strict=True
        )
    ]
    return Column(label("table.source", lang=lang), tuple(cells), width="wide")


def _after_source(row: pd.Series, lang: Lang) -> str:
    said = [] if row["source"] == _OF_SUMS else [write_locator(row["locator"], lang=lang)]
    if pd.notna(row["published"]):
        day = format_date(row["published"], lang=lang)
        said.append(label("table.published_on", lang=lang).format(date=day))
    return "".join(f", {words}" for words in said if words)


def _source_cells(keys: Iterable[str], sources: pd.DataFrame | None, lang: Lang) -> list[Cell]:
    if sources is None:
        return [Cell(key) for key in keys]
    known = sources.drop_duplicates("source").set_index("source")
    return [
        Cell(label("table.sum_source", lang=lang)) if key == _OF_SUMS else _source_cell(key, known)
        for key in keys
    ]


def _source_cell(key: str, known: pd.DataFrame) -> Cell:
    if key not in known.index:
        return Cell(key)
    source = known.loc[key]
    title = source["title"] if pd.notna(source["title"]) else source["publisher"]
    address = _text(source["url"])
    return Cell(_text(title) or key, address if address.startswith(("http://", "https://")) else "")


def _fact_source_column(
    rows: pd.DataFrame, observations: Any, sources: Any, lang: Lang
) -> Column | None:
    """Name the sources of each row, reached through its fact ids."""
    if observations is None or sources is None:
        return None
    facts, known = accept(observations, OBSERVATIONS), accept(sources, SOURCES)
    source_of = facts.drop_duplicates("fact_id").set_index("fact_id")["source"]
    titles = known.drop_duplicates("source").set_index("source")
    cells = []
    for ids in rows["fact_ids"]:
        facts_of_row = [fact for fact in split_ids([ids]) if fact in source_of.index]
        keys = list(dict.fromkeys(source_of[fact] for fact in facts_of_row))
        found = [_source_cell(key, titles) for key in keys]
        cells.append(found[0] if len(found) == 1 else Cell("; ".join(map(str, found))))
    return Column(label("table.source", lang=lang), tuple(cells), width="wide")


def _note_of(row: pd.Series, lang: Lang) -> str:
    said = [] if row["status"] == "observed" else [label(f"status.{row['status']}", lang=lang)]
    said += [] if pd.isna(row["note"]) else [_FACT_ID.sub("", row["note"])]
    return "; ".join(said)


def _write_reported(row: pd.Series) -> str:
    if pd.isna(row["n_expected"]) or row["n_expected"] <= 1:
        return ""
    return f"{row['n_reported']:.0f}/{row['n_expected']:.0f}"


def _write_date(day: Any, lang: Lang) -> str:
    return MISSING_TEXT if pd.isna(day) else format_date(day, lang=lang)


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


def _decision_cells(rows: pd.DataFrame, lang: Lang) -> list[Cell]:
    cells = []
    for _, row in rows.iterrows():
        text = _text(row["decision"]) or write_scope(row["scheme"], lang=lang)
        address = _text(row["url"])
        cells.append(Cell(text, address if address.startswith(("http://", "https://")) else ""))
    return cells


def _write_reached(row: pd.Series, lang: Lang) -> str:
    bounds = (row["reached_low"], row["reached"], row["reached_high"])
    figure = format_interval(*bounds, unit=unit_of(row["measure"]), lang=lang)
    return figure if pd.isna(row["as_of"]) else f"{figure} ({_write_date(row['as_of'], lang)})"


def _write_gap(row: pd.Series, lang: Lang) -> str:
    missing = pd.isna(row["gap"]) or row["gap"] <= 0
    gap = float("nan") if missing else row["gap"]
    return format_interval(gap, gap, gap, unit=unit_of(row["measure"]), lang=lang)


def _write_required(row: pd.Series, lang: Lang) -> str:
    needed = row["required_per_year"]
    needed = float("nan") if pd.isna(needed) or needed <= 0 else needed
    return format_interval(
        needed, needed, needed, unit=unit_of(row["measure"]), lang=lang, digits=1
    )


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
    return [_text(names["area_name"].get(fact, "")) for fact in firsts]


def _titles_of(sources: pd.DataFrame) -> dict[str, str]:
    named = sources.loc[sources["title"].notna()]
    return {key: f"“{title}”" for key, title in zip(named["source"], named["title"], strict=True)}


def _name_sources(text: str, titles: Mapping[str, str]) -> str:
    """Put titles where a text holds keys of sources, which are longer than any word."""
    pattern = r"(?<![\w-])[\w.]+(?:-[\w.]+)+(?![\w-])"
    return re.sub(pattern, lambda found: titles.get(found[0], found[0]), text)


def _look(column: Column) -> str:
    """Return how a heading is set, said in the cell itself so that every page obeys it."""
    if column.align == "number":
        return ' style="text-align:right"'
    return f' style="min-width:{_WIDTHS[column.width]}"' if column.width else ""


def _class(column: Column) -> str:
    return ' class="data"' if column.align == "number" else ""


def _write_cell(column: Column, place: int) -> str:
    cell = column.cells[place]
    text = html.escape(cell.text)
    if column.align == "number":
        text = re.sub(r" (?!\()", "&nbsp;", text)
    linked = f'<a href="{html.escape(cell.href)}">{text}</a>' if cell.href else text
    return linked + html.escape(cell.after)
