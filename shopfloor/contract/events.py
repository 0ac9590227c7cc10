"""Events: what devices and people claim has happened. Past tense; the floor may refuse to believe them.

Grouped by the device that says them; ``roster.py`` has who may say what. Row numbers (q1, r7, p12 …) are those of
``core/lifecycles.py``.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.kinds import (
    DOCUMENT_MAX,
    ID_MAX,
    Count,
    DataChoice,
    Date,
    DocumentKind,
    Fen,
    Id,
    Ids,
    Language,
    Line,
    LineWanted,
    OverrideRule,
    PaymentKind,
    Service,
    Sha256,
    Text,
)
from shopfloor.contract.vda5050 import Connection as RobotConnection
from shopfloor.contract.vda5050 import Factsheet as RobotFactsheet
from shopfloor.contract.vda5050 import State as RobotState


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag=True,
    tag_field="kind",
):
    """Somebody's claim."""


class Heard(Struct, frozen=True):
    """An event and the device that said it: what the floor is handed."""

    device: Device
    event: Event


# ── every device ────────────────────────────────────────────────────────────────────────────────


class DeviceConnected(Event, frozen=True):
    """The device is there (again) and wants whole pictures and its open commands. Made from ``connection``."""


class DeviceLost(Event, frozen=True):
    """Its last will was spoken, or it went in good order. Made from ``connection``."""


class JournalRecovered(Event, frozen=True):
    """The end of the journal was lost, and a person accepted that. Made by ``shopfloor recover``; no device says it."""

    lost: Annotated[int, Meta(ge=0)]
    """Entries, at the least."""
    skip: Annotated[int, Meta(ge=0)]
    """Ids of each kind that the lost entries may have given out."""


class DueSetAside(Event, frozen=True):
    """Time could not pass over this because of a mistake of ours, so it is put off (F08). Made by the coordinator; no
    device says it."""

    about: Id


class CommandRefused(Event, frozen=True):
    """The device cannot or may not do what it was asked; ``reason`` is for a person."""

    command: Id
    reason: Text


class CommandDone(Event, frozen=True):
    """The device has done what it was asked, and there is nothing else to tell."""

    command: Id


# ── queue machine ───────────────────────────────────────────────────────────────────────────────


class TicketTaken(Event, frozen=True):
    """q1: a customer took a number (or an engineer took one for them)."""

    line: Line
    language: Language = "zh-Hans"
    accessibility: bool = False
    rework: bool = False
    """The customer says: same fault again, within the warranty of the last repair."""
    repair: Annotated[str, Meta(max_length=64)] = ""
    """Line D: the repair to be picked up, if its slip was scanned."""


class CustomerCheckedIn(Event, frozen=True):
    """q3: a customer with a booking is in the hall."""

    booking: Id


class CustomerLeft(Event, frozen=True):
    """q12: gives up waiting; the reason is asked, not required."""

    ticket: Id
    reason: Text = ""


# ── call display ────────────────────────────────────────────────────────────────────────────────


class CallShown(Event, frozen=True):
    """The display really shows, and the speaker has said, this call."""

    ticket: Id
    calls: Count


# ── handheld and PC: the engineer ───────────────────────────────────────────────────────────────


class EngineerSignedOn(Event, frozen=True):
    """An engineer (or the parts keeper, without a desk) takes this handheld and sits down at a desk."""

    engineer: Id
    desk: Annotated[str, Meta(max_length=64)] = ""


class EngineerSignedOff(Event, frozen=True):
    """Shift end, or a break."""

    engineer: Id


class EngineerAway(Event, frozen=True):
    """The handheld has not been touched for a while: presence is lost (E22)."""

    engineer: Id


class NextRequested(Event, frozen=True):
    """q6: who is next? The calling rule chooses."""


class TicketChosen(Event, frozen=True):
    """q6: this one next."""

    ticket: Id


class RecallRequested(Event, frozen=True):
    """q7."""

    ticket: Id


class NoShowReported(Event, frozen=True):
    """q9: nobody came, second round."""

    ticket: Id


