"""Building a site: what is built, what is kept, what a reader sees, what a failure leaves."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lthtgn_analysis import pages as pages_module
from lthtgn_analysis.cache import describe_environment, find_reasons
from lthtgn_analysis.errors import SiteError
from lthtgn_analysis.layout import make_anchor, mark_stale, render_page
from lthtgn_analysis.pages import Page, SiteBuild, build_site, show_progress
from lthtgn_analysis.runner import read_notebook
from lthtgn_analysis.sitemap import find_notebooks, plan_pages

NOTEBOOKS = Path(__file__).parent / "notebooks"
HOSTILE = NOTEBOOKS / "hostile"

pytestmark = pytest.mark.site
unix = pytest.mark.skipif(sys.platform == "win32", reason="signals as only Unix has them")


@pytest.fixture(autouse=True)
def _a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1764547200")  # 1 December 2025


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    return describe_environment()


@pytest.fixture(autouse=True)
def _a_fixed_environment(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """So that editing the package while the tests run does not make pages new."""
    monkeypatch.setattr(pages_module, "describe_environment", lambda: dict(environment))


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks without figures need no libraries: the fork server loads none."""
    monkeypatch.setattr(pages_module, "_FIRST", ())
    monkeypatch.setattr(pages_module, "_THEN", ("lthtgn_analysis.layout:warm",))


def notebook(*sources: str, parameters: str | None = None) -> dict[str, Any]:
    """A notebook of these cells; one that begins with # is Markdown."""
    cells: list[dict[str, Any]] = [_cell(source) for source in sources]
    if parameters is not None:
        cells.insert(1, {**_cell(parameters), "metadata": {"tags": ["parameters"]}})
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}


def _cell(source: str) -> dict[str, Any]:
    if source.startswith("#"):
        return {"cell_type": "markdown", "metadata": {}, "source": source}
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }


