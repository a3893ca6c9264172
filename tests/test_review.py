"""The review pages: no document runs anything, figures are linked, accepted rows download."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lthtgn_analysis import read_observations, sample_path
from lthtgn_analysis.documents import read_documents
from lthtgn_analysis.errors import InvalidTableError
from lthtgn_analysis.review import split_text, write_review

HOSTILE = (
    "Huyện Nga Sơn (Thanh Hóa) <script>alert(1)</script> có 43 CLB <img src=x onerror=alert(2)>"
    " {{ 7*7 }} </script> & “ba” xã."
)


@pytest.fixture
def report():
    return sample_path("documents") / "bao-cao-xa.txt"


@pytest.fixture
def page(report, tmp_path):
    return write_review(read_documents(report), report, output=tmp_path / "duyet")[0]


@given(text=st.text(max_size=40), cuts=st.lists(st.integers(0, 40), max_size=6))
def test_the_pieces_of_a_text_make_the_text(text, cuts):
    edges = sorted({min(cut, len(text)) for cut in cuts})
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    pieces = split_text(text, spans)
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, number in pieces if number] == [text[a:b] for a, b in spans]


def test_each_figure_is_marked_once_and_has_its_row(page, report):
    html = page.read_text(encoding="utf-8")
    count = len(read_documents(report))
    assert re.findall(r'id="mark-(\d+)"', html) == [str(n) for n in range(1, count + 1)]
    assert re.findall(r'<tr id="row-(\d+)"', html) == [str(n) for n in range(1, count + 1)]
    assert len(re.findall(r"<br>ký tự \d+-\d+</td>", html)) == count


def test_a_page_needs_nothing_from_outside_and_is_the_same_each_time(page, report, tmp_path):
    html = page.read_text(encoding="utf-8")
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", html)
    again = write_review(read_documents(report), report, output=tmp_path / "again")[0]
    assert again.read_bytes() == page.read_bytes()


def test_markup_and_scripts_of_a_document_are_shown_as_text(tmp_path):
    path = tmp_path / "xau.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    html = write_review(read_documents(path), path, output=tmp_path / "o")[0].read_text(
        encoding="utf-8"
    )
    assert "<script>alert" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert html.count("</script>") == 3


def test_a_document_that_could_not_be_read_has_no_page(report, tmp_path):
    broken = tmp_path / "hong.docx"
    broken.write_bytes(b"PK\x03\x04")
    paths = [broken, report]
    pages = write_review(read_documents(paths), paths, output=tmp_path / "o")
    assert [page.name for page in pages] == ["bao-cao-xa.html"]


def test_a_text_without_figures_says_so(tmp_path):
    path = tmp_path / "tho.txt"
    path.write_text("Một bài thơ về tuổi già.", encoding="utf-8")
    html = write_review(read_documents(path), path, output=tmp_path / "o")[0].read_text(
        encoding="utf-8"
    )
    assert "Không đọc được con số nào về CLB trong văn bản này." in html


def test_a_table_from_elsewhere_is_refused(report, tmp_path):
    table = read_documents(report).drop(columns="reason")
    with pytest.raises(InvalidTableError, match=r"it lacks the columns \['reason'\]"):
        write_review(table, report, output=tmp_path)


def open_page(chromium, path):
    """Open a page; all that the console says, and all dialogs, are kept in `said`."""
    shown = chromium.new_page(viewport={"width": 1300, "height": 800}, accept_downloads=True)
    said = []
    shown.on("console", lambda message: said.append(message.text))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    shown.goto(path.as_uri())
    return shown, said


@pytest.mark.browser
def test_accepted_rows_download_as_a_table_of_observations(chromium, page, report, tmp_path):
    shown, said = open_page(chromium, page)
    assert shown.locator("#save").is_disabled()
    for number in (1, 3):
        shown.locator(f"input[data-row='{number}']").focus()
        shown.keyboard.press("Space")
    assert shown.locator("#count").inner_text() == "2 / 14"
    with shown.expect_download() as started:
        shown.locator("#save").click()
    path = tmp_path / "nhan.csv"
    started.value.save_as(path)
    assert started.value.suggested_filename == "bao-cao-xa.csv"
    accepted, all_rows = read_observations(path), read_documents(report)
    expected = all_rows.iloc[[0, 2]].reset_index(drop=True)
    same = ["fact_id", "indicator", "value", "low", "high", "area", "as_of", "published", "locator"]
    pd.testing.assert_frame_equal(accepted[same], expected[same])
    assert accepted["note"].tolist() == expected["reason"].tolist()
    assert said == []


@pytest.mark.browser
def test_figure_and_row_point_to_each_other_by_mouse_and_keyboard(chromium, page):
    shown, said = open_page(chromium, page)
    shown.hover("#row-2")
    assert "here" in shown.locator("#mark-2").get_attribute("class")
    shown.locator("#mark-5 a").focus()
    assert "here" in shown.locator("#row-5").get_attribute("class")
    shown.keyboard.press("Enter")
    assert page.as_uri() + "#row-5" == shown.url
    shown.locator("#all").click()
    sure = shown.locator("input[data-row]:checked").count()
    assert 0 < sure == shown.locator("mark.sure").count()
    shown.locator("#none").click()
    assert shown.locator("input[data-row]:checked").count() == 0
    assert said == []


@pytest.mark.browser
def test_a_hostile_document_runs_nothing(chromium, tmp_path):
    path = tmp_path / "xau.txt"
    path.write_text(HOSTILE, encoding="utf-8")
    shown, said = open_page(
        chromium, write_review(read_documents(path), path, output=tmp_path / "o")[0]
    )
    assert shown.locator(".words").inner_text() == HOSTILE
    assert shown.locator(".words img").count() == 0
    assert said == []


@pytest.mark.browser
def test_the_page_is_accessible(chromium, page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    shown = chromium.new_page()
    shown.set_content(
        re.sub(
            r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>",
            "",
            page.read_text(encoding="utf-8"),
        )
    )
    assert axe.Axe().run(shown).response["violations"] == []
