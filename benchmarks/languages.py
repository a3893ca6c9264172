"""What a site in two languages costs against one in Vietnamese alone.

    python benchmarks/languages.py [--runs 2]

All notebooks are built from the sample, two jobs, from the cold start of the command to its exit;
the two take turns. Prints the median wall and processor seconds of each and their ratio. The bar is
1.7.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("vi", "vi,en")


def build(languages: str) -> tuple[float, float]:
    """Build the whole site anew; return wall and processor seconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "lthtgn_analysis", "site", str(ROOT / "notebooks")]
        command += ["--output", f"{folder}/site", "--lang", languages, "--jobs", "2"]
        command += ["--parameter", "as_of", "2025-12-31"]
        before, start = os.times(), time.perf_counter()
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
        wall, after = time.perf_counter() - start, os.times()
    worked = after.children_user + after.children_system
    return wall, worked - before.children_user - before.children_system


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=2)
    runs = parser.parse_args().runs
    turns = [{languages: build(languages) for languages in LANGUAGES} for _ in range(runs)]
    print("| languages | wall, s | processor, s |\n|---|---:|---:|")
    medians = {
        languages: [statistics.median(turn[languages][kind] for turn in turns) for kind in (0, 1)]
        for languages in LANGUAGES
    }
    for languages, (wall, worked) in medians.items():
        print(f"| {languages} | {wall:.1f} | {worked:.1f} |")
    wall, worked = (medians["vi,en"][kind] / medians["vi"][kind] for kind in (0, 1))
    print(f"| two / one | {wall:.2f} | {worked:.2f} |")


if __name__ == "__main__":
    main()
