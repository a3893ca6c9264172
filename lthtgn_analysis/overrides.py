"""A person's own class of progress, set beside the computed one: targets in, checked targets out.

A list of targets may have four more columns. Who knows what no figure tells may set the class of
progress by hand, with name, day and reason; the verdict stays what the bounds say, "achieved" needs
a verdict of met, and both classes are told wherever the target is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from .dates import format_date
from .errors import InvalidTableError
from .notation import label
from .schema import PROGRESS_CLASSES

COLUMNS = ("override", "override_author", "override_date", "override_reason")
"""What a list of targets may have beside its own columns."""


@dataclass(frozen=True)
class Override:
    """A class that a person set.

    Attributes
    ----------
    progress_class, author, reason : str
        The class, who set it, and why.
    date : Timestamp
        The day from which it holds.
    """

    progress_class: str
    author: str
    date: pd.Timestamp
    reason: str


def read_overrides(cells: pd.DataFrame, *, name: str) -> pd.DataFrame:
    """Return the columns of overrides of a targets file; no columns where it has none.

    Parameters
    ----------
    cells : DataFrame of str
        As `sources.read_csv_cells` gives them.
    name : str
        The file's name, for the error text.

    Returns
    -------
    DataFrame
        On a new index, in the order of `cells`.

    Raises
    ------
    InvalidTableError
        If an override lacks its author, date or reason, or is no class of progress.

    Examples
    --------
    >>> cells = pd.DataFrame({"target_id": ["A"], "override": ["limited"], "override_author": ["B"],
    ...                       "override_date": ["2024-05-01"], "override_reason": ["no money"]})
    >>> read_overrides(cells, name="targets.csv")["override"].item()
    'limited'
    """
    if "override" not in cells:
        return pd.DataFrame(index=pd.RangeIndex(len(cells)))
    blank = pd.Series("", index=cells.index, dtype="str")
    texts = pd.DataFrame({column: cells.get(column, blank) for column in COLUMNS})
    texts = texts.fillna("").apply(lambda column: column.str.strip()).reset_index(drop=True)
    ids = cells["target_id"].reset_index(drop=True)
    days = pd.to_datetime(texts["override_date"].mask(texts["override_date"] == ""),
                          format="%Y-%m-%d", errors="coerce")  # fmt: skip
    given = texts["override"] != ""
    unknown = given & ~texts["override"].isin(PROGRESS_CLASSES)
    bare = (texts[["override_author", "override_reason"]] == "").any(axis=1) | days.isna()
    if (wrong := unknown | (given & bare)).any():
        raise InvalidTableError(
            f"{name} must give the author, the day (2024-05-01) and the reason of each override of "
            f"a class, and a class among {', '.join(PROGRESS_CLASSES)}.\n"
            f"  found: {texts[wrong].assign(target_id=ids[wrong]).to_dict('records')}\n"
            "  hint:  fill in `override_author`, `override_date` and `override_reason`, or leave "
            "`override` empty."
        )
    return texts.mask(texts == "").assign(override_date=days)


def find_override(target: Mapping[Any, Any], day: pd.Timestamp) -> Override | None:
    """Return the override of a target that holds on a day.

    Examples
    --------
    >>> target = {"override": "limited", "override_author": "B", "override_reason": "no money",
    ...           "override_date": pd.Timestamp("2024-05-01")}
    >>> [find_override(target, pd.Timestamp(day)) is None for day in ("2024-04-30", "2024-05-01")]
    [True, False]
    """
    if "override" not in target or pd.isna(target["override"]):
        return None
    told: list[Any] = [target.get(column) for column in COLUMNS[1:]]
    if any(part is None or pd.isna(part) for part in told):
        raise InvalidTableError(
            f"Target {target.get('target_id')!r} must name who set its class, when and why.\n"
            "  hint:  fill in `override_author`, `override_date` and `override_reason`."
        )
    if target["override"] not in PROGRESS_CLASSES:
        raise InvalidTableError(
            f"Target {target.get('target_id')!r} must have its class set to one of "
            f"{', '.join(PROGRESS_CLASSES)}, not {target['override']!r}."
        )
    found = Override(target["override"], str(told[0]), pd.Timestamp(told[1]), str(told[2]))
    return found if found.date <= day else None


def apply_override(
    row: Mapping[str, Any], override: Override | None, *, lang: Literal["vi", "en"]
) -> dict[str, Any]:
    """Set the class of a row of progress by hand, and say so; the verdict stays.

    Parameters
    ----------
    row : mapping
        With `verdict`, `progress_class`, `reason` and perhaps `method`.
    override : Override or None
        What a person set.
    lang : {"vi", "en"}
        Language of the words.

    Returns
    -------
    dict
        The row. "achieved" is refused unless the verdict is met, and the refusal is told.

    Examples
    --------
    >>> row = {"verdict": "not_met", "progress_class": "on_track", "reason": "So.", "method": ""}
    >>> mine = Override("limited", "B", pd.Timestamp("2024-05-01"), "no money")
    >>> told = apply_override(row, mine, lang="en")
    >>> told["progress_class"], told["verdict"], told["method"]
    ('limited', 'not_met', 'override')
    """
    if override is None:
        return dict(row)
    refused = override.progress_class == "achieved" and row["verdict"] != "met"
    text = label("progress.override_refused" if refused else "progress.override", lang=lang).format(
        author=override.author,
        date=format_date(override.date, lang=lang),
        computed=label(f"progress_class.{row['progress_class']}", lang=lang),
        mine=label(f"progress_class.{override.progress_class}", lang=lang),
        why=override.reason.rstrip("."),
    )
    names = [row.get("method") or "", "override_refused" if refused else "override"]
    return {
        **row,
        "progress_class": row["progress_class"] if refused else override.progress_class,
        "method": ";".join(filter(None, names)),
        "reason": f"{row['reason'].rstrip('.')}; {text}.",
    }
