"""Choose the engine that adds up large ledgers, and lay the ledgers out on it.

Ledgers come in as pandas or polars frames, DuckDB relations, PySpark frames or paths of parquet
files; a `Bench` goes out on which narwhals expressions run. The ladder is pandas, then DuckDB on
one machine, then a Spark cluster. A frame stays on the engine it lives on: nothing is pulled off a
cluster. What an engine says about a broken file or a full disk becomes a clear error here.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import pandas as pd

from .errors import EngineError, InvalidTableError, LthtgnError, UnreadableSourceError
from .registers import require_whole_parquet
from .schema import Table

ENGINES = ("auto", "pandas", "polars", "duckdb", "pyspark")
SUPPORTED = {"pandas": (3,), "polars": (1, 2), "duckdb": (1, 2), "pyspark": (4,), "narwhals": (2,)}
"""The major versions of each engine that the tests have seen or that keep the same interface."""

PANDAS_ROWS = 5_000_000
PANDAS_BYTES = 100_000_000
DUCKDB_MEMORY = "1GB"

_NOT_ADDED_UP = ("term_months", "monthly_interest", "status")
_ALIASES = {"spark": "pyspark"}
_EXTRAS = {"polars": "polars", "duckdb": "duckdb", "pyspark": "spark"}
_FULL = re.compile(
    r"no space left|max_temp_directory_size|out of disk|disk quota|failed to offload"
    r"|could not write|cannot allocate|out of memory",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"TProtocol|parquet|magic bytes|corrupt|decompress|invalid data", re.IGNORECASE
)
_FILE_ERRORS = {
    "ArrowInvalid", "ComputeError", "HTTPException", "IOException", "InvalidInputException",
    "InvalidOperationError", "OSError", "Py4JJavaError", "SerializationException",
}  # fmt: skip
_ENGINE_MODULES = {"narwhals", "duckdb", "_duckdb", "polars", "pyarrow", "py4j", "pyspark"}

Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]


@dataclass(frozen=True)
class Bench:
    """An engine with the ledgers laid out on it.

    Attributes
    ----------
    engine, reason : str
        The engine's name, and one sentence on why it was taken.
    ledgers : mapping of str to narwhals frame
        The ledgers by name.
    bring : callable
        Puts a small pandas frame beside the ledger of a name, so that the two can be joined.
    hold : callable
        Computes a frame made from the ledger of a name once, so that several results can be read
        from it; it stays on the engine and is dropped when the bench is cleared.
    """

    engine: str
    reason: str
    ledgers: Mapping[str, Frame]
    bring: Callable[[pd.DataFrame, str], Frame]
    hold: Callable[[Frame, str], Frame]


def choose_engine(ledgers: Mapping[str, Any], *, engine: str = "auto") -> tuple[str, str]:
    """Say which engine adds up the ledgers, and why.

    Parameters
    ----------
    ledgers : mapping of str to frame or path
        The ledgers; may be empty.
    engine : {"auto", "pandas", "polars", "duckdb", "pyspark"}
        ``auto`` keeps a polars, DuckDB or Spark frame on its engine; pandas frames of up to 5
        million rows together and files of up to 100 MB together go to pandas, larger ones to
        DuckDB.

    Returns
    -------
    tuple of str
        The engine's name and one sentence.

    Raises
    ------
    ValueError
        If there is no such engine.
    EngineError
        If the engine is not installed or of an unknown major version, or would have to pull a
        Spark frame off its cluster.

    Examples
    --------
    >>> choose_engine({"loans": pd.DataFrame({"club": ["a"]})})
    ('pandas', 'the ledgers are small: 1 rows (limit 5,000,000)')
    """
    engine = _ALIASES.get(engine, engine)
    if engine not in ENGINES:
        raise ValueError(f"`engine` must be one of {', '.join(ENGINES)}, not {engine!r}.")
    at_home = {name: _home(ledger) for name, ledger in ledgers.items()}
    lazy = [home for home in at_home.values() if home in ("pyspark", "duckdb", "polars")]
    if engine != "auto":
        chosen, reason = engine, f"asked for: engine={engine!r}"
    elif lazy:
        chosen = next(home for home in ("pyspark", "duckdb", "polars") if home in lazy)
        names = ", ".join(name for name, home in at_home.items() if home == chosen)
        reason = f"a {chosen} frame stays on its engine ({names})"
    else:
        chosen, reason = _choose_by_size(ledgers)
    _require(chosen)
    strangers = [n for n, home in at_home.items() if home == "pyspark" and chosen != "pyspark"]
    if strangers:
        raise EngineError(
            f"A Spark frame stays on its cluster; {', '.join(strangers)} cannot go to {chosen}.\n"
            "  hint: leave `engine` at 'auto', or write the frame to parquet and pass its path."
        )
    return chosen, reason


def read_small(ledger: Any, table: Table, reader: Callable[[Any], pd.DataFrame]) -> Any:
    """Read a ledger that is written as text; leave every other one to an engine.

    Parameters
    ----------
    ledger : frame or path
        Any ledger.
    table : Table
        The table that it must hold.
    reader : callable
        Reads it: `read_meetings` or `read_loans`.

    Returns
    -------
    frame or path
        The table where the ledger is a csv file, a workbook, a frame in memory whose numbers or
        dates are text, or a book of meetings in memory or in a small parquet file that lists its
        activities in one column; else the ledger as it came.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidTableError, UnreadableSourceError
        As the reader.

    Examples
    --------
    >>> from lthtgn_analysis.registers import LOANS, read_loans
    >>> written = pd.DataFrame({"club": ["a"], "member": ["1"], "disbursed": ["2024-03-01"]})
    >>> read_small(written, LOANS, read_loans)["disbursed"].dt.year.tolist()
    [2024]
    """
    if not isinstance(ledger, (str, Path)):
        return reader(ledger) if _is_written_as_text(ledger, table) else ledger
    path = Path(ledger)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    if path.is_dir() or path.suffix.lower() == ".parquet":
        return reader(path) if _is_small_list(path, table) else path
    return reader(path)


@contextlib.contextmanager
def open_bench(
    ledgers: Mapping[str, Any], tables: Mapping[str, Table], *, engine: str = "auto"
) -> Iterator[Bench]:
    """Lay ledgers out on an engine; what was held there is dropped at the end.

    Parameters
    ----------
    ledgers : mapping of str to frame or path
        Frames, or paths of parquet files (or folders of them).
    tables : mapping of str to Table
        The table that each ledger must hold.
    engine : str
        As for `choose_engine`.

    Yields
    ------
    Bench
        The engine with the ledgers on it.

    Raises
    ------
    InvalidTableError
        If a ledger lacks a column or holds a column of the wrong type; all faults at once.
    UnreadableSourceError
        If a parquet file is cut short or cannot be read.
    EngineError
        As `choose_engine`; also if memory or disk do not suffice.

    Examples
    --------
    >>> from lthtgn_analysis.registers import LOANS, read_loans
    >>> from lthtgn_analysis.sources import sample_path
    >>> loans = read_loans(sample_path("loans"))
    >>> with open_bench({"loans": loans}, {"loans": LOANS}) as bench:
    ...     bench.engine
    'pandas'
    """
    for ledger in ledgers.values():
        if isinstance(ledger, (str, Path)):
            require_whole_parquet(Path(ledger))
    chosen, reason = choose_engine(ledgers, engine=engine)
    with _translated(chosen, ledgers), _BENCHES[chosen](ledgers, tables) as (frames, bring, hold):
        _check_columns(frames, tables)
        yield Bench(chosen, reason, frames, bring, hold)


def fetch(frame: Frame) -> pd.DataFrame:
    """Bring a small result to pandas: text as ``str``, all else as ``float64``.

    Parameters
    ----------
    frame : narwhals frame
        A result on any engine.

    Returns
    -------
    DataFrame
        Rows in the order of the first column's text, since engines keep none.

    Examples
    --------
    >>> fetch(nw.from_native(pd.DataFrame({"club": ["b", "a"], "n": [1, None]})))
      club    n
    0    a  NaN
    1    b  1.0
    """
    kinds = frame.collect_schema()
    if isinstance(frame, nw.LazyFrame) and frame.implementation.is_polars():
        frame = frame.collect("polars", engine="streaming")
    elif isinstance(frame, nw.LazyFrame) and frame.implementation.is_duckdb():
        frame = frame.collect("pandas")
    if isinstance(frame, nw.LazyFrame):
        # PySpark's own way to pandas warns of pandas 3; a small result may come row by row.
        rows = frame.to_native().collect()
        columns = {name: [row[name] for row in rows] for name in kinds}
    elif frame.implementation.is_pandas():
        columns = dict(frame.to_native().items())
    else:
        columns = frame.to_dict(as_series=False)
    plain = {name: _as_column(columns[name], kinds[name], name) for name in columns}
    table = pd.DataFrame(plain)
    return table.sort_values(table.columns[0], kind="stable", ignore_index=True)


def _is_written_as_text(ledger: Any, table: Table) -> bool:
    known = nw.from_native(ledger, pass_through=True)
    if not isinstance(known, nw.DataFrame):
        return False
    kinds = known.collect_schema()
    if any(column.required and column.name not in kinds for column in table.columns):
        return False
    texts = {name for name, kind in kinds.items() if kind in (nw.String, nw.Object)}
    return _lists_activities(kinds, table) or any(
        column.kind != "text" and column.name in texts for column in table.columns
    )


def _is_small_list(path: Path, table: Table) -> bool:
    parts = [path] if path.is_file() else sorted(path.rglob("*.parquet"))
    size = sum(part.stat().st_size for part in parts)
    if table.name != "meetings" or size > PANDAS_BYTES or not _installed("pyarrow"):
        return False
    require_whole_parquet(path)
    parquet = importlib.import_module("pyarrow.parquet")
    with _translated("pandas", {table.name: path}):
        return any(_lists_activities(parquet.read_schema(part).names, table) for part in parts)


def _lists_activities(names: Iterable[str], table: Table) -> bool:
    return table.name == "meetings" and "activities" in names


def _as_column(values: Any, kind: Any, name: str) -> pd.Series:
    if kind.is_temporal():
        return pd.to_datetime(pd.Series(values, name=name)).astype("datetime64[us]")
    return pd.Series(values, dtype="str" if kind == nw.String else "float64", name=name)


def _home(ledger: Any) -> str:
    """Name the engine a ledger lives on; paths and all other frames are at home with pandas."""
    if isinstance(ledger, (str, Path)):
        return "path"
    try:
        known = nw.from_native(ledger)
    except TypeError:
        raise InvalidTableError(
            "A ledger must be a path of parquet files or a data frame that narwhals knows (pandas, "
            f"polars, DuckDB, PySpark, ...), not {type(ledger).__name__!r}."
        ) from None
    implementation = known.implementation
    if implementation.is_pyspark() or implementation.is_pyspark_connect():
        return "pyspark"
    if implementation.is_duckdb():
        return "duckdb"
    return "polars" if implementation.is_polars() else "pandas"


def _choose_by_size(ledgers: Mapping[str, Any]) -> tuple[str, str]:
    paths = [Path(ledger) for ledger in ledgers.values() if isinstance(ledger, (str, Path))]
    frames = [ledger for ledger in ledgers.values() if not isinstance(ledger, (str, Path))]
    size = sum(
        part.stat().st_size
        for path in paths
        for part in (path.rglob("*.parquet") if path.is_dir() else [path])
    )
    rows = sum(len(nw.from_native(frame)) for frame in frames)
    if not ledgers:
        return "pandas", "there are no ledgers, only the register"
    told = [f"{rows:,} rows (limit {PANDAS_ROWS:,})"] if frames else []
    told += [f"{size / 1e6:,.1f} MB of files (limit {PANDAS_BYTES / 1e6:,.0f})"] if paths else []
    if rows <= PANDAS_ROWS and size <= PANDAS_BYTES:
        if not paths or _installed("pyarrow"):
            return "pandas", f"the ledgers are small: {', '.join(told)}"
        return "duckdb", "pandas reads parquet files only with pyarrow, which is not installed"
    if _installed("duckdb"):
        return "duckdb", f"the ledgers are large: {', '.join(told)}"
    return "pandas", f"the ledgers are large ({', '.join(told)}), but duckdb is not installed"


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _require(engine: str) -> None:
    for package in (engine, "narwhals"):
        if not _installed(package):
            raise EngineError(
                f"The engine {engine!r} needs the package {package}, which is not installed.\n"
                f"  hint: pip install 'lthtgn-analysis[{_EXTRAS.get(package, package)}]'"
            )
        major = int(version(package).split(".")[0])
        if major not in SUPPORTED[package]:
            known = " or ".join(str(number) for number in SUPPORTED[package])
            raise EngineError(
                f"The engine {engine!r} needs {package} {known}; installed is {version(package)}.\n"
                "  hint: install a supported version; another one may give other answers."
            )


@contextlib.contextmanager
def _open_pandas(
    ledgers: Mapping[str, Any], tables: Mapping[str, Table]
) -> Iterator[tuple[Any, Any, Any]]:
    def load(name: str, ledger: Any) -> pd.DataFrame:
        if not isinstance(ledger, (str, Path)):
            return _to_pandas(ledger)
        written = importlib.import_module("pyarrow.parquet").ParquetDataset(ledger).schema.names
        used = [column for column in tables[name].column_names if column not in _NOT_ADDED_UP]
        return pd.read_parquet(ledger, columns=[column for column in used if column in written])

    frames = {name: nw.from_native(load(name, ledger)) for name, ledger in ledgers.items()}
    yield frames, lambda table, _ledger: nw.from_native(table), lambda frame, _ledger: frame


@contextlib.contextmanager
def _open_polars(
    ledgers: Mapping[str, Any], _tables: Mapping[str, Table]
) -> Iterator[tuple[Any, Any, Any]]:
    pl = importlib.import_module("polars")

    def bring(table: pd.DataFrame, _ledger: str) -> Frame:
        return nw.from_native(pl.LazyFrame(*_typed_columns(table, pl.String, pl.Float64)))

    def scan(ledger: Any) -> Frame:
        if isinstance(ledger, (str, Path)):
            path = Path(ledger)
            return nw.from_native(pl.scan_parquet(path / "**/*.parquet" if path.is_dir() else path))
        if isinstance(ledger, (pl.DataFrame, pl.LazyFrame)):
            return nw.from_native(ledger.lazy())
        return nw.from_native(pl.from_pandas(_to_pandas(ledger)).lazy())

    def hold(frame: Frame, _ledger: str) -> Frame:
        return nw.from_native(frame.lazy().collect("polars", engine="streaming").to_native().lazy())

    yield {name: scan(ledger) for name, ledger in ledgers.items()}, bring, hold


@contextlib.contextmanager
def _open_duckdb(
    ledgers: Mapping[str, Any], _tables: Mapping[str, Table]
) -> Iterator[tuple[Any, Any, Any]]:
    duckdb = importlib.import_module("duckdb")
    spill = Path(tempfile.mkdtemp(prefix="lthtgn-duckdb-"))
    own = duckdb.connect(
        config={
            "memory_limit": DUCKDB_MEMORY,
            "temp_directory": str(spill),
            "preserve_insertion_order": False,
        }
    )
    held: list[tuple[Any, str]] = []

    def scan(ledger: Any) -> Any:
        if isinstance(ledger, duckdb.DuckDBPyRelation):
            return ledger
        if isinstance(ledger, (str, Path)):
            path = Path(ledger)
            return own.read_parquet(str(path / "**/*.parquet" if path.is_dir() else path))
        return own.from_df(_to_pandas(ledger))

    def read_held(ledger: Any, name: str) -> Frame:
        # A relation leads to the connection of its ledger. It is the ledger's own, not one made
        # from it: each step on the way is looked at anew whenever a table has come or gone.
        held.append((ledger, name))
        return nw.from_native(ledger.query("lthtgn_source", f"SELECT * FROM {name}"))

    def bring(brought: pd.DataFrame, ledger: str) -> Frame:
        kinds = {name: "DOUBLE" if _is_number(brought[name]) else "VARCHAR" for name in brought}
        columns = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in kinds.items())
        name = _name_table()
        # DuckDB finds the pandas frame by the name of this function's argument, `brought`.
        create = f"CREATE TEMP TABLE {name} AS SELECT {columns} FROM brought"
        relations[ledger].query("lthtgn_source", create)
        return read_held(relations[ledger], name)

    def hold(frame: Frame, ledger: str) -> Frame:
        name = _name_table()
        create = f"CREATE TEMP TABLE {name} AS SELECT * FROM lthtgn_source"
        frame.to_native().query("lthtgn_source", create)
        return read_held(relations[ledger], name)

    try:
        relations = {name: scan(ledger) for name, ledger in ledgers.items()}
        yield {name: nw.from_native(ledger) for name, ledger in relations.items()}, bring, hold
    finally:
        # A later table may be known only by a relation that reads an earlier one.
        for relation, name in reversed(held):
            relation.query("lthtgn_source", f"DROP TABLE IF EXISTS {name}")
        own.close()
        shutil.rmtree(spill, ignore_errors=True)


@contextlib.contextmanager
def _open_pyspark(
    ledgers: Mapping[str, Any], _tables: Mapping[str, Table]
) -> Iterator[tuple[Any, Any, Any]]:
    sql = importlib.import_module("pyspark.sql")
    types = importlib.import_module("pyspark.sql.types")
    living = [ledger for ledger in ledgers.values() if hasattr(ledger, "sparkSession")]
    session = living[0].sparkSession if living else sql.SparkSession.builder.getOrCreate()
    held: list[Any] = []

    def bring(table: pd.DataFrame, _ledger: str = "") -> Frame:
        columns, kinds = _typed_columns(table, types.StringType(), types.DoubleType())
        if _installed("pyarrow"):
            # Rows of Python objects would start a Python worker on every node, Arrow does not.
            arrow = importlib.import_module("pyarrow")
            arrays = {
                name: arrow.array(values, from_pandas=True) for name, values in columns.items()
            }
            fields = [(n, arrow.string() if k == types.StringType() else arrow.float64())
                      for n, k in kinds.items()]  # fmt: skip
            brought = arrow.table(arrays, schema=arrow.schema(fields))
            return nw.from_native(session.createDataFrame(brought))
        schema = types.StructType([types.StructField(n, kind) for n, kind in kinds.items()])
        rows = list(zip(*columns.values(), strict=True))
        return nw.from_native(session.createDataFrame(rows, schema))

    def scan(ledger: Any) -> Frame:
        if isinstance(ledger, (str, Path)):
            return nw.from_native(session.read.parquet(str(ledger)))
        if hasattr(ledger, "sparkSession"):
            return nw.from_native(ledger)
        table = _to_pandas(ledger)
        dates = table.select_dtypes("datetime").columns
        days = {name: table[name].dt.strftime("%Y-%m-%d").astype("str") for name in dates}
        brought = bring(table.assign(**days))
        return brought.with_columns(**{name: nw.col(name).cast(nw.Date) for name in dates})

    def hold(frame: Frame, _ledger: str) -> Frame:
        native = frame.to_native().persist()
        held.append(native)
        return nw.from_native(native)

    try:
        yield {name: scan(ledger) for name, ledger in ledgers.items()}, bring, hold
    finally:
        for native in held:
            native.unpersist()


_BENCHES: Mapping[str, Callable[..., Any]] = {
    "pandas": _open_pandas,
    "polars": _open_polars,
    "duckdb": _open_duckdb,
    "pyspark": _open_pyspark,
}


def _name_table() -> str:
    return f"lthtgn_{uuid.uuid4().hex}"


def _to_pandas(ledger: Any) -> pd.DataFrame:
    if isinstance(ledger, pd.DataFrame):
        return ledger
    known = nw.from_native(ledger)
    return (known.collect() if isinstance(known, nw.LazyFrame) else known).to_pandas()


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values))


def _typed_columns(
    table: pd.DataFrame, text: Any, number: Any
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Return plain Python values and the type of each column; what is missing is None."""
    columns = {
        str(name): [None if missing else value for value, missing in zip(
            table[name].astype("float64" if _is_number(table[name]) else object).tolist(),
            table[name].isna(), strict=True)]
        for name in table
    }  # fmt: skip
    return columns, {str(n): number if _is_number(table[n]) else text for n in table}


