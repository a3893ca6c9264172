"""Find figures that cannot be true: observations in, rows of problems out.

Each check is a small function, named as a sentence that is true of good data; they stand in
`figure_checks` (one figure by itself), `report_checks` (one report), `series_checks` (over time)
and `source_checks` (across sources, scopes and levels). A check returns what it found; to raise is
somebody else's decision (`assert_valid`). Checks know bounds: "hơn 48.600" does not contradict
48.650. A figure that is an error by itself is left out of the comparisons. The words of the
problems are data (`reference/labels.csv`, keys ``check.*``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from . import figure_checks, report_checks, series_checks, source_checks
from .errors import InvalidTableError
from .facts import Facts, leave_out, prepare
from .findings import Findings, Lang, write_problems
from .memory import shareable
from .schema import OBSERVATIONS, PROBLEMS, Records, accept, arrange, empty_table

Check = Callable[[Facts], Findings]

_OWN: tuple[Check, ...] = (
    figure_checks.columns_are_there,
    figure_checks.columns_are_filled,
    figure_checks.numbers_can_be_read,
    figure_checks.dates_can_be_read,
    figure_checks.ids_are_unique,
    figure_checks.codes_are_known,
    figure_checks.areas_are_listed,
    figure_checks.figures_are_known,
    figure_checks.figures_are_not_negative,
    figure_checks.figures_lie_between_their_bounds,
    figure_checks.shares_are_at_most_one,
    figure_checks.counts_are_whole,
    figure_checks.dates_are_in_order,
    figure_checks.dates_are_believable,
    figure_checks.figures_stand_on_the_map_of_their_day,
)
_SIZES: tuple[Check, ...] = (report_checks.money_is_of_the_size_of_clubs,)
_COMPARISONS: tuple[Check, ...] = (
    report_checks.parts_are_at_most_their_whole,
    report_checks.borrowers_are_at_most_members,
    report_checks.communes_are_at_most_clubs,
    report_checks.totals_of_areas_fit_the_list,
    report_checks.exclusive_groups_make_the_whole,
    report_checks.overlapping_groups_do_not_make_the_whole,
    report_checks.shares_fit_part_and_whole,
    report_checks.fund_averages_are_over_clubs_with_a_fund,
    report_checks.member_averages_are_members_by_clubs,
    report_checks.totals_of_members_are_counted,
    report_checks.totals_of_new_members_are_counted,
    report_checks.shares_of_members_are_counted,
    report_checks.members_fit_the_clubs,
    report_checks.members_fit_the_new_clubs,
    report_checks.achievements_are_result_by_plan,
    report_checks.people_supported_fit_the_members,
    report_checks.funds_are_like_those_of_other_places,
    series_checks.new_clubs_are_not_the_stock,
    series_checks.stock_is_not_the_new_clubs,
    series_checks.stock_grows_by_at_most_the_new_clubs,
    series_checks.new_clubs_are_those_of_the_period,
    series_checks.totals_of_a_period_do_not_fall,
    series_checks.clubs_do_not_leap_for_one_report,
    series_checks.members_do_not_fall_while_clubs_grow,
    series_checks.members_do_not_leap_while_clubs_stand,
    series_checks.communes_with_clubs_do_not_fall,
    series_checks.older_people_do_not_fall,
    series_checks.new_clubs_bring_members,
    series_checks.clubs_do_not_double_in_a_season,
    series_checks.figures_are_not_carried_over,
    series_checks.sizes_differ_between_reports,
    series_checks.counts_do_not_heap_on_hundreds,
    series_checks.reports_are_not_repeated,
    series_checks.clubs_founded_since_a_day_move_with_the_stock,
    series_checks.figures_of_new_provinces_are_not_of_old_ones,
    series_checks.a_series_counts_from_one_age,
    source_checks.figures_are_given_once,
    source_checks.sources_agree,
    source_checks.plans_agree,
    source_checks.a_plan_begins_once,
    source_checks.new_and_total_targets_differ,
    source_checks.project_figures_are_not_totals,
    source_checks.projects_are_at_most_the_whole,
    source_checks.one_figure_stands_for_one_set_of_clubs,
    source_checks.a_total_is_the_sum_of_its_areas,
    source_checks.a_claim_for_all_holds_in_every_area,
)
CHECKS: MappingProxyType[str, Check] = MappingProxyType(
    {check.__name__: check for check in (*_OWN, *_SIZES, *_COMPARISONS)}
)
# An id that is used twice, a date or bound that cannot be read, a code that no list has or a wrong
# map does not make the figure wrong.
_KEPT_IN_COMPARISONS = (
    "numbers_can_be_read",
    "dates_can_be_read",
    "ids_are_unique",
    "areas_are_listed",
    "figures_stand_on_the_map_of_their_day",
)
_SHOWN_PROBLEMS = 20
_SEVERITY_ORDER = {"error": 0, "warning": 1, "note": 2}


@shareable
def find_problems(
    observations: Any, *, lang: Lang = "vi", checks: Iterable[str] | None = None
) -> pd.DataFrame:
    """Find what cannot be true, is not counted, or contradicts something else in observations.

    Parameters
    ----------
    observations : data frame
        The observations table; any frame that narwhals knows, of typed columns or of text cells.
        What is wrong with its form (a missing column, text where a number must be, an unknown
        code) is told among the problems, and all else is audited.
    lang : {"vi", "en"}
        Language of `found`, `must` and `hint`.
    checks : iterable of str, optional
        Names of `CHECKS`; without it all of them. Figures that are errors by themselves are left
        out of the comparisons whichever checks are asked for.

    Returns
    -------
    DataFrame
        The problems table, errors first; empty if nothing was found. ``.attrs["coverage"]`` is a
        list of records, one a check: `check`, `tested` (cases it could judge), `untestable` (cases
        that lacked a figure to judge them by) and `found`; `count_cases` gives it as a frame.

    Raises
    ------
    InvalidTableError
        If it is no table, or has no column of observations.
    ValueError
        If there is no such check.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> find_problems(observations).columns.tolist()[:3]
    ['check', 'severity', 'fact_ids']
    """
    wanted = _known_checks(checks)
    facts = prepare(observations)
    tables, coverage, alone = [], [], []
    for stage in (_OWN, _SIZES, _COMPARISONS):
        for check in stage:
            name = check.__name__
            if stage is _COMPARISONS and name not in wanted:
                continue
            found = check(facts)
            if stage is not _COMPARISONS and name not in _KEPT_IN_COMPARISONS:
                alone.append(_wrong_alone(found))
            if name in wanted:
                if len(found.figures):
                    tables.append(write_problems(facts, name, found, lang=lang))
                coverage.append(
                    {
                        "check": name,
                        "tested": int(found.tested),
                        "untestable": int(found.untestable),
                        "found": len(found.figures),
                    }
                )
        if stage is not _COMPARISONS:
            facts = leave_out(facts, np.concatenate(alone))
    problems = pd.concat(tables) if tables else empty_table(PROBLEMS)
    problems = arrange(problems, PROBLEMS).sort_values(
        ["severity", "check", "area", "as_of"],
        key=lambda column: column.map(_SEVERITY_ORDER) if column.name == "severity" else column,
        kind="stable",
        ignore_index=True,
    )
    problems.attrs["coverage"] = Records(coverage)
    return problems


def count_cases(problems: pd.DataFrame) -> pd.DataFrame:
    """Return how many cases each check could test, could not test, and found wanting.

    Parameters
    ----------
    problems : DataFrame
        What `find_problems` returned.

    Returns
    -------
    DataFrame
        `check, tested, untestable, found`, one row a check, in the order in which they run.

    Raises
    ------
    ValueError
        If the table does not come from `find_problems` (other operations may drop the counts).

    Examples
    --------
    >>> empty = pd.DataFrame(columns=OBSERVATIONS.column_names)
    >>> cases = count_cases(find_problems(empty)).set_index("check")
    >>> int(cases.loc["figures_are_not_negative", "tested"])
    0
    """
    if "coverage" not in problems.attrs:
        raise ValueError(
            "`problems` must be the table that `find_problems` returned; its counts of cases "
            "(`.attrs['coverage']`) are not there. Call `find_problems` again and pass its result."
        )
    columns = ["check", "tested", "untestable", "found"]
    return pd.DataFrame(problems.attrs["coverage"], columns=columns).astype({"check": "str"})


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


def _known_checks(checks: Iterable[str] | None) -> frozenset[str]:
    wanted = frozenset(CHECKS if checks is None else checks)
    if unknown := sorted(wanted - set(CHECKS)):
        raise ValueError(
            f"`checks` must be names of checks; unknown: {', '.join(unknown)}. "
            f"There are: {', '.join(CHECKS)}."
        )
    return wanted


def _wrong_alone(found: Findings) -> Any:
    """Return the positions of figures that a check of single figures calls an error."""
    if found.rows is not None:
        return found.rows
    if found.figures.empty:
        return np.empty(0, dtype=np.int64)
    severity = np.broadcast_to(np.asarray(found.severity, dtype=object), len(found.figures))
    return found.figures.iloc[:, 0].to_numpy(dtype=np.int64)[severity == "error"]
