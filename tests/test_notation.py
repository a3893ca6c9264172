"""Printed figures: reading, doubt, writing, labels."""

import csv
import math
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lthtgn_analysis import schema
from lthtgn_analysis.errors import NotAFigureError
from lthtgn_analysis.grammar import ambiguous_folds
from lthtgn_analysis.lettering import strip_marks
from lthtgn_analysis.notation import (
    WIDTHS,
    Width,
    add_bounds,
    bounds,
    format_figure,
    format_interval,
    label,
    parse_figure,
    parse_figures,
    parse_unit,
)

UNTIMED = settings(deadline=None)
ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
NAN = math.nan

PRINTED = [
    # text, value, qualifier, unit
    ("48.600 thành viên", 48_600, "exact", "people"),
    ("trên 48.600 thành viên tham gia", 48_600, "at_least", "people"),
    ("tren 48.600", 48_600, "at_least", None),
    ("hơn 200 triệu đồng", 200e6, "at_least", "VND"),
    ("ít nhất 20.000 đồng", 20_000, "at_least", "VND"),
    ("tối thiểu 50 triệu đồng", 50e6, "at_least", "VND"),
    ("không dưới 40 triệu đồng", 40e6, "at_least", "VND"),
    ("từ 50 triệu đồng trở lên", 50e6, "at_least", "VND"),
    ("50 người trở lên", 50, "at_least", "people"),
    ("hơn 85%", 0.85, "at_least", "share"),
    (">= 85 %", 0.85, "at_least", "share"),
    ("gần 2.000 thành viên", 2_000, "nearly", "people"),
    ("gan 2.000", 2_000, "nearly", None),
    ("gần 2,3 tỉ đồng", 2.3e9, "nearly", "VND"),
    ("ngót 11.300 thành viên", 11_300, "nearly", "people"),
    ("xấp xỉ 5.100 thành viên", 5_100, "nearly", "people"),
    ("khoảng 12,6 tỷ đồng", 12.6e9, "about", "VND"),
    ("chừng 61 triệu đồng", 61e6, "about", "VND"),
    ("ước 3 tỉ đồng", 3e9, "about", "VND"),
    ("độ 60 người", 60, "about", "people"),
    ("trên dưới 40 CLB", 40, "about", "clubs"),
    ("không quá 70 thành viên", 70, "at_most", "people"),
    ("tối đa 10 triệu đồng", 10e6, "at_most", "VND"),
    ("dưới 1%", 0.01, "at_most", "share"),
    ("chưa đến 85 triệu", 85e6, "at_most", "VND"),
    ("chưa tới 40 người", 40, "at_most", "people"),
    ("vỏn vẹn 12 CLB", 12, "exact", "clubs"),
    ("đủ 50 thành viên", 50, "exact", "people"),
    ("lên tới 11,3 tỷ đồng", 11.3e9, "exact", "VND"),
    ("lên đến 200 triệu đồng", 200e6, "exact", "VND"),
    ("ước đạt trên 50 triệu đồng", 50e6, "at_least", "VND"),
    ("69,27 tỉ đồng", 69.27e9, "exact", "VND"),
    ("50,891 tỉ đồng", 50.891e9, "exact", "VND"),
    ("1,048 ty dong", 1.048e9, "exact", "VND"),
    ("1.048 ty", 1_048e9, "exact", "VND"),
    ("3 tỷ 250 triệu đồng", 3.25e9, "exact", "VND"),
    ("2 tỉ 150 triệu", 2.15e9, "exact", "VND"),
    ("2 tỉ rưỡi", 2.5e9, "exact", "VND"),
    ("1,2 nghìn tỷ đồng", 1.2e12, "exact", "VND"),
    ("1.866.000.000 đ", 1.866e9, "exact", "VND"),
    ("4.788 triệu", 4.788e9, "exact", "VND"),
    ("3.875 tr", 3.875e9, "exact", "VND"),
    ("905 tr.đồng", 905e6, "exact", "VND"),
    ("905 tr.dong", 905e6, "exact", "VND"),
    ("812,5 trđ", 812.5e6, "exact", "VND"),
    ("50 tr.đ", 50e6, "exact", "VND"),
    ("500 nghìn đồng", 500_000, "exact", "VND"),
    ("20 ngàn đồng", 20_000, "exact", "VND"),
    ("78 triệu đồng/CLB", 78e6, "exact", "VND"),
    ("52 người/CLB", 52, "exact", "ratio"),
    ("3,8 triệu người", 3.8e6, "exact", "people"),
    ("62 CLB", 62, "exact", "clubs"),
    ("884 CLB LTHTGN", 884, "exact", "clubs"),
    ("06", 6, "exact", None),
    ("61 %", 0.61, "exact", "share"),
    ("63,5 %", 0.635, "exact", "share"),
    ("88%", 0.88, "exact", "share"),
    ("1.020 lượt vay", 1_020, "exact", "loans"),
    ("24 lớp tập huấn", 24, "exact", "courses"),
    ("166 xã, phường", 166, "exact", "areas"),
    ("1. 352 người", 1_352, "exact", "people"),
    ("1 234 567 đồng", 1_234_567, "exact", "VND"),
    ("1\u00a0234", 1_234, "exact", None),
    ("1\u2009234", 1_234, "exact", None),
    ("Ðủ 50 triệu", 50e6, "exact", "VND"),
    ("\u0074re\u0302n 48.600", 48_600, "at_least", None),
    ("-12", -12, "exact", None),
    ("0 đồng", 0, "exact", "VND"),
    ("ba CLB", 3, "exact", "clubs"),
    ("bốn lớp", 4, "exact", "courses"),
    ("mười hai", 12, "exact", None),
    ("mười lăm CLB", 15, "exact", "clubs"),
    ("hai mươi mốt CLB", 21, "exact", "clubs"),
    ("ba mươi tư", 34, "exact", None),
    ("năm chục người", 50, "exact", "people"),
    ("một trăm lẻ năm", 105, "exact", None),
    ("một trăm linh năm", 105, "exact", None),
    ("hai trăm rưỡi", 250, "exact", None),
    ("hai nghìn người", 2_000, "exact", "people"),
    ("hai nghìn ba trăm", 2_300, "exact", None),
    ("hai nghìn không trăm linh năm", 2_005, "exact", None),
    ("hai muoi mot CLB", 21, "exact", "clubs"),
    ("hai tỉ rưỡi đồng", 2.5e9, "exact", "VND"),
    ("over 48,600", 48_600, "at_least", None),
    ("more than 9,000 clubs", 9_000, "at_least", "clubs"),
    ("up to VND 200 million", 200e6, "at_most", "VND"),
    ("VND 3.9 billion", 3.9e9, "exact", "VND"),
    ("69.27 billion VND", 69.27e9, "exact", "VND"),
    ("69.27 tỷ đồng", 69.27e9, "exact", "VND"),
    ("gần 2.3 tỉ", 2.3e9, "nearly", "VND"),
    ("812.5 triệu đồng", 812.5e6, "exact", "VND"),
    ("64.5%", 0.645, "exact", "share"),
    ("410 trên 559 xã", 410, "exact", "areas"),
    ("26 trong 27 huyện", 26, "exact", "areas"),
    ("nearly 2,000 members", 2_000, "nearly", "people"),
    ("about 72 percent", 0.72, "about", "share"),
    ("twenty-one clubs", 21, "exact", "clubs"),
]

