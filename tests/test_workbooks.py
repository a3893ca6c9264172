"""What is read from messy workbooks, what is left out and why, and what bad files are told."""

from __future__ import annotations

import csv
import importlib.util
import re
import tracemalloc
import zipfile

import pandas as pd
import pytest
import xlsxwriter
from small_xls import container, workbook

import lthtgn_analysis as lt
from lthtgn_analysis.headers import read_heading_path
from lthtgn_analysis.tidy import read_workbook
from lthtgn_analysis.workbooks import read_sheets

BOOKS = lt.sample_path("workbooks")
HEAD = [["HỘI NGƯỜI CAO TUỔI TỈNH THANH HÓA"], ["SỐ LIỆU CLB LTHTGN đến 31/12/2023"]]


def write(path, rows, *, name="Biểu 1", **sheets):
    """Write rows of one sheet, or of several by name, as xlsx; None is an empty cell."""
    book = xlsxwriter.Workbook(path)
    for title, lines in (sheets or {name: rows}).items():
        sheet = book.add_worksheet(title)
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if value is not None:
                    sheet.write(number, column, value)
    book.close()
    return path


def facts(table, *columns):
    return [tuple(row) for row in table[list(columns)].itertuples(index=False)]


def values(table):
    return {(row.area_name, row.indicator): row.value for row in table.itertuples()}


def left_out(table):
    explained = table.attrs["explained"]
    return explained.loc[~explained["used"].astype(bool)].set_index("place")["reason"].to_dict()


# ---- the given workbooks -------------------------------------------------------------------


def test_the_given_workbooks_are_read_as_a_careful_person_reads_them(shared, tmp_path, capsys):
    for path in sorted((shared / "workbooks").iterdir()):
        if path.suffix in (".xlsx", ".ods"):
            read_workbook(path).to_csv(tmp_path / f"{path.stem}.csv", index=False)
    spec = importlib.util.spec_from_file_location("s", shared / "tools" / "score_workbooks.py")
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    scorer.main([str(shared / "workbooks"), str(tmp_path)])
    printed = capsys.readouterr().out
    assert float(printed.split()[-1]) >= 0.95, printed


def test_every_gold_figure_keeps_its_unit_level_and_boundaries(shared):
    for gold in sorted((shared / "workbooks").glob("*.gold.csv")):
        book = next(
            p for p in gold.parent.glob(f"{gold.name[:2]}.*") if p.suffix in (".xlsx", ".ods")
        )
        table = read_workbook(book)
        found = {
            (row.locator, row.indicator): (row.unit, row.level, row.boundaries)
            for row in table.itertuples()
        }
        with gold.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                key = f"{row['sheet']}!{row['cell']}", row["indicator"]
                assert found[key] == (row["unit"], row["level"], row["boundaries"]), (
                    book.name,
                    key,
                )


# ---- the sample workbooks, read by hand ----------------------------------------------------


def test_districts_under_merged_headings():
    table = read_workbook(BOOKS / "huyen-theo-hang.xlsx")
    read = values(table)
    assert read["Bỉm Sơn", "clubs"] == 12
    assert read["Quan Hóa", "members"] == 188
    assert read["Nga Sơn", "income_fund_vnd"] == 1_600_000_000  # its own unit, not the column's
    assert read["Sầm Sơn", "income_fund_vnd"] == 421_000_000  # the note above the table: triệu đồng
    assert ("Quan Hóa", "women_members") not in read  # printed as "-"
    assert ("Quan Hóa", "income_fund_vnd") not in read  # printed as "không"
    hedged = table.query("locator == 'Biểu 01!E10'").iloc[0]
    assert (hedged["qualifier"], hedged["value"], hedged["high"]) == ("nearly", 500, 500)
    assert set(table["status"]) == {"synthetic"}
    assert set(table["as_of"]) == {pd.Timestamp("2023-12-31")}
    assert set(table["published"]) == {pd.Timestamp("2024-01-09")}


def test_a_printed_total_is_read_as_printed_even_if_its_parts_add_up_to_another():
    table = read_workbook(BOOKS / "huyen-theo-hang.xlsx").query("indicator == 'members'")
    printed = table.loc[table["level"].eq("province"), "value"].item()
    assert printed == 3130
    assert table.loc[table["level"].eq("district"), "value"].sum() == 3030


def test_hidden_columns_and_a_second_table_are_listed_as_left_out():
    table = read_workbook(BOOKS / "huyen-theo-hang.xlsx")
    reasons = left_out(table)
    assert reasons["D"] == "the column is hidden"
    assert "care fund" in reasons["J9:K15"]
    assert not table["locator"].str.contains("!D|!K").any()


