"""``shopfloor replay``: the journal gives the same day again, or it is told where it does not."""

import argparse
import json

from shopfloor.commands.options import add_db
from shopfloor.service.replay import replay_all


def arguments(replay: argparse.ArgumentParser) -> None:
    replay.description = (
        "Checks the journal's hash chain, replays every entry from the first and compares all outputs with "
        "what was journaled. Prints JSON: entries, and the digest of the floor's whole state at the end."
    )
    add_db(replay)
    replay.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print its figures; what differs is raised."""
    replayed = replay_all(options.db)
    floor = replayed.floor
    figures = {
        "entries": replayed.entries + 1,
        "replay_digest": floor.digest(),
        "invariants_checked": floor.checks,
        "kpis": replayed.kpis.summary(),
    }
    print(json.dumps(figures, indent=2))
    return 0
