"""A text that prints one figure comes in; its numbers, qualifier and unit go out, still exact.

This is the middle of the way from text to figure: `grammar` knows the words, `notation` the widths
and the records. Here stands what is a figure at all (dates, numbers of decisions and telephones are
not), how hedges, ranges and fractions combine, and who decides between the Vietnamese and the
English reading of a numeral.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from .errors import NotAFigureError
from .grammar import (
    MONEY_SCALE,
    Amount,
    Phrase,
    match_hedge,
    match_scale,
    match_unit,
    prepare,
    read_amount,
    skip_per,
)
from .numerals import NUMERAL, Convention, readings
from .schema import UNITS

FigureConvention = Literal["vi", "en", "auto", "likely_vi"]
Kind = Literal["one", "range", "fraction"]

MISSING_MARKS = frozenset(
    {"", "-", "--", "/", ".", "..", "...", "…", "x", "không", "không rõ", "không có", "chưa có"}
    | {"chưa rõ", "chưa có số liệu", "khong", "khong ro", "khong co", "chua co", "n/a", "na"}
)
"""Cells, as `grammar.prepare` writes them, that say that a figure is missing."""

_COUNTED = frozenset(UNITS) - {"VND", "share", "ratio"}
_WHOLE = _COUNTED | {"VND"}
_ENOUGH_GROUPED = 2  # numerals grouped in thousands, beside one below a thousand, are no accident
_FEW = 11  # a hedge before a fraction of fewer parts is more often a share: "hơn 1/3"
_BARE_INTEGER = re.compile(r"\d+")
_HUNDREDTH = Decimal("0.01")
_DATE = re.compile(
    r"(?<![\d.,])(?:\d{1,2} ?/ ?\d{1,2} ?/ ?\d{4}|\d{1,2}([.-])\d{1,2}\1\d{4}"
    r"|\d{4}-\d{1,2}-\d{1,2}|(?:0?[1-9]|1[0-2]) ?/ ?(?:19|20)\d\d$)(?!\d)"
)
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d ?(?:-|đến|den|tới|toi|to) ?(?:19|20)\d\d$")
_TRAILING = re.compile(r"(?<=[^\W\d_]|%)[.;,:]+$")
_JOINER = re.compile(r" ?- ?(?=\d)| (?:đến|den|tới|toi|to|and|và|va) ")
_OF_WHOLE = re.compile(
    r" ?/ ?(?=\d)| (?:trên|tren|trong) (?:tổng số|tong so) | (?:trên|tren|trong) (?=\d)"
    r"| of (?:its |the )?"
)
_IN_BRACKETS = re.compile(r" ?\( ?([\d.,]+) ?% ?\)")
_BRACKETS = re.compile(
    r"(?P<before>[^()]+)\((?:(?:bằng chữ|bang chu)[ :]*)?(?P<inside>[^()]+)\)(?P<behind>[^()]*)"
)
_DIGIT = re.compile(r"\d")
_EVEN = re.compile(r" (?:chẵn|chan)$")
_SEPARATED = re.compile(r"\d ?[.,]|[.,] ?\d")
_HEADING_LABEL = re.compile(r"^(?:đvt|dvt|đơn vị tính|don vi tinh|đơn vị|don vi|unit) ?:? ?")
_LANGUAGES = {"vi": "Vietnamese", "en": "English"}


@dataclass(frozen=True)
class Heading:
    """A unit named outside the text: its code, the factor to base units, its words' language."""

    unit: str | None
    factor: Decimal
    language: str = ""


@dataclass(frozen=True)
class Reading:
    """What a text prints, in the units it prints.

    Attributes
    ----------
    kind : {"one", "range", "fraction"}
        A fraction has two numbers that are two facts: the part and the whole.
    numbers : tuple of Decimal
        One number, or two; a percentage is a share already.
    qualifier : str
        One of `schema.QUALIFIERS`.
    unit : str or None
        The unit that the text names.
    scale : Decimal
        The smallest scale word, 1 if there is none.
    numerals : tuple of str
        The numerals in digits.
    languages : frozenset of str
        The languages of the words, "vi" and "en"; signs have none.
    """

    kind: Kind
    numbers: tuple[Decimal, ...]
    qualifier: str
    unit: str | None
    scale: Decimal
    numerals: tuple[str, ...]
    languages: frozenset[str]


