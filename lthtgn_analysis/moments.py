"""A passage comes in; the dates and periods that it prints go out, resolved against their document.

`dates` knows what a printed date means; here stands how dates are set in prose. The date of a
decision dates no figure, nor does one that is only compared with ("so với cùng kỳ năm trước").
"Cùng ngày", "the same date" and "four years later" take up the date before them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import pandas as pd

from .dates import parse_date
from .errors import NotADateError
from .finders import WordPattern, holds_any, join_by_letter
from .numerals import read_number_words
from .passages import Passage

_MONTH_NAMES = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)"
)
_OF_YEAR = r"(?: ?[/.-] ?(?:19|20)\d\d| nam (?:19|20)\d\d| nam (?:nay|ngoai|truoc))"
_LEAD = (
    r"(?:(?:tinh|ke|chot|tu)? ?(?:den|toi) |het |cuoi |(?<!phan )dau |giua |vao |tu |trong |suot "
    r"|tai |qua |as of |as at |at |by |in |during |until |since |the |end of |close of "
    r"|beginning of "
    r"|middle of |late |early |mid-?(?:year )?)*"
)
_SHAPES = (
    r"(?:ngay |mung )?\d{1,2}(?: ?(?:-|,|va|den) ?\d{1,2})? thang \d{1,2}(?:,? nam \d{4}"
    r"| ?[/-] ?\d{4}"
    r"| nam (?:nay|ngoai|truoc))?",
    r"(?:ngay )?\d{1,2}(?: ?- ?\d{1,2})? ?(?P<mark>[/.-]) ?\d{1,2} ?(?P=mark) ?(?:19|20)\d\d",
    r"(?:ngay|sang|chieu|trua|hom) \d{1,2}(?:(?:,| ?-| va| den) ?\d{1,2}){0,2}/\d{1,2}"
    r"(?: nam (?:\d{4}|nay|ngoai)|/\d{4})?",
    r"(?:19|20)\d\d-\d\d-\d\d",
    # "Mỗi tháng 1 buổi" names no month.
    rf"(?<!moi )(?<!hang )thang \d{{1,2}}(?!\d)(?! (?:buoi|k[iy]|lan|phien|cuoc) ){_OF_YEAR}?",
    r"(?<!so )(?<!so: )(?:0?[1-9]|1[0-2])/(?:19|20)\d\d",
    r"quy (?:iv|i{1,3}|[1-4])(?: ?[/.-] ?(?:19|20)\d\d| nam (?:19|20)\d\d| nam (?:nay|ngoai)"
    r"| sang nam)?",
    r"(?:nua|(?:\d{1,2}|sau|ba|chin|muoi) thang) (?:dau|cuoi)(?: nam(?: (?:19|20)\d\d"
    r"| nay| ngoai)?)?",
    r"(?:giai doan|nhiem k[iy]|thoi k[iy]|(?:trong )?cac nam|nam|tu)? ?(?:tu )?(?:nam )?(?:19"
    r"|20)\d\d"
    r" ?(?:-|den|toi|to) ?(?:het |cuoi )?(?:nam )?(?:19|20)\d\d",
    r"(?:\d{1,2}|sau|ba|chin|muoi) thang(?: dau)? nam (?:(?:19|20)\d\d|nay|ngoai|truoc)",
    r"(?:\d{1,2}|hai|ba|bon|nam|sau|bay|tam|chin|muoi) (?:nam|thang)"
    r" (?:qua|vua qua|gan day)",
    # "đến 30/9 vừa rồi", but not "lên đến 11/12 xã"
    r"(?<!len den )(?<=den )(?:[0-2]?\d|3[01])/(?:0?[1-9]|1[0-2])"
    r"(?=[,);:]| (?:vua (?:roi|qua)|nam nay|moi|da|chi|duoc|thi|toan|ca|hoi)(?!\w))",
    r"between (?:19|20)\d\d and (?:19|20)\d\d",
    r"nam (?:hoc )?(?:19|20)\d\d(?!-)",
    r"nam (?:nay|ngoai|truoc|roi|qua|toi|sau)|sang nam",
    r"(?<=den )(?:19|20)\d\d|(?<=het )(?:19|20)\d\d|(?<=cuoi )(?:19|20)\d\d|(?<=dau )(?:19|20)\d\d",
    r"(?<=cuoi )nam(?! \w+ nay)|(?<=trong )nam(?= |,)|(?<=het )nam(?= |,)",
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH_NAMES}\.?,? (?:\d{{1,2}}(?:st|nd|rd"
    rf"|th)?,? )?(?:19|20)\d\d",
    rf"\d{{1,2}}(?:st|nd|rd|th)? (?!may){_MONTH_NAMES}(?!\w)",
    r"(?:first|second) half of (?:19|20)\d\d|(?:first )(?:six|nine|three|\d) months of (?:19"
    r"|20)\d\d",
    r"(?:first|second|third|fourth|last) quarter of (?:19|20)\d\d|(?:q|h)[1-4] (?:19|20)\d\d",
    r"(?:19|20)\d\d",
    r"(?:this|last|next) year",
)
_COUNTED_TIME = r" (?:nam|thang)"
_DATES_BEGIN = (
    *("nam", r"ngay \d", "nhiem k", "nov", "nua (?:dau|cuoi)", "next "),
    *(r"thang \d", "thoi k", "third", "this ", r"trua \d", "trong cac nam", r"tu (?:tu|nam|\d)"),
    *("quy [i1-4]", "q[1-4]", "h[1-4]", r"hom \d", r"chieu \d", "cac nam", "giai doan"),
    *(r"sang (?:nam|\d)", "sec", "sep", r"mung \d", "mar", r"may\.?,? \d", "between"),
    *(word + _COUNTED_TIME for word in ("hai", "ba", "bon", "sau", "bay", "tam", "chin", "muoi")),
    *("jan", "jun", "jul", "feb", "first", "fourth", "apr", "aug", "oct", "dec", "last "),
)
"""What dates in words begin with."""
_LEADS_BEGIN = (
    *("tinh ?[dt]", "ke [dt]", "chot ?[dt]", "den ", "toi ", "het ", "cuoi ", "dau ", "giua "),
    *("vao ", "tu ", "trong ", "suot ", "tai ", "qua ", "as ", "at ", "by ", "in ", "during "),
    *("until ", "since ", "the ", "end ", "close ", "beginning ", "middle ", "late ", "early "),
    "mid",
)
_NUMBERS_BEGIN = (
    r"\d(?:[09]\d\d|\d?(?: ?(?:[/-] ?\d|\. ?\d\d? ?\.|, ?\d\d? thang)"
    r"| (?:va|den|thang|nam (?:qua|vua|gan))"
    r"| ?(?:st|nd|rd|th)?,? ?(?:jan|feb|ma[ry]|apr|ju[nl]|aug|sep|oct|nov|dec)))"
)
_FIRST = rf"(?={_NUMBERS_BEGIN}|{join_by_letter((*_DATES_BEGIN, *_LEADS_BEGIN))})"
_DAY_OR_WORD = rf"(?={_NUMBERS_BEGIN}|{join_by_letter(_DATES_BEGIN)})"
"""What a date begins with; most numbers fail here, before each shape is tried."""
_ANY_SHAPE = "|".join(f"(?:{shape})" for shape in _SHAPES)
_DATE = WordPattern(
    rf"{_FIRST}(?<![/.-])(?P<lead>{_LEAD}){_DAY_OR_WORD}(?P<date>{_ANY_SHAPE})(?![\w/])(?![.,-]\d)"
)
_SAME = re.compile(
    r"(?:tai |vao )?(?:cung (?:ngay|thoi diem|thoi gian|moc|ky do)|(?:on |at |by )?(?:the same"
    r"|that) (?:date"
    r"|day|time|moment|point))(?!\w)"
)
_SAME_YEAR = re.compile(
    r"(?:trong|cung|ca|rieng) (?:nam|ky)(?: do| ay| nay)?(?!\w)(?! (?:19|20)\d\d| (?:nay|ngoai"
    r"|truoc|tro))"
    r"|\bnam (?:do|ay)(?!\w)|(?:the same|that) year(?!\w)|(?:during|in|over) the year(?!\w)"
)
_TAKES_UP = (
    *("cung ngay", "cung th", "cung moc", "ng ky", "ng nam", "ca nam", "ca ky", "nam do", "nam ay"),
    *("same ", "that ", "the year"),
)
"""Words without which no date takes up another."""
_LATER = re.compile(
    r" (?:(?P<years>years? later|nam sau(?: do)?(?!\w))|months? later|thang sau do)"
)
_LATER_HINTS = ("later", "nam sau", "thang sau do")
_LAST_WORD = re.compile(r"\w+$")
_LONGEST_COUNT = 16
_TIME_WORD = re.compile(r"\b(?:nam|quy|thang|ngay)\b")
_TIME_WORDS = frozenset(("năm", "quý", "tháng", "ngày"))
_BOOKS = ("sổ ", "số ")  # "lật lại sổ ngày 30/6" compares nothing
_YEAR = re.compile(r"(?:19|20)\d\d$")
_YEAR_REACH = 90
_SENTENCE_END = re.compile(r"[.;!?] ")
_DECISION = re.compile(
    r"(?:/[a-z]{2,}[\w-]*|(?:quyet dinh|ke hoach|nghi quyet|cong van|de an|chi thi|van ban|to trinh"
    r"|thong bao|huong dan|nghi dinh|luat|decision|resolution|plan|letter"
    r"|no\.?)(?: so)?:? ?\d+[^\s,;]*)"
    r"[^.;:]{0,30}$"
)
_MONTH = re.compile(r"thang \d{1,2}")
_UNTIL = frozenset(("den", "toi", "until", "by"))
_NUMBER_OR_SLASH = re.compile(r"[\d/]")
_SINCE = re.compile(r"(?:^| )(?:tu|ke tu|since|tu dau|tu cuoi|tu giua)$")
_QUARTER = re.compile(r"quy (iv|i{1,3}|[1-4])")
_FAR_AHEAD = 95
_SPACED_MARK = re.compile(r"(?<=\d) ?([/.-]) ?(?=\d)")
_REWRITTEN = (
    (_SPACED_MARK, r"\1"),
    *(
        (re.compile(pattern), new)
        for pattern, new in (
            (r"\b(?:ke|chot|tu|vao|trong|suot|tai|qua|since|late|the|mung)\b ?", ""),
            (r"hoc ", ""),
            (r"\b(?:sang|chieu|trua|hom) (?=\d)", "ngay "),
            (r"early ", "beginning of "),
            (r"close of ", "end of "),
            (r"mid-year", "mid"),
            (r"mid-", "mid "),
            (r"^(?:at|by|in|during|until|as of|as at) ", ""),
            (r"sept ", "sep "),
            (r"^last quarter", "fourth quarter"),
            (r"(?<=\d) ?- ?(?=\d{1,2} thang)|(?<=\d) (?:va|den) (?=\d{1,2} thang)", "-"),
            (r"\d{1,2}-(?=\d{1,2} thang)", ""),
            (r"(?:\d{1,2}(?:,| va| den) ?)+(?=\d{1,2}/\d)", ""),
            (r"(\d) (?:den|toi|to) (?:het |cuoi )?(?:nam )?(?=\d{4})", r"\1-"),
            (r"^between (\d{4}) and ", r"\1-"),
            (r"^(?:tu |from )(?=nam )", ""),
        )
    ),
)
"""How the words of a date in prose become those that `dates` reads, one after the other."""
_YEAR_END = re.compile(r"(?:6|sau) thang cuoi(?: nam)?|(?:3|ba) thang cuoi nam")
_COMPARED = re.compile(
    r"(?:so voi|(?<!chot )(?<!khoa )(?<!ket )so|hon|cung ky|than in|than at|than|compared with"
    r"|compared to|bang|cua|from the|nhieu hon|it hon)"
    r"(?: cung ky| thoi diem| cuoi| dau| dip| ky)* ?$"
)
_COMPARING = frozenset(
    (
        *("voi", "so", "hon", "ky", "ki", "in", "at", "than", "with", "to", "bang", "cua", "the"),
        "diem",
        "cuoi",
        "dau",
        "dip",
    )
)
"""The last words of comparisons."""
_BUDGETS = ("kinh phi", "ngan sach", "du toan")
_ALWAYS_COMPARED = re.compile(r"cung k[iy] nam|nam truoc$|hon nam|hon cuoi nam|hon dau nam")
_THEN = re.compile(
    r",? (?:khi|luc|thoi diem|when|at which)\b| \(\d[\d.]* (?:clb|cau lac bo|clubs)\b"
)
_PLAN_WORDS = re.compile(
    r"\b(?:chi tieu|ke hoach|muc tieu|phan dau|du kien|se|de an|plan|target|targets|goal|foresees"
    r"|chuong"
    r" trinh|dat ra cho|huong toi|tien toi|lo trinh)(?: [a-z]+){0,4} ?$"
)
_PLAN_HINTS = (
    "chi tieu", "ke hoach", "muc tieu", "phan dau", "du kien", "se ", "de an", "plan", "target",
    "goal", "foresees", "chuong trinh", "dat ra cho", "huong toi", "tien toi", "lo trinh",
)  # fmt: skip
"""One of them stands where a date is planned."""
_COUNT_LEFT = re.compile(r"(?:\d|\b(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|may|vai)) $")
_SAME_TIME = "cung ky "
_BARE_YEAR_LEFT = re.compile(r"(?:\d[ /.-]|số |so |no\.? )$")


class Moment(NamedTuple):
    """A date at a place of a passage.

    Attributes
    ----------
    start, end : int
        Where it stands, with the words that lead to it ("đến hết tháng").
    begins : Timestamp or None
        The first day of a period.
    as_of : Timestamp or None
        Its last day; None where it must be taken from another date.
    kind : {"dated", "same", "same_year", "later", "since", "decision", "compared"}
        "same" takes up the date before it, "same_year" within the paragraph, "later" adds `months`
        to it; the day since when something is so, decisions and comparisons date no figure.
    planned : bool
        Whether it is the date of a plan or target.
    exact : bool
        Whether it names a day.
    months : int
        Of "later": months to add.
    whole_year : bool
        Whether it is a year, or the end of one.
    """

    start: int
    end: int
    begins: pd.Timestamp | None
    as_of: pd.Timestamp | None
    kind: str
    planned: bool = False
    exact: bool = False
    months: int = 0
    whole_year: bool = False


def find_moments(passage: Passage, base: pd.Timestamp | None) -> list[Moment]:
    """Find the dates of a passage.

    Parameters
    ----------
    passage : Passage
        A passage.
    base : Timestamp or None
        The day of the data or of publication, from which "năm ngoái" and "hết tháng 9" count.

    Returns
    -------
    list of Moment
        In their order.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Đến hết tháng 8/2023, huyện có 19 CLB.")[0]
    >>> [str(moment.as_of.date()) for moment in find_moments(passage, None)]
    ['2023-08-31']
    """
    moments = _find_moments(passage.plain, base)
    if not (moments and passage.marked):
        return list(moments)
    times = [moment for moment in moments if _is_time(passage, moment)]
    return [
        moment._replace(kind="dated")
        if moment.kind == "compared" and passage.lower.endswith(_BOOKS, 0, moment.start)
        else moment
        for moment in times
    ]


def _is_time(passage: Passage, moment: Moment) -> bool:
    """Tell a year from what is written alike without marks: "nằm ngoài vườn", "quỹ 3 CLB"."""
    return all(
        passage.lower[word.start() : word.end()] in _TIME_WORDS
        for word in _TIME_WORD.finditer(passage.plain, moment.start, moment.end)
    )


def take_up(moment: Moment, before: Moment | None) -> Moment | None:
    """Resolve "the same date" and "four years later" by the date before it.

    Examples
    --------
    >>> day = Moment(0, 4, None, pd.Timestamp("2019-12-31"), "dated")
    >>> str(take_up(Moment(9, 20, None, None, "later", months=48), day).as_of.date())
    '2023-12-31'
    """
    if moment.as_of is not None:
        return moment
    if before is None or before.as_of is None:
        return None
    as_of = before.as_of
    if moment.months:
        as_of += pd.DateOffset(months=moment.months)
    return moment._replace(as_of=as_of, begins=None if moment.months else before.begins)


# The head of a document is read before it is known from which day its dates count.
@lru_cache(maxsize=512)
def _find_dates(line: str) -> tuple[re.Match[str], ...]:
    return tuple(_DATE.find_all(line))


@lru_cache(maxsize=512)
def _find_moments(line: str, base: pd.Timestamp | None) -> tuple[Moment, ...]:
    moments: list[Moment] = []
    for match in _find_dates(line):
        year = _year_before(line, match, moments) if match["date"] == "nam" else None
        moment = _dated(line, match, year or base)
        if moment is None:
            continue
        if year is not None and base is not None and year > _horizon(base):
            moment = moment._replace(planned=True)
        moments.append(moment)
    taken = [(moment.start, moment.end) for moment in moments]
    takes_up = holds_any(line, _TAKES_UP)
    patterns = ((_SAME, "same"), (_SAME_YEAR, "same_year")) if takes_up else ()
    for pattern, kind in patterns:
        moments += [
            Moment(match.start(), match.end(), None, None, kind)
            for match in pattern.finditer(line)
            if not any(begin < match.end() and match.start() < end for begin, end in taken)
        ]
    for match in _LATER.finditer(line) if holds_any(line, _LATER_HINTS) else ():
        count = _LAST_WORD.search(line[max(0, match.start() - _LONGEST_COUNT) : match.start()])
        months = _count(count[0]) * (12 if match["years"] else 1) if count else 0
        if count and months:
            start = match.start() - len(count[0])
            moments.append(Moment(start, match.end(), None, None, "later", months=months))
    return tuple(sorted(moments, key=itemgetter(0)))


def _year_before(line: str, match: re.Match[str], earlier: list[Moment]) -> pd.Timestamp | None:
    """Return the year that "cuối năm" takes up: "Năm 2025 lập mới 20 CLB, để cuối năm có 110"."""
    last = earlier[-1] if earlier else None
    if last is None or not last.whole_year or last.as_of is None or last.kind != "dated":
        return None
    between = line[last.end : match.start()]
    named = _YEAR.search(line, last.start, last.end) is not None
    near = len(between) < _YEAR_REACH and _SENTENCE_END.search(between) is None
    return last.as_of if named and near else None


def _dated(  # noqa: C901
    line: str, match: re.Match[str], base: pd.Timestamp | None
) -> Moment | None:
    lead, date = match["lead"].strip(), match["date"].strip()
    start = match.start("lead") if lead else match.start("date")
    before = line[max(0, match.start() - 70) : match.start("date")]
    if date.isdigit() and not lead and _BARE_YEAR_LEFT.search(before[-4:]):
        return None
    if date in ("nam sau", "nam truoc") and _COUNT_LEFT.search(before):
        return None  # "bốn năm sau" counts from the date before it
    read = _resolve_ahead(lead, date, before, base) or _resolve(
        f"{lead} {date}".strip(), date, base
    )
    if date == "nam" and lead.endswith("trong"):
        return Moment(start, match.end(), None, None, "same_year")
    kind = "dated"
    is_day = read is not None and read[2] == "day"
    until = not _UNTIL.isdisjoint(lead.split())  # "Công văn 88/BĐD, báo cáo số liệu đến ngày ..."
    if is_day and not until and _NUMBER_OR_SLASH.search(before) and _DECISION.search(before):
        kind = "decision"
    elif not date.isdigit() and _is_compared(line, start):
        kind = "compared" if not _is_planned(before) else kind
    if kind == "compared" and _THEN.match(line, match.end()):
        kind = "dated"  # "so với cuối năm 2020, khi tỉnh mới có 148 CLB"
    if _ALWAYS_COMPARED.search(line[max(0, start - 12) : match.end()]):
        kind = "compared"
        same = _same_day(line, match, base)
        if same is not None:
            read, kind, start = same, "dated", start - len(_SAME_TIME)
    if read is None:
        return Moment(start, match.end(), None, None, "compared")
    begins, as_of, precision = read
    if lead and kind == "dated" and _SINCE.search(lead) and precision != "period":
        kind = "since"
    future = base is not None and as_of > _horizon(base)
    planned = future or _is_planned(before)
    return Moment(start, match.end(), begins, as_of, kind, planned, is_day,
                  whole_year=precision in ("year", "period"))  # fmt: skip


def _same_day(
    line: str, match: re.Match[str], base: pd.Timestamp | None
) -> tuple[pd.Timestamp | None, pd.Timestamp, str] | None:
    """Resolve "44 (cùng kỳ năm 2022: 37)": the end of the data's own period, in that year."""
    year = _YEAR.search(match["date"])
    if year is None or base is None or not base.is_month_end:
        return None
    if not line.endswith(f"({_SAME_TIME}", 0, match.start("date")) or not line.startswith(
        ":", match.end()
    ):
        return None
    return None, pd.Timestamp(int(year[0]), base.month, 1) + pd.offsets.MonthEnd(0), "day"


