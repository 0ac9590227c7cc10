"""Which fact writes what into which record: one line per fact."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import msgspec

from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant

Value: TypeAlias = str | int | float | None
Change: TypeAlias = tuple[str, str, dict[str, Value]]
"""Table, id, columns."""


class Line(NamedTuple):
    """A fact of this kind touches the row ``fact.<key>`` of ``table``."""

    table: str
    key: str
    state: str
    """The new state; empty: unchanged."""
    at: str
    """The column that gets the time; empty: none."""
    copies: dict[str, str]
    """Column → attribute of the fact."""


def _line(table: str, key: str, state: str = "", at: str = "", /, **copies: str) -> Line:
    return Line(table, key, state, at, copies)


def _ticket(state: str = "", at: str = "", /, **copies: str) -> Line:
    return _line("ticket", "ticket", state, at, **copies)


def _repair(state: str = "", at: str = "", /, **copies: str) -> Line:
    return _line("repair", "repair", state, at, **copies)


def _parts_order(state: str = "", at: str = "", /, **copies: str) -> Line:
    return _line("parts_order", "parts_order", state, at, **copies)


def _document(state: str = "", at: str = "", /, **copies: str) -> Line:
    return _line("document", "request", state, at, **copies)


def _payment(state: str = "", at: str = "", /, **copies: str) -> Line:
    return _line("payment", "payment", state, at, **copies)


def _job(state: str = "", at: str = "", /, **copies: str) -> Line:
    return _line("job", "job", state, at, **copies)


LINES: dict[type[f.Fact], tuple[Line, ...]] = {
    f.TicketExpected: (_ticket("EXPECTED", booked_at="at"),),
    f.TicketIssued: (_ticket("WAITING", "issued_at", number="number", line="line", anchor="anchor"),),
    f.TicketCalled: (_ticket("CALLED", "called_at", desk="desk", engineer="engineer"),),
    f.TicketRecalled: (_ticket("CALLED", "called_at", calls="calls"),),
    f.TicketRecycled: (_ticket("WAITING"),),
    f.TicketMissed: (_ticket("NO_SHOW", "ended_at"),),
    f.TicketReinstated: (_ticket("WAITING"),),
    f.TicketSeated: (_ticket("SERVING", "seated_at"),),
    f.TicketLeft: (_ticket("LEFT", "ended_at", reason="reason"),),
    f.TicketServed: (_ticket("SERVED", "ended_at"),),
    f.TicketTransferred: (_ticket("WAITING", line="line"),),
    f.TicketMoved: (_ticket(desk="desk", engineer="engineer"),),
    f.TicketRemoved: (_ticket("REMOVED", "ended_at", reason="reason"),),
    f.TicketClosedByDay: (_ticket("CLOSED_BY_DAY", "ended_at"),),
    f.RepairExpected: (_repair("EXPECTED", kind="repair_kind", model="model"),),
    f.RepairExpired: (_repair("CANCELLED", "closed_at"),),
    f.RepairOpened: (
        _repair("INTAKE", "opened_at", kind="repair_kind", ticket="ticket", desk="desk", owner="owner"),
        _ticket(repair="repair"),
    ),
    f.ReworkOpened: (_repair("INTAKE", "opened_at", parent="parent"),),
    f.PhoneDescribed: (_repair(model="model", imei="imei"),),
    f.IntakeSigned: (_repair("DIAGNOSING", "intake_at"),),
    f.CauseFound: (_repair(cause="cause"),),
    f.ReturnDecided: (_repair("RETURNING", reason="reason"),),
    f.QuoteFrozen: (_repair("QUOTED", "quoted_at", quote_version="version"),),
    f.QuoteApproved: (_repair("APPROVED", "approved_at", cap_fen="cap", promised_at="promised"),),
    f.PromiseChanged: (_repair(promised_at="promised"),),
    f.SupplementNeeded: (_repair("QUOTED"),),
    f.SupplementDeclined: (_repair("REPAIRING"),),
    f.RepairStarted: (_repair("REPAIRING", "started_at"),),
    f.RepairBlocked: (_repair("PARTS_WAIT"),),
    f.RepairUnblocked: (_repair("REPAIRING"),),
    f.RepairHeld: (_repair("ON_HOLD({reason})", reason="reason"),),
    f.RepairResumed: (_repair(state="state"),),
    f.RepairFinished: (_repair("QC", "finished_at"),),
    f.QualityCheckPassed: (_repair("REPORTED", "checked_at"),),
    f.QualityCheckFailed: (_repair("REPAIRING"),),
    f.RepairReported: (_repair("REPORTED", "ready_at", payable_fen="payable"),),
    f.ReportShown: (_repair("PAYING"),),  # ACCEPTING, if nothing is owed
    f.RepairPaid: (_repair("ACCEPTING"),),
    f.DeviceHandedOver: (_repair("HANDED_OVER", "handed_over_at"),),
    f.PickupAwaited: (_repair("AWAITING_PICKUP"),),
    f.PickupStarted: (_repair("REPORTED", ticket="ticket"), _ticket(repair="repair")),
    f.DeviceUnclaimed: (_repair("UNCLAIMED"),),
    f.HandoverOpened: (_repair("ON_HOLD(handover)", reason="note"),),
    f.OwnerChanged: (_repair(owner="new"),),
    f.DeviceShipped: (_repair("SENT_OUT"),),
    f.DeviceReturned: (_repair("QC"),),
    f.FollowUpStarted: (_repair("FOLLOW_UP"),),
    f.SurveyReceived: (_repair(score="score"),),
    f.RepairClosed: (_repair("CLOSED", "closed_at", reason="reason"),),
    f.RepairCancelled: (_repair("CANCELLED", "closed_at", reason="reason"),),
    f.CustodyMoved: (_repair(phone="target"),),
    f.DeviceMisplaced: (_repair(phone="last_place"),),
    f.DeviceFound: (_repair(phone="place"),),
    f.PartsOrderOpened: (_parts_order("REQUESTED", "ordered_at", repair="repair", sku="sku", desk="desk"),),
    f.UnitReserved: (_parts_order("RESERVED", unit="unit"),),
    f.ReservationSwapped: (_parts_order(unit="new"),),
    f.PartBackordered: (_parts_order("BACKORDERED"),),
    f.PickAsked: (_parts_order("PICK_SENT"),),
    f.PickBegun: (_parts_order("PICKING"),),
    f.PickDone: (_parts_order("PICKED", "picked_at", unit="unit"),),
    f.PickMissed: (_parts_order("PICK_FAILED"),),
    f.PartUnderway: (_parts_order("IN_TRANSIT({by})"),),
    f.PartArrived: (_parts_order("AT_DESK", "arrived_at"),),
    f.PartAccepted: (_parts_order("ACCEPTED", "accepted_at"),),
    f.PartFitted: (_parts_order("INSTALLED", "fitted_at"),),
    f.PartTakenOut: (_parts_order("ACCEPTED"),),
    f.ReturnOpened: (_parts_order("RETURNING"),),
    f.PartsOrderEnded: (_line("parts_order", "parts_order", "", "ended_at", state="state"),),
    f.DocumentDrafted: (_document("DRAFT", "drafted_at", repair="repair", kind="document", version="version"),),
    f.DocumentFrozen: (_document("FROZEN", sha256="sha256", pages="pages"),),
    f.SignatureShown: (_document("PRESENTED", "shown_at"),),
    f.DocumentViewed: (_document("VIEWED"),),
    f.ConsentRecorded: (_document("CONSENTED"),),
    f.InkTaken: (_document("INKED"),),
    f.DocumentSigned: (_document("SEALED", "ended_at", sealed_sha256="sealed_sha256"),),
    f.CopyDelivered: (_document("DELIVERED"),),
    f.SignatureDeclined: (_document("REFUSED", "ended_at", reason="reason"),),
    f.SignatureExpired: (_document("EXPIRED", "ended_at"),),
    f.SignatureFailed: (_document("FAILED", "ended_at", reason="reason"),),
    f.SignatureSuperseded: (_document("SUPERSEDED", "ended_at"),),
    f.SignatureVoided: (_document("VOIDED", reason="reason"),),
    f.PaymentRequested: (
        _payment("CREATED", "asked_at", repair="repair", amount_fen="amount", attempt="attempt", pos="pos",
                 kind="payment_kind"),
    ),
    f.PaymentShown: (_payment("PRESENTED"),),
    f.PaymentTaken: (_payment("APPROVED", reference="reference"),),
    f.PaymentRejected: (_payment("DECLINED", "ended_at"),),
    f.PaymentStopped: (_payment("ABORTED", "ended_at"),),
    f.PaymentSettled: (_payment("SETTLED", "settled_at"), _repair(settled_fen="amount")),
    f.PaymentLost: (_payment("UNKNOWN"),),
    f.PaymentNotTaken: (_payment("NOT_TAKEN", "ended_at"),),
    f.PaymentEscalated: (_payment("MANUAL"),),
    f.PaymentReversed: (_payment("REVERSED", "ended_at", undone_fen="amount"), _repair(refunded_fen="amount")),
    f.PaymentRefunded: (_payment("PART_REFUNDED", "ended_at", undone_fen="amount"), _repair(refunded_fen="amount")),
    f.JobOpened: (_job("QUEUED", "opened_at", kind="job_kind", unit="unit", source="source", target="target"),),
    f.JobAssigned: (_job("ASSIGNED", "assigned_at", robot="robot", attempt="attempt"),),
    f.JobAtPickup: (_job("AT_PICKUP"),),
    f.JobLoaded: (_job("LOADED", "loaded_at"),),
    f.JobArrived: (_job("AT_DROP", "arrived_at"),),
    f.JobDone: (_job("DONE", "ended_at"),),
    f.JobUndelivered: (_job("UNDELIVERED", "ended_at", reason="why"),),
    f.JobCancelled: (_job("CANCELLED", "ended_at", reason="why"),),
    f.JobRetried: (_job("RETRYING", reason="why"),),
    f.JobFailed: (_job("FAILED", "ended_at", reason="why"),),
    f.RobotMoved: (_line("robot", "robot", "", "at", node="node"),),
    f.RobotBecame: (_line("robot", "robot", "", "at", availability="availability", reason="why"),),
    f.RobotWayChanged: (
        _line("robot_way", "robot", "", "at", node="node", claimed="claimed", planned="planned", purpose="purpose",
              stop="stop", job="job", aboard="aboard", battery_pct="battery_pct"),
    ),
    f.CabinetChanged: (_line("cabinet", "cabinet", "", "at", ready="ready", reason="why"),),
    f.StockRanLow: (_line("stock_low", "sku", "", "at", free="free", minimum="minimum"),),
    f.AlarmRaised: (_line("alarm", "about", "", "raised_at", words="words", party="party"),),
    f.AlarmCleared: (_line("alarm", "about", "", "cleared_at"),),
    f.DeviceCameOnline: (_line("device", "device", "ONLINE", "at"),),
    f.DeviceWentOffline: (_line("device", "device", "OFFLINE", "at"),),
    f.EngineerCameOn: (_line("presence", "engineer", "ON", "at", desk="desk", device="device"),),
    f.PresenceLost: (_line("presence", "engineer", "AWAY", "at"),),
    f.EngineerWentOff: (_line("presence", "engineer", "OFF", "at"),),
    f.DayEnded: (_line("day", "date", "", "closed_at"),),
}  # fmt: skip


def changes_of(fact: f.Fact, at: Instant, entry: int) -> Iterator[Change]:
    """What this fact writes."""
    if isinstance(fact, f.UnitMoved):
        yield "stock_move", f"M{fact.move}", _stock_move(fact, at)
    elif isinstance(fact, f.EventRefused):
        yield "refusal", f"{entry}", _refusal(fact, at)
    elif isinstance(fact, f.PriceChanged):
        yield "price_change", f"{entry}", _price_change(fact, at)
    elif isinstance(fact, f.StaffChanged):
        yield "staff_change", f"{entry}", _staff_change(fact, at)
    elif isinstance(fact, f.ModeChanged):
        yield "mode", f"{fact.what}/{fact.about}".rstrip("/"), _mode(fact, at)
    for line in LINES.get(type(fact), ()):
        columns: dict[str, Value] = {"state": _state(line, fact)} if line.state else {}
        if line.at:
            columns[line.at] = at
        for column, attribute in line.copies.items():
            columns[column] = _plain(getattr(fact, attribute))
        if isinstance(fact, f.AlarmRaised):
            columns["cleared_at"] = None
        yield line.table, getattr(fact, line.key), columns


HANDS = {"hand": "manual"}
"""How the parts order's table of states calls it."""


