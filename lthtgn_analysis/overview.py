"""Finished tables in, the top of the site's index out: map, search, table, changes, status.

The piece of HTML needs nothing from elsewhere. Map, measure and the filter of the table are
switched by form controls and the stylesheet alone; the one script adds the search and the sorting.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from .areas import tile_grid
from .checks import find_problems
from .dates import format_date
from .display import Cell, Column, lift_unit
from .history import FILES, History, compare_with_published, write_files
from .layout import render_part
from .lettering import fold, sort_key
from .marks import name_leaders
from .metrics import compute
from .notation import MISSING_TEXT, format_figure, label
from .numerals import write_numeral
from .profiles import QUALITIES, SHOWN, profile_provinces, trace_clubs
from .progress import measure_progress
from .targets import read_targets
from .wording import Lang, inside_sentence, name_measure, name_unit, write_figure, write_scope

if TYPE_CHECKING:
    from .sitemap import Page

MEASURES = (
    "clubs", "members", "commune_coverage", "income_fund_vnd", "doubt", "sourced_share", "problems",
)  # fmt: skip
"""What the map can be coloured by."""

_COLUMNS = ("clubs", "members", "members_per_club", "commune_coverage", "income_fund_per_club_vnd")
_MAPS = {"63": "2025-01", "34": "2025-07"}
_CAUSES = ("data", "boundaries", "definition", "target", "added", "removed")
_CLASSES = 5
_STEPS = (1.0, 2.0, 2.5, 3.0, 4.0, 5.0, 10.0)
_MONEY = {"billion": 1e9, "million": 1e6}
_MOST_CHANGES = 40

_TILE_WIDTH, _TILE_HEIGHT = 100, 80
_LETTERS_PER_LINE = 10
_ARCHIPELAGOS = {
    "63": (("Hoàng Sa", "48", 8.0, 7.5), ("Trường Sa", "56", 18.1, 7.5)),
    "34": (("Hoàng Sa", "48", 7.0, 5.1), ("Trường Sa", "56", 15.1, 5.1)),
}
_ISLETS = ((-20, -14), (4, -22), (22, -8), (-2, -4))
_TRACE_WIDTH, _TRACE_HEIGHT, _TRACE_EDGE = 120.0, 28.0, 3.5


@dataclass(frozen=True)
class Overview:
    """The top of a site's index, and the files by which the next build tells what has changed.

    Parameters
    ----------
    profile, traces : DataFrame
        See `profile_provinces` and `trace_clubs`.
    history : History
        See `compare_with_published`.
    files : mapping
        Names and texts of files that belong beside the index.
    """

    profile: pd.DataFrame
    traces: pd.DataFrame
    history: History
    files: Mapping[str, str]

    def write(self, pages: Sequence[Page], lang: str) -> str:
        """Return the HTML for the option `index` of `build_site`."""
        return write_overview(
            pages,
            cast(Lang, lang),
            profile=self.profile,
            traces=self.traces,
            history=self.history,
        )


def make_overview(
    observations: Any, *, as_of: str | pd.Timestamp, output: str | os.PathLike[str]
) -> Overview:
    """Compute what the index of a site shows of the provinces.

    Parameters
    ----------
    observations : data frame
        The observations table.
    as_of : date
        The day of the figures.
    output : path
        The site's folder: the build published there is the one to compare with.

    Returns
    -------
    Overview
        Its `write` and its `files` are for the options `index` and `files` of `build_site`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> overview = make_overview(observations, as_of="2025-12-31", output="no such folder")
    >>> sorted(overview.files), overview.history.state
    (['changes.csv', 'metrics.csv', 'progress.csv'], 'first')
    """
    metrics = pd.concat(
        [compute(observations, level=level, as_of=as_of) for level in ("national", "province")],
        ignore_index=True,
    )
    progress = measure_progress(observations, read_targets(), as_of=as_of)
    history = compare_with_published(Path(output), metrics=metrics, progress=progress)
    return Overview(
        profile=profile_provinces(observations, metrics, find_problems(observations)),
        traces=trace_clubs(observations, as_of=as_of),
        history=history,
        files=write_files(history, metrics=metrics, progress=progress),
    )


def write_overview(
    pages: Sequence[Page],
    lang: Lang,
    *,
    profile: pd.DataFrame,
    traces: pd.DataFrame,
    history: History,
    notebook: str = "02-tinh",
) -> str:
    """Return the top of an index as HTML.

    Parameters
    ----------
    pages : sequence of Page
        The pages of the site, as `build_site` hands them to its option `index`.
    lang : {"vi", "en"}
        The language.
    profile : DataFrame
        What is known of each province (`profile_provinces`).
    traces : DataFrame
        Numbers of clubs over time (`trace_clubs`).
    history : History
        What has changed since the last build (`compare_with_published`).
    notebook : str, default "02-tinh"
        The notebook whose pages are those of provinces, one for each value of `area`.

    Returns
    -------
    str
        A piece of HTML whose headings begin at the second level.

    Examples
    --------
    >>> nothing = pd.DataFrame({name: [] for name in
    ...     ("map", "area", "measure", "as_of", "low", "value", "high", "unit")})
    >>> html = write_overview((), "vi", profile=nothing, traces=nothing,
    ...     history=History(pd.DataFrame({"cause": []}), "first"))
    >>> "Chưa có số liệu: số CLB" in html, "Trường Sa" in html
    (True, True)
    """
    links = _link_provinces(pages, lang, notebook)
    maps = [
        _describe_map(name, profile, traces, links=links, lang=lang)
        for name in _order_maps(profile)
    ]
    return render_part(
        "overview.html.j2",
        css=_read("overview.css"),
        script=_read("overview.js"),
        word=functools.partial(_say, lang=lang),
        lang=lang,
        classes=range(_CLASSES),
        measures=[{"id": name, "name": _name_short(name, lang)} for name in MEASURES],
        maps=maps,
        build=_count_pages(pages, lang),
        changes=_describe_changes(history, lang),
        files=[
            {"href": name, "name": label(f"index.file.{name.removesuffix('.csv')}", lang=lang)}
            for name in FILES
        ],
        trace_box={"width": _TRACE_WIDTH, "height": _TRACE_HEIGHT},
    )


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return cast(list[dict[str, Any]], table.to_dict(orient="records"))


def _say(key: str, *, lang: Lang, **values: object) -> str:
    return label(f"index.{key}", lang=lang).format(**values)


@functools.cache
def _read(name: str) -> str:
    folder = Path(__file__).resolve().parent / "templates"
    return (folder / name).read_text(encoding="utf-8").strip()


def _link_provinces(pages: Sequence[Page], lang: Lang, notebook: str) -> dict[str, dict[str, Any]]:
    """Return the page of each province: in this language, else in the site's first one."""
    mine = [page for page in pages if page.notebook == notebook and page.path]
    ordered = sorted(mine, key=lambda page: page.lang == lang)
    return {
        str(page.parameters.get("area")): {"href": page.path, "status": page.status}
        for page in ordered
    }


