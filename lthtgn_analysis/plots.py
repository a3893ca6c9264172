"""One finished table in, one drawn Axes out: doubt as intervals, gaps as gaps, findings as titles.

Each function draws on the Axes it is given (or pyplot's current one) and returns it; it makes no
figure of its own size, shows nothing, saves nothing and leaves its table as it was. The title
states what the data say, computed here from the bounds, so that it is true of one figure, of none
and of contradictory ones; ``figure.alt_text`` says the same to who cannot see it. Sources and dates
of publication stand under the figure, as text of the page (`sentences.cite`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .areas import same_map, tile_grid
from .drawing import (
    CONTRAST,
    EMPTY,
    INK,
    LABEL_SIZE,
    MAIN,
    PALE,
    PAPER,
    SOFT,
    PointLabel,
    finish,
    format_axis,
    ink_on,
    place_labels,
    say_nothing,
    shade_of,
    take_axes,
    wrap,
)
from .indicators import INDICATORS
from .lettering import sort_key
from .notation import format_date, format_figure, format_interval, label
from .rollup import pick_figures
from .schema import METRIC_ROWS, OBSERVATIONS, PROGRESS, VERDICTS, accept
from .wording import (
    Lang,
    begin_sentence,
    inside_sentence,
    join_words,
    measure_of,
    name_measure,
    name_unit,
    unit_of,
    write_bar,
    write_figure,
    write_scope,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LEVELS_DOWN = ("national", "province", "district", "commune", "village", "club")
_ARCHIPELAGOS = {
    "63": (("Hoàng Sa", "Đà Nẵng", "48", 8.0, 7.9), ("Trường Sa", "Khánh Hòa", "56", 18.1, 7.9)),
    "34": (("Hoàng Sa", "Đà Nẵng", "48", 7.0, 5.0), ("Trường Sa", "Khánh Hòa", "56", 15.1, 4.9)),
}
_ISLETS = ((-0.18, -0.34), (0.06, -0.42), (0.2, -0.22))
_VERDICT_MARKERS = {"met": "o", "not_met": "X", "undetermined": "D"}


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
    'Số CLB tăng từ 3.500 trở xuống (31/12/2021) lên 8.432 (31/12/2024)'
    """
    axes, rows = take_axes(ax), _take_rows(table)
    _demand_one(rows, "area", "scope")
    if rows.empty:
        return say_nothing(axes, title=_nothing(None, lang), lang=lang)
    measure, unit = measure_of(rows.iloc[0]), rows["unit"].iloc[0]
    name = name_measure(measure, lang=lang)
    dated = rows.loc[rows["as_of"].notna() & rows["value"].notna()]
    if dated.empty:
        title = label("plot.undated_only", lang=lang).format(measure=name, n=len(rows))
        return say_nothing(axes, title=title, lang=lang)
    taken = _pick(dated).sort_values("as_of", kind="stable")
    rivals = _rivals_of(dated, taken)
    for _, series in taken.groupby("map", sort=False):
        axes.plot(series["as_of"], series["value"], color=MAIN, linewidth=1.6, zorder=2)
    _draw_doubt(axes, dated, upright=True)
    axes.scatter(taken["as_of"], taken["value"], s=34, color=MAIN, zorder=4)
    if len(rivals):
        axes.scatter(rivals["as_of"], rivals["value"], s=34, facecolor=PAPER, edgecolor=CONTRAST,
                     linewidth=1.6, zorder=4)  # fmt: skip
    _draw_band(axes, band, unit=unit, upright=True, lang=lang)
    _limit_trend(axes, dated, band)
    largest = axes.get_ylim()[1]
    format_axis(axes.yaxis, unit=unit, name=name, largest=largest, lang=lang)
    _write_days(axes)
    axes.grid(visible=False, axis="x")
    place_labels(axes, _trend_labels(taken, rivals, lang))
    if len(rivals):
        axes.annotate(
            "○ " + label("plot.trend.rivals", lang=lang),
            (0, 0), xytext=(0, -30), xycoords="axes fraction", textcoords="offset points",
            fontsize=LABEL_SIZE, color=CONTRAST, va="top",
        )  # fmt: skip
    title = _trend_title(taken, dated, name, lang)
    return finish(axes, title=title, alt=_trend_alt(title, rows, dated, lang))


