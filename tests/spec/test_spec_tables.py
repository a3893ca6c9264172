"""Every metric has a spec table: input rows, and the row that must come out.

`metrics.csv` holds them; `docs/metrics.md` prints them. An input is written
``[area:]indicator=value[~qualifier][@as_of][/start][#boundaries]``; without a date it stands on
31/12/2024. Expected values come from a printed source or a calculation by hand, never from here.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.areas import level_of

with Path(__file__).with_name("metrics.csv").open(encoding="utf-8") as _stream:
    CASES = list(csv.DictReader(_stream))
INPUT = re.compile(
    r"(?:(?P<area>[\w-]+):)?(?P<indicator>\w+)=(?P<value>[\d.]+)(?:~(?P<qualifier>\w+))?"
    r"(?:@(?P<as_of>[\d-]+))?(?:/(?P<start>[\d-]+))?(?:@(?P<late>[\d-]+))?(?:#(?P<map>[\d-]+))?"
)
AREAS = {"national": "VN", "province": "38", "district": "401", "club": "clb-1"}


def read_input(text, level):
    found = INPUT.fullmatch(text)
    assert found, text
    area = found["area"] or AREAS[level]
    unit = lt.INDICATORS[found["indicator"]].unit
    return {
        "area": area,
        "level": level_of(area),
        "indicator": found["indicator"],
        "value": float(found["value"]),
        "unit": unit,
        "qualifier": found["qualifier"] or "exact",
        "as_of": found["as_of"] or found["late"] or "2024-12-31",
        "start": found["start"],
        "published": "2024-12-31",
        "boundaries": found["map"] or "2022",
    }


@pytest.mark.parametrize("case", CASES, ids=[f"{c['metric']}-{n}" for n, c in enumerate(CASES)])
def test_the_rows_give_the_row(case):
    level = case["level"]
    table = lt.compute(
        observations(*(read_input(text, level) for text in case["inputs"].split())),
        level=level,
        as_of="2025-12-31",
        since=case["since"] or None,
        metrics=[case["metric"]],
    )
    mine = table.loc[table["area"] == AREAS[level]]
    assert len(mine) == 1, table
    row = mine.iloc[0]
    for bound in ("value", "low", "high"):
        if case[bound]:
            assert row[bound] == pytest.approx(float(case[bound]), rel=2e-6), bound
    assert row["unit"] == lt.METRICS[case["metric"]].unit


def test_every_metric_has_a_spec_table():
    tested = {case["metric"] for case in CASES}
    own = {name for name, metric in lt.METRICS.items() if not metric.growth or name in tested}
    assert own - tested == set()
    ways = {metric.growth for metric in lt.METRICS.values()}
    assert ways == {lt.METRICS[name].growth for name in tested}
    assert all(case["source"] for case in CASES)
