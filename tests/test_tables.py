"""Displayed tables: their HTML is parsed; words, units and sources are what a reader must see."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from selectolax.lexbor import LexborHTMLParser
from small_tables import observations

from lthtgn_analysis.checks import CHECKS, find_problems
from lthtgn_analysis.display import Cell, Column, DisplayTable
from lthtgn_analysis.indicators import INDICATORS, METRICS
from lthtgn_analysis.metrics import compute
from lthtgn_analysis.notation import label
from lthtgn_analysis.progress import measure_progress
from lthtgn_analysis.rollup import roll_up
from lthtgn_analysis.schema import (
    METRIC_ROWS,
    OBSERVATIONS,
    PROBLEMS,
    PROGRESS,
    SOURCES,
    TARGETS,
    UNITS,
    arrange,
    empty_table,
)
from lthtgn_analysis.sources import sample_path
from lthtgn_analysis.tables import (
    count_problems,
    style_metrics,
    style_observations,
    style_problems,
    style_progress,
    style_sources,
)
from lthtgn_analysis.targets import read_targets
from lthtgn_analysis.tidy import read_sources

SOURCE_LIST = arrange(
    pd.DataFrame(
        [{"source": "test", "title": "Báo cáo <A & B>", "url": "https://example.vn/a?b=1&c=2"}]
    ),
    SOURCES,
)
THANH_HOA = observations(
    {"value": 884, "as_of": "2022-10-12", "published": "2022-10-12", "locator": "paragraph 7"},
    {"value": 48_600, "indicator": "members", "qualifier": "at_least", "as_of": "2022-10-12"},
    {"value": 86, "indicator": "new_clubs", "start": "2021-12-13", "as_of": "2022-10-12"},
    {"value": 434, "as_of": None, "note": "xem F0228; trang không ghi ngày"},
)


def parse(table):
    return LexborHTMLParser(table._repr_html_())


def cells_of(table):
    rows = parse(table).css("tbody tr")
    return [[cell.text().replace("\xa0", " ") for cell in row.css("th,td")] for row in rows]


def headings_of(table):
    return [cell.text() for cell in parse(table).css("thead th")]


@pytest.fixture(scope="module")
def real(sample_observations):
    """All tables of the real sample, as the notebooks show them."""
    sources = read_sources(sample_path("sources"))
    given = {"observations": sample_observations, "sources": sources}
    day = "2025-12-31"
    progress = measure_progress(sample_observations, read_targets(), as_of=day)
    sums = roll_up(sample_observations, to="national", as_of="2025-06-30")
    metrics = compute(sample_observations, level="province", as_of=day)
    return [
        style_observations(sample_observations, sources=sources),
        style_observations(sums, sources=sources),
        style_metrics(metrics, **given),
        style_progress(progress, **given),
        style_problems(find_problems(sample_observations), observations=sample_observations),
        style_sources(sources),
    ]


def test_figures_keep_their_hedge_and_unit():
    assert cells_of(style_observations(THANH_HOA, sources=SOURCE_LIST)) == [
        ["Số CLB", "884 CLB", "12/10/2022", "[1], đoạn 7, công bố 12/10/2022", ""],
        ["Thành viên", "trên 48.600 người", "12/10/2022", "[1], dòng 1", ""],
        ["CLB thành lập mới", "86 CLB", "13/12/2021 – 12/10/2022", "[1], dòng 1", ""],
        ["Số CLB", "434 CLB", "không rõ ngày", "[1], dòng 1", "trang không ghi ngày"],
    ]


def test_a_source_of_many_rows_is_named_once_under_the_table_and_whole_in_the_frame():
    """Four rows of two sources get numbers; three rows of two sources keep their titles."""
    two = SOURCE_LIST.iloc[[0, 0]].assign(source=["test", "b"], title=["Báo <A>", "Tin B"])
    rows = pd.concat([THANH_HOA, THANH_HOA.tail(2).assign(fact_id=["x", "y"], source="b")])
    shown = style_observations(rows.iloc[2:], sources=two)
    tree = parse(shown)
    assert [row[3].partition(",")[0] for row in cells_of(shown)] == ["[1]", "[1]", "[2]", "[2]"]
    notes = [row.text() for row in tree.css("tfoot tr")]
    assert notes == ["[1] Báo <A>", "[2] Tin B"]
    assert len(tree.css("tfoot a")) == 2
    assert tree.css("tbody a") == []
    assert shown.to_frame()["Nguồn"].str.startswith(("Báo <A>", "Tin B")).all()
    few = parse(style_observations(rows.iloc[3:], sources=two))
    assert few.css("tfoot") == []
    assert len(few.css("tbody a")) == 3


def test_a_row_of_two_sources_keeps_the_links_of_both():
    both = SOURCE_LIST.iloc[[0, 0]].assign(source=["test", "b"], title=["Báo A", "Tin B"])
    rows = observations(
        {"value": 884}, {"value": 48_600, "indicator": "members", "unit": "people", "source": "b"}
    )
    size = compute(rows, level="province", as_of="2022-12-31", metrics=["members_per_club"])
    shown = style_metrics(size, observations=rows, sources=both)
    assert sorted(link.text() for link in parse(shown).css("tbody a")) == ["Báo A", "Tin B"]
    assert cells_of(shown)[0][-1] in ("Báo A; Tin B", "Tin B; Báo A")


def test_headings_say_their_scope_and_the_table_its_name():
    tree = parse(style_observations(THANH_HOA, sources=SOURCE_LIST))
    assert tree.css_first("caption").text() == "Số liệu đã thu thập"
    assert {cell.attributes["scope"] for cell in tree.css("thead th")} == {"col"}
    assert [cell.attributes["scope"] for cell in tree.css("tbody th")] == ["row"] * 4
    assert all(len(row.css("th")) == 1 for row in tree.css("tbody tr"))


def test_sources_are_links_and_their_text_is_escaped():
    link = parse(style_observations(THANH_HOA, sources=SOURCE_LIST)).css_first("a")
    assert link.attributes["href"] == "https://example.vn/a?b=1&c=2"
    assert link.text() == "Báo cáo <A & B>"


def test_an_address_that_is_no_web_address_is_no_link():
    odd = SOURCE_LIST.assign(url="javascript:alert(1)")
    assert parse(style_observations(THANH_HOA, sources=odd)).css("a") == []


def test_figures_are_aligned_and_not_broken():
    html = style_observations(THANH_HOA)._repr_html_()
    assert '<td class="data">trên&nbsp;48.600&nbsp;người</td>' in html


def test_the_same_table_gives_the_same_bytes_without_ids():
    first, second = (style_observations(THANH_HOA, sources=SOURCE_LIST) for _ in range(2))
    assert first._repr_html_() == second._repr_html_()
    assert " id=" not in first._repr_html_()


def test_several_places_are_named_and_one_measure_under_a_caption_is_not():
    two = observations({"value": 884}, {"value": 528, "area": "01", "area_name": "Hà Nội"})
    assert headings_of(style_observations(two))[:2] == ["Nơi", "Chỉ số"]
    assert headings_of(style_observations(two, caption="Số CLB"))[:2] == ["Nơi", "Số liệu (CLB)"]


def test_a_page_of_no_place_names_the_one_place_of_its_rows():
    table = style_observations(THANH_HOA, caption="Số trái nhau", places=True)
    assert "Mọi dòng là của Thanh Hóa." in table._repr_html_()
    assert "Mọi dòng là của" not in style_observations(THANH_HOA)._repr_html_()


def test_a_single_district_is_named():
    one = observations({"value": 16, "level": "district", "area": "206", "area_name": "Quảng Yên"})
    assert cells_of(style_observations(one))[0][0] == "Quảng Yên"


def test_a_place_that_all_rows_share_is_told_once_under_the_table():
    place = {"level": "district", "area": "206", "area_name": "Quảng Yên"}
    table = style_observations(observations({"value": 16, **place}, {"value": 9, **place}))
    assert headings_of(table)[0] == "Chỉ số"
    assert parse(table).css_first("tfoot").text() == "Mọi dòng là của Quảng Yên."


# Units: in the heading where all figures of a column have the same, else in the cells


@pytest.mark.parametrize(
    ("lang", "figures", "heading", "cells"),
    [
        ("vi", [{"value": 884}, {"value": 528, "qualifier": "about"}], "Số liệu (CLB)",
         ["884", "khoảng 528"]),
        ("en", [{"value": 884}, {"value": 528, "qualifier": "at_least"}], "Figure (clubs)",
         ["884", "over 528"]),
        ("vi", [{"value": 884}, {"value": 48_600, "indicator": "members"}], "Số liệu",
         ["884 CLB", "48.600 người"]),
        ("vi", [{"value": 0.6, "indicator": "women_share"},
                {"value": 0.735, "indicator": "women_share"}], "Số liệu (%)", ["60", "73,5"]),
        ("vi", [{"value": 5e6, "indicator": "income_fund_vnd"},
                {"value": 35.5e6, "indicator": "income_fund_vnd"}], "Số liệu (triệu đồng)",
         ["5", "35,5"]),
        ("vi", [{"value": 5e6, "indicator": "income_fund_vnd"},
                {"value": 3e9, "indicator": "income_fund_vnd"}], "Số liệu",
         ["5 triệu đồng", "3 tỉ đồng"]),
        ("vi", [{"value": 884}], "Số liệu", ["884 CLB"]),
    ],
    ids=["counts", "hedged in English", "two units", "shares", "money", "two scales", "one figure"],
)  # fmt: skip
def test_a_unit_stands_in_the_heading_where_all_figures_have_it(lang, figures, heading, cells):
    table = style_observations(observations(*figures), lang=lang)
    assert headings_of(table)[1] == heading
    assert [row[1] for row in cells_of(table)] == cells


def test_no_table_repeats_one_unit_in_every_cell(real):
    """Every column of figures of the real sample: the unit is in its heading, or units differ."""
    words = ["CLB", "người", "triệu đồng", "tỉ đồng", "%"]
    for table in real:
        for column in (column for column in table.columns if column.align == "number"):
            texts = [cell.text for cell in column.cells if cell.text not in ("", "–")]
            for word in words:
                behind = [re.search(rf"\d ?{re.escape(word)}(?!\w)", text) for text in texts]
                assert len(texts) < 2 or not all(behind), (table.caption, column.heading, word)


def test_an_empty_table_is_one_sentence():
    tables = [
        style_observations(empty_table(OBSERVATIONS)),
        style_metrics(empty_table(METRIC_ROWS)),
        style_progress(empty_table(PROGRESS)),
        style_problems(empty_table(PROBLEMS)),
        style_sources(empty_table(SOURCES)),
        count_problems(empty_table(PROBLEMS)),
    ]
    for table in tables:
        assert re.fullmatch(r"<p>[^<:]+: không có\.</p>", table._repr_html_())


def test_a_metric_shows_its_parts_its_doubt_and_its_flags():
    """86 in ten months are 103.2 a year; 48,600 members or more in 884 clubs are at least 54.98."""
    metrics = compute(THANH_HOA, level="province", as_of="2022-12-31")
    shown = style_metrics(metrics, observations=THANH_HOA, sources=SOURCE_LIST)
    rows = {row[0]: row for row in cells_of(shown)}
    size = rows["Thành viên bình quân một CLB"]
    assert size[1:4] == ["54,98 người trở lên", "48.600 / 884", "12/10/2022"]
    yearly = rows["CLB thành lập mới: quy ra một năm"]
    assert yearly[1] == "103,2 CLB"
    assert yearly[4] == "chưa đủ một năm, quy ra 12 tháng; kỳ bắt đầu 13/12/2021"
    assert yearly[-1] == "[1]"


def progress_table(**changes):
    row = {
        "target_id": "T1336-2", "scheme": "1336", "area": "VN", "boundaries": "2022",
        "measure": "new_clubs", "nature": "new", "low": 3000.0, "value": 3000.0, "high": 3000.0,
        "start": "2021-01-01", "due": "2025-12-31", "scope": "all", "decision": "QĐ 1336/QĐ-TTg",
        "url": "https://example.vn", "status": "verified", "reached_low": 4000.0,
        "reached": 4000.0, "reached_high": 4000.0, "as_of": "2022-03-30", "achievement": 4 / 3,
        "exceedance": 1 / 3, "gap": -1000.0, "verdict": "met", "progress_class": "achieved",
        "reason": "Đạt.",
    }  # fmt: skip
    return arrange(pd.DataFrame([{**row, **changes}]), PROGRESS)


def test_the_parts_of_a_remainder_show_that_it_is_one():
    """8,215 of 11,563 are older; 28.95 % are younger: "8.215 / 11.563" would say 71 %."""
    table = observations(
        {"indicator": "members", "value": 11563, "unit": "people"},
        {"indicator": "older_members", "value": 8215, "unit": "people"},
    )
    rows = compute(table, level="province", as_of="2022-12-31", metrics=["younger_share"])
    assert "1 − 8.215 / 11.563" in cells_of(style_metrics(rows))[0]


def test_notes_name_no_ids_of_figures():
    table = observations({"value": 36, "note": "có thể chỉ là CLB dự án (xem F0516, F0517)"})
    assert cells_of(style_observations(table))[0][-1] == "có thể chỉ là CLB dự án"


def test_a_figure_is_not_broken_but_before_words_of_doubt_and_its_day():
    cell = Cell("231.000 trở lên (30/06/2025)")
    table = DisplayTable("Bảng", (Column("Số", (cell, Cell("50 triệu")), "number"),))
    html = table._repr_html_()
    assert "231.000 trở&nbsp;lên (30/06/2025)" in html
    assert "50&nbsp;triệu" in html


def test_a_crowded_table_numbers_its_sources():
    """Twelve columns stand beside each other on a screen of 1280 pixels, titles would not."""
    cells = (Cell("Báo cáo", "https://a.vn"), Cell("Tạp chí", "https://b.vn"))
    others = [Column(f"Cột {n}", (Cell("1"), Cell("2"))) for n in range(10)]
    source = Column("Nguồn", cells, cited=True)
    roomy = DisplayTable("Bảng", (*others[:9], source))._repr_html_()
    crowded = DisplayTable("Bảng", (*others, source))._repr_html_()
    assert "[1]" not in roomy
    assert "<td>[1]</td>" in crowded
    assert '[2] <a href="https://b.vn">Tạp chí</a>' in crowded


def test_reached_and_exceeded_are_two_columns():
    shown = style_progress(progress_table())
    row = dict(zip(headings_of(shown), cells_of(shown)[0], strict=True))
    assert row["Đạt"] == "133,3%"
    assert row["Vượt"] == "33,3%"
    assert row["Kết luận"] == "● đạt"
    assert row["Đã thực hiện"] == "4.000 (30/03/2022)"
    assert row["Mức phải đạt"] == "3.000"
    assert row["Hạn"] == "31/12/2025"
    assert "Còn thiếu" not in row


def test_a_table_whose_rows_rest_on_no_source_has_no_column_of_sources():
    facts = observations({"value": 4000.0})
    sources = pd.DataFrame({"source": facts["source"], "title": "Báo cáo"})
    known = {"observations": facts, "sources": sources}
    without = style_progress(progress_table(fact_ids=""), **known)
    resting = style_progress(progress_table(fact_ids=facts["fact_id"].iloc[0]), **known)
    assert "Nguồn" not in headings_of(without)
    assert headings_of(resting)[-1] == "Nguồn"


def test_an_unread_decision_and_a_missing_figure_are_marked():
    nan = np.nan
    shown = style_progress(
        progress_table(
            status="unverified", verdict="not_comparable", reached_low=nan, reached=nan,
            reached_high=nan, achievement=nan, exceedance=nan, as_of=None, gap=nan,
            reason="Không so được.",
        )
    )  # fmt: skip
    row = dict(zip(headings_of(shown), cells_of(shown)[0], strict=True))
    assert row["Chỉ tiêu, văn bản"] == (
        "CLB thành lập mới, tính trong kỳ (chưa đối chiếu văn bản); QĐ 1336/QĐ-TTg"
    )
    assert '<a href="https://example.vn">QĐ 1336/QĐ-TTg</a>' in shown._repr_html_()
    assert row["Đã thực hiện"] == "–"
    assert row["Kết luận"] == "– không so sánh được"
    assert "Vượt" not in row


def test_what_is_missing_and_needed_a_year_is_shown_where_it_is_known():
    shown = style_progress(
        progress_table(verdict="not_met", gap=600.0, required_per_year=159.7, exceedance=np.nan,
                       achievement=0.8, progress_class="accelerate",
                       reached_low=2400.0, reached=2400.0, reached_high=2400.0)
    )  # fmt: skip
    row = dict(zip(headings_of(shown), cells_of(shown)[0], strict=True))
    assert (row["Còn thiếu"], row["Cần thêm mỗi năm"]) == ("600", "159,7")
    assert row["Kết luận"] == "✕ chưa đạt; cần đẩy nhanh"


@pytest.mark.parametrize(
    ("low", "high", "gap", "needed"),
    [
        (2300, 2500, "500–700", "133,1–186,4"),
        (2400, np.nan, "tối đa 600", "tối đa 159,7"),
        (2900, 3100, "tối đa 100", "tối đa 26,6"),
    ],
)
def test_what_is_missing_has_the_doubt_of_what_is_reached(low, high, gap, needed):
    """By hand: 1,372 days are left; 600 in them are 159.7 a year."""
    middle = low if np.isnan(high) else (low + high) / 2
    years = 1372 / 365.25
    shown = style_progress(
        progress_table(verdict="undetermined", reached_low=float(low), reached=float(middle),
                       reached_high=high, gap=3000.0 - middle, exceedance=np.nan,
                       required_per_year=max(3000 - middle, 1e-9) / years)
    )  # fmt: skip
    row = dict(zip(headings_of(shown), cells_of(shown)[0], strict=True))
    assert (row.get("Còn thiếu", gap), row["Cần thêm mỗi năm"]) == (gap, needed)


def test_how_much_is_reached_has_the_doubt_of_what_is_reached():
    shown = style_progress(progress_table(reached_low=3600.0, reached=4000.0, reached_high=4400.0))
    row = dict(zip(headings_of(shown), cells_of(shown)[0], strict=True))
    assert (row["Đạt"], row["Vượt"]) == ("120,0–146,7%", "20,0–46,7%")


def test_problems_name_their_place_and_count_by_kind():
    bad = observations(
        {"value": 41, "area": "58", "area_name": "Ninh Thuận"},
        {"value": 52, "indicator": "communes_with_clubs", "area": "58", "area_name": "Ninh Thuận"},
    )
    problems = find_problems(bad, checks=["communes_are_at_most_clubs"])
    shown = style_problems(problems, observations=bad)
    row = dict(zip(headings_of(shown), cells_of(shown)[0], strict=True))
    assert row["Nơi"] == "Ninh Thuận"
    assert row["Mức độ"] == "Sai"
    name = label("check.communes_are_at_most_clubs")
    assert row["Nội dung kiểm tra"] == name
    assert cells_of(count_problems(problems)) == [[name, "sai", "1"]]


def test_problems_that_name_sources_show_their_titles():
    rivals = observations(
        {"value": 220, "source": "bao-a-1"},
        {"value": 225, "source": "bao-b-2", "as_of": "2022-12-31"},
    )
    titles = arrange(
        pd.DataFrame(
            [{"source": "bao-a-1", "title": "Báo A"}, {"source": "bao-b-2", "title": "Báo B"}]
        ),
        SOURCES,
    )
    problems = find_problems(rivals, checks=["sources_agree"])
    text = style_problems(problems, observations=rivals, sources=titles)._repr_html_()
    assert len(problems) == 1
    assert "“Báo A”" in text
    assert "“Báo B”" in text
    assert "bao-" not in text


def test_every_check_and_every_unit_has_words():
    for lang in ("vi", "en"):
        assert all(label(f"check.{check}", lang=lang) for check in CHECKS)
        assert all(label(f"unit.{unit}", lang=lang) for unit in UNITS)


def test_no_table_of_the_real_data_shows_a_raw_name_or_code(real):
    """Fact ids, source keys, columns, indicators: none is a word a reader knows."""
    columns = {c for t in (OBSERVATIONS, METRIC_ROWS, PROGRESS, TARGETS) for c in t.column_names}
    names = {n for n in {*INDICATORS, *METRICS, *columns} if "_" in n}
    raw = re.compile(rf"\b(?:{'|'.join(sorted(names))}|[A-Z]\d{{4}}|nan|NaT|None|<NA>)\b")
    for table in real:
        text = parse(table).text(separator=" ")
        assert not raw.search(text), raw.search(text)
        assert "paragraph" not in text


def test_tables_of_the_real_data_fetch_nothing(real):
    for table in real:
        tree = parse(table)
        assert not tree.css("img, script, link, iframe")
        assert "url(" not in table._repr_html_()
        assert len(table) > 0 or tree.css_first("p") is not None


def test_a_table_speaks_english_when_asked():
    shown = style_observations(THANH_HOA, sources=SOURCE_LIST, lang="en")
    assert headings_of(shown) == ["Indicator", "Figure", "Date", "Source", "Note"]
    assert cells_of(shown)[1][1] == "over 48,600 people"


def test_arguments_stay_as_they_were():
    before = THANH_HOA.copy(deep=True)
    style_observations(THANH_HOA, sources=SOURCE_LIST)
    pd.testing.assert_frame_equal(THANH_HOA, before)
