"""Verdicts, and what they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt
from lthtgn_analysis.pace import judge
from lthtgn_analysis.schema import PROGRESS
from lthtgn_analysis.targets import find_terms


def measure(table, *rows, as_of="2025-12-31", **options):
    progress = lt.measure_progress(table, targets(*rows), as_of=as_of, **options)
    assert list(progress.columns) == PROGRESS.column_names
    return progress.iloc[0] if len(rows) == 1 else progress


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (3000, 3000, "met"),
        (3000, 3671, "met"),
        (2999, 2999, "not_met"),
        (2971, 3671, "undetermined"),
        (2971, 3000, "undetermined"),
        (2971, np.nan, "undetermined"),
        (3000, np.nan, "met"),
    ],
)
def test_a_verdict_follows_from_bounds_at_every_cut(low, high, verdict):
    assert judge(low, high, bar_low=3000, bar_high=3000) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (50, 70, "met"),
        (49.9, 49.9, "not_met"),
        (70.1, 71, "not_met"),
        (49.9, 50, "undetermined"),
        (70, 70.1, "undetermined"),
        (60, np.nan, "undetermined"),
    ],
)
def test_both_ends_of_a_band_belong_to_it(low, high, verdict):
    assert judge(low, high, bar_low=50, bar_high=70, direction="band") == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.04, 0.05, "met"), (0.06, 0.07, "not_met"), (0.04, 0.06, "undetermined")],
)
def test_lower_is_better_is_the_mirror(low, high, verdict):
    assert judge(low, high, bar_low=0.05, bar_high=0.05, direction="down") == verdict


def test_3021_new_clubs_against_3000_are_undetermined(sample_observations):
    """VAE, end of 2023: 6,521 clubs; base 'about 3,000' (8/2020) to 'nearly 3,500' (2021)."""
    row = lt.measure_progress(
        sample_observations, lt.read_targets(scheme="1336"), as_of="2023-12-31"
    ).query("target_id == 'T1336-2'").iloc[0]  # fmt: skip
    assert row["verdict"] == "undetermined"
    assert (row["reached_low"], row["reached_high"]) == (6521 - 3550, 6521 - 2850)
    assert "Chưa xác định được" in row["reason"]
    assert "2.971" in row["reason"]
    assert row["progress_class"] == "on_track_unconfirmed"


def test_61_of_63_provinces_was_enough_before_the_scheme_began(sample_observations):
    row = lt.measure_progress(
        sample_observations, lt.read_targets(scheme="1336"), as_of="2025-06-30", lang="en"
    ).query("target_id == 'T1336-1'").iloc[0]  # fmt: skip
    assert row["verdict"] == "met"
    assert "met_at_baseline" in row["method"].split(";")
    assert np.isnan(row["share_of_way"])
    assert "a level reached before the period began" in row["reason"]


def test_reached_231_percent_is_exceeded_by_131():
    """150,000 people wanted in new clubs, 330,000 reached; 231,000 of 100,000 older members."""
    row = measure(
        observations({"indicator": "older_members", "value": 231_000, "scope": "new clubs"}),
        {"measure": "older_members", "value": 100_000, "scope": "new clubs"},
    )
    assert row["achievement"] == pytest.approx(2.31)
    assert row["exceedance"] == pytest.approx(1.31)
    assert row["gap"] == -131_000


def test_below_the_target_nothing_is_exceeded():
    row = measure(observations({"value": 90}), {"value": 120})
    assert row["achievement"] == 0.75
    assert np.isnan(row["exceedance"])
    assert row["gap"] == 30


def test_stock_progress_counts_from_the_baseline():
    """135 of 200 is no progress if it began at 135."""
    table = observations({"value": 140, "as_of": "2023-07-02"})
    base = {"base_low": 135, "base_value": 135, "base_high": 135, "base_date": "2021-01-01"}
    row = measure(table, {"value": 200, **base})
    assert row["achievement"] == 0.7
    assert row["share_of_way"] == pytest.approx(5 / 65)
    assert row["elapsed"] == pytest.approx(912 / 1825)
    assert row["pace_ratio"] == pytest.approx((5 / 65) / (912 / 1825))
    assert (row["verdict"], row["progress_class"]) == ("not_met", "limited")


def test_what_is_left_to_do():
    table = observations({"value": 140, "as_of": "2023-12-31"})
    base = {"base_low": 100, "base_value": 100, "base_high": 100, "base_date": "2021-12-31"}
    row = measure(table, {"value": 200, **base}, as_of="2024-06-30")
    years_left = 731 / 365.25
    assert row["required_per_year"] == pytest.approx(60 / years_left)
    assert row["multiplier"] == pytest.approx(60 / years_left / (40 / (730 / 365.25)))
    assert row["projected"] == pd.Timestamp("2023-12-31") + pd.Timedelta(days=1095)
    after = measure(table, {"value": 200, **base}, as_of="2026-01-01")
    assert np.isnan(after["required_per_year"])


def test_a_new_target_is_not_met_by_the_stock():
    """9,000 clubs in all say nothing of 3,000 new ones without a baseline."""
    row = measure(observations({"value": 9000}), {"measure": "new_clubs", "nature": "new",
                                                  "value": 3000})  # fmt: skip
    assert row["verdict"] == "not_comparable"
    assert row["reason"].startswith("Không so được: chưa có số liệu có ngày về CLB thành lập mới")


def test_a_flow_must_cover_the_targets_own_period():
    """117 new clubs of 2023 are not 97.5 % of Hà Nội's 120 of 2021-25."""
    flow = {"indicator": "new_clubs", "value": 117, "start": "2023-01-01", "as_of": "2023-12-31"}
    target = {"measure": "new_clubs", "nature": "new", "value": 120}
    row = measure(observations(flow), target)
    assert row["verdict"] == "not_comparable"
    assert "không tính từ đầu kỳ của chỉ tiêu (01/01/2021)" in row["reason"]
    row = measure(observations({**flow, "start": "2021-01-15"}), target)
    assert (row["verdict"], row["reached"]) == ("not_met", 117)


