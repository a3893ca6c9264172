"""Finished tables in, the three sentences that open the fund, coverage and scenario pages out.

As in `sentences`, each one is chosen by the data and true in every case: no figure, one, several
that contradict each other. Nothing here reads a file, a clock or a setting.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .areas import same_map
from .citations import Prose, lead
from .dates import format_date
from .notation import format_figure, format_interval, label
from .schema import METRIC_ROWS, OBSERVATIONS, accept
from .wording import Lang, write_figure

_BORROWING_NORM = 0.5


def say_funds(observations: Any, metrics: Any, means: pd.DataFrame, *, lang: Lang = "vi") -> Prose:
    """Say where the fund is largest, what printed means rest on, and how many members borrow.

    Parameters
    ----------
    observations : data frame
        All observations; whether a price index is among them is said.
    metrics : data frame
        Metrics of provinces: ``income_fund_vnd``, ``income_fund_per_club_vnd``,
        ``borrowing_share``; others are passed over.
    means : DataFrame
        As `compare_means` gives it.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> nothing = empty_table(OBSERVATIONS), empty_table(METRIC_ROWS)
    >>> str(say_funds(*nothing, pd.DataFrame({"denominator": []}))).split(". ")[0]
    'Chưa có số liệu ghi rõ ngày về quỹ tăng thu nhập của tỉnh nào'
    """
    table, rows = accept(observations, OBSERVATIONS), accept(metrics, METRIC_ROWS)
    rows = rows.loc[rows["value"].notna()]
    priced = bool((table["indicator"] == "consumer_price_index").sum() > 1)
    real = label(f"sentence.funds.{'real' if priced else 'nominal'}", lang=lang)
    return lead(
        _say_largest_fund(rows, lang),
        _say_means(means, lang),
        _say_borrowing(rows, lang).format(real=real),
    )


def say_coverage(metrics: Any, effect: pd.DataFrame, *, lang: Lang = "vi") -> Prose:
    """Say how far coverage is known on each map, and what the new communes do to it by themselves.

    Parameters
    ----------
    metrics : data frame
        Metrics of provinces; ``commune_coverage`` is used.
    effect : DataFrame
        As `redraw_coverage` gives it.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences: the map of 63 provinces, the map of 34, the boundary effect of the place
        with most communes covered.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> effect = pd.DataFrame({"coverage_same_clubs_value": []})
    >>> str(say_coverage(empty_table(METRIC_ROWS), effect)).split(". ")[0]
    'Trên bản đồ 63 tỉnh, chưa tỉnh nào có đủ số xã có CLB và tổng số xã'
    """
    rows = accept(metrics, METRIC_ROWS)
    rows = rows.loc[(rows["metric"] == "commune_coverage") & rows["value"].notna()]
    maps = pd.Series([same_map("province", vintage) for vintage in rows["boundaries"]],
                     index=rows.index, dtype="object")  # fmt: skip
    said = [_say_map(rows.loc[maps == number], number, lang) for number in ("63", "34")]
    return lead(*said, _say_effect(effect, lang))


def say_scenarios(national: pd.DataFrame, provinces: pd.DataFrame, *, lang: Lang = "vi") -> Prose:
    """Say what the paces of the past give, what meeting the target costs, and what cannot be said.

    Parameters
    ----------
    national, provinces : DataFrame
        As `make_scenarios` gives them for the two levels.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences, the first of which says that this is arithmetic and no forecast.

    Examples
    --------
    >>> nothing = pd.DataFrame({"area": [], "boundaries": [], "scenario": [], "year": []})
    >>> print(say_scenarios(nothing, nothing))  # doctest: +ELLIPSIS
    Các kịch bản là phép tính từ số đã công bố, không phải dự báo; chưa có số CLB toàn quốc ...
    """
    return lead(
        _say_paces(national, lang), _say_need(national, lang), _say_refused(provinces, lang)
    )


def _say_largest_fund(rows: pd.DataFrame, lang: Lang) -> str:
    funds = rows.loc[rows["metric"] == "income_fund_vnd"]
    if funds.empty:
        return label("sentence.funds.none", lang=lang)
    top = funds.iloc[int(funds["low"].fillna(-1.0).argmax())]
    same = ["area", "boundaries", "as_of"]
    each = rows.loc[
        (rows["metric"] == "income_fund_per_club_vnd") & (rows[same] == top[same]).all(axis=1)
    ]
    mean = ""
    if len(each):
        mean = label("sentence.funds.mean", lang=lang).format(
            mean=write_figure(each.iloc[0], lang=lang)
        )
    key = (
        "sentence.funds.one"
        if len(funds["area"].drop_duplicates()) == 1
        else "sentence.funds.largest"
    )
    return label(key, lang=lang).format(
        n=funds[["area", "boundaries"]].drop_duplicates().shape[0],
        place=top["area_name"],
        fund=write_figure(top, lang=lang),
        date=format_date(top["as_of"], lang=lang),
        mean=mean,
    )


def _say_means(means: pd.DataFrame, lang: Lang) -> str:
    if means.empty:
        return label("sentence.funds.no_means", lang=lang)
    counts = means["denominator"].value_counts()
    known = len(means) - int(counts.get("unknown", 0))
    if not known:
        return label("sentence.funds.means_unknown", lang=lang).format(n=len(means))
    named = [
        label(f"sentence.funds.divided.{name}", lang=lang).format(n=int(counts[name]))
        for name in ("clubs", "clubs_with_fund", "either", "neither")
        if counts.get(name, 0)
    ]
    return label("sentence.funds.means", lang=lang).format(
        n=len(means), known=known, counts=", ".join(named)
    )


def _say_borrowing(rows: pd.DataFrame, lang: Lang) -> str:
    shares = rows.loc[rows["metric"] == "borrowing_share"]
    if shares.empty:
        return label("sentence.funds.no_borrowing", lang=lang)
    top = shares.iloc[int(shares["value"].argmax())]
    sure = int((shares["low"] >= _BORROWING_NORM).sum())
    below = int((shares["high"] < _BORROWING_NORM).sum())
    return label("sentence.funds.borrowing", lang=lang).format(
        n=len(shares),
        met=sure,
        below=below,
        open=len(shares) - sure - below,
        place=top["area_name"],
        share=write_figure(top, lang=lang),
        real="{real}",
    )


def _say_map(rows: pd.DataFrame, number: str, lang: Lang) -> str:
    if rows.empty:
        return label("sentence.coverage.none", lang=lang).format(number=number)
    top = rows.iloc[int(rows["value"].argmax())]
    parts = ""
    if pd.notna(top["numerator"]) and pd.notna(top["denominator"]):
        parts = label("sentence.coverage.parts", lang=lang).format(
            over=format_figure(top["numerator"], lang=lang),
            under=format_figure(top["denominator"], lang=lang),
        )
    key = "one" if len(rows) == 1 else "many"
    return label(f"sentence.coverage.{key}", lang=lang).format(
        number=number,
        n=len(rows),
        place=top["area_name"],
        share=write_figure(top, lang=lang),
        parts=parts,
        date=format_date(top["as_of"], lang=lang),
    )


def _say_effect(effect: pd.DataFrame, lang: Lang) -> str:
    known = effect.loc[effect["coverage_same_clubs_value"].notna()]
    if known.empty:
        return label("sentence.coverage.no_effect", lang=lang)
    row = known.iloc[int(known["covered"].astype("float64").argmax())]
    shares = {
        name: format_figure(row[column], unit="share", lang=lang, digits=1)
        for name, column in (
            ("before", "coverage_before"),
            ("after", "coverage_same_clubs_value"),
            ("low", "coverage_same_clubs_low"),
            ("high", "coverage_same_clubs_high"),
        )
    }
    return label("sentence.coverage.effect", lang=lang).format(place=row["area_name"], **shares)


def _say_paces(table: pd.DataFrame, lang: Lang) -> str:
    known = table.loc[table["scenario"].isin(["continue", "mean_of_period"])]
    known = known.loc[known["clubs_then"].notna()] if len(known) else known
    if table.empty:
        return label("sentence.scenarios.none", lang=lang)
    if known.empty:
        return label("sentence.scenarios.one_point", lang=lang)
    year = int(known["year"].min())
    rows = known.loc[known["year"] == year]
    then = {
        row["scenario"]: _say_ends(row, "clubs_then", lang)
        for _, row in rows.drop_duplicates("scenario").iterrows()
    }
    return label("sentence.scenarios.paces", lang=lang).format(
        year=year, last=then["continue"], mean=then["mean_of_period"]
    )


def _say_ends(row: pd.Series, name: str, lang: Lang) -> str:
    """Say a whole number by its bounds where it is not sure."""
    ends = [row.get(f"{name}_low", row[name]), row[name], row.get(f"{name}_high", row[name])]
    low, value, high = (round(end) if pd.notna(end) else end for end in ends)
    return format_interval(low, value, high, lang=lang)


def _say_need(table: pd.DataFrame, lang: Lang) -> str:
    known = table.loc[table["scenario"] == "required"]
    known = known.loc[known["new_clubs"].notna()] if len(known) else known
    if known.empty:
        return label("sentence.scenarios.no_target", lang=lang)
    row = known.sort_values("year").iloc[0]
    if row["new_clubs"] <= 0:
        return label("sentence.scenarios.already", lang=lang).format(
            target=format_figure(row["target"], lang=lang), year=row["year"]
        )
    return label("sentence.scenarios.need", lang=lang).format(
        target=_say_ends(row, "target", lang),
        year=row["year"],
        added=_say_ends(row, "new_clubs", lang),
        per_year=_say_ends(row, "per_year", lang),
        low=format_figure(row["capital_at_20m_vnd"], unit="VND", lang=lang),
        high=format_figure(row["capital_at_130m_vnd"], unit="VND", lang=lang),
    )


def _say_refused(table: pd.DataFrame, lang: Lang) -> str:
    if table.empty:
        return label("sentence.scenarios.no_provinces", lang=lang)
    places = table.loc[table["scenario"] == "continue"].drop_duplicates(["area", "boundaries"])
    refused = int((places["reason"] == "one_point").sum())
    key = "all_provinces" if not refused else "refused"
    return label(f"sentence.scenarios.{key}", lang=lang).format(n=len(places), refused=refused)
