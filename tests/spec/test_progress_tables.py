"""Every kind of target by small tables: a target and figures in, the row of progress out.

`progress.csv` holds them, in the notation of `edges.csv`; ``^open`` is a figure of which only the
lower bound is known. A target is written as ``name=value``; ``base`` alone is an exact baseline.
Expected cells follow from the catalogue (T01-T12 and the rule of each kind of measure), by hand.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_tables import observations, read_input, targets

import lthtgn_analysis as lt

with Path(__file__).with_name("progress.csv").open(encoding="utf-8") as _stream:
    CASES = list(csv.DictReader(_stream, delimiter="|"))
_NUMBERS = ("value", "low", "high", "base_value", "base_low", "base_high")


def read_target(text):
    given = dict(part.split("=") for part in text.split())
    if "base" in given:
        base = given.pop("base")
        given = {"base_low": base, "base_high": base, **given, "base_value": base}
    return {name: float(part) if name in _NUMBERS else part for name, part in given.items()}


def read_inputs(text):
    rows = [read_input(part.replace("^open", ""), "province") for part in text.split()]
    table = observations(*rows)
    known_below = ["^open" in part for part in text.split()]
    return table.assign(high=table["high"].mask(pd.Series(known_below)))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_target_gives_the_row(case):
    row = lt.measure_progress(
        read_inputs(case["inputs"]), targets(read_target(case["target"])), as_of=case["as_of"]
    ).iloc[0]
    if case["verdict"]:
        assert row["verdict"] == case["verdict"], row["reason"]
    if case["class"]:
        assert row["progress_class"] == case["class"]
    for part in case["numbers"].split():
        name, expected = part.split("=")
        if expected == "missing":
            assert pd.isna(row[name]), name
        else:
            assert row[name] == pytest.approx(float(expected), rel=1e-7, abs=1e-12), name
    method = "" if pd.isna(row["method"]) else row["method"]
    for name in filter(None, case["method"].split(";")):
        assert (name.lstrip("!") in method.split(";")) != name.startswith("!"), method
    assert case["says"] in row["reason"]
    assert not np.isinf(row[["gap", "achievement"]].astype(float)).any()
