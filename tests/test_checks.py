"""Each check on the smallest table with its fault, and on one that looks like it but is true."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.checks import CHECKS, count_cases
from lthtgn_analysis.facts import last_place
from lthtgn_analysis.findings import Findings
from lthtgn_analysis.notation import label
from lthtgn_analysis.schema import OBSERVATIONS, PROBLEMS
from lthtgn_analysis.tidy import read_as_found


def at(year, **row):
    """Return a row of the report on the end of a year."""
    return {"as_of": f"{year}-12-31", "source": f"bc-{year}", **row}


def report(year, **figures):
    """Return the rows of one report: indicator = value."""
    return [at(year, indicator=name, value=value) for name, value in figures.items()]


def new(year, value, **row):
    return at(year, indicator="new_clubs", value=value, start=f"{year}-01-01", **row)


def of(row, **changes):
    return {**row, **changes}


def found_by(check, *rows):
    """Return the fact ids that a check names, one set a problem."""
    problems = lt.find_problems(observations(*rows), checks=[check])
    return [set(ids.split(";")) for ids in problems["fact_ids"]]


def test_every_check_has_its_words_in_both_languages():
    for name in CHECKS:
        for lang in ("vi", "en"):
            assert label(f"check.{name}", lang=lang)
            for part in ("found", "must", "hint"):
                assert label(f"check.{name}.{part}", lang=lang)


def test_every_check_is_described_by_a_sentence():
    for check in CHECKS.values():
        assert check.__doc__.strip().endswith(".")


# One figure by itself.


def test_ids_are_unique():
    rows = [{"value": 1, "fact_id": "F1"}, {"value": 2, "fact_id": "F1"}, {"value": 3}]
    assert found_by("ids_are_unique", *rows) == [{"F1"}]


def test_figures_are_not_negative():
    assert found_by("figures_are_not_negative", {"value": -99}, {"value": 0}) == [{"T0001"}]


def test_shares_are_at_most_one():
    share = {"indicator": "women_members", "unit": "share"}
    rows = [{**share, "value": 63.6}, {**share, "value": 1.0}]
    assert found_by("shares_are_at_most_one", *rows) == [{"T0001"}]
    plan = {"indicator": "plan_achievement", "value": 1.37, "unit": "share"}
    assert found_by("shares_are_at_most_one", plan) == []


def test_counts_are_whole():
    rows = [
        {"indicator": "members", "value": 5.292},
        {"indicator": "members_per_club", "value": 55.4},
    ]
    assert found_by("counts_are_whole", *rows) == [{"T0001"}]


def test_figures_lie_between_their_bounds():
    rows = [{"value": 5, "low": 6, "high": 9}, {"value": 6, "low": 6, "high": 9}]
    assert found_by("figures_lie_between_their_bounds", *rows) == [{"T0001"}]


def test_dates_are_in_order():
    late = at(2021, value=3, published="2021-01-17")
    same_day = at(2021, value=3, published="2021-12-31", source="b")
    target = at(2025, indicator="target_clubs", value=3, published="2021-01-17")
    turned = at(2021, indicator="new_clubs", value=3, start="2022-01-01")
    assert found_by("dates_are_in_order", late, same_day, target, turned) == [{"T0001"}, {"T0004"}]


def test_a_report_published_some_days_ahead_is_only_noted():
    ahead = at(2021, value=3, published="2021-12-20")
    problems = lt.find_problems(observations(ahead), checks=["dates_are_in_order"])
    assert problems["severity"].to_list() == ["note"]


def test_few_dated_publications_do_not_make_a_newer_figure_unbelievable():
    """Ninh Thuận alone: one article of 5/2024, and undated pages with figures of 5/2025."""
    rows = [
        {"value": 36, "as_of": "2024-05-13", "published": "2024-05-13"},
        {"value": 56, "as_of": "2024-10-31"},
        {"value": 41, "indicator": "new_clubs", "start": "2021-01-01", "as_of": "2025-05-31"},
    ]
    assert lt.find_problems(observations(*rows), checks=["dates_are_believable"]).empty


def test_dates_are_believable_without_a_clock():
    rows = [at(2020, value=k, published="2021-02-01", area=str(10 + k)) for k in range(5)]
    far, early = at(2202, value=3, area="40"), at(1922, value=3, area="42")
    assert found_by("dates_are_believable", *rows, far, early) == [{"T0006"}, {"T0007"}]


def test_figures_stand_on_the_map_of_their_day():
    after = {"as_of": "2025-12-31", "value": 5}
    filed_old = of(after, area="08", boundaries="2025-01")
    filed_new = of(after, area="08", boundaries="2025-07")
    district = of(after, level="district", area="164", boundaries="2025-01", source="b")
    target = of(filed_old, indicator="target_clubs", source="c")
    check = "figures_stand_on_the_map_of_their_day"
    assert found_by(check, filed_old, filed_new, district, target) == [{"T0001"}, {"T0003"}]


def test_misfiled_figures_of_one_report_are_one_problem():
    after = {"as_of": "2025-11-13", "area": "08", "boundaries": "2025-01"}
    rows = [of(after, value=102, indicator="clubs_with_fund"), of(after, value=135)]
    assert found_by("figures_stand_on_the_map_of_their_day", *rows) == [{"T0001", "T0002"}]


# One report.


def test_parts_are_at_most_their_whole():
    """Ninh Thuận's "41/30" read as 41 of 30 communes."""
    rows = report(2024, communes_with_clubs=41, communes_total=30)
    assert found_by("parts_are_at_most_their_whole", *rows) == [{"T0001", "T0002"}]
    assert (
        found_by("parts_are_at_most_their_whole", *report(2024, clubs_with_fund=3, clubs=3)) == []
    )


