"""Published methods, tested at every cut and for both signs."""

from __future__ import annotations

import numpy as np
import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt
from lthtgn_analysis.methods import PUBLISHED, Way
from lthtgn_analysis.pace import pace_by_kind, share_of_way


def way(share_of_rate, *, base=100.0, required=0.10, years=2, years_in_all=4):
    """Return a way whose observed growth is a share of the required growth (10 % a year)."""
    return Way(
        base=base,
        value=base * (1 + required * share_of_rate) ** years,
        target=base * (1 + required) ** years_in_all,
        years=years,
        years_in_all=years_in_all,
    )


@pytest.mark.parametrize(
    ("share", "un", "statcan"),
    [
        (0.95, "on_track", "on_track"),
        (0.94, "accelerate", "accelerate"),
        (0.60, "accelerate", "accelerate"),
        (0.59, "accelerate", "limited"),
        (0.50, "accelerate", "limited"),
        (0.49, "limited", "limited"),
        (0.00, "limited", "limited"),
        (-0.01, "limited", "moving_away"),
        (-0.10, "limited", "moving_away"),
        (-0.11, "moving_away", "moving_away"),
    ],
)
def test_growth_ratios_at_every_cut(share, un, statcan):
    """A ratio of exactly 0.95 fell to "deterioration" in a published notebook; here it does not."""
    assert PUBLISHED["un_2022"](way(share)) == un
    assert PUBLISHED["statcan"](way(share)) == statcan


@pytest.mark.parametrize(
    ("value", "expected"),
    [(100, "limited"), (102, "limited"), (106, "accelerate"), (160, "achieved"), (90, "limited")],
)
def test_the_trend_at_the_deadline(value, expected):
    """Target 150: 102 ends at 104.04 (8 % of the way), 106 at 112.4 (25 %)."""
    assert PUBLISHED["un_2023"](Way(100, value, 150, 2, 4)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(50, "on_track"), (49.9, "accelerate"), (0, "accelerate"), (-1, "moving_away"),
     (100, "achieved")],
)  # fmt: skip
def test_the_share_of_the_way(value, expected):
    assert PUBLISHED["escap"](Way(0, value, 100, 2, 4)) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(10, "achieved"), (15, "on_track"), (18, "accelerate"), (20, "moving_away"),
     (22, "moving_away")],
)  # fmt: skip
def test_lower_is_better(value, expected):
    """From 20 to 10 in ten years needs 6.7 % less a year."""
    assert PUBLISHED["unicef_who"](Way(20, value, 10, 4, 10, direction=-1)) == expected


@pytest.mark.parametrize("method", ["un_2022", "statcan", "unicef_who"])
def test_growth_from_nothing_is_refused_not_repaired(method):
    assert PUBLISHED[method](Way(0, 50, 100, 2, 4)) == "not_applicable"


def test_a_target_that_equals_its_baseline_has_no_way():
    for method in ("un_2022", "un_2023", "escap"):
        assert PUBLISHED[method](Way(100, 90, 100, 2, 4)) == "not_applicable"


def test_methods_disagree_on_the_same_data_and_are_shown_side_by_side():
    """50 % to 410/559 in two of five years towards 95 % (metrics of the research notes)."""
    table = observations(
        {"indicator": "communes_with_clubs", "value": 410, "as_of": "2023-01-01"},
        {"indicator": "communes_total", "value": 559, "as_of": "2023-01-01"},
    )
    base = {"base_low": 0.5, "base_value": 0.5, "base_high": 0.5, "base_date": "2021-01-01"}
    goal = targets({"measure": "commune_coverage", "nature": "share", "value": 0.95,
                    "due": "2026-01-01", **base})  # fmt: skip
    row = lt.measure_progress(table, goal, as_of="2023-12-31", methods=PUBLISHED).iloc[0]
    assert row["progress_class"] == "accelerate"  # logit
    assert row["class_by_statcan"] == row["class_by_escap"] == "on_track"


def test_bands_and_unknown_methods():
    band = {"measure": "members_per_club", "nature": "standing", "low": 50, "high": 70,
            "value": None, "due": None}  # fmt: skip
    table = observations({"value": 10}, {"indicator": "members", "value": 600})
    row = lt.measure_progress(table, targets(band), as_of="2025-12-31", methods=["escap"]).iloc[0]
    assert row["class_by_escap"] == "not_applicable"
    with pytest.raises(ValueError, match=r"`methods` must be among un_2022, .*'magic'"):
        lt.measure_progress(table, targets(band), as_of="2025-12-31", methods=["magic"])


def test_no_method_ever_gives_a_complex_number():
    for judge in PUBLISHED.values():
        for value in (-5.0, 0.0, 5.0):
            for target in (-3.0, 0.0, 7.0):
                assert isinstance(judge(Way(2.0, value, target, 1.5, 3.7)), str)
    assert np.isnan(Way(2.0, -5.0, 7.0, 1.5, 3.7).observed_rate)


@pytest.mark.parametrize(
    ("value", "years", "growth", "linear", "status"),
    [(6521, 3, 1.75, 1.68, 10.1), (8432, 4, 1.87, 2.06, 16.4)],
)
def test_the_nations_clubs_by_each_published_ratio(value, years, growth, linear, status):
    """3,500 in 2020 to 6,500 in 2025, worked by hand in research/metrics.md (c.2)."""
    course = Way(base=3500, value=value, target=6500, years=years, years_in_all=5)
    assert course.observed_rate / course.required_rate == pytest.approx(growth, abs=0.005)
    way_made = share_of_way(value, 3500, 6500)
    assert way_made / (years / 5) == pytest.approx(linear, abs=0.0051)
    assert 10 * way_made == pytest.approx(status, abs=0.05)
    assert {judge(course) for judge in PUBLISHED.values()} <= {"achieved", "on_track"}


def test_the_choice_of_method_turns_the_verdict_on_a_share():
    """50 % to 410/559 in 2 of 5 years towards 95 %: 1.30, 1.54 and 0.86 of the needed pace."""
    course = Way(base=0.5, value=410 / 559, target=0.95, years=2, years_in_all=5)
    linear = share_of_way(course.value, 0.5, 0.95) / 0.4
    assert linear == pytest.approx(1.30, abs=0.005)
    assert course.observed_rate / course.required_rate == pytest.approx(1.54, abs=0.02)
    _, logit = pace_by_kind("share", course.value, 0.5, 0.95, 0.4, linear=linear, whole=559)
    assert logit == pytest.approx(0.86, abs=0.005)
