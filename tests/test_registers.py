"""Readers, rules, standards and disclosure: each fault planted once, beside an innocent row."""

from __future__ import annotations

import pandas as pd
import pytest

from lthtgn_analysis import sample_path
from lthtgn_analysis.bylaws import find_register_problems
from lthtgn_analysis.clubs import summarise_clubs
from lthtgn_analysis.disclosure import find_small_cells, hide_small_cells
from lthtgn_analysis.errors import InvalidTableError, UnreadableSourceError
from lthtgn_analysis.registers import (
    CLUBS,
    find_personal_columns,
    read_clubs,
    read_loans,
    read_meetings,
)
from lthtgn_analysis.standards import read_standard


def clubs(**columns):
    base = {"club": ["A", "B"], "area": ["164", "165"], "boundaries": "2022", "members": 55.0}
    return pd.DataFrame(base | columns)


def test_defaults_and_the_level_of_a_code():
    table = read_clubs(clubs(area=["19", "05653"]))
    assert table["level"].tolist() == ["province", "commune"]
    assert table["scope"].tolist() == ["all", "all"]
    assert table["status"].tolist() == ["observed", "observed"]
    assert table.columns.tolist() == CLUBS.column_names


def test_a_csv_tells_all_its_faults_with_their_lines(tmp_path):
    path = tmp_path / "so.csv"
    path.write_text(
        "club,area,boundaries,members,founded,level\n"
        "A,164,2022,5.292,2018-12-06,district\n"
        "B,164,2022,năm mươi,2018-13-06,quận\n"
        ",165,,50,,district\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidTableError) as caught:
        read_clubs(path)
    text = str(caught.value)
    assert text.startswith("so.csv must hold the clubs table; 5 faults found.")
    assert "line 3, column `members`: 'năm mươi'; must be a plain number" in text
    assert "line 3, column `founded`: '2018-13-06'; must be a date such as 2024-12-31" in text
    assert "line 3, column `level`: 'quận'; must be one of province, district, commune" in text
    assert "line 4, column `club`: ''; must hold a value" in text
    assert len(caught.value.problems) == 5


def test_missing_columns_are_named(tmp_path):
    path = tmp_path / "so.csv"
    path.write_text("club,members\nA,50\n", encoding="utf-8")
    with pytest.raises(InvalidTableError, match=r"missing: \['level', 'area', 'boundaries'\]"):
        read_clubs(path)


def test_a_workbook_with_vietnamese_headings_and_a_title(tmp_path):
    path = tmp_path / "so.xlsx"
    rows = [
        ["SỔ ĐĂNG KÝ CLB LIÊN THẾ HỆ TỰ GIÚP NHAU", None, None, None, None, None],
        ["Mã CLB", "Mã xã", "Địa giới", "Ngày thành lập", "Nữ", "Quỹ tăng thu nhập (triệu đồng)"],
        ["A", "05653", 2022, "06/12/2018", 31, 33.5],
        ["B", "05653", 2022, pd.Timestamp("2019-01-02"), None, None],
    ]  # fmt: skip
    pd.DataFrame(rows).to_excel(path, header=False, index=False, engine="xlsxwriter")
    table = read_clubs(path)
    assert table["boundaries"].tolist() == ["2022", "2022"]
    assert table["founded"].tolist() == [pd.Timestamp("2018-12-06"), pd.Timestamp("2019-01-02")]
    assert table["income_fund_vnd"].iloc[0] == 33_500_000
    assert table["women_members"].isna().tolist() == [False, True]


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "so.docx"
    path.write_bytes(b"PK")
    with pytest.raises(UnreadableSourceError, match=r"must be a csv, parquet or workbook file"):
        read_clubs(path)
    broken = tmp_path / "so.xlsx"
    broken.write_bytes(b"no workbook")
    with pytest.raises(UnreadableSourceError, match=r"so\.xlsx must be a workbook that can be"):
        read_clubs(broken)


def test_activities_may_be_listed_and_marks_may_be_words():
    book = pd.DataFrame(
        {"club": "A", "date": ["2024-01-05"] * 3, "activities": ["1; 3", "8", None]}
    )
    table = read_meetings(book.assign(held=["có", "x", "không"]))
    assert table["held"].tolist() == [1, 1, 0]
    assert table["home_care"].tolist()[:2] == [1, 0]
    assert table["resources"].tolist()[:2] == [0, 1]
    assert table["resources"].isna().tolist() == [False, False, True]


def test_personal_columns_are_warned_of_and_left_out():
    register = clubs(**{"Họ và tên chủ nhiệm": ["Nguyễn Văn Mẫu", "Trần Thị Thử"], "ghi": "x"})
    with pytest.warns(UserWarning, match=r"'Họ và tên chủ nhiệm' \(names; left out\)"):
        table = read_clubs(register)
    assert "Họ và tên chủ nhiệm" not in table
    assert table.attrs["left_out"] == ["Họ và tên chủ nhiệm", "ghi"]


def test_ids_that_are_people_are_warned_of():
    loans = pd.DataFrame({"club": "A", "member": ["Lê Thị Ví Dụ", "Phạm Văn Giả"],
                          "disbursed": "2024-01-01"})  # fmt: skip
    with pytest.warns(UserWarning, match=r"'member' \(names; KEPT, replace it by a code\)"):
        read_loans(loans)
    problems = find_register_problems(
        clubs(), loans=loans.assign(disbursed=pd.Timestamp("2024-01-01"))
    )
    assert problems.set_index("check").loc["ids_are_codes", "found"] == "member: names"


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        (["0912345678", "0387 654 321"], "phone numbers"),
        (["+84912345678"], "phone numbers"),
        (["019153001234", "001068004321"], "identity numbers"),
        (["Nguyen Van Mau", "Tran Thi Thu"], "names"),
        (["Hà Văn", "x"], None),
        (["164-00001-009", "164-00001-010"], None),
        (["CLB xóm 6 Sơn Cẩm", "CLB thôn Cò"], None),
        (["190001", "190002"], None),
        ([None, None], None),
    ],
)
def test_what_looks_like_a_person(values, looks):
    assert find_personal_columns(pd.DataFrame({"ma": values})).get("ma") == looks