AREA = notebook(
    "# Địa phương",
    "from pathlib import Path\nrows = Path(data).read_text().split()\n"
    "print(area, [row for row in rows if row.startswith(area)])\n"
    "assert f'{area}:bad' not in rows, 'a bad figure'",
    parameters="area = '38'\nas_of = '2025-11-30'\ndata = 'data.txt'",
)
NATION = notebook(
    "# Toàn quốc",
    "from pathlib import Path\nprint(Path(data).read_text())",
    parameters="as_of = '2025-11-30'\ndata = 'data.txt'",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two notebooks and the data that both read."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "01-nation.ipynb").write_text(json.dumps(NATION), encoding="utf-8")
    (folder / "02-area.ipynb").write_text(json.dumps(AREA), encoding="utf-8")
    (folder / "data.txt").write_text("38:884 19:135 40:7", encoding="utf-8")
    return folder


def by_rows(folder: Path) -> Any:
    """A fingerprint of the rows that a page reads, as the command line passes one."""

    def fingerprint(stem: str, parameters: dict[str, Any]) -> str:
        rows = (folder / "data.txt").read_text(encoding="utf-8").split()
        area = parameters.get("area")
        return " ".join(row for row in rows if area is None or row.startswith(f"{area}:"))

    return fingerprint


def build(folder: Path, **options: Any) -> SiteBuild:
    options.setdefault("parameters", {"area": ["38", "19", "40"]})
    options.setdefault("fingerprint", by_rows(folder))
    return build_site(folder, output=folder.parent / "reports", **options)


def built(site: SiteBuild) -> list[str | None]:
    return [page.path for page in site.built]


def text_of(site: SiteBuild, path: str) -> str:
    return (site.output / path).read_text(encoding="utf-8")


def body_of(site: SiteBuild, path: str) -> str:
    return text_of(site, path).partition("<body>")[2]


def log_of(site: SiteBuild) -> list[dict[str, Any]]:
    return [json.loads(line) for line in site.log.read_text(encoding="utf-8").splitlines()]


TABLE = notebook(
    "# Quỹ\n\n| Tỉnh | Triệu đồng |\n|---|---|\n| Thanh Hóa | trên 78,36 |",
    "from pathlib import Path\nassert Path(data).read_text() != 'bad'",
    parameters="data = 'data.txt'",
)


@pytest.mark.usefixtures("light")
def test_files_of_tables_stand_beside_their_page_and_stay_while_it_does(folder: Path) -> None:
    """Built, kept as nothing has changed, and kept with the last good version."""
    source = folder / "03-fund.ipynb"
    source.write_text(json.dumps(TABLE), encoding="utf-8")
    for data in ("good", "good", "bad"):
        (folder / "data.txt").write_text(data, encoding="utf-8")
        site = build_site(source, output=folder.parent / "reports", force=data == "bad")
        names = re.findall(r'download="[^"]+" href="([^"]+)"', text_of(site, "vi/03-fund.html"))
        assert names == ["03-fund/quy.xlsx", "03-fund/quy-1.csv"]
        table = (site.output / "vi" / names[1]).read_text(encoding="utf-8-sig")
        assert table == 'Tỉnh,Triệu đồng\nThanh Hóa,"trên 78,36"\n'
        assert (site.output / "vi" / names[0]).read_bytes().startswith(b"PK")
    assert [page.status for page in site.failed] == ["stale"]


@pytest.mark.usefixtures("light")
def test_a_list_makes_a_page_for_each_value_where_a_notebook_takes_it(folder: Path) -> None:
    site = build(folder)
    assert [page.path for page in site.pages] == [
        "vi/01-nation.html",
        "vi/02-area-38.html",
        "vi/02-area-19.html",
        "vi/02-area-40.html",
    ]
    assert "<pre>19 [&#x27;19:135&#x27;]\n</pre>" in text_of(site, "vi/02-area-19.html")
    assert not site.failed
    assert site.published
    index = body_of(site, "index.html")
    assert "<h1>Báo cáo về CLB Liên thế hệ tự giúp nhau</h1>" in index
    assert '<a href="vi/01-nation.html">Toàn quốc</a>' in index
    assert index.count('<time datetime="2025-11-30">30/11/2025</time>') == 5


@pytest.mark.usefixtures("light")
def test_only_what_a_change_touches_is_built_again_and_it_is_said_why(folder: Path) -> None:
    build(folder)
    assert built(build(folder)) == []

    (folder / "data.txt").write_text("38:884 19:140 40:7", encoding="utf-8")
    changed = build(folder)
    assert built(changed) == ["vi/01-nation.html", "vi/02-area-19.html"]
    assert {page.why for page in changed.built} == {("the data it reads has changed",)}
    assert "19:140" in text_of(changed, "vi/02-area-19.html")
    assert "38:884" in text_of(changed, "vi/02-area-38.html")

    moved = build(folder, parameters={"area": ["38", "19", "40"], "as_of": "2025-12-31"})
    assert len(moved.built) == 4
    assert moved.built[0].why == ("as_of was not given and is 2025-12-31",)

    forced = build(folder, force=True, parameters=moved_parameters())
    assert {page.why for page in forced.built} == {("all pages were asked for",)}


def moved_parameters() -> dict[str, Any]:
    return {"area": ["38", "19", "40"], "as_of": "2025-12-31"}


@pytest.mark.usefixtures("light")
def test_a_quiet_night_publishes_nothing(folder: Path) -> None:
    first = build(folder)
    builds = sorted(entry.name for entry in (first.output / "builds").iterdir())
    second = build(folder)
    assert not second.published
    assert sorted(entry.name for entry in (first.output / "builds").iterdir()) == builds
    assert log_of(second)[-1] == {**log_of(second)[-1], "event": "end", "published": False}
    assert second.pages == tuple(Page(**{**vars(page), "why": ()}) for page in first.pages)


@pytest.mark.usefixtures("light")
def test_without_a_fingerprint_the_files_that_parameters_name_are_hashed(folder: Path) -> None:
    build(folder, fingerprint=None)
    assert built(build(folder, fingerprint=None)) == []
    (folder / "data.txt").write_text("38:885", encoding="utf-8")
    assert len(build(folder, fingerprint=None).built) == 4


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("notebook", "its notebook has changed"),
        ("module", "a module beside its notebook has changed"),
        ("page", "its published file is missing or was changed by hand"),
        ("library", "pandas was 3.0 and is 3.1"),
        ("package", "the code or a reference file of lthtgn-analysis has changed"),
    ],
)
def test_everything_a_page_is_made_from_counts(
    change: str, reason: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {"pandas": "3.0", "lthtgn-analysis": "a"}
    monkeypatch.setattr(pages_module, "describe_environment", lambda: dict(environment))
    first = build(folder)
    if change == "notebook":
        added = {**AREA, "cells": [*AREA["cells"], _cell("# Thêm")]}
        (folder / "02-area.ipynb").write_text(json.dumps(added), encoding="utf-8")
    elif change == "module":
        (folder / "beside.py").write_text("", encoding="utf-8")
    elif change == "page":
        page = first.output / "vi" / "02-area-19.html"
        page.write_text("vandalised", encoding="utf-8")
    elif change == "library":
        environment["pandas"] = "3.1"
    else:
        environment["lthtgn-analysis"] = "b"
    again = build(folder)
    assert {page.why for page in again.built} == {(reason,)}
    assert "vi/02-area-19.html" in built(again)
    assert "19:135" in text_of(again, "vi/02-area-19.html")


def test_outputs_and_dates_of_files_do_not_count(folder: Path) -> None:
    old = {"parameters": {}, "environment": {}, "notebook": "a", "data": "b", "links": "c"}
    assert find_reasons({**old, "modules": "d"}, {**old, "modules": "d"}) == []


@pytest.mark.usefixtures("light")
def test_a_failing_page_keeps_its_last_good_version(folder: Path) -> None:
    build(folder)
    (folder / "data.txt").write_text("38:884 19:bad 40:8", encoding="utf-8")
    site = build(folder)
    (failed,) = site.failed
    assert failed.path == "vi/02-area-19.html"
    assert failed.status == "stale"
    assert failed.error is not None
    assert failed.error["message"] == "a bad figure"
    page = body_of(site, "vi/02-area-19.html")
    assert "19:135" in page
    assert (
        'Trang này chưa được cập nhật từ ngày <time datetime="2025-12-01">01/12/2025</time>'
    ) in page
    assert '<a href="02-area-19.error.html">Xem lỗi</a>' in page
    assert "AssertionError: a bad figure" in body_of(site, "vi/02-area-19.error.html")
    assert "40:8" in text_of(site, "vi/02-area-40.html")
    index = body_of(site, "index.html")
    assert "chưa được cập nhật từ ngày 01/12/2025" in index
    assert '<span class="badge stale">bản cũ</span>' in index
    assert 'href="vi/02-area-19.error.html"' in index

    again = build(folder)
    assert built(again) == ["vi/02-area-19.html"]
    assert again.built[0].why == ("its last build failed",)
    assert body_of(again, "vi/02-area-19.html") == page
    assert not again.published

    (folder / "data.txt").write_text("38:884 19:136 40:8", encoding="utf-8")
    mended = build(folder)
    assert not mended.failed
    assert "chưa được cập nhật" not in body_of(mended, "vi/02-area-19.html")
    assert not (mended.output / "vi" / "02-area-19.error.html").exists()


@pytest.mark.usefixtures("light")
def test_a_page_that_has_never_been_good_is_its_error(folder: Path) -> None:
    (folder / "data.txt").write_text("38:884 19:bad", encoding="utf-8")
    site = build(folder)
    (failed,) = site.failed
    assert failed.status == "failed"
    assert "Trang này chưa dựng xong vì có lỗi." in body_of(site, "vi/02-area-19.html")
    assert "chưa dựng được lần nào" in body_of(site, "index.html")


@unix
@pytest.mark.usefixtures("light")
def test_one_bad_notebook_of_any_kind_leaves_the_others_built(tmp_path: Path) -> None:
    names = [
        "binary", "exits", "fails", "interrupted", "killed", "no-parameters", "not-json",
        "not-text", "old-format", "other-language", "quits", "segfault", "bad-parameters",
    ]  # fmt: skip
    good = tmp_path / "good.ipynb"
    good.write_text(json.dumps(NATION | {"cells": NATION["cells"][:2]}), encoding="utf-8")
    site = build_site(
        [*(HOSTILE / f"{name}.ipynb" for name in names), good],
        output=tmp_path / "site",
        parameters={"as_of": "2025-11-30"},
    )
    status = {page.notebook: page.status for page in site.pages}
    assert {name for name, s in status.items() if s == "ok"} == {"good", "binary", "no-parameters"}
    error = {page.notebook: page.error["traceback"] for page in site.pages if page.error}
    assert "a notebook must be JSON" in error["not-json"]
    assert "must be UTF-8 text" in error["not-text"]
    assert "must have format 4" in error["old-format"]
    assert "only Python can be run" in error["other-language"]
    assert "must be Python" in error["bad-parameters"]
    assert "SIGSEGV" in error["segfault"]
    for page in site.pages:
        assert page.path is not None
        assert (site.output / page.path).is_file()
    assert "a notebook must be JSON" in text_of(site, "vi/not-json.html")


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("value", ["a/b", "..", "..\\x", "", "\x00", "x" * 200, "///"])
def test_a_value_that_cannot_name_a_file_fails_alone(value: str, folder: Path) -> None:
    site = build(folder, parameters={"area": ["38", value]}, fingerprint=lambda *_: "same")
    (failed,) = site.failed
    assert failed.path is None
    assert failed.error is not None
    assert f"{value!r} cannot stand in a file's name" in failed.error["traceback"]
    assert [p.status for p in site.pages] == ["ok", "ok", "failed"]
    outside = {entry.name for entry in folder.parent.iterdir()}
    assert outside == {"notebooks", "reports"}


@pytest.mark.usefixtures("light")
def test_two_values_with_one_name_are_told_apart_or_refused(folder: Path) -> None:
    site = build(folder, parameters={"area": ["Hòa Bình", "Hoà Bình", "Huế"]})
    assert [page.path for page in site.pages[1:]] == [
        "vi/02-area-hoa-binh.html",
        None,
        "vi/02-area-hue.html",
    ]
    assert site.pages[2].error is not None
    assert (
        "'02-area Hoà Bình' and '02-area Hòa Bình' would both be vi/02-area-hoa-binh.html"
    ) in site.pages[2].error["traceback"]


def test_a_parameter_that_no_notebook_takes_is_an_error(folder: Path) -> None:
    with pytest.raises(SiteError) as caught:
        build(folder, parameters={"aera": ["38"]})
    assert str(caught.value) == (
        "Parameters must be names that a notebook's cell tagged `parameters` assigns.\n"
        "  found: aera\n  the notebooks assign: area, as_of, data\n"
        "  hint: did you mean `area` for `aera`?"
    )


def test_a_folder_without_notebooks_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SiteError, match="a site needs at least one notebook"):
        build_site(tmp_path / "empty", output=tmp_path / "site")
    assert not (tmp_path / "site").exists()


