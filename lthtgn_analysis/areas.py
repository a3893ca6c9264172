"""Places: the administrative units of three boundary vintages, and names found in them.

Names as people print them come in, the statistical office's codes go out, always on a stated map:
`2022` (63 provinces, 705 districts, 10,599 communes), `2025-01` (63, 696, 10,035) or `2025-07`
(34 provinces and 3,321 communes, no districts). Codes are text, with their leading zeros. A name
that fits no unit, or more than one, is never booked: it comes back with the nearest names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .errors import UnknownAreaError
from .lettering import fold
from .placenames import (
    has_type_word,
    marks_agree,
    means_total,
    name_key,
    read_words,
    split_path,
    ways_to_write,
)
from .schema import AREAS, BOUNDARIES, DTYPES, arrange

_LEVELS = ("national", "province", "district", "commune")
_FIRST_DAYS = {"2025-01": pd.Timestamp("2025-01-01"), "2025-07": pd.Timestamp("2025-07-01")}

# A type word is no part of a name: units are promoted, and reports keep the older word or use the
# newer one. Each kind lists the other words under which its units may still be found.
_OTHER_WORDS = {
    "Huyện": ("thị xã", "thành phố", "quận"),
    "Thị xã": ("huyện", "thành phố", "quận"),
    "Thành phố": ("thị xã", "huyện"),
    "Quận": ("huyện", "thị xã"),
    "Xã": ("phường", "thị trấn"),
    "Phường": ("xã", "thị trấn"),
    "Thị trấn": ("xã", "phường"),
}


class _Unit(NamedTuple):
    area: str
    area_name: str
    kind: str
    level: str
    district: str
    province: str

    @property
    def full_name(self) -> str:
        known = has_type_word(self.area_name.lower())
        return self.area_name if known else f"{self.kind} {self.area_name}"


class _Form(NamedTuple):
    """One way to write a unit's name: with a type word or bare, with its own word or another."""

    key: str
    unit: _Unit
    typed: bool
    own: bool


def read_areas(*, boundaries: str, level: str | None = None) -> pd.DataFrame:
    """Read the administrative units of one map.

    Parameters
    ----------
    boundaries : {"2022", "2025-01", "2025-07"}
        The map: mid-2022, 1 January 2025 or 1 July 2025.
    level : {"national", "province", "district", "commune"}, optional
        One level only.

    Returns
    -------
    DataFrame
        The areas table. `kind` is the type word (Tỉnh, Huyện, Xã ...); `parent` is the code of the
        unit above (a district for communes, a province on the map of 2025-07); the national row is
        "VN" and has no parent. The frame is the caller's own.

    Raises
    ------
    ValueError
        If there is no such map or level.

    Examples
    --------
    >>> read_areas(boundaries="2022")["level"].value_counts().to_dict()
    {'commune': 10599, 'district': 705, 'province': 63, 'national': 1}
    >>> read_areas(boundaries="2025-07", level="province").head(2)[["area", "area_name", "kind"]]
      area area_name       kind
    0   01    Hà Nội  Thành phố
    1   04  Cao Bằng       Tỉnh
    """
    units = _list(_known_map(boundaries))
    if _known_level(level) is None:
        return units.copy()
    return units.loc[units["level"] == level].reset_index(drop=True)


def read_hierarchy(*, boundaries: str) -> pd.DataFrame:
    """Return each unit with the district and the province it lies in.

    Parameters
    ----------
    boundaries : {"2022", "2025-01", "2025-07"}
        The map.

    Returns
    -------
    DataFrame
        `area, level, district, province`, one row per unit below the national row; a unit lies in
        itself; `district` is missing for provinces and for communes that have no district above.

    Examples
    --------
    >>> units = read_hierarchy(boundaries="2022")
    >>> units.loc[units["province"] == "38", "level"].value_counts().to_dict()
    {'commune': 559, 'district': 27, 'province': 1}
    """
    return _lay_out(_known_map(boundaries)).copy()


