"""Turn raw text cells into the tables of `schema`: the only place that renames or parses.

A path (or a frame that already has the columns) comes in; observations, sources and targets go
out. Form is judged here, all faults of a file at once: columns, codes, numbers, dates, areas.
Whether the figures can be true is `checks`' part. Numbers in csv files are plain (1234.5), dates
are ISO (2024-12-31); an empty cell is missing.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .errors import InvalidTableError, UnreadableSourceError
from .intake import is_unknown_indicator, is_unlisted_area, parse_column
from .layout_files import Layout, read_layout
from .memory import shareable
from .notation import add_bounds
from .schema import (
    DTYPES,
    OBSERVATIONS,
    SOURCES,
    TARGETS,
    Column,
    Table,
    accept,
    arrange,
    list_faults,
)
from .sources import (
    WORKBOOK_SUFFIXES,
    is_database_url,
    list_files,
    read_csv_cells,
    read_csv_typed,
    read_parquet_cells,
    read_sql_cells,
    record_lines,
)
from .workbook_figures import read_book

_SHOWN_FAULTS = 20
_HEADER = -1
_PLACE = ("level", "area", "boundaries")
_NAMES = ("indicator", "qualifier", "unit", "status")
_NO_CODES = np.zeros(0, dtype="int64")


@shareable
def read_observations(
    path: Any, *, query: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Read observations: one reported figure a row, with its source, date, doubt and boundaries.

    Parameters
    ----------
    path : str, Path or data frame
        A csv or parquet file with the columns of the observations table, a folder of them, a
        pattern such as "exports/*.csv", a database's SQLAlchemy URL, or a frame that has the
        columns. Bounds that are missing are set from the qualifier (`notation.add_bounds`).
    query : str, optional
        With a URL: one SELECT that gives the columns.
    encoding : {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "windows-1258"}, optional
        The encoding of csv files, where it is not UTF-8 or told by a byte-order mark.

    Returns
    -------
    DataFrame
        The observations table: text as ``str``, numbers as ``float64`` (money in whole đồng, shares
        0-1), dates as ``datetime64``; missing stays missing.

    Raises
    ------
    InvalidTableError
        If a column is missing, or a code, number, date or area is wrong. The text shows file, line,
        column, what was found and what must hold; ``.problems`` holds all of them as rows.
    UnreadableSourceError
        If a parquet file or a database cannot be read.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> observations = read_observations(sample_path("observations"))
    >>> one = observations.query("fact_id == 'F0013'").iloc[0]
    >>> one["area_name"], one["indicator"], float(one["value"])
    ('Thanh Hóa', 'clubs', 884.0)
    """
    if query is not None or is_database_url(path):
        return _parse_observations(_query_cells(path, query))
    if not isinstance(path, (str, Path)):
        return _parse_observations(_as_text(accept(path, OBSERVATIONS), OBSERVATIONS))
    tables = _read_each(list_files(path), lambda file: _read_observations_file(file, encoding))
    return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)


def read_as_found(path: str | Path, *, encoding: str | None = None) -> pd.DataFrame:
    """Read observations for the audit: a sound file as `read_observations`, any other as it stands.

    Parameters
    ----------
    path : str or Path
        As `read_observations`.
    encoding : str, optional
        As `read_observations`.

    Returns
    -------
    DataFrame
        The observations table, or text cells with the columns that are there: `find_problems` tells
        what is wrong with them.

    Raises
    ------
    InvalidTableError
        If a file is not text in its encoding, has none of the columns, or records of several
        lengths.
    UnreadableSourceError, FileNotFoundError
        As `read_observations`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> len(read_as_found(sample_path("observations"))) > 400
    True
    """
    tables = _read_each(list_files(path), lambda file: _read_file_as_found(file, encoding))
    if len(tables) == 1:
        return tables[0]
    # Cells of one file as text and of another as numbers must not meet in one column.
    return pd.concat([_cells_of(table) for table in tables], ignore_index=True)


