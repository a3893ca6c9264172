"""A pattern that begins a word comes in; a fast search for it in a line of text goes out.

A search for a word that follows no letter tries every letter of a line. One that begins with a
class of the signs between words skips from word to word, in half the time; so does a class of the
capital letters. Both are written out here as ranges, of which `re` makes a table.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable

Find = Callable[..., list[re.Match[str]]]

# Letters and signs; between them lie scripts that no document of the programme is written in.
_CODES = (*range(0x3040), *range(0xE000, 0x10000))


def search_at_words(pattern: str) -> Find:
    """Return a search that finds a pattern wherever a word begins.

    Parameters
    ----------
    pattern : str
        A regular expression; it must not consume the space behind its last word.

    Returns
    -------
    callable
        ``find(line, begin, end)`` returns the matches in a part of a line, in their order; where
        each begins and ends its group "here" says, since a match may begin with the sign before it.

    Examples
    --------
    >>> find = search_at_words("x[ãa]|(?:thị trấn)")
    >>> [match.span("here") for match in find("xã, thị trấn (xa), nhà-xe")]
    [(0, 2), (4, 12), (14, 16)]
    """
    opening = re.compile(f"(?P<here>{pattern})").match
    further = re.compile(f"{BREAK}(?P<here>{pattern})").finditer

    def find(line: str, begin: int = 0, end: int = sys.maxsize) -> list[re.Match[str]]:
        first = None if begin else opening(line, 0, end)
        if first is None:
            return list(further(line, max(begin - 1, 0), end))
        return [first, *further(line, first.end(), end)]

    return find


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
    '(?:x(?:ã(?:\\ hội)?|óm))'
    """
    tree: dict[str, dict] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return f"(?:{_branch(tree)})"


def _branch(node: dict[str, dict]) -> str:
    branches = [
        re.escape(letter) + _branch(below) for letter, below in sorted(node.items()) if letter
    ]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{joined})?" if "" in node else joined


def _class_of(fits: Callable[[str], bool]) -> str:
    """Write as ranges which characters fit."""
    inside = {code for code in _CODES if fits(chr(code))}
    first = sorted(code for code in inside if code - 1 not in inside)
    last = sorted(code for code in inside if code + 1 not in inside)
    pairs = zip(first, last, strict=True)
    return "[" + "".join(rf"\U{begin:08x}-\U{end:08x}" for begin, end in pairs) + "]"


def _is_break(sign: str) -> bool:
    return not (sign.isalnum() or sign == "_")


def _is_capital(letter: str) -> bool:
    return letter.isalpha() and not letter.islower()


BREAK = _class_of(_is_break)
"""A class of what may stand before a word, but for pictures, which `passages` takes out."""
CAPITAL = _class_of(_is_capital)
"""A class of capital letters: in Vietnamese, letters that are no small ones."""
