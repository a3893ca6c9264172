"""One number in, the tree of what it rests on out: down to the sentence or cell of its source.

A row of *metrics* or *progress* comes in; out goes the formula with numbers put in, and each figure
as its source printed it, with source, place, date, rank among rivals and the problems that touch
it. The observations are those that the table was computed from; `compute` and `measure_progress`
leave a reference to them in the table.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from .areas import read_areas
from .checks import find_problems
from .dates import format_date
from .formulas import BOUNDS
from .indicators import INDICATORS, METRICS, Metric, bare_name
from .notation import label
from .pace import multiplier_range, required_range
from .parts import PART_LEVEL, find_parents
from .rollup import rank_conflicts
from .schema import OBSERVATIONS, Origin, accept
from .standings import expect_by_now
from .wording import (
    drop_fact_ids,
    inside_sentence,
    language_of,
    name_measure,
    split_ids,
    unit_of,
    write_bounds,
    write_figure,
    write_flags,
    write_locator,
    write_period,
    write_scope,
    write_still_wanted,
)

Lang = Literal["vi", "en"]

_STAND_INS = ("counted", "new_less_net", "new_less_closed", "twelve_a_year", "from_two_shares")
_CHECKED_WHOLE = 20_000  # of a larger table only the places concerned are checked
_COUNTED_LEVEL = {"district_coverage": "district", "commune_coverage": "commune"}
_MOST_NAMES = 63  # as many as there were provinces; more are no list that one reads
_BASES_INSIDE = ("at_least", "volunteers", "members", "priority", "annex")
_BASES = (
    "own", "register", "province_report", "province_rule", "statutes", "standard", "association",
    *_BASES_INSIDE,
)  # fmt: skip
_SIGNS = {"ratio": " ÷ ", "complement": " ÷ ", "difference": " − "}


@dataclass(frozen=True)
class Evidence:
    """A statement and what it rests on; prints as a tree, shows as a foldable block.

    Attributes
    ----------
    text : str
        The statement.
    parts : tuple of Evidence
        What it rests on.
    quoted : tuple of str
        Pieces of the text that are a source's own words, in Vietnamese on a page that is not.
    """

    text: str
    parts: tuple[Evidence, ...] = ()
    quoted: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _lines(self) -> Iterator[str]:
        yield self.text
        for number, part in enumerate(self.parts):
            last = number == len(self.parts) - 1
            first, *rest = part._lines()
            yield ("└─ " if last else "├─ ") + first
            yield from (("   " if last else "│  ") + line for line in rest)

    def _repr_html_(self) -> str:
        return f'<div class="evidence">{self._fold(open_it=True)}</div>'

    def _fold(self, *, open_it: bool = False) -> str:
        text = html.escape(self.text)
        for words in self.quoted:
            escaped = html.escape(words)
            text = text.replace(escaped, f'<span lang="vi">{escaped}</span>')
        if not self.parts:
            return f"<p>{text}</p>"
        inside = "".join(f"<li>{part._fold()}</li>" for part in self.parts)
        opened = " open" if open_it else ""
        return f"<details{opened}><summary>{text}</summary><ul>{inside}</ul></details>"


@dataclass(frozen=True)
class EvidenceList:
    """Several statements with what each rests on; shows as one foldable block each."""

    statements: tuple[Evidence, ...]
    empty: str = ""

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.statements)) or self.empty

    __repr__ = __str__

    def _repr_html_(self) -> str:
        blocks = "".join(statement._fold() for statement in self.statements)
        return f'<div class="evidence">{blocks or f"<p>{html.escape(self.empty)}</p>"}</div>'


def explain(
    rows: pd.DataFrame,
    *,
    observations: Any = None,
    sources: pd.DataFrame | None = None,
    problems: pd.DataFrame | None = None,
    lang: Lang = "vi",
) -> EvidenceList:
    """Say of each row why its number is what it is; closed blocks, for the numbers of a page.

    Parameters
    ----------
    rows : DataFrame
        The rows of a table of `compute` or `measure_progress` to explain, possibly none.
    observations, sources, problems, lang
        As for `why`.

    Returns
    -------
    EvidenceList
        One statement per row whose number is known, in their order.

    Raises
    ------
    ValueError
        If the observations are not known.

    Examples
    --------
    >>> from lthtgn_analysis.metrics import compute
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> table = compute(observations, level="province", as_of="2022-10-12")
    >>> wanted = table.query("area == '38' and metric == 'commune_coverage'")
    >>> explain(wanted, observations=observations).statements[0].text
    'Tỉ lệ xã có CLB, Thanh Hóa, 12/10/2022: 73,35%'
    """
    empty = label("why.none", lang=lang)
    column = "value" if "value" in rows and "metric" in rows else "reached"
    known = rows.loc[rows[column].notna()] if len(rows) else rows
    if known.empty:
        return EvidenceList((), empty)
    near = _Neighbours(_facts(rows, observations), problems, lang)
    told = tuple(
        _explain_row(row, near, rows, sources=sources, lang=lang) for _, row in known.iterrows()
    )
    return EvidenceList(told, empty)


def why(
    table: pd.DataFrame,
    *,
    observations: Any = None,
    sources: pd.DataFrame | None = None,
    problems: pd.DataFrame | None = None,
    lang: Lang = "vi",
    **key: Any,
) -> Evidence:
    """Say why a number is what it is: the tree of what it rests on.

    Parameters
    ----------
    table : DataFrame
        A table of `compute` or `measure_progress`.
    observations : data frame, optional
        The observations behind it; needed only if the table came from a file.
    sources : DataFrame, optional
        The list of sources, for titles and addresses; without it their keys are shown.
    problems : DataFrame, optional
        What `find_problems` found, where that is known already. Without it the observations are
        checked here: the table as a whole up to 20,000 rows, of a larger one the places concerned,
        so that a total is not judged by its parts. Give it where the observations are a selection.
    lang : {"vi", "en"}
        Language of the words.
    **key
        Columns and values that pick exactly one row: ``metric=, area=, as_of=`` or ``target_id=``.

    Returns
    -------
    Evidence
        ``print`` shows the tree; a notebook shows a foldable block.

    Raises
    ------
    ValueError
        If the key picks no row or several, names a column that is not there, or the observations
        are not known.

    Examples
    --------
    >>> from lthtgn_analysis.metrics import compute
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations"))
    >>> table = compute(observations, level="province", as_of="2022-10-12")
    >>> tree = why(table, metric="commune_coverage", area="38")
    >>> print(tree.parts[0].text)
    Tỉ lệ xã có CLB = xã có CLB ÷ tổng số xã = 410 ÷ 559
    """
    row = _pick(table, key)
    near = _Neighbours(_facts(table, observations), problems, lang)
    return _explain_row(row, near, table, sources=sources, lang=lang)


class _Neighbours:
    """What else is known of the places of a figure; looked up once for all rows of one place."""

    def __init__(self, facts: pd.DataFrame, problems: pd.DataFrame | None, lang: Lang) -> None:
        self.facts, self._problems, self._lang = facts, problems, lang
        self._known: dict[frozenset[str], tuple[pd.DataFrame, pd.DataFrame]] = {}

    def of(self, areas: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the ranked figures of some areas, by their ids, and their problems."""
        places = frozenset(areas)
        if places not in self._known:
            near = self.facts.loc[self.facts["area"].isin(list(places))]
            ranked = rank_conflicts(near, lang=self._lang).set_index("fact_id")
            self._known[places] = ranked, self._check(near)
        return self._known[places]

    def _check(self, near: pd.DataFrame) -> pd.DataFrame:
        """Check the whole table once: a total is judged by its parts, which are other places."""
        if self._problems is None and len(self.facts) > _CHECKED_WHOLE:
            return find_problems(near, lang=self._lang)
        if self._problems is None:
            self._problems = find_problems(self.facts, lang=self._lang)
        return self._problems


