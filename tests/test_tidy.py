"""What a file must hold to become observations; what its errors say."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.schema import OBSERVATIONS

HEADER = ",".join(OBSERVATIONS.column_names)
GOOD = "A1,province,38,Thanh Hóa,2022,clubs,,884,,exact,clubs,,2022-10-12,,all,s,,observed,"


def write(folder, *lines, encoding="utf-8"):
    path = folder / "observations.csv"
    path.write_bytes("\n".join(lines).encode(encoding))
    return path


def error_of(path):
    with pytest.raises(lt.InvalidTableError) as caught:
        lt.read_observations(path)
    return caught.value


def test_a_good_row_becomes_one_observation(tmp_path):
    table = lt.read_observations(write(tmp_path, HEADER, GOOD))
    row = table.iloc[0]
    assert (row["area"], row["value"], row["low"], row["high"]) == ("38", 884, 884, 884)
    assert row["as_of"] == pd.Timestamp("2022-10-12")
    assert pd.isna(row["note"])
    assert list(table.columns) == OBSERVATIONS.column_names


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_say_the_encoding(tmp_path, encoding):
    path = write(tmp_path, HEADER, GOOD, encoding=encoding)
    assert lt.read_observations(path)["area_name"].to_list() == ["Thanh Hóa"]


def test_bounds_come_from_the_qualifier_unless_given(tmp_path):
    hedged = GOOD.replace("clubs,,884,,exact", "members,,48600,,at_least").replace(
        ",clubs,,2022", ",people,,2022"
    )
    given = hedged.replace("A1", "A2").replace(",48600,", "48000,48600,49000")
    table = lt.read_observations(write(tmp_path, HEADER, hedged, given))
    assert table[["low", "high"]].to_numpy().tolist() == [[48600, 48700], [48000, 49000]]


def test_a_frame_of_any_engine_is_read():
    table = observations({"value": 5})
    again = lt.read_observations(pl.from_pandas(table))
    pd.testing.assert_frame_equal(again, table)


def test_a_missing_column_is_named(tmp_path):
    path = write(tmp_path, "fact_id,level,value", "A1,province,5")
    error = error_of(path)
    assert str(error).startswith("observations.csv must have the columns of the observations table")
    assert "missing: ['area', 'area_name', 'boundaries'" in str(error)
    assert "found:   ['fact_id', 'level', 'value']" in str(error)


def test_a_missing_column_hides_no_other_fault(tmp_path):
    header = HEADER.replace("indicator", "indikator").replace(",unit", "")
    bad = GOOD.replace(",exact,clubs,", ",hơn,").replace("2022-10-12", "2022-10-32")
    error = error_of(write(tmp_path, header, GOOD.replace(",exact,clubs,", ",exact,"), bad))
    assert "missing: ['indicator', 'unit']" in str(error)
    assert "line 3, column `qualifier`: 'hơn'" in str(error)
    assert "line 3, column `as_of`: '2022-10-32'" in str(error)
    rows = error.problems
    assert rows["found"].to_list()[:2] == [
        "line 1, no column `indicator`",
        "line 1, no column `unit`",
    ]
    assert rows["hint"].to_list()[:2] == [
        "is `indikator` meant? rename it",
        "add the column and fill it in",
    ]
    assert rows["fact_ids"].isna().to_list() == [True, True, False, False]


def test_a_frame_without_a_column_says_so_as_rows():
    with pytest.raises(lt.InvalidTableError) as caught:
        lt.read_observations(observations({"value": 5}).drop(columns="indicator"))
    assert caught.value.problems["found"].to_list() == ["no column `indicator`"]


def test_all_faults_are_reported_at_once_with_their_lines(tmp_path):
    error = error_of(
        write(
            tmp_path,
            HEADER,
            GOOD,
            GOOD.replace("A1", "A2").replace(",884,", ",8 trăm,"),
            GOOD.replace("A1", "A3").replace(",38,", ",99,"),
            GOOD.replace("A1", "A4").replace("2022-10-12", "12/10/2022"),
            GOOD.replace("A1", "A5").replace(",clubs,,884", ",clubz,,884"),
            GOOD.replace("A1", "A6").replace("exact", "hơn"),
            GOOD.replace("A1", "A7").replace("exact,clubs", "exact,CLB"),
            GOOD.replace("A1", "A8").replace("2022-10-12", "1022-10-12"),
            GOOD.replace("A1", "A9").replace(",884,", ",,"),
        )
    )
    text = str(error)
    assert text.startswith("observations.csv must hold the observations table; 8 faults found.")
    for line in (
        "line 3, column `value`: '8 trăm'; must be a plain number such as 48600 or 0.7335",
        "line 4, column `area`: '99'; must be a code of the unit list of its level and boundaries",
        "line 5, column `as_of`: '12/10/2022'; must be a date such as 2024-12-31, "
        "from 1900 to 2999",
        "line 6, column `indicator`: 'clubz'; must be a name in INDICATORS",
        "line 7, column `qualifier`: 'hơn'; must be one of exact, at_least, at_most, nearly",
        "line 8, column `unit`: 'CLB'; must be one of clubs, people, VND",
        "line 9, column `as_of`: '1022-10-12'; must be a date",
        "line 10, column `value`: ''; must hold a value",
    ):
        assert line in text
    assert error.problems["fact_ids"].to_list() == [f"A{n}" for n in range(2, 10)]
    assert set(error.problems["severity"]) == {"error"}


def test_lines_are_those_of_the_file_also_after_line_breaks_in_a_cell(tmp_path):
    noted = GOOD + '"two\nlines"'
    bad = GOOD.replace("A1", "A2").replace(",884,", ",x,")
    assert "line 4, column `value`" in str(error_of(write(tmp_path, HEADER, noted, bad)))


def test_a_bound_that_does_not_enclose_the_value_is_a_fault(tmp_path):
    path = write(tmp_path, HEADER, GOOD.replace(",clubs,,884,,", ",clubs,890,884,900,"))
    assert "column `low..high`: '890.0..900.0'; must enclose `value`" in str(error_of(path))


def test_many_faults_are_counted_and_the_first_shown(tmp_path):
    bad = [GOOD.replace("A1", f"B{n}").replace(",884,", ",x,") for n in range(30)]
    error = error_of(write(tmp_path, HEADER, *bad))
    assert "30 faults found" in str(error)
    assert "... and 10 more; `.problems` holds them all." in str(error)
    assert len(error.problems) == 30


def test_a_file_that_is_not_utf_8_says_where(tmp_path):
    path = tmp_path / "observations.csv"
    path.write_bytes(HEADER.encode() + b"\nA1,province,38,Thanh H\xf3a,2022\n")
    text = str(error_of(path))
    assert text.startswith("observations.csv must be text in UTF-8.")
    assert "byte 0xf3 on line 2" in text
    assert "CSV UTF-8" in text


def test_an_empty_file_is_an_error_and_a_header_alone_is_an_empty_table(tmp_path):
    error = error_of(write(tmp_path, ""))
    assert str(error).startswith("observations.csv must hold a table.\n  found: line 1: nothing")
    assert error.problems["found"].to_list() == ["line 1: nothing; the file is empty"]
    assert lt.read_observations(write(tmp_path, HEADER)).empty


@pytest.mark.parametrize(("extra", "cells"), [(",one,two", 21), (",one", 20)])
@pytest.mark.parametrize("lines_before", [0, 2])
def test_records_of_unequal_length_are_refused_with_their_lines(
    tmp_path, extra, cells, lines_before
):
    before = [GOOD + '"two\nlines"'] * lines_before
    path = write(tmp_path, HEADER, *before, GOOD + extra, GOOD.replace("A1", "A2"))
    error = error_of(path)
    assert "must have the same number of cells in every record" in str(error)
    found = f"line {2 + 2 * lines_before}: {cells} cells for 19 columns"
    assert error.problems["found"].to_list() == [found]


def test_a_quote_that_is_never_closed_is_refused(tmp_path):
    error = error_of(write(tmp_path, HEADER, GOOD + '"open'))
    assert "put a cell that holds a comma or a line break between double quotes" in str(error)


def test_a_column_named_twice_is_refused(tmp_path):
    text = str(error_of(write(tmp_path, HEADER + ",value", GOOD + ",1")))
    assert "must name each column once" in text
    assert "['value']" in text


def test_a_targets_file_needs_a_bar(tmp_path):
    path = tmp_path / "targets.csv"
    head = (
        "target_id,scheme,area,boundaries,measure,nature,low,value,high,base_low,base_value,"
        "base_high,base_date,start,due,scope,decision,url,status,note"
    )
    path.write_text(
        f"{head}\nX1,s,38,2022,clubs,stock,,,,,,,,2021-01-01,2020-01-01,all,,,unverified,\n"
    )
    with pytest.raises(lt.InvalidTableError) as caught:
        lt.read_targets(path)
    assert "must be given, or both `low` and `high` of a band" in str(caught.value)
    assert "must not lie after `due`" in str(caught.value)


def test_a_target_on_an_unknown_measure_is_refused(tmp_path):
    path = tmp_path / "targets.csv"
    targets = lt.read_targets().head(1).assign(measure="happiness")
    targets.to_csv(path, index=False)
    with pytest.raises(lt.InvalidTableError, match="names in INDICATORS or METRICS"):
        lt.read_targets(path)


def test_an_unknown_scheme_names_those_there_are():
    with pytest.raises(ValueError, match=r"`scheme` must be one of 1336, .*not '1999'"):
        lt.read_targets(scheme="1999")
