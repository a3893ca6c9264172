"""What a workbook file says beside its values: what is hidden, merged, a percentage, or uncomputed.

A path comes in; the marks of each sheet go out. The file is held against limits of size first, so
that a packed bomb, a sheet with a cell in its last corner or a truncated archive ends in a clear
error before any value is read. Rows and columns count from 0.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree
from xml.parsers import expat

from .errors import UnreadableSourceError
from .records import read_xls_marks

WorkbookKind = Literal["xlsx", "ods", "xls"]
Area = tuple[int, int, int, int]

LARGEST_UNPACKED = 512 * 2**20
"""Bytes that the parts of a workbook may unpack to."""
LARGEST_SHEET = 20_000_000
"""Cells between A1 and the last cell that a sheet may span."""
LARGEST_COUNT = 200_000
"""Merged ranges, or single marked cells, that a sheet may have."""

_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_ALPHABET = 26
_BUILT_IN_PERCENT = {"9", "10"}
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "


@dataclass(frozen=True)
class SheetMarks:
    """The marks of one sheet.

    Attributes
    ----------
    hidden_rows, hidden_columns : frozenset of int
        What a reader of the sheet does not see.
    merged : tuple of (first row, first column, last row, last column)
        Merged ranges; only the first cell holds a value.
    percentages : frozenset of (row, column)
        Numeric cells shown as a percentage: 0.85 is printed 85 %. None if the format keeps no such
        mark that can be read.
    uncomputed : tuple of (row, column)
        Formulas saved without their value.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    percentages: frozenset[tuple[int, int]] | None = frozenset()
    uncomputed: tuple[tuple[int, int], ...] = ()


def kind_of(path: Path) -> WorkbookKind | None:
    """Tell the kind of a workbook by its content; None for what is no workbook.

    Raises
    ------
    UnreadableSourceError
        If the file is empty, protected by a password, or of a kind that is not read.
    """
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head:
        raise UnreadableSourceError(f"{path.name} must hold a table; the file is empty.")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    if head.startswith(b"PK"):
        with _open_archive(path) as archive:
            names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "content.xml" in names:
            return "ods"
        raise UnreadableSourceError(
            f"{path.name} must be a workbook (xlsx, ods, xls) or csv.\n"
            "  found: an archive without a workbook of these kinds\n"
            "  hint:  open it and save it as xlsx."
        )
    return None


def read_marks(path: Path, kind: WorkbookKind) -> dict[str, SheetMarks]:
    """Read the marks of every sheet of a workbook, by the sheet's name.

    Raises
    ------
    UnreadableSourceError
        If the file is truncated, encrypted, or exceeds the limits of this module.
    """
    if kind == "xls":
        return {
            name: SheetMarks(
                marks.hidden_rows, marks.hidden_columns, marks.merged, None, marks.uncomputed
            )
            for name, marks in _bounded_xls(path).items()
        }
    with _open_archive(path) as archive:
        _check_size(path, archive)
        try:
            return (_read_xlsx if kind == "xlsx" else _read_ods)(path, archive)
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError) as error:
            raise _damaged(path, error) from None
        except (ElementTree.ParseError, expat.ExpatError) as error:
            raise _damaged(path, error) from None
        except RuntimeError as error:  # zipfile's word for a part that needs a password
            raise _locked(path) from error


def _bounded_xls(path: Path) -> dict:
    marks = read_xls_marks(path)
    for name, one in marks.items():
        _check_span(path, name, one.rows, one.columns)
    return marks


def _open_archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError, struct.error) as error:
        raise _damaged(path, error) from None


