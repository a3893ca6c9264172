"""Finished tables in, the words a leader reads first: three sentences, what is missing, the source.

Every sentence is chosen by the data and true in every case: no figure, one, several that contradict
each other, figures without a date. All templates stand in `reference/labels.csv`. The objects
returned show themselves as Markdown in notebooks and pages; `str()` gives the text. Nothing here
reads a file, a clock or a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .areas import read_areas
from .citations import Prose, lead
from .dates import format_date
from .excerpts import name_district, name_province
from .indicators import INDICATORS, METRICS, bare_name
from .notation import format_figure, format_interval, label
from .pace import judge
from .rollup import pick_figures, rank_conflicts
from .schema import METRIC_ROWS, OBSERVATIONS, PROGRESS, VERDICTS, accept
from .wording import (
    Lang,
    add_noun,
    begin_sentence,
    inside_sentence,
    join_words,
    name_measure,
    name_place,
    several,
    unit_of,
    write_bar,
    write_figure,
)

_PLANNED = tuple(name for name, indicator in INDICATORS.items() if indicator.planned)
_SIZE_NORM = (50.0, 70.0)
_NAMED_TARGETS = 6


def say_title(area: str, *, lang: Lang = "vi") -> Prose:
    """Write the title of a province's page, with its name on the old and on the new map.

    Parameters
    ----------
    area : str
        A province's code.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        A heading of the first level. One code can be two provinces: 24 is Bắc Giang among the 63
        and Bắc Ninh among the 34. One that has kept its name and become a city later (Đồng Nai, on
        30 April 2026) has both kinds named, without a day.

    Raises
    ------
    ValueError
        If no map has such a province.

    Examples
    --------
    >>> print(say_title("38"))
    # CLB Liên thế hệ tự giúp nhau tỉnh Thanh Hóa
    >>> print(say_title("24"))  # doctest: +ELLIPSIS
    # CLB Liên thế hệ tự giúp nhau tỉnh Bắc Giang (trước 01/7/2025) và tỉnh Bắc Ninh (từ 01/7/2025)
    """
    old, new = (
        name_province(area, boundaries=vintage, lang=lang) for vintage in ("2025-01", "2025-07")
    )
    if old is None and new is None:
        raise ValueError(f"`area` must be the code of a province, not {area!r}.")
    known = [name for name in (old, new) if name]
    name = known[0]
    if len(set(known)) == 2:
        key = "now" if _has_new_kind_only(area) else "two"
        name = label(f"sentence.title.{key}", lang=lang).format(old=old, new=new)
    return Prose("# " + label("sentence.title.province", lang=lang).format(name=name))


def _has_new_kind_only(area: str) -> bool:
    """Tell whether a province has kept its name and become a city, on a day of its own."""
    names = []
    for vintage in ("2025-01", "2025-07"):
        units = read_areas(boundaries=vintage)
        mine = (units["area"] == area) & (units["level"] == "province")
        names.append(units.loc[mine, "area_name"].tolist())
    return names[0] == names[1]


def say_district_title(area: str, *, lang: Lang = "vi") -> Prose:
    """Write the title of the page of a district before 1 July 2025.

    Parameters
    ----------
    area : str
        A district's code.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        A heading of the first level.

    Raises
    ------
    ValueError
        If there was no such district.

    Examples
    --------
    >>> print(say_district_title("401"))
    # CLB Liên thế hệ tự giúp nhau huyện Nga Sơn, tỉnh Thanh Hóa
    """
    name = name_district(area, lang=lang)
    return Prose("# " + label("sentence.title.province", lang=lang).format(name=name))


def say_national(observations: Any, sums: Any = None, *, lang: Lang = "vi") -> Prose:
    """Say how many clubs and members there are, how that has changed, and what provinces add up to.

    Parameters
    ----------
    observations : data frame
        National observations of scope ``all`` up to the day that counts; others are passed over.
    sums : data frame, optional
        What `roll_up` to the national level gave.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences. Where members fall for certain while clubs rise, the second one says that
        the two figures must be reconciled.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> str(say_national(empty_table(OBSERVATIONS))).split(". ")[0]
    'Chưa có số liệu toàn quốc ghi rõ ngày về số CLB; chưa có số liệu ghi rõ ngày về số thành viên'
    """
    table = accept(observations, OBSERVATIONS)
    national = table.loc[(table["level"] == "national") & (table["scope"] == "all")]
    clubs, members = (_series(national, name) for name in ("clubs", "members"))
    return lead(
        _say_stock(clubs, members, lang),
        _say_change(clubs, members, lang),
        _say_sum(sums, clubs, lang),
    )


def say_province(observations: Any, metrics: Any, *, name: str | None, lang: Lang = "vi") -> Prose:
    """Say what is known of one province on one map: clubs and members, size and fund, and how sure.

    Parameters
    ----------
    observations : data frame
        The province's own observations on one map (`take_province`), undated ones included.
    metrics : data frame
        Its metrics, as `compute` gives them for the same observations.
    name : str or None
        The province's name on that map (`name_province`); None where the map has no such province.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences; one where there is no figure at all.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> nothing = empty_table(OBSERVATIONS), empty_table(METRIC_ROWS)
    >>> print(say_province(*nothing, name="Nam Định"))
    Theo địa giới này chưa thu thập được số liệu nào.
    """
    table, computed = accept(observations, OBSERVATIONS), accept(metrics, METRIC_ROWS)
    if name is None:
        return Prose(label("sentence.province.not_on_map", lang=lang))
    if table.empty:
        return Prose(label("sentence.province.base_none", lang=lang))
    whole = table.loc[table["scope"] == "all"]
    found = {row["metric"]: row for _, row in computed.drop_duplicates("metric").iterrows()}
    found = {name: row for name, row in found.items() if pd.notna(row["value"])}
    return lead(
        _say_clubs(whole, name, lang),
        _say_size(found, lang),
        _say_base(table, lang),
    )


def say_targets(progress: Any, *, lang: Lang = "vi") -> Prose:
    """Say how many targets are met, which one is exceeded most, and what cannot be judged.

    Parameters
    ----------
    progress : data frame
        The progress table.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences; "đạt" is reached / target, "vượt" what lies above it. One sentence where
        there are no targets.

    Examples
    --------
    >>> print(say_targets(pd.DataFrame(columns=PROGRESS.column_names)))
    Không có chỉ tiêu nào trong danh sách này.
    """
    rows = accept(progress, PROGRESS)
    if rows.empty:
        return Prose(label("sentence.targets.none", lang=lang))
    counts = [
        label(f"plot.progress.count.{verdict}", lang=lang).format(n=count)
        for verdict in VERDICTS
        if (count := int((rows["verdict"] == verdict).sum()))
    ]
    first = label("sentence.targets.counts", lang=lang).format(
        total=len(rows), counts=join_words(counts, lang=lang)
    )
    unverified = int((rows["status"] == "unverified").sum())
    open_ones = int(rows["verdict"].isin(["undetermined", "not_comparable"]).sum())
    caveats = [
        label(f"sentence.targets.{key}", lang=lang).format(n=count)
        for key, count in (("unverified", unverified), ("open", open_ones))
        if count
    ]
    last = begin_sentence("; ".join(caveats)) + "." if caveats else ""
    last = last or label("sentence.targets.clear", lang=lang)
    return lead(first, _say_best(rows, lang), last)


def say_against(metrics: Any, *, lang: Lang = "vi") -> Prose:
    """Say how much of a planned number was reached and by how much it was exceeded.

    Parameters
    ----------
    metrics : data frame
        Metrics whose denominator is what was planned (`registered_share`).
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        One sentence per row that has a numerator and a denominator: "đạt" is their ratio, "vượt"
        what lies above the plan, "thiếu" what lies below it.

    Examples
    --------
    >>> row = {"metric": "registered_share", "level": "national", "area": "VN",
    ...        "boundaries": "2022", "value": 4000 / 3000, "unit": "ratio", "numerator": 4000.0,
    ...        "denominator": 3000.0}
    >>> print(say_against(pd.DataFrame([row])))
    Số CLB đăng ký so với chỉ tiêu: 4.000 so với 3.000, đạt 133,3%, vượt 33,3%.
    """
    rows = accept(metrics, METRIC_ROWS)
    known = rows.loc[rows["numerator"].notna() & (rows["denominator"] > 0)]
    if known.empty:
        return Prose(label("sentence.against.none", lang=lang))
    return Prose(" ".join(_say_against(row, lang) for _, row in known.iterrows()))


def _series(rows: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return the dated figures of one indicator, one a day, oldest first."""
    mine = rows.loc[(rows["indicator"] == indicator) & (rows["unit"] != "share")]
    return pick_figures(mine).sort_values("as_of", kind="stable").reset_index(drop=True)


