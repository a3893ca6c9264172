"""The names of all maps come in; the unit that a document means by a name goes out.

A name is looked up on the map in force and, where it is no longer on it, on the older ones; of
several units of one name the one inside the places named before counts. Villages and clubs stand on
no map: they are made from their name and the commune they lie in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import pandas as pd

from .areas import boundaries_of, read_areas, read_hierarchy
from .grammar import read_table
from .lettering import strip_marks
from .passages import unmark
from .placenames import name_key
from .schema import BOUNDARIES

_TYPE_OF_NUMBER = re.compile(
    r"^(?:thanh pho|tinh|quan|huyen|thi xa|phuong|xa|thi tran|dac khu) (?=\d)"
)
_NO_KEY = re.compile(r"[^a-z0-9]+")


class Unit(NamedTuple):
    """An administrative unit, village or club that a figure can be about."""

    level: str
    name: str
    area: str
    boundaries: str
    commune: str = ""
    district: str = ""
    province: str = ""
    rivals: int = 0


NATION = Unit("national", "Việt Nam", "VN", BOUNDARIES[0])


@dataclass
class Gazetteer:
    """The names of the maps, and what one document has told about where it plays.

    Attributes
    ----------
    vintages : tuple of str
        The maps, the one in force first.
    named : dict of str to dict of str to Unit
        For each level the units named so far by their plain names, the newest last.
    counts : Counter of Unit
        How often each was named.
    village : Unit or None
        The village that was named last.
    districts, districts_in : Counter of str
        The codes of the districts named so far, and how many of them each province holds.
    noted : list of Unit or None
        The units noted in the passage that is read, while a document is learned.
    consulted : bool
        Whether what was named before has decided what a name means.
    """

    vintages: tuple[str, ...]
    named: dict[str, dict[str, Unit]] = field(
        default_factory=lambda: {"province": {}, "district": {}, "commune": {}}
    )
    counts: Counter[Unit] = field(default_factory=Counter)
    village: Unit | None = None
    districts: Counter[str] = field(default_factory=Counter)
    districts_in: Counter[str] = field(default_factory=Counter)
    noted: list[Unit] | None = None
    consulted: bool = False

    def note(self, unit: Unit) -> None:
        """Remember that the document names a unit."""
        known = self.named.get(unit.level)
        if known is not None:
            key = plain_key(unit.name)
            before = known.pop(key, None)
            known[key] = unit
            self.counts[unit] += 1
            if self.noted is not None:
                self.noted.append(unit)
            if unit.level == "district" and unit is not before:
                self._count_district(unit, 1)
                if before is not None:
                    self._count_district(before, -1)

    def known(self, level: str, key: str) -> Unit | None:
        """Return the unit of a level that was named before by a plain name."""
        self.consulted = True
        return self.named[level].get(key)

    def last_village(self) -> Unit | None:
        """Return the village that was named last."""
        self.consulted = True
        return self.village

    def newest(self, level: str) -> Unit | None:
        """Return the unit of a level that was named last."""
        known = self.named.get(level)
        return next(reversed(known.values())) if known else None

    def rank(self) -> None:
        """Put the units that are named most last, before a document is read again."""
        for level, known in self.named.items():
            ranked = sorted(known.items(), key=lambda item: self.counts[item[1]])
            self.named[level] = dict(ranked)

    def look_up(self, name: str, levels: tuple[str, ...]) -> Unit | None:
        """Find the unit that a name means, within the places named before."""
        found = _find_named(name, levels, self.vintages)
        return self._choose(found) if found else None

    def look_up_inside(self, name: str, level: str, home: Unit) -> Unit | None:
        """Find a unit of one level inside a province or district, on any map."""
        plain, accented = plain_key(name), _accented_key(name)
        for vintage in self.vintages:
            found = [
                unit for unit in _index(vintage).get(plain, ())
                if unit.level == level
                and (home.level == "national" or _lies_in(unit, home, home.level))
            ]  # fmt: skip
            exact = [unit for unit in found if _accented_key(unit.name) == accented]
            if exact or (found and name.isascii()):
                chosen = exact or found
                return _marked(chosen[0], len(chosen))
        return None

    def _count_district(self, unit: Unit, count: int) -> None:
        self.districts[unit.area] += count
        self.districts_in[unit.province] += count

    def _choose(self, units: tuple[Unit, ...]) -> Unit:
        if len(units) == 1:
            return units[0]
        self.consulted = True
        for key in ("district", "province"):
            for place in reversed(self.named[key].values()):
                inside = [unit for unit in units if _lies_in(unit, place, key)]
                if inside:
                    return _marked(inside[0], len(inside))
        return _marked(units[0], len(units))


def open_gazetteer(day: pd.Timestamp | None) -> Gazetteer:
    """Return the names of the map in force on a day, the older maps after it.

    Examples
    --------
    >>> gazetteer = open_gazetteer(pd.Timestamp("2023-10-05"))
    >>> gazetteer.look_up("Tứ Kỳ", ("district",)).area
    '298'
    """
    newest = BOUNDARIES[-1] if day is None else boundaries_of(day)
    place = BOUNDARIES.index(newest)
    order = (*BOUNDARIES[: place + 1][::-1], *BOUNDARIES[place + 1 :])
    if day is None:
        order = (BOUNDARIES[0], *BOUNDARIES[:0:-1])
    return Gazetteer(order)


def village_of(name: str, level: str, parent: Unit) -> Unit:
    """Make a unit of a village or club, which no map lists; its code is its parent's and its name.

    Examples
    --------
    >>> ea_tu = open_gazetteer(pd.Timestamp("2022-10-18")).look_up("Ea Tu", ("commune",))
    >>> village_of("Kô Tam", "club", ea_tu).area
    '24163-clb-ko-tam'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", strip_marks(name).lower()).strip("-")
    area = f"{parent.area}-{slug}" if level == "village" else f"{parent.area}-clb-{slug}"
    above = {parent.level: parent.area}
    return Unit(
        level,
        name,
        area,
        parent.boundaries,
        above.get("commune", parent.commune),
        above.get("district", parent.district),
        above.get("province", parent.province),
    )


