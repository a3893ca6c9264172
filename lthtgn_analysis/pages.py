"""Notebooks and their parameters in, a published site out: pages, index, manifest, log.

Each page is one notebook with one set of parameters in one language. Only pages whose inputs have
changed are built; a page that fails keeps its last good version, marked with the day since when
it has not been renewed. Everything is built aside and published in one step (see `publish`).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import itertools
import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .cache import Fingerprint, describe_environment
from .downloads import detach_files
from .errors import SiteError
from .journal import Log, Progress, Teller, show_progress
from .kernels import WARM, Ended, Engine, Job, run_jobs
from .layout import mark_stale, render_index, render_page, words
from .lettering import sort_key
from .manifest import (
    differs,
    is_up_to_date,
    read_manifest,
    write_index_key,
    write_manifest,
)
from .memory import find_calls
from .plain import is_plain
from .publish import find_current, find_published, link_or_copy, open_site, publish
from .runner import PAGE_WRITER, inject_parameters
from .sitemap import (
    Page,
    Plan,
    add_key,
    check_languages,
    choose_fingerprint,
    find_build_reasons,
    find_notebooks,
    plan_pages,
)
from .workers import write_json

__all__ = ["Page", "SiteBuild", "build_site", "show_progress"]

_FILE_NAME = re.compile(r"\w[\w-]*(\.[\w-]+)+")
_TAKEN = re.compile(r"(?i)index.*\.html|manifest\.json|build\.log")
_KIND_OF_PLACE = re.compile(r"(?i)^(tỉnh|thành phố)\s+(?=\w)")
_UNITS = ("area", "district")
"""Parameters that name a unit, in the order in which the index lists their pages."""
_FIRST = ("numpy", "pandas", "lthtgn_analysis:*")
_THEN = (*WARM, "lthtgn_analysis.layout:warm")


@dataclass(frozen=True)
class SiteBuild:
    """What came of building a site.

    Parameters
    ----------
    pages : tuple of Page
        All pages, in the order of notebooks, parameter values and languages.
    output, index, manifest, log : Path
        The site's folder, and in it the page to open, the manifest and the log.
    published : bool
        False if nothing had changed, so that the site stayed as it was.
    seconds : float
        Wall time.
    """

    pages: tuple[Page, ...]
    output: Path
    index: Path
    manifest: Path
    log: Path
    published: bool
    seconds: float

    @property
    def failed(self) -> tuple[Page, ...]:
        """The pages that could not be built this time, whether or not an old version stands."""
        return tuple(page for page in self.pages if page.status != "ok")

    @property
    def built(self) -> tuple[Page, ...]:
        """The pages that were built in this run, with or without success."""
        return tuple(page for page in self.pages if page.why)


def build_site(  # noqa: PLR0913 - each option is one decision of a night's build
    notebooks: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    output: str | os.PathLike[str],
    parameters: Mapping[str, Any] | None = None,
    jobs: int = 2,
    lang: Sequence[str] = ("vi",),
    force: bool = False,
    keep: int = 3,
    timeout: float = 600,
    memory: int | None = None,
    engine: Engine = "auto",
    fingerprint: Fingerprint | None = None,
    index: Callable[[tuple[Page, ...], str], str | None] | None = None,
    files: Mapping[str, str] | Callable[[], Mapping[str, str]] | None = None,
    index_key: str | None = None,
    progress: Progress | None = None,
    explain: bool = False,
) -> SiteBuild:
    """Build the pages of notebooks and publish them as one site.

    Parameters
    ----------
    notebooks : path or iterable of path
        A folder of notebooks, one notebook, or several.
    output : path
        The site's folder: new, empty, or a site built before.
    parameters : mapping, optional
        Values for the notebooks' parameters. Each goes to every notebook that assigns it; a list
        or tuple makes one page per value there. One that no notebook assigns is an error.
    jobs : int, default 2
        Notebooks that run at the same time. The pages are the same at any number.
    lang : sequence of {"vi", "en"}
        Languages; the first is the main one. A notebook with a parameter `lang` is built in each,
        any other in the first only.
    force : bool, default False
        Build every page, changed or not.
    keep : int, default 3
        How many builds to keep in ``builds``, at least 1.
    timeout : float, default 600
        Seconds for each notebook.
    memory : int, optional
        Bytes of address space for each notebook (not on Windows).
    engine : {"auto", "fork", "spawn", "kernel"}
        See `lthtgn_analysis.kernels`.
    fingerprint : callable, optional
        ``fingerprint(notebook, parameters) -> str``: changes when what the page reads changes.
        `notebook` is the file's name without its ending; `parameters` are all values, also those
        of the notebook itself. Without it, the files and folders that parameters name are hashed.
    index : callable, optional
        ``index(pages, lang) -> str or None``: HTML to stand at the top of the index.
    files : mapping or callable, optional
        Further files that stand beside the index: name (such as "metrics.csv") and text, or a
        function without arguments that returns them.
    index_key : str, optional
        Changes when what `index` and `files` are made from changes. If it is given, they are not
        called where neither it nor any page has changed: the published ones stay.
    progress : callable, optional
        ``progress(done, total, sentence)``, called when a page is done; see `show_progress`.
    explain : bool, default False
        Put into the sentences why each page is built.

    Returns
    -------
    SiteBuild
        Failing pages are in it, not raised: see its `failed`.

    Raises
    ------
    SiteError
        If there is no notebook, a parameter that none assigns, a folder that is not a site,
        another build at work, or a name in `files` that is no file's or that the site needs.

    Examples
    --------
    >>> import json
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Xin chào"}
    >>> notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    >>> _ = (folder / "chao.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    >>> built = build_site(folder / "chao.ipynb", output=folder / "site")
    >>> [page.title for page in built.pages]
    ['Xin chào']
    """
    started = time.monotonic()
    output = Path(output)
    files = files if callable(files) else _check_names(files or {})
    languages = check_languages(lang)
    plans = plan_pages(find_notebooks(notebooks), parameters or {}, languages)
    output.parent.mkdir(parents=True, exist_ok=True)
    with _stoppable(), open_site(output) as aside:
        log = Log(output / "build.log")
        site, work = aside / "site", aside / "work"
        site.mkdir()
        old = read_manifest(output)
        environment = describe_environment()
        hash_data = choose_fingerprint(fingerprint)
        plans = [add_key(plan, environment, hash_data) for plan in plans]
        pages, wanted = _sort_out(plans, old, output, force=force)
        index_key = write_index_key(index_key, plans, languages)
        log.write("start", pages=len(plans), to_build=len(wanted), jobs=jobs, force=force)
        published = bool(wanted) or force or not is_up_to_date(output, index_key)
        if published:
            for page in pages.values():
                _keep_file(page, output, site)
            tell = Teller(progress, len(wanted), log, explain=explain)
            for number, page in _build(
                wanted,
                site=site,
                work=work,
                output=output,
                jobs=jobs,
                timeout=timeout,
                memory=memory,
                engine=engine,
                say=lambda sentence: log.write("note", text=sentence),
            ):
                pages[number] = page
                tell(page)
            result = tuple(pages[number] for number in range(len(plans)))
            _write_indexes(result, site, languages, index)
            for name, text in (_check_names(files()) if callable(files) else files).items():
                (site / name).write_text(text, encoding="utf-8")
            published = force or differs(result, old, site, output)
        result = tuple(pages[number] for number in range(len(plans)))
        if published:
            write_manifest(
                site,
                result,
                environment=environment,
                index_key=index_key,
                built_on=_today(),
                seconds=round(time.monotonic() - started, 3),
                jobs=jobs,
                engine=engine,
            )
            publish(output, site, keep=keep)
        seconds = time.monotonic() - started
        failed = sum(page.status != "ok" for page in result)
        log.write("end", published=published, failed=failed, seconds=round(seconds, 3))
    return SiteBuild(
        pages=result,
        output=output,
        index=output / "index.html",
        manifest=output / "manifest.json",
        log=output / "build.log",
        published=published,
        seconds=seconds,
    )


def _sort_out(
    plans: Sequence[Plan], old: Mapping[str, Page], output: Path, *, force: bool
) -> tuple[dict[int, Page], list[tuple[int, Plan]]]:
    """Return the pages that can be kept and the plans to build, under their numbers."""
    kept, wanted = {}, []
    for number, plan in enumerate(plans):
        before = old.get(plan.page.path or "")
        reasons = find_build_reasons(plan, before, output, force=force)
        if reasons or before is None:
            wanted.append((number, replace(plan, before=before, why=tuple(reasons))))
        else:
            kept[number] = replace(before, why=(), parameters=plan.page.parameters)
    return kept, wanted


def _keep_file(page: Page, output: Path, site: Path) -> None:
    published = find_published(output, page.path)
    assert published is not None
    assert page.path is not None
    target = site / page.path
    target.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(published, target)
    _keep_downloads(published, target)


def _keep_downloads(published: Path, target: Path) -> None:
    """Keep the files of a page's tables, which stand in a folder beside it, under its name."""
    for file in published.with_suffix("").glob("*"):
        target.with_suffix("").mkdir(parents=True, exist_ok=True)
        link_or_copy(file, target.with_suffix("") / file.name)


def _build(
    wanted: Sequence[tuple[int, Plan]],
    *,
    site: Path,
    work: Path,
    output: Path,
    jobs: int,
    timeout: float,
    memory: int | None,
    engine: Engine,
    say: Callable[[str], None],
) -> Iterator[tuple[int, Page]]:
    """Build the wanted pages into `site`, and yield each, under its number, as it is done."""
    good = {number: plan for number, plan in wanted if plan.problem is None}
    for number, plan in wanted:
        if plan.problem is not None:
            error = {
                "cell": None,
                "source": "",
                "name": "NotebookError",
                "message": "",
                "traceback": plan.problem,
            }
            ended = Ended(str(number), 0.0, error, (), None)
            yield number, _settle_page(plan, ended, site, output, None)
    if not good:
        return

    def notebook_of(plan: Plan) -> dict[str, Any]:
        return inject_parameters(plan.notebook or {}, plan.page.parameters, path=plan.source)

    def folder_of(plan: Plan) -> Path:
        return plan.source.resolve().parent

    made = work / "pages"
    made.mkdir(parents=True)

    def job_of(number: int) -> Job:
        plan = good[number]
        return Job(
            name=str(number),
            notebook=notebook_of(plan),
            folder=folder_of(plan),
            timeout=timeout,
            memory=memory,
            finish=PAGE_WRITER,
            options={
                "html": str((made / f"{number}.html").resolve()),
                "lang": plan.page.lang,
                "name": plan.source.name,
                "index_href": "../index.html",
                "twins": list(plan.twins),
            },
        )

    queue = (
        replace(job_of(first), then=job_of(second)) if second is not None else job_of(first)
        for first, second in _pair_twins(good)
    )
    request = work.resolve() / "calls.json"
    calls = find_calls((notebook_of(plan), folder_of(plan)) for plan in good.values())
    write_json(request, {"calls": calls, "at_once": jobs})
    begin, finish = (f"lthtgn_analysis.workers:{step}_sharing" for step in ("begin", "finish"))
    runs = run_jobs(
        queue,
        work=(work / "jobs").resolve(),
        engine=engine,
        at_once=jobs,
        warm=(*_FIRST, f"{begin}:{request}", *_THEN, finish),
        say=say,
    )
    with contextlib.closing(runs):
        for ended in runs:
            number = int(ended.name)
            file = made / f"{number}.html"
            page = _settle_page(good[number], ended, site, output, file if file.exists() else None)
            file.unlink(missing_ok=True)
            yield number, page


def _pair_twins(plans: Mapping[int, Plan]) -> Iterator[tuple[int, int | None]]:
    """Yield the numbers of pages, each with that of the twin which the same process can make.

    A notebook of one page usually shows the whole country: it is begun early, lest at the end one
    process works and the others wait.
    """
    pages: dict[tuple[Path, str], list[int]] = {}
    for number, plan in plans.items():
        given = {name: str(v) for name, v in plan.page.parameters.items() if name != "lang"}
        pages.setdefault((plan.source, str(given)), []).append(number)
    of_notebook = Counter(source for source, _ in pages)
    plain = {plan.source for plan in plans.values() if plan.notebook and is_plain(plan.notebook)}
    for source, values in sorted(pages, key=lambda page: of_notebook[page[0]] > 1):
        numbers = pages[source, values]
        if len(numbers) == 2 and source in plain:
            yield numbers[0], numbers[1]
        else:
            yield from ((number, None) for number in numbers)


def _settle_page(plan: Plan, ended: Ended, site: Path, output: Path, file: Path | None) -> Page:
    """Put what came of a page where it belongs: itself, or its last good version and its error."""
    finished = ended.finished or {}
    page = replace(
        plan.page,
        title=finished.get("title") or plan.page.title,
        as_of=finished.get("as_of"),
        why=plan.why,
        seconds=round(ended.seconds, 3),
        error=ended.error,
        warnings=ended.warnings,
        undescribed=finished.get("without_alt", 0),
    )
    if page.path is None:
        return page
    content = file.read_bytes() if file else _render_error_page(plan, ended)
    if ended.error is None:
        return _put(replace(page, status="ok", built_on=_today(), key=plan.key), content, site)
    before, current = plan.before, find_current(output)
    last_good = current / before.path if current and before and before.path else None
    if before is None or before.status == "failed" or not last_good or not last_good.is_file():
        return _put(page, content, site)
    error_path = page.path.removesuffix(".html") + ".error.html"
    (site / error_path).parent.mkdir(parents=True, exist_ok=True)
    (site / error_path).write_bytes(content)
    marked = mark_stale(
        last_good.read_text(encoding="utf-8"),
        since=before.built_on or "",
        error_href=Path(error_path).name,
        lang=page.lang,
    )
    stale = replace(
        page,
        title=before.title,
        as_of=before.as_of,
        status="stale",
        built_on=before.built_on,
        error_path=error_path,
    )
    _keep_downloads(last_good, site / page.path)
    return _put(stale, marked.encode(), site)


def _put(page: Page, content: bytes, site: Path) -> Page:
    target = site / (page.path or "")
    text, files = detach_files(content.decode(), folder=target.stem)
    content = text.encode()
    (target.with_suffix("") if files else target.parent).mkdir(parents=True, exist_ok=True)
    for name, held in files.items():
        (target.with_suffix("") / name).write_bytes(held)
    target.write_bytes(content)
    return replace(page, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _render_error_page(plan: Plan, ended: Ended) -> bytes:
    """Make the page of a notebook that could not even leave its error in one."""
    rendered = render_page(
        {"cells": [], "metadata": {}},
        error=ended.error,
        lang=plan.page.lang,
        name=plan.source.name,
        index_href="../index.html",
        twins=plan.twins,
    )
    return str(rendered["html"]).encode()


def _write_indexes(
    pages: tuple[Page, ...],
    site: Path,
    languages: tuple[str, ...],
    index: Callable[[tuple[Page, ...], str], str | None] | None,
) -> None:
    names = {
        lang: "index.html" if number == 0 else f"index.{lang}.html"
        for number, lang in enumerate(languages)
    }
    for lang, name in names.items():
        listed = [page for page in pages if page.lang == lang] or list(pages)
        text = render_index(
            lang=lang,
            count=len(listed),
            as_of=max((page.as_of for page in listed if page.as_of), default=None),
            groups=_group(listed, lang),
            troubled=[
                {
                    "title": page.title,
                    "href": page.path,
                    "error_href": page.error_path,
                    "since": page.built_on,
                }
                for page in listed
                if page.status != "ok"
            ],
            extra=(index(pages, lang) or "") if index else "",
            twins=[{"lang": other, "href": names[other]} for other in names if other != lang],
        )
        (site / name).write_text(text, encoding="utf-8")


def _group(pages: Sequence[Page], lang: str) -> list[dict[str, Any]]:
    """Return the pages of one notebook together; notebooks of one page each come first."""
    word = words(lang)
    by_notebook: dict[str, list[Page]] = {}
    for page in pages:
        by_notebook.setdefault(page.notebook, []).append(page)
    single = [page for group in by_notebook.values() if len(group) == 1 for page in group]
    groups = [(word["general"], single)] if single else []
    lists = []
    for group in by_notebook.values():
        if len(group) > 1:
            varied = [name for name in group[0].parameters if _varies(group, name)]
            kind = varied[0] if len(varied) == 1 and varied[0] in _UNITS else ""
            named = sorted(_shorten_titles(group, of=kind), key=_place_of_title)
            title = (
                word[f"by_{kind}"]
                if kind
                else _find_shared_words(group).rstrip(" :,;–-") or word["other_pages"]
            )
            lists.append((kind, title, named))
    lists.sort(key=lambda item: _UNITS.index(item[0]) if item[0] else len(_UNITS))
    groups += [(title, named) for _, title, named in lists]
    return [
        {
            "title": title,
            "general": title == word["general"],
            "pages": [
                {"title": p.title, "href": p.path, "as_of": p.as_of, "status": p.status}
                for p in group
            ],
        }
        for title, group in groups
    ]


def _varies(pages: Sequence[Page], name: str) -> bool:
    return len({str(page.parameters.get(name)) for page in pages}) > 1


def _place_of_title(page: Page) -> Any:
    """Return what sorts a title: a unit inside a province stands with the others of it."""
    return sort_key(", ".join(reversed(page.title.split(", "))))


def _shorten_titles(pages: Sequence[Page], *, of: str = "area") -> list[Page]:
    """Leave out the words with which all titles of a list begin, and the kind of a province."""
    shared = _find_shared_words(pages)
    head = f"{shared} " if shared else ""
    named = [page.title.removeprefix(head) for page in pages]
    short = [_KIND_OF_PLACE.sub("", name, count=1) for name in named]
    if of != "area" or len(set(short)) < len(short):
        short = named
    return [
        replace(page, title=title[:1].upper() + title[1:])
        for page, title in zip(pages, short, strict=True)
    ]


def _find_shared_words(pages: Sequence[Page]) -> str:
    """Return the words with which all titles of a list begin; the last word is never among them."""
    titles = [page.title.split() for page in pages if page.status != "failed"]
    columns = zip(*(title[:-1] for title in titles), strict=False) if len(titles) > 1 else ()
    same = itertools.takewhile(lambda column: len(set(column)) == 1, columns)
    return " ".join(column[0] for column in same)


def _check_names(files: Mapping[str, str]) -> Mapping[str, str]:
    bad = [name for name in files if not _FILE_NAME.fullmatch(name) or _TAKEN.fullmatch(name)]
    if bad:
        raise SiteError(
            "`files` must have plain names of files, with an ending, that the site does not need "
            f"itself; found {', '.join(map(repr, bad))}.\n"
            "  hint: use a name such as 'metrics.csv'."
        )
    return files


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """Let SIGTERM end a build as Ctrl-C does: with everything cleaned up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _today() -> str:
    """Return the day in ISO form; SOURCE_DATE_EPOCH can fix it, as in other build tools."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    return (dt.datetime.fromtimestamp(int(fixed), dt.UTC) if fixed else _now()).date().isoformat()
