"""Figures come in; the same figures go out with what speaks for each of several rivals.

The rule by which rivals for one place, indicator, scope and day are ranked, first criterion first:

1. *standing*: observed before derived, estimated, carried and synthetic;
2. *publisher*: the Association and the state; then the Association's press and partners; then other
   press; then mirrors and machine translations (`reference/publishers.csv`, matched on publisher,
   address and key of the source);
3. *directness*: read in the source's own words and dated by it, before read in a translation or
   reprint, or with an inferred date (the note says so);
4. *precision*: the narrower interval. It comes before recency, because on one reference day a later
   and vaguer figure is mostly the same figure retold;
5. *recency*: the later publication, which may correct the earlier;
6. *agreement*: nearer to the line between the undisputed figures before and after.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from .grammar import read_table
from .lettering import strip_marks
from .schema import OBSERVATION_STATUSES, SOURCES, accept

CRITERIA = ("standing", "publisher", "directness", "precision", "recency", "agreement")

_OTHER_PRESS = 3
_INDIRECT = r"(?i)đọc từ bản|bản dịch|dịch máy|đăng lại|suy ra|translat|reprint|inferred"


def weigh(figures: pd.DataFrame, *, same: list[str], series: list[str], sources: Any = None) -> Any:
    """Add to figures what they are ranked by; smaller is better.

    Parameters
    ----------
    figures : DataFrame
        Dated observations with the columns of `same` and `series`.
    same : list of str
        Columns that are equal for rivals.
    series : list of str
        Columns that are equal for figures of one series.
    sources : data frame, optional
        The sources table; without it the publisher is told by the source's key alone.

    Returns
    -------
    DataFrame
        With the columns of `CRITERIA` as float, and RangeIndex.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"status": ["observed"], "source": ["hoinguoicaotuoi-1"], "note": [None],
    ...      "low": [1.0], "high": [1.0], "value": [1.0], "published": [pd.NaT],
    ...      "as_of": [pd.Timestamp("2024-12-31")], "area": ["38"]})
    >>> weigh(table, same=["area", "as_of"], series=["area"])["publisher"].item()
    1.0
    """
    status = {name: float(place) for place, name in enumerate(OBSERVATION_STATUSES)}
    figures = figures.reset_index(drop=True)
    published = figures["published"]
    age = (published.max() - published).dt.days.astype(float)
    weighed = figures.assign(
        standing=figures["status"].map(status).fillna(len(status)),
        publisher=_publisher_levels(figures["source"], sources),
        directness=figures["note"].str.contains(_INDIRECT).fillna(False).astype(float),
        precision=(figures["high"] - figures["low"]).fillna(np.inf),
        recency=age.fillna(np.inf),
        agreement=0.0,
    )
    rivals = weighed.duplicated(same, keep=False)
    if rivals.any():
        weighed.loc[rivals, "agreement"] = _distances(weighed, rivals, series)
    return weighed


def _publisher_levels(keys: pd.Series, sources: Any) -> pd.Series:
    """Return 1 (nearest to the clubs) to 4 (furthest) for each source."""
    texts = {key: key for key in keys.dropna().unique()}
    if sources is not None:
        known = accept(sources, SOURCES)
        told = known[["source", "publisher", "url"]].fillna("").agg(" ".join, axis=1)
        texts |= dict(zip(known["source"], told, strict=True))
    rules = [
        (re.compile(row["pattern"]), float(row["level"])) for row in read_table("publishers.csv")
    ]
    return keys.map({key: _level_of(texts[key], rules) for key in keys.dropna().unique()}).fillna(
        _OTHER_PRESS
    )


def _level_of(text: str, rules: list[tuple[re.Pattern[str], float]]) -> float:
    """Return the furthest level that fits: a mirror of the Association's page is a mirror."""
    folded = re.sub(r"[^a-z0-9]+", " ", strip_marks(text).lower())
    fitting = [level for pattern, level in rules if pattern.search(folded)]
    return max(fitting, default=float(_OTHER_PRESS))


def _distances(figures: pd.DataFrame, rivals: pd.Series, series: list[str]) -> pd.Series:
    """Return how far rivals are from the line between the undisputed figures around them."""
    code = figures.groupby(series, dropna=False, sort=False).ngroup()
    day = figures["as_of"].astype("datetime64[s]").astype("int64") // 86_400
    known = pd.DataFrame({"code": code, "day": day, "value": figures["value"]}).loc[~rivals]
    known = known.sort_values(["day", "code"]).assign(
        known_day=lambda rows: rows["day"].astype(float)
    )
    asked = pd.DataFrame({"code": code, "day": day, "value": figures["value"]}).loc[rivals]
    asked = asked.reset_index().sort_values(["day", "code"])
    before, after = (
        pd.merge_asof(asked, known, on="day", by="code", suffixes=("", "_near"), direction=way)
        for way in ("backward", "forward")
    )
    span = after["known_day"] - before["known_day"]
    way = (asked["day"].to_numpy() - before["known_day"]) / span.where(span > 0)
    line = before["value_near"] + way * (after["value_near"] - before["value_near"])
    expected = line.fillna(before["value_near"]).fillna(after["value_near"])
    off = (asked["value"].to_numpy() - expected).abs() / expected.abs().where(expected != 0)
    return pd.Series(off.fillna(np.inf).to_numpy(), index=asked["index"])
