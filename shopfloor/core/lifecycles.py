"""Every state table of the floor, on one page.

A row reads: number, from, to, by whom or what. ``Shop.step`` moves a thing only along a row; the diagrams in the
README are drawn from these tables. A row number that ends in + closes a gap that practice showed.

Who: CU customer · EN engineer · PK parts keeper · MG manager · QM queue machine · HT handheld · PAD · POS ·
CAB cabinet · RB robot · AR archive · NT notifier · LINK the customer's own page · FL the floor itself (a choice) ·
due: time has passed.

``WAITS`` says how long a state may last, who must act, and which row time itself takes. Without such a row, time
reminds the party, then names the manager; it never moves goods, phones or money by itself.
"""

from typing import Literal, NamedTuple

from shopfloor.contract.actor import DAY, HOUR, MINUTE, SECOND

Machine = Literal[
    "ticket", "repair", "parts_order", "job", "robot", "signature", "payment", "phone", "loaner", "cabinet"
]


class Row(NamedTuple):
    """One way from one of ``sources`` to ``target``; a thing that begins has the source ``""``."""

    row: str
    sources: tuple[str, ...]
    target: str
    by: str


class Limit(NamedTuple):
    """How long a state may last (ms; None: set when entered), which party must act, and the row that time takes."""

    ms: int | None
    party: str
    row: str = ""


def _rows(*lines: tuple[str, str, str, str]) -> tuple[Row, ...]:
    return tuple(
        Row(row, tuple(state.strip() for state in sources.split(",")) if sources else ("",), target, by)
        for row, sources, target, by in lines
    )


# ── ticket: a place in the queue, one visit to the hall ─────────────────────────────────────────

CALL_DUE = 60 * SECOND
RECALLS_MAX = 3
ROUNDS_MAX = 2
RECYCLED_PLACES_BACK = 3
REINSTATED_PLACE = 3
CHECK_IN_EARLY = 30 * MINUTE
CHECK_IN_LATE = 15 * MINUTE

TICKET = _rows(
    ("q1", "", "WAITING", "TicketTaken · QM, EN"),
    ("q2", "", "EXPECTED", "AppointmentBooked · CU"),
    ("q3", "EXPECTED", "WAITING", "CustomerCheckedIn · QM"),
    ("q4", "EXPECTED", "NO_SHOW", "due: booked time + 15 min"),
    ("q5+", "EXPECTED", "REMOVED", "AppointmentCancelled · CU, MG"),
    ("q6", "WAITING", "CALLED", "NextRequested, TicketChosen · EN; FL"),
    ("q7", "CALLED", "CALLED", "RecallRequested · EN; due 60 s"),
    ("q8", "CALLED", "WAITING", "due 60 s after the third recall, first round"),
    ("q9", "CALLED", "NO_SHOW", "due after the second round; NoShowReported · EN"),
    # odd: the one way back from a final state, same day; at day close the last outcome counts
    ("q10", "NO_SHOW", "WAITING", "ReinstatementRequested · EN, MG"),
    ("q11", "CALLED", "SERVING", "CustomerSeated · EN"),
    ("q12", "WAITING, CALLED", "LEFT", "CustomerLeft · LINK, QM, MG"),
    ("q13", "SERVING", "SERVED", "FL: handed over, or the phone stays; ConsultFinished · EN"),
    ("q14", "SERVING", "WAITING", "TransferRequested · MG"),
    ("q15+", "EXPECTED, WAITING, CALLED", "REMOVED", "TicketWithdrawn · MG"),
    # odd: a booking for another day stays EXPECTED over the close of this one
    ("q16", "EXPECTED, WAITING, CALLED, SERVING", "CLOSED_BY_DAY", "DayClosed · MG; due day close"),
)

# ── repair: the work order, one phone under repair ───────────────────────────────────────────────

QUOTE_VALID = 7 * DAY
WARRANTY_DAYS = 90
REWORK_WINDOW = WARRANTY_DAYS * DAY
ENTITLEMENT_VALID = 24 * HOUR
ENTITLEMENT_ANSWER_DUE = 5 * SECOND
PHOTOS_MIN = 2

_WORKING = "INTAKE, DIAGNOSING, QUOTED, APPROVED, REPAIRING, PARTS_WAIT, QC, REPORTED, PAYING, ACCEPTING, RETURNING"
WORKING: tuple[str, ...] = tuple(_WORKING.split(", "))
HELD: tuple[str, ...] = (
    "ON_HOLD(undecided)",
    "ON_HOLD(part)",
    "ON_HOLD(acceptance)",
    "ON_HOLD(handover)",
    "ON_HOLD(manager)",
    "ON_HOLD(overnight)",
)
_OPEN = ", ".join((*WORKING, *HELD, "EXPECTED", "AWAITING_PICKUP", "SENT_OUT", "UNCLAIMED"))


