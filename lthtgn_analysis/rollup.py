"""From many observations to one figure per area, indicator and date.

Observations come in, observations go out. Rivals (several figures for one area, indicator, scope
and date) are ranked and the first is taken, never an average; sums over areas say how many of the
parts they rest on. Undated figures stand in no series: they are left out here and stay in the
observations. A series may run across boundary vintages only where the units are the same ones
(`areas.same_map`).
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from .areas import read_areas, same_map
from .indicators import INDICATORS
from .notation import label
from .schema import OBSERVATIONS, accept, arrange
from .trust import CRITERIA, weigh

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
    newest = _newest(pick_figures(observations), pd.Timestamp(as_of)).sort_values(
        ["level", "area", "boundaries", "indicator", "scope"], kind="stable"
    )
    return arrange(newest, OBSERVATIONS)


def rank_conflicts(
    observations: Any, *, sources: Any = None, lang: Literal["vi", "en"] = "vi"
) -> pd.DataFrame:
    """Rank the rival figures of one area, indicator, scope and date, with the reason.

    The rule is that of `trust`: standing (observed before derived, estimated, carried, synthetic),
    publisher, directness, precision, recency, agreement with the figures before and after; last the
    fact id, so that the order is always the same. All rivals are kept.

    Parameters
    ----------
    observations : data frame
        The observations table.
    sources : data frame, optional
        The sources table, for their publishers; without it they are told by the sources' keys.
    lang : {"vi", "en"}
        Language of `reason`.

    Returns
    -------
    DataFrame
        All dated observations that have a rival with another value, with the further columns
        `rank` (1 is taken), `rivals` (how many figures there are), `reason` (the first criterion in
        which the figure stands before the next one, or behind the first) and `contradicts` (whether
        no value fits it and the first one both).

    Examples
    --------
    >>> import pandas as pd
    >>> rank_conflicts(pd.DataFrame(columns=OBSERVATIONS.column_names)).empty
    True
    """
    columns = [*OBSERVATIONS.column_names, "rank", "rivals", "reason", "contradicts"]
    figures = _name_series(observations)
    rivals = figures.duplicated(_ONE_FIGURE, keep=False)
    if not rivals.any():
        none = figures.loc[rivals].assign(rank=1.0, rivals=1.0, reason="", contradicts=False)
        return none[columns].reset_index(drop=True)
    figures = _rank(figures, rivals, sources)
    by_figure = figures.groupby(_ONE_FIGURE, dropna=False, sort=False)
    figures = figures.assign(
        rank=by_figure.cumcount() + 1.0,
        rivals=by_figure["value"].transform("size").astype(float),
        different=by_figure["value"].transform("nunique") > 1,
        group=by_figure.ngroup(),
    )
    ranked = figures.loc[figures["different"]].copy()
    ranked["reason"] = pd.Series(_reasons(ranked, lang), index=ranked.index, dtype="str")
    leader = ranked.groupby("group", sort=False)[["low", "high"]].transform("first")
    ranked["contradicts"] = (ranked["low"] > leader["high"]) | (ranked["high"] < leader["low"])
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
    figures = _name_series(observations)
    rivals = figures.duplicated(_ONE_FIGURE, keep=False)
    if not rivals.any():
        return figures.assign(disputed=False).reset_index(drop=True)
    ranked = _rank(figures, rivals, None)
    bounds = ranked.assign(
        low=ranked["low"].fillna(ranked["value"]), high=ranked["high"].fillna(float("inf"))
    ).groupby(_ONE_FIGURE, dropna=False, sort=False)
    # "Hơn 48.600" does not dispute 48.650: rivals do so if no value fits them all.
    disputed = bounds["low"].transform("max") > bounds["high"].transform("min")
    first = ranked.assign(disputed=disputed).drop_duplicates(_ONE_FIGURE, keep="first")
    return (
        pd.concat([figures.loc[~rivals].assign(disputed=False), first.drop(columns=list(CRITERIA))])
        .sort_index()
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
        its `high` is missing. Where sources contradict each other the first in `rank_conflicts`'
        order is taken, and `note` says of how many areas.

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
    latest = _newest(pick_figures(observations), day)
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
            n_disputed=("disputed", "sum"),
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
            + _say_disputed(sums["n_disputed"])
        ),
    )  # fmt: skip
    counts = rows[["n_reported", "n_expected", "fact_ids"]].reset_index(drop=True)
    counts["n_reported"] = counts["n_reported"].astype(float)
    return pd.concat([arrange(rows, OBSERVATIONS), counts], axis=1)


def _say_disputed(counts: pd.Series) -> pd.Series:
    """Say in how many areas sources contradict each other, and which figure was taken."""
    text = "; " + counts.astype(int).astype("str") + " " + label("rank.taken", lang="vi")
    return text.where(counts > 0, "")


def _newest(figures: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return (
        figures.loc[figures["as_of"] <= day]
        .sort_values(["as_of", "start"], kind="stable", na_position="first")
        .drop_duplicates(_SERIES, keep="last")
    )


def _name_series(observations: Any) -> pd.DataFrame:
    """Return the dated figures with the further columns of `_SERIES`."""
    table = accept(observations, OBSERVATIONS)
    dated = table.loc[table["as_of"].notna()]
    return dated.assign(
        map=_maps_of(dated),
        measured=dated["unit"].eq("share").map({True: "share", False: "count"}).astype("str"),
    )


def _rank(figures: pd.DataFrame, rivals: pd.Series, sources: Any) -> pd.DataFrame:
    """Return the rivals in the order of `trust`; most figures have none, and are not weighed."""
    series = figures.groupby(_SERIES, dropna=False, sort=False).ngroup()
    near = figures.loc[series.isin(series[rivals])]
    weighed = weigh(near, same=_ONE_FIGURE, series=_SERIES, sources=sources).set_axis(near.index)
    return weighed.loc[rivals[near.index]].sort_values([*CRITERIA, "fact_id"], kind="stable")


def _maps_of(dated: pd.DataFrame) -> pd.Series:
    """Return the map of each figure; looked up once for each pair of level and boundaries."""
    pairs = list(zip(dated["level"], dated["boundaries"], strict=True))
    maps = {pair: same_map(*pair) for pair in dict.fromkeys(pairs)}
    return pd.Series([maps[pair] for pair in pairs], index=dated.index, dtype="str")


def _reasons(ranked: pd.DataFrame, lang: Literal["vi", "en"]) -> list[str]:
    """Say what puts the first figure before the second, and each later one behind the first."""
    rows = ranked.sort_values(["group", "rank"], kind="stable")
    weights, leads = rows[list(CRITERIA)].to_numpy(), rows["rank"].to_numpy() == 1
    places = np.arange(len(rows))
    other = np.where(leads, places + 1, np.maximum.accumulate(np.where(leads, places, 0)))
    apart = weights != weights[other]
    words = [[label(f"rank.{word}.{name}", lang=lang) for name in CRITERIA]
             for word in ("later", "first")]  # fmt: skip
    equal = label("rank.equal", lang=lang)
    texts = [
        words[lead][criterion] if differs else equal
        for lead, criterion, differs in zip(
            leads.astype(int), apart.argmax(axis=1), apart.any(axis=1), strict=True
        )
    ]
    return pd.Series(texts, index=rows.index, dtype="str").reindex(ranked.index).to_list()
