"""The reports as a newcomer builds them: real sentences, real numbers, in a real browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from selectolax.lexbor import LexborHTMLParser

import lthtgn_analysis as lt

pytestmark = pytest.mark.site
PROVINCES = ["01", "08", "19", "38", "58", "75"]


@pytest.fixture(scope="module")
def site(tmp_path_factory, root):
    """Build the national page, the targets and six provinces from the real sample."""
    output = tmp_path_factory.mktemp("built") / "reports"
    built = lt.build_site(
        root / "notebooks",
        output=output,
        parameters={
            "data": lt.sample_path("observations"),
            "sources": lt.sample_path("sources"),
            "area": PROVINCES,
            "as_of": "2025-12-31",
        },
        jobs=2,
    )
    assert [page.path for page in built.failed] == []
    return output


def test_every_page_was_forked_from_the_warm_process_and_its_tables_were_shared(site):
    """A thread that stays after the shared tables once sent each page to a cold process."""
    events = [json.loads(line) for line in (site / "build.log").read_text("utf-8").splitlines()]
    assert [event["event"] for event in events if event["event"] != "page"] == ["start", "end"]


def text_of(path):
    tree = LexborHTMLParser(path.read_text(encoding="utf-8"))
    for unseen in tree.css("pre, style, script"):
        unseen.decompose()
    return re.sub(r"\s+", " ", tree.body.text(separator=" "))


def test_thanh_hoas_page_says_what_its_sources_say(site):
    text = text_of(site / "vi" / "02-tinh-38.html")
    for words in (
        "CLB Liên thế hệ tự giúp nhau tỉnh Thanh Hóa",
        "có 884 CLB (số liệu ngày 12/10/2022), với trên 48.600 thành viên",
        "54,98 thành viên trở lên",
        "73,35% số xã có CLB (410/559 xã)",
        "78,36 triệu đồng",
        "Tạp chí Lao động và Xã hội",
    ):
        assert words in text, words


def test_the_targets_page_says_why_3021_of_3000_is_undetermined_or_met_now(site):
    text = text_of(site / "vi" / "03-chi-tieu.html")
    assert "4.000" in text
    assert "133,3%" in text
    assert "33,3%" in text
    assert "mức này đã đạt ngay từ đầu kỳ (96,83%)" in text
    assert "chưa đối chiếu văn bản" in text


def test_the_national_page_shows_series_and_what_is_missing(site):
    text = text_of(site / "vi" / "01-toan-quoc.html")
    for words in ("9.000 CLB", "6.521", "khoảng 3.000", "gần 3.500", "trên 330.000"):
        assert words in text, words


def test_figures_stand_with_sources_and_dates(site, sample_observations):
    """Every figure of a province's own table carries the date that the sample gives it."""
    text = text_of(site / "vi" / "02-tinh-19.html")
    mine = sample_observations.query("area == '19' and level == 'province'")
    for day in mine["as_of"].dropna().unique():
        assert pd.Timestamp(day).strftime("%d/%m/%Y") in text


def test_a_province_without_figures_says_so(site):
    text = text_of(site / "vi" / "02-tinh-75.html")
    assert "Theo địa giới này chưa thu thập được số liệu nào." in text


def test_the_index_links_every_page_with_its_date(site):
    index = LexborHTMLParser((site / "index.html").read_text(encoding="utf-8"))
    links = {a.attributes.get("href", "") for a in index.css("a")}
    pages = {f"vi/{path.name}" for path in (site / "vi").glob("*.html")}
    assert {page for page in pages if not page.endswith("index.html")} <= links
    assert "31/12/2025" in index.body.text()


def test_pages_are_self_contained(site):
    for path in [site / "index.html", *(site / "vi").glob("*.html")]:
        tree = LexborHTMLParser(path.read_text(encoding="utf-8"))
        loaded = [node.attributes.get("src") for node in tree.css("script, img, iframe")]
        loaded += [node.attributes.get("href") for node in tree.css("link")]
        foreign = [address for address in loaded if address and "//" in address[:8]]
        assert foreign == [], path.name
        if path.name.startswith("02-"):
            assert path.stat().st_size <= 350_000, f"{path.name}: {path.stat().st_size}"


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "vi/02-tinh-38.html"])
def test_pages_open_without_errors_or_foreign_requests(site: Path, chromium, name):
    page = chromium.new_page()
    messages, requests = [], []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto((site / name).resolve().as_uri())
    assert messages == []
    assert all(url.startswith(("file:", "data:")) for url in requests), requests
    body = page.inner_text("main")
    if name == "index.html":
        page.locator(".cards").get_by_text("Thanh Hóa", exact=True).click()
        page.wait_for_url("**/02-tinh-38.html")
        body = page.inner_text("main")
    assert "884" in body
    assert "410/559" in body
    assert page.locator("main img, main svg").count() >= 3
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["03-chi-tieu", "02-tinh-38"])
def test_on_a_laptop_no_table_of_targets_scrolls_sideways(site: Path, chromium, name):
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto((site / "vi" / f"{name}.html").as_uri())
    wide = page.evaluate(
        "[...document.querySelectorAll('.table-wrap')]"
        ".filter(table => table.scrollWidth > table.clientWidth + 1)"
        ".map(table => table.getAttribute('aria-label'))"
    )
    page.close()
    assert wide == []


def test_no_page_stands_in_the_index_without_a_date(site):
    """Pages 04, 05 and 08 once had none."""
    tree = LexborHTMLParser((site / "index.html").read_text(encoding="utf-8"))
    without = [card.text() for card in tree.css(".cards li") if card.css_first("time") is None]
    assert without == []


def test_a_page_is_the_same_whether_or_not_its_twin_was_made_by_the_same_process(
    tmp_path, root, monkeypatch
):
    """Both languages of a plain notebook are made by one process, one after the other."""
    notebooks = [root / "notebooks" / f"{name}.ipynb" for name in ("02-tinh", "06-von")]
    options = {
        "parameters": {
            "data": lt.sample_path("observations"),
            "sources": lt.sample_path("sources"),
            "area": "38",
            "as_of": "2025-12-31",
        },
        "lang": ("vi", "en"),
    }
    together = lt.build_site(notebooks, output=tmp_path / "together", **options)
    monkeypatch.setattr("lthtgn_analysis.pages.is_plain", lambda _notebook: False)
    apart = lt.build_site(notebooks, output=tmp_path / "apart", **options)
    assert [page.error for page in together.pages] == [None] * 4
    assert [page.sha256 for page in together.pages] == [page.sha256 for page in apart.pages]
    files = [path.relative_to(apart.output) for path in apart.output.glob("[ve][in]/*/*")]
    assert len(files) > 30
    for file in files:
        assert (together.output / file).read_bytes() == (apart.output / file).read_bytes(), file