def _back(row: str, source: str, by: str) -> tuple[tuple[str, str, str, str], ...]:
    """From a hold back to the working state it came from."""
    return tuple((row, source, state, by) for state in WORKING)


REPAIR = _rows(
    ("r1", "", "EXPECTED", "RepairAnnounced · CU"),
    ("r2+", "EXPECTED", "CANCELLED", "ticket ended unseated; due: parcel unseen 14 d"),
    ("r3", ", EXPECTED", "INTAKE", "MailInReceived · PK"),
    ("r4", ", EXPECTED", "INTAKE", "CustomerSeated · EN"),
    ("r5", "INTAKE", "CLOSED", "ConsultFinished · EN"),
    ("r6", "INTAKE", "DIAGNOSING", "DocumentSealed(INTAKE) · AR"),
    ("r7", "DIAGNOSING", "QUOTED", "QuotePrepared · EN, then DocumentRendered · AR"),
    ("r8", "DIAGNOSING", "RETURNING", "FaultNotFound · EN; DeviceFoundUnrepairable · EN + MG"),
    ("r9", "QUOTED", "APPROVED", "DocumentSealed(QUOTE, SUPPLEMENT) · AR"),
    ("r10", "QUOTED", "QUOTED", "QuoteRevised · EN"),
    ("r11", "QUOTED", "RETURNING", "QuoteDeclined · CU; SignatureRefused(QUOTE)"),
    ("r12", "QUOTED", "ON_HOLD(undecided)", "due 15 min in the hall; DecisionDeferred · EN"),
    ("r13", "APPROVED", "REPAIRING", "WorkStarted · EN"),
    ("r14", "REPAIRING", "PARTS_WAIT", "WorkBlocked · EN"),
    ("r15", "PARTS_WAIT", "REPAIRING", "UnitAccepted · EN, the last one needed"),
    ("r16", "APPROVED, PARTS_WAIT", "ON_HOLD(part)", "PartBackordered"),
    ("r17", "REPAIRING", "QUOTED", "AdditionalFaultFound · EN"),
    ("r18", "REPAIRING", "QC", "WorkFinished · EN"),
    ("r19", "QC", "REPAIRING", "QualityFailed · checker"),
    ("r20", "QC", "REPORTED", "QualityPassed · checker"),
    ("r21", "REPORTED", "PAYING", "ReportViewed · PAD, LINK; something outstanding"),
    ("r22", "REPORTED", "ACCEPTING", "ReportViewed · PAD, LINK; nothing outstanding"),
    ("r23", "PAYING", "ACCEPTING", "PaymentSettled; nothing outstanding"),
    ("r24", "ACCEPTING", "HANDED_OVER", "DocumentSealed(ACCEPT, RETURN_UNREPAIRED) and DeviceScanned out"),
    ("r25", "ACCEPTING", "ON_HOLD(acceptance)", "SignatureRefused(ACCEPT) · CU"),
    ("r26", "REPORTED, PAYING, ACCEPTING", "AWAITING_PICKUP", "CustomerWentAway · EN"),
    ("r27", "AWAITING_PICKUP", "REPORTED", "CustomerIdentified · EN"),
    ("r28", "AWAITING_PICKUP", "UNCLAIMED", "due 30 d, after 3 notices"),
    (
        "r29",
        _WORKING,
        "ON_HOLD(handover)",
        "HandoverRequested · EN; HandoverOrdered · MG; due: presence lost",
    ),
    *_back("r30", "ON_HOLD(handover)", "HandoverAccepted · EN₂"),
    ("r31", "APPROVED", "SENT_OUT", "DeviceSentOut · EN"),
    ("r32", "RETURNING", "REPORTED", "DeviceReassembled · EN"),
    ("r33", "HANDED_OVER", "FOLLOW_UP", "NoticeDelivered · NT; due 24 h"),
    ("r34", "FOLLOW_UP", "CLOSED", "SurveyAnswered · CU; due 7 d; no complaint open"),
    ("r35", "", "INTAKE", "ReworkClaimed · EN: a new repair of kind REWORK"),
    ("r36", _OPEN, "CANCELLED", "RepairVoided · MG"),
    ("r37+", "REPAIRING", "RETURNING", "DeviceFoundUnrepairable · EN + MG"),
    ("r38+", "QUOTED", "REPAIRING", "SupplementGivenUp · EN after QuoteDeclined · CU"),
    ("r39+", "ON_HOLD(undecided)", "APPROVED", "DocumentSealed(QUOTE) · AR"),
    ("r39+", "ON_HOLD(undecided)", "RETURNING", "QuoteDeclined · CU; due 7 d"),
    ("r40+", "ON_HOLD(part)", "APPROVED", "UnitReserved"),
    ("r40+", "ON_HOLD(part)", "PARTS_WAIT", "UnitReserved"),
    ("r40+", "ON_HOLD(part)", "RETURNING", "ChoiceMade(take-back) · CU; due 30 d"),
    ("r41+", "ON_HOLD(acceptance)", "QC", "DisputeDecided · MG: the fault is real"),
    ("r41+", "ON_HOLD(acceptance)", "HANDED_OVER", "DisputeDecided · MG: witness note sealed, phone out"),
    ("r41+", "ON_HOLD(acceptance)", "AWAITING_PICKUP", "due 7 d"),
    ("r42+", "SENT_OUT", "QC", "DeviceReceivedBack · PK, EN"),
    ("r42+", "SENT_OUT", "ON_HOLD(manager)", "due: promise + 30 d"),
    ("r42+", "ON_HOLD(manager)", "QC", "HoldDecided · MG"),
    ("r42+", "ON_HOLD(manager)", "RETURNING", "HoldDecided · MG"),
    ("r42+", "ON_HOLD(manager)", "CANCELLED", "HoldDecided · MG"),
    ("r43+", _WORKING + ", ON_HOLD(handover)", "ON_HOLD(overnight)", "DayClosed · MG, phone in a locker"),
    *_back("r44+", "ON_HOLD(overnight)", "WorkResumed · EN"),
    # odd: the owner does not come back in the morning, so the repair is up for hand-over
    ("r44+", "ON_HOLD(overnight)", "ON_HOLD(handover)", "due: opening + 30 min"),
    ("r45+", "UNCLAIMED", "REPORTED", "CustomerIdentified · EN"),
    # odd: time closes the repair, never disposes of the phone: its custody stays open
    ("r45+", "UNCLAIMED", "CLOSED", "due 180 d"),
)

