"""The text of a document comes in; its passages go out: headings, items, paragraphs, table rows.

A passage holds its text as the rules read it: composed, with single spaces, lines that a typewriter
or scan broke joined again, in the author's case (`text`), in small letters (`lower`) and without
marks (`plain`). The three have equal length, so that one position serves all of them, and `place`
leads from a position back to the character of the document.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal, NamedTuple

PassageKind = Literal["heading", "item", "prose", "row"]

_SAME_LENGTH = (
    dict.fromkeys("\u00d0\u0189", "\u0110")
    | dict.fromkeys("\u00f0\u0256", "\u0111")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
    | dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'")
    | dict.fromkeys("\n\r\t\f\v\u00a0\u2002\u2003\u2007\u2009\u202f", " ")
)
_OTHER_SIGN = re.compile(f"[{''.join(_SAME_LENGTH)}]")
_PICTURE = re.compile(r"[\U00010000-\U0010ffff]")
_MAY_BE_IRREGULAR = re.compile(r"[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]")
_IRREGULAR = re.compile(
    r"[^\u0300-\u036f\s](?=[\u0300-\u036f])[\u0300-\u036f]+|[\u00ad\u200b-\u200d\u2060\ufeff]+"
    r"|\s{2,}|^\s+|\s+$"
)
_LATE_TONE = re.compile(
    r"[oOuU](?:(?<=[oO])[àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ]|(?<![qQ].)(?<=[uU])[ỳýỷỹỵỲÝỶỸỴ])(?!\w)"
)
_EARLY_TONE = {
    late: early
    for plain, toned, first in (
        ("a", "àáảãạ", "òóỏõọ"),
        ("e", "èéẻẽẹ", "òóỏõọ"),
        ("y", "ỳýỷỹỵ", "ùúủũụ"),
    )
    for late, early in zip(
        (("u" if plain == "y" else "o") + letter for letter in toned),
        (letter + plain for letter in first),
        strict=True,
    )
}
_ROW_GAP = re.compile(r" ?\t ?| *\| *| {2,}")
_WIDE_GAP = re.compile(r"\S {2,}(?=\S)")
_BULLET = re.compile(
    r"\s*(?:[-+*•–—▪●○]\s*|\.\s+|[a-zđ]\)\s+|(?:\d{1,2}|[IVXivx]{1,5})[.)]\s+(?!\d{3}[.\s]\d{3}))"
)
_SECTION = re.compile(
    r"\s*(?:(?P<roman>[IVX]{1,5})[.)-]|(?P<part>(?:PHẦN|Phần|CHƯƠNG|Chương|MỤC|Mục) "
    r"(?:[\dIVX]+|(?:thứ|THỨ) \w+)[.:]?)"
    r"|(?P<number>\d{1,2}(?:\.\d{1,2})*)[.)])\s+(?=\S)"
)
_PROSE: tuple[PassageKind, int] = ("prose", 4)
_NUMBERING = frozenset("PCMIVXivx")  # what "Phần", "Chương", "Mục" and Roman numbers begin with
_ENDINGS = frozenset(".!?…:;")
_CLOSING = "\"'”’)]"
_SENTENCE = re.compile(r"[.!?…][\"')\]]*\s+(?=[\"'(\[]*[^\W_])")
_SHORTENED = re.compile(
    r"(?:^|[\s(])(?:tp|tx|tt|h|p|q|x|t|gs|ts|ths|bs|mr|mrs|ms|dr|no|st|i\.e|e\.g|[a-zđ])\.$"
)
_LABEL = re.compile(r"[^\W\d_a-zà-ỹ][^.:;,()\d]{1,30}:")
_LONG_LINE = 45
_GOES_ON = re.compile(  # no line ends with these words but in the middle of a sentence
    r" (?:từ|đến|và|của|là|với|cho|khoảng|gần|hơn|tại|trong|bằng|mỗi|các|den|va|cua|khoang"
    r"|the|of|and|to|from|with|in|at|about|than)$"
)
_WIDEST_PAGE = 130
_FEW_LINES = 8
_LONGEST_PASSAGE = 4000  # the work on a passage grows faster than its length
_HEADING_LENGTH = 150
_HEADING_WORDS = 14
_DATED = re.compile(
    r"(?:\d{1,2}[/.-]){0,2}(?:19|20)\d\d|\d{1,2} (?:tháng|thang)|tháng \d{1,2}|8 mảng"
)
_STOPS = re.compile(r"[.;!?…][\"'”’]*$")
_DIGIT = re.compile(r"\d")
_MARKED_SHARE = 0.04
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_LETTERHEAD_LINES = 6
_MOTTO = re.compile(r"cong hoa xa hoi chu nghia|doc lap ?- ?tu do")


def _unmarked_letters() -> dict[int, str]:
    table = {ord("đ"): "d", ord("Đ"): "D"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base
    return table


_UNMARKED = _unmarked_letters()
_LETTERS = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
# Nearly all text is ASCII and these letters: as bytes they lose their marks ten times as fast.
_AS_BYTES = codecs.charmap_build(("".join(map(chr, range(128))) + _LETTERS).ljust(256, "\ufffe"))
_UNMARKED_BYTES = bytes.maketrans(
    bytes(range(128, 128 + len(_LETTERS))), _LETTERS.translate(_UNMARKED).encode("ascii")
)
_ASCII = bytes(range(128))


class Passage(NamedTuple):
    """One passage of a document.

    Attributes
    ----------
    kind : {"heading", "item", "prose", "row"}
        What it is; a row has `cells`.
    rank : int
        Of headings: 0 for the title, then deeper; items count as the deepest. Of rows: 1 if only
        spaces set its cells apart.
    start : int
        Its first character in the document.
    text, lower, plain : str
        Its text as written, in small letters, and without marks; equally long.
    marked : bool
        Whether it is written with Vietnamese marks.
    shifts : tuple of (int, int)
        Positions in `text` from which on the document's characters are so many further.
    cells : tuple of Passage
        The cells of a row.
    """

    kind: PassageKind
    rank: int
    start: int
    text: str
    lower: str
    plain: str
    marked: bool
    shifts: tuple[tuple[int, int], ...] = ()
    cells: tuple[Passage, ...] = ()

    def place(self, position: int) -> int:
        """Return the character of the document at a position of `text`."""
        if not self.shifts:
            return self.start + position
        found = bisect_right(self.shifts, (position, 1 << 60)) - 1
        return self.start + position + (self.shifts[found][1] if found >= 0 else 0)

    def sentences(self) -> list[tuple[int, int]]:
        """Return where each sentence begins and ends."""
        ends = [0]
        lower, text = self.lower, self.text
        for stop in _SENTENCE.finditer(lower):
            start, end = stop.span()
            opening = text[end].isupper() or not text[end].isalpha()
            grouped = text[end].isdigit() and text[start - 1].isdigit()
            if not opening or grouped:
                continue
            # No word of four letters is shortened.
            long = start > 3 and lower[start - 4 : start].isalpha()
            if long or not _SHORTENED.search(lower, max(0, start - 5), start + 1):
                ends.append(end)
        return list(zip(ends, [*ends[1:], len(self.text)], strict=True))


def split_passages(text: str) -> list[Passage]:
    r"""Split the text of a document into its passages.

    Parameters
    ----------
    text : str
        The text of a document.

    Returns
    -------
    list of Passage
        In the order of the text; empty lines are left out.

    Examples
    --------
    >>> [(p.kind, p.text) for p in split_passages("BÁO CÁO\n- Số CLB:  05\nHuyện A\t12\t3")]
    [('heading', 'BÁO CÁO'), ('item', '- Số CLB: 05'), ('row', 'Huyện A 12 3')]
    """
    text = _without_pictures(text)
    marked = _is_marked(text[:20_000])
    passages: list[Passage] = []
    body_begun = False
    for start, end, is_row in _join_lines(text):
        raw = text[start:end]
        if is_row:
            passages.append(_row(raw, start, marked))
            continue
        kind, rank = _PROSE if _is_paragraph(raw) else _classify(raw, body_begun=body_begun)
        body_begun = body_begun or (kind == "prose" and len(raw) > 100)
        passages += [
            _passage(part, start + offset, kind, rank, marked) for offset, part in _portions(raw)
        ]
    return _unfold_letterhead(passages)


def unmark(text: str) -> str:
    """Take the marks off Vietnamese letters, one letter for one letter.

    Examples
    --------
    >>> unmark("Đắk Lắk có 3 câu lạc bộ")
    'Dak Lak co 3 cau lac bo'
    """
    if text.isascii():
        return text
    try:
        coded, _ = codecs.charmap_encode(text, "strict", _AS_BYTES)
    except UnicodeEncodeError:
        return text.translate(_UNMARKED)
    return coded.translate(_UNMARKED_BYTES).decode("ascii")


def skip_signs(line: str, begin: int, signs: str) -> int:
    """Return where a sentence begins behind some signs.

    Parameters
    ----------
    line : str
        A text.
    begin : int
        Where the sentence begins, signs and all.
    signs : str
        The signs to pass over.

    Returns
    -------
    int
        The first position that holds none of them.

    Examples
    --------
    >>> skip_signs('- "Nay', 0, ' "-')
    3
    """
    while begin < len(line) and line[begin] in signs:
        begin += 1
    return begin


def _without_pictures(text: str) -> str:
    """Write emoji and the like, of which each takes two units in UTF-16, as plain signs."""
    if len(text.encode("utf-16-le", "surrogatepass")) == 2 * len(text):
        return text
    return _PICTURE.sub("•", text)


def _portions(raw: str) -> Iterator[tuple[int, str]]:
    """Cut what is too long to be one paragraph, at the end of a sentence or at a space."""
    begin = 0
    while len(raw) - begin > _LONGEST_PASSAGE:
        limit = begin + _LONGEST_PASSAGE
        end = max(raw.rfind(sign, begin, limit) + 1 for sign in (". ", ".\n"))
        end = end if end > begin else max(raw.rfind(" ", begin, limit) + 1, begin)
        end = end if end > begin else limit
        yield begin, raw[begin:end]
        begin = end
    yield begin, raw[begin:]


def _unfold_letterhead(passages: list[Passage]) -> list[Passage]:
    """Read the two columns of a letterhead, issuer and motto, as lines: they are no table."""
    rows = next((n for n, passage in enumerate(passages) if not passage.cells), len(passages))
    if not any(_MOTTO.search(row.plain) for row in passages[:rows]):
        return passages
    lines = [
        cell._replace(kind="heading")
        for row in passages[:rows]
        for cell in row.cells
        if cell.text.strip() and not _MOTTO.search(cell.plain)
    ]
    return lines + passages[rows:]


def _is_marked(text: str) -> bool:
    composed = unicodedata.normalize("NFC", text).lower()
    coded, _ = codecs.charmap_encode(composed, "ignore", _AS_BYTES)
    letters = coded.translate(None, delete=_NO_LETTERS)
    marks = len(letters.translate(None, delete=_ASCII))
    return marks > _MARKED_SHARE * len(letters)


def _passage(
    raw: str,
    start: int,
    kind: PassageKind,
    rank: int,
    marked: bool,
    cells: tuple[Passage, ...] = (),
) -> Passage:
    text, shifts = _regular(raw)
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return Passage(kind, rank, start, text, lower, unmark(lower), marked, shifts, cells)


def _regular(raw: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Compose the text and its spaces; return it with the shifts back to the raw characters."""
    if not _is_irregular(raw):
        return _tone(_same_signs(raw)), ()
    pieces: list[str] = []
    shifts: list[tuple[int, int]] = []
    length = done = 0
    for found in _IRREGULAR.finditer(raw):
        between = raw[done : found.start()]
        part = found[0]
        if part[0].isspace():
            new = " " if found.start() > 0 and found.end() < len(raw) else ""
        else:
            new = unicodedata.normalize("NFC", part) if unicodedata.combining(part[-1]) else ""
        pieces += (between, new)
        length += len(between) + len(new)
        done = found.end()
        shifts.append((length, done - length))
    pieces.append(raw[done:])
    return _tone(_same_signs("".join(pieces))), tuple(shifts)


