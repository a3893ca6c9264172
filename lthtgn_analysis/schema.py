"""The tables that flow through the package, as data: columns, kinds, keys and allowed codes.

Nothing comes in; `TABLES` goes out, with functions that lay a frame out in a table's columns.
Tables are long, with plain columns in a fixed order and a RangeIndex. Text is the `str` dtype,
numbers are `float64` (money in whole đồng), dates are `datetime64`. Missing is missing, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import narwhals.stable.v2 as nw
import pandas as pd

from .errors import InvalidTableError

Kind = Literal["text", "number", "date"]

LEVELS = ("national", "province", "district", "commune", "village", "club")
BOUNDARIES = ("2022", "2025-01", "2025-07")
QUALIFIERS = ("exact", "at_least", "at_most", "nearly", "about", "range")
UNITS = ("clubs", "people", "VND", "share", "courses", "areas", "meetings", "loans", "ratio")
OBSERVATION_STATUSES = ("observed", "derived", "estimated", "carried", "synthetic")
TARGET_NATURES = ("new", "stock", "share", "standing")
TARGET_STATUSES = ("verified", "unverified")
SEVERITIES = ("error", "warning", "note")
VERDICTS = ("met", "not_met", "undetermined", "not_comparable")
PROGRESS_CLASSES = (
    "achieved",
    "on_track",
    "on_track_unconfirmed",
    "accelerate",
    "limited",
    "moving_away",
    "inside",
    "near",
    "outside",
    "too_early",
    "not_assessable",
)

DTYPES: dict[Kind, Any] = {"text": "str", "number": "float64", "date": "datetime64[us]"}


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind, whether a value must stand in it, and its allowed codes."""

    name: str
    kind: Kind = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its name, its key and its columns in their order."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    def names_of(self, kind: Kind) -> list[str]:
        """Return the names of the columns of one kind, in order."""
        return [column.name for column in self.columns if column.kind == kind]


def _table(name: str, *columns: Column, key: tuple[str, ...]) -> Table:
    return Table(name=name, key=key, columns=columns)


def _columns(names: str, kind: Kind = "text") -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names.split())


OBSERVATIONS = _table(
    "observations",
    Column("fact_id", required=True),
    Column("level", required=True, allowed=LEVELS),
    Column("area", required=True),
    Column("area_name"),
    Column("boundaries", required=True, allowed=BOUNDARIES),
    Column("indicator", required=True),
    Column("low", "number"),
    Column("value", "number", required=True),
    Column("high", "number"),
    Column("qualifier", required=True, allowed=QUALIFIERS),
    Column("unit", required=True, allowed=UNITS),
    Column("start", "date"),
    Column("as_of", "date"),
    Column("published", "date"),
    Column("scope", required=True),
    Column("source", required=True),
    Column("locator"),
    Column("status", required=True, allowed=OBSERVATION_STATUSES),
    Column("note"),
    key=("fact_id",),
)

SOURCES = _table(
    "sources",
    Column("source", required=True),
    *_columns("title publisher url"),
    *_columns("published retrieved", "date"),
    *_columns("sha256 licence"),
    key=("source",),
)

AREAS = _table(
    "areas",
    Column("area", required=True),
    Column("area_name", required=True),
    Column("kind", required=True),
    Column("level", required=True, allowed=LEVELS),
    Column("parent"),
    Column("boundaries", required=True, allowed=BOUNDARIES),
    key=("area", "level", "boundaries"),
)

CONCORDANCE = _table(
    "concordance",
    Column("old", required=True),
    Column("old_boundaries", required=True, allowed=BOUNDARIES),
    Column("new", required=True),
    Column("new_boundaries", required=True, allowed=BOUNDARIES),
    Column("share", "number"),
    Column("divided", "number"),
    key=("old", "old_boundaries", "new", "new_boundaries"),
)

TARGETS = _table(
    "targets",
    Column("target_id", required=True),
    Column("scheme", required=True),
    Column("area", required=True),
    Column("boundaries", required=True, allowed=BOUNDARIES),
    Column("measure", required=True),
    Column("nature", required=True, allowed=TARGET_NATURES),
    *_columns("low value high base_low base_value base_high", "number"),
    *_columns("base_date start due", "date"),
    Column("scope", required=True),
    *_columns("decision url"),
    Column("status", required=True, allowed=TARGET_STATUSES),
    Column("note"),
    key=("target_id",),
)

