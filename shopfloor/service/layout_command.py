"""``shopfloor layout``: looks a layout over for its planner, or draws it."""

from pathlib import Path

from msgspec import Struct
from rich.console import Console

from shopfloor.contract.flaws import Flaw, LayoutError
from shopfloor.contract.linter import Inspection, inspect, with_spare_robots
from shopfloor.service.layout_told import counted, tell
from shopfloor.service.layouts import lif_path, side_path

PICTURES = (".svg", ".png")


class LookedOver(Struct, frozen=True):
    """A layout as it was found in its files."""

    found: Inspection
    name: str
    """The files, for people."""
    stem: str
    """What a picture of it is called if nobody says."""


def look_over(name: str, side: Path | None) -> LookedOver:
    """Read a layout, by name or path, and inspect it with all the robots that its side file knows.

    Without ``side`` the side file beside the LIF file is taken if there is one. Raises OSError, and LayoutError for a
    file that is no text.
    """
    lif = lif_path(name)
    beside = side_path(lif)
    side_file = side or (beside if beside.is_file() else None)
    found = inspect(_text(lif), _text(side_file) if side_file is not None else None)
    told = f"{lif.name} with {side_file.name}" if side_file is not None else f"{lif.name} alone"
    return LookedOver(with_spare_robots(found), told, beside.stem)


def check_layout(name: str, side: Path | None) -> int:
    """Print what is wrong and what there is; 1 if there is any fault."""
    looked = look_over(name, side)
    tell(looked.found, looked.name, Console())
    return 1 if looked.found.faults else 0


def draw_layout(name: str, side: Path | None, into: Path | None) -> int:
    """Write a picture of all that can be read of it, with its findings marked."""
    from shopfloor.service.layout_picture import write_picture  # only this command waits for Matplotlib

    looked = look_over(name, side)
    path = into or Path(f"{looked.stem}.svg")
    if path.suffix not in PICTURES:
        raise LayoutError((Flaw(str(path), "pictures are written as SVG or PNG", "name a file .svg or .png"),))
    write_picture(looked.found, looked.name, path)
    print(f"{path}: {counted(looked.found.flaws)}")
    return 0


def _text(path: Path) -> str:
    """UTF-8, with or without the mark that some editors put in front."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise LayoutError((Flaw(path.name, "it is not text in UTF-8", "save it as UTF-8"),)) from error
