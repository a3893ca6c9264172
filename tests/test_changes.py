"""What moved between two runs, and what caused it."""

from __future__ import annotations

import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt


def run(*rows, as_of="2025-12-31"):
    return lt.compute(observations(*rows), level="province", as_of=as_of, metrics=["clubs"])


def only(table):
    assert len(table) == 1, table
    return table.iloc[0]


def test_nothing_moved():
    assert lt.compare_runs(run({"value": 5}), run({"value": 5})).empty


def test_another_figure_is_other_data():
    row = only(lt.compare_runs(run({"value": 5}), run({"value": 7})))
    assert (row["old"], row["new"], row["change"], row["cause"]) == (5, 7, 2, "data")


def test_a_newer_fact_of_the_same_value_is_no_move_and_of_another_is_data():
    first = {"fact_id": "A", "value": 5, "as_of": "2022-12-31"}
    same = {"fact_id": "B", "value": 5, "as_of": "2023-12-31"}
    more = {"fact_id": "C", "value": 9, "as_of": "2024-12-31"}
    assert lt.compare_runs(run(first), run(first, same)).empty
    assert only(lt.compare_runs(run(first), run(first, same, more)))["cause"] == "data"


def test_the_same_inputs_with_another_result_mean_another_definition():
    old = run({"value": 5})
    new = old.assign(value=6.0, low=6.0, high=6.0)
    assert only(lt.compare_runs(old, new))["cause"] == "definition"


def test_the_same_place_on_another_map_is_a_change_of_boundaries():
    old = run({"value": 4, "area": "08", "as_of": "2024-12-31"})
    new = run({"value": 135, "area": "08", "boundaries": "2025-07", "as_of": "2025-11-13"})
    row = only(lt.compare_runs(old, new))
    assert (row["cause"], row["boundaries_old"], row["boundaries"]) == (
        "boundaries",
        "2022",
        "2025-07",
    )
    assert (row["old"], row["new"]) == (4, 135)


def test_the_63_provinces_are_one_map():
    old = run({"value": 327, "area": "01", "as_of": "2023-12-31"})
    new = run({"value": 528, "area": "01", "boundaries": "2025-01", "as_of": "2025-06-30"})
    assert only(lt.compare_runs(old, new))["cause"] == "data"


def test_places_that_came_or_went_are_told():
    moved = lt.compare_runs(run({"value": 5}), run({"value": 6, "area": "01"}))
    assert moved[["area", "cause"]].to_numpy().tolist() == [["01", "added"], ["38", "removed"]]


def test_targets_tell_data_from_another_bar():
    facts = observations({"value": 90, "as_of": "2024-12-31"})
    more = observations({"value": 110, "as_of": "2024-12-31"})
    first = lt.measure_progress(facts, targets({"value": 100}), as_of="2025-12-31")
    grown = lt.measure_progress(more, targets({"value": 100}), as_of="2025-12-31")
    raised = lt.measure_progress(facts, targets({"value": 80}), as_of="2025-12-31")
    row = only(lt.compare_runs(first, grown))
    assert (row["kind"], row["cause"], row["verdict_old"], row["verdict"]) == (
        "target",
        "data",
        "not_met",
        "met",
    )
    assert only(lt.compare_runs(first, raised))["cause"] == "target"


@pytest.mark.parametrize(
    ("other", "cause"),
    [({"boundaries": "2025-07"}, "boundaries"), ({"scope": "1336"}, "target"),
     ({"boundaries": "2025-07", "value": 9}, "target"), ({"measure": "new_clubs"}, "target")],
)  # fmt: skip
def test_a_target_on_another_map_or_of_another_scope_is_told_as_such(other, cause):
    table = observations({"value": 5})
    first, second = (
        lt.measure_progress(table, targets({"value": 10, **more}), as_of="2025-12-31")
        for more in ({}, other)
    )
    assert only(lt.compare_runs(first, second))["cause"] == cause


def test_tables_of_two_kinds_are_refused():
    progress = lt.measure_progress(
        observations({"value": 1}), targets({"value": 2}), as_of="2025-12-31"
    )
    with pytest.raises(ValueError, match="two tables of one kind, not a table of metrics and one"):
        lt.compare_runs(run({"value": 5}), progress)
