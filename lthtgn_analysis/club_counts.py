"""A number of clubs with the words around it comes in; what it counts goes out.

Clubs that are there, new and closed ones, those with a fund, and those that a plan asks for are
ours. Clubs of a kind ("loại tốt"), in a state ("chưa họp đều") or beyond a plan are not, nor are
parts of a set and what each place shall have.
"""

from __future__ import annotations

import re

from .finders import WordPattern
from .lexicon import Cue
from .phrases import Mention
from .rules import INTENT, Rule, find_done, first_rule, is_planned, match_behind
from .windows import CLOSED_ARE, GROWS, HAVE_FUND, NOW_HAS, Around, Meaning, Setting

_AS_PLANNED = re.compile(r" (?:planned|targeted|foreseen)\b")
_ARE_PLANNED = re.compile(
    r" (?:are|is|were|have been) (?:planned|foreseen|due|to be (?:set up|launched|opened|formed))\b"
)
_FURTHER = ("further ", "another ", "additional ")
_TOWARDS = frozenset(
    ("hướng tới", "hướng đến", "tiến tới", "cần có", "phải có", "muốn có", "mong có", "huong toi",
     "huong den", "tien toi", "can co", "phai co", "muon co", "mong co", "to reach")
)  # fmt: skip
_DATED_STOCK = re.compile(r"(?:tinh |ke |chot )*(?:den|toi|het|cuoi|as of|end of)")
_JUST_NEW = frozenset(("mới", "thêm", "moi", "them", "new", "more", "additional"))
_RAISES = re.compile(
    r"(?: \([^()]{1,80}\))?, (?:nâng|đưa|nang|dua) (?:tổng |tong )?(?:số|so)\b"
    r"|(?: \([^()]{1,80}\))?, (?:bringing|taking|raising) the (?:total|number)\b"
)
_GREW = WordPattern(
    r"(?:(?:đã |da )?(?:tăng|nâng|phát triển|tang|nang|phat trien) (?:từ|tu)"
    r"|(?:rose|grew|increased|climbed|went up|risen|grown) from)\b"
)
_MORE = re.compile(r"\b(?:more|additional|new|nữa|nua)\b")
_FRESH = re.compile(r"\bnew\b|\badditional\b")
_FOUNDED = frozenset(
    ["set up", "established", "founded", "launched", "formed", "created", "opened"]
)
_UP_TO = re.compile(
    r"(?! (?:đến|tới|den|toi) \d)[^.;:]{0,200} (?:lên|len) (?:thành |thanh )?\d+"
    r" (?:clb|câu lạc bộ|cau lac bo)"
)
_FROM = re.compile(r"(?:từ|tu|from) $")
_GRADED = re.compile(r"(?:xếp )?loại |được xếp |đạt loại |(?:xep )?loai |duoc xep |dat loai ")
_ASSIGNED = re.compile(r"chỉ tiêu|chi tieu|\bgiao\b|\blập\b|\blap\b|ra mắt|ra mat")
_OF_TOTAL = re.compile(
    r"(?:trong|trên|tren|of|against) (?:tổng số |tong so |số |so |the |a total of )?$"
)
_THAN_PLANNED = re.compile(r"[^.;,]{0,20} (?:so với|so voi|chỉ tiêu|kế hoạch|chi tieu|ke hoach)\b")
_NEXT_COUNT = re.compile(r":? (?:\d|(?:một|hai|ba|bốn|năm|sáu|mot|bon|nam|sau) (?:clb|câu|cau))")
_OTHER_COUNT = re.compile(
    r" (?:and|while|but) (?:only |just |another )?(?:a|an|one|two|three|four|five|six|seven|eight"
    r"|nine|ten|\d+) (?:\w+ ){0,3}$"
)
_OF_PLAN = re.compile(
    r"[^.;]{0,30}(?:đạt|bằng|vượt|dat|bang|vuot)[^.;]{0,14}%[^.;]{0,12}(?:kế hoạch|chỉ tiêu"
    r"|mục tiêu|ke hoach|chi tieu|muc tieu)"
)
_OF_CLASS = re.compile(
    r" (?:đã |đều |da |deu )?(?:có|co) (?:số |mức |nguồn |so |muc |nguon )?(?:vốn|quỹ|von|quy)"
    r"(?: tăng thu nhập| quay vòng| tang thu nhap| quay vong)?(?: đạt| chỉ| dat| chi)?"
    r" (?:trên|dưới|từ|hơn|tren|duoi|tu|hon) [\d.,]+(?: ?(?:-|đến|den) ?[\d.,]+)?"
    r" ?(?:triệu|trieu|tr)\b"
)  # "5 CLB có vốn trên 100 triệu đồng"
_FULFILLED = frozenset(
    (
        *("hoàn thành", "thực hiện", "thực hiện được", "làm được", "đã làm được", "lập được"),
        *("hoan thanh", "thuc hien", "thuc hien duoc", "lam duoc", "da lam duoc", "lap duoc"),
    )
)
_WITH_CLUBS = re.compile(r" (?:\w+ ){0,2}(?:clb|câu lạc bộ|cau lac bo)\b.* (?:với|có|voi|co) $")
_THEN = re.compile(r",? (?:khi|lúc|luc|when) ")
_FAULTY = re.compile(
    r" (?:còn |vẫn |đang |bị |con |van |dang |bi )*(?:(?<=còn )(?:chậm|thưa|yếu|lúng túng|vướng)"
    r"|(?<=con )(?:cham|thua|yeu|lung tung|vuong)|chưa(?! ra mắt)|chua(?! ra mat)|phát sinh"
    r"|phat sinh|gặp|gap|nợ|no(?= qua)|thiếu|thieu|sai\b|lack|struggle|have not|did not)\b"
)
_THERE_ARE = frozenset(("có", "còn", "co", "con", "there are", "there were"))
_FAULTY_LATER = re.compile(
    r" (?!(?:và|va|mà|ma|nhưng|nhung|song|trong|tại|ở|tai|o|and|but)\b)[^.;:,()\d]{2,30}"
    r" (?:chưa|không|còn|chua|khong|con|not)(?: được| duoc)?"
    r" (?:đúng|đủ|kịp|tốt|đều|đạt|rõ|khớp|thường xuyên|chậm|thưa|lúng túng|thiếu|yếu|dung|du|kip"
    r"|tot|deu|dat|ro|khop|thuong xuyen|cham|thua|lung tung|thieu|yeu|properly|yet|correctly)\b"
)  # "11 CLB ghi sổ chưa đúng mẫu"
_IN_THIS_WAY = re.compile(
    r" (?:còn |vẫn |đang |con |van |dang )*(?:sinh hoạt|họp|hoạt động|sinh hoat|hop|hoat dong)"
    r" (?!(?:tại|ở|trên|trong|với|và|theo|tai|o|tren|voi|va)\b)\w"
)
_ACTS = re.compile(
    r"(?: này| nay)? (?:đã|da|have|had)? ?(?:giúp|tặng|trao|quyên góp|giup|tang|quyen gop|helped"
    r"|donated|(?:được|duoc) (?:tặng|khen|biểu dương|tuyên dương|vinh danh|chọn|tang|khen"
    r"|bieu duong|tuyen duong|vinh danh|chon)|were (?:praised|honou?red|awarded))\b"
    r"|(?: vẫn| còn| đang| van| con| dang)* (?:duy trì|duy tri) (?:sinh hoạt|hoạt động|họp"
    r"|sinh hoat|hoat dong|hop)\b"
)
_CHANGED = re.compile(r"(?:tăng|giảm|tang|giam)(?: thêm| đi| them| di)? $")
_PAUSED = re.compile(r"[^.;,\d]{0,12} (?:tạm|tam) (?:ngừng|dừng|nghỉ|ngung|dung|nghi)\b")
_WHOLE_AGAIN = re.compile(
    r"[,;] (?:\w+ ){0,3}?(?:toàn|cả|toan|ca|the whole|the) (?:tỉnh|huyện|xã|thành phố|thị xã|phường"
    r"|tinh|huyen|xa|thanh pho|thi xa|phuong|province|district|commune)\b"
)
_WHERE_NONE = re.compile(
    r" (?:mới |moi )?(?:ở|tại|o|tai|in|at) (?:các |những |cac |nhung )?(?:\w+ ){0,3}?(?:còn |con )?"
    r"(?:chưa có|trắng|chua co|trang|without)\b"
)
_EACH_YEAR = re.compile(r"(?:mỗi|hằng|hàng|moi|hang) (?:năm|nam) (?:\w+ ){0,2}$")
_PER_PLACE = re.compile(
    r" ?/ ?(?:huyện|xã|thôn|phường|ấp|bản|xóm|tỉnh|đơn vị|năm|huyen|xa|thon|phuong|ap|ban|xom|tinh"
    r"|don vi|nam)(?!\w)"
    r"| (?:per|a|an|each|every|mỗi|moi) (?:district|commune|village|year|huyện|xã|thôn|năm|huyen|xa"
    r"|thon|nam)(?!\w)"
)  # "ít nhất 01 CLB/huyện"
# "Sáp nhập" closes the clubs that stand right beside it, not those of the places that were merged.
_MERGERS = frozenset(("sáp nhập", "sap nhap"))
_MERGED = re.compile(
    r"[^.;,\d]{0,30} (?:hợp nhất|sáp nhập|đổi tên|chia tách|hop nhat|sap nhap|doi ten|chia tach"
    r"|merged|were merged|were renamed)\b"
)
_MERGED_INTO = re.compile(
    r"[^.;,\d]{0,60} (?:hợp nhất|sáp nhập|nhập|gộp|hop nhat|sap nhap|nhap|gop|merged)(?: lại| lai)?"
    r" (?:làm|thành|với nhau|lam|thanh|voi nhau|into)\b"
)
_HAVING = re.compile(
    r" (?:đã |đều |da |deu )?(?:có|co|have) (?!\d|(?:trên|hơn|gần|khoảng|tổng|từ|đủ|bình|trung|mặt"
    r"|thành|hội|người|quỹ|vốn|tren|hon|gan|khoang|tong|tu|du|binh|mat|thanh|hoi|nguoi|quy|von"
    r"|over|more|nearly|about|a total|members|at least|been|had)\b)"
)
_SHALL_BE_FOUNDED = re.compile(
    r"[^.;,\d]{0,20} (?:sẽ được|sẽ|se duoc|se|will be|are to be) (?:thành lập|ra mắt|lập|thanh lap"
    r"|ra mat|lap|set up|established|launched|formed|founded)\b"
)
_WERE_FOUNDED = re.compile(
    r" (?:of them |of these )?(?:were|was|have been|had been) (?:newly )?(?:established|set up"
    r"|founded|formed|launched|opened)\b"
)
_NEXT_YEAR = re.compile(
    r"(?:[,;]| và| va| and)? ?(?:còn |riêng |con |rieng |while |in )?"
    r"(?:(?:năm|nam|tháng|thang)? ?(?:\d{1,2}[/-])?(?:19|20)\d\d"
    r"|(?:năm|nam) (?:ngoái|trước|nay|ngoai|truoc)|(?:quý|quy) (?:i{1,3}|iv|\d))"
    r"(?:,|:| thì| là| chỉ| lại| được| thi| la| chi| lai| duoc| it was| only){0,3} "
)
_SOME_OF = tuple(f" of {word} " for word in ("the", "its", "their", "our", "these", "those", "all"))
_FEW_CLUBS = 3
_PLACES_HAVE = re.compile(
    r"(?:xã|phường|thôn|huyện|thị trấn|khu phố|đơn vị|địa phương|nơi|xa|phuong|thon|huyen|don vi"
    r"|dia phuong|communes?|districts?|villages?)[^.;,\d]{0,12} (?:có|lập|co|lap|has"
    r"|have)(?: từ| tu)? ?$"
)
_OF_THE_CLUBS = re.compile(
    r"[\W_]*(?:trong (?:số |tổng số |so |tong so )?\d+ (?:clb|câu lạc bộ|cau lac bo)"
    r"(?: trên| này| tren| nay)?,? (?:thì |đã |thi |da )?(?:có|co) "
    r"|of (?:the|these|its|their) \d+ (?:clubs|ishcs),? )"
)
_SINCE_DAY = re.compile(
    r"\b(?:từ|tu) (?:(?:sau )?khi|ngày|tháng|(?:sau )?khi|ngay|thang)\b[^,;.]{0,40} $"
)  # "từ ngày 1/7 đến nay" counts what is new
_SPREAD = re.compile(r" (?:clb |lthtgn )*(?:tại|ở|tai|o) \d+(?: ?/ ?\d+)? ?(?:xã|huyện|xa|huyen)\b")
_STANDS = frozenset(
    ["there are", "hiện có", "đang có", "hien co", "dang co", "already", "counted", "had"]
)
_FUND_OF = re.compile(
    r"(?:quỹ|vốn|quy|von)(?: tăng thu nhập| tang thu nhap| quay vòng| quay vong)?"
    r" (?:của|ở|cua|o) $"
)
_FROM_SOURCE = re.compile(
    r" (?:được |đều |duoc |deu )?(?:thành lập |lập |hình thành |thanh lap |lap |hinh thanh )?"
    r"(?:từ|do|bằng|theo|tu|bang|by|from|with) (?:các |cac |the )?(?:nguồn|vốn|ngân sách"
    r"|xã hội hóa|dự án|đề án|chương trình|tổ chức|mặt trận|hội|nguon|von|ngan sach|xa hoi hoa"
    r"|du an|de an|chuong trinh|to chuc|mat tran|hoi|project|budget|donors?)\b"
)
_FUND_LABEL = re.compile(
    r"(?:quỹ|vốn|quy|von) (?:tăng thu nhập|quay vòng|ttn|tnt|cho vay|tang thu nhap|quay vong)"
    r"(?: \([^()]{1,12}\))?: $|income-generation funds?: $"
)  # "Quỹ tăng thu nhập: 09 CLB đã có"
_HAVE_IT = re.compile(
    r" (?:lthtgn )?(?:đã |đều |hiện |da |deu |hien |already )*(?:có|lập|xây dựng|duy trì"
    r"|thành lập|co|lap|xay dung|duy tri|thanh lap|have)"
    r"(?: được| duoc| quỹ| quy| one){0,2}(?=[,;.(]|$)"
)
_STILL = re.compile(
    r" (?:vẫn |vẫn còn |còn |đang |van |van con |con |dang )+(?:sinh hoạt|hoạt động|duy trì|họp"
    r"|tồn tại|sinh hoat|hoat dong|duy tri|hop|ton tai)\b| (?:were|are) still "
)
_MANAGED = re.compile(r"(?:\bdo|\bby|\btại|\bở|của|thuộc|tai|cua|thuoc|across|in) (?:\w+ )?$")
_MANAGES = re.compile(
    r"(?: này| nay)? (?:đang |dang )?(?:quản lý|nắm giữ|nắm|giữ|vận hành|sử dụng|quan ly|quan li"
    r"|quản lí|nam giu|giu|van hanh|su dung)\b|[.,;)]|$"
)
_BREAKS_DOWN = re.compile(
    r"[\W_]*(?:chia|phân|tính|thống kê|chia|phan|tinh|thong ke)? ?"
    r"(?:theo (?:địa bàn|huyện|xã|đơn vị|địa phương|từng|dia ban|huyen|xa|don vi|dia phuong|tung)"
    r"|cụ thể|trong đó|trong số đó|gồm|bao gồm|cu the|trong do|trong so do|gom|bao gom"
    r"|by (?:district|commune|province)|broken down|of these)\b"
)
_BECAUSE_OF = (
    *(
        " vì ",
        " bởi ",
        " vì có ",
        " vì còn ",
        " nguyên nhân là ",
        " lý do là ",
        " boi ",
        " boi vi ",
    ),
    *(" nguyen nhan la ", " ly do la ", " because ", " because of "),
)
_STILL_COUNTS = re.compile(
    r"\b(?:số|so) (?:clb|câu lạc bộ|cau lac bo)(?: \w+){0,5} (?:còn|con)(?: lại| là| lai| la)? $"
    r"|\b(?:leaving|left)(?: \w+){0,4} (?:with )?$"
)
_LABEL_REACH = 50
_AFRESH = re.compile(r"; (?:còn |riêng |con |rieng )?$")
_CLUB_RULES = (
    Rule(None, ("right:no_club",), ("right:closed",)),
    Rule(None, ("near:other_kind|gap:other_kind",), ("gap:found_new",)),
    Rule(None, ("gap:wrong|right:wrong",)),
    Rule(None, ("gap:each_area",)),
    Rule(None, ("clause:acted_on",)),
    Rule(None, ("right:overdue",)),
    Rule(None, ("right:graded",), ("right:with_fund",)),
    Rule(
        None, ("gap:graded",), ("right:closed", "gap:stock", "gap:found", "gap:rise_to", "gap:plan")
    ),
    Rule("closed_clubs", ("right:closed|clause:closed",)),
    Rule("clubs_with_fund", ("right:with_fund|gap:with_fund",)),
    Rule(None, ("clause:no_club",)),
    Rule(None, ("right:scheme", "left:of_which|left:budget_part")),
    Rule(None, ("right:average|gap:average",)),
)