def test_a_figure_after_the_deadline_does_not_count():
    row = measure(observations({"value": 9000, "as_of": "2025-05-31"}),
                  {"value": 2000, "due": "2020-12-31", "start": "2016-01-01"})  # fmt: skip
    assert row["verdict"] == "not_comparable"
    assert "sau hạn của chỉ tiêu (31/12/2020)" in row["reason"]


def test_a_passed_deadline_without_a_figure_of_its_time_is_said():
    target = {"value": 80, "due": "2020-12-31", "start": "2016-01-01"}
    early = measure(observations({"value": 50, "as_of": "2018-12-06"}), target)
    assert early["verdict"] == "not_met"
    assert early["reason"].endswith("số này có trước hạn 31/12/2020, chưa có số liệu lúc hết hạn.")
    near = measure(observations({"value": 50, "as_of": "2020-10-31"}), target)
    assert "chưa có số liệu lúc hết hạn" not in near["reason"]
    met = measure(observations({"value": 90, "as_of": "2018-12-06"}), target)
    assert "chưa có số liệu lúc hết hạn" not in met["reason"]


def test_a_figure_before_the_period_does_not_count():
    row = measure(observations({"value": 50, "as_of": "2018-12-31"}), {"value": 40})
    assert row["verdict"] == "not_comparable"
    assert "có trước kỳ của chỉ tiêu" in row["reason"]


def test_figures_of_another_map_do_not_count():
    row = measure(
        observations({"value": 135, "area": "08", "boundaries": "2025-07",
                      "as_of": "2025-11-13"}),
        {"value": 100, "area": "08"},
    )  # fmt: skip
    assert row["verdict"] == "not_comparable"
    assert "không thuộc địa giới của chỉ tiêu" in row["reason"]


