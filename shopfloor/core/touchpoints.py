"""The fifty-eight touchpoints of a visit: which come from facts, which an engineer taps, which an inspector sees.

A draft of ours: only the number of touchpoints is given. A touchpoint marked automatic is evidenced by facts only
(B30); how many checks each has is for the inspection page to know.
"""

from shopfloor.contract.facts import (
    CallWasShown,
    CauseFound,
    CopyDelivered,
    EntitlementKnown,
    Fact,
    FollowUpStarted,
    PartAccepted,
    PartsOrderOpened,
    PaymentRequested,
    PaymentSettled,
    PhoneDescribed,
    QualityCheckPassed,
    QuoteApproved,
    QuoteFrozen,
    ReportShown,
    SupplementNeeded,
    TicketCalled,
    TicketIssued,
)
from shopfloor.contract.kinds import DocumentKind

TOUCHPOINTS = 58
BY_ENGINEER = (9, 13, 15, 19, 20, 23, 28, 32, 44, 45, 47, 48, 54, 57)
"""A tap: greeting, water, apology, escort, introduction, words repeated, test explained, options, old part, glue time,
trial, cleaning, goodbye, call back."""
BY_INSPECTOR = (29, 36, 40, 41)
"""Seen: test in view, no pressure, tidy desk, opened in view."""
TAPPED = (*BY_ENGINEER, *BY_INSPECTOR)
AUTOMATIC = tuple(number for number in range(1, TOUCHPOINTS + 1) if number not in TAPPED)

EVIDENCE: dict[type[Fact], tuple[int, ...]] = {
    TicketIssued: (10, 11, 12),
    TicketCalled: (16,),
    CallWasShown: (14,),
    PhoneDescribed: (21, 22, 24, 25, 26),
    EntitlementKnown: (2, 31),
    CauseFound: (30,),
    QuoteFrozen: (34, 35),
    QuoteApproved: (33, 37),
    PartsOrderOpened: (38,),
    PartAccepted: (39, 42),
    SupplementNeeded: (43,),
    QualityCheckPassed: (46,),
    ReportShown: (49, 50),
    PaymentRequested: (51,),
    PaymentSettled: (52,),
    CopyDelivered: (55,),
    FollowUpStarted: (56,),
}
"""The fact → the automatic touchpoints that it shows to be done, for the ticket or repair that it names."""
SIGNED: dict[DocumentKind, tuple[int, ...]] = {"INTAKE": (27,), "ACCEPT": (53,)}
"""DocumentSigned shows these, by the kind of document."""

EVERY_VISIT = (10, 11, 12, 14, 16, 21, 22, 24, 25, 26, 27, 30, 33, 34, 35, 37, 46, 49, 50, 53)
"""Automatic ones that apply to each repair handed over; the others depend on what the visit needed."""
EVERY_VISIT_TAPPED = (9, 13, 19, 20, 23, 28, 32, 47, 48, 54)
"""Taps that apply to each repair handed over. Not applicable is not failed."""
