"""Printed dates and periods come in; their first and last day, with their precision, go out.

"Đến 31/12/2024", "quý I/2025", "6 tháng đầu năm 2024", "giai đoạn 2021-2025", "end of 2023": a
figure is dated by the last day of what is printed. The day comes before the month. What is relative
("6 tháng đầu năm", "năm ngoái") takes its year from the day of publication, which the caller must
give; "nay" and "hiện nay" date nothing, because an article does not say when its author was told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from .errors import NotADateError
from .lettering import clean, strip_marks
from .numerals import Convention, read_number_words
from .reading import MISSING_MARKS

Precision = Literal["day", "month", "quarter", "half_year", "year", "period"]
Published = str | dt.date | pd.Timestamp

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
REPORTED_AHEAD = pd.Timedelta(days=31)
"""Reports on a period are published up to so long before its last day ("10 tháng" in October)."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
_MONTH_WORDS = {
    "gieng": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9,
    "muoi mot": 11, "muoi hai": 12, "chap": 12, "muoi": 10,
}  # fmt: skip
_ROMAN = ("I", "II", "III", "IV")

_CLOCK = re.compile(
    r"\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?\b|\(?gmt ?[+-]\d+\)?"
    r"|\b(?:thu (?:hai|ba|tu|nam|sau|bay)|chu nhat)\b,?"
)
_NOW = re.compile(r"(?:tinh )?(?:tu .+ )?(?:den )?(?:nay|hien nay|hien|bay gio|now|today|to date)")
_LEAD = re.compile(
    r"(?:so lieu|ket qua|luy ke|tinh|chot|co|cap nhat|trong|suot|vao|thoi diem|tai|ngay|dang"
    r"|ca(?= nam)|giai doan(?= den)|as|at|in|on|by|during|the|of)[:,]? "
)
_END_LEAD = re.compile(r"(?:den|het|cuoi|toi|truoc|until|till|up to|to|end of|end) ")
_OPENED = re.compile(
    r"(?:thoi gian )?(?:tu|from|giai doan) (?P<left>.+?) (?:den|to|until|-) (?P<right>.+)"
)
_DASHED = re.compile(
    r"(?P<left>.*\d) ?(?:- | -)(?P<right>.*\d.*)|(?P<l2>\d+/\d+/\d{4})-(?P<r2>\d+/\d+/\d{4})"
)
_YEARS = re.compile(
    r"(?:(?:giai doan|nhiem k[yi]|thoi ky|thoi ki|cac nam|nam|from|in) )?(?:tu )?(?:nam )?"
    r"(?P<first>\d{4}) ?(?:-|/| den | to ) ?(?:nam )?(?P<last>\d{4})"
)
_SHORT_YEAR = re.compile(r"\d{1,2} ?([/.-]) ?\d{1,2} ?\1 ?\d\d")

_YEAR = r"(?:(?: ?[/.-] ?| nam |, ?| of | )(?P<year>\d{4}|nay|ngoai|truoc|this year|last year))?"
_COUNT = r"(?P<count>\d{1,2}|[a-z]+(?: [a-z]+)??)"
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_ORDINAL = r"(?:st|nd|rd|th)?"


@dataclass(frozen=True)
class Period:
    """What a printed date stands for.

    Attributes
    ----------
    start : Timestamp or None
        The first day of a period; None for a point in time ("đến 31/12/2024", "hết năm 2016").
    as_of : Timestamp
        The day itself, or the last day of the month, quarter, half-year, year or period.
    precision : {"day", "month", "quarter", "half_year", "year", "period"}
        How exactly the text names the last day; "period" for any other stretch of time.
    text : str
        The text as it came in.
    """

    start: pd.Timestamp | None
    as_of: pd.Timestamp
    precision: Precision
    text: str