def test_two_notebooks_of_one_name_are_an_error(folder: Path) -> None:
    other = folder.parent / "other"
    shutil.copytree(folder, other)
    paths = [folder / "01-nation.ipynb", other / "01-nation.ipynb"]
    with pytest.raises(SiteError, match="Notebooks of one site must have different names"):
        build_site(paths, output=folder.parent / "site")


def test_a_language_that_is_not_there_is_an_error(folder: Path) -> None:
    with pytest.raises(SiteError) as caught:
        build(folder, lang=("vi", "fr"))
    assert str(caught.value) == (
        '`lang` must name languages of vi, en; found vi, fr.\n  hint: lang=("vi", "en")'
    )


def test_pages_in_two_languages_lead_to_each_other(tmp_path: Path) -> None:
    shutil.copy(NOTEBOOKS / "report.ipynb", tmp_path / "report.ipynb")
    site = build_site(tmp_path / "report.ipynb", output=tmp_path / "site", lang=("vi", "en"))
    assert [page.path for page in site.pages] == ["vi/report.html", "en/report.html"]
    assert '<html lang="en">' in text_of(site, "en/report.html")
    assert '<a href="../en/report.html" hreflang="en" lang="en">English</a>' in text_of(
        site, "vi/report.html"
    )
    assert "Figures as of" in text_of(site, "en/report.html")
    assert '<a href="index.en.html" hreflang="en" lang="en">English</a>' in text_of(
        site, "index.html"
    )
    assert "General reports" in text_of(site, "index.en.html")


