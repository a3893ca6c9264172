"""One finished table of the fund, coverage or scenario pages in, one drawn Axes out.

The conventions are those of `plots`: the title states what the data say, doubt is drawn, the
alternative text is written from the data. Scenarios are drawn as what they are, arithmetic on
published figures: open marks joined by broken lines, and the figure says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .dates import format_date
from .drawing import (
    CONTRAST,
    INK,
    LABEL_SIZE,
    MAIN,
    PALE,
    PAPER,
    SOFT,
    finish,
    format_axis,
    say_nothing,
    take_axes,
    wrap,
)
from .marks import write_beside
from .notation import format_figure, format_interval, label
from .scenarios import CAPITAL_PER_CLUB_VND, SCENARIOS
from .schema import OBSERVATIONS, accept
from .wording import Lang, join_words, several

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STROKES = {
    "continue": ("o", "--"),
    "mean_of_period": ("s", ":"),
    "required": ("^", "-."),
    "best_quartile": ("D", (0, (1, 3))),
}
_LABEL_GAP = 0.075


def plot_scenarios(
    table: pd.DataFrame, observations: Any = None, *, ax: Axes | None = None, lang: Lang = "vi"
) -> Axes:
    """Draw what the scenarios give for one place, after what was published of it.

    Parameters
    ----------
    table : DataFrame
        Rows of `make_scenarios` of one area on one map.
    observations : data frame, optional
        The published numbers of clubs, drawn before the scenarios begin.
    ax : Axes, optional
        Where to draw.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        One line per scenario that can be worked out, with its name and last figure at its end.

    Raises
    ------
    ValueError
        If the table holds more than one place or map.

    Examples
    --------
    >>> from lthtgn_analysis.scenarios import make_scenarios
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> table = make_scenarios(observations, as_of="2025-12-31", level="national")
    >>> plot_scenarios(table).get_title(loc="left").replace(chr(10), " ")
    'Việt Nam cuối năm 2035: từ 17.402 đến 27.537 CLB theo 2 kịch bản'
    """
    axes = take_axes(ax)
    if several(table["area"]) or several(table["boundaries"]):
        found = sorted(table["area_name"].unique())[:5]
        raise ValueError(f"`table` must hold one place on one map; found {found}.")
    known = table.loc[table["clubs_then"].notna()]
    if known.empty:
        return say_nothing(axes, title=_say_why_none(table, lang))
    start, last_year = known.iloc[0], int(known["year"].max())
    largest = float(known["clubs_then"].max())
    _draw_past(axes, observations, start)
    ends = []
    for scenario in SCENARIOS:
        mine = known.loc[known["scenario"] == scenario].sort_values("year")
        if mine.empty:
            continue
        marker, line = _STROKES[scenario]
        days = [start["as_of"], *(_year_end(year) for year in mine["year"])]
        clubs = [start["clubs"], *mine["clubs_then"]]
        axes.plot(days, clubs, linestyle=line, color=SOFT, linewidth=1.4, zorder=2)
        axes.plot(days[1:], clubs[1:], marker, color=CONTRAST, markerfacecolor=PAPER,
                  markersize=6.5, linestyle="none", zorder=4)  # fmt: skip
        for day, (_, row) in zip(days[1:], mine.iterrows(), strict=True):
            if row["clubs_then_low"] < row["clubs_then_high"]:
                bounds = row["clubs_then_low"], row["clubs_then_high"]
                axes.vlines(day, *bounds, color=CONTRAST, linewidth=2.4, zorder=3)
        ends.append((clubs[-1], f"{label(f'scenario.{scenario}', lang=lang)}: "
                                f"{_clubs(clubs[-1], lang)}"))  # fmt: skip
    axes.set_ylim(0, largest * 1.12)
    first = axes.get_xlim()[0]
    axes.set_xlim(first, first + (axes.get_xlim()[1] - first) * 1.02)
    _write_ends(axes, ends, largest * 1.12)
    unit = label("unit.clubs", lang=lang)
    name = label("plot.scenarios.axis", lang=lang)
    format_axis(axes.yaxis, unit="clubs", name=name, largest=largest, lang=lang)
    axes.set_xlabel(label("plot.scenarios.note", lang=lang), loc="left", color=SOFT)
    then = known.loc[known["year"] == last_year, "clubs_then"]
    key = "plot.scenarios.title" if len(then) > 1 else "plot.scenarios.title_one"
    title = label(key, lang=lang).format(
        place=start["area_name"], year=last_year, n=len(then), unit=unit,
        low=_clubs(then.min(), lang), high=_clubs(then.max(), lang),
    )  # fmt: skip
    rows = "; ".join(
        label("plot.scenarios.alt_row", lang=lang).format(
            scenario=label(f"scenario.{row['scenario']}", lang=lang),
            year=row["year"],
            clubs=_clubs(row["clubs_then"], lang),
        )
        for _, row in known.iterrows()
    )
    alt = label("plot.scenarios.alt", lang=lang).format(
        title=title,
        start=_clubs(start["clubs"], lang),
        date=format_date(start["as_of"], lang=lang),
        rows=rows,
    )
    return finish(axes, title=title, alt=alt, aside=40)


def plot_startup_need(table: pd.DataFrame, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw the start-up capital that the added clubs of one scenario need, by sum per club.

    Parameters
    ----------
    table : DataFrame
        Rows of `make_scenarios`; the first that has added clubs is drawn.
    ax : Axes, optional
        Where to draw.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        One bar per sum of `scenarios.CAPITAL_PER_CLUB_VND`.

    Examples
    --------
    >>> row = {"area_name": "Việt Nam", "year": 2030, "scenario": "required", "new_clubs": 6000.0}
    >>> row |= {f"capital_at_{n}m_vnd": 6000e6 * n for n in (20, 30, 50, 100, 130)}
    >>> plot_startup_need(pd.DataFrame([row])).get_title(loc="left").replace(chr(10), " ")
    'Thêm 6.000 CLB đến cuối năm 2030 cần từ 120 tỉ đồng đến 780 tỉ đồng vốn ban đầu'
    """
    axes = take_axes(ax)
    known = table.loc[table["new_clubs"] > 0]
    if known.empty:
        return say_nothing(axes, title=label("plot.startup_need.none", lang=lang))
    row = known.iloc[0]
    sums = [row[f"capital_at_{round(each / 1e6)}m_vnd"] for each in CAPITAL_PER_CLUB_VND]
    names = [
        label("plot.startup_need.each", lang=lang).format(
            each=format_figure(each, unit="VND", lang=lang)
        )
        for each in CAPITAL_PER_CLUB_VND
    ]
    axes.barh(np.arange(len(sums)), sums, height=0.6, color=PALE, zorder=2)
    lows, highs = (
        [row.get(f"new_clubs_{end}", row["new_clubs"]) * each for each in CAPITAL_PER_CLUB_VND]
        for end in ("low", "high")
    )
    if lows[0] < highs[0]:
        axes.hlines(np.arange(len(sums)), lows, highs, color=CONTRAST, linewidth=2.4, zorder=3)
    figures = [
        format_interval(*map(_round, ends), unit="VND", lang=lang)
        for ends in zip(lows, sums, highs, strict=True)
    ]
    for place, (end, figure) in enumerate(zip(highs, figures, strict=True)):
        write_beside(axes, end, place, figure)
    axes.set_yticks(np.arange(len(sums)), labels=names)
    axes.set_ylim(len(sums) - 0.4, -0.6)
    axes.set_xlim(0, max(highs) * (1.4 if lows == highs else 1.7))
    name = label("plot.startup_need.axis", lang=lang)
    format_axis(axes.xaxis, unit="VND", name=name, largest=max(sums), lang=lang)
    axes.grid(visible=False, axis="y")
    title = label("plot.startup_need.title", lang=lang).format(
        clubs=_clubs(row["new_clubs"], lang),
        year=row["year"],
        low=format_figure(_round(lows[0]), unit="VND", lang=lang),
        high=format_figure(_round(highs[-1]), unit="VND", lang=lang),
    )
    listed = "; ".join(f"{name} {figure}" for name, figure in zip(names, figures, strict=True))
    alt = label("plot.ranking.alt", lang=lang).format(title=title, figures=listed)
    return finish(axes, title=title, alt=alt, aside=140)


