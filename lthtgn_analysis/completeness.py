"""Observations come in; who reported what, when and how well goes out.

Reporting forms of the Association are not public, so completeness is held against the figures that
a report on a place should have (`ITEMS`); a figure counts as reported if any form of it is there.
Targets are not reports: they are left out.
Nothing is estimated for those who did not report.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .areas import same_map
from .indicators import INDICATORS
from .schema import OBSERVATIONS, PROBLEMS, SEVERITIES, accept

ITEMS: dict[str, tuple[str, ...]] = {
    "clubs": ("clubs",),
    "members": ("members",),
    "older_members": ("older_members", "members_60plus", "members_55plus", "older_share"),
    "women_members": ("women_members", "women_share"),
    "communes_with_clubs": ("communes_with_clubs",),
    "income_fund_vnd": ("income_fund_vnd", "income_fund_per_club_vnd"),
    "clubs_with_fund": ("clubs_with_fund",),
    "borrowers": ("borrowers",),
}
"""What a report on a place should hold, and the indicators that stand for each item."""

_PLACE = ["level", "area", "map"]


def count_items(observations: Any, *, level: str = "province") -> pd.DataFrame:
    """Count, for each place and year, how many of the expected items are reported.

    Parameters
    ----------
    observations : data frame
        The observations table.
    level : str
        One of `schema.LEVELS`.

    Returns
    -------
    DataFrame
        `level, area, map, area_name, year, n_reported, n_expected, items`: one row a place and year
        in which there is any dated figure of scope ``all``; `items` names what was reported, joined
        by ``;``. `map` is the name of `areas.same_map`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> table = count_items(read_observations(sample_path("observations")))
    >>> table.query("area == '38' and year == 2022")["n_reported"].item() >= 3
    True
    """
    rows = _at_level(observations, level)
    rows = rows.loc[rows["as_of"].notna() & (rows["scope"] == "all")]
    item_of = {name: item for item, names in ITEMS.items() for name in names}
    rows = rows.assign(item=rows["indicator"].map(item_of), year=rows["as_of"].dt.year)
    rows = rows.loc[rows["item"].notna()].sort_values([*_PLACE, "year", "item"])
    found = rows.groupby([*_PLACE, "year"], as_index=False).agg(
        area_name=("area_name", "last"),
        n_reported=("item", "nunique"),
        items=("item", lambda names: ";".join(dict.fromkeys(names))),
    )
    found = found.assign(n_reported=found["n_reported"].astype(float), n_expected=float(len(ITEMS)))
    columns = [*_PLACE, "area_name", "year", "n_reported", "n_expected", "items"]
    return found[columns].reset_index(drop=True)


def grade_quality(observations: Any, problems: Any, *, level: str = "province") -> pd.DataFrame:
    """Draw up a card of data quality for each place.

    Parameters
    ----------
    observations : data frame
        The observations table.
    problems : data frame
        What `find_problems` found in it.
    level : str
        One of `schema.LEVELS`.

    Returns
    -------
    DataFrame
        One row a place and map, the places with most problems first: `level, area, map, area_name,
        n_figures, n_sources, newest, n_items` (of `ITEMS`, ever reported), `n_years` (with any
        figure), `dated_share, located_share` (figures with a date, with a place in their source),
        `hedged_share` (figures that are no single number), `lag_days` (median from date to
        publication), and `errors, warnings, notes` (problems that name a figure or a plan of the
        place).

    Examples
    --------
    >>> from lthtgn_analysis.checks import find_problems
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> grade_quality(observations, find_problems(observations)).columns.to_list()[:4]
    ['level', 'area', 'map', 'area_name']
    """
    rows = _at_level(observations, level)
    item_of = {name: item for item, names in ITEMS.items() for name in names}
    lag = (rows["published"] - rows["as_of"]).dt.days.astype(float)
    counted = rows.assign(
        item=rows["indicator"].map(item_of),
        year=rows["as_of"].dt.year,
        dated=rows["as_of"].notna(),
        located=rows["locator"].notna(),
        hedged=rows["low"] != rows["high"],
        lag=lag.where(lag >= 0),
    )
    card = counted.groupby(_PLACE, as_index=False).agg(
        area_name=("area_name", "last"),
        n_figures=("fact_id", "size"),
        n_sources=("source", "nunique"),
        newest=("as_of", "max"),
        n_items=("item", "nunique"),
        n_years=("year", "nunique"),
        dated_share=("dated", "mean"),
        located_share=("located", "mean"),
        hedged_share=("hedged", "mean"),
        lag_days=("lag", "median"),
    )
    planned_too = _with_maps(accept(observations, OBSERVATIONS), level)
    card = card.merge(_count_problems(planned_too, problems), on=_PLACE, how="left")
    names = [f"{severity}s" for severity in SEVERITIES]
    card[names] = card[names].fillna(0.0)
    return card.sort_values(
        [*names, "area"], ascending=[False] * len(names) + [True], kind="stable"
    ).reset_index(drop=True)


def _at_level(observations: Any, level: str) -> pd.DataFrame:
    table = _with_maps(accept(observations, OBSERVATIONS), level)
    planned = [name for name, indicator in INDICATORS.items() if indicator.planned]
    return table.loc[~table["indicator"].isin(planned)]


def _with_maps(table: pd.DataFrame, level: str) -> pd.DataFrame:
    rows = table.loc[table["level"] == level]
    maps = {name: same_map(level, name) for name in rows["boundaries"].unique()}
    return rows.assign(map=rows["boundaries"].map(maps).astype("str"))


def _count_problems(rows: pd.DataFrame, problems: Any) -> pd.DataFrame:
    """Count the problems that name a figure of each place, once a place."""
    named = accept(problems, PROBLEMS)[["severity", "fact_ids"]].reset_index(names="problem")
    named = named.assign(fact_id=named["fact_ids"].str.split(";")).explode("fact_id")
    hits = named.merge(rows[[*_PLACE, "fact_id"]], on="fact_id").drop_duplicates(
        [*_PLACE, "problem"]
    )
    counts = hits.groupby([*_PLACE, "severity"]).size().unstack("severity")
    counts = counts.reindex(columns=list(SEVERITIES)).rename(columns=lambda name: f"{name}s")
    return counts.astype(float).reset_index()
