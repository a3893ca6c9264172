"""Printed means of the income fund in, the same means worked out anew out.

A source that prints "78 million a club" rarely says by what it divided. Here the printed mean is
set beside the two that can be worked out from the fund and the clubs of the same place, day and
scope: by all clubs, and by the clubs that have a fund. Nothing here reads a file, a clock or a
setting.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .rollup import pick_figures
from .schema import OBSERVATIONS, accept

DENOMINATORS = ("clubs", "clubs_with_fund", "either", "neither", "unknown")
"""By what a printed mean was divided, as far as its neighbours tell."""

_KEY = ["level", "area", "boundaries", "scope", "as_of"]
_BOUNDS = ["low", "value", "high"]
_COLUMNS = [
    "level", "area", "area_name", "boundaries", "scope", "as_of", "unit", *_BOUNDS, "fund",
    "clubs_low", "clubs", "clubs_high", "funded_low", "funded", "funded_high", "denominator",
    "fact_ids",
]  # fmt: skip


def compare_means(observations: Any, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """Put each printed mean fund per club beside what its fund and clubs give.

    Parameters
    ----------
    observations : data frame
        The observations table.
    as_of : str or Timestamp
        The day up to which figures count; undated ones are left out.

    Returns
    -------
    DataFrame
        One row per printed mean (``income_fund_per_club_vnd``): its bounds `low, value, high`; the
        `fund` of the same place, map, scope and day; `clubs_low, clubs, clubs_high`, that fund over
        all clubs; `funded_low, funded, funded_high`, over the clubs that have a fund (all VND,
        missing where a figure is not published); `denominator`, one of `DENOMINATORS`: which of
        the two can be what was printed, rounding allowed for; `fact_ids`.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> means = compare_means(read_observations(sample_path("observations")), as_of="2025-12-31")
    >>> means.set_index("area_name").loc[["Thanh Hóa", "Tuyên Quang"], "denominator"].tolist()
    ['clubs', 'clubs']
    """
    table = accept(observations, OBSERVATIONS)
    dated = pick_figures(table.loc[table["as_of"] <= pd.Timestamp(as_of)])
    money = dated.loc[dated["unit"] == "VND"]
    printed = money.loc[money["indicator"] == "income_fund_per_club_vnd"]
    found = (
        printed.merge(_take(money, "income_fund_vnd", "fund"), on=_KEY, how="left")
        .merge(_take(dated, "clubs", "n"), on=_KEY, how="left")
        .merge(_take(dated, "clubs_with_fund", "n_funded"), on=_KEY, how="left")
    )
    for name, by in (("clubs", "n"), ("funded", "n_funded")):
        divisor = {bound: found[f"{by}_{bound}"].where(found[f"{by}_{bound}"] > 0)
                   for bound in _BOUNDS}  # fmt: skip
        found[f"{name}_low"] = found["fund_low"] / divisor["high"]
        found[name] = found["fund_value"] / divisor["value"]
        found[f"{name}_high"] = found["fund_high"] / divisor["low"]
    ids = found[["fact_id", "fund_fact_id", "n_fact_id", "n_funded_fact_id"]]
    return found.assign(
        fund=found["fund_value"],
        denominator=[_name_denominator(row) for _, row in found.iterrows()],
        fact_ids=[";".join(row.dropna()) for _, row in ids.iterrows()],
    )[_COLUMNS].reset_index(drop=True)


def _take(rows: pd.DataFrame, indicator: str, name: str) -> pd.DataFrame:
    """Take one indicator's figures, one a key, their columns led by `name`."""
    mine = rows.loc[(rows["indicator"] == indicator) & (rows["unit"] != "share")]
    mine = mine.drop_duplicates(_KEY)[[*_KEY, *_BOUNDS, "fact_id"]]
    return mine.rename(columns={column: f"{name}_{column}" for column in (*_BOUNDS, "fact_id")})


def _name_denominator(row: pd.Series) -> str:
    known = [name for name in ("clubs", "funded") if pd.notna(row[name])]
    if not known:
        return "unknown"
    fitting = [name for name in known if _may_be_same(row, name)]
    if len(fitting) == 2:
        return "either"
    return {"clubs": "clubs", "funded": "clubs_with_fund"}[fitting[0]] if fitting else "neither"


def _may_be_same(row: pd.Series, name: str) -> bool:
    """Tell whether a printed mean, which may be rounded, overlaps a mean worked out."""
    half = _half_of_last_digit(row["value"]) if row["low"] == row["high"] else 0.0
    high = np.inf if pd.isna(row["high"]) else row["high"] + half
    over = np.inf if pd.isna(row[f"{name}_high"]) else row[f"{name}_high"]
    return bool(row["low"] - half <= over and row[f"{name}_low"] <= high)


def _half_of_last_digit(value: float) -> float:
    """Return half a unit of the last digit that is not zero: 0.5 million for 78 million."""
    digits = f"{abs(value):.0f}"
    return 0.5 * 10.0 ** (len(digits) - len(digits.rstrip("0")))