def test_communes_lie_in_the_district_of_their_heading_and_years_in_their_group():
    table = read_workbook(BOOKS / "xa-theo-huyen.xlsx")
    rows = table.set_index("locator")
    assert rows.loc["Theo xã!C9", ["area", "area_name"]].to_list() == ["04867", "Tú Lý"]
    assert rows.loc["Theo xã!C10", ["level", "area_name", "value"]].to_list() == [
        "district", "Đà Bắc", 3.0,
    ]  # fmt: skip
    assert rows.loc["Theo xã!E15", ["level", "area"]].to_list() == ["province", "17"]
    years = table.groupby(table["locator"].str[8])["as_of"].unique()
    assert [day.year for day in years["C"]] == [2022]
    assert [day.year for day in years["F"]] == [2023]
    assert "a change between dates" in left_out(table)["G"]


def test_a_register_gives_each_club_its_own_figures_and_founding_day():
    table = read_workbook(BOOKS / "so-theo-doi-clb.xlsx")
    capital = table.query("indicator == 'startup_capital_vnd'")
    assert facts(capital, "area", "value") == [
        ("NS01", 35_000_000.0), ("NS02", 30_000_000.0), ("NS04", 25_000_000.0),
    ]  # fmt: skip
    assert capital["as_of"].dt.strftime("%Y-%m-%d").fillna("").to_list() == [
        "2019-05-20", "2021-06-30", "",
    ]  # fmt: skip
    assert capital["start"].isna().all()
    total = table.query("level == 'commune'")
    assert set(total["area"]) == {"16093"}
    assert "startup_capital_vnd" not in set(total["indicator"])
    assert "the year 1899 is not between 1900 and 2100" in left_out(table)["E9"]


def test_a_form_prints_plan_result_and_ratio_beside_each_other():
    table = read_workbook(BOOKS / "bieu-thong-ke.ods")
    clubs = table[table["locator"].str.endswith(("D9", "E9", "F9"))]
    assert facts(clubs, "indicator", "value") == [
        ("target_clubs", 120.0), ("clubs", 114.0), ("plan_achievement", 0.95),
    ]  # fmt: skip
    assert clubs["as_of"].dt.strftime("%Y-%m-%d").to_list() == [
        "2024-12-31", "2024-09-30", "2024-09-30",
    ]  # fmt: skip
    read = values(table)
    assert read["Nghệ An", "women_members"] == 4001
    assert read["Nghệ An", "attendance_share"] == 0.875
    assert "members of the Association" in left_out(table)["7"]


def test_the_sources_and_the_ids_are_those_of_the_file():
    table = read_workbook(BOOKS / "bieu-thong-ke.ods")
    sources = table.attrs["sources"]
    assert facts(sources, "source", "title") == [("bieu-thong-ke-ods", "bieu-thong-ke.ods")]
    assert re.fullmatch("[0-9a-f]{64}", sources["sha256"].item())
    assert table["fact_id"].iloc[1] == "bieu-thong-ke-ods:Biểu 9 tháng!E9:clubs"
    assert table["fact_id"].is_unique


def test_a_folder_is_read_as_one_table_and_its_observations_are_sound(tmp_path):
    table = read_workbook(BOOKS)
    assert table["source"].nunique() == 4
    assert set(table.attrs["explained"]["file"]) == {p.name for p in BOOKS.glob("*.[xo]*")}
    table.to_csv(tmp_path / "all.csv", index=False)
    again = lt.read_observations(tmp_path / "all.csv")
    pd.testing.assert_frame_equal(again, table, check_like=False)