def _order_maps(profile: pd.DataFrame) -> list[str]:
    """Put the map of which more is known first: it is the one that is shown at the start."""
    clubs = profile.loc[profile["measure"] == "clubs", "map"].value_counts()
    return sorted(_MAPS, key=lambda name: (-clubs.get(name, 0), int(name)))


def _describe_map(
    name: str,
    profile: pd.DataFrame,
    traces: pd.DataFrame,
    *,
    links: Mapping[str, Mapping[str, Any]],
    lang: Lang,
) -> dict[str, Any]:
    grid = tile_grid(_MAPS[name])
    known = profile.loc[profile["map"] == name].merge(
        grid[["area", "area_name"]], on="area", how="inner"
    )
    views = {measure: _View(measure, known, len(grid), lang) for measure in MEASURES}
    rows = {(row["area"], row["measure"]): row for row in _records(known)}
    ranked = grid.iloc[
        sorted(range(len(grid)), key=lambda at: sort_key(grid["area_name"].iloc[at]))
    ]
    mine = traces.loc[traces["map"] == name]
    span = _span(mine["as_of"])
    listed = [
        _write_row(rank, tile, rows, mine, span=span, links=links, lang=lang)
        for rank, tile in enumerate(_records(ranked))
    ]
    columns = [_head_column(listed, place, lang) for place in range(len(_COLUMNS))]
    return {
        "id": name,
        "name": _say(f"map.{name}", lang=lang),
        "width": round((max(grid["col"].max(), 8.2 if name == "63" else 5.8) + 1) * _TILE_WIDTH),
        "height": round((grid["row"].max() + 1) * _TILE_HEIGHT),
        "views": [view.describe() for view in views.values()],
        "tiles": [_draw_tile(tile, rows, views, links=links) for tile in _records(ranked)],
        "archipelagos": [
            _draw_archipelago(place, grid, rows, views, lang=lang) for place in _ARCHIPELAGOS[name]
        ],
        "columns": [column.heading for column in columns],
        "rows": [
            {
                **row,
                "cells": [
                    {**cell, "text": column.cells[place].text}
                    for cell, column in zip(row["cells"], columns, strict=True)
                ],
            }
            for place, row in enumerate(listed)
        ],
        "trace_hint": _say_span(span, lang),
    }


