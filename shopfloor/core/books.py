"""The shop's books: everything the floor remembers, as plain data.

A checkpoint is these books, encoded. Things refer to each other by id. What is final leaves the books when nothing open
needs it any more (``closing.py``); the journal and the records keep it for good.
"""

from typing import ClassVar, Literal, TypeAlias

from msgspec import Struct, field

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import AnyPicture, AnyWork
from shopfloor.contract.kinds import (
    DataChoice,
    DocumentKind,
    JobKind,
    Language,
    Line,
    OverrideRule,
    PaymentKind,
    QuoteLine,
    RepairKind,
    UnitStatus,
)
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.lifecycles import Machine


class Wait(Struct):
    """What an open thing waits for: until when, and who must act."""

    machine: Machine
    due: Instant
    party: str
    """A person's id, or the role EN, PK, MG, CU, NT when nobody in particular is meant."""
    since: Instant
    reminders: int = 0


# ── people, desks, devices ──────────────────────────────────────────────────────────────────────


class Presence(Struct):
    """A person who is signed on, with the handheld in their hand."""

    person: str
    desk: str
    device: Device
    since: Instant
    away: bool = False


class DeskState(Struct):
    """What a desk is busy with."""

    desk: str
    engineer: str = ""
    ticket: str = ""
    """CALLED or SERVING here, or empty."""


# ── ticket ──────────────────────────────────────────────────────────────────────────────────────


class Ticket(Struct, kw_only=True):
    machine: ClassVar[Machine] = "ticket"

    id: str
    number: str
    state: str
    line: Line
    language: Language = "zh-Hans"
    accessibility: bool = False
    rework: bool = False
    booking: str = ""
    booked_at: Instant = 0
    booked_min: int = 0
    """Minutes of a certified engineer that the booking holds."""
    model: str = ""
    fault: str = ""
    issued_at: Instant = 0
    anchor: Instant = 0
    """Issue time; booked: the later of check-in and booked time; recycled or reinstated: the place it was given."""
    bonus_off: bool = False
    """Recycled or reinstated: keeps the place it was given."""
    called_at: Instant = 0
    seated_at: Instant = 0
    ended_at: Instant = 0
    desk: str = ""
    engineer: str = ""
    calls: int = 0
    """Calls in this round: 1 call + up to 3 recalls."""
    round: int = 1
    announce: str = ""
    """The open Announce command."""
    repair: str = ""


# ── repair ──────────────────────────────────────────────────────────────────────────────────────


class Quote(Struct, kw_only=True):
    """A quote on its way from draft to signature."""

    version: int
    lines: tuple[QuoteLine, ...]
    total: int
    promised_min: int
    supplement: bool = False
    subject_to_check: bool = False
    request: str = ""
    sha256: str = ""
    valid_until: Instant = 0
    service_day: bool = False
    """Priced for a service day; the day on which it is frozen counts."""
    warranty_by_manager: bool = False
    """B21: a warranty price without (or against) the maker's answer, with a manager's reason."""
    sealed: bool = False
    declined: bool = False


