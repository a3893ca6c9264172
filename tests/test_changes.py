"""What moved between two runs, and what caused it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt
from lthtgn_analysis import metrics as metrics_module
from lthtgn_analysis import progress as progress_module


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


SHARE = [
    {"fact_id": "N", "indicator": "clubs_with_fund", "value": 30},
    {"fact_id": "A", "indicator": "clubs", "value": 60},
    {"fact_id": "B", "indicator": "clubs_startup_known", "value": 50},
]


def share(*rows, metrics=None, monkeypatch=None):
    """Compute the share of funded clubs, by the definition of today or by another one."""
    with monkeypatch.context() as patch:
        if metrics:
            patch.setattr(metrics_module, "METRICS", metrics)
            patch.setattr(progress_module, "METRICS", metrics)
        return lt.compute(observations(*rows), level="province", as_of="2025-12-31",
                          metrics=["funded_clubs_share"])  # fmt: skip


def redefine(**other):
    metric = lt.METRICS["funded_clubs_share"]
    return {**lt.METRICS, metric.name: replace(metric, **other)}


@pytest.mark.parametrize("other", [{"denominator": (("clubs_startup_known",),)}, {"scale": 2.0}])
def test_a_new_definition_is_told_whatever_facts_it_picks(monkeypatch, other):
    """By hand: 30 of 60 clubs, then 30 of the 50 that are known: nothing was reported anew."""
    old, new = (share(*SHARE, metrics=metrics, monkeypatch=monkeypatch)
                for metrics in (None, redefine(**other)))  # fmt: skip
    row = only(lt.compare_runs(old, new))
    assert (row["cause"], row["causes"]) == ("definition", "definition")


def test_a_version_alone_is_another_definition(monkeypatch):
    corrected = [{**SHARE[0], "value": 31}, *SHARE[1:]]
    old = share(*SHARE, monkeypatch=monkeypatch)
    new = share(*corrected, metrics=redefine(version="9"), monkeypatch=monkeypatch)
    row = only(lt.compare_runs(old, new))
    assert (row["cause"], row["causes"]) == ("definition", "definition;data")


def test_a_label_is_no_definition(monkeypatch):
    corrected = [{**SHARE[0], "value": 31}, *SHARE[1:]]
    old = share(*SHARE, monkeypatch=monkeypatch)
    new = share(*corrected, metrics=redefine(label_vi="Tên khác"), monkeypatch=monkeypatch)
    assert only(lt.compare_runs(old, new))["causes"] == "data"


def test_a_new_definition_that_takes_a_newer_fact_is_both(monkeypatch):
    later = {**SHARE[2], "as_of": "2024-12-31"}
    old = share(*SHARE[:2], monkeypatch=monkeypatch)
    new = share(*SHARE[:2], later, monkeypatch=monkeypatch,
                metrics=redefine(denominator=(("clubs_startup_known",),)))  # fmt: skip
    assert only(lt.compare_runs(old, new))["causes"] == "definition;data"


def test_a_new_map_with_a_new_definition(monkeypatch):
    redrawn = [{**row, "boundaries": "2025-07", "as_of": "2022-12-31"} for row in SHARE]
    old = share(*SHARE, monkeypatch=monkeypatch)
    new = share(*redrawn, metrics=redefine(scale=2.0), monkeypatch=monkeypatch)
    row = only(lt.compare_runs(old, new))
    assert (row["cause"], row["causes"]) == ("definition", "definition;boundaries")


def test_a_figure_that_is_carried_to_another_map_is_no_other_data():
    """36 clubs of Ninh Thuận and 40 of old Khánh Hòa are the 76 of new Khánh Hòa."""
    rows = [{"fact_id": "F1", "area": "56", "value": 40}, {"fact_id": "F2", "area": "58",
             "value": 36}]  # fmt: skip
    old = observations(*rows)
    runs = [
        lt.compute(table, level="province", as_of="2025-12-31", metrics=["clubs"])
        for table in (old, lt.carry_forward(old, to="2025-07"))
    ]
    row = only(lt.compare_runs(*runs).query("area == '56'"))
    assert (row["old"], row["new"], row["causes"]) == (40, 76, "boundaries")


def test_tables_from_files_say_their_definition_in_a_column(monkeypatch):
    old = share(*SHARE, monkeypatch=monkeypatch)
    new = old.assign(value=0.6, low=0.6, high=0.6, denominator=50.0, fact_ids="N;B")
    for table in (old, new):
        table.attrs = {}
    assert only(lt.compare_runs(old, new))["causes"] == "data"
    told = [table.assign(definition=name) for table, name in ((old, "1"), (new, "2"))]
    assert only(lt.compare_runs(*told))["causes"] == "definition"


@pytest.mark.parametrize(
    ("bar", "metrics", "value", "causes"),
    [
        ({}, redefine(direction="down"), 30, "definition"),
        ({"value": 0.4}, redefine(direction="down"), 30, "target;definition"),
        ({"value": 0.4}, None, 31, "target;data"),
        ({"value": 0.4}, redefine(direction="down"), 31, "target;definition;data"),
        ({}, redefine(direction="down"), 31, "definition;data"),
    ],
)
def test_causes_of_a_verdict_are_told_together(monkeypatch, bar, metrics, value, causes):
    def measure(n, metrics, **target):
        with monkeypatch.context() as patch:
            for module in (metrics_module, progress_module) if metrics else ():
                patch.setattr(module, "METRICS", metrics)
            facts = observations({**SHARE[0], "value": n}, *SHARE[1:])
            rule = targets({"measure": "funded_clubs_share", "nature": "share", "value": 0.7,
                            **target})  # fmt: skip
            return lt.measure_progress(facts, rule, as_of="2025-12-31")

    row = only(lt.compare_runs(measure(30, None), measure(value, metrics, **bar)))
    assert row["causes"] == causes
    assert row["cause"] == causes.split(";")[0]


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
