"""The judge of the fire, on evidence written by hand: for each promise a day that keeps it, and one that does not."""

from collections.abc import Callable

import msgspec
import pytest

from devices.pos_body import Charge
from shopfloor.contract.codec import encode
from shopfloor.contract.events import TicketTaken
from shopfloor.core.books import Books, PaymentRequest
from shopfloor.core.opening import opening_books
from simulations.streams import Streams
from simulations.twin.fittings import Dials, Fittings
from tests.fire import judge
from tests.fire.evidence import Issued, Journal, Row
from tests.fire.executioner import Life
from tests.fire.judge import Violation
from tests.fire.plans import AtRandom, Stopped
from tests.fire.witness import Executed, Ordered, Promised, Told, Witness
from tests.shop.day_book import CATALOGUE, LAYOUT, MORNING

QUEUE, CABINET = "queue/q1", "cabinet/c1"
TAKEN = TicketTaken(line="A")
BODY = msgspec.json.encode(TAKEN)
SAME, OTHER = b"same", b"other"
LIVES = [
    Life(fate=AtRandom(1), started_at=0.0, ended_at=10.0, head=2, chain="02", back_s=None),
    Life(fate=AtRandom(0), started_at=10.0, ended_at=20.0, head=3, chain="03", back_s=1.0),
]
"""Killed at 10 with two entries on the disk, and in service again a second later."""


def row(n: int, seq: int, body: bytes = BODY, device: str = QUEUE, code: str = "") -> Row:
    return Row(n, device, 1, seq, "TicketTaken", body, code, f"0{n}")


def journal(*rows: Row, trouble: str = "") -> Journal:
    return Journal(rows=rows, issued={"P1": Issued(2, SAME)}, by_hand=set(), digest="d", books=None, trouble=trouble)


def told(seq: int, event: TicketTaken = TAKEN) -> Told:
    return Told(QUEUE, 1, seq, encode(event, 1, seq, 0), 1.0)


def witness(*seen: Told | Promised | Ordered | Executed) -> Witness:
    found = Witness()
    for each in seen:
        match each:
            case Told():
                found.told.append(each)
            case Promised():
                found.promised.append(each)
            case Ordered():
                found.ordered.append(each)
            case Executed():
                found.executed.append(each)
    return found


def promised(entry: int, seq: int, at: float = 15.0) -> Promised:
    return Promised(QUEUE, 1, seq, entry, "", at)


GOOD = journal(row(1, 0, device=""), row(2, 1), row(3, 2))


def promises(found: list[Violation]) -> list[str]:
    return [violation.promise for violation in found]


# ── events ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("rows", "said", "broken"),
    [
        ([row(2, 1)], [told(1)], []),
        ([row(2, 1), row(3, 1)], [told(1)], ["P2"]),  # doubled
        ([row(2, 1), row(3, 7)], [told(1)], ["P2"]),  # doubled under another number, or made up
        ([row(2, 1)], [told(1, TicketTaken(line="C"))], ["P1"]),  # not what was said
        ([row(2, 0, device="")], [], []),  # the coordinator's own
    ],
)
def test_b25_each_event_is_in_the_journal_once_and_as_it_was_said(
    rows: list[Row], said: list[Told], broken: list[str]
) -> None:
    assert promises(list(judge.events(said, journal(*rows)))) == broken


# ── receipts ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("receipt", "broken"),
    [
        (promised(2, 1, at=5.0), []),
        (promised(3, 2, at=15.0), []),
        (promised(3, 2, at=5.0), ["P1"]),  # it left before its entry was on the disk, which the death showed
        (promised(3, 2, at=10.1), ["P1"]),  # still on its way when its coordinator died
        (promised(9, 2), ["P1"]),  # lost
        (promised(2, 2), ["P1"]),  # another entry lies there
    ],
)
def test_p1_a_receipt_was_true_when_it_left_and_still_is(receipt: Promised, broken: list[str]) -> None:
    assert promises(list(judge.receipts(witness(receipt), GOOD, LIVES))) == broken


def test_p1_a_refusal_of_bytes_that_nobody_could_read_is_true_as_well() -> None:
    unread = msgspec.structs.replace(row(2, 0, device=""), kind=judge.UNREAD)
    refused = msgspec.structs.replace(promised(2, 1), code="bad-body")
    assert not list(judge.receipts(witness(refused), journal(unread), LIVES))
    believed = promised(2, 1)
    assert promises(list(judge.receipts(witness(believed), journal(unread), LIVES))) == ["P1"]


def test_p9_an_event_that_never_had_a_receipt_is_stuck_unless_it_was_said_a_moment_ago() -> None:
    assert promises(list(judge.stuck(witness(told(1)), 10.0))) == ["P9"]
    assert not list(judge.stuck(witness(told(1), promised(2, 1)), 10.0))
    assert not list(judge.stuck(witness(told(1)), 0.5))


