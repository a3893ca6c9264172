"""Why a number is what it is, down to its source."""

from __future__ import annotations

import copy
import io
import pickle

import pandas as pd
import pytest
from small_tables import observations, targets

import lthtgn_analysis as lt
from lthtgn_analysis import evidence
from lthtgn_analysis.evidence import _write_basis
from lthtgn_analysis.indicators import METRICS


def lines_of(tree):
    return str(tree).splitlines()


def test_the_tree_shows_formula_figures_sources_and_places(sample_observations):
    """Thanh Hóa, 12/10/2022, paragraph 7 of the article: over 48,600 members, 884 clubs."""
    table = lt.compute(sample_observations, level="province", as_of="2022-10-12")
    sources = lt.read_sources(lt.sample_path("sources"))
    tree = lt.why(table, metric="members_per_club", area="38", as_of="2022-10-12", sources=sources)
    text = str(tree)
    assert tree.text == ("Thành viên bình quân một CLB, Thanh Hóa, 12/10/2022: 54,98 người trở lên")
    assert "├─ Thành viên bình quân một CLB = thành viên ÷ số CLB = 48.600 ÷ 884" in text
    assert "├─ trong khoảng 54,98 đến 55,09" in text
    assert "Thành viên: trên 48.600 người (12/10/2022)" in text
    assert "nguồn: Thanh Hóa: Kinh nghiệm triển khai Mô hình Câu lạc bộ" in text
    assert "đoạn 7" in text
    assert "mã dữ kiện F0014" in text
    assert "tapchilaodongxahoi.vn" in text


def test_rivals_and_problems_are_shown():
    table = observations(
        {"value": 516, "source": "bao-a"},
        {"value": 528, "source": "bao-b", "qualifier": "about"},
        {"indicator": "clubs_with_fund", "value": 600, "source": "bao-a"},
    )
    metrics = lt.compute(table, level="province", as_of="2022-12-31")
    text = str(lt.why(metrics, metric="clubs", area="38"))
    assert "số khác cùng ngày (hạng 2/2): khoảng 528 CLB" in text
    assert "nguồn: bao-b" in text
    assert "vấn đề: " in text


def test_a_target_shows_its_decision_and_whether_it_was_read(sample_observations):
    progress = lt.measure_progress(
        sample_observations, lt.read_targets(), as_of="2023-12-31", lang="en"
    )
    tree = lt.why(progress, target_id="T1336-2", lang="en")
    assert tree.text.startswith("Undetermined: new clubs at 2,971–3,671")
    assert "checked against the decision" in tree.parts[0].text
    unread = lt.why(progress, target_id="T1648-2", lang="en")
    assert "not yet checked against the decision" in unread.parts[0].text


def test_growth_shows_both_dates():
    table = observations({"value": 6521, "as_of": "2023-12-31"},
                         {"value": 8432, "as_of": "2024-12-31"})  # fmt: skip
    metrics = lt.compute(table, level="province", as_of="2024-12-31", since="2023-12-31")
    text = str(lt.why(metrics, metric="clubs_change", area="38"))
    assert "(6.521 → 8.432)" in text
    assert "(31/12/2023)" in text


def test_a_notebook_shows_a_foldable_block_with_escaped_text():
    table = observations({"value": 5, "note": "<b>5 & 6</b>"})
    tree = lt.why(lt.compute(table, level="province", as_of="2022-12-31"), metric="clubs")
    page = tree._repr_html_()
    assert page.startswith('<div class="evidence"><details open><summary>')
    assert "&lt;b&gt;5 &amp; 6&lt;/b&gt;" in page
    assert "<b>" not in page


def test_the_key_must_pick_one_row():
    table = lt.compute(
        observations({"value": 5}, {"indicator": "members", "value": 300}),
        level="province",
        as_of="2022-12-31",
    )
    with pytest.raises(ValueError, match=r"must pick exactly one row; .* picks 3\.\n  among them"):
        lt.why(table, area="38")
    with pytest.raises(ValueError, match=r"picks 0\.\n  the table has"):
        lt.why(table, metric="clubs", area="01")
    with pytest.raises(ValueError, match=r"needs columns of the table, not \['place'\]"):
        lt.why(table, place="38")


def test_a_table_from_a_file_needs_its_observations():
    facts = observations({"value": 5})
    table = lt.compute(facts, level="province", as_of="2022-12-31")
    again = pd.read_csv(io.StringIO(table.to_csv(index=False)), dtype={"area": "str"})
    again["as_of"] = pd.to_datetime(again["as_of"])
    with pytest.raises(ValueError, match="needs the observations the table was computed from"):
        lt.why(again, metric="clubs")
    assert "5 CLB" in lt.why(again, metric="clubs", observations=facts).text


def test_tables_that_remember_their_origin_are_ordinary_tables():
    table = lt.compute(observations({"value": 5}), level="province", as_of="2022-12-31")
    table.to_parquet(io.BytesIO())
    assert pickle.loads(pickle.dumps(table)).equals(table)
    for other in (copy.deepcopy(table), table.query("area == '38'"), pd.concat([table, table])):
        assert other.attrs["origin"] is table.attrs["origin"]


