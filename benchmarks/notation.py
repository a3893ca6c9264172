"""How many printed figures a second `parse_figures` reads, beside reading each cell by itself.

Run it with the project's python: ``python benchmarks/notation.py``. The columns are drawn from a
fixed seed. *Repeating* has 2,000 different texts in a million cells, as columns of reports have;
*all different* is the worst case. The peer is what one writes by hand with pandas: a regular
expression that takes the digits out, and `to_numeric`. It reads no hedges, ranges, scales or units
and raises for nothing, so it shows the price of reading, not another way to the same result.
"""

import random
import statistics
import time
from collections.abc import Callable

import pandas as pd

from lthtgn_analysis.notation import add_bounds, parse_figure, parse_figures

REPEATS = 3
HEDGES = ("", "", "", "trên ", "gần ", "khoảng ", "ít nhất ")
UNITS = (" người", " CLB", " triệu đồng", " tỉ đồng", " xã")


def printed_texts(count: int, *, seed: int) -> list[str]:
    draw = random.Random(seed)
    texts: dict[str, None] = {}
    while len(texts) < count:
        number = f"{draw.randrange(1, 999_999):,}".replace(",", ".")
        texts[draw.choice(HEDGES) + number + draw.choice(UNITS)] = None
    return list(texts)


def column_of(texts: list[str], cells: int, *, seed: int) -> pd.Series:
    draw = random.Random(seed)
    return pd.Series(draw.choices(texts, k=cells), dtype="str")


def by_hand(column: pd.Series) -> pd.Series:
    digits = column.str.extract(r"([\d.]+)", expand=False).str.replace(".", "", regex=False)
    return pd.to_numeric(digits)


def median_seconds(run: Callable[[], object]) -> float:
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    repeating = column_of(printed_texts(2_000, seed=1), 1_000_000, seed=2)
    different = pd.Series(printed_texts(20_000, seed=3), dtype="str")
    observations = pd.DataFrame(
        {"value": parse_figures(repeating)["value"], "qualifier": "nearly", "unit": "people"}
    )
    runs = (
        ("parse_figures", "repeating", repeating, parse_figures),
        ("regular expression + to_numeric", "repeating", repeating, by_hand),
        ("parse_figures", "all different", different, parse_figures),
        ("parse_figure, cell by cell", "all different", different, lambda c: c.map(parse_figure)),
        ("regular expression + to_numeric", "all different", different, by_hand),
        ("add_bounds", "repeating", observations, add_bounds),
    )
    print("| what | column | rows | median seconds | rows a second |")
    print("|---|---|---:|---:|---:|")
    for name, kind, data, function in runs:
        seconds = median_seconds(lambda function=function, data=data: function(data))
        print(f"| {name} | {kind} | {len(data):,} | {seconds:.3f} | {len(data) / seconds:,.0f} |")


if __name__ == "__main__":
    main()
