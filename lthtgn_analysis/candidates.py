"""A text comes in; its candidate figures go out, each with its place, date, scope and reason.

The passages are read in their order, the sentences of a passage in theirs. A figure belongs to the
place named behind it ("của huyện A"), else to the nearest one before it in its sentence, else to
the topic of the paragraph, else to the place the document reports on. Its date is the one printed
with it, else the one that governs its paragraph, section or document; "nay" and a new event end
what a date in prose governs. Repeats and rounded headlines give way to the exact first mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import pandas as pd

from .areas import boundaries_of
from .contexts import Context, open_context, parent_of
from .grids import CellFigure, group_rows, read_grid
from .meanings import JUDGED, Meaning, Setting, infer_noun, judge, look_around, may_be_inferred
from .mentions import NATION, Reference, Unit, find_references, unit_by_code, village_of
from .moments import Moment, find_moments, take_up
from .passages import Passage, split_passages
from .phrases import Cue, Mention, find_cues, find_mentions
from .texts import Text

PLANS = frozenset(("target_clubs", "target_new_clubs", "budget_vnd"))
FLOWS = frozenset(("new_clubs", "closed_clubs", "trainees", "training_courses", "lent_vnd"))
NORMS = frozenset(("startup_capital_vnd", "members_per_club"))
OF_A_CLUB = frozenset(
    "members older_members women_members poor_members startup_capital_vnd income_fund_vnd borrowers"
    " lent_vnd attendance_share".split()
)
_LEVELS_FOR = {
    "communes": ("district", "province", "national"),
    "districts": ("province", "national"),
    "provinces": ("national",),
    "villages": ("commune", "district", "province", "national"),
}
_ADMINISTRATIVE = ("village", "commune", "district", "province", "national")
_PLAN_HEADING = re.compile(
    r"phuong huong|ke hoach nam|nhiem vu (?:trong tam|nam|thoi gian|6|sau|giai)|muc tieu|chi tieu nam"
    r"|ke hoach thoi gian|nhiem vu va giai phap|next steps|what next|plans? for|outlook|targets? for|looking ahead"
    r"|ke hoach giai doan|ke hoach cong tac|du kien|thoi gian toi|ke hoach den|^\W*(?:[ivx]+|\d+)[.)] ke hoach"
)
_RESULT_HEADING = re.compile(r"ket qua|thuc hien ke hoach|danh gia|tinh hinh|results|progress")
_SPEAKER = re.compile(
    r'(?:[-+*]|\d{1,2}[.)]|[a-z]\))? ?"?(?:ong|ba|anh|chi|dong chi|cu|dai bieu|d/c|mr|mrs|ms|dr)\b[^:."]{3,140}:'
)
_QUESTION = re.compile(r"\?[\"')]*$")
_ANSWER = re.compile(r"^[\"'-]* ?(?:tra loi|dap|a|answer)\b")
_BREAKDOWN = re.compile(
    r"(?:trong do|rieng|chang han|vi du|dien hinh|nhu|tieu bieu|cu the|trong so|of which|among them|for example"
    r"|so voi|truoc do|hai nam truoc)\b"
)
_EXAMPLE = re.compile(r"\bco (?:noi|clb|cau lac bo|xa|huyen|thon|cho)\b|\bsome clubs\b|\bone club\b")
_NEW_STATE = re.compile(r"(?:khi|sau khi|tu khi|ke tu khi|after|since then|once|ngay sau)\b")
_BEHIND = re.compile(
    r"(?:,? ?(?:cua|o|tai|tren dia ban|thuoc|trong|cho|in|of|at|across|throughout))?(?: toan| ca| the| cac clb)? ?"
)
_WITH_NUMBER = re.compile(r" ?(?:\(?(?:vao|tinh|tinh den|trong|vao thoi diem|,? tinh|,? den|by|in|at|as of)? ?)?")
_PLAN_YEAR = re.compile(r"(?:ke hoach|chi tieu|muc tieu)(?: \w+){0,2} nam\b|annual (?:plan|target)|the year's (?:plan|target)")
_CODES = re.compile(
    r"\b(?:[A-ZĐ]{2,}\d[\w/-]*|[A-ZĐ]{2,}(?:[-/][A-ZĐ\d]+)*[-/]\d[\w/-]*)|\d+[-/][A-ZĐ]{2,}[\w-]*(?:/[\w-]+)*"
)
_NUMBERED = re.compile(
    r"(?:quyet dinh|nghi quyet|nghi dinh|thong tu|cong van|chi thi|to trinh|van ban|thong bao|luat|de an|ke hoach"
    r"|huong dan|decision|resolution|circular|directive|mang so|ma so|code|dt|sdt|dien thoai|tel|fax|phone|hotline|zalo)"
    r"(?:\.|:| so| no\.?| number| so:)* ?(?P<number>\d[\d./-]*)(?!\d| ?(?:clb|cau lac bo|clubs?|ishcs?|trieu|ty|ti|%|thanh vien|nguoi))"
)
_NAMED_BY_NUMBER = re.compile(
    r"(?:(?<!binh )\bquan|\b(?:thon|xom|to|khu|khom|ap|phuong|ban|doi|khoi|dieu|khoan|trang|page|bieu|bang"
    r"|phu luc|hinh|so nha|quoc lo|khu pho|to dan pho|lan thu|khoa|nhiem ky|chuong|muc)) (?P<number>\d{1,3})"
    r"(?![\d.,/]*\d)(?! ?(?:clb|cau|%|xa|thon|nguoi|thanh|hoi|lop|huyen|tinh|ho |trieu|ty|ti|dong|nghin|-))"
)
_TELEPHONE = re.compile(r"(?<!\d)0\d{2,3}[. -]?\d{3,4}[. -]?\d{3,4}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}(?::| ?gio ?| ?h ?)\d{0,2}(?: ?phut)?(?!\w)|\d{1,2} ?(?:am|pm)\b")
_AGE = re.compile(
    r"(?:tu|tren|du|duoi|aged|over|under)? ?(?:du )?\d{2,3}(?: ?- ?\d{2,3})? (?:tuoi|years? old|years? of age)"
    r"|aged (?P<first>\d{2,3})(?: or (?:over|older|above)| and (?:over|above|older)|\+)?|(?<=, )\d{2}(?=,)"
    r"|\b(?:over|above) (?:55|60|65|70|80)s?\b(?! (?:isch|club|member|people))|\b(?:55|60)(?: or over| and over|\+)"
)
_LIST_NUMBER = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\))\s")
_YEARLY = re.compile(r"moi nam|hang nam|/nam|mot nam|a year|per year|each year|every year|annual")
_DATING = frozenset(("dated", "same", "same_year", "later"))
_SHORT_GAP = 28
_TOPIC_REACH = 30
_CLAUSE_REACH = 45
_BREAK = re.compile(r"[,;:(]")


@dataclass(frozen=True)
class Candidate:
    """One figure of a text.

    Attributes
    ----------
    indicator : str
        A code of `INDICATORS`.
    value, low, high : float
        In base units; of a range its ends, else low and high are the value.
    qualifier : str
        One of `schema.QUALIFIERS`.
    is_share : bool
        Whether it is printed as a percentage.
    unit : Unit
        The place it is about.
    begins, as_of, published : Timestamp or None
        Its period and its day, and the day the document appeared.
    scope : str
        "all", or the project's code.
    start, end : int
        Its characters in the text.
    confidence : float
        Between 0 and 1.
    reason : str
        The words that decided, in Vietnamese.
    """

    indicator: str
    value: float
    low: float
    high: float
    qualifier: str
    is_share: bool
    unit: Unit
    begins: pd.Timestamp | None
    as_of: pd.Timestamp | None
    published: pd.Timestamp | None
    scope: str
    start: int
    end: int
    confidence: float
    reason: str


@dataclass
class Progress:
    """How far the reading of a document has come.

    Attributes
    ----------
    sections : list of (int, Moment or None, bool)
        The headings above: rank, date, and whether they open a plan.
    lead : Moment or None
        The date of a question, for the answer under it.
    plan : Moment or None
        The last date of a plan in the section.
    place : Unit or None
        The place that the section or speaker is about.
    club : Unit or None
        The club that the passage is about.
    members_before : bool
        Whether the items before have given a number of members.
    last_indicator : str or None
        The last figure that was taken.
    date : Moment or None
        The last date that was printed.
    """

    sections: list[tuple[int, Moment | None, bool]] = field(default_factory=list)
    lead: Moment | None = None
    plan: Moment | None = None
    place: Unit | None = None
    club: Unit | None = None
    members_before: bool = False
    last_indicator: str | None = None
    date: Moment | None = None

    @property
    def planned(self) -> bool:
        """Whether the section is a plan."""
        return bool(self.sections) and self.sections[-1][2]

    @property
    def heading_date(self) -> Moment | None:
        """The date of the nearest heading that has one."""
        return next((moment for _, moment, _ in reversed(self.sections) if moment is not None), None)


def find_candidates(text: Text) -> list[Candidate]:
    """Find the figures of a text.

    Parameters
    ----------
    text : Text
        A document's text.

    Returns
    -------
    list of Candidate
        One per distinct fact, in the order of their first mention.

    Examples
    --------
    >>> from pathlib import Path
    >>> text = Text(Path("tin.txt"), "Đến 30/6/2023, huyện Nga Sơn (Thanh Hóa) có 43 CLB ở 20/24 xã.")
    >>> [(c.indicator, c.value, c.unit.name) for c in find_candidates(text)]
    [('clubs', 43.0, 'Nga Sơn'), ('communes_with_clubs', 20.0, 'Nga Sơn'),
     ('communes_total', 24.0, 'Nga Sơn')]
    """
    passages = split_passages(text.text)
    if not passages:
        return []
    context = open_context(passages, text.published)
    progress = Progress()
    found: list[Candidate] = []
    caption: Passage | None = None
    for group in group_rows(passages):
        if group[0].cells:
            found += _read_table(group, caption, context, progress)
        else:
            found += _read_passage(group[0], context, progress)
            caption = group[0]
    return _distinct(found)


def _read_table(
    rows: list[Passage], caption: Passage | None, context: Context, progress: Progress
) -> list[Candidate]:
    words = "" if caption is None else caption.plain.lower()
    figures = read_grid(rows, words, context.convention, about_clubs=context.about_clubs)
    if not figures:
        return [found for row in rows for found in _read_passage(_as_line(row), context, progress)]
    moments = [] if caption is None else find_moments(caption, context.base)
    dated = [m for m in moments if m.kind == "dated" and not m.planned]
    return [
        candidate for figure in figures
        if (candidate := _table_candidate(figure, context, progress, dated)) is not None
    ]  # fmt: skip


def _as_line(row: Passage) -> Passage:
    return replace(row, cells=(), kind="item")


def _table_candidate(
    figure: CellFigure, context: Context, progress: Progress, captioned: list[Moment]
) -> Candidate | None:
    unit = _row_unit(figure.name, context, progress)
    if unit is None:
        return None
    kind = figure.indicator.partition("_")[0]
    if kind in _LEVELS_FOR and unit.level not in _LEVELS_FOR[kind]:
        return None
    heading = [
        moment for moment in find_moments(figure.heading, context.base)
        if moment.kind == "dated" and moment.as_of is not None
    ]  # fmt: skip
    governing = (captioned or [None])[-1] or progress.heading_date or context.data or context.project_end
    target = figure.indicator in PLANS
    if target and not heading and context.base is not None:
        last_day = pd.Timestamp(context.base.year, 12, 31)
        heading = [Moment(0, 0, pd.Timestamp(context.base.year, 1, 1), last_day, "dated", True)]
    moment = heading[-1] if heading else governing
    norm = figure.indicator in NORMS
    value = float(figure.number)
    as_of = None if moment is None or norm else moment.as_of
    unit = _on_the_map_of(unit, as_of, context.published)
    return Candidate(
        indicator=figure.indicator,
        value=round(value, 10),
        low=value,
        high=value,
        qualifier="exact",
        is_share=figure.is_share and figure.indicator != "plan_achievement",
        unit=unit,
        begins=moment.begins if moment is not None and figure.indicator in FLOWS | PLANS else None,
        as_of=as_of,
        published=context.published,
        scope=context.scope,
        start=figure.cell.place(figure.start),
        end=figure.cell.place(figure.end - 1) + 1,
        confidence=round(0.9 - 0.15 * (unit.rivals > 1) - 0.1 * (as_of is None), 2),
        reason=f"bảng, cột “{figure.heading.text.strip()}”; nơi: {figure.name or 'dòng tổng'}",
    )


def _row_unit(name: str, context: Context, progress: Progress) -> Unit | None:
    """Return the place of a table row: inside the document's place, or the place itself."""
    if not name:
        return progress.place or context.home
    below = {"national": ("province",), "province": ("district", "commune"), "district": ("commune",)}
    bare = re.sub(
        r"^(?:TP|Tp|TX|Tx|TT|H|P|X|Q)\.? ?(?=[^\W_])(?:\b|(?<=\.))|^(?:Thành phố|Thị xã|Huyện|Xã|Phường|Thị trấn|Quận|Tỉnh|Đặc khu)\s+",
        "", name, flags=re.IGNORECASE,
    ).strip(" *:.")  # fmt: skip
    levels = below.get(context.home.level, ())
    for level in levels:
        unit = context.gazetteer.look_up_inside(bare, level, context.home)
        if unit is not None:
            return unit
    if context.home.level == "commune" and bare:
        plain = re.sub(r"^(?:Thôn|Xóm|Bản|Ấp|Buôn|Khu phố|Tổ dân phố|Khu|Tổ|CLB)\s+", "", bare)
        return village_of(plain, "club" if bare.upper().startswith("CLB") else "village", context.home)
    if context.gazetteer.look_up(bare, ("province",)) is not None and not levels:
        return context.gazetteer.look_up(bare, ("province",))
    return None