def test_the_bytes_are_the_same_at_any_number_of_jobs(tmp_path: Path) -> None:
    values = ["38", "19", "40"]
    sums = []
    for jobs in (1, 3):
        output = tmp_path / f"site{jobs}"
        site = build_site(
            NOTEBOOKS / "report.ipynb",
            output=output,
            parameters={"area": values},
            jobs=jobs,
            lang=("vi", "en"),
        )
        assert not site.failed
        files = [output / "index.html", *(output / str(page.path) for page in site.pages)]
        sums.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert sums[0] == sums[1]
    assert len(set(sums[0])) == 7


def test_a_page_needs_nothing_else_and_is_well_made(tmp_path: Path) -> None:
    site = build_site(NOTEBOOKS / "report.ipynb", output=tmp_path / "site")
    page = text_of(site, "vi/report.html")
    assert not re.search(r'(?:src|href)="(?!data:|#|\.\./|report/)', page)
    assert "<script" not in page
    assert "MathJax" not in page
    assert "require.js" not in page
    assert len(page.encode()) < 350_000
    assert site.pages[0].bytes == len(page.encode())
    assert page.count("<main") == page.count("<h1>") == 1
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels == [1, 2, 3, 2, 2]
    headers = re.findall(r"<th\b[^>]*>", page)
    assert headers
    assert all("scope=" in header for header in headers)
    assert '<caption><span class="title">Số câu lạc bộ' in page
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert page.count("<figure>") == 2
    assert "data-undescribed" not in page
    assert site.pages[0].undescribed == 0
    assert page.count('<pre class="code"') == 9


def test_warnings_are_in_the_log_and_not_on_the_page(tmp_path: Path) -> None:
    path = tmp_path / "warns.ipynb"
    code = "import warnings\nwarnings.warn('mind ' + 'the gap')\nprint('seen')"
    path.write_text(json.dumps(notebook("# W", code)), encoding="utf-8")
    site = build_site(path, output=tmp_path / "site")
    assert "mind the gap" not in text_of(site, "vi/warns.html")
    assert "seen" in text_of(site, "vi/warns.html")
    (warning,) = [line for line in log_of(site) if line["event"] == "warning"]
    assert "UserWarning: mind the gap" in warning["text"]
    assert warning["page"] == "vi/warns.html"


def test_a_picture_without_a_description_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "bare.ipynb"
    code = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    path.write_text(json.dumps(notebook("# Hình", code)), encoding="utf-8")
    site = build_site(path, output=tmp_path / "site")
    assert site.pages[0].undescribed == 1
    assert [line for line in log_of(site) if line["event"] == "undescribed_pictures"]
    assert '<img alt="Hình" data-undescribed' in text_of(site, "vi/bare.html")


@pytest.mark.usefixtures("light")
def test_the_manifest_tells_what_each_page_was_made_from(folder: Path) -> None:
    site = build(folder)
    manifest = json.loads(site.manifest.read_text(encoding="utf-8"))
    row = manifest["pages"][2]
    assert row["path"] == "vi/02-area-19.html"
    assert row["parameters"] == {"area": "19"}
    assert row["as_of"] == "2025-11-30"
    assert row["status"] == "ok"
    assert row["seconds"] > 0
    assert row["key"]["data"] == "19:135"
    page = (site.output / row["path"]).read_bytes()
    assert row["sha256"] == hashlib.sha256(page).hexdigest()
    assert manifest["environment"]["pandas"].startswith("3.")
    assert manifest["jobs"] == 2