def read_figure(text: str, convention: FigureConvention | None, heading: Heading) -> Reading:
    """Read a text into base units; what it does not say of its unit, the heading says.

    Raises
    ------
    NotAFigureError
        As `settle`, and if a bare number above 1 stands for a share.

    Examples
    --------
    >>> read_figure("812,5", None, read_heading("triệu đồng")).numbers
    (Decimal('812500000.0'),)
    """
    reading = settle(text, convention, heading)
    if reading.unit == "share" and heading.unit == "ratio":
        return replace(reading, unit="ratio")
    if reading.unit is not None:
        return reading
    if reading.scale >= MONEY_SCALE:
        return replace(reading, unit=heading.unit or "VND")
    if reading.scale > 1:
        return replace(reading, unit=heading.unit)
    if heading == Heading("share", Decimal(1)) and max(reading.numbers) > 1:
        raise refuse(
            text,
            "a share lies between 0 and 1",
            "pass unit='%' if the numbers are percentages, or unit='ratio' if they may exceed 1.",
        )
    numbers = tuple(number * heading.factor for number in reading.numbers)
    return replace(reading, unit=heading.unit, numbers=numbers)


def settle(text: str, convention: FigureConvention | None, heading: Heading) -> Reading:
    """Read a text, and decide between its readings as `notation.parse_figure` says.

    Raises
    ------
    NotAFigureError
        If it holds no figure, more than one, or one that can be read in two ways.

    Examples
    --------
    >>> bare = Heading(None, Decimal(1))
    >>> settle("over 48,600", None, bare).numbers, settle("trên 48.600", None, bare).numbers
    ((Decimal('48600'),), (Decimal('48600'),))
    """
    if convention in ("vi", "en"):
        return _read(text, convention)
    if convention not in (None, "auto", "likely_vi"):
        raise ValueError(
            f"`convention` must be 'vi', 'en', 'likely_vi', 'auto' or None, not {convention!r}."
        )
    vietnamese = _try(text, "vi")
    if isinstance(vietnamese, Reading) and not _is_open(vietnamese):
        return vietnamese
    if isinstance(vietnamese, NotAFigureError):
        return _english_only(text, vietnamese, convention)
    decided = None
    if convention != "auto":
        language = "vi" if convention == "likely_vi" else heading.language
        decided = _by_context(vietnamese, heading, language)
    if decided == "vi":
        return vietnamese
    english = _try(text, "en")
    if isinstance(english, NotAFigureError) or english.numbers == vietnamese.numbers:
        return vietnamese
    if decided == "en" and not (_comes_whole(english, heading) and _has_fraction(english)):
        return english
    raise refuse(
        text,
        f"it reads as {_plain(vietnamese)} in the Vietnamese notation "
        f"and as {_plain(english)} in the English one",
        "pass convention='vi' or convention='en', or read the whole column with parse_figures().",
    )


def proven_conventions(texts: Iterable[str], *, unit: str | None = None) -> set[Convention]:
    """Return the conventions that the form of at least one text proves.

    A convention that only few cells prove is contradicted where it would make a fraction of people,
    clubs or other things that are counted, and the other one would not; both are returned then.

    Examples
    --------
    >>> proven_conventions(["9,500", "12,25"]), proven_conventions(["1.234", "567"])
    ({'vi'}, set())
    >>> sorted(proven_conventions(["12.5", "48.600 người"]))
    ['en', 'vi']
    """
    proven: set[Convention] = set()
    separated = [text for text in texts if _SEPARATED.search(text)]
    for text in separated:
        # Most numerals prove nothing by themselves, and need not be read twice to see it.
        if not any(len(readings(found[0])) == 1 for found in NUMERAL.finditer(prepare(text))):
            continue
        vietnamese, english = _try(text, "vi"), _try(text, "en")
        if isinstance(vietnamese, Reading) and isinstance(english, NotAFigureError):
            proven.add("vi")
        if isinstance(english, Reading) and isinstance(vietnamese, NotAFigureError):
            proven.add("en")
    if len(proven) == 1 and any(_divides_people(text, *proven, unit=unit) for text in separated):
        return {"vi", "en"}
    return proven


def group_thousands(texts: Iterable[str]) -> bool:
    """Return whether bare numerals show together that their dots separate thousands.

    At least two numerals have a dot before exactly three digits, and one below a thousand stands
    beside them without; none has a comma, and none from a thousand on is written without a dot.
    Decimals would be printed in all of them, or with other numbers of digits in some.

    Examples
    --------
    >>> group_thousands(["5.292", "48.600", "884"]), group_thousands(["5.292", "48.600"])
    (True, False)
    """
    numerals = {found[0] for text in texts for found in NUMERAL.finditer(prepare(text))}
    plain = {numeral for numeral in numerals if _BARE_INTEGER.fullmatch(numeral)}
    grouped = {numeral for numeral in numerals - plain if "." in numeral}
    return (
        len(grouped) >= _ENOUGH_GROUPED
        and numerals == plain | grouped
        and all(len(readings(numeral)) > 1 for numeral in grouped)
        and bool(plain)
        and all(len(numeral) <= 3 for numeral in plain)
    )


