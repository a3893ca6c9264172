"""A sentence with a number comes in; whether it takes the number back goes out.

Numbers that the text itself calls wrong ("có báo viết 90 CLB, viết vậy là sai"), that it opposes to
the right one ("58 người chứ không phải 85") or that it has by hearsay are no figures.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .finders import WordPattern, join_words

# What is wrong, in the words of both languages; "sai số" (error) and "sai phạm" are no denials.
_FALSE = (
    r"(?:sai(?! sót| số| phạm)|nhầm|lầm|lộn(?! xộn)|nói quá|bịa|chưa đúng|không đúng|chưa chính xác"
    r"|không chính xác|không phải vậy|không có thật|chưa có căn cứ|sai(?! sot| so| pham)|nham|lam"
    r"|lon(?! xon)|noi qua|bia|chua dung|khong dung|chua chinh xac|khong chinh xac|khong phai vay"
    r"|khong co that|chua co can cu|wrong|untrue|not true|incorrect|a mistake|a misprint|false"
    r"|mistaken|exaggerated)(?!\w)"
)
_THAT = r"(?:vậy|thế|như vậy|như thế|này|ấy|đó|trên|kia|vay|the|nhu vay|nhu the|nay|ay|do|tren|kia)"
_VERDICT = re.compile(
    r"[^\d;:.]{0,60}?(?:"
    rf"(?:,| -|;) (?:(?:nói|viết|ghi|đăng|tính|hiểu|đưa tin|noi|viet|dang|tinh|hieu|dua tin)"
    rf" {_THAT}|(?:con số|số|tin|thông tin|số liệu|con so|so|thong tin|so lieu) {_THAT}"
    rf"|{_THAT}|điều đó|dieu do|which|that|this|it)"
    rf" (?:(?:là|thì|hoàn toàn|hẳn|la|thi|hoan toan|han|is|was|are|were|turned out to be) ?){{0,2}}"
    rf"{_FALSE}"
    rf"| (?:là|thì|la|thi|is|was) {_FALSE})"
)
_NEXT_VERDICT = re.compile(
    rf"[\W_]*(?:con số|số liệu|thông tin|tin|nói|viết|con so|so lieu|thong tin|noi|viet) {_THAT}"
    rf"(?: \w+)?? (?:(?:là|thì|la|thi) )?{_FALSE}"
    rf"|[\W_]*(?:that|this)(?: number| figure)? (?:is|was) {_FALSE}"
)
_OPPOSED = re.compile(
    r"(?:chứ không phải|không phải|chứ không|chứ đâu|đâu phải|thay vì|chu khong phai|khong phai"
    r"|chu khong|dau phai|thay vi|rather than|instead of|\bnot)(?: là| la| có| co| the)? $"
)
_HEARSAY = re.compile(
    r"(?:nghe đồn|tin đồn|nghe nói|nghe đâu|người ta đồn|đồn rằng|đồn thổi|nghe don|tin don"
    r"|nghe noi|nghe dau|nguoi ta don|don rang|rumou?rs?|hearsay|some say)\b[^.;]*$"
)
_REACH = 24
# One of these stands in every denial of its kind; most lines hold none and are spared the patterns.
_HINTS = {
    "false": (
        "sai", "nhầm", "nham", "lầm", "lam", "lộn", "lon", "nói quá", "noi qua", "bịa", "bia",
        "đúng", "dung", "chính xác", "chinh xac", "phải vậy", "phai vay", "có thật", "co that",
        "căn cứ", "can cu", "wrong", "untrue", "true", "incorrect", "mistake", "misprint", "false",
        "exaggerated",
    ),
    "opposed": (
        "không phải", "khong phai", "chứ không", "chứ đâu", "chu khong", "đâu phải", "dau phai",
        "thay vì", "thay vi", "rather than", "instead of", "not ",
    ),
    "hearsay": (
        "tin đồn", "nghe đồn", "đồn rằng", "đồn thổi", "ta đồn", "tin don", "nghe don", "don rang",
        "ta don", "nghe nói", "nghe noi", "nghe đâu", "nghe dau", "rumo", "hearsay", "some say",
    ),
}  # fmt: skip
_KINDS = {hint: kind for kind, hints in _HINTS.items() for hint in hints}
_HINT = WordPattern(f"(?=(?P<hint>{join_words(_KINDS)}))")


def is_denied(line: str, begin: int, stop: int, sentence: tuple[int, int]) -> bool:
    """Tell whether a sentence takes back the number that stands in it.

    Parameters
    ----------
    line : str
        The passage, in small letters.
    begin, stop : int
        Where the number stands, with its hedge and noun.
    sentence : (int, int)
        Where its sentence stands.

    Returns
    -------
    bool
        True if the text calls it wrong, opposes it to the right one, or has it by hearsay.

    Examples
    --------
    >>> line = "có báo viết 90 clb, viết vậy là sai."
    >>> is_denied(line, 12, 18, (0, len(line)))
    True
    >>> line = "xã có 4 clb, chứ không phải 5 clb."
    >>> is_denied(line, 6, 11, (0, len(line))), is_denied(line, 28, 33, (0, len(line)))
    (False, True)
    """
    kinds = _find_kinds(line, *sentence)
    if "opposed" in kinds and _OPPOSED.search(line, max(0, begin - _REACH), begin):
        return True
    if "hearsay" in kinds and _HEARSAY.search(line, sentence[0], begin):
        return True
    if "false" in kinds and _VERDICT.match(line, stop, sentence[1]):
        return True
    next_denies = _NEXT_VERDICT.match(line, sentence[1]) is not None
    return next_denies and not any(map(str.isdigit, line[stop : sentence[1]]))


@lru_cache(maxsize=512)
def _find_kinds(line: str, begin: int, end: int) -> frozenset[str]:
    return frozenset(_KINDS[match["hint"]] for match in _HINT.find_all(line, begin, end))