def _day(row: pd.Series, lang: Lang) -> str:
    return format_date(row["as_of"], lang=lang)


def _say_stock(clubs: pd.DataFrame, members: pd.DataFrame, lang: Lang) -> str:
    told = label("sentence.national.no_members", lang=lang)
    if len(members):
        last = members.iloc[-1]
        told = label("sentence.national.members", lang=lang).format(
            members=write_figure(last, lang=lang), date=_day(last, lang)
        )
    if clubs.empty:
        return label("sentence.national.no_clubs", lang=lang).format(members=told)
    last = clubs.iloc[-1]
    return label("sentence.national.clubs", lang=lang).format(
        clubs=write_figure(last, lang=lang), date=_day(last, lang), members=told
    )


def _say_change(clubs: pd.DataFrame, members: pd.DataFrame, lang: Lang) -> str:
    conflict = _say_conflict(clubs, members, lang)
    if len(clubs) < 2:
        key = "one" if len(clubs) else "none"
        return label(f"sentence.national.{key}", lang=lang).format(conflict=conflict)
    first, last = clubs.iloc[0], clubs.iloc[-1]
    key = "up" if _surely_above(last, first) else "down" if _surely_above(first, last) else "same"
    return label(f"sentence.national.{key}", lang=lang).format(
        conflict=conflict,
        first=write_figure(first, lang=lang),
        first_date=_day(first, lang),
        last=write_figure(last, lang=lang),
        last_date=_day(last, lang),
    )


