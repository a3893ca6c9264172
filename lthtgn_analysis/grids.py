"""The rows of a table inside a text come in; what each of its cells reports goes out.

Tables stand in reports as tab-separated lines, between pipes, in columns of spaces, or come so out
of html, docx and pdf. The heading of a column says what it counts and in which unit; the first cell
with a name says of which place. Tables that lie on their side (one figure a row, places or years in
the heading) are turned. Columns that no rule understands are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .errors import NotAFigureError
from .lexicon import find_cues
from .notation import parse_unit
from .numerals import Convention, readings
from .passages import Passage

_NUMBER = re.compile(
    r"[^\W\d_]*\W{0,2}(?P<first>\d[\d.,]*(?: \d{3})*)(?: ?/ ?(?P<second>\d[\d.,]*))?"
    r"(?P<rest>.{0,24})$"
)
_TOTAL = re.compile(r"(?:tong(?: cong| so| hop)?|cong(?: chung)?|toan (?:tinh|huyen|xa"
                    r"|thanh pho|thi xa|quoc)|ca (?:tinh|huyen|nuoc)"
                    r"|total|grand total|all|province|whole province)\b")  # fmt: skip
_SUBTOTAL = re.compile(
    r"(?:tong )?cong (?:\d+|\w+|cac|nhung) (?:don vi|huyen|xa|thon|dia phuong|clb|xom|ban)"
    r"|(?:sub-?total|total of (?:the )?\w+ )"
)
_ORDER_COLUMN = re.compile(r"(?:tt|stt|so tt|no\.?|#|so thu tu)$")
_NAME_COLUMN = re.compile(
    r"(?:don vi|huyen|xa|dia phuong|ten|thon|district|commune|unit|place|area|noi|tinh)"
)
_UNIT_IN = re.compile(r"\(([^()]*)\)|(?:đvt|đơn vị tính|dvt|don vi tinh)\s*:?\s*([^,;)]+)")
_CLUB = re.compile(r"\b(?:clb|cau lac bo|clubs?|ishcs?)\b")
_HEADINGS = (
    (
        "hoi vien|dan so|population|association|duong sinh|tho ca|ghi chu|note|chi hoi"
        "|tong so nct|so nct$|tinh nguyen",
        None,
    ),
    ("quy hoat dong|quy cham soc|quy hoi|activity fund|chan quy|no qua han|overdue|qua han", None),
    ("tang,? giam|so voi|tang so|chenh lech|change|increase", None),
    ("ty le|%|percent", "share"),
    ("giai the|ngung|dung hoat dong|closed|dissolved|stopped", "closed_clubs"),
    (
        "(?:co|lap) (?:duoc )?(?:quy|von)|with (?:an? )?(?:income|fund|revolving|loan)",
        "clubs_with_fund",
    ),
    (
        "(?:chi tieu|ke hoach|muc tieu|target|plan).*(?:lap moi|thanh lap|moi|new)|(?:lap moi"
        "|thanh lap|new).*(?:chi tieu|ke hoach|giao|target|plan)",
        "target_new_clubs",
    ),
    (
        "(?:xa|phuong|commune|thi tran).*(?:co|with).*(?:clb|cau lac bo|club)"
        "|(?:so )?xa,? ?(?:phuong|tt|thi tran)?.* da co|communes? covered",
        "communes_with_clubs",
    ),
    (
        "(?:thon|to dan pho|khu|xom|ban|village).*(?:co|with).*(?:clb|cau lac bo|club)",
        "villages_with_clubs",
    ),
    ("(?:huyen|district).*(?:co|with).*(?:clb|cau lac bo|club)", "districts_with_clubs"),
    ("(?:tong )?(?:so )?(?:xa|communes|don vi cap xa)\\b(?!.*(?:clb|club))", "communes_total"),
    ("(?:tong )?(?:so )?(?:thon|to dan pho|villages)\\b(?!.*(?:clb|club))", "villages_total"),
    ("(?:chi tieu|ke hoach|muc tieu|target|plan|phan dau|den nam 20)", "target"),
    ("lap moi|thanh lap|moi|ra mat|new|founded|set up|established", "new_clubs"),
    ("tap huan.*(?:lop|khoa)|(?:lop|khoa).*tap huan|training courses", "training_courses"),
    ("tap huan|trained|trainees|hoc vien", "trainees"),
    ("von ban dau|khi ra mat|start-?up", "startup_capital_vnd"),
    (
        "(?:binh quan|trung binh|average|per club|/clb).*(?:von|quy|fund)|(?:von|quy"
        "|fund).*(?:binh quan|trung binh|average|per club|/clb)",
        "income_fund_per_club_vnd",
    ),
    (
        "(?:binh quan|trung binh|average|per club|/clb).*(?:thanh vien|nguoi|members)"
        "|(?:thanh vien|members).*(?:binh quan|average|per club|/clb)",
        "members_per_club",
    ),
    ("\\b(?:nguoi|thanh vien|ho|luot nguoi|so nguoi)\\b.*(?:vay|duoc vay)|borrowers", "borrowers"),
    ("du no|cho vay|giai ngan|so tien vay|lent|on loan|outstanding", "lent_vnd"),
    ("kinh phi|ngan sach|budget", "budget_vnd"),
    ("quy|von|fund|capital", "income_fund_vnd"),
    ("nu\\b|phu nu|women|female", "women_members"),
    ("ngheo|kho khan|poor|disadvantaged", "poor_members"),
    ("nct|cao tuoi|60 tuoi|55 tuoi|older|aged 60|60\\+", "older_members"),
    ("thanh vien|nguoi tham gia|members|so nguoi", "members"),
    ("clb|cau lac bo|clubs?|ishcs?|tong so$|hien co", "clubs"),
)
_RESIDENTS = re.compile(
    r"\W*(?:tong )?(?:so )?(?:nct|nguoi cao tuoi|older (?:people|persons)|elderly)\b"
    r"(?!.*(?:thanh vien|clb|members))"
)
_COMPILED = tuple((re.compile(pattern), what) for pattern, what in _HEADINGS)
_SHARE_KINDS = (
    (re.compile(r"nu\b|phu nu|women"), "women_members"),
    (re.compile(r"ngheo|kho khan|poor"), "poor_members"),
    (re.compile(r"nct|cao tuoi|older|60"), "older_members"),
    (re.compile(r"du hop|sinh hoat|attend|tham du"), "attendance_share"),
    (re.compile(r"ke hoach|chi tieu|hoan thanh|plan|target"), "plan_achievement"),
)


@dataclass(frozen=True)
class CellFigure:
    """One number of a table.

    Attributes
    ----------
    indicator : str
        What it reports.
    number : Decimal
        In base units.
    is_share : bool
        Whether it is a percentage.
    cell : Passage
        Its cell.
    start, end : int
        Its place in the cell.
    name : str
        The place its row or column names; "" for a total.
    heading : Passage
        The heading that decided.
    """

    indicator: str
    number: Decimal
    is_share: bool
    cell: Passage
    start: int
    end: int
    name: str
    heading: Passage


def group_rows(passages: list[Passage]) -> Iterator[list[Passage]]:
    r"""Yield the passages one by one, the rows of one table together.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> [len(group) for group in group_rows(split_passages("Bảng 1\nA\t1\nB\t2\nHết."))]
    [1, 2, 1]
    """
    rows: list[Passage] = []
    for passage in passages:
        if passage.cells:
            rows.append(passage)
            continue
        if rows:
            yield rows
            rows = []
        yield [passage]
    if rows:
        yield rows


def read_grid(
    rows: list[Passage], caption: str, convention: Convention, *, about_clubs: bool
) -> list[CellFigure]:
    r"""Read the figures of one table.

    Parameters
    ----------
    rows : list of Passage
        Its rows, each with cells.
    caption : str
        The line before it, without marks, in small letters: it may name a unit.
    convention : {"vi", "en"}
        How numbers are written.
    about_clubs : bool
        Whether the document is about the clubs.

    Returns
    -------
    list of CellFigure
        In the order of the text; a row without a name, and a column without a meaning, give none.

    Examples
    --------
    >>> from lthtgn_analysis.passages import split_passages
    >>> rows = split_passages("Huyện\tSố CLB\tVốn (triệu đồng)\nNga Sơn\t43\t3.400")
    >>> [(f.name, f.indicator, int(f.number)) for f in read_grid(rows, "", "vi", about_clubs=True)]
    [('Nga Sơn', 'clubs', 43), ('Nga Sơn', 'income_fund_vnd', 3400000000)]
    """
    rows = _align(rows)
    width = max(len(row.cells) for row in rows)
    head = [row for row in rows if _is_head(row)]
    body = [
        row for row in rows if not _is_head(row) and any(_NUMBER.match(c.plain) for c in row.cells)
    ]
    leading = [row for row in head if not body or row.start < body[0].start]
    if not leading and width != 2:
        return []
    club_table = about_clubs or any(_CLUB.search(row.plain) for row in leading) or "clb" in caption
    headings = {place: _joined(leading, place) for place in range(width)}
    meanings = {
        place: _meaning(cells, caption, club_table) for place, cells in headings.items() if cells
    }
    _leave_out_residents(headings, meanings)
    if not any(what for what in meanings.values() if what):
        return list(_turned(rows, leading, caption, convention, club_table))
    found: list[CellFigure] = []
    for row in body:
        name_at, name = _name(row)
        if _SUBTOTAL.match(row.cells[max(name_at, 0)].plain.strip()):
            continue
        for place, cell in enumerate(row.cells):
            what = meanings.get(place)
            if what and place > name_at and place in headings:
                found += _read_cell(cell, what, name, headings[place][-1], convention)
    return found


def _leave_out_residents(
    headings: dict[int, list[Passage]], meanings: dict[int, tuple[str, Decimal] | None]
) -> None:
    """Drop a column "NCT" that stands before all members: it counts the old people of the place."""
    members = [
        place for place, what in meanings.items()
        if what is not None and what[0].endswith("members") and what[0] != "older_members"
    ]  # fmt: skip
    for place, what in meanings.items():
        bare = " ".join(cell.plain for cell in headings[place])
        whole = what is not None and what[0] == "older_members" and what[1] == 1
        if whole and _RESIDENTS.match(bare) and not any(other < place for other in members):
            meanings[place] = None


def _align(rows: list[Passage]) -> list[Passage]:
    """Put the cells of rows that only spaces divide under the row that has the most of them."""
    spaced = [row for row in rows if row.rank]
    if not spaced:
        return rows
    widest = max(spaced, key=lambda row: len(row.cells))
    columns = [_middle(cell, widest) for cell in widest.cells]
    return [_under(row, columns) if row.rank else row for row in rows]


def _under(row: Passage, columns: list[float]) -> Passage:
    if len(row.cells) >= len(columns):
        return row
    cells = [row.cells[0]._replace(text="", lower="", plain="") for _ in columns]
    left = 0
    for number, cell in enumerate(row.cells):
        last = len(columns) - (len(row.cells) - number)
        places = range(left, last + 1)
        place = min(places, key=lambda column: abs(columns[column] - _middle(cell, row)))
        cells[place] = cell
        left = place + 1
    return row._replace(cells=tuple(cells))


def _middle(cell: Passage, row: Passage) -> float:
    return cell.start - row.start + len(cell.text) / 2


def _is_head(row: Passage) -> bool:
    words = [cell for cell in row.cells if cell.text.strip()]
    written = [cell for cell in words if re.fullmatch(r"[\d.,/% ]+|\(\d+\)", cell.text)]
    numbers = [cell for cell in written if not re.fullmatch(r"\(?\d\)?", cell.text)]
    ordered = (
        words
        and all(re.fullmatch(r"\(?[\dA-F]\)?|\d+=.*", cell.text) for cell in words)
        and len(words) > 2
    )
    if ordered and [cell.text.strip("()") for cell in words][:2] in (
        ["1", "2"],
        ["A", "B"],
        ["A", "1"],
    ):
        return True
    small = [cell for cell in words if re.fullmatch(r"\d", cell.text)]
    years = [cell for cell in numbers if re.fullmatch(r"20\d\d", cell.text)]
    return len(words) > 0 and len(numbers) == len(years) and not small


def _joined(leading: list[Passage], place: int) -> list[Passage]:
    return [
        row.cells[place]
        for row in leading
        if place < len(row.cells) and row.cells[place].text.strip()
    ]


def _meaning(cells: list[Passage], caption: str, club_table: bool) -> tuple[str, Decimal] | None:  # noqa: PLR0911
    line = " ".join(cell.plain for cell in cells)
    if _ORDER_COLUMN.match(line.strip()):
        return None
    what = next((indicator for pattern, indicator in _COMPILED if pattern.search(line)), None)
    if what is None:
        return None
    if what == "target":
        what = "target_clubs" if "den" in line or "stock" in line else "target_new_clubs"
        if not (_CLUB.search(line) or club_table) or "thanh vien" in line:
            return None
    if what == "share":
        kind = next((name for pattern, name in _SHARE_KINDS if pattern.search(line)), None)
        return None if kind is None else (kind, Decimal("0.01"))
    if not club_table and not _CLUB.search(line):
        return None
    if (
        _NAME_COLUMN.match(line)
        and what in ("communes_total", "villages_total")
        and "so" not in line.split()
    ):
        return None
    return what, _factor(cells, caption, what)


def _factor(cells: list[Passage], caption: str, what: str) -> Decimal:
    if not what.endswith("_vnd"):
        return Decimal(1)
    for text in (*(cell.lower for cell in cells), caption):
        for match in _UNIT_IN.finditer(text):
            try:
                unit, factor = parse_unit((match[1] or match[2] or "").strip())
            except NotAFigureError:
                continue
            if unit in ("VND", None):
                return Decimal(factor)
        scale = re.search(r"(triệu|trieu|tỷ|tỉ|ty|nghìn|ngàn|million|billion)", text)
        if scale:
            return {"t": Decimal(10**6), "m": Decimal(10**6), "n": Decimal(10**3)}.get(
                "b" if scale[1] in ("tỷ", "tỉ", "ty", "billion") else scale[1][0], Decimal(10**9)
            )
    return Decimal(1)


def _name(row: Passage) -> tuple[int, str]:
    for place, cell in enumerate(row.cells[:3]):
        text = re.sub(r"^\s*(?:\d{1,3}|[IVX]+)[.)]\s+", "", cell.text).strip()
        if any(character.isalpha() for character in text) and len(text) > 2:
            return place, "" if _TOTAL.match(cell.plain.strip()) else text
    return -1, ""


def _read_cell(
    cell: Passage, what: tuple[str, Decimal], name: str, heading: Passage, convention: Convention
) -> Iterator[CellFigure]:
    match = _NUMBER.match(cell.text)
    if match is None:
        return
    indicator, factor = what
    first = _number(match["first"], convention, whole=factor == 1)
    if first is None:
        return
    is_share = factor == Decimal("0.01") or match["rest"].strip().startswith("%")
    yield CellFigure(indicator, first * factor, is_share, cell, *match.span("first"), name, heading)
    whole = indicator.replace("_with_clubs", "_total") if "_with_clubs" in indicator else ""
    whole = {"clubs_with_fund": "clubs", "new_clubs": "target_new_clubs"}.get(indicator, whole)
    second = match["second"] and _number(match["second"], convention, whole=True)
    if second and whole:
        yield CellFigure(whole, second, False, cell, *match.span("second"), name, heading)


def _number(numeral: str, convention: Convention, *, whole: bool) -> Decimal | None:
    possible = readings(numeral.strip(" .,"))
    number = possible.get(convention, next(iter(possible.values()), None))
    if number is not None and whole and number != number.to_integral_value():
        return next((n for n in possible.values() if n == n.to_integral_value()), number)
    return number


def _turned(
    rows: list[Passage],
    leading: list[Passage],
    caption: str,
    convention: Convention,
    club_table: bool,
) -> Iterator[CellFigure]:
    """Read a table with one figure a row; places, if any, stand in the heading."""
    for row in rows:
        labels = [cell for cell in row.cells[:2] if any(c.isalpha() for c in cell.text)]
        if not labels:
            continue
        unit = [
            cell
            for cell in row.cells[1:3]
            if cell is not labels[0] and any(c.isalpha() for c in cell.text)
        ]
        what = _meaning([labels[0], *unit], caption, club_table)
        if what is None or not find_cues(labels[0]):
            continue
        values = [
            (place, cell) for place, cell in enumerate(row.cells)
            if cell not in labels and _NUMBER.match(cell.text)
        ]  # fmt: skip
        for place, cell in values[-1:] if len(values) == 1 else values:
            heads = _joined(leading, place)
            name = (
                heads[-1].text if heads and heads[-1].text[:1].isupper() and len(values) > 1 else ""
            )
            yield from _read_cell(cell, what, name, heads[-1] if heads else labels[0], convention)
