"""Facts: what the floor knows to be so. Past tense; everything that only looks is a fold over these.

Ids: ``ticket`` T1, ``repair`` R1, ``parts_order`` P1, ``job`` J1, ``request`` S1 (signature), ``payment`` Y1;
``unit`` is a serial number.
The time of a fact is the ``now`` of the entry that caused it; folds get it beside the fact.
"""

from typing import Literal

from msgspec import Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.kinds import (
    DataChoice,
    DocumentKind,
    Fen,
    JobKind,
    Line,
    OverrideRule,
    PaymentKind,
    QuoteLine,
    RepairKind,
    Service,
    UnitStatus,
)


class Fact(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True, tag_field="kind"):
    """Something that is so from now on."""


# ── about any message, device or wait ───────────────────────────────────────────────────────────


class EventRefused(Fact, frozen=True):
    """The claim is not believed; the sender gets the reason in its receipt."""

    device: Device
    event: str
    code: str
    reason: str


class DeviceCameOnline(Fact, frozen=True):
    device: Device


class DeviceWentOffline(Fact, frozen=True):
    device: Device


class CommandWasDone(Fact, frozen=True):
    """The device says so; there was nothing else to tell."""

    command: str
    device: Device
    work: str
    """Kind of the command."""


class CommandWasRefused(Fact, frozen=True):
    """The device cannot or may not; ``reason`` is for a person."""

    command: str
    device: Device
    work: str
    reason: str


class CommandUnanswered(Fact, frozen=True):
    """Asked several times, no answer: ``party`` must look at the device."""

    command: str
    device: Device
    party: str


class PartyReminded(Fact, frozen=True):
    """A wait has passed its due; its party is told again."""

    about: str
    state: str
    party: str


class ManagerNamed(Fact, frozen=True):
    """Twice the due has passed: the manager must act."""

    about: str
    state: str


class AlarmRaised(Fact, frozen=True):
    about: str
    words: str
    party: str


class AlarmCleared(Fact, frozen=True):
    about: str


class OverrideRecorded(Fact, frozen=True):
    """A manager allowed something, and why."""

    about: str
    rule: OverrideRule
    reason: str


class ModeChanged(Fact, frozen=True):
    """A part of the shop works by hand, or a line is closed; or no longer."""

    what: str
    on: bool
    why: str
    about: str = ""


class PriceChanged(Fact, frozen=True, kw_only=True):
    """From a date on, a row of the price list costs this, and no longer what it would have cost on that date."""

    device: Device
    """On which the manager said it."""
    effective: str
    service: Service = "repair"
    model: str = ""
    fault: str = ""
    part_fen: int
    labour_fen: int
    fixed_fen: int | None = None
    part_fen_before: int
    labour_fen_before: int
    fixed_fen_before: int | None = None
    withdrawn: bool = False
    """The price of this date was taken back: the new amounts are those that held before it."""


class StaffChanged(Fact, frozen=True):
    """This person works on this date, or does not, otherwise than was planned until now."""

    device: Device
    """On which the manager said it."""
    person: str
    date: str
    on: bool


class NoticeAsked(Fact, frozen=True):
    """A message to the customer was asked for."""

    topic: str
    ticket: str = ""
    repair: str = ""
    about: str = ""


class NoticeSent(Fact, frozen=True):
    topic: str
    ticket: str = ""
    repair: str = ""
    about: str = ""
    """A copy: the signature request."""


class NoticeMissed(Fact, frozen=True):
    """The message did not arrive; all of it stands on the customer's page."""

    topic: str
    ticket: str = ""
    repair: str = ""
    about: str = ""
    reason: str = ""


class PageWasRead(Fact, frozen=True):
    """The customer looked at a page of their own link."""

    page: str
    ticket: str


class TouchpointEvidenced(Fact, frozen=True):
    touchpoint: int
    ticket: str
    engineer: str


# ── people ──────────────────────────────────────────────────────────────────────────────────────


class EngineerCameOn(Fact, frozen=True):
    engineer: str
    desk: str
    device: Device