# ── parts order: one line, one required part ─────────────────────────────────────────────────────

_BEFORE_PICKED = "REQUESTED, RESERVED, PICK_SENT, PICKING, PICK_FAILED"

PARTS_ORDER = _rows(
    ("p1", "", "REQUESTED", "PartsOrdered · EN; FL on QuoteApproved"),
    ("p2", "REQUESTED", "RESERVED", "FL"),
    ("p3", "REQUESTED", "BACKORDERED", "FL: none free"),
    ("p4", "BACKORDERED", "RESERVED", "FL: a unit came free"),
    ("p5", "BACKORDERED", "CANCELLED", "PartsOrderCancelled · EN, MG, FL; due 30 d"),
    ("p6", "RESERVED", "PICK_SENT", "FL: cabinet ready, outlet has room"),
    ("p7", "PICK_SENT, PICKING", "PICKING", "PickQueued, PickStarted · CAB"),
    ("p8", "PICK_SENT, PICKING", "PICKED", "UnitPicked · CAB"),
    # odd: the cabinet had failed or kept silent, and gave it out after all (F40, F44)
    ("p8", "PICK_FAILED", "PICKED", "UnitPicked · CAB, late"),
    ("p9", "RESERVED, PICK_SENT, PICKING", "PICK_FAILED", "PickFailed · CAB; due"),
    ("p10", "PICK_FAILED", "RESERVED", "FL: first failure, another bin has one"),
    ("p11", "PICK_FAILED", "IN_TRANSIT(manual)", "UnitCollected · PK, cabinet by hand"),
    ("p11", "PICK_FAILED", "BACKORDERED", "due 10 min"),
    ("p12", "PICKED", "IN_TRANSIT(robot)", "ToteLoaded · RB and OutletEmptied · CAB agree"),
    ("p13", "PICKED", "IN_TRANSIT(manual)", "UnitCollected · PK, EN: no robot within 180 s"),
    ("p14", "IN_TRANSIT(robot), IN_TRANSIT(manual)", "AT_DESK", "RobotArrived · RB; UnitBrought · PK"),
    ("p15+", "IN_TRANSIT(robot)", "IN_TRANSIT(manual)", "UnitCollected · PK from the stopped robot"),
    ("p16", "AT_DESK", "ACCEPTED", "UnitAccepted · EN"),
    ("p17", "AT_DESK", "RETURNING", "UnitRefused(wrong, damaged) · EN"),
    # odd: the right unit at the wrong desk is still on its way
    ("p17", "AT_DESK", "IN_TRANSIT(robot)", "UnitRefused(not-mine) · EN"),
    ("p17", "AT_DESK", "IN_TRANSIT(manual)", "UnitRefused(not-mine) · EN, brought by hand"),
    ("p18", "AT_DESK", "RETURNING", "due 300 s"),
    ("p19", "ACCEPTED", "INSTALLED", "PartInstalled · EN"),
    ("p20", "ACCEPTED", "RETURNING", "ReturnRequested · EN"),
    ("p21", "ACCEPTED", "RETURNING", "DefectReported · EN"),
    ("p22", "RETURNING", "RETURNED", "ReturnLoaded · EN, InputAsked · CAB, UnitStored · CAB"),
    ("p23", "PICK_SENT, PICKING", "CANCELLING", "PartsOrderCancelled · EN, MG, FL"),
    ("p23", "REQUESTED, RESERVED, PICK_FAILED", "CANCELLED", "PartsOrderCancelled · EN, MG, FL: no pick is out"),
    ("p24", "CANCELLING", "CANCELLED", "PickAborted · CAB; due 120 s, and the bin is counted"),
    ("p25", "CANCELLING, PICKED, IN_TRANSIT(robot), IN_TRANSIT(manual), AT_DESK", "RETURNING",
     "UnitPicked came first; PartsOrderCancelled after the pick; day close"),
    ("p26", "INSTALLED", "ACCEPTED", "PartRemoved · EN after r19"),
    ("p26", "INSTALLED", "RETURNING", "PartRemoved · EN after r37"),
    ("p27+", "INSTALLED", "FITTED", "DeviceHandedOver"),
    ("p28", _BEFORE_PICKED + ", PICKED, IN_TRANSIT(robot), IN_TRANSIT(manual), AT_DESK, ACCEPTED, RETURNING, "
     "CANCELLING", "LOST", "UnitDeclaredLost · PK + MG"),
)  # fmt: skip

