"""A pattern that begins a word comes in; a fast search for it in a line of text goes out.

A search for a word that follows no letter tries every letter of a line. One that begins with a
class of the signs between words skips from word to word, in half the time; so does a class of the
capital letters. Both are written out here as ranges, of which `re` makes a table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from functools import cached_property

# Latin letters and signs; between them lie scripts that no document of the programme is written in.
_CODES = (*range(0x370), *range(0x1E00, 0x1F00), *range(0x2000, 0x3040), *range(0xE000, 0x10000))


class WordPattern:
    """A pattern that is looked for only where a word begins.

    Parameters
    ----------
    pattern : str
        A regular expression; it must not consume the space behind its last word.

    Examples
    --------
    >>> pattern = WordPattern("x[ãa]|thị trấn")
    >>> [match.span("here") for match in pattern.find_all("xã, thị trấn (xa), nhà-xe")]
    [(0, 2), (4, 12), (14, 16)]
    >>> pattern.search("ở xã")[0], pattern.search("exa")
    ('xã', None)
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    # Compiled when they are first needed: most texts need few of the patterns.
    @cached_property
    def _plain(self) -> re.Pattern[str]:
        return re.compile(f"(?P<here>{self.pattern})")

    @cached_property
    def _behind_break(self) -> re.Pattern[str]:
        return re.compile(f"{BREAK}(?P<here>{self.pattern})")

    def find_all(self, line: str, begin: int = 0, end: int = sys.maxsize) -> list[re.Match[str]]:
        """Return all matches in a part of a line.

        Each may begin with the sign before its word: where the word begins says group "here".
        """
        first = None if begin else self._plain.match(line, 0, end)
        if first is None:
            return list(self._behind_break.finditer(line, max(begin - 1, 0), end))
        return [first, *self._behind_break.finditer(line, first.end(), end)]

    def search(self, line: str, begin: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first match in a part of a line, None if there is none."""
        if begin:
            begin -= 1
        elif first := self._plain.match(line, 0, end):
            return first
        found = self._behind_break.search(line, begin, end)
        return None if found is None else self._plain.match(line, found.start("here"), end)


def holds_any(line: str, words: Iterable[str]) -> bool:
    """Tell whether a line holds one of some strings.

    Parameters
    ----------
    line : str
        A text.
    words : iterable of str
        Strings to look for.

    Returns
    -------
    bool
        Whether one of them stands anywhere in the line.

    Examples
    --------
    >>> holds_any("thị trấn", ("xã", "thị"))
    True
    """
    for word in words:  # noqa: SIM110  (`any` takes twice as long, for every passage)
        if word in line:
            return True
    return False


def join_words(words: Iterable[str]) -> str:
    r"""Write words as one pattern that branches letter by letter, the longest first.

    Parameters
    ----------
    words : iterable of str
        Words or phrases, at least one.

    Returns
    -------
    str
        A regular expression.

    Examples
    --------
    >>> join_words(["xã", "xóm", "xã hội"])
    '(?:x(?:ã(?:\\ hội|)|óm))'
    """
    tree: dict[str, dict] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return f"(?:{_branch(tree)})"


def join_by_letter(patterns: Iterable[str]) -> str:
    r"""Write patterns as one of which `re` tries only those that begin with the letter in the text.

    Parameters
    ----------
    patterns : iterable of str
        Regular expressions that begin with a plain letter, in any order.

    Returns
    -------
    str
        A regular expression without a group around it.

    Examples
    --------
    >>> join_by_letter([r"ngay \d", "quy", "nam"])
    'n(?:gay \\d|am)|q(?:uy)'
    """
    rests: dict[str, list[str]] = {}
    for pattern in patterns:
        rests.setdefault(pattern[0], []).append(pattern[1:])
    return "|".join(f"{letter}(?:{'|'.join(below)})" for letter, below in rests.items())


def _branch(node: dict[str, dict]) -> str:
    branches = [
        re.escape(letter) + _branch(below) for letter, below in sorted(node.items()) if letter
    ]
    if "" in node:
        branches.append("")
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _class_of(fits: Callable[[str], bool]) -> str:
    """Write as ranges which characters fit."""
    inside = {code for code in _CODES if fits(chr(code))}
    first = sorted(code for code in inside if code - 1 not in inside)
    last = sorted(code for code in inside if code + 1 not in inside)
    pairs = [
        (re.escape(chr(code)), re.escape(chr(end))) for code, end in zip(first, last, strict=True)
    ]
    ranges = (begin if begin == end else f"{begin}-{end}" for begin, end in pairs)
    return f"[{''.join(ranges)}]"


def _is_break(sign: str) -> bool:
    return not (sign.isalnum() or sign == "_")


def _is_capital(letter: str) -> bool:
    return letter.isalpha() and not letter.islower()


BREAK = _class_of(_is_break)
"""A class of what may stand before a word, but for pictures, which `passages` takes out."""
CAPITAL = _class_of(_is_capital)
"""A class of capital letters: in Vietnamese, letters that are no small ones."""
