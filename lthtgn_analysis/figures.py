"""A drawn figure in, its smallest sharp picture out, with a text that stands for it.

A page shows each figure once: as SVG where that is small, else as PNG at twice the screen's
resolution, whichever is smaller. The alternative text is the figure's attribute ``alt_text``
(set by whoever draws it), without it the titles in the figure. A heading that the figure bears as
its attribute ``heading`` is left out of the picture and told beside it: a page sets it as text that
breaks where the screen ends, a picture would cut it off. Nothing here keeps a date or a random id,
so that the same figure gives the same bytes.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

SVG_TAKEN_AT_ONCE = 72_000
"""Bytes of an SVG up to which no PNG is drawn for comparison: it would rarely be smaller."""
PNG_DENSITY = 2
"""Pixels of a PNG for each pixel of the page."""
LARGEST_COLOUR_ERROR = 16
"""Steps of 255 by which a pixel of a PNG with a palette may differ from the drawn one."""
MEAN_COLOUR_ERROR = 2.5
"""Steps of 255 by which the pixels of a PNG with a palette may differ on average."""

_SVG_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PIXELS_PER_INCH = 96
_POINTS_PER_INCH = 72
_TITLE_LINE = 1.2
_TITLE_PAD = 10
_GLYPH_GRID = 32
_LINE_GRID = 10


def describe_figure(figure: Figure) -> str:
    """Return the text that stands for `figure` where it cannot be seen.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its attribute ``alt_text`` is taken if it is set and not blank.

    Returns
    -------
    str
        Without ``alt_text``, the figure's own title and the titles of its axes; empty if there
        are none.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.add_subplot().set_title("Số CLB theo tỉnh")
    >>> describe_figure(figure)
    'Số CLB theo tỉnh'
    >>> figure.alt_text = "Thanh Hóa có nhiều CLB nhất"
    >>> describe_figure(figure)
    'Thanh Hóa có nhiều CLB nhất'
    """
    given = str(getattr(figure, "alt_text", None) or "").strip()
    titles = [figure.get_suptitle()]
    titles += [axes.get_title(loc) for axes in figure.axes for loc in ("left", "center", "right")]
    return given or ". ".join(dict.fromkeys(title.strip() for title in titles if title.strip()))


def draw_figure(figure: Figure) -> tuple[dict[str, Any], dict[str, Any]]:
    """Draw `figure` once or, where its SVG is large, twice, and keep the smaller picture.

    A figure without a layout engine gets the constrained layout, so that no label is cut off
    though the figure is not drawn a second time to measure it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Its size in inches decides how large it stands on the page (96 pixels an inch).

    Returns
    -------
    tuple of dict, dict
        A Jupyter mime bundle (``image/svg+xml`` as text or ``image/png`` as base64 text, and
        ``text/plain``) and its metadata: ``alt``, ``width`` and ``height`` in pixels, and
        ``heading`` if the figure bears one, ``ends_matter`` if its right end is what a narrow
        screen must show first (the newest of a series). A figure that says only that there are no
        figures (``says_nothing``) is ``text/markdown``: its heading and no picture.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure(figsize=(3, 2))
    >>> _ = figure.add_subplot().set_title("Hội viên")
    >>> data, metadata = draw_figure(figure)
    >>> sorted(data), metadata["image/svg+xml"]
    (['image/svg+xml', 'text/plain'], {'alt': 'Hội viên', 'width': 288, 'height': 192})
    """
    import base64

    alt, heading = describe_figure(figure), _heading_of(figure)
    if heading and getattr(figure, "says_nothing", False):
        said = {"text/markdown": f"{heading}.", "text/plain": f"{heading}."}
        return said, {"text/markdown": {"says_nothing": True}}
    bbox_inches = _lay_out(figure)
    with _without_titles(figure) if heading else nullcontext():
        if bbox_inches is None:
            _settle_layout(figure)
        width, height = (round(inches * _PIXELS_PER_INCH) for inches in figure.get_size_inches())
        mime, picture = "image/svg+xml", _draw_svg(figure, bbox_inches=bbox_inches)
        if len(picture.encode()) > SVG_TAKEN_AT_ONCE:
            png = base64.b64encode(_draw_png(figure, bbox_inches=bbox_inches)).decode()
            if len(png) < len(picture.encode()):
                mime, picture = "image/png", png
    metadata = {"alt": alt, "width": width, "height": height}
    metadata |= {"heading": heading} if heading else {}
    metadata |= {"ends_matter": True} if getattr(figure, "ends_matter", False) else {}
    return {mime: picture, "text/plain": alt or "Figure"}, {mime: metadata}


def warm() -> None:
    """Do once what the first figure of a process costs more: fonts, text, both formats."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1), layout="constrained")
    axes = figure.add_subplot(title="Số CLB theo tỉnh, ĐƠN VỊ 0123456789")
    axes.plot([0, 1], [0, 1], label="Ậ")
    axes.legend()
    draw_figure(figure)
    _draw_png(figure, bbox_inches=None)


