"""The errors this package raises on purpose; each is also the built-in a caller would expect.

Every message says what must hold, what was found, where, and what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class LthtgnError(Exception):
    """Any error that this package raises on purpose."""


class InvalidTableError(LthtgnError, ValueError):
    """A table that does not hold what its schema or the hard rules demand.

    Parameters
    ----------
    message : str
        What must hold, what was found, where, and what to do; all problems at once.
    problems : DataFrame, optional
        One row per problem, in the columns of the *problems* table.

    Attributes
    ----------
    problems : DataFrame or None
        The same problems as rows, for scripts that want to write or count them.
    """

    def __init__(self, message: str, problems: pd.DataFrame | None = None) -> None:
        super().__init__(message)
        self.problems = problems


class NotAFigureError(LthtgnError, ValueError):
    """A text that does not hold exactly one figure in a notation that can be read safely."""


class NotADateError(LthtgnError, ValueError):
    """A text that does not hold a date or a period."""


class UnknownAreaError(LthtgnError, LookupError):
    """A name that fits no administrative unit, or more than one."""


class UnreadableSourceError(LthtgnError, ValueError):
    """A file that cannot be read safely: encrypted, truncated, of an unknown kind or encoding."""


class EngineError(LthtgnError, RuntimeError):
    """An engine that is not installed, is of an unknown version, or cannot go on (disk full)."""


class NotebookError(LthtgnError, RuntimeError):
    """A notebook that could not be run to its end, or cannot be run at all."""


class SiteError(LthtgnError, RuntimeError):
    """A site that cannot be built: another builder at work, or a folder that is not a site."""
