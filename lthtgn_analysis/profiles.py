"""Observations of provinces in, what a first look at each province shows out: one long table.

For every province of a map: its newest figures, how wide their doubt is, how well they are
documented, how many problems were found in them. The two maps (63 and 34 provinces) stand side by
side and are never joined: a province that kept its name in July 2025 is another unit.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .areas import same_map
from .rollup import pick_figures
from .schema import METRIC_ROWS, OBSERVATIONS, accept
from .wording import split_ids

SHOWN = (
    "clubs",
    "members",
    "members_per_club",
    "commune_coverage",
    "income_fund_vnd",
    "income_fund_per_club_vnd",
)
"""The metrics of a first look."""

QUALITIES = ("doubt", "sourced_share", "problems")
"""What is said of a province's figures as a whole."""

_COLUMNS = ["map", "area", "measure", "as_of", "low", "value", "high", "unit"]


def profile_provinces(observations: Any, metrics: Any, problems: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of every province, and how well.

    Parameters
    ----------
    observations : data frame
        The observations table.
    metrics : data frame
        What `compute` makes of it at the level "province".
    problems : DataFrame
        What `find_problems` finds in it.

    Returns
    -------
    DataFrame
        `map` ("63" or "34"), `area`, `measure`, `as_of`, `low`, `value`, `high`, `unit`; one row
        for each map, province and measure that is known. Measures are the metrics in `SHOWN`, each
        with its newest figure, and those in `QUALITIES`:

        * `doubt`: the widest of the shown figures' intervals, as a share of the figure; without an
          upper bound it is at least 1;
        * `sourced_share`: the share of the province's observations with a day and a place in their
          source;
        * `problems`: the number of problems that name an observation of the province.

    Examples
    --------
    >>> from lthtgn_analysis.checks import find_problems
    >>> from lthtgn_analysis.metrics import compute
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> metrics = compute(observations, level="province", as_of="2025-12-31")
    >>> profile = profile_provinces(observations, metrics, find_problems(observations))
    >>> profile.query("area == '38' and measure == 'clubs'")["value"].tolist()
    [884.0]
    """
    mine = _take_provinces(accept(observations, OBSERVATIONS))
    newest = _take_newest(accept(metrics, METRIC_ROWS))
    parts = [newest, _measure_doubt(newest), _share_sourced(mine), _count_problems(mine, problems)]
    table = pd.concat([part[_COLUMNS] for part in parts if len(part)] or [newest[_COLUMNS]])
    return table.reset_index(drop=True)


def trace_clubs(observations: Any, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """Return the numbers of clubs of every province over time: the first-ranked figure of each day.

    Parameters
    ----------
    observations : data frame
        The observations table.
    as_of : date
        Figures of later days are left out.

    Returns
    -------
    DataFrame
        `map`, `area`, `as_of`, `low`, `value`, `high`, in the order of days.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> trace_clubs(observations, as_of="2025-12-31").query("area == '17'")["value"].tolist()
    [1.0, 15.0, 103.0, 139.0]
    """
    table = _take_provinces(accept(observations, OBSERVATIONS))
    clubs = table.loc[
        (table["indicator"] == "clubs")
        & (table["scope"] == "all")
        & (table["unit"] == "clubs")
        & (table["as_of"] <= pd.Timestamp(as_of))
    ]
    figures = pick_figures(clubs.drop(columns="map"))
    figures = figures.assign(map=_maps_of(figures["boundaries"]))
    columns = ["map", "area", "as_of", "low", "value", "high"]
    return figures.sort_values(["map", "area", "as_of"], kind="stable")[columns].reset_index(
        drop=True
    )


def _take_provinces(observations: pd.DataFrame) -> pd.DataFrame:
    mine = observations.loc[observations["level"] == "province"]
    return mine.assign(map=_maps_of(mine["boundaries"]))


def _maps_of(boundaries: pd.Series) -> pd.Series:
    names = {vintage: same_map("province", vintage) for vintage in boundaries.dropna().unique()}
    return boundaries.map(names).astype("str")


def _take_newest(metrics: pd.DataFrame) -> pd.DataFrame:
    rows = metrics.loc[
        (metrics["level"] == "province") & metrics["metric"].isin(SHOWN) & metrics["value"].notna()
    ]
    rows = rows.assign(map=_maps_of(rows["boundaries"]), measure=rows["metric"])
    return rows.sort_values("as_of", kind="stable").drop_duplicates(
        ["map", "area", "measure"], keep="last"
    )


def _measure_doubt(figures: pd.DataFrame) -> pd.DataFrame:
    rows = figures.loc[figures["value"] > 0]
    low = rows["low"].fillna(rows["value"])
    width = (rows["high"] - low) / rows["value"]
    rows = rows.assign(width=width, bounded=width.notna())
    table = rows.groupby(["map", "area"], as_index=False).agg(
        value=("width", "max"), bounded=("bounded", "all")
    )
    value = table["value"].where(table["bounded"], table["value"].clip(lower=1).fillna(1.0))
    return _as_quality(table.assign(value=value), "doubt", unit="share", bounded=table["bounded"])


def _share_sourced(observations: pd.DataFrame) -> pd.DataFrame:
    sourced = observations["as_of"].notna() & observations["locator"].notna()
    marked = observations.assign(sourced=sourced.astype(float))
    table = marked.groupby(["map", "area"], as_index=False).agg(value=("sourced", "mean"))
    return _as_quality(table, "sourced_share", unit="share")


def _count_problems(observations: pd.DataFrame, problems: pd.DataFrame) -> pd.DataFrame:
    """Count the problems of each province that has figures; none found is a true zero."""
    pairs = [
        (number, fact)
        for number, ids in enumerate(problems["fact_ids"])
        for fact in split_ids([ids])
    ]
    named = pd.DataFrame(pairs, columns=["problem", "fact_id"]).astype({"fact_id": "str"})
    found = (
        named.merge(observations[["fact_id", "map", "area"]], on="fact_id")
        .groupby(["map", "area"])["problem"]
        .nunique()
    )
    provinces = observations[["map", "area"]].drop_duplicates().reset_index(drop=True)
    at = pd.MultiIndex.from_frame(provinces)
    counted = provinces.assign(value=found.reindex(at, fill_value=0).to_numpy(dtype=float))
    return _as_quality(counted, "problems", unit="problems")


def _as_quality(
    table: pd.DataFrame, measure: str, *, unit: str, bounded: pd.Series | None = None
) -> pd.DataFrame:
    value = table["value"].astype(float)
    return table.assign(
        measure=measure,
        unit=unit,
        as_of=pd.Series(pd.NaT, index=table.index, dtype="datetime64[us]"),
        low=value,
        value=value,
        high=value if bounded is None else value.where(bounded),
    )