@shareable
def read_sources(path: Any) -> pd.DataFrame:
    """Read the list of sources that the observations' column `source` points into.

    Parameters
    ----------
    path : str, Path or data frame
        A csv file with the columns of the sources table, or a frame that has them.

    Returns
    -------
    DataFrame
        The sources table, one row per source.

    Raises
    ------
    InvalidTableError
        As `read_observations`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> read_sources(sample_path("sources"))["source"].is_unique
    True
    """
    return _parse(_read_cells(path, SOURCES), SOURCES)


def read_workbook(path: str | Path, *, layout: str | Path | None = None) -> pd.DataFrame:
    """Read observations from workbooks as provinces and districts send them.

    Tables are recognised by the words of their headings: places or clubs as rows under headings of
    one or more rows, years as groups of columns, a sheet per district, registers, indicators as
    rows. Totals are read as printed. Hidden sheets, rows and columns are left out; of a figure that
    is printed twice the sheet of its own unit counts.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls, ods or csv file, a folder of them, or a pattern such as "reports/*.xlsx".
    layout : str or Path, optional
        A TOML file that overrides what is recognised; docs/workbooks.md describes it.

    Returns
    -------
    DataFrame
        The observations table; `locator` is ``sheet!cell``. ``.attrs["explained"]`` is a frame that
        tells for each sheet, table, column and row what it was taken for and why, and lists all
        that was left out; ``.attrs["sources"]`` is the sources table with each file's sha256.

    Raises
    ------
    UnreadableSourceError
        If a file is encrypted, truncated, too large or no workbook.
    InvalidTableError
        If the layout file is wrong.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> book = read_workbook(sample_path("workbooks") / "huyen-theo-hang.xlsx")
    >>> book.loc[0, ["area_name", "indicator", "locator"]].to_list()
    ['Bỉm Sơn', 'clubs', 'Biểu 01!C9']
    """
    rules = Layout() if layout is None else read_layout(layout)
    books = [read_book(file, rules) for file in list_files(path, suffixes=WORKBOOK_SUFFIXES)]
    observations = pd.concat([book[0] for book in books], ignore_index=True)
    observations.attrs = {
        "explained": pd.concat([book[1] for book in books], ignore_index=True),
        "sources": pd.concat([book[2] for book in books], ignore_index=True),
    }
    return observations


def parse_targets(cells: pd.DataFrame) -> pd.DataFrame:
    """Turn the text cells of a targets file into the targets table.

    Parameters
    ----------
    cells : DataFrame of str
        As `sources.read_csv_cells` gives it.

    Returns
    -------
    DataFrame
        The targets table. Where only `value` is given, `low` and `high` are set to it.

    Raises
    ------
    InvalidTableError
        As `read_observations`; also for a target without a bar or with its ends crossed.

    Examples
    --------
    >>> from lthtgn_analysis.sources import read_csv_cells
    >>> parse_targets(pd.DataFrame(columns=TARGETS.column_names, dtype="str")).empty
    True
    """
    table = _parse(cells, TARGETS, extra_faults=_target_faults)
    bar = table["value"]
    return table.assign(low=table["low"].fillna(bar), high=table["high"].fillna(bar))


def _read_cells(path: Any, table: Table) -> pd.DataFrame:
    if isinstance(path, (str, Path)):
        return read_csv_cells(path)
    return _as_text(accept(path, table), table)


def _query_cells(url: Any, query: str | None) -> pd.DataFrame:
    if query is None or not is_database_url(url):
        raise TypeError(
            "`query` and a database's URL go together: "
            "read_observations('postgresql+psycopg://host/db', query='select * from observations')"
        )
    cells = read_sql_cells(url, query)
    cells.attrs["title"] = "The query"
    return cells


def _read_observations_file(file: Path, encoding: str | None) -> pd.DataFrame:
    if file.suffix.lower() == ".parquet":
        cells = read_parquet_cells(file)
        cells.attrs["title"] = file.name
        return _parse_observations(cells)
    if encoding is None and (table := _read_sound(file)) is not None:
        return table
    return _parse_observations(read_csv_cells(file, encoding=encoding))


def _read_file_as_found(file: Path, encoding: str | None) -> pd.DataFrame:
    if file.suffix.lower() == ".parquet":
        return read_parquet_cells(file)
    if encoding is None and (table := _read_sound(file)) is not None:
        table.attrs["path"] = str(file)
        return table
    cells = read_csv_cells(file, encoding=encoding)
    if not cells.columns.isin(OBSERVATIONS.column_names).any():
        return read_observations(file, encoding=encoding)  # refuses it by its name
    return cells