def test_a_hedged_part_that_can_be_its_whole_is_no_error():
    rows = [
        at(2024, indicator="members", value=1000, qualifier="about"),
        at(2024, indicator="older_members", value=1010),
    ]
    assert found_by("parts_are_at_most_their_whole", *rows) == []


def test_borrowers_are_at_most_members_but_those_of_several_years_may_be_more():
    rows = report(2024, members=500, borrowers=640)
    assert found_by("borrowers_are_at_most_members", *rows) == [{"T0001", "T0002"}]
    over_years = of(rows[1], start="2018-01-01")
    assert found_by("borrowers_are_at_most_members", rows[0], over_years) == []


def test_communes_are_at_most_clubs():
    rows = report(2024, communes_with_clubs=52, clubs=41)
    assert found_by("communes_are_at_most_clubs", *rows) == [{"T0001", "T0002"}]


def test_totals_of_areas_fit_the_list():
    """Thanh Hóa had 559 communes in 2022; on the map of July 2025 it has 166."""
    target = report(2024, communes_total=33, communes_with_clubs=29)
    assert found_by("totals_of_areas_fit_the_list", *target) == [{"T0001", "T0002"}]
    assert found_by("totals_of_areas_fit_the_list", *report(2024, communes_total=559)) == []
    assert found_by("totals_of_areas_fit_the_list", *report(2017, communes_total=635)) == []
    old = of(report(2025, communes_total=559)[0], boundaries="2025-07")
    assert found_by("totals_of_areas_fit_the_list", old) == [{"T0001"}]


def test_exclusive_groups_make_the_whole():
    """30/3/2022: 17 provinces with a budget, 40 with approval in principle, 6 without: 63."""
    names = ("provinces_with_budget", "provinces_with_policy_only", "provinces_without_plan")
    good = report(2022, provinces_total=63, **dict(zip(names, (17, 40, 6), strict=True)))
    bad = report(2022, provinces_total=63, **dict(zip(names, (17, 40, 8), strict=True)))
    assert found_by("exclusive_groups_make_the_whole", *good) == []
    assert found_by("exclusive_groups_make_the_whole", *bad) == [{f"T000{k}" for k in (1, 2, 3, 4)}]


def test_overlapping_groups_do_not_make_the_whole():
    """Bình Dương: 4,804 older + 4,684 women + 998 poor = 10,486 members exactly."""
    rows = report(2024, members=10486, older_members=4804, women_members=4684, poor_members=998)
    check = "overlapping_groups_do_not_make_the_whole"
    assert found_by(check, *rows) == [{"T0001", "T0002", "T0003", "T0004"}]
    assert (
        found_by(check, *report(2024, members=10486, older_members=4804, women_members=4685)) == []
    )


def test_shares_fit_part_and_whole():
    """Thân Thuộc: 23 of 43 printed as 53.4% (cut, not rounded) and 20 of 43 as 48.7%."""
    base = report(2024, members=43, older_members=23, women_members=20)
    cut = at(2024, indicator="older_members", unit="share", value=0.534)
    wrong = at(2024, indicator="women_members", unit="share", value=0.487)
    assert found_by("shares_fit_part_and_whole", *base, cut, wrong) == [{"T0005", "T0003", "T0001"}]


def test_funds_are_averaged_over_clubs_with_a_fund():
    """Tuyên Quang: 6.5 bn of 102 funded clubs is 63.7 m each; 48 m is over all 135."""
    rows = report(2025, clubs=135, clubs_with_fund=102)
    fund = at(2025, indicator="income_fund_vnd", value=6_500_000_000, qualifier="at_least")
    mean = at(2025, indicator="income_fund_per_club_vnd", value=48_000_000, qualifier="at_least")
    check = "fund_averages_are_over_clubs_with_a_fund"
    assert found_by(check, *rows, fund, mean) == [{"T0002", "T0003", "T0004"}]
    assert found_by(check, *rows, fund, of(mean, value=63_700_000)) == []


def test_a_mean_that_only_rounds_is_no_problem():
    """Thanh Hóa: 69.27 bn / 884 clubs = 78.36 m, printed as 78 m."""
    rows = report(2022, clubs=884)
    fund = at(2022, indicator="income_fund_vnd", value=69_270_000_000)
    mean = at(2022, indicator="income_fund_per_club_vnd", value=78_000_000)
    assert found_by("fund_averages_are_over_clubs_with_a_fund", *rows, fund, mean) == []


