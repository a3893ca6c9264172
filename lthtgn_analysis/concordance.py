"""Which units became which, and where the communes of a territory went.

The concordances in `reference/` come in; links between two maps go out, and `Territory`, which
tells how many communes of the new map a number (or a list) of covered old communes covers.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files

import numpy as np
import pandas as pd

from .areas import read_areas, read_hierarchy
from .errors import UnknownAreaError
from .schema import BOUNDARIES, CONCORDANCE, DTYPES, arrange

_LEVELS = ("province", "district", "commune")
# Half the width of the middle 99 % of a normal curve, in standard deviations.
_LIKELY = 2.5758


def read_concordance(*, old: str, new: str, level: str) -> pd.DataFrame:
    """Read which units of an old map became which units of a newer one.

    Parameters
    ----------
    old, new : {"2022", "2025-01", "2025-07"}
        Two maps, the older one first. From 2022 to 2025-07 the two steps are joined.
    level : {"province", "district", "commune"}
        Districts have a concordance from 2022 to 2025-01 only, derived from their communes; after
        1 July 2025 there are none.

    Returns
    -------
    DataFrame
        The concordance table, one row for each pair of an old unit and a new one, sorted by both.
        `divided` is 1 where the old unit went to several new ones; `share` is the part of its
        figure that the rule gives to the new one: 1 for the only or the default successor, else 0.
        The default successor of a commune is the one its source names; of a district, the one with
        most of its communes (the smaller code on a tie).

    Raises
    ------
    ValueError
        If the maps are not in order, or the level has no concordance between them.

    Examples
    --------
    >>> links = read_concordance(old="2025-01", new="2025-07", level="province")
    >>> links.loc[links["new"] == "56", "old"].tolist()
    ['56', '58']
    """
    check_direction(old, new)
    if level not in _LEVELS:
        raise ValueError(f"`level` must be one of {list(_LEVELS)}, not {level!r}.")
    if level == "district" and new == "2025-07":
        raise ValueError(
            "there are no districts on the map of 2025-07; ask for level='commune' or 'province'."
        )
    return _links(old, new, level).copy()


def successor(area: str, *, boundaries: str, to: str, level: str) -> str:
    """Return the unit of a newer map that an old unit became.

    Parameters
    ----------
    area : str
        The code of the old unit.
    boundaries, to : {"2022", "2025-01", "2025-07"}
        The map of `area`, and the newer map.
    level : {"province", "district", "commune"}
        The level of both.

    Returns
    -------
    str
        The code of the successor; of a divided unit, of its default successor.

    Raises
    ------
    UnknownAreaError
        If `area` is not on the old map.
    ValueError
        If the maps are not in order, or the level has no concordance between them.

    Examples
    --------
    >>> successor("58", boundaries="2022", to="2025-07", level="province")
    '56'
    """
    links = read_concordance(old=boundaries, new=to, level=level)
    found = links.loc[(links["old"] == area) & (links["share"] > 0), "new"]
    if found.empty:
        raise UnknownAreaError(
            f"{area!r} is no {level} on the map of {boundaries}; "
            f"`find_area(name, level={level!r}, boundaries={boundaries!r})` gives the code."
        )
    return str(found.iloc[0])


def check_direction(old: str, new: str) -> None:
    """Raise unless `old` and `new` are two maps, the older one first.

    Parameters
    ----------
    old, new : str
        Two of `schema.BOUNDARIES`.

    Raises
    ------
    ValueError
        If one is no map, or `new` is not newer than `old`.

    Examples
    --------
    >>> check_direction("2022", "2025-07")
    """
    for boundaries in (old, new):
        if boundaries not in BOUNDARIES:
            raise ValueError(f"a map must be one of {list(BOUNDARIES)}, not {boundaries!r}.")
    if BOUNDARIES.index(old) >= BOUNDARIES.index(new):
        raise ValueError(
            f"figures are carried forward only: from {old} to {new} is not a newer map. "
            f"The maps in order: {', '.join(BOUNDARIES)}."
        )


@dataclass(frozen=True)
class Hits:
    """How many communes of the new map are covered.

    Attributes
    ----------
    low, high : float
        What is possible at all.
    value : float
        What is expected.
    likely_low, likely_high : float
        What 99 % of the random placements give.
    """

    low: float
    value: float
    high: float
    likely_low: float
    likely_high: float


@dataclass(frozen=True)
class Territory:
    """The communes of one area on an old map, and those they became.

    Attributes
    ----------
    communes_before : int
        How many there were.
    new : frozenset of str
        The communes of the new map on the same ground.
    parts_of : dict
        The old commune -> its successors, the default one first. Slivers may lie outside `new`.
    """

    communes_before: int
    new: frozenset[str]
    parts_of: dict[str, tuple[str, ...]]

    @property
    def communes_after(self) -> int:
        """How many communes of the new map there are on the same ground."""
        return len(self.new)

    def hit_by_list(self, covered: Collection[str]) -> Hits:
        """Count the new communes that a list of covered old communes covers.

        A divided commune covers at least one of its successors, its default one by the rule, and
        at most all of them.

        Parameters
        ----------
        covered : collection of str
            Codes of old communes of this territory.

        Examples
        --------
        >>> land = Territory(3, frozenset("AB"), {"1": ("A",), "2": ("A",), "3": ("B", "A")})
        >>> hits = land.hit_by_list(["1", "3"])
        >>> hits.low, hits.value, hits.high
        (1, 2, 2)
        """
        successors = [set(self.parts_of[code]) for code in set(covered)]
        sure = {new for news in successors if len(news) == 1 for new in news} & self.new
        # Sets of successors that have nothing in common need one covered commune each.
        apart: list[set[str]] = []
        for news in sorted(successors, key=lambda news: (len(news), sorted(news))):
            if news <= self.new and not news & sure and all(not news & other for other in apart):
                apart.append(news)
        low = len(sure) + len(apart)
        high = len(self.new.intersection(new for news in successors for new in news))
        value = len({self.parts_of[code][0] for code in set(covered)} & self.new)
        return Hits(low, value, high, low, high)

    def hit_by_count(self, covered: float) -> Hits:
        """Bound the new communes that a number of covered old communes covers.

        The value is the mean over all placements of the covered communes (each equally likely),
        with divided communes in their default successor; the likely range is the mean plus and
        minus 2.58 standard deviations, within the bounds.

        Parameters
        ----------
        covered : float
            How many of its old communes are covered, between 0 and `communes_before`.

        Examples
        --------
        >>> land = Territory(3, frozenset("AB"), {"1": ("A",), "2": ("A",), "3": ("B",)})
        >>> hits = land.hit_by_count(2)
        >>> hits.low, round(hits.value, 3), hits.high
        (1, 1.667, 2)
        """
        count = round(covered)
        within = [self.new.intersection(news) for news in self.parts_of.values()]
        escaping = sum(
            len(kept) < len(news) for kept, news in zip(within, self.parts_of.values(), strict=True)
        )
        linked = pd.Series([new for kept in within for new in kept])
        default = pd.Series([news[0] for news in self.parts_of.values() if news[0] in self.new])
        reach = np.sort(linked.value_counts().to_numpy())[::-1].cumsum()
        needed = count - escaping
        low = 0 if needed <= 0 else int(np.searchsorted(reach, needed)) + 1
        spare = np.sort([len(kept) - 1 for kept in within])[::-1]
        high = min(len(reach), count + int(spare[:count].sum()))
        mean, deviation = _occupied(default.value_counts(), count, self.communes_before)
        value = min(max(mean, low), high)
        return Hits(
            low,
            value,
            high,
            max(low, value - _LIKELY * deviation),
            min(high, value + _LIKELY * deviation),
        )


@cache
def read_territory(area: str, boundaries: str, to: str) -> Territory:
    """Return the communes of an area ("VN", a province or a district) and what they became.

    A new commune lies in the territory from which most of it comes: of its old communes that have
    it as their default successor, most lie there (the smaller code on a tie).

    Parameters
    ----------
    area : str
        A code on the old map.
    boundaries, to : {"2022", "2025-01", "2025-07"}
        The old map and the new one.

    Returns
    -------
    Territory
        Its communes before and after.

    Raises
    ------
    UnknownAreaError
        If `area` is not on the map of `boundaries`.

    Examples
    --------
    >>> thanh_hoa = read_territory("38", "2022", "2025-07")
    >>> thanh_hoa.communes_before, thanh_hoa.communes_after
    (559, 166)
    """
    level = "national" if area == "VN" else {2: "province", 3: "district"}.get(len(area), "")
    communes = _communes_in(boundaries, level).get(area) if level else None
    if communes is None:
        raise UnknownAreaError(
            f"{area!r} is no province or district on the map of {boundaries}; "
            f"`find_area(name, boundaries={boundaries!r})` gives the code."
        )
    parts_of = _parts_of(boundaries, to)
    return Territory(
        communes_before=len(communes),
        new=_new_communes_in(boundaries, to, level).get(area, frozenset()),
        parts_of={code: parts_of[code] for code in communes},
    )


@cache
def _communes_in(boundaries: str, level: str) -> Mapping[str, list[str]]:
    units = read_hierarchy(boundaries=boundaries).assign(national="VN")
    places: dict[str, list[str]] = {place: [] for place in units[level].dropna()}
    communes = units.loc[(units["level"] == "commune") & units[level].notna()]
    for code, place in zip(communes["area"], communes[level], strict=True):
        places[place].append(code)
    return places


@cache
def _parts_of(boundaries: str, to: str) -> Mapping[str, tuple[str, ...]]:
    links = _links(boundaries, to, "commune")
    ranked = links.sort_values(["old", "share"], ascending=[True, False], kind="stable")
    parts: dict[str, tuple[str, ...]] = {}
    for old, new in zip(ranked["old"], ranked["new"], strict=True):
        parts[old] = (*parts.get(old, ()), new)
    return parts


@cache
def _new_communes_in(boundaries: str, to: str, level: str) -> Mapping[str, frozenset[str]]:
    """Return the communes of the new map that lie in each old province or district."""
    units = read_hierarchy(boundaries=boundaries).assign(national="VN")
    links = _links(boundaries, to, "commune")[["old", "new", "share"]]
    if to == "2025-07":
        islands = _read_reference("concordance_islands_2025-01_2025-07.csv")
        links = pd.concat([links, islands[["old", "new", "share"]]])
    place = units.loc[units["level"].isin(["commune", "district"])].set_index("area")[level]
    origins = links.assign(place=links["old"].map(place)).groupby(["new", "place"])["share"]
    ranked = origins.sum().reset_index()
    ranked = ranked.sort_values(["new", "share", "place"], ascending=[True, False, True])
    home = ranked.drop_duplicates("new").set_index("new")["place"]
    # Communes that the sources give no predecessor lie in the province and district they are in.
    later = read_hierarchy(boundaries=to).assign(national="VN").set_index("area")
    unlinked = later.loc[(later["level"] == "commune") & ~later.index.isin(home.index), level]
    whole = pd.concat([home, unlinked])
    return {place: frozenset(rows.index) for place, rows in whole.groupby(whole)}


def _occupied(sizes: pd.Series, count: int, total: int) -> tuple[float, float]:
    """Return mean and standard deviation of the number of groups hit by a random sample.

    `sizes` are the sizes of the groups, which part `total` units; `count` of them are drawn without
    replacement. A group of size a is missed with probability C(total - a, count) / C(total, count);
    the variance follows from the pairs of groups.
    """
    if sizes.empty:
        return 0.0, 0.0
    kinds = sizes.value_counts()
    size, number = kinds.index.to_numpy(), kinds.to_numpy(dtype=float)
    missed = np.array([_chance_of_missing(a, count, total) for a in size])
    both = np.array([[_chance_of_missing(a + b, count, total) for b in size] for a in size])
    empty = float(number @ missed)
    pairs = float(number @ both @ number - number @ np.diag(both))
    return float(number.sum()) - empty, math.sqrt(max(pairs + empty - empty**2, 0.0))


def _chance_of_missing(size: int, count: int, total: int) -> float:
    if size > total - count:
        return 0.0
    return math.prod((total - count - i) / (total - i) for i in range(size))


@cache
def _links(old: str, new: str, level: str) -> pd.DataFrame:
    """Read or derive the links of a level between two maps, as the concordance table."""
    if (old, new) == ("2022", "2025-07"):
        first, second = _links("2022", "2025-01", level), _links("2025-01", "2025-07", level)
        joined = first.merge(second, left_on="new", right_on="old", suffixes=("", "_later"))
        links = pd.DataFrame(
            {
                "old": joined["old"],
                "new": joined["new_later"],
                "share": joined["share"] * joined["share_later"],
                "divided": joined[["divided", "divided_later"]].max(axis=1),
            }
        )
    elif level == "commune" or new == "2025-07":
        links = _read_reference(f"concordance_{level}s_{old}_{new}.csv")
    elif level == "province":
        codes = read_areas(boundaries=old, level="province")["area"]
        links = pd.DataFrame({"old": codes, "new": codes, "share": 1.0, "divided": 0.0})
    else:
        links = _district_links(old, new)
    links = links.assign(old_boundaries=old, new_boundaries=new).sort_values(["old", "new"])
    return arrange(links, CONCORDANCE)


def _district_links(old: str, new: str) -> pd.DataFrame:
    """Derive the links of districts from those of their communes."""
    communes = _links(old, new, "commune")
    parent = {
        boundaries: read_areas(boundaries=boundaries, level="commune").set_index("area")["parent"]
        for boundaries in (old, new)
    }
    pairs = pd.DataFrame(
        {"old": communes["old"].map(parent[old]), "new": communes["new"].map(parent[new])}
    )
    counted = pairs.value_counts(["old", "new"]).reset_index(name="communes")
    counted = counted.sort_values(["old", "communes", "new"], ascending=[True, False, True])
    links = counted.assign(
        share=(~counted["old"].duplicated()).astype(float),
        divided=counted["old"].duplicated(keep=False).astype(float),
    )
    # The island districts have no communes and did not change.
    old_codes = read_areas(boundaries=old, level="district")["area"]
    islands = old_codes[~old_codes.isin(links["old"])]
    same = pd.DataFrame({"old": islands, "new": islands, "share": 1.0, "divided": 0.0})
    return pd.concat([links[["old", "new", "share", "divided"]], same])


def _read_reference(name: str) -> pd.DataFrame:
    with as_file(files(__package__).joinpath("reference", name)) as path:
        return pd.read_csv(path, dtype={"old": DTYPES["text"], "new": DTYPES["text"]})