def unit_by_code(level: str, area: str, boundaries: str) -> Unit | None:
    """Return the unit of a map that bears a code.

    Examples
    --------
    >>> unit_by_code("province", "38", "2022").name
    'Thanh Hóa'
    """
    return _by_code(boundaries).get((level, area))


@lru_cache(maxsize=65536)
def plain_key(name: str) -> str:
    """Write a name as names are looked up: no marks, spaces or type words before numbers.

    Parameters
    ----------
    name : str
        A name as printed.

    Returns
    -------
    str
        Letters a-z and digits.

    Examples
    --------
    >>> plain_key("Đắk Lắk"), plain_key("Quận 5")
    ('daklak', '5')
    """
    words = unmark(name_key(name.lower()))
    joined = words.replace(" ", "")
    if joined.isascii() and joined.isalpha():
        return joined
    return _NO_KEY.sub("", _TYPE_OF_NUMBER.sub("", words))


@cache
def level_keys(level: str) -> frozenset[str]:
    """Return the plain names of all units of a level, on any map.

    Parameters
    ----------
    level : {"province", "district", "commune"}
        A level.

    Returns
    -------
    frozenset of str
        As `plain_key` writes them.

    Examples
    --------
    >>> "hue" in level_keys("province"), "tuky" in level_keys("province")
    (True, False)
    """
    return frozenset(
        key
        for vintage in BOUNDARIES
        for key, units in _index(vintage).items()
        for unit in units
        if unit.level == level
    )


def name_of_province(unit: Unit) -> str:
    """Return the name of the province in which a unit lies, "" if it lies in none.

    Parameters
    ----------
    unit : Unit
        A unit.

    Returns
    -------
    str
        The province's name on the unit's map.

    Examples
    --------
    >>> name_of_province(open_gazetteer(None).look_up("Tứ Kỳ", ("district",)))
    'Hải Dương'
    """
    return _codes(unit.boundaries).get(unit.province, "")


@cache
def province_beginnings() -> frozenset[str]:
    """Return the first words of all names of provinces: no other run can hold one.

    Returns
    -------
    frozenset of str
        Without marks, in small letters.

    Examples
    --------
    >>> "thanh" in province_beginnings(), "cau" in province_beginnings()
    (True, False)
    """
    return frozenset(
        re.split(r"[^a-z]", unmark(unit.name).lower())[0]
        for vintage in BOUNDARIES
        for units in _index(vintage).values()
        for unit in units
        if unit.level == "province"
    ) | {"tphcm", "hcm", "brvt", "br"}


@lru_cache(maxsize=65536)
def _find_named(name: str, levels: tuple[str, ...], vintages: tuple[str, ...]) -> tuple[Unit, ...]:
    """Find the units that bear a name on the first map and level that knows it."""
    plain, accented = plain_key(name), _accented_key(name)
    for vintage, level in ((v, one) for v in vintages for one in levels):
        found = tuple(unit for unit in _index(vintage).get(plain, ()) if unit.level == level)
        if not name.isascii():
            exact = tuple(unit for unit in found if _accented_key(unit.name) == accented)
            # "Mù Cang Chải" is "Mù Căng Chải" on the maps: three syllables name one place.
            loose = len(found) == 1 and len(name.split()) > 2
            found = exact or (found if loose else ())
        if found:
            return found
    return ()


@lru_cache(maxsize=65536)
def _accented_key(name: str) -> str:
    return name_key(name.lower())


def _lies_in(unit: Unit, place: Unit, key: str) -> bool:
    if unit.boundaries != place.boundaries:
        return key == "province" and name_of_province(unit) == place.name
    return getattr(unit, key) == place.area


def _marked(unit: Unit, count: int) -> Unit:
    if count == 1:
        return unit
    return unit._replace(rivals=count)


@cache
def _index(boundaries: str) -> dict[str, list[Unit]]:
    """Index the units of a map by their names without marks and type words."""
    index: dict[str, list[Unit]] = {}
    for unit in _by_code(boundaries).values():
        index.setdefault(plain_key(unit.name), []).append(unit)
    for row in read_table("area_aliases.csv"):
        if row["boundaries"] and boundaries not in row["boundaries"].split(";"):
            continue
        named = _by_code(boundaries).get((row["level"], row["area"]))
        if named is not None:
            index.setdefault(plain_key(row["alias"]), []).append(named)
    return index


@cache
def _by_code(boundaries: str) -> dict[tuple[str, str], Unit]:
    above = read_hierarchy(boundaries=boundaries).fillna("")
    parents = {
        (level, area): (district, province) for area, level, district, province in _tuples(above)
    }
    by_code: dict[tuple[str, str], Unit] = {}
    units = read_areas(boundaries=boundaries)
    for area, name, level in _tuples(units[["area", "area_name", "level"]]):
        if level == "national":
            continue
        own = area if level == "commune" else ""
        by_code[level, area] = Unit(level, name, area, boundaries, own, *parents[level, area])
    return by_code


def _tuples(frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    # `itertuples` takes one text after the other out of Arrow, ten times as slowly.
    return zip(*(frame[column].tolist() for column in frame), strict=True)


@cache
def _codes(boundaries: str) -> dict[str, str]:
    units = read_areas(boundaries=boundaries, level="province")
    return dict(zip(units["area"], units["area_name"], strict=True))
