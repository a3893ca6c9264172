"""One figure per area, indicator and date; sums that say who reported."""

from __future__ import annotations

import pandas as pd
from small_tables import observations

import lthtgn_analysis as lt


def test_the_newest_figure_on_or_before_the_day_is_kept():
    table = observations(
        {"value": 10, "as_of": "2020-12-31"},
        {"value": 30, "as_of": "2022-12-31"},
        {"value": 20, "as_of": "2021-12-31"},
    )
    assert lt.keep_latest(table, as_of="2022-06-30")["value"].to_list() == [20]
    assert lt.keep_latest(table, as_of="2022-12-31")["value"].to_list() == [30]
    assert lt.keep_latest(table, as_of="2019-12-31").empty


def test_undated_figures_stand_in_no_series():
    table = observations({"value": 10, "as_of": None}, {"value": 9, "as_of": "2020-12-31"})
    assert lt.keep_latest(table, as_of="2030-01-01")["value"].to_list() == [9]


def test_scopes_and_maps_are_kept_apart():
    table = observations(
        {"value": 100, "scope": "all"},
        {"value": 30, "scope": "VIE071"},
        {"value": 140, "boundaries": "2025-07", "as_of": "2025-12-31"},
    )
    assert sorted(lt.keep_latest(table, as_of="2026-01-01")["value"]) == [30, 100, 140]


def test_the_63_provinces_are_one_map_in_2022_and_january_2025():
    table = observations(
        {"value": 327, "area": "01", "as_of": "2023-12-31"},
        {"value": 528, "area": "01", "boundaries": "2025-01", "as_of": "2025-06-30"},
    )
    assert lt.keep_latest(table, as_of="2025-12-31")["value"].to_list() == [528]


def test_rivals_are_all_kept_with_rank_and_reason():
    table = observations(
        {"value": 528, "published": "2025-07-01", "qualifier": "about"},
        {"value": 516, "published": "2025-06-30"},
        {"value": 516, "scope": "VIE071"},
    )
    ranked = lt.rank_conflicts(table)
    assert ranked["value"].to_list() == [516, 528]
    assert ranked["rank"].to_list() == [1, 2]
    assert ranked["rivals"].to_list() == [2, 2]
    assert ranked["reason"].str.len().gt(0).all()


def test_equal_figures_of_two_sources_are_no_conflict():
    table = observations({"value": 5, "source": "a"}, {"value": 5, "source": "b"})
    assert lt.rank_conflicts(table).empty


def test_a_sum_says_how_many_reported_and_is_a_lower_bound_if_some_did_not():
    codes = ("165", "168", "173", "164")
    table = observations(
        *({"level": "district", "area": code, "value": value}
          for code, value in zip(codes, (8, 75, 31, 21), strict=True))
    )  # fmt: skip
    row = lt.roll_up(table, to="province", as_of="2022-12-31").iloc[0]
    assert (row["area"], row["area_name"], row["value"]) == ("19", "Thái Nguyên", 135)
    assert (row["n_reported"], row["n_expected"]) == (4, 9)
    assert (row["qualifier"], row["status"]) == ("at_least", "derived")
    assert pd.isna(row["high"])
    assert row["fact_ids"] == "T0001;T0002;T0003;T0004"


def test_a_complete_sum_is_exact():
    districts = lt.read_areas(boundaries="2022", level="district").query("parent == '19'")
    table = observations(
        *({"level": "district", "area": code, "value": 2} for code in districts["area"])
    )
    row = lt.roll_up(table, to="province", as_of="2022-12-31").iloc[0]
    assert (row["low"], row["value"], row["high"], row["qualifier"]) == (18, 18, 18, "exact")


def test_shares_flows_and_means_are_not_summed():
    table = observations(
        {"level": "district", "area": "165", "indicator": "attendance_share", "value": 0.5},
        {"level": "district", "area": "165", "indicator": "new_clubs", "value": 3,
         "start": "2022-01-01"},
        {"level": "district", "area": "165", "indicator": "older_members", "unit": "share",
         "value": 0.5},
    )  # fmt: skip
    assert lt.roll_up(table, to="province", as_of="2022-12-31").empty


def test_figures_that_are_too_old_do_not_count_as_reported():
    table = observations({"level": "district", "area": "165", "value": 8, "as_of": "2018-12-31"})
    assert lt.roll_up(table, to="province", as_of="2022-12-31").empty
    assert len(lt.roll_up(table, to="province", as_of="2019-12-31")) == 1


def test_the_open_end_of_an_incomplete_sum_survives_a_file(tmp_path):
    table = observations({"level": "district", "area": "165", "value": 8})
    sums = lt.roll_up(table, to="province", as_of="2022-12-31")
    path = tmp_path / "sums.csv"
    sums.to_csv(path, index=False, date_format="%Y-%m-%d")
    again = lt.read_observations(path).iloc[0]
    assert (again["low"], again["qualifier"]) == (8, "at_least")
    assert pd.isna(again["high"])
