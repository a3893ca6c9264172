"""One finished table in, one drawn Axes out: doubt as intervals, gaps as gaps, findings as titles.

Each function draws on the Axes it is given (or pyplot's current one) and returns it; it makes no
figure of its own size, shows nothing, saves nothing and leaves its table as it was. The title
states what the data say, computed here from the bounds, so that it is true of one figure, of none
and of contradictory ones; ``figure.alt_text`` says the same to who cannot see it. Sources and dates
of publication stand under the figure, as text of the page (`sentences.cite`).

`plot_trend` is drawn in `trends`, `plot_tile_map` in `tilemap`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .dates import format_date
from .drawing import (
    CONTRAST,
    EMPTY,
    INK,
    MAIN,
    PALE,
    PAPER,
    finish,
    format_axis,
    say_nothing,
    take_axes,
    wrap,
)
from .indicators import INDICATORS
from .lettering import sort_key
from .marks import (
    demand_one,
    draw_band,
    draw_doubt,
    name_leaders,
    rank_areas,
    say_none,
    take_rows,
    write_beside,
)
from .notation import format_figure, format_interval, label
from .schema import METRIC_ROWS, OBSERVATIONS, PROGRESS, VERDICTS, accept
from .tilemap import plot_tile_map
from .trends import plot_trend
from .wording import (
    Lang,
    begin_sentence,
    inside_sentence,
    join_words,
    measure_of,
    name_measure,
    name_place,
    several,
    unit_of,
    write_bar,
    write_bounds,
    write_figure,
    write_parts,
    write_scope,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "plot_coverage",
    "plot_parts",
    "plot_progress",
    "plot_ranking",
    "plot_tile_map",
    "plot_trend",
]

_LEVELS_DOWN = ("national", "province", "district", "commune", "village", "club")
_VERDICT_MARKERS = {"met": "o", "not_met": "X", "undetermined": "D"}


def plot_ranking(
    table: Any,
    *,
    ax: Axes | None = None,
    band: tuple[float, float] | None = None,
    lang: Lang = "vi",
) -> Axes:
    """Draw one measure of several areas as bars with their doubt, the largest on top.

    Parameters
    ----------
    table : data frame
        Observations or metrics of one measure, one row per area. Rows without a figure are left
        out; areas of the same value stand in the order of the Vietnamese alphabet.
    ax : Axes, optional
        Where to draw; `new_axes(rows=len(table))` has a fitting height.
    band : tuple of float, optional
        A norm to show behind the bars, in base units.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        Each bar carries its figure, as printed, and its date.

    Raises
    ------
    ValueError
        If the table holds more than one measure.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": "clubs", "level": "province", "area": ["38", "01"],
    ...     "area_name": ["Thanh Hóa", "Hà Nội"], "boundaries": "2022",
    ...     "as_of": pd.to_datetime(["2022-10-12", "2023-12-31"]), "low": [884.0, 327.0],
    ...     "value": [884.0, 327.0], "high": [884.0, 327.0], "unit": "clubs"})
    >>> [tick.get_text() for tick in plot_ranking(rows).get_yticklabels()]
    ['Thanh Hóa', 'Hà Nội']
    """
    axes, rows = take_axes(ax), take_rows(table)
    demand_one(rows, "scope")
    known = rank_areas(rows.loc[rows["value"].notna()])
    if known.empty:
        return say_nothing(axes, title=say_none(rows, lang))
    unit, name = known["unit"].iloc[0], name_measure(measure_of(known.iloc[0]), lang=lang)
    places = np.arange(len(known))
    axes.barh(places, known["value"], height=0.66, color=PALE, zorder=2)
    draw_doubt(axes, known, upright=False)
    draw_band(axes, band, unit=unit, upright=False, lang=lang)
    ends = np.fmax(known["value"], known["high"].fillna(known["value"]))
    for place, (end, (_, row)) in enumerate(zip(ends, known.iterrows(), strict=True)):
        write_beside(axes, end, place, _with_date(row, lang))
    axes.set_yticks(places, labels=known["area_name"].tolist())
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlim(0, max(ends.max(), band[1] if band else 0, 1e-9) * 1.55)
    format_axis(axes.xaxis, unit=unit, name=name, largest=ends.max(), lang=lang)
    axes.grid(visible=False, axis="y")
    title = _ranking_title(known, name, band, lang)
    figures = "; ".join(
        f"{row['area_name']} {write_figure(row, lang=lang)}" for _, row in known.iterrows()
    )
    alt = label("plot.ranking.alt", lang=lang).format(title=title, figures=figures)
    return finish(axes, title=title, alt=alt, aside=130)


def plot_coverage(
    table: Any, *, ax: Axes | None = None, norm: float | None = None, lang: Lang = "vi"
) -> Axes:
    """Draw shares as bars of the way to 100 %: several of one area, or one of several areas.

    Parameters
    ----------
    table : data frame
        Metrics whose unit is a share; drawn in the order of the table.
    ax : Axes, optional
        Where to draw.
    norm : float, optional
        A share (0-1) to mark by an upright line.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        Each bar carries its share with numerator and denominator.

    Raises
    ------
    ValueError
        If a row is no share, or both measures and areas differ.

    Examples
    --------
    >>> share = 410 / 559
    >>> rows = pd.DataFrame({"metric": ["commune_coverage"], "level": ["province"], "area": ["38"],
    ...     "boundaries": ["2022"], "low": [share], "value": [share], "high": [share],
    ...     "unit": ["share"], "numerator": [410.0], "denominator": [559.0]})
    >>> plot_coverage(rows).get_title(loc="left").replace(chr(10), " ")
    'Tỉ lệ xã có CLB: 73,35% (410/559)'
    """
    axes, rows = take_axes(ax), accept(table, METRIC_ROWS)
    if (rows["unit"] != "share").any():
        wrong = sorted(set(rows.loc[rows["unit"] != "share", "metric"]))
        raise ValueError(f"`table` must hold shares only; these metrics are none: {wrong}.")
    if several(rows["area"]) and several(rows["metric"]):
        raise ValueError("`table` must hold one metric of several areas, or several of one area.")
    known = rows.loc[rows["value"].notna()].reset_index(drop=True)
    if known.empty:
        return say_nothing(axes, title=say_none(rows, lang))
    by_area = several(known["area"])
    names = [
        row["area_name"] if by_area else name_measure(row["metric"], lang=lang)
        for _, row in known.iterrows()
    ]
    places = np.arange(len(known))
    axes.barh(places, 1, height=0.5, color="none", edgecolor=EMPTY, linewidth=0.8, zorder=1)
    axes.barh(places, known["value"], height=0.5, color=PALE, zorder=2)
    draw_doubt(axes, known, upright=False)
    if norm is not None:
        axes.axvline(norm, color=INK, linewidth=1.2, linestyle="--", zorder=4)
    for place, (_, row) in enumerate(known.iterrows()):
        write_beside(axes, 1.0, place, _share_with_parts(row, lang))
    axes.set_yticks(places, labels=[wrap(name, 26) for name in names])
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlim(0, 1.62)
    name = names[0] if len(set(names)) == 1 else label("plot.coverage.axis", lang=lang)
    format_axis(axes.xaxis, unit="share", name=name, largest=1, lang=lang)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid(visible=False, axis="y")
    figures = [f"{name}: {_share_with_parts(row, lang)}"
               for name, (_, row) in zip(names, known.iterrows(), strict=True)]  # fmt: skip
    alt = label("plot.coverage.alt", lang=lang).format(figures="; ".join(figures))
    return finish(axes, title=_coverage_title(known, figures, lang), alt=alt, aside=150)


def plot_progress(table: Any, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw what was reached, with its doubt, against what was promised.

    Parameters
    ----------
    table : data frame
        The progress table; drawn in its order.
    ax : Axes, optional
        Where to draw; `new_axes(rows=len(table), row_height=0.62)` has a fitting height.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        One row per target in per cent of its bar (of a band: of its upper end); the verdict is a
        shape and a word. Targets that cannot be compared say so in their row; where none can,
        nothing is drawn but a title that says so.

    Examples
    --------
    >>> row = {"target_id": "T", "scheme": "1336", "area": "VN", "boundaries": "2022",
    ...        "measure": "new_clubs", "nature": "new", "low": 3000.0, "value": 3000.0,
    ...        "high": 3000.0, "due": "2025-12-31", "scope": "all", "status": "verified",
    ...        "reached_low": 2971.0, "reached": 3021.0, "reached_high": 3671.0,
    ...        "achievement": 1.007, "exceedance": 0.007, "verdict": "undetermined"}
    >>> plot_progress(pd.DataFrame([row])).get_title(loc="left").replace(chr(10), " ")
    'Trong 1 chỉ tiêu: 1 chưa đủ căn cứ kết luận'
    """
    axes, rows = take_axes(ax), accept(table, PROGRESS)
    if rows.empty:
        return say_nothing(axes, title=label("plot.progress.none", lang=lang))
    counts = [
        label(f"plot.progress.count.{verdict}", lang=lang).format(n=count)
        for verdict in VERDICTS
        if (count := int((rows["verdict"] == verdict).sum()))
    ]
    title = label("plot.progress.title", lang=lang).format(
        total=len(rows), counts=join_words(counts, lang=lang)
    )
    if (rows["verdict"] == "not_comparable").all():
        return say_nothing(axes, title=title)
    full = rows["value"].fillna(rows["high"]).where(lambda bar: bar > 0)
    low, value, high = (rows[f"reached{end}"] / full for end in ("_low", "", "_high"))
    right = float(np.nanmax([1.0, *high.fillna(value).fillna(0)]))
    places = several(rows["area"])
    axes.axvline(1, color=INK, linewidth=1.2, zorder=1)
    words = [_progress_words(row, lang) for _, row in rows.iterrows()]
    for place, (_, row) in enumerate(rows.iterrows()):
        if pd.isna(row["value"]) and pd.notna(row["low"]):
            band = (row["low"] / full[place], 1.0)
            axes.barh(place, band[1] - band[0], left=band[0], height=0.6, color=PALE, zorder=0)
        end = _draw_reached(axes, place, low[place], value[place], high[place], row["verdict"])
        beside = 1.0 if np.isnan(end) else max(end, 1.0)
        write_beside(axes, beside, place, words[place])
    names = [_target_words(row, lang, with_place=places) for _, row in rows.iterrows()]
    axes.set_yticks(np.arange(len(rows)), labels=[wrap(name, 34) for name in names])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, right * 2.05)
    format_axis(axes.xaxis, unit="share", name=wrap(label("plot.progress.axis", lang=lang), 44),
                largest=right, lang=lang)  # fmt: skip
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= max(right, 1) * 1.02])
    axes.grid(visible=False, axis="y")
    described = "; ".join(f"{name}: {word}" for name, word in zip(names, words, strict=True))
    alt = label("plot.progress.alt", lang=lang).format(title=title, rows=described)
    return finish(axes, title=title, alt=alt, aside=190)