def test_both_roads_to_new_clubs_must_reach_the_bar():
    table = observations(
        {"value": 130, "as_of": "2024-12-31"},
        {"indicator": "new_clubs", "value": 45, "start": "2021-01-01", "as_of": "2024-12-31"},
    )
    base = {"base_low": 95, "base_value": 95, "base_high": 95, "base_date": "2020-12-31"}
    row = measure(table, {"measure": "new_clubs", "nature": "new", "value": 40, **base})
    assert (row["reached_low"], row["reached_high"]) == (35, 45)
    assert row["verdict"] == "undetermined"
    assert "printed_flow+stock_less_base" in row["method"]


def test_a_standing_band():
    clubs = {"value": 10}
    band = {"measure": "members_per_club", "nature": "standing", "low": 50, "high": 70,
            "value": None, "due": None}  # fmt: skip
    for members, verdict, name in ((600, "met", "inside"), (490, "not_met", "near"),
                                   (390, "not_met", "outside")):  # fmt: skip
        row = measure(observations(clubs, {"indicator": "members", "value": members}), band)
        assert (row["verdict"], row["progress_class"]) == (verdict, name)
        assert np.isnan(row["achievement"])
    assert row["reason"].startswith("Ngoài khoảng chuẩn: thành viên bình quân một CLB là 39")


def test_shares_are_paced_on_the_logit_scale():
    """50 % to 410/559 in 2 of 5 years towards 95 %: 1.30 of the pace linearly, 0.86 by logit."""
    table = observations(
        {"indicator": "communes_with_clubs", "value": 410, "as_of": "2023-01-01"},
        {"indicator": "communes_total", "value": 559, "as_of": "2023-01-01"},
    )
    row = measure(
        table,
        {
            "measure": "commune_coverage",
            "nature": "share",
            "value": 0.95,
            "base_low": 0.5,
            "base_value": 0.5,
            "base_high": 0.5,
            "base_date": "2021-01-01",
            "due": "2026-01-01",
        },
        as_of="2023-12-31",
    )
    assert row["pace_ratio"] == pytest.approx(1.30, abs=5e-3)
    assert row["method"] == "logit"
    assert row["progress_class"] == "accelerate"


def test_too_early_is_said():
    row = measure(
        observations({"value": 12, "as_of": "2021-03-01"}),
        {"value": 100, "base_low": 10, "base_value": 10, "base_high": 10,
         "base_date": "2021-01-01"},
    )  # fmt: skip
    assert row["progress_class"] == "too_early"
    assert np.isnan(row["pace_ratio"])


def test_a_disputed_figure_is_said():
    table = observations({"value": 110, "source": "a"}, {"value": 90, "source": "b"})
    row = measure(table, {"value": 100})
    assert "disputed" in row["method"]
    assert "có nguồn khác công bố số khác" in row["reason"]


def test_every_target_gets_one_sentence_in_each_language(sample_observations):
    for lang in ("vi", "en"):
        table = lt.measure_progress(
            sample_observations, lt.read_targets(), as_of="2025-12-31", lang=lang
        )
        assert len(table) == len(lt.read_targets())
        assert table["reason"].str.fullmatch(r"[^.]+(\.\d[^.]*|\. [^.]*)*\.").all()
        assert not table["reason"].str.contains(r"nan|None|\{", regex=True).any()


def test_required_per_year_and_project_at_their_edges():
    assert lt.required_per_year(10, 5, as_of="2024-01-01", due="2025-01-01") == 0
    assert np.isnan(lt.required_per_year(1, 5, as_of="2024-01-01", due="2024-01-01"))
    reached = lt.project(10, 0, base_date="2020-01-01", as_of="2024-01-01", target=10)
    assert reached == pd.Timestamp("2024-01-01")
    assert lt.project(5, 5, base_date="2020-01-01", as_of="2024-01-01", target=9) is pd.NaT
    assert lt.project(6, 5, base_date="2020-01-01", as_of="2024-01-01", target=9e9) is pd.NaT


