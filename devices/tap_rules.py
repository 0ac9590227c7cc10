"""What a handheld's own picture shows to be impossible: told to the person at once instead of asking the floor.

Only contradictions are listed, never guesses: a repair, ticket or part that is not on the picture is the floor's to
judge. Row numbers are those of the state tables.
"""

from typing import Final

from shopfloor.contract import events as e
from shopfloor.contract.commands import PartRow, ShowWork, WorkRow

REPAIR_STATES: Final[dict[type[e.OfRepair], tuple[str, ...]]] = {
    # what is tapped: the states of the repair in which it is possible
    e.IntakeRecorded: ("INTAKE",),
    e.FaultNotFound: ("DIAGNOSING",),  # r8
    e.DeviceFoundUnrepairable: ("DIAGNOSING", "REPAIRING"),  # r8, r37
    e.QuotePrepared: ("DIAGNOSING", "QUOTED"),  # r7; again after r17
    e.QuoteRevised: ("QUOTED",),  # r10
    e.DecisionDeferred: ("QUOTED",),  # r12
    e.WorkStarted: ("APPROVED",),  # r13
    e.WorkBlocked: ("REPAIRING",),  # r14
    e.AdditionalFaultFound: ("REPAIRING",),  # r17
    e.SupplementGivenUp: ("QUOTED",),  # r38
    e.WorkFinished: ("REPAIRING",),  # r18
    e.QualityPassed: ("QC",),  # r20
    e.QualityFailed: ("QC",),  # r19
    e.CustomerWentAway: ("REPORTED", "PAYING", "ACCEPTING"),  # r26
    e.CustomerIdentified: ("AWAITING_PICKUP", "UNCLAIMED"),  # r27, r45
    e.HandoverAccepted: ("ON_HOLD(handover)",),  # r30
    e.DeviceSentOut: ("APPROVED",),  # r31
    e.DeviceReceivedBack: ("SENT_OUT", "ON_HOLD(manager)"),  # r42
    e.DeviceReassembled: ("RETURNING",),  # r32
    e.WorkResumed: ("ON_HOLD(overnight)",),  # r44
    e.PartsOrdered: ("APPROVED", "REPAIRING", "PARTS_WAIT"),  # p1
}

PART_STATES: Final[dict[type[e.Event], tuple[str, ...]]] = {
    e.UnitAccepted: ("AT_DESK",),  # p16
    e.PartInstalled: ("ACCEPTED",),  # p19
    e.PartRemoved: ("INSTALLED",),  # p26
    e.ReturnRequested: ("ACCEPTED",),  # p20
    e.DefectReported: ("ACCEPTED",),  # p21
}

TICKET_STATES: Final[dict[type[e.Event], tuple[str, ...]]] = {
    e.RecallRequested: ("CALLED",),  # q7
    e.NoShowReported: ("CALLED",),  # q9
    e.CustomerSeated: ("CALLED",),  # q11
    e.ConsultFinished: ("SERVING",),  # q13
    e.TicketChosen: ("WAITING",),  # q6
}


def contradiction(event: e.Event, work: ShowWork | None) -> str:
    """Why this cannot be, by the picture, in a sentence for the person; empty if nothing on it speaks against it."""
    if work is None:
        return ""
    if isinstance(event, e.NextRequested | e.TicketChosen) and (busy := _customer_at(work)):
        return f"{busy.number} is {busy.ticket_state.lower()} at your desk. Finish with them first."
    return _of_repair(event, work) or _of_ticket(event, work) or _of_part(event, work)


def _customer_at(work: ShowWork) -> WorkRow | None:
    return next((row for row in work.mine if row.desk == work.desk and row.ticket_state in ("CALLED", "SERVING")), None)


def _of_repair(event: e.Event, work: ShowWork) -> str:
    if not isinstance(event, e.OfRepair):
        return ""
    states = REPAIR_STATES.get(type(event), ())
    row = next((r for r in (*work.mine, *work.to_check, *work.to_take_over) if r.repair == event.repair), None)
    if row is None or not states or row.state in states:
        return ""
    return f"{event.repair} is {row.state}; this is possible in {' or '.join(states)}."


def _of_ticket(event: e.Event, work: ShowWork) -> str:
    states = TICKET_STATES.get(type(event), ())
    ticket = getattr(event, "ticket", "")
    row = next((r for r in (*work.mine, *work.waiting) if r.ticket == ticket), None)
    if row is None or not states or row.ticket_state in states:
        return ""
    return f"{row.number} is {row.ticket_state}; this is possible when it is {' or '.join(states)}."


def _of_part(event: e.Event, work: ShowWork) -> str:
    states = PART_STATES.get(type(event), ())
    unit = getattr(event, "unit", "")
    row: PartRow | None = next((r for r in work.parts if r.unit == unit), None)
    if row is None or not states or row.state in states:
        return ""
    return f"{unit} is {row.state} ({row.place}); this is possible when it is {' or '.join(states)}."
