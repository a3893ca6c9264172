"""The sentences of a passage come in; the figures they print go out.

A figure belongs to the place named behind it ("của huyện A"), else to the nearest one before it in
its sentence, else to the topic of the paragraph, else to the place the document reports on. Its
date is the one printed with it, else the one that governs its paragraph, section or document; "nay"
and a new event end what a date in prose governs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from .candidates import FLOWS, NORMS, PLANS, Candidate, explain, put_on_map, rate
from .contexts import Context, parent_of
from .meanings import JUDGED, judge
from .mentions import NATION, Reference, Unit, find_references, unit_by_code, village_of
from .moments import Moment, find_moments
from .passages import Passage
from .phrases import Cue, Mention, find_cues, find_mentions, may_say_now
from .sections import Progress, base_day, enter_section, resolve_moments
from .windows import Meaning, Setting, infer_noun, look_around, may_be_inferred

_OF_A_CLUB = frozenset(
    [
        "members",
        "older_members",
        "women_members",
        "poor_members",
        "startup_capital_vnd",
        "income_fund_vnd",
        "borrowers",
        "lent_vnd",
        "attendance_share",
    ]
)
LEVELS_FOR = {
    "communes": ("district", "province", "national"),
    "districts": ("province", "national"),
    "provinces": ("national",),
    "villages": ("commune", "district", "province", "national"),
}
"""The levels of the places in which communes, districts, provinces or villages are counted."""

_ADMINISTRATIVE = ("village", "commune", "district", "province", "national")
_SPEAKER = re.compile(
    r'(?:[-+*]|\d{1,2}[.)]|[a-z]\))? ?"?(?:ong|ba|anh|chi|dong chi|cu|dai bieu|d/c|mr|mrs|ms|dr)\b'
    r'[^:."]{3,140}:'
)
_QUESTION = re.compile(r"\?[\"')]*$")
_BREAKDOWN = re.compile(
    r"(?:trong do|rieng|chang han|vi du|dien hinh|nhu|tieu bieu|cu the|trong so|of which"
    r"|among them|for example"
    r"|so voi|truoc do|hai nam truoc)\b"
)
_EXAMPLE = re.compile(
    r"\bco (?:noi|clb|cau lac bo|xa|huyen|thon|cho)\b|\bsome clubs\b|\bone club\b"
)
_NEW_STATE = re.compile(r"(?:khi|sau khi|tu khi|ke tu khi|after|since then|once|ngay sau)\b")
_BEHIND = re.compile(
    r"(?: (?:cua |of )?(?:cac |the )?(?:clb|ishcs|clubs)(?: lthtgn)?)?"
    r"(?:,? ?(?:cua|o|tai|tren dia ban|thuoc|trong|cho|in|of|at|across|throughout))?(?: toan"
    r"| ca| the| cac clb)? ?"
)
_WITH_NUMBER = re.compile(
    r" ?(?:\(?(?:vao|tinh|tinh den|trong|vao thoi diem|,? tinh|,? den|by|in|at|as of)? ?)?"
)
_PLAN_YEAR = re.compile(
    r"(?:ke hoach|chi tieu|muc tieu)(?: \w+){0,2} nam\b|annual (?:plan|target)"
    r"|the year's (?:plan|target)"
)
_ASSIGNED = re.compile(r" (?:\w+ ){0,3}(?:giao|ke hoach|chi tieu) (?:ca |trong |dau )?nam\b")
_CODES = re.compile(
    r"\b(?:[A-ZĐ]{2,}\d[\w/-]*|[A-ZĐ]{2,}(?:[-/][A-ZĐ\d]+)*[-/]\d[\w/-]*)"
    r"|\d+[-/][A-ZĐ]{2,}[\w-]*(?:/[\w-]+)*"
)
_NUMBERED = re.compile(
    r"(?:quyet dinh|nghi quyet|nghi dinh|thong tu|cong van|chi thi|to trinh|van ban|thong bao"
    r"|luat|de an|ke hoach"
    r"|huong dan|decision|resolution|circular|directive|mang so|ma so|code|dt|sdt|dien thoai"
    r"|tel|fax|phone|hotline|zalo)"
    r"(?:\.|:| so| no\.?| number| so:)* ?(?P<number>\d[\d./-]*)(?!\d| ?(?:clb|cau lac bo|clubs?"
    r"|ishcs?|trieu|ty|ti|%|thanh vien|nguoi))"
)
_NAMED_BY_NUMBER = re.compile(
    r"(?:(?<!binh )\bquan|\b(?:thon|xom|to|khu|khom|ap|phuong|ban|doi|khoi|dieu|khoan|trang"
    r"|page|bieu|bang"
    r"|phu luc|hinh|so nha|quoc lo|khu pho|to dan pho|lan thu|khoa|nhiem ky|chuong"
    r"|muc)) (?P<number>\d{1,3})"
    r"(?![\d.,/]*\d)(?! ?(?:clb|cau|%|xa|thon|nguoi|thanh|hoi|lop|huyen|tinh|ho |trieu|ty|ti"
    r"|dong|nghin|-))"
)
_TELEPHONE = re.compile(r"(?<!\d)0\d{2,3}[. -]?\d{3,4}[. -]?\d{3,4}(?!\d)")
_CLOCK = re.compile(r"\d{1,2}(?::| ?gio ?| ?h ?)\d{0,2}(?: ?phut)?(?!\w)|\d{1,2} ?(?:am|pm)\b")
_AGE = re.compile(
    r"(?:tu|tren|du|duoi|aged|over|under)? ?(?:du )?\d{2,3}(?: ?- ?\d{2,3})? (?:tuoi|years? old"
    r"|years? of age)"
    r"|aged (?P<first>\d{2,3})(?: or (?:over|older|above)| and (?:over|above|older)|\+)?"
    r"|(?<=, )\d{2}(?=,)"
    r"|\b(?:over|above) (?:55|60|65|70|80)s?\b(?! (?:isch|club|member|people))|\b(?:55"
    r"|60)(?:(?: or| and) (?:over|older|above)|\+)"
)
_MAY_BE_AGE = re.compile(r"tuoi|year|aged|over|above|older|, \d\d,|\d\+")
_LIST_NUMBER = re.compile(r"^\s*(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\))\s")
_JOINT = re.compile(r"(?:, ?| va |, va | and |, and )(?:cac |cac xa |cac huyen )?")
_TOGETHER = re.compile(
    r" (?:cong lai|gop lai|tong cong|tinh chung|together|combined)\b[^,;:]{0,20}"
)
_ONE_CLUB = re.compile(
    r"[\W_]*(?:clb|cau lac bo)(?: lien the he tu giup nhau| lthtgn)?"
    r" (?:ra doi|duoc thanh lap|ra mat|moi dau|luc dau|ban dau)\b"
)
_WHERE = re.compile(r"(?: lthtgn)? (?:tai|o|tren dia ban|thuoc|in|at) (?:cac )?")
_DATING = frozenset(("dated", "same", "same_year", "later"))
_AGE_REACH = 40
_SHORT_GAP = 28
_SHORT_HEADING = 50
_TOPIC_REACH = 30
_CLAUSE_REACH = 45
_BREAK = re.compile(r"[,;:(]")
_MAY_COUNT = re.compile(
    r"\d|\b(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|chuc|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty) (?:clb|cau|lop|khoa|xa|phuong|thon"
    r"|huyen|tinh|buon|ban|to"
    r"|new|clubs?|ishcs?|training|courses?|communes?|districts?|villages?|wards?|nguoi|thanh|ho"
    r"|more)"
)


def read_passage(passage: Passage, context: Context, progress: Progress) -> list[Candidate]:
    """Read the figures of one passage.

    Parameters
    ----------
    passage : Passage
        A passage.
    context : Context
        What holds for its document.
    progress : Progress
        Where the reading stands; it is moved on.

    Returns
    -------
    list of Candidate
        In their order, repeats included.
    """
    counts = _MAY_COUNT.search(passage.plain) is not None
    if passage.kind != "item":
        progress.members_before = progress.members_before and passage.kind == "heading"
    if not counts and passage.kind != "heading":
        progress.lead = None
        return []
    moments = find_moments(passage, base_day(context, progress))
    if passage.kind == "heading":
        enter_section(passage, moments, progress, context)
    references = []
    if counts or passage.kind == "heading":
        references = find_references(passage, context.gazetteer)
    if passage.kind == "heading" and passage.rank > 0:
        progress.place = _place_of_section(passage, references)
    reader = _Reader(passage, context, progress, references, moments)
    progress.date = reader.moments[-1] if reader.moments else progress.date
    found = list(reader.read()) if counts else []
    if _QUESTION.search(passage.plain):
        dated = [m for m in reader.moments if m.kind == "dated" and m.as_of is not None]
        progress.lead = dated[-1] if dated else None
    elif passage.kind != "heading":
        progress.lead = None
    return found


def _place_of_section(passage: Passage, references: list[Reference]) -> Unit | None:
    """Return the place that a heading names alone: "2. Huyện Nga Sơn"."""
    named = [r.unit for r in references if r.unit is not None and r.unit.area and not r.inner]
    alone = len(named) == 1 and len(passage.text) < _SHORT_HEADING
    return named[0] if alone else None


def _after_signs(line: str, begin: int, signs: str) -> int:
    """Return where a sentence begins behind some signs."""
    while begin < len(line) and line[begin] in signs:
        begin += 1
    return begin


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
        self.names = [
            (r.start, r.end) for r in references if r.unit is not None and r.how != "nation"
        ]
        self.cues: list[Cue] | None = None
        self.masks: list[tuple[int, int]] | None = None
        self.moments = resolve_moments(moments, progress.date)
        self.line = passage.plain
        self.used: set[int] = set()
        self.date: Moment | None = None
        self.topic: Unit | None = progress.place
        self.club = self._find_club()
        self.head = 0
        self._read_speaker()

    def read(self) -> Iterator[Candidate]:
        """Yield the figures of the passage."""
        mentions = [
            mention for mention in
            find_mentions(self.passage, self.context.convention, self.dates + self.names)
            if mention.noun or not self._is_age(mention)
        ]  # fmt: skip
        if not any(mention.noun in JUDGED or not mention.noun for mention in mentions):
            return
        for begin, end in self.passage.sentences():
            inside = [mention for mention in mentions if begin <= mention.start < end]
            yield from self._read_sentence(begin, end, inside)

    def _is_age(self, mention: Mention) -> bool:
        begin, end = max(0, mention.start - _AGE_REACH), mention.start + _AGE_REACH
        return _MAY_BE_AGE.search(self.line, begin, end) is not None and any(
            age.start() <= mention.start < age.end() for age in _AGE.finditer(self.line, begin, end)
        )

    def _find_cues(self, begin: int, end: int) -> list[Cue]:
        """Find the cue words of a sentence that are no part of a name."""
        if self.cues is None:
            self.cues = [
                cue for cue in find_cues(self.passage, begin, end)
                if not any(s < cue.end and cue.start < e for s, e in self.names)
                and not ("now" in cue.codes and self._is_in_date(cue))
            ]  # fmt: skip
        return self.cues

    def _is_in_date(self, cue: Cue) -> bool:
        return any(begin <= cue.start and cue.end <= end for begin, end in self.dates)

    def _read_sentence(self, begin: int, end: int, mentions: list[Mention]) -> Iterator[Candidate]:
        self.cues = None
        if _NEW_STATE.match(self.line, _after_signs(self.line, begin, '" ')):
            self.date = None
        if not mentions:
            self._note_dates(begin, end)
            self._note_topic(begin, end, None)
            return
        setting = Setting(
            self.passage,
            (begin, end),
            planned=self.progress.planned,
            about_clubs=self.context.about_clubs,
            one_club=self.club is not None or self.context.club is not None,
            launch=self.context.club is not None,
            members_before=self.progress.members_before,
            last_indicator=self.progress.last_indicator,
        )
        for place, mention in enumerate(mentions):
            following = [
                other.begin for other in mentions[place + 1 :] if other.begin >= mention.stop
            ]
            stop = following[0] if following else end
            yield from self._read_mention(mention, setting, stop)
        self._note_dates(begin, end)
        self._note_topic(begin, end, mentions[0])
        self.progress.members_before = setting.members_before
        self.progress.last_indicator = setting.last_indicator

    def _read_mention(self, mention: Mention, setting: Setting, stop: int) -> Iterator[Candidate]:
        if mention.noun and mention.noun not in JUDGED:
            setting.earlier.append((mention, None))
            return
        beside = self._date_beside(mention)
        if not mention.noun and not may_be_inferred(self.line, mention, dated=beside is not None):
            setting.earlier.append((mention, None))
            return
        around = look_around(self._find_cues(*setting.sentence), mention, setting, stop)
        previous = max(
            (other.stop for other, _ in setting.earlier if other.noun), default=setting.sentence[0]
        )
        between = [r for r in self.references if previous <= r.start and r.end <= mention.start]
        setting.has_place = bool(between)
        setting.place_near = bool(between) and mention.start - between[-1].end <= _SHORT_GAP
        left = self._date_left(mention, setting.sentence[0]) or self._date_after(mention, stop)
        governing = beside or left
        setting.future = governing is not None and governing.planned and governing.kind == "dated"
        setting.dated = (
            "" if governing is None else self.line[governing.start : governing.end].strip()
        )
        setting.unnamed = not mention.noun
        if setting.unnamed:
            noun = infer_noun(mention, around, setting)
            mention = mention._replace(noun="" if noun and self._is_masked(mention) else noun)
        meaning = judge(mention, around, setting)
        if not meaning.hedged:
            mention = mention._replace(qualifier="exact")
        setting.earlier.append((mention, meaning.indicator))
        if meaning.indicator is None:
            return
        if meaning.indicator in ("members",):
            setting.members_before = True
        setting.last_indicator = meaning.indicator
        if self._is_of_several(mention, setting) or self._is_of_some_club(meaning, setting):
            return
        yield self._candidate(mention, meaning, setting, around.left, beside, left)

    # -- places ---------------------------------------------------------------------------------

    def _find_club(self) -> Unit | None:
        for reference in self.references:
            if (
                reference.how == "club"
                and reference.unit is not None
                and not reference.unit.name[:1].isdigit()
            ):
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

    def _series_before(self, reference: Reference) -> tuple[int, int]:
        """Return how many places of one level a list ends with, and where it begins."""
        count, start = 1, reference.start
        for other in reversed([r for r in self.references if r.end <= reference.start]):
            joint = _JOINT.fullmatch(self.line, other.end, start)
            if joint is None or other.level != reference.level or other.unit is None:
                break
            count, start = count + 1, other.start
        return count, start

    def _is_of_several(self, mention: Mention, setting: Setting) -> bool:
        """Tell whether a number sums up places: "huyện Kỳ Sơn, Quế Phong cộng lại có 20 CLB"."""
        before = [r for r in self.references if setting.sentence[0] <= r.start < mention.start]
        if not before or before[-1].unit is None or not self._eligible(before[-1]):
            return False
        last = before[-1]
        together = _TOGETHER.match(self.line, last.end, mention.start)
        return together is not None and self._series_before(last)[0] > 1

    def _is_of_some_club(self, meaning: Meaning, setting: Setting) -> bool:
        """Tell whether a sentence speaks of one club that it does not name."""
        if meaning.indicator not in _OF_A_CLUB or self.club is not None or self.topic is not None:
            return False
        wide = self.context.home.level in ("district", "province", "national")
        named = any(setting.sentence[0] <= r.start < setting.sentence[1] for r in self.references)
        begins = _ONE_CLUB.match(self.line, setting.sentence[0]) is not None
        return begins and wide and not named and self.context.club is None

    def _goes_with_earlier(self, reference: Reference, setting: Setting, indicator: str) -> bool:
        """Tell whether a place only says where an earlier count lies.

        "Thành lập 3 CLB tại xã A, B và C, đạt 75% kế hoạch": the plan is not that of C.
        """
        count, start = self._series_before(reference)
        sums_up = count > 1 or indicator in ("target_clubs", "plan_achievement")
        return sums_up and any(
            other.stop <= start and _WHERE.fullmatch(self.line, other.stop, start)
            for other, what in setting.earlier[:-1]
            if what in ("new_clubs", "target_new_clubs")
        )

    def _place_of(self, mention: Mention, setting: Setting, indicator: str) -> tuple[Unit, str]:
        """Return the place a number belongs to, and how it was found."""
        sentence = setting.sentence
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
        if before and self._goes_with_earlier(before[-1], setting, indicator):
            begun = self._series_before(before[-1])[1]
            before = [r for r in before if r.end <= begun]
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
            if above is not None and above.level != "national" and self._is_in_force(above):
                return above
        for level in levels:
            if (newest := self.context.gazetteer.newest(level)) is not None:
                return newest
        return self.context.home

    def _is_in_force(self, unit: Unit) -> bool:
        """Tell whether "toàn tỉnh" may mean a unit: not one that the document's map dissolved."""
        newest = unit_by_code(unit.level, unit.area, self.context.gazetteer.vintages[0])
        return unit.level == "district" or (newest is not None and newest.name == unit.name)

    def _fit_level(self, unit: Unit, indicator: str, how: str) -> Unit:
        """Move a figure to the level at which its indicator is counted."""
        kind = indicator.partition("_")[0]
        if kind in LEVELS_FOR:
            return parent_of(unit, LEVELS_FOR[kind]) or NATION
        club = self.club or self.context.club
        if (
            indicator in _OF_A_CLUB
            and unit.level != "club"
            and how in ("đoạn", "tài liệu")
            and club is not None
        ):
            return club
        if unit.level == "club" and indicator not in _OF_A_CLUB:
            return parent_of(unit, _ADMINISTRATIVE) or unit
        return unit

    def _note_topic(self, begin: int, end: int, first: Mention | None) -> None:
        limit = end if first is None else first.start
        for reference in self.references:
            if begin <= reference.start and reference.end <= limit and self._eligible(reference):
                if reference.level == "village" and reference.how in ("generic", "typed"):
                    continue
                if reference.how == "bare" and reference.start - begin > _TOPIC_REACH:
                    continue
                aside = _BREAKDOWN.match(self.line, _after_signs(self.line, begin, '" -'))
                if not aside and not _EXAMPLE.search(self.line, begin, end):
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
            and m.kind in _DATING and not self._is_closed(m, mention)
        ]  # fmt: skip
        return before[-1] if before else None

    def _is_closed(self, moment: Moment, mention: Mention) -> bool:
        """Tell whether a date in brackets belongs to the clause before: "(30/6) có 21; xã B 5"."""
        bracketed = self.line[: moment.start].rstrip().endswith("(")
        return bracketed and ";" in self.line[moment.end : mention.start]

    def _date_after(self, mention: Mention, stop: int) -> Moment | None:
        """Return the date behind a number in its clause: "were set up in the first quarter"."""
        for moment in self.moments:
            if (
                mention.stop <= moment.start < stop
                and moment.kind == "dated"
                and not moment.planned
            ):
                between = self.line[mention.stop : moment.start]
                return (
                    moment if len(between) < _CLAUSE_REACH and not _BREAK.search(between) else None
                )
        return None

    def _note_dates(self, begin: int, end: int) -> None:
        dated = [
            m for m in self.moments
            if begin <= m.start + 1 < end + 1
            and m.kind in _DATING - {"later"}
            and m.start not in self.used
        ]  # fmt: skip
        for moment in dated:
            if moment.planned:
                self.progress.plan = moment
            else:
                self.date = moment
        if self.date is None or not may_say_now(self.passage, begin, end):
            return
        now = [cue for cue in self._find_cues(begin, end) if "now" in cue.codes]
        if now and not any(moment.start > now[-1].start for moment in dated):
            self.date = None

    def _date_of(  # noqa: PLR0911
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
        if (
            left is not None
            and not left.planned
            and not (now is not None and now.start >= left.end - 4)
        ):
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

    def _plan_date(  # noqa: PLR0911
        self, mention: Mention, indicator: str, setting: Setting, left: Moment | None
    ) -> tuple[Moment | None, str]:
        begin, end = setting.sentence
        results = [what for _, what in setting.earlier if what in ("new_clubs", "plan_achievement")]
        line = self.line[begin : mention.start]
        of_year = _PLAN_YEAR.search(line) or _ASSIGNED.match(self.line, mention.stop)
        if left is not None and (left.planned or not of_year):
            return left, "trong câu"
        later = [
            m
            for m in self.moments
            if mention.stop <= m.start < end and m.planned and m.kind == "dated"
        ]
        if later:
            return later[0], "trong câu"
        if self.context.base is not None and of_year and self.context.project_end is None:
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
        unit, how = self._place_of(mention, setting, indicator)
        unit = self._fit_level(unit, indicator, how)
        moment, dated = self._date_of(mention, indicator, setting, left_cues, beside, left)
        if indicator in NORMS and unit.level == "club" and moment is None and left is not None:
            moment, dated = left, "trong câu"
        if dated == "sự kiện" and unit.level == "national":
            moment, dated = None, ""
        as_of = None if moment is None else moment.as_of
        unit = put_on_map(unit, as_of, self.context.published)
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
            confidence=rate(meaning, unit, how, dated, marked=self.passage.marked),
            reason=explain(meaning, how, dated),
        )

    def _is_masked(self, mention: Mention) -> bool:
        if self.masks is None:
            self.masks = self._find_masks()
        return any(begin < mention.end and mention.start < end for begin, end in self.masks)

    def _find_masks(self) -> list[tuple[int, int]]:
        """Return the places that hold no figures: codes, papers, villages, ages, clocks."""
        masked = [
            match.span()
            for match in _CODES.finditer(self.passage.text)
            if any(map(str.isdigit, match[0]))
        ]
        masked += [match.span("number") for match in _NUMBERED.finditer(self.line)]
        if self.context.convention == "vi":
            masked += [
                match.span("number") for match in _NAMED_BY_NUMBER.finditer(self.line)
                if not any(r.start < match.start() < r.end for r in self.references)
            ]  # fmt: skip
        for pattern in (_TELEPHONE, _CLOCK, _AGE, _LIST_NUMBER):
            masked += [match.span() for match in pattern.finditer(self.line)]
        return [span for span in masked if span[0] < span[1]]