class ReinstatementRequested(Event, frozen=True):
    """q10: they came after all, same day."""

    ticket: Id


class CustomerSeated(Event, frozen=True):
    """q11: the called customer sits at the desk; r4 or r27 follow."""

    ticket: Id
    opens_repair: bool = False
    """Line C only: open a repair although they came for advice."""


class ConsultFinished(Event, frozen=True):
    """q13, r5: advice given, nothing kept."""

    ticket: Id


class OfRepair(Event, frozen=True):
    """What the engineer does with a repair."""

    repair: Id
    revision: Count = 0
    """The revision of the picture the person looked at; 0 = none. A stale one is refused."""


class IntakeRecorded(OfRepair, frozen=True, kw_only=True):
    """r6: who, which phone, in which state, and what may happen to the data."""

    model: Id
    imei: Annotated[str, Meta(pattern=r"^[0-9]{15}$(?!\n)")]
    imei_read: bool
    """Read from the phone or its label, not typed."""
    imei_reason: Text = ""
    identity: Literal["id-card-seen", "passport-seen", "phone-code", "receipt", "proxy-code"]
    fault_words: Text
    photos: Count
    accessories: Ids = ()
    lock_off: bool
    lock_note: Text = ""
    data_choice: DataChoice
    privacy_mode: bool


class DiagnosisRecorded(OfRepair, frozen=True, kw_only=True):
    """A cause, with what shows it."""

    fault: Id
    cause: Text
    accidental: bool = False
    photos: Count = 0


class QuotePrepared(OfRepair, frozen=True, kw_only=True):
    """r7: these lines; the floor prices them."""

    lines: Annotated[tuple[LineWanted, ...], Meta(min_length=1, max_length=16)]
    promised_min: Annotated[int, Meta(ge=1, le=60 * 24 * 60)]
    """Minutes from signing until the phone should be ready."""


class QuoteRevised(QuotePrepared, frozen=True, kw_only=True):
    """r10: other lines, before anybody signed."""


class FaultNotFound(OfRepair, frozen=True, kw_only=True):
    """r8."""

    reason: Text
    photos: Annotated[int, Meta(ge=1, le=64)]


class DeviceFoundUnrepairable(OfRepair, frozen=True, kw_only=True):
    """r8, r37: needs the manager's override ``unrepairable``."""

    reason: Text
    photos: Annotated[int, Meta(ge=1, le=64)]


class DecisionDeferred(OfRepair, frozen=True, kw_only=True):
    """r12: the customer wants to think about it; the phone stays at the desk, in a locker, or goes with them."""

    place: Id


class WorkStarted(OfRepair, frozen=True, kw_only=True):
    """r13."""


class WorkBlocked(OfRepair, frozen=True, kw_only=True):
    """r14: nothing left to do without the part."""


class AdditionalFaultFound(OfRepair, frozen=True, kw_only=True):
    """r17: a new line or a higher price; work outside the signed lines stops."""

    fault: Id
    cause: Text


class SupplementGivenUp(OfRepair, frozen=True, kw_only=True):
    """r38: the supplement is declined, and the engineer confirms that the signed lines can still be done."""


class WorkFinished(OfRepair, frozen=True, kw_only=True):
    """r18: hands off; the old parts are dealt with and labour is noted."""

    labour_min: Annotated[int, Meta(ge=0, le=600)]
    lines_done: Annotated[tuple[int, ...], Meta(max_length=16)]


class QualityPassed(OfRepair, frozen=True, kw_only=True):
    """r20: the whole checklist."""

    checker: Id
    checks: Count


class QualityFailed(OfRepair, frozen=True, kw_only=True):
    """r19."""

    checker: Id
    reason: Text


class CustomerWentAway(OfRepair, frozen=True, kw_only=True):
    """r26: the customer will pick it up later; the phone is sealed in a locker."""

    locker: Id
    seal: Id


class CustomerIdentified(OfRepair, frozen=True, kw_only=True):
    """r27, r45: the one who picks it up is the owner, or a proxy with the code."""

    ticket: Id
    how: Literal["owner", "proxy-code", "proxy-signed"]


