"""The package as a whole: its import order, its light import, its public names."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys

import pytest

import lthtgn_analysis as lt

# One order for all modules, that of the flow of data: each imports only what stands before it.
ORDER = """
    errors memory schema lettering numerals grammar catalogue reading notation dates placenames
    areas indicators concordance boundaries passages records wording headers markup finders lexicon
    phrases excerpts letterheads gazetteer placewords mentions moments windows rules denials cells
    contexts funds headcounts club_counts shares place_counts layout_files candidates meanings
    sections whereabouts sources
    workbooks sheet_tables columns forms grids paragraphs rows texts documents layouts intake facts
    workbook_figures findings tidy figure_checks report_checks series_checks source_checks
    checks trust registers standards engines measures rollup ledgers tallies clubs formulas
    inputs spans parts plans stand_ins comparisons ranks metrics overrides targets methods pace
    progress standings evidence changes scenarios drawing marks trends tilemap plots display
    tables citations sentences figures shell bylaws coverage fund_means intervals stories
    story_plots story_tables register_stories exports downloads workers kernels plain runner
    layout cache publish sitemap manifest journal pages history profiles completeness overview
    disclosure page_rows letters
    printing review cli
"""
RANK = {name: rank for rank, name in enumerate(ORDER.split())}
PAGE_MAKERS = {
    "memory", "figures", "shell", "downloads", "workers", "kernels", "plain", "runner", "layout",
    "cache", "publish", "sitemap", "manifest", "journal", "pages",
}  # fmt: skip
STATISTICS = {
    "sources", "workbooks", "documents", "tidy", "checks", "rollup", "clubs", "metrics", "targets",
    "progress", "evidence", "scenarios", "plots", "tables", "sentences", "letters",
}  # fmt: skip
HEAVY = {"matplotlib", "seaborn", "nbclient", "nbconvert", "great_tables", "duckdb", "polars"}


def imported_modules(path):
    """Yield the package's own modules that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (name for name in names if name != "__version__")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "lthtgn_analysis."
        ):
            yield node.module.split(".")[1]


def test_imports_point_down_only(root):
    for path in (root / "lthtgn_analysis").glob("[!_]*.py"):
        for name in imported_modules(path):
            assert RANK[name] < RANK[path.stem], f"{path.name} imports {name}"


def test_page_makers_know_no_statistics(root):
    for path in (root / "lthtgn_analysis").glob("[!_]*.py"):
        if path.stem in PAGE_MAKERS:
            assert not STATISTICS & set(imported_modules(path)), path.name


def test_metrics_and_progress_read_no_files_clocks_or_settings(root):
    for stem in ("metrics", "progress"):
        tree = ast.parse((root / "lthtgn_analysis" / f"{stem}.py").read_text(encoding="utf-8"))
        called = {
            node.attr if isinstance(node, ast.Attribute) else node.id
            for node in ast.walk(tree)
            if isinstance(node, (ast.Attribute, ast.Name))
        }
        assert not called & {"open", "read_csv", "now", "today", "environ", "getenv", "Path"}


def test_import_is_light():
    code = f"import sys, lthtgn_analysis; print(sorted({HEAVY!r} & set(sys.modules)))"
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert printed.strip() == "[]"


def test_all_is_sorted_and_every_name_is_there():
    assert sorted(lt.__all__) == lt.__all__
    for name in lt.__all__:
        assert getattr(lt, name) is not None


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="module 'lthtgn_analysis' has no attribute 'clubz'"):
        _ = lt.clubz


@pytest.mark.parametrize("name", [name for name in lt.__all__ if not name.isupper()])
def test_every_public_name_is_documented(name):
    thing = getattr(lt, name)
    text = inspect.getdoc(thing) or ""
    assert text, name
    if inspect.isfunction(thing):
        assert "Examples\n--------" in text, name
        assert "Returns\n-------" in text or thing.__annotations__.get("return") == "None", name
        if inspect.signature(thing).parameters:
            assert "Parameters\n----------" in text, name
