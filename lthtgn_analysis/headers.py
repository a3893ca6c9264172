"""Words in headings come in; what a column or a row of figures means goes out, with the reason.

The dictionary is `reference/headers.csv`: synonyms, units, words that only describe how a figure is
meant (plan, change, share), roles of columns (place, number, note), indicators, and what is known
but never read. It is matched without marks and case, by the longest words that fit; a heading that
no entry explains wholly enough is unknown, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from .grammar import read_table
from .indicators import INDICATORS
from .lettering import strip_marks

Kind = Literal["role", "indicator", "omit", "unknown"]
Measure = Literal["result", "plan", "ratio", "change", "previous", "share"]

_SPLIT_WORDS = re.compile(r"[^a-z0-9%]+")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_HALVES = re.compile(r"\s*/\s*(?=[^\W\d_])")
_SHARED = frozenset({"women_members", "older_members", "poor_members"})
_OF_CLUBS = frozenset({"clubs", "new_clubs"})
_PLANNED = MappingProxyType(
    {"clubs": "target_clubs", "new_clubs": "target_new_clubs", "budget_vnd": "budget_vnd"}
)
_WHOLES = MappingProxyType(
    {name: f"{name.removesuffix('_with_clubs')}_total" for name in INDICATORS
     if name.endswith("_with_clubs") and f"{name.removesuffix('_with_clubs')}_total" in INDICATORS}
)  # fmt: skip
_COUNTED = frozenset(
    {
        "nguoi",
        "clb",
        "ho",
        "xa",
        "lop",
        "xa phuong",
        "thanh vien",
        "cau lac bo",
        "thon",
        "ttn",
        "tv",
    }
)
_MEMBERS = ("members", "women_members", "older_members", "poor_members")
_BESIDE = MappingProxyType(
    {
        "clubs": "clb",
        "target_clubs": "clb",
        "new_clubs": "clb thanh lap moi",
        "target_new_clubs": "clb thanh lap moi",
    }
)
_REASONS = MappingProxyType(
    {
        "association_members": "members of the Association, not of clubs",
        "care_fund": "the Association's care fund, not the clubs'",
        "activity_fund": "the clubs' activity fund is not the income fund",
        "loan_turns": "loan turns, not borrowers",
        "loan_terms": "terms of single loans",
        "health_checks": "health checks are no figure of clubs",
        "grades": "clubs by grade are parts of all clubs",
        "one_project": "clubs of one project or scheme are a part of all clubs",
        "startup_parts": "a source of start-up capital is a part of it",
        "fund_parts": "a source of the fund is a part of it",
        "older_population": "older people of the area, not members of clubs",
        "without_clubs": "areas without clubs are not read",
        "gifts": "gifts and visits are no figure of clubs",
        "volunteers": "volunteers are not read from workbooks",
        "boards": "boards of clubs are not read",
        "drafts": "a draft or a check of the author",
        "other_clubs": "clubs of another kind",
    }
)


_NOT_READ = MappingProxyType(
    {
        "plan_ratios": "a plan's ratio is read for numbers of clubs only",
        "plans": "plans are read for clubs and budgets only",
        "shares": "no indicator is the share of this",
    }
)


@dataclass(frozen=True)
class Meaning:
    """What the words of a heading stand for.

    Attributes
    ----------
    kind : {"role", "indicator", "omit", "unknown"}
        A role says how the cells are used, an indicator makes figures of them.
    name : str
        The role, the indicator of `INDICATORS`, or the code of what is left out.
    reason : str
        The words that decided, for people.
    measure : {"result", "plan", "ratio", "change", "previous", "share"}
        How the figure is meant.
    factor : float or None
        What a bare number is multiplied by; None where no unit is printed.
    unit : str
        The unit of the figures: the indicator's own, or "share".
    level : str
        Of a role "area": the level of the places, or "any".
    second : str
        The indicator of the second number of "410/559", or "".
    """

    kind: Kind
    name: str
    reason: str
    measure: Measure = "result"
    factor: float | None = None
    unit: str = ""
    level: str = ""
    second: str = ""


class _Rule(NamedTuple):
    kind: Kind
    name: str
    phrases: tuple[str, ...]
    under: str
    without: tuple[str, ...]
    only: bool

    @property
    def weight(self) -> int:
        return 2 * sum(len(p.split()) for p in self.phrases) + len(self.under.split())


def read_heading_path(
    path: Iterable[str], *, beside: str = "", factor: float | None = None
) -> Meaning:
    """Tell what the headings above a column, or before a row, mean together.

    Parameters
    ----------
    path : iterable of str
        The headings from the widest to the nearest: ``("Thành viên CLB (người)", "Nữ")``.
    beside : str, optional
        The indicator of the column before it: after the members "Nữ" means their women.
    factor : float, optional
        The unit in which money is printed, where the headings do not say it.

    Returns
    -------
    Meaning
        Of kind "unknown" where no entry of the dictionary fits.

    Examples
    --------
    >>> found = read_heading_path(["Quỹ tăng thu nhập (TTN)", "Vốn TTN (triệu đồng)"])
    >>> found.name, found.factor
    ('income_fund_vnd', 1000000.0)
    >>> read_heading_path(["Tăng 2023 so với 2021", "CLB"]).measure
    'change'
    >>> read_heading_path(["Số máy tính"]).kind
    'unknown'
    """
    return _read_path(tuple(path), beside, factor)


def read_measure(text: str) -> Measure:
    """Tell how the figures under a heading are meant: as a result, a plan, their ratio or a change.

    Examples
    --------
    >>> [read_measure(t) for t in ("Kế hoạch năm", "Thực hiện 6 tháng", "Tỉ lệ % (TH/KH)")]
    ['plan', 'result', 'ratio']
    """
    return _find_measure(header_words(text))


def find_unit(text: str) -> float | None:
    """Return what the numbers under a heading are multiplied by, or None if no unit is printed.

    Examples
    --------
    >>> find_unit("Vốn TTN (tr.đồng)"), find_unit("ĐVT: 1.000 đồng"), find_unit("Tỉ lệ %")
    (1000000.0, 1000.0, 0.01)
    >>> find_unit("Số CLB") is None
    True
    """
    words = f" {_plain_words(text)} "
    for unit, factor in _dictionary().units:
        if f" {unit} " in words:
            return factor
    for inner in _BRACKETS.findall(text):
        if (bracketed := _plain_words(inner)) in _dictionary().scales:
            return _dictionary().scales[bracketed]
    if (whole := words.strip()) in _dictionary().scales:
        return _dictionary().scales[whole]
    return 0.01 if "%" in text else None


def header_words(text: str) -> str:
    """Write a heading in the dictionary's words: no marks, small letters, synonyms made one.

    Examples
    --------
    >>> header_words("Số Câu lạc bộ liên thế hệ"), header_words("Tỉ lệ TV nữ (%)")
    ('so clb', 'tile tv nu tile')
    """
    return _canonical(text)


def without_unit(text: str) -> str:
    """Take the unit out of a heading.

    Examples
    --------
    >>> without_unit("Vốn (triệu đồng)"), without_unit("Số CLB (cũ)")
    ('von', 'so clb cu')
    """
    kept = _BRACKETS.sub(lambda m: " " if _is_unit(m[1]) else m[0], text)
    words = _plain_words(kept)
    for unit, factor in _dictionary().units:
        if factor > 1:
            words = re.sub(rf"(?<![a-z0-9]){re.escape(unit)}(?![a-z0-9])", " ", words)
    return words


def is_heading(text: str) -> bool:
    """Tell whether a cell's text is one the dictionary knows, as a column's or a row's heading.

    Examples
    --------
    >>> is_heading("Huyện, thành phố"), is_heading("Nam Sách")
    (True, False)
    """
    return read_heading_path([text]).kind != "unknown"


@cache
def _read_path(path: tuple[str, ...], beside: str, factor: float | None) -> Meaning:
    own = _own_factor(path)
    texts = [words for text in path if (words := _canonical(without_unit(text)))]
    whole = " ".join(texts)
    measure = _find_measure(" ".join(_canonical(text) for text in path))
    if len(texts) == 1 and (role := _read_role(texts[0])) is not None:
        return role
    if measure == "change":
        return Meaning("omit", "changes", f"a change between dates ({' > '.join(path)})", "change")
    bare = [_drop_facets(words, measure) for words in texts]
    if measure in ("plan", "ratio") and not any(bare):
        # "CLB thành lập mới | Kế hoạch | Đạt %": the words stand over the column before only.
        bare = [_BESIDE.get(beside, "")]
    found = _match_path([words for words in bare if words], beside)
    if found is None:
        return Meaning("unknown", "", f"no entry of the dictionary fits “{whole}”", measure)
    rule, words = found
    if rule.kind == "omit":
        return Meaning("omit", rule.name, f"{_REASONS[rule.name]} (“{words}”)", measure)
    return _as_indicator(rule.name, words, measure, own, factor, path)


def _as_indicator(
    name: str,
    words: str,
    measure: Measure,
    own: float | None,
    factor: float | None,
    path: tuple[str, ...],
) -> Meaning:
    """Combine an indicator with how it is meant: a plan for clubs is a target, a share a share."""
    reason = f"“{words}”"
    unit = INDICATORS[name].unit
    code = ""
    if measure == "ratio":
        code = "" if name in _OF_CLUBS else "plan_ratios"
        name, unit = "plan_achievement", "ratio"
    elif measure == "plan":
        code = "" if name in _PLANNED else "plans"
        name = _PLANNED.get(name, name)
    elif measure == "share" and unit != "share":
        code = "" if name in _SHARED else "shares"
        unit = "share"
    if code:
        return Meaning("omit", code, f"{_NOT_READ[code]}: {name} ({reason})", measure)
    if unit == "VND":
        scale = own if own is not None and own >= 1 else factor
    else:
        scale = own if unit in ("share", "ratio") and name != "members_per_club" else 1.0
    return Meaning(
        "indicator", name, reason, measure, scale, unit,
        second=_second_of(path, name) if measure == "result" else "",
    )  # fmt: skip


def _second_of(path: tuple[str, ...], name: str) -> str:
    halves = _HALVES.split(path[-1], maxsplit=1) if path else []
    if len(halves) == 2:
        second = _read_path((*path[:-1], halves[1]), "", None)
        if second.kind == "indicator" and second.name != name:
            return second.name
    return _WHOLES.get(name, "")


def _own_factor(path: tuple[str, ...]) -> float | None:
    found = [unit for text in reversed(path) if (unit := find_unit(text)) is not None]
    return found[0] if found else None


def _is_unit(inner: str) -> bool:
    words = _plain_words(inner).removeprefix("dvt ").removeprefix("don vi tinh ")
    units = {unit for unit, _ in _dictionary().units}
    return words in units or words in _dictionary().scales or words in _COUNTED


def _read_role(words: str) -> Meaning | None:
    fits = [r for r in _dictionary().rules if r.kind == "role" and _fits(r, words, "")]
    if fits:
        return Meaning("role", max(fits, key=lambda rule: rule.weight).name, f"“{words}”")
    tokens = words.split()
    known = _levels_in(tokens, _dictionary().levels)
    if not known:
        return None
    named = {level for level in known if level != "any"}
    # "Tỉnh, thành phố" are provinces, "xã, thị xã" are communes; "huyện, xã" are both kinds.
    if named == {"province", "district"} and not {"huyen", "quan"} & set(tokens):
        named = {"province"}
    return Meaning("role", "area", f"“{words}”", level=named.pop() if len(named) == 1 else "any")


def _levels_in(tokens: list[str], levels: Mapping[str, str]) -> list[str]:
    """Return the levels that the words name, one by one; nothing if another word is among them."""
    if not tokens:
        return []
    for size in range(min(3, len(tokens)), 0, -1):
        level = levels.get(" ".join(tokens[:size]))
        if level is not None:
            rest = _levels_in(tokens[size:], levels)
            return [level, *rest] if rest or size == len(tokens) else []
    return []


def _find_measure(words: str) -> Measure:
    facets = [
        (len(phrase.split()), name)
        for phrase, name in _dictionary().facets
        if f" {phrase} " in f" {words} "
    ]
    if not facets:
        return "result"
    longest = max(length for length, _ in facets)
    names = [name for length, name in facets if length == longest]
    order: tuple[Measure, ...] = ("result", "ratio", "change", "plan", "previous", "share")
    return next(name for name in order if name in names)


def _drop_facets(words: str, measure: Measure) -> str:
    kept = f" {words} "
    for phrase, name in sorted(_dictionary().facets, key=lambda f: -len(f[0].split())):
        if name in (measure, "share") and name != "result":
            kept = kept.replace(f" {phrase} ", " ")
    return kept.strip()


def _match_path(texts: list[str], beside: str) -> tuple[_Rule, str] | None:
    """Match the nearest heading under the wider ones; one of filler words only is skipped."""
    context = "tv" if beside in _MEMBERS else ""
    for depth in range(len(texts), 0, -1):
        leaf, upper = texts[depth - 1], " ".join(texts[: depth - 1])
        under = upper or (context if depth == len(texts) == 1 else "")
        fits = [rule for rule in _dictionary().rules if rule.kind != "role"
                and _fits(rule, leaf, under)]  # fmt: skip
        if fits:
            best = max(fits, key=lambda rule: rule.weight)
            return best, " > ".join(texts[:depth])
        if _leftover(leaf, ()):
            return None
    return None


def _fits(rule: _Rule, leaf: str, upper: str) -> bool:
    padded = f" {leaf} "
    if not all(f" {phrase} " in padded for phrase in rule.phrases):
        return False
    if rule.under and f" {rule.under} " not in f" {upper} ":
        return False
    whole = f" {upper} {leaf} "
    if any(f" {phrase} " in whole for phrase in rule.without):
        return False
    if not rule.phrases and not rule.under:
        return False
    return not (rule.only and _leftover(leaf, rule.phrases))


def _leftover(words: str, phrases: tuple[str, ...]) -> str:
    kept = f" {words} "
    for phrase in (*phrases, *_dictionary().fillers):
        kept = kept.replace(f" {phrase} ", "  ")
    return re.sub(r"\b(?:19|20)\d\d\b", " ", kept).strip()


@cache
def _canonical(text: str) -> str:
    words, before = f" {_plain_words(text)} ", ""
    while words != before:  # "xóm, bản": "xóm" is a "thôn", then "thôn bản" is one too
        before = words
        for long, short in _dictionary().synonyms:
            if long in words:
                words = words.replace(long, short)
    tokens = words.split()
    return " ".join(t for t, last in zip(tokens, ["", *tokens], strict=False) if t != last)


@cache
def _plain_words(text: str) -> str:
    return " ".join(_SPLIT_WORDS.sub(" ", strip_marks(text).lower().replace("%", " % ")).split())


class _Dictionary(NamedTuple):
    synonyms: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, float], ...]
    scales: Mapping[str, float]
    fillers: tuple[str, ...]
    facets: tuple[tuple[str, Measure], ...]
    levels: Mapping[str, str]
    rules: tuple[_Rule, ...]


@cache
def _dictionary() -> _Dictionary:
    rows = list(read_table("headers.csv"))
    by_kind: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append((_plain_words(row["words"]), row["meaning"]))
    longest_first = {
        kind: sorted(pairs, key=lambda pair: -len(pair[0])) for kind, pairs in by_kind.items()
    }
    return _Dictionary(
        synonyms=tuple(
            (f" {long} ", f" {_plain_words(short)} ") for long, short in longest_first["synonym"]
        ),
        units=tuple((unit, float(factor)) for unit, factor in longest_first["unit"]),
        scales={scale: float(factor) for scale, factor in by_kind["scale"]},
        fillers=tuple(phrase for phrase, _ in longest_first["filler"]),
        facets=tuple(by_kind["facet"]),  # type: ignore[arg-type]
        levels=dict(by_kind["level"]),
        rules=tuple(
            _Rule(
                row["kind"],  # type: ignore[arg-type]
                row["meaning"],
                tuple(filter(None, (_plain_words(p) for p in row["words"].split(" + ")))),
                _plain_words(row["under"]),
                tuple(filter(None, (_plain_words(p) for p in row["without"].split(";")))),
                row["only"] == "yes",
            )
            for row in rows
            if row["kind"] in ("role", "indicator", "omit")
        ),
    )
