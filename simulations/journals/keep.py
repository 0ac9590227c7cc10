"""A day of the twin, written as the journal of a real shop: the same tables, the same entries, the same chain.

Each entry is what the live coordinator would have written for the same words: events with the numbering of their
device, presence and robots' states without, wake-ups with nothing. A twin's wires lose nothing, so the outbox is empty.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import msgspec

from shopfloor.contract.actor import Device, Instant, TimePassed
from shopfloor.contract.catalogue import FEN_A_YUAN, Catalogue, Row
from shopfloor.contract.commands import Command
from shopfloor.contract.events import (
    DeviceConnected,
    DeviceLost,
    Heard,
    RobotConnectionReported,
    RobotFactsheetReported,
    RobotReported,
)
from shopfloor.contract.facts import EventRefused, Fact
from shopfloor.core.floor import digest_of
from shopfloor.service.entries import NewEntry
from shopfloor.service.opening import Opening
from shopfloor.service.reading import write_heard
from shopfloor.service.replay import TIME_PASSED
from shopfloor.service.serve import open_shop
from simulations.demand import Visit
from simulations.journals.told import address_of
from simulations.scenarios.plans import plan_of
from simulations.scenarios.scenario import Scenario
from simulations.twin.day import Day, Plan
from simulations.twin.shop_stage import Watcher

BOOT: Final = 1
"""A twin's devices are switched on once."""
WRITTEN_AT_ONCE: Final = 1_000
"""Entries in one transaction."""
NONE: Final = "-"
"""No consumables, in a catalogue's file."""
BARE: Final = (DeviceConnected, DeviceLost, RobotReported, RobotConnectionReported, RobotFactsheetReported)
"""What travels without a numbering of ours."""


class Scribe:
    """Writes a day while it is played: give ``note`` to the stage as its watcher, and ``close`` at the end.

    Bounded memory, whatever the length of the day. Raises JournalError when the file cannot be made or written.
    """

    def __init__(self, journal: str, opening: Opening, at: Instant) -> None:
        self._journal = open_shop(address_of(journal), opening, at)
        self._pending: list[NewEntry] = []
        self._seq: dict[Device, int] = {}

    def note(self, now: Instant, message: Heard | TimePassed, outs: list[Command | Fact]) -> None:
        """The floor was told this at ``now``, and that followed."""
        self._pending.append(self._entry(now, message, outs))
        if len(self._pending) >= WRITTEN_AT_ONCE:
            self._write()

    def close(self) -> None:
        """The last entries, and a clean end."""
        try:
            self._write()
        finally:
            self._journal.close()

    def _write(self) -> None:
        self._journal.append(self._pending)
        self._pending = []

    def _entry(self, now: Instant, message: Heard | TimePassed, outs: list[Command | Fact]) -> NewEntry:
        digest = digest_of(outs)
        if isinstance(message, TimePassed):
            return NewEntry(at=now, kind=TIME_PASSED, body=b"", outcome="accepted", digest=digest)
        refusal = next((out for out in outs if isinstance(out, EventRefused)), None)
        bare = isinstance(message.event, BARE)
        return NewEntry(
            at=now,
            kind=type(message.event).__name__,
            body=write_heard(message) if bare else msgspec.json.encode(message.event),
            outcome="refused" if refusal else "accepted",
            digest=digest,
            device="" if bare else message.device,
            boot=0 if bare else BOOT,
            seq=0 if bare else self._next_seq(message.device),
            code=refusal.code if refusal else "",
            reason=refusal.reason if refusal else "",
        )

    def _next_seq(self, device: Device) -> int:
        self._seq[device] = self._seq.get(device, 0) + 1
        return self._seq[device]


def keep_day(scenario: Scenario, seed: int, day: int, journal: str) -> Day:
    """This day of a scenario, as ``run`` plays it, written as a journal. Raises ScenarioError or JournalError."""
    return keep(plan_of(scenario, seed, day), journal)


def keep(plan: Plan, journal: str, comers: Sequence[Visit] | None = None) -> Day:
    """Play a day, with these customers or those that its demand brings, and write it down while it is played.

    A replay of the journal must reach ``floor.digest()`` of the day that is returned.
    """
    with written_to(journal, plan) as note:
        day = Day(plan, note)
        day.play(comers)
    return day


@contextmanager
def written_to(journal: str, plan: Plan) -> Iterator[Watcher]:
    """A watcher for a day of this plan: whatever it sees stands in the journal, which ends cleanly."""
    scribe = Scribe(journal, opening_of(plan), plan.opens)
    try:
        yield scribe.note
    finally:
        scribe.close()


def opening_of(plan: Plan) -> Opening:
    """The first entry of this day's journal."""
    return Opening(plan.layout.source, catalogue_text(plan.catalogue), plan.policy)


# ── a catalogue as text ─────────────────────────────────────────────────────────────────────────


def catalogue_text(catalogue: Catalogue) -> str:
    """A catalogue as its file spells it, also one that a scenario has changed."""
    rows = [_written(catalogue, row) for own in catalogue.rows.values() for row in own.values()]
    written = {"models": list(catalogue.models.values()), "faults": list(catalogue.faults.values()), "rows": rows}
    text = msgspec.json.encode(written).decode()
    again = Catalogue.from_text(text)
    assert msgspec.json.encode(again) == msgspec.json.encode(catalogue), "a catalogue must come back as it was written"
    return text


def _written(catalogue: Catalogue, row: Row) -> dict[str, str | int | float]:
    part = catalogue.parts.get(row.sku)
    return {
        "model_id": row.model_id,
        "model": catalogue.models[row.model_id].name,
        "fault": row.fault,
        "fault_zh": catalogue.faults[row.fault].zh,
        "part_no": row.sku,
        "part_kind": part.kind if part else "",
        "labour_min": row.labour_least_min,
        "labour_mode": row.labour_mode_min,
        "labour_max": row.labour_most_min,
        "teardown_share": row.teardown_share,
        "consumables": ", ".join(row.consumables) or NONE,
        "part_price_cny": row.part_price_fen // FEN_A_YUAN,
        "labour_fee_cny": row.labour_fee_fen // FEN_A_YUAN,
        "fixed_price_cny": "" if row.fixed_price_fen is None else row.fixed_price_fen // FEN_A_YUAN,
        "repair_warranty_days": row.warranty_days,
        "in_warranty_share": row.in_warranty_share,
    }
