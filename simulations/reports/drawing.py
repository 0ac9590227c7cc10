"""From a Matplotlib figure to an SVG that lives inside a page: its colours are the page's, its bytes always the same.

Matplotlib draws in light colours; each becomes a variable of the page's style sheet (COLOURS), so that a picture turns
dark with the page. Text stays text: it can be read aloud, searched and copied.
"""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

WIDTH: Final = 340
"""Units across a picture; on a narrow screen one unit is about one pixel, and its text can still be read."""
INCH: Final = 72

INK: Final = "#1b1f24"
SOFT: Final = "#59636e"
FAINT: Final = "#d3d8de"
PAPER: Final = "#ffffff"
ROBOT: Final = "#0a5ea8"
WALKER: Final = "#b04a00"
TARGET: Final = "#d9efe0"
SERIES: Final = ("#0a5fa9", "#b34700", "#00704d", "#8b3b8e", "#6b5b00", "#44505c")

COLOURS: Final = {
    INK: "ink",
    SOFT: "soft",
    FAINT: "faint",
    PAPER: "paper",
    ROBOT: "robot",
    WALKER: "walker",
    TARGET: "target",
    **{colour: f"series-{number}" for number, colour in enumerate(SERIES, start=1)},
}
"""As Matplotlib is told → variable of page.css."""

STYLE: Final = Path(__file__).parent / "page.mplstyle"

TAG = re.compile(r"<[^>]+>")
REFERENCE = re.compile(r'(?:url\(#|href="#)([^")]+)')
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


@contextmanager
def canvas(height: float, width: float = WIDTH) -> Iterator[Figure]:
    """A figure of that many units, in the page's style; Matplotlib's settings are put back afterwards."""
    with mpl.rc_context(fname=STYLE):
        yield Figure(figsize=(width / INCH, height / INCH), layout="constrained")


def svg_of(figure: Figure, anchor: str, title: str, words: str) -> Markup:
    """The figure as an ``<svg>`` element, named ``anchor`` on its page and told in ``title`` and ``words``.

    To be called inside the figure's ``canvas``.
    """
    written = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": anchor}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # only measured here
        figure.savefig(written, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    text = written.getvalue()
    body = text[text.index("<svg") :]
    body = body[body.index(">") + 1 : body.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", body, flags=re.DOTALL)
    wanted = frozenset(REFERENCE.findall(body))
    body = TAG.sub(lambda tag: _tidy(tag.group(), anchor, wanted), body)
    body = re.sub(r">\s+<", ">\n<", body)
    width, height = (round(inches * INCH) for inches in figure.get_size_inches())
    return Markup(  # noqa: S704 (the words are escaped, the rest is Matplotlib's)
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{anchor}-title {anchor}-words">\n'
        f'<title id="{anchor}-title">{escape(title)}</title>\n<desc id="{anchor}-words">{escape(words)}</desc>'
        f"{body}</svg>"
    )


def _tidy(tag: str, anchor: str, wanted: frozenset[str]) -> str:
    """One tag: the page's colours, only ids that are used, with the picture's name, numbers no finer than needed."""
    tag = LONG_NUMBER.sub(lambda number: f"{float(number.group()):.2f}".rstrip("0").rstrip("."), tag)
    for colour, name in COLOURS.items():
        tag = tag.replace(colour, f"var(--{name})")
    tag = re.sub(r' id="([^"]*)"', lambda found: f' id="{anchor}-{found[1]}"' if found[1] in wanted else "", tag)
    tag = tag.replace('xlink:href="#', f'href="#{anchor}-').replace("url(#", f"url(#{anchor}-")
    return tag.replace("'DejaVu Sans'", "var(--picture-font)")