# ── job: one carrying of something from a station to a station ───────────────────────────────────

JOB_RETRIES_MAX = 2
NO_STATE_LIMIT = 35 * SECOND
"""A robot tells its state every 30 s."""
NO_PROGRESS_LIMIT = 60 * SECOND
"""Of a pick, a drop, or a way that others have shut."""
STALL_LIMIT = 15 * SECOND
"""Of a robot that could drive, and stands."""
BATTERY_MARGIN_PCT = 20
_JOB_OPEN = "QUEUED, ASSIGNED, AT_PICKUP, LOADED, AT_DROP"

JOB = _rows(
    ("j1", "", "QUEUED", "FL"),
    ("j2", "QUEUED", "ASSIGNED", "FL"),
    ("j3", "ASSIGNED", "AT_PICKUP", "RobotArrived · RB"),
    ("j4", "AT_PICKUP", "LOADED", "ToteLoaded · RB and OutletEmptied · CAB (or ReturnLoaded · EN)"),
    ("j5", "LOADED", "AT_DROP", "RobotArrived · RB"),
    ("j6", "AT_DROP", "DONE", "UnitAccepted · EN; UnitStored · CAB"),
    ("j7", "AT_DROP", "UNDELIVERED", "UnitRefused; due 300 s; cancelled"),
    # odd: wrong desk: the unit is still aboard and goes on to the right one
    ("j7", "AT_DROP", "LOADED", "UnitRefused(not-mine)"),
    # odd: what comes back from a desk begins where it is: in the tote
    ("j7", "", "LOADED", "FL: a RETURN job on the same robot"),
    ("j8", "QUEUED, ASSIGNED, AT_PICKUP", "CANCELLED", "FL; due 180 s in QUEUED: a person carries it"),
    ("j9", _JOB_OPEN, "RETRYING", "RobotFailed(retriable) · RB, at most twice"),
    ("j10", "RETRYING", "ASSIGNED", "RobotRecovered · RB"),
    ("j10", "RETRYING", "AT_PICKUP", "RobotRecovered · RB"),
    ("j10", "RETRYING", "LOADED", "RobotRecovered · RB"),
    ("j10", "RETRYING", "AT_DROP", "RobotRecovered · RB"),
    (
        "j11",
        _JOB_OPEN + ", RETRYING",
        "FAILED",
        "RobotFailed(final); no state 35 s; no progress; load not agreed",
    ),
)

