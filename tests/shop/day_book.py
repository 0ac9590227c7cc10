"""Short days to tell stories about: one customer, or a morning of them, played with all devices and people."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import shopfloor
from shopfloor.contract.actor import HOUR, MINUTE, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.facts import Fact
from shopfloor.contract.layout import Layout
from simulations.demand import Demand, Visit
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
)
"""A battery, fixed while they wait."""


def plan(seed: int, hours: float, demand: Demand | None = None) -> Plan:
    doors_close_at = MORNING + round(hours * HOUR)
    return Plan(
        layout=LAYOUT,
        catalogue=CATALOGUE,
        seed=seed,
        opens=MORNING,
        doors_close_at=doors_close_at,
        demand=demand or Demand(),
    )


def played(day: Day, visits: list[Visit] | None = None) -> Day:
    day.play(visits)
    return day


def told(day: Day, kind: type[F], so: Callable[[F], bool] = lambda _fact: True) -> list[F]:
    """The facts of this kind, oldest first."""
    return [fact for _, fact in day.facts if isinstance(fact, kind) and so(fact)]
