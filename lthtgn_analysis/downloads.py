"""The tables of a page in, files for a spreadsheet out: one csv a table, one workbook of them all.

The cells hold the texts of the page, hedges, units and dashes included, so that a file and its page
never disagree. A page by itself holds its files; in a site they stand in a folder beside it, so
that a phone loads only what is read.
"""

from __future__ import annotations

import base64
import csv
import html as markup
import importlib.util
import io
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CSV, XLSX = "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)(?:<span class=\"subtitle\"|</caption>)", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t([hd])\b([^>]*)>(.*?)</t\1>", re.DOTALL)
_SPAN = re.compile(r'colspan="(\d+)"')
_BREAK = re.compile(r"<br\s*/?>|</(?:p|li|div|small)>")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]+")
_LONGEST_SHEET_NAME = 31
_LINK = re.compile(r'(<a download="([^"/]+)" href=")data:[\w./-]+;base64,([\w+/=]*)"')
_STARTS_A_FORMULA = ("=", "@", "\t", "\r")


@dataclass(frozen=True)
class PageTable:
    """A table as its page shows it.

    Parameters
    ----------
    caption : str
        What it holds; may be empty.
    rows : tuple of tuple of str
        The cells, the row of headings first, the notes under the table last, in the first column;
        all rows are of one length.
    """

    caption: str
    rows: tuple[tuple[str, ...], ...]


def read_tables(body: str) -> list[PageTable]:
    """Read the tables of a page's HTML; those without a row are left out.

    Examples
    --------
    >>> html = ("<table><caption>Quỹ</caption><tr><th>Tỉnh</th><th>Triệu đồng</th></tr>"
    ...         "<tr><th>Thanh Hóa</th><td>trên&nbsp;78,36</td></tr></table>")
    >>> read_tables(html)[0].rows
    (('Tỉnh', 'Triệu đồng'), ('Thanh Hóa', 'trên 78,36'))
    """
    tables = []
    for found in _TABLE.findall(body):
        caption = _CAPTION.search(found)
        rows = [_read_row(row) for row in _ROW.findall(found)]
        width = max(map(len, rows), default=0)
        filled = tuple(tuple(row + [""] * (width - len(row))) for row in rows if row)
        if len(filled) > 1:
            tables.append(PageTable(_plain(caption[1]) if caption else "", filled))
    return tables


def write_csv(table: PageTable) -> bytes:
    r"""Write a table as csv with a mark by which Excel knows that it is UTF-8.

    Examples
    --------
    >>> write_csv(PageTable("", (("Tỉnh",), ("=1+1",)))).decode("utf-8-sig")
    "Tỉnh\r\n'=1+1\r\n"
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell for cell in row]
        for row in table.rows
    )
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(tables: Sequence[PageTable]) -> bytes:
    """Write tables as a workbook, a sheet each, named by their numbers and captions."""
    import pandas as pd

    from .exports import write_workbook

    sheets = {}
    for number, table in enumerate(tables, start=1):
        name = _NOT_IN_NAMES.sub(" ", f"{number}. {table.caption}").strip(" '.")
        head, *rows = table.rows
        frame = pd.DataFrame(rows, dtype="str").set_axis(list(head), axis=1)
        sheets[name[:_LONGEST_SHEET_NAME].rstrip(" '")] = frame
    with tempfile.TemporaryDirectory() as folder:
        return write_workbook(sheets, Path(folder) / "page.xlsx").read_bytes()


def can_write_xlsx() -> bool:
    """Tell whether the package that writes workbooks is installed."""
    return importlib.util.find_spec("xlsxwriter") is not None


def write_address(content: bytes, kind: str) -> str:
    """Return a file as an address that holds it whole.

    Examples
    --------
    >>> write_address(b"a", CSV)
    'data:text/csv;base64,YQ=='
    """
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def detach_files(page: str, *, folder: str) -> tuple[str, dict[str, bytes]]:
    """Take the files out of a page that holds them.

    Parameters
    ----------
    page : str
        The page.
    folder : str
        The folder beside the page to which its links shall lead.

    Returns
    -------
    str, dict of str to bytes
        The page with plain links, and the files by their names.

    Examples
    --------
    >>> detach_files('<a download="a.csv" href="data:text/csv;base64,YQ==">a</a>', folder="trang")
    ('<a download="a.csv" href="trang/a.csv">a</a>', {'a.csv': b'a'})
    """
    files = {name: base64.b64decode(held) for _, name, held in _LINK.findall(page)}
    return _LINK.sub(lambda link: f'{link[1]}{folder}/{link[2]}"', page), files


def _read_row(row: str) -> list[str]:
    cells: list[str] = []
    for _, attributes, content in _CELL.findall(row):
        span = _SPAN.search(attributes)
        cells += [_plain(content)] + [""] * (int(span[1]) - 1 if span else 0)
    return cells


def _plain(content: str) -> str:
    text = re.sub(r"<[^>]+>", "", _BREAK.sub(" ", content))
    return " ".join(markup.unescape(text).replace("\xa0", " ").split())
