"""What is reported and what is computed, as frozen data.

`reference/indicators.csv` and `reference/metrics.csv` come in; `INDICATORS` and `METRICS` go out.
An *indicator* is a figure that a source reports, a *metric* is a figure that this package computes
(users of DHIS2 say data element and indicator). A definition is data; the formulas that apply it
are in `metrics`.
"""

from __future__ import annotations

import csv
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

Nature = Literal["stock", "flow", "share", "mean"]


@dataclass(frozen=True)
class Indicator:
    """A figure that a source reports.

    Attributes
    ----------
    name : str
        The identifier, in the observations table's column `indicator`.
    nature : {"stock", "flow", "share", "mean"}
        A stock stands on a day, a flow runs over a period; shares and means are as printed.
    unit : str
        One of `schema.UNITS`.
    additive_space, additive_time : bool
        Whether figures of several areas, or of several periods, may be summed.
    planned : bool
        Whether the figure is of a plan, dated by its deadline, which may lie ahead.
    part_of : str
        The indicator of which this one is a part and which it can never exceed, or "".
    label_vi, label_en, definition_vi, definition_en, source : str
        What people read.
    """

    name: str
    nature: Nature
    unit: str
    additive_space: bool
    additive_time: bool
    planned: bool
    part_of: str
    label_vi: str
    label_en: str
    definition_vi: str
    definition_en: str
    source: str


Formula = Literal[
    "value", "ratio", "complement", "difference", "growth", "rate", "marginal", "preserved",
    "spread", "uncovered", "redrawn", "expected", "cascade", "on_pace",
]  # fmt: skip
Direction = Literal["up", "down", "band", "none"]
ProgressKind = Literal["count_new", "stock", "share", "money", "risk", "band", "standing", "none"]
Alternatives = tuple[tuple[str, ...], ...]
_INPUTS_OF_WAY = {
    "new_less_net": frozenset({"new_clubs", "clubs"}),
    "new_less_closed": frozenset({"new_clubs", "closed_clubs"}),
    "twelve_a_year": frozenset({"clubs"}),
    "two_shares": frozenset({"clubs_all_activities", "clubs_well_managed"}),
    "counted": frozenset({"clubs"}),
}
_METHOD_OF = {
    "count_new": "linear", "stock": "linear", "share": "logit", "money": "log", "risk": "aarr",
    "band": "band", "standing": "violations", "none": "none",
}  # fmt: skip


# What of a definition makes its figures and verdicts.
_RULES = (
    "formula", "numerator", "denominator", "scale", "unit", "direction", "kind", "part", "one_day",
    "growth", "per_national", "otherwise", "denominator_rule", "missing_rule",
)  # fmt: skip