def _is_compared(line: str, start: int) -> bool:
    """Tell whether a date is only compared with: the word before it says so."""
    end = start - (line[start - 1 : start] == " ")
    if line[line.rfind(" ", 0, end) + 1 : end] not in _COMPARING:
        return False
    if line.endswith("cua ", 0, start) and holds_any(line[max(0, start - 60) : start], _BUDGETS):
        return False  # "bố trí kinh phí nhân rộng mô hình của năm 2023"
    return _COMPARED.search(line, max(0, start - 40), start) is not None


def _is_planned(before: str) -> bool:
    """Tell whether the words before a date speak of a plan."""
    return holds_any(before, _PLAN_HINTS) and _PLAN_WORDS.search(before) is not None


def _resolve_ahead(
    lead: str, date: str, before: str, base: pd.Timestamp | None
) -> tuple[pd.Timestamp | None, pd.Timestamp, str] | None:
    """Resolve "dự kiến tháng 12", in a report of October: the December to come."""
    if base is None or not _MONTH.fullmatch(date) or not _is_planned(before):
        return None
    read = _resolve(f"{lead} {date} nam {base.year}".strip(), date, base)
    return read if read is not None and read[1] >= base else None


@lru_cache(maxsize=64)
def _horizon(base: pd.Timestamp) -> pd.Timestamp:
    return base + pd.Timedelta(days=62)