@pytest.mark.usefixtures("light")
def test_the_callers_own_words_stand_at_the_top_of_the_index(folder: Path) -> None:
    def index(pages: tuple[Page, ...], lang: str) -> str:
        return f"<p>{len(pages)} trang, {lang}</p>"

    site = build(folder, index=index)
    assert "<p>4 trang, vi</p>" in text_of(site, "index.html")


@pytest.mark.usefixtures("light")
def test_an_index_with_a_key_is_made_only_when_something_has_changed(folder: Path) -> None:
    made: list[str] = []

    def index(_pages: tuple[Page, ...], _lang: str) -> None:
        made.append("index")

    def files() -> dict[str, str]:
        made.append("files")
        return {"metrics.csv": "metric\n"}

    def build_again(key: str = "1", **more: Any) -> SiteBuild:
        made.clear()
        return build(folder, index=index, files=files, index_key=key, **more)

    site = build_again()
    assert made == ["index", "files"]
    assert not build_again().published
    assert made == []
    build_again("2")
    assert made == ["index", "files"]
    (site.output / "metrics.csv").write_text("changed by hand", encoding="utf-8")
    assert build_again("2").published
    assert text_of(site, "metrics.csv") == "metric\n"
    build_again("2", parameters={**moved_parameters(), "area": ["38"]})
    assert made == ["index", "files"]


@pytest.mark.usefixtures("light")
def test_progress_comes_as_plain_lines_in_a_log(folder: Path) -> None:
    stream = io.StringIO()
    with show_progress(stream) as progress:
        build(folder, progress=progress, explain=True, jobs=1)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 4
    assert re.fullmatch(r"\[1/4\] vi/01-nation\.html: ok, \d\.\d s \(it is new\)", lines[0])


def test_progress_is_a_bar_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with show_progress(stream) as progress:
        progress(1, 4, "vi/01-nation.html: ok, 0.4 s")
        progress(4, 4, "vi/02-area-40.html: ok, 0.4 s")
    assert "4/4" in stream.getvalue()


@pytest.mark.usefixtures("light")
def test_a_manifest_of_another_kind_is_no_obstacle(folder: Path) -> None:
    site = build(folder)
    site.manifest.write_text('{"pages": [{"colour": "red"}]}', encoding="utf-8")
    assert len(build(folder).built) == 4


@unix
@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_build_leaves_the_site_as_it_was(number: int, folder: Path) -> None:
    site = build(folder)
    before = text_of(site, "index.html")
    endless = notebook("# Mãi", f"open({str(folder / 'began')!r}, 'w').close()\nwhile True: pass")
    (folder / "03-endless.ipynb").write_text(json.dumps(endless), encoding="utf-8")
    code = (
        "from lthtgn_analysis.pages import build_site\n"
        f"build_site({str(folder)!r}, output={str(site.output)!r})"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL) as builder:
        until = time.monotonic() + 30
        while not (folder / "began").exists():
            assert time.monotonic() < until
            time.sleep(0.02)
        builder.send_signal(number)
    assert builder.returncode != 0
    assert text_of(site, "index.html") == before
    assert not (site.output / "builds" / ".unfinished").exists()


@unix
def test_a_killed_build_leaves_a_whole_site(folder: Path) -> None:
    """The whole way, killed at random instants; `test_publish` kills the last step more often."""
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from lthtgn_analysis import pages\n"
        "pages._FIRST = pages._THEN = ()\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        f"    pages.build_site({str(folder)!r}, output={str(folder.parent / 'reports')!r},\n"
        "        parameters={'area': ['38', '19'], 'as_of': sys.argv[1]}, force=True)\n"
    )
    chance = random.Random(7)
    output = folder.parent / "reports"
    for attempt in range(12):
        day = f"2025-11-{attempt + 1:02d}"
        with subprocess.Popen([sys.executable, "-c", code, day], stdout=subprocess.PIPE) as builder:
            assert builder.stdout is not None
            builder.stdout.readline()
            time.sleep(chance.uniform(0, 1.5))
            builder.kill()
        if not (output / "manifest.json").exists():
            continue
        manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
        assert len(manifest["pages"]) == 3
        assert len({row["as_of"] for row in manifest["pages"]}) == 1
        for row in manifest["pages"]:
            assert hashlib.sha256((output / row["path"]).read_bytes()).hexdigest() == row["sha256"]
        day = manifest["pages"][0]["as_of"]
        assert (output / "index.html").read_text(encoding="utf-8").count(f'"{day}"') == 4
    site = build(folder, force=True)
    assert not site.failed