def read_heading(text: str) -> Heading:
    """Read a unit printed in the heading of a column, or a code of `schema.UNITS`.

    Raises
    ------
    NotAFigureError
        If the words name no unit.
    """
    if text in UNITS:
        return Heading(text, Decimal(1))
    line = _HEADING_LABEL.sub("", prepare(text).strip("()[] ."))
    scale = match_scale(line, 0)
    factor, position = (scale[0], _skip_space(line, scale[2])) if scale else (Decimal(1), 0)
    unit = match_unit(line, position)
    if (unit is None and scale is None) or len(line) > (unit.end if unit else position):
        raise NotAFigureError(
            f"{text!r} must name a unit: one of {', '.join(UNITS)}, or printed words such as "
            "'triệu đồng', '%' or 'người'."
        )
    code = unit.code if unit else ("VND" if factor >= MONEY_SCALE else None)
    words = {scale[1] if scale else "", unit.language if unit else ""}
    return Heading(
        code,
        factor * _HUNDREDTH if line[position:] == "%" else factor,
        language="vi" if "vi" in words else "en" if "en" in words else "",
    )


def refuse(text: str, reason: str, hint: str) -> NotAFigureError:
    """Return the error that says what was found instead of one figure, and what to do."""
    return NotAFigureError(f"{text!r} must hold one figure, but {reason}.\n  hint: {hint}")


def _try(text: str, convention: Convention) -> Reading | NotAFigureError:
    try:
        return _read(text, convention)
    except NotAFigureError as error:
        return error


def _english_only(
    text: str, vietnamese: NotAFigureError, convention: FigureConvention | None
) -> Reading:
    english = _try(text, "en")
    if isinstance(english, NotAFigureError):
        raise vietnamese
    # Behind a scale word or before "%" a dot with one, two or four digits is a decimal mark:
    # "2.3 tỉ" has no other reading, while a bare "1.23" may be a slip of the pen.
    is_scaled = english.scale > 1 or english.unit == "share"
    if convention == "auto" or english.languages == {"en"} or is_scaled:
        return english
    raise refuse(
        text,
        "it is a number in the English notation only",
        "pass convention='en' if the source writes English, else correct the text; "
        "parse_figures() decides by the whole column.",
    )


def _is_open(reading: Reading) -> bool:
    return any(len(set(readings(numeral).values())) > 1 for numeral in reading.numerals)


def _by_context(reading: Reading, heading: Heading, language: str) -> Convention | None:
    """Decide by what stands around a numeral: its words, its unit, the language of its heading.

    People, clubs and đồng come whole, also as the two counts of a bare fraction; but a comma before
    three digits is not decided by that: "9,500 người" may be a mean, or in English notation.
    """
    languages = reading.languages or {language}
    if languages == {"en"}:
        return "en"
    open_ones = [numeral for numeral in reading.numerals if len(readings(numeral)) > 1]
    if any("," in numeral for numeral in open_ones):
        # Nobody prints thousands of billions or of per cent with a comma between Vietnamese words.
        return "vi" if reading.scale > 1 or reading.unit == "share" else None
    # Nobody prints a decimal with a closing nought: a bare "48.600" has one reading.
    closed = all(numeral.endswith("0") for numeral in open_ones)
    told = (closed or languages == {"vi"}) and reading.unit != "share"
    return "vi" if told or _comes_whole(reading, heading) else None


def _comes_whole(reading: Reading, heading: Heading) -> bool:
    unit = reading.unit or ("areas" if reading.kind == "fraction" else heading.unit)
    scale = reading.scale if reading.unit or reading.scale > 1 else heading.factor
    return unit in _WHOLE and scale == 1


def _has_fraction(reading: Reading) -> bool:
    return any(number % 1 for number in reading.numbers)


def _divides_people(text: str, convention: Convention, *, unit: str | None) -> bool:
    reading, other = _try(text, convention), _try(text, "en" if convention == "vi" else "vi")
    if isinstance(reading, NotAFigureError) or isinstance(other, NotAFigureError):
        return False
    counted = (reading.unit or unit) in _COUNTED and reading.scale == 1
    return counted and _has_fraction(reading) and not _has_fraction(other)


def _plain(reading: Reading) -> str:
    return " and ".join(f"{number.normalize():f}" for number in reading.numbers)


