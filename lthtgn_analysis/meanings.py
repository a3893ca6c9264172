"""A number with the words around it comes in; what it reports goes out, with the words that decided.

Each rule names the windows of a sentence in which cue words must, or must not, stand: `gap` (from
the figure before to the number), `left` (from the start of the sentence), `right` (to the end of the
clause) and `near` (right behind the noun). The first rule that holds decides; a rule without an
indicator says that the number is none of ours. What no rule takes is left out: an invented figure
is worse than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .passages import Passage
from .phrases import Cue, Mention

_MEMBERS = frozenset(
    ("members", "older_members", "women_members", "poor_members", "borrowers")
)  # fmt: skip
_FUNDS = ("fund_income", "with_fund", "fund_vague", "fund_activity", "fund_care", "lent", "budget",
          "overdue", "repaid", "startup", "fee")  # fmt: skip
_CLAUSE_END = re.compile(r"[,;:(]|\. |\.$|[!?]| - ")
_INTENT = frozenset(
    "phấn đấu|sẽ|dự kiến|quyết tâm|xin|đề nghị|đề xuất|trình|hướng tới|will|aims|should|intends|hopes to"
    "|phan dau|se|du kien|quyet tam|de nghi|de xuat|trinh|huong toi|wants|expects|plans to|sang năm|năm tới"
    "|sang nam|nam toi|next year".split("|")
)
_RECIPIENT = re.compile(r"(?:cho|giúp|giup|to|for|among) $")
_STATED = re.compile(r"(?:có|gồm|co|gom|has|have|had|comprises) $")
_LABELLED = re.compile(r"(?::|là|la|đạt|dat|lên|len|có|co|còn|con|to|at|of|is|was|stood at|tới|toi) ?$")
_ENDS_CLAUSE = re.compile(r" ?(?:[,;.:)\"!?]|$|\(| - | và | va | and |năm |vào |đến |tính |nam |vao |den )")
_RULED = re.compile(r"(?:nông thôn mới|nong thon moi|thoát nghèo|văn hóa|van hoa)")
_FULL = re.compile(r"phủ kín|phu kin|đã phủ|saturated")
_ONE_CLUB_VND = 500_000_000
_EXTRA_CONTEXT = re.compile(r"(?:lớp|khóa|buổi|lop|khoa|buoi|each|mỗi|moi) $")
_DATED_STOCK = re.compile(r"(?:den|toi|het|cuoi|as of|end of)")
_PART_WORDS = re.compile(r"^(?: đồng)? (?:từ|do|của|là|tu|cua|la|from|by) ")
_ASSOCIATION_NOUN = re.compile(r"hội viên (?:nct|người cao|hội)|hoi vien (?:nct|nguoi cao|hoi)")


@dataclass
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
    place_near : bool
        Whether a place stands right before the number.
    one_club : bool
        Whether the text speaks of one named club.
    future : bool
        Whether the date beside the number lies in a plan.
    dated : str
        The words of the date that governs it, without marks.
    members_before : bool
        Whether the passage, or the item before, has given the number of members.
    last_indicator : str or None
        What the last number before the sentence reported.
    unnamed : bool
        Whether the number has no noun of its own.
    earlier : list of (Mention, str or None)
        The numbers of the sentence that were judged already.
    """

    passage: Passage
    sentence: tuple[int, int]
    planned: bool = False
    about_clubs: bool = False
    has_place: bool = False
    place_near: bool = False
    one_club: bool = False
    future: bool = False
    dated: str = ""
    members_before: bool = False
    last_indicator: str | None = None
    unnamed: bool = False
    earlier: list[tuple[Mention, str | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Meaning:
    """What a number reports: its indicator (None: none of ours), the factor, and why."""

    indicator: str | None
    reason: tuple[str, ...] = ()
    add: float = 0.0
    sure: bool = True


Window = dict[str, Cue]
_JUST_NEW = frozenset(("mới", "thêm", "moi", "them", "new", "more", "additional"))
_TAKES = re.compile(r"(?:nhận|có|góp|còn|chiếm|được|nhan|co|gop|con|chiem|duoc|with|has|had|got|took)(?: chỉ| chi| only)? $")
_BORROWERS = re.compile(r"(?:số|so|tổng|tong) (?:người|nguoi|thành viên|thanh vien|hộ|ho|hội viên|hoi vien)\b")
_GROWS = re.compile(
    r"(?: \([^)]*\)| (?:năm|nam|in) \d{4})? (?:lên|len|to|tăng lên|tang len) (?:\w+ )?[\d.,]+ ?(?:clb|câu lạc bộ|cau lac bo|clubs?|ishcs?)"
)
_FRESH = re.compile(r"\bnew\b|\badditional\b")
_FOUNDED = frozenset("set up|established|founded|launched|formed|created|opened".split("|"))
_BORROWING = frozenset(("vay", "đã vay", "da vay", "được vay", "duoc vay", "còn vay", "con vay"))
_NO_FIGURES = frozenset(("", "time", "age"))
_LAUNCHED = frozenset(("ra mắt", "ra mat", "thành lập", "thanh lap", "launched"))
_OF_PLACES = re.compile(
    r" ?(?:số |so |of (?:the |its |all )?)?(?:huyện|xã|thôn|phường|tỉnh|thị trấn|chi hội|khu|huyen|xa|thon|phuong|tinh|communes|districts|villages|clubs?|clb)"
)
_MOST = re.compile(r"[^.;,]{0,20}(?:nhiều|ít|nhieu|it|most|fewest)[^.;,]{0,14}(?:nhất|nhat|clubs)")
_GIVEN = re.compile(
    r"(?:tỉnh|huyện|xã|hội|thành phố|tinh|huyen|xa|hoi)(?: \w+){0,3} (?:cấp|hỗ trợ|ủng hộ|cap|ho tro|ung ho)(?: vốn| von)? $"
)
_TRAINING = re.compile(r"tập huấn|tap huan|training|bồi dưỡng")
_COLON = re.compile(r": ?$")


@dataclass(frozen=True)
class Around:
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
        for option in test.split("|"):
            window, _, code = option.partition(":")
            found: Cue | None = getattr(self, window).get(code)
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class Rule:
    """The indicator that holds where all of `when` and none of `unless` is found."""

    indicator: str | None
    when: tuple[str, ...]
    unless: tuple[str, ...] = ()


_CLUB_RULES = (
    Rule(None, ("near:other_kind|gap:other_kind",), ("gap:found_new",)),
    Rule(None, ("gap:wrong|right:wrong",)),
    Rule(None, ("gap:each_area",)),
    Rule(None, ("clause:acted_on",)),
    Rule(None, ("right:graded",), ("right:with_fund",)),
    Rule(None, ("gap:graded",), ("right:closed", "gap:stock", "gap:found", "gap:rise_to", "gap:plan")),
    Rule("closed_clubs", ("right:closed|clause:closed",)),
    Rule("clubs_with_fund", ("right:with_fund|gap:with_fund",)),
    Rule(None, ("right:no_club|gap:no_club",)),
    Rule(None, ("right:scheme", "left:of_which|left:budget_part")),
    Rule(None, ("right:average|gap:average",)),
)
_PERSON_RULES = (
    Rule(None, ("gap:wrong|right:wrong",)),
    Rule(None, ("clause:board",), ("clause:trained", "clause:gather")),
    Rule(None, ("gap:overdue",)),
)
_COURSE_RULES = (
    Rule(None, ("gap:each_area",)),
    Rule("training_courses", ("gap:held|right:held|gap:trained|right:trained|left:held",)),
)


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
    previous = max(
        (other.stop for other, _ in setting.earlier if other.noun not in _NO_FIGURES), default=begin
    )
    gap_from = min(max(begin, previous), mention.begin)
    clause = _CLAUSE_END.search(line, mention.stop, stop)
    comma = max(line.rfind(sign, begin, mention.start) for sign in ",;")
    right_end = min(clause.start() if clause else stop, stop)
    around = Around({}, {}, {}, {}, {}, {}, line, mention.begin, mention.stop)
    for cue in cues:
        if cue.end <= begin or cue.start >= end:
            continue
        # A hedge may be part of a cue ("nâng lên hơn"); the cue still stands before the number.
        before = cue.start < mention.start and cue.end <= mention.start
        for code in cue.codes:
            if before:
                around.left[code] = cue
                if cue.start >= gap_from:
                    around.gap[code] = cue
                    if cue.start > comma:
                        around.clause[code] = cue
                continue
            if mention.stop <= cue.start:
                around.after.setdefault(code, cue)
            if mention.stop <= cue.start < right_end:
                around.right.setdefault(code, cue)
                if cue.start <= mention.stop + 2:
                    around.near.setdefault(code, cue)
    return around


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
    ends = dated or mention.role == "ordinal" or _ENDS_CLAUSE.match(line, mention.stop)
    return bool(ends) or _GROWS.match(line, mention.stop) is not None


def infer_noun(mention: Mention, around: Around, setting: Setting) -> str:
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
    line = around.line
    if mention.role == "ordinal":
        listed = bool(setting.earlier) and setting.earlier[-1][0].role == "ordinal"
        return "club" if "club" in around.gap or listed else ""
    before = line[max(0, around.begin - 14) : around.begin]
    labelled = _LABELLED.search(before) is not None
    nearest = max(
        (cue for code, cue in around.gap.items() if code in ("club", "member_word", "women", "older",
         "poor", "stock", "lent")),
        key=lambda cue: cue.start, default=None,
    )  # fmt: skip
    if _GROWS.match(line, mention.stop):
        return "club"
    touching = nearest is not None and around.begin - nearest.end <= 1
    if nearest is not None and (labelled or touching) and (setting.members_before or around.left.get("member_word")):
        for code, noun in (("women", "women"), ("older", "older"), ("poor", "person")):
            if code in nearest.codes:
                return noun
    clubs_before = any(other.noun == "club" or what in ("clubs", "new_clubs") for other, what in setting.earlier)
    if nearest is not None and labelled:
        words = {cue.words for cue in around.gap.values()}
        if "lent" in around.gap and _BORROWERS.search(line, max(0, around.begin - 40), around.begin):
            return "borrower"
        if "member_word" in around.gap and "club" not in nearest.codes:
            return "member"
        if {"con số ấy", "con số này", "con số đó", "con so ay", "con so nay", "con so do"} & words:
            return "club" if setting.last_indicator in ("clubs", "new_clubs") else ""
        if "club" in around.gap and ("stock" in around.gap or "found" in around.gap or ":" in before):
            return "club"
    if clubs_before and labelled and "plan" in around.gap:
        return "club"
    taken = setting.has_place and _TAKES.search(before)
    if clubs_before and (setting.place_near or taken or re.search(r"(?:lên|len|to|from|từ|tu) $", before)):
        return "club"
    return ""


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
    judges = _JUDGES.get(mention.noun)
    return Meaning(None) if judges is None else judges(mention, around, setting)


def _first_rule(rules: tuple[Rule, ...], around: Around) -> Meaning | None:
    for rule in rules:
        found = [around.has(test) for test in rule.when]
        if all(found) and not any(around.has(test) for test in rule.unless):
            return Meaning(rule.indicator, tuple(cue.words for cue in found if cue is not None))
    return None


def _is_planned(around: Around, setting: Setting) -> Cue | None:
    """Return the cue that makes a number a plan: no result was told after it."""
    plan = around.left.get("plan")
    if plan is None:
        return None
    done = around.left.get("done")
    told = done is not None and done.start > plan.start and done.words not in ("được", "duoc")
    counted = any(
        what is not None and not what.startswith("target") and other.start > plan.start
        for other, what in setting.earlier
    )
    return None if told or (counted and "plan" not in around.gap) else plan


def _judge_clubs(mention: Mention, around: Around, setting: Setting) -> Meaning:
    if mention.role == "ordinal":
        return Meaning("clubs", ("thứ",))
    if setting.unnamed and _GROWS.match(around.line, mention.stop):
        return Meaning("clubs", ("từ … lên …",))
    ruled = _first_rule(_CLUB_RULES, around)
    if ruled is not None and not (mention.role == "whole" and ruled.indicator == "clubs_with_fund"):
        if ruled.indicator == "closed_clubs" and setting.planned:
            return Meaning(None)
        return ruled
    if mention.role == "whole":
        return _judge_club_total(around, setting)
    if listed := _listed_by_place(around, setting):
        return Meaning(listed, ("liệt kê theo nơi",))
    change = around.gap.get("change")
    rise = around.gap.get("rise_to")
    if change is not None and not (rise is not None and rise.start >= change.start):
        plan = around.gap.get("plan")
        if change.words not in ("so với", "so voi") or plan is None:
            return Meaning(None, (change.words,))
    if meaning := _judge_planned_clubs(around, setting):
        return meaning
    return _judge_reached_clubs(around, setting)


def _judge_club_total(around: Around, setting: Setting) -> Meaning:
    part = setting.earlier[-1][1] if setting.earlier else None
    if part == "new_clubs":
        return Meaning("target_new_clubs", ("/",))
    if part == "clubs_with_fund":
        return Meaning("clubs", ("/",))
    return Meaning("target_clubs", ("/",)) if around.has("right:plan") and part else Meaning(None)


def _judge_planned_clubs(around: Around, setting: Setting) -> Meaning | None:
    plan = _is_planned(around, setting)
    told = around.left.get("done")
    own = plan or (setting.planned and not told) or (setting.future and not told)
    right = around.right.get("plan")
    if not own and right is not None and right.words in _INTENT:
        own = right
    if not own:
        return None
    reason = plan.words if plan else "phần kế hoạch" if setting.planned else "ngày trong kế hoạch"
    found, stock = around.gap.get("found"), around.gap.get("stock")
    rise = around.gap.get("rise_to")
    if rise is not None and (found is None or rise.start > found.start):
        return Meaning("target_clubs", (reason, rise.words))
    if found is not None and (stock is None or found.start > stock.start):
        return Meaning("target_new_clubs", (reason, found.words))
    wanted = plan is not None and plan.words.endswith(("có", " co"))
    if stock is not None or wanted:
        return Meaning("target_clubs", (reason, stock.words if stock else plan.words if plan else ""))
    behind = around.near.get("found_new") or around.near.get("found")
    founded = around.left.get("found") or any(
        what in ("new_clubs", "plan_achievement") for _, what in setting.earlier
    )
    if founded or behind:
        return Meaning("target_new_clubs", (reason,))
    return Meaning("target_clubs", (reason,))


def _judge_reached_clubs(around: Around, setting: Setting) -> Meaning:
    found = around.gap.get("found") or around.near.get("found_new") or around.near.get("found")
    behind = around.right.get("found")
    if behind is not None and (behind.words in _FOUNDED):
        found = found or behind
    if _FRESH.search(around.line, around.begin, around.stop):
        return Meaning("new_clubs", ("new",))
    stock = around.gap.get("stock")
    behind = around.right.get("found_new")
    if found is None and behind is not None and behind.words not in _JUST_NEW:
        found = behind
    if found is not None and (stock is None or found.start > stock.start):
        is_new = "found_new" in found.codes or "found_new" in around.gap or "found_new" in around.near
        total = (around.left.get("now") or _DATED_STOCK.match(setting.dated)) and not is_new
        if total and "period" not in around.left:
            return Meaning("clubs", (found.words, "đến nay"))
        return Meaning("new_clubs", (found.words,))
    if stock is not None:
        return Meaning("clubs", (stock.words,))
    return Meaning("clubs", ("CLB",), sure=bool(setting.has_place or around.left.get("cover")))


def _listed_by_place(around: Around, setting: Setting) -> str | None:
    """Return what a breakdown by places lists: "gồm Hải Lăng 14, Triệu Phong 11"."""
    counted = [
        what for _, what in setting.earlier
        if what in ("clubs", "new_clubs", "closed_clubs", "target_new_clubs", "target_clubs")
    ]  # fmt: skip
    results = [what for what in counted if not what.startswith("target")]
    told = {"found", "closed", "plan", "rise_to"} & around.clause.keys()
    listed = not told and (setting.unnamed or (setting.place_near and "stock" not in around.clause))
    return (results or counted)[-1] if counted and listed and setting.has_place else None


def _judge_people(mention: Mention, around: Around, setting: Setting) -> Meaning:
    ruled = _first_rule(_PERSON_RULES, around)
    if ruled is not None:
        return ruled
    if mention.role in ("part", "whole"):
        return Meaning(None)
    before = around.line[max(0, around.begin - 14) : around.begin]
    lent = around.near.get("lent") or around.right.get("lent") or around.gap.get("lent")
    if lent is None and _RECIPIENT.search(before):
        lent = around.left.get("lent")
    if _EXTRA_CONTEXT.search(before):
        return Meaning(None)
    mean = around.has("gap:average|gap:each_club|near:per_club|right:per_club")
    if mean is not None and mention.noun in ("member", "person", "association_member"):
        return Meaning("members_per_club", (mean.words,)) if "trained" not in around.gap else Meaning(None)
    if lent is not None and mention.noun != "trainee" and "plan" not in around.gap:
        return Meaning("borrowers", (lent.words,))
    if (cue := around.gap.get("change")) and "rise_to" not in around.gap and cue.words not in ("so với",):
        return Meaning(None, (cue.words,))
    trained = around.gap.get("trained") or (around.near.get("trained"))
    course = bool(setting.earlier) and setting.earlier[-1][0].noun == "course"
    planned = _is_planned(around, setting) or setting.planned or setting.future
    if planned:
        return Meaning(None, ("kế hoạch",))
    course = course and bool(setting.earlier[-1][1])
    if (trained or course) and "member_word" not in around.gap or mention.noun == "trainee":
        return Meaning("trainees", (trained.words if trained else "học viên",))
    return _judge_members(mention, around, setting)


def _judge_members(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide between all members and women, older or poor ones."""
    told = setting.members_before or bool(around.left.get("member_word"))
    association = around.gap.get("association")
    if association is not None and "member_word" not in around.gap:
        club = "club" in around.gap and mention.noun == "member"
        if not club:
            return Meaning(None, (association.words,))
    for noun, indicator in (("women", "women_members"), ("older", "older_members")):
        if mention.noun == noun:
            line = around.line[around.begin - 2 : around.begin] if around.begin > 1 else ""
            here = any(what == "members" for _, what in setting.earlier)
            part = here or "of_which" in around.left or _COLON.search(line) or setting.unnamed
            club_member = part and (setting.members_before or told) or "member_word" in around.gap
            taken = club_member and "association" not in around.gap
            return Meaning(indicator, (noun,)) if taken else Meaning(None)
    kinds = (("poor", "poor_members"), ("women", "women_members"), ("older", "older_members"))
    for code, indicator in kinds:
        cue = around.near.get(code) or around.right.get(code)
        if cue is not None and (told or mention.noun == "member"):
            return Meaning(indicator, (cue.words,))
    for code, indicator in kinds:
        cue = around.gap.get(code)
        member = around.gap.get("member_word")
        if cue is not None and told and (member is None or cue.start > member.start):
            return Meaning(indicator, (cue.words,))
    if mention.noun == "member":
        association = around.gap.get("association") or around.left.get("association")
        if association is not None and "club" not in around.gap:
            return Meaning(None, (association.words,))
        return Meaning("members", ("thành viên",))
    return _judge_persons(mention, around, setting)


def _judge_persons(mention: Mention, around: Around, setting: Setting) -> Meaning:
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
    weak = gather is None or gather.words in ("với", "có", "gồm", "voi", "co", "gom", "with", "has", "have")
    joined = around.right.get("gather") or around.near.get("gather")
    clubs = bool(around.left.get("club")) or any(what == "clubs" for _, what in setting.earlier)
    clubs = clubs or setting.last_indicator in ("clubs", "communes_total", "new_clubs")
    if clubs and gather is not None and (not weak or joined is not None):
        return Meaning("members", (gather.words,))
    if clubs and setting.one_club and gather is not None:
        return Meaning("members", (gather.words,), sure=False)
    return Meaning(None)


def _judge_borrowers(mention: Mention, around: Around, setting: Setting) -> Meaning:
    if mention.noun == "household" and not (around.gap.get("lent") or around.right.get("lent")):
        return Meaning(None)
    if around.gap.get("each_person") or setting.planned or _is_planned(around, setting):
        return Meaning(None)
    return Meaning("borrowers", ("vay",))


def _judge_courses(mention: Mention, around: Around, setting: Setting) -> Meaning:
    if setting.planned or _is_planned(around, setting) or mention.role != "one":
        return Meaning(None, ("kế hoạch",))
    if around.has("gap:no_club") and not around.has("gap:held"):
        return Meaning(None)
    if ruled := _first_rule(_COURSE_RULES, around):
        return ruled
    noun = around.line[mention.end : mention.stop]
    return Meaning("training_courses", (noun.strip(),)) if _TRAINING.search(noun) else Meaning(None)


def _judge_share(mention: Mention, around: Around, setting: Setting) -> Meaning:
    if around.has("near:monthly|near:yearly") or around.has("gap:rate|gap:overdue"):
        return Meaning(None)
    if around.has("gap:wrong|right:wrong") or _OF_PLACES.match(around.line, mention.stop):
        return Meaning(None)
    plan = around.right.get("plan") or around.gap.get("plan")
    exceeded = around.gap.get("exceed")
    if plan is None and exceeded is not None and " " in exceeded.words:
        plan = exceeded  # "vượt chỉ tiêu" names both
    achieve = around.gap.get("achieve") or around.gap.get("exceed")
    intent = around.left.get("plan")
    if setting.planned or (intent is not None and intent.words in _INTENT):
        return Meaning(None, ("kế hoạch",))
    if plan is not None and (achieve is not None or "plan" in around.right):
        return _judge_achievement(plan, achieve, around, setting)
    attend = around.right.get("attend") or around.gap.get("attend")
    if attend is not None and not around.has("right:other_kind"):
        return Meaning("attendance_share", (attend.words,))
    for code, indicator in (("poor", "poor_members"), ("women", "women_members"), ("older", "older_members")):
        cue = around.right.get(code) or around.gap.get(code)
        told = setting.members_before or around.has("left:member_word|right:member_word|left:club")
        if cue is not None and told and not around.has("gap:association|right:association"):
            return Meaning(indicator, (cue.words,))
    return Meaning(None)


def _judge_achievement(plan: Cue, achieve: Cue | None, around: Around, setting: Setting) -> Meaning:
    association = around.left.get("association")
    clubs = [other for other, what in setting.earlier if what in ("new_clubs", "clubs", "target_new_clubs")]
    if association is not None and not clubs:
        return Meaning(None, (association.words,))
    if around.has("right:member_word|right:fund_care|right:association|gap:fund_care"):
        return Meaning(None)
    about = clubs or around.has("left:club|right:club") or setting.last_indicator in ("new_clubs", "clubs")
    if not about:
        return Meaning(None)
    exceeded = around.gap.get("exceed")
    return Meaning(
        "plan_achievement",
        tuple(cue.words for cue in (achieve, plan) if cue is not None),
        add=1.0 if exceeded is not None else 0.0,
    )


def _judge_money(mention: Mention, around: Around, setting: Setting) -> Meaning:
    if around.has("gap:wrong|right:wrong|near:monthly|gap:each_person|near:each_person"):
        return Meaning(None)
    given = _GIVEN.search(around.line, max(0, around.begin - 40), around.begin)
    if given and around.has("gap:startup|gap:fee|left:startup|gap:each_club"):
        return Meaning(None, ("nguồn của vốn",))
    fund = _nearest_fund(around)
    code = fund[0] if fund else ""
    if code in ("fund_activity", "fund_care", "overdue", "repaid"):
        return Meaning(None, (fund[1].words,) if fund else ())
    money_before = [what for other, what in setting.earlier if other.noun == "VND"]
    part = around.gap.get("budget_part")
    if money_before and part is not None and not setting.has_place:
        return Meaning(None, (part.words,))
    if money_before and code in ("", "budget", "fee") and _PART_WORDS.match(around.line[mention.stop :]):
        return Meaning(None)
    extreme = around.gap.get("superlative")
    mean = around.has("gap:average|gap:each_club|near:per_club|right:per_club")
    if extreme is not None and not (mean is not None and mean.start > extreme.start):
        return Meaning(None, (extreme.words,))
    if code == "fee" and mean is None:
        return Meaning(None)
    return _judge_fund(mention, fund, mean, around, setting)


def _judge_fund(
    mention: Mention,
    fund: tuple[str, Cue] | None,
    mean: Cue | None,
    around: Around,
    setting: Setting,
) -> Meaning:
    code = fund[0] if fund else ""
    words = (fund[1].words,) if fund else ()
    if around.gap.get("yearly") and code != "budget":
        return Meaning(None)
    startup = around.gap.get("startup")
    launched = around.gap.get("found")
    if not code and setting.one_club and launched is not None and launched.words in _LAUNCHED:
        return Meaning("startup_capital_vnd", (launched.words,), sure=False)
    if startup is not None and code != "lent":
        return Meaning("startup_capital_vnd", (startup.words,))
    if setting.planned and code != "budget":
        return Meaning(None)
    money = any(what in ("income_fund_vnd", "clubs_with_fund") for _, what in setting.earlier)
    if mean is not None and code != "budget" and code != "lent":
        named = around.has("left:fund_income|left:fund_vague|left:with_fund|near:per_club")
        about = around.has("gap:each_club|near:per_club|right:per_club|left:club") or setting.earlier
        capital = (code in ("fund_income", "fund_vague", "with_fund") or money or named) and about
        return Meaning("income_fund_per_club_vnd", (mean.words, *words)) if capital else Meaning(None)
    if not code and setting.earlier and setting.earlier[-1][1] == "borrowers":
        return Meaning("lent_vnd", ("vay",), sure=False)
    if code == "lent":
        return Meaning("lent_vnd", words)
    if code == "budget":
        return Meaning("budget_vnd", words)
    if code == "fund_income" and mention.role == "range" and mention.second < _ONE_CLUB_VND:
        return Meaning("income_fund_per_club_vnd", words, sure=False)
    if code in ("fund_income", "with_fund"):
        return Meaning("income_fund_vnd", words)
    if code == "fund_vague":
        clubs = around.left.get("club") or setting.one_club
        return Meaning("income_fund_vnd", words, sure=False) if clubs else Meaning(None)
    if not code and setting.earlier and setting.earlier[-1][1] == "members_per_club":
        return Meaning("income_fund_per_club_vnd", ("bình quân",), sure=False)
    if not code and not [1 for other, _ in setting.earlier if other.noun == "VND"]:
        if any(what == "clubs_with_fund" for _, what in setting.earlier):
            return Meaning("income_fund_vnd", ("CLB có quỹ",))
    return Meaning(None)


def _nearest_fund(around: Around) -> tuple[str, Cue] | None:
    """Return the fund that a sum belongs to: named before it, else behind it in the clause."""
    named = [(code, around.gap[code]) for code in _FUNDS if code in around.gap]
    if "fee_not" in around.gap:
        named = [(code, cue) for code, cue in named if cue.words not in ("thu nhập", "thu nhap")]
    named = [(code, cue) for code, cue in named if cue.words not in _BORROWING]
    if named:
        strong = [(code, cue) for code, cue in named if code not in ("fund_vague", "fee", "startup")]
        weak = [(code, cue) for code, cue in named if code not in ("startup",)]
        fees = [(code, cue) for code, cue in named if code == "fee"]
        if strong and not (fees and fees[-1][1].start > strong[-1][1].start and strong[-1][0] == "budget"):
            return max(strong, key=lambda pair: pair[1].start)
        return max(weak or named, key=lambda pair: pair[1].start)
    behind = [(code, around.right[code]) for code in _FUNDS if code in around.right]
    return min(behind, key=lambda pair: pair[1].start) if behind else None


def _judge_places(mention: Mention, around: Around, setting: Setting) -> Meaning:
    level = f"{mention.noun}s"
    if around.has("gap:each_area|right:no_club|gap:no_club|gap:wrong|right:wrong"):
        return Meaning(None)
    if _RULED.search(around.line, mention.stop, mention.stop + 60) or _MOST.match(
        around.line, mention.stop
    ):  # fmt: skip
        return Meaning(None)
    if setting.planned or _is_planned(around, setting):
        return Meaning(None, ("kế hoạch",))
    clubs = around.left.get("club") or around.right.get("club") or any(
        other.noun == "club" or what in ("clubs", "new_clubs") for other, what in setting.earlier
    )  # fmt: skip
    cover = around.gap.get("cover")
    if mention.role in ("part", "whole"):
        clubs = clubs or around.after.get("club")
        covered = clubs or (cover is not None and setting.last_indicator is not None)
        suffix = "with_clubs" if mention.role == "part" else "total"
        return Meaning(f"{level}_{suffix}", ("/",)) if covered else Meaning(None)
    behind = around.right.get("club")
    if _FULL.search(around.line, mention.stop, mention.stop + 20):
        return Meaning(None, ("phủ kín",))
    if behind is not None and "scheme" not in around.right:
        return Meaning(f"{level}_with_clubs", (behind.words,))
    follows_clubs = bool(setting.earlier) and setting.earlier[-1][1] in ("clubs", "members")
    if cover is not None and follows_clubs:
        return Meaning(f"{level}_with_clubs", (cover.words,), sure=False)
    before = around.line[max(0, around.begin - 8) : around.begin]
    if setting.has_place and not setting.earlier and _STATED.search(before) and setting.about_clubs:
        return Meaning(f"{level}_total", ("có",), sure=False)
    return Meaning(None)


_JUDGES: dict[str, Callable[[Mention, Around, Setting], Meaning]] = {
    "club": _judge_clubs,
    "member": _judge_people,
    "person": _judge_people,
    "association_member": _judge_people,
    "older": _judge_people,
    "women": _judge_people,
    "trainee": _judge_people,
    "borrower": _judge_borrowers,
    "household": _judge_borrowers,
    "course": _judge_courses,
    "share": _judge_share,
    "VND": _judge_money,
    "commune": _judge_places,
    "district": _judge_places,
    "province": _judge_places,
    "village": _judge_places,
}
JUDGED = frozenset(_JUDGES)
"""The nouns behind which a number may be ours."""
