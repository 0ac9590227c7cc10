"""Was every promise kept? What devices were told and did, against what the journal says. Knows no processes.

| promise | what would break it |
|---|---|
| P1 a receipt is never lost | its entry was not on the disk when the process died, or is not there now, or is another |
| P2 one effect for each event | an event is in the journal twice, or was never said; a command is carried out twice |
| P3 nothing leaves before its cause | a command came whose cause was not on the disk, or is not in the journal now |
| P4 the same journal, the same state | replay differs from what was live, or the journal was written anew |
| P5 books and world agree | bins and ledger differ, or the acquirer's money and the payments |
| P9 every wait ends | an event without a receipt, a process that fell, a start that did not serve in time |
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from msgspec import Struct

from shopfloor.core.books import Books, PaymentRequest
from simulations.twin.fittings import Fittings
from tests.fire.evidence import Journal, Row
from tests.fire.executioner import FLIGHT_S, Life
from tests.fire.house import Evidence
from tests.fire.plans import Stopped
from tests.fire.witness import Executed, Ordered, Promised, Told, Witness

BACK_S: Final = 5.0
"""In service again so soon after a death."""
STUCK_S: Final = 6.0
"""An event without a receipt for so long is stuck: a device says it again after 5 s."""
SAID_MAX: Final = 200
UNREAD: Final = "Unreadable"


class Violation(Struct, frozen=True):
    """A promise that was not kept, and the story of it."""

    promise: str
    words: str


def judge(evidence: Evidence, journal: Journal) -> list[Violation]:
    """All violations of a day; none is the verdict hoped for."""
    witness, lives = evidence.witness, evidence.lives
    return [
        *events(witness.told, journal),
        *receipts(witness, journal, lives),
        *stuck(witness, evidence.ended_at - STUCK_S),
        *commands(witness.ordered, journal, lives),
        *effects(witness.executed, journal),
        *history(journal, lives),
        *service(lives),
        *ending(evidence, journal),
    ]


# ── events and receipts ─────────────────────────────────────────────────────────────────────────


def events(told: list[Told], journal: Journal) -> Iterator[Violation]:
    """Each event that was said is in the journal once, as it was said; and nothing else is."""
    said = {(each.device, each.boot, each.seq): each for each in told}
    counted = Counter((row.device, row.boot, row.seq) for row in journal.rows if row.device)
    for identity, times in counted.items():
        if times > 1:
            yield Violation("P2", f"{identity} is in the journal {times} times")
    for row in journal.rows:
        if not row.device:
            continue
        each = said.get((row.device, row.boot, row.seq))
        if each is None:
            yield Violation("P2", f"entry {row.n} is {row.kind} of {row.device}, who never said it")
        elif not _same(each, row):
            yield Violation("P1", f"entry {row.n} is not what {row.device} said: {row.body[:SAID_MAX]!r}")


def _same(told: Told, row: Row) -> bool:
    letter = json.loads(told.payload)
    return bool(letter["kind"] == row.kind and letter["body"] == json.loads(row.body))


def receipts(witness: Witness, journal: Journal, lives: list[Life]) -> Iterator[Violation]:
    """Each receipt was true when it left, and still is."""
    by_number = {row.n: row for row in journal.rows}
    for each in witness.promised:
        row = by_number.get(each.entry)
        if row is not None and row.kind == UNREAD and each.code:
            continue  # refused unread, which is true; such an entry has no identity
        if row is None or (row.device, row.boot, row.seq) != (each.device, each.boot, each.seq):
            yield Violation("P1", f"{each.device} has a receipt for {each.boot}/{each.seq}, and {_found(row, each)}")
        life = _life_at(each.at, lives)
        if life is not None and each.entry > life.head:
            yield Violation(
                "P1", f"{each.device} had a receipt for entry {each.entry}; only {life.head} were on the disk"
            )


def stuck(witness: Witness, before: float) -> Iterator[Violation]:
    """Each event that was said before this moment has a receipt; a device may have one on its lips at the end."""
    answered = {(each.device, each.boot, each.seq) for each in witness.promised}
    for told in witness.told:
        if told.at < before and (told.device, told.boot, told.seq) not in answered:
            yield Violation("P9", f"{told.device} never had a receipt for {told.boot}/{told.seq}")


def _found(row: Row | None, each: Promised) -> str:
    return f"entry {each.entry} is not there" if row is None else f"entry {each.entry} is {row.kind} of {row.device!r}"


def _life_at(moment: float, lives: list[Life]) -> Life | None:
    """Whose word it was that came then; None for the last one, which nobody killed."""
    for life, following in pairwise(lives):
        if moment < following.started_at + FLIGHT_S:
            return life
    return None


# ── commands and effects ────────────────────────────────────────────────────────────────────────


def commands(ordered: list[Ordered], journal: Journal, lives: list[Life]) -> Iterator[Violation]:
    """Each command's cause was on the disk when it came, and it was the same whenever it came."""
    contents: dict[str, bytes] = {}
    for each in ordered:
        life = _life_at(each.at, lives)
        if life is not None and each.cause > life.head:
            yield Violation(
                "P3", f"{each.id} came to {each.device} from entry {each.cause}; only {life.head} were on the disk"
            )
        if contents.setdefault(each.id, each.content) != each.content:
            yield Violation("P2", f"{each.id} came to {each.device} with two contents")
    for work, content in contents.items():
        issued = journal.issued.get(work)
        if issued is None or issued.content != content:
            yield Violation("P3", f"{work} was ordered, and does not follow from the journal like that")