def plot_boundary_effect(table: pd.DataFrame, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw each place's coverage on the old map and, with the same clubs, on the new one.

    Parameters
    ----------
    table : DataFrame
        As `redraw_coverage` or `split_boundary_effect` gives it; drawn in its order.
    ax : Axes, optional
        Where to draw; `new_axes(rows=len(table), row_height=0.5)` has a fitting height.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        A hollow mark for the old map, a full one for the mean over all ways the same clubs can lie
        on the new map, a thick line for 99 % of these ways and a thin one for what is possible.

    Examples
    --------
    >>> from lthtgn_analysis.boundaries import split_boundary_effect
    >>> effect = split_boundary_effect(area="38", covered=410, boundaries="2022", to="2025-07")
    >>> plot_boundary_effect(effect).get_title(loc="left").replace(chr(10), " ")
    'Thanh Hóa: 73,3% số xã cũ có CLB; vẫn các CLB ấy thì bình quân 94,7% số xã mới'
    """
    axes = take_axes(ax)
    known = table.loc[table["coverage_same_clubs_value"].notna()].reset_index(drop=True)
    if known.empty:
        return say_nothing(axes, title=label("plot.boundary.none", lang=lang))
    places = np.arange(len(known))
    column = "coverage_same_clubs"
    axes.hlines(places, known[f"{column}_low"], known[f"{column}_high"], color=CONTRAST,
                linewidth=1.2, zorder=2)  # fmt: skip
    axes.hlines(places, known[f"{column}_likely_low"], known[f"{column}_likely_high"],
                color=CONTRAST, linewidth=4.5, zorder=3)  # fmt: skip
    axes.scatter(known["coverage_before"], places, s=52, facecolor=PAPER, edgecolor=INK,
                 linewidth=1.4, zorder=5)  # fmt: skip
    axes.scatter(known[f"{column}_value"], places, s=52, color=MAIN, zorder=6)
    words = []
    for place, (_, row) in enumerate(known.iterrows()):
        words.append(f"{_share(row['coverage_before'], lang)} → "
                     f"{_share(row[f'{column}_value'], lang)}")  # fmt: skip
        write_beside(axes, 1.0, place, words[-1])
    axes.set_yticks(places, labels=known["area_name"].tolist())
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlim(0, 1.42)
    name = label("plot.boundary.axis", lang=lang)
    format_axis(axes.xaxis, unit="share", name=name, largest=1, lang=lang)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid(visible=False, axis="y")
    top = known.iloc[int(known["boundary_effect_value"].argmax())]
    key = "plot.boundary.one" if len(known) == 1 else "plot.boundary.many"
    title = label(key, lang=lang).format(
        place=top["area_name"],
        n=len(known),
        before=_share(top["coverage_before"], lang),
        after=_share(top[f"{column}_value"], lang),
    )
    rows = "; ".join(
        label("plot.boundary.alt_row", lang=lang).format(
            place=row["area_name"],
            change=change,
            low=_share(row[f"{column}_low"], lang),
            high=_share(row[f"{column}_high"], lang),
        )
        for change, (_, row) in zip(words, known.iterrows(), strict=True)
    )
    alt = label("plot.boundary.alt", lang=lang).format(title=title, rows=rows)
    return finish(axes, title=title, alt=alt, aside=120)


def plot_means(table: pd.DataFrame, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw each printed mean fund per club beside the means worked out anew.

    Parameters
    ----------
    table : DataFrame
        As `compare_means` gives it; drawn in its order.
    ax : Axes, optional
        Where to draw; `new_axes(rows=len(table), row_height=0.6)` has a fitting height.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        A bar for what was printed, a circle for the fund over all clubs, a square for the fund
        over the clubs that have one.

    Examples
    --------
    >>> plot_means(pd.DataFrame(columns=["value"])).get_title(loc="left").replace(chr(10), " ")
    'Không nguồn nào in sẵn quỹ bình quân một CLB kèm ngày'
    """
    axes = take_axes(ax)
    if table.empty:
        return say_nothing(axes, title=label("plot.means.none", lang=lang))
    rows = table.reset_index(drop=True)
    places = np.arange(len(rows))
    axes.barh(places, rows["value"], height=0.5, color=PALE, zorder=2)
    top = rows["high"].fillna(rows["value"])
    wide = top > rows["low"]
    axes.hlines(places[wide], rows["low"][wide], top[wide], color=CONTRAST, linewidth=2.4, zorder=3)
    for name, marker in (("clubs", "o"), ("funded", "s")):
        low, high = rows[f"{name}_low"], rows[f"{name}_high"]
        axes.hlines(places, low, high, color=INK, linewidth=1.6, zorder=4)
        axes.scatter(rows[name], places, marker=marker, s=46, facecolor=PAPER, edgecolor=INK,
                     linewidth=1.4, zorder=5)  # fmt: skip
    ends = rows[["high", "value", "clubs_high", "funded_high"]].max(axis=1)
    verdicts = [label(f"means.{name}", lang=lang) for name in rows["denominator"]]
    for place, (end, verdict) in enumerate(zip(ends, verdicts, strict=True)):
        write_beside(axes, end + ends.max() * 0.02, place, wrap(verdict, 22))
    axes.set_yticks(places, labels=rows["area_name"].tolist())
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, ends.max() * 1.6)
    name = label("plot.means.axis", lang=lang)
    format_axis(axes.xaxis, unit="VND", name=name, largest=ends.max(), lang=lang)
    axes.grid(visible=False, axis="y")
    counts = [
        label(f"plot.means.count.{name}", lang=lang).format(n=count)
        for name in ("clubs", "clubs_with_fund", "either", "neither", "unknown")
        if (count := int((rows["denominator"] == name).sum()))
    ]
    title = label("plot.means.title", lang=lang).format(
        n=len(rows), counts=join_words(counts, lang=lang)
    )
    listed = "; ".join(
        label("plot.means.alt_row", lang=lang).format(
            place=row["area_name"],
            printed=format_interval(row["low"], row["value"], row["high"], unit="VND", lang=lang),
            verdict=verdict,
        )
        for verdict, (_, row) in zip(verdicts, rows.iterrows(), strict=True)
    )
    alt = label("plot.ranking.alt", lang=lang).format(title=title, figures=listed)
    return finish(axes, title=title, alt=alt, aside=120)