def plot_parts(table: Any, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw the parts of a whole as bars, and say whether they add up to it.

    Parameters
    ----------
    table : data frame
        Observations: the parts and, if it is known, the whole. The whole is the one row of a
        higher level than all others, or whose indicator the others are parts of, or whose scope is
        "all" where all others have scopes of their own.
    ax : Axes, optional
        Where to draw; `new_axes(rows=len(table))` has a fitting height.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        The largest part on top, each with its share of the sum. What the published whole has more
        than the parts is hatched.

    Raises
    ------
    ValueError
        If the figures have different units.

    Examples
    --------
    >>> rows = pd.DataFrame({"fact_id": list("abcde"), "level": ["district"] * 4 + ["province"],
    ...     "area": ["165", "168", "173", "164", "19"],
    ...     "area_name": ["Sông Công", "Phú Lương", "Phú Bình", "TP Thái Nguyên", "Thái Nguyên"],
    ...     "boundaries": "2022", "indicator": "clubs", "low": [8.0, 75.0, 31.0, 21.0, 135.0],
    ...     "value": [8.0, 75.0, 31.0, 21.0, 135.0], "high": [8.0, 75.0, 31.0, 21.0, 135.0],
    ...     "qualifier": "exact", "unit": "clubs", "scope": "all", "source": "s",
    ...     "status": "observed"})
    >>> plot_parts(rows).get_title(loc="left").replace(chr(10), " ")
    'Số CLB: 75 + 31 + 21 + 8 = 135, đúng bằng tổng đã công bố'
    """
    axes, rows = take_axes(ax), accept(table, OBSERVATIONS)
    rows = rows.loc[rows["value"].notna()].reset_index(drop=True)
    if rows.empty:
        return say_nothing(axes, title=label("plot.parts.none", lang=lang))
    if several(rows["unit"]):
        raise ValueError(f"`table` must have one unit; found {sorted(rows['unit'].unique())}.")
    place = _place_of_whole(rows)
    whole = None if place is None else rows.iloc[place]
    parts = rows if place is None else rows.drop(index=place)
    parts = parts.assign(part=_name_parts(parts, lang))
    largest_first = sorted(
        range(len(parts)),
        key=lambda at: (-parts["value"].iloc[at], sort_key(parts["part"].iloc[at])),
    )
    parts = parts.iloc[largest_first].reset_index(drop=True)
    total, unit = parts["value"].sum(), rows["unit"].iloc[0]
    rest = 0.0 if whole is None else max(whole["low"] - parts["high"].sum(), 0.0)
    names = parts["part"].tolist()
    axes.barh(np.arange(len(parts)), parts["value"], height=0.6, color=PALE, zorder=2)
    draw_doubt(axes, parts, upright=False)
    figures = [_part_words(row, total, lang) for _, row in parts.iterrows()]
    if rest > 0:
        axes.barh(
            len(parts), rest, height=0.6, color=PAPER, edgecolor=EMPTY, hatch="////", zorder=2
        )
        names.append(label("plot.parts.rest", lang=lang))
        figures.append(format_figure(rest, unit=unit, lang=lang))
    ends = [*parts["high"].fillna(parts["value"]), *([rest] if rest > 0 else [])]
    for index, (end, figure) in enumerate(zip(ends, figures, strict=True)):
        write_beside(axes, end, index, figure)
    axes.set_yticks(np.arange(len(names)), labels=[wrap(name, 28) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, max(*ends, 1e-9) * 1.45)
    name = name_measure(_measure_of_parts(parts, whole), lang=lang)
    format_axis(axes.xaxis, unit=unit, name=name, largest=max(ends), lang=lang)
    axes.grid(visible=False, axis="y")
    finding = _parts_finding(parts, whole, lang)
    title = label("plot.parts.title", lang=lang).format(measure=name, finding=finding)
    listed = "; ".join(f"{name} {figure}" for name, figure in zip(names, figures, strict=True))
    alt = label("plot.parts.alt", lang=lang).format(title=title, figures=listed)
    return finish(axes, title=title, alt=alt, aside=140)


def _with_date(row: pd.Series, lang: Lang) -> str:
    figure = write_figure(row, lang=lang)
    return figure if pd.isna(row["as_of"]) else f"{figure} ({format_date(row['as_of'], lang=lang)})"


def _ranking_title(
    known: pd.DataFrame, name: str, band: tuple[float, float] | None, lang: Lang
) -> str:
    leader = name_leaders(known, lang)
    key = "one" if len(known) == 1 else "title" if leader else "title_open"
    title = label(f"plot.ranking.{key}", lang=lang).format(
        measure=name, leader=leader, n=len(known)
    )
    if band is None:
        return title
    inside = (known["low"] >= band[0]) & (known["high"] <= band[1])
    ends = {end: format_figure(edge, unit=known["unit"].iloc[0], lang=lang)
            for end, edge in zip(("low", "high"), band, strict=True)}  # fmt: skip
    return title + label("plot.ranking.band", lang=lang).format(
        inside=int(inside.sum()), n=len(known), **ends
    )


def _share_with_parts(row: pd.Series, lang: Lang) -> str:
    share = format_interval(row["low"], row["value"], row["high"], unit="share", lang=lang)
    parts = write_parts(row, lang=lang).replace(" ", "")
    return f"{share} ({parts})" if parts.replace("/", "").replace(".", "").isdigit() else share


def _coverage_title(known: pd.DataFrame, figures: list[str], lang: Lang) -> str:
    if len(known) == 1:
        return figures[0]
    if _are_one_figure(known):
        return label("plot.coverage.same", lang=lang).format(
            n=len(known),
            figure=write_figure(known.iloc[0], lang=lang),
        )
    named = [name.replace(": ", ", ", 1) for name in figures]  # a colon stands before them already
    named = named if several(known["area"]) else [inside_sentence(name) for name in named]
    low, high = known["low"].fillna(known["value"]), known["high"].fillna(1.0)
    words = {
        "top": _name_extreme(known, named, high >= low.max(), lang),
        "bottom": _name_extreme(known, named, low <= high.min(), lang),
    }
    ends = (
        format_interval(end, end, end, unit="share", lang=lang) for end in (low.min(), high.max())
    )
    told = dict(zip(("low", "high"), ends, strict=True))
    sure = "_".join(end for end, text in words.items() if text) or "neither"
    return label(f"plot.coverage.{sure}", lang=lang).format(n=len(known), **words, **told)


def _name_extreme(known: pd.DataFrame, named: list[str], may_be: pd.Series, lang: Lang) -> str:
    """Name the one row that is surely the highest or lowest, or count those that are so together.

    Where the doubt of one reaches into another, nobody is named.
    """
    rows = known.loc[may_be]
    if len(rows) == 1:
        return named[int(may_be.to_numpy().argmax())]
    if not _are_one_figure(rows):
        return ""
    figure = write_figure(rows.iloc[0], lang=lang)
    return label("plot.coverage.tied", lang=lang).format(n=len(rows), figure=figure)


def _are_one_figure(rows: pd.DataFrame) -> bool:
    """Tell whether all rows have the same figure, without doubt."""
    return bool((rows[["low", "value", "high"]] == rows["value"].iloc[0]).all(axis=None))


def _draw_reached(
    axes: Axes, place: int, low: float, value: float, high: float, verdict: str
) -> float:
    """Draw one interval with the shape of its verdict; return where it ends, NaN if it is none."""
    if verdict not in _VERDICT_MARKERS or np.isnan(value):
        return np.nan
    colour = MAIN if verdict == "met" else CONTRAST
    top = value if np.isnan(high) else high
    axes.hlines(place, low, top, color=colour, linewidth=3, zorder=3)
    if np.isnan(high):
        axes.scatter(value, place, marker=">", s=90, facecolor="none", edgecolor=colour, zorder=3)
    hollow = verdict == "undetermined"
    axes.scatter(value, place, marker=_VERDICT_MARKERS[verdict], s=52, zorder=4, linewidth=1.5,
                 facecolor=PAPER if hollow else colour, edgecolor=colour)  # fmt: skip
    return max(top, value)


def _progress_words(row: pd.Series, lang: Lang) -> str:
    verdict = label(f"verdict.{row['verdict']}", lang=lang)
    if row["verdict"] == "not_comparable":
        return verdict
    if pd.isna(row["achievement"]):
        unit = unit_of(row["measure"])
        # "36,67 trở lên" might lie in the band: its upper end shows that it does not.
        figure = write_bounds(row["reached_low"], row["reached_high"], unit, lang)
        return label("plot.progress.band", lang=lang).format(verdict=verdict, reached=figure)
    shares = {
        key: format_figure(row[column], unit="share", lang=lang, digits=1)
        for key, column in (("share", "achievement"), ("more", "exceedance"))
    }
    above = row["verdict"] == "met" and row["exceedance"] > 0
    key = "plot.progress.exceeded" if above else "plot.progress.reached"
    return label(key, lang=lang).format(verdict=verdict, **shares)


def _target_words(row: pd.Series, lang: Lang, *, with_place: bool) -> str:
    measure = name_measure(row["measure"], lang=lang)
    place = f"{name_place(row, lang=lang)}: " if with_place else ""
    words = {
        "measure": place + (inside_sentence(measure) if place else measure),
        "bar": write_bar(row, lang=lang),
    }
    if pd.isna(row["due"]):
        return label("plot.progress.row_standing", lang=lang).format(**words)
    due = format_date(row["due"], lang=lang)
    return label("plot.progress.row", lang=lang).format(due=due, **words)


def _place_of_whole(rows: pd.DataFrame) -> int | None:
    """Find the row that is the whole of all others, by level, by indicator or by scope."""
    if len(rows) < 2:
        return None
    depth = rows["level"].map({level: at for at, level in enumerate(_LEVELS_DOWN)})
    whole_of = rows["indicator"].map(lambda name: INDICATORS[name].part_of)
    for place in range(len(rows)):
        others = rows.index != place
        higher = (depth[others] > depth[place]).all()
        parts = (whole_of[others] == rows["indicator"][place]).all()
        scoped = rows["scope"][place] == "all" and (rows["scope"][others] != "all").all()
        if higher or parts or scoped:
            return place
    return None


def _measure_of_parts(parts: pd.DataFrame, whole: pd.Series | None) -> str:
    return str((parts.iloc[0] if whole is None else whole)["indicator"])


def _name_parts(parts: pd.DataFrame, lang: Lang) -> list[str]:
    """Name parts by what tells them apart: the indicator, else the place, else the scope."""
    if several(parts["indicator"]):
        return [name_measure(name, lang=lang) for name in parts["indicator"]]
    if several(parts["area"]):
        return parts["area_name"].tolist()
    return [begin_sentence(write_scope(scope, lang=lang)) for scope in parts["scope"]]


def _part_words(row: pd.Series, total: float, lang: Lang) -> str:
    figure = write_figure(row, lang=lang)
    if not total > 0:
        return figure
    share = format_figure(row["value"] / total, unit="share", lang=lang, digits=1)
    return label("plot.parts.label", lang=lang).format(figure=figure, share=share)


def _parts_finding(parts: pd.DataFrame, whole: pd.Series | None, lang: Lang) -> str:
    unit = parts["unit"].iloc[0]
    exact = (parts["low"] == parts["high"]).all()
    low, value, high = (parts[bound].sum(skipna=False) for bound in ("low", "value", "high"))
    total = format_interval(low, value, high, unit=unit, lang=lang)
    added = " + ".join(format_figure(part, unit=unit, lang=lang) for part in parts["value"])
    few = exact and len(parts) <= 6 and unit != "VND"
    words = {"n": len(parts), "total": total, "parts": added}
    total_words = label("plot.parts.sum" if few else "plot.parts.no_whole", lang=lang).format(
        **words
    )
    if whole is None:
        return total_words
    words |= {"sum": total_words, "whole": write_figure(whole, lang=lang)}
    top = np.inf if pd.isna(high) else high
    whole_top = np.inf if pd.isna(whole["high"]) else whole["high"]
    if exact and whole["low"] == whole_top == low:
        return label("plot.parts.equal", lang=lang).format(**words)
    if top < whole["low"]:
        rest = format_interval(whole["low"] - top, whole["value"] - value, whole_top - low,
                               unit=unit, lang=lang)  # fmt: skip
        return label("plot.parts.less", lang=lang).format(rest=rest, **words)
    if low > whole_top:
        return label("plot.parts.more", lang=lang).format(**words)
    return label("plot.parts.open", lang=lang).format(**words)
