"""Find and hide the cells from which a few people could be recognised, before publishing.

Observations come in, observations or problems go out. The rule: a cell of people under ten and
above zero is not published, nor is the loan money of an area with so few borrowers; where a sum of
the area above would give the only hidden part away, the next smallest part is hidden too.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from .areas import read_hierarchy
from .measures import BORROWERS, LOAN_MONEY
from .memory import shareable
from .schema import OBSERVATIONS, PROBLEMS, accept, arrange

FEWEST_PEOPLE = 10
"""Cells of fewer people are hidden (the rule of Washington State's Department of Health)."""

_NATION = "VN"
# Offices in a club are public; how many hold one tells nothing about a person.
_OFFICES = ("board_members", "board_members_trained", "volunteers")


def find_small_cells(
    observations: Any, *, fewest: int = FEWEST_PEOPLE, lang: str = "vi"
) -> pd.DataFrame:
    """Find the cells that must not be published.

    Parameters
    ----------
    observations : data frame
        What `summarise_clubs` returned.
    fewest : int
        Cells of people from 1 to one less than this are small.
    lang : {"vi", "en"}
        Language of `found`, `must` and `hint`.

    Returns
    -------
    DataFrame
        The problems table: one warning a cell.

    Examples
    --------
    >>> from lthtgn_analysis.clubs import summarise_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> table = summarise_clubs(sample_path("clubs"), by="club", as_of="2018-12-06")
    >>> find_small_cells(table)["indicator"].value_counts().to_dict()
    {'poor_members': 74}
    """
    table = accept(observations, OBSERVATIONS)
    cells = table.loc[_find_hidden(table, fewest)]
    words = {
        "vi": ("nhóm quá ít người", f"có từ {fewest} người", "ẩn số này bằng hide_small_cells()"),
        "en": ("too few people", f"have {fewest} people or more", "hide it: hide_small_cells()"),
    }[lang]
    return arrange(
        cells[["area", "indicator", "as_of"]].assign(
            check="cells_are_large_enough", severity="warning", fact_ids=cells["fact_id"],
            found=words[0], must=words[1], hint=words[2],
        ),
        PROBLEMS,
    )  # fmt: skip


@shareable
def hide_small_cells(observations: Any, *, fewest: int = FEWEST_PEOPLE) -> pd.DataFrame:
    """Leave out the cells that must not be published.

    Parameters
    ----------
    observations : data frame
        What `summarise_clubs` returned.
    fewest : int
        Cells of people from 1 to one less than this are left out, with the loan money of an area
        of so few borrowers, and with the next smallest part where one hidden part alone could be
        found from its parent's sum.

    Returns
    -------
    DataFrame
        The observations that may be published; ``.attrs["hidden"]`` lists the fact ids left out.

    Examples
    --------
    >>> from lthtgn_analysis.clubs import summarise_clubs
    >>> from lthtgn_analysis.sources import sample_path
    >>> table = summarise_clubs(sample_path("clubs"), by="district", as_of="2018-12-06")
    >>> hide_small_cells(table).attrs["hidden"]
    []
    """
    table = accept(observations, OBSERVATIONS)
    hidden = _find_hidden(table, fewest)
    kept = table.loc[~hidden].reset_index(drop=True)
    attrs = getattr(observations, "attrs", {})
    kept.attrs.update(attrs, hidden=table.loc[hidden, "fact_id"].tolist())
    return kept


def _find_hidden(table: pd.DataFrame, fewest: int) -> pd.Series:
    people = table["unit"].eq("people") & ~table["indicator"].isin(_OFFICES)
    small = people & table["value"].between(1, fewest - 1)
    keys = ["level", "area", "boundaries"]
    few = table.loc[small & table["indicator"].isin(BORROWERS), keys]
    near = pd.MultiIndex.from_frame(table[keys]).isin(pd.MultiIndex.from_frame(few))
    hidden = small | (table["indicator"].isin([*LOAN_MONEY, "loans"]) & near)
    return hidden | _find_last_parts(table, hidden)


def _find_last_parts(table: pd.DataFrame, hidden: pd.Series) -> pd.Series:
    """Find the parts that must go too, since the parent's sum gives the only hidden one away."""
    here = table["level"].isin(["commune", "district", "province"])
    if not (here & hidden).any():
        return pd.Series(False, index=table.index)
    owner = _find_owners(table, here)
    keys = [table["level"], owner, table["indicator"]]
    alone = (here & hidden).groupby(keys).transform("sum").eq(1) & here
    left = table["value"].where(alone & ~hidden & (table["value"] > 0))
    smallest = left.groupby(keys).transform("min")
    return left.eq(smallest) & left.notna()


def _find_owners(table: pd.DataFrame, here: pd.Series) -> pd.Series:
    """Return the area above each: the district of a commune where there is one, the province."""
    maps = table.loc[here, "boundaries"].unique()
    units = pd.concat([read_hierarchy(boundaries=b).assign(boundaries=b) for b in maps])
    above = units["district"].where(units["level"] == "commune").fillna(units["province"])
    above = above.mask(units["level"] == "province", _NATION)
    by_area = above.set_axis(pd.MultiIndex.from_frame(units[["level", "area", "boundaries"]]))
    places = pd.MultiIndex.from_frame(table[["level", "area", "boundaries"]])
    return by_area.reindex(places).set_axis(table.index).fillna("")
