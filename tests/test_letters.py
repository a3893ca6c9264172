"""Who reported what, cards of data quality, and the auditor's letter in words."""

from __future__ import annotations

import runpy

import pandas as pd
import pytest
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis import letters
from lthtgn_analysis.completeness import ITEMS, count_items, grade_quality
from lthtgn_analysis.schema import OBSERVATIONS, SOURCES, arrange, empty_table

FAULTY = (
    {"value": 41, "source": "bao-a"},
    {"indicator": "communes_with_clubs", "value": 52, "source": "bao-a"},
    {"level": "national", "area": "VN", "area_name": "Việt Nam", "value": -9, "source": "bao-b"},
)


@pytest.fixture
def table():
    return observations(*FAULTY)


@pytest.fixture
def sources():
    return arrange(
        pd.DataFrame(
            {
                "source": ["bao-a", "bao-b"],
                "title": ["CLB <mới>", "Tổng kết"],
                "publisher": ["Báo A", "Báo B"],
                "url": ["https://a.vn/1", None],
            }
        ),
        SOURCES,
    )


def test_items_are_counted_a_place_and_year_in_any_of_their_forms():
    table = observations(
        {"value": 10, "as_of": "2021-06-30"},
        {"value": 12, "as_of": "2021-12-31"},
        {"indicator": "older_share", "value": 0.6, "as_of": "2021-12-31"},
        {"indicator": "members_60plus", "value": 300, "as_of": "2021-12-31"},
        {"indicator": "members", "value": 500, "as_of": None},
        {"indicator": "members", "value": 90, "scope": "VIE071"},
        {"indicator": "target_clubs", "value": 90, "as_of": "2025-12-31"},
    )
    row = count_items(table).iloc[0]
    assert len(count_items(table)) == 1
    assert (row["year"], row["n_reported"], row["n_expected"]) == (2021, 2, len(ITEMS))
    assert row["items"] == "clubs;older_members"


def test_one_code_on_two_maps_is_two_places():
    table = observations(
        {"value": 10, "area": "24"},
        {"value": 12, "area": "24", "boundaries": "2025-07", "as_of": "2025-12-31"},
    )
    assert count_items(table)["map"].to_list() == ["34", "63"]
    with pytest.raises(ValueError, match=r"must be of one map; it has \['34', '63'\]"):
        letters.plot_completeness(count_items(table))


def test_cards_count_problems_and_shares():
    table = observations(
        {"value": 41, "published": "2023-01-10"},
        {"indicator": "communes_with_clubs", "value": 52, "published": "2023-01-30"},
        {"indicator": "members", "value": 900, "as_of": None, "qualifier": "about"},
        {"value": 7, "area": "40", "area_name": "Nghệ An"},
    )
    card = grade_quality(table, lt.find_problems(table)).set_index("area_name")
    first = card.loc["Thanh Hóa"]
    assert (first["errors"], first["warnings"], first["notes"]) == (1, 0, 0)
    assert (first["n_figures"], first["n_items"]) == (3, 3)
    assert first["dated_share"] == pytest.approx(2 / 3)
    assert first["hedged_share"] == pytest.approx(1 / 3)
    assert first["lag_days"] == 20
    assert card.loc["Nghệ An", "errors"] == 0
    assert card.index[0] == "Thanh Hóa"


def test_cards_count_the_problems_of_plans_as_the_letter_does():
    plans = observations(
        {"value": 41, "as_of": "2020-12-31"},
        {"indicator": "target_clubs", "value": 75, "as_of": "2025-12-31"},
        {"indicator": "target_new_clubs", "value": 75, "as_of": "2025-12-31"},
    )
    problems = lt.find_problems(plans)
    assert problems["check"].to_list() == ["new_and_total_targets_differ"]
    card = grade_quality(plans, problems)
    assert card[["n_figures", "errors"]].to_numpy().tolist() == [[1, 1]]


