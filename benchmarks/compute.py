"""Time `compute` of all metrics: communes x years, against the same ratios written in plain pandas.

Run with the project's python; prints a markdown table. Synthetic figures, made here.
"""

from __future__ import annotations

import resource
import statistics
import sys
import time

import numpy as np
import pandas as pd

import lthtgn_analysis as lt
from lthtgn_analysis.schema import OBSERVATIONS, arrange

INDICATORS = {
    "clubs": "clubs",
    "members": "people",
    "older_members": "people",
    "women_members": "people",
    "borrowers": "people",
    "income_fund_vnd": "VND",
    "outstanding_vnd": "VND",
    "new_clubs": "clubs",
}


def make_observations(*, communes: int, years: int) -> pd.DataFrame:
    """Make one figure per commune, year and indicator."""
    random = np.random.default_rng(1336)
    codes = lt.read_areas(boundaries="2022", level="commune")["area"].to_numpy()[:communes]
    frames = []
    for year in range(2025 - years, 2025):
        for indicator, unit in INDICATORS.items():
            value = random.integers(1, 500, len(codes)).astype(float)
            frames.append(
                pd.DataFrame(
                    {
                        "area": codes,
                        "indicator": indicator,
                        "value": value,
                        "unit": unit,
                        "as_of": pd.Timestamp(year=year, month=12, day=31),
                        "start": pd.Timestamp(year=year, month=1, day=1)
                        if indicator == "new_clubs"
                        else pd.NaT,
                    }
                )
            )
    table = pd.concat(frames, ignore_index=True)
    table = table.assign(
        fact_id="B" + table.index.astype("str"),
        level="commune",
        boundaries="2022",
        low=table["value"],
        high=table["value"],
        qualifier="exact",
        scope="all",
        source="benchmark",
        status="synthetic",
    )
    return arrange(table, OBSERVATIONS)


def compute_all(table: pd.DataFrame) -> int:
    return len(lt.compute(table, level="commune", as_of="2024-12-31", since="2023-12-31"))


def divide_in_pandas(table: pd.DataFrame) -> int:
    """Divide the newest figures: no bounds, no rivals, no flags, no facts."""
    newest = table.sort_values("as_of").drop_duplicates(["area", "indicator"], keep="last")
    wide = newest.pivot(index="area", columns="indicator", values="value")
    pairs = [("members", "clubs"), ("older_members", "members"), ("women_members", "members"),
             ("borrowers", "members"), ("income_fund_vnd", "clubs"),
             ("income_fund_vnd", "members"), ("outstanding_vnd", "borrowers")]  # fmt: skip
    return sum(len(wide[a] / wide[b]) for a, b in pairs)


def median_seconds(function, table: pd.DataFrame, *, runs: int = 3) -> tuple[float, int]:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        rows = function(table)
        times.append(time.perf_counter() - begun)
    return statistics.median(times), rows


def main() -> None:
    print("| figures | communes x years | metric rows | compute, s | per 100,000 figures, s "
          "| plain pandas, 7 ratios, s | peak memory so far, GB |")  # fmt: skip
    print("|---:|---|---:|---:|---:|---:|---:|")
    for communes, years in ((10_599, 1), (10_599, 3), (10_599, 10)):
        table = make_observations(communes=communes, years=years)
        seconds, rows = median_seconds(compute_all, table)
        peer, _ = median_seconds(divide_in_pandas, table)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(f"| {len(table):,} | {communes:,} x {years} | {rows:,} | {seconds:.2f} "
              f"| {seconds / len(table) * 1e5:.2f} | {peer:.2f} | {peak:.2f} |")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
