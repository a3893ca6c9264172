"""Read club registers, meeting books and loan ledgers: a file or frame in, a checked table out.

One row is one club, one meeting of a club, or one loan. Clubs and members are known by ids only:
columns that look like names, phone or identity numbers are never kept, and reading warns of them.
Form is judged here, all faults of a file at once; whether the figures can be true is `bylaws`'
part. In csv files numbers are plain and dates are ISO; an empty cell is missing, never zero.
"""

from __future__ import annotations

import csv
import re
import warnings
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from .errors import InvalidTableError, UnreadableSourceError
from .lettering import fold, strip_marks
from .memory import shareable
from .schema import BOUNDARIES, DTYPES, OBSERVATION_STATUSES, PROBLEMS, Column, Table, arrange
from .sources import read_csv_cells, record_lines

ACTIVITIES = (
    "income_generation",
    "health_care",
    "home_care",
    "self_help",
    "rights",
    "learning",
    "culture",
    "resources",
)
"""The eight areas of activity, in the order of their usual numbering 1-8."""

PLACE_LEVELS = ("province", "district", "commune")


class _Parsed(NamedTuple):
    """A column that was read, the cells that are empty or bad, what must hold and what to do."""

    cells: pd.Series
    empty: pd.Series
    bad: pd.Series
    must: str = ""
    hint: str = ""


def _numbers(names: str) -> tuple[Column, ...]:
    return tuple(Column(name, "number") for name in names.split())


CLUBS = Table(
    "clubs",
    key=("club",),
    columns=(
        Column("club", required=True),
        Column("club_name"),
        Column("level", required=True, allowed=PLACE_LEVELS),
        Column("area", required=True),
        Column("boundaries", required=True, allowed=BOUNDARIES),
        Column("founded", "date"),
        Column("closed", "date"),
        *_numbers("members women_members members_60plus poor_members"),
        *_numbers("startup_province_vnd startup_district_vnd startup_commune_vnd"),
        *_numbers("startup_local_vnd startup_donor_vnd startup_capital_vnd"),
        *_numbers("income_fund_vnd activity_fund_vnd board_members board_trained well_managed"),
        Column("scope", required=True),
        Column("status", required=True, allowed=OBSERVATION_STATUSES),
        Column("note"),
    ),
)
"""The register: one row a club, as it stands on the day of the report."""

MEETINGS = Table(
    "meetings",
    key=("club", "date"),
    columns=(
        Column("club", required=True),
        Column("date", "date", required=True),
        *_numbers("held attended"),
        *_numbers(" ".join(ACTIVITIES)),
        *_numbers("health_checks homecare_visits volunteers"),
        Column("status", allowed=OBSERVATION_STATUSES),
    ),
)
"""The meeting book: one row a meeting that was due; `held` 0 says that it did not take place."""

LOANS = Table(
    "loans",
    key=("club", "member", "disbursed"),
    columns=(
        Column("club", required=True),
        Column("member", required=True),
        Column("disbursed", "date", required=True),
        *_numbers("amount_vnd term_months monthly_interest"),
        Column("due", "date"),
        *_numbers("repaid_vnd outstanding_vnd overdue_vnd"),
        Column("status", allowed=OBSERVATION_STATUSES),
    ),
)
"""The loan ledger: one row a loan, as it stands on the day of the report."""

_FLAGS = ("held", "well_managed", *ACTIVITIES)
_YES, _NO = ("1", "x", "co", "yes", "true"), ("0", "khong", "no", "false")
_DEFAULTS = {"scope": "all", "status": "observed"}
_LEVEL_OF_LENGTH = {2: "province", 3: "district", 5: "commune"}
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_HEADING_ROWS = 20
_SHOWN_FAULTS = 20
_LOOKED_AT = 1000
_FACTORS = {"dong": 1.0, "nghin dong": 1e3, "trieu dong": 1e6, "ti dong": 1e9, "ty dong": 1e9}
_ISO_DATE = r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[ T][\d:.]+)?"
_DAY_FIRST = r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})"

