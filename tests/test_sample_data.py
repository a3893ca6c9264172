"""The real sample figures against the printed sources: typed or computed by hand."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import pandas as pd
import pytest

from lthtgn_analysis.indicators import INDICATORS
from lthtgn_analysis.schema import (
    BOUNDARIES,
    LEVELS,
    OBSERVATION_STATUSES,
    OBSERVATIONS,
    QUALIFIERS,
    SOURCES,
    UNITS,
)

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"
AREAS = SAMPLE.parent.parent / "lthtgn_analysis" / "reference"
M = 1_000_000
THANH_HOA, NGA_SON, NINH_THUAN, THAI_NGUYEN = "38", "401", "58", "19"


def read_text(name: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLE / name, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return read_text("observations.csv")


@pytest.fixture(scope="module")
def figures(cells: pd.DataFrame) -> pd.DataFrame:
    numbers = {name: pd.to_numeric(cells[name]) for name in ("low", "value", "high")}
    dates = {name: pd.to_datetime(cells[name]) for name in ("start", "as_of", "published")}
    return cells.assign(**numbers, **dates).set_index("fact_id", drop=False)


@pytest.fixture(scope="module")
def sources() -> pd.DataFrame:
    return read_text("sources.csv")


def listed_in_readme() -> list[str]:
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| (F\d{4}) \|", text, flags=re.MULTILINE)


# ---------------------------------------------------------------- form


@pytest.mark.parametrize("name", ["observations.csv", "sources.csv"])
def test_files_are_plain_utf8_with_unix_line_ends(name):
    content = (SAMPLE / name).read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    content.decode("utf-8")


def test_columns_are_the_schemas(cells, sources):
    assert list(cells.columns) == OBSERVATIONS.column_names
    assert list(sources.columns) == SOURCES.column_names


def test_codes_are_allowed(cells):
    assert set(cells["level"]) <= set(LEVELS)
    assert set(cells["boundaries"]) <= set(BOUNDARIES)
    assert set(cells["qualifier"]) <= set(QUALIFIERS)
    assert set(cells["unit"]) <= set(UNITS)
    assert set(cells["status"]) <= set(OBSERVATION_STATUSES) - {"synthetic", "carried"}
    assert set(cells["indicator"]) <= set(INDICATORS)


def test_numbers_and_dates_are_plain(cells):
    for name in ("low", "value", "high"):
        assert cells[name].str.fullmatch(r"\d+(\.\d+)?").all(), name
    for name in ("start", "as_of", "published"):
        assert cells[name].str.fullmatch(r"(\d{4}-\d\d-\d\d)?").all(), name


def test_no_required_cell_is_empty(cells):
    for column in OBSERVATIONS.columns:
        if column.required:
            assert cells[column.name].ne("").all(), column.name


def test_money_is_in_whole_dong_and_shares_are_shares(figures):
    money = figures.loc[figures["unit"] == "VND", ["low", "value", "high"]]
    assert (money % 1 == 0).all(axis=None)
    assert (money.min(axis=None), money["value"].max()) == (0, 69_270_000_000)
    shares = figures.loc[figures["unit"] == "share"]
    assert (shares["low"].min(), shares["high"].max()) == (0.227, 1)


def test_unit_is_the_indicators_or_a_share(figures):
    own = figures["indicator"].map(lambda name: INDICATORS[name].unit)
    assert ((figures["unit"] == own) | (figures["unit"] == "share")).all()


# ---------------------------------------------------------------- keys and sources


def test_fact_ids_are_unique_and_of_three_kinds(cells):
    assert cells["fact_id"].is_unique
    assert cells["fact_id"].str.fullmatch(r"[FSD]\d{4}").all()
    assert cells["fact_id"].str[0].value_counts().to_dict() == {"F": 528, "S": 51, "D": 47}


def test_every_source_key_has_its_row_and_every_row_is_used(cells, sources):
    assert sources["source"].is_unique
    assert set(cells["source"]) == set(sources["source"])


def test_sources_without_an_address_are_the_three_texts_and_the_unit_list(sources):
    assert set(sources.loc[sources["url"] == "", "source"]) == {
        "danh-muc-2022",
        "ngaymoionline-hoi-nghi-1336-2022",
        "ngaymoionline-nga-son-2023",
        "ngaymoionline-ninh-thuan-2024",
    }
    given = sources.loc[sources["url"] != "", "url"]
    assert given.str.match(r"https?://\S+$").all()
    assert given.is_unique


def test_seed_sources_carry_the_hash_of_their_text(sources, shared):
    hashes = sources.loc[sources["sha256"] != "", "sha256"]
    texts = sorted((shared / "seeds").glob("*.txt"))
    assert sorted(hashes) == sorted(hashlib.sha256(t.read_bytes()).hexdigest() for t in texts)


def test_no_row_of_the_harvest_vanishes(cells):
    used = {i for i in cells["fact_id"] if i.startswith("F")}
    listed = listed_in_readme()
    assert len(listed) == len(set(listed)) == 5
    assert used.isdisjoint(listed)
    assert used | set(listed) == {f"F{n:04d}" for n in range(1, 534)}
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "533 = 528 dòng dùng được + 5 dòng" in readme
    assert "533 = 528 used + 5 listed" in readme


def test_values_are_those_of_the_harvest(figures, shared):
    with (shared / "data" / "harvest.csv").open(encoding="utf-8") as file:
        harvest = {row["fact_id"]: row for row in csv.DictReader(file)}
    listed = set(listed_in_readme())
    assert set(harvest) == {i for i in figures.index if i[0] == "F"} | listed
    ranges = {"F0278", "F0379"}
    for fact_id, row in harvest.items():
        if fact_id in listed | ranges:
            continue
        printed = {"approved": 1.0, "draft": 0.0}.get(row["value"])
        if printed is None:
            printed = float(row["value"]) / (100 if row["metric"].endswith("_pct") else 1)
        found = figures.loc[fact_id]
        assert found["value"] == pytest.approx(printed, rel=1e-9), fact_id
        assert found["qualifier"] == row["qualifier"], fact_id
    assert figures.loc["F0278", ["low", "value", "high"]].tolist() == [80 * M, 90 * M, 100 * M]
    assert figures.loc["F0379", ["low", "value", "high"]].tolist() == [30 * M, 40 * M, 50 * M]


# ---------------------------------------------------------------- doubt and dates


def test_bounds_enclose_the_value_as_the_hedge_says(figures):
    low, value, high = (figures[name] for name in ("low", "value", "high"))
    hedge = figures["qualifier"]
    assert ((low <= value) & (value <= high)).all()
    exact = hedge == "exact"
    assert (low[exact] == high[exact]).all()
    assert (low[hedge == "at_least"] == value[hedge == "at_least"]).all()
    below = hedge.isin(["nearly", "at_most"])
    assert (high[below] == value[below]).all()
    middle = ((low + high) / 2)[hedge == "range"]
    assert middle.to_numpy() == pytest.approx(value[hedge == "range"].to_numpy())


@pytest.mark.parametrize(
    ("fact_id", "low", "high"),
    [
        ("F0014", 48_600, 48_700),  # trên 48.600
        ("F0029", 1_800, 2_000),  # gần 2.000
        ("F0003", 4_788 * M, 4_789 * M),  # trên 4.788 triệu
        ("F0031", 0.85, 0.86),  # hơn 85 %
        ("F0353", 11_563, 11_563),  # "hơn" before a figure that is not round
        ("F0427", 2_850, 3_150),  # khoảng 3.000
        ("F0385", 0, 9_400 * M),  # up to
        ("D0020", 2_971, 3_671),  # 6.521 less 3.550 and less 2.850
    ],
)
def test_widths_by_hand(figures, fact_id, low, high):
    assert figures.loc[fact_id, ["low", "high"]].tolist() == pytest.approx([low, high])


def test_periods_begin_before_they_end(figures):
    begun = figures.dropna(subset=["start", "as_of"])
    assert (begun["start"] <= begun["as_of"]).all()
    assert len(begun) > 50


def test_stocks_have_no_start_unless_they_count_the_borrowers_of_a_period(figures):
    stock = figures["indicator"].map(lambda name: INDICATORS[name].nature == "stock")
    started = figures.loc[stock & figures["start"].notna(), "indicator"]
    assert set(started) <= {"borrowers"}


def test_only_plans_and_budgets_end_after_their_publication(figures):
    late = figures.loc[figures["as_of"] > figures["published"], "indicator"]
    ahead = {"budget_vnd", "registered_new_clubs"}
    assert all(name.startswith("target_") or name in ahead for name in late)


def test_boundaries_follow_the_date(figures):
    planned = figures["indicator"].str.match("target_|registered_|budget_")
    dated = figures.loc[figures["as_of"].notna() & ~planned]
    by_date = pd.cut(
        dated["as_of"],
        pd.to_datetime(["1900-01-01", "2025-01-01", "2025-07-01", "2100-01-01"]),
        right=False,
        labels=list(BOUNDARIES),
    ).astype(str)
    differing = dated.loc[by_date != dated["boundaries"], "fact_id"].tolist()
    assert differing == ["F0498"]  # Đạ Tẻh, merged on 1/12/2024, still named by the page
    assert "huyện cũ" in figures.loc["F0498", "note"]


def test_districts_end_with_june_2025(figures):
    districts = figures.loc[figures["level"] == "district"]
    assert set(districts["boundaries"]) <= {"2022", "2025-01"}
    counted = figures["indicator"].str.startswith("districts_") & figures["as_of"].notna()
    assert (figures.loc[counted, "as_of"] <= "2025-06-30").all()


# ---------------------------------------------------------------- areas and scopes


def test_areas_are_in_the_unit_list_of_their_boundaries(figures):
    units = {
        boundaries: pd.read_csv(AREAS / f"areas_{boundaries}.csv", dtype=str)
        for boundaries in BOUNDARIES
    }
    known = {
        (row.level, row.area, boundaries): row.area_name
        for boundaries, table in units.items()
        for row in table.itertuples()
    }
    placed = figures.loc[~figures["level"].isin(["club", "village"])]
    for row in placed.itertuples():
        assert known[row.level, row.area, row.boundaries] == row.area_name, row.fact_id


def test_a_club_has_one_id_and_one_name(figures):
    clubs = figures.loc[figures["level"] == "club"]
    assert clubs["area"].str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+").all()
    assert clubs.groupby("area")["area_name"].nunique().max() == 1
    assert clubs.groupby("area_name")["area"].nunique().max() == 1
    assert clubs.query("area_name == 'Phước Tân 4'")["fact_id"].tolist() == [
        "F0181",
        "F0182",
        "F0183",
    ]


@pytest.mark.parametrize(
    ("scope", "fact_ids"),
    [
        ("international", {"S0015", "F0411"}),
        ("provincial schemes", {"S0016"}),
        ("outside project", {"F0005", "F0517", "S0047"}),
        ("VIE017", {"F0004", "S0044"}),
        ("VIE070", {"F0275", "F0276", "F0286", "F0287", "F0288"}),
        ("1533", {"F0493"}),
        ("registered", {"S0042"}),
    ],
)
def test_subsets_never_pass_as_totals(figures, scope, fact_ids):
    mine = figures.loc[(figures["scope"] == scope) & ~figures["indicator"].str.endswith("_plan")]
    assert set(mine["fact_id"]) == fact_ids


def test_notes_that_name_a_project_alone_have_its_scope(figures):
    lone = figures.loc[figures["note"].str.match(r"VIE\d{3}(;|$)")]
    named = lone["note"].str[:6]
    assert len(lone) > 20
    assert (lone["scope"] == named).all()


# ---------------------------------------------------------------- notes


def test_translated_pages_are_said_so(figures):
    machine = figures["source"].str.match(r"vietnam-vn-[a-z]{2}-")
    assert machine.sum() > 100
    assert figures.loc[machine, "note"].str.contains("đọc từ bản dịch máy").all()
    foreign = figures["source"].str.match("baohoabinh-|vietnamplus-|vovworld-|nikkeibp-")
    assert figures.loc[foreign, "note"].str.contains("đọc từ bản tiếng").all()


def test_age_lines_are_said_where_they_are_known(figures):
    for years, indicator in ((55, "members_55plus"), (60, "members_60plus")):
        rows = figures.loc[figures["indicator"] == indicator]
        assert len(rows) >= 2
        assert rows["note"].str.contains(f"từ {years} tuổi").all()


def test_inferred_province_is_said_so(figures):
    assert figures.loc["F0467":"F0470", "note"].str.contains("tỉnh suy ra").all()


def test_notes_are_short(cells):
    assert cells["note"].str.len().max() <= 160


def test_no_sentence_of_the_articles_is_copied(cells, shared):
    articles = " ".join(
        path.read_text(encoding="utf-8") for path in sorted((shared / "seeds").glob("*.txt"))
    )
    sequences = eight_words(articles)
    for row in cells.itertuples():
        assert sequences.isdisjoint(eight_words(row.note)), row.fact_id


def eight_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}


# ---------------------------------------------------------------- the five articles, by hand

# paragraph = non-empty lines of the article, from 1
SEED_FIGURES = [
    # Thái Nguyên, 11/12/2018
    (5, THAI_NGUYEN, "clubs", "all", 135, "2018-12-06"),
    (5, "165", "clubs", "all", 8, "2018-12-06"),
    (5, "168", "clubs", "all", 75, "2018-12-06"),
    (5, "173", "clubs", "all", 31, "2018-12-06"),
    (5, "164", "clubs", "all", 21, "2018-12-06"),
    (5, THAI_NGUYEN, "new_clubs", "VIE017", 72, "2007-12-31"),
    (5, THAI_NGUYEN, "new_clubs", "outside project", 63, "2018-12-06"),
    (5, THAI_NGUYEN, "members", "all", 5292, "2018-12-06"),
    (5, THAI_NGUYEN, "income_fund_vnd", "all", 4788 * M, "2018-12-06"),
    (5, THAI_NGUYEN, "communes_with_clubs", "all", 15, "2018-12-06"),
    (5, THAI_NGUYEN, "districts_with_clubs", "VIE017", 3, "2007-12-31"),
    (7, THAI_NGUYEN, "provinces_with_plan", "1533", 1, "2018-07-11"),
    (7, THAI_NGUYEN, "target_district_coverage", "all", 0.8, "2020-12-31"),
    (8, "05653", "clubs", "all", 19, "2018-12-06"),
    (8, "05653", "clubs", "VIE014", 3, "2010-08-31"),
    (8, "05653", "new_clubs", "outside project", 16, "2018-12-06"),
    (8, "05653", "club_boards", "all", 19, "2018-12-06"),
    (8, "05653", "board_members_per_club", "all", 3, "2018-12-06"),
    (8, "05653", "income_fund_per_club_vnd", "all", 32.5 * M, "2018-12-06"),
    # Thanh Hóa, 12/10/2022
    (7, THANH_HOA, "clubs", "all", 884, "2022-10-12"),
    (7, THANH_HOA, "clubs", "international", 291, "2022-10-12"),
    (7, THANH_HOA, "clubs", "provincial schemes", 593, "2022-10-12"),
    (7, THANH_HOA, "members", "all", 48600, "2022-10-12"),
    (7, THANH_HOA, "income_fund_vnd", "all", 69270 * M, "2022-10-12"),
    (7, THANH_HOA, "districts_with_clubs", "all", 27, "2022-10-12"),
    (7, THANH_HOA, "districts_total", "all", 27, "2022-10-12"),
    (7, THANH_HOA, "communes_with_clubs", "all", 410, "2022-10-12"),
    (7, THANH_HOA, "communes_total", "all", 559, "2022-10-12"),
    (7, THANH_HOA, "districts_saturated", "all", 9, "2022-10-12"),
    (7, THANH_HOA, "new_clubs", "all", 407, "2022-10-12"),
    (7, THANH_HOA, "new_clubs", "all", 86, "2022-10-12"),
    (8, "397", "clubs", "all", 83, "2022-10-12"),
    (8, THANH_HOA, "clubs_all_activities", "all", 884, "2022-10-12"),
    (8, THANH_HOA, "meetings_per_month", "all", 1, "2022-10-12"),
    (11, THANH_HOA, "target_new_clubs", "all", 200, "2016-12-31"),
    (11, THANH_HOA, "target_new_clubs", "all", 300, "2020-12-31"),
    (11, THANH_HOA, "target_new_clubs", "all", 400, "2025-12-31"),
    (11, THANH_HOA, "budget_vnd", "all", 950 * M, "2022-10-12"),
    (12, THANH_HOA, "raised_to_clubs_share", "all", 0.6, "2022-10-12"),
    (13, THANH_HOA, "startup_capital_vnd", "all", 50 * M, "2022-10-12"),
    (13, THANH_HOA, "startup_district_vnd", "all", 25 * M, "2022-10-12"),
    (13, THANH_HOA, "startup_commune_vnd", "all", 25 * M, "2022-10-12"),
    (13, THANH_HOA, "startup_local_vnd", "all", 7.5 * M, "2022-10-12"),
    (13, THANH_HOA, "income_fund_per_club_vnd", "all", 78 * M, "2022-10-12"),
    (14, THANH_HOA, "training_courses", "all", 8, "2022-10-12"),
    # Ninh Thuận, 13/05/2024
    (5, NINH_THUAN, "provinces_with_plan", "1336", 1, "2021-01-08"),
    (9, NINH_THUAN, "clubs", "all", 36, "2024-05-13"),
    (9, NINH_THUAN, "new_clubs", "all", 36, "2024-05-13"),
    (9, NINH_THUAN, "members", "all", 2000, "2024-05-13"),
    (9, NINH_THUAN, "districts_with_clubs", "all", 6, "2024-05-13"),
    (9, NINH_THUAN, "attendance_share", "all", 0.85, "2024-05-13"),
    (9, NINH_THUAN, "clubs_all_activities", "all", 36, "2024-05-13"),
    # the country, 31/03/2022
    (6, "VN", "provinces_with_plan", "all", 57, "2022-03-30"),
    (6, "VN", "provinces_total", "all", 63, "2022-03-30"),
    (6, "VN", "registered_new_clubs", "all", 4000, "2025-12-31"),
    (6, "VN", "plan_achievement", "registered", 1.33, "2022-03-30"),
    (6, "VN", "new_clubs", "projects", 60, "2021-12-31"),
    (6, "VN", "training_courses", "central association", 2, "2021-12-31"),
    (8, "VN", "provinces_training", "all", 18, "2021-12-31"),
    (8, "VN", "training_courses", "all", 68, "2021-12-31"),
    (8, "VN", "trainees", "all", 4112, "2021-12-31"),
    (8, "VN", "provinces_with_budget", "all", 17, "2022-03-30"),
    (8, "VN", "budget_vnd", "all", 50891 * M, "2025-12-31"),
    (8, "VN", "provinces_with_policy_only", "all", 40, "2022-03-30"),
    (9, "VN", "provinces_without_plan", "all", 6, "2022-03-30"),
    # Nga Sơn, 14/02/2023
    (9, NGA_SON, "startup_capital_vnd", "all", 50 * M, "2023-02-14"),
    (9, NGA_SON, "raised_per_year_vnd", "salaried contributions", 125 * M, "2023-02-14"),
    (10, NGA_SON, "raised_per_year_vnd", "member contributions", 100 * M, "2023-02-14"),
    (10, NGA_SON, "raised_to_district_share", "all", 0.375, "2023-02-14"),
    (11, NGA_SON, "raised_per_year_vnd", "all", 230 * M, "2023-02-14"),
    (11, NGA_SON, "raised_to_clubs_share", "all", 0.75, "2023-02-14"),
    (12, NGA_SON, "clubs", "all", 43, "2023-02-14"),
    (12, NGA_SON, "income_fund_vnd", "all", 3400 * M, "2023-02-14"),
    (12, NGA_SON, "startup_district_vnd", "all", 25 * M, "2023-02-14"),
    (12, NGA_SON, "startup_district_vnd", "all", 30 * M, "2018-02-14"),
    (12, NGA_SON, "startup_commune_vnd", "all", 10 * M, "2023-02-14"),
    (12, NGA_SON, "startup_local_vnd", "all", 15 * M, "2023-02-14"),
    (12, NGA_SON, "plan_achievement", "all", 1.55, "2023-02-14"),
    (13, NGA_SON, "communes_with_clubs", "all", 1, "2020-12-31"),
    (13, NGA_SON, "villages_saturated_communes", "all", 1, "2022-12-31"),
    (17, NGA_SON, "target_village_coverage", "all", 0.33, "2026-12-31"),
]


@pytest.mark.parametrize(
    ("paragraph", "area", "indicator", "scope", "value", "as_of"), SEED_FIGURES
)
def test_figures_of_the_articles(cells, paragraph, area, indicator, scope, value, as_of):
    mine = cells.loc[
        (cells["locator"] == f"paragraph {paragraph}")
        & (cells["area"] == area)
        & (cells["indicator"] == indicator)
        & (cells["scope"] == scope)
        & (cells["as_of"] == as_of)
    ]
    assert value in mine["value"].astype(float).tolist()


def test_every_row_of_the_articles_has_a_paragraph(cells, sources):
    seeds = set(sources.loc[sources["sha256"] != "", "source"])
    assert len(seeds) == 5
    of_seeds = cells["source"].isin(seeds)
    assert cells.loc[of_seeds, "locator"].str.fullmatch(r"paragraph \d+").all()
    assert (cells.loc[~of_seeds, "locator"] == "").all()
    assert of_seeds.sum() == 39 + 51


def test_club_that_grew_from_50_7_to_over_200_million(figures):
    mine = figures.loc[figures["area"] == "thanh-hoa-clb-von-ban-dau-50-7-trieu"]
    first, last = mine.query("indicator == 'income_fund_vnd'").sort_values("as_of").itertuples()
    assert (first.value, first.status, last.low) == (50_700_000, "derived", 200_000_000)
    years = (last.as_of - first.as_of).days / 365.25
    assert last.low / first.value == pytest.approx(3.94, abs=0.005)
    assert (last.low / first.value) ** (1 / years) - 1 == pytest.approx(0.133, abs=0.0005)


def test_periods_of_the_new_clubs_of_thanh_hoa_are_60_and_10_months(figures):
    for fact_id, months in (("F0021", 60), ("F0022", 10)):
        row = figures.loc[fact_id]
        after = row["as_of"] + pd.Timedelta(days=1)
        assert row["start"] + pd.DateOffset(months=months) == after


# ---------------------------------------------------------------- hand arithmetic


def test_parts_of_the_articles_make_their_totals(figures):
    value = figures["value"]
    assert value[["F0008", "F0009", "F0010", "F0011"]].sum() == value["F0001"] == 72 + 63
    assert value["F0004"] + value["F0005"] == 135
    assert value["S0015"] + value["S0016"] == value["F0013"]
    assert value["S0002"] + value["S0003"] + value["S0004"] == value["S0001"]
    assert value["S0036"] + value["S0037"] == value["F0036"]
    assert value["F0036"] + value["S0038"] == value["S0035"]
    assert value["S0046"] + value["S0047"] == value["F0012"]


@pytest.mark.parametrize(
    ("above", "below", "quotient"),
    [
        ("F0020", "F0019", 0.7335),  # communes of Thanh Hóa
        ("F0015", "F0013", 78.36e6),  # fund a club
        ("F0002", "F0001", 39.2),  # members a club, Thái Nguyên
        ("F0003", "F0001", 35.47e6),
        ("F0034", "F0033", 79.07e6),  # Nga Sơn
        ("F0036", "S0035", 0.9048),  # provinces with a plan
        ("F0035", "F0052", 1.333),  # registered of decided
        ("F0038", "F0037", 60.5),  # trained a course
        ("F0039", "S0036", 2.994e9),  # budget a province
        ("F0029", "S0032", 55.56),  # members a club, Ninh Thuận
        ("S0043", "D0031", 0.4444),  # districts of Thái Nguyên
        ("D0019", "D0018", 70.0),  # the national total of 2023 is 70 a club to the person
        ("F0312", "F0311", 0.572),  # borrowers of VIE071 in Hòa Bình
    ],
)
def test_ratios_by_hand(figures, above, below, quotient):
    found = figures.loc[above, "value"] / figures.loc[below, "value"]
    assert found == pytest.approx(quotient, rel=1e-3)


def test_both_sides_of_those_ratios_have_one_scope(figures):
    assert figures.loc[["F0311", "F0312"], "scope"].tolist() == ["VIE071", "VIE071"]
    assert figures.loc[["D0018", "D0019", "F0013", "F0015"], "scope"].eq("all").all()


# ---------------------------------------------------------------- national series and plans


def test_national_series_of_clubs_and_members(figures):
    national = figures.query("area == 'VN' and scope == 'all' and as_of == as_of")
    clubs = national.query("indicator == 'clubs'").set_index(["as_of", "value"]).index
    printed = [
        ("2015-01-31", 800),
        ("2016-06-06", 580),
        ("2016-08-31", 1000),
        ("2017-12-31", 1260),
        ("2018-12-31", 1535),
        ("2019-12-31", 2985),
        ("2020-08-31", 3000),
        ("2020-10-31", 3000),
        ("2021-06-30", 3500),
        ("2021-09-30", 3500),
        ("2021-10-31", 3500),
        ("2023-12-31", 6521),
        ("2024-12-31", 8432),
        ("2025-05-31", 9000),
    ]
    assert list(clubs.sort_values()) == [(pd.Timestamp(day), n) for day, n in printed]
    members = national.query("indicator == 'members'").set_index("as_of")["value"]
    assert members["2023-12-31"] == 456_470
    assert members["2016-08-31"] == 55_000


def test_undated_figures_stay_undated(figures):
    adb = figures.loc[figures["source"] == "fxbaogao-5116703"]
    assert len(adb) == 2
    assert adb["as_of"].isna().all()
    assert figures.loc["F0193", "as_of"] is pd.NaT


def test_plans_are_one_and_the_draft_is_zero(figures):
    plans = figures.query("indicator == 'provinces_with_plan' and level == 'province'")
    assert plans.loc[plans["value"] == 0, "fact_id"].tolist() == ["F0302"]
    assert plans.drop(index="F0302")["value"].eq(1).all()
    assert "dự thảo" in plans.loc["F0302", "note"]
    districts = figures.query("indicator == 'districts_with_plan'")
    assert dict(zip(districts["area_name"], districts["value"], strict=True)) == {
        "Phú Ninh": 1,
        "Sơn Dương": 1,
        "Mê Linh": 1,
    }