class EngineerWentOff(Fact, frozen=True):
    engineer: str
    desk: str


class PresenceLost(Fact, frozen=True):
    """E22."""

    engineer: str


# ── ticket (q1–q16) ─────────────────────────────────────────────────────────────────────────────


class TicketExpected(Fact, frozen=True):
    ticket: str
    booking: str
    at: Instant


class TicketIssued(Fact, frozen=True):
    ticket: str
    number: str
    line: Line
    eta_min_low: int
    eta_min_high: int
    booking: str = ""
    anchor: Instant = 0


class TicketCalled(Fact, frozen=True):
    ticket: str
    number: str
    desk: str
    engineer: str


class TicketRecalled(Fact, frozen=True):
    ticket: str
    number: str
    desk: str
    calls: int


class CallWasShown(Fact, frozen=True):
    ticket: str
    calls: int


class TicketRecycled(Fact, frozen=True):
    ticket: str
    number: str
    desk: str


class TicketMissed(Fact, frozen=True):
    """NO_SHOW, called or booked."""

    ticket: str
    number: str
    desk: str = ""
    booked: bool = False


class TicketReinstated(Fact, frozen=True):
    ticket: str
    number: str


class TicketSeated(Fact, frozen=True):
    ticket: str
    number: str
    desk: str
    engineer: str
    opens_repair: bool = False


class TicketLeft(Fact, frozen=True):
    ticket: str
    number: str
    reason: str


class TicketServed(Fact, frozen=True):
    ticket: str
    number: str
    desk: str


class TicketTransferred(Fact, frozen=True):
    ticket: str
    number: str
    line: Line


class TicketMoved(Fact, frozen=True):
    """The customer sits at another desk: the repair has a new owner there (r30)."""

    ticket: str
    number: str
    desk: str
    engineer: str


class TicketRemoved(Fact, frozen=True):
    ticket: str
    number: str
    reason: str


class TicketClosedByDay(Fact, frozen=True):
    ticket: str
    number: str


class DayEnded(Fact, frozen=True):
    """The manager closed the day."""

    date: str


class ConsultEnded(Fact, frozen=True):
    """r5 or plain advice: nothing is kept; the ticket may be served."""

    ticket: str


# ── repair (r1–r45) ─────────────────────────────────────────────────────────────────────────────


class RepairExpected(Fact, frozen=True):
    repair: str
    repair_kind: RepairKind
    model: str
    fault: str
    booking: str = ""
    waybill: str = ""


class RepairExpired(Fact, frozen=True):
    repair: str


class RepairOpened(Fact, frozen=True):
    repair: str
    repair_kind: RepairKind
    ticket: str
    desk: str
    owner: str


class PhoneDescribed(Fact, frozen=True):
    """What intake recorded about the phone; no name, no number of the customer."""

    repair: str
    model: str
    imei: str
    imei_read: bool
    identity: str
    photos: int
    accessories: tuple[str, ...]
    data_choice: DataChoice
    privacy_mode: bool


class EntitlementAsked(Fact, frozen=True):
    repair: str
    imei: str


class EntitlementKnown(Fact, frozen=True):
    repair: str
    imei: str
    covered: bool
    until: Instant
    earlier_repairs: int


class EntitlementMissing(Fact, frozen=True):
    """E23: no answer in time; quote only "subject to check"."""

    repair: str


class IntakeSigned(Fact, frozen=True):
    repair: str
    engineer: str


class CauseFound(Fact, frozen=True):
    """A diagnosis, as shown on the white box."""

    repair: str
    fault: str
    cause: str
    accidental: bool


class ReturnDecided(Fact, frozen=True):
    """The phone goes back unrepaired."""

    repair: str
    reason: str
    fee: Fen = 0


class QuoteDrafted(Fact, frozen=True):
    """r7, r10, r17: a priced quote that is now rendered."""

    repair: str
    version: int
    lines: tuple[QuoteLine, ...]
    total: Fen
    promised_min: int
    subject_to_check: bool = False
    supplement: bool = False


