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
import json
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

from lthtgn_analysis.cache import (
    Fingerprint,
    describe_environment,
    find_reasons,
    hash_notebook,
    hash_path,
    hash_read_files,
    hash_text,
)
from lthtgn_analysis.errors import NotebookError, SiteError
from lthtgn_analysis.kernels import WARM, Ended, Engine, Job, run_jobs
from lthtgn_analysis.layout import (
    LANGUAGES,
    make_anchor,
    mark_stale,
    render_index,
    render_page,
    words,
)
from lthtgn_analysis.publish import find_current, link_or_copy, open_site, publish
from lthtgn_analysis.runner import (
    PAGE_WRITER,
    inject_parameters,
    parameter_values,
    parameters_of,
    path_from,
    read_notebook,
    suggest,
)

Progress = Callable[[int, int, str], None]

LOG_LINES = 20_000
"""Lines of earlier builds that stay in ``build.log``."""

_PRELOADED = (*WARM, "lthtgn_analysis.layout:warm", "lthtgn_analysis:*")


@dataclass(frozen=True)
class Page:
    """One page of a site.

    Parameters
    ----------
    path : str or None
        Where it lies in the site, with forward slashes; None if it can have no file.
    notebook, lang, parameters
        What it was built from: the notebook's name without its ending, the language, the values
        given to it.
    title : str
        Its first heading; without one, the notebook's name.
    as_of : str or None
        ISO date of its figures: the notebook's parameter `as_of`.
    status : str
        ``ok``; ``stale`` (the last good version stands, a later build failed); ``failed``.
    built_on : str or None
        ISO day on which what stands there was built.
    why : tuple of str
        Why it was built in this run; empty if it was kept.
    seconds : float
        Time that its last build took.
    error : dict or None
        What ended its notebook early; see `runner.NotebookRun`.
    error_path : str or None
        Where a reader finds that error, if it is not the page itself.
    warnings : tuple of str
        What its cells wrote to standard error.
    undescribed : int
        Pictures without an alternative text.
    bytes, sha256
        Of the page's file.
    key : dict or None
        What it was made from (see `cache`); None if its last build failed.
    """

    path: str | None
    notebook: str
    lang: str
    parameters: dict[str, Any]
    title: str
    as_of: str | None = None
    status: str = "failed"
    built_on: str | None = None
    why: tuple[str, ...] = ()
    seconds: float = 0.0
    error: dict[str, Any] | None = None
    error_path: str | None = None
    warnings: tuple[str, ...] = ()
    undescribed: int = 0
    bytes: int = 0
    sha256: str | None = None
    key: dict[str, Any] | None = None


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


