"""Articles and reports come in as files; their text goes out, with its pages.

A `Text` is what every later place counts in: its characters, as Python counts them, without any
normalisation. Of a txt file it is the file's text itself; of html, docx and pdf it is what a reader
sees, one paragraph or table row a line, cells separated by tabs. Scripts and styles are no text.
What cannot be read safely raises `UnreadableSourceError` with what was found and what to do.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import UnreadableSourceError
from .lettering import decode_legacy, detect_legacy_encoding, strip_marks

LARGEST_TEXT = 20_000_000
"""Characters of one document; an article has some thousands, a year's reports a few million."""

_LARGEST_UNPACKED = 200_000_000
_SPARSE_PAGE = 8  # letters and digits; a scanned page holds none, a stamp or number at most
_OLE_MARK = b"\xd0\xcf\x11\xe0"
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_MARK_FLOOD = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{9}")
_UNUSUAL = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0590-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u202a-\u202e"
    r"\u2066-\u2069\u20d0-\u20ff\ufb1d-\ufdff\ufe70-\ufeff]"
)
"""The letters and signs of all three floods, which nearly no text holds."""
_DIRECTION_SIGNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DEEPEST_NESTING = 512  # as browsers; a page that nests deeper was made to keep readers busy
_LEGACY_SAMPLE = 20_000
_TWICE_MARKED = 0.3  # of the letters with marks; where as many are Unicode, most words are
_HIDDEN_TAGS = (
    "script, style, noscript, template, head, svg, iframe, object, embed, nav, button, form"
)
_BREAKING_TAGS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "br",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)


@dataclass(frozen=True)
class Text:
    """The text of one document.

    Attributes
    ----------
    path : Path
        The file.
    text : str
        Its characters, which all places count in.
    pages : tuple of int
        Where each page begins; empty if the kind of file has no pages.
    blank_pages : tuple of int
        Numbers, from 1, of pages that hold no text (pictures of pages).
    published : Timestamp or None
        The day of publication that the file itself declares (html only).
    """

    path: Path
    text: str
    pages: tuple[int, ...] = ()
    blank_pages: tuple[int, ...] = ()
    published: pd.Timestamp | None = None

    def locate(self, start: int, end: int) -> str:
        """Write a place as the observations table does: "chars 5-9", with the page before it."""
        place = f"chars {start}-{end}"
        if not self.pages:
            return place
        page = sum(begin <= start for begin in self.pages)
        return f"page {page}, {place}"