def parse_date(text: str, *, published: Published | None = None) -> Period:
    """Read the one date or period that a text prints.

    Parameters
    ----------
    text : str
        "31/12/2024", "ngày 12 tháng 12 năm 2022", "tháng 8/2023", "quý I/2025", "6 tháng đầu năm
        2024", "10 tháng", "giai đoạn 2021-2025", "từ 1/7/2019 đến 30/6/2022", "hết năm 2016",
        ISO dates and English ones; also without marks.
    published : str, date or Timestamp, optional
        The day of publication, or of the data. A text without a year is taken for the last such
        date or period that was over by then, or was to be over within 31 days.

    Returns
    -------
    Period
        With "đến", "hết", "cuối" and the like a point in time, without a start.

    Raises
    ------
    NotADateError
        If the text is no date, an impossible one, one before 1900 or after 2100, has a year of two
        digits, or lacks a year that `published` would have to give.

    Examples
    --------
    >>> parse_date("quý I/2025")
    Period(start=Timestamp('2025-01-01 00:00:00'), as_of=Timestamp('2025-03-31 00:00:00'),
           precision='quarter', text='quý I/2025')
    >>> parse_date("hết năm 2016").as_of.date().isoformat()
    '2016-12-31'
    >>> parse_date("9 tháng đầu năm", published="2023-10-05").as_of.date().isoformat()
    '2023-09-30'
    """
    if not isinstance(text, str):
        raise TypeError(
            f"`text` must be text, not {type(text).__name__}: {text!r}.\n"
            "  hint: parse_dates() takes columns in which dates and text are mixed."
        )
    context = _Context(text, None if published is None else pd.Timestamp(published))
    line = _CLOCK.sub(" ", strip_marks(clean(text)).lower())
    line = " ".join(line.strip(" ()[].;:,-").split())
    if _NOW.fullmatch(line):
        raise context.refuse(
            "'nay' names no day",
            "leave the date empty: the day of publication is not the day of the figure.",
        )
    span = _read_span(line, context) or _read_point(line, context)
    if span is None:
        raise context.refuse(
            "nothing in it is one",
            "write 31/12/2024, tháng 8/2023, quý I/2025, năm 2024 or giai đoạn 2021-2025.",
        )
    return Period(span.start, span.end, span.precision, text)


def parse_dates(
    texts: pd.Series, *, published: pd.Series | Published | None = None
) -> pd.DataFrame:
    """Read a column of printed dates, each distinct text once.

    Parameters
    ----------
    texts : Series
        Text, dates (taken as days), numbers (taken as years) or all of them. Missing values and
        marks such as "-" are missing dates.
    published : Series, str, date or Timestamp, optional
        The day of publication, one for all or one for each.

    Returns
    -------
    DataFrame
        On the index of `texts`: start, as_of (datetime64), precision (str) and problem (str), what
        `parse_date` would have raised; missing where there is none.

    Examples
    --------
    >>> parse_dates(pd.Series(["tháng 6/2021", 2018, "-", "31/2/2024"]))[["as_of", "precision"]]
           as_of precision
    0 2021-06-30     month
    1 2018-12-31      year
    2        NaT       NaN
    3        NaT       NaN
    """
    cells = pd.Series(texts).astype(object)
    if isinstance(published, pd.Series):
        if not published.index.equals(cells.index):
            raise ValueError("`published` must be one day, or a Series on the index of `texts`.")
        days = pd.to_datetime(published)
    else:
        day = pd.NaT if published is None else pd.Timestamp(published)
        days = pd.Series(day, index=cells.index)
    # The type belongs to the key: 1 and True, or 2018 and 2018.0, are equal but not the same cell.
    keys = [
        (type(cell), None if pd.isna(cell) else cell, None if pd.isna(day) else day)
        for cell, day in zip(cells, days, strict=True)
    ]
    found = {key: _read_cell(key[1], published=key[2]) for key in dict.fromkeys(keys)}
    table = pd.DataFrame(
        [found[key] for key in keys],
        index=cells.index,
        columns=["start", "as_of", "precision", "problem"],
    )
    return table.astype(
        {"start": "datetime64[us]", "as_of": "datetime64[us]", "precision": "str", "problem": "str"}
    )