def test_headings_are_put_in_order() -> None:
    page = render_page(
        {"cells": [_cell(s) for s in ("# A", "#### B", "## C", "# D", "## C")], "metadata": {}}
    )["html"]
    found = re.findall(r"<h(\d)(?: id=\"([^\"]*)\")?>(.*?)</h\d>", page)
    assert found == [
        ("1", "", "A"), ("2", "b", "B"), ("2", "c", "C"), ("2", "d", "D"), ("2", "c-2", "C"),
    ]  # fmt: skip


def test_a_title_shown_by_code_is_the_title() -> None:
    cell = _cell("show()")
    cell["outputs"] = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/markdown": "# Tỉnh *X*"}}
    ]
    page = render_page({"cells": [cell], "metadata": {}}, name="n.ipynb")
    assert page["title"] == "Tỉnh X"
    assert "<h1>Tỉnh <em>X</em></h1>" in page["html"]


def test_text_cannot_break_the_page() -> None:
    cell = _cell("x = '</pre><script>alert(1)</script>'")
    cell["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "</pre><script>\x00\x1b[0m"}
    ]
    page = render_page({"cells": [cell], "metadata": {}})["html"]
    assert "<script" not in page
    assert "\x00" not in page


def test_an_address_of_another_host_is_not_loaded_by_a_page() -> None:
    page = render_page({"cells": [_cell("# A")], "metadata": {}})["html"]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page


def test_a_stale_page_has_one_banner() -> None:
    page = render_page({"cells": [_cell("# A")], "metadata": {}})["html"]
    once = mark_stale(page, since="2025-01-01", error_href="a.html", lang="vi")
    twice = mark_stale(once, since="2025-02-01", error_href="a.html", lang="vi")
    assert twice.count("notice stale") == 1
    assert "01/02/2025" in twice


@pytest.mark.parametrize(
    ("text", "anchor"),
    [("Đắk Lắk", "dak-lak"), ("Thừa Thiên - Huế", "thua-thien-hue"), ("...", ""), ("38", "38")],
)
def test_make_anchor(text: str, anchor: str) -> None:
    assert make_anchor(text) == anchor


def test_titles_are_in_the_order_of_vietnamese() -> None:
    names = ["Đà Nẵng", "Hà Nội", "Cà Mau", "Điện Biên", "Dương", "An Giang"]
    pages = [
        Page(path=f"vi/{i}.html", notebook="a", lang="vi", parameters={"area": i}, title=name)
        for i, name in enumerate(names)
    ]
    (group,) = pages_module._group(pages, "vi")
    assert [page["title"] for page in group["pages"]] == [
        "An Giang", "Cà Mau", "Dương", "Đà Nẵng", "Điện Biên", "Hà Nội",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "heading"),
    [
        (["Quỹ năm 2023", "Quỹ năm 2024"], "Quỹ năm"),
        (["Kịch bản: chậm", "Kịch bản: nhanh"], "Kịch bản"),
        (["Vốn vay", "Thành viên"], "Các trang khác"),
    ],
)
def test_a_list_of_pages_varied_by_another_parameter_is_headed_by_words(
    titles: list[str], heading: str
) -> None:
    """It was once headed by the notebook's file name."""
    pages = [
        Page(path=f"vi/{n}.html", notebook="10-quy", lang="vi", parameters={"year": n},
             title=title, status="ok")
        for n, title in enumerate(titles)
    ]  # fmt: skip
    (group,) = pages_module._group(pages, "vi")
    assert group["title"] == heading


def explained(*outputs: dict[str, Any]) -> str:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": source}
        for source in ("# a", "## Hình", "Chấm là số đã công bố.", "## Bảng")
    ]
    cells[2]["metadata"] = {"lthtgn": {"explains": "figure"}}
    drawing = {"cell_type": "code", "metadata": {}, "source": "", "outputs": list(outputs)}
    return str(render_page({"cells": [*cells[:2], drawing, *cells[2:]], "metadata": {}})["html"])


def test_how_to_read_a_figure_is_said_only_where_there_is_one() -> None:
    """A province without figures once had the marks of an absent chart explained."""
    kinds = {"data": {"text/markdown": "Chưa có số liệu."}, "metadata": {}}
    drawn = {"data": {"image/png": "iVBORw0K"}, "metadata": {}}
    nothing, something = ({"output_type": "display_data", **kind} for kind in (kinds, drawn))
    assert "Chấm là số đã công bố." not in explained(nothing)
    assert "Chấm là số đã công bố." in explained(something)
    assert "Chấm là số đã công bố." in explained(nothing, something)


def test_of_several_empty_figures_of_a_section_one_says_that_there_is_nothing() -> None:
    data = {"data": {"text/markdown": "Chưa có số liệu."}, "output_type": "display_data"}
    figure = {**data, "metadata": {"text/markdown": {"says_nothing": True}}}
    prose = {**data, "metadata": {}}
    assert explained(figure, figure).count("Chưa có số liệu.") == 1
    assert explained(prose, prose).count("Chưa có số liệu.") == 2
    told = {"data": {"text/markdown": "<li>Chưa có, số liệu.</li>"}, "metadata": {}}
    assert "Chưa có số liệu." not in explained({**told, "output_type": "display_data"}, figure)


