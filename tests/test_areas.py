"""Places: the unit lists of three maps, and every trap of finding a name in them."""

import csv
import unicodedata
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lthtgn_analysis.areas import (
    boundaries_of,
    find_area,
    find_areas,
    is_total,
    read_areas,
    read_hierarchy,
    same_map,
    tile_grid,
)
from lthtgn_analysis.errors import UnknownAreaError
from lthtgn_analysis.schema import AREAS, BOUNDARIES

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "lthtgn_analysis" / "reference"
SHARED = ROOT.parent / "shared" / "data"


def nfd(text):
    return unicodedata.normalize("NFD", text)


def bare_letters(text):
    """Strip all marks by another road than `lettering`: character names of the standard."""
    return "".join(
        unicodedata.name(c, "").removeprefix("LATIN SMALL LETTER ")[0]
        for c in text.lower()
        if unicodedata.name(c, "").startswith("LATIN SMALL LETTER ")
    )


def units(boundaries, level):
    return read_areas(boundaries=boundaries, level=level)


# --- the lists ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("boundaries", "counts"),
    [
        ("2022", {"national": 1, "province": 63, "district": 705, "commune": 10_599}),
        ("2025-01", {"national": 1, "province": 63, "district": 696, "commune": 10_035}),
        ("2025-07", {"national": 1, "province": 34, "commune": 3_321}),
    ],
)
def test_each_map_has_the_official_number_of_units(boundaries, counts):
    areas = read_areas(boundaries=boundaries)
    assert areas["level"].value_counts().to_dict() == counts
    assert areas.columns.tolist() == AREAS.column_names
    assert not areas.duplicated(list(AREAS.key)).any()
    assert areas.drop(columns="parent").notna().all(axis=None)


@pytest.mark.parametrize(
    ("boundaries", "districts", "kinds"),
    [
        ("2022", 27, {"Xã": 469, "Phường": 60, "Thị trấn": 30}),
        ("2025-01", 26, {"Xã": 452, "Phường": 63, "Thị trấn": 32}),
        ("2025-07", 0, {"Xã": 147, "Phường": 19}),
    ],
)
def test_thanh_hoa_has_the_communes_that_the_press_counts(boundaries, districts, kinds):
    inside = read_hierarchy(boundaries=boundaries).query("province == '38'")
    communes = units(boundaries, "commune").set_index("area")["kind"]
    assert (inside["level"] == "district").sum() == districts
    codes = inside.loc[inside["level"] == "commune", "area"]
    assert communes.loc[codes].value_counts().to_dict() == kinds


@pytest.mark.parametrize("boundaries", BOUNDARIES)
def test_every_unit_has_a_parent_on_the_same_map(boundaries):
    areas = read_areas(boundaries=boundaries)
    below = areas.loc[areas["level"] != "national"]
    assert below["parent"].isin(areas["area"]).all()
    above = read_hierarchy(boundaries=boundaries)
    assert above["province"].isin(units(boundaries, "province")["area"]).all()
    assert len(above) == len(below)


def test_provinces_of_2022_and_of_january_2025_are_the_same_units():
    older, newer = units("2022", "province"), units("2025-01", "province")
    assert older["area"].tolist() == newer["area"].tolist()
    renamed = older["area_name"] != newer["area_name"]
    assert older.loc[renamed, "area_name"].tolist() == ["Thừa Thiên Huế"]
    assert newer.loc[renamed, ["area_name", "kind"]].to_numpy().tolist() == [["Huế", "Thành phố"]]


def test_dong_nai_is_a_city_now():
    assert units("2025-07", "province").set_index("area").loc["75", "kind"] == "Thành phố"
    assert units("2025-01", "province").set_index("area").loc["75", "kind"] == "Tỉnh"


def test_the_frame_belongs_to_the_caller():
    mine = read_areas(boundaries="2022")
    mine["area_name"] = "spoilt"
    assert read_areas(boundaries="2022")["area_name"].iloc[0] == "Việt Nam"