# Folded, as `fold` gives them; the list need not be complete, since half of a column must match.
_SURNAMES = frozenset(
    """nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh trinh doan luong
    ha mai to lam cao chu ta trieu nong hua lo giang vang luu vuong dao quach kieu tong truong ma
    dam than thai la quan ban ksor rmah siu""".split()  # noqa: SIM905
)
_PRIVATE_WORDS = re.compile(
    r"\b(ho (va )?ten|ten (nguoi|thanh vien|hoi vien)|nguoi vay|full name|first name|last name"
    r"|surname|dien thoai|so dt|sdt|phone|mobile|cccd|cmnd|can cuoc|chung minh|dinh danh"
    r"|identity|id card|passport|ngay sinh|nam sinh|birth|dia chi|so nha|address|e ?mail)\b"
)
_PHONE = re.compile(r"(?:0|\+?84)[35789]\d{8}", re.ASCII)
_IDENTITY = re.compile(r"0\d{2}[0-3]\d{8}", re.ASCII)
_BETWEEN_DIGITS = re.compile(r"[\s.-]", re.ASCII)
_LEAST_DIGITS = 10


@shareable
def read_clubs(path_or_frame: Any) -> pd.DataFrame:
    """Read a register of clubs: one row a club, ids only.

    Parameters
    ----------
    path_or_frame : str, Path or data frame
        A csv, parquet or workbook file (first sheet), or any frame that narwhals knows. Columns are
        called as in `CLUBS` or by their usual Vietnamese headings
        (`reference/register_headings.csv`); a heading may say "(triệu đồng)". Needed are `club`,
        `area` (the code of the commune, district or province in which the club lies) and
        `boundaries`; `level` follows from the code where it is not given.

    Returns
    -------
    DataFrame
        The clubs table: text, float (money in whole đồng), dates; missing stays missing. Further
        columns are left out and listed in ``.attrs["left_out"]``.

    Raises
    ------
    InvalidTableError
        If a column is missing or a cell cannot be read; all faults at once, also in ``.problems``.
    UnreadableSourceError
        If the file is truncated or of an unknown kind.

    Warns
    -----
    UserWarning
        If a column looks like names, phone or identity numbers.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> clubs = read_clubs(sample_path("clubs"))
    >>> len(clubs), clubs["members"].sum().item(), clubs["status"].unique().tolist()
    (135, 5292.0, ['synthetic'])
    """
    return _read(path_or_frame, CLUBS)


def read_meetings(path_or_frame: Any) -> pd.DataFrame:
    """Read a meeting book: one row a meeting of a club.

    Parameters
    ----------
    path_or_frame : str, Path or data frame
        As for `read_clubs`, with the columns of `MEETINGS`. Instead of the eight columns of
        activities there may be one column `activities` that lists the numbers done ("1;2;8").

    Returns
    -------
    DataFrame
        The meetings table.

    Raises
    ------
    InvalidTableError, UnreadableSourceError
        As `read_clubs`.

    Examples
    --------
    >>> book = {"club": ["a", "a"], "date": ["2024-01-10", "2024-02-10"], "activities": ["1;8", ""]}
    >>> read_meetings(pd.DataFrame(book))[["income_generation", "rights", "resources"]]
       income_generation  rights  resources
    0                1.0     0.0        1.0
    1                NaN     NaN        NaN
    """
    return _read(path_or_frame, MEETINGS)


def read_loans(path_or_frame: Any) -> pd.DataFrame:
    """Read a loan ledger: one row a loan; members are ids.

    Parameters
    ----------
    path_or_frame : str, Path or data frame
        As for `read_clubs`, with the columns of `LOANS`. `due` is the day on which the earliest
        instalment that is not yet paid fell or falls due.

    Returns
    -------
    DataFrame
        The loans table.

    Raises
    ------
    InvalidTableError, UnreadableSourceError
        As `read_clubs`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> loans = read_loans(sample_path("loans"))
    >>> bool((loans["overdue_vnd"].fillna(0) <= loans["outstanding_vnd"].fillna(0)).all())
    True
    """
    return _read(path_or_frame, LOANS)


