"""Where layouts are read from: those that come with the program by name, a planner's own by path.

A layout is two files side by side: the lanes, ``NAME.lif.json``, and the side file, ``NAME.toml``.
"""

from pathlib import Path

import shopfloor
from shopfloor.contract.layout import Layout, LayoutSource

LAYOUTS = Path(shopfloor.__file__).parent / "data" / "layouts"
LIF_ENDING = ".lif.json"
SIDE_ENDING = ".toml"


def layout_names() -> list[str]:
    """The layouts that come with the program."""
    return sorted(path.name.removesuffix(LIF_ENDING) for path in LAYOUTS.glob(f"*{LIF_ENDING}"))


def lif_path(name: str) -> Path:
    """The LIF file of a packaged layout, or of a path to either of its two files."""
    if name in layout_names():
        return LAYOUTS / f"{name}{LIF_ENDING}"
    path = Path(name)
    return path.with_suffix(LIF_ENDING) if path.suffix == SIDE_ENDING else path


def side_path(lif: Path) -> Path:
    """The side file that belongs beside a LIF file, whether it is there or not."""
    stem = lif.name.removesuffix(LIF_ENDING) if lif.name.endswith(LIF_ENDING) else lif.stem
    return lif.with_name(f"{stem}{SIDE_ENDING}")


def layout_source(name: str) -> LayoutSource:
    """Both texts of a layout: ``sample``, ``aisle``, or the path of one's own. Raises OSError."""
    lif = lif_path(name)
    return LayoutSource(lif=lif.read_text(encoding="utf-8"), side=side_path(lif).read_text(encoding="utf-8"))


def named_layout(name: str) -> Layout:
    """The layout that ``layout_source`` finds, read and checked. Raises OSError and LayoutError."""
    return Layout.from_source(layout_source(name))
