"""The customer's half of a signature request: shown, read, agreed to, signed, or left alone (s3–s7, s9–s12)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import (
    ConsentGiven,
    DocumentPresented,
    InkCaptured,
    PageViewed,
    ReportViewed,
    SignatureRefused,
)
from shopfloor.contract.facts import (
    ConsentRecorded,
    CopyDelivered,
    DocumentViewed,
    InkTaken,
    SignatureDeclined,
    SignatureExpired,
    SignatureShown,
)
from shopfloor.core import devices, premises
from shopfloor.core.books import SignatureRequest
from shopfloor.core.documents import QUOTES, READ_ONLY
from shopfloor.core.lifecycles import INK_DURATION_MS_MIN, INK_LENGTH_PX_MIN, INK_POINTS_MIN, PAGE_ON_SCREEN_MIN
from shopfloor.core.sealing import end, fail, is_pad, is_sealing, limit_of, restart_clock, room, seal, take_turn
from shopfloor.core.shop import MANAGER, Shop

DUES_PASSED_MAX = 2


# ── the customer reads and signs (s3, s5–s7, s9, s11) ───────────────────────────────────────────


@room.records(DocumentPresented)
def document_presented(shop: Shop, by: Device, event: DocumentPresented) -> None:
    """s3: the surface hashed the very bytes it shows. Another hash ends the request (s4)."""
    request = _at_surface(shop, by, event.request)
    if request.state not in ("FROZEN", "PRESENTED"):
        shop.refuse("wrong-state", f"{request.id} is {request.state} and cannot be shown now.")
    if event.sha256 != request.sha256:
        fail(shop, request, f"{by} shows other bytes than were frozen")
        take_turn(shop, request.surface)
        return
    if request.state == "PRESENTED":
        shop.refuse("already", f"{request.id} is on the screen already.")
    shop.answered(request.command)
    shop.step(request, "s3")
    restart_clock(shop, request)
    shop.note(SignatureShown(request=request.id, repair=request.repair, sha256=request.sha256))


@room.records(PageViewed)
def page_viewed(shop: Shop, by: Device, event: PageViewed) -> None:
    """s5: every page, each for at least a second."""
    request = _at_surface(shop, by, event.request)
    if request.state != "PRESENTED":
        shop.refuse("wrong-state", f"{request.id} is {request.state}; its pages are not being read now.")
    if event.page > request.pages:
        shop.refuse("no-such-page", f"{request.id} has {request.pages} pages.")
    if event.on_screen_ms < PAGE_ON_SCREEN_MIN:
        shop.refuse("too-quick", "Each page must stay on the screen for at least a second.")
    if event.page not in request.pages_viewed:
        request.pages_viewed.append(event.page)
    if len(request.pages_viewed) == request.pages:
        shop.step(request, "s5")
        shop.note(DocumentViewed(request=request.id, repair=request.repair))
    restart_clock(shop, request)


@room.records(ReportViewed)
def report_viewed(shop: Shop, by: Device, event: ReportViewed) -> None:
    """s9: a report is read to its end, then the shop seals it; there is no ink."""
    request = _at_surface(shop, by, event.request)
    if request.document not in READ_ONLY:
        shop.refuse("needs-ink", f"{request.document} is signed, not only read.")
    if request.state != "VIEWED":
        shop.refuse("not-viewed", "Read the report to its last page first.")
    if is_sealing(shop, request):
        shop.refuse("already", f"{request.id} is being sealed.")
    devices.check_network(shop)
    seal(shop, request)
    shop.wait(request, shop.now + limit_of("INKED"))


@room.records(ConsentGiven)
def consent_given(shop: Shop, by: Device, event: ConsentGiven) -> None:
    """s6: what was agreed to, and how the person was identified; on a link only by a one-time code."""
    request = _at_surface(shop, by, event.request)
    if request.document in READ_ONLY:
        shop.refuse("no-ink", "A report is read, not signed.")
    if request.state != "VIEWED":
        shop.refuse("not-viewed", "Every page must be read before consent is given.")
    if not is_pad(by) and event.identified == "in-person":
        shop.refuse("not-identified", "On a link, the person is identified by a one-time code.")
    _refuse_expired_quote(shop, request)
    request.consent_text = event.consent_text
    shop.step(request, "s6")
    restart_clock(shop, request)
    shop.note(ConsentRecorded(request=request.id, repair=request.repair, consent_text=event.consent_text))


@room.records(InkCaptured)
def ink_captured(shop: Shop, by: Device, event: InkCaptured) -> None:
    """s7: not a dot, not a dash, and drawn under the bytes that were frozen (F54)."""
    request = _at_surface(shop, by, event.request)
    if request.state != "CONSENTED":
        shop.refuse("wrong-state", f"{request.id} is {request.state}; nothing can be signed now.")
    if event.sha256 != request.sha256:
        shop.refuse("hash-differs", "The ink lies under another document. Show the current one again.")
    if event.points < INK_POINTS_MIN or event.length_px < INK_LENGTH_PX_MIN or event.duration_ms < INK_DURATION_MS_MIN:
        shop.refuse("trivial-ink", "This is too little for a signature. Please sign again.")
    _refuse_expired_quote(shop, request)
    devices.check_network(shop)
    request.ink_sha256 = event.ink_sha256
    shop.step(request, "s7")
    shop.note(InkTaken(request=request.id, repair=request.repair, ink_sha256=event.ink_sha256))
    seal(shop, request)


@room.records(SignatureRefused)
def signature_refused(shop: Shop, by: Device, event: SignatureRefused) -> None:
    """s11: always possible until the ink is dry."""
    request = _at_surface(shop, by, event.request)
    shop.in_state(request, "s11")
    if is_sealing(shop, request):
        shop.refuse("wrong-state", "The report has been read and is being sealed.")
    end(shop, request, "s11")
    shop.note(
        SignatureDeclined(request=request.id, repair=request.repair, document=request.document, reason=event.reason)
    )
    take_turn(shop, request.surface)


# ── time passes ─────────────────────────────────────────────────────────────────────────────────


@room.falls_due(SignatureRequest, "DRAFT", "FROZEN")
def nothing_happens(shop: Shop, request: SignatureRequest) -> None:
    """s4: the due passed twice, in front of a customer who waits. A draft in line waits for the PAD only.

    While the network is lost (E28) silence means nothing.
    """
    if devices.network_lost(shop) or (request.state == "DRAFT" and not request.command):
        restart_clock(shop, request)
        take_turn(shop, request.surface)
        return
    request.dues_passed += 1
    if request.dues_passed < DUES_PASSED_MAX:
        shop.remind(request)
        restart_clock(shop, request)
        return
    silent = "the archive" if request.state == "DRAFT" else request.surface
    fail(shop, request, f"{silent} does not answer")
    take_turn(shop, request.surface)


@room.falls_due(SignatureRequest, "PRESENTED", "VIEWED", "CONSENTED", "INKED")
def walked_off(shop: Shop, request: SignatureRequest) -> None:
    """s12, E13: five idle minutes, or ten without a seal."""
    unsealed = request.state == "INKED" or is_sealing(shop, request)
    end(shop, request, "s12")
    shop.note(SignatureExpired(request=request.id, repair=request.repair, document=request.document))
    if unsealed:
        shop.alarm(request.id, f"{request.document} of {request.repair} was not sealed: look at the archive", MANAGER)
    take_turn(shop, request.surface)


@room.falls_due(SignatureRequest, "SEALED")
def copy_by_link_only(shop: Shop, request: SignatureRequest) -> None:
    """s10: no message arrived in a day; the copy stands on the customer's page."""
    deliver_copy(shop, request)


def deliver_copy(shop: Shop, request: SignatureRequest) -> None:
    shop.step(request, "s10")
    shop.note(CopyDelivered(request=request.id, repair=request.repair))


def _at_surface(shop: Shop, by: Device, request_id: str) -> SignatureRequest:
    """B16: a surface speaks only for its own document, and a PAD only for the repair at its desk."""
    request = shop.request(request_id)
    if request.surface != by:
        shop.refuse("not-yours", f"{request.id} is shown at {request.surface}, not at {by}.")
    repair = shop.books.repairs[request.repair]
    if is_pad(by) and premises.surface_of(shop, repair) != by:
        shop.refuse("wrong-desk", f"{repair.id} is not at the desk of {by} (any more).")
    return request


def _refuse_expired_quote(shop: Shop, request: SignatureRequest) -> None:
    """r9: nobody signs an offer of last week."""
    quote = shop.books.repairs[request.repair].quote
    if request.document in QUOTES and quote is not None and quote.valid_until < shop.now:
        shop.refuse("quote-expired", "This quote is not valid any more. Ask for a new one.")
