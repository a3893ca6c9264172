"""Read 1,000,000 observations, against pandas.read_csv of the same file.

    python benchmarks/read_observations.py [ROWS]

Prints a markdown table: the median of five runs of each, by turns, and their ratio.
The bar is 3.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import lthtgn_analysis as lt

RUNS = 5


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "observations.csv"
        write(path, count)
        size = path.stat().st_size / 2**20
        peer, ours = measure(lambda: pd.read_csv(path), lambda: lt.read_observations(path))
    print(f"{count:,} rows, {size:.0f} MiB\n")
    print("| reader | seconds | times pandas |")
    print("|---|---|---|")
    print(f"| pandas.read_csv | {peer:.2f} | 1.0 |")
    print(f"| read_observations | {ours:.2f} | {ours / peer:.1f} |")


def write(path: Path, count: int) -> None:
    """Write rows of all communes as a nightly export has them: many sources, dates and hedges."""
    random = np.random.default_rng(20240101)
    areas = lt.read_areas(boundaries="2022", level="commune")
    place = random.integers(0, len(areas), count)
    indicator = random.choice(["clubs", "members", "women_members", "income_fund_vnd"], count)
    hedge = random.choice(["exact"] * 8 + ["at_least", "about"], count)
    value = random.integers(1, 5000, count)
    # What reports hedge they round: "trên 2.300".
    value = np.where(hedge == "exact", value, np.ceil(value / 100) * 100).astype(int)
    units = {"clubs": "clubs", "income_fund_vnd": "VND"}
    frame = pd.DataFrame(
        {
            "fact_id": [f"B{number:07}" for number in range(count)],
            "level": "commune",
            "area": areas["area"].to_numpy()[place],
            "area_name": areas["area_name"].to_numpy()[place],
            "boundaries": "2022",
            "indicator": indicator,
            "low": "",
            "value": value,
            "high": "",
            "qualifier": hedge,
            "unit": [units.get(name, "people") for name in indicator],
            "start": "",
            "as_of": random.choice(pd.date_range("2016-12-31", "2024-12-31", freq="ME"), count),
            "published": "",
            "scope": "all",
            "source": [f"report-{number}" for number in random.integers(0, 2000, count)],
            "locator": [f"row {number + 2}" for number in range(count)],
            "status": "synthetic",
            "note": "",
        }
    )
    frame.to_csv(path, index=False, date_format="%Y-%m-%d")


def measure(*readers: Callable[[], object]) -> list[float]:
    """Return the median seconds of each reader; they take turns, for the machine is never even."""
    seconds: list[list[float]] = [[] for _ in readers]
    for _ in range(RUNS):
        for read, spent in zip(readers, seconds, strict=True):
            start = time.perf_counter()
            read()
            spent.append(time.perf_counter() - start)
    return [statistics.median(spent) for spent in seconds]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
