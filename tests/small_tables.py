"""Small observations tables for tests: a row is what differs from a plain one."""

from __future__ import annotations

import pandas as pd

from lthtgn_analysis.indicators import INDICATORS
from lthtgn_analysis.notation import add_bounds
from lthtgn_analysis.schema import OBSERVATIONS, TARGETS, arrange

_PLAIN = {
    "level": "province",
    "area": "38",
    "area_name": "Thanh Hóa",
    "boundaries": "2022",
    "indicator": "clubs",
    "qualifier": "exact",
    "as_of": "2022-12-31",
    "published": None,
    "scope": "all",
    "source": "test",
    "locator": "row 1",
    "status": "observed",
}
_PLAIN_TARGET = {
    "scheme": "test",
    "area": "38",
    "boundaries": "2022",
    "measure": "clubs",
    "nature": "stock",
    "start": "2021-01-01",
    "due": "2025-12-31",
    "scope": "all",
    "status": "unverified",
}


def observations(*rows):
    """Return an observations table; each row is a dict with at least a `value`."""
    full = [
        {
            "fact_id": f"T{number:04}",
            "unit": INDICATORS[row.get("indicator", "clubs")].unit,
            **_PLAIN,
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    return arrange(add_bounds(arrange(pd.DataFrame(full), OBSERVATIONS)), OBSERVATIONS)


def targets(*rows):
    """Return a targets table; each row is a dict with at least a `value`, or a `low` and `high`."""
    full = [
        {
            "target_id": f"G{number}",
            **_PLAIN_TARGET,
            "low": row.get("value"),
            "high": row.get("value"),
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    return arrange(pd.DataFrame(full), TARGETS)