def boundaries_of(date: Any) -> str:
    """Return the map that was in force on a day.

    Parameters
    ----------
    date : date-like
        A day, as text in ISO form, `datetime.date` or Timestamp.

    Returns
    -------
    str
        "2022" up to 31 December 2024, "2025-01" up to 30 June 2025, then "2025-07".

    Raises
    ------
    ValueError
        If `date` is no day, or missing.

    Examples
    --------
    >>> [boundaries_of(day) for day in ("2018-12-06", "2025-03-31", "2025-07-01")]
    ['2022', '2025-01', '2025-07']
    """
    day = pd.Timestamp(date)
    if pd.isna(day):
        raise ValueError("`date` must be a day; it is missing, so the map in force is not known.")
    begun = [name for name, first in _FIRST_DAYS.items() if day.tz_localize(None) >= first]
    return begun[-1] if begun else BOUNDARIES[0]


def same_map(level: str, boundaries: str) -> str:
    """Name the map of one level: equal names mean the same units, so a series may run across.

    Parameters
    ----------
    level : str
        One of `schema.LEVELS`.
    boundaries : {"2022", "2025-01", "2025-07"}
        The vintage.

    Returns
    -------
    str
        "all" for the country and for clubs, which no boundary changes; "63" for the provinces of
        2022 and of January 2025, which are the same units, and "34" for those of July 2025; for
        districts, communes and villages the vintage itself.

    Examples
    --------
    >>> same_map("province", "2022") == same_map("province", "2025-01")
    True
    >>> same_map("commune", "2022"), same_map("province", "2025-07"), same_map("club", "2022")
    ('2022', '34', 'all')
    """
    _known_map(boundaries)
    if level in ("national", "club"):
        return "all"
    if level == "province":
        return "34" if boundaries == "2025-07" else "63"
    return boundaries


def level_of(area: str) -> str:
    """Return the level of a unit by the form of its code.

    Parameters
    ----------
    area : str
        "VN", or a code of the statistical office with its leading zeros; anything else is taken
        for the id of a club.

    Returns
    -------
    str
        national, province (two digits), district (three), commune (five) or club.

    Examples
    --------
    >>> [level_of(area) for area in ("VN", "38", "401", "14812", "thanh-hoa-clb-1")]
    ['national', 'province', 'district', 'commune', 'club']
    """
    if area == "VN":
        return "national"
    by_length = {2: "province", 3: "district", 5: "commune"}
    return by_length.get(len(area), "club") if area.isdigit() else "club"


def tile_grid(boundaries: str) -> pd.DataFrame:
    """Return the tile map: one equal tile per province, laid out like the country.

    Parameters
    ----------
    boundaries : {"2022", "2025-01", "2025-07"}
        The vintage; the first two share one grid of 63 tiles.

    Returns
    -------
    DataFrame
        `area, area_name, label, row, col`; rows count from the north, columns from the west, both
        from 0. The two archipelagos, Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa), are parts of
        their provinces and have no tile of their own.

    Examples
    --------
    >>> tile_grid("2025-07").query("area == '38'").drop(columns="area").values.tolist()
    [['Thanh Hóa', 'TH', 4, 1]]
    """
    grid = _read_reference(f"tilegrid{same_map('province', boundaries)}.csv")
    names = read_areas(boundaries=boundaries, level="province").set_index("area")["area_name"]
    return grid.assign(
        area_name=grid["area"].map(names), row=grid["row"].astype(int), col=grid["col"].astype(int)
    )


def is_total(text: Any) -> bool:
    """Tell whether a row's name says "total" and names no place.

    Parameters
    ----------
    text : str
        A cell. A missing one is no total.

    Examples
    --------
    >>> [is_total(text) for text in ("Tổng cộng", "TOÀN TỈNH", "Cả nước", "Cong", "Cộng Hòa")]
    [True, True, True, True, False]
    """
    return isinstance(text, str) and means_total(read_words(text), text=text)


