"""The index: what is known of each province, what has changed, a map, a table that sorts."""

from __future__ import annotations

import json
import re
import shutil

import pandas as pd
import pytest
from selectolax.lexbor import LexborHTMLParser
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis import cli
from lthtgn_analysis.errors import SiteError
from lthtgn_analysis.history import compare_with_published, write_files
from lthtgn_analysis.layout import render_index
from lthtgn_analysis.overview import MEASURES, _choose_step, make_overview
from lthtgn_analysis.pages import _shorten_titles, build_site
from lthtgn_analysis.printing import find_browser, print_pages
from lthtgn_analysis.sitemap import Page

DAY = "2025-12-31"
CODES = ("01", "38", "17", "82")


def page_of(area, lang="vi", status="ok"):
    names = {"01": "thành phố Hà Nội", "38": "tỉnh Thanh Hóa", "17": "tỉnh Hòa Bình"}
    return Page(
        path=f"{lang}/02-tinh-{area}.html",
        notebook="02-tinh",
        lang=lang,
        parameters={"area": area},
        title=f"CLB Liên thế hệ tự giúp nhau {names.get(area, 'tỉnh Tiền Giang')}",
        as_of=DAY,
        status=status,
    )


def overview_of(*rows, tmp_path):
    return make_overview(observations(*rows), as_of=DAY, output=tmp_path / "none")


def parse(html):
    return LexborHTMLParser(f"<main>{html}</main>")


def text_of(node):
    return re.sub(r"\s+", " ", node.text()).strip()


def tile(tree, name, number="63"):
    tiles = {
        text_of(node.css_first(".name")): node for node in tree.css(f".tiles.map-{number} .tile")
    }
    return tiles[name]


def figure(tree, name, measure, number="63"):
    return text_of(tile(tree, name, number).css_first(f".m-{measure}"))


def row_of(tree, name):
    rows = {
        text_of(row.css_first("th a") or row.css_first("th")): row
        for row in tree.css("div.map-63 .provinces tbody tr")
    }
    return rows[name]


@pytest.fixture(scope="module")
def real(sample_observations, tmp_path_factory):
    return make_overview(sample_observations, as_of=DAY, output=tmp_path_factory.mktemp("none"))


@pytest.fixture(scope="module")
def tree(real):
    return parse(real.write([page_of(code) for code in CODES], "vi"))


def test_every_province_of_both_maps_has_a_tile_and_a_row(tree):
    for number, count in (("63", 63), ("34", 34)):
        names = lt.tile_grid({"63": "2025-01", "34": "2025-07"}[number])["area_name"]
        for selector in (
            f".tiles.map-{number} .tile .name",
            f"div.map-{number} .provinces tbody th",
        ):
            found = [text_of(node) for node in tree.css(selector)]
            assert len(found) == count
            assert {name.replace(" - ", " ").replace("- ", " ") for name in found} == {
                name.replace(" - ", " ") for name in names
            }


def test_both_archipelagos_are_on_both_maps(tree):
    for number in ("63", "34"):
        named = [n.attributes["aria-label"] for n in tree.css(f".tiles.map-{number} .islands")]
        assert named == ["Quần đảo Hoàng Sa (Đà Nẵng)", "Quần đảo Trường Sa (Khánh Hòa)"]


def test_the_tile_of_nghe_an_is_called_na(tree):
    """Pandas reads "NA" as missing; the map once printed "nan"."""
    assert text_of(tile(tree, "Nghệ An").css_first(".short")) == "NA"
    assert "nan" not in [text_of(node) for node in tree.css(".short")]


def test_known_tiles_have_figures_and_lead_to_their_pages(tree):
    thanh_hoa = tile(tree, "Thanh Hóa")
    assert thanh_hoa.tag == "a"
    assert thanh_hoa.attributes["href"] == "vi/02-tinh-38.html"
    assert figure(tree, "Thanh Hóa", "clubs") == "884"
    assert figure(tree, "Thanh Hóa", "members") == "≥48.600"
    assert figure(tree, "Thanh Hóa", "commune_coverage") == "73%"
    assert "clubs-4" in thanh_hoa.attributes["class"].split()
    assert "clubs-u" in tile(tree, "An Giang").attributes["class"].split()


def test_a_province_of_the_old_map_and_its_namesake_are_two(tree):
    assert figure(tree, "Hà Nội", "clubs", "63") == "528"
    assert figure(tree, "Hà Nội", "clubs", "34") == "516"


