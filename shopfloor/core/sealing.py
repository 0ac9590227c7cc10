"""The archive's half of a signature request: its turn, its frozen bytes, its seal, its end (s1, s2, s4, s8, s9, s13).

Hash frozen = hash presented = hash under the ink = hash sealed; otherwise there is no signature (B14). The floor itself
hashes the text that it freezes. A PAD shows one document at a time (B16): a later draft waits its turn and is rendered
when the PAD is free, so that nothing the floor owes the customer is dropped. A link shows every customer their own.
"""

import hashlib

from shopfloor.contract.actor import DAY, Device
from shopfloor.contract.commands import AskSignature, ClearScreen, RenderDocument, SealDocument
from shopfloor.contract.events import DocumentFailed, DocumentRendered, DocumentSealed
from shopfloor.contract.facts import (
    DocumentDrafted,
    DocumentFrozen,
    DocumentSigned,
    ReportRead,
    SignatureFailed,
    SignatureSuperseded,
)
from shopfloor.core import devices, premises
from shopfloor.core.books import SignatureRequest
from shopfloor.core.documents import READ_ONLY, lines_of, values_of
from shopfloor.core.lifecycles import WAITS
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("paperwork")

OPEN = ("DRAFT", "FROZEN", "PRESENTED", "VIEWED", "CONSENTED", "INKED")
SEALED = ("SEALED", "DELIVERED")
PLACEHOLDERS = ("{{", "}}")
LINK_PATIENCE = 10 * DAY
"""At home nobody else looks at the screen: there a document waits for days, not for five idle minutes."""


# ── a request begins, waits its turn, is rendered (s1, s2) ──────────────────────────────────────


def open_request(shop: Shop, request: SignatureRequest) -> None:
    """s1. The caller lets it take its turn."""
    shop.books.requests[request.id] = request
    shop.begin(request, "s1")
    shop.note(
        DocumentDrafted(request=request.id, repair=request.repair, document=request.document, version=request.version)
    )


def take_turn(shop: Shop, surface: Device) -> None:
    """The oldest draft that waits for this PAD comes next, if the PAD is free; on a link all of them do.

    While the network is lost (E28) all drafts wait.
    """
    if devices.network_lost(shop):
        return
    drafts = [request for request in shop.books.requests.values() if request.state == "DRAFT"]
    for request in drafts:
        if request.surface != surface or request.command or (is_pad(surface) and _on_screen(shop, surface)):
            continue
        if request.text:
            freeze(shop, request)
        else:
            _render(shop, request)


def _on_screen(shop: Shop, surface: Device) -> SignatureRequest | None:
    """Whose turn it is: the one request of this PAD that is open and not waiting in line."""
    for request in shop.books.requests.values():
        if request.surface == surface and request.state in OPEN and (request.command or request.state != "DRAFT"):
            return request
    return None


def _render(shop: Shop, request: SignatureRequest) -> None:
    repair = shop.books.repairs[request.repair]
    request.command = shop.ask(
        RenderDocument(
            id=shop.number("C"),
            to=premises.service(shop, "archive"),
            request=request.id,
            document=request.document,
            language=repair.language,
            values=values_of(shop, repair, request),
            lines=lines_of(repair, request.document),
        )
    )
    restart_clock(shop, request)


@room.records(DocumentRendered)
def document_rendered(shop: Shop, by: Device, event: DocumentRendered) -> None:
    """s2: rendered once. s4: a hash that is not the text's, an empty text, a gap in it, or no page at all."""
    request = _answered_by_archive(shop, by, event.request, event.command)
    if request.state != "DRAFT":
        shop.refuse("wrong-state", f"{request.id} is {request.state}; a document is rendered once.")
    shop.answered(event.command)
    flaw = _flaw(event)
    if flaw:
        fail(shop, request, flaw)
        take_turn(shop, request.surface)
        return
    request.text, request.sha256, request.pages = event.text, event.sha256, event.pages
    if devices.network_lost(shop):
        request.command = ""  # back in line, with its text
        restart_clock(shop, request)
        return
    freeze(shop, request)


def _flaw(event: DocumentRendered) -> str:
    if hashlib.sha256(event.text.encode()).hexdigest() != event.sha256:
        return "the archive's hash is not the hash of its text"
    if not event.text.strip():
        return "the document is empty"
    if any(mark in event.text for mark in PLACEHOLDERS):
        return "a placeholder in the document was not filled"
    if event.pages == 0:
        return "the document has no page"
    return ""


def asking(shop: Shop, request: SignatureRequest, command: str) -> AskSignature:
    """What the surface is asked; with the id of before it is the same question."""
    return AskSignature(
        id=command,
        to=request.surface,
        request=request.id,
        document=request.document,
        text=request.text,
        sha256=request.sha256,
        pages=request.pages,
        needs_ink=request.document not in READ_ONLY,
        language=shop.books.repairs[request.repair].language,
    )


