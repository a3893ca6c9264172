"""A sum of money with the cues around it comes in; which money it is goes out.

The fund named nearest before a sum decides; one behind it in its clause is the second choice. Sums
per loan, per person, of the best or the worst club, of the activity fund and the Association's
funds are none of ours, nor are the parts of a sum that stands before them.
"""

from __future__ import annotations

import re

from .finders import WordPattern
from .lexicon import Cue
from .phrases import Mention
from .rules import find_extreme, find_mean, match_behind
from .windows import TAKE_CAPITAL, Around, Meaning, Setting

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
_DATED_BEHIND = re.compile(
    r" \(?(?:on|by|at the end of|in|as of|vào|cuối|đến|tính đến|năm|tháng|ngày|vao|cuoi|den"
    r"|tinh den|nam|thang|ngay) "
)
_LEAST_VND = 1000  # "VND 25" without its scale word is half of a range
_ONE_CLUB_VND = 500_000_000
_SPLIT = re.compile(r"[\W_]*(?:trong đó|trong do|of which|of this)\b")
_BOUNDS = ("at_least", "at_most", "range")
_CLASS_REACH = 60
_OF_CLASS = re.compile(
    r"\d (?:clb|câu lạc bộ|cau lac bo)(?: lthtgn)?(?: đã| đều| da| deu)? (?:có|co)"
    r" (?:số |mức |nguồn |so |muc |nguon )?(?:vốn|quỹ|von|quy)"
    r"(?: tăng thu nhập| quay vòng| tang thu nhap| quay vong)?(?: đạt| chỉ| dat| chi)? ?$"
)
_OF_EACH_LOAN = re.compile(
    r"\d (?:loans|lượt vay|khoản vay|món vay|luot vay|khoan vay|mon vay)(?: worth| of| từ| mức| tu"
    r"| muc){1,2}(?: up to| about| around| not more than| at most)?(?: vnd)? $"
)
_GRANTED = re.compile(
    r"\b(?:cấp|chi|hỗ trợ|bố trí|dành|cap|chi|ho tro|bo tri|danh|granted|gave|provided|asked for"
    r"|requested|applied for)"
    r"(?: thêm| tổng| số tiền| khoảng| trên| gần| hơn| them| khoang| tren| gan| hon| vnd){0,2} $"
)
_TO_THE_CLUBS = re.compile(
    r"(?: for \d{4})? to (?:expand|scale up|support|set up|replicate|maintain)(?: (?:the|more|new"
    r"|all))* (?:clubs|ishcs)\b"
    r"|(?: (?:mỗi|hằng|hàng|moi|hang) (?:năm|nam)(?:,?(?: trong| từ| tu)?(?: giai đoạn| giai doan)?"
    r" \d{4} ?(?:-|đến|den) ?\d{4})?)?"
    r"(?: kinh phí| để| kinh phi| de)?(?: hội| hoi)?(?: tiếp tục| tiep tuc)?"
    r" (?:cho|hỗ trợ|nhân rộng|thành lập|duy trì|ho tro|nhan rong|thanh lap|duy tri|for|to)"
    r"(?: (?:các|việc|hoạt động|của|mô hình|mới|cac|viec"
    r"|hoat dong|cua|mo hinh|moi|the|all)){0,4} (?:clb|câu lạc bộ|cau lac bo|clubs|ishcs"
    r"|(?:chương trình|mô hình|phong trào|chuong trinh|mo hinh|phong trao) (?:này|nay))\b"
)
_IN_HANDS = re.compile(
    r"(?: đang| hiện| còn| dang| hien| con| is| are| was| were)*"
    r" (?:nằm (?:trong tay|ở|trong)|trong tay|ở trong tay|nam (?:trong tay|o)|in the hands of"
    r"|held by|with)(?: (?:các|hơn|gần|khoảng|some|about|cac|hon|gan|khoang))?(?: [\d.,]+)?"
    r" (?:hộ|người|thành viên|ho|nguoi|thanh vien|households|members|people|borrowers)"
    r"(?:(?<=borrowers)|[^.;:,\d]{0,20} (?:vay|borrow|on loan|who borrowed))\b"
)
_FOR_THE_CLUBS = WordPattern(
    r"\b(?P<gives>cấp|chi|phân bổ|bố trí|dành|giao|duyệt|hỗ trợ|cap|chi|phan bo|bo tri|danh|giao"
    r"|duyet|ho tro|allotted|allocated|granted|gave)(?: kinh phí| ngân sách| kinh phi| ngan sach)?"
    r" (?:cho |để |de |for |to )(?:(?:việc|hoạt động|công tác|viec|hoat dong|cong tac|the) )*"
    r"(?:nhân rộng|thành lập|duy trì|phát triển|chương trình|đề án|mô hình|các clb|các câu lạc bộ"
    r"|nhan rong|thanh lap|duy tri|phat trien|chuong trinh|de an|mo hinh|cac clb|cac cau lac bo"
    r"|programme|clubs)\b[^.;:,%\d]{0,40}(?:(?:năm|nam|giai đoạn|giai doan|in) [\d-]{4,9} "
    r"[^.;:,%\d]{0,20})?$"
)
_IN_YEAR = (
    r"(?:(?:năm|nam|giai đoạn|giai doan) (?:\d{4}|nay|tới|sau|ngoái|trước|toi|ngoai|truoc)"
    r"|sang năm|sang nam|next year|this year|(?:in|for) \d{4})(?![\w/])"
)
_COMES_TO = (
    r"(?:(?: thì| đã| được| chỉ| lại| it| thi| da| duoc| chi| lai)*"
    r" (?:là|còn|tăng lên|nâng lên|giảm còn|giảm xuống còn|la|con|tang len|nang len|giam con|was"
    r"|rose to|fell to)|:)"
)
_ASKS_AGAIN = (
    r"(?![^.;:]*\b(?:ông|bà|cụ|hộ|gia đình|cu|ho|gia dinh|mr|mrs)\b)[^.;:\d]{0,40}?"
    r"\b(?<!clb )(?<!clb được )(?:xin|đề nghị|đề xuất|kiến nghị|cấp|bố trí|phân bổ|duyệt|giao"
    r"|nhận|de nghi|de xuat|kien nghi|cap|bo tri|phan bo|duyet|asked for|requested|applied for)"
    r"(?: được| thêm| khoảng| là| duoc| them| khoang| la| about| some){0,2}"
)
# "năm 2024 cấp 700 triệu đồng; năm 2025 chúng tôi xin 1,1 tỷ"
_AGAIN = WordPattern(rf"{_IN_YEAR}(?:{_COMES_TO}|{_ASKS_AGAIN}) (?:vnd )?$")
_TO_BUY = re.compile(
    r"(?: để| cho| de)? (?:mua|sắm|sửa|thuê|tặng|xây|mở rộng|sam|sua|thue|tang|xay|mo rong|buy"
    r"|to buy)\b"
)
_PARTS_FOLLOW = re.compile(
    r"\b(?:gồm|bao gồm|trong đó|chia ra|cụ thể|gom|bao gom|trong do|chia ra|cu the|of which"
    r"|including|comprising|made up of|consisting of|split into)\b"
)
_SUPPORT = re.compile(r"(?:hỗ trợ|cấp|tặng|thưởng|ho tro|cap|tang|thuong)(?: \w+){0,2} $")
_PLANNED_MEAN = WordPattern(
    r"(?:phấn đấu|vận động|để|sẽ|muốn|mục tiêu|chỉ tiêu|kế hoạch|phan dau|van dong|de|se|muon"
    r"|muc tieu|chi tieu|ke hoach)\b"
)
_WANTED = WordPattern(
    r"(?:phấn đấu|sẽ|dự kiến|đề nghị|đề xuất|kiến nghị|mong|muốn|phan dau|se|du kien|de nghi"
    r"|de xuat|kien nghi|mong|muon|will|would|hopes? to|aims? to|plans? to)\b"
    r"(?![^.;]*\b(?:đã|đến nay|hiện|nay|da|den nay|hien|now|already)\b)[^.;:]*$"
)
_OF_A_PERSON = re.compile(
    r"[\W\d]*(?:ông|bà|anh|chị|cụ|bác|ong|ba|anh|chi|cu|bac|mr|mrs|ms)\b\.?"
    r"(?![^.;]*(?:[:\"]|\b(?:cho biết|chia sẻ|nói|báo cáo|kể|thông tin|cho biet|chia se|noi"
    r"|bao cao|says?|said|reports?|reported)\b))"
)
_PERSON_BORROWS = re.compile(
    r" (?:mà |ma )?(?:ông|bà|anh|chị|cụ|cô|chú|bác|tôi|mình|gia đình|ong|ba|anh|chi|cu|co|chu|bac"
    r"|toi|minh|gia dinh)\b(?: \w+){0,4}? vay\b"
)
_BORROWED_FROM = re.compile(
    r' ?["(]?(?:tiền )?(?:vay|mượn|muon) (?:của|từ|ở|tại|cua|tu|o|tai)\b| borrowed from\b'
)
_MOST_TO_ONE = WordPattern(
    r"(?:người|hộ|suất|khoản|ai|nguoi|ho|suat|khoan)(?: \w+){0,2}? (?:nhiều|cao|ít|thấp|nhieu|cao"
    r"|it|thap) (?:nhất|nhat)(?: là| được| tới| vay| cũng| chỉ| la| duoc| toi| cung| chi){0,3} $"
)
_TURNS_LENT = re.compile(
    r" ?(?:được |duoc )?vay(?: vốn| von)?(?:,? (?:với|tổng|voi|tong)[^\d.;]{0,20})? ?"
)
_LENT_OR_HELD = frozenset(("lent", "fund_income", "fund_vague", "with_fund"))
_PART_WORDS = re.compile(r"^(?: đồng)? (?:từ|do|của|là|trích|lấy|tu|cua|la|trich|lay|from|by) ")
_BORROWING = frozenset(("vay", "đã vay", "da vay", "được vay", "duoc vay", "còn vay", "con vay"))
_BORN_WITH = WordPattern(
    r"(?:ra đời|chào đời|thành lập|ra mắt|được lập|ra doi|chao doi|thanh lap|ra mat|duoc lap"
    r"|opened|launched"
    r"|founded|set up|established|started|formed)\b[^.;:]{0,60} (?:với|voi|with) [^.;:]{0,60}$"
)
_RULED_SUM = WordPattern(r"(?:quy định|quy dinh|quy chế|quy che)[^.;,:\d]{0,20}$")
_OUT_OF_BUDGET = re.compile(
    r" (?:từ|của|trích từ|lấy từ|bằng|tu|cua|trich tu|lay tu|bang|from the|of the)"
    r"(?: nguồn| nguon| vốn| von)? (?:ngân sách|ngan sach|\w* ?budget)\b"
)
_USED = re.compile(
    r"(?:(?:đã|da) (?:sử dụng|chi|dùng|su dung|dung)|thực chi|quyết toán|thuc chi|quyet toan|spent"
    r"|used)(?: hết| được| là|:| het| duoc| la)? $"
    r"|(?:thực chi|quyết toán|thuc chi|quyet toan)\b[^.;:,\d]{0,40}: $"
)
_PAID_OUT = frozenset(("giải ngân", "giai ngan"))
_LAUNCHED = frozenset(("ra mắt", "ra mat", "thành lập", "thanh lap", "launched"))
_GIVEN = WordPattern(
    r"(?:tỉnh|huyện|xã|hội|thành phố|tinh|huyen|xa|hoi)(?: \w+){0,3} (?:cấp|hỗ trợ|ủng hộ|cap"
    r"|ho tro|ung ho)(?: vốn| von)? $"
)