def find_area(
    text: str, *, within: str | None = None, level: str | None = None, boundaries: str
) -> str:
    """Find the code of the unit that a name means.

    The whole name is tried first, then its other forms (type words and their abbreviations, known
    aliases); accented before unaccented, and unaccented only where one unit fits and the marks that
    are there do not contradict. "Xã A, huyện B, tỉnh C" and "B (C)" are read as a path. A bare name
    means the widest unit that bears it where the others lie inside it ("Thanh Hóa" is the province,
    "TP Thanh Hóa" the city); without `within`, the name of a province means the province.

    Parameters
    ----------
    text : str
        A name as printed: "TX Bỉm Sơn", "H. Nga Sơn", "THANH HOA", "BR-VT".
    within : str, optional
        The province or district it lies in, as a name or a code.
    level : {"national", "province", "district", "commune"}, optional
        The level looked for; without it all levels are.
    boundaries : {"2022", "2025-01", "2025-07"}
        The map; `boundaries_of` tells which was in force on a day.

    Returns
    -------
    str
        The statistical office's code, as text.

    Raises
    ------
    UnknownAreaError
        If no unit, or more than one, bears the name. The text lists the nearest names and what to
        pass to decide.

    Examples
    --------
    >>> find_area("TX Bỉm Sơn", within="Thanh Hóa", boundaries="2022")
    '381'
    >>> find_area("Hà Nam Ninh", level="province", boundaries="2022")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    lthtgn_analysis.errors.UnknownAreaError: 'Hà Nam Ninh': no province bears this name ...
    """
    _known_level(level)
    if not isinstance(text, str):
        raise UnknownAreaError(f"{text!r}: a place must be a name, as text.")
    place = _find_within(within, _known_map(boundaries))
    found = _find(text, place, level, boundaries, accented=True)
    if isinstance(found, str):
        raise UnknownAreaError(f"{text!r}: {found}")
    return found.area


def find_areas(
    names: pd.Series,
    *,
    within: str | pd.Series | None = None,
    level: str | None = None,
    boundaries: str,
) -> pd.DataFrame:
    """Find the codes of a column of names; each distinct name is looked up once.

    Parameters
    ----------
    names : Series of str
        Names as printed; missing ones stay missing. A column of three or more names in which none
        has a mark is taken as written without marks: there "Nga Thanh" may be Nga Thành too.
    within : str or Series of str, optional
        The province or district that all names, or each name (on the index of `names`), lie in.
    level : {"national", "province", "district", "commune"}, optional
        The level looked for.
    boundaries : {"2022", "2025-01", "2025-07"}
        The map.

    Returns
    -------
    DataFrame
        `area, area_name, level, problem` on the index of `names`. Where a name fits no unit or more
        than one, or is a totals row, the first three are missing and `problem` says why, with the
        nearest names; elsewhere `problem` is missing.

    Raises
    ------
    ValueError
        If `within` is a Series on another index, or there is no such map or level.

    Examples
    --------
    >>> names = pd.Series(["Nga Sơn", "H. Quan Sơn", "Tổng cộng"])
    >>> find_areas(names, within="38", level="district", boundaries="2022")["area"].tolist()
    ['401', '387', nan]
    """
    _known_level(level)
    _known_map(boundaries)
    places = within if isinstance(within, pd.Series) else pd.Series(within, index=names.index)
    if not places.index.equals(names.index):
        raise ValueError(
            "`within` must have the index of `names`, one place for each name; found "
            f"{len(places)} places for {len(names)} names. Pass `within.reindex(names.index)`."
        )
    name_codes, distinct_names = pd.factorize(names)
    place_codes, distinct_places = pd.factorize(places)
    pairs, position = np.unique(
        np.stack([name_codes, place_codes]), axis=1, return_inverse=True
    )  # fmt: skip
    accented = len(distinct_names) < 3 or any(not str(name).isascii() for name in distinct_names)
    # Code -1 means missing: the last entry of each list.
    texts = [*distinct_names, None]
    found_places = [*(_find_within(place, boundaries) for place in distinct_places), None]
    found = [
        _find_row(texts[name], found_places[place], level, boundaries, accented=accented)
        for name, place in pairs.T.tolist()
    ]
    rows = pd.DataFrame(
        found, columns=["area", "area_name", "level", "problem"], dtype=DTYPES["text"]
    )
    return rows.take(position.reshape(-1)).set_index(names.index)


def _find_row(
    name: Any, place: Any, level: str | None, boundaries: str, *, accented: bool
) -> tuple[str | None, str | None, str | None, str | None]:
    if not isinstance(name, str):
        problem = "no name" if name is None else f"{name!r}: a place must be a name, as text."
        return None, None, None, problem
    found = _find(name, place, level, boundaries, accented=accented)
    if isinstance(found, str):
        return None, None, None, found
    return found.area, found.area_name, found.level, None


