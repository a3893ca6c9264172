"""The figures of one place out of all observations: observations in, fewer observations out.

A place is a code on a stated map: province 08 of 63 provinces and province 08 of 34 are two places
with two sets of figures. What lies inside it is found by the hierarchy of that map; a club's id
begins with the name of its province. Undated figures are kept, for who shows them must say so.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import pandas as pd

from .areas import read_areas, read_hierarchy, same_map
from .indicators import INDICATORS
from .lettering import strip_marks
from .notation import label
from .schema import OBSERVATIONS, accept

Lang = Literal["vi", "en"]
Part = Literal["district", "commune", "village", "club"]
DistrictPart = Literal["commune", "village", "club"]

_VINTAGES = {"63": ("2022", "2025-01"), "34": ("2025-07",)}


def take_province(
    observations: Any, *, area: str, boundaries: str, part: Part | None = None
) -> pd.DataFrame:
    """Take the figures of one province on one map, or of the units inside it.

    Parameters
    ----------
    observations : data frame
        The observations table.
    area : str
        A province's code ("38").
    boundaries : {"2022", "2025-01", "2025-07"}
        The map. The first two have the same provinces, so that either gives the figures of both.
    part : {"district", "commune", "village", "club"}, optional
        Take the units of this level inside the province instead of the province itself.

    Returns
    -------
    DataFrame
        The observations table, the rows in their old order; empty if there are none.

    Raises
    ------
    ValueError
        If there is no such map, or no such province on any map.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> take_province(observations, area="38", boundaries="2022", part="district").empty
    False
    >>> take_province(observations, area="36", boundaries="2025-07").empty
    True
    """
    table = accept(observations, OBSERVATIONS)
    _check_province(area)
    vintages = _VINTAGES[same_map("province", boundaries)]
    mine = table["boundaries"].isin(vintages)
    if part is None:
        mine &= (table["level"] == "province") & (table["area"] == area)
    elif part in ("club", "village"):
        slugs = tuple(f"{_slug(name)}-" for name in _names(area, vintages))
        mine &= (table["level"] == part) & table["area"].str.startswith(slugs)
    else:
        inside = {code for vintage in vintages for code in _codes_inside(area, vintage)}
        mine &= (table["level"] == part) & table["area"].isin(inside)
    return table.loc[mine].reset_index(drop=True)


def take_breakdown(parts: Any, wholes: Any, *, indicator: str) -> pd.DataFrame:
    """Take the fullest list of parts that one source gives for one day, and its whole.

    Parameters
    ----------
    parts : data frame
        Observations of the units inside a place (`take_province` with `part`).
    wholes : data frame
        Observations of the place itself.
    indicator : str
        Which figure; it must be one that may be summed over areas.

    Returns
    -------
    DataFrame
        The observations table: the parts, and after them the whole, where the same source gives
        one for the same day and scope. Empty where no source lists two parts of one day. Where
        several lists are equally long the newest is taken.

    Raises
    ------
    ValueError
        If the indicator may not be summed over areas.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> province = take_province(observations, area="19", boundaries="2022")
    >>> districts = take_province(observations, area="19", boundaries="2022", part="district")
    >>> take_breakdown(districts, province, indicator="clubs")["value"].tolist()
    [8.0, 75.0, 31.0, 21.0, 135.0]
    """
    if indicator not in INDICATORS or not INDICATORS[indicator].additive_space:
        raise ValueError(f"`indicator` must be one that sums over areas, not {indicator!r}.")
    listed, whole = accept(parts, OBSERVATIONS), accept(wholes, OBSERVATIONS)
    listed = listed.loc[
        (listed["indicator"] == indicator) & listed["as_of"].notna() & (listed["unit"] != "share")
    ]
    key = ["source", "as_of", "scope", "start"]
    once = listed.loc[~listed.duplicated([*key, "area"], keep=False)]
    if once.empty:
        return once.reset_index(drop=True)
    size = once.groupby(key, dropna=False)["area"].transform("nunique")
    if size.max() < 2:
        return once.iloc[:0].reset_index(drop=True)
    fullest = once.loc[size == size.max()].sort_values("as_of", kind="stable")
    chosen = once.merge(fullest.tail(1)[key], on=key)
    mine = whole.loc[(whole["indicator"] == indicator) & (whole["unit"] != "share")]
    mine = mine.merge(chosen[key].drop_duplicates(), on=key).head(1)
    return pd.concat([chosen, mine], ignore_index=True)


def name_province(area: str, *, boundaries: str, lang: Lang = "vi") -> str | None:
    """Return the full name of a province on a map, or None if the map has no such code.

    Parameters
    ----------
    area : str
        A province's code.
    boundaries : {"2022", "2025-01", "2025-07"}
        The map.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    str or None
        Kind and name.

    Examples
    --------
    >>> name_province("38", boundaries="2025-07"), name_province("01", boundaries="2022")
    ('tỉnh Thanh Hóa', 'thành phố Hà Nội')
    >>> name_province("36", boundaries="2025-07") is None
    True
    >>> name_province("38", boundaries="2025-07", lang="en")
    'Thanh Hóa province'
    """
    found = _units("province", boundaries).get(area)
    return None if found is None else _write_name(*found[:2], lang=lang)


def take_district(
    observations: Any, *, area: str, part: DistrictPart | None = None
) -> pd.DataFrame:
    """Take the figures of one district before 1 July 2025, or of the units inside it.

    Parameters
    ----------
    observations : data frame
        The observations table.
    area : str
        A district's code ("401").
    part : {"commune", "village", "club"}, optional
        Take the units of this level inside the district instead of the district itself.

    Returns
    -------
    DataFrame
        The observations table, the rows in their old order; empty if there are none.

    Raises
    ------
    ValueError
        If there was no such district.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> take_district(observations, area="401").query("indicator == 'clubs'")["value"].tolist()
    [43.0]
    """
    table = accept(observations, OBSERVATIONS)
    name_district(area)
    mine = table["boundaries"].isin(_VINTAGES["63"])
    if part is None:
        mine &= (table["level"] == "district") & (table["area"] == area)
    elif part == "commune":
        inside = {code for vintage in _VINTAGES["63"] for code in _communes_of(area, vintage)}
        mine &= (table["level"] == part) & table["area"].isin(inside)
    else:
        slugs = tuple(
            f"{_slug(_units('province', vintage)[parent][1])}-{_slug(name)}-"
            for vintage in _VINTAGES["63"]
            for found in (_units("district", vintage).get(area),)
            if found is not None
            for _, name, parent in (found,)
        )
        mine &= (table["level"] == part) & table["area"].str.startswith(slugs)
    return table.loc[mine].reset_index(drop=True)


def name_district(area: str, *, lang: Lang = "vi") -> str:
    """Return the full name of a district before 1 July 2025, with its province.

    Parameters
    ----------
    area : str
        A district's code.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    str
        The newest name, where a district was renamed.

    Raises
    ------
    ValueError
        If there was no such district.

    Examples
    --------
    >>> name_district("401"), name_district("401", lang="en")
    ('huyện Nga Sơn, tỉnh Thanh Hóa', 'Nga Sơn district, Thanh Hóa province')
    """
    for vintage in reversed(_VINTAGES["63"]):
        found = _units("district", vintage).get(area)
        if found is not None:
            kind, name, parent = found
            province = name_province(parent, boundaries=vintage, lang=lang)
            return f"{_write_name(kind, name, lang=lang)}, {province}"
    raise ValueError(
        f"`area` must be the code of a district before 1 July 2025, not {area!r};"
        ' `read_areas(boundaries="2025-01", level="district")` lists them.'
    )


def _check_province(area: str) -> None:
    if not any(name_province(area, boundaries=vintage) for vintage in ("2022", "2025-07")):
        raise ValueError(
            f"`area` must be the code of a province, not {area!r};"
            " `read_areas(boundaries=..., level='province')` lists them."
        )


def _write_name(kind: str, name: str, *, lang: Lang) -> str:
    return label(f"place.kind.{_slug(kind)}", lang=lang).format(name=name)


@cache
def _units(level: str, boundaries: str) -> dict[str, tuple[str, str, str]]:
    """Return kind, name and parent of each unit of a level by its code."""
    units = read_areas(boundaries=boundaries, level=level)
    rows = units[["area", "kind", "area_name", "parent"]].itertuples(index=False)
    return {area: (kind, name, parent) for area, kind, name, parent in rows}


@cache
def _communes_of(area: str, boundaries: str) -> frozenset[str]:
    units = read_areas(boundaries=boundaries, level="commune")
    return frozenset(units.loc[units["parent"] == area, "area"])


def _codes_inside(area: str, boundaries: str) -> frozenset[str]:
    return _codes_by_province(boundaries).get(area, frozenset())


@cache
def _codes_by_province(boundaries: str) -> dict[str, frozenset[str]]:
    units = read_hierarchy(boundaries=boundaries)
    groups = units.groupby("province", sort=False)["area"]
    return {str(province): frozenset(areas) for province, areas in groups}


def _names(area: str, vintages: tuple[str, ...]) -> set[str]:
    names = set()
    for vintage in vintages:
        units = read_areas(boundaries=vintage, level="province")
        names |= set(units.loc[units["area"] == area, "area_name"])
    return names


def _slug(name: str) -> str:
    return "-".join(strip_marks(name).lower().replace("-", " ").split())