class Repair(Struct, kw_only=True):
    machine: ClassVar[Machine] = "repair"

    id: str
    state: str
    repair_kind: RepairKind
    revision: int = 0
    ticket: str = ""
    desk: str = ""
    owner: str = ""
    back_to: str = ""
    """ON_HOLD(…): the working state it came from."""
    opened_at: Instant = 0
    language: Language = "zh-Hans"
    booking: str = ""
    waybill: str = ""
    model: str = ""
    fault: str = ""
    imei: str = ""
    intake: bool = False
    """IntakeRecorded; the agreement may be drawn up."""
    identity: str = ""
    data_choice: DataChoice | None = None
    privacy_mode: bool = False
    accessories: tuple[str, ...] = ()
    accessories_back: bool = False
    entitlement: Literal["", "asked", "covered", "not-covered", "missing"] = ""
    entitlement_at: Instant = 0
    earlier_repairs: int = 0
    diagnoses: list[str] = field(default_factory=list)
    """Fault codes found, in order."""
    causes: list[str] = field(default_factory=list)
    """The same, in words, for the white box."""
    accidental: list[str] = field(default_factory=list)
    """Those of them whose cause was an accident: no maker's warranty."""
    quote: Quote | None = None
    """The latest, signed or not."""
    signed: tuple[QuoteLine, ...] = ()
    signed_version: int = 0
    cap: int = 0
    fee: int = 0
    """A signed fee for a phone that goes back unrepaired."""
    promised_at: Instant = 0
    lines_done: tuple[int, ...] = ()
    labour_min: int = 0
    started_at: Instant = 0
    finished_at: Instant = 0
    checker: str = ""
    first_pass: bool = True
    unrepaired: bool = False
    disputed: bool = False
    payable: int = 0
    settled: int = 0
    """Σ settled − reversed − refunded, fen; deposits count."""
    refunded: int = 0
    accepted: str = ""
    """Request id of the sealed ACCEPT, RETURN_UNREPAIRED or WITNESS."""
    scanned_out: bool = False
    receiver: str = ""
    wiped: bool = False
    old_parts: dict[str, str] = field(default_factory=dict)
    """Old serial or SKU → place: DESK:d1, OLD_PARTS, SUPPLIER, CUSTOMER, SCRAP."""
    parent: str = ""
    covered_by: str = ""
    """REWORK: the warranty row."""
    handed_over_at: Instant = 0
    complaint: bool = False
    score: int = 0
    choice: str = ""
    locker: str = ""
    handover_note: str = ""
    heir: str = ""
    """The engineer whom the manager named to take it over (r29)."""
    held_at: Instant = 0
    """When the hold, or the wait for the customer, began."""
    hands: list[str] = field(default_factory=list)
    """Engineers who worked on the phone (B28)."""
    witness: bool = False
    """r41: the manager decided that a witness note takes the place of the refused signature."""
    owners: int = 1
    """How many engineers have owned it (K23)."""


class Warranty(Struct, kw_only=True):
    """A line that was done, and until when it is free if it fails again."""

    id: str
    repair: str
    line: int
    imei: str
    fault: str
    sku: str
    until: Instant


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


class Unit(Struct, kw_only=True):
    """One serial-numbered piece: one place, one status."""

    id: str
    sku: str
    place: str
    """SUPPLIER, RECEIVING, BIN:c1.17, OUTLET:c1, INLET:c1, TOTE:r1.1, HAND:pk1, DESK:d3, DEVICE:R12, QUARANTINE,
    DEFECTS, OLD_PARTS, SCRAP, OTHER_SHOP, CUSTOMER, CENTRE, LOST."""
    status: UnitStatus = "OK"
    received_at: Instant = 0
    parts_order: str = ""
    """The parts order it was issued to, until that is final."""
    moves: int = 0


class PartsOrder(Struct, kw_only=True):
    machine: ClassVar[Machine] = "parts_order"

    id: str
    state: str
    repair: str
    line: int
    sku: str
    desk: str
    by: str
    opened_at: Instant
    promised_at: Instant = 0
    unit: str = ""
    """Reserved or issued."""
    reserved: bool = False
    """An OPEN reservation on ``unit``."""
    bin: str = ""
    pick: str = ""
    """Id of the open PickUnit command."""
    picks_failed: int = 0
    job: str = ""
    reason: str = ""
    """RETURNING: refused, untaken, good, defect, cancelled."""
    tap: str = ""
    replaces: str = ""
    free_reason: str = ""
    arrived_at: Instant = 0
    accepted_at: Instant = 0
    urgent: bool = False
    """A replacement goes first in line."""
    cancel: str = ""
    """Id of the open CancelPick command."""
    by_hand: bool = False
    """No robot brings it any more: a person may collect it (p13, p15)."""
    old_part: str = ""
    """INSTALLED: key of the part that came out, in the repair's ``old_parts``."""


class Pick(Struct):
    """Whom a PickUnit or CancelPick was for, and which cabinet was asked."""

    parts_order: str
    cabinet: str


class Bin(Struct, kw_only=True):
    """A compartment of a cabinet: what it is for, and what the ledger says lies in it."""

    id: str
    """``c1.17``."""
    sku: str = ""
    """Only this may be put in; empty: not given to a SKU yet."""
    units: dict[str, None] = field(default_factory=dict)
    count: str = ""
    """Id of the count that differs and waits for the manager."""


class StockCount(Struct, kw_only=True):
    """A count that differs from the ledger, until the manager decides."""

    id: str
    bin: str
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    at: Instant


