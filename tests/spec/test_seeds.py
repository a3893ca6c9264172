"""The figures of the five articles that the project was born from, as their readers compute them.

Each expected number is a calculation by hand from what the article prints; the docstring names the
article. Nothing here is taken from the functions under test.
"""

from __future__ import annotations

import pandas as pd
import pytest

import lthtgn_analysis as lt


@pytest.fixture(scope="module")
def figure(sample_observations):
    """Return a function that gives one metric row of one area."""

    def find(metric, area, as_of, *, level="province", since=None):
        table = lt.compute(
            sample_observations, level=level, as_of=as_of, since=since, metrics=[metric]
        )
        rows = table.loc[table["area"] == area]
        assert len(rows) == 1, f"{metric} of {area}: {len(rows)} rows"
        return rows.iloc[0]

    return find


def on_day(observations, day):
    return observations.loc[observations["as_of"] == pd.Timestamp(day)]


def printed(observations, indicator, area, *, scope="all"):
    rows = observations.query("indicator == @indicator and area == @area and scope == @scope")
    return sorted(rows["value"])


class TestThanhHoa:
    """Tạp chí Lao động và Xã hội, 12/10/2022."""

    day = "2022-10-12"

    def test_clubs_are_those_of_projects_and_of_the_provinces_schemes(self, sample_observations):
        at_day = on_day(sample_observations, self.day)
        clubs = at_day.query("area == '38' and indicator == 'clubs'").set_index("scope")["value"]
        parts = clubs.drop("all")
        assert clubs["all"] == 884
        assert sorted(parts) == [291, 593]
        assert parts.sum() == 884

    def test_coverage(self, figure):
        communes = figure("commune_coverage", "38", self.day)
        assert (communes["numerator"], communes["denominator"]) == (410, 559)
        assert round(communes["value"], 4) == 0.7335
        assert figure("district_coverage", "38", self.day)["value"] == 1  # 27/27
        assert figure("saturated_share", "38", self.day)["value"] == pytest.approx(9 / 27)

    def test_fund_per_club_is_78_point_36_million(self, figure):
        row = figure("income_fund_per_club_vnd", "38", self.day)
        assert row["value"] == pytest.approx(69_270_000_000 / 884)
        assert round(row["value"] / 1e6, 2) == 78.36

    def test_hedged_members_bound_what_rests_on_them(self, figure):
        per_club = figure("members_per_club", "38", self.day)
        assert round(per_club["low"], 2) == 54.98  # at least 48,600 / 884
        per_member = figure("income_fund_per_member_vnd", "38", self.day)
        assert round(per_member["high"] / 1e6, 4) == 1.4253  # at most 69.27 bn / 48,600

    def test_new_clubs_a_year(self, figure):
        five_years = figure("new_clubs_annualised", "38", self.day, since="2017-10-13")
        assert five_years["value"] == pytest.approx(81.4)  # 407 / 5
        assert "A" not in five_years["flags"].split(";")
        ten_months = figure("new_clubs_annualised", "38", self.day, since="2021-12-13")
        assert ten_months["value"] == pytest.approx(103.2)  # 86 * 12 / 10
        assert "A" in ten_months["flags"].split(";")

    def test_one_club_grew_almost_fourfold_in_eleven_years(self, sample_observations):
        club = sample_observations.query("indicator == 'startup_capital_vnd' and value == 50.7e6")[
            "area"
        ].item()
        table = lt.compute(
            sample_observations,
            level="club",
            as_of=self.day,
            since="2011-10-12",
            metrics=["capital_multiple", "income_fund_vnd_annual_growth"],
        )
        low = table.loc[table["area"] == club].set_index("metric")["low"]
        assert low["capital_multiple"] == pytest.approx(200 / 50.7)  # at least 3.94
        assert low["income_fund_vnd_annual_growth"] == pytest.approx(0.133, abs=5e-4)

    def test_target_is_400_new_clubs_in_2021_to_2025(self):
        target = lt.read_targets().query("target_id == 'THANHHOA-400'").iloc[0]
        assert (target["nature"], target["value"], target["measure"]) == ("new", 400, "new_clubs")
        assert (target["start"].year, target["due"].year) == (2021, 2025)

    def test_what_a_club_needs_to_start(self, sample_observations):
        assert 50_000_000 in printed(sample_observations, "startup_capital_vnd", "38")
        assert printed(sample_observations, "clubs", "397") == [83]  # Triệu Sơn


