"""Hold what was reached against what was promised: observations and targets in, verdicts out.

A verdict follows from bounds: met if even the lowest reading reaches the bar, not met if even the
highest falls short, undetermined in between, not comparable where the figures do not answer the
question. Flows are compared with targets of the same period only; where a printed flow and the
difference of two stocks both exist, the verdict must hold for both. "Đạt" is reached / target,
"vượt" is what lies above it. Nothing here reads a file, a clock or a setting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from .areas import level_of, same_map
from .dates import format_date
from .indicators import INDICATORS, METRICS
from .inputs import MAX_LAG_DAYS, Figures, find_known_days, prepare
from .memory import shareable
from .methods import PUBLISHED, Way
from .metrics import apply_metrics
from .notation import format_figure, label
from .overrides import apply_override, find_override
from .pace import (
    ON_TRACK,
    TOO_EARLY,
    classify,
    distance_to_band,
    judge,
    pace_by_kind,
    project,
    project_range,
    required_per_year,
    share_of_way,
)
from .rollup import pick_figures
from .schema import OBSERVATIONS, PROGRESS, TARGETS, Origin, accept, arrange, empty_table
from .spans import Context
from .targets import find_terms
from .wording import inside_sentence, name_measure, unit_of, write_bounds, write_scope

Lang = Literal["vi", "en"]

_SAME_START_DAYS = 31
_SCALES = ("logit", "log", "aarr")  # methods that are not an even pace
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class _Reached:
    """What was reached: bounds, date and where it comes from; or why it is not known."""

    low: float = np.nan
    value: float = np.nan
    high: float = np.nan
    as_of: pd.Timestamp | None = None
    fact_ids: str = ""
    flags: tuple[str, ...] = ()
    road: str = ""
    part: float = np.nan
    whole: float = np.nan
    missing: str = ""

    @property
    def day(self) -> pd.Timestamp:
        """The date, of a figure that is known."""
        assert self.as_of is not None
        return self.as_of


@shareable
def measure_progress(
    observations: Any,
    targets: Any,
    *,
    as_of: str | pd.Timestamp,
    lang: Lang = "vi",
    methods: Iterable[str] = (),
) -> pd.DataFrame:
    """Measure each target: how much is reached, at which pace, and what can honestly be said.

    Parameters
    ----------
    observations : data frame
        The observations table.
    targets : data frame
        The targets table, as `read_targets` gives it.
    as_of : str or Timestamp
        The day up to which figures count.
    lang : {"vi", "en"}
        Language of `reason`.
    methods : iterable of str
        Published methods whose judgement is shown beside ours, each in a column
        ``class_by_<method>``: un_2022, un_2023, statcan, escap, unicef_who (see `methods`).

    Returns
    -------
    DataFrame
        The progress table, one row per target, in the order of `targets`. `as_of` is the day of
        the figure that is reached; `elapsed` is counted up to that day. `achievement` is
        reached / target ("đạt"), `exceedance` what lies above ("vượt"), missing below the target;
        `gap` is target - reached. `pace_ratio` is `share_of_way` / `elapsed`, missing while less
        than 10 % of the period has passed. `progress_class` follows the method of the measure's
        kind, which `method` names; shares are judged on the logit scale. A target that was amended
        is judged by what was known on the last day it stood, and its amendment from its first day
        on (`targets.find_terms`). A class that a person set by hand (the column `override` of
        `targets`) takes the place of the computed one from its day on; `method` then names
        ``override``, `reason` both classes, and the verdict stays.

    Raises
    ------
    InvalidTableError
        If a column is missing.
    ValueError
        If a method is unknown.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.targets import read_targets
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> table = measure_progress(observations, read_targets(scheme="1336"), as_of="2023-12-31")
    >>> table.query("target_id == 'T1336-2'")["verdict"].item()
    'undetermined'
    """
    day = pd.Timestamp(as_of)
    shown = tuple(methods)
    if unknown := [name for name in shown if name not in PUBLISHED]:
        raise ValueError(f"`methods` must be among {', '.join(PUBLISHED)}, not {unknown}.")
    wanted = accept(targets, TARGETS)
    if wanted.empty:
        return empty_table(PROGRESS)
    table = accept(observations, OBSERVATIONS)
    terms = find_terms(wanted)
    # A target is judged as it stood: after an amendment, by what was known on its last day.
    until = terms["last"].where(terms["last"] < day, day)
    figures = {
        last: _find_figures(table, wanted.loc[until == last], day=last) for last in until.unique()
    }
    rows = [
        apply_override(
            _wait(target, first, lang)
            if first > day
            else _measure(target, figures[last], day=last, amended=last < day, lang=lang),
            find_override(target.to_dict(), last),
            lang=lang,
        )
        for (_, target), first, last in zip(wanted.iterrows(), terms["first"], until, strict=True)
    ]
    progress = pd.concat([wanted, pd.DataFrame(rows, index=wanted.index)], axis=1)
    progress = arrange(progress, PROGRESS)
    for name in shown:
        progress[f"class_by_{name}"] = [_judge_by(name, row) for _, row in progress.iterrows()]
    used = sorted(set(wanted["measure"]) & set(METRICS))
    definitions = {name: METRICS[name].fingerprint for name in used}
    progress.attrs["origin"] = Origin.of(table, definitions)
    return progress


def _judge_by(method: str, row: pd.Series) -> str:
    """Judge a row of progress as a published method would; bands and standing rules it cannot."""
    begin = row["base_date"] if row["nature"] != "new" else row["start"]
    begin = row["start"] if pd.isna(begin) else begin
    base = _base(row)
    dated = pd.notna(begin) and pd.notna(row["due"]) and pd.notna(row["as_of"])
    if not dated or _direction(row) == "band" or np.isnan(base) or np.isnan(row["reached"]):
        return "not_applicable"
    return PUBLISHED[method](
        Way(
            base=base,
            value=row["reached"],
            target=row["value"],
            years=(row["as_of"] - begin).days / _DAYS_A_YEAR,
            years_in_all=(row["due"] - begin).days / _DAYS_A_YEAR,
            direction=-1 if _direction(row) == "down" else 1,
        )
    )


def _find_figures(
    table: pd.DataFrame, targets: pd.DataFrame, *, day: pd.Timestamp
) -> Mapping[tuple[str, str, str], pd.DataFrame]:
    """Return dated figures of each (level, scope, measure): picked observations and metric rows."""
    picked = pick_figures(table)
    # What was planned or registered counts from the day it was told, not from its deadline.
    known = find_known_days(picked)
    picked = picked.assign(as_of=known).loc[known <= day]
    counts = picked.loc[picked["measured"] == "count"]
    groups = counts.groupby(["level", "scope", "indicator"], sort=False)
    found = {(str(key[0]), str(key[1]), str(key[2])): rows for key, rows in groups}

    @cache
    def figures_of(level: str, scope: str) -> Figures:
        return prepare(table, level=level, scope=scope, day=day)

    levels = targets["area"].map(level_of)
    for key, measures in targets["measure"].groupby([levels, targets["scope"]]):
        level, scope = str(key[0]), str(key[1])
        computed = sorted(
            name for name in set(measures) if name in METRICS and METRICS[name].formula != "value"
        )
        if computed:
            context = Context(level, None, partial(figures_of, scope=scope), day)
            rows = apply_metrics([METRICS[name] for name in computed], context)
            rows = rows.assign(
                map=[same_map(level, b) for b in rows["boundaries"]],
                start=pd.Series(pd.NaT, index=rows.index),
            )
            for name, group in rows.groupby("metric"):
                found[level, scope, str(name)] = group
        for name in set(measures) - set(computed):
            if INDICATORS[name].nature in ("share", "mean"):
                shares = picked.loc[
                    (picked["indicator"] == name)
                    & (picked["level"] == level)
                    & (picked["scope"] == scope)
                ]
                found[level, scope, name] = shares
    return found


def _measure(
    target: pd.Series,
    figures: Mapping[tuple[str, str, str], pd.DataFrame],
    *,
    day: pd.Timestamp,
    amended: bool,
    lang: Lang,
) -> dict[str, Any]:
    later = _say_amendment(day, lang) if amended else ""
    reached = _reach(target, figures)
    if reached.missing in ("no_figure", "other_period") and target["start"] > day:
        reached = replace(reached, missing="not_begun")
    metric = METRICS.get(target["measure"])
    direction = _direction(target)
    if reached.missing:
        said = _say("progress." + reached.missing, target, reached, lang)
        reason = _join_clauses(said.rstrip("."), later)
        return {"verdict": "not_comparable", "progress_class": "not_assessable", "reason": reason}
    bar = _bar(target)
    low, high = _ends(target)
    verdict = judge(reached.low, reached.high, bar_low=low, bar_high=high, direction=direction)
    base = _base(target)
    elapsed = _elapse(target, reached.as_of)
    at_base = _met_at_base(target, direction)
    way = np.nan if at_base or direction == "band" else share_of_way(reached.value, base, bar)
    pace = way / elapsed if elapsed >= TOO_EARLY else np.nan
    kind = "band" if direction == "band" else metric.kind if metric else "stock"
    kind = "count_new" if target["nature"] == "new" else kind
    kind = "standing" if target["nature"] == "standing" and kind != "band" else kind
    method, ratio = pace_by_kind(
        kind, reached.value, base, bar, elapsed, linear=pace, whole=reached.whole
    )
    disputed = "disputed" in reached.flags
    row = _arithmetic(target, reached, bar=bar, base=base, day=day, direction=direction)
    return {
        **row,
        "reached_low": reached.low,
        "reached": reached.value,
        "reached_high": reached.high,
        "as_of": reached.as_of,
        "share_of_way": way,
        "elapsed": elapsed,
        "pace_ratio": pace,
        "verdict": verdict,
        "progress_class": classify(
            verdict,
            kind,
            ratio,
            elapsed,
            standing=target["nature"] == "standing",
            reached=reached.value,
            band=_ends(target),
        ),
        "method": ";".join(
            filter(None, [method, reached.road, "met_at_baseline" * at_base, "disputed" * disputed])
        ),
        "reason": _explain(
            target,
            reached,
            verdict,
            direction,
            at_base=at_base,
            day=day,
            ahead="projected" in row and elapsed >= TOO_EARLY,
            later=_join_two(_say_pace(verdict, method, ratio, pace, lang), later),
            lang=lang,
        ),
        "fact_ids": reached.fact_ids,
    }


def _wait(target: pd.Series, first: pd.Timestamp, lang: Lang) -> dict[str, Any]:
    """Say that a target does not stand yet."""
    measure, begin = _name_measure(target, lang), format_date(first, lang=lang)
    reason = label("progress.not_in_force", lang=lang).format(measure=measure, first=begin)
    return {"verdict": "not_comparable", "progress_class": "not_assessable", "reason": reason}


def _reach(target: pd.Series, figures: Mapping[tuple[str, str, str], pd.DataFrame]) -> _Reached:
    level = level_of(target["area"])
    key = (level, target["scope"], target["measure"])
    if target["nature"] == "new":
        return _reach_new(target, figures, level)
    rows = _of_area(figures.get(key), target, level)
    if rows is None or rows.empty:
        return _Reached(missing="no_figure")
    mine = rows.loc[rows["map"] == same_map(level, target["boundaries"])]
    if mine.empty:
        return _Reached(missing="other_map")
    # A figure known only by its bounds (61 provinces counted, two unknown) still decides or not.
    known = mine.loc[mine["value"].notna()]
    known = known if len(known) else _known_by_half(mine)
    known = known.sort_values("as_of", kind="stable")
    latest = _by_due(known, target).tail(1)
    if latest.empty:
        return _Reached(missing="no_figure" if known.empty else "after_due")
    reached = _from_row(latest.iloc[0])
    begin = target["base_date"] if pd.notna(target["base_date"]) else target["start"]
    too_old = target["nature"] != "standing" and pd.notna(begin) and reached.as_of < begin
    hindrances = {
        "lag": "lag" in reached.flags,
        "age": bool({"age_not_stated", "55+"} & {*reached.flags}),
        "too_old": too_old,
    }
    return replace(reached, missing=next((name for name, is_so in hindrances.items() if is_so), ""))


def _known_by_half(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows without a middle whose bounds rest on at least half of the parts."""
    if "n_expected" not in rows:
        return rows[:0]
    bounded = rows["low"].notna() & rows["high"].notna()
    return rows.loc[bounded & (rows["n_reported"] >= rows["n_expected"] / 2)]


