"""Commands: what the floor asks of one device. Imperative.

*Work* has an id and is sent again, with the same id, until the device answers; a device does it once.
A *picture* is a whole screen; only the latest counts, and it is told again to every device that connects.
"""

from typing import ClassVar, TypeAlias

from msgspec import Struct

from shopfloor.contract.actor import MINUTE, Device, Instant
from shopfloor.contract.kinds import CallRow, DocumentKind, Fen, Language, Line, QuoteLine
from shopfloor.contract.vda5050 import InstantActions, Order


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True, tag_field="kind"):
    """Something one device is asked to do or to show."""

    id: str
    to: Device


class Work(Command, frozen=True):
    """Asked until answered, done once."""

    takes: ClassVar[int] = 0
    """Machinery that has no word for "I am at it" may take so long, in ms, before its silence means anything."""


class Picture(Command, frozen=True):
    """Shown until the next one."""


# ── displays ────────────────────────────────────────────────────────────────────────────────────


class LineOpen(Struct, frozen=True):
    """A service line on the queue machine's screen."""

    line: Line
    open: bool
    eta_min_low: int
    eta_min_high: int
    waiting: int


class ShowLines(Picture, frozen=True):
    """Queue machine: which lines are open, and how long the wait will be, as a range."""

    lines: tuple[LineOpen, ...]


class ShowCalls(Picture, frozen=True):
    """Call display: everybody who is called or served, and who is next."""

    calls: tuple[CallRow, ...]
    waiting: tuple[str, ...]


class Announce(Work, frozen=True):
    """Speaker: this number, please, to this desk."""

    ticket: str
    number: str
    desk: str
    calls: int
    language: Language


class WorkRow(Struct, frozen=True, omit_defaults=True):
    """One thing on an engineer's handheld: a repair and what to do with it."""

    ticket: str = ""
    number: str = ""
    ticket_state: str = ""
    repair: str = ""
    revision: int = 0
    state: str = ""
    due: Instant = 0
    model: str = ""
    desk: str = ""
    """Where the repair is; a colleague's handheld sees it in the list of repairs to check."""
    phone: str = ""
    """Where the phone is: ``desk/d1``, ``locker/3``, ``customer`` …"""
    owed: Fen = 0
    payment: str = ""
    """The payment attempt that is open, to be told to the customer at the terminal."""


class PartRow(Struct, frozen=True):
    """One parts order on a handheld: where is my part?"""

    parts_order: str
    repair: str
    sku: str
    state: str
    unit: str
    place: str
    desk: str = ""
    """Where it is waited for."""
    tote: str = ""
    """The tote of the robot that stands there to take it back."""


class ShowWork(Picture, frozen=True):
    """Handheld: my ticket, my repairs, my parts, and what I could take over."""

    engineer: str
    desk: str
    mine: tuple[WorkRow, ...]
    parts: tuple[PartRow, ...]
    waiting: tuple[WorkRow, ...]
    to_check: tuple[WorkRow, ...]
    """Repairs in QC that this person may check."""
    to_take_over: tuple[WorkRow, ...]
    chores: tuple[str, ...] = ()
    """What the parts keeper must do by hand, in words."""


class AlertHandheld(Work, frozen=True):
    """Handheld: buzz and say this."""

    about: str
    words: str


class Alarm(Struct, frozen=True):
    """What is wrong, and the one person who must act."""

    about: str
    words: str
    party: str
    since: Instant


class ShowFloor(Picture, frozen=True):
    """Board: the alarms that name who must act. All else the board reads from records."""

    alarms: tuple[Alarm, ...]


# ── cabinet ─────────────────────────────────────────────────────────────────────────────────────


class PickUnit(Work, frozen=True):
    """Bring this unit from this bin to the outlet."""

    unit: str
    sku: str
    bin: str


class CancelPick(Work, frozen=True):
    """Stop this pick, if it can still be stopped."""

    pick: str
    """Id of the PickUnit command."""


class OpenOutlet(Work, frozen=True):
    """Give these units to the robot that stands at the outlet, or to a person: nobody else."""

    units: tuple[str, ...]
    tote: str
    """The tote they go into; ``hand/pk1`` for a person."""


class OpenInlet(Work, frozen=True):
    """A robot (or person) brings these units; take them in one by one, asking for each."""

    takes: ClassVar[int] = MINUTE

    units: tuple[str, ...]
    tote: str


