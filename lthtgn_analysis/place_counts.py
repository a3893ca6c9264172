"""A number of communes, districts, provinces or villages comes in; what they have goes out.

Places that have a club, and all places that there are, are ours where the text counts clubs.
"""

from __future__ import annotations

import re

from .finders import WordPattern
from .phrases import Mention
from .rules import is_planned
from .windows import PLACE_LABEL, Around, Meaning, Setting

_STATED = re.compile(r"(?:có|gồm|co|gom|has|have|had|comprises) $")
_RULED = re.compile(r"(?:nông thôn mới|nong thon moi|thoát nghèo|văn hóa|van hoa)")
_FULL = re.compile(r"phủ kín|phu kin|đã phủ|saturated")
_MOST = re.compile(
    r"[^.;,]{0,20}(?:nhiều|ít|nhieu|it|most|fewest)[^.;,]{0,14}(?:(?:nhất|nhat)"
    r"(?! (?:một|hai|ba|mot|\d))|clubs)"
)
_REPORTERS = re.compile(
    r"(?:báo cáo|số liệu|thống kê|bao cao|so lieu|thong ke)(?: của| từ| cua| tu)? $|reports? from $"
)
_CHAPTERS = re.compile(r"hội cơ sở|cơ sở hội|hoi co so|co so hoi")
_OUT_OF = re.compile(
    r"(?:\btrong(?: tổng)? số|\btrong(?: tong)? so|\bof(?: all)? (?:the|our)(?: [\w-]+['’]s)?"
    r"|\bof its) $"
)
_OUT_OF_ENDS = ("số ", "so ", "the ", "our ", "its ", "s ")
_SOME_HAVE = re.compile(
    r"(?: (?:của|trên địa bàn|toàn|trong|ở|cua|tren dia ban|toan|o|in)\b[^.;:,()\d]{2,40}?)?"
    r"(?:,(?: đã| hiện| mới| có| da| hien| moi| co| only| just){0,3}"
    r"|(?: đã| hiện| mới| da| hien| moi)? (?:có|co))"
    r" (?:\d+|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|mot|hai|bon|nam|sau|bay|tam|chin|muoi|two"
    r"|three|four|five|six|seven|eight|nine|ten)"
    r"(?: (?:nơi|đơn vị|địa phương|xã|phường|huyện|thôn|noi|don vi|dia phuong|xa|phuong|huyen"
    r"|thon)){0,2}(?: đã| đều| hiện| mới| da| deu| hien| moi| now| already)*"
    r" (?:có|lập|thành lập|xây dựng|ra mắt|co|lap|thanh lap|xay dung|ra mat|have)(?: được| duoc)?"
    r" (?:clb|câu lạc bộ|cau lac bo|a club|an ishc|clubs|ishcs|at least one)\b"
)  # "Trong số 12 huyện, thành phố của tỉnh, đã có 9 đơn vị xây dựng được CLB"
_SOME_OF_THEM = re.compile(
    r",? (?:thì|trong đó|trong số đó|trong số này|đã|mà|thi|trong do|trong so do|trong so nay|da|ma"
    r"|of which|of them)(?: đã| mới| hiện| da| moi| hien)?(?: có| co)? \d+ ?"
    r"(?:xã|phường|thôn|xóm|ấp|bản|buôn|huyện|khu phố|khu|nơi|đơn vị|địa phương|xa|phuong|thon|xom"
    r"|ap|ban|buon|huyen|khu pho|noi|don vi|dia phuong|of them)?(?:,? (?:phường|thị trấn|phuong"
    r"|thi tran))* (?:đã |đều |mới |da |deu |moi )*(?:có|lập|thành lập|ra mắt|co|lap|thanh lap"
    r"|ra mat|have)(?: được| duoc)? (?:clb|câu lạc bộ|cau lac bo|a club|clubs)\b"
)  # "Xã có 9 ấp thì 6 ấp đã lập được CLB"
_CLUBS_LIE = WordPattern(
    r"(?:các|cac|the) (?:clb|câu lạc bộ|cau lac bo|clubs|ishcs)(?: lthtgn)? (?:\w+ ){0,2}(?:ở|tại"
    r"|trên|tai|tren|o|in|across) $"
)
_OF_HIGHER = re.compile(r" (?:của|thuộc|ở|cua|thuoc|o|of|in) ")
_ABOUT_CLUBS = ("clubs", "_total", "plan_achievement")