def _heading_of(figure: Figure) -> str:
    """Return the heading of `figure`, unless its title has been changed since."""
    heading = str(getattr(figure, "heading", ""))
    titles = ("".join(axes.get_title(loc="left").split()) for axes in figure.axes)
    return heading if heading and "".join(heading.split()) in titles else ""


@contextmanager
def _without_titles(figure: Figure) -> Iterator[None]:
    """Take the titles of the Axes out, and the room they took off the height, for one drawing."""
    titles = [(axes, axes.get_title(loc="left")) for axes in figure.axes]
    width, height = figure.get_size_inches()
    points = max(
        len(title.splitlines()) * float(axes.title.get_fontsize()) * _TITLE_LINE + _TITLE_PAD
        for axes, title in titles
    )
    for axes, _ in titles:
        axes.set_title("", loc="left")
    figure.set_size_inches(width, height - points / _POINTS_PER_INCH)
    try:
        yield
    finally:
        figure.set_size_inches(width, height)
        for axes, title in titles:
            axes.set_title(title, loc="left")


def _lay_out(figure: Figure) -> str | None:
    """Keep labels inside the figure; return the `bbox_inches` with which to save it."""
    import matplotlib as mpl
    from matplotlib.gridspec import GridSpec

    if figure.get_layout_engine() is not None:
        return None
    places = ("left", "right", "bottom", "top", "wspace", "hspace")
    usual = cast(dict[str, object], mpl.rcParams)
    specs = [axes.get_subplotspec() for axes in figure.axes]
    in_one_grid = all(spec and isinstance(spec.get_gridspec(), GridSpec) for spec in specs)
    untouched = all(
        getattr(figure.subplotpars, place) == usual[f"figure.subplot.{place}"] for place in places
    )
    if in_one_grid and untouched:
        figure.set_layout_engine("constrained")
        return None
    return "tight"


def _settle_layout(figure: Figure) -> None:
    """Place all things as an SVG has them, so that saving need not draw all unseen to do so."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    engine = figure.get_layout_engine()
    if engine is None:
        return
    canvas, dpi = figure.canvas, figure.dpi
    FigureCanvasSVG(figure)
    figure.set_dpi(_POINTS_PER_INCH)
    engine.execute(figure)
    figure.set_layout_engine("none")
    figure.set_canvas(canvas)
    figure.set_dpi(dpi)


def _draw_svg(figure: Figure, *, bbox_inches: str | None) -> str:
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "lthtgn", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", metadata=_SVG_METADATA, bbox_inches=bbox_inches)
    return _shrink_svg(buffer.getvalue().decode())


def _shrink_svg(svg: str) -> str:
    """Leave out what is not seen: prologue, comments, groups' names, all digits past the second.

    Most of a figure is its lettering: each letter is placed by ``<use x=...>``, which says the same
    as the translation it replaces in half the bytes.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    drawn = r'(?<= d=")[^"]*(?="(?! transform="scale\(0\.015625\)))'
    svg = re.sub(drawn, lambda path: _shrink_path(path[0]), svg)
    svg = re.sub(r' (?:x|y|width|height)="[^"]*"', lambda number: _round_numbers(number[0]), svg)
    svg = re.sub(
        r'<use xlink:href="(#[^"]+)" transform="translate\((-?[\d.]+) 0\)"/>',
        lambda use: f'<use href="{use[1]}" x="{float(use[2]):.0f}"/>',
        svg,
    )
    svg = re.sub(
        r' d="([^"]*)" transform="scale\(0\.015625\)"/>',
        lambda glyph: f' d="{_shrink_glyph(glyph[1])}" transform="scale(.5)"/>',
        svg,
    )
    svg = re.sub(r"(?<=translate\()[^)]*", lambda place: _round_numbers(place[0]), svg)
    svg = svg.replace("xlink:href=", "href=").replace(
        ' xmlns:xlink="http://www.w3.org/1999/xlink"', ""
    )
    svg = re.sub(r'(?<= style=")[^"]*', lambda style: re.sub(r"([:;]) ", r"\1", style[0]), svg)
    svg = re.sub(r"\s*\n\s*", "\n", svg).replace(">\n<", "><")
    return _unwrap_groups(_shorten_ids(svg))


def _unwrap_groups(svg: str) -> str:
    """Take the groups away that say nothing: without id, style or place."""
    said: list[bool] = []

    def unwrap(tag: re.Match[str]) -> str:
        if tag[0].endswith("/>"):
            return ""
        if tag[0] == "</g>":
            return "</g>" if said.pop() else ""
        said.append(tag[0] != "<g>")
        return tag[0] if said[-1] else ""

    return re.sub(r"<g\b[^>]*>|</g>", unwrap, svg)


