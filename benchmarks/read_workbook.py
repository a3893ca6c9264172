"""Read a large workbook, against the calamine engine reading the same cells.

    python benchmarks/read_workbook.py [ROWS]

Prints a markdown table: the median of three runs of each. The bar is twice pandas' engine
"calamine"; the bare engine, which gives lists of cells, is shown beside it.
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
import xlsxwriter
from python_calamine import CalamineWorkbook

import lthtgn_analysis as lt
from lthtgn_analysis.tidy import read_workbook

RUNS = 3
HEADINGS = (
    "STT", "Xã, phường", "Mã CLB", "Tên CLB", "Ngày thành lập", "Số thành viên", "Nữ",
    "NCT (từ 60 tuổi)", "Hộ nghèo, cận nghèo", "Quỹ TTN (triệu đồng)", "Số người vay", "Ghi chú",
)  # fmt: skip


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "so-theo-doi.xlsx"
        write(path, count)
        figures = len(read_workbook(path))
        bare = measure(lambda: CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python())
        peer = measure(lambda: pd.read_excel(path, engine="calamine", header=None))
        ours = measure(lambda: read_workbook(path))
    print(f"{count:,} rows of {len(HEADINGS)} cells, {figures:,} figures\n")
    print("| reader | seconds | times pandas |")
    print("|---|---|---|")
    print(f"| python-calamine, lists of cells | {bare:.2f} | {bare / peer:.1f} |")
    print(f"| pandas.read_excel(engine='calamine') | {peer:.2f} | 1.0 |")
    print(f"| read_workbook | {ours:.2f} | {ours / peer:.1f} |")


def write(path: Path, count: int) -> None:
    """Write a register of clubs as a province may keep it, every figure made up."""
    random = np.random.default_rng(20240101)
    communes = lt.read_areas(boundaries="2025-07", level="commune")
    names = communes.loc[communes["parent"].eq("38"), ["kind", "area_name"]].agg(" ".join, axis=1)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("Danh sách")
    sheet.write(0, 0, "HỘI NGƯỜI CAO TUỔI TỈNH THANH HÓA")
    sheet.write(1, 0, "SỔ THEO DÕI CLB LIÊN THẾ HỆ TỰ GIÚP NHAU (đến 31/12/2025; số liệu giả định)")
    sheet.write_row(3, 0, HEADINGS)
    counts = random.integers(5, 90, (count, 5))
    funds = random.uniform(20, 200, count).round(1)
    for number in range(count):
        day = f"{1 + number % 28:02}/{1 + number % 12:02}/{2008 + number % 17}"
        place = names.iloc[number % len(names)]
        row = [number + 1, place, f"TH{number:05}", f"CLB thôn {number % 30}", day]
        sheet.write_row(4 + number, 0, [*row, *counts[number, :4], funds[number]])
        sheet.write_number(4 + number, 10, counts[number, 4])
    book.close()


def measure(read: Callable[[], object]) -> float:
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
