"""A percentage with the words around it comes in; what it is a share of goes out.

Shares of a plan, of the members (women, older and poor people) and of those who come to the
meetings are ours. Rates, shares of places or of all old people, and what a rule demands are not.
"""

from __future__ import annotations

import re

from .finders import WordPattern
from .lexicon import Cue
from .phrases import Mention
from .rules import INTENT, MEMBER_KINDS, PEOPLE, find_extreme, is_planned, match_behind
from .windows import Around, Meaning, Setting

_OF_AIM = re.compile(r" of (?:the|its) \d+ (?:clubs )?(?:planned|targeted|foreseen)\b")
_OF_PLACES = re.compile(
    r" ?(?:số |so |of (?:the |its |all )?)?(?:huyện|xã|thôn|phường|tỉnh|thị trấn|chi hội|khu"
    r"|huyen|xa|thon|phuong|tinh|communes|districts|villages|clubs?|clb)"
)
_DEMANDED = WordPattern(
    r"(?:theo (?:quy định|quy chế|tiêu chí|điều lệ|quy dinh|quy che|tieu chi|dieu le)"
    r"|quy chế (?:yêu cầu|đòi hỏi|quy định)|tiêu chí là|yêu cầu|phải (?:có|bảo đảm|đảm bảo)"
    r"|quy che (?:yeu cau|doi hoi|quy dinh)|tieu chi la|yeu cau|phai (?:co|bao dam|dam bao)"
    r"|rules? (?:say|require)|must have|required to)\b"
    r"(?![^.]*\b(?:thực tế|hiện|đến nay|đã đạt|thuc te|hien|den nay|da dat|in fact|now)\b)"
)  # "theo quy định, ít nhất 60% thành viên là phụ nữ"
_OF_OLD_PEOPLE = re.compile(
    r" (?:của |of (?:the |all )?)?(?:tổng |toàn bộ |tong |toan bo )?(?:số |so )?(?:nct"
    r"|người cao tuổi|hội viên|nguoi cao tuoi|hoi vien|older people|elderly)"
    r"(?: (?:của|trên địa bàn|trong|ở|cua|tren dia ban|trong|o|in|of)(?: the| toàn| toan)?"
    r"| toàn| cả| toan| ca)"
    r" (?:tỉnh|huyện|xã|thành phố|thị xã|phường|địa phương|tinh|huyen|xa|thanh pho|thi xa|phuong"
    r"|dia phuong|province|district|commune)\b"
)  # "thành viên chỉ bằng 3,1% NCT của tỉnh"
_ABOVE = re.compile(r" (?:above|over|more than|beyond) (?:\w+ )?(?:plan|target|goal|planned)")
_ONLY_REACHES = re.compile(
    r"(?:chỉ|mới|cũng|còn|chi|moi|cung|con|only)(?: \w+)?(?: (?:đạt|được|có|là|dat|duoc|co|la))? $"
)
_REACHES_HERE = re.compile(
    rf"{_ONLY_REACHES.pattern}|(?:đạt|là|được|có|dat|la|duoc|co|:) $"
)  # "bình quân 86%, riêng Lạc Thủy đạt 93%"
_KINDS = frozenset(indicator for _, indicator in MEMBER_KINDS)
_OF_THOSE = re.compile(
    r",? (?:chiếm|bằng|tức|tương đương|chiem|bang|tuc|tuong duong)(?: tỷ lệ| tỉ lệ| ty le)? ?"
    r"|,? (?:or|that is|equal to) "
)  # "người cao tuổi: 241 người, chiếm 73,7%"
_CLAUSE_ENDS = re.compile(r" ?(?:[.,;)]|$)")
_MAKES_UP = re.compile(r"(?:chiếm|chiem|makes? up|accounts? for|represents?|are|là) $")
_PREDICATE = re.compile(r"(?: of (?:the |its |all )?members)? (?:are|were|is|was|là|la) ")
_MUST = re.compile(r"(?: \w+)? (?:must|should|need to|has to|have to|phải|phai) ")
_PLAN_WITH_CLUBS = re.compile(
    r" (?:kế hoạch|chỉ tiêu|mục tiêu|ke hoach|chi tieu|muc tieu)[^.;,\d]{0,20} (?:với|nhờ|voi|nho)"
    r" \d+ (?:clb|câu lạc bộ|cau lac bo)|of (?:the|its) (?:plan|target) with \d+ (?:new )?clubs"
)
_OF_LAST = 10
_ACHIEVES = re.compile(
    r"(?:đạt|bằng|tức|tức là|nghĩa là|mới|tương đương|, đúng|, tròn|dat|bang|tuc|tuc la|nghia la"
    r"|moi|tuong duong)(?: mới| moi| được| duoc)? $"
)
_REACHES = re.compile(rf"{_ACHIEVES.pattern}|(?:vượt|vuot) $")
_NO_SHARE = "near:monthly|near:yearly|gap:rate|gap:overdue|gap:wrong|right:wrong"


