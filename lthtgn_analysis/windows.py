"""A number in its sentence comes in; the cue words around it, sorted by where they stand, go out.

`gap` is what lies between the figure before and the number, `clause` the part of it behind the
last comma, `left` all from the start of the sentence; `near` stands right behind the noun, `right`
in the same clause, `after` up to the end of the sentence. A number that has no noun of its own may
take it from its label, or from the number before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from .finders import WordPattern
from .lexicon import Cue
from .passages import Passage, unmark
from .phrases import Mention

_CLAUSE_END = re.compile(r"[,;:(]|\. |\.$|[!?]| - ")
_ASIDE = re.compile(
    r" \([\d.,]+ ?%\)(?= \w)|"
    r"[^,;:().]{0,60} \([^()\d]{1,60}\)(?= \w)"
    r"|, [^,;:().\d]{3,50}, (?=(?:are|were|come|came|have|had|hold|held|live|belong) )"
)  # "2,300 members, many of them widows, come from poor households"
_LABELLED = re.compile(
    r"(?::|là|la|đạt|dat|được|duoc|lên|len|đến|den|có|co|còn|con|to|at|of|is|was"
    r"|stood at|tới|toi) ?$"
)
_ENDS_CLAUSE = re.compile(
    r" ?(?:[,;.:)\"!?]|$|\(| - | và | va | and |năm |vào |đến |tính |nam |vao |den )"
)
_TAKES = re.compile(
    r"(?:nhận|có|góp|còn|chiếm|được|nhan|co|gop|con|chiem|duoc|with|has|had|got|took)(?: chỉ"
    r"| chi| only)? $"
)
_BORROWERS = re.compile(
    r"(?:số|so|tổng|tong) (?:người|nguoi|thành viên|thanh vien|hộ|ho|hội viên|hoi vien)\b"
)
GROWS = re.compile(
    r"(?: \([^)]*\)| (?:năm|nam|in) \d{4})? (?:lên|len|to|tăng lên"
    r"|tang len) (?:\w+ )?[\d.,]+ ?(?:clb|câu lạc bộ|cau lac bo|clubs?|ishcs?)"
)
"""What makes a number the first of two counts of clubs: "35 năm 2019 lên 82 CLB"."""
_LABELS = ("club", "member_word", "women", "older", "poor", "stock", "lent")
_MEMBER_NOUNS = (("women", "women"), ("older", "older"), ("poor", "person"))
_HAS = frozenset(("có", "co", "đạt", "dat", "còn", "con", "gồm", "gom"))
_THERE_WERE = re.compile(r"there (?:were|are) $")
_THAT_NUMBER = frozenset(
    ("con số ấy", "con số này", "con số đó", "con so ay", "con so nay", "con so do")
)
_BOUNDS = ("at_most", "at_least", "range")
_LEARNERS = re.compile(
    r"\b(?:số|so) (?:lượt )?(?:người|học viên|nguoi|hoc vien)(?: (?:theo |tham |đi |theo |di )?"
    r"(?:học|dự|gia|hoc|du))?(?: là|:| la)? $"
)  # "mở hai lớp, tổng số người học 118"
_LIMITS = re.compile(
    r"\b(?:quy chế|quy định|tiêu chí|điều lệ|khống chế|giới hạn|quy che|quy dinh|tieu chi|dieu le"
    r"|khong che|gioi han|rules?|limits?|norms?)\b"
)
_FROM_TO = re.compile(r"(?:lên|len|to|from|từ|tu|thành|thanh)(?: con số| mức| con so| muc)? $")
_COUNTS = ("số clb", "so clb", "số câu lạc bộ", "so cau lac bo", "tổng số clb", "tong so clb")
NOW_HAS = re.compile(
    r"\b(?:(?:đến |tới |cho đến |den |toi |cho den )?nay|hiện|hiện nay|hiện giờ|bây giờ|giờ|hien"
    r"|hien nay|bay gio|gio|now|today|currently)"
    r"(?:,? (?:toàn |cả |chúng |tụi |toan |ca |chung |tui )?(?:tỉnh|huyện|xã|mình|tôi|ta|em"
    r"|địa bàn|tinh|huyen|xa|minh|toi|dia ban|we|it|there))?"
    r"(?: (?:đã|chỉ|cũng|mới|da|chi|cung|moi))?"
    r" (?:có|được|lên|là|có tới|lên tới|co|duoc|len|la|co toi|len toi|have|has|are|stands at"
    r"|counts?|runs?|boasts?) $"
)  # "Bây giờ mình có 163", where clubs were counted
_MERGED_INTO = re.compile(
    r"(?:nhập|nhất|gộp|nhap|nhat|gop|merged)(?: lại| lai)? (?:thành|còn|thanh|con|into) $"
)
_HAD_ONLY = re.compile(r"\b(?:had|has|have|counted) (?:only|just|already|barely|still) $")
_HAVE_BECOME = re.compile(r"\b(?:đã|nay|nay đã|da|nay da) (?:là|lên|la|len) $")
CLOSED_ARE = re.compile(
    r"(?:số|so) (?:\w+ ){0,3}(?:giải thể|giải tán|ngừng hoạt động|dừng hoạt động|giai the|giai tan"
    r"|ngung hoat dong|dung hoat dong)\b[^.;\d]{0,50} (?:là|chỉ|la|chi)(?: là| có| la| co)? $"
)
"""A label for clubs that closed: "số phải giải thể trong năm là 2"."""
_OF_TOTAL = re.compile(
    r"\b(?:có|co|with) (?:\w+ ){0,2}?(?:clb|câu lạc bộ|cau lac bo|clubs?|ishcs?)"
    r",? (?:trên|trong|tren|trong|out of|of)(?: a)?(?: tổng số| tổng| tong so| tong| total of)? $"
)
_LAUNCHES = re.compile(r"ra mắt|thành lập|lập|ra mat|thanh lap|lap|launched|set up")
_JUST_FOUNDED = re.compile(
    r"(?: (?:được|duoc|thêm|them))?(?: (?:trong|của|cua) (?:năm|kỳ|quý|nam|ky|quy)"
    r"| từ đầu (?:năm|nhiệm kỳ)| tu dau (?:nam|nhiem ky))?:? \d"
)
_WERE_FOUNDED = re.compile(
    r" (?:of them |of these )?(?:were|was|have been|had been) (?:newly )?(?:established|set up"
    r"|founded|formed|launched|opened|dissolved|closed|disbanded)\b"
)
BEFORE_THAT = re.compile(
    r" ?\((?:(?:(?:đến |tới |den |toi )?(?:hết |cuối |đầu |cùng kỳ |het |cuoi |dau"
    r" |cung ky ))?(?:năm|nam)"
    r" (?:(?:19|20)\d\d|trước|ngoái|truoc|ngoai)"
    r"|(?:19|20)\d\d|in (?:19|20)\d\d)"
    r"(?::|,?(?: chỉ| mới| chi| moi)? (?:là|có|đạt|la|co|dat)(?: chỉ| mới| chi| moi)?) "
)
"""What leads to the figure of an earlier day in brackets: "05 (năm 2022: 04)"."""
FORMERLY = re.compile(
    r"(?: in (?:all|total|place|\d{4}))?,? (?:up from|(?:as )?against|compared (?:with|to)|versus"
    r"|from)(?: just| only| about| some)? (?:vnd )?"
)
"""What leads to the figure of an earlier day: "124 clubs, against 93 at the close of 2022"."""
_SERIES = WordPattern(
    r"(?:number of|số|so|tổng số|tong so) (?:\w+ )?(?:clb|câu lạc bộ|cau lac bo|clubs|ishcs"
    r"|intergenerational self-help clubs)[^.;:()\d]{0,40} (?:từ|tu|from|lên|len|to)"
    r" (?:con số |con so |\w+ )?$"
)
_TO_NEXT = re.compile(r" (?:lên|len|to) (?:\w+ )?\d")
_OR = re.compile(r"(?:, or|\(or|, that is,?|\baverage)(?: some| about| around)? $")
_PER_CLUB = re.compile(r"(?: per | a |/)(?:club|ishc|clb)(?!\w)")  # "an average of 55 per club"
_PREDICATE = re.compile(
    r" (?:of them |of these |of whom )?(?:are|were|come|came|belong) "
    r"| from (?=(?:the |very |otherwise )?(?:poor|near-poor|disadvantaged)\b)"
)
_POOR_PEOPLE = re.compile(
    r"(?:,? (?:and |or )?(?:poor|near-poor|disadvantaged)){1,3} (?:people|members|persons)"
    r"(?= ?(?:[,.;)]|$|and\b))"
)
_LISTED = re.compile(r"(?:[:,(]|\band|including|of whom|among them) $")
_FOUND_A_FUND = (
    "(?:giữ|duy trì|lập|gây|hình thành|xây dựng|gây dựng|tạo lập|giu|duy tri|lap|gay|hinh thanh"
    "|xay dung|gay dung|tao lap)"
)
HAVE_FUND = re.compile(
    r" (?:of them |of these )?(?:already |now )?(?:have|has|had|hold|run|keep|operate)"
    r" (?:an?|such an?|their own|its own)\b[^.;:,\d]{0,30}\bfund\b"
    r"| (?:(?:đã|đều|hiện|da|deu|hien)(?: (?:đã|đều|da|deu))? {verbs}(?: (?:được|duoc))?"
    r"|{verbs} (?:được|duoc)) (?:nguồn |nguon )?(?:quỹ|vốn|quy|von)"
    r" (?:tăng thu nhập|quay vòng|ttn|tang thu nhap|quay vong)\b".replace("{verbs}", _FOUND_A_FUND)
)
"""Clubs that hold a fund: "124 clubs, of which 119 have a fund"."""
_OF_THEM_HAVE = re.compile(
    r" (?:(?:nơi|đơn vị|địa phương|noi|don vi|dia phuong)(?: này| nay)? (?:đã |da |đang |dang )?"
    r"(?:có|(?:xây dựng|thành lập|lập|ra mắt)(?: được)?|co|(?:xay dung|thanh lap|lap|ra mat)"
    r"(?: duoc)?)"
    r"|(?:of them |of these )?(?:have|has|had|already have)) (?:a |an |at least one |their )?"
    r"(?:clb|câu lạc bộ|cau lac bo|clubs?|ishcs?)\b"
)
TAKE_CAPITAL = re.compile(
    r"(?: đầu tiên| dau tien)?(?: đã| được| da| duoc)*"
    r" (?:ký nhận|nhận|giải ngân|ky nhan|nhan|giai ngan) (?:được |khoản |duoc |khoan )?"
    r"(?:vốn vay|tiền vay|quỹ vay|von vay|tien vay|quy vay)\b"
)
"""People who take loans out of a fund: "06 hộ nhận vốn vay"."""
_PLANNED = re.compile(r" (?:planned|targeted|foreseen)\b")
_PIECE = re.compile(r" (?:cái|cai)(?=[,;.]|$| (?:mới|moi|nữa|nua)\b)")
_IN_PLACE = re.compile(r" (?:ở|tại|in|o|tai) (?=\w)")
_BY_PLACE = WordPattern(
    r"(?:theo|cấp|tính|về|đơn vị|số|ở|cap|tinh|ve|don vi|so|o) (?P<kind>xã|phường|thôn|xóm|ấp|bản"
    r"|buôn|huyện|xa|phuong|thon|xom|ap|ban|buon|huyen)\b[^.;:\d]{0,50}$"
)
_MAY_LEAVE_NOUN = re.compile(
    "|".join(
        shape.pattern
        for shape in (
            _ENDS_CLAUSE,
            _PER_CLUB,
            _PREDICATE,
            _WERE_FOUNDED,
            _POOR_PEOPLE,
            HAVE_FUND,
            _TO_NEXT,
            GROWS,
            _OF_THEM_HAVE,
            _IN_PLACE,
            _PIECE,
            _PLANNED,
            _WERE_FOUNDED,
        )
    )
)
_GIVEN_TARGET = re.compile(
    r"\b(?:against|(?:plan|target|goal|quota) of(?: at least| only)?) $"
    r"|(?:(?:trên|trong|so với|/|tren|trong|so voi) (?:chỉ tiêu|kế hoạch|mục tiêu|chi tieu|ke hoach"
    r"|muc tieu)(?: được giao| duoc giao| giao| là)?|\b(?:được giao|chỉ tiêu giao|giao|duoc giao"
    r"|chi tieu giao)"
    r"|(?:văn kiện|kế hoạch|chỉ tiêu|đề án|van kien|ke hoach|chi tieu|de an)(?: dự án| du an)?"
    r"(?: chỉ| chi)? (?:đòi|đòi hỏi|đề ra|đặt ra|yêu cầu|giao|cần|doi|doi hoi|de ra|dat ra|yeu cau"
    r"|can)(?: có| co| là| la)?) $"
)
_JUST_TOLD = re.compile(
    r"(?:thành lập thêm|lập thêm|thành lập mới|lập mới|làm được|lập được|ra mắt được|lap duoc"
    r"|ra mat duoc|giải thể|giải thể:|thanh lap them"
    r"|lap them|thanh lap moi|lap moi|lam duoc|giai the|giai the:)(?: được| duoc)? $"
)
PLACE_LABEL = WordPattern(
    r"(?:số|so) (?P<kind>xã|phường|thôn|xóm|ấp|bản|buôn|huyện|khu|xa|phuong|thon|xom|ap|ban"
    r"|buon|huyen)\b[^.;:\d]{0,24} (?:có|co) (?:clb|câu lạc bộ|cau lac bo)(?: là| la| đạt| dat|:) $"
    r"|(?P<kinds>communes|wards|villages|districts) with (?:a |at least one |one )?"
    r"(?:club|ishc)s?: $"
)
"""A label for places that have a club: "số xã có CLB: "."""
_PLACE_NOUNS = {
    "xa": "commune", "phuong": "commune", "huyen": "district", "thon": "village",
    "xom": "village", "ap": "village", "ban": "village", "buon": "village",
    "khu": "village", "communes": "commune", "wards": "commune", "villages": "village",
    "districts": "district",
}  # fmt: skip
_NEXT_DAY_REACH = 45
_NO_FIGURES = frozenset(("", "time", "age"))

Window = dict[str, Cue]


@dataclass(slots=True)
class Setting:
    """What is known of a sentence before one of its numbers is judged.

    Attributes
    ----------
    passage : Passage
        The passage.
    sentence : (int, int)
        Where the sentence stands in it.
    planned : bool
        Whether its section is a plan.
    about_clubs : bool
        Whether its document or section is about the clubs.
    has_place : bool
        Whether a place stands between the figure before and the number.
    named_club : bool
        Whether the name of one club or village stands there.
    place_behind : bool
        Whether a place stands right behind the number: "11 ở Đắk Hà".
    place_near : bool
        Whether a place stands right before the number.
    one_club : bool
        Whether the text speaks of one named club.
    future : bool
        Whether the date beside the number lies in a plan.
    dated : str
        The words of the date that governs it, without marks.
    beside : bool
        Whether it stands beside the number, and is no day of a plan.
    launch : bool
        Whether the document tells of that club's launch.
    project : bool
        Whether the document closes a project.
    members_before : bool
        Whether the passage, or the item before, has given the number of members.
    of_members : bool
        Whether the heading above is about the members.
    last_indicator : str or None
        What the last number before the sentence reported.
    last_before : str or None
        The same when the sentence began.
    last_count : str or None
        What the last number of clubs before the sentence reported, if nothing else was told since.
    unnamed : bool
        Whether the number has no noun of its own.
    after_aim : bool
        Whether the last number before the sentence was an aim with a day ahead.
    earlier : list of (Mention, str or None)
        The numbers of the sentence that were judged already.
    reach, counted_reach : int
        Where the last of them that has a noun ends, and the last that may be a figure.
    """

    passage: Passage
    sentence: tuple[int, int]
    planned: bool = False
    about_clubs: bool = False
    has_place: bool = False
    named_club: bool = False
    place_behind: bool = False
    place_near: bool = False
    one_club: bool = False
    launch: bool = False
    project: bool = False
    future: bool = False
    dated: str = ""
    beside: bool = False
    members_before: bool = False
    of_members: bool = False
    last_indicator: str | None = None
    last_before: str | None = None
    last_count: str | None = None
    unnamed: bool = False
    after_aim: bool = False
    earlier: list[tuple[Mention, str | None]] = field(default_factory=list)
    reach: int = 0
    counted_reach: int = 0

    def tell(self, mention: Mention, indicator: str | None) -> None:
        """Add a number that was judged to those before."""
        self.earlier.append((mention, indicator))
        if mention.noun and mention.stop > self.reach:
            self.reach = mention.stop
        if mention.noun not in _NO_FIGURES and mention.stop > self.counted_reach:
            self.counted_reach = mention.stop


class Meaning(NamedTuple):
    """What a number reports: its indicator (None: none of ours), the factor, and why.

    Where `hedged` is False the word before the number is no hedge: "28 CLB trên 25 CLB".
    """

    indicator: str | None
    reason: tuple[str, ...] = ()
    add: float = 0.0
    sure: bool = True
    hedged: bool = True


class Around(NamedTuple):
    """The cues around a number, by window and code; of equal codes the nearest."""

    gap: Window
    left: Window
    right: Window
    near: Window
    clause: Window
    after: Window
    line: str
    begin: int
    stop: int

    def has(self, test: str) -> Cue | None:
        """Return the cue that a test names: "gap:found", or one of "gap:found|right:closed"."""
        for window, code in _options(test):
            found: Cue | None = self[window].get(code)  # type: ignore[union-attr]
            if found is not None:
                return found
        return None


@cache
def _options(test: str) -> tuple[tuple[int, str], ...]:
    """Return the windows, by their place in `Around`, and the codes that a test names."""
    pairs = (option.split(":") for option in test.split("|"))
    return tuple((Around._fields.index(window), code) for window, code in pairs)


def look_around(cues: list[Cue], mention: Mention, setting: Setting, stop: int) -> Around:
    """Sort the cues of a sentence into the windows of one number.

    Parameters
    ----------
    cues : list of Cue
        The cues of the passage, in order.
    mention : Mention
        The number.
    setting : Setting
        Its sentence, with the numbers before it.
    stop : int
        Where the next number begins, or the sentence ends.

    Returns
    -------
    Around
        The four windows.
    """
    line = setting.passage.lower if setting.passage.marked else setting.passage.plain
    begin, end = setting.sentence
    begins, starts, stops = mention.begin, mention.start, mention.stop
    gap_from = min(max(begin, setting.counted_reach), begins)
    may_part = line.startswith(",", stops) or line.find("(", stops, stop) > 0
    aside = _ASIDE.match(line, stops, stop) if may_part else None
    clause_end = _CLAUSE_END.search(line, aside.end() if aside else stops, stop)
    comma = max(line.rfind(",", begin, starts), line.rfind(";", begin, starts))
    right_end = min(clause_end.start() if clause_end else stop, stop)
    gap, left, clause = _windows_before(cues, begin, starts, gap_from, comma)
    right, near, after = _windows_behind(cues, end, (mention.end, stops), right_end)
    return Around(gap, left, right, near, clause, after, line, begins, stops)


def _windows_before(
    cues: list[Cue], begin: int, stop: int, gap_from: int, comma: int
) -> tuple[Window, Window, Window]:
    gap: Window = {}
    left: Window = {}
    clause: Window = {}
    for cue in cues:
        start, end, codes, _ = cue
        # A hedge may be part of a cue ("nâng lên hơn"); the cue still stands before the number.
        if end > stop or end <= begin:
            continue
        of_last = gap_from > begin and start <= gap_from + 1 and "per_club" in codes
        in_gap = start >= gap_from and not of_last
        for code in codes:
            left[code] = cue
            if in_gap:
                gap[code] = cue
                if start > comma:
                    clause[code] = cue
    return gap, left, clause


def _windows_behind(
    cues: list[Cue], end: int, noun: tuple[int, int], clause_end: int
) -> tuple[Window, Window, Window]:
    right: Window = {}
    near: Window = {}
    after: Window = {}
    number, stop = noun
    for cue in cues:
        start = cue[0]
        if start < stop:
            # "38 thành viên cao tuổi": a cue may begin with the noun and go on behind it.
            if start <= number or cue[1] <= stop:
                continue
        elif start >= end:
            break
        for code in cue[2]:
            after.setdefault(code, cue)
            if start < clause_end:
                right.setdefault(code, cue)
                if start <= stop + 2:
                    near.setdefault(code, cue)
    return right, near, after


def may_be_inferred(line: str, mention: Mention, *, dated: bool) -> bool:
    """Tell whether a number without a noun stands where its noun may have been left out.

    Parameters
    ----------
    line : str
        The passage, without marks.
    mention : Mention
        The number.
    dated : bool
        Whether a date stands behind it.

    Returns
    -------
    bool
        True at the end of a clause, for ordinals, and before "lên 19 CLB".
    """
    if dated or mention.role in ("ordinal", "part", "whole"):
        return True
    return _MAY_LEAVE_NOUN.match(line, mention.stop) is not None


def infer_noun(mention: Mention, around: Around, setting: Setting) -> str:  # noqa: PLR0911
    """Say what a number without a noun counts, from the label or the number before it.

    Parameters
    ----------
    mention : Mention
        The number.
    around : Around
        The cues around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    str
        The code of a noun, or "".
    """
    if mention.role == "ordinal":
        listed = bool(setting.earlier) and setting.earlier[-1][0].role == "ordinal"
        return "club" if "club" in around.gap or listed else ""
    if GROWS.match(around.line, mention.stop):
        return "club"
    if noun := _noun_beside(mention, around, setting):
        return noun
    if place := _told_of_places(mention, around, setting):
        return place
    if people := _told_of_members(mention, around, setting):
        return people
    if _PER_CLUB.match(around.line, mention.stop) and (
        around.has("gap:average|right:average")
        or _OR.search(around.line, max(0, around.begin - 20), around.begin)
    ):
        last = setting.earlier[-1][1] if setting.earlier else setting.last_indicator
        return "member" if last == "members" else ""
    before = around.line[max(0, around.begin - 14) : around.begin]
    labelled = _LABELLED.search(before) is not None or (
        _FROM_TO.search(before) is not None
        and _TO_NEXT.match(around.line, mention.stop) is not None
    )
    nearest = max(
        (around.gap[code] for code in _LABELS if code in around.gap),
        key=lambda cue: cue.start,
        default=None,
    )
    if nearest is not None:
        touching = around.begin - nearest.end <= 1
        noun = _member_label(nearest, around, setting) if labelled or touching else ""
        borrowers = touching and ("lent" in nearest.codes or nearest.words in _COUNTS)
        noun = noun or (_label(nearest, before, around, setting) if labelled or borrowers else "")
        if noun or (noun := _member_having(nearest, around, setting)):
            return noun
    return _noun_of_last(before, mention, around, setting, labelled=labelled)


def _noun_beside(  # noqa: PLR0911
    mention: Mention, around: Around, setting: Setting
) -> str:
    """Return the noun of the number right before, whose whole, limit or earlier state is told."""
    if not setting.earlier:
        return ""
    last, told = setting.earlier[-1]
    if mention.role == "whole" and last.role == "part":
        return last.noun
    that = BEFORE_THAT.fullmatch(around.line, last.stop, around.begin)
    if setting.beside and FORMERLY.fullmatch(around.line, last.stop, around.begin):
        return last.noun
    if that is not None and (setting.dated or "ky" not in unmark(that[0])):
        return last.noun
    before = around.line[max(0, around.begin - 60) : mention.start]
    if (told or "").endswith("_with_clubs") and _OF_TOTAL.search(before):
        return last.noun  # "72 xã có CLB trên tổng số 94"
    if told == "training_courses" and _LEARNERS.search(
        around.line, max(last.stop, around.begin - 40), around.begin
    ):
        return "trainee"
    bound = told == "members_per_club" and mention.qualifier in _BOUNDS
    if bound and _LIMITS.search(around.line, last.stop, around.begin):
        return "member"  # "mỗi CLB bình quân 58 người, quy chế khống chế tối đa 70"
    return ""


def _told_of_places(mention: Mention, around: Around, setting: Setting) -> str:
    """Return the noun of "16 xã thì 14 nơi có CLB" and of "tính theo thôn thì được 21/68"."""
    if place := PLACE_LABEL.search(around.line, setting.sentence[0], around.begin):
        return _PLACE_NOUNS[unmark(place["kind"] or place["kinds"])]
    if mention.role == "part":
        place = _BY_PLACE.search(around.line, setting.sentence[0], around.begin)
        return _PLACE_NOUNS[unmark(place["kind"])] if place else ""
    if _OF_THEM_HAVE.match(around.line, mention.stop) is None:
        return ""
    named = [other.noun for other, _ in setting.earlier if other.noun in _PLACE_NOUNS.values()]
    return named[-1] if named else ""


def _told_of_members(mention: Mention, around: Around, setting: Setting) -> str:
    """Return the noun of "1,402 are aged 60 and above" where members were told of before."""
    told = setting.members_before or any(what == "members" for _, what in setting.earlier)
    listed = _POOR_PEOPLE.match(around.line, mention.stop) and _LISTED.search(
        around.line, max(0, around.begin - 12), around.begin
    )
    if not told or not (listed or _PREDICATE.match(around.line, mention.stop)):
        return ""
    found = [
        (around.right[code].start, noun) for code, noun in _MEMBER_NOUNS if code in around.right
    ]
    return min(found)[1] if found else ""


def _member_label(nearest: Cue, around: Around, setting: Setting) -> str:
    """Return the noun of "nữ 1.460", where members were told of before."""
    if not (setting.members_before or "member_word" in around.left):
        return ""
    return next((noun for code, noun in _MEMBER_NOUNS if code in nearest.codes), "")


def _member_having(verb: Cue, around: Around, setting: Setting) -> str:
    """Return the noun of "người cao tuổi có 291": the label stands before the verb."""
    if verb.words not in _HAS:
        return ""
    labels = [around.gap[code] for code, _ in _MEMBER_NOUNS if code in around.gap]
    touching = [cue for cue in labels if 0 <= verb.start - cue.end <= 1]
    return _member_label(touching[-1], around, setting) if touching else ""


def _label(nearest: Cue, before: str, around: Around, setting: Setting) -> str:
    """Return the noun of "Tổng số CLB: 05", "số người đang vay: 142", "con số ấy là 186"."""
    left = max(0, around.begin - 40)
    if "lent" in around.gap and _BORROWERS.search(around.line, left, around.begin):
        return "borrower"
    if "member_word" in around.gap and "club" not in nearest.codes:
        return "member"
    if any(cue.words in _THAT_NUMBER for cue in around.gap.values()):
        return "club" if setting.last_indicator in ("clubs", "new_clubs") else ""
    counted = "stock" in around.gap or "found" in around.gap or ":" in before
    return "club" if "club" in around.gap and counted else ""


def _noun_of_last(  # noqa: C901, PLR0911
    before: str, mention: Mention, around: Around, setting: Setting, *, labelled: bool
) -> str:
    """Return "club" where the number goes on counting clubs: "Hậu Lộc 7", "chỉ nhận 3"."""
    counted = any(
        other.noun == "club" or what in ("clubs", "new_clubs") for other, what in setting.earlier
    )
    aimed = setting.last_indicator == "target_new_clubs"
    if (counted or aimed) and _PLANNED.match(around.line, mention.stop):
        return "club"  # "120% of the 30 planned"
    told = aimed or setting.last_indicator in ("clubs", "communes_total", "new_clubs")
    if (counted or told) and (
        _WERE_FOUNDED.match(around.line, around.stop) or HAVE_FUND.match(around.line, around.stop)
    ):
        return "club"
    if _SERIES.search(around.line, max(0, around.begin - 80), around.begin) or (
        told and _THERE_WERE.search(before)
    ):
        return "club"
    if (counted or told) and (
        NOW_HAS.search(around.line, max(0, around.begin - 40), around.begin)
        or _HAVE_BECOME.search(around.line, max(0, around.begin - 12), around.begin)
        or CLOSED_ARE.search(around.line, max(0, around.begin - 90), around.begin)
        or (setting.has_place and _HAD_ONLY.search(before))  # "in 2020 Vi Xuyen had only five"
    ):
        return "club"
    if (counted or told) and (
        _GIVEN_TARGET.search(around.line, max(0, around.begin - 30), around.begin)
        or _JUST_TOLD.search(around.line, max(0, around.begin - 30), around.begin)
    ):
        return "club"
    founded = around.gap.get("found")
    touching = founded is not None and around.begin - founded.end <= 1
    if founded is not None and touching and (counted or told):
        return "club"  # "tỉnh giao lập 6 CLB, đã ra mắt 4"
    if founded is not None and labelled and _JUST_FOUNDED.match(around.line, founded.end):
        launched = setting.about_clubs and _LAUNCHES.match(founded.words)
        return "club" if counted or told or launched else ""
    if labelled and _goes_on_counting(around, setting):
        return "club"
    if not counted or _MERGED_INTO.search(before):
        return ""  # "2 CLB sáp nhập thành 1"
    if setting.place_behind:  # "18 ISHCs: 11 in Dak Ha and seven in Sa Thay"
        nouns = [other.noun for other, _ in setting.earlier if other.noun in ("club", "member")]
        return nouns[-1] if nouns else ""  # "42 clubs in two districts: 24 in Bat Xat"
    planned = labelled and "plan" in around.gap
    taken = setting.has_place and _TAKES.search(before)
    goes_on = setting.place_near or taken or _FROM_TO.search(before)
    return "club" if planned or goes_on else ""


def _goes_on_counting(around: Around, setting: Setting) -> bool:
    """Tell the next day's count: "cuối năm 2015 có đúng một CLB, đến hết năm 2023 là 22"."""
    last, told = setting.earlier[-1] if setting.earlier else (None, None)
    if last is None or told != "clubs" or not setting.dated:
        return False
    between = unmark(around.line[last.stop : around.begin])
    rest = between.replace(setting.dated, "")
    short = len(between) < _NEXT_DAY_REACH and between.startswith((",", ";"))
    return short and rest != between and not any(map(str.isdigit, rest))
