"""``shopfloor layout``: what is wrong with a layout, and a picture of it."""

import argparse
from pathlib import Path

from shopfloor.service.layout_command import check_layout, draw_layout
from shopfloor.service.layouts import layout_names


def arguments(layout: argparse.ArgumentParser) -> None:
    what = layout.add_subparsers(dest="what", required=True, metavar="WHAT")
    check = what.add_parser(
        "check",
        help="what is wrong with it, and what it has",
        description="Looks a layout over: reads both files, lays the robots' contours on the lanes and tries all "
        "ways. Tells each finding with its element, its fault and what to do. Exit code 1 if there is any fault.",
    )
    _files(check)
    check.set_defaults(run=lambda options: check_layout(options.file, options.side))
    draw = what.add_parser(
        "draw",
        help="a picture of it, with the findings marked",
        description="Draws lanes, bays, stations, parks and docks as far as the files can be read, and marks every "
        "finding with its number.",
    )
    _files(draw)
    draw.add_argument("-o", "--into", type=Path, metavar="OUT", help="the picture, .svg or .png (default: NAME.svg)")
    draw.set_defaults(run=lambda options: draw_layout(options.file, options.side, options.into))


def _files(parser: argparse.ArgumentParser) -> None:
    names = ", ".join(layout_names())
    parser.add_argument("file", metavar="FILE", help=f"a LIF 1.0 file, or a layout that comes with this: {names}")
    parser.add_argument(
        "--side", type=Path, metavar="FILE", help="its side file (default: the .toml beside it, if any)"
    )