def _check_columns(frames: Mapping[str, Frame], tables: Mapping[str, Table]) -> None:
    faults = []
    for name, frame in frames.items():
        kinds = frame.collect_schema()
        if _lists_activities(kinds, tables[name]):
            faults.append(
                f"  {name}: the column `activities` is a list, which only files up to "
                f"{PANDAS_BYTES / 1e6:,.0f} MB and frames in memory may have; found it on an "
                "engine: write the eight columns of 1 and 0 instead"
            )
        for column in tables[name].columns:
            kind = kinds.get(column.name)
            if kind is None and column.required:
                found = ", ".join(kinds)
                faults.append(f"  {name}: the column `{column.name}` is missing; found: {found}")
            elif kind is not None and not _fits(kind, column.kind):
                faults.append(
                    f"  {name}: the column `{column.name}` must hold {column.kind}s, found {kind}"
                )
    if faults:
        raise InvalidTableError(
            "\n".join(
                [
                    "Ledgers must have the columns and types of their tables.",
                    *faults,
                    "  hint: read small files with read_meetings() and read_loans(), which turn "
                    "text into numbers and dates; correct large ones where they are written.",
                ]
            )
        )


def _fits(kind: Any, wanted: str) -> bool:
    if kind == nw.Unknown:
        return True
    if wanted == "number":
        return bool(kind.is_numeric() or kind == nw.Boolean)
    if wanted == "date":
        return kind in (nw.Date, nw.Datetime)
    return bool(kind in (nw.String, nw.Categorical, nw.Enum, nw.Object) or kind.is_integer())


