"""Vietnamese text: one spelling, look-up keys, the order of dictionaries, old encodings."""

import csv
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lthtgn_analysis.errors import UnreadableSourceError
from lthtgn_analysis.lettering import (
    clean,
    decode_legacy,
    detect_legacy_encoding,
    fold,
    sort_key,
    sort_vietnamese,
    strip_marks,
)
from lthtgn_analysis.texts import read_text

UNTIMED = settings(deadline=None)
ROOT = Path(__file__).parent.parent
VIETNAMESE = st.text(
    alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹỳỷỹýỵòỏõóọùủũúụưừ ADĐHO-.0123456789",
    max_size=30,
)
OLD_NAMES = [
    "Hải Dương", "Đắk Lắk", "Thừa Thiên Huế", "Nghệ An", "Quảng Ngãi", "Vĩnh Phúc", "Bắc Giang",
    "Hưng Yên", "Thái Bình", "Hậu Giang", "Sóc Trăng", "Bến Tre", "Tiền Giang", "Kiên Giang",
]  # fmt: skip
# The bytes that the TCVN 5712 (VN3) table of 1993 gives these letters, read as Latin-1.
TCVN3 = dict(
    zip(
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĂÂÊÔƠƯĐ",
        "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¨©ª«¬\u00ad®¡¢£¤¥¦§",
        strict=True,
    )
)


def tcvn3(text: str) -> str:
    return "".join(TCVN3.get(letter, letter) for letter in text)


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("Thanh Hoá", "Thanh Hóa"),
        ("Thuỷ", "Thủy"),
        ("khoẻ", "khỏe"),
        ("UỶ BAN", "ỦY BAN"),
        ("Tuý", "Túy"),
        ("Quỳ Hợp", "Quỳ Hợp"),
        ("Phú Quý", "Phú Quý"),
        ("quả của thuở hoàn hoặc", "quả của thuở hoàn hoặc"),
        ("Khoái Châu", "Khoái Châu"),
        ("Huế", "Huế"),
        ("Ðắk  Lắk", "Đắk Lắk"),
        ("ðồng", "đồng"),
        ("Bà Rịa–Vũng Tàu", "Bà Rịa-Vũng Tàu"),
        ("20\u00a0-\u202f30", "20 - 30"),
        ("\ufeffxã\u200b Nga\u00ad Sơn ", "xã Nga Sơn"),
    ],
)
def test_clean_writes_one_spelling(typed, spelled):
    assert clean(typed) == spelled
    assert clean(unicodedata.normalize("NFD", typed)) == spelled


@UNTIMED
@given(VIETNAMESE)
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


@UNTIMED
@given(VIETNAMESE)
def test_composition_never_matters(text):
    decomposed = unicodedata.normalize("NFD", text)
    assert clean(text) == clean(decomposed)
    assert fold(text) == fold(decomposed)
    assert sort_key(text) == sort_key(decomposed)


def test_fold_makes_look_up_keys():
    assert fold("Đăk Lăk") == fold("DAK LAK") == fold("Ðắk Lắk") == "daklak"
    assert fold("Bà Rịa - Vũng Tàu") == "bariavungtau"
    assert strip_marks("Trên 48.600 người") == "Tren 48.600 nguoi"


def test_different_names_may_fold_alike():
    assert fold("Hoằng Phú") == fold("Hoằng Phụ")
    assert clean("Hoằng Phú") != clean("Hoằng Phụ")


def test_names_stand_in_the_order_of_dictionaries():
    ordered = [
        "An", "Ăn", "Ân", "Cà Mau", "Cao Bằng", "Cần Thơ", "Dương", "Đà Nẵng", "Đồng Nai", "Ê",
        "ma", "mà", "mả", "mã", "má", "mạ", "Ô Môn", "Ơ", "Ư", "Ý Yên", "Yên Bái",
    ]  # fmt: skip
    assert sort_vietnamese(ordered[::-1]) == ordered


def test_small_letters_capitals_spaces_and_digits():
    assert sort_vietnamese(["Xã 2", "xã 10", "xã", "Xã", "xã-1"]) == [
        "xã", "Xã", "xã 10", "Xã 2", "xã-1",
    ]  # fmt: skip


def test_new_and_old_tone_places_are_equal_in_order():
    assert sort_key("Hoà Bình") == sort_key("Hòa Bình")


def test_a_series_keeps_its_labels_and_its_missing_values_last():
    names = pd.Series(["Đồng Nai", None, "Ăn", "An"], index=[7, 8, 9, 10], dtype="str")
    ordered = sort_vietnamese(names)
    assert ordered.dropna().tolist() == ["An", "Ăn", "Đồng Nai"]
    assert ordered.index.tolist() == [10, 9, 7, 8]


def test_the_order_is_that_of_icu():
    icu = pytest.importorskip("icu", reason="PyICU is not installed")
    collator = icu.Collator.createInstance(icu.Locale("vi_VN"))
    with (ROOT / "lthtgn_analysis/reference/areas_2022.csv").open(encoding="utf-8") as file:
        names = sorted({clean(row["area_name"]) for row in csv.DictReader(file)})
    assert sort_vietnamese(names) == sorted(names, key=collator.getSortKey)


def test_a_named_encoding_is_converted():
    pytest.importorskip("viparse", reason="the extra [legacy] is not installed")
    assert decode_legacy([tcvn3("Hải Dương"), "TP", "Ñaék Laék"], encoding="tcvn3")[:2] == [
        "Hải Dương",
        "TP",
    ]
    assert decode_legacy(["Ñaék Laék"], encoding="vni") == ["Đắk Lắk"]


def test_a_whole_column_proves_its_encoding():
    pytest.importorskip("viparse", reason="the extra [legacy] is not installed")
    column = pd.Series([*map(tcvn3, OLD_NAMES), "STT", None], dtype="str")
    assert detect_legacy_encoding(column.dropna()) == "tcvn3"
    decoded = decode_legacy(column)
    assert decoded.tolist()[:-1] == [*OLD_NAMES, "STT"]
    assert pd.isna(decoded.iloc[-1])
    assert column.iloc[0] == tcvn3("Hải Dương")


@pytest.mark.parametrize(
    "column",
    [
        [tcvn3("Hải Dương")],
        ["§¾k L¾k"],
        ["Ñaék Laék"],
        OLD_NAMES,
        ["a", "b"],
        [],
        ["café", "naïve", "Müller", "façade", "piñata", "Århus", "señor", "über", "crème", "São"],
    ],
)
def test_nothing_is_converted_on_a_guess(column):
    assert detect_legacy_encoding(column) is None
    assert decode_legacy(column) == column


def test_an_unknown_encoding_is_refused():
    with pytest.raises(ValueError, match="must be one of tcvn3, vni or None, not 'viscii'"):
        decode_legacy(["x"], encoding="viscii")


def test_a_missing_converter_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "viparse", None)
    with pytest.raises(UnreadableSourceError, match=r"pip install 'lthtgn-analysis\[legacy\]'"):
        decode_legacy(["Ñaék Laék"], encoding="vni")


def test_a_file_in_an_old_font_is_read_and_one_in_unicode_is_left_alone(tmp_path):
    pytest.importorskip("viparse", reason="the extra [legacy] is not installed")
    text = "Hội người cao tuổi huyện Nga Sơn đã thành lập được bảy câu lạc bộ, có 12 CLB."
    path = tmp_path / "a.txt"
    for written in (tcvn3(text), text):
        path.write_text(written, encoding="utf-8")
        assert read_text(path).text == text