_UNDECIDED = frozenset(("", "budget", "fund_vague", "fee", "startup"))
_ASKED = WordPattern(
    r"(?P<asks>xin|đề nghị|đề xuất|kiến nghị|trình|de nghi|de xuat|kien nghi|trinh)\b"
    r"(?=[^.;]{0,60}\b(?:tỉnh|huyện|xã|hội|ubnd|dự án|nhà nước|trên|cấp|hỗ trợ|tinh|huyen|xa|hoi"
    r"|du an|cap|ho tro)\b)[^.;:\d]{0,60} "
    r"(?:cấp|hỗ trợ|bố trí|bổ sung|duyệt|chi|tỉnh|huyện|dự án|cap|ho tro|bo tri|bo sung|duyet"
    r"|tinh|huyen|du an)(?: thêm| khoản| cho| them| khoan)?"
    r"(?: (?:các|toàn bộ|cac|toan bo) (?:clb|câu lạc bộ|cau lac bo))? $"
)
_SUM = re.compile(
    r"số tiền|so tien|tổng số|tổng cộng|tong so|tong cong|total(?:ling)?|altogether|worth"
)
_JUST_CAPITAL = frozenset(
    ("vốn", "von", "quỹ", "quy", "số vốn", "so von", "nguồn vốn", "nguon von", "tổng vốn")
)
_JOINED = re.compile(r",? ?(?:và|va|and|với|voi|with)? ?")
_JOINED_FUND = re.compile(
    r",? ?(?:và |va )?(?:quỹ|vốn|quy|von)(?: tăng thu nhập)? "
    r"|,? (?:and|with) (?:an? )?(?:[\w-]+ ){0,2}fund of (?:about |some |around |nearly |over )?"
    r"(?:vnd )?"
)
_EACH = frozenset(("each", "apiece"))
_OWNED = re.compile(r"(?: tăng thu nhập| tang thu nhap)? (?:của|ở|tại|cua|o|tai|of|in)(?: \w+)? ?")


