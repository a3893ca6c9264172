"""How the words around a number decide: rules over windows, and what makes a number a plan.

A rule names the windows of a sentence (`windows`) in which cue words must, or must not, stand. The
first rule that holds decides; one without an indicator says that the number is none of ours. The
modules that judge (`funds`, `headcounts`, `meanings`) share what stands here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from .finders import WordPattern
from .lexicon import Cue
from .windows import Around, Meaning, Setting

MEMBER_KINDS = (
    ("poor", "poor_members"),
    ("women", "women_members"),
    ("older", "older_members"),
)
"""Cue codes of kinds of members, and what a count of each is; the first that is named counts."""

PEOPLE = frozenset(("person", "member", "association_member", "older", "women", "household"))
"""Nouns that count people."""

INTENT = frozenset(
    [
        "phấn đấu",
        "sẽ",
        "dự kiến",
        "quyết tâm",
        "xin",
        "đề nghị",
        "đề xuất",
        "hy vọng",
        "kỳ vọng",
        "hướng tới",
        "will",
        "aims",
        "should",
        "intends",
        "hopes to",
        "phan dau",
        "se",
        "du kien",
        "quyet tam",
        "de nghi",
        "de xuat",
        "hy vong",
        "ky vong",
        "huong toi",
        "wants",
        "expects",
        "plans to",
        "sang năm",
        "năm tới",
        "sang nam",
        "nam toi",
        "next year",
    ]
)
"""Cues of a plan that say what is intended, and not what was asked for or given."""

_REPORTS = re.compile(
    r"[;,] (?:đến nay|hiện|tính đến|cho biết|báo cáo|den nay|hien|tinh den|cho biet|bao cao"
    r"|to date|so far|currently)\b"
)
_SHORT_WAY = 25
_TASK = re.compile(
    r"[\W\d]*(?:mở|tổ chức|tập huấn|bồi dưỡng|mo|to chuc|tap huan|boi duong)\b(?! được| duoc)"
)
# "chỗ khá có hơn 200 triệu, chỗ yếu chỉ 18 triệu": what some have that are not named
_ADJECTIVES = (
    "khá mạnh yếu nhiều ít cao thấp kém đông vắng lớn nhỏ giàu kha manh yeu nhieu it cao thap kem"
    " dong vang lon nho giau"
)
_VERBS = (
    "thì chỉ mới cũng đã có được tới đến lên còn là vay vốn thi chi moi cung da co duoc toi den len"
    " con la von have has hold holds only just reach reached"
)
_EXTREME = WordPattern(
    r"(?:(?:chỗ|nơi|clb|câu lạc bộ|người|hộ|xã|huyện|thôn|đơn vị|địa phương|tháng|kỳ|món|suất|cho"
    r"|noi|cau lac bo|nguoi|ho|xa|huyen|thon|don vi|dia phuong|thang|ky|mon|suat) (?:nào )?"
    rf"(?:{'|'.join(_ADJECTIVES.split())})(?: nhất| nhat| hơn| hon)?"
    r"|(?:the )?(?:better|stronger|weaker|poorer|richer|bigger|smaller|best|worst)"
    r"(?: ones| clubs| off| placed)?)"
    rf"(?: (?:{'|'.join(_VERBS.split())})){{0,4}} $"
)
# What its last word may be: nearly all numbers are spared the pattern.
_ENDS_EXTREME = frozenset(
    f"{_ADJECTIVES} {_VERBS} nhất nhat hơn hon better stronger weaker poorer richer bigger smaller"
    " best worst ones clubs off placed".split()
)
# "CLB thôn Đông có 53 thành viên" names a village, unlike "thôn đông nhất có".
_BEARS_NAME = re.compile(
    r"(?:thôn|xã|huyện|thon|xa|huyen) (?:đông|cao|lớn|dong|cao|lon) (?!nhất|hơn|nhat|hon)"
)
_EXTREME_REACH = 60
_ONE_CLUB = frozenset(
    ("một clb", "một câu lạc bộ", "mot clb", "mot cau lac bo", "a club", "an ishc")
)
_REACHED = re.compile(r"[^.;,\d]{0,20} (?:với|nhờ|voi|nho|with) \d")
_ONLY_DONE = re.compile(
    r"\b(?:mới|chỉ mới|chỉ|đã|moi|chi moi|chi|da|only|just|but) "
    r"(?:được|có|làm được|lập được|đạt|đạt được|duoc|co|lam duoc|lap duoc|dat|dat duoc|managed"
    r"|reached|got to) $"
)
_IS_SAID_TO_BE = re.compile(r" ?(?:(?:for|of|in|set for|by)(?: the)? [^.;,:]{1,30} )?")
_CODED = re.compile(r" (?:(?:số|so|no\.?) ?\d|\d+[/-][a-zđ])")


@dataclass(frozen=True)
class Rule:
    """The indicator that holds where all of `when` and none of `unless` is found."""

    indicator: str | None
    when: tuple[str, ...]
    unless: tuple[str, ...] = ()

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of cues of which the rule needs one in the sentence, whatever the window."""
        return frozenset(option.split(":")[1] for option in self.when[0].split("|"))


