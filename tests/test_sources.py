"""Text cells come out of files and databases exactly as they stand there; what errors say."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sqlalchemy

import lthtgn_analysis as lt
from lthtgn_analysis import sources, tidy
from lthtgn_analysis.sources import (
    list_files,
    read_csv_cells,
    read_csv_records,
    read_csv_typed,
    read_parquet_cells,
    read_sql_cells,
    record_lines,
)

SAMPLE = lt.sample_path("observations")


@pytest.fixture(scope="module")
def observations():
    return lt.read_observations(SAMPLE)


# ---- csv -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "windows-1258"])
def test_csv_in_the_encoding_that_the_caller_names(tmp_path, encoding):
    path = tmp_path / "a.csv"
    text = "area_name,note\nHa\u0300 Nội,Đắk Lắk\n"
    if encoding == "windows-1258":  # it has ô and ă, and tones only apart
        text = "area_name,note\nHa\u0300 Nô\u0323i,Đă\u0301k Lă\u0301k\n"
    path.write_bytes(text.encode("cp1258" if encoding == "windows-1258" else encoding))
    cells = read_csv_cells(path, encoding=encoding)
    expected = ["Hà Nội", "Đắk Lắk"] if encoding == "windows-1258" else ["Ha\u0300 Nội", "Đắk Lắk"]
    assert cells.iloc[0].to_list() == expected
    assert record_lines(path, encoding=encoding) == [2]


def test_the_wrong_encoding_is_told_with_the_byte_and_the_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\nx,Hải Dương\n".encode("utf-16-le"))
    with pytest.raises(lt.InvalidTableError):
        lt.read_observations(path)
    path.write_bytes(b"a,b\nx,\xd3\n")
    with pytest.raises(lt.InvalidTableError, match="byte 0xd3 on line 2, which is not UTF-8"):
        read_csv_cells(path)
    with pytest.raises(ValueError, match="`encoding` must be one of utf-8, utf-16"):
        read_csv_cells(path, encoding="tcvn3")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_sheets_in_csv_split_at_the_delimiter_of_their_table(tmp_path, delimiter):
    path = tmp_path / "a.csv"
    lines = [["HỘI NCT HUYỆN A, TỈNH B"], ["STT", "Xã", "Quỹ"], ["1", "Xã X", '"1,5"']]
    path.write_text("\n".join(delimiter.join(line) for line in lines), encoding="utf-8")
    records = read_csv_records(path)
    assert records[1] == ["STT", "Xã", "Quỹ"]
    assert records[2] == ["1", "Xã X", "1,5"]


# ---- the fast road and the thorough one ----------------------------------------------------


@pytest.fixture(params=["pandas", "pyarrow"])
def parser(request, monkeypatch):
    """Read files of any size by this package."""
    monkeypatch.setattr(sources, "_LARGE_BYTES", 0 if request.param == "pyarrow" else 2**40)
    return request.param


@pytest.mark.usefixtures("parser")
def test_both_roads_give_the_same_table(observations):
    assert tidy._read_sound(SAMPLE) is not None
    pd.testing.assert_frame_equal(tidy._read_sound(SAMPLE), observations)
    thorough = tidy._parse_observations(read_csv_cells(SAMPLE))
    pd.testing.assert_frame_equal(observations, thorough)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (",884,", ",884x,"), (",884,", ",inf,"), (",2022-10-12,", ",2022-13-12,"),
        (",exact,", ",exactly,"), (",38,", ",99,"), (",clubs,,884", ",clubz,,884"),
        (",884,", ",,"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("parser")
def test_whatever_is_odd_takes_the_thorough_road(tmp_path, old, new):
    header = ",".join(lt.read_observations(SAMPLE).columns)
    good = "A1,province,38,Thanh Hóa,2022,clubs,,884,,exact,clubs,,2022-10-12,,all,s,,observed,"
    path = tmp_path / "a.csv"
    path.write_text(f"{header}\n{good}\n", encoding="utf-8")
    assert tidy._read_sound(path) is not None
    path.write_text(f"{header}\n{good.replace(old, new)}\n", encoding="utf-8")
    assert tidy._read_sound(path) is None


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *[("value", cell) for cell in (" 884", "884 ", "+884", "8.84e2", "884.", "0884", "8_84")],
        *[("value", cell) for cell in ("nan", "NaN", "NA", "-inf", "1e999", "0x1F", '"884"', "٣")],
        *[("value", cell) for cell in ("True", "884.0000000000001", "9007199254740993", "-0")],
        *[("note", cell) for cell in (" x", '"a,b"', '"a""b"', 'a"b"', '"a"b', '"a\nb"', '""')],
        *[("note", cell) for cell in ("nan", "NULL", "None", "\u00a0", "#x", "1", "True", "a,b")],
        *[("note", cell) for cell in ("a\rb", "a\x00b", "\n", "\n\n", "\ufeffa", "a\u2028b")],
        *[("area", cell) for cell in ("038", "38 ", '"38"', "38.0", "3８")],
        *[("area_name", cell) for cell in ("", " Thanh Hóa", "Thanh Ho\u0301a")],
        *[("as_of", cell) for cell in ("", "2022-10-12 ", "2022-10-12T00:00:00", "12/10/2022")],
        *[("boundaries", cell) for cell in ("2022.0", "2022-01-01", "2025-07", "")],
    ],
)
def test_an_odd_cell_reads_alike_on_every_road(tmp_path, parser, column, cell):
    names = list(lt.read_observations(SAMPLE).columns)
    row = "A1,province,38,Thanh Hóa,2022,clubs,,884,,exact,clubs,,2022-10-12,,all,s,,observed,"
    cells = dict(zip(names, row.split(","), strict=True))
    odd = ",".join((cells | {"fact_id": "A2", column: cell}).values())
    path = tmp_path / "a.csv"
    path.write_bytes(f"{','.join(names)}\n{row}\n{odd}\n".encode())
    fast = tidy._read_sound(path)
    if fast is not None:
        pd.testing.assert_frame_equal(fast, tidy._parse_observations(read_csv_cells(path)))


def test_a_cell_of_several_lines_is_read_where_a_block_ends_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "_LARGE_BYTES", 0)
    monkeypatch.setattr(sources, "_BLOCK_BYTES", 2**16)
    rows = pd.read_csv(SAMPLE, dtype="str", keep_default_na=False).head(1)
    rows = rows.loc[rows.index.repeat(4000)].assign(note="ab\ncd, ef\n\ngh")
    path = tmp_path / "a.csv"
    rows.to_csv(path, index=False)
    assert lt.read_observations(path)["note"].eq("ab\ncd, ef\n\ngh").all()


@pytest.mark.usefixtures("parser")
def test_leading_zeros_survive_in_large_files_of_mixed_columns(tmp_path):
    count = 400_000
    half = count // 2
    frame = pd.DataFrame(
        {
            "fact_id": [f"{number:07}" for number in range(half)] + ["x7"] * half,
            "area": ["01"] * count,
            "note": ["007"] * count,
            "value": np.arange(count) / 4,
        }
    )
    path = tmp_path / "a.csv"
    frame.to_csv(path, index=False)
    table = read_csv_typed(path, text=["fact_id", "area", "note"], numbers=["value"])
    assert table["fact_id"].iloc[[0, 3, half]].to_list() == ["0000000", "0000003", "x7"]
    assert set(table["area"]) == {"01"}
    assert set(table["note"]) == {"007"}
    assert table["value"].to_list() == frame["value"].to_list()


# ---- folders and patterns ------------------------------------------------------------------


def test_a_folder_a_pattern_and_one_file(tmp_path, observations):
    for name, part in (("b.csv", observations.iloc[5:9]), ("a.csv", observations.iloc[:5])):
        part.to_csv(tmp_path / name, index=False)
    (tmp_path / "~$a.csv").write_text("lock", encoding="utf-8")
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    assert [file.name for file in list_files(tmp_path)] == ["a.csv", "b.csv"]
    expected = observations.iloc[:9].reset_index(drop=True)
    pd.testing.assert_frame_equal(lt.read_observations(tmp_path), expected)
    pd.testing.assert_frame_equal(lt.read_observations(f"{tmp_path}/*.csv"), expected)
    with pytest.raises(FileNotFoundError, match=r"There is no such file at '.*/\*\.ods'"):
        list_files(tmp_path / "*.ods")
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FileNotFoundError, match=r"no file that ends in \.csv, \.parquet at"):
        lt.read_observations(empty)


def test_the_faults_of_all_files_of_a_folder_are_told_at_once(tmp_path, observations):
    for name in ("a.csv", "b.csv"):
        bad = observations.iloc[:2].astype({"value": "object"})
        bad.loc[1, "value"] = "viele"
        bad.to_csv(tmp_path / name, index=False)
    with pytest.raises(lt.InvalidTableError) as caught:
        lt.read_observations(tmp_path)
    assert "a.csv must hold" in str(caught.value)
    assert "b.csv must hold" in str(caught.value)
    assert len(caught.value.problems) == 2


def test_every_broken_file_of_a_folder_is_named_by_the_audit_too(tmp_path, observations):
    observations.head(3).to_csv(tmp_path / "a.csv", index=False)
    (tmp_path / "b.csv").write_bytes(b"fact_id,area\nx,\xd3\n")
    (tmp_path / "c.parquet").write_bytes(b"PAR1")
    (tmp_path / "d.csv").write_text("fact_id;area\nx;19\n", encoding="utf-8")
    for read in (lt.read_observations, tidy.read_as_found):
        with pytest.raises(lt.InvalidTableError) as caught:
            read(tmp_path)
        told = str(caught.value)
        assert "b.csv must be text in UTF-8" in told
        assert "c.parquet must be a whole parquet file" in told
        assert "cells are kept apart by ';' here; save the file with commas between them." in told
    (tmp_path / "b.csv").unlink()
    (tmp_path / "d.csv").unlink()
    (tmp_path / "e.parquet").write_bytes(b"PAR1")
    with pytest.raises(lt.UnreadableSourceError, match=r"(?s)c\.parquet must .*e\.parquet must "):
        tidy.read_as_found(tmp_path)


# ---- parquet -------------------------------------------------------------------------------


def test_parquet_gives_the_same_observations(tmp_path, observations):
    path = tmp_path / "a.parquet"
    observations.to_parquet(path)
    pd.testing.assert_frame_equal(lt.read_observations(path), observations)
    assert read_parquet_cells(path).dtypes.astype("str").eq("str").all()


def test_a_parquet_file_that_is_none(tmp_path):
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(lt.UnreadableSourceError, match=r"a\.parquet must be a whole parquet file"):
        lt.read_observations(path)


# ---- databases -----------------------------------------------------------------------------


def fill(url, observations):
    engine = sqlalchemy.create_engine(url)
    observations.to_sql("observations", engine, index=False)
    engine.dispose()


def test_sqlite(tmp_path, observations):
    url = f"sqlite:///{tmp_path / 'clubs.db'}"
    fill(url, observations)
    table = lt.read_observations(url, query="select * from observations order by rowid")
    pd.testing.assert_frame_equal(table, observations)


def test_what_is_wrong_with_a_query_is_told_without_the_password(tmp_path):
    url = f"sqlite:///{tmp_path / 'clubs.db'}"
    for query, words in (
        ("select * from nowhere", "no such table: nowhere"),
        ("create table t (a int)", "must return rows"),
        ("select 1 as a, 2 as a", "must name each column once"),
    ):
        with pytest.raises((lt.UnreadableSourceError, lt.InvalidTableError), match=words):
            read_sql_cells(url, query)
    with pytest.raises(lt.InvalidTableError, match="The query must have the columns"):
        lt.read_observations(url, query="select 1 as fact_id")
    with pytest.raises(lt.UnreadableSourceError) as caught:
        read_sql_cells("postgresql+psycopg://me:secret@127.0.0.1:1/clubs", "select 1")
    assert "secret" not in str(caught.value)
    assert "postgresql+psycopg://me:***@127.0.0.1:1/clubs" in str(caught.value)
    with pytest.raises(lt.UnreadableSourceError, match="must be answered by nobase://"):
        read_sql_cells("nobase://me:secret@host/db", "select 1")
    with pytest.raises(TypeError, match="`query` and a database's URL go together"):
        lt.read_observations(url)


@pytest.fixture
def postgresql(tmp_path_factory):
    """The URL of a PostgreSQL server of our own, started for a test and stopped after it."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/bin")]
    program = shutil.which("initdb", path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL's initdb is not installed, and CI demands it")
        pytest.skip("PostgreSQL's initdb is not installed")
    programs = Path(program).resolve().parent
    folder = tmp_path_factory.mktemp("postgresql")
    user = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # the server refuses to run as root
        user = {"user": "nobody", "env": {**os.environ, "HOME": str(folder)}}
        for place in (folder, *folder.parents):
            if place == Path(tempfile.gettempdir()):
                break
            place.chmod(0o755)
        shutil.chown(folder, "nobody")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def run(name, *arguments):
        command = [str(programs / name), *arguments]
        done = subprocess.run(
            command, check=False, capture_output=True, cwd=folder, timeout=120, **user
        )
        assert done.returncode == 0, (name, done.stdout, done.stderr)

    data = folder / "data"
    run("initdb", "-D", str(data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    log = str(folder / "log")
    run("pg_ctl", "-D", str(data), "-o", options, "-l", log, "-w", "start")
    try:
        yield f"postgresql+psycopg://tests@127.0.0.1:{port}/postgres"
    finally:
        # Where nobody reaps it, a stopped server looks alive to who waits for its end.
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-W", "stop")


def test_postgresql(postgresql, observations):
    fill(postgresql, observations)
    table = lt.read_observations(postgresql, query="select * from observations")
    pd.testing.assert_frame_equal(
        table.sort_values("fact_id", ignore_index=True),
        observations.sort_values("fact_id", ignore_index=True),
    )
    numeric = (
        "select area_name, value::numeric(20,2) as value, as_of::date as day from observations"
    )
    cells = read_sql_cells(postgresql, f"{numeric} where fact_id = 'F0013'")
    assert cells.iloc[0].to_list() == ["Thanh Hóa", "884.00", "2022-10-12"]
    with pytest.raises(lt.UnreadableSourceError, match='relation "nowhere" does not exist'):
        read_sql_cells(postgresql, "select * from nowhere")