def _find(
    text: str, inside: _Unit | str | None, level: str | None, boundaries: str, *, accented: bool
) -> _Unit | str:
    """Return the unit, or the sentence that says why there is none."""
    if isinstance(inside, str):
        return inside
    words = read_words(text)
    key = name_key(words)
    if not key:
        return "the name is empty."
    if means_total(words, text=text):
        return "a totals row, no place; the country itself is the area 'VN'."
    units = _units_called(key, inside, level, boundaries, accented=accented)
    if not units and (path := split_path(key)):
        name, outer = path
        place = _find_place(outer, boundaries, inside=inside)
        if not isinstance(place, str):
            inside = place
            units = _units_called(name, place, level, boundaries, accented=accented)
    if len(units) == 1:
        return units[0]
    if units:
        return _say_several(units, boundaries)
    return _say_none(key, inside, level, boundaries)


def _find_within(within: Any, boundaries: str) -> _Unit | str | None:
    if within is None:
        return None
    place = _find_place(str(within), boundaries)
    if isinstance(place, str):
        return f"`within` must be a province or a district, and {within!r} is none: {place}"
    return None if place.level == "national" else place


def _find_place(text: str, boundaries: str, *, inside: _Unit | None = None) -> _Unit | str:
    coded = _by_code(boundaries).get(text.strip())
    if coded is not None:
        return coded
    key = name_key(read_words(text))
    levels = ("national", "province") if inside is None else ()
    for level in (*levels, "district"):
        units = _units_called(key, inside, level, boundaries, accented=True)
        if len(units) == 1:
            return units[0]
        if units:
            return _say_several(units, boundaries)
    if path := split_path(key):
        outer = _find_place(path[1], boundaries, inside=inside)
        return outer if isinstance(outer, str) else _find_place(path[0], boundaries, inside=outer)
    return _say_none(key, inside, "province" if inside is None else "district", boundaries)


def _units_called(
    key: str, inside: _Unit | None, level: str | None, boundaries: str, *, accented: bool
) -> list[_Unit]:
    """Return the units that a key means: one, several that cannot be told apart, or none."""
    levels = _LEVELS if level is None else (level,)
    plain = key.isascii() and not accented
    for way in ways_to_write(key):
        forms = [] if plain else _select(_exact(boundaries, levels, way), inside)
        if not forms:
            forms = _select(_unaccented(boundaries, levels, way), inside)
        if forms:
            return _widest(forms, inside, level, boundaries)
    return []


def _exact(boundaries: str, levels: Iterable[str], key: str) -> list[_Form]:
    return [form for level in levels for form in _forms(boundaries, level).get(key, ())]


def _unaccented(boundaries: str, levels: Iterable[str], key: str) -> list[_Form]:
    folded = fold(key)
    return [
        form
        for level in levels
        for form in _folded_forms(boundaries, level).get(folded, ())
        if marks_agree(key, form.key)
    ]


def _select(forms: list[_Form], inside: _Unit | None) -> list[_Form]:
    """Keep the forms of units inside a place; a unit's own type word goes before another one."""
    kept = [form for form in forms if inside is None or _lies_in(form.unit, inside)]
    return [form for form in kept if form.own] or kept


def _lies_in(unit: _Unit, place: _Unit) -> bool:
    if place.level == "national":
        return True
    return place.area == (unit.province if place.level == "province" else unit.district)


def _widest(
    forms: list[_Form], inside: _Unit | None, level: str | None, boundaries: str
) -> list[_Unit]:
    units = sorted(dict.fromkeys(form.unit for form in forms), key=lambda u: _LEVELS.index(u.level))
    if level is not None or any(form.typed for form in forms):
        return units
    first = units[0]
    is_small = inside is None and first.level not in ("national", "province")
    if is_small and _names_a_province_elsewhere(forms[0].key, boundaries):
        # On the map of 2025-07 'Bắc Kạn' is a ward, yet who writes the bare name may mean the
        # province that was: not decided here.
        return []
    alone = len(units) == 1 or units[1].level != first.level
    if alone and (inside is None and first.level == "province"):
        return [first]
    return [first] if all(_lies_in(unit, first) for unit in units) else units