def _read_passage(passage: Passage, context: Context, progress: Progress) -> list[Candidate]:
    counts = _MAY_COUNT.search(passage.plain) is not None
    if passage.kind != "item":
        progress.members_before = progress.members_before and passage.kind == "heading"
    if not counts and passage.kind != "heading":
        progress.lead = None
        return []
    moments = find_moments(passage, _base(context, progress))
    if passage.kind == "heading":
        _enter_section(passage, moments, progress, context)
    references = find_references(passage, context.gazetteer) if counts else []
    reader = _Reader(passage, context, progress, references, moments)
    progress.date = reader.moments[-1] if reader.moments else progress.date
    found = list(reader.read()) if counts else []
    if _QUESTION.search(passage.plain):
        dated = [m for m in reader.moments if m.kind == "dated" and m.as_of is not None]
        progress.lead = dated[-1] if dated else None
    elif passage.kind != "heading":
        progress.lead = None
    return found


def _base(context: Context, progress: Progress) -> pd.Timestamp | None:
    """Return the day from which the passage's relative dates count: in a plan, the plan's year."""
    heading = progress.heading_date
    if progress.planned and heading is not None:
        return heading.as_of
    return context.base


def _enter_section(
    passage: Passage, moments: list[Moment], progress: Progress, context: Context
) -> None:
    line = passage.plain
    planned = bool(_PLAN_HEADING.search(line)) and not _RESULT_HEADING.search(line)
    while progress.sections and progress.sections[-1][0] >= passage.rank:
        progress.sections.pop()
    if progress.sections and not planned and passage.rank > progress.sections[-1][0]:
        planned = progress.sections[-1][2] and not _RESULT_HEADING.search(line)
    if planned and context.base is not None:
        moments = find_moments(passage, pd.Timestamp(context.base.year, 12, 31))
    dated = [m for m in moments if m.kind == "dated" and m.as_of is not None]
    dated = [m for m in dated if planned or not m.planned]
    governing = dated[-1] if dated else None
    if passage.rank == 0 and not planned:
        governing = None  # titles are read by `contexts`, which knows datelines
    if planned and governing is None and context.base is not None:
        last_day = pd.Timestamp(context.base.year, 12, 31)
        half = re.search(r"cuoi nam|nam nay|6 thang|quy", line)
        year = last_day if half else None
        governing = Moment(0, 0, None, year, "dated", True) if year is not None else None
    progress.sections.append((passage.rank, governing, planned))
    progress.plan = None
    progress.place = None
    progress.members_before = False