def _cells_of(table: pd.DataFrame) -> pd.DataFrame:
    is_typed = list(table.columns) == OBSERVATIONS.column_names and table["value"].dtype.kind == "f"
    return _as_text(table, OBSERVATIONS) if is_typed else table


def _parse_observations(cells: pd.DataFrame) -> pd.DataFrame:
    table = _parse(cells, OBSERVATIONS, extra_faults=_observation_faults)
    return arrange(_with_bounds(table), OBSERVATIONS)


def _read_each(files: list[Path], read: Callable[[Path], pd.DataFrame]) -> list[pd.DataFrame]:
    """Read every file; the faults of all are told at once."""
    tables: list[pd.DataFrame] = []
    errors: list[InvalidTableError | UnreadableSourceError] = []
    for file in files:
        try:
            tables.append(read(file))
        except (InvalidTableError, UnreadableSourceError) as error:
            errors.append(error)
    if not errors:
        return tables
    if len(errors) == 1:
        raise errors[0]
    told = "\n".join(str(error) for error in errors)
    invalid = [error for error in errors if isinstance(error, InvalidTableError)]
    if not invalid:
        raise UnreadableSourceError(told)
    problems = [error.problems for error in invalid if error.problems is not None]
    raise InvalidTableError(told, pd.concat(problems, ignore_index=True) if problems else None)


def _read_sound(file: Path) -> pd.DataFrame | None:
    """Read a file without a fault by its distinct values; None where a fault must be described.

    What `_parse` would refuse or change makes this None, so that both roads give the same table.
    """
    texts = [*OBSERVATIONS.names_of("text"), *OBSERVATIONS.names_of("date")]
    frame = read_csv_typed(file, text=texts, numbers=OBSERVATIONS.names_of("number"))
    if frame is None or np.isinf(frame[OBSERVATIONS.names_of("number")].to_numpy()).any():
        return None
    cells = [frame[column.name] for column in OBSERVATIONS.columns]
    # Most of the work is Arrow's, so that threads look through the columns side by side.
    with ThreadPoolExecutor() as pool:
        read = [*pool.map(_sound_column, cells, OBSERVATIONS.columns)]
    sound = {column.cells.name: column for column in read if column is not None}
    if len(sound) < len(read):
        return None
    table = pd.DataFrame({name: column.cells for name, column in sound.items()})
    crossed = (table["low"] > table["value"]) | (table["value"] > table["high"])
    places = _distinct_rows({name: sound[name] for name in _PLACE})
    indicators = pd.DataFrame({"indicator": sound["indicator"].texts})
    unknown = is_unlisted_area(places).any() or is_unknown_indicator(indicators).any()
    return None if crossed.any() or unknown else arrange(_with_bounds(table), OBSERVATIONS)


class _SoundColumn(NamedTuple):
    """A column's values; where its texts are few they too, and for a place each row's code."""

    cells: pd.Series
    texts: pd.Series = pd.Series(dtype="str")
    codes: np.ndarray = _NO_CODES


def _sound_column(cells: pd.Series, column: Column) -> _SoundColumn | None:
    """Return a column's values, or None if a cell of it would be refused."""
    if column.required and cells.isna().any():
        return None
    if column.kind == "number":
        return _SoundColumn(cells)
    if column.kind == "text" and column.name not in (*_PLACE, *_NAMES):
        stripped = cells.str.strip()
        return None if stripped.eq("").any() else _SoundColumn(stripped)
    # Codes cost as much again as the distinct texts, and only places and dates need them.
    is_name = column.name in _NAMES
    codes, distinct = (_NO_CODES, cells.unique()) if is_name else pd.factorize(cells)
    texts = pd.Series(distinct, dtype="str")
    parsed, bad, _, _ = parse_column(texts, column)
    if bad.any() or texts.str.strip().ne(texts).any():
        return None
    if column.kind == "text":
        return _SoundColumn(cells, texts, codes)
    days = np.append(parsed.to_numpy(), np.datetime64("NaT", "us"))
    return _SoundColumn(pd.Series(days[codes], name=column.name))