def plot_tile_map(
    table: Any, *, boundaries: str | None = None, ax: Axes | None = None, lang: Lang = "vi"
) -> Axes:
    """Draw one figure per province on the tile map, with what is not known.

    Parameters
    ----------
    table : data frame
        Observations or metrics of one measure, at most one row per province, all on one map.
    boundaries : {"2022", "2025-01", "2025-07"}, optional
        The map; needed only where the table is empty.
    ax : Axes, optional
        Where to draw; `new_axes(rows=21)` has a fitting size for 63 tiles, ``rows=18`` for 34.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        Darker tiles are larger; a hatched tile has no figure. Hoàng Sa (Đà Nẵng) and Trường Sa
        (Khánh Hòa) are shown as parts of their provinces.

    Raises
    ------
    ValueError
        If the table holds more than one measure, map or row per province, or is empty and
        `boundaries` is not given.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": ["clubs"], "level": ["province"], "area": ["38"],
    ...     "area_name": ["Thanh Hóa"], "boundaries": ["2022"], "as_of": pd.to_datetime(["2022-10-12"]),
    ...     "low": [884.0], "value": [884.0], "high": [884.0], "unit": ["clubs"]})
    >>> plot_tile_map(rows).get_title(loc="left").replace(chr(10), " ")
    'Số CLB: đã biết của 1/63 tỉnh; cao nhất Thanh Hóa (884)'
    """
    axes, rows = take_axes(ax), _take_rows(table)
    _demand_one(rows, "scope")
    vintage = _one_map(rows, boundaries)
    known = rows.loc[rows["value"].notna()]
    if known["area"].duplicated().any():
        twice = sorted(known.loc[known["area"].duplicated(), "area_name"])
        raise ValueError(f"`table` must have one row per province; found more for {twice}.")
    grid = tile_grid(vintage)
    shown = grid.merge(known[["area", "value", *_word_columns(known)]], on="area", how="left")
    largest = known["value"].max() if len(known) else 0.0
    for _, tile in shown.iterrows():
        _draw_tile(axes, tile, largest=largest, lang=lang)
    number = same_map("province", vintage)
    for archipelago in _ARCHIPELAGOS[number]:
        _draw_archipelago(axes, archipelago, shown, largest=largest)
    axes.set_xlim(-0.55, grid["col"].max() + 0.75)
    axes.set_ylim(grid["row"].max() + 0.6, -0.55)
    _hide_frame(axes)
    axes.set_xlabel(_map_legend(known, lang), fontsize=LABEL_SIZE, color=SOFT, loc="left")
    title = _map_title(known, len(grid), lang)
    return finish(axes, title=title, alt=_map_alt(title, shown, lang), aside=10)


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
    axes, rows = take_axes(ax), _take_rows(table)
    _demand_one(rows, "scope")
    known = _rank(rows.loc[rows["value"].notna()])
    if known.empty:
        return say_nothing(axes, title=_nothing(rows, lang), lang=lang)
    unit, name = known["unit"].iloc[0], name_measure(measure_of(known.iloc[0]), lang=lang)
    places = np.arange(len(known))
    axes.barh(places, known["value"], height=0.66, color=PALE, zorder=2)
    _draw_doubt(axes, known, upright=False)
    _draw_band(axes, band, unit=unit, upright=False, lang=lang)
    ends = np.fmax(known["value"], known["high"].fillna(known["value"]))
    for place, (end, (_, row)) in enumerate(zip(ends, known.iterrows(), strict=True)):
        _write_beside(axes, end, place, _with_date(row, lang))
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


