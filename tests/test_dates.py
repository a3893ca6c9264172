"""Printed dates and periods."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lthtgn_analysis.dates import format_date, parse_date, parse_dates
from lthtgn_analysis.errors import NotADateError
from lthtgn_analysis.lettering import strip_marks

UNTIMED = settings(deadline=None)

# text, published, start, as_of, precision
PRINTED = [
    ("31/12/2024", None, None, "2024-12-31", "day"),
    ("đến 31/12/2024", None, None, "2024-12-31", "day"),
    ("(Số liệu tính đến ngày 31/12/2023)", None, None, "2023-12-31", "day"),
    ("số liệu chốt đến hết ngày 30/11/2022", None, None, "2022-11-30", "day"),
    ("ngày 12 tháng 12 năm 2022", None, None, "2022-12-12", "day"),
    ("24/ 2/2021", None, None, "2021-02-24", "day"),
    ("20-10-2020", None, None, "2020-10-20", "day"),
    ("12.11.2023", None, None, "2023-11-12", "day"),
    ("05/06/2022", None, None, "2022-06-05", "day"),
    ("2024-12-31", None, None, "2024-12-31", "day"),
    ("2024-12-31 00:00:00", None, None, "2024-12-31", "day"),
    ("04:04 PM 12/10/2022", None, None, "2022-10-12", "day"),
    ("Thứ Tư, 20/09/2023 - 08:15 (GMT+7)", None, None, "2023-09-20", "day"),
    ("ngày 14-15/6", "2023-10-02", "2023-06-14", "2023-06-15", "period"),
    ("30/9", "2023-10-02", None, "2023-09-30", "day"),
    ("30/11", "2023-10-02", None, "2022-11-30", "day"),
    ("ngày 30/9 năm nay", "2023-10-02", None, "2023-09-30", "day"),
    ("tháng 8/2023", None, "2023-08-01", "2023-08-31", "month"),
    ("7/2022", None, "2022-07-01", "2022-07-31", "month"),
    ("2024-02", None, "2024-02-01", "2024-02-29", "month"),
    ("tháng 8 năm 2023", None, "2023-08-01", "2023-08-31", "month"),
    ("hết tháng 9 năm nay", "2023-10-05", None, "2023-09-30", "month"),
    ("tháng 10", "2022-10-12", "2022-10-01", "2022-10-31", "month"),
    ("tháng 12", "2022-10-12", "2021-12-01", "2021-12-31", "month"),
    ("quý I/2025", None, "2025-01-01", "2025-03-31", "quarter"),
    ("quý II năm 2023", None, "2023-04-01", "2023-06-30", "quarter"),
    ("quý 3/2024", None, "2024-07-01", "2024-09-30", "quarter"),
    ("hết quý IV/2024", None, None, "2024-12-31", "quarter"),
    ("quý III", "2024-10-02", "2024-07-01", "2024-09-30", "quarter"),
    ("6 tháng đầu năm 2024", None, "2024-01-01", "2024-06-30", "half_year"),
    ("6 tháng cuối năm 2024", None, "2024-07-01", "2024-12-31", "half_year"),
    ("6 tháng đầu năm", "2024-07-02", "2024-01-01", "2024-06-30", "half_year"),
    ("sáu tháng đầu năm nay", "2024-07-02", "2024-01-01", "2024-06-30", "half_year"),
    ("nửa đầu năm 2024", None, "2024-01-01", "2024-06-30", "half_year"),
    ("10 tháng", "2022-10-12", "2022-01-01", "2022-10-31", "period"),
    ("10 tháng", "2023-02-12", "2022-01-01", "2022-10-31", "period"),
    ("10 tháng năm 2022", None, "2022-01-01", "2022-10-31", "period"),
    ("9 tháng đầu năm", "2023-09-30", "2023-01-01", "2023-09-30", "period"),
    ("10 tháng vừa qua", "2022-10-12", "2021-12-13", "2022-10-12", "period"),
    ("5 năm qua", "2022-10-12", "2017-10-13", "2022-10-12", "period"),
    ("năm 2024", None, "2024-01-01", "2024-12-31", "year"),
    ("2018", None, "2018-01-01", "2018-12-31", "year"),
    ("hết năm 2016", None, None, "2016-12-31", "year"),
    ("cuối năm 2016", None, None, "2016-12-31", "year"),
    ("cuối năm ngoái", "2025-03-11", None, "2024-12-31", "year"),
    ("năm nay", "2025-03-11", "2025-01-01", "2025-12-31", "year"),
    ("giai đoạn 2021-2025", None, "2021-01-01", "2025-12-31", "period"),
    ("giai đoạn 2016- 2020", None, "2016-01-01", "2020-12-31", "period"),
    ("nhiệm kỳ 2016-2021", None, "2016-01-01", "2021-12-31", "period"),
    ("từ năm 2021 đến năm 2025", None, "2021-01-01", "2025-12-31", "period"),
    ("giai đoạn đến năm 2025", None, None, "2025-12-31", "year"),
    ("01/7/2019 - 30/6/2022", None, "2019-07-01", "2022-06-30", "period"),
    ("từ tháng 5 đến tháng 9/2021", None, "2021-05-01", "2021-09-30", "period"),
    ("từ đầu năm đến 30/9/2023", None, "2023-01-01", "2023-09-30", "period"),
    ("giữa năm 2025", None, None, "2025-06-30", "half_year"),
    ("giai đoạn từ 2021 đến 2025", None, "2021-01-01", "2025-12-31", "period"),
    ("T12/2024", None, "2024-12-01", "2024-12-31", "month"),
    ("6T đầu năm 2024", None, "2024-01-01", "2024-06-30", "half_year"),
    ("Q.III/2024", None, "2024-07-01", "2024-09-30", "quarter"),
    ("cả năm 2024", None, "2024-01-01", "2024-12-31", "year"),
    ("tháng Năm năm 2023", None, "2023-05-01", "2023-05-31", "month"),
    ("tháng mười một năm 2023", None, "2023-11-01", "2023-11-30", "month"),
    ("12 Oct 2022", None, None, "2022-10-12", "day"),
    ("March 14, 2024", None, None, "2024-03-14", "day"),
    ("at the end of December 2023", None, None, "2023-12-31", "month"),
    ("by the end of 2025", None, None, "2025-12-31", "year"),
    ("Q1 2025", None, "2025-01-01", "2025-03-31", "quarter"),
    ("first half of 2024", None, "2024-01-01", "2024-06-30", "half_year"),
    ("the first nine months of 2023", None, "2023-01-01", "2023-09-30", "period"),
]

NO_DATES = {
    "10 tháng": "it names no year",
    "tháng 10": "it names no year",
    "5 năm qua": "it counts back from its own day",
    "nay": "'nay' names no day",
    "đến nay": "'nay' names no day",
    "từ đầu năm đến nay": "'nay' names no day",
    "31/2/2024": "31/2/2024 is not in the calendar",
    "29/2/2023": "29/2/2023 is not in the calendar",
    "13/2022": "is not in the calendar",
    "31/12/1899": "the year 1899 is not between 1900 and 2100",
    "năm 1850": "the year 1850 is not between 1900 and 2100",
    "31/12/24": "its year has two digits",
    "từ 30/6/2023 đến 1/1/2023": "its first day is after its last",
    "thôn 3": "nothing in it is one",
    "884": "nothing in it is one",
    "": "nothing in it is one",
    "2025-2021": "nothing in it is one",
    "quý V/2024": "nothing in it is one",
    "15 tháng 2024": "nothing in it is one",
}


def day(text):
    return None if text is None else pd.Timestamp(text)


@pytest.mark.parametrize(("text", "published", "start", "as_of", "precision"), PRINTED)
def test_what_sources_print_is_read(text, published, start, as_of, precision):
    for typed in (text, strip_marks(text), text.upper()):
        period = parse_date(typed, published=published)
        assert (period.start, period.as_of, period.precision) == (
            day(start),
            day(as_of),
            precision,
        )
        assert period.text == typed


@pytest.mark.parametrize(("text", "reason"), NO_DATES.items())
def test_what_is_no_date_raises_and_shows_the_text(text, reason):
    with pytest.raises(NotADateError) as caught:
        parse_date(text)
    message = str(caught.value)
    assert message.startswith(f"{text!r} must hold one date, but ")
    assert reason in message
    assert "\n  hint: " in message


FRAGMENTS = st.lists(
    st.sampled_from(
        [*"0123456789./- ", "ngày", "tháng", "năm", "quý", "đến", "hết", "đầu", "cuối", "từ", "10",
         "2024", "I", "qua", "nay", "giai đoạn", "of", "Dec", "first half"]
    ),
    max_size=8,
)  # fmt: skip


@UNTIMED
@given(
    st.one_of(st.text(), FRAGMENTS.map("".join), FRAGMENTS.map(" ".join)),
    st.sampled_from((None, "2024-05-13")),
)
def test_any_text_is_a_date_or_a_clear_error(text, published):
    try:
        period = parse_date(text, published=published)
    except NotADateError as error:
        message = str(error)
    else:
        assert period.start is None or period.start <= period.as_of
        message = f"{period.text!r} is read"
    assert message.startswith(repr(text))


def test_only_text_is_taken_alone():
    with pytest.raises(TypeError, match="`text` must be text, not int: 2024"):
        parse_date(2024)


@UNTIMED
@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)), st.sampled_from(("vi", "en")))
def test_a_written_day_reads_back(date, lang):
    assert parse_date(format_date(date, lang=lang)).as_of == pd.Timestamp(date)


@UNTIMED
@given(
    st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    st.sampled_from(("month", "quarter", "half_year", "year")),
    st.sampled_from(("vi", "en")),
)
def test_a_written_period_reads_back(date, precision, lang):
    months = {"month": "M", "quarter": "Q", "year": "Y"}
    if precision == "half_year":
        last = dt.date(date.year, 6, 30) if date.month <= 6 else dt.date(date.year, 12, 31)
    else:
        last = pd.Timestamp(date).to_period(months[precision]).end_time.date()
    period = parse_date(format_date(last, lang=lang, precision=precision))
    assert (period.as_of.date(), period.precision) == (last, precision)
    assert period.start <= pd.Timestamp(date) <= period.as_of


def test_a_column_holds_text_dates_years_and_gaps():
    column = pd.Series(
        ["15/10/2020", pd.Timestamp("2021-05-06 08:00"), 2018, 2018.0, "quý II/2023", "-", None,
         "không", "thôn 3", True, 3.5],
        index=list("abcdefghijk"),
    )  # fmt: skip
    dates = parse_dates(column)
    assert dates.index.tolist() == list("abcdefghijk")
    assert dates["as_of"].dropna().dt.strftime("%Y-%m-%d").tolist() == [
        "2020-10-15", "2021-05-06", "2018-12-31", "2018-12-31", "2023-06-30",
    ]  # fmt: skip
    assert dates["precision"].tolist()[:5] == ["day", "day", "year", "year", "quarter"]
    assert dates["problem"].notna().tolist() == [False] * 8 + [True] * 3
    assert [str(dtype) for dtype in dates.dtypes] == ["datetime64[us]"] * 2 + ["str"] * 2


def test_each_cell_takes_its_own_day_of_publication():
    texts = pd.Series(["6 tháng đầu năm", "6 tháng đầu năm", "6 tháng đầu năm"])
    published = pd.Series(["2023-07-01", "2024-07-01", None])
    dates = parse_dates(texts, published=published)
    assert dates["as_of"].dropna().dt.year.tolist() == [2023, 2024]
    assert dates["problem"].isna().tolist() == [True, True, False]
    assert parse_dates(texts, published="2022-08-01")["as_of"].dt.year.tolist() == [2022] * 3


def test_columns_with_repeated_labels_and_empty_ones():
    texts = pd.Series(["2018", "2019"], index=[1, 1])
    dates = parse_dates(texts, published=pd.Series(["2020-01-01", "2020-01-01"], index=[1, 1]))
    assert dates["as_of"].dt.year.tolist() == [2018, 2019]
    assert len(parse_dates(pd.Series([], dtype="str"))) == 0
    with pytest.raises(ValueError, match="or a Series on the index of `texts`"):
        parse_dates(texts, published=pd.Series(["2020-01-01"]))


@pytest.mark.parametrize(
    ("precision", "vietnamese", "english"),
    [
        (None, "30/06/2024", "30 Jun 2024"),
        ("day", "30/06/2024", "30 Jun 2024"),
        ("period", "30/06/2024", "30 Jun 2024"),
        ("month", "tháng 6/2024", "Jun 2024"),
        ("quarter", "quý II/2024", "Q2 2024"),
        ("half_year", "6 tháng đầu năm 2024", "first half of 2024"),
        ("year", "năm 2024", "2024"),
    ],
)
def test_dates_are_written_in_both_languages(precision, vietnamese, english):
    date = np.datetime64("2024-06-30")
    assert format_date(date, precision=precision) == vietnamese
    assert format_date(date, precision=precision, lang="en") == english


@pytest.mark.parametrize("missing", [None, pd.NaT, float("nan")])
def test_a_missing_date_is_a_dash(missing):
    assert format_date(missing) == "–"