def freeze(shop: Shop, request: SignatureRequest) -> None:
    """s2: these bytes and no others; the surface is asked to show them."""
    request.dues_passed = 0
    request.command = shop.ask(asking(shop, request, shop.number("C")))
    shop.step(request, "s2")
    restart_clock(shop, request)
    shop.note(
        DocumentFrozen(
            request=request.id,
            repair=request.repair,
            document=request.document,
            sha256=request.sha256,
            pages=request.pages,
            version=request.version,
        )
    )


# ── the archive seals (s8, s9) ──────────────────────────────────────────────────────────────────


def seal(shop: Shop, request: SignatureRequest) -> None:
    request.command = shop.ask(
        SealDocument(
            id=shop.number("C"),
            to=premises.service(shop, "archive"),
            request=request.id,
            document=request.document,
            text=request.text,
            sha256=request.sha256,
            ink_sha256=request.ink_sha256,
        )
    )


def is_sealing(shop: Shop, request: SignatureRequest) -> bool:
    """A read report that waits for its seal."""
    pending = shop.books.pending.get(request.command)
    return request.state == "VIEWED" and pending is not None and isinstance(pending.command, SealDocument)


@room.records(DocumentSealed)
def document_sealed(shop: Shop, by: Device, event: DocumentSealed) -> None:
    """s8, s9: one seal per document, on the frozen bytes, and the archive has verified its own output."""
    request = _answered_by_archive(shop, by, event.request, event.command)
    if request.state != "INKED" and not is_sealing(shop, request):
        shop.refuse("wrong-state", f"{request.id} is {request.state}; there is nothing to seal.")
    if event.sha256 != request.sha256:
        shop.refuse("hash-differs", f"{request.id} was frozen with another hash. Seal those bytes.")
    if not event.verified:
        shop.refuse("not-verified", "A seal that does not verify is no seal. Seal again.")
    read_only = request.state == "VIEWED"
    request.sealed_sha256 = event.sealed_sha256
    end(shop, request, "s9" if read_only else "s8")
    shop.note(
        DocumentSigned(
            request=request.id,
            repair=request.repair,
            document=request.document,
            sha256=request.sha256,
            sealed_sha256=request.sealed_sha256,
            pages=request.pages,
            version=request.version,
            loaner=request.loaner,
        )
    )
    if read_only:
        shop.note(ReportRead(request=request.id, repair=request.repair))
    take_turn(shop, request.surface)


@room.records(DocumentFailed)
def document_failed(shop: Shop, by: Device, event: DocumentFailed) -> None:
    """s4 while rendering; while sealing the same command goes out again until its due (s12)."""
    request = _answered_by_archive(shop, by, event.request, event.command)
    archive_failed(shop, request, event.reason)


def archive_failed(shop: Shop, request: SignatureRequest, reason: str) -> None:
    if request.state == "DRAFT":
        fail(shop, request, reason)
        take_turn(shop, request.surface)
    else:
        shop.alarm(request.id, f"The archive cannot seal {request.id}: {reason}", MANAGER)


# ── how a request ends otherwise ────────────────────────────────────────────────────────────────


def end(shop: Shop, request: SignatureRequest, row: str) -> None:
    """Leave the screen: nothing may stay readable, nothing that was asked about it is asked again."""
    shown = request.state != "DRAFT"
    shop.withdraw(request.command)
    request.command = ""
    shop.step(request, row)
    if shown:
        shop.ask(ClearScreen(id=shop.number("C"), to=request.surface, request=request.id))


def fail(shop: Shop, request: SignatureRequest, reason: str) -> None:
    """s4. The engineer asks for a new document; the alarm stays until then."""
    end(shop, request, "s4")
    shop.note(SignatureFailed(request=request.id, repair=request.repair, document=request.document, reason=reason))
    shop.alarm(
        request.id, f"{request.document} of {request.repair} failed: {reason}. Ask for it again", _owner(shop, request)
    )


def supersede(shop: Shop, request: SignatureRequest) -> None:
    """s13."""
    end(shop, request, "s13")
    shop.note(SignatureSuperseded(request=request.id, repair=request.repair, document=request.document))


# ── looking up ──────────────────────────────────────────────────────────────────────────────────


def _answered_by_archive(shop: Shop, by: Device, request_id: str, command: str) -> SignatureRequest:
    """B25: an answer to what is not (or no longer) asked has no effect."""
    request = shop.request(request_id)
    pending = shop.books.pending.get(command)
    if not command or request.command != command or pending is None or pending.command.to != by:
        shop.refuse("not-asked", f"{by} is not asked for {command} (any more); {request.id} is {request.state}.")
    return request


def _owner(shop: Shop, request: SignatureRequest) -> str:
    return shop.books.repairs[request.repair].owner or MANAGER


def is_pad(surface: Device) -> bool:
    return surface.startswith("pad/")


def limit_of(state: str) -> int:
    limit = WAITS["signature"][state].ms
    assert limit is not None, state
    return limit


def restart_clock(shop: Shop, request: SignatureRequest) -> None:
    """Each sign of life starts the table's limit anew; on a link the customer may take days."""
    at_home = not is_pad(request.surface) and request.state not in ("DRAFT", "INKED")
    shop.wait(request, shop.now + (LINK_PATIENCE if at_home else limit_of(request.state)))