def judge_money(mention: Mention, around: Around, setting: Setting) -> Meaning:  # noqa: PLR0911
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
    if mention.second < _LEAST_VND:
        return Meaning(None, ("đồng",))
    fund = _nearest_fund(around)
    code = fund[0] if fund else ""
    mean = find_mean(around, setting)
    if refused := _find_refusal(mention, around, setting, code, mean):
        return Meaning(None, (refused,))
    if mean is None and (held := match_behind(around, _IN_HANDS)):
        return Meaning("lent_vnd", (held[0].strip(),))
    if mean is None and code in _UNDECIDED and (given := _find_grant(around, setting)):
        return Meaning("budget_vnd", (given,), sure=False)
    if meaning := _judge_startup(around, setting, code, mean):
        return meaning
    if setting.planned and code not in _UNDECIDED:
        return Meaning(None, ("phần kế hoạch",))
    if mean is not None and (
        setting.planned
        or _PLANNED_MEAN.search(around.line, setting.sentence[0], around.begin)
        or (not code and _SUPPORT.search(around.line, max(0, around.begin - 30), around.begin))
    ):
        return Meaning(None, (mean.words,))
    if mean is not None and code not in ("budget", "lent"):
        return _judge_mean(mean, fund, around, setting)
    last = setting.earlier[-1] if setting.earlier else None
    joined = last is not None and _JOINED.fullmatch(around.line, last[0].stop, mention.begin)
    joined = joined or (
        last is not None and "average" in around.left
        and _JOINED_FUND.fullmatch(around.line, last[0].stop, mention.begin)
    )  # fmt: skip
    # "Bình quân 55 thành viên, trong đó 35 nữ, quỹ 61 triệu đồng": of one club too.
    told = next((what for _, what in reversed(setting.earlier) if what is not None), None)
    if joined and told == "members_per_club" and code in _CAPITAL:
        return Meaning("income_fund_per_club_vnd", ("bình quân", fund[1].words if fund else ""))
    return _judge_named(mention, fund, around, setting)


