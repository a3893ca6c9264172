"""The page of registers: its sentences in edge cases, its criteria, its label of made-up data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lthtgn_analysis as lt
from lthtgn_analysis import bylaws
from lthtgn_analysis.drawing import new_axes
from lthtgn_analysis.register_stories import (
    count_criteria,
    list_register_sources,
    mark_made_up,
    plot_criteria,
    say_made_up,
    say_register,
    style_criteria,
)
from lthtgn_analysis.schema import METRIC_ROWS, SOURCES, empty_table

DAY = "2018-12-06"


def register(members, **columns):
    """Return a register of clubs in Thành phố Thái Nguyên with these members."""
    clubs = pd.DataFrame(
        {
            "club": [f"c{number}" for number in range(len(members))],
            "level": "district",
            "area": "164",
            "boundaries": "2022",
            "founded": "2015-01-01",
            "members": members,
        }
    )
    return clubs.assign(**columns)


def metrics_of(clubs, **ledgers):
    figures = lt.summarise_clubs(clubs, by="province", as_of=DAY, **ledgers)
    return lt.compute(figures, level="province", as_of=DAY)


def test_no_club_no_book_no_ledger_is_said_and_not_counted_as_zero():
    said = say_register(empty_table(METRIC_ROWS)).sentences
    assert said == (
        "Trong sổ chưa có CLB nào đang hoạt động.",
        "Chưa có sổ sinh hoạt nên chưa biết các CLB sinh hoạt có đều không.",
        "Chưa có sổ vay vốn nên chưa biết bao nhiêu thành viên vay và có trả đúng hạn không.",
    )


def test_one_club_without_ledgers():
    said = say_register(metrics_of(register([52.0])), lang="en").sentences
    assert said[0] == (
        "In the register of Thái Nguyên the clubs in operation number 1 (6 Dec 2018) with 52 "
        "members, 52 per club; 1 of 1 have 50 to 70 members."
    )
    assert said[1].startswith("There is no meeting book")


def test_a_club_whose_members_are_unknown_makes_the_sum_a_lower_bound():
    said = str(say_register(metrics_of(register([52.0, np.nan]))))
    assert "2 CLB đang hoạt động" in said
    assert "trên 52" in said or "ít nhất 52" in said or "52 trở lên" in said
    assert "1 trong 1 CLB có từ 50 đến 70 thành viên" in said


def test_gaps_of_the_ledger_make_borrowers_a_lower_bound_and_arrears_unknown():
    """A share never exceeds 1, gaps or not; the number of borrowers may still be higher."""
    loans = pd.DataFrame(
        {
            "club": "c0", "member": ["1", "2"], "disbursed": pd.Timestamp("2018-06-01"),
            "due": pd.Timestamp("2019-06-01"), "amount_vnd": 5e6, "outstanding_vnd": [5e6, 4e6],
        }
    )  # fmt: skip
    club = register([52.0])
    exact = say_register(metrics_of(club, loans=loans), lang="en").sentences[2]
    assert exact == (
        "The loan ledger has 2 borrowers, 3.85% of members; 10 million VND is outstanding, 0% of "
        "it in loans more than 30 days overdue."
    )
    gaps = loans.assign(outstanding_vnd=[5e6, np.nan])
    told = say_register(metrics_of(club, loans=gaps)).sentences[2]
    assert told.startswith("Sổ vay ghi ít nhất 1 người đang vay")
    assert "chưa rõ bao nhiêu thuộc các khoản quá hạn trên 30 ngày" in told
    assert "0–100%" not in told


def test_a_closed_club_does_not_operate():
    clubs = register([52.0, 60.0], closed=["2016-01-01", None])
    assert "ghi 1 CLB đang hoạt động" in str(say_register(metrics_of(clubs)))


def test_several_areas_are_refused():
    rows = metrics_of(register([52.0]))
    other = rows.assign(area="38", area_name="Thanh Hóa")
    with pytest.raises(ValueError, match="must be of one area; found"):
        say_register(pd.concat([rows, other]))


def test_criteria_count_known_clubs_only():
    """Of three operating clubs one has 52 members, one 40, one is unknown; one is closed."""
    clubs = register([52.0, 40.0, np.nan, 60.0], closed=[None, None, None, "2016-01-01"])
    table = count_criteria(lt.assess_clubs(clubs, as_of=DAY)).set_index("criterion")
    assert table.loc["size", ["met", "known", "clubs", "share"]].tolist() == [1, 2, 3, 0.5]
    assert table.loc["meetings", "known"] == 0
    assert np.isnan(table.loc["meetings", "share"])
    shown = style_criteria(table.reset_index()).to_frame().set_index("Tiêu chí")
    assert shown.loc["Từ 50 đến 70 thành viên"].tolist() == ["1", "2", "50,0%", "QĐ 1336/QĐ-TTg"]
    assert shown.loc["Tổ chức từ 90% số buổi sinh hoạt tháng"].tolist()[:3] == ["–", "0", "–"]


def test_the_criteria_are_said_to_be_no_official_scale():
    table = count_criteria(lt.assess_clubs(register([52.0]), as_of=DAY))
    assert "không phải thang điểm chính thức" in style_criteria(table).caption
    assert "not an official scale" in style_criteria(table, lang="en").caption


def test_no_criterion_known_is_said():
    table = count_criteria(pd.DataFrame({"operating": [1.0]}))
    assert plot_criteria(table, ax=new_axes()).get_title(loc="left") == (
        "Chưa có số liệu về tiêu chí nào"
    )


def test_every_check_of_registers_has_its_words():
    rules = [*bylaws.REGISTER_RULES, *bylaws.MEETING_RULES, *bylaws.LOAN_RULES]
    names = [rule.__name__ for rule in rules]
    names += ["clubs_are_given_once", "clubs_of_ledgers_are_registered", "ids_are_codes"]
    for name in (*names, "cells_are_large_enough"):
        assert lt.label(f"check.{name}", lang="vi") != lt.label(f"check.{name}", lang="en")


@pytest.mark.parametrize("status", ["synthetic", ""])
def test_only_made_up_registers_are_called_so(status):
    clubs = register([52.0], status=status)
    figures = lt.summarise_clubs(clubs, by="province", as_of=DAY)
    made_up = status == "synthetic"
    axes = mark_made_up(new_axes(), figures, lang="en")
    assert ("Synthetic data, not real." in getattr(axes.figure, "alt_text", "")) == made_up
    assert ("không có thật" in str(say_made_up(figures))) == made_up
    assert ("không có thật" in list_register_sources(figures)["title"].iloc[0]) == made_up
    assert list(list_register_sources(figures)) == SOURCES.column_names
