"""The audit on tables with planted faults and on the published figures, scored by the given script.

The tables stand beside the project (../shared); without them these tests are skipped.
"""

from __future__ import annotations

import runpy

import pandas as pd
import pytest

import lthtgn_analysis as lt


def score(shared, table, tmp_path):
    """Return recall, precision, the kinds of fault that were found and all kinds."""
    scorer = runpy.run_path(str(shared / "tools" / "score_audit.py"))
    path = shared / "audit" / f"{table}.observations.csv"
    observations = pd.read_csv(path, dtype={"area": str, "note": str})
    lt.find_problems(observations).to_csv(tmp_path / "problems.csv", index=False)
    gold = scorer["read"](shared / "audit" / f"{table}.gold.csv")
    result = scorer["score"](gold, scorer["read"](tmp_path / "problems.csv"))
    recall, precision, _ = scorer["rates"](*result)
    found, wanted = result[:2]
    kinds = {fault["kind"] for fault in wanted}
    missed = {fault["kind"] for fault in wanted if fault["fault_id"] not in found}
    return recall, precision, kinds - missed, kinds, len(wanted)


@pytest.mark.parametrize("table", ["01", "02"])
def test_planted_faults_are_found_with_few_false_alarms(shared, tmp_path, table):
    recall, precision, found, kinds, _ = score(shared, table, tmp_path)
    assert recall >= 0.90
    assert precision >= 0.85
    assert found == kinds
    assert len(kinds) == 21


def test_the_required_contradictions_of_the_published_figures_are_found(shared, tmp_path):
    recall, _, _, _, wanted = score(shared, "real", tmp_path)
    assert wanted == 13
    assert recall * wanted >= 11
