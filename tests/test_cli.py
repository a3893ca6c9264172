"""Each command: its exit code, its table on stdout, its words on stderr."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis import cli

SAMPLE = str(lt.sample_path("observations"))


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process; return exit code, stdout, stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["lthtgn", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return call


def write(folder, *rows):
    path = folder / "observations.csv"
    observations(*rows).to_csv(path, index=False, date_format="%Y-%m-%d")
    return path


def test_version(run):
    assert run("--version") == (0, f"lthtgn-analysis {lt.__version__}\n", "")


def test_check_prints_problems_and_exits_with_one(run, tmp_path):
    path = write(
        tmp_path,
        {"value": 41},
        {"indicator": "communes_with_clubs", "value": 52},
    )
    code, out, err = run("check", path)
    table = pd.read_csv(io.StringIO(out))
    assert code == 1
    assert "T0001" in ";".join(table["fact_ids"])
    assert "rows" in err


def test_check_audits_a_table_that_cannot_be_read_whole(run, tmp_path):
    rows = [{"value": 41}, {"indicator": "communes_with_clubs", "value": 52}, {"area": "da-teh"}]
    path = write(tmp_path, *rows)
    _, out, _ = run("check", path, "--lang", "en")
    assert "area code “da-teh” (province, boundaries 2022), line 4" in out
    cells = pd.read_csv(path, dtype="str").drop(columns=["status"])
    cells.loc[2, "value"] = "tám"
    cells.to_csv(path, index=False)
    code, out, _ = run("check", path)
    found = pd.read_csv(io.StringIO(out))
    assert code == 1
    assert set(found["check"]) == {
        "columns_are_there", "numbers_can_be_read", "areas_are_listed",
        "communes_are_at_most_clubs",
    }  # fmt: skip
    code, page, _ = run("check", path, "--format", "html")
    assert code == 1
    assert "da-teh" in page
    path.write_bytes("câu lạc bộ".encode("utf-16-le"))
    code, out, err = run("check", path)
    assert (code, out) == (1, "")
    assert "observations" in err


def test_check_of_sound_data_exits_with_nothing(run, tmp_path):
    code, out, _ = run("check", write(tmp_path, {"value": 37}))
    assert code == 0
    assert out.startswith("check,severity,fact_ids")


def test_convert_explains_every_column_and_row_and_says_what_is_left_out(run, tmp_path):
    book = lt.sample_path("workbooks") / "huyen-theo-hang.xlsx"
    path = tmp_path / "obs.csv"
    code, out, err = run("convert", book, "-o", path, "--explain")
    assert (code, out) == (0, "")
    table = pd.read_csv(path, dtype="str")
    pd.testing.assert_series_equal(
        table["fact_id"].astype("str"), lt.read_workbook(book)["fact_id"], check_names=False
    )
    explained = pd.read_csv(tmp_path / "obs.explained.csv", dtype="str")
    of_kind = explained.groupby("kind")["place"].agg(list)
    assert of_kind["column"] == list("ABCDEFGH")
    assert of_kind["row"] == ["9", "10", "11", "12", "13", "15"]
    assert explained["reason"].notna().all()
    left_out = explained.loc[explained["used"].eq("False"), "place"].tolist()
    assert left_out == ["D", "15", "J9:K15"]
    assert [line.split(": ")[1] for line in err.splitlines()[:-1]] == [
        f"Biểu 01!{place}" for place in left_out
    ]
    assert (tmp_path / "obs.sources.csv").exists()


def test_convert_writes_a_workbook_with_its_explanation(run, tmp_path):
    book = lt.sample_path("workbooks") / "huyen-theo-hang.xlsx"
    path = tmp_path / "obs.xlsx"
    assert run("convert", book, "-o", path)[0] == 0
    assert list(pd.read_excel(path, sheet_name=None, engine="calamine")) == [
        "Số liệu",
        "Giải thích",
        "Nguồn",
    ]


def test_a_damaged_workbook_is_a_sentence_and_one(run, tmp_path):
    path = tmp_path / "cut.xlsx"
    path.write_bytes((lt.sample_path("workbooks") / "huyen-theo-hang.xlsx").read_bytes()[:900])
    code, out, err = run("convert", path, "-o", tmp_path / "obs.csv")
    assert (code, out) == (1, "")
    assert "damaged or cut off" in err
    assert not (tmp_path / "obs.csv").exists()


def test_metrics_are_the_librarys(run):
    code, out, err = run("metrics", SAMPLE, "--level", "province", "--as-of", "2022-10-12")
    table = pd.read_csv(io.StringIO(out), dtype={"area": "str"})
    expected = lt.compute(lt.read_observations(SAMPLE), level="province", as_of="2022-10-12")
    assert code == 0
    assert len(table) == len(expected)
    row = table.query("metric == 'commune_coverage' and area == '38'").iloc[0]
    assert round(row["value"], 4) == 0.7335
    assert "metrics of" in err


def test_progress_in_each_format(run):
    arguments = ["progress", SAMPLE, "--scheme", "1336", "--as-of", "2023-12-31"]
    code, out, err = run(*arguments)
    assert code == 0
    assert "undetermined" in err
    table = pd.read_csv(io.StringIO(out))
    assert table.set_index("target_id")["verdict"]["T1336-2"] == "undetermined"
    records = json.loads(run(*arguments, "--format", "json")[1])
    assert records[0]["target_id"] == table["target_id"][0]
    drawn = run(*arguments, "--format", "table", "--lang", "en")[1]
    assert "Undetermined" in drawn
    assert "━" in drawn


def test_why_prints_the_tree(run):
    code, out, _ = run("why", SAMPLE, "--metric", "members_per_club", "--area", "38",
                       "--as-of", "2022-10-12")  # fmt: skip
    assert code == 0
    assert "48.600 ÷ 884" in out
    assert "đoạn 7" in out
    code, out, _ = run("why", SAMPLE, "--target", "T1336-2", "--as-of", "2023-12-31")
    assert out.startswith("Chưa xác định được")
    code, _, err = run("why", SAMPLE, "--as-of", "2023-12-31")
    assert (code, err) == (
        2,
        "`lthtgn why` needs either --metric (with --area) or --target.\n",
    )


def test_areas_finds_codes_and_says_what_it_does_not_know(run):
    code, out, _ = run("areas", "TX Bỉm Sơn", "--within", "Thanh Hóa", "--boundaries", "2022")
    assert code == 0
    assert "TX Bỉm Sơn,381,Bỉm Sơn,district," in out
    code, out, _ = run("areas", "Hậu Gian", "--boundaries", "2022")
    assert code == 1
    assert "Hậu Giang" in out


def test_one_notebook_becomes_a_page(run, tmp_path, root):
    page = tmp_path / "thanh-hoa.html"
    code, _, err = run("notebook", root / "notebooks" / "02-tinh.ipynb", "-p", "area", "38",
                       "-o", page)  # fmt: skip
    assert (code, err) == (0, f"wrote {page}\n")
    assert "Thanh Hóa" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["metrics", SAMPLE, "--as-of", "31/12/2024"], "A day must be written YYYY-MM-DD"),
        (["progress", SAMPLE, "--as-of", "2024-12-31", "--scheme", "1999"], "`scheme` must be one"),
        (["metrics", SAMPLE, "--as-of", "2024-12-31", "--level", "xa"], "`level` must be one of"),
        (["check", "nowhere.csv"], "nowhere.csv"),
        (["notebook", "x.ipynb", "-o", "x.html", "-p", "area"], "followed by a name and a value"),
        (["site", "notebooks", "-o", "nowhere", "--lang", "vi,xx"], "`lang` must name languages"),
    ],
)
def test_wrong_usage_is_a_sentence_and_two(run, arguments, words):
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert words in err
    assert "Traceback" not in err


def test_a_file_that_is_no_table_is_a_sentence_and_one(run, tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    code, _, err = run("check", path)
    assert code == 1
    assert err.startswith("notes.csv must have the columns of the observations table.")


def test_a_failing_notebook_leaves_the_others_and_exits_with_three(run, tmp_path, root):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    broken = json.loads((root / "notebooks" / "03-chi-tieu.ipynb").read_text(encoding="utf-8"))
    broken["cells"][2]["source"] = ["1 / 0"]
    (notebooks / "99-hong.ipynb").write_text(json.dumps(broken), encoding="utf-8")
    shutil.copy(root / "notebooks" / "03-chi-tieu.ipynb", notebooks)
    code, _, err = run("site", notebooks, "-o", tmp_path / "site", "--data", SAMPLE)
    assert code == 3
    assert "2 pages, 1 failed" in err
    site = tmp_path / "site"
    assert (site / "vi" / "03-chi-tieu.html").exists()
    assert "ZeroDivisionError" in (site / "vi" / "99-hong.html").read_text(encoding="utf-8")
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "99-hong.html" in index


def test_head_ends_quietly(root):
    done = subprocess.run(
        f'"{sys.executable}" -c "from lthtgn_analysis.cli import main; main()" '
        f'metrics "{SAMPLE}" --as-of 2025-06-30 | head -n 1',
        shell=True, capture_output=True, text=True, check=False, cwd=root,
    )  # fmt: skip
    assert done.stdout.startswith("metric,level,area")
    assert "BrokenPipe" not in done.stderr
    assert "Traceback" not in done.stderr


def test_extract_writes_candidates_and_a_page_to_review_them(run, tmp_path):
    document = lt.sample_path("documents") / "bao-cao-xa.txt"
    code, table, words = run("extract", document, "--review", tmp_path / "duyet")
    assert code == 0
    rows = pd.read_csv(io.StringIO(table)).query("indicator == 'clubs'")
    assert rows[["value", "area_name", "as_of"]].to_numpy().tolist() == [
        [4, "Nga An", "2023-06-30"]
    ]
    assert "candidate figures of 1 documents; none is accepted yet" in words
    assert [page.name for page in (tmp_path / "duyet").iterdir()] == ["bao-cao-xa.html"]


def test_extract_says_which_document_could_not_be_read(run, tmp_path):
    scan = tmp_path / "anh.pdf"
    scan.write_bytes(b"%PDF-1.4 nothing inside")
    code, _, words = run("extract", scan)
    assert code == cli.DATA_PROBLEMS
    assert "anh.pdf" in words
    assert "0 candidate figures of 1 documents" in words


def test_a_register_is_counted_as_of_today_where_no_day_is_given(run):
    today = f"{pd.Timestamp.now():%Y-%m-%d}"
    register = str(lt.sample_path("clubs"))
    code, out, err = run("clubs", register, "--by", "province")
    rows = pd.read_csv(io.StringIO(out))
    assert code == 0
    assert f"counted as of {today}, today; --as-of names another day" in err
    assert rows.query("indicator == 'clubs'")["as_of"].unique().tolist() == [today]


@pytest.mark.filterwarnings("always::UserWarning")
def test_personal_columns_and_small_cells_of_a_register_are_told_in_words(run, tmp_path):
    """Two clubs of 50 and 5 members; the ledger has a club that the register lacks."""
    register, loans = tmp_path / "so.csv", tmp_path / "vay.csv"
    register.write_text(
        "club,area,boundaries,members,Họ và tên chủ nhiệm,SĐT\n"
        "A,164,2022,50,Nguyễn Văn An,0912345678\nB,164,2022,5,Trần Thị Bình,0987654321\n",
        encoding="utf-8",
    )
    loans.write_text(
        "club,member,disbursed\nA,A-1,2018-05-01\nZ,Z-1,2018-05-01\n", encoding="utf-8"
    )
    code, out, err = run("clubs", register, "--by", "club", "--as-of", "2018-12-31",
                         "--loans", loans)  # fmt: skip
    assert code == cli.DATA_PROBLEMS
    lines = err.splitlines()
    assert lines[0] == (
        "so.csv: columns that look like personal data: 'Họ và tên chủ nhiệm' (names; left out), "
        "'SĐT' (phone numbers; left out). Clubs and members need ids only."
    )
    assert lines[-2:] == ["clubs of the ledgers that are not in the register: 1", "  Z: 1 loans"]
    assert "small cells left out, and what would give them away (--all-cells keeps)" in err
    members = pd.read_csv(io.StringIO(out)).query("indicator == 'members'")
    assert 5 not in members["value"].to_list()
    assert not out.count("Nguyễn")


def test_the_module_runs_where_the_script_is_not_on_the_path(tmp_path):
    path = write(tmp_path, {"value": -4})
    done = subprocess.run(
        [sys.executable, "-m", "lthtgn_analysis", "check", str(path)],
        capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == cli.DATA_PROBLEMS
    assert done.stdout.startswith("check,severity,")
    assert done.stderr.rstrip().endswith("errors")