def test_rows_say_figure_doubt_day_and_problems(tree):
    row = text_of(row_of(tree, "Thanh Hóa"))
    for words in ("884", "12/10/2022", "48.600 trở lên", "54,98 trở lên", "73,35", "78,36"):
        assert words in row, words
    heads = [text_of(head) for head in tree.css_first("div.map-63 .provinces").css("thead th")]
    assert heads[1:6] == ["Số CLB", "Thành viên (người)", "Thành viên mỗi CLB (người)",
                          "Độ phủ xã (%)", "Quỹ mỗi CLB (triệu đồng)"]  # fmt: skip
    assert text_of(row_of(tree, "An Giang")) == "An Giang" + "–" * 7


def test_the_trace_is_drawn_of_one_map_only_and_read_out(tree):
    alt = row_of(tree, "Hòa Bình").css_first("svg.trace").attributes["aria-label"]
    assert alt.startswith("4 mốc: ")
    assert alt.endswith("31/05/2025: 139")
    hanoi = row_of(tree, "Hà Nội").css_first("svg.trace").attributes["aria-label"]
    assert "516" not in hanoi


def test_provinces_stand_in_the_order_of_the_vietnamese_alphabet(tree):
    names = [text_of(node) for node in tree.css("div.map-34 .provinces tbody th")]
    assert names[:3] == ["An Giang", "Bắc Ninh", "Cà Mau"]
    assert names.index("Đà Nẵng") > names.index("Cần Thơ")
    assert names.index("Gia Lai") > names.index("Đồng Tháp")
    ranks = [int(n.attributes["data-value"]) for n in tree.css("div.map-34 .provinces tbody th")]
    assert ranks == list(range(34))


def test_no_raw_identifier_and_no_foreign_address(real, tree):
    english = parse(real.write([page_of("38", "en")], "en"))
    for page in (tree, english):
        for unseen in page.css("style, script"):
            unseen.decompose()
        text = page.body.text()
        assert not re.search(r"[a-z]+_[a-z]+|\bnan\b|NaT|None|\{\w*\}", text)
        assert "//" not in re.sub(r"", "", page.body.html)
    assert "Map of provinces" in english.body.text()
    heads = [text_of(head) for head in english.css_first("div.map-63 .provinces").css("thead th")]
    assert heads[1:4] == ["Clubs", "Members (people)", "Members per club (people)"]
    assert figure(english, "Thanh Hóa", "members") == "≥48,600"


def test_with_no_figure_everything_is_hatched_and_said(tmp_path):
    tree = parse(overview_of(tmp_path=tmp_path).write([], "vi"))
    tiles = tree.css(".tile")
    assert len(tiles) == 97
    assert all(f"{name}-u" in node.attributes["class"] for node in tiles for name in MEASURES)
    assert "Chưa có số liệu: số CLB" in tree.body.text()
    assert tree.css(".tile[href], .trace, .scale") == []


def test_with_one_figure_it_alone_is_known(tmp_path):
    tree = parse(overview_of({"value": 37, "locator": None}, tmp_path=tmp_path).write([], "vi"))
    assert "Số CLB: đã biết của 1/63 tỉnh; cao nhất Thanh Hóa (37)" in tree.body.text()
    assert figure(tree, "Thanh Hóa", "clubs") == "37"
    assert figure(tree, "Thanh Hóa", "sourced_share") == "0%"
    assert figure(tree, "Thanh Hóa", "problems") == "0"
    assert figure(tree, "Thanh Hóa", "doubt") == "0%"
    assert tile(tree, "Thanh Hóa").tag == "g"


def test_contradictory_figures_are_counted_as_problems(tmp_path):
    rows = (
        {"value": 41, "source": "a"},
        {"value": 90, "source": "b"},
        {"indicator": "communes_with_clubs", "value": 60, "source": "a"},
        {"indicator": "communes_total", "value": 50, "source": "a"},
    )
    found = lt.find_problems(observations(*rows))
    tree = parse(overview_of(*rows, tmp_path=tmp_path).write([], "vi"))
    assert len(found) > 0
    assert figure(tree, "Thanh Hóa", "problems") == str(len(found))


