"""The shape of a displayed table: cells, columns, HTML that any page can style.

Finished rows come in as columns of texts; a `DisplayTable` goes out. A unit that all figures of a
column share stands in its heading, and the cells hold numbers alone. What the columns of one kind
of table are is decided in `tables` and `story_tables`; what several of them share is built here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from .dates import format_date
from .notation import MISSING_TEXT, label
from .schema import OBSERVATIONS, SOURCES, UNITS, accept
from .wording import Lang, language_of, split_ids

Align = Literal["text", "number"]
Width = Literal["", "medium", "wide", "widest"]
_STYLE = (
    "<style scoped>.lthtgn-table th,.lthtgn-table td{text-align:left;vertical-align:top;"
    "padding:.3em .7em}.lthtgn-table .data{text-align:right;font-variant-numeric:tabular-nums}"
    ".lthtgn-table caption{text-align:left;font-weight:600;caption-side:top}</style>"
)
_WIDTHS = {"medium": "8rem", "wide": "12rem", "widest": "17rem"}
_FEWEST_SPARED = 2
"""Repeated titles from which on the sources of a table are numbered."""
_CROWDED = 11
"""Columns from which on there is no room for titles of sources beside the figures."""
OF_SUMS = "derived"
_BEHIND_A_FIGURE = "trở lên|or more"
"""Words of doubt that may stand in a line of their own, below their figure."""
_OF_THE_SOURCE = ("note", "publisher")
"""Columns whose words are those of a source, in its language."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text, the address it leads to, what follows the link, a foreign language.

    A cell with `parts` names several things, each with its address, instead of a text of its own.
    """

    text: str
    href: str = ""
    after: str = ""
    language: str = ""
    parts: tuple[Cell, ...] = ()

    def __str__(self) -> str:
        text = "; ".join(map(str, self.parts)) if self.parts else self.text
        return text + self.after


@dataclass(frozen=True)
class Column:
    """One column of a displayed table: its heading, its cells, and how they are set.

    A column that is `cited` names sources: where few are named in many rows, a page gives each its
    number, and its title once, under the table.
    """

    heading: str
    cells: tuple[Cell, ...]
    align: Align = "text"
    width: Width = ""
    cited: bool = False


@dataclass(frozen=True)
class DisplayTable:
    """A table as people read it; notebooks and pages show it as HTML.

    Attributes
    ----------
    caption : str
        What the table holds.
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
        crowded = len(self.columns) >= _CROWDED
        numbered = [_number_sources(column, crowded=crowded) for column in self.columns]
        columns = [column for column, _ in numbered]
        head = "".join(
            f'<th scope="col"{_look(column)}>{html.escape(column.heading)}</th>'
            for column in columns
        )
        rows = "".join(f"<tr>{_write_row(columns, place)}</tr>" for place in range(len(self)))
        notes = [html.escape(self.note)] if self.note else []
        notes += [note for _, named in numbered for note in named]
        foot = "".join(
            f'<tr><td colspan="{len(columns)}"><span class="note">{note}</span></td></tr>'
            for note in notes
        )
        return (
            f'<div style="overflow-x:auto">{_STYLE}<table class="lthtgn-table">'
            f"<caption>{html.escape(self.caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
            f"{f'<tfoot>{foot}</tfoot>' if foot else ''}</table></div>"
        )


def display(
    columns: Iterable[Column | None],
    caption: str,
    rows: pd.DataFrame,
    lang: Lang,
    *,
    note: str = "",
) -> DisplayTable:
    """Put columns together, leaving out those that are None; an empty table says so."""
    if rows.empty:
        caption = label("table.rows.none", lang=lang).format(caption=caption)
    shown = tuple(lift_unit(column, lang) for column in columns if column is not None)
    return DisplayTable(caption, shown, note)


def write_column(
    key: str,
    rows: pd.DataFrame,
    write: Callable[[pd.Series], Any],
    lang: Lang,
    align: Align = "text",
    *,
    width: Width = "",
) -> Column:
    """Write one cell per row; the heading is the label ``table.<key>``."""
    texts = [text_of(write(row)) for _, row in rows.iterrows()]
    cells = tuple(Cell(text, language=language_of(text, lang=lang)) for text in texts)
    foreign = key in _OF_THE_SOURCE
    plain = tuple(map(Cell, texts))
    return Column(label(f"table.{key}", lang=lang), cells if foreign else plain, align, width)


def text_of(value: Any) -> str:
    """Return a cell's text; missing is empty."""
    return "" if pd.isna(value) else str(value)


def source_cells(keys: Iterable[str], sources: pd.DataFrame | None, lang: Lang) -> list[Cell]:
    """Name sources by their titles, with their addresses; a sum says that it is one."""
    if sources is None:
        return [Cell(key) for key in keys]
    known = sources.drop_duplicates("source").set_index("source")
    return [
        Cell(label("table.sum_source", lang=lang))
        if key == OF_SUMS
        else source_cell(key, known, lang)
        for key in keys
    ]


def source_cell(key: str, known: pd.DataFrame, lang: Lang = "vi") -> Cell:
    """Name one source out of a table that has the keys as its index."""
    if key not in known.index:
        return Cell(key)
    source = known.loc[key]
    title = source["title"] if pd.notna(source["title"]) else source["publisher"]
    address = text_of(source["url"])
    href = address if address.startswith(("http://", "https://")) else ""
    name = text_of(title) or key
    return Cell(name, href, language=language_of(name, lang=lang))