def _distinct_rows(columns: dict[str, _SoundColumn]) -> pd.DataFrame:
    """Return the distinct rows of columns without missing values."""
    joined = np.zeros(1, dtype="int64")
    for column in columns.values():
        joined = joined * len(column.texts) + column.codes
    rest = pd.unique(joined)
    rows: dict[str, pd.Series] = {}
    for name, column in reversed(columns.items()):
        rest, codes = np.divmod(rest, max(len(column.texts), 1))
        rows[name] = column.texts.take(codes).reset_index(drop=True)
    return pd.DataFrame(rows)


def _with_bounds(table: pd.DataFrame) -> pd.DataFrame:
    """Set missing bounds; each distinct hedged figure is computed once."""
    exact = table["qualifier"].eq("exact")
    low = table["low"].fillna(table["value"].where(exact))
    high = table["high"].fillna(table["value"].where(exact))
    open_rows = np.flatnonzero((low.isna() | high.isna()).to_numpy())
    if not len(open_rows):
        return table.assign(low=low, high=high)
    rows = table[["value", "qualifier", "unit", "low", "high"]].take(open_rows)
    back = np.zeros(len(rows), dtype="int64")
    for name in rows:
        codes, distinct = pd.factorize(rows[name], use_na_sentinel=False)
        back, _ = pd.factorize(back * len(distinct) + codes)
    first = np.zeros(back.max() + 1, dtype="int64")
    first[back[::-1]] = np.arange(len(back))[::-1]
    bounded = add_bounds(rows.take(first))
    lows, highs = low.to_numpy(copy=True), high.to_numpy(copy=True)
    lows[open_rows] = bounded["low"].to_numpy()[back]
    highs[open_rows] = bounded["high"].to_numpy()[back]
    return table.assign(low=lows, high=highs)


def _as_text(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    texts = {}
    for column in table.columns:
        values = frame[column.name]
        if column.kind == "date":
            values = values.dt.strftime("%Y-%m-%d")
        texts[column.name] = values.astype("str").where(values.notna(), "")
    return pd.DataFrame(texts)


def _parse(cells: pd.DataFrame, table: Table, *, extra_faults: Any = None) -> pd.DataFrame:
    faults: list[pd.DataFrame] = []
    parsed = {}
    for column in table.columns:
        if column.name not in cells:
            parsed[column.name] = pd.Series(dtype=DTYPES[column.kind], index=cells.index)
            faults.append(_missing_column(column, cells))
            continue
        text = cells[column.name].str.strip()
        values, bad, must, hint = parse_column(text, column)
        parsed[column.name] = values
        faults.append(_fault_rows(text, bad, column.name, must, hint))
        if column.required:
            empty = text.eq("")
            must, hint = "hold a value", f"fill in `{column.name}`; it says what the figure is"
            faults.append(_fault_rows(text, empty, column.name, must, hint))
    frame = pd.DataFrame(parsed)
    if extra_faults is not None:
        faults.extend(extra_faults(frame))
    found = pd.concat([rows for rows in faults if len(rows)] or [_no_faults()])
    if len(found):
        raise _as_error(found.sort_values("row", kind="stable"), cells, table)
    return frame.reset_index(drop=True)


def _observation_faults(frame: pd.DataFrame) -> Iterable[pd.DataFrame]:
    yield _fault_rows(
        frame["indicator"],
        is_unknown_indicator(frame),
        "indicator",
        "be a name in INDICATORS",
        "see reference/indicators.csv; a new indicator is a new line there",
    )
    yield _fault_rows(
        frame["area"],
        is_unlisted_area(frame),
        "area",
        "be a code of the unit list of its level and boundaries",
        "`find_area(name, level=..., boundaries=...)` gives the code; leading zeros belong to it",
    )
    crossed = (frame["low"] > frame["value"]) | (frame["value"] > frame["high"])
    yield _fault_rows(
        frame["low"].astype("str") + ".." + frame["high"].astype("str"),
        crossed,
        "low..high",
        "enclose `value`",
        "leave `low` and `high` empty to have them set from the qualifier",
    )


def _target_faults(frame: pd.DataFrame) -> Iterable[pd.DataFrame]:
    barless = frame["value"].isna() & (frame["low"].isna() | frame["high"].isna())
    yield _fault_rows(
        frame["target_id"],
        barless,
        "value",
        "be given, or both `low` and `high` of a band",
        "`value` is the bar to reach; a band has its ends in `low` and `high`",
    )
    crossed = (frame["low"] > frame["high"]) | (frame["base_low"] > frame["base_high"])
    yield _fault_rows(
        frame["target_id"], crossed, "low..high", "not be crossed", "put the smaller end first"
    )
    late = frame["start"] > frame["due"]
    yield _fault_rows(
        frame["target_id"], late, "start", "not lie after `due`", "look at the decision's period"
    )


def _missing_column(column: Column, cells: pd.DataFrame) -> pd.DataFrame:
    near = difflib.get_close_matches(column.name, cells.columns.astype("str"), n=1)
    filled = "and fill it in" if column.required else "; its cells may be empty"
    hint = f"is `{near[0]}` meant? rename it" if near else f"add the column {filled}"
    return pd.DataFrame(
        {"row": _HEADER, "column": [column.name], "text": "", "must": "be there", "hint": hint}
    )


def _fault_rows(text: pd.Series, bad: pd.Series, column: str, must: str, hint: str) -> pd.DataFrame:
    rows = bad[bad.fillna(False).astype(bool)].index
    return pd.DataFrame(
        {
            "row": rows,
            "column": column,
            "text": text.loc[rows].astype("str").to_numpy(),
            "must": must,
            "hint": hint,
        }
    )


def _no_faults() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in ("row", "column", "text", "must", "hint")})


