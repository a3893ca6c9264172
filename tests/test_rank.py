"""Rivals are ranked by a rule that is written down; bounds are narrowed by those around them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_tables import observations

import lthtgn_analysis as lt
from lthtgn_analysis.intervals import tighten
from lthtgn_analysis.rollup import pick_figures
from lthtgn_analysis.schema import SOURCES, arrange


def ranked(*rows, **options):
    return lt.rank_conflicts(observations(*rows), **options)


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"status": "observed"}, {"status": "estimated"}, "một số quan sát"),
        ({"source": "hoinguoicaotuoi-1"}, {"source": "vietnam-vn-ja-1"}, "gần cơ sở hơn"),
        ({"source": "ngaymoionline-1"}, {"source": "vnexpress-1"}, "gần cơ sở hơn"),
        ({}, {"note": "đọc từ bản dịch máy tiếng Pháp"}, "nguyên văn"),
        ({}, {"qualifier": "about"}, "chính xác hơn"),
        ({"published": "2023-03-01"}, {"published": "2023-02-01"}, "công bố sau"),
        ({}, {}, "ngang nhau"),
    ],
)
def test_each_criterion_decides_where_the_earlier_ones_are_equal(first, second, reason):
    rows = [{"value": 128, "source": "b", **second}, {"value": 151, "source": "b", **first}]
    if not first and not second:
        rows.reverse()
    table = ranked(*rows)
    assert table["value"].to_list() == [151, 128]
    assert reason.removeprefix("một ") in table["reason"].iloc[0]
    assert table["reason"].str.len().gt(0).all()


def test_a_nearer_publisher_goes_before_a_later_or_more_precise_figure():
    table = ranked(
        {"value": 128, "source": "vietnam-vn-1", "published": "2024-01-01"},
        {"value": 151, "source": "hoinguoicaotuoi-1", "qualifier": "about"},
    )
    assert table["value"].to_list() == [151, 128]
    assert table["reason"].to_list() == [
        "nơi công bố gần cơ sở hơn",
        "nơi công bố xa cơ sở hơn",
    ]


def test_publishers_are_told_by_the_sources_table_where_there_is_one():
    sources = arrange(
        pd.DataFrame(
            {
                "source": ["a", "b"],
                "publisher": ["Vietnam.vn", "Cổng thông tin tỉnh Lạng Sơn"],
                "url": ["https://vietnam.vn/x", "https://langson.gov.vn/y"],
            }
        ),
        SOURCES,
    )
    rows = [{"value": 128, "source": "a"}, {"value": 151, "source": "b"}]
    assert ranked(*rows)["value"].to_list() == [128, 151]
    assert ranked(*rows, sources=sources)["value"].to_list() == [151, 128]


def test_a_mirror_of_the_associations_page_is_a_mirror():
    table = ranked(
        {"value": 128, "source": "vietnam-vn-hoi-nguoi-cao-tuoi-tinh"},
        {"value": 151, "source": "baothanhhoa-1"},
    )
    assert table["value"].to_list() == [151, 128]


def test_the_last_criterion_is_the_line_between_the_figures_around():
    """100 at the end of 2021 and 140 of 2023 make 120 likely at the end of 2022."""
    table = ranked(
        {"value": 100, "as_of": "2021-12-31"},
        {"value": 60, "source": "a"},
        {"value": 122, "source": "b"},
        {"value": 140, "as_of": "2023-12-31"},
    )
    assert table["value"].to_list() == [122, 60]
    assert table["reason"].to_list() == [
        "hợp hơn với các kỳ trước và sau",
        "kém hợp với các kỳ trước và sau",
    ]


def test_reasons_are_given_in_english():
    rows = [{"value": 128, "qualifier": "about"}, {"value": 151}]
    assert ranked(*rows, lang="en")["reason"].to_list() == [
        "the more precise figure",
        "its bounds are wider",
    ]


def test_a_rival_that_fits_is_ranked_but_does_not_contradict():
    rows = [
        {"indicator": "members", "value": 48_600, "qualifier": "at_least"},
        {"indicator": "members", "value": 48_650, "source": "b"},
        {"indicator": "members", "value": 51_000, "source": "c"},
    ]
    table = ranked(*rows)
    assert table.set_index("value")["contradicts"].to_dict() == {
        48_600: False, 48_650: False, 51_000: True
    }  # fmt: skip
    assert pick_figures(observations(*rows[:2]))["disputed"].to_list() == [False]
    assert pick_figures(observations(*rows[1:]))["disputed"].to_list() == [True]


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_does_not_depend_on_the_order_of_rows(order):
    rows = [
        {"value": 10 + k, "source": source, "fact_id": f"F{k}", "published": published}
        for k, (source, published) in enumerate(
            [("vietnam-vn", None), ("bao", "2023-01-01"), ("bao", "2023-02-01"),
             ("hoinguoicaotuoi", None), ("bao", None)]
        )
    ]  # fmt: skip
    table = lt.rank_conflicts(observations(*(rows[k] for k in order)))
    assert table["fact_id"].to_list() == ["F3", "F2", "F1", "F4", "F0"]


def test_a_sum_takes_the_first_ranked_and_says_so():
    rows = [
        {"level": "district", "area": "165", "value": 8, "source": "vietnam-vn-1"},
        {"level": "district", "area": "165", "value": 9, "source": "hoinguoicaotuoi-1"},
        {"level": "district", "area": "168", "value": 75},
    ]
    row = lt.roll_up(observations(*rows), to="province", as_of="2022-12-31").iloc[0]
    assert row["value"] == 84
    assert row["note"].endswith("1 đơn vị có nguồn trái nhau, lấy số xếp đầu")
    calm = lt.roll_up(observations(*rows[1:]), to="province", as_of="2022-12-31").iloc[0]
    assert "trái nhau" not in calm["note"]


def family(values, **province):
    """Return Thái Nguyên and some of its nine districts, in the order of their codes."""
    codes = lt.read_areas(boundaries="2022", level="district").query("parent == '19'")["area"]
    parts = [
        {
            "level": "district",
            "area": area,
            **({"value": value} if isinstance(value, int) else value),
        }
        for area, value in zip(codes, values, strict=False)
    ]
    return observations({"area": "19", **province}, *parts)


def test_the_areas_bound_their_place():
    table = tighten(family([15] * 9, value=130, qualifier="at_least"))
    assert table.loc[0, ["low", "value", "high"]].to_list() == [135, 135, 135]
    assert table.loc[0, ["printed_low", "printed_high"]].to_list() == [130, 140]
    assert table.loc[0, "bound_by"] == ";".join(f"T{k:04}" for k in range(2, 11))


def test_the_place_and_its_siblings_bound_an_area():
    """135 in all, 15 in each of eight: the ninth, "about 20" (19 to 21), is none of them."""
    hedged = {"value": 20, "low": 10, "high": 30, "qualifier": "range"}
    table = tighten(family([15] * 8 + [hedged], value=135)).set_index("fact_id")
    assert table.loc["T0010", ["low", "value", "high"]].to_list() == [15, 15, 15]
    assert not table["contradicts"].any()


def test_an_area_that_does_not_report_leaves_the_place_open_above():
    table = tighten(family([15] * 8, value=100, low=100, high=500, qualifier="range"))
    assert table.loc[0, ["low", "high"]].to_list() == [120, 500]


def test_no_value_left_is_a_contradiction_and_the_bounds_stay():
    table = tighten(family([15] * 9, value=153))
    assert table["contradicts"].to_list()[0]
    assert table.loc[0, ["low", "value", "high"]].to_list() == [153, 153, 153]


def test_days_and_scopes_are_not_set_against_each_other():
    parts = family([15] * 9, value=153, as_of="2021-12-31")
    assert not tighten(parts)["contradicts"].any()
    project = family([15] * 9, value=30, scope="VIE071")
    assert not tighten(project)["contradicts"].any()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(min_value=0, max_value=60), min_size=9, max_size=9),
    st.lists(st.integers(min_value=0, max_value=9), min_size=20, max_size=20),
)
def test_the_truth_is_never_cut_off(truth, slack):
    """Whatever the doubt around true figures, narrowing keeps them and only ever narrows."""
    parts = [
        {"value": value, "low": max(0, value - slack[k]), "high": value + slack[k + 9]}
        for k, value in enumerate(truth)
    ]
    total = sum(truth)
    table = tighten(
        family(parts, value=total, low=max(0, total - slack[18]), high=total + slack[19])
    )
    truths = [total, *truth]
    assert not table["contradicts"].any()
    assert (table["low"] <= truths).all()
    assert (table["high"] >= truths).all()
    assert (table["low"] >= table["printed_low"]).all()
    assert (table["high"] <= table["printed_high"]).all()