def test_names_are_written_in_one_form():
    names = pd.concat([read_areas(boundaries=b)["area_name"] for b in BOUNDARIES])
    assert (names == names.str.normalize("NFC").str.strip()).all()
    assert not names.str.contains("  ", regex=False).any()
    assert not names.str.contains(r"(?:oà|oá|oả|oã|oạ|uỷ|uỳ)$", regex=True).mask(
        names.str.contains("(?i)qu", regex=True), other=False
    ).any()  # fmt: skip


def test_an_unknown_map_or_level_says_what_there_is():
    with pytest.raises(ValueError, match=r"one of \['2022', '2025-01', '2025-07'\], not '63'"):
        read_areas(boundaries="63")
    with pytest.raises(ValueError, match=r"`level` must be one of .* or None, not 'tỉnh'"):
        read_areas(boundaries="2022", level="tỉnh")


@pytest.mark.parametrize(
    ("day", "boundaries"),
    [
        ("2016-08-02", "2022"),
        ("2024-12-31", "2022"),
        ("2025-01-01", "2025-01"),
        ("2025-06-30", "2025-01"),
        ("2025-07-01", "2025-07"),
        (pd.Timestamp("2026-11-22", tz="Asia/Ho_Chi_Minh"), "2025-07"),
    ],
)
def test_the_map_in_force_changes_on_the_first_day(day, boundaries):
    assert boundaries_of(day) == boundaries


def test_a_missing_day_has_no_map():
    with pytest.raises(ValueError, match="it is missing, so the map in force is not known"):
        boundaries_of(pd.NaT)


def test_series_may_run_across_equal_maps_only():
    assert same_map("province", "2022") == same_map("province", "2025-01")
    assert same_map("province", "2025-01") != same_map("province", "2025-07")
    assert len({same_map("national", b) for b in BOUNDARIES}) == 1
    for level in ("district", "commune", "village"):
        assert len({same_map(level, b) for b in BOUNDARIES}) == 3


@pytest.mark.parametrize(("boundaries", "tiles"), [("2022", 63), ("2025-01", 63), ("2025-07", 34)])
def test_every_province_has_one_tile_of_its_own(boundaries, tiles):
    grid = tile_grid(boundaries)
    assert grid.columns.tolist() == ["area", "area_name", "label", "row", "col"]
    assert len(grid) == tiles
    assert set(grid["area"]) == set(units(boundaries, "province")["area"])
    assert not grid.duplicated(["row", "col"]).any()
    assert grid["label"].is_unique
    assert grid["area_name"].notna().all()
    row = grid.set_index("area_name")["row"]
    assert row["Cao Bằng"] < row["Hà Nội"] < row["Thanh Hóa"] < row["Cà Mau"]


# --- one name -------------------------------------------------------------------------------------

PROVINCE_FORMS = {
    "38": ["Thanh Hoá", "Thanh Hóa", nfd("Thanh Hóa"), "thanh hóa", "THANH HÓA", "Thanh Hoa",
           "Tỉnh Thanh Hóa", "T. Thanh Hoá", "TINH THANH HOA", "Thanh Hóa\u00a0", "1. Thanh Hóa",
           "Thanh Hóa (*)", "thanhhoa"],
    "79": ["TP. Hồ Chí Minh", "TPHCM", "TP.HCM", "TP HCM", "Hồ Chí Minh", "T.P. Hồ Chí Minh",
           "Thành phố Hồ Chí Minh", "ho chi minh"],
    "46": ["Huế", "Thừa Thiên - Huế", "Thừa Thiên Huế", "TT-Huế", "TP Huế", "tỉnh Huế"],
    "77": ["Bà Rịa–Vũng Tàu", "Bà Rịa - Vũng Tàu", "BR-VT", "BRVT", "Ba Ria Vung Tau"],
    "66": ["Đăk Lăk", "Dak Lak", "Đắc Lắc", "Ðắk Lắk", "Đắk Lắk", "DAKLAK"],
    "67": ["Đăk Nông", "Đắc Nông"],
    "06": ["Bắc Cạn", "Bắc Kạn", "tỉnh Bắc Cạn"],
    "75": ["Đồng Nai", "Tỉnh Đồng Nai", "TP Đồng Nai"],
    "17": ["Hoà Bình"],
    "62": ["Kontum", "KON TUM"],
    "01": ["Hà Nội", "thủ đô Hà Nội", "TP. Hà Nội"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "area"), [(text, area) for area, texts in PROVINCE_FORMS.items() for text in texts]
)
def test_provinces_are_found_in_every_form_of_their_names(text, area):
    assert find_area(text, level="province", boundaries="2022") == area


