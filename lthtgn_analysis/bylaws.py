"""Hold registers and ledgers against the rules of the clubs: tables in, rows of problems out.

Each rule is a small function, named as a sentence that is true of a good register. The ledgers are
added up on the engine they live on, so a rule sees one row a club. Rules of the Prime Minister's
decisions are targets, not facts of arithmetic: breaking them is a warning; what cannot be true is
an error. A problem names clubs by their ids, never people.
"""
# ruff: noqa: D401 - rules are described as sentences that are true of good data.

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

import narwhals.stable.v2 as nw
import pandas as pd

from .areas import read_areas
from .engines import Frame, fetch, open_bench, read_small
from .ledgers import (
    count_borrowers,
    count_faults,
    find_shared_members,
    flag_loans,
    list_borrowers,
    sum_loans,
    sum_meetings,
)
from .lettering import strip_marks
from .measures import STARTUP_PARTS
from .registers import (
    LOANS,
    MEETINGS,
    find_personal_columns,
    read_clubs,
    read_loans,
    read_meetings,
)
from .schema import PROBLEMS, arrange
from .standards import read_standard

Lang = Literal["vi", "en"]
Rule = Callable[[pd.DataFrame, Lang], pd.DataFrame]

_EVER = {"since": pd.Timestamp("1900-01-01"), "as_of": pd.Timestamp("2199-12-31")}
_COMMON_WORDS = re.compile(r"\b(clb|cau lac bo|lien the he|tu giup nhau|lthtgn|thon|xom|to|khu)\b")
_SIMILAR = 0.9
_LOOKED_AT = 1000


def find_register_problems(
    clubs: Any,
    *,
    meetings: Any = None,
    loans: Any = None,
    engine: str = "auto",
    standard: str | Path | None = None,
    lang: Lang = "vi",
) -> pd.DataFrame:
    """Find what cannot be true, or breaks the rules of the clubs, in a register and its ledgers.

    Parameters
    ----------
    clubs, meetings, loans : path or data frame
        As for `summarise_clubs`; the ledgers may be left out.
    engine : str
        As for `summarise_clubs`.
    standard : str or Path, optional
        A file as `reference/club_standard.toml`; its bounds of size are used.
    lang : {"vi", "en"}
        Language of `found`, `must` and `hint`.

    Returns
    -------
    DataFrame
        The problems table, errors first; `fact_ids` holds the ids of the clubs.

    Raises
    ------
    InvalidTableError, UnreadableSourceError, EngineError
        As `summarise_clubs`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> problems = find_register_problems(sample_path("clubs"))
    >>> problems["check"].value_counts().to_dict()
    {'clubs_are_of_the_standard_size': 124}
    """
    register = read_clubs(clubs)
    bounds = next(c for c in read_standard(standard).criteria if c.name == "size")
    register = register.assign(least=bounds.low, most=bounds.high)
    table = register.drop_duplicates("club", ignore_index=True)
    found = [clubs_are_given_once(register, lang)]
    found += [rule(table, lang) for rule in REGISTER_RULES]
    ledgers = {
        name: read_small(ledger, kept_as, reader)
        for name, ledger, reader, kept_as in (
            ("meetings", meetings, read_meetings, MEETINGS),
            ("loans", loans, read_loans, LOANS),
        )
        if ledger is not None
    }
    sums = _add_up(ledgers, engine)
    found += [_clubs_are_registered(name, rows, table, lang) for name, rows in sums.items()]
    if "meetings" in sums:
        joined = table.merge(sums["meetings"], on="club")
        found += [rule(joined, lang) for rule in MEETING_RULES]
    if "loans" in sums:
        joined = table.merge(sums["loans"], on="club")
        found += [rule(joined, lang) for rule in LOAN_RULES]
        found.append(_ids_are_codes(sums["loans"].attrs["personal"], lang))
    order = {"error": 0, "warning": 1, "note": 2}
    return arrange(pd.concat([rows for rows in found if len(rows)] or found), PROBLEMS).sort_values(
        ["severity", "check", "fact_ids"],
        key=lambda column: column.map(order) if column.name == "severity" else column,
        kind="stable",
        ignore_index=True,
    )