NO_FIGURES = {
    "": "it says that the figure is missing",
    "-": "it says that the figure is missing",
    "không": "it says that the figure is missing",
    "31/12/2024": "it is a date",
    "24/ 2/2021": "it is a date",
    "12.11.2023": "it is a date",
    "2024-12-31": "it is a date",
    "8/2023": "it is a date",
    "2021-2025": "it is a period of years",
    "0900.000.127": "is no number in any notation",
    "0900 000 415": "is no number in any notation",
    "0900000415": "is no number in any notation",
    "1336/QĐ-TTg": "'/qđ-ttg' is no unit, scale or hedge",
    "YB-0321": "no number was found",
    "QT-AGE/19-03": "no number was found",
    "VIE071": "no number was found",
    "thôn 3": "no number was found",
    "trên": "no number was found",
    "vượt 33%": "no number was found",
    "vài chục": "no number was found",
    "74 tuổi": "'tuổi' is no unit",
    "12 tháng": "'tháng' is no unit",
    "215.000 USD": "'usd' is no unit",
    "8 giờ 00": "'giờ 00' is no unit",
    "15 huyện còn lại": "'còn lại' is no unit",
    "02 CLB chờ ra mắt": "'chờ ra mắt' is no unit",
    "12 CLB và 5 xã": "'và 5 xã' is no unit",
    "từ 3 lên 19": "'lên 19' is no unit",
    "sáu, bảy phần mười": "is no unit",
    "2 tỉ 150": "do not make one number",
    "1 tỉ 2 tỉ": "do not make one number",
    "hai nghìn năm": "'năm' is no unit",
    "70-50": "its lower end 70 is not below its upper end 50",
    "gần 50-70": "a range cannot be 'gần'",
    "gần 50 trở lên": "its hedges contradict each other: 'gần' and 'trở lên'",
    "giữa 50": "a range needs two ends",
    "VND 50 CLB": "it names different units: 'vnd' and 'clb'",
    "410/559 (72,35%)": "410 of 559 is not 72,35 %",
    "1,234,567": "it is a number in the English notation only",
    "0.5": "it is a number in the English notation only",
    "1.23": "it is a number in the English notation only",
    "1,234.5": "it is a number in the English notation only",
    "012.345": "it is a number in the English notation only",
    "1.234,5.6": "is no number in any notation",
}