@lru_cache(maxsize=8192)
def _resolve(
    words: str, date: str, base: pd.Timestamp | None
) -> tuple[pd.Timestamp | None, pd.Timestamp, str] | None:
    if base is not None and date in ("nam", "nam toi", "nam sau", "sang nam", "next year"):
        year = base.year + (date != "nam")
        return pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31), "year"
    if base is not None and date.endswith("sang nam"):
        words, date = words.replace("sang nam", f"nam {base.year + 1}"), ""
    if base is not None and (quarter := _QUARTER.fullmatch(date)):
        words, date = f"{words} nam {_year_of_quarter(quarter[1], base)}", ""
    if base is not None and _YEAR_END.fullmatch(date):
        words = f"{words} {base.year}" if words.endswith("nam") else f"{words} nam {base.year}"
    if date in ("nam roi", "nam qua"):
        words = words.replace(date, "nam ngoai")
    date = _SPACED_MARK.sub(r"\1", date)
    if date.endswith(" vua qua"):
        words, date = words.replace(" vua qua", " qua"), date.replace(" vua qua", " qua")
    past = date.endswith((" qua", " gan day")) and date != "nam qua"
    for pattern, new in () if past else _REWRITTEN:
        words = pattern.sub(new, words)
    for text in dict.fromkeys((words, date)):
        try:
            period = parse_date(text, published=base)
        except NotADateError:
            continue
        return period.start, period.as_of, period.precision
    return None


def _year_of_quarter(quarter: str, base: pd.Timestamp) -> int:
    """Return the year of a quarter: that of the data, unless it would lie far ahead."""
    number = ("i", "ii", "iii", "iv").index(quarter) if quarter.isalpha() else int(quarter) - 1
    begins = pd.Timestamp(base.year, 3 * number + 1, 1)
    return base.year - (begins > base + pd.Timedelta(days=_FAR_AHEAD))


def _count(word: str) -> int:
    if word.isdigit():
        return int(word)
    number, length = read_number_words([word])
    return int(number) if length else 0
