"""The small vocabularies that events, commands and facts share: limits on what may be said, closed lists of words."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

ID_MAX = 64
TEXT_MAX = 500
DOCUMENT_MAX = 16_000
"""Characters; three bytes each in Chinese, and an envelope of 64 KiB around them."""
LIST_MAX = 64

Id: TypeAlias = Annotated[str, Meta(min_length=1, max_length=ID_MAX, pattern=r"^[A-Za-z0-9_./:#-]+$(?!\n)")]
"""A ticket, repair, unit, bin, person …: letters, digits and ``_ . / : # -``.

Patterns here end in ``$(?!\\n)``: ``$`` alone lets a last line end pass in Python, though not in a browser.
"""

Text: TypeAlias = Annotated[str, Meta(max_length=TEXT_MAX)]
"""Words typed or chosen by a person."""

Sha256: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
Fen: TypeAlias = Annotated[int, Meta(ge=0, le=100_000_000)]
"""Money: hundredths of a yuan, tax included."""

Date: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$(?!\n)")]
"""YYYY-MM-DD by the shop's own clock. Whether there is such a day, the floor looks up."""

Count: TypeAlias = Annotated[int, Meta(ge=0, le=10_000)]
Ids: TypeAlias = Annotated[tuple[Id, ...], Meta(max_length=LIST_MAX)]

Line = Literal["A", "B", "C", "D"]
"""Service line: A repair, B booked, C care and advice, D pick-up."""

Language = Literal["en", "zh-Hans", "zh-Hant"]
RepairKind = Literal["WALK_IN", "BOOKED", "MAIL_IN", "REWORK"]
DocumentKind = Literal[
    "INTAKE",  # 维修协议, the repair agreement
    "QUOTE",
    "SUPPLEMENT",
    "REPORT",  # 维修报告: read, not signed
    "ACCEPT",  # 签收验收
    "RETURN_UNREPAIRED",
    "WIPE",
    "LOANER",
    "PROXY",
    "WITNESS",  # a manager's note where the customer refused to sign
]
PaymentKind = Literal["CHARGE", "DEPOSIT"]
JobKind = Literal["DELIVER", "RETURN", "REPLENISH"]
DataChoice = Literal["backed-up", "accepts-loss", "no-wipe"]
PriceRule = Literal[1, 2, 3, 4, 5]
"""1 rework · 2 maker's warranty · 3 fixed price · 4 service day · 5 list price plus labour."""

UnitStatus = Literal["OK", "ATTENTION", "QUARANTINED", "DAMAGED", "REJECTED", "LOST", "DESTROYED"]
OverrideRule = Literal[
    "warranty-price",  # covered although accidental, or without an answer
    "quote-without-entitlement",
    "unrepairable",
    "damaged-by-us",
    "new-damage",  # rework although there is new damage
    "same-checker",
    "not-the-owner",
    "safety-box",
    "lost-unit",
    "transfer-unit",
]
"""What a manager may allow, always with a reason."""

Service = Literal["repair", "cleaning", "care", "film", "diagnosis", "send-out"]


class LineWanted(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One line that the engineer wants on a quote; the floor sets its price."""

    fault: Id
    service: Service = "repair"
    sku: Annotated[str, Meta(max_length=ID_MAX)] = ""
    """The part it needs; empty for work without a part."""
    accidental: bool = False
    customer_keeps_old_part: bool = False


class QuoteLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One priced line of a quote, as shown and signed."""

    line: int
    fault: str
    service: Service
    sku: str
    part_fen: int
    labour_fen: int
    rule: PriceRule
    available: bool
    """Whether the part could be reserved when the quote was made; a promise, not a reservation."""
    parent_line: str = ""
    """For rule 1: the warranty row that covers it."""
    deposit_fen: int = 0
    customer_keeps_old_part: bool = False
    accidental: bool = False

    @property
    def price_fen(self) -> int:
        return self.part_fen + self.labour_fen


class CallRow(Struct, frozen=True):
    """One row of the call display: a ticket number and the desk that calls it. Never a name."""

    number: str
    desk: str
    state: Literal["CALLED", "SERVING"]
    calls: int
