"""What must always be true; checked after every event, in every world.

B1–B30 are of the business, I01–I26 of the machinery. After each event only what that event has changed is looked at;
the full scan, about once a second and in tests, looks at everything. A broken one is our own mistake: no output leaves,
the event goes to quarantine, and the books are built anew.
"""

from collections.abc import Iterable, Iterator
from typing import cast

from msgspec import Struct

from shopfloor.contract import commands as c
from shopfloor.contract import facts as f
from shopfloor.core import invariants_asked as asked
from shopfloor.core import invariants_books as books
from shopfloor.core import invariants_hall as hall
from shopfloor.core import invariants_money as money
from shopfloor.core import invariants_papers as papers
from shopfloor.core import invariants_repair as repairs
from shopfloor.core import invariants_stock as stock
from shopfloor.core.books import (
    CabinetState,
    Job,
    Loaner,
    PartsOrder,
    PaymentRequest,
    Phone,
    Repair,
    SignatureRequest,
    Thing,
    Ticket,
    Unit,
)
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.invariants_shape import Broken, Check, Flaw, Invariant, Subject, on
from shopfloor.core.lifecycles import TABLES
from shopfloor.core.shop import Shop

THINGS = (Ticket, Repair, PartsOrder, Job, RobotMemory, SignatureRequest, PaymentRequest, Phone, Loaner, CabinetState)
"""Whatever has a state table."""


def on_things(check: Check[Thing]) -> tuple[Subject, ...]:
    """This must hold for whatever has a state."""
    return tuple(Subject(kind, cast("Check[Struct]", check)) for kind in THINGS)


