"""``shopfloor contract``: what devices and floor, and programs and pages, say to each other; and the state diagrams."""

import argparse
import sys
from pathlib import Path

import shopfloor
from shopfloor.contract import asyncapi
from shopfloor.core.diagrams import mermaid
from shopfloor.core.lifecycles import TABLES

PACKAGE = Path(shopfloor.__file__).parent


def arguments(contract: argparse.ArgumentParser) -> None:
    contract.description = (
        "Prints the AsyncAPI 3.0 document that is made from the roster of devices and words: MQTT. With "
        "--http the OpenAPI 3.1 document that is made from the routes of the pages: HTTP."
    )
    contract.add_argument("--http", action="store_true", help="the JSON contract over HTTP")
    contract.add_argument("--write", action="store_true", help="write the committed copy anew instead")
    contract.add_argument(
        "--diagram", choices=sorted(TABLES), help="print the state diagram of one kind of thing instead (Mermaid)"
    )
    contract.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one of them, or write its copy."""
    if options.diagram:
        sys.stdout.write(mermaid(options.diagram))
        return 0
    committed, text = _over_http() if options.http else (asyncapi.COMMITTED, asyncapi.document_text())
    if options.write:
        (PACKAGE / committed).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _over_http() -> tuple[str, str]:
    from shopfloor.web import contract as http  # only this document waits for all routes of the pages

    return http.COMMITTED, http.document_text()