PROBLEMS = _table(
    "problems",
    Column("check", required=True),
    Column("severity", required=True, allowed=SEVERITIES),
    Column("fact_ids"),
    *_columns("area indicator"),
    Column("as_of", "date"),
    *_columns("found must hint"),
    key=("check", "fact_ids", "found"),
)

METRIC_ROWS = _table(
    "metrics",
    Column("metric", required=True),
    Column("level", required=True, allowed=LEVELS),
    Column("area", required=True),
    Column("area_name"),
    Column("boundaries", required=True, allowed=BOUNDARIES),
    Column("as_of", "date"),
    *_columns("low value high", "number"),
    Column("unit", required=True),
    *_columns("numerator denominator n_reported n_expected lag_days", "number"),
    *_columns("flags fact_ids"),
    key=("metric", "level", "area", "boundaries", "as_of"),
)

PROGRESS = _table(
    "progress",
    *TARGETS.columns,
    *_columns("reached_low reached reached_high", "number"),
    Column("as_of", "date"),
    *_columns(
        "achievement exceedance gap share_of_way elapsed pace_ratio required_per_year multiplier",
        "number",
    ),
    Column("projected", "date"),
    Column("verdict", required=True, allowed=VERDICTS),
    Column("progress_class", allowed=PROGRESS_CLASSES),
    *_columns("method reason fact_ids"),
    key=("target_id",),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        OBSERVATIONS,
        SOURCES,
        AREAS,
        CONCORDANCE,
        TARGETS,
        PROBLEMS,
        METRIC_ROWS,
        PROGRESS,
    )
}


class Origin(str):
    """A reference, in a table's ``.attrs["origin"]``, to the observations it was computed from.

    pandas copies ``.attrs`` with every operation and writes them to parquet as JSON; this one is
    copied as the reference it is, and written as an empty text.

    Examples
    --------
    >>> origin = Origin.of(pd.DataFrame({"fact_id": ["F1"]}))
    >>> origin, len(origin.observations)
    ('', 1)
    """

    __slots__ = ("definitions", "observations")
    observations: pd.DataFrame | None
    definitions: Mapping[str, str]

    @classmethod
    def of(cls, observations: pd.DataFrame, definitions: Mapping[str, str] | None = None) -> Origin:
        """Return a reference to `observations`, and to the definitions by which they were read.

        `definitions` gives the `fingerprint` of each metric by its name.
        """
        origin = cls("")
        origin.observations = observations
        origin.definitions = definitions or {}
        return origin

    def __deepcopy__(self, _memo: object) -> Origin:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (str, ("",))


class Records(list[dict[str, Any]]):
    """Plain records in a table's ``.attrs``, which pandas hands on instead of copying each of them.

    Examples
    --------
    >>> import copy
    >>> cases = Records([{"check": "keys_are_unique", "tested": 4}])
    >>> copy.deepcopy(cases) is cases
    True
    """

    def __deepcopy__(self, _memo: object) -> Records:
        return self


