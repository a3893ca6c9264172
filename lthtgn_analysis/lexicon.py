"""The words that decide come as data; where they stand in a passage goes out.

`reference/cues.csv` holds nouns (what is counted behind a number) and cues (words around it that
decide what it means), each under a code. Vietnamese words match with their marks in a marked text
and without them in an unmarked one; English words match in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from .finders import WordPattern, join_words
from .grammar import read_table
from .passages import Passage, unmark

_LIST = re.compile(r"(?:, ?| và | va | and |/| hoặc | or )")
_NAMES_CLUBS = re.compile(r"clb|câu lạc bộ|cau lac bo|clubs?\b|ishcs?\b")
_PLACES = frozenset(["commune", "district", "city", "province", "village"])


class Cue(NamedTuple):
    """Cue words at a place: where they begin and end, their codes, as written."""

    start: int
    end: int
    codes: tuple[str, ...]
    words: str


@dataclass(frozen=True)
class Lexicon:
    """The words of one role, for marked or unmarked text.

    `codes` gives the codes of each. `pattern` matches one of them. `words` finds all that begin
    with a letter or digit, those that overlap too, and `signs` those that begin with a sign
    ("/clb"), of which none overlap.
    """

    codes: dict[str, tuple[str, ...]]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """One of the words, where it begins."""
        signed = self._signed
        return re.compile(rf"(?<!\w){self._spoken}" + (rf"|{signed}" if signed else ""))

    @cached_property
    def words(self) -> WordPattern:
        """Each place where a word of letters begins."""
        return WordPattern(f"(?=(?P<cue>{self._spoken}))")

    @cached_property
    def signs(self) -> re.Pattern[str] | None:
        """Each place where a word begins with a sign."""
        return re.compile(f"(?P<cue>{self._signed})") if self._signed else None

    @cached_property
    def _spoken(self) -> str:
        return rf"{join_words(key for key in self.codes if key[0].isalnum())}(?!\w)"

    @cached_property
    def _signed(self) -> str:
        signed = [key for key in self.codes if not key[0].isalnum()]
        return rf"{join_words(signed)}(?!\w)" if signed else ""


def find_cues(passage: Passage, begin: int = 0, end: int | None = None) -> list[Cue]:
    """Find all cue words of a passage, or of a part of it, but those inside longer ones.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Quỹ tăng thu nhập: 312 triệu đồng")[0]
    >>> [(cue.words, cue.codes) for cue in find_cues(passage)]
    [('quỹ tăng thu nhập', ('fund_income',))]
    """
    line = passage.lower if passage.marked else passage.plain
    stop = len(line) if end is None else end
    return list(_find_cues(line, begin, stop, marked=passage.marked))


def may_say_now(passage: Passage, begin: int, end: int) -> bool:
    """Tell quickly whether a part of a passage may hold a cue of the code "now".

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Năm 2021 có 5 CLB. Nay có 9.")[0]
    >>> may_say_now(passage, 0, 18), may_say_now(passage, 19, 28)
    (False, True)
    """
    line = passage.lower if passage.marked else passage.plain
    return _now_pattern(passage.marked).search(line, begin, end) is not None


def match_noun(line: str, position: int, *, marked: bool) -> tuple[str, int] | None:
    """Find the noun that begins at a position: its code, and where it ends with its list.

    Examples
    --------
    >>> match_noun("xã, phường, thị trấn và", 0, marked=True)
    ('commune', 20)
    """
    lexicon = _lexicon("noun", marked)
    found = lexicon.pattern.match(line, position)
    if found is None:
        return None
    code, end = lexicon.codes[found[0]][0], found.end()
    while code in _PLACES and (joint := _LIST.match(line, end)):
        following = lexicon.pattern.match(line, joint.end())
        other = lexicon.codes[following[0]][0] if following else ""
        if following is None or other not in _PLACES:
            break
        code = _wider(code, other)
        end = following.end()
    return ("district" if code == "city" else code), end


# Reports repeat their formulas, and a document is read more than once to learn where it plays.
@lru_cache(maxsize=512)
def _find_cues(line: str, begin: int, end: int, *, marked: bool) -> tuple[Cue, ...]:
    lexicon = _lexicon("cue", marked)
    spans = [match.span("cue") for match in lexicon.words.find_all(line, begin, end)]
    if lexicon.signs and (signs := list(lexicon.signs.finditer(line, begin, end))):
        spans = sorted([*spans, *(match.span("cue") for match in signs)])
    found: list[Cue] = []
    reach = 0
    for start, stop in spans:
        # "Số vốn khởi đầu" holds "số vốn" and "vốn khởi đầu": what is not inside another counts.
        if stop > reach:
            reach = stop
            words = line[start:stop]
            found.append(Cue(start, stop, lexicon.codes[words], words))
    return tuple(found)


@cache
def _now_pattern(marked: bool) -> WordPattern:
    """Return what finds the cues of the code "now" that hold no other of them."""
    cues = [key for key, named in _lexicon("cue", marked).codes.items() if "now" in named]
    short = [key for key in cues if not any(cue in key for cue in cues if cue != key)]
    return WordPattern(join_words(short))


@cache
def _lexicon(role: str, marked: bool) -> Lexicon:
    codes: dict[str, tuple[str, ...]] = {}
    for row in read_table("cues.csv"):
        if row["role"] != role or (row["marks"] and not marked):
            continue
        for words in _spellings(row["words"]):
            key = words if marked else unmark(words)
            named = ("club",) if role == "cue" and _NAMES_CLUBS.search(key) else ()
            codes[key] = tuple(dict.fromkeys((*codes.get(key, ()), row["code"], *named)))
    return Lexicon(codes)


def _spellings(words: str) -> set[str]:
    """Write words with y and with i: "kỳ" and "kì", "quản lý" and "quản lí"."""
    other = re.sub(
        r"\b(h|k|l|m|s|t|qu)([yýỳỷỹỵ])\b",
        lambda found: found[1] + found[2].translate(str.maketrans("yýỳỷỹỵ", "iíìỉĩị")),
        words,
    )
    return {words, other}


def _wider(code: str, other: str) -> str:
    """Name the kind that "huyện, thị xã, thành phố" or "tỉnh, thành phố" means."""
    kinds = {code, other}
    if "province" in kinds:
        return "province"
    if "commune" in kinds and "district" not in kinds and "city" not in kinds:
        return "commune"
    if kinds <= {"district", "city"}:
        return "district"
    return code if code != "city" else other
