"""The shipped targets against the decisions and plans: typed by hand from the printed sources."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from lthtgn_analysis.indicators import INDICATORS
from lthtgn_analysis.schema import BOUNDARIES, TARGET_NATURES, TARGET_STATUSES, TARGETS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "lthtgn_analysis" / "reference"
NUMBERS = ["low", "value", "high", "base_low", "base_value", "base_high"]
DATES = ["base_date", "start", "due"]
# Names of computed measures that the targets use; the rest are indicators.
COMPUTED = {
    "borrowing_share",
    "both_funds_share",
    "commune_coverage",
    "commune_coverage_lowland",
    "commune_coverage_upland",
    "district_coverage",
    "full_activity_share",
    "full_and_managed_share",
    "maintained_share",
    "province_coverage",
    "startup_compliance_share",
    "village_coverage",
    "younger_share",
}


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "targets.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def targets(cells: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(cells[name]) for name in NUMBERS}
    dates = {name: pd.to_datetime(cells[name]) for name in DATES}
    return cells.assign(**numbers, **dates).set_index("target_id", drop=False)


def test_file_is_plain_utf8_in_the_schemas_columns(cells):
    content = (REFERENCE / "targets.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert list(cells.columns) == TARGETS.column_names


def test_codes_are_allowed_and_keys_unique(cells):
    assert cells["target_id"].is_unique
    assert cells["target_id"].str.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*").all()
    assert set(cells["boundaries"]) <= set(BOUNDARIES)
    assert set(cells["nature"]) == set(TARGET_NATURES)
    assert set(cells["status"]) == set(TARGET_STATUSES)
    assert set(cells["measure"]) <= set(INDICATORS) | COMPUTED
    assert set(cells["scheme"]) == {
        "1533",
        "1336",
        "1648",
        "383",
        "2030-80",
        "provincial",
        "VIE071",
        "VIE085",
    }


def test_numbers_and_dates_are_plain(cells):
    for name in NUMBERS:
        assert cells[name].str.fullmatch(r"(\d+(\.\d+)?)?").all(), name
    for name in DATES:
        assert cells[name].str.fullmatch(r"(\d{4}-\d\d-\d\d)?").all(), name
    for column in TARGETS.columns:
        if column.required:
            assert cells[column.name].ne("").all(), column.name


def test_a_bar_has_one_number_and_a_band_has_two(targets):
    bar = targets["value"].notna()
    assert (targets.loc[bar, "low"] == targets.loc[bar, "high"]).all()
    assert (targets.loc[bar, "low"] == targets.loc[bar, "value"]).all()
    bands = targets.loc[~bar]
    assert (bands["low"] < bands["high"]).all()
    assert set(bands["target_id"]) == {
        "T1336-6",
        "T1336-7",
        "T1336-8",
        "T1336-9",
        "T1335-2024",
        "T1335-2025",
    }


def test_bases_are_whole_and_ordered(targets):
    based = targets[["base_low", "base_value", "base_high", "base_date"]].notna()
    assert (based.all(axis=1) | ~based.any(axis=1)).all()
    known = targets.loc[based.all(axis=1)]
    assert (known["base_low"] <= known["base_value"]).all()
    assert (known["base_value"] <= known["base_high"]).all()
    assert len(known) >= 15


def test_periods_begin_before_they_end(targets):
    whole = targets.dropna(subset=["start", "due"])
    assert (whole["start"] < whole["due"]).all()


def test_only_standing_rules_and_undated_promises_have_no_deadline(targets):
    open_ended = targets.loc[targets["due"].isna()]
    standing = {"T1336-6", "T1336-7", "T1336-8", "T1336-9"}
    assert set(open_ended["target_id"]) == standing | {
        "GIALAI-DONGBANG",
        "GIALAI-MIENNUI",
        "TUYENQUANG-XA",
    }
    undated = open_ended.loc[~open_ended["target_id"].isin(standing), "note"]
    assert undated.str.contains("hạn không rõ").all()


def test_shares_are_shares(targets):
    shares = targets["measure"].str.endswith(("_share", "_coverage", "_lowland", "_upland"))
    assert (targets.loc[shares, "low"].min(), targets.loc[shares, "high"].max()) == (0.3, 1)
    assert targets.loc[~shares, "low"].min() >= 2


def test_areas_are_in_the_unit_list_of_their_boundaries(cells):
    for row in cells.itertuples():
        units = pd.read_csv(REFERENCE / f"areas_{row.boundaries}.csv", dtype=str)
        level = {"VN": "national"}.get(row.area, "province" if len(row.area) == 2 else "district")
        assert ((units["area"] == row.area) & (units["level"] == level)).any(), row.target_id


# Typed from the decisions' summaries and the plans' reports.
PRINTED = [
    # national: decisions 1533, 1336, 1648 and 383
    ("T1533-1A", "VN", "clubs", "stock", 2000, "2020-12-31", "all"),
    ("T1533-1B", "VN", "new_clubs", "new", 3200, "2020-12-31", "all"),
    ("T1336-1", "VN", "province_coverage", "share", 0.95, "2025-12-31", "all"),
    ("T1336-2", "VN", "new_clubs", "new", 3000, "2025-12-31", "all"),
    ("T1336-3", "VN", "members", "stock", 150_000, "2025-12-31", "new clubs"),
    ("T1336-4", "VN", "older_members", "stock", 100_000, "2025-12-31", "new clubs"),
    ("T1336-5", "VN", "maintained_share", "share", 1, "2025-12-31", "all"),
    ("T1336-11", "VN", "full_and_managed_share", "share", 0.7, "2025-12-31", "all"),
    ("T1336-12", "VN", "borrowing_share", "share", 0.5, "2025-12-31", "all"),
    ("T1336-13", "VN", "both_funds_share", "share", 1, "2025-12-31", "all"),
    ("T1648-1", "VN", "new_clubs", "new", 12_000, "2035-12-31", "all"),
    ("T1648-2", "VN", "new_clubs", "new", 6_000, "2030-12-31", "all"),
    ("T1648-3", "VN", "new_clubs", "new", 6_000, "2035-12-31", "all"),
    ("T1648-4", "VN", "maintained_share", "standing", 1, "2035-12-31", "all"),
    ("T383-1", "VN", "commune_coverage", "share", 0.5, "2030-12-31", "all"),
    ("T80", "VN", "commune_coverage", "share", 0.8, "2030-12-31", "all"),
    # the five articles
    ("THANHHOA-200", "38", "new_clubs", "new", 200, "2016-12-31", "all"),
    ("THANHHOA-300", "38", "new_clubs", "new", 300, "2020-12-31", "all"),
    ("THANHHOA-400", "38", "new_clubs", "new", 400, "2025-12-31", "all"),
    ("THAINGUYEN-80", "19", "district_coverage", "share", 0.8, "2020-12-31", "all"),
    ("NGASON-33", "401", "village_coverage", "share", 0.33, "2026-12-31", "all"),
    # provinces
    ("NINHTHUAN-30", "58", "new_clubs", "new", 30, "2025-12-31", "all"),
    ("NINHTHUAN-50", "58", "clubs", "stock", 50, "2025-12-31", "all"),
    ("NINHTHUAN-20M", "58", "startup_capital_vnd", "standing", 20_000_000, "2025-12-31", "all"),
    ("NINHTHUAN-XA", "58", "commune_coverage", "share", 0.7, "2025-12-31", "rural communes"),
    ("HANOI-120", "01", "new_clubs", "new", 120, "2025-12-31", "all"),
    ("HANOI-6000", "01", "members", "stock", 6000, "2025-12-31", "new clubs"),
    ("HOABINH-75", "17", "new_clubs", "new", 75, "2025-12-31", "all"),
    ("HOABINH-XA", "17", "commune_coverage", "share", 0.5, "2025-12-31", "all"),
    ("HOABINH-3750", "17", "members", "stock", 3750, "2025-12-31", "new clubs"),
    ("DAKNONG-80", "67", "new_clubs", "new", 80, "2025-12-31", "all"),
    ("DAKNONG-XA", "67", "commune_coverage", "share", 1, "2025-12-31", "all"),
    ("NGHEAN-HUYEN", "40", "district_coverage", "share", 1, "2025-12-31", "all"),
    ("GIALAI-40", "52", "new_clubs", "new", 40, "2030-12-31", "all"),
    ("GIALAI-70", "52", "new_clubs", "new", 70, "2035-12-31", "all"),
    ("TUYENQUANG-200", "08", "clubs", "stock", 200, "2030-12-31", "all"),
    ("TUYENQUANG-260", "08", "clubs", "stock", 260, "2035-12-31", "all"),
    ("SONLA-10", "14", "new_clubs", "new", 10, "2017-12-31", "all"),
    ("SONLA-8HUYEN", "14", "districts_with_clubs", "stock", 8, "2020-12-31", "all"),
    ("NINHBINH-45", "37", "new_clubs", "new", 45, "2018-12-31", "all"),
    ("LAICHAU-25", "12", "new_clubs", "new", 25, "2020-12-31", "all"),
    ("QUANGNINH-85", "22", "new_clubs", "new", 85, "2025-12-31", "all"),
    ("QUANGNAM-100", "49", "new_clubs", "new", 100, "2025-12-31", "all"),
    ("PHUNINH-33", "518", "clubs", "stock", 33, "2025-12-31", "all"),
    ("YENBAI-50", "15", "new_clubs", "new", 50, "2025-12-31", "all"),
    ("BACNINH-24", "27", "new_clubs", "new", 24, "2020-12-31", "all"),
    ("HUE-10", "46", "new_clubs", "new", 10, "2020-12-31", "all"),
    ("PHUYEN-44", "54", "clubs", "stock", 44, "2020-12-31", "all"),
    ("TAYNINH-30", "72", "new_clubs", "new", 30, "2020-08-31", "all"),
    ("BINHPHUOC-2022", "70", "new_clubs", "new", 15, "2022-12-31", "all"),
    ("VIE071-180", "VN", "new_clubs", "new", 180, "2024-09-30", "VIE071"),
]


@pytest.mark.parametrize(
    ("target_id", "area", "measure", "nature", "value", "due", "scope"), PRINTED
)
def test_targets_as_printed(cells, target_id, area, measure, nature, value, due, scope):
    row = cells.set_index("target_id").loc[target_id]
    assert row[["area", "measure", "nature", "due", "scope"]].tolist() == [
        area,
        measure,
        nature,
        due,
        scope,
    ]
    assert float(row["value"]) == value


@pytest.mark.parametrize(
    ("target_id", "low", "high"),
    [("T1336-6", 50, 70), ("T1336-7", 0.6, 0.7), ("T1336-8", 0.6, 0.7), ("T1336-9", 0.3, 0.4)],
)
def test_bands_of_the_club_standard(targets, target_id, low, high):
    assert targets.loc[target_id, ["low", "high"]].tolist() == [low, high]
    assert targets.loc[target_id, "nature"] == "standing"


def test_parts_of_plans_make_their_totals(targets):
    value = targets["value"]
    assert value[[f"LAICHAU-{year}" for year in (2017, 2018, 2019, 2020)]].sum() == 25
    assert value["T1648-1"] == value["T1648-2"] + value["T1648-3"]
    assert (
        value["NINHTHUAN-50"] == value["NINHTHUAN-30"] + targets.loc["NINHTHUAN-30", "base_value"]
    )
    assert value["QUANGNAM-DONGBANG"] + value["QUANGNAM-MIENNUI"] == value["QUANGNAM-100"]
    assert value["T1336-3"] / value["T1336-2"] == 50


def test_baseline_of_1336_leaves_the_printed_excess_in_doubt(targets):
    target = targets.loc["T1336-2"]
    assert 6521 - target["base_value"] == 3021
    assert 6521 - target["base_high"] < target["value"] < 6521 - target["base_low"]


def test_province_target_of_1336_was_met_before_it_began(targets):
    target = targets.loc["T1336-1"]
    assert target["base_value"] == pytest.approx(61 / 63, abs=1e-8)
    assert target["base_value"] > target["value"]


def test_only_what_was_read_at_its_source_is_verified(targets):
    verified = targets.loc[targets["status"] == "verified"]
    assert set(verified["scheme"]) == {"1336"}
    decided = verified["decision"].str.contains("1336/QĐ-TTg|1335/QĐ-LĐTBXH")
    portal = verified["target_id"].isin(["QUANGNINH-85", "QUANGNINH-5000"])
    assert (decided | portal).all()
    unread = targets.loc[targets["scheme"].isin(["1533", "1648", "383", "2030-80"])]
    assert unread["status"].eq("unverified").all()
    assert unread["note"].ne("").all()


def test_rival_targets_stand_side_by_side_and_name_each_other(targets):
    for one, other in (("T1533-1A", "T1533-1B"), ("T383-1", "T80")):
        assert other in targets.loc[one, "note"]
        assert one in targets.loc[other, "note"]


def test_targets_of_1648_are_read_on_the_new_map(targets):
    assert targets.loc[targets["scheme"] == "1648", "boundaries"].eq("2025-07").all()
    assert targets.loc[targets["scheme"] == "1533", "boundaries"].eq("2022").all()


def test_addresses_are_given_but_for_the_article_without_one(cells):
    missing = cells.loc[cells["url"] == "", "target_id"].tolist()
    assert missing == ["NGASON-33"]
    assert cells.loc[cells["url"] != "", "url"].str.match(r"https?://\S+$").all()


def test_every_target_printed_in_the_sample_is_in_the_file(targets):
    observations = pd.read_csv(
        ROOT / "data" / "sample" / "observations.csv", dtype=str, keep_default_na=False
    )
    natures = {"target_new_clubs": "new", "target_clubs": "stock"}
    printed = observations.loc[observations["indicator"].isin(natures)]
    known = {
        (row.area, row.nature, row.due.year, row.value)
        for row in targets.loc[targets["measure"].isin(["new_clubs", "clubs"])].itertuples()
    }
    # 45 rows of the collected figures, less F0035 (registered, not decided), and F0092.
    assert len(printed) == 45
    for row in printed.itertuples():
        key = (row.area, natures[row.indicator], int(row.as_of[:4]), float(row.value))
        assert key in known, row.fact_id


def test_notes_are_short(cells):
    assert cells["note"].str.len().max() <= 160


def test_no_sentence_of_the_articles_is_copied(cells, shared):
    articles = " ".join(
        path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))
    )
    for row in cells.itertuples():
        assert eight_words(articles).isdisjoint(eight_words(row.note)), row.target_id


def eight_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}
