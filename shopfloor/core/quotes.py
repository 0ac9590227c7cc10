"""From diagnosis to a signed quote (r7, r9–r12, r17, r38, r39).

One chain, checked at each link: priced lines → frozen document → sealed with the same hash → cap. What happens to the
paper while the repair stands still (another engineer takes over, the day closes) is remembered on the quote and
followed as soon as the repair goes on.
"""

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Device
from shopfloor.contract.events import (
    AdditionalFaultFound,
    DecisionDeferred,
    QuoteDeclined,
    QuotePrepared,
    QuoteRevised,
    SupplementGivenUp,
)
from shopfloor.contract.facts import (
    CauseFound,
    DocumentFrozen,
    DocumentSigned,
    EntitlementKnown,
    OwnerChanged,
    QuoteApproved,
    QuoteDrafted,
    QuoteFrozen,
    QuoteSuperseded,
    QuoteTurnedDown,
    RepairHeld,
    RepairResumed,
    ReturnDecided,
    SignatureDeclined,
    SupplementDeclined,
    SupplementNeeded,
)
from shopfloor.core import premises, prices
from shopfloor.core.books import Quote, Repair
from shopfloor.core.entitlement import answer_is_fresh, answer_is_pending, quote_without_answer
from shopfloor.core.lifecycles import QUOTE_VALID
from shopfloor.core.pricing import is_out_of_date, priced, priced_for_today
from shopfloor.core.room import Room
from shopfloor.core.shop import MANAGER, Shop

room = Room("quotes")

UNDECIDED_CALL_AFTER = 72 * HOUR
PLACES_TO_THINK = ("desk", "locker", "customer")
DOCUMENTS = ("QUOTE", "SUPPLEMENT")
READING = ("PRESENTED", "VIEWED", "CONSENTED", "INKED")
"""While the customer is at it, nobody sends them home (r12)."""


# ── a quote is drawn up ─────────────────────────────────────────────────────────────────────────


