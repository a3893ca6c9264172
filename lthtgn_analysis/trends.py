"""Dated figures of one measure of one area in, a drawn series out.

The conventions are those of `plots`. Only figures of the same map are joined; a rival figure of the
same day is shown and never joined; what is undated is not drawn but counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .areas import same_map
from .dates import format_date
from .drawing import (
    CONTRAST,
    LABEL_SIZE,
    MAIN,
    PAPER,
    PointLabel,
    finish,
    format_axis,
    place_labels,
    say_nothing,
    take_axes,
)
from .marks import (
    demand_one,
    draw_band,
    draw_doubt,
    say_none,
    take_rows,
)
from .notation import label
from .rollup import pick_figures
from .wording import (
    Lang,
    measure_of,
    name_measure,
    several,
    write_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_trend(
    table: Any,
    *,
    ax: Axes | None = None,
    band: tuple[float, float] | None = None,
    lang: Lang = "vi",
) -> Axes:
    """Draw the dated figures of one measure of one area, with their doubt.

    Parameters
    ----------
    table : data frame
        Observations or metrics of one indicator or metric, one area and one scope. Undated rows
        cannot be drawn and are counted in the alternative text.
    ax : Axes, optional
        Where to draw; pyplot's current Axes if not given.
    band : tuple of float, optional
        A norm to show behind the figures, in base units.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        Points with their intervals (an open one ends in an arrow head); a line joins figures of
        the same map only; figures that another source gives for the same day are hollow.

    Raises
    ------
    ValueError
        If the table holds more than one measure, area or scope.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": "clubs", "level": "national", "area": "VN",
    ...     "boundaries": "2022", "as_of": pd.to_datetime(["2021-12-31", "2024-12-31"]),
    ...     "low": [3400.0, 8432.0], "value": [3500.0, 8432.0], "high": [3500.0, 8432.0],
    ...     "unit": "clubs"})
    >>> plot_trend(rows).get_title(loc="left").replace(chr(10), " ")
    'Số CLB tăng từ tối đa 3.500 (31/12/2021) lên 8.432 (31/12/2024)'
    """
    axes, rows = take_axes(ax), take_rows(table)
    demand_one(rows, "area", "scope")
    if rows.empty:
        return say_nothing(axes, title=say_none(None, lang))
    measure, unit = measure_of(rows.iloc[0]), rows["unit"].iloc[0]
    name = name_measure(measure, lang=lang)
    dated = rows.loc[rows["as_of"].notna() & rows["value"].notna()]
    if dated.empty:
        title = label("plot.undated_only", lang=lang).format(measure=name, n=len(rows))
        return say_nothing(axes, title=title)
    taken = _pick(dated).sort_values("as_of", kind="stable")
    rivals = _rivals_of(dated, taken)
    for _, series in taken.groupby("map", sort=False):
        axes.plot(series["as_of"], series["value"], color=MAIN, linewidth=1.6, zorder=2)
    draw_doubt(axes, dated, upright=True)
    axes.scatter(taken["as_of"], taken["value"], s=34, color=MAIN, zorder=4)
    if len(rivals):
        axes.scatter(rivals["as_of"], rivals["value"], s=34, facecolor=PAPER, edgecolor=CONTRAST,
                     linewidth=1.6, zorder=4)  # fmt: skip
    draw_band(axes, band, unit=unit, upright=True, lang=lang)
    _limit_trend(axes, dated, band)
    largest = axes.get_ylim()[1]
    format_axis(axes.yaxis, unit=unit, name=name, largest=largest, lang=lang)
    _write_days(axes)
    axes.grid(visible=False, axis="x")
    place_labels(axes, _trend_labels(taken, rivals, lang), lines=_lines_of(taken))
    if len(rivals):
        axes.annotate(
            "○ " + label("plot.trend.rivals", lang=lang),
            (0, 0), xytext=(0, -30), xycoords="axes fraction", textcoords="offset points",
            fontsize=LABEL_SIZE, color=CONTRAST, va="top",
        )  # fmt: skip
    if len(axes.figure.axes) == 1:
        axes.figure.ends_matter = True  # type: ignore[union-attr]
    title = _trend_title(taken, dated, name, lang)
    return finish(axes, title=title, alt=_trend_alt(title, rows, dated, lang))


def _pick(dated: pd.DataFrame) -> pd.DataFrame:
    """Return one figure a day, with its map; metrics have only one already."""
    if "indicator" in dated:
        return pick_figures(dated)
    maps = [same_map(*pair) for pair in dated[["level", "boundaries"]].itertuples(index=False)]
    return dated.assign(map=maps)


def _rivals_of(dated: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    if "fact_id" not in dated:
        return dated.iloc[:0]
    others = dated.loc[~dated["fact_id"].isin(taken["fact_id"])]
    same = others.merge(
        taken[["as_of", "boundaries", "value"]], on=["as_of", "boundaries", "value"]
    )
    return others.loc[~others["fact_id"].isin(same["fact_id"])]


def _limit_trend(axes: Axes, dated: pd.DataFrame, band: tuple[float, float] | None) -> None:
    from matplotlib.dates import date2num

    tops = [dated["high"].max(), dated["value"].max(), band[1] if band else np.nan]
    axes.set_ylim(0, max(float(np.nanmax(tops)) * 1.18, 1e-9))
    days = date2num(dated["as_of"])
    room = max((days.max() - days.min()) * 0.09, 60)
    axes.set_xlim(days.min() - room, days.max() + room)


def _write_days(axes: Axes) -> None:
    from matplotlib.dates import DateFormatter, MonthLocator, YearLocator

    left, right = axes.get_xlim()
    years = (right - left) / 365.25
    if years < 2:
        axes.xaxis.set_major_locator(MonthLocator(interval=max(round(years * 12 / 4), 1)))
        axes.xaxis.set_major_formatter(DateFormatter("%m/%Y"))
    else:
        axes.xaxis.set_major_locator(YearLocator(base=max(round(years / 7), 1)))
        axes.xaxis.set_major_formatter(DateFormatter("%Y"))


def _trend_labels(taken: pd.DataFrame, rivals: pd.DataFrame, lang: Lang) -> list[PointLabel]:
    """Label the last figure first, then the first, the rivals, the others from the newest."""
    from matplotlib.dates import date2num

    ranks = [*range(10, 10 + len(taken))][::-1]
    ranks[0] = 1
    ranks[-1] = 0
    rows = [*zip(ranks, taken.iterrows(), strict=True), *((2, one) for one in rivals.iterrows())]
    return [
        PointLabel(float(date2num(row["as_of"])), row["value"], write_figure(row, lang=lang), rank)
        for rank, (_, row) in rows
    ]


def _lines_of(taken: pd.DataFrame) -> list[list[tuple[float, float]]]:
    from matplotlib.dates import date2num

    return [
        [*zip(date2num(series["as_of"]), series["value"], strict=True)]
        for _, series in taken.groupby("map", sort=False)
    ]


def _trend_title(taken: pd.DataFrame, dated: pd.DataFrame, name: str, lang: Lang) -> str:
    newest = taken.loc[taken["map"] == taken["map"].iloc[-1]]
    ending = label("plot.trend.other_map", lang=lang) if several(taken["map"]) else ""
    first, last = newest.iloc[0], newest.iloc[-1]
    words = {
        "measure": name,
        "first": write_figure(first, lang=lang),
        "first_date": format_date(first["as_of"], lang=lang),
        "last": write_figure(last, lang=lang),
        "last_date": format_date(last["as_of"], lang=lang),
        "figure": write_figure(last, lang=lang),
        "date": format_date(last["as_of"], lang=lang),
    }
    same_day = dated.loc[
        (dated["as_of"] == last["as_of"]) & dated["boundaries"].eq(last["boundaries"])
    ]
    if len(newest) > 1:
        told = label(f"plot.trend.{_direction(first, last)}", lang=lang).format(**words)
        return told + _peak_words(newest, lang) + ending
    if several(same_day["value"]):
        ends = [same_day["value"].idxmin(), same_day["value"].idxmax()]
        words |= {"n": str(same_day["value"].nunique())}
        words |= {end: write_figure(same_day.loc[at], lang=lang)
                  for end, at in zip(("low", "high"), ends, strict=True)}  # fmt: skip
        return label("plot.trend.rivals_only", lang=lang).format(**words) + ending
    return label("plot.trend.one", lang=lang).format(**words) + ending


def _peak_words(series: pd.DataFrame, lang: Lang) -> str:
    """Name the highest figure where it is surely above the last: first and last hide a fall."""
    peak, last = series.iloc[int(series["low"].argmax())], series.iloc[-1]
    if pd.isna(last["high"]) or not peak["low"] > last["high"] or peak.equals(series.iloc[0]):
        return ""
    return label("plot.trend.peak", lang=lang).format(
        figure=write_figure(peak, lang=lang), date=format_date(peak["as_of"], lang=lang)
    )


def _direction(first: pd.Series, last: pd.Series) -> str:
    """Say which way a figure has gone, as far as the bounds allow."""
    first_high = np.inf if pd.isna(first["high"]) else first["high"]
    last_high = np.inf if pd.isna(last["high"]) else last["high"]
    if last["low"] > first_high:
        return "up"
    if last_high < first["low"]:
        return "down"
    exact = first["low"] == first_high == last["low"] == last_high
    return "same" if exact else "unsure"


def _trend_alt(title: str, rows: pd.DataFrame, dated: pd.DataFrame, lang: Lang) -> str:
    ordered = dated.sort_values("as_of", kind="stable")
    figures = "; ".join(
        f"{format_date(row['as_of'], lang=lang)}: {write_figure(row, lang=lang)}"
        for _, row in ordered.iterrows()
    )
    names = rows["area_name"].dropna().unique()
    place = names[0] if len(names) else label(f"level.{rows['level'].iloc[0]}", lang=lang)
    alt = label("plot.trend.alt", lang=lang).format(title=title, figures=figures, place=place)
    undated = int(rows["as_of"].isna().sum())
    return alt + (" " + label("plot.trend.alt_undated", lang=lang).format(n=undated)) * bool(
        undated
    )