def _is_irregular(raw: str) -> bool:
    # What prints has no white space but single blanks, and nothing of no width but marks.
    if raw.isprintable() and "  " not in raw and raw.strip(" ") == raw:
        return not unicodedata.is_normalized("NFC", raw)
    spaced = len(" ".join(raw.split())) != len(raw)
    return spaced or _MAY_BE_IRREGULAR.search(raw) is not None


def _same_signs(text: str) -> str:
    if _OTHER_SIGN.search(text) is None:
        return text
    return _OTHER_SIGN.sub(lambda found: _SAME_LENGTH[found[0]], text)


def _tone(text: str) -> str:
    return text if text.isascii() else _LATE_TONE.sub(_move_tone, text)


def _move_tone(found: re.Match[str]) -> str:
    moved = _EARLY_TONE.get(found[0].lower(), found[0])
    if found[0].isupper():
        return moved.upper()
    return moved.capitalize() if found[0][0].isupper() else moved


def _row(raw: str, start: int, marked: bool) -> Passage:
    spaced = "\t" not in raw and "|" not in raw
    cells = []
    done = len(raw) - len(raw.lstrip(" "))
    for gap in [*_ROW_GAP.finditer(raw, done), None]:
        end = len(raw) if gap is None else gap.start()
        cells.append(_passage(raw[done:end], start + done, "row", 0, marked))
        done = end if gap is None else gap.end()
    return _passage(raw, start, "row", int(spaced), marked, tuple(cells))