@contextlib.contextmanager
def _translated(engine: str, ledgers: Mapping[str, Any]) -> Iterator[None]:
    """Turn what an engine says about files, memory and disk into the errors of this package."""
    try:
        yield
    except LthtgnError:
        raise
    except Exception as error:
        home = type(error).__module__.split(".")[0]
        if home not in _ENGINE_MODULES and not isinstance(error, OSError):
            raise
        said = " ".join(str(error).split())[:300]
        if _FULL.search(str(error)) or "OutOfMemory" in type(error).__name__:
            raise EngineError(
                f"{engine} must have room to add up the ledgers; memory or disk ran out.\n"
                f"  found: {said}\n"
                "  hint:  free space in the folder for temporary files (TMPDIR), or pass fewer "
                "years or provinces at a time; nothing was written."
            ) from error
        paths = [str(ledger) for ledger in ledgers.values() if isinstance(ledger, (str, Path))]
        if paths and (type(error).__name__ in _FILE_ERRORS or _BROKEN.search(said)):
            raise UnreadableSourceError(
                f"{engine} must be able to read {', '.join(paths)}.\n  found: {said}\n"
                "  hint:  copy or write the file again; compare its size with the original."
            ) from error
        raise EngineError(f"{engine} could not add up the ledgers.\n  found: {said}") from error
