"""A number of people with the words around it comes in; whom it counts goes out.

Members of the clubs, the women, older and poor people among them, borrowers and people trained are
ours. Members of the Association, the population, guests and boards are not, nor are parts that no
member stands before.
"""

from __future__ import annotations

import re

from .finders import WordPattern
from .lexicon import Cue
from .phrases import Mention
from .rules import (
    MEMBER_KINDS,
    Rule,
    find_extreme,
    find_mean,
    first_rule,
    is_planned,
    is_task,
    match_behind,
)
from .windows import TAKE_CAPITAL, Around, Meaning, Setting

_HOLD_LOANS = re.compile(
    r"(?:, [^,;:().\d]{3,50},)?(?: now| currently| already| still)?"
    r" (?:have|has|had|hold|held|with|are repaying|were repaying) (?:an? |their |active |current )*"
    r"loans?\b(?! (?:of|worth|from a bank))"
)  # "2,140 people have a loan"
_RECIPIENT = re.compile(r" ?(?:cho|giúp|giup|to|for|among) $")
_EXTRA_CONTEXT = re.compile(r"(?:lớp|khóa|buổi|lop|khoa|buoi|each|mỗi|moi|cứ|\bcu|every) $")
_ASSOCIATION_NOUN = re.compile(r"hội viên (?:nct|người cao|hội)|hoi vien (?:nct|nguoi cao|hoi)")
_PER_HEAD = WordPattern(
    r"(?:cứ|cu) (?:\w+ )?(?:\w+) (?:người|thành viên|nguoi|thanh vien)\b[^.;]*$"
)
_TAKEN_IN = WordPattern(
    r"(?:kết nạp|phát triển|vận động|thu hút|tăng|ket nap|phat trien|van dong|thu hut|tang)"
    r"(?: \w+)? (?:thêm|mới|them|moi)(?: được| duoc)? $"
)
_RULES = WordPattern(
    r"quy định|quy chế|tiêu chí|điều kiện|quy dinh|quy che|tieu chi|dieu kien"
    r"|\b(?:norms?|rules?|requirements?|regulations?|limits?)\b"
)
_QUESTIONED = WordPattern(
    r"(?:surveys?|polls?|samples?|interviews?|questionnaires?) (?:of|with|among) (?:\w+ )?$"
    r"|(?:khảo sát|phỏng vấn|hỏi|thăm dò|lấy ý kiến|lấy phiếu|điều tra|khao sat|phong van|hoi"
    r"|tham do|lay y kien|lay phieu|dieu tra)(?: (?:của|với|tại|trên|ý kiến|ngẫu nhiên|nhanh|cua"
    r"|voi|tai|tren|y kien|ngau nhien)){0,2} $"
)
_SOME_CLUB = WordPattern(
    r"(?:largest|biggest|smallest|oldest|strongest) (?:club|ishc)\b"
    r"|(?:clb|câu lạc bộ|cau lac bo)(?: có| co)? (?:đông|lớn|nhỏ|ít|nhiều|dong|lon|nho|it|nhieu)"
    r"(?: \w+){0,2} (?:nhất|nhat)\b"
)
# "một CLB miền núi chỉ còn 29 người"
_UNNAMED_CLUB = WordPattern(
    r"(?:một|vài|mot|vai|one|another) (?:clb|câu lạc bộ|cau lac bo|club|ishc)\b"
    r"(?! (?:thôn|xóm|ấp|bản|buôn|làng|khu|khóm|tổ|thon|xom|ap|ban|buon|lang|khom|to)\b)"
    r"[^.;:,\d]{0,40} (?:chỉ còn|chỉ có|còn có|còn|chi con|chi co|con co|con|only has"
    r"|has only|is down to|only had|had only)(?: \w+)? $"
)
_LARGEST_CLUB = 200
_CLUBS_HAVE = re.compile(
    r"\d (?:clb|câu lạc bộ|cau lac bo|clubs|ishcs)(?: \w+)?"
    r" (?:có|chỉ có|còn|co|chi co|con|have|had)(?: số| quy mô| so| quy mo)? ?$"
)
_YOUNGER = re.compile(
    r" (?:là |la )?(?:trẻ|trung niên|nam(?: giới)?(?=[,;.)]|$| và)|dưới \d+|chưa đến \d+"
    r"|tre(?! len)|trung nien|nam gioi|duoi \d\d tuoi|aged under|under \d+)(?!\w)"
)  # "8.035 NCT và 3.525 người trẻ"
_GOES_TO = re.compile(
    r"\b(?:đi|dự|được|tham gia|theo|về|tham dự|di|du|duoc|theo|ve|tham du|attended|were|went)"
    r" ?(?:$|(?=học|tập|lớp|hoc|tap|lop|trained|training))"
)
_FROM = re.compile(r"(?:từ|tu|from) $")
_UP_TO = re.compile(r"(?: \([^()]*\)| (?:năm|nam|in) \d{4})? (?:lên|len|to) ")
_SPOKEN = re.compile(r":.*\w")
_ASSOCIATION_HAS = re.compile(
    r"\b(?:the association|hội (?:nct|người cao tuổi)|hoi (?:nct|nguoi cao tuoi))\b[^.;:,\d]{0,30} "
    r"(?:has|had|counts|counted|có|co)(?: some| about| over)? $"
)
_JOINED = frozenset(("join", "joined", "belong", "enrolled", "who belong"))
_ELSEWHERE = re.compile(r" (?:in|the|a|an|for|our|this|that)\b(?! (?:clubs?|ishcs?))")
_JOINS_CLUBS = re.compile(
    r"(?: đã| đều| đang| mới| da| deu| dang| moi)? (?:vào|gia nhập|vao|gia nhap)(?: \w+){0,2}"
    r" (?:clb|câu lạc bộ|cau lac bo)\b"
)
_ROLL = re.compile(
    r"(?:danh sách|sĩ số|danh sach|si so)(?: clb)?(?: (?:thành viên|thanh vien))?"
    r"(?: (?:này|ấy|đã|nay|hiện|chỉ|lên|tới|được|đến|ay|da|hien|chi|len|toi|duoc|den)){0,3}"
    r" (?:là|có|gồm|lên|tới|đến|còn|la|co|gom|len|toi|den|con) $"
)
_NOW_ARE = re.compile(
    r"\b(?:đến nay|nay|hiện|hiện nay|bây giờ|giờ|den nay|hien|hien nay|bay gio|gio|now)"
    r"(?: (?:đã|có|được|là|lên|da|co|duoc|la|len)){0,2} $"
)
_ENDS_HERE = re.compile(r" ?(?:[,;.)]|$)")
_IN_ALL = re.compile(
    r"(?:tổng số|tổng cộng|cả thảy|tổng|tong so|tong cong|ca thay|tong)"
    r"(?: (?:người|số|nguoi|so))?(?: (?:là|có|hiện có|được|đạt|la|co|hien co|duoc|dat)|:)? $"
)  # under the heading "2. Về thành viên"
_MEET = re.compile(
    r" (?:đang |cùng |thường xuyên |dang |cung |thuong xuyen )?(?:theo|vào|tham gia|theo|vao)"
    r" sinh (?:hoạt|hoat)\b(?! (?:hội|chi hội|đảng|đoàn|hoi|chi hoi|dang|doan))"
)
_COLON = re.compile(r": ?$")
_OF_ASSOCIATION = ("hội ", "hoi ")
_REACH = 14
_LABEL_REACH = 40
_SEVERAL = 10
_PERSON_RULES = (
    Rule(None, ("gap:wrong|right:wrong",)),
    Rule(None, ("gap:overdue",)),
)


