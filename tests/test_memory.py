"""Shared tables: the same as those of the call itself, and out of reach of the pages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import lthtgn_analysis as lt
from lthtgn_analysis import memory, metrics

DAY = "2025-12-31"


@pytest.fixture(autouse=True)
def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_SHARED", {})


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "observations.csv"
    rows = lt.read_observations(lt.sample_path("observations"))
    rows.query("area == '38' and level == 'province'").to_csv(path, index=False)
    return path


def cells(*sources: str) -> dict[str, Any]:
    return {"cells": [{"cell_type": "code", "source": source} for source in sources]}


def calls_of(*sources: str, folder: Path) -> list[dict[str, Any]]:
    return memory.find_calls([(cells(*sources), folder)] * 2)


def test_calls_are_read_with_their_parameters_and_tables(table: Path) -> None:
    found = calls_of(
        'data = "missing.csv"\narea = "38"',
        f'data = "observations.csv"\nas_of = "{DAY}"',
        "%matplotlib inline",
        "import lthtgn_analysis as lt\nrows = lt.read_observations(data)",
        "metrics = lt.compute(rows, level='province', as_of=as_of)",
        "print(lt.measure_progress(rows, lt.read_targets(), as_of=as_of).query('area == @area'))",
        folder=table.parent,
    )
    rows = {"call": "read_observations", "with": {"path": str(table)}}
    targets = {"call": "read_targets", "with": {}}
    assert found == [
        rows,
        {"call": "compute", "with": {"observations": rows, "level": "province", "as_of": DAY}},
        targets,
        {
            "call": "measure_progress",
            "with": {"observations": rows, "targets": targets, "as_of": DAY},
        },
    ]


@pytest.mark.parametrize(
    "line",
    [
        "rows = rows.query('value > 1')",
        "for rows in []: pass",
        "rows, other = [], []",
        "del rows",
        "def rows(): pass",
        "import os as rows",
    ],
)
def test_a_name_that_means_something_else_is_not_taken_for_the_table(
    line: str, table: Path
) -> None:
    found = calls_of(
        "import lthtgn_analysis as lt\nrows = lt.read_observations('observations.csv')",
        line,
        "lt.find_problems(rows)",
        folder=table.parent,
    )
    assert [call["call"] for call in found] == ["read_observations"]


def test_a_call_of_one_page_is_left_to_that_page(table: Path) -> None:
    line = "import lthtgn_analysis as lt\nlt.read_targets()"
    pages = [(cells(line, f"lt.read_observations('{name}')"), table.parent) for name in "ab"]
    assert [call["call"] for call in memory.find_calls(pages)] == ["read_targets"]


def test_a_shared_table_is_that_of_the_call_and_is_not_made_again(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "import lthtgn_analysis as lt\nrows = lt.read_observations('observations.csv')"
    line = f"lt.compute(rows, level='province', as_of='{DAY}')"
    rows = lt.read_observations(table)
    own = lt.compute(rows, level="province", as_of=DAY)
    memory.share(calls_of(source, line, folder=table.parent))

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(metrics, "prepare", refuse)
    handed = lt.compute(rows, level="province", as_of=DAY, scope="all")
    assert_frame_equal(handed, own)
    handed["value"] = 0.0
    handed.loc[:, "area"] = "00"
    assert_frame_equal(lt.compute(rows.copy(), level="province", as_of=DAY), own)
    changed = rows.assign(value=rows["value"].where(rows.index != 0, 1.0))
    for options in ({"level": "district"}, {"level": "province", "scope": "project:VIE070"}):
        with pytest.raises(AssertionError, match="made again"):
            lt.compute(rows, as_of=DAY, **options)
    for other in (changed, rows.iloc[::-1], rows.iloc[1:], rows.astype({"value": "float32"})):
        with pytest.raises(AssertionError, match="made again"):
            lt.compute(other, level="province", as_of=DAY)


def test_a_file_that_changes_is_read_again(table: Path) -> None:
    source = "import lthtgn_analysis as lt\nlt.read_observations('observations.csv')"
    memory.share(calls_of(source, folder=table.parent))
    before = lt.read_observations(table)
    pd.read_csv(table, dtype="str").iloc[:3].to_csv(table, index=False)
    assert (len(before) > 3, len(lt.read_observations(table))) == (True, 3)


def test_folders_and_databases_are_always_read_anew(table: Path) -> None:
    source = f"import lthtgn_analysis as lt\nlt.read_observations({str(table.parent)!r})"
    memory.share(calls_of(source, folder=table.parent))
    assert memory._SHARED == {}


def test_a_call_that_fails_is_told_and_the_others_are_made(
    table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = table.with_name("bad.csv")
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    source = "import lthtgn_analysis as lt\nlt.read_observations('bad.csv')\nlt.read_targets()"
    memory.share(calls_of(source, folder=table.parent))
    assert "could not share read_observations: InvalidTableError" in capsys.readouterr().err
    assert [name for name, _ in memory._SHARED] == ["read_targets"]


def test_the_calls_of_province_pages_are_found(root: Path) -> None:
    notebook = json.loads((root / "notebooks" / "02-tinh.ipynb").read_text(encoding="utf-8"))
    found = memory.find_calls([(notebook, root / "notebooks")] * 2)
    assert [call["call"] for call in found] == [
        "read_observations",
        "read_sources",
        "compute",
        "read_targets",
        "measure_progress",
        "find_problems",
    ]


def test_a_province_is_the_same_alone_and_as_a_part_of_the_country() -> None:
    rows = lt.read_observations(lt.sample_path("observations"))
    whole = lt.compute(rows, level="province", as_of=DAY)
    for area, boundaries in (("38", "2025-01"), ("38", "2025-07"), ("08", "2025-01")):
        mine = lt.take_province(rows, area=area, boundaries=boundaries)
        alone = lt.compute(mine, level="province", as_of=DAY)
        part = whole.query("area == @area and boundaries.isin(@mine.boundaries)")
        assert len(part)
        assert_frame_equal(alone, part.reset_index(drop=True))


def test_each_process_makes_some_calls_and_what_these_need(table: Path) -> None:
    lines = (
        "import lthtgn_analysis as lt",
        "rows = lt.read_observations('observations.csv')",
        f"lt.compute(rows, level='province', as_of='{DAY}')",
        "lt.find_problems(rows)",
        "lt.read_targets()",
    )
    calls = calls_of("\n".join(lines), folder=table.parent)
    parts = memory.split_calls(calls, 2)
    names = [[call["call"] for call in part] for part in parts]
    assert names == [["compute", "read_targets"], ["find_problems"]]
    made: dict[tuple[str, int], Any] = {}
    for part in parts:
        memory._SHARED.clear()
        memory.share(part)
        assert "read_observations" in {name for name, _ in memory._SHARED}
        given = memory.give()
        memory._SHARED.clear()
        memory.take(given)
        made |= memory._SHARED
    assert {name for name, _ in made} == {call["call"] for call in calls}


def test_a_call_that_warns_is_left_to_the_pages_which_tell_the_warning(tmp_path: Path) -> None:
    clubs = lt.read_clubs(lt.sample_path("clubs")).head(3)
    path = tmp_path / "clubs.csv"
    clubs.assign(phone=["0912345678", "0987654321", "0909090909"]).to_csv(path, index=False)
    memory.share([{"call": "read_clubs", "with": {"path_or_frame": str(path)}}])
    assert memory._SHARED == {}
    with pytest.warns(UserWarning, match="phone"):
        assert len(lt.read_clubs(path)) == 3


def test_a_register_and_its_sums_are_shared() -> None:
    clubs = str(lt.sample_path("clubs"))
    read = {"call": "read_clubs", "with": {"path_or_frame": clubs}}
    given = {"clubs": read, "by": "province", "as_of": "2018-12-06"}
    memory.share([{"call": "summarise_clubs", "with": given}])
    assert [name for name, _ in memory._SHARED] == ["read_clubs", "summarise_clubs"]
    made = lt.summarise_clubs(lt.read_clubs(clubs), by="province", as_of="2018-12-06")
    assert made.attrs["engine"] == "pandas"
    known = memory._SHARED["summarise_clubs", 135].values()
    assert_frame_equal(made, *known)