class QuoteFrozen(Fact, frozen=True):
    repair: str
    version: int
    sha256: str
    total: Fen
    valid_until: Instant


class QuoteSuperseded(Fact, frozen=True):
    repair: str
    version: int


class QuoteApproved(Fact, frozen=True):
    """r9: signed; the cap is the total, and the lines may be worked on."""

    repair: str
    version: int
    lines: tuple[QuoteLine, ...]
    cap: Fen
    promised: Instant
    supplement: bool = False


class QuoteTurnedDown(Fact, frozen=True):
    repair: str
    version: int
    reason: str
    supplement: bool = False


class RepairHeld(Fact, frozen=True):
    repair: str
    reason: str
    back_to: str


class RepairResumed(Fact, frozen=True):
    repair: str
    state: str


class RepairStarted(Fact, frozen=True):
    repair: str
    engineer: str


class RepairBlocked(Fact, frozen=True):
    repair: str


class RepairUnblocked(Fact, frozen=True):
    repair: str


class SupplementNeeded(Fact, frozen=True):
    repair: str
    fault: str


class SupplementDeclined(Fact, frozen=True):
    repair: str


class RepairFinished(Fact, frozen=True):
    repair: str
    labour_min: int
    lines_done: tuple[int, ...]
    unrepaired: bool = False


class QualityCheckPassed(Fact, frozen=True):
    repair: str
    checker: str
    first_pass: bool


class QualityCheckFailed(Fact, frozen=True):
    repair: str
    checker: str
    reason: str


class RepairReported(Fact, frozen=True):
    """r20, r32, r27, r45: ready: the report is being shown, and the invoice is fixed."""

    repair: str
    payable: Fen
    lines_done: tuple[int, ...]


class ReportShown(Fact, frozen=True):
    repair: str
    payable: Fen
    outstanding: Fen


class RepairPaid(Fact, frozen=True):
    repair: str


class AccessoriesGivenBack(Fact, frozen=True):
    """r24: everything that came with the phone was ticked off."""

    repair: str
    accessories: tuple[str, ...]


class DeviceHandedOver(Fact, frozen=True):
    repair: str
    ticket: str
    receiver: str
    lines_done: tuple[int, ...]
    charged: Fen
    unrepaired: bool = False


class WarrantyGiven(Fact, frozen=True):
    """A row for a line done: 90 days from hand-over."""

    warranty: str
    repair: str
    line: int
    imei: str
    fault: str
    sku: str
    until: Instant


class PickupAwaited(Fact, frozen=True):
    repair: str
    locker: str


class PickupStarted(Fact, frozen=True):
    repair: str
    ticket: str
    how: str


class DeviceUnclaimed(Fact, frozen=True):
    repair: str


class HandoverOpened(Fact, frozen=True):
    repair: str
    owner: str
    note: str


class OwnerChanged(Fact, frozen=True):
    repair: str
    old: str
    new: str


class DeviceShipped(Fact, frozen=True):
    repair: str
    waybill: str


class DeviceReturned(Fact, frozen=True):
    repair: str


class FollowUpStarted(Fact, frozen=True):
    repair: str


class SurveyReceived(Fact, frozen=True):
    repair: str
    score: int
    recommend: int


class ComplaintReceived(Fact, frozen=True):
    repair: str


class ComplaintClosed(Fact, frozen=True):
    repair: str


class RepairClosed(Fact, frozen=True):
    repair: str
    reason: str


class ReworkOpened(Fact, frozen=True):
    repair: str
    parent: str
    line: int


class RepairCancelled(Fact, frozen=True):
    repair: str
    reason: str


class DisputeSettled(Fact, frozen=True):
    repair: str
    fault_confirmed: bool


class WipeRecorded(Fact, frozen=True):
    repair: str
    engineer: str


class ChoiceRecorded(Fact, frozen=True):
    repair: str
    choice: str


class PromiseChanged(Fact, frozen=True):
    """A new promised time, and why."""

    repair: str
    promised: Instant
    why: str


