"""Small observations tables for tests: a row is what differs from a plain one."""

from __future__ import annotations

import re

import pandas as pd

from lthtgn_analysis.areas import level_of
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


INPUT = re.compile(
    r"(?:(?P<area>[\w-]+):)?(?P<indicator>\w+)=(?P<value>[\d.]+)(?:~(?P<qualifier>\w+))?"
    r"(?:/(?P<start>[\d-]+))?(?:@(?P<as_of>[\d-]+))?(?:#(?P<boundaries>[\d-]+))?"
    r"(?:!(?P<scope>\w+))?(?:\?(?P<source>\w+))?(?:\^(?P<published>[\d-]+))?(?P<share>%)?"
)
DAY = "2024-12-31"
AREAS = {"national": "VN", "province": "38", "district": "401", "club": "clb-1"}


def read_input(text, level):
    """Read one input of the spec tables, in the notation of `tests/spec/test_edges.py`."""
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
