"""A phone under repair, from the work to the report and its payment (r8, r13–r15, r18–r23, r32, r37)."""

from shopfloor.contract.actor import Device
from shopfloor.contract.events import (
    DeviceFoundUnrepairable,
    DeviceReassembled,
    FaultNotFound,
    QualityFailed,
    QualityPassed,
    WorkBlocked,
    WorkFinished,
    WorkStarted,
)
from shopfloor.contract.facts import (
    CustodyMoved,
    PartAccepted,
    PartsOrderEnded,
    PaymentConcluded,
    PaymentNotTaken,
    PaymentRefunded,
    PaymentSettled,
    QualityCheckFailed,
    QualityCheckPassed,
    RepairBlocked,
    RepairFinished,
    RepairPaid,
    RepairReported,
    RepairResumed,
    RepairStarted,
    RepairUnblocked,
    ReportRead,
    ReportShown,
    ReturnDecided,
)
from shopfloor.core import custody, intake, prices, standing
from shopfloor.core.books import Repair
from shopfloor.core.intake import take_in
from shopfloor.core.paperwork import sealed
from shopfloor.core.parts_orders import all_back, still_needed, undecided_units
from shopfloor.core.shop import Shop

room = intake.room
"""One room in several files."""

QUALITY_CHECKS_MIN = 5
"""A complete checklist has at least so many checks (assumed)."""


# ── the work ──────────────────────────────────────────────────────────────────────────────────────


@room.records(WorkStarted)
def work_started(shop: Shop, by: Device, event: WorkStarted) -> None:
    """r13, B12."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r13", f"{repair.id} is {repair.state}; work starts when the quote is signed.")
    if repair.data_choice is None:
        shop.refuse("data-choice", "The customer has not said what may happen to the data.")
    _check_at_hand(shop, repair)
    repair.started_at = repair.started_at or shop.now
    _lays_hands_on(repair)
    shop.step(repair, "r13", due=standing.work_due(shop, repair))
    shop.note(RepairStarted(repair=repair.id, engineer=repair.owner))


@room.records(WorkBlocked)
def work_blocked(shop: Shop, by: Device, event: WorkBlocked) -> None:
    """r14: the clock of the blocking wait starts."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r14")
    if not still_needed(shop, repair.id):
        shop.refuse("nothing-awaited", f"No part is on its way for {repair.id}. Order it first.")
    shop.step(repair, "r14")
    shop.note(RepairBlocked(repair=repair.id))


@room.hears(PartAccepted, PartsOrderEnded)
def part_came(shop: Shop, fact: PartAccepted | PartsOrderEnded) -> None:
    """r15: the last one needed; also when what is still open will not come any more."""
    repair = shop.books.repairs.get(fact.repair)
    if repair is not None and repair.state == "PARTS_WAIT" and not still_needed(shop, repair.id):
        shop.step(repair, "r15", due=standing.work_due(shop, repair))
        shop.note(RepairUnblocked(repair=repair.id))


@room.records(WorkFinished)
def work_finished(shop: Shop, by: Device, event: WorkFinished) -> None:
    """r18, B9: nothing lies about undecided."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r18")
    unsigned = [number for number in event.lines_done if number not in {line.line: None for line in repair.signed}]
    if unsigned:
        shop.refuse("not-signed", f"Line {unsigned[0]} is on no signed quote. Only signed lines are done (B12).")
    _check_parts_decided(shop, repair)
    _check_at_hand(shop, repair)
    repair.lines_done = tuple(sorted(dict.fromkeys(event.lines_done)))
    repair.labour_min, repair.finished_at = event.labour_min, shop.now
    _lays_hands_on(repair)
    shop.step(repair, "r18")
    shop.note(RepairFinished(repair=repair.id, labour_min=repair.labour_min, lines_done=repair.lines_done))


def _check_parts_decided(shop: Shop, repair: Repair) -> None:
    awaited = still_needed(shop, repair.id)
    if awaited:
        shop.refuse("part-awaited", f"{awaited[0]} is still awaited. Cancel it, or wait for it.")
    undecided = undecided_units(shop, repair.id)
    if undecided:
        shop.refuse("unit-undecided", f"{undecided[0]} is neither installed nor sent back.")
    old = next((name for name, place in repair.old_parts.items() if place.startswith("DESK")), "")
    if old:
        shop.refuse("old-part", f"The old part {old} lies on the desk. Bag and label it.")


# ── quality, report, payment ──────────────────────────────────────────────────────────────────────


@room.records(QualityFailed)
def quality_failed(shop: Shop, by: Device, event: QualityFailed) -> None:
    """r19."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    shop.in_state(repair, "r19")
    _check_checker(shop, by, repair, event.checker)
    _check_reason(shop, event.reason)
    repair.checker, repair.first_pass = event.checker, False
    shop.step(repair, "r19", due=standing.work_due(shop, repair))
    shop.note(QualityCheckFailed(repair=repair.id, checker=event.checker, reason=event.reason))


