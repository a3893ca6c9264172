"""Registers and ledgers: a ledger counted by hand, on every engine; random ones by plain loops."""

from __future__ import annotations

import ast
import datetime as dt
import importlib
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lthtgn_analysis import compute, find_problems, read_observations, sample_path
from lthtgn_analysis.bylaws import find_register_problems
from lthtgn_analysis.clubs import assess_clubs, summarise_clubs
from lthtgn_analysis.engines import ENGINES, EngineError, choose_engine
from lthtgn_analysis.errors import InvalidTableError, UnreadableSourceError
from lthtgn_analysis.registers import ACTIVITIES
from lthtgn_analysis.schema import OBSERVATIONS

AS_OF = "2024-12-31"
NONE = None

REGISTER = pd.DataFrame(
    [
        # club, area, founded, closed, members, women, 60+, poor, startup, fund, activity, board,
        # trained, well managed
        ("A", "164", "2010-01-01", NONE, 50, 30, 30, 5, 20e6, 40e6, 1e6, 5, 3, 1),
        ("A", "164", "2010-01-01", NONE, 99, 30, 30, 5, 20e6, 40e6, 1e6, 5, 3, 1),
        ("B", "164", "2024-06-15", NONE, NONE, NONE, NONE, NONE, NONE, 0, NONE, NONE, NONE, NONE),
        ("C", "165", "2012-05-05", "2024-03-31", 60, 40, 40, 9, 20e6, 30e6, 2e6, 5, 5, 1),
        ("D", "401", "2023-01-01", NONE, 71, 50, 45, 0, 50e6, 60e6, 0, 3, 3, 0),
        ("E", "401", NONE, NONE, 60, 42, 39, 6, 40e6, NONE, 3e6, 5, NONE, 1),
        ("F", "401", "2025-02-01", NONE, 50, 30, 30, 0, 50e6, 50e6, 0, 5, 5, 1),
    ],
    columns=[
        *("club", "area", "founded", "closed", "members", "women_members", "members_60plus"),
        *("poor_members", "startup_capital_vnd", "income_fund_vnd", "activity_fund_vnd"),
        *("board_members", "board_trained", "well_managed"),
    ],
).assign(boundaries="2022")

LOANS = pd.DataFrame(
    [
        # club, member, disbursed, amount, due, outstanding, overdue
        ("A", "m1", "2024-02-01", 5e6, "2024-08-01", 2e6, 2e6),
        ("A", "m1", "2023-02-01", 4e6, "2023-08-01", 0, 0),
        ("A", "m2", "2022-05-05", 3e6, "2022-11-05", 0, 0),
        ("A", "m3", "2024-12-15", 6e6, "2025-06-15", 6e6, 0),
        ("A", "m3", "2024-06-05", 1e6, "2024-12-05", 1e6, 1e6),  # 26 days late: not at risk
        ("A", "m4", "2025-01-02", 9e6, "2025-07-02", 9e6, 0),  # after the day
        ("B", "m1", "2024-07-01", 2e6, NONE, 2e6, NONE),  # the same person as in A
        ("C", "m9", "2024-01-15", 1e6, "2024-07-15", 1e6, 1e6),  # a club closed since
        ("D", "d1", "2024-03-01", NONE, "2025-03-01", NONE, NONE),
        ("D", "d2", "2023-12-31", 8e6, "2024-12-31", 0, 0),
        ("D", NONE, "2024-04-04", 1e6, "2024-10-04", 0, 0),
    ],
    columns=["club", "member", "disbursed", "amount_vnd", "due", "outstanding_vnd", "overdue_vnd"],
).assign(disbursed=lambda t: pd.to_datetime(t["disbursed"]), due=lambda t: pd.to_datetime(t["due"]))

ALL, NOTHING = [1.0] * 8, [0.0] * 8
UNKNOWN_RIGHTS = [1.0, 1.0, 1.0, 1.0, np.nan, 1.0, 1.0, 1.0]
MEETINGS = pd.DataFrame(
    [
        # club, date, held, attended, eight activities, health checks, visits, volunteers
        ("A", "2024-01-10", 1.0, 40, *ALL[:7], 0.0, 10, 3, 5),
        ("A", "2024-02-10", NONE, NONE, *NOTHING[:7], 1.0, NONE, NONE, 6),
        ("A", "2024-02-10", NONE, NONE, *NOTHING[:7], 1.0, NONE, NONE, 6),  # entered twice
        ("A", "2024-03-10", 0.0, NONE, *NOTHING, 0, 0, NONE),
        ("A", "2024-03-20", 1.0, 50, *NOTHING, 5, 0, 4),
        ("A", "2023-12-10", 1.0, 50, *ALL, 50, 9, 9),  # before the period
        ("B", "2024-07-01", 1.0, 20, *UNKNOWN_RIGHTS, 4, 1, NONE),
        ("C", "2024-01-05", 1.0, 60, *ALL, 60, 0, 2),
        ("E", "2024-05-05", 1.0, 60, *ALL, 60, 0, 2),
    ],
    columns=[
        *("club", "date", "held", "attended", *ACTIVITIES),
        *("health_checks", "homecare_visits", "volunteers"),
    ],
).assign(date=lambda t: pd.to_datetime(t["date"]))