def format_date(
    date: Published | None, *, lang: Convention = "vi", precision: Precision | None = None
) -> str:
    """Write a date for people, as exactly as it is known.

    Parameters
    ----------
    date : Timestamp, date, ISO text or None
        The day, or the last day of the period.
    lang : {"vi", "en"}
        The language.
    precision : {"day", "month", "quarter", "half_year", "year", "period"}, optional
        As `parse_date` found it; without it, and for "period", the day is written.

    Returns
    -------
    str
        An en dash where the date is missing.

    Examples
    --------
    >>> format_date("2022-10-12"), format_date("2022-10-12", lang="en")
    ('12/10/2022', '12 Oct 2022')
    >>> format_date("2025-03-31", precision="quarter"), format_date(None)
    ('quý I/2025', '–')
    """
    if date is None or pd.isna(date):
        return "–"
    day = pd.Timestamp(date)
    quarter, first_half = (day.month + 2) // 3, day.month <= 6
    month = _MONTHS[day.month - 1].capitalize()
    vietnamese = {
        "month": f"tháng {day.month}/{day.year}",
        "quarter": f"quý {_ROMAN[quarter - 1]}/{day.year}",
        "half_year": f"6 tháng {'đầu' if first_half else 'cuối'} năm {day.year}",
        "year": f"năm {day.year}",
    }
    english = {
        "month": f"{month} {day.year}",
        "quarter": f"Q{quarter} {day.year}",
        "half_year": f"{'first' if first_half else 'second'} half of {day.year}",
        "year": f"{day.year}",
    }
    if lang == "en":
        return english.get(precision or "day", f"{day.day} {month} {day.year}")
    return vietnamese.get(precision or "day", f"{day.day:02d}/{day.month:02d}/{day.year}")


@dataclass(frozen=True)
class _Span:
    start: pd.Timestamp | None
    end: pd.Timestamp
    precision: Precision


@dataclass(frozen=True)
class _Context:
    text: str
    published: pd.Timestamp | None
    ahead: pd.Timedelta = REPORTED_AHEAD

    def refuse(self, reason: str, hint: str) -> NotADateError:
        return NotADateError(f"{self.text!r} must hold one date, but {reason}.\n  hint: {hint}")

    def day(self, year: int, month: int, day: int) -> pd.Timestamp:
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise self.refuse(
                f"the year {year} is not between {EARLIEST_YEAR} and {LATEST_YEAR}",
                "check the year at the source.",
            )
        try:
            return pd.Timestamp(dt.date(year, month, day))
        except ValueError as error:
            raise self.refuse(
                f"{day}/{month}/{year} is not in the calendar",
                "check the date at the source; the day comes before the month.",
            ) from error

    def months(self, year: int, first: int, last: int, precision: Precision) -> _Span:
        start = self.day(year, first, 1)
        end = self.day(year, last, 1) + pd.offsets.MonthEnd(1)
        return _Span(start, end, precision)

    def in_year(self, year: str | None, build: Callable[[int], _Span]) -> _Span:
        """Build a span in the year that is named, or in the last one in which it was over."""
        if year is not None and year.isdigit():
            return build(int(year))
        if self.published is None:
            raise self.refuse("it names no year", "pass published= to say from when the text is.")
        if year in ("nay", "this year"):
            return build(self.published.year)
        if year is not None:
            return build(self.published.year - 1)
        span = build(self.published.year)
        over = span.end <= self.published + self.ahead
        return span if over else build(self.published.year - 1)


Match = re.Match[str]


def _read_span(line: str, context: _Context) -> _Span | None:
    years = _YEARS.fullmatch(line)
    if years is not None and int(years["first"]) < int(years["last"]):
        start = context.day(int(years["first"]), 1, 1)
        return _Span(start, context.day(int(years["last"]), 12, 31), "period")
    opened = _OPENED.fullmatch(line)
    dashed = opened or _DASHED.fullmatch(line)
    if dashed is None:
        return None
    groups = [group for group in dashed.groups() if group is not None]
    last = _read_point(groups[1], context)
    if last is None:
        return None
    before = _Context(context.text, last.end, ahead=pd.Timedelta(0))
    if groups[0] in ("dau nam", "dau nam nay"):
        return _Span(context.day(last.end.year, 1, 1), last.end, "period")
    first = _read_point(groups[0], before)
    if first is None:
        return None
    start = first.start or first.end
    if start > last.end:
        raise context.refuse("its first day is after its last", "check both at the source.")
    return _Span(start, last.end, "period")


