"""Where targets and places stand beside each other, and what a person set by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt
from lthtgn_analysis.errors import InvalidTableError

OVERRIDE = {
    "override": "limited", "override_author": "Hội NCT tỉnh", "override_date": "2024-05-01",
    "override_reason": "kinh phí 2024 chưa cấp",
}  # fmt: skip


def overridden(**more):
    told = {**OVERRIDE, **more}
    row = {"value": 200.0, "base_low": 100.0, "base_value": 100.0, "base_high": 100.0,
           "base_date": "2021-01-01", "due": "2024-12-31"}  # fmt: skip
    days = {"override_date": pd.Timestamp(told["override_date"])}
    return targets(row).assign(**{**told, **days})


def progress_of(table, as_of="2024-06-30", value=199.0, lang="vi"):
    facts = observations({"value": value, "as_of": as_of})
    return lt.measure_progress(facts, table, as_of=as_of, lang=lang).iloc[0]


def test_a_class_set_by_hand_is_told_with_its_author_day_and_reason():
    row = progress_of(overridden())
    assert (row["verdict"], row["progress_class"]) == ("not_met", "limited")
    assert row["method"] == "linear;override"
    assert (
        "Hội NCT tỉnh xếp loại lại ngày 01/05/2024: tiến độ chậm (cách tính cho kết quả: đúng "
        "tiến độ), lý do: kinh phí 2024 chưa cấp."
    ) in row["reason"]
    assert "class set by" in progress_of(overridden(), lang="en")["reason"]


def test_a_class_set_by_hand_holds_from_its_day_on():
    row = progress_of(overridden(), as_of="2024-04-30")
    assert (row["progress_class"], row["method"]) == ("on_track", "linear")


def test_what_is_not_met_cannot_be_achieved_by_hand():
    row = progress_of(overridden(override="achieved"))
    assert (row["verdict"], row["progress_class"]) == ("not_met", "on_track")
    assert "không áp dụng vì kết luận chưa phải là đạt" in row["reason"]
    assert row["method"] == "linear;override_refused"


@pytest.mark.parametrize("column", ["override_author", "override_date", "override_reason"])
def test_a_class_set_by_hand_needs_who_when_and_why(tmp_path, column):
    table = overridden().assign(**{column: pd.NaT if column == "override_date" else None})
    with pytest.raises(InvalidTableError, match="must name who set its class, when and why"):
        progress_of(table)
    file = tmp_path / "targets.csv"
    table.to_csv(file, index=False, date_format="%Y-%m-%d")
    with pytest.raises(InvalidTableError, match="author, the day"):
        lt.read_targets(file)


def test_a_file_of_targets_may_hold_classes_set_by_hand(tmp_path):
    file = tmp_path / "targets.csv"
    both = pd.concat([overridden(), targets({"target_id": "G2", "value": 5.0})])
    both.to_csv(file, index=False, date_format="%Y-%m-%d")
    read = lt.read_targets(file)
    assert read["override"].to_list()[0] == "limited"
    assert read["override"].isna().to_list() == [False, True]
    assert progress_of(read.head(1))["progress_class"] == "limited"
    wrong = both.assign(override="rather good")
    wrong.to_csv(file, index=False, date_format="%Y-%m-%d")
    with pytest.raises(InvalidTableError, match="a class among achieved"):
        lt.read_targets(file)
    assert "override" not in lt.read_targets()


def test_what_should_be_there_by_now_goes_by_days_and_milestones():
    """By hand: from 1/8/2025, 515 of 1,978 days of the way to 6,000; then on to 12,000."""
    plan = {"measure": "new_clubs", "nature": "new", "area": "VN", "start": "2025-08-01"}
    table = targets({**plan, "value": 6000.0, "due": "2030-12-31"},
                    {**plan, "value": 12000.0, "due": "2035-12-31"})  # fmt: skip
    early = lt.expect_by_now(table, as_of="2026-12-29")
    assert early["expected"].to_list() == pytest.approx([6000 * 515 / 1978] * 2)
    assert early["milestones"].to_list() == ["", "G1"]
    late = lt.expect_by_now(table, as_of="2033-01-01")
    assert late["expected"].to_list() == pytest.approx([6000, 6000 + 6000 * 732 / 1826])
    assert late["elapsed"].iloc[0] == 1


def test_the_doubt_of_a_baseline_is_that_of_what_should_be_there():
    table = targets({"value": 200.0, "base_low": 90.0, "base_value": 100.0, "base_high": 110.0,
                     "start": "2021-01-01", "due": "2024-12-31"},
                    {"value": 200.0}, {"value": np.nan, "low": 50.0, "high": 70.0,
                                       "nature": "standing"})  # fmt: skip
    half = lt.expect_by_now(table, as_of="2023-01-01")
    names = ["expected_low", "expected", "expected_high"]
    assert half.loc[0, names].to_list() == pytest.approx([145, 150, 155])
    assert half["expected"].isna().to_list() == [False, True, True]


def test_targets_below_are_added_up_by_kind_period_and_scope():
    plan = {"measure": "new_clubs", "nature": "new", "due": "2025-12-31", "start": "2021-01-01"}
    table = targets(
        {**plan, "area": "VN", "value": 3000.0},
        {**plan, "area": "01", "value": 120.0, "start": "2021-01-22"},
        {**plan, "area": "38", "value": 400.0},
        {**plan, "area": "38", "value": 450.0},  # a rival of it
        {**plan, "area": "17", "value": 75.0, "measure": "clubs", "nature": "stock"},
        {**plan, "area": "22", "value": 85.0, "scope": "VIE085"},
        {**plan, "area": "14", "value": 20.0, "start": "2018-01-01", "due": "2020-12-31"},
    )
    row = lt.sum_targets(table).query("target_id == 'G1'").iloc[0]
    assert (row["of_parts"], row["gap"], row["gap_high"]) == (520, 2480, 2480)
    assert np.isnan(row["gap_low"])
    assert (row["n_reported"], row["n_expected"]) == (2, 63)
    assert row["target_ids"] == "G2;G3;G4"
    missing = row["missing"].split(", ")
    assert len(missing) == 61
    assert "Sơn La" in missing
    assert "Hà Nội" not in missing


def test_places_on_track_are_counted_with_those_unconfirmed_apart():
    rows = pd.DataFrame(
        {
            "scheme": "1336", "measure": "new_clubs", "nature": "new", "scope": "all",
            "area": ["01", "38", "40", "58", "17"], "target_id": list("abcde"),
            "boundaries": "2022", "status": "verified", "verdict": "undetermined",
            "progress_class": ["achieved", "on_track_unconfirmed", "limited", "too_early", None],
        }
    )  # fmt: skip
    row = lt.count_on_track(rows).iloc[0]
    assert (row["on_track"], row["unconfirmed"], row["assessable"]) == (1, 1, 3)
    assert row["not_assessable"] == 2
    assert (row["share_low"], row["share_high"]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert np.isnan(row["share"])


def rank(*bounds, metric="commune_coverage"):
    rows = pd.DataFrame(
        [
            {"metric": metric, "level": "province", "area": f"{n:02}", "boundaries": "2022",
             "low": low, "value": low if low == high else np.nan, "high": high, "unit": "share"}
            for n, (low, high) in enumerate(bounds)
        ]
    )  # fmt: skip
    ranked = lt.rank_places(rows)
    return [tuple(pair) for pair in ranked[["rank_low", "rank_high"]].to_numpy()]


def test_figures_that_overlap_share_a_range_of_ranks():
    assert rank((0.9, 0.9), (0.5, 0.7), (0.6, 0.65), (0.1, 0.1)) == [
        (1, 1), (2, 3), (2, 3), (4, 4)
    ]  # fmt: skip
    assert rank((0.5, 0.5), (0.5, 0.5), (0.4, 0.4)) == [(1, 1), (1, 1), (3, 3)]
    assert rank((0.2, np.nan), (0.5, 0.5)) == [(1, 2), (1, 2)]
    assert rank((0.2, 0.2), (0.5, 0.5), metric="arrears_share") == [(1, 1), (2, 2)]


def test_what_is_neither_better_nor_worse_has_no_rank():
    assert np.isnan(rank((60.0, 60.0), (50.0, 50.0), metric="members_per_club")).all()