OPEN = None
# Counted by hand from the three tables above: (low, high); an open end is missing.
GOLDEN = {
    ("district", "164", "clubs"): (2, 2),
    ("district", "164", "members"): (50, OPEN),
    ("district", "164", "new_clubs"): (1, 1),
    ("district", "164", "income_fund_vnd"): (40e6, 40e6),
    ("district", "164", "clubs_with_fund"): (1, 1),
    ("district", "164", "clubs_with_both_funds"): (1, 1),
    ("district", "164", "activity_fund_vnd"): (1e6, OPEN),
    ("district", "164", "clubs_composition_known"): (1, 1),
    ("district", "164", "clubs_composition_compliant"): (1, 1),
    ("district", "164", "board_members"): (5, OPEN),
    ("district", "164", "board_members_trained"): (3, OPEN),
    ("district", "164", "paired_income_fund_vnd"): (40e6, OPEN),
    ("district", "164", "loans"): (4, 4),
    ("district", "164", "lent_vnd"): (14e6, 14e6),
    ("district", "164", "outstanding_vnd"): (11e6, 11e6),
    ("district", "164", "overdue_vnd"): (3e6, OPEN),
    ("district", "164", "par30_vnd"): (2e6, OPEN),
    ("district", "164", "borrowers"): (2, 2),
    ("district", "164", "borrowers_year"): (2, 2),
    ("district", "164", "borrowers_ever"): (3, 3),
    ("district", "164", "meetings_held"): (4, 4),
    ("district", "164", "meetings_due"): (18, 18),
    ("district", "164", "attendances"): (90, OPEN),
    ("district", "164", "attendances_due"): (100, OPEN),
    ("district", "164", "clubs_all_activities"): (1, 2),
    ("district", "164", "health_checks"): (19, 19),
    ("district", "164", "members_checked"): (14, 19),
    ("district", "164", "homecare_visits"): (4, 4),
    ("district", "164", "volunteers"): (6, OPEN),
    ("district", "165", "clubs"): (0, 0),
    ("district", "165", "closed_clubs"): (1, 1),
    ("district", "165", "loans"): (1, 1),
    ("district", "165", "outstanding_vnd"): (0, 0),
    ("district", "401", "clubs"): (2, 2),
    ("district", "401", "new_clubs"): (0, 1),
    ("district", "401", "members"): (131, 131),
    ("district", "401", "income_fund_vnd"): (60e6, OPEN),
    ("district", "401", "clubs_size_compliant"): (1, 1),
    ("district", "401", "clubs_startup_known"): (1, 1),
    ("district", "401", "clubs_startup_compliant"): (1, 1),
    ("district", "401", "loans"): (2, 2),
    ("district", "401", "lent_vnd"): (1e6, OPEN),
    ("district", "401", "borrowers_ever"): (2, OPEN),
    ("district", "401", "clubs_all_activities"): (1, 2),
    ("district", "401", "clubs_full_and_managed"): (1, 1),
    ("province", "19", "clubs"): (2, 2),
    ("province", "19", "loans"): (5, 5),
    ("province", "19", "lent_vnd"): (15e6, 15e6),
    ("province", "19", "borrowers"): (2, 2),
    ("province", "19", "clubs_founded_of_cohort"): (2, 2),
    ("province", "19", "clubs_operating_of_cohort"): (1, 1),
    ("province", "19", "clubs_founded_before"): (2, 2),
    ("province", "19", "clubs_maintained"): (1, 1),
    ("district", "401", "clubs_founded_before"): (0, 1),
    ("province", "19", "districts_with_clubs"): (1, 1),
    ("province", "19", "districts_total"): (9, 9),
    ("national", "VN", "clubs"): (4, OPEN),
    ("national", "VN", "borrowers_ever"): (5, OPEN),
    ("national", "VN", "provinces_with_clubs"): (2, 63),
    ("club", "A", "borrowers"): (2, 2),
    ("club", "B", "borrowers"): (1, 1),
}


def needs_spark():
    """Skip without Java or PySpark; where CI says so, their absence is a failure."""
    missing = [] if shutil.which("java") or os.environ.get("JAVA_HOME") else ["Java"]
    missing += [] if importlib.util.find_spec("pyspark") else ["PySpark"]
    if missing and os.environ.get("CI") != "true":
        pytest.skip(f"{' and '.join(missing)} not installed; CI runs this test")


@pytest.fixture(scope="module")
def spark():
    needs_spark()
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def in_parquet(frame, folder, name):
    path = folder / f"{name}.parquet"
    frame.to_parquet(path)
    return path


def summarise(loans=LOANS, meetings=MEETINGS, *, by="club", register=REGISTER, **options):
    return summarise_clubs(
        register, by=by, as_of=AS_OF, meetings=meetings, loans=loans, **options
    )  # fmt: skip


def cell(table, level, area, indicator):
    rows = table[
        (table["level"] == level) & (table["area"] == area) & (table["indicator"] == indicator)
    ]
    return rows.iloc[0] if len(rows) else None


@pytest.fixture(scope="module")
def golden():
    return summarise()


@pytest.mark.parametrize("key", GOLDEN, ids="-".join)
def test_golden_ledger_gives_what_was_counted_by_hand(golden, key):
    low, high = GOLDEN[key]
    found = cell(golden, *key)
    assert found is not None
    assert (found["low"], found["value"]) == (low, low)
    assert np.isnan(found["high"]) if high is OPEN else found["high"] == high
    assert found["qualifier"] == ("exact" if high == low else "at_least")


