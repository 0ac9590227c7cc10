"""What can be done with a part, by the row of the picture that shows it."""

from typing import Final

from shopfloor.contract.commands import PartRow
from shopfloor.web.handheld.offer import Offer, Seat

CANCELLABLE: Final = (
    "REQUESTED", "RESERVED", "BACKORDERED", "PICK_SENT", "PICKING", "PICK_FAILED", "PICKED", "IN_TRANSIT(robot)",
    "IN_TRANSIT(manual)",
)  # fmt: skip
FOR_HANDS: Final = ("PICKED", "PICK_FAILED", "IN_TRANSIT(robot)")
"""A person may fetch it, if the floor knows that no robot comes."""


def part_offers(seat: Seat, part: PartRow) -> tuple[Offer, ...]:
    """The most likely one first."""
    unit = {"unit": part.unit}
    at_desk = {"unit": part.unit, "desk": seat.desk}
    in_hand = part.place == f"HAND:{seat.engineer}"
    found: list[Offer] = []
    match part.state:
        case "AT_DESK" if seat.desk:
            found += [Offer("accept", at_desk), Offer("refuse", at_desk)]
        case "ACCEPTED":
            found += [Offer("return", unit), Offer("defect", unit)]
        case "RETURNING" if part.tote:
            found.append(Offer("load", {"unit": part.unit, "tote": part.tote}))
        case "RETURNING" if seat.keeps_parts and not in_hand:
            found.append(Offer("collect", unit))
        case "RETURNING" if not seat.keeps_parts and part.place == f"DESK:{seat.desk}":
            found.append(Offer("carry-back", unit))
        case "IN_TRANSIT(manual)" if in_hand:
            found.append(Offer("bring", {"unit": part.unit, "desk": part.desk}))
        case state if state in (*FOR_HANDS, "IN_TRANSIT(manual)") and part.unit:
            found.append(Offer("collect", unit))
        case _:
            pass
    if part.state in CANCELLABLE and not seat.keeps_parts:
        found.append(Offer("cancel", {"parts_order": part.parts_order}))
    return tuple(found)