def _names_a_province_elsewhere(key: str, boundaries: str) -> bool:
    return any(
        _exact(other, ("province",), key) for other in BOUNDARIES if other != boundaries
    )  # fmt: skip


def _say_several(units: list[_Unit], boundaries: str) -> str:
    shown = ", ".join(_describe(unit, boundaries) for unit in units[:5])
    more = f" and {len(units) - 5} more" if len(units) > 5 else ""
    return (
        f"{len(units)} places bear this name on the map of {boundaries}: {shown}{more}; "
        "write the type word, or pass `within` or `level` to decide."
    )


def _say_none(key: str, inside: _Unit | None, level: str | None, boundaries: str) -> str:
    kind = level or "place"
    where = f" in {inside.full_name}" if inside else ""
    lacking = f"no {kind} bears this name on the map of {boundaries}{where}"
    if level == "district" and boundaries == "2025-07":
        return "there are no districts on the map of 2025-07; pass boundaries='2025-01' or '2022'."
    levels = ("province", "district") if level is None else (level,)
    for other in BOUNDARIES if level != "commune" else ():
        if other != boundaries and (units := _units_of(other, levels, key)):
            lacking += f" (on the map of {other} it is {_describe(units[0], other)})"
            break
    nearest = _nearest(key, inside, level, boundaries)
    if not nearest:
        return f"{lacking}, nor a name like it."
    return f"{lacking}; nearest: {', '.join(_describe(u, boundaries) for u in nearest)}."


def _units_of(boundaries: str, levels: Iterable[str], key: str) -> list[_Unit]:
    forms = [form for way in ways_to_write(key) for form in _exact(boundaries, levels, way)]
    return list(dict.fromkeys(form.unit for form in forms if form.own))


def _describe(unit: _Unit, boundaries: str) -> str:
    if unit.level in ("national", "province"):
        return f"{unit.full_name} ({unit.area})"
    above = unit.district if unit.level == "commune" and unit.district else unit.province
    return f"{unit.full_name} ({unit.area}, {_by_code(boundaries)[above].full_name})"


def _nearest(
    key: str, inside: _Unit | None, level: str | None, boundaries: str, *, n: int = 3
) -> list[_Unit]:
    """Rank units by shared pairs of letters, then the best of them by difflib."""
    wanted = fold(next(reversed([*ways_to_write(key)])))
    wanted = re.sub(r"^(?:tinh|thanhpho|thixa|huyen|quan|thitran|phuong|xa)(?=.{4})", "", wanted)
    units, folded, sizes, pairs = _letter_pairs(boundaries, level)
    shared = np.zeros(len(units))
    for pair in _pairs_in(wanted):
        shared[pairs.get(pair, ())] += 1
    likeness = 2 * shared / (sizes + max(len(wanted) - 1, 1))
    if inside is not None:
        likeness *= np.fromiter((_lies_in(u, inside) for u in units), float, len(units))
    best = [i for i in np.argsort(-likeness, kind="stable")[:30] if likeness[i] > 0]
    ranked = sorted(
        ((SequenceMatcher(None, wanted, folded[i]).ratio(), -i) for i in best), reverse=True
    )
    return [units[-i] for ratio, i in ranked[:n] if ratio >= 0.5]


def _pairs_in(folded: str) -> set[str]:
    return {folded[i : i + 2] for i in range(len(folded) - 1)}


@cache
def _letter_pairs(
    boundaries: str, level: str | None
) -> tuple[list[_Unit], list[str], np.ndarray, Mapping[str, np.ndarray]]:
    units = [
        unit for one in (_LEVELS if level is None else (level,)) for unit in _units(boundaries, one)
    ]
    folded = [fold(unit.area_name) for unit in units]
    places: dict[str, list[int]] = {}
    for i, name in enumerate(folded):
        for pair in _pairs_in(name):
            places.setdefault(pair, []).append(i)
    sizes = np.array([max(len(name) - 1, 1) for name in folded], dtype=float)
    return units, folded, sizes, {pair: np.array(found) for pair, found in places.items()}


