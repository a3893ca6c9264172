"""Find figures that cannot be true: observations in, rows of problems out.

Each check is a small function, named as a sentence that is true of good data. A check returns rows;
to raise is somebody else's decision (`assert_valid`). Checks know bounds: "hơn 48.600" does not
contradict 48.650. Figures are compared within one place, map, scope, date and source only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd

from .areas import same_map
from .errors import InvalidTableError
from .indicators import INDICATORS
from .notation import format_figure
from .schema import OBSERVATIONS, PROBLEMS, accept, arrange

Lang = Literal["vi", "en"]
_REPORT = ["level", "area", "map", "scope", "source", "as_of"]
_SHOWN_PROBLEMS = 20


def find_problems(observations: Any, *, lang: Lang = "vi") -> pd.DataFrame:
    """Find what cannot be true in observations.

    Parameters
    ----------
    observations : data frame
        The observations table; any frame that narwhals knows.
    lang : {"vi", "en"}
        Language of `found`, `must` and `hint`.

    Returns
    -------
    DataFrame
        The problems table, errors first; empty if nothing was found.

    Raises
    ------
    InvalidTableError
        If a column is missing.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> find_problems(observations).columns.tolist()[:3]
    ['check', 'severity', 'fact_ids']
    """
    table = accept(observations, OBSERVATIONS)
    pairs = table[["level", "boundaries"]].drop_duplicates()
    maps = {(lv, b): same_map(lv, b) for lv, b in pairs.itertuples(index=False)}
    keys = pd.MultiIndex.from_frame(table[["level", "boundaries"]])
    table = table.assign(map=pd.Series(keys.map(maps), index=table.index, dtype="str"))
    found = [check(table, lang) for check in CHECKS]
    order = {"error": 0, "warning": 1, "note": 2}
    problems = arrange(pd.concat(found), PROBLEMS)
    return problems.sort_values(
        ["severity", "check", "area", "as_of"],
        key=lambda column: column.map(order) if column.name == "severity" else column,
        kind="stable",
        ignore_index=True,
    )


def assert_valid(observations: Any) -> None:
    """Raise if observations hold an error; warnings and notes pass.

    Parameters
    ----------
    observations : data frame
        The observations table.

    Raises
    ------
    InvalidTableError
        With the errors in its text and in ``.problems``.

    Examples
    --------
    >>> assert_valid(pd.DataFrame(columns=OBSERVATIONS.column_names))
    """
    problems = find_problems(observations)
    errors = problems.loc[problems["severity"] == "error"].reset_index(drop=True)
    if errors.empty:
        return
    lines = [
        f"  {check}: {found}; must {must} ({ids})"
        for check, found, must, ids in errors[["check", "found", "must", "fact_ids"]]
        .head(_SHOWN_PROBLEMS)
        .to_numpy()
    ]
    if len(errors) > len(lines):
        lines.append(f"  ... and {len(errors) - len(lines)} more; `.problems` holds them all.")
    raise InvalidTableError(
        "\n".join(
            [
                f"`observations` must hold no errors; {len(errors)} found.",
                *lines,
                "  hint: correct them at their source, or leave them out with `drop_problems`.",
            ]
        ),
        errors,
    )


def drop_problems(observations: Any, problems: pd.DataFrame) -> pd.DataFrame:
    """Leave out the observations that an error names.

    Parameters
    ----------
    observations : data frame
        The observations table.
    problems : DataFrame
        What `find_problems` returned for it. Warnings and notes drop nothing.

    Returns
    -------
    DataFrame
        The observations without those rows; ``.attrs["dropped"]`` lists their fact ids.

    Examples
    --------
    >>> empty = pd.DataFrame(columns=OBSERVATIONS.column_names)
    >>> drop_problems(empty, find_problems(empty)).attrs["dropped"]
    []
    """
    table = accept(observations, OBSERVATIONS)
    named = problems.loc[problems["severity"] == "error", "fact_ids"].dropna()
    bad = {fact_id for ids in named for fact_id in ids.split(";")}
    kept = table.loc[~table["fact_id"].isin(list(bad))].reset_index(drop=True)
    kept.attrs["dropped"] = sorted(bad)
    return kept


def ids_are_unique(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """Every observation has a fact id of its own."""
    twice = table.loc[table.duplicated("fact_id", keep="first")]
    return _rows(
        twice,
        "ids_are_unique",
        "error",
        found={"vi": "mã dữ kiện dùng hơn một lần", "en": "a fact id used more than once"}[lang],
        must={"vi": "có mã riêng", "en": "have an id of its own"}[lang],
        hint={"vi": "đặt mã mới cho dòng sau", "en": "give the later row a new id"}[lang],
    )


def figures_are_not_negative(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """No count, amount or share is below zero."""
    below = table.loc[table["value"] < 0]
    return _rows(
        below,
        "figures_are_not_negative",
        "error",
        found=_print(below, lang),
        must={"vi": "không nhỏ hơn 0", "en": "not be below 0"}[lang],
        hint={
            "vi": "số âm thường là sai dấu hoặc mã của ô trống; để trống nếu không có số liệu",
            "en": "often a wrong sign or a code for an empty cell; leave it empty if not known",
        }[lang],
    )


def shares_are_at_most_one(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A share is between 0 and 1."""
    above = table.loc[(table["unit"] == "share") & (table["low"] > 1)]
    return _rows(
        above,
        "shares_are_at_most_one",
        "error",
        found=_print(above, lang),
        must={"vi": "không quá 100%", "en": "be at most 100%"}[lang],
        hint={
            "vi": "tỉ lệ lưu từ 0 đến 1 (63,6% là 0,636); kết quả so với kế hoạch ghi đơn vị ratio",
            "en": "shares are kept from 0 to 1 (63.6% is 0.636); results against plan are a ratio",
        }[lang],
    )