def first_rule(rules: tuple[Rule, ...], around: Around) -> Meaning | None:
    """Return what the first rule says that holds.

    Parameters
    ----------
    rules : tuple of Rule
        Rules, the strongest first.
    around : Around
        The words around a number.

    Returns
    -------
    Meaning or None
        None if no rule holds.

    Examples
    --------
    >>> cue = Cue(0, 8, ("closed",), "giải thể")
    >>> here = {"closed": cue}
    >>> around = Around(here, here, {}, {}, {}, {}, "giải thể 5 clb", 9, 14)
    >>> first_rule((Rule("closed_clubs", ("gap:closed",)),), around).indicator
    'closed_clubs'
    """
    before, behind = around.left, around.after
    for rule in rules:
        if rule.codes.isdisjoint(before) and rule.codes.isdisjoint(behind):
            continue  # nearly all rules fail so: this is the quick way out
        found = around.has(rule.when[0])
        if found is None:
            continue
        others = [around.has(test) for test in rule.when[1:]]
        if all(others) and not any(around.has(test) for test in rule.unless):
            return Meaning(rule.indicator, tuple(cue.words for cue in (found, *others) if cue))
    return None


def match_behind(around: Around, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return what stands right behind a number.

    Parameters
    ----------
    around : Around
        The words around the number.
    pattern : Pattern
        What may stand there.

    Returns
    -------
    Match or None
        None if it does not.

    Examples
    --------
    >>> around = Around({}, {}, {}, {}, {}, {}, "có 5 clb này", 3, 8)
    >>> match_behind(around, re.compile(" này"))[0]
    ' này'
    """
    return pattern.match(around.line, around.stop)


def find_mean(around: Around, setting: Setting) -> Cue | None:
    """Return the cue that makes a number that of a usual club, and not of the one that is named.

    Parameters
    ----------
    around : Around
        The words around the number.
    setting : Setting
        Its sentence.

    Returns
    -------
    Cue or None
        None in "Chuyện ở một CLB: CLB xóm Hùng có 58 thành viên" too.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Bình quân 58 thành viên")[0]
    >>> mean = Cue(0, 9, ("average",), "bình quân")
    >>> around = Around({"average": mean}, {}, {}, {}, {}, {}, passage.lower, 10, 23)
    >>> find_mean(around, Setting(passage, (0, 23))).words
    'bình quân'
    """
    mean = around.has("gap:average|gap:each_club|near:per_club|right:per_club|near:average")
    if mean is None or mean.words not in _ONE_CLUB or mean.start > around.begin:
        return mean
    told = ":" in around.line[mean.end : around.begin] or setting.named_club
    return None if told else mean


def find_extreme(around: Around) -> str | None:
    """Return the words that make a number that of the best or the worst, which bear no name.

    Parameters
    ----------
    around : Around
        The words around the number.

    Returns
    -------
    str or None
        None if there are none.

    Examples
    --------
    >>> line = "bình quân 60 triệu, chỗ yếu chỉ 18 triệu"
    >>> find_extreme(Around({}, {}, {}, {}, {}, {}, line, 32, 40))
    'chỗ yếu chỉ'
    """
    before = around.line[max(0, around.begin - _EXTREME_REACH) : around.begin]
    words = before.rsplit(maxsplit=1)
    if not words or words[-1] not in _ENDS_EXTREME:
        return None
    found = _EXTREME.search(before)
    named = found is not None and _BEARS_NAME.match(found[0])
    return None if found is None or named else found[0].strip()


def is_planned(around: Around, setting: Setting) -> Cue | None:
    """Return the cue that makes a number a plan: no result was told after it.

    Parameters
    ----------
    around : Around
        The words around the number.
    setting : Setting
        Its sentence, with the numbers before it.

    Returns
    -------
    Cue or None
        None if the number is no plan.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Phấn đấu có 5 CLB")[0]
    >>> plan = Cue(0, 8, ("plan",), "phấn đấu")
    >>> around = Around({}, {"plan": plan}, {}, {}, {}, {}, passage.lower, 12, 17)
    >>> is_planned(around, Setting(passage, (0, 17))).words
    'phấn đấu'
    """
    plan = around.left.get("plan")
    if plan is None:
        return None
    rise = around.gap.get("rise_to")
    if rise is not None and rise.start > plan.end and any(
        what == "plan_achievement" and 0 <= plan.start - other.stop <= _SHORT_WAY
        for other, what in setting.earlier
    ):  # fmt: skip
        return None  # "đạt 75% kế hoạch, nâng tổng số lên 25 CLB"
    if rise is not None and rise.start > plan.end and any(
        what == "new_clubs" and other.start < plan.start for other, what in setting.earlier
    ):  # fmt: skip
        return None  # "lập được 23 CLB, vượt chỉ tiêu; nâng tổng số lên 25 CLB"
    if _CODED.match(around.line, plan.end) or _is_reached(plan, around, setting):
        return None  # "thực hiện Kế hoạch số 178/KH-UBND" names a paper
    # "Đạt kế hoạch; đến nay có 31 CLB", "đề nghị ...; cho biết có 6 CLB": a report follows.
    # Nor is "tỉnh giao lập 5 CLB năm 2023; 6 tháng đầu năm lập 3 CLB" all a plan.
    since = "plan" not in around.gap and (
        _is_done_since(around, setting) or find_done(around, setting) is not None
    )
    if since or _REPORTS.search(around.line, plan.end, around.begin):
        return None
    done = around.left.get("done")
    told = done is not None and done.start > plan.start and done.words not in ("được", "duoc")
    if done is not None and done.words in ("have", "has") and 0 <= done.start - plan.end <= 1:
        told = False  # "the province will have 340 clubs"
    if done is not None and done.words in ("was", "were") and "plan" in around.gap:
        # "the target was 40 clubs", "the target for 2023 was 10 new clubs"
        told = told and _IS_SAID_TO_BE.fullmatch(around.line, plan.end, done.start) is None
    counted = any(
        what is not None and not what.startswith(("target", "budget")) and other.start > plan.start
        for other, what in setting.earlier
    )
    return None if told or (counted and "plan" not in around.gap) else plan


def find_done(around: Around, setting: Setting) -> str | None:
    """Return the words that tell how much of an aim was reached: "... 15 CLB, mới được 12 CLB".

    Parameters
    ----------
    around : Around
        The words around the number.
    setting : Setting
        Its sentence, with the numbers before it.

    Returns
    -------
    str or None
        None where no aim stands before the number, or they do not touch it.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("mới được 12 CLB")[0]
    >>> around = Around({}, {}, {}, {}, {}, {}, passage.lower, 9, 15)
    >>> find_done(around, Setting(passage, (0, 15)))
    """
    if not setting.earlier or setting.earlier[-1][1] != "target_new_clubs":
        return None
    done = _ONLY_DONE.search(around.line, max(0, around.begin - _SHORT_WAY), around.begin)
    return None if done is None else done[0].strip()


def _is_done_since(around: Around, setting: Setting) -> bool:
    """Tell what was founded by a day that stands behind an aim and a semicolon."""
    last, told = setting.earlier[-1] if setting.earlier else (None, None)
    if last is None or told != "target_new_clubs" or setting.future or not setting.dated:
        return False
    begin = around.line.find(";", last.stop, around.begin)
    dated = begin >= 0 and setting.passage.plain.find(setting.dated, begin, around.begin) >= 0
    return dated and "found" in around.gap


def _is_reached(plan: Cue, around: Around, setting: Setting) -> bool:
    """Tell the plan of "đạt 116,7% kế hoạch với 7 CLB được thành lập mới"."""
    return _REACHED.match(around.line, plan.end) is not None and any(
        other.noun == "share" and 0 <= plan.start - other.stop <= 1 for other, _ in setting.earlier
    )


def is_task(around: Around, setting: Setting) -> bool:
    """Tell whether a sentence goes on with what shall be done: "Mở 1 lớp tập huấn", after an aim.

    Parameters
    ----------
    around : Around
        The words around the number.
    setting : Setting
        Its sentence.

    Returns
    -------
    bool
        False where no aim with its day stands before it, or something was done.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> passage = split_passages("Mở 2 lớp tập huấn")[0]
    >>> around = Around({}, {}, {}, {}, {}, {}, passage.lower, 3, 8)
    >>> is_task(around, Setting(passage, (0, 17), after_aim=True))
    True
    """
    begins = _TASK.match(around.line, setting.sentence[0]) is not None
    return setting.after_aim and begins and "done" not in around.left