def test_member_averages_are_members_by_clubs():
    rows = report(2022, clubs=15, members=764, members_per_club=64)
    check = "member_averages_are_members_by_clubs"
    assert found_by(check, *rows) == [{"T0001", "T0002", "T0003"}]
    assert found_by(check, *report(2022, clubs=15, members=764, members_per_club=51)) == []


def test_achievements_are_result_by_plan():
    """231,000 against 100,000 is 231% achieved, which is 131% above the plan."""
    flow = {"start": "2022-01-01", "as_of": "2022-12-31", "source": "a"}
    rows = [
        {"indicator": "new_clubs", "value": 41, **flow},
        {"indicator": "target_new_clubs", "value": 30, **flow},
        {"indicator": "plan_achievement", "value": 0.367, "as_of": "2022-12-31", "source": "a"},
    ]
    assert found_by("achievements_are_result_by_plan", *rows) == [{"T0001", "T0002", "T0003"}]
    assert found_by("achievements_are_result_by_plan", *rows[:2], of(rows[2], value=1.367)) == []


def test_imputed_totals_say_how_surprising_they_are():
    """End of 2023: 6,521 clubs and 456,470 members, 70 each to the person."""
    rows = [
        of(row, level="national", area="VN") for row in report(2023, clubs=6521, members=456470)
    ]
    problems = lt.find_problems(observations(*rows), checks=["totals_of_members_are_counted"])
    assert problems["severity"].to_list() == ["warning"]
    assert problems["found"].item() == (
        "Thành viên: 456.470 = 6.521 CLB x 70 đúng đến từng người; "
        "trùng hợp ngẫu nhiên chỉ khoảng 1 trên 65.210 lần"
    )


def test_few_clubs_of_fifty_and_odd_sizes_are_not_imputed():
    check = "totals_of_members_are_counted"
    assert found_by(check, *report(2023, clubs=7, members=350)) == []
    assert found_by(check, *report(2023, clubs=100, members=5100)) == []
    assert found_by(check, *report(2023, clubs=12, members=660)) == [{"T0001", "T0002"}]


def test_first_clubs_founded_with_fifty_members_each_are_a_hint():
    """Cà Mau, October 2018: 450 members as its first 9 clubs were founded."""
    check = "totals_of_members_are_counted"
    first = report(2018, clubs=9, members=450)
    assert lt.find_problems(observations(*first), checks=[check])["severity"].to_list() == ["note"]
    later = [at(2017, value=4), *first]
    again = lt.find_problems(observations(*later), checks=[check])
    assert again["severity"].to_list() == ["warning"]
    many = lt.find_problems(observations(*report(2018, clubs=20, members=1000)), checks=[check])
    assert many["severity"].to_list() == ["warning"]


def test_round_members_of_new_clubs_say_how_little_surprising_they_are():
    rows = [
        at(2025, indicator="members", value=330_000, qualifier="about"),
        at(2025, indicator="new_clubs", value=6_000, qualifier="at_least"),
    ]
    check = "totals_of_new_members_are_counted"
    assert lt.find_problems(observations(*rows), checks=[check])["found"].to_list() == [
        "Thành viên: khoảng 330.000 = trên 6.000 CLB mới x 55; "
        "trùng hợp ngẫu nhiên khoảng 1 trên 6 lần"
    ]


def test_imputed_shares_are_found_and_hedged_ones_only_noted():
    check = "shares_of_members_are_counted"
    assert found_by(check, *report(2023, members=7599, women_members=4559)) == [{"T0001", "T0002"}]
    assert found_by(check, *report(2023, members=1000, women_members=600)) == []
    hedged = [
        at(2025, indicator="members", value=330_000, qualifier="about"),
        at(2025, indicator="older_members", value=231_000, qualifier="at_least"),
    ]
    problems = lt.find_problems(observations(*hedged), checks=[check])
    assert problems["severity"].to_list() == ["note"]


def test_members_fit_the_clubs():
    """Hải Dương: 124 clubs with 1,752 members, 14 each."""
    assert found_by("members_fit_the_clubs", *report(2023, clubs=124, members=1752)) != []
    assert found_by("members_fit_the_clubs", *report(2023, clubs=0, members=0)) == []


def test_money_is_of_the_size_of_clubs():
    clubs = at(2023, value=100)
    fund = at(2023, indicator="income_fund_vnd", value=6_500_000_000)
    check = "money_is_of_the_size_of_clubs"
    assert found_by(check, clubs, fund) == []
    assert found_by(check, clubs, of(fund, value=65_000_000_000)) == [{"T0002"}]
    assert found_by(check, clubs, of(fund, value=6_500_000)) == [{"T0002"}]
    assert found_by(check, at(2023, value=1), of(fund, value=3_000_000)) == []


def test_a_slip_in_the_clubs_is_not_blamed_on_the_money():
    rows = [at(2022, value=100), at(2023, value=8), at(2024, value=120)]
    fund = at(2023, indicator="income_fund_vnd", value=6_500_000_000)
    assert found_by("money_is_of_the_size_of_clubs", *rows, fund) == []


