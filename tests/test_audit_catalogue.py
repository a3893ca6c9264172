"""Every fault that research found in published figures (E1-E19) is found by a check, or is none."""

from __future__ import annotations

import pytest
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.checks import CHECKS
from lthtgn_analysis.completeness import grade_quality

NATION = {"level": "national", "area": "VN", "area_name": "Việt Nam"}


def at(day, indicator="clubs", value=0.0, **row):
    return {
        "as_of": day, "indicator": indicator, "value": value, "source": f"bc-{day}", **row
    }  # fmt: skip


FAULTS = {
    "E1 6,521 x 70 members": (
        "totals_of_members_are_counted",
        [at("2023-12-31", value=6521, **NATION), at("2023-12-31", "members", 456_470, **NATION)],
    ),
    "E2 14 members for each new club": (
        "new_clubs_bring_members",
        [at("2023-12-31", value=6521, **NATION), at("2023-12-31", "members", 456_470, **NATION),
         at("2024-12-31", value=8432, **NATION), at("2024-12-31", "members", 484_000, **NATION)],
    ),
    "E2 members fall while clubs rise": (
        "members_do_not_fall_while_clubs_grow",
        [at("2024-12-31", value=8432, **NATION), at("2024-12-31", "members", 484_000, **NATION),
         at("2025-05-31", value=9000, **NATION), at("2025-05-31", "members", 330_000, **NATION)],
    ),
    "E3 a target of new clubs taken for a total": (
        "new_and_total_targets_differ",
        [at("2020-12-31", value=3500, **NATION), at("2025-12-31", "target_clubs", 3000, **NATION),
         at("2025-12-31", "target_new_clubs", 3000, **NATION)],
    ),
    "E4 exceeded by 33 % printed as reached": (
        "achievements_are_result_by_plan",
        [at("2025-12-31", "new_clubs", 4000, start="2021-01-01"),
         at("2025-12-31", "target_new_clubs", 3000, start="2021-01-01"),
         at("2025-12-31", "plan_achievement", 0.33)],
    ),
    "E5 two ages in one series": (
        "a_series_counts_from_one_age",
        [at("2022-12-31", "older_members", 700, note="từ 55 tuổi"),
         at("2023-12-31", "older_members", 500, note="từ 60 tuổi")],
    ),
    "E6 overlapping groups summed": (
        "overlapping_groups_do_not_make_the_whole",
        [at("2025-05-31", "members", 10_486), at("2025-05-31", "older_members", 4804),
         at("2025-05-31", "women_members", 4684), at("2025-05-31", "poor_members", 998)],
    ),
    "E7 a mean over all clubs": (
        "fund_averages_are_over_clubs_with_a_fund",
        [at("2025-11-13", value=135), at("2025-11-13", "clubs_with_fund", 102),
         at("2025-11-13", "income_fund_vnd", 6.5e9),
         at("2025-11-13", "income_fund_per_club_vnd", 48.1e6)],
    ),
    "E8 all clubs have a fund, it is said": (
        "a_claim_for_all_holds_in_every_area",
        [at("2025-12-31", "clubs_with_fund", 1.0, unit="share", **NATION),
         at("2025-11-13", value=135), at("2025-11-13", "clubs_with_fund", 102)],
    ),
    "E9 14 members a club": (
        "members_fit_the_clubs",
        [at("2023-12-14", value=124), at("2023-12-14", "members", 1752)],
    ),
    "E10 41 clubs in 52 communes": (
        "communes_are_at_most_clubs",
        [at("2023-12-31", value=41), at("2023-12-31", "communes_with_clubs", 52)],
    ),
    "E11 20 of 43 printed as 48.7 %": (
        "shares_fit_part_and_whole",
        [at("2023-12-31", "members", 43), at("2023-12-31", "older_members", 20),
         at("2023-12-31", "older_members", 0.487, unit="share")],
    ),
    "E12 580 and over 1,000 clubs within a season": (
        "clubs_do_not_double_in_a_season",
        [at("2016-06-06", value=580, **NATION),
         at("2016-08-31", value=1000, qualifier="at_least", **NATION)],
    ),
    "E13 640 people in 162 clubs": (
        "members_fit_the_clubs",
        [at("2023-12-31", value=162), at("2023-12-31", "members", 640)],
    ),
    "E13 5.292 read with a decimal dot": (
        "counts_are_whole",
        [at("2023-12-31", "members", 5.292)],
    ),
    "E14 turns of loans for borrowers": (
        "borrowers_are_at_most_members",
        [at("2023-12-31", "members", 3000), at("2023-12-31", "borrowers", 4000)],
    ),
    "E15 more people supported than members": (
        "people_supported_fit_the_members",
        [at("2023-12-31", "members", 10_405), at("2023-12-31", "older_people_supported", 24_725)],
    ),
    "E16 a project's clubs printed for all": (
        "project_figures_are_not_totals",
        [at("2022-12-31", value=124), at("2023-12-31", value=32, source="báo"),
         at("2023-12-31", value=32, scope="VIE071"), at("2024-12-31", value=130)],
    ),
    "E17 two counts of older people": (
        "sources_agree",
        [at("2024-12-31", "people_60plus", 16_000_000, source="a", **NATION),
         at("2024-12-31", "people_60plus", 14_300_000, source="b", **NATION)],
    ),
    "E17 fewer older people a year later": (
        "older_people_do_not_fall",
        [
            at("2024-04-30", "people_60plus", 16_000_000, qualifier="at_least", **NATION),
            at("2025-10-31", "people_60plus", 14_300_000, **NATION),
        ],
    ),
    "E18 one plan signed on two days": (
        "a_plan_begins_once",
        [at("2025-12-31", "target_new_clubs", 75, start="2020-10-19", source="a"),
         at("2025-12-31", "target_new_clubs", 75, start="2022-10-09", source="b")],
    ),
}  # fmt: skip


