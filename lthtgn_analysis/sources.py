"""Read files and databases exactly as they are: every cell is text, with its place in the file.

A path, a folder, or a database's URL with a query comes in; a frame of text cells goes out, with
the place of each row in `.attrs`. Nothing is renamed, parsed or dropped here: that is `tidy`'s
part. Files are taken to be UTF-8 unless a byte-order mark or the caller says otherwise.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import io
import re
import unicodedata
import warnings
from collections import Counter
from decimal import Decimal
from glob import glob, has_magic
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .errors import InvalidTableError, UnreadableSourceError
from .schema import list_faults

ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1258")
TABLE_SUFFIXES = (".csv", ".parquet")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_URL = re.compile(r"[a-z][a-z0-9]*(?:\+[a-z0-9_]+)?://", re.IGNORECASE)
_MIDNIGHT = r"^(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?$"
_DELIMITERS = ",;\t|"
_SNIFFED_RECORDS = 50
_FETCHED_ROWS = 50_000
_SHOWN_FAULTS = 5
_BLOCK_BYTES = 2**22
# Smaller files are read without threads: they would stay, and their process could not be forked.
_LARGE_BYTES = 2**22


def read_csv_cells(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Read a csv file as text: no type is guessed, an empty cell is an empty text.

    Parameters
    ----------
    path : str or Path
        A file in UTF-8, or in UTF-16 with its byte-order mark; the first record names the columns.
    encoding : {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1258"}, optional
        The file's encoding where it is another. Windows-1258 keeps a letter and its tone apart;
        they are composed.

    Returns
    -------
    DataFrame of str
        One row per record; ``.attrs["path"]`` holds the path. `record_lines` finds the line of a
        record in the file.

    Raises
    ------
    InvalidTableError
        If the file is empty, is not text in its encoding, has two columns of one name, or a
        record with more cells than the first.
    FileNotFoundError
        If there is no such file.
    ValueError
        If `encoding` is none of those.

    Examples
    --------
    >>> read_csv_cells(sample_path("sources")).columns[0]
    'source'
    """
    path = Path(path)
    encoding = _find_encoding(path, encoding)
    try:
        names = _read_names(path, encoding)
        cells = pd.read_csv(
            path, encoding=encoding, dtype="str", keep_default_na=False, na_filter=False
        )
    except UnicodeDecodeError as error:
        raise _describe_bytes(path, error, encoding) from None
    except pd.errors.ParserError as error:
        raise _describe_records(path, encoding, names, str(error).strip()) from None
    if not isinstance(cells.index, pd.RangeIndex):
        raise _describe_records(path, encoding, names, "records of unequal length")
    cells.columns = pd.Index(names, dtype="str")
    cells = cells.fillna("")
    if encoding == "windows-1258":
        cells = cells.apply(lambda column: column.str.normalize("NFC"))
        cells.columns = pd.Index([unicodedata.normalize("NFC", name) for name in names])
    cells.attrs["path"] = str(path)
    cells.attrs["encoding"] = encoding
    return cells


def read_csv_typed(path: str | Path, *, text: list[str], numbers: list[str]) -> pd.DataFrame | None:
    """Read a csv file whose columns are known, at the speed of its parser; None if anything is odd.

    Files of some megabytes are read by pyarrow where it is installed, others by pandas. Where it
    gives None `read_csv_cells` and the parsing of its cells say what is wrong, if anything is.

    Parameters
    ----------
    path : str or Path
        A file in UTF-8.
    text, numbers : list of str
        The columns to read, all of which must be there.

    Returns
    -------
    DataFrame or None
        Text as `str` exactly as printed, numbers as `float64`, empty cells missing.

    Examples
    --------
    >>> table = read_csv_typed(sample_path("observations"), text=["area"], numbers=["value"])
    >>> table.dtypes.astype("str").to_list()
    ['str', 'float64']
    """
    path = Path(path)
    try:
        names = _read_names(path, "utf-8")
    except (ValueError, InvalidTableError):
        return None
    if not set(text) | set(numbers) <= set(names):
        return None
    large = path.stat().st_size >= _LARGE_BYTES and find_spec("pyarrow")
    read = _read_by_arrow if large else _read_by_pandas
    return read(path, names, text, numbers)


