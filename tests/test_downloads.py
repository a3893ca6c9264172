"""The files of a page's tables: exactly what the page shows, safe to open, the same bytes."""

from __future__ import annotations

import csv
import io

import pandas as pd

from lthtgn_analysis.downloads import read_tables, write_csv, write_xlsx
from lthtgn_analysis.layout import render_page

PAGE = """<div><table><caption>Quỹ: 2 dòng<span class="subtitle">phụ đề</span></caption>
<thead><tr><th scope="col">Tỉnh</th><th colspan="2">Triệu&nbsp;đồng</th></tr></thead><tbody>
<tr><th scope="row"><a href="#x">Thanh&nbsp;Hóa</a></th>
<td class="data">trên 78,36</td><td>a<br>b</td></tr>
<tr><th>Bắc &amp; Nam</th><td>&lt;3</td></tr></tbody>
<tfoot><tr><td colspan="3">ghi chú</td></tr></tfoot></table></div>
<table><tr><td>một dòng</td></tr></table>"""
ROWS = (
    ("Tỉnh", "Triệu đồng", ""),
    ("Thanh Hóa", "trên 78,36", "a b"),
    ("Bắc & Nam", "<3", ""),
    ("ghi chú", "", ""),
)


def test_tables_are_read_as_they_are_seen():
    [table] = read_tables(PAGE)
    assert table.caption == "Quỹ: 2 dòng"
    assert table.rows == ROWS


def test_csv_opens_in_excel_and_reads_back():
    [table] = read_tables(PAGE)
    written = write_csv(table)
    assert written.startswith(b"\xef\xbb\xbf")
    assert tuple(map(tuple, csv.reader(io.StringIO(written.decode("utf-8-sig"))))) == ROWS


def test_a_cell_cannot_become_a_formula():
    [table] = read_tables("<table><tr><th>a</th></tr><tr><td>=HYPERLINK(1)</td></tr></table>")
    assert b"'=HYPERLINK" in write_csv(table)


def test_the_workbook_has_a_sheet_per_table_even_with_equal_long_captions():
    caption = "Số CLB mới nhất của từng tỉnh, địa giới 63 tỉnh: [a/b] * ?"
    body = f"<table><caption>{caption}</caption><tr><th>a</th></tr><tr><td>1.200</td></tr></table>"
    written = write_xlsx(read_tables(body * 2))
    sheets = pd.read_excel(io.BytesIO(written), sheet_name=None, dtype="str", engine="calamine")
    assert len(sheets) == 2
    assert [sheet.iloc[0, 0] for sheet in sheets.values()] == ["1.200", "1.200"]
    assert write_xlsx(read_tables(body * 2)) == written


def test_a_page_without_tables_offers_no_files():
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# A\n\nb"}]
    assert 'class="downloads"' not in render_page({"cells": cells, "metadata": {}})["html"]