def _explain_row(
    row: pd.Series,
    near: _Neighbours,
    table: pd.DataFrame,
    *,
    sources: pd.DataFrame | None,
    lang: Lang,
) -> Evidence:
    facts, ids = near.facts, split_ids([row["fact_ids"]])
    used = facts.set_index("fact_id").loc[[i for i in ids if i in set(facts["fact_id"])]]
    ranked, problems = near.of(used["area"])
    leaves = tuple(
        _explain_fact(
            fact,
            str(fact_id),
            ranked=ranked,
            problems=problems,
            sources=sources,
            elsewhere=fact["area"] != row["area"],
            lang=lang,
        )
        for fact_id, fact in used.iterrows()
    )
    if "metric" in row:
        return _explain_metric(row, leaves, used, lang)
    return _explain_target(row, table, leaves, lang)


def _pick(table: pd.DataFrame, key: dict[str, Any]) -> pd.Series:
    if unknown := [column for column in key if column not in table.columns]:
        raise ValueError(
            f"`why` needs columns of the table, not {unknown}; there are {list(table.columns)}."
        )
    rows = table
    for column, wanted in key.items():
        value = pd.Timestamp(wanted) if table[column].dtype.kind == "M" else wanted
        rows = rows.loc[rows[column] == value]
    if len(rows) != 1:
        found = rows if len(rows) else table
        names = [name for name in ("metric", "target_id", "area", "as_of") if name in found]
        shown = found[names].drop_duplicates().head(5).astype("str").to_dict("records")
        raise ValueError(
            f"`why` must pick exactly one row; {key} picks {len(rows)}.\n"
            f"  {'among them' if len(rows) else 'the table has'}: {shown}\n"
            "  hint: name metric=, area= and as_of= (or boundaries=); or target_id=. Areas are "
            "codes: `lthtgn areas NAME` gives them."
        )
    return rows.iloc[0]


