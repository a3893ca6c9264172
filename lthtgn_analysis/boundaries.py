"""Boundary changes: from figures on an old map to figures on a newer one.

Observations come in and go out; counts of covered communes come in, coverage before and after a
merger goes out. Whole units are carried, merged ones summed where all their parts reported on one
day. A commune that was divided has one default successor, which takes its whole figure; the others
take none, and the bounds of all of them say that it may lie anywhere. Nothing is carried back to an
older map, and what cannot be carried is listed, never dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from .areas import read_areas, same_map
from .concordance import (
    Hits,
    Territory,
    check_direction,
    read_concordance,
    read_territory,
    successor,
)
from .indicators import INDICATORS
from .schema import DTYPES, OBSERVATIONS, accept, arrange

__all__ = ["carry_forward", "read_concordance", "split_boundary_effect", "successor"]

_MAPLESS = ("national", "village", "club")
# Indicators that count units, with the level of the units: a new map changes them by itself.
_COUNTED = {
    **{name: "commune" for name in INDICATORS if name.startswith("communes_")},
    **{name: "district" for name in INDICATORS if name.startswith("districts_")},
    **{name: "province" for name in INDICATORS if name.startswith("provinces_")},
    "villages_saturated_communes": "commune",
}
# Means and shares that can be formed anew from the sums of their parts.
_RECIPES = {
    "members_per_club": ("members", "clubs"),
    "income_fund_per_club_vnd": ("income_fund_vnd", "clubs"),
    "women_share": ("women_members", "members"),
    "older_share": ("older_members", "members"),
}
# A printed total further from the list than this is another total (of a project, of a region).
_TOTAL_TOLERANCE = 0.05
_ONE_SUM = ["level", "map", "new", "indicator", "unit", "scope", "start", "as_of"]
_ONE_DAY = ["level", "map", "new", "scope", "start", "as_of"]


def carry_forward(obs: Any, *, to: str) -> pd.DataFrame:
    """Carry figures of older maps to a newer one.

    Parameters
    ----------
    obs : data frame
        The observations table; figures that stand on the map `to` already stay as they are.
    to : {"2022", "2025-01", "2025-07"}
        The newer map.

    Returns
    -------
    DataFrame
        The observations table on the map `to`. What happens to a figure:

        * its unit is unchanged, or it is the country, a village or a club: carried as it is
          (`carried`);
        * its unit was merged and the indicator adds up over areas: summed over all old units
          (`derived`) of one indicator, scope and date; never over some of them only;
        * its unit was divided: the default successor takes the whole figure, the others take 0, and
          the bounds say that each may have any part of it (`estimated`, counted in `note`);
        * it is a share or a mean of a merged unit: formed anew from the sums of its parts where
          these are carried too;
        * it counts communes, districts or provinces: totals come from the list of the new map
          (`derived`), covered communes are bounded as in `split_boundary_effect` (`estimated`),
          other counts are left out unless the counted units are unchanged.

        New fact ids name the old ones: "F1@2025-07", "F1+F2@2025-07". A figure that is `synthetic`
        or `estimated` stays so. ``.attrs["left_out"]`` is a list of records (fact_id, level, area,
        area_name, indicator, as_of, reason) of what could not be carried, one for each figure;
        ``.attrs["divided"]`` is the number of divided units whose figures the rule carried.

    Raises
    ------
    ValueError
        If a figure stands on a later map than `to`, or there is no such map.
    InvalidTableError
        If `obs` lacks a required column.

    Examples
    --------
    >>> obs = arrange(pd.DataFrame({
    ...     "fact_id": ["F1", "F2"], "level": "province", "area": ["56", "58"],
    ...     "boundaries": "2022", "indicator": "clubs", "low": [40.0, 36.0], "value": [40.0, 36.0],
    ...     "high": [40.0, 36.0], "qualifier": "exact", "unit": "clubs",
    ...     "as_of": pd.Timestamp("2024-12-31"), "scope": "all", "source": "S1",
    ...     "status": "observed"}), OBSERVATIONS)
    >>> carry_forward(obs, to="2025-07")[["fact_id", "area_name", "value"]].values.tolist()
    [['F1+F2@2025-07', 'Khánh Hòa', 76.0]]
    """
    figures = accept(obs, OBSERVATIONS, name="obs")[OBSERVATIONS.column_names]
    for boundaries in figures["boundaries"].unique():
        if boundaries != to:
            check_direction(boundaries, to)
    staying = figures.loc[figures["boundaries"] == to]
    moving = _count_anew(_link(figures.loc[figures["boundaries"] != to], to), to)

    is_whole = (moving["parts"] == 1) & (moving["divided"] == 0)
    parts = _judge_parts(moving.loc[~is_whole | moving["reason"].notna()])
    whole = moving.loc[is_whole & moving["reason"].isna()]
    added = parts.loc[parts["reason"].isna()]
    carried = pd.concat([_carry_whole(whole, to), _add_up(added, to)])
    formed, parts = _form_anew(parts, carried, to)

    result = arrange(_stack([staying, carried, formed]), OBSERVATIONS)
    result.attrs["left_out"] = _list_left_out(parts)
    divided = added.loc[added["divided"] == 1, ["level", "area"]].drop_duplicates()
    result.attrs["divided"] = len(divided)
    return result


def split_boundary_effect(
    *,
    area: str | Iterable[str],
    covered: Any,
    boundaries: str,
    to: str,
    covered_after: Any = None,
) -> pd.DataFrame:
    """Split a change of commune coverage into what the new map did and what the programme did.

    With C(when; map) for coverage: C(after; new) - C(before; old) = [C(before; new) -
    C(before; old)], the boundary effect, + [C(after; new) - C(before; new)], the programme effect.
    The term in the middle, the same clubs on the new map, is exact where the covered communes are
    listed and none was divided. Where only their number is known it is bounded, and its value is
    the mean over all ways to place them at random; covered communes that lie together lower it.

    Parameters
    ----------
    area : str or list-like of str
        Codes on the old map: "VN", provinces or districts.
    covered : number or list-like of commune codes; for several areas a list-like of these
        The communes with at least one club on the old map, as a count or as a list.
    boundaries, to : {"2022", "2025-01", "2025-07"}
        The old map and the new one.
    covered_after : like `covered`, optional
        The communes of the new map, on the same ground, with at least one club now.

    Returns
    -------
    DataFrame
        One row per area: `area, area_name, boundaries, to, covered, communes_before,
        communes_after`; then shares 0-1: `coverage_before`; `coverage_same_clubs_low, _value,
        _high` (what is possible at all) and `_likely_low, _likely_high` (99 % of the random
        placements, by the normal curve; the bounds themselves where lists are given);
        `coverage_after`; `boundary_effect_low, _value, _high`; `programme_effect_low, _value,
        _high` (missing without `covered_after`); and `method`: "lists" or "counts".

    Raises
    ------
    ValueError
        If a count is larger than the number of communes, a listed code lies outside the area, or
        the lengths differ; all areas at once.
    UnknownAreaError
        If an area is not on the old map.

    Examples
    --------
    >>> effect = split_boundary_effect(area="38", covered=410, boundaries="2022", to="2025-07")
    >>> effect[["coverage_before", "coverage_same_clubs_value"]].round(3).values.tolist()
    [[0.733, 0.947]]
    """
    check_direction(boundaries, to)
    areas = [area] if isinstance(area, str) else list(area)
    before = [covered] if isinstance(area, str) else list(covered)
    if covered_after is None:
        after = [None] * len(areas)
    else:
        after = [covered_after] if isinstance(area, str) else list(covered_after)
    if not len(areas) == len(before) == len(after):
        raise ValueError(
            "`covered` and `covered_after` must have one entry for each area; found "
            f"{len(areas)} areas, {len(before)} and {len(after)} entries."
        )
    lands = [read_territory(code, boundaries, to) for code in areas]
    cases = list(zip(areas, lands, before, after, strict=True))
    faults = [
        f"  {code}: {fault}"
        for code, land, old, new in cases
        for fault in (
            _find_fault(old, set(land.parts_of), f"on the map of {boundaries}"),
            _find_fault(new, land.new, f"on the map of {to}"),
        )
        if fault
    ]
    if faults:
        raise ValueError("Covered communes must be communes of their area.\n" + "\n".join(faults))
    names = _names(boundaries)
    return pd.DataFrame(
        [
            {"area": code, "area_name": names[code], "boundaries": boundaries, "to": to}
            | _split(land, old, new)
            for code, land, old, new in cases
        ]
    )


def _find_fault(covered: Any, communes: Iterable[str], where: str) -> str | None:
    known = set(communes)
    if pd.api.types.is_list_like(covered):
        strange = sorted(set(map(str, covered)) - known)
        return f"{len(strange)} codes are not in it {where}: {strange[:5]}" if strange else None
    if covered is None or pd.isna(covered) or 0 <= covered <= len(known):
        return None
    return f"{covered:g} communes, but there are {len(known)} {where}"


def _split(land: Territory, covered: Any, covered_after: Any) -> dict[str, Any]:
    listed = pd.api.types.is_list_like(covered)
    count = float(len(set(covered))) if listed else _number(covered)
    if np.isnan(count):
        hits = Hits(*[np.nan] * 5)
    else:
        hits = land.hit_by_list(covered) if listed else land.hit_by_count(count)
    is_list = pd.api.types.is_list_like(covered_after)
    now = float(len(set(covered_after))) if is_list else _number(covered_after)
    before = count / land.communes_before if land.communes_before else np.nan
    whole = land.communes_after or np.nan
    low, value, high = hits.low / whole, hits.value / whole, hits.high / whole
    after = now / whole
    return {
        "covered": count,
        "communes_before": float(land.communes_before),
        "communes_after": float(land.communes_after),
        "coverage_before": before,
        "coverage_same_clubs_low": low,
        "coverage_same_clubs_value": value,
        "coverage_same_clubs_high": high,
        "coverage_same_clubs_likely_low": hits.likely_low / whole,
        "coverage_same_clubs_likely_high": hits.likely_high / whole,
        "coverage_after": after,
        "boundary_effect_low": low - before,
        "boundary_effect_value": value - before,
        "boundary_effect_high": high - before,
        "programme_effect_low": after - high,
        "programme_effect_value": after - value,
        "programme_effect_high": after - low,
        "method": "lists" if listed else "counts",
    }


def _number(count: Any) -> float:
    return np.nan if count is None or pd.isna(count) else float(count)


def _link(figures: pd.DataFrame, to: str) -> pd.DataFrame:
    """Put beside each figure its new unit, one row for each successor, or the reason for none."""
    linked = [
        _link_level(rows, str(level), str(boundaries), to)
        for (level, boundaries), rows in figures.groupby(["level", "boundaries"], sort=False)
    ]
    nothing = figures.iloc[:0].assign(
        new="", share=1.0, divided=0.0, parts=1.0, reason="", map="", rule=""
    )
    table = pd.concat(linked, ignore_index=True) if linked else nothing
    return table.astype(dict.fromkeys(("new", "reason", "map", "rule"), DTYPES["text"]))


def _link_level(rows: pd.DataFrame, level: str, boundaries: str, to: str) -> pd.DataFrame:
    rows = rows.assign(map=same_map(level, boundaries), rule="")
    if level in _MAPLESS or (level == "district" and to == "2025-07"):
        reason = None if level in _MAPLESS else "từ 1/7/2025 không còn cấp huyện"
        return rows.assign(new=rows["area"], share=1.0, divided=0.0, parts=1.0, reason=reason)
    links = read_concordance(old=boundaries, new=to, level=level)
    links = links.rename(columns={"old": "area"})[["area", "new", "share", "divided"]]
    links["parts"] = links.groupby("new")["area"].transform("size").astype(float)
    found = rows.merge(links, on="area", how="left")
    reason = f"mã đơn vị không có trong danh mục của địa giới {boundaries}"
    return found.assign(
        reason=pd.Series(reason, index=found.index).where(found["new"].isna()),
        new=found["new"].fillna(found["area"]),
    )


def _count_anew(moving: pd.DataFrame, to: str) -> pd.DataFrame:
    """Replace counts of units, which a new map changes by itself, or say why they are left out."""
    counts = moving["indicator"].isin(_COUNTED) & (moving["unit"] != "share")
    chosen = moving.loc[counts & moving["reason"].isna()]
    if chosen.empty:
        return moving
    rows = ({str(name): cell for name, cell in row.items()} for row in chosen.to_dict("records"))
    counted = [_count_one(row, to) for row in rows]
    anew = pd.DataFrame(counted, index=chosen.index, columns=moving.columns)
    return pd.concat([moving.drop(chosen.index), anew.astype(moving.dtypes)]).sort_index()


def _count_one(row: dict[str, Any], to: str) -> dict[str, Any]:
    """Count one row's units on the new map; `rule` says how, `reason` why not."""
    level = _COUNTED[row["indicator"]]
    if _is_unchanged(level, row["area"], row["level"], row["boundaries"], to):
        return row
    if level == "district" and to == "2025-07":
        return row | {"reason": "từ 1/7/2025 không còn cấp huyện"}
    if row["indicator"].endswith("_total"):
        return _count_total(row, level, to)
    if row["indicator"] != "communes_with_clubs" or row["level"] == "commune":
        return row | {"reason": "đếm theo địa giới cũ, không quy đổi được sang địa giới mới"}
    land = read_territory(row["area"], row["boundaries"], to)
    if not 0 <= row["value"] <= land.communes_before:
        there = f"{row['value']:g} xã trong khi danh mục có {land.communes_before} xã"
        return row | {"reason": f"số xã có CLB không khớp danh mục: {there}"}
    least, most = (
        row["value"] if pd.isna(row[side]) else min(max(row[side], 0), land.communes_before)
        for side in ("low", "high")
    )
    bounds = {
        "low": land.hit_by_count(least).low,
        "value": land.hit_by_count(row["value"]).value,
        "high": land.hit_by_count(most).high,
    }
    return row | bounds | {"rule": "estimated"}


