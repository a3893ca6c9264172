"""What each metric does at its edges: no denominator, a missing part, hedges, rivals, other scopes.

`edges.csv` holds small tables of inputs in the notation of `test_spec_tables`; beside it ``!1336``
is a scope, ``?a`` a source, ``^2022-03-31`` a day of publication and ``%`` marks a share. The
expected cells follow from the catalogue and its rules E1-E10, by hand: "missing" is a cell that
must hold nothing, "no row" a metric that must stay silent, ``!lag`` a flag that must not be raised.
Where no day is given, both the figures and the question are of 31/12/2024.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_tables import AREAS, DAY, observations, read_input

import lthtgn_analysis as lt

with Path(__file__).with_name("edges.csv").open(encoding="utf-8") as _stream:
    CASES = list(csv.DictReader(_stream))
CELLS = ("value", "low", "high", "lag_days", "n_reported", "n_expected")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_edge(case):
    level = case["level"]
    rows = lt.compute(
        observations(*(read_input(text, level) for text in case["inputs"].split())),
        level=level,
        as_of=case["as_of"] or DAY,
        since=case["since"] or None,
        metrics=[case["metric"]],
        scope=case["scope"] or "all",
    ).query("area == @place", local_dict={"place": case["area"] or AREAS[level]})
    if case["value"] == "no row":
        assert rows.empty
        return
    assert len(rows) == 1
    row = rows.iloc[0]
    for cell in CELLS:
        if case[cell] == "missing":
            assert np.isnan(row[cell]), cell
        elif case[cell]:
            assert row[cell] == pytest.approx(float(case[cell]), rel=1e-9), cell
    if case["dated"]:
        assert row["as_of"] == pd.Timestamp(case["dated"])
    flags = row["flags"].split(";")
    for flag in filter(None, case["flags"].split(";")):
        assert (flag.lstrip("!") in flags) != flag.startswith("!"), row["flags"]


def test_every_metric_has_an_edge():
    own = {name for name, metric in lt.METRICS.items() if not metric.growth}
    assert own - {case["metric"] for case in CASES} == set()