def _say_conflict(clubs: pd.DataFrame, members: pd.DataFrame, lang: Lang) -> str:
    """Name the last fall of members that cannot be doubt alone while clubs did not fall."""
    for place in range(len(members) - 1, 0, -1):
        first, last = members.iloc[place - 1], members.iloc[place]
        if not _surely_above(first, last):
            continue
        before = clubs.loc[clubs["as_of"] <= first["as_of"]]
        after = clubs.loc[clubs["as_of"] >= last["as_of"]]
        if len(before) and len(after) and not _surely_above(before.iloc[-1], after.iloc[0]):
            return label("sentence.national.conflict", lang=lang).format(
                first=write_figure(first, lang=lang),
                first_date=_day(first, lang),
                last=write_figure(last, lang=lang),
                last_date=_day(last, lang),
            )
    return ""


def _surely_above(one: pd.Series, other: pd.Series) -> bool:
    return bool(pd.notna(other["high"]) and one["low"] > other["high"])


def _say_sum(sums: Any, clubs: pd.DataFrame, lang: Lang) -> str:
    rows = pd.DataFrame() if sums is None else sums
    if len(rows):
        rows = rows.loc[(rows["indicator"] == "clubs") & (rows["scope"] == "all")]
    if rows.empty:
        return label("sentence.national.no_sum", lang=lang)
    total = rows.iloc[-1]
    share = ""
    if len(clubs) and clubs.iloc[-1]["value"] > 0:
        part = format_figure(
            total["value"] / clubs.iloc[-1]["value"], unit="share", lang=lang, digits=1
        )
        share = label("sentence.national.sum_share", lang=lang).format(share=part)
    reported, expected = int(total["n_reported"]), int(total["n_expected"])
    key = "sum_all" if reported == expected else "sum"
    return label(f"sentence.national.{key}", lang=lang).format(
        n=reported,
        total=expected,
        date=_day(total, lang),
        sum=format_figure(total["value"], unit="clubs", lang=lang),
        share=share,
    )


def _say_clubs(whole: pd.DataFrame, name: str, lang: Lang) -> str:
    clubs, members = _series(whole, "clubs"), _series(whole, "members")
    told = label("sentence.province.no_members", lang=lang)
    if len(members):
        same = len(clubs) and clubs.iloc[-1]["as_of"] == members.iloc[-1]["as_of"]
        key = "members_same" if same else "members_other"
        told = label(f"sentence.province.{key}", lang=lang).format(
            members=write_figure(members.iloc[-1], lang=lang), date=_day(members.iloc[-1], lang)
        )
    words = {"name": begin_sentence(name), "members": told}
    if len(clubs):
        last = clubs.iloc[-1]
        words |= {"clubs": write_figure(last, lang=lang), "date": _day(last, lang)}
        return label("sentence.province.clubs", lang=lang).format(**words)
    words["name"] = name
    undated = whole.loc[(whole["indicator"] == "clubs") & (whole["unit"] != "share")]
    if undated.empty:
        return label("sentence.province.no_clubs", lang=lang).format(**words)
    numbers = join_words(
        dict.fromkeys(write_figure(row, lang=lang) for _, row in undated.iterrows()), lang=lang
    )
    return label("sentence.province.undated", lang=lang).format(clubs=numbers, **words)