def test_what_no_club_tells_has_no_row(golden):
    assert cell(golden, "club", "B", "members") is None
    assert cell(golden, "district", "401", "meetings_held") is None
    assert cell(golden, "club", "D", "outstanding_vnd")["qualifier"] == "at_least"


def test_observations_obey_their_schema(golden):
    again = read_observations(golden)
    columns = [name for name in OBSERVATIONS.column_names if name != "high"]
    pd.testing.assert_frame_equal(again[columns], golden[columns])
    assert golden["fact_id"].is_unique
    assert set(golden["status"]) == {"derived"}
    assert find_problems(golden).empty


def test_notes_say_how_many_clubs_are_known(golden):
    assert cell(golden, "district", "164", "members")["note"] == "1/2 CLB có số liệu"
    assert cell(golden, "district", "401", "lent_vnd")["note"] == "1 dòng của sổ vay thiếu số liệu"
    assert cell(golden, "national", "VN", "clubs")["note"] == "sổ có CLB của 2/63 tỉnh"
    grade = cell(golden, "club", "A", "clubs_quality_known")
    assert grade["note"] == "không phải thang điểm chính thức"


def test_metrics_are_computed_from_the_observations(golden):
    table = compute(golden, level="district", as_of=AS_OF).set_index(["metric", "area"])
    assert table.loc[("borrowing_share_ever", "401"), "value"] == pytest.approx(2 / 131)
    assert table.loc[("meeting_regularity_share", "164"), "value"] == pytest.approx(4 / 18)
    assert table.loc[("attendance_share", "164"), "value"] == pytest.approx(0.9)
    assert table.loc[("par30_share", "164"), "value"] == pytest.approx(2 / 11)
    assert table.loc[("utilisation_share", "164"), "value"] == pytest.approx(11 / 40)
    assert table.loc[("startup_compliance_share", "401"), "value"] == 1
    province = compute(golden, level="province", as_of=AS_OF).set_index(["metric", "area"])
    assert province.loc[("survival_share", "19"), "value"] == 0.5
    assert province.loc[("maintained_share", "19"), "value"] == 0.5  # A of A and C
    net = table.xs("net_new_clubs")
    assert net.loc[["164", "165"], "value"].to_list() == [1, -1]
    assert net.loc["401", ["low", "high"]].to_list() == [0, 1]  # of E no founding day is known
    assert net.loc["164", "flags"] == "new_less_closed;since:2024-01-01"


def test_two_summaries_of_one_register_give_what_needs_both_ends_of_a_period():
    """By hand: 50 and then 100 members in 1 and 2 clubs; 120 m lent over a mean fund of 60 m."""
    columns = ["club", "area", "boundaries", "founded", "members", "income_fund_vnd"]
    then = [("A", "164", "2022", "2010-01-01", 50, 40e6)]
    now = [("A", "164", "2022", "2010-01-01", 60, 60e6),
           ("B", "164", "2022", "2024-03-01", 40, 20e6)]  # fmt: skip
    lent = LOANS.iloc[:2].assign(amount_vnd=60e6, disbursed=pd.Timestamp("2024-05-01"))
    both = pd.concat(
        [
            summarise_clubs(pd.DataFrame(then, columns=columns), by="district", as_of="2023-12-31"),
            summarise_clubs(
                pd.DataFrame(now, columns=columns), by="district", as_of=AS_OF, loans=lent
            ),
        ]
    )
    table = compute(both, level="district", as_of=AS_OF, since="2023-12-31").set_index("metric")
    assert table.loc["net_new_clubs", ["value", "flags"]].to_list() == [1, "since:2023-12-31"]
    assert table.loc["marginal_members_per_club", "value"] == 50
    assert table.loc["fund_turns", "value"] == 2


def test_the_scheme_that_runs_on_the_day_says_which_clubs_are_to_be_kept():
    """Founded 2015 and 2018: one before decision 1533 (2/8/2016), both before 1336 (1/1/2021)."""
    columns = ["club", "area", "boundaries", "founded"]
    register = pd.DataFrame(
        [("A", "164", "2022", "2015-01-01"), ("B", "164", "2022", "2018-01-01")], columns=columns
    )
    for as_of, count in (("2019-12-31", 1), ("2021-12-31", 2)):
        table = summarise_clubs(register, by="district", as_of=as_of)
        assert cell(table, "district", "164", "clubs_founded_before")["value"] == count
    early = summarise_clubs(register, by="district", as_of="2016-01-01")
    assert cell(early, "district", "164", "clubs_founded_before") is None


def _polars(frame):
    return importlib.import_module("polars").from_pandas(frame)


def _duckdb(frame):
    connection = importlib.import_module("duckdb").connect()
    connection.register("ledger", frame)
    return connection.sql("SELECT * FROM ledger")


LAYOUTS = {
    "pandas": lambda frame, _folder, _name: frame,
    "polars eager": lambda frame, _folder, _name: _polars(frame),
    "polars lazy": lambda frame, _folder, _name: _polars(frame).lazy(),
    "duckdb relation": lambda frame, _folder, _name: _duckdb(frame),
    "parquet": in_parquet,
}
ON = [
    ("pandas", "auto", "pandas"),
    ("pandas", "polars", "polars"),
    ("pandas", "duckdb", "duckdb"),
    ("polars eager", "auto", "polars"),
    ("polars lazy", "auto", "polars"),
    ("polars eager", "pandas", "pandas"),
    ("polars eager", "duckdb", "duckdb"),
    ("duckdb relation", "auto", "duckdb"),
    ("duckdb relation", "pandas", "pandas"),
    ("parquet", "auto", "pandas"),
    ("parquet", "polars", "polars"),
    ("parquet", "duckdb", "duckdb"),
]