def _facts(table: pd.DataFrame, observations: Any) -> pd.DataFrame:
    if observations is None:
        origin = table.attrs.get("origin")
        if not isinstance(origin, Origin) or origin.observations is None:
            raise ValueError(
                "`why` needs the observations the table was computed from; it came from a file.\n"
                "  hint: pass them, `why(table, observations=read_observations(...), ...)`."
            )
        observations = origin.observations
    return accept(observations, OBSERVATIONS)


def _explain_metric(
    row: pd.Series, leaves: tuple[Evidence, ...], used: pd.DataFrame, lang: Lang
) -> Evidence:
    metric = METRICS[row["metric"]]
    name = name_measure(row["metric"], lang=lang)
    figure = write_figure(row, lang=lang, with_unit=True)
    day = format_date(row["as_of"], lang=lang)
    parts = [Evidence(_write_formula(metric, row, used, lang))]
    if row["low"] < row["high"]:
        low, high = (
            write_figure({**row, **dict.fromkeys(BOUNDS, row[end])}, lang=lang)
            for end in ("low", "high")
        )
        parts.append(Evidence(label("why.bounds", lang=lang).format(low=low, high=high)))
    parts += leaves
    if flags := write_flags(row, lang=lang):
        parts.append(Evidence(label("why.flags", lang=lang).format(flags=flags)))
    if absent := _name_absent(metric, row, used):
        said = label("why.absent", lang=lang).format(n=len(absent), names=", ".join(absent))
        parts.append(Evidence(said, quoted=_quote(absent, lang)))
    definition = getattr(metric, f"definition_{lang}")
    source = _write_basis(metric.source, lang)
    parts.append(
        Evidence(
            label("why.definition", lang=lang).format(
                code=metric.code, definition=definition, source=source
            ),
            quoted=_quote([source], lang),
        )
    )
    return Evidence(f"{name}, {row['area_name']}, {day}: {figure}", tuple(parts))


