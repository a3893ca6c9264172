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
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from .citations import Prose, lead
from .dates import format_date
from .display import Cell, Column, DisplayTable, display, write_column
from .documents import name_sources
from .errors import InvalidTableError
from .indicators import INDICATORS
from .notation import format_figure, label
from .schema import OBSERVATIONS, PROBLEMS, accept, arrange
from .texts import Text, read_text
from .wording import Lang, language_of, name_measure, write_figure, write_locator, write_period

_LEVELS = {
    "national": "cả nước",
    "province": "tỉnh",
    "district": "huyện",
    "commune": "xã",
    "village": "thôn",
    "club": "CLB",
}
_SURE, _FAIR = 0.9, 0.75
_REASON = re.compile(
    r"(?:(?:từ quyết định: )?(?P<words>(?:bảng, cột )?“.*?”); )?nơi: (?P<place>[^;]*)"
    r"(?:; (?:ngày: (?P<date>[^;]*)|(?P<undated>không ghi ngày)))?"
)
_REASON_WORDS = (
    "in_sentence",
    "behind",
    "paragraph",
    "document",
    "beside",
    "question",
    "heading",
    "event",
    "plan_year",
    "plan_before",
    "sums_row",
    "undated",
    "table",
    "by_place",
    "plan_part",
    "plan_day",
)
"""Ends of the keys under which the catalogue knows the words of `candidates.explain`."""


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


def say_reading(figures: pd.DataFrame, problems: Any, *, lang: Lang = "vi") -> Prose:
    """Say what was read out of documents, how far it can be trusted, and whether it fits together.

    Parameters
    ----------
    figures : DataFrame
        What `read_documents` returned.
    problems : data frame
        What `find_problems` found in them.
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    Prose
        Three sentences: figures, measures and places; days and trust; what the audit found.

    Examples
    --------
    >>> from lthtgn_analysis.checks import find_problems
    >>> from lthtgn_analysis.documents import read_documents
    >>> from lthtgn_analysis.sources import sample_path
    >>> figures = read_documents(sample_path("documents") / "bao-cao-xa.txt")
    >>> say_reading(figures, find_problems(figures)).sentences[0]
    'Đọc được 14 con số về 14 chỉ số ở 1 nơi, trong 1 tài liệu.'
    """
    return lead(
        _say_what_was_read(figures, lang),
        _say_trust(figures, lang),
        _say_whether_it_fits(figures, accept(problems, PROBLEMS)["severity"], lang),
    )


def style_reasons(figures: pd.DataFrame, *, caption: str = "", lang: Lang = "vi") -> DisplayTable:
    """Show the figures as a reader reviews them: how sure each is, and why it was read so.

    Parameters
    ----------
    figures : DataFrame
        What `read_documents` returned.
    caption : str, optional
        What the table holds.
    lang : {"vi", "en"}
        The language; words of the document stay in theirs.

    Returns
    -------
    DisplayTable
        The least sure first; figures of one confidence keep their order.

    Examples
    --------
    >>> from lthtgn_analysis import sample_path
    >>> from lthtgn_analysis.documents import read_documents
    >>> report = sample_path("documents") / "bao-cao-xa.txt"
    >>> style_reasons(read_documents(report)).to_frame().iloc[0, :3].tolist()
    ['Thành viên', '228 người', 'Nga An']
    """
    rows = figures.sort_values("confidence", kind="stable")
    columns = [
        write_column(
            "measure", rows, lambda row: name_measure(row["indicator"], lang=lang), lang,
            width="medium",
        ),
        write_column(
            "figure", rows, lambda row: write_figure(row, lang=lang, with_unit=True), lang, "number"
        ),
        write_column("area", rows, lambda row: row["area_name"], lang),
        write_column("date", rows, lambda row: write_period(row, lang=lang), lang, "number"),
        write_column(
            "trust",
            rows,
            lambda row: format_figure(row["confidence"], unit="share", digits=0, lang=lang),
            lang,
            "number",
        ),
        *_reason_columns(rows, lang),
    ]  # fmt: skip
    return display(columns, caption or label("table.caption.reasons", lang=lang), rows, lang)


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