def plot_coverage(table: Any, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw shares as bars of the way to 100 %: several of one area, or one of several areas.

    Parameters
    ----------
    table : data frame
        Metrics whose unit is a share; drawn in the order of the table.
    ax : Axes, optional
        Where to draw.
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
    if rows["area"].nunique() > 1 and rows["metric"].nunique() > 1:
        raise ValueError("`table` must hold one metric of several areas, or several of one area.")
    known = rows.loc[rows["value"].notna()].reset_index(drop=True)
    if known.empty:
        return say_nothing(axes, title=_nothing(rows, lang), lang=lang)
    by_area = known["area"].nunique() > 1
    names = [
        row["area_name"] if by_area else name_measure(row["metric"], lang=lang)
        for _, row in known.iterrows()
    ]
    places = np.arange(len(known))
    axes.barh(places, 1, height=0.5, color="none", edgecolor=EMPTY, linewidth=0.8, zorder=1)
    axes.barh(places, known["value"], height=0.5, color=PALE, zorder=2)
    _draw_doubt(axes, known, upright=False)
    for place, (_, row) in enumerate(known.iterrows()):
        _write_beside(axes, 1.0, place, _share_with_parts(row, lang))
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
        shape and a word. Targets that cannot be compared say so in their row.

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
        return say_nothing(axes, title=label("plot.progress.none", lang=lang), lang=lang)
    full = rows["value"].fillna(rows["high"]).where(lambda bar: bar > 0)
    low, value, high = (rows[f"reached{end}"] / full for end in ("_low", "", "_high"))
    right = float(np.nanmax([1.0, *high.fillna(value).fillna(0)]))
    axes.axvline(1, color=INK, linewidth=1.2, zorder=1)
    words = [_progress_words(row, lang) for _, row in rows.iterrows()]
    for place, (_, row) in enumerate(rows.iterrows()):
        if pd.isna(row["value"]) and pd.notna(row["low"]):
            band = (row["low"] / full[place], 1.0)
            axes.barh(place, band[1] - band[0], left=band[0], height=0.6, color=PALE, zorder=0)
        end = _draw_reached(axes, place, low[place], value[place], high[place], row["verdict"])
        beside = max(end, 1.0) if not np.isnan(end) else 0.0
        _write_beside(axes, beside, place, words[place])
    axes.set_yticks(np.arange(len(rows)), labels=[wrap(_target_words(row, lang), 34)
                                                  for _, row in rows.iterrows()])  # fmt: skip
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, right * 2.05)
    format_axis(axes.xaxis, unit="share", name=wrap(label("plot.progress.axis", lang=lang), 44),
                largest=right, lang=lang)  # fmt: skip
    axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= max(right, 1) * 1.02])
    axes.grid(visible=False, axis="y")
    counts = [
        label(f"plot.progress.count.{verdict}", lang=lang).format(n=count)
        for verdict in VERDICTS
        if (count := int((rows["verdict"] == verdict).sum()))
    ]
    title = label("plot.progress.title", lang=lang).format(
        total=len(rows), counts=join_words(counts, lang=lang)
    )
    described = "; ".join(
        f"{_target_words(row, lang)}: {word}"
        for word, (_, row) in zip(words, rows.iterrows(), strict=True)
    )
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
        return say_nothing(axes, title=_nothing(None, lang), lang=lang)
    if rows["unit"].nunique() > 1:
        raise ValueError(f"`table` must have one unit; found {sorted(rows['unit'].unique())}.")
    place = _place_of_whole(rows)
    whole = None if place is None else rows.iloc[place]
    parts = rows if place is None else rows.drop(index=place)
    parts = parts.assign(part=_name_parts(parts, lang))
    parts = parts.iloc[sorted(range(len(parts)), key=lambda i: (
        -parts["value"].iloc[i], sort_key(parts["part"].iloc[i])))].reset_index(drop=True)  # fmt: skip
    total, unit = parts["value"].sum(), rows["unit"].iloc[0]
    rest = 0.0 if whole is None else max(whole["low"] - parts["high"].sum(), 0.0)
    names = parts["part"].tolist()
    axes.barh(np.arange(len(parts)), parts["value"], height=0.6, color=PALE, zorder=2)
    _draw_doubt(axes, parts, upright=False)
    figures = [_part_words(row, total, lang) for _, row in parts.iterrows()]
    if rest > 0:
        axes.barh(len(parts), rest, height=0.6, color=PAPER, edgecolor=EMPTY, hatch="////", zorder=2)
        names.append(label("plot.parts.rest", lang=lang))
        figures.append(format_figure(rest, unit=unit, lang=lang))
    ends = [*parts["high"].fillna(parts["value"]), *([rest] if rest > 0 else [])]
    for index, (end, figure) in enumerate(zip(ends, figures, strict=True)):
        _write_beside(axes, end, index, figure)
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