@dataclass(frozen=True)
class Metric:
    """A figure that this package computes.

    Attributes
    ----------
    name, code : str
        The identifier, and its row in the catalogue (O01 ... T13).
    formula : str
        ``value`` passes a reported figure on; ``ratio`` is numerator / denominator * scale;
        ``complement`` is 1 - ratio; ``difference`` is numerator - denominator; ``growth`` compares
        one stock or flow at two dates, in the way that `growth` names; ``rate`` divides a flow by
        the mean of a stock before and after it, put to a year; ``marginal`` divides two changes
        (or, where `growth` is ``logarithms``, those of their logarithms);
        ``preserved`` compares a fund less grants with itself in today's money; ``spread`` looks at
        the parts of a place (concentration, or Gini with a denominator); ``uncovered`` sums the
        people of communes without a club; ``redrawn`` splits a change across two maps;
        ``expected`` is what a plan asks for by now; ``cascade`` takes the plans of the parts off
        that of the whole; ``on_pace`` counts the parts that keep pace with their plans.
    numerator, denominator : tuple of tuples of str
        Alternatives, the first that has figures is taken; each is a tuple of indicators to sum;
        one that begins with "-" is taken off, one with "*" multiplies; one with "@" counts only
        where it is of a period, one with "=" only where it stands on a day.
    scale : float
        Factor of a ratio (1,000 or 100,000 people).
    unit : str
        One of `schema.UNITS`.
    direction : {"up", "down", "band", "none"}
        Which way is better.
    kind : str
        How progress towards a target on it is judged (`progress`).
    part : bool
        Whether the numerator is a part of the denominator, so that more than the whole is a fault.
    one_day : bool
        Whether numerator and denominator should be of one day; a fund and its start-up capital
        are not.
    levels : tuple of str
        The levels at which the metric has a meaning; all of them if empty.
    growth : str
        For ``growth``: change, growth, annual_growth, yearly_addition, annualised, doubling_years,
        acceleration, contribution, real_growth; for ``redrawn``: the part that is asked for.
    per_national : str
        An indicator of the whole country by which the result is divided, or "".
    otherwise : str
        What stands in where the inputs are not reported, or "" (see `stand_ins`).
    additive_space, additive_time : bool
        Whether it may be summed over places, and over periods; what may not is recomputed from
        summed parts.
    denominator_rule : str
        When the denominator answers: ``positive``; ``whole`` (positive, and the numerator a part of
        it); ``districts`` (whole, and only while there were districts: to 30/6/2025); ``change``
        (a change that is surely positive); ``mean_of_stock`` (of opening and closing); ``map`` (all
        units on the map); ``none``.
    missing_rule : str
        What a missing input does: ``missing`` (no figure is given); ``printed`` (the source's own
        share or mean stands in, flagged); ``bounds`` (what did not report widens the bounds);
        ``counted_out`` (parts that did not report are left out and counted).
    small_n : int
        A denominator below it is flagged ``small``; 0 where that has no meaning.
    progress_method : str
        How progress towards a target on it is judged: linear, logit, log, aarr, band, violations or
        none.
    version : str
        Of the definition; a change of a formula is a new one.
    label_vi, label_en, definition_vi, definition_en, source : str
        What people read.
    """

    name: str
    code: str
    formula: Formula
    numerator: Alternatives
    denominator: Alternatives
    scale: float
    unit: str
    direction: Direction
    kind: ProgressKind
    part: bool
    label_vi: str
    label_en: str
    definition_vi: str
    definition_en: str
    source: str
    one_day: bool = True
    levels: tuple[str, ...] = ()
    growth: str = ""
    per_national: str = ""
    otherwise: str = ""
    additive_space: bool = False
    additive_time: bool = False
    denominator_rule: str = "none"
    missing_rule: str = "missing"
    small_n: int = 0
    version: str = "1"

    @property
    def progress_method(self) -> str:
        """The method that judges progress on this kind of measure (metrics.md, c.3)."""
        return _METHOD_OF[self.kind]

    @property
    def inputs(self) -> frozenset[str]:
        """Every indicator that can feed the metric."""
        own = frozenset(
            bare_name(name)
            for side in (self.numerator, self.denominator)
            for names in side
            for name in names
        )
        return own | _INPUTS_OF_WAY.get(self.otherwise, frozenset())

    @cached_property
    def fingerprint(self) -> str:
        """What tells one definition from another: its version, and a sum over its formula.

        Words and sources do not count: another label gives no other figure.
        """
        rule = repr([getattr(self, name) for name in _RULES])
        return f"{self.version}-{zlib.crc32(rule.encode()):08x}"


def bare_name(name: str) -> str:
    """Return the indicator of a term of a sum, without the sign it carries.

    Examples
    --------
    >>> bare_name("-collected_vnd"), bare_name("clubs")
    ('collected_vnd', 'clubs')
    """
    return name.lstrip("-*@=")