@cache
def _forms(boundaries: str, level: str) -> Mapping[str, list[_Form]]:
    """Index every way to write the units of a level by its accented key."""
    index: dict[str, list[_Form]] = {}
    for unit in _units(boundaries, level):
        for form in _forms_of(unit, unit.area_name):
            index.setdefault(form.key, []).append(form)
    coded = {unit.area: unit for unit in _units(boundaries, level)}
    aliases = _read_reference("area_aliases.csv")
    maps = aliases["boundaries"].fillna(";".join(BOUNDARIES)).str.split(";")
    wanted = maps.map(lambda listed: boundaries in listed) & (aliases["level"] == level)
    for area, alias in zip(aliases["area"][wanted], aliases["alias"][wanted], strict=True):
        for form in _forms_of(coded[area], alias):
            index.setdefault(form.key, []).append(form)
    return index


def _forms_of(unit: _Unit, name: str) -> Iterable[_Form]:
    key = name_key(name.lower())
    kind = unit.kind.lower()
    if unit.area_name != name and has_type_word(key):
        yield _Form(key, unit, True, False)  # an alias with another type word
        return
    if key.startswith(f"{kind} ") and key[-1].isdigit():
        yield _Form(key, unit, True, True)  # 'Phường 1' and 'Quận 1' keep their word
        return
    yield _Form(key, unit, False, True)
    yield _Form(f"{kind} {key}", unit, True, True)
    if unit.level == "province":
        return
    for word in _OTHER_WORDS.get(unit.kind, ()):
        yield _Form(f"{word} {key}", unit, True, False)


@cache
def _folded_forms(boundaries: str, level: str) -> Mapping[str, list[_Form]]:
    index: dict[str, list[_Form]] = {}
    for forms in _forms(boundaries, level).values():
        folded = fold(forms[0].key)
        index.setdefault(folded, []).extend(forms)
    return index


@cache
def _units(boundaries: str, level: str) -> list[_Unit]:
    above = read_hierarchy(boundaries=boundaries)
    units = read_areas(boundaries=boundaries, level=level)
    of_level = above.loc[above["level"] == level].fillna("")
    if level == "national":
        of_level = pd.DataFrame({"district": "", "province": ""}, index=units.index)
    return [
        _Unit(*row)
        for row in zip(
            units["area"],
            units["area_name"],
            units["kind"],
            units["level"],
            of_level["district"],
            of_level["province"],
            strict=True,
        )
    ]


@cache
def _by_code(boundaries: str) -> Mapping[str, _Unit]:
    return {
        unit.area: unit
        for level in ("national", "province", "district")
        for unit in _units(boundaries, level)
    }


@cache
def _list(boundaries: str) -> pd.DataFrame:
    return arrange(_read_reference(f"areas_{boundaries}.csv").assign(boundaries=boundaries), AREAS)


@cache
def _lay_out(boundaries: str) -> pd.DataFrame:
    units = _list(boundaries)
    units = units.loc[units["level"] != "national"]
    level, area, parent = units["level"], units["area"], units["parent"]
    above = units.loc[level == "district"].set_index("area")["parent"]
    in_district = parent.isin(above.index)
    return pd.DataFrame(
        {
            "area": area,
            "level": level,
            "district": parent.where(in_district).mask(level == "district", area),
            "province": parent.mask(in_district, parent.map(above)).mask(level == "province", area),
        }
    ).reset_index(drop=True)


def _read_reference(name: str) -> pd.DataFrame:
    with as_file(files(__package__).joinpath("reference", name)) as path:
        # the short name of Nghệ An is "NA", which pandas would take for a missing value
        return pd.read_csv(path, dtype=DTYPES["text"], keep_default_na=False, na_values=[""])


def _known_map(boundaries: str) -> str:
    if boundaries not in BOUNDARIES:
        raise ValueError(
            f"`boundaries` must be one of {list(BOUNDARIES)}, not {boundaries!r}; "
            "`boundaries_of(date)` tells which map was in force on a day."
        )
    return boundaries


def _known_level(level: str | None) -> str | None:
    if level is not None and level not in _LEVELS:
        raise ValueError(f"`level` must be one of {list(_LEVELS)} or None, not {level!r}.")
    return level