def _write_basis(source: str, lang: Lang) -> str:
    """Write what a definition follows: names of papers stay, our own words are translated."""
    for key in _BASES:
        head, colon, rest = source.partition(": ")
        words = label(f"basis.{key}", lang="vi")
        if head == words:
            source = label(f"basis.{key}", lang=lang) + colon + rest
        elif key in _BASES_INSIDE:
            source = source.replace(f" {words}", f" {label(f'basis.{key}', lang=lang)}")
    return source


def _name_absent(metric: Metric, row: pd.Series, used: pd.DataFrame) -> list[str]:
    """Name the parts of a place that have no figure in a sum over its parts."""
    of_parts = metric.formula in ("cascade", "spread") or "counted" in str(row["flags"]).split(";")
    if not of_parts or row["level"] not in PART_LEVEL:
        return []
    level = _COUNTED_LEVEL.get(metric.name, PART_LEVEL[row["level"]])
    units = read_areas(boundaries=row["boundaries"], level=level)
    inside = find_parents(units, level, row["level"]) == row["area"]
    absent = units.loc[inside & ~units["area"].isin(used["area"]), "area_name"].to_list()
    return absent if len(absent) <= _MOST_NAMES else []


def _explain_target(
    row: pd.Series, table: pd.DataFrame, leaves: tuple[Evidence, ...], lang: Lang
) -> Evidence:
    status = label(f"target_status.{row['status']}", lang=lang)
    decision = "" if pd.isna(row["decision"]) else row["decision"]
    url = "" if pd.isna(row["url"]) else row["url"]
    target = label("why.target", lang=lang).format(
        decision=decision or label("missing.source", lang=lang), status=status, url=url
    )
    parts = [Evidence(target.strip().rstrip(";"), quoted=_quote([decision], lang))]
    if pd.notna(row["note"]):
        parts.append(_explain_note(row["note"], lang))
    parts += _explain_pace(row, table, lang)
    return Evidence(row["reason"], (*parts, *leaves))


def _explain_pace(row: pd.Series, table: pd.DataFrame, lang: Lang) -> list[Evidence]:
    """Say of a target not surely met what should be there by now, and what is left to do a year."""
    if pd.isna(row["as_of"]) or row["verdict"] == "met":
        return []
    unit = unit_of(row["measure"])
    due = expect_by_now(table, as_of=row["as_of"]).set_index("target_id").loc[row["target_id"]]
    said = []
    if pd.notna(due["expected"]):
        # Nobody founds half a club.
        whole = (lambda number: number) if unit in ("share", "ratio") else round
        ends = [whole(due[f"expected_{end}"]) for end in ("low", "high")]
        middle = ends[0] if ends[0] == ends[1] else float("nan")
        expected = {"low": ends[0], "value": middle, "high": ends[1], "unit": unit}
        said.append(
            label("why.expected", lang=lang).format(
                day=format_date(row["as_of"], lang=lang),
                expected=write_figure(expected, lang=lang, with_unit=True),
                elapsed=write_figure(_exactly(round(due["elapsed"], 3), "share"), lang=lang),
            )
        )
    least, most = required_range(row.to_dict())
    if most > 0:
        text = label("why.required", lang=lang).format(
            figure=write_still_wanted(least, most, unit, lang, digits=1, with_unit=True)
        )
        if row["multiplier"] > 0:
            slow, fast = multiplier_range(row.to_dict())
            text += label("why.multiplier", lang=lang).format(
                times=write_bounds(round(slow, 2), round(fast, 2), "ratio", lang)
            )
        said.append(text)
    return [Evidence(text) for text in said]


