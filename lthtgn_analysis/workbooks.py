"""Read workbooks exactly as they are: every cell with its place, and what the file hides or merges.

A path to an xlsx, xls, ods or csv file comes in; its sheets go out. Nothing is interpreted here;
only text in an 8-bit font encoding (TCVN3, VNI) is converted, where the whole workbook proves it or
the caller names it. Values are those saved in the file: formulas are not computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from .errors import UnreadableSourceError
from .lettering import LegacyEncoding, decode_legacy, detect_legacy_encoding
from .markup import SheetMarks, kind_of, read_marks
from .sources import read_csv_records

_UNICODE_ONLY = frozenset("ăĂđĐĩĨũŨơƠưƯ") | {chr(code) for code in range(0x1EA0, 0x1EFA)}
_LETTERS = 26
_PROVING_ROWS = 500  # of each sheet: titles, headings and more names than a proof needs


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook.

    Attributes
    ----------
    name : str
        As its tab shows it.
    cells : array of object, two-dimensional
        From A1 to the last filled cell: text, float, int, bool or a date; "" where a cell is empty.
    marks : SheetMarks
        Hidden rows and columns, merged ranges, percentages, formulas without a value.
    hidden : bool
        Whether the sheet itself is hidden.
    encoding : {"tcvn3", "vni"} or None
        The old encoding its text was converted from.
    """

    name: str
    cells: np.ndarray
    marks: SheetMarks = field(default_factory=SheetMarks)
    hidden: bool = False
    encoding: LegacyEncoding | None = None


def read_sheets(
    path: str | Path, *, encoding: str | None = None, legacy: LegacyEncoding | None = None
) -> list[Sheet]:
    """Read all sheets of a workbook, hidden ones too.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls or ods workbook, told by its content, or a csv file (one sheet).
    encoding : str, optional
        The encoding of a csv file, as in `sources.read_csv_records`.
    legacy : {"tcvn3", "vni"}, optional
        The old font encoding of the text; without it the workbook as a whole must prove one.

    Returns
    -------
    list of Sheet
        In the order of the tabs.

    Raises
    ------
    UnreadableSourceError
        If the file is encrypted, truncated, larger than `markup` allows, or of another kind.
    FileNotFoundError
        If there is no such file.
    """
    path = Path(path)
    kind = kind_of(path)
    if kind is None:
        records = read_csv_records(path, encoding=encoding)
        return _decode([Sheet(path.stem, _as_array(records))], legacy)
    marks = read_marks(path, kind)
    return _decode([*_load(path, marks)], legacy)


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell as spreadsheets show it.

    Parameters
    ----------
    row, column : int
        From 0.

    Examples
    --------
    >>> cell_name(10, 3), cell_name(0, 27)
    ('D11', 'AB1')
    """
    return f"{column_name(column)}{row + 1}"


def column_name(column: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> column_name(0), column_name(25), column_name(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(65 + rest) + letters
    return letters


def _load(path: Path, marks: dict[str, SheetMarks]) -> Iterable[Sheet]:
    try:
        engine: Any = import_module("python_calamine")
    except ImportError as error:
        raise UnreadableSourceError(
            "Workbooks are read by the package python-calamine, which is not installed. "
            "Install it with: pip install 'lthtgn-analysis[excel]'"
        ) from error
    book = _guard(path, lambda: engine.CalamineWorkbook.from_path(str(path)))
    for about in book.sheets_metadata:
        if about.typ != engine.SheetTypeEnum.WorkSheet:
            yield Sheet(about.name, _as_array([]), hidden=True)
            continue
        rows = _guard(path, lambda name=about.name: _rows_of(book, name))
        hidden = about.visible != engine.SheetVisibleEnum.Visible
        yield Sheet(about.name, _as_array(rows), marks.get(about.name, SheetMarks()), hidden)


def _rows_of(book: Any, name: str) -> list[list[Any]]:
    rows: list[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return rows


def _guard(path: Path, read: Any) -> Any:
    try:
        return read()
    except BaseException as error:
        # A panic of the engine (a broken file it did not foresee) is no Exception to Python.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise UnreadableSourceError(
            f"{path.name} must be a whole workbook; it is damaged or protected.\n"
            f"  found: {error}\n"
            "  hint:  open it in a spreadsheet program and save it anew, without a password."
        ) from None


def _as_array(rows: list[list[Any]]) -> np.ndarray:
    rows = rows[: _filled_length(rows)]
    width = max((len(row) for row in rows), default=0)
    if rows and all(len(row) == width for row in rows) and width:
        return np.array([*rows, [None] * width], dtype=object)[:-1]
    cells = np.full((len(rows), width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return cells


def _filled_length(rows: list[list[Any]]) -> int:
    """Return how many rows there are up to the last that is not blank: formats reach far below."""
    length = len(rows)
    blank = {"", None}
    while length and blank.issuperset(rows[length - 1]):
        length -= 1
    return length


def _decode(sheets: list[Sheet], legacy: LegacyEncoding | None) -> list[Sheet]:
    """Convert old 8-bit text; a text with letters that only Unicode has is left as it is."""
    if legacy is None:
        texts = _old_texts(sheet.cells[:_PROVING_ROWS] for sheet in sheets)
        legacy = detect_legacy_encoding(texts) if texts else None
    if legacy is None:
        return sheets
    texts = _old_texts(sheet.cells for sheet in sheets)
    decoded = dict(zip(texts, decode_legacy(texts, encoding=legacy), strict=True))
    return [
        replace(sheet, cells=_replace_texts(sheet.cells, decoded), encoding=legacy)
        for sheet in sheets
    ]


def _old_texts(parts: Iterable[np.ndarray]) -> list[str]:
    cells = {cell for part in parts for cell in part.ravel().tolist()}
    return sorted(
        cell
        for cell in cells
        if type(cell) is str and not cell.isascii() and _UNICODE_ONLY.isdisjoint(cell)
    )


def _replace_texts(cells: np.ndarray, decoded: dict[str, str]) -> np.ndarray:
    converted = [decoded.get(c, c) if type(c) is str else c for c in cells.flat]
    return np.array([*converted, None], dtype=object)[:-1].reshape(cells.shape)