def _count_total(row: dict[str, Any], level: str, to: str) -> dict[str, Any]:
    listed = _count_units(level, row["area"], row["level"], row["boundaries"])
    if abs(row["value"] - listed) > _TOTAL_TOLERANCE * listed:
        there = f"bản in {row['value']:g}, danh mục {row['boundaries']} có {listed}"
        return row | {"reason": f"tổng số không phải của toàn địa bàn: {there}"}
    if level == "commune":
        total = float(read_territory(row["area"], row["boundaries"], to).communes_after)
    else:
        total = float(_count_units(level, row["area"], row["level"], to))
    return row | {"low": total, "value": total, "high": total, "rule": "derived"}


@cache
def _is_unchanged(level: str, area: str, of_level: str, boundaries: str, to: str) -> bool:
    """Tell whether the units of a level inside an area are one by one the same on both maps."""
    if level == "district" and to == "2025-07":
        return False
    if level == "commune" and of_level in ("national", "province", "district"):
        land = read_territory(area, boundaries, to)
        sizes = {len(news) for news in land.parts_of.values()}
        return sizes <= {1} and land.communes_before == land.communes_after
    links = read_concordance(old=boundaries, new=to, level=level)
    if of_level == "province":
        units = read_areas(boundaries=boundaries, level=level)
        links = links.loc[links["old"].isin(units.loc[units["parent"] == area, "area"])]
    return bool(links["old"].is_unique and links["new"].is_unique)


