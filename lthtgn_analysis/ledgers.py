"""Add up meeting books and loan ledgers by club and by area, on any engine.

Frames of narwhals come in, frames of narwhals go out; nothing is computed until an engine is asked.
Only operations that every engine has, with the same meaning, are used: predicates become columns
first and are aggregated then, because a condition inside an aggregation is dropped without a word
by some engines. Missing is not zero: beside each sum stands how many of its cells are known.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import narwhals.stable.v2 as nw

from .engines import Frame
from .registers import ACTIVITIES

LATE_DAYS = 30
"""A loan is at risk when an instalment is more than this many days late (PAR30, CGAP)."""

_HUGE = 1e300


def sum_meetings(meetings: Frame, *, since: datetime, as_of: datetime) -> Frame:
    """Add up a meeting book by club, over a period.

    Parameters
    ----------
    meetings : narwhals frame
        The meetings table; a meeting that is entered twice (one club, one day) counts once.
    since, as_of : datetime
        First and last day of the period.

    Returns
    -------
    narwhals frame
        One row per club: `meetings_held`, `meetings_entered`, `crowded_months` (months with more
        than one meeting), `first_meeting`; the sums of `attended`, `health_checks`,
        `homecare_visits` with `<name>_known`; the largest of the eight activities, of
        `health_checks_most` and `volunteers`.

    Examples
    --------
    >>> import pandas as pd
    >>> book = pd.DataFrame({"club": ["a", "a"], "date": pd.to_datetime(["2024-01-09"] * 2)})
    >>> period = {"since": datetime(2024, 1, 1), "as_of": datetime(2024, 12, 31)}
    >>> sums = sum_meetings(nw.from_native(book.assign(held=1.0)), **period)
    >>> sums.to_native()[["club", "meetings_held", "meetings_entered"]]
      club  meetings_held  meetings_entered
    0    a            1.0               1.0
    """
    day = nw.col("date")
    has = set(meetings.collect_schema())
    in_period = meetings.filter(~day.is_null() & (day >= since) & (day < as_of + timedelta(days=1)))
    held = _is_held() if "held" in has else nw.lit(1.0)
    present = {}
    if {"held", "attended"} <= has:
        present["attended"] = _where(held > 0, _known_number("attended", meetings))
    counted = [name for name in ("attended", "health_checks", "homecare_visits") if name in has]
    largest = [name for name in (*ACTIVITIES, "volunteers") if name in has]
    cells = in_period.select(
        club=_as_text("club", meetings),
        date=day,
        year=day.dt.year(),
        month=day.dt.month(),
        held=held,
        **{name: _known_number(name, meetings) for name in (*counted, *largest)} | present,
    )
    days = cells.group_by("club", "date", "year", "month").agg(
        nw.col("held").max().alias("held"),
        *(nw.col(name).max().alias(name) for name in (*counted, *largest)),
    )
    more = ["health_checks_most"] if "health_checks" in counted else []
    months = days.group_by("club", "year", "month").agg(
        nw.col("held").sum().alias("held"),
        nw.len().alias("entered"),
        nw.col("date").min().alias("first_meeting"),
        *(nw.col(name).sum().alias(name) for name in counted),
        *(nw.col(name).count().alias(f"{name}_known") for name in counted),
        *(nw.col("health_checks").max().alias(name) for name in more),
        *(nw.col(name).max().alias(name) for name in largest),
    )
    return (
        months.with_columns(
            crowded=_flag(nw.col("held") > 1),
            entered=nw.col("entered").cast(nw.Float64),
            **{f"{name}_known": nw.col(f"{name}_known").cast(nw.Float64) for name in counted},
        )
        .group_by("club")
        .agg(
            nw.col("held").sum().alias("meetings_held"),
            nw.col("entered").sum().alias("meetings_entered"),
            nw.col("crowded").sum().alias("crowded_months"),
            nw.col("first_meeting").min().alias("first_meeting"),
            *(nw.col(name).sum().alias(name) for name in counted),
            *(nw.col(f"{name}_known").sum().alias(f"{name}_known") for name in counted),
            *(nw.col(name).max().alias(name) for name in (*largest, *more)),
        )
    )


def flag_loans(loans: Frame, *, since: datetime, as_of: datetime) -> Frame:
    """Turn each loan into numbers that can be added up: what was lent, is owed, is at risk.

    Parameters
    ----------
    loans : narwhals frame
        The loans table.
    since, as_of : datetime
        First and last day of the period. Loans made after `as_of` are left out; a loan without a
        day stays: it is owed, but it was not made in the period for certain.

    Returns
    -------
    narwhals frame
        One row a loan: `club`, `member`, `disbursed` and, as far as the ledger has the columns,
        `in_period`, `lent_vnd`, `outstanding_vnd`, `overdue_vnd`, `par30_vnd`, `running` and
        `outstanding_of_dated_vnd` (money that is owed and has a due date).

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = {"club": ["a"], "member": ["a-1"], "disbursed": pd.to_datetime(["2024-03-01"]),
    ...           "due": pd.to_datetime(["2024-09-01"]), "outstanding_vnd": [4e6]}
    >>> period = {"since": datetime(2024, 1, 1), "as_of": datetime(2024, 12, 31)}
    >>> flagged = flag_loans(nw.from_native(pd.DataFrame(ledger)), **period)
    >>> flagged.to_native()[["in_period", "par30_vnd", "running"]]
       in_period  par30_vnd  running
    0          1  4000000.0        1
    """
    day, due = nw.col("disbursed"), nw.col("due")
    has = set(loans.collect_schema())
    made = loans.filter(day.is_null() | (day < as_of + timedelta(days=1)))
    money = [name for name in ("amount_vnd", "outstanding_vnd", "overdue_vnd") if name in has]
    cells = made.select(
        *(name for name in ("disbursed", "due") if name in has),
        club=_as_text("club", loans),
        member=_as_text("member", loans),
        **{name: _known_number(name, loans) for name in money},
        in_period=_flag(day >= since),
    )
    # Nothing here is negated or counted, so a missing cell needs no condition of its own: sums,
    # maxima and `when` pass over it on every engine. Over millions of rows that shows.
    owed = nw.col("outstanding_vnd")
    derived = {}
    if "amount_vnd" in money:
        derived["lent_vnd"] = _where(nw.col("in_period") > 0, nw.col("amount_vnd"))
    if "outstanding_vnd" in money:
        derived["running"] = _flag(owed > 0)
    if "outstanding_vnd" in money and "due" in has:
        derived["outstanding_of_dated_vnd"] = _where(~due.is_null() | (owed <= 0), owed)
        derived["par30_vnd"] = _where(due < as_of - timedelta(days=LATE_DAYS), owed)
    return cells.with_columns(**derived) if derived else cells


def sum_loans(flagged: Frame) -> Frame:
    """Add up flagged loans by club.

    Parameters
    ----------
    flagged : narwhals frame
        What `flag_loans` returned.

    Returns
    -------
    narwhals frame
        One row per club: `entered` (rows), `loans` (made in the period), `first_loan`, `last_loan`,
        `members_named` (rows that name a member) and the sums of money, with `<name>_known` for
        `outstanding_vnd` and `lent_vnd`.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"club": ["a", "a"], "member": ["1", None], "in_period": [1.0, 0.0],
    ...                      "disbursed": pd.to_datetime(["2024-03-01"] * 2)})
    >>> sum_loans(nw.from_native(rows)).to_native()[["club", "entered", "loans", "members_named"]]
      club  entered  loans  members_named
    0    a        2    1.0              1
    """
    has = set(flagged.collect_schema())
    sums = [name for name in ("lent_vnd", "outstanding_vnd", "overdue_vnd", "par30_vnd",
                              "outstanding_of_dated_vnd", "running") if name in has]  # fmt: skip
    # Money at risk is known where the money with a due date is.
    known = [name for name in sums if name not in ("running", "par30_vnd")]
    return flagged.group_by("club").agg(
        nw.len().alias("entered"),
        nw.col("in_period").sum().alias("loans"),
        nw.col("disbursed").min().alias("first_loan"),
        nw.col("disbursed").max().alias("last_loan"),
        nw.col("member").count().alias("members_named"),
        *(nw.col(name).sum().alias(name) for name in sums),
        *(nw.col(name).count().alias(f"{name}_known") for name in known),
    )


def list_borrowers(flagged: Frame) -> Frame:
    """Reduce flagged loans to one row per club and member: the people behind the loans.

    Parameters
    ----------
    flagged : narwhals frame
        What `flag_loans` returned.

    Returns
    -------
    narwhals frame
        `club, member, in_period, running`: whether the member borrowed in the period, and owes now.
        Rows without a member are left out.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"club": ["a", "a"], "member": ["1", "1"], "in_period": [1.0, 0.0],
    ...                      "running": [0.0, 1.0]})
    >>> list_borrowers(nw.from_native(rows)).to_native()
      club member  in_period  running
    0    a      1        1.0      1.0
    """
    running = nw.col("running") if "running" in flagged.collect_schema() else nw.lit(0.0)
    return (
        flagged.select("club", "member", "in_period", running.alias("running"))
        .group_by("club", "member", drop_null_keys=True)
        .agg(nw.col("in_period").max().alias("in_period"), nw.col("running").max().alias("running"))
    )


def place_at(places: Frame, level: str) -> Frame:
    """Take the areas of one level from clubs and their areas.

    Parameters
    ----------
    places : narwhals frame
        `club` and a column a level; clubs without an area at a level are missing there.
    level : str
        The level.

    Returns
    -------
    narwhals frame
        `club, area`.

    Examples
    --------
    >>> import pandas as pd
    >>> places = pd.DataFrame({"club": ["a", "b"], "district": ["164", None]})
    >>> place_at(nw.from_native(places), "district").to_native()
      club area
    0    a  164
    """
    return places.filter(~nw.col(level).is_null()).select("club", area=nw.col(level))


def count_borrowers(borrowers: Frame, places: Frame | None) -> Frame:
    """Count distinct borrowers by area: a member of two clubs is one person in their district.

    Parameters
    ----------
    borrowers : narwhals frame
        What `list_borrowers` returned.
    places : narwhals frame or None
        `club, area`: the clubs that count, and the area in which each lies; None counts by club.

    Returns
    -------
    narwhals frame
        `area, borrowers, borrowers_year, borrowers_ever`.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"club": ["a", "b"], "member": ["1", "1"], "in_period": [1.0, 0.0],
    ...                        "running": [0.0, 1.0]})
    >>> places = pd.DataFrame({"club": ["a", "b"], "area": ["164", "164"]})
    >>> count_borrowers(nw.from_native(people), nw.from_native(places)).to_native()
      area  borrowers  borrowers_year  borrowers_ever
    0  164        1.0             1.0               1
    """
    if places is None:
        people = borrowers.rename({"club": "area"})
    else:
        people = (
            cast("Any", borrowers)
            .join(places, on="club", how="inner")
            .group_by("area", "member")
            .agg(
                nw.col("in_period").max().alias("in_period"),
                nw.col("running").max().alias("running"),
            )
        )
    return people.group_by("area").agg(
        nw.col("running").sum().alias("borrowers"),
        nw.col("in_period").sum().alias("borrowers_year"),
        nw.len().alias("borrowers_ever"),
    )


def count_faults(loans: Frame) -> Frame:
    """Count, by club, the loans whose cells contradict each other.

    Parameters
    ----------
    loans : narwhals frame
        The loans table.

    Returns
    -------
    narwhals frame
        One row per club: `due_early` (due before the loan was made), `owed_over_lent` (more owed
        than lent), `overdue_over_owed`, `no_balance` (lent, repaid and owed do not add up).

    Examples
    --------
    >>> import pandas as pd
    >>> ledger = pd.DataFrame({"club": ["a"], "amount_vnd": [5e6], "outstanding_vnd": [6e6]})
    >>> count_faults(nw.from_native(ledger)).to_native()[["club", "owed_over_lent"]]
      club  owed_over_lent
    0    a               1
    """
    has = set(loans.collect_schema())
    money = ("amount_vnd", "repaid_vnd", "outstanding_vnd", "overdue_vnd")
    nothing = nw.lit(None).cast(nw.Float64)
    cells = loans.with_columns(
        **{name: _known_number(name, loans) if name in has else nothing for name in money}
    )
    lent, repaid, owed, overdue = (nw.col(name) for name in money)
    early = _flag(
        ~nw.col("due").is_null()
        & ~nw.col("disbursed").is_null()
        & (nw.col("due") < nw.col("disbursed"))
    )
    rest = lent - repaid - owed
    faults = {
        "due_early": early if {"due", "disbursed"} <= has else nw.lit(0.0),
        "owed_over_lent": _flag(~lent.is_null() & ~owed.is_null() & (owed > lent)),
        "overdue_over_owed": _flag(~overdue.is_null() & ~owed.is_null() & (overdue > owed)),
        "no_balance": _flag(~rest.is_null() & ((rest > 1) | (rest < -1))),
    }
    return (
        cells.select(_as_text("club", loans), **faults)
        .group_by("club")
        .agg(*(nw.col(name).sum().alias(name) for name in faults))
    )


def find_shared_members(borrowers: Frame) -> Frame:
    """Find members that borrow in more than one club, by club.

    Parameters
    ----------
    borrowers : narwhals frame
        What `list_borrowers` returned.

    Returns
    -------
    narwhals frame
        `club, shared`: how many of its borrowers also borrow elsewhere.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"club": ["a", "b", "b"], "member": ["1", "1", "2"]})
    >>> find_shared_members(nw.from_native(people)).to_native().sort_values("club")
      club  shared
    0    a       1
    1    b       1
    """
    elsewhere = (
        borrowers.group_by("member")
        .agg(nw.len().alias("clubs"))
        .filter(nw.col("clubs") > 1)
        .select("member")
    )
    return (
        cast("Any", borrowers)
        .join(elsewhere, on="member", how="semi")
        .group_by("club")
        .agg(nw.len().alias("shared"))
    )


def _as_text(name: str, frame: Frame) -> nw.Expr:
    column = nw.col(name)
    return column if frame.collect_schema()[name] == nw.String else column.cast(nw.String)


def _known_number(name: str, frame: Frame) -> nw.Expr:
    """Return a column as a float whose NaN and infinity are missing, as pandas means them."""
    number = nw.col(name).cast(nw.Float64)
    if frame.implementation.is_pandas() or not frame.collect_schema()[name].is_float():
        return number
    return nw.when(number < _HUGE).then(number)


def _flag(condition: nw.Expr) -> nw.Expr:
    """Return 1 or 0 in the smallest type; what is missing may stay so, or become 0 on pandas."""
    return condition.cast(nw.Int8)


def _where(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(value)


def _is_held() -> nw.Expr:
    """Return 1 where a meeting took place; a dated row that does not say so counts as held."""
    held = nw.col("held").cast(nw.Float64)
    return nw.when(held <= 0).then(nw.lit(0.0)).otherwise(nw.lit(1.0))