def test_progress_of_a_synthetic_target(sample_observations):
    row = lt.measure_progress(observations({"value": 90}), targets({"value": 100}),
                              as_of="2025-12-31")  # fmt: skip
    assert "chưa đối chiếu văn bản" in str(lt.why(row, target_id="G1"))


@pytest.mark.parametrize(
    ("metric", "rows", "since", "formula"),
    [
        ("marginal_members_per_club", [
            {"value": 100, "as_of": "2021-12-31"}, {"value": 110},
            {"indicator": "members", "value": 5000, "as_of": "2021-12-31"},
            {"indicator": "members", "value": 5600},
        ], "2021-12-31", "(600 ÷ 10)"),
        ("closed_clubs", [
            {"value": 100, "as_of": "2021-12-31"}, {"value": 120},
            {"indicator": "new_clubs", "value": 30, "start": "2022-01-01"},
        ], "2021-12-31", "(30 − 20)"),
        ("new_clubs_annualised", [
            {"indicator": "new_clubs", "value": 86, "start": "2022-01-01", "as_of": "2022-10-31"},
        ], None, "(86 trong 10 tháng)"),
    ],
)  # fmt: skip
def test_a_figure_that_is_no_plain_quotient_shows_its_numbers(metric, rows, since, formula):
    table = lt.compute(
        observations(*rows), level="province", as_of="2022-12-31", since=since, metrics=[metric]
    )
    assert formula in lt.why(table, metric=metric, area="38").parts[0].text


def test_the_figures_of_a_place_are_checked_once_for_all_its_numbers(
    monkeypatch, sample_observations
):
    rows = lt.compute(sample_observations, level="province", as_of="2022-10-12").query(
        "area == '38'"
    )
    own, checked = evidence.find_problems, []

    def count(near, **options):
        checked.append(len(near))
        return own(near, **options)

    monkeypatch.setattr(evidence, "find_problems", count)
    told = lt.explain(rows.head(3), observations=sample_observations)
    assert len(told.statements) == 3
    assert len(checked) == 1
    found = own(sample_observations)
    given = lt.explain(rows.head(3), observations=sample_observations, problems=found)
    assert str(given) == str(told)
    assert len(checked) == 1


def test_a_problem_that_only_other_places_show_is_told_too(monkeypatch):
    """153 clubs are printed for a province whose nine districts have 15 each."""
    inside = lt.read_areas(boundaries="2022").query("parent == '19'")
    table = observations(
        {"area": "19", "area_name": "Thái Nguyên", "value": 153},
        *(
            {"level": "district", "area": row.area, "area_name": row.area_name, "value": 15}
            for row in inside.itertuples()
        ),
        {"area": "19", "area_name": "Thái Nguyên", "indicator": "members", "value": 8000},
    )
    rows = lt.compute(table, level="province", as_of="2025-01-01").query("metric == 'clubs'")
    told = str(lt.explain(rows, observations=table))
    assert "9 trong 9 đơn vị cộng lại 135" in told
    monkeypatch.setattr(evidence, "_CHECKED_WHOLE", 5)
    assert "cộng lại" not in str(lt.explain(rows, observations=table))


def test_problems_that_are_given_are_those_that_are_told(sample_observations):
    rows = lt.compute(sample_observations, level="province", as_of="2022-10-12").query(
        "area == '38'"
    )
    fact = rows.iloc[0]["fact_ids"].split(";")[0]
    problem = pd.DataFrame({"fact_ids": [fact], "found": ["7 CLB"], "must": ["là 8 CLB"]})
    text = str(lt.explain(rows.head(1), observations=sample_observations, problems=problem))
    assert "7 CLB" in text
    assert "7 CLB" not in str(lt.explain(rows.head(1), observations=sample_observations))


@pytest.mark.parametrize(
    ("metric", "rows", "line"),
    [
        (
            "borrowing_share",
            [{"indicator": "borrowers", "value": 858}, {"indicator": "members", "value": 1500}],
            "Tỉ lệ thành viên vay vốn = người vay vốn ÷ thành viên = 858 ÷ 1.500",
        ),
        (
            "borrowing_share_year",
            [
                {"indicator": "borrowers", "value": 702, "start": "2022-01-01"},
                {"indicator": "members", "value": 3710},
            ],
            "Tỉ lệ thành viên vay trong kỳ = người vay vốn ÷ thành viên = 702 ÷ 3.710",
        ),
        (
            "loan_loss_share",
            [
                {"indicator": "fallen_due_vnd", "value": 100e6, "start": "2022-01-01"},
                {"indicator": "collected_vnd", "value": 90e6, "start": "2022-01-01"},
                {"indicator": "loan_term_years", "value": 0.8},
            ],
            "Tỉ lệ mất vốn một năm = (nợ gốc đến hạn − nợ gốc thu được đúng phần đến hạn) ÷"
            " (nợ gốc đến hạn × thời hạn vay bình quân (năm)) × 2"
            " = 10 triệu đồng ÷ 80 triệu đồng × 2",
        ),
    ],
)
def test_the_formula_is_told_with_its_numbers_and_signs(metric, rows, line):
    table = lt.compute(observations(*rows), level="province", as_of="2022-12-31", metrics=[metric])
    assert f"├─ {line}" in str(lt.why(table, metric=metric))


