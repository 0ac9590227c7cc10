"""``shopfloor recover``: what is good of a journal that was refused, and a new one made of that."""

import argparse

import shopfloor
from shopfloor.commands.options import add_db
from shopfloor.service.recovery import look, recover
from shopfloor.service.recovery_told import findings_told, recovery_told


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Looks at a journal that was refused, or at a backup put in its place, and changes nothing: which "
        "entries are good, which are lost. With --into it copies the good ones into a new journal to go on with; the "
        "old files stay as evidence."
    )
    add_db(parser)
    parser.add_argument("--into", metavar="URL", help="make a new journal here, of the good entries")
    parser.add_argument("--accept-loss", type=int, metavar="N", help="with --into: so many entries are lost, I know")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """1 when something is lost and nothing was made of the rest."""
    if options.into is None:
        findings = look(options.db, shopfloor.release())
        print(findings_told(findings, options.db))
        return 0 if findings.whole else 1
    findings = recover(options.db, options.into, options.accept_loss or 0, shopfloor.release())
    print(recovery_told(findings, options.into))
    return 0
