"""Where places stand among others: a table of metrics in, the same table with ranks out.

A figure that is known between two bounds has a rank between two bounds: where figures overlap, the
places share a range of ranks, and no order is claimed that the figures do not bear out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .areas import same_map
from .indicators import METRICS
from .schema import METRIC_ROWS, accept

_GROUP = ["metric", "level", "map"]


def rank_places(table: Any) -> pd.DataFrame:
    """Rank the places of each metric among those of their level and map, with the doubt of it.

    Parameters
    ----------
    table : data frame
        A table of `compute`.

    Returns
    -------
    DataFrame
        The table with three more columns: `rank_low` and `rank_high`, the best and the worst rank
        that a place can have (1 is best), and `ranked`, among how many. They are missing where a
        figure is not known, and for metrics of which neither more nor less is better.

    Raises
    ------
    InvalidTableError
        If a column is missing.

    Examples
    --------
    >>> rows = pd.DataFrame({"metric": "clubs", "level": "province", "area": ["01", "38", "40"],
    ...     "boundaries": "2022", "low": [900.0, 850.0, 100.0], "value": [900.0, 884.0, 100.0],
    ...     "high": [900.0, 920.0, 100.0], "unit": "clubs"})
    >>> rank_places(rows)[["rank_low", "rank_high", "ranked"]].to_numpy(dtype=int).tolist()
    [[1, 2, 3], [1, 2, 3], [3, 3, 3]]
    """
    rows = accept(table, METRIC_ROWS)
    pairs = zip(rows["level"], rows["boundaries"], strict=True)
    maps = pd.Series([same_map(level, boundaries) for level, boundaries in pairs], rows.index)
    ranks = pd.DataFrame(
        np.nan, index=rows.index, columns=["rank_low", "rank_high", "ranked"], dtype="float64"
    )
    for key, group in rows.assign(map=maps).groupby(_GROUP, sort=False):
        metric = METRICS.get(str(key[0]))
        if metric is not None and metric.direction in ("up", "down"):
            found = _rank(group, up=metric.direction == "up")
            ranks.loc[found.index] = found
    ranked = rows.assign(**{str(name): ranks[name] for name in ranks})
    ranked.attrs = rows.attrs
    return ranked


def _rank(group: pd.DataFrame, *, up: bool) -> pd.DataFrame:
    low, high = (group[end].fillna(group["value"]) for end in ("low", "high"))
    known = low.notna() | high.notna()
    # What has no bound on one side may be anything there.
    worst, best = (low, high) if up else (-high, -low)
    worst, best = worst[known].fillna(-np.inf), best[known].fillna(np.inf)
    surely_better = len(worst) - np.searchsorted(np.sort(worst), best, side="right")
    maybe_better = len(best) - np.searchsorted(np.sort(best), worst, side="right")
    # A figure in doubt may beat itself in this count, but not in life.
    itself = (best > worst).astype(int)
    return pd.DataFrame(
        {
            "rank_low": surely_better + 1.0,
            "rank_high": maybe_better - itself + 1.0,
            "ranked": float(len(worst)),
        },
        index=worst.index,
    )
