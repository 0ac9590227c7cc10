"""The short words that people type at each type of device, in one table."""

from typing import Final

from devices.cabinet_touches import CloseDoor, PutByHand, TakeAtMachine, TakeByHand
from devices.handheld import StillHere
from devices.pos import PresentCard, PressCancel
from devices.robot_body import KeyTurned, StopPressed
from devices.signing import Consent, FinishReading, ReadPage, Refuse, Sign, TurnPage, scribble
from devices.words import Vocabulary, Word
from shopfloor.contract import events as e
from shopfloor.contract.roster import SURFACE, TYPES

SIGNING: Final = (
    Word("turn", TurnPage, ("request",)),
    Word("page", ReadPage, ("page", "request")),
    Word("agree", Consent, ("identified", "consent_text", "request")),
    Word("sign", Sign, ("strokes", "request"), {"strokes": scribble}),
    Word("refuse", Refuse, ("reason", "request")),
    Word("read", FinishReading, ("request",)),
)

WORDS: Final[dict[str, tuple[Word, ...]]] = {
    "queue": (
        Word("take", e.TicketTaken, ("line", "language")),
        Word("checkin", e.CustomerCheckedIn, ("booking",)),
        Word("leave", e.CustomerLeft, ("ticket", "reason")),
    ),
    "handheld": (
        Word("on", e.EngineerSignedOn, ("engineer", "desk")),
        Word("off", e.EngineerSignedOff, ("engineer",)),
        Word("here", StillHere),
        Word("next", e.NextRequested),
        Word("choose", e.TicketChosen, ("ticket",)),
        Word("recall", e.RecallRequested, ("ticket",)),
        Word("noshow", e.NoShowReported, ("ticket",)),
        Word("seat", e.CustomerSeated, ("ticket",)),
        Word("advised", e.ConsultFinished, ("ticket",)),
        Word("diagnose", e.DiagnosisRecorded, ("repair", "fault", "cause")),
        Word("start", e.WorkStarted, ("repair",)),
        Word("block", e.WorkBlocked, ("repair",)),
        Word("order", e.PartsOrdered, ("repair", "sku", "reason")),
        Word("accept", e.UnitAccepted, ("unit", "desk")),
        Word("reject", e.UnitRefused, ("unit", "desk", "reason")),
        Word("install", e.PartInstalled, ("repair", "unit", "old_serial")),
        Word("return", e.ReturnRequested, ("unit", "seal_intact")),
        Word("load", e.ReturnLoaded, ("unit", "tote")),
        Word("collect", e.UnitCollected, ("unit",)),
        Word("bring", e.UnitBrought, ("unit", "desk")),
        Word("passed", e.QualityPassed, ("repair", "checker", "checks")),
        Word("failed", e.QualityFailed, ("repair", "checker", "reason")),
        Word("scan", e.DeviceScanned, ("repair", "place")),
        Word("touchpoint", e.TouchpointTapped, ("touchpoint", "ticket")),
    ),
    "board": (
        Word("allow", e.OverrideGiven, ("about", "rule", "reason")),
        Word("close", e.DayClosed),
        Word("transfer", e.TransferRequested, ("ticket", "line")),
        Word("withdraw", e.TicketWithdrawn, ("ticket", "reason")),
        Word("mode", e.ModeSet, ("what", "on", "about")),
        Word("paid", e.PaymentDecided, ("payment", "taken", "evidence")),
        Word("refund", e.RefundAsked, ("payment", "amount", "line", "reason")),
    ),
    "pad": SIGNING,
    "link": (
        *SIGNING,
        Word("book", e.AppointmentBooked, ("at", "fault", "model")),
        Word("leave", e.CustomerLeft, ("ticket", "reason")),
        Word("decline", e.QuoteDeclined, ("repair", "reason")),
        Word("choose", e.ChoiceMade, ("repair", "choice")),
        Word("survey", e.SurveyAnswered, ("repair", "score", "recommend", "words")),
        Word("complain", e.ComplaintMade, ("repair", "words")),
    ),
    "pos": (Word("card", PresentCard, ("payment",)), Word("cancel", PressCancel, ("payment",))),
    "cabinet": (
        Word("close", CloseDoor, ("door",)),
        Word("take", TakeAtMachine, ("unit", "bin", "person")),
        Word("reach", TakeByHand, ("unit", "bin")),
        Word("lay", PutByHand, ("unit", "bin")),
    ),
    "robot": (Word("key", KeyTurned, ("mode",)), Word("emergency", StopPressed, ("stop",))),
}

TAPPED: Final = ("queue", "handheld", "board", "link")
"""Where a person's touch is the event itself; what a signing surface says, it finds out itself."""


def vocabulary(name: str) -> Vocabulary:
    """The short words of this type, and its events where people say them."""
    said = [kind for kind in TYPES[name].says if kind not in SURFACE] if name in TAPPED else []
    return Vocabulary(WORDS.get(name, ()), said)
