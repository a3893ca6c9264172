"""What the coming years would bring if ...: observations in, labelled scenarios out.

A scenario is arithmetic on published figures, never a forecast: the last span goes on, the mean of
the period goes on, the target is met, the best quarter of the places sets the pace. A statistical
forecast is made only from six comparable points or more (`forecast`). No province has them, and the
country's figures count in too many ways to be one series. Nothing here reads a file, a clock or a
setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from .areas import level_of, same_map
from .formulas import BOUNDS
from .pace import project, required_per_year
from .rollup import pick_figures
from .schema import OBSERVATIONS, TARGETS, accept

SCENARIOS = ("continue", "mean_of_period", "required", "best_quartile")
CAPITAL_PER_CLUB_VND = (20e6, 30e6, 50e6, 100e6, 130e6)
FEWEST_POINTS = 6
_DAYS_A_YEAR = 365.25
_SHORTEST_SPAN_DAYS = 180
_COLUMNS = [
    "level", "area", "area_name", "boundaries", "scenario", "as_of", "clubs_low", "clubs",
    "clubs_high", "per_year_low", "per_year", "per_year_high", "year", "clubs_then_low",
    "clubs_then", "clubs_then_high", "new_clubs_low", "new_clubs", "new_clubs_high", "target_id",
    "target_low", "target", "target_high", "reached_first", "reached_on", "reached_last",
    "n_points", "reason", "fact_ids",
]  # fmt: skip


def make_scenarios(
    observations: Any,
    targets: Any = None,
    *,
    as_of: str | pd.Timestamp,
    years: Iterable[int] = (2030, 2035),
    level: str = "province",
) -> pd.DataFrame:
    """Lay out how many clubs there would be at the end of coming years, by scenario.

    Parameters
    ----------
    observations : data frame
        The observations table; the stock of clubs of all scopes' total ("all") is used.
    targets : data frame, optional
        The targets table; the scenario "required" needs a target on clubs or new clubs whose
        deadline lies in one of `years`.
    as_of : str or Timestamp
        The day up to which figures count.
    years : iterable of int
        Years at whose end the clubs are counted.
    level : {"national", "province"}
        The country or every province that has a figure.

    Returns
    -------
    DataFrame
        One row per area, year and scenario. ``continue``: the speed of the last span between two
        figures; ``mean_of_period``: the speed from the first figure to the last; ``required``: the
        speed that meets the target; ``best_quartile``: the upper quartile of the other places'
        yearly additions for each club there is. `clubs_then` is the stock, `new_clubs` what is
        added, `reached_on` the day the target is reached; each with its bounds, in which the
        doubt of the figures, of the target's baseline and of the peers' speeds goes on
        (`reached_last` is missing where on the slowest reading the target is never reached). Where
        a scenario cannot be given, the figures are missing and `reason` says why. Capital columns
        ``capital_at_20m_vnd`` ... ``capital_at_130m_vnd`` hold the start-up capital that the added
        clubs need.

    Raises
    ------
    ValueError
        If `level` is neither of the two.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> table = make_scenarios(observations, as_of="2025-12-31", level="national")
    >>> table["scenario"].unique().tolist()
    ['continue', 'mean_of_period', 'required', 'best_quartile']
    """
    if level not in ("national", "province"):
        raise ValueError(f"`level` must be national or province, not {level!r}.")
    day = pd.Timestamp(as_of)
    stocks = _read_stocks(observations, day=day, level=level)
    groups = stocks.groupby(["area", "map"], sort=True)
    spans = {(str(key[0]), str(key[1])): _spans(points) for key, points in groups}
    wanted = _targets_on_clubs(targets, level=level)
    peers = _peer_speeds(spans)
    rows = []
    for (area, on_map), span in spans.items():
        mine = wanted.loc[(wanted["area"] == area) & (wanted["map"] == on_map)]
        others = peers.drop([(area, on_map)], errors="ignore")
        for year in years:
            rows += [_row(scenario, span, mine, year=year, peers=others) for scenario in SCENARIOS]
    capital = {
        f"capital_at_{round(each / 1e6)}m_vnd": [row["new_clubs"] * each for row in rows]
        for each in CAPITAL_PER_CLUB_VND
    }
    table = pd.DataFrame(rows, columns=_COLUMNS).assign(level=level, **capital)
    for column in ("as_of", "reached_first", "reached_on", "reached_last"):
        table[column] = table[column].astype("datetime64[us]")
    return table.sort_values(["area", "boundaries", "year"], kind="stable", ignore_index=True)


def forecast(
    dates: pd.Series, values: pd.Series, *, until: str | pd.Timestamp, damping: float = 0.9
) -> pd.DataFrame:
    """Forecast a series by damped trend, from six comparable points or more.

    Parameters
    ----------
    dates, values : Series
        Dated figures of one place, scope and map, about a year apart.
    until : str or Timestamp
        The last year end to forecast.
    damping : float
        Factor by which the trend fades every year.

    Returns
    -------
    DataFrame
        `as_of, low, value, high` at the end of every year after the last point. The trend is the
        Theil-Sen slope; `low` and `high` span the slopes of all pairs of points between their
        10th and 90th percentile: a range of scenarios, not a confidence interval.

    Raises
    ------
    ValueError
        If there are fewer than six points, or they lie less than half a year apart.

    References
    ----------
    P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, 1968.

    Examples
    --------
    >>> dates = pd.to_datetime(pd.Series([f"{year}-12-31" for year in range(2018, 2024)]))
    >>> ahead = forecast(dates, pd.Series([10.0, 20, 30, 40, 50, 60]), until="2025-12-31")
    >>> ahead["value"].round(1).tolist()
    [69.0, 77.1]
    """
    known = pd.DataFrame({"date": dates, "value": values}).dropna().sort_values("date")
    if len(known) < FEWEST_POINTS:
        raise ValueError(
            f"A forecast needs {FEWEST_POINTS} comparable points or more; there are {len(known)}.\n"
            "  hint: `make_scenarios` gives labelled scenarios from what there is."
        )
    time = (known["date"] - known["date"].iloc[-1]).dt.days.to_numpy() / _DAYS_A_YEAR
    level = known["value"].to_numpy()
    left, right = np.triu_indices(len(known), k=1)
    apart = time[right] - time[left]
    if (np.diff(time) * _DAYS_A_YEAR < _SHORTEST_SPAN_DAYS - 1).any():
        raise ValueError("The points of a forecast must lie at least half a year apart.")
    slopes = (level[right] - level[left]) / apart
    low, middle, high = np.percentile(slopes, [10, 50, 90])
    last_year, end = known["date"].iloc[-1].year, pd.Timestamp(until).year
    steps = np.arange(1, end - last_year + 1)
    faded = np.cumsum(damping**steps)
    ends = [pd.Timestamp(year=last_year + step, month=12, day=31) for step in steps]
    return pd.DataFrame(
        {
            "as_of": pd.Series(ends, dtype="datetime64[us]"),
            "low": np.clip(level[-1] + low * faded, 0, None),
            "value": np.clip(level[-1] + middle * faded, 0, None),
            "high": np.clip(level[-1] + high * faded, 0, None),
        }
    )


def _read_stocks(observations: Any, *, day: pd.Timestamp, level: str) -> pd.DataFrame:
    table = accept(observations, OBSERVATIONS)
    mine = (
        (table["level"] == level)
        & (table["indicator"] == "clubs")
        & (table["scope"] == "all")
        & (table["as_of"] <= day)
    )
    return pick_figures(table.loc[mine]).sort_values("as_of", kind="stable")


def _spans(points: pd.DataFrame) -> dict[str, Any]:
    """Return the newest figure, and the speeds of the last span and of the whole period.

    Figures closer than half a year give no speed: two counts of one year are two readings.
    """
    newest = points.iloc[-1]
    before = points.loc[(newest["as_of"] - points["as_of"]).dt.days >= _SHORTEST_SPAN_DAYS]
    speeds = {}
    for name, begin in (("continue", -1), ("mean_of_period", 0)):
        if len(before):
            start = before.iloc[begin]
            years = (newest["as_of"] - start["as_of"]).days / _DAYS_A_YEAR
            speeds[name] = tuple(
                (newest[mine] - start[other]) / years
                for mine, other in (("low", "high"), ("value", "value"), ("high", "low"))
            )
    return {"newest": newest, "speeds": speeds, "n_points": len(before) + 1, "before": before}


def _peer_speeds(spans: dict[tuple[str, str], dict[str, Any]]) -> pd.DataFrame:
    """Return every place's mean yearly addition for each club it has, with its bounds."""
    speeds = {
        key: [
            span["speeds"]["mean_of_period"][0] / span["newest"]["high"],
            span["speeds"]["mean_of_period"][1] / span["newest"]["value"],
            span["speeds"]["mean_of_period"][2] / span["newest"]["low"],
        ]
        for key, span in spans.items()
        if "mean_of_period" in span["speeds"] and span["newest"]["low"] > 0
    }
    return pd.DataFrame.from_dict(speeds, orient="index", columns=[*BOUNDS], dtype="float64")