def _write_formula(metric: Metric, row: pd.Series, used: pd.DataFrame, lang: Lang) -> str:
    name = name_measure(metric.name, lang=lang)
    present = set(used["indicator"])
    sides = []
    for alternatives in (metric.numerator, metric.denominator):
        names = next((n for n in alternatives if {bare_name(each) for each in n} <= present), None)
        if names:
            sides.append(_write_terms(names, lang))
    if told := _write_comparison(metric, row, lang):
        return f"{name}: {told}"
    if metric.formula == "value" or len(sides) < 2 or pd.isna(row["denominator"]):
        return label("why.as_printed", lang=lang).format(name=name)
    sign = _SIGNS[metric.formula]
    numbers = [
        _plain(row[side], metric, lang, indicator=bare_name(names[0][0]))
        for side, names in (("numerator", metric.numerator), ("denominator", metric.denominator))
    ]
    words, figures = sign.join(sides), sign.join(numbers)
    if metric.formula == "complement":
        words, figures = f"1 − {words}", f"1 − {figures}"
    if metric.scale != 1:
        scale = write_figure(_exactly(metric.scale, "ratio"), lang=lang)
        words, figures = f"{words} × {scale}", f"{figures} × {scale}"
    return f"{name} = {words} = {figures}"


def _write_terms(names: tuple[str, ...], lang: Lang) -> str:
    """Write what makes one side of a formula: (fallen due − collected)."""
    first, *rest = names
    signs = {"-": "−", "*": "×"}
    more = (f" {signs.get(name[0], '+')} {_name(bare_name(name), lang)}" for name in rest)
    text = _name(bare_name(first), lang) + "".join(more)
    return f"({text})" if rest else text


def _write_comparison(metric: Metric, row: pd.Series, lang: Lang) -> str:
    """Say in words how a figure was made that is no plain quotient, with its two numbers."""
    flags = set(str(row["flags"]).split(";"))
    way = next((flag for flag in _STAND_INS if flag in flags), "")
    if not way and metric.formula in (*_SIGNS, "value"):
        return ""
    told = label(f"table.flag.{way}", lang=lang) if way else getattr(metric, f"definition_{lang}")
    told = told.rstrip(".")
    over, under = (row[side] for side in ("numerator", "denominator"))
    if metric.formula == "expected" and pd.notna(over):
        return f"{told} ({_write_standing(metric, row, lang)})"
    if pd.isna(over) or pd.isna(under):
        return told
    if metric.growth == "logarithms":
        over, under = round(over, 4), round(under, 4)
    per_year = metric.growth in ("annualised", "yearly_addition") and not way
    if per_year and INDICATORS[metric.numerator[0][0]].nature == "flow":
        months = write_figure(_exactly(round(under * 12, 1), "ratio"), lang=lang)
        numbers = label("why.months", lang=lang).format(
            figure=_plain(over, metric, lang), months=months
        )
        return f"{told} ({numbers})"
    units = [sides[0][0] if sides else "" for sides in (metric.numerator, metric.denominator)]
    first = (
        _plain(over, metric, lang, indicator=units[0]) if units[0] else _plain(over, metric, lang)
    )
    second = _plain(under, metric, lang, indicator=units[1] or units[0])
    if metric.formula == "growth" and metric.growth != "contribution" and not way:
        return f"{told} ({second} → {first})"
    less = way.startswith("new_less") or metric.formula == "cascade"
    return f"{told} ({first}{_SIGNS['difference'] if less else ' ÷ '}{second})"


def _write_standing(metric: Metric, row: pd.Series, lang: Lang) -> str:
    """Write what a plan was multiplied with."""
    plan = _plain(row["numerator"], metric, lang)
    part = row["value"] / row["numerator"] if row["numerator"] else 0.0
    return f"{plan} × {write_figure(_exactly(round(part, 4), 'share'), lang=lang)}"


def _name(indicator: str, lang: Lang) -> str:
    return inside_sentence(name_measure(indicator, lang=lang))


def _plain(value: float, metric: Metric, lang: Lang, *, indicator: str | None = None) -> str:
    name = indicator or metric.numerator[0][0]
    return write_figure(_exactly(value, INDICATORS[name].unit), lang=lang)


def _exactly(value: float, unit: str) -> dict[str, Any]:
    return {"low": value, "value": value, "high": value, "unit": unit, "qualifier": "exact"}