INVARIANTS: tuple[Invariant, ...] = (
    # ── of the business ─────────────────────────────────────────────────────────────────────────
    Invariant(
        "B1",
        "A ticket is called at one desk at most; a desk has one ticket called or served at most.",
        (on(Ticket, hall.at_one_desk),),
        (hall.desks_have_open_tickets,),
    ),
    Invariant(
        "B2",
        "By day close each ticket has exactly one outcome.",
        (
            on(Ticket, hall.one_outcome),
            on(Ticket, hall.the_hall_holds_who_is_open),
            on(f.DayEnded, hall.day_leaves_no_ticket_open),
        ),
        held_by="core/closing.py; after q10 the last outcome counts: service/records.py",
    ),
    Invariant(
        "B3",
        "From intake to hand-over a repair has exactly one owner, and only a told change changes it.",
        (on(Repair, repairs.has_an_owner), on(f.OwnerChanged, repairs.change_of_owner_is_told)),
    ),
    Invariant(
        "B4",
        "Only the owner, or the manager with a reason, gives repair, part and quote events.",
        (on(f.IntakeSigned, repairs.owner_signed_it_in), on(f.RepairStarted, repairs.owner_works_on_it)),
        held_by="Shop.owned refuses all others: core/test_repairs.py, test_quotes.py, test_parts.py",
    ),
    Invariant(
        "B5",
        "Each unit is at exactly one place; nothing by quantity is below nothing.",
        (on(Unit, stock.is_where_the_ledger_says),),
        (stock.nothing_else_is_listed,),
    ),
    Invariant(
        "B6",
        "Free units are the good ones in bins that nobody has reserved.",
        (on(Unit, stock.free_is_free),),
        (stock.all_listed_are_free,),
    ),
    Invariant(
        "B7",
        "A unit has one open reservation at most, and a reservation exactly one parts order.",
        (on(PartsOrder, stock.reservation_has_its_row), on(PartsOrder, stock.only_who_waits_reserves)),
        (stock.row_has_its_reservation,),
    ),
    Invariant(
        "B8",
        "A unit is installed only in the phone of the repair it was issued to, after the owner accepted it.",
        (on(Unit, stock.fitted_in_its_own_phone), on(PartsOrder, stock.installed_is_in_the_phone)),
    ),
    Invariant(
        "B9",
        "No repair goes forward from the work with an issued unit undecided.",
        (on(Repair, repairs.no_unit_undecided),),
    ),
    Invariant(
        "B10",
        "A tote holds only what was last moved into it; a job done leaves its tote empty.",
        (on(f.JobLoaded, stock.loaded_is_in_the_tote), on(f.JobDone, stock.done_leaves_the_tote_empty)),
        held_by="at the moment of the fact; that nothing else is in a tote: the twin's physical count (I03)",
    ),
    Invariant(
        "B11",
        "What the cabinet gave out is what was asked for, or the reservation was swapped.",
        (on(f.PickDone, stock.gave_what_was_reserved), on(f.ReservationSwapped, stock.swap_is_complete)),
    ),
    Invariant(
        "B12",
        "No repair work before a sealed quote, and none outside its lines.",
        (on(Repair, repairs.works_on_a_signed_quote), on(f.PartsOrderOpened, repairs.part_is_on_a_signed_line)),
    ),
    Invariant(
        "B13",
        "Payable ≤ signed cap; charged ≤ payable (deposits ≤ cap); refunded ≤ charged.",
        (on(Repair, money.money_within_the_signed), on(Repair, money.cap_is_what_was_signed)),
    ),
    Invariant(
        "B14",
        "Hash frozen = hash presented = hash sealed; otherwise there is no signature.",
        (
            on(f.DocumentFrozen, papers.frozen_with_its_own_hash),
            on(f.SignatureShown, papers.shown_as_frozen),
            on(f.DocumentSigned, papers.sealed_as_frozen),
        ),
    ),
    Invariant(
        "B15",
        "Sealed bytes never change.",
        (on(SignatureRequest, papers.sealed_has_a_seal),),
        (papers.sealed_bytes_stay,),
        held_by="the sealed file itself is verified by the archive",
    ),
    Invariant(
        "B16",
        "One open document on a PAD at most; the PAD and the POS are those of the repair's desk.",
        (
            on(c.RenderDocument, papers.one_document_for_a_pad),
            on(c.AskSignature, papers.one_document_on_a_pad),
            on(f.SignatureShown, papers.pad_of_the_desk),
            on(f.DocumentViewed, papers.pad_of_the_desk),
            on(f.ConsentRecorded, papers.pad_of_the_desk),
            on(f.InkTaken, papers.pad_of_the_desk),
            on(f.PaymentRequested, money.pos_of_the_desk),
        ),
        (papers.one_document_on_every_pad,),
    ),
    Invariant(
        "B17",
        "One open payment attempt per repair at most, also while its end is unknown.",
        (on(PaymentRequest, money.one_attempt_at_a_time),),
    ),
    Invariant(
        "B18",
        "Handed over only when signed for (or witnessed), paid, scanned out, without a loaner out, to who may take it.",
        (on(f.DeviceHandedOver, repairs.handed_over_in_order),),
    ),
    Invariant(
        "B19",
        "A customer's phone is at exactly one place, and nobody works on one that is not here.",
        (
            on(Phone, repairs.phone_is_where_it_is),
            on(f.RepairStarted, repairs.phone_is_here_when_work_starts),
            on(f.RepairFinished, repairs.phone_is_here_when_work_ends),
        ),
        (repairs.every_phone_has_a_place,),
    ),
    Invariant(
        "B20",
        "No data are wiped without a sealed WIPE of that customer.",
        (on(Repair, repairs.wiped_by_the_customers_word),),
    ),
    Invariant(
        "B21",
        "A warranty price needs the maker's answer, or the manager with a reason.",
        (on(f.QuoteDrafted, repairs.warranty_price_has_an_answer),),
    ),
    Invariant(
        "B22",
        "A rework's parent was handed over, is the same phone and in time; covered lines cost nothing.",
        (on(Repair, repairs.rework_has_a_parent), on(f.QuoteDrafted, repairs.covered_lines_are_free)),
    ),
    Invariant(
        "B23",
        "Each open wait has exactly one due and one named party.",
        on_things(books.waits_for_somebody),
        (books.every_wait_is_of_something,),
    ),
    Invariant(
        "B24",
        "Replaying the journal gives the same state and the same digest.",
        held_by="service/replay.py compares both; storm and twin restart in the middle of a day",
    ),
    Invariant(
        "B25",
        "The same message, or the same command id, twice has one effect.",
        held_by="service/coordinator.py knows (device, boot, seq) for ever; Shop.answered takes one answer",
    ),
    Invariant(
        "B26",
        "Called not before issued, seated not before called; no duration is negative, nothing lies in the future.",
        (
            on(Ticket, hall.ticket_in_order),
            on(Repair, hall.repair_in_order),
            on(PartsOrder, hall.parts_order_in_order),
            on(f.TicketIssued, hall.eta_is_a_range),
        ),
        held_by="that simulated and wall time never mix: no clock in core, by the linter",
    ),
    Invariant(
        "B27",
        "The call display, the speaker and the customer's page show no name, no IMEI, nothing of another customer.",
        (
            on(c.ShowCalls, hall.display_shows_numbers_only),
            on(c.Announce, hall.speaker_says_numbers_only),
            on(c.ShowWhiteBox, hall.white_box_is_the_customers_own),
        ),
        held_by="with planted canaries in all payloads and logs: I26",
    ),
    Invariant(
        "B28",
        "Nobody checks the quality of a board or foldable repair that they did themselves.",
        (on(f.QualityCheckPassed, repairs.checked_by_whom_it_says),),
        held_by="the manager's leave is used up by the check itself, so the door holds it: core/test_repairs.py",
    ),
    Invariant(
        "B29",
        "At day close totes, outlets, inlets and desks hold no unit without an open repair.",
        (on(f.DayEnded, stock.nothing_lies_about_at_night),),
    ),
    Invariant(
        "B30",
        "A touchpoint marked automatic is evidenced by facts only.",
        (on(f.TouchpointEvidenced, hall.tapped_by_people_only),),
    ),
    # ── of the machinery ────────────────────────────────────────────────────────────────────────
    Invariant(
        "I01",
        "Of each SKU, what came in is somewhere.",
        whole=(stock.everything_is_somewhere,),
    ),
    Invariant(
        "I02",
        "What is reserved is in the house, of that SKU, and not taken yet.",
        (on(PartsOrder, stock.reserved_is_in_the_house),),
    ),
    Invariant(
        "I03", "Book stock = physical count, once all is quiet.", held_by="the twin and the storm count what lies"
    ),
    Invariant(
        "I04",
        "A repair is on the list of one person at most, and that is its owner.",
        whole=(repairs.one_handheld_has_it,),
    ),
    Invariant(
        "I05",
        "What the cabinet gives out belongs to exactly one parts order, or goes back at once.",
        (on(f.UnitMoved, stock.dispensed_for_somebody),),
    ),
    Invariant(
        "I06",
        "A parts order has one unit at most.",
        (on(Unit, stock.belongs_to_its_order), on(PartsOrder, stock.order_has_its_unit)),
    ),
    Invariant(
        "I07",
        "What a repair counts as settled is what its payments brought and kept, and at most the signed total.",
        (on(PaymentRequest, money.books_agree_about_money),),
    ),
    Invariant(
        "I08",
        "One capture at most stays without a reversal.",
        (on(PaymentRequest, money.late_capture_goes_back),),
    ),
    Invariant(
        "I09",
        "Money is asked for and taken on a valid signature of the current quote, to the fen.",
        (
            on(f.PaymentRequested, money.asked_on_the_current_signature),
            on(f.PaymentTaken, money.took_what_was_asked),
        ),
    ),
    Invariant(
        "I10",
        "The hash of the sealed document is the hash in the journal.",
        (on(f.DocumentSigned, papers.seal_is_kept),),
        held_by="of the file: the archive's own verification",
    ),
    Invariant("I11", "A command has one physical effect at most.", held_by="devices' memory of commands: storm, twin"),
    Invariant("I12", "A published command's cause is durable.", held_by="service/coordinator.py: publish after sync"),
    Invariant("I13", "A receipt's event is durable.", held_by="service/coordinator.py: receipt after sync"),
    Invariant("I14", "An event is applied once at most.", held_by="service/journal.py: (device, boot, seq) is unique"),
    Invariant(
        "I15", "Replay gives the live state and the live outputs.", held_by="service/replay.py, after any prefix"
    ),
    Invariant("I16", "The hash chain of the journal is whole.", held_by="service/journal.py, at start and nightly"),
    Invariant("I17", "Checkpoint and tail give what replay from zero gives.", held_by="service/replay.py"),
    Invariant(
        "I18",
        "The outbox is a function of the journal; nothing is asked of a device that nobody waits for.",
        (
            *(on(kind, asked.somebody_waits_for_it) for kind in asked.WANTED_BY_SOMEBODY),
            on(PaymentRequest, asked.ended_payment_asks_nothing),
            on(SignatureRequest, asked.ended_document_asks_nothing),
        ),
        (asked.everything_asked_is_awaited,),
        held_by="it is Books.pending: I15",
    ),
    Invariant(
        "I19",
        "A command's id is its own, over all time.",
        tuple(on(kind, books.id_is_its_own) for kind in c.COMMANDS.values()),
        (books.pending_by_their_ids,),
        held_by="counters only grow: Shop.number; what went out before: service/journal.py",
    ),
    Invariant(
        "I20",
        "Every transition is in its table.",
        on_things(books.state_is_in_its_table),
        held_by="of the way to the state: Shop.step asserts the row",
    ),
    Invariant(
        "I21", "When faults have ended, every ticket ends or waits for a named person or stock.", held_by="storm"
    ),
    Invariant("I22", "Once all is quiet, the outbox is empty.", held_by="storm"),
    Invariant(
        "I23",
        "A part is in exactly one custody: bin, tote, person, desk, phone, shelf.",
        (on(Unit, stock.place_exists),),
    ),
    Invariant(
        "I24",
        "No robot is given a node or lane that another one claims.",
        (on(c.SendOrder, books.released_lanes_are_free),),
    ),
    Invariant(
        "I25",
        "Whoever is on the call display is called or served, at that desk.",
        (on(c.ShowCalls, hall.display_shows_who_is_called),),
    ),
    Invariant("I26", "No personal field is in any payload, log line or metric.", held_by="planted canaries: storm, CI"),
)


