"""The customer's own page: where they stand, how their phone broke, how it is repaired, what it costs.

The server draws it whole, so it needs no script; live it is told only that something is new, and is drawn again.
"""

import hashlib
from typing import Final

from msgspec import Struct, json, structs

from shopfloor.contract.actor import Instant
from shopfloor.service.views.customer_words import MSGIDS
from shopfloor.service.views.repair import LineSeen
from shopfloor.service.views.white_box import Cost, Step, WhiteBox, white_box
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.labels import fault_words
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page
from shopfloor.web.shop import Shop
from shopfloor.web.speech import desk_sign
from shopfloor.web.words import Words

AT_HOME: Final = ("HANDED_OVER", "FOLLOW_UP", "CLOSED", "CANCELLED")
IN_HALL: Final = ("EXPECTED", "WAITING", "CALLED")
ROAD: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("waiting", ("EXPECTED",)),
    ("diagnosis", ("INTAKE", "DIAGNOSING", "QUOTED", "ON_HOLD(undecided)")),
    ("repair", ("APPROVED", "REPAIRING", "PARTS_WAIT", "ON_HOLD(part)", "ON_HOLD(handover)", "ON_HOLD(manager)",
                "ON_HOLD(overnight)", "SENT_OUT", "RETURNING")),
    ("check", ("QC",)),
    ("ready", ("REPORTED", "PAYING", "ACCEPTING", "ON_HOLD(acceptance)", "AWAITING_PICKUP", "UNCLAIMED")),
)  # fmt: skip
"""The way of a visit in five stops, and the stages of a repair that are at each."""
PACE_S: Final = 1.0
"""A busy shop writes many times a second, and hardly ever of this visit."""
UNKNOWN_MIN: Final = 600
"""The floor says so much when it cannot tell."""


class Line(Struct, frozen=True):
    """A priced line in words."""

    name: str
    why: str
    price_fen: int
    part_fen: int
    labour_fen: int
    is_late: bool


def _draw(shop: Shop, visitor: Visitor) -> Sections:
    """``new``: another word whenever the page would look different. Nothing of the visit itself is sent."""
    box = white_box(shop.look(), shop.layout, visitor.ticket)
    looks = json.encode(structs.replace(box, now=0) if box is not None else None)
    return {"new": hashlib.sha256(looks).hexdigest()[:16]}


def _key(visitor: Visitor) -> tuple[str, ...]:
    return (visitor.ticket,)


def _data(shop: Shop, visitor: Visitor, _words: Words) -> dict[str, object]:
    """With the word of this moment: what changes before the page is live is seen by that, too."""
    return {"ticket": visitor.ticket, **_draw(shop, visitor)}


def _shown(shop: Shop, visitor: Visitor, words: Words) -> dict[str, object]:
    box = white_box(shop.look(), shop.layout, visitor.ticket)
    if box is None:
        return {"box": None}
    return {
        "box": box,
        "headline": headline(words, box),
        "wait": _wait(words, box),
        "road": road(box),
        "model": shop.catalogue.models[box.model].name if box.model in shop.catalogue.models else box.model,
        "causes": [(_fault(shop, words, fault), cause) for fault, cause in box.causes],
        "days": days(shop, words, box.steps),
        "lines": [_line(shop, words, line) for line in box.cost.lines],
        "is_costing": _is_costing(box.cost),
    }


def headline(words: Words, box: WhiteBox) -> str:
    """How it stands, in one sentence."""
    if box.state == "CALLED":
        return words.gettext("It is your turn: please come to desk {desk}", desk=desk_sign(box.desk))
    if box.state not in IN_HALL and box.stage:
        return words.label("repair_for_customer", box.stage)
    return words.label("ticket_for_customer", box.state)


def road(box: WhiteBox) -> tuple[tuple[str, str], ...]:
    """Each stop, and whether it is ``done``, ``now`` or ``next``; no stops for a visit that has no repair to follow."""
    names = [name for name, _stages in ROAD]
    if box.stage in AT_HOME and box.stage != "CANCELLED":
        return tuple((name, "done") for name in names)
    at = next((place for place, (_name, stages) in enumerate(ROAD) if box.stage in stages), None)
    if box.state in IN_HALL and not at:
        at = 0 if box.line in ("A", "B") else None
    if at is None:
        return ()
    return tuple((name, "done" if place < at else "now" if place == at else "next") for place, name in enumerate(names))


def days(shop: Shop, words: Words, steps: tuple[Step, ...]) -> list[tuple[str, list[tuple[Instant, str]]]]:
    """The steps by day, in order, as sentences."""
    found: dict[str, list[tuple[Instant, str]]] = {}
    for step in steps:
        found.setdefault(words.weekday(step.at), []).append((step.at, _sentence(shop, words, step)))
    return list(found.items())


def _sentence(shop: Shop, words: Words, step: Step) -> str:
    assert step.msgid in MSGIDS, step.msgid
    return words.gettext(step.msgid, **{name: _place(shop, words, name, said) for name, said in step.values.items()})


def _place(shop: Shop, words: Words, name: str, said: str) -> str:
    """A place in a sentence: its ending tells what it is (``story_words``)."""
    if name.endswith("_fault"):
        return _fault(shop, words, said)
    if name.endswith("_at"):
        return words.day(int(said)) if said.isdecimal() else said
    if name == "model" and said in shop.catalogue.models:
        return shop.catalogue.models[said].name
    return said


def _fault(shop: Shop, words: Words, code: str) -> str:
    known = shop.catalogue.faults.get(code)
    return fault_words(words.language, known) if known is not None else code


def _line(shop: Shop, words: Words, line: LineSeen) -> Line:
    service = words.label("service", line.service)
    name = f"{_fault(shop, words, line.fault)} · {service}" if line.fault else service
    why = words.label("rule_for_customer", str(line.rule))
    return Line(name, why, line.price_fen, line.part_fen, line.labour_fen, is_late=not line.available)


def _wait(words: Words, box: WhiteBox) -> str:
    if box.place is None:
        return ""
    low, high = box.place.wait_min_low, box.place.wait_min_high
    if high >= UNKNOWN_MIN:
        return words.gettext("Our staff will tell you how long")
    if low == 0:
        return words.gettext("Up to {high} min", high=high)
    return words.gettext("{low} to {high} min", low=low, high=high)


def _is_costing(cost: Cost) -> bool:
    return bool(cost.lines or cost.paid_fen or cost.payable_fen)


PAGE = Page(
    "track", "/track/{token}", (Role.CUSTOMER,), "", _draw, _key, _data, shown=_shown, pace_s=PACE_S, is_hidden=True
)
