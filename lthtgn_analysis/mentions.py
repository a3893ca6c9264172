"""A passage comes in; the places that it names go out, found within the places of its document.

Typed names ("huyện Tứ Kỳ", "TP. Buôn Ma Thuột", "buôn Kô Tam"), bare names of provinces and of
units of the document's own province, references by kind ("toàn tỉnh", "the province", "cả nước")
and clubs named after their village. The names are known by `gazetteer`; nothing here decides which
figure a place belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from operator import attrgetter
from typing import NamedTuple

from .finders import CAPITAL, WordPattern, holds_any, join_words
from .gazetteer import (
    NATION,
    Gazetteer,
    Unit,
    level_keys,
    name_of_province,
    plain_key,
    province_beginnings,
)
from .passages import Passage, unmark

_LEVEL_OF = {
    "tỉnh": "province",
    "thành phố": "city",
    "tp": "city",
    "huyện": "district",
    "quận": "district",
    "thị xã": "district",
    "tx": "district",
    "xã": "commune",
    "phường": "commune",
    "thị trấn": "commune",
    "tt": "commune",
    "đặc khu": "commune",
    "thôn": "village",
    "xóm": "village",
    "bản": "village",
    "ấp": "village",
    "buôn": "village",
    "làng": "village",
    "khu phố": "village",
    "khu dân cư": "village",
    "tổ dân phố": "village",
    "tdp": "village",
    "khối phố": "village",
    "khóm": "village",
    "tiểu khu": "village",
    "chi hội": "village",
    "phum": "village",
    "sóc": "village",
    "bon": "village",
    "plei": "village",
    "khối": "village",
}
_SHORTENED = ("tp", "tx", "tt")
_LETTERS = r"\w*(?:'(?!s(?!\w))\w+)*"
_WORD = CAPITAL + _LETTERS
_RUN = re.compile(rf"(?<![\w'])(?P<run>{_WORD}(?:[ -]{_WORD}){{0,5}})")
# The same without single words that cannot be Huế; it begins with a letter, so as to be fast.
_LONG_RUN = re.compile(
    rf"{CAPITAL}(?<![\w'].)(?:{_LETTERS}(?:[ -]{_WORD}){{1,5}}|(?<=H)\w\w(?![\w']))"
)
_NUMBERED = re.compile(r"(?:số )?\d{1,3}[a-c]?(?!\w)(?![.,/]\d)")
# "xã Sơn Kim 1", "Đam Rông 4", but not "Nga An 4 CLB"
_NUMBER_IN_NAME = re.compile(
    r" \d{1,2}(?![\w/%]|[.,]\d| ?(?:%|clb|câu lạc|cau lac|clubs?|ishcs?|thành viên|thanh vien"
    r"|người|nguoi|thôn|thon|hộ|ho|lớp|lop|triệu|trieu|tỷ|ty)(?!\w))"
)
_ENGLISH_TYPE = re.compile(
    r" (?P<kind>province|district|commune|ward|township|town|village|hamlet|city)(?!\w)"
)
_ENGLISH_PLURAL = re.compile(r" (?P<kind>province|district|commune|ward|town)s(?!\w)")
_AND_BEFORE = re.compile(r",? and |, ")
_ENGLISH_BEFORE = re.compile(
    r"(?P<kind>province|district|commune|ward|township|town|village|hamlet|city) of $"
)
_ENGLISH_LEVEL = {
    "province": "province",
    "district": "district",
    "town": "district",
    "city": "city",
    "commune": "commune",
    "ward": "commune",
    "township": "commune",
    "village": "village",
    "hamlet": "village",
}
_ENGLISH_WORDS = ("provinc", "district", "commune", "ward", "town", "village", "hamlet", "city")
_NATION = (
    r"(?:cả|toàn|trong) nước|toàn quốc|trên cả nước|quy mô quốc gia|phạm vi cả nước"
    r"|việt nam(?= (?:hiện |đã )?có)"
    r"|the (?:whole )?country(?: as a whole)?|nationwide|nationally|the nation|across the country"
    r"|viet ?nam(?= (?:as a whole )?(?:now |already )?(?:has|had|counts|counted|runs))"
    r"|across viet ?nam|all over viet ?nam|throughout viet ?nam|viet ?nam as a whole"
)
_NATION_WORDS = ("nuoc", "toan quoc", "quy mo quoc", "viet nam", "vietnam", "country", "nation")
# "trên địa bàn tỉnh", "toàn xã"; of those that end alike the longest comes first
_BEFORE_KIND = (
    "trên địa bàn",
    "địa bàn",
    "bàn",
    "trên toàn",
    "toàn",
    "cả",
    "khắp",
    "quy mô",
    "phạm vi",
    "của",
    "ở",
    "tại",
    "trong",
)
_OWN_WORDS = (
    "tỉnh",
    "huyện",
    "quận",
    "thành phố",
    "tp",
    "thị xã",
    "xã",
    "phường",
    "thị trấn",
    "thôn",
    "xóm",
    "bản",
    "buôn",
    "ấp",
    "khu phố",
    "làng",
)
# "tỉnh có", "xã nhà"
_BEHIND_KIND = (
    r" (?:(?:tôi|ta|nhà|mình|chúng tôi|này|đã|hiện|có|còn|bố trí|đặt|phấn đấu|sẽ|phải|mới|lập"
    r"|thành lập|dự kiến|đề ra|chi|dành|cấp|muốn|chỉ|được|vẫn|duy trì|ra mắt|cũng|đạt|phủ)(?!\w)"
    r"|(?:gần|hơn|trên|khoảng|chừng)(?= \d))"
)
_SOURCE = (
    r"theo (?:báo cáo |số liệu |thống kê |tổng hợp )?(?:của |từ )?(?:ban đại diện )?hội (?:nct"
    rf"|người cao tuổi) (?P<source>{'|'.join(_OWN_WORDS)})(?=,|:| cho biết| thì)"
)
_ENGLISH_KIND = WordPattern(
    r"(?:the|our|this|whole|entire) (?:whole |entire )?(?P<en>province|district|commune|ward"
    r"|city|village|hamlet|town)(?!\w)(?! of)"
    r"|provincial(?= (?:rules?|plan|budget|total|target|people))"
)
_LISTED_KIND = re.compile(
    r"(?:[,/] ?| va )(?:tinh|huyen|quan|thanh pho|thi xa|xa|phuong|thi tran|thon|xom|ban|buon"
    r"|ap|khu pho|to dan)\b"
)
_FUNCTION_WORDS = frozenset(
    [
        "ở",
        "tại",
        "riêng",
        "theo",
        "còn",
        "từ",
        "với",
        "của",
        "cho",
        "đến",
        "nhưng",
        "tuy",
        "huyện",
        "tỉnh",
        "xã",
        "trong",
        "và",
        "thì",
        "số",
        "hội",
        "ubnd",
        "in",
        "at",
        "the",
        "from",
        "for",
        "of",
        "but",
        "only",
        "while",
        "meanwhile",
        "and",
        "as",
        "to",
        "by",
        "with",
        "trên",
        "đó",
        "nay",
        "hiện",
        "tính",
        "gồm",
        "hoặc",
        "hay",
        "về",
        "o",
        "tai",
        "rieng",
        "con",
        "tu",
        "voi",
        "den",
        "trong",
        "va",
    ]
)
_PERSON_BEFORE = re.compile(
    r"(?:ông|bà|anh|chị|cụ|già|đồng chí|đ/c|em|bác|cô|chú|ong|ba|anh|chi|cu|dong chi|mr|mrs|ms"
    r"|dr)\.? $"
)
_ROAD_BEFORE = re.compile(r"(?:đường|phố|sông|núi|chợ|cầu|đảo|vùng biên|giáp|duong|song) $")
_BOARD_AFTER = re.compile(
    r"(?:chu nhiem|dieu hanh|dai dien|chap hanh|thuong vu|giam|quan ly|chi dao)"
)
_PART_OF = WordPattern(
    r"(?:thuộc|nhập từ|trước thuộc|nay thuộc|sáp nhập|tách từ|giáp|thuoc|nhap tu|sap nhap"
    r"|merged from"
    r"|mang tên|dù mang tên|part of)[^,.;:)]{0,12}$"
    r"|(?:đoàn|khách|đại biểu|quê|học tập|học hỏi|tham quan|kinh nghiệm|cách làm|quê gốc|phối hợp"
    r"|kết hợp|khác với|không như|giống như|tương tự|hội nghị ở|hội nghị tại|cuộc họp ở"
    r"|cuộc họp tại|doan|khach|dai bieu|que|hoc tap|hoc hoi|tham quan|kinh nghiem|cach lam"
    r"|phoi hop|ket hop|khac voi|khong nhu|giong nhu|tuong tu|hoi nghi o|hoi nghi tai|cuoc hop o"
    r"|cuoc hop tai|delegation|visitors|native|jointly with|unlike)\b"
    r"[^,.;:()\d]{0,20}$"
)
_RANKED = re.compile(
    r"(?:đầu tiên|nhất|dẫn đầu|so với|trong những [^,.;]{0,24}|của|dau tien|nhat|dan dau|so voi"
    r"|cua)"
    r"(?: của| trong| trên| trong số| cua)? ?$"
)
# "Huyện Hải Hậu dẫn đầu toàn tỉnh với 61 CLB"
_LEADS = re.compile(
    r"(?:dẫn đầu|đứng đầu|đứng thứ \w+|nhất|nhì|đầu tiên|dan dau|dung dau|dung thu \w+|nhat|nhi"
    r"|dau tien)(?: của| trong| ở| trên| cua| trong| o| tren)? (?:toàn|cả|toan|ca) $"
)
_AND = re.compile(r", | và | va | and ")
_PLURAL_BEFORE = re.compile(r"(?:các|hai|ba|bốn|năm|cac|bon|nam|\d) $")
_WORD_ENDS = re.compile(r"(?<=[\w'])(?=[ -])")
_NOT_OWN = re.compile(
    r"(?:ubnd|hội|nct|ban|ủy|cấp|các|mỗi|từng|nhiều|số|số các|đảng|mttq"
    r"|hội đồng|ngân sách|"
    r"hoi|cac|moi|so|cap|trung tâm|giao|đồng|đoàn|cán bộ|một|những|bí thư"
    r"|chủ tịch|vài|phòng|binh|là|la|đề nghị|đề xuất|kiến nghị|de nghi)[ ,]*$"
    r"|(?<![ /](?:19|20)\d)\d $"  # "quý I/2023 huyện lập 3 CLB"
    r"|(?:xã|phường|huyện|quận|thị xã|thị trấn|xa|phuong|huyen|quan), $"
)
_BRACKET = re.compile(r"\([^()]*\)")
_CLUB_BEFORE = re.compile(
    r"(?:clb|câu lạc bộ|cau lac bo|lthtgn|tự giúp nhau|tu giup nhau|club|ishc)\)?(?: của| ở| tại"
    r"| cua| o| tai| in| of)? $"
)
# "CLB Đôn Nghĩa", "the Kon Gung club": a club bears the name of its village.
# Each begins with fixed letters, so as to be fast.
_CLUB_WORDS = tuple(
    (
        word,
        re.compile(
            rf"{word}(?: (?:[Ll]iên thế hệ [Tt]ự giúp nhau|[Ll]ien the he [Tt]u giup nhau|LTHTGN))?"
            rf" (?P<run>{_WORD}(?: {_WORD}){{1,2}})(?![\w-])"
        ),
    )
    for word in ("CLB", "âu lạc bộ", "au lac bo")
)
_ENGLISH_CLUB = re.compile(r" (?:club|ISHC)(?!\w)")
_RUN_BEFORE = re.compile(rf"(?<![\w'])(?P<run>{_WORD}(?:[ -]{_WORD}){{1,3}})$")
_NO_VILLAGE = re.compile(
    r"(?:clb|nct|lien the he|lthtgn|nguoi cao|hoi|ubnd|self|inter|ishc|elder|the he|suc khoe|duong"
    r"|van nghe|the |phu nu|tho |gia dinh|cuu chien|nong dan|thanh nien|huu tri)"
)
_KHMER_TYPES = frozenset(("sóc", "soc", "phum", "bon", "plei", "bản", "ban", "làng", "lang"))
_ACRONYM = re.compile(r"(?:CLB|NCT|LTHTGN|UBND|HĐND|MTTQ|ISHCS?)\b")
_START = attrgetter("start")
_COUNTED_IN = re.compile(
    r"(?:\btinh (?:ca|luon|them)|\bke ca|\bcong (?:ca|them)|\bcung voi|^\W*voi|[.;] voi|\bthem"
    r"|\b(?:including|counting|together with)|^\W*with|[.;] with)\b[^.;:\d]*$"
)
_COUNTS = re.compile(
    r"(?: (?:hien|da|nay|den nay|now|already))* (?:co|lap|dat|thanh lap|xay dung|has|had|counts)\b"
)
_LIES_IN = re.compile(
    r"(?: club| ishc)?(?:,| -)? (?:ở |tại |bên |của |thuộc |nằm ở |đóng tại |o |tai |ben |cua "
    r"|thuoc |in |of |at )?"
)


# The words with a capital right before a word, and whether they open a sentence.
_NAME_BEFORE = re.compile(rf"(?P<first>^|[.:;!?\"] )?(?<![\w'])(?P<run>(?:{_WORD} ){{1,3}})$")
_NAME_REACH = 40


class Reference(NamedTuple):
    """A place named at a position of a passage.

    Attributes
    ----------
    start, end : int
        Where it stands.
    unit : Unit or None
        The place; None for references by kind, which `level` names ("city" is a province's or a
        district's city).
    level : str
        The level of the place.
    how : {"typed", "bare", "generic", "nation", "club"}
        How it is named.
    inner : bool
        Whether it stands in brackets.
    parent : bool
        Whether it only says where another place lies ("thuộc phường Mũi Né").
    """

    start: int
    end: int
    unit: Unit | None
    level: str
    how: str
    inner: bool = False
    parent: bool = False


class _TypeWord(NamedTuple):
    """A word for a kind of place: where it begins, where the name behind it does, as written."""

    start: int
    end: int
    kind: str


class _KindWords(NamedTuple):
    """The words for kinds of places, and what stands around those that mean one without a name."""

    levels: dict[str, str]
    own: frozenset[str]
    pattern: WordPattern
    before: tuple[str, ...]
    behind: re.Pattern[str]
    source: WordPattern


class _Run(NamedTuple):
    """Capitalised words that may be a name: where they stand, and what they may name."""

    start: int
    end: int
    numbered: re.Match[str] | None
    names: tuple[tuple[int, str, str, bool], ...]
    road: bool


class _Scan(NamedTuple):
    """What may be a place in a passage, whatever its document names elsewhere.

    Of references by kind it tells where all the words stand that make them one.
    """

    types: list[_TypeWord]
    english: bool
    runs: list[_Run]
    clubs: list[tuple[int, int]]
    nation: list[Reference]
    by_kind: list[tuple[int, int, Reference]]


class Known(NamedTuple):
    """What a first reading of a passage has found.

    Attributes
    ----------
    scan : object
        What may be a place in it.
    references : list of Reference or None
        Its places; None if what its document names elsewhere decides some of them.
    units : list of Unit
        The units that it names, in the order in which they are noted.
    village : Unit or None
        The village that it names last.
    """

    scan: _Scan
    references: list[Reference] | None
    units: list[Unit]
    village: Unit | None


def find_references(
    passage: Passage,
    gazetteer: Gazetteer,
    known: Mapping[tuple[int, str], Known] | None = None,
) -> list[Reference]:
    """Find the places of a passage, and note them in the gazetteer.

    `known` is what `learn_names` has found in the passages of the document.

    Examples
    --------
    >>> from lthtgn_analysis.gazetteer import open_gazetteer
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Huyện Tứ Kỳ (Hải Dương) có 19 CLB; cả nước có 6.500.")[0]
    >>> gazetteer = open_gazetteer(None)
    >>> [(r.level, r.unit.name) for r in find_references(passage, gazetteer)]
    [('district', 'Tứ Kỳ'), ('province', 'Hải Dương'), ('national', 'Việt Nam')]
    """
    read = known.get((passage.start, passage.text)) if known else None
    if read is None or read.references is None:
        scan = _scan(passage) if read is None else read.scan
        named = _find_names(passage, scan, gazetteer)
        return _in_order(passage, named, scan, gazetteer)
    for unit in read.units:
        gazetteer.note(unit)
    if read.village is not None:
        gazetteer.village = read.village
    return read.references


def learn_names(
    passages: list[Passage], gazetteer: Gazetteer
) -> tuple[list[list[Reference]], dict[tuple[int, str], Known]]:
    r"""Note the names of a document's passages, then find its places by all that it names.

    Most passages name the same places whatever the others do: their places are found once.

    Parameters
    ----------
    passages : list of Passage
        Passages of one document.
    gazetteer : Gazetteer
        The names of its maps.

    Returns
    -------
    (list of list of Reference, dict of (int, str) to Known)
        The places of each passage; and, by its beginning and text, what `find_references` need not
        find again.

    Examples
    --------
    >>> from lthtgn_analysis.gazetteer import open_gazetteer
    >>> from lthtgn_analysis.passages import split_passages
    >>> passages = split_passages("Tứ Kỳ có 3 CLB.\n\nĐó là huyện Tứ Kỳ, tỉnh Hải Dương.")
    >>> references, _ = learn_names(passages, open_gazetteer(None))
    >>> [[r.unit.name for r in found] for found in references]
    [['Tứ Kỳ'], ['Tứ Kỳ', 'Hải Dương']]
    """
    known: dict[tuple[int, str], Known] = {}
    for passage in passages:
        scan = _scan(passage)
        village = gazetteer.village
        gazetteer.noted, gazetteer.consulted = [], False
        named = _find_names(passage, scan, gazetteer)
        last = None if gazetteer.village is village else gazetteer.village
        references = None if gazetteer.consulted else _in_order(passage, named, scan, gazetteer)
        if gazetteer.consulted:
            references = None
        known[passage.start, passage.text] = Known(scan, references, gazetteer.noted, last)
    gazetteer.noted = None
    gazetteer.rank()
    found = [find_references(passage, gazetteer, known) for passage in passages]
    gazetteer.village = None
    return found, known


def _find_names(passage: Passage, scan: _Scan, gazetteer: Gazetteer) -> list[Reference]:
    """Find the names of a passage, and note them in the gazetteer."""
    found = list(_typed_names(passage, scan, gazetteer))
    if scan.runs:
        found += _bare_names(scan.runs, passage, gazetteer, _spans(found))
    if scan.clubs:
        found += _club_names(scan.clubs, passage, gazetteer, _spans(found))
    return found


def _in_order(
    passage: Passage, named: list[Reference], scan: _Scan, gazetteer: Gazetteer
) -> list[Reference]:
    """Order the places of a passage, and tell which only say where another one lies."""
    found = named + scan.nation
    if scan.by_kind:
        line = passage.lower if passage.marked else passage.plain
        taken = _spans(named)
        for start, end, reference in scan.by_kind:
            if _overlaps(start, end, taken):
                continue
            of_club = reference.level == "village" and _is_of_club(line, reference.start)
            unit = gazetteer.last_village() if of_club else None
            found.append(reference if unit is None else reference._replace(unit=unit))
    if not found:
        return found
    found.sort(key=_START)
    brackets = _brackets(passage.text)
    placed: list[Reference] = []
    for reference in found:
        last = placed[-1] if placed else None
        chained = last is not None and _is_chained(last, reference, passage)
        placed.append(_placed(reference, passage, brackets, chained=chained))
    return placed


def _spans(references: list[Reference]) -> list[tuple[int, int]]:
    return [(reference.start, reference.end) for reference in references]


def _overlaps(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    for begin, stop in taken:  # noqa: SIM110  (`any` takes twice as long, for every name)
        if begin < end and start < stop:
            return True
    return False


def _is_of_club(line: str, start: int) -> bool:
    """Tell whether a place is named behind its club: "CLB thôn Đông"."""
    return _CLUB_BEFORE.search(line, max(0, start - 30), start) is not None


def _is_chained(last: Reference, reference: Reference, passage: Passage) -> bool:
    """Tell whether a place only says where the one before it lies: "CLB thôn A, xã B, huyện C"."""
    if last.parent:
        listed = passage.text[last.end : reference.start] == ", "
        return listed and not _is_subject(last.start, reference, passage)
    if reference.unit is None or reference.level in ("village", "national"):
        return False
    of_club = last.how == "club" and not last.inner
    if not of_club or _LIES_IN.fullmatch(passage.lower, last.end, reference.start) is None:
        return False
    return not _is_subject(last.start, reference, passage)


def _is_subject(start: int, reference: Reference, passage: Passage) -> bool:
    """Tell the subject behind a club that is counted in: "Tính cả CLB thôn A, huyện B có 24"."""
    return (
        _COUNTS.match(passage.plain, reference.end) is not None
        and _COUNTED_IN.search(passage.plain, max(0, start - _NAME_REACH), start) is not None
    )


def _scan(passage: Passage) -> _Scan:
    """Find what may be a place in a passage."""
    line = passage.lower if passage.marked else passage.plain
    english = holds_any(passage.plain, _ENGLISH_WORDS)
    nation: list[Reference] = []
    if holds_any(passage.plain, _NATION_WORDS):
        nation = [
            Reference(*match.span("here"), NATION, "national", "nation")
            for match in _compiled(_NATION, passage.marked).find_all(line)
        ]
    kinds = _kind_words(passage.marked).pattern.find_all(line)
    by_kind = _find_kinds(passage, line, kinds)
    for match in _ENGLISH_KIND.find_all(line) if english else ():
        level = _ENGLISH_LEVEL[match["en"] or "province"]
        begin, end = match.span("here")
        by_kind.append((begin, end, Reference(begin, end, None, level, "generic")))
    if nation and by_kind:
        told = _spans(nation)
        by_kind = [kind for kind in by_kind if not _overlaps(kind[0], kind[1], told)]
    clubs = _find_club_names(passage.text, marked=passage.marked)
    types = _find_types(passage, line, kinds)
    return _Scan(types, english, _find_runs(passage), clubs, nation, by_kind)


def _find_types(passage: Passage, line: str, kinds: list[re.Match[str]]) -> list[_TypeWord]:
    """Keep the words for kinds of places that a name or number follows."""
    return [
        _TypeWord(match.start("here"), name, match["here"])
        for match in kinds
        if (name := _name_behind(passage, line, match["here"], match.end()))
        and not line.endswith("'", 0, match.start("here"))
    ]


def _find_kinds(
    passage: Passage, line: str, kinds: list[re.Match[str]]
) -> list[tuple[int, int, Reference]]:
    """Keep the words for kinds of places that mean one without a name, with what tells it."""
    words = _kind_words(passage.marked)
    sources: dict[int, re.Match[str]] = {}
    if "theo " in line:  # "Theo Hội NCT tỉnh, đến nay đã có 74 CLB"
        sources = {match.start("source"): match for match in words.source.find_all(line)}
    found: list[tuple[int, int, Reference]] = []
    done = -1
    for match in kinds:
        start, end = match.span("here")
        kind = match["here"]
        if start <= done or kind not in words.own:
            continue
        if source := sources.get(start):
            begin, done = source.start("here"), end
        elif sources and any(m.start() < start < m.end() for m in sources.values()):
            continue  # "theo ban đại diện hội": no "bản"
        elif line.endswith(words.before, 0, start) and (
            (begin := _begin_before(line, start, done, words.before)) >= 0
        ):
            done = end
            if passage.text[end + 1 : end + 2].isupper() or _LISTED_KIND.match(passage.plain, end):
                continue
        elif behind := words.behind.match(line, end):
            begin, done = start, behind.end()
            if _NOT_OWN.search(passage.lower, max(0, start - 16), start):
                continue
        else:
            continue
        reference = Reference(start, end, None, words.levels[kind], "generic")
        found.append((begin, done, reference))
    return found


def _name_behind(passage: Passage, line: str, kind: str, end: int) -> int:
    """Return where the name or number behind a type word begins, 0 if there is none."""
    begin = end + 1
    if line.startswith(".", end) and kind in _SHORTENED:
        begin += line.startswith(" ", begin)
    elif not line.startswith(" ", end):
        return 0
    first = passage.text[begin : begin + 1]
    named = first.isalnum() and (not first.islower() or line.startswith("số ", begin))
    return begin if named else 0


def _begin_before(line: str, start: int, done: int, before: tuple[str, ...]) -> int:
    """Return where the words before a kind begin that make it a place ("toàn tỉnh"), or -1."""
    for word in before:
        begin = start - len(word)
        if begin > done and line.startswith(word, begin) and (
            begin == 0 or not (line[begin - 1].isalnum() or line[begin - 1] == "_")
        ):  # fmt: skip
            return begin
    return -1


def _find_runs(passage: Passage) -> list[_Run]:
    """Find the capitalised words that may be a name of several words, and name no person."""
    found = []
    for run in _LONG_RUN.finditer(passage.text):
        names = _possible_names(run[0])
        if not names:
            continue
        start, end = run.span()
        before = passage.lower[max(0, start - 12) : start]
        if not _PERSON_BEFORE.search(before):
            numbered = _NUMBER_IN_NAME.match(passage.lower, end)
            road = _ROAD_BEFORE.search(before) is not None
            found.append(_Run(start, end, numbered, names, road))
    return found


@cache
def _compiled(pattern: str, marked: bool) -> WordPattern:
    return WordPattern(pattern if marked else unmark(pattern))


@cache
def _kind_words(marked: bool) -> _KindWords:
    written = str if marked else unmark
    levels = {written(word): level for word, level in _LEVEL_OF.items()}
    return _KindWords(
        levels,
        frozenset(map(written, _OWN_WORDS)),
        WordPattern(rf"{join_words(levels)}(?!\w)"),
        tuple(written(word) + " " for word in _BEFORE_KIND),
        re.compile(_BEHIND_KIND if marked else unmark(_BEHIND_KIND)),
        _compiled(_SOURCE, marked),
    )


def _typed_names(passage: Passage, scan: _Scan, gazetteer: Gazetteer) -> Iterable[Reference]:
    done = 0
    levels = _kind_words(passage.marked).levels
    for word in scan.types:
        if word.start < done and word.kind in _KHMER_TYPES:
            continue  # "ấp Sóc Ruộng" names one village
        if passage.text[word.start].isupper() and _is_in_name(passage, word):
            continue  # "ông Thạch Sóc Kha" names no village
        level = levels[word.kind]
        reference = _after_type(passage, word, level, gazetteer)
        if reference is not None:
            if reference.unit is not None:
                gazetteer.note(reference.unit)
            if level == "village" and reference.unit and not reference.unit.name[:1].isdigit():
                gazetteer.village = reference.unit
            done = reference.end
            yield reference
            yield from _more_of_kind(passage, reference, level, gazetteer)
    if scan.english:
        yield from _english_names(passage, gazetteer)


def _is_in_name(passage: Passage, word: _TypeWord) -> bool:
    """Tell whether a word with a capital goes on with the name of a person, or of another place."""
    if not passage.text[max(0, word.start - 2) : word.start].strip().isalpha():
        return False  # it opens a sentence or a bracket, as most that have a capital
    begin = max(0, word.start - _NAME_REACH)
    name = _NAME_BEFORE.search(passage.text, begin, word.start)
    if name is None or passage.text.isupper():
        return False
    if word.kind in _KHMER_TYPES:
        words = name["run"].split()
        return not (name["first"] and len(words) == 1) and not _ACRONYM.match(words[-1])
    return _PERSON_BEFORE.search(passage.lower, begin, name.start("run")) is not None


def _more_of_kind(
    passage: Passage, first: Reference, level: str, gazetteer: Gazetteer
) -> Iterable[Reference]:
    """Read on in "các huyện Hải Lăng, Triệu Phong, Cam Lộ"."""
    end = first.end
    while joint := _AND.match(passage.text, end):
        run = _RUN.match(passage.text, joint.end())
        unit = gazetteer.look_up(run["run"], _levels(level)) if run and level != "village" else None
        if run is None or unit is None or (unit.level == "province" and level != "province"):
            return
        if _names_parent(passage, first, unit):
            return
        end = run.end()
        gazetteer.note(unit)
        yield Reference(run.start(), end, unit, unit.level, "bare")


def _names_parent(passage: Passage, first: Reference, unit: Unit) -> bool:
    """Tell "huyện Quan Sơn, Thanh Hóa": the province in which the first lies, not its capital."""
    if first.unit is None or unit.level == "province":
        return False
    listed = _PLURAL_BEFORE.search(passage.lower, max(0, first.start - 8), first.start)
    return listed is None and plain_key(name_of_province(first.unit)) == plain_key(unit.name)


def _after_type(
    passage: Passage, word: _TypeWord, level: str, gazetteer: Gazetteer
) -> Reference | None:
    """Read the name behind a type word: the longest the maps know; a village's as it stands."""
    position = word.end
    run = _RUN.match(passage.text, position)
    if level == "village":
        name = run["run"] if run else None
        numbered = _NUMBERED.match(passage.lower, position)
        if name is None and numbered:
            name = numbered[0]
        # "Có bon CLB" without marks: four clubs, and no village of the type "bon".
        if name is None or _ACRONYM.match(name) or (
            word.kind == "ban" and _BOARD_AFTER.match(name.lower())
        ):  # fmt: skip
            return None
        key = plain_key(passage.text[word.start : position + len(name)])
        if passage.text.isupper() or key in level_keys("district") or key in level_keys("province"):
            return None
        end = position + len(name)
        return Reference(word.start, end, Unit("village", name, "", ""), "village", "typed")
    if run is None:
        number = _NUMBERED.match(passage.lower, position)
        name = f"{word.kind} {int(re.sub(r'[^0-9]', '', number[0]))}" if number else ""
        unit = gazetteer.look_up(name, _levels(level)) if number else None
        end = number.end() if number else 0
        return None if unit is None else Reference(word.start, end, unit, unit.level, "typed")
    numbered = _NUMBER_IN_NAME.match(passage.lower, run.end())
    names = _beginnings(run["run"])
    for name in (run["run"] + numbered[0], *names) if numbered else names:
        unit = gazetteer.look_up(_titled(name), _levels(level))
        if unit is not None:
            return Reference(word.start, position + len(name), unit, unit.level, "typed")
    return None


@lru_cache(maxsize=8192)
def _beginnings(run: str) -> tuple[str, ...]:
    """Return the names that a run of capitalised words may begin with, the longest first."""
    words = _WORD_ENDS.split(run)
    return tuple("".join(words[:count]).strip() for count in range(len(words), 0, -1))


def _titled(name: str) -> str:
    return name.title() if name.isupper() and len(name) > 3 else name


def _levels(level: str) -> tuple[str, ...]:
    return ("district", "province") if level == "city" else (level,)


def _english_lists(passage: Passage, gazetteer: Gazetteer) -> Iterable[Reference]:
    """Read "Cai Be, Cai Lay and Cho Gao districts"."""
    for kind in _ENGLISH_PLURAL.finditer(passage.lower):
        level = _ENGLISH_LEVEL[kind["kind"]]
        runs = list(_RUN.finditer(passage.text, 0, kind.start()))
        end = kind.start()
        found: list[Reference] = []
        while runs and (not found or _AND_BEFORE.fullmatch(passage.text, runs[-1].end(), end)):
            run = runs.pop()
            unit = gazetteer.look_up(_titled(run["run"]), _levels(level))
            if unit is None or (not found and run.end() != end):
                break
            gazetteer.note(unit)
            found.append(Reference(run.start(), run.end(), unit, unit.level, "typed"))
            end = run.start()
        yield from reversed(found)


def _english_names(passage: Passage, gazetteer: Gazetteer) -> Iterable[Reference]:
    yield from _english_lists(passage, gazetteer)
    for run in _RUN.finditer(passage.text):
        inside = _ENGLISH_TYPE.search(passage.lower, run.start(), run.end())
        capitals = inside if inside and inside.end() == run.end() else None
        after = capitals or _ENGLISH_TYPE.match(passage.lower, run.end())
        before = _ENGLISH_BEFORE.search(passage.lower[max(0, run.start() - 14) : run.start()])
        kind = after or before
        if kind is None:
            continue
        level = _ENGLISH_LEVEL[kind["kind"]]
        words = run["run"].split(" ")
        start = run.start()
        for place in [n for n, word in enumerate(words) if word.lower() in _FUNCTION_WORDS][-1:]:
            start += len(" ".join(words[:place])) + (place > 0)
            words = words[place:]
        while words and words[0].lower() in _FUNCTION_WORDS:
            start += len(words[0]) + 1
            words = words[1:]
        name = _titled(" ".join(words[:-1] if capitals else words))
        if level == "village" and name:
            unit: Unit | None = Unit("village", name, "", "")
        else:
            unit = gazetteer.look_up(name, _levels(level)) if name else None
        if unit is not None:
            gazetteer.note(unit)
            end = after.end() if after else run.end()
            yield Reference(start, end, unit, unit.level, "typed")


def _bare_names(
    runs: list[_Run], passage: Passage, gazetteer: Gazetteer, taken: list[tuple[int, int]]
) -> list[Reference]:
    found = []
    for run in runs:
        if _overlaps(run.start, run.end, taken):
            continue
        if reference := _bare_numbered(run, passage, gazetteer):
            found.append(reference)
            continue
        reference = _bare(run, gazetteer)
        if reference is not None and reference.unit is not None:
            gazetteer.note(reference.unit)
            found.append(reference)
    return found


def _bare_numbered(run: _Run, passage: Passage, gazetteer: Gazetteer) -> Reference | None:
    """Read "Sơn Kim 1" where it was named with its type before."""
    if run.numbered is None:
        return None
    name = passage.text[run.start : run.end] + run.numbered[0]
    unit = gazetteer.known("commune", plain_key(name))
    if unit is None or not (name.isascii() or unit.name == _titled(name)):
        return None
    return Reference(run.start, run.numbered.end(), unit, unit.level, "bare")


def _club_names(
    clubs: list[tuple[int, int]],
    passage: Passage,
    gazetteer: Gazetteer,
    taken: list[tuple[int, int]],
) -> Iterable[Reference]:
    """Find clubs that are named without the type word of their village."""
    for start, end in clubs:
        if not _overlaps(start, end, taken):
            gazetteer.village = Unit("village", passage.text[start:end], "", "")
            yield Reference(start, end, gazetteer.village, "village", "club")


def _find_club_names(text: str, *, marked: bool) -> list[tuple[int, int]]:
    spans = [
        match.span("run")
        for word, pattern in _CLUB_WORDS if word in text
        for match in pattern.finditer(text)
    ]  # fmt: skip
    if not marked:
        for club in _ENGLISH_CLUB.finditer(text):
            offset = max(0, club.start() - 60)
            if run := _RUN_BEFORE.search(text[offset : club.start()]):
                article = len("The ") if run["run"].startswith("The ") else 0
                spans.append((offset + run.start() + article, club.start()))
    return [
        (start, end) for start, end in spans
        if " " in (name := text[start:end]) and not name.isupper()
        and not _NO_VILLAGE.match(unmark(name).lower())
    ]  # fmt: skip


def _bare(run: _Run, gazetteer: Gazetteer) -> Reference | None:
    for at, name, key, whole in run.names:
        begin = run.start + at
        if not whole or key in level_keys("province"):
            unit = gazetteer.look_up(_titled(name), ("province",))
            if unit is not None:
                return Reference(begin, begin + len(name), unit, "province", "bare")
        if whole and not run.road and (unit := _known_bare(name, key, gazetteer)):
            return Reference(begin, begin + len(name), unit, unit.level, "bare")
    return None


@lru_cache(maxsize=65536)
def _possible_names(run: str) -> tuple[tuple[int, str, str, bool], ...]:
    """List what a run of capitalised words may name: place, name, key, whether all of its words.

    Provinces stand anywhere in it; a district or commune is the whole run, of two words or more.
    """
    if " " not in run and "-" not in run and unmark(run).lower() != "hue":
        return ()
    words = re.split(r"[ -]", run)
    offset = 0
    named = plain_key(run)  # "Cho Gao", without marks, begins with no "cho"
    of_place = named in level_keys("district") or named in level_keys("commune")
    while len(words) > 1 and words[0].lower() in _FUNCTION_WORDS and not of_place:
        offset += len(words[0]) + 1
        words = words[1:]
    spans = [(0, len(words))]
    spans += [(first, len(words)) for first in range(1, len(words))]
    spans += [(0, last) for last in range(len(words) - 1, 0, -1)]
    begins = province_beginnings()
    provinces, districts, communes = (
        level_keys(key) for key in ("province", "district", "commune")
    )
    found = []
    for first, last in spans:
        if last - first < len(words) and unmark(words[first]).lower() not in begins:
            continue
        name = " ".join(words[first:last])
        key = plain_key(name)
        at = offset + sum(len(word) + 1 for word in words[:first])
        province = key in provinces and (last - first > 1 or key == "hue")
        whole = (first, last) == (0, len(words)) and last - first > 1
        if province or (whole and (key in districts or key in communes)):
            found.append((at, name, key, whole))
    return tuple(found)


def _known_bare(name: str, key: str, gazetteer: Gazetteer) -> Unit | None:
    """Find a bare name among the units named before, then among the districts of the province."""
    for level in ("commune", "district"):
        known = gazetteer.known(level, key)
        if known is not None and (name.isascii() or known.name == _titled(name)):
            return known
    if key in level_keys("district") and (unit := gazetteer.look_up(name, ("district",))):
        above = plain_key(name_of_province(unit))
        if above in gazetteer.named["province"] or gazetteer.districts_in[unit.province]:
            return unit
    unit = gazetteer.look_up(name, ("commune",)) if key in level_keys("commune") else None
    return unit if unit is not None and gazetteer.districts[unit.district] else None


def _brackets(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _BRACKET.finditer(text)] if "(" in text else []


def _placed(
    reference: Reference, passage: Passage, brackets: list[tuple[int, int]], *, chained: bool
) -> Reference:
    inner = any(begin < reference.start and reference.end <= end for begin, end in brackets)
    begin = max(0, reference.start - 30)
    before = passage.lower[begin : reference.start]
    parent = chained or _PART_OF.search(passage.lower, begin, reference.start) is not None
    if reference.how == "nation":
        parent = _RANKED.search(before) is not None
    elif reference.how == "generic":
        parent = parent or _LEADS.search(before) is not None
    named = reference.level == "village" and reference.unit is not None
    of_club = named and _is_of_club(passage.lower, reference.start)
    if not (inner or parent or of_club):
        return reference
    how = "club" if of_club else reference.how
    return reference._replace(how=how, inner=inner, parent=parent)