class TestNational:
    """Ngày mới Online, 31/3/2022, on the conference of 30/3/2022."""

    day = "2022-03-30"

    def test_provinces_with_a_plan(self, figure, sample_observations):
        row = figure("plan_coverage", "VN", self.day, level="national")
        assert round(row["value"], 4) == 0.9048  # 57/63
        counts = [
            printed(sample_observations, name, "VN")[0]
            for name in (
                "provinces_with_budget",
                "provinces_with_policy_only",
                "provinces_without_plan",
            )
        ]
        assert counts == [17, 40, 6]
        assert sum(counts) == 63

    def test_registered_clubs_reach_133_point_3_percent(self, figure):
        row = figure("registered_share", "VN", self.day, level="national")
        assert (row["numerator"], row["denominator"]) == (4000, 3000)
        assert round(row["value"], 3) == 1.333
        assert round(row["value"] - 1, 3) == 0.333  # "vượt", against "đạt"

    def test_the_verdict_on_registrations_tells_reached_from_exceeded(self, sample_observations):
        decided = lt.read_targets().query("target_id == 'T1336-2'")
        registered = decided.assign(measure="registered_new_clubs")
        row = lt.measure_progress(sample_observations, registered, as_of=self.day).iloc[0]
        assert (row["reached"], row["verdict"]) == (4000, "met")
        assert row["as_of"] == pd.Timestamp(self.day)
        assert row["achievement"] == pytest.approx(4 / 3)
        assert row["exceedance"] == pytest.approx(1 / 3)
        before = lt.measure_progress(sample_observations, registered, as_of="2022-03-29").iloc[0]
        assert before["verdict"] == "not_comparable"

    def test_training_and_budget(self, figure):
        course = figure("trainees_per_course", "VN", self.day, level="national")
        assert round(course["value"], 1) == 60.5  # 4,112 / 68
        budget = figure("budget_per_province_vnd", "VN", self.day, level="national")
        assert round(budget["value"] / 1e9, 3) == 2.994  # 50.891 bn / 17


class TestNinhThuan:
    """Ngày mới Online, 13/5/2024."""

    def test_members_per_club_is_under_55_point_6(self, figure):
        row = figure("members_per_club", "58", "2024-05-13")
        assert round(row["high"], 1) == 55.6  # nearly 2,000 / 36
        assert row["low"] < row["high"]

    def test_six_of_the_seven_districts_have_clubs(self, figure):
        row = figure("district_coverage", "58", "2024-05-13")
        assert (row["numerator"], row["denominator"]) == (6, 7)

    def test_attendance_is_more_than_85_percent(self, figure):
        assert figure("attendance_share", "58", "2024-05-13")["low"] == 0.85