def _reach_new(
    target: pd.Series, figures: Mapping[tuple[str, str, str], pd.DataFrame], level: str
) -> _Reached:
    """Take the printed flow of the target's own period, and stock less baseline; both must hold."""
    flows = _of_area(figures.get((level, target["scope"], target["measure"])), target, level)
    roads = []
    if flows is not None and len(flows):
        apart = (flows["start"] - target["start"]).abs().dt.days
        # Members of new clubs are a stock whose scope says that it began at zero.
        grown = INDICATORS[target["measure"]].nature == "stock"
        same = flows.loc[(apart <= _SAME_START_DAYS) | grown].sort_values("as_of", kind="stable")
        same = _by_due(same, target)
        if len(same):
            roads.append(replace(_from_row(same.iloc[-1]), road="printed_flow"))
    if target["measure"] == "new_clubs" and pd.notna(target["base_low"]):
        stocks = _of_area(figures.get((level, target["scope"], "clubs")), target, level)
        stocks = None if stocks is None else _by_due(stocks, target)
        if stocks is not None and len(stocks):
            newest = _from_row(stocks.sort_values("as_of", kind="stable").iloc[-1])
            if pd.isna(target["start"]) or newest.as_of > target["start"]:
                roads.append(_less_base(newest, target))
    if roads:
        return _hull(roads)
    if flows is not None and len(flows):
        return _Reached(missing="other_period")
    return _Reached(missing="no_figure")