def effects(executed: list[Executed], journal: Journal) -> Iterator[Violation]:
    """Each command was carried out once at most, and has a cause."""
    for (device, work), times in Counter((each.device, each.id) for each in executed).items():
        if times > 1:
            yield Violation("P2", f"{device} carried {work} out {times} times")
        if work not in journal.issued:
            yield Violation("P3", f"{device} carried {work} out, which does not follow from the journal")


# ── history and service ─────────────────────────────────────────────────────────────────────────


def history(journal: Journal, lives: list[Life]) -> Iterator[Violation]:
    """What was on the disk at each death is there still, in the same words."""
    if journal.trouble:
        yield Violation("P4", journal.trouble)
    for row in journal.rows:
        if row.code in ("quarantined", "set-aside"):
            yield Violation("P4", f"the floor could not take entry {row.n} in, {row.kind} of {row.device!r}")
    chains = {row.n: row.chain for row in journal.rows}
    for life in lives:
        if life.head > 1 and chains.get(life.head, "").lower() != life.chain.lower():
            yield Violation("P4", f"entry {life.head} was the last one when a life ended, and is another now")


def service(lives: list[Life]) -> Iterator[Violation]:
    """Each start served in time, and no process ended by itself."""
    for life in lives:
        if life.trouble:
            yield Violation("P9", life.trouble)
        if isinstance(life.fate, Stopped) and not life.reached:
            yield Violation("P9", "asked to stop, it did not")
        if life.back_s is not None and life.back_s > BACK_S:
            yield Violation("P9", f"{life.back_s:.1f} s without a receipt after a death ({life.fate})")


# ── the end of the day ──────────────────────────────────────────────────────────────────────────


def ending(evidence: Evidence, journal: Journal) -> Iterator[Violation]:
    """Nobody else fell, live and replayed state are one, and the books are as the world is."""
    yield from (Violation("P9", f"another process fell: {words}") for words in evidence.fell)
    status = evidence.status
    if status is None:
        yield Violation("P10", "the last coordinator did not stop in good order")
    elif status.live_digest != journal.digest:
        yield Violation("P4", f"replayed to {journal.digest}, was live {status.live_digest}")
    if journal.books is not None:
        yield from stock(journal.books, evidence.fittings, journal.by_hand)
        yield from money(journal.books, evidence.fittings)


def stock(books: Books, fittings: Fittings, by_hand: set[str]) -> Iterator[Violation]:
    """What the ledger has in a bin lies in it, and nothing else.

    Units that people took or put with their own hands are left out: these hands are words on a handheld, and move
    nothing in the machine.
    """
    for memory in fittings.cabinets.values():
        for name, inside in memory.truth.bins.items():
            if name not in books.bins:  # the crate for what is set aside
                continue
            booked, there = (sorted(set(units) - by_hand) for units in (books.bins[name].units, inside.units))
            if booked != there:
                yield Violation("P5", f"bin {name}: the ledger has {booked}, and there is {there}")


def money(books: Books, fittings: Fittings) -> Iterator[Violation]:
    """What the acquirer has taken, less what it gave back, is what the payments say, each and in all."""
    for memory in fittings.terminals.values():
        for charge in memory.truth.charges.values():
            taken = charge.amount - charge.undone if charge.taken else 0
            booked = _booked(books.payments.get(charge.payment))
            if taken != booked:
                yield Violation("P5", f"{charge.payment}: the books have {booked} fen, the acquirer took {taken}")
    charged = {payment for memory in fittings.terminals.values() for payment in memory.truth.charges}
    for payment in books.payments.values():
        if _booked(payment) and payment.id not in charged:
            yield Violation("P5", f"{payment.id} is settled, and no terminal has charged it")


def _booked(payment: PaymentRequest | None) -> int:
    if payment is None or payment.state in ("DECLINED", "ABORTED", "NOT_TAKEN", "CREATED", "PRESENTED"):
        return 0
    return payment.amount - payment.undone
