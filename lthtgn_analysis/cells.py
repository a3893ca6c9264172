"""Cells as a workbook holds them come in; what each holds goes out: words, a figure, or nothing.

Columns are arrays of objects: text, numbers, dates, and "" where a cell is empty. Every distinct
text is looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from .lettering import clean
from .reading import MISSING_MARKS

_HEDGED = re.compile(r"\s*[^\d\n]{0,25}\d")
_LONGEST_FIGURE = 60
_NUMBERS = frozenset({int, float})


def as_label(cell: Any) -> str:
    """Return the words of a cell in their one spelling; a whole number without its ".0".

    Examples
    --------
    >>> as_label(" Hoà  Bình "), as_label(3.0), as_label("")
    ('Hòa Bình', '3', '')
    """
    if type(cell) is str:
        return clean(cell) if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def labels(cells: np.ndarray) -> pd.Series:
    """Return the words of a column of cells, as text.

    Examples
    --------
    >>> labels(np.array(["TX  Bỉm Sơn", 2.0], dtype=object)).to_list()
    ['TX Bỉm Sơn', '2']
    """
    return each_once(pd.Series(cells, dtype=object), as_label)


def each_once(values: pd.Series, write: Callable[[Any], str]) -> pd.Series:
    """Apply a function to every distinct value of a column.

    Examples
    --------
    >>> each_once(pd.Series(["a", "b", "a"]), str.upper).to_list()
    ['A', 'B', 'A']
    """
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    written = pd.Series([write(value) for value in distinct], dtype="str")
    return written.take(codes).set_axis(values.index)


def repeat(value: Any, count: int) -> pd.Series:
    """Return a column that holds one value throughout; None is a missing text.

    Examples
    --------
    >>> repeat("all", 2).to_list()
    ['all', 'all']
    """
    one = pd.Series([value], dtype="str" if value is None else None)
    return one.take(np.zeros(count, dtype=int)).reset_index(drop=True)


def numbers_in(cells: np.ndarray) -> np.ndarray:
    """Tell which cells hold a number; a truth value is none.

    Examples
    --------
    >>> numbers_in(np.array([2.0, "2", True, ""], dtype=object)).tolist()
    [True, False, False, False]
    """
    return np.fromiter(map(_NUMBERS.__contains__, map(type, cells)), dtype=bool, count=len(cells))


def figures_in(cells: np.ndarray) -> np.ndarray:
    """Tell which cells hold a figure: a number, or a short text that soon comes to a digit.

    Examples
    --------
    >>> figures_in(np.array([5.0, "gần 2.000", "-", "Chủ tịch"], dtype=object)).tolist()
    [True, True, False, False]
    """
    return _tell(cells, _prints_figure)


def filled_in(cells: np.ndarray) -> np.ndarray:
    """Tell which cells hold anything but a mark of a missing figure.

    Examples
    --------
    >>> filled_in(np.array([0.0, "không", "", "5 CLB"], dtype=object)).tolist()
    [True, False, False, True]
    """
    return _tell(cells, _prints_something)


def shorten(text: str, *, longest: int = 80) -> str:
    """Cut a long text, saying so by an ellipsis.

    Examples
    --------
    >>> shorten("Ghi chú", longest=4)
    'Ghi…'
    """
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _tell(cells: np.ndarray, judge: Callable[[str], bool]) -> np.ndarray:
    told = numbers_in(cells)
    others = np.flatnonzero(~told)
    texts = cells[others].tolist()
    known = {cell: type(cell) is not str or judge(cell) for cell in set(texts)}
    told[others] = [known[cell] for cell in texts]
    return told


def _prints_figure(text: str) -> bool:
    return len(text) <= _LONGEST_FIGURE and _HEDGED.match(text) is not None


def _prints_something(text: str) -> bool:
    return bool(text) and clean(text).lower() not in MISSING_MARKS