METRICS_OF_QUALITY = {
    "Q04 additivity": {"a_total_is_the_sum_of_its_areas"},
    "Q05 recomputation": {"shares_fit_part_and_whole", "member_averages_are_members_by_clubs"},
    "Q06 sums of parts": {"exclusive_groups_make_the_whole"},
    "Q07 part and whole": {"parts_are_at_most_their_whole", "borrowers_are_at_most_members"},
    "Q08 cumulative": {"totals_of_a_period_do_not_fall"},
    "Q09 outliers": {"funds_are_like_those_of_other_places"},
    "Q10 over time": {"clubs_do_not_leap_for_one_report", "members_do_not_fall_while_clubs_grow"},
    "Q11 related indicators": {"members_fit_the_clubs", "money_is_of_the_size_of_clubs"},
    "Q12 heaping": {"counts_do_not_heap_on_hundreds"},
    "Q13 carried forward": {"figures_are_not_carried_over", "reports_are_not_repeated"},
    "Q14 sources": {"sources_agree", "plans_agree"},
    "Q17 units": {"money_is_of_the_size_of_clubs", "counts_are_whole"},
}
ON_THE_CARD = {
    "Q01 completeness": "n_items",
    "Q02 timeliness": "lag_days",
    "Q03 items": "n_items",
    "Q15 provenance": "located_share",
    "Q16 dates": "dated_share",
    "Q18 hedges": "hedged_share",
}


def test_every_metric_of_quality_is_a_check_or_stands_on_the_card_of_a_place():
    assert all(wanted <= set(CHECKS) for wanted in METRICS_OF_QUALITY.values())
    table = observations(at("2022-12-31", value=7))
    card = grade_quality(table, lt.find_problems(table))
    assert set(ON_THE_CARD.values()) <= set(card.columns)
    numbers = sorted(name[:3] for name in (*METRICS_OF_QUALITY, *ON_THE_CARD))
    assert numbers == [f"Q{number:02}" for number in range(1, 19)]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_research_is_found(fault):
    check, rows = FAULTS[fault]
    assert check in set(lt.find_problems(observations(*rows))["check"])


def test_e19_a_hedged_figure_is_no_contradiction_but_counts_as_doubt():
    rows = [
        at("2022-10-12", "members", 48_600, qualifier="at_least", source="a"),
        at("2022-10-12", "members", 48_650, source="b"),
    ]
    table = observations(*rows)
    problems = lt.find_problems(table)
    assert problems.empty
    assert grade_quality(table, problems)["hedged_share"].item() == 0.5
