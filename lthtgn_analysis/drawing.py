"""What all plots share: theme, Axes of a fitting size, number axes, labels that do not collide.

An Axes comes in, the same Axes goes out. Colours differ in lightness, so that they can be told
apart in grey and by the colour-blind; meaning is never in the colour alone. Nothing is measured by
drawing: label places are estimated from the size of the figure, because a page draws each figure
once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

from .notation import label
from .numerals import write_numeral
from .wording import Lang, begin_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

INK = "#1b2530"
SOFT = "#4d5a68"
GRID = "#dfe5e9"
EMPTY = "#aab4bd"
PAPER = "#ffffff"
MAIN = "#0a5a6c"
PALE = "#9cc5cf"
CONTRAST = "#a8480f"
SHADES = ("#e3f0f2", "#b5d6dc", "#7fb5c0", "#3f8797", "#0a5a6c")

WIDTH = 6.4
HEIGHT = 3.9
FONT_SIZE = 10.5
TITLE_SIZE = 12.5
LABEL_SIZE = 9.5

_ROOM_FOR_WORDS = 1.3
_ROOM_FOR_NOTHING = 0.7
_LETTER_WIDTH = 0.56
_BOLD_LETTER_WIDTH = 0.65
_LINE_HEIGHT = 1.35
_SPOT_DISTANCE = 5.0
_PLACES = (
    (0, 7, "center"),
    (0, -20, "center"),
    (-6, 4, "right"),
    (6, -16, "left"),
    (6, 4, "left"),
    (-6, -16, "right"),
    (-9, -6, "right"),
    (9, -6, "left"),
)
_BILLION, _MILLION = 1e9, 1e6


@dataclass(frozen=True)
class PointLabel:
    """A text beside a point, in data coordinates; a smaller `rank` is placed first."""

    x: float
    y: float
    text: str
    rank: int


def set_theme() -> None:
    """Set matplotlib's defaults to the house style; nothing is changed before this is called.

    DejaVu Sans has every Vietnamese letter. Figures are narrow enough to be read on a phone, with a
    light grid and no frame.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with mpl.rc_context():
    ...     set_theme()
    ...     mpl.rcParams["font.family"]
    ['DejaVu Sans']
    """
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(
        {
            "figure.figsize": (WIDTH, HEIGHT),
            "figure.constrained_layout.use": True,
            "figure.facecolor": PAPER,
            "axes.facecolor": PAPER,
            "axes.edgecolor": SOFT,
            "axes.labelcolor": SOFT,
            "axes.titlelocation": "left",
            "axes.titlesize": TITLE_SIZE,
            "axes.titleweight": "bold",
            "axes.titlecolor": INK,
            "axes.titlepad": 10,
            "axes.labelsize": LABEL_SIZE,
            "axes.axisbelow": True,
            "axes.grid": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.prop_cycle": cycler(color=[MAIN, CONTRAST, PALE, SOFT]),
            "font.family": ["DejaVu Sans"],
            "font.size": FONT_SIZE,
            "grid.color": GRID,
            "grid.linewidth": 0.8,
            "hatch.linewidth": 0.6,
            "legend.frameon": False,
            "text.color": INK,
            "xtick.color": SOFT,
            "ytick.color": SOFT,
            "xtick.labelsize": LABEL_SIZE,
            "ytick.labelsize": LABEL_SIZE,
            "ytick.left": False,
        }
    )


def new_axes(
    *,
    rows: int | None = None,
    row_height: float = 0.32,
    height: float | None = None,
    width: float = WIDTH,
) -> Axes:
    """Make a figure with one Axes that is high enough for a number of rows.

    Parameters
    ----------
    rows : int, optional
        How many bars, targets or lines of tiles will be drawn; the theme's height if not given.
        For 0 there is just room for the words that there are no figures.
    row_height : float
        Inches a row.
    height : float, optional
        Inches of the whole figure, whatever the number of rows, unless there are none.
    width : float
        Inches.

    Returns
    -------
    Axes
        On a new figure with the constrained layout.

    Examples
    --------
    >>> axes = new_axes(rows=63)
    >>> round(axes.figure.get_figheight())
    21
    """
    from matplotlib import pyplot as plt

    if rows == 0:
        height = _ROOM_FOR_NOTHING
    elif height is None:
        height = HEIGHT if rows is None else _ROOM_FOR_WORDS + row_height * max(rows, 2)
    _, axes = plt.subplots(figsize=(width, height), layout="constrained")
    return axes


def take_axes(ax: Axes | None) -> Axes:
    """Return the Axes to draw on: the caller's, or pyplot's current one."""
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    return plt.gca()


def finish(ax: Axes, *, title: str, alt: str, aside: float = 50) -> Axes:
    """Set the title, wrapped to the width of the Axes, and the text that stands for the figure.

    Parameters
    ----------
    ax : Axes
        Its figure's attribute ``alt_text`` becomes the texts of all its Axes, in their order; the
        title of one that is alone is kept whole as the figure's attribute ``heading``.
    title : str
        A sentence that states the finding.
    alt : str
        What somebody must know who cannot see the figure.
    aside : float
        Points of the figure's width that stand beside the Axes.
    """
    figure: Any = ax.figure
    share = ax.get_position().width / 0.775
    room = figure.get_figwidth() * 72 * share - aside
    letters = max(int(room / (TITLE_SIZE * _BOLD_LETTER_WIDTH)), 18)
    ax.set_title(
        textwrap.fill(title, letters, break_long_words=False),
        loc="left",
        fontsize=TITLE_SIZE,
        fontweight="bold",
        color=INK,
    )
    ax._lthtgn_alt = " ".join(alt.split()).replace("..", ".")  # type: ignore[attr-defined]
    texts = [getattr(axes, "_lthtgn_alt", "") for axes in figure.axes]
    figure.alt_text = " ".join(text for text in texts if text)
    if len(figure.axes) == 1:
        figure.heading = " ".join(title.split())
    return ax


def say_nothing(ax: Axes, *, title: str) -> Axes:
    """Leave an Axes empty but for a title that says that there are no figures."""
    ax.set(xticks=[], yticks=[], xlabel="", ylabel="")
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    if len(ax.figure.axes) == 1:
        ax.figure.says_nothing = True  # type: ignore[union-attr]
    return finish(ax, title=title, alt=f"{title}.")


def format_axis(axis: Axis, *, unit: str, name: str, largest: float, lang: Lang) -> None:
    """Write an axis in Vietnamese or English numbers, and its label with the unit.

    Money gets one scale for the whole axis (billions or millions), shares are percent.
    """
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    factor, word = _scale_of(unit, largest, lang)
    whole = unit not in ("VND", "share", "ratio") and largest >= 5
    axis.set_major_locator(MaxNLocator(nbins=5, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    mark = "%" if unit == "share" else ""

    def write(number: float, _place: Any = None) -> str:
        return write_numeral(round(number * factor, 6), lang=lang) + mark

    axis.set_major_formatter(FuncFormatter(write))
    text = label("plot.unit_axis", lang=lang).format(measure=name, unit=word)
    axis.set_label_text(begin_sentence(name if not word or word in name else text))


def place_labels(
    ax: Axes, labels: Iterable[PointLabel], *, lines: Iterable[Iterable[tuple[float, float]]] = ()
) -> list[Any]:
    """Write labels beside their points where they hit no other label, no point and no line.

    Parameters
    ----------
    ax : Axes
        Its limits must stand.
    labels : iterable of PointLabel
        What to write. A label that finds no place is left out; the table beneath a figure has all
        figures.
    lines : iterable of lists of (x, y)
        The drawn lines, in data coordinates.

    Returns
    -------
    list of Annotation
        Those that were written.
    """
    wanted = sorted(labels, key=lambda one: one.rank)
    points = [_to_points(ax, one.x, one.y) for one in wanted]
    drawn = [spot for line in lines for spot in _along([_to_points(ax, *end) for end in line])]
    width = _size_of(ax)[0]
    taken: list[tuple[float, float, float, float]] = []
    written = []
    for one, (x, y) in zip(wanted, points, strict=True):
        for right, up, align in _PLACES:
            box = _box(x + right, y + up, one.text, align)
            if box[0] < -14 or box[2] > width + 14 or box[1] < 0:
                continue
            if any(_overlap(box, other) for other in taken):
                continue
            if any(_holds(box, *spot) for spot in (*points, *drawn)):
                continue
            taken.append(box)
            written.append(
                ax.annotate(
                    one.text,
                    (one.x, one.y),
                    xytext=(right, up),
                    textcoords="offset points",
                    ha=align,
                    va="bottom",
                    fontsize=LABEL_SIZE,
                    color=INK,
                    annotation_clip=False,
                )
            )
            break
    return written


def wrap(text: str, letters: int) -> str:
    """Break a label into lines of at most so many letters."""
    return textwrap.fill(text, letters, break_long_words=False)


def shade_of(value: float, largest: float) -> str:
    """Return the shade of a value between 0 and the largest one; darker is more."""
    if not largest > 0:
        return SHADES[0]
    step = int(max(value, 0) / largest * len(SHADES))
    return SHADES[min(step, len(SHADES) - 1)]


def ink_on(shade: str) -> str:
    """Return the colour of text that can be read on a shade.

    Examples
    --------
    >>> ink_on("#e3f0f2"), ink_on("#0a5a6c")
    ('#1b2530', '#ffffff')
    """
    red, green, blue = (int(shade[i : i + 2], 16) for i in (1, 3, 5))
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 150 else PAPER


def _scale_of(unit: str, largest: float, lang: Lang) -> tuple[float, str]:
    if unit == "share":
        return 100.0, ""
    if unit == "VND":
        if largest >= _BILLION:
            return 1 / _BILLION, label("plot.scale.billion", lang=lang)
        if largest >= _MILLION:
            return 1 / _MILLION, label("plot.scale.million", lang=lang)
    return 1.0, label(f"unit.{unit}", lang=lang)


def _size_of(ax: Axes) -> tuple[float, float]:
    """Return the estimated width and height of an Axes in points, before any layout."""
    place, figure = ax.get_position(), cast("Figure", ax.figure)
    width, height = figure.get_size_inches()
    return place.width * width * 72 * 1.05, place.height * height * 72 * 0.9


def _to_points(ax: Axes, x: float, y: float) -> tuple[float, float]:
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    width, height = _size_of(ax)
    return (x - left) / (right - left) * width, (y - bottom) / (top - bottom) * height


def _box(x: float, y: float, text: str, align: str) -> tuple[float, float, float, float]:
    width = len(text) * LABEL_SIZE * _LETTER_WIDTH * 1.08
    left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
    return left, y, left + width, y + LABEL_SIZE * _LINE_HEIGHT


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _holds(box: tuple[float, ...], x: float, y: float) -> bool:
    return box[0] - 2 < x < box[2] + 2 and box[1] - 2 < y < box[3] + 2


def _along(ends: list[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """Return spots along a line, close enough that no label fits between two."""
    for (x0, y0), (x1, y1) in pairwise(ends):
        steps = int(max(abs(x1 - x0), abs(y1 - y0)) / _SPOT_DISTANCE) + 1
        for step in range(steps + 1):
            yield x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
