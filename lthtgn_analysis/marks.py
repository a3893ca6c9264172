"""What several plots draw and say of a row: its doubt, a norm behind it, who is highest.

Rows of *observations* or *metrics* come in; marks on an Axes, or words, go out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .drawing import CONTRAST, INK, LABEL_SIZE, SOFT
from .lettering import sort_key
from .notation import format_figure, label
from .schema import METRIC_ROWS, OBSERVATIONS, accept
from .wording import (
    Lang,
    begin_sentence,
    inside_sentence,
    measure_of,
    name_measure,
    several,
    write_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def take_rows(table: Any) -> pd.DataFrame:
    """Take a table of observations or of metrics."""
    columns = getattr(table, "columns", ())
    return accept(table, METRIC_ROWS if "metric" in columns else OBSERVATIONS)


def demand_one(rows: pd.DataFrame, *columns: str) -> None:
    """Raise if a column that must say one thing says several."""
    measure = "metric" if "metric" in rows else "indicator"
    mixed = {
        column: sorted(rows[column].dropna().unique())
        for column in (measure, "unit", *columns)
        if column in rows and several(rows[column])
    }
    if mixed:
        found = "; ".join(f"{column}: {values[:5]}" for column, values in mixed.items())
        raise ValueError(
            f"`table` must hold one {', one '.join((measure, 'unit', *columns))}; found {found}.\n"
            "  hint: take the rows you want with `.query(...)` first."
        )


def say_none(rows: pd.DataFrame | None, lang: Lang) -> str:
    """Say that there are no figures, and of what, where that is known."""
    if rows is None or rows.empty:
        return begin_sentence(label("missing.figure", lang=lang))
    name = name_measure(measure_of(rows.iloc[0]), lang=lang)
    return label("plot.none", lang=lang).format(measure=inside_sentence(name))


def draw_doubt(axes: Axes, rows: pd.DataFrame, *, upright: bool) -> None:
    """Draw low..high of each row; where nothing bounds it above, an arrow head says so."""
    low, high = rows["low"].fillna(rows["value"]), rows["high"]
    at = rows["as_of"] if upright else pd.Series(np.arange(len(rows)), index=rows.index)
    top = high.fillna(rows["value"])
    wide = top > low
    draw = axes.vlines if upright else axes.hlines
    draw(at[wide], low[wide], top[wide], color=CONTRAST, linewidth=2.4, zorder=3)
    open_ended = high.isna()
    if open_ended.any():
        where = (at[open_ended], rows.loc[open_ended, "value"])
        axes.scatter(*(where if upright else where[::-1]), marker="^" if upright else ">", s=70,
                     facecolor="none", edgecolor=CONTRAST, linewidth=1.4, zorder=3)  # fmt: skip


def draw_band(
    axes: Axes, band: tuple[float, float] | None, *, unit: str, upright: bool, lang: Lang
) -> None:
    """Draw a norm behind the figures and write its ends."""
    if band is None:
        return
    draw = axes.axhspan if upright else axes.axvspan
    draw(*band, color="#eef2f4", zorder=0)
    ends = [format_figure(end, unit=unit, lang=lang) for end in band]
    where = (1.0, band[1]) if upright else (band[1], 1.0)
    transform = axes.get_yaxis_transform() if upright else axes.get_xaxis_transform()
    axes.text(*where, "–".join(ends), transform=transform, ha="right", va="top",
              fontsize=LABEL_SIZE, color=SOFT)  # fmt: skip


def _leaders(known: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be highest: whose upper bound reaches the best lower bound."""
    low = known["low"].fillna(known["value"])
    high = known["high"].fillna(np.inf)
    return known.loc[high >= low.max()]


def name_leaders(known: pd.DataFrame, lang: Lang) -> str:
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


def rank_areas(rows: pd.DataFrame) -> pd.DataFrame:
    """Sort rows from the largest figure down, then by name in the order of the alphabet."""
    order = sorted(
        range(len(rows)),
        key=lambda at: (-rows["value"].iloc[at], sort_key(rows["area_name"].iloc[at])),
    )
    return rows.iloc[order].reset_index(drop=True)


def write_beside(axes: Axes, end: float, place: float, text: str) -> None:
    """Write a text behind the end of a bar."""
    axes.annotate(text, (end, place), xytext=(6, 0), textcoords="offset points", va="center",
                  fontsize=LABEL_SIZE, color=INK, annotation_clip=False, zorder=5)  # fmt: skip