@pytest.mark.parametrize(
    ("text", "within", "area"),
    [
        ("H. Nga Sơn", "Thanh Hóa", "401"),
        ("TX Bỉm Sơn", "Thanh Hóa", "381"),
        ("thành phố Sầm Sơn", "38", "382"),
        ("TX Sầm Sơn", "38", "382"),  # a town until 2017
        ("TP Thanh Hoá", "Thanh Hoá", "380"),
        ("H.Hoằng Hoá", "tỉnh Thanh Hóa", "399"),
        ("Tĩnh Gia", "38", "407"),
        ("huyện Tĩnh Gia", "38", "407"),
        ("Nghi Sơn", "38", "407"),
        ("Quan Sơn", "38", "387"),
        ("huyen Quan Son", "38", "387"),
        (nfd("Quảng Xương"), "38", "406"),
        ("Nga Sơn (huyện)", "38", "401"),
        ("2) Nga Sơn", "38", "401"),
        ("Phan Rang - Tháp Chàm", "Ninh Thuận", "582"),
        ("Phan Rang", "58", "582"),
        ("Q.1", "TPHCM", "760"),
        ("Quận 01", "79", "760"),
        ("TP. Thủ Đức", "79", "769"),
        ("Kì Sơn", "Nghệ An", "417"),
        ("Qui Nhơn", "Bình Định", "540"),
        ("Đắk Đoa", "Gia Lai", "626"),
        ("TX Kỳ Anh", "Hà Tĩnh", "449"),
        ("H. Kỳ Anh", "Hà Tĩnh", "447"),
        ("huyện đảo Lý Sơn", "Quảng Ngãi", "536"),
        ("ĐăkRông", "Quảng Trị", "467"),
        ("H. Đakrông", "Quảng Trị", "467"),
    ],
)
def test_districts_are_found_in_every_form_of_their_names(text, within, area):
    assert find_area(text, within=within, level="district", boundaries="2022") == area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("Thái Nguyên", "19"),
        ("tỉnh Thái Nguyên", "19"),
        ("TP Thái Nguyên", "164"),
        ("Thanh Hóa", "38"),
        ("TP Thanh Hóa", "380"),
        ("TP Huế", "474"),
        ("Nga Sơn, Thanh Hóa", "401"),
        ("Nga Sơn (Thanh Hóa)", "401"),
        ("xã Hoằng Phú, huyện Hoằng Hóa, tỉnh Thanh Hóa", "15883"),
        ("Việt Nam", "VN"),
    ],
)
def test_without_a_level_the_name_itself_decides(text, area):
    assert find_area(text, boundaries="2022") == area


def test_numbered_wards_keep_their_word():
    wards = {"P9": "27262", "P.9": "27262", "Phường 9": "27262", "phường 09": "27262"}
    for text, area in wards.items():
        assert find_area(text, within="773", level="commune", boundaries="2022") == area
    with pytest.raises(UnknownAreaError):
        find_area("9", within="773", level="commune", boundaries="2022")