# ── custody, loaner ─────────────────────────────────────────────────────────────────────────────


class CustodyMoved(Fact, frozen=True):
    """The customer's phone is somewhere else now."""

    repair: str
    source: str
    target: str
    by: str
    waybill: str = ""
    receiver: str = ""
    """Who took it out of the shop: owner, proxy-code, proxy-signed, courier."""


class DeviceMisplaced(Fact, frozen=True):
    repair: str
    last_place: str


class DeviceFound(Fact, frozen=True):
    repair: str
    place: str


class LoanerMoved(Fact, frozen=True):
    loaner: str
    state: str
    repair: str = ""


# ── parts order (p1–p28) ────────────────────────────────────────────────────────────────────────


class PartsOrderOpened(Fact, frozen=True):
    parts_order: str
    repair: str
    sku: str
    desk: str
    line: int
    by: str
    free_reason: str = ""
    replaces: str = ""


class UnitReserved(Fact, frozen=True):
    parts_order: str
    repair: str
    unit: str
    sku: str
    bin: str


class UnitReleased(Fact, frozen=True):
    parts_order: str
    unit: str


class ReservationSwapped(Fact, frozen=True):
    """B11: the cabinet gave another unit than the reserved one."""

    parts_order: str
    old: str
    new: str


class PartBackordered(Fact, frozen=True):
    parts_order: str
    repair: str
    sku: str


class PickAsked(Fact, frozen=True):
    parts_order: str
    unit: str
    bin: str
    command: str


class PickBegun(Fact, frozen=True):
    parts_order: str


class PickDone(Fact, frozen=True):
    """p8: the unit lies in the outlet."""

    parts_order: str
    repair: str
    unit: str
    cabinet: str
    desk: str


class PickMissed(Fact, frozen=True):
    parts_order: str
    unit: str
    bin: str
    why: str


class PartUnderway(Fact, frozen=True):
    """p12, p13, p15: in a tote or in a hand."""

    parts_order: str
    unit: str
    by: Literal["robot", "hand"]


class PartArrived(Fact, frozen=True):
    parts_order: str
    repair: str
    unit: str
    desk: str


class PartAccepted(Fact, frozen=True):
    """p16."""

    parts_order: str
    repair: str
    unit: str
    sku: str
    desk: str
    engineer: str


class PartRefused(Fact, frozen=True):
    parts_order: str
    repair: str
    unit: str
    reason: str


class PartUntaken(Fact, frozen=True):
    parts_order: str
    repair: str
    unit: str


class PartFitted(Fact, frozen=True):
    """p19: in the phone."""

    parts_order: str
    repair: str
    unit: str
    sku: str


class PartTakenOut(Fact, frozen=True):
    parts_order: str
    repair: str
    unit: str


class PartDefective(Fact, frozen=True):
    parts_order: str
    repair: str
    unit: str
    blame: Literal["supplier", "ours"]


class ReturnOpened(Fact, frozen=True):
    parts_order: str
    unit: str
    reason: str
    place: str
    """Where it waits to be fetched: ``DESK:d1``, ``OUTLET:c1``, ``TOTE:r1.1``, ``HAND:e1``."""


class PartsOrderEnded(Fact, frozen=True):
    parts_order: str
    repair: str
    state: Literal["FITTED", "RETURNED", "CANCELLED", "LOST"]


# ── stock (m1–m16) ──────────────────────────────────────────────────────────────────────────────


class UnitMoved(Fact, frozen=True):
    """One entry of the ledger: from one place to another, never edited."""

    move: int
    unit: str
    sku: str
    source: str
    target: str
    cause: str
    actor: str
    repair: str = ""
    quantity: int = 1


class UnitGraded(Fact, frozen=True):
    unit: str
    status: UnitStatus


class CountListed(Fact, frozen=True):
    """This bin is to be counted."""

    bin: str
    why: str


class BinAgreed(Fact, frozen=True):
    """A count found what the ledger says."""

    count: str
    bin: str