@room.records(QuotePrepared)
def quote_prepared(shop: Shop, by: Device, event: QuotePrepared) -> None:
    """r7: the floor prices the lines; the repair is QUOTED when the document is frozen."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state == "QUOTED" and _is_open(repair):
        shop.refuse("wrong-state", f"{repair.id} has a quote that waits for the customer. Revise that one.")
    if repair.state not in ("DIAGNOSING", "QUOTED"):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; a quote follows a diagnosis.")
    if not repair.diagnoses:
        shop.refuse("no-diagnosis", "Record at least one diagnosis before you quote.")
    _draw_up(shop, repair, event)


@room.records(QuoteRevised)
def quote_revised(shop: Shop, by: Device, event: QuoteRevised) -> None:
    """r10: other lines before anybody signed; the old version is worth nothing from now on."""
    repair = shop.owned(by, event.repair, event.revision)
    if repair.state != "QUOTED" or not _is_open(repair):
        shop.refuse("wrong-state", f"{repair.id} is {repair.state} and has no open quote to revise.")
    _draw_up(shop, repair, event)
    shop.step(repair, "r10")


def _draw_up(shop: Shop, repair: Repair, event: QuotePrepared) -> None:
    if answer_is_pending(shop, repair):
        shop.refuse("entitlement-pending", "The maker has been asked a moment ago. Quote in a few seconds.")
    by_manager = shop.overridden(repair.id, "warranty-price")
    unchecked = not answer_is_fresh(shop, repair)
    excused = unchecked and shop.overridden(repair.id, "quote-without-entitlement")
    lines = priced(shop, repair, event.lines, by_manager=by_manager)
    if unchecked:
        quote_without_answer(shop, repair)
    if by_manager:
        shop.use_override(repair.id, "warranty-price")
    if excused:
        shop.use_override(repair.id, "quote-without-entitlement")
    quote = Quote(
        version=0,
        lines=lines,
        total=prices.total(lines),
        promised_min=event.promised_min,
        supplement=bool(repair.signed),
        subject_to_check=unchecked and not excused,
        service_day=premises.is_service_day(shop),
        warranty_by_manager=by_manager,
    )
    _replace(shop, repair, quote)


def _replace(shop: Shop, repair: Repair, quote: Quote) -> None:
    """This quote is the latest; an unsigned one before it is superseded (s13 follows)."""
    before = repair.quote
    quote.version = max(before.version if before else 0, repair.signed_version) + 1
    if before is not None and not before.sealed:
        shop.note(QuoteSuperseded(repair=repair.id, version=before.version))
    repair.quote = quote
    repair.revision += 1
    shop.touch(repair)
    shop.note(
        QuoteDrafted(
            repair=repair.id,
            version=quote.version,
            lines=quote.lines,
            total=quote.total,
            promised_min=quote.promised_min,
            subject_to_check=quote.subject_to_check,
            supplement=quote.supplement,
        )
    )


@room.hears(CauseFound)
def accident_noted(shop: Shop, fact: CauseFound) -> None:
    """Whatever the quote says later, the diagnosis said accident: rule 2 does not hold for this fault."""
    repair = shop.books.repairs[fact.repair]
    if fact.accidental and fact.fault not in repair.accidental:
        repair.accidental.append(fact.fault)
        shop.touch(repair)


@room.hears(EntitlementKnown)
def answer_came_late(shop: Shop, fact: EntitlementKnown) -> None:
    """E23: the quote on the screen is "subject to check", and now it can be checked."""
    repair = shop.books.repairs[fact.repair]
    if repair.quote is not None and repair.quote.subject_to_check and _is_open(repair):
        shop.alert(repair.owner, repair.id, f"The maker has answered about {repair.id}. Revise the quote.")


# ── frozen, signed, declined ────────────────────────────────────────────────────────────────────


@room.hears(DocumentFrozen)
def quote_frozen(shop: Shop, fact: DocumentFrozen) -> None:
    """r7: these bytes, for seven days. The day of freezing decides about the service day and the price list."""
    repair = shop.books.repairs[fact.repair]
    quote = repair.quote
    if fact.document not in DOCUMENTS or quote is None or quote.version != fact.version:
        return
    if is_out_of_date(shop, repair, quote):
        _replace(shop, repair, priced_for_today(shop, repair, quote))
        return
    quote.request = fact.request
    shop.touch(repair)
    if quote.sha256 == fact.sha256:
        return  # the same bytes on another screen
    quote.sha256 = fact.sha256
    quote.valid_until = shop.now + QUOTE_VALID
    shop.note(
        QuoteFrozen(
            repair=repair.id,
            version=quote.version,
            sha256=quote.sha256,
            total=quote.total,
            valid_until=quote.valid_until,
        )
    )
    _go_on(shop, repair)


@room.hears(DocumentSigned)
def quote_signed(shop: Shop, fact: DocumentSigned) -> None:
    """r9, r39: only the current version, with the hash that was frozen."""
    repair = shop.books.repairs[fact.repair]
    quote = repair.quote
    if fact.document not in DOCUMENTS or quote is None:
        return
    assert (quote.version, quote.sha256) == (fact.version, fact.sha256), f"{fact.request} signs another quote"
    quote.sealed = True
    shop.touch(repair)
    _go_on(shop, repair)


@room.hears(SignatureDeclined)
def signature_declined(shop: Shop, fact: SignatureDeclined) -> None:
    """r11, E11, E13."""
    if fact.document in DOCUMENTS:
        _turn_down(shop, shop.books.repairs[fact.repair], fact.reason)


@room.records(QuoteDeclined)
def quote_declined(shop: Shop, _by: Device, event: QuoteDeclined) -> None:
    """r11, r39: by the customer's own page; a supplement first goes back to the engineer (r38)."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    quote = repair.quote
    if repair.state not in ("QUOTED", "ON_HOLD(undecided)") or quote is None or not quote.sha256:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state}; there is no quote to decline.")
    _turn_down(shop, repair, event.reason)


def _turn_down(shop: Shop, repair: Repair, reason: str) -> None:
    quote = repair.quote
    assert quote is not None, repair.id
    again = quote.declined
    quote.declined = True
    shop.touch(repair)
    if not again:
        shop.note(QuoteTurnedDown(repair=repair.id, version=quote.version, reason=reason, supplement=quote.supplement))
    if quote.supplement and repair.state == "QUOTED" and not again:
        shop.alert(repair.owner, repair.id, f"{repair.id}: supplement declined. Can the signed lines still be done?")
        return
    _return(shop, repair, reason or "quote declined")


def _return(shop: Shop, repair: Repair, reason: str) -> None:
    """r11, r39: the phone goes back unrepaired; parts orders follow ReturnDecided."""
    if repair.state == "QUOTED":
        shop.step(repair, "r11")
    elif repair.state == "ON_HOLD(undecided)":
        shop.step(repair, "r39+", "RETURNING")
    else:
        return  # it stands still for another reason; _go_on follows
    shop.note(ReturnDecided(repair=repair.id, reason=reason, fee=repair.fee))


@room.hears(RepairResumed, OwnerChanged)
def repair_goes_on(shop: Shop, fact: RepairResumed | OwnerChanged) -> None:
    """What came of the quote while the repair stood still."""
    _go_on(shop, shop.books.repairs[fact.repair])


def _go_on(shop: Shop, repair: Repair) -> None:
    quote = repair.quote
    if quote is None or not quote.sha256:
        return
    if repair.state == "DIAGNOSING":
        shop.step(repair, "r7")
    if repair.state not in ("QUOTED", "ON_HOLD(undecided)"):
        return
    if quote.sealed and quote.version != repair.signed_version:
        _approve(shop, repair, quote)
    elif quote.declined and not quote.supplement:
        _return(shop, repair, "quote declined")