def _read(text: str, convention: Convention) -> Reading:
    line = _TRAILING.sub("", prepare(text))
    _refuse_other_kinds(text, line)
    said = _in_brackets(line)
    if said is None:
        return _read_line(text, line, convention)
    figure, again = (_read_line(text, part, convention) for part in said)
    if figure.kind != "one" or bool(figure.numerals) == bool(again.numerals):
        return _read_line(text, line, convention)
    if figure.numbers != again.numbers:
        raise refuse(
            text,
            f"it says {_plain(figure)} and, in brackets, {_plain(again)}",
            "correct the text: digits and words must say the same.",
        )
    return replace(
        figure,
        numerals=figure.numerals + again.numerals,
        languages=figure.languages | again.languages,
    )


def _in_brackets(line: str) -> tuple[str, str] | None:
    """Split "45 (bốn mươi lăm) clb" into what stands outside and inside the brackets."""
    found = _BRACKETS.fullmatch(line)
    if found is None or bool(_DIGIT.search(found["inside"])) == bool(
        _DIGIT.search(found["before"] + found["behind"])
    ):
        return None
    around = f"{found['before'].strip()} {found['behind'].strip()}".strip()
    return around, _EVEN.sub("", found["inside"].strip(" ./"))


def _read_line(text: str, line: str, convention: Convention) -> Reading:
    hedges, units, position = _read_head(line)
    first = _amount(text, line, position, convention)
    kind, second, between, position = _read_second(text, line, first, hedges, convention)
    if first.scale >= MONEY_SCALE and second is None:
        position = skip_per(line, position)
    trailing, behind, end = _read_tail(line, position)
    if end < len(line):
        raise refuse(
            text,
            f"{line[end:].strip()!r} is no unit, scale or hedge that is known",
            "pass the figure alone, with its hedge and unit; prose is read by read_documents().",
        )
    units = [*units, *between, *behind]
    if len({unit.code for unit in units}) > 1:
        found = " and ".join(repr(unit.words) for unit in units)
        raise refuse(text, f"it names different units: {found}", "pass one figure with one unit.")
    amounts = (first,) if second is None else _aligned(text, kind, first, second, convention)
    unit = units[-1].code if units else None
    qualifier = _qualifier(text, kind, hedges, trailing)
    hedged = kind == "fraction" and unit is None and qualifier != "exact"
    if hedged and second is not None and second.number < _FEW:
        raise refuse(
            text,
            f"'{first.number:f}/{second.number:f}' behind a hedge may be a share or two counts",
            "name what is counted (3/4 xã), or write the proportion in per cent.",
        )
    phrases = [*hedges, *units, *trailing]
    return Reading(
        kind=kind,
        numbers=tuple(a.number * _HUNDREDTH if unit == "share" else a.number for a in amounts),
        qualifier=qualifier,
        unit=unit,
        scale=amounts[-1].scale,
        numerals=tuple(numeral for amount in amounts for numeral in amount.numerals),
        languages=frozenset(phrase.language for phrase in phrases if phrase.language).union(
            *(amount.languages for amount in amounts)
        ),
    )


def _refuse_other_kinds(text: str, line: str) -> None:
    if line in MISSING_MARKS:
        raise refuse(
            text,
            "it says that the figure is missing",
            "leave the value empty: a missing figure is not a zero.",
        )
    if _DATE.search(line):
        raise refuse(text, "it is a date", "read dates with parse_date().")
    if _YEARS.search(line):
        raise refuse(text, "it is a period of years", "read periods with parse_date().")


def _read_head(line: str) -> tuple[list[Phrase], list[Phrase], int]:
    hedges: list[Phrase] = []
    units: list[Phrase] = []
    position = 0
    while True:
        if hedge := match_hedge(line, position, "before"):
            hedges.append(hedge)
        elif unit := match_unit(line, position, "before"):
            units.append(unit)
        else:
            return hedges, units, position
        position = _skip_space(line, (hedge or unit).end)  # type: ignore[union-attr]


def _read_second(
    text: str, line: str, first: Amount, hedges: list[Phrase], convention: Convention
) -> tuple[Kind, Amount | None, list[Phrase], int]:
    whole = _OF_WHOLE.match(line, first.end)
    if whole is not None:
        second = _amount(text, line, whole.end(), convention)
        return "fraction", second, [], _skip_share(text, line, first, second, convention)
    unit = match_unit(line, _skip_space(line, first.end))
    between = [] if unit is None else [unit]
    joiner = _JOINER.match(line, unit.end if unit else first.end)
    opened = any(hedge.code == "range" for hedge in hedges)
    if joiner is None or (joiner[0] in (" and ", " và ", " va ") and not opened):
        return "one", None, [], first.end
    second = _amount(text, line, joiner.end(), convention)
    return "range", second, between, second.end


