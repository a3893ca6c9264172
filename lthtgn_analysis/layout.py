"""An executed notebook in, its page out: one HTML file that needs nothing else.

Markdown is rendered by nbconvert's filter, the frame is ours: no address of another host, no
script, code behind a switch, one stylesheet, headings in order, tables whose header cells say
their scope. The same notebook gives the same bytes: nothing is taken from a clock, and random
ids of table libraries are left out or replaced.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import hashlib
import html as markup
import itertools
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .downloads import CSV, XLSX, can_write_xlsx, read_tables, write_address, write_csv, write_xlsx
from .runner import parameter_values

if TYPE_CHECKING:
    from jinja2 import Environment

LANGUAGES = ("vi", "en")

_HERE = Path(__file__).resolve().parent
_STATUS = re.compile(r"<!--status-->.*?<!--/status-->", re.DOTALL)
_HIDING_TAGS = {
    "cell": {"remove-cell", "remove_cell"},
    "input": {"remove-input", "remove_input"},
    "output": {"remove-output", "remove_output"},
}
_ADDRESS = re.compile(r"<(?:[\w.]+)(?: object)? at 0x[0-9a-f]+>")
_WORDS = """
all_pages as_of as_of_short badge_failed badge_stale by_area by_district contents downloads
downloads_all downloads_note failed_cell failed_details failed_title figure general index_foot
kept_since language made_from never_built other_pages page pages see_error show_code skip
stale_since stale_why suite suite_long swipe table tools troubled
"""
_LONGEST_STEM = 60
_MONTHS = "January February March April May June July August September October November December"


def write_page(
    notebook: Mapping[str, Any],
    *,
    error: Mapping[str, Any] | None = None,
    html: str,
    lang: str = "vi",
    name: str = "",
    index_href: str | None = None,
    twins: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Write the page of an executed notebook; return what an index says about it.

    Parameters
    ----------
    notebook : mapping
        An executed notebook of format 4.
    error : mapping, optional
        What ended it early, as `runner.NotebookRun.error`.
    html : str
        The file to write.
    lang : {"vi", "en"}
        Language of the page.
    name : str
        The notebook's file name, shown at the foot.
    index_href : str, optional
        Where the page leads back to.
    twins : sequence of mapping
        The same page in other languages: ``lang`` and ``href``.

    Returns
    -------
    dict
        ``title`` (plain text of the first heading), ``as_of`` (ISO date or None),
        ``without_alt`` (number of pictures that nothing describes) and ``bytes``.
    """
    page = render_page(
        notebook, error=error, lang=lang, name=name, index_href=index_href, twins=twins
    )
    encoded = page.pop("html").encode()
    Path(html).write_bytes(encoded)
    return {**page, "bytes": len(encoded)}


