"""A passage comes in; the places that it names go out, found within the places of its document.

Typed names ("huyện Tứ Kỳ", "TP. Buôn Ma Thuột", "buôn Kô Tam"), bare names of provinces and of
units of the document's own province, references by kind ("toàn tỉnh", "the province", "cả nước")
and clubs named after their village. The names are known by `gazetteer`; nothing here decides which
figure a place belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from .finders import WordPattern
from .gazetteer import Gazetteer, Unit, level_keys, name_of_province, plain_key
from .passages import Passage
from .placewords import (
    CAPITALISED,
    ENGLISH_LEVEL,
    FUNCTION_WORDS,
    NUMBER_IN_NAME,
    PERSON_BEFORE,
    Reference,
    Run,
    Scan,
    TypeWord,
    overlaps,
    scan_places,
    spans_of,
)

_RUN = re.compile(rf"(?<![\w'])(?P<run>{CAPITALISED}(?:[ -]{CAPITALISED}){{0,5}})")
_NUMBERED = re.compile(r"(?:số )?\d{1,3}[a-c]?(?!\w)(?![.,/]\d)")
_ENGLISH_TYPE = re.compile(
    r" (?P<kind>province|district|commune|ward|township|town|village|hamlet|city)(?!\w)"
)
_ENGLISH_PLURAL = re.compile(r" (?P<kind>province|district|commune|ward|town)s(?!\w)")
_AND_BEFORE = re.compile(r",? and |, ")
_ENGLISH_BEFORE = re.compile(
    r"(?P<kind>province|district|commune|ward|township|town|village|hamlet|city) of $"
)
_BOARD_AFTER = re.compile(
    r"(?:chu nhiem|dieu hanh|dai dien|chap hanh|thuong vu|giam|quan ly|chi dao)"
)
_PART_OF = WordPattern(
    r"(?:thuộc|nhập từ|trước thuộc|nay thuộc|sáp nhập|tách từ|giáp|thuoc|nhap tu|sap nhap"
    r"|merged from"
    r"|mang tên|dù mang tên|part of)[^,.;:)]{0,12}$"
    r"|(?:đoàn|khách|đại biểu|quê|học tập|học hỏi|tham quan|kinh nghiệm|cách làm|quê gốc|phối hợp"
    r"|kết hợp|khác với|không như|giống như|tương tự|hội nghị ở|hội nghị tại|cuộc họp ở"
    r"|cuộc họp tại|nơi đặt|trung tâm hành chính|thủ phủ|trụ sở|noi dat|trung tam hanh chinh"
    r"|thu phu|tru so|doan|khach|dai bieu|que|hoc tap|hoc hoi|tham quan|kinh nghiem|cach lam"
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
_BRACKET = re.compile(r"\([^()]*\)")
_CLUB_BEFORE = re.compile(
    r"(?:clb|câu lạc bộ|cau lac bo|lthtgn|tự giúp nhau|tu giup nhau|club|ishc)\)?(?: của| ở| tại"
    r"| cua| o| tai| in| of)? $"
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
_NAME_BEFORE = re.compile(rf"(?P<first>^|[.:;!?\"] )?(?<![\w'])(?P<run>(?:{CAPITALISED} ){{1,3}})$")
_NAME_REACH = 40


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

    scan: Scan
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
        scan = scan_places(passage) if read is None else read.scan
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
        scan = scan_places(passage)
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


def _find_names(passage: Passage, scan: Scan, gazetteer: Gazetteer) -> list[Reference]:
    """Find the names of a passage, and note them in the gazetteer."""
    found = list(_typed_names(passage, scan, gazetteer))
    if scan.runs:
        found += _bare_names(scan.runs, passage, gazetteer, spans_of(found))
    if scan.clubs:
        found += _club_names(scan.clubs, passage, gazetteer, spans_of(found))
    return found


def _in_order(
    passage: Passage, named: list[Reference], scan: Scan, gazetteer: Gazetteer
) -> list[Reference]:
    """Order the places of a passage, and tell which only say where another one lies."""
    found = named + scan.nation
    if scan.by_kind:
        line = passage.lower if passage.marked else passage.plain
        taken = spans_of(named)
        for start, end, reference in scan.by_kind:
            if overlaps(start, end, taken):
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


def _typed_names(passage: Passage, scan: Scan, gazetteer: Gazetteer) -> Iterable[Reference]:
    done = 0
    for word in scan.types:
        if word.start < done and word.kind in _KHMER_TYPES:
            continue  # "ấp Sóc Ruộng" names one village
        if passage.text[word.start].isupper() and _is_in_name(passage, word):
            continue  # "ông Thạch Sóc Kha" names no village
        reference = _after_type(passage, word, gazetteer)
        if reference is not None:
            if reference.unit is not None:
                gazetteer.note(reference.unit)
            if word.level == "village" and reference.unit and not reference.unit.name[:1].isdigit():
                gazetteer.village = reference.unit
            done = reference.end
            yield reference
            yield from _more_of_kind(passage, reference, word.level, gazetteer)
    if scan.english:
        yield from _english_names(passage, gazetteer)


def _is_in_name(passage: Passage, word: TypeWord) -> bool:
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
    return PERSON_BEFORE.search(passage.lower, begin, name.start("run")) is not None


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


def _after_type(passage: Passage, word: TypeWord, gazetteer: Gazetteer) -> Reference | None:
    """Read the name behind a type word: the longest the maps know; a village's as it stands."""
    position = word.end
    run = _RUN.match(passage.text, position)
    if word.level == "village":
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
        unit = gazetteer.look_up(name, _levels(word.level)) if number else None
        end = number.end() if number else 0
        return None if unit is None else Reference(word.start, end, unit, unit.level, "typed")
    numbered = NUMBER_IN_NAME.match(passage.lower, run.end())
    names = _beginnings(run["run"])
    for name in (run["run"] + numbered[0], *names) if numbered else names:
        unit = gazetteer.look_up(_titled(name), _levels(word.level))
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
        level = ENGLISH_LEVEL[kind["kind"]]
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
        level = ENGLISH_LEVEL[kind["kind"]]
        words = run["run"].split(" ")
        start = run.start()
        for place in [n for n, word in enumerate(words) if word.lower() in FUNCTION_WORDS][-1:]:
            start += len(" ".join(words[:place])) + (place > 0)
            words = words[place:]
        while words and words[0].lower() in FUNCTION_WORDS:
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
    runs: list[Run], passage: Passage, gazetteer: Gazetteer, taken: list[tuple[int, int]]
) -> list[Reference]:
    found = []
    for run in runs:
        if overlaps(run.start, run.end, taken):
            continue
        if reference := _bare_numbered(run, passage, gazetteer):
            found.append(reference)
            continue
        reference = _bare(run, gazetteer)
        if reference is not None and reference.unit is not None:
            gazetteer.note(reference.unit)
            found.append(reference)
    return found


def _bare_numbered(run: Run, passage: Passage, gazetteer: Gazetteer) -> Reference | None:
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
        if not overlaps(start, end, taken):
            gazetteer.village = Unit("village", passage.text[start:end], "", "")
            yield Reference(start, end, gazetteer.village, "village", "club")


def _bare(run: Run, gazetteer: Gazetteer) -> Reference | None:
    for at, name, key, whole in run.names:
        begin = run.start + at
        if not whole or key in level_keys("province"):
            unit = gazetteer.look_up(_titled(name), ("province",))
            if unit is not None:
                return Reference(begin, begin + len(name), unit, "province", "bare")
        if whole and not run.road and (unit := _known_bare(name, key, gazetteer)):
            return Reference(begin, begin + len(name), unit, unit.level, "bare")
    return None


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
