"""Labelled scenarios: arithmetic on published figures, refused where there is nothing to go on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt


def pick(table, scenario, year=2030):
    rows = table.query("scenario == @scenario and year == @year")
    assert len(rows) == 1
    return rows.iloc[0]


def test_each_scenario_by_hand():
    """100 clubs at the end of 2020, 160 of 2023, 200 of 2024; 300 wanted by the end of 2030."""
    table = lt.make_scenarios(
        observations(
            {"value": 100, "as_of": "2020-12-31"},
            {"value": 160, "as_of": "2023-12-31"},
            {"value": 200, "as_of": "2024-12-31"},
        ),
        targets({"value": 300, "due": "2030-12-31"}),
        as_of="2025-12-31",
    )
    last = pick(table, "continue")
    assert last["per_year"] == pytest.approx(40 * 365.25 / 366)
    assert last["clubs_then"] == pytest.approx(200 + 40 / 366 * 2191)
    assert last["reached_on"].year == 2027
    mean = pick(table, "mean_of_period")
    assert mean["per_year"] == pytest.approx(25)  # 100 in four years of 365.25 days
    assert mean["new_clubs"] == pytest.approx(25 * 2191 / 365.25)
    assert mean["capital_at_50m_vnd"] == pytest.approx(mean["new_clubs"] * 50e6)
    needed = pick(table, "required")
    assert needed["per_year"] == pytest.approx(100 / (2191 / 365.25))
    assert (needed["clubs_then"], needed["target"]) == (300, 300)
    assert pick(table, "required", 2035)["reason"] == "no_target"


def test_a_target_of_new_clubs_counts_from_its_baseline():
    base = {"base_low": 95, "base_value": 100, "base_high": 105, "base_date": "2020-12-31"}
    wish = {"measure": "new_clubs", "nature": "new", "value": 50, "due": "2030-12-31", **base}
    table = lt.make_scenarios(observations({"value": 120, "as_of": "2024-12-31"}), targets(wish),
                              as_of="2025-12-31")  # fmt: skip
    assert pick(table, "required")["target"] == 150


def test_one_figure_gives_no_speed_and_says_so():
    table = lt.make_scenarios(observations({"value": 5}), as_of="2025-12-31")
    reasons = {
        "continue": "one_point",
        "mean_of_period": "one_point",
        "required": "no_target",
        "best_quartile": "too_few_peers",
    }
    for scenario, reason in reasons.items():
        row = pick(table, scenario)
        assert np.isnan(row["clubs_then"])
        assert row["reason"] == reason


def test_two_readings_of_one_quarter_are_no_span():
    table = lt.make_scenarios(
        observations({"value": 220, "as_of": "2025-05-31"}, {"value": 225, "as_of": "2025-06-30"}),
        as_of="2025-12-31",
    )
    assert pick(table, "continue")["reason"] == "one_point"


def test_peers_set_the_pace_by_their_upper_quartile():
    """Yearly additions per club there is: 0.1, 0.2, 0.3, 0.4; the place itself is left out."""
    rows = []
    for area, then, now in (("01", 90, 100), ("19", 80, 100), ("58", 70, 100), ("79", 60, 100),
                            ("38", 100, 100)):  # fmt: skip
        rows += [{"area": area, "value": then, "as_of": "2023-12-31"},
                 {"area": area, "value": now, "as_of": "2024-12-31"}]  # fmt: skip
    table = lt.make_scenarios(observations(*rows), as_of="2025-12-31")
    row = pick(table.query("area == '38'"), "best_quartile")
    year = 365.25 / 366
    assert row["per_year"] == pytest.approx(100 * np.quantile([0.1, 0.2, 0.3, 0.4], 0.75) * year)


def test_maps_are_not_mixed():
    table = lt.make_scenarios(
        observations({"value": 4, "area": "08", "as_of": "2020-12-31"},
                     {"value": 135, "area": "08", "boundaries": "2025-07",
                      "as_of": "2025-11-13"}),
        as_of="2025-12-31",
    )  # fmt: skip
    assert set(table["boundaries"]) == {"2022", "2025-07"}
    assert table.query("scenario == 'continue'")["reason"].eq("one_point").all()


def test_doubt_widens_the_speed():
    table = lt.make_scenarios(
        observations({"value": 100, "as_of": "2022-12-31", "qualifier": "about"},
                     {"value": 200, "as_of": "2024-12-31"}),
        as_of="2025-12-31",
    )  # fmt: skip
    row = pick(table, "continue")
    assert row["per_year_low"] < row["per_year"] < row["per_year_high"]
    assert row["clubs_then_low"] < row["clubs_then"] < row["clubs_then_high"]


def test_a_forecast_is_refused_below_six_points():
    days = pd.to_datetime(pd.Series(["2020-12-31", "2021-12-31"]))
    with pytest.raises(ValueError, match=r"needs 6 comparable points or more; there are 2\."):
        lt.forecast(days, pd.Series([1.0, 2.0]), until="2030-12-31")


def test_a_forecast_of_a_straight_line_fades_by_its_damping():
    days = pd.to_datetime(pd.Series([f"{year}-12-31" for year in range(2018, 2024)]))
    ahead = lt.forecast(days, pd.Series(np.arange(6) * 10.0), until="2025-12-31")
    slope = 10  # a year, within the leap days
    assert ahead["value"].to_numpy() == pytest.approx(
        [50 + slope * 0.9, 50 + slope * 1.71], abs=0.05
    )
    assert (ahead["low"] <= ahead["value"]).all()
    assert (ahead["value"] <= ahead["high"]).all()
    falling = lt.forecast(days, pd.Series([50.0, 40, 30, 20, 10, 1]), until="2030-12-31")
    assert (falling["low"] >= 0).all()


def test_points_of_a_forecast_must_be_apart():
    days = pd.to_datetime(pd.Series([f"2024-0{month}-01" for month in range(1, 7)]))
    with pytest.raises(ValueError, match="at least half a year apart"):
        lt.forecast(days, pd.Series(np.arange(6.0)), until="2030-12-31")


def test_levels_other_than_country_and_province_are_refused():
    with pytest.raises(ValueError, match="`level` must be national or province, not 'commune'"):
        lt.make_scenarios(observations({"value": 1}), as_of="2025-12-31", level="commune")


def test_the_doubt_of_a_baseline_goes_on_in_what_is_required():
    """By hand: a base of 95 to 105 makes a target of 145 to 155; 120 clubs, 2,191 days left."""
    base = {"base_low": 95, "base_value": 100, "base_high": 105, "base_date": "2020-12-31"}
    wish = {"measure": "new_clubs", "nature": "new", "value": 50, "due": "2030-12-31", **base}
    table = lt.make_scenarios(observations({"value": 120, "as_of": "2024-12-31"}), targets(wish),
                              as_of="2025-12-31")  # fmt: skip
    row = pick(table, "required")
    assert [row[f"target{end}"] for end in ("_low", "", "_high")] == [145, 150, 155]
    years = 2191 / 365.25
    assert [row[f"per_year{end}"] for end in ("_low", "", "_high")] == pytest.approx(
        [25 / years, 30 / years, 35 / years]
    )
    assert [row[f"clubs_then{end}"] for end in ("_low", "", "_high")] == [145, 150, 155]
    assert [row[f"new_clubs{end}"] for end in ("_low", "", "_high")] == pytest.approx([25, 30, 35])
    assert row["reached_first"] == row["reached_last"] == pd.Timestamp("2030-12-31")


def test_a_figure_of_the_day_of_the_baseline_is_the_baseline():
    """6,000 new clubs from mid-2025 on are 6,000, whatever the 9,000 of that time really were."""
    base = {"base_low": 8550, "base_value": 9000, "base_high": 9450, "base_date": "2025-06-30"}
    wish = {"measure": "new_clubs", "nature": "new", "value": 6000, "due": "2030-12-31", **base}
    for qualifier in ("exact", "about"):
        table = lt.make_scenarios(
            observations({"value": 9000, "as_of": "2025-05-31", "qualifier": qualifier}),
            targets(wish), as_of="2025-12-31",
        )  # fmt: skip
        row = pick(table, "required")
        added = [row[f"new_clubs{end}"] for end in ("_low", "", "_high")]
        assert added == pytest.approx([6000, 6000, 6000])
        assert row["target"] == 15_000


def test_a_target_of_new_clubs_without_a_baseline_says_what_is_missing():
    wish = {"measure": "new_clubs", "nature": "new", "value": 50, "due": "2030-12-31"}
    table = lt.make_scenarios(observations({"value": 120, "as_of": "2024-12-31"}), targets(wish),
                              as_of="2025-12-31")  # fmt: skip
    assert pick(table, "required")["reason"] == "no_baseline"
    assert pick(table, "required", 2035)["reason"] == "no_target"


def test_the_day_a_target_is_reached_is_an_interval():
    """By hand: about 100 (95 to 105) then 200 in 731 days; 100 more at 95, 100 or 105 a span."""
    table = lt.make_scenarios(
        observations({"value": 100, "as_of": "2022-12-31", "qualifier": "about"},
                     {"value": 200, "as_of": "2024-12-31"}),
        targets({"value": 300, "due": "2030-12-31"}),
        as_of="2025-12-31",
    )  # fmt: skip
    row = pick(table, "continue")
    days = [pd.Timestamp("2024-12-31") + pd.Timedelta(days=round(731 * 100 / n))
            for n in (105, 100, 95)]  # fmt: skip
    assert [row["reached_first"], row["reached_on"], row["reached_last"]] == days


def test_a_speed_that_may_be_nothing_never_surely_reaches_a_target():
    table = lt.make_scenarios(
        observations({"value": 200, "as_of": "2022-12-31", "qualifier": "about"},
                     {"value": 204, "as_of": "2024-12-31"}),
        targets({"value": 300, "due": "2030-12-31"}),
        as_of="2025-12-31",
    )  # fmt: skip
    row = pick(table, "continue")
    assert pd.notna(row["reached_first"])
    assert pd.isna(row["reached_last"])
    shown = lt.style_scenarios(table.query("scenario == 'continue' and year == 2030"))
    assert "có thể không đạt" in " ".join(shown.to_frame().iloc[0])


def test_the_doubt_of_peers_goes_on_in_the_speed_they_set():
    rows = []
    for area, then, now in (("01", 90, 100), ("19", 80, 100), ("58", 70, 100), ("79", 60, 100),
                            ("38", 100, 100)):  # fmt: skip
        rows += [{"area": area, "value": then, "as_of": "2023-12-31", "qualifier": "about"},
                 {"area": area, "value": now, "as_of": "2024-12-31"}]  # fmt: skip
    table = lt.make_scenarios(observations(*rows), as_of="2025-12-31")
    row = pick(table.query("area == '38'"), "best_quartile")
    year = 365.25 / 366
    halves = np.array([4.5, 4, 3.5, 3]) / 100  # half of a tenth: 90 is 85.5 to 94.5
    middle = np.array([0.1, 0.2, 0.3, 0.4])
    for end, speeds in (("_low", middle - halves), ("", middle), ("_high", middle + halves)):
        expected = 100 * np.quantile(speeds, 0.75) * year
        assert row[f"per_year{end}"] == pytest.approx(expected)


def test_the_capital_that_new_clubs_need_is_drawn_with_its_doubt():
    """By hand: 25 to 35 clubs more need 0.5 to 0.7 bn at 20 m and 3.25 to 4.55 bn at 130 m each."""
    base = {"base_low": 95, "base_value": 100, "base_high": 105, "base_date": "2020-12-31"}
    wish = {"measure": "new_clubs", "nature": "new", "value": 50, "due": "2030-12-31", **base}
    table = lt.make_scenarios(observations({"value": 120, "as_of": "2024-12-31"}), targets(wish),
                              as_of="2025-12-31")  # fmt: skip
    rows = table.query("scenario == 'required' and year == 2030")
    axes = lt.plot_startup_need(rows)
    assert len(axes.collections) == 1
    assert "500–700 triệu" in next(text.get_text() for text in axes.texts)
    shown = lt.style_startup_need(rows).to_frame().iloc[0].to_list()
    assert "30 (25–35)" in shown