@cache
def _count_units(level: str, area: str, of_level: str, boundaries: str) -> int:
    if level == "commune":
        units = read_areas(boundaries=boundaries, level="commune")
        districts = read_areas(boundaries=boundaries, level="district")
        inside = {area, *districts.loc[districts["parent"] == area, "area"]}
        return len(units) if of_level == "national" else int(units["parent"].isin(inside).sum())
    units = read_areas(boundaries=boundaries, level=level)
    return len(units) if of_level == "national" else int((units["parent"] == area).sum())


def _judge_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """Say for each part of a merged or divided unit why it cannot be summed, if it cannot."""
    adds_up = parts["indicator"].map(
        lambda name: name in INDICATORS and INDICATORS[name].additive_space
    )
    is_merged = parts["parts"] > 1
    for where, reason in (
        (~adds_up.astype(bool) | (parts["unit"] == "share"), _NOT_ADDITIVE),
        (is_merged & parts["as_of"].isna(), "không ghi ngày số liệu nên không cộng được"),
    ):
        parts = _give_reason(parts, where, reason)
    parts = _drop_rivals(parts.sort_values("fact_id", kind="stable"))
    fine = parts.loc[parts["reason"].isna()]
    reported = fine.groupby(_ONE_SUM, dropna=False)["area"].transform("nunique")
    short = reported < fine["parts"]
    told = (
        "mới có " + reported.astype(int).astype(str) + "/" + fine["parts"].astype(int).astype(str)
    )
    return parts.assign(
        reason=parts["reason"].fillna(
            (told + " đơn vị cũ có số liệu cùng ngày").where(short).reindex(parts.index)
        )
    )