def test_names_of_old_provinces_are_not_given_to_small_places():
    """On the map of July 2025 Bắc Kạn is a ward; who writes the bare name may mean the province."""
    with pytest.raises(UnknownAreaError, match=r"on the map of 2022 it is Tỉnh Bắc Kạn \(06\)"):
        find_area("Bắc Kạn", boundaries="2025-07")
    ward = find_area("phường Bắc Kạn", boundaries="2025-07")
    assert find_area("Bắc Kạn", within="Thái Nguyên", boundaries="2025-07") == ward
    assert find_area("TP Huế", boundaries="2025-07") == "46"
    assert find_area("Tỉnh Đồng Nai", boundaries="2025-07") == "75"
    with pytest.raises(UnknownAreaError, match="on the map of 2022 it is Thành phố Thanh Hóa"):
        find_area("TP Thanh Hóa", boundaries="2025-07")


NO_PLACES = ["Ban đại diện HNCT tỉnh", "Hà Nam Ninh", "các huyện còn lại", "Thanh Hòa", "Hạ Nội",
             "HNCT", "38", "", " ", "…", "Quảng Ninh Bình"]  # fmt: skip
TOTALS = ["Tổng cộng", "TỔNG CỘNG:", "Cộng", "cong", "Toàn tỉnh", "TOAN TINH", "Cả nước",
          "Tổng cộng (I+II)", "Toàn tỉnh Thanh Hóa", "Cộng huyện Nga Sơn", "Tổng số", "Toàn quốc",
          "I. Tổng cộng", nfd("Tổng cộng"), "Trung bình", "Bình quân chung"]  # fmt: skip


@pytest.mark.parametrize("text", [*NO_PLACES, *TOTALS])
@pytest.mark.parametrize("level", ["province", "district", None])
def test_nothing_is_booked_on_a_guess(text, level):
    with pytest.raises(UnknownAreaError):
        find_area(text, level=level, boundaries="2022")


@pytest.mark.parametrize("text", TOTALS)
def test_totals_are_known_as_totals(text):
    assert is_total(text)


def test_no_place_is_taken_for_a_total():
    for boundaries in BOUNDARIES:
        names = read_areas(boundaries=boundaries)["area_name"]
        assert [name for name in names if is_total(name)] == []
    assert not any(map(is_total, [None, float("nan"), 5, "Cong Hoa", "Tong Cot", "Trung Bình"]))
    assert find_area("xã Trung Bình", boundaries="2022") == "31681"


def test_an_unknown_name_says_what_is_near_and_what_to_pass():
    with pytest.raises(UnknownAreaError) as unknown:
        find_area("Hậu Gian", level="province", boundaries="2022")
    assert str(unknown.value) == (
        "'Hậu Gian': no province bears this name on the map of 2022; nearest: Tỉnh Hậu Giang (93), "
        "Tỉnh Hà Giang (02), Tỉnh An Giang (89)."
    )
    with pytest.raises(UnknownAreaError) as several:
        find_area("Kỳ Anh", level="district", boundaries="2022")
    assert str(several.value) == (
        "'Kỳ Anh': 2 places bear this name on the map of 2022: Huyện Kỳ Anh (447, Tỉnh Hà Tĩnh), "
        "Thị xã Kỳ Anh (449, Tỉnh Hà Tĩnh); write the type word, or pass `within` or `level` to "
        "decide."
    )
    with pytest.raises(UnknownAreaError, match="a totals row, no place; the country itself"):
        find_area("Cả nước", boundaries="2022")
    with pytest.raises(UnknownAreaError, match="there are no districts on the map of 2025-07"):
        find_area("Nga Sơn", level="district", boundaries="2025-07")
    with pytest.raises(UnknownAreaError, match="`within` must be a province or a district, and"):
        find_area("Nga Sơn", within="Thanh Hoàng", boundaries="2022")
    with pytest.raises(UnknownAreaError, match=r"38\.0: a place must be a name, as text"):
        find_area(38.0, boundaries="2022")


