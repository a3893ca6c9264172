"""Forms that articles, reports and workbooks print: read, or refused as they are no figure.

The readings were written down before the reader was run on them.
"""

import pandas as pd
import pytest

from lthtgn_analysis import NotAFigureError, parse_figure, parse_figures

READ = [
    ("5-10 triệu đồng", (5_000_000, 10_000_000), "range", "VND"),
    ("7-9 lớp tập huấn", (7, 9), "range", "courses"),
    ("từ 50 đến 70 người", (50, 70), "range", "people"),
    ("97/124 xã", 97, "exact", "areas"),
    ("11/21 xã", 11, "exact", "areas"),
    ("61/63 tỉnh", 61, "exact", "areas"),
    ("1.187.300.000 đ", 1_187_300_000, "exact", "VND"),
    ("2.416 triệu đồng", 2_416_000_000, "exact", "VND"),
    ("trên 60 triệu đồng mỗi CLB", 60_000_000, "at_least", "VND"),
    ("507,2", 507.2, "exact", None),
    ("0,8%", 0.008, "exact", "share"),
    ("trên 9.700 người", 9700, "at_least", "people"),
    ("1.655 lượt vay", 1655, "exact", "loans"),
    ("312.450.000 đồng", 312_450_000, "exact", "VND"),
    ("gần 40%", 0.4, "nearly", "share"),
    ("63,5%", 0.635, "exact", "share"),
    ("1.048 ty", 1_048_000_000_000, "exact", "VND"),
    ("02 bản", 2, "exact", "areas"),
    ("VND 3.9 billion", 3_900_000_000, "exact", "VND"),
    ("over 6,000 ISHCs", 6000, "at_least", "clubs"),
    ("11,900 members", 11_900, "exact", "people"),
    ("khoảng 12,6 tỷ đồng", 12_600_000_000, "about", "VND"),
    ("trên 200 triệu", 200_000_000, "at_least", "VND"),
    ("hơn 120.000 người", 120_000, "at_least", "people"),
    ("50 triệu đồng/CLB", 50_000_000, "exact", "VND"),
    ("75 triệu đồng/1 CLB", 75_000_000, "exact", "VND"),
    ("50-70 thành viên/CLB", (50, 70), "range", "ratio"),
    ("từ 50 - 70 người", (50, 70), "range", "people"),
    ("≥ 50%", 0.5, "at_least", "share"),
    ("≥50 triệu đồng", 50_000_000, "at_least", "VND"),
    ("70% trở lên", 0.7, "at_least", "share"),
    ("30% đến 40%", (0.3, 0.4), "range", "share"),
    ("60-70%", (0.6, 0.7), "range", "share"),
    ("60% – 70%", (0.6, 0.7), "range", "share"),
    ("2,5 tỷ", 2_500_000_000, "exact", "VND"),
    ("1 tỷ đồng", 1_000_000_000, "exact", "VND"),
    ("5,6 triệu NCT", 5_600_000, "exact", "people"),
    ("9 nghìn CLB", 9000, "exact", "clubs"),
    ("9.000 CLB LTHTGN", 9000, "exact", "clubs"),
    ("hơn 9 nghìn câu lạc bộ", 9000, "at_least", "clubs"),
    ("9 ngàn", 9000, "exact", None),
    ("330 nghìn thành viên", 330_000, "exact", "people"),
    ("2.300.000.000", 2_300_000_000, "exact", None),
    ("1.5 tỷ", 1_500_000_000, "exact", "VND"),
    ("~3.000 CLB", 3000, "about", "clubs"),
    ("~ 45", 45, "about", None),
    ("< 50 người", 50, "at_most", "people"),
    ("> 60%", 0.6, "at_least", "share"),
    ("50+", 50, "at_least", None),
    ("lên đến 200 triệu", 200_000_000, "exact", "VND"),
    ("ước tính 500 triệu đồng", 500_000_000, "about", "VND"),
    ("tổng số 5.292 thành viên", 5292, "exact", "people"),
    ("đạt 100%", 1, "exact", "share"),
    ("mười một", 11, "exact", None),
    ("một trăm hai mươi", 120, "exact", None),
    ("chín nghìn", 9000, "exact", None),
    ("một nghìn không trăm năm mươi", 1050, "exact", None),
    ("hai triệu rưỡi", 2_500_000, "exact", "VND"),
    ("1 triệu rưỡi", 1_500_000, "exact", "VND"),
    ("3 tỷ 250 triệu", 3_250_000_000, "exact", "VND"),
    ("1 tỷ 87 triệu 300 nghìn đồng", 1_087_300_000, "exact", "VND"),
    ("5 tr", 5_000_000, "exact", "VND"),
    ("5tr", 5_000_000, "exact", "VND"),
    ("500tr đồng", 500_000_000, "exact", "VND"),
    ("1,2 tỷ VNĐ", 1_200_000_000, "exact", "VND"),
    ("50 000 000 đồng", 50_000_000, "exact", "VND"),
    ("50.000.000đ", 50_000_000, "exact", "VND"),
    ("50.000.000 VND", 50_000_000, "exact", "VND"),
    ("06 CLB", 6, "exact", "clubs"),
    ("xấp xỉ 65%", 0.65, "nearly", "share"),
    ("3/4", 3, "exact", None),
    ("12,5 người/CLB", 12.5, "exact", "ratio"),
    ("54,98 thành viên/CLB", 54.98, "exact", "ratio"),
    ("1 234,5", 1234.5, "exact", None),
    ("năm mươi phần trăm", 0.5, "exact", "share"),
    ("50 phần trăm", 0.5, "exact", "share"),
    ("trên dưới 9.000", 9000, "about", None),
    ("không đến 3.000 người", 3000, "at_most", "people"),
    ("gần 3 triệu lượt người", 3_000_000, "nearly", "people"),
    ("50 triệu/CLB", 50_000_000, "exact", "VND"),
    ("khoảng 50-60 người", (50, 60), "range", "people"),
    ("85,2 %", 0.852, "exact", "share"),
    ("1/1", 1, "exact", None),
    ("0", 0, "exact", None),
    ("00", 0, "exact", None),
    ("45", 45, "exact", None),
    ("từ 40 triệu trở lên", 40_000_000, "at_least", "VND"),
    ("tối thiểu là 50 triệu", 50_000_000, "at_least", "VND"),
    ("trên 48.600 TV", 48_600, "at_least", "people"),
    ("884 câu lạc bộ LTHTGN", 884, "exact", "clubs"),
    ("62 CLB LTH", 62, "exact", "clubs"),
    ("1.034 TV", 1034, "exact", "people"),
    ("166/166 đơn vị hành chính cấp xã", 166, "exact", "areas"),
    ("27/27 huyện, thị xã, thành phố", 27, "exact", "areas"),
    ("559 xã, phường, thị trấn", 559, "exact", "areas"),
    ("41 xã/phường", 41, "exact", "areas"),
    ("500k", 500_000, "exact", None),
    ("500k đồng", 500_000, "exact", "VND"),
    ("hai lăm CLB", 25, "exact", "clubs"),
    ("ba mốt CLB", 31, "exact", "clubs"),
    ("45 (bốn mươi lăm) CLB", 45, "exact", "clubs"),
    ("bốn mươi lăm (45) CLB", 45, "exact", "clubs"),
    ("45 CLB (bốn mươi lăm câu lạc bộ)", 45, "exact", "clubs"),
    ("5.000.000 đồng (năm triệu đồng)", 5_000_000, "exact", "VND"),
    ("5.000.000 đồng (Bằng chữ: Năm triệu đồng chẵn./.)", 5_000_000, "exact", "VND"),
    ("1.234 CLB", 1234, "exact", "clubs"),
    ("1.234 đ", 1234, "exact", "VND"),
    ("1.410/1.559", 1410, "exact", None),
]
REFUSED = [
    "8/8 mảng hoạt động",
    "64 bộ chăm sóc",
    "1.799",
    "29.871",
    "10 suất quà",
    "ngày 15/10/2025",
    "30/6/2022",
    "2021-2025",
    "1336/QĐ-TTg",
    "0229.0000.064",
    "415. So cu",
    "3 xa cu lao",
    "12 năm",
    "thường kì 1 lần",
    "tr.đ 50",
    "nửa",
    "một nửa",
    "2 tỷ 5",
    "trăm triệu đồng",
    "hàng trăm",
    "2,300,000,000",
    "vượt 33%",
    "tăng 12%",
    "giảm 3 CLB",
    "+12",
    "12 CLB mới",
    "215.000 USD",
    "215.000USD",
    "½",
    "1/2 số xã",
    "(45)",
    "45*",
    "45,",
    "hơn 1/3",
    "mỗi CLB 50 triệu",
    "1e5",
    "34 hộ",
    "6.521 x 70",
    "3.021 CLB mới",
    "80% NCT",
    "45.",
    "trên 50 đến 70",
]