def judge_clubs(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: C901, PLR0911
    """Decide what a number of clubs counts.

    Parameters
    ----------
    mention : Mention
        The number of clubs.
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
    >>> passage = split_passages("Xã có 5 CLB")[0]
    >>> setting = Setting(passage, (0, 11))
    >>> number = find_mentions(passage, "vi", [])[0]
    >>> around = look_around(find_cues(passage), number, setting, 11)
    >>> judge_clubs(number, around, setting).indicator
    'clubs'
    """
    if mention.role == "ordinal":
        return Meaning("clubs", ("thứ",))
    if _begins_a_rise(mention, around, setting):
        return Meaning("clubs", ("từ … lên …",))
    ruled = _find_club_rule(around, setting)
    if ruled is not None and not (mention.role == "whole" and ruled.indicator == "clubs_with_fund"):
        return ruled
    if (
        _is_norm_of_places(mention, around)
        or _is_part_of_clubs(mention, around, setting)
        or _is_paid_for(around, setting)
    ):
        return Meaning(None)
    if mention.role == "whole":
        return _judge_club_total(around, setting)
    if holder := _find_holder(mention, around, setting):
        return Meaning("clubs_with_fund", (holder,))
    if listed := _listed_by_place(around, setting):
        return Meaning(listed, ("liệt kê theo nơi",))
    if over := _find_excess(around):
        return Meaning(None, (over.words,))
    if change := _find_change(around):
        return Meaning(None, (change.words,))
    if grade := _find_grade(around):
        return Meaning(None, (grade.words,))
    if state := _find_state(around, setting):
        return Meaning(None, (state,))
    if meaning := _judge_planned_clubs(mention, around, setting):
        return meaning
    return _judge_reached_clubs(mention, around, setting)


def _continues_flow(around: Around, setting: Setting) -> Meaning | None:
    """Judge the next year of a row: "năm ngoái ra mắt 19 CLB, năm 2023 là 24 CLB"."""
    last = setting.earlier[-1] if setting.earlier else None
    if last is None or last[1] not in ("new_clubs", "closed_clubs"):
        return None
    joint = _NEXT_YEAR.fullmatch(around.line, last[0].stop, around.begin)
    return None if joint is None else Meaning(last[1], (joint[0].strip(" ,;"),))


def _labelled_closed(around: Around, setting: Setting) -> Meaning | None:
    """Judge the number of "lập mới 8 CLB, số phải giải thể là 2"."""
    if not setting.unnamed:
        return None
    label = CLOSED_ARE.search(around.line, max(0, around.begin - 90), around.begin)
    return None if label is None else Meaning("closed_clubs", (label[0],))


def _is_paid_for(around: Around, setting: Setting) -> bool:
    """Tell the clubs that a budget foresees: "dự toán 640 triệu, gồm 400 triệu cho 20 CLB mới"."""
    money = setting.earlier[-1][0].noun == "VND" if setting.earlier else False
    return (
        money
        and around.line.endswith(("cho ", "for "), 0, around.begin)
        and any(what == "budget_vnd" for _, what in setting.earlier)
    )


def _is_norm_of_places(mention: Mention, around: Around) -> bool:
    """Tell what each place shall have: "75% số xã có từ 1 CLB trở lên"."""
    few = mention.qualifier == "at_least" and mention.number <= _FEW_CLUBS
    before = around.line[max(0, around.begin - 30) : around.begin]
    return few and _PLACES_HAVE.search(before) is not None


def _is_part_of_clubs(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell the parts of a set: "Trong 33 CLB có 27 CLB thành lập từ nguồn ngân sách"."""
    if mention.role == "part" and around.line.startswith(_SOME_OF, mention.end):
        return True  # "two of the district's clubs won a prize"
    last = setting.earlier[-1] if setting.earlier else None
    scheme = "scheme" in around.right or "scheme" in around.near
    scheme = scheme or match_behind(around, _FROM_SOURCE) is not None
    told = [other.number for other, what in setting.earlier if what == "clubs"]
    if scheme and told and mention.number < max(told) and not setting.has_place:
        return True  # "43 CLB, 12 CLB do dự án hỗ trợ, 31 CLB từ nguồn xã hội hóa"
    if last is not None and last[1] == "clubs" and scheme and mention.number < last[0].number:
        return True  # "29 CLB (11 CLB thuộc Dự án VIE071)"
    opened = _OF_THE_CLUBS.match(around.line, setting.sentence[0], around.begin)
    return opened is not None and ";" not in around.line[opened.end() : around.begin]


def _find_holder(mention: Mention, around: Around, setting: Setting) -> str | None:
    """Return the words that make clubs those that hold a fund: "2 tỷ đồng, do 27 CLB quản lý"."""
    if having := match_behind(around, HAVE_FUND):
        return having[0].strip()
    labelled = _FUND_LABEL.search(around.line, max(0, around.begin - 40), around.begin)
    if labelled is not None and match_behind(around, _HAVE_IT):
        return labelled[0].strip(" :")
    if mention.role == "part":
        owned = _FUND_OF.search(around.line, 0, around.begin)
        return None if owned is None else owned[0].strip()
    if not setting.earlier or setting.earlier[-1][1] != "income_fund_vnd":
        return None
    managed = _MANAGED.search(around.line, max(0, around.begin - 24), around.begin)
    return managed[0].strip() if managed and match_behind(around, _MANAGES) else None


def _begins_a_rise(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell the first number of "35 năm 2019 lên 82 CLB" and of "từ 3 CLB ..., nâng lên 19 CLB"."""
    if setting.unnamed and GROWS.match(around.line, mention.stop):
        return True
    first = _FROM.search(around.line, max(0, around.begin - 5), around.begin) is not None
    return first and _UP_TO.match(around.line, mention.stop, setting.sentence[1]) is not None


def _find_club_rule(around: Around, setting: Setting) -> Meaning | None:
    if told := _continues_flow(around, setting) or _labelled_closed(around, setting):
        return told
    refused = (
        match_behind(around, _OF_CLASS)
        or match_behind(around, _MERGED_INTO)
        or _CHANGED.search(around.line, max(0, around.begin - 12), around.begin)
        or _EACH_YEAR.search(around.line, max(0, around.begin - 24), around.begin)
        or match_behind(around, _PER_PLACE)
        or match_behind(around, _PAUSED)
    )
    if refused:
        return Meaning(None, (refused[0],))  # "giảm 1 CLB do sáp nhập", "01 CLB/huyện"
    if around.line.endswith(_BECAUSE_OF, 0, around.begin):
        return Meaning(None, ("vì",))  # "chưa đạt mục tiêu vì 3 CLB vùng hồ quá nhỏ"
    closed = around.clause.get("closed")
    if closed is not None and around.begin - closed.end <= 1 and not setting.planned:
        return Meaning("closed_clubs", (closed.words,))  # "cho dừng 2 CLB hoạt động yếu"
    ruled = first_rule(_CLUB_RULES, around)
    if ruled is None or _is_of_others(ruled, around) or _closes_others(ruled, around):
        return None
    planned = ruled.indicator == "closed_clubs" and setting.planned
    return Meaning(None) if planned else ruled


def _is_of_others(ruled: Meaning, around: Around) -> bool:
    """Tell whether what forbids a number is said of places, and not of the clubs that it counts."""
    if ruled.indicator is not None:
        return False
    each = around.gap.get("each_area")
    if each is not None and ruled.reason == (each.words,):
        # "mỗi xã có một CLB, toàn tỉnh có 430 CLB"
        return _WHOLE_AGAIN.search(around.line, each.end, around.begin) is not None
    # "thành lập mới 01 CLB ở thôn chưa có"
    return match_behind(around, _WHERE_NONE) is not None


def _closes_others(ruled: Meaning, around: Around) -> bool:
    """Tell whether "giải thể" belongs to the next number: "lập mới 8 CLB và giải thể 2 CLB"."""
    closed = around.right.get("closed")
    if ruled.indicator != "closed_clubs":
        return False
    told = around.clause.get("closed")
    if told is not None and told.words in _MERGERS and around.begin - told.end > 1:
        return True  # "trước khi sáp nhập, tỉnh Bến Tre có 221 CLB"
    if told is not None and ")" in around.line[told.end : around.begin]:
        return True  # "xã A (sáp nhập từ xã B và xã C) có 4 CLB"
    if closed is None or told is not None:
        return False
    founded = around.right.get("found")
    if founded is not None and founded.start < closed.start and (
        _OTHER_COUNT.search(around.line, founded.end, closed.start)
    ):  # fmt: skip
        return True  # "nine clubs were set up and one closed"
    return "found" in around.gap and _NEXT_COUNT.match(around.line, closed.end) is not None


def _find_excess(around: Around) -> Cue | None:
    """Return the cue that makes a number what lies above a plan: "vượt 3 CLB so với chỉ tiêu"."""
    exceed = around.clause.get("exceed")
    touching = exceed is not None and -8 <= around.begin - exceed.end <= 1
    return exceed if touching and match_behind(around, _THAN_PLANNED) else None


def _find_change(around: Around) -> Cue | None:
    """Return the cue that makes a number a change: "tăng 6", but not "tăng từ 3 lên 19"."""
    change, rise = around.gap.get("change"), around.gap.get("rise_to")
    if change is None or (rise is not None and rise.start >= change.start):
        return None
    if _FROM.search(around.line, max(0, around.begin - 5), around.begin):
        return None
    against = change.words in ("so với", "so voi")
    stock = around.gap.get("stock")
    then = against and stock is not None and _THEN.search(around.line, change.end, stock.start)
    told = against and around.line.startswith("(", around.begin - 1)
    told = told or (against and ":" in around.line[change.end : around.begin])
    return None if then or told or (against and "plan" in around.gap) else change


def _find_grade(around: Around) -> Cue | None:
    """Return the cue that makes a number a count of good or weak clubs: "số CLB loại tốt: 98"."""
    grade, stock = around.gap.get("graded"), around.gap.get("stock")
    if grade is None or stock is None or grade.start < stock.start:
        return None
    return grade if _GRADED.search(around.line, stock.end, around.begin) else None


def _find_state(around: Around, setting: Setting) -> str | None:
    """Return how some of the clubs fare: "11 CLB chưa duy trì ...", "26/30 CLB họp đều"."""
    present = around.clause.get("stock")
    few = present is None or present.words in _THERE_ARE
    faulty = match_behind(around, _FAULTY) or (few and match_behind(around, _FAULTY_LATER))
    if faulty:
        return faulty[0]
    if (acts := match_behind(around, _ACTS)) and "stock" not in around.clause:
        return acts[0]
    if merged := match_behind(around, _MERGED):
        return merged[0]
    if "stock" not in around.clause and (having := match_behind(around, _HAVING)):
        return having[0]
    way = match_behind(around, _IN_THIS_WAY)
    stock = around.gap.get("stock")
    bare = stock is None or (stock.words in ("có", "co") and not setting.has_place)
    part = "of_which" in around.gap or bare or setting.earlier
    if "found" in around.clause and "of_which" not in around.gap:
        return None  # "đã thành lập 72 CLB hoạt động thí điểm"
    return way[0] if way is not None and part else None


def _judge_club_total(around: Around, setting: Setting) -> Meaning:
    part = setting.earlier[-1][1] if setting.earlier else None
    if part == "new_clubs":
        return Meaning("target_new_clubs", ("x/y",))
    if part == "clubs_with_fund":
        return Meaning("clubs", ("x/y",))
    return Meaning("target_clubs", ("x/y",)) if around.has("right:plan") and part else Meaning(None)


def _judge_planned_clubs(  # noqa: C901, PLR0911
    mention: Mention, around: Around, setting: Setting
) -> Meaning | None:
    if aim := _find_aim(around, setting):
        return aim
    plan = is_planned(around, setting)
    told = around.left.get("done")
    before = around.line[max(0, around.begin - 24) : around.begin]
    present = around.gap.get("stock")
    stands = present is not None and present.words in _STANDS and setting.planned
    # "the plan calls for 50 new clubs; 46 had been set up"
    done = "found" in around.right and match_behind(around, _WERE_FOUNDED) is not None
    if done or (plan is None and stands) or _is_counted_of_plan(mention, around, setting):
        return None
    ahead = setting.future and not (
        match_behind(around, _STILL)
        or _has_risen(around, setting)
        or match_behind(around, _OF_PLAN)
    )
    own = plan or (setting.planned and not told) or (ahead and not told)
    right = around.right.get("plan")
    if not own and right is not None and (
        right.words in INTENT or match_behind(around, _ARE_PLANNED)
    ):  # fmt: skip
        own = right
    if not own:
        result = bool(setting.earlier) and setting.earlier[-1][1] == "new_clubs"
        before = around.line[max(0, around.begin - 24) : mention.start]
        of_plan = result and right is not None and _OF_TOTAL.search(before)
        if right is None or not of_plan:
            return None
        return Meaning("target_new_clubs", (right.words,), hedged=False)
    reason = plan.words if plan else "phần kế hoạch" if setting.planned else "ngày trong kế hoạch"
    found, stock = around.gap.get("found"), around.gap.get("stock")
    rise = around.gap.get("rise_to")
    if plan is not None and plan.words in _TOWARDS and around.begin - plan.end <= 1 and (
        "found_new" not in around.near
    ):  # fmt: skip
        return Meaning("target_clubs", (plan.words,))
    if _is_part_of_plan(around, setting):
        return Meaning(None, ("trong đó",))
    if rise is not None and (found is None or rise.start > found.start):
        return Meaning("target_clubs", (reason, rise.words))
    if found is not None and (stock is None or found.start > stock.start):
        return Meaning("target_new_clubs", (reason, found.words))
    wanted = plan is not None and plan.words.endswith(("có", " co"))
    if stock is not None or wanted:
        return Meaning(
            "target_clubs", (reason, stock.words if stock else plan.words if plan else "")
        )
    behind = around.near.get("found_new") or around.near.get("found")
    founded = _told_founding(around, setting)
    reported = [what for _, what in setting.earlier]
    if "clubs" in reported and "plan_achievement" in reported and "new_clubs" not in reported:
        return Meaning("target_clubs", (reason,))  # "có 16 CLB, đạt 80% kế hoạch (20 CLB)"
    more = around.gap.get("found_new")
    added = more is not None and around.begin - more.end <= 1
    added = added or around.line.endswith(_FURTHER, 0, around.begin)
    added = added or _MORE.search(around.line, around.begin, around.stop) is not None
    # A project counts the clubs that it founds.
    added = added or setting.project or match_behind(around, _SHALL_BE_FOUNDED) is not None
    if founded or behind or added or (plan is not None and _ASSIGNED.search(plan.words)):
        return Meaning("target_new_clubs", (reason,))
    return Meaning("target_clubs", (reason,))


def _find_aim(around: Around, setting: Setting) -> Meaning | None:
    """Judge the aim in "36 clubs, 120% of the 30 planned" and "lập mới 48 CLB/60 CLB"."""
    told = [what for _, what in setting.earlier]
    if around.line.endswith("/", 0, around.begin) and told[-1:] == ["new_clubs"]:
        return Meaning("target_new_clubs", ("x/y",))
    planned = match_behind(around, _AS_PLANNED) if setting.unnamed else None
    if planned is None:
        return None
    flow = "new_clubs" in told or "plan_achievement" in told
    return Meaning("target_new_clubs" if flow else "target_clubs", (planned[0].strip(),))


def _is_counted_of_plan(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell the result in "đạt 120% chỉ tiêu lập mới (6/5 CLB)"."""
    told = mention.role == "part" and around.line.endswith("(", 0, around.begin)
    return told and bool(setting.earlier) and setting.earlier[-1][1] == "plan_achievement"


def _has_risen(around: Around, setting: Setting) -> bool:
    """Tell the second number of "the number of clubs rose from 12 in 2017 to 43 in 2023"."""
    told = bool(setting.earlier) and setting.earlier[-1][1] == "clubs"
    return told and _GREW.search(around.line, setting.sentence[0], around.begin) is not None


def _is_part_of_plan(around: Around, setting: Setting) -> bool:
    """Tell the parts of "kế hoạch lập mới 6 CLB, trong đó quý III 2 CLB, quý IV 4 CLB"."""
    parts = around.left.get("of_which")
    return (
        parts is not None
        and not setting.has_place
        and ";" not in around.line[parts.end : around.begin]
        and any(
            what == "target_new_clubs" and other.stop <= parts.start
            for other, what in setting.earlier
        )
    )


def _told_founding(around: Around, setting: Setting) -> bool:
    """Tell whether a plan of founding was told of before, in this part of the sentence."""
    # "Năm 2026 lập mới 30 CLB; mục tiêu đến năm 2030 là 400 CLB" begins anew behind the semicolon.
    aims = around.gap.get("plan")
    if aims is not None and _AFRESH.search(around.line, 0, aims.start):
        return False
    return "found" in around.left or any(
        what in ("new_clubs", "plan_achievement") for _, what in setting.earlier
    )


def _judge_reached_clubs(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: C901, PLR0911
    found = around.gap.get("found") or around.near.get("found_new") or around.near.get("found")
    fresh = around.gap.get("found_new")
    if fresh is not None and fresh.words not in _JUST_NEW:
        found = found or fresh
    elif fresh is not None and found is None and _closed_last(setting):
        return Meaning("closed_clubs", (fresh.words,))  # "năm 2020 giải thể 3 CLB, 2021 thêm 1 CLB"
    behind = around.right.get("found")
    if behind is not None and (behind.words in _FOUNDED):
        found = found or behind
    if _FRESH.search(around.line, around.begin, around.stop):
        return Meaning("new_clubs", ("new",))
    stock = around.gap.get("stock")
    behind = around.right.get("found_new")
    if found is None and behind is not None and behind.words not in _JUST_NEW:
        found = behind
    if found is not None and _WITH_CLUBS.fullmatch(around.line, found.end, around.begin):
        found = None  # "3 xã thành lập CLB với 5 CLB"
    done = _find_fulfilled(around) if _planned_before(setting) else None
    if done := done or find_done(around, setting):
        return Meaning("new_clubs", (done,))
    if found is not None and (stock is None or found.start > stock.start):
        is_new = (
            "found_new" in found.codes or "found_new" in around.gap or "found_new" in around.near
        ) or (setting.unnamed and match_behind(around, _WERE_FOUNDED) is not None)
        aimed = setting.unnamed and setting.last_before == "target_new_clubs"
        # "ra mắt được 3 CLB, nâng tổng số từ 24 lên 27"
        is_new = is_new or _RAISES.match(around.line, around.stop) is not None
        planned = (
            aimed
            or _planned_before(setting)
            or _OF_PLAN.match(around.line, around.stop) is not None
        )
        now = around.left.get("now")
        since = now is not None and _SINCE_DAY.search(around.line, setting.sentence[0], now.start)
        dated = now or _DATED_STOCK.match(setting.dated)
        total = dated and not (is_new or planned or since)
        if total and "period" not in around.left:
            return Meaning("clubs", (found.words, "đến nay"))
        spread = not (setting.dated or is_new or planned) and match_behind(around, _SPREAD)
        if spread and setting.has_place and "period" not in around.left:
            return Meaning("clubs", (found.words, spread[0]))
        return Meaning("new_clubs", (found.words,))
    if mention.role == "part" and not around.has("gap:plan|right:plan"):
        return Meaning(None)  # "57/58 CLB bảo toàn được vốn"
    if stock is not None:
        return Meaning("clubs", (stock.words,))
    return Meaning("clubs", ("CLB",), sure=bool(setting.has_place or around.left.get("cover")))


def _find_fulfilled(around: Around) -> str | None:
    """Return the words of "kết quả thực hiện đến 30/9 là 336 CLB"."""
    cues = [around.gap[code] for code in ("done", "achieve") if code in around.gap]
    return next((cue.words for cue in cues if cue.words in _FULFILLED), None)


def _closed_last(setting: Setting) -> bool:
    return bool(setting.earlier) and setting.earlier[-1][1] == "closed_clubs"


def _planned_before(setting: Setting) -> bool:
    return any(what == "target_new_clubs" for _, what in setting.earlier)


def _listed_by_place(around: Around, setting: Setting) -> str | None:
    """Return what a breakdown by places lists: "gồm Hải Lăng 14, Triệu Phong 11"."""
    if setting.unnamed and _STILL_COUNTS.search(
        around.line, max(0, around.begin - _LABEL_REACH), around.begin
    ):
        return None  # "sau khi 1 CLB của xã A giải thể, số CLB còn 44"
    counted = [
        what for _, what in setting.earlier
        if what in ("clubs", "new_clubs", "closed_clubs", "target_new_clubs", "target_clubs")
    ]  # fmt: skip
    if not counted and setting.last_count is not None and _BREAKS_DOWN.match(
        around.line, setting.sentence[0]
    ):  # fmt: skip
        counted = [setting.last_count]  # "... lập 45 CLB. Chia theo địa bàn: huyện A 20 CLB, ..."
    results = [what for what in counted if not what.startswith("target")]
    colon = around.line.rfind(":", setting.sentence[0], around.begin)
    told = [
        code for code in ("found", "closed", "plan", "rise_to")
        if code in around.clause and around.clause[code].start > colon
    ]  # fmt: skip
    if not results and "done" in around.clause:
        return None  # "chỉ tiêu lập mới 24 CLB, toàn tỉnh thực hiện được 10 CLB"
    if counted and setting.unnamed and setting.place_behind:
        return (results or counted)[-1]
    if results and setting.has_place and setting.unnamed and (
        NOW_HAS.search(around.line, max(0, around.begin - 40), around.begin)
    ):  # fmt: skip
        return "clubs"  # "Con Cuong set up four clubs; Yen Khe commune now runs 3"
    listed = not told and (setting.unnamed or (setting.place_near and "stock" not in around.clause))
    return (results or counted)[-1] if counted and listed and setting.has_place else None
