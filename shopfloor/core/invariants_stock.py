"""What must always be true of units, reservations and parts orders (B5–B8, B10, B11, B29, I01, I02, I05, I06, I23)."""

from shopfloor.contract.facts import DayEnded, JobDone, JobLoaded, PickDone, ReservationSwapped, ReturnOpened, UnitMoved
from shopfloor.core.books import Books, PartsOrder, Unit
from shopfloor.core.invariants_shape import Flaw
from shopfloor.core.lifecycles import FINAL
from shopfloor.core.shop import Shop

NAMELESS = frozenset(
    ("SUPPLIER", "RECEIVING", "QUARANTINE", "DEFECTS", "OLD_PARTS", "SCRAP", "OTHER_SHOP", "CUSTOMER", "CENTRE", "LOST")
)
"""Places of which there is one."""
WAITING_TO_BE_TAKEN = ("BIN", "OUTLET", "TOTE", "HAND")
"""Where a unit is while its reservation is open."""
MAY_RESERVE = (
    "RESERVED",
    "PICK_SENT",
    "PICKING",
    "CANCELLING",
    "PICK_FAILED",
    "PICKED",
    "IN_TRANSIT(robot)",
    "IN_TRANSIT(manual)",
    "AT_DESK",
)
ISSUED = ("PICKED", "IN_TRANSIT(robot)", "IN_TRANSIT(manual)", "AT_DESK", "ACCEPTED", "INSTALLED", "RETURNING")
MUST_BE_EMPTY_AT_NIGHT = ("TOTE", "OUTLET", "INLET", "DESK")


# ── one place, one status ───────────────────────────────────────────────────────────────────────


def is_where_the_ledger_says(shop: Shop, unit: Unit) -> Flaw:
    """B5: bins and outlets list the units that are in them."""
    kind, _, name = unit.place.partition(":")
    listed = (kind == "BIN" and unit.id in shop.books.bins[name].units) or (
        kind == "OUTLET" and shop.books.cabinets[name].outlet.count(unit.id) == 1
    )
    return "" if listed or kind not in ("BIN", "OUTLET") else f"{unit.id} is at {unit.place}, which does not list it"


def nothing_else_is_listed(shop: Shop) -> Flaw:
    """B5: no bin and no outlet lists a unit that is elsewhere; nothing by quantity is below nothing."""
    books = shop.books
    listed = [(unit, f"BIN:{bin_.id}") for bin_ in books.bins.values() for unit in bin_.units]
    listed += [(unit, f"OUTLET:{cabinet.id}") for cabinet in books.cabinets.values() for unit in cabinet.outlet]
    for name, place in listed:
        unit = books.units.get(name)
        if unit is None or unit.place != place:
            return f"{place} lists {name}, which is at {unit.place if unit else 'no place'}"
    short = next((tally for tally in books.tallies.values() if tally.quantity < 0), None)
    return f"{short.sku} at {short.place}: {short.quantity}" if short else ""


def everything_is_somewhere(shop: Shop) -> Flaw:
    """I01: received = Σ over all places, for each SKU; by quantity, too."""
    counted: dict[str, int] = {}
    for unit in shop.books.units.values():
        counted[unit.sku] = counted.get(unit.sku, 0) + 1
    for tally in shop.books.tallies.values():
        counted[tally.sku] = counted.get(tally.sku, 0) + tally.quantity
    for sku in dict.fromkeys((*counted, *shop.books.received)):
        have, received = counted.get(sku, 0), shop.books.received.get(sku, 0)
        if have != received:
            return f"{received} of {sku} came in, and {have} are somewhere"
    return ""


def place_exists(shop: Shop, unit: Unit) -> Flaw:
    """I23: exactly one holder of a kind that we know: a bin, a tote, a person, a desk, a phone …"""
    kind, _, name = unit.place.partition(":")
    layout = shop.layout
    match kind:
        case "BIN":
            known = name in shop.books.bins
        case "OUTLET" | "INLET":
            known = name in layout.cabinets
        case "TOTE":
            known = name.partition(".")[0] in layout.robots
        case "DESK":
            known = name in layout.desks
        case "DEVICE" | "HAND":
            known = bool(name)
        case _:
            known = unit.place in NAMELESS
    return "" if known else f"{unit.id} is at {unit.place!r}, and there is no such place"


# ── reservations ────────────────────────────────────────────────────────────────────────────────


def free_is_free(shop: Shop, unit: Unit) -> Flaw:
    """B6: good, in a bin, and reserved for nobody."""
    books = shop.books
    listed = unit.id in books.free.get(unit.sku, ())
    return (
        "" if listed == _is_free(books, unit) else f"{unit.id} is {unit.status} at {unit.place}, listed free: {listed}"
    )


def all_listed_are_free(shop: Shop) -> Flaw:
    """B6, from the list's side."""
    for sku, names in shop.books.free.items():
        for name in names:
            unit = shop.books.units.get(name)
            if unit is None or unit.sku != sku or not _is_free(shop.books, unit):
                return f"{name} is listed as a free {sku}"
    return ""


def _is_free(books: Books, unit: Unit) -> bool:
    return unit.status == "OK" and unit.place.startswith("BIN:") and unit.id not in books.reservations


def reservation_has_its_row(shop: Shop, order: PartsOrder) -> Flaw:
    """B7."""
    rowed = bool(order.unit) and shop.books.reservations.get(order.unit) == order.id
    return (
        "" if rowed == order.reserved else f"{order.id} has {order.unit!r} reserved: {order.reserved}, by row: {rowed}"
    )