def test_a_fund_over_eight_times_all_others_is_a_slip():
    rows = [
        row
        for year, fund in ((2019, 30), (2020, 32), (2021, 250), (2022, 30), (2023, 31))
        for row in (at(year, value=10), at(year, indicator="lent_vnd", value=fund * 1e7))
    ]
    rows[5]["value"] = 2.6e9
    assert found_by("money_is_of_the_size_of_clubs", *rows) == [{"T0006"}]


# Over time.


def test_new_clubs_are_not_the_stock():
    rows = [at(2021, value=60), at(2022, value=70), new(2022, 70)]
    assert found_by("new_clubs_are_not_the_stock", *rows) == [{"T0003", "T0002"}]
    assert found_by("new_clubs_are_not_the_stock", *rows[1:]) == []


def test_stock_is_not_the_new_clubs():
    rows = [at(2021, value=110), at(2022, value=8), new(2022, 8), at(2023, value=130)]
    assert found_by("stock_is_not_the_new_clubs", *rows) == [{"T0002", "T0003"}]
    told = of(rows[1], note="giảm do sáp nhập thôn")
    assert found_by("stock_is_not_the_new_clubs", rows[0], told, rows[3]) == []


def test_stock_grows_by_at_most_the_new_clubs():
    rows = [at(2022, value=124), at(2023, value=136), new(2023, 5)]
    check = "stock_grows_by_at_most_the_new_clubs"
    assert found_by(check, *rows) == [{"T0001", "T0002", "T0003"}]
    assert found_by(check, *rows[:2], new(2023, 13)) == []
    assert found_by(check, rows[0], of(rows[1], low=128, high=144), rows[2]) == []


def test_new_clubs_are_those_of_the_period():
    rows = [at(2021, value=51), at(2022, value=57), new(2022, 27)]
    check = "new_clubs_are_those_of_the_period"
    assert found_by(check, *rows) == [{"T0003", "T0002"}]
    closed = at(2022, indicator="closed_clubs", value=21, start="2022-01-01")
    assert found_by(check, *rows, closed) == []
    assert found_by(check, *rows[:2], new(2022, 10)) == []


def test_totals_of_a_period_do_not_fall():
    since = {"indicator": "new_clubs", "start": "2021-01-01"}
    rows = [at(2022, value=40, **since), at(2023, value=36, **since)]
    assert found_by("totals_of_a_period_do_not_fall", *rows) == [{"T0001", "T0002"}]
    assert found_by("totals_of_a_period_do_not_fall", *reversed(rows)) != []


def test_a_leap_must_come_back_to_be_one():
    check = "clubs_do_not_leap_for_one_report"
    rows = [at(2020, value=28), at(2021, value=82), at(2022, value=38)]
    assert found_by(check, *rows) == [{"T0002", "T0001"}]
    assert found_by(check, *rows[:2], at(2022, value=90)) == []


def test_members_do_not_fall_while_clubs_grow():
    """Country: over 484,000 members at the end of 2024, over 330,000 five months later."""
    rows = [*report(2023, clubs=8432, members=484_000), *report(2024, clubs=9000, members=330_000)]
    check = "members_do_not_fall_while_clubs_grow"
    assert found_by(check, *rows) == [{"T0002", "T0004"}]
    fewer = of(rows[2], value=6000)
    assert found_by(check, *rows[:2], fewer, rows[3]) == []


def test_members_do_not_leap_while_clubs_stand():
    rows = [*report(2023, clubs=130, members=10468), *report(2024, clubs=132, members=16800)]
    assert found_by("members_do_not_leap_while_clubs_stand", *rows) == [{"T0002", "T0004"}]


def test_communes_with_clubs_do_not_fall():
    rows = [
        *report(2010, communes_with_clubs=60),
        *report(2018, communes_with_clubs=15),
        *report(2019, communes_with_clubs=16),
    ]
    assert found_by("communes_with_clubs_do_not_fall", *rows) == [{"T0001", "T0002"}]


def test_no_series_runs_across_the_merger():
    """Fewer communes on the new map are no change."""
    rows = [
        *report(2024, communes_with_clubs=300),
        *(of(row, boundaries="2025-07") for row in report(2025, communes_with_clubs=90)),
    ]
    assert found_by("communes_with_clubs_do_not_fall", *rows) == []


def test_figures_are_not_carried_over():
    """Đắk Lắk: 220, then 225 clubs with 11,563 members, once with "hơn"."""
    rows = [*report(2023, clubs=220, members=11563), *report(2024, clubs=225, members=11563)]
    rows[1]["qualifier"] = "at_least"
    assert found_by("figures_are_not_carried_over", *rows) == [{"T0002", "T0004"}]
    rows[2]["value"] = 220
    assert found_by("figures_are_not_carried_over", *rows) == []


def test_reports_are_not_repeated():
    rows = [*report(2021, clubs=884, members=48600), *report(2022, clubs=884, members=48600)]
    assert found_by("reports_are_not_repeated", *rows) == []
    counted = [*rows, new(2022, 86)]
    assert found_by("reports_are_not_repeated", *counted) == [{"T0001", "T0002", "T0003", "T0004"}]
    closed = at(2022, indicator="closed_clubs", value=86, start="2022-01-01")
    assert found_by("reports_are_not_repeated", *counted, closed) == []


