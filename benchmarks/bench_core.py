"""The core alone: events a second through ``Floor.handle``, invariants and pictures included, no disk and no wire."""

import statistics
import time
from pathlib import Path

import shopfloor
from shopfloor.contract.actor import SECOND, Device
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.events import (
    CallShown,
    ConsultFinished,
    CustomerSeated,
    EngineerSignedOn,
    Event,
    Heard,
    NextRequested,
    TicketTaken,
)
from shopfloor.contract.layout import Layout
from shopfloor.core.floor import Floor, digest_of
from shopfloor.core.policies import Policy

DATA = Path(shopfloor.__file__).parent / "data"
OPENS = 1_795_399_200_000
"""Monday 2026-11-23, 10:00 in the sample shop."""
ROUNDS = 5
VISITS = 400


def layout() -> Layout:
    """The sample shop."""
    folder = DATA / "layouts"
    return Layout.from_texts((folder / "sample.lif.json").read_text(), (folder / "sample.toml").read_text())


def catalogue() -> Catalogue:
    return Catalogue.from_text((DATA / "catalogue.json").read_text(encoding="utf-8"))


def visits(count: int) -> list[tuple[Device, Event]]:
    """Advice visits, one after the other at one desk: five events each."""
    said: list[tuple[Device, Event]] = [("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))]
    for visit in range(1, count + 1):
        ticket = f"T{visit}"
        said += [
            ("queue/q1", TicketTaken(line="C")),
            ("handheld/h1", NextRequested()),
            ("calls/cd1", CallShown(ticket=ticket, calls=1)),
            ("handheld/h1", CustomerSeated(ticket=ticket)),
            ("handheld/h1", ConsultFinished(ticket=ticket)),
        ]
    return said


def run() -> dict[str, float]:
    """Median events/s over a few rounds, with and without the digest that the journal needs of each output."""
    bare, digested = [], []
    for _ in range(ROUNDS):
        bare.append(_events_per_s(digest=False))
        digested.append(_events_per_s(digest=True))
    return {
        "events_per_s": round(statistics.median(bare)),
        "events_per_s_with_digest": round(statistics.median(digested)),
    }


def _events_per_s(*, digest: bool) -> float:
    floor = Floor(layout(), catalogue(), Policy(tickets_open_max=VISITS + 1))
    said = visits(VISITS)
    now = OPENS
    started = time.perf_counter()
    for device, event in said:
        now += SECOND
        outs = floor.handle(Heard(device, event), now)
        if digest:
            digest_of(outs)
    return len(said) / (time.perf_counter() - started)
