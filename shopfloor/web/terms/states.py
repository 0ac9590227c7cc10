"""What each state of the floor's state tables is called."""

from typing import Final

TICKET: Final = {
    "EXPECTED": "booked",
    "WAITING": "waiting",
    "CALLED": "called",
    "SERVING": "being served",
    "SERVED": "served",
    "NO_SHOW": "missed",
    "LEFT": "gone",
    "REMOVED": "withdrawn",
    "CLOSED_BY_DAY": "closed with the day",
}

REPAIR: Final = {
    "EXPECTED": "announced",
    "INTAKE": "being taken in",
    "DIAGNOSING": "being diagnosed",
    "QUOTED": "waiting for the customer's decision",
    "APPROVED": "approved",
    "REPAIRING": "being repaired",
    "PARTS_WAIT": "waiting for a part",
    "QC": "waiting for the check",
    "REPORTED": "ready, report to be read",
    "PAYING": "waiting for payment",
    "ACCEPTING": "waiting for the customer's signature",
    "RETURNING": "going back unrepaired",
    "ON_HOLD(undecided)": "on hold: the customer is thinking",
    "ON_HOLD(part)": "on hold: the part is ordered in",
    "ON_HOLD(acceptance)": "on hold: acceptance refused",
    "ON_HOLD(handover)": "up for another engineer",
    "ON_HOLD(manager)": "on hold: the manager decides",
    "ON_HOLD(overnight)": "put away for the night",
    "AWAITING_PICKUP": "waiting for pick-up",
    "UNCLAIMED": "not picked up in time",
    "SENT_OUT": "at the repair centre",
    "HANDED_OVER": "handed over",
    "FOLLOW_UP": "in follow-up",
    "CLOSED": "closed",
    "CANCELLED": "cancelled",
}

PARTS_ORDER: Final = {
    "REQUESTED": "requested",
    "RESERVED": "reserved",
    "BACKORDERED": "out of stock",
    "PICK_SENT": "waiting for the cabinet",
    "PICKING": "being picked",
    "PICKED": "in the outlet",
    "PICK_FAILED": "not picked",
    "IN_TRANSIT(robot)": "on the way by robot",
    "IN_TRANSIT(manual)": "on the way by hand",
    "AT_DESK": "at the desk",
    "ACCEPTED": "accepted",
    "INSTALLED": "installed",
    "FITTED": "fitted for good",
    "RETURNING": "going back",
    "RETURNED": "returned",
    "CANCELLING": "being cancelled",
    "CANCELLED": "cancelled",
    "LOST": "lost",
}

JOB: Final = {
    "QUEUED": "waiting for a robot",
    "ASSIGNED": "given to a robot",
    "AT_PICKUP": "at the pick-up",
    "LOADED": "loaded",
    "AT_DROP": "at its stop",
    "DONE": "done",
    "UNDELIVERED": "not taken in",
    "RETRYING": "waiting for the robot to recover",
    "CANCELLED": "cancelled",
    "FAILED": "failed",
}

ROBOT: Final = {
    "OFFLINE": "offline",
    "FAULT": "out of order",
    "MANUAL": "in a person's hands",
    "PAUSED": "paused",
    "BLOCKED": "blocked",
    "CHARGING": "charging",
    "BUSY": "busy",
    "AVAILABLE": "free",
}

SIGNATURE: Final = {
    "DRAFT": "being made",
    "FROZEN": "ready to be shown",
    "PRESENTED": "shown",
    "VIEWED": "read",
    "CONSENTED": "agreed to",
    "INKED": "signed, to be sealed",
    "SEALED": "sealed",
    "DELIVERED": "sent to the customer",
    "FAILED": "failed",
    "REFUSED": "refused",
    "EXPIRED": "expired",
    "SUPERSEDED": "replaced",
    "VOIDED": "voided",
}

PAYMENT: Final = {
    "CREATED": "asked for",
    "PRESENTED": "before the customer",
    "APPROVED": "approved",
    "DECLINED": "declined",
    "ABORTED": "stopped",
    "SETTLED": "paid",
    "UNKNOWN": "of unknown end",
    "NOT_TAKEN": "not taken",
    "MANUAL": "for the manager to decide",
    "REVERSED": "reversed",
    "PART_REFUNDED": "refunded in part",
    "REFUNDED": "refunded",
}

PHONE: Final = {
    "CUSTOMER": "with the customer",
    "COURIER": "with the courier",
    "DESK": "on a desk",
    "QC": "at the check",
    "LOCKER": "in a locker",
    "CENTRE": "at the repair centre",
    "SAFETY_BOX": "in the safety box",
    "MISPLACED": "being searched for",
}

LOANER: Final = {"IN_STOCK": "in stock", "LENT": "lent", "RETURNED": "back, to be wiped", "LOST": "lost"}

CABINET: Final = {
    "READY": "ready",
    "DOOR_OPEN": "ready, a door is open",
    "HELD": "held",
    "BY_HAND": "worked by hand",
    "SHELVES": "shelves",
}