@room.records(QualityPassed)
def quality_passed(shop: Shop, by: Device, event: QualityPassed) -> None:
    """r20: the report is drawn up, and the invoice is the signed lines that were done."""
    repair = shop.repair(event.repair)
    shop.up_to_date(repair, event.revision)
    shop.in_state(repair, "r20")
    _check_checker(shop, by, repair, event.checker)
    if event.checks < QUALITY_CHECKS_MIN:
        shop.refuse("checklist", f"The checklist is not complete: {event.checks} of {QUALITY_CHECKS_MIN}.")
    shop.use_override(repair.id, "same-checker")
    repair.checker = event.checker
    shop.step(repair, "r20")
    shop.note(QualityCheckPassed(repair=repair.id, checker=event.checker, first_pass=repair.first_pass))
    _report(shop, repair)


def _report(shop: Shop, repair: Repair) -> None:
    """Fix what is payable: a line that was refunded is not asked for again."""
    refunds = (p.refunds for p in shop.books.payments.values() if p.repair == repair.id)
    given_back = sum(fen for lines in refunds for line, fen in lines.items() if line in repair.lines_done)
    repair.payable = max(0, prices.payable(repair) - given_back)
    show_report(shop, repair)


def show_report(shop: Shop, repair: Repair) -> None:
    """REPORTED: have the report shown (again)."""
    shop.note(RepairReported(repair=repair.id, payable=repair.payable, lines_done=repair.lines_done))


def _check_checker(shop: Shop, by: Device, repair: Repair, checker: str) -> None:
    if shop.presence(by).person != checker or checker not in shop.layout.engineers:
        shop.refuse("not-you", "A check is recorded by the engineer who made it, on their own handheld.")
    own_work = checker in (repair.owner, *repair.hands)
    if own_work and standing.needs_certificate(shop, repair) and not shop.overridden(repair.id, "same-checker"):
        shop.refuse("same-checker", "Board and foldable repairs are checked by somebody else (B28).")


@room.hears(ReportRead)
def report_read(shop: Shop, fact: ReportRead) -> None:
    """r21, r22."""
    repair = shop.books.repairs[fact.repair]
    if repair.state == "REPORTED":
        _report_shown(shop, repair)


def _report_shown(shop: Shop, repair: Repair) -> None:
    owed = prices.outstanding(repair)
    shop.step(repair, "r21" if owed else "r22")
    shop.note(ReportShown(repair=repair.id, payable=repair.payable, outstanding=owed))


@room.hears(PaymentSettled, PaymentConcluded, PaymentNotTaken, PaymentRefunded)
def money_came(shop: Shop, fact: PaymentSettled | PaymentConcluded | PaymentNotTaken | PaymentRefunded) -> None:
    """r23: nothing outstanding, and no attempt of unknown end."""
    repair = shop.books.repairs[fact.repair]
    if repair.state == "PAYING":
        _settle(shop, repair)


def _settle(shop: Shop, repair: Repair) -> None:
    if not prices.outstanding(repair) and not standing.payment_uncertain(shop, repair.id):
        shop.step(repair, "r23")
        shop.note(RepairPaid(repair=repair.id))