@pytest.mark.parametrize(("layout", "engine", "expected"), ON, ids=lambda part: part)
def test_all_engines_give_equal_answers(golden, tmp_path, layout, engine, expected):
    put = LAYOUTS[layout]
    table = summarise(
        put(LOANS, tmp_path, "loans"), put(MEETINGS, tmp_path, "meetings"), engine=engine
    )
    assert table.attrs["engine"] == expected
    pd.testing.assert_frame_equal(table, golden)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_club_without_a_district_has_its_borrowers_above_it(engine):
    """By hand: A has m1 to m3 in district 164; D, placed by its province alone, has d1 and d2."""
    register = REGISTER[REGISTER["club"].isin(["A", "D"])].replace({"area": {"401": "38"}})
    table = summarise(LOANS[LOANS["club"].isin(["A", "D"])], by="district", register=register,
                      engine=engine)  # fmt: skip
    found = table[table["indicator"].eq("borrowers_ever")].set_index(["level", "area"])["value"]
    assert found.to_dict() == {
        ("national", "VN"): 5, ("province", "19"): 3, ("province", "38"): 2, ("district", "164"): 3,
    }  # fmt: skip


def test_columns_can_be_added_to_assessed_clubs_without_a_warning():
    table = assess_clubs(REGISTER, as_of=AS_OF, meetings=MEETINGS, loans=LOANS)
    for number in range(20):
        table[f"more_{number}"] = number
    assert len(table) == 5


@pytest.mark.parametrize("put", [_polars, _duckdb], ids=["polars", "duckdb"])
def test_the_register_may_be_any_frame(golden, put):
    pd.testing.assert_frame_equal(summarise(register=put(REGISTER)), golden)


def test_ids_may_be_whole_numbers():
    numbers = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6}
    register = REGISTER.assign(club=REGISTER["club"].map(numbers))
    loans = LOANS.assign(club=LOANS["club"].map(numbers))
    for engine in ("pandas", "polars", "duckdb"):
        table = summarise(loans, None, register=register, engine=engine)
        assert cell(table, "club", "1", "borrowers")["value"] == 2
        assert table.attrs["unregistered"] == []


def test_a_folder_of_parquet_files_is_one_ledger(golden, tmp_path):
    for name, frame in (("loans", LOANS), ("meetings", MEETINGS)):
        (tmp_path / name).mkdir()
        frame.iloc[:4].to_parquet(tmp_path / name / "part-0.parquet")
        frame.iloc[4:].to_parquet(tmp_path / name / "part-1.parquet")
    for engine in ("pandas", "polars", "duckdb"):
        table = summarise(tmp_path / "loans", tmp_path / "meetings", engine=engine)
        pd.testing.assert_frame_equal(table, golden)


def test_a_spark_frame_stays_on_its_cluster(golden, spark, tmp_path):
    loans = spark.read.parquet(str(in_parquet(LOANS, tmp_path, "loans")))
    meetings = spark.read.parquet(str(in_parquet(MEETINGS, tmp_path, "meetings")))
    register = REGISTER.astype({"closed": "str", "founded": "str"})
    register = spark.createDataFrame(
        [tuple(None if pd.isna(cell) else cell for cell in row) for row in register.to_numpy()],
        "club string, area string, founded string, closed string, members double, "
        "women_members double, members_60plus double, poor_members double, "
        "startup_capital_vnd double, income_fund_vnd double, activity_fund_vnd double, "
        "board_members double, board_trained double, well_managed double, boundaries string",
    )
    table = summarise(loans, meetings, register=register)
    pd.testing.assert_frame_equal(table, golden)
    assert table.attrs["engine"] == "pyspark"
    pd.testing.assert_frame_equal(
        find_register_problems(REGISTER, loans=loans, meetings=meetings),
        find_register_problems(REGISTER, loans=LOANS, meetings=MEETINGS),
    )
    assert table.attrs["engine_reason"] == (
        "a pyspark frame stays on its engine (meetings, loans)"
    )  # fmt: skip
    with pytest.raises(EngineError, match="A Spark frame stays on its cluster; meetings, loans"):
        summarise(loans, meetings, engine="pandas")


def test_spark_takes_paths_and_small_pandas_frames_beside(golden, spark, tmp_path):
    table = summarise(in_parquet(LOANS, tmp_path, "loans"), MEETINGS, engine="pyspark")
    pd.testing.assert_frame_equal(table, golden)


def test_duckdb_relations_of_two_connections_are_left_as_they_were(golden):
    loans, meetings = _duckdb(LOANS), _duckdb(MEETINGS)
    pd.testing.assert_frame_equal(summarise(loans, meetings), golden)
    assert loans.query("ledger", "SHOW TABLES").fetchall() == [("ledger",)]


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_ledgers_may_hold_the_nullable_types_of_pandas(golden, engine, backend):
    ledgers = [ledger.convert_dtypes(dtype_backend=backend) for ledger in (LOANS, MEETINGS)]
    pd.testing.assert_frame_equal(summarise(*ledgers, engine=engine), golden)


