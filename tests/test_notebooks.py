"""The notebooks: cleared, prose and calls only, and true pages when run on the real sample."""

from __future__ import annotations

import ast
import base64
import csv
import functools
import io
import json
import re
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from selectolax.lexbor import LexborHTMLParser

import lthtgn_analysis as lt
from lthtgn_analysis.downloads import detach_files
from lthtgn_analysis.indicators import INDICATORS, METRICS
from lthtgn_analysis.runner import run_notebook

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
PARAMETERS = {
    "01-toan-quoc": {"data", "sources", "as_of", "lang"},
    "02-tinh": {"data", "sources", "area", "as_of", "lang"},
    "02-huyen": {"data", "sources", "district", "as_of", "lang"},
    "03-chi-tieu": {"data", "sources", "as_of", "lang"},
    "04-kiem-toan": {"data", "sources", "as_of", "lang"},
    "05-bang-chung": {"document", "lang"},
    "06-von": {"data", "sources", "as_of", "lang"},
    "07-phu": {"data", "sources", "as_of", "lang"},
    "08-clb": {"clubs", "meetings", "loans", "day", "lang"},
    "09-kich-ban": {"data", "sources", "as_of", "lang"},
}
VIETNAMESE = re.compile("[àáâãèéêìíòóôõùúýăđĩũơưạ-ỹ]", re.IGNORECASE)
ENGLISH = re.compile(r"\b(?:the|of|and|with|figures|clubs|members|from)\b")
VIETNAMESE_IN_ENGLISH = re.compile(r"QĐ|Hoàng Sa|Trường Sa|đồng|“[^”]*”")
LARGEST_PAGE = 350_000
SHEET = 673
"""Pixels between the margins of A4: 210 less 32 mm."""
NOT_PROSE_AND_CALLS = (
    ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.With, ast.Try,
    ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.BinOp, ast.AugAssign,
)  # fmt: skip
RAW = re.compile(
    r"\b(?:"
    + "|".join(sorted(name for name in {*INDICATORS, *METRICS} if "_" in name))
    + r"|[FSD]\d{4}|nan|NaT|None|paragraph|fact_id|area_name|as_of)\b"
)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def code_of(notebook):
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Run a notebook with the engine and return what a reader sees of its page."""
    folder = tmp_path_factory.mktemp("pages")
    built = {}

    def run(name, *, file=False, **parameters):
        key = (name, *sorted(parameters.items()))
        page = folder / f"{'-'.join(map(str, (name, *parameters.values())))}.html"
        if key not in built:
            done = run_notebook(FOLDER / f"{name}.ipynb", parameters=parameters, html=page)
            assert done.error is None, done.error
            html = page.read_text(encoding="utf-8")
            alone, _files = detach_files(html, folder="page")  # as it stands in a site
            assert len(alone.encode()) <= LARGEST_PAGE, name
            tree = LexborHTMLParser(html)
            for unseen in tree.css("pre.code, style, footer, title"):
                unseen.decompose()
            built[key] = tree
        return page if file else built[key]

    return run


def words_of(tree):
    return " ".join(tree.body.text(separator=" ").replace("\xa0", " ").split())


def test_the_notebooks_are_those_of_the_design():
    assert {path.stem for path in NOTEBOOKS} >= set(PARAMETERS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_cleared_and_their_cells_have_fixed_ids(path):
    notebook = read(path)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_hold_prose_and_calls_only(path):
    for source in code_of(read(path)):
        found = [
            node for node in ast.walk(ast.parse(source)) if isinstance(node, NOT_PROSE_AND_CALLS)
        ]
        assert not found, f"line {found[0].lineno} of: {source}"


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_first_code_cell_holds_the_parameters(name):
    cells = read(FOLDER / f"{name}.ipynb")["cells"]
    tagged = [n for n, cell in enumerate(cells) if "parameters" in cell["metadata"].get("tags", ())]
    first_code = next(n for n, cell in enumerate(cells) if cell["cell_type"] == "code")
    assert tagged == [first_code]
    tree = ast.parse("".join(cells[first_code]["source"]))
    assert {line.targets[0].id for line in tree.body} == PARAMETERS[name]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_figure_is_followed_by_its_source(path):
    """By a line that names it, or by a table that names it row by row."""
    calls = re.findall(r"lt\.(plot_\w+|cite|style_\w+)\(", "\n".join(code_of(read(path))))
    for here, after in pairwise(calls):
        if here.startswith("plot_"):
            assert not after.startswith("plot_"), f"{here} is followed by {after}"


def test_the_national_page_tells_the_national_story(build):
    page = build("01-toan-quoc")
    text = words_of(page)
    assert page.css_first("h1").text() == "CLB Liên thế hệ tự giúp nhau trên toàn quốc"
    assert "Cả nước có 9.000 CLB Liên thế hệ tự giúp nhau (số liệu ngày 31/05/2025)" in text
    assert "giảm từ trên 484.000 (31/12/2024) xuống trên 330.000 (31/05/2025)" in text
    assert "57 / 63" in text
    assert "90,48%" in text
    assert "60,47 người" in text
    assert "2,99 tỉ đồng" in text
    assert "1158 ngày" not in text
    titles = [image.attributes["alt"] for image in page.css("figure img")]
    assert any("cao nhất Thanh Hóa (884)" in title for title in titles)
    assert any("40 + 17 + 6 = 63, đúng bằng tổng đã công bố" in title for title in titles)


def test_thanh_hoa_has_the_figures_of_its_article(build):
    page = build("02-tinh", area="38")
    text = words_of(page)
    assert page.css_first("h1").text() == "CLB Liên thế hệ tự giúp nhau tỉnh Thanh Hóa"
    for figure in ("73,35%", "410 / 559", "78,36 triệu đồng", "54,98 người trở lên",
                   "tối đa 1,43 triệu đồng", "103,2 CLB", "trên 48.600 người", "27 / 27",
                   "69,27 tỉ đồng", "12/10/2022"):  # fmt: skip
        assert figure in text, figure
    assert "chưa đủ một năm, quy ra 12 tháng" in text
    assert "Nga Sơn" in text


def test_thai_nguyen_has_its_parts(build):
    page = build("02-tinh", area="19")
    assert "39,2 người" in words_of(page)
    assert "35,47 triệu đồng trở lên" in words_of(page)
    titles = [image.attributes["alt"] for image in page.css("figure img")]
    assert any("75 + 31 + 21 + 8 = 135, đúng bằng tổng đã công bố" in title for title in titles)


def test_ninh_thuan_is_met_and_exceeded(build):
    """41 new clubs of 30: reached 136.7 %, exceeded by 36.7 % (5/2025)."""
    text = words_of(build("02-tinh", area="58"))
    assert "136,7%" in text
    assert "36,7%" in text
    # Its newest page with a date is of 2024; a figure of May 2025 is no fault because of that.
    assert "không quá xa ngày công bố mới nhất" not in text
    assert "hai số cách nhau 212 ngày, có thể không cùng phạm vi" in text


def test_one_code_on_two_maps_is_two_sections(build):
    page = build("02-tinh", area="08")
    headings = [heading.text() for heading in page.css("h2")]
    assert "Theo địa giới 63 tỉnh (đến ngày 30/6/2025)" in headings
    assert "Theo địa giới 34 tỉnh (từ ngày 01/7/2025)" in headings
    text = words_of(page)
    assert "Tỉnh Tuyên Quang có 4 CLB (số liệu ngày 05/10/2020)" in text
    assert "Tỉnh Tuyên Quang có 135 CLB (số liệu ngày 13/11/2025)" in text
    titles = " ".join(image.attributes["alt"] for image in page.css("figure img"))
    assert "tăng từ 4" not in titles


def test_a_province_with_a_single_figure_is_a_whole_page(build, sample_observations):
    rows = sample_observations.query("level == 'province'")
    counts = rows.groupby("area").size()
    area = counts.loc[counts == counts.min()].index[0]
    page = build("02-tinh", area=area)
    assert page.css_first("h1") is not None
    assert "Theo địa giới này" in words_of(page)


def test_the_page_of_targets_separates_reached_from_exceeded(build):
    page = build("03-chi-tieu")
    text = words_of(page)
    assert "4.000 so với 3.000, đạt 133,3%, vượt 33,3%." in text
    assert "chưa đối chiếu văn bản" in text
    assert "không so sánh được" in text
    assert "đã đạt ngay từ đầu kỳ" in text


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("01-toan-quoc", {}),
        ("02-tinh", {"area": "38"}),
        ("02-tinh", {"area": "19"}),
        ("02-tinh", {"area": "58"}),
        ("02-tinh", {"area": "08"}),
        ("03-chi-tieu", {}),
        ("04-kiem-toan", {}),
        ("05-bang-chung", {}),
        ("02-huyen", {"district": "401"}),
        ("02-huyen", {"district": "753"}),
        ("06-von", {}),
        ("07-phu", {}),
        ("08-clb", {}),
        ("09-kich-ban", {}),
    ],
    ids=str,
)
def test_pages_show_no_raw_name_and_fetch_nothing(build, name, parameters):
    page = build(name, **parameters)
    text = re.sub(r"mã dữ kiện [FSD]\d{4}", "", words_of(page))  # how the data file names a figure
    found = RAW.search(text)
    assert found is None, found and text[found.start() - 60 : found.end() + 60]
    keys = set(lt.read_sources(lt.sample_path("sources"))["source"])
    assert not keys & set(re.findall(r"[\w.-]+", words_of(page)))
    assert all(image.attributes.get("alt") for image in page.css("img"))
    assert all(image.attributes["src"].startswith("data:") for image in page.css("img"))
    assert not page.css("script, iframe")
    assert all(link.attributes["href"].startswith("data:") for link in page.css("link"))


def test_every_prose_cell_has_its_twin():
    for name in PARAMETERS:
        prose = [c for c in read(FOLDER / f"{name}.ipynb")["cells"] if c["cell_type"] == "markdown"]
        spoken = [cell["metadata"]["lthtgn"]["lang"] for cell in prose]
        assert spoken == ["vi", "en"] * (len(prose) // 2), name
        for here, there in zip(prose[::2], prose[1::2], strict=True):
            vi, en = "".join(here["source"]), "".join(there["source"])
            assert re.match("#*", vi)[0] == re.match("#*", en)[0], vi
            assert not VIETNAMESE.search(VIETNAMESE_IN_ENGLISH.sub("", without_places(en))), en


@functools.cache
def known_places():
    names = {"Việt Nam"}
    for boundaries in ("2022", "2025-01", "2025-07"):
        names |= set(lt.read_areas(boundaries=boundaries)["area_name"])
    names |= set(lt.read_observations(lt.sample_path("observations"))["area_name"])
    return sorted(names, key=len, reverse=True)


def without_places(line):
    if VIETNAMESE.search(line):
        for name in known_places():
            line = line.replace(name, "")
    return line


@pytest.mark.parametrize("name", PARAMETERS)
def test_english_pages_have_no_vietnamese_prose(build, name):
    """Names of places and what is marked as a source's own words may be Vietnamese."""
    page = build(name, lang="en")
    alts = [image.attributes["alt"] for image in page.css("img")]
    foreign = re.compile(r"<(\w+)([^>]*) lang=\"(?:vi|fr|es)\"[^>]*>.*?</\1>", re.DOTALL)
    html = foreign.sub("", page.body.html)
    seen = LexborHTMLParser(html).body.text(separator="\n").splitlines()
    for line in (*seen, *alts):
        left = VIETNAMESE_IN_ENGLISH.sub("", without_places(line))
        assert not VIETNAMESE.search(left), line
    text = re.sub(r"fact [FSD]\d{4}|\bparagraph\b|\bNone of\b", "", words_of(page))
    raw = RAW.search(text)
    assert raw is None, text[max(raw.start() - 60, 0) : raw.end() + 60]


