"""What happens to a build's pages in, lines for people and for machines out.

``build.log`` has one JSON object a line; a terminal gets a bar, any other stream plain lines.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from .sitemap import Page

Progress = Callable[[int, int, str], None]

LOG_LINES = 20_000
"""Lines of earlier builds that stay in ``build.log``."""


@contextlib.contextmanager
def show_progress(stream: TextIO | None = None) -> Iterator[Progress]:
    """Show the progress of a build: a bar with the remaining time, or plain lines in a log.

    Parameters
    ----------
    stream : text file, optional
        Standard error unless given. A terminal gets the bar.

    Yields
    ------
    callable
        For `build_site`'s `progress`.

    Examples
    --------
    >>> with show_progress(sys.stdout) as progress:
    ...     progress(1, 2, "vi/01-toan-quoc.html: ok, 0.4 s")
    [1/2] vi/01-toan-quoc.html: ok, 0.4 s
    """
    stream = stream or sys.stderr
    if not stream.isatty():
        yield lambda done, total, sentence: print(
            f"[{done}/{total}] {sentence}", file=stream, flush=True
        )
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Bar(*columns, console=Console(file=stream)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, sentence: bar.update(
            task, completed=done, total=total, description=sentence
        )


class Log:
    """``build.log``: one JSON object a line, written at once so that a killed build leaves it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
            if len(lines) > LOG_LINES:
                path.write_text("".join(lines[-LOG_LINES:]), encoding="utf-8")

    def write(self, event: str, **facts: object) -> None:
        """Add one line: the time, the event and its facts."""
        line = {
            "time": dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds"),
            "event": event,
            **facts,
        }
        with self._path.open("a", encoding="utf-8", errors="replace") as log:
            log.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


class Teller:
    """Tells the log and the watcher of each page that is done."""

    def __init__(self, progress: Progress | None, total: int, log: Log, *, explain: bool) -> None:
        self._progress, self._total, self._log = progress, total, log
        self._explain, self._done = explain, 0

    def __call__(self, page: Page) -> None:
        """Tell of one page."""
        self._done += 1
        name = page.path or page.title
        for text in page.warnings:
            self._log.write("warning", page=name, text=text)
        if page.undescribed:
            self._log.write("undescribed_pictures", page=name, count=page.undescribed)
        self._log.write(
            "page",
            page=name,
            status=page.status,
            seconds=page.seconds,
            why=page.why,
            **({"error": page.error} if page.error else {}),
        )
        if self._progress is not None:
            why = f" ({'; '.join(page.why)})" if self._explain else ""
            self._progress(
                self._done, self._total, f"{name}: {page.status}, {page.seconds:.1f} s{why}"
            )
