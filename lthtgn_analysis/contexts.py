"""The passages of a document come in; what holds for the whole of it goes out.

Its language, its day of publication, the day its data stand for, the place it reports on, the club
it speaks of, and whether it is the note of a project. A date in a title or lead-in governs all
figures under it; a dateline dates no figure, but completes what is relative ("năm ngoái").
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import pandas as pd

from .finders import holds_any
from .gazetteer import NATION, Gazetteer, Unit, open_gazetteer, unit_by_code, village_of
from .mentions import Known, learn_names
from .moments import Moment, find_moments
from .numerals import Convention
from .passages import Passage
from .placewords import Reference

_HEADER_PASSAGES = 9
_TAIL_PASSAGES = 3
_LONGEST_TITLE = 160
_DOMINANT = 0.45  # below it, a document that names many provinces speaks of the country
_DATELINE_WEIGHT = 6
_SCANNED_PASSAGES = 300
_ISSUER = re.compile(
    r"\W*(?:hoi |ban |ubnd|uy ban|bch|bdd|(?:tinh|huyen|thanh|thi|xa) hoi|mttq|mat tran)"
)
_ENGLISH = re.compile(r"\b(?:the|of|and|in|is|are|was|with|for)\b")
_VIETNAMESE = re.compile(r"\b(?:va|cua|co|cac|trong|nguoi|duoc|tai|cho|den)\b")
_DATA_WORDS = re.compile(
    r"so lieu|chot|tinh den|ket qua|thang dau|thang cuoi|hoat dong|bao cao nam|data|as of"
    r"|quy (?:i|\d)"
    r"|tinh hinh|tong ket|cuoi ky|den het|den ngay|den nam|report|giai doan|so ket|progress"
    r"|figures|trong nam"
)
_PROJECT_TIME = re.compile(
    r"thoi gian thuc hien|thoi han|giai doan thuc hien|project period|implementation period"
    r"|duration"
    r"|thoi gian:[^;]{0,24}(?:19|20)\d\d ?(?:-|den) |thoi gian du an|ky du an|period:"
)
_RECIPIENT = re.compile(r"\W*(?:kinh gui|gui|nguoi nhan|noi nhan|to) ?:")
_SENDER = re.compile(r"\W*(?:nguoi gui|noi gui|don vi gui|nguoi viet|tu|from|sender) ?: ?")
_UP_TO = re.compile(r"(?:tinh |ke |chot )*(?:den|toi|het|as of|by|until)\b")
_AHEAD = re.compile(r"(?:nhiem vu|phuong huong|ke hoach)(?: \w+){0,3} $")
_PROJECT = re.compile(r"du an|project")
_CODE = re.compile(r"\b(?:[A-ZĐ]{2,}[-_ ]?[A-ZĐ]*[-/]?\d[\w/-]*|VIE ?\d{3})")
_LAUNCH = re.compile(r"ra mat|launch|thanh lap|khai truong|inaugurat")
_COUNTS_CLUBS = re.compile(r"\d (?:clb|cau lac bo|ishcs?|clubs?|intergenerational)\b")
_DATELINE = re.compile(
    r", ?(?:ngay|\d{1,2}[ /])|^(?:thu (?:hai|ba|tu|nam|sau|bay)|chu nhat)|dang ngay|ngay dang"
)
# "Số liệu dưới đây tính đến 31/12/2022", in the first lines of a letter
_LEAD_IN = re.compile(
    r"(?:(?:so lieu|con so)\b[^.;:()]{0,70}\b(?:duoi day|sau day|ben duoi|kem theo|trong (?:bai|thu"
    r"|ban|bao cao|bieu|cong van|phieu)|(?:bao cao|thu|bieu|ban|bai) nay)\b[^.;:()]{0,40}? "
    r"|(?:(?:the|all) )?(?:figures|numbers|data) (?:below|here|that follow|in this (?:letter|note"
    r"|report|article))\b[^.;:()]{0,30}? )"
    r"(?:tinh|ke|lay|chot|khoa so|den|toi|cap nhat|as of|as at|stand)\b[^.;:()]{0,24}$"
)
_OWN_WORD = re.compile(r"\b(?:huyện|tỉnh)\b")
_OFTEN = 3
_LEAD_IN_REACH = 180
_LEAD_IN_PASSAGES = 3
_DATA_BEGIN = ("so lieu", "con so", "figures", "numbers", "data ")
_INLINE_DATELINE = re.compile(
    r"\W*(?:[^.;:()\d]{0,40}, )?(?:ngay )?\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d\)? ?[-:] "
)
_MEETING = re.compile(
    r"\W*(?:(?:bat dau )?(?:hoi|vao|luc|vao luc|vao hoi) )?"
    r"(?:\d{1,2} ?(?:gio|h|g)(?: ?\d{2})?(?: phut)?|(?:sang|chieu|hom)),?"
    r"(?: ngay)? \d{1,2}(?:[/.]\d{1,2}[/.]| thang \d{1,2},? nam )(?:19|20)\d\d\b"
)
_LETTERHEAD = re.compile(r"^\W*(?:so|no)\.?:? ?\d+ ?/|noi nhan|kinh gui")


@dataclass
class Context:
    """What holds for a whole document.

    Attributes
    ----------
    convention : {"vi", "en"}
        How its numbers are written.
    gazetteer : Gazetteer
        The names of its maps and places.
    published : Timestamp or None
        Its day of publication.
    data : Moment or None
        The day or period its figures stand for, as title or lead-in say.
    event : Moment or None
        The day of the launch that it tells of.
    home : Unit
        The place it reports on.
    club : Unit or None
        The one club it tells of.
    project_end : Moment or None
        The period of the project that it closes.
    scope : str
        The project's code, or "all".
    about_clubs : bool
        Whether its title names the clubs.
    known_places : dict of (int, str) to Known
        What its first passages name, for `find_references`.
    """

    convention: Convention
    gazetteer: Gazetteer
    published: pd.Timestamp | None
    data: Moment | None
    event: Moment | None
    home: Unit
    club: Unit | None
    project_end: Moment | None
    scope: str
    about_clubs: bool
    known_places: dict[tuple[int, str], Known]

    @property
    def base(self) -> pd.Timestamp | None:
        """The day from which relative dates count."""
        if self.data is not None and self.data.as_of is not None:
            return self.data.as_of
        if self.published is not None:
            return self.published
        known = self.event or self.project_end
        return None if known is None else known.as_of


def open_context(passages: list[Passage], published: pd.Timestamp | None) -> Context:
    r"""Learn what holds for a whole document.

    Parameters
    ----------
    passages : list of Passage
        Its passages.
    published : Timestamp or None
        The day of publication that the file declares, if it does.

    Returns
    -------
    Context
        A new one; its gazetteer has read the names of the document.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> text = "HỘI NCT HUYỆN NHO QUAN\nBÁO CÁO\nHoạt động các CLB 6 tháng đầu năm 2024"
    >>> context = open_context(split_passages(text), None)
    >>> context.home.name, str(context.data.as_of.date())
    ('Nho Quan', '2024-06-30')
    """
    header = _header(passages)
    tail = [passage for passage in passages[-_TAIL_PASSAGES:] if passage not in header]
    body = passages[len(header) :]
    day = published or _find_publication(header, tail)
    day = day or _find_dateline(body) or _find_meeting(body)
    project_end = _find_project_end(header)
    event = _find_event(header, passages, day)
    opening = passages[: len(header) + _LEAD_IN_PASSAGES]
    data = _find_data(header, day) or _find_lead_in(opening, day)
    known = data.as_of if data is not None else day or (event.as_of if event else None)
    gazetteer = open_gazetteer(known)
    scanned = passages[:_SCANNED_PASSAGES]
    references, known_places = learn_names(scanned, gazetteer)
    home = _find_home(scanned, references, len(header))
    club = _find_club(header, scanned, references, home) if event is not None else None
    scope = _find_scope(header) if project_end is not None else "all"
    titles = " ".join(passage.plain for passage in header)
    return Context(
        convention=_convention(passages),
        gazetteer=gazetteer,
        published=day,
        data=data,
        event=event if club is not None else None,
        home=home if club is None else parent_of(club, ("commune", "district", "province")) or home,
        club=club,
        project_end=project_end,
        scope=scope,
        about_clubs=re.search(r"clb|cau lac bo|club|ishc", titles) is not None,
        known_places=known_places,
    )


def parent_of(unit: Unit, levels: tuple[str, ...]) -> Unit | None:
    """Return the unit itself or the nearest one above it that has one of the levels.

    Examples
    --------
    >>> from lthtgn_analysis.gazetteer import open_gazetteer
    >>> tu_ky = open_gazetteer(None).look_up("Tứ Kỳ", ("district",))
    >>> parent_of(tu_ky, ("province",)).name
    'Hải Dương'
    """
    if unit.level in levels:
        return unit
    for level, code in (
        ("commune", unit.commune),
        ("district", unit.district),
        ("province", unit.province),
    ):
        if level in levels and code:
            found = unit_by_code(level, code, unit.boundaries)
            if found is not None:
                return found
    return NATION if "national" in levels else None


def _header(passages: list[Passage]) -> list[Passage]:
    header: list[Passage] = []
    for passage in passages[:_HEADER_PASSAGES]:
        if passage.kind in ("row", "item") or (passage.kind == "heading" and passage.rank >= 1):
            break
        if (header and passage.plain.endswith("?")) or (
            passage.kind == "prose"
            and header
            and (len(passage.text) > _LONGEST_TITLE or _COUNTS_CLUBS.search(passage.plain))
        ):  # fmt: skip
            break
        header.append(passage)
    return header


def _find_publication(header: list[Passage], tail: list[Passage]) -> pd.Timestamp | None:
    for passage in (*header, *tail):
        if _PROJECT_TIME.search(passage.plain) or len(passage.text) > 200:
            continue
        for moment in find_moments(passage, None):
            before = passage.plain[max(0, moment.start - 30) : moment.end]
            data = re.search(
                r"chot|so lieu|ket qua|den |het |tinh (?:den|toi)|du lieu|as of", before
            )
            if moment.exact and moment.kind == "dated" and not data:
                return moment.as_of
    return None


def _find_dateline(body: list[Passage]) -> pd.Timestamp | None:
    """Find the day before the first sentence: "Sơn La, ngày 20/9/2024 - Ba mùa ngô trôi qua"."""
    begun = _INLINE_DATELINE.match(body[0].plain) if body else None
    if begun is None:
        return None
    days = [m for m in find_moments(body[0], None) if m.end <= begun.end() and m.exact]
    return days[0].as_of if days else None


def _find_meeting(body: list[Passage]) -> pd.Timestamp | None:
    """Find the day that minutes begin with: "Hồi 13 giờ 30 phút ngày 12/4/2024, tại ..."."""
    begun = _MEETING.match(body[0].plain) if body else None
    if begun is None:
        return None
    days = [m for m in find_moments(body[0], None) if m.end <= begun.end() and m.exact]
    return days[0].as_of if days else None


def _find_data(header: list[Passage], published: pd.Timestamp | None) -> Moment | None:
    """Find the date that governs: the last one in a title or lead-in that is no dateline."""
    found = None
    for passage in header:
        line = passage.plain
        if (
            _PROJECT_TIME.search(line)
            or _LETTERHEAD.search(line)
            or (passage.kind == "prose" and len(line) > 200)
        ):
            continue
        days = [m.as_of for m in find_moments(passage, None) if m.as_of is not None]
        moments = find_moments(passage, published or max(days, default=None))
        for moment in moments:
            if moment.kind != "dated" or (moment.planned and not _DATA_WORDS.search(line)):
                continue
            lead = line[max(0, moment.start - 30) : moment.end]
            if _AHEAD.search(line, 0, moment.start) and len(moments) > 1:
                continue
            if moment.exact and not re.search(
                r"chot|so lieu|ket qua|den |het |tinh (?:den|toi)|as of|at |end", lead
            ):
                continue
            future = (
                published is not None
                and moment.as_of is not None
                and moment.as_of > published + pd.Timedelta(days=62)
            )
            if not future and (_DATA_WORDS.search(line) or passage.kind == "heading"):
                found = moment
    return found


def _find_lead_in(opening: list[Passage], published: pd.Timestamp | None) -> Moment | None:
    """Find the day that the first lines give to all figures: "Số liệu dưới đây tính đến ..."."""
    for passage in opening:
        if passage.kind != "prose" or not holds_any(passage.plain, _DATA_BEGIN):
            continue
        for moment in find_moments(passage, published):
            begin = max(0, moment.end - _LEAD_IN_REACH)
            if moment.kind == "dated" and _LEAD_IN.search(passage.plain, begin, moment.end):
                return moment
    return None


def _find_project_end(header: list[Passage]) -> Moment | None:
    titles = " ".join(passage.plain for passage in header)
    if not _PROJECT.search(titles):
        return None
    for passage in header:
        if _PROJECT_TIME.search(passage.plain):
            found = find_moments(passage, None)
            dated = [(moment.as_of, moment) for moment in found if moment.as_of is not None]
            if dated:
                first = dated[0][1]
                as_of, last = max(dated, key=lambda pair: pair[0])
                begins = first.begins if first is last else first.as_of
                return Moment(last.start, last.end, begins, as_of, "dated")
    return None


def _find_scope(header: list[Passage]) -> str:
    for passage in header:
        for code in _CODE.finditer(passage.text):
            if not re.search(r"qđ-|kh-|bc-|hnct|ubnd|usd|vnd", code[0].lower()):
                return code[0].strip()
    return "project"


def _find_event(
    header: list[Passage], passages: list[Passage], published: pd.Timestamp | None
) -> Moment | None:
    """Find the day of a launch: named where the document first tells of it."""
    for passage in passages[: len(header) + 2]:
        launch = _LAUNCH.search(passage.plain)
        if launch is None:
            continue
        for moment in find_moments(passage, published):
            led = passage.plain[moment.start : moment.end]
            if moment.exact and moment.kind == "dated" and not _UP_TO.match(led):
                return moment
    return None


def _find_home(
    passages: list[Passage], references: list[list[Reference]], header_length: int
) -> Unit:
    """Find the place a document reports on: its issuer or title, else the place named most."""
    home: Unit | None = None
    dateline: Unit | None = None
    for passage, found in list(zip(passages, references, strict=True))[:header_length]:
        named = [r for r in found if r.unit is not None and r.unit.area and r.how != "nation"]
        sender = _SENDER.match(passage.plain) is not None
        units = [r.unit for r in named if (sender or not r.inner) and r.unit is not None]
        if _RECIPIENT.match(passage.plain):
            continue
        if _DATELINE.search(passage.plain) and not _is_title(passage):
            dateline = dateline or next((r.unit for r in named), None)
            continue
        if home is None and units:
            home = _one_place(units)
        elif home is not None and len(units) == 1 and _ISSUER.match(passage.plain):
            home = units[0] if parent_of(units[0], (home.level,)) == home else home
    return (
        home
        or _one_district(passages[header_length:], references[header_length:])
        or (_most_named(references, dateline))
    )


def _one_district(passages: list[Passage], references: list[list[Reference]]) -> Unit | None:
    """Return the district that an article opens with, if it goes on about it and names no other."""
    named = [r for found in references for r in found if r.unit is not None and r.unit.area]
    opened = next((r for found in references[:1] for r in found if not r.inner), None)
    districts = {r.unit.area for r in named if r.unit is not None and r.unit.level == "district"}
    if opened is None or opened.unit is None or opened.unit.level != "district":
        return None
    told = [_OWN_WORD.findall(passage.lower) for passage in passages]
    counts = Counter(word for words in told for word in words)
    goes_on = counts["huyện"] >= _OFTEN and counts["huyện"] > counts["tỉnh"]
    return opened.unit if len(districts) == 1 and goes_on else None


def _one_place(units: list[Unit]) -> Unit | None:
    """Return the place that a title names; of several on one level the province that holds them."""
    first = units[0]
    if all(unit.area == first.area for unit in units if unit.level == first.level):
        return first
    return None if first.level == "province" else parent_of(first, ("province",)) or first


def _is_title(passage: Passage) -> bool:
    return (
        passage.kind == "heading"
        and re.search(r"clb|cau lac bo|bao cao|hoi ", passage.plain) is not None
    )


def _most_named(references: list[list[Reference]], dateline: Unit | None) -> Unit:
    counts: Counter[Unit] = Counter()
    for place, found in enumerate(references):
        for reference in found:
            unit = reference.unit
            if unit is None or not unit.area or reference.how == "nation":
                continue
            weight = 1 if reference.inner or reference.parent else 3
            above = parent_of(unit, ("province",))
            if above is not None:
                counts[_bare_unit(above)] += (
                    weight + (2 if unit.level == "province" else 0) - (place > 5)
                )
    above = None if dateline is None else parent_of(dateline, ("province",))
    if above is not None and _bare_unit(above) in counts:
        counts[_bare_unit(above)] += _DATELINE_WEIGHT
    provinces = {unit.name for unit in counts}
    if not counts or (len(provinces) > 2 and max(counts.values()) < _DOMINANT * counts.total()):
        return NATION
    return counts.most_common(1)[0][0]


def _bare_unit(unit: Unit) -> Unit:
    return Unit(unit.level, unit.name, unit.area, unit.boundaries, "", "", unit.province)


def _find_club(
    header: list[Passage], passages: list[Passage], references: list[list[Reference]], home: Unit
) -> Unit | None:
    """Find the one club whose launch a document tells of."""
    opening = list(zip(passages, references, strict=True))[: len(header) + 1]
    if not any(_LAUNCH.search(passage.plain) for passage, _ in opening):
        return None
    villages = [
        r for _, found in opening for r in found
        if r.level == "village" and r.unit and not r.inner
    ]  # fmt: skip
    named = [r for r in villages if r.how == "club"] or villages
    parents = [
        r.unit for _, found in opening for r in found
        if r.unit is not None and r.level in ("commune", "district") and r.unit.area
    ]  # fmt: skip
    communes = [unit for unit in parents if unit.level == "commune"]
    parent = communes[0] if communes else parents[0] if parents else home
    if not named or named[0].unit is None:
        return None
    return village_of(named[0].unit.name, "club", parent)


def _convention(passages: list[Passage]) -> Convention:
    if any(passage.marked for passage in passages[:40]):
        return "vi"
    sample = " ".join(passage.plain for passage in passages[:40])
    return "en" if len(_ENGLISH.findall(sample)) > len(_VIETNAMESE.findall(sample)) else "vi"
