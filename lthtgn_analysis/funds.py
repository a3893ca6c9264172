"""A sum of money with the cues around it comes in; which money it is goes out.

The fund named nearest before a sum decides; one behind it in its clause is the second choice. Sums
per loan, per person, of the best or the worst club, of the activity fund and the Association's
funds are none of ours, nor are the parts of a sum that stands before them.
"""

from __future__ import annotations

import re

from .phrases import Cue, Mention
from .windows import Around, Meaning, Setting

_FUNDS = ("fund_income", "with_fund", "fund_vague", "fund_activity", "fund_care", "lent", "budget",
          "overdue", "repaid", "startup", "fee")  # fmt: skip
_OTHER_MONEY = frozenset(("fund_activity", "fund_care", "overdue", "repaid"))
_CAPITAL = frozenset(("fund_income", "fund_vague", "with_fund"))
_INDICATOR_OF = {
    "lent": "lent_vnd",
    "budget": "budget_vnd",
    "fund_income": "income_fund_vnd",
    "with_fund": "income_fund_vnd",
}
_NONE_OF_OURS = "gap:wrong|right:wrong|near:monthly|gap:each_person|near:each_person"
_ONE_CLUB_VND = 500_000_000
_PART_WORDS = re.compile(r"^(?: đồng)? (?:từ|do|của|là|tu|cua|la|from|by) ")
_BORROWING = frozenset(("vay", "đã vay", "da vay", "được vay", "duoc vay", "còn vay", "con vay"))
_LAUNCHED = frozenset(("ra mắt", "ra mat", "thành lập", "thanh lap", "launched"))
_GIVEN = re.compile(
    r"(?:tỉnh|huyện|xã|hội|thành phố|tinh|huyen|xa|hoi)(?: \w+){0,3} (?:cấp|hỗ trợ|ủng hộ|cap"
    r"|ho tro|ung ho)(?: vốn| von)? $"
)


def judge_money(mention: Mention, around: Around, setting: Setting) -> Meaning:
    """Decide which money a sum is.

    Parameters
    ----------
    mention : Mention
        The sum.
    around : Around
        The cues around it.
    setting : Setting
        What is known of its sentence.

    Returns
    -------
    Meaning
        With indicator None where the sum is none of ours.
    """
    fund = _nearest_fund(around)
    code = fund[0] if fund else ""
    mean = around.has("gap:average|gap:each_club|near:per_club|right:per_club")
    if refused := _find_refusal(mention, around, setting, code, mean):
        return Meaning(None, (refused,))
    if meaning := _judge_startup(around, setting, code):
        return meaning
    if setting.planned and code != "budget":
        return Meaning(None, ("phần kế hoạch",))
    if mean is not None and code not in ("budget", "lent"):
        return _judge_mean(mean, fund, around, setting)
    if fund is not None:
        return _judge_named(mention, *fund, around, setting)
    return _judge_unnamed(setting)


def _find_refusal(
    mention: Mention, around: Around, setting: Setting, code: str, mean: Cue | None
) -> str | None:
    """Return the words that make a sum none of ours."""
    if cue := around.has(_NONE_OF_OURS):
        return cue.words
    given = _GIVEN.search(around.line, max(0, around.begin - 40), around.begin)
    if given and around.has("gap:startup|gap:fee|left:startup|gap:each_club"):
        return given[0]
    if code in _OTHER_MONEY or (code == "fee" and mean is None):
        return code
    yearly = around.gap.get("yearly")
    if yearly is not None and code != "budget":
        return yearly.words
    extreme = around.gap.get("superlative")
    if extreme is not None and not (mean is not None and mean.start > extreme.start):
        return extreme.words
    return _find_part(mention, around, setting, code)


def _find_part(mention: Mention, around: Around, setting: Setting, code: str) -> str | None:
    """Tell the parts of a sum that stands before them: "46 triệu đồng, gồm 20 triệu từ ..."."""
    if not any(other.noun == "VND" for other, _ in setting.earlier):
        return None
    part = around.gap.get("budget_part")
    if part is not None and not setting.has_place:
        return part.words
    source = _PART_WORDS.match(around.line[mention.stop :])
    return source[0] if source is not None and code in ("", "budget", "fee") else None


