"""Which document is drawn up when, and for whom (s1, s13, s14, E14, E18, E20).

The floor draws up what the repair needs; the engineer asks for the rest, and again for what expired or failed.
"""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import DocumentAsked, DocumentVoided
from shopfloor.contract.facts import (
    CommandWasRefused,
    DeviceCameOnline,
    DeviceHandedOver,
    DeviceWentOffline,
    DisputeSettled,
    ModeChanged,
    NoticeSent,
    OwnerChanged,
    PhoneDescribed,
    PickupAwaited,
    PickupStarted,
    QuoteDrafted,
    QuoteTurnedDown,
    RepairCancelled,
    RepairClosed,
    RepairHeld,
    RepairPaid,
    RepairReported,
    RepairResumed,
    ReportShown,
    ReturnDecided,
    SignatureVoided,
    SupplementDeclined,
    TicketSeated,
)
from shopfloor.contract.kinds import DocumentKind
from shopfloor.core import devices, premises
from shopfloor.core.books import Repair, SignatureRequest
from shopfloor.core.documents import QUOTES
from shopfloor.core.lifecycles import HELD, WORKING
from shopfloor.core.sealing import (
    OPEN,
    SEALED,
    archive_failed,
    asking,
    fail,
    is_sealing,
    open_request,
    room,
    supersede,
    take_turn,
)
from shopfloor.core.shop import MANAGER, Shop
from shopfloor.core.signatures import deliver_copy

__all__ = ["open_request_of", "requests_of", "room", "sealed"]

ASKED_AGAIN_MAX = 20
BEGUN = ("PRESENTED", "VIEWED", "CONSENTED")
CUSTOMER_GONE = ("part", "acceptance", "overnight")
"""Reasons of a hold for which the customer leaves the desk; who is undecided takes the quote home."""

_IN_THE_HOUSE = (*WORKING, *HELD)
ASKED_WHEN: dict[DocumentKind, tuple[str, ...]] = {
    "INTAKE": ("INTAKE",),
    "QUOTE": ("DIAGNOSING", "QUOTED", "ON_HOLD(undecided)"),
    "SUPPLEMENT": ("QUOTED", "ON_HOLD(undecided)"),
    "REPORT": ("REPORTED",),
    "ACCEPT": ("ACCEPTING",),
    "RETURN_UNREPAIRED": _IN_THE_HOUSE,
    "WITNESS": ("ON_HOLD(acceptance)",),
    "WIPE": _IN_THE_HOUSE,
    "LOANER": _IN_THE_HOUSE,
    "PROXY": (*_IN_THE_HOUSE, "AWAITING_PICKUP", "UNCLAIMED"),
}
"""In which states of the repair a document may be asked for by hand."""

BINDING: tuple[DocumentKind, ...] = ("INTAKE", "QUOTE", "SUPPLEMENT", "ACCEPT", "RETURN_UNREPAIRED", "WITNESS")
"""What work, price and hand-over rest on; not to be voided under an open repair (B18, I09)."""
SETTLED = ("HANDED_OVER", "FOLLOW_UP", "CLOSED", "CANCELLED")
ON_REQUEST: tuple[DocumentKind, ...] = ("WIPE", "LOANER", "PROXY", "RETURN_UNREPAIRED")
"""Drawn up for the first time by the engineer; the others by the floor. RETURN_UNREPAIRED by hand: a phone goes back
before its repair has come to an end (r36)."""


# ── what the repair needs ───────────────────────────────────────────────────────────────────────


@room.hears(PhoneDescribed)
def agreement(shop: Shop, fact: PhoneDescribed) -> None:
    """r6: recorded again, other values: the older agreement is superseded."""
    _draw_up(shop, fact.repair, "INTAKE")


@room.hears(QuoteDrafted)
def quote(shop: Shop, fact: QuoteDrafted) -> None:
    """r7, r10, r17; s13 for the version before, even if its ink is still wet (F54)."""
    _draw_up(shop, fact.repair, "SUPPLEMENT" if fact.supplement else "QUOTE", version=fact.version)