def arrange(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Lay `frame` out in the columns of `table`: their order, their dtypes, a RangeIndex.

    Parameters
    ----------
    frame : DataFrame
        Any of the table's columns, in any order; columns the table does not have are left out.
    table : Table
        One of `TABLES`.

    Returns
    -------
    DataFrame
        Exactly the columns of `table`; a column that `frame` lacks is all missing.

    Raises
    ------
    ValueError, TypeError
        If a value cannot take its column's dtype.

    Examples
    --------
    >>> arrange(pd.DataFrame({"url": ["a"], "source": ["b"]}), SOURCES).columns.tolist()[:3]
    ['source', 'title', 'publisher']
    """
    return pd.DataFrame(
        {
            column.name: frame[column.name].astype(DTYPES[column.kind])
            if column.name in frame
            else pd.Series(index=frame.index, dtype=DTYPES[column.kind])
            for column in table.columns
        }
    ).reset_index(drop=True)


def empty_table(table: Table) -> pd.DataFrame:
    """Return a frame with the columns of `table` and no rows.

    Examples
    --------
    >>> len(empty_table(PROBLEMS)), empty_table(PROBLEMS)["found"].dtype.name
    (0, 'str')
    """
    return arrange(pd.DataFrame(), table)


def accept(frame: Any, table: Table, *, name: str | None = None) -> pd.DataFrame:
    """Take any frame that narwhals knows as a pandas frame that has the columns of `table`.

    Parameters
    ----------
    frame : DataFrame or LazyFrame of pandas, polars, pyarrow, DuckDB, ...
        Rows of the table; further columns are kept, missing optional ones are added as missing.
    table : Table
        One of `TABLES`.
    name : str, optional
        What the caller calls the frame, for the error text.

    Returns
    -------
    DataFrame
        The caller's own frame where it already fits (it is never changed), else a new one.

    Raises
    ------
    InvalidTableError
        If a required column is missing, or `frame` is no frame.

    Examples
    --------
    >>> accept(pd.DataFrame({"url": ["a"]}), SOURCES)
    Traceback (most recent call last):
    ...
    lthtgn_analysis.errors.InvalidTableError: `sources` must have the columns ['source'].
      missing: ['source']
      found:   ['url']
      hint:    read raw files with the `read_*` functions, which rename and check columns.
    """
    native = to_pandas(frame, table, name)
    needed = [column.name for column in table.columns if column.required]
    if missing := [column for column in needed if column not in native.columns]:
        hint = "read raw files with the `read_*` functions, which rename and check columns"
        absent = [f"no column `{column}`" for column in missing]
        raise InvalidTableError(
            f"`{name or table.name}` must have the columns {needed}.\n"
            f"  missing: {missing}\n"
            f"  found:   {list(native.columns)}\n"
            f"  hint:    {hint}.",
            list_faults(found=absent, must="be there", hint=hint),
        )
    wanted = {column.name: DTYPES[column.kind] for column in table.columns}
    found = dict(zip(native.columns, native.dtypes, strict=True))
    if native.columns.is_unique and all(found.get(name) == kind for name, kind in wanted.items()):
        return native.reset_index(drop=True) if not _is_ranged(native) else native
    extra = [column for column in native.columns if column not in wanted]
    _check_kinds(native, table, name)
    return pd.concat([arrange(native, table), native[extra].reset_index(drop=True)], axis=1)


def list_faults(*, found: Sequence[str], must: Any, hint: Any) -> pd.DataFrame:
    """Return the problems of a table that cannot be read, as rows for `InvalidTableError`.

    Parameters
    ----------
    found : sequence of str
        What stands where it should not, with its place; one row each.
    must, hint : str or sequence of str
        What must hold, and what to do.

    Returns
    -------
    DataFrame
        The problems table; all are errors of the check ``the_table_can_be_read``.

    Examples
    --------
    >>> faults = list_faults(found=["line 1, no column `unit`"], must="be there", hint="add it")
    >>> faults.loc[0, ["check", "severity", "found"]].to_list()
    ['the_table_can_be_read', 'error', 'line 1, no column `unit`']
    """
    rows = {"found": found, "must": must, "hint": hint}
    frame = pd.DataFrame({**rows, "check": "the_table_can_be_read", "severity": "error"})
    return arrange(frame, PROBLEMS)


def to_pandas(frame: Any, table: Table, name: str | None = None) -> pd.DataFrame:
    """Take any frame that narwhals knows as a pandas frame, whatever its columns.

    Parameters
    ----------
    frame : DataFrame or LazyFrame of pandas, polars, pyarrow, DuckDB, ...
        The rows.
    table : Table
        The table they are meant to be.
    name : str, optional
        What the caller calls the frame, for the error text.

    Returns
    -------
    DataFrame
        A pandas frame as it is, any other as a new one.

    Raises
    ------
    InvalidTableError
        If `frame` is no frame.

    Examples
    --------
    >>> to_pandas(pd.DataFrame({"url": ["a"]}), SOURCES)["url"].item()
    'a'
    """
    if isinstance(frame, pd.DataFrame):
        return frame
    try:
        known = nw.from_native(frame)
    except TypeError:
        raise InvalidTableError(
            f"`{name or table.name}` must be a data frame that narwhals knows (pandas, polars, "
            f"pyarrow, DuckDB, ...), not {type(frame).__name__!r}."
        ) from None
    return (known.collect() if isinstance(known, nw.LazyFrame) else known).to_pandas()


def _is_ranged(frame: pd.DataFrame) -> bool:
    return isinstance(frame.index, pd.RangeIndex) and frame.index.start == 0


def _check_kinds(frame: pd.DataFrame, table: Table, name: str | None) -> None:
    faults = []
    for column in table.columns:
        if column.name in frame:
            try:
                frame[column.name].astype(DTYPES[column.kind])
            except (ValueError, TypeError) as error:
                faults.append(f"  column `{column.name}` must hold {column.kind}s: {error}")
    if faults:
        raise InvalidTableError(
            f"`{name or table.name}` must have the kinds of its schema.\n" + "\n".join(faults)
        )
