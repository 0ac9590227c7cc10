"""What must always be true of documents and their signatures (B14–B16, I10)."""

import hashlib

from shopfloor.contract.commands import AskSignature, RenderDocument
from shopfloor.contract.facts import (
    ConsentRecorded,
    DocumentFrozen,
    DocumentSigned,
    DocumentViewed,
    InkTaken,
    SignatureShown,
)
from shopfloor.core.books import SignatureRequest
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.shop import Shop

SEALED = ("SEALED", "DELIVERED", "VOIDED")
"""The bytes under the seal stay for good, also when the manager marks them as void."""
OFF_SCREEN = (*FINAL["signature"], *SEALED)


def frozen_with_its_own_hash(shop: Shop, fact: DocumentFrozen) -> Flaw:
    """B14: the hash is that of the text; once for each document, because hashing takes time."""
    request = shop.books.requests[fact.request]
    text_hash = hashlib.sha256(request.text.encode()).hexdigest()
    return "" if request.sha256 == fact.sha256 == text_hash else f"{request.id} is frozen with another text's hash"


def shown_as_frozen(shop: Shop, fact: SignatureShown) -> Flaw:
    """B14."""
    return _same_hash(shop, fact.request, fact.sha256)


def sealed_as_frozen(shop: Shop, fact: DocumentSigned) -> Flaw:
    """B14."""
    return _same_hash(shop, fact.request, fact.sha256)


def _same_hash(shop: Shop, request: str, sha256: str) -> Flaw:
    frozen = shop.books.requests[request].sha256
    return "" if sha256 and sha256 == frozen else f"{request} was frozen with {frozen[:8]}, now it has {sha256[:8]}"


def seal_is_kept(shop: Shop, fact: DocumentSigned) -> Flaw:
    """I10: what the journal says was sealed is what the books say."""
    kept = shop.books.requests[fact.request].sealed_sha256
    return "" if kept and kept == fact.sealed_sha256 else f"{fact.request} was sealed, and the books have {kept[:8]!r}"


def sealed_bytes_stay(shop: Shop) -> Flaw:
    """B15: the text of each sealed document still has the hash under its seal."""
    for request in shop.books.requests.values():
        if request.sealed_sha256 and hashlib.sha256(request.text.encode()).hexdigest() != request.sha256:
            return f"the text of {request.id} has changed since it was sealed"
    return ""


def sealed_has_a_seal(_shop: Shop, request: SignatureRequest) -> Flaw:
    """B15."""
    sealed = request.state in SEALED
    return (
        "" if sealed == bool(request.sealed_sha256) else f"{request.id} is {request.state}: {request.sealed_sha256!r}"
    )


def one_document_on_a_pad(shop: Shop, work: AskSignature) -> Flaw:
    """B16, whenever a document goes to a screen."""
    return _crowded(shop, work.to)


def one_document_for_a_pad(shop: Shop, work: RenderDocument) -> Flaw:
    """B16: also the one that is being rendered has its turn."""
    request = shop.books.requests.get(work.request)
    return _crowded(shop, request.surface) if request is not None else ""


def one_document_on_every_pad(shop: Shop) -> Flaw:
    """B16."""
    pads = dict.fromkeys(request.surface for request in shop.books.requests.values())
    return next((flaw for pad in pads if (flaw := _crowded(shop, pad))), "")


def _crowded(shop: Shop, surface: str) -> Flaw:
    """A draft that nobody has been asked to render only waits in line."""
    if not surface.startswith("pad/"):
        return ""
    there = [
        request
        for request in shop.books.requests.values()
        if request.surface == surface and request.state not in OFF_SCREEN
    ]
    on_screen = [request.id for request in there if request.command or request.state != "DRAFT"]
    return f"{surface} has {on_screen} at once" if len(on_screen) > 1 else ""


def pad_of_the_desk(shop: Shop, fact: SignatureShown | DocumentViewed | ConsentRecorded | InkTaken) -> Flaw:
    """B16: what a PAD shows and takes is of the repair at its desk."""
    request = shop.books.requests[fact.request]
    kind, _, pad = request.surface.partition("/")
    desk = shop.layout.desks.get(shop.books.repairs[request.repair].desk)
    if kind != "pad" or (desk is not None and desk.pad == pad):
        return ""
    return f"{request.id} of {request.repair} was shown at {request.surface}, its desk is {desk.id if desk else '–'}"