def _as_error(faults: pd.DataFrame, cells: pd.DataFrame, table: Table) -> InvalidTableError:
    path = cells.attrs.get("path")
    title = cells.attrs.get("title", f"`{table.name}`" if path is None else Path(path).name)
    problems = list_faults(
        found=_name_places(faults, cells),
        must=faults["must"].to_list(),
        hint=faults["hint"].to_list(),
    )
    if table.key[0] in cells:
        problems["fact_ids"] = cells[table.key[0]].reindex(faults["row"]).to_numpy()
    missing = faults.loc[faults["row"] == _HEADER, "column"].to_list()
    others = problems.iloc[len(missing) :]
    shown = [
        f"  {found}; must {must}\n    hint: {hint}"
        for found, must, hint in others[["found", "must", "hint"]].head(_SHOWN_FAULTS).to_numpy()
    ]
    parts = []
    if missing:
        parts.append(
            f"{title} must have the columns of the {table.name} table.\n"
            f"  missing: {missing}\n"
            f"  found:   {cells.columns.astype('str').to_list()}\n"
            f"  hint:    {_hint_at_columns(cells, table)}"
        )
    if len(others):
        counted = "1 fault found" if len(others) == 1 else f"{len(others)} faults found"
        parts.append(f"{title} must hold the {table.name} table; {counted}.")
    if more := len(others) - len(shown):
        shown.append(f"  ... and {more} more; `.problems` holds them all.")
    return InvalidTableError("\n".join([*parts, *shown]), problems)


def _hint_at_columns(cells: pd.DataFrame, table: Table) -> str:
    """Say how the columns are named, or how they are kept apart where all came as one."""
    only = str(cells.columns[0])
    mark = next((mark for mark in ";\t|" if mark in only), None)
    if len(cells.columns) == 1 and mark is not None:
        return f"cells are kept apart by {mark!r} here; save the file with commas between them."
    return f"the first line names the columns: {', '.join(table.column_names)}."


def _name_places(faults: pd.DataFrame, cells: pd.DataFrame) -> list[str]:
    """Say of each fault where it stands: its line in the file, or its row, and its column."""
    path = cells.attrs.get("path")
    lines = None if path is None else record_lines(path, encoding=cells.attrs.get("encoding"))
    places = []
    for row, column, text in faults[["row", "column", "text"]].itertuples(index=False):
        if row == _HEADER:
            places.append(("" if lines is None else "line 1, ") + f"no column `{column}`")
        else:
            where = f"row {row}" if lines is None else f"line {lines[row]}"
            places.append(f"{where}, column `{column}`: {text!r}")
    return places