def render_page(
    notebook: Mapping[str, Any],
    *,
    error: Mapping[str, Any] | None = None,
    lang: str = "vi",
    name: str = "",
    index_href: str | None = None,
    twins: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Return the page of an executed notebook as text, with what an index says about it.

    Parameters
    ----------
    notebook, error, lang, name, index_href, twins
        As for `write_page`.

    Returns
    -------
    dict
        ``html``, ``title``, ``as_of`` and ``without_alt``.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "metadata": {}, "source": "# Thanh Hóa"}]
    >>> page = render_page({"cells": cells, "metadata": {}}, name="02-tinh.ipynb")
    >>> page["title"], "<h1>Thanh Hóa</h1>" in page["html"], "https:" in page["html"]
    ('Thanh Hóa', True, False)
    """
    word = words(lang)
    cells = [cell for cell in notebook["cells"] if _speaks(cell, lang)]
    body = "\n".join(_render_cell(cell, word) for cell in _leave_out_idle_words(cells))
    body = _number_tables(body)
    heading, body, contents = _order_headings(body)
    heading = heading or markup.escape(Path(name).stem or word["suite_long"])
    title = _plain(heading)
    values = parameter_values(notebook)
    as_of = values.get("as_of") or values.get("day") or _said(notebook, "as_of")
    text = (
        _environment()
        .get_template("page.html.j2")
        .render(
            lang=lang,
            word=word,
            css=_read_css(),
            title=title,
            heading=heading,
            as_of=show_date(as_of, lang=lang) if as_of else None,
            contents=contents if len(contents) > 2 else [],
            downloads=_list_downloads(body, title, word),
            has_code='<pre class="code"' in body,
            body=body,
            error=error,
            name=name,
            parameters=[(key, _show_value(value)) for key, value in values.items()],
            index_href=index_href,
            twins=[{**twin, "name": words(twin["lang"])["language"]} for twin in twins],
        )
    )
    return {
        "html": _drop_control_marks(text),
        "title": title,
        "as_of": as_of if isinstance(as_of, str) else None,
        "without_alt": body.count('" data-undescribed'),
    }


def render_index(
    *,
    lang: str,
    count: int,
    as_of: str | None,
    groups: Sequence[Mapping[str, Any]],
    troubled: Sequence[Mapping[str, Any]],
    extra: str,
    twins: Sequence[Mapping[str, str]],
) -> str:
    """Return the list of all pages as HTML.

    Parameters
    ----------
    lang : {"vi", "en"}
        Language of the index.
    count : int
        Number of pages.
    as_of : str, optional
        The newest date of figures, ISO.
    groups : sequence of mapping
        ``title``, ``general`` (true for what stands at the top, before the map), and ``pages``:
        each with ``title``, ``href``, ``as_of`` (ISO or None), ``status``.
    troubled : sequence of mapping
        Pages that are stale or failed: ``title``, ``href``, ``error_href``, ``since`` (ISO day of
        the last good build, or None).
    extra : str
        HTML that stands before the groups. Its scripts run, and no others.
    twins : sequence of mapping
        The index in other languages: ``lang`` and ``href``.
    """
    word = words(lang)
    for_reader = [
        {
            **group,
            "pages": [
                {
                    **page,
                    "as_of": show_date(page["as_of"], lang=lang) if page["as_of"] else None,
                    "badge": word.get(f"badge_{page['status']}", ""),
                }
                for page in group["pages"]
            ],
        }
        for group in groups
    ]
    troubles = [
        {
            **page,
            "trouble": f"{word['kept_since']} {show_date(page['since'], lang=lang)['text']}"
            if page["since"]
            else word["never_built"],
        }
        for page in troubled
    ]
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            lang=lang,
            word=word,
            css=_read_css(),
            count=count,
            as_of=show_date(as_of, lang=lang) if as_of else None,
            groups=for_reader,
            troubled=troubles,
            extra=extra,
            script_hashes=_hash_scripts(extra),
            twins=[{**twin, "name": words(twin["lang"])["language"]} for twin in twins],
        )
    )


def render_part(template: str, **values: Any) -> str:
    """Return a template of this package, filled in, as a piece of a page.

    Parameters
    ----------
    template : str
        Name of a file in ``templates``.
    **values
        What the template names; text is escaped unless the template says that it is safe.

    Examples
    --------
    >>> render_part("index.html.j2")
    Traceback (most recent call last):
    ...
    jinja2.exceptions.UndefinedError: 'lang' is undefined
    """
    return _environment().get_template(template).render(values)


def mark_stale(page: str, *, since: str, error_href: str, lang: str) -> str:
    """Return `page` with a banner that says since when it has not been renewed.

    Parameters
    ----------
    page : str
        A page made by `render_page`, with or without such a banner.
    since : str
        ISO day on which it was built.
    error_href : str
        Where the error of the failed build can be read.
    lang : {"vi", "en"}
        Language of the banner.

    Examples
    --------
    >>> page = "<main><!--status--><!--/status--><h1>Thanh Hóa</h1>"
    >>> banner = mark_stale(page, since="2025-12-01", error_href="e.html", lang="vi")
    >>> "chưa được cập nhật từ ngày" in banner, "01/12/2025" in banner
    (True, True)
    >>> mark_stale(banner, since="2025-12-01", error_href="e.html", lang="vi") == banner
    True
    """
    word, day = words(lang), show_date(since, lang=lang)
    banner = (
        '<section class="notice stale" aria-labelledby="stale-title">'
        f'<p id="stale-title"><strong>{word["stale_since"]} '
        f'<time datetime="{day["iso"]}">{day["text"]}</time>.</strong></p>'
        f'<p>{word["stale_why"]} <a href="{markup.escape(error_href)}">{word["see_error"]}</a></p>'
        "</section>"
    )
    return _STATUS.sub(lambda _: f"<!--status-->{banner}<!--/status-->", page, count=1)


def words(lang: str) -> dict[str, str]:
    """Return the page's own words in a language.

    Examples
    --------
    >>> words("vi")["contents"], words("en")["contents"]
    ('Trên trang này', 'On this page')
    """
    from .notation import label

    return {key: label(f"page.{key}", lang=cast(Any, lang)) for key in _WORDS.split()}


def show_date(day: str, *, lang: str) -> dict[str, str]:
    """Return an ISO date as ``iso`` and as the ``text`` that a reader expects.

    Examples
    --------
    >>> show_date("2025-11-30", lang="vi")["text"], show_date("2025-11-30", lang="en")["text"]
    ('30/11/2025', '30 November 2025')
    """
    try:
        date = dt.date.fromisoformat(str(day)[:10])
    except ValueError:
        return {"iso": str(day), "text": str(day)}
    english = f"{date.day} {_MONTHS.split()[date.month - 1]} {date.year}"
    return {
        "iso": date.isoformat(),
        "text": f"{date:%d/%m/%Y}" if lang == "vi" else english,
    }


def make_anchor(text: str) -> str:
    """Return `text` as an id or a file name: small letters without marks, joined by hyphens.

    Examples
    --------
    >>> make_anchor("Đắk Nông: quỹ và CLB")
    'dak-nong-quy-va-clb'
    """
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return re.sub(r"[^0-9A-Za-z]+", "-", plain).strip("-").lower()


def warm() -> None:
    """Do once what the first page of a process costs more: imports, templates, stylesheet."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# a\n\n| b |\n|---|\n| `c` |"},
        {"cell_type": "code", "metadata": {}, "source": "d = 1", "outputs": []},
    ]
    for lang in LANGUAGES:
        render_page({"cells": cells, "metadata": {}}, lang=lang)