def _check_size(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > LARGEST_UNPACKED:
        raise UnreadableSourceError(
            f"{path.name} must unpack to at most {LARGEST_UNPACKED >> 20} MiB.\n"
            f"  found: parts of {unpacked >> 20} MiB in a file of {path.stat().st_size >> 10} KiB\n"
            "  hint:  if it is genuine, delete unused sheets or save the sheet as csv."
        )


def _check_span(path: Path, sheet: str, rows: int, columns: int) -> None:
    if rows * columns > LARGEST_SHEET:
        raise UnreadableSourceError(
            f"{path.name}, sheet {sheet!r}, must span at most {LARGEST_SHEET:,} cells.\n"
            f"  found: {rows:,} rows by {columns:,} columns up to its last cell\n"
            "  hint:  a stray cell far outside the table makes it so wide; delete it, or save the "
            "sheet as csv."
        )


def _check_count(path: Path, sheet: str, what: str, count: int) -> None:
    if count > LARGEST_COUNT:
        raise UnreadableSourceError(
            f"{path.name}, sheet {sheet!r}, must have at most {LARGEST_COUNT:,} {what}.\n"
            f"  found: {count:,}\n"
            "  hint:  save the sheet as csv."
        )


def _damaged(path: Path, error: Exception) -> UnreadableSourceError:
    return UnreadableSourceError(
        f"{path.name} must be a whole workbook; it is damaged or cut off.\n"
        f"  found: {error}\n"
        "  hint:  ask for the file again, or open it in a spreadsheet program and save it anew."
    )


def _locked(path: Path) -> UnreadableSourceError:
    return UnreadableSourceError(
        f"{path.name} must be open to read; it is protected by a password.\n"
        "  hint: open it with its password and save it without one."
    )


def _read_part(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a part whole: its length and checksum are proved, and no entity may be declared."""
    data = archive.read(name)
    if _DOCTYPE.search(data[:4096]):
        raise UnreadableSourceError(
            f"{path.name} must be a plain workbook; its part {name} declares entities of its own."
        )
    return data


def _read_xlsx(path: Path, archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    names = set(archive.namelist())
    if "xl/sharedStrings.xml" in names:
        _read_part(path, archive, "xl/sharedStrings.xml")
    percent = (
        _percent_styles(_read_part(path, archive, "xl/styles.xml"))
        if "xl/styles.xml" in names
        else ()
    )
    return {
        sheet: _read_worksheet(path, sheet, _read_part(path, archive, part), percent)
        for sheet, part in _worksheets(path, archive)
        if part in names
    }


def _worksheets(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    book = ElementTree.fromstring(_read_part(path, archive, "xl/workbook.xml"))
    links = ElementTree.fromstring(_read_part(path, archive, "xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.iter():
        if _local(sheet.tag) == "sheet":
            ids = [value for key, value in sheet.attrib.items() if _local(key) == "id"]
            target = targets.get(ids[0], "") if ids else ""
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if "worksheets" in part:
                yield sheet.get("name", ""), part


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _percent_styles(data: bytes) -> tuple[str, ...]:
    """Return the numbers of the cell styles that show a number as a percentage."""
    root = ElementTree.fromstring(data)
    formats = set(_BUILT_IN_PERCENT)
    for element in root.iter():
        if _local(element.tag) == "numFmt" and "%" in element.get("formatCode", ""):
            formats.add(element.get("numFmtId", ""))
    styles = next((e for e in root if _local(e.tag) == "cellXfs"), None)
    return tuple(
        str(number)
        for number, style in enumerate(() if styles is None else styles)
        if style.get("numFmtId") in formats
    )


def _read_worksheet(path: Path, name: str, data: bytes, percent: tuple[str, ...]) -> SheetMarks:
    found = re.search(rb"<([A-Za-z][\w.-]*:)?worksheet\b", data[:4096])
    prefix = (found[1] or b"") if found else b""
    data = _in_one_style(data)
    rows, columns = _span(data, prefix)
    _check_span(path, name, rows, columns)
    tail = data[data.rfind(b"</" + prefix + b"sheetData>") :]
    merged = re.findall(rb"<" + prefix + rb'mergeCell [^>]*?ref="([A-Z]+\d+):([A-Z]+\d+)"', tail)
    _check_count(path, name, "merged ranges", len(merged))
    return SheetMarks(
        hidden_rows=frozenset(_hidden_rows(data, prefix)),
        hidden_columns=frozenset(_hidden_columns(data, prefix)),
        merged=tuple((*_place(first), *_place(last)) for first, last in merged),
        percentages=frozenset(_percentages(data, prefix, percent)),
        uncomputed=tuple(_uncomputed(data, prefix)),
    )


def _in_one_style(data: bytes) -> bytes:
    """Write attributes as all common programs do: one space before, double quotes around."""
    if b"='" in data:
        data = re.sub(rb"='([^'\"<>]*)'", rb'="\1"', data)
    first = data.find(b"<", 100)  # a line may end after the declaration
    if any(data.find(odd, first) >= 0 for odd in (b"\n", b"\t", b"\r", b' ="', b'= "')):
        data = re.sub(rb'\s*=\s*"', b'="', re.sub(rb"[\t\r\n]+", b" ", data))
    return data


def _span(data: bytes, prefix: bytes) -> tuple[int, int]:
    """Return the rows and columns up to the last cell that holds something.

    Rows are taken from the last such cell, columns as 26: what most sheets keep to. Only where a
    cell lies beyond are all of them looked at.
    """
    end = data.rfind(b"</" + prefix + b"c>")
    if end < 0:
        return 0, 0
    start = data.rfind(b"<" + prefix + b"c", 0, end)
    last = re.match(rb'<[^>]* r="[A-Z]+(\d{1,7})"', data[start:end])
    if last is None:
        return data.count(b"<" + prefix + b"row", 0, end), _ALPHABET
    beyond = rb' r="(?:[A-Z]{2,3}\d|[A-Z]\d{%d})' % (len(last[1]) + 1)
    if not re.search(beyond, data):
        return int(last[1]), _ALPHABET
    cells = re.findall(_cell(prefix) + rb'r="([A-Z]{1,3})(\d{1,7})"(?:[^>]*[^>/])?>', data)
    columns = max(_column_number(letters) for letters in {letters for letters, _ in cells})
    return max(int(row) for _, row in cells), columns + 1


def _cell(prefix: bytes) -> bytes:
    return rb"<" + prefix + rb"c (?:[^>]*? )?"


def _percentages(data: bytes, prefix: bytes, percent: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    if any(b' s="%s"' % number.encode() in data for number in percent):
        styles = b"|".join(number.encode() for number in percent)
        shown = re.findall(
            rb"<" + prefix + rb'c (?=[^>]*?\bs="(?:' + styles + rb')")[^>]*?\br="([A-Z]+\d+)"'
            rb"(?:[^>]*[^>/])?>",
            data,
        )
        yield from map(_place, shown)


def _uncomputed(data: bytes, prefix: bytes) -> Iterator[tuple[int, int]]:
    if b"<" + prefix + b"f" in data:
        p = prefix
        found = re.findall(
            _cell(p)
            + rb'r="([A-Z]+\d+)"[^>]*>\s*<'
            + p
            + rb"f\b[^>]*(?:/>|>[^<]*</"
            + p
            + rb"f>)\s*"
            rb"(?:<" + p + rb"v\s*/>|<" + p + rb"v></" + p + rb"v>)?\s*</" + p + rb"c>",
            data,
        )
        yield from map(_place, found)


def _hidden_rows(data: bytes, prefix: bytes) -> Iterator[int]:
    if b"hidden=" not in data:
        return
    row = -1
    for tag in re.finditer(rb"<" + prefix + rb"row\b([^>]*)>", data):
        number = re.search(rb'\br="(\d+)"', tag[1])
        row = int(number[1]) - 1 if number else row + 1
        if re.search(rb'\bhidden="(?:1|true)"', tag[1]):
            yield row


def _hidden_columns(data: bytes, prefix: bytes) -> Iterator[int]:
    head = data[: data.find(b"<" + prefix + b"sheetData")]
    for tag in re.finditer(rb"<" + prefix + rb"col\b([^>]*)>", head):
        if re.search(rb'\bhidden="(?:1|true)"|\bwidth="0(?:\.0*)?"', tag[1]):
            ends = dict(re.findall(rb'\b(min|max)="(\d{1,5})"', tag[1]))
            if len(ends) == 2:
                yield from range(int(ends[b"min"]) - 1, min(int(ends[b"max"]), 16384))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _place(reference: bytes) -> tuple[int, int]:
    letters = reference.rstrip(b"0123456789")
    return int(reference[len(letters) :]) - 1, _column_number(letters)


def _read_ods(path: Path, archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
        "META-INF/manifest.xml"
    ):
        raise _locked(path)
    data = _read_part(path, archive, "content.xml")
    builder = _OdsMarks(path)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.Parse(data, True)
    return builder.sheets


class _OdsMarks:
    """Collect the marks of an ods file while its elements pass by."""

    def __init__(self, path: Path) -> None:
        self.sheets: dict[str, SheetMarks] = {}
        self._path = path
        self._depth = 0
        self._reset("")

    def _reset(self, name: str) -> None:
        self._name = name
        self._row = self._column = self._declared = self._rows = self._columns = 0
        self._repeated = 1
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._merged: list[Area] = []
        self._percentages: set[tuple[int, int]] = set()
        self._uncomputed: list[tuple[int, int]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _TABLE + "table":
            self._depth += 1
            if self._depth == 1:
                self._reset(attributes.get(_TABLE + "name", ""))
        elif self._depth != 1:
            return
        elif tag == _TABLE + "table-column":
            count = int(attributes.get(_TABLE + "number-columns-repeated", 1))
            if attributes.get(_TABLE + "visibility", "visible") != "visible":
                last = min(self._declared + count, 16384)
                self._hidden_columns.update(range(self._declared, last))
            self._declared += count
        elif tag == _TABLE + "table-row":
            self._repeated = int(attributes.get(_TABLE + "number-rows-repeated", 1))
            self._column = 0
            if attributes.get(_TABLE + "visibility", "visible") != "visible":
                last = min(self._row + self._repeated, 2**20)
                self._hidden_rows.update(range(self._row, last))
        elif tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            self._cell(attributes)

    def end(self, tag: str) -> None:
        if tag == _TABLE + "table-row" and self._depth == 1:
            self._row += self._repeated
        elif tag == _TABLE + "table":
            self._depth -= 1
            if self._depth == 0:
                self._close()

    def _cell(self, attributes: dict[str, str]) -> None:
        row, column = self._row, self._column
        count = int(attributes.get(_TABLE + "number-columns-repeated", 1))
        self._column += count
        down = int(attributes.get(_TABLE + "number-rows-spanned", 1))
        across = int(attributes.get(_TABLE + "number-columns-spanned", 1))
        if down > 1 or across > 1:
            self._merged.append((row, column, row + down - 1, column + across - 1))
        kind = attributes.get(_OFFICE + "value-type")
        if kind is None:
            if _TABLE + "formula" in attributes:
                self._uncomputed.append((row, column))
            return
        self._rows = max(self._rows, row + self._repeated)
        self._columns = max(self._columns, column + count)
        _check_span(self._path, self._name, self._rows, self._columns)
        if kind == "percentage":
            cells = [(row + i, column + j) for i in range(self._repeated) for j in range(count)]
            self._percentages.update(cells)

    def _close(self) -> None:
        _check_count(self._path, self._name, "merged ranges", len(self._merged))
        self.sheets[self._name] = SheetMarks(
            frozenset(self._hidden_rows),
            frozenset(self._hidden_columns),
            tuple(self._merged),
            frozenset(self._percentages),
            tuple(self._uncomputed),
        )


def expand(places: Iterable[Area]) -> dict[tuple[int, int], tuple[int, int]]:
    """Map every cell of merged ranges to the cell that holds the value.

    Examples
    --------
    >>> expand([(0, 0, 0, 1)])
    {(0, 0): (0, 0), (0, 1): (0, 0)}
    """
    return {
        (row, column): (top, left)
        for top, left, bottom, right in places
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