def _resolved(moments: list[Moment], earlier: Moment | None) -> list[Moment]:
    """Resolve what takes up another date; "the same date" may lie in an earlier paragraph."""
    found: list[Moment] = []
    before: Moment | None = None
    for moment in moments:
        resolved = take_up(moment, before or (earlier if moment.kind == "same" else None))
        if resolved is None:
            continue
        found.append(resolved)
        if resolved.kind in ("dated", "later"):
            before = resolved
    return found


class _Reader:
    """Reads the sentences of one passage in their order."""

    def __init__(
        self,
        passage: Passage,
        context: Context,
        progress: Progress,
        references: list[Reference],
        moments: list[Moment],
    ) -> None:
        self.passage = passage
        self.context = context
        self.progress = progress
        self.references = references
        self.dates = [(moment.start, moment.end) for moment in moments]
        self.moments = _resolved(moments, progress.date)
        self.line = passage.plain
        self.used: set[int] = set()
        self.date: Moment | None = None
        self.topic: Unit | None = progress.place
        self.club = self._find_club()
        self.head = 0
        self._read_speaker()

    def read(self) -> Iterator[Candidate]:
        """Yield the figures of the passage."""
        names = [(r.start, r.end) for r in self.references if r.unit is not None and r.how != "nation"]
        mentions = find_mentions(self.passage, self.context.convention, self.dates + names)
        if not any(mention.noun in JUDGED or not mention.noun for mention in mentions):
            return
        cues = find_cues(self.passage)
        for begin, end in self.passage.sentences():
            inside = [mention for mention in mentions if begin <= mention.start < end]
            yield from self._read_sentence(begin, end, inside, cues)

    def _read_sentence(
        self, begin: int, end: int, mentions: list[Mention], cues: list[Cue]
    ) -> Iterator[Candidate]:
        if _NEW_STATE.match(self.line[begin:].lstrip('" ')):
            self.date = None
        names = [(r.start, r.end) for r in self.references if r.unit is not None and r.how != "nation"]
        inside = [
            cue for cue in cues
            if begin <= cue.start < end and not any(s < cue.end and cue.start < e for s, e in names)
        ]  # fmt: skip
        if not mentions:
            self._note_dates(begin, end, inside)
            self._note_topic(begin, end, None)
            return
        setting = Setting(
            self.passage,
            (begin, end),
            planned=self.progress.planned,
            about_clubs=self.context.about_clubs,
            one_club=self.club is not None or self.context.club is not None,
            members_before=self.progress.members_before,
            last_indicator=self.progress.last_indicator,
        )
        for place, mention in enumerate(mentions):
            following = [other.begin for other in mentions[place + 1 :] if other.begin >= mention.stop]
            stop = following[0] if following else end
            yield from self._read_mention(mention, setting, inside, stop)
        self._note_dates(begin, end, inside)
        self._note_topic(begin, end, mentions[0])
        self.progress.members_before = setting.members_before
        self.progress.last_indicator = setting.last_indicator

    def _read_mention(
        self, mention: Mention, setting: Setting, cues: list[Cue], stop: int
    ) -> Iterator[Candidate]:
        if mention.noun and mention.noun not in JUDGED:
            setting.earlier.append((mention, None))
            return
        beside = self._date_beside(mention)
        if not mention.noun and not may_be_inferred(self.line, mention, dated=beside is not None):
            setting.earlier.append((mention, None))
            return
        around = look_around(cues, mention, setting, stop)
        previous = max((other.stop for other, _ in setting.earlier if other.noun), default=setting.sentence[0])
        between = [r for r in self.references if previous <= r.start and r.end <= mention.start]
        setting.has_place = bool(between)
        setting.place_near = bool(between) and mention.start - between[-1].end <= _SHORT_GAP
        left = self._date_left(mention, setting.sentence[0]) or self._date_after(mention, stop)
        governing = beside or left
        setting.future = governing is not None and governing.planned and governing.kind == "dated"
        setting.dated = "" if governing is None else self.line[governing.start : governing.end].strip()
        setting.unnamed = not mention.noun
        if setting.unnamed:
            noun = infer_noun(mention, around, setting)
            mention = replace(mention, noun="" if noun and self._is_masked(mention) else noun)
        meaning = judge(mention, around, setting)
        setting.earlier.append((mention, meaning.indicator))
        if meaning.indicator is None:
            return
        if meaning.indicator in ("members",):
            setting.members_before = True
        setting.last_indicator = meaning.indicator
        yield self._candidate(mention, meaning, setting, around.left, beside, left)

    # -- places ---------------------------------------------------------------------------------

    def _find_club(self) -> Unit | None:
        for reference in self.references:
            if reference.how == "club" and reference.unit is not None and not reference.unit.name[:1].isdigit():
                return self._village(reference, "club")
        return None

    def _village(self, reference: Reference, level: str) -> Unit:
        """Place a village or club in the commune named beside it, else in the document's place."""
        near = [
            r.unit for r in self.references
            if r.unit is not None and r.unit.area and r.level in ("commune", "district")
        ]  # fmt: skip
        communes = [unit for unit in near if unit.level == "commune"]
        parent = (communes or near or [self.context.home])[0]
        name = reference.unit.name if reference.unit is not None else ""
        return village_of(name, level, parent)

    def _read_speaker(self) -> None:
        """Take the place of a speaker as the topic: "Bà Thơm (huyện Tứ Kỳ): ..."."""
        head = _SPEAKER.match(self.line)
        if head is None:
            return
        self.head = head.end()
        inside = [r for r in self.references if r.end <= head.end() and r.unit is not None]
        if any(reference.how == "club" for reference in inside):
            self.topic = self.club
            return
        named = [r.unit for r in inside if r.unit is not None and r.unit.area]
        if named:
            self.topic = named[0]

    def _eligible(self, reference: Reference) -> bool:
        return not reference.inner and not reference.parent and reference.start >= self.head

    def _place_of(self, mention: Mention, sentence: tuple[int, int]) -> tuple[Unit, str]:
        """Return the place a number belongs to, and how it was found."""
        behind = [r for r in self.references if mention.stop <= r.start < sentence[1]]
        for number, reference in enumerate(behind[:1]):
            between = self.line[mention.stop : reference.start]
            listed = len(behind) > number + 1 and behind[number + 1].start - reference.end <= 6
            fits = _BEHIND.fullmatch(between) and between.strip()
            if fits and self._eligible(reference) and reference.level != "village" and not listed:
                return self._resolve(reference), "phía sau"
        before = [
            r for r in self.references
            if sentence[0] <= r.start and r.end <= mention.start
            and (self._eligible(r) or self._in_one_bracket(r, mention))
        ]  # fmt: skip
        before = [r for r in before if not (r.level == "village" and r.how == "generic")]
        if before:
            return self._resolve(before[-1]), "trong câu"
        if self.topic is not None:
            return self.topic, "đoạn"
        return self.context.home, "tài liệu"

    def _in_one_bracket(self, reference: Reference, mention: Mention) -> bool:
        """Tell whether a place and a number stand in one bracket: "(Nga Sơn: 8, Hậu Lộc: 7)"."""
        between = self.line[reference.end : mention.start]
        return reference.inner and len(between) < _SHORT_GAP and ")" not in between

    def _resolve(self, reference: Reference) -> Unit:
        if reference.how == "club":
            return self._village(reference, "club")
        if reference.level == "village":
            return self._village(reference, "village")
        if reference.unit is not None:
            return reference.unit
        levels = ("district", "province") if reference.level == "city" else (reference.level,)
        for start in (self.topic, self.context.club, self.context.home):
            above = parent_of(start, levels) if start is not None else None
            if above is not None and above.level != "national":
                return above
        for level in levels:
            if (newest := self.context.gazetteer.newest(level)) is not None:
                return newest
        return self.context.home

    def _fit_level(self, unit: Unit, indicator: str, how: str) -> Unit:
        """Move a figure to the level at which its indicator is counted."""
        kind = indicator.partition("_")[0]
        if kind in _LEVELS_FOR:
            return parent_of(unit, _LEVELS_FOR[kind]) or NATION
        club = self.club or self.context.club
        if indicator in OF_A_CLUB and unit.level != "club" and how in ("đoạn", "tài liệu") and club is not None:
            return club
        if unit.level == "club" and indicator not in OF_A_CLUB:
            return parent_of(unit, _ADMINISTRATIVE) or unit
        return unit

    def _note_topic(self, begin: int, end: int, first: Mention | None) -> None:
        if _BREAKDOWN.match(self.line[begin:].lstrip('" -')) or _EXAMPLE.search(self.line, begin, end):
            return
        for reference in self.references:
            limit = end if first is None else first.start
            if begin <= reference.start and reference.end <= limit and self._eligible(reference):
                if reference.level == "village" and reference.how in ("generic", "typed"):
                    continue
                if reference.how == "bare" and reference.start - begin > _TOPIC_REACH:
                    continue
                self.topic = self._resolve(reference)
                return

    # -- dates ----------------------------------------------------------------------------------

    def _date_beside(self, mention: Mention) -> Moment | None:
        for moment in self.moments:
            if moment.start < mention.stop - 1:
                continue
            between = self.line[mention.stop : max(moment.start, mention.stop)]
            if moment.kind in _DATING and _WITH_NUMBER.fullmatch(between):
                return moment
            return None
        return None

    def _date_left(self, mention: Mention, begin: int) -> Moment | None:
        before = [
            m for m in self.moments
            if begin <= m.start + 1 and m.end <= mention.start and m.start not in self.used
            and m.kind in _DATING
        ]  # fmt: skip
        return before[-1] if before else None

    def _date_after(self, mention: Mention, stop: int) -> Moment | None:
        """Return the date behind a number in its clause: "were set up in the first quarter"."""
        for moment in self.moments:
            if mention.stop <= moment.start < stop and moment.kind == "dated" and not moment.planned:
                between = self.line[mention.stop : moment.start]
                return moment if len(between) < _CLAUSE_REACH and not _BREAK.search(between) else None
        return None

    def _note_dates(self, begin: int, end: int, cues: list[Cue]) -> None:
        dated = [
            m for m in self.moments
            if begin <= m.start + 1 < end + 1 and m.kind in _DATING - {"later"} and m.start not in self.used
        ]  # fmt: skip
        for moment in dated:
            if moment.planned:
                self.progress.plan = moment
            else:
                self.date = moment
        now = [cue for cue in cues if "now" in cue.codes]
        if now and not any(moment.start > now[-1].start for moment in dated):
            self.date = None

    def _date_of(
        self,
        mention: Mention,
        indicator: str,
        setting: Setting,
        left_cues: dict[str, Cue],
        beside: Moment | None,
        left: Moment | None,
    ) -> tuple[Moment | None, str]:
        if beside is not None and indicator != "plan_achievement":
            if beside.kind != "later":
                self.used.add(beside.start)
            return beside, "cạnh số"
        if indicator in PLANS:
            return self._plan_date(mention, indicator, setting, left)
        if indicator in NORMS and "average" not in left_cues:
            return self._norm_date(indicator)
        now = left_cues.get("now")
        if left is not None and not left.planned and not (now is not None and now.start >= left.end - 4):
            return left, "trong câu"
        if indicator == "plan_achievement" and left is not None and not now:
            result = [what for _, what in setting.earlier if what in ("new_clubs", "clubs")]
            if result and not left.planned:
                return left, "trong câu"
        if now is None and self.date is not None and not (self.date.planned):
            return self.date, "đoạn"
        if now is None and self.progress.lead is not None:
            return self.progress.lead, "câu hỏi"
        return self._governing_date(now=now is not None)

    def _governing_date(self, *, now: bool = False) -> tuple[Moment | None, str]:
        heading = None if self.progress.planned else self.progress.heading_date
        heading = heading or self.context.data or self.context.project_end
        if heading is not None:
            return heading, "tiêu đề"
        event = None if now else self.context.event
        return (event, "sự kiện") if event is not None else (None, "")

    def _norm_date(self, indicator: str) -> tuple[Moment | None, str]:
        if indicator == "startup_capital_vnd" and self.context.club is not None:
            return self.context.event, "sự kiện"
        return None, ""

    def _plan_date(
        self, mention: Mention, indicator: str, setting: Setting, left: Moment | None
    ) -> tuple[Moment | None, str]:
        begin, end = setting.sentence
        results = [what for _, what in setting.earlier if what in ("new_clubs", "plan_achievement")]
        line = self.line[begin : mention.start]
        if left is not None and (left.planned or not _PLAN_YEAR.search(line)):
            return left, "trong câu"
        later = [m for m in self.moments if mention.stop <= m.start < end and m.planned and m.kind == "dated"]
        if later:
            return later[0], "trong câu"
        if self.context.base is not None and _PLAN_YEAR.search(line) and self.context.project_end is None:
            year = self.context.base.year
            return Moment(0, 0, None, pd.Timestamp(year, 12, 31), "dated", True), "kế hoạch năm"
        if self.progress.plan is not None:
            return self.progress.plan, "kế hoạch nêu trước"
        if self.progress.planned and self.progress.heading_date is not None:
            return self.progress.heading_date, "tiêu đề"
        if self.context.project_end is not None or results or indicator == "budget_vnd":
            if self.date is not None:
                return self.date, "đoạn"
            return self._governing_date()
        return None, ""

    # -- the row --------------------------------------------------------------------------------

    def _candidate(
        self,
        mention: Mention,
        meaning: Meaning,
        setting: Setting,
        left_cues: dict[str, Cue],
        beside: Moment | None,
        left: Moment | None,
    ) -> Candidate:
        indicator = meaning.indicator or ""
        unit, how = self._place_of(mention, setting.sentence)
        unit = self._fit_level(unit, indicator, how)
        moment, dated = self._date_of(mention, indicator, setting, left_cues, beside, left)
        if dated == "sự kiện" and unit.level == "national":
            moment, dated = None, ""
        as_of = None if moment is None else moment.as_of
        unit = _on_the_map_of(unit, as_of, self.context.published)
        is_share = mention.noun == "share"
        scale = 100.0 if is_share else 1.0
        low, high = float(mention.number) / scale, float(mention.second) / scale
        flow = indicator in FLOWS or indicator in PLANS
        begins = moment.begins if moment is not None and flow else None
        return Candidate(
            indicator=indicator,
            value=round((low + high) / 2 + meaning.add, 10),
            low=low + meaning.add,
            high=high + meaning.add,
            qualifier=mention.qualifier,
            is_share=is_share and indicator != "plan_achievement",
            unit=unit,
            begins=begins,
            as_of=as_of,
            published=self.context.published,
            scope=self.context.scope,
            start=self.passage.place(mention.start),
            end=self.passage.place(mention.end - 1) + 1,
            confidence=_confidence(meaning, unit, how, dated, self.passage.marked),
            reason=_explain(meaning, how, dated),
        )

    def _is_masked(self, mention: Mention) -> bool:
        return any(begin < mention.end and mention.start < end for begin, end in self._masked())

    def _masked(self) -> list[tuple[int, int]]:
        """Return the places that hold no figures: codes, numbers of papers, villages, ages, clocks."""
        masked = [match.span() for match in _CODES.finditer(self.passage.text) if any(map(str.isdigit, match[0]))]
        masked += [match.span("number") for match in _NUMBERED.finditer(self.line)]
        if self.context.convention == "vi":
            masked += [match.span("number") for match in _NAMED_BY_NUMBER.finditer(self.line)]
        for pattern in (_TELEPHONE, _CLOCK, _AGE, _LIST_NUMBER):
            masked += [match.span() for match in pattern.finditer(self.line)]
        return [span for span in masked if span[0] < span[1]]


