"""Published counts of communes with clubs in, the same clubs on the map of today out.

A merger of communes changes coverage by itself. What a province would show on the new map with
the clubs of its last count on the old one is worked out here, province by province, so that nobody
takes the boundary effect for a result. Nothing here reads a clock or a setting.
"""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from .areas import same_map
from .boundaries import split_boundary_effect
from .concordance import read_territory
from .rollup import pick_figures
from .schema import OBSERVATIONS, accept


def redraw_coverage(
    observations: Any,
    *,
    as_of: str | pd.Timestamp,
    to: str = "2025-07",
    level: Literal["province", "district"] = "province",
) -> pd.DataFrame:
    """Carry each place's last exact count of communes with clubs to a newer map.

    Parameters
    ----------
    observations : data frame
        The observations table; exact counts of ``communes_with_clubs`` of scope "all" are used.
    as_of : str or Timestamp
        The day up to which figures count.
    to : {"2025-01", "2025-07"}
        The newer map.
    level : {"province", "district"}
        Whose counts.

    Returns
    -------
    DataFrame
        What `split_boundary_effect` gives, one row per place, with `as_of`, `fact_ids` and
        `fault`: None, or "too_many" where more communes are published than the map has; then the
        shares are missing.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> effect = redraw_coverage(read_observations(sample_path("observations")), as_of="2025-12-31")
    >>> effect.loc[effect["area"] == "38", "coverage_same_clubs_value"].round(3).tolist()
    [0.947]
    """
    table = accept(observations, OBSERVATIONS)
    mine = table.loc[
        (table["indicator"] == "communes_with_clubs")
        & (table["level"] == level)
        & (table["scope"] == "all")
        & (table["unit"] != "share")
        & (table["as_of"] <= pd.Timestamp(as_of))
        & (table["low"] == table["high"])
    ]
    older = pd.Series([_is_older(vintage, to) for vintage in mine["boundaries"]], dtype="bool")
    counts = pick_figures(mine.loc[older.to_numpy()]).sort_values("as_of", kind="stable")
    if counts.empty:
        return _redraw(counts.assign(boundaries="2022", communes=0.0), to)
    maps = [same_map(level, vintage) for vintage in counts["boundaries"]]
    newest = counts.assign(map=maps).drop_duplicates(["area", "map"], keep="last")
    communes = [
        float(read_territory(area, vintage, to).communes_before)
        for area, vintage in zip(newest["area"], newest["boundaries"], strict=True)
    ]
    return _redraw(newest.assign(communes=communes), to)


def _is_older(vintage: str, to: str) -> bool:  # the vintages are named by their months
    return vintage < to


def _redraw(counts: pd.DataFrame, to: str) -> pd.DataFrame:
    """Split the effect map by map, for a call of `split_boundary_effect` is of one map."""
    known = counts.assign(
        covered=counts["value"].where(counts["value"] <= counts["communes"]),
        fault=pd.Series(
            ["too_many" if more else None for more in counts["value"] > counts["communes"]],
            index=counts.index,
            dtype="object",
        ),
    )
    parts = [
        split_boundary_effect(
            area=list(rows["area"]), covered=list(rows["covered"]), boundaries=vintage, to=to
        ).assign(
            as_of=rows["as_of"].to_numpy(),
            fact_ids=rows["fact_id"].to_numpy(),
            fault=rows["fault"].to_numpy(),
        )
        for vintage, rows in ((str(name), part) for name, part in known.groupby("boundaries"))
    ]
    if not parts:
        one = split_boundary_effect(area="VN", covered=0, boundaries="2022", to=to).iloc[:0]
        empty = pd.Series(dtype="object")
        return one.assign(as_of=pd.Series(dtype="datetime64[us]"), fact_ids=empty, fault=empty)
    return pd.concat(parts, ignore_index=True).sort_values(
        ["coverage_same_clubs_value", "area"], ascending=[False, True], ignore_index=True
    )
