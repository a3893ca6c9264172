"""A number of people with the words around it comes in; whom it counts goes out.

Members of the clubs, the women, older and poor people among them, borrowers and people trained are
ours. Members of the Association, the population, guests and boards are not, nor are parts that no
member stands before.
"""

from __future__ import annotations

import re

from .phrases import Mention
from .rules import MEMBER_KINDS, Rule, first_rule, is_planned
from .windows import Around, Meaning, Setting

_RECIPIENT = re.compile(r"(?:cho|giúp|giup|to|for|among) $")
_EXTRA_CONTEXT = re.compile(r"(?:lớp|khóa|buổi|lop|khoa|buoi|each|mỗi|moi) $")
_ASSOCIATION_NOUN = re.compile(r"hội viên (?:nct|người cao|hội)|hoi vien (?:nct|nguoi cao|hoi)")
_PER_HEAD = re.compile(r"(?:cứ|cu) (?:\w+ )?(?:\w+) (?:người|thành viên|nguoi|thanh vien)\b[^.;]*$")
_TAKEN_IN = re.compile(
    r"(?:kết nạp|phát triển|vận động|thu hút|tăng|ket nap|phat trien|van dong|thu hut|tang)"
    r"(?: \w+)? (?:thêm|mới|them|moi)(?: được| duoc)? $"
)
_RULES = re.compile(r"quy định|quy chế|tiêu chí|điều kiện|quy dinh|quy che|tieu chi|dieu kien")
_COLON = re.compile(r": ?$")
_PERSON_RULES = (
    Rule(None, ("gap:wrong|right:wrong",)),
    Rule(None, ("clause:board",), ("clause:trained", "clause:gather")),
    Rule(None, ("gap:overdue",)),
)


def judge_people(  # noqa: C901, PLR0911
    mention: Mention, around: Around, setting: Setting
) -> Meaning:
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
    ruled = first_rule(_PERSON_RULES, around)
    if ruled is not None:
        return ruled
    per_head = _PER_HEAD.search(around.line, max(0, around.begin - 40), around.begin)
    if mention.role in ("part", "whole") or per_head:
        return Meaning(None)
    before = around.line[max(0, around.begin - 14) : around.begin]
    lent = around.near.get("lent") or around.right.get("lent") or around.gap.get("lent")
    if lent is None and _RECIPIENT.search(before):
        lent = around.left.get("lent")
    if _EXTRA_CONTEXT.search(before):
        return Meaning(None)
    mean = around.has("gap:average|gap:each_club|near:per_club|right:per_club")
    if mean is not None and _TAKEN_IN.search(around.line, 0, around.begin):
        return Meaning(None, (mean.words,))
    if mean is not None and mention.noun in ("member", "person", "association_member"):
        return (
            Meaning("members_per_club", (mean.words,))
            if "trained" not in around.gap
            else Meaning(None)
        )
    if lent is not None and mention.noun != "trainee" and "plan" not in around.gap:
        return Meaning("borrowers", (lent.words,))
    if (
        (cue := around.gap.get("change"))
        and "rise_to" not in around.gap
        and cue.words not in ("so với",)
    ):
        return Meaning(None, (cue.words,))
    trained = around.gap.get("trained") or (around.near.get("trained"))
    course = bool(setting.earlier) and setting.earlier[-1][0].noun == "course"
    planned = is_planned(around, setting) or setting.planned or setting.future
    if planned:
        return Meaning(None, ("kế hoạch",))
    bound = mention.qualifier in ("at_least", "at_most", "range")
    rule = _RULES.search(around.line, setting.sentence[0], around.begin) if bound else None
    if rule is not None and "member_word" in around.gap:
        return Meaning("members_per_club", (rule[0],))
    course = course and bool(setting.earlier[-1][1])
    if ((trained or course) and "member_word" not in around.gap) or mention.noun == "trainee":
        return Meaning("trainees", (trained.words if trained else "lớp tập huấn",))
    return _judge_members(mention, around, setting)


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
    if mention.noun == "household" and not (around.gap.get("lent") or around.right.get("lent")):
        return Meaning(None)
    if around.has("gap:each_person|gap:plan") or setting.planned:
        return Meaning(None)
    return Meaning("borrowers", ("vay",))


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
        if association is not None and "club" not in around.gap:
            return Meaning(None, (association.words,))
        return Meaning("members", ("thành viên",))
    return _judge_persons(mention, around, setting)


def _is_part_of_members(around: Around, setting: Setting) -> bool:
    """Tell whether women or older people are members, and not of the place or the Association."""
    if "association" in around.gap:
        return False
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
        if cue is not None and told and (member is None or cue.start > member.start):
            return Meaning(indicator, (cue.words,))
    return None


def _judge_persons(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: PLR0911
    if mention.noun == "association_member":
        noun = around.line[mention.end : mention.stop]
        if _ASSOCIATION_NOUN.search(noun) or not (around.left.get("club") or setting.earlier):
            return Meaning(None)
        club = around.gap.get("club") or any(what == "clubs" for _, what in setting.earlier)
        joined = around.gap.get("gather") or around.right.get("gather")
        return Meaning("members", ("hội viên của CLB",)) if club and joined else Meaning(None)
    if around.gap.get("association") or around.gap.get("bad_population") or around.gap.get("board"):
        return Meaning(None)
    member = around.gap.get("member_word")
    if member is not None:
        return Meaning("members", (member.words,))
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
    clubs = bool(around.left.get("club")) or any(what == "clubs" for _, what in setting.earlier)
    clubs = clubs or setting.last_indicator in ("clubs", "communes_total", "new_clubs")
    if clubs and gather is not None and (not weak or joined is not None):
        return Meaning("members", (gather.words,))
    if clubs and setting.one_club and gather is not None:
        return Meaning("members", (gather.words,), sure=False)
    return Meaning(None)
