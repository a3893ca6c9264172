"""What moved between two runs, and why: two tables of a kind in, their differences out.

The tables are those of `metrics.compute` or of `progress.measure_progress`. A cause is read from
what they say of themselves: another bar means another target, another definition of the metric
means another definition whatever facts it then picks, another map means other boundaries, facts
that were not there or read otherwise mean other data. Several causes may work together; all are
named. A table remembers its definitions and its observations; of one from a file, only what its
columns tell is known.
"""

from __future__ import annotations

from typing import Any, TypeGuard

import numpy as np
import pandas as pd

from .areas import same_map
from .schema import METRIC_ROWS, PROGRESS, Origin, Table, accept

_METRIC_KEY = ["metric", "level", "area"]
_TARGET_KEY = ["target_id"]
_BAR = [
    "low", "value", "high", "base_low", "base_value", "base_high", "start", "due", "nature",
    "measure", "area", "scope",
]  # fmt: skip
_COLUMNS = [
    "kind", "name", "area", "area_name", "boundaries_old", "boundaries", "as_of_old", "as_of",
    "old", "new", "change", "verdict_old", "verdict", "cause", "causes", "fact_ids_old", "fact_ids",
]  # fmt: skip
CAUSES = ("target", "definition", "boundaries", "data")
"""What makes a figure move, by rank: what comes first makes two runs the least comparable."""

_FACT = ["low", "value", "high", "qualifier", "start", "as_of", "area", "scope"]


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
        `verdict_old`, `verdict` (of targets), `cause`, `causes` and the facts of both runs.
        `causes` names all that are found, joined by ``;``, and `cause` the first of them, in this
        order: ``target`` (another bar, baseline, period, measure or scope), ``definition`` (another
        definition of the metric, or the same inputs with another result), ``boundaries`` (the same
        place on another map), ``data`` (other facts, or a figure corrected); or else ``added`` or
        ``removed``. A column `definition`, where the tables have it, says by which definition each
        row was computed.

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
    runs = [_add_map(_add_definition(table, "metric")) for table in (old, new)]
    before, after = (table.set_index(on_map, drop=False) for table in runs)
    kept = before.index.intersection(after.index)
    gone, come = before.index.difference(kept), after.index.difference(kept)
    pairs = _pair(before.loc[kept], after.loc[kept])
    moved = pairs[_differ(pairs, ["low", "value", "high"])]
    moves = _match_maps(before.loc[gone], after.loc[come])
    moved_from, moved_to = (pd.MultiIndex.from_frame(move) for move in moves)
    redrawn = _pair(before.loc[moved_from], after.loc[moved_to])
    rest_gone = before.loc[gone.difference(moved_from)]
    rest_come = after.loc[come.difference(moved_to)]
    found = pd.concat([rows for rows in (moved, redrawn) if len(rows)] or [moved])
    found = found.reset_index(drop=True)
    inputs = ["numerator", "denominator", "fact_ids"]
    rows = [
        _find_causes(found, (old, new), inputs, boundaries=_differ(found, ["map"])),
        _pair(rest_gone, rest_gone.iloc[:0].reindex(range(len(rest_gone)))).assign(
            cause="removed", causes="removed"
        ),
        _pair(rest_come.iloc[:0].reindex(range(len(rest_come))), rest_come).assign(
            cause="added", causes="added"
        ),
    ]
    return _report(pd.concat([row for row in rows if len(row)] or rows), "metric", "metric")


