"""What each metric does at its edges: no denominator, a missing part, hedges, rivals, other scopes.

`edges.csv` holds small tables of inputs in the notation of `test_spec_tables`; beside it ``!1336``
is a scope, ``?a`` a source, ``^2022-03-31`` a day of publication and ``%`` marks a share. The
expected cells follow from the catalogue and its rules E1-E10, by hand: "missing" is a cell that
must hold nothing, "no row" a metric that must stay silent, ``!lag`` a flag that must not be raised.
Where no day is given, both the figures and the question are of 31/12/2024.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.areas import level_of

with Path(__file__).with_name("edges.csv").open(encoding="utf-8") as _stream:
    CASES = list(csv.DictReader(_stream))
INPUT = re.compile(
    r"(?:(?P<area>[\w-]+):)?(?P<indicator>\w+)=(?P<value>[\d.]+)(?:~(?P<qualifier>\w+))?"
    r"(?:/(?P<start>[\d-]+))?(?:@(?P<as_of>[\d-]+))?(?:#(?P<boundaries>[\d-]+))?"
    r"(?:!(?P<scope>\w+))?(?:\?(?P<source>\w+))?(?:\^(?P<published>[\d-]+))?(?P<share>%)?"
)
DAY = "2024-12-31"
AREAS = {"national": "VN", "province": "38", "district": "401", "club": "clb-1"}
CELLS = ("value", "low", "high", "lag_days", "n_reported", "n_expected")


def read_input(text, level):
    found = INPUT.fullmatch(text)
    assert found, text
    given = {name: part for name, part in found.groupdict().items() if part}
    area = given.pop("area", AREAS[level])
    if given.pop("share", None):
        given["unit"] = "share"
    return {
        "area": area,
        "level": level_of(area),
        "as_of": DAY,
        "published": DAY,
        **given,
        "value": float(given["value"]),
    }


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
