"""One finished table of the fund, coverage or scenario pages in, the same table for reading out.

The conventions are those of `tables`: units and doubt in words, sources reached through fact ids,
nothing filtered, sorted or computed here but rounding.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .display import DisplayTable, display, fact_source_column, write_column, write_date
from .notation import MISSING_TEXT, format_figure, format_interval, label
from .scenarios import CAPITAL_PER_CLUB_VND
from .wording import Lang, several


def style_scenarios(
    table: pd.DataFrame,
    *,
    observations: Any = None,
    sources: Any = None,
    caption: str = "",
    lang: Lang = "vi",
) -> DisplayTable:
    """Show scenarios: pace, clubs then, when the target is reached, or why there is no answer.

    Parameters
    ----------
    table : DataFrame
        As `make_scenarios` gives it.
    observations, sources : data frame, optional
        Where the sources of each row are looked up.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per place, year and scenario.

    Examples
    --------
    >>> columns = ["area", "fact_ids", "reason"]
    >>> style_scenarios(pd.DataFrame(columns=columns)).caption
    'Kịch bản, là phép tính chứ không phải dự báo: không có'
    """
    rows = table
    some = bool(len(rows)) and rows["clubs_then"].notna().any()
    columns = [
        write_column("area", rows, lambda row: row["area_name"], lang)
        if several(rows["area"])
        else None,
        write_column(
            "scenario",
            rows,
            lambda row: label(f"scenario.{row['scenario']}", lang=lang),
            lang,
            width="medium",
        ),
        write_column("year", rows, lambda row: str(row["year"]), lang, "number"),
        write_column("start", rows, lambda row: _write_start(row, lang), lang, "number"),
        write_column("per_year", rows, lambda row: _write_ends(row, "per_year", lang), lang,
                     "number")
        if some
        else None,
        write_column("clubs_then", rows, lambda row: _write_ends(row, "clubs_then", lang), lang,
                     "number")
        if some
        else None,
        write_column("aim", rows, lambda row: _write_ends(row, "target", lang), lang, "number")
        if len(rows) and rows["target"].notna().any()
        else None,
        write_column("reached_on", rows, lambda row: _write_days(row, lang), lang, "number")
        if len(rows) and rows["reached_on"].notna().any()
        else None,
        write_column("refused", rows, lambda row: _write_reason(row["reason"], lang), lang,
                     width="medium")
        if rows["reason"].notna().any()
        else None,
        fact_source_column(rows, observations, sources, lang),
    ]  # fmt: skip
    return display(columns, caption or label("table.caption.scenarios", lang=lang), rows, lang)


def style_startup_need(
    table: pd.DataFrame, *, caption: str = "", lang: Lang = "vi"
) -> DisplayTable:
    """Show the start-up capital that the added clubs need, at each sum per club.

    Parameters
    ----------
    table : DataFrame
        As `make_scenarios` gives it.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per place, year and scenario; a dash where the scenario cannot be given.

    Examples
    --------
    >>> style_startup_need(pd.DataFrame(columns=["area"])).caption
    'Vốn ban đầu cần có cho các CLB thêm: không có'
    """
    columns = [
        write_column("area", table, lambda row: row["area_name"], lang)
        if several(table["area"])
        else None,
        write_column(
            "scenario",
            table,
            lambda row: label(f"scenario.{row['scenario']}", lang=lang),
            lang,
            width="medium",
        ),
        write_column("year", table, lambda row: str(row["year"]), lang, "number"),
        write_column(
            "added", table, lambda row: _write_ends(row, "new_clubs", lang), lang, "number"
        ),
        *(
            write_column(
                f"at_{round(each / 1e6)}m", table, _writer_of_money(each, lang), lang, "number"
            )
            for each in CAPITAL_PER_CLUB_VND
        ),
    ]
    return display(columns, caption or label("table.caption.startup_need", lang=lang), table, lang)


def style_boundary_effect(
    table: pd.DataFrame,
    *,
    observations: Any = None,
    sources: Any = None,
    caption: str = "",
    lang: Lang = "vi",
) -> DisplayTable:
    """Show coverage on the old map and what the same clubs give on the new one.

    Parameters
    ----------
    table : DataFrame
        As `redraw_coverage` gives it.
    observations, sources : data frame, optional
        Where the sources of each row are looked up.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per place: communes before and after, the mean over all ways the same clubs can
        lie, what is possible, and the boundary effect in percentage points.

    Examples
    --------
    >>> style_boundary_effect(pd.DataFrame(columns=["area", "fact_ids"])).caption
    'Tỉ lệ xã có CLB khi tính lại trên xã mới: không có'
    """
    same = "coverage_same_clubs"
    columns = [
        write_column("area", table, lambda row: row["area_name"], lang),
        write_column("date", table, lambda row: write_date(row["as_of"], lang), lang, "number"),
        write_column("old_map", table, lambda row: _parts(row, lang), lang, "number"),
        write_column(
            "old_share", table, lambda row: _share(row["coverage_before"], lang), lang, "number"
        ),
        write_column(
            "new_communes", table, lambda row: _clubs(row["communes_after"], lang), lang, "number"
        ),
        write_column(
            "same_clubs", table, lambda row: _share(row[f"{same}_value"], lang), lang, "number"
        ),
        write_column("possible", table, lambda row: _between(row, same, lang), lang, "number"),
        write_column(
            "likely", table, lambda row: _between(row, f"{same}_likely", lang), lang, "number"
        ),
        write_column(
            "boundary_effect",
            table,
            lambda row: _points(row["boundary_effect_value"], lang),
            lang,
            "number",
        ),
        fact_source_column(table, observations, sources, lang),
    ]
    caption = caption or label("table.caption.boundary_effect", lang=lang)
    return display(columns, caption, table, lang)


def style_means(
    table: pd.DataFrame,
    *,
    observations: Any = None,
    sources: Any = None,
    caption: str = "",
    lang: Lang = "vi",
) -> DisplayTable:
    """Show printed means of the fund per club beside the means worked out anew.

    Parameters
    ----------
    table : DataFrame
        As `compare_means` gives it.
    observations, sources : data frame, optional
        Where the sources of each row are looked up.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per printed mean, with what it was divided by.

    Examples
    --------
    >>> style_means(pd.DataFrame(columns=["area", "fact_ids"])).caption
    'Quỹ bình quân một CLB: số in sẵn và số tính lại: không có'
    """
    columns = [
        write_column("area", table, lambda row: row["area_name"], lang),
        write_column("date", table, lambda row: write_date(row["as_of"], lang), lang, "number"),
        write_column("printed_mean", table, lambda row: _bounds(row, "", lang), lang, "number"),
        write_column("by_clubs", table, lambda row: _bounds(row, "clubs", lang), lang, "number"),
        write_column("by_funded", table, lambda row: _bounds(row, "funded", lang), lang, "number"),
        write_column(
            "divided_by",
            table,
            lambda row: label(f"means.{row['denominator']}", lang=lang),
            lang,
            width="medium",
        ),
        fact_source_column(table, observations, sources, lang),
    ]
    return display(columns, caption or label("table.caption.means", lang=lang), table, lang)


def _clubs(number: float, lang: Lang) -> str:
    return MISSING_TEXT if pd.isna(number) else format_figure(round(number), lang=lang)


def _share(share: float, lang: Lang) -> str:
    if pd.isna(share):
        return MISSING_TEXT
    return format_figure(share, unit="share", lang=lang, digits=1)


def _points(share: float, lang: Lang) -> str:
    if pd.isna(share):
        return MISSING_TEXT
    points = format_figure(round(abs(share) * 100, 1), lang=lang)
    return f"{'−' if share < 0 else '+'}{points}"


def _between(row: pd.Series, column: str, lang: Lang) -> str:
    low, high = row[f"{column}_low"], row[f"{column}_high"]
    return MISSING_TEXT if pd.isna(low) else f"{_share(low, lang)}–{_share(high, lang)}"


def _parts(row: pd.Series, lang: Lang) -> str:
    return f"{_clubs(row['covered'], lang)} / {_clubs(row['communes_before'], lang)}"


def _bounds(row: pd.Series, name: str, lang: Lang) -> str:
    low, value, high = (
        (row["low"], row["value"], row["high"])
        if not name
        else (row[f"{name}_low"], row[name], row[f"{name}_high"])
    )
    if pd.isna(value):
        return MISSING_TEXT
    return format_interval(low, value, high, unit="VND", lang=lang)


def _write_start(row: pd.Series, lang: Lang) -> str:
    return f"{_clubs(row['clubs'], lang)} ({write_date(row['as_of'], lang)})"


def _write_ends(row: pd.Series, name: str, lang: Lang) -> str:
    """Write a whole number, and behind it the bounds where it is not sure."""
    middle = _clubs(row[name], lang)
    low, high = (_clubs(row.get(f"{name}_{end}", row[name]), lang) for end in ("low", "high"))
    return middle if low == high or middle == MISSING_TEXT else f"{middle} ({low}–{high})"


def _write_days(row: pd.Series, lang: Lang) -> str:
    """Write the day a target is reached, and the first and last day it may be."""
    first, middle, last = (row.get(f"reached_{end}", row["reached_on"]) for end in
                           ("first", "on", "last"))  # fmt: skip
    if pd.isna(first) or first == last:
        return write_date(middle, lang)
    key = "scenario.reached_from" if pd.isna(last) else "scenario.reached_between"
    days = {"first": write_date(first, lang), "last": write_date(last, lang)}
    said = label(key, lang=lang).format(**days)
    return said if pd.isna(middle) else f"{write_date(middle, lang)} ({said})"


def _write_reason(reason: Any, lang: Lang) -> str:
    return "" if pd.isna(reason) else label(f"scenario.reason.{reason}", lang=lang)


def _writer_of_money(each: float, lang: Lang) -> Any:
    """Return what writes the sum at `each` đồng a club, in whole millions."""
    column = f"capital_at_{round(each / 1e6)}m_vnd"

    def write(row: pd.Series) -> str:
        if pd.isna(row[column]):
            return MISSING_TEXT
        ends = [
            round(row.get(f"new_clubs_{end}", row["new_clubs"]) * each / 1e6) * 1e6
            if pd.notna(row.get(f"new_clubs_{end}", row["new_clubs"]))
            else float("nan")
            for end in ("low", "high")
        ]
        middle = round(row[column] / 1e6) * 1e6
        return format_interval(ends[0], middle, ends[1], unit="VND", lang=lang)

    return write
