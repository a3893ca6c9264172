"""Metrics of the catalogue by small tables: rows in, the expected row out, calculated by hand.

Each case names where its numbers come from; where it says "by hand" they are invented and the
expected value is the arithmetic written beside it.
"""

from __future__ import annotations

import numpy as np
import pytest
from small_tables import observations

import lthtgn_analysis as lt


def compute_one(rows, metric, *, level="province", as_of="2024-12-31", since=None, area="38"):
    table = lt.compute(observations(*rows), level=level, as_of=as_of, since=since, metrics=[metric])
    mine = table.query("area == @area")
    assert len(mine) == 1, mine
    return mine.iloc[0]


def stock(indicator, value, as_of="2024-12-31", **more):
    return {"indicator": indicator, "value": value, "as_of": as_of, **more}


def flow(indicator, value, start="2024-01-01", as_of="2024-12-31", **more):
    return stock(indicator, value, as_of, start=start, **more)


@pytest.mark.parametrize(
    ("metric", "rows", "expected", "source"),
    [
        (
            "clubs_per_covered_commune",
            [stock("clubs", 884), stock("communes_with_clubs", 410)],
            884 / 410,
            "Thanh Hóa 10/2022: 2.16",
        ),
        (
            "income_fund_per_funded_club_vnd",
            [stock("income_fund_vnd", 6.5e9), stock("clubs_with_fund", 102)],
            6.5e9 / 102,
            "Tuyên Quang 11/2025: 63.7 m, where the page prints 48 m",
        ),
        (
            "funded_clubs_share",
            [stock("clubs_with_fund", 102), stock("clubs", 135)],
            102 / 135,
            "Tuyên Quang 11/2025: 75.6 %",
        ),
        (
            "borrowing_share",
            [stock("borrowers", 702), stock("members", 3710)],
            702 / 3710,
            "Bạc Liêu 2024: 18.9 %",
        ),
        (
            "mean_loan_vnd",
            [flow("lent_vnd", 1_849_255_000), stock("borrowers", 702)],
            1_849_255_000 / 702,
            "Bạc Liêu 2024: 2.63 m",
        ),
        (
            "women_share",
            [stock("women_members", 599), stock("members", 855)],
            599 / 855,
            "Quảng Yên 10/2022, printed as 70 %",
        ),
        (
            "coverage_gap",
            [stock("communes_total", 559), stock("communes_with_clubs", 410)],
            149,
            "Thanh Hóa 10/2022",
        ),
        (
            "clubs_per_100k_older",
            [stock("clubs", 50), stock("people_60plus", 200_000)],
            25,
            "by hand: 50 / 200,000 x 100,000",
        ),
        (
            "penetration_per_1000",
            [stock("members_60plus", 1500), stock("people_60plus", 60_000)],
            25,
            "by hand: 1,500 / 60,000 x 1,000",
        ),
        (
            "recovery_share",
            [flow("collected_vnd", 90e6), flow("fallen_due_vnd", 100e6)],
            0.9,
            "by hand (CGAP)",
        ),
        (
            "loan_loss_share",
            [flow("collected_vnd", 90e6), flow("fallen_due_vnd", 100e6),
             stock("loan_term_years", 0.8)],
            0.25,
            "by hand (CGAP): (1 - 0.9) / 0.8 x 2",
        ),
        (
            "self_sufficiency",
            [flow("interest_income_vnd", 12e6), flow("operating_expense_vnd", 8e6)],
            1.5,
            "by hand (CGAP)",
        ),
        (
            "idle_cash_share",
            [stock("outstanding_vnd", 60e6), stock("income_fund_vnd", 80e6)],
            0.25,
            "by hand",
        ),
        (
            "budget_execution_share",
            [flow("spent_vnd", 900e6), flow("budget_vnd", 950e6, published="2024-01-01")],
            900 / 950,
            "by hand",
        ),
        (
            "clubs_per_officer",
            [stock("clubs", 43), stock("commune_officers", 24)],
            43 / 24,
            "by hand (SEEP R13)",
        ),
    ],
)  # fmt: skip
def test_ratio(metric, rows, expected, source):
    assert compute_one(rows, metric)["value"] == pytest.approx(expected), source


@pytest.mark.parametrize(
    ("metric", "flows", "stock_name", "expected"),
    [
        ("write_off_share", [flow("written_off_vnd", 3e6)], "outstanding_vnd", 3 / 150),
        ("portfolio_yield", [flow("interest_income_vnd", 18e6)], "outstanding_vnd", 18 / 150),
        ("return_on_assets", [flow("profit_vnd", 15e6)], "assets_vnd", 0.1),
        ("fund_turns", [flow("lent_vnd", 300e6)], "income_fund_vnd", 2),
    ],
)
def test_a_rate_rests_on_the_mean_of_opening_and_closing(metric, flows, stock_name, expected):
    """By hand (MIX): opening 100 m, closing 200 m, mean 150 m."""
    rows = [*flows, stock(stock_name, 100e6, "2023-12-31"), stock(stock_name, 200e6)]
    assert compute_one(rows, metric)["value"] == pytest.approx(expected)