class CabinetState(Struct, kw_only=True):
    """What the floor knows of a cabinet's machinery."""

    machine: ClassVar[Machine] = "cabinet"

    id: str
    state: str = "READY"
    online: bool = True
    open_doors: dict[str, Instant] = field(default_factory=dict)
    failed_modules: dict[str, str] = field(default_factory=dict)
    by_hand: bool = False
    outlet: list[str] = field(default_factory=list)
    """Units that lie in the outlet."""
    bins_to_count: dict[str, str] = field(default_factory=dict)
    """Bin → why."""
    counting: dict[str, str] = field(default_factory=dict)
    """Bin → the open CountBin command."""
    picking: dict[str, None] = field(default_factory=dict)
    """Parts orders whose pick is out: each may need a place in the outlet."""
    silent: bool = False
    """Asked several times without an answer."""
    by_order: bool = False
    """The manager said: by hand; only the manager ends it."""
    hand_bins: dict[str, None] = field(default_factory=dict)
    """Bins opened with the manual key; counted when the machinery works again."""


# ── jobs and robots ─────────────────────────────────────────────────────────────────────────────


class Job(Struct, kw_only=True):
    machine: ClassVar[Machine] = "job"

    id: str
    state: str
    job_kind: JobKind
    unit: str
    source: str
    target: str
    """Stations."""
    parts_order: str = ""
    opened_at: Instant = 0
    robot: str = ""
    tote: str = ""
    attempt: int = 0
    retries: int = 0
    back_to: str = ""
    """RETRYING: the state before."""
    robot_says_loaded: bool = False
    other_side_says_loaded: bool = False
    urgent: bool = False
    refused_by: list[str] = field(default_factory=list)
    """Robots that failed at it."""
    command: str = ""
    """The open OpenOutlet, while the robot stands at the outlet."""


# ── paperwork, payments ─────────────────────────────────────────────────────────────────────────


class SignatureRequest(Struct, kw_only=True):
    machine: ClassVar[Machine] = "signature"

    id: str
    state: str
    document: DocumentKind
    repair: str
    surface: Device
    """The PAD of the repair's desk, or ``link/…``."""
    version: int = 0
    """Of the quote it shows."""
    text: str = ""
    sha256: str = ""
    sealed_sha256: str = ""
    pages: int = 0
    pages_viewed: list[int] = field(default_factory=list)
    consent_text: str = ""
    ink_sha256: str = ""
    dues_passed: int = 0
    command: str = ""
    """The open RenderDocument, AskSignature or SealDocument."""
    loaner: str = ""
    again: int = 0
    """How many times this document was asked for before."""


class PaymentRequest(Struct, kw_only=True):
    machine: ClassVar[Machine] = "payment"

    id: str
    state: str
    repair: str
    payment_kind: PaymentKind
    amount: int
    attempt: int
    pos: Device
    command: str = ""
    """The open TakePayment, AskPaymentStatus, AbortPayment, RefundPayment or ReversePayment."""
    reference: str = ""
    not_found: int = 0
    asked_at: Instant = 0
    lost_at: Instant = 0
    undone: int = 0
    """Refunded or reversed, fen."""
    undoing: int = 0
    undoing_line: int = 0
    reconciled: bool = False
    refunds: dict[int, int] = field(default_factory=dict)
    """Line → fen given back."""
    late: int = 0
    """Fen that were captured after the attempt had ended: never counted, to be given back (F52)."""


# ── custody, loaner ─────────────────────────────────────────────────────────────────────────────


class Phone(Struct, kw_only=True):
    """The customer's phone: exactly one place. ``state`` is the kind of place, ``place`` the place itself."""

    machine: ClassVar[Machine] = "phone"

    id: str
    """``phone/R12``."""
    state: str
    repair: str
    place: str


class Loaner(Struct, kw_only=True):
    machine: ClassVar[Machine] = "loaner"

    id: str
    state: str
    repair: str = ""
    lent_at: Instant = 0


Thing: TypeAlias = (
    Ticket | Repair | PartsOrder | Job | RobotMemory | SignatureRequest | PaymentRequest | Phone | Loaner | CabinetState
)
"""Whatever has a state table."""


class Amounts(Struct, frozen=True):
    """What a row of the price list asks, in fen: part and labour, or all of it at a fixed price."""

    part_fen: int
    labour_fen: int
    fixed_fen: int | None = None


class Override(Struct, kw_only=True):
    """What a manager allowed; used once."""

    about: str
    rule: OverrideRule
    reason: str
    at: Instant


class Pending(Struct, kw_only=True):
    """Work that a device was asked for and has not answered."""

    command: AnyWork
    asked_at: Instant
    again_at: Instant
    asks: int = 1


