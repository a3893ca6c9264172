"""Candidate figures and their documents come in; pages on which an analyst reviews them go out.

One self-contained html page per document: its text with the figures marked, beside it a table, and
a button that saves the accepted rows as csv, ready for `read_observations`. Nothing is accepted
beforehand. The text of a document is shown as text: whatever markup or script it holds is escaped,
and the page may run no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from .dates import format_date
from .documents import name_sources
from .errors import InvalidTableError
from .indicators import INDICATORS
from .notation import format_figure
from .schema import OBSERVATIONS, arrange
from .texts import Text, read_text
from .wording import write_locator

_LEVELS = {
    "national": "cả nước",
    "province": "tỉnh",
    "district": "huyện",
    "commune": "xã",
    "village": "thôn",
    "club": "CLB",
}
_SURE, _FAIR = 0.9, 0.75


@dataclass(frozen=True)
class Piece:
    """A stretch of a document's text; `number` is the row of its figure, 0 without one."""

    text: str
    number: int = 0
    grade: str = ""
    label: str = ""


def write_review(
    figures: pd.DataFrame, paths: str | Path | Iterable[str | Path], *, output: str | Path
) -> list[Path]:
    """Write one review page per document.

    Parameters
    ----------
    figures : DataFrame
        What `read_documents` returned for the same `paths`, in the same order.
    paths : path or iterable of paths
        The documents. One that could not be read (it is listed in ``figures.attrs["unread"]``) and
        gave no figures has no page.
    output : str or Path
        The folder for the pages; it is made if need be. Pages of the same name are replaced.

    Returns
    -------
    list of Path
        The pages, named after the `source` of each document.

    Raises
    ------
    InvalidTableError
        If `figures` lacks `confidence` and `reason`: it did not come from `read_documents`.

    Examples
    --------
    >>> import tempfile
    >>> from lthtgn_analysis import sample_path
    >>> from lthtgn_analysis.documents import read_documents
    >>> report = sample_path("documents") / "bao-cao-xa.txt"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [page.name for page in write_review(read_documents(report), report, output=folder)]
    ['bao-cao-xa.html']
    """
    if missing := [name for name in ("confidence", "reason") if name not in figures]:
        raise InvalidTableError(
            f"`figures` must be a table of read_documents(); it lacks the columns {missing}.\n"
            "  hint: pass its result as it is, before columns are dropped."
        )
    documents = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    unread = {Path(entry["file"]) for entry in figures.attrs.get("unread", [])}
    folder = Path(output)
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for path, source in zip(documents, name_sources(documents), strict=True):
        own = figures.loc[figures["source"] == source].reset_index(drop=True)
        if path in unread and own.empty:
            continue
        page = folder / f"{source}.html"
        page.write_text(_page(read_text(path), source, own), encoding="utf-8", newline="\n")
        pages.append(page)
    return pages


def list_reasons(figures: pd.DataFrame) -> pd.DataFrame:
    """List the figures as a reader reviews them: what, where, when, how sure and why.

    Parameters
    ----------
    figures : DataFrame
        What `read_documents` returned.

    Returns
    -------
    DataFrame
        Text with Vietnamese headings, the least sure first; figures of one confidence keep their
        order.

    Examples
    --------
    >>> from lthtgn_analysis import sample_path
    >>> from lthtgn_analysis.documents import read_documents
    >>> report = sample_path("documents") / "bao-cao-xa.txt"
    >>> list_reasons(read_documents(report)).iloc[0, :3].tolist()
    ['Thành viên', '228', 'Nga An']
    """
    ranked = figures.sort_values("confidence", kind="stable")
    shown = [_describe(dict(row), number) for number, (_, row) in enumerate(ranked.iterrows(), 1)]
    names = {
        "label": "Chỉ số",
        "value": "Số liệu",
        "area": "Nơi",
        "date": "Ngày",
        "percent": "Độ tin cậy",
        "reason": "Lý do",
    }
    return pd.DataFrame(shown, columns=list(names), dtype="str").rename(columns=names)


