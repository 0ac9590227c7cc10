"""``shopfloor records``: the SQL records, made again from the journal."""

import argparse

from shopfloor.commands.options import add_db
from shopfloor.service.rebuild import rebuild_records


def arguments(records: argparse.ArgumentParser) -> None:
    what = records.add_subparsers(dest="what", required=True, metavar="WHAT")
    rebuild = what.add_parser(
        "rebuild",
        help="drop all records and fold them again",
        description="Drops the record tables (ticket, repair, stock_move, parts_order, document, payment, job, robot, "
        "refusal, alarm, kpi) and makes them again from the journal. Stop the coordinator first.",
    )
    add_db(rebuild)
    rebuild.set_defaults(run=_rebuild)


def _rebuild(options: argparse.Namespace) -> int:
    for table, count in rebuild_records(options.db).items():
        print(f"{table:12} {count:8}")
    return 0
