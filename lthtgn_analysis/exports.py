"""Tables come in; a workbook that colleagues can open, sort and print goes out.

One sheet per table, with Vietnamese headings, number formats, frozen headings and filters; text
stays text, whatever sign it begins with. The same tables give the same bytes.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import InvalidTableError, UnreadableSourceError
from .grammar import read_table
from .schema import SOURCES

LARGEST_ROWS = 1_048_575
"""Rows that a sheet of an xlsx workbook holds below its headings."""

_LONGEST_TEXT = 32_767
_LONGEST_SHEET_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_WIDEST = 60
_SAMPLED_ROWS = 200
_FIGURES = ("low", "value", "high", "reached_low", "reached", "reached_high")
_SHARE_COLUMNS = re.compile(r"(?:^|_)(?:share|achievement|exceedance|elapsed)(?:_|$)")


def write_workbook(tables: pd.DataFrame | Mapping[str, pd.DataFrame], path: str | Path) -> Path:
    """Write tables as a formatted xlsx workbook.

    Parameters
    ----------
    tables : DataFrame or mapping of str to DataFrame
        One table, or one per sheet by the sheet's name. A table named "sources" becomes the sheet
        of sources; where there is none, but tables name their sources, the sheet lists those.
    path : str or Path
        The file to write; it is replaced only when the new one is whole.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InvalidTableError
        If there is no table, a name cannot be a sheet's, or a table is larger than a sheet; all
        faults at once.
    UnreadableSourceError
        If the package XlsxWriter is not installed.

    Notes
    -----
    Shares are shown as percentages and money in whole đồng; the values stay those of the table.
    Where a row's column `unit` is "share" its figures are shown as a percentage. Missing stays an
    empty cell. Text that begins with ``=``, ``+``, ``-`` or ``@`` is written as text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_workbook(pd.DataFrame({"area_name": ["Nga Sơn"]}), f"{folder}/clubs.xlsx").name
    'clubs.xlsx'
    """
    given = {"Số liệu": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    named = _with_sources(given)
    _check(named)
    try:
        engine: Any = import_module("xlsxwriter")
    except ImportError as error:
        raise UnreadableSourceError(
            "Workbooks are written by the package XlsxWriter, which is not installed. "
            "Install it with: pip install 'lthtgn-analysis[excel]'"
        ) from error
    path = Path(path)
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
    ) as stream:
        part = Path(stream.name)
    try:
        _write(engine, named, part)
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _with_sources(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Put the sheet of sources last; without one, list the sources that the tables name."""
    named = {name: table for name, table in tables.items() if name != "sources"}
    if "sources" in tables:
        return {**named, "Nguồn": tables["sources"]}
    found = [t["source"] for t in named.values() if isinstance(t, pd.DataFrame) and "source" in t]
    if not found:
        return named
    sources = pd.concat(found).dropna().drop_duplicates().sort_values(ignore_index=True)
    return {**named, "Nguồn": pd.DataFrame({SOURCES.key[0]: sources})}


def _check(tables: Mapping[str, pd.DataFrame]) -> None:
    faults = [] if tables else ["there must be at least one table."]
    seen: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(table, pd.DataFrame):
            faults.append(f"{name!r} must be a DataFrame, not {type(table).__name__}.")
            continue
        if not name or len(name) > _LONGEST_SHEET_NAME or _NOT_IN_NAMES.search(name):
            faults.append(
                f"{name!r} must be a sheet's name: 1 to {_LONGEST_SHEET_NAME} characters, "
                "none of [ ] : * ? / \\."
            )
        if (other := seen.setdefault(name.casefold(), name)) != name:
            faults.append(f"{name!r} and {other!r} must differ by more than capitals.")
        if len(table) > LARGEST_ROWS:
            faults.append(
                f"{name!r} has {len(table):,} rows; a sheet holds {LARGEST_ROWS:,}; use csv."
            )
    if faults:
        raise InvalidTableError("A workbook cannot be written.\n  " + "\n  ".join(faults))


def _write(engine: Any, tables: Mapping[str, pd.DataFrame], part: Path) -> None:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
        "in_memory": True,
    }
    book = engine.Workbook(str(part), options)
    try:
        book.set_properties({"created": _CREATED.replace(tzinfo=None)})
        formats = _formats(book)
        for name, table in tables.items():
            _write_sheet(book.add_worksheet(name), table, formats)
    finally:
        book.close()


def _formats(book: Any) -> dict[str, Any]:
    shared = {"valign": "top"}
    return {
        "head": book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
                "bg_color": "#E7EEF4",
            }
        ),
        "text": book.add_format({"num_format": "@", **shared}),
        "whole": book.add_format({"num_format": "#,##0", **shared}),
        "number": book.add_format({"num_format": "#,##0.###", **shared}),
        "share": book.add_format({"num_format": "0.0##%", **shared}),
        "date": book.add_format({"num_format": "dd/mm/yyyy", "align": "left", **shared}),
    }


def _write_sheet(sheet: Any, table: pd.DataFrame, formats: Mapping[str, Any]) -> None:
    headings = _headings()
    is_share = None
    if "unit" in table:
        is_share = table["unit"].eq("share").fillna(False).to_numpy(dtype=bool)
    for number, name in enumerate(table.columns):
        column = table.iloc[:, number]
        heading = headings.get(str(name), str(name))
        sheet.write_string(0, number, _NOT_IN_XML.sub("", heading), formats["head"])
        kind = _kind(column, str(name))
        _write_column(sheet, number, column, kind, formats, is_share)
        shown = column.head(_SAMPLED_ROWS).dropna().astype("str").str.len().max()
        width = max(len(heading) / 1.4, 12 if kind in ("date", "whole") else 0, shown or 0)
        sheet.set_column(number, number, min(max(width, 8) + 1, _WIDEST))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table), 1), max(len(table.columns) - 1, 0))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _kind(column: pd.Series, name: str) -> str:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return "date"
    if pd.api.types.is_numeric_dtype(column.dtype) and column.dtype != bool:
        if _SHARE_COLUMNS.search(name):
            return "share"
        filled = column.dropna()
        return "whole" if filled.mod(1).isin([0.0]).all() else "number"
    return "text"


def _write_column(
    sheet: Any, number: int, column: pd.Series, kind: str, formats: Mapping[str, Any], is_share: Any
) -> None:
    by_row = is_share if is_share is not None and column.name in _FIGURES else None
    missing = column.isna().to_numpy()
    for row, value in enumerate(column.array):
        if missing[row]:
            continue
        if kind == "text":
            sheet.write_string(row + 1, number, _as_text(value), formats["text"])
        elif kind == "date":
            sheet.write_datetime(row + 1, number, value.to_pydatetime(), formats["date"])
        else:
            shown = "share" if by_row is not None and by_row[row] else kind
            _write_number(sheet, row + 1, number, float(value), formats[shown], formats["text"])


def _write_number(sheet: Any, row: int, column: int, value: float, shown: Any, text: Any) -> None:
    if abs(value) == float("inf"):
        sheet.write_string(row, column, "∞" if value > 0 else "-∞", text)
    else:
        sheet.write_number(row, column, value, shown)


def _as_text(value: Any) -> str:
    text = _NOT_IN_XML.sub("", str(value))
    if len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[: _LONGEST_TEXT - 1]}…"


def _headings() -> dict[str, str]:
    return {row["column"]: row["vi"] for row in read_table("column_headings.csv")}