def _say_what_was_read(figures: pd.DataFrame, lang: Lang) -> str:
    if figures.empty:
        return label("sentence.reading.none", lang=lang)
    return label("sentence.reading.read", lang=lang).format(
        **{
            name: format_figure(count, lang=lang)
            for name, count in (
                ("figures", len(figures)),
                ("measures", figures["indicator"].nunique()),
                ("places", len(figures[["area", "area_name", "boundaries"]].drop_duplicates())),
                ("documents", figures["source"].nunique()),
            )
        }
    )


def _say_trust(figures: pd.DataFrame, lang: Lang) -> str:
    if figures.empty:
        return label("sentence.reading.no_trust", lang=lang)
    doubtful = int((figures["confidence"] < _FAIR).sum())
    return label(f"sentence.reading.{'trust' if doubtful else 'sure'}", lang=lang).format(
        n=format_figure(len(figures), lang=lang),
        dated=format_figure(int(figures["as_of"].notna().sum()), lang=lang),
        doubtful=format_figure(doubtful, lang=lang),
        limit=format_figure(_FAIR, unit="share", digits=0, lang=lang),
    )


def _say_whether_it_fits(figures: pd.DataFrame, severities: pd.Series, lang: Lang) -> str:
    if len(figures) < 2 and severities.empty:
        return label("sentence.reading.alone", lang=lang)
    counts = {name: int((severities == name).sum()) for name in ("error", "warning")}
    key = "wrong" if counts["error"] else "doubtful" if counts["warning"] else "fits"
    return label(f"sentence.reading.{key}", lang=lang).format(
        **{name: format_figure(count, lang=lang) for name, count in counts.items()}
    )


def _reason_columns(rows: pd.DataFrame, lang: Lang) -> list[Column]:
    """Write the words that decided, and where place and date were found, each on its own."""
    told = [_read_reason(reason) for reason in rows["reason"]]
    columns = []
    for key in ("words", "place", "date"):
        texts = [_translate(parts[key], lang) for parts in told]
        cells = tuple(Cell(text, language=language_of(text, lang=lang)) for text in texts)
        columns.append(Column(label(f"table.reason_{key}", lang=lang), cells, width="medium"))
    return columns


def _read_reason(reason: str) -> dict[str, str]:
    """Take apart what `candidates.explain` put together; words of the document stand in quotes."""
    found = _REASON.fullmatch(reason)
    if found is None:
        return {"words": reason, "place": "", "date": ""}
    date = found["date"] or label("reason.undated" if found["undated"] else "reason.table",
                                  lang="vi")  # fmt: skip
    return {"words": found["words"] or "", "place": found["place"], "date": date}


def _translate(words: str, lang: Lang) -> str:
    """Say the package's own words in the page's language; those of the document stay."""
    known: dict[str, str] = {
        label(f"reason.{key}", lang="vi"): label(f"reason.{key}", lang=lang)
        for key in _REASON_WORDS
    }
    if words in known:
        return known[words]
    quoted = re.sub("“([^”]*)”", lambda found: known.get(found[1], found[0]), words)
    return re.sub(
        rf"^{re.escape(label('reason.column', lang='vi'))}(?= “)",
        label("reason.column", lang=lang),
        quoted,
    )


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
        "value": write_figure(row, lang="vi"),
        "date": format_date(row["as_of"]),
        "confidence": confidence,
        "percent": f"{confidence:.0%}",
        "grade": "sure" if confidence >= _SURE else "fair" if confidence >= _FAIR else "doubt",
        "reason": row["reason"],
        "locator": write_locator(row["locator"], lang="vi"),
    }


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