# Rules: one fault each, in club A (or the pair A;B); B is innocent.


def problems_of(check, **options):
    found = find_register_problems(**options)
    return found.loc[found["check"] == check]


REGISTER_FAULTS = {
    "clubs_are_of_the_standard_size": ({"members": [49.0, 50.0]}, "A", "49 thành viên"),
    "parts_are_at_most_members": ({"women_members": [56.0, 55.0]}, "A", "women_members 56"),
    "figures_are_not_negative": ({"activity_fund_vnd": [-1.0, 0.0]}, "A", "activity_fund_vnd -1"),
    "areas_are_on_the_map": ({"area": ["999", "165"]}, "A", "district 999 @ 2022"),
    "founding_precedes_closing": (
        {"founded": ["2020-01-02", "2020-01-01"], "closed": ["2020-01-01", "2020-01-01"]},
        "A",
        "02/01/2020 > 01/01/2020",
    ),
    "funds_are_at_least_the_startup": (
        {"income_fund_vnd": [19e6, 20e6], "startup_capital_vnd": 20e6},
        "A",
        "19.000.000 đồng",
    ),
    "startup_parts_make_the_whole": (
        {
            "startup_capital_vnd": 20e6,
            "startup_province_vnd": [10e6, 12e6],
            **{f"startup_{part}_vnd": 2e6 for part in ("district", "commune", "local", "donor")},
        },
        "A",
        "18.000.000 đồng",
    ),
    "clubs_have_names_of_their_own": (
        {"area": "164", "club_name": ["CLB LTHTGN thôn Đồng Tâm 1", "CLB Đồng Tâm 1"]},
        "A;B",
        "CLB LTHTGN thôn Đồng Tâm 1 ~ CLB Đồng Tâm 1",
    ),
}


@pytest.mark.parametrize("check", REGISTER_FAULTS)
def test_register_rules(check):
    columns, club, found = REGISTER_FAULTS[check]
    rows = problems_of(check, clubs=clubs(**columns))
    assert rows["fact_ids"].tolist() == [club]
    assert rows["found"].tolist() == [found]


