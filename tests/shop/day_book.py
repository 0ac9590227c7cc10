"""Short days to tell stories about: one customer, or a morning of them, played with all devices and people."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import shopfloor
from shopfloor.contract.actor import HOUR, MINUTE, Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Heard
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from simulations.demand import Minutes, Visit
from simulations.scenarios.scenario import load
from simulations.scenarios.table import Value
from simulations.twin.day import Day, Plan

F = TypeVar("F", bound=Fact)

DATA = Path(shopfloor.__file__).parent / "data"
LAYOUT = Layout.from_texts(
    (DATA / "layouts" / "sample.lif.json").read_text(encoding="utf-8"),
    (DATA / "layouts" / "sample.toml").read_text(encoding="utf-8"),
)
CATALOGUE = Catalogue.from_text((DATA / "catalogue.json").read_text(encoding="utf-8"))
MORNING: Instant = 1_795_399_200_000
"""Monday 2026-11-23, 10:00 in the sample shop (UTC+8)."""

ORDINARY = Visit(
    id=1,
    at=MORNING + MINUTE,
    purpose="repair",
    line="A",
    booked=False,
    comes="at-once",
    stays_away=False,
    early_ms=0,
    patience_ms=HOUR,
    language="en",
    accessibility=False,
    model="AST-M60",
    fault="BAT",
    imei="001010000000024",
    accident=True,
    decision="sign",
    signs_later=True,
    more_found="",
    signs_more=True,
    unrepairable=False,
    proxy=False,
    loaner=False,
    wipe=False,
    second_engineer=False,
    part="right",
    first_pass=True,
    accepts=True,
    score=0,
    minutes=Minutes(
        intake=4 * MINUTE,
        diagnosis=6 * MINUTE,
        quote=3 * MINUTE,
        teardown=4 * MINUTE,
        repair=8 * MINUTE,
        quality=4 * MINUTE,
        goodbye=4 * MINUTE,
        advice=8 * MINUTE,
    ),
)
"""A battery, fixed while they wait."""


class Watched(Day):
    """A day of which every word is kept: what the floor was told, and what it then knew."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan, self._note)
        self.heard: list[tuple[Instant, Heard | TimePassed]] = []
        self.facts: list[tuple[Instant, Fact]] = []

    def _note(self, now: Instant, message: Heard | TimePassed, outs: list[Command | Fact]) -> None:
        self.heard.append((now, message))
        self.facts += [(now, out) for out in outs if isinstance(out, Fact)]


def plan(seed: int, hours: float, **values: Value) -> Plan:
    """A day of the sample shop; ``values`` are parameters of its scenario, with __ for the dot."""
    changed = {key.replace("__", "."): value for key, value in values.items()}
    return Plan(
        layout=LAYOUT,
        catalogue=CATALOGUE,
        seed=seed,
        opens=MORNING,
        doors_close_at=MORNING + round(hours * HOUR),
        scenario=load("catalogue").replaced(changed),
    )


def played(plan: Plan, visits: list[Visit] | None = None) -> Watched:
    day = Watched(plan)
    day.play(visits)
    return day


def told(day: Watched, kind: type[F], so: Callable[[F], bool] = lambda _fact: True) -> list[F]:
    """The facts of this kind, oldest first."""
    return [fact for _, fact in day.facts if isinstance(fact, kind) and so(fact)]
