"""A sentence for every kind of fact that a visit, or a repair, can be about.

A place in braces is an attribute of the fact, shown as it is. Its ending says how to show what is not a word:
``…_cny`` is money in fen, written out in yuan; ``…_at`` is a moment, ms since 1970-01-01 UTC; ``…_state``, ``…_kind``,
``…_fault`` and ``…_why`` are the shop's own terms and sentences, for which a page has words in each language.
"""

from typing import Final, NamedTuple, TypeAlias

from shopfloor.contract import facts as f
from shopfloor.contract.facts import Fact


class Either(NamedTuple):
    """Two sentences, and the attribute that decides between them."""

    attribute: str
    so: str
    not_so: str


Sentence: TypeAlias = str | Either

TICKET: Final[dict[type[Fact], Sentence]] = {
    f.TicketExpected: "Booked for {at_at}.",
    f.TicketIssued: "Number {number} was given out; expected wait {eta_min_low} to {eta_min_high} minutes.",
    f.TicketCalled: "{number} was called to desk {desk}, by {engineer}.",
    f.TicketRecalled: "{number} was called again to desk {desk}: call {calls}.",
    f.CallWasShown: "The call display has shown call {calls}.",
    f.TicketRecycled: "Nobody came to desk {desk}; {number} waits again, three places back.",
    f.TicketMissed: Either("booked", "The booking was not checked in.", "{number} was missed."),
    f.TicketReinstated: "{number} is back in the queue.",
    f.TicketSeated: "{number} took a seat at desk {desk}, with {engineer}.",
    f.TicketLeft: "{number} left: {reason}.",
    f.TicketServed: "{number} was served.",
    f.TicketTransferred: "{number} waits for line {line} now.",
    f.TicketMoved: "{number} moved to desk {desk}, to {engineer}.",
    f.TicketRemoved: "{number} was withdrawn: {reason}.",
    f.TicketClosedByDay: "{number} ended with the day.",
    f.ConsultEnded: "The advice was enough; no phone was kept.",
    f.PageWasRead: "The customer looked at the page “{page}”.",
    f.TouchpointEvidenced: "{engineer} noted: {touchpoint}.",
    f.NoticeAsked: "A message to the customer was asked for: {topic}.",
    f.NoticeSent: "A message reached the customer: {topic}.",
    f.NoticeMissed: "A message did not reach the customer: {topic} ({reason_why}).",
    f.PartyReminded: "{party} was reminded: {about} is {state_state}.",
    f.ManagerNamed: "The manager was told: {about} has been {state_state} for long.",
    f.OverrideRecorded: "The manager allowed {rule}: {reason}.",
}