def test_numbered_names_and_other_areas_are_no_duplicates():
    for columns in (
        {"area": "164", "club_name": ["CLB số 1 Đồng Tâm", "CLB số 2 Đồng Tâm"]},
        {"area": ["164", "165"], "club_name": ["CLB Đồng Tâm", "CLB Đồng Tâm"]},
        {"area": "164", "club_name": ["CLB Hòa Bình", "CLB Tân Tiến"]},
    ):
        assert problems_of("clubs_have_names_of_their_own", clubs=clubs(**columns)).empty


def test_repeated_ids_are_told():
    rows = problems_of("clubs_are_given_once", clubs=clubs(club=["A", "A"]), lang="en")
    assert rows[["fact_ids", "found", "severity"]].to_numpy().tolist() == [["A", "2 rows", "error"]]


def ledger(**columns):
    day = pd.Timestamp("2024-03-01")
    base = {"club": ["A", "B"], "member": ["a1", "b1"], "disbursed": day, "amount_vnd": 5e6,
            "due": day + pd.Timedelta(days=180), "repaid_vnd": 4e6, "outstanding_vnd": 1e6,
            "overdue_vnd": 0.0}  # fmt: skip
    return pd.DataFrame(base | columns)


LOAN_FAULTS = {
    "loans_are_within_the_fund": ({"outstanding_vnd": [9e6, 1e6]}, "9.000.000 đồng"),
    "loans_follow_the_founding": (
        {"disbursed": pd.to_datetime(["2019-12-31", "2020-01-01"])},
        "31/12/2019",
    ),
    "loans_precede_the_closing": (
        {"disbursed": pd.to_datetime(["2025-01-01", "2024-12-31"]), "due": pd.Timestamp("2026")},
        "01/01/2025",
    ),
    "loans_agree_with_themselves": (
        {"due": pd.to_datetime(["2024-02-01", "2024-09-01"])},
        "1 khoản đến hạn trước ngày vay",
    ),
    "clubs_of_ledgers_are_registered": ({"club": ["X", "B"]}, "1 dòng trong sổ loans"),
}  # fmt: skip


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
@pytest.mark.parametrize("check", LOAN_FAULTS)
def test_loan_rules_on_all_engines(check, engine):
    columns, found = LOAN_FAULTS[check]
    register = clubs(founded="2020-01-01", closed="2024-12-31", income_fund_vnd=8e6)
    rows = problems_of(check, clubs=register, loans=ledger(**columns), engine=engine)
    assert rows["fact_ids"].tolist() == ["X" if "X" in columns.get("club", []) else "A"]
    assert rows["found"].tolist() == [found]


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"outstanding_vnd": [6e6, 1e6], "repaid_vnd": -1e6}, "1 khoản còn nợ hơn số vay"),
        ({"overdue_vnd": [2e6, 1e6]}, "1 khoản quá hạn hơn dư nợ"),
        ({"repaid_vnd": [3e6, 4e6]}, "1 khoản có số vay khác tổng đã trả và còn nợ"),
    ],
)
def test_loans_whose_parts_contradict_each_other(columns, found):
    rows = problems_of("loans_agree_with_themselves", clubs=clubs(), loans=ledger(**columns))
    assert found in rows.loc[rows["fact_ids"] == "A", "found"].tolist()


def test_more_borrowers_than_members_and_shared_ids():
    loans = pd.concat([ledger(), ledger(member=["a2", "b1"])])
    rows = problems_of("borrowers_are_members", clubs=clubs(members=[1.0, 1.0]), loans=loans)
    assert rows[["fact_ids", "found"]].to_numpy().tolist() == [["A", "2 người đang vay"]]
    shared = problems_of("members_borrow_in_one_club", clubs=clubs(), loans=ledger(member="1"))
    assert shared["fact_ids"].tolist() == ["A", "B"]
    assert "ghép mã CLB vào trước" in shared["hint"].iloc[0]


def test_meeting_rules():
    days = pd.to_datetime(["2024-01-05", "2024-01-20", "2024-01-05", "2024-02-05"])
    book = pd.DataFrame(
        {"club": ["A", "A", "B", "B"], "date": days, "attended": [60, 60, 55, 55.0]}
    )
    register = clubs(founded=["2024-01-06", "2024-01-05"])
    found = find_register_problems(register, meetings=book).set_index("check")["found"]
    assert found["meetings_are_at_most_one_a_month"] == "1 tháng có hơn một buổi"
    assert found["meetings_follow_the_founding"] == "05/01/2024"
    assert found["attendance_is_at_most_the_members"] == "60 người dự bình quân"
    assert len(found) == 3


