"""The fund, coverage and scenario pages: their tables, sentences and figures, in edge cases too."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt
from lthtgn_analysis.citations import cite
from lthtgn_analysis.coverage import redraw_coverage
from lthtgn_analysis.drawing import new_axes, set_theme
from lthtgn_analysis.evidence import explain
from lthtgn_analysis.excerpts import name_district, name_province, take_district
from lthtgn_analysis.figures import draw_figure
from lthtgn_analysis.fund_means import compare_means
from lthtgn_analysis.metrics import compute
from lthtgn_analysis.notation import label
from lthtgn_analysis.scenarios import make_scenarios
from lthtgn_analysis.schema import METRIC_ROWS, OBSERVATIONS, SOURCES, arrange, empty_table
from lthtgn_analysis.stories import say_coverage, say_funds, say_scenarios
from lthtgn_analysis.story_plots import (
    plot_boundary_effect,
    plot_means,
    plot_scenarios,
    plot_startup_need,
)
from lthtgn_analysis.story_tables import (
    style_boundary_effect,
    style_means,
    style_scenarios,
    style_startup_need,
)

DAY = "2025-12-31"
NATION = {"level": "national", "area": "VN", "area_name": "Việt Nam"}
BILLION, MILLION = 1e9, 1e6


def title_of(axes):
    return axes.get_title(loc="left").replace("\n", " ")


def fund_of(mean, *, fund=6.5 * BILLION, clubs=135, funded=None, **more):
    rows = [
        {"indicator": "income_fund_per_club_vnd", "value": mean, **more},
        {"indicator": "income_fund_vnd", "value": fund},
        {"indicator": "clubs", "value": clubs},
    ]
    rows += [] if funded is None else [{"indicator": "clubs_with_fund", "value": funded}]
    return observations(*(row for row in rows if row["value"] is not None))


# What a printed mean was divided by


@pytest.mark.parametrize(
    ("mean", "expected"),
    [(48 * MILLION, "clubs"), (64 * MILLION, "clubs_with_fund"), (55 * MILLION, "neither")],
)
def test_a_mean_fits_the_denominator_it_rounds_to(mean, expected):
    """6.5 bn / 135 = 48.1 m; 6.5 bn / 102 = 63.7 m, which rounds to 64 m."""
    table = compare_means(fund_of(mean, funded=102), as_of=DAY)
    assert table["denominator"].tolist() == [expected]


def test_a_mean_that_fits_both_ways_and_one_that_has_no_fund():
    both = compare_means(fund_of(50 * MILLION, fund=500 * MILLION, clubs=10, funded=10), as_of=DAY)
    assert both["denominator"].tolist() == ["either"]
    alone = compare_means(fund_of(50 * MILLION, fund=None), as_of=DAY)
    assert alone["denominator"].tolist() == ["unknown"]
    assert alone["clubs"].isna().all()


def test_a_mean_of_no_clubs_is_not_divided():
    table = compare_means(fund_of(50 * MILLION, clubs=0), as_of=DAY)
    assert table["denominator"].tolist() == ["unknown"]


def test_figures_of_other_days_and_maps_are_not_mixed():
    rows = observations(
        {"indicator": "income_fund_per_club_vnd", "value": 50 * MILLION},
        {"indicator": "income_fund_vnd", "value": 5 * BILLION, "as_of": "2021-12-31"},
        {"indicator": "clubs", "value": 100},
    )
    assert compare_means(rows, as_of=DAY)["denominator"].tolist() == ["unknown"]
    assert compare_means(rows, as_of="2020-01-01").empty


def test_the_real_means_and_their_denominators(sample_observations):
    """Tuyên Quang: 6.5 bn / 135 = 48.1 m, as printed, though 102 clubs have a fund."""
    means = compare_means(sample_observations, as_of=DAY).set_index("area_name")
    assert means.loc["Tuyên Quang", "denominator"] == "clubs"
    assert means.loc["Tuyên Quang", "funded"] == pytest.approx(63.7 * MILLION, rel=1e-3)
    assert means.loc["Bình Phước", "denominator"] == "neither"
    assert "khớp" in title_of(plot_means(means.reset_index()))
    frame = style_means(means.reset_index(), lang="en").to_frame()
    assert "fits neither way of dividing" in frame["What the source divided by"].tolist()


# Coverage on the new map


def test_thanh_hoa_keeps_its_clubs_and_gets_166_communes():
    rows = observations({"indicator": "communes_with_clubs", "value": 410, "as_of": "2022-10-12"})
    (row,) = redraw_coverage(rows, as_of=DAY).to_dict("records")
    assert (row["communes_before"], row["communes_after"]) == (559, 166)
    assert row["coverage_same_clubs_value"] == pytest.approx(0.947, abs=5e-4)
    assert row["coverage_same_clubs_low"] <= 0.733 <= row["coverage_same_clubs_high"] == 1.0
    assert row["fault"] is None


def test_more_communes_than_there_are_is_a_fault_and_no_share():
    rows = observations({"indicator": "communes_with_clubs", "value": 5_590})
    (row,) = redraw_coverage(rows, as_of=DAY).to_dict("records")
    assert row["fault"] == "too_many"
    assert np.isnan(row["coverage_same_clubs_value"])
    assert "Chưa có tỉnh nào" in title_of(plot_boundary_effect(pd.DataFrame([row])))


def test_hedged_printed_as_share_later_and_new_counts_are_left_out():
    rows = observations(
        {"indicator": "communes_with_clubs", "value": 400, "qualifier": "at_least"},
        {"indicator": "communes_with_clubs", "value": 0.7, "unit": "share"},
        {"indicator": "communes_with_clubs", "value": 150, "boundaries": "2025-07"},
    )
    effect = redraw_coverage(rows, as_of=DAY)
    assert effect.empty
    assert {"coverage_same_clubs_value", "fact_ids", "fault"} <= set(effect.columns)
    assert "không có" in style_boundary_effect(effect).caption


def test_only_the_newest_count_of_a_province_is_carried():
    rows = observations(
        {"indicator": "communes_with_clubs", "value": 300, "as_of": "2020-12-31"},
        {"indicator": "communes_with_clubs", "value": 410, "as_of": "2022-10-12"},
    )
    assert redraw_coverage(rows, as_of=DAY)["covered"].tolist() == [410]
    assert redraw_coverage(rows, as_of="2021-12-31")["covered"].tolist() == [300]


def test_coverage_sentences_for_none_one_and_both_maps():
    nothing = redraw_coverage(empty_table(OBSERVATIONS), as_of=DAY)
    none = str(say_coverage(empty_table(METRIC_ROWS), nothing))
    assert none.count("chưa tỉnh nào có đủ số xã có CLB và tổng số xã") == 2
    assert "Chưa có số liệu để tính" in none
    rows = observations(
        {"indicator": "communes_with_clubs", "value": 410},
        {"indicator": "communes_total", "value": 559},
    )
    one = str(say_coverage(compute(rows, level="province", as_of=DAY),
                           redraw_coverage(rows, as_of=DAY), lang="en"))  # fmt: skip
    assert "of 63 provinces only Thanh Hóa has figures" in one
    assert "73.35% of communes have a club (410 of 559)" in one
    assert "on average 94.7% of the new ones" in one


# Scenarios


def stock(*pairs, **more):
    return observations(*({"value": value, "as_of": day, **more} for value, day in pairs))


def test_one_point_is_refused_in_words():
    table = make_scenarios(stock((884, "2022-10-12")), as_of=DAY)
    axes = plot_scenarios(table)
    assert title_of(axes).startswith("Thanh Hóa: chưa lập được kịch bản nào")
    assert "chỉ có số của một thời điểm nên chưa có nhịp tăng" in title_of(axes)
    frame = style_scenarios(table).to_frame()
    assert "CLB thêm mỗi năm" not in frame
    assert "chưa có chỉ tiêu đến hạn trong năm này" in frame["Vì sao chưa tính được"].tolist()
    assert title_of(plot_startup_need(table)) == "Không có CLB thêm nào để tính vốn ban đầu"
    assert set(style_startup_need(table).to_frame().iloc[0, 2:]) == {"–"}


def test_scenarios_are_drawn_after_the_published_figures():
    """100 clubs in 365 days are 100.07 in a year of 365.25: 300 + 8 x 100.07 = 1,100.5."""
    rows = stock((200, "2021-12-31"), (300, "2022-12-31"))
    table = make_scenarios(rows, targets({"value": 900, "due": "2030-12-31"}), as_of=DAY)
    axes = plot_scenarios(table.query("year == 2030"), rows)
    assert title_of(axes) == "Thanh Hóa cuối năm 2030: từ 900 đến 1.101 CLB theo 3 kịch bản"
    assert axes.get_xlabel() == "Phép tính từ số đã công bố, không phải dự báo."
    assert "không phải dự báo" in axes.figure.alt_text
    written = {text.get_text().replace("\n", " ") for text in axes.texts}
    assert "Đạt chỉ tiêu: 900" in written


def test_scenarios_of_two_places_cannot_share_a_figure():
    rows = observations({"value": 5}, {"value": 7, "area": "01", "area_name": "Hà Nội"})
    with pytest.raises(ValueError, match="must hold one place on one map; found"):
        plot_scenarios(make_scenarios(rows, as_of=DAY))


def test_scenario_sentences_for_none_one_and_a_met_target():
    nothing = make_scenarios(empty_table(OBSERVATIONS), as_of=DAY)
    assert "chưa có số CLB toàn quốc" in str(say_scenarios(nothing, nothing))
    one = make_scenarios(stock((9_000, "2025-05-31"), **NATION), as_of=DAY, level="national")
    told = str(say_scenarios(one, nothing))
    assert "cả nước mới có số CLB của một thời điểm" in told
    assert "Chưa có chỉ tiêu toàn quốc nào đến hạn" in told
    assert told.endswith("Chưa tỉnh nào có số CLB ghi rõ ngày.")
    goal = targets({"value": 5_000, "due": "2030-12-31", "area": "VN"})
    rows = stock((8_000, "2024-05-31"), (9_000, "2025-05-31"), **NATION)
    met = make_scenarios(rows, goal, as_of=DAY, level="national")
    assert "5.000 CLB đến cuối năm 2030 đã đạt" in str(say_scenarios(met, nothing))


def test_scenario_tables_in_english_have_no_vietnamese_words(sample_observations):
    table = make_scenarios(sample_observations, lt.read_targets(), as_of=DAY, level="national")
    texts = " ".join(style_scenarios(table, lang="en").to_frame().astype(str).to_numpy().ravel())
    assert "Target is met" in texts
    assert "fewer than four other places" in texts
    assert "nhịp" not in texts


# Funds in words


def test_fund_sentences_for_none_one_and_a_price_index():
    nothing = (empty_table(OBSERVATIONS), empty_table(METRIC_ROWS))
    none = str(say_funds(*nothing, compare_means(nothing[0], as_of=DAY)))
    assert none.count(".") == 3
    assert "Không nguồn nào in sẵn quỹ bình quân" in none
    rows = fund_of(48 * MILLION)
    metrics = compute(rows, level="province", as_of=DAY)
    one = str(say_funds(rows, metrics, compare_means(rows, as_of=DAY)))
    assert one.startswith("Chỉ Thanh Hóa có số liệu về tổng quỹ tăng thu nhập: 6,5 tỉ đồng")
    assert "chưa có chỉ số giá" in one
    prices = observations(
        {**NATION, "indicator": "consumer_price_index", "value": 1.0, "as_of": "2020-12-31"},
        {**NATION, "indicator": "consumer_price_index", "value": 1.2},
    )
    priced = str(say_funds(prices, metrics, compare_means(rows, as_of=DAY)))
    assert "có chỉ số giá nên" in priced


def test_borrowing_is_judged_by_its_bounds():
    """45 of 100 is below 50 %; 50 of 100 is not; "at most 55 of 100" is open."""
    rows = pd.DataFrame(
        {"metric": "borrowing_share", "level": "province", "area": ["38", "01", "40"],
         "area_name": ["Thanh Hóa", "Hà Nội", "Nghệ An"], "boundaries": "2022", "as_of": DAY,
         "low": [0.45, 0.5, 0.0], "value": [0.45, 0.5, 0.55], "high": [0.45, 0.5, 0.55],
         "unit": "share"}
    )  # fmt: skip
    said = str(say_funds(empty_table(OBSERVATIONS), rows, pd.DataFrame({"denominator": []})))
    assert "1 tỉnh chắc chắn đạt mức 50%" in said
    assert "1 tỉnh chắc chắn chưa đạt, 1 tỉnh chưa kết luận được" in said
    assert "cao nhất là Nghệ An" in said


def test_every_flag_that_a_metric_can_carry_has_words():
    for flag in (
        "incomplete", "random_placement", "from_zero", "not_applicable", "part_over_whole",
        "small", "lag", "disputed", "as_printed", "60+", "55+", "age_not_stated", "per_borrower",
        "A", "since", "no_districts", "boundary_break", "periods_differ", "short_period",
        "not_one_year", "not_growing", "nation_may_not_change", "below_zero", "counted",
        "from_two_shares", "new_less_net", "new_less_closed", "twelve_a_year",
    ):  # fmt: skip
        for lang in ("vi", "en"):
            assert label(f"table.flag.{flag}", lang=lang)


# Districts, evidence, languages


def test_a_district_has_its_own_communes_and_clubs(sample_observations):
    assert name_district("401") == "huyện Nga Sơn, tỉnh Thanh Hóa"
    assert name_province("01", boundaries="2025-07", lang="en") == "Hà Nội city"
    clubs = take_district(sample_observations, area="401", part="club")
    assert clubs["area"].str.startswith("thanh-hoa-nga-son-").all()
    assert len(clubs) > 0
    communes = take_district(sample_observations, area="164", part="commune")
    assert set(communes["area"]) == {"05653"}
    with pytest.raises(ValueError, match=r"`area` must be the code of a district .*not '999999'"):
        take_district(sample_observations, area="999999")


def test_numbers_are_explained_and_none_is_said_to_be_none():
    rows = observations({"value": 884, "note": "xem F0047"})
    table = compute(rows, level="province", as_of=DAY)
    shown = explain(table, observations=rows, lang="en")
    assert shown.statements[0].text.endswith(": 884 clubs")
    assert "F0047" not in shown._repr_html_()
    assert shown._repr_html_().count("<details") >= 1
    assert str(explain(table.iloc[:0], observations=rows)) == "Chưa có số nào để truy đến nguồn."


def test_words_of_a_source_are_marked_on_a_page_of_another_language():
    source = {"source": "test", "title": "Hội Người cao tuổi", "url": "https://example.vn/a"}
    sources = arrange(pd.DataFrame([source]), SOURCES)
    rows = observations({"value": 884, "note": "ngày suy ra"})
    assert '<span lang="vi">Hội Người cao tuổi</span>' in str(cite(rows, sources, lang="en"))
    html = lt.style_observations(rows, sources=sources, lang="en")._repr_html_()
    assert '<a href="https://example.vn/a" lang="vi">Hội Người cao tuổi</a>' in html
    assert '<span lang="vi">ngày suy ra</span>' in html
    assert 'lang="vi"' not in lt.style_observations(rows, sources=sources)._repr_html_()


def test_figures_are_small_and_well_formed(sample_observations):
    set_theme()
    latest = lt.keep_latest(sample_observations, as_of=DAY)
    known = latest.query(
        "level == 'province' and boundaries != '2025-07' and indicator == 'clubs'"
        " and scope == 'all' and unit == 'clubs'"
    )
    axes = lt.plot_tile_map(known, ax=new_axes(rows=21, row_height=0.44), lang="en")
    assert "Hoàng Sa\nIslands\n(Đà Nẵng)" in [text.get_text() for text in axes.texts]
    data, _ = draw_figure(axes.figure)
    picture = data["image/svg+xml"]
    assert len(picture) < 90_000
    root = ET.fromstring(picture)
    ids = {node.attrib["id"] for node in root.iter() if "id" in node.attrib}
    used = {node.attrib["href"][1:] for node in root.iter() if "href" in node.attrib}
    assert used <= ids
    assert used