class TestThaiNguyen:
    """Trung ương Hội NCT Việt Nam, 11/12/2018."""

    day = "2018-12-31"

    def test_clubs_add_up_twice(self, sample_observations):
        districts = [printed(sample_observations, "clubs", code) for code in
                     ("165", "168", "173", "164")]  # fmt: skip
        assert districts == [[8], [75], [31], [21]]
        total = lt.roll_up(sample_observations, to="province", as_of=self.day)
        row = total.query("area == '19' and indicator == 'clubs' and scope == 'all'").iloc[0]
        assert (row["value"], row["n_reported"], row["n_expected"]) == (135, 4, 9)
        new = sample_observations.query("fact_id in ['F0004', 'F0005']")
        assert new["value"].to_list() == [72, 63]
        assert new["value"].sum() == 135

    def test_members_per_club_is_below_the_norm(self, figure):
        row = figure("members_per_club", "19", self.day)
        assert row["value"] == pytest.approx(39.2)  # 5,292 / 135
        assert row["high"] < 50

    def test_fund_per_club_is_at_least_35_point_47_million(self, figure):
        assert round(figure("income_fund_per_club_vnd", "19", self.day)["low"] / 1e6, 2) == 35.47

    def test_four_of_nine_districts_against_80_percent(self, figure, sample_observations):
        row = figure("district_coverage", "19", self.day)
        assert (row["numerator"], row["denominator"]) == (4, 9)
        targets = lt.read_targets().query("target_id == 'THAINGUYEN-80'")
        progress = lt.measure_progress(sample_observations, targets, as_of=self.day).iloc[0]
        assert (progress["value"], progress["verdict"]) == (0.8, "not_met")
        assert progress["achievement"] == pytest.approx(4 / 9 / 0.8)

    def test_son_cam_grew_from_3_to_19_clubs(self, figure, sample_observations):
        span = {"level": "commune", "since": "2010-08-31"}
        change = figure("clubs_change", "05653", self.day, **span)
        assert (change["denominator"], change["numerator"], change["value"]) == (3, 19, 16)
        assert figure("net_new_clubs", "05653", self.day, **span)["value"] == 16
        split = printed(sample_observations, "new_clubs", "05653", scope="outside project")
        assert split == [16]
        assert printed(sample_observations, "clubs", "05653", scope="VIE014") == [3]


class TestNgaSon:
    """Ngày mới Online, 14/02/2023."""

    day = "2023-02-14"

    def test_fund_per_club_is_79_point_07_million(self, figure):
        row = figure("income_fund_per_club_vnd", "401", self.day, level="district")
        assert (row["numerator"], row["denominator"]) == (3_400_000_000, 43)
        assert round(row["value"] / 1e6, 2) == 79.07

    def test_parts_of_the_start_up_capital_make_the_rule(self, figure, sample_observations):
        now = on_day(sample_observations, self.day)
        parts = [
            max(printed(now, name, "401"))
            for name in ("startup_district_vnd", "startup_commune_vnd", "startup_local_vnd")
        ]
        assert parts == [25e6, 10e6, 15e6]
        assert sum(parts) == 50e6
        assert 50e6 in printed(sample_observations, "startup_capital_vnd", "401")
        row = figure("local_mobilisation_share", "401", self.day, level="district")
        assert row["value"] == pytest.approx(0.3)  # 15 / 50

    def test_money_raised_and_what_goes_to_clubs(self, sample_observations):
        assert 230e6 in printed(sample_observations, "raised_per_year_vnd", "401")
        share = sample_observations.query("indicator == 'raised_to_clubs_share'").iloc[0]
        assert (share["low"], share["high"]) == (0.7, 0.8)

    def test_plan_reached_150_to_160_percent(self, figure):
        row = figure("plan_achievement", "401", self.day, level="district")
        assert (row["low"], row["high"]) == (1.5, 1.6)

    def test_every_commune_covered_in_2020(self, figure):
        row = figure("commune_coverage", "401", "2020-12-31", level="district")
        assert row["value"] == 1
        assert "as_printed" in row["flags"]

    def test_a_third_of_the_village_branches_is_the_target(self):
        target = lt.read_targets().query("target_id == 'NGASON-33'").iloc[0]
        assert (target["measure"], target["value"]) == ("village_coverage", 0.33)


def test_no_seed_figure_is_dated_after_its_article(sample_observations):
    seeds = sample_observations.query("fact_id.str.startswith('S') or fact_id <= 'F0039'")
    planned = [name for name, indicator in lt.INDICATORS.items() if indicator.planned]
    dated = seeds.loc[~seeds["indicator"].isin(planned) & seeds["as_of"].notna()]
    assert len(dated) > 60
    assert (dated["as_of"] <= dated["published"].fillna(pd.Timestamp("2026-11-22"))).all()