@pytest.mark.parametrize(
    ("line", "metadata"),
    [("as_of = '2025-11-30'", {}), ("day = '2025-11-30'", {}),
     ("area = '38'", {"lthtgn": {"as_of": "2025-11-30"}})],
)  # fmt: skip
def test_the_day_of_a_page_is_that_of_its_parameters_or_of_the_notebook(
    line: str, metadata: dict[str, Any]
) -> None:
    book = {**notebook("# a", parameters=line), "metadata": metadata}
    page = render_page(book)
    assert page["as_of"] == "2025-11-30"
    assert '<time datetime="2025-11-30">30/11/2025</time>' in page["html"]


def test_districts_stand_under_words_after_the_provinces_and_beside_those_of_their_province() -> (
    None
):
    """Their heading was once "02-huyen", and "Bảo Lộc" had lost its "thành phố"."""
    head = "CLB Liên thế hệ tự giúp nhau"
    names = {
        "401": "huyện Nga Sơn, tỉnh Thanh Hóa", "673": "thành phố Bảo Lộc, tỉnh Lâm Đồng",
        "680": "huyện Bảo Lâm, tỉnh Lâm Đồng",
    }  # fmt: skip
    pages = [
        Page(path=f"vi/{code}.html", notebook="02-huyen", lang="vi",
             parameters={"district": code}, title=f"{head} {name}", status="ok")
        for code, name in names.items()
    ] + [
        Page(path=f"vi/{code}.html", notebook="02-tinh", lang="vi", parameters={"area": code},
             title=f"{head} tỉnh {name}", status="ok")
        for code, name in {"38": "Thanh Hóa", "08": "Tuyên Quang"}.items()
    ]  # fmt: skip
    provinces, districts = pages_module._group(pages, "vi")
    assert provinces["title"] == "Theo địa phương"
    assert districts["title"] == "Theo huyện, quận, thị xã, thành phố (trước 01/7/2025)"
    assert [page["title"] for page in districts["pages"]] == [
        "Huyện Bảo Lâm, tỉnh Lâm Đồng", "Thành phố Bảo Lộc, tỉnh Lâm Đồng",
        "Huyện Nga Sơn, tỉnh Thanh Hóa",
    ]  # fmt: skip


def test_notebooks_of_the_tests_are_readable() -> None:
    assert read_notebook(NOTEBOOKS / "report.ipynb")["nbformat"] == 4