@room.hears(RepairReported)
def report(shop: Shop, fact: RepairReported) -> None:
    """r20, r27, r32, r45."""
    _draw_up(shop, fact.repair, "REPORT")


@room.hears(RepairPaid, ReportShown)
def acceptance(shop: Shop, fact: RepairPaid | ReportShown) -> None:
    """r22, r23: signed even when all was prepaid."""
    if isinstance(fact, ReportShown) and fact.outstanding:
        return
    repair = shop.books.repairs[fact.repair]
    _draw_up(shop, repair.id, "RETURN_UNREPAIRED" if repair.unrepaired else "ACCEPT")


@room.hears(DisputeSettled)
def witness_note(shop: Shop, fact: DisputeSettled) -> None:
    """r41: the customer did not sign, the manager does."""
    if not fact.fault_confirmed:
        _draw_up(shop, fact.repair, "WITNESS")


def _draw_up(shop: Shop, repair_id: str, document: DocumentKind, *, version: int = 0, loaner: str = "") -> None:
    """s1. One of a kind at a time: an open one before it is superseded."""
    repair = shop.books.repairs[repair_id]
    before = requests_of(shop, repair_id, document)
    for request in before:
        shop.all_clear(request.id)
        if request.state in OPEN:
            supersede(shop, request)
            take_turn(shop, request.surface)
    request = SignatureRequest(
        id=shop.number("S"),
        state="DRAFT",
        document=document,
        repair=repair_id,
        surface=premises.surface_of(shop, repair),
        version=version,
        loaner=loaner,
        again=sum(other.version == version for other in before),
    )
    open_request(shop, request)
    take_turn(shop, request.surface)


# ── asked for by hand ───────────────────────────────────────────────────────────────────────────


