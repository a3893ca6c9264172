"""A position in a printed figure comes in; the hedge, amount or unit that stands there goes out.

The words are data (`reference/qualifiers.csv`, `reference/units.csv`): Vietnamese, English, and
signs that belong to no language. Text is expected as `prepare` returns it. Words with marks match
as written; a word typed without marks matches too, because no two words of one table fold alike
with different meanings (a test holds that).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from .lettering import clean, strip_marks
from .numerals import FIRST_WORDS, NUMERAL, Convention, read_number_words, readings

Position = Literal["before", "after"]

_SCALES = {
    "nghìn": (1_000, "vi"),
    "ngàn": (1_000, "vi"),
    "ngìn": (1_000, "vi"),
    "k": (1_000, "vi"),
    "triệu": (1_000_000, "vi"),
    "tr": (1_000_000, "vi"),
    "tỉ": (1_000_000_000, "vi"),
    "tỷ": (1_000_000_000, "vi"),
    "thousand": (1_000, "en"),
    "million": (1_000_000, "en"),
    "mn": (1_000_000, "en"),
    "billion": (1_000_000_000, "en"),
    "bn": (1_000_000_000, "en"),
}
MONEY_SCALE = Decimal(1_000_000)
"""From this scale on, an amount without a unit is money: nothing else is counted in millions."""

_HALF = re.compile(r" r(?:ưỡi|uoi)(?!\w)")
_ODD = re.compile(r"(?:lẻ|le|linh) ")
_NO_HUNDREDS = re.compile(r"(?:không trăm|khong tram) ")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_NUMBER = 50  # letters of a number below a thousand in words
_WORDS = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+)*")
_PER = re.compile(
    r" ?(?:/(?: ?0?1(?!\d))?|mỗi |moi |một |mot |per |a ) ?"
    r"(?:clb|câu lạc bộ|cau lac bo|người|nguoi|thành viên|thanh vien|năm|nam|tháng|thang|quý|quy"
    r"|lớp|lop|xã|xa|huyện|huyen|club|member|person|year|month|course)(?!\w)"
)


@dataclass(frozen=True)
class Phrase:
    """Words found at a position: what they mean, their language ("" for signs), where they end."""

    code: str
    language: str
    end: int
    words: str


class Amount(NamedTuple):
    """A number with its scale words.

    Attributes
    ----------
    number : Decimal
        The whole amount: 3 tỷ 250 triệu is 3,250,000,000.
    scale : Decimal
        The smallest scale word printed, 1 if there is none.
    numerals : tuple of str
        The numerals in digits, as printed.
    languages : frozenset of str
        The languages of its words.
    end : int
        Where the amount ends.
    """

    number: Decimal
    scale: Decimal
    numerals: tuple[str, ...]
    languages: frozenset[str]
    end: int


def prepare(text: str) -> str:
    """Return text in the form in which this module reads it: cleaned, small letters."""
    return clean(text).lower()


def match_hedge(text: str, start: int, position: Position) -> Phrase | None:
    """Find the longest hedge that begins at `start`.

    Examples
    --------
    >>> match_hedge("trên dưới 40", 0, "before").code, match_hedge("gan 2.000", 0, "before").code
    ('about', 'nearly')
    """
    return _match("qualifiers.csv", "qualifier", position, text, start)


def match_unit(text: str, start: int, position: Position = "after") -> Phrase | None:
    """Find the longest unit that begins at `start`, with what it is counted per, if that follows.

    Examples
    --------
    >>> match_unit("thành viên", 0).code, match_unit("người/CLB".lower(), 0).code
    ('people', 'ratio')
    """
    unit = _match("units.csv", "unit", position, text, start)
    per = _PER.match(text, unit.end) if unit and position == "after" else None
    if unit is None or per is None:
        return unit
    code = unit.code if unit.code in ("VND", "share") else "ratio"
    return Phrase(code, unit.language, per.end(), text[start : per.end()])


def skip_per(text: str, start: int) -> int:
    """Pass over what an amount is counted per, if that stands at `start`: "50 triệu/CLB".

    Examples
    --------
    >>> skip_per("50 triệu/clb", 8), skip_per("50 triệu", 8)
    (12, 8)
    """
    per = _PER.match(text, start)
    return start if per is None else per.end()


def match_scale(text: str, start: int) -> tuple[Decimal, str, int] | None:
    """Find the scale word that begins at `start`: its factor, its language, where it ends.

    Examples
    --------
    >>> match_scale("tr.đ", 0)
    (Decimal('1000000'), 'vi', 3)
    """
    found = _scale_pattern().match(text, start)
    if found is None:
        return None
    return *_scales()[found[1]], found.end()


def scale_words() -> frozenset[str]:
    """Return the scale words, with marks and without.

    Examples
    --------
    >>> {"tỷ", "trieu", "million"} <= scale_words()
    True
    """
    return frozenset(_scales())


def read_amount(text: str, start: int, convention: Convention) -> Amount | None:
    """Read a number in digits or words, with its scale words, under one convention.

    Returns
    -------
    Amount or None
        None if no number stands there, if a numeral cannot be read under the convention, or if
        the parts do not make one number ("2 tỉ 150" may be 2.15 billion or not).

    Examples
    --------
    >>> read_amount("3 tỷ 250 triệu đồng", 0, "vi").number
    Decimal('3250000000')
    >>> read_amount("hai nghìn ba trăm người", 0, "vi").number
    Decimal('2300')
    """
    stack: list[tuple[Decimal, Decimal]] = []
    numerals: list[str] = []
    languages: set[str] = set()
    smallest = Decimal(1)
    end = position = start
    while (piece := _read_number(text, position, convention)) is not None:
        number, position, is_words = piece
        if stack and not _continues(text, end, stack, number, is_words):
            break
        if not is_words:
            numerals.append(text[end:position].strip())
        stack.append((number, Decimal(1)))
        end = position
        position = _skip_space(text, end)
        while (scale := match_scale(text, position)) is not None:
            factor, language, end = scale
            if (raised := _scaled(stack, factor)) is None:
                return None
            stack = raised
            smallest = factor
            languages.add(language)
            if half := _HALF.match(text, end):
                stack.append((factor / 2, factor / 2))
                end = half.end()
            position = _skip_space(text, end)
        if stack[-1][1] == 1:
            break
    if not stack or (len(stack) > 1 and stack[-1][1] == 1 and numerals):
        return None
    total = sum([number for number, _ in stack], Decimal(0))
    whole_scale = smallest if stack[-1][1] > 1 else Decimal(1)
    return Amount(total, whole_scale, tuple(numerals), frozenset(languages), end)


def read_numeral(text: str, start: int, convention: Convention) -> tuple[Decimal, int] | None:
    """Read digits alone, without scale words, under one convention."""
    found = NUMERAL.match(text, start)
    number = _reading(found[0], convention) if found else None
    return None if found is None or number is None else (number, found.end())


@lru_cache(maxsize=4096)
def _reading(numeral: str, convention: Convention) -> Decimal | None:
    return readings(numeral).get(convention)


def ambiguous_folds() -> list[str]:
    """Return the words that fold alike with different meanings; the tables must have none."""
    clashes = []
    for table, column in (("qualifiers.csv", "qualifier"), ("units.csv", "unit")):
        seen: dict[tuple[str, str], str] = {}
        for row in _rows(table):
            key = (row["position"], strip_marks(row["words"]))
            if seen.setdefault(key, row[column]) != row[column]:
                clashes.append(row["words"])
    return clashes


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table of this package."""
    text = files(__package__).joinpath("reference", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(read_table(name))


@cache
def _phrases(table: str, column: str, position: Position) -> dict[str, tuple[str, str]]:
    rows = [row for row in _rows(table) if row["position"] == position]
    unmarked = {strip_marks(row["words"]): (row[column], row["language"]) for row in rows}
    return unmarked | {row["words"]: (row[column], row["language"]) for row in rows}


@cache
def _pattern(table: str, column: str, position: Position) -> re.Pattern[str]:
    return re.compile(_alternatives(_phrases(table, column, position)))


@cache
def _scales() -> dict[str, tuple[Decimal, str]]:
    scales = {word: (Decimal(factor), language) for word, (factor, language) in _SCALES.items()}
    return {strip_marks(word): scale for word, scale in scales.items()} | scales


@cache
def _scale_pattern() -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, _scales()), key=len, reverse=True))
    return re.compile(rf"({words})(?:\.?(?= ?(?:đ|d|đồng|dong)(?!\w))|\.?(?!\w))")


