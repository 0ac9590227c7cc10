"""QR codes as one path of an SVG, so that a page can draw them without markup from anywhere."""

from itertools import groupby

import segno
from msgspec import Struct

QUIET = 4
"""Modules of empty margin that a reader needs (ISO/IEC 18004)."""


class QrDrawing(Struct, frozen=True):
    """A square of ``size`` × ``size`` modules, margin included; ``path`` fills the dark ones."""

    size: int
    path: str


def qr_drawing(text: str) -> QrDrawing:
    """Drawn with medium error correction: a folded ticket can still be read."""
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    runs: list[str] = []
    for y, row in enumerate(rows, QUIET):
        x = QUIET
        for dark, modules in groupby(row):
            length = len(list(modules))
            if dark:
                runs.append(f"M{x} {y}h{length}v1h-{length}z")
            x += length
    return QrDrawing(len(rows) + 2 * QUIET, "".join(runs))