def test_carried_figures_are_not_called_carried_over():
    rows = [*report(2023, clubs=220, members=11563), *report(2024, clubs=225, members=11563)]
    rows[3]["status"] = "carried"
    assert found_by("figures_are_not_carried_over", *rows) == []


def test_clubs_founded_since_a_day_move_with_the_stock():
    since = {"indicator": "new_clubs", "start": "2021-01-01"}
    rows = [at(2022, value=20, **since), at(2023, value=20, **since)]
    stock = [at(2022, value=40), at(2023, value=52)]
    check = "clubs_founded_since_a_day_move_with_the_stock"
    assert found_by(check, *rows, *stock) == [{"T0001", "T0002"}]
    assert found_by(check, *rows, stock[0], of(stock[1], value=40)) == []


def test_figures_of_new_provinces_are_not_of_old_ones():
    old = at(2024, value=160, area="33", area_name="Hưng Yên")
    wrong = {
        "value": 166,
        "area": "33",
        "boundaries": "2025-07",
        "as_of": "2025-08-21",
        "source": "b",
    }
    right = {**wrong, "value": 388, "as_of": "2025-12-31", "source": "c"}
    check = "figures_of_new_provinces_are_not_of_old_ones"
    assert found_by(check, old, wrong, right) == [{"T0002", "T0003"}]
    assert found_by(check, old, of(wrong, value=370), right) == []


def test_a_series_counts_from_one_age():
    older = {"indicator": "older_members"}
    rows = [
        at(2022, value=241, note="NCT từ 60 tuổi trở lên", **older),
        at(2023, value=350, note="NCT từ 55 tuổi trở lên", **older),
        at(2024, value=360, **older),
    ]
    assert found_by("a_series_counts_from_one_age", *rows) == [{"T0001", "T0002"}]


def test_sizes_differ_between_reports_is_a_note():
    rows = [*report(2022, clubs=40, members=2120), *report(2023, clubs=60, members=3180)]
    problems = lt.find_problems(observations(*rows), checks=["sizes_differ_between_reports"])
    assert problems["severity"].to_list() == ["note"]


def test_round_counts_are_a_note():
    rows = [at(2010 + k, indicator="members", value=600 + 100 * k) for k in range(9)]
    problems = lt.find_problems(observations(*rows), checks=["counts_do_not_heap_on_hundreds"])
    assert problems["severity"].to_list() == ["note"]
    odd = [of(row, value=row["value"] + 7) for row in rows]
    assert found_by("counts_do_not_heap_on_hundreds", *odd) == []


# Sources, scopes, plans and levels.


def test_figures_are_given_once_also_with_a_hedge():
    rows = [at(2022, value=40), at(2022, value=40, qualifier="at_least")]
    assert found_by("figures_are_given_once", *rows) == [{"T0001", "T0002"}]
    assert found_by("figures_are_given_once", rows[0], of(rows[0], source="b")) == []


def test_sources_agree_within_bounds_and_rounding():
    check = "sources_agree"
    one = at(2022, indicator="members", value=6378)
    for rival, is_problem in (
        ({"value": 6400}, False),
        ({"value": 6700}, True),
        ({"value": 6300, "qualifier": "at_least"}, False),
        ({"value": 6700, "scope": "VIE071"}, False),
        ({"value": 6700, "as_of": "2022-06-30"}, False),
    ):
        rows = [one, of(one, source="b", **rival)]
        assert bool(found_by(check, *rows)) == is_problem, rival


def test_a_corrected_figure_is_only_noted():
    rows = [at(2022, value=151), at(2022, value=128, source="b", note="đính chính số đã công bố")]
    problems = lt.find_problems(observations(*rows), checks=["sources_agree"])
    assert problems["severity"].to_list() == ["note"]


def test_plans_agree_but_a_year_is_no_rival_of_five():
    plan = {"indicator": "target_new_clubs", "as_of": "2025-12-31"}
    five = {**plan, "value": 120, "start": "2021-01-01", "source": "a"}
    rival = {**plan, "value": 180, "start": "2021-01-01", "source": "b"}
    year = {**plan, "value": 30, "start": "2025-01-01", "source": "b"}
    assert found_by("plans_agree", five, rival) == [{"T0001", "T0002"}]
    assert found_by("plans_agree", five, year) == []


def test_a_plan_begins_once():
    """Hòa Bình's plan of 75 clubs, reported on 19/10/2020 and "dated 9 October 2022"."""
    plan = {"indicator": "target_new_clubs", "as_of": "2025-12-31", "value": 75}
    rows = [
        {**plan, "start": "2020-10-19", "source": "a"},
        {**plan, "start": "2022-10-09", "source": "b"},
    ]
    assert found_by("a_plan_begins_once", *rows) == [{"T0001", "T0002"}]