def split_text(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, int]]:
    """Cut a text at the places of its figures.

    Parameters
    ----------
    text : str
        The text.
    spans : list of (int, int)
        The places, by row.

    Returns
    -------
    list of (str, int)
        Each stretch with the number of its row, from 1; 0 between the figures. Joined they are the
        text. Of places that overlap the first is cut out.

    Examples
    --------
    >>> split_text("có 43 CLB", [(3, 5)])
    [('có ', 0), ('43', 1), (' CLB', 0)]
    """
    pieces: list[tuple[str, int]] = []
    done = 0
    for (start, end), number in sorted((span, row) for row, span in enumerate(spans, 1)):
        if start < done:
            continue
        pieces += [(text[done:start], 0), (text[start:end], number)]
        done = end
    return [piece for piece in (*pieces, (text[done:], 0)) if piece[0]]


def _page(text: Text, source: str, figures: pd.DataFrame) -> str:
    from jinja2 import Environment, PackageLoader

    script = _template("review.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    rows: list[dict[str, Any]] = [dict(row) for _, row in figures.iterrows()]
    shown = [_describe(row, number) for number, row in enumerate(rows, 1)]
    spans = [_span(locator) for locator in figures["locator"]]
    pieces = [
        Piece(words, number, shown[number - 1]["grade"], shown[number - 1]["label"])
        if number
        else Piece(words)
        for words, number in split_text(text.text, spans)
    ]
    environment = Environment(loader=PackageLoader(__package__), autoescape=True)
    return environment.get_template("review.html.j2").render(
        name=text.path.name,
        source=source,
        marks=len(figures),
        blank_pages=", ".join(map(str, text.blank_pages)),
        css=_template("review.css"),
        script=script,
        script_hash=f"sha256-{digest}",
        pieces=pieces,
        figures=shown,
        columns=_json(OBSERVATIONS.column_names),
        rows=_json(_cells(figures)),
    )


def _template(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text(encoding="utf-8")


def _describe(row: dict[str, Any], number: int) -> dict[str, Any]:
    indicator = INDICATORS.get(row["indicator"])
    confidence = row["confidence"]
    return {
        "number": number,
        "label": row["indicator"] if indicator is None else indicator.label_vi,
        "area": row["area_name"],
        "level": _LEVELS.get(row["level"], row["level"]),
        "scope": row["scope"],
        "value": _value(row),
        "date": format_date(row["as_of"]),
        "confidence": confidence,
        "percent": f"{confidence:.0%}",
        "grade": "sure" if confidence >= _SURE else "fair" if confidence >= _FAIR else "doubt",
        "reason": row["reason"],
        "locator": write_locator(row["locator"], lang="vi"),
    }


def _value(row: dict[str, Any]) -> str:
    unit = "share" if row["indicator"] == "plan_achievement" else row["unit"]
    exact = {"unit": unit, "qualifier": row["qualifier"]}
    if row["qualifier"] == "range":
        return format_figure(row["value"], low=row["low"], high=row["high"], **exact)
    return format_figure(row["value"], **exact)


def _span(locator: str) -> tuple[int, int]:
    start, _, end = locator.rpartition("chars ")[2].partition("-")
    return int(start), int(end)


def _cells(figures: pd.DataFrame) -> list[list[Any]]:
    """Write the rows as `read_observations` reads them; the reason goes into the note."""
    table = arrange(figures.assign(note=figures["reason"]), OBSERVATIONS)
    for name in OBSERVATIONS.names_of("date"):
        table[name] = table[name].dt.strftime("%Y-%m-%d")
    return [
        [None if pd.isna(cell) else cell for cell in row]
        for row in table.itertuples(index=False, name=None)
    ]


def _json(value: Any) -> str:
    """Write JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
