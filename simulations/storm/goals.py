"""Rare situations by name. A campaign proves that each of them has really come about; else it has proved little.

A goal is reached on a day on which one of its *sights* was seen. What a sight is, ``lookout.py`` knows.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from shopfloor.core.lifecycles import TABLES
from shopfloor.service.seams import SEAMS
from simulations.storm.disk import Tail

DEMANDED_FROM: Final = 1_000
"""In so many seeds each goal must have been reached; in fewer it is only told which ones were not."""

Subject: TypeAlias = Literal["coordinator", "wires", "devices", "goods", "robots", "papers", "money", "people"]


class Goal(Struct, frozen=True):
    """A rare situation."""

    name: str
    words: str
    sights: tuple[str, ...]
    """Any of them will do."""


_TABLE: Final[dict[Subject, tuple[tuple[str, str, str], ...]]] = {
    "coordinator": (
        *((f"died.{seam}", f"the coordinator died at the seam {seam}", f"died {seam}") for seam in SEAMS),
        *((f"tail.{tail}", f"what was not synced was {tail}", f"died tail {tail}") for tail in get_args(Tail)),
        ("died.torn", "the coordinator died while the disk was writing", "died torn"),
        ("outbox.full", "the coordinator came up with commands that may not have left", "started with an outbox"),
        ("checkpoint.tail", "the coordinator came up from a checkpoint and the entries after it",
         "started from checkpoint and tail"),
        ("clock.back", "the coordinator came up with a clock that was behind its journal", "started in the past"),
        ("paused", "the coordinator stood still for a minute, and went on", "struck core.paused"),
        ("three.groups", "faults of three groups struck within a minute", "three groups at once"),
    ),
    "wires": (
        ("repeat.same_life", "an event came twice and had one effect", "repeat answered"),
        ("repeat.after_restart", "a repeat of what an earlier life had answered was recognised",
         "repeat after a restart"),
        ("answer.after_restart", "an event was durable, its receipt was not out; the next life gave it",
         "answered by the next life"),
        ("repeat.late", "an event came again over five minutes later, and counted once", "repeat late"),
        ("other_content", "the number of an old message with another content was refused", "other content"),
        ("stale_boot", "a word of an earlier start of a device was refused", "refused unasked old-boot"),
        ("unreadable", "bytes that are no message were refused", "unreadable malformed | unreadable bad-body"),
        ("unknown_device", "a device that is not was refused", "nobody refused"),
        ("not_yours", "a device said what only another type may say", "refused not-yours | unreadable not-yours"),
        ("broker.wiped", "the broker forgot messages that waited for somebody", "wiped with messages waiting"),
        ("broker.restarted", "the broker was restarted", "struck broker.restart"),
        ("cut", "a class of devices was cut off", "struck net.cut"),
        ("clone", "two devices of one name threw each other out", "struck device.clone"),
    ),
    "devices": (
        ("off.with_work", "a device lost its power with work in its hands", "off with work"),
        ("asked_again", "a device was asked again for the work it had had in its hands", "work asked again"),
        ("off.with_events", "a device lost its power with events that had no receipt", "off with events"),
        ("off.pad_inked", "a PAD lost its power between ink and seal", "off with ink"),
        ("off.terminal", "a terminal lost its power while it took money", "off with money"),
        ("off.cabinet", "a cabinet lost its power in the middle of a pick", "off with a pick"),
        ("off.all", "all devices lost their power at once", "struck device.all"),
        ("unanswered", "a device did not answer for so long that somebody was named", "fact CommandUnanswered"),
        ("cannot", "a device refused what it was asked", "fact CommandWasRefused"),
        ("notice.missed", "a message to a customer did not arrive", "fact NoticeMissed"),
        ("entitlement.missing", "nobody knew whether a phone was under warranty (E23)", "fact EntitlementMissing"),
    ),
    "goods": (
        ("pick.jam", "the cabinet said that nothing had come out", "pick aborted"),
        ("pick.empty_bin", "the unit was not where it should be", "pick incomplete"),
        ("pick.rejected", "the cabinet put a unit back for its weight", "pick rejected"),
        ("pick.contradiction", "the cabinet said jam, and gave it out after all (F44)", "pick contradicted"),
        ("pick.other_unit", "the cabinet took another unit, and said so (B11)", "pick of another unit"),
        ("pick.silent", "a pick was never answered in time", "missed unknown"),
        ("pick.second_bin", "after a failure the next bin was tried (p10)", "row p10"),
        ("pick.by_hand", "a person took the unit out of the cabinet by hand (p11)",
         "fetched by hand"),
        ("cabinet.by_hand", "a cabinet was worked by hand until it was well again (h4+)", "row h4+"),
        ("door.open", "a door of a cabinet stayed open (F42)", "step h3+ DOOR_OPEN>HELD"),
        ("wrong_part", "an engineer refused a part that was wrong or damaged (p17)", "step p17 AT_DESK>RETURNING"),
        ("untaken", "nobody took a part at the desk, and it went back (p18)", "row p18"),
        ("defective", "a part was dead on arrival or broken (p21)", "row p21"),
        ("backordered", "a part was out of stock (p3)", "row p3"),
        ("woke", "an order that had waited for stock got a unit (p4)", "row p4"),
        ("returned.reused", "a part that came back was used for another order", "returned unit reserved again"),
        ("count.differed", "a count found something else than the books (m13)", "fact CountDiffered"),
        ("count.adjusted", "the manager corrected the books by a count", "fact CountAdjusted"),
        ("cancelling", "an order was cancelled while its pick was under way (p23)",
         "row p24 | step p25 CANCELLING>RETURNING"),
    ),
    "robots": (
        ("loaded.taken_over", "a robot failed with a part aboard, and a person carried it on (p15+)", "row p15+"),
        ("failed.loaded", "a job failed with the part aboard (j11)", "job failed loaded"),
        ("failed.empty", "a job failed before the part was aboard (j11)", "job failed empty"),
        ("recovered", "a robot failed, and went on with its job (j10)", "row j10"),
        ("blocked", "a robot did not come on (a5)", "row a5"),
        ("fault", "a robot did not know where it was (a2)", "row a2"),
        ("by_hand", "no robot came in time: a person carried it (j8)", "fact JobByHand"),
        ("undelivered", "a part came to a desk and nobody took it off (j7)", "step j7 AT_DROP>UNDELIVERED"),
    ),
    "papers": (
        ("amended.under_pen", "an offer was changed while the customer read or signed it (F54)",
         "step s13 VIEWED>SUPERSEDED | step s13 CONSENTED>SUPERSEDED | step s13 INKED>SUPERSEDED"),
        ("supplement.signed", "more was found, and signed for", "supplement signed"),
        ("supplement.refused", "more was found, and refused (r38+)", "row r38+"),
        ("refused", "a customer refused to sign (s11)", "row s11"),
        ("expired", "nobody signed in time (s12)", "row s12"),
        ("failed", "a document was not made (s4)", "row s4"),
        ("unsealed", "after the ink no seal came (s12)", "step s12 INKED>EXPIRED"),
    ),
    "money": (
        ("declined", "a card was declined (y4)", "row y4"),
        ("declined.again", "a customer whose card was declined paid after all", "paid after a decline"),
        ("unknown", "nobody knew whether money had been taken (y7)", "row y7"),
        ("unknown.approved", "money that nobody knew of had been taken (y8)", "step y8 UNKNOWN>APPROVED"),
        ("unknown.not_taken", "money that nobody knew of had not been taken (y10)", "row y10"),
        ("unknown.second_attempt", "money that had not been taken was asked for again", "asked after not taken"),
        ("late.reversed", "money came after it had been found not taken, and was given back (F52)",
         "late capture given back"),
        ("unknown.manager", "the manager had to read the terminal's log (y11)", "row y11"),
        ("manager.decided", "the manager, or the closing slip, decided about a lost payment (y12)", "row y12"),
    ),
    "people": (
        ("tapped_twice", "somebody tapped twice, and the second tap was refused",
         "refused already | refused already-ordered"),
        ("old_picture", "somebody acted on a screen that was out of date, and was refused", "refused stale"),
        ("not_the_owner", "who was no longer the owner was refused", "refused not-the-owner | refused another-desk"),
        ("handed_over", "a second engineer went on (r30)", "row r30"),
        ("thinks", "a customer thought it over (r12)", "row r12"),
        ("decides_later", "a customer who had thought it over decided (r39+)", "row r39+"),
        ("turned_down", "a customer refused the offer (r11)", "row r11"),
        ("left", "a customer gave up waiting (q12)", "row q12"),
        ("recycled", "a customer who did not come was put back in the queue (q8)", "row q8"),
        ("no_show", "a customer who did not come was given up (q9)", "row q9"),
        ("left_phone", "a customer left the phone here, to be picked up (r26)", "row r26"),
        ("quality_failed", "the check after the repair failed (r19)", "row r19"),
        ("not_accepted", "a customer did not accept the repair (r25)", "row r25"),
        ("dispute", "the manager settled a refused repair (r41+)", "row r41+"),
        ("unrepairable", "a phone could not be repaired (r8, r37+)", "row r8 | row r37+"),
        ("loaner", "a customer got a loaner (l1)", "row l1"),
        ("overnight", "the day was closed with a phone in repair (r43+)", "row r43+"),
        ("away", "an engineer was gone for so long that the floor noticed (E22)", "fact PresenceLost"),
    ),
}  # fmt: skip
"""Subject → name, sentence, sights."""

_BY_PEOPLE: Final = (
    "goods.wrong_part",
    "goods.untaken",
    "goods.defective",
    "goods.backordered",
    "goods.woke",
    "goods.returned.reused",
    "goods.count.differed",
    "goods.count.adjusted",
    "robots.undelivered",
    "papers.supplement.signed",
    "papers.supplement.refused",
    "papers.refused",
    "papers.expired",
)


def _goals() -> Iterator[Goal]:
    for subject, rows in _TABLE.items():
        for name, words, sights in rows:
            yield Goal(f"{subject}.{name}", words, tuple(sights.split(" | ")))


GOALS: Final = tuple(_goals())
NEED_FAULTS: Final = tuple(
    goal.name for goal in GOALS if not goal.name.startswith("people.") and goal.name not in _BY_PEOPLE
)
"""These come about only where something was done to the shop; all others also by people as they are."""
BY_NAME: Final = {goal.name: goal for goal in GOALS}
assert len(BY_NAME) == len(GOALS), "two goals have one name"

NEVER_WALKED: Final = ("h8+",)
"""Shelves are what they are from the beginning."""
ROWS: Final[tuple[str, ...]] = tuple(
    dict.fromkeys(row.row for table in TABLES.values() for row in table if row.row not in NEVER_WALKED)
)
"""Every row of the lifecycles that a thing can be moved along."""


def reached(sights: Mapping[str, int]) -> dict[str, int]:
    """How often each goal was reached, of those that were."""
    counts = {goal.name: sum(sights.get(sight, 0) for sight in goal.sights) for goal in GOALS}
    return {name: count for name, count in counts.items() if count}


def rows_walked(sights: Mapping[str, int]) -> tuple[str, ...]:
    """Of ROWS, those that were walked."""
    return tuple(row for row in ROWS if sights.get(f"row {row}"))
