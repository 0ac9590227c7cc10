"""Do the live demo and the twin agree? A demo's journal beside a twin's day on the same draws, and by how much they may
differ.

Seed, hours, customers and speed of the demo give its day again: the same visits to the millisecond (the same streams of
chance, from the moment at which people came in, which the journal shows), the same hands-on minutes, the same people
with the same patience, machines with the same streams, the floor under the journaled policy. What is then still
different has four causes, and the tolerance follows from them.

1. *Wires and eyes.* In the twin a tap is on the screen 40 ms after it was made. In the demo it goes through a broker
   and back (6.5 ms on the wall in the median) and people look every 20 ms on the wall, so a step of the hands ends late
   by about 20 ms on the wall: 2.5 s of the shop at speed 120. A repair has some twenty such moments one after another,
   and takes a minute longer at speed 120. Hence REACTION_S and TAPS.
2. *Close calls.* Two things that come nearer to each other than a wire's reach (REACH_S on the wall) may come in the
   other order: a report is sealed just before it is superseded, or not any more. Facts farther apart keep their order,
   but for cause 4.
3. *Luck by turns.* Terminals and other machines draw from the streams of the same names on both days, but in the order
   in which they are asked. Where somebody else asks first, one has the other's luck; a lost payment costs minutes.
4. *Who is free.* Seconds decide which engineer calls next or checks a phone, so that single waits differ by minutes,
   means much less; and somebody at the end of their patience is called just in time, or is not.

Each KPI may differ by a share of it (causes 3 and 4) and by so many reactions (cause 1); see KPI_ROWS.

Measured on nine demos at speed 120 with twice as many customers (14 to 32 of them), one after another on a busy machine
of four cores. The tolerances were set with the first six in sight (seeds 1 to 6, 2.5 hours); the last three (seeds 11
and 12 for 2.5 hours, 13 for 1.5) were recorded afterwards and changed none of them. The largest difference of all nine
beside what was allowed there:

    customers, phones, booked times, repairs, lines, share given up    0, in all nine
    number taken so late                                               3.5 s of 12 s
    a step of the hands, mean                                          3.7 s of 12 s
    repair time, mean                                                  1.4 min of 2.8 min (2.8 %)
    turnaround, mean                                                   3.1 min of 5.2 min (5.8 %)
    waiting, mean                                                      1.4 min of 3.0 min
    parts wait, mean                                                   0.15 min of 0.53 min
    threads of facts that differ                                       30 of 2,566 (23 close, 4 luck, 3 closing)
    pairs of facts in another order, out of a wire's reach             45 of 636,904

Those 45 are of three customers: a robot's delivery and the start of the repair, which nobody makes wait for each other.
The reason of a thread is recognised by its facts, and so is a likely one, not a proof. A demo whose machine was starved
of its processor for a second has lost two minutes of shop time at speed 120, and may not agree: record it again, or
slower. Waits are too few in a day to agree closely, and nothing here says that the model's numbers are a real shop's.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.facts import PhoneDescribed
from shopfloor.core.kpi_reckoning import Numbers
from shopfloor.core.kpis import KPIS
from shopfloor.service.opening import Opening
from shopfloor.service.store import JournalRefused
from simulations.demand import Minutes, Visit
from simulations.journals.keep import written_to
from simulations.journals.seen import Seen
from simulations.journals.side_by_side import UNEXPLAINED, SideBySide, side_by_side
from simulations.journals.steps import steps_of
from simulations.journals.stories import Stories, stories_in, whose
from simulations.journals.visits_again import IN_MINUTES
from simulations.live import demo_day
from simulations.streams import Streams
from simulations.twin.day import Day, Plan

REACTION_S: Final = 0.025
"""On the wall: from the end of a step of the hands to the tap that the floor has, and back to the eyes."""
TAPS: Final = 25
"""Of them one after another in a repair."""
NOT_COMPARED: Final = ("advice", "teardown")
"""Steps that come only now and then: whoever opens a phone before its part is there."""
REACH_S: Final = 0.1
"""On the wall: things that are nearer may overtake each other."""
SAME_THREADS: Final = 0.95
"""Of all threads of facts, at least."""
ONCE_MAX: Final = 0.1
"""Of the customers: came to a desk on one of the days only."""
TURNED_MAX: Final = 0.001
"""Of pairs of facts, in another order although they are farther apart than a wire's reach."""
UNEXPLAINED_MAX: Final = 0.01
"""Of all threads, for which no cause was recognised."""


class KpiRow(Struct, frozen=True, kw_only=True):
    """How far a number may be off: ``share`` of the twin's, and ``reactions``.

    In any case ``least``, or what so many of the ``customers`` are of all.
    """

    kpi: str
    number: str
    share: float
    reactions: int = 0
    least: float = 0.0
    customers: int = 0

    def tolerance(self, twin: float, speed: float, customers: int) -> float:
        in_minutes = self.reactions * REACTION_S * speed * SECOND / MINUTE
        return max(self.least, self.customers / max(1, customers), self.share * abs(twin) + in_minutes)


