"""The deeds of a repair, from the intake to the hand-over."""

from typing import Final

from shopfloor.web.handheld.deed import MINUTES_MAX, PHOTOS_MAX, Choice, Deed, Field, _

ACCESSORIES: Final[tuple[Choice, ...]] = (
    ("case", _("Case")),
    ("sim-pin", _("SIM pin")),
    ("sim-card", _("SIM card")),
    ("charger", _("Charger")),
    ("cable", _("Cable")),
    ("stylus", _("Stylus")),
    ("box", _("Box")),
)
IDENTITIES: Final[tuple[Choice, ...]] = (
    ("id-card-seen", _("Identity card seen")),
    ("passport-seen", _("Passport seen")),
    ("phone-code", _("Code sent to their phone")),
    ("receipt", _("Receipt of purchase")),
    ("proxy-code", _("Proxy with a code")),
)
DATA: Final[tuple[Choice, ...]] = (
    ("backed-up", _("Data are backed up")),
    ("accepts-loss", _("Data may be lost")),
    ("no-wipe", _("Data must stay")),
)
RECEIVERS: Final[tuple[Choice, ...]] = (
    ("owner", _("The owner")),
    ("proxy-code", _("A proxy with a code")),
    ("proxy-signed", _("A proxy with a signed paper")),
)
CHECKS: Final[tuple[Choice, ...]] = (
    ("touch", _("Touch, all over the screen")),
    ("picture", _("Picture: no spots, even light")),
    ("front-camera", _("Front camera")),
    ("back-camera", _("Back cameras")),
    ("earpiece", _("Earpiece and loudspeaker")),
    ("microphone", _("Microphone")),
    ("charging", _("Charging")),
    ("wireless", _("Wi-Fi, Bluetooth, mobile network")),
    ("sensors", _("Sensors and unlocking")),
    ("buttons", _("Buttons and vibration")),
    ("battery", _("Battery health")),
    ("body", _("Gaps, screws, cleanness")),
)
"""The whole list of a quality check (assumed; the shop's own may be longer)."""

REASON: Final = Field("reason", _("Why"), "text")
PHOTOS: Final = Field("photos", _("Photos taken"), "number", least=1, most=PHOTOS_MAX, start=0)
LOANER: Final = Field("loaner", _("Which loaner"), "choice")

