"""Vietnamese text as it was typed comes in; its one spelling, or its sorting key, goes out.

One name reaches us in many forms: composed or decomposed, "Hoà" or "Hòa", with an Icelandic eth for
Đ, with spaces that do not break, without any mark, or in a font encoding from before Unicode.
`clean` gives the one form to show, `fold` the one to look up, `sort_key` the place in the alphabet.
Text in an old encoding must pass through `decode_legacy` first: the letters that `clean` repairs
are other letters there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module
from typing import Literal, TypeVar

import pandas as pd

from .errors import UnreadableSourceError

LegacyEncoding = Literal["tcvn3", "vni"]
Texts = TypeVar("Texts", pd.Series, list[str])

LEGACY_ENCODINGS: tuple[LegacyEncoding, ...] = ("tcvn3", "vni")

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, the order of dictionaries
_ALPHABET = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_SIGNS = " _-,;:!?.'‘’\"“”()[]{}@*/\\&#%`^+<=>|~$"  # in the order of the root collation of CLDR
_SAME_GLYPH = str.maketrans(
    dict.fromkeys("\u00d0\u0189", "\u0110")
    | dict.fromkeys("\u00f0\u0256", "\u0111")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff")
)
_MARKED_D = str.maketrans("đĐ", "dD")
_LATE_TONE = re.compile(rf"(?i)(o)([ae])([{_TONES}])(?![\w\u0300-\u036f])")
_LATE_TONE_UY = re.compile(rf"(?i)(?<!q)(u)(y)([{_TONES}])(?![\w\u0300-\u036f])")
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
    r"(?:iê|yê|uô|ươ|uâ|oa|oă|oe|oo|uê|uơ|uy|uya|uyê|ia|ua|ưa"
    r"|ai|ao|au|ay|âu|ây|eo|êu|iu|oi|ôi|ơi|ui|ưi|ưu|iêu|yêu|uôi|ươi|ươu|oai|oay|oeo|uây|uyu"
    r"|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnpt])?"
)
_PROOF_WORDS = 8  # fewer converted words, and a chance reading is too likely
_PROOF_SHARE = 0.9
_RIVAL_SHARE = 0.6


def clean(text: str) -> str:
    """Write Vietnamese text in its one spelling, for display and for comparison.

    Parameters
    ----------
    text : str
        Unicode text, composed or not.

    Returns
    -------
    str
        Composed (NFC), with true Đ and plain hyphens, single spaces and none at the ends, no
        invisible characters, and the tone mark where schoolbooks put it (Hòa, thủy, not Hoà, thuỷ).

    Examples
    --------
    >>> clean("Ðắk  Lắk"), clean("Hoà Bình "), clean("Bà Rịa–Vũng Tàu")
    ('Đắk Lắk', 'Hòa Bình', 'Bà Rịa-Vũng Tàu')
    """
    if text.isascii():
        return " ".join(text.split())
    decomposed = unicodedata.normalize("NFD", text.translate(_SAME_GLYPH))
    placed = _LATE_TONE_UY.sub(r"\1\3\2", _LATE_TONE.sub(r"\1\3\2", decomposed))
    return " ".join(unicodedata.normalize("NFC", placed).split())


def strip_marks(text: str) -> str:
    """Take the marks off the letters; case, spaces and signs stay.

    Examples
    --------
    >>> strip_marks("Trên 48.600 người")
    'Tren 48.600 nguoi'
    """
    decomposed = unicodedata.normalize("NFD", clean(text).translate(_MARKED_D))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Reduce text to the letters a-z and digits, to look it up; never to show it.

    Different names may fold to the same key (Hoằng Phú and Hoằng Phụ), so that a folded match
    counts only where it is the only one.

    Examples
    --------
    >>> fold("Đăk Lăk") == fold("DAK LAK") == "daklak"
    True
    """
    return re.sub(r"[^a-z0-9]+", "", strip_marks(text).lower())


def sort_key(text: str) -> tuple[tuple[float, ...], tuple[int, ...], tuple[bool, ...]]:
    """Return the key that sorts text as Vietnamese dictionaries and ICU do.

    Letters decide first (ă after a, đ after d), then tones (ngang, huyền, hỏi, ngã, sắc, nặng),
    then case (small letters first). Spaces come before signs, signs before digits, digits before
    letters.

    Parameters
    ----------
    text : str
        Unicode text; it is passed through `clean`.

    Returns
    -------
    tuple
        To be compared with other keys only.

    Examples
    --------
    >>> sorted(["Đà Nẵng", "Dương", "Ăn", "An", "Cần Thơ", "Cà Mau"], key=sort_key)
    ['An', 'Ăn', 'Cà Mau', 'Cần Thơ', 'Dương', 'Đà Nẵng']
    """
    cleaned = clean(text)
    letters, tones, capitals = [], [], []
    for character in cleaned:
        marks = unicodedata.normalize("NFD", character.lower())
        base = unicodedata.normalize("NFC", "".join(m for m in marks if m not in _TONES))
        letters.append(_primary_weight(base))
        tones.append(next((1 + _TONES.index(mark) for mark in marks if mark in _TONES), 0))
        capitals.append(character != character.lower())
    return tuple(letters), tuple(tones), tuple(capitals)