def _say_size(found: Mapping[str, pd.Series], lang: Lang) -> str:
    more = _say_coverage(found, lang) + _say_fund(found, lang)
    if "members_per_club" not in found:
        return label("sentence.province.size.none", lang=lang).format(more=more)
    row = found["members_per_club"]
    low, high = row["low"], row["high"]
    verdict = judge(low, high, bar_low=_SIZE_NORM[0], bar_high=_SIZE_NORM[1], direction="band")
    outside = "high" if low > _SIZE_NORM[1] else "low"
    key = outside if verdict == "not_met" else verdict
    size = add_noun(write_figure(row, lang=lang), label("sentence.province.member", lang=lang))
    if "lag" in str(row["flags"]).split(";"):
        days = f"{row['lag_days']:.0f}"
        size = label("sentence.province.size.lag", lang=lang).format(size=size, days=days)
    return label(f"sentence.province.size.{key}", lang=lang).format(size=size, more=more)


def _say_coverage(found: Mapping[str, pd.Series], lang: Lang) -> str:
    if "commune_coverage" not in found:
        return ""
    row = found["commune_coverage"]
    parts = ""
    if pd.notna(row["numerator"]) and pd.notna(row["denominator"]):
        parts = " " + label("sentence.province.coverage_parts", lang=lang).format(
            over=format_figure(row["numerator"], lang=lang),
            under=format_figure(row["denominator"], lang=lang),
        )
    return label("sentence.province.coverage", lang=lang).format(
        figure=write_figure(row, lang=lang), parts=parts
    )


def _say_fund(found: Mapping[str, pd.Series], lang: Lang) -> str:
    name = "income_fund_per_club_vnd"
    if name not in found:
        return ""
    return label("sentence.province.fund", lang=lang).format(
        figure=write_figure(found[name], lang=lang)
    )


def _say_base(table: pd.DataFrame, lang: Lang) -> str:
    """Say on how many figures the page rests, of which day, and what troubles them."""
    dated = table.loc[table["as_of"].notna()]
    words = {"n": str(len(table)), "sources": str(table["source"].nunique())}
    if dated.empty:
        return label("sentence.province.base_undated", lang=lang).format(**words)
    rivals = rank_conflicts(table)
    caveats = [
        label(f"sentence.province.{key}", lang=lang).format(n=count)
        for key, count in (
            ("undated_count", len(table) - len(dated)),
            ("rival_count", rivals[["indicator", "scope"]].drop_duplicates().shape[0]),
        )
        if count
    ]
    newest = dated.loc[~dated["indicator"].isin(_PLANNED), "as_of"].max()
    newest_words = ""
    if pd.notna(newest):
        newest_words = label("sentence.province.newest", lang=lang).format(
            date=format_date(newest, lang=lang)
        )
    return label("sentence.province.base", lang=lang).format(
        newest=newest_words, caveats="".join(caveats), **words
    )


def _say_against(row: pd.Series, lang: Lang) -> str:
    share = row["numerator"] / row["denominator"]
    over, under = (
        format_figure(row[side], unit=unit_of(bare_name(names[0][0])), lang=lang)
        for side, names in (
            ("numerator", METRICS[row["metric"]].numerator),
            ("denominator", METRICS[row["metric"]].denominator),
        )
    )
    key = "exceeded" if share > 1 else "reached" if share == 1 else "short"
    return label(f"sentence.against.{key}", lang=lang).format(
        measure=name_measure(row["metric"], lang=lang),
        over=over,
        under=under,
        share=format_figure(share, unit="share", lang=lang, digits=1),
        apart=format_figure(abs(share - 1), unit="share", lang=lang, digits=1),
    )


def _say_best(rows: pd.DataFrame, lang: Lang) -> str:
    met = rows.loc[rows["verdict"] == "met"]
    if met.empty:
        return label("sentence.targets.none_met", lang=lang)
    exceeded = met.loc[met["exceedance"] > 0]
    if exceeded.empty:
        names = dict.fromkeys(
            inside_sentence(name_measure(measure, lang=lang)) for measure in met["measure"]
        )
        return label("sentence.targets.met", lang=lang).format(
            names=join_words(list(names)[:_NAMED_TARGETS], lang=lang)
        )
    best = exceeded.iloc[int(exceeded["exceedance"].argmax())]
    reached = (best["reached_low"], best["reached"], best["reached_high"])
    place = ""
    if several(rows["area"]) and best["area"] != "VN":
        place = " " + label("sentence.targets.place", lang=lang).format(
            place=name_place(best, lang=lang)
        )
    return label("sentence.targets.best", lang=lang).format(
        measure=name_measure(best["measure"], lang=lang),
        place=place,
        share=format_figure(best["achievement"], unit="share", lang=lang, digits=1),
        more=format_figure(best["exceedance"], unit="share", lang=lang, digits=1),
        reached=format_interval(*reached, unit=unit_of(best["measure"]), lang=lang),
        bar=write_bar(best, lang=lang),
    )
