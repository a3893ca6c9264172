"""The observations in, what each page of a unit reads of them out: its rows, and a digest of them.

A province's page is built again only when a figure that it shows has changed. The digests stand in
the site, so that a night on which nothing has changed need not make them again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from .areas import read_areas
from .cache import describe_environment, hash_read_files, hash_text
from .checks import find_problems
from .excerpts import DistrictPart, Part, take_district, take_province

FILE = "rows.json"
"""What the site keeps of the digests."""


@dataclass(frozen=True)
class PageRows:
    """Digests of what pages read of the observations.

    Parameters
    ----------
    version : str
        Changes when the observations, their sources or this package change.
    whole : str
        What a page reads that shows all places.
    units : mapping
        What the pages of units read: by the parameter that names the unit, and its code.
    """

    version: str
    whole: str
    units: Mapping[str, Mapping[str, str]]

    def write(self) -> str:
        """Return the text of the file by which the next build knows the digests."""
        return json.dumps(asdict(self), indent=1) + "\n"

    def make_fingerprint(self, folder: Path) -> Callable[[str, dict[str, Any]], str]:
        """Return the function for the option `fingerprint` of `build_site`.

        Files that a notebook in `folder` reads beside the observations, such as a register, count
        whole, and are all that counts for one that reads no observations.
        """
        hash_files = hash_read_files()

        def fingerprint(notebook: str, parameters: dict[str, Any]) -> str:
            more = {n: v for n, v in parameters.items() if n not in ("data", "sources")}
            others = hash_files(notebook, more, folder.resolve())
            if "data" not in parameters:
                return others
            named = [
                digests[parameters[name]]
                for name, digests in self.units.items()
                if parameters.get(name) in digests
            ]
            return hash_text(others + (named[0] if len(named) == 1 else self.whole))

        return fingerprint


def hash_page_rows(
    observations: pd.DataFrame, *, sources: pd.DataFrame | None, output: Path
) -> PageRows:
    """Return the digests of what pages read, from the published site if they still hold.

    A page of a unit reads the unit's rows and those of the country. Problems are found over all
    rows, so that a figure of another place can raise or settle one of this page: they count too. Of
    the list of sources, which every page reads, the lines count that the page's rows cite.

    Parameters
    ----------
    observations, sources : DataFrame
        As read; the sources are None if there is no list of them.
    output : Path
        The site's folder; it need not exist.

    Returns
    -------
    PageRows
        With the units that have figures.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations")).query("area == '38'")
    >>> rows = hash_page_rows(observations, sources=None, output=Path("no such folder"))
    >>> list(rows.units["area"])
    ['38']
    """
    rows = _hash_each(observations)
    cited = "" if sources is None else sources.to_csv(index=False)
    stated = [_hash_rows(rows), cited, describe_environment()]
    version = hash_text(json.dumps(stated))
    known = _read_known(output / FILE)
    if known is not None and known.version == version:
        return known
    part = _Part(observations, rows, sources)
    return PageRows(
        version=version,
        whole=version,
        units={
            name: {unit: part.hash(unit, mine) for unit, mine in units.items()}
            for name, units in find_page_rows(observations).items()
        },
    )


def find_page_rows(observations: pd.DataFrame) -> dict[str, dict[str, pd.Index]]:
    """Return, for each parameter that names a unit, its units with figures and their pages' rows.

    A page shows its unit's own figures and those of the units inside it, on every map.

    Parameters
    ----------
    observations : DataFrame
        The observations table.

    Returns
    -------
    dict
        ``{"area": {code: labels of rows}, "district": {code: labels of rows}}``.

    Examples
    --------
    >>> from lthtgn_analysis.sources import sample_path
    >>> from lthtgn_analysis.tidy import read_observations
    >>> observations = read_observations(sample_path("observations")).query("area == '38'")
    >>> len(find_page_rows(observations)["area"]["38"]) == len(observations)
    True
    """
    numbered = observations.assign(row=observations.index)
    codes = {
        level: set(observations.loc[observations["level"] == level, "area"])
        for level in observations["level"].unique()
    }
    area: dict[str, pd.Index] = {}
    for boundaries in ("2025-01", "2025-07"):
        provinces = read_areas(boundaries=boundaries, level="province")["area"]
        for code in provinces[provinces.isin(list(codes.get("province", ())))]:
            take = partial(take_province, numbered, area=code, boundaries=boundaries)
            own = take()["row"]
            if len(own):
                inside = [take(part=part)["row"] for part in get_args(Part) if part in codes]
                area[code] = area.get(code, pd.Index([])).union(
                    pd.Index(pd.concat([own, *inside], ignore_index=True))
                )
    district = {}
    for code in sorted(codes.get("district", ())):
        take = partial(take_district, numbered, area=code)
        parts = [take(part=part)["row"] for part in get_args(DistrictPart) if part in codes]
        district[code] = pd.Index(pd.concat([take()["row"], *parts], ignore_index=True))
    return {"area": dict(sorted(area.items())), "district": district}


class _Part:
    """What one page reads of the observations, their problems and their sources."""

    def __init__(
        self, observations: pd.DataFrame, rows: pd.Series, sources: pd.DataFrame | None
    ) -> None:
        self._rows = rows
        self._fact_ids, self._cited = observations["fact_id"], observations["source"]
        self._national = observations.index[observations["level"] == "national"]
        problems = find_problems(observations)
        self._problems = _hash_each(problems)
        self._places = problems["area"].fillna("")
        self._touched = [set(str(ids).split(";")) for ids in problems["fact_ids"].fillna("")]
        self._sources = (
            {}
            if sources is None
            else dict(zip(sources["source"], _hash_each(sources), strict=True))
        )

    def hash(self, unit: str, own: pd.Index) -> str:
        """Return the digest of the page of a unit whose rows are `own`."""
        mine = own.union(self._national)
        ids = set(self._fact_ids[mine])
        here = [
            place == unit or not ids.isdisjoint(those)
            for place, those in zip(self._places, self._touched, strict=True)
        ]
        cited = [self._sources.get(source, 0) for source in sorted(set(self._cited[mine].dropna()))]
        told = [_hash_rows(self._rows[mine]), _hash_rows(self._problems[here]), cited]
        return hash_text(json.dumps(told))


def _hash_each(table: pd.DataFrame) -> pd.Series:
    """Return a number per row that changes when any of its cells does."""
    return pd.util.hash_pandas_object(table.astype("str"), index=False)


def _hash_rows(hashes: pd.Series) -> str:
    return hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()


def _read_known(file: Path) -> PageRows | None:
    try:
        known = PageRows(**json.loads(file.read_bytes()))
        return known if isinstance(known.units["area"], dict) else None
    except (OSError, ValueError, TypeError, KeyError):  # no site yet, or damaged: made anew
        return None
