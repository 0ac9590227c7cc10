"""What customers read on their own page, the PAD and the white box: whole, plain sentences."""

from typing import Final

TICKET_FOR_CUSTOMER: Final = {
    "EXPECTED": "You are booked",
    "WAITING": "Please wait, you will be called",
    "CALLED": "It is your turn: please come to the desk",
    "SERVING": "You are being served",
    "SERVED": "Your visit is finished",
    "NO_SHOW": "You were called and did not come; please ask the staff",
    "LEFT": "You have left the queue",
    "REMOVED": "Your number was withdrawn; please ask the staff",
    "CLOSED_BY_DAY": "The shop has closed for the day",
}

REPAIR_FOR_CUSTOMER: Final = {
    "EXPECTED": "We expect your phone",
    "INTAKE": "We take your phone in",
    "DIAGNOSING": "We look for the cause",
    "QUOTED": "Please decide about our quote",
    "APPROVED": "The repair begins soon",
    "REPAIRING": "Your phone is being repaired",
    "PARTS_WAIT": "We wait for a part",
    "QC": "A second engineer checks the work",
    "REPORTED": "Finished: please read the report",
    "PAYING": "Please pay at the desk",
    "ACCEPTING": "Please try your phone and sign for it",
    "RETURNING": "We put your phone together again, without repair",
    "ON_HOLD(undecided)": "We wait for your decision",
    "ON_HOLD(part)": "The part is ordered; we tell you when it comes",
    "ON_HOLD(acceptance)": "The manager looks at what you were not content with",
    "ON_HOLD(handover)": "Another engineer goes on with your phone",
    "ON_HOLD(manager)": "The manager decides how it goes on",
    "ON_HOLD(overnight)": "Your phone is locked away for the night",
    "AWAITING_PICKUP": "Ready: please pick your phone up",
    "UNCLAIMED": "Your phone still waits for you; please come or call",
    "SENT_OUT": "Your phone is at the repair centre",
    "HANDED_OVER": "You have your phone back",
    "FOLLOW_UP": "You have your phone back; is all well?",
    "CLOSED": "Closed. Thank you",
    "CANCELLED": "Cancelled",
}

PARTS_ORDER_FOR_CUSTOMER: Final = {
    "REQUESTED": "ordered",
    "RESERVED": "reserved for you",
    "BACKORDERED": "not in stock; it is ordered in",
    "PICK_SENT": "about to leave the cabinet",
    "PICKING": "leaving the cabinet",
    "PICKED": "out of the cabinet",
    "PICK_FAILED": "being looked for",
    "IN_TRANSIT(robot)": "on the way to the desk, by robot",
    "IN_TRANSIT(manual)": "on the way to the desk",
    "AT_DESK": "at the desk",
    "ACCEPTED": "checked by the engineer",
    "INSTALLED": "installed",
    "FITTED": "installed",
    "RETURNING": "not needed, goes back",
    "RETURNED": "not needed",
    "CANCELLING": "not needed",
    "CANCELLED": "not needed",
    "LOST": "replaced by another one",
}

PAYMENT_FOR_CUSTOMER: Final = {
    "CREATED": "The terminal gets ready",
    "PRESENTED": "Please pay at the terminal",
    "APPROVED": "Paid",
    "DECLINED": "Not paid: declined",
    "ABORTED": "Not paid: stopped",
    "SETTLED": "Paid. Thank you",
    "UNKNOWN": "We are asking whether you have paid; please do not pay again",
    "NOT_TAKEN": "Not paid: no money was taken",
    "MANUAL": "The manager finds out whether you have paid; please do not pay again",
    "REVERSED": "Your money was given back",
    "PART_REFUNDED": "A part of your money was given back",
    "REFUNDED": "Your money was given back",
}

SIGNATURE_FOR_CUSTOMER: Final = {
    "DRAFT": "being made",
    "FROZEN": "ready to be read at the desk",
    "PRESENTED": "before you at the desk",
    "VIEWED": "read",
    "CONSENTED": "agreed to",
    "INKED": "signed",
    "SEALED": "sealed",
    "DELIVERED": "sent to you",
    "FAILED": "being made anew",
    "REFUSED": "not signed",
    "EXPIRED": "left unsigned",
    "SUPERSEDED": "replaced by a newer one",
    "VOIDED": "does not count any more",
}

RULE_FOR_CUSTOMER: Final = {
    "1": "Free: our own repair of it is still under warranty",
    "2": "Free: the maker's warranty pays",
    "3": "A fixed price for part and labour together",
    "4": "Service day: you pay the part, not the labour",
    "5": "Part by list price, and labour",
}
"""The white box: why it costs that."""

DOCUMENT_FOR_CUSTOMER: Final = {
    "INTAKE": "Repair agreement",
    "QUOTE": "Quote",
    "SUPPLEMENT": "Supplement to the quote",
    "REPORT": "Repair report",
    "ACCEPT": "Acceptance",
    "RETURN_UNREPAIRED": "Return without repair",
    "WIPE": "Consent to erase all data",
    "LOANER": "Loan of a phone",
    "PROXY": "Collection by another person",
    "WITNESS": "Witness note of the manager",
}