def _alternatives(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(
        re.escape(word) + (r"(?!\w)" if word[-1].isalpha() else "") for word in longest_first
    )


def _match(table: str, column: str, position: Position, text: str, start: int) -> Phrase | None:
    found = _pattern(table, column, position).match(text, start)
    if found is None:
        return None
    code, language = _phrases(table, column, position)[found[0]]
    return Phrase(code, language, found.end(), found[0])


def _skip_space(text: str, position: int) -> int:
    return position + 1 if text.startswith(" ", position) else position


def _read_number(text: str, start: int, convention: Convention) -> tuple[Decimal, int, bool] | None:
    digits = read_numeral(text, start, convention)
    if digits is not None:
        return *digits, False
    odd = _ODD.match(text, start)
    begin = odd.end() if odd else start
    first = _WORD.match(text, begin)
    if first is None or first[0] not in FIRST_WORDS:
        return None
    run = _WORDS.match(text, begin, begin + _LONGEST_NUMBER)
    words = list(_WORD.finditer(run[0])) if run else []
    number, length = read_number_words([word[0] for word in words])
    return None if length == 0 else (number, begin + words[length - 1].end(), True)


def _continues(
    text: str,
    end: int,
    stack: list[tuple[Decimal, Decimal]],
    number: Decimal,
    is_words: bool,
) -> bool:
    whole_so_far = all(amount == amount.to_integral_value() for amount, _ in stack)
    if not whole_so_far or number >= 1000 or stack[-1][0] % stack[-1][1]:
        return False
    # "hai nghìn năm" is 2,005 to one reader and 2,500 to another; "lẻ năm" settles it.
    begin = _skip_space(text, end)
    settled = _ODD.match(text, begin) or _NO_HUNDREDS.match(text, begin)
    return not is_words or number >= 10 or settled is not None


def _scaled(
    stack: list[tuple[Decimal, Decimal]], factor: Decimal
) -> list[tuple[Decimal, Decimal]] | None:
    kept = [(number, scale) for number, scale in stack if scale >= factor]
    raised = [number for number, scale in stack if scale < factor]
    if not raised or (kept and kept[-1][1] == factor):
        return None
    return [*kept, (sum(raised) * factor, factor)]
