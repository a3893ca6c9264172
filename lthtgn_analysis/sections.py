"""Where the reading of a document stands: its sections, their dates, and what was said before.

A heading opens a section; its date governs the figures under it, and it may make them a plan
("Phương hướng năm 2024"). A question dates its answer. What a figure leaves out (its noun, its
date, whose members they are) was often said just before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from .contexts import Context
from .gazetteer import Unit
from .moments import Moment, find_moments, take_up
from .passages import Passage

_PLAN_HEADING = re.compile(
    r"phuong huong|ke hoach nam|nhiem vu (?:trong tam|nam|thoi gian|\d|ba|sau|chin|quy|giai)"
    r"|muc tieu|huong (?:toi|den) nam|dinh huong"
    r"|chi tieu nam"
    r"|ke hoach thoi gian|nhiem vu va giai phap|next steps|what next|plans? for|outlook"
    r"|targets? for|looking ahead"
    r"|ke hoach giai doan|ke hoach cong tac|du kien|thoi gian toi|ke hoach den|^\W*(?:[ivx]+"
    r"|\d+)[.)] ke hoach"
)
_MEMBERS_HEADING = re.compile(
    r"^\W*(?:\w{1,4}[.)/] ?)?(?:(?:ve|so luong|tinh hinh|phat trien|cong tac) ){0,2}"
    r"(?:thanh vien|membership|members)\b"
)
_RESULT_HEADING = re.compile(r"ket qua|thuc hien ke hoach|danh gia|tinh hinh|results|progress")


@dataclass
class Progress:
    """How far the reading of a document has come.

    Attributes
    ----------
    sections : list of (int, Moment or None, bool)
        The headings above: rank, date, and whether they open a plan.
    lead : Moment or None
        The date of a question, for the answer under it.
    plan : Moment or None
        The last date of a plan in the section.
    place : Unit or None
        The place that the section or speaker is about.
    club : Unit or None
        The club that the passage before is about.
    members_before : bool
        Whether the items before have given a number of members.
    of_members : bool
        Whether the section is about the members: "2. Về thành viên".
    last_indicator : str or None
        The last figure that was taken.
    last_count : str or None
        What the last number of clubs was, if no figure but those about a plan came after it.
    date : Moment or None
        The last date that was printed.
    """

    sections: list[tuple[int, Moment | None, bool]] = field(default_factory=list)
    lead: Moment | None = None
    plan: Moment | None = None
    place: Unit | None = None
    club: Unit | None = None
    members_before: bool = False
    of_members: bool = False
    last_indicator: str | None = None
    last_count: str | None = None
    date: Moment | None = None

    @property
    def planned(self) -> bool:
        """Whether the section is a plan."""
        return bool(self.sections) and self.sections[-1][2]

    @property
    def heading_date(self) -> Moment | None:
        """The date of the nearest heading that has one."""
        for _, moment, _ in reversed(self.sections):
            if moment is not None:
                return moment
        return None


def base_day(context: Context, progress: Progress) -> pd.Timestamp | None:
    """Return the day from which the passage's relative dates count: in a plan, the plan's year."""
    heading = progress.heading_date
    if progress.planned and heading is not None:
        return heading.as_of
    return context.base


def enter_section(
    passage: Passage, moments: list[Moment], progress: Progress, context: Context
) -> None:
    """Move on to the section that a heading opens.

    Parameters
    ----------
    passage : Passage
        The heading.
    moments : list of Moment
        Its dates.
    progress : Progress
        Where the reading stands; it is moved on.
    context : Context
        What holds for the document.
    """
    line = passage.plain
    planned = bool(_PLAN_HEADING.search(line)) and not _RESULT_HEADING.search(line)
    while progress.sections and progress.sections[-1][0] >= passage.rank:
        progress.sections.pop()
    if progress.sections and not planned and passage.rank > progress.sections[-1][0]:
        planned = progress.sections[-1][2] and not _RESULT_HEADING.search(line)
    planned = planned or _lies_ahead(passage, moments, context)
    if planned and context.base is not None:
        moments = find_moments(passage, pd.Timestamp(context.base.year, 12, 31))
    dated = [m for m in moments if m.kind == "dated" and m.as_of is not None]
    dated = [m for m in dated if planned or not m.planned]
    governing = dated[-1] if dated else None
    if passage.rank == 0 and not planned and not passage.text.endswith(":"):
        governing = None  # titles are read by `contexts`, which knows datelines
    if planned and governing is None and context.base is not None:
        last_day = pd.Timestamp(context.base.year, 12, 31)
        half = re.search(r"cuoi nam|nam nay|6 thang|quy", line)
        year = last_day if half else None
        governing = Moment(0, 0, None, year, "dated", True) if year is not None else None
    progress.sections.append((passage.rank, governing, planned))
    progress.plan = None
    progress.place = None
    progress.members_before = False
    progress.of_members = _MEMBERS_HEADING.search(line) is not None


def _lies_ahead(passage: Passage, moments: list[Moment], context: Context) -> bool:
    """Tell whether a heading names a time behind that of the data: "4. Năm 2023" in December."""
    base = context.base
    if base is None or passage.rank == 0 or _RESULT_HEADING.search(passage.plain):
        return False
    begins = [m.begins for m in moments if m.kind == "dated" and m.begins is not None]
    return bool(begins) and min(begins) > base


def resolve_moments(moments: list[Moment], earlier: Moment | None, line: str) -> list[Moment]:
    """Resolve what takes up another date; "the same date" may lie in an earlier paragraph.

    A date in brackets gives no year: "24 CLB (số cuối năm 2022) ... chỉ tiêu cả năm".
    """
    found: list[Moment] = []
    before: Moment | None = None
    compared: Moment | None = None
    kinds = {moment.kind for moment in moments}
    for moment in moments:
        known = before or (earlier if moment.kind == "same" else None)
        resolved = take_up(moment, compared if moment.kind == "same_year" and compared else known)
        if resolved is None:
            continue
        found.append(resolved)
        # "ít hơn năm 2022 (năm đó cấp 165 triệu đồng)"
        compared = resolved if resolved.kind == "compared" and resolved.whole_year else None
        aside = line.startswith(")", resolved.end) and "same_year" in kinds
        if resolved.kind in ("dated", "later") and not aside:
            before = resolved
    return found
