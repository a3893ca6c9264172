"""What a written workbook holds: read back by another engine, and by its parts."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis import exports
from lthtgn_analysis.exports import write_workbook


def rows_of(path, sheet):
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_figures_dates_and_words_come_back(tmp_path):
    table = observations(
        {"value": 884},
        {"value": 0.7335, "unit": "share", "indicator": "women_members", "as_of": None},
    )
    path = write_workbook({"Số liệu": table, "sources": pd.DataFrame({"source": ["test"]})},
                          tmp_path / "out.xlsx")  # fmt: skip
    head, first, second = rows_of(path, "Số liệu")
    named = dict(zip(head, first, strict=True))
    assert named["Tên đơn vị"] == "Thanh Hóa"
    assert named["Giá trị"] == 884
    assert named["Tính đến ngày"].isoformat()[:10] == "2022-12-31"
    assert named["Ghi chú"] == ""
    assert dict(zip(head, second, strict=True))["Giá trị"] == 0.7335
    assert dict(zip(head, second, strict=True))["Tính đến ngày"] == ""
    assert rows_of(path, "Nguồn") == [["Nguồn"], ["test"]]


def test_headings_are_frozen_filtered_and_repeated_on_paper(tmp_path):
    share = {"value": 0.5, "unit": "share", "indicator": "women_members"}
    path = write_workbook(observations({"value": 1}, share), tmp_path / "out.xlsx")
    parts = parts_of(path)
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert 'topLeftCell="A2"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:S3"/>' in sheet
    assert "_xlnm.Print_Titles" in parts["xl/workbook.xml"]
    for shown in ('"#,##0.###"', '"0.0##%"', '"dd/mm/yyyy"', "'@'"):
        assert shown.replace("'", '"') in parts["xl/styles.xml"]


def test_without_a_sources_table_the_sources_that_are_named_are_listed(tmp_path):
    table = observations({"value": 1, "source": "b"}, {"value": 2, "source": "a"})
    path = write_workbook(table, tmp_path / "out.xlsx")
    assert rows_of(path, "Nguồn") == [["Nguồn"], ["a"], ["b"]]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84 123", "-5", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "http://x.vn", "007", "\t=1",
     "{=1}", "<b>&"],
)  # fmt: skip
def test_text_stays_text_whatever_it_begins_with(tmp_path, text):
    path = write_workbook(pd.DataFrame({text: [text]}), tmp_path / "out.xlsx")
    assert rows_of(path, "Số liệu") == [[text], [text]]
    sheet = parts_of(path)["xl/worksheets/sheet1.xml"]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet


def test_odd_values_are_written_or_left_empty(tmp_path):
    table = pd.DataFrame(
        {
            "value": [np.nan, np.inf, -np.inf, 1e15],
            "used": [True, False, True, False],
            "note": ["a\x00b", "x" * 40_000, None, "Đắk Lắk"],
        }
    )
    path = write_workbook(table, tmp_path / "out.xlsx")
    rows = rows_of(path, "Số liệu")
    assert [row[0] for row in rows[1:]] == ["", "∞", "-∞", 1e15]
    assert [row[1] for row in rows[1:]] == ["True", "False", "True", "False"]
    assert rows[1][2] == "ab"
    assert len(rows[2][2]) == 32_767
    assert rows[2][2].endswith("…")


def test_the_same_tables_give_the_same_bytes(tmp_path):
    table = observations({"value": 884}, {"value": 12, "area": "01"})
    one = write_workbook(table, tmp_path / "a.xlsx").read_bytes()
    assert write_workbook(table, tmp_path / "b.xlsx").read_bytes() == one


def test_every_column_of_the_tables_has_a_vietnamese_heading():
    from lthtgn_analysis.schema import TABLES

    known = set(exports._headings())
    for table in TABLES.values():
        assert set(table.column_names) <= known, table.name


def test_a_written_workbook_never_stays_half(tmp_path, monkeypatch):
    path = tmp_path / "out.xlsx"
    write_workbook(pd.DataFrame({"a": ["old"]}), path)
    before = path.read_bytes()

    def fail(*arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(exports, "_write_sheet", fail)
    with pytest.raises(OSError, match="No space left"):
        write_workbook(pd.DataFrame({"a": ["new"]}), path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["out.xlsx"]


def test_what_cannot_be_a_workbook_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(exports, "LARGEST_ROWS", 2)
    tables = {"a/b": pd.DataFrame(), "S": pd.DataFrame({"a": [1, 2, 3]}), "s": pd.DataFrame(),
              "t": [1]}  # fmt: skip
    with pytest.raises(lt.InvalidTableError) as caught:
        write_workbook(tables, tmp_path / "out.xlsx")
    text = str(caught.value)
    assert "'a/b' must be a sheet's name" in text
    assert "'S' has 3 rows; a sheet holds 2" in text
    assert "'s' and 'S' must differ by more than capitals" in text
    assert "'t' must be a DataFrame, not list" in text
    assert not list(tmp_path.iterdir())
    with pytest.raises(lt.InvalidTableError, match="there must be at least one table"):
        write_workbook({}, tmp_path / "out.xlsx")


def test_a_workbook_of_ours_is_read_again(tmp_path):
    book = lt.sample_path("workbooks") / "bieu-thong-ke.ods"
    from lthtgn_analysis.tidy import read_workbook

    table = read_workbook(book)
    path = write_workbook({"Số liệu": table, "Giải thích": table.attrs["explained"],
                           "sources": table.attrs["sources"]}, tmp_path / "out.xlsx")  # fmt: skip
    assert len(rows_of(path, "Số liệu")) == len(table) + 1
    assert re.fullmatch("[0-9a-f]{64}", rows_of(path, "Nguồn")[1][6])