@room.records(DocumentAsked)
def document_asked(shop: Shop, by: Device, event: DocumentAsked) -> None:
    """s1: WIPE, LOANER, PROXY; or again what ended without a signature. The values are those of now."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state not in ASKED_WHEN[event.document]:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; {event.document} does not belong here.")
    before = requests_of(shop, repair.id, event.document)
    _refuse_double(shop, repair, event.document, before)
    _refuse_untimely(shop, repair, event.document)
    if event.document == "LOANER" and shop.loaner(event.loaner).state != "IN_STOCK":
        shop.refuse("not-in-stock", f"Loaner {event.loaner} is not in stock. Choose another one.")
    if event.document not in ON_REQUEST and not before:
        shop.refuse("not-yet", f"The floor shows {event.document} by itself when it is its time.")
    version = repair.quote.version if event.document in QUOTES and repair.quote else 0
    _draw_up(shop, repair.id, event.document, version=version, loaner=event.loaner)


def _refuse_double(shop: Shop, repair: Repair, document: DocumentKind, before: list[SignatureRequest]) -> None:
    """Not while it is on the screen, not beside another document on the same PAD (B16), not without end."""
    surface = premises.surface_of(shop, repair)
    for request in before:
        if request.state in OPEN and (request.surface == surface or request.state == "INKED"):
            shop.refuse("already", f"{request.id} is {request.state} at {request.surface}. Finish with that one.")
    if len(before) > ASKED_AGAIN_MAX:
        shop.refuse("too-often", f"{document} of {repair.id} was asked for {len(before)} times. Call the manager.")
    if not surface.startswith("pad/"):
        return
    for request in shop.books.requests.values():
        if request.surface == surface and request.state in OPEN:
            shop.refuse("pad-busy", f"{request.document} is open at {surface}. Let the customer finish with it.")


def _refuse_untimely(shop: Shop, repair: Repair, document: DocumentKind) -> None:
    """A quote that is over is prepared anew; what is sealed needs no second signature."""
    if document in QUOTES:
        latest = repair.quote
        kind = "SUPPLEMENT" if latest is not None and latest.supplement else "QUOTE"
        if latest is None or latest.sealed or latest.declined or document != kind:
            shop.refuse("no-quote", f"{repair.id} has no open {document}. Prepare one.")
        if latest.sha256 and latest.valid_until < shop.now:
            shop.refuse("quote-expired", f"The quote of {repair.id} is not valid any more. Prepare a new one.")
    elif document == "WIPE" and sealed(shop, repair.id, document):
        shop.refuse("already", f"The customer of {repair.id} has signed that the data may be wiped.")


# ── what changes under a document ───────────────────────────────────────────────────────────────


@room.hears(QuoteTurnedDown, ReturnDecided, SupplementDeclined)
def offer_is_over(shop: Shop, fact: QuoteTurnedDown | ReturnDecided | SupplementDeclined) -> None:
    """s13: nobody can sign what is not offered any more."""
    _end_quotes(shop, fact.repair)


def _end_quotes(shop: Shop, repair_id: str) -> None:
    for document in QUOTES:
        for request in requests_of(shop, repair_id, document):
            if request.state in OPEN:
                supersede(shop, request)
                take_turn(shop, request.surface)


@room.hears(RepairHeld)
def repair_stands_still(shop: Shop, fact: RepairHeld) -> None:
    """The next customer finds an empty PAD; a quote to think about goes home with its reader."""
    if fact.reason in CUSTOMER_GONE:
        _clear_away(shop, fact.repair)
    else:
        _follow(shop, shop.books.repairs[fact.repair])


@room.hears(PickupAwaited)
def customer_went_away(shop: Shop, fact: PickupAwaited) -> None:
    """r26: a report that was not read is shown anew at pick-up (r27)."""
    _clear_away(shop, fact.repair)


def _clear_away(shop: Shop, repair_id: str) -> None:
    """s13, but for what is signed and only waits for its seal."""
    for request in requests_of(shop, repair_id):
        if request.state in ("DRAFT", "FROZEN", *BEGUN) and not is_sealing(shop, request):
            supersede(shop, request)
            take_turn(shop, request.surface)


@room.hears(RepairResumed, OwnerChanged, PickupStarted)
def repair_is_elsewhere(shop: Shop, fact: RepairResumed | OwnerChanged | PickupStarted) -> None:
    """B16: a document follows its repair to another desk."""
    _follow(shop, shop.books.repairs[fact.repair])


@room.hears(TicketSeated)
def customer_is_back(shop: Shop, fact: TicketSeated) -> None:
    """r39: who thought about it at home signs at the desk."""
    repair = shop.books.repairs.get(shop.books.tickets[fact.ticket].repair)
    if repair is not None:
        _follow(shop, repair)


def _follow(shop: Shop, repair: Repair) -> None:
    surface = premises.surface_of(shop, repair)
    for request in requests_of(shop, repair.id):
        if request.surface == surface:
            continue
        if request.state == "DRAFT":
            _queue_at(shop, request, surface)
        elif request.state in ("FROZEN", *BEGUN) and not is_sealing(shop, request):
            _show_again(shop, request)


def _queue_at(shop: Shop, request: SignatureRequest, surface: Device) -> None:
    """What is not frozen yet gets in line there, behind what that PAD shows now."""
    before, request.surface = request.surface, surface
    shop.withdraw(request.command)
    request.command = ""
    shop.touch(request)
    take_turn(shop, before)
    take_turn(shop, surface)


@room.hears(DeviceWentOffline)
def pad_is_gone(shop: Shop, fact: DeviceWentOffline) -> None:
    """E14: ink that has arrived goes on to the seal; else the same bytes are shown in a new request."""
    for request in _begun_at(shop, fact.device):
        _show_again(shop, request)


@room.hears(DeviceCameOnline)
def pad_is_back(shop: Shop, fact: DeviceCameOnline) -> None:
    """E24: nobody saw it go. The same question with the same id: a PAD that still shows it ignores it."""
    for request in _begun_at(shop, fact.device):
        shop.say(asking(shop, request, request.command))


@room.hears(ModeChanged)
def network_is_back(shop: Shop, fact: ModeChanged) -> None:
    """E28: what waited for the network takes its turn."""
    if fact.what == devices.NETWORK_LOST and not fact.on:
        for surface in dict.fromkeys(request.surface for request in shop.books.requests.values()):
            take_turn(shop, surface)


def _begun_at(shop: Shop, pad: Device) -> list[SignatureRequest]:
    """What the customer has before them there, not yet signed."""
    if not pad.startswith("pad/"):
        return []
    return [
        request
        for request in shop.books.requests.values()
        if request.surface == pad and request.state in BEGUN and not is_sealing(shop, request)
    ]


def _show_again(shop: Shop, request: SignatureRequest) -> None:
    """The very bytes, on the surface of now; what was read and agreed to before does not count."""
    supersede(shop, request)
    if request.again >= ASKED_AGAIN_MAX:
        shop.alarm(request.id, f"{request.surface} comes and goes: {request.document} of {request.repair}", MANAGER)
    else:
        repair = shop.books.repairs[request.repair]
        again = SignatureRequest(
            id=shop.number("S"),
            state="DRAFT",
            document=request.document,
            repair=request.repair,
            surface=premises.surface_of(shop, repair),
            version=request.version,
            text=request.text,
            sha256=request.sha256,
            pages=request.pages,
            loaner=request.loaner,
            again=request.again + 1,
        )
        open_request(shop, again)
        take_turn(shop, again.surface)
    take_turn(shop, request.surface)


@room.hears(CommandWasRefused)
def device_refuses(shop: Shop, fact: CommandWasRefused) -> None:
    """s4: a surface or the archive cannot do it; while sealing, the due decides."""
    for request in list(shop.books.requests.values()):
        if request.command != fact.command or request.state not in OPEN:
            continue
        if request.state == "FROZEN":
            fail(shop, request, fact.reason)
            take_turn(shop, request.surface)
        else:
            archive_failed(shop, request, fact.reason)


@room.hears(RepairClosed, RepairCancelled, DeviceHandedOver)
def repair_is_over(shop: Shop, fact: RepairClosed | RepairCancelled | DeviceHandedOver) -> None:
    """r5, r24, r36: nothing is left to sign; of a voided repair nothing signed counts."""
    for request in requests_of(shop, fact.repair):
        shop.all_clear(request.id)
        if request.state in OPEN:
            supersede(shop, request)
            take_turn(shop, request.surface)
        elif isinstance(fact, RepairCancelled) and request.state in SEALED:
            _void(shop, request, fact.reason)


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────


@room.hears(NoticeSent)
def copy_arrived(shop: Shop, fact: NoticeSent) -> None:
    """s10."""
    request = shop.books.requests.get(fact.about)
    if request is not None and request.state == "SEALED":
        deliver_copy(shop, request)


@room.records(DocumentVoided)
def document_voided(shop: Shop, _by: Device, event: DocumentVoided) -> None:
    """s14: a mark; the bytes stay."""
    request = shop.request(event.request)
    shop.in_state(request, "s14", f"{request.id} is {request.state}; only what is sealed can be voided.")
    repair = shop.books.repairs.get(request.repair)
    if repair is not None and repair.state not in SETTLED and request.document in BINDING:
        shop.refuse(
            "in-use", f"{repair.id} still rests on {request.document}. Void the whole repair, or finish it first."
        )
    _void(shop, request, event.reason)


def _void(shop: Shop, request: SignatureRequest, reason: str) -> None:
    shop.step(request, "s14")
    shop.note(SignatureVoided(request=request.id, repair=request.repair, reason=reason))


# ── looking up ───────────────────────────────────────────────────────────────────────────────────


def requests_of(shop: Shop, repair_id: str, document: DocumentKind | None = None) -> list[SignatureRequest]:
    """All of a repair (of one kind), oldest first."""
    return [
        request
        for request in shop.books.requests.values()
        if request.repair == repair_id and document in (None, request.document)
    ]


def open_request_of(shop: Shop, repair_id: str) -> str:
    """r26: the request that the customer has not finished with; "" if none."""
    return next((request.id for request in requests_of(shop, repair_id) if request.state in OPEN), "")


def sealed(shop: Shop, repair_id: str, document: DocumentKind) -> str:
    """B18, B20: the latest sealed and unvoided request of this kind; "" if none."""
    found = [request.id for request in requests_of(shop, repair_id, document) if request.state in SEALED]
    return found[-1] if found else ""
