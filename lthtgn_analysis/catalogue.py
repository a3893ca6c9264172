"""A key comes in; the words that people read for it go out, in either language.

Every word of a page stands in `reference/labels.csv`. A template of the catalogue agrees with its
numbers: ``{n} {n:figure|figures}``.
"""

from __future__ import annotations

import difflib
import string
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from .grammar import read_table
from .numerals import Convention


class Template(str):
    """Words of the catalogue; `format` also chooses between the forms that follow a number.

    Examples
    --------
    >>> Template("{n} {n:figure|figures}").format(n="1"), Template("{n} {n:is|are}").format(n=2)
    ('1 figure', '2 are')
    """

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        """Fill in values; of ``{n:one|many}`` the first form stands where `n` reads "1"."""
        return _WITH_FORMS.vformat(self, args, values)


class _Forms(string.Formatter):
    def format_field(self, value: Any, spec: str) -> str:
        """Choose a form by a number as it is written, so that "1,0" is many."""
        if "|" in spec:
            one, many = spec.split("|")
            return one if str(value) == "1" else many
        return str(super().format_field(value, spec))


_WITH_FORMS = _Forms()


def label(key: str, *, lang: Convention = "vi") -> str:
    """Return the words that people read for a code or a piece of a page.

    Parameters
    ----------
    key : str
        A key of `reference/labels.csv`. The codes of `schema` have the key ``column.code``:
        "qualifier.at_least", "level.province", "verdict.met".
    lang : {"vi", "en"}
        The language.

    Returns
    -------
    str
        A `Template`, as it stands inside a sentence; headings begin with a capital already.

    Raises
    ------
    KeyError
        If there is no such key; the nearest ones are named.

    Examples
    --------
    >>> label("verdict.met"), label("verdict.met", lang="en")
    ('đạt', 'met')
    """
    labels = _labels()
    if key not in labels:
        same_code = [known for known in labels if known.endswith(f".{key}")]
        nearest = same_code or difflib.get_close_matches(key, labels, n=3, cutoff=0.4)
        raise KeyError(
            f"no label {key!r} in reference/labels.csv; the nearest keys are: "
            f"{', '.join(nearest) or 'none'}"
        )
    return Template(labels[key][lang])


@cache
def _labels() -> Mapping[str, dict[str, str]]:
    return MappingProxyType({row["key"]: row for row in read_table("labels.csv")})