# ── robot: availability, where the first row that fits wins ──────────────────────────────────────

AVAILABILITIES = ("OFFLINE", "FAULT", "MANUAL", "PAUSED", "BLOCKED", "CHARGING", "BUSY", "AVAILABLE")
UNAVAILABLE = ("OFFLINE", "FAULT", "MANUAL", "PAUSED", "BLOCKED")
"""These take no new job, and their claims stay."""


def _from_any_other(row: str, target: str, by: str) -> tuple[str, str, str, str]:
    return row, ", ".join(each for each in AVAILABILITIES if each != target), target, by


ROBOT = _rows(
    ("a1", "", "OFFLINE", "the layout: nothing heard yet"),
    _from_any_other("a1", "OFFLINE", "RobotConnectionReported · RB; no state 35 s"),
    _from_any_other("a2", "FAULT", "held for a person; error FATAL; emergency stop; not localized; on no lane"),
    _from_any_other("a3", "MANUAL", "operating mode not AUTOMATIC"),
    _from_any_other("a4", "PAUSED", "paused, or not ready for orders; keeps its job"),
    _from_any_other("a5", "BLOCKED", "error CRITICAL; no progress; takes no orders"),
    _from_any_other("a6", "CHARGING", "charging at a dock"),
    _from_any_other("a7", "BUSY", "has a job, or still puts down what the last one left aboard"),
    _from_any_other("a8", "AVAILABLE", "none of these"),
)

# ── signature request: frozen bytes → shown hash → consent → ink → sealed ────────────────────────

PAGE_ON_SCREEN_MIN = 1 * SECOND
INK_POINTS_MIN = 8
INK_LENGTH_PX_MIN = 40
INK_DURATION_MS_MIN = 200

SIGNATURE = _rows(
    ("s1", "", "DRAFT", "FL; DocumentAsked · EN"),
    ("s2", "DRAFT", "FROZEN", "DocumentRendered · AR"),
    ("s3", "FROZEN", "PRESENTED", "DocumentPresented · PAD, LINK"),
    ("s4", "DRAFT, FROZEN, PRESENTED", "FAILED", "DocumentFailed · AR; hash differs; due passed twice"),
    ("s5", "PRESENTED", "VIEWED", "PageViewed, every page"),
    ("s6", "VIEWED", "CONSENTED", "ConsentGiven · CU"),
    ("s7", "CONSENTED", "INKED", "InkCaptured · CU"),
    ("s8", "INKED", "SEALED", "DocumentSealed · AR"),
    # odd: a report is read, not signed: the shop's seal without ink
    ("s9", "VIEWED", "SEALED", "ReportViewed · PAD, LINK, then DocumentSealed · AR"),
    ("s10", "SEALED", "DELIVERED", "NoticeDelivered · NT; due 24 h"),
    ("s11", "PRESENTED, VIEWED, CONSENTED", "REFUSED", "SignatureRefused · CU"),
    ("s12", "PRESENTED, VIEWED, CONSENTED", "EXPIRED", "due 300 s idle"),
    ("s12", "INKED", "EXPIRED", "due 10 min without a seal"),
    ("s13", "DRAFT, FROZEN, PRESENTED, VIEWED, CONSENTED, INKED", "SUPERSEDED", "FL: the values changed"),
    # odd: a mark on a final state; the bytes stay
    ("s14", "SEALED, DELIVERED", "VOIDED", "DocumentVoided · MG"),
)

# ── payment request ──────────────────────────────────────────────────────────────────────────────

STATUS_ASK_EVERY = 5 * SECOND
STATUS_ASK_FAST_FOR = 5 * MINUTE
STATUS_ASK_SLOW_EVERY = 30 * SECOND
NOT_FOUND_NEEDED = 3

