"""A number with the words around it comes in; what it reports goes out, with what decided it.

Each rule names the windows of a sentence (`windows`) in which cue words must, or must not, stand:
`gap`, `clause` and `left` before the number, `near` and `right` behind it. The first rule that
holds decides; a rule without an indicator says that the number is none of ours. What no rule takes
is left out: an invented figure is worse than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .denials import is_denied
from .finders import WordPattern
from .funds import judge_money
from .headcounts import judge_borrowers, judge_people
from .lexicon import Cue
from .phrases import Mention
from .rules import (
    MEMBER_KINDS,
    Rule,
    find_done,
    find_extreme,
    first_rule,
    is_planned,
    is_task,
    match_behind,
)
from .windows import (
    BEFORE_THAT,
    CLOSED_ARE,
    FORMERLY,
    HAVE_FUND,
    NOW_HAS,
    Around,
    Meaning,
    Setting,
)

_INTENT = frozenset(
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
_OF_AIM = re.compile(r" of (?:the|its) \d+ (?:clubs )?(?:planned|targeted|foreseen)\b")
_AS_PLANNED = re.compile(r" (?:planned|targeted|foreseen)\b")
_ARE_PLANNED = re.compile(
    r" (?:are|is|were|have been) (?:planned|foreseen|due|to be (?:set up|launched|opened|formed))\b"
)
_FURTHER = ("further ", "another ", "additional ")
_TOWARDS = frozenset(
    ("hướng tới", "hướng đến", "tiến tới", "cần có", "phải có", "muốn có", "mong có", "huong toi",
     "huong den", "tien toi", "can co", "phai co", "muon co", "mong co", "to reach")
)  # fmt: skip
_STATED = re.compile(r"(?:có|gồm|co|gom|has|have|had|comprises) $")
_RULED = re.compile(r"(?:nông thôn mới|nong thon moi|thoát nghèo|văn hóa|van hoa)")
_FULL = re.compile(r"phủ kín|phu kin|đã phủ|saturated")
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
_GROWS = re.compile(
    r"(?: \([^)]*\)| (?:năm|nam|in) \d{4})? (?:lên|len|to|tăng lên"
    r"|tang len) (?:\w+ )?[\d.,]+ ?(?:clb|câu lạc bộ|cau lac bo|clubs?|ishcs?)"
)
_MORE = re.compile(r"\b(?:more|additional|new|nữa|nua)\b")
_FRESH = re.compile(r"\bnew\b|\badditional\b")
_FOUNDED = frozenset(
    ["set up", "established", "founded", "launched", "formed", "created", "opened"]
)
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
_MOST = re.compile(
    r"[^.;,]{0,20}(?:nhiều|ít|nhieu|it|most|fewest)[^.;,]{0,14}(?:(?:nhất|nhat)"
    r"(?! (?:một|hai|ba|mot|\d))|clubs)"
)
_UP_TO = re.compile(
    r"(?! (?:đến|tới|den|toi) \d)[^.;:]{0,200} (?:lên|len) (?:thành |thanh )?\d+"
    r" (?:clb|câu lạc bộ|cau lac bo)"
)
_FROM = re.compile(r"(?:từ|tu|from) $")
_TRAINING = re.compile(r"tập huấn|tap huan|training|bồi dưỡng")
_GRADED = re.compile(r"(?:xếp )?loại |được xếp |đạt loại |(?:xep )?loai |duoc xep |dat loai ")
_ASSIGNED = re.compile(r"chỉ tiêu|chi tieu|\bgiao\b|\blập\b|\blap\b|ra mắt|ra mat")
_OF_TOTAL = re.compile(
    r"(?:trong|trên|tren|of|against) (?:tổng số |tong so |số |so |the |a total of )?$"
)
_ABOVE = re.compile(r" (?:above|over|more than|beyond) (?:\w+ )?(?:plan|target|goal|planned)")
_THAN_PLANNED = re.compile(r"[^.;,]{0,20} (?:so với|so voi|chỉ tiêu|kế hoạch|chi tieu|ke hoach)\b")
_ONLY_REACHES = re.compile(
    r"(?:chỉ|mới|cũng|còn|chi|moi|cung|con|only)(?: \w+)?(?: (?:đạt|được|có|là|dat|duoc|co|la))? $"
)
_REACHES_HERE = re.compile(
    rf"{_ONLY_REACHES.pattern}|(?:đạt|là|được|có|dat|la|duoc|co|:) $"
)  # "bình quân 86%, riêng Lạc Thủy đạt 93%"
_CLAUSE_ENDS = re.compile(r" ?(?:[.,;)]|$)")
_MAKES_UP = re.compile(r"(?:chiếm|chiem|makes? up|accounts? for|represents?|are|là) $")
_PREDICATE = re.compile(r"(?: of (?:the |its |all )?members)? (?:are|were|is|was|là|la) ")
_NEXT_COUNT = re.compile(r":? (?:\d|(?:một|hai|ba|bốn|năm|sáu|mot|bon|nam|sau) (?:clb|câu|cau))")
_OTHER_COUNT = re.compile(
    r" (?:and|while|but) (?:only |just |another )?(?:a|an|one|two|three|four|five|six|seven|eight"
    r"|nine|ten|\d+) (?:\w+ ){0,3}$"
)
_MUST = re.compile(r"(?: \w+)? (?:must|should|need to|has to|have to|phải|phai) ")
_PLAN_WITH_CLUBS = re.compile(
    r" (?:kế hoạch|chỉ tiêu|mục tiêu|ke hoach|chi tieu|muc tieu)[^.;,\d]{0,20} (?:với|nhờ|voi|nho)"
    r" \d+ (?:clb|câu lạc bộ|cau lac bo)|of (?:the|its) (?:plan|target) with \d+ (?:new )?clubs"
)
_OF_PLAN = re.compile(
    r"[^.;]{0,30}(?:đạt|bằng|vượt|dat|bang|vuot)[^.;]{0,14}%[^.;]{0,12}(?:kế hoạch|chỉ tiêu"
    r"|mục tiêu|ke hoach|chi tieu|muc tieu)"
)
_REPORTERS = re.compile(
    r"(?:báo cáo|số liệu|thống kê|bao cao|so lieu|thong ke)(?: của| từ| cua| tu)? $|reports? from $"
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
_CHAPTERS = re.compile(r"hội cơ sở|cơ sở hội|hoi co so|co so hoi")
_WITH_CLUBS = re.compile(r" (?:\w+ ){0,2}(?:clb|câu lạc bộ|cau lac bo)\b.* (?:với|có|voi|co) $")
_THEN = re.compile(r",? (?:khi|lúc|luc|when) ")
_FAULTY = re.compile(
    r" (?:còn |vẫn |đang |bị |con |van |dang |bi )*(?:(?<=còn )(?:chậm|thưa|yếu|lúng túng|vướng)"
    r"|(?<=con )(?:cham|thua|yeu|lung tung|vuong)|chưa(?! ra mắt)|chua(?! ra mat)|phát sinh"
    r"|phat sinh|gặp|gap|nợ|no(?= qua)|thiếu|thieu|sai\b|lack|struggle|have not|did not)\b"
)
_OF_THEM = ("of them", "of these", "of those")
_PEOPLE = frozenset(("person", "member", "association_member", "older", "women", "household"))
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
_PLACE_LABEL = WordPattern(
    r"(?:số|so) (?:xã|phường|thôn|xóm|ấp|bản|buôn|huyện|khu|xa|phuong|thon|xom|ap|ban|huyen)\b"
    r"[^.;:\d]{0,24} (?:có|co) (?:clb|câu lạc bộ|cau lac bo)(?: là| la| đạt| dat|:) $"
    r"|(?:communes|wards|villages|districts) with (?:a |at least one |one )?(?:club|ishc)s?: $"
)
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
_CHANGED = re.compile(r"(?:tăng|giảm|tang|giam)(?: thêm| đi| them| di)? $")
_PAUSED = re.compile(r"[^.;,\d]{0,12} (?:tạm|tam) (?:ngừng|dừng|nghỉ|ngung|dung|nghi)\b")
_TIMES = frozenset(("x", "×", "*"))
_TERM_SIGNS = _TIMES | {"="}
_TERM_RIGHT = re.compile(r" ?[x×*] ?\d")
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
_COSTS = re.compile(r" ?: \d[\d.,]* ?(?:nghìn|triệu|tỷ|tỉ|đồng|đ|nghin|trieu|ty|ti|dong)\b")
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
_OF_LAST = 10
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
_ACHIEVES = re.compile(
    r"(?:đạt|bằng|tức|tức là|nghĩa là|mới|tương đương|, đúng|, tròn|dat|bang|tuc|tuc la|nghia la"
    r"|moi|tuong duong)(?: mới| moi| được| duoc)? $"
)
_REACHES = re.compile(rf"{_ACHIEVES.pattern}|(?:vượt|vuot) $")
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
_CLUBS_LIE = WordPattern(
    r"(?:các|cac|the) (?:clb|câu lạc bộ|cau lac bo|clubs|ishcs)(?: lthtgn)? (?:\w+ ){0,2}(?:ở|tại"
    r"|trên|tai|tren|o|in|across) $"
)
_OF_HIGHER = re.compile(r" (?:của|thuộc|ở|cua|thuoc|o|of|in) ")
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
_ABOUT_CLUBS = ("clubs", "_total", "plan_achievement")
_NO_SHARE = "near:monthly|near:yearly|gap:rate|gap:overdue|gap:wrong|right:wrong"
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


def _judge_clubs(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: C901, PLR0911
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


def _counts_people(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell "1,250 of them", where people were counted last."""
    if not around.line.endswith(_OF_THEM, mention.end, mention.stop):
        return False
    counted = [other.noun for other, _ in setting.earlier if other.noun]
    return bool(counted) and counted[-1] in _PEOPLE


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
    if setting.unnamed and _GROWS.match(around.line, mention.stop):
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
        right.words in _INTENT or match_behind(around, _ARE_PLANNED)
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


