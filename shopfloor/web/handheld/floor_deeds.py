"""The deeds that are about a ticket, a part, the stock, or oneself."""

from typing import Final

from shopfloor.web.handheld.deed import Choice, Deed, Field, _

GREETINGS: Final[tuple[Choice, ...]] = (
    (9, _("Greeted")),
    (13, _("Offered water")),
    (15, _("Excused the wait")),
    (19, _("Led to the desk")),
    (20, _("Said one's name")),
    (23, _("Repeated their words")),
    (28, _("Explained the test")),
    (32, _("Named the choices")),
    (44, _("Showed the old part")),
    (45, _("Named the time the glue takes")),
    (47, _("Had them try it")),
    (48, _("Cleaned the phone")),
    (54, _("Said goodbye")),
    (57, _("Called back")),
)
"""Touchpoints that no machine sees."""
REFUSALS: Final[tuple[Choice, ...]] = (
    ("wrong", _("It is another part")),
    ("damaged", _("It is damaged")),
    ("not-mine", _("It is for another desk")),
)
BLAMES: Final[tuple[Choice, ...]] = (("supplier", _("It came like that")), ("ours", _("We have damaged it")))
LINES: Final[tuple[Choice, ...]] = (
    ("A", _("A · Repair")),
    ("B", _("B · Booked")),
    ("C", _("C · Care and advice")),
    ("D", _("D · Pick-up")),
)
VERDICTS: Final[tuple[Choice, ...]] = (
    ("OK", _("Good")),
    ("REJECTED", _("Rejected")),
    ("DESTROYED", _("To be destroyed")),
)
DIRECTIONS: Final[tuple[Choice, ...]] = (("out", _("To another shop")), ("in", _("From another shop")))
UNIT: Final = Field("unit", _("Unit"), "code")
SKU: Final = Field("sku", _("Part number"), "code")
LOANER: Final = Field("loaner", _("Which loaner"), "choice")

ONESELF: Final[dict[str, Deed]] = {
    "sign-on": Deed("EngineerSignedOn", _("Sit down here")),
    "sign-off": Deed("EngineerSignedOff", _("Sign off")),
    "away": Deed("EngineerAway", _("Away"), quiet=True),
    "read": Deed("CommandDone", _("Read"), quiet=True),
}
TICKETS: Final[dict[str, Deed]] = {
    "next": Deed("NextRequested", _("Call the next customer")),
    "choose": Deed("TicketChosen", _("Call this one")),
    "seat": Deed("CustomerSeated", _("They sit here")),
    "seat-repair": Deed("CustomerSeated", _("They sit here, and it is a repair")),
    "recall": Deed("RecallRequested", _("Call again")),
    "no-show": Deed("NoShowReported", _("Nobody came")),
    "advised": Deed("ConsultFinished", _("Advised: nothing is kept")),
    "touchpoint": Deed(
        "TouchpointTapped",
        _("Note a courtesy"),
        (Field("touchpoint", _("What you did"), "choice", GREETINGS),),
        quiet=True,
    ),
    "fetch": Deed(
        "HandoverAccepted",
        _("Take over the repair that they fetch"),
        (Field("repair", _("Repair"), "code", hint=_("Scan the slip, or the label of the phone.")),),
    ),
    "reinstate": Deed("ReinstatementRequested", _("They came after all")),
    "take-number": Deed("TicketTaken", _("Take a number for somebody"), (Field("line", _("Line"), "choice", LINES),)),
}
PARTS: Final[dict[str, Deed]] = {
    "order": Deed("PartsOrdered", _("Order the part")),
    "order-free": Deed("PartsOrdered", _("Order a part free of charge"), (SKU, Field("reason", _("Why"), "text"))),
    "cancel": Deed("PartsOrderCancelled", _("Cancel the parts order"), grave=True),
    "accept": Deed("UnitAccepted", _("Accept the part")),
    "refuse": Deed("UnitRefused", _("Refuse the part"), (Field("reason", _("Why"), "choice", REFUSALS),)),
    "install": Deed(
        "PartInstalled", _("The part is in"), (Field("old_serial", _("Serial of the old part"), "code", optional=True),)
    ),
    "remove": Deed("PartRemoved", _("Take the part out again")),
    "return": Deed(
        "ReturnRequested", _("It is not needed"), (Field("seal_intact", _("Its seal is intact"), "check", start=True),)
    ),
    "defect": Deed(
        "DefectReported",
        _("It is defective"),
        (
            Field("blame", _("Whose fault"), "choice", BLAMES),
            Field("reason", _("What is wrong"), "text", optional=True),
        ),
    ),
    "load": Deed("ReturnLoaded", _("It is in the tote")),
    "carry-back": Deed("ReturnLoaded", _("I carry it")),
    "collect": Deed("UnitCollected", _("I carry it")),
    "bring": Deed("UnitBrought", _("It is at the desk")),
}
STOCK: Final[dict[str, Deed]] = {
    "receive": Deed(
        "GoodsReceived",
        _("Receive goods"),
        (
            SKU,
            Field("units", _("Serials"), "codes", optional=True),
            Field("quantity", _("How many, without serials"), "number", most=10_000, start=0),
        ),
    ),
    "collect-any": Deed("UnitCollected", _("Take a unit in the hand"), (UNIT,)),
    "store": Deed("UnitStoredByHand", _("Put a unit into a bin"), (UNIT, Field("bin", _("Bin"), "code"))),
    "inspect": Deed("UnitInspected", _("Inspect a unit"), (UNIT, Field("verdict", _("Verdict"), "choice", VERDICTS))),
    "count": Deed(
        "CountMade",
        _("Count a bin"),
        (
            Field("counted.bin", _("Bin"), "code"),
            Field("counted.units", _("What lies in it"), "codes", optional=True),
        ),
    ),
    "send-back": Deed(
        "UnitSentBack", _("Send a unit back to the supplier"), (UNIT, Field("code", _("Return code"), "code"))
    ),
    "transfer": Deed(
        "UnitTransferred",
        _("Pass a unit to or from another shop"),
        (
            UNIT,
            Field("sku", _("Part number, for one that comes in"), "code", optional=True),
            Field("direction", _("Where"), "choice", DIRECTIONS),
        ),
    ),
    "lost": Deed("UnitDeclaredLost", _("Write a unit off"), (UNIT,), grave=True),
    "parcel": Deed(
        "MailInReceived",
        _("Unbox a parcel"),
        (
            Field("waybill", _("Waybill"), "code"),
            Field("photos", _("Photos taken"), "number", least=1, most=64, start=0),
            Field("locker", _("Locker"), "locker"),
        ),
    ),
    "clear-old": Deed(
        "OldPartCleared",
        _("An old part leaves the house"),
        (
            Field("repair", _("Repair"), "code"),
            SKU,
            Field(
                "to",
                _("Where"),
                "choice",
                (("SUPPLIER", _("To the supplier")), ("CUSTOMER", _("To the customer")), ("SCRAP", _("To scrap"))),
            ),
        ),
    ),
    "loaner-back": Deed(
        "LoanerReturned", _("A loaner is back"), (LOANER, Field("condition", _("Its condition"), "text"))
    ),
    "loaner-wiped": Deed("LoanerWiped", _("A loaner is erased"), (LOANER,)),
}