def build_site(
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
        If there is no notebook, a parameter that none assigns, a folder that is not a site, or
        another build at work.
    """
    started = time.monotonic()
    output = Path(output)
    languages = _check_languages(lang)
    plans = _plan(_find_notebooks(notebooks), parameters or {}, languages)
    output.parent.mkdir(parents=True, exist_ok=True)
    with _stoppable(), open_site(output) as aside:
        log = _Log(output / "build.log")
        site, work = aside / "site", aside / "work"
        site.mkdir()
        old = _read_manifest(output)
        environment = describe_environment()
        hash_data = _hash_data(fingerprint)
        plans = [_add_key(plan, environment, hash_data) for plan in plans]
        pages: dict[int, Page] = {}
        wanted: list[tuple[int, _Plan]] = []
        for number, plan in enumerate(plans):
            before = old.get(plan.page.path or "")
            reasons = _find_all_reasons(plan, before, output, force=force)
            if reasons:
                wanted.append((number, replace(plan, before=before, why=tuple(reasons))))
            elif before is not None and before.path:
                pages[number] = replace(before, why=(), parameters=plan.page.parameters)
                _keep_file(before.path, output, site)
        log.write("start", pages=len(plans), to_build=len(wanted), jobs=jobs, force=force)
        tell = _Teller(progress, len(wanted), log, explain=explain)
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
        published = force or _differs(result, old, site, output)
        if published:
            _write_manifest(site / "manifest.json", result, environment, jobs, engine, started)
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

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(file=stream)) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, sentence: bar.update(
            task, completed=done, total=total, description=sentence
        )


@dataclass(frozen=True)
class _Plan:
    """One page that shall be: what it is called, and what it is made from."""

    page: Page
    source: Path
    notebook: dict[str, Any] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    problem: str | None = None
    twins: tuple[dict[str, str], ...] = ()
    key: dict[str, Any] | None = None
    before: Page | None = None
    why: tuple[str, ...] = ()


def _find_notebooks(
    notebooks: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[Path]:
    if isinstance(notebooks, str | os.PathLike):
        folder = Path(notebooks)
        paths = sorted(folder.glob("*.ipynb")) if folder.is_dir() else [folder]
    else:
        folder, paths = Path(), [Path(path) for path in notebooks]
    if not paths:
        raise SiteError(
            f"{folder}: a site needs at least one notebook (*.ipynb); there is none.\n"
            "  hint: look at the path; notebooks are usually in the folder `notebooks`."
        )
    stems = [path.stem.casefold() for path in paths]
    twice = sorted({str(path) for path in paths if stems.count(path.stem.casefold()) > 1})
    if twice:
        raise SiteError(
            "Notebooks of one site must have different names; found "
            f"{', '.join(twice)}.\n  hint: rename one, or build two sites."
        )
    return paths


def _check_languages(lang: Sequence[str]) -> tuple[str, ...]:
    languages = tuple(dict.fromkeys([lang] if isinstance(lang, str) else lang))
    if not languages or set(languages) - set(LANGUAGES):
        raise SiteError(
            f"`lang` must name languages of {', '.join(LANGUAGES)}; found "
            f"{', '.join(map(str, languages)) or 'none'}.\n  hint: lang=(\"vi\", \"en\")"
        )
    return languages


def _plan(
    paths: Sequence[Path], parameters: Mapping[str, Any], languages: tuple[str, ...]
) -> list[_Plan]:
    """Return one plan per page, in their order; what cannot be read has a plan with its problem."""
    read = [_read_for_plan(path) for path in paths]
    assigned = {name for _, _, names, _ in read for name in names}
    unknown = [name for name in parameters if name not in assigned]
    if unknown and not any(problem for *_, problem in read):
        raise SiteError(
            "Parameters must be names that a notebook's cell tagged `parameters` assigns.\n"
            f"  found: {', '.join(unknown)}\n"
            f"  the notebooks assign: {', '.join(sorted(assigned)) or 'nothing'}\n"
            f"  hint: {suggest(unknown, sorted(assigned))}"
        )
    plans = [
        plan
        for path, notebook, names, problem in read
        for plan in _plan_notebook(path, notebook, names, problem, parameters, languages)
    ]
    return _add_twins(_refuse_same_paths(plans))


def _read_for_plan(
    path: Path,
) -> tuple[Path, dict[str, Any] | None, tuple[str, ...], str | None]:
    try:
        notebook = read_notebook(path)
        return path, notebook, parameters_of(notebook) or (), None
    except NotebookError as error:
        return path, None, (), str(error)


def _plan_notebook(
    path: Path,
    notebook: dict[str, Any] | None,
    names: tuple[str, ...],
    problem: str | None,
    parameters: Mapping[str, Any],
    languages: tuple[str, ...],
) -> Iterator[_Plan]:
    own = {name: value for name, value in parameters.items() if name in names and name != "lang"}
    several = {n: list(v) for n, v in own.items() if isinstance(v, list | tuple)}
    for values in itertools.product(*several.values()):
        for language in languages if "lang" in names else languages[:1]:
            given = {**own, **dict(zip(several, values, strict=True))}
            if "lang" in names:
                given["lang"] = language
            given = {
                name: path_from(path.resolve().parent, value.resolve())
                if isinstance(value, Path)
                else value
                for name, value in given.items()
            }
            bad = [value for value in (path.stem, *values) if not _can_be_in_a_name(value)]
            trouble = problem
            if bad and not problem:
                trouble = (
                    f"{path}: a page's file is named after the notebook and its parameters; "
                    f"{', '.join(map(repr, bad))} cannot stand in a file's name.\n"
                    "  hint: use letters, digits, spaces, hyphens; no slash and no '..'."
                )
            name = "-".join([path.stem, *(make_anchor(str(value)) for value in values)])
            page = Page(
                path=None if bad else f"{language}/{name}.html",
                notebook=path.stem,
                lang=language,
                parameters=given,
                title=" ".join([path.stem, *map(str, values)]),
            )
            yield _Plan(page=page, source=path, notebook=notebook, problem=trouble)


def _can_be_in_a_name(value: object) -> bool:
    text = str(value)
    return bool(
        re.fullmatch(r"[\w .,()-]{1,100}", text) and ".." not in text and make_anchor(text)
    )


def _refuse_same_paths(plans: list[_Plan]) -> list[_Plan]:
    """Let a page whose file another page has already taken be one that failed, saying so."""
    taken: dict[str, _Plan] = {}
    kept = []
    for plan in plans:
        name = (plan.page.path or "").casefold()
        if name and name in taken:
            problem = (
                f"{plan.source}: each page needs a file of its own; {plan.page.title!r} and "
                f"{taken[name].page.title!r} would both be {plan.page.path}.\n"
                "  hint: give each parameter value once, and values that differ in letters or "
                "digits."
            )
            kept.append(replace(plan, page=replace(plan.page, path=None), problem=problem))
        else:
            taken[name] = plan
            kept.append(plan)
    return kept


def _add_twins(plans: list[_Plan]) -> list[_Plan]:
    """Let each page know the same page in the other languages."""
    paths = {plan.page.path for plan in plans}
    added = []
    for plan in plans:
        path = plan.page.path
        name = path.partition("/")[2] if path else ""
        twins = tuple(
            {"lang": lang, "href": f"../{lang}/{name}"}
            for lang in LANGUAGES
            if path and lang != plan.page.lang and f"{lang}/{name}" in paths
        )
        added.append(replace(plan, twins=twins))
    return added


def _hash_data(fingerprint: Fingerprint | None) -> Callable[[str, dict[str, Any], Path], str]:
    if fingerprint is None:
        return hash_read_files()
    return lambda notebook, parameters, _folder: fingerprint(notebook, parameters)


def _add_key(
    plan: _Plan,
    environment: dict[str, str],
    hash_data: Callable[[str, dict[str, Any], Path], str],
) -> _Plan:
    if plan.problem or plan.notebook is None:
        return plan
    try:
        injected = inject_parameters(plan.notebook, plan.page.parameters, path=plan.source)
    except NotebookError as error:
        return replace(plan, problem=str(error))
    folder = plan.source.resolve().parent
    values = parameter_values(injected)
    key = {
        "parameters": {name: _as_json(value) for name, value in plan.page.parameters.items()},
        "environment": environment,
        "notebook": hash_notebook(plan.notebook),
        "data": hash_data(plan.source.stem, values, folder),
        "links": hash_text(json.dumps(plan.twins)),
        "modules": hash_text("".join(hash_path(file) for file in sorted(folder.glob("*.py")))),
    }
    return replace(plan, key=key, values=values)


def _as_json(value: object) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))


def _find_all_reasons(
    plan: _Plan, before: Page | None, output: Path, *, force: bool
) -> list[str]:
    if plan.key is None or before is None:
        return ["it is new"]
    if before.key is None:
        return ["its last build failed"]
    reasons = find_reasons(before.key, plan.key)
    if not reasons and force:
        reasons = ["all pages were asked for"]
    if not reasons and _hash_published(output, before.path) != before.sha256:
        reasons = ["its published file is missing or was changed by hand"]
    return reasons


def _hash_published(output: Path, path: str | None) -> str | None:
    current = find_current(output)
    file = current / path if current and path else None
    return hash_path(file) if file and file.is_file() else None


def _keep_file(path: str, output: Path, site: Path) -> None:
    current = find_current(output)
    assert current is not None
    target = site / path
    target.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(current / path, target)


def _build(
    wanted: Sequence[tuple[int, _Plan]],
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
            error = {"cell": None, "source": "", "name": "NotebookError", "message": "",
                     "traceback": plan.problem}
            ended = Ended(str(number), 0.0, error, (), None)
            yield number, _settle_page(plan, ended, site, output, None)
    if not good:
        return
    made = work / "pages"
    made.mkdir(parents=True)
    queue = (
        Job(
            name=str(number),
            notebook=inject_parameters(
                plan.notebook or {}, plan.page.parameters, path=plan.source
            ),
            folder=plan.source.resolve().parent,
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
        for number, plan in good.items()
    )
    runs = run_jobs(
        queue, work=(work / "jobs").resolve(), engine=engine, at_once=jobs, warm=_PRELOADED, say=say
    )
    with contextlib.closing(runs):
        for ended in runs:
            number = int(ended.name)
            file = made / f"{number}.html"
            page = _settle_page(good[number], ended, site, output, file if file.exists() else None)
            file.unlink(missing_ok=True)
            yield number, page


def _settle_page(
    plan: _Plan, ended: Ended, site: Path, output: Path, file: Path | None
) -> Page:
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
    return _put(stale, marked.encode(), site)


def _put(page: Page, content: bytes, site: Path) -> Page:
    target = site / (page.path or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return replace(page, bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def _render_error_page(plan: _Plan, ended: Ended) -> bytes:
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
    for notebook, group in by_notebook.items():
        if len(group) > 1:
            varied = [name for name in group[0].parameters if _varies(group, name)]
            title = word["by_area"] if varied == ["area"] else notebook
            groups.append((title, sorted(group, key=lambda page: _order_of_title(page.title))))
    return [
        {
            "title": title,
            "pages": [
                {"title": p.title, "href": p.path, "as_of": p.as_of, "status": p.status}
                for p in group
            ],
        }
        for title, group in groups
    ]


def _varies(pages: Sequence[Page], name: str) -> bool:
    return len({str(page.parameters.get(name)) for page in pages}) > 1


def _order_of_title(title: str) -> tuple[str, str]:
    """Order as a Vietnamese reader looks names up: Đ after D, marks last."""
    return make_anchor(title.replace("Đ", "Dzz").replace("đ", "dzz")), title


def _differs(pages: tuple[Page, ...], old: Mapping[str, Page], site: Path, output: Path) -> bool:
    current = find_current(output)
    if current is None:
        return True
    then = {path: (page.status, page.sha256, page.key) for path, page in old.items()}
    now = {page.path: (page.status, page.sha256, page.key) for page in pages if page.path}
    indexes = [file.name for file in site.glob("index*.html")]
    same_indexes = sorted(indexes) == sorted(file.name for file in current.glob("index*.html"))
    return (
        now != then
        or not same_indexes
        or any((site / name).read_bytes() != (current / name).read_bytes() for name in indexes)
    )


def _read_manifest(output: Path) -> dict[str, Page]:
    """Return the pages of the published build by their path; none if it cannot be understood."""
    current = find_current(output)
    file = current / "manifest.json" if current else None
    if file is None or not file.is_file():
        return {}
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        environment = manifest["environment"]
        pages = [
            Page(
                **{
                    **row,
                    "why": tuple(row["why"]),
                    "warnings": tuple(row["warnings"]),
                    "key": row["key"] and {**row["key"], "environment": environment},
                }
            )
            for row in manifest["pages"]
        ]
    except (ValueError, KeyError, TypeError):  # of another version: everything is built anew
        return {}
    return {page.path: page for page in pages if page.path}


def _write_manifest(
    path: Path,
    pages: tuple[Page, ...],
    environment: dict[str, str],
    jobs: int,
    engine: Engine,
    started: float,
) -> None:
    rows = [asdict(page) for page in pages]
    for row in rows:
        if row["key"]:
            del row["key"]["environment"]
    manifest = {
        "built_on": _today(),
        "seconds": round(time.monotonic() - started, 3),
        "jobs": jobs,
        "engine": engine,
        "environment": environment,
        "pages": rows,
    }
    path.write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1, default=str) + "\n", encoding="utf-8"
    )


class _Log:
    """``build.log``: one JSON object a line, written at once so that a killed build leaves it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
            if len(lines) > LOG_LINES:
                path.write_text("".join(lines[-LOG_LINES:]), encoding="utf-8")

    def write(self, event: str, **facts: object) -> None:
        line = {"time": _now().isoformat(timespec="milliseconds"), "event": event, **facts}
        with self._path.open("a", encoding="utf-8", errors="replace") as log:
            log.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")


class _Teller:
    """Tells the log and the watcher of each page that is done."""

    def __init__(self, progress: Progress | None, total: int, log: _Log, *, explain: bool) -> None:
        self._progress, self._total, self._log = progress, total, log
        self._explain, self._done = explain, 0

    def __call__(self, page: Page) -> None:
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