class HandoverRequested(OfRepair, frozen=True, kw_only=True):
    """r29: the owner must leave; the note says what the next one needs to know."""

    note: Annotated[str, Meta(min_length=10, max_length=500)]


class HandoverAccepted(OfRepair, frozen=True, kw_only=True):
    """r30: this engineer owns it from now on."""

    engineer: Id


class DeviceSentOut(OfRepair, frozen=True, kw_only=True):
    """r31: to the repair centre, by a signed line."""

    waybill: Id
    promise: Instant


class DeviceReceivedBack(OfRepair, frozen=True, kw_only=True):
    """r42."""

    photos: Count


class DeviceReassembled(OfRepair, frozen=True, kw_only=True):
    """r32: put together again, unrepaired."""

    photos: Count


class WorkResumed(OfRepair, frozen=True, kw_only=True):
    """r44: the next morning."""


class DataWiped(OfRepair, frozen=True, kw_only=True):
    """E18, B20: who and when; refused without a sealed WIPE."""


class ReworkClaimed(OfRepair, frozen=True, kw_only=True):
    """r35: the same line failed again; ``repair`` is the new one, ``parent`` the one that gave the warranty."""

    parent: Id
    line: int
    new_damage: bool = False


class DeviceScanned(OfRepair, frozen=True, kw_only=True):
    """Custody: the phone's label and the place (or person) it goes to, c1–c9."""

    place: Id
    """``desk/d1``, ``locker/3``, ``qc``, ``centre``, ``safety-box``, ``customer``, ``courier``."""
    receiver: Literal["", "owner", "proxy-code", "proxy-signed", "courier"] = ""
    waybill: Annotated[str, Meta(max_length=64)] = ""
    undecided: bool = False
    """c9: back to the customer unrepaired while they think about it."""
    label: Annotated[str, Meta(max_length=64)] = ""
    """What the label said; another repair's label opens a search (E26, c10)."""


class DeviceFoundAgain(OfRepair, frozen=True, kw_only=True):
    """c10: the misplaced phone was found here."""

    place: Id


class AccessoriesReturned(OfRepair, frozen=True, kw_only=True):
    """Ticked off at hand-over."""

    accessories: Ids = ()


class LoanerLent(OfRepair, frozen=True, kw_only=True):
    """l1: after the LOANER document is sealed."""

    loaner: Id


class LoanerReturned(Event, frozen=True):
    """l2."""

    loaner: Id
    condition: Text


class LoanerWiped(Event, frozen=True):
    """l2: its data is gone; it may be lent again."""

    loaner: Id


class PaymentAsked(OfRepair, frozen=True, kw_only=True):
    """y1: take this amount; the floor knows what is outstanding."""

    amount: Fen
    payment_kind: PaymentKind = "CHARGE"


class PaymentAbortAsked(OfRepair, frozen=True, kw_only=True):
    """y5: stop the attempt, if the terminal still can."""

    payment: Id


class DocumentAsked(OfRepair, frozen=True, kw_only=True):
    """s1: show this document now (WIPE, LOANER, PROXY; or one that expired or was superseded)."""

    document: DocumentKind
    loaner: Annotated[str, Meta(max_length=64)] = ""


class TouchpointTapped(Event, frozen=True):
    """The engineer has done something no machine sees: greeted, offered water, explained."""

    touchpoint: Annotated[int, Meta(ge=1, le=58)]
    ticket: Annotated[str, Meta(max_length=64)] = ""


# ── handheld: parts ─────────────────────────────────────────────────────────────────────────────


class PartsOrdered(OfRepair, frozen=True, kw_only=True):
    """p1: bring me this part. ``tap`` is the client's own id: the same tap sent twice is one parts order (F51)."""

    sku: Id
    tap: Annotated[str, Meta(max_length=64)] = ""
    reason: Text = ""
    """Why it is free of charge, when the part is on no signed line."""


class PartsOrderCancelled(Event, frozen=True):
    """p5, p23, p25."""

    parts_order: Id


