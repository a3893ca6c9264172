"""The places of a passage come in; the place that each of its figures is about goes out.

A figure belongs to the place named behind it ("của huyện A"), else to the nearest one before it in
its sentence, else to the topic of the paragraph, else to the place the document reports on. Then it
is moved to the level at which its indicator is counted.
"""

from __future__ import annotations

import re

from .candidates import NORMS
from .contexts import Context, parent_of
from .finders import WordPattern, holds_any
from .gazetteer import NATION, Unit, unit_by_code, village_of
from .passages import Passage, skip_signs
from .phrases import Mention
from .placewords import Reference
from .windows import Meaning, Setting

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

_AROUND_CLUBS = ("commune", "district")
_ADMINISTRATIVE = ("village", "commune", "district", "province", "national")
_ABOVE_VILLAGES = ("district", "province")
_SPEAKER = re.compile(
    r'(?:[-+*•]|\(?\d{1,2}[.)/]|\(?[a-z]\))? ?"?'
    r"(?:ong|ba|anh|chi|dong chi|cu|dai bieu|d/c|mr|mrs|ms|dr)\b"
    r'[^:."]{3,140}:'
)
_BREAKDOWN = re.compile(
    r"(?:trong do|rieng|chang han|vi du|dien hinh|nhu|tieu bieu|cu the|trong so|of which"
    r"|among them|for example"
    r"|so voi|truoc do|hai nam truoc|dan dau|dung dau|di dau|xep sau|tiep den|ke den|dang chu y"
    r"|noi bat|ngay ca|lay vi du|(?:nhieu|it|dong|lon|nho|cao|thap|manh|som|tot) nhat"
    r"|(?:the )?(?:largest|smallest|biggest|strongest|most|best)|led by|leading)\b"
)
_SOME_OF_ITS = WordPattern(
    r"\bco (?:noi|clb|cau lac bo|xa|huyen|thon|cho)\b|\bsome clubs\b|\bone club\b"
)
_EXAMPLE = WordPattern(
    r"\b(?:nhieu|it|dong|lon|nho|cao|thap|manh)(?: (?:clb|von|quy|thanh vien|nguoi))? nhat\b"
    r"(?! (?:tinh|huyen|xa|nuoc|ca nuoc|toan|vung|khu vuc))|\bdan dau\b"
    r"|\bleads?\b|\bled\b"
    r"|\b(?:has|had|is|was) the (?:largest|smallest|biggest|most|fewest)\b"
)
_SUPERLATIVES = ("nhat", "dan dau", "lead", "led", "est", "the most")  # in all examples
_SUCH_AS = re.compile(
    r"(?:\bnhu|\bchang han|\bdien hinh|\btieu bieu|\bvi du|\btrong do co|\bdac biet|\bsuch as"
    r"|\bfor example|\bfor instance)(?: \w+){0,3}[:,]? $"
)
_FIRST_CLUB = re.compile(
    r"\b(?:clb|cau lac bo)(?: lien the he tu giup nhau| lthtgn)? dau tien\b"
    r"|\bthe (?:very )?first (?:club|ishc|intergenerational self-help club)\b"
)
_THOSE = re.compile(r" (?:nay|ay|do|noi tren)(?! \d)\b")
_ITS_CLUB = re.compile(
    r"(?:,? \(?(?:xa|phuong|thi tran|huyen|thi xa|thanh pho|tinh) [^,.;()\d]{2,30}\)?){0,3},"
    r" (?:clb|cau lac bo)(?: \(clb\))?(?: lien the he tu giup nhau| lthtgn)?(?: \(lthtgn\))?"
    r" (?:do|duoc|ra doi|ra mat|thanh lap|da|hien|nay|voi|co)\b(?! nhat)"
)
_ALL_CLUBS = WordPattern(
    r"\b(?:(?:cac|tat ca|toan bo) (?:\w+ )?|moi )(?:clb|cau lac bo)\b"  # no "mới lập CLB"
    r"|\b(?:the|all|these) (?:clubs|ishcs)\b"
)
_THESE = re.compile(
    r"(?:cac clb|cac cau lac bo|so clb|nhung clb) (?:nay|do|ay)\b|(?:these|those) clubs\b"
)
_TAKES_IN_ALL = WordPattern(
    r"\b(?:tinh chung|cong chung|tinh tong the|tinh gop|chung ca|in all|overall|all told)\b"
)
_ALL_TOLD = ("chung", "tong the", "tinh gop", "in all", "overall", "all told")
_OF_PROJECT = re.compile(
    r"\b(?:cua|toan|ca) du an\b|\bthe (?:whole )?project(?:'s)? (?:had|has|total)"
)
_RISES_TO = WordPattern(
    r"\b(?:nang|dua|tang|bring|brings|bringing|taking|raising)\b[^,;]{0,40} (?:len|thanh|to)\b"
)
_GIVES = re.compile(
    r"(?: da| se)? (?:giao|phan bo|duyet|phe duyet|ho tro|cap|ban hanh|chi dao|assigned|set)\b"
)
_PAPER_OF = re.compile(
    r"\b(?:ke hoach|quyet dinh|nghi quyet|huong dan|chi dao|de an|chi tieu|cong van|chuong trinh)"
    r"(?: so [\w/-]+)?(?: cua)?(?: (?:ubnd|hdnd|hoi nct|hoi|ban dai dien|tinh uy|huyen uy))*"
    r"(?: hoi nct)? $"
)
_ORIGINS = (
    "hop nhat ",
    "nhap ",
    "gop ",
    "hinh thanh ",
    "thanh lap ",
    "formed ",
    "merged ",
    "made up ",
)
_MERGED_FROM = re.compile(
    r"(?:(?:hop nhat|sap nhap|gop|nhap|hinh thanh|thanh lap) (?:\w+ ){0,2}?(?:tu|tren co so)"
    r"|(?:formed|merged|made up) (?:from|of|out of))"
    r"(?: (?:cac|hai|ba|bon|nam|\d+|the|two|three))?"
    r"(?: (?:tinh|huyen|xa|phuong|thi tran|thanh pho|don vi|provinces|communes|former))* $"
)
_BEHIND = re.compile(
    r"(?: (?:tong so |so )?thanh vien)?"
    r"(?: (?:cua |of )?(?:cac |the )?(?:clb|ishcs|clubs)(?: lthtgn)?)?"
    r"(?:,? ?(?:cua|o|tai|tren dia ban|thuoc|trong|cho|in|of|at|across|throughout))?(?: toan"
    r"| ca| the| cac clb)? ?"
)
_JOINT = re.compile(
    r"(?:, ?| va |, va | and |, and )(?:cac |cac xa |cac huyen |(?:hai|ba|bon|nam|sau|two|three) )?"
)
_TOGETHER = re.compile(
    r" (?:cong lai|gop lai|tong cong|tinh chung|together|combined)\b[^,;:]{0,20}"
)
_SOME_CLUB = re.compile(
    r"(?:^|[:;,.] |\b(?:nhung|song|van) )(?:con )?co (?:mot )?(?:clb|noi|cho)\b(?! \d)"
)
# Some of it stands in all that `_SOME_CLUB` and `_FIRST_CLUB` find.
_HAS_SOME = re.compile(r"co (?:mot )?(?:clb|noi|cho)\b(?! \d)")
_FIRST = ("dau tien", " first ")
_SUBJECT_HAS = re.compile(
    r" (?:hien |da |moi |chi |deu |cung )*(?:moi co|chi co|co|has|have|had)(?: only| just)? ?"
)
_ONE_CLUB = re.compile(
    r"[\W_]*(?:clb|cau lac bo)(?: lien the he tu giup nhau| lthtgn)?"
    r" (?:ra doi|duoc thanh lap|ra mat|moi dau|luc dau|ban dau)\b"
)
_OPENS_WITH_CLUB = re.compile(
    r"[\W_]*(?:clb|cau lac bo|the club)(?: lien the he tu giup nhau| lthtgn)?(?: nay| ay| moi)?"
    r" (?:hien|co|nay|da|gom|thu hut|quy tu|sinh hoat|hop|has|had|now|started|began)\b"
)
_LARGEST_CLUB = 150
_LEAST_FUND, _LARGEST_FUND = 1_000_000, 500_000_000
_FOUNDED_BEHIND = (
    r"(?: (?:moi|da|duoc|ra doi|thanh lap|ra mat|lap|were|was|have been|set up|opened|launched"
    r"|established|founded|formed)){0,4}"
)
_WHERE = re.compile(rf"(?: lthtgn)?{_FOUNDED_BEHIND} (?:tai|o|tren dia ban|thuoc|in|at) (?:cac )?")
# "Ra đời tháng 4/2019 với vốn 28 triệu đồng, CLB ấp Phụng Châu nay có ..."
_BORN = re.compile(
    r"[\W_]*(?:ra doi|duoc thanh lap|thanh lap|ra mat|khoi dau|khoi su|bat dau|hinh thanh|founded"
    r"|launched|set up|established|started|opened|born|formed)\b"
)
_WE = re.compile(r"\b(?:chung toi|tui toi|bon toi|chung em|toan hoi|tinh hoi|huyen hoi|we)\b")
_TRAINING = frozenset(("training_courses", "trainees"))
_VENUE = re.compile(r"(?:\bo|\btai|\bve|\blen|\bin|\bat) $")
_OF_RULES = re.compile(
    r"(?:quy che|quy dinh|tieu chi|huong dan)(?: mau| chung)?(?: cua)?"
    r"(?: (?:ban dai dien )?hoi(?: nct| nguoi cao tuoi)?| ubnd)? (?P<kind>tinh|huyen|xa)\b(?! \d)"
)
_RULING = {"tinh": "province", "huyen": "district", "xa": "commune"}
_OF_ALL_THESE = WordPattern(
    r"\b(?:ca (?:hai|ba|bon|nam|sau|bay|tam|\d+)|(?:all|both)(?: of the)?(?: \w+)?)"
    r" (?:huyen|xa|tinh|phuong|thi tran|thi xa|don vi|dia phuong|thon|districts|communes"
    r"|provinces)\b|\b(?:hai|ba|bon|nam|sau|bay|\d+) (?:huyen|xa|tinh|phuong|thi tran|thi xa|don vi"
    r"|dia phuong) (?:nay|tren|ay|do|noi tren|con lai)\b|\bthese (?:\w+ )?(?:districts|communes)\b"
)
# What `_OF_ALL_THESE` begins or ends with: nearly no passage has any of it.
_OF_ALL = ("all ", "both ", "these ")
_ALL_OF_SOME = re.compile(r"ca (?:hai|ba|bon|nam|sau|bay|tam|\d)")
_THESE_PLACES = re.compile(
    r" (?:huyen|xa|tinh|phuong|thi (?:tran|xa)|don vi|dia phuong) (?:nay|tren|ay|do|noi tren"
    r"|con lai)\b"
)
_HAVE = re.compile(r"(?: \w+){0,3}? (?:co|lap duoc|gom|voi|have|had)(?: \w+){0,2} $|:? ?$")
_MUNICIPALITIES = frozenset(("Hà Nội", "Hải Phòng", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ", "Huế"))
_IN = re.compile(r" (?:o|tai|in|at) (?:the )?")
_NEW_CLUBS = frozenset(("new_clubs", "target_new_clubs"))
_OF_THE_WHOLE = frozenset(("plan_achievement", "target_clubs", "target_new_clubs"))
_LISTS = re.compile(r"\b(?:gom|trong do|cu the|chia ra|including|of which|namely)\b")
_COUNT_BESIDE = re.compile(r" ?[(:]? ?|(?: \w+)? (?:co|o|tai|in|at) ")
_COUNTED_IN = re.compile(
    r"\b(?:tinh (?:ca|luon|them)|ke ca|cong (?:ca|them)|including|counting)"
    r"(?: (?:the|clb|cau lac bo|lien the he tu giup nhau|lthtgn|nay|moi|cua|new))* $"
)
_COUNTED_IN_REACH = 60
_SHORT_GAP = 28
_TOPIC_REACH = 30
_THESE_REACH = 70
_VENUE_LENGTH = 5


class Places:
    """The places of one passage, and what they say about its figures.

    Parameters
    ----------
    passage : Passage
        The passage.
    context : Context
        What holds for its document.
    references : list of Reference
        The places it names.
    topic : Unit or None
        The place that its section is about.
    told : Unit or None
        The club that the passage before is about.

    Attributes
    ----------
    club : Unit or None
        The club that it names.
    topic : Unit or None
        The place that the paragraph is about so far.
    counted : Unit or None
        The district or province whose clubs were counted last.
    names : list of (int, int)
        Where names stand.
    """

    def __init__(
        self,
        passage: Passage,
        context: Context,
        references: list[Reference],
        topic: Unit | None,
        told: Unit | None = None,
    ) -> None:
        self.line = passage.plain
        self.context = context
        self.references = references
        self.names = [
            (r.start, r.end) for r in references if r.unit is not None and r.how != "nation"
        ]
        self.topic = topic
        self.counted: Unit | None = None
        self.aside: set[Reference] = set()
        self.named: list[Reference] = []
        self.eligible: dict[int, bool] = {}
        self.series: dict[int, tuple[int, int]] = {}
        self.told: dict[tuple[str, ...], bool] = {}
        self.tells_of_all: bool | None = None
        self.tells_of_some: bool | None = None
        self.club_from = len(self.line)
        self.club = self._find_club()
        self.head = 0
        if topic is None and self.club is None and told is not None and (
            _OPENS_WITH_CLUB.match(self.line)
        ):  # fmt: skip
            self.topic = told  # "CLB có 50 thành viên", in the paragraph behind the club's name
        self._read_speaker()
        self.speaker = self.topic

    def enter_sentence(self, begin: int, end: int) -> None:
        """Go on to the next sentence, whose numbers are asked for one after the other."""
        self.named = [r for r in self.references if begin <= r.start < end]

    def names_club(self) -> bool:
        """Tell whether the passage names a club, or the sentence one of a village by number."""
        return self.club is not None or any(r.how == "club" for r in self.named)

    def between(self, begin: int, end: int) -> list[Reference]:
        """Return the places that stand between two positions."""
        return [r for r in self.references if begin <= r.start and r.end <= end]

    def follows(self, stop: int) -> bool:
        """Tell whether a named place stands right behind a number: "11 ở huyện A"."""
        behind = [r for r in self.references if r.start >= stop and r.unit is not None]
        return bool(behind) and _IN.fullmatch(self.line, stop, behind[0].start) is not None

    def place_of(  # noqa: C901, PLR0911
        self, mention: Mention, setting: Setting, indicator: str
    ) -> tuple[Unit, str]:
        """Return the place a number belongs to, and how it was found."""
        sentence = setting.sentence
        before: list[Reference] = []
        if self.named:
            if behind := self._find_behind(mention, indicator):
                return self._resolve(behind), "phía sau"
            before = self._find_before(mention, setting, indicator)
        if special := self._place_told_otherwise(mention, before, setting, indicator):
            return special, "trong câu"
        if before and (begun := self._breakdown_before(before, mention, setting, indicator)):
            self.aside.update(r for r in before if r.start >= begun)
            before = [r for r in before if r.start < begun]
        if before and self._goes_with_earlier(before[-1], mention, setting, indicator):
            begun = self._series_before(before[-1])[1]
            self.aside.update(r for r in before if r.end > begun)
            before = [r for r in before if r.end <= begun]
        if before:
            unit = self._resolve(before[-1])
            if not self._is_wider(unit, before[-1].end, mention):
                return unit, "trong câu"
            self.aside.update(before)
            return self.context.home, "toàn bộ"
        if self.topic != self.speaker and _WE.search(self.line, sentence[0], mention.start):
            self.topic = self.speaker
        topic = self.topic if self.topic is not None else self.club
        if topic is not None and topic.level == "club" and self._is_of_clubs(setting):
            return self.context.home, "toàn bộ"  # "4 CLB có 221 thành viên" behind one club's
        if self.topic is not None and not self._is_wider(self.topic, sentence[0], mention):
            return self.topic, "đoạn"
        if self.club is not None and self._is_wider(self.club, sentence[0], mention):
            return self.context.home, "toàn bộ"
        return self.context.home, "tài liệu"

    def _tells(self, words: tuple[str, ...]) -> bool:
        """Tell whether the passage holds some of the words of a pattern that is seldom found."""
        told = self.told.get(words)
        if told is None:
            told = self.told[words] = holds_any(self.line, words)
        return told

    def _is_of_clubs(self, setting: Setting) -> bool:
        """Tell whether a sentence has counted several clubs, in no news of one club's launch."""
        return self.context.club is None and any(
            what in ("clubs", "clubs_with_fund") and other.number > 1
            for other, what in setting.earlier
        )

    def _find_behind(self, mention: Mention, indicator: str) -> Reference | None:
        """Return the place right behind a number: "43 CLB trên địa bàn huyện A"."""
        behind = [r for r in self.named if mention.stop <= r.start]
        if not behind:
            return None
        reference = behind[0]
        between = self.line[mention.stop : reference.start]
        if indicator in _TRAINING and _VENUE.search(between):
            return None
        listed = len(behind) > 1 and behind[1].start - reference.end <= 6
        founded = indicator == "new_clubs" and _WHERE.fullmatch(
            self.line, mention.stop, reference.start
        )
        fits = (_BEHIND.fullmatch(between) or founded) and between.strip() and not listed
        own = reference.level != "village" and self._eligible(reference)
        return reference if fits and own else None

    def _find_before(self, mention: Mention, setting: Setting, indicator: str) -> list[Reference]:
        """Return the places before a number in its sentence that it may be about."""
        return [
            r for r in self.named
            if r.end <= mention.start
            and (self._eligible(r) or self._in_one_bracket(r, mention))
            and not (r.level == "village" and r.how == "generic") and r not in self.aside
            and not (indicator in _TRAINING and self._is_venue(r, setting))
        ]  # fmt: skip

    def _place_told_otherwise(
        self, mention: Mention, before: list[Reference], setting: Setting, indicator: str
    ) -> Unit | None:
        """Return the club that a sentence is about, or the place whose rule it tells."""
        begin = setting.sentence[0]
        if indicator == "clubs" and _THOSE.match(self.line, mention.stop):
            return self.counted  # "CLB thứ 22 của huyện A. 22 CLB này có ..."
        if indicator in NORMS:
            after = setting.earlier[-2][0].stop if len(setting.earlier) > 1 else begin
            rule = _OF_RULES.search(self.line, after, mention.start)
            if rule is not None:
                return parent_of(self.context.home, (_RULING[rule["kind"]],))
        if indicator not in _OF_A_CLUB:
            return None
        counted = any(what in ("clubs", "clubs_with_fund") for _, what in setting.earlier)
        if not before and not counted and _BORN.match(self.line, begin, mention.start):
            behind = (r for r in self.named if mention.stop <= r.start)
            first = next((r for r in behind if not r.inner), None)
            return self._resolve(first) if first is not None and first.how == "club" else None
        club = next((r for r in before if r.how == "club"), None)
        if club is None or club is not before[0] or before[-1].level not in _AROUND_CLUBS:
            return None
        between = self.line[before[-1].end : mention.begin]
        begins = not between.strip(" ,;") or between.rstrip().endswith(";")
        return self._resolve(club) if begins and not counted else None

    def _is_venue(self, reference: Reference, setting: Setting) -> bool:
        """Tell where a course was held: "mở 1 lớp ở xã Trần Hợi, 74 người học"."""
        begin = max(0, reference.start - _VENUE_LENGTH)
        return _VENUE.search(self.line, begin, reference.start) is not None and any(
            what in _TRAINING and other.stop <= reference.start for other, what in setting.earlier
        )

    def fit_level(self, unit: Unit, indicator: str, how: str, begin: int) -> Unit:
        """Move a figure to the level at which its indicator is counted."""
        kind = indicator.partition("_")[0]
        if indicator == "clubs" and how in ("trong câu", "phía sau"):
            self.counted = unit if unit.level in _ABOVE_VILLAGES else self.counted
        if kind in LEVELS_FOR:
            return parent_of(unit, LEVELS_FOR[kind]) or NATION
        club = self.context.club or (self.club if begin > self.club_from else None)
        if (
            indicator in _OF_A_CLUB
            and unit.level != "club"
            and how in ("đoạn", "tài liệu")
            and club is not None
        ):
            # "Toàn huyện có 18 CLB ... Tổng quỹ 702 triệu đồng" in the news of a launch
            begun = indicator == "startup_capital_vnd" and self.context.club is not None
            return club if self.counted is None or begun else self.counted
        if unit.level == "club" and indicator not in _OF_A_CLUB:
            if how == "đoạn" and self.context.club is None:
                return self.context.home
            return parent_of(unit, _ADMINISTRATIVE) or unit
        return unit

    def note_topic(self, begin: int, end: int, first: Mention | None) -> None:
        """Take the place that a sentence begins with as the topic of what follows."""
        limit = end if first is None else first.start
        for reference in self.named:
            if reference.end <= limit and self._eligible(reference):
                if reference.level == "village" and reference.how in ("generic", "typed"):
                    if self._opens_with(reference, begin):
                        self.topic = self._resolve(reference)
                        return
                    continue
                far = reference.how == "bare" and reference.start - begin > _TOPIC_REACH
                if far and _SUBJECT_HAS.match(self.line, reference.end) is None:
                    continue
                if self._is_example(reference, begin, end):
                    # What one club of many has says nothing of the next sentence.
                    self.club_from = len(self.line) if reference.how == "club" else self.club_from
                    return
                unit = self._resolve(reference)
                if not self._passes_on(unit, reference, end):
                    self.topic = unit
                return

    def _is_example(self, reference: Reference, begin: int, end: int) -> bool:
        """Tell whether a sentence names a place as an example or for what stands out."""
        aside = _BREAKDOWN.match(self.line, skip_signs(self.line, begin, '" -'))
        named = _SUCH_AS.search(self.line[begin : reference.start])
        some = _SOME_OF_ITS.search(self.line, begin, end)
        # "Huyện A: mỗi CLB có 58 người, cá biệt có nơi 80" goes on about the district.
        if some and any(map(str.isdigit, self.line[reference.end : some.start()])):
            some = None
        if aside or named or some:
            return True
        return self._tells(_SUPERLATIVES) and _EXAMPLE.search(self.line, begin, end) is not None

    def _opens_with(self, village: Reference, begin: int) -> bool:
        """Tell whether a sentence begins with a village in its commune: "Bản Lùng, xã Tam Lư"."""
        following = [r for r in self.references if r.start >= village.end]
        return (
            village.how == "typed"
            and village.start == skip_signs(self.line, begin, '" -')
            and bool(following)
            and following[0].level == "commune"
            and self.line[village.end : following[0].start] in (", ", " (")
        )

    def is_of_several(self, mention: Mention, setting: Setting) -> bool:
        """Tell whether a number sums up places: "huyện Kỳ Sơn, Quế Phong cộng lại có 20 CLB"."""
        if self._is_of_all_these(mention, setting):
            return True
        last: Reference | None = None
        for reference in self.named:
            if reference.start < mention.start:
                last = reference
        if last is None or last.unit is None or not self._eligible(last):
            return False
        count, start = self._series_before(last)
        if count == 1:
            return False
        if _TOGETHER.match(self.line, last.end, mention.start):
            return True
        # "Kỳ Sơn, Tương Dương mới có 11 CLB": of both or of each, the sentence does not tell.
        told = any(other.stop <= start for other, _ in setting.earlier[:-1])
        between = self.line[last.end : mention.begin]
        return not told and _SUBJECT_HAS.fullmatch(between) is not None

    def _is_of_all_these(self, mention: Mention, setting: Setting) -> bool:
        """Tell what places have together: "Trước dự án, cả ba huyện chỉ có 17 CLB"."""
        if self.tells_of_all is None:
            self.tells_of_all = (
                holds_any(self.line, _OF_ALL)
                or _THESE_PLACES.search(self.line) is not None
                or _ALL_OF_SOME.search(self.line) is not None
            )
        if not self.tells_of_all:
            return False
        begin = max(setting.sentence[0], mention.begin - _THESE_REACH)
        these = _OF_ALL_THESE.search(self.line, begin, mention.begin)
        return these is not None and (
            _HAVE.fullmatch(self.line, these.end(), mention.begin) is not None
        )

    def is_of_some_club(self, meaning: Meaning, setting: Setting) -> bool:
        """Tell whether a sentence speaks of one club that it does not name."""
        if meaning.indicator not in _OF_A_CLUB:
            return False
        if self._tells_of_some(setting):
            return True
        if self.club is not None or self.topic is not None:
            return False
        wide = self.context.home.level in ("district", "province", "national")
        if not wide or self.context.club is not None or self.named:
            return False
        if _ONE_CLUB.match(self.line, setting.sentence[0]):
            return True
        size = setting.earlier[-1][0].second
        small = size <= _LARGEST_CLUB or _LEAST_FUND <= size <= _LARGEST_FUND
        return small and _OPENS_WITH_CLUB.match(self.line, setting.sentence[0]) is not None

    def find_club_told(self, before: Unit | None) -> Unit | None:
        """Return the club that the next passage may go on about."""
        if self.topic is not None:
            return self.topic if self.topic.level == "club" else None
        if not self.references:
            return before
        first = self.references[0]
        alone = first.how == "club" and not self._is_example(first, 0, len(self.line))
        return self.club if alone else None

    def _tells_of_some(self, setting: Setting) -> bool:
        """Tell an example without a name: "có CLB ở xã bên, 30 thành viên, vốn 15 triệu đồng"."""
        if self.tells_of_some is None:
            self.tells_of_some = (
                holds_any(self.line, _FIRST) or _HAS_SOME.search(self.line) is not None
            )
        if not self.tells_of_some:
            return False
        begin, stop = setting.sentence[0], setting.earlier[-1][0].start
        begin = max(begin, *(self.line.rfind(sign, begin, stop) for sign in ("; ", ". ")))
        some = _SOME_CLUB.search(self.line, begin, stop) or self._find_first_club(begin, stop)
        return some is not None and not any(
            r.how == "club" and begin <= r.start < stop for r in self.references
        )

    def _find_first_club(self, begin: int, stop: int) -> re.Match[str] | None:
        """Find a first club that bears no name: "CLB đầu tiên ra mắt với 48 thành viên"."""
        if any(r.level == "village" and begin <= r.start < stop for r in self.references):
            return None
        return None if self.context.club else _FIRST_CLUB.search(self.line, begin, stop)

    def _find_club(self) -> Unit | None:
        for reference in self.references:
            if (
                reference.how == "club"
                and reference.unit is not None
                and not reference.unit.name[:1].isdigit()
            ):
                self.club_from = reference.start
                return self._village(reference, "club")
        return self._find_club_of_village()

    def _find_club_of_village(self) -> Unit | None:
        """Find the club of "Ở thôn Đông, xã Nga An, CLB Liên thế hệ tự giúp nhau do bà Lụa lo"."""
        for reference in self.references:
            if reference.how != "typed" or reference.level != "village" or reference.inner:
                continue
            if _ITS_CLUB.match(self.line, reference.end):
                self.club_from = reference.start
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
        known = self.eligible.get(reference.start)
        if known is None:
            known = self.eligible[reference.start] = not (
                reference.inner
                or reference.parent
                or reference.start < self.head
                or self._is_authority(reference)
                or self._is_origin(reference)
                or self._is_counted_in(reference)
            )
        return known

    def _is_origin(self, reference: Reference) -> bool:
        """Tell a unit that went into another: "Tỉnh Phú Thọ, hợp nhất từ ba tỉnh A, B và C"."""
        if not self._tells(_ORIGINS):
            return False
        start = self._series_before(reference)[1]
        return _MERGED_FROM.search(self.line, max(0, start - 60), start) is not None

    def _is_counted_in(self, reference: Reference) -> bool:
        """Tell the club of "tính cả CLB thôn A Lưa là 4 CLB", which only counts among others."""
        begin = max(0, reference.start - _COUNTED_IN_REACH)
        return reference.how == "club" and (
            _COUNTED_IN.search(self.line, begin, reference.start) is not None
        )

    def _is_authority(self, reference: Reference) -> bool:
        """Tell a place above the document's own that only gives: "Tỉnh X giao lập mới 12 CLB"."""
        unit, home = reference.unit, self.context.home
        if unit is None or unit.level not in ("district", "province") or unit == home:
            return False
        above = parent_of(home, (unit.level,))
        if above is None or above.area != unit.area:
            return False
        return (
            _GIVES.match(self.line, reference.end) is not None
            or _PAPER_OF.search(self.line, max(0, reference.start - 60), reference.start)
            is not None
        )

    def _series_before(self, reference: Reference) -> tuple[int, int]:
        """Return how many places of one level a list ends with, and where it begins."""
        known = self.series.get(reference.start)
        if known is not None:
            return known
        count, start = 1, reference.start
        for other in reversed([r for r in self.references if r.end <= reference.start]):
            joint = _JOINT.fullmatch(self.line, other.end, start)
            if joint is None or other.level != reference.level or other.unit is None:
                break
            count, start = count + 1, other.start
        self.series[reference.start] = count, start
        return count, start

    def _passes_on(self, unit: Unit, reference: Reference, end: int) -> bool:
        """Tell whether a sentence names a place in passing: one above the document's, or a list.

        "Cả nước có 6.600 CLB. Hội đã mở 2 lớp" goes on about the document's own place.
        """
        if _THESE.match(self.line, skip_signs(self.line, end, '" -')):
            return False
        home = self.context.home
        if unit.area != home.area and home.level in _ADMINISTRATIVE:
            above = parent_of(home, (unit.level,)) if unit.level != "national" else NATION
            if above is not None and above.area == unit.area and unit.level != home.level:
                return True
        return unit.level in ("commune", "district", "province") and any(
            other.unit is not None and other.level == reference.level and other.unit.area
            and other.unit.name != unit.name and self._eligible(other)
            for other in self.references if reference.end <= other.start and other.end <= end
        )  # fmt: skip

    def _is_wider(self, unit: Unit, begin: int, mention: Mention) -> bool:
        """Tell whether the words before a number widen it again from a part to the whole.

        "Xã A có 4 CLB; tính chung có 43 CLB", and "các CLB" behind the name of one club.
        """
        if unit.level == "national" or unit == self.context.home:
            return False
        if self._tells(_ALL_TOLD) and _TAKES_IN_ALL.search(self.line, begin, mention.start):
            return True
        if self.context.project_end is not None and _OF_PROJECT.search(
            self.line, begin, mention.start
        ):  # fmt: skip
            return True
        return (
            unit.level == "club" and _ALL_CLUBS.search(self.line, begin, mention.start) is not None
        )

    def _goes_with_earlier(
        self, reference: Reference, mention: Mention, setting: Setting, indicator: str
    ) -> bool:
        """Tell whether a place only says where an earlier count lies.

        "Thành lập 3 CLB tại xã A, B và C, đạt 75% kế hoạch": the plan is not that of C.
        """
        told = [other for other, what in setting.earlier[:-1] if what in _NEW_CLUBS]
        if not told:
            return False
        count, start = self._series_before(reference)
        sums_up = count > 1 or indicator in ("target_clubs", "plan_achievement")
        if not sums_up and indicator == "clubs":
            sums_up = _RISES_TO.search(self.line, reference.end, mention.start) is not None
        return sums_up and any(
            other.stop <= start and _WHERE.fullmatch(self.line, other.stop, start) for other in told
        )

    def _breakdown_before(
        self, before: list[Reference], mention: Mention, setting: Setting, indicator: str
    ) -> int:
        """Return where a closed breakdown by places begins, 0 if none stands before a number.

        "Lập mới 4 CLB, gồm xã A 02, xã B 01, xã C 01; đạt 66,7% chỉ tiêu": the district's result.
        """
        if indicator not in _OF_THE_WHOLE:
            return 0
        counts = [other for other, what in setting.earlier if what == "new_clubs"]
        for place, total in enumerate(counts):
            parts = counts[place + 1 :]
            listed = [r for r in before if r.start >= total.stop]
            if not (listed and len(parts) == len(listed) and self._count_beside(listed, parts)):
                continue
            joint = _LISTS.search(self.line, total.stop, listed[0].start)
            adds_up = len(parts) > 1 and sum(part.number for part in parts) == total.number
            if adds_up or (joint and ";" in self.line[parts[-1].stop : mention.begin]):
                return listed[0].start
        return 0

    def _count_beside(self, listed: list[Reference], parts: list[Mention]) -> bool:
        """Tell whether each place of a list has its count beside it: "xã A 02, xã B 01"."""
        return all(
            _COUNT_BESIDE.fullmatch(
                self.line, min(place.end, part.stop), max(place.start, part.begin)
            )
            for place, part in zip(listed, parts, strict=True)
        )

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
        city = parent_of(self.context.home, ("province",)) if reference.level == "city" else None
        if city is not None and city.name in _MUNICIPALITIES:
            levels = ("province",)  # "thành phố" around a quận is the municipality
        for start in (self.topic, self.context.club, self.context.home):
            above = parent_of(start, levels) if start is not None else None
            if above is None or above.level == "national" or not self._is_in_force(above):
                continue
            if reference.level == "city" and above.level == "province" and (
                above.name not in _MUNICIPALITIES
            ):  # fmt: skip
                continue  # "thành phố" is no province, though the last figure was about one
            return above
        for level in levels:
            if (newest := self.context.gazetteer.newest(level)) is not None:
                return newest
        return self.context.home

    def _is_in_force(self, unit: Unit) -> bool:
        """Tell whether "toàn tỉnh" may mean a unit: not one that the document's map dissolved."""
        newest = unit_by_code(unit.level, unit.area, self.context.gazetteer.vintages[0])
        return unit.level == "district" or (newest is not None and newest.name == unit.name)