def _find_grant(around: Around, setting: Setting) -> str | None:
    """Return what asks for a sum, or gives it to the clubs: "đã cấp 180 triệu đồng cho các CLB"."""
    if "startup" not in around.gap:
        asked = _ASKED.search(around.line, 0, around.begin)
        if asked is not None:
            return str(asked["asks"])
    for_clubs = _FOR_THE_CLUBS.search(around.line, setting.sentence[0], around.begin)
    if for_clubs is not None and not setting.named_club:
        return str(for_clubs["gives"])  # "cấp cho việc nhân rộng mô hình số tiền 90 triệu đồng"
    last, told = setting.earlier[-1] if setting.earlier else (None, setting.last_indicator)
    begin = setting.sentence[0] if last is None else last.stop
    again = told == "budget_vnd" and _AGAIN.search(around.line, begin, around.begin)
    if again and match_behind(around, _TO_BUY) is None:
        return again[0].strip()
    if match_behind(around, _TO_THE_CLUBS) is None:
        return None
    granted = _GRANTED.search(around.line, max(0, around.begin - 30), around.begin)
    return None if granted is None else granted[0].strip()


def _find_refusal(
    mention: Mention, around: Around, setting: Setting, code: str, mean: Cue | None
) -> str | None:
    """Return the words that make a sum none of ours."""
    cue = around.has(_NONE_OF_OURS)
    if cue is not None and "wrong" in cue.codes and ")" in around.line[cue.end : mention.start]:
        cue = None  # "(biểu cũ ghi nhầm), bình quân 50 triệu"
    fund = around.gap.get("fund_income")
    if cue is not None and fund is not None and fund.start < cue.start < fund.end:
        cue = None  # "quỹ cho vay được 51 triệu" holds "vay được"
    borrowed = bool(setting.earlier) and setting.earlier[-1][1] == "borrowers"
    if cue is not None and cue.words == "a loan" and borrowed and (
        "lent" in around.right or "lent" in around.gap
    ):  # fmt: skip
        cue = None  # "2,140 people have a loan, with VND 6.45 billion outstanding"
    if cue is not None and not (cue.words == "worth" and code in _CAPITAL):
        return cue.words
    told = _find_other_money(mention, around, setting, code) or find_extreme(around)
    told = told or _find_each_borrower(mean, setting)
    told = told or _find_class(mention, around)
    if told := told or _find_budget_line(around, setting):
        return told
    each = code == "budget" and around.has("near:per_club|gap:each_club")
    if code in _OTHER_MONEY or each or (code == "fee" and mean is None):
        return code
    paid = code == "budget" or match_behind(around, _OUT_OF_BUDGET)
    yearly = None if paid else around.gap.get("yearly")
    if spent := yearly or _find_spent(around, setting):
        return spent.words
    extreme = around.gap.get("superlative")
    # "CLB lớn nhất có 136 triệu" names none; "CLB Đôn Nghĩa có vốn lớn nhất, 80 triệu" does.
    if extreme is not None and not setting.named_club and not (
        mean is not None and mean.start > extreme.start
    ):  # fmt: skip
        return extreme.words
    return None if mean is not None else _find_part(mention, around, setting, code)