def _say_why_none(table: pd.DataFrame, lang: Lang) -> str:
    if table.empty:
        return label("plot.scenarios.none", lang=lang)
    reasons = dict.fromkeys(
        label(f"scenario.reason.{reason}", lang=lang) for reason in table["reason"].dropna()
    )
    return label("plot.scenarios.refused", lang=lang).format(
        place=table["area_name"].iloc[0], reasons="; ".join(reasons)
    )


def _draw_past(axes: Axes, observations: Any, start: pd.Series) -> None:
    axes.scatter([start["as_of"]], [start["clubs"]], s=48, color=MAIN, zorder=5)
    if observations is None:
        return
    table = accept(observations, OBSERVATIONS)
    past = table.loc[
        (table["indicator"] == "clubs")
        & (table["area"] == start["area"])
        & (table["scope"] == "all")
        & (table["unit"] == "clubs")
        & (table["as_of"] <= start["as_of"])
    ]
    axes.scatter(past["as_of"], past["value"], s=22, color=MAIN, zorder=5)


def _write_ends(axes: Axes, ends: list[tuple[float, str]], height: float) -> None:
    """Write the names of the lines beside their ends, as far apart as they must be."""
    below = -np.inf
    for value, text in sorted(ends):
        place = max(value / height, below + _LABEL_GAP)
        below = place
        axes.text(1.02, place, wrap(text, 24), transform=axes.transAxes, va="center",
                  fontsize=LABEL_SIZE, color=INK, clip_on=False)  # fmt: skip


def _year_end(year: int) -> pd.Timestamp:
    return pd.Timestamp(year=int(year), month=12, day=31)


def _clubs(number: float, lang: Lang) -> str:
    return format_figure(round(number), lang=lang)


def _share(share: float, lang: Lang) -> str:
    return format_figure(share, unit="share", lang=lang, digits=1)


def _round(money: float) -> float:
    """Round money to whole millions: the clubs behind it are fractions of a scenario."""
    return round(money / 1e6) * 1e6
