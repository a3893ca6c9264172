"""How fast names become codes and figures move to a new map; prints a markdown table.

Run it with the project's python: `python benchmarks/areas.py`. Names are looked up in a column as
reports have them (each name many times) and in one where every name differs; the peers are a
look-up row by row with `find_area`, a plain dictionary of folded names (which books guesses and
finds no abbreviations) and `difflib` over all names. Carrying forward is measured against a plain
pandas merge and sum, which knows no doubt, no divided communes and no incomplete mergers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from difflib import get_close_matches
from statistics import median

import numpy as np
import pandas as pd

from lthtgn_analysis.areas import find_area, find_areas, read_areas
from lthtgn_analysis.boundaries import carry_forward, read_concordance, split_boundary_effect
from lthtgn_analysis.lettering import fold
from lthtgn_analysis.schema import OBSERVATIONS, arrange

RUNS = 5


def seconds(work: Callable[[], object], *, runs: int = RUNS) -> float:
    """Return the median time of a piece of work, after one run to warm up."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def commune_names() -> pd.DataFrame:
    """Return every commune of 2022 as reports write it, with its district."""
    communes = read_areas(boundaries="2022", level="commune")
    numbered = communes["area_name"].str.contains(r"\d$")
    kinds = communes["kind"].map({"Xã": "xã ", "Phường": "P. ", "Thị trấn": "TT "})
    return communes.assign(name=kinds.mask(numbered, "") + communes["area_name"])


def commune_observations(communes: pd.DataFrame) -> pd.DataFrame:
    """Return three synthetic figures for every commune of 2022."""
    values = np.random.default_rng(1).integers(0, 9, len(communes)).astype(float)
    parts = [
        pd.DataFrame(
            {
                "fact_id": indicator + communes["area"],
                "level": "commune",
                "area": communes["area"],
                "boundaries": "2022",
                "indicator": indicator,
                "low": values,
                "value": values,
                "high": values,
                "qualifier": "exact",
                "unit": unit,
                "as_of": pd.Timestamp("2024-12-31"),
                "scope": "all",
                "source": "S1",
                "status": "synthetic",
            }
        )
        for indicator, unit in (("clubs", "clubs"), ("members", "people"), ("volunteers", "people"))
    ]
    return arrange(pd.concat(parts), OBSERVATIONS)


def main() -> None:
    """Measure and print."""
    communes = commune_names()
    once = communes[["name", "parent"]]
    many = once.sample(500_000, replace=True, random_state=1, ignore_index=True)
    few = once.sample(500, random_state=2)
    options = {"level": "commune", "boundaries": "2022"}
    folded = {
        (parent, fold(name)): area
        for parent, name, area in communes[["parent", "name", "area"]].itertuples(index=False)
    }
    plain_names = [fold(name) for name in communes["name"]]

    rows = []

    def add(task: str, size: int, took: float) -> None:
        rows.append(f"| {task} | {size:,} | {took:.3f} | {size / took:,.0f} |")

    add("find_areas, 500,000 names of 10,599 communes", len(many),
        seconds(lambda: find_areas(many["name"], within=many["parent"], **options)))  # fmt: skip
    add("find_areas, every name differs", len(once),
        seconds(lambda: find_areas(once["name"], within=once["parent"], **options)))  # fmt: skip
    add("peer: find_area row by row", len(few), seconds(lambda: [
        find_area(name, within=parent, **options) for name, parent in few.itertuples(index=False)
    ]))  # fmt: skip
    add("peer: dictionary of folded names, row by row", len(many), seconds(lambda: [
        folded.get((parent, fold(name))) for name, parent in many.itertuples(index=False)
    ], runs=3))  # fmt: skip
    add("peer: difflib over all names", 20, seconds(lambda: [
        get_close_matches(fold(name), plain_names, n=1) for name in few["name"].head(20)
    ], runs=3))  # fmt: skip

    observations = commune_observations(communes)
    links = read_concordance(old="2022", new="2025-07", level="commune").query("share == 1")
    add("carry_forward, 3 figures of all communes, 2022 to 2025-07", len(observations),
        seconds(lambda: carry_forward(observations, to="2025-07")))  # fmt: skip
    key = ["new", "indicator", "scope", "as_of"]

    def merge_and_sum() -> pd.Series:
        linked = observations.merge(links, left_on="area", right_on="old")
        return linked.groupby(key)["value"].sum()

    add("peer: pandas merge and sum", len(observations), seconds(merge_and_sum))
    provinces = read_areas(boundaries="2022", level="province")["area"]
    add("split_boundary_effect, 63 provinces", len(provinces), seconds(
        lambda: split_boundary_effect(area=provinces, covered=[20] * len(provinces),
                                      boundaries="2022", to="2025-07")))  # fmt: skip

    print("| task | rows | seconds (median) | rows a second |")
    print("|---|---:|---:|---:|")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
