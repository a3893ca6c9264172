"""A number with the words around it comes in; what it reports goes out, with what decided it.

Each rule names the windows of a sentence (`windows`) in which cue words must, or must not, stand:
`gap`, `clause` and `left` before the number, `near` and `right` behind it. The first rule that
holds decides; a rule without an indicator says that the number is none of ours. What no rule takes
is left out: an invented figure is worse than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .club_counts import judge_clubs
from .denials import is_denied
from .funds import judge_money
from .headcounts import judge_borrowers, judge_people, judge_volunteers
from .phrases import Mention
from .place_counts import judge_places
from .rules import PEOPLE, Rule, first_rule, is_planned, is_task, match_behind
from .shares import judge_share
from .windows import BEFORE_THAT, FORMERLY, Around, Meaning, Setting

_RISING = {
    code: code for code in (
        "members", "older_members", "women_members", "poor_members", "income_fund_vnd",
        "income_fund_per_club_vnd", "borrowers", "lent_vnd", "clubs_with_fund",
    )
} | {"startup_capital_vnd": "income_fund_vnd"}  # fmt: skip
_LEVELS = frozenset((*_RISING.values(), "clubs", "target_clubs", "budget_vnd"))
_RISEN = re.compile(
    r"(?: (?:ban đầu|lúc đầu|ban dau|luc dau))?(?: \([^()]*\))?"
    r"(?: (?:vào |hồi |vao |hoi )?(?:cuối |đầu |cuoi |dau )?(?:năm|nam|in) (?:19|20)\d\d)?,?"
    r"(?: (?:đã|nay|hiện|da|hien|has|had))*(?: (?:tăng|nâng|giảm|tang|nang|giam|grown|risen|rose))?"
    r" (?:lên|len|xuống còn|xuong con|to)(?: tới| đến| thành| toi| den| thanh)? (?:vnd |vnđ )?"
)
_NO_ASIDE = frozenset(("target_clubs", "target_new_clubs", "plan_achievement", "budget_vnd"))
_TRAINING = re.compile(r"tập huấn|tap huan|training|bồi dưỡng")
_OF_THEM = ("of them", "of these", "of those")
_TIMES = frozenset(("x", "×", "*"))
_TERM_SIGNS = _TIMES | {"="}
_TERM_RIGHT = re.compile(r" ?[x×*] ?\d")
_COSTS = re.compile(r" ?: \d[\d.,]* ?(?:nghìn|triệu|tỷ|tỉ|đồng|đ|nghin|trieu|ty|ti|dong)\b")
_COURSE_RULES = (
    Rule(None, ("gap:each_area",)),
    Rule("training_courses", ("gap:held|right:held|gap:trained|right:trained|left:held",)),
)


def judge(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide what a number reports.

    Parameters
    ----------
    mention : Mention
        The number, with its noun.
    around : Around
        The cues around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    Meaning
        With indicator None where it is none of ours, or where no rule is sure.
    """
    if mention.noun == "club" and _counts_people(mention, around, setting):
        mention = mention._replace(noun="person")
    judges = _JUDGES.get(mention.noun)
    if judges is None or _is_reckoned(around):
        return Meaning(None)
    meaning = _judge_later(mention, around, setting) or judges(mention, around, setting)
    if meaning.indicator is not None and is_denied(
        around.line, around.begin, around.stop, setting.sentence
    ):  # fmt: skip
        return Meaning(None, ("bị bác",))
    return meaning


def _judge_later(mention: Mention, around: Around, setting: Setting) -> Meaning | None:
    """Judge by the number before: "412 thành viên (hết năm 2022 là 356)", "từ 356 lên 412"."""
    if not setting.earlier or setting.earlier[-1][1] is None:
        return None
    last, told = setting.earlier[-1]
    if last.noun != mention.noun and {last.noun, mention.noun} != {"member", "person"}:
        return None
    if around.line.startswith("(", last.stop + 1):
        joint, later = BEFORE_THAT, None if told in _NO_ASIDE else told
    elif setting.beside and told in _LEVELS and FORMERLY.match(around.line, last.stop):
        joint, later = FORMERLY, "clubs" if told == "target_clubs" else told
    else:
        joint, later = _RISEN, _RISING.get(told or "")
    found = joint.fullmatch(around.line, last.stop, around.begin) if later else None
    if found is None or (("cùng" in found[0] or "cung" in found[0]) and not setting.dated):
        return None
    return Meaning(later, (around.line[last.stop : around.begin].strip(" ("),))


def _is_reckoned(around: Around) -> bool:
    """Tell a term of a sum that is worked out: "9 CLB x 50 triệu đồng = 450 triệu đồng"."""
    line, begin, stop = around.line, around.begin, around.stop
    if line[max(0, begin - 2) : begin].rstrip()[-1:] in _TERM_SIGNS:
        return True
    signs = line[stop : stop + 2].lstrip(" ")[:1]
    return signs in _TIMES and _TERM_RIGHT.match(line, stop) is not None


def _counts_people(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell "1,250 of them", where people were counted last."""
    if not around.line.endswith(_OF_THEM, mention.end, mention.stop):
        return False
    counted = [other.noun for other, _ in setting.earlier if other.noun]
    return bool(counted) and counted[-1] in PEOPLE


def _judge_courses(mention: Mention, around: Around, setting: Setting) -> Meaning:
    ahead = setting.future and not around.has("left:done")
    if setting.planned or ahead or is_planned(around, setting) or mention.role != "one":
        return Meaning(None, ("kế hoạch",))
    if is_task(around, setting) or match_behind(around, _COSTS):
        return Meaning(None, ("nhiệm vụ",))
    if around.has("gap:yearly") or (around.has("gap:no_club") and not around.has("gap:held")):
        return Meaning(None)  # "hằng năm mở 2 lớp" is a habit
    if ruled := first_rule(_COURSE_RULES, around):
        return ruled
    noun = around.line[mention.end : mention.stop]
    if setting.earlier and setting.earlier[-1][1] == "trainees":
        return Meaning("training_courses", (noun.strip(),))
    return Meaning("training_courses", (noun.strip(),)) if _TRAINING.search(noun) else Meaning(None)


_JUDGES: dict[str, Callable[[Mention, Around, Setting], Meaning]] = {
    "club": judge_clubs,
    "member": judge_people,
    "person": judge_people,
    "association_member": judge_people,
    "older": judge_people,
    "women": judge_people,
    "trainee": judge_people,
    "volunteer": judge_volunteers,
    "borrower": judge_borrowers,
    "household": judge_borrowers,
    "course": _judge_courses,
    "share": judge_share,
    "VND": judge_money,
    "commune": judge_places,
    "district": judge_places,
    "province": judge_places,
    "village": judge_places,
}
JUDGED = frozenset(_JUDGES)
"""The nouns behind which a number may be ours."""