def _skip_share(text: str, line: str, part: Amount, whole: Amount, convention: Convention) -> int:
    """Pass over "(73,35%)" behind a fraction, if it is the share that the fraction makes."""
    printed = _IN_BRACKETS.match(line, whole.end)
    if printed is None:
        return whole.end
    share = readings(printed[1]).get(convention)
    if share is None or whole.number == 0:
        return whole.end
    last_place = Decimal(1).scaleb(int(share.as_tuple().exponent))
    if abs(100 * part.number / whole.number - share) > last_place:
        raise refuse(
            text,
            f"{part.number} of {whole.number} is not {printed[1]} %",
            "correct the text, or pass the fraction and the share separately.",
        )
    return printed.end()


def _read_tail(line: str, start: int) -> tuple[list[Phrase], list[Phrase], int]:
    hedges: list[Phrase] = []
    units: list[Phrase] = []
    end = start
    while True:
        position = _skip_space(line, end)
        if hedge := match_hedge(line, position, "after"):
            hedges.append(hedge)
        elif unit := match_unit(line, position):
            units.append(unit)
        else:
            return hedges, units, end
        end = (hedge or unit).end  # type: ignore[union-attr]


def _amount(text: str, line: str, position: int, convention: Convention) -> Amount:
    negative = line.startswith("-", position)
    amount = read_amount(line, position + negative, convention)
    if amount is not None:
        return amount._replace(number=-amount.number) if negative else amount
    numeral = NUMERAL.match(line, position + negative)
    if numeral is None:
        found = line[position:]
        raise refuse(
            text,
            "no number was found" + (f" where {found!r} stands" if found != line else ""),
            "pass the figure alone, with its hedge and unit; prose is read by read_documents().",
        )
    possible = readings(numeral[0])
    if convention in possible:
        reason = f"the parts of {line[position:]!r} do not make one number"
        hint = "write it with one scale word, or in full."
    elif possible:
        reason = f"{numeral[0]!r} is no number in the {_LANGUAGES[convention]} notation"
        hint = (
            f"pass convention={next(iter(possible))!r} if the source writes "
            f"{_LANGUAGES[next(iter(possible))]}, else correct the text."
        )
    else:
        reason = f"{numeral[0]!r} is no number in any notation"
        hint = "thousands are groups of three digits; telephone numbers are no figures."
    raise refuse(text, reason, hint)


def _aligned(
    text: str, kind: Kind, first: Amount, second: Amount, convention: Convention
) -> tuple[Amount, Amount]:
    """Give both numbers the scale that is printed once: "30-35 triệu" starts at 30 million."""
    if kind == "fraction":
        if first.scale > 1 or second.scale > 1:
            raise refuse(text, "its parts have scale words", "pass the two figures separately.")
        return first, second
    if first.scale == 1 and second.scale > 1:
        printed = [readings(numeral).get(convention) for numeral in second.numerals]
        if len(printed) != 1 or printed[0] != abs(second.number) / second.scale:
            raise refuse(
                text, "the scale of its lower end is not clear", "write both ends in full."
            )
        first = first._replace(number=first.number * second.scale, scale=second.scale)
    if first.number >= second.number:
        raise refuse(
            text,
            f"its lower end {first.number:f} is not below its upper end {second.number:f}",
            "pass the two figures separately if it is no range.",
        )
    return first, second


def _qualifier(text: str, kind: Kind, hedges: list[Phrase], trailing: list[Phrase]) -> str:
    said = [hedge for hedge in hedges if hedge.code != "exact"]
    if kind == "range":
        strange = [h for h in (*said, *trailing) if h.code not in ("about", "range")]
        if any(hedge.words not in ("từ", "tu") for hedge in strange):
            raise refuse(
                text,
                f"a range cannot be {strange[-1].words!r}",
                "pass the end that is meant, or the range without the hedge.",
            )
        return "range"
    codes = {hedge.code for hedge in trailing} | {hedge.code for hedge in said[-1:]}
    if len(codes) > 1:
        found = " and ".join(repr(hedge.words) for hedge in (*said[-1:], *trailing))
        raise refuse(text, f"its hedges contradict each other: {found}", "pass one hedge.")
    if codes == {"range"}:
        raise refuse(text, "a range needs two ends", "pass both ends.")
    return next(iter(codes), "exact")


def _skip_space(line: str, position: int) -> int:
    return position + 1 if line.startswith(" ", position) else position