def _speaks(cell: Mapping[str, Any], lang: str) -> bool:
    """Say whether a cell belongs on a page of a language; most belong on all.

    Prose stands twice in a notebook, each time in a cell whose metadata name its language:
    ``{"lthtgn": {"lang": "en"}}``.
    """
    return bool(_said(cell, "lang") in (None, lang))


def _said(part: Mapping[str, Any], key: str) -> Any:
    """Return what the metadata of a notebook or a cell say for this package."""
    return part["metadata"].get("lthtgn", {}).get(key)


def _leave_out_idle_words(cells: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out how to read a figure where the section has none, as there are no data.

    A figure that has nothing to show says so only if nothing else in the section does. A cell that
    explains has the metadata ``{"lthtgn": {"explains": "figure"}}``; a section ends at a heading.
    """
    kept: list[Mapping[str, Any]] = []
    for _, section in itertools.groupby(cells, key=_count_sections()):
        within, seen = list(section), set[str]()
        drawn = any(map(_draws, within))
        within = [_say_once(cell, seen) for cell in within]
        kept += [cell for cell in within if drawn or _said(cell, "explains") != "figure"]
    return kept


def _say_once(cell: Mapping[str, Any], seen: set[str]) -> Mapping[str, Any]:
    if not cell.get("outputs"):
        return cell
    kept = []
    for output in cell["outputs"]:
        said = _split_sentences("".join(output.get("data", {}).get("text/markdown", "")))
        nothing = output.get("metadata", {}).get("text/markdown", {}).get("says_nothing")
        if not nothing or not said <= seen:
            kept.append(output)
        seen |= said
    return {**cell, "outputs": kept}


def _split_sentences(text: str) -> set[str]:
    """Return the sentences of a text by their words alone."""
    sentences = re.split(r"<[^>]*>|[.](?=\s|$)", text)
    return {words for one in sentences if (words := " ".join(re.findall(r"\w+", one)))}


def _count_sections() -> Callable[[Mapping[str, Any]], int]:
    """Return what numbers cells by the section in which they stand, asked in their order."""
    number = 0

    def count(cell: Mapping[str, Any]) -> int:
        nonlocal number
        number += cell["cell_type"] == "markdown" and "".join(cell["source"]).startswith("#")
        return number

    return count


def _draws(cell: Mapping[str, Any]) -> bool:
    data = (output.get("data", ()) for output in cell.get("outputs", ()))
    return any(mime.startswith("image/") for mimes in data for mime in mimes)


def _render_cell(cell: Mapping[str, Any], word: Mapping[str, str]) -> str:
    tags = set(cell["metadata"].get("tags", ()))
    if tags & _HIDING_TAGS["cell"] or cell["cell_type"] == "raw":
        return ""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return _render_markdown(source, cell.get("attachments"))
    parts = []
    if source.strip() and not tags & _HIDING_TAGS["input"]:
        parts.append(f'<pre class="code" tabindex="0"><code>{markup.escape(source)}</code></pre>')
    if not tags & _HIDING_TAGS["output"]:
        parts += [_render_output(output, word) for output in _leave_out_echoes(cell["outputs"])]
    return "\n".join(part for part in parts if part)


def _leave_out_echoes(outputs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out what a drawing call returned, such as ``Text(0.5, ...)``, beside its figure."""
    drawn = any(mime.startswith("image/") for output in outputs for mime in output.get("data", ()))
    return [
        output
        for output in outputs
        if not (
            drawn
            and output["output_type"] == "execute_result"
            and set(output["data"]) == {"text/plain"}
        )
    ]


def _render_markdown(source: str, attachments: Any = None) -> str:
    renderer, parser = _markdown_tools()
    rendered = parser(
        renderer=renderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    ).render(source)
    return _wrap_bare_tables(rendered)


def _render_output(output: Mapping[str, Any], word: Mapping[str, str]) -> str:
    kind = output["output_type"]
    if kind == "stream":
        text = "".join(output["text"])
        return f"<pre>{markup.escape(text)}</pre>" if output["name"] == "stdout" else ""
    if kind == "error":
        return ""  # the notice at the top of the page tells it whole
    data, metadata = output["data"], output.get("metadata", {})
    if "text/html" in data:
        return _render_html("".join(data["text/html"]), word)
    for mime in ("image/svg+xml", "image/png", "image/jpeg", "image/webp"):
        if mime in data:
            return _render_picture(mime, "".join(data[mime]), metadata.get(mime) or metadata, word)
    if "text/markdown" in data:
        return _render_markdown("".join(data["text/markdown"]))
    text = "".join(data.get("text/latex", data.get("text/plain", "")))
    return "" if not text or _ADDRESS.fullmatch(text) else f"<pre>{markup.escape(text)}</pre>"


def _render_picture(
    mime: str, picture: str, metadata: Mapping[str, Any], word: Mapping[str, str]
) -> str:
    if mime == "image/svg+xml":
        encoded = picture
        for mark, code in (("%", "%25"), ("#", "%23"), ("&", "%26")):
            encoded = encoded.replace(mark, code)
        encoded = encoded.replace("'", "%27").replace('"', "'").replace("\n", " ")
        source = f"data:{mime},{encoded}"
    else:
        source = f"data:{mime};base64,{''.join(picture.split())}"
    given = str(metadata.get("alt") or "")
    alt = markup.escape(given or word["figure"])
    size = "".join(
        f' {side}="{metadata[side]}"' for side in ("width", "height") if side in metadata
    )
    undescribed = "" if given else " data-undescribed"
    heading = str(metadata.get("heading") or "")
    name = markup.escape(f"{word['figure']}: {heading}" if heading else word["figure"])
    caption = f"<figcaption>{markup.escape(heading)}</figcaption>" if heading else ""
    kind = "picture ends" if metadata.get("ends_matter") else "picture"
    return (
        f'<figure>{caption}<div class="{kind}" role="group" tabindex="0" aria-label="{name}">'
        f'<img alt="{alt}"{undescribed}{size} src="{source}"></div></figure>'
    )


def _render_html(html: str, word: Mapping[str, str]) -> str:
    if "<table" not in html:
        return f"<div>{html}</div>"
    html = re.sub(r"<style scoped>.*?</style>", "", html, flags=re.DOTALL)
    if 'class="gt_table"' in html:
        html = _tidy_great_table(html)
    inner = re.fullmatch(r"\s*<div[^>]*>(.*)</div>\s*", html, flags=re.DOTALL)
    return _wrap_table(_say_scopes(inner[1] if inner else html), word["table"])


def _tidy_great_table(html: str) -> str:
    """Leave out what Great Tables repeats in every table: its stylesheet, ids and defaults."""
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    html = re.sub(r'(<t[hd]\b[^>]*?) id="[^"]*"', r"\1", html)
    html = re.sub(r'(<t[hd]\b[^>]*?) headers="[^"]*"', r"\1", html)
    html = re.sub(r' (?:rowspan|colspan)="1"', "", html)
    html = re.sub(r' (?:aria-labelledby|aria-describedby|data-quarto-[a-z-]+)="[^"]*"', "", html)
    rows = re.findall(
        r'<tr class="gt_heading">\s*<td[^>]*class="[^"]*gt_(title|subtitle)[^"]*"[^>]*>(.*?)</td>'
        r"\s*</tr>",
        html,
        flags=re.DOTALL,
    )
    if rows:
        parts = dict(rows)
        subtitle = (
            f'<span class="subtitle">{parts["subtitle"]}</span>' if "subtitle" in parts else ""
        )
        caption = f"<caption>{parts.get('title', '')}{subtitle}</caption>"
        html = re.sub(r'<tr class="gt_heading">.*?</tr>\s*', "", html, flags=re.DOTALL)
        html = re.sub(r"(<table[^>]*>)", lambda table: table[1] + caption, html, count=1)
    return html


def _say_scopes(html: str) -> str:
    """Give each header cell its scope; an empty one is an ordinary cell."""
    html = html.replace('<table border="1" class="dataframe">', '<table class="dataframe">')
    html = html.replace('<tr style="text-align: right;">', "<tr>")
    in_head = False

    def say(tag: re.Match[str]) -> str:
        nonlocal in_head
        if tag[0] in ("<thead>", "</thead>"):
            in_head = tag[0] == "<thead>"
            return tag[0]
        attributes, content = tag[1], tag[2]
        if not re.sub(r"&nbsp;|\s", "", content):
            rest = re.sub(r' scope="[^"]*"', "", attributes)
            return f"<td{rest}></td>"
        if "scope=" in attributes:
            return tag[0]
        across = "colspan" in attributes and 'colspan="1"' not in attributes
        scope = ("colgroup" if across else "col") if in_head else "row"
        return f'<th scope="{scope}"{attributes}>{content}</th>'

    return re.sub(r"</?thead>|<th\b([^>]*)>(.*?)</th>", say, html, flags=re.DOTALL)


def _wrap_bare_tables(html: str) -> str:
    """Let tables written in Markdown scroll inside themselves too."""
    if "<table>" not in html:
        return html
    html = re.sub(r"<th style=\"text-align:(\w+)\">", r'<th style="text-align:\1">', html)
    return re.sub(
        r"<table>.*?</table>",
        lambda table: _wrap_table(_say_scopes(table[0]), ""),
        html,
        flags=re.DOTALL,
    )


def _wrap_table(table: str, name: str) -> str:
    caption = re.search(
        r"<caption[^>]*>(.*?)(?:<span class=\"subtitle\"|</caption>)", table, re.DOTALL
    )
    name = _plain(caption[1]) if caption else name
    label = f' aria-label="{markup.escape(name)}"' if name else ""
    painted = " painted" if "background-color" in table else ""
    # the words stay in sight while a wide table scrolls under them
    table = re.sub(r"(<caption[^>]*>)(.*?)(</caption>)", r'\1<span class="title">\2</span>\3',
                   table, count=1, flags=re.DOTALL)  # fmt: skip
    return (
        f'<div class="table-wrap{painted}" role="group" tabindex="0"{label}>{table.strip()}</div>'
    )


def _number_tables(body: str) -> str:
    """Replace the random ids of styled frames by their number on the page."""
    uuids = dict.fromkeys(re.findall(r'<table id="T_(\w+)"', body))
    for number, uuid in enumerate(uuids, start=1):
        body = body.replace(f"T_{uuid}", f"T_{number}")
    return body


def _order_headings(body: str) -> tuple[str, str, list[dict[str, str]]]:
    """Take the page's heading out, let no level be skipped, and give each heading an anchor."""
    first = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    heading = first[1].strip() if first else ""
    if first:
        body = body[: first.start()] + body[first.end() :]
    level, anchors, contents = 1, {"main", "contents-title", "downloads-title"}, []

    def order(tag: re.Match[str]) -> str:
        nonlocal level
        level = min(max(2, int(tag[1])), level + 1)
        text = _plain(tag[2])
        anchor = base = make_anchor(text) or "section"
        number = 1
        while anchor in anchors:
            number += 1
            anchor = f"{base}-{number}"
        anchors.add(anchor)
        if level == 2:
            contents.append({"id": anchor, "text": text})
        return f'<h{level} id="{anchor}">{tag[2]}</h{level}>'

    body = re.sub(r"<h([1-6])\b[^>]*>(.*?)</h\1>", order, body, flags=re.DOTALL)
    return heading, body, contents


def _list_downloads(body: str, title: str, word: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the files of a page's tables: a workbook of all, where it can be written, and csv."""
    tables = read_tables(body)
    if not tables:
        return []
    stem = make_anchor(title)[:_LONGEST_STEM].rstrip("-") or "page"
    files = [
        {
            "name": f"{stem}-{number}.csv",
            "text": table.caption or f"{word['table']} {number}",
            "kind": "csv",
            "href": write_address(write_csv(table), CSV),
        }
        for number, table in enumerate(tables, start=1)
    ]
    if can_write_xlsx():
        whole = {
            "name": f"{stem}.xlsx",
            "text": word["downloads_all"],
            "kind": "xlsx",
            "href": write_address(write_xlsx(tables), XLSX),
        }
        files.insert(0, whole)
    return files


def _plain(html: str) -> str:
    return markup.unescape(re.sub(r"<[^>]+>", "", html)).strip()


def _show_value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _drop_control_marks(text: str) -> str:
    """Leave out marks that HTML forbids, and halves of letters."""
    text = text.encode(errors="replace").decode()
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]", "\ufffd", text)


def _hash_scripts(html: str) -> list[str]:
    """Return what the page's policy must name for the scripts in `html` to run."""
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    return [f"sha256-{base64.b64encode(digest).decode()}" for digest in digests]


@functools.cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=select_autoescape(["j2"], default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


@functools.cache
def _markdown_tools() -> tuple[Any, Any]:
    """Import nbconvert's Markdown filter without the grammars that only its peers need."""
    import sys

    absent = "rfc3987_syntax" not in sys.modules
    if absent:
        # an optional checker of jsonschema; it compiles its grammars for a second on import
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    try:
        from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
    finally:
        if absent:
            del sys.modules["rfc3987_syntax"]
    return IPythonRenderer, MarkdownWithMath


@functools.cache
def _read_css() -> str:
    css = (_HERE / "templates" / "style.css").read_text(encoding="utf-8")
    return re.sub(r"\n\s*", "\n", css).strip()