def _find_each_borrower(mean: Cue | None, setting: Setting) -> str | None:
    """Tell whose "each" is: "lent to 3,150 borrowers, no more than VND 10 million each"."""
    counted = [what for other, what in setting.earlier if other.noun not in ("VND", "share", "")]
    each = mean is not None and mean.words in _EACH and counted[-1:] == ["borrowers"]
    return mean.words if mean is not None and each else None


def _find_other_money(mention: Mention, around: Around, setting: Setting, code: str) -> str | None:
    """Tell sums that are wanted, lent to one person, or given by the places above."""
    begin = setting.sentence[0]
    if code in _LENT_OR_HELD and (wanted := _WANTED.search(around.line, begin, around.begin)):
        return wanted[0]
    if code == "lent" and "lent" not in around.gap and (
        taken := match_behind(around, _BORROWED_FROM)
    ) and not any(what == "borrowers" for _, what in setting.earlier):  # fmt: skip
        return taken[0]  # "mua con bò bằng 10 triệu đồng vay của CLB"
    if each := _OF_EACH_LOAN.search(around.line, max(0, around.begin - 40), mention.start):
        return each[0]  # "in 2,900 loans of up to VND 10 million"
    most = _MOST_TO_ONE.search(around.line, begin, mention.start)
    if most or (code == "lent" and _is_loan_of_one(mention, around, setting)):
        return most[0].strip() if most else "một người vay"
    given = _GIVEN.search(around.line, max(0, around.begin - 40), around.begin)
    fresh = around.has("gap:startup|gap:fee|left:startup|gap:each_club")
    return given[0] if given and fresh else None