def _join_lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the stretches of the text that are one passage, and whether each is a table row."""
    lines = [(start, start + len(line), line) for start, line in _lines(text)]
    rows = _find_rows([line for _, _, line in lines])
    width = _wrapped_width([line for _, _, line in lines])
    begin = None
    for number, (start, end, line) in enumerate(lines):
        if not line.strip():
            continue
        if number in rows:
            yield start, end, True
            begin = None
            continue
        if begin is None:
            begin = start
        if number + 1 < len(lines) and number + 1 not in rows and _runs_on(
            line, lines[number + 1][2], width
        ):  # fmt: skip
            continue
        yield begin, end, False
        begin = None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        yield start, line.rstrip("\r\n")
        start += len(line) + 1


def _find_rows(lines: list[str]) -> frozenset[int]:
    """Find table rows: tabs or pipes; or wide gaps, if the next or last line has as many."""
    rows = {
        number
        for number, line in enumerate(lines)
        if line.count("|") >= 2 or (("\t" in line) and line.strip("\t ").count("\t") >= 1)
    }
    written = [number for number, line in enumerate(lines) if line.strip()]
    gaps = [
        len(_WIDE_GAP.findall(lines[number])) if "  " in lines[number] else 0 for number in written
    ]
    for place in [place for place, count in enumerate(gaps) if count]:
        beside = max(gaps[max(place - 1, 0) : place] + gaps[place + 1 : place + 2], default=0)
        if beside and gaps[place] + beside > 2:
            rows.add(written[place])
    for number in written[:_LETTERHEAD_LINES]:
        line = unmark(unicodedata.normalize("NFC", lines[number])).lower()
        if gaps[written.index(number)] and _MOTTO.search(line):
            rows.add(number)
    return frozenset(rows)


def _wrapped_width(lines: list[str]) -> int:
    """Return the width at which lines were broken, or 0 if each paragraph is one line."""
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    if len(lengths) < _FEW_LINES:
        return 0
    width = lengths[len(lengths) * 9 // 10]
    full = sum(length > 0.75 * width for length in lengths)
    return width if _LONG_LINE < width <= _WIDEST_PAGE and full > len(lengths) // 4 else 0


def _runs_on(line: str, following: str, width: int) -> bool:
    """Tell whether a line was broken in the middle of a sentence."""
    bare = line.strip()
    after = following.strip()
    if not after or not bare or _BULLET.match(after):
        return False
    if bare.rstrip(_CLOSING)[-1:] in _ENDINGS and not _SHORTENED.search(bare[-5:].lower()):
        goes_on = bare[-1] not in ":;" or (bare[-1] == ";" and after[0].islower())
        full = bool(width) and len(bare) > 0.8 * width and goes_on
        return full and not (_LABEL.match(after) or after.isupper() or bare.isupper())
    if (bare.isupper() and not after.isupper()) or _LABEL.match(after):
        return False
    if after[0].islower():
        return len(bare) > _LONG_LINE // 2
    if bare[-1] in ",-(" or _GOES_ON.search(unicodedata.normalize("NFC", bare[-12:])):
        return True
    return bool(width) and len(bare) > 0.75 * width


def _is_paragraph(raw: str) -> bool:
    """Tell without looking closer what is too long for a heading and begins with a word."""
    return len(raw) > 2 * _HEADING_LENGTH and raw[:2].isalpha() and raw[0] not in _NUMBERING


def _classify(raw: str, *, body_begun: bool) -> tuple[PassageKind, int]:  # noqa: PLR0911
    line = " ".join(raw.split())
    short = len(line) <= _HEADING_LENGTH and not _STOPS.search(line)
    section = _SECTION.match(line)
    if section is not None:
        if not short:
            return "item", 4
        if section["roman"] or section["part"]:
            return "heading", 1
        counted = _DIGIT.search(_DATED.sub("", line[section.end() :]))
        if len(line.split()) > _HEADING_WORDS or (counted and line[-1] not in ":)"):
            return "item", 4
        return "heading", 2
    if _BULLET.match(line):
        return "item", 4
    if short and line.upper() == line and any(c.isalpha() for c in line):
        return "heading", 0 if not body_begun else 1
    if short and not body_begun:
        return "heading", 0
    if short and line.endswith(":"):
        return "heading", 3
    if short and len(line) < 70 and not _DIGIT.search(line):
        return "heading", 2
    return _PROSE
