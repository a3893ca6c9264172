"""The rules that every metric obeys; the figures of the seeds are in spec/."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.formulas import bound_gini, count_months, gini
from lthtgn_analysis.indicators import INDICATORS
from lthtgn_analysis.inputs import bare_name
from lthtgn_analysis.schema import METRIC_ROWS


def compute_one(table, metric, **options):
    options = {"level": "province", "as_of": "2022-12-31", **options}
    rows = lt.compute(table, metrics=[metric], **options)
    assert len(rows) == 1, rows
    return rows.iloc[0]


def flags_of(row):
    return set(filter(None, row["flags"].split(";")))


def test_ratio_is_missing_where_the_denominator_is_not_positive():
    """0/0 is not 0, x/0 is not infinite (found wrong in a savings-group report)."""
    result = lt.ratio(pd.Series([3.0, 0.0, 0.0, np.nan]), pd.Series([0.0, 0.0, 12.0, 4.0]))
    assert result.isna().to_list() == [True, True, False, True]
    assert result[2] == 0


@given(
    old=st.floats(1, 1e9), rate=st.floats(-0.5, 2, allow_subnormal=False), years=st.integers(1, 10)
)
def test_annual_growth_undoes_compounding(old, rate, years):
    start = pd.Series([old])
    grown = start * (1 + rate) ** years
    assert lt.annual_growth(grown, start, years=years).item() == pytest.approx(rate, abs=1e-9)


def test_annual_growth_from_nothing_or_below_is_missing_not_complex():
    result = lt.annual_growth(pd.Series([5.0, -1.0]), pd.Series([0.0, 4.0]), years=2)
    assert result.isna().all()
    with pytest.raises(ValueError, match="`years` must be positive, not 0"):
        lt.annual_growth(pd.Series([1.0]), pd.Series([1.0]), years=0)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-01", "2024-12-31", 12),
        ("2022-01-01", "2022-10-31", 10),
        ("2017-10-13", "2022-10-12", 60),
        ("2024-02-01", "2024-02-29", 1),
        ("2022-01-01", "2022-10-12", 9 + 12 / 31),
    ],
)
def test_months_include_both_end_days(start, end, months):
    days = pd.to_datetime(pd.Series([start])), pd.to_datetime(pd.Series([end]))
    assert count_months(*days).item() == pytest.approx(months)


def test_the_table_has_the_columns_of_its_schema():
    table = lt.compute(observations({"value": 5}), level="province", as_of="2022-12-31")
    assert list(table.columns) == METRIC_ROWS.column_names
    assert table["metric"].to_list() == ["clubs"]


def test_numerator_and_denominator_of_one_day_are_preferred():
    row = compute_one(
        observations(
            {"indicator": "members", "value": 500, "as_of": "2022-06-30"},
            {"value": 10, "as_of": "2022-06-30"},
            {"value": 12, "as_of": "2022-09-30"},
        ),
        "members_per_club",
    )
    assert (row["value"], row["as_of"], row["lag_days"]) == (50, pd.Timestamp("2022-06-30"), 0)


def test_a_younger_denominator_alone_does_not_date_the_ratio():
    """57 of 63 provinces had a plan on 30/3/2022; that there still were 63 in 2025 adds nothing."""
    told = {"level": "national", "area": "VN", "area_name": "Việt Nam"}
    table = observations(
        {**told, "indicator": "provinces_with_plan", "value": 57, "as_of": "2022-03-30"},
        {**told, "indicator": "provinces_total", "value": 63, "as_of": "2022-03-30"},
        {**told, "indicator": "provinces_total", "value": 63, "as_of": "2025-05-31"},
    )
    rows = lt.compute(table, level="national", as_of="2025-12-31", metrics=["plan_coverage"])
    assert rows["as_of"].to_list() == [pd.Timestamp("2022-03-30")]
    assert rows["flags"].to_list() == [""]


def test_two_younger_figures_replace_those_of_one_day():
    row = compute_one(
        observations(
            {"indicator": "members", "value": 500, "as_of": "2020-06-30"},
            {"value": 10, "as_of": "2020-06-30"},
            {"indicator": "members", "value": 1200, "as_of": "2022-09-30"},
            {"value": 20, "as_of": "2022-06-30"},
        ),
        "members_per_club",
    )
    assert (row["value"], row["lag_days"]) == (60, 92)


def test_figures_far_apart_are_divided_but_flagged():
    row = compute_one(
        observations(
            {"indicator": "members", "value": 500, "as_of": "2021-12-31"},
            {"value": 10, "as_of": "2022-12-31"},
        ),
        "members_per_club",
    )
    assert row["lag_days"] == 365
    assert flags_of(row) == {"lag", "small"}


def test_bounds_travel_through_a_ratio():
    row = compute_one(
        observations(
            {"indicator": "members", "value": 2000, "qualifier": "nearly"},
            {"value": 36},
        ),
        "members_per_club",
    )
    assert (row["low"], row["high"]) == (1800 / 36, 2000 / 36)


def test_a_part_of_a_sum_depends_on_it():
    """For a / (a + b): a in [10, 11] and b in [10, 11] give [10/21, 11/21], not [10/22, 11/20]."""
    doubtful = {"low": 10e6, "value": 10.5e6, "high": 11e6, "qualifier": "range"}
    row = compute_one(
        observations(
            {"indicator": "startup_local_vnd", **doubtful},
            {"indicator": "startup_commune_vnd", "value": 0},
            {"indicator": "startup_district_vnd", **doubtful},
        ),
        "local_mobilisation_share",
    )
    assert row["low"] == pytest.approx(10 / 21)
    assert row["high"] == pytest.approx(11 / 21)


def test_a_zero_denominator_is_not_applicable():
    row = compute_one(
        observations({"indicator": "members", "value": 0}, {"value": 0}), "members_per_club"
    )
    assert np.isnan(row["value"])
    assert "not_applicable" in flags_of(row)


def test_a_part_larger_than_its_whole_gives_no_share():
    row = compute_one(
        observations(
            {"indicator": "communes_with_clubs", "value": 41},
            {"indicator": "communes_total", "value": 30},
        ),
        "commune_coverage",
    )
    assert np.isnan(row["value"])
    assert "part_over_whole" in flags_of(row)


def test_a_part_that_may_equal_its_whole_is_at_most_one():
    row = compute_one(
        observations(
            {"indicator": "women_members", "value": 1000, "qualifier": "about"},
            {"indicator": "members", "value": 1000},
        ),
        "women_share",
    )
    assert (row["low"], row["value"], row["high"]) == (0.95, 1, 1)


def test_age_lines_are_never_mixed_and_are_said():
    members = {"indicator": "members", "value": 100}
    row = compute_one(
        observations(members, {"indicator": "members_55plus", "value": 86}), "older_share"
    )
    assert flags_of(row) == {"55+"}
    both = observations(
        members,
        {"indicator": "members_55plus", "value": 86},
        {"indicator": "members_60plus", "value": 61},
    )
    row = compute_one(both, "older_share")
    assert (row["value"], flags_of(row)) == (0.61, {"60+"})
    row = compute_one(both, "younger_share")
    assert row["value"] == pytest.approx(0.39)


def test_a_printed_share_stands_where_its_parts_are_not_known():
    printed = {"indicator": "women_share", "value": 0.7}
    row = compute_one(observations(printed), "women_share")
    assert (row["value"], flags_of(row)) == (0.7, {"as_printed"})
    assert np.isnan(row["denominator"])
    counted = observations(
        printed,
        {"indicator": "women_members", "value": 599},
        {"indicator": "members", "value": 855},
    )
    row = compute_one(counted, "women_share")
    assert (row["numerator"], flags_of(row)) == (599, set())


def test_ratios_of_a_sum_are_recomputed_not_averaged():
    """Two districts with 10/20 and 90/100: 100/120, not the mean 0.7 (found wrong elsewhere)."""
    districts = [
        {"level": "district", "area": area, "indicator": name, "value": value}
        for area, covered, total in (("165", 10, 20), ("168", 90, 100))
        for name, value in (("communes_with_clubs", covered), ("communes_total", total))
    ]
    sums = lt.roll_up(observations(*districts), to="province", as_of="2022-12-31")
    row = compute_one(sums, "commune_coverage")
    assert row["value"] == pytest.approx(100 / 120)
    assert (row["n_reported"], row["n_expected"]) == (2, 9)


def test_scopes_are_never_mixed():
    table = observations(
        {"indicator": "members", "value": 900, "scope": "VIE071"},
        {"value": 100},
        {"value": 18, "scope": "VIE071"},
    )
    assert lt.compute(table, level="province", as_of="2022-12-31")["metric"].to_list() == ["clubs"]
    assert compute_one(table, "members_per_club", scope="VIE071")["value"] == 50


def test_maps_are_never_mixed():
    table = observations(
        {"indicator": "communes_with_clubs", "value": 410},
        {"indicator": "communes_total", "value": 166, "boundaries": "2025-07",
         "as_of": "2025-12-31"},
    )  # fmt: skip
    rows = lt.compute(table, level="province", as_of="2026-01-01", metrics=["commune_coverage"])
    assert rows.empty


def test_growth_needs_since_and_uses_the_true_dates():
    table = observations(
        {"value": 6521, "as_of": "2023-12-31"},
        {"value": 8432, "as_of": "2024-12-31"},
    )
    options = {"as_of": "2024-12-31", "since": "2023-12-31"}
    assert compute_one(table, "clubs_change", **options)["value"] == 8432 - 6521
    growth = compute_one(table, "clubs_growth", **options)
    assert growth["value"] == pytest.approx(8432 / 6521 - 1)
    years = 366 / 365.25
    per_year = compute_one(table, "clubs_yearly_addition", **options)
    assert per_year["value"] == pytest.approx(1911 / years)
    double = compute_one(table, "clubs_doubling_years", **options)
    assert double["value"] == pytest.approx(np.log(2) / np.log(8432 / 6521) * years)
    assert flags_of(growth) == {"since:2023-12-31"}


def test_growth_over_several_years_is_only_given_a_year():
    table = observations({"value": 10, "as_of": "2020-12-31"}, {"value": 20, "as_of": "2022-12-31"})
    row = compute_one(table, "clubs_growth", since="2020-12-31")
    assert np.isnan(row["value"])
    row = compute_one(table, "clubs_annual_growth", since="2020-12-31")
    assert row["value"] == pytest.approx(2**0.5 - 1, abs=1e-3)


def test_no_growth_across_a_change_of_the_map():
    table = observations(
        {"value": 135, "area": "08", "as_of": "2024-12-31"},
        {"value": 200, "area": "08", "boundaries": "2025-07", "as_of": "2025-12-31"},
    )
    rows = lt.compute(
        table, level="province", as_of="2025-12-31", since="2024-12-31", metrics=["clubs_change"]
    )
    assert rows[["low", "value", "high", "denominator"]].isna().all(axis=None)
    assert rows["flags"].item() == "boundary_break;since:2024-12-31"
    assert rows["fact_ids"].item() == "T0002;T0001"


def test_a_flow_of_less_than_six_months_is_not_annualised():
    short = observations({"indicator": "new_clubs", "value": 9, "start": "2022-09-01"})
    rows = lt.compute(short, level="province", as_of="2022-12-31", metrics=["new_clubs_annualised"])
    assert rows[["low", "value", "high"]].isna().all(axis=None)
    assert "short_period" in rows["flags"].item()


def test_flows_of_different_periods_are_not_divided():
    table = observations(
        {"indicator": "trainees", "value": 100, "start": "2022-01-01"},
        {"indicator": "training_courses", "value": 2, "start": "2020-01-01"},
    )
    rows = lt.compute(table, level="province", as_of="2022-12-31", metrics=["trainees_per_course"])
    assert rows.empty


def test_disputed_inputs_are_flagged():
    table = observations({"value": 10, "source": "a"}, {"value": 12, "source": "b"})
    assert "disputed" in flags_of(compute_one(table, "clubs"))


def test_plans_count_from_the_day_they_are_known():
    plan = {
        "indicator": "budget_vnd",
        "value": 50e9,
        "start": "2021-01-01",
        "as_of": "2025-12-31",
        "published": "2022-03-31",
    }
    table = observations(plan, {"indicator": "provinces_with_budget", "value": 17,
                                "as_of": "2022-03-30"})  # fmt: skip
    assert compute_one(table, "budget_per_province_vnd", as_of="2022-03-31")["value"] == 50e9 / 17
    early = lt.compute(
        table, level="province", as_of="2022-03-30", metrics=["budget_per_province_vnd"]
    )
    assert early.empty


def test_a_plan_is_known_on_the_day_that_its_source_reports_on():
    plan = {
        "indicator": "budget_vnd",
        "value": 50e9,
        "start": "2021-01-01",
        "as_of": "2025-12-31",
        "published": "2022-03-31",
        "source": "conference",
    }
    told = {"indicator": "provinces_with_budget", "value": 17, "as_of": "2022-03-30"}
    table = observations(plan, {**told, "published": "2022-03-31", "source": "conference"})
    row = compute_one(table, "budget_per_province_vnd", as_of="2022-03-30")
    assert row["value"] == 50e9 / 17
    assert row["as_of"] == pd.Timestamp("2022-03-30")


def test_unknown_names_are_refused_with_the_nearest():
    table = observations({"value": 1})
    with pytest.raises(ValueError, match=r"nearest to 'commune_coverag': \['commune_coverage'"):
        lt.compute(table, level="province", as_of="2022-12-31", metrics=["commune_coverag"])
    with pytest.raises(ValueError, match=r"`level` must be one of national, province, .* 'xa'"):
        lt.compute(table, level="xa", as_of="2022-12-31")


def test_arguments_are_not_changed():
    table = observations({"value": 10}, {"indicator": "members", "value": 500})
    before = table.copy(deep=True)
    lt.compute(table, level="province", as_of="2022-12-31", since="2021-12-31")
    lt.keep_latest(table, as_of="2022-12-31")
    lt.roll_up(table, to="national", as_of="2022-12-31")
    lt.find_problems(table)
    pd.testing.assert_frame_equal(table, before)


def test_every_metric_is_defined_in_both_languages_with_a_source():
    for metric in lt.METRICS.values():
        assert all(
            (metric.label_vi, metric.label_en, metric.definition_vi, metric.definition_en,
             metric.source)
        ), metric.name  # fmt: skip
        assert metric.inputs <= set(lt.INDICATORS), metric.name


def one(rows, metric, *, as_of="2025-12-31", since=None, level="province"):
    table = lt.compute(observations(*rows), level=level, as_of=as_of, since=since, metrics=[metric])
    assert len(table) == 1, table
    return table.iloc[0]


@pytest.mark.parametrize(
    ("metric", "rows", "since", "flag"),
    [
        ("district_coverage", [
            {"indicator": "districts_with_clubs", "value": 4, "boundaries": "2025-07"},
            {"indicator": "districts_total", "value": 9, "boundaries": "2025-07"},
        ], None, "no_districts"),
        ("coverage_gap", [
            {"indicator": "communes_total", "value": 100},
            {"indicator": "communes_with_clubs", "value": 120},
        ], None, "part_over_whole"),
        ("penetration_per_1000", [
            {"indicator": "members_60plus", "value": 70_000},
            {"indicator": "people_60plus", "value": 60_000},
        ], None, "part_over_whole"),
        ("clubs_growth", [
            {"value": 100, "as_of": "2020-12-31"}, {"value": 121, "as_of": "2022-12-31"},
        ], "2020-12-31", "not_one_year"),
        ("clubs_growth", [
            {"value": 0, "as_of": "2021-12-31"}, {"value": 121, "as_of": "2022-12-31"},
        ], "2021-12-31", "from_zero"),
        ("clubs_doubling_years", [
            {"value": 100, "as_of": "2021-12-31"}, {"value": 90, "as_of": "2022-12-31"},
        ], "2021-12-31", "not_growing"),
        ("new_clubs_growth", [
            {"indicator": "new_clubs", "value": 100, "start": "2021-01-01", "as_of": "2021-12-31"},
            {"indicator": "new_clubs", "value": 86, "start": "2022-01-01", "as_of": "2022-10-31"},
        ], "2021-12-31", "periods_differ"),
        ("closed_clubs", [
            {"value": 100, "as_of": "2021-12-31"}, {"value": 140, "as_of": "2022-12-31"},
            {"indicator": "new_clubs", "value": 30, "start": "2022-01-01", "as_of": "2022-12-31"},
        ], "2021-12-31", "below_zero"),
        ("portfolio_yield", [
            {"indicator": "interest_income_vnd", "value": 9e6, "start": "2022-08-01"},
            {"indicator": "outstanding_vnd", "value": 1e8, "as_of": "2022-07-31"},
            {"indicator": "outstanding_vnd", "value": 2e8},
        ], None, "short_period"),
    ],
)  # fmt: skip
def test_what_cannot_be_given_says_why(metric, rows, since, flag):
    row = one(rows, metric, since=since)
    assert row[["low", "value", "high"]].isna().all()
    assert flag in row["flags"].split(";")


def test_provinces_are_counted_one_by_one_and_unknown_ones_widen_the_bounds():
    """By hand: 40 have a club, 2 have none, 21 are not known: from 40/63 to 61/63."""
    codes = lt.read_areas(boundaries="2022", level="province")["area"]
    rows = [{"area": code, "value": 5.0 * (n < 40)} for n, code in enumerate(codes[:42])]
    row = one(rows, "province_coverage", level="national")
    assert (row["low"], row["high"]) == pytest.approx((40 / 63, 61 / 63))
    assert np.isnan(row["value"])
    assert (row["n_reported"], row["n_expected"]) == (42, 63)
    assert row["flags"] == "counted;incomplete"


def test_a_contribution_names_both_changes_and_their_facts():
    nation = {"level": "national", "area": "VN"}
    rows = [
        {"value": 60, "as_of": "2021-12-31"}, {"value": 100},
        {"value": 1000, "as_of": "2021-12-31", **nation}, {"value": 1200, **nation},
    ]  # fmt: skip
    row = one(rows, "clubs_contribution", since="2021-12-31")
    assert (row["value"], row["numerator"], row["denominator"]) == (0.2, 40, 200)
    assert set(row["fact_ids"].split(";")) == {"T0001", "T0002", "T0003", "T0004"}


def test_every_metric_states_its_rules():
    methods = {"linear", "logit", "log", "aarr", "band", "violations", "none"}
    for metric in lt.METRICS.values():
        assert metric.progress_method in methods, metric.name
        assert metric.denominator_rule in {
            "none", "positive", "whole", "districts", "change", "mean_of_stock", "map"
        }, metric.name  # fmt: skip
        assert metric.missing_rule in {"missing", "printed", "bounds", "counted_out"}, metric.name
        assert metric.small_n in (0, 20), metric.name
        assert metric.version, metric.name
        assert metric.denominator_rule in ("none", "map") or metric.denominator, metric.name
    assert lt.METRICS["clubs"].additive_space
    assert not lt.METRICS["members_per_club"].additive_space


def test_any_stock_or_flow_has_the_whole_family_of_growth():
    ways = ("change", "growth", "annual_growth", "yearly_addition", "annualised",
            "doubling_years", "acceleration", "contribution")  # fmt: skip
    for indicator in lt.INDICATORS.values():
        if indicator.nature in ("stock", "flow") and not indicator.planned:
            assert all(f"{indicator.name}_{way}" in lt.METRICS for way in ways), indicator.name
            money = f"{indicator.name}_real_growth" in lt.METRICS
            assert money == (indicator.unit == "VND"), indicator.name


@pytest.mark.parametrize(
    ("indicator", "level", "rows"),
    [("provinces_training", "national", 0), ("trainees", "national", 2)],
)
def test_different_people_and_places_of_a_period_are_put_to_no_year(indicator, level, rows):
    """18 provinces that held courses in 2021 say nothing of how many would in five years."""
    period = {"indicator": indicator, "value": 18, "start": "2021-01-01", "as_of": "2021-12-31"}
    table = lt.compute(
        observations({**period, "level": level, "area": "VN"}),
        level=level,
        as_of="2021-12-31",
        metrics=[f"{indicator}_annualised", f"{indicator}_yearly_addition"],
    )
    assert len(table) == rows


def of_sums(*rows, metric):
    """Add provinces up to the country and compute one metric of the sums."""
    day = {"as_of": "2024-12-31"}
    sums = lt.roll_up(observations(*({**day, **row} for row in rows)), to="national",
                      as_of="2024-12-31")  # fmt: skip
    table = lt.compute(sums, level="national", as_of="2024-12-31", metrics=[metric])
    assert len(table) == 1
    return table.iloc[0]


def test_sums_over_some_places_say_so_and_have_no_bounds():
    """By hand: 3,500 members of 60 clubs in two provinces; nothing is known of the other 61."""
    rows = [{"value": 50, "area": "01"}, {"value": 10},
            {"indicator": "members", "value": 3000, "area": "01"},
            {"indicator": "members", "value": 500}]  # fmt: skip
    row = of_sums(*rows, metric="members_per_club")
    assert row["value"] == pytest.approx(3500 / 60)
    assert (row["n_reported"], row["n_expected"]) == (2, 63)
    assert "incomplete" in row["flags"].split(";")
    assert np.isnan(row["high"])
    share = of_sums({"value": 50}, {"indicator": "clubs_with_fund", "value": 30},
                    metric="funded_clubs_share")  # fmt: skip
    assert share["value"] == pytest.approx(0.6)
    assert np.isnan([share["low"], share["high"]]).all()


def test_sums_over_different_places_are_not_divided():
    """3,000 members of one province over 100 clubs of two would be 30 a club, which nobody has."""
    row = of_sums({"value": 50, "area": "01"}, {"value": 50},
                  {"indicator": "members", "value": 3000, "area": "01"},
                  metric="members_per_club")  # fmt: skip
    assert np.isnan(row["value"])
    assert "parts_differ" in row["flags"].split(";")
    assert (row["n_reported"], row["n_expected"]) == (1, 63)


@pytest.mark.parametrize("as_of", ["2018-12-31", "2022-12-31", "2025-06-30", "2025-12-31"])
@pytest.mark.parametrize("level", ["national", "province", "district", "commune"])
def test_every_level_of_the_sample_is_computed_on_every_day(level, as_of):
    rows = lt.read_observations(lt.sample_path("observations"))
    assert set(lt.compute(rows, level=level, as_of=as_of)["level"]) <= {level}


SUMS = sorted(
    name for name, metric in lt.METRICS.items()
    if any(len(side) > 1 for side in (*metric.numerator, *metric.denominator))
)  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
def test_a_sum_of_which_a_part_is_not_told_is_left_out(name):
    """Whatever is not told, the other metrics of a table must come out."""
    metric = lt.METRICS[name]
    parts = {bare_name(part) for side in (*metric.numerator, *metric.denominator) for part in side}
    for missing in sorted(parts):
        table = observations(
            *({"indicator": part, "value": 5 + place, "unit": INDICATORS[part].unit}
              for place, part in enumerate(sorted(parts - {missing})))
        )  # fmt: skip
        for rows in (table, table.assign(area="01", area_name="Hà Nội")):
            found = lt.compute(rows, level="province", as_of="2022-12-31", metrics=[name])
            assert set(found["metric"]) <= {name}


@pytest.mark.parametrize("seed", range(40))
def test_gini_lies_within_its_bounds_whatever_the_figures_are(seed):
    draw = np.random.default_rng(seed)
    count = draw.integers(5, 12)
    clubs = pd.Series(draw.integers(1, 50, count).astype(float))
    people = pd.Series(draw.integers(100, 5000, count).astype(float))
    highs, most = clubs + draw.integers(0, 6, count), people + draw.integers(0, 50, count)
    low, high = bound_gini(clubs, highs, people, most)
    for part in (0.0, 0.5, 1.0, draw.random(count)):
        meant, there = clubs + (highs - clubs) * part, people + (most - people) * part
        value = gini(meant / there, there)
        assert low <= value <= high
        assert bound_gini(meant, meant, there, there) == pytest.approx((value, value))


def test_the_gini_index_of_figures_in_doubt_has_bounds():
    """With 10 clubs in each district it would be 0; one of them may have up to 20."""
    codes = lt.read_areas(boundaries="2022", level="district").query("parent == '38'")["area"]
    rows = [
        {"level": "district", "area": code, "indicator": indicator, "value": value,
         "unit": INDICATORS[indicator].unit, **more}
        for code in codes
        for indicator, value, more in (
            ("clubs", 10, {}), ("people_60plus", 1000, {}),
        )
    ]  # fmt: skip
    rows[0] = rows[0] | {"low": 10, "high": 20, "qualifier": "range", "value": 15}
    found = lt.compute(
        observations(*rows), level="province", as_of="2022-12-31", metrics=["access_gini"]
    ).iloc[0]
    assert 0 <= found["low"] <= found["value"] <= found["high"] < 0.1
    assert found["low"] < found["high"]
