"""The rows of a form come in, each an indicator; the meaning of each of its figures goes out.

Statistical forms print indicators as rows under sections and parents ("Thành viên CLB", "Trong đó:
- Nữ"), their unit in a column, and plan, result and ratio beside each other. All figures are those
of the unit that reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from .cells import as_label, figures_in, filled_in, numbers_in, shorten
from .columns import EXPLAINED_COLUMNS, Columns, Page
from .headers import Meaning, Measure, find_unit, header_words, read_heading_path, read_measure
from .sheet_tables import Table
from .workbooks import cell_name

_PART = re.compile(r"^\s*(?:trong (?:đó|do)\s*:?|[-–+•*]|\d+\.\d+\.?)\s*", re.IGNORECASE)
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}|[IVX]+|[a-zA-Z])\s*[.)]\s+")
_WORDS_FOR = {"plan": "kế hoạch", "ratio": "thực hiện so với kế hoạch"}


class FormFigure(NamedTuple):
    """One figure of a form: where it stands, what it means, and the unit of a ratio."""

    row: int
    column: int
    meaning: Meaning
    factor: float | None = None


class Form:
    """The rows of one form.

    Parameters
    ----------
    page : Page
        The sheet and its reporting unit.
    table : Table
        A table with a column of indicators.
    columns : Columns
        What its columns mean; those of figures are read here again, as plan, result or ratio.
    """

    def __init__(self, page: Page, table: Table, columns: Columns) -> None:
        self._page, self._table, self._roles = page, table, columns.roles
        self._cells = page.sheet.cells
        self._label = self._roles["label"]
        self._lines: list[tuple] = []
        self.columns = replace(
            columns, meanings={c: self._as_measure(c, m) for c, m in columns.meanings.items()}
        )
        self._measures = {c: m.measure for c, m in self.columns.indicators.items()}
        self._ratio_factors = self._read_ratio_factors()

    def figures(self) -> list[FormFigure]:
        """Return the figures of the form, row by row."""
        return [figure for row, path in self._paths() for figure in self._read_row(row, path)]

    def explained(self) -> pd.DataFrame:
        """Return a line per row, and one per cell that is left out of a row that is read."""
        rows = [(self._page.sheet.name, *line) for line in self._lines]
        return pd.DataFrame(rows, columns=list(EXPLAINED_COLUMNS))

    def _as_measure(self, column: int, meaning: Meaning) -> Meaning:
        if meaning.kind == "role" or meaning.name in ("hidden", "skipped"):
            return meaning
        path = self._table.paths[column]
        if not path:
            return Meaning("omit", "unknown", "it has no heading")
        words = header_words(" ".join(path))
        measure: Measure = read_measure(" ".join(path))
        if measure == "change":
            return Meaning("omit", "changes", f"a change between dates (“{words}”)")
        measure = "ratio" if measure == "share" else measure
        return Meaning("indicator", measure, f"“{words}”", measure)

    def _paths(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield each row with figures: its words under those of its section and its parent."""
        section, parent = "", ""
        for row in range(self._table.body, self._table.bottom):
            text = as_label(self._cells[row, self._label])
            if not text:
                continue
            numbered = "index" not in self._roles or bool(self._role(row, "index"))
            why = self._why_not(row)
            if why:
                self._say(str(row + 1), "row", text, "left out", why)
                if why.startswith("no figures") and numbered:
                    section, parent = text, ""
                elif why.startswith("no figure is") and numbered:
                    parent = text
                continue
            is_part = bool(_PART.match(text)) or not numbered
            own = _NUMBERING.sub("", _PART.sub("", _PART.sub("", text)))
            yield row, tuple(filter(None, (section, parent if is_part else "", own)))
            parent = parent if is_part else own

    def _why_not(self, row: int) -> str:
        if row in self._page.sheet.marks.hidden_rows:
            return "the row is hidden"
        if row in self._page.rules.skipped_rows:
            return "the layout file skips it"
        cells = self._cells[row, list(self._measures)]
        if figures_in(cells).any():
            return ""
        printed = self._role(row, "unit") or any(cell != "" for cell in cells)
        return "no figure is printed" if printed else "no figures: a heading, a note or a signature"

    def _role(self, row: int, role: str) -> str:
        column = self._roles.get(role)
        return "" if column is None else as_label(self._cells[row, column])

    def _read_row(self, row: int, path: tuple[str, ...]) -> Iterator[FormFigure]:
        printed = self._role(row, "unit")
        own = f"{path[-1]} ({printed})" if find_unit(printed) is not None else path[-1]
        whole = (*path[:-1], own)
        base = self._page.rules.rows.get(row) or self._without_parts(row, whole)
        taken = []
        for column in self._measures:
            cell = self._cells[row, column]
            if not filled_in(self._cells[row, column : column + 1])[0]:
                continue
            meaning = self._with_measure(row, base, whole, self._measures[column])
            if meaning.kind == "indicator":
                taken.append(meaning.name)
                yield FormFigure(row, column, meaning, self._ratio_factors.get(column))
            elif base.kind == "indicator":
                self._say(cell_name(row, column), "cell", str(cell), "left out", meaning.reason)
        names = ", ".join(dict.fromkeys(taken))
        self._say(str(row + 1), "row", " > ".join(path), names, base.reason)

    def _without_parts(self, row: int, path: tuple[str, ...]) -> Meaning:
        """Read a row; "- Ngân sách tỉnh" under "Kinh phí" is a part of it."""
        factor = self._page.head.factor
        found = read_heading_path(path, factor=factor)
        if len(path) > 1 and _PART.match(as_label(self._cells[row, self._label])):
            above = read_heading_path(path[:-1], factor=factor)
            same = (above.name, above.unit) == (found.name, found.unit)
            if found.kind == "indicator" and same:
                return Meaning("omit", "parts", f"a part of {found.name} in the row above")
        return found

    def _read_ratio_factors(self) -> dict[int, float]:
        """Tell per column of ratios whether 95 or 0.95 is printed, by plans and results beside it.

        A club more than planned 1 is 2.0 or 200: only the row's own figures tell which.
        """
        places = {measure: column for column, measure in self._measures.items()}
        if not {"plan", "result", "ratio"} <= places.keys():
            return {}
        rows = self._cells[self._table.body : self._table.bottom]
        beside = [places["plan"], places["result"], places["ratio"]]
        whole = [line for line in rows[:, beside] if numbers_in(line).all() and line[0] != 0]
        fractions = [
            abs(ratio - result / plan) <= abs(ratio / 100 - result / plan)
            for plan, result, ratio in whole
        ]
        if not fractions:
            return {}
        return {places["ratio"]: 1.0 if sum(fractions) * 2 >= len(fractions) else 0.01}

    def _with_measure(
        self, row: int, base: Meaning, path: tuple[str, ...], measure: Measure
    ) -> Meaning:
        if base.kind != "indicator" or measure not in _WORDS_FOR or row in self._page.rules.rows:
            return base
        found = read_heading_path((*path, _WORDS_FOR[measure]), factor=self._page.head.factor)
        if found.kind == "unknown":
            return Meaning("omit", "plans", f"a {measure} is not read for {base.name}")
        return found

    def _say(self, place: str, kind: str, text: str, taken: str, reason: str) -> None:
        used = taken not in ("", "left out")
        self._lines.append((place, kind, shorten(text), taken or "left out", used, reason))