def _targets_on_clubs(targets: Any, *, level: str) -> pd.DataFrame:
    if targets is None:
        return pd.DataFrame(columns=[*TARGETS.column_names, "map"])
    table = accept(targets, TARGETS)
    mine = (
        table["measure"].isin(["clubs", "new_clubs"])
        & table["nature"].isin(["stock", "new"])
        & (table["scope"] == "all")
        & (table["area"].map(level_of) == level)
        & table["value"].notna()
    )
    table = table.loc[mine]
    return table.assign(map=[same_map(level, b) for b in table["boundaries"]])


def _row(
    scenario: str,
    span: dict[str, Any],
    targets: pd.DataFrame,
    *,
    year: int,
    peers: pd.DataFrame,
) -> dict[str, Any]:
    newest = span["newest"]
    end = pd.Timestamp(year=year, month=12, day=31)
    due = targets.loc[(targets["due"].dt.year == year)] if len(targets) else targets
    aim = _aim(due.iloc[0], newest) if len(due) else (np.nan,) * 3
    stock = (newest["low"], newest["value"], newest["high"])
    days = {"as_of": newest["as_of"], "due": due.iloc[0]["due"]} if len(due) else {}
    needed = None
    if not np.isnan(aim[1]):
        # The same doubt on both sides, where the figure is the baseline, leaves none between them.
        same = due.iloc[0]["nature"] == "new" and aim == tuple(
            now + due.iloc[0]["value"] for now in stock
        )
        others = stock if same else tuple(reversed(stock))
        needed = tuple(
            required_per_year(now, end, **days) for now, end in zip(others, aim, strict=True)
        )
    speed, reason = _speed(scenario, span, needed, peers)
    years = (end - newest["as_of"]).days / _DAYS_A_YEAR
    added = tuple(each * years for each in speed)
    then = tuple(max(now + more, 0.0) for now, more in zip(stock, added, strict=True))
    if scenario == "required" and needed is not None:
        # The more clubs there are, the fewer are needed: both doubts end at the target.
        then = tuple(max(now, end) for now, end in zip(stock, aim, strict=True))
    elif scenario == "required" and len(due):
        reason = "no_baseline"
    first, middle, last = _reached_on(newest, speed, aim, met_by_itself=scenario == "required")
    return {
        "area": newest["area"],
        "area_name": newest["area_name"],
        "boundaries": newest["boundaries"],
        "scenario": scenario,
        "as_of": newest["as_of"],
        **dict(zip(("clubs_low", "clubs", "clubs_high"), stock, strict=True)),
        **dict(zip(("per_year_low", "per_year", "per_year_high"), speed, strict=True)),
        "year": year,
        **dict(zip(("clubs_then_low", "clubs_then", "clubs_then_high"), then, strict=True)),
        **dict(
            zip(
                ("new_clubs_low", "new_clubs", "new_clubs_high"),
                (max(each, 0.0) if not np.isnan(each) else np.nan for each in added),
                strict=True,
            )
        ),
        "target_id": due.iloc[0]["target_id"] if len(due) else None,
        **dict(zip(("target_low", "target", "target_high"), aim, strict=True)),
        "reached_first": first,
        "reached_on": middle,
        "reached_last": last,
        "n_points": span["n_points"],
        "reason": reason,
        "fact_ids": ";".join([newest["fact_id"], *span["before"]["fact_id"].iloc[[0, -1]].unique()])
        if len(span["before"])
        else newest["fact_id"],
    }