PAYMENT = _rows(
    ("y1", "", "CREATED", "PaymentAsked · EN; FL at r21"),
    ("y2", "CREATED", "PRESENTED", "PaymentPresented · POS"),
    ("y3", "CREATED, PRESENTED", "APPROVED", "PaymentApproved · POS"),
    ("y4", "CREATED, PRESENTED", "DECLINED", "PaymentDeclined · POS"),
    ("y5", "CREATED, PRESENTED", "ABORTED", "PaymentAborted · POS, before approval"),
    ("y6", "APPROVED", "SETTLED", "FL, at once"),
    ("y7", "CREATED, PRESENTED", "UNKNOWN", "due 120 s; another amount than asked (y3)"),
    ("y8", "UNKNOWN", "APPROVED", "PaymentStatusReported(approved), PaymentApproved · POS"),
    ("y8", "UNKNOWN", "DECLINED", "PaymentStatusReported(declined), PaymentDeclined · POS"),
    ("y9", "UNKNOWN", "UNKNOWN", "PaymentStatusReported(in-progress) · POS"),
    ("y10", "UNKNOWN", "NOT_TAKEN", "PaymentStatusReported(not-found) three times, diagnosis good"),
    ("y11", "UNKNOWN", "MANUAL", "due 10 min"),
    ("y12", "MANUAL", "SETTLED", "PaymentDecided · MG; DayReconciled · POS"),
    ("y12", "MANUAL", "NOT_TAKEN", "PaymentDecided · MG; DayReconciled · POS"),
    # odd: y13 and y14 undo a final state, by the manager only
    ("y13", "SETTLED", "REVERSED", "ReversalAsked · MG, then PaymentUndone · POS"),
    ("y14", "SETTLED, PART_REFUNDED", "PART_REFUNDED", "RefundAsked · MG, then PaymentUndone · POS"),
    ("y14", "SETTLED, PART_REFUNDED", "REFUNDED", "RefundAsked · MG, then PaymentUndone · POS"),
    # odd: a stamp; the state stays
    ("y15", "SETTLED", "SETTLED", "DayReconciled · POS"),
)

# ── custody of the customer's phone; loaner ──────────────────────────────────────────────────────

PHONE = _rows(
    ("c1", "CUSTOMER", "DESK", "DocumentSealed(INTAKE): the phone lies on the desk; DeviceScanned · EN"),
    ("c2", "COURIER", "LOCKER", "MailInReceived · PK"),
    ("c3", "DESK", "QC", "DeviceScanned · checker"),
    ("c3", "QC", "DESK", "DeviceScanned · checker"),
    ("c4", "DESK, QC", "LOCKER", "DeviceScanned · EN"),
    ("c5", "LOCKER", "DESK", "DeviceScanned · owner"),
    # odd: straight over to the desk of the engineer who has taken the repair over (r30)
    ("c5", "DESK", "DESK", "DeviceScanned · owner"),
    ("c6", "DESK", "CENTRE", "DeviceScanned · PK, EN with waybill"),
    ("c6", "CENTRE", "DESK", "DeviceScanned · PK, EN"),
    ("c7", "DESK", "SAFETY_BOX", "DeviceScanned · EN + MG"),
    ("c7", "SAFETY_BOX", "DESK", "DeviceScanned · EN + MG"),
    ("c7", "SAFETY_BOX", "CENTRE", "DeviceScanned · EN + MG"),
    ("c8", "DESK", "CUSTOMER", "DeviceScanned · EN, everything signed and paid"),
    ("c8", "DESK", "COURIER", "DeviceScanned · EN, mail-in with waybill"),
    ("c8", "COURIER", "CUSTOMER", "DocumentSealed(ACCEPT) by link, where the parcel arrives"),
    # odd: goes home unrepaired and undecided; the repair stays on hold
    ("c9", "DESK, LOCKER", "CUSTOMER", "DeviceScanned(undecided) · EN"),
    ("c10", "DESK, QC, LOCKER, SAFETY_BOX", "MISPLACED", "DeviceScanned: label and repair differ (E26)"),
    ("c10", "MISPLACED", "DESK", "DeviceFoundAgain · EN, MG"),
    ("c10", "MISPLACED", "LOCKER", "DeviceFoundAgain · EN, MG"),
)

LOANER = _rows(
    ("l1", "IN_STOCK", "LENT", "LoanerLent · EN, LOANER sealed"),
    ("l2", "LENT", "RETURNED", "LoanerReturned · EN"),
    ("l2", "RETURNED", "IN_STOCK", "LoanerWiped · EN"),
    ("l3", "LENT", "LOST", "LoanerDeclaredLost · MG; due 30 d"),
)

# ── cabinet: whether its machinery serves (E9) ───────────────────────────────────────────────────

