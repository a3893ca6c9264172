"""Printed figures come in as text, numbers with their doubt go out; and back for people to read.

`parse_figure` reads what reports, articles and workbooks print ("gần 2,3 tỉ đồng", "410/559"),
`bounds` turns a hedge into an interval, `format_figure` and `format_interval` write numbers in
Vietnamese and English, `label` gives the words for codes. Values are in base units: whole đồng,
people, clubs; a share of 73,35% is 0.7335. What is not one figure, or has two readings, raises.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from numbers import Real
from types import MappingProxyType

import numpy as np
import pandas as pd

from .catalogue import label as label  # noqa: PLC0414 - part of this module's interface
from .errors import NotAFigureError
from .grammar import prepare, read_table
from .numerals import Convention, round_half_up, to_decimal, write_numeral
from .reading import (
    MISSING_MARKS,
    FigureConvention,
    Heading,
    Reading,
    group_thousands,
    proven_conventions,
    read_figure,
    read_heading,
    refuse,
)
from .schema import QUALIFIERS

MISSING_TEXT = "–"
"""What is shown where there is no figure: never a zero."""

_NO_HEADING = Heading(None, Decimal(1))
_TEXT_COLUMNS = ("qualifier", "unit", "problem")
_NUMBER_COLUMNS = ("low", "value", "high", "whole")
_FIGURE_COLUMNS = ("low", "value", "high", "qualifier", "unit", "whole", "problem")

_HEDGE_WORDS: dict[Convention, dict[str, str]] = {
    "vi": {"at_least": "trên", "at_most": "tối đa", "nearly": "gần", "about": "khoảng"},
    "en": {"at_least": "over", "at_most": "at most", "nearly": "nearly", "about": "about"},
}
_OPEN_ENDED: dict[Convention, str] = {"vi": "{} trở lên", "en": "{} or more"}
_RANGE_OF_SIGNED: dict[Convention, str] = {"vi": "từ {} đến {}", "en": "from {} to {}"}
_MONEY_SCALES: dict[Convention, tuple[tuple[Decimal, str], ...]] = {
    "vi": (
        (Decimal(1_000_000_000), " tỉ đồng"),
        (Decimal(1_000_000), " triệu đồng"),
        (Decimal(1), " đồng"),
    ),
    "en": (
        (Decimal(1_000_000_000), " billion VND"),
        (Decimal(1_000_000), " million VND"),
        (Decimal(1), " VND"),
    ),
}
_PLAIN = (Decimal(1), "")
_PERCENT = (Decimal("0.01"), "%")
_SCALED_DECIMALS = 3  # with more of them a smaller scale reads better
_INTERVAL_DIGITS = 2


@dataclass(frozen=True)
class Figure:
    """A printed figure: its value, what its hedge leaves open, and the text it was read from.

    Attributes
    ----------
    low, value, high : float
        In base units, ``low <= value <= high``. The value is the printed number, of a range the
        midpoint. With ``at_least`` and ``nearly`` the far bound is not reached itself.
    qualifier : str
        One of `schema.QUALIFIERS`.
    unit : str or None
        One of `schema.UNITS`; None if neither the text nor the caller names one.
    text : str
        The text as it came in.
    parts : tuple of Figure
        Both numbers of "410/559", the part and then the whole (or the result and then the target);
        the figure itself is the first of them. Empty otherwise.
    """

    low: float
    value: float
    high: float
    qualifier: str
    unit: str | None
    text: str
    parts: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Width:
    """How far a hedge reaches, in steps of the printed number's precision.

    Attributes
    ----------
    below, above : float
        Steps below and above the value; infinity reaches down to zero.
    largest : float
        The largest step, as a share of the value.
    unrounded_is_exact : bool
        Whether a whole number that ends in no zero is taken as exact ("trên 11.563 người").
    """

    below: float
    above: float
    largest: float
    unrounded_is_exact: bool


def _read_widths() -> Mapping[str, Width]:
    return MappingProxyType(
        {
            row["qualifier"]: Width(
                below=float(row["below"]),
                above=float(row["above"]),
                largest=float(row["largest"]),
                unrounded_is_exact=row["unrounded_is_exact"] == "yes",
            )
            for row in read_table("widths.csv")
        }
    )


WIDTHS: Mapping[str, Width] = _read_widths()
"""The width of every hedge, from `reference/widths.csv`; ranges print their own ends."""


def parse_figure(
    text: str,
    *,
    unit: str | None = None,
    convention: FigureConvention | None = None,
    widths: Mapping[str, Width] | None = None,
) -> Figure:
    """Read the one figure that a text prints.

    Parameters
    ----------
    text : str
        A figure with its hedge, scale and unit, and nothing else: "gần 2,3 tỉ đồng", "410/559 xã",
        "từ 50 triệu đồng trở lên", "hai mươi mốt CLB", "over 48,600".
    unit : str, optional
        What the figure counts where the text does not say: a code of `schema.UNITS`, or the
        heading of a column, whose scale then applies ("triệu đồng", "%"; see `parse_unit`). A unit
        or scale in the text itself wins.
    convention : {"vi", "en", "likely_vi", "auto"}, optional
        How separators are read. ``"vi"``: dots separate thousands, a comma decimals; ``"en"``: the
        reverse; ``"auto"``: only what its own form proves is read. By default words decide too:
        "trên 48.600" is Vietnamese, "over 48,600" English, and people, clubs and đồng come whole
        (``unit="people"``); so does a closing nought behind a dot ("48.600"). What they leave open,
        a dot or comma before exactly three digits ("1.234", "9,500 người"), is refused;
        ``"likely_vi"`` says that the text stands in Vietnamese surroundings, which decides the dot
        and not the comma.
    widths : mapping of str to Width, optional
        Widths that replace those of `WIDTHS`, by qualifier.

    Returns
    -------
    Figure
        In base units: whole đồng, shares between 0 and 1. Millions and billions without a unit
        are money.

    Raises
    ------
    NotAFigureError
        If the text is a date, a telephone or decision number, names something else beside the
        figure, prints more than one figure, or can be read in two ways.

    Examples
    --------
    >>> parse_figure("gần 2,3 tỉ đồng")
    Figure(low=2200000000.0, value=2300000000.0, high=2300000000.0, qualifier='nearly', unit='VND',
           text='gần 2,3 tỉ đồng', parts=())
    >>> [part.value for part in parse_figure("410/559").parts]
    [410.0, 559.0]
    >>> parse_figure("812,5", unit="triệu đồng").value
    812500000.0
    >>> parse_figure("1.234", unit="people").value, parse_figure("1.234", convention="en").value
    (1234.0, 1.234)
    """
    if not isinstance(text, str):
        raise TypeError(
            f"`text` must be text, not {type(text).__name__}: {text!r}.\n"
            "  hint: parse_figures() takes columns in which numbers and text are mixed."
        )
    heading = _NO_HEADING if unit is None else read_heading(unit)
    return _to_figure(text, read_figure(text, convention, heading), widths)


def parse_figures(
    texts: pd.Series,
    *,
    unit: str | None = None,
    convention: FigureConvention | None = None,
    widths: Mapping[str, Width] | None = None,
) -> pd.DataFrame:
    """Read a column of printed figures; what one cell leaves open, the whole column decides.

    A cell whose form allows one convention only ("2,3 tỉ", "1.234.567") proves it for the column.
    If cells prove both, or the proven one would cut people or clubs into fractions, each provable
    cell is read in its own and the ambiguous ones become problems. Where no cell proves one,
    "5.292" and "48.600" beside "884" show together that dots separate thousands.

    Parameters
    ----------
    texts : Series
        Text, numbers (taken as they are, times the scale of `unit`) or both. Missing values and
        the marks of `MISSING_MARKS` ("-", "không", "chưa có") are missing figures.
    unit, convention, widths
        As in `parse_figure`; ``"vi"`` and ``"en"`` are applied to every cell. Otherwise a cell that
        is ambiguous is a problem unless the column decides.

    Returns
    -------
    DataFrame
        On the index of `texts`: low, value, high (float), qualifier, unit (str), whole (float, the
        second number of "410/559") and problem (str): what `parse_figure` would have raised,
        missing where there is none.

    Examples
    --------
    >>> figures = parse_figures(pd.Series(["9,500", "12,25", "-", "thôn 3"]))
    >>> figures["value"].tolist(), figures["problem"].notna().tolist()
    ([9.5, 12.25, nan, nan], [False, False, False, True])
    >>> parse_figures(pd.Series(["5.292", "48.600", "884"]))["value"].tolist()
    [5292.0, 48600.0, 884.0]
    """
    heading = _NO_HEADING if unit is None else read_heading(unit)
    codes, distinct = pd.factorize(pd.Series(texts))
    cells = list(distinct)
    decided = _decide_by_column(cells, convention, heading)
    rows = [_read_cell(cell, heading, convention=decided, widths=widths) for cell in cells]
    table = pd.DataFrame([*rows, {}], columns=list(_FIGURE_COLUMNS))
    dtypes = dict.fromkeys(_NUMBER_COLUMNS, "float64") | dict.fromkeys(_TEXT_COLUMNS, "str")
    # The code of a missing cell, -1, picks the last row, which is empty.
    return table.astype(dtypes).take(codes).set_axis(pd.Series(texts).index)


def parse_unit(text: str) -> tuple[str | None, float]:
    """Read the unit in the heading of a column: its code and the factor to base units.

    Parameters
    ----------
    text : str
        A code of `schema.UNITS`, or printed words: "triệu đồng", "(tr.đ)", "ĐVT: %", "nghìn người".

    Returns
    -------
    tuple of str or None, and float
        The unit (None after a bare "nghìn"), and what a number under the heading is multiplied by.

    Raises
    ------
    NotAFigureError
        If the words name no unit.

    Examples
    --------
    >>> parse_unit("triệu đồng"), parse_unit("%"), parse_unit("people")
    (('VND', 1000000.0), ('share', 0.01), ('people', 1.0))
    """
    heading = read_heading(text)
    return heading.unit, float(heading.factor)


def bounds(
    value: float,
    qualifier: str,
    *,
    high: float | None = None,
    unit: str | None = None,
    widths: Mapping[str, Width] | None = None,
) -> tuple[float, float]:
    """Return the interval in which a hedged figure lies.

    The step of a figure is the place of its last digit that is not zero (48,600: a hundred), at
    most 10 % of the figure; of a share it is the last printed place of the percentage, and never
    more than one percentage point.

    Parameters
    ----------
    value : float
        The printed number in base units; of a range the lower end.
    qualifier : str
        One of `schema.QUALIFIERS`.
    high : float, optional
        The upper end of a range, and only of a range.
    unit : str, optional
        "share" for shares between 0 and 1; other units share one rule.
    widths : mapping of str to Width, optional
        Widths that replace those of `WIDTHS`, by qualifier.

    Returns
    -------
    tuple of float
        Low and high; both missing (NaN) where the value is. A count or amount never reaches below
        zero, a share never above 1 unless it is printed above 1.

    Raises
    ------
    ValueError
        If the qualifier is unknown, or a range lacks its upper end or has it below the lower.

    Examples
    --------
    >>> bounds(48_600, "at_least"), bounds(2_000, "nearly"), bounds(0.85, "at_least", unit="share")
    ((48600.0, 48700.0), (1800.0, 2000.0), (0.85, 0.86))
    """
    if qualifier not in QUALIFIERS:
        raise ValueError(f"`qualifier` must be one of {', '.join(QUALIFIERS)}, not {qualifier!r}.")
    if math.isnan(value):
        return math.nan, math.nan
    if qualifier == "range":
        if high is None or not value <= high:
            raise ValueError(
                f"a range needs both ends, the lower first; found {value!r} and {high!r}."
            )
        return float(value), float(high)
    width = ({**WIDTHS, **(widths or {})})[qualifier]
    number = to_decimal(value)
    step = _step(number, is_share=unit == "share")
    if width.unrounded_is_exact and step == 1 and unit != "share":
        return float(value), float(value)
    step = min(step, abs(number) * to_decimal(width.largest))
    lowest = Decimal(0) if number >= 0 else Decimal("-inf")
    highest = Decimal(1) if unit == "share" and number <= 1 else Decimal("inf")
    below = number - lowest if math.isinf(width.below) else step * to_decimal(width.below)
    above = highest - number if math.isinf(width.above) else step * to_decimal(width.above)
    return float(max(lowest, number - below)), float(min(highest, number + above))


def add_bounds(frame: pd.DataFrame, *, widths: Mapping[str, Width] | None = None) -> pd.DataFrame:
    """Fill in the bounds that observations lack, from their qualifiers.

    Parameters
    ----------
    frame : DataFrame
        With the columns value, qualifier and unit, and perhaps low and high.
    widths : mapping of str to Width, optional
        Widths that replace those of `WIDTHS`, by qualifier.

    Returns
    -------
    DataFrame
        A new frame: bounds that stand stay, missing ones are set by `bounds`, but for an "at
        least" whose lower bound stands alone: it is open above (a sum over an incomplete set).
        Where the value or the qualifier is missing they stay missing, and so do the ends of a
        range, which only its text knows.

    Raises
    ------
    ValueError
        If a qualifier is unknown.

    Examples
    --------
    >>> add_bounds(pd.DataFrame({"value": [5292.0], "qualifier": ["nearly"], "unit": ["people"]}))
        value qualifier    unit     low    high
    0  5292.0    nearly  people  5291.0  5292.0
    """
    value, qualifier = frame["value"].astype("float64"), frame["qualifier"].astype(object)
    exact = qualifier.eq("exact")
    low = _column(frame, "low").fillna(value.where(exact)).to_numpy(copy=True)
    high = _column(frame, "high").fillna(value.where(exact)).to_numpy(copy=True)
    hedged = value.notna() & qualifier.notna() & ~exact & qualifier.ne("range")
    # By position, because the labels of a frame need not be distinct.
    open_above = qualifier.eq("at_least") & ~np.isnan(low)
    rows = np.flatnonzero(hedged & ~open_above & (np.isnan(low) | np.isnan(high)))
    units = frame["unit"].astype(object).fillna("")
    keys = list(zip(value.iloc[rows], qualifier.iloc[rows], units.iloc[rows], strict=True))
    found = {key: bounds(key[0], key[1], unit=key[2], widths=widths) for key in set(keys)}
    computed = np.array([found[key] for key in keys], dtype="float64").reshape(-1, 2)
    low[rows] = np.where(np.isnan(low[rows]), computed[:, 0], low[rows])
    high[rows] = np.where(np.isnan(high[rows]), computed[:, 1], high[rows])
    return frame.assign(low=low, high=high)


def format_figure(
    value: float,
    *,
    unit: str | None = None,
    qualifier: str = "exact",
    low: float | None = None,
    high: float | None = None,
    lang: Convention = "vi",
    digits: int | None = None,
) -> str:
    """Write a figure for people, in Vietnamese or English.

    Without `digits` nothing is rounded, and `parse_figure` reads the text back as the same figure
    (with ``convention=lang``, and the unit for counts).

    Parameters
    ----------
    value : float
        In base units; shares between 0 and 1.
    unit : str, optional
        One of `schema.UNITS`. Money is written in billions, millions or đồng, shares in percent;
        counts stand alone, because the word beside them belongs to the sentence or column.
    qualifier : str
        One of `schema.QUALIFIERS`.
    low, high : float, optional
        The ends of a range; they are needed for one and not used otherwise.
    lang : {"vi", "en"}
        The language.
    digits : int, optional
        Decimals to show, rounded half up.

    Returns
    -------
    str
        `MISSING_TEXT` where the value is missing.

    Raises
    ------
    ValueError
        If the qualifier is unknown, the value infinite, or a range lacks an end.

    Examples
    --------
    >>> format_figure(48_600, qualifier="at_least"), format_figure(69_270_000_000, unit="VND")
    ('trên 48.600', '69,27 tỉ đồng')
    >>> format_figure(48_600, qualifier="at_least", lang="en")
    'over 48,600'
    >>> format_figure(32.5e6, unit="VND", qualifier="range", low=30e6, high=35e6)
    '30–35 triệu đồng'
    >>> format_figure(410 / 559, unit="share", digits=2), format_figure(float("nan"))
    ('73,35%', '–')
    """
    if qualifier not in QUALIFIERS:
        raise ValueError(f"`qualifier` must be one of {', '.join(QUALIFIERS)}, not {qualifier!r}.")
    if qualifier == "range":
        if _is_missing(low) and _is_missing(high) and _is_missing(value):
            return MISSING_TEXT
        if low is None or high is None or math.isnan(low) or math.isnan(high):
            raise ValueError(f"a range needs `low` and `high`, found {low!r} and {high!r}.")
        return _write([low, high], unit=unit, lang=lang, digits=digits)
    if _is_missing(value):
        return MISSING_TEXT
    hedge = _HEDGE_WORDS[lang].get(qualifier)
    number = _write([value], unit=unit, lang=lang, digits=digits)
    return number if hedge is None else f"{hedge} {number}"


def format_interval(
    low: float,
    value: float,
    high: float,
    *,
    unit: str | None = None,
    lang: Convention = "vi",
    digits: int | None = None,
) -> str:
    """Write a computed figure with what is known of it: a number, a limit or an interval.

    Parameters
    ----------
    low, value, high : float
        In base units; each may be missing.
    unit : str, optional
        One of `schema.UNITS`, as in `format_figure`.
    lang : {"vi", "en"}
        The language.
    digits : int, optional
        Decimals to show; without it at most two, and no zeros at the end.

    Returns
    -------
    str
        The number alone if both bounds agree or none is known; a lower limit if the value is the
        lower bound or nothing else is known; an upper limit if it is the upper bound; else both
        bounds, or "khoảng" where they look alike after rounding. `MISSING_TEXT` if all is missing.

    Examples
    --------
    >>> format_interval(54.9774, 54.9774, 55.0905), format_interval(50, 52.6, 55.6, digits=1)
    ('54,98 trở lên', '50,0–55,6')
    >>> format_interval(50.0, 55.5556, 55.5556, digits=1, lang="en")
    'at most 55.6'
    """
    no_low, no_high, no_value = _is_missing(low), _is_missing(high), _is_missing(value)
    if no_low and no_high and no_value:
        return MISSING_TEXT

    def write(number: float) -> str:
        return _write([number], unit=unit, lang=lang, digits=digits, rounded=True)

    if (no_low and no_high) or low == high:
        return write(low if no_value else value)
    if no_high or low == value:
        return _OPEN_ENDED[lang].format(write(low))
    if no_low or value == high:
        return f"{_HEDGE_WORDS[lang]['at_most']} {write(high)}"
    if write(low) == write(high):
        return f"{_HEDGE_WORDS[lang]['about']} {write(low if no_value else value)}"
    return _write([low, high], unit=unit, lang=lang, digits=digits, rounded=True)


def _to_figure(text: str, reading: Reading, widths: Mapping[str, Width] | None) -> Figure:
    numbers, unit = reading.numbers, reading.unit
    if reading.kind == "range":
        low, high = (float(number) for number in numbers)
        middle = float(sum(numbers) / 2)
        return Figure(low, middle, high, "range", unit, text)
    first = _one_figure(text, numbers[0], reading.qualifier, unit, widths)
    if reading.kind == "one":
        return first
    return replace(first, parts=(first, _one_figure(text, numbers[1], "exact", unit, widths)))


def _one_figure(
    text: str,
    number: Decimal,
    qualifier: str,
    unit: str | None,
    widths: Mapping[str, Width] | None,
) -> Figure:
    value = float(number)
    low, high = bounds(value, qualifier, unit=unit, widths=widths)
    return Figure(low, value, high, qualifier, unit, text)


def _decide_by_column(
    cells: list[object], convention: FigureConvention | None, heading: Heading
) -> FigureConvention | None:
    if convention in ("vi", "en"):
        return convention
    texts = [cell for cell in cells if isinstance(cell, str)]
    proven = proven_conventions(texts, unit=heading.unit)
    if len(proven) == 1:
        return proven.pop()
    if proven:
        return "auto"
    return "likely_vi" if convention is None and group_thousands(texts) else convention


def _read_cell(
    cell: object,
    heading: Heading,
    *,
    convention: FigureConvention | None,
    widths: Mapping[str, Width] | None,
) -> dict[str, object]:
    if isinstance(cell, str):
        if prepare(cell) in MISSING_MARKS:
            return {}
        try:
            figure = _to_figure(cell, read_figure(cell, convention, heading), widths)
        except NotAFigureError as error:
            return {"problem": str(error)}
        whole = figure.parts[1].value if figure.parts else math.nan
        return {
            "low": figure.low,
            "value": figure.value,
            "high": figure.high,
            "qualifier": figure.qualifier,
            "unit": figure.unit,
            "whole": whole,
        }
    if isinstance(cell, Real) and not isinstance(cell, bool | np.bool_) and math.isfinite(cell):
        value = float(to_decimal(float(cell)) * heading.factor)
        exact = dict.fromkeys(("low", "value", "high"), value)
        return exact | {"qualifier": "exact", "unit": heading.unit}
    kind = type(cell).__name__
    problem = refuse(f"{cell}", f"it is a {kind}", "pass text or finite numbers.")
    return {"problem": str(problem)}


def _step(number: Decimal, *, is_share: bool) -> Decimal:
    # Twelve digits are more than any source prints, and hide the noise of computed floats.
    printed = Decimal(f"{number * 100 if is_share else number:.12g}").normalize()
    exponent = int(printed.as_tuple().exponent)
    if is_share:
        return Decimal(1).scaleb(min(exponent, 0) - 2)
    return Decimal(1).scaleb(exponent)


def _column(frame: pd.DataFrame, name: str) -> pd.Series:
    if name in frame:
        return frame[name].astype("float64")
    return pd.Series(math.nan, index=frame.index, dtype="float64")


def _is_missing(number: float | None) -> bool:
    return number is None or math.isnan(number)


def _write(
    numbers: list[float],
    *,
    unit: str | None,
    lang: Convention,
    digits: int | None,
    rounded: bool = False,
) -> str:
    if any(math.isinf(number) for number in numbers):
        raise ValueError(f"an infinite number cannot be written: {numbers!r}.")
    decimals = [to_decimal(number) for number in numbers]
    factor, suffix = _choose_scale(decimals, unit, lang, exact=digits is None and not rounded)
    texts = [
        _write_number(decimal / factor, lang, digits, rounded=rounded, scaled=factor != 1)
        for decimal in decimals
    ]
    if len(texts) > 1 and min(numbers) < 0:
        return _RANGE_OF_SIGNED[lang].format(*texts) + suffix
    return "–".join(texts) + suffix


def _choose_scale(
    decimals: list[Decimal], unit: str | None, lang: Convention, *, exact: bool
) -> tuple[Decimal, str]:
    if unit == "share":
        return _PERCENT
    if unit != "VND":
        return _PLAIN
    scales = _MONEY_SCALES[lang]
    fitting = (
        scale
        for scale in scales
        if max(map(abs, decimals)) >= scale[0]
        and not (exact and any(_places(d / scale[0]) > _SCALED_DECIMALS for d in decimals))
    )
    return next(fitting, scales[-1])


def _write_number(
    number: Decimal, lang: Convention, digits: int | None, *, rounded: bool, scaled: bool
) -> str:
    if digits is not None:
        return write_numeral(number, lang=lang, digits=digits)
    if rounded:
        return write_numeral(round_half_up(number, _INTERVAL_DIGITS), lang=lang)
    # Three decimals look like a group of thousands to a reader of the other language.
    padded = _SCALED_DECIMALS + 1 if not scaled and _places(number) == _SCALED_DECIMALS else None
    return write_numeral(number, lang=lang, digits=padded)


def _places(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))