@pytest.mark.parametrize(("text", "value", "qualifier", "unit"), READ)
def test_a_printed_form_is_read(text, value, qualifier, unit):
    figure = parse_figure(text)
    ends = (figure.low, figure.high)
    assert (ends if qualifier == "range" else figure.value) == value
    assert (figure.qualifier, figure.unit) == (qualifier, unit)


@pytest.mark.parametrize("text", REFUSED)
def test_what_prints_no_single_figure_is_refused(text):
    with pytest.raises(NotAFigureError, match="must hold one figure, but"):
        parse_figure(text)


def test_digits_and_words_must_say_the_same():
    with pytest.raises(NotAFigureError) as caught:
        parse_figure("45 (bốn mươi tư) CLB")
    assert str(caught.value) == (
        "'45 (bốn mươi tư) CLB' must hold one figure, but it says 45 and, in brackets, 44.\n"
        "  hint: correct the text: digits and words must say the same."
    )
    assert parse_figure("1.234 (một nghìn hai trăm ba mươi tư)").value == 1_234


@pytest.mark.parametrize("text", ["1.234", "48.601", "9,500", "> 1.234", "1.200-1.501", "1.234%"])
def test_a_bare_figure_with_two_readings_is_never_read_silently(text):
    with pytest.raises(NotAFigureError, match="in the Vietnamese notation and as"):
        parse_figure(text)
    assert parse_figure(text, convention="vi").value != parse_figure(text, convention="en").value