def read_text(path: str | Path) -> Text:
    """Read the text of one document.

    Parameters
    ----------
    path : str or Path
        A txt, md, html, docx or pdf file; the ending decides.

    Returns
    -------
    Text
        Empty files give an empty text.

    Raises
    ------
    FileNotFoundError, IsADirectoryError
        If there is no such file.
    UnreadableSourceError
        If it is encrypted, broken, a picture without text, of an unknown kind or encoding, longer
        than `LARGEST_TEXT`, or flooded with marks or direction signs.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "tin.txt"
    ...     _ = path.write_text("Xã có 3 CLB.", encoding="utf-8")
    ...     read_text(path).locate(6, 7)
    'chars 6-7'
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder; name the files in it.")
    if not path.is_file():
        raise FileNotFoundError(f"There is no file {str(path)!r}.")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise _refuse(
            path,
            "be a txt, html, docx or pdf file",
            f"the ending {path.suffix!r}",
            "save it as one of these; tables of figures are read by `read_workbook`.",
        )
    text = reader(path)
    _refuse_long(path, len(text.text))
    _refuse_floods(path, text.text)
    return text


def slug(path: Path) -> str:
    """Write a file's name as a key: small letters, digits and hyphens.

    Examples
    --------
    >>> slug(Path("Báo cáo Nga Sơn (2023).docx"))
    'bao-cao-nga-son-2023'
    """
    return re.sub(r"[^a-z0-9]+", "-", strip_marks(path.stem).lower()).strip("-") or "document"


def _read_plain(path: Path) -> Text:
    return Text(path, _decode(path, path.read_bytes()))


def _decode(path: Path, data: bytes, declared: str | None = None) -> str:
    _refuse_long(path, len(data) // 4)
    marked = next((code for mark, code in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), None)
    for encoding in dict.fromkeys((marked or "utf-8", declared or "utf-8")):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return _from_old_fonts(text)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x} on line {line}, which is not UTF-8"
    else:
        found = "bytes that do not fit their byte order mark"
    raise _refuse(path, "be text in one encoding, UTF-8", found, "save it again as UTF-8.")


def _from_old_fonts(text: str) -> str:
    sample = text[:_LEGACY_SAMPLE]
    if _is_unicode(sample):
        return text
    encoding = detect_legacy_encoding(sample.split("\n"))
    if encoding is None:
        return text
    return "\n".join(decode_legacy(text.split("\n"), encoding=encoding))


def _is_unicode(text: str) -> bool:
    """Tell quickly: letters with two marks stand for bytes in no old font, and a third has them."""
    coded = text.encode("utf-8", "surrogatepass")
    twice_marked = coded.count(b"\xe1\xba") + coded.count(b"\xe1\xbb")
    letters = len(text) - len(text.encode("ascii", "ignore"))
    return twice_marked > _TWICE_MARKED * letters


def _read_html(path: Path) -> Text:
    parser = _import("selectolax.lexbor", path).LexborHTMLParser
    data = path.read_bytes()
    charset = _CHARSET.search(data[:4096])
    source = _decode(path, data, charset[1].decode("ascii") if charset else None)
    tree = parser(source)
    published = _declared_day(tree)
    for node in tree.css(_HIDDEN_TAGS):
        node.decompose()
    body = tree.body
    pieces = [] if body is None else list(_visible(body))
    lines = (re.sub(r"[ \xa0\r\n\f]+", " ", line) for line in "".join(pieces).split("\v"))
    stripped = (line.strip(" ") for line in lines)
    return Text(path, "\n".join(line for line in stripped if line.strip()), published=published)


def _visible(body: Any) -> Iterator[str]:
    """Yield the text of a page, with a vertical tab for a new line and tabs between cells."""
    for node in body.traverse(include_text=True):
        if node.tag == "-text":
            yield (node.text(deep=False) or "").replace("\v", " ").replace("\t", " ")
        elif node.tag in ("td", "th"):
            # A cell is not the first of its row if another one stands before it.
            yield "\t" if _has_cell_before(node) else ""
        elif node.tag in _BREAKING_TAGS and not _is_in_cell(node):
            yield "\v"
        elif node.tag in _BREAKING_TAGS:
            yield " "


def _has_cell_before(cell: Any) -> bool:
    node = cell.prev
    while node is not None:
        if node.tag in ("td", "th"):
            return True
        node = node.prev
    return False


def _is_in_cell(node: Any) -> bool:
    above = node.parent
    for _ in range(_DEEPEST_NESTING):
        if above is None or above.tag == "table":
            return False
        if above.tag in ("td", "th"):
            return True
        above = above.parent
    return False


def _declared_day(tree: Any) -> pd.Timestamp | None:
    for selector in ("meta[property='article:published_time']", "meta[itemprop='datePublished']"):
        node = tree.css_first(selector)
        day = re.match(r"\d{4}-\d\d-\d\d", (node.attributes.get("content") or "") if node else "")
        if day is not None:
            found = pd.to_datetime(day[0], errors="coerce")
            return None if pd.isna(found) else found
    return None


def _read_docx(path: Path) -> Text:
    docx = _import("docx", path)
    _refuse_broken_package(path)
    try:
        document = docx.Document(str(path))
        lines = [line for block in document.iter_inner_content() for line in _docx_lines(block)]
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise _broken(path, "a Word document", error) from error
    return Text(path, "\n".join(lines))


def _docx_lines(block: Any) -> Iterator[str]:
    if not hasattr(block, "rows"):
        yield block.text
        return
    for row in block.rows:
        # Merged cells come once for each column they span.
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))
        texts = {cell._tc: cell.text for cell in row.cells}
        yield "\t".join(" ".join(texts[cell].split()) for cell in cells)


def _refuse_broken_package(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == _OLE_MARK:
        raise _refuse(
            path,
            "be an open Word document (docx)",
            "an encrypted file, or a Word 97 document (doc)",
            "open it in Word with its password and save it as docx without one.",
        )
    try:
        with zipfile.ZipFile(path) as package:
            size = sum(entry.file_size for entry in package.infolist())
    except zipfile.BadZipFile as error:
        raise _broken(path, "a Word document", error) from error
    if size > _LARGEST_UNPACKED:
        raise _refuse(
            path,
            f"unpack to at most {_LARGEST_UNPACKED // 1_000_000} MB",
            f"{size // 1_000_000} MB",
            "remove its pictures, or save its text alone.",
        )


def _read_pdf(path: Path) -> Text:
    pypdf = _import("pypdf", path)
    # What it finds broken is raised below, with what to do; its own notes would stand beside that.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise _refuse(
                path,
                "be readable without a password",
                "an encrypted pdf",
                "open it with its password and print it to a new pdf.",
            )
        texts = [_page_text(page) for page in reader.pages]
    except (pypdf.errors.PyPdfError, ValueError, KeyError, TypeError, OSError) as error:
        if isinstance(error, UnreadableSourceError):
            raise
        raise _broken(path, "a pdf", error) from error
    blank = tuple(number for number, text in enumerate(texts, 1) if _is_blank(text))
    if len(blank) == len(texts):
        raise _refuse(
            path,
            "hold text",
            f"{len(texts)} pages without text: a scan, pictures of pages",
            "run text recognition (OCR) for Vietnamese first, and read its result.",
        )
    pages, start = [], 0
    for text in texts:
        pages.append(start)
        start += len(text) + 1
    return Text(path, "\n".join(texts), tuple(pages), blank)


def _page_text(page: Any) -> str:
    """Extract one page; columns of tables stay apart by two spaces or more."""
    try:
        lines = page.extract_text(extraction_mode="layout").split("\n")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError):
        lines = page.extract_text().split("\n")
    kept = [line.rstrip() for line in lines]
    margin = min((len(line) - len(line.lstrip(" ")) for line in kept if line), default=0)
    return "\n".join(line[margin:] for line in kept)


def _is_blank(text: str) -> bool:
    return sum(character.isalnum() for character in text) < _SPARSE_PAGE


def _refuse_long(path: Path, length: int) -> None:
    if length > LARGEST_TEXT:
        raise _refuse(
            path,
            f"hold at most {LARGEST_TEXT // 1_000_000} million characters",
            f"about {length // 1_000_000} million",
            "split it; an article or report has some thousands.",
        )


def _refuse_floods(path: Path, text: str) -> None:
    if not text.isascii() and _UNUSUAL.search(text):
        if flood := _MARK_FLOOD.search(text):
            line = text.count("\n", 0, flood.start()) + 1
            raise _refuse(
                path,
                "have letters with at most a few marks",
                f"a flood of combining marks on line {line}",
                "copy the text again from its source; the marks hide what it says.",
            )
        signs = len(_DIRECTION_SIGNS.findall(text))
        turned = len(_RIGHT_TO_LEFT.findall(text))
        if signs or turned > len(text) // 10:
            raise _refuse(
                path,
                "run from left to right",
                f"{signs} signs that turn the direction of writing, {turned} letters of "
                "right-to-left scripts",
                "remove them: the text on the page would not be the text that is read.",
            )
    if controls := sum(text.count(sign) for sign in "\0\x01\x02\x03\x04\x05\x06\x07\x08"):
        raise _refuse(
            path,
            "be text",
            f"{controls} control characters: a program's file, or a broken one",
            "open it with the program that made it and save it as txt, docx or pdf.",
        )


def _broken(path: Path, kind: str, error: Exception) -> UnreadableSourceError:
    found = unicodedata.normalize("NFC", str(error)).strip() or type(error).__name__
    return _refuse(
        path,
        f"be {kind}",
        f"a broken or truncated file ({found})",
        "download or copy it again; if that does not help, save it anew from its program.",
    )


def _refuse(path: Path, must: str, found: str, hint: str) -> UnreadableSourceError:
    return UnreadableSourceError(f"{path.name} must {must}.\n  found: {found}\n  hint:  {hint}")


def _import(name: str, path: Path) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UnreadableSourceError(
            f"{path.name} needs the package {name.partition('.')[0]}, which is not installed.\n"
            "  hint:  install it with: pip install 'lthtgn-analysis[documents]'"
        ) from error


_READERS: dict[str, Callable[[Path], Text]] = {
    ".txt": _read_plain,
    ".md": _read_plain,
    ".htm": _read_html,
    ".html": _read_html,
    ".xhtml": _read_html,
    ".docx": _read_docx,
    ".pdf": _read_pdf,
}