def _take_rows(table: Any) -> pd.DataFrame:
    columns = getattr(table, "columns", ())
    return accept(table, METRIC_ROWS if "metric" in columns else OBSERVATIONS)


def _demand_one(rows: pd.DataFrame, *columns: str) -> None:
    """Raise if a column that must say one thing says several."""
    measure = "metric" if "metric" in rows else "indicator"
    several = {
        column: sorted(rows[column].dropna().unique())
        for column in (measure, "unit", *columns)
        if column in rows and rows[column].nunique() > 1
    }
    if several:
        found = "; ".join(f"{column}: {values[:5]}" for column, values in several.items())
        raise ValueError(
            f"`table` must hold one {', one '.join((measure, 'unit', *columns))}; found {found}.\n"
            "  hint: take the rows you want with `.query(...)` first."
        )


def _one_map(rows: pd.DataFrame, boundaries: str | None) -> str:
    """Return the one map of a table of provinces, or the map that was asked for."""
    vintages = sorted(rows["boundaries"].unique())
    maps = {same_map("province", vintage) for vintage in vintages}
    if boundaries is not None:
        maps.add(same_map("province", boundaries))
    if len(maps) > 1:
        raise ValueError(f"`table` must be of one map, 63 or 34 provinces; found {vintages}.")
    if not maps:
        raise ValueError("`boundaries` must say which map to draw where the table has no rows.")
    return boundaries if boundaries is not None else vintages[-1]


def _nothing(rows: pd.DataFrame | None, lang: Lang) -> str:
    if rows is None or rows.empty:
        return begin_sentence(label("missing.figure", lang=lang))
    name = name_measure(measure_of(rows.iloc[0]), lang=lang)
    return label("plot.none", lang=lang).format(measure=inside_sentence(name))


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
    same = others.merge(taken[["as_of", "boundaries", "value"]], on=["as_of", "boundaries", "value"])
    return others.loc[~others["fact_id"].isin(same["fact_id"])]


def _draw_doubt(axes: Axes, rows: pd.DataFrame, *, upright: bool) -> None:
    """Draw low..high of each row; where nothing bounds it above, an arrow head says so."""
    low, high = rows["low"].fillna(rows["value"]), rows["high"]
    at = rows["as_of"] if upright else pd.Series(np.arange(len(rows)), index=rows.index)
    wide = high.notna() & (high > low)
    draw = axes.vlines if upright else axes.hlines
    draw(at[wide], low[wide], high[wide], color=CONTRAST, linewidth=2.4, zorder=3)
    open_ended = high.isna()
    if open_ended.any():
        where = (at[open_ended], rows.loc[open_ended, "value"])
        axes.scatter(*(where if upright else where[::-1]), marker="^" if upright else ">", s=70,
                     facecolor="none", edgecolor=CONTRAST, linewidth=1.4, zorder=3)  # fmt: skip