def _read_point(line: str, context: _Context) -> _Span | None:
    is_end = False
    while (lead := _END_LEAD.match(line) or _LEAD.match(line)) is not None:
        is_end = is_end or _END_LEAD.match(line) is not None
        line = line[lead.end() :]
    for pattern, read in _READERS:
        match = pattern.fullmatch(line)
        span = read(match, context) if match is not None else None
        if span is not None:
            return _Span(None, span.end, span.precision) if is_end else span
    if _SHORT_YEAR.fullmatch(line):
        raise context.refuse("its year has two digits", "write the year with four digits.")
    return None


def _day(match: Match, context: _Context) -> _Span | None:
    groups = match.groupdict()
    if groups["year"] is None and groups["mark"] != "/":
        return None
    month, first = int(groups["month"]), groups["first"]

    def build(year: int) -> _Span:
        end = context.day(year, month, int(groups["day"]))
        if first is None:
            return _Span(None, end, "day")
        return _Span(context.day(year, month, int(first)), end, "period")

    return context.in_year(groups["year"], build)


def _day_in_words(match: Match, context: _Context) -> _Span:
    month, day = int(match["month"]), int(match["day"])
    return context.in_year(
        match["year"], lambda year: _Span(None, context.day(year, month, day), "day")
    )


def _iso(match: Match, context: _Context) -> _Span:
    year, month = int(match["year"]), int(match["month"])
    if match["day"] is None:
        return context.months(year, month, month, "month")
    return _Span(None, context.day(year, month, int(match["day"])), "day")


def _month(match: Match, context: _Context) -> _Span:
    month = int(match["month"])
    return context.in_year(match["year"], lambda year: context.months(year, month, month, "month"))


def _month_in_words(match: Match, context: _Context) -> _Span:
    month = _MONTH_WORDS[match["name"]]
    return context.in_year(match["year"], lambda year: context.months(year, month, month, "month"))


def _english(match: Match, context: _Context) -> _Span | None:
    groups = match.groupdict()
    if groups["name"][:3] not in _MONTHS:
        return None
    month = _MONTHS.index(groups["name"][:3]) + 1
    day = groups.get("day")
    if day is None:
        return context.in_year(
            groups["year"], lambda year: context.months(year, month, month, "month")
        )
    return context.in_year(
        groups["year"], lambda year: _Span(None, context.day(year, month, int(day)), "day")
    )


def _quarter(match: Match, context: _Context) -> _Span:
    printed = match["quarter"]
    quarter = _QUARTERS[printed] if printed in _QUARTERS else int(printed)
    return context.in_year(
        match["year"],
        lambda year: context.months(year, 3 * quarter - 2, 3 * quarter, "quarter"),
    )


def _half(match: Match, context: _Context) -> _Span:
    first = 1 if match["half"] in ("dau", "first half", "h1") else 7
    return context.in_year(
        match["year"], lambda year: context.months(year, first, first + 5, "half_year")
    )


def _first_months(match: Match, context: _Context) -> _Span | None:
    count = _count(match["count"])
    if count is None or not 1 <= count <= 12:
        return None
    whole: dict[int, Precision] = {3: "quarter", 6: "half_year", 12: "year"}
    return context.in_year(
        match["year"], lambda year: context.months(year, 1, count, whole.get(count, "period"))
    )


def _past(match: Match, context: _Context) -> _Span | None:
    count = _count(match["count"])
    if count is None:
        return None
    if context.published is None:
        raise context.refuse(
            "it counts back from its own day", "pass published= to say from when the text is."
        )
    end = context.published.normalize()
    months = count * (12 if match["unit"] in ("nam", "years") else 1)
    start = end - pd.DateOffset(months=months) + pd.Timedelta(days=1)
    return _Span(start, end, "period")


def _year(match: Match, context: _Context) -> _Span:
    return context.in_year(match["year"], lambda year: context.months(year, 1, 12, "year"))


def _year_begin(match: Match, context: _Context) -> _Span:
    return context.in_year(match["year"], lambda year: _Span(None, context.day(year, 1, 1), "year"))