BENCH: Final[dict[str, Deed]] = {
    # ── taken in ──
    "intake": Deed(
        "IntakeRecorded",
        _("Take the phone in"),
        (
            Field("model", _("Model"), "model"),
            Field("imei", _("IMEI"), "imei", hint=_("Scan it from the phone or its label.")),
            Field("identity", _("Who they are"), "choice", IDENTITIES),
            Field("fault_words", _("What the customer says"), "text"),
            Field("photos", _("Photos of its condition"), "number", least=2, most=PHOTOS_MAX, start=0),
            Field("accessories", _("What came with it"), "picks", ACCESSORIES, optional=True),
            Field("lock_off", _("The device lock is off"), "check", start=True),
            Field("lock_note", _("If it is on: why"), "text", optional=True),
            Field("data_choice", _("The data"), "choice", DATA),
            Field("privacy_mode", _("Maintenance mode is on"), "check", start=True),
        ),
    ),
    "rework": Deed(
        "ReworkClaimed",
        _("It is a rework"),
        (
            Field("parent", _("The earlier repair"), "code"),
            Field("line", _("Line of its quote"), "number", least=1, most=16, start=1),
            Field("new_damage", _("There is new damage"), "check", start=False),
        ),
    ),
    # ── diagnosed and quoted ──
    "diagnosis": Deed(
        "DiagnosisRecorded",
        _("Record what is broken"),
        (
            Field("fault", _("Fault"), "fault"),
            Field("cause", _("Cause, with what shows it"), "text"),
            Field("accidental", _("By an accident"), "check", start=False),
            Field("photos", _("Photos taken"), "number", most=PHOTOS_MAX, start=0),
        ),
    ),
    "quote": Deed(
        "QuotePrepared",
        _("Prepare the quote"),
        (
            Field("lines", _("Lines"), "lines", hint=_("The floor sets the prices.")),
            Field("promised_min", _("Minutes until it is ready"), "number", least=1, most=24 * 60 * 60, start=60),
        ),
    ),
    "revise": Deed(
        "QuoteRevised",
        _("Change the quote"),
        (
            Field("lines", _("Lines"), "lines", hint=_("The floor sets the prices.")),
            Field("promised_min", _("Minutes until it is ready"), "number", least=1, most=24 * 60 * 60, start=60),
        ),
    ),
    "no-fault": Deed("FaultNotFound", _("No fault found"), (REASON, PHOTOS), grave=True),
    "unrepairable": Deed("DeviceFoundUnrepairable", _("Cannot be repaired"), (REASON, PHOTOS), grave=True),
    "think-away": Deed(
        "DecisionDeferred", _("They decide later; the phone stays"), (Field("place", _("Locker"), "locker"),)
    ),
    "think-home": Deed("DecisionDeferred", _("They decide later, and take the phone home"), grave=True),
    "give-up-supplement": Deed("SupplementGivenUp", _("Go on with what is signed")),
    # ── worked on ──
    "start": Deed("WorkStarted", _("Start the work")),
    "block": Deed("WorkBlocked", _("Wait for the part")),
    "more-found": Deed(
        "AdditionalFaultFound",
        _("Something else is broken"),
        (Field("fault", _("Fault"), "fault"), Field("cause", _("Cause, with what shows it"), "text")),
    ),
    "bag": Deed(
        "OldPartBagged",
        _("Bag the old part"),
    ),
    "finish": Deed(
        "WorkFinished",
        _("The work is done"),
        (
            Field("lines_done", _("Done"), "picks"),
            Field("labour_min", _("Minutes of work"), "number", most=MINUTES_MAX, start=15),
        ),
    ),
    "pass": Deed("QualityPassed", _("Passed the check"), (Field("checks", _("Checked"), "tally", CHECKS, least=5),)),
    "fail": Deed("QualityFailed", _("Did not pass"), (REASON,)),
    "send-out": Deed(
        "DeviceSentOut",
        _("Send it to the repair centre"),
        (
            Field("waybill", _("Waybill"), "code"),
            Field("promise", _("Days until it is back"), "days", least=1, most=60, start=7),
        ),
    ),
    "back-from-centre": Deed("DeviceReceivedBack", _("It is back from the centre"), (PHOTOS,)),
    "reassembled": Deed("DeviceReassembled", _("It is together again"), (PHOTOS,)),
    "resume": Deed("WorkResumed", _("Go on with it")),
    "wiped": Deed("DataWiped", _("The data are erased"), grave=True),
    # ── paper ──
    "show-document": Deed("DocumentAsked", _("Show the document again")),
    "ask-wipe": Deed("DocumentAsked", _("Have the erasing of data signed")),
    "ask-proxy": Deed("DocumentAsked", _("Have the collection by another person signed")),
    "ask-loaner": Deed("DocumentAsked", _("Have a loan of a phone signed"), (LOANER,)),
    "lend": Deed("LoanerLent", _("Give the loaner out"), (LOANER,)),
    # ── money and goodbye ──
    "ask-payment": Deed("PaymentAsked", _("Take the payment")),
    "stop-payment": Deed("PaymentAbortAsked", _("Stop the payment")),
    "give-back": Deed(
        "AccessoriesReturned", _("Give back what came with it"), (Field("accessories", _("Given back"), "picks"),)
    ),
    "hand-out": Deed(
        "DeviceScanned", _("Hand the phone over"), (Field("receiver", _("Who takes it"), "choice", RECEIVERS),)
    ),
    "went-away": Deed(
        "CustomerWentAway",
        _("The customer picks it up later"),
        (Field("locker", _("Locker"), "locker"), Field("seal", _("Number of the seal"), "code")),
    ),
    "identified": Deed(
        "CustomerIdentified", _("It is theirs"), (Field("how", _("Who they are"), "choice", RECEIVERS),)
    ),
    # ── where the phone is, and whose it is ──
    "to-desk": Deed("DeviceScanned", _("Bring the phone to this desk")),
    "to-check": Deed("DeviceScanned", _("Bring the phone to the check")),
    "to-locker": Deed("DeviceScanned", _("Lock the phone away"), (Field("place", _("Locker"), "locker"),)),
    "home-undecided": Deed(
        "DeviceScanned", _("They take the phone home"), (Field("receiver", _("Who takes it"), "choice", RECEIVERS),)
    ),
    "hand-on": Deed(
        "HandoverRequested",
        _("Hand the repair on to a colleague"),
        (Field("note", _("What the next one needs to know"), "text", least=10),),
    ),
    "take-over": Deed("HandoverAccepted", _("Take it over")),
    "found-again": Deed("DeviceFoundAgain", _("Here is the phone")),
}
"""Of one repair; the floor checks the revision of the picture that was looked at."""