@pytest.mark.parametrize(("text", "value", "qualifier", "unit"), PRINTED)
def test_what_sources_print_is_read(text, value, qualifier, unit):
    figure = parse_figure(text)
    assert (figure.value, figure.qualifier, figure.unit) == (value, qualifier, unit)
    assert figure.low <= figure.value <= figure.high
    assert figure.text == text


@pytest.mark.parametrize("text", [text for text, *_ in PRINTED])
def test_figures_are_read_without_marks_and_in_capitals(text):
    figure = parse_figure(text)
    for typed in (strip_marks(text), text.upper(), f"  {text} "):
        again = parse_figure(typed)
        assert (again.value, again.qualifier, again.unit) == (
            figure.value,
            figure.qualifier,
            figure.unit,
        )


@pytest.mark.parametrize(("text", "reason"), NO_FIGURES.items())
def test_what_is_no_figure_raises_and_shows_the_text(text, reason):
    with pytest.raises(NotAFigureError) as caught:
        parse_figure(text)
    message = str(caught.value)
    assert message.startswith(f"{text!r} must hold one figure, but ")
    assert reason in message
    assert "\n  hint: " in message


@pytest.mark.parametrize(
    ("text", "low", "value", "high", "unit"),
    [
        ("50-70", 50, 60, 70, None),
        ("từ 50 đến 70 người", 50, 60, 70, "people"),
        ("30-35 triệu đồng", 30e6, 32.5e6, 35e6, "VND"),
        ("20 - 30 triệu\nđồng", 20e6, 25e6, 30e6, "VND"),
        ("tu 2 den 6 trieu", 2e6, 4e6, 6e6, "VND"),
        ("500 nghìn - 1 triệu đồng", 500_000, 750_000, 1e6, "VND"),
        ("120 đến 130 triệu đồng", 120e6, 125e6, 130e6, "VND"),
        ("khoảng 70 đến 80%", 0.7, 0.75, 0.8, "share"),
        ("60% - 70%", 0.6, 0.65, 0.7, "share"),
        ("từ 150 đến 160%", 1.5, 1.55, 1.6, "share"),
        ("between 50 and 70 members", 50, 60, 70, "people"),
        ("0,5-1 tỉ", 0.5e9, 0.75e9, 1e9, "VND"),
        ("từ -156,25 đến -78,125 triệu đồng", -156.25e6, -117.1875e6, -78.125e6, "VND"),
    ],
)
def test_ranges_keep_both_ends(text, low, value, high, unit):
    figure = parse_figure(text)
    assert (figure.low, figure.high, figure.qualifier, figure.unit) == (low, high, "range", unit)
    assert figure.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "part", "whole", "unit"),
    [
        ("410/559", 410, 559, None),
        ("410/559 xã, phường, thị trấn", 410, 559, "areas"),
        ("410/559 (73,35%)", 410, 559, None),
        ("20 / 34 xã", 20, 34, "areas"),
        ("05/07 thôn", 5, 7, "areas"),
        ("41/30 CLB", 41, 30, "clubs"),
        ("57/63 tỉnh/thành", 57, 63, "areas"),
        ("61 of 63 provinces", 61, 63, "areas"),
        ("6 of its 9 districts", 6, 9, "areas"),
    ],
)
def test_a_fraction_keeps_both_numbers(text, part, whole, unit):
    figure = parse_figure(text)
    assert [(p.value, p.unit) for p in figure.parts] == [(part, unit), (whole, unit)]
    assert figure.value == part