def test_new_and_total_targets_differ_where_clubs_stood_before():
    due = {"as_of": "2025-12-31", "value": 75}
    rows = [
        {**due, "indicator": "target_new_clubs", "start": "2021-01-01"},
        {**due, "indicator": "target_clubs"},
    ]
    check = "new_and_total_targets_differ"
    stood = lt.find_problems(observations(*rows, at(2019, value=15)), checks=[check])
    assert stood["severity"].to_list() == ["error"]
    unknown = lt.find_problems(observations(*rows), checks=[check])
    assert unknown["severity"].to_list() == ["note"]
    assert found_by(check, *rows, at(2019, value=0)) == []


def test_project_figures_are_not_totals():
    totals = [at(2021, value=60), at(2023, value=80)]
    printed = at(2022, value=12, source="bao")
    project = at(2022, value=12, source="vie", scope="VIE071")
    check = "project_figures_are_not_totals"
    assert found_by(check, *totals, printed, project) == [{"T0003", "T0004"}]
    assert found_by(check, at(2021, value=10), printed, project) == []


def test_projects_are_at_most_the_whole():
    rows = [at(2022, value=30), at(2022, value=56, scope="VIE071")]
    assert found_by("projects_are_at_most_the_whole", *rows) == [{"T0001", "T0002"}]


def test_one_figure_stands_for_one_set_of_clubs():
    """330,000 members of 9,000 clubs in one source, of 6,000 new ones in another."""
    members = {"indicator": "members", "value": 330_000}
    rows = [
        {**members, "as_of": "2025-05-31", "source": "a"},
        {"value": 9000, "as_of": "2025-05-31", "source": "a"},
        {**members, "as_of": "2025-06-30", "source": "b"},
        {"indicator": "new_clubs", "value": 6000, "start": "2020-08-31", "as_of": "2025-06-30",
         "source": "b"},
    ]  # fmt: skip
    assert found_by("one_figure_stands_for_one_set_of_clubs", *rows) == [
        {"T0001", "T0003", "T0004"}
    ]


def districts_of(code, values, **row):
    codes = lt.read_areas(boundaries="2022", level="district").query(f"parent == '{code}'")["area"]
    return [
        at(2022, level="district", area=area, value=value, **row)
        for area, value in zip(codes, values, strict=False)
    ]


def test_a_total_is_the_sum_of_its_areas():
    check = "a_total_is_the_sum_of_its_areas"
    parts = districts_of("19", [15] * 9)
    assert found_by(check, at(2022, area="19", value=135), *parts) == []
    assert found_by(check, at(2022, area="19", value=153), *parts) == [
        {f"T{k:04}" for k in range(1, 11)}
    ]


def test_a_list_of_examples_is_no_breakdown_but_may_not_exceed_the_total():
    check = "a_total_is_the_sum_of_its_areas"
    parts = districts_of("19", [15] * 4)
    assert found_by(check, at(2022, area="19", value=135), *parts) == []
    assert len(found_by(check, at(2022, area="19", value=50), *parts)) == 1


def test_hedged_parts_may_make_a_hedged_whole():
    parts = districts_of("19", [15] * 9)
    whole = at(2022, area="19", value=130, qualifier="at_least")
    assert found_by("a_total_is_the_sum_of_its_areas", whole, *parts) == []


def test_a_claim_for_all_holds_in_every_area():
    """All clubs of the country have a fund, it is said; in Tuyên Quang 102 of 135 do."""
    nation = [of(row, level="national", area="VN", source="tw")
              for row in report(2022, clubs=900, clubs_with_fund=900)]  # fmt: skip
    province = report(2022, clubs=135, clubs_with_fund=102)
    problems = lt.find_problems(
        observations(*nation, *province), checks=["a_claim_for_all_holds_in_every_area"]
    )
    assert problems["severity"].to_list() == ["note"]


def test_codes_are_known():
    table = observations({"value": 1}, {"value": 2}).assign(unit=["apples", "clubs"])
    problems = lt.find_problems(table)
    assert problems["found"].to_list() == ["cột unit, dòng 1: “apples”"]


# The table as a whole.


def test_problems_are_a_problems_table_with_errors_first():
    rows = [*report(2024, clubs=41, communes_with_clubs=52), {"value": -1, "source": "b"}]
    problems = lt.find_problems(observations(*rows))
    assert problems.columns.to_list() == PROBLEMS.column_names
    assert problems["severity"].to_list() == sorted(
        problems["severity"], key=["error", "warning", "note"].index
    )
    english = lt.find_problems(observations(*rows), lang="en")
    assert english["check"].to_list() == problems["check"].to_list()
    assert not (english["hint"] == problems["hint"]).any()


def test_a_figure_wrong_by_itself_is_found_once():
    rows = [*report(2022, clubs=60, members=3313), *report(2023, clubs=-60, members=3400)]
    problems = lt.find_problems(observations(*rows))
    assert problems["check"].to_list() == ["figures_are_not_negative"]


def test_counts_of_cases_are_honest():
    """Two reports: one can be tested for communes and clubs, one lacks the clubs."""
    rows = [*report(2022, communes_with_clubs=9, clubs=12), *report(2023, communes_with_clubs=9)]
    counts = count_cases(lt.find_problems(observations(*rows))).set_index("check")
    line = counts.loc["communes_are_at_most_clubs"]
    assert (line["tested"], line["untestable"], line["found"]) == (1, 1, 0)
    assert len(counts) == len(CHECKS)
    assert (counts[["tested", "untestable", "found"]] >= 0).all(axis=None)