def test_a_district_of_another_map_is_named_with_its_map():
    """Đông Sơn became a part of the city of Thanh Hóa on 1 January 2025."""
    assert find_area("Đông Sơn", level="district", within="38", boundaries="2022") == "405"
    with pytest.raises(UnknownAreaError, match=r"on the map of 2022 it is Huyện Đông Sơn \(405"):
        find_area("Đông Sơn", level="district", within="38", boundaries="2025-01")


@given(st.text(max_size=30))
def test_any_text_is_a_place_or_an_unknown_area(text):
    try:
        area = find_area(text, boundaries="2025-07")
    except UnknownAreaError:
        return
    assert area in set(read_areas(boundaries="2025-07")["area"])


# --- names that differ by marks -------------------------------------------------------------------


def pairs_that_differ_by_marks(boundaries):
    communes = units(boundaries, "commune")
    communes = communes.loc[~communes["area_name"].str.contains(r"\d")]
    letters = communes["area_name"].map(bare_letters)
    names = ["area", "area_name", "parent"]
    return [
        pair
        for _, same in communes.groupby(["parent", "kind", letters])
        for pair in combinations(same[names].itertuples(index=False, name=None), 2)
        if pair[0][1] != pair[1][1]
    ]


def test_pairs_that_differ_by_marks_are_told_apart():
    pairs = pairs_that_differ_by_marks("2022")
    assert len(pairs) == 21
    for pair in pairs:
        for area, name, parent in pair:
            assert find_area(name, within=parent, level="commune", boundaries="2022") == area
            typed = find_area(name.upper(), within=parent, level="commune", boundaries="2022")
            assert typed == area


def test_a_pair_written_without_marks_is_not_decided():
    for text in ("Hoang Phu", "Hoằng Phu", "xa Hoang Phu"):
        with pytest.raises(UnknownAreaError, match=r"Xã Hoằng Phú \(15883.*Xã Hoằng Phụ \(16003"):
            find_area(text, within="Thanh Hóa", level="commune", boundaries="2022")


def test_a_column_without_marks_leaves_unmarked_names_open():
    """'Nga Thanh' is a name of its own, yet in a column without marks it may be Nga Thành."""
    names = pd.Series(["Nga Thanh", "Nga An", "Ba Dinh", "Nga Bach"])
    options = {"within": "401", "level": "commune", "boundaries": "2022"}
    plain = find_areas(names, **options)
    assert plain["area"].isna().tolist() == [True, False, False, False]
    assert "Xã Nga Thanh (16123" in plain["problem"].iloc[0]
    marked = find_areas(pd.concat([names, pd.Series(["Nga Phượng"])], ignore_index=True), **options)
    assert marked["area"].iloc[0] == "16123"


# --- a column -------------------------------------------------------------------------------------


@pytest.mark.parametrize("boundaries", BOUNDARIES)
@pytest.mark.parametrize("level", ["province", "district", "commune"])
@pytest.mark.parametrize("form", [str, str.upper, nfd])
def test_every_unit_is_found_by_its_own_name(boundaries, level, form):
    rows = units(boundaries, level)
    numbered = rows["area_name"].str.startswith(("Phường ", "Quận ")) & rows[
        "area_name"
    ].str.contains(r"\d$")
    names = (rows["kind"] + " ").mask(numbered, "") + rows["area_name"]
    within = rows["parent"] if level != "province" else None
    found = find_areas(names.map(form), within=within, level=level, boundaries=boundaries)
    pd.testing.assert_series_equal(found["area"], rows["area"])
    pd.testing.assert_series_equal(found["area_name"], rows["area_name"])
    assert found["problem"].isna().all()