def test_a_club_with_more_loans_than_a_byte_counts():
    loans = pd.DataFrame({"club": ["a"] * 300, "member": [f"a-{n}" for n in range(300)]})
    loans = loans.assign(disbursed=pd.Timestamp("2024-03-01"), outstanding_vnd=1e6)
    register = pd.DataFrame({"club": ["a"], "area": ["19"], "boundaries": ["2022"]})
    for engine in ("pandas", "polars", "duckdb"):
        table = summarise_clubs(
            register, by="national", as_of="2024-12-31", loans=loans, engine=engine
        ).set_index("indicator")["value"]
        assert table[["loans", "borrowers", "borrowers_year"]].to_list() == [300, 300, 300]


def test_flags_may_be_booleans_and_dates_may_be_days(golden):
    pl = importlib.import_module("polars")
    meetings = _polars(MEETINGS).with_columns(
        pl.col("held").cast(pl.Boolean), pl.col("date").cast(pl.Date)
    )
    pd.testing.assert_frame_equal(summarise(LOANS, meetings), golden)


def test_a_meeting_on_the_last_evening_counts():
    book = pd.DataFrame({"club": ["A"], "date": [pd.Timestamp("2024-12-31 19:30")]})
    table = summarise(None, book, by="district")
    assert cell(table, "district", "164", "meetings_held")["value"] == 1