def test_doubt_is_the_widest_interval_as_a_share_of_the_figure(tmp_path):
    rows = (
        {"value": 50, "low": 50, "high": 50},
        {"indicator": "members", "value": 2000, "low": 1900, "high": 2400, "qualifier": "range"},
    )
    overview = make_overview(
        observations(*rows).assign(low=[50.0, 1900.0], high=[50.0, 2400.0]),
        as_of=DAY,
        output=tmp_path / "none",
    )
    doubt = overview.profile.query("measure == 'doubt'")["value"].item()
    assert doubt == pytest.approx((2400 - 1900) / 2000)


def test_doubt_without_an_upper_bound_is_at_least_all(tmp_path):
    table = observations({"value": 50}).assign(high=float("nan"), qualifier="at_least")
    overview = make_overview(table, as_of=DAY, output=tmp_path / "none")
    row = overview.profile.query("measure == 'doubt'").iloc[0]
    assert (row["low"], row["value"]) == (1.0, 1.0)
    assert pd.isna(row["high"])
    assert figure(parse(overview.write([], "vi")), "Thanh Hóa", "doubt") == "≥100%"


@pytest.mark.parametrize(
    ("largest", "whole", "step"),
    [(884, True, 200), (3, True, 1), (0, True, 1), (12, True, 3), (0.7335, False, 0.15),
     (0.07, False, 0.015), (0, False, 0.2), (57.7, False, 12.0)],
)  # fmt: skip
def test_classes_have_round_steps_and_reach_the_largest(largest, whole, step):
    chosen = _choose_step(largest, whole=whole)
    assert 5 * chosen >= largest * (1 - 1e-9)
    assert not whole or float(chosen).is_integer()
    assert chosen <= max(2 * step, 1)


def test_the_state_of_the_build_is_counted(real):
    pages = [page_of("38"), page_of("01", status="stale"), page_of("17", status="failed")]
    tree = parse(real.write(pages, "vi"))
    states = [text_of(node) for node in tree.css(".statuses li")]
    assert states == ["1 trang đã cập nhật", "1 trang giữ bản cũ", "1 trang lỗi"]
    assert "bản cũ" in text_of(row_of(tree, "Hà Nội"))


def publish(folder, overview, day="2025-12-01"):
    folder.mkdir(exist_ok=True)
    for name, text in overview.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps({"built_on": day}), encoding="utf-8")


def changes_text(overview, lang="vi"):
    tree = parse(overview.write([], lang))
    return text_of(tree.css_first(".states > div"))


def test_changes_are_told_by_cause_and_stay_until_the_next_change(tmp_path):
    site = tmp_path / "site"
    first = make_overview(observations({"value": 37}), as_of=DAY, output=site)
    assert "Đây là bản dựng đầu tiên" in changes_text(first)
    publish(site, first)
    same = make_overview(observations({"value": 37}), as_of=DAY, output=site)
    assert "Không có số liệu hay kết luận nào thay đổi." in changes_text(same)
    corrected = observations({"value": 41})
    second = make_overview(corrected, as_of=DAY, output=site)
    text = changes_text(second)
    assert "So với bản dựng ngày 01/12/2025:" in text
    assert "1 mục đổi vì có số liệu mới hoặc số cũ được sửa." in text
    assert "Số CLBThanh Hóa3741số liệu" in text
    assert "1 changed because of new or corrected data." in changes_text(second, "en")
    publish(site, second, day="2025-12-02")
    again = make_overview(corrected, as_of=DAY, output=site)
    assert changes_text(again) == text
    assert again.files == second.files


def test_other_boundaries_are_a_cause_of_their_own(tmp_path):
    site = tmp_path / "site"
    rows = {"value": 884, "as_of": "2025-08-01"}
    publish(site, make_overview(observations({**rows, "boundaries": "2025-01"}), as_of=DAY,
                                output=site))  # fmt: skip
    moved = make_overview(observations({**rows, "boundaries": "2025-07"}), as_of=DAY, output=site)
    assert "1 mục đổi vì địa giới hành chính khác." in changes_text(moved)


def test_another_definition_is_a_cause_of_its_own(tmp_path):
    """The site of before computed Thanh Hóa's 37 clubs by a definition that is not today's."""
    site = tmp_path / "site"
    publish(site, make_overview(observations({"value": 37}), as_of=DAY, output=site))
    table = site / "metrics.csv"
    rule = lt.METRICS["clubs"].fingerprint
    table.write_text(table.read_text(encoding="utf-8").replace(rule, "0-before"), encoding="utf-8")
    moved = make_overview(observations({"value": 41}), as_of=DAY, output=site)
    assert "1 mục đổi vì cách tính khác." in changes_text(moved)
    changes = site / "changes.csv"
    publish(site, moved)
    assert "causes" in changes.read_text(encoding="utf-8").splitlines()[0]