def _read_reference(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath("reference", name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _read_indicators() -> Mapping[str, Indicator]:
    return MappingProxyType(
        {
            row["indicator"]: Indicator(
                name=row["indicator"],
                nature=row["nature"],  # type: ignore[arg-type]
                unit=row["unit"],
                additive_space=row["additive_space"] == "yes",
                additive_time=row["additive_time"] == "yes",
                planned=row["planned"] == "yes",
                part_of=row["part_of"],
                label_vi=row["label_vi"],
                label_en=row["label_en"],
                definition_vi=row["definition_vi"],
                definition_en=row["definition_en"],
                source=row["source"],
            )
            for row in _read_reference("indicators.csv")
        }
    )


# Suffix, code, unit (None: the indicator's own), label vi, label en, definition vi, definition en.
_GROWTH_FAMILY = (
    ("change", "G01", None, "mức thay đổi", "change", "Số cuối kỳ trừ số đầu kỳ.",
     "Figure at the end less figure at the start."),
    ("growth", "G02", "ratio", "tốc độ tăng", "growth", "Số cuối kỳ chia số đầu kỳ, trừ 1.",
     "Figure at the end over figure at the start, less 1."),
    ("annual_growth", "G03", "ratio", "tăng bình quân năm", "annual growth",
     "Tốc độ tăng đều mỗi năm dẫn từ số đầu kỳ đến số cuối kỳ.",
     "The constant yearly growth that leads from the start to the end."),
    ("yearly_addition", "G04", None, "tăng thêm bình quân năm", "mean yearly addition",
     "Mức tăng chia cho số năm; với số phát sinh là số của cả kỳ chia cho số năm.",
     "Change over years; for a flow, the period's figure over its years."),
    ("annualised", "G05", None, "quy ra một năm", "annualised",
     "Số phát sinh chia cho số tháng của kỳ, nhân 12; kỳ dưới 6 tháng thì không quy đổi.",
     "The flow over its months, times 12; not done for less than 6 months."),
    ("real_growth", "G07", "ratio", "tốc độ tăng thực", "real growth",
     "(1 + tốc độ tăng) chia cho (1 + tốc độ tăng giá tiêu dùng), trừ 1; cần có chỉ số giá.",
     "(1 + growth) over (1 + growth of consumer prices), less 1; needs the price index."),
    ("doubling_years", "G08", "ratio", "số năm để tăng gấp đôi", "years to double",
     "ln 2 chia cho ln(1 + tốc độ tăng bình quân năm).",
     "ln 2 over ln(1 + annual growth)."),
    ("acceleration", "G09", None, "mức tăng tốc", "acceleration",
     "Mức tăng bình quân năm của kỳ này trừ mức của kỳ trước dài bằng nó.",
     "Mean yearly addition of the span less that of the equally long span before."),
    ("contribution", "G10", "ratio", "phần đóng góp vào mức tăng cả nước",
     "contribution to the national change",
     "Mức tăng của nơi này chia cho mức tăng cả nước; không tính khi cả nước có thể không tăng.",
     "Change of the place over the change of the country; not given where that may be nothing."),
)  # fmt: skip


_ADDITIVE_GROWTH = ("change", "yearly_addition", "annualised", "acceleration")


def _alternatives(text: str) -> Alternatives:
    """Read "a + b | c - d * e": alternatives between bars, terms with their signs."""
    return tuple(
        tuple(
            re.sub(r"^\+ ?|(?<=[-*]) ", "", term)
            for term in re.findall(r"(?:[-+*] )?[@=]?\w+", names.strip())
        )
        for names in text.split("|")
        if text
    )


def _read_metrics() -> Mapping[str, Metric]:
    reported = [
        Metric(
            name=row["metric"],
            code=row["code"],
            formula=row["formula"],  # type: ignore[arg-type]
            numerator=_alternatives(row["numerator"]),
            denominator=_alternatives(row["denominator"]),
            scale=float(row["scale"]),
            unit=row["unit"],
            direction=row["direction"],  # type: ignore[arg-type]
            kind=row["kind"],  # type: ignore[arg-type]
            part=row["part"] == "yes",
            label_vi=row["label_vi"],
            label_en=row["label_en"],
            definition_vi=row["definition_vi"],
            definition_en=row["definition_en"],
            source=row["source"],
            one_day=row["one_day"] == "yes",
            levels=tuple(row["levels"].split()),
            growth=row["variant"],
            per_national=row["per_national"],
            otherwise=row["otherwise"],
            additive_space=row["additive_space"] == "yes",
            additive_time=row["additive_time"] == "yes",
            denominator_rule=row["denominator_rule"],
            missing_rule=row["missing_rule"],
            small_n=int(row["small_n"]),
            version=row["version"],
        )
        for row in _read_reference("metrics.csv")
    ]
    compared = [
        Metric(
            name=f"{indicator.name}_{suffix}",
            code=code,
            formula="growth",
            numerator=((indicator.name,),),
            denominator=(),
            scale=1.0,
            unit=unit or indicator.unit,
            direction="none",
            kind="none",
            part=False,
            label_vi=f"{indicator.label_vi}: {label_vi}",
            label_en=f"{indicator.label_en}: {label_en}",
            definition_vi=definition_vi,
            definition_en=definition_en,
            source=indicator.source,
            growth=suffix,
            additive_space=suffix in _ADDITIVE_GROWTH and indicator.additive_space,
            additive_time=suffix == "change",
        )
        for indicator in INDICATORS.values()
        if indicator.nature in ("stock", "flow") and not indicator.planned
        for suffix, code, unit, label_vi, label_en, definition_vi, definition_en in _GROWTH_FAMILY
        if suffix != "real_growth" or indicator.unit == "VND"
    ]
    return MappingProxyType({metric.name: metric for metric in [*reported, *compared]})


INDICATORS: Mapping[str, Indicator] = _read_indicators()
METRICS: Mapping[str, Metric] = _read_metrics()