def judge_people(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide whom a number of people counts.

    Parameters
    ----------
    mention : Mention
        The number.
    around : Around
        The words around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    Meaning
        With indicator None where they are none of ours.
    """
    if _is_part_of_mean(around, setting):
        return Meaning(None, ("bình quân",))
    for decide in (_refuse, _judge_size, _judge_lent, _judge_rule, _refuse_plans, _judge_trained):
        meaning = decide(mention, around, setting)
        if meaning is not None:
            return meaning
    return _judge_members(mention, around, setting)


def judge_volunteers(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide whether volunteers were trained; nothing else is told of them.

    Parameters
    ----------
    mention : Mention
        The number.
    around : Around
        The words around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    Meaning
        With indicator None where they were not.
    """
    for decide in (_refuse, _refuse_plans, _judge_trained):
        meaning = decide(mention, around, setting)
        if meaning is not None:
            return meaning
    return Meaning(None)


def judge_borrowers(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide whether people or households are borrowers.

    Parameters
    ----------
    mention : Mention
        The number.
    around : Around
        The words around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    Meaning
        With indicator None where they are not.
    """
    taken = match_behind(around, TAKE_CAPITAL) or match_behind(around, _HOLD_LOANS)
    lent = taken or around.has("gap:lent|right:lent")
    if not lent and setting.earlier and setting.earlier[-1][1] == "lent_vnd":
        # "đã giải ngân 935 triệu đồng cho 187 hộ"
        begin = setting.earlier[-1][0].stop
        lent = _RECIPIENT.fullmatch(around.line, begin, around.begin)
    if mention.noun == "household" and not lent:
        return Meaning(None)
    if around.has("gap:each_person|gap:plan") or setting.planned:
        return Meaning(None)
    return Meaning("borrowers", ("vay",))


def _is_part_of_mean(around: Around, setting: Setting) -> bool:
    """Tell what the average club is made of: "bình quân 55 thành viên, trong đó 35 nữ"."""
    last = setting.earlier[-1] if setting.earlier else None
    if last is None or last[1] != "members_per_club" or "of_which" not in around.gap:
        return False
    return ";" not in around.line[last[0].stop : around.begin]


def _refuse(mention: Mention, around: Around, setting: Setting) -> Meaning | None:
    """Refuse shares of people, boards, and what each course or meeting holds."""
    ruled = first_rule(_PERSON_RULES, around)
    if ruled is not None and not _is_aside(ruled, around):
        return ruled
    if _is_board("clause", around) and not around.has("clause:trained|clause:gather"):
        return Meaning(None, ("ban chủ nhiệm",))
    others = _QUESTIONED.search(around.line, max(0, around.begin - 40), around.begin)
    if others is None and mention.noun == "association_member":
        others = _ASSOCIATION_HAS.search(around.line, setting.sentence[0], around.begin)
    if others is not None:
        return Meaning(None, (others[0].strip(),))
    unnamed = _UNNAMED_CLUB.search(around.line, setting.sentence[0], around.begin)
    if some := unnamed[0] if unnamed else find_extreme(around):
        return Meaning(None, (some,))
    if "superlative" in around.left and not setting.named_club and (
        best := _SOME_CLUB.search(around.line, setting.sentence[0], around.begin)
    ):  # fmt: skip
        return Meaning(None, (best[0],))
    younger = match_behind(around, _YOUNGER) is not None
    per_head = _PER_HEAD.search(around.line, max(0, around.begin - 40), around.begin)
    each = _EXTRA_CONTEXT.search(around.line, max(0, around.begin - _REACH), around.begin)
    fraction = mention.role in ("part", "whole")
    younger = younger or _is_of_class(mention, around)
    return Meaning(None) if per_head or each or younger or fraction else None


def _is_aside(ruled: Meaning, around: Around) -> bool:
    """Tell what is said of another number: "934 người (bản cũ gõ nhầm thành 9.340), nữ 566"."""
    wrong = around.gap.get("wrong")
    return (
        wrong is not None
        and ruled.reason == (wrong.words,)
        and ")" in around.line[wrong.end : around.begin]
    )


def _is_of_class(mention: Mention, around: Around) -> bool:
    """Tell what each club of a class has: "12 CLB có dưới 50 thành viên"."""
    if mention.qualifier not in ("at_least", "at_most", "range") or mention.second > _LARGEST_CLUB:
        return False
    return _CLUBS_HAVE.search(around.line, max(0, around.begin - 40), around.begin) is not None


def _judge_size(mention: Mention, around: Around, setting: Setting) -> Meaning | None:
    """Tell the average or usual size of a club, but not whom each club shall still take in."""
    mean = find_mean(around, setting)
    if mean is None:
        return None
    if _TAKEN_IN.search(around.line, 0, around.begin):
        return Meaning(None, (mean.words,))
    if mention.noun not in ("member", "person", "association_member"):
        return None
    return Meaning(None if "trained" in around.gap else "members_per_club", (mean.words,))


def _judge_lent(mention: Mention, around: Around, setting: Setting) -> Meaning | None:  # noqa: ARG001
    lent = around.has("near:lent|right:lent|gap:lent")
    taken = match_behind(around, TAKE_CAPITAL)
    if mention.number >= _SEVERAL:  # "two people with a loan moved away"
        taken = taken or match_behind(around, _HOLD_LOANS)
    if taken is not None:
        return None if "plan" in around.gap else Meaning("borrowers", (taken[0].strip(),))
    if lent is None and _RECIPIENT.search(
        around.line, max(0, around.begin - _REACH), around.begin
    ):  # fmt: skip
        lent = around.left.get("lent")
    if lent is None or mention.noun == "trainee" or "plan" in around.gap:
        return None
    return Meaning("borrowers", (lent.words,))


def _refuse_plans(mention: Mention, around: Around, setting: Setting) -> Meaning | None:  # noqa: ARG001
    """Refuse changes ("tăng 580 người"), aims, and tasks."""
    change = around.gap.get("change")
    against = change is not None and change.words in ("so với", "so voi")
    rises = "rise_to" in around.gap or (
        _FROM.search(around.line, max(0, around.begin - 5), around.begin)
        and match_behind(around, _UP_TO)
    )
    if change is not None and not against and not rises:
        return Meaning(None, (change.words,))
    if is_planned(around, setting) or setting.planned or setting.future:
        return Meaning(None, ("kế hoạch",))
    return Meaning(None, ("nhiệm vụ",)) if is_task(around, setting) else None


def _judge_rule(mention: Mention, around: Around, setting: Setting) -> Meaning | None:
    """Tell the size that a rule sets: "theo quy chế, số thành viên từ 50 người trở lên"."""
    bound = mention.qualifier in ("at_least", "at_most", "range")
    if not bound or not ("member_word" in around.gap or mention.noun == "member"):
        return None
    if setting.earlier and setting.earlier[-1][1] == "startup_capital_vnd":
        return Meaning("members_per_club", ("mức vốn ra mắt",))  # the rule goes on
    rule = _RULES.search(around.line, setting.sentence[0], around.begin)
    return Meaning("members_per_club", (rule[0],)) if rule else None


def _judge_trained(mention: Mention, around: Around, setting: Setting) -> Meaning | None:
    """Tell people trained: said so, or told right behind the courses that were held."""
    trained = around.has("gap:trained|near:trained") or _find_sent(around)
    told = (pair for pair in reversed(setting.earlier) if pair[0].noun != "time")
    last = next(told, None)  # "mở 1 lớp 2 ngày cho 64 người"
    course = last is not None and last[0].noun == "course" and last[1] is not None
    if mention.noun != "trainee" and ("member_word" in around.gap or not (trained or course)):
        return None
    return Meaning("trainees", (trained.words if trained else "lớp tập huấn",))


def _find_sent(around: Around) -> Cue | None:
    """Return the cue of "xã đưa 14 người trong các ban chủ nhiệm đi tập huấn"."""
    trained = around.right.get("trained")
    if trained is None:
        return None
    sent = _GOES_TO.search(around.line, around.stop, trained.start) or _GOES_TO.match(trained.words)
    return trained if sent else None


def _is_board(window: str, around: Around) -> bool:
    """Tell whether a board stands before a number, and not as the speaker of "chủ nhiệm A: ..."."""
    board = around.has(f"{window}:board")
    return board is not None and not _SPOKEN.search(around.line, board.end, around.begin)


def _judge_members(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide between all members and women, older or poor ones."""
    association = around.gap.get("association")
    if association is not None and "member_word" not in around.gap:
        club = "club" in around.gap and mention.noun == "member"
        if not club:
            return Meaning(None, (association.words,))
    if mention.noun in ("women", "older"):
        part = _is_part_of_members(around, setting)
        words = around.line[mention.end : mention.stop].strip()
        return Meaning(f"{mention.noun}_members", (words,)) if part else Meaning(None)
    if kind := _kind_of_members(mention, around, setting):
        return kind
    if mention.noun == "member":
        association = around.gap.get("association") or around.left.get("association")
        if association is None and "club" not in around.gap and "club" not in around.right:
            association = _find_association(around, setting)
        clubs = "club" in around.gap or (
            association is not None and _told_of_clubs_since(association, setting)
        )
        if association is not None and not clubs:
            return Meaning(None, (association.words,))
        return Meaning("members", ("thành viên",))
    return _judge_persons(mention, around, setting)


def _find_association(around: Around, setting: Setting) -> Cue | None:
    """Return the Association where it is what has the members: "The Association has 48,200"."""
    has = _ASSOCIATION_HAS.search(around.line, setting.sentence[0], around.begin)
    return None if has is None else Cue(has.start(), has.end(), ("association",), has[0])


def _told_of_clubs_since(association: Cue, setting: Setting) -> bool:
    """Tell whether clubs were counted last: "31.250 hội viên NCT; riêng 52 CLB có 2.704"."""
    last = setting.earlier[-1] if setting.earlier else None
    return last is not None and last[1] == "clubs" and last[0].start > association.end


def _is_part_of_members(around: Around, setting: Setting) -> bool:
    """Tell whether women or older people are members, and not of the place or the Association."""
    if "association" in around.gap:
        return False
    last = setting.earlier[-1] if setting.earlier else None
    members = any(what == "members" for _, what in setting.earlier)
    others = (
        ("older", "association_member") if members else ("older", "association_member", "person")
    )
    if last is not None and last[1] is None and "of_which" in around.gap and (
        last[0].noun in others  # "1.381 người, tăng 117 người; số này gồm 905 phụ nữ"
    ):  # fmt: skip
        return False  # "Huyện có 19.870 NCT, trong đó 64 cụ trên 95 tuổi"
    before = around.line[max(0, around.begin - 2) : around.begin]
    here = any((what or "").endswith("members") for _, what in setting.earlier)
    part = here or "of_which" in around.left or _COLON.search(before) or setting.unnamed
    told = setting.members_before or "member_word" in around.left
    return bool(part and told) or "member_word" in around.gap


def _kind_of_members(mention: Mention, around: Around, setting: Setting) -> Meaning | None:
    """Find what kind of members is counted: said behind the number, else in a label before it."""
    told = setting.members_before or "member_word" in around.left
    for code, indicator in MEMBER_KINDS:
        cue = around.near.get(code) or around.right.get(code)
        if cue is not None and (told or mention.noun == "member"):
            return Meaning(indicator, (cue.words,))
    member = around.gap.get("member_word")
    for code, indicator in MEMBER_KINDS:
        cue = around.gap.get(code)
        if cue is not None and around.line.endswith(_OF_ASSOCIATION, 0, cue.start):
            continue  # "Hội NCT" names no older members
        if cue is not None and told and (member is None or cue.start > member.start):
            return Meaning(indicator, (cue.words,))
    return None


def _label_of_clubs(around: Around, setting: Setting) -> Cue | None:
    """Return the label of "Tổng số thành viên 05 CLB: 281 người"."""
    last = setting.earlier[-1][0] if setting.earlier else None
    if last is None or last.noun != "club":
        return None
    labels = _COLON.fullmatch(around.line, last.stop, around.begin)
    return around.left.get("member_word") if labels else None


def _judge_persons(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: PLR0911
    if mention.noun == "association_member":
        noun = around.line[mention.end : mention.stop]
        if _ASSOCIATION_NOUN.search(noun) or not (around.left.get("club") or setting.earlier):
            return Meaning(None)
        club = around.gap.get("club") or any(what == "clubs" for _, what in setting.earlier)
        joined = around.gap.get("gather") or around.right.get("gather")
        return Meaning("members", ("hội viên của CLB",)) if club and joined else Meaning(None)
    if (
        around.gap.get("association")
        or around.gap.get("other_kind")  # "12 CLB thơ ca với hơn 2.000 người tham gia"
        or around.gap.get("bad_population")
        or _is_board("gap", around)
    ):
        return Meaning(None)
    member = around.gap.get("member_word") or _label_of_clubs(around, setting)
    if member is not None:
        return Meaning("members", (member.words,))
    clubs = bool(around.left.get("club")) or any(what == "clubs" for _, what in setting.earlier)
    clubs = clubs or setting.last_indicator in ("clubs", "communes_total", "new_clubs")
    if told := _told_as_members(around, setting, clubs=clubs):
        return Meaning("members", (told,))
    gather = around.gap.get("gather")
    weak = gather is None or gather.words in (
        "với",
        "có",
        "gồm",
        "voi",
        "co",
        "gom",
        "with",
        "has",
        "have",
    )
    joined = around.right.get("gather") or around.near.get("gather")
    if clubs and gather is not None and (not weak or joined is not None):
        return Meaning("members", (gather.words,))
    clubs = clubs or setting.last_indicator == "members"
    elsewhere = joined is not None and _ELSEWHERE.match(around.line, joined.end)
    if clubs and joined is not None and joined.words in _JOINED and not elsewhere:
        return Meaning("members", (joined.words,))  # "some 960 people had joined"
    most = around.gap.get("superlative")
    if setting.named_club and most is not None:
        return Meaning("members", (most.words,))  # "CLB thôn Yên Hậu đông nhất, 64 người"
    if clubs and setting.one_club and gather is not None:
        return Meaning("members", (gather.words,), sure=False)
    return Meaning(None)


def _told_as_members(around: Around, setting: Setting, *, clubs: bool) -> str | None:
    """Return the words that make people members: "đã vào CLB", "danh sách đã là 64 người"."""
    told = match_behind(around, _JOINS_CLUBS)  # "hơn 10.400 người đã vào CLB"
    if told is None and clubs:
        told = match_behind(around, _MEET)  # "41 CLB; gần 2.250 người theo sinh hoạt"
    left = max(0, around.begin - _LABEL_REACH)
    if told is None and setting.members_before:
        told = _ROLL.search(around.line, left, around.begin)
    if told is None and setting.members_before and setting.one_club and (
        match_behind(around, _ENDS_HERE)
    ):  # fmt: skip
        told = _NOW_ARE.search(around.line, left, around.begin)  # "ra mắt với 42, đến nay 63 người"
    if told is None and setting.of_members:
        told = _IN_ALL.search(around.line, left, around.begin)
    return None if told is None else told[0].strip()