KPI_ROWS: Final = (
    KpiRow(kpi="K5", number="n", share=0.1, least=1),
    KpiRow(kpi="K5", number="mean", share=0.03, reactions=TAPS),
    KpiRow(kpi="K5", number="tat_mean", share=0.05, reactions=2 * TAPS),
    KpiRow(kpi="K1", number="mean", share=0.25, reactions=TAPS, least=1),
    KpiRow(kpi="K8", number="n", share=0.1, least=1),
    KpiRow(kpi="K8", number="mean", share=0.1, reactions=6),
    KpiRow(kpi="K3", number="value", share=0, least=0.06, customers=1),
)
"""Repair time, turnaround, waiting, lines, parts wait, share given up. Ours: reasoned from the causes, and widened for
waiting and turnaround where the first demos asked for it."""


class Demo(Struct, frozen=True, kw_only=True):
    """What a demo was asked for."""

    seed: int
    hours: float
    customers: float
    speed: float


class Check(Struct, frozen=True, kw_only=True):
    """One thing that must be alike."""

    what: str
    live: float | None
    twin: float | None
    tolerance: float
    unit: str

    @property
    def off(self) -> float | None:
        return None if self.live is None or self.twin is None else self.live - self.twin

    @property
    def holds(self) -> bool:
        """Also where neither day has a number."""
        return self.live == self.twin if self.off is None else abs(self.off) <= self.tolerance


class Agreement(Struct, frozen=True, kw_only=True):
    """What came of it."""

    journal: str
    demo: Demo
    visits: int
    checks: tuple[Check, ...]
    facts: SideBySide

    @property
    def agrees(self) -> bool:
        return all(check.holds for check in self.checks)


def agreement(journal: str, demo: Demo) -> Agreement:
    """Play the twin on this demo's draws and compare. Raises JournalRefused with file and reason."""
    live, replayed = stories_in(journal)
    if not live.seen.tickets:
        raise JournalRefused(f"{journal}: nobody took a number; there is nothing to compare.")
    plan, visits = same_draws(live, replayed.opening, demo)
    with tempfile.TemporaryDirectory(prefix="shopfloor-agree-") as directory:
        kept = str(Path(directory) / "twin.db")
        play_like(demo, plan, visits, kept)
        twin, _ = stories_in(kept)
    reach = REACH_S * SECOND * demo.speed
    numbers = [visit.id for visit in visits]
    facts = side_by_side(live.by_visit(visits), twin.by_visit(visits), numbers, round(reach))
    return Agreement(
        journal=journal,
        demo=demo,
        visits=len(visits),
        checks=(
            *_who_came(live.seen, twin.seen, visits, reach / SECOND),
            *_hands(live.seen, visits, reach / SECOND),
            *_order(facts, len(visits)),
            *_kpis(live.seen, twin.seen, demo.speed),
        ),
        facts=facts,
    )


def play_like(demo: Demo, plan: Plan, visits: Sequence[Visit], journal: str) -> None:
    """The twin's day, written down. Its people have the demo's patience with devices, which its speed makes longer."""
    with written_to(journal, plan) as note:
        day = Day(plan, note)
        day.world.answer_ms, day.world.glance_ms = demo_day.answer_ms(demo.speed), demo_day.glance_ms(demo.speed)
        day.play(visits)


def same_draws(live: Stories, opening: Opening, demo: Demo) -> tuple[Plan, list[Visit]]:
    """The twin's day that this demo was, and its customers."""
    layout, catalogue = live.seen.layout, Catalogue.from_text(opening.catalogue)
    opens = demo_day.opening(layout, live.seen.began)
    begins = demo_day.began_before(opens, _first_heard(live), demo.speed)
    closes = begins + round(demo.hours * HOUR)
    scenario = demo_day.scenario_of(demo.customers)
    plan = Plan(
        layout=layout,
        catalogue=catalogue,
        seed=demo.seed,
        opens=begins,
        doors_close_at=closes,
        scenario=scenario,
        dials=demo_day.MACHINES,
        policy=opening.policy,
    )
    return plan, list(demo_day.comers(catalogue, scenario, Streams(demo.seed), begins, closes))


def _first_heard(live: Stories) -> Instant:
    """Of people: an engineer who signs on, or the one who stood before the door."""
    issued = (ticket.issued_at for ticket in live.seen.tickets.values())
    return min((at for at in (live.sign_on, *issued) if at), default=live.seen.ended)


# ── who came, with which phone ──────────────────────────────────────────────────────────────────