def test_english_is_read_when_it_is_named():
    assert parse_figure("9,500", convention="en").value == 9_500
    assert parse_figure("1.23", convention="en").value == 1.23
    assert parse_figure("9,500", convention="vi").value == 9.5
    assert parse_figure("1.234", convention="vi").value == 1_234
    assert parse_figure("1.234", convention="en").value == 1.234


@pytest.mark.parametrize("text", ["1.234", "9,500", "9,500 người", "khoảng 12.345"])
def test_auto_refuses_what_it_cannot_prove(text):
    with pytest.raises(NotAFigureError, match="pass convention='vi' or convention='en', or read"):
        parse_figure(text, convention="auto")


@pytest.mark.parametrize(("text", "value"), [("0.5", 0.5), ("2,3", 2.3), ("884", 884)])
def test_auto_reads_what_its_form_proves(text, value):
    assert parse_figure(text, convention="auto").value == value


def test_a_bare_comma_before_three_digits_is_never_decided_silently():
    with pytest.raises(NotAFigureError) as caught:
        parse_figure("9,500 người")
    assert str(caught.value) == (
        "'9,500 người' must hold one figure, but it reads as 9.5 in the Vietnamese notation and as "
        "9500 in the English one.\n  hint: pass convention='vi' or convention='en', or read the "
        "whole column with parse_figures()."
    )


def test_the_wrong_convention_is_named():
    with pytest.raises(NotAFigureError, match=r"'0\.5' is no number in the Vietnamese notation"):
        parse_figure("0.5", convention="vi")
    with pytest.raises(ValueError, match="'likely_vi', 'auto' or None, not 'fr'"):
        parse_figure("5", convention="fr")
    with pytest.raises(TypeError, match="`text` must be text, not int: 5"):
        parse_figure(5)


@pytest.mark.parametrize(
    ("heading", "unit", "factor"),
    [
        ("triệu đồng", "VND", 1e6),
        ("(Triệu đồng)", "VND", 1e6),
        ("tr.đồng", "VND", 1e6),
        ("tr.đ", "VND", 1e6),
        ("ĐVT: triệu đồng", "VND", 1e6),
        ("Đơn vị tính: nghìn đồng", "VND", 1e3),
        ("tỷ đồng", "VND", 1e9),
        ("đồng", "VND", 1),
        ("%", "share", 0.01),
        ("người", "people", 1),
        ("nghìn người", "people", 1e3),
        ("lớp", "courses", 1),
        ("triệu", "VND", 1e6),
        ("people", "people", 1),
    ],
)
def test_headings_name_units(heading, unit, factor):
    assert parse_unit(heading) == (unit, factor)


def test_a_heading_without_unit_is_refused():
    with pytest.raises(NotAFigureError, match="'Ghi chú' must name a unit: one of clubs, people"):
        parse_unit("Ghi chú")


def test_the_text_wins_over_the_heading():
    assert parse_figure("812,5", unit="triệu đồng").value == 812.5e6
    assert parse_figure("5.402 triệu đồng", unit="triệu đồng").value == 5_402e6
    assert parse_figure("2,99 tỉ", unit="triệu đồng").value == 2.99e9
    assert parse_figure("55%", unit="people").unit == "share"
    assert parse_figure("150%", unit="ratio").value == 1.5
    assert parse_figure("150%", unit="ratio").unit == "ratio"
    assert parse_figure("88,5", unit="%").value == 0.885
    with pytest.raises(NotAFigureError, match="pass unit='%' if the numbers are percentages"):
        parse_figure("88", unit="share")


def test_the_column_decides():
    proven = parse_figures(pd.Series(["9,500", "2,3", "1.234"]))
    assert proven["value"].tolist() == [9.5, 2.3, 1234]
    english = parse_figures(pd.Series(["9,500", "12.5", "1.234"]))
    assert english["value"].tolist() == [9500, 12.5, 1.234]


def test_an_undecided_column_says_so():
    figures = parse_figures(pd.Series(["9,500", "48.601", "7"]))
    assert figures["value"].isna().tolist() == [True, True, False]
    likely = parse_figures(pd.Series(["9,500", "48.601", "7"]), convention="likely_vi")
    assert likely["value"].isna().tolist() == [True, False, False]
    assert "it reads as 9.5 in the Vietnamese notation" in figures["problem"].iloc[0]
    strict = parse_figures(pd.Series(["48.600", "7"]), convention="auto")
    assert strict["problem"].notna().tolist() == [True, False]