def test_a_changed_target_is_named_by_its_scheme_not_by_its_code(sample_observations, tmp_path):
    metrics = lt.compute(sample_observations, level="national", as_of=DAY)
    targets = lt.read_targets(scheme="1336")
    before = lt.measure_progress(sample_observations, targets, as_of=DAY)
    bar = targets.assign(value=targets["value"] * 1.5, low=targets["low"] * 1.5)
    after = lt.measure_progress(sample_observations, bar, as_of=DAY)
    site = tmp_path / "site"
    site.mkdir()
    first = compare_with_published(site, metrics=metrics, progress=before)
    for name, text in write_files(first, metrics=metrics, progress=before).items():
        (site / name).write_text(text, encoding="utf-8")
    history = compare_with_published(site, metrics=metrics, progress=after)
    assert set(history.changes["cause"]) == {"target"}
    assert set(history.changes["scheme"]) == {"1336"}
    assert history.changes["since"].isna().all()


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\x00\x01"])
def test_a_damaged_table_of_the_last_build_is_said_and_does_not_stop_this_one(tmp_path, content):
    site = tmp_path / "site"
    publish(site, make_overview(observations({"value": 37}), as_of=DAY, output=site))
    (site / "metrics.csv").write_text(content, encoding="utf-8")
    overview = make_overview(observations({"value": 37}), as_of=DAY, output=site)
    assert "Không đọc được các bảng của bản dựng trước" in changes_text(overview)
    assert overview.files["metrics.csv"].startswith("metric,")


def test_cards_say_the_name_of_the_place_only_and_are_sorted_by_it():
    short = _shorten_titles([page_of(code) for code in CODES])
    assert [page.title for page in short] == ["Hà Nội", "Thanh Hóa", "Hòa Bình", "Tiền Giang"]
    failed = page_of("99", status="failed")
    assert _shorten_titles([page_of("38"), page_of("01"), failed])[0].title == "Thanh Hóa"
    alone = [page_of("38")]
    assert _shorten_titles(alone)[0].title == "CLB Liên thế hệ tự giúp nhau tỉnh Thanh Hóa"


LIGHT = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Một trang", "id": "a"},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "id": "b",
         "source": 'as_of = "2025-12-31"', "outputs": [], "execution_count": None},
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "x"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}  # fmt: skip


@pytest.fixture
def light(tmp_path):
    path = tmp_path / "01-mot.ipynb"
    path.write_text(json.dumps(LIGHT), encoding="utf-8")
    return path


def test_a_site_carries_further_files_and_renews_them(light, tmp_path):
    site = tmp_path / "site"
    first = build_site(light, output=site, files={"metrics.csv": "a\n"}, jobs=1)
    same = build_site(light, output=site, files={"metrics.csv": "a\n"}, jobs=1)
    other = build_site(light, output=site, files={"metrics.csv": "b\n"}, jobs=1)
    assert (first.published, same.published, other.published) == (True, False, True)
    assert (site / "metrics.csv").read_text(encoding="utf-8") == "b\n"
    assert other.built == ()


@pytest.mark.parametrize(
    "name", ["index.html", "manifest.json", "../x.csv", "vi", ".hidden", "a b"]
)
def test_files_that_the_site_needs_are_refused(light, tmp_path, name):
    with pytest.raises(SiteError, match="`files` must have plain names of files"):
        build_site(light, output=tmp_path / "site", files={name: ""})
    assert not (tmp_path / "site").exists()


def test_only_the_scripts_of_the_index_may_run():
    html = render_index(lang="vi", count=0, as_of=None, groups=[], troubled=[],
                        extra="<script>let a = 1;</script>", twins=[])  # fmt: skip
    # printf 'let a = 1;' | openssl dgst -sha256 -binary | base64
    assert "script-src 'sha256-xY6QKfH9PRsQnLz56nj6MBwiK5oHg+im1Jkpdp1x/Ck='" in html
    assert "unsafe-inline'; img-src" in html
    plain = render_index(lang="vi", count=0, as_of=None, groups=[], troubled=[], extra="", twins=[])
    assert "script-src" not in plain