def test_arguments_are_not_changed():
    before = [frame.copy() for frame in (REGISTER, LOANS, MEETINGS)]
    summarise()
    for frame, copy in zip((REGISTER, LOANS, MEETINGS), before, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_ledgers_may_be_left_out():
    table = summarise(None, None, by="district")
    assert not set(table["indicator"]) & {"loans", "borrowers", "meetings_held"}
    assert table.attrs["engine_reason"] == "there are no ledgers, only the register"


def test_a_ledger_without_some_columns_gives_what_it_can():
    table = summarise(LOANS[["club", "member", "disbursed"]], None, by="district")
    assert cell(table, "district", "164", "borrowers_ever")["value"] == 3
    assert cell(table, "district", "164", "loans")["value"] == 4
    assert not set(table["indicator"]) & {"outstanding_vnd", "lent_vnd", "par30_vnd", "borrowers"}


def test_unregistered_clubs_are_listed_counted_and_not_dropped():
    stray = pd.DataFrame(
        {
            "club": ["X", "X"],
            "member": ["x1", "m1"],
            "disbursed": pd.to_datetime(["2024-05-01", "2023-05-01"]),
            "amount_vnd": [3e6, 1e6],
            "due": pd.to_datetime(["2024-11-01", "2023-11-01"]),
            "outstanding_vnd": [3e6, 0],
            "overdue_vnd": [3e6, 0],
        }
    )
    table = summarise(pd.concat([LOANS, stray]), by="district")
    assert table.attrs["unregistered"] == [{"club": "X", "meetings": 0.0, "loans": 2.0}]
    nation = {name: cell(table, "national", "VN", name) for name in ("loans", "borrowers_ever")}
    assert nation["loans"]["value"] == 5 + 2 + 1
    assert nation["borrowers_ever"]["value"] == 5 + 1  # m1 of X is m1 of A
    assert cell(table, "national", "VN", "par30_vnd")["value"] == 2e6 + 3e6
    district = cell(table, "district", "164", "loans")
    assert (district["low"], district["qualifier"]) == (4, "at_least")
    assert np.isnan(district["high"])
    assert district["note"] == "sổ phụ có CLB không có trong sổ CLB"


def test_scope_picks_the_clubs_of_a_project():
    register = REGISTER.assign(scope=["VIE071", "VIE071", "all", "all", "VIE071", "all", "all"])
    table = summarise(register=register, by="province", scope="VIE071")
    assert set(table["scope"]) == {"VIE071"}
    assert cell(table, "national", "VN", "clubs")["value"] == 2
    assert cell(table, "province", "19", "loans")["value"] == 3
    assert table.attrs["unregistered"] == []
    with pytest.raises(ValueError, match=r"`scope` must be 'all' or a scope .* not 'VIE999'"):
        summarise(register=register, by="province", scope="VIE999")


def test_clubs_whose_place_is_coarse_count_in_the_areas_above():
    register = pd.concat(
        [REGISTER, REGISTER.iloc[[0]].assign(club="G", area="05653")], ignore_index=True
    )
    table = summarise(None, None, register=register, by="commune")
    assert cell(table, "commune", "05653", "clubs")["value"] == 1
    assert cell(table, "district", "164", "clubs")["value"] == 3
    assert table.attrs["unplaced"] == ["A", "B", "D", "E"]
    covered = cell(table, "district", "164", "communes_with_clubs")
    assert (covered["low"], covered["high"]) == (1, 3)


def test_repeated_clubs_are_named_and_their_first_row_counts(golden):
    assert golden.attrs["repeated"] == ["A"]
    assert cell(golden, "club", "A", "members")["value"] == 50


def test_on_the_newest_map_there_are_no_districts():
    register = REGISTER.iloc[[0]].assign(area="00004", boundaries="2025-07")
    table = summarise(None, None, register=register, by="commune")
    assert table["level"].unique().tolist() == ["national", "province", "commune"]
    with pytest.raises(ValueError, match="must not be 'district' on the map 2025-07"):
        summarise(None, None, register=register, by="district")


def test_assess_clubs_judges_each_club():
    table = assess_clubs(REGISTER, as_of=AS_OF, meetings=MEETINGS, loans=LOANS).set_index("club")
    assert table["operating"].to_dict() == {"A": 1, "B": 1, "C": 0, "D": 1, "E": 1}
    assert table.loc["A", ["meets_size", "meets_women", "meets_composition"]].tolist() == [1, 1, 1]
    assert table.loc["D", ["meets_size", "meets_startup"]].tolist() == [0, 1]
    assert np.isnan(table.loc["E", "meets_startup"])
    assert np.isnan(table.loc["B", "quality_index"])
    # Of A's twelve criteria only the start-up rule is unknown. Met: size, older members, women,
    # both funds, all activities, attendance, volunteers, trained board; not met: meetings (3 of
    # 12), borrowing (3 of 50), loans at risk (2 of 9 million).
    assert table.loc["A", "quality_index"] == pytest.approx(8 / 11)
    assert table.loc["A", "grade"] == "strong"
    assert table.attrs["label_vi"] == "không phải thang điểm chính thức"


def test_sample_agrees_with_the_published_totals(sample_observations):
    table = summarise_clubs(
        sample_path("clubs"), by="district", as_of="2018-12-06",
        meetings=sample_path("meetings"), loans=sample_path("loans"),
    )  # fmt: skip
    printed = sample_observations.set_index("fact_id")
    for fact, indicator in (("F0001", "clubs"), ("F0002", "members"), ("F0003", "income_fund_vnd")):
        ours = cell(table, "province", "19", indicator)
        assert printed.loc[fact, "low"] <= ours["value"] <= printed.loc[fact, "high"]
        assert ours["status"] == "synthetic"
        assert ours["note"].endswith("số liệu giả lập")
    clubs = table[(table["level"] == "district") & (table["indicator"] == "clubs")]
    assert clubs.set_index("area")["value"].to_dict() == {"164": 21, "165": 8, "168": 75, "173": 31}
    assert find_problems(table).query("severity == 'error'").empty


# Random small ledgers, counted by plain loops.

DAYS = st.dates(dt.date(2022, 1, 1), dt.date(2025, 6, 30))
MONEY = st.one_of(st.none(), st.integers(0, 9).map(lambda n: n * 500_000.0))
LOAN = st.tuples(
    st.sampled_from(["A", "B", "C", "D"]),
    st.one_of(st.none(), st.sampled_from(["m1", "m2", "m3"])),
    DAYS,
    MONEY,
    st.one_of(st.none(), DAYS),
    MONEY,
)


def count_by_loops(rows, areas, closed):
    """Add a ledger up as a clerk would: row by row."""
    last, first = dt.date(2024, 12, 31), dt.date(2024, 1, 1)
    sums = {}
    for club, member, day, amount, due, owed in rows:
        if day > last:
            continue
        nothing = {"loans": 0, "lent": 0.0, "owed": 0.0, "late": 0.0}
        nobody = {"now": set(), "year": set(), "ever": set()}
        of_area = sums.setdefault(areas[club], nothing | nobody)
        of_area["loans"] += day >= first
        of_area["lent"] += (amount or 0.0) if day >= first else 0.0
        if club in closed:
            continue
        of_area["owed"] += owed or 0.0
        if owed and due is not None and (last - due).days > 30:
            of_area["late"] += owed
        if member is not None:
            of_area["ever"].add(member)
            if day >= first:
                of_area["year"].add(member)
            if owed:
                of_area["now"].add(member)
    return sums


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(LOAN, min_size=1, max_size=12))
def test_random_ledgers_agree_with_plain_loops_on_all_engines(rows):
    names = ["club", "member", "disbursed", "amount_vnd", "due", "outstanding_vnd"]
    loans = pd.DataFrame(rows, columns=names).astype(
        {"club": "str", "member": "str", "amount_vnd": "float64", "outstanding_vnd": "float64",
         "disbursed": "datetime64[us]", "due": "datetime64[us]"}
    )  # fmt: skip
    tables = [
        summarise(loans, None, by="district", engine=engine)
        for engine in ("pandas", "polars", "duckdb")
    ]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0])
    expected = count_by_loops(rows, {"A": "164", "B": "164", "C": "165", "D": "401"}, {"C"})
    for area, sums in expected.items():
        for indicator, value in (
            ("loans", sums["loans"]),
            ("lent_vnd", sums["lent"]),
            ("outstanding_vnd", sums["owed"]),
            ("par30_vnd", sums["late"]),
            ("borrowers", len(sums["now"])),
            ("borrowers_year", len(sums["year"])),
            ("borrowers_ever", len(sums["ever"])),
        ):
            found = cell(tables[0], "district", area, indicator)
            # Where nothing at all is known there is no row; the clerk's zero is no figure then.
            assert (0 if found is None else found["value"]) == value, (area, indicator)


# The rules of the engines.

ALLOWED = {
    *("get",),  # of a dict
    *("with_columns", "select", "rename", "filter", "join", "group_by", "agg", "cast", "alias"),
    *(
        "is_null",
        "is_in",
        "is_float",
        "is_pandas",
        "when",
        "then",
        "otherwise",
        "lit",
        "col",
        "year",
        "month",
    ),
    *("sum", "count", "len", "min", "max", "n_unique", "mean", "collect_schema"),
}
IN_AGGREGATIONS = {"col", "alias", "sum", "count", "len", "min", "max", "n_unique", "mean"}


def called_methods(tree):
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_ledgers_use_only_operations_that_every_engine_has(root):
    source = (root / "lthtgn_analysis" / "ledgers.py").read_text(encoding="utf-8")
    assert called_methods(ast.parse(source)) <= ALLOWED