def _less_base(stock: _Reached, target: pd.Series) -> _Reached:
    return replace(
        stock,
        low=stock.low - target["base_high"],
        value=stock.value - target["base_value"],
        high=stock.high - target["base_low"],
        road="stock_less_base",
    )


def _hull(roads: list[_Reached]) -> _Reached:
    """Enclose what all roads say of the newest day; an older road says nothing of it."""
    newest = max(road.day for road in roads)
    fresh = [road for road in roads if (newest - road.day).days <= _SAME_START_DAYS]
    first = fresh[0]
    return _Reached(
        low=min(road.low for road in fresh),
        value=first.value,
        high=max(road.high for road in fresh),
        as_of=newest,
        fact_ids=";".join(dict.fromkeys(road.fact_ids for road in fresh)),
        flags=tuple(dict.fromkeys(flag for road in fresh for flag in road.flags)),
        road="+".join(road.road for road in fresh),
    )


def _from_row(row: pd.Series) -> _Reached:
    return _Reached(
        low=row["low"],
        value=row["value"],
        high=row["high"],
        as_of=row["as_of"],
        fact_ids=row["fact_ids"] if "fact_ids" in row else row["fact_id"],
        flags=tuple(str(row["flags"]).split(";")) if "flags" in row else _dispute(row["disputed"]),
        part=row.get("numerator", np.nan),
        whole=row.get("denominator", np.nan),
    )