class CountDiffered(Fact, frozen=True):
    """A count found something else; the ledger stays until the manager approves."""

    count: str
    bin: str
    missing: tuple[str, ...]
    surplus: tuple[str, ...]


class CountAdjusted(Fact, frozen=True):
    count: str
    bin: str
    missing: tuple[str, ...]
    surplus: tuple[str, ...]


class StockRanLow(Fact, frozen=True):
    sku: str
    free: int
    minimum: int


class OldPartMoved(Fact, frozen=True):
    repair: str
    sku: str
    old_serial: str
    place: str


class CabinetChanged(Fact, frozen=True):
    """Ready, or why not (E9)."""

    cabinet: str
    ready: bool
    why: str = ""


# ── jobs and robots (j1–j11) ────────────────────────────────────────────────────────────────────


class JobOpened(Fact, frozen=True):
    job: str
    job_kind: JobKind
    unit: str
    source: str
    target: str
    """Stations."""
    parts_order: str = ""


class JobAssigned(Fact, frozen=True):
    job: str
    robot: str
    attempt: int


class JobAtPickup(Fact, frozen=True):
    job: str
    robot: str
    station: str


class JobLoaded(Fact, frozen=True):
    """j4: robot and cabinet (or engineer) agree: the unit is in the tote."""

    job: str
    robot: str
    tote: str
    unit: str
    parts_order: str = ""


class JobArrived(Fact, frozen=True):
    job: str
    robot: str
    station: str
    unit: str
    parts_order: str = ""


class JobDone(Fact, frozen=True):
    job: str
    robot: str


class JobUndelivered(Fact, frozen=True):
    job: str
    robot: str
    why: str


class JobCancelled(Fact, frozen=True):
    job: str
    why: str


class JobRetried(Fact, frozen=True):
    job: str
    robot: str
    why: str


class JobResumed(Fact, frozen=True):
    job: str
    robot: str


class JobFailed(Fact, frozen=True):
    job: str
    robot: str
    why: str
    loaded: bool
    unit: str
    parts_order: str = ""


class JobByHand(Fact, frozen=True):
    """No robot took it in time: a person carries it (j1, p13, E8)."""

    job: str
    unit: str
    parts_order: str = ""


class RobotArrived(Fact, frozen=True):
    """The robot stands where its job wanted it."""

    robot: str
    job: str
    station: str


class ToteLoaded(Fact, frozen=True):
    """The robot's half of j4: its pick is FINISHED."""

    robot: str
    job: str


class ToteUnloaded(Fact, frozen=True):
    """Its drop is FINISHED. ``job`` is empty when it put down what its last job had left aboard."""

    robot: str
    job: str = ""


class RobotFailed(Fact, frozen=True):
    """It cannot go on with its job; ``retriable`` if it may soon (j9), else for good (j11)."""

    robot: str
    job: str
    why: str
    retriable: bool = False
    unproven: bool = False
    """Its pick was released to it, and nobody knows whether it has picked: a person looks, no other robot goes."""


class RobotRecovered(Fact, frozen=True):
    """j10: it is at its job again."""

    robot: str
    job: str


class RobotMoved(Fact, frozen=True):
    """It passed a node of its order."""

    robot: str
    node: str


class RobotBecame(Fact, frozen=True):
    """Availability: OFFLINE, FAULT, MANUAL, PAUSED, BLOCKED, CHARGING, BUSY or AVAILABLE."""

    robot: str
    availability: str
    why: str = ""


class RobotWayChanged(Fact, frozen=True):
    """What a map of the floor shows of it is not what it was: where it is, what is reserved for it, how it means to go
    on from there, what for, and what it has aboard. The battery alone is told only every few percent."""

    robot: str
    node: str = ""
    """The last that it has passed, or stands on; empty: nobody knows."""
    claimed: tuple[str, ...] = ()
    """Nodes and lanes in turn, which nobody else may touch; no robot is ever told to leave them for others."""
    planned: tuple[str, ...] = ()
    """Lanes and nodes from the last claimed node to its stop: not reserved, and may be planned anew."""
    purpose: str = ""
    """pickup, dropoff, unload, charge or park; empty: it is out for nothing."""
    stop: str = ""
    """Station, or node where the shop has no name for it."""
    job: str = ""
    aboard: dict[str, str] = {}
    """Tote → what is in it."""
    battery_pct: int = 0


