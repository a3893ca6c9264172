"""Write docs/modules.md: which module holds what; with --check, fail if stale.

The rooms below and the first paragraph of each module's docstring come in, one page goes out. A
module that stands in no room, or a room's module that is gone, is an error.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "modules.md"
ROOMS = {
    "Ground: errors and tables": "errors memory schema intake",
    "Figures, dates and letters as printed": """
        lettering numerals grammar catalogue reading notation dates
    """,
    "Places and maps": "placenames areas concordance boundaries coverage",
    "What is reported and computed": "indicators",
    "Workbooks and other sources": """
        sources workbooks records markup cells layout_files letterheads headers sheet_tables columns
        forms rows layouts workbook_figures
    """,
    "Prose": """
        texts passages finders lexicon phrases gazetteer placewords mentions moments windows rules
        denials contexts sections funds headcounts club_counts shares place_counts meanings
        grids whereabouts paragraphs candidates documents review
    """,
    "From cells to tables": "tidy",
    "Checks": """
        facts findings figure_checks report_checks series_checks source_checks checks letters
        completeness
    """,
    "One figure per place and day": "trust rollup intervals",
    "Club registers and ledgers": """
        registers standards engines ledgers measures tallies clubs bylaws disclosure
    """,
    "Metrics, and why a number is what it is": """
        inputs formulas spans parts plans stand_ins comparisons ranks metrics fund_means evidence
        changes
    """,
    "Targets, progress, scenarios": "overrides targets methods pace progress standings scenarios",
    "Plots": "drawing marks trends tilemap plots story_plots",
    "Tables": "wording display tables story_tables citations exports downloads",
    "Sentences on pages": "excerpts sentences stories register_stories profiles history overview",
    "Running notebooks": "shell workers kernels plain runner",
    "Pages and the site": (
        "figures layout cache page_rows publish sitemap manifest journal pages printing"
    ),
    "The command line": "cli",
}


def main(arguments: list[str]) -> int:
    """Write the page, or compare it with what would be written."""
    text = write_page()
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print("stale: docs/modules.md; run `python examples/build_module_docs.py`", file=sys.stderr)
    return 1


def write_page() -> str:
    """Return the page as Markdown."""
    files = {path.stem: path for path in (ROOT / "lthtgn_analysis").glob("[!_]*.py")}
    placed = [name for names in ROOMS.values() for name in names.split()]
    if wrong := sorted(set(placed) ^ set(files)) or [n for n in files if placed.count(n) > 1]:
        raise SystemExit(f"Each module must stand in exactly one room of ROOMS; found: {wrong}.")
    lines = [
        "# Where things are",
        "",
        "Made by `examples/build_module_docs.py`. Data flows from the top of this page to its end; "
        "`tests/test_api.py` holds the order of imports.",
    ]
    for room, names in ROOMS.items():
        lines += ["", f"## {room}", "", "| module | what comes in, what goes out |", "|---|---|"]
        lines += [f"| `{name}` | {_purpose(files[name])} |" for name in names.split()]
    return "\n".join(lines) + "\n"


def _purpose(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(docstring.split("\n\n")[0].split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
