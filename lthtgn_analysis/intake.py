"""Text cells, or a frame of any kinds, come in; typed columns go out, with what cannot be read.

What a cell must hold is written once, here. `tidy` refuses a file for it, with the line; the audit
goes on (`take_in`): a cell that cannot be read counts as missing and is told beside the other
problems. Numbers are plain (1234.5), dates are ISO (2024-12-31); an empty cell is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .areas import read_areas
from .errors import InvalidTableError
from .indicators import INDICATORS
from .schema import BOUNDARIES, DTYPES, OBSERVATIONS, Column, to_pandas
from .sources import record_lines

_LISTED_LEVELS = ("national", "province", "district", "commune")
_CODE_WIDTHS = {"province": 2, "district": 3, "commune": 5}
_ISO_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"[T ]\d{1,2}:\d{2}.*$"
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
# What a table without the column can only mean; the audit says that it was taken so.
_MEANT = {"qualifier": "exact", "scope": "all", "status": "observed"}


@dataclass(frozen=True)
class Intake:
    """Observations as they stand, with what is wrong with their form.

    Attributes
    ----------
    table : DataFrame
        The columns of the observations table; a cell that cannot be read is missing. A row without
        an id is named by its line.
    unread : DataFrame
        `at` (position of the row), `column` and `text` of each cell that cannot be read.
    empty : DataFrame
        `at` and `column` of each empty cell in a column that is otherwise filled and must be.
    missing : list of str
        Columns that are not there.
    absent : list of str
        Columns that must be filled and are not there, or are empty from first to last.
    lines : array of int
        The line of each row: in its file, or counted from 1 where it came as a frame.
    """

    table: pd.DataFrame
    unread: pd.DataFrame
    empty: pd.DataFrame
    missing: list[str]
    absent: list[str]
    lines: npt.NDArray[np.int64]


def take_in(observations: Any) -> Intake:
    """Take observations as they stand.

    Parameters
    ----------
    observations : data frame
        Any frame that narwhals knows, typed or of text cells, with some columns of the observations
        table.

    Returns
    -------
    Intake
        Where all columns are there in their kinds, the table is the caller's own.

    Raises
    ------
    InvalidTableError
        If it is no frame, has no column of the table, or has one of them twice.

    Examples
    --------
    >>> cells = pd.DataFrame({"fact_id": ["F1"], "area": ["38"], "value": ["12 câu lạc bộ"]})
    >>> taken = take_in(cells)
    >>> taken.unread.to_numpy().tolist(), taken.absent[:3]
    ([[0, 'value', '12 câu lạc bộ']], ['level', 'boundaries', 'indicator'])
    """
    frame = to_pandas(observations, OBSERVATIONS, None)
    _need_columns(frame)
    columns, faults = {}, []
    for column in OBSERVATIONS.columns:
        if column.name not in frame:
            columns[column.name] = pd.Series(index=frame.index, dtype=DTYPES[column.kind])
            continue
        columns[column.name], bad = _take_column(frame[column.name], column)
        if len(bad):
            texts = frame[column.name].iloc[bad].astype("str").str.strip().to_numpy()
            faults.append(pd.DataFrame({"at": bad, "column": column.name, "text": texts}))
    ranged = isinstance(frame.index, pd.RangeIndex) and frame.index.start == 0
    kept = ranged and all(columns[name] is frame.get(name) for name in columns)
    table = frame if kept else pd.DataFrame(columns).reset_index(drop=True)
    unread = pd.concat(faults, ignore_index=True) if faults else _no_cells("text")
    absent, empty = _find_empty(table, frame, unread)
    lines = _lines_of(frame)
    if "area" in frame and frame["area"].dtype.kind in "iuf":
        table = table.assign(area=_with_leading_zeros(table))
    missing = [name for name in OBSERVATIONS.column_names if name not in frame]
    return Intake(_fill(table, absent, lines), unread, empty, missing, absent, lines)


def parse_column(text: pd.Series, column: Column) -> tuple[pd.Series, pd.Series, str, str]:
    """Parse the cells of a column.

    Parameters
    ----------
    text : Series of str
        The cells without blanks around them; an empty text is missing.
    column : Column
        What they must hold.

    Returns
    -------
    tuple
        The values (missing where a cell is empty or wrong), which cells are wrong, what must be
        true of them, and a hint.

    Examples
    --------
    >>> day = next(column for column in OBSERVATIONS.columns if column.name == "as_of")
    >>> parse_column(pd.Series(["2024-12-31", "31/12/2024", ""]), day)[1].tolist()
    [False, True, False]
    """
    if column.kind == "number":
        values = pd.to_numeric(text.where(text.ne("")), errors="coerce").astype("float64")
        finite = values.abs().lt(float("inf"))
        return (
            values.where(finite),
            text.ne("") & ~finite,
            "be a plain number such as 48600 or 0.7335",
            "write no thousands marks, units or words; a hedge goes to the column `qualifier`",
        )
    if column.kind == "date":
        iso = text.str.fullmatch(_ISO_DATE)
        days = pd.to_datetime(text.where(iso), format="%Y-%m-%d", errors="coerce")
        in_range = days.dt.year.between(_FIRST_YEAR, _LAST_YEAR)
        return (
            days.where(in_range).astype(DTYPES["date"]),
            text.ne("") & ~in_range,
            f"be a date such as 2024-12-31, from {_FIRST_YEAR} to {_LAST_YEAR}",
            "a date that is not known stays empty",
        )
    if column.allowed:
        bad = text.ne("") & ~text.isin(column.allowed)
        must = f"be one of {', '.join(column.allowed)}"
    else:
        bad = pd.Series(False, index=text.index)
        must = ""
    return text.where(text.ne("")).astype(DTYPES["text"]), bad, must, "use the code as written"


def is_unknown_indicator(frame: pd.DataFrame) -> pd.Series:
    """Tell which rows name an indicator that is not in `INDICATORS`.

    Examples
    --------
    >>> is_unknown_indicator(pd.DataFrame({"indicator": ["clubs", "clubz", None]})).tolist()
    [False, True, False]
    """
    indicator = frame["indicator"]
    return indicator.notna() & ~indicator.isin(list(INDICATORS))


def is_unlisted_area(frame: pd.DataFrame) -> pd.Series:
    """Tell which rows have a code that is not in the unit list of their level and map.

    Villages and clubs have codes of their own; a level or map that nobody knows has no list.

    Examples
    --------
    >>> is_unlisted_area(pd.DataFrame({
    ...     "level": ["province", "province", "club"], "area": ["38", "99", "c-1"],
    ...     "boundaries": ["2022", "2022", "2022"]})).tolist()
    [False, True, False]
    """
    keys = ["level", "area", "boundaries"]
    placed = (
        frame["boundaries"].isin(BOUNDARIES)
        & frame["level"].isin(_LISTED_LEVELS)
        & frame["area"].notna()
    )
    if not placed.any():
        return placed
    rows = frame.loc[placed, keys]
    code = np.zeros(len(rows), dtype=np.int64)
    for key in keys:
        new, names = pd.factorize(rows[key])
        code = pd.factorize(code * len(names) + new)[0]
    first = np.zeros(code.max() + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    known = pd.concat(read_areas(boundaries=name)[keys] for name in rows["boundaries"].unique())
    listed = pd.MultiIndex.from_frame(rows.iloc[first]).isin(pd.MultiIndex.from_frame(known))
    unlisted = pd.Series(False, index=frame.index)
    unlisted.loc[placed] = ~listed[code]
    return unlisted


def _need_columns(frame: pd.DataFrame) -> None:
    names = OBSERVATIONS.column_names
    if not frame.columns.isin(names).any():
        raise InvalidTableError(
            "`observations` must have columns of the observations table.\n"
            f"  found: {[str(name) for name in frame.columns]}\n"
            f"  hint:  the columns are, in order: {', '.join(names)}."
        )
    twice = frame.columns[frame.columns.duplicated() & frame.columns.isin(names)]
    if len(twice):
        raise InvalidTableError(
            "`observations` must have each column once.\n"
            f"  found twice: {sorted(set(twice))}\n"
            "  hint:        leave out or rename the one that is not meant."
        )


def _take_column(cells: pd.Series, column: Column) -> tuple[pd.Series, npt.NDArray[np.int64]]:
    nothing = np.empty(0, dtype=np.int64)
    if cells.dtype == DTYPES[column.kind] and column.kind != "text":
        return cells, nothing
    if column.kind == "text":
        return _take_text(cells), nothing
    if column.kind == "date" and cells.dtype.kind == "M" and cells.dt.tz is None:
        return cells.astype(DTYPES["date"]), nothing
    if column.kind == "number" and cells.dtype.kind in "iuf":
        return cells.astype(DTYPES["number"]), nothing
    text = cells.astype("str").where(cells.notna(), "").str.strip()
    if column.kind == "date":
        text = text.str.replace(_TIME, "", regex=True)
    codes, distinct = pd.factorize(text)
    values, bad, _, _ = parse_column(pd.Series(distinct, dtype="str"), column)
    taken = pd.Series(values.to_numpy()[codes], index=cells.index, dtype=DTYPES[column.kind])
    return taken, np.flatnonzero(bad.to_numpy(dtype=bool)[codes])


def _take_text(cells: pd.Series) -> pd.Series:
    if cells.dtype.kind == "f" and cells.dropna().mod(1).eq(0).all():
        # Codes that a reader took for numbers, beside empty cells.
        cells = cells.astype("Int64")
    text = cells if cells.dtype == DTYPES["text"] else cells.astype("str").where(cells.notna())
    distinct = pd.Series(text.dropna().unique(), dtype="str")
    stripped = distinct.str.strip()
    if stripped.eq(distinct).all() and stripped.ne("").all():
        return text if text.dtype == DTYPES["text"] else text.astype(DTYPES["text"])
    written = dict(zip(distinct, stripped.where(stripped.ne("")), strict=True))
    return text.map(written).astype(DTYPES["text"])


def _with_leading_zeros(table: pd.DataFrame) -> pd.Series:
    width = table["level"].map(_CODE_WIDTHS).fillna(0).astype("int64")
    return pd.Series(
        [
            code if pd.isna(code) else code.zfill(wide)
            for code, wide in zip(table["area"], width, strict=True)
        ],
        index=table.index,
        dtype=DTYPES["text"],
    )


def _find_empty(
    table: pd.DataFrame, frame: pd.DataFrame, unread: pd.DataFrame
) -> tuple[list[str], pd.DataFrame]:
    absent, parts = [], []
    for column in OBSERVATIONS.columns:
        if not column.required:
            continue
        told = unread.loc[unread["column"] == column.name, "at"]
        at = np.setdiff1d(np.flatnonzero(table[column.name].isna()), told)
        if column.name not in frame or (len(table) and len(at) == len(table)):
            absent.append(column.name)
        elif len(at):
            parts.append(pd.DataFrame({"at": at, "column": column.name}))
    return absent, pd.concat(parts, ignore_index=True) if parts else _no_cells()


def _fill(table: pd.DataFrame, absent: list[str], lines: npt.NDArray[np.int64]) -> pd.DataFrame:
    filled: dict[str, Any] = {name: _MEANT[name] for name in absent if name in _MEANT}
    if "unit" in absent:
        own = {name: indicator.unit for name, indicator in INDICATORS.items()}
        fraction = table["value"].between(0, 1, inclusive="neither")
        filled["unit"] = table["indicator"].map(own).mask(fraction, "share")
    nameless = table["fact_id"].isna()
    if nameless.any():
        by_line = pd.Series([f"line-{line}" for line in lines], index=table.index, dtype="str")
        filled["fact_id"] = table["fact_id"].where(~nameless, by_line)
    if not filled:
        return table
    return table.assign(**filled).astype(dict.fromkeys(filled, DTYPES["text"]))


def _lines_of(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    path = frame.attrs.get("path")
    counted = np.arange(1, len(frame) + 1)
    if path is None or Path(path).suffix.lower() == ".parquet":
        return counted
    encoding = frame.attrs.get("encoding")
    # Where no record has a line break in it, lines need not be found by reading all records again.
    if encoding is None and Path(path).read_bytes().rstrip(b"\r\n").count(b"\n") == len(frame):
        return counted + 1
    lines = record_lines(path, encoding=encoding)
    return np.array(lines, dtype=np.int64) if len(lines) == len(frame) else counted


def _no_cells(*texts: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"at": np.empty(0, dtype=np.int64)}
        | {name: pd.Series(dtype="str") for name in ("column", *texts)}
    )