def find_personal_columns(frame: pd.DataFrame) -> dict[str, str]:
    """Tell which columns look like names, phone numbers or identity numbers of people.

    Parameters
    ----------
    frame : DataFrame
        Any frame; of each text column the first thousand different values are looked at.

    Returns
    -------
    dict of str to str
        The column and what it looks like: "names", "phone numbers", "identity numbers" or, by its
        heading alone, "personal data".

    Examples
    --------
    >>> find_personal_columns(pd.DataFrame({"member": ["Nguyễn Thị Mẫu", "Trần Văn Thử"]}))
    {'member': 'names'}
    >>> find_personal_columns(pd.DataFrame({"member": ["164-00001-009"], "SĐT": [None]}))
    {'SĐT': 'personal data'}
    """
    found = {}
    for name in frame.columns:
        looks = _looks_like(frame[name])
        if looks is None and _PRIVATE_WORDS.search(_fold_heading(str(name))):
            looks = "personal data"
        if looks is not None:
            found[str(name)] = looks
    return found


def require_whole_parquet(path: Path) -> None:
    """Raise if a parquet file has been cut short, before any engine stumbles over it.

    Parameters
    ----------
    path : Path
        A parquet file, or a folder of them.

    Raises
    ------
    UnreadableSourceError
        If a file does not begin and end as a parquet file must.
    FileNotFoundError
        If there is no such file, or the folder holds none.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> require_whole_parquet(sample_path("clubs"))
    Traceback (most recent call last):
    ...
    lthtgn_analysis.errors.UnreadableSourceError: clubs.csv must be a whole parquet file.
      found: it does not begin and end with the mark PAR1; it is cut short or of another kind
      hint:  copy or write the file again.
    """
    parts = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
    if not parts:
        raise FileNotFoundError(f"The folder {path} must hold parquet files; there are none.")
    for part in parts:
        with part.open("rb") as stream:
            head = stream.read(4)
            stream.seek(0, 2)
            size = stream.tell()
            stream.seek(max(0, size - 4))
            tail = stream.read(4)
        if (head, tail) != (b"PAR1", b"PAR1") or size < 12:
            raise UnreadableSourceError(
                f"{part.name} must be a whole parquet file.\n"
                "  found: it does not begin and end with the mark PAR1; it is cut short or of "
                "another kind\n  hint:  copy or write the file again."
            )


def _read(path_or_frame: Any, table: Table) -> pd.DataFrame:
    raw, title, lines = _open(path_or_frame, table)
    renamed, factors = _rename(raw, table)
    left_out = [str(name) for name in renamed.columns if not _belongs(name, table)]
    _warn_of_people(renamed, title, left_out)
    wanted = _expand(renamed[[name for name in renamed.columns if _belongs(name, table)]], table)
    if missing := [c.name for c in table.columns if c.required and c.name not in wanted]:
        raise InvalidTableError(
            f"{title} must have the columns of the {table.name} table.\n"
            f"  missing: {missing}\n"
            f"  found:   {[str(name) for name in raw.columns]}\n"
            f"  hint:    the columns are: {', '.join(table.column_names)}."
        )
    parsed = _parse(wanted, table, factors, title, lines)
    parsed.attrs.update(left_out=left_out, **({"source": title} if lines is not None else {}))
    return parsed


def _open(path_or_frame: Any, table: Table) -> tuple[pd.DataFrame, str, Any]:
    """Return raw cells, what to call them, and what tells the line of a row (None: a frame)."""
    if not isinstance(path_or_frame, (str, Path)):
        title = path_or_frame.attrs.get("source") if hasattr(path_or_frame, "attrs") else None
        return _as_pandas(path_or_frame, table), title or f"`{table.name}`", None
    path = Path(path_or_frame)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}.")
    kind = path.suffix.lower()
    if kind == ".csv":
        cells = read_csv_cells(path)
        return cells, path.name, lambda: record_lines(path)
    if kind == ".parquet" or path.is_dir():
        require_whole_parquet(path)
        return pd.read_parquet(path), path.name, lambda: range(1, 10**9)
    if kind in _WORKBOOKS:
        cells, first = _read_workbook(path, table)
        return cells, path.name, lambda: range(first + 2, 10**7)
    raise UnreadableSourceError(
        f"{path.name} must be a csv, parquet or workbook file.\n"
        f"  found: the ending {path.suffix!r}\n  hint:  save it as csv or xlsx."
    )