@functools.cache
def words_of_sources():
    sources = lt.read_sources(lt.sample_path("sources"))
    texts = {*sources["title"].dropna(), *sources["publisher"].dropna()}
    return sorted((" ".join(text.split()) for text in texts), key=len, reverse=True)


@pytest.mark.parametrize("name", PARAMETERS)
def test_vietnamese_pages_have_no_english_prose(build, name):
    """Titles, publishers and addresses of sources excepted."""
    text = re.sub(r"https?://\S+", "", words_of(build(name)))
    for words in words_of_sources():
        text = text.replace(words, "")
    found = ENGLISH.search(text)
    assert found is None, text[max(found.start() - 80, 0) : found.end() + 80]


def test_nga_son_has_its_three_sources_of_capital(build):
    page = build("02-huyen", district="401")
    assert page.css_first("h1").text().endswith("huyện Nga Sơn, tỉnh Thanh Hóa")
    titles = " ".join(image.attributes["alt"] for image in page.css("figure img"))
    assert "25 triệu đồng (50%)" in titles.replace("50,0%", "50%")
    assert "Huyện Nga Sơn, tỉnh Thanh Hóa có 43 CLB (số liệu ngày 14/02/2023)" in words_of(page)


def test_the_page_of_funds_says_what_means_were_divided_by(build):
    text = words_of(build("06-von"))
    assert "quỹ tăng thu nhập lớn nhất là của Thanh Hóa: 69,27 tỉ đồng (12/10/2022)" in text
    assert "3 số tính lại được: 2 khớp khi chia cho mọi CLB, 1 không khớp cách chia nào" in text
    assert "chưa có chỉ số giá" in text
    assert "50,7 triệu đồng" in text