# ── commands ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("orders", "broken"),
    [
        ([Ordered(CABINET, "P1", SAME, 2, 5.0), Ordered(CABINET, "P1", SAME, 2, 15.0)], []),  # asked again
        ([Ordered(CABINET, "P1", SAME, 3, 5.0)], ["P3"]),  # its cause was not on the disk
        ([Ordered(CABINET, "P1", SAME, 2, 5.0), Ordered(CABINET, "P1", OTHER, 2, 15.0)], ["P2"]),
        ([Ordered(CABINET, "P1", OTHER, 2, 5.0)], ["P3"]),  # the journal says it otherwise
        ([Ordered(CABINET, "P9", SAME, 2, 5.0)], ["P3"]),  # the journal knows nothing of it
    ],
)
def test_p3_a_command_leaves_after_its_cause_is_on_the_disk_and_is_always_the_same(
    orders: list[Ordered], broken: list[str]
) -> None:
    assert promises(list(judge.commands(orders, GOOD, LIVES))) == broken


@pytest.mark.parametrize(
    ("deeds", "broken"),
    [
        (["P1"], []),
        (["P1", "P1"], ["P2"]),
        (["P9"], ["P3"]),
    ],
)
def test_p2_a_command_is_carried_out_once(deeds: list[str], broken: list[str]) -> None:
    assert promises(list(judge.effects([Executed(CABINET, deed, 1.0) for deed in deeds], GOOD))) == broken


# ── history and service ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "broken"),
    [
        (GOOD, []),
        (journal(row(1, 0, device=""), row(2, 1)), ["P4"]),  # shorter than it was
        (journal(row(1, 0, device=""), row(3, 1), row(3, 2)), ["P4"]),  # the entry at the first death is another
        (msgspec.structs.replace(GOOD, trouble="Entry 7 led to other outputs"), ["P4"]),
        (journal(row(1, 0, device=""), row(2, 1, code="quarantined"), row(3, 2)), ["P4"]),
        (journal(row(1, 0, device=""), row(2, 1, code="set-aside", device=""), row(3, 2)), ["P4"]),
    ],
)
def test_p4_nothing_of_the_past_is_changed_by_a_death(found: Journal, broken: list[str]) -> None:
    assert promises(list(judge.history(found, LIVES))) == broken


def test_p9_a_start_serves_in_time_and_nobody_ends_by_himself() -> None:
    assert not list(judge.service(LIVES))
    late = msgspec.structs.replace(LIVES[1], back_s=5.1)
    fallen = msgspec.structs.replace(LIVES[1], trouble="ended by itself with 1")
    deaf = msgspec.structs.replace(LIVES[1], fate=Stopped(1), reached=False)
    assert promises(list(judge.service([late, fallen, deaf]))) == ["P9", "P9", "P9"]


# ── the world ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def shop() -> tuple[Books, Fittings]:
    """As it opens: what the books say, and what lies there."""
    books = opening_books(LAYOUT, CATALOGUE)
    fittings = Fittings(LAYOUT, books, Streams(1), Dials())
    fittings.client(CABINET, MORNING)
    fittings.client("pos/pos-1", MORNING)
    return books, fittings


def test_i03_a_unit_that_is_gone_without_a_word_is_noticed(shop: tuple[Books, Fittings]) -> None:
    books, fittings = shop
    assert not list(judge.stock(books, fittings, set()))
    gone = next(bin_ for bin_ in fittings.cabinets[CABINET].truth.bins.values() if bin_.units).units.pop()
    assert promises(list(judge.stock(books, fittings, set()))) == ["P5"]
    assert not list(judge.stock(books, fittings, {gone}))


def charge(amount: int, taken: bool = True) -> Callable[[Fittings], None]:
    def put(fittings: Fittings) -> None:
        fittings.terminals["pos/pos-1"].truth.charges["Y1"] = Charge(
            payment="Y1", amount=amount, taken=taken, reference="", replies_at=None, found_from=0, before="in-progress"
        )

    return put


@pytest.mark.parametrize(
    ("state", "at_the_acquirer", "broken"),
    [
        ("SETTLED", charge(100), []),
        ("DECLINED", charge(100, taken=False), []),
        ("SETTLED", charge(200), ["P5"]),  # captured twice, or another amount
        ("ABORTED", charge(100), ["P5"]),  # money taken that no payment knows of
        ("SETTLED", charge(100, taken=False), ["P5"]),
        ("SETTLED", lambda _fittings: None, ["P5"]),  # settled, and never charged
    ],
)
def test_i07_the_acquirers_money_is_that_of_the_books(
    state: str, at_the_acquirer: Callable[[Fittings], None], broken: list[str], shop: tuple[Books, Fittings]
) -> None:
    books, fittings = shop
    at_the_acquirer(fittings)
    books.payments["Y1"] = PaymentRequest(
        id="Y1", state=state, repair="R1", payment_kind="CHARGE", amount=100, attempt=1, pos="pos/pos-1"
    )
    assert promises(list(judge.money(books, fittings))) == broken
