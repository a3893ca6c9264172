"""Notebooks and parameters in, the list of the pages that shall be out, each with its reasons.

A page is one notebook with one set of parameters in one language; a parameter whose value is a
list makes one page per value. What cannot be read, or cannot have a file, is a page too, with the
problem that it has: one bad notebook does not stop the others.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .cache import Fingerprint, find_reasons, hash_notebook, hash_path, hash_read_files, hash_text
from .errors import NotebookError, SiteError
from .layout import LANGUAGES, make_anchor
from .publish import find_published
from .runner import (
    inject_parameters,
    parameter_values,
    parameters_of,
    path_from,
    read_notebook,
    suggest,
)


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
class Plan:
    """One page that shall be: what it is called, and what it is made from."""

    page: Page
    source: Path
    notebook: dict[str, Any] | None = None
    problem: str | None = None
    twins: tuple[dict[str, str], ...] = ()
    key: dict[str, Any] | None = None
    before: Page | None = None
    why: tuple[str, ...] = ()


def plan_pages(
    paths: Sequence[Path], parameters: Mapping[str, Any], languages: tuple[str, ...]
) -> list[Plan]:
    """Return one plan per page, in the order of notebooks, values and languages.

    Parameters
    ----------
    paths : sequence of Path
        Notebooks; one that cannot be read has one plan, with its problem.
    parameters : mapping
        Values for the notebooks' parameters; a list or tuple makes one page per value.
    languages : tuple of str
        The first is that of notebooks without a parameter `lang`.

    Raises
    ------
    SiteError
        If no notebook assigns one of the parameters.
    """
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


def find_notebooks(
    notebooks: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
) -> list[Path]:
    """Return the notebooks of a folder, or those that are named.

    Raises
    ------
    SiteError
        If there is none, or two have the same name.
    """
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


def add_key(
    plan: Plan,
    environment: dict[str, str],
    hash_data: Callable[[str, dict[str, Any], Path], str],
) -> Plan:
    """Return `plan` with its key (see `cache`), or with the problem that stops it from having one.

    Parameters
    ----------
    plan : Plan
        Of a notebook that could be read, or one that has its problem already.
    environment : dict
        As `cache.describe_environment` returns it.
    hash_data : callable
        Changes when what the page reads changes; see `choose_fingerprint`.
    """
    if plan.problem or plan.notebook is None:
        return plan
    try:
        injected = inject_parameters(plan.notebook, plan.page.parameters, path=plan.source)
    except NotebookError as error:
        return replace(plan, problem=str(error))
    folder = plan.source.resolve().parent
    key = {
        "parameters": {name: _as_json(value) for name, value in plan.page.parameters.items()},
        "environment": environment,
        "notebook": hash_notebook(plan.notebook),
        "data": hash_data(plan.source.stem, parameter_values(injected), folder),
        "links": hash_text(json.dumps(plan.twins)),
        "modules": hash_text("".join(hash_path(file) for file in sorted(folder.glob("*.py")))),
    }
    return replace(plan, key=key)


def find_build_reasons(plan: Plan, before: Page | None, output: Path, *, force: bool) -> list[str]:
    """Return in words why the page must be built; empty if the published one can be kept.

    Parameters
    ----------
    plan : Plan
        With its key.
    before : Page, optional
        The page of the published build.
    output : Path
        The site, whose file must still be the one that was published.
    force : bool
        Whether all pages were asked for.
    """
    if plan.key is None or before is None:
        return ["it is new"]
    if before.key is None:
        return ["its last build failed"]
    reasons = find_reasons(before.key, plan.key)
    if not reasons and force:
        reasons = ["all pages were asked for"]
    file = find_published(output, before.path)
    if not reasons and (file is None or hash_path(file) != before.sha256):
        reasons = ["its published file is missing or was changed by hand"]
    return reasons


def check_languages(lang: Sequence[str]) -> tuple[str, ...]:
    """Return the languages without repetition.

    Raises
    ------
    SiteError
        If there is none, or one that pages are not made in.
    """
    languages = tuple(dict.fromkeys([lang] if isinstance(lang, str) else lang))
    if not languages or set(languages) - set(LANGUAGES):
        raise SiteError(
            f"`lang` must name languages of {', '.join(LANGUAGES)}; found "
            f'{", ".join(map(str, languages)) or "none"}.\n  hint: lang=("vi", "en")'
        )
    return languages


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
) -> Iterator[Plan]:
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
            yield Plan(page=page, source=path, notebook=notebook, problem=trouble)


def _can_be_in_a_name(value: object) -> bool:
    text = str(value)
    return bool(re.fullmatch(r"[\w .,()-]{1,100}", text) and ".." not in text and make_anchor(text))


def _refuse_same_paths(plans: list[Plan]) -> list[Plan]:
    """Let a page whose file another page has already taken be one that failed, saying so."""
    taken: dict[str, Plan] = {}
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


def _add_twins(plans: list[Plan]) -> list[Plan]:
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


def choose_fingerprint(
    fingerprint: Fingerprint | None,
) -> Callable[[str, dict[str, Any], Path], str]:
    """Return what hashes a page's data: the caller's function, or the files parameters name."""
    if fingerprint is None:
        return hash_read_files()
    return lambda notebook, parameters, _folder: fingerprint(notebook, parameters)


def _as_json(value: object) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False, default=str))