class Tally(Struct):
    """A consumable without serials: the same ledger, by quantity."""

    sku: str
    place: str
    quantity: int


class Books(Struct, kw_only=True):
    """All of it."""

    now: Instant = 0
    day: str = ""
    """Local date of the shop's day, YYYY-MM-DD."""
    day_ends: Instant = 0
    """Local midnight after this day."""
    hours_due: Instant = 0
    """When the shop next opens or closes, or the day ends."""
    closed: bool = False
    """The manager has closed this day."""
    counters: dict[str, int] = field(default_factory=dict)
    waits: dict[str, Wait] = field(default_factory=dict)
    pending: dict[str, Pending] = field(default_factory=dict)
    shown: dict[Device, AnyPicture] = field(default_factory=dict)
    """The latest picture on each screen."""
    online: dict[Device, bool] = field(default_factory=dict)
    lost: dict[Device, Instant] = field(default_factory=dict)
    """Devices that were lost a moment ago, one after the other or all at once (E28)."""
    outage: dict[Device, bool] = field(default_factory=dict)
    """Not empty: the network is lost (E28). The devices that went with it, and whether each is back."""
    present: dict[str, Presence] = field(default_factory=dict)
    desks: dict[str, DeskState] = field(default_factory=dict)
    alarms: dict[str, tuple[str, str, Instant]] = field(default_factory=dict)
    """About → words, party, since."""
    overrides: list[Override] = field(default_factory=list)
    lines_closed: dict[str, str] = field(default_factory=dict)
    service_days: dict[str, bool] = field(default_factory=dict)
    price_list: dict[str, dict[str, Amounts]] = field(default_factory=dict)
    """Row → date → what it costs from then on. Before its first date, and for other rows, the printed list holds."""
    roster: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Date → person → works or not; only where that differs from the layout's shifts."""
    tickets: dict[str, Ticket] = field(default_factory=dict)
    hall: dict[str, None] = field(default_factory=dict)
    """Tickets that have not ended: what the calling rule looks through, however long the day."""
    repairs: dict[str, Repair] = field(default_factory=dict)
    warranties: dict[str, Warranty] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    loaners: dict[str, Loaner] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)
    """``sku@place`` → quantity."""
    received: dict[str, int] = field(default_factory=dict)
    """SKU → units that ever came in, minus those that left the house for good."""
    bins: dict[str, Bin] = field(default_factory=dict)
    free: dict[str, dict[str, None]] = field(default_factory=dict)
    """SKU → units that may be reserved: OK, in a bin, without an open reservation (B6). Kept by ``stock.py``."""
    reservations: dict[str, str] = field(default_factory=dict)
    """Unit → parts order: the open reservations (B7)."""
    stock_min: dict[str, int] = field(default_factory=dict)
    """SKU → below so many free ones, more are to be bought."""
    ran_low: dict[str, None] = field(default_factory=dict)
    """SKUs for which that has been said."""
    parts_orders: dict[str, PartsOrder] = field(default_factory=dict)
    parts_of: dict[str, dict[str, None]] = field(default_factory=dict)
    """Repair → its parts orders."""
    wanted: dict[str, dict[str, None]] = field(default_factory=dict)
    """SKU → parts orders that wait for a unit: REQUESTED, BACKORDERED, PICK_FAILED."""
    to_reserve: dict[str, None] = field(default_factory=dict)
    """SKUs for which a choice may have become possible since the last one."""
    to_pick: dict[str, None] = field(default_factory=dict)
    """Parts orders that are RESERVED: no pick is out."""
    picks: dict[str, Pick] = field(default_factory=dict)
    """By command; also those given up, because a late answer is still true."""
    counts: dict[str, StockCount] = field(default_factory=dict)
    cabinets: dict[str, CabinetState] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    requests: dict[str, SignatureRequest] = field(default_factory=dict)
    payments: dict[str, PaymentRequest] = field(default_factory=dict)
    robots_by_hand_since: Instant = 0
    """0: robots carry; else since when people do (E8)."""
    robots_down_since: Instant = 0
    """0: at least one robot is available; else since when none is."""
    robots: dict[str, RobotMemory] = field(default_factory=dict)
    """``robot/r1`` → what the floor remembers of it; filled when the first robot is heard."""
    tours_stale: bool = True
    """Something has happened since the robots' tours were made: a job, a stop, a robot that went or came back."""
    jobs_queued: list[str] = field(default_factory=list)
    """Jobs in QUEUED, oldest first."""