class _View:
    """One measure on one map: its classes, and how its figures are written on tiles."""

    def __init__(self, measure: str, known: pd.DataFrame, total: int, lang: Lang) -> None:
        self.measure, self.total, self.lang = measure, total, lang
        self.rows = known.loc[known["measure"] == measure]
        self.unit = "" if self.rows.empty else str(self.rows["unit"].iloc[0])
        largest = 0.0 if self.rows.empty else float(self.rows["value"].max())
        self.scale = 1.0
        if self.unit == "VND":
            self.scale = _MONEY[self._money()] if largest else 1.0
        self.step = _choose_step(largest / self.scale, whole=self.unit not in ("VND", "share"))

    def shade(self, row: Mapping[str, Any] | None) -> str:
        if row is None:
            return "u"
        return str(min(int(row["value"] / self.scale / self.step + 1e-9), _CLASSES - 1))

    def write(self, row: Mapping[str, Any] | None) -> str:
        """Write a figure short enough for a tile: a hedge becomes a sign, money has one scale."""
        if row is None:
            return MISSING_TEXT
        low, value, high = row["low"], row["value"], row["high"]
        text = self._number(value / self.scale)
        if low == value == high:
            return text
        if pd.isna(high) or low == value:
            return f"≥{text}"
        return f"≤{text}" if value == high else f"~{text}"

    def describe(self) -> dict[str, Any]:
        steps = 0 if self.rows.empty else _CLASSES
        return {
            "measure": self.measure,
            "title": self._title(),
            "notes": list(self._notes()),
            "ticks": [self._number(at * self.step) for at in range(steps)],
            "last": self._number(_CLASSES * self.step),
        }

    def _number(self, value: float) -> str:
        if self.unit == "share":
            digits = 0 if self.step * 100 >= 1 else 1
            return format_figure(value, unit="share", lang=self.lang, digits=digits)
        digits = 0 if float(round(value, 6)).is_integer() else 1
        return write_numeral(value, digits=digits, lang=self.lang)

    def _title(self) -> str:
        name = _name_long(self.measure, self.lang)
        if self.rows.empty:
            return label("plot.none", lang=self.lang).format(measure=inside_sentence(name))
        leader = "" if self.measure in QUALITIES else name_leaders(self.rows, self.lang)
        key = "plot.map.title" if leader else "plot.map.title_open"
        return label(key, lang=self.lang).format(
            measure=name, n=len(self.rows), total=self.total, leader=leader
        )

    def _notes(self) -> Iterable[str]:
        if self.measure in QUALITIES:
            yield _say(f"note.{self.measure}", lang=self.lang)
        days = self.rows["as_of"].dropna()
        if len(days):
            first, last = (format_date(day, lang=self.lang) for day in (days.min(), days.max()))
            key = "note.date" if first == last else "note.dates"
            yield _say(key, lang=self.lang, first=first, last=last)
        if self.unit == "VND":
            unit = label(f"plot.scale.{self._money()}", lang=self.lang)
            yield _say("note.unit", lang=self.lang, unit=unit)
        elif self.unit in ("clubs", "people"):
            yield _say("note.unit", lang=self.lang, unit=name_unit(self.unit, lang=self.lang))

    def _money(self) -> str:
        return "billion" if self.rows["value"].max() >= _MONEY["billion"] else "million"


def _choose_step(largest: float, *, whole: bool) -> float:
    """Return a round step of which five reach the largest value."""
    if not largest > 0:
        return 1.0 if whole else 0.2
    least = max(largest / _CLASSES, 1.0) if whole else largest / _CLASSES
    power = 10.0 ** math.floor(math.log10(least))
    steps = (step * power for step in _STEPS if step * power >= least * (1 - 1e-9))
    return next(step for step in steps if not whole or step.is_integer())