REPAIR: Final[dict[type[Fact], Sentence]] = {
    f.RepairExpected: "Repair {repair} was announced: {model}, {fault_fault}.",
    f.RepairExpired: "The announced repair {repair} did not come.",
    f.RepairOpened: "Repair {repair} was opened by {owner}.",
    f.PhoneDescribed: "The phone was taken in: {model}, {photos} photos.",
    f.EntitlementAsked: "The maker was asked about the warranty.",
    f.EntitlementKnown: Either(
        "covered", "The maker's warranty covers this phone.", "The maker's warranty does not cover this phone."
    ),
    f.EntitlementMissing: "The maker has not answered; a quote is subject to its check.",
    f.IntakeSigned: "The repair agreement was signed; {engineer} begins the diagnosis.",
    f.CauseFound: "Found: {fault_fault}. {cause}",
    f.ReturnDecided: "The phone goes back unrepaired: {reason_why}.",
    f.QuoteDrafted: Either(
        "supplement",
        "A supplement was priced: version {version}, {total_cny} yuan.",
        "A quote was priced: version {version}, {total_cny} yuan.",
    ),
    f.QuoteFrozen: "Quote {version} is final: {total_cny} yuan, valid until {valid_until_at}.",
    f.QuoteSuperseded: "Quote {version} was replaced.",
    f.QuoteApproved: Either(
        "supplement",
        "The supplement was signed: at most {cap_cny} yuan, promised for {promised_at}.",
        "The quote was signed: at most {cap_cny} yuan, promised for {promised_at}.",
    ),
    f.QuoteTurnedDown: "Quote {version} was declined: {reason_why}.",
    f.RepairHeld: "The repair stands still: {reason}.",
    f.RepairResumed: "The repair goes on: {state_state}.",
    f.RepairStarted: "{engineer} began the repair.",
    f.RepairBlocked: "The repair waits for a part.",
    f.RepairUnblocked: "The part is there; the repair goes on.",
    f.SupplementNeeded: "More was found: {fault_fault}. A supplement is being prepared.",
    f.SupplementDeclined: "Only what was signed first is repaired.",
    f.RepairFinished: "The work is finished, after {labour_min} minutes of it.",
    f.QualityCheckPassed: "{checker} checked the phone: passed.",
    f.QualityCheckFailed: "{checker} checked the phone: failed, {reason}.",
    f.RepairReported: "The report is ready: {payable_cny} yuan to pay.",
    f.ReportShown: "The report was read; {outstanding_cny} yuan are open.",
    f.RepairPaid: "Everything is paid.",
    f.AccessoriesGivenBack: "What came with the phone was given back.",
    f.DeviceHandedOver: Either(
        "unrepaired", "The phone was handed back unrepaired.", "The phone was handed over; {charged_cny} yuan."
    ),
    f.WarrantyGiven: "Warranty {warranty} until {until_at}.",
    f.PickupAwaited: "The phone waits for pick-up in {locker}.",
    f.PickupStarted: "The customer came to pick it up.",
    f.DeviceUnclaimed: "Nobody came for the phone in time.",
    f.HandoverOpened: "{owner} cannot go on; another engineer is looked for.",
    f.OwnerChanged: "{new} took over from {old}.",
    f.DeviceShipped: "The phone was sent to the repair centre.",
    f.DeviceReturned: "The phone is back from the repair centre.",
    f.FollowUpStarted: "The follow-up began.",
    f.SurveyReceived: "The customer answered the survey: {score} of 5.",
    f.ComplaintReceived: "The customer complained.",
    f.ComplaintClosed: "The complaint was settled.",
    f.RepairClosed: "The repair is closed: {reason_why}.",
    f.ReworkOpened: "Rework {repair} of {parent} was opened.",
    f.RepairCancelled: "The repair was cancelled: {reason}.",
    f.DisputeSettled: Either(
        "fault_confirmed", "The manager confirmed the fault.", "The manager found no fault and writes a witness note."
    ),
    f.WipeRecorded: "{engineer} erased the phone's data.",
    f.ChoiceRecorded: "The customer chose: {choice}.",
    f.PromiseChanged: "Promised for {promised_at} now: {why_why}.",
    f.CustodyMoved: "The phone went from {source} to {target}.",
    f.DeviceMisplaced: "The phone was not found at {last_place}.",
    f.DeviceFound: "The phone was found at {place}.",
    f.LoanerMoved: "Loan phone {loaner}: {state_state}.",
    f.OldPartMoved: "The old part {sku} is at {place}.",
}

PARTS: Final[dict[type[Fact], Sentence]] = {
    f.PartsOrderOpened: "{sku} was ordered for desk {desk} by {by}.",
    f.UnitReserved: "{unit} is reserved.",
    f.UnitReleased: "{unit} is free again.",
    f.ReservationSwapped: "The cabinet gives {new} instead of {old}.",
    f.PartBackordered: "{sku} is not in the shop; it was ordered in.",
    f.PickAsked: "The cabinet was asked for {unit}, from bin {bin}.",
    f.PickBegun: "The cabinet is picking.",
    f.PickDone: "{unit} has left its bin and lies in the outlet of {cabinet}.",
    f.PickMissed: "The cabinet could not give {unit}: {why_why}.",
    f.PartUnderway: "{unit} is on its way, by {by}.",
    f.PartArrived: "{unit} is at desk {desk}.",
    f.PartAccepted: "{engineer} accepted {unit}.",
    f.PartRefused: "{unit} was refused: {reason}.",
    f.PartUntaken: "{unit} was not taken at the desk.",
    f.PartFitted: "{unit} was put into the phone.",
    f.PartTakenOut: "{unit} was taken out of the phone again.",
    f.PartDefective: "{unit} is defective: {blame}.",
    f.ReturnOpened: "{unit} goes back to the cabinet: {reason}.",
    f.PartsOrderEnded: "Parts order {parts_order} ended: {state_state}.",
    f.UnitMoved: "{sku} moved from {source} to {target}.",
}