def test_without_a_browser_the_html_stands_and_a_sentence_says_so(
    light, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr("lthtgn_analysis.printing.find_browser", lambda: None)
    monkeypatch.setattr(
        "sys.argv", ["lthtgn", "site", str(light), "-o", str(tmp_path / "site"), "--pdf"]
    )
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (0, None)
    assert "no PDF was printed: no Chromium, Chrome or Edge is installed" in capsys.readouterr().err
    assert (tmp_path / "site" / "index.html").exists()
    assert not (tmp_path / "site" / "pdf").exists()


def test_a_browser_that_fails_is_named_with_its_pages(tmp_path):
    (tmp_path / "a.html").write_text("<p>a", encoding="utf-8")
    program = shutil.which("false")
    if program is None:
        pytest.skip("there is no program `false` here")
    with pytest.raises(
        SiteError, match=r"1 of 1 pages could not be printed by .*false:\n.*a\.html"
    ):
        print_pages(tmp_path, ["a.html"], browser=program)


@pytest.mark.browser
def test_pages_are_printed_on_a4_with_header_and_page_numbers(light, tmp_path):
    browser = find_browser()
    if browser is None:
        pytest.skip("no Chromium is installed")
    from pypdf import PdfReader

    site = tmp_path / "site"
    rows = observations(*({"value": n, "area": "38"} for n in (37, 41)))
    overview = make_overview(rows, as_of=DAY, output=site)
    build_site(light, output=site, index=overview.write, files=overview.files, jobs=1)
    printed = print_pages(site, ["index.html", "vi/01-mot.html"], browser=browser)
    index, page = (PdfReader(path) for path in printed)
    assert printed[1] == site / "pdf" / "vi" / "01-mot.pdf"
    width, height = (float(side) for side in page.pages[0].mediabox[2:])
    assert (width, height) == pytest.approx((595, 842), abs=1.5)
    assert len(page.pages) == 1
    assert len(index.pages) > 1
    for number, sheet in enumerate(index.pages, start=1):
        text = sheet.extract_text()
        assert f"{number} / {len(index.pages)}" in text
        assert "CLB Liên thế hệ tự giúp nhau" in text
    heads = [sheet.extract_text() for sheet in index.pages if "Yên Bái" in sheet.extract_text()]
    assert "Thành viên mỗi CLB" in " ".join(heads[-1].split()), (
        "the head of a table is repeated on each sheet"
    )
    before = printed[1].stat().st_mtime_ns
    (site / "pdf" / "gone.pdf").write_bytes(b"")
    assert print_pages(site, ["vi/01-mot.html"], browser=browser) == [printed[1]]
    assert printed[1].stat().st_mtime_ns == before
    assert not (site / "pdf" / "gone.pdf").exists()


@pytest.fixture(scope="module")
def built(real, tmp_path_factory):
    """An index in both languages over pages that say no more than their names."""
    site = tmp_path_factory.mktemp("index")
    for lang, name, other in (("vi", "index.html", "en"), ("en", "index.en.html", "vi")):
        (site / lang).mkdir()
        pages = [page_of(code, lang) for code in CODES]
        for page in pages:
            (site / page.path).write_text(f"<title>{page.title}</title>{page.title}", "utf-8")
        cards = [
            {"title": page.title, "href": page.path, "as_of": DAY, "status": "ok"}
            for page in _shorten_titles(pages)
        ]
        html = render_index(
            lang=lang, count=len(pages), as_of=DAY,
            groups=[{"title": "Theo địa phương", "general": False, "pages": cards}], troubled=[],
            extra=real.write(pages, lang),
            twins=[{"lang": other, "href": {"vi": "index.html", "en": "index.en.html"}[other]}],
        )  # fmt: skip
        (site / name).write_text(html, encoding="utf-8")
    for name, text in real.files.items():
        (site / name).write_text(text, encoding="utf-8")
    return site


@pytest.fixture
def open_index(chromium, built):
    """Open an index; at the end nothing may have been said on the console or asked elsewhere."""
    contexts, heard, asked = [], [], []

    def call(name="index.html", width=1280, **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((built / name).as_uri())
        return page

    yield call
    for context in contexts:
        context.close()
    assert heard == []
    assert all(url.startswith("file:") for url in asked), asked


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_the_index_is_accessible_and_never_wider_than_the_window(open_index, width, name):
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        page = open_index(name, width, color_scheme=scheme, bypass_csp=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("script", [True, False])
def test_a_tile_opens_the_page_of_its_province(open_index, width, script):
    page = open_index(width=width, java_script_enabled=script)
    page.locator(".tiles.map-63 a.tile", has_text="Thanh Hóa").click()
    page.wait_for_url("**/vi/02-tinh-38.html")


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_map_and_measure_are_switched_also_without_script(open_index, script):
    page = open_index(java_script_enabled=script)
    thanh_hoa = page.locator(".tiles.map-63 .tile", has_text="Thanh Hóa")
    assert thanh_hoa.locator(".m-clubs").is_visible()
    assert thanh_hoa.locator(".m-members").is_hidden()
    page.get_by_label("Thành viên", exact=True).check()
    assert thanh_hoa.locator(".m-members").is_visible()
    assert thanh_hoa.locator(".m-clubs").is_hidden()
    page.get_by_role("radio", name="34 tỉnh (từ 01/7/2025)").check()
    assert page.locator("svg.tiles.map-63").is_hidden()
    assert page.locator("div.map-34 table").is_visible()
    page.get_by_label("Chỉ hiện tỉnh có số liệu").check()
    assert page.locator("div.map-34 tbody tr").get_by_text("Huế", exact=True).is_hidden()
    assert page.locator("#find").is_visible() == script


@pytest.mark.browser
@pytest.mark.parametrize("words", ["thanh hoa", "Thanh Hóa", "thanh hoá", "THANHHOA"])
def test_search_knows_names_with_and_without_diacritics(open_index, words):
    page = open_index(width=360)
    page.get_by_label("Tìm tỉnh").fill(words)
    assert page.locator("#found").inner_text() == "Thanh Hóa"
    assert page.locator("#found-count").inner_text() == "1 tỉnh phù hợp"
    rows = page.locator("div.map-63 .provinces tbody tr:visible")
    assert rows.count() == 1
    assert "884" in rows.inner_text()
    assert page.locator(".cards li:visible").all_inner_texts()[0].startswith("Thanh Hóa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vi/02-tinh-38.html")


@pytest.mark.browser
def test_search_says_when_nothing_matches_and_gives_all_back(open_index):
    page = open_index()
    box = page.get_by_label("Tìm tỉnh")
    box.fill("Đ")
    assert page.locator(".tiles.map-63 .hit").count() > 3
    box.fill("hậu gian x")
    assert page.locator("#found-count").inner_text() == "Không có tỉnh nào khớp"
    box.fill("")
    assert page.locator("div.map-63 .provinces tbody tr:visible").count() == 63


@pytest.mark.browser
def test_the_table_is_sorted_by_pointer_and_by_keyboard_with_what_is_missing_last(open_index):
    page = open_index()
    table = page.locator("div.map-63 .provinces")
    names = table.locator("tbody th")
    clubs = table.get_by_role("button", name="Số CLB", exact=True)
    clubs.click()
    assert names.first.inner_text() == "Thanh Hóa"
    assert clubs.locator("..").get_attribute("aria-sort") == "descending"
    assert table.locator("th[aria-sort]").count() == 1
    clubs.focus()
    page.keyboard.press("Enter")
    assert clubs.locator("..").get_attribute("aria-sort") == "ascending"
    assert names.first.inner_text() == "Ninh Bình"
    assert "–" in table.locator("tbody tr").last.inner_text()
    province = table.get_by_role("button", name="Tỉnh", exact=True)
    province.focus()
    page.keyboard.press("Space")
    assert names.first.inner_text() == "An Giang"
    page.keyboard.press("Space")
    assert names.first.inner_text() == "Yên Bái"


@pytest.mark.browser
def test_the_language_switch_leads_to_the_same_index_and_downloads_open(open_index):
    page = open_index()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/index.en.html")
    assert page.locator("html").get_attribute("lang") == "en"
    assert "Map of provinces" in page.inner_text("main")
    with page.expect_download() as started:
        page.get_by_role("link", name="Metrics").click()
    table = pd.read_csv(started.value.path(), dtype={"area": "str"})
    row = table.query("area == '38' and metric == 'clubs'")
    assert row["value"].tolist() == [884.0]


@pytest.mark.browser
def test_the_map_is_dark_where_the_reader_wants_it_dark(open_index):
    def fill(scheme):
        page = open_index(color_scheme=scheme)
        rect = page.locator(".tiles.map-63 .tile", has_text="Bạc Liêu").locator("rect")
        return rect.evaluate("node => getComputedStyle(node).fill")

    assert (fill("light"), fill("dark")) == ("rgb(227, 240, 242)", "rgb(26, 47, 55)")