def _is_loan_of_one(mention: Mention, around: Around, setting: Setting) -> bool:
    """Tell the loan of one person: "Ông Tâm (72 tuổi) được CLB cho vay 7 triệu đồng"."""
    if _PERSON_BORROWS.match(around.line, mention.stop):
        return True
    counted = any(what in ("borrowers", "members") for _, what in setting.earlier)
    return not counted and _OF_A_PERSON.match(around.line, setting.sentence[0]) is not None


def _find_spent(around: Around, setting: Setting) -> Cue | None:
    """Return what spends a budget: "bố trí 85 triệu đồng; đã giải ngân 40 triệu đồng"."""
    paid = around.gap.get("lent")
    planned = any(what == "budget_vnd" for _, what in setting.earlier)
    return paid if paid is not None and paid.words in _PAID_OUT and planned else None


def _find_class(mention: Mention, around: Around) -> str | None:
    """Tell what each club of a class has: "5 CLB có vốn trên 100 triệu đồng"."""
    if mention.qualifier not in _BOUNDS or mention.second >= _ONE_CLUB_VND:
        return None
    begin = max(0, around.begin - _CLASS_REACH)
    classed = _OF_CLASS.search(around.line, begin, around.begin)
    return None if classed is None else classed[0]


def _find_budget_line(around: Around, setting: Setting) -> str | None:
    """Tell the lines of a budget: "bố trí 900 triệu đồng, trong đó 500 triệu là vốn mồi, ..."."""
    for other, what in reversed(setting.earlier):
        if what != "budget_vnd":
            continue
        parts = _PARTS_FOLLOW.search(around.line, other.stop, around.begin)
        return parts[0] if parts and ";" not in around.line[parts.end() : around.begin] else None
    return None


def _find_part(mention: Mention, around: Around, setting: Setting, code: str) -> str | None:
    """Tell the parts of a sum that stands before them: "46 triệu đồng, gồm 20 triệu từ ..."."""
    if not any(other.noun == "VND" for other, _ in setting.earlier):
        split = _SPLIT.match(around.line, setting.sentence[0])
        money = (setting.last_indicator or "").endswith("_vnd")
        return split[0] if split and money and code in ("", "budget", "fund_vague") else None
    part = around.gap.get("budget_part")
    if match_behind(around, _IN_HANDS):
        return None  # "quỹ 3,2 tỷ đồng, trong đó 2,9 tỷ nằm trong tay 815 hộ vay"
    if part is not None and ";" in around.line[part.end : around.begin]:
        part = None
    if part is not None and not setting.has_place:
        return part.words
    source = _PART_WORDS.match(around.line[mention.stop :])
    return source[0] if source is not None and code in ("", "budget", "fee") else None