def _year_middle(match: Match, context: _Context) -> _Span:
    return context.in_year(
        match["year"], lambda year: _Span(None, context.day(year, 6, 30), "half_year")
    )


def _count(words: str) -> int | None:
    if words.isdigit():
        return int(words)
    number, length = read_number_words(words.split())
    return int(number) if length == len(words.split()) else None


_READERS: tuple[tuple[re.Pattern[str], Callable[[Match, _Context], _Span | None]], ...] = (
    (
        re.compile(
            r"(?:(?P<first>\d{1,2}) ?- ?)?(?P<day>\d{1,2}) ?(?P<mark>[/.-]) ?(?P<month>\d{1,2})"
            r"(?:(?: ?(?P=mark) ?| nam )(?P<year>\d{4}|nay|ngoai|truoc))?"
        ),
        _day,
    ),
    (re.compile(r"(?P<day>\d{1,2}) thang (?P<month>\d{1,2})" + _YEAR), _day_in_words),
    (re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?"), _iso),
    (re.compile(r"(?P<month>\d{1,2}) ?[/.-] ?(?P<year>\d{4})"), _month),
    (re.compile(r"thang (?P<month>\d{1,2})" + _YEAR), _month),
    (re.compile(r"t\.? ?(?P<month>\d{1,2}) ?[/.-] ?(?P<year>\d{4})"), _month),
    (re.compile(rf"thang (?P<name>{'|'.join(_MONTH_WORDS)})" + _YEAR), _month_in_words),
    (re.compile(rf"(?:(?P<day>\d{{1,2}}){_ORDINAL} )?{_NAME}(?:,? (?P<year>\d{{4}}))?"), _english),
    (re.compile(rf"{_NAME} (?P<day>\d{{1,2}}){_ORDINAL}(?:,? (?P<year>\d{{4}}))?"), _english),
    (re.compile(r"(?:quy|q)\.? ?(?P<quarter>iv|i{1,3}|[1-4])" + _YEAR), _quarter),
    (re.compile(r"(?P<quarter>first|second|third|fourth) quarter" + _YEAR), _quarter),
    (re.compile(r"(?:6 thang|sau thang|nua)(?: nam)? (?P<half>dau|cuoi)(?: nam)?" + _YEAR), _half),
    (re.compile(r"(?P<half>first half|second half|h1|h2)" + _YEAR), _half),
    (re.compile(_COUNT + r" thang(?: dau nam| dau)?" + _YEAR), _first_months),
    (re.compile(r"(?P<count>\d{1,2}) ?t(?: dau nam| dau)? ?/? ?(?P<year>\d{4})"), _first_months),
    (re.compile(r"(?:first )?" + _COUNT + r" months" + _YEAR), _first_months),
    (re.compile(_COUNT + r" (?P<unit>nam|thang)(?: vua)? (?:qua|gan day|lai day)"), _past),
    (re.compile(r"(?:last|past) " + _COUNT + r" (?P<unit>years|months)"), _past),
    (re.compile(r"(?:nam )?(?P<year>\d{4})"), _year),
    (re.compile(r"nam(?: (?P<year>nay|ngoai|truoc))?"), _year),
    (re.compile(r"(?P<year>this year|last year)"), _year),
    (re.compile(r"(?:dau(?: nam)?|beginning of|start of)" + _YEAR), _year_begin),
    (re.compile(r"(?:giua(?: nam)?|middle of|mid)" + _YEAR), _year_middle),
)


def _read_cell(cell: object, *, published: pd.Timestamp | None) -> dict[str, object]:
    if cell is None or (isinstance(cell, str) and clean(cell).lower() in MISSING_MARKS):
        return {}
    if isinstance(cell, dt.date):
        return {"as_of": pd.Timestamp(cell), "precision": "day"}
    is_year = isinstance(cell, int | float) and float(cell).is_integer()
    try:
        period = parse_date(f"{cell:.0f}" if is_year else f"{cell}", published=published)
    except NotADateError as error:
        return {"problem": str(error)}
    return {"start": period.start, "as_of": period.as_of, "precision": period.precision}