_MAY_COUNT = re.compile(
    r"\d|\b(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|chuc|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty) (?:clb|cau|lop|khoa|xa|phuong|thon|huyen|tinh|buon|ban|to"
    r"|new|clubs?|ishcs?|training|courses?|communes?|districts?|villages?|wards?|nguoi|thanh|ho|more)"
)


def _on_the_map_of(
    unit: Unit, as_of: pd.Timestamp | None, published: pd.Timestamp | None
) -> Unit:
    """Put a unit on the map of its figure's day; what is not on that map stays on its own.

    The deadline of a plan lies ahead: its map is that of the day on which the plan was printed.
    """
    days = [day for day in (as_of, published) if day is not None]
    if not days:
        return unit
    boundaries = boundaries_of(min(days))
    if unit.level == "national":
        return replace(unit, boundaries=boundaries)
    other = unit_by_code(unit.level, unit.area, boundaries)
    if boundaries == unit.boundaries or other is None or other.name != unit.name:
        return unit
    return replace(other, rivals=unit.rivals)


def _confidence(meaning: Meaning, unit: Unit, how: str, dated: str, marked: bool) -> float:
    doubts = (
        (not meaning.sure, 0.2),
        (how == "tài liệu", 0.05),
        (how == "đoạn", 0.03),
        (unit.rivals > 1, 0.15),
        (not dated, 0.1),
        (not marked, 0.05),
    )
    return round(0.95 - sum(size for holds, size in doubts if holds), 2)


