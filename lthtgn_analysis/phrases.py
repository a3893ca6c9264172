"""A passage comes in; its figures with hedge, scale and noun go out.

How numbers and hedges are written is known by `numerals` and `grammar`, the nouns by `lexicon`;
here stands how they are set in prose.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from .finders import WordPattern
from .grammar import match_scale, read_amount, read_table, scale_words
from .lexicon import match_noun
from .numerals import Convention, read_number_words, readings
from .passages import Passage, unmark

Role = Literal["one", "range", "part", "whole", "ordinal"]

_NUMERAL_REST = re.compile(
    r"(?<![\w.,].)(?<!\d/.)(?<!\W/.)(?<![^\W\d_]-.)(?:\d{0,2}(?:\.\d{3})+(?:,\d+)?(?![\d.])"
    r"|\d{0,2}(?:,\d{3})+(?:\.\d+)?(?!\d)"
    r"|\d{0,2}(?: ?\. ?\d{3}(?!\d))+|\d{0,2}(?: \d{3}(?! ?\d))+|\d*(?:[.,]\d+)?)(?![^\W\d_đd]"
    r"|[đd]\w)"
)
_VI_DIGITS = "một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười"
_VI_NUMBER = (
    rf"(?:{_VI_DIGITS})(?: trăm)?(?: (?:linh|lẻ))?(?: (?:mươi|chục|{_VI_DIGITS}|mốt|tư|lăm)){{0,3}}"
)
_EN_DIGITS = "two|three|four|five|six|seven|eight|nine"
_EN_NUMBER = (
    rf"(?:{_EN_DIGITS}|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    rf"|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -](?:one"
    rf"|{_EN_DIGITS}))?)"
)
_EN_ONE = r"one(?= (?:club|ishc)\b)"  # "one club was closed" is one, and no "a club"
_SOME_OF = re.compile(
    r"of (?:the|its|their|our|these|those|all)(?: (?!clubs|ishcs)[\w-]+){0,3}?(?: [\w-]+['’]s?)?"
    r" (?=(?:clubs|ishcs|members)\b)"
)  # "two of the district's clubs"
_AIM_IN_WORDS = re.compile(
    r"(?:plan|target|goal|quota)(?: was| is)?(?: of| to set up)? (?:at least |only )?$"
    r"|\b(?:had|has|have|counted) (?:only|just|already|barely|still) $"
)
_COUNTED_IN_WORDS = frozenset(
    [
        "club",
        "commune",
        "district",
        "city",
        "province",
        "village",
        "course",
        "member",
        "person",
        "household",
        "borrower",
        "older",
        "women",
        "share",
    ]
)
_WHOLE = re.compile(
    r" ?/ ?(?=\d)| (?:trong|trên) (?:tổng số |tổng |số )?(?=\d)"
    r"|(?: [a-z]+)? (?:out of|of) (?:its |the |their |all |a total of )*"
    r"(?:(?:[a-z]+ ){0,2}[a-z]+['’]s )?(?=\d)"
    r"| (?:trong|tren) (?:tong so |tong |so )?(?=\d)"
)
_WHOLE_IN_WORDS = re.compile(
    rf" (?:out of|of) (?:its |the |their |all )*(?:(?:[a-z]+ ){{0,2}}[a-z]+['’]s )?"
    rf"(?P<words>{_EN_NUMBER})(?= )"
)
_BETWEEN = re.compile(r" ?- ?(?=\d)| (?:đến|tới|den|toi) (?=\d)| (?:to|and) (?=\d)")
_GROWTH = re.compile(
    r"(?<![\w-])(?:rose|grew|grown|risen|up|increased?|climbed|doubled|tripled|jumped|expanded|fell|fallen|dropped|went|gone|moved|tăng|nâng|tang|nang|đi"
    r"|phát triển)\b"
)
_IN_PLACES = (" in ", " ở ", " tại ", " tai ")
_OPENED = re.compile(r"(?:between|from|từ|tu|giữa|giua) (?:vnd |vnđ |usd )?$")
_CURRENCY = re.compile(r"(vnd|vnđ|usd|us\$|\$|eur|€|jpy|aud|gbp|£) ?$")
_CURRENCY_LENGTH = 5
# Letters that spare most numbers a pattern.
_CURRENCIES_END = frozenset("dđ$r€yp£")
_SCALES_BEGIN = frozenset(word[:2] for word in scale_words() if len(word) > 1)
_HEDGES_BEGIN = (" trở ", " tro ", " or ", " and ", "+")
_DONG = re.compile(r"[đd](?!\w)")
_ORDINALS = ("thứ ", "thu ")
_NTH_CLUB = re.compile(
    r"(?:clb|câu lạc bộ|cau lac bo)(?: liên thế hệ tự giúp nhau| lien the he tu giup nhau"
    r"| lthtgn)? (?:thứ|thu) $"
)
_IN_TEN = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|\d)(?: members| people)? in (?:every )?$"
)  # "seven in ten were women"
_HALF = re.compile(r" (?:rưỡi|ruoi)(?!\w)")
_AFTER_HEDGE = re.compile(
    r"(?P<at_least> (?:trở lên|tro len)| or more| and above|\+)"
    r"|(?P<at_most> (?:trở xuống|tro xuong|trở lại)| or less| or fewer)"
)
_EMPTY_HEDGES = frozenset(
    [
        "là",
        "la",
        "vnd",
        "vnđ",
        "usd",
        "có",
        "co",
        "được",
        "duoc",
        "đạt",
        "dat",
        "lên",
        "len",
        "tới",
        "toi",
        "đến",
        "den",
        "từ",
        "tu",
        "tong",
        "tổng",
        "số",
        "so",
        "of",
        "the",
        "bằng",
        "bang",
        "mới",
        "moi",
        "chỉ",
        "chi",
        "đủ",
        "du",
        "gồm",
        "gom",
        "still",
        "now",
        "be",
    ]
)
_HEDGE_REACH = 45
_UNSURE_UNMARKED = frozenset(("chung", "do", "tam", "gan", "uoc"))
_SUMS_UP = frozenset(("add", "adds", "added", "adding", "sum", "sums", "summed", "totted"))
_ARTICLE_LEFT = re.compile(
    r"(?:thêm|được|đúng|vỏn vẹn|duy nhất|them|duoc|dung|von ven|mới có|moi co) $"
)
_HOLDS = re.compile(r"(?:mở|tổ chức|triệu tập|mo|to chuc|trieu tap)(?: được| thêm| duoc| them)? $")
_JUST_MORE = re.compile(r"(?<!lập )(?<!mắt )(?<!mở )(?<!dựng )(?:thêm|them) $")
_CLOSING = (
    r"(?:giải thể|giải tán|ngừng|ngưng|dừng|tan rã|đóng cửa|thôi hoạt động|không còn hoạt động"
    r"|giai the|giai tan|ngung|dung|tan ra|dong cua|thoi hoat dong|khong con hoat dong)"
)
_CLOSED_ONE = re.compile(
    r"(?: (?:của|ở|tại|thuộc|cua|o|tai|thuoc) [^,.;:()\d]{2,30}?)?"
    r"(?: (?:đã|phải|buộc phải|bị|tự|da|phai|buoc phai|bi|tu)){0,2}"
    rf" {_CLOSING}(?! (?:chân|lại|bước|họp|chan|lai|buoc|hop)\b)"
)
_CLOSES = re.compile(
    r"(?:giải thể|giải tán|giai the|giai tan|(?:ngừng|dừng|ngung|dung) hoạt động|ngung hoat dong)"
    r"(?: mất| đi| mat| di| chỉ| chi)? $"
)
_IS_CLOSED = re.compile(
    r"(?: (?:in|of|from) [^,.;:()\d]{2,40}?)? (?:(?:was|has been|had been|had to be|had)"
    r" (?:closed|dissolved|disbanded|wound up|shut down|folded|ceased)|closed(?: down)?|folded"
    r"|disbanded|ceased|shut down)\b"
)
_SUPPOSED = re.compile(
    r"(?:nếu|khi|giả sử|hễ|mỗi|từng|chưa|không|có thể|sẽ|neu|gia su|moi|tung|chua|khong|co the|se)"
    r"(?: \w+){0,2} $"
)
_BEFORE_YEAR = re.compile(r" (?:năm|nam) (?:19|20)\d\d(?!\d)")
_YEAR_LEFT = re.compile(
    r"(?:trong|hằng|hàng|mỗi|cuối|đầu|hết|giữa|một|qua|những|các|cả|vài|nhiều|số) $"
)


class Mention(NamedTuple):
    """A number in a passage, with what stands right around it.

    Attributes
    ----------
    start, end : int
        Where its numeral stands in the passage.
    begin, stop : int
        The same with its hedge before it, and with scale and noun behind it.
    number, second : Decimal
        The number in base units; of a range both ends, else twice the same.
    qualifier : str
        One of `schema.QUALIFIERS`.
    noun : str
        The code of the noun behind it, or "".
    role : {"one", "range", "part", "whole", "ordinal"}
        "part" and "whole" are the two numbers of "118/216".
    scaled : bool
        Whether a scale word (million) stands behind it.
    """

    start: int
    end: int
    begin: int
    stop: int
    number: Decimal
    second: Decimal
    qualifier: str
    noun: str
    role: Role
    scaled: bool


def find_mentions(
    passage: Passage, convention: Convention, masked: Iterable[tuple[int, int]]
) -> list[Mention]:
    """Find the numbers of a passage that are no part of a date, code or telephone number.

    Parameters
    ----------
    passage : Passage
        A passage.
    convention : {"vi", "en"}
        How separators are read where a numeral leaves it open.
    masked : iterable of (int, int)
        Places that hold no figures.

    Returns
    -------
    list of Mention
        In their order.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Huyện có gần 40 CLB ở 19/27 xã, vốn 2,3 tỷ đồng.")[0]
    >>> [(str(m.number), m.qualifier, m.noun) for m in find_mentions(passage, "vi", ())]
    [('40', 'nearly', 'club'), ('19', 'exact', 'commune'), ('27', 'exact', 'commune'),
     ('2300000000.0', 'exact', 'VND')]
    """
    line = passage.lower if passage.marked else passage.plain
    return list(_find_mentions(line, passage.marked, convention, tuple(sorted(masked))))


@lru_cache(maxsize=512)
def _find_mentions(
    line: str, marked: bool, convention: Convention, blocked: tuple[tuple[int, int], ...]
) -> tuple[Mention, ...]:
    starts = [begin for begin, _ in blocked]
    found: list[Mention] = []
    done = 0
    for match in _candidates(marked, convention).find_all(line):
        start, end = match.span("here")
        in_words = start == end
        if in_words:
            end = match.end("words")
        if start < done:
            continue
        place = bisect_left(starts, end) - 1
        if place >= 0 and blocked[place][1] > start:
            continue
        if line.endswith((" in ", " every "), 0, start) and _IN_TEN.search(line, 0, start):
            continue
        if in_words:
            mentions = _read_words(line, start, end, marked)
        else:
            mentions = _read(line, start, end, marked, convention)
        if mentions:
            found += mentions
            end = mentions[-1].end
        done = max(done, end)
    return tuple(found)


@cache
def _candidates(marked: bool, convention: Convention) -> WordPattern:
    """Return what finds numerals and number words."""
    words = rf"{_EN_NUMBER}|{_EN_ONE}" if convention == "en" else _VI_NUMBER
    words = words if marked or convention == "en" else unmark(words)
    ends = "[ ,.;)]"
    return WordPattern(rf"[0-9]{_NUMERAL_REST.pattern}|(?=(?P<words>{words})(?={ends}))")


def _read(line: str, start: int, end: int, marked: bool, convention: Convention) -> list[Mention]:
    number = _number(line[start:end], convention)
    if number is None:
        return []
    first = _one(line, start, end, number, marked, convention)
    whole = None if first.scaled else _WHOLE.match(line, end)
    if whole is not None:
        second = _numeral_at(line, whole.end(), convention)
        total = second and _one(line, whole.end(), second[1], second[0], marked, convention)
        if (
            second is not None
            and total
            and (second[0] >= number or total.noun in _COUNTED_IN_WORDS)
        ):
            ends = line[total.stop : total.stop + 1] in ("", ".", ",", ";", ")")
            if not (total.noun or ends or line.startswith("/", whole.start())):
                return [first]
            hedge = "exact" if first.qualifier == "at_least" else first.qualifier
            return [
                Mention(start, end, first.begin, total.stop, number, number, hedge, total.noun,
                        "part", False),
                _whole(total),
            ]  # fmt: skip
    # "VND 25-30 million" names the currency of both ends before them.
    money = first.noun == "VND" and (first.scaled or first.stop == first.end)
    ordinal = line.endswith(_ORDINALS, 0, start)
    if (first.noun and not money) or ordinal:
        return [first._replace(role="ordinal") if ordinal else first]
    return _range(line, first, marked, convention)


def _whole(total: Mention) -> Mention:
    """Return the second number of "118/216"."""
    _, _, _, stop, number, _, _, noun, _, scaled = total
    return Mention(total.start, total.end, total.start, stop, number, number, "exact", noun,
                   "whole", scaled)  # fmt: skip


def _range(line: str, first: Mention, marked: bool, convention: Convention) -> list[Mention]:
    joint = _BETWEEN.match(line, first.stop if first.scaled else first.end)
    second = _numeral_at(line, joint.end(), convention) if joint else None
    if joint is None or second is None:
        return [first]
    if first.scaled:
        return _scaled_range(line, first, joint, second, marked, convention)
    if second[0] <= first.number:
        return [first]
    upper = _one(line, joint.end(), second[1], second[0], marked, convention)
    left = line[max(0, first.start - 60) : first.start]
    if joint[0].strip() == "to" and _GROWTH.search(left):
        return [first._replace(noun=upper.noun), upper]
    counted = joint[0].strip() == "to" and (upper.noun in _COUNTED_IN_WORDS or first.noun == "VND")
    if joint[0].strip() in ("to", "and") and not (counted or _OPENED.search(left)):
        return [first]
    factor = upper.number / second[0] if second[0] else Decimal(1)
    whole = upper._replace(
        start=first.start,
        begin=first.begin,
        number=first.number * factor,
        qualifier="range",
        role="range",
    )
    return [whole]


def _scaled_range(
    line: str,
    first: Mention,
    joint: re.Match[str],
    second: tuple[Decimal, int],
    marked: bool,
    convention: Convention,
) -> list[Mention]:
    """Read "30 triệu đến 40 triệu đồng": both ends with their scale."""
    upper = _one(line, joint.end(), second[1], second[0], marked, convention)
    grown = _GROWTH.search(line[max(0, first.start - 60) : first.start])
    if not upper.scaled or upper.number <= first.number or grown:
        return [first]
    return [
        upper._replace(
            start=first.start,
            begin=first.begin,
            number=first.number,
            qualifier="range",
            role="range",
        )
    ]


def _one(
    line: str, start: int, end: int, number: Decimal, marked: bool, convention: Convention
) -> Mention:
    space = end + 1 if line.startswith(" ", end) else end
    amount = None
    if line[space : space + 2] in _SCALES_BEGIN and match_scale(line, space) is not None:
        amount = _read_scaled(line, start, convention)
    stop, scaled = end, amount is not None
    if amount is not None:
        number, stop = amount
        end = max(end, _last_digit(line, start, stop))
        space = stop + 1 if line.startswith(" ", stop) else stop
    noun = match_noun(line, space, marked=marked)
    if noun is not None and noun[0] == "time" and _BEFORE_YEAR.match(line, stop):
        noun = None  # "tăng từ 35 năm 2019 lên 82"
    code = noun[0] if noun else ""
    begin = start
    if line[start - 2 : start].strip()[-1:] in _CURRENCIES_END:
        currency = _CURRENCY.search(line, max(0, start - _CURRENCY_LENGTH), start)
        begin = start if currency is None else currency.start()
        if currency is not None and code not in ("club", "member", "person"):
            code = "VND" if currency[1] in ("vnd", "vnđ") else "foreign"
    if not code:
        if _DONG.match(line, stop):
            code, stop = "VND", stop + 1
        elif scaled and number >= 1_000_000:
            code = "VND"
    stop = noun[1] if noun else stop
    qualifier, width = _hedge_before(line, begin, marked)
    if line.startswith(_HEDGES_BEGIN, stop) and (after := _AFTER_HEDGE.match(line, stop)):
        qualifier = after.lastgroup or qualifier
    return Mention(start, end, start - width, stop, number, number, qualifier, code, "one", scaled)


def _read_scaled(line: str, start: int, convention: Convention) -> tuple[Decimal, int] | None:
    """Read "3 tỷ 250 triệu": a number behind whose first numeral a scale word stands."""
    amount = read_amount(line, start, convention) or read_amount(
        line, start, "en" if convention == "vi" else "vi"
    )
    if amount is None:
        return None
    stop = amount.end
    if line[stop - 1] == "." and line[stop : stop + 1] in ("", " "):
        stop -= 1
    half = _HALF.match(line, stop)
    return amount.number, half.end() if half else stop


def _read_words(  # noqa: PLR0911
    line: str, start: int, end: int, marked: bool
) -> list[Mention]:
    if not line.startswith(" ", end):
        if line.endswith(_ORDINALS, 0, start):
            nth = _NTH_CLUB.search(line, max(0, start - 50), start) is not None
            return [m._replace(role="ordinal") for m in _bare_words(line, start, end) if nth]
        aimed = _AIM_IN_WORDS.search(line, max(0, start - 40), start)
        return _bare_words(line, start, end) if aimed else []
    if some := _SOME_OF.match(line, end + 1):
        return _some_in_words(line, start, end, some.end(), marked)
    noun = match_noun(line, end + 1, marked=marked)
    if noun is None and not line.endswith(_ORDINALS, 0, start):
        return _part_in_words(line, start, end, marked)
    words = line[start:end].replace("-", " ").split()
    number, length = read_number_words(words)
    if length == len(words) and _NTH_CLUB.search(line[max(0, start - 50) : start]):
        return [Mention(start, end, start, end, number, number, "exact", "", "ordinal", False)]
    if length != len(words) or noun is None or noun[0] not in _COUNTED_IN_WORDS:
        return []
    if len(words) == 1 and _is_no_number(line, start, words[0], noun, marked=marked):
        return []
    qualifier, width = _hedge_before(line, start, marked)
    return [
        Mention(start, end, start - width, noun[1], number, number, qualifier, noun[0],
                "one", False)
    ]  # fmt: skip


def _is_no_number(line: str, start: int, word: str, noun: tuple[str, int], *, marked: bool) -> bool:
    """Tell an article and a year from a number: "một CLB" is "a club", and "năm" a year too."""
    code, stop = noun
    before = line[max(0, start - 45) : start]
    if word in ("năm", "nam"):
        return not marked or _YEAR_LEFT.search(before) is not None
    if word == "one":
        return code != "club" or _IS_CLOSED.match(line, stop) is None
    if word not in ("một", "mot"):
        return False
    if code == "club" and _is_closed_one(line, begin=start, stop=stop):
        return False  # "một CLB của huyện ngừng hoạt động" is one, and no "a club"
    if code == "course" and _HOLDS.search(before) is not None:
        return False  # "đã mở một lớp tập huấn cho 38 cán bộ"
    more = code == "club" and _JUST_MORE.search(before) is not None
    return more or _ARTICLE_LEFT.search(before) is None


def _is_closed_one(line: str, *, begin: int, stop: int) -> bool:
    """Tell whether one club was closed: said behind it, or before it."""
    before = line[max(0, begin - 30) : begin]
    if _SUPPOSED.search(before):
        return False
    return _CLOSED_ONE.match(line, stop) is not None or _CLOSES.search(before) is not None


def _bare_words(line: str, start: int, end: int) -> list[Mention]:
    words = line[start:end].replace("-", " ").split()
    number, length = read_number_words(words)
    if length != len(words) or words[0] in ("một", "mot", "năm", "nam"):
        return []
    return [Mention(start, end, start, end, number, number, "exact", "", "one", False)]


def _some_in_words(line: str, start: int, end: int, place: int, marked: bool) -> list[Mention]:
    """Read "two of the district's clubs": a part of a whole that is not counted."""
    noun = match_noun(line, place, marked=marked)
    return [
        mention._replace(stop=noun[1], noun=noun[0], role="part")
        for mention in _bare_words(line, start, end)
        if noun is not None
    ]


def _part_in_words(line: str, start: int, end: int, marked: bool) -> list[Mention]:
    """Read "six of 11 communes", a part in words of a whole in digits; and "seven in Sa Thay"."""
    if line.startswith(_IN_PLACES, end):
        return _bare_words(line, start, end)
    whole = _WHOLE.match(line, end)
    if whole is None:
        return _both_in_words(line, start, end, marked)
    convention: Convention = "vi" if marked else "en"
    second = _numeral_at(line, whole.end(), convention)
    words = line[start:end].replace("-", " ").split()
    number, length = read_number_words(words)
    if second is None or second[0] < number or length != len(words):
        return []
    total = _one(line, whole.end(), second[1], second[0], marked, convention)
    if total.noun not in _COUNTED_IN_WORDS or total.scaled:
        return []
    qualifier, width = _hedge_before(line, start, marked)
    part = total._replace(
        start=start, end=end, begin=start - width, number=number, second=number,
        qualifier="exact" if qualifier == "at_least" else qualifier, role="part",
    )  # fmt: skip
    return [part, _whole(total)]


def _both_in_words(line: str, start: int, end: int, marked: bool) -> list[Mention]:
    """Read "seven of the province's nine districts": a part and its whole in words."""
    whole = _WHOLE_IN_WORDS.match(line, end)
    noun = None if whole is None else match_noun(line, whole.end() + 1, marked=marked)
    if whole is None or noun is None or noun[0] not in _COUNTED_IN_WORDS:
        return []
    total, _ = read_number_words(whole["words"].replace("-", " ").split())
    begin, stop = whole.span("words")
    return [
        part
        for first in _bare_words(line, start, end)
        if first.number <= total
        for part in (
            first._replace(noun=noun[0], role="part", stop=noun[1]),
            Mention(begin, stop, begin, noun[1], total, total, "exact", noun[0], "whole", False),
        )
    ]


def _hedge_before(line: str, end: int, marked: bool) -> tuple[str, int]:
    """Return the hedge that stands right before a number, and how far it reaches back."""
    before = line[max(0, end - _HEDGE_REACH) : end]
    if not _may_be_hedged(before, marked):
        return "exact", 0
    hedges, longest = _hedges(marked), _hedge_parts(marked)[0]
    words = before.rsplit(None, 4)[-4:]
    signs = [place for place, word in enumerate(words, 1) if not word.isalpha()]
    words = words[signs[-1] :] if signs else words
    back = 0
    while words:
        for count in range(min(len(words), longest.get(words[-1], 0)), 0, -1):
            phrase = " ".join(words[-count:])
            code = hedges.get(phrase)
            if code is None and phrase not in _EMPTY_HEDGES:
                continue
            if code in (None, "exact", "range") or phrase in _EMPTY_HEDGES:
                break
            if phrase == "do" and words[-2:-1] == ["trong"]:
                return "exact", 0  # "trong đó 12 xã", without marks
            # "added up to VND 4.1 billion" bounds nothing.
            sums_up = phrase == "up to" and not _SUMS_UP.isdisjoint(words[-3:-2])
            if sums_up or (back and phrase in _UNSURE_UNMARKED):
                return "exact", 0
            return code or "exact", back + len(phrase) + 1
        else:
            return "exact", 0
        back += len(phrase) + 1
        words = words[:-count]
    return "exact", 0


def _may_be_hedged(before: str, marked: bool) -> bool:
    if before[-1:] != " ":
        return False
    ends, weak, inner = _hedge_parts(marked)
    words = before.rsplit(" ", 3)
    last = words[-2]
    # "huyện có 43 CLB", as most
    return words[-3:-2] != [] and words[-3] in inner if last in weak else last in ends


@cache
def _hedges(marked: bool) -> dict[str, str]:
    rows = [row for row in read_table("qualifiers.csv") if row["position"] == "before"]
    return {(row["words"] if marked else unmark(row["words"])): row["qualifier"] for row in rows}


@cache
def _hedge_parts(marked: bool) -> tuple[dict[str, int], frozenset[str], frozenset[str]]:
    """Return three kinds of words that stand before hedged numbers.

    The last words of hedges and of what may stand between a hedge and its number, with how many
    words the longest has that ends so; the single words among them that hedge nothing without
    another before them; and all words of both.
    """
    phrases = (*_hedges(marked), *_EMPTY_HEDGES)
    weak = {words for words, code in _hedges(marked).items() if code in ("exact", "range")}
    return (
        {
            phrase.split()[-1]: phrase.count(" ") + 1
            for phrase in sorted(phrases, key=lambda phrase: phrase.count(" "))
        },
        _EMPTY_HEDGES | weak,
        frozenset(word for phrase in phrases for word in phrase.split()),
    )


@lru_cache(maxsize=4096)
def _number(numeral: str, convention: Convention) -> Decimal | None:
    possible = readings(numeral.replace(" .", ".").replace(". ", "."))
    if not possible:
        return None
    other: Convention = "en" if convention == "vi" else "vi"
    number = possible.get(convention)
    if number is None:
        return possible.get(other)
    rival = possible.get(other)
    # People, clubs and places are whole: three decimals are a group of the other notation, unless
    # a scale word says that decimals are meant.
    grouped = rival is not None and number != number.to_integral_value()
    return (
        rival if grouped and rival is not None and -int(number.as_tuple().exponent) == 3 else number
    )


def _numeral_at(line: str, position: int, convention: Convention) -> tuple[Decimal, int] | None:
    found = _SECOND.match(line, position)
    number = _number(found[0], convention) if found else None
    return None if found is None or number is None else (number, found.end())


_SECOND = re.compile(r"(?:\d{1,3}(?:[.,]\d{3})+|\d+(?:[.,]\d+)?)(?![\d/])(?![.,]\d)(?![^\W\d_])")


def _last_digit(line: str, start: int, stop: int) -> int:
    for place in range(stop, start, -1):
        if line[place - 1].isdigit():
            return place
    return stop