def _dispute(disputed: bool) -> tuple[str, ...]:
    return ("disputed",) if disputed else ()


def _by_due(rows: pd.DataFrame, target: pd.Series) -> pd.DataFrame:
    """Leave out figures dated after the deadline: they do not say what was reached by then."""
    if pd.isna(target["due"]):
        return rows
    return rows.loc[rows["as_of"] <= target["due"] + pd.Timedelta(days=_SAME_START_DAYS)]


def _of_area(rows: pd.DataFrame | None, target: pd.Series, level: str) -> pd.DataFrame | None:
    """Return the rows of the target's area; of a flow or new target only on the target's map."""
    if rows is None:
        return None
    mine = rows["area"] == target["area"]
    if target["nature"] == "new":
        mine &= rows["map"] == same_map(level, target["boundaries"])
    return rows.loc[mine]


def _direction(target: pd.Series) -> str:
    ranged = target["nature"] == "standing" and target["low"] < target["high"]
    if pd.isna(target["value"]) or ranged:
        return "band"
    metric = METRICS.get(target["measure"])
    return "down" if metric is not None and metric.direction == "down" else "up"


def _ends(target: pd.Series) -> tuple[float, float]:
    return target["low"], target["high"]


def _bar(target: pd.Series) -> float:
    return target["value"] if pd.notna(target["value"]) else np.nan


def _base(target: pd.Series) -> float:
    return 0.0 if target["nature"] == "new" else target["base_value"]


def _begin(target: pd.Series) -> Any:
    """Return the day of the baseline; that of the period's start if the target is on new ones."""
    dated = pd.notna(target["base_date"]) and target["nature"] != "new"
    return target["base_date"] if dated else target["start"]


def _met_at_base(target: pd.Series, direction: str) -> bool:
    if target["nature"] in ("new", "standing") or pd.isna(target["base_low"]):
        return False
    low, high = _ends(target)
    base_high = target["base_high"]
    verdict = judge(target["base_low"], base_high, bar_low=low, bar_high=high, direction=direction)
    return verdict == "met"


def _elapse(target: pd.Series, as_of: pd.Timestamp | None) -> float:
    start = target["start"] if pd.notna(target["start"]) else target["base_date"]
    if as_of is None or pd.isna(start) or pd.isna(target["due"]) or target["due"] <= start:
        return np.nan
    return float(np.clip((as_of - start) / (target["due"] - start), 0, 1))


