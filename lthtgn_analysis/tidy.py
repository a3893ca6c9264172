"""Turn raw text cells into the tables of `schema`: the only place that renames or parses.

A path (or a frame that already has the columns) comes in; observations, sources and targets go
out. Form is judged here, all faults of a file at once: columns, codes, numbers, dates, areas.
Whether the figures can be true is `checks`' part. Numbers in csv files are plain (1234.5), dates
are ISO (2024-12-31); an empty cell is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .areas import read_areas
from .cells import numbers_in
from .columns import EXPLAINED_COLUMNS
from .errors import InvalidTableError
from .indicators import INDICATORS
from .layout_files import Layout, read_layout
from .layouts import recognise
from .lettering import clean, strip_marks
from .notation import add_bounds, parse_figures
from .schema import (
    BOUNDARIES,
    DTYPES,
    OBSERVATIONS,
    PROBLEMS,
    SOURCES,
    TARGETS,
    Column,
    Table,
    accept,
    arrange,
)
from .sources import WORKBOOK_SUFFIXES, hash_file, list_files, read_csv_cells, record_lines
from .workbooks import read_sheets

_SHOWN_FAULTS = 20
_FREE_LEVELS = ("village", "club")
_ISO_DATE = r"\d{4}-\d{2}-\d{2}"
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_DIGITS_KEPT = 10
_NO_UNIT = "no unit of money is printed; give it in a layout file"
_FOOTNOTE = re.compile(r"\s*(?:\*+|\(\*+\)|[¹²³])$")
_SHARED = ("women_members", "older_members", "poor_members")
_AGREEING = ("share,ratio", "people,ratio", "clubs,areas", "people,clubs_")


def read_observations(path: Any) -> pd.DataFrame:
    """Read observations: one reported figure a row, with its source, date, doubt and boundaries.

    Parameters
    ----------
    path : str, Path or data frame
        A csv file with the columns of the observations table, or a frame that has them. Bounds
        that are missing are set from the qualifier (`notation.add_bounds`).

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

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> observations = read_observations(sample_path("observations"))
    >>> one = observations.query("fact_id == 'F0013'").iloc[0]
    >>> one["area_name"], one["indicator"], float(one["value"])
    ('Thanh Hóa', 'clubs', 884.0)
    """
    cells = _read_cells(path, OBSERVATIONS)
    table = _parse(cells, OBSERVATIONS, extra_faults=_observation_faults)
    return arrange(add_bounds(table), OBSERVATIONS)


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
    >>> book.loc[0, ["area_name", "indicator", "value", "locator"]].to_list()
    ['Bỉm Sơn', 'clubs', 12.0, 'Biểu 01!C9']
    """
    rules = Layout() if layout is None else read_layout(layout)
    books = [_read_book(file, rules) for file in list_files(path, suffixes=WORKBOOK_SUFFIXES)]
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


def _read_book(file: Path, rules: Layout) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    sheets = read_sheets(file, encoding=rules.encoding or None, legacy=rules.legacy or None)
    found = recognise(sheets, rules)
    source = _slug(file)
    parsed, left_out = _parse_cells(found.figures, rules.convention or None)
    kept, repeats = _drop_repeats(parsed)
    shared = {
        "boundaries": found.boundaries,
        "published": found.reported,
        "scope": "all",
        "source": source,
        "status": "synthetic" if found.made_up else "observed",
    }
    observations = kept.assign(
        fact_id=source + ":" + kept["locator"] + ":" + kept["indicator"],
        **{name: pd.Series([value]).take([0] * len(kept)).set_axis(kept.index)
           for name, value in shared.items()},
    )  # fmt: skip
    explained = pd.concat([found.explained, left_out, repeats], ignore_index=True)
    explained.insert(0, "file", file.name)
    about = pd.DataFrame([{"source": source, "title": file.name, "sha256": hash_file(file)}])
    return arrange(observations, OBSERVATIONS), explained, arrange(about, SOURCES)


def _slug(file: Path) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", strip_marks(file.stem).lower()).strip("-")
    return f"{words or 'workbook'}-{file.suffix.lower().lstrip('.')}"