def read_csv_records(path: str | Path, *, encoding: str | None = None) -> list[list[str]]:
    """Read a csv file that is a sheet, not a table: its records as they stand, titles and all.

    Parameters
    ----------
    path : str or Path
        The delimiter (comma, semicolon, tab or bar) is the one that splits the first records best.
    encoding : str, optional
        As in `read_csv_cells`.

    Returns
    -------
    list of list of str
        One list per record; empty lines are empty lists, so that positions are those of the file.

    Raises
    ------
    UnreadableSourceError
        If the file is not text in its encoding.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> read_csv_records(sample_path("sources"))[0][:2]
    ['source', 'title']
    """
    path = Path(path)
    encoding = _find_encoding(path, encoding)
    try:
        text = path.read_text(encoding=encoding)
    except UnicodeError as error:
        if isinstance(error, UnicodeDecodeError) and b"\0" not in path.read_bytes()[:4096]:
            raise UnreadableSourceError(_describe_bytes(path, error, encoding)) from None
        raise UnreadableSourceError(
            f"{path.name} must be a workbook (xlsx, ods, xls) or csv; it is neither.\n"
            "  hint: open it in the program that wrote it and save it as xlsx."
        ) from None
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype html", "<table", "<?xml")):
        raise UnreadableSourceError(
            f"{path.name} must be a workbook (xlsx, ods, xls) or csv; it is a web page.\n"
            "  hint: open it in a spreadsheet program and save it as xlsx."
        )
    text = unicodedata.normalize("NFC", text) if encoding == "windows-1258" else text
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=_find_delimiter(text)))
    except csv.Error as error:
        raise UnreadableSourceError(
            f"{path.name} must be a csv file.\n  found: {error}\n"
            "  hint:  put a cell that holds a comma or a line break between double quotes."
        ) from None


