"""Small xls files for tests: a container with one stream of records, written by hand."""

from __future__ import annotations

import struct

_SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def container(name, stream):
    """Return a compound file with one stream of a name."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(stream) // _SECTOR
    table = [_TABLE, _END, *range(3, 2 + sectors), _END]
    table += [_FREE] * (_SECTOR // 4 - len(table))
    entries = _entry("Root Entry", 5, _END, 0, child=1) + _entry(name, 2, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0,
                        _END, 0, 0)  # fmt: skip
    head = head.ljust(_SECTOR, b"\xff")
    directory = entries.ljust(_SECTOR, b"\0")
    return head + struct.pack(f"<{len(table)}I", *table) + directory + stream


def _entry(name, kind, first, size, child=_FREE):
    text = name.encode("utf-16-le") + b"\0\0"
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII36xIQ", len(text), kind, 1, _FREE, _FREE, child, first, size)
    )  # fmt: skip


def workbook(name, rows, *, merged=(), hidden_rows=(), hidden_columns=(), encrypted=False):
    """Return an xls file of one sheet; `rows` hold text and numbers, None where a cell is empty."""
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0x600))
    width = max(map(len, rows))
    sheet += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for column in hidden_columns:
        sheet += _record(0x7D, struct.pack("<HHHHHH", column, column, 0, 15, 1, 0))
    for row in range(len(rows)):
        options = 0x120 if row in hidden_rows else 0x100
        sheet += _record(0x208, struct.pack("<HHHHHHHH", row, 0, width, 255, 0, 0, options, 15))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            sheet += b"" if value is None else _cell(row, column, value)
    if merged:
        ranges = b"".join(struct.pack("<HHHH", t, b, left, r) for t, left, b, r in merged)
        sheet += _record(0xE5, struct.pack("<H", len(merged)) + ranges)
    sheet += _record(0x0A, b"")
    book = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0x600))
    if encrypted:
        book += _record(0x2F, struct.pack("<HHHH", 0, 0, 1, 2))
    text = name.encode("utf-16-le")
    length = len(book) + 4 + 8 + len(text) + 4
    book += _record(0x85, struct.pack("<IBBBB", length, 0, 0, len(name), 1) + text)
    book += _record(0x0A, b"")
    return container("Workbook", book + sheet)


def _cell(row, column, value):
    place = struct.pack("<HHH", row, column, 15)
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", value))


def _record(code, body):
    return struct.pack("<HH", code, len(body)) + body