class UnitCollected(Event, frozen=True):
    """p11, p13, p15: carried by hand: scanned out of the bin, the outlet or a stopped robot."""

    unit: Id


class UnitBrought(Event, frozen=True):
    """p14: carried by hand to a desk."""

    unit: Id
    desk: Id


class UnitAccepted(Event, frozen=True):
    """p16: the engineer scanned the unit and the desk."""

    unit: Id
    desk: Id


class UnitRefused(Event, frozen=True):
    """p17: not what was ordered, damaged, or for another desk."""

    unit: Id
    desk: Id
    reason: Literal["wrong", "damaged", "not-mine"]


class PartInstalled(OfRepair, frozen=True, kw_only=True):
    """p19: the new serial goes in, the old one (if it has one) comes out."""

    unit: Id
    old_serial: Annotated[str, Meta(max_length=64)] = ""


class PartRemoved(OfRepair, frozen=True, kw_only=True):
    """p26: taken out again."""

    unit: Id


class ReturnRequested(Event, frozen=True):
    """p20: not needed after all."""

    unit: Id
    seal_intact: bool


class DefectReported(Event, frozen=True):
    """p21: two codes, never one: the supplier's fault or ours (ours needs the manager's override)."""

    unit: Id
    blame: Literal["supplier", "ours"]
    reason: Text = ""


class ReturnLoaded(Event, frozen=True):
    """p22, m8: the unit is in the tote of the robot at the desk (or in a hand: ``tote`` empty)."""

    unit: Id
    tote: Annotated[str, Meta(max_length=64)] = ""


class OldPartBagged(OfRepair, frozen=True, kw_only=True):
    """m15: labelled, and who keeps it is a line of the quote."""

    sku: Id
    old_serial: Annotated[str, Meta(max_length=64)] = ""


class OldPartCleared(OfRepair, frozen=True, kw_only=True):
    """m15: out of the house."""

    sku: Id
    to: Literal["SUPPLIER", "CUSTOMER", "SCRAP"]


# ── handheld: the parts keeper ──────────────────────────────────────────────────────────────────


class GoodsReceived(Event, frozen=True):
    """m1: a delivery line with its scanned serials (or a quantity, for what has none)."""

    sku: Id
    units: Ids = ()
    quantity: Count = 0


class UnitInspected(Event, frozen=True):
    """m10."""

    unit: Id
    verdict: Literal["OK", "REJECTED", "DESTROYED"]


class UnitSentBack(Event, frozen=True):
    """m11."""

    unit: Id
    code: Id


class UnitTransferred(Event, frozen=True, kw_only=True):
    """m12: to or from another shop; needs the manager's override ``transfer-unit``."""

    unit: Id
    sku: Annotated[str, Meta(max_length=64)] = ""
    direction: Literal["out", "in"]


class UnitStoredByHand(Event, frozen=True):
    """E9: put into this bin with the manual key, scanned."""

    unit: Id
    bin: Id


class UnitDeclaredLost(Event, frozen=True):
    """p28: after a count and a search; needs the manager's override ``lost-unit``."""

    unit: Id


class MailInReceived(Event, frozen=True):
    """r3: a parcel with a known waybill, unboxed on camera."""

    waybill: Id
    photos: Annotated[int, Meta(ge=1, le=64)]
    locker: Id


# ── board: the manager ──────────────────────────────────────────────────────────────────────────


class OverrideGiven(Event, frozen=True):
    """The manager allows one thing about one repair, ticket or unit, and says why."""

    about: Id
    rule: OverrideRule
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class DayClosed(Event, frozen=True):
    """q16, r43, E30: everybody out; refused while a phone is unscanned or a payment open."""


class TransferRequested(Event, frozen=True):
    """q14: wrong line."""

    ticket: Id
    line: Line


class TicketWithdrawn(Event, frozen=True):
    """q15."""

    ticket: Id
    reason: Literal["duplicate", "mistake"]


class HandoverOrdered(OfRepair, frozen=True, kw_only=True):
    """r29, E22: the manager names who goes on."""

    engineer: Id