def _aim(target: pd.Series, newest: pd.Series) -> tuple[float, ...]:
    """Return the stock that a target demands at its deadline, with the doubt of its baseline.

    Of new clubs none is there yet on the day of the baseline: a figure of that day or before is the
    baseline itself, and the whole target is still to come.
    """
    if target["nature"] == "stock":
        return (float(target["value"]),) * 3
    if pd.isna(target["base_value"]):
        return (np.nan,) * 3
    begin = target["start"] if pd.isna(target["base_date"]) else target["base_date"]
    if newest["as_of"] <= begin:
        return tuple(float(newest[end] + target["value"]) for end in BOUNDS)
    ends = (target[f"base_{end}"] for end in BOUNDS)
    return tuple(
        float((target["base_value"] if pd.isna(end) else end) + target["value"]) for end in ends
    )


def _speed(
    scenario: str,
    span: dict[str, Any],
    needed: tuple[float, ...] | None,
    peers: pd.DataFrame,
) -> tuple[tuple[float, ...], str | None]:
    unknown = (np.nan, np.nan, np.nan)
    newest = span["newest"]
    if scenario == "required":
        return (needed, None) if needed is not None else (unknown, "no_target")
    if scenario == "best_quartile":
        if len(peers) < 4:
            return unknown, "too_few_peers"
        return tuple(float(peers[end].quantile(0.75)) * newest[end] for end in BOUNDS), None
    if scenario not in span["speeds"]:
        return unknown, "one_point"
    return span["speeds"][scenario], None


def _reached_on(
    newest: pd.Series, speed: tuple[float, ...], aim: tuple[float, ...], *, met_by_itself: bool
) -> tuple[Any, Any, Any]:
    """Return the first day on which the target may be reached, the likely one and the last."""
    if np.isnan(aim[1]) or np.isnan(speed[1]):
        return (pd.NaT,) * 3
    # Four years are a whole number of days.
    earlier = newest["as_of"] - pd.Timedelta(days=4 * _DAYS_A_YEAR)

    def reach(now: float, each: float, end: float) -> Any:
        known = not (np.isnan(now) or np.isnan(each))
        return (
            project(now, now - 4 * each, base_date=earlier, as_of=newest["as_of"], target=end)
            if known
            else pd.NaT
        )

    middle = reach(newest["value"], speed[1], aim[1])
    if met_by_itself:  # the speed is made for the day: each reading ends on it
        return middle, middle, middle
    return reach(newest["high"], speed[2], aim[0]), middle, reach(newest["low"], speed[0], aim[2])