@pytest.mark.parametrize(
    ("reached", "expected"),
    [(475, "on_track"), (474.9, "accelerate"), (300, "accelerate"), (299.9, "limited"),
     (0, "limited"), (-0.1, "moving_away")],
)  # fmt: skip
def test_half_way_through_each_cut_of_the_pace_belongs_above(reached, expected):
    """Half of the period has passed to the day: 0.95, 0.60 and 0 of the pace, and either side."""
    target = targets(
        {"value": 1000, "base_low": 0, "base_value": 0, "base_high": 0, "start": "2021-01-01",
         "base_date": "2021-01-01", "due": "2023-01-01"}
    )  # fmt: skip
    figures = observations({"value": 1.0, "as_of": "2022-01-01"}).assign(
        low=reached, value=reached, high=reached
    )
    row = lt.measure_progress(figures, target, as_of="2022-01-31").iloc[0]
    assert row["elapsed"] == 0.5
    assert row["progress_class"] == expected


@pytest.mark.parametrize(
    ("covered", "verdict"), [(60, "met"), (59, "not_met")]
)  # 95 % of 63 are 59.85: sixty provinces
def test_a_share_of_provinces_needs_whole_provinces(covered, verdict):
    nation = {"level": "national", "area": "VN"}
    figures = observations(
        {"indicator": "provinces_with_clubs", "value": covered, **nation},
        {"indicator": "provinces_total", "value": 63, **nation},
    )
    target = targets({"measure": "province_coverage", "nature": "share", "value": 0.95,
                      "area": "VN"})  # fmt: skip
    row = lt.measure_progress(figures, target, as_of="2022-12-31").iloc[0]
    assert row["verdict"] == verdict


def test_a_share_of_older_members_of_unknown_age_is_not_comparable():
    figures = observations(
        {"indicator": "older_members", "value": 650}, {"indicator": "members", "value": 1000}
    )
    target = targets({"measure": "older_share", "nature": "standing", "low": 0.6, "high": 0.7,
                      "value": None, "due": None})  # fmt: skip
    row = lt.measure_progress(figures, target, as_of="2022-12-31").iloc[0]
    assert row["verdict"] == "not_comparable"
    assert "mốc tuổi" in row["reason"]


def test_a_rule_that_all_must_keep_counts_those_that_break_it():
    figures = observations(
        {"indicator": "clubs_with_both_funds", "value": 97}, {"indicator": "clubs", "value": 100}
    )
    target = targets({"measure": "both_funds_share", "nature": "standing", "value": 1.0})
    row = lt.measure_progress(figures, target, as_of="2022-12-31").iloc[0]
    assert (row["verdict"], row["method"]) == ("not_met", "violations")
    assert "3 trong 100 không đạt" in row["reason"]


def test_a_risk_is_paced_by_its_rate_of_reduction():
    """10 % to 5 % of arrears in four years needs 15.9 % off a year; 9 % after one took 10 % off."""
    figures = observations(
        {"indicator": "overdue_vnd", "value": 90e6, "as_of": "2022-01-01"},
        {"indicator": "outstanding_vnd", "value": 1e9, "as_of": "2022-01-01"},
    )
    target = targets(
        {"measure": "arrears_share", "nature": "share", "value": 0.05, "base_low": 0.1,
         "base_value": 0.1, "base_high": 0.1, "base_date": "2021-01-01", "due": "2025-01-01"}
    )  # fmt: skip
    row = lt.measure_progress(figures, target, as_of="2022-01-31").iloc[0]
    assert row["method"] == "aarr"
    assert row["progress_class"] == "accelerate"  # 0.1 / 0.159 = 0.63 a year; 0.69 over four


def test_a_target_whose_period_has_not_begun_says_so():
    target = targets({"measure": "new_clubs", "nature": "new", "value": 10, "start": "2031-01-01",
                      "due": "2035-12-31"})  # fmt: skip
    row = lt.measure_progress(observations({"value": 5}), target, as_of="2022-12-31").iloc[0]
    assert row["verdict"] == "not_comparable"
    assert "bắt đầu 01/01/2031" in row["reason"]