def test_a_mixed_column_leaves_the_ambiguous_cells_open():
    figures = parse_figures(pd.Series(["2,3", "0.5", "1.234"]))
    assert figures["value"].tolist()[:2] == [2.3, 0.5]
    assert figures["value"].isna().tolist() == [False, False, True]
    assert "pass convention='vi' or convention='en'" in figures["problem"].iloc[2]


def test_one_stray_cell_does_not_cut_people_into_fractions():
    stray = parse_figures(pd.Series(["12.5%", "48.600 người", "1.034 người"]))
    assert stray["value"].isna().tolist() == [False, True, True]
    headed = parse_figures(pd.Series(["2,5", "9,500"]), unit="people")
    assert headed["value"].isna().tolist() == [False, True]


def test_a_column_holds_text_numbers_and_gaps():
    column = pd.Series(
        ["trên 48.600", 12, 3.5, None, "-", "410/559", True, math.inf], index=list("abcdefgh")
    )
    before = column.copy()
    figures = parse_figures(column, unit="people")
    assert figures.index.tolist() == list("abcdefgh")
    assert figures["value"].tolist()[:3] == [48_600, 12, 3.5]
    assert figures["value"].isna().tolist() == [False] * 3 + [True, True, False, True, True]
    assert figures.loc["f", ["value", "whole"]].tolist() == [410, 559]
    assert figures["problem"].notna().tolist() == [False] * 6 + [True, True]
    assert figures["unit"].iloc[0] == "people"
    assert [str(dtype) for dtype in figures.dtypes] == ["float64"] * 3 + [
        "str",
        "str",
        "float64",
        "str",
    ]
    pd.testing.assert_series_equal(column, before)


def test_a_column_of_numbers_takes_the_scale_of_its_heading():
    figures = parse_figures(pd.Series([812.5, NAN, 0.0]), unit="triệu đồng")
    assert figures["value"].tolist()[::2] == [812.5e6, 0]
    assert math.isnan(figures["value"].iloc[1])


def test_an_empty_column_stays_empty():
    figures = parse_figures(pd.Series([], dtype="str"))
    assert len(figures) == 0
    assert figures.columns.tolist()[:3] == ["low", "value", "high"]