def test_bounds_are_told_in_the_unit_of_the_figure():
    rows = [{"indicator": "plan_achievement", "value": 1.55, "low": 1.5, "high": 1.6}]
    table = observations(*rows).assign(low=1.5, high=1.6, qualifier="range")
    metrics = lt.compute(table, level="province", as_of="2022-12-31", metrics=["plan_achievement"])
    tree = lt.why(metrics, metric="plan_achievement")
    assert tree.text.endswith(": 150–160%")
    assert "├─ trong khoảng 150% đến 160%" in str(tree)


def test_growth_due_to_clubs_is_told_with_both_logarithms():
    """By hand: ln(8432 / 6521) = 0.2570 over ln(484000 / 456470) = 0.0586."""
    rows = [
        {"indicator": name, "value": value, "as_of": day}
        for name, day, value in (
            ("clubs", "2021-12-31", 6521), ("clubs", "2022-12-31", 8432),
            ("members", "2021-12-31", 456470), ("members", "2022-12-31", 484000),
        )
    ]  # fmt: skip
    table = lt.compute(
        observations(*rows), level="province", as_of="2022-12-31", since="2021-12-31",
        metrics=["growth_from_clubs_share"],
    )  # fmt: skip
    tree = lt.why(table, metric="growth_from_clubs_share")
    assert tree.text.endswith(": 4,39")
    assert "(0,2570 ÷ 0,0586)" in tree.parts[0].text


def test_a_sum_over_places_names_each_place_and_those_without_a_figure():
    """By hand: 3,000 less 400 and 120; 61 of 63 provinces have no target here."""
    plan = {"indicator": "target_new_clubs", "start": "2021-01-01", "as_of": "2025-12-31",
            "published": "2021-01-01"}  # fmt: skip
    rows = [
        {**plan, "value": 3000, "qualifier": "at_least", "level": "national", "area": "VN",
         "area_name": "Việt Nam"},
        {**plan, "value": 400},
        {**plan, "value": 120, "area": "01", "area_name": "Hà Nội"},
    ]  # fmt: skip
    table = lt.compute(observations(*rows), level="national", as_of="2022-12-31",
                       metrics=["cascade_gap", "expected_new_clubs"])  # fmt: skip
    text = str(lt.why(table, metric="cascade_gap"))
    assert text.startswith("Phần chỉ tiêu chưa giao cho cấp dưới, Việt Nam, 31/12/2022: tối đa")
    assert "(3.000 − 520)" in text
    assert "Chỉ tiêu CLB thành lập mới: từ 3.000 CLB trở lên" in text
    assert "Chỉ tiêu CLB thành lập mới, Hà Nội: 120 CLB" in text
    assert "chưa có số liệu của 61 nơi: Hà Giang, Cao Bằng" in text
    expected = str(lt.why(table, metric="expected_new_clubs"))
    assert "(3.000 × 39,95%)" in expected  # 729 of 1,825 days
    assert "after: a definition of this package" in str(
        lt.why(table, metric="cascade_gap", lang="en")
    )


def test_a_target_tells_what_should_be_there_and_what_it_still_needs():
    """By hand: half of four years, 30 to 50 of 100; 50 to 70 in the two years left."""
    row = {"value": 100.0, "base_low": 0.0, "base_value": 0.0, "base_high": 0.0,
           "base_date": "2021-01-01", "due": "2024-12-31"}  # fmt: skip
    facts = observations({"value": 40, "low": 30, "high": 50, "qualifier": "range",
                          "as_of": "2023-01-01"})  # fmt: skip
    facts = facts.assign(low=30.0, high=50.0)
    progress = lt.measure_progress(facts, targets(row), as_of="2023-01-01")
    text = str(lt.why(progress, target_id="G1"))
    assert "nếu đi đều thì đến 01/01/2023 phải đạt 50 CLB, vì đã qua 50% thời gian" in text
    assert "từ đó mỗi năm cần thêm 25,0–35,0 CLB, gấp 1–2,33 lần mức bình quân đến nay" in text


def test_the_words_for_what_a_definition_follows_are_english_on_an_english_page():
    said = {metric.source: _write_basis(metric.source, "en") for metric in METRICS.values()}
    assert said["định nghĩa của gói này"] == "a definition of this package"
    assert said["QĐ 1336/QĐ-TTg: 50-70 thành viên"] == "QĐ 1336/QĐ-TTg: 50-70 members"
    helpers = "HelpAge: ít nhất 5 tình nguyện viên một CLB"
    assert said[helpers] == "HelpAge: at least 5 volunteers per club"
    assert said["Tạp chí Lao động và Xã hội 12/10/2022"] == "Tạp chí Lao động và Xã hội 12/10/2022"
    assert all(_write_basis(source, "vi") == source for source in said)
    names = ("QĐ", "Tạp chí", "Trung ương Hội", "Tổng cục", "Luật", "Hội NCT huyện")
    assert all(text.isascii() for text in said.values() if not text.startswith(names))