def test_the_projected_day_is_an_interval():
    """By hand: 450 to 550 of 1,000 a year after nothing: from 299 to 446 days more."""
    first, last = lt.project_range((450, 550), (0, 0), base_date="2021-01-01", as_of="2022-01-01",
                                   target=1000)  # fmt: skip
    assert [(day - pd.Timestamp("2022-01-01")).days for day in (first, last)] == [299, 446]
    never = lt.project_range((0, 550), (0, 0), base_date="2021-01-01", as_of="2022-01-01",
                             target=1000)  # fmt: skip
    assert pd.isna(never[1])
    assert never[0] == first


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2023-12-31", "đạt vào 29/12/2025"),
        ("2025-12-30", "lẽ ra đã đạt vào 29/12/2025, nhưng chưa có số mới hơn để biết"),
    ],
)
def test_a_projected_day_that_has_passed_is_told_as_passed(as_of, words):
    """By hand: 60 in 1,094 days from 0 is 40 more in 729 days, on 29/12/2025."""
    stock = observations({"value": 60, "as_of": "2023-12-31"})
    target = {"value": 100, "base_low": 0, "base_value": 0, "base_high": 0,
              "base_date": "2021-01-01", "due": "2026-12-31"}  # fmt: skip
    reason = measure(stock, target, as_of=as_of)["reason"]
    assert f"theo tốc độ bình quân từ đầu kỳ thì {words}" in reason


def test_a_range_of_projected_days_that_has_begun_says_so():
    """95 of 98 on the lowest reading, 105 on the highest: reached already, or in February."""
    stock = observations({"value": 100, "qualifier": "about", "as_of": "2023-12-31"})
    target = {"value": 98, "base_low": 0, "base_value": 0, "base_high": 0,
              "base_date": "2020-12-31"}  # fmt: skip
    early = measure(stock, target, as_of="2023-12-31")["reason"]
    assert "thì đạt trong khoảng từ 31/12/2023 đến 04/02/2024" in early
    begun = measure(stock, target, as_of="2024-01-15")["reason"]
    assert "thì có thể đã đạt từ 31/12/2023, chậm nhất là 04/02/2024" in begun
    past = measure(stock, target, as_of="2024-06-30", lang="en")["reason"]
    assert "should have been reached between 31 Dec 2023 and 4 Feb 2024, but no newer" in past


def test_a_risk_above_its_ceiling_is_not_short_of_it():
    rows = [{"indicator": "par30_vnd", "value": 6}, {"indicator": "outstanding_vnd", "value": 100}]
    target = {"measure": "par30_share", "nature": "share", "value": 0.05}
    row = measure(observations(*rows), target, as_of="2023-12-31")
    assert row["verdict"] == "not_met"
    assert "là 6% (31/12/2022), cao hơn mức trần 5%" in row["reason"]


def test_an_amended_target_is_judged_as_it_stood():
    """100 by 2025, raised to 200 from 1/5/2023: 110 at the end of 2022, 150 at the end of 2023."""
    stock = observations(
        {"value": 110, "as_of": "2022-12-31"}, {"value": 150, "as_of": "2023-12-31"}
    )
    rows = [
        {"target_id": "A", "value": 100},
        {"target_id": "A@2023-05-01", "value": 200},
        {"target_id": "B", "value": 120},
    ]
    before = measure(stock, *rows, as_of="2023-04-30")
    assert before["verdict"].to_list() == ["met", "not_comparable", "not_met"]
    assert before["reached"].iloc[0] == 110
    assert before["reason"].iloc[1] == (
        "Chưa so được: chỉ tiêu về số CLB có hiệu lực từ 01/05/2023, sau ngày xét."
    )
    after = measure(stock, *rows, as_of="2023-12-31")
    assert after["verdict"].to_list() == ["met", "not_met", "met"]
    assert after["reached"].to_list() == [110, 150, 150]
    assert after["target_id"].to_list() == ["A", "A@2023-05-01", "B"]
    assert after["reason"].iloc[0].endswith("; chỉ tiêu này đã được sửa đổi từ 01/05/2023.")
    assert "sửa đổi" not in " ".join(after["reason"].iloc[1:])


