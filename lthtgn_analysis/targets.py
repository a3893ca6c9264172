"""Dated targets with their nature, baseline, scope, decision and status.

`reference/targets.csv` (or a file of the same columns) comes in, the targets table goes out. A
target that nobody has read in its decision is marked ``unverified`` and stays so. "New" is not
"stock": a target of 3,000 new clubs is never set against the clubs there are.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pandas as pd

from .errors import InvalidTableError
from .indicators import INDICATORS, METRICS
from .memory import shareable
from .overrides import read_overrides
from .sources import read_csv_cells
from .tidy import parse_targets

REFERENCE = Path(str(files(__package__))) / "reference" / "targets.csv"


@shareable
def read_targets(path: str | Path | None = None, *, scheme: str | None = None) -> pd.DataFrame:
    """Read the targets of decisions, strategies and provincial plans.

    Parameters
    ----------
    path : str or Path, optional
        A csv file with the columns of the targets table; the package's own list if not given. It
        may have four more, by which a person sets the class of progress by hand: `override`,
        `override_author`, `override_date` and `override_reason` (see `overrides`).
    scheme : str, optional
        Keep one scheme only: "1533", "1336", "1648", "383", ...

    Returns
    -------
    DataFrame
        The targets table. `value` is the bar to reach; a band has its ends in `low` and `high`. A
        target that amends another one has its id, "@" and the day from which it stands (see
        `find_terms`).

    Raises
    ------
    InvalidTableError
        If the file does not hold the table, a `measure` is neither an indicator nor a metric, or an
        override lacks its author, date or reason.
    ValueError
        If there is no such scheme; the text names those there are.

    Examples
    --------
    >>> read_targets(scheme="1336").query("target_id == 'T1336-2'")[["nature", "value"]].values
    array([['new', 3000.0]], dtype=object)
    """
    path = REFERENCE if path is None else Path(path)
    cells = read_csv_cells(path)
    own = read_overrides(cells, name=path.name)
    targets = pd.concat([parse_targets(cells), own], axis=1) if len(own.columns) else (
        parse_targets(cells)
    )  # fmt: skip
    unknown = ~targets["measure"].isin([*INDICATORS, *METRICS])
    if unknown.any():
        names = targets.loc[unknown, ["target_id", "measure"]].to_numpy().tolist()
        raise InvalidTableError(
            f"{path.name} must measure targets by names in INDICATORS or METRICS.\n"
            f"  found: {names}\n"
            "  hint:  see reference/indicators.csv and reference/metrics.csv."
        )
    if scheme is None:
        return targets
    kept = targets.loc[targets["scheme"] == scheme].reset_index(drop=True)
    if kept.empty:
        raise ValueError(
            f"`scheme` must be one of {', '.join(sorted(targets['scheme'].unique()))}, "
            f"not {scheme!r}."
        )
    return kept


def find_terms(targets: pd.DataFrame) -> pd.DataFrame:
    """Return from which day to which each target stands.

    A target that amends another one bears its id with the day from which it stands:
    ``T1336-2@2023-05-01`` takes the place of ``T1336-2`` from 1 May 2023 on.

    Parameters
    ----------
    targets : DataFrame
        The targets table.

    Returns
    -------
    DataFrame
        On the index of `targets`, `first` (missing for a target that amends none) and `last`, the
        day before the next amendment (missing for a target that none amends).

    Examples
    --------
    >>> terms = find_terms(pd.DataFrame({"target_id": ["A", "A@2023-05-01"]}))
    >>> f"{terms['last'][0]:%d/%m/%Y}", f"{terms['first'][1]:%d/%m/%Y}"
    ('30/04/2023', '01/05/2023')
    """
    parts = targets["target_id"].str.extract(r"^(?P<origin>.*?)(?:@(?P<first>\d{4}-\d\d-\d\d))?$")
    first = pd.to_datetime(parts["first"])
    order = first.sort_values(na_position="first").index
    after = first[order].groupby(parts["origin"][order]).shift(-1)
    return pd.DataFrame(
        {"first": first, "last": (after - pd.Timedelta(days=1)).reindex(targets.index)}
    )