def _draw_band(
    axes: Axes, band: tuple[float, float] | None, *, unit: str, upright: bool, lang: Lang
) -> None:
    if band is None:
        return
    draw = axes.axhspan if upright else axes.axvspan
    draw(*band, color="#eef2f4", zorder=0)
    ends = [format_figure(end, unit=unit, lang=lang) for end in band]
    where = (1.0, band[1]) if upright else (band[1], 1.0)
    transform = axes.get_yaxis_transform() if upright else axes.get_xaxis_transform()
    axes.text(*where, "–".join(ends), transform=transform, ha="right", va="top",
              fontsize=LABEL_SIZE, color=SOFT)  # fmt: skip


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
    """Label the last figure first, then the first one, the rivals, and the others from the newest."""
    from matplotlib.dates import date2num

    ranks = [*range(10, 10 + len(taken))][::-1]
    ranks[0] = 1
    ranks[-1] = 0
    rows = [*zip(ranks, taken.iterrows(), strict=True), *((2, one) for one in rivals.iterrows())]
    return [
        PointLabel(float(date2num(row["as_of"])), row["value"], write_figure(row, lang=lang), rank)
        for rank, (_, row) in rows
    ]


def _trend_title(taken: pd.DataFrame, dated: pd.DataFrame, name: str, lang: Lang) -> str:
    newest = taken.loc[taken["map"] == taken["map"].iloc[-1]]
    ending = label("plot.trend.other_map", lang=lang) if taken["map"].nunique() > 1 else ""
    first, last = newest.iloc[0], newest.iloc[-1]
    words = {
        "measure": name,
        "first": write_figure(first, lang=lang),
        "first_date": format_date(first["as_of"], lang=lang),
        "last": write_figure(last, lang=lang),
        "last_date": format_date(last["as_of"], lang=lang),
        "figure": write_figure(last, lang=lang, with_unit=True),
        "date": format_date(last["as_of"], lang=lang),
    }
    same_day = dated.loc[(dated["as_of"] == last["as_of"]) & dated["boundaries"].eq(last["boundaries"])]
    if len(newest) > 1:
        return label(f"plot.trend.{_direction(first, last)}", lang=lang).format(**words) + ending
    if same_day["value"].nunique() > 1:
        ends = [same_day["value"].idxmin(), same_day["value"].idxmax()]
        words |= {"n": str(same_day["value"].nunique())}
        words |= {end: write_figure(same_day.loc[at], lang=lang)
                  for end, at in zip(("low", "high"), ends, strict=True)}  # fmt: skip
        return label("plot.trend.rivals_only", lang=lang).format(**words) + ending
    return label("plot.trend.one", lang=lang).format(**words) + ending


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
    return alt + (" " + label("plot.trend.alt_undated", lang=lang).format(n=undated)) * bool(undated)


def _word_columns(rows: pd.DataFrame) -> list[str]:
    return [column for column in ("low", "high", "qualifier", "unit", "as_of") if column in rows]


