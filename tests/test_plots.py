"""Plots: artists, titles and texts, never pixels; expected values are counted by hand."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from small_tables import observations

from lthtgn_analysis.drawing import PAPER, SHADES, PointLabel, new_axes, place_labels, set_theme
from lthtgn_analysis.figures import draw_figure
from lthtgn_analysis.plots import (
    plot_coverage,
    plot_parts,
    plot_progress,
    plot_ranking,
    plot_tile_map,
    plot_trend,
)
from lthtgn_analysis.schema import METRIC_ROWS, OBSERVATIONS, PROGRESS, arrange, empty_table


def title_of(axes):
    return axes.get_title(loc="left").replace("\n", " ")


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def tick_texts(axis):
    axis.figure.draw_without_rendering()
    return [tick.get_text() for tick in axis.get_ticklabels()]


def metrics(*rows):
    plain = {
        "metric": "members_per_club",
        "level": "province",
        "area": "38",
        "area_name": "Thanh Hóa",
        "boundaries": "2022",
        "as_of": "2022-12-31",
        "unit": "people",
        "flags": "",
    }
    full = [{"low": row["value"], "high": row["value"], **plain, **row} for row in rows]
    return arrange(pd.DataFrame(full), METRIC_ROWS)


def progress(*rows):
    plain = {
        "target_id": "T",
        "scheme": "1336",
        "area": "VN",
        "boundaries": "2022",
        "measure": "new_clubs",
        "nature": "new",
        "due": "2025-12-31",
        "scope": "all",
        "status": "verified",
        "value": 3000.0,
        "low": 3000.0,
        "high": 3000.0,
        "verdict": "met",
    }
    return arrange(pd.DataFrame([{**plain, **row} for row in rows]), PROGRESS)


CLUBS = observations(
    {"value": 135, "area": "19", "area_name": "Thái Nguyên", "as_of": "2018-12-06"},
    {"value": 884, "as_of": "2022-10-12"},
    {"value": 28, "area": "67", "area_name": "Đắk Nông", "as_of": "2020-10-07"},
    {"value": 28, "area": "48", "area_name": "Đà Nẵng", "as_of": "2019-06-06"},
)
SERIES = observations(
    {"value": 800, "qualifier": "about", "as_of": "2015-01-31"},
    {"value": 3500, "qualifier": "nearly", "as_of": "2021-06-30"},
    {"value": 8432, "as_of": "2024-12-31"},
)
SHARES = metrics(
    {"metric": "commune_coverage", "unit": "share", "value": 410 / 559, "numerator": 410.0,
     "denominator": 559.0},
    {"metric": "district_coverage", "unit": "share", "value": 1.0, "numerator": 27.0,
     "denominator": 27.0},
)  # fmt: skip
PARTS = observations(
    *(
        {"level": "district", "area": area, "area_name": name, "value": value}
        for area, name, value in (
            ("165", "Sông Công", 8),
            ("168", "Phú Lương", 75),
            ("173", "Phú Bình", 31),
            ("164", "TP Thái Nguyên", 21),
        )
    ),
    {"area": "19", "area_name": "Thái Nguyên", "value": 135},
)
GOAL = progress(
    {"reached_low": 4000.0, "reached": 4000.0, "reached_high": 4000.0, "achievement": 4 / 3,
     "exceedance": 1 / 3}
)  # fmt: skip
ALL = [
    (plot_trend, SERIES),
    (plot_tile_map, CLUBS),
    (plot_ranking, CLUBS),
    (plot_coverage, SHARES),
    (plot_progress, GOAL),
    (plot_parts, PARTS),
]


@pytest.mark.parametrize(("plot", "table"), ALL, ids=lambda one: getattr(one, "__name__", ""))
def test_a_plot_returns_the_axes_it_was_given_and_leaves_figure_and_table_alone(plot, table):
    before = table.copy(deep=True)
    figure, axes = plt.subplots(figsize=(5, 4))
    assert plot(table, ax=axes) is axes
    assert figure.get_size_inches().tolist() == [5.0, 4.0]
    assert len(figure.axes) == 1
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(("plot", "table"), ALL, ids=lambda one: getattr(one, "__name__", ""))
def test_without_axes_a_plot_draws_on_the_current_one(plot, table):
    _, axes = plt.subplots()
    assert plot(table) is axes


@pytest.mark.parametrize(("plot", "table"), ALL, ids=lambda one: getattr(one, "__name__", ""))
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_alternative_text_holds_the_title_or_all_figures(plot, table, lang):
    axes = plot(table, lang=lang)
    text = axes.figure.alt_text
    assert text.endswith(".")
    assert title_of(axes) in text or plot is plot_coverage
    assert "{" not in text


def test_two_axes_in_one_figure_give_both_texts():
    figure, (left, right) = plt.subplots(1, 2)
    plot_trend(SERIES, ax=left)
    plot_parts(PARTS, ax=right)
    assert title_of(left) in figure.alt_text.replace("\n", " ")
    assert title_of(right) in figure.alt_text.replace("\n", " ")
    plot_parts(PARTS, ax=right)
    assert figure.alt_text.count("đúng bằng tổng đã công bố") == 1


def test_an_empty_table_says_that_there_are_no_figures():
    nothing = empty_table(OBSERVATIONS)
    for plot in (plot_trend, plot_ranking):
        assert title_of(plot(nothing)) == "Chưa có số liệu"
        plt.close("all")
    breakdown = "Chưa có số của các phần cùng ngày với tổng, nên không chia được"
    assert title_of(plot_parts(nothing)) == breakdown
    plt.close("all")
    assert title_of(plot_coverage(empty_table(METRIC_ROWS))) == "Chưa có số liệu"
    plt.close("all")
    assert title_of(plot_progress(empty_table(PROGRESS))) == "Chưa có chỉ tiêu nào để so sánh"
    plt.close("all")
    axes = plot_tile_map(nothing, boundaries="2025-07")
    assert title_of(axes) == "Chưa có số liệu"
    assert sum(patch.get_hatch() is not None for patch in axes.patches) == 34


# Trend


def test_a_trend_says_from_what_to_what():
    axes = plot_trend(SERIES)
    assert title_of(axes) == "Số CLB tăng từ khoảng 800 (31/01/2015) lên 8.432 (31/12/2024)"
    assert axes.lines[0].get_ydata().tolist() == [800.0, 3500.0, 8432.0]
    assert set(texts_of(axes)) == {"khoảng 800", "gần 3.500", "8.432"}
    assert "10.000" in tick_texts(axes.yaxis)
    assert axes.get_ylabel() == "Số CLB"


def test_doubt_is_drawn_as_long_as_it_is():
    axes = plot_trend(SERIES)
    intervals = [drawn for drawn in axes.collections if isinstance(drawn, LineCollection)]
    heights = sorted(line[:, 1].tolist() for drawn in intervals for line in drawn.get_segments())
    assert heights == [[760.0, 840.0], [3400.0, 3500.0]]


def test_a_trend_asks_a_narrow_screen_to_show_its_newest_figure_first():
    figure = plt.figure()
    plot_trend(SERIES, ax=figure.add_subplot())
    _, metadata = draw_figure(figure)
    (told,) = metadata.values()
    assert told["ends_matter"]


def test_a_trend_that_may_have_gone_either_way_says_so():
    table = observations(
        {"value": 3500, "qualifier": "nearly", "as_of": "2021-06-30"},
        {"value": 3450, "qualifier": "about", "as_of": "2021-10-31"},
    )
    assert title_of(plot_trend(table)).endswith("chưa đủ căn cứ để nói tăng hay giảm")


def test_one_figure_is_no_trend():
    axes = plot_trend(observations({"value": 884, "as_of": "2022-10-12"}))
    assert title_of(axes) == "Số CLB: 884 (12/10/2022)"


def test_a_fall_between_first_and_last_is_named():
    table = observations(
        {"value": 40_000, "as_of": "2015-01-31", "indicator": "members"},
        {"value": 484_000, "as_of": "2024-12-31", "indicator": "members", "qualifier": "at_least"},
        {"value": 330_000, "as_of": "2025-05-31", "indicator": "members", "qualifier": "at_least"},
    )
    assert title_of(plot_trend(table)) == (
        "Thành viên tăng từ 40.000 (31/01/2015) lên trên 330.000 (31/05/2025);"
        " cao nhất trên 484.000 (31/12/2024)"
    )


def test_rivals_are_shown_hollow_and_never_joined():
    table = observations(
        {"value": 100, "as_of": "2020-12-31"},
        {"value": 120, "as_of": "2021-12-31", "qualifier": "about"},
        {"value": 150, "as_of": "2021-12-31"},
    )
    axes = plot_trend(table)
    assert axes.lines[0].get_ydata().tolist() == [100.0, 150.0]
    dots = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
    hollow = [drawn for drawn in dots if to_hex(drawn.get_facecolor()[0]) == PAPER]
    assert [drawn.get_offsets()[:, 1].tolist() for drawn in hollow] == [[120.0]]
    assert "○ số của nguồn khác cho cùng ngày" in texts_of(axes)


def test_rivals_of_the_only_day_are_the_finding():
    table = observations({"value": 220}, {"value": 225, "source": "other"})
    assert title_of(plot_trend(table)) == (
        "Số CLB ngày 31/12/2022: các nguồn nêu 2 số khác nhau, từ 220 đến 225"
    )


def test_old_and_new_map_are_never_one_line():
    table = observations(
        {"value": 327, "as_of": "2023-12-31"},
        {"value": 528, "as_of": "2025-06-30", "boundaries": "2025-01"},
        {"value": 516, "as_of": "2025-11-09", "boundaries": "2025-07"},
    )
    axes = plot_trend(table)
    assert sorted(line.get_ydata().tolist() for line in axes.lines) == [[327.0, 528.0], [516.0]]
    assert title_of(axes).endswith("địa giới cũ và mới không nối với nhau")
    assert "516" in title_of(axes)
    assert "giảm" not in title_of(axes)


def test_undated_figures_are_counted_not_drawn():
    table = observations({"value": 884}, {"value": 434, "as_of": None})
    axes = plot_trend(table)
    assert axes.lines[0].get_ydata().tolist() == [884.0]
    assert "1 số liệu không ghi ngày không có trên hình." in axes.figure.alt_text
    plt.close("all")
    axes = plot_trend(table.iloc[[1]])
    assert title_of(axes) == "Số CLB: có 1 số liệu nhưng không số nào ghi rõ ngày"


def test_money_has_one_scale_on_its_axis():
    table = observations(
        {"value": 400e6, "indicator": "income_fund_vnd", "as_of": "2021-12-31"},
        {"value": 69.27e9, "indicator": "income_fund_vnd", "as_of": "2022-12-31"},
    )
    axes = plot_trend(table)
    assert axes.get_ylabel() == "Quỹ tăng thu nhập (tỉ đồng)"
    assert "20" in tick_texts(axes.yaxis)


def test_a_trend_of_two_measures_is_refused():
    table = observations({"value": 884}, {"value": 48_600, "indicator": "members"})
    with pytest.raises(ValueError, match="`table` must hold one indicator, one unit"):
        plot_trend(table)


def test_labels_never_overlap_one_another():
    axes = new_axes()
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    labels = [PointLabel(x, 5, "khoảng 48.600", x) for x in range(11)]
    written = place_labels(axes, labels)
    axes.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in written]
    assert 3 <= len(boxes) < 11
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


# Tile map


def test_every_province_has_a_tile_and_unknown_ones_are_hatched():
    axes = plot_tile_map(CLUBS)
    hatched = [patch for patch in axes.patches if patch.get_hatch()]
    assert (len(axes.patches), len(hatched)) == (63, 59)
    assert {"884", "135", "28"} <= set(texts_of(axes))
    assert title_of(axes) == "Số CLB: đã biết của 4/63 tỉnh; cao nhất Thanh Hóa (884)"
    assert "từ ngày 06/12/2018 đến ngày 12/10/2022" in axes.get_xlabel()


def test_darker_is_more():
    axes = plot_tile_map(CLUBS)
    shades = {
        patch.get_xy(): to_hex(patch.get_facecolor())
        for patch in axes.patches
        if not patch.get_hatch()
    }
    assert sorted(shades.values()) == sorted([SHADES[4], SHADES[0], SHADES[0], SHADES[0]])


@pytest.mark.parametrize("boundaries", ["2022", "2025-07"])
def test_both_archipelagos_stand_on_every_map_with_their_province(boundaries):
    axes = plot_tile_map(empty_table(OBSERVATIONS), boundaries=boundaries)
    assert "Quần đảo\nHoàng Sa\n(Đà Nẵng)" in texts_of(axes)
    assert "Quần đảo\nTrường Sa\n(Khánh Hòa)" in texts_of(axes)
    assert "Hoàng Sa (Đà Nẵng)" in axes.figure.alt_text
    assert "Trường Sa (Khánh Hòa)" in axes.figure.alt_text


def test_money_of_a_map_has_one_scale():
    """400 million beside 69 billion is 0,4, not 400."""
    table = observations(
        {"value": 69.27e9, "indicator": "income_fund_vnd"},
        {"value": 400e6, "indicator": "income_fund_vnd", "area": "20", "area_name": "Lạng Sơn",
         "qualifier": "at_least"},
    )  # fmt: skip
    axes = plot_tile_map(table)
    assert {"69,3", "≥0,4"} <= set(texts_of(axes))
    assert "Đơn vị: tỉ đồng." in axes.get_xlabel()


def test_a_map_of_two_vintages_or_two_rows_a_province_is_refused():
    mixed = observations({"value": 1}, {"value": 2, "boundaries": "2025-07", "area": "01"})
    with pytest.raises(ValueError, match="must be of one map, 63 or 34 provinces"):
        plot_tile_map(mixed)
    twice = observations({"value": 1}, {"value": 2})
    with pytest.raises(ValueError, match=r"one row per province; found more for \['Thanh Hóa'\]"):
        plot_tile_map(twice)
    with pytest.raises(ValueError, match="`boundaries` must say which map"):
        plot_tile_map(empty_table(OBSERVATIONS))


def test_nobody_is_called_highest_where_doubt_allows_two():
    table = observations(
        {"value": 500, "qualifier": "about"},
        {"value": 510, "qualifier": "about", "area": "01", "area_name": "Hà Nội"},
        {"value": 20, "area": "48", "area_name": "Đà Nẵng"},
    )
    assert title_of(plot_tile_map(table)) == (
        "Số CLB: đã biết của 3/63 tỉnh; cao nhất Thanh Hóa (khoảng 500) hoặc Hà Nội (khoảng 510)"
    )


# Ranking


def test_a_ranking_runs_from_the_largest_down_and_ties_by_the_alphabet():
    axes = plot_ranking(CLUBS)
    assert tick_texts(axes.yaxis) == ["Thanh Hóa", "Thái Nguyên", "Đà Nẵng", "Đắk Nông"]
    assert [bar.get_width() for bar in axes.patches] == [884.0, 135.0, 28.0, 28.0]
    assert texts_of(axes) == [
        "884 (12/10/2022)", "135 (06/12/2018)", "28 (06/06/2019)", "28 (07/10/2020)",
    ]  # fmt: skip
    top, bottom = axes.get_ylim()
    assert top > bottom


def test_a_norm_counts_only_who_is_surely_inside():
    table = metrics(
        {"value": 54.98, "high": 55.1},
        {"value": 68.0, "low": 66.0, "high": 72.0, "area": "01", "area_name": "Hà Nội"},
        {"value": 39.2, "area": "19", "area_name": "Thái Nguyên"},
    )
    axes = plot_ranking(table, band=(50, 70))
    assert title_of(axes).endswith("1/3 nơi chắc chắn trong khoảng 50–70")
    assert "50–70" in texts_of(axes)


def test_63_rows_do_not_touch_each_other():
    table = observations(
        *({"value": 63 - n, "area": f"{n:02}", "area_name": f"Tỉnh {n}"} for n in range(63))
    )
    axes = plot_ranking(table, ax=new_axes(rows=63))
    axes.figure.draw_without_rendering()
    boxes = [tick.get_window_extent() for tick in axes.get_yticklabels()]
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))


def test_rows_without_a_figure_are_left_out_of_a_ranking():
    table = metrics({"value": 54.0}, {"value": np.nan, "area": "01", "area_name": "Hà Nội"})
    assert len(plot_ranking(table).patches) == 1


# Coverage


def test_coverage_shows_share_and_parts():
    axes = plot_coverage(SHARES)
    assert texts_of(axes) == ["73,35% (410/559)", "100% (27/27)"]
    filled = [bar.get_width() for bar in axes.patches if bar.get_width() not in (1,)]
    assert filled == [pytest.approx(0.7334526)]
    assert title_of(axes) == (
        "Cao nhất: tỉ lệ huyện có CLB, 100% (27/27); thấp nhất: tỉ lệ xã có CLB, 73,35% (410/559)"
    )
    assert tick_texts(axes.xaxis) == ["0%", "25%", "50%", "75%", "100%"]


@pytest.mark.parametrize(
    ("shares", "title"),
    [
        ([1, 1, 0.5], "Cao nhất: 2 tỉ lệ cùng là 100%; thấp nhất: Nga Sơn, 50%"),
        ([1, 0.5, 0.5], "Cao nhất: Tây Hồ, 100%; thấp nhất: 2 tỉ lệ cùng là 50%"),
        ([(0.6, 0.9), (0.7, 1), 0.5], "Thấp nhất: Nga Sơn, 50%"),
        ([(0.1, 0.9), (0.2, 0.8), 0.5], "3 tỉ lệ, trong khoảng từ 10% đến 90%"),
        ([(0.1575562, 1), (0.2, 1), 0.5], "3 tỉ lệ, trong khoảng từ 15,76% đến 100%"),
    ],
)
def test_nobody_is_called_highest_who_only_may_be(shares, title):
    """The heading "Cao nhất: Tây Hồ" once stood over ten districts that all had 100 %."""
    places = zip(("003", "206", "401"), ("Tây Hồ", "Quảng Yên", "Nga Sơn"), strict=True)
    rows = [
        {"metric": "commune_coverage", "unit": "share", "level": "district", "area": area,
         "area_name": name, "low": min(ends), "value": sum(ends) / 2, "high": max(ends)}
        for (area, name), share in zip(places, shares, strict=True)
        for ends in [share if isinstance(share, tuple) else (share, share)]
    ]  # fmt: skip
    assert title_of(plot_coverage(metrics(*rows))) == title


def test_what_is_no_share_is_refused():
    with pytest.raises(ValueError, match=r"must hold shares only.*\['members_per_club'\]"):
        plot_coverage(metrics({"value": 54.0}))


def test_two_metrics_of_two_areas_are_refused():
    table = pd.concat([SHARES, SHARES.assign(area="01")], ignore_index=True)
    with pytest.raises(ValueError, match="one metric of several areas, or several of one area"):
        plot_coverage(table)


# Progress


def test_reached_and_exceeded_are_two_numbers():
    """4,000 registered of 3,000: reached 133.3 %, exceeded by 33.3 %."""
    axes = plot_progress(GOAL)
    assert "đạt 133,3%, vượt 33,3%" in texts_of(axes)
    assert title_of(axes) == "Trong 1 chỉ tiêu: 1 đạt"


def test_targets_of_which_none_can_be_compared_are_no_chart():
    axes = plot_progress(progress({"verdict": "not_comparable"}, {"verdict": "not_comparable"}))
    assert title_of(axes) == "Trong 2 chỉ tiêu: 2 không so sánh được"
    assert not axes.collections
    assert axes.figure.says_nothing


def test_each_verdict_has_its_shape_and_its_word():
    bounds = {"reached_low": 2971.0, "reached": 3021.0, "reached_high": 3671.0}
    reached = {**bounds, "achievement": 1.007}
    table = progress(
        {**reached, "verdict": "undetermined"},
        {**reached, "verdict": "met", "exceedance": 0.007},
        {**reached, "verdict": "not_met", "achievement": 0.4},
        {"verdict": "not_comparable"},
    )
    axes = plot_progress(table)
    assert texts_of(axes) == [
        "chưa đủ căn cứ kết luận: 100,7%",
        "đạt 100,7%, vượt 0,7%",
        "chưa đạt: 40,0%",
        "không so sánh được",
    ]
    markers = [drawn for drawn in axes.collections if isinstance(drawn, PathCollection)]
    shapes = {len(drawn.get_paths()[0].vertices) for drawn in markers}
    assert len(markers) == 3
    assert len(shapes) == 3
    assert title_of(axes) == (
        "Trong 4 chỉ tiêu: 1 đạt, 1 chưa đạt, 1 chưa đủ căn cứ kết luận và 1 không so sánh được"
    )


def test_a_band_is_drawn_from_its_lower_to_its_upper_end():
    table = progress(
        {"measure": "members_per_club", "nature": "standing", "low": 50.0, "value": np.nan,
         "high": 70.0, "due": None, "reached_low": 36.7, "reached": 36.7, "reached_high": 37.8,
         "verdict": "not_met"}
    )  # fmt: skip
    axes = plot_progress(table)
    band = axes.patches[0]
    assert (band.get_x(), band.get_x() + band.get_width()) == (pytest.approx(5 / 7), 1.0)
    assert tick_texts(axes.yaxis) == ["Thành viên bình quân một CLB:\n50–70"]
    # "36,7 trở lên" might lie within 50–70, and would not say why the verdict is "chưa đạt"
    assert texts_of(axes) == ["chưa đạt: 36,7–37,8"]


# Parts


def test_parts_that_add_up_say_so():
    axes = plot_parts(PARTS)
    assert title_of(axes) == "Số CLB: 75 + 31 + 21 + 8 = 135, đúng bằng tổng đã công bố"
    assert texts_of(axes) == ["75 (55,6%)", "31 (23,0%)", "21 (15,6%)", "8 (5,9%)"]


def test_what_the_parts_lack_is_hatched():
    table = PARTS.drop(index=1)
    axes = plot_parts(table)
    assert title_of(axes) == (
        "Số CLB: 31 + 21 + 8 = 60, ít hơn tổng đã công bố là 135: còn 75 chưa rõ thuộc phần nào"
    )
    assert [bar.get_width() for bar in axes.patches if bar.get_hatch()] == [75.0]


def test_parts_above_their_whole_are_named():
    table = PARTS.assign(**{b: PARTS[b].replace(135.0, 100.0) for b in ("low", "value", "high")})
    assert title_of(plot_parts(table)).endswith("nhiều hơn tổng đã công bố là 100")


def test_doubtful_parts_claim_no_equality():
    table = observations(
        {"value": 70, "qualifier": "about", "level": "district", "area": "1", "area_name": "A"},
        {"value": 65, "level": "district", "area": "2", "area_name": "B"},
        {"value": 135},
    )
    assert "đúng bằng" not in title_of(plot_parts(table))


def test_parts_may_be_indicators_or_scopes():
    plans = observations(
        {"value": 17, "indicator": "provinces_with_budget", "area": "VN", "level": "national"},
        {"value": 40, "indicator": "provinces_with_policy_only", "area": "VN", "level": "national"},
        {"value": 6, "indicator": "provinces_without_plan", "area": "VN", "level": "national"},
        {"value": 63, "indicator": "provinces_total", "area": "VN", "level": "national"},
    )
    assert title_of(plot_parts(plans)) == (
        "Tổng số tỉnh: 40 + 17 + 6 = 63, đúng bằng tổng đã công bố"
    )
    plt.close("all")
    scopes = observations(
        {"value": 291, "scope": "international"},
        {"value": 593, "scope": "provincial schemes"},
        {"value": 884},
    )
    axes = plot_parts(scopes)
    assert tick_texts(axes.yaxis) == ["Các đề án của tỉnh", "Các dự án quốc tế"]
    assert "593 + 291 = 884" in title_of(axes)


def test_parts_without_a_whole_are_only_added():
    assert title_of(plot_parts(PARTS.iloc[:4])) == "Số CLB: 75 + 31 + 21 + 8 = 135"


# Theme


def test_the_theme_has_every_vietnamese_letter_and_waits_to_be_asked():
    import matplotlib as mpl

    with mpl.rc_context():
        before = mpl.rcParams["font.size"]
        plot_trend(SERIES)
        assert mpl.rcParams["font.size"] == before
        set_theme()
        assert mpl.rcParams["font.family"] == ["DejaVu Sans"]


def test_a_figure_of_nothing_is_low():
    assert new_axes(rows=0, height=3.9).figure.get_figheight() < 1
    assert new_axes(rows=2, height=3.9).figure.get_figheight() == 3.9


def test_titles_are_wrapped_inside_the_figure():
    axes = plot_trend(SERIES, ax=new_axes())
    axes.figure.draw_without_rendering()
    box = axes._left_title.get_window_extent()
    assert box.x1 <= axes.figure.bbox.x1


# Pictures are made small without a change that an eye could see


def places_of(path):
    """Walk a path of relative steps and return the places it comes to."""
    x = y = 0.0
    start, places, command = (0.0, 0.0), [], ""
    for token in re.findall(r"[a-z][^a-z]*", path):
        command, numbers = token[0], [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", token)]
        if command == "z":
            x, y = start
            continue
        wide = {"h": 1, "v": 1, "m": 2, "l": 2, "q": 4, "c": 6}[command]
        assert len(numbers) % wide == 0, token
        for at in range(0, len(numbers), wide):
            step = numbers[at : at + wide]
            x += 0 if command == "v" else step[-2 if wide > 1 else -1]
            y += 0 if command == "h" else step[-1]
            places.append((x, y))
        if command == "m":
            start = (x, y)
    return places


def test_straight_letters_and_bars_keep_their_shape_in_a_small_picture():
    """A bar of 3 to 8 at 2 high; T, H and 1 are letters of straight lines alone."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set(xlim=(0, 10), ylim=(0, 4), xticks=[], yticks=[])
    axes.bar([5.5], [2], width=5, color="#123456")
    axes.text(1, 3, "TH1")
    svg = draw_figure(figure)[0]["image/svg+xml"]
    letters = re.findall(r'<path id="\w+" d="([^"]+)" transform="scale\(\.5\)"/>', svg)
    tops = [max(y for _, y in places_of(path)) - min(y for _, y in places_of(path))
            for path in letters]  # fmt: skip
    assert len(tops) == 3
    assert all(140 <= top <= 150 for top in tops), tops  # capitals are 0.73 of 200 high
    bar = re.search(r'<path d="([^"]+)"[^>]*#123456', svg)
    assert bar is not None
    across, down = zip(*places_of(bar[1]), strict=True)
    assert max(across) - min(across) == pytest.approx(0.8 * 288 * 0.5, abs=0.1)
    assert max(down) - min(down) == pytest.approx(0.8 * 216 * 0.5, abs=0.1)