@pytest.fixture(scope="module")
def two_pages(tmp_path_factory: pytest.TempPathFactory) -> SiteBuild:
    """A site with a good page in both languages, a stale one and one that has failed."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(NOTEBOOKS / "report.ipynb", folder / "report.ipynb")
    shutil.copy(HOSTILE / "fails.ipynb", folder / "fails.ipynb")
    flag = folder / "flag.txt"
    once = notebook("# Trang cũ", f"assert not __import__('os').path.exists({str(flag)!r})")
    (folder / "stale.ipynb").write_text(json.dumps(once), encoding="utf-8")
    build_site(folder, output=folder / "site", lang=("vi", "en"))
    flag.touch()
    return build_site(
        folder, output=folder / "site", lang=("vi", "en"), fingerprint=lambda *_: "new"
    )


PATHS = [
    "index.html",
    "index.en.html",
    "vi/report.html",
    "en/report.html",
    "vi/stale.html",
    "vi/fails.html",
]


@pytest.mark.browser
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_meet_wcag_22_aa(path: str, scheme: str, two_pages: SiteBuild, chromium: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = chromium.new_page(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: complaints.append(request.url))
    page.goto((two_pages.output / path).as_uri())
    if page.locator("#show-code").count():
        page.locator("#show-code").check()
        assert page.locator("pre.code").first.is_visible()
    found = axe.run(
        page,
        options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]},
    )
    assert found.response["violations"] == []
    own = [text for text in complaints if not text.startswith(("file:", "data:"))]
    assert own == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(width: int, two_pages: SiteBuild, chromium: Any) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 800})
    for path in PATHS:
        page.goto((two_pages.output / path).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        broken = "[...document.images].filter(image => !image.naturalWidth).length"
        assert page.evaluate(broken) == 0
    page.close()


@pytest.mark.browser
def test_code_is_hidden_until_it_is_asked_for(two_pages: SiteBuild, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto((two_pages.output / "vi" / "report.html").as_uri())
    assert page.get_by_text("import seaborn as sns").is_hidden()
    page.get_by_role("switch", name="Hiện mã lệnh").focus()
    page.keyboard.press("Space")
    assert page.get_by_text("import seaborn as sns").is_visible()
    page.close()


@pytest.mark.browser
def test_the_language_switch_stays_on_the_page(two_pages: SiteBuild, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto((two_pages.output / "vi" / "report.html").as_uri())
    for name, lang in (("English", "en"), ("Tiếng Việt", "vi")):
        page.get_by_role("link", name=name).click()
        page.wait_for_url(f"**/{lang}/report.html")
        assert page.locator("html").get_attribute("lang") == lang
    page.close()


@pytest.mark.browser
def test_downloaded_files_hold_the_numbers_of_the_page(two_pages: SiteBuild, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto((two_pages.output / "vi" / "report.html").as_uri())
    shown = page.locator("main table").first.evaluate(
        "table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    )
    with page.expect_download() as started:
        page.locator(".downloads .csv a").first.click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == shown
    with page.expect_download() as started:
        page.locator(".downloads .xlsx a").click()
    sheets = pd.read_excel(
        started.value.path(), sheet_name=None, header=None, dtype="str", keep_default_na=False,
        engine="calamine",
    )  # fmt: skip
    assert len(sheets) == page.locator("main table").count()
    assert next(iter(sheets.values())).to_numpy().tolist() == shown
    page.close()


@pytest.mark.browser
def test_a_page_is_read_by_keyboard_from_its_skip_link_on(
    two_pages: SiteBuild, chromium: Any
) -> None:
    page = chromium.new_page(reduced_motion="reduce", viewport={"width": 360, "height": 800})
    page.goto((two_pages.output / "vi" / "report.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.className || document.activeElement.tagName")
        )
    assert {"table-wrap", "picture"} <= reached  # what scrolls inside itself can be scrolled by key
    still = "getComputedStyle(document.querySelector('#show-code'), '::before').transitionDuration"
    assert page.evaluate(still) == "0s"
    page.close()


@pytest.mark.browser
def test_on_a_phone_the_heading_of_a_figure_is_whole_while_its_picture_scrolls(
    two_pages: SiteBuild, chromium: Any, tmp_path: Path
) -> None:
    """A heading inside the picture was once cut off where the screen of 360 pixels ends."""
    code = (
        "import pandas as pd\nimport lthtgn_analysis as lt\nlt.set_theme()\n"
        "rows = pd.DataFrame({'indicator': ['clubs'] * 2, 'level': ['province'] * 2,\n"
        "    'area': ['38', '38'], 'area_name': ['Thanh Hóa'] * 2, 'boundaries': ['2022'] * 2,\n"
        "    'as_of': pd.to_datetime(['2021-12-31', '2022-10-12']), 'low': [884.0, 890.0],\n"
        "    'value': [884.0, 890.0], 'high': [884.0, 890.0], 'unit': ['clubs'] * 2,\n"
        "    'scope': ['all'] * 2, 'qualifier': ['exact'] * 2, 'fact_id': ['a', 'b'],\n"
        "    'source': ['a'] * 2, 'status': ['observed'] * 2})\n"
        "lt.plot_trend(rows);"
    )
    nothing = "lt.plot_trend(rows.iloc[:0], ax=lt.new_axes(rows=0));"
    path = tmp_path / "trend.ipynb"
    path.write_text(json.dumps(notebook("# Hình", code, nothing)), encoding="utf-8")
    site = build_site(path, output=tmp_path / "site")
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    page.goto((site.output / "vi" / "trend.html").as_uri())
    heading = page.locator("figure figcaption")
    assert heading.inner_text() == "Số CLB tăng từ 884 (31/12/2021) lên 890 (12/10/2022)"
    box = heading.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    frame = page.locator(".picture").bounding_box()
    image = page.locator("main img").bounding_box()
    assert image["width"] > 400  # its letters can be read
    assert image["x"] + image["width"] <= frame["x"] + frame["width"]  # the newest figure first
    hint = "getComputedStyle(document.querySelector('figcaption'), '::after').content"
    assert page.evaluate(hint) == '"Vuốt ngang để xem hết hình."'
    assert page.locator("main img").count() == 1  # where there are no figures a sentence says so
    assert "Chưa có số liệu." in page.inner_text("main")
    page.close()


def test_only_twins_of_plain_notebooks_share_a_process_and_notebooks_of_one_page_come_first(
    tmp_path: Path,
) -> None:
    lines = {"01-a": "print(lang)", "02-b": "print(area)", "03-c": "import os"}
    for name, line in lines.items():
        book = notebook("# a", line, parameters="lang = 'vi'\narea = '38'")
        if name != "02-b":
            book = notebook("# a", line, parameters="lang = 'vi'")
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(book), encoding="utf-8")
    found = plan_pages(find_notebooks(tmp_path), {"area": ["38", "19"]}, ("vi", "en"))
    plans = dict(enumerate(found))
    pairs = [*pages_module._pair_twins(plans)]
    assert pairs == [(0, 1), (6, None), (7, None), (2, 3), (4, 5)]
    assert [*pages_module._pair_twins({2: plans[2], 4: plans[4], 5: plans[5]})] == [
        (2, None),
        (4, 5),
    ]