CABINET = _rows(
    ("h1+", "READY", "DOOR_OPEN", "DoorOpened · CAB: it still serves"),
    ("h2+", "DOOR_OPEN", "READY", "DoorClosed · CAB, the last one"),
    ("h3+", "READY, DOOR_OPEN", "HELD", "last will; ModuleFailed · CAB; no answer; due 30 s: door left open"),
    ("h4+", "HELD", "BY_HAND", "due 60 s: manual key, people pick and scan"),
    ("h5+", "READY, DOOR_OPEN, HELD", "BY_HAND", "ModeSet · MG"),
    ("h6+", "HELD, BY_HAND", "READY", "FL: nothing is wrong any more; ModeSet · MG"),
    ("h7+", "BY_HAND", "HELD", "ModeSet · MG while something is wrong"),
    ("h8+", "", "SHELVES", "layout: bins without machinery, always worked by hand"),
)

TABLES: dict[Machine, tuple[Row, ...]] = {
    "ticket": TICKET,
    "repair": REPAIR,
    "parts_order": PARTS_ORDER,
    "job": JOB,
    "robot": ROBOT,
    "signature": SIGNATURE,
    "payment": PAYMENT,
    "phone": PHONE,
    "loaner": LOANER,
    "cabinet": CABINET,
}

FINAL: dict[Machine, tuple[str, ...]] = {
    "ticket": ("SERVED", "NO_SHOW", "LEFT", "REMOVED", "CLOSED_BY_DAY"),
    "repair": ("CLOSED", "CANCELLED"),
    "parts_order": ("FITTED", "RETURNED", "CANCELLED", "LOST"),
    "job": ("DONE", "UNDELIVERED", "CANCELLED", "FAILED"),
    "robot": (),
    "signature": ("DELIVERED", "FAILED", "REFUSED", "EXPIRED", "SUPERSEDED", "VOIDED"),
    "payment": ("SETTLED", "DECLINED", "ABORTED", "NOT_TAKEN", "REVERSED", "PART_REFUNDED", "REFUNDED"),
    "phone": ("CUSTOMER", "COURIER"),
    "loaner": ("IN_STOCK", "LOST"),
    "cabinet": ("READY", "SHELVES"),
}

