"""One figure per province in, the tile map of Vietnam out: what is known, and what is not.

The conventions are those of `plots`. Every province is an equal tile (`areas.tile_grid`); Hoàng Sa
and Trường Sa are drawn as parts of their provinces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from .areas import same_map, tile_grid
from .dates import format_date
from .drawing import (
    EMPTY,
    INK,
    LABEL_SIZE,
    PAPER,
    SOFT,
    finish,
    ink_on,
    shade_of,
    take_axes,
    wrap,
)
from .lettering import sort_key
from .marks import (
    demand_one,
    name_leaders,
    rank_areas,
    say_none,
    take_rows,
)
from .notation import format_figure, label
from .wording import (
    Lang,
    measure_of,
    name_measure,
    name_unit,
    write_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ARCHIPELAGOS = {
    "63": (("Hoàng Sa", "Đà Nẵng", "48", 8.0, 7.9), ("Trường Sa", "Khánh Hòa", "56", 18.1, 7.9)),
    "34": (("Hoàng Sa", "Đà Nẵng", "48", 7.0, 5.0), ("Trường Sa", "Khánh Hòa", "56", 15.1, 4.9)),
}
_MONEY = {"billion": 1e9, "million": 1e6}
_NAME_SIZE = 7.8
_LETTERS_PER_LINE = 9
_ISLETS = ((-0.18, -0.34), (0.06, -0.42), (0.2, -0.22))


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
    ...     "area_name": ["Thanh Hóa"], "boundaries": ["2022"],
    ...     "as_of": pd.to_datetime(["2022-10-12"]), "low": [884.0], "value": [884.0],
    ...     "high": [884.0], "unit": ["clubs"]})
    >>> plot_tile_map(rows).get_title(loc="left").replace(chr(10), " ")
    'Số CLB: đã biết của 1/63 tỉnh; cao nhất Thanh Hóa (884)'
    """
    axes, rows = take_axes(ax), take_rows(table)
    demand_one(rows, "scope")
    vintage = _one_map(rows, boundaries)
    known = rows.loc[rows["value"].notna()]
    if known["area"].duplicated().any():
        twice = sorted(known.loc[known["area"].duplicated(), "area_name"])
        raise ValueError(f"`table` must have one row per province; found more for {twice}.")
    grid = tile_grid(vintage)
    shown = grid.merge(known[["area", "value", *_word_columns(known)]], on="area", how="left")
    largest = known["value"].max() if len(known) else 0.0
    if (known["unit"] == "share").any():
        largest = 1.0
    for _, tile in shown.iterrows():
        _draw_tile(axes, tile, largest=largest, lang=lang)
    number = same_map("province", vintage)
    for archipelago in _ARCHIPELAGOS[number]:
        _draw_archipelago(axes, archipelago, shown, largest=largest, lang=lang)
    axes.set_xlim(-0.55, grid["col"].max() + 0.75)
    axes.set_ylim(grid["row"].max() + 0.6, -0.55)
    _hide_frame(axes)
    axes.set_xlabel(_map_legend(known, lang), fontsize=LABEL_SIZE, color=SOFT, loc="left")
    title = _map_title(known, len(grid), lang)
    return finish(axes, title=title, alt=_map_alt(title, shown, lang), aside=10)


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
    name = wrap(tile["area_name"].replace(" - ", "-"), _LETTERS_PER_LINE)
    figure = _short_figure(tile, largest=largest, lang=lang) if known else ""
    middle = tile["row"] - (0.16 if known else 0)
    axes.text(tile["col"], middle, name, ha="center", va="center", fontsize=_NAME_SIZE,
              color=ink, linespacing=1.1, bbox=paper)  # fmt: skip
    if known:
        axes.text(tile["col"], tile["row"] + 0.27, figure, ha="center", va="center",
                  fontsize=8.8, fontweight="bold", color=ink)  # fmt: skip


def _short_figure(row: pd.Series, *, largest: float, lang: Lang) -> str:
    """Write a figure short enough for a tile: a hedge becomes a sign, money has one scale."""
    low, value, high, unit = row["low"], row["value"], row["high"], row["unit"]
    if unit == "VND":
        text = format_figure(round(value / _MONEY[_money_scale(largest)], 1), lang=lang)
    elif unit == "share":
        text = format_figure(value, unit=unit, lang=lang, digits=0)
    else:
        text = format_figure(value, lang=lang, digits=0 if float(value).is_integer() else 1)
    if low == value == high:
        return text
    if pd.isna(high) or low == value:
        return f"≥{text}"
    return f"≤{text}" if value == high else f"~{text}"


def _draw_archipelago(
    axes: Axes, archipelago: tuple[str, str, str, float, float], shown: pd.DataFrame, *,
    largest: float, lang: Lang,
) -> None:  # fmt: skip
    """Draw an archipelago as dots in the shade of its province, with both names."""
    name, province, area, row, col = archipelago
    value = shown.loc[shown["area"] == area, "value"]
    known = len(value) and pd.notna(value.iloc[0])
    shade = shade_of(value.iloc[0], largest) if known else PAPER
    for right, down in _ISLETS:
        axes.scatter(col + right, row + down, s=16, facecolor=shade, edgecolor=SOFT, linewidth=0.7)
    words = wrap(label("plot.map.archipelago", lang=lang).format(name=name), 9)
    axes.text(col, row + 0.3, f"{words}\n({province})", ha="center", va="center",
              fontsize=_NAME_SIZE, color=INK, linespacing=1.1)  # fmt: skip


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
    return "billion" if largest >= _MONEY["billion"] else "million"


def _map_title(known: pd.DataFrame, total: int, lang: Lang) -> str:
    if known.empty:
        return say_none(None, lang)
    words = {
        "measure": name_measure(measure_of(known.iloc[0]), lang=lang), "n": len(known),
        "total": total, "leader": name_leaders(known, lang),
    }  # fmt: skip
    key = "plot.map.title" if words["leader"] else "plot.map.title_open"
    return label(key, lang=lang).format(**words)


def _map_alt(title: str, shown: pd.DataFrame, lang: Lang) -> str:
    known, unknown = shown.loc[shown["value"].notna()], shown.loc[shown["value"].isna()]
    figures = "; ".join(
        f"{row['area_name']} {write_figure(row, lang=lang)}"
        for _, row in rank_areas(known).iterrows()
    )
    missing = ", ".join(sorted(unknown["area_name"], key=sort_key))
    return label("plot.map.alt", lang=lang).format(
        total=len(shown),
        title=title,
        figures=figures or label("missing.figure", lang=lang),
        missing=missing or label("plot.map.nobody", lang=lang),
    )