def parts_are_at_most_their_whole(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A part is not larger than its whole in the same report, whatever the doubt."""
    counts = table.loc[table["unit"] != "share"]
    part_of = {name: i.part_of for name, i in INDICATORS.items() if i.part_of}
    parts = counts.loc[counts["indicator"].isin(list(part_of))]
    parts = parts.assign(whole=parts["indicator"].map(part_of).astype("str"))
    return _compare(
        parts.merge(
            counts, left_on=[*_REPORT, "whole"], right_on=[*_REPORT, "indicator"],
            suffixes=("", "_whole"),
        ),
        "parts_are_at_most_their_whole",
        lang,
        hint={
            "vi": "xem lại định nghĩa: “41/30” có thể là kết quả so với chỉ tiêu",
            "en": "look at the definition: “41/30” may be a result against a target",
        }[lang],
    )  # fmt: skip


def communes_are_at_most_clubs(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """There are not more communes with clubs than clubs in the same report."""
    counts = table.loc[table["unit"] != "share"]
    communes = counts.loc[counts["indicator"] == "communes_with_clubs"]
    clubs = counts.loc[counts["indicator"] == "clubs"]
    return _compare(
        communes.merge(clubs, on=_REPORT, suffixes=("", "_whole")),
        "communes_are_at_most_clubs",
        lang,
        hint={
            "vi": "mỗi xã có CLB phải có ít nhất một CLB; kiểm tra phạm vi của hai số",
            "en": "each such commune has at least one club; check the scope of both figures",
        }[lang],
    )


def figures_are_given_once(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """One source gives one figure of one place, indicator, scope and date once."""
    same = [*_REPORT, "indicator", "unit", "start", "value"]
    dated = table.loc[table["as_of"].notna()]
    again = dated.loc[dated.duplicated(same, keep=False)]
    if again.empty:
        return arrange(again, PROBLEMS)
    joined = again.groupby(same, dropna=False)["fact_id"].transform(";".join)
    again = again.assign(fact_ids=joined).drop_duplicates("fact_ids")
    return _rows(
        again,
        "figures_are_given_once",
        "warning",
        found=_print(again, lang),
        must={"vi": "chỉ có một dòng", "en": "have one row"}[lang],
        hint={
            "vi": "giữ một dòng; nếu nguồn nhắc lại thì chỉ ghi lần đầu",
            "en": "keep one row; where a source repeats itself the first place counts",
        }[lang],
    )


def dates_are_in_order(table: pd.DataFrame, lang: Lang) -> pd.DataFrame:
    """A period starts before it ends, and nothing is published before its date."""
    planned = [name for name, i in INDICATORS.items() if i.planned]
    turned = table["start"] > table["as_of"]
    early = (table["as_of"] > table["published"]) & ~table["indicator"].isin(planned)
    bad = table.loc[turned | early]
    day = "%d/%m/%Y" if lang == "vi" else "%Y-%m-%d"
    ends = bad["as_of"].dt.strftime(day)
    words = {"vi": ("ngày đầu kỳ", "ngày công bố"), "en": ("start", "published")}[lang]
    starts = words[0] + " " + bad["start"].dt.strftime(day).fillna("–")
    prints = words[1] + " " + bad["published"].dt.strftime(day).fillna("–")
    return _rows(
        bad,
        "dates_are_in_order",
        "error",
        found=ends + ", " + starts.where(turned[bad.index], prints),
        must={
            "vi": "có ngày đầu kỳ trước ngày số liệu, ngày số liệu trước ngày công bố",
            "en": "start before its date and be published after it",
        }[lang],
        hint={
            "vi": "ngày số liệu không rõ thì để trống",
            "en": "leave a date empty that is not known",
        }[lang],
    )


CHECKS: tuple[Callable[[pd.DataFrame, Lang], pd.DataFrame], ...] = (
    ids_are_unique,
    figures_are_not_negative,
    shares_are_at_most_one,
    parts_are_at_most_their_whole,
    communes_are_at_most_clubs,
    figures_are_given_once,
    dates_are_in_order,
)


def _compare(pairs: pd.DataFrame, check: str, lang: Lang, *, hint: str) -> pd.DataFrame:
    """Return a problem for each pair whose part is larger than its whole for certain."""
    bad = pairs.loc[pairs["low"] > pairs["high_whole"]]
    whole = bad[[f"{name}_whole" for name in ("value", "qualifier", "low", "high", "unit")]]
    whole = whole.rename(columns=lambda name: name.removesuffix("_whole"))
    whole = whole.assign(indicator=bad["indicator_whole"])
    bad = bad.assign(fact_ids=bad["fact_id"] + ";" + bad["fact_id_whole"])
    most = {"vi": "không quá ", "en": "be at most "}[lang]
    return _rows(bad, check, "error", found=_print(bad, lang), must=most + _print(whole, lang),
                 hint=hint)  # fmt: skip


def _print(rows: pd.DataFrame, lang: Lang) -> pd.Series:
    """Write figures as people read them: label and value with its hedge."""
    labels = {name: getattr(entry, f"label_{lang}") for name, entry in INDICATORS.items()}
    texts = [
        f"{labels.get(indicator, indicator)}: "
        + format_figure(value, unit=unit, qualifier=qualifier, low=low, high=high, lang=lang)
        for indicator, value, unit, qualifier, low, high in rows[
            ["indicator", "value", "unit", "qualifier", "low", "high"]
        ].itertuples(index=False)
    ]
    return pd.Series(texts, index=rows.index, dtype="str")


def _rows(
    rows: pd.DataFrame,
    check: str,
    severity: str,
    *,
    found: str | pd.Series,
    must: str | pd.Series,
    hint: str,
) -> pd.DataFrame:
    ids = rows["fact_ids"] if "fact_ids" in rows else rows["fact_id"]
    return arrange(
        rows[["area", "indicator", "as_of"]].assign(
            check=check, severity=severity, fact_ids=ids, found=found, must=must, hint=hint
        ),
        PROBLEMS,
    )