def _arithmetic(
    target: pd.Series,
    reached: _Reached,
    *,
    bar: float,
    base: float,
    day: pd.Timestamp,
    direction: str,
) -> dict[str, Any]:
    """Return achievement, exceedance, gap and what is left to do; of a band only its distance."""
    if direction == "band":
        return {"gap": distance_to_band(reached.value, *_ends(target))}
    if np.isnan(bar):
        return {}
    achievement = reached.value / bar if bar != 0 else np.nan
    # More than a ceiling is no success: nothing is exceeded where less is better.
    exceeded = achievement >= 1 and direction == "up"
    row: dict[str, Any] = {
        "achievement": achievement,
        "exceedance": achievement - 1 if exceeded else np.nan,
        "gap": bar - reached.value,
    }
    due, begin = target["due"], _begin(target)
    if direction == "down" or pd.isna(due) or due <= day or reached.as_of is None:
        return row
    needed = required_per_year(reached.value, bar, as_of=reached.as_of, due=due)
    row["required_per_year"] = needed
    if pd.notna(begin) and not np.isnan(base) and reached.as_of > begin:
        years = (reached.as_of - begin).days / _DAYS_A_YEAR
        speed = (reached.value - base) / years
        row["multiplier"] = needed / speed if speed > 0 else np.nan
        row["projected"] = project(
            reached.value, base, base_date=begin, as_of=reached.as_of, target=bar
        )
    return row


def _explain(
    target: pd.Series,
    reached: _Reached,
    verdict: str,
    direction: str,
    *,
    at_base: bool,
    day: pd.Timestamp,
    ahead: bool,
    later: str,
    lang: Lang,
) -> str:
    """Say in one sentence what the verdict rests on."""
    ceiling = direction == "down" and verdict == "not_met"
    clauses = [
        f"progress.{verdict}" + ("_band" if direction == "band" else "_down" if ceiling else ""),
        "progress.from_stock" if "stock_less_base" in reached.road else "",
        "progress.met_at_baseline" if at_base else "",
        _passed(target, reached, verdict, day),
        "progress.disputed" if "disputed" in reached.flags else "",
    ]
    said = [_say(key, target, reached, lang).rstrip(".") for key in clauses if key]
    said[1:1] = [_say_share(target, reached, verdict, direction, lang)]
    said += [_say_violations(target, reached, lang)]
    said += [_say_projection(target, reached, day, lang)] if ahead and verdict != "met" else []
    return _join_clauses(*said, later)


def _say_pace(verdict: str, method: str, own: float, even: float, lang: Lang) -> str:
    """Say how fast it went by the method of the measure's kind, where an even pace says otherwise.

    410 of 559 communes from a half in two of five years is more than an even pace to 95 %, yet less
    than what shares near their ceiling need.
    """
    if verdict == "met" or method not in _SCALES or np.isnan(own) or np.isnan(even):
        return ""
    if (own >= ON_TRACK) == (even >= ON_TRACK):
        return ""
    own_text, even_text = (format_figure(round(each, 2), lang=lang) for each in (own, even))
    return label(f"progress.pace_{method}", lang=lang).format(own=own_text, even=even_text)


def _join_two(first: str, second: str) -> str:
    return "; ".join(filter(None, [first, second]))


def _join_clauses(*clauses: str) -> str:
    return "; ".join(filter(None, clauses)) + "."


def _say_amendment(last: pd.Timestamp, lang: Lang) -> str:
    """Say from which day another target stands, by the last day of this one."""
    day = format_date(last + pd.Timedelta(days=1), lang=lang)
    return label("progress.amended", lang=lang).format(first=day)


def _say_share(
    target: pd.Series, reached: _Reached, verdict: str, direction: str, lang: Lang
) -> str:
    """Say of a target that is met how much of it is reached, and how much that is above it."""
    bar = target["value"]
    counted = direction == "up" and unit_of(target["measure"]) not in ("share", "ratio")
    if not counted or verdict != "met" or not bar > 0 or not reached.low > bar:
        return ""
    low, high = (round(each / bar, 4) for each in (reached.low, reached.high))
    return label("progress.reached_share", lang=lang).format(
        reached=write_bounds(low, high, "share", lang),
        above=write_bounds(round(low - 1, 4), round(high - 1, 4), "share", lang),
    )


