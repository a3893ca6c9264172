"""Pages of a site in, the same pages on A4 as PDF out, through an installed Chromium.

Running header, page numbers and breaks come from the pages' own print stylesheet; the browser
(131 or newer draws the margins' text) adds nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .errors import SiteError

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
)  # fmt: skip
"""Names under which a browser of the Chromium family may be installed."""

_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_SECONDS = 120


def find_browser() -> str | None:
    """Return the program of an installed Chromium, Chrome or Edge, or None.

    Examples
    --------
    >>> found = find_browser()
    >>> found is None or Path(found).exists()
    True
    """
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def print_pages(
    output: str | os.PathLike[str],
    paths: Iterable[str],
    *,
    browser: str,
    jobs: int = 2,
) -> list[Path]:
    """Print pages of a site into its folder ``pdf``; those that have not changed are kept.

    Parameters
    ----------
    output : path
        The site's folder.
    paths : iterable of str
        Where the pages lie in it, such as ``vi/02-tinh-38.html``.
    browser : str
        The program (`find_browser`).
    jobs : int, default 2
        Pages that are printed at the same time.

    Returns
    -------
    list of Path
        The PDF of each page, in the order of `paths`. A PDF of a page that is no longer among them
        is removed.

    Raises
    ------
    SiteError
        If pages could not be printed, naming all of them; the others are printed.

    Examples
    --------
    >>> print_pages("no such folder", [], browser="chromium")
    []
    """
    site = Path(output)
    pairs = [(site / path, site / "pdf" / Path(path).with_suffix(".pdf")) for path in paths]
    targets = [target for _, target in pairs]
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    for old in (site / "pdf").rglob("*.pdf"):
        if old not in targets:
            old.unlink()
    stale = [(page, target) for page, target in pairs if not _is_newer(target, page)]
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        problems = list(pool.map(lambda pair: _print_page(*pair, browser=browser), stale))
    bad = [problem for problem in problems if problem]
    if bad:
        raise SiteError(
            f"{len(bad)} of {len(pairs)} pages could not be printed by {browser}:\n  "
            + "\n  ".join(bad)
            + "\n  hint: open one of them in that browser and print it by hand."
        )
    return targets


def _is_newer(target: Path, page: Path) -> bool:
    return target.is_file() and target.stat().st_mtime >= page.stat().st_mtime


def _print_page(page: Path, target: Path, *, browser: str) -> str | None:
    """Print one page; return what went wrong. Each browser has a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "page.pdf"
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={Path(folder) / 'profile'}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={made}",
            page.resolve().as_uri(),
        ]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to start as root otherwise
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{page}: {error}"
        if not made.is_file():
            last = (done.stderr.strip() or "it wrote no file and said nothing").splitlines()[-1]
            return f"{page}: {last}"
        new = target.with_suffix(".new")
        shutil.copyfile(made, new)
        new.replace(target)
    return None