def test_each_amendment_ends_the_one_before():
    rows = targets({"target_id": "A@2024-01-01", "value": 3}, {"target_id": "A", "value": 1},
                   {"target_id": "A@2023-01-01", "value": 2})  # fmt: skip
    first, last = (list(column.dt.strftime("%Y-%m-%d").fillna("-")) for _, column in
                   find_terms(rows).items())  # fmt: skip
    assert first == ["2024-01-01", "-", "2023-01-01"]
    assert last == ["-", "2022-12-31", "2023-12-31"]


@pytest.mark.parametrize(
    ("base", "words"),
    [
        (100, "thì đạt vào 30/12/2028 (trễ 47 tháng)."),
        ((90, 110), "trong khoảng từ 14/04/2027 đến 29/12/2032 (trễ 27–95 tháng)."),
        ((90, 125), "thì sớm nhất là 14/04/2027 (trễ ít nhất 27 tháng), có thể không đạt."),
    ],
)
def test_a_projected_day_after_the_deadline_is_late_by_so_many_months(base, words):
    """25 clubs in two years, or 35, 15 and none; 75 are left from 1/1/2023 to the end of 2024."""
    low, high = base if isinstance(base, tuple) else (base, base)
    row = measure(
        observations({"value": 125, "as_of": "2023-01-01"}),
        {"value": 200, "base_low": low, "base_value": 100, "base_high": high,
         "base_date": "2021-01-01", "start": "2021-01-01", "due": "2024-12-31"},
        as_of="2023-01-01",
    )  # fmt: skip
    assert row["reason"].endswith(words)


def test_a_deadline_that_has_passed_is_said():
    facts = observations({"value": 125, "as_of": "2024-12-31"})
    late = measure(facts, {"value": 200, "due": "2024-12-31"}, as_of="2025-03-31")
    assert late["reason"].endswith("; đã hết hạn 31/12/2024.")
    met = measure(facts, {"value": 100, "due": "2024-12-31"}, as_of="2025-03-31")
    assert "hết hạn" not in met["reason"]


def test_a_band_with_a_middle_is_told_by_its_ends():
    facts = observations({"indicator": "members", "value": 600, "as_of": "2024-12-31"},
                         {"value": 10, "as_of": "2024-12-31"})  # fmt: skip
    band = {"measure": "members_per_club", "nature": "standing", "low": 50, "value": 60, "high": 70}
    assert "chuẩn 50–70" in measure(facts, band)["reason"]


def test_where_the_method_turns_the_class_both_paces_are_told():
    """410 of 559 communes in two of five years from a half to 95 %: 1.30 evenly, 0.86 by logit."""
    facts = observations(
        {"indicator": "communes_with_clubs", "value": 410, "as_of": "2023-01-01"},
        {"indicator": "communes_total", "value": 559, "as_of": "2023-01-01"},
    )
    share = {"measure": "commune_coverage", "nature": "share", "value": 0.95, "base_low": 0.5,
             "base_value": 0.5, "base_high": 0.5, "base_date": "2021-01-01",
             "start": "2021-01-01", "due": "2025-12-31"}  # fmt: skip
    row = measure(facts, share, as_of="2023-01-01")
    assert row["progress_class"] == "accelerate"
    assert "theo thang logit thì tốc độ đến nay bằng 0,86 lần mức cần có" in row["reason"]
    assert "tính đều thì bằng 1,3 lần" in row["reason"]
    slow = measure(facts, {**share, "base_low": 0.72, "base_value": 0.72, "base_high": 0.72},
                   as_of="2023-01-01")  # fmt: skip
    assert "logit" not in slow["reason"]
