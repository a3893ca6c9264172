"""Targets beside each other: targets or tables of progress in, one table of where they stand out.

What should be there by now, whether the targets of the parts make up that of the whole, and how
many places are on track. Only targets of one kind are added up: new ones with new ones, of one
scheme's measure, scope, map and deadline. Nothing here reads a file, a clock or a setting.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .areas import level_of, read_areas, same_map
from .parts import PART_LEVEL, find_parents
from .schema import PROGRESS, TARGETS, accept
from .targets import find_terms

_SAME_DAYS = 31
_EARLY_DAYS = 183  # a province may decide some months before the national period begins
_BOUNDS = ("low", "value", "high")
_ON_TRACK = ("achieved", "on_track", "inside")
_UNSURE = ("on_track_unconfirmed",)
_NOT_ASSESSABLE = ("not_assessable", "too_early")
_ROW = ["target_id", "scheme", "area", "boundaries", "measure", "nature", "scope", "due"]


def expect_by_now(targets: Any, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """Say how far each target should be on a day, if its period is used evenly.

    Targets of the same scheme, place, measure, nature and scope that began together and end earlier
    are milestones on the way: 6,000 by 2030 of 12,000 by 2035.

    Parameters
    ----------
    targets : data frame
        The targets table.
    as_of : str or Timestamp
        The day.

    Returns
    -------
    DataFrame
        One row per target, in their order: `target_id`, `as_of`, `elapsed` (the share of the period
        that has passed, from 0 to 1), `expected_low`, `expected`, `expected_high` (the bounds of
        the baseline's doubt) and `milestones` (their ids, joined by ``;``). Missing for bands,
        standing rules, targets without begin or deadline, and stocks without baseline.

    Raises
    ------
    InvalidTableError
        If a column is missing.

    Examples
    --------
    >>> from lthtgn_analysis.targets import read_targets
    >>> expected = expect_by_now(read_targets(scheme="1336"), as_of="2023-07-02")
    >>> round(expected.query("target_id == 'T1336-2'")["expected"].item())
    1499
    """
    table = accept(targets, TARGETS)
    day = pd.Timestamp(as_of)
    rows = [_expect(target, table, day) for _, target in table.iterrows()]
    names = ["elapsed", "expected_low", "expected", "expected_high", "milestones"]
    found = pd.DataFrame(rows, columns=names, index=table.index)
    found = found.astype({**dict.fromkeys(names[:-1], "float64"), "milestones": "str"})
    return pd.concat([table[["target_id"]].assign(as_of=day), found], axis=1)


def _expect(target: pd.Series, table: pd.DataFrame, day: pd.Timestamp) -> dict[str, Any]:
    begin = target["start"] if pd.notna(target["start"]) else target["base_date"]
    dated = pd.notna(begin) and pd.notna(target["due"]) and target["due"] > begin
    if not dated or target["nature"] == "standing" or pd.isna(target["value"]):
        return {}
    base = (0.0,) * 3 if target["nature"] == "new" else tuple(
        target[f"base_{bound}"] for bound in _BOUNDS
    )  # fmt: skip
    same = (table[["scheme", "area", "boundaries", "measure", "nature", "scope"]] == target[
        ["scheme", "area", "boundaries", "measure", "nature", "scope"]
    ]).all(axis=1)  # fmt: skip
    begun = (table["start"] - begin).abs().dt.days <= _SAME_DAYS
    steps = table[same & begun & (table["due"] < target["due"]) & table["value"].notna()]
    steps = steps.sort_values("due").drop_duplicates("due", keep="last")
    days = [0, *(steps["due"] - begin).dt.days, (target["due"] - begin).days]
    expected = [
        float(np.interp((day - begin).days, days, [start, *steps["value"], target["value"]]))
        for start in base
    ]
    return {
        "elapsed": float(np.clip((day - begin) / (target["due"] - begin), 0, 1)),
        **dict(zip(("expected_low", "expected", "expected_high"), expected, strict=True)),
        "milestones": ";".join(steps["target_id"]),
    }


def sum_targets(targets: Any) -> pd.DataFrame:
    """Hold each target of the country or of a province against the targets of the places below.

    Parameters
    ----------
    targets : data frame
        The targets table. Amended targets count as they stand now.

    Returns
    -------
    DataFrame
        One row per target that has any of the same measure, nature and scope below it, on the same
        map, with the same deadline (within a month): its `target_id`, `scheme`, `area`,
        `boundaries`, `measure`, `nature`, `scope` and `due`; `target`; `of_parts`, the sum of those
        below; `gap_low`, `gap`, `gap_high` = target - sum, where a place whose target is not known
        leaves `gap_low` open; `n_reported` and `n_expected`; `missing`, the names of the places
        without a target, and `target_ids`, the targets added up. Where a place has rival targets,
        the smallest and the largest are the bounds.

    Raises
    ------
    InvalidTableError
        If a column is missing.

    Examples
    --------
    >>> from lthtgn_analysis.targets import read_targets
    >>> cascade = sum_targets(read_targets()).query("target_id == 'T1336-2'").iloc[0]
    >>> float(cascade["target"]), int(cascade["n_expected"])
    (3000.0, 63)
    """
    table = accept(targets, TARGETS)
    table = table[find_terms(table)["last"].isna() & table["value"].notna()]
    table = table.assign(level=[level_of(area) for area in table["area"]])
    additive = table["nature"].isin(["new", "stock"])
    rows = [
        _sum_parts(target, table)
        for _, target in table[additive & table["level"].isin(list(PART_LEVEL))].iterrows()
    ]
    names = [
        *_ROW, "target", "of_parts", "gap_low", "gap", "gap_high", "n_reported", "n_expected",
        "missing", "target_ids",
    ]  # fmt: skip
    return pd.DataFrame([row for row in rows if row], columns=names)


def _sum_parts(target: pd.Series, table: pd.DataFrame) -> dict[str, Any]:
    level = PART_LEVEL[target["level"]]
    units = read_areas(boundaries=target["boundaries"], level=level)
    units = units[find_parents(units, level, target["level"]) == target["area"]]
    on_map = same_map(level, target["boundaries"])
    same = (table[["measure", "nature", "scope"]] == target[["measure", "nature", "scope"]]).all(
        axis=1
    )
    same &= table["level"] == level
    same &= (table["due"] - target["due"]).abs().dt.days <= _SAME_DAYS
    same &= table["area"].isin(units["area"])
    same &= ~((target["start"] - table["start"]).dt.days > _EARLY_DAYS)
    mine = table[same]
    mine = mine[[same_map(level, each) == on_map for each in mine["boundaries"]]]
    if mine.empty:
        return {}
    # Of several periods that end together the longest is the place's share; targets of one period
    # are rivals, and the place aims at no less than the smallest of them.
    longest = mine.groupby("area")["start"].transform("min")
    mine = mine[(mine["start"] == longest) | longest.isna()]
    ends = mine.groupby("area")["value"].agg(["min", "max"])
    first = mine.drop_duplicates("area")["value"].sum()
    absent = units.loc[~units["area"].isin(mine["area"]), "area_name"]
    return {
        **target[_ROW],
        "target": target["value"],
        "of_parts": first,
        "gap_low": target["value"] - ends["max"].sum() if absent.empty else np.nan,
        "gap": target["value"] - first,
        "gap_high": target["value"] - ends["min"].sum(),
        "n_reported": len(ends),
        "n_expected": len(units),
        "missing": ", ".join(absent),
        "target_ids": ";".join(mine["target_id"]),
    }


def count_on_track(progress: Any) -> pd.DataFrame:
    """Count, for each scheme, measure and level, the places that are on track with their target.

    Parameters
    ----------
    progress : data frame
        A table of `measure_progress`.

    Returns
    -------
    DataFrame
        One row per `scheme`, `measure`, `nature` and `level`: `on_track`, the targets achieved, on
        track or inside their band; `unconfirmed`, those that are so only on the better reading;
        `assessable`, how many can be assessed, and `not_assessable`, the others; `share_low`,
        `share`, `share_high` = on track over assessable, where the unconfirmed make the bounds.

    Raises
    ------
    InvalidTableError
        If a column is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"scheme": "1336", "measure": "new_clubs", "nature": "new",
    ...     "area": ["01", "38", "40", "58"], "target_id": list("abcd"), "boundaries": "2022",
    ...     "scope": "all", "status": "verified", "verdict": "not_met",
    ...     "progress_class": ["achieved", "limited", "not_assessable", "on_track"]})
    >>> count_on_track(rows)[["on_track", "assessable", "not_assessable"]].to_numpy().tolist()
    [[2, 3, 1]]
    """
    table = accept(progress, PROGRESS)
    classes = table["progress_class"].fillna("not_assessable")
    table = table.assign(
        level=[level_of(area) for area in table["area"]],
        on_track=classes.isin(_ON_TRACK),
        unconfirmed=classes.isin(_UNSURE),
        assessable=~classes.isin(_NOT_ASSESSABLE),
        not_assessable=classes.isin(_NOT_ASSESSABLE),
    )
    counts = ["on_track", "unconfirmed", "assessable", "not_assessable"]
    sums = table.groupby(["scheme", "measure", "nature", "level"], as_index=False)[counts].sum()
    whole = sums["assessable"].where(sums["assessable"] > 0).astype("float64")
    low = sums["on_track"] / whole
    return sums.assign(
        share_low=low,
        share=low.where(sums["unconfirmed"] == 0),
        share_high=(sums["on_track"] + sums["unconfirmed"]) / whole,
    )