class RepairVoided(OfRepair, frozen=True, kw_only=True):
    """r36."""

    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class DisputeDecided(OfRepair, frozen=True, kw_only=True):
    """r41: the fault is real, or a witness note is sealed and the phone goes out."""

    fault_confirmed: bool


class HoldDecided(OfRepair, frozen=True, kw_only=True):
    """r42: what happens to a phone that came back from the centre, or never did."""

    to: Literal["QC", "RETURNING", "CANCELLED"]


class ComplaintSettled(OfRepair, frozen=True, kw_only=True):
    """r34."""

    how: Text


class PaymentDecided(Event, frozen=True):
    """y12: the terminal's own log was read."""

    payment: Id
    taken: bool
    evidence: Annotated[str, Meta(min_length=3, max_length=500)]


class ReversalAsked(Event, frozen=True):
    """y13."""

    payment: Id
    reason: Text


class RefundAsked(Event, frozen=True):
    """y14: of one line."""

    payment: Id
    amount: Annotated[int, Meta(ge=1, le=100_000_000)]
    line: int
    reason: Text


class AdjustmentApproved(Event, frozen=True):
    """m13: the count stands; the ledger is corrected by a move with a reason."""

    count: Id
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class DocumentVoided(Event, frozen=True):
    """s14: a mark only; the bytes stay."""

    request: Id
    reason: Text


class LoanerDeclaredLost(Event, frozen=True):
    """l3."""

    loaner: Id
    reason: Text


class ServiceDaySet(Event, frozen=True):
    """A date of the shop's calendar becomes (or stops being) a service day."""

    date: Date
    on: bool


class OfPrice(Event, frozen=True, kw_only=True):
    """About one row of the price list, from one date on.

    A row of the catalogue is a model and one of its faults, with the service ``repair``. A service of the shop's own
    list (``film``, ``care`` …) has neither.
    """

    effective: Date
    """The first day on which it holds; today counts at once."""
    service: Service = "repair"
    model: Annotated[str, Meta(max_length=ID_MAX)] = ""
    fault: Annotated[str, Meta(max_length=ID_MAX)] = ""


class PriceSet(OfPrice, frozen=True, kw_only=True):
    """From this date on the row costs this; said again for the same date, the later word holds.

    A service has no part: what it costs is its labour.
    """

    part_fen: Fen
    labour_fen: Fen
    fixed_fen: Fen | None = None
    """Part and labour together, when the part is replaced; null: no fixed price."""


class PriceWithdrawn(OfPrice, frozen=True):
    """A price that does not hold yet never will; what held before goes on."""


class StaffSet(Event, frozen=True):
    """The roster of one date differs from the layout's shifts: somebody is ill, or somebody comes in."""

    person: Id
    date: Date
    on: bool


class ModeSet(Event, frozen=True):
    """E8, E9, E29: the manager switches a part of the shop to working by hand, or closes a line.

    ``robot-held`` on takes one robot out of service; off, a person has compared its place and its totes with what the
    floor says, and it may be sent again.
    """

    what: Literal["robots-by-hand", "cabinet-by-hand", "line-closed", "robot-held"]
    on: bool
    about: Annotated[str, Meta(max_length=64)] = ""


# ── PAD, and the customer's own page where it signs ─────────────────────────────────────────────


class OfRequest(Event, frozen=True):
    """What the customer does with a document."""

    request: Id


class DocumentPresented(OfRequest, frozen=True):
    """s3: the surface hashed the very bytes it shows."""

    sha256: Sha256


class PageViewed(OfRequest, frozen=True):
    """s5."""

    page: Annotated[int, Meta(ge=1, le=100)]
    on_screen_ms: Annotated[int, Meta(ge=0, le=3_600_000)]


class ConsentGiven(OfRequest, frozen=True):
    """s6."""

    consent_text: Id
    identified: Literal["in-person", "phone-code", "proxy-code"]


