"""The published site and today's tables in, what has changed since out.

A site keeps the tables it was built from (``metrics.csv``, ``progress.csv``) and what had changed
then (``changes.csv``). Where nothing has changed since, the last change stays: a build of the same
data gives the same page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .changes import compare_runs
from .errors import InvalidTableError
from .indicators import INDICATORS, METRICS
from .schema import METRIC_ROWS, PROGRESS, Table
from .wording import name_place, unit_of

FILES = ("metrics.csv", "progress.csv", "changes.csv")
"""What the site keeps of a build's tables."""

_COLUMNS = [
    "kind", "measure", "scheme", "area", "area_name", "boundaries_old", "boundaries",
    "as_of_old", "as_of", "low_old", "old", "high_old", "low", "new", "high", "unit",
    "verdict_old", "verdict", "cause", "causes", "since",
]  # fmt: skip
_NUMBERS = ["low_old", "old", "high_old", "low", "new", "high"]
_DAYS = ["as_of_old", "as_of", "since"]


@dataclass(frozen=True)
class History:
    """What has changed since an earlier build.

    Parameters
    ----------
    changes : DataFrame
        One row per figure or verdict that changed: `kind` (metric | target), `measure`, `scheme`,
        place, bounds before and after, verdicts, `cause` and `causes` as in `compare_runs`, and
        `since`: the day of the build before (missing where the site does not say).
    state : {"first", "unreadable", "known"}
        Whether there was a build to compare with, and whether its tables could be read.
    """

    changes: pd.DataFrame
    state: str


def compare_with_published(
    output: Path, *, metrics: pd.DataFrame, progress: pd.DataFrame
) -> History:
    """Tell what has changed since the build that is published in a folder.

    Parameters
    ----------
    output : Path
        The site's folder; it need not exist.
    metrics, progress : DataFrame
        The tables of today, of `compute` and `measure_progress`.

    Returns
    -------
    History
        Where nothing has changed since that build, what had changed then.

    Examples
    --------
    >>> empty = {"metrics": METRIC_ROWS, "progress": PROGRESS}
    >>> tables = {name: pd.DataFrame(columns=table.column_names) for name, table in empty.items()}
    >>> compare_with_published(Path("no such folder"), **tables).state
    'first'
    """
    none = pd.DataFrame({name: [] for name in _COLUMNS})
    if not (output / "metrics.csv").is_file():
        return History(none, "first")
    try:
        before = _read_before(output)
    except (OSError, ValueError):  # damaged, or written by another version of this package
        return History(none, "unreadable")
    changes = pd.concat(
        [
            _describe_metrics(before.metrics, _add_definition(metrics, "metric")),
            _describe_targets(before.progress, _add_definition(progress, "measure")),
        ],
        ignore_index=True,
    )
    if changes.empty:
        return History(before.changes, "known")
    return History(changes.assign(since=_day_of_build(output))[_COLUMNS], "known")


def write_files(
    history: History, *, metrics: pd.DataFrame, progress: pd.DataFrame
) -> Mapping[str, str]:
    """Return the files by which the next build tells what has changed: name and text.

    Beside the tables' own columns, `definition` says by which definition each row was computed, so
    that the next build can tell another definition from other data.
    """
    tables = (
        _add_definition(metrics, "metric"),
        _add_definition(progress, "measure"),
        history.changes,
    )
    return {
        name: table.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
        for name, table in zip(FILES, tables, strict=True)
    }


def _add_definition(table: pd.DataFrame, name: str) -> pd.DataFrame:
    known = {name: metric.fingerprint for name, metric in METRICS.items()}
    definitions = [known.get(metric) for metric in table[name]]
    return table.assign(definition=pd.Series(definitions, index=table.index, dtype="str"))


@dataclass(frozen=True)
class _Before:
    metrics: pd.DataFrame
    progress: pd.DataFrame
    changes: pd.DataFrame


