"""Time the audit of 10^4 to 10^6 observations, beside the usual loop over groups.

The table is made with a fixed seed: places report every half year, two in a hundred rows are
spoilt. The peer looks for four of the faults only, in the way most scripts do it: a loop over
`DataFrame.groupby`. It is measured in the same run, on sizes at which it ends in reasonable time.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from lthtgn_analysis.checks import count_cases, find_problems
from lthtgn_analysis.indicators import INDICATORS
from lthtgn_analysis.schema import OBSERVATIONS, arrange

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
LARGEST_OF_PEER = 30_000
RUNS = 3
DATES = pd.date_range("2016-06-30", periods=18, freq="6ME")
MEASURES = (
    "clubs", "members", "older_members", "women_members", "new_clubs", "borrowers",
    "income_fund_vnd", "clubs_with_fund", "communes_with_clubs", "communes_total",
)  # fmt: skip


def main() -> None:
    """Print a table of times, memory and growth."""
    print("| observations | find_problems, s | problems | peer (4 rules), s | growth of time |")
    print("| ---: | ---: | ---: | ---: | --- |")
    last: tuple[int, float] | None = None
    for size in SIZES:
        table = make_observations(size)
        problems = find_problems(table)
        own = measure(lambda table=table: find_problems(table))
        peer = f"{measure(lambda table=table: loop(table)):.2f}" if size <= LARGEST_OF_PEER else "–"
        growth = "" if last is None else f"x{own / last[1]:.1f} for x{size / last[0]:.1f} rows"
        print(f"| {len(table):,} | {own:.2f} | {len(problems):,} | {peer} | {growth} |")
        last = (size, own)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
    print(f"\nPeak memory of the whole run: {peak:.2f} GB; {len(count_cases(problems))} checks; "
          f"Python {sys.version.split()[0]}, pandas {pd.__version__}.")  # fmt: skip


def measure(run: Callable[[], object]) -> float:
    """Return the median time of some runs in seconds."""
    times = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def make_observations(size: int) -> pd.DataFrame:
    """Return about `size` rows of reports of invented clubs (areas are clubs' ids)."""
    rng = np.random.default_rng(20251201)
    places = max(1, size // (len(DATES) * len(MEASURES)))
    first = rng.integers(10, 60, places)[:, None]
    clubs = first + np.cumsum(rng.integers(0, 9, (places, len(DATES))), axis=1)
    members = np.rint(clubs * rng.uniform(46, 66, (places, 1))) + rng.integers(1, 9, clubs.shape)
    columns = {
        "clubs": clubs,
        "members": members,
        "older_members": np.rint(members * rng.uniform(0.55, 0.75, (places, 1))),
        "women_members": np.rint(members * rng.uniform(0.5, 0.66, (places, 1))) + 1,
        "new_clubs": np.diff(clubs, axis=1, prepend=clubs[:, :1]),
        "borrowers": np.rint(members * rng.uniform(0.1, 0.4, (places, 1))),
        "income_fund_vnd": np.rint(clubs * rng.uniform(20, 90, (places, 1))) * 1e6,
        "clubs_with_fund": np.rint(clubs * 0.9),
        "communes_with_clubs": np.rint(clubs * 0.6),
        "communes_total": np.full(clubs.shape, 900),
    }
    values = np.stack([columns[name] for name in MEASURES], axis=2).reshape(-1).astype(float)
    spoilt = rng.random(len(values)) < 0.02
    values[spoilt] *= rng.choice([-1.0, 0.3, 3.0, 1000.0], spoilt.sum())
    count = len(values)
    place = np.repeat(np.arange(places), len(DATES) * len(MEASURES))
    date = np.tile(np.repeat(DATES.to_numpy(), len(MEASURES)), places)
    indicator = np.tile(np.array(MEASURES, dtype=object), places * len(DATES))
    names = np.array([f"club-{number:06}" for number in range(places)], dtype=object)[place]
    is_flow = indicator == "new_clubs"
    return arrange(
        pd.DataFrame(
            {
                "fact_id": [f"S{number:07}" for number in range(count)],
                "level": "village",
                "area": names,
                "area_name": names,
                "boundaries": "2022",
                "indicator": indicator,
                "low": values,
                "value": values,
                "high": values,
                "qualifier": "exact",
                "unit": pd.Series(indicator).map({n: INDICATORS[n].unit for n in MEASURES}),
                "start": pd.Series(date - np.timedelta64(181, "D")).where(is_flow),
                "as_of": date,
                "published": date + np.timedelta64(40, "D"),
                "scope": "all",
                "source": "made-" + pd.Series(place).astype("str"),
                "status": "synthetic",
            }
        ),
        OBSERVATIONS,
    )


def loop(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Find negative figures, parts above wholes, odd sizes and leaps, group by group."""
    found = [("negative", fact) for fact in table.loc[table["value"] < 0, "fact_id"]]
    for _, report in table.groupby(["level", "area", "scope", "source", "as_of"]):
        value = report.set_index("indicator")["value"]
        for part, whole in (("older_members", "members"), ("borrowers", "members")):
            if part in value and whole in value and value[part] > value[whole]:
                found.append((part, report["fact_id"].iloc[0]))
        if not 25 <= value["members"] / value["clubs"] <= 110:
            found.append(("size", report["fact_id"].iloc[0]))
    for _, series in table.groupby(["level", "area", "scope", "indicator"]):
        moved = series.sort_values("as_of")["value"].pct_change()
        found.extend(("leap", fact) for fact in series.loc[moved > 1, "fact_id"])
    return found


if __name__ == "__main__":
    main()
