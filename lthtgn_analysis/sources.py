"""Read files exactly as they are: every cell is text, with its place in the file.

A path comes in; a frame of text cells goes out, with the place of each row in `.attrs`. Nothing is
renamed, parsed or dropped here: that is `tidy`'s part. Files are taken to be UTF-8 unless they say
otherwise by a byte-order mark.
"""

from __future__ import annotations

import csv
import hashlib
from importlib.resources import files
from pathlib import Path

import pandas as pd

from .errors import InvalidTableError

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read_csv_cells(path: str | Path) -> pd.DataFrame:
    """Read a csv file as text: no type is guessed, an empty cell is an empty text.

    Parameters
    ----------
    path : str or Path
        A file in UTF-8, or in UTF-16 with its byte-order mark; the first record names the columns.

    Returns
    -------
    DataFrame of str
        One row per record; ``.attrs["path"]`` holds the path. `record_lines` finds the line of a
        record in the file.

    Raises
    ------
    InvalidTableError
        If the file is empty, is not text in these encodings, has two columns of one name, or a
        record with more cells than the first.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> read_csv_cells(sample_path("sources")).columns[0]
    'source'
    """
    path = Path(path)
    encoding = _find_encoding(path)
    try:
        names = _read_names(path, encoding)
        cells = pd.read_csv(
            path, encoding=encoding, dtype="str", keep_default_na=False, na_filter=False
        )
    except UnicodeDecodeError as error:
        raise InvalidTableError(_describe_bytes(path, error)) from None
    except pd.errors.ParserError as error:
        raise InvalidTableError(
            f"{path.name} must have the same number of cells in every record.\n"
            f"  found: {str(error).strip()}\n"
            "  hint:  put a cell that holds a comma or a line break between double quotes."
        ) from None
    if not isinstance(cells.index, pd.RangeIndex):
        raise InvalidTableError(
            f"{path.name} must have the same number of cells in every record.\n"
            f"  found: records with more cells than the {len(names)} columns of the first line\n"
            "  hint:  put a cell that holds a comma or a line break between double quotes."
        )
    cells.columns = pd.Index(names, dtype="str")
    cells = cells.fillna("")
    cells.attrs["path"] = str(path)
    return cells


def record_lines(path: str | Path) -> list[int]:
    """Return the line on which each record of a csv file begins (the first line is 1).

    Kept apart from reading, since only an error text needs it.

    Examples
    --------
    >>> record_lines(sample_path("sources"))[:2]
    [2, 3]
    """
    path = Path(path)
    starts = []
    with path.open(encoding=_find_encoding(path), newline="") as lines:
        records = csv.reader(lines)
        line = 1
        for record in records:
            if record:
                starts.append(line)
            line = records.line_num + 1
    return starts[1:]


def hash_file(path: str | Path) -> str:
    """Return the sha256 of a file's bytes, as the `sources` table keeps it.

    Examples
    --------
    >>> len(hash_file(sample_path("observations")))
    64
    """
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sample_path(name: str) -> Path:
    """Return the path of a file of the sample data that comes with the package.

    Parameters
    ----------
    name : str
        A file's name with or without its ending: "observations", "sources.csv" ...

    Returns
    -------
    Path
        A file or folder on this machine.

    Raises
    ------
    FileNotFoundError
        If there is no such sample; the text names those there are.

    Examples
    --------
    >>> sample_path("observations").name
    'observations.csv'
    """
    installed = Path(str(files(__package__))) / "sample"
    folder = installed if installed.is_dir() else installed.parent.parent / "data" / "sample"
    found = [path for path in sorted(folder.glob("*")) if name in (path.name, path.stem)]
    if not found:
        names = ", ".join(path.name for path in sorted(folder.glob("*")))
        raise FileNotFoundError(f"There is no sample file {name!r}; there are: {names}.")
    return found[0]


def _find_encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(4)
    marked = (name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark))
    return next(marked, "utf-8")


def _read_names(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as lines:
        names = next((record for record in csv.reader(lines) if record), None)
    if names is None:
        raise InvalidTableError(
            f"{path.name} must hold a table; it is empty.\n"
            "  hint: the first line must name the columns, separated by commas."
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidTableError(
            f"{path.name} must name each column once.\n  found twice: {twice}\n"
            "  hint: rename or delete one of them."
        )
    return names


def _describe_bytes(path: Path, error: UnicodeDecodeError) -> str:
    data = path.read_bytes()
    # The parser reads in blocks: its offset counts from the block, so the place is sought again.
    try:
        data.decode("utf-8")
        place = error.start
    except UnicodeDecodeError as whole:
        place = whole.start
    line = data.count(b"\n", 0, place) + 1
    return (
        f"{path.name} must be text in UTF-8.\n"
        f"  found: byte 0x{data[place]:02x} on line {line}, which is not UTF-8\n"
        "  hint:  save the file again as “CSV UTF-8”."
    )