FRAGMENTS = st.lists(
    st.sampled_from(
        [*"0123456789.,-/ %()", "trên", "gần", "từ", "đến", "triệu", "tỉ", "đồng", "hai", "mươi",
         "trăm", "nghìn", "rưỡi", "CLB", "VND", "of", "to", "trở lên", "(", "linh", "phần trăm"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@UNTIMED
@given(
    st.one_of(st.text(), FRAGMENTS, FRAGMENTS.map(lambda text: text.replace(" ", ""))),
    st.sampled_from((None, "vi", "en", "auto")),
)
def test_any_text_is_a_figure_or_a_clear_error(text, convention):
    try:
        figure = parse_figure(text, convention=convention)
    except NotAFigureError as error:
        message = str(error)
    else:
        assert figure.low <= figure.value <= figure.high
        message = f"{figure.text!r} is read"
    assert message.startswith(repr(text))


@UNTIMED
@given(st.lists(st.sampled_from([text for text, *_ in PRINTED[:60]]), max_size=20))
def test_a_column_reads_like_its_cells(texts):
    figures = parse_figures(pd.Series(texts, dtype="object"), convention="vi")
    singly = [parse_figure(text, convention="vi") for text in texts]
    assert figures["value"].tolist() == [figure.value for figure in singly]
    assert figures["low"].tolist() == [figure.low for figure in singly]


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "expected"),
    [
        (48_600, "at_least", "people", (48_600, 48_700)),
        (2_000, "nearly", "people", (1_800, 2_000)),
        (3_000, "about", "clubs", (2_850, 3_150)),
        (4_788e6, "at_least", "VND", (4_788e6, 4_789e6)),
        (5_292, "exact", "people", (5_292, 5_292)),
        (11_563, "at_least", "people", (11_563, 11_563)),
        (70, "at_most", "people", (0, 70)),
        (0.85, "at_least", "share", (0.85, 0.86)),
        (0.5, "at_least", "share", (0.5, 0.51)),
        (0.8, "nearly", "share", (0.79, 0.8)),
        (0.635, "about", "share", (0.6345, 0.6355)),
        (0.99, "at_least", "share", (0.99, 1)),
        (1.0, "at_least", "share", (1, 1)),
        (2.3e9, "nearly", "VND", (2.2e9, 2.3e9)),
        (61e6, "about", "VND", (60.5e6, 61.5e6)),
        (63, "nearly", "people", (62, 63)),
        (0, "at_least", "people", (0, 0)),
        (1.5, "at_least", "ratio", (1.5, 1.6)),
    ],
)
def test_hedges_become_intervals(value, qualifier, unit, expected):
    assert bounds(value, qualifier, unit=unit) == expected


def test_bounds_of_ranges_gaps_and_mistakes():
    assert bounds(30, "range", high=35) == (30, 35)
    assert all(map(math.isnan, bounds(NAN, "about")))
    with pytest.raises(ValueError, match=r"must be one of exact, at_least, .* not 'circa'"):
        bounds(3, "circa")
    with pytest.raises(ValueError, match="a range needs both ends, the lower first; found 30 and"):
        bounds(30, "range")


def test_widths_are_data_and_can_be_overridden():
    wide = {"nearly": Width(below=2, above=0, largest=0.5, unrounded_is_exact=False)}
    assert bounds(2_000, "nearly", widths=wide) == (0, 2_000)
    assert bounds(2_000, "about", widths=wide) == bounds(2_000, "about")
    assert parse_figure("gần 21.000", widths=wide).low == 19_000
    assert parse_figures(pd.Series(["gần 21.000"]), widths=wide)["low"].tolist() == [19_000]
    assert set(WIDTHS) == set(schema.QUALIFIERS) - {"range"}


@UNTIMED
@given(
    st.one_of(st.integers(0, 10**12), st.decimals(0, 1, places=4)).map(float),
    st.sampled_from([q for q in schema.QUALIFIERS if q != "range"]),
    st.sampled_from(schema.UNITS),
)
def test_bounds_enclose_the_value(value, qualifier, unit):
    low, high = bounds(value, qualifier, unit=unit)
    assert 0 <= low <= value <= high
    if qualifier in ("nearly", "about", "at_least"):
        assert high - low <= 0.1 * value + 1e-9


def test_missing_bounds_are_filled_and_others_stay():
    frame = pd.DataFrame(
        {
            "value": [48_600, 2_000, 5, 60, NAN, 7],
            "qualifier": ["at_least", "nearly", "exact", "range", "about", None],
            "unit": ["people", "people", None, "people", "people", "people"],
            "low": [NAN, 1_950, NAN, NAN, NAN, NAN],
        },
        index=[3, 1, 4, 1, 5, 9],
    )
    before = frame.copy()
    filled = add_bounds(frame)
    assert filled["low"].fillna(-1).tolist() == [48_600, 1_950, 5, -1, -1, -1]
    assert filled["high"].fillna(-1).tolist() == [48_700, 2_000, 5, -1, -1, -1]
    pd.testing.assert_frame_equal(frame, before)
    assert filled.index.tolist() == frame.index.tolist()


def test_an_unknown_qualifier_is_named():
    frame = pd.DataFrame({"value": [5.0], "qualifier": ["circa"], "unit": ["people"]})
    with pytest.raises(ValueError, match="not 'circa'"):
        add_bounds(frame)


def test_every_bound_of_the_real_observations_is_reproduced():
    path = SHARED / "audit" / "real.observations.csv"
    if not path.exists():
        pytest.skip("the shared audit data is not here")
    observations = pd.read_csv(path)
    computed = add_bounds(observations.drop(columns=["low", "high"]))
    pd.testing.assert_frame_equal(
        computed[["low", "high"]], observations[["low", "high"]].astype("float64")
    )


def test_every_cell_of_the_text_workbook_is_read():
    gold = SHARED / "workbooks" / "06.gold.csv"
    calamine = pytest.importorskip("python_calamine", reason="the extra [excel] is not installed")
    if not gold.exists():
        pytest.skip("the shared workbooks are not here")
    workbook = calamine.CalamineWorkbook.from_path(gold.with_name("06.xlsx"))
    for fact in pd.read_csv(gold).itertuples():
        letters, row = re.fullmatch(r"([A-Z])(\d+)", fact.cell).groups()
        cells = workbook.get_sheet_by_name(fact.sheet).to_python(skip_empty_area=False)
        cell = cells[int(row) - 1][ord(letters) - ord("A")]
        figure = parse_figure(cell, convention="likely_vi")
        values = [part.value for part in figure.parts] or [figure.value]
        assert any(value == pytest.approx(fact.value, rel=1e-12) for value in values)
        assert figure.qualifier == fact.qualifier


@pytest.mark.parametrize(
    ("arguments", "vietnamese", "english"),
    [
        ({"value": 48_600}, "48.600", "48,600"),
        ({"value": 69.27e9, "unit": "VND"}, "69,27 tỉ đồng", "69.27 billion VND"),
        ({"value": 48_600, "qualifier": "at_least"}, "trên 48.600", "over 48,600"),
        ({"value": 2_000, "qualifier": "nearly"}, "gần 2.000", "nearly 2,000"),
        ({"value": 3_000, "qualifier": "about"}, "khoảng 3.000", "about 3,000"),
        ({"value": 215e6, "qualifier": "at_most", "unit": "VND"}, "tối đa 215 triệu đồng",
         "at most 215 million VND"),
        ({"value": 410 / 559, "unit": "share", "digits": 2}, "73,35%", "73.35%"),
        ({"value": 4000 / 3000, "unit": "share", "digits": 1}, "133,3%", "133.3%"),
        ({"value": 32.5e6, "unit": "VND", "qualifier": "range", "low": 30e6, "high": 35e6},
         "30–35 triệu đồng", "30–35 million VND"),
        ({"value": 0.75, "unit": "share", "qualifier": "range", "low": 0.7, "high": 0.8},
         "70–80%", "70–80%"),
        ({"value": 312_450_000, "unit": "VND"}, "312,45 triệu đồng", "312.45 million VND"),
        ({"value": 1_187_300_000, "unit": "VND"}, "1.187,3 triệu đồng", "1,187.3 million VND"),
        ({"value": 50_000, "unit": "VND"}, "50.000 đồng", "50,000 VND"),
        ({"value": 69.27e9 / 884, "unit": "VND", "digits": 2}, "78,36 triệu đồng",
         "78.36 million VND"),
        ({"value": 3.4e9 / 43, "unit": "VND", "digits": 2}, "79,07 triệu đồng",
         "79.07 million VND"),
        ({"value": 4112 / 68, "digits": 1}, "60,5", "60.5"),
        ({"value": 0}, "0", "0"),
        ({"value": -0.0}, "0", "0"),
        ({"value": NAN}, "–", "–"),
        ({"value": NAN, "qualifier": "range"}, "–", "–"),
        ({"value": 1.234}, "1,2340", "1.2340"),
        ({"value": 0.125, "digits": 2}, "0,13", "0.13"),
    ],
)  # fmt: skip
def test_figures_are_written_in_both_languages(arguments, vietnamese, english):
    assert format_figure(**arguments) == vietnamese
    assert format_figure(**arguments, lang="en") == english


def test_what_cannot_be_written_is_refused():
    with pytest.raises(ValueError, match=r"must be one of exact, .* not 'circa'"):
        format_figure(3, qualifier="circa")
    with pytest.raises(ValueError, match="a range needs `low` and `high`, found 3 and None"):
        format_figure(3, qualifier="range", low=3)
    with pytest.raises(ValueError, match="an infinite number cannot be written"):
        format_figure(math.inf)


NUMBERS = st.one_of(
    st.integers(-(10**13), 10**13).map(float),
    st.decimals(-(10**6), 10**6, places=4).map(float),
    st.floats(-1e15, 1e15, allow_nan=False),
)


@UNTIMED
@given(
    NUMBERS,
    st.sampled_from((None, *schema.UNITS)),
    st.sampled_from([q for q in schema.QUALIFIERS if q != "range"]),
    st.sampled_from(("vi", "en")),
)
def test_what_is_written_reads_back(value, unit, qualifier, lang):
    if unit == "share":
        value = abs(value) / 1e15
    text = format_figure(value, unit=unit, qualifier=qualifier, lang=lang)
    figure = parse_figure(text, unit=unit, convention=lang)
    assert (figure.value, figure.qualifier, figure.unit) == (value, qualifier, unit)
    assert (figure.low, figure.high) == bounds(value, qualifier, unit=unit)


@UNTIMED
@given(
    st.integers(0, 10**12),
    st.sampled_from((None, *schema.UNITS)),
    st.sampled_from([q for q in schema.QUALIFIERS if q != "range"]),
)
def test_vietnamese_with_words_or_a_unit_reads_back_without_naming_the_convention(
    value, unit, qualifier
):
    if unit == "share":
        value = value / 10**12
    text = format_figure(value, unit=unit, qualifier=qualifier)
    # A bare number above a thousand has a hedge or a unit that decides, or needs the argument.
    is_bare = qualifier == "exact" and unit in (None, "ratio")
    figure = parse_figure(text, unit=unit, convention="vi" if is_bare else None)
    assert (figure.value, figure.qualifier, figure.unit) == (value, qualifier, unit)


@UNTIMED
@given(NUMBERS, NUMBERS, st.sampled_from((None, *schema.UNITS)), st.sampled_from(("vi", "en")))
def test_written_ranges_read_back(one, other, unit, lang):
    low, high = sorted((one, other))
    if unit == "share":
        low, high = sorted((abs(low) / 1e15, abs(high) / 1e15))
    if low == high:
        return
    text = format_figure(low, unit=unit, qualifier="range", low=low, high=high, lang=lang)
    figure = parse_figure(text, unit=unit, convention=lang)
    assert (figure.low, figure.high, figure.qualifier, figure.unit) == (low, high, "range", unit)


@pytest.mark.parametrize(
    ("low", "value", "high", "options", "vietnamese", "english"),
    [
        (73, 73, 73, {}, "73", "73"),
        (NAN, 73, NAN, {}, "73", "73"),
        (48_600 / 884, 48_600 / 884, 48_700 / 884, {}, "54,98 trở lên", "54.98 or more"),
        (48_600 / 884, 48_600 / 884, NAN, {}, "54,98 trở lên", "54.98 or more"),
        (48_600 / 884, NAN, NAN, {}, "54,98 trở lên", "54.98 or more"),
        (50, 2000 / 36, 2000 / 36, {"digits": 1}, "tối đa 55,6", "at most 55.6"),
        (NAN, NAN, 2000 / 36, {"digits": 1}, "tối đa 55,6", "at most 55.6"),
        (50, 52, 2000 / 36, {"digits": 1}, "50,0–55,6", "50.0–55.6"),
        (NAN, NAN, NAN, {}, "–", "–"),
        (50, NAN, 55, {}, "50–55", "50–55"),
        (0.91, 0.948, 0.99, {"unit": "share"}, "91–99%", "91–99%"),
        (0.73341, 0.73345, 0.73349, {"unit": "share", "digits": 1}, "khoảng 73,3%", "about 73.3%"),
        (1.42e6, 1.4253e6, 1.4253e6, {"unit": "VND", "digits": 4}, "tối đa 1,4253 triệu đồng",
         "at most 1.4253 million VND"),
    ],
)  # fmt: skip
def test_computed_figures_say_what_is_known(low, value, high, options, vietnamese, english):
    assert format_interval(low, value, high, **options) == vietnamese
    assert format_interval(low, value, high, lang="en", **options) == english


def read_csv_rows(name):
    path = ROOT / "lthtgn_analysis" / "reference" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_code_has_its_words():
    codes = {
        "level": schema.LEVELS,
        "boundaries": schema.BOUNDARIES,
        "qualifier": schema.QUALIFIERS,
        "unit": schema.UNITS,
        "nature": schema.TARGET_NATURES,
        "status": schema.OBSERVATION_STATUSES,
        "target_status": schema.TARGET_STATUSES,
        "severity": schema.SEVERITIES,
        "verdict": schema.VERDICTS,
        "progress_class": schema.PROGRESS_CLASSES,
    }
    for column, allowed in codes.items():
        for code in allowed:
            assert label(f"{column}.{code}")
            assert label(f"{column}.{code}", lang="en")


def test_no_key_stands_twice_and_none_lacks_a_language():
    rows = read_csv_rows("labels.csv")
    assert [key for key, count in Counter(row["key"] for row in rows).items() if count > 1] == []
    assert [row["key"] for row in rows if not (row["vi"] and row["en"])] == []


def test_an_unknown_label_names_the_nearest_keys():
    with pytest.raises(KeyError) as caught:
        label("qualifier.at_leest")
    message = caught.value.args[0]
    assert message.startswith(
        "no label 'qualifier.at_leest' in reference/labels.csv; the nearest keys are: "
        "qualifier.at_least"
    )
    with pytest.raises(KeyError, match=r"the nearest keys are: .*verdict\.not_comparable"):
        label("not_comparable")


def test_the_words_of_hedges_and_units_use_known_codes():
    assert {row["qualifier"] for row in read_csv_rows("qualifiers.csv")} == set(schema.QUALIFIERS)
    assert {row["unit"] for row in read_csv_rows("units.csv")} == set(schema.UNITS)
    assert ambiguous_folds() == []