def sort_vietnamese(texts: Texts) -> Texts:
    """Sort texts in the order of the Vietnamese alphabet.

    Parameters
    ----------
    texts : Series of str or list of str
        Missing values of a Series come last.

    Returns
    -------
    Series or list
        The same kind as came in; a Series keeps its labels beside its values. Equal texts keep
        their order.

    Examples
    --------
    >>> sort_vietnamese(["Yên Bái", "Ý Yên", "Đồng Nai", "Đắk Lắk"])
    ['Đắk Lắk', 'Đồng Nai', 'Ý Yên', 'Yên Bái']
    """
    if isinstance(texts, pd.Series):
        distinct = texts.dropna().unique()
        ranks = {text: rank for rank, text in enumerate(sorted(distinct, key=sort_key))}
        return texts.loc[texts.map(ranks).sort_values(kind="stable", na_position="last").index]
    return sorted(texts, key=sort_key)


def decode_legacy(texts: Texts, *, encoding: LegacyEncoding | None = None) -> Texts:
    """Convert text in an 8-bit Vietnamese font encoding to Unicode.

    Such text was typed in fonts like .VnTime (TCVN3) or VNI-Times (VNI) and looks like
    ``"H¶i D¬ng"`` in any other font. Capitals typed in a TCVN3 capitals font come back small.

    Parameters
    ----------
    texts : Series of str or list of str
        Cells as read, taken for Latin-1. Missing values stay missing, plain ASCII stays as it is.
    encoding : {"tcvn3", "vni"}, optional
        The encoding, if it is known. Without it the column as a whole must prove its encoding
        (`detect_legacy_encoding`), and a column that proves none is returned unchanged.

    Returns
    -------
    Series or list
        The same kind, length and order as came in.

    Raises
    ------
    ValueError
        If `encoding` is none of the two.
    UnreadableSourceError
        If the text is in an old encoding and the package that converts it is not installed.

    Examples
    --------
    >>> decode_legacy(["Ñaék Laék"], encoding="vni")
    ['Đắk Lắk']
    >>> decode_legacy(["Hải Dương", "Ñaék Laék"])
    ['Hải Dương', 'Ñaék Laék']
    """
    if encoding is not None and encoding not in LEGACY_ENCODINGS:
        raise ValueError(
            f"`encoding` must be one of {', '.join(LEGACY_ENCODINGS)} or None, not {encoding!r}."
        )
    proven = encoding or detect_legacy_encoding(texts)
    if proven is None:
        return texts.copy()
    distinct = {text for text in texts if isinstance(text, str) and not text.isascii()}
    decoded = {text: _decode(text, proven) for text in distinct}
    if isinstance(texts, pd.Series):
        return texts.where(~texts.isin(distinct), texts.map(decoded)).astype(texts.dtype)
    return [decoded.get(text, text) for text in texts]


def detect_legacy_encoding(texts: Iterable[str]) -> LegacyEncoding | None:
    """Name the old encoding that a whole column proves, or None.

    A column proves an encoding when at least eight of its distinct words change in the conversion,
    at least 90 % of them become Vietnamese syllables, and no other reading, the text as it stands
    among them, makes syllables of more than 60 %. One short cell therefore never proves anything.

    Parameters
    ----------
    texts : iterable of str
        The cells of one column or one table; what is not text is passed over.

    Returns
    -------
    {"tcvn3", "vni"} or None
        None also where the text is Unicode already.

    Raises
    ------
    UnreadableSourceError
        If the text looks like an old encoding and the converting package is not installed.

    Examples
    --------
    >>> detect_legacy_encoding(["Ñaék Laék"]) is None
    True
    """
    cells = {text for text in texts if isinstance(text, str) and not text.isascii()}
    words = {word for cell in cells for word in cell.split() if not word.isascii()}
    if len(words) < _PROOF_WORDS or _syllable_share(words) > _RIVAL_SHARE:
        return None
    shares = {
        encoding: _syllable_share({_decode(word, encoding) for word in words})
        for encoding in LEGACY_ENCODINGS
    }
    best, rival = sorted(shares, key=lambda encoding: shares[encoding], reverse=True)
    if shares[best] >= _PROOF_SHARE and shares[rival] <= _RIVAL_SHARE:
        return best
    return None


def _primary_weight(base: str) -> float:
    plain = base if base in _ALPHABET else unicodedata.normalize("NFD", base)[0]
    if plain in _ALPHABET:
        return 1000 + _ALPHABET[plain]
    if base in _SIGNS:
        return _SIGNS.index(base)
    if base.isdecimal():
        return 900 + unicodedata.decimal(base)
    return 2000 + ord(base[0]) if base.isalpha() else 100 + ord(base[0]) / 0x110000


def _decode(text: str, encoding: LegacyEncoding) -> str:
    try:
        converter = import_module("viparse")
    except ImportError as error:
        raise UnreadableSourceError(
            "Text in an old Vietnamese encoding (TCVN3, VNI) must be converted by the package "
            f"viparse, which is not installed; found {text!r}. "
            "Install it with: pip install 'lthtgn-analysis[legacy]'"
        ) from error
    return clean(converter.fix(text, encoding=encoding))


def _syllable_share(words: set[str]) -> float:
    parts = _WORD.findall(clean(" ".join(words)))
    marked = [part for part in parts if not part.isascii()]
    if not marked:
        return 0.0
    return sum(_is_syllable(part) for part in marked) / len(marked)


@lru_cache(maxsize=8192)
def _is_syllable(word: str) -> bool:
    marks = unicodedata.normalize("NFD", word.lower())
    toneless = "".join(mark for mark in marks if mark not in _TONES)
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", toneless)) is not None
