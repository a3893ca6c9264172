"""Summaries of club registers in, the sentences, tables and figures of the register page out.

What rests on made-up data says so itself: on the page, on every figure and in every source line.
Conventions are those of `stories`, `story_tables` and `story_plots`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .citations import Prose, lead
from .dates import format_date
from .display import DisplayTable, display, write_column
from .drawing import (
    EMPTY,
    LABEL_SIZE,
    PALE,
    SOFT,
    finish,
    format_axis,
    say_nothing,
    take_axes,
    wrap,
)
from .marks import write_beside
from .notation import MISSING_TEXT, format_figure, label
from .schema import METRIC_ROWS, OBSERVATIONS, SOURCES, accept, arrange
from .standards import Standard, read_standard
from .wording import Lang, inside_sentence, several, write_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MADE_UP = "synthetic"
_TEN_MILLIONS = -7


def say_made_up(observations: Any, *, lang: Lang = "vi") -> Prose:
    """Say at the top of a page that its data are made up, if any of them are.

    Parameters
    ----------
    observations : data frame
        What the page rests on.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        A banner, or nothing where no figure is synthetic.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> str(say_made_up(empty_table(OBSERVATIONS)))
    ''
    """
    if not _is_made_up(observations):
        return Prose("")
    return Prose(f'<p class="made-up">{label("made_up.banner", lang=lang)}</p>')


def mark_made_up(ax: Axes, observations: Any, *, lang: Lang = "vi") -> Axes:
    """Write on a figure that its data are made up, if any of them are.

    Parameters
    ----------
    ax : Axes
        What a function such as `plot_ranking` has drawn.
    observations : data frame
        What the figure rests on.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        The same Axes; the words stand under it and in its alternative text.

    Examples
    --------
    >>> from lthtgn_analysis.drawing import new_axes
    >>> from lthtgn_analysis.schema import empty_table
    >>> axes = new_axes()
    >>> mark_made_up(axes, empty_table(OBSERVATIONS)) is axes
    True
    """
    if _is_made_up(observations):
        words = label("made_up.figure", lang=lang)
        figure: Any = ax.figure
        figure.supxlabel(words, x=0.01, ha="left", fontsize=LABEL_SIZE, color=SOFT, style="italic")
        figure.alt_text = f"{getattr(figure, 'alt_text', '')} {words}".strip()
    return ax


def list_register_sources(observations: Any, *, lang: Lang = "vi") -> pd.DataFrame:
    """Name the registers behind a summary as sources, so that tables can name them.

    Parameters
    ----------
    observations : data frame
        As `summarise_clubs` gives it.
    lang : {"vi", "en"}
        The language of the titles.

    Returns
    -------
    DataFrame
        The sources table: one row per register.

    Examples
    --------
    >>> from lthtgn_analysis.clubs import summarise_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> figures = summarise_clubs(sample_path("clubs"), by="province", as_of="2018-12-06")
    >>> list_register_sources(figures)["title"].tolist()
    ['Sổ theo dõi CLB (dữ liệu giả lập, không có thật)']
    """
    rows = accept(observations, OBSERVATIONS)
    titles = [
        label("made_up.source" if _is_made_up(mine) else "register.source", lang=lang)
        for _, mine in rows.groupby("source", sort=False)
    ]
    keys = rows["source"].drop_duplicates().tolist()
    return arrange(pd.DataFrame({"source": keys, "title": titles}), SOURCES)


def say_register(metrics: Any, *, lang: Lang = "vi") -> Prose:
    """Say how many clubs and members a register holds, how they meet, and what they owe.

    Parameters
    ----------
    metrics : data frame
        Metrics of one area, computed from `summarise_clubs`.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences: clubs and their size, meetings, loans.

    Raises
    ------
    ValueError
        If the metrics are of several areas.

    Examples
    --------
    >>> from lthtgn_analysis.schema import empty_table
    >>> print(say_register(empty_table(METRIC_ROWS)).sentences[0])
    Trong sổ chưa có CLB nào đang hoạt động.
    """
    rows = accept(metrics, METRIC_ROWS)
    rows = rows.loc[rows["value"].notna()]
    if several(rows["area"]):
        raise ValueError(
            f"`metrics` must be of one area; found {sorted(rows['area_name'].unique())[:5]}.\n"
            "  hint: take one area with `.query(...)`, or the metrics of the level above."
        )
    found = {row["metric"]: row for _, row in rows.drop_duplicates("metric").iterrows()}
    return lead(_say_clubs(found, lang), _say_meetings(found, lang), _say_loans(found, lang))


def count_criteria(clubs: pd.DataFrame, *, standard: Standard | None = None) -> pd.DataFrame:
    """Count how many clubs meet each criterion of a standard.

    Parameters
    ----------
    clubs : DataFrame
        As `assess_clubs` gives it; clubs that do not operate are passed over.
    standard : Standard, optional
        The standard that `assess_clubs` used.

    Returns
    -------
    DataFrame
        One row per criterion, in the order of the standard: `criterion`, `label_vi`, `label_en`,
        `source`, `met`, `known`, `clubs` and `share` (missing where no club is known).

    Examples
    --------
    >>> clubs = pd.DataFrame({"operating": [1.0, 1.0], "meets_size": [1.0, np.nan]})
    >>> counted = count_criteria(clubs).iloc[0]
    >>> counted["criterion"], int(counted["met"]), int(counted["known"]), int(counted["clubs"])
    ('size', 1, 1, 2)
    """
    rules = standard or read_standard()
    operating = clubs.loc[clubs["operating"].eq(1)]
    rows = []
    for criterion in rules.criteria:
        column = f"meets_{criterion.name}"
        judged = operating[column].dropna() if column in operating else pd.Series(dtype="float64")
        rows.append(
            {
                "criterion": criterion.name,
                "label_vi": criterion.label_vi,
                "label_en": criterion.label_en,
                "source": criterion.source,
                "met": int(judged.sum()),
                "known": len(judged),
                "clubs": len(operating),
                "share": judged.mean() if len(judged) else np.nan,
            }
        )
    return pd.DataFrame(rows)


def plot_criteria(table: pd.DataFrame, *, ax: Axes | None = None, lang: Lang = "vi") -> Axes:
    """Draw the share of clubs that meet each criterion.

    Parameters
    ----------
    table : DataFrame
        As `count_criteria` gives it.
    ax : Axes, optional
        Where to draw; `new_axes(rows=len(table))` has a fitting height.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Axes
        One bar per criterion that is known of a club, the least met on top.

    Examples
    --------
    >>> clubs = pd.DataFrame({"operating": [1.0, 1.0], "meets_size": [1.0, 0.0]})
    >>> plot_criteria(count_criteria(clubs)).get_title(loc="left").replace(chr(10), " ")
    'Tiêu chí ít CLB đạt nhất: từ 50 đến 70 thành viên (1/2 CLB)'
    """
    axes = take_axes(ax)
    known = table.loc[table["known"] > 0].sort_values("share", kind="stable", ignore_index=True)
    if known.empty:
        return say_nothing(axes, title=label("register.criteria.none", lang=lang))
    places = np.arange(len(known))
    axes.barh(places, 1, height=0.56, color="none", edgecolor=EMPTY, linewidth=0.8, zorder=1)
    axes.barh(places, known["share"], height=0.56, color=PALE, zorder=2)
    figures = [_write_count(row, lang) for _, row in known.iterrows()]
    for place, figure in enumerate(figures):
        write_beside(axes, 1.0, place, figure)
    names = known[f"label_{lang}"].tolist()
    axes.set_yticks(places, labels=[wrap(name, 34) for name in names])
    axes.set_ylim(len(known) - 0.4, -0.6)
    axes.set_xlim(0, 1.5)
    axis = label("register.criteria.axis", lang=lang)
    format_axis(axes.xaxis, unit="share", name=axis, largest=1, lang=lang)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid(visible=False, axis="y")
    least = known.iloc[0]
    title = label("register.criteria.title", lang=lang).format(
        name=inside_sentence(names[0]), met=least["met"], known=least["known"]
    )
    listed = "; ".join(f"{name}: {figure}" for name, figure in zip(names, figures, strict=True))
    alt = label("plot.coverage.alt", lang=lang).format(figures=f"{title}. {listed}")
    return finish(axes, title=title, alt=alt, aside=180)


def style_criteria(
    table: pd.DataFrame, *, standard: Standard | None = None, caption: str = "", lang: Lang = "vi"
) -> DisplayTable:
    """Show how many clubs meet each criterion, and that the standard is not an official scale.

    Parameters
    ----------
    table : DataFrame
        As `count_criteria` gives it.
    standard : Standard, optional
        The standard that was used.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    DisplayTable
        One row per criterion; one that is known of no club has a dash, not 0.

    Examples
    --------
    >>> clubs = pd.DataFrame({"operating": [1.0, 1.0], "meets_size": [1.0, 0.0]})
    >>> style_criteria(count_criteria(clubs)).to_frame().iloc[0].tolist()[:4]
    ['Từ 50 đến 70 thành viên', '1', '2', '50,0%']
    """
    rules = standard or read_standard()
    columns = [
        write_column("criterion", table, lambda row: row[f"label_{lang}"], lang, width="wide"),
        write_column("criterion_met", table, lambda row: _count(row, "met", lang), lang, "number"),
        write_column(
            "criterion_known", table, lambda row: _count(row, "known", lang), lang, "number"
        ),
        write_column("criterion_share", table, lambda row: _share(row, lang), lang, "number"),
        write_column("basis", table, lambda row: _name_basis(row["source"], lang), lang,
                     width="medium"),
    ]  # fmt: skip
    said = rules.label_vi if lang == "vi" else rules.label_en
    shown = caption or label("table.caption.criteria", lang=lang)
    return display(columns, f"{shown} ({said})", table, lang)


def _is_made_up(observations: Any) -> bool:
    return bool(accept(observations, OBSERVATIONS)["status"].eq(_MADE_UP).any())


def _say_clubs(found: dict[str, pd.Series], lang: Lang) -> str:
    clubs = found.get("clubs")
    if clubs is None or not clubs["value"] > 0:
        return label("sentence.register.none", lang=lang)
    words = {
        "place": clubs["area_name"],
        "clubs": write_figure(clubs, lang=lang),
        "date": format_date(clubs["as_of"], lang=lang),
    }
    said = label("sentence.register.clubs", lang=lang).format(**words)
    if "members" in found and "members_per_club" in found:
        said += label("sentence.register.members", lang=lang).format(
            members=write_figure(found["members"], lang=lang),
            mean=write_figure(found["members_per_club"], lang=lang),
        )
    size = found.get("size_compliance_share")
    if size is not None and pd.notna(size["numerator"]):
        said += label("sentence.register.size", lang=lang).format(
            met=format_figure(size["numerator"], lang=lang),
            known=format_figure(size["denominator"], lang=lang),
        )
    return f"{said}."


def _say_meetings(found: dict[str, pd.Series], lang: Lang) -> str:
    held = found.get("meeting_regularity_share")
    if held is None or not held["denominator"] > 0:
        return label("sentence.register.no_meetings", lang=lang)
    said = label("sentence.register.meetings", lang=lang).format(
        held=format_figure(held["numerator"], lang=lang),
        due=format_figure(held["denominator"], lang=lang),
        share=write_figure(held, lang=lang),
    )
    if "attendance_share" in found:
        said += label("sentence.register.attendance", lang=lang).format(
            share=write_figure(found["attendance_share"], lang=lang)
        )
    return f"{said}."


def _say_loans(found: dict[str, pd.Series], lang: Lang) -> str:
    borrowing = found.get("borrowing_share")
    if borrowing is None or pd.isna(borrowing["numerator"]):
        return label("sentence.register.no_loans", lang=lang)
    # A share has an upper end at 1 even where the ledger has gaps, so that is none of the count.
    exact = borrowing["low"] == borrowing["high"]
    said = label(f"sentence.register.{'loans' if exact else 'loans_open'}", lang=lang).format(
        borrowers=format_figure(borrowing["numerator"], lang=lang),
        share=write_figure(borrowing, lang=lang),
    )
    late = found.get("par30_share")
    if late is not None:
        told = "late" if late["low"] > 0 or late["high"] < 1 else "late_unknown"
        said += label(f"sentence.register.{told}", lang=lang).format(
            owed=format_figure(round(late["denominator"], _TEN_MILLIONS), unit="VND", lang=lang),
            share=write_figure(late, lang=lang),
        )
    return f"{said}."


def _write_count(row: pd.Series, lang: Lang) -> str:
    return label("register.criteria.figure", lang=lang).format(
        share=_share(row, lang), met=_count(row, "met", lang), known=_count(row, "known", lang)
    )


def _count(row: pd.Series, name: str, lang: Lang) -> str:
    return format_figure(row[name], lang=lang) if row["known"] or name == "known" else MISSING_TEXT


def _share(row: pd.Series, lang: Lang) -> str:
    if pd.isna(row["share"]):
        return MISSING_TEXT
    return format_figure(row["share"], unit="share", lang=lang, digits=1)


def _name_basis(source: str, lang: Lang) -> str:
    """Name what a criterion rests on; most standards are set by no decision."""
    if "startup_rules" in source:
        return label("register.local_rule", lang=lang)
    return label("register.own_rule", lang=lang) if "gói này" in source else source
