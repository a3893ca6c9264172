"""How soon the index of a site can be used: 63 provinces in a headless Chromium.

    python benchmarks/index.py [--runs 5] [--site reports]

Every province of the old map is given synthetic figures at ten dates, so that the index is as full
as it can be. Measured are: the time from the load event until a typed name has been searched and
the result drawn (with the load itself beside it), the time a sort takes, the layout shift from
start to end, and the size. With `--site` the largest page of a built site is told as well. Medians
of `--runs` fresh browser contexts; what a plain list of the same pages takes stands beside it.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

import lthtgn_analysis as lt
from lthtgn_analysis.layout import render_index
from lthtgn_analysis.overview import make_overview
from lthtgn_analysis.printing import find_browser
from lthtgn_analysis.schema import OBSERVATIONS, arrange
from lthtgn_analysis.sitemap import Page

DAY = "2025-06-30"
YEARS = range(2015, 2025)

OBSERVE = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
WHEN_DRAWN = """
(work) => new Promise((done) => {
  work();
  requestAnimationFrame(() => setTimeout(() => done(performance.now())));
})
"""
SEARCH = """() => {
  const box = document.getElementById("query");
  box.value = "thanh hoa";
  box.dispatchEvent(new Event("input"));
}"""
SORT = """() => document.querySelectorAll(".provinces th [role=button]")[1].click()"""
LOADED = """() => {
  const entry = performance.getEntriesByType("navigation")[0];
  return [entry.responseEnd, entry.domContentLoadedEventEnd, entry.loadEventEnd];
}"""


def make_observations() -> pd.DataFrame:
    """Return synthetic figures of all 63 provinces."""
    rows = []
    for number, tile in enumerate(lt.tile_grid("2025-01").itertuples(), start=1):
        for year in YEARS:
            clubs = number * 3 + (year - YEARS[0]) * number % 40
            figures = {"clubs": clubs, "members": clubs * 52, "income_fund_vnd": clubs * 5e7}
            rows += [
                {
                    "fact_id": f"{tile.area}-{year}-{indicator}",
                    "level": "province",
                    "area": tile.area,
                    "area_name": tile.area_name,
                    "boundaries": "2025-01",
                    "indicator": indicator,
                    "low": float(value),
                    "value": float(value),
                    "high": float(value),
                    "qualifier": "exact",
                    "unit": {"clubs": "clubs", "members": "people"}.get(indicator, "VND"),
                    "as_of": pd.Timestamp(year, 12, 31),
                    "scope": "all",
                    "source": "synthetic",
                    "locator": "row 1",
                    "status": "synthetic",
                }
                for indicator, value in figures.items()
            ]
    return arrange(pd.DataFrame(rows), OBSERVATIONS)


def write_indexes(folder: Path) -> tuple[Path, Path]:
    """Write the index, and the same index without its top."""
    overview = make_overview(make_observations(), as_of=DAY, output=folder / "none")
    codes = lt.read_areas(boundaries="2025-01", level="province")
    pages = [
        Page(
            path=f"vi/02-tinh-{area}.html",
            notebook="02-tinh",
            lang="vi",
            parameters={"area": area},
            title=name,
            as_of=DAY,
            status="ok",
        )
        for area, name in zip(codes["area"], codes["area_name"], strict=True)
    ]
    cards = [{"title": p.title, "href": p.path, "as_of": DAY, "status": "ok"} for p in pages]
    paths = []
    for name, top in (("index.html", overview.write(pages, "vi")), ("plain.html", "")):
        html = render_index(
            lang="vi",
            count=len(pages),
            as_of=DAY,
            groups=[{"title": "Theo địa phương", "general": False, "pages": cards}],
            troubled=[],
            extra=top,
            twins=[],
        )
        paths.append(folder / name)
        paths[-1].write_text(html, encoding="utf-8")
    return paths[0], paths[1]


def open_once(browser: Any, path: Path, *, width: int) -> dict[str, float]:
    """Open a page in a fresh context, use it if it can be used, and return milliseconds."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    context.add_init_script(OBSERVE)
    page = context.new_page()
    page.goto(path.as_uri())
    _, parsed, loaded = page.evaluate(LOADED)
    measured = {"parsed": parsed, "load": loaded}
    if page.locator("#query").count():
        for name, work in (("search", SEARCH), ("sort", SORT)):
            start = page.evaluate("performance.now()")
            measured[name] = page.evaluate(f"({WHEN_DRAWN})({work})") - start
    measured["shift"] = page.evaluate("window.shift")
    context.close()
    return measured


def main() -> None:
    """Print a table of medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--site", type=Path)
    options = parser.parse_args()
    program = find_browser()
    if program is None:
        raise SystemExit("benchmarks/index.py needs an installed Chromium, Chrome or Edge.")
    from playwright.sync_api import sync_playwright

    folder = Path(tempfile.mkdtemp())
    try:
        index, plain = write_indexes(folder)
        print("| page | width | size KB | load ms | search ms | sort ms | layout shift |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for path in (index, plain):
                for width in (360, 1280):
                    runs = [open_once(browser, path, width=width) for _ in range(options.runs)]
                    _print_row(path, width, runs)
            browser.close()
    finally:
        shutil.rmtree(folder)
    if options.site:
        largest = max(options.site.resolve().glob("*/*.html"), key=lambda path: path.stat().st_size)
        print(f"\nLargest page of {options.site}: {largest.name}, {largest.stat().st_size:,} bytes")


def _print_row(path: Path, width: int, runs: list[dict[str, float]]) -> None:
    def median(name: str) -> str:
        values = [run[name] for run in runs if name in run]
        return f"{statistics.median(values):.0f}" if values else "-"

    shift = max(run["shift"] for run in runs)
    size = path.stat().st_size / 1000
    print(
        f"| {path.name} | {width} | {size:.0f} | {median('load')} | {median('search')} "
        f"| {median('sort')} | {shift:.3f} |"
    )


if __name__ == "__main__":
    main()