def _state(line: Line, fact: f.Fact) -> str:
    """As the tables of states spell it."""
    match fact:
        case f.RepairHeld():
            return line.state.format(reason=fact.reason)
        case f.PartUnderway():
            return line.state.format(by=HANDS.get(fact.by, fact.by))
        case f.ReportShown():
            return line.state if fact.outstanding else "ACCEPTING"
        case f.PaymentRefunded():
            return "REFUNDED" if fact.whole else line.state
        case _:
            return line.state


def _plain(value: Value | tuple[str, ...] | dict[str, str]) -> Value:
    """SQL has no lists: a column has them as JSON."""
    return msgspec.json.encode(value).decode() if isinstance(value, tuple | dict) else value


def _stock_move(fact: f.UnitMoved, at: Instant) -> dict[str, Value]:
    return {
        "at": at,
        "unit": fact.unit,
        "sku": fact.sku,
        "quantity": fact.quantity,
        "source": fact.source,
        "target": fact.target,
        "cause": fact.cause,
        "actor": fact.actor,
        "repair": fact.repair,
    }


def _mode(fact: f.ModeChanged, at: Instant) -> dict[str, Value]:
    return {
        "what": fact.what,
        "about": fact.about,
        "state": "ON" if fact.on else "OFF",
        "reason": fact.why,
        "at": at,
    }


def _price_change(fact: f.PriceChanged, at: Instant) -> dict[str, Value]:
    return {
        "at": at,
        "device": fact.device,
        "effective": fact.effective,
        "service": fact.service,
        "model": fact.model,
        "fault": fact.fault,
        "part_fen": fact.part_fen,
        "labour_fen": fact.labour_fen,
        "fixed_fen": fact.fixed_fen,
        "part_fen_before": fact.part_fen_before,
        "labour_fen_before": fact.labour_fen_before,
        "fixed_fen_before": fact.fixed_fen_before,
        "withdrawn": fact.withdrawn,
    }


def _staff_change(fact: f.StaffChanged, at: Instant) -> dict[str, Value]:
    return {
        "at": at,
        "device": fact.device,
        "person": fact.person,
        "date": fact.date,
        "state": "ON" if fact.on else "OFF",
    }


def _refusal(fact: f.EventRefused, at: Instant) -> dict[str, Value]:
    return {"at": at, "device": fact.device, "event": fact.event, "code": fact.code, "reason": fact.reason}