def _judge_startup(around: Around, setting: Setting, code: str, mean: Cue | None) -> Meaning | None:
    launched = around.gap.get("found")
    if not code and setting.one_club and launched is not None and launched.words in _LAUNCHED:
        return Meaning("startup_capital_vnd", (launched.words,), sure=False)
    startup = around.gap.get("startup") or around.near.get("startup")
    if startup is None and (code == "startup" or "each_club" in around.gap):
        # "received VND 25 million in start-up capital", "mỗi CLB nhận 28 triệu đồng vốn ban đầu"
        startup = around.right.get("startup")
    if startup is not None and code != "lent" and not _is_of_the_last(startup, around, setting):
        return Meaning("startup_capital_vnd", (startup.words,))
    # "Ban đầu có 50 thành viên, vốn 30 triệu đồng"
    begun, now = around.left.get("startup"), around.left.get("now")
    still = begun is not None and not (now is not None and now.start > begun.start)
    fresh = not any(other.noun == "VND" for other, _ in setting.earlier)
    named = around.gap.get("fund_vague") or around.gap.get("fund_income")
    vague = code in ("", "fund_vague") or (named is not None and named.words in _JUST_CAPITAL)
    if begun and still and fresh and setting.one_club and vague and code != "lent":
        return Meaning("startup_capital_vnd", (begun.words,), sure=False)
    born = _BORN_WITH.search(around.line, setting.sentence[0], around.begin)
    usual = mean is not None and mean.start < around.begin  # "mỗi CLB ra mắt với 40 triệu đồng"
    if born and fresh and now is None and (setting.one_club or usual) and code in (
        "", "fund_vague",
    ):  # fmt: skip
        return Meaning("startup_capital_vnd", (born[0],), sure=False)
    if setting.launch and fresh and now is None and code in _CAPITAL and named:
        vague = named.words in _JUST_CAPITAL
        return Meaning("startup_capital_vnd", (named.words,), sure=False) if vague else None
    return None


def _is_of_the_last(cue: Cue, around: Around, setting: Setting) -> bool:
    """Tell whether a cue stands right behind the sum before: "từ 50 triệu ban đầu nay lên 118"."""
    if not setting.earlier:
        return False
    last = setting.earlier[-1][0]
    return last.noun == "VND" and (
        0 <= cue.start - last.stop <= 1 or around.line[last.stop : cue.start] in (" in ", " as ")
    )


def _judge_mean(
    mean: Cue, fund: tuple[str, Cue] | None, around: Around, setting: Setting
) -> Meaning:
    if ruled := _RULED_SUM.search(around.line, max(0, around.begin - 40), around.begin):
        return Meaning(None, (ruled[0],))
    capital = fund is not None and fund[0] in _CAPITAL
    known = any(what in ("income_fund_vnd", "clubs_with_fund") for _, what in setting.earlier)
    named = around.has("left:fund_income|left:fund_vague|left:with_fund|near:per_club")
    if named is None and setting.last_indicator == "startup_capital_vnd":
        named = around.has("left:now")
    clubs = around.has("gap:each_club|near:per_club|right:per_club|left:club")
    if (capital or known or named) and (clubs or setting.earlier):
        words = (mean.words,) if fund is None else (mean.words, fund[1].words)
        return Meaning("income_fund_per_club_vnd", words)
    if setting.earlier and setting.earlier[-1][1] == "members_per_club":
        return Meaning("income_fund_per_club_vnd", (mean.words,), sure=False)
    return Meaning(None, (mean.words,))


def _judge_named(
    mention: Mention, named: tuple[str, Cue] | None, around: Around, setting: Setting
) -> Meaning:
    if named is None:
        return _judge_unnamed(around, setting)
    code, fund = named
    if code == "fund_vague" and match_behind(around, _OUT_OF_BUDGET):
        return Meaning("budget_vnd", (around.right["budget"].words,))
    words = (fund.words,)
    if code in _CAPITAL and _is_what_they_took(fund, around, setting):
        return Meaning("lent_vnd", words, sure=False)
    if code == "fund_vague":
        clubs = around.left.get("club") or setting.one_club
        clubs = clubs or setting.last_indicator == "clubs_with_fund"
        return Meaning("income_fund_vnd", words, sure=False) if clubs else Meaning(None, words)
    # "Quỹ của các CLB từ 30-35 triệu đồng" is what each club has.
    if code == "fund_income" and mention.role == "range" and mention.second < _ONE_CLUB_VND:
        return Meaning("income_fund_per_club_vnd", words, sure=False)
    return Meaning(_INDICATOR_OF.get(code), words)