def judge_places(  # noqa: C901, PLR0911, PLR0912
    mention: Mention, around: Around, setting: Setting
) -> Meaning:
    """Decide whether places have clubs, or are all that there are.

    Parameters
    ----------
    mention : Mention
        The number of places.
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
    >>> passage = split_passages("Các CLB nằm ở 5 xã")[0]
    >>> setting = Setting(passage, (0, 18))
    >>> number = find_mentions(passage, "vi", [])[0]
    >>> around = look_around(find_cues(passage), number, setting, 18)
    >>> judge_places(number, around, setting).indicator
    'communes_with_clubs'
    """
    level = f"{mention.noun}s"
    before = around.line[max(0, around.begin - 24) : around.begin]
    told = setting.earlier[-1][1] if setting.earlier else None
    if total := _find_total(mention, around, setting):
        return Meaning(f"{level}_total", (total,), hedged=False)
    if (
        _REPORTERS.search(before)
        or (mention.role == "whole" and told is None)
        or (mention.role == "one" and _CHAPTERS.search(around.line, mention.end, mention.stop))
    ):
        return Meaning(None)
    if around.has("gap:each_area|right:no_club|gap:no_club|gap:wrong|right:wrong"):
        return Meaning(None)
    if _RULED.search(around.line, mention.stop, mention.stop + 60) or _MOST.match(
        around.line, mention.stop
    ):  # fmt: skip
        return Meaning(None)
    ahead = setting.future and not ({"done", "now"} & around.left.keys())
    if setting.planned or is_planned(around, setting) or ahead:
        return Meaning(None, ("kế hoạch",))
    counted = any(
        other.noun == "club" or what in ("clubs", "new_clubs") for other, what in setting.earlier
    )
    clubs = bool(around.left.get("club") or around.right.get("club")) or counted
    cover = around.gap.get("cover")
    if mention.role in ("part", "whole"):
        clubs = clubs or "club" in around.after
        goes_on = setting.unnamed and (setting.last_indicator or "").endswith(_ABOUT_CLUBS)
        # "rải đủ 9/9 huyện, và 131 trong tổng số 157 xã"
        goes_on = goes_on or (told or "").endswith(("districts_total", "communes_total"))
        covered = clubs or goes_on or (cover is not None and setting.last_indicator is not None)
        covered = covered or (mention.role == "whole" and told == f"{level}_with_clubs")
        suffix = "with_clubs" if mention.role == "part" else "total"
        return Meaning(f"{level}_{suffix}", ("x/y",)) if covered else Meaning(None)
    if told == "clubs" and mention.number <= setting.earlier[-1][0].number:
        joint = around.line[setting.earlier[-1][0].stop : around.begin].strip()
        if joint == "/":
            return Meaning(f"{level}_with_clubs", ("CLB/nơi",))
    behind = around.right.get("club")
    if PLACE_LABEL.search(around.line, 0, around.begin):
        return Meaning(f"{level}_with_clubs", ("có CLB",))
    if _FULL.search(around.line, mention.stop, mention.stop + 20):
        return Meaning(None, ("phủ kín",))
    if behind is not None and "scheme" not in around.right:
        return Meaning(f"{level}_with_clubs", (behind.words,))
    last = _told_last(around, setting)
    follows_clubs = last in ("clubs", "members") or last.endswith(("_with_clubs", "_total"))
    if (cover is not None and follows_clubs) or _spread_over(around, setting):
        return Meaning(f"{level}_with_clubs", (cover.words if cover else "của",), sure=False)
    before = around.line[max(0, around.begin - 8) : around.begin]
    if setting.has_place and not setting.earlier and _STATED.search(before) and setting.about_clubs:
        return Meaning(f"{level}_total", ("có",), sure=False)
    return Meaning(None)


def _find_total(mention: Mention, around: Around, setting: Setting) -> str | None:
    """Return what makes places all that there are: "72 xã có CLB trên tổng số 94"."""
    if mention.role != "one" or setting.planned or is_planned(around, setting):
        return None
    told = setting.earlier[-1][1] if setting.earlier else None
    if setting.unnamed and told == f"{mention.noun}s_with_clubs":
        return "tổng số"
    if (
        around.line.endswith(_OUT_OF_ENDS, 0, around.begin)
        and _SOME_HAVE.match(around.line, mention.stop)
        and _OUT_OF.search(around.line, max(0, around.begin - 30), around.begin)
    ):
        return "trong số … có CLB"
    return "… thì … có CLB" if _SOME_OF_THEM.match(around.line, mention.stop) else None


def _told_last(around: Around, setting: Setting) -> str:
    """Return what the number before reported; what stands in brackets between is passed over."""
    for other, what in reversed(setting.earlier):
        aside = what is None and ")" in around.line[other.stop : around.begin]
        if not aside:
            return what or ""
    return ""


def _spread_over(around: Around, setting: Setting) -> bool:
    """Tell the places of "các CLB nằm ở 31 xã của 5 huyện"."""
    if _CLUBS_LIE.search(around.line, setting.sentence[0], around.begin):
        return True
    last = setting.earlier[-1] if setting.earlier else None
    joint = last is not None and _OF_HIGHER.fullmatch(around.line, last[0].stop, around.begin)
    return bool(joint and last and (last[1] or "").endswith("_with_clubs"))