def fact_source_column(
    rows: pd.DataFrame, observations: Any, sources: Any, lang: Lang
) -> Column | None:
    """Name the sources of each row, reached through its fact ids; None where no row has one."""
    if observations is None or sources is None:
        return None
    facts, known = accept(observations, OBSERVATIONS), accept(sources, SOURCES)
    source_of = facts.drop_duplicates("fact_id").set_index("fact_id")["source"]
    titles = known.drop_duplicates("source").set_index("source")
    cells = []
    for ids in rows["fact_ids"]:
        facts_of_row = [fact for fact in split_ids([ids]) if fact in source_of.index]
        keys = list(dict.fromkeys(source_of[fact] for fact in facts_of_row))
        found = [source_cell(key, titles, lang) for key in keys]
        cells.append(found[0] if len(found) == 1 else Cell("", parts=tuple(found)))
    if cells and not any(map(str, cells)):
        return None
    return Column(label("table.source", lang=lang), tuple(cells), width="widest", cited=True)


def lift_unit(column: Column, lang: Lang) -> Column:
    """Put the unit of a column of figures into its heading where all its figures have the same.

    Rows of different units (one row per measure) keep theirs in the cells, and so does a single
    figure: there is nothing to align it with.

    Examples
    --------
    >>> column = Column("Thành viên", (Cell("trên 48.600 người"), Cell("528 người")), "number")
    >>> lifted = lift_unit(column, "vi")
    >>> lifted.heading, [cell.text for cell in lifted.cells]
    ('Thành viên (người)', ['trên 48.600', '528'])
    """
    texts = [cell.text for cell in column.cells if cell.text not in ("", MISSING_TEXT)]
    if column.align != "number" or len(texts) < 2:
        return column
    for unit in _units(lang):
        behind = re.compile(rf"(?<=\d) ?{re.escape(unit)}(?!\w)")
        if all(len(behind.findall(text)) == 1 for text in texts):
            cells = tuple(replace(cell, text=behind.sub("", cell.text)) for cell in column.cells)
            named = re.search(rf"(?i)(?<!\w){re.escape(unit)}(?!\w)", column.heading)
            heading = column.heading if named else f"{column.heading} ({unit})"
            return replace(column, heading=heading, cells=cells)
    return column


def write_date(day: Any, lang: Lang) -> str:
    """Write a day; a missing one is a dash."""
    return MISSING_TEXT if pd.isna(day) else format_date(day, lang=lang)


def _units(lang: Lang) -> list[str]:
    """Return the units as figures are followed by them, the longer first."""
    words = {label(f"unit.{unit}", lang=lang) for unit in UNITS}
    words |= {label(f"plot.scale.{scale}", lang=lang) for scale in ("million", "billion")}
    return sorted(words, key=len, reverse=True)


def _look(column: Column) -> str:
    """Return how a heading is set, said in the cell itself so that every page obeys it."""
    if column.align == "number":
        return ' style="text-align:right"'
    return f' style="min-width:{_WIDTHS[column.width]}"' if column.width else ""


def _class(column: Column) -> str:
    return ' class="data"' if column.align == "number" else ""


def _number_sources(column: Column, *, crowded: bool) -> tuple[Column, list[str]]:
    """Put numbers for the sources of a column if they are few, or the table is crowded.

    The titles are returned as notes.
    """
    named = dict.fromkeys(
        replace(source, after="")
        for cell in column.cells
        for source in (cell.parts or (cell,))
        if source.text
    )
    spared = len(column.cells) - len(named)
    many = spared < _FEWEST_SPARED or len(named) > spared
    if not column.cited or not named or (many and not crowded):
        return column, []
    number = {source: f"[{place}]" for place, source in enumerate(named, start=1)}
    cells = tuple(
        Cell(
            " ".join(
                number[replace(source, after="")]
                for source in (cell.parts or (cell,))
                if source.text
            ),
            after=cell.after,
        )
        for cell in column.cells
    )
    width: Width = "wide" if any(cell.after for cell in cells) else ""
    notes = [f"{mark} {_write_text(source)}" for source, mark in number.items()]
    return replace(column, cells=cells, width=width), notes


def _write_row(columns: Iterable[Column], place: int) -> str:
    first, *others = columns
    return f'<th scope="row"{_class(first)}>{_write_cell(first, place)}</th>' + "".join(
        f"<td{_class(column)}>{_write_cell(column, place)}</td>" for column in others
    )


def _write_cell(column: Column, place: int) -> str:
    cell = column.cells[place]
    return _write_text(cell, unbroken=column.align == "number")


def _write_text(cell: Cell, *, unbroken: bool = False) -> str:
    if cell.parts:
        return "; ".join(map(_write_text, cell.parts)) + html.escape(cell.after)
    text = html.escape(cell.text)
    if unbroken:
        text = re.sub(rf" (?!\(|{_BEHIND_A_FIGURE})", "&nbsp;", text)
    spoken = f' lang="{cell.language}"' if cell.language else ""
    linked = text
    if cell.href:
        linked = f'<a href="{html.escape(cell.href)}"{spoken}>{text}</a>'
    elif spoken:
        linked = f"<span{spoken}>{text}</span>"
    return linked + html.escape(cell.after)