def test_counts_need_the_table_of_find_problems():
    with pytest.raises(ValueError, match="must be the table that `find_problems` returned"):
        count_cases(pd.DataFrame(columns=PROBLEMS.column_names))


def test_unknown_checks_are_named():
    with pytest.raises(
        ValueError, match=r"unknown: figures_are_pretty\. There are: columns_are_there"
    ):
        lt.find_problems(observations({"value": 1}), checks=["figures_are_pretty"])


def test_errors_are_raised_with_their_text_and_dropped():
    table = observations(
        *report(2024, communes_with_clubs=52, clubs=41), at(2024, value=7, area="40")
    )
    with pytest.raises(lt.InvalidTableError) as caught:
        lt.assert_valid(table)
    assert str(caught.value) == (
        "`observations` must hold no errors; 1 found.\n"
        "  communes_are_at_most_clubs: Xã có CLB: 52; Số CLB: 41; must không quá 41 (T0001;T0002)\n"
        "  hint: correct them at their source, or leave them out with `drop_problems`."
    )
    kept = lt.drop_problems(table, lt.find_problems(table))
    assert kept["fact_id"].to_list() == ["T0003"]
    assert kept.attrs["dropped"] == ["T0001", "T0002"]


def test_the_table_is_not_changed():
    table = observations(*report(2024, communes_with_clubs=52, clubs=41))
    before = table.copy(deep=True)
    lt.find_problems(table)
    pd.testing.assert_frame_equal(table, before)


# Bad input: an answer, not a traceback.


def faulty(*rows):
    """Text cells, as a file gives them, with two clubs' reports of which one is contradictory."""
    sound = [*report(2023, clubs=41, members=2313), *report(2024, communes_with_clubs=52, clubs=41)]
    table = observations(*sound, *rows).astype("str")
    return table.mask(table.isin(["nan", "NaT", "None"]), "")


CONTRADICTION = {"communes_are_at_most_clubs"}


@pytest.mark.parametrize("name", ["fact_id", "boundaries", "value", "unit"])
def test_a_missing_or_empty_column_is_an_error_and_the_rest_is_audited(name):
    for table, check, severities in (
        (faulty().drop(columns=[name]), "columns_are_there", ["error"]),
        (faulty().assign(**{name: ""}), "columns_are_filled", ["error"]),
    ):
        problems = lt.find_problems(table)
        told = problems.loc[problems["check"] == check]
        assert told["severity"].to_list() == severities
        assert name in told["found"].item()
        if name != "value":
            assert set(problems["check"]) >= CONTRADICTION


def test_cells_that_cannot_be_read_are_errors_with_their_line_and_the_rest_is_audited(tmp_path):
    table = faulty(*(at(2022, value=7 + k, area="40") for k in range(9)))
    spoilt = {
        "value": "tám trăm", "high": "1.234.567", "as_of": "2024-02-30", "published": "31/12/2022",
        "unit": "người", "indicator": "clubz", "area": "999", "source": "", "fact_id": "",
    }  # fmt: skip
    for row, (name, text) in enumerate(spoilt.items(), start=4):
        table.loc[row, name] = text
    table.to_csv(tmp_path / "spoilt.csv", index=False)
    problems = lt.find_problems(read_as_found(tmp_path / "spoilt.csv"), lang="en")
    assert set(problems["check"]) == CONTRADICTION | {
        "numbers_can_be_read", "dates_can_be_read", "codes_are_known", "areas_are_listed",
        "columns_are_filled",
    }  # fmt: skip
    assert set(problems["severity"]) == {"error"}
    found = problems.set_index("fact_ids")["found"]
    assert found["T0005"] == "column value, line 6: “tám trăm”"
    assert found["T0006"] == "column high, line 7: “1.234.567”"
    assert found["T0007"] == "column as_of, line 8: “2024-02-30”"
    assert found["T0011"] == "area code “999” (province, boundaries 2022), line 12"
    assert found["line-14"] == "column fact_id is empty in 1 of 13 rows"
    with pytest.raises(lt.InvalidTableError, match="9 faults"):
        lt.read_observations(tmp_path / "spoilt.csv")


def test_what_is_no_table_of_observations_is_refused():
    for frame in ([1, 2], None, "observations", pd.DataFrame({"a": [1]}), pd.DataFrame()):
        with pytest.raises(lt.InvalidTableError):
            lt.find_problems(frame)
    twice = pd.concat([faulty(), faulty()[["value"]]], axis=1)
    with pytest.raises(lt.InvalidTableError, match=r"found twice: \['value'\]"):
        lt.find_problems(twice)


def test_text_cells_and_typed_columns_give_the_same_problems():
    typed = observations(*report(2023, clubs=60, members=3313), *report(2024, clubs=-60, members=9))
    text = typed.astype("str")
    text = text.mask(text.isin(["nan", "NaT", "None"]), "")
    pd.testing.assert_frame_equal(lt.find_problems(typed), lt.find_problems(text))