def test_the_page_of_coverage_keeps_the_maps_apart(build):
    page = build("07-phu")
    text = words_of(page)
    assert "73,35% số xã có CLB (410/559 xã), số liệu ngày 12/10/2022" in text
    assert "73,3% số xã cũ thì trên xã mới bình quân là 94,7% (có thể từ 54,2% đến 100,0%)" in text
    assert "71,05% số xã có CLB (27/38 xã)" in text


def test_the_page_of_registers_says_of_every_figure_that_it_is_made_up(build):
    """135 clubs, 5,292 members, 1,517 of 1,618 meetings: counted in the files by hand."""
    page = build("08-clb")
    text = words_of(page)
    assert "Sổ của Thái Nguyên ghi 135 CLB đang hoạt động (ngày 06/12/2018)" in text
    assert "5.292 thành viên, bình quân 39,2 người một CLB; 11 trong 135 CLB" in text
    assert "1.517 trong 1.618 buổi sinh hoạt" in text
    assert "Dữ liệu giả lập, không có thật" in page.css_first(".made-up").text()
    alts = [image.attributes["alt"] for image in page.css("figure img")]
    assert len(alts) == 5
    assert all("Dữ liệu giả lập, không có thật" in alt for alt in alts)
    assert len(page.css("ol.lead > li")) == 3


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_opening_sentences_stand_on_cards(build, name):
    cards = [card.text().strip() for card in build(name).css("ol.lead > li")]
    assert len(cards) >= 3, cards
    assert all(card.endswith(".") for card in cards), cards