def _read_before(output: Path) -> _Before:
    before = _Before(
        metrics=_read_table(output / "metrics.csv", METRIC_ROWS),
        progress=_read_table(output / "progress.csv", PROGRESS),
        changes=_read_changes(output / "changes.csv"),
    )
    known = {*METRICS, *INDICATORS}
    named = pd.concat([before.metrics["metric"], before.progress["measure"]])
    if unknown := set(named.dropna()) - known:
        raise InvalidTableError(f"{output} holds figures that are unknown here: {sorted(unknown)}.")
    return before


def _read_table(path: Path, table: Table) -> pd.DataFrame:
    text = {column.name: "str" for column in table.columns if column.kind == "text"}
    days = [column.name for column in table.columns if column.kind == "date"]
    frame = pd.read_csv(path, dtype={**text, "definition": "str"})
    if missing := {*text, *days} - set(frame.columns):
        raise InvalidTableError(f"{path.name} must have the columns {sorted(missing)}.")
    return frame.assign(**{day: pd.to_datetime(frame[day], format="ISO8601") for day in days})


def _read_changes(path: Path) -> pd.DataFrame:
    text = {name: "str" for name in _COLUMNS if name not in (*_NUMBERS, *_DAYS)}
    numbers = dict.fromkeys(_NUMBERS, "float64")
    frame = pd.read_csv(path, dtype={**text, **numbers})
    # A site built before several causes were told apart names one.
    if missing := set(_COLUMNS) - set(frame.columns) - {"causes"}:
        raise InvalidTableError(f"{path.name} must have the columns {sorted(missing)}.")
    days = {day: pd.to_datetime(frame[day], format="ISO8601") for day in _DAYS}
    causes = frame["causes"] if "causes" in frame else frame["cause"]
    return frame.assign(causes=causes, **days)[_COLUMNS]


def _day_of_build(output: Path) -> Any:
    try:
        manifest = json.loads((output / "manifest.json").read_text(encoding="utf-8"))
        return pd.Timestamp(manifest["built_on"])
    except (OSError, ValueError, KeyError):  # a manifest of another version: the day is not known
        return pd.NaT


def _describe_metrics(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    moved = compare_runs(old, new).rename(columns={"name": "measure"})
    key = ["metric", "area", "boundaries"]
    bounds = ["low", "high", "as_of"]
    before = moved.merge(
        old[[*key, *bounds]].drop_duplicates(key),
        left_on=["measure", "area", "boundaries_old"], right_on=key, how="left",
        suffixes=("", "_before"),
    )  # fmt: skip
    after = moved.merge(
        new[[*key, *bounds]].drop_duplicates(key),
        left_on=["measure", "area", "boundaries"], right_on=key, how="left",
        suffixes=("", "_after"),
    )  # fmt: skip
    described = moved.assign(
        scheme=pd.Series(pd.NA, index=moved.index, dtype="str"),
        low_old=before["low"].to_numpy(), high_old=before["high"].to_numpy(),
        low=after["low"].to_numpy(), high=after["high"].to_numpy(),
        unit=[unit_of(measure) for measure in moved["measure"]],
    )  # fmt: skip
    return described.reindex(columns=_COLUMNS)


def _describe_targets(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    moved = compare_runs(old, new)
    both = pd.concat([old, new], ignore_index=True)
    about = both.drop_duplicates("target_id", keep="last").set_index("target_id")
    mine = about.loc[moved["name"]].reset_index()
    sides = {}
    for table, ending in ((old, "_old"), (new, "")):
        rows = table.drop_duplicates("target_id").set_index("target_id").reindex(moved["name"])
        sides[f"low{ending}"] = rows["reached_low"].to_numpy()
        sides[f"high{ending}"] = rows["reached_high"].to_numpy()
    described = moved.assign(
        measure=mine["measure"].to_numpy(),
        scheme=mine["scheme"].to_numpy(),
        area_name=[name_place(row, lang="vi") for _, row in mine.iterrows()],
        unit=[unit_of(measure) for measure in mine["measure"]],
        **sides,
    )
    return described.reindex(columns=_COLUMNS)