def test_codes_that_a_reader_took_for_numbers_get_their_zeros_back():
    table = observations({"value": 1, "area": "01"}, {"value": 2, "area": "38"})
    assert lt.find_problems(table.assign(area=[1, 38])).empty
    unlisted = lt.find_problems(table.assign(area=[1.0, 99.0]))
    assert unlisted["check"].to_list() == ["areas_are_listed"]
    assert "“99”" in unlisted["found"].item()


def test_a_figure_of_an_unlisted_area_is_still_compared():
    rows = report(2024, communes_with_clubs=52, clubs=41)
    table = observations(*rows).assign(area="99")
    assert set(lt.find_problems(table)["check"]) == CONTRADICTION | {"areas_are_listed"}


def test_ids_used_twice_are_told_with_their_lines():
    table = observations({"value": 1}, {"value": 2, "area": "40"}).assign(fact_id="X1")
    problems = lt.find_problems(table, lang="en")
    assert problems[["fact_ids", "found"]].to_numpy().tolist() == [["X1", "id “X1” in lines 1, 2"]]


def test_lines_are_those_of_a_sound_file_too(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "twice.csv"
    table = observations({"value": 1}, {"value": 2, "area": "40"}).assign(fact_id="X1")
    table.to_csv(path, index=False)
    found = lt.find_problems(read_as_found(path), lang="en")["found"].to_list()
    assert found == ["id “X1” in lines 2, 3"]
    table.assign(note=["one\nmore", None]).to_csv(path, index=False)
    found = lt.find_problems(read_as_found(path), lang="en")["found"].to_list()
    assert found == ["id “X1” in lines 2, 4"]
    path = path.with_suffix(".parquet")
    table.to_parquet(path)
    found = lt.find_problems(read_as_found(path), lang="en")["found"].to_list()
    assert found == ["id “X1” in lines 1, 2"]


def test_infinities_and_odd_words_give_an_answer():
    table = observations({"value": 1}, {"value": 2}, {"value": 3}).assign(
        value=[np.inf, -np.inf, 3.0],
        high=[np.inf, 0.0, np.inf],
        qualifier="whatever",
        unit="apples",
    )
    problems = lt.find_problems(table)
    assert problems.query("check == 'figures_are_known'")["fact_ids"].to_list() == [
        "T0001",
        "T0002",
    ]


def test_dates_far_out_of_range_give_an_answer():
    table = observations({"value": 1, "as_of": "0001-01-01"}, {"value": 2, "as_of": "9999-12-31"})
    assert len(lt.find_problems(table, checks=["dates_are_believable"])) >= 1


def test_one_row_and_no_row_give_an_answer():
    assert lt.find_problems(observations({"value": 1})).empty
    assert lt.find_problems(pd.DataFrame(columns=OBSERVATIONS.column_names)).empty


def test_very_many_duplicates_are_one_problem():
    table = observations({"value": 1})
    many = table.loc[table.index.repeat(100_000)].reset_index(drop=True)
    many["fact_id"] = [f"D{k}" for k in range(len(many))]
    problems = lt.find_problems(many)
    assert problems["check"].to_list() == ["figures_are_given_once"]
    assert problems["fact_ids"].item().count(";") == 99_999


def test_other_frames_are_read():
    polars = pytest.importorskip("polars")
    table = observations({"value": -1})
    assert len(lt.find_problems(polars.from_pandas(table))) == 1


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["clubs", "members", "new_clubs", "borrowers", "income_fund_vnd"]),
            st.floats(min_value=-1e13, max_value=1e13),
            st.integers(min_value=2005, max_value=2025),
            st.sampled_from(["a", "b"]),
            st.sampled_from(["all", "VIE071"]),
        ),
        max_size=12,
    )
)
def test_any_table_gives_an_answer_that_names_its_facts(rows):
    names = ("indicator", "value", "year", "source", "scope")
    table = pd.DataFrame(columns=OBSERVATIONS.column_names)
    if rows:
        table = observations(*(at(**dict(zip(names, row, strict=True))) for row in rows))
    problems = lt.find_problems(table)
    named = {fact_id for ids in problems["fact_ids"] for fact_id in ids.split(";")}
    assert named <= set(table["fact_id"])


@given(st.integers(min_value=1, max_value=10**12))
def test_the_last_place_divides_the_number_and_is_at_most_a_tenth(number):
    step = last_place(np.array([float(number)]), money=True).item()
    assert step <= max(number / 10, 1)
    assert step == 1 or number % step == 0 or step == number / 10


def test_findings_without_a_figure_of_a_name_say_so():
    from lthtgn_analysis.facts import prepare
    from lthtgn_analysis.findings import write_problems

    facts = prepare(observations({"value": -1}))
    wrong = Findings(pd.DataFrame({"other": [0]}), "error", tested=1)
    with pytest.raises(KeyError, match="no figure or word 'figure' in the findings"):
        write_problems(facts, "figures_are_not_negative", wrong, lang="vi")
