"""A passage comes in; what may be a place in it goes out, whatever its document names elsewhere.

Words for kinds of places before a name ("huyện Tứ Kỳ") or alone ("toàn tỉnh"), names without such
a word, clubs, and the country. Which unit a name means is decided in `mentions`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from .finders import CAPITAL, WordPattern, holds_any, join_words
from .gazetteer import NATION, Unit, level_keys, plain_key, province_beginnings
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
CAPITALISED = CAPITAL + _LETTERS
# The same without single words that cannot be Huế; it begins with a letter, so as to be fast.
_LONG_RUN = re.compile(
    rf"{CAPITAL}(?<![\w'].)(?:{_LETTERS}(?:[ -]{CAPITALISED}){{1,5}}|(?<=H)\w\w(?![\w']))"
)
# "xã Sơn Kim 1", "Đam Rông 4", but not "Nga An 4 CLB"
NUMBER_IN_NAME = re.compile(
    r" \d{1,2}(?![\w/%]|[.,]\d| ?(?:%|clb|câu lạc|cau lac|clubs?|ishcs?|thành viên|thanh vien"
    r"|người|nguoi|thôn|thon|hộ|ho|lớp|lop|triệu|trieu|tỷ|ty)(?!\w))"
)
ENGLISH_LEVEL = {
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
FUNCTION_WORDS = frozenset(
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
PERSON_BEFORE = re.compile(
    r"(?:ông|bà|anh|chị|cụ|già|đồng chí|đ/c|em|bác|cô|chú|ong|ba|anh|chi|cu|dong chi|mr|mrs|ms"
    r"|dr)\.? $"
)
_ROAD_BEFORE = re.compile(r"(?:đường|phố|sông|núi|chợ|cầu|đảo|vùng biên|giáp|duong|song) $")
_NOT_OWN = re.compile(
    r"(?:ubnd|hội|nct|ban|ủy|cấp|các|mỗi|từng|nhiều|số|số các|đảng|mttq"
    r"|hội đồng|ngân sách|"
    r"hoi|cac|moi|so|cap|trung tâm|giao|đồng|đoàn|cán bộ|một|những|bí thư"
    r"|chủ tịch|vài|phòng|binh|là|la|đề nghị|đề xuất|kiến nghị|de nghi)[ ,]*$"
    r"|(?<![ /](?:19|20)\d)\d $"  # "quý I/2023 huyện lập 3 CLB"
    r"|(?:xã|phường|huyện|quận|thị xã|thị trấn|xa|phuong|huyen|quan), $"
)
# "CLB Đôn Nghĩa", "the Kon Gung club": a club bears the name of its village.
# Each begins with fixed letters, so as to be fast.
_CLUB_WORDS = tuple(
    (
        word,
        re.compile(
            rf"{word}(?: (?:[Ll]iên thế hệ [Tt]ự giúp nhau|[Ll]ien the he [Tt]u giup nhau|LTHTGN))?"
            rf" (?P<run>{CAPITALISED}(?: {CAPITALISED}){{1,2}})(?![\w-])"
        ),
    )
    for word in ("CLB", "âu lạc bộ", "au lac bo")
)
_ENGLISH_CLUB = re.compile(r" (?:club|ISHC)(?!\w)")
_RUN_BEFORE = re.compile(rf"(?<![\w'])(?P<run>{CAPITALISED}(?:[ -]{CAPITALISED}){{1,3}})$")
_NO_VILLAGE = re.compile(
    r"(?:clb|nct|lien the he|lthtgn|nguoi cao|hoi|ubnd|self|inter|ishc|elder|the he|suc khoe|duong"
    r"|van nghe|the |phu nu|tho |gia dinh|cuu chien|nong dan|thanh nien|huu tri)"
)


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


class TypeWord(NamedTuple):
    """A word for a kind of place, with a name behind it.

    Attributes
    ----------
    start, end : int
        Where it begins, and where the name does.
    kind, level : str
        The word in small letters, and the level of the place.
    """

    start: int
    end: int
    kind: str
    level: str


class _KindWords(NamedTuple):
    """The words for kinds of places, and what stands around those that mean one without a name."""

    levels: dict[str, str]
    own: frozenset[str]
    pattern: WordPattern
    before: tuple[str, ...]
    behind: re.Pattern[str]
    source: WordPattern


class Run(NamedTuple):
    """Capitalised words that may be a name without a type word.

    Attributes
    ----------
    start, end : int
        Where they stand.
    numbered : Match or None
        The number behind them that may belong to the name ("Sơn Kim 1").
    names : tuple of (int, str, str, bool)
        What they may name: where it begins among them, as written, as names are looked up, and
        whether it is all of them.
    road : bool
        Whether they name a road or a river too.
    """

    start: int
    end: int
    numbered: re.Match[str] | None
    names: tuple[tuple[int, str, str, bool], ...]
    road: bool


class Scan(NamedTuple):
    """What may be a place in a passage, whatever its document names elsewhere.

    Attributes
    ----------
    types : list of TypeWord
        The words for kinds of places that a name follows.
    english : bool
        Whether it may name places in English.
    runs : list of Run
        Names without such a word.
    clubs : list of (int, int)
        Where names of clubs stand.
    nation : list of Reference
        Where it speaks of the whole country.
    by_kind : list of (int, int, Reference)
        References by kind ("toàn tỉnh"), with where all the words stand that make them one.
    """

    types: list[TypeWord]
    english: bool
    runs: list[Run]
    clubs: list[tuple[int, int]]
    nation: list[Reference]
    by_kind: list[tuple[int, int, Reference]]


def scan_places(passage: Passage) -> Scan:
    """Find what may be a place in a passage.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> scan = scan_places(split_passages("Toàn huyện có 5 CLB, xã Nga An 2.")[0])
    >>> [word.kind for word in scan.types], [found.level for _, _, found in scan.by_kind]
    (['xã'], ['district'])
    """
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
        level = ENGLISH_LEVEL[match["en"] or "province"]
        begin, end = match.span("here")
        by_kind.append((begin, end, Reference(begin, end, None, level, "generic")))
    if nation and by_kind:
        told = spans_of(nation)
        by_kind = [kind for kind in by_kind if not overlaps(kind[0], kind[1], told)]
    clubs = _find_club_names(passage.text, marked=passage.marked)
    types = _find_types(passage, line, kinds)
    return Scan(types, english, _find_runs(passage), clubs, nation, by_kind)


def spans_of(references: list[Reference]) -> list[tuple[int, int]]:
    """Return where places stand.

    Examples
    --------
    >>> spans_of([Reference(3, 9, None, "province", "generic")])
    [(3, 9)]
    """
    return [(reference.start, reference.end) for reference in references]


def overlaps(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    """Tell whether a part of a line shares a letter with one of others.

    Examples
    --------
    >>> overlaps(2, 5, [(0, 2)]), overlaps(2, 5, [(4, 6)])
    (False, True)
    """
    for begin, stop in taken:  # noqa: SIM110  (`any` takes twice as long, for every name)
        if begin < end and start < stop:
            return True
    return False


def _find_types(passage: Passage, line: str, kinds: list[re.Match[str]]) -> list[TypeWord]:
    """Keep the words for kinds of places that a name or number follows."""
    levels = _kind_words(passage.marked).levels
    return [
        TypeWord(match.start("here"), name, match["here"], levels[match["here"]])
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


def _find_runs(passage: Passage) -> list[Run]:
    """Find the capitalised words that may be a name of several words, and name no person."""
    found = []
    for run in _LONG_RUN.finditer(passage.text):
        names = _possible_names(run[0])
        if not names:
            continue
        start, end = run.span()
        before = passage.lower[max(0, start - 12) : start]
        if not PERSON_BEFORE.search(before):
            numbered = NUMBER_IN_NAME.match(passage.lower, end)
            road = _ROAD_BEFORE.search(before) is not None
            found.append(Run(start, end, numbered, names, road))
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
    while len(words) > 1 and words[0].lower() in FUNCTION_WORDS and not of_place:
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