def _judge_startup(around: Around, setting: Setting, code: str) -> Meaning | None:
    launched = around.gap.get("found")
    if not code and setting.one_club and launched is not None and launched.words in _LAUNCHED:
        return Meaning("startup_capital_vnd", (launched.words,), sure=False)
    startup = around.gap.get("startup")
    if startup is not None and code != "lent":
        return Meaning("startup_capital_vnd", (startup.words,))
    return None


def _judge_mean(
    mean: Cue, fund: tuple[str, Cue] | None, around: Around, setting: Setting
) -> Meaning:
    capital = fund is not None and fund[0] in _CAPITAL
    known = any(what in ("income_fund_vnd", "clubs_with_fund") for _, what in setting.earlier)
    named = around.has("left:fund_income|left:fund_vague|left:with_fund|near:per_club")
    clubs = around.has("gap:each_club|near:per_club|right:per_club|left:club")
    if (capital or known or named) and (clubs or setting.earlier):
        words = (mean.words,) if fund is None else (mean.words, fund[1].words)
        return Meaning("income_fund_per_club_vnd", words)
    if setting.earlier and setting.earlier[-1][1] == "members_per_club":
        return Meaning("income_fund_per_club_vnd", (mean.words,), sure=False)
    return Meaning(None, (mean.words,))


def _judge_named(
    mention: Mention, code: str, fund: Cue, around: Around, setting: Setting
) -> Meaning:
    words = (fund.words,)
    if code == "fund_vague":
        clubs = around.left.get("club") or setting.one_club
        return Meaning("income_fund_vnd", words, sure=False) if clubs else Meaning(None, words)
    # "Quỹ của các CLB từ 30-35 triệu đồng" is what each club has.
    if code == "fund_income" and mention.role == "range" and mention.second < _ONE_CLUB_VND:
        return Meaning("income_fund_per_club_vnd", words, sure=False)
    return Meaning(_INDICATOR_OF.get(code), words)


def _judge_unnamed(setting: Setting) -> Meaning:
    """Decide by the figure before: "36/38 CLB đã có quỹ, cộng lại được 2.416 triệu đồng"."""
    before = setting.earlier[-1][1] if setting.earlier else None
    if before == "borrowers":
        return Meaning("lent_vnd", ("vay",), sure=False)
    if before == "members_per_club":
        return Meaning("income_fund_per_club_vnd", ("bình quân",), sure=False)
    sums = any(other.noun == "VND" for other, _ in setting.earlier)
    if not sums and any(what == "clubs_with_fund" for _, what in setting.earlier):
        return Meaning("income_fund_vnd", ("CLB có quỹ",))
    return Meaning(None)


def _nearest_fund(around: Around) -> tuple[str, Cue] | None:
    """Return the fund that a sum belongs to: named before it, else behind it in the clause."""
    named = [(code, around.gap[code]) for code in _FUNDS if code in around.gap]
    if "fee_not" in around.gap:
        named = [(code, cue) for code, cue in named if cue.words not in ("thu nhập", "thu nhap")]
    named = [(code, cue) for code, cue in named if cue.words not in _BORROWING]
    strong = [pair for pair in named if pair[0] not in ("fund_vague", "fee", "startup")]
    fees = [cue.start for code, cue in named if code == "fee"]
    spent = strong and strong[-1][0] == "budget" and fees and fees[-1] > strong[-1][1].start
    if strong and not spent:
        return max(strong, key=_start)
    weak = [pair for pair in named if pair[0] != "startup"]
    if named:
        return max(weak or named, key=_start)
    behind = [(code, around.right[code]) for code in _FUNDS if code in around.right]
    return min(behind, key=_start, default=None)


def _start(pair: tuple[str, Cue]) -> int:
    return pair[1].start
