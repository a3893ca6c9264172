"""The words above and below a table come in: whose figures they are, and of which day, goes out.

Titles name the reporting unit ("HỘI NGƯỜI CAO TUỔI HUYỆN THỌ XUÂN"), the day of the data ("số liệu
tính đến 31/12/2023"), the unit of money and whether the figures are made up. The day of a letter,
report or signature dates the document, never the figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pandas as pd

from .areas import find_area
from .dates import Period, parse_date
from .errors import NotADateError, UnknownAreaError
from .headers import find_unit
from .lettering import clean, strip_marks

_YEAR = r"(?:19|20)\d\d"
_DATES = re.compile(
    rf"\d{{1,2}} ?[/.-] ?\d{{1,2}} ?[/.-] ?{_YEAR}"
    rf"|(?:ngay )?\d{{1,2}} thang \d{{1,2}} nam {_YEAR}"
    rf"|(?:\d{{1,2}}|sau|chin|ba) thang(?: (?:dau|cuoi)(?: nam)?)?(?: nam|,)? ?/? ?{_YEAR}"
    rf"|nua (?:dau|cuoi) nam {_YEAR}|\bh[12] ?[/-]? ?{_YEAR}"
    rf"|(?<!\d)\d{{1,2}} ?t(?: dau nam| dau)? ?/? ?{_YEAR}"
    rf"|\bq(?:uy|\.)? ?(?:iv|i{{1,3}}|[1-4])\b(?: nam |,? ?[/.-]? ?){_YEAR}"
    rf"|\bt(?:hang|\.)? ?\d{{1,2}}(?: nam | ?[/.-] ?){_YEAR}"
    rf"|(?<![\d/.-])\d{{1,2}} ?[/-] ?{_YEAR}"
    rf"|(?:giai doan|nhiem ky|thoi ky|tu nam|tu|gd|cac nam)?:? ?{_YEAR} ?(?:-|den|/) ?(?:nam )?"
    rf"{_YEAR}"
    rf"|(?:cuoi |het |trong |dau )?(?:nam )?(?<!\d){_YEAR}(?!\d)"
)
_YEARLESS = re.compile(
    r"(?:den|tinh|het)[a-z ]*? (?P<day>\d{1,2} ?[/.-] ?\d{1,2})(?! ?[/.-]? ?\d)"
    r"|(?P<span>(?:\d{1,2}|sau|chin|ba) thang(?: (?:dau|cuoi) nam)?|quy ?(?:iv|i{1,3}|[1-4])\b)"
)
_EVERY_YEAR = re.compile(r"(\d{1,2}) ?[/.-] ?(\d{1,2}) (?:hang|moi) nam")
_LETTER = re.compile(
    rf"(?:^|.{{1,40}}, ?)ngay \d{{1,2}} ?(?:thang|[/.-]) ?\d{{1,2}} ?(?:nam|[/.-]) ?{_YEAR} ?[.)]*$"
)
_REFERS = re.compile(r"^so ?:|kem theo|can cu|\b(?:so|qd|kh|bc|cv|tb) ?[:.]? ?\d+ ?[/-] ?[a-z]")
_OF_DATA = re.compile(r"\b(?:den|so lieu|tinh|chot|thoi diem|het|as of)\b")
_RANKS = {"day": 0, "month": 1, "quarter": 2, "half_year": 3, "year": 5, "period": 4}
_LONG_PERIOD = pd.Timedelta(days=370)
_MADE_UP = re.compile(r"gia dinh|hu cau|gia lap|minh hoa|so lieu mau|synthetic|fictitious|invented")
_MOTTO = re.compile(r"cong hoa xa hoi|doc lap")

_TYPES = {
    "tỉnh": ("province",),
    "thành phố": ("province", "district", "commune"),
    "tp": ("province", "district", "commune"),
    "huyện": ("district",),
    "h": ("district",),
    "quận": ("district",),
    "thị xã": ("district",),
    "tx": ("district",),
    "phường": ("commune",),
    "p": ("commune",),
    "xã": ("commune",),
    "thị trấn": ("commune",),
    "tt": ("commune",),
    "đặc khu": ("commune",),
}
_PLAIN_TYPES = {strip_marks(word): levels for word, levels in _TYPES.items()}
_NAME_ENDS = re.compile(r"[,;:()\[\]\n]| [-–] ")
_LONGEST_NAME = 6


@dataclass(frozen=True)
class Place:
    """A unit of the gazetteer that a title names."""

    area: str
    name: str
    level: str


@dataclass(frozen=True)
class Letterhead:
    """What the words around the tables of a sheet say.

    Attributes
    ----------
    period : Period or None
        The day or period of the data; `dated_by` holds the words.
    reported : Timestamp or None
        The day of the letter or signature.
    every_year : tuple of (day, month) or None
        "số liệu có đến 30/6 hằng năm".
    factor : float or None
        What numbers of money are multiplied by, from a note such as "ĐVT: triệu đồng".
    made_up : bool
        Whether the sheet says that its figures are invented.
    """

    period: Period | None = None
    dated_by: str = ""
    reported: pd.Timestamp | None = None
    every_year: tuple[int, int] | None = None
    factor: float | None = None
    made_up: bool = False


def read_letterhead(above: Iterable[str], below: Iterable[str], *, name: str = "") -> Letterhead:
    """Read the words above and below the tables of a sheet, and its name.

    Parameters
    ----------
    above, below : iterable of str
        The cells' texts in reading order.
    name : str, optional
        The sheet's name, which dates the figures where nothing else does.

    Returns
    -------
    Letterhead
        A day wins over a month, a month over a quarter, a half-year and a year.

    Examples
    --------
    >>> head = read_letterhead(["SỐ LIỆU CLB (đến 31/12/2022)"], ["Hải Dương, ngày 12/01/2023"])
    >>> head.period.as_of.date().isoformat(), head.reported.date().isoformat()
    ('2022-12-31', '2023-01-12')
    """
    over, under = [clean(text) for text in above], [clean(text) for text in below]
    reported = next(
        (day for text in [*under, *over] if (day := _letter_day(text)) is not None), None
    )
    notes = [text for text in under if _OF_DATA.search(_plain(text))]
    period, words = None, ""
    for texts in (over, notes, [name]):
        found = [(p, text) for text in texts if not _is_letter(text) for p in find_periods(text)]
        found = [pair for pair in found if reported is None or _was_over(pair[0], reported)]
        if found:
            period, words = min(found, key=lambda pair: _rank(pair[0]))
            period = _with_start(period, [p for p, _ in found])
            break
    period = _complete(period, over)
    every = next(filter(None, map(_EVERY_YEAR.search, map(_plain, [*over, *under]))), None)
    units = [u for text in over if _is_unit_note(text) and (u := find_unit(text)) and u >= 1]
    return Letterhead(
        period=period,
        dated_by=words,
        reported=reported,
        every_year=(int(every[1]), int(every[2])) if every else None,
        factor=units[-1] if units else None,
        made_up=any(_MADE_UP.search(_plain(text)) for text in [*over, *under]),
    )


def find_periods(text: str, *, data_day: pd.Timestamp | None = None) -> list[Period]:
    """Find the dates and periods that a heading or title names.

    Parameters
    ----------
    text : str
        Words that may hold dates.
    data_day : Timestamp, optional
        The day of the sheet's data; it completes what lacks a year ("Thực hiện 6 tháng").

    Returns
    -------
    list of Period
        In the order of the text.

    Examples
    --------
    >>> [p.as_of.date().isoformat() for p in find_periods("CLB thành lập mới năm 2023")]
    ['2023-12-31']
    """
    plain = _plain(text)
    found = []
    for match in _DATES.finditer(plain):
        try:
            found.append(parse_date(match[0].strip(" :")))
        except NotADateError:
            continue
    if not found and data_day is not None and (short := _YEARLESS.search(plain)):
        try:
            found.append(parse_date(short["day"] or short["span"], published=data_day))
        except NotADateError:
            return []
    return found


def without_dates(text: str) -> str:
    """Take the dates out of a heading: "Năm 2023" leaves nothing.

    Examples
    --------
    >>> without_dates("Số CLB năm 2023"), without_dates("Năm 2023")
    ('So CLB', '')
    """
    plain = strip_marks(text)
    kept = re.compile(_DATES.pattern, re.IGNORECASE).sub(" ", plain)
    return " ".join(re.sub(r"\( *\)", " ", kept).split())


def find_places(
    text: str, *, boundaries: str, within: str | None = None, bare: bool = False
) -> Iterator[Place]:
    """Find the units that a title names with their type word.

    Parameters
    ----------
    text : str
        A title, or a sheet's name.
    boundaries : {"2022", "2025-01", "2025-07"}
        The map.
    within : str, optional
        The code of the province to look in for districts and communes; without it a smaller unit
        is found only where its name stands once in the country.
    bare : bool
        Whether the whole text may be a name without a type word, as sheets are named.

    Yields
    ------
    Place
        In the order of the text.

    Examples
    --------
    >>> [p.area for p in find_places("HỘI NCT TỈNH HÒA BÌNH", boundaries="2022")]
    ['17']
    """
    if _MOTTO.search(_plain(text)):
        return
    cleaned = clean(text).lower()
    types = _PLAIN_TYPES if cleaned.isascii() else _TYPES
    for part in _NAME_ENDS.split(cleaned):
        words = part.replace(".", ". ").split()
        position = 0
        while position < len(words):
            found = _place_at(words, position, types, boundaries, within)
            if found is not None:
                yield found[0]
                position = found[1]
            else:
                position += 1
    if bare:
        found_bare = _look_up(clean(text), ("district", "commune", "province"), boundaries, within)
        if found_bare is not None:
            yield found_bare


def _place_at(
    words: list[str],
    position: int,
    types: dict[str, tuple[str, ...]],
    boundaries: str,
    within: str | None,
) -> tuple[Place, int] | None:
    for size in (2, 1):
        kind = " ".join(words[position : position + size]).rstrip(".")
        if kind not in types:
            continue
        start = position + size
        for end in range(min(len(words), start + _LONGEST_NAME), start, -1):
            name = " ".join(words[position:end])
            place = _look_up(name, types[kind], boundaries, within)
            if place is not None:
                return place, end
    return None


def _look_up(
    name: str, levels: tuple[str, ...], boundaries: str, within: str | None
) -> Place | None:
    for level in levels:
        if level == "district" and boundaries == "2025-07":
            continue
        inside = None if level == "province" else within
        try:
            return Place(
                find_area(name, within=inside, level=level, boundaries=boundaries), name, level
            )
        except UnknownAreaError:
            continue
    return None


def _plain(text: str) -> str:
    return strip_marks(text).lower()


def _is_letter(text: str) -> bool:
    plain = _plain(text)
    if _OF_DATA.search(plain.split("ngay")[0]):
        return False
    return bool(_LETTER.search(plain) or _REFERS.search(plain))


def _letter_day(text: str) -> pd.Timestamp | None:
    plain = _plain(text)
    if _OF_DATA.search(plain.split("ngay")[0]) or not _LETTER.search(plain):
        return None
    days = find_periods(text)
    return days[-1].as_of if days else None


def _is_unit_note(text: str) -> bool:
    return re.match(r"\W*(?:dvt|don vi(?: tinh)?|dv tinh|unit)\b", _plain(text)) is not None


def _was_over(period: Period, reported: pd.Timestamp) -> bool:
    """Refuse a period that ends long after the letter: it is a programme's, not the data's."""
    return period.precision != "period" or period.as_of <= reported + pd.Timedelta(days=31)


def _rank(period: Period) -> int:
    long = period.start is not None and period.as_of - period.start > _LONG_PERIOD
    return 6 if long else _RANKS[period.precision]


def _with_start(period: Period, others: list[Period]) -> Period:
    """Join "6 tháng đầu năm 2023" and "số liệu đến 30/6/2023": the period that ends on the day."""
    ends_here = [p for p in others if p.as_of == period.as_of and p.start is not None]
    shortest = max((p.start for p in ends_here if p.start is not None), default=None)
    return period if period.start is not None else replace(period, start=shortest)


def _complete(period: Period | None, over: list[str]) -> Period | None:
    """Take "đến 30/6" or "9 tháng" into the year that another title names."""
    if period is None or period.precision != "year":
        return period
    for text in over:
        if not _DATES.search(_plain(text)) or period.text not in _plain(text):
            shorter = find_periods(text, data_day=period.as_of)
            if len(shorter) == 1 and shorter[0].as_of.year == period.as_of.year:
                return shorter[0]
    return period