def judge_share(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: PLR0911
    """Decide what a percentage is a share of.

    Parameters
    ----------
    mention : Mention
        The percentage.
    around : Around
        The cues around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    Meaning
        With indicator None where it is none of ours.

    Examples
    --------
    >>> from lthtgn_analysis.lexicon import find_cues
    >>> from lthtgn_analysis.passages import split_passages
    >>> from lthtgn_analysis.phrases import find_mentions
    >>> from lthtgn_analysis.windows import look_around
    >>> passage = split_passages("Đạt 80% kế hoạch thành lập CLB")[0]
    >>> setting = Setting(passage, (0, 30))
    >>> number = find_mentions(passage, "vi", [])[0]
    >>> around = look_around(find_cues(passage), number, setting, 30)
    >>> judge_share(number, around, setting).indicator
    'plan_achievement'
    """
    if _is_no_share(mention, around, setting):
        return Meaning(None)
    reported = [what for _, what in setting.earlier]
    before = around.line[max(0, around.begin - 20) : around.begin]
    plan = _find_plan(around, before, setting)
    if plan is None and (reached := _reaches_aim_before(before, around, setting)):
        return reached
    intent = around.left.get("plan")
    result = bool(reported) and not _is_hoped(intent, setting)
    if plan is not None and result and _ACHIEVES.search(before) and "plan" in around.left:
        return _judge_achievement(plan, None, around, setting)
    achieve = around.gap.get("achieve") or around.gap.get("exceed")
    ruled = setting.earlier and setting.earlier[-1][1] == "members_per_club"
    if (ruled and "of_which" in around.gap) or match_behind(around, _MUST):
        return Meaning(None, ("quy định",))
    if setting.planned or (intent is not None and intent.words in INTENT):
        return Meaning(None, ("kế hoạch",))
    if "target_clubs" in reported and achieve is None and is_planned(around, setting):
        return Meaning(None, ("kế hoạch",))  # "mục tiêu đến 2025 có 60 CLB, 70% thành viên là NCT"
    if plan is not None and (achieve is not None or plan in around.right.values()):
        return _judge_achievement(plan, achieve, around, setting)
    if attend := _find_attendance(around, setting):
        return Meaning("attendance_share", (attend,))
    told = setting.members_before or around.has("left:member_word|right:member_word|left:club")
    if (
        told
        and not _is_of_others_counted(setting)
        and not around.has("gap:association|right:association")
    ):
        return _judge_kind(around, before, setting)
    return Meaning(None)


def _is_hoped(intent: Cue | None, setting: Setting) -> bool:
    """Tell the share of "phấn đấu có 46 CLB, đạt 100% kế hoạch", where no result was told."""
    results = [what for _, what in setting.earlier if what and not what.startswith("target")]
    return intent is not None and intent.words in INTENT and not results


def _is_of_others_counted(setting: Setting) -> bool:
    """Tell the share of "the Association has 105,000 members, of whom 62% are women"."""
    people = [(other.noun, what) for other, what in setting.earlier if other.noun in PEOPLE]
    if not people or any(what for _, what in setting.earlier):
        return False
    return people[-1][0] in ("association_member", "member", "older")


def _find_plan(around: Around, before: str, setting: Setting) -> Cue | None:
    """Return the cue of the plan that a share is of."""
    if plan := around.right.get("plan") or around.gap.get("plan"):
        return plan
    told = [what for _, what in setting.earlier]
    last = told[-1] if told else setting.last_indicator
    exceeded, reached = around.gap.get("exceed"), around.near.get("achieve")
    if exceeded is None and told[-1:] == ["new_clubs"] and match_behind(around, _ABOVE):
        exceeded = around.near.get("exceed")  # "12 clubs, 20% more than planned"
    if exceeded is not None and " " in exceeded.words:
        return exceeded  # "vượt chỉ tiêu" names both
    if reached is not None and reached.words.startswith("of the ") and (
        (last or "").endswith("clubs")
    ):  # fmt: skip
        return reached  # "that is 120% of the plan"
    if told[-1:] == ["target_new_clubs"]:
        return around.left.get("plan")  # "chỉ tiêu 110 CLB, mới đạt 64%"
    if told[-1:] == ["new_clubs"] and "target_new_clubs" in told and _REACHES.search(before):
        return around.left.get("plan")  # "chỉ tiêu lập mới 36 CLB, đã lập được 27 CLB, đạt 75%"
    return None


def _is_no_share(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell rates, shares of places or of all old people, and those of the best or the worst."""
    of_others = _OF_PLACES.match(around.line, mention.stop) or match_behind(around, _OF_OLD_PEOPLE)
    demanded = _DEMANDED.search(around.line, setting.sentence[0], around.begin)
    told = any(what == "members_per_club" for _, what in setting.earlier)
    ruled = demanded or (told and "of_which" in around.left)
    return bool(around.has(_NO_SHARE) or of_others or ruled or find_extreme(around))


def _find_attendance(around: Around, setting: Setting) -> str | None:
    """Return the words that make a share that of the members who come to the meetings."""
    attend = around.right.get("attend") or around.gap.get("attend")
    if attend is not None:
        return None if around.has("right:other_kind") else attend.words
    if setting.last_indicator != "attendance_share":
        return None
    # "87% dự họp. Riêng huyện A chỉ đạt 62%"
    kinds = any(code in around.gap or code in around.right for code, _ in MEMBER_KINDS)
    before = around.line[max(0, around.begin - 20) : around.begin]
    ends = match_behind(around, _CLAUSE_ENDS) is not None
    here = bool(setting.earlier) and setting.earlier[-1][1] == "attendance_share"
    shape = _REACHES_HERE if here else _ONLY_REACHES
    only = shape.search(before) if setting.has_place and ends and not kinds else None
    return None if only is None else only[0].strip()


def _reaches_aim_before(before: str, around: Around, setting: Setting) -> Meaning | None:
    """Judge the share in "Mục tiêu: 40 CLB. Thực hiện: 43 CLB được thành lập, đạt 107,5%"."""
    if not setting.earlier:
        return None
    if setting.earlier[-1][1] == "new_clubs" and (aim := match_behind(around, _OF_AIM)):
        return Meaning("plan_achievement", (aim[0].strip(),))
    if setting.last_before != "target_new_clubs":
        return None
    reached = _REACHES.search(before)
    if setting.earlier[-1][1] != "new_clubs" or reached is None:
        return None
    above = 1.0 if reached[0].startswith(("vượt", "vuot")) else 0.0
    return Meaning("plan_achievement", (reached[0].strip(),), add=above)


def _judge_kind(around: Around, before: str, setting: Setting) -> Meaning:
    """Decide which kind of members a share is of: the subject before it, or what stands behind."""
    last = setting.earlier[-1][0] if setting.earlier else None
    behind_last = last.stop + _OF_LAST if last is not None and last.noun == "share" else 0
    named = [(around.gap[code], what) for code, what in MEMBER_KINDS if code in around.gap]
    follows = [(around.right[code], what) for code, what in MEMBER_KINDS if code in around.right]
    if follows:  # "66% women, 72% aged 60 or above"
        named = [
            (around.clause[code], what) for code, what in MEMBER_KINDS if code in around.clause
        ]
        # "66% of them women and 70% aged 60 or over"
        named = [(cue, what) for cue, what in named if cue.start >= behind_last]
    if match_behind(around, _PREDICATE):  # "68% are women and 71% are 60 or older"
        named = []
    if named and _MAKES_UP.search(before):  # "Women make up 64% of members and poor people 30%"
        follows = []
    found = [
        pair for _, indicator in MEMBER_KINDS for pair in (*follows, *named) if pair[1] == indicator
    ]
    told = setting.earlier[-1][1] if setting.earlier else None
    if last is not None and not found and told in _KINDS and (
        joint := _OF_THOSE.fullmatch(around.line, last.stop, around.begin)
    ):  # fmt: skip
        return Meaning(told, (joint[0].strip(" ,("),))
    return Meaning(found[0][1], (found[0][0].words,)) if found else Meaning(None)


def _judge_achievement(plan: Cue, achieve: Cue | None, around: Around, setting: Setting) -> Meaning:
    association = around.left.get("association")
    clubs = [
        other
        for other, what in setting.earlier
        if what in ("new_clubs", "clubs", "target_new_clubs")
    ]
    if association is not None and not clubs:
        return Meaning(None, (association.words,))
    if around.has("right:member_word|right:fund_care|right:association|gap:fund_care"):
        return Meaning(None)
    about = (
        clubs
        or match_behind(around, _PLAN_WITH_CLUBS)
        or around.has("left:club|right:club")
        or (around.has("right:found") and "club" in around.after)
        or setting.last_indicator in ("new_clubs", "clubs")
    )
    if not about:
        return Meaning(None)
    exceeded = around.gap.get("exceed") or match_behind(around, _ABOVE)
    return Meaning(
        "plan_achievement",
        tuple(cue.words for cue in (achieve, plan) if cue is not None),
        add=1.0 if exceeded is not None else 0.0,
    )
