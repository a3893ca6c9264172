"""A printed numeral comes in, the number goes out, and the other way round.

A numeral is digits with separators (48.600 or 48,600) or number words (hai mươi mốt), without
scale, unit or hedge. The Vietnamese convention separates thousands with dots and decimals with a
comma, the English one does the reverse; spaces separate thousands in both, and a scan's space after
the dot is forgiven ("1. 352"). Which convention holds is never guessed here: `readings` returns
what each of them makes of a numeral, so that whoever knows the surroundings can decide.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from .lettering import strip_marks

Convention = Literal["vi", "en"]

NUMERAL = re.compile(
    r"\d+(?: ?\. \d{3}(?!\d)|[.,]\d+| \d{3}(?![\d.,]*\d)| \d{3}(?=[.,]\d{1,2}(?![\d.,])))*"
)
"""Digits with all separators that may belong to them, right or wrong; `readings` judges."""

_SHAPES: dict[Convention, re.Pattern[str]] = {
    "vi": re.compile(r"(?:\d+|[1-9]\d{0,2}(?:(?:\.\d{3})+|(?: \d{3})+))(?:,\d+)?"),
    "en": re.compile(r"(?:\d+|[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+))(?:\.\d+)?"),
}
_DECIMAL_MARKS: dict[Convention, str] = {"vi": ",", "en": "."}
_THOUSANDS_MARKS: dict[Convention, str] = {"vi": ".", "en": ","}
_SPACED_DOT = re.compile(r" ?\. (?=\d{3}(?!\d))")
_TELEPHONE_DIGITS = 9

_DIGIT_WORDS = {
    "vi": ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"),
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
}
_AFTER_TENS = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5, "bẩy": 7}
_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def readings(numeral: str) -> dict[Convention, Decimal]:
    """Return what a numeral in digits means under each convention that can read it.

    Parameters
    ----------
    numeral : str
        Digits with separators.

    Returns
    -------
    dict of {"vi", "en"} to Decimal
        Empty if neither can read it; one entry if its form proves the convention; two equal
        numbers if there is nothing to decide; two different ones if it is ambiguous.

    Examples
    --------
    >>> readings("48.600")
    {'vi': Decimal('48600'), 'en': Decimal('48.600')}
    >>> readings("69,27")
    {'vi': Decimal('69.27')}
    >>> readings("0900.000.127")
    {}
    """
    joined = _SPACED_DOT.sub(".", numeral)
    if joined.isdigit() and joined.startswith("0") and len(joined) >= _TELEPHONE_DIGITS:
        return {}
    return {
        convention: _to_decimal(joined, convention)
        for convention, shape in _SHAPES.items()
        if shape.fullmatch(joined)
    }


def write_numeral(
    number: Decimal | float, *, lang: Convention = "vi", digits: int | None = None
) -> str:
    """Write a number with the separators of a language.

    Parameters
    ----------
    number : Decimal or float
        Any finite number.
    lang : {"vi", "en"}
        The convention.
    digits : int, optional
        Decimals to show, rounded half up; without it all decimals that the number has.

    Returns
    -------
    str
        Never with an exponent; minus is a plain hyphen.

    Examples
    --------
    >>> write_numeral(48600), write_numeral(69.27), write_numeral(48600, lang="en")
    ('48.600', '69,27', '48,600')
    >>> write_numeral(54.9774, digits=2)
    '54,98'
    """
    decimal = to_decimal(number)
    if digits is not None:
        decimal = round_half_up(decimal, digits)
    if decimal.is_zero():
        decimal = abs(decimal)
    english = f"{decimal:,f}"
    if digits is None and "." in english:
        english = english.rstrip("0").rstrip(".")
    return english if lang == "en" else english.translate(str.maketrans(",.", ".,"))


def round_half_up(number: Decimal, digits: int) -> Decimal:
    """Round as people do, 0.125 to 0.13, and not to the even neighbour.

    Examples
    --------
    >>> round_half_up(Decimal("0.125"), 2)
    Decimal('0.13')
    """
    return number.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def to_decimal(number: Decimal | float) -> Decimal:
    """Return a float as the shortest decimal that stands for it: 0.1 is 0.1.

    Examples
    --------
    >>> to_decimal(0.85) + to_decimal(0.01)
    Decimal('0.86')
    """
    return number if isinstance(number, Decimal) else Decimal(repr(float(number)))


def read_number_words(words: list[str]) -> tuple[Decimal, int]:
    """Read the longest number below 1,000 that stands in words at the start of a list.

    Parameters
    ----------
    words : list of str
        Lower-case words, Vietnamese (with or without marks) or English.

    Returns
    -------
    tuple of Decimal and int
        The number, and how many words make it: zero if none does.

    Examples
    --------
    >>> read_number_words(["hai", "mươi", "mốt", "CLB"])
    (Decimal('21'), 3)
    >>> read_number_words(["một", "trăm", "lẻ", "năm"])
    (Decimal('105'), 4)
    >>> read_number_words(["twenty", "one"]), read_number_words(["hội"])
    ((Decimal('21'), 2), (Decimal('0'), 0))
    """
    if not words or words[0] not in FIRST_WORDS:
        return Decimal(0), 0
    number, length = max((_vietnamese_words(words), _english_words(words)), key=lambda r: r[1])
    return Decimal(number), length


def _to_decimal(numeral: str, convention: Convention) -> Decimal:
    plain = numeral.replace(" ", "").replace(_THOUSANDS_MARKS[convention], "")
    return Decimal(plain.replace(_DECIMAL_MARKS[convention], "."))


def _with_unmarked(words: dict[str, int]) -> dict[str, int]:
    return {strip_marks(word): number for word, number in words.items()} | words


_VI_DIGITS = _with_unmarked(
    {word: digit for digit, word in enumerate(_DIGIT_WORDS["vi"])} | {"bẩy": 7}
)
_VI_AFTER_TENS = _VI_DIGITS | _with_unmarked(_AFTER_TENS)
_VI_ONLY_AFTER_TENS = frozenset(_with_unmarked(_AFTER_TENS)) - {"bẩy", "bay", "tu"}
_EN_DIGITS = {word: digit for digit, word in enumerate(_DIGIT_WORDS["en"])}
_EN_SMALL = _EN_DIGITS | {word: 10 + extra for extra, word in enumerate(_TEENS)}
_EN_TENS = {word: 20 + 10 * extra for extra, word in enumerate(_TENS)}
_ODD = frozenset({"lẻ", "le", "linh"})
FIRST_WORDS = frozenset((*_VI_DIGITS, "mười", "muoi", *_EN_SMALL, *_EN_TENS, "a"))
"""The words with which a number below 1,000 may begin."""


def _vietnamese_words(words: list[str]) -> tuple[int, int]:
    if words[1:2] in (["trăm"], ["tram"]) and words[0] in _VI_DIGITS:
        hundreds, rest = 100 * _VI_DIGITS[words[0]], words[2:]
        if rest[:1] in (["rưỡi"], ["ruoi"]):
            return hundreds + 50, 3
        if rest and rest[0] in _ODD:
            digit = _VI_AFTER_TENS.get(rest[1]) if len(rest) > 1 else None
            return (0, 0) if digit is None else (hundreds + digit, 4)
        below, length = _vietnamese_tens(rest)
        return hundreds + below, 2 + length
    number, length = _vietnamese_tens(words)
    # "không" alone is the word for none, not a printed zero.
    return (0, 0) if number == 0 else (number, length)


def _vietnamese_tens(words: list[str]) -> tuple[int, int]:
    first, second = (*words[:2], "", "")[:2]
    if first in ("mười", "muoi"):
        extra = _VI_AFTER_TENS.get(second)
        return (10, 1) if not extra else (10 + extra, 2)
    digit = _VI_DIGITS.get(first)
    if not digit:
        return 0, 0
    if second in ("chục", "chuc"):
        return 10 * digit, 2
    if second in ("mươi", "muoi"):
        extra = _VI_AFTER_TENS.get(words[2]) if len(words) > 2 else None
        return (10 * digit, 2) if not extra else (10 * digit + extra, 3)
    # "hai lăm" is said for "hai mươi lăm": these words stand behind tens only.
    if digit > 1 and second in _VI_ONLY_AFTER_TENS:
        return 10 * digit + _VI_AFTER_TENS[second], 2
    return digit, 1


def _english_words(words: list[str]) -> tuple[int, int]:
    if words[1:2] == ["hundred"] and (words[0] in _EN_DIGITS or words[0] == "a"):
        hundreds = 100 * _EN_DIGITS.get(words[0], 1)
        joined = 3 if words[2:3] == ["and"] else 2
        below, length = _english_tens(words[joined:])
        return (hundreds + below, joined + length) if length else (hundreds, 2)
    return _english_tens(words)


def _english_tens(words: list[str]) -> tuple[int, int]:
    first, second = (*words[:2], "", "")[:2]
    if first in _EN_TENS:
        extra = _EN_DIGITS.get(second)
        return (_EN_TENS[first], 1) if not extra else (_EN_TENS[first] + extra, 2)
    return (_EN_SMALL[first], 1) if first in _EN_SMALL else (0, 0)
