"""What moved between two runs, and why: two tables of a kind in, their differences out.

The tables are those of `metrics.compute` or of `progress.measure_progress`. A cause is read from
the tables alone: other inputs mean other data, equal inputs with another result mean another
definition, another bar means another target, another map means other boundaries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .areas import same_map
from .schema import METRIC_ROWS, PROGRESS, Table, accept

_METRIC_KEY = ["metric", "level", "area"]
_TARGET_KEY = ["target_id"]
_BAR = [
    "low", "value", "high", "base_low", "base_value", "base_high", "start", "due", "nature",
    "measure", "area", "scope",
]  # fmt: skip
_COLUMNS = [
    "kind", "name", "area", "area_name", "boundaries_old", "boundaries", "as_of_old", "as_of",
    "old", "new", "change", "verdict_old", "verdict", "cause", "fact_ids_old", "fact_ids",
]  # fmt: skip


def compare_runs(old: Any, new: Any) -> pd.DataFrame:
    """Tell what moved since an earlier run, and what caused it.

    Parameters
    ----------
    old, new : data frame
        Two tables of `compute`, or two of `measure_progress`.

    Returns
    -------
    DataFrame
        One row for each figure that differs: `kind` (metric | target), `name`, `area`,
        `area_name`, `boundaries_old`, `boundaries`, `as_of_old`, `as_of`, `old`, `new`, `change`,
        `verdict_old`, `verdict` (of targets), `cause` and the facts of both runs. `cause` is
        ``data`` (other facts, or a figure corrected), ``boundaries`` (the same place on another
        map), ``definition`` (the same inputs, another result), ``target`` (another bar, baseline,
        period, measure or scope), ``added`` or ``removed``.

    Raises
    ------
    InvalidTableError
        If a table lacks the columns of its kind.
    ValueError
        If the two tables are of different kinds.

    Examples
    --------
    >>> from lthtgn_analysis.metrics import compute
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> runs = [
    ...     compute(observations, level="national", as_of=day, metrics=["clubs"])
    ...     for day in ("2023-12-31", "2024-12-31")
    ... ]
    >>> moved = compare_runs(*runs).iloc[0]
    >>> float(moved["old"]), float(moved["new"]), moved["cause"]
    (6521.0, 8432.0, 'data')
    """
    kinds = ["target" if "target_id" in table.columns else "metric" for table in (old, new)]
    if kinds[0] != kinds[1]:
        raise ValueError(
            f"`compare_runs` must get two tables of one kind, not a table of {kinds[0]}s and one "
            f"of {kinds[1]}s."
        )
    if kinds[0] == "target":
        return _compare_targets(*_both(old, new, PROGRESS))
    return _compare_metrics(*_both(old, new, METRIC_ROWS))


def _both(old: Any, new: Any, table: Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    return accept(old, table, name="old"), accept(new, table, name="new")


def _compare_metrics(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    on_map = [*_METRIC_KEY, "map"]
    before, after = (_add_map(table).set_index(on_map, drop=False) for table in (old, new))
    kept = before.index.intersection(after.index)
    gone, come = before.index.difference(kept), after.index.difference(kept)
    pairs = _pair(before.loc[kept], after.loc[kept])
    moved = pairs[_differ(pairs, ["low", "value", "high"])]
    inputs = _differ(moved, ["numerator", "denominator", "fact_ids"])
    moved = moved.assign(cause=np.where(inputs, "data", "definition"))
    moves = _match_maps(before.loc[gone], after.loc[come])
    moved_from, moved_to = (pd.MultiIndex.from_frame(move) for move in moves)
    redrawn = _pair(before.loc[moved_from], after.loc[moved_to]).assign(cause="boundaries")
    rest_gone = before.loc[gone.difference(moved_from)]
    rest_come = after.loc[come.difference(moved_to)]
    rows = [
        moved,
        redrawn,
        _pair(rest_gone, rest_gone.iloc[:0].reindex(range(len(rest_gone)))).assign(cause="removed"),
        _pair(rest_come.iloc[:0].reindex(range(len(rest_come))), rest_come).assign(cause="added"),
    ]
    return _report(pd.concat([row for row in rows if len(row)] or rows), "metric", "metric")


def _add_map(table: pd.DataFrame) -> pd.DataFrame:
    """Name the map of each row: the 63 provinces of 2022 are those of January 2025."""
    pairs = zip(table["level"], table["boundaries"], strict=True)
    return table.assign(map=[same_map(level, boundaries) for level, boundaries in pairs])


def _match_maps(gone: pd.DataFrame, come: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pair a figure that went with one that came for the same place on another map."""
    columns = [*_METRIC_KEY, "map"]
    pairs = (
        gone[columns]
        .reset_index(drop=True)
        .merge(come[columns].reset_index(drop=True), on=_METRIC_KEY, suffixes=("_old", ""))
        .drop_duplicates(_METRIC_KEY)
    )
    old = pairs[[*_METRIC_KEY, "map_old"]].set_axis(columns, axis=1)
    return old, pairs[columns]


def _compare_targets(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    before, after = (table.set_index(_TARGET_KEY, drop=False) for table in (old, new))
    kept = before.index.intersection(after.index)
    pairs = _pair(before.loc[kept], after.loc[kept])
    other_bar, other_map = _differ(pairs, _BAR), _differ(pairs, ["boundaries"])
    results = ["reached_low", "reached", "reached_high"]
    moved = other_bar | other_map | _differ(pairs, [*results, "verdict"])
    inputs = _differ(pairs, ["fact_ids", *results])
    causes = {"target": other_bar, "boundaries": other_map, "data": inputs}
    cause = np.select([*causes.values()], [*causes], default="definition")
    gone = before.loc[before.index.difference(kept)]
    come = after.loc[after.index.difference(kept)]
    rows = [
        pairs.assign(cause=cause)[moved],
        _pair(gone, gone.iloc[:0].reindex(range(len(gone)))).assign(cause="removed"),
        _pair(come.iloc[:0].reindex(range(len(come))), come).assign(cause="added"),
    ]
    table = pd.concat([row for row in rows if len(row)] or rows)
    table = table.assign(
        value_old=table["reached_old"], value=table["reached"],
        area_name_old=table["area_old"], area_name=table["area"],
    )  # fmt: skip
    return _report(table, "target", "target_id")


def _pair(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Lay two frames of equal length side by side, the old columns with the ending ``_old``."""
    return pd.concat(
        [old.reset_index(drop=True).add_suffix("_old"), new.reset_index(drop=True)], axis=1
    )


def _differ(pairs: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Say where any of the columns differs; two missing values are equal."""
    differs = pd.Series(False, index=pairs.index)
    for column in columns:
        old, new = pairs[f"{column}_old"], pairs[column]
        differs |= ~((old == new) | (old.isna() & new.isna()))
    return differs


def _report(pairs: pd.DataFrame, kind: str, name: str) -> pd.DataFrame:
    either = {
        column: pairs[column].where(pairs[column].notna(), pairs[f"{column}_old"])
        for column in (name, "area", "area_name")
    }
    table = pairs.assign(
        kind=kind,
        name=either[name],
        area=either["area"],
        area_name=either["area_name"],
        old=pairs["value_old"],
        new=pairs["value"],
        change=pairs["value"] - pairs["value_old"],
    )
    missing = pd.Series(np.nan, index=table.index, dtype="str")
    table = table.assign(
        **{column: missing for column in ("verdict_old", "verdict") if column not in table}
    )
    return table.sort_values(["cause", "name", "area"], kind="stable")[_COLUMNS].reset_index(
        drop=True
    )