def test_no_condition_stands_inside_an_aggregation(root):
    for path in (root / "lthtgn_analysis").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "narwhals" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr not in ("agg", "over") or path.stem != "ledgers":
                assert node.func.attr != "over", path.name
                continue
            for part in (*node.args, *(keyword.value for keyword in node.keywords)):
                inside = called_methods(part)
                assert inside <= IN_AGGREGATIONS, f"{path.name}:{node.lineno}: {inside}"
                plain = [n for n in ast.walk(part)
                         if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]  # fmt: skip
                assert not plain, f"{path.name}:{node.lineno}: a helper may hide a condition"


def test_the_lint_sees_a_condition():
    bad = ast.parse("f.group_by('a').agg(nw.when(nw.col('x') > 1).then(nw.col('y')).sum())")
    assert not called_methods(bad.body[0].value.args[0]) <= IN_AGGREGATIONS


def test_only_the_stable_narwhals_is_imported(root):
    for path in (root / "lthtgn_analysis").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert not name.startswith("narwhals") or name == "narwhals.stable.v2", path.name


# Bad input.


def test_unknown_engine():
    with pytest.raises(ValueError, match=r"`engine` must be one of auto, pandas, .* not 'dask'"):
        summarise(engine="dask")


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "auto"])
def test_unknown_version_of_an_engine(monkeypatch, engine):
    monkeypatch.setattr("lthtgn_analysis.engines.version", lambda _package: "99.1.0")
    with pytest.raises(EngineError, match=rf"needs {engine} .*; installed is 99\.1\.0"):
        choose_engine({"loans": LOANS}, engine=engine)


def test_an_engine_that_is_not_installed(monkeypatch):
    monkeypatch.setattr("lthtgn_analysis.engines._installed", lambda package: package != "duckdb")
    with pytest.raises(EngineError, match=r"hint: pip install 'lthtgn-analysis\[duckdb\]'"):
        choose_engine({"loans": LOANS}, engine="duckdb")


def test_auto_takes_duckdb_above_a_size(monkeypatch, tmp_path):
    monkeypatch.setattr("lthtgn_analysis.engines.PANDAS_ROWS", 5)
    monkeypatch.setattr("lthtgn_analysis.engines.PANDAS_BYTES", 100)
    assert choose_engine({"loans": LOANS}) == (
        "duckdb", "the ledgers are large: 11 rows (limit 5)",
    )  # fmt: skip
    path = in_parquet(LOANS, tmp_path, "loans")
    chosen, reason = choose_engine({"loans": path})
    assert chosen == "duckdb"
    assert reason.startswith("the ledgers are large: 0.0 MB of files")
    monkeypatch.setattr("lthtgn_analysis.engines._installed", lambda package: package != "duckdb")
    assert choose_engine({"loans": LOANS})[0] == "pandas"


def test_wrong_columns_and_types_are_told_all_at_once():
    loans = LOANS.drop(columns="member").assign(amount_vnd="nhiều", due="mai")
    with pytest.raises(InvalidTableError) as caught:
        summarise(loans)
    text = str(caught.value)
    assert "loans: the column `member` is missing" in text
    assert "loans: the column `amount_vnd` must hold numbers, found String" in text
    assert "loans: the column `due` must hold dates, found String" in text
    assert "read small files with read_meetings() and read_loans()" in text


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_frames_in_memory_may_hold_dates_and_numbers_as_text(engine):
    named = LOANS.dropna(subset=["member"])
    wanted = summarise(named)
    loans = named.assign(disbursed=named["disbursed"].astype("str"), due=named["due"].astype("str"))
    loans = loans.assign(amount_vnd=loans["amount_vnd"].astype("str"))
    meetings = MEETINGS.assign(date=MEETINGS["date"].dt.strftime("%d/%m/%Y"))
    pd.testing.assert_frame_equal(wanted, summarise(loans, meetings, engine=engine))
    polars = pytest.importorskip("polars")
    frames = polars.from_pandas(loans), polars.from_pandas(meetings)
    pd.testing.assert_frame_equal(wanted, summarise(*frames, engine=engine))


def test_text_that_is_no_date_is_told_with_its_row():
    loans = LOANS.assign(due="mai")
    with pytest.raises(InvalidTableError, match=r"row 0, column `due`: 'mai'; must be a date"):
        summarise(loans)


def test_activities_may_be_a_list_wherever_the_book_can_be_read(tmp_path):
    listed = [[str(n + 1) for n, done in enumerate(row) if done > 0]
              for row in MEETINGS[list(ACTIVITIES)].to_numpy()]  # fmt: skip
    book = MEETINGS.drop(columns=list(ACTIVITIES)).assign(activities=list(map(";".join, listed)))
    # An empty list means that nothing is known, so a meeting without activities is not compared.
    wanted = cell(summarise(meetings=MEETINGS), "club", "A", "clubs_all_activities")
    for ledger in (book, _polars_or(book), in_parquet(book, tmp_path, "book")):
        got = cell(summarise(meetings=ledger), "club", "A", "clubs_all_activities")
        assert got["value"] == wanted["value"] == 1
    with pytest.raises(InvalidTableError, match="write the eight columns of 1 and 0"):
        summarise(meetings=pytest.importorskip("polars").from_pandas(book).lazy())


def _polars_or(frame):
    return pytest.importorskip("polars").from_pandas(frame)


def test_spark_is_another_name_of_pyspark():
    needs_spark()
    assert choose_engine({"loans": LOANS}, engine="spark")[0] == "pyspark"


