"""Shown = signed = sealed, by the bytes on the screens and on the archive's shelf (I10, P7, B14, B15)."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from devices.archive_body import SEAL_BREAK, MemoryShelf, verifies
from shopfloor.contract.facts import DocumentFrozen, DocumentSigned, InkTaken
from simulations.storm.tale import Tale
from simulations.twin.fittings import KEY

ONLY_READ: Final = ("REPORT",)
"""Sealed without ink."""


def papers_broken(
    tale: Tale, signed: Mapping[str, Mapping[str, None]], shelves: Mapping[str, MemoryShelf]
) -> Iterator[str]:
    """``signed``: request → hashes of what was on a screen when somebody drew their name or put it down."""
    frozen = {fact.request: fact.sha256 for fact in tale.told(DocumentFrozen)}
    inked = {fact.request: None for fact in tale.told(InkTaken)}
    kept = {name: content for shelf in shelves.values() for name, content in shelf.kept.items()}
    yield from (f"I10: {name} on the archive's shelf does not verify" for name in kept if not verifies(kept[name], KEY))
    texts = {hashlib.sha256(content).hexdigest(): content.rpartition(SEAL_BREAK)[0] for content in kept.values()}
    for sealed in tale.told(DocumentSigned):
        about = f"{sealed.document} {sealed.request} of {sealed.repair}"
        if frozen.get(sealed.request) != sealed.sha256:
            yield f"I10/B14: {about} was sealed, and is not what was frozen"
        if sealed.sha256 not in signed.get(sealed.request, ()):
            yield f"I10/B14: {about} was sealed, and nobody had just that before their eyes"
        if sealed.request not in inked and sealed.document not in ONLY_READ:
            yield f"I10/B14: {about} was sealed without ink"
        text = texts.get(sealed.sealed_sha256)
        if text is None or hashlib.sha256(text).hexdigest() != sealed.sha256:
            yield f"I10/B15: {about} does not lie sealed on the archive's shelf"