# ── paperwork (s1–s14) ──────────────────────────────────────────────────────────────────────────


class DocumentDrafted(Fact, frozen=True):
    request: str
    repair: str
    document: DocumentKind
    version: int = 0


class DocumentFrozen(Fact, frozen=True):
    request: str
    repair: str
    document: DocumentKind
    sha256: str
    pages: int
    version: int = 0


class SignatureShown(Fact, frozen=True):
    request: str
    repair: str
    sha256: str


class SignatureFailed(Fact, frozen=True):
    request: str
    repair: str
    document: DocumentKind
    reason: str


class DocumentViewed(Fact, frozen=True):
    request: str
    repair: str


class ConsentRecorded(Fact, frozen=True):
    request: str
    repair: str
    consent_text: str


class InkTaken(Fact, frozen=True):
    request: str
    repair: str
    ink_sha256: str


class DocumentSigned(Fact, frozen=True):
    """s8, s9: sealed. Repairs, loaners and wipes wait for this."""

    request: str
    repair: str
    document: DocumentKind
    sha256: str
    sealed_sha256: str
    pages: int
    version: int = 0
    loaner: str = ""


class ReportRead(Fact, frozen=True):
    request: str
    repair: str


class CopyDelivered(Fact, frozen=True):
    request: str
    repair: str


class SignatureDeclined(Fact, frozen=True):
    request: str
    repair: str
    document: DocumentKind
    reason: str


class SignatureExpired(Fact, frozen=True):
    request: str
    repair: str
    document: DocumentKind


class SignatureSuperseded(Fact, frozen=True):
    request: str
    repair: str
    document: DocumentKind


class SignatureVoided(Fact, frozen=True):
    request: str
    repair: str
    reason: str


# ── payments (y1–y15) ───────────────────────────────────────────────────────────────────────────


class PaymentRequested(Fact, frozen=True):
    payment: str
    repair: str
    amount: Fen
    payment_kind: PaymentKind
    attempt: int
    pos: Device


class PaymentShown(Fact, frozen=True):
    payment: str
    repair: str


class PaymentTaken(Fact, frozen=True):
    payment: str
    repair: str
    amount: Fen
    reference: str


class PaymentRejected(Fact, frozen=True):
    """DECLINED."""

    payment: str
    repair: str
    code: str


class PaymentStopped(Fact, frozen=True):
    """ABORTED before approval."""

    payment: str
    repair: str


class PaymentSettled(Fact, frozen=True):
    payment: str
    repair: str
    amount: Fen
    payment_kind: PaymentKind


class PaymentLost(Fact, frozen=True):
    """UNKNOWN: nobody may take money or hand over until it is found."""

    payment: str
    repair: str
    why: str


class PaymentFound(Fact, frozen=True):
    payment: str
    repair: str
    status: str


class PaymentNotTaken(Fact, frozen=True):
    payment: str
    repair: str


class PaymentEscalated(Fact, frozen=True):
    payment: str
    repair: str


class PaymentConcluded(Fact, frozen=True):
    """y12: the manager read the terminal's log."""

    payment: str
    repair: str
    taken: bool
    evidence: str


class PaymentReversed(Fact, frozen=True):
    payment: str
    repair: str
    amount: Fen
    counted: bool = True
    """False: a late capture that never counted as settled (F52)."""


class PaymentRefunded(Fact, frozen=True):
    payment: str
    repair: str
    amount: Fen
    line: int
    whole: bool = False
    """Nothing that this payment brought is left."""


class PaymentReconciled(Fact, frozen=True):
    pos: Device
    taken: Fen
    undone: Fen
    differences: tuple[str, ...]


FACTS: dict[str, type[Fact]] = {cls.__name__: cls for cls in Fact.__subclasses__()}
"""Every kind of fact."""