def _approve(shop: Shop, repair: Repair, quote: Quote) -> None:
    """r9, r39: cap := total."""
    repair.signed, repair.signed_version, repair.cap = quote.lines, quote.version, quote.total
    repair.promised_at = shop.now + quote.promised_min * MINUTE
    if repair.state == "QUOTED":
        shop.step(repair, "r9")
    else:
        repair.back_to = ""
        shop.step(repair, "r39+", "APPROVED")
    shop.note(
        QuoteApproved(
            repair=repair.id,
            version=quote.version,
            lines=quote.lines,
            cap=quote.total,
            promised=repair.promised_at,
            supplement=quote.supplement,
        )
    )


# ── undecided ───────────────────────────────────────────────────────────────────────────────────


@room.records(DecisionDeferred)
def decision_deferred(shop: Shop, by: Device, event: DecisionDeferred) -> None:
    """r12: the customer wants to think about it; the quote waits on their own page."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r12")
    if event.place.partition("/")[0] not in PLACES_TO_THINK:
        shop.refuse("unknown-place", "Say where the phone is meanwhile: the desk, a locker, or with the customer.")
    if not _is_open(repair):
        shop.refuse("no-quote", f"{repair.id} has no open quote to think about. Prepare one first.")
    _hold(shop, repair)


@room.falls_due(Repair, "QUOTED")
def quoted_for_long(shop: Shop, repair: Repair) -> None:
    """r12: a quarter of an hour in the hall; who is just reading or signing is left in peace."""
    quote = repair.quote
    if quote is None or not quote.sha256 or not _is_open(repair):
        shop.remind(repair)
        return
    request = shop.books.requests.get(quote.request)
    if request is not None and request.state in READING:
        # a floor that was away finds both due, and the document's own limit comes after this one
        shop.wait(repair, max(shop.books.waits[request.id].due, shop.now) + SECOND)
        return
    _hold(shop, repair)


def _hold(shop: Shop, repair: Repair) -> None:
    quote = repair.quote
    assert quote is not None, repair.id
    repair.back_to = "QUOTED"
    call_at = max(min(shop.now + UNDECIDED_CALL_AFTER, _last_day(shop, quote)), shop.now + SECOND)
    shop.step(repair, "r12", due=call_at)
    shop.note(RepairHeld(repair=repair.id, reason="undecided", back_to="QUOTED"))


@room.falls_due(Repair, "ON_HOLD(undecided)")
def undecided_for_long(shop: Shop, repair: Repair) -> None:
    """r12: after 72 h the manager calls; r39: with the quote's validity the offer ends."""
    quote = repair.quote
    assert quote is not None, repair.id
    if shop.now >= _last_day(shop, quote):
        _return(shop, repair, "quote expired")
        return
    shop.remind(repair)
    shop.wait(repair, _last_day(shop, quote), MANAGER)
    shop.alarm(repair.id, f"The customer of {repair.id} has been thinking for three days: call them", MANAGER)


def _last_day(shop: Shop, quote: Quote) -> int:
    """A quote that is not frozen yet has its seven days before it."""
    return quote.valid_until or shop.now + QUOTE_VALID


# ── more is found (E12) ─────────────────────────────────────────────────────────────────────────


@room.records(AdditionalFaultFound)
def additional_fault_found(shop: Shop, by: Device, event: AdditionalFaultFound) -> None:
    """r17: never "just add": work outside the signed lines stops until a supplement is signed."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r17", f"{repair.id} is {repair.state}; more can only be found while it is repaired.")
    if event.fault not in repair.diagnoses:
        repair.diagnoses.append(event.fault)
    repair.causes.append(event.cause)
    shop.step(repair, "r17")
    shop.note(SupplementNeeded(repair=repair.id, fault=event.fault))


@room.records(SupplementGivenUp)
def supplement_given_up(shop: Shop, by: Device, event: SupplementGivenUp) -> None:
    """r38: declined or expired, and the engineer confirms that the signed lines can still be done."""
    repair = shop.owned(by, event.repair, event.revision)
    quote = repair.quote
    if repair.state != "QUOTED" or not repair.signed:
        shop.refuse("wrong-state", f"{repair.id} is {repair.state} and waits for no supplement.")
    request = shop.books.requests.get(quote.request) if quote else None
    if request is not None and not quote_is_over(quote) and not shop.is_final(request):
        shop.refuse("still-open", "The customer has not decided about the supplement yet.")
    repair.quote = None
    shop.step(repair, "r38+", due=max(repair.promised_at, shop.now + MINUTE))
    shop.note(SupplementDeclined(repair=repair.id))


def quote_is_over(quote: Quote | None) -> bool:
    """Nobody can sign it any more."""
    return quote is None or quote.sealed or quote.declined


def _is_open(repair: Repair) -> bool:
    """The latest quote waits for the customer."""
    return not quote_is_over(repair.quote)