def test_a_column_keeps_its_index_and_says_what_is_wrong():
    names = pd.Series(["Nga Sơn", None, "Tổng cộng", "Nga Sơnn", "Nga Sơn"], index=list("abcde"))
    found = find_areas(names, within="Thanh Hóa", level="district", boundaries="2022")
    assert found.index.tolist() == list("abcde")
    assert found.columns.tolist() == ["area", "area_name", "level", "problem"]
    assert (found.dtypes == "str").all()
    assert found["area"].fillna("-").tolist() == ["401", "-", "-", "-", "401"]
    assert found["problem"].fillna("").tolist() == [
        "",
        "no name",
        "a totals row, no place; the country itself is the area 'VN'.",
        "no district bears this name on the map of 2022 in Tỉnh Thanh Hóa; nearest: "
        "Huyện Nga Sơn (401, Tỉnh Thanh Hóa), Huyện Đông Sơn (405, Tỉnh Thanh Hóa), "
        "Thị xã Nghi Sơn (407, Tỉnh Thanh Hóa).",
        "",
    ]


def test_each_name_may_lie_in_a_place_of_its_own():
    names = pd.Series(["Châu Thành", "Châu Thành", "Châu Thành"])
    within = pd.Series(["An Giang", "Kiên Giang", None])
    found = find_areas(names, within=within, level="district", boundaries="2022")
    assert found["area"].fillna("-").tolist() == ["892", "905", "-"]
    assert found["problem"].iloc[2].startswith("10 places bear this name on the map of 2022")
    with pytest.raises(ValueError, match="`within` must have the index of `names`"):
        find_areas(names, within=within.iloc[:2], boundaries="2022")


def test_an_empty_column_gives_an_empty_table():
    found = find_areas(pd.Series([], dtype="str"), boundaries="2022")
    assert found.empty
    assert found.columns.tolist() == ["area", "area_name", "level", "problem"]


# --- the files ------------------------------------------------------------------------------------


def test_the_readme_has_a_row_for_every_reference_file():
    readme = (REFERENCE / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in REFERENCE.glob("*.*")} - {"README.md", "LICENSES.md"}
    listed = {cell.strip("` ") for line in readme.splitlines() if line.startswith("| `")
              for cell in line.split("|")[1].split(",")}  # fmt: skip
    assert listed == files


def test_the_readme_counts_rows_rightly():
    readme = (REFERENCE / "README.md").read_text(encoding="utf-8")
    for line in readme.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if not line.startswith("| `") or cells[3] == "grows":
            continue
        counts = [int(count.replace(",", "")) for count in cells[3].split(", ")]
        for name, count in zip(cells[1].split(","), counts, strict=True):
            path = REFERENCE / name.strip("` ")
            with path.open(encoding="utf-8", newline="") as file:
                assert sum(1 for _ in csv.reader(file)) - 1 == count, name


def test_both_notices_stand_beside_the_data():
    text = (REFERENCE / "LICENSES.md").read_text(encoding="utf-8")
    assert text.count("Permission is hereby granted, free of charge") == 2
    assert "Copyright (c) 2024 HanChinhVN" in text
    assert "Copyright (c) 2025 Tran Ngoc Minh Hieu" in text


@pytest.mark.parametrize(
    ("file", "boundaries", "level"),
    [
        ("districts_2022", "2022", "district"),
        ("communes_2022", "2022", "commune"),
        ("districts_2025-01", "2025-01", "district"),
        ("communes_2025-01", "2025-01", "commune"),
        ("communes_2025-07", "2025-07", "commune"),
    ],
)
def test_the_lists_equal_the_research_tables(file, boundaries, level):
    if not SHARED.is_dir():
        pytest.skip("the research tables are not beside the repository")
    theirs = pd.read_csv(SHARED / f"{file}.csv", dtype="str")
    ours = units(boundaries, level)
    assert theirs[[f"{level}_code", "name", "type"]].to_numpy().tolist() == ours[
        ["area", "area_name", "kind"]
    ].to_numpy().tolist()  # fmt: skip