_NOT_ADDITIVE = "tỷ lệ hoặc bình quân, không cộng được; chưa đủ thành phần để tính lại"


def _drop_rivals(parts: pd.DataFrame) -> pd.DataFrame:
    """Count a figure once: equal figures of one unit stand for one, unequal ones for none."""
    fine = parts.loc[parts["reason"].isna()]
    by_unit = fine.groupby([*_ONE_SUM, "area"], dropna=False)
    differ = (by_unit[["low", "value", "high"]].transform("nunique", dropna=False) > 1).any(axis=1)
    first = by_unit["fact_id"].transform("first")
    repeated = ~differ & (fine["fact_id"] != first)
    reasons = pd.Series("các nguồn đưa số khác nhau cùng ngày; hãy chọn một số trước", fine.index)
    reasons = reasons.where(differ).mask(repeated, "trùng với " + first)
    return parts.assign(reason=parts["reason"].fillna(reasons.reindex(parts.index)))


def _give_reason(parts: pd.DataFrame, where: pd.Series, reason: str) -> pd.DataFrame:
    return parts.assign(reason=parts["reason"].mask(parts["reason"].isna() & where, reason))


def _carry_whole(whole: pd.DataFrame, to: str) -> pd.DataFrame:
    """Carry the figures of units that are unchanged, each as it is."""
    doubted = whole["status"].isin(["synthetic", "estimated"])
    told = whole["rule"].map(_TOLD_BY_RULE).fillna("giữ nguyên khi chuyển sang địa giới")
    return whole.assign(
        fact_id=whole["fact_id"] + f"@{to}",
        area=whole["new"],
        area_name=_new_names(whole, to),
        boundaries=to,
        qualifier=_choose_qualifier(whole, whole["qualifier"]).where(
            whole["rule"] != "", whole["qualifier"]
        ),
        status=whole["status"].where(doubted, whole["rule"].where(whole["rule"] != "", "carried")),
        note=_join_notes(whole["note"], told + f" {to}"),
    )