def _as_pandas(frame: Any, table: Table) -> pd.DataFrame:
    try:
        known = nw.from_native(frame)
    except TypeError:
        raise InvalidTableError(
            f"`{table.name}` must be a path or a data frame that narwhals knows (pandas, polars, "
            f"DuckDB, PySpark, ...), not {type(frame).__name__!r}."
        ) from None
    if known.implementation.is_spark_like():
        # PySpark's own way to pandas warns of pandas 3; a register is small enough for rows.
        rows = [tuple(row) for row in frame.collect()]
        return pd.DataFrame(rows, columns=pd.Index(frame.columns, dtype="str"))
    if isinstance(known, nw.LazyFrame):
        return known.collect("pandas").to_native()
    return known.to_native() if isinstance(frame, pd.DataFrame) else known.to_pandas()


def _read_workbook(path: Path, table: Table) -> tuple[pd.DataFrame, int]:
    try:
        sheet = pd.read_excel(path, header=None, dtype=object, engine="calamine")
    except ImportError:
        raise UnreadableSourceError(
            f"{path.name} is a workbook; reading it needs python-calamine.\n"
            "  hint: pip install 'lthtgn-analysis[excel]'"
        ) from None
    except Exception as error:
        raise UnreadableSourceError(
            f"{path.name} must be a workbook that can be opened.\n  found: {error}\n"
            "  hint:  open it, take off any password, and save it again as xlsx."
        ) from error
    known = {_fold_heading(name) for name in (*_headings(), *table.column_names)}
    hits = [
        sum(_split_heading(str(cell))[0] in known for cell in row if pd.notna(cell))
        for row in sheet.head(_HEADING_ROWS).itertuples(index=False)
    ]
    if not hits or max(hits) < 2:
        raise InvalidTableError(
            f"{path.name} must name the columns of the {table.name} table in one of its first "
            f"{_HEADING_ROWS} rows.\n  hint: the headings that are known are in "
            "reference/register_headings.csv."
        )
    first = hits.index(max(hits))
    cells = sheet.iloc[first + 1 :].dropna(how="all").reset_index(drop=True)
    cells.columns = pd.Index([str(cell) for cell in sheet.iloc[first]])
    return cells, first


def _rename(raw: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, dict[str, float]]:
    """Give known headings the table's names; money in thousands or millions gets its factor."""
    names: dict[str, str] = {}
    factors: dict[str, float] = {}
    for heading in raw.columns:
        bare, factor = _split_heading(str(heading))
        name = heading if _belongs(heading, table) else _headings().get(bare, heading)
        if _belongs(name, table) and name not in names.values():
            names[heading] = name
            factors[name] = factor
    return raw.rename(columns=names), factors


def _belongs(name: Any, table: Table) -> bool:
    return name in table.column_names or (table is MEETINGS and name == "activities")


@cache
def _headings() -> dict[str, str]:
    text = files(__package__).joinpath("reference/register_headings.csv").read_text("utf-8")
    return {
        _fold_heading(row["heading"]): row["column"] for row in csv.DictReader(text.split("\n"))
    }


