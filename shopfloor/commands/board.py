"""``shopfloor board``: the floor in this terminal."""

import argparse

from shopfloor.commands.options import add_db
from shopfloor.service.console import show_board


def arguments(board: argparse.ArgumentParser) -> None:
    board.description = (
        "Shows queue, desks, parts, robots, figures and alarms from the records of "
        "a shop on this machine. It only looks: the coordinator may run or not."
    )
    add_db(board)
    board.add_argument("--once", action="store_true", help="print one picture and end")
    board.add_argument("--pages", default="", metavar="URL", help="where its pages are: shown in the first line")
    board.set_defaults(run=lambda options: show_board(options.db, once=options.once, pages=options.pages))