@room.hears(RepairResumed)
def catch_up(shop: Shop, fact: RepairResumed) -> None:
    """What was sealed, read or paid while the repair stood still counts now."""
    repair = shop.books.repairs[fact.repair]
    if repair.state == "INTAKE" and sealed(shop, repair.id, "INTAKE"):
        take_in(shop, repair)
    elif repair.state == "REPORTED" and standing.report_is_read(shop, repair.id):
        _report_shown(shop, repair)
    elif repair.state == "PAYING":
        _settle(shop, repair)


# ── back unrepaired ───────────────────────────────────────────────────────────────────────────────


@room.records(FaultNotFound)
def fault_not_found(shop: Shop, by: Device, event: FaultNotFound) -> None:
    """r8."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r8")
    _check_reason(shop, event.reason)
    shop.step(repair, "r8")
    shop.note(ReturnDecided(repair=repair.id, reason=event.reason, fee=repair.fee))


@room.records(DeviceFoundUnrepairable)
def device_found_unrepairable(shop: Shop, by: Device, event: DeviceFoundUnrepairable) -> None:
    """r8, r37, E17: the manager signs too."""
    repair = shop.owned(by, event.repair, event.revision)
    row = "r37+" if repair.state == "REPAIRING" else "r8"
    shop.in_state(repair, row)
    _check_reason(shop, event.reason)
    if not shop.overridden(repair.id, "unrepairable"):
        shop.refuse("needs-manager", f"Giving {repair.id} up is decided by two: ask the manager.")
    shop.use_override(repair.id, "unrepairable")
    shop.step(repair, row)
    shop.note(ReturnDecided(repair=repair.id, reason=event.reason, fee=repair.fee))


@room.records(DeviceReassembled)
def device_reassembled(shop: Shop, by: Device, event: DeviceReassembled) -> None:
    """r32, E16: no part of ours is in it or with it, and no money of the customer's is with us."""
    repair = shop.owned(by, event.repair, event.revision)
    shop.in_state(repair, "r32")
    if event.photos < 1:
        shop.refuse("photos", "Take a photo of the phone as it goes back.")
    _check_at_hand(shop, repair)
    if not all_back(shop, repair.id):
        shop.refuse("units-out", f"Not all units of {repair.id} are back. Take them out and send them back first.")
    if repair.settled > repair.fee:
        shop.refuse("refund-first", f"The customer has paid for {repair.id}. The manager gives it back first.")
    repair.unrepaired, repair.lines_done, repair.finished_at = True, (), shop.now
    shop.step(repair, "r32")
    shop.note(RepairFinished(repair=repair.id, labour_min=repair.labour_min, lines_done=(), unrepaired=True))
    _report(shop, repair)


# ── where the phone goes, the repair follows ──────────────────────────────────────────────────────


@room.hears(CustodyMoved)
def phone_moved(shop: Shop, fact: CustodyMoved) -> None:
    """The desk it lies on is the repair's desk, and a parcel elsewhere keeps no desk busy; who took it out is known."""
    repair = shop.books.repairs[fact.repair]
    kind, _, number = fact.target.partition("/")
    if kind == "desk":
        repair.desk = number
    elif repair.repair_kind == "MAIL_IN" and kind != "qc":
        repair.desk = ""
    repair.locker = fact.target if kind == "locker" else ""
    repair.scanned_out = kind in (custody.WITH_THE_CUSTOMER, custody.WITH_THE_COURIER)
    repair.receiver = fact.receiver or repair.receiver
    shop.touch(repair)


def _check_at_hand(shop: Shop, repair: Repair) -> None:
    place = custody.place_of(shop, repair.id)
    if place != "qc" and not place.startswith("desk/"):
        shop.refuse("phone-not-here", f"The phone of {repair.id} is at {place}. Scan it to your desk first.")


def _check_reason(shop: Shop, reason: str) -> None:
    if not reason.strip():
        shop.refuse("no-reason", "Say why.")


def _lays_hands_on(repair: Repair) -> None:
    if repair.owner not in repair.hands:
        repair.hands.append(repair.owner)
