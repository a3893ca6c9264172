"""The sentences of a passage come in; the figures they print go out.

Which place a figure is about is found in `whereabouts`. Its date is the one printed with it, else
the one that governs its paragraph, section or document; "nay" and a new event end what a date in
prose governs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from .candidates import FLOWS, NORMS, PLANS, Candidate, explain, put_on_map, rate
from .contexts import Context
from .finders import WordPattern, holds_any
from .gazetteer import Unit
from .lexicon import Cue, find_cues, may_say_now
from .meanings import JUDGED, judge
from .mentions import find_references
from .moments import Moment, find_moments
from .passages import Passage, skip_signs
from .phrases import Mention, find_mentions
from .placewords import Reference
from .sections import Progress, base_day, enter_section, resolve_moments
from .whereabouts import Places
from .windows import Meaning, Setting, infer_noun, look_around, may_be_inferred

_QUESTION = re.compile(r"\?[\"')]*$")
_NEW_STATE = re.compile(
    r"(?:(?:(?:cong|tinh|ke|neu tinh) )?tu dau nam|trong ky|trong dot|khi|sau khi|tu khi|ke tu khi"
    r"|after|since then|once|ngay sau)\b"
)
_WITH_NUMBER = re.compile(
    r" ?(?:\(?(?:so|so lieu|vao|tinh|tinh den|trong|vao thoi diem|,? tinh|,? den|by|in|at|as of"
    r"|on)? ?)?"
)
_PLAN_YEAR = re.compile(
    r"(?:ke hoach|chi tieu|muc tieu)(?: \w+){0,3} nam\b|(?:annual|yearly|full-year) (?:plan|target)"
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
    r"|muc))(?: so)? (?P<number>\d{1,3})"
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
_AGE_WORDS = ("tuoi", "year", "aged", "over", "above", "older")
_AGE_SIGNS = frozenset(",+")  # "bà Lan, 72, cho biết", "60+"
_LIST_NUMBER = re.compile(r"^\s*(?:\(?\d{1,2}(?:\.\d{1,2})*[.)/]|[a-zđ]\))\s")
_ITEM_REACH = 3
_NUMBERS_A_PART = ("bieu so ", "bieu ", "bang so ", "bang ", "phu luc ", "phu luc so ", "muc ")
_STANDING = frozenset(("dated", "same", "same_year"))
_DATING = _STANDING | {"later"}
_MAY_REPORT = JUDGED | {""}
_FOUNDED = re.compile(r"(?:lap|mat|ra doi|truong|started|running|founded),? $")
_COUNTED = frozenset(("clubs", "new_clubs", "closed_clubs"))
_OF_PLAN = frozenset(("plan_achievement", "target_new_clubs", "target_clubs"))
_AGE_REACH = 40
_MASK_REACH = 40
_SHORT_GAP = 28
_INTENDS = re.compile(
    r"\b(?:se|ke hoach|muc tieu|du kien|phan dau|chi tieu|giai doan|de nghi|xin|huong toi|will"
    r"|plans?|planned|targets?|aims?|goal|should)\b"
)
_SHORT_HEADING = 50
_CLAUSE_REACH = 45
_BREAK = re.compile(r"[,;:(]")
_TELLS = re.compile(r":|,?(?: chi| moi)? (?:la|co|dat)(?: chi| moi)? \d")
_DEADLINE = re.compile(r"(?:vao|den|toi|truoc|cuoi|het|by|before)\b")
_ARE_NOW = re.compile(r" (?:are|is|were|have|has) (?:now|today|currently)\b")
_DIGIT = re.compile(r"\d")
_COUNT = WordPattern(
    r"(?:mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi|chuc|two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|twenty|thirty|forty|fifty) (?:clb|cau|lop|khoa|xa|phuong|thon"
    r"|huyen|tinh|buon|ban|to"
    r"|new|clubs?|ishcs?|training|courses?|communes?|districts?|villages?|wards?|nguoi|thanh|ho"
    r"|more)"
    r"|(?:clb|cau lac bo)(?: lien the he tu giup nhau| lthtgn)? thu (?:hai|ba|tu|nam|sau|bay|tam"
    r"|chin|muoi)\b"
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
    counts = _DIGIT.search(passage.plain) is not None or _COUNT.search(passage.plain) is not None
    if passage.kind != "item":
        progress.members_before = progress.members_before and passage.kind == "heading"
    if not counts and passage.kind != "heading":
        progress.lead = None
        if "clb" in passage.plain or "cau lac bo" in passage.plain or "club" in passage.plain:
            progress.club = None  # it may tell of another one
        return []
    moments = find_moments(passage, base_day(context, progress))
    if passage.kind == "heading":
        enter_section(passage, moments, progress, context)
    references = []
    if counts or passage.kind == "heading":
        references = find_references(passage, context.gazetteer, context.known_places)
    if passage.kind == "heading" and passage.rank > 0:
        progress.place = _place_of_section(passage, references)
    reader = _Reader(passage, context, progress, references, moments)
    progress.date = reader.moments[-1] if reader.moments else progress.date
    found = reader.read() if counts else []
    progress.club = reader.places.find_club_told(progress.club)
    if not found and _QUESTION.search(passage.plain):
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


def _may_report(mentions: list[Mention]) -> bool:
    for mention in mentions:  # noqa: SIM110  (`any` takes twice as long, for every sentence)
        if mention.noun in _MAY_REPORT:
            return True
    return False


def _is_average(setting: Setting, left_cues: dict[str, Cue]) -> bool:
    """Tell the average of a day from a limit behind it: "bình quân 58 người, tối đa 70"."""
    mean = left_cues.get("average")
    before = setting.earlier[-2][0].stop if len(setting.earlier) > 1 else 0
    told = [what for _, what in setting.earlier[:-1]]
    if setting.unnamed and told[-1:] == ["members"]:
        return True  # "6,870 members, or 55.4 per club"
    return mean is not None and (mean.start >= before or "members_per_club" not in told)


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
        self.places = Places(passage, context, references, progress.place, progress.club)
        self.cues: list[Cue] | None = None
        if moments and self.places.names:  # "Hoa Quy 3 CLB" names no quarter
            moments = [m for m in moments if not self._is_in_name(m)]
        self.dates = [(moment.start, moment.end) for moment in moments]
        self.moments = resolve_moments(moments, progress.date, passage.plain)
        if context.project_end is not None and not _INTENDS.search(passage.plain):
            # A project's completion note may tell how things stand a year later.
            self.moments = [moment._replace(planned=False) for moment in self.moments]
        self.line = passage.plain
        for place, moment in enumerate(self.moments):
            if moment.kind == "since" and self._is_birth(moment):
                self.moments[place] = moment._replace(kind="dated")
        self.asides = {m.start for m in self.moments if self._is_aside(m)}
        self.used: set[int] = set()
        self.date: Moment | None = None
        self.flow: Moment | None = None

    def read(self) -> list[Candidate]:
        """Return the figures of the passage."""
        mentions = [
            mention for mention in
            find_mentions(self.passage, self.context.convention, self.dates + self.places.names)
            if mention.noun or not self._is_age(mention)
        ]  # fmt: skip
        if not _may_report(mentions):
            return []
        found: list[Candidate] = []
        names = bool(self.moments or self.places.references)
        last = 0
        for begin, end in self.passage.sentences():
            first = last
            while last < len(mentions) and mentions[last].start < end:
                last += 1
            if names or last > first:
                found += self._read_sentence(begin, end, mentions[first:last])
        return found

    def _is_age(self, mention: Mention) -> bool:
        begin, end = max(0, mention.start - _AGE_REACH), mention.start + _AGE_REACH
        around = self.line[begin:end]
        signed = self.line[mention.end : mention.end + 1] in _AGE_SIGNS
        if not signed and not holds_any(around, _AGE_WORDS):
            return False
        return any(
            age.start() <= mention.start < age.end() for age in _AGE.finditer(self.line, begin, end)
        )

    def _find_cues(self, begin: int, end: int) -> list[Cue]:
        """Find the cue words of a sentence that are no part of a name."""
        if self.cues is None:
            cues = find_cues(self.passage, begin, end)
            for first, last in self.places.names:
                if first < end and begin < last:
                    cues = [cue for cue in cues if cue.end <= first or last <= cue.start]
            self.cues = [cue for cue in cues if "now" not in cue.codes or not self._is_in_date(cue)]
        return self.cues

    def _is_birth(self, moment: Moment) -> bool:
        """Tell the day of "được lập từ năm 2019 với 42 thành viên"."""
        if not self.line.startswith((" voi ", " with "), moment.end):
            return False
        return _FOUNDED.search(self.line, max(0, moment.start - 16), moment.start) is not None

    def _is_in_name(self, moment: Moment) -> bool:
        return any(begin < moment.start < end for begin, end in self.places.names)

    def _is_in_date(self, cue: Cue) -> bool:
        return any(begin <= cue.start and cue.end <= end for begin, end in self.dates)

    def _read_sentence(self, begin: int, end: int, mentions: list[Mention]) -> list[Candidate]:
        self.cues = None
        self.places.enter_sentence(begin, end)
        if self.date is not None and _NEW_STATE.match(
            self.line, skip_signs(self.line, begin, '" ')
        ):
            self.date = None
        found: list[Candidate] = []
        if _may_report(mentions):
            found = self._read_mentions(begin, end, mentions)
        self._note_dates(begin, end)
        first = mentions[0] if mentions else None
        if first is not None and not first.noun and self.places.references:
            first = self._first_figure(begin, mentions)
        self.places.note_topic(begin, end, first)
        return found

    def _first_figure(self, begin: int, mentions: list[Mention]) -> Mention | None:
        """Return the first number that numbers no item: "5. Bà Mai: Biểu 2 ghi huyện A có 16"."""
        for mention in mentions:
            start = mention.start
            item = start - begin <= _ITEM_REACH and _LIST_NUMBER.match(self.line) is not None
            if mention.noun or not (item or self.line.endswith(_NUMBERS_A_PART, 0, start)):
                return mention
        return None

    def _read_mentions(self, begin: int, end: int, mentions: list[Mention]) -> list[Candidate]:
        setting = Setting(
            self.passage,
            (begin, end),
            planned=self.progress.planned,
            about_clubs=self.context.about_clubs,
            one_club=self.context.club is not None or self.places.names_club(),
            launch=self.context.club is not None,
            members_before=self.progress.members_before,
            of_members=self.progress.of_members,
            last_indicator=self.progress.last_indicator,
            last_before=self.progress.last_indicator,
            last_count=self.progress.last_count,
            project=self.context.project_end is not None,
            after_aim=self.progress.plan is not None
            and (self.progress.last_indicator or "").startswith("target_"),
        )
        found: list[Candidate] = []
        for place, mention in enumerate(mentions, 1):
            if mention.noun not in _MAY_REPORT:
                setting.tell(mention, None)
                continue
            stop = end
            for other in mentions[place:]:
                if other.begin >= mention.stop and other.noun != "age" and (
                    other.noun != "share" or not self._is_bracketed(other)
                ):  # fmt: skip
                    stop = other.begin
                    break
            candidate = self._read_mention(mention, setting, stop)
            if candidate is not None:
                found.append(candidate)
        self.progress.members_before = setting.members_before
        self.progress.last_indicator = setting.last_indicator
        return found

    def _is_bracketed(self, share: Mention) -> bool:
        """Tell a share that only repeats the number before it: "96/112 CLB (85,7%) có quỹ"."""
        return self.line.startswith(")", share.stop) and self.line.endswith("(", 0, share.begin)

    def _read_mention(self, mention: Mention, setting: Setting, stop: int) -> Candidate | None:
        beside = self._date_beside(mention) if self.moments else None
        if not mention.noun and not may_be_inferred(self.line, mention, dated=beside is not None):
            setting.tell(mention, None)
            return None
        around = look_around(self._find_cues(*setting.sentence), mention, setting, stop)
        between = self.places.between(setting.reach or setting.sentence[0], mention.start)
        setting.has_place = bool(between)
        way = self.line[between[-1].end : mention.start] if between else ""
        setting.named_club = bool(between) and any(
            r.unit is not None and r.level == "village" for r in between
        )
        setting.place_behind = not mention.noun and self.places.follows(mention.stop)
        setting.place_near = bool(between) and len(way) <= _SHORT_GAP and ";" not in way
        left = None
        if self.moments:
            left = self._date_left(mention, setting.sentence[0]) or self._date_after(mention, stop)
        governing = beside or left
        setting.future = governing is not None and governing.planned and governing.kind == "dated"
        setting.beside = beside is not None and not beside.planned
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
        setting.tell(mention, meaning.indicator)
        if meaning.indicator is None:
            return None
        if meaning.indicator in ("members",):
            setting.members_before = True
        setting.last_indicator = meaning.indicator
        if meaning.indicator in _COUNTED:
            self.progress.last_count = meaning.indicator
        elif meaning.indicator not in _OF_PLAN:
            self.progress.last_count = None
        if self.places.is_of_several(mention, setting) or self.places.is_of_some_club(
            meaning, setting
        ):
            return None
        return self._candidate(mention, meaning, setting, around.left, beside, left)

    # -- dates ----------------------------------------------------------------------------------

    def _date_beside(self, mention: Mention) -> Moment | None:
        for moment in self.moments:
            if moment.start < mention.stop - 1:
                continue
            between = self.line[mention.stop : max(moment.start, mention.stop)]
            if moment.kind not in _DATING or not _WITH_NUMBER.fullmatch(between):
                return None
            follows = _TELLS.match(self.line, moment.end)  # "05 (năm 2022: 04)"
            return None if follows else moment
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
        between = self.line[moment.end : mention.start]
        if moment.start in self.asides:
            return ")" in between
        return ";" in between and self.line[: moment.start].rstrip().endswith("(")

    def _is_aside(self, moment: Moment) -> bool:
        """Tell whether a date belongs to the figure in its bracket alone: "05 (năm 2022: 04)"."""
        tells = _TELLS.match(self.line, moment.end) is not None
        return tells and self.line.endswith("(", 0, moment.start)

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

    def _is_running(self, moment: Moment) -> bool:
        """Tell a period that is not over: "năm nay ra mắt 22 CLB" dates no state that follows."""
        base = self.context.base
        running = base is not None and moment.as_of is not None and moment.as_of > base
        return running and not moment.exact and self.date is not None

    def _note_dates(self, begin: int, end: int) -> None:
        if not self.moments:
            return
        dated = [
            m for m in self.moments
            if begin <= m.start + 1 < end + 1 and m.kind in _STANDING
            and (m.planned or m.start not in self.used) and m.start not in self.asides
        ]  # fmt: skip
        for moment in dated:
            if moment.planned:
                self.progress.plan = moment
            elif not self._is_running(moment):
                self.date = moment
        if self.date is None:
            return
        if self.cues is None and not may_say_now(self.passage, begin, end):
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
        if indicator in NORMS and not _is_average(setting, left_cues):
            return self._norm_date(indicator)
        now = left_cues.get("now")
        today = now is not None or _ARE_NOW.match(self.line, mention.stop) is not None
        if (
            left is not None
            and not left.planned
            and not (now is not None and now.start >= left.end - 4)
        ):
            return left, "trong câu"
        reached = self._date_beside_plan(indicator, setting, left, now)
        if reached is not None:
            return reached, "trong câu"
        if not today and self.date is not None and not (self.date.planned):
            return self.date, "đoạn"
        if not today and self.progress.lead is not None:
            return self.progress.lead, "câu hỏi"
        return self._governing_date(now=today)

    def _date_beside_plan(
        self, indicator: str, setting: Setting, left: Moment | None, now: Cue | None
    ) -> Moment | None:
        """Return the date of a result where that of a plan stands before it, or none."""
        if indicator == "plan_achievement":
            return self._date_reached(setting, left) if now is None else None
        return self._date_of_flow(setting, left) if indicator in FLOWS and left else None

    def _date_reached(self, setting: Setting, left: Moment | None) -> Moment | None:
        """Return the date of the result in "ra mắt 31 CLB trong năm 2022, đạt 62% kế hoạch"."""
        results = [what for _, what in setting.earlier if what in ("new_clubs", "clubs")]
        if left is None or left.planned:
            return self.flow if "new_clubs" in results else None
        return left if results else None

    def _date_of_flow(self, setting: Setting, planned: Moment) -> Moment | None:
        """Return the date of what was done beside a plan, whose date alone is told."""
        if self.flow is not None and any(what == "new_clubs" for _, what in setting.earlier):
            return self.flow  # "ra mắt 4 CLB so với kế hoạch năm là 6; giải thể 1"
        base, ends = self.context.base, planned.as_of
        over = planned.kind == "dated" and base is not None and ends is not None and ends <= base
        return planned if over else None  # "chỉ tiêu năm 2022 là 10 CLB mới; đã ra mắt 12"

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
        if (due := self._due_behind(mention, end)) is not None:
            return due, "trong câu"
        if left is not None and (left.planned or not of_year):
            return left, "trong câu"
        later = [
            m
            for m in self.moments
            if mention.stop <= m.start < end and m.planned and m.kind == "dated"
        ]
        if later:
            return later[0], "trong câu"
        before = [m for m in self.moments if begin <= m.start < mention.start and m.planned]
        if indicator == "budget_vnd" and before and before[-1].kind == "dated":
            return before[-1], "trong câu"  # "lập 60 CLB đến năm 2026, mỗi năm chi 900 triệu"
        if self.context.base is not None and of_year and self.context.project_end is None:
            told = self.flow.as_of if self.flow is not None and "new_clubs" in results else None
            year = (told or self.context.base).year  # "six clubs in 2023, a yearly plan of eight"
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

    def _due_behind(self, mention: Mention, end: int) -> Moment | None:
        """Return the day behind a plan in its clause: "hướng tới 60 CLB toàn huyện vào năm X"."""
        for moment in self.moments:
            if mention.stop <= moment.start < end and moment.planned and moment.kind == "dated":
                between = self.line[mention.stop : moment.start]
                near = len(between) < _CLAUSE_REACH and not _BREAK.search(between)
                return moment if near and _DEADLINE.match(self.line, moment.start) else None
        return None

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
        unit, how = self.places.place_of(mention, setting, indicator)
        if how == "toàn bộ":
            self.date = None  # the date of one club is not that of all
        unit = self.places.fit_level(unit, indicator, how, mention.start)
        moment, dated = self._date_of(mention, indicator, setting, left_cues, beside, left)
        other = indicator in NORMS and unit.level == "club" and unit != self.context.club
        if left is not None and not left.planned and other and dated in ("", "sự kiện"):
            moment, dated = left, "trong câu"
        ruled = indicator in NORMS and unit.level not in ("club", "village")
        if dated == "sự kiện" and (ruled or unit.level == "national"):
            moment, dated = None, ""
        self.flow = moment if indicator == "new_clubs" else self.flow
        as_of = None if moment is None else moment.as_of
        unit = put_on_map(unit, as_of, self.context.published)
        is_share = mention.noun == "share"
        scale = 100.0 if is_share else 1.0
        low = round(float(mention.number) / scale + meaning.add, 10)
        high = low
        if mention.second is not mention.number:
            high = round(float(mention.second) / scale + meaning.add, 10)
        flow = indicator in FLOWS or indicator in PLANS
        begins = moment.begins if moment is not None and flow else None
        return Candidate(
            indicator=indicator,
            value=round((low + high) / 2, 10),
            low=low,
            high=high,
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
        """Tell whether a number is none: part of a code, paper, village, age or clock."""
        return any(
            begin < mention.end and mention.start < end
            for begin, end in self._find_masks(
                max(0, mention.start - _MASK_REACH), mention.end + _MASK_REACH
            )
        )

    def _find_masks(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the places in a part of the passage that hold no figures."""
        for code in _CODES.finditer(self.passage.text, begin, end):
            if any(map(str.isdigit, code[0])):
                yield code.span()
        for pattern in (_TELEPHONE, _CLOCK, _AGE, _LIST_NUMBER):
            for found in pattern.finditer(self.line, begin, end):
                yield found.span()
        for paper in _NUMBERED.finditer(self.line, begin, end):
            yield paper.span("number")
        if self.context.convention != "vi":
            return
        for village in _NAMED_BY_NUMBER.finditer(self.line, begin, end):
            if not any(r.start < village.start() < r.end for r in self.places.references):
                yield village.span("number")