class InkCaptured(OfRequest, frozen=True):
    """s7: measures of the drawing, and the hash of its strokes; the drawing itself stays with the archive."""

    sha256: Sha256
    """Of the document that was on the screen while signing."""
    ink_sha256: Sha256
    points: Count
    length_px: Annotated[int, Meta(ge=0, le=1_000_000)]
    duration_ms: Annotated[int, Meta(ge=0, le=600_000)]


class SignatureRefused(OfRequest, frozen=True):
    """s11."""

    reason: Text = ""


class ReportViewed(OfRequest, frozen=True):
    """s9, r21: the report was read to its end."""


# ── the customer's own page ─────────────────────────────────────────────────────────────────────


class RepairAnnounced(Event, frozen=True):
    """r1: a booking with a fault, or a mail-in form."""

    repair_kind: Literal["BOOKED", "MAIL_IN"]
    model: Id
    fault: Id
    imei: Annotated[str, Meta(pattern=r"^([0-9]{15})?$(?!\n)")] = ""
    waybill: Annotated[str, Meta(max_length=64)] = ""
    booking: Annotated[str, Meta(max_length=64)] = ""


class AppointmentBooked(Event, frozen=True):
    """q2."""

    at: Instant
    fault: Id
    model: Id
    language: Language = "zh-Hans"


class AppointmentCancelled(Event, frozen=True):
    """q5."""

    booking: Id


class QuoteDeclined(OfRepair, frozen=True, kw_only=True):
    """r11, r38."""

    reason: Text = ""


class ChoiceMade(OfRepair, frozen=True, kw_only=True):
    """r16, r40: the part is late: wait, leave the phone here, or take it back."""

    choice: Literal["wait", "leave", "take-back"]


class SurveyAnswered(OfRepair, frozen=True, kw_only=True):
    """r34: 1–5, and 0–10 for recommending."""

    score: Annotated[int, Meta(ge=1, le=5)]
    recommend: Annotated[int, Meta(ge=0, le=10)]
    words: Text = ""


class ComplaintMade(OfRepair, frozen=True, kw_only=True):
    """r34."""

    words: Annotated[str, Meta(min_length=1, max_length=500)]


class PageRead(Event, frozen=True):
    """The customer looked at a page of their own link (touchpoints 1–4, 14)."""

    page: Id
    ticket: Annotated[str, Meta(max_length=64)] = ""


# ── POS ─────────────────────────────────────────────────────────────────────────────────────────


class OfPayment(Event, frozen=True):
    """What the terminal says about one payment attempt."""

    payment: Id


class PaymentPresented(OfPayment, frozen=True):
    """y2: the customer sees the amount."""


class PaymentApproved(OfPayment, frozen=True, kw_only=True):
    """y3."""

    amount: Fen
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")] = "CNY"
    reference: Id


class PaymentDeclined(OfPayment, frozen=True):
    """y4."""

    code: Id


class PaymentAborted(OfPayment, frozen=True):
    """y5: the terminal confirms: before approval."""

    before_approval: bool


class PaymentStatusReported(OfPayment, frozen=True, kw_only=True):
    """y8–y10: the answer to a question about an attempt of unknown end."""

    status: Literal["approved", "declined", "in-progress", "not-found"]
    amount: Fen = 0
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")] = "CNY"
    reference: Annotated[str, Meta(max_length=64)] = ""
    diagnosis_good: bool = True


class PaymentUndone(OfPayment, frozen=True):
    """y13, y14: reversed or refunded."""

    command: Id
    amount: Fen
    reference: Id


class PosTotal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of a terminal's closing slip."""

    payment: Id
    taken: Fen
    undone: Fen = 0


class DayReconciled(Event, frozen=True):
    """y15: the terminal's closing slip, line by line."""

    lines: Annotated[tuple[PosTotal, ...], Meta(max_length=1_000)]


# ── cabinet ─────────────────────────────────────────────────────────────────────────────────────


class PickQueued(Event, frozen=True):
    """p7."""

    command: Id


class PickStarted(Event, frozen=True):
    """p7."""

    command: Id


class UnitPicked(Event, frozen=True):
    """p8: these serials lie in the outlet now."""

    command: Id
    units: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=16)]


