"""Which pages a changed figure touches, by changing figures of the sample."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

import pandas as pd

import lthtgn_analysis as lt
from lthtgn_analysis import page_rows
from lthtgn_analysis.page_rows import FILE, find_page_rows, hash_page_rows

SAMPLE = str(lt.sample_path("observations"))
READ = {"data": Path(SAMPLE).name}
NOWHERE = Path("no such folder")


@cache
def sample():
    return lt.read_observations(SAMPLE)


@cache
def sources():
    return lt.read_sources(lt.sample_path("observations").with_name("sources.csv"))


@cache
def sample_pages():
    return find_page_rows(sample())


def fingerprint_of(table, folder=NOWHERE):
    """Return what tells the rows of a page, for the sample's list of sources."""
    return hash_page_rows(table, sources=sources(), output=NOWHERE).make_fingerprint(folder)


@cache
def fingerprint_before():
    return fingerprint_of(sample())


def pages_that_move(fact_id):
    """Return the pages of units that are rebuilt when one figure grows by one."""
    changed = sample().copy()
    changed.loc[changed["fact_id"] == fact_id, ["value", "high"]] += 1
    before, after = fingerprint_before(), fingerprint_of(changed)
    assert before("01-toan-quoc", READ) != after("01-toan-quoc", READ)
    assert before("05-bang-chung", {"area": "38"}) == after("05-bang-chung", {"area": "38"})
    return {
        (name, unit)
        for name, units in sample_pages().items()
        for unit in units
        if before("page", {**READ, name: unit}) != after("page", {**READ, name: unit})
    }


def test_only_changed_rows_rebuild_a_page():
    assert pages_that_move("F0013") == {("area", "38")}


def test_a_problem_that_another_place_raises_rebuilds_the_page_that_shows_it(monkeypatch):
    """Problems are found over all rows: a page's part can change while its rows do not."""
    known = lt.find_problems(sample())
    told = []
    for problems in (known, known[~known["fact_ids"].str.contains("F0132")]):
        monkeypatch.setattr(page_rows, "find_problems", lambda _rows, found=problems: found)
        tell = fingerprint_of(sample())
        told.append([tell("02-tinh", {**READ, "area": area}) for area in ("17", "38")])
    assert told[0][0] != told[1][0]
    assert told[0][1] == told[1][1]


def test_what_the_site_keeps_is_used_only_while_it_holds(tmp_path, monkeypatch):
    table = sample().query("area == '38'")

    def digests(table=table):
        return hash_page_rows(table, sources=sources(), output=tmp_path)

    first = digests()
    (tmp_path / FILE).write_text(first.write(), encoding="utf-8")
    changed = table.assign(place="elsewhere")
    assert digests(changed).version != first.version
    for damaged in ("", "[]", '{"version": 1}'):
        (tmp_path / FILE).write_text(damaged, encoding="utf-8")
        assert digests() == first
    (tmp_path / FILE).write_text(first.write(), encoding="utf-8")
    monkeypatch.setattr(page_rows, "find_page_rows", None)
    monkeypatch.setattr(page_rows, "find_problems", None)
    assert digests() == first


def test_the_rows_that_count_for_a_page_are_all_that_its_tables_are_made_of():
    """A page computes over all rows and shows its part: other places' rows may not change it."""
    table = sample()
    makers = (
        partial(lt.compute, level="province", as_of="2025-12-31"),
        partial(lt.measure_progress, targets=lt.read_targets(), as_of="2025-12-31"),
    )
    for make in makers:
        whole = make(table)
        for area in ("38", "17"):
            counted = sample_pages()["area"][area].union(table.index[table["level"] == "national"])
            alone = make(table.loc[counted].reset_index(drop=True))
            shown, part = (t[t["area"] == area].reset_index(drop=True) for t in (whole, alone))
            assert len(shown)
            pd.testing.assert_frame_equal(shown, part)


def test_a_page_that_reads_another_file_is_rebuilt_with_it(tmp_path):
    """Its path is one of the notebook's parameters, told from the folder of notebooks."""
    document = tmp_path / "bao-cao.txt"
    hashes = set()
    for text in ("12 CLB", "13 CLB"):
        document.write_text(text, encoding="utf-8")
        read = fingerprint_of(sample(), tmp_path)
        hashes |= {read("05", {"document": document.name}), read("08", {"data": "x", "clubs": "y"})}
    assert len(hashes) == 3


def test_a_district_figure_rebuilds_its_page_and_that_of_its_province():
    table = sample()
    nga_son = lt.take_district(table, area="401")["fact_id"].iloc[0]
    assert pages_that_move(nga_son) == {("area", "38"), ("district", "401")}


def test_a_national_figure_rebuilds_every_page():
    table, units = sample(), sample_pages()
    national = table.loc[table["level"] == "national", "fact_id"].iloc[0]
    assert len(pages_that_move(national)) == len(units["area"]) + len(units["district"])