def only_who_waits_reserves(_shop: Shop, order: PartsOrder) -> Flaw:
    """B7: from the choice of a unit until it is accepted, or nobody needs it any more."""
    if not order.reserved or order.state in MAY_RESERVE:
        return ""
    return f"{order.id} is {order.state} and still has {order.unit} reserved"


def row_has_its_reservation(shop: Shop) -> Flaw:
    """B7: exactly one parts order for each row."""
    for unit, name in shop.books.reservations.items():
        order = shop.books.parts_orders.get(name)
        if order is None or order.unit != unit or not order.reserved:
            return f"{unit} is reserved for {name}, which has {order.unit if order else 'left the books'}"
    return ""


def reserved_is_in_the_house(shop: Shop, order: PartsOrder) -> Flaw:
    """I02: what is reserved is there, is of that SKU, and was not taken yet."""
    if not order.reserved:
        return ""
    unit = shop.books.units.get(order.unit)
    if unit is not None and unit.sku == order.sku and unit.place.partition(":")[0] in WAITING_TO_BE_TAKEN:
        return ""
    found = f"a {unit.sku} at {unit.place}" if unit else "not in the books"
    return f"{order.id} has {order.unit} reserved, which is {found}"


# ── given out ───────────────────────────────────────────────────────────────────────────────────


def belongs_to_its_order(shop: Shop, unit: Unit) -> Flaw:
    """I06: a parts order has one unit at most."""
    if not unit.parts_order:
        return ""
    order = shop.books.parts_orders.get(unit.parts_order)
    if order is not None and order.unit == unit.id and order.state not in FINAL["parts_order"]:
        return ""
    found = f"has {order.unit} and is {order.state}" if order else "has left the books"
    return f"{unit.id} is issued to {unit.parts_order}, which {found}"


def order_has_its_unit(shop: Shop, order: PartsOrder) -> Flaw:
    """I06: and has it as long as it is out."""
    if order.state not in ISSUED:
        return ""
    unit = shop.books.units.get(order.unit)
    return (
        ""
        if unit and unit.parts_order == order.id
        else f"{order.id} is {order.state}, and {order.unit!r} is not its own"
    )


def dispensed_for_somebody(shop: Shop, fact: UnitMoved) -> Flaw:
    """I05: for one parts order; a stray unit goes back at once (E5)."""
    if not fact.source.startswith("BIN:") or not fact.target.startswith("OUTLET:"):
        return ""
    if shop.books.units[fact.unit].parts_order:
        return ""
    stray = any(isinstance(out, ReturnOpened) and out.unit == fact.unit for out in shop.outs)
    return "" if stray else f"{fact.unit} was given out, and for nobody"


def gave_what_was_reserved(shop: Shop, fact: PickDone) -> Flaw:
    """B11."""
    order = shop.books.parts_orders[fact.parts_order]
    unit = shop.books.units[fact.unit]
    if order.unit == fact.unit and shop.books.reservations.get(fact.unit) == order.id and unit.sku == order.sku:
        return ""
    return f"{fact.unit} was given out for {order.id}, which has {order.unit} of {order.sku}"


def swap_is_complete(shop: Shop, fact: ReservationSwapped) -> Flaw:
    """B11: the old unit is this parts order's no more, the new one is."""
    order = shop.books.parts_orders[fact.parts_order]
    if fact.old != fact.new and shop.books.reservations.get(fact.old) != order.id:
        return ""
    return f"{order.id} swapped {fact.old} for {fact.new}, and has both"


def fitted_in_its_own_phone(shop: Shop, unit: Unit) -> Flaw:
    """B8: of the repair it was issued to, after the owner had accepted it."""
    kind, _, repair = unit.place.partition(":")
    order = shop.books.parts_orders.get(unit.parts_order)
    if kind != "DEVICE" or order is None or (order.repair == repair and order.accepted_at):
        return ""
    return f"{unit.id} is in the phone of {repair}, and was issued to {order.repair} ({order.id})"


def installed_is_in_the_phone(shop: Shop, order: PartsOrder) -> Flaw:
    """B8."""
    if order.state != "INSTALLED":
        return ""
    unit = shop.books.units.get(order.unit)
    place = unit.place if unit else "nowhere"
    return "" if place == f"DEVICE:{order.repair}" else f"{order.id} is INSTALLED, and {order.unit} is at {place}"


# ── carried ─────────────────────────────────────────────────────────────────────────────────────


def loaded_is_in_the_tote(shop: Shop, fact: JobLoaded) -> Flaw:
    """B10."""
    unit = shop.books.units.get(fact.unit)
    place = unit.place if unit else "nowhere"
    return "" if place == f"TOTE:{fact.tote}" else f"{fact.job} is loaded, and {fact.unit} is at {place}"


def done_leaves_the_tote_empty(shop: Shop, fact: JobDone) -> Flaw:
    """B10."""
    job = shop.books.jobs[fact.job]
    unit = shop.books.units.get(job.unit)
    left = unit is not None and unit.place == f"TOTE:{job.tote}"
    return f"{job.id} is done, and {job.unit} is in its tote" if left else ""


def nothing_lies_about_at_night(shop: Shop, _fact: DayEnded) -> Flaw:
    """B29."""
    books = shop.books
    for unit in books.units.values():
        if unit.place.partition(":")[0] not in MUST_BE_EMPTY_AT_NIGHT:
            continue
        order = books.parts_orders.get(unit.parts_order)
        repair = books.repairs.get(order.repair) if order else None
        if repair is None or repair.state in FINAL["repair"]:
            return f"the day is closed, and {unit.id} is at {unit.place} for no open repair"
    return ""