def test_a_rate_of_nine_months_is_put_to_a_year_and_marked():
    """By hand: 9 m over a mean of 150 m in nine months is 8 % a year."""
    rows = [
        flow("interest_income_vnd", 9e6, as_of="2024-09-30"),
        stock("outstanding_vnd", 100e6, "2023-12-31"),
        stock("outstanding_vnd", 200e6, "2024-09-30"),
    ]
    row = compute_one(rows, "portfolio_yield")
    assert row["value"] == pytest.approx(9 / 150 * 12 / 9)
    assert "A" in row["flags"].split(";")


def test_turnover_counts_each_change_half():
    """By hand (SEEP): 30 joined, 10 left, 200 members on the mean: 40 / (2 x 200)."""
    rows = [
        flow("joined_members", 30),
        flow("left_members", 10),
        stock("members", 190, "2023-12-31"),
        stock("members", 210),
    ]
    assert compute_one(rows, "member_turnover")["value"] == pytest.approx(0.1)


def test_marginal_members_of_the_nation_in_2024():
    """End of 2023: 6,521 clubs, 456,470 members; end of 2024: 8,432 and over 484,000."""
    rows = [
        stock("clubs", 6521, "2023-12-31"),
        stock("members", 456_470, "2023-12-31"),
        stock("clubs", 8432),
        stock("members", 484_000),
    ]
    row = compute_one(rows, "marginal_members_per_club", since="2023-12-31")
    assert row["value"] == pytest.approx(27_530 / 1_911)  # 14.4
    assert (row["numerator"], row["denominator"]) == (27_530, 1_911)


def test_marginal_members_are_not_given_where_clubs_did_not_grow():
    rows = [stock("clubs", 5, "2023-12-31"), stock("members", 300, "2023-12-31"),
            stock("clubs", 5), stock("members", 310)]  # fmt: skip
    row = compute_one(rows, "marginal_members_per_club", since="2023-12-31")
    assert np.isnan(row["value"])
    assert "not_applicable" in row["flags"]


def test_net_new_clubs_are_a_difference_of_stocks():
    rows = [stock("clubs", 528, "2023-12-31"), stock("clubs", 516)]
    assert compute_one(rows, "net_new_clubs", since="2023-12-31")["value"] == -12


def test_acceleration_compares_equal_spans():
    """By hand: +10 in 2023, +30 in 2024 (a leap year)."""
    rows = [stock("clubs", 100, "2022-12-31"), stock("clubs", 110, "2023-12-31"),
            stock("clubs", 140)]  # fmt: skip
    row = compute_one(rows, "clubs_acceleration", since="2023-12-31")
    assert row["value"] == pytest.approx(30 / 366 * 365.25 - 10 / 365 * 365.25)


def test_contribution_to_the_national_change():
    """By hand: 40 of the country's 200."""
    nation = {"level": "national", "area": "VN"}
    rows = [
        stock("clubs", 60, "2023-12-31"),
        stock("clubs", 100),
        stock("clubs", 1000, "2023-12-31", **nation),
        stock("clubs", 1200, **nation),
    ]
    row = compute_one(rows, "clubs_contribution", since="2023-12-31")
    assert row["value"] == pytest.approx(0.2)


def test_contribution_is_not_given_where_the_nation_may_not_have_grown():
    nation = {"level": "national", "area": "VN"}
    rows = observations(
        stock("clubs", 60, "2023-12-31"), stock("clubs", 100),
        stock("clubs", 1000, "2023-12-31", qualifier="about", **nation),
        stock("clubs", 1020, **nation),
    )  # fmt: skip
    table = lt.compute(rows, level="province", as_of="2024-12-31", since="2023-12-31",
                       metrics=["clubs_contribution"])  # fmt: skip
    assert np.isnan(table["value"].item())
    assert "nation_may_not_change" in table["flags"].item()


def test_real_growth_takes_the_change_of_prices_out():
    """By hand: fund + 20 %, prices + 5 %: 1.20 / 1.05 - 1."""
    prices = {"level": "national", "area": "VN", "indicator": "consumer_price_index"}
    rows = [
        stock("income_fund_vnd", 100e6, "2023-12-31"),
        stock("income_fund_vnd", 120e6),
        {**prices, "value": 100, "as_of": "2023-12-31"},
        {**prices, "value": 105, "as_of": "2024-12-31"},
    ]
    row = compute_one(rows, "income_fund_vnd_real_growth", since="2023-12-31")
    assert row["value"] == pytest.approx(1.20 / 1.05 - 1)
    without = lt.compute(observations(*rows[:2]), level="province", as_of="2024-12-31",
                         since="2023-12-31", metrics=["income_fund_vnd_real_growth"])  # fmt: skip
    assert without.empty


