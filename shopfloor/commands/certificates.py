"""``shopfloor certificates``: makes a shop's own certificates and tells how a handheld comes to trust them."""

import argparse
import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from shopfloor.web.certificates import DEFAULT_NAME, make_certificates, renew_server, told


def arguments(certificates: argparse.ArgumentParser) -> None:
    certificates.description = (
        "Makes the shop's own certificate authority and a certificate for its pages, and tells how a "
        "handheld comes to trust them. With --renew: a new server certificate of the same authority."
    )
    certificates.add_argument("--into", type=Path, required=True, metavar="DIR", help="where they are kept")
    certificates.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help=f"a name of this shop's pages; may be given more than once (default: {DEFAULT_NAME})",
    )
    certificates.add_argument(
        "--address",
        action="append",
        default=[],
        type=ip_address,
        metavar="IP",
        help="a private address of this computer; may be given more than once",
    )
    certificates.add_argument(
        "--renew", action="store_true", help="the authority stays; only the server certificate is new"
    )
    certificates.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Make them, or a new server certificate."""
    now = datetime.now(UTC).replace(microsecond=0)
    if options.renew:
        files = renew_server(options.into, options.name, options.address, now)
    else:
        files = make_certificates(options.into, options.name or [DEFAULT_NAME], options.address, now)
    sys.stdout.write(told(files))
    return 0