def test_the_letter_tells_the_worst_and_widest_first(table, sources):
    problems = lt.find_problems(table)
    assert letters.say_opening(problems, table).sentences == (
        "Đã kiểm tra 3 số liệu từ 2 nguồn: 2 chỗ sai, 0 chỗ cần kiểm tra, 0 lưu ý.",
        "Nhiều chỗ sai nhất là ở Thanh Hóa và Việt Nam, mỗi nơi 1 trong 2 chỗ sai.",
        "3 trong 3 số có ghi ngày; 0 số có từ hai nguồn trở lên cho cùng nơi, cùng ngày để đối "
        "chiếu.",
    )
    first, second = str(letters.say_findings(problems, table, sources)).split("\n\n")
    assert first.startswith(
        "**1. Sai · Việt Nam, 31/12/2022: chưa khớp quy tắc “Số liệu không nhỏ hơn 0”**"
    )
    assert second.splitlines()[1:] == [
        "Thấy: Xã có CLB: 52; Số CLB: 41.  ",
        "Phải: không quá 41.  ",
        "Cách hiểu và việc cần làm: Mỗi xã có CLB phải có ít nhất một CLB; kiểm tra phạm vi của "
        "hai số.  ",
        'Nguồn: <a href="https://a.vn/1">CLB &lt;mới&gt;</a>.  ',
        "Hỏi: Báo A, hoặc Hội Người cao tuổi nơi báo cáo.",
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [],
            (
                "0 figures from 0 sources were audited: 0 errors, 0 to be checked, 0 notes.",
                "No figure was found that is certainly wrong.",
                "There are no figures, so nothing could be checked.",
            ),
        ),
        (
            [{"value": 41, "as_of": None}],
            (
                "1 figure from 1 source was audited: 0 errors, 0 to be checked, 0 notes.",
                "No figure was found that is certainly wrong.",
                "0 of 1 figure are dated; for 0 there are two sources or more on one place and day "
                "to compare.",
            ),
        ),
        (
            [{"value": -4}],
            (
                "1 figure from 1 source was audited: 1 error, 0 to be checked, 0 notes.",
                "The only error is in Thanh Hóa.",
                "1 of 1 figure is dated; for 0 there are two sources or more on one place and day "
                "to compare.",
            ),
        ),
        (
            [
                {"value": 41, "source": "bao-a"},
                {"value": 90, "source": "bao-b"},
                {"value": -1, "area": "24", "area_name": "Bắc Giang"},
                {"value": -2, "area": "24", "area_name": "Bắc Ninh", "boundaries": "2025-07"},
                {"value": -3, "area": "24", "area_name": "Bắc Ninh", "boundaries": "2025-07",
                 "as_of": "2025-12-31"},
            ],
            (
                "5 figures from 3 sources were audited: 3 errors, 2 to be checked, 0 notes.",
                "Most errors are in Bắc Ninh (from 1 July 2025): 2 of 3.",
                "5 of 5 figures are dated; for 2 there are two sources or more on one place and "
                "day to compare.",
            ),
        ),
    ],
    ids=["none", "one", "one wrong", "contradictory"],
)  # fmt: skip
def test_the_letter_opens_with_three_sentences_that_are_true(rows, expected):
    table = observations(*rows) if rows else empty_table(OBSERVATIONS)
    said = letters.say_opening(lt.find_problems(table), table, lang="en").sentences
    assert said == expected


def test_errors_of_one_place_and_errors_everywhere_are_told_apart():
    one = observations({"value": -1}, {"value": -2, "as_of": "2021-12-31"})
    assert letters.say_opening(lt.find_problems(one), one).sentences[1] == (
        "Cả 2 chỗ sai đều ở Thanh Hóa."
    )
    places = {"01": "Hà Nội", "24": "Bắc Giang", "38": "Thanh Hóa", "40": "Nghệ An"}
    all_over = observations(
        *({"value": -1, "area": area, "area_name": name} for area, name in places.items())
    )
    assert letters.say_opening(lt.find_problems(all_over), all_over).sentences[1] == (
        "4 chỗ sai nằm rải rác: 4 nơi cùng có nhiều nhất, mỗi nơi 1 chỗ."
    )


def test_a_letter_without_findings_says_so():
    table = observations({"value": 1})
    assert str(letters.say_findings(lt.find_problems(table), table)) == "Không thấy chỗ nào."


def test_the_page_needs_nothing_else(table, sources):
    page = letters.write_letter(lt.find_problems(table, lang="en"), table, sources, lang="en")
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "<strong>1. Error · Việt Nam, " in page
    assert "does not fit the rule “No figure is below zero”</strong>" in page
    assert "<script" not in page
    assert "<link" not in page
    assert "CLB &lt;mới&gt;" in page


def test_the_heat_map_leaves_a_cell_empty_where_nothing_was_reported():
    table = observations({"value": 10, "as_of": "2020-12-31"}, {"value": 12, "as_of": "2022-12-31"})
    axes = letters.plot_completeness(count_items(table), ax=lt.new_axes(rows=1))
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["2020", "2021", "2022"]
    assert len(axes.patches) == 2
    assert axes.figure.alt_text.startswith("1 tỉnh có số liệu ở 2 trong 3 ô (mỗi ô")


def test_the_pages_on_the_checks_are_up_to_date(root):
    module = runpy.run_path(str(root / "examples" / "build_check_docs.py"))
    assert module["main"](["--check"]) == 0