def _by_kind() -> dict[type[Struct], tuple[tuple[str, Check[Struct]], ...]]:
    table: dict[type[Struct], tuple[tuple[str, Check[Struct]], ...]] = {}
    for invariant in INVARIANTS:
        for kind, check in invariant.subjects:
            table[kind] = (*table.get(kind, ()), (invariant.id, check))
    return table


CHECKS = _by_kind()
"""Type of subject → what is checked of it."""
NONE: tuple[tuple[str, Check[Struct]], ...] = ()


def check_touched(shop: Shop) -> int:
    """Check what this beat has changed and said; returns how many checks were made. Raises Broken at the first flaw."""
    return _check_each(shop, (*shop.touched.values(), *shop.outs))


def check_all(shop: Shop) -> int:
    """The full scan: everything in the books and all sums; returns how many checks were made. Raises Broken."""
    made = _check_each(shop, _subjects(shop))
    for invariant in INVARIANTS:
        for whole in invariant.whole:
            if flaw := whole(shop):
                raise Broken(invariant.id, flaw)
        made += len(invariant.whole)
    return made


def flaws(shop: Shop) -> list[tuple[str, Flaw]]:
    """All that is broken, for whoever looks for the cause: ids and words."""
    return [(name, flaw) for name, flaw in _scan(shop) if flaw]


def _check_each(shop: Shop, subjects: Iterable[Struct]) -> int:
    made = 0
    for subject in subjects:
        checks = CHECKS.get(type(subject), NONE)
        for name, check in checks:
            if flaw := check(shop, subject):
                raise Broken(name, flaw)
        made += len(checks)
    return made


def _scan(shop: Shop) -> Iterator[tuple[str, Flaw]]:
    for subject in _subjects(shop):
        for name, check in CHECKS.get(type(subject), NONE):
            yield name, check(shop, subject)
    for invariant in INVARIANTS:
        for whole in invariant.whole:
            yield invariant.id, whole(shop)


def _subjects(shop: Shop) -> Iterator[Struct]:
    for machine in TABLES:
        yield from shop.things(machine).values()
    yield from shop.books.units.values()
    yield from shop.outs


__all__ = ["CHECKS", "INVARIANTS", "THINGS", "Broken", "Invariant", "check_all", "check_touched", "flaws"]
