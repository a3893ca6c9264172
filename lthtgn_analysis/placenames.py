"""How names of places are written: type words, abbreviations, numbering, paths, totals rows.

A printed name comes in, the form in which names are compared goes out. Nothing here knows which
places exist; `areas` looks the forms up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from .lettering import clean, strip_marks

TYPE_WORDS = (
    "quốc gia",
    "tỉnh",
    "thành phố",
    "thị xã",
    "huyện",
    "quận",
    "thị trấn",
    "phường",
    "xã",
    "đặc khu",
)
_STARTS_WITH_TYPE = re.compile(rf"(?:{'|'.join(TYPE_WORDS)})\b")
_ABBREVIATIONS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"t\.?p\.?\s*(?=\w)", "thành phố "),
        (r"t\.?x\.?\s*(?=\w)", "thị xã "),
        (r"t\.?t\.?\s*(?=\w)", "thị trấn "),
        (r"t\.\s*(?=\w)", "tỉnh "),
        (r"h(?:\.\s*|\s+)(?=\w)", "huyện "),
        (r"q(?:\.\s*|\s+|(?=\d))(?=\w)", "quận "),
        (r"p(?:\.\s*|\s+|(?=\d))(?=\w)", "phường "),
        (r"x(?:\.\s*|\s+)(?=\w)", "xã "),
        (r"huyện đảo\s+(?=\w)", "huyện "),
        (r"thủ đô\s+(?=\w)", "thành phố "),
    )
)
_NUMBERING = re.compile(r"^(?:(?:\d{1,3}|[ivx]{2,}|[iv])[.)]|[a-zđ]\)|[-+*•])\s*(?=\w)")
_ROMAN = re.compile(r"[ivx]+[.)]")
_FOOTNOTE = re.compile(r"(?:\s|[*:;.,¹²³]|[(\[]\s*(?:\*+|\d{1,2})\s*[)\]])+$")
_PARENTHESIS = re.compile(r"(.+?)\s*\(([^()]+)\)")
_SEPARATORS = re.compile(r"\s*[-/]\s*|\s+")
_APOSTROPHES = re.compile(r"['’‘ʼ`´]")
_LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
# 'Kì Anh' is 'Kỳ Anh', 'Quí' is 'Quý'; 'Đắk' and 'Đăk' are two spellings of one word.
_SHORT_I = re.compile(r"\b(h|k|l|m|s|t|v|qu)([iìỉĩíị])\b")
_I_TO_Y = str.maketrans("iìỉĩíị", "yỳỷỹýỵ")
_DAK = re.compile(r"ắ(?=k\b)")

_WHOLE = r"(?:toàn|cả) (?:nước|quốc|tỉnh|huyện|thành phố|tp|thị xã|xã|quận|phường|thị trấn|ngành)"
_TOTALS = (
    r"(?:tổng(?: cộng| số| hợp| chung)?|cộng(?: dồn)?|chung|lũy kế|bình quân(?: chung)?)"
    r"(?: (?:chung|(?:toàn|cả|các|tỉnh|huyện|thành phố|tp|thị xã|năm|\d|\().*))?"
    rf"|{_WHOLE}(?: .*)?|total|grand total|subtotal|sum|all|whole country|nationwide"
)
_TOTAL = re.compile(_TOTALS)
_PLAIN_TOTAL = re.compile(strip_marks(_TOTALS))


def read_words(text: str) -> str:
    """Lower a cell's text, without the numbering before it and the footnote signs after it.

    Parameters
    ----------
    text : str
        A cell as printed, in any Unicode form.

    Returns
    -------
    str
        The words, in the normal form of `lettering.clean`.

    Examples
    --------
    >>> read_words("1. Huyện NGA SƠN (*)"), read_words("H. Nga Sơn:")
    ('huyện nga sơn', 'h. nga sơn')
    """
    lowered = clean(text).lower()
    if not lowered[:1].isalpha() or lowered[1:2] in (")", ".") or _ROMAN.match(lowered):
        lowered = _NUMBERING.sub("", lowered, count=1)
    return lowered if lowered[-1:].isalpha() else _FOOTNOTE.sub("", lowered)


def means_total(words: str, *, text: str) -> bool:
    """Tell whether a cell says "total" (or "average") and names no place.

    Parameters
    ----------
    words : str
        What `read_words` made of it.
    text : str
        The cell itself: "Trung bình" is an average, "Trung Bình" a commune.

    Examples
    --------
    >>> texts = ("Tổng cộng", "CONG", "Cộng huyện Nga Sơn", "Cộng Hòa", "Trung bình")
    >>> [means_total(read_words(text), text=text) for text in texts]
    [True, True, True, False, True]
    """
    if words == "trung bình":
        return not clean(text).istitle()
    pattern = _PLAIN_TOTAL if words.isascii() else _TOTAL
    return pattern.fullmatch(words) is not None


def name_key(words: str) -> str:
    """Write the words of `read_words` in the form in which names are compared.

    Dashes and apostrophes go, leading zeros of numbered wards too, spellings with i or y and the
    two spellings of Đắk become one; "nga sơn (huyện)" becomes "huyện nga sơn".

    Parameters
    ----------
    words : str
        A name in lower case, in the normal form of `lettering.clean`.

    Examples
    --------
    >>> name_key("bà rịa - vũng tàu"), name_key("đắk r'lấp"), name_key("phường 09")
    ('bà rịa vũng tàu', 'đăk rlấp', 'phường 9')
    """
    if words[-1:] == ")":
        match = _PARENTHESIS.fullmatch(words)
        if match is not None and match[2].strip(" .") in (*TYPE_WORDS, "tp", "tx", "tt"):
            words = f"{match[2]} {match[1]}"
    if not words.replace(" ", "").isalpha():
        words = _SEPARATORS.sub(" ", _APOSTROPHES.sub("", words)).strip()
        words = _LEADING_ZEROS.sub("", words)
    return _DAK.sub("ă", _SHORT_I.sub(lambda match: match[1] + match[2].translate(_I_TO_Y), words))


def has_type_word(key: str) -> bool:
    """Tell whether a name in lower case begins with a type word.

    Parameters
    ----------
    key : str
        A name in lower case.

    Examples
    --------
    >>> has_type_word("huyện nga sơn"), has_type_word("tĩnh gia")
    (True, False)
    """
    return _STARTS_WITH_TYPE.match(key) is not None


def ways_to_write(key: str) -> Iterator[str]:
    """Yield the key as it stands, then with the abbreviation before it written out.

    Parameters
    ----------
    key : str
        What `name_key` gives.

    Examples
    --------
    >>> list(ways_to_write("tx bỉm sơn"))
    ['tx bỉm sơn', 'thị xã bỉm sơn']
    """
    yield key
    for pattern, word in _ABBREVIATIONS:
        match = pattern.match(key)
        if match:
            yield word + key[match.end() :]
            return


def split_path(key: str) -> tuple[str, str] | None:
    """Split a key into a name and what it lies in; None where it is no path.

    Parameters
    ----------
    key : str
        What `name_key` gives.

    Examples
    --------
    >>> split_path("xã nga an, huyện nga sơn, thanh hóa"), split_path("nga sơn (thanh hóa)")
    (('xã nga an', 'huyện nga sơn, thanh hóa'), ('nga sơn', 'thanh hóa'))
    """
    name, comma, outer = key.partition(",")
    if comma and name.strip() and outer.strip():
        return name.strip(), outer.strip()
    match = _PARENTHESIS.fullmatch(key)
    return None if match is None else (match[1], match[2].strip())


def marks_agree(text: str, name: str) -> bool:
    """Tell whether a text lacks marks of a name at most, and has none that the name lacks.

    Parameters
    ----------
    text, name : str
        Two keys with the same letters once all marks are gone.

    Examples
    --------
    >>> marks_agree("hoang hóa", "hoằng hóa"), marks_agree("thanh hòa", "thanh hóa")
    (True, False)
    """
    return all(
        set(written[1:]) <= set(full[1:])
        for written, full in zip(_letters(text), _letters(name), strict=True)
    )


def _letters(text: str) -> list[str]:
    parts: list[str] = []
    for character in unicodedata.normalize("NFD", text.replace("đ", "d\u0335")):
        if unicodedata.combining(character):
            parts[-1] += character
        elif character.isalnum():
            parts.append(character)
    return parts