def test_a_club_tells_its_own_startup_capital_so_its_multiple_is_computed(golden):
    by_club = compute(golden, level="club", as_of=AS_OF, metrics=["capital_multiple"])
    # A: 40 m of 20 m; D: 60 m of 50 m; B's start and E's fund are not known.
    assert by_club.set_index("area")["value"].dropna().to_dict() == {"A": 2.0, "D": 1.2}


def test_money_raised_on_the_spot_is_a_share_of_sums_in_every_area():
    startup = {"startup_province_vnd": 0, "startup_district_vnd": 25e6, "startup_commune_vnd": 10e6,
               "startup_local_vnd": 15e6, "startup_donor_vnd": 0}  # fmt: skip
    table = summarise(register=REGISTER.drop(columns="startup_capital_vnd").assign(**startup))
    for level in ("club", "district", "province"):
        got = compute(table, level=level, as_of=AS_OF, metrics=["local_mobilisation_share"])
        assert len(got)
        assert got["value"].dropna().eq(0.3).all()


def test_no_frame_at_all():
    with pytest.raises(InvalidTableError, match=r"must be a path .* or a data frame .* not 'int'"):
        summarise(7)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_parquet_file_that_was_cut_short(tmp_path, engine):
    path = in_parquet(LOANS, tmp_path, "loans")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableSourceError, match=r"loans\.parquet must be a whole parquet file"):
        summarise(path, engine=engine)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_parquet_file_with_a_hole_in_it(tmp_path, engine):
    path = in_parquet(LOANS, tmp_path, "loans")
    data = bytearray(path.read_bytes())
    footer = int.from_bytes(data[-8:-4], "little")
    data[4 : -footer - 8] = bytes(len(data) - footer - 12)
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableSourceError, match=rf"{engine} must be able to read .*loans"):
        summarise(path, None, engine=engine)


def test_memory_and_disk_that_do_not_suffice(monkeypatch, tmp_path):
    many = pd.DataFrame(
        {
            "club": "A",
            "member": np.char.add("member-with-a-long-id-", np.arange(60_000).astype(str)),
            "disbursed": pd.Timestamp("2024-05-05"),
        }
    )
    path = in_parquet(many, tmp_path, "loans")
    monkeypatch.setattr("lthtgn_analysis.engines.DUCKDB_MEMORY", "2MB")
    with pytest.raises(EngineError, match=r"memory or disk ran out(.|\n)*nothing was written"):
        summarise(path, None, engine="duckdb")


def test_a_missing_file():
    with pytest.raises(FileNotFoundError, match=r"There is no file nowhere\.parquet"):
        summarise("nowhere.parquet")


def test_areas_off_the_map():
    register = REGISTER.assign(area="999")
    with pytest.raises(InvalidTableError) as caught:
        summarise(None, None, register=register)
    assert "`clubs` must lie in areas of the map 2022; 5 do not." in str(caught.value) or (
        "`clubs` must lie in areas of the map 2022; 6 do not." in str(caught.value)
    )
    assert "A: district '999'" in str(caught.value)


def test_two_maps_in_one_register():
    register = REGISTER.assign(boundaries=["2022"] * 6 + ["2025-01"])
    with pytest.raises(InvalidTableError, match=r"clubs on one map .* found \['2022', '2025-01'\]"):
        summarise(None, None, register=register)


def test_by_and_period():
    with pytest.raises(ValueError, match=r"`by` must be one of club, commune, .* not 'village'"):
        summarise(by="village")
    with pytest.raises(ValueError, match="places them by district, not by commune"):
        summarise(by="commune")
    with pytest.raises(ValueError, match=r"`since` \(2025-01-01\) must not lie after `as_of`"):
        summarise(since="2025-01-01")
    with pytest.raises(ValueError, match="must hold clubs founded by 1990-01-01; none was"):
        summarise_clubs(REGISTER.iloc[:2], by="club", as_of="1990-01-01")


# The generator.


@pytest.fixture(scope="module")
def generator(request):
    path = Path(__file__).resolve().parent.parent / "examples" / "make_clubs.py"
    spec = importlib.util.spec_from_file_location("make_clubs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_sample_files_are_what_the_generator_makes(generator, tmp_path):
    for name, frame in zip(("clubs", "meetings", "loans"), generator.make_sample(), strict=True):
        generator.write_csv(frame, tmp_path / f"{name}.csv")
        made = (tmp_path / f"{name}.csv").read_bytes()
        assert made == sample_path(f"{name}.csv").read_bytes(), name
        assert set(frame["status"]) == {"synthetic"}


def test_a_generator_that_fails_leaves_no_file(generator, tmp_path):
    def chunks():
        yield pd.DataFrame({"a": [1]})
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        generator.write_parquet(chunks(), tmp_path / "loans.parquet")
    assert list(tmp_path.iterdir()) == []


def test_generator_streams_chunks_of_one_seed(generator):
    places = generator.nation_places(30)
    register = generator.make_register(places, day=generator.NATION_DAY)
    span = {"first": pd.Timestamp("2020-01-01"), "last": generator.NATION_DAY}
    first, again = (
        pd.concat(generator.make_loans(register, rows=1000, chunk=300, **span), ignore_index=True)
        for _ in range(2)
    )
    assert len(first) == 1000
    pd.testing.assert_frame_equal(first, again)
    assert set(first["club"]) <= set(register["club"])