def _draw_tile(axes: Axes, tile: pd.Series, *, largest: float, lang: Lang) -> None:
    from matplotlib.patches import Rectangle

    known = pd.notna(tile["value"])
    shade = shade_of(tile["value"], largest) if known else PAPER
    axes.add_patch(
        Rectangle(
            (tile["col"] - 0.47, tile["row"] - 0.46), 0.94, 0.92, facecolor=shade,
            edgecolor=SOFT if known else EMPTY, linewidth=0.6, hatch=None if known else "///",
        )
    )  # fmt: skip
    ink = ink_on(shade) if known else SOFT
    paper = None if known else {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
    name = wrap(tile["area_name"].replace(" - ", "-"), 10)
    figure = _short_figure(tile, lang) if known else ""
    middle = tile["row"] - (0.16 if known else 0)
    axes.text(tile["col"], middle, name, ha="center", va="center", fontsize=6.6, color=ink,
              linespacing=0.95, bbox=paper)  # fmt: skip
    if known:
        axes.text(tile["col"], tile["row"] + 0.27, figure, ha="center", va="center",
                  fontsize=8.8, fontweight="bold", color=ink)  # fmt: skip


def _short_figure(row: pd.Series, lang: Lang) -> str:
    """Write a figure short enough for a tile: a hedge becomes a sign, money has no unit word."""
    low, value, high = row["low"], row["value"], row["high"]
    text = format_figure(value, unit=row["unit"], lang=lang, digits=_tile_digits(row))
    text = text.replace("\u00a0", " ").split(" ")[0] if row["unit"] == "VND" else text
    if low == value == high:
        return text
    if pd.isna(high) or (low == value < high):
        return f"≥{text}"
    return f"≤{text}" if low < value == high else f"~{text}"


def _tile_digits(row: pd.Series) -> int | None:
    if row["unit"] in ("share", "VND", "ratio"):
        return 0 if row["unit"] == "share" else 1
    return 0 if float(row["value"]).is_integer() else 1


def _draw_archipelago(
    axes: Axes, archipelago: tuple[str, str, str, float, float], shown: pd.DataFrame, *,
    largest: float,
) -> None:  # fmt: skip
    """Draw an archipelago as dots in the shade of its province, with both names."""
    name, province, area, row, col = archipelago
    value = shown.loc[shown["area"] == area, "value"]
    known = len(value) and pd.notna(value.iloc[0])
    shade = shade_of(value.iloc[0], largest) if known else PAPER
    for right, down in _ISLETS:
        axes.scatter(col + right, row + down, s=16, facecolor=shade, edgecolor=SOFT, linewidth=0.7)
    axes.text(col, row + 0.16, f"Quần đảo\n{name}\n({province})", ha="center", va="center",
              fontsize=6.6, color=INK, linespacing=0.95)  # fmt: skip


def _hide_frame(axes: Axes) -> None:
    axes.set(xticks=[], yticks=[], ylabel="")
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _map_legend(known: pd.DataFrame, lang: Lang) -> str:
    lines = [label("plot.map.legend", lang=lang)]
    days = known["as_of"].dropna()
    if len(days):
        key = "plot.map.date" if days.min() == days.max() else "plot.map.dates"
        first, last = (format_date(day, lang=lang) for day in (days.min(), days.max()))
        lines.append(label(key, lang=lang).format(first=first, last=last))
    if len(known):
        unit = known["unit"].iloc[0]
        scale = [name_unit(unit, lang=lang)]
        if unit == "VND":
            scale = [label(f"plot.scale.{_money_scale(known['value'].max())}", lang=lang)]
        lines.append(label("plot.map.unit", lang=lang).format(unit=scale[0]))
    return "\n".join(lines)


def _money_scale(largest: float) -> str:
    return "billion" if largest >= 1e9 else "million"


def _leaders(known: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may hold the largest figure: whose upper bound reaches the best lower."""
    low = known["low"].fillna(known["value"])
    high = known["high"].fillna(np.inf)
    return known.loc[high >= low.max()]


def _name_leaders(known: pd.DataFrame, lang: Lang) -> str:
    """Name who is highest; two or three where their doubt overlaps, nobody where more do."""
    leaders = _leaders(known)
    if len(leaders) > 3:
        return ""
    named = [
        label("plot.map.leader", lang=lang).format(
            area=row["area_name"], figure=write_figure(row, lang=lang)
        )
        for _, row in leaders.iterrows()
    ]
    word = label("plot.map.or", lang=lang)
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} {word} {named[-1]}"


def _map_title(known: pd.DataFrame, total: int, lang: Lang) -> str:
    if known.empty:
        return _nothing(None, lang)
    words = {
        "measure": name_measure(measure_of(known.iloc[0]), lang=lang), "n": len(known),
        "total": total, "leader": _name_leaders(known, lang),
    }  # fmt: skip
    key = "plot.map.title" if words["leader"] else "plot.map.title_open"
    return label(key, lang=lang).format(**words)


def _map_alt(title: str, shown: pd.DataFrame, lang: Lang) -> str:
    known, unknown = shown.loc[shown["value"].notna()], shown.loc[shown["value"].isna()]
    figures = "; ".join(
        f"{row['area_name']} {write_figure(row, lang=lang)}" for _, row in _rank(known).iterrows()
    )
    missing = ", ".join(sorted(unknown["area_name"], key=sort_key))
    return label("plot.map.alt", lang=lang).format(
        total=len(shown),
        title=title,
        figures=figures or label("missing.figure", lang=lang),
        missing=missing or label("plot.map.nobody", lang=lang),
    )


def _rank(rows: pd.DataFrame) -> pd.DataFrame:
    order = sorted(
        range(len(rows)),
        key=lambda i: (-rows["value"].iloc[i], sort_key(rows["area_name"].iloc[i])),
    )
    return rows.iloc[order].reset_index(drop=True)


def _write_beside(axes: Axes, end: float, place: float, text: str) -> None:
    axes.annotate(text, (end, place), xytext=(6, 0), textcoords="offset points", va="center",
                  fontsize=LABEL_SIZE, color=INK, annotation_clip=False, zorder=5)  # fmt: skip


def _with_date(row: pd.Series, lang: Lang) -> str:
    figure = write_figure(row, lang=lang)
    return figure if pd.isna(row["as_of"]) else f"{figure} ({format_date(row['as_of'], lang=lang)})"


def _ranking_title(
    known: pd.DataFrame, name: str, band: tuple[float, float] | None, lang: Lang
) -> str:
    leader = _name_leaders(known, lang)
    key = "one" if len(known) == 1 else "title" if leader else "title_open"
    title = label(f"plot.ranking.{key}", lang=lang).format(measure=name, leader=leader, n=len(known))
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
    if pd.isna(row["numerator"]) or pd.isna(row["denominator"]):
        return share
    parts = [format_figure(row[side], lang=lang) for side in ("numerator", "denominator")]
    return f"{share} ({'/'.join(parts)})"


def _coverage_title(known: pd.DataFrame, figures: list[str], lang: Lang) -> str:
    if len(known) == 1:
        return figures[0]
    if known["value"].nunique() == 1:
        return label("plot.coverage.same", lang=lang).format(
            n=len(known), figure=format_figure(known["value"].iloc[0], unit="share", lang=lang, digits=2)
        )
    top, bottom = known["value"].argmax(), known["value"].argmin()
    names = [inside_sentence(figures[place]) for place in (top, bottom)]
    return label("plot.coverage.many", lang=lang).format(top=names[0], bottom=names[1])


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
        reached = [row["reached_low"], row["reached"], row["reached_high"]]
        figure = format_interval(*reached, unit=unit, lang=lang)
        return label("plot.progress.band", lang=lang).format(verdict=verdict, reached=figure)
    shares = {
        key: format_figure(row[column], unit="share", lang=lang, digits=1)
        for key, column in (("share", "achievement"), ("more", "exceedance"))
    }
    above = row["verdict"] == "met" and row["exceedance"] > 0
    key = "plot.progress.exceeded" if above else "plot.progress.reached"
    return label(key, lang=lang).format(verdict=verdict, **shares)


def _target_words(row: pd.Series, lang: Lang) -> str:
    words = {
        "measure": name_measure(row["measure"], lang=lang),
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
    if parts["indicator"].nunique() > 1:
        return [name_measure(name, lang=lang) for name in parts["indicator"]]
    if parts["area"].nunique() > 1:
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
    total_words = label("plot.parts.sum" if few else "plot.parts.no_whole", lang=lang).format(**words)
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
