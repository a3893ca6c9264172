"""The review pages: no document runs anything, figures are linked, accepted rows download."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lthtgn_analysis as lt
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


# What was read, and why: the page of evidence

ARTICLE = "Đến 30/6/2023, huyện Nga Sơn (Thanh Hóa) có {clubs} CLB{more}."


def read(tmp_path, text):
    path = tmp_path / "tin.txt"
    path.write_text(text, encoding="utf-8")
    return read_documents(path)


def test_no_figure_is_said_and_not_counted(tmp_path):
    figures = read(tmp_path, "Hội Người cao tuổi huyện họp bàn công tác cuối năm.")
    said = lt.say_reading(figures, lt.find_problems(figures)).sentences
    assert said == (
        "Không đọc được con số nào về CLB.",
        "Vì vậy chưa có gì để nói về ngày và độ tin cậy.",
        "Chưa có hai con số nào để đặt cạnh nhau, nên chưa thể nói các số có khớp nhau không.",
    )


def test_one_figure_has_nothing_beside_it(tmp_path):
    figures = read(tmp_path, ARTICLE.format(clubs=43, more=""))
    said = lt.say_reading(figures, lt.find_problems(figures), lang="en").sentences
    assert said == (
        "1 figure of 1 measure in 1 place was read, in 1 document.",
        "1 of 1 has a day; none is trusted less than 75%.",
        "There are no two figures to set side by side, so whether they fit cannot be said.",
    )


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (" ở 20/24 xã", "Đặt cạnh nhau, không chỗ nào trái nhau; điều đó chưa có nghĩa là các số "
                        "đều đúng."),
        (" ở 26/24 xã", "Đặt cạnh nhau, các số có 1 chỗ không thể cùng đúng và 0 chỗ cần kiểm "
                        "tra."),
    ],
)  # fmt: skip
def test_figures_that_fit_and_figures_that_contradict(tmp_path, more, expected):
    figures = read(tmp_path, ARTICLE.format(clubs=43, more=more))
    assert len(figures) == 3
    assert lt.say_reading(figures, lt.find_problems(figures)).sentences[2] == expected


def test_figures_without_a_day_and_of_little_trust_are_counted(tmp_path):
    figures = read(tmp_path, "Toàn xã có 3 CLB. Huyện Nga Sơn (Thanh Hóa) có 43 CLB.")
    undated = int(figures["as_of"].isna().sum())
    doubtful = int((figures["confidence"] < 0.75).sum())
    assert undated == len(figures)
    assert (
        lt.say_reading(figures, lt.find_problems(figures), lang="vi")
        .sentences[1]
        .startswith(
            f"0 trong {len(figures)} số có ghi ngày; "
            + (f"{doubtful} số có độ tin cậy dưới 75%" if doubtful else "không số nào")
        )
    )


OWN_WORDS = ("phần kế hoạch", "ngày trong kế hoạch", "liệt kê theo nơi")


def quoted(text):
    return [words for words in re.findall("“([^”]*)”", text) if words not in OWN_WORDS]


def test_every_reason_is_told_in_both_languages_and_the_words_of_the_document_stay():
    """Each sample document, whatever was read in sentences or tables."""
    for path in sorted(sample_path("documents").iterdir()):
        figures = read_documents(path).sort_values("confidence", kind="stable")
        vi = lt.style_reasons(figures).to_frame()
        assert [quoted(text) for text in vi.iloc[:, 5]] == [
            quoted(text) for text in figures["reason"]
        ]
        assert (vi.iloc[:, 6:] != "").all(axis=None)
        en = lt.style_reasons(figures, lang="en").to_frame()
        for told, reason, day in zip(en.iloc[:, 5], figures["reason"], en.iloc[:, 7], strict=True):
            assert set(quoted(reason)) <= set(quoted(told))
            left = f"{re.sub('“[^”]*”', '', told)} {day}"
            assert not re.search("[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]", left, re.IGNORECASE), left


def test_reasons_stand_least_sure_first_with_plan_achievement_in_percent():
    path = sample_path("documents") / "bai-bao-can-hoi-lai.txt"
    figures = read_documents(path)
    shown = lt.style_reasons(figures).to_frame()
    trust = [int(text) for text in shown["Độ tin cậy (%)"]]
    assert trust == sorted(trust)
    percent = shown.loc[shown["Chỉ số"] == "Mức đạt kế hoạch", "Số liệu"].tolist()
    printed = figures.loc[figures["indicator"] == "plan_achievement", "value"].tolist()
    assert percent == [f"{value * 100:g}".replace(".", ",") + "%" for value in printed]
