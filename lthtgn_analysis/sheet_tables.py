"""Sheets come in; the tables in them go out: where each begins, its columns' headings, its rows.

A table begins with a row in which at least two cells are headings that `headers` knows, one of them
the heading of places, clubs, indicators or numbers. Headings may stand in several rows, merged or
not; tables may stand beside and below each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from .headers import header_words, read_heading_path, read_measure, without_unit
from .letterheads import find_periods, without_dates
from .markup import expand
from .workbooks import Sheet

_FIRST_ROWS = 200
_MOST_GAPS = 1000
_MOST_HEADER_ROWS = 6
_LARGEST_MERGED = 10_000
_LABELS = ("index", "area", "label", "club_name", "club_id")
_GENERIC = frozenset(
    {"tong so", "tong", "cong", "so luong", "trong do", "so nguoi", "so tien", "nguoi", "co quy",
     "vay von", "vay", "tin dung", "th", "ket qua", "tap huan", "xa", "thon", "chia ra", "co clb"}
)  # fmt: skip
_OF_DATES = re.compile(
    r"(?:(?:tinh|so lieu|co|chot|luy ke|tai|thoi diem|den|toi|het|cuoi|ngay|th|ket qua|trong"
    r"|ky bao cao|ky|ca)(?: |$))*"
)
_COLUMN_NUMBER = re.compile(r"\(?\s*(?:\d{1,2}|[A-Za-z]|[IVX]+)\s*\)?|[\s()\d=+:/x*%-]+")
_FIGURE = re.compile(r"\W*\d[\d.,\s]*%?\W*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST_HEADING = 120


@dataclass(frozen=True)
class Table:
    """A table in a sheet; rows and columns count from 0.

    Attributes
    ----------
    top, body, bottom : int
        The first row of headings, the first row below them, and the row after the last.
    left, right : int
        The first and the last column.
    paths : dict of int to tuple of str
        The headings over each column, from the widest to the nearest.
    hidden : frozenset of int
        Its hidden columns.
    title : str
        What stands right above it, if it stands beside another table.
    """

    top: int
    body: int
    bottom: int
    left: int
    right: int
    paths: dict[int, tuple[str, ...]]
    hidden: frozenset[int]
    title: str = ""

    @property
    def columns(self) -> range:
        """The columns, hidden ones too."""
        return range(self.left, self.right + 1)


def find_tables(sheet: Sheet, *, header: tuple[int, int] | None = None) -> list[Table]:
    """Find the tables of a sheet, from its top to its bottom.

    Parameters
    ----------
    sheet : Sheet
        As `workbooks.read_sheets` gives it.
    header : tuple of int, optional
        The first and the last row of headings of its one table, where they are known.

    Returns
    -------
    list of Table
        Empty if no row of the sheet can be read as headings.
    """
    grid = _Grid(sheet)
    if header is not None:
        return grid.table_under(*header)
    found: list[Table] = []
    for row in grid.candidates():
        for left, right in grid.runs(row):
            if any(t.top <= row < t.body and t.left <= right and left <= t.right for t in found):
                continue
            if grid.is_header(row, left, right):
                table = grid.table(row, left, right)
                if not any(t.left == left and t.paths == table.paths for t in found):
                    found.append(table)
    return [_end(table, found) for table in found]


def _end(table: Table, tables: list[Table]) -> Table:
    below = [
        other.top
        for other in tables
        if other.top > table.top and other.left <= table.right and table.left <= other.right
    ]
    return replace(table, bottom=min([table.bottom, *below]))


class _Grid:
    """A sheet's cells with its merged ranges filled in."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.cells = sheet.cells
        self.rows, self.columns = sheet.cells.shape
        self.sources = expand(
            (top, left, min(bottom, self.rows - 1), min(right, self.columns - 1))
            for top, left, bottom, right in sheet.marks.merged
            if (bottom - top + 1) * (right - left + 1) <= _LARGEST_MERGED
        )
        self.filled = (sheet.cells != "").astype(bool).reshape(sheet.cells.shape)
        self.covered = self.filled.copy()
        for (row, column), (top, left) in self.sources.items():
            if top < self.rows and left < self.columns:
                self.covered[row, column] |= self.filled[top, left]

    def candidates(self) -> Iterator[int]:
        """Yield the rows at which a table may begin: the first ones, and those after a gap."""
        some = self.filled.any(axis=1)
        after_gap = np.flatnonzero(some[1:] & ~some[:-1]) + 1
        yield from range(min(self.rows, _FIRST_ROWS))
        yield from after_gap[after_gap >= _FIRST_ROWS][:_MOST_GAPS].tolist()

    def runs(self, row: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches of columns that hold something in this row or the next two."""
        some = self.covered[row : row + 3].any(axis=0)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], some, [False]]).astype(int)))
        for left, right in edges.reshape(-1, 2):
            if self.covered[row, left:right].any():
                yield int(left), int(right) - 1

    def text(self, row: int, column: int) -> str:
        """Return what a reader sees in a cell: a merged range shows its first cell everywhere."""
        row, column = self.sources.get((row, column), (row, column))
        if row >= self.rows or column >= self.columns:
            return ""
        cell = self.cells[row, column]
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return " ".join(str(cell).split())

    def is_header(self, row: int, left: int, right: int) -> bool:
        """Tell whether a stretch of a row is the headings of a table."""
        texts: dict[tuple[int, int], str] = {}
        for column in range(left, right + 1):
            if text := self.text(row, column):
                texts.setdefault(self.sources.get((row, column), (row, column)), text)
        if len(texts) < 2 or any(_is_figure(text) for text in texts.values()):
            return False
        names = [_name(text) for text in texts.values()]
        known = sum(name != "" for name in names)
        return known >= 2 and 2 * known >= len(names) and any(name in _LABELS for name in names)

    def table(self, row: int, left: int, right: int) -> Table:
        """Return the table whose headings a row holds."""
        columns = range(left, right + 1)
        key = next(c for c in columns if _name(self.text(row, c)) in _LABELS)
        top = self._first_header_row(row, right, key)
        body = self._first_body_row(row, left, right, key)
        return self._cut(top, body, left, right)

    def table_under(self, top: int, last: int) -> list[Table]:
        """Return the table under rows of headings that the caller names."""
        if last >= self.rows:
            return []
        columns = np.flatnonzero(self.covered[top : last + 1].any(axis=0))
        return [self._cut(top, last + 1, int(columns[0]), int(columns[-1]))] if len(columns) else []

    def _cut(self, top: int, body: int, left: int, right: int) -> Table:
        columns = range(left, right + 1)
        paths = {column: self._path(column, top, body, left) for column in columns}
        if body < self.rows and self._numbers_columns(body, left, right):
            body += 1
        hidden = frozenset(c for c in columns if c in self.sheet.marks.hidden_columns)
        title = self._title(top, left, right)
        return Table(top, body, self.rows, left, right, paths, hidden, title)

    def _first_header_row(self, row: int, right: int, key: int) -> int:
        """Go up to wider headings that stand over the row with the names of the columns."""
        above = row - 1
        if above < 0 or self.text(above, key):
            return row
        beside = range(key + 1, right + 1)
        texts = {
            self.sources.get((above, c), (above, c)): text
            for c in beside
            if (text := self.text(above, c))
        }
        spans = len(texts) > 1 or any((above, c) in self.sources for c in beside)
        known = [_name(text) not in ("", "note", "unit") for text in texts.values()]
        return above if known and all(known) and spans else row

    def _first_body_row(self, row: int, left: int, right: int, key: int) -> int:
        last = row
        deepest = min(row + _MOST_HEADER_ROWS, self.rows - 1)
        for column in range(left, right + 1):
            top = self.sources.get((row, column))
            below = row
            while top is not None and below < deepest and self.sources.get(
                (below + 1, column)) == top:  # fmt: skip
                below += 1
            last = max(last, below)
        while last < deepest and self._is_subheader(last + 1, left, right, key, row):
            last += 1
        return last + 1

    def _is_subheader(self, row: int, left: int, right: int, key: int, first: int) -> bool:
        merged = self.sources.get((row, key)) == self.sources.get((first, key), (first, key))
        if self.text(row, key) and not merged:
            return False
        texts = [self.text(row, c) for c in range(left, right + 1) if self.filled[row, c]]
        known = sum(_name(text) != "" for text in texts)
        return bool(texts) and 2 * known >= len(texts) and not any(_is_figure(t) for t in texts)

    def _path(self, column: int, top: int, body: int, left: int) -> tuple[str, ...]:
        merged = any(top <= row < body for row, _ in self.sources)
        path: list[str] = []
        for row in range(top, body):
            text = self.text(row, column)
            if not text and not merged and row < body - 1:
                text = self._group_text(row, column, body, left)
            if text and (not path or path[-1] != text):
                path.append(text)
        return tuple(path)

    def _group_text(self, row: int, column: int, body: int, left: int) -> str:
        """Take a group's heading from the left where cells that look merged are not."""
        if not any(self.text(below, column) for below in range(row + 1, body)):
            return ""
        for before in range(column - 1, left - 1, -1):
            if text := self.text(row, before):
                grouped = any(self.text(below, before) for below in range(row + 1, body))
                return text if grouped else ""
        return ""

    def _numbers_columns(self, row: int, left: int, right: int) -> bool:
        texts = [self.text(row, column) for column in range(left, right + 1)]
        filled = [text for text in texts if text]
        return len(filled) >= 3 and all(_COLUMN_NUMBER.fullmatch(text) for text in filled)

    def _title(self, top: int, left: int, right: int) -> str:
        """Return the line above a table that does not begin in the first column."""
        for row in range(top - 1, max(top - 4, -1), -1):
            texts = [self.text(row, c) for c in range(left, right + 1) if self.filled[row, c]]
            outside = self.filled[row, :left].any() or self.filled[row, right + 1 :].any()
            if texts:
                return texts[0] if left > 0 and outside else ""
        return ""


@cache
def _name(text: str) -> str:
    """Return what one heading cell is: its role, "figures", or "" where nothing is known."""
    if len(text) > _LONGEST_HEADING:
        return ""
    found = read_heading_path([text])
    if found.kind == "role":
        return found.name
    if found.kind != "unknown" or read_measure(text) != "result":
        return "figures"
    if find_periods(text) and _OF_DATES.fullmatch(header_words(without_dates(text))):
        return "figures"
    return "figures" if header_words(without_unit(text)) in _GENERIC else ""


def _is_figure(text: str) -> bool:
    return bool(_FIGURE.fullmatch(text)) and not _YEAR.fullmatch(text)