def clubs_are_given_once(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Every club has one row."""
    times = register["club"].map(register["club"].value_counts())
    again = register.loc[register.duplicated("club", keep="first")].drop_duplicates("club")
    return _rows(
        again,
        "clubs_are_given_once",
        "error",
        found=times[again.index].astype("str") + {"vi": " dòng cùng mã", "en": " rows"}[lang],
        must={"vi": "có một dòng", "en": "have one row"}[lang],
        hint={"vi": "giữ dòng đúng; khi tính chỉ lấy dòng đầu",
              "en": "keep the right one; only the first is counted"}[lang],
    )  # fmt: skip


def clubs_have_names_of_their_own(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """No two clubs of one area have nearly the same name."""
    named = register.loc[register["club_name"].notna()]
    folded = named["club_name"].map(strip_marks).astype("str").str.lower()
    named = named.assign(
        words=folded.str.replace(_COMMON_WORDS, " ", regex=True)
        .str.replace(r"[\W_]+", " ", regex=True).str.strip(),
        numbers=folded.str.findall(r"\d+").map(" ".join),
    )  # fmt: skip
    pairs = [
        (a, b)
        for _, group in named.groupby(["level", "area", "numbers"])
        for a, b in combinations(group[["club", "club_name", "words", "area"]].to_numpy(), 2)
        if _are_similar(a[2], b[2])
    ]
    rows = pd.DataFrame(
        {
            "club": [f"{a[0]};{b[0]}" for a, b in pairs],
            "area": [a[3] for a, _ in pairs],
            "found": [f"{a[1]} ~ {b[1]}" for a, b in pairs],
        }
    )
    return _rows(
        rows,
        "clubs_have_names_of_their_own",
        "warning",
        found=rows["found"],
        must={"vi": "là hai CLB khác nhau", "en": "be two clubs"}[lang],
        hint={"vi": "nếu là một CLB ghi hai lần thì bỏ một dòng",
              "en": "if it is one club entered twice, delete one row"}[lang],
    )  # fmt: skip


def areas_are_on_the_map(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Every club lies in an area of its map."""
    maps = register["boundaries"].unique()
    known = pd.concat(
        [read_areas(boundaries=b)[["level", "area", "boundaries"]] for b in maps]
        or [register[["level", "area", "boundaries"]]]
    )
    keys = pd.MultiIndex.from_frame(register[["level", "area", "boundaries"]])
    lost = register.loc[~keys.isin(pd.MultiIndex.from_frame(known))]
    return _rows(
        lost,
        "areas_are_on_the_map",
        "error",
        found=lost["level"] + " " + lost["area"] + " @ " + lost["boundaries"],
        must={"vi": "là mã đơn vị hành chính của mốc địa giới đó",
              "en": "be a code of the map"}[lang],
        hint={"vi": "tra mã bằng find_area(tên, level=..., boundaries=...)",
              "en": "find_area(name, level=..., boundaries=...) gives the code"}[lang],
    )  # fmt: skip


def clubs_are_of_the_standard_size(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A club has as many members as the decision wants."""
    members = register["members"]
    inside = members.between(register["least"], register["most"])
    off = register.loc[members.notna() & ~inside]
    band = f"{register['least'].max():g}-{register['most'].max():g}" if len(register) else ""
    return _rows(
        off,
        "clubs_are_of_the_standard_size",
        "warning",
        found=_count(off["members"], {"vi": "thành viên", "en": "members"}[lang]),
        must={"vi": f"có {band} thành viên (QĐ 1336/QĐ-TTg)", "en": f"have {band} members"}[lang],
        hint={"vi": "đây là chỉ tiêu, không phải số sai",
              "en": "this is a target; the figure may be right"}[lang],
    )  # fmt: skip


def parts_are_at_most_members(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Women, older and poor members are not more than all members, nor the trained than a board."""
    pairs = {
        "women_members": "members",
        "members_60plus": "members",
        "poor_members": "members",
        "board_trained": "board_members",
    }
    found = []
    for part, whole in pairs.items():
        bad = register.loc[register[part] > register[whole]]
        found.append(
            _rows(
                bad,
                "parts_are_at_most_members",
                "error",
                found=f"{part} " + _plain(bad[part]),
                must={"vi": "không quá ", "en": "be at most "}[lang]
                + f"{whole} "
                + _plain(bad[whole]),
                hint={
                    "vi": "xem lại hai số trong sổ của CLB",
                    "en": "look at both figures in the club's book",
                }[lang],
                indicator=part,
            )
        )
    return pd.concat(found)


def figures_are_not_negative(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """No figure of a club is below zero."""
    numbers = register.select_dtypes("number").drop(columns=["least", "most"])
    found = []
    for name in numbers:
        bad = register.loc[numbers[name] < 0]
        found.append(
            _rows(
                bad,
                "figures_are_not_negative",
                "error",
                found=f"{name} " + _plain(bad[name]),
                must={"vi": "không nhỏ hơn 0", "en": "not be below 0"}[lang],
                hint={"vi": "để trống nếu không có số liệu", "en": "leave it empty"}[lang],
                indicator=str(name),
            )
        )
    return pd.concat(found)


def founding_precedes_closing(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A club is founded before it is closed."""
    bad = register.loc[register["founded"] > register["closed"]]
    return _rows(
        bad,
        "founding_precedes_closing",
        "error",
        found=_day(bad["founded"], lang) + " > " + _day(bad["closed"], lang),
        must={"vi": "thành lập trước khi ngừng hoạt động", "en": "be founded first"}[lang],
        hint={"vi": "xem lại quyết định thành lập", "en": "look at the founding decision"}[lang],
    )  # fmt: skip


def funds_are_at_least_the_startup(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """The income fund has not shrunk below the start-up capital."""
    bad = register.loc[register["income_fund_vnd"] < register["startup_capital_vnd"]]
    return _rows(
        bad,
        "funds_are_at_least_the_startup",
        "warning",
        found=_money(bad["income_fund_vnd"], lang),
        must={"vi": "không nhỏ hơn vốn ban đầu ", "en": "be at least the start-up capital "}[lang]
        + _money(bad["startup_capital_vnd"], lang),
        hint={"vi": "quỹ bị hao hụt, hoặc hai số khác đơn vị",
              "en": "the fund has lost money, or the units differ"}[lang],
        indicator="income_fund_vnd",
    )  # fmt: skip


def startup_parts_make_the_whole(register: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """The sources of the start-up capital add up to it."""
    names = [f"startup_{part}_vnd" for part in STARTUP_PARTS]
    total = register[names].sum(axis=1, skipna=False)
    off = (total - register["startup_capital_vnd"]).abs() > 1
    bad = register.loc[off]
    return _rows(
        bad,
        "startup_parts_make_the_whole",
        "warning",
        found=_money(total[off], lang),
        must={"vi": "bằng vốn ban đầu ", "en": "equal the start-up capital "}[lang]
        + _money(bad["startup_capital_vnd"], lang),
        hint={"vi": "xem lại các nguồn góp vốn", "en": "look at the sources"}[lang],
        indicator="startup_capital_vnd",
    )


def meetings_are_at_most_one_a_month(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A club holds its regular meeting once a month."""
    bad = clubs.loc[clubs["crowded_months"] > 0]
    months = {"vi": "tháng có hơn một buổi", "en": "months with more than one"}[lang]
    return _rows(
        bad,
        "meetings_are_at_most_one_a_month",
        "warning",
        found=_count(bad["crowded_months"], months),
        must={"vi": "có một buổi sinh hoạt thường kỳ mỗi tháng",
              "en": "have one regular meeting a month"}[lang],
        hint={"vi": "buổi ngoài lịch không ghi vào sổ sinh hoạt thường kỳ",
              "en": "keep other events out of the book of regular meetings"}[lang],
        indicator="meetings_held",
    )  # fmt: skip


def meetings_follow_the_founding(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """No club meets before it is founded."""
    bad = clubs.loc[clubs["first_meeting"] < clubs["founded"]]
    return _before_founding(bad, "meetings_follow_the_founding", "first_meeting", lang)


def attendance_is_at_most_the_members(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """On average not more members attend than there are."""
    if "attended" not in clubs:
        return _none()
    mean = clubs["attended"] / clubs["attended_known"].where(clubs["attended_known"] > 0)
    bad = clubs.loc[mean > clubs["members"]]
    return _rows(
        bad,
        "attendance_is_at_most_the_members",
        "error",
        found=_count(
            mean[bad.index], {"vi": "người dự bình quân", "en": "attend on average"}[lang]
        ),
        must={"vi": "không quá số thành viên ", "en": "be at most the members "}[lang]
        + _plain(bad["members"]),
        hint={"vi": "khách không tính vào số người dự", "en": "guests are not counted"}[lang],
        indicator="attendances",
    )


def loans_follow_the_founding(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """No club lends before it is founded."""
    bad = clubs.loc[clubs["first_loan"] < clubs["founded"]]
    return _before_founding(bad, "loans_follow_the_founding", "first_loan", lang)


def loans_precede_the_closing(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """No club lends after it is closed."""
    bad = clubs.loc[clubs["last_loan"] > clubs["closed"]]
    return _rows(
        bad,
        "loans_precede_the_closing",
        "error",
        found=_day(bad["last_loan"], lang),
        must={"vi": "trước ngày ngừng hoạt động ", "en": "lie before the closing "}[lang]
        + _day(bad["closed"], lang),
        hint={"vi": "xem lại ngày vay hoặc ngày ngừng", "en": "look at both days"}[lang],
    )


def loans_are_within_the_fund(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Not more is owed than the fund holds."""
    if "outstanding_vnd" not in clubs:
        return _none()
    bad = clubs.loc[clubs["outstanding_vnd"] > clubs["income_fund_vnd"]]
    return _rows(
        bad,
        "loans_are_within_the_fund",
        "error",
        found=_money(bad["outstanding_vnd"], lang),
        must={"vi": "không quá Quỹ tăng thu nhập ", "en": "be at most the income fund "}[lang]
        + _money(bad["income_fund_vnd"], lang),
        hint={"vi": "quỹ gồm tiền mặt và dư nợ; hai số có thể khác ngày",
              "en": "the fund is cash and loans; the two may be of different days"}[lang],
        indicator="outstanding_vnd",
    )  # fmt: skip


def borrowers_are_members(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Not more people owe than the club has members."""
    bad = clubs.loc[clubs["borrowers"] > clubs["members"]]
    return _rows(
        bad,
        "borrowers_are_members",
        "error",
        found=_count(bad["borrowers"], {"vi": "người đang vay", "en": "borrowers"}[lang]),
        must={"vi": "không quá số thành viên ", "en": "be at most the members "}[lang]
        + _plain(bad["members"]),
        hint={"vi": "có người vay không phải thành viên, hoặc một người có hai mã",
              "en": "somebody who borrows is no member, or has two ids"}[lang],
        indicator="borrowers",
    )  # fmt: skip


def members_borrow_in_one_club(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """An id of a member stands for one person, who borrows in one club."""
    bad = clubs.loc[clubs["shared"] > 0]
    return _rows(
        bad,
        "members_borrow_in_one_club",
        "warning",
        found=_count(bad["shared"], {"vi": "mã cũng vay ở CLB khác",
                                     "en": "ids that borrow elsewhere too"}[lang]),
        must={"vi": "là mã riêng của một người trong cả sổ", "en": "be one person's id"}[lang],
        hint={"vi": "nếu mã chỉ đánh số trong từng CLB thì ghép mã CLB vào trước",
              "en": "if ids are numbers within a club, put the club's id before them"}[lang],
        indicator="borrowers",
    )  # fmt: skip


def loans_agree_with_themselves(clubs: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A loan falls due after it is made; what is owed was lent; what is overdue is owed."""
    faults = {
        "due_early": ("khoản đến hạn trước ngày vay", "loans due before they were made"),
        "owed_over_lent": ("khoản còn nợ hơn số vay", "loans of which more is owed than lent"),
        "overdue_over_owed": ("khoản quá hạn hơn dư nợ", "loans more overdue than owed"),
        "no_balance": ("khoản có số vay khác tổng đã trả và còn nợ",
                       "loans whose parts do not add up"),
    }  # fmt: skip
    found = []
    for name, words in faults.items():
        bad = clubs.loc[clubs[name] > 0]
        found.append(
            _rows(
                bad,
                "loans_agree_with_themselves",
                "error",
                found=_count(bad[name], words[0 if lang == "vi" else 1]),
                must={"vi": "khớp với nhau trong từng khoản vay", "en": "agree in every loan"}[
                    lang
                ],
                hint={"vi": "xem lại sổ vay của CLB", "en": "look at the club's ledger"}[lang],
            )
        )
    return pd.concat(found)


REGISTER_RULES: tuple[Rule, ...] = (
    clubs_have_names_of_their_own,
    areas_are_on_the_map,
    clubs_are_of_the_standard_size,
    parts_are_at_most_members,
    figures_are_not_negative,
    founding_precedes_closing,
    funds_are_at_least_the_startup,
    startup_parts_make_the_whole,
)
MEETING_RULES: tuple[Rule, ...] = (
    meetings_are_at_most_one_a_month,
    meetings_follow_the_founding,
    attendance_is_at_most_the_members,
)
LOAN_RULES: tuple[Rule, ...] = (
    loans_follow_the_founding,
    loans_precede_the_closing,
    loans_are_within_the_fund,
    borrowers_are_members,
    members_borrow_in_one_club,
    loans_agree_with_themselves,
)


def _add_up(ledgers: Mapping[str, Any], engine: str) -> dict[str, pd.DataFrame]:
    """Return one row a club for each ledger, with what the rules look at."""
    days = {name: day.to_pydatetime() for name, day in _EVER.items()}
    sums: dict[str, pd.DataFrame] = {}
    with open_bench(ledgers, {"meetings": MEETINGS, "loans": LOANS}, engine=engine) as bench:
        if "meetings" in ledgers:
            sums["meetings"] = fetch(sum_meetings(bench.ledgers["meetings"], **days)).rename(
                columns={"meetings_entered": "entered"}
            )
        if "loans" in ledgers:
            loans = bench.ledgers["loans"]
            flagged = flag_loans(loans, **days)
            people = bench.hold(list_borrowers(flagged), "loans")
            borrowers = fetch(count_borrowers(people, None)).rename(columns={"area": "club"})
            table = fetch(sum_loans(flagged))
            for more in (borrowers, fetch(find_shared_members(people)), fetch(count_faults(loans))):
                table = table.merge(more, on="club", how="left")
            sums["loans"] = table
            sums["loans"].attrs["personal"] = _look_for_people(loans)
    return sums


def _look_for_people(loans: Frame) -> dict[str, str]:
    names = [name for name, kind in loans.collect_schema().items() if kind == nw.String]
    return find_personal_columns(fetch(loans.select(*names).head(_LOOKED_AT)))


def _clubs_are_registered(
    name: str, rows: pd.DataFrame, register: pd.DataFrame, lang: Lang
) -> pd.DataFrame:
    strangers = rows.loc[rows["club"].notna() & ~rows["club"].isin(register["club"])]
    entries = {"vi": f"dòng trong sổ {name}", "en": f"entries in {name}"}[lang]
    return _rows(
        strangers.assign(area=None),
        "clubs_of_ledgers_are_registered",
        "error",
        found=_count(strangers["entered"], entries),
        must={"vi": "có trong sổ CLB", "en": "be in the register"}[lang],
        hint={"vi": "thêm CLB vào sổ; cho đến lúc đó các dòng này chỉ tính vào cả nước",
              "en": "add the club; until then its entries count in the nation only"}[lang],
    )  # fmt: skip


def _ids_are_codes(personal: Mapping[str, str], lang: Lang) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"club": pd.NA, "area": pd.NA, "found": [f"{n}: {looks}" for n, looks in personal.items()]}
    )
    return _rows(
        rows,
        "ids_are_codes",
        "warning",
        found=rows["found"],
        must={"vi": "là mã, không phải dữ liệu cá nhân", "en": "be codes, no personal data"}[lang],
        hint={"vi": "thay bằng mã và bỏ cột này", "en": "replace by a code, drop the column"}[lang],
    )


def _before_founding(rows: pd.DataFrame, check: str, column: str, lang: Lang) -> pd.DataFrame:
    return _rows(
        rows,
        check,
        "error",
        found=_day(rows[column], lang),
        must={"vi": "không trước ngày thành lập ", "en": "not lie before the founding "}[lang]
        + _day(rows["founded"], lang),
        hint={"vi": "xem lại ngày thành lập", "en": "look at the founding day"}[lang],
    )


def _are_similar(a: str, b: str) -> bool:
    if a == b:
        return True
    matcher = SequenceMatcher(None, a, b)
    return (
        min(len(a), len(b)) >= 4
        and matcher.quick_ratio() >= _SIMILAR
        and matcher.ratio() >= _SIMILAR
    )


def _plain(values: pd.Series) -> pd.Series:
    return values.map("{:g}".format).astype("str")


def _count(values: pd.Series, words: str) -> pd.Series:
    return _plain(values) + f" {words}"


def _money(values: pd.Series, lang: Lang) -> pd.Series:
    mark, unit = (".", " đồng") if lang == "vi" else (",", " VND")
    return values.map(lambda value: f"{value:,.0f}".replace(",", mark) + unit).astype("str")


def _day(values: pd.Series, lang: Lang) -> pd.Series:
    return values.dt.strftime("%d/%m/%Y" if lang == "vi" else "%Y-%m-%d")


def _none() -> pd.DataFrame:
    return arrange(pd.DataFrame(), PROBLEMS)


def _rows(
    rows: pd.DataFrame,
    check: str,
    severity: str,
    *,
    found: str | pd.Series,
    must: str | pd.Series,
    hint: str,
    indicator: str | None = None,
) -> pd.DataFrame:
    if rows.empty:
        return _none()
    return arrange(
        rows[["area"]].assign(
            check=check,
            severity=severity,
            fact_ids=rows["club"],
            indicator=indicator,
            found=found,
            must=must,
            hint=hint,
        ),
        PROBLEMS,
    )