def _who_came(live: Seen, twin: Seen, visits: Sequence[Visit], reach_s: float) -> list[Check]:
    ours, theirs = whose(live, visits), whose(twin, visits)
    issued = {visit: twin.tickets[name].issued_at for name, visit in theirs.items()}
    late = [live.tickets[name].issued_at - issued.get(visit, 0) for name, visit in ours.items()
            if live.tickets[name].issued_at and issued.get(visit)]  # fmt: skip
    return [
        Check(what="numbers taken or booked", live=_numbers(live), twin=_numbers(twin), tolerance=0, unit=""),
        Check(what="of these, drawn by this seed", live=len(ours), twin=len(theirs), tolerance=0, unit=""),
        Check(what="phones described", live=len(_phones(live)), twin=len(_phones(twin)), tolerance=1, unit=""),
        Check(what="phones that nobody drew", live=_strange(live, visits), twin=_strange(twin, visits), tolerance=0,
              unit=""),
        Check(what="booked times, to the ms", live=_booked(live, visits), twin=_booked(twin, visits), tolerance=0,
              unit=""),
        Check(what="number taken so late, at most", live=max(map(abs, late), default=0) / SECOND, twin=0,
              tolerance=reach_s, unit="s"),
    ]  # fmt: skip


def _numbers(seen: Seen) -> int:
    """First visits; who comes back for a phone takes another number."""
    return sum(ticket.line != "D" for ticket in seen.tickets.values())


def _phones(seen: Seen) -> list[tuple[str, str]]:
    """Model and IMEI of each phone that was described."""
    said = (fact for repair in seen.repairs.values() for _, fact in repair.told)
    return [(fact.model, fact.imei) for fact in said if isinstance(fact, PhoneDescribed)]


def _strange(seen: Seen, visits: Sequence[Visit]) -> int:
    known = dict.fromkeys((visit.model, visit.imei) for visit in visits)
    return sum(phone not in known for phone in _phones(seen))


def _booked(seen: Seen, visits: Sequence[Visit]) -> int:
    """Bookings for the very moment that was drawn."""
    times = dict.fromkeys(visit.at for visit in visits if visit.booked)
    return sum(ticket.booked_for in times for ticket in seen.tickets.values() if ticket.booking)


# ── hands ───────────────────────────────────────────────────────────────────────────────────────


def _hands(live: Seen, visits: Sequence[Visit], reach_s: float) -> list[Check]:
    """Seen in the journal against drawn with the customer, in the mean of each step."""
    by_id = {visit.id: visit.minutes for visit in visits}
    minutes = {live.tickets[name].repair: by_id[visit] for name, visit in whose(live, visits).items()}
    checks = []
    for step, took in steps_of(live).took.items():
        if step in NOT_COMPARED:
            continue
        known = [(one.ms, _drawn_ms(minutes[one.of], step)) for one in took if not one.cut and one.of in minutes]
        if known:
            seen_s, drawn_s = (sum(each) / len(known) / SECOND for each in zip(*known, strict=True))
            checks.append(Check(what=f"{step}, mean of {len(known)}", live=seen_s, twin=drawn_s, tolerance=reach_s,
                                unit="s"))  # fmt: skip
    return checks


def _drawn_ms(minutes: Minutes, step: str) -> int:
    drawn: int = getattr(minutes, IN_MINUTES[step][0]) if step != "repair" else minutes.teardown + minutes.repair
    return drawn


# ── facts and figures ───────────────────────────────────────────────────────────────────────────


def _order(facts: SideBySide, visits: int) -> list[Check]:
    unexplained = sum(one.why == UNEXPLAINED for one in facts.differences)
    return [
        Check(what="customers at a desk on one day only", live=len(facts.seated_once), twin=0,
              tolerance=max(2.0, ONCE_MAX * visits), unit=""),
        Check(what="threads of facts that are the same", live=facts.same / max(1, facts.threads), twin=1,
              tolerance=1 - SAME_THREADS, unit="share"),
        Check(what="threads that differ, not explained", live=unexplained / max(1, facts.threads), twin=0,
              tolerance=UNEXPLAINED_MAX, unit="share"),
        Check(what="pairs of facts in another order", live=facts.turned / max(1, facts.pairs), twin=0,
              tolerance=TURNED_MAX, unit="share"),
    ]  # fmt: skip


def _kpis(live: Seen, twin: Seen, speed: float) -> list[Check]:
    ours, theirs = _numbers_of(live), _numbers_of(twin)
    checks = []
    for row in KPI_ROWS:
        was, is_ = ours[row.kpi].get(row.number), theirs[row.kpi].get(row.number)
        kpi = KPIS[row.kpi]
        checks.append(
            Check(
                what=f"{row.kpi} {kpi.name}, {row.number}",
                live=was,
                twin=is_,
                tolerance=row.tolerance(is_ or 0, speed, _numbers(twin)),
                unit="" if row.number == "n" else kpi.unit,
            )
        )
    return checks


def _numbers_of(seen: Seen) -> dict[str, Numbers]:
    """Of the one day that a demo is."""
    return seen.kpis[max(seen.kpis)].summary()
