"""One numbered day of a scenario: which shop, which customers, which machines."""

from functools import lru_cache
from typing import Final

from shopfloor.contract.actor import HOUR
from shopfloor.core.floor import Floor
from simulations.scenarios.premises import catalogue, dials_of, layout_of, opens_of, policy_of
from simulations.scenarios.scenario import Scenario
from simulations.twin.day import Plan

SHOPS_MAX: Final = 64


def plan_of(scenario: Scenario, seed: int, day: int) -> Plan:
    """The shop and the customers of this day. The same (seed, day) brings the same customers to every scenario."""
    opens = opens_of(scenario)
    return Plan(
        layout=layout_of(scenario),
        catalogue=catalogue(),
        seed=f"{seed} day {day}",
        opens=opens,
        doors_close_at=opens + round(scenario.opening.hours * HOUR),
        scenario=scenario,
        dials=dials_of(scenario),
        policy=policy_of(scenario),
        opened=_opened(scenario),
    )


@lru_cache(maxsize=SHOPS_MAX)
def _opened(scenario: Scenario) -> bytes:
    """The books of this shop on the morning of each of its days."""
    return Floor(layout_of(scenario), catalogue(), policy_of(scenario)).checkpoint()