class PickFailed(Event, frozen=True):
    """p9."""

    command: Id
    why: Literal["incomplete", "rejected", "aborted", "unknown"]


class PickAborted(Event, frozen=True):
    """p24: nothing was picked."""

    command: Id


class OutletEmptied(Event, frozen=True):
    """j4: the cabinet's half of ``ToteLoaded``: these units left the outlet into this tote."""

    command: Id
    units: Annotated[tuple[Id, ...], Meta(max_length=16)]
    tote: Id


class InputAsked(Event, frozen=True):
    """p22, m2: this unit lies in the inlet; may it come in, and where?"""

    unit: Id


class UnitStored(Event, frozen=True):
    """p22, m2, m9."""

    command: Id
    unit: Id
    bin: Id


class UnitDispensedAtMachine(Event, frozen=True):
    """m14: somebody took it at the machine's own screen."""

    unit: Id
    bin: Id
    person: Annotated[str, Meta(max_length=64)] = ""


class DoorOpened(Event, frozen=True):
    """A door of the cabinet."""

    door: Id


class DoorClosed(Event, frozen=True):
    """A door of the cabinet."""

    door: Id


class BinCounted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What really lies in a bin."""

    bin: Id
    units: Annotated[tuple[Id, ...], Meta(max_length=200)]


class CountMade(Event, frozen=True):
    """m13: by the cabinet's own sensors, or by the parts keeper's scanner."""

    counted: BinCounted
    command: Annotated[str, Meta(max_length=64)] = ""


class ModuleFailed(Event, frozen=True):
    """E9: a part of the cabinet does not work."""

    module: Id
    reason: Text = ""


class ModuleRecovered(Event, frozen=True):
    """E9."""

    module: Id


# ── robots: VDA 5050, put into one vocabulary by the codec ──────────────────────────────────────


class RobotReported(Event, frozen=True):
    """The robot's whole state; the fleet reads arrivals, loads, failures and battery out of it."""

    state: RobotState


class RobotConnectionReported(Event, frozen=True):
    """ONLINE, OFFLINE, or the broker's word that the connection broke."""

    connection: RobotConnection


class RobotFactsheetReported(Event, frozen=True):
    """What the robot can do."""

    factsheet: RobotFactsheet


# ── archive, notifier, entitlement ──────────────────────────────────────────────────────────────


class DocumentRendered(OfRequest, frozen=True):
    """s2: rendered once. The text travels with the event, so that the floor itself checks the hash."""

    command: Id
    text: Annotated[str, Meta(max_length=DOCUMENT_MAX)]
    sha256: Sha256
    pages: Annotated[int, Meta(ge=0, le=100)]


class DocumentSealed(OfRequest, frozen=True):
    """s8: sealed, and the archive has verified its own output."""

    command: Id
    sha256: Sha256
    """Of the frozen bytes."""
    sealed_sha256: Sha256
    """Of the sealed file."""
    verified: bool


class DocumentFailed(OfRequest, frozen=True):
    """s4."""

    command: Id
    reason: Text


class NoticeDelivered(Event, frozen=True):
    """s10, r33."""

    command: Id


class NoticeFailed(Event, frozen=True):
    """The message did not reach the customer; all of it stands on their page."""

    command: Id
    reason: Text = ""


class EntitlementAnswered(Event, frozen=True):
    """The maker's answer about one phone."""

    command: Id
    imei: Annotated[str, Meta(pattern=r"^[0-9]{15}$(?!\n)")]
    covered: bool
    until: Instant = 0
    earlier_repairs: Count = 0


def _spoken(kind: type[Event]) -> list[type[Event]]:
    """The event classes below ``kind`` that are said, not only inherited from."""
    below: list[type[Event]] = []
    for cls in kind.__subclasses__():
        if cls.__name__ not in {"OfRepair", "OfRequest", "OfPayment", "OfPrice"}:
            below.append(cls)
        below.extend(_spoken(cls))
    return below


EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in _spoken(Event)}
"""Every kind that may stand in an envelope."""