def _explain(meaning: Meaning, how: str, dated: str) -> str:
    words = ", ".join(f"“{word.strip()}”" for word in dict.fromkeys(meaning.reason) if word.strip())
    parts = [f"từ quyết định: {words}" if words else "", f"nơi: {how}"]
    parts.append(f"ngày: {dated}" if dated else "không ghi ngày")
    return "; ".join(part for part in parts if part)


def _distinct(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep one row per fact: the first mention, dated by whichever mention is; no rounded repeats."""
    kept: dict[tuple[str, float, str, str], list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: (c.start, c.end)):
        key = (candidate.indicator, candidate.value, candidate.unit.area, candidate.unit.level)
        same = kept.setdefault(key, [])
        twin = next((n for n, c in enumerate(same) if _is_one_fact(c, candidate)), None)
        if twin is None:
            same.append(candidate)
        elif same[twin].as_of is None and candidate.as_of is not None:
            same[twin] = replace(same[twin], as_of=candidate.as_of, begins=candidate.begins)
    flat = sorted((c for same in kept.values() for c in same), key=lambda c: (c.start, c.end))
    exact: dict[tuple[str, str, str], list[Candidate]] = {}
    for candidate in flat:
        exact.setdefault((candidate.indicator, candidate.unit.area, candidate.unit.level), []).append(candidate)
    return [c for c in flat if not _is_rounded(c, exact[c.indicator, c.unit.area, c.unit.level])]


def _is_one_fact(first: Candidate, second: Candidate) -> bool:
    return first.as_of is None or second.as_of is None or first.as_of == second.as_of


def _is_rounded(candidate: Candidate, others: list[Candidate]) -> bool:
    """Tell whether another mention says the same more exactly."""
    if candidate.qualifier not in ("at_least", "nearly", "about") or candidate.value <= 0:
        return False
    low = candidate.value * (0.999 if candidate.qualifier == "at_least" else 0.9)
    high = candidate.value * (1.001 if candidate.qualifier == "nearly" else 1.1)
    return any(
        other is not candidate
        and low <= other.value <= high
        and _digits(other.value) > _digits(candidate.value)
        and (candidate.as_of is None or other.as_of is None or candidate.as_of == other.as_of)
        for other in others
    )


def _digits(value: float) -> int:
    return len(f"{value:.10g}".replace(".", "").strip("0"))