def _say_violations(target: pd.Series, reached: _Reached, lang: Lang) -> str:
    """Say how many of how many break a rule that all must keep."""
    all_must = target["nature"] == "standing" and target["value"] == 1
    if not all_must or np.isnan(reached.part) or np.isnan(reached.whole):
        return ""
    short = reached.whole - reached.part
    if short <= 0:
        return ""
    numbers = [format_figure(n, unit="clubs", lang=lang) for n in (short, reached.whole)]
    return label("progress.violations", lang=lang).format(n=numbers[0], whole=numbers[1])


def _say_projection(target: pd.Series, reached: _Reached, day: pd.Timestamp, lang: Lang) -> str:
    """Say between which days the target would be reached if the mean speed so far goes on.

    Where such a day has passed, the figure is older than it: nobody has said whether it came true.
    """
    begin, base = _begin(target), (_base(target), _base(target))
    if target["nature"] != "new":
        base = (target["base_low"], target["base_high"])
    first, last = project_range(
        (reached.low, reached.value if np.isnan(reached.high) else reached.high),
        base,
        base_date=begin,
        as_of=reached.day,
        target=target["value"],
    )
    if pd.isna(first):
        return label("progress.never", lang=lang)
    days = [format_date(each, lang=lang) if pd.notna(each) else "" for each in (first, last)]
    key = "from" if pd.isna(last) else "on" if first == last else "between"
    past = "_past" if last < day else "_begun" if first < day else ""
    late = _say_late(first, last, target["due"], lang)
    at = 1 if key == "between" else 0
    days[at] += f" ({late})" if late else ""
    return label(f"progress.projected_{key}{past}", lang=lang).format(first=days[0], last=days[1])


def _say_late(first: Any, last: Any, due: Any, lang: Lang) -> str:
    """Say by how many months a projected day misses the deadline, if it surely does."""
    if pd.isna(due) or first <= due:
        return ""
    months = [
        (day.year - due.year) * 12 + day.month - due.month - (day.day < due.day)
        for day in (first, last)
        if pd.notna(day)
    ]
    if pd.isna(last):
        return label("progress.late_from", lang=lang).format(n=months[0])
    few = str(months[0]) if months[0] == months[-1] else f"{months[0]}–{months[-1]}"
    return label("progress.late", lang=lang).format(n=few) if months[-1] > 0 else ""


def _passed(target: pd.Series, reached: _Reached, verdict: str, day: pd.Timestamp) -> str:
    """Return what to say of a deadline that has passed without the target being surely met."""
    if _ends_before_due(target, reached, verdict, day):
        return "progress.before_due"
    past = pd.notna(target["due"]) and day > target["due"] and target["nature"] != "standing"
    return "progress.past_due" if past and verdict != "met" else ""


def _ends_before_due(target: pd.Series, reached: _Reached, verdict: str, day: pd.Timestamp) -> bool:
    """Whether a deadline has passed since a figure that fell short, half a year or more later."""
    past = pd.notna(target["due"]) and day > target["due"]
    return past and verdict == "not_met" and (target["due"] - reached.day).days > MAX_LAG_DAYS


def _say(key: str, target: pd.Series, reached: _Reached, lang: Lang) -> str:
    """Fill a sentence of the catalogue of words."""
    unit = unit_of(target["measure"])
    known = reached.as_of is not None
    base = (target["base_low"], target["base_high"])
    return label(key, lang=lang).format(
        measure=_name_measure(target, lang),
        reached=write_bounds(reached.low, reached.high, unit, lang) if known else "",
        date=format_date(reached.as_of, lang=lang) if known else "",
        start=format_date(target["start"], lang=lang) if pd.notna(target["start"]) else "–",
        due=format_date(target["due"], lang=lang) if pd.notna(target["due"]) else "–",
        target=format_figure(target["value"], unit=unit, lang=lang)
        if _direction(target) != "band"
        else write_bounds(target["low"], target["high"], unit, lang),
        base=write_bounds(*base, unit, lang) if pd.notna(base[0]) else "–",
        boundaries=label(f"boundaries.{target['boundaries']}", lang=lang),
    )


def _name_measure(target: pd.Series, lang: Lang) -> str:
    """Name the measure as it stands inside a sentence, with its scope."""
    name = inside_sentence(name_measure(target["measure"], lang=lang))
    if target["scope"] == "all":
        return name
    return f"{name} ({write_scope(target['scope'], lang=lang)})"