def _explain_fact(
    fact: pd.Series,
    fact_id: str,
    *,
    ranked: pd.DataFrame,
    problems: pd.DataFrame,
    sources: pd.DataFrame | None,
    elsewhere: bool,
    lang: Lang,
) -> Evidence:
    name = name_measure(fact["indicator"], lang=lang)
    place = f", {fact['area_name']}" if elsewhere and pd.notna(fact["area_name"]) else ""
    scope = "" if fact["scope"] == "all" else f" ({write_scope(fact['scope'], lang=lang)})"
    figure = write_figure(fact, lang=lang, with_unit=True)
    when = write_period(fact, lang=lang)
    parts = [_explain_source(fact, sources, lang)]
    # an id put together from place, indicator and days says nothing that the lines do not say
    stands = "status_alone" if ":" in fact_id else "status"
    parts.append(
        Evidence(
            label(f"why.{stands}", lang=lang).format(
                status=label(f"status.{fact['status']}", lang=lang),
                boundaries=label(f"boundaries.{fact['boundaries']}", lang=lang),
                fact_id=fact_id,
            )
        )
    )
    if pd.notna(fact["note"]):
        parts.append(_explain_note(fact["note"], lang))
    parts += _explain_rivals(fact_id, ranked, sources, lang)
    touching = problems["fact_ids"].fillna("").str.split(";").map(lambda ids: fact_id in ids)
    for found, must in problems.loc[touching, ["found", "must"]].itertuples(index=False):
        parts.append(Evidence(label("why.problem", lang=lang).format(found=found, must=must)))
    return Evidence(f"{name}{place}{scope}: {figure} ({when})", tuple(parts))


def _explain_rivals(
    fact_id: str, ranked: pd.DataFrame, sources: pd.DataFrame | None, lang: Lang
) -> list[Evidence]:
    """Return the figures that other sources give of the same thing, with the reason of the rank."""
    if fact_id not in ranked.index:
        return []
    mine = ranked.loc[fact_id]
    same = ["level", "area", "indicator", "scope", "as_of"]
    is_rival = (ranked[same] == mine[same]).all(axis=1) & (ranked.index != fact_id)
    rivals = ranked.loc[is_rival]
    return [
        Evidence(
            label("why.rival", lang=lang).format(
                rank=int(rival["rank"]),
                rivals=int(rival["rivals"]),
                figure=write_figure(rival, lang=lang, with_unit=True),
                reason=rival["reason"],
            ),
            (_explain_source(rival, sources, lang),),
        )
        for _, rival in rivals.iterrows()
    ]


def _explain_note(note: str, lang: Lang) -> Evidence:
    words = drop_fact_ids(note)
    return Evidence(label("why.note", lang=lang).format(note=words), quoted=_quote([words], lang))


def _explain_source(fact: pd.Series, sources: pd.DataFrame | None, lang: Lang) -> Evidence:
    title, publisher, url = str(fact["source"]), "", ""
    if sources is not None:
        known = sources.loc[sources["source"] == fact["source"]]
        if len(known):
            one = known.iloc[0]
            title = one["title"] if pd.notna(one["title"]) else title
            publisher = one["publisher"] if pd.notna(one["publisher"]) else ""
            url = one["url"] if pd.notna(one["url"]) else ""
    published = (
        label("why.published", lang=lang).format(date=format_date(fact["published"], lang=lang))
        if pd.notna(fact["published"])
        else ""
    )
    details = [publisher, published, write_locator(fact["locator"], lang=lang), url]
    head = label("why.source", lang=lang).format(title=title)
    text = "; ".join([head, *(detail for detail in details if detail)])
    return Evidence(text, quoted=_quote([title, publisher], lang))


def _quote(texts: list[str], lang: Lang) -> tuple[str, ...]:
    """Keep the texts that are Vietnamese on a page in another language."""
    return tuple(dict.fromkeys(text for text in texts if language_of(text, lang=lang)))