@lru_cache(maxsize=1024)
def _fold_heading(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", strip_marks(heading).lower()).split())


@lru_cache(maxsize=1024)
def _split_heading(heading: str) -> tuple[str, float]:
    words = _fold_heading(heading)
    for unit, factor in sorted(_FACTORS.items(), key=lambda item: -len(item[0])):
        if words.endswith(" " + unit):
            return words.removesuffix(unit).strip(), factor
    return words, 1.0


def _expand(cells: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Fill in what follows from other cells: defaults, the level of a code, listed activities."""
    cells = cells.copy()
    if table is CLUBS:
        for name, value in _DEFAULTS.items():
            given = cells.get(name, pd.Series(None, index=cells.index, dtype=object))
            empty = _is_empty(given)
            cells[name] = given.mask(empty, value) if empty.any() else given
        if "level" not in cells and "area" in cells:
            lengths = cells["area"].astype("str").str.strip().str.len()
            cells["level"] = lengths.map(_LEVEL_OF_LENGTH)
    if table is MEETINGS and "activities" in cells:
        told = cells.pop("activities")
        listed = told.mask(_is_empty(told), "").astype("str").str.findall(r"[1-8]")
        given = listed.map(len) > 0
        for place, name in enumerate(ACTIVITIES, start=1):
            done = pd.Series([float(str(place) in marks) for marks in listed], index=cells.index)
            cells[name] = done.where(given)
    return cells


def _parse(
    cells: pd.DataFrame, table: Table, factors: dict[str, float], title: str, lines: Any
) -> pd.DataFrame:
    faults: list[tuple[int, str, str, str, str]] = []
    parsed = {}
    for column in table.columns:
        if column.name not in cells:
            continue
        found = _parse_column(cells[column.name], column)
        factor = factors.get(column.name, 1.0) if column.name.endswith("_vnd") else 1.0
        parsed[column.name] = found.cells if factor == 1 else found.cells * factor
        faults += [
            (int(row), column.name, str(cells[column.name].iloc[row]), found.must, found.hint)
            for row in found.bad.to_numpy().nonzero()[0]
        ]
        if column.required:
            empty = found.empty.to_numpy().nonzero()[0]
            hint = f"fill in `{column.name}`; a row without it cannot be counted"
            faults += [(int(row), column.name, "", "hold a value", hint) for row in empty]
    if faults:
        raise _as_error(sorted(faults), cells, table, title, lines)
    return arrange(pd.DataFrame(parsed, index=cells.index, copy=False), table)


def _is_empty(values: pd.Series) -> pd.Series:
    if values.dtype.kind in "iufbM":
        return values.isna()
    return values.isna() | values.astype("str").str.strip().eq("")


def _parse_column(values: pd.Series, column: Column) -> _Parsed:
    is_text = column.kind == "text" and isinstance(values.dtype, pd.StringDtype)
    text = _to_text(values) if column.kind == "text" else values
    empty = values.isna() | text.eq("") if is_text else _is_empty(values)
    if column.kind == "number":
        number = values if _is_plain(values) else _to_numbers(
            values.mask(empty), flag=column.name in _FLAGS
        )  # fmt: skip
        return _Parsed(
            number,
            empty,
            ~empty & number.isna(),
            "be a plain number such as 5292 or 0.01",
            "write no thousands marks, units or words",
        )
    if column.kind == "date":
        day = values if values.dtype == DTYPES["date"] else _to_dates(values.mask(empty))
        return _Parsed(
            day,
            empty,
            ~empty & day.isna(),
            "be a date such as 2024-12-31 or 31/12/2024",
            "a date that is not known stays empty",
        )
    text = text.mask(empty) if empty.any() else text
    if not column.allowed:
        return _Parsed(text, empty, pd.Series(False, index=values.index))
    bad = ~empty & ~text.isin(column.allowed)
    return _Parsed(
        text, empty, bad, f"be one of {', '.join(column.allowed)}", "use the code as written"
    )


def _is_plain(values: pd.Series) -> bool:
    return values.dtype == "float64" and not np.isinf(values.to_numpy()).any()


def _to_numbers(values: pd.Series, *, flag: bool) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        number = values.astype("float64")
    else:
        if flag:
            words = values.map(lambda cell: fold(str(cell)).strip(), na_action="ignore")
            values = values.mask(words.isin(_YES), 1.0).mask(words.isin(_NO), 0.0)
        number = pd.to_numeric(values, errors="coerce").astype("float64")
    return number.where(number.abs() < float("inf"))


def _to_dates(values: pd.Series) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(values):
        naive = values.dt.tz_localize(None) if values.dt.tz is not None else values
        return naive.astype(DTYPES["date"])
    text = values.astype("str").str.strip()
    found = text.str.extract(f"^{_ISO_DATE}$")
    found = found.fillna(text.str.extract(f"^{_DAY_FIRST}$"))
    joined = found["y"] + "-" + found["m"].str.zfill(2) + "-" + found["d"].str.zfill(2)
    return pd.to_datetime(joined, format="%Y-%m-%d", errors="coerce").astype(DTYPES["date"])


def _to_text(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str").str.strip()
    # A workbook keeps the code 19 as the number 19.0; its text is "19".
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    texts = values.map(
        lambda cell: str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell),
        na_action="ignore",
    )
    return texts.astype("str").str.strip()


def _as_error(
    faults: list[tuple[int, str, str, str, str]],
    cells: pd.DataFrame,
    table: Table,
    title: str,
    lines: Any,
) -> InvalidTableError:
    places = lines() if lines is not None else None
    where = [
        f"row {row}" if places is None else f"line {places[row]}" for row, *_ in faults
    ]  # fmt: skip
    key = cells[table.key[0]].astype("str") if table.key[0] in cells else None
    problems = arrange(
        pd.DataFrame(
            {
                "check": "the_table_can_be_read",
                "severity": "error",
                "fact_ids": [None if key is None else key.iloc[row] for row, *_ in faults],
                "found": [
                    f"{place}, column `{column}`: {text!r}"
                    for place, (_, column, text, _, _) in zip(where, faults, strict=True)
                ],
                "must": [fault[3] for fault in faults],
                "hint": [fault[4] for fault in faults],
            }
        ),
        PROBLEMS,
    )
    shown = [
        f"  {found}; must {must}\n    hint: {hint}"
        for found, must, hint in problems[["found", "must", "hint"]].head(_SHOWN_FAULTS).to_numpy()
    ]
    more = len(problems) - len(shown)
    return InvalidTableError(
        "\n".join(
            [f"{title} must hold the {table.name} table; {len(problems)} faults found.", *shown]
            + ([f"  ... and {more} more; `.problems` holds them all."] if more else [])
        ),
        problems,
    )


def _warn_of_people(frame: pd.DataFrame, title: str, left_out: list[str]) -> None:
    personal = find_personal_columns(frame)
    if not personal:
        return
    parts = [
        f"{name!r} ({looks}{'; left out' if name in left_out else '; KEPT, replace it by a code'})"
        for name, looks in personal.items()
    ]
    warnings.warn(
        f"{title}: columns that look like personal data: {', '.join(parts)}. "
        "Clubs and members need ids only.",
        UserWarning,
        stacklevel=4,
    )


def _looks_like(values: pd.Series) -> str | None:
    if values.dtype.kind in "fbM":
        return None
    told = values.dropna().head(_LOOKED_AT).astype("str").tolist()
    texts = [text.strip() for text in dict.fromkeys(told)]
    # Most texts are too short for a number or begin with a letter, which is cheaper to see.
    numbers = [
        _BETWEEN_DIGITS.sub("", text)
        for text in texts
        if len(text) >= _LEAST_DIGITS and not text[0].isalpha()
    ]
    if _are_most(map(_PHONE.fullmatch, numbers), texts):
        return "phone numbers"
    if _are_most(map(_IDENTITY.fullmatch, numbers), texts):
        return "identity numbers"
    return "names" if _are_most(map(_is_name, texts), texts) else None


def _are_most(hits: Iterable[object], texts: Sequence[str]) -> bool:
    return sum(map(bool, hits)) * 2 > len(texts)


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 5
        and all(word[0].isupper() and word.isalpha() for word in words)
        and fold(words[0]) in _SURNAMES
    )