WAITS: dict[Machine, dict[str, Limit]] = {
    "ticket": {
        "EXPECTED": Limit(None, "CU", "q4"),  # the booked time + 15 min
        "WAITING": Limit(10 * MINUTE, "EN"),
        "CALLED": Limit(CALL_DUE, "CU", "q7"),  # then q8, in the second round q9
        "SERVING": Limit(2 * HOUR, "EN"),  # its repair has the sharper dues
    },
    "repair": {
        "EXPECTED": Limit(14 * DAY, "CU", "r2+"),
        "INTAKE": Limit(15 * MINUTE, "EN"),
        "DIAGNOSING": Limit(20 * MINUTE, "EN"),
        "QUOTED": Limit(15 * MINUTE, "CU", "r12"),
        "APPROVED": Limit(10 * MINUTE, "EN"),
        "REPAIRING": Limit(None, "EN"),  # the promised time
        "PARTS_WAIT": Limit(30 * MINUTE, "PK"),
        "QC": Limit(15 * MINUTE, "EN"),
        "REPORTED": Limit(10 * MINUTE, "EN"),
        "PAYING": Limit(15 * MINUTE, "EN"),
        "ACCEPTING": Limit(10 * MINUTE, "EN"),
        "RETURNING": Limit(30 * MINUTE, "EN"),
        "ON_HOLD(undecided)": Limit(7 * DAY, "CU", "r39+"),
        "ON_HOLD(part)": Limit(30 * DAY, "CU", "r40+"),
        "ON_HOLD(acceptance)": Limit(7 * DAY, "MG", "r41+"),
        "ON_HOLD(handover)": Limit(10 * MINUTE, "MG"),
        "ON_HOLD(manager)": Limit(2 * DAY, "MG"),
        "ON_HOLD(overnight)": Limit(None, "EN", "r44+"),  # opening + 30 min
        "AWAITING_PICKUP": Limit(30 * DAY, "CU", "r28"),
        "UNCLAIMED": Limit(180 * DAY, "MG", "r45+"),
        "SENT_OUT": Limit(None, "MG", "r42+"),  # the centre's promise + 30 d
        "HANDED_OVER": Limit(24 * HOUR, "NT", "r33"),
        "FOLLOW_UP": Limit(7 * DAY, "CU", "r34"),
    },
    "parts_order": {
        "REQUESTED": Limit(1 * MINUTE, "PK"),  # the floor decides in the same breath
        "RESERVED": Limit(60 * SECOND, "PK", "p9"),
        "BACKORDERED": Limit(30 * DAY, "PK", "p5"),
        "PICK_SENT": Limit(120 * SECOND, "PK", "p9"),
        "PICKING": Limit(120 * SECOND, "PK", "p9"),
        "PICKED": Limit(10 * MINUTE, "PK"),
        "PICK_FAILED": Limit(10 * MINUTE, "PK", "p11"),
        "IN_TRANSIT(robot)": Limit(10 * MINUTE, "PK"),  # the job has the sharper due
        "IN_TRANSIT(manual)": Limit(5 * MINUTE, "PK"),
        "AT_DESK": Limit(300 * SECOND, "EN", "p18"),
        "ACCEPTED": Limit(2 * HOUR, "EN"),
        "INSTALLED": Limit(1 * DAY, "EN"),
        "RETURNING": Limit(10 * MINUTE, "PK"),
        "CANCELLING": Limit(120 * SECOND, "PK", "p24"),
    },
    "job": {
        "QUEUED": Limit(180 * SECOND, "PK", "j8"),
        "ASSIGNED": Limit(NO_PROGRESS_LIMIT, "PK", "j11"),
        "AT_PICKUP": Limit(60 * SECOND, "PK", "j11"),
        "LOADED": Limit(NO_PROGRESS_LIMIT, "PK", "j11"),
        "AT_DROP": Limit(330 * SECOND, "EN", "j7"),  # a little after the parts order's own 300 s
        "RETRYING": Limit(60 * SECOND, "PK", "j11"),
    },
    "robot": {  # the fleet sets sharper dues: an answer, a state, progress
        "OFFLINE": Limit(10 * MINUTE, "PK"),
        "FAULT": Limit(10 * MINUTE, "PK", "a1"),
        "MANUAL": Limit(10 * MINUTE, "PK", "a1"),
        "PAUSED": Limit(10 * MINUTE, "PK", "a1"),
        "BLOCKED": Limit(10 * MINUTE, "PK", "a1"),
        "CHARGING": Limit(NO_STATE_LIMIT, "PK", "a1"),
        "BUSY": Limit(NO_STATE_LIMIT, "PK", "a1"),
        "AVAILABLE": Limit(NO_STATE_LIMIT, "PK", "a1"),
    },
    "signature": {
        "DRAFT": Limit(30 * SECOND, "EN", "s4"),
        "FROZEN": Limit(60 * SECOND, "EN", "s4"),
        "PRESENTED": Limit(300 * SECOND, "CU", "s12"),
        "VIEWED": Limit(300 * SECOND, "CU", "s12"),
        "CONSENTED": Limit(300 * SECOND, "CU", "s12"),
        "INKED": Limit(10 * MINUTE, "EN", "s12"),
        "SEALED": Limit(24 * HOUR, "NT", "s10"),
    },
    "payment": {
        "CREATED": Limit(120 * SECOND, "EN", "y7"),
        "PRESENTED": Limit(120 * SECOND, "CU", "y7"),
        "APPROVED": Limit(1 * MINUTE, "EN"),  # the floor settles in the same breath
        "UNKNOWN": Limit(10 * MINUTE, "EN", "y11"),
        "MANUAL": Limit(30 * MINUTE, "MG"),
    },
    "phone": {
        "DESK": Limit(1 * DAY, "EN"),
        "QC": Limit(15 * MINUTE, "EN"),
        "LOCKER": Limit(30 * DAY, "MG"),
        "CENTRE": Limit(60 * DAY, "MG"),
        "SAFETY_BOX": Limit(1 * HOUR, "MG"),
        "MISPLACED": Limit(10 * MINUTE, "MG"),
    },
    "loaner": {
        "LENT": Limit(30 * DAY, "CU", "l3"),
        "RETURNED": Limit(8 * HOUR, "EN"),
    },
    "cabinet": {
        "DOOR_OPEN": Limit(30 * SECOND, "PK", "h3+"),
        "HELD": Limit(60 * SECOND, "PK", "h4+"),
        "BY_HAND": Limit(1 * HOUR, "PK"),
    },
}


def _steps(rows: tuple[Row, ...]) -> dict[str, dict[str, tuple[str, ...]]]:
    """row → source → targets."""
    steps: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in rows:
        sources = steps.setdefault(row.row, {})
        for source in row.sources:
            sources[source] = (*sources.get(source, ()), row.target)
    return steps


STEPS: dict[Machine, dict[str, dict[str, tuple[str, ...]]]] = {m: _steps(rows) for m, rows in TABLES.items()}