@pytest.mark.parametrize("name", PARAMETERS)
def test_downloads_hold_exactly_the_tables_of_the_page(build, name):
    page = build(name)
    shown = [
        [
            [
                text
                for cell in row.css("th, td")
                for text in (
                    " ".join(cell.text().replace("\xa0", " ").split()),
                    *[""] * (int(cell.attributes.get("colspan", 1)) - 1),
                )
            ]
            for row in table.css("tr")
        ]
        for table in page.css("main table")
    ]
    files = {link.attributes["download"]: link.attributes["href"] for link in
             page.css(".downloads a")}  # fmt: skip
    content = [base64.b64decode(address.partition("base64,")[2]) for address in files.values()]
    book, *tables = content
    read_back = [list(csv.reader(io.StringIO(text.decode("utf-8-sig")))) for text in tables]
    assert read_back == shown
    sheets = pd.read_excel(io.BytesIO(book), sheet_name=None, header=None, dtype="str",
                           keep_default_na=False, engine="calamine")  # fmt: skip
    assert [sheet.fillna("").to_numpy().tolist() for sheet in sheets.values()] == shown


def test_the_page_of_scenarios_says_that_it_is_arithmetic(build):
    """15,000 = 9,000 clubs at the start and 6,000 new ones; 6,000 x 20 m = 120 bn (QĐ 1648)."""
    text = words_of(build("09-kich-ban"))
    assert "là phép tính từ số đã công bố, không phải dự báo" in text
    assert "Để có 15.000 CLB đến cuối năm 2030 phải thêm 6.000 CLB" in text
    assert "từ 120 tỉ đồng (20 triệu đồng một CLB) đến 780 tỉ đồng" in text
    assert "chỉ có số của một thời điểm nên chưa có nhịp tăng" in text


def test_the_default_day_is_no_later_than_the_data_know(sample_observations):
    """`as_of` of the notebooks covers every figure of the sample that is not of a plan."""
    planned = [name for name, indicator in lt.INDICATORS.items() if indicator.planned]
    newest = sample_observations.loc[~sample_observations["indicator"].isin(planned), "as_of"].max()
    for name in (name for name, given in PARAMETERS.items() if "as_of" in given):
        found = re.search(r'as_of = "([\d-]+)"', "\n".join(code_of(read(FOLDER / f"{name}.ipynb"))))
        assert found is not None, name
        assert found[1] >= f"{newest:%Y-%m-%d}", name


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", PARAMETERS)
def test_every_kind_of_page_meets_wcag_and_fits_each_screen(build, chromium, name, lang):
    """In both languages, light, dark and on paper; tables and pictures scroll inside themselves."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    heard = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    page.goto(build(name, file=True, **({"lang": lang} if lang == "en" else {})).as_uri())
    found = axe.run(page).response["violations"]
    if name in ("02-huyen", "08-clb"):  # all kinds have one stylesheet
        page.emulate_media(color_scheme="dark")
        found += axe.run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    for width in (768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        outside = "[...document.querySelectorAll('figcaption, .lead li, h1, h2, h3, main > p')]"
        wide = f"{outside}.filter(node => node.getBoundingClientRect().right > innerWidth).length"
        assert page.evaluate(wide) == 0
    page.set_viewport_size({"width": SHEET, "height": 960})
    page.emulate_media(media="print")
    tables = "[...document.querySelectorAll('main table, main img')]"
    cut = f"{tables}.filter(node => node.getBoundingClientRect().right > innerWidth + 1).length"
    assert page.evaluate(cut) == 0, "what is wider than a sheet is cut off on paper"
    assert [text for text in heard if not text.startswith(("file:", "data:"))] == []
    page.close()
