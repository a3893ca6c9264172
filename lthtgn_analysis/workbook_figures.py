"""Recognised cells of a workbook come in; observations go out, with what could not be parsed.

Numbers are taken times the unit of their column, text is read by `notation`, column by column. A
figure that is printed twice counts once. Nothing is corrected: totals stay as printed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .cells import numbers_in, repeat
from .columns import EXPLAINED_COLUMNS
from .indicators import INDICATORS
from .layout_files import Layout
from .layouts import recognise
from .lettering import clean, strip_marks
from .notation import add_bounds, parse_figures
from .schema import OBSERVATIONS, SOURCES, arrange
from .sources import hash_file
from .workbooks import read_sheets

_DIGITS_KEPT = 10
_SURELY_DONG = 1_000_000
_HALF = 0.5001
_NO_UNIT = "no unit of money is printed; give it in a layout file"
_FOOTNOTE = re.compile(r"\s*(?:\*+|\(\*+\)|[¹²³])$")
_SHARED = ("women_members", "older_members", "poor_members")
_AGREEING = ("share,ratio", "people,ratio", "clubs,areas")


def read_book(file: Path, rules: Layout) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Read one workbook.

    Parameters
    ----------
    file : Path
        The workbook.
    rules : Layout
        What overrides recognition.

    Returns
    -------
    tuple of DataFrame
        The observations; what every part was taken for; the file as one row of the sources table.
    """
    sheets = read_sheets(file, encoding=rules.encoding or None, legacy=rules.legacy)
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
        **{name: repeat(value, len(kept)) for name, value in shared.items()},
    )
    explained = pd.concat([found.explained, left_out, repeats], ignore_index=True)
    explained.insert(0, "file", file.name)
    about = pd.DataFrame([{"source": source, "title": file.name, "sha256": hash_file(file)}])
    return arrange(observations, OBSERVATIONS), explained, arrange(about, SOURCES)


def _slug(file: Path) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", strip_marks(file.stem).lower()).strip("-")
    return f"{words or 'workbook'}-{file.suffix.lower().lstrip('.')}"


def _parse_cells(figures: pd.DataFrame, convention: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
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
        qualifier=repeat("exact", len(numbers)).set_axis(numbers.index),
        problem=pd.Series([None, _NO_UNIT], dtype="str").take(
            np.isnan(factor).astype(int)).set_axis(numbers.index),
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
    texts = group["cell"].map(
        lambda c: _FOOTNOTE.sub("", clean(c)) if isinstance(c, str) else str(c)
    )
    read = parse_figures(texts, convention=convention or "likely_vi")
    printed = read["unit"]
    # "512.500.000" without a unit can only be đồng, as numbers of that size are taken.
    is_dong = printed.isna() & group["unit"].eq("VND") & read["low"].ge(_SURELY_DONG)
    bare = group["factor"].where(group["factor"].notna() | ~is_dong, 1.0)
    scale = bare.where(printed.isna(), 1.0).astype("float64")
    unit = group["unit"].where(~(printed.eq("share") & group["indicator"].isin(_SHARED)), "share")
    clash = printed.notna() & printed.ne(unit) & ~(printed + "," + unit).isin(_AGREEING)
    problem = read["problem"].where(
        ~clash, "the cell prints another unit than its column: " + texts
    )
    problem = problem.where(problem.notna() | scale.notna(), _NO_UNIT)
    is_range = read["qualifier"].eq("range")
    first = group.assign(
        value=(read["value"] * scale).round(_DIGITS_KEPT),
        low=(read["low"] * scale).where(is_range),
        high=(read["high"] * scale).where(is_range),
        qualifier=read["qualifier"],
        unit=unit,
        problem=problem.map(lambda text: text.split("\n")[0] if isinstance(text, str) else None),
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
    again = parsed.duplicated(["indicator", "area", "as_of"], keep=False)
    if again.any():
        again = parsed.duplicated(keys, keep=False)
    if not again.any():
        return parsed, parsed.iloc[:0].reindex(columns=list(EXPLAINED_COLUMNS))
    steps = pd.Series(
        [
            _printed_step(cell, factor, value)
            for cell, factor, value in parsed.loc[again, ["cell", "factor", "value"]].itertuples(
                index=False, name=None
            )
        ],
        index=parsed.index[again],
    )
    drop: dict[Any, str] = {}
    for _, group in parsed.loc[again].groupby(keys, dropna=False, sort=False):
        first, *others = group.sort_values("own_sheet", ascending=False, kind="stable").index
        for other in others:
            width = max(steps[first], steps[other])
            if abs(parsed["value"][other] - parsed["value"][first]) <= _HALF * width:
                drop[other] = str(parsed["locator"][first])
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