def _judge_courses(mention: Mention, around: Around, setting: Setting) -> Meaning:
    ahead = setting.future and not around.has("left:done")
    if setting.planned or ahead or is_planned(around, setting) or mention.role != "one":
        return Meaning(None, ("kế hoạch",))
    if is_task(around, setting) or match_behind(around, _COSTS):
        return Meaning(None, ("nhiệm vụ",))
    if around.has("gap:no_club") and not around.has("gap:held"):
        return Meaning(None)
    if ruled := first_rule(_COURSE_RULES, around):
        return ruled
    noun = around.line[mention.end : mention.stop]
    if setting.earlier and setting.earlier[-1][1] == "trainees":
        return Meaning("training_courses", (noun.strip(),))
    return Meaning("training_courses", (noun.strip(),)) if _TRAINING.search(noun) else Meaning(None)


def _judge_share(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: PLR0911
    if _is_no_share(mention, around, setting):
        return Meaning(None)
    reported = [what for _, what in setting.earlier]
    before = around.line[max(0, around.begin - 20) : around.begin]
    plan = _find_plan(around, before, setting)
    if plan is None and (reached := _reaches_aim_before(before, around, setting)):
        return reached
    if plan is not None and reported and _ACHIEVES.search(before) and "plan" in around.left:
        return _judge_achievement(plan, None, around, setting)
    achieve = around.gap.get("achieve") or around.gap.get("exceed")
    intent = around.left.get("plan")
    ruled = setting.earlier and setting.earlier[-1][1] == "members_per_club"
    if (ruled and "of_which" in around.gap) or match_behind(around, _MUST):
        return Meaning(None, ("quy định",))
    if setting.planned or (intent is not None and intent.words in _INTENT):
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


def _is_of_others_counted(setting: Setting) -> bool:
    """Tell the share of "the Association has 105,000 members, of whom 62% are women"."""
    people = [(other.noun, what) for other, what in setting.earlier if other.noun in _PEOPLE]
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


def _judge_places(  # noqa: C901, PLR0911, PLR0912
    mention: Mention, around: Around, setting: Setting
) -> Meaning:
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
    if _PLACE_LABEL.search(around.line, 0, around.begin):
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


_JUDGES: dict[str, Callable[[Mention, Around, Setting], Meaning]] = {
    "club": _judge_clubs,
    "member": judge_people,
    "person": judge_people,
    "association_member": judge_people,
    "older": judge_people,
    "women": judge_people,
    "trainee": judge_people,
    "borrower": judge_borrowers,
    "household": judge_borrowers,
    "course": _judge_courses,
    "share": _judge_share,
    "VND": judge_money,
    "commune": _judge_places,
    "district": _judge_places,
    "province": _judge_places,
    "village": _judge_places,
}
JUDGED = frozenset(_JUDGES)
"""The nouns behind which a number may be ours."""
