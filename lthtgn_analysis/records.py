"""The records of an xls file: what it says of its sheets beside their values.

A path comes in; hidden rows and columns, merged ranges, extents and formulas without a value go
out, for every sheet. Only the few records needed are read ([MS-CFB], [MS-XLS]); values are the
spreadsheet engine's part.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import UnreadableSourceError

_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE
_BOUNDSHEET, _FILEPASS, _BOF, _EOF = 0x85, 0x2F, 0x809, 0x0A
_DIMENSIONS, _ROW, _COLINFO, _MERGED, _FORMULA = 0x200, 0x208, 0x7D, 0xE5, 0x06
_LAST_ROW, _LAST_COLUMN = 65536, 256


@dataclass(frozen=True)
class XlsMarks:
    """The marks of one sheet; rows and columns count from 0."""

    rows: int = 0
    columns: int = 0
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    uncomputed: tuple[tuple[int, int], ...] = field(default=())


def read_xls_marks(path: Path) -> dict[str, XlsMarks]:
    """Read the marks of every worksheet of an xls file, by the sheet's name.

    Raises
    ------
    UnreadableSourceError
        If the file is encrypted, cut off, or no workbook.
    """
    data = path.read_bytes()
    try:
        streams = _directory(data)
        if "EncryptedPackage" in streams:
            raise _locked(path)
        stream = next((streams[name] for name in ("Workbook", "Book") if name in streams), None)
        if stream is None:
            raise UnreadableSourceError(
                f"{path.name} must be a workbook (xlsx, ods, xls) or csv.\n"
                "  found: a document of another program in the old container format\n"
                "  hint:  open it and save it as xlsx."
            )
        book = _stream(data, *stream)
        return {name: _read_sheet(book, offset) for name, offset in _bound_sheets(path, book)}
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise UnreadableSourceError(
            f"{path.name} must be a whole workbook; it is damaged or cut off.\n"
            f"  found: {error}\n"
            "  hint:  ask for the file again, or open it in a spreadsheet program and save it anew."
        ) from None


def _locked(path: Path) -> UnreadableSourceError:
    return UnreadableSourceError(
        f"{path.name} must be open to read; it is protected by a password.\n"
        "  hint: open it with its password and save it without one."
    )


def _directory(data: bytes) -> dict[str, tuple[int, int]]:
    """Return the first sector and the size of every stream, by name."""
    first = struct.unpack_from("<I", data, 48)[0]
    entries = _stream(data, first, None)
    found = {}
    for position in range(0, len(entries) - 127, 128):
        entry = entries[position : position + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[66] == 2 and 2 <= length <= 64:
            name = entry[: length - 2].decode("utf-16-le")
            found[name] = struct.unpack_from("<II", entry, 116)
    return found


def _stream(data: bytes, sector: int, size: int | None) -> bytes:
    """Follow a stream through the file's table of sectors.

    Streams below 4096 bytes lie in the mini stream; a workbook's is always padded beyond that.
    """
    width = 1 << struct.unpack_from("<H", data, 30)[0]
    table = _sector_table(data, width)
    parts, seen = [], set()
    while sector not in (_END, _FREE):
        if sector in seen or sector >= len(table):
            raise IndexError(f"its table of sectors is broken at sector {sector}")
        seen.add(sector)
        parts.append(data[(sector + 1) * width : (sector + 2) * width])
        sector = table[sector]
    whole = b"".join(parts)
    if size is not None and len(whole) < size:
        raise IndexError(f"a stream of {size} bytes ends after {len(whole)}")
    return whole if size is None else whole[:size]


def _sector_table(data: bytes, width: int) -> list[int]:
    listed = list(struct.unpack_from("<109I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // width)):
        if following in (_END, _FREE):
            break
        block = struct.unpack_from(f"<{width // 4}I", data, (following + 1) * width)
        listed.extend(block[:-1])
        following = block[-1]
    table: list[int] = []
    for sector in listed:
        if sector not in (_END, _FREE):
            table.extend(struct.unpack_from(f"<{width // 4}I", data, (sector + 1) * width))
    return table


def _records(book: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    while position + 4 <= len(book):
        code, length = struct.unpack_from("<HH", book, position)
        yield code, book[position + 4 : position + 4 + length]
        position += 4 + length


def _bound_sheets(path: Path, book: bytes) -> Iterator[tuple[str, int]]:
    for code, body in _records(book, 0):
        if code == _FILEPASS:
            raise _locked(path)
        if code == _BOUNDSHEET and body[5] == 0:
            offset, length, wide = struct.unpack_from("<I2xBB", body)
            text = body[8 : 8 + length * (2 if wide & 1 else 1)]
            yield text.decode("utf-16-le" if wide & 1 else "latin-1"), offset
        if code == _EOF:
            return


def _read_sheet(book: bytes, offset: int) -> XlsMarks:
    rows = columns = depth = 0
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    merged: list[tuple[int, int, int, int]] = []
    uncomputed: list[tuple[int, int]] = []
    for code, body in _records(book, offset):
        depth += (code == _BOF) - (code == _EOF)
        if depth == 0:
            break
        if depth > 1:
            continue
        if code == _DIMENSIONS:
            rows, columns = struct.unpack_from("<4xI2xH", body)
        elif code == _ROW and struct.unpack_from("<H", body, 12)[0] & 0x20:
            hidden_rows.add(struct.unpack_from("<H", body)[0])
        elif code == _COLINFO and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            hidden_columns.update(range(first, min(last, _LAST_COLUMN - 1) + 1))
        elif code == _MERGED:
            for one in range(struct.unpack_from("<H", body)[0]):
                top, bottom, left, right = struct.unpack_from("<4H", body, 2 + 8 * one)
                merged.append((top, left, bottom, right))
        elif code == _FORMULA and body[6] == 3 and body[12:14] == b"\xff\xff":
            uncomputed.append(struct.unpack_from("<HH", body))
    return XlsMarks(
        min(rows, _LAST_ROW),
        min(columns, _LAST_COLUMN),
        frozenset(hidden_rows),
        frozenset(hidden_columns),
        tuple(merged),
        tuple(uncomputed),
    )
