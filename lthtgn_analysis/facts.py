"""Observations come in; the same figures go out, keyed so that checks can compare them.

A *report* is what one source says about one place on one day; a *place* is an area on one map and
in one scope; a *series* is one measure of one place over time. Checks speak of figures by their
*position* in the table and never copy it, so that a million rows are audited in seconds. A figure
that is impossible by itself is left out of comparisons (`leave_out`), for else one slip would be
found over and over. Carried, derived and estimated figures are not compared: they repeat others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .areas import same_map
from .indicators import INDICATORS
from .intake import Intake, take_in
from .notation import add_bounds
from .schema import BOUNDARIES, LEVELS, QUALIFIERS, UNITS

Positions = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

NONE = -1  # the position of a figure that is not there
UNDATED = -(1 << 19)
_DAYS = 1 << 20  # more than there are days between the years 1000 and 3000
_COMPARED = ("observed", "synthetic")
_COMPARABLE = frozenset({"area", "indicator", "value"})
# A result against a plan stands on the plan's due date, as targets do.
_DATED_AHEAD = ("plan_achievement",)
_AGE = r"(?i)\b(55|60)\s*(?:\+|tuổi|years?)"
_FALL = (
    r"(?i)giảm|sáp nhập|sát nhập|giải thể|ngừng|dừng|gộp|hợp nhất|chia tách|kiện toàn|ít hơn"
    r"|merge|dissol|clos|fewer|disband"
)
_CORRECTION = r"(?i)đính chính|số (?:liệu )?(?:đã )?điều chỉnh|sửa lại|correct|revised"


@dataclass(frozen=True)
class Facts:
    """Observations with the keys by which they are compared; every array is one entry a row.

    Attributes
    ----------
    taken : Intake
        What could not be read, and which columns are not there.
    table : DataFrame
        The observations.
    low, value, high : array of float
        The figure and its bounds; a bound that is missing follows from the qualifier. NaN where the
        figure is missing or infinite.
    day, start, published : array of int
        Days since 1970; `UNDATED` if missing.
    measure : array of object
        The indicator, with ":share" where a count is given as a share of its whole.
    report, area, place : array of int
        Codes of report, area on its map, and place (an area in one scope).
    age : array of object
        "55" or "60" where indicator or note name the age from which people count as older, or "".
    planned : array of bool
        Whether the figure is of a plan, dated by its deadline.
    falls : array of bool
        Whether the note explains a fall (clubs merged, dissolved, ...).
    corrects : array of bool
        Whether the note calls the figure a correction of an earlier one.
    compared : array of bool
        Whether the figure takes part in comparisons.
    by_measure, by_report, by_series : mapping of str to array of int
        For each measure the positions of its compared figures: all of them; one a report in the
        order of `report`; one a place and day, in the order of place and day.
    """

    taken: Intake
    table: pd.DataFrame
    low: Numbers
    value: Numbers
    high: Numbers
    day: Positions
    start: Positions
    published: Positions
    measure: npt.NDArray[np.object_]
    report: Positions
    area: Positions
    place: Positions
    age: npt.NDArray[np.object_]
    planned: Flags
    falls: Flags
    corrects: Flags
    compared: Flags
    by_measure: Mapping[str, Positions]
    by_report: Mapping[str, Positions]
    by_series: Mapping[str, Positions]

    @property
    def moment(self) -> Positions:
        """Place and day in one number, so that a series is in order when it is."""
        return self.place * _DAYS + self.day

    def column(self, name: str, at: Positions) -> npt.NDArray[np.object_]:
        """Return a text column of the table at some positions."""
        return self.table[name].iloc[at].to_numpy(dtype=object)


def prepare(observations: Any) -> Facts:
    """Give observations the keys by which they are compared.

    Parameters
    ----------
    observations : data frame
        The observations table, whatever its faults; any frame that narwhals knows.

    Returns
    -------
    Facts
        Every row takes part in comparisons unless it is carried, derived or estimated, or no
        figure (missing or infinite). Without a column that says what figures are or of which
        place, none does.

    Raises
    ------
    InvalidTableError
        If it is no table, or has no column of observations.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> facts = prepare(read_observations(sample_path("observations")))
    >>> int(facts.value[facts.by_report["clubs"][0]])
    135
    """
    taken = take_in(observations)
    table = taken.table
    printed = table["value"].to_numpy(dtype=float)
    value = np.where(np.isfinite(printed), printed, np.nan)
    low, high = _bounds(table, value)
    indicator, unit = table["indicator"].fillna(""), table["unit"].fillna("")
    own_unit = {name: i.unit for name, i in INDICATORS.items()}
    is_share = (unit == "share").to_numpy() & (indicator.map(own_unit) != "share").to_numpy()
    names = indicator.to_numpy(dtype=object)
    map_names = _map_names(table)
    area = _codes(table["level"], table["area"], map_names)
    place = _codes(pd.Series(area), table["scope"])
    day = _days(table["as_of"])
    facts = Facts(
        taken=taken,
        table=table,
        low=low,
        value=value,
        high=high,
        day=day,
        start=_days(table["start"]),
        published=_days(table["published"]),
        measure=np.where(is_share, names + ":share", names),
        report=_codes(pd.Series(place), table["source"], pd.Series(day)),
        area=area,
        place=place,
        age=_ages(table),
        planned=indicator.isin(
            [name for name, i in INDICATORS.items() if i.planned or name in _DATED_AHEAD]
        ).to_numpy(),
        falls=_says(table["note"], _FALL),
        corrects=_says(table["note"], _CORRECTION),
        compared=np.isfinite(value)
        & table["status"].isin(_COMPARED).to_numpy()
        & _COMPARABLE.isdisjoint(taken.absent),
        by_measure={},
        by_report={},
        by_series={},
    )
    return _index(facts)


def leave_out(facts: Facts, at: Positions) -> Facts:
    """Take figures out of all comparisons.

    Parameters
    ----------
    facts : Facts
        What `prepare` made.
    at : array of int
        Positions of figures that cannot be true by themselves.

    Returns
    -------
    Facts
        The same figures; only `compared`, `by_report` and `by_series` differ.
    """
    if not len(at):
        return facts
    compared = facts.compared.copy()
    compared[at] = False
    return _index(replace(facts, compared=compared))


def find_dated(facts: Facts, measure: str) -> Positions:
    """Return the positions of all compared figures of a measure that have a date."""
    at = facts.by_measure.get(measure, _no_positions())
    return at[facts.day[at] != UNDATED]


def beside(facts: Facts, first: str, *others: str) -> pd.DataFrame:
    """Put the figures of one report side by side.

    Parameters
    ----------
    facts : Facts
        What `prepare` made.
    first, *others : str
        Measures.

    Returns
    -------
    DataFrame of int
        One column of positions for each measure, one row for each report that has them all.
    """
    at = facts.by_report.get(first, _no_positions())
    found = {first: at} | {other: find_in_report(facts, other, at) for other in others}
    has_all = np.logical_and.reduce([spots != NONE for spots in found.values()])
    return pd.DataFrame({name: spots[has_all] for name, spots in found.items()})


def find_in_report(facts: Facts, measure: str, at: Positions) -> Positions:
    """Return where the same report gives another measure, or `NONE`."""
    known = facts.by_report.get(measure, _no_positions())
    return _find(facts.report[known], facts.report[at], known)


def find_by(facts: Facts, measure: str, place: Positions, day: Positions) -> Positions:
    """Return the newest figure of a measure in some places on or before some days, or `NONE`."""
    known = facts.by_series.get(measure, _no_positions())
    moments = facts.moment[known]
    spot = np.searchsorted(moments, place * _DAYS + day, side="right") - 1
    found = (
        np.where(spot >= 0, known.take(np.maximum(spot, 0), mode="clip"), NONE)
        if len(known)
        else np.full(len(place), NONE)
    )
    same = (found != NONE) & (facts.place[found] == place)
    return np.where(same, found, NONE)


def find_after(facts: Facts, measure: str, place: Positions, day: Positions) -> Positions:
    """Return the oldest figure of a measure in some places after some days, or `NONE`."""
    known = facts.by_series.get(measure, _no_positions())
    if not len(known):
        return np.full(len(place), NONE)
    spot = np.searchsorted(facts.moment[known], place * _DAYS + day, side="right")
    found = np.where(spot < len(known), known.take(spot, mode="clip"), NONE)
    same = (found != NONE) & (facts.place[found] == place)
    return np.where(same, found, NONE)


def in_series(facts: Facts, measure: str) -> pd.DataFrame:
    """Put each figure of a series beside the one before it and the one after it.

    Parameters
    ----------
    facts : Facts
        What `prepare` made.
    measure : str
        A measure.

    Returns
    -------
    DataFrame of int
        `at`, `before` and `after`: positions, `NONE` at the ends of a series. One row a place and
        day; where several sources speak, the report that says most stands for the day.
    """
    at = facts.by_series.get(measure, _no_positions())
    place = facts.place[at]
    before, after = np.roll(at, 1), np.roll(at, -1)
    if len(at):
        starts = np.r_[True, place[1:] != place[:-1]]
        before[starts] = NONE
        after[np.r_[starts[1:], True]] = NONE
    return pd.DataFrame({"at": at, "before": before, "after": after})


def pick(numbers: Numbers | Positions, at: Any) -> Numbers:
    """Return numbers at positions, NaN where there is none."""
    at = np.asarray(at)
    if not len(numbers):
        return np.full(len(at), np.nan)
    return np.where(at == NONE, np.nan, numbers[at])


def last_place(value: Numbers, *, money: Flags | bool = False) -> Numbers:
    """Return the unit of the last digit that a printed number shows.

    Parameters
    ----------
    value : array of float
        Whole numbers as printed.
    money : bool or array of bool
        Money is printed in millions: each zero at its end may be rounded. Counts are taken as
        rounded only if they end in two zeros or more.

    Returns
    -------
    array of float
        1 for 6,378, 100 for 6,400, 100,000 for 13,100,000 đồng; at most a tenth of the value.

    Examples
    --------
    >>> last_place(np.array([6378.0, 6400.0, 140.0, 0.0])).tolist()
    [1.0, 100.0, 1.0, 1.0]
    """
    step = np.ones(len(value))
    for power in range(1, 13):
        step = np.where((value != 0) & (value % 10.0**power == 0), 10.0**power, step)
    step = np.where((step < 100) & ~np.broadcast_to(money, step.shape), 1.0, step)
    return np.minimum(step, np.maximum(np.abs(value) / 10, 1.0))


def loosen(facts: Facts, at: Positions) -> tuple[Numbers, Numbers]:
    """Return bounds that also allow a figure printed round, without a word, to be rounded."""
    money = facts.table["unit"].eq("VND").to_numpy()[at]
    half = np.where(
        facts.low[at] == facts.high[at], last_place(facts.value[at], money=money) / 2, 0.0
    )
    half = np.where(half <= 0.5, 0.0, half)
    return facts.low[at] - half, facts.high[at] + half


def _index(facts: Facts) -> Facts:
    codes, names = pd.factorize(facts.measure)
    richness = np.bincount(facts.report, minlength=1)[facts.report]
    width = facts.high - facts.low
    kept = np.flatnonzero(facts.compared)
    # Of several flows in one report the shortest period counts, of several figures the firmest.
    order = kept[np.lexsort((width[kept], -facts.start[kept], facts.report[kept], codes[kept]))]
    once = order[_first_of(codes[order], facts.report[order])]
    with_day = kept[facts.day[kept] != UNDATED]
    by_day = with_day[
        np.lexsort((width[with_day], -richness[with_day], facts.moment[with_day], codes[with_day]))
    ]
    single = by_day[_first_of(codes[by_day], facts.moment[by_day])]
    return replace(
        facts,
        by_measure=_split(kept[np.argsort(codes[kept], kind="stable")], codes, names),
        by_report=_split(once, codes, names),
        by_series=_split(single, codes, names),
    )


def _split(at: Positions, codes: Positions, names: Any) -> dict[str, Positions]:
    ends = np.searchsorted(codes[at], np.arange(len(names) + 1))
    return {name: at[ends[k] : ends[k + 1]] for k, name in enumerate(names)}


def _first_of(*keys: Positions) -> Flags:
    changed = np.zeros(len(keys[0]), dtype=bool)
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    changed[:1] = True
    return changed


def _find(known: Positions, wanted: Positions, positions: Positions) -> Positions:
    if not len(known):
        return np.full(len(wanted), NONE)
    spot = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[spot] == wanted, positions[spot], NONE)


def _codes(*keys: pd.Series) -> Positions:
    code = np.zeros(len(keys[0]), dtype=np.int64)
    for key in keys:
        new, names = pd.factorize(key.to_numpy() if key.dtype.kind in "iu" else key)
        code = pd.factorize(code * (len(names) + 1) + new + 1)[0]
    return code.astype(np.int64)


def _days(dates: pd.Series) -> Positions:
    days = dates.to_numpy().astype("datetime64[D]").astype(np.int64)
    return np.where(dates.isna().to_numpy(), UNDATED, np.clip(days, UNDATED + 1, -UNDATED - 1))


def _map_names(table: pd.DataFrame) -> pd.Series:
    # A map or level that nobody knows is one of its own; `codes_are_known` tells of it.
    maps = {f"{level}|{b}": same_map(level, b) for level in LEVELS for b in BOUNDARIES}
    level, levels = pd.factorize(table["level"].fillna(""))
    vintage, vintages = pd.factorize(table["boundaries"].fillna(""))
    names = [f"{one}|{other}" for one in levels for other in vintages]
    known = np.array([maps.get(name, name) for name in names], dtype=object)
    if not len(table):
        return pd.Series(dtype="str")
    return pd.Series(known[level * len(vintages) + vintage])


def _bounds(table: pd.DataFrame, value: Numbers) -> tuple[Numbers, Numbers]:
    """Return bounds; those that are missing are set from the qualifier, else they are the value."""
    low, high = (table[name].to_numpy(dtype=float, copy=True) for name in ("low", "high"))
    lacking = np.flatnonzero(
        (np.isnan(low) | np.isnan(high))
        & np.isfinite(value)
        & table["qualifier"].isin(QUALIFIERS).to_numpy()
        & table["unit"].isin(UNITS).to_numpy()
    )
    if len(lacking):
        filled = add_bounds(table.iloc[lacking])
        low[lacking], high[lacking] = filled["low"].to_numpy(), filled["high"].to_numpy()
    low = np.where(np.isnan(low) | np.isnan(value), value, low)
    return low, np.where(np.isnan(high) | np.isnan(value), value, high)


def _ages(table: pd.DataFrame) -> npt.NDArray[np.object_]:
    named = {"members_55plus": "55", "members_60plus": "60"}
    notes = pd.Series(table["note"].dropna().unique(), dtype="str")
    told = notes.str.extract(_AGE)[0]
    by_note = dict(zip(notes, told, strict=True))
    age = table["indicator"].map(named)
    return age.where(age.notna(), table["note"].map(by_note)).fillna("").to_numpy(dtype=object)


def _says(notes: pd.Series, pattern: str) -> Flags:
    unique = pd.Series(notes.dropna().unique(), dtype="str")
    hits = unique.loc[unique.str.contains(pattern)]
    return notes.isin(list(hits)).to_numpy()


def _no_positions() -> Positions:
    return np.empty(0, dtype=np.int64)