def test_the_sample_breaks_no_hard_rule():
    problems = find_register_problems(
        sample_path("clubs"), meetings=sample_path("meetings"), loans=sample_path("loans")
    )
    assert set(problems["check"]) == {"clubs_are_of_the_standard_size"}


# Disclosure.


def small_table():
    register = pd.DataFrame(
        {
            "club": ["A", "B", "C", "D"],
            "area": ["164", "165", "168", "173"],
            "boundaries": "2022",
            "members": 60.0,
            "poor_members": [3.0, 12.0, 20.0, 0.0],
        }
    )
    loans = pd.DataFrame(
        {
            "club": ["A"] * 2 + ["B"] * 15 + ["C"] * 20,
            "member": [f"m{n}" for n in range(37)],
            "disbursed": pd.Timestamp("2024-05-01"),
            "amount_vnd": 1e6,
            "outstanding_vnd": 1e6,
        }
    )
    return summarise_clubs(register, by="district", as_of="2024-12-31", loans=loans)


def test_small_cells_are_hidden_with_what_would_give_them_away():
    table = small_table()
    hidden = {tuple(fact_id.split(":")[2:5]) for fact_id in hide_small_cells(table).attrs["hidden"]}
    # 3 poor members in 164 are hidden; 165 goes too, or 35 less the others would tell them.
    assert ("district", "164@2022", "poor_members") in hidden
    assert ("district", "165@2022", "poor_members") in hidden
    assert ("district", "168@2022", "poor_members") not in hidden
    assert ("district", "173@2022", "poor_members") not in hidden  # zero tells of nobody
    # Two borrowers: their number and their money go, and the next smallest district's.
    assert ("district", "164@2022", "borrowers") in hidden
    assert ("district", "164@2022", "outstanding_vnd") in hidden
    assert ("district", "165@2022", "outstanding_vnd") in hidden
    assert ("province", "19@2022", "outstanding_vnd") not in hidden
    assert ("district", "164@2022", "members") not in hidden


def test_small_cells_are_problems():
    found = find_small_cells(small_table(), lang="en")
    assert set(found["severity"]) == {"warning"}
    assert found["hint"].unique().tolist() == ["hide it: hide_small_cells()"]
    assert len(found) == len(hide_small_cells(small_table()).attrs["hidden"])


def test_nothing_small_nothing_hidden():
    table = small_table()
    assert len(hide_small_cells(table, fewest=1)) == len(table)


# Standards.


def test_a_standard_must_say_that_it_is_not_official(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        'label_vi = "thang điểm của tỉnh"\nlabel_en = "not an official scale"\nmost_missing = 2\n'
        '[[criteria]]\nname = "size"\nmeasure = "members"\nlabel_vi = "a"\nlabel_en = "a"\n'
        'source = "a"\n[[grades]]\nname = "super"\nleast = 0.5\nlabel_vi = "a"\nlabel_en = "a"\n',
        encoding="utf-8",
    )
    with pytest.raises(InvalidTableError) as caught:
        read_standard(path)
    text = str(caught.value)
    assert text.startswith("mine.toml must hold a standard of clubs; 5 faults found.")
    assert "`label_vi` must say 'không phải thang điểm chính thức'" in text
    assert "`most_missing` must be from 0 to 1, found 2" in text
    assert "criteria must include older_members, women, startup; found size" in text
    assert "criteria 'size' must have `low` or `high`" in text
    assert "grades: 'super' must be one of very_strong, strong, middling, weak" in text
    path.write_text("= 1", encoding="utf-8")
    with pytest.raises(InvalidTableError, match=r"mine\.toml must be a TOML file"):
        read_standard(path)


def test_another_standard_changes_the_judgement(tmp_path, root):
    text = (root / "lthtgn_analysis/reference/club_standard.toml").read_text(encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace("low = 50\nhigh = 70", "low = 30\nhigh = 70"), encoding="utf-8")
    counts = [
        summarise_clubs(
            sample_path("clubs"), by="national", as_of="2018-12-06", standard=standard
        ).set_index("indicator").loc["clubs_size_compliant", "value"]
        for standard in (None, path)
    ]  # fmt: skip
    assert counts[0] == 11
    assert counts[1] > 100