@pytest.mark.parametrize(
    ("text", "value"), [("48.600", 48_600), ("2.000", 2_000), ("1.200-1.500", 1_350)]
)
def test_no_decimal_is_printed_with_a_closing_nought(text, value):
    assert parse_figure(text).value == value
    with pytest.raises(NotAFigureError):
        parse_figure(text, convention="auto")


def test_the_message_names_both_readings_and_what_to_type():
    with pytest.raises(NotAFigureError) as caught:
        parse_figure("1.234")
    assert str(caught.value) == (
        "'1.234' must hold one figure, but it reads as 1234 in the Vietnamese notation and as "
        "1.234 in the English one.\n  hint: pass convention='vi' or convention='en', or read the "
        "whole column with parse_figures()."
    )


def test_words_units_and_arguments_decide():
    decided = {
        "trên 1.234": parse_figure("trên 1.234"),
        "clubs": parse_figure("1.234", unit="clubs"),
        "đồng": parse_figure("1.234", unit="VND"),
        "vi": parse_figure("1.234", convention="vi"),
        "likely_vi": parse_figure("1.234", convention="likely_vi"),
    }
    assert {name: figure.value for name, figure in decided.items()} == dict.fromkeys(decided, 1_234)
    assert parse_figure("1.234", unit="triệu đồng").value == 1_234e6
    assert parse_figure("1.234", unit="million VND").value == 1_234_000
    assert parse_figure("over 1.234").value == 1.234
    with pytest.raises(NotAFigureError, match=r"reads as 1234 .* and as 1\.234"):
        parse_figure("1.234 members")
    with pytest.raises(NotAFigureError, match="reads as 1234"):
        parse_figure("1.234", unit="ratio")


def test_a_column_decides_or_says_that_it_cannot():
    grouped = parse_figures(pd.Series(["5.292", "48.600", "884"]))
    assert grouped["value"].tolist() == [5_292, 48_600, 884]
    for open_column in (["5.292", "48.600"], ["5.292", "884"], ["5.292", "48.600", "48600"]):
        figures = parse_figures(pd.Series(open_column))
        assert figures["problem"].str.contains("in the Vietnamese notation and as")[0]
        assert figures["value"].isna()[0]
    assert parse_figures(pd.Series(["5.292", "48.600"]), unit="people")["problem"].isna().all()
    assert parse_figures(pd.Series(["5.292", "48.600", "884", "0.5"]))["value"][1] == 48.6