def _parse_cells(
    figures: pd.DataFrame, convention: Any
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Turn cells into values: numbers times their unit, text as `notation` reads it."""
    places = figures["letters"] + (figures["row"] + 1).astype("str")
    figures = figures.assign(
        place=places,
        locator=figures["sheet"] + "!" + places,
        own_sheet=figures["area"].eq(figures["own_area"]),
    )
    cells = figures["cell"].to_numpy(dtype=object)
    is_number = numbers_in(cells)
    numbers = figures.loc[is_number]
    factor = numbers["factor"].to_numpy(dtype="float64")
    # Binary fractions of millions leave dust far below one đồng.
    value = np.round(cells[is_number].astype("float64") * factor, _DIGITS_KEPT)
    counted = numbers.assign(
        value=value, low=value, high=value,
        qualifier=pd.Series(["exact"]).take([0] * len(numbers)).set_axis(numbers.index),
        problem=pd.Series(np.where(np.isnan(factor), _NO_UNIT, None), index=numbers.index),
    )  # fmt: skip
    parts = [counted]
    for _, group in figures.loc[~is_number].groupby("group", sort=False):
        parts.append(_parse_texts(group, convention))
    parsed = pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)
    bad = parsed["problem"].notna()
    left_out = pd.DataFrame(
        {
            "sheet": parsed.loc[bad, "sheet"],
            "place": parsed.loc[bad, "place"],
            "kind": "cell",
            "text": parsed.loc[bad, "cell"].astype("str"),
            "taken_for": "left out",
            "used": False,
            "reason": parsed.loc[bad, "problem"].astype("str"),
        }
    )
    return parsed.loc[~bad].reset_index(drop=True), left_out


def _parse_texts(group: pd.DataFrame, convention: Any) -> pd.DataFrame:
    texts = group["cell"].map(lambda c: _FOOTNOTE.sub("", clean(c)) if isinstance(c, str) else str(c))
    read = parse_figures(texts, convention=convention)
    printed = read["unit"]
    scale = group["factor"].where(printed.isna(), 1.0).astype("float64")
    unit = group["unit"].where(~(printed.eq("share") & group["indicator"].isin(_SHARED)), "share")
    clash = printed.notna() & printed.ne(unit) & ~(printed + "," + unit).isin(_AGREEING)
    problem = read["problem"].where(~clash, "the cell prints another unit than its column: " + texts)
    problem = problem.where(problem.notna() | scale.notna(), _NO_UNIT)
    is_range = read["qualifier"].eq("range")
    first = group.assign(
        value=(read["value"] * scale).round(_DIGITS_KEPT),
        low=(read["low"] * scale).where(is_range),
        high=(read["high"] * scale).where(is_range),
        qualifier=read["qualifier"],
        unit=unit,
        problem=[text.split("\n")[0] if isinstance(text, str) else None for text in problem],
    )
    empty = read["value"].isna() & problem.isna()
    has_whole = read["whole"].notna() & group["second"].ne("") & problem.isna()
    wholes = group.loc[has_whole]
    second = wholes.assign(
        indicator=wholes["second"],
        value=read.loc[has_whole, "whole"],
        low=np.nan,
        high=np.nan,
        qualifier="exact",
        unit=wholes["second"].map({name: one.unit for name, one in INDICATORS.items()}),
        problem=None,
    )
    return add_bounds(pd.concat([first.loc[~empty], second]))


def _drop_repeats(parsed: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep one of the rows that print the same fact: that of the unit's own sheet, else the first.

    Values are the same if they differ by rounding to the coarser of the two printed units.
    """
    keys = ["indicator", "level", "area", "as_of", "unit"]
    again = parsed.duplicated(keys, keep=False)
    if not again.any():
        return parsed, parsed.iloc[:0].reindex(columns=list(EXPLAINED_COLUMNS))
    drop: dict[int, str] = {}
    for _, group in parsed.loc[again].groupby(keys, dropna=False, sort=False):
        ranked = group.sort_values("own_sheet", ascending=False, kind="stable")
        first = ranked.iloc[0]
        for row in ranked.iloc[1:].itertuples():
            width = max(_printed_step(first["cell"], first["factor"], first["value"]),
                        _printed_step(row.cell, row.factor, row.value))  # fmt: skip
            if abs(row.value - first["value"]) <= 0.5001 * width:
                drop[int(row.Index)] = first["locator"]
    rows = parsed.loc[list(drop)]
    repeats = pd.DataFrame(
        {
            "sheet": rows["sheet"],
            "place": rows["place"],
            "kind": "cell",
            "text": rows["cell"].astype("str"),
            "taken_for": "left out",
            "used": False,
            "reason": [f"the same fact is printed at {place}" for place in drop.values()],
        }
    )
    return parsed.drop(index=list(drop)).reset_index(drop=True), repeats


def _printed_step(cell: Any, factor: float, value: float) -> float:
    """Return what one unit of the last printed digit is worth."""
    digits = re.search(r"[.,](\d+)", f"{cell:.10g}" if isinstance(cell, float) else str(cell))
    if isinstance(cell, str):
        numeral = re.search(r"[\d.,]*\d", cell)
        size = 10.0 ** -len(digits[1]) if digits and len(digits[1]) < 3 else 1.0
        printed = float(re.sub(r"\D", "", numeral[0])) * size if numeral else 0.0
        return abs(value) / printed * size if printed else 0.0
    return (10.0 ** -len(digits[1]) if digits else 1.0) * (1.0 if np.isnan(factor) else factor)


def _read_cells(path: Any, table: Table) -> pd.DataFrame:
    if isinstance(path, (str, Path)):
        cells = read_csv_cells(path)
        if missing := [c for c in table.column_names if c not in cells.columns]:
            raise InvalidTableError(
                f"{Path(path).name} must have the columns of the {table.name} table.\n"
                f"  missing: {missing}\n"
                f"  found:   {list(cells.columns)}\n"
                f"  hint:    the columns are, in order: {', '.join(table.column_names)}."
            )
        return cells
    return _as_text(accept(path, table), table)


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
        text = cells[column.name].str.strip()
        values, bad, must, hint = _parse_column(text, column)
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


def _parse_column(text: pd.Series, column: Column) -> tuple[pd.Series, pd.Series, str, str]:
    if column.kind == "number":
        values = pd.to_numeric(text.where(text.ne("")), errors="coerce").astype("float64")
        finite = values.abs().lt(float("inf"))
        bad = text.ne("") & ~finite
        return (
            values.where(finite),
            bad,
            "be a plain number such as 48600 or 0.7335",
            "write no thousands marks, units or words; a hedge goes to the column `qualifier`",
        )
    if column.kind == "date":
        iso = text.str.fullmatch(_ISO_DATE)
        values = pd.to_datetime(text.where(iso), format="%Y-%m-%d", errors="coerce")
        in_range = values.dt.year.between(_FIRST_YEAR, _LAST_YEAR)
        bad = text.ne("") & ~in_range
        return (
            values.where(in_range).astype(DTYPES["date"]),
            bad,
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


def _observation_faults(frame: pd.DataFrame) -> Iterable[pd.DataFrame]:
    indicator = frame["indicator"]
    unknown = indicator.notna() & ~indicator.isin(list(INDICATORS))
    yield _fault_rows(
        indicator,
        unknown,
        "indicator",
        "be a name in INDICATORS",
        "see reference/indicators.csv; a new indicator is a new line there",
    )
    yield _area_faults(frame)
    crossed = (frame["low"] > frame["value"]) | (frame["value"] > frame["high"])
    yield _fault_rows(
        frame["low"].astype("str") + ".." + frame["high"].astype("str"),
        crossed,
        "low..high",
        "enclose `value`",
        "leave `low` and `high` empty to have them set from the qualifier",
    )


def _area_faults(frame: pd.DataFrame) -> pd.DataFrame:
    placed = ~frame["level"].isin(_FREE_LEVELS) & frame["boundaries"].isin(BOUNDARIES)
    known = pd.concat(
        read_areas(boundaries=boundaries)[["level", "area", "boundaries"]]
        for boundaries in frame.loc[placed, "boundaries"].unique()
    ) if placed.any() else frame.loc[placed, ["level", "area", "boundaries"]]  # fmt: skip
    keys = pd.MultiIndex.from_frame(frame[["level", "area", "boundaries"]])
    unknown = placed & frame["area"].notna() & ~keys.isin(pd.MultiIndex.from_frame(known))
    return _fault_rows(
        frame["area"],
        unknown,
        "area",
        "be a code of the unit list of its level and boundaries",
        "`find_area(name, level=..., boundaries=...)` gives the code; leading zeros belong to it",
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
    if path is None:
        places = [f"row {row}" for row in faults["row"]]
        title = f"`{table.name}`"
    else:
        lines = record_lines(path)
        places = [f"line {lines[row]}" for row in faults["row"]]
        title = Path(path).name
    where = [
        f"{place}, column `{column}`"
        for place, column in zip(places, faults["column"], strict=True)
    ]
    problems = arrange(
        pd.DataFrame(
            {
                "check": "the_table_can_be_read",
                "severity": "error",
                "fact_ids": cells[table.key[0]].loc[faults["row"]].to_numpy(),
                "found": [f"{w}: {t!r}" for w, t in zip(where, faults["text"], strict=True)],
                "must": faults["must"].to_numpy(),
                "hint": faults["hint"].to_numpy(),
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