_TOLD_BY_RULE = {
    "derived": "số đơn vị theo danh mục của địa giới",
    "estimated": "ước lượng theo cách xếp ngẫu nhiên các xã có CLB trên địa giới",
}


def _add_up(parts: pd.DataFrame, to: str) -> pd.DataFrame:
    """Sum the parts of merged units; a divided part may lie anywhere among its successors."""
    if parts.empty:
        return parts
    is_divided = parts["divided"] == 1
    taken = parts.assign(
        low=parts["low"].mask(is_divided, 0.0),
        value=parts["value"] * parts["share"],
        doubt=parts["status"].map({"synthetic": 2, "estimated": 1}).fillna(0),
        estimated=(parts["rule"] == "estimated") | is_divided,
        unbounded=parts["low"].isna().astype(float),
        endless=parts["high"].isna().astype(float),
    )
    groups = taken.groupby(_ONE_SUM, dropna=False, sort=False)
    sums = groups.agg(
        low=("low", "sum"),
        value=("value", "sum"),
        high=("high", "sum"),
        unbounded=("unbounded", "sum"),
        endless=("endless", "sum"),
        published=("published", "max"),
        divided=("divided", "sum"),
        doubt=("doubt", "max"),
        estimated=("estimated", "max"),
        n=("area", "size"),
        rule=("rule", "first"),
        qualifiers=("qualifier", "nunique"),
        qualifier=("qualifier", "first"),
        sources=("source", "nunique"),
        source=("source", "first"),
    ).reset_index()
    group = groups.ngroup()
    sums = sums.assign(
        low=sums["low"].mask(sums["unbounded"] > 0),
        high=sums["high"].mask(sums["endless"] > 0),
        fact_ids=_join_texts(taken["fact_id"], group, "+"),
        names=_join_texts(taken["area_name"], group, ", "),
    )
    n = sums["n"].astype(int).astype(str)
    told = "tổng " + n + "/" + n + " đơn vị cũ: " + sums["names"]
    divided = sums["divided"].astype(int)
    by_rule = " (" + divided.astype(str) + " đơn vị bị chia, tính cho đơn vị kế thừa chính)"
    one = sums["sources"] == 1
    status = sums["estimated"].map({True: "estimated", False: "derived"})
    return sums.assign(
        fact_id=sums["fact_ids"] + f"@{to}" + (":" + sums["new"]).where(divided > 0, ""),
        area=sums["new"],
        area_name=_new_names(sums, to),
        boundaries=to,
        qualifier=_choose_qualifier(sums, sums["qualifier"].where(sums["qualifiers"] == 1)),
        source=sums["source"].where(one, "derived"),
        locator=_join_texts(taken["fact_id"], group, ";"),
        status=status.mask(sums["doubt"] == 1, "estimated").mask(sums["doubt"] == 2, "synthetic"),
        note=told + by_rule.where(divided > 0, ""),
    )