class AllowInput(Work, frozen=True):
    """Take this unit in, and put it here."""

    takes: ClassVar[int] = MINUTE

    unit: str
    bin: str


class RefuseInput(Work, frozen=True):
    """Do not take this unit."""

    unit: str
    reason: str


class CountBin(Work, frozen=True):
    """Count what lies in this bin."""

    takes: ClassVar[int] = MINUTE

    bin: str


class OpenByHand(Work, frozen=True):
    """Unlock for the manual key: people pick by hand and scan."""

    reason: str


# ── PAD ─────────────────────────────────────────────────────────────────────────────────────────


class AskSignature(Work, frozen=True):
    """Show this document in full, have it read to the end, take consent and ink."""

    request: str
    document: DocumentKind
    text: str
    sha256: str
    pages: int
    needs_ink: bool
    language: Language


class ClearScreen(Work, frozen=True):
    """Nothing may stay readable: the request has ended."""

    request: str


class ShowWhiteBox(Picture, frozen=True):
    """PAD and the customer's page: how it broke, how it is repaired, what it costs."""

    repair: str
    state: str
    diagnosis: tuple[str, ...]
    progress: tuple[str, ...]
    lines: tuple[QuoteLine, ...]
    cap: Fen
    payable: Fen
    paid: Fen
    promised: Instant


# ── POS ─────────────────────────────────────────────────────────────────────────────────────────


class TakePayment(Work, frozen=True):
    """Ask the customer for this amount."""

    payment: str
    amount: Fen
    currency: str = "CNY"


class AbortPayment(Work, frozen=True):
    """Stop, if not approved yet."""

    payment: str


class AskPaymentStatus(Work, frozen=True):
    """What became of this attempt?"""

    payment: str


class RefundPayment(Work, frozen=True):
    """Give back a part of a settled payment."""

    payment: str
    amount: Fen


class ReversePayment(Work, frozen=True):
    """Undo the whole of a settled payment, before the day's closing."""

    payment: str
    amount: Fen


class AskTotals(Work, frozen=True):
    """Close the day: send the closing slip, line by line."""


# ── robots (VDA 5050) ───────────────────────────────────────────────────────────────────────────


class SendOrder(Command, frozen=True):
    """A VDA 5050 order; resent by the fleet until the robot's state echoes it."""

    order: Order


class SendInstantActions(Command, frozen=True):
    """VDA 5050 instant actions."""

    actions: InstantActions


# ── archive, notifier, entitlement ──────────────────────────────────────────────────────────────


class RenderDocument(Work, frozen=True):
    """Make the document from these values, once."""

    request: str
    document: DocumentKind
    language: Language
    values: dict[str, str]
    lines: tuple[QuoteLine, ...]


class SealDocument(Work, frozen=True):
    """Bind the ink to the frozen bytes and seal both."""

    request: str
    document: DocumentKind
    text: str
    sha256: str
    ink_sha256: str


class SendNotice(Work, frozen=True):
    """Tell the customer; all of it also stands on their page."""

    topic: str
    ticket: str = ""
    repair: str = ""
    about: str = ""
    """A copy: the signature request."""
    values: dict[str, str] = {}


class LookUpEntitlement(Work, frozen=True):
    """Ask the maker about this phone."""

    repair: str
    model: str
    imei: str


AnyWork: TypeAlias = (
    Announce
    | AlertHandheld
    | PickUnit
    | CancelPick
    | OpenOutlet
    | OpenInlet
    | AllowInput
    | RefuseInput
    | CountBin
    | OpenByHand
    | AskSignature
    | ClearScreen
    | TakePayment
    | AbortPayment
    | AskPaymentStatus
    | RefundPayment
    | ReversePayment
    | AskTotals
    | RenderDocument
    | SealDocument
    | SendNotice
    | LookUpEntitlement
)
AnyPicture: TypeAlias = ShowLines | ShowCalls | ShowWork | ShowFloor | ShowWhiteBox
"""Every kind by name: what plain data needs to be read back."""


def _concrete(kind: type[Command]) -> list[type[Command]]:
    found: list[type[Command]] = []
    for cls in kind.__subclasses__():
        if cls.__name__ not in {"Work", "Picture"}:
            found.append(cls)
        found.extend(_concrete(cls))
    return found


COMMANDS: dict[str, type[Command]] = {cls.__name__: cls for cls in _concrete(Command)}
"""Every kind that may stand in a command envelope."""