def test_a_fund_that_lives_on_grants_is_eroding():
    """By hand (CGAP, annex A): (130 - 30) / (100 x 1.05) = 0.952."""
    prices = {"level": "national", "area": "VN", "indicator": "consumer_price_index"}
    rows = [
        stock("income_fund_vnd", 100e6, "2023-12-31"),
        stock("income_fund_vnd", 130e6),
        flow("fund_grants_vnd", 30e6, start="2023-12-31"),
        {**prices, "value": 100, "as_of": "2023-12-31"},
        {**prices, "value": 105, "as_of": "2024-12-31"},
    ]
    row = compute_one(rows, "real_fund_preservation", since="2023-12-31")
    assert row["value"] == pytest.approx(100 / 105)


def test_depth_divides_by_the_nations_income_per_head():
    """By hand (MIX): 5 m a borrower, 100 m income per head."""
    nation = {"level": "national", "area": "VN", "indicator": "gni_per_capita_vnd"}
    rows = [stock("outstanding_vnd", 100e6), stock("borrowers", 20), {**nation, "value": 100e6}]
    assert compute_one(rows, "loan_depth")["value"] == pytest.approx(0.05)


def districts(indicator, values):
    codes = lt.read_areas(boundaries="2022", level="district").query("parent == '38'")["area"]
    return [
        stock(indicator, value, level="district", area=code)
        for code, value in zip(codes, values, strict=False)
    ]


def test_concentration_of_clubs_over_districts():
    """By hand: shares 0.6 and four times 0.1: 0.36 + 4 x 0.01."""
    row = compute_one(districts("clubs", [60, 10, 10, 10, 10]), "concentration")
    assert row["value"] == pytest.approx(0.40)
    assert (row["n_reported"], row["n_expected"]) == (5, 27)
    assert "incomplete" in row["flags"]


def test_concentration_is_not_given_for_few_parts():
    table = lt.compute(observations(*districts("clubs", [60, 10])), level="province",
                       as_of="2024-12-31", metrics=["concentration"])  # fmt: skip
    assert table.empty


def test_equal_access_has_a_gini_of_nothing():
    people = [1000, 2000, 3000, 4000, 5000]
    even = districts("clubs", [1, 2, 3, 4, 5]) + districts("people_60plus", people)
    assert compute_one(even, "access_gini")["value"] == pytest.approx(0, abs=1e-12)
    skewed = districts("clubs", [0, 0, 0, 0, 10]) + districts("people_60plus", [1000] * 5)
    assert compute_one(skewed, "access_gini")["value"] == pytest.approx(0.8)  # all in one of five


def test_older_people_out_of_reach_are_bounded_by_the_communes_not_known():
    codes = lt.read_areas(boundaries="2022", level="commune").query("parent == '401'")["area"]
    rows = [
        stock("people_60plus", 1000 * (n + 1), level="commune", area=code)
        for n, code in enumerate(codes[:3])
    ]
    rows += [stock("clubs", 0, level="commune", area=codes.iloc[0]),
             stock("clubs", 2, level="commune", area=codes.iloc[1])]  # fmt: skip
    row = compute_one(rows, "uncovered_older", level="district", area="401")
    assert (row["low"], row["high"]) == (1000, 4000)
    assert np.isnan(row["value"])
    assert (row["n_reported"], row["n_expected"]) == (2, 3)


def test_thanh_hoas_coverage_on_the_new_map():
    """410/559 on the 166 new communes without a new club is near 95 %; then 160/166 are covered."""
    rows = [
        stock("communes_with_clubs", 410, "2024-12-31"),
        stock("communes_with_clubs", 160, "2025-12-31", boundaries="2025-07"),
    ]
    options = {"as_of": "2025-12-31", "since": "2024-12-31"}
    fixed = compute_one(rows, "commune_coverage_fixed", **options)
    assert 0.91 < fixed["value"] < 0.99
    assert "random_placement" in fixed["flags"]
    boundary = compute_one(rows, "boundary_effect", **options)
    programme = compute_one(rows, "programme_effect", **options)
    assert boundary["value"] + programme["value"] == pytest.approx(160 / 166 - 410 / 559)


def test_a_merged_province_is_not_the_same_ground():
    rows = observations(
        stock("communes_with_clubs", 4, "2024-12-31", area="08"),
        stock("communes_with_clubs", 72, "2025-12-31", area="08", boundaries="2025-07"),
    )
    table = lt.compute(rows, level="province", as_of="2025-12-31", since="2024-12-31",
                       metrics=["boundary_effect"])  # fmt: skip
    assert table.empty