def _form_anew(
    parts: pd.DataFrame, carried: pd.DataFrame, to: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Form shares and means of merged units from the carried sums of their parts."""
    wanted = parts.loc[parts["indicator"].isin(_RECIPES) & (parts["reason"] == _NOT_ADDITIVE)]
    formed = []
    for indicator in wanted["indicator"].unique():
        rows = wanted.loc[wanted["indicator"] == indicator]
        above, below = (
            carried.loc[carried["indicator"] == name].drop_duplicates(_ONE_DAY)
            for name in _RECIPES[indicator]
        )
        pairs = above.merge(below, on=_ONE_DAY, suffixes=("", "_below"))
        asked = rows[[*_ONE_DAY, "unit", "qualifier"]].drop_duplicates(_ONE_DAY)
        pairs = asked.merge(pairs.drop(columns=["unit", "qualifier"]), on=_ONE_DAY)
        pairs = pairs.loc[pairs["low_below"] > 0]
        most = 1.0 if INDICATORS[indicator].nature == "share" else np.inf
        ratios = pairs.assign(
            low=pairs["low"] / pairs["high_below"],
            value=pairs["value"] / pairs["value_below"],
            high=(pairs["high"] / pairs["low_below"]).clip(upper=most),
        )
        formed.append(
            ratios.assign(
                fact_id=indicator + ":" + pairs["fact_id"] + "/" + pairs["fact_id_below"],
                indicator=indicator,
                qualifier=_choose_qualifier(ratios, pairs["qualifier"]),
                locator=pairs["fact_id"] + ";" + pairs["fact_id_below"],
                source=pairs["source"].where(pairs["source"] == pairs["source_below"], "derived"),
                status=_weaker_status(pairs["status"], pairs["status_below"]),
                note=f"tính lại từ các tổng trên địa giới {to}",
            )
        )
    if not formed:
        return carried.iloc[:0], parts
    table = pd.concat(formed)
    done = pd.MultiIndex.from_frame(table[["indicator", *_ONE_DAY]])
    is_done = pd.MultiIndex.from_frame(parts[["indicator", *_ONE_DAY]]).isin(done)
    is_done &= (parts["reason"] == _NOT_ADDITIVE).fillna(False).to_numpy(dtype=bool)
    return table, parts.assign(reason=parts["reason"].mask(is_done))


def _weaker_status(first: pd.Series, second: pd.Series) -> pd.Series:
    either = pd.Series("derived", index=first.index)
    for status in ("estimated", "synthetic"):
        either = either.mask((first == status) | (second == status), status)
    return either


def _choose_qualifier(rows: pd.DataFrame, common: pd.Series) -> pd.Series:
    """Name what the bounds say; a qualifier that all parts share stays, unless it says exact."""
    low, value, high = rows["low"], rows["value"], rows["high"]
    chosen = np.select(
        [low == high, common.notna() & (common != "exact"), low == value, value == high],
        ["exact", common.fillna(""), "at_least", "at_most"],
        default="range",
    )
    return pd.Series(chosen, index=rows.index)


def _join_texts(texts: pd.Series, group: pd.Series, separator: str) -> list[str]:
    """Join the distinct texts of each group (numbered from 0), far faster than groupby does."""
    joined: list[dict[str, None]] = [{} for _ in range(int(group.max()) + 1)]
    for number, text in zip(group, texts, strict=True):
        if isinstance(text, str):
            joined[number][text] = None
    return [separator.join(distinct) for distinct in joined]


def _join_notes(notes: pd.Series, told: pd.Series) -> pd.Series:
    return (notes + "; ").fillna("") + told


def _new_names(rows: pd.DataFrame, to: str) -> pd.Series:
    names = _names(to)
    listed = rows["new"].map(names)
    own = rows["area_name"] if "area_name" in rows else pd.Series(index=rows.index, dtype="str")
    return listed.where(~rows["level"].isin(["village", "club"]), own).fillna(own)


@cache
def _names(boundaries: str) -> dict[str, str]:
    units = read_areas(boundaries=boundaries)
    return dict(zip(units["area"], units["area_name"], strict=True))


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1])


def _list_left_out(parts: pd.DataFrame) -> list[dict[str, Any]]:
    lost = parts.loc[parts["reason"].notna()].drop_duplicates("fact_id")
    columns = ["fact_id", "level", "area", "area_name", "indicator", "as_of", "reason"]
    days = lost["as_of"].dt.strftime("%Y-%m-%d")
    shown = lost.assign(as_of=days)[columns].astype(object)
    records = shown.where(shown.notna(), None).to_dict("records")
    return [{str(name): cell for name, cell in record.items()} for record in records]