def _draw_tile(
    tile: Mapping[str, Any],
    rows: Mapping[tuple[str, str], Mapping[str, Any]],
    views: Mapping[str, _View],
    *,
    links: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    lines = _break_name(tile["area_name"])
    return {
        "x": tile["col"] * _TILE_WIDTH,
        "y": tile["row"] * _TILE_HEIGHT,
        "name": tile["area_name"],
        "lines": lines,
        "short": tile["label"],
        "key": fold(tile["area_name"]),
        "classes": _classes(tile["area"], rows, views),
        "figures": [
            {"measure": name, "text": view.write(rows.get((tile["area"], name)))}
            for name, view in views.items()
        ],
        "href": links.get(tile["area"], {}).get("href"),
    }


def _classes(
    area: str,
    rows: Mapping[tuple[str, str], Mapping[str, Any]],
    views: Mapping[str, _View],
) -> str:
    return " ".join(f"{name}-{view.shade(rows.get((area, name)))}" for name, view in views.items())


def _draw_archipelago(
    place: tuple[str, str, float, float],
    grid: pd.DataFrame,
    rows: Mapping[tuple[str, str], Mapping[str, Any]],
    views: Mapping[str, _View],
    *,
    lang: Lang,
) -> dict[str, Any]:
    name, area, row, col = place
    province = grid.loc[grid["area"] == area, "area_name"].iloc[0]
    x, y = (col + 0.5) * _TILE_WIDTH, (row + 0.5) * _TILE_HEIGHT
    return {
        "x": x,
        "y": y,
        "name": name,
        "province": province,
        "title": _say("archipelago", lang=lang, name=name, province=province),
        "classes": _classes(area, rows, views),
        "islets": [(x + right, y + down) for right, down in _ISLETS],
    }


def _break_name(name: str) -> list[str]:
    lines: list[str] = []
    for word in name.replace(" - ", "- ").split():
        if lines and len(lines[-1]) + 1 + len(word) <= _LETTERS_PER_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _write_row(
    rank: int,
    tile: Mapping[str, Any],
    rows: Mapping[tuple[str, str], Mapping[str, Any]],
    traces: pd.DataFrame,
    *,
    span: tuple[pd.Timestamp, pd.Timestamp] | None,
    links: Mapping[str, Mapping[str, Any]],
    lang: Lang,
) -> dict[str, Any]:
    area = tile["area"]
    problems = rows.get((area, "problems"))
    return {
        "rank": rank,
        "name": tile["area_name"],
        "key": fold(tile["area_name"]),
        "href": links.get(area, {}).get("href"),
        "badge": _badge(links.get(area, {}).get("status", "ok"), lang),
        "known": problems is not None,
        "cells": [_write_cell(rows.get((area, measure)), lang) for measure in _COLUMNS],
        "trace": _draw_trace(traces.loc[traces["area"] == area], span=span, lang=lang),
        "problems": "" if problems is None else int(problems["value"]),
    }


def _head_column(rows: Sequence[Mapping[str, Any]], place: int, lang: Lang) -> Column:
    """Put the unit of a column's figures into its heading."""
    cells = tuple(Cell(row["cells"][place]["text"]) for row in rows)
    return lift_unit(Column(_name_short(_COLUMNS[place], lang), cells, "number"), lang)


def _badge(status: str, lang: Lang) -> dict[str, str] | None:
    if status == "ok":
        return None
    return {"kind": status, "text": label(f"page.badge_{status}", lang=lang)}


def _write_cell(row: Mapping[str, Any] | None, lang: Lang) -> dict[str, Any]:
    if row is None:
        return {"value": "", "text": MISSING_TEXT, "day": "", "iso": ""}
    day = row["as_of"]
    known = pd.notna(day)
    return {
        "value": repr(float(row["value"])),
        "text": write_figure(row, lang=lang, with_unit=True),
        "day": format_date(day, lang=lang) if known else label("missing.date", lang=lang),
        "iso": day.strftime("%Y-%m-%d") if known else "",
    }


def _span(days: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    known = days.dropna()
    return None if known.empty else (known.min(), known.max())


def _say_span(span: tuple[pd.Timestamp, pd.Timestamp] | None, lang: Lang) -> str:
    if span is None:
        return ""
    first, last = (format_date(day, lang=lang) for day in span)
    return _say("trace.hint", lang=lang, first=first, last=last)


def _draw_trace(
    figures: pd.DataFrame, *, span: tuple[pd.Timestamp, pd.Timestamp] | None, lang: Lang
) -> dict[str, Any] | None:
    """Place the figures of one province on a small chart that begins at zero."""
    if figures.empty or span is None:
        return None
    days = max((span[1] - span[0]).days, 1)
    largest = max(float(figures["value"].max()), float(figures["high"].max()), 1.0)

    def height_of(value: float) -> float:
        room = _TRACE_HEIGHT - 2 * _TRACE_EDGE
        return round(_TRACE_HEIGHT - _TRACE_EDGE - value / largest * room, 1)

    points = []
    for row in _records(figures):
        across = (row["as_of"] - span[0]).days / days
        high = row["value"] if pd.isna(row["high"]) else row["high"]
        low = row["value"] if pd.isna(row["low"]) else row["low"]
        points.append(
            {
                "x": round(_TRACE_EDGE + across * (_TRACE_WIDTH - 2 * _TRACE_EDGE), 1),
                "y": height_of(row["value"]),
                "top": height_of(high),
                "bottom": height_of(low),
            }
        )
    written = "; ".join(
        f"{format_date(row['as_of'], lang=lang)}: "
        f"{write_figure({**row, 'unit': 'clubs'}, lang=lang)}"
        for row in _records(figures)
    )
    return {
        "points": points,
        "line": " ".join(f"{point['x']},{point['y']}" for point in points),
        "alt": _say("trace.alt", lang=lang, n=len(points), figures=written),
    }


def _count_pages(pages: Sequence[Page], lang: Lang) -> list[dict[str, str]]:
    counts = {
        status: sum(page.status == status for page in pages) for status in ("ok", "stale", "failed")
    }
    return [
        {"status": status, "text": _say(f"build.{status}", lang=lang, n=count)}
        for status, count in counts.items()
        if count or status == "ok"
    ]


def _describe_changes(history: History, lang: Lang) -> dict[str, Any]:
    changes = history.changes
    if history.state != "known" or changes.empty:
        key = history.state if history.state != "known" else "none"
        return {"lead": _say(f"changes.{key}", lang=lang), "causes": [], "rows": [], "summary": ""}
    since = changes["since"].iloc[0]
    lead = (
        _say("changes.undated", lang=lang)
        if pd.isna(since)
        else _say("changes.since", lang=lang, day=format_date(since, lang=lang))
    )
    counts = changes["cause"].value_counts()
    ordered = changes.assign(order=changes["cause"].map(_CAUSES.index)).sort_values(
        ["order", "kind", "area"], kind="stable"
    )
    shown = ordered.head(_MOST_CHANGES)
    return {
        "lead": lead,
        "causes": [
            _say(f"change.{cause}", lang=lang, n=counts[cause])
            for cause in _CAUSES
            if cause in counts
        ],
        "rows": [_write_change(row, lang) for row in _records(shown)],
        "summary": _say("change.all", lang=lang, shown=len(shown), n=len(changes)),
    }


def _write_change(row: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    measure = name_measure(row["measure"], lang=lang)
    if pd.notna(row["scheme"]):
        measure = f"{measure} ({write_scope(str(row['scheme']), lang=lang)})"
    return {
        "measure": measure,
        "place": label("level.national", lang=lang) if row["area"] == "VN" else row["area_name"],
        "old": _write_side(row, ("low_old", "old", "high_old", "verdict_old"), lang),
        "new": _write_side(row, ("low", "new", "high", "verdict"), lang),
        "cause": ", ".join(_say(f"cause.{cause}", lang=lang) for cause in row["causes"].split(";")),
    }


def _write_side(row: Mapping[str, Any], names: Sequence[str], lang: Lang) -> str:
    low, value, high, verdict = (row[name] for name in names)
    text = write_figure({"low": low, "value": value, "high": high, "unit": row["unit"]}, lang=lang)
    if pd.isna(verdict):
        return text
    return f"{text}: {label(f'verdict.{verdict}', lang=lang)}"


def _name_short(measure: str, lang: Lang) -> str:
    return label(f"index.measure.{measure}", lang=lang)


def _name_long(measure: str, lang: Lang) -> str:
    return name_measure(measure, lang=lang) if measure in SHOWN else _name_short(measure, lang)
