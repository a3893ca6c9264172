"""Sentences: true for none, one and contradictory figures; expected texts are written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from small_tables import observations

from lthtgn_analysis.citations import cite, say_missing, say_unreported
from lthtgn_analysis.excerpts import name_province, take_breakdown, take_province
from lthtgn_analysis.metrics import compute
from lthtgn_analysis.progress import measure_progress
from lthtgn_analysis.rollup import roll_up
from lthtgn_analysis.schema import (
    METRIC_ROWS,
    OBSERVATIONS,
    PROGRESS,
    SOURCES,
    arrange,
    empty_table,
)
from lthtgn_analysis.sentences import (
    say_against,
    say_national,
    say_province,
    say_targets,
    say_title,
)
from lthtgn_analysis.targets import read_targets
from lthtgn_analysis.wording import language_of

NATION = {"level": "national", "area": "VN", "area_name": "Việt Nam"}
NO_OBSERVATIONS = empty_table(OBSERVATIONS)
SOURCE_LIST = arrange(
    pd.DataFrame(
        [{"source": "test", "title": "Báo cáo <A>", "publisher": "Hội NCT",
          "url": "https://example.vn/a?b=1&c=2"}]
    ),
    SOURCES,
)  # fmt: skip


def national(*rows):
    return observations(*({**NATION, **row} for row in rows))


def say_of(table, name="tỉnh Thanh Hóa", as_of="2025-12-31"):
    return str(say_province(table, compute(table, level="province", as_of=as_of), name=name))


def test_a_size_from_figures_far_apart_says_so():
    """5,000 members (5/2025) in 56 clubs (10/2024), Ninh Thuận."""
    members = {"indicator": "members", "value": 5000, "as_of": "2025-05-31"}
    apart = say_of(observations(members, {"value": 56, "as_of": "2024-10-31"}))
    assert "(hai số cách nhau 212 ngày, có thể không cùng phạm vi)" in apart
    assert "cách nhau" not in say_of(observations(members, {"value": 56, "as_of": "2025-05-31"}))


def sentences_of(text):
    return [part for part in str(text).split(". ") if part]


# National


def test_the_real_nation_has_9000_clubs_and_a_contradiction(sample_observations):
    """9,000 clubs (5/2025); members over 484,000 (12/2024), then over 330,000 (5/2025)."""
    dated = sample_observations.query("as_of <= '2025-12-31'")
    sums = roll_up(sample_observations, to="national", as_of="2025-06-30")
    said = str(say_national(dated, sums))
    assert "Cả nước có 9.000 CLB Liên thế hệ tự giúp nhau (số liệu ngày 31/05/2025)" in said
    assert "giảm từ trên 484.000 (31/12/2024) xuống trên 330.000 (31/05/2025)" in said
    assert "cần đối chiếu" in said
    assert len(sentences_of(said)) == 3


def test_one_national_figure_claims_no_growth():
    said = str(say_national(national({"value": 3500, "qualifier": "nearly"})))
    assert said == (
        "Cả nước có gần 3.500 CLB Liên thế hệ tự giúp nhau (số liệu ngày 31/12/2022);"
        " chưa có số liệu ghi rõ ngày về số thành viên."
        " Chỉ một ngày có số liệu về số CLB nên chưa nói được tăng hay giảm."
        " Chưa tỉnh nào có số CLB đủ mới để cộng lại và so với số toàn quốc."
    )


def test_members_that_fall_with_clubs_are_no_contradiction():
    table = national(
        {"value": 100, "as_of": "2020-12-31"},
        {"value": 50, "as_of": "2021-12-31"},
        {"value": 5000, "indicator": "members", "as_of": "2020-12-31"},
        {"value": 2500, "indicator": "members", "as_of": "2021-12-31"},
    )
    said = str(say_national(table))
    assert "Số CLB giảm từ 100 (31/12/2020) xuống 50 (31/12/2021)." in said
    assert "đối chiếu" not in said


def test_overlapping_doubt_is_neither_growth_nor_fall():
    table = national(
        {"value": 3000, "qualifier": "about", "as_of": "2020-08-31"},
        {"value": 3050, "qualifier": "about", "as_of": "2020-10-31"},
    )
    assert "chưa đủ căn cứ để nói tăng hay giảm" in str(say_national(table))


def test_figures_of_one_project_are_not_the_nation():
    said = str(say_national(national({"value": 186, "scope": "VIE071"})))
    assert "186" not in said
    assert said.startswith("Chưa có số liệu toàn quốc ghi rõ ngày về số CLB")


def test_a_sum_of_all_provinces_does_not_claim_that_some_are_missing():
    sums = national({"value": 6300}).assign(n_reported=63.0, n_expected=63.0)
    said = str(say_national(NO_OBSERVATIONS, sums))
    assert "Cộng số mới nhất của đủ 63 tỉnh được 6.300 CLB tính đến ngày 31/12/2022." in said


# Provinces


def test_thanh_hoa_reads_as_its_article(sample_observations):
    """884 clubs, over 48,600 members, 410 of 559 communes, 69.27 bn / 884 = 78.36 m (10/2022)."""
    table = take_province(sample_observations, area="38", boundaries="2025-01")
    said = say_of(table)
    assert said.startswith(
        "Tỉnh Thanh Hóa có 884 CLB (số liệu ngày 12/10/2022), với trên 48.600 thành viên."
        " Bình quân mỗi CLB có 54,98 thành viên trở lên, nằm trong khoảng 50–70"
    )
    assert "73,35% số xã có CLB (410/559 xã)" in said
    assert "; quỹ tăng thu nhập bình quân một CLB là 78,36 triệu đồng" in said
    assert "số liệu không ghi ngày" in said


def test_thai_nguyen_is_below_the_norm(sample_observations):
    """5,292 members in 135 clubs are 39.2 a club (12/2018)."""
    said = say_of(
        take_province(sample_observations, area="19", boundaries="2022"), "tỉnh Thái Nguyên"
    )
    assert "Bình quân mỗi CLB có 39,2 thành viên, thấp hơn khoảng 50–70" in said


def test_a_plan_is_not_the_newest_figure():
    table = observations(
        {"value": 135, "as_of": "2025-11-13"},
        {
            "value": 260,
            "indicator": "target_clubs",
            "as_of": "2035-12-31",
            "published": "2025-11-13",
        },
    )
    assert "số mới nhất ngày 13/11/2025." in say_of(table)


def test_a_province_with_undated_figures_only_is_dated_nowhere():
    table = observations(
        {"value": 94, "as_of": None}, {"value": 64, "as_of": None, "scope": "1336"}
    )
    assert say_of(table, "tỉnh Yên Bái") == (
        "Các nguồn nêu 94 CLB ở tỉnh Yên Bái nhưng không ghi ngày nên không thể xếp vào thời điểm"
        " nào; chưa có số thành viên ghi rõ ngày. Chưa tính được số thành viên bình quân một CLB."
        " Phần này dựa trên 2 số liệu từ 1 nguồn, không số liệu nào ghi rõ ngày."
    )


def test_a_province_with_one_figure_says_what_is_not_known():
    assert say_of(observations({"value": 4})) == (
        "Tỉnh Thanh Hóa có 4 CLB (số liệu ngày 31/12/2022); chưa có số thành viên ghi rõ ngày."
        " Chưa tính được số thành viên bình quân một CLB."
        " Phần này dựa trên 1 số liệu từ 1 nguồn, số mới nhất ngày 31/12/2022."
    )


def test_members_of_another_day_carry_their_own_date():
    table = observations(
        {"value": 56, "as_of": "2024-10-31"},
        {"value": 5000, "indicator": "members", "qualifier": "at_least", "as_of": "2025-05-31"},
    )
    assert "số thành viên là trên 5.000 (31/05/2025)" in say_of(table)


def test_size_that_doubt_leaves_open_is_not_judged():
    """About 5,000 members (4,500 to 5,500) in 100 clubs: 45 to 55 a club."""
    table = observations(
        {"value": 100},
        {"value": 5000, "low": 4500, "high": 5500, "indicator": "members", "qualifier": "about"},
    )
    assert "chưa đủ căn cứ để nói trong hay ngoài khoảng 50–70" in say_of(table)


def test_rivals_are_counted():
    table = observations({"value": 220}, {"value": 225, "source": "other"})
    assert "1 chỉ số có nguồn nêu số khác nhau cho cùng một ngày" in say_of(table)


def test_no_figures_and_no_such_province_are_two_sentences():
    nothing = (NO_OBSERVATIONS, empty_table(METRIC_ROWS))
    assert str(say_province(*nothing, name="tỉnh Nam Định")) == (
        "Theo địa giới này chưa thu thập được số liệu nào."
    )
    assert str(say_province(*nothing, name=name_province("36", boundaries="2025-07"))) == (
        "Theo địa giới này không còn tỉnh mang mã trên."
    )


@pytest.mark.parametrize(("boundaries", "lang"), [("2025-01", "vi"), ("2025-07", "en")])
def test_every_province_gets_whole_sentences(sample_observations, boundaries, lang):
    computed = compute(sample_observations, level="province", as_of="2025-12-31")
    for area in sample_observations.query("level == 'province'")["area"].unique():
        table = take_province(sample_observations, area=area, boundaries=boundaries)
        metrics = computed.query("area == @area and boundaries in @table.boundaries")
        name = name_province(area, boundaries=boundaries)
        said = str(say_province(table, metrics, name=name, lang=lang))
        assert said.endswith(".")
        assert not {"nan", "NaT", "None", "{", "–."} & set(said.split())
        assert str(say_missing(table, lang=lang)).endswith(".")


def test_titles_name_the_province_on_both_maps():
    assert str(say_title("01")) == "# CLB Liên thế hệ tự giúp nhau thành phố Hà Nội"
    assert "tỉnh Bắc Giang (trước 01/7/2025) và tỉnh Bắc Ninh (từ 01/7/2025)" in str(
        say_title("24")
    )
    assert str(say_title("36")) == "# CLB Liên thế hệ tự giúp nhau tỉnh Nam Định"
    # a city since 30 April 2026, not since the merger
    assert str(say_title("75")).endswith("tỉnh Đồng Nai (nay là thành phố Đồng Nai)")
    assert str(say_title("75", lang="en")).endswith("Đồng Nai province (now Đồng Nai city)")
    with pytest.raises(ValueError, match="`area` must be the code of a province, not '99'"):
        say_title("99")


# Targets


def goal(**row):
    plain = {
        "target_id": "T", "scheme": "1336", "area": "VN", "boundaries": "2022",
        "measure": "new_clubs", "nature": "new", "low": 3000.0, "value": 3000.0, "high": 3000.0,
        "scope": "all", "status": "verified", "verdict": "met", "reached_low": 4000.0,
        "reached": 4000.0, "reached_high": 4000.0, "achievement": 4 / 3, "exceedance": 1 / 3,
    }  # fmt: skip
    return {**plain, **row}


def progress(*rows):
    return arrange(pd.DataFrame(rows), PROGRESS)


def test_reached_is_not_exceeded_by():
    assert str(say_targets(progress(goal()))) == (
        "Trong 1 chỉ tiêu, 1 đạt. Vượt nhiều nhất là chỉ tiêu “CLB thành lập mới”:"
        " đạt 133,3% mức phải đạt, tức vượt 33,3% (4.000 so với 3.000)."
        " Mọi chỉ tiêu đều đã đối chiếu với văn bản gốc và có số liệu để kết luận."
    )


def test_nothing_met_and_nothing_read_is_said():
    row = goal(verdict="undetermined", exceedance=np.nan, status="unverified")
    said = str(say_targets(progress(row, {**row, "verdict": "not_comparable"})))
    assert "Chưa chỉ tiêu nào đủ căn cứ để kết luận là đạt." in said
    assert "2 chỉ tiêu chưa đối chiếu được với văn bản gốc; 2 chỉ tiêu chưa kết luận được" in said


def test_the_best_of_several_provinces_is_named_with_its_place():
    rows = progress(goal(area="58"), goal(area="38", exceedance=0.1, achievement=1.1))
    assert "“CLB thành lập mới” của Ninh Thuận" in str(say_targets(rows))


def test_registered_4000_of_3000(sample_observations):
    metrics = compute(
        sample_observations, level="national", as_of="2025-12-31", metrics=["registered_share"]
    )
    assert "4.000 so với 3.000, đạt 133,3%, vượt 33,3%." in str(say_against(metrics))


def test_less_than_planned_is_not_exceeded():
    row = {"metric": "registered_share", "level": "national", "area": "VN", "boundaries": "2022",
           "unit": "ratio", "numerator": 2400.0, "denominator": 3000.0}  # fmt: skip
    assert "đạt 80,0%, còn thiếu 20,0%." in str(say_against(pd.DataFrame([row])))
    assert str(say_against(empty_table(METRIC_ROWS))) == "Chưa có đủ hai số để so sánh."


def test_the_real_targets_count_up(sample_observations):
    rows = measure_progress(sample_observations, read_targets(), as_of="2025-12-31")
    said = sentences_of(say_targets(rows))
    numbers = [int(word) for word in said[0].replace(",", "").split() if word.isdigit()]
    assert numbers[0] == len(rows) == sum(numbers[1:])


# What is missing


def test_missing_names_what_has_no_dated_figure():
    table = observations(
        {"value": 884},
        {"value": 48_600, "indicator": "members", "as_of": None},
        {"value": 0.7, "indicator": "women_share", "unit": "share"},
    )
    said = str(say_missing(table, indicators=["clubs", "members", "women_members"]))
    assert said == (
        "Chưa có số liệu ghi rõ ngày về: thành viên."
        " 1/3 số liệu không ghi rõ ngày nên không đứng trong chuỗi nào."
    )


def test_unreported_provinces_are_counted_and_sorted():
    table = observations(
        {"value": 884}, {"value": 5, "area": "01", "as_of": None}, {"value": 9, "area": "04",
         "boundaries": "2025-07"},
    )  # fmt: skip
    said = str(say_unreported(table, boundaries="2022"))
    assert "của 62/63 tỉnh" in said
    names = said.split(": ", 1)[1].rstrip(".").split(", ")
    assert len(names) == 62
    assert "Thanh Hóa" not in names
    assert "Hà Nội" in names
    assert names.index("Cà Mau") < names.index("Cần Thơ") < names.index("Đà Nẵng")


# Sources


def test_a_citation_names_source_dates_and_link():
    table = observations({"value": 884, "as_of": "2022-10-12", "published": "2022-10-25"})
    assert str(cite(table, SOURCE_LIST)) == (
        '<p class="source">Nguồn: <a href="https://example.vn/a?b=1&amp;c=2">Báo cáo &lt;A&gt;</a>'
        " (Hội NCT); số liệu ngày 12/10/2022; công bố ngày 25/10/2022.</p>"
    )


def test_metrics_are_cited_through_their_facts():
    table = observations(
        {"value": 884}, {"value": 48_600, "indicator": "members", "qualifier": "at_least"}
    )
    metrics = compute(table, level="province", as_of="2022-12-31", metrics=["members_per_club"])
    assert "Báo cáo" in str(cite(metrics, SOURCE_LIST, observations=table))
    with pytest.raises(ValueError, match="`observations` must be given"):
        cite(metrics, SOURCE_LIST)


def test_many_sources_are_counted_and_undated_ones_said():
    table = observations(
        *({"value": n, "source": f"s{n}", "as_of": "2022-12-31" if n else None} for n in range(6))
    )
    assert str(cite(table, SOURCE_LIST)) == (
        '<p class="source">Nguồn: 6 nguồn, nêu tên ở bảng trong trang này;'
        " số liệu ngày 31/12/2022, một phần không rõ ngày.</p>"
    )


def test_sentences_show_themselves_as_markdown():
    said = say_title("38")
    assert said._repr_markdown_() == str(said)


# Excerpts


def test_a_code_is_another_province_on_another_map(sample_observations):
    old = take_province(sample_observations, area="08", boundaries="2022")
    new = take_province(sample_observations, area="08", boundaries="2025-07")
    assert set(old["boundaries"]) <= {"2022", "2025-01"}
    assert set(new["boundaries"]) == {"2025-07"}
    assert not set(old["fact_id"]) & set(new["fact_id"])


def test_districts_and_clubs_lie_in_their_province(sample_observations):
    districts = take_province(sample_observations, area="38", boundaries="2022", part="district")
    assert "Nga Sơn" in set(districts["area_name"])
    clubs = take_province(sample_observations, area="01", boundaries="2022", part="club")
    assert len(clubs) > 0
    assert clubs["area"].str.startswith("ha-noi-").all()


def test_the_breakdown_is_of_one_source_and_day(sample_observations):
    """Thái Nguyên 12/2018: 8 + 75 + 31 + 21 = 135."""
    whole = take_province(sample_observations, area="19", boundaries="2022")
    parts = take_province(sample_observations, area="19", boundaries="2022", part="district")
    found = take_breakdown(parts, whole, indicator="clubs")
    assert found["value"].tolist() == [8.0, 75.0, 31.0, 21.0, 135.0]
    assert found["level"].tolist() == ["district"] * 4 + ["province"]
    assert set(found["source"]) == {"hoinguoicaotuoi-4758"}
    assert take_breakdown(parts.iloc[:1], whole, indicator="clubs").empty
    with pytest.raises(ValueError, match="one that sums over areas, not 'members_per_club'"):
        take_breakdown(parts, whole, indicator="members_per_club")


@pytest.mark.parametrize(
    ("text", "here", "language"),
    [
        ("Hội Người cao tuổi", "en", "vi"),
        ("Hội Người cao tuổi", "vi", ""),
        ("Elderly associations' contributions to the nation praised", "vi", "en"),
        ("Hoa Binh reviews project supporting old people", "vi", "en"),
        ("Promouvoir le rôle des personnes âgées", "vi", "fr"),
        ("Promouvoir le rôle des personnes âgées", "en", "fr"),
        ("Delegación de Myanmar visita modelo de club", "vi", "es"),
        ("Lào Cai", "en", "vi"),
        ("HelpAge", "vi", ""),
        ("Báo An Giang; to 3", "vi", ""),
    ],
)
def test_the_language_of_a_sources_words_is_told_where_the_page_has_another(text, here, language):
    assert language_of(text, lang=here) == language