def _add_definition(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Say by which definition each row was computed, where the table says or remembers it."""
    if "definition" in table.columns:
        return table
    origin = table.attrs.get("origin")
    known = origin.definitions if _remembers(origin) else {}
    definitions = [known.get(metric) for metric in table[name]]
    return table.assign(definition=pd.Series(definitions, index=table.index, dtype="str"))


def _remembers(origin: Any) -> TypeGuard[Origin]:
    """Whether a table's origin is there; one that went through a file or a process is not."""
    return isinstance(origin, Origin) and getattr(origin, "observations", None) is not None


def _find_causes(
    pairs: pd.DataFrame, runs: tuple[pd.DataFrame, pd.DataFrame], inputs: list[str],
    **seen: pd.Series,
) -> pd.DataFrame:  # fmt: skip
    """Name what moved each pair; `seen` are causes that the rows themselves show."""
    known = pairs["definition_old"].notna() & pairs["definition"].notna()
    definition = known & (pairs["definition_old"] != pairs["definition"])
    if "unit" in pairs:
        definition |= _differ(pairs, ["unit"])
    nothing = pd.Series(False, index=pairs.index)
    found = {cause: seen.get(cause, nothing) for cause in CAUSES} | {"definition": definition}
    explained = pd.DataFrame(found).any(axis=1)
    # Where something else explains other inputs, data moved too only if the facts themselves did.
    found["data"] = (_find_other_facts(pairs, runs) & explained) | (
        _differ(pairs, inputs) & ~explained
    )
    # The same inputs with another result, where neither bar nor map is another.
    found["definition"] |= ~pd.DataFrame(found).any(axis=1)
    names = [
        ";".join(cause for cause, works in zip(CAUSES, row, strict=True) if works)
        for row in pd.DataFrame(found).to_numpy(dtype=bool)
    ]
    causes = pd.Series(names, index=pairs.index, dtype="str")
    return pairs.assign(causes=causes, cause=causes.str.split(";").str[0])


def _find_other_facts(pairs: pd.DataFrame, runs: tuple[pd.DataFrame, pd.DataFrame]) -> pd.Series:
    """Say of which pairs a fact reads otherwise, is in one run only or is newer than the old run.

    Tables that do not remember their observations say it of none.
    """
    origins = [run.attrs.get("origin") for run in runs]
    tables = [o.observations for o in origins if _remembers(o) and o.observations is not None]
    sides = [pairs[name].dropna().str.split(";").explode() for name in ("fact_ids_old", "fact_ids")]
    used = _leave_out_carried(pd.concat(sides))
    if len(tables) < 2 or used.empty:
        return pd.Series(False, index=pairs.index)
    ids = used.unique()
    before, after = (
        table.drop_duplicates("fact_id").set_index("fact_id")[_FACT].reindex(ids)
        for table in tables
    )
    other = ((before != after) & (before.notna() | after.notna())).any(axis=1)
    newer = (after["as_of"] > runs[0]["as_of"].max()) & ~after.index.isin(sides[0])
    moved = used.isin(ids[other | newer])
    return moved.groupby(level=0).any().reindex(pairs.index, fill_value=False)


def _leave_out_carried(fact_ids: pd.Series) -> pd.Series:
    """Leave out figures that `carry_forward` put on another map, and those that it made them of."""
    made = fact_ids[fact_ids.str.contains("@", regex=False)]
    parts = made.str.split("@").str[0].str.split("+").explode()
    return fact_ids[~fact_ids.isin([*made, *parts])]


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
    runs = [_add_definition(table, "measure") for table in (old, new)]
    before, after = (table.set_index(_TARGET_KEY, drop=False) for table in runs)
    kept = before.index.intersection(after.index)
    pairs = _pair(before.loc[kept], after.loc[kept])
    results = ["reached_low", "reached", "reached_high"]
    pairs = pairs[_differ(pairs, [*_BAR, "boundaries", *results, "verdict"])]
    pairs = pairs.reset_index(drop=True)
    seen = {"target": _differ(pairs, _BAR), "boundaries": _differ(pairs, ["boundaries"])}
    gone = before.loc[before.index.difference(kept)]
    come = after.loc[after.index.difference(kept)]
    rows = [
        _find_causes(pairs, (old, new), ["fact_ids", *results], **seen),
        _pair(gone, gone.iloc[:0].reindex(range(len(gone)))).assign(
            cause="removed", causes="removed"
        ),
        _pair(come.iloc[:0].reindex(range(len(come))), come).assign(cause="added", causes="added"),
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