CARRYING: Final[dict[type[Fact], Sentence]] = {
    f.JobOpened: "{job}: {unit} is to be carried from {source} to {target}.",
    f.JobAssigned: "{robot} does {job}.",
    f.JobAtPickup: "{robot} is at {station} to fetch it.",
    f.JobLoaded: "{unit} is in tote {tote} of {robot}.",
    f.JobArrived: "{robot} is at {station} with {unit}.",
    f.JobDone: "{robot} has done {job}.",
    f.JobUndelivered: "{job} was not delivered: {why_why}.",
    f.JobCancelled: "{job} was cancelled: {why_why}.",
    f.JobRetried: "{robot} tries {job} again: {why_why}.",
    f.JobResumed: "{robot} goes on with {job}.",
    f.JobFailed: "{robot} could not do {job}: {why_why}.",
    f.JobByHand: "{unit} is carried by hand.",
    f.RobotArrived: "{robot} stands at {station}.",
    f.ToteLoaded: "{robot} has finished picking up.",
    f.ToteUnloaded: "{robot} has finished putting down.",
    f.RobotFailed: "{robot} cannot go on: {why_why}.",
    f.RobotRecovered: "{robot} goes on.",
    f.RobotWayChanged: "{robot} has another way.",
}

PAPERS: Final[dict[type[Fact], Sentence]] = {
    f.DocumentDrafted: "{document_kind} {request} is being drawn up.",
    f.DocumentFrozen: "{document_kind} {request} is final; pages: {pages}.",
    f.SignatureShown: "{request} is shown to the customer.",
    f.SignatureFailed: "{document_kind} {request} failed: {reason_why}.",
    f.DocumentViewed: "The customer has read {request} to its end.",
    f.ConsentRecorded: "The customer agrees to {request}.",
    f.InkTaken: "The customer has signed {request}.",
    f.DocumentSigned: "{document_kind} {request} is sealed.",
    f.ReportRead: "The customer has read {request}.",
    f.CopyDelivered: "The customer has a copy of {request}.",
    f.SignatureDeclined: "The customer does not sign {document_kind} {request}: {reason}.",
    f.SignatureExpired: "{document_kind} {request} was left unsigned.",
    f.SignatureSuperseded: "{document_kind} {request} was replaced.",
    f.SignatureVoided: "{request} does not count any more: {reason}.",
}

MONEY: Final[dict[type[Fact], Sentence]] = {
    f.PaymentRequested: "{amount_cny} yuan were asked at {pos}: {payment}.",
    f.PaymentShown: "The terminal shows {payment}.",
    f.PaymentTaken: "{amount_cny} yuan were approved.",
    f.PaymentRejected: "{payment} was declined: {code}.",
    f.PaymentStopped: "{payment} was stopped.",
    f.PaymentSettled: "{amount_cny} yuan were paid.",
    f.PaymentLost: "Nobody knows whether {payment} was taken: {why_why}.",
    f.PaymentFound: "The terminal says of {payment}: {status}.",
    f.PaymentNotTaken: "{payment} was not taken.",
    f.PaymentEscalated: "The manager has to look {payment} up.",
    f.PaymentConcluded: Either(
        "taken", "The manager found that {payment} was taken.", "The manager found that {payment} was not taken."
    ),
    f.PaymentReversed: "{amount_cny} yuan were given back at once.",
    f.PaymentRefunded: "{amount_cny} yuan were refunded.",
}

SENTENCES: Final = TICKET | REPAIR | PARTS | CARRYING | PAPERS | MONEY


def sentences_of(table: dict[type[Fact], Sentence]) -> tuple[str, ...]:
    """Each once."""
    pairs = (
        (sentence,) if isinstance(sentence, str) else (sentence.so, sentence.not_so) for sentence in table.values()
    )
    return tuple(dict.fromkeys(words for pair in pairs for words in pair))


MSGIDS: Final = sentences_of(SENTENCES)
"""Every sentence, for translators."""