def read_parquet_cells(path: str | Path) -> pd.DataFrame:
    """Read a parquet file as text cells: dates in ISO form, a missing value as an empty text.

    Parameters
    ----------
    path : str or Path
        A file whose columns are named as the table's.

    Returns
    -------
    DataFrame of str
        One row per row; ``.attrs["path"]`` holds the path.

    Raises
    ------
    UnreadableSourceError
        If the file is no parquet file, or the package that reads it is not installed.
    FileNotFoundError
        If there is no such file.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {str(path)!r}.")
    try:
        frame = pd.read_parquet(path)
    except ImportError as error:
        raise UnreadableSourceError(
            "Parquet files are read by the package pyarrow, which is not installed. "
            "Install it with: pip install pyarrow"
        ) from error
    except (OSError, ValueError) as error:
        raise UnreadableSourceError(
            f"{path.name} must be a whole parquet file.\n  found: {str(error).strip()}\n"
            "  hint:  write it again from its source."
        ) from None
    cells = _as_cells(frame)
    cells.attrs["path"] = str(path)
    return cells


def read_sql_cells(url: str, query: str) -> pd.DataFrame:
    """Read the rows of a database query as text cells.

    Parameters
    ----------
    url : str
        A SQLAlchemy URL: "postgresql+psycopg://user@host/clubs", "sqlite:///clubs.db".
    query : str
        One SELECT whose columns are named as the table's.

    Returns
    -------
    DataFrame of str
        One row per row: numbers as plain text, dates in ISO form (a time at midnight, as SQLite
        keeps dates, is its day), NULL as an empty text.
        ``.attrs["place"]`` holds the URL without its password.

    Raises
    ------
    UnreadableSourceError
        If the database cannot be reached, the query fails, or a package is not installed. The text
        never shows the password.

    Examples
    --------
    >>> read_sql_cells("sqlite://", "select 'Nga Sơn' as area_name, 63 as value, null as note")
      area_name value note
    0   Nga Sơn    63
    """
    try:
        sqlalchemy = import_module("sqlalchemy")
    except ImportError as error:
        raise UnreadableSourceError(
            "Databases are read by the package SQLAlchemy, which is not installed. "
            "Install it with: pip install 'lthtgn-analysis[sql]'"
        ) from error
    shown = _URL.match(url)
    place = f"{shown[0]}..." if shown else "the database"
    engine = None
    try:
        place = sqlalchemy.engine.make_url(url).render_as_string(hide_password=True)
        engine = sqlalchemy.create_engine(url)
        with engine.connect().execution_options(stream_results=True) as connection:
            result = connection.execute(sqlalchemy.text(query))
            if not result.returns_rows:
                raise UnreadableSourceError(
                    f"The query to {place} must return rows.\n  hint: write one SELECT."
                )
            names = list(result.keys())
            parts = [
                _as_cells(pd.DataFrame(rows, columns=names, dtype=object))
                for rows in iter(lambda: result.fetchmany(_FETCHED_ROWS), [])
            ]
    except (sqlalchemy.exc.SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise UnreadableSourceError(
            f"The query must be answered by {place}.\n"
            f"  found: {reason}\n"
            "  hint:  check the URL, the network, the driver and the names in the query."
        ) from None
    finally:
        if engine is not None:
            engine.dispose()
    empty = pd.DataFrame(columns=pd.Index(names, dtype="str"), dtype="str")
    cells = pd.concat(parts, ignore_index=True) if parts else empty
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InvalidTableError(
            f"The query to {place} must name each column once.\n  found twice: {twice}\n"
            "  hint: rename one of them with AS."
        )
    cells = cells.apply(lambda column: column.str.replace(_MIDNIGHT, r"\1", regex=True))
    cells.attrs["place"] = place
    return cells


def is_database_url(text: object) -> bool:
    """Tell whether a text is a database's URL rather than a path.

    Examples
    --------
    >>> is_database_url("sqlite:///clubs.db"), is_database_url("data/clubs.csv")
    (True, False)
    """
    return isinstance(text, str) and _URL.match(text) is not None


def list_files(path: str | Path, *, suffixes: tuple[str, ...] = TABLE_SUFFIXES) -> list[Path]:
    """List the files that a path means: itself, a folder's, or those a pattern fits.

    Parameters
    ----------
    path : str or Path
        A file, a folder (its files with these endings, not those of folders in it), or a pattern
        such as "reports/*.xlsx" ("**" enters folders).
    suffixes : tuple of str, optional
        Endings of the files looked for in a folder.

    Returns
    -------
    list of Path
        Sorted by path; hidden files and the locks of open workbooks ("~$...") are passed over.

    Raises
    ------
    FileNotFoundError
        If nothing fits.

    Examples
    --------
    >>> [found.name for found in list_files(sample_path("sources"))]
    ['sources.csv']
    """
    here = Path(path)
    if here.is_file():
        return [here]
    if here.is_dir():
        found = [file for file in here.iterdir() if file.suffix.lower() in suffixes]
        looked_for = f"file that ends in {', '.join(suffixes)}"
    else:
        names = glob(str(path), recursive=True) if has_magic(str(path)) else []  # noqa: PTH207
        found = [Path(name) for name in names]
        looked_for = "such file"
    kept = sorted(f for f in found if f.is_file() and not f.name.startswith(("~$", ".")))
    if not kept:
        raise FileNotFoundError(f"There is no {looked_for} at {str(path)!r}.")
    return kept


def record_lines(path: str | Path, *, encoding: str | None = None) -> list[int]:
    """Return the line on which each record of a csv file begins (the first line is 1).

    Kept apart from reading, since only an error text needs it.

    Examples
    --------
    >>> record_lines(sample_path("sources"))[:2]
    [2, 3]
    """
    path = Path(path)
    starts = []
    with path.open(encoding=_find_encoding(path, encoding), newline="") as lines:
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


def _find_encoding(path: Path, encoding: str | None = None) -> str:
    if encoding is not None:
        known = {codecs.lookup(name).name: name for name in ENCODINGS}
        try:
            return known[codecs.lookup(encoding.replace("_", "-").removesuffix("-sig")).name]
        except LookupError:
            raise ValueError(
                f"`encoding` must be one of {', '.join(ENCODINGS)}, not {encoding!r}.\n"
                "  hint: old font encodings (TCVN3, VNI) are read by read_workbook()."
            ) from None
    with path.open("rb") as stream:
        head = stream.read(4)
    marked = (name for mark, name in _BYTE_ORDER_MARKS.items() if head.startswith(mark))
    return next(marked, "utf-8")


def _find_delimiter(text: str) -> str:
    """Return the delimiter under which most of the first records have as many cells as the widest.

    A comma inside a text or a decimal splits some records, a delimiter splits the whole table.
    """
    scores = {}
    for delimiter in _DELIMITERS:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths = Counter(len(record) for record in islice(records, _SNIFFED_RECORDS))
        scores[delimiter] = max(
            (count * (width - 1), width) for width, count in (widths or {0: 0}).items()
        )
    return max(scores, key=lambda delimiter: scores[delimiter])


def _as_cells(frame: pd.DataFrame) -> pd.DataFrame:
    texts = {str(name): _as_text(frame.iloc[:, i]) for i, name in enumerate(frame.columns)}
    return pd.DataFrame(texts, index=pd.RangeIndex(len(frame)))


def _as_text(column: pd.Series) -> pd.Series:
    """Write the values of a column as a csv file of ours would hold them."""
    if isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
        whole = column.dt.normalize().eq(column) | column.isna()
        dates = column.dt.strftime("%Y-%m-%d") if whole.all() else column.map(
            lambda day: "" if pd.isna(day) else day.isoformat())  # fmt: skip
        return dates.astype("str").where(column.notna(), "").reset_index(drop=True)
    if column.dtype == "str":
        return column.fillna("").reset_index(drop=True)
    return pd.Series([_write(value) for value in column.array], dtype="str")


def _write(value: Any) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else repr(float(value)).removesuffix(".0")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)


def _read_by_arrow(
    path: Path, names: list[str], text: list[str], numbers: list[str]
) -> pd.DataFrame | None:
    arrow, arrow_csv = import_module("pyarrow"), import_module("pyarrow.csv")
    # The type that pandas holds text in: no cell is copied on its way there.
    types = dict.fromkeys(names, arrow.large_string()) | dict.fromkeys(numbers, arrow.float64())
    options = arrow_csv.ConvertOptions(
        column_types=types,
        include_columns=[*text, *numbers],
        null_values=[""],
        strings_can_be_null=True,
    )
    try:
        blocks = arrow_csv.ReadOptions(block_size=_BLOCK_BYTES)
        cells = arrow_csv.read_csv(path, read_options=blocks, convert_options=options)
    except (arrow.ArrowInvalid, arrow.ArrowKeyError):
        return None
    table = cells.to_pandas()
    missing = {name: cells.column(name).null_count for name in numbers}
    # Numbers that are written as "nan" are not empty cells.
    if any(table[name].isna().sum() != count for name, count in missing.items()):
        return None
    return table


def _read_by_pandas(
    path: Path, names: list[str], text: list[str], numbers: list[str]
) -> pd.DataFrame | None:
    options: dict[str, Any] = {"keep_default_na": False, "na_values": [""]}
    try:
        with warnings.catch_warnings():
            # Parts of a column that look like numbers are read again as text below.
            warnings.simplefilter("ignore", pd.errors.DtypeWarning)
            codes = {name: "str" for name in text if name in ("area", "boundaries")}
            frame = pd.read_csv(path, dtype=codes, **options)
        changed = [name for name in text if name in frame and frame[name].dtype != "str"]
        changed = [name for name in changed if frame[name].notna().any()]
        again = pd.read_csv(path, usecols=changed, dtype="str", **options) if changed else None
    except ValueError:
        return None
    if not isinstance(frame.index, pd.RangeIndex) or list(frame.columns) != names:
        return None
    if again is not None:
        frame = frame.assign(**{name: again[name] for name in changed})
    if any(frame[name].dtype.kind not in "if" for name in numbers):
        return None
    empty = pd.Series([None], dtype="str").take(np.zeros(len(frame), dtype=int))
    empty = empty.set_axis(frame.index)
    texts = {name: frame[name] if frame[name].dtype == "str" else empty for name in text}
    return pd.DataFrame(texts | {name: frame[name].astype("float64") for name in numbers})


def _read_names(path: Path, encoding: str) -> list[str]:
    with path.open(encoding=encoding, newline="") as lines:
        names = next((record for record in csv.reader(lines) if record), None)
    if names is None:
        raise _refuse(
            path,
            must="hold a table",
            found=["line 1: nothing; the file is empty"],
            hint="the first line names the columns, separated by commas",
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise _refuse(
            path,
            must="name each column once",
            found=[f"line 1: {twice} more than once"],
            hint="rename or delete one of them",
        )
    return names


def _describe_bytes(path: Path, error: UnicodeDecodeError, encoding: str) -> InvalidTableError:
    data = path.read_bytes()
    # The parser reads in blocks: its offset counts from the block, so the place is sought again.
    try:
        data.decode(encoding)
        place = error.start
    except UnicodeDecodeError as whole:
        place = whole.start
    line = data.count(b"\n", 0, place) + 1
    name = "UTF-8" if encoding == "utf-8-sig" else encoding.upper()
    return _refuse(
        path,
        must=f"be text in {name}",
        found=[f"byte 0x{data[place]:02x} on line {line}, which is not {name}"],
        hint="save the file again as “CSV UTF-8”, or name its encoding: encoding='windows-1258'",
    )


def _describe_records(
    path: Path, encoding: str, names: list[str], reason: str
) -> InvalidTableError:
    """Name the records that are longer than the first; where none is, what the parser says."""
    found = []
    with path.open(encoding=encoding, newline="") as lines:
        records = csv.reader(lines)
        begin = 1
        for record in records:
            if len(record) > len(names):
                found.append(f"line {begin}: {len(record)} cells for {len(names)} columns")
            begin = records.line_num + 1
    return _refuse(
        path,
        must="have the same number of cells in every record",
        found=found or [reason],
        hint="put a cell that holds a comma or a line break between double quotes",
    )


def _refuse(path: Path, *, must: str, found: list[str], hint: str) -> InvalidTableError:
    shown = "; ".join(found[:_SHOWN_FAULTS])
    if more := len(found) - _SHOWN_FAULTS:
        shown += f"; and {more} more" if more > 0 else ""
    return InvalidTableError(
        f"{path.name} must {must}.\n  found: {shown}\n  hint:  {hint}.",
        list_faults(found=found, must=must, hint=hint),
    )