def _is_what_they_took(fund: Cue, around: Around, setting: Setting) -> bool:
    """Tell the sum of "06 hộ nhận vốn vay đợt một, tổng số tiền 30 triệu đồng"."""
    last = setting.earlier[-1] if setting.earlier else None
    if last is None or last[1] != "borrowers":
        return False
    taken = TAKE_CAPITAL.match(around.line, last[0].stop)
    return (
        taken is not None
        and fund.start < taken.end()
        and (_SUM.search(around.line, taken.end(), around.begin) is not None)
    )


def _judge_unnamed(around: Around, setting: Setting) -> Meaning:  # noqa: PLR0911
    """Decide by the figure before: "36/38 CLB đã có quỹ, cộng lại được 2.416 triệu đồng"."""
    before = setting.earlier[-1][1] if setting.earlier else None
    used = _USED.search(around.line, max(0, around.begin - 60), around.begin)
    if used and "budget_vnd" in (setting.last_before, *(what for _, what in setting.earlier)):
        return Meaning("budget_vnd", (used[0].strip(),))
    if setting.earlier and setting.earlier[-1][0].noun == "club":
        owner = setting.earlier[-1][0]
        if owner.role == "whole" and len(setting.earlier) > 1:
            owner = setting.earlier[-2][0]
        for code in ("fund_income", "fund_vague"):
            fund = around.left.get(code)
            if fund is not None and _OWNED.fullmatch(around.line, fund.end, owner.begin):
                return Meaning("income_fund_vnd", (fund.words,))
    if grown := _find_growth(before, around, setting):
        return Meaning("income_fund_vnd", (grown,))
    if before == "borrowers" or _sums_up_loans(around, setting):
        return Meaning("lent_vnd", ("vay",), sure=False)
    if before == "members_per_club":
        return Meaning("income_fund_per_club_vnd", ("bình quân",), sure=False)
    sums = any(other.noun == "VND" for other, _ in setting.earlier)
    if not sums and any(what == "clubs_with_fund" for _, what in setting.earlier):
        return Meaning("income_fund_vnd", ("CLB có quỹ",))
    return Meaning(None)


def _find_growth(before: str | None, around: Around, setting: Setting) -> str | None:
    """Return the words that make a sum what a fund has grown to, or what one club holds of it."""
    if before == "income_fund_vnd" and setting.named_club:
        return "CLB"  # "quỹ 168 triệu đồng, riêng CLB A giữ 51 triệu"
    # "Quỹ tăng thu nhập năm 2016 mới có 210 triệu đồng, đến cuối năm 2020 đạt 1.130 triệu đồng"
    grown = before == "income_fund_vnd" and setting.dated
    if before != "startup_capital_vnd" and not grown:
        return None
    # "Vốn khi thành lập 50 triệu, nay 92 triệu đồng"
    risen = around.gap.get("rise_to") or around.gap.get("now")
    if risen is None and _DATED_BEHIND.match(around.line, around.stop):
        risen = around.gap.get("stock")  # "launched with VND 22 million, had 41 million in 2023"
    return None if risen is None else risen.words


def _sums_up_loans(around: Around, setting: Setting) -> bool:
    """Tell the sum of "cho 163 lượt người vay, tổng số tiền 790 triệu đồng"."""
    lent = around.gap.get("lent")
    turns = setting.earlier[-1][0] if setting.earlier else None
    if turns is not None and turns.noun == "loan":
        if _TURNS_LENT.fullmatch(around.line, turns.stop, around.begin):
            return True
        told: int | None = turns.stop
    else:
        told = None
    told = lent.end if lent else told
    return told is not None and _SUM.search(around.line, told, around.begin) is not None


def _nearest_fund(around: Around) -> tuple[str, Cue] | None:
    """Return the fund that a sum belongs to: named before it, else behind it in the clause."""
    named = [(code, around.gap[code]) for code in _FUNDS if code in around.gap]
    if "fee_not" in around.gap:
        named = [pair for pair in named if not pair[1].words.startswith(("thu nhập", "thu nhap"))]
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