def _shorten_ids(svg: str) -> str:
    """Drop the ids that nothing refers to; number the others in the order of the file."""
    wanted = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg))
    used = {name for pair in wanted for name in pair if name}
    given = dict.fromkeys(name for name in re.findall(r' id="([^"]+)"', svg) if name in used)
    short = {name: f"{_letters(number)}" for number, name in enumerate(given)}
    svg = re.sub(r' id="([^"]+)"', lambda i: f' id="{short[i[1]]}"' if i[1] in short else "", svg)
    svg = re.sub(r'href="#([^"]+)"', lambda i: f'href="#{short.get(i[1], i[1])}"', svg)
    return re.sub(r"url\(#([^)]+)\)", lambda i: f"url(#{short.get(i[1], i[1])})", svg)


def _letters(number: int) -> str:
    """Return a, b, ..., z, aa, ab, ...: the shortest names that may stand as an id."""
    name = ""
    while True:
        number, place = divmod(number, 26)
        name = chr(ord("a") + place) + name
        if number == 0:
            return name
        number -= 1


@functools.cache
def _shrink_glyph(path: str) -> str:
    """Write a letter's outline with relative whole numbers on a grid of 1/200 of its height.

    Differences of rounded places are written, so that no error adds up; a letter of 10 points is
    drawn to a 20th of a point.
    """
    written, at, start = [], (0, 0), (0, 0)
    for command, numbers in re.findall(r"([MLQCzZ])([^MLQCzZ]*)", path):
        if command in "zZ":
            written.append("z")
            at = start
            continue
        places = [round(float(number) / _GLYPH_GRID) for number in numbers.split()]
        pairs = list(zip(places[::2], places[1::2], strict=True))
        steps = [(x - at[0], y - at[1]) for x, y in pairs]
        written.append(_write_step(command.lower(), steps))
        at = pairs[-1]
        if command == "M":
            start = at
    return _join_steps(written)


def _shrink_path(path: str) -> str:
    if not re.search(r"[^MLz\d\s.-]", path):
        return _shrink_lines(path)
    path = re.sub(r"\s+", " ", _round_numbers(path))
    return re.sub(r" ?([A-Za-z]) ?", r"\1", path).strip()


def _shrink_lines(path: str) -> str:
    """Write straight lines with relative places to a tenth of a point.

    Differences of rounded places are written, so that no error adds up.
    """
    written, at, start = [], (0, 0), (0, 0)
    for command, numbers in re.findall(r"([MLz])([^MLz]*)", path):
        if command == "z":
            written.append("z")
            at = start
            continue
        x, y = (round(float(number) * _LINE_GRID) for number in numbers.split())
        step = [((x - at[0]) / _LINE_GRID, (y - at[1]) / _LINE_GRID)]
        written.append(_write_step(command.lower(), step))
        at = x, y
        if command == "M":
            start = at
    return _join_steps(written)


def _write_step(command: str, steps: Sequence[tuple[float, float]]) -> str:
    """Write one step of a path; a level or an upright one takes one number."""
    across, down = steps[0]
    if command == "l" and not (across and down):
        command, numbers = ("v", [down]) if down else ("h", [across])
    else:
        numbers = [number for pair in steps for number in pair]
    texts = (re.sub(r"^(-?)0\.", r"\1.", f"{number:g}") for number in numbers)
    return command + " ".join(texts).replace(" -", "-")


def _join_steps(steps: list[str]) -> str:
    """Join the steps of a path; a letter that the step before had is left out."""
    path, last = "", ""
    for step in steps:
        if step[0] == last and last not in "mz":
            path += step[1:] if step[1] == "-" else f" {step[1:]}"
        else:
            path += step
        last = step[0]
    return path


def _round_numbers(text: str) -> str:
    return re.sub(r"(\.\d{2})\d+", r"\1", text)


def _draw_png(figure: Figure, *, bbox_inches: str | None) -> bytes:
    from PIL import Image

    buffer = io.BytesIO()
    dpi = _PIXELS_PER_INCH * PNG_DENSITY
    figure.savefig(
        buffer, format="png", dpi=dpi, bbox_inches=bbox_inches, pil_kwargs={"compress_level": 0}
    )
    drawn = Image.open(buffer).convert("RGBA")
    paper = Image.new("RGBA", drawn.size, "white")
    return _encode_png(Image.alpha_composite(paper, drawn).convert("RGB"))


def _encode_png(drawn: Image) -> bytes:
    """Encode with a palette of 256 colours where no eye sees the difference."""
    from PIL import Image, ImageChops, ImageStat

    palette = drawn.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    error = ImageStat.Stat(ImageChops.difference(drawn, palette.convert("RGB")))
    largest = max(high for _, high in error.extrema)
    same = largest <= LARGEST_COLOUR_ERROR and max(error.mean) <= MEAN_COLOUR_ERROR
    buffer = io.BytesIO()
    (palette if same else drawn).save(buffer, format="PNG")
    return buffer.getvalue()
