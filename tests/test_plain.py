"""Notebooks that may share a process with another: read from their text, on the safe side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lthtgn_analysis.plain import is_plain
from lthtgn_analysis.runner import read_notebook

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
IMPORT = "import lthtgn_analysis as lt"


def cells(*sources: str) -> dict[str, Any]:
    return {"cells": [{"cell_type": "code", "source": source} for source in sources]}


@pytest.mark.parametrize("name", ["01-toan-quoc", "02-huyen", "02-tinh", "03-chi-tieu", "06-von"])
def test_the_notebooks_of_most_pages_are_plain(name: str) -> None:
    assert is_plain(read_notebook(NOTEBOOKS / f"{name}.ipynb"))


@pytest.mark.parametrize(
    "line",
    [
        "lang = 'vi'",
        "rows = lt.read_observations(data).query('area == @area').head(3)",
        "rows.loc[rows['as_of'] <= day, 'value']",
        "lt.plot_trend(rows, ax=lt.new_axes(rows=min(len(rows), 3)), lang=lang);",
        "print(f'{len(rows)} rows')",
    ],
)
def test_calls_of_the_package_and_of_its_tables_are_plain(line: str) -> None:
    assert is_plain(cells(IMPORT, line))


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from lthtgn_analysis import notation",
        "%matplotlib inline",
        "!rm -r site",
        "lt.INDICATORS.clear()",
        "table = lt.INDICATORS",
        "lt.label = None",
        "rows['value'] = 0",
        "rows.attrs.update(seen=1)\nlt._x",
        "lt.notation.label.cache_clear()",
        "print = lt.label",
        "lt = rows",
        "open('/etc/passwd')",
        "exec('import os')",
        "getattr(lt, 'INDICATORS').clear()",
        "rows.to_csv('out.csv')",
        "rows.__class__.query = None",
        "(lambda: lt)().x",
        "[x for x in rows]",
        "for name in rows:\n    pass",
        "def f():\n    return 1",
        "del rows",
    ],
)
def test_what_may_reach_beyond_its_cell_is_not(line: str) -> None:
    assert not is_plain(cells(IMPORT, line))
