"""From many observations to one figure per area, indicator and date.

Observations come in, observations go out. Rivals (several figures for one area, indicator, scope
and date) are ranked and the first is taken, never an average; sums over areas say how many of the
parts they rest on. Undated figures stand in no series: they are left out here and stay in the
observations. A series may run across boundary vintages only where the units are the same ones
(`areas.same_map`).
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from .areas import read_areas, same_map
from .indicators import INDICATORS
from .schema import OBSERVATION_STATUSES, OBSERVATIONS, accept, arrange

_ONE_FIGURE = ["level", "area", "map", "indicator", "scope", "measured", "start", "as_of"]
_SERIES = ["level", "area", "map", "indicator", "scope", "measured"]
_PART_LEVELS = {"national": "province", "province": "district", "district": "commune"}


def keep_latest(observations: Any, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """Keep, for each area, indicator and scope, the newest figure dated on or before `as_of`.

    Parameters
    ----------
    observations : data frame
        The observations table.
    as_of : str or Timestamp
        The day up to which figures count.

    Returns
    -------
    DataFrame
        The observations table, one row per level, area, map, indicator, scope and way of measuring
        (a count and a share of the same thing are kept both), sorted by area and indicator. Of
        rivals on one day the first in `rank_conflicts`' order is taken; of flows that end on one
        day, the one that starts last. Undated figures are left out.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> latest = keep_latest(observations, as_of="2022-12-31")
    >>> latest.query("area == '38' and indicator == 'clubs' and scope == 'all'")["value"].item()
    884.0
    """
    figures = pick_figures(observations)
    newest = (
        figures.loc[figures["as_of"] <= pd.Timestamp(as_of)]
        .sort_values(["as_of", "start"], kind="stable", na_position="first")
        .drop_duplicates(_SERIES, keep="last")
        .sort_values(["level", "area", "boundaries", "indicator", "scope"], kind="stable")
    )
    return arrange(newest, OBSERVATIONS)


def rank_conflicts(observations: Any) -> pd.DataFrame:
    """Rank the rival figures of one area, indicator, scope and date, with the reason.

    The order: an observed figure before a derived, an estimated, a carried and a synthetic one;
    the narrower interval first; then the later publication; then the fact id.

    Parameters
    ----------
    observations : data frame
        The observations table.

    Returns
    -------
    DataFrame
        All dated observations that have a rival with another value, with the further columns
        `rank` (1 is taken), `rivals` (how many figures there are) and `reason` (Vietnamese).

    Examples
    --------
    >>> import pandas as pd
    >>> rank_conflicts(pd.DataFrame(columns=OBSERVATIONS.column_names)).empty
    True
    """
    figures = _in_rank_order(observations)
    by_figure = figures.groupby(_ONE_FIGURE, dropna=False, sort=False)
    figures = figures.assign(
        rank=by_figure.cumcount() + 1.0,
        rivals=by_figure["value"].transform("size").astype(float),
        different=by_figure["value"].transform("nunique") > 1,
    )
    ranked = figures.loc[figures["different"]].copy()
    first = ranked.groupby(_ONE_FIGURE, dropna=False, sort=False)
    ranked["reason"] = "số đứng đầu theo thứ tự xếp hạng"
    later = ranked["rank"] > 1
    leader = {name: first[name].transform("first") for name in ("trust", "width", "published")}
    ranked.loc[later, "reason"] = "công bố sớm hơn hoặc không rõ ngày công bố"
    same_day = later & (ranked["published"] == leader["published"])
    ranked.loc[same_day, "reason"] = "ngang nhau; xếp theo mã dữ kiện"
    ranked.loc[later & (ranked["width"] > leader["width"]), "reason"] = "khoảng sai số rộng hơn"
    ranked.loc[later & (ranked["trust"] > leader["trust"]), "reason"] = "không phải số quan sát"
    columns = [*OBSERVATIONS.column_names, "rank", "rivals", "reason"]
    return ranked.sort_values([*_SERIES, "as_of", "start", "rank"], kind="stable")[
        columns
    ].reset_index(drop=True)


def pick_figures(observations: Any) -> pd.DataFrame:
    """Take the first-ranked figure of every area, indicator, scope, way of measuring and date.

    Parameters
    ----------
    observations : data frame
        The observations table.

    Returns
    -------
    DataFrame
        The observations table of dated figures with three further columns: `map` (the units are
        the same ones wherever it is equal), `measured` ("count" or "share") and `disputed` (whether
        a rival says something else).

    Examples
    --------
    >>> import pandas as pd
    >>> pick_figures(pd.DataFrame(columns=OBSERVATIONS.column_names)).columns[-3:].tolist()
    ['map', 'measured', 'disputed']
    """
    figures = _in_rank_order(observations)
    repeated = figures.duplicated(_ONE_FIGURE, keep=False)
    disputed = pd.Series(False, index=figures.index)
    if repeated.any():
        rivals = figures.loc[repeated].groupby(_ONE_FIGURE, dropna=False, sort=False)["value"]
        disputed.loc[repeated] = rivals.transform("nunique") > 1
    return (
        figures.assign(disputed=disputed)
        .drop_duplicates(_ONE_FIGURE, keep="first")
        .drop(columns=["trust", "width"])
        .reset_index(drop=True)
    )


def roll_up(
    observations: Any,
    *,
    to: Literal["national", "province", "district"],
    as_of: str | pd.Timestamp,
    max_age_days: int = 550,
) -> pd.DataFrame:
    """Sum the newest figures of the areas below up to the level `to`, saying who reported.

    Parameters
    ----------
    observations : data frame
        The observations table.
    to : {"national", "province", "district"}
        The level of the sums. The country is summed from provinces, a province from districts, a
        district from communes.
    as_of : str or Timestamp
        The day up to which figures count.
    max_age_days : int
        A part's figure that is older than this on `as_of` does not count as reported.

    Returns
    -------
    DataFrame
        The observations table with status ``derived`` and the further columns `n_reported`,
        `n_expected` and `fact_ids` (joined by ``;``). One row per parent, boundaries, indicator and
        scope that may be summed over areas; stocks only (a sum of flows of different periods is no
        figure). A sum over an incomplete set is a lower bound: its `qualifier` is ``at_least`` and
        its `high` is missing.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> sums = roll_up(observations, to="province", as_of="2018-12-31")
    >>> sums.query("area == '19' and indicator == 'clubs'")[["value", "n_reported", "n_expected"]]
    ...     # doctest: +SKIP
    """
    part_level = _PART_LEVELS[to]
    day = pd.Timestamp(as_of)
    latest = keep_latest(observations, as_of=day)
    summable = [name for name, i in INDICATORS.items() if i.additive_space and i.nature == "stock"]
    parts = latest.loc[
        (latest["level"] == part_level)
        & latest["indicator"].isin(summable)
        & (latest["unit"] != "share")
        & (latest["as_of"] >= day - pd.Timedelta(days=max_age_days))
    ]
    if parts.empty:
        return arrange(parts, OBSERVATIONS).assign(n_reported=0.0, n_expected=0.0, fact_ids="")
    units = pd.concat(
        [read_areas(boundaries=b, level=part_level) for b in parts["boundaries"].unique()]
    )[["area", "boundaries", "parent"]]
    expected = units.groupby(["parent", "boundaries"]).size().rename("n_expected").astype(float)
    parts = parts.merge(units, on=["area", "boundaries"])
    parts["map"] = [same_map(part_level, boundaries) for boundaries in parts["boundaries"]]
    sums = (
        parts.sort_values("fact_id")
        .groupby(["parent", "map", "indicator", "unit", "scope"], as_index=False)
        .agg(
            boundaries=("boundaries", "max"),
            low=("low", "sum"),
            value=("value", "sum"),
            high=("high", lambda highs: highs.sum(skipna=False)),
            as_of=("as_of", "max"),
            oldest=("as_of", "min"),
            n_reported=("area", "nunique"),
            fact_ids=("fact_id", ";".join),
        )
        .merge(expected, on=["parent", "boundaries"])
    )
    return _as_observations(sums, to=to)


def _as_observations(sums: pd.DataFrame, *, to: str) -> pd.DataFrame:
    names = pd.concat(
        [read_areas(boundaries=b, level=to) for b in sums["boundaries"].unique()]
    ).set_index(["area", "boundaries"])["area_name"]
    complete = sums["n_reported"] == sums["n_expected"]
    exact = complete & (sums["low"] == sums["high"])
    keys = pd.MultiIndex.from_frame(sums[["parent", "boundaries"]])
    rows = sums.assign(
        fact_id="sum:" + sums["parent"] + "@" + sums["boundaries"] + ":" + sums["indicator"]
        + ":" + sums["scope"],
        level=to,
        area=sums["parent"],
        area_name=names.reindex(keys).to_numpy(),
        high=sums["high"].where(complete),
        qualifier=exact.map({True: "exact", False: "about"}).where(complete, "at_least"),
        source="derived",
        locator=sums["fact_ids"],
        status="derived",
        note=(
            "tổng của " + sums["n_reported"].astype(int).astype("str") + "/"
            + sums["n_expected"].astype(int).astype("str") + " đơn vị; số cũ nhất ngày "
            + sums["oldest"].dt.strftime("%d/%m/%Y")
        ),
    )  # fmt: skip
    counts = rows[["n_reported", "n_expected", "fact_ids"]].reset_index(drop=True)
    counts["n_reported"] = counts["n_reported"].astype(float)
    return pd.concat([arrange(rows, OBSERVATIONS), counts], axis=1)


def _in_rank_order(observations: Any) -> pd.DataFrame:
    table = accept(observations, OBSERVATIONS)
    dated = table.loc[table["as_of"].notna()]
    trust = {status: place for place, status in enumerate(OBSERVATION_STATUSES)}
    pairs = dated[["level", "boundaries"]].drop_duplicates()
    maps = {
        (level, boundaries): same_map(level, boundaries)
        for level, boundaries in pairs.itertuples(index=False)
    }
    keys = pd.MultiIndex.from_frame(dated[["level", "boundaries"]])
    return dated.assign(
        map=pd.Series(keys.map(maps), index=dated.index, dtype="str"),
        measured=dated["unit"].eq("share").map({True: "share", False: "count"}).astype("str"),
        trust=dated["status"].map(trust),
        width=(dated["high"] - dated["low"]).fillna(float("inf")),
    ).sort_values(
        ["trust", "width", "published", "fact_id"],
        ascending=[True, True, False, True],
        kind="stable",
    )