def test_the_same_bytes_come_from_the_script_that_wrote_the_samples(root, tmp_path):
    spec = importlib.util.spec_from_file_location("b", root / "examples/build_sample_workbooks.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (BOOKS / path.name).read_bytes(), path.name


# ---- relatives of the layouts --------------------------------------------------------------


def test_two_rows_of_headings_without_merged_cells(tmp_path):
    path = tmp_path / "gop.csv"
    lines = [
        *HEAD, [],
        ["STT", "Huyện", "Câu lạc bộ", "", "Thành viên", ""],
        ["", "", "Tổng số", "Mới", "Tổng số", "Nữ"],
        ["1", "Nga Sơn", "62", "3", "3.408", "2.100"],
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(lines)
    assert values(read_workbook(path)) == {
        ("Nga Sơn", "clubs"): 62,
        ("Nga Sơn", "new_clubs"): 3,
        ("Nga Sơn", "members"): 3408,
        ("Nga Sơn", "women_members"): 2100,
    }


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1258"])
def test_csv_sheets_in_other_encodings(tmp_path, encoding):
    text = (
        "Tỉnh Thanh Hóa; số liệu đến 31/12/2023\n\nSTT,Huyện,Số CLB,Thành viên\n1,Hậu Lộc,51,2700\n"
    )
    path = tmp_path / "so.csv"
    if encoding == "windows-1258":
        # The encoding keeps some letters whole and their tones apart.
        text = text.replace("ỉ", "i\u0309").replace("ố", "ô\u0301").replace("ệ", "ê\u0323")
        text = text.replace("ế", "ê\u0301").replace("ậ", "â\u0323").replace("ộ", "ô\u0323")
    path.write_bytes(text.encode("cp1258" if encoding == "windows-1258" else encoding))
    layout = tmp_path / "layout.toml"
    layout.write_text(f'encoding = "{encoding}"\n', encoding="utf-8")
    table = read_workbook(path, layout=layout)
    assert facts(table, "area", "indicator", "value") == [
        ("400", "clubs", 51.0), ("400", "members", 2700.0),
    ]  # fmt: skip


def test_an_xls_file_with_hidden_and_merged_cells(tmp_path):
    rows = [
        ["HỘI NCT TỈNH THANH HÓA"], ["Tính đến 31/12/2023"],
        ["STT", "Huyện", "Câu lạc bộ", None, "Thành viên"],
        [None, None, "Tổng số", "Nháp", None],
        [1.0, "Nga Sơn", 62.0, 60.0, 3408.0],
        [2.0, "Hậu Lộc", 51.0, 50.0, 2700.0],
    ]  # fmt: skip
    path = tmp_path / "cu.xls"
    merged = [(2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4)]
    data = workbook("Biểu 1", rows, merged=merged, hidden_rows=[5], hidden_columns=[3])
    path.write_bytes(data)
    table = read_workbook(path)
    assert facts(table, "locator", "indicator", "value") == [
        ("Biểu 1!C5", "clubs", 62.0), ("Biểu 1!E5", "members", 3408.0),
    ]  # fmt: skip
    reasons = left_out(table)
    assert (reasons["D"], reasons["6"]) == ("the column is hidden", "the row is hidden")


def test_old_font_encodings_are_converted_where_the_workbook_proves_them(tmp_path):
    rows = [
        ["Héi ng­êi cao tuæi tØnh H¶i D­¬ng"], ["(Sè liÖu cã ®Õn ngµy 31/12/2022)"],
        ["STT", "HuyÖn, thÞ x·, thµnh phè", "Sè CLB", "Thµnh viªn"],
        [1, "TP H¶i D­¬ng", 8, 452], [2, "CÈm Giµng", 7, 372], ["Céng toµn tØnh", None, 15, 824],
    ]  # fmt: skip
    table = read_workbook(write(tmp_path / "cu.xlsx", rows))
    assert facts(table, "area", "value")[:3] == [("288", 8.0), ("295", 7.0), ("30", 15.0)]
    assert "converted from tcvn3" in table.attrs["explained"]["reason"].iloc[0]


def test_a_summary_repeats_its_districts_only_once_and_in_another_unit_too(tmp_path):
    district = [["HỘI NCT HUYỆN NGA SƠN"], ["đến 31/12/2022"],
                ["STT", "Xã, thị trấn", "Số CLB", "Quỹ TTN (triệu đồng)"],
                [1, "Xã Nga An", 2, 80.4], ["Cộng", None, 2, 80.4]]  # fmt: skip
    summary = [["TỔNG HỢP TỈNH THANH HÓA"], ["đến 31/12/2022"],
               ["STT", "Huyện", "Số CLB", "Quỹ TTN (tỉ đồng)"],
               [1, "Nga Sơn", 2, 0.08], ["Toàn tỉnh", None, 2, 0.08]]  # fmt: skip
    path = write(tmp_path / "b.xlsx", None, **{"Tổng hợp": summary, "Nga Sơn": district})
    table = read_workbook(path)
    of_district = table.query("area == '401'")
    assert facts(of_district, "locator", "value") == [
        ("Nga Sơn!C5", 2.0), ("Nga Sơn!D5", 80_400_000.0),
    ]  # fmt: skip
    assert facts(table.query("area == '38'"), "value") == [(2.0,), (80_000_000.0,)]
    assert left_out(table)["C4"] == "the same fact is printed at Nga Sơn!C5"


def test_a_figure_that_contradicts_its_repeat_is_kept(tmp_path):
    one = [["HỘI NCT HUYỆN NGA SƠN"], ["đến 31/12/2022"], ["STT", "Xã", "Số CLB"],
           [1, "Xã Nga An", 2], ["Cộng", None, 2]]  # fmt: skip
    other = [["TỈNH THANH HÓA"], ["đến 31/12/2022"], ["STT", "Huyện", "Số CLB"], [1, "Nga Sơn", 3]]
    path = write(tmp_path / "b.xlsx", None, **{"Nga Sơn": one, "Tổng hợp": other})
    assert facts(read_workbook(path).query("area == '401'"), "value") == [(2.0,), (3.0,)]


def test_places_are_never_guessed(tmp_path):
    rows = [*HEAD, ["STT", "Huyện", "Số CLB", "Thành viên"], [1, "Nga Sơn", 62, 3408],
            [2, "15 huyện còn lại", 90, 4000], [3, "Nga Son Mới", 5, 200],
            [4, "Ban đại diện HNCT tỉnh", 1, 40]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert set(table["area"]) == {"401"}
    reasons = left_out(table)
    assert "no unit of the gazetteer" in reasons["5"]
    assert "nearest: Huyện Nga Sơn (401, Tỉnh Thanh Hóa)" in reasons["6"]
    assert "no unit of the gazetteer" in reasons["7"]


def test_money_without_a_printed_unit_is_left_out_unless_it_can_only_be_dong(tmp_path):
    rows = [*HEAD, ["STT", "Huyện", "Số CLB", "Quỹ TTN"], [1, "Nga Sơn", 62, 4788],
            [2, "Hậu Lộc", 51, "3,02 tỉ"]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert values(table.query("indicator == 'income_fund_vnd'")) == {
        ("Hậu Lộc", "income_fund_vnd"): 3_020_000_000
    }
    assert left_out(table)["D4"] == "no unit of money is printed; give it in a layout file"
    text = [*rows[:3], [1, "Nga Sơn", 62, "512.500.000"], [2, "Hậu Lộc", 51, "3.020"]]
    table = read_workbook(write(tmp_path / "d.xlsx", text))
    assert facts(table.query("unit == 'VND'"), "area_name", "value") == [("Nga Sơn", 512_500_000)]
    assert "no unit of money is printed" in left_out(table)["D5"]
    whole = [*rows[:3], [1, "Nga Sơn", 62, 4_788_000_000]]
    assert values(read_workbook(write(tmp_path / "c.xlsx", whole)))[
        "Nga Sơn", "income_fund_vnd"
    ] == 4_788_000_000  # fmt: skip


def test_a_heading_that_nobody_knows_is_listed(tmp_path):
    rows = [*HEAD, ["STT", "Huyện", "Số CLB", "Số máy tính"], [1, "Nga Sơn", 62, 7]]
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert facts(table, "indicator") == [("clubs",)]
    assert left_out(table)["D"] == "no entry of the dictionary fits “so may tinh”"


def test_a_workbook_without_a_table_gives_no_rows_and_says_so(tmp_path):
    table = read_workbook(write(tmp_path / "b.xlsx", [["Kính gửi"], ["Trân trọng"]]))
    assert table.empty
    assert "no row of it can be read as the headings" in table.attrs["explained"]["reason"].item()


def test_without_a_date_the_map_is_the_one_that_knows_the_places(tmp_path):
    rows = [HEAD[0], ["STT", "Huyện", "Số CLB", "Thành viên"], [1, "Nga Sơn", 62, 3408]]
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert facts(table, "area", "boundaries") == [("401", "2022")] * 2
    assert table["as_of"].isna().all()
    assert "no date is printed" in table.attrs["explained"]["reason"].iloc[0]


@pytest.mark.parametrize(
    ("path", "name", "measure"),
    [
        (["Kế hoạch 2025", "Số CLB"], "target_clubs", "plan"),
        (["CLB thành lập mới", "Chỉ tiêu giao"], "target_new_clubs", "plan"),
        (["CLB thành lập mới", "% KH"], "plan_achievement", "ratio"),
        (["Thành viên", "Nữ", "Tỉ lệ (%)"], "women_members", "share"),
        (["Vay vốn", "Số người"], "borrowers", "result"),
        (["Xếp loại CLB", "Khá"], "grades", "result"),
        (["Lượt người vay vốn"], "loan_turns", "result"),
        (["Tổng vốn quỹ", "Tăng so với 2022"], "changes", "change"),
        (["Bình quân thành viên/CLB"], "members_per_club", "result"),
        (["Villages with clubs"], "villages_with_clubs", "result"),
        (["TONG SO CAU LAC BO"], "clubs", "result"),
        (["Số CLB tăng mới"], "new_clubs", "result"),
        (["Câu lạc bộ", "Giải thể, ngừng HĐ"], "closed_clubs", "result"),
        (["Câu lạc bộ", "Có vốn TTN"], "clubs_with_fund", "result"),
        (["Thành viên tham gia CLB", "Tổng số"], "members", "result"),
        (["Thành viên", "60+"], "older_members", "result"),
        (["Quỹ vốn vay tăng thu nhập"], "income_fund_vnd", "result"),
        (["Số thành viên vay vốn TTN"], "borrowers", "result"),
        (["Xã, phường, thị trấn", "Đã thành lập CLB"], "communes_with_clubs", "result"),
        (["Số xóm, bản, làng có CLB"], "villages_with_clubs", "result"),
        (["Tỷ lệ dự họp hằng tháng"], "attendance_share", "share"),
        (["Câu lạc bộ", "Số người tham gia tập huấn"], "trainees", "result"),
        (["Quỹ CSNCT"], "care_fund", "result"),
        (["Vốn lúc đầu (tr.đ)", "Ngân sách"], "startup_parts", "result"),
        (["Số TV tham gia sinh hoạt CLB"], "", "result"),  # people, not a share of them
    ],
)
def test_headings_are_understood_with_what_stands_over_them(path, name, measure):
    found = read_heading_path(path)
    assert (found.name, found.measure) == (name, measure)


def test_a_plan_and_its_ratio_belong_to_the_clubs_before_them(tmp_path):
    rows = [*HEAD, ["STT", "Huyện", "CLB lập mới", "KH 2023", "Đạt %", "Thành viên", "KH 2023"],
            [1, "Nga Sơn", 6, 5, 120, 3408, 3000]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert facts(table, "locator", "indicator", "value") == [
        ("Biểu 1!C4", "new_clubs", 6.0), ("Biểu 1!D4", "target_new_clubs", 5.0),
        ("Biểu 1!E4", "plan_achievement", 1.2), ("Biểu 1!F4", "members", 3408.0),
    ]  # fmt: skip
    assert "G" in left_out(table)


def test_a_form_may_call_its_column_of_units_don_vi(tmp_path):
    rows = [*HEAD,
            ["TT", "Chỉ tiêu", "Đơn vị", "Chỉ tiêu giao", "Kết quả thực hiện", "% thực hiện"],
            [1, "Tổng số CLB LTHTGN", "CLB", 80, 76, 95], [2, "Thành lập mới", "CLB", 2, 9, 450],
            [3, "Quỹ tăng thu nhập", "nghìn đồng", "-", 28500, None]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert facts(table, "locator", "indicator", "value") == [
        ("Biểu 1!D4", "target_clubs", 80.0), ("Biểu 1!E4", "clubs", 76.0),
        ("Biểu 1!F4", "plan_achievement", 0.95), ("Biểu 1!D5", "target_new_clubs", 2.0),
        ("Biểu 1!E5", "new_clubs", 9.0), ("Biểu 1!F5", "plan_achievement", 4.5),
        ("Biểu 1!E6", "income_fund_vnd", 28_500_000.0),
    ]  # fmt: skip


def test_a_form_is_known_by_its_rows_whatever_heads_them(tmp_path):
    rows = [*HEAD, ["STT", "Số liệu cơ bản", "ĐVT", "KH 2023", "Kết quả"],
            [1, "Tổng số CLB", "CLB", 80, 76], [2, "Tổng số thành viên", "người", None, 3408],
            [3, "Tổng vốn quỹ TTN", "triệu đồng", None, 28.5]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert facts(table, "locator", "indicator", "value") == [
        ("Biểu 1!D4", "target_clubs", 80.0), ("Biểu 1!E4", "clubs", 76.0),
        ("Biểu 1!E5", "members", 3408.0), ("Biểu 1!E6", "income_fund_vnd", 28_500_000.0),
    ]  # fmt: skip


@pytest.mark.parametrize("times", [1, 100])
def test_plans_and_results_tell_whether_a_ratio_is_printed_as_a_percentage(tmp_path, times):
    rows = [*HEAD, ["TT", "Chỉ tiêu", "ĐVT", "Kế hoạch", "Thực hiện", "TH/KH"],
            [1, "Tổng số CLB", "CLB", 1, 4, 4 * times]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert table.set_index("indicator")["value"]["plan_achievement"] == 4.0


def test_a_bare_name_is_the_unit_that_the_typed_rows_leave(tmp_path):
    head = [["HỘI NGƯỜI CAO TUỔI TỈNH TRÀ VINH"], HEAD[1], ["STT", "Đơn vị", "Số CLB"]]
    both = [*head, [1, "Duyên Hải", 15], [2, "Thị xã Duyên Hải", 9], [3, "Cầu Kè", 4]]
    table = read_workbook(write(tmp_path / "both.xlsx", both))
    assert facts(table, "area", "value") == [("850", 15.0), ("851", 9.0), ("845", 4.0)]
    bare = [*head, [1, "Duyên Hải", 15], [2, "Càng Long", 9], [3, "Cầu Kè", 4]]
    table = read_workbook(write(tmp_path / "bare.xlsx", bare))
    assert set(table["area"]) == {"844", "845"}
    twice = [*head, [1, "Duyên Hải", 15], [2, "Duyên Hải", 9], [3, "TX Duyên Hải", 4]]
    assert set(read_workbook(write(tmp_path / "twice.xlsx", twice))["area"]) == {"851"}


def test_days_may_head_groups_of_columns(tmp_path):
    days = ["Đến 31/12/2021", None, "Tính đến ngày 31/12/2022", None, "Đến hết 30/6/2023", None]
    rows = [["HỘI NCT TỈNH THANH HÓA"], ["THEO DÕI CLB LTHTGN"], ["STT", "Đơn vị", *days],
            [None, None, *["Số CLB", "Số TV"] * 3], [1, "Nga Sơn", 1, 2, 3, 4, 5, 6],
            [2, "Hậu Lộc", 1, 2, 3, 4, 5, 6]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows)).query("area == '401'")
    found = table.sort_values("value")["as_of"].dt.strftime("%Y-%m-%d").to_list()
    assert found == [*["2021-12-31"] * 2, *["2022-12-31"] * 2, *["2023-06-30"] * 2]


def test_months_quarters_and_half_years_may_head_groups_of_columns(tmp_path):
    rows = [["HỘI NCT TỈNH THANH HÓA"], ["THEO DÕI CLB LTHTGN"],
            ["STT", "Huyện", "T6/2024", None, "Q.III/2024", None, "Nửa cuối năm 2024", None],
            [None, None, *["Số CLB", "Số TV"] * 3], [1, "Nga Sơn", 1, 2, 3, 4, 5, 6],
            [2, "Hậu Lộc", 1, 2, 3, 4, 5, 6]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows)).query("area == '401'")
    days = table.sort_values("value")["as_of"].dt.strftime("%Y-%m-%d").to_list()
    assert days == [*["2024-06-30"] * 2, *["2024-09-30"] * 2, *["2024-12-31"] * 2]


# ---- layout files --------------------------------------------------------------------------


def test_a_layout_file_overrides_what_is_recognised(tmp_path):
    rows = [["Bảng số 5"], ["a", "b", "c"], ["x", "Nga Sơn", 62], ["y", "Hậu Lộc", 51],
            ["z", "Bỏ dòng này", 1]]  # fmt: skip
    layout = tmp_path / "layout.toml"
    layout.write_text(
        'province = "Thanh Hóa"\nas_of = "31/12/2022"\n'
        '[[sheet]]\nname = "Biểu*"\nheader = "2"\nlevel = "district"\n'
        '[sheet.columns]\nA = "skip"\nB = "area"\n'
        'C = { indicator = "income_fund_vnd", unit = "triệu đồng", as_of = "quý I/2022" }\n'
        '[sheet.rows]\n5 = "skip"\n',
        encoding="utf-8",
    )
    table = read_workbook(write(tmp_path / "b.xlsx", rows), layout=layout)
    assert facts(table, "area", "value") == [("401", 62_000_000.0), ("400", 51_000_000.0)]
    assert set(table["as_of"]) == {pd.Timestamp("2022-03-31")}
    assert left_out(table)["5"] == "the layout file skips it"


def test_a_wrong_layout_file_tells_all_its_faults(tmp_path):
    layout = tmp_path / "layout.toml"
    layout.write_text(
        'provincee = "x"\nboundaries = "2019"\n[[sheet]]\nheader = "eight"\n'
        '[sheet.columns]\nC = "clubz"\n7 = "clubs"\n[sheet.rows]\nA = "skip"\n',
        encoding="utf-8",
    )
    with pytest.raises(lt.InvalidTableError) as caught:
        read_workbook(BOOKS / "huyen-theo-hang.xlsx", layout=layout)
    text = str(caught.value)
    assert "6 faults found" in text
    for part in ("`provincee` is not known", "not '2019'", "such as \"8:9\", not 'eight'",
                 "not 'clubz'", "such as F, not '7'", "its number, not 'A'"):  # fmt: skip
        assert part in text
    layout.write_text("= 3", encoding="utf-8")
    with pytest.raises(lt.InvalidTableError, match="must be a layout file in TOML"):
        read_workbook(BOOKS / "huyen-theo-hang.xlsx", layout=layout)


def test_a_register_without_ids_may_head_the_names_with_cau_lac_bo(tmp_path):
    rows = [["HỘI NCT HUYỆN THỌ XUÂN, TỈNH THANH HÓA"], HEAD[1],
            ["TT", "Câu lạc bộ", "Xã", "Số TV", "Nữ", "Người CT", "Vốn được hỗ trợ ban đầu (đồng)"],
            [1, "CLB thôn 3", "Xuân Hồng", 55, 30, 40, 50_000_000],
            [2, "Thôn 7", "Xuân Hồng", 52, 33, 41, None]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert set(table["level"]) == {"club"}
    assert values(table.query("locator.str.contains('4')")) == {
        ("CLB thôn 3", "members"): 55, ("CLB thôn 3", "women_members"): 30,
        ("CLB thôn 3", "older_members"): 40, ("CLB thôn 3", "startup_capital_vnd"): 50_000_000,
    }  # fmt: skip
    counted = [*rows[:2], ["TT", "Xã", "Câu lạc bộ"], [1, "Xuân Hồng", "02 CLB"]]
    table = read_workbook(write(tmp_path / "c.xlsx", counted))
    assert facts(table, "level", "indicator", "value") == [("commune", "clubs", 2.0)]


def test_chi_hoi_and_lists_of_village_words_are_villages(tmp_path):
    rows = [["HỘI NCT HUYỆN THỌ XUÂN, TỈNH THANH HÓA"], HEAD[1],
            ["TT", "Xã", "Số CLB", "Tổng số chi hội", "Số chi hội có CLB"],
            [1, "Xuân Hồng", 2, 9, 2]]  # fmt: skip
    table = read_workbook(write(tmp_path / "b.xlsx", rows))
    assert values(table) == {
        ("Xuân Hồng", "clubs"): 2, ("Xuân Hồng", "villages_total"): 9,
        ("Xuân Hồng", "villages_with_clubs"): 2,
    }  # fmt: skip
    assert read_heading_path(["Số thôn, xóm, phố có CLB"]).name == "villages_with_clubs"


def test_a_total_of_some_districts_is_not_the_province(tmp_path):
    head = [*HEAD, ["STT", "Huyện", "Số CLB"], [1, "Nga Sơn", 62], [2, "Hậu Lộc", 51]]
    some = read_workbook(write(tmp_path / "b.xlsx", [*head, [None, "Tổng cộng 02 huyện", 113]]))
    assert set(some["area"]) == {"401", "400"}
    assert "some of the districts only" in left_out(some)["6"]
    whole = read_workbook(write(tmp_path / "c.xlsx", [*head, [None, "Tổng cộng 27 huyện", 113]]))
    assert set(whole["area"]) == {"401", "400", "38"}


# ---- bad files -----------------------------------------------------------------------------


def refused(path):
    with pytest.raises(lt.UnreadableSourceError) as caught:
        read_workbook(path)
    return str(caught.value)


def test_encrypted_workbooks(tmp_path):
    one, two = tmp_path / "a.xlsx", tmp_path / "b.xls"
    one.write_bytes(container("EncryptedPackage", b"x" * 5000))
    two.write_bytes(workbook("S", [["a"]], encrypted=True))
    assert "protected by a password" in refused(one)
    assert "protected by a password" in refused(two)
    ods = tmp_path / "c.ods"
    with zipfile.ZipFile(ods, "w") as archive:
        archive.writestr("content.xml", b"\x00\x01")
        archive.writestr("META-INF/manifest.xml", "<m:encryption-data/>")
    assert "protected by a password" in refused(ods)


@pytest.mark.parametrize("name", ["huyen-theo-hang.xlsx", "bieu-thong-ke.ods"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_truncated_workbooks(tmp_path, name, share):
    data = (BOOKS / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(data[: int(len(data) * share)])
    assert "damaged or cut off" in refused(path)


def test_a_truncated_xls_file(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(workbook("S", [["a", 1.0]])[:2000])
    assert "damaged or cut off" in refused(path)


def test_broken_parts_and_entities(tmp_path):
    def change(name, content):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.xlsx"
        with (
            zipfile.ZipFile(BOOKS / "huyen-theo-hang.xlsx") as old,
            zipfile.ZipFile(path, "w") as new,
        ):
            for part in old.namelist():
                new.writestr(part, content if part == name else old.read(part))
        return path

    assert "damaged" in refused(change("xl/workbook.xml", b"<workbook"))
    assert "damaged" in refused(change("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row"))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    assert "declares entities" in refused(change("xl/workbook.xml", bomb))


def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _ in range(600):
                part.write(b"0" * 2**20)
    tracemalloc.start()
    text = refused(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "must unpack to at most 512 MiB" in text
    assert "parts of 600 MiB" in text
    assert peak < 20 * 2**20


def test_a_part_that_is_longer_than_it_says_is_refused(tmp_path):
    path = tmp_path / "liar.xlsx"
    data = (BOOKS / "huyen-theo-hang.xlsx").read_bytes()
    with zipfile.ZipFile(BOOKS / "huyen-theo-hang.xlsx") as archive:
        about = archive.getinfo("xl/worksheets/sheet1.xml")
    size = about.file_size.to_bytes(4, "little")
    assert data.count(size) >= 1
    path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))
    assert "damaged or cut off" in refused(path)


def test_a_stray_cell_in_the_last_corner_is_refused(tmp_path):
    path = tmp_path / "corner.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Biểu 1")
    sheet.write(0, 0, "Huyện")
    sheet.write(1_048_575, 16_383, 1)
    book.close()
    assert "1,048,576 rows by 16,384 columns" in refused(path)
    single = tmp_path / "single.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(single, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, data.replace(b'r="', b"r='").replace(b'8576">', b"8576'>")
                         if part.endswith("sheet1.xml") else data)  # fmt: skip
    assert "1,048,576 rows by 16,384 columns" in refused(single)


def test_founding_days_before_1900_are_listed(tmp_path):
    path = tmp_path / "old.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("B")
    rows = [["HỘI NCT HUYỆN THỌ XUÂN, TỈNH THANH HÓA"], HEAD[1],
            ["Mã CLB", "Tên CLB", "Xã", "Ngày thành lập", "Số TV"],
            ["A1", "CLB 1", "Xuân Hồng", "12/3/1885", 50], ["A2", "CLB 2", "Xuân Hồng", None, 52],
            ["A3", "CLB 3", "Xuân Hồng", None, 51]]  # fmt: skip
    for number, line in enumerate(rows):
        sheet.write_row(number, 0, line)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_number(4, 3, -5, day)
    sheet.write_number(5, 3, 0.5, day)
    book.close()
    table = read_workbook(path)
    assert facts(table, "area", "value") == [("A1", 50.0), ("A2", 52.0), ("A3", 51.0)]
    reasons = left_out(table)
    assert "the year 1885 is not between 1900 and 2100" in reasons["D4"]
    assert "must hold one date" in reasons["D5"]
    assert "'12:00:00' must hold one date" in reasons["D6"]


def test_blank_lines_below_a_csv_sheet_are_not_kept(tmp_path):
    path = tmp_path / "empty.csv"
    lines = ["HỘI NCT TỈNH THANH HÓA,,", "SỐ LIỆU CLB đến 31/12/2023,,", "STT,Huyện,Số CLB"]
    path.write_text("\n".join([*lines, "1,Nga Sơn,62", *[",,"] * 50_000]), encoding="utf-8")
    (sheet,) = read_sheets(path)
    assert sheet.cells.shape == (4, 3)
    assert facts(read_workbook(path), "area", "value") == [("401", 62.0)]


def test_a_million_empty_rows_cost_no_memory(tmp_path):
    path = tmp_path / "empty.xlsx"
    small = write(tmp_path / "s.xlsx", [*HEAD, ["STT", "Huyện", "Số CLB"], [1, "Nga Sơn", 62]])
    rows = b"".join(b'<row r="%d" s="1" ht="15"/>' % number for number in range(5, 1_048_577))
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            if part.endswith("sheet1.xml"):
                data = data.replace(b"</sheetData>", rows + b"</sheetData>")
            new.writestr(part, data)
    (sheet,) = read_sheets(path)
    assert sheet.cells.shape == (4, 3)
    assert facts(read_workbook(path), "area", "value") == [("401", 62.0)]


def test_formulas_without_a_saved_value_are_listed(tmp_path):
    rows = [*HEAD, ["STT", "Huyện", "Số CLB"], [1, "Nga Sơn", 62], ["Toàn tỉnh", None, None]]
    path = tmp_path / "f.xlsx"
    small = write(tmp_path / "s.xlsx", rows)
    formula = b'<c r="C5"><f>SUM(C4:C4)</f></c>'
    with zipfile.ZipFile(small) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part.endswith("sheet1.xml"):
                data = re.sub(rb'(<row r="5".*?)(</row>)', rb"\1" + formula + rb"\2", data)
            new.writestr(part, data)
    table = read_workbook(path)
    assert facts(table, "area", "value") == [("401", 62.0)]
    assert "saved without its value" in left_out(table)["C5"]


def test_files_that_are_no_workbooks(tmp_path):
    for name, data, words in (
        ("a.xlsx", b"", "the file is empty"),
        ("b.xls", b"<html><table><tr><td>CLB</td></tr></table></html>", "it is a web page"),
        ("c.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\0", "it is neither"),
        ("d.xls", container("WordDocument", b"x" * 5000), "a document of another program"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        assert words in refused(path)
    archive = tmp_path / "e.xlsx"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("readme.txt", "x")
    assert "an archive without a workbook" in refused(archive)
    with pytest.raises(FileNotFoundError, match="There is no such file"):
        read_workbook(tmp_path / "missing.xlsx")


def test_hidden_sheets_are_left_out_and_listed(tmp_path):
    path = tmp_path / "h.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Trống")
    sheet = book.add_worksheet("Ẩn")
    for number, line in enumerate([*HEAD, ["STT", "Huyện", "Số CLB"], [1, "Nga Sơn", 62]]):
        sheet.write_row(number, 0, line)
    sheet.hide()
    book.close()
    table = read_workbook(path)
    assert table.empty
    explained = table.attrs["explained"]
    assert explained.loc[explained["sheet"].eq("Ẩn"), "taken_for"].item() == "left out"
