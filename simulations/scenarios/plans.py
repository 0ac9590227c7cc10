"""One numbered day of a scenario: which shop, which customers, which machines."""

from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from shopfloor.contract.actor import HOUR
from shopfloor.contract.layout import Layout, LayoutSource
from shopfloor.core.floor import Floor
from shopfloor.core.policies import Policy
from simulations.scenarios.premises import catalogue, dials_of, layout_of, opens_of, policy_of
from simulations.scenarios.scenario import Scenario
from simulations.twin.day import Plan

SHOPS_MAX: Final = 64


class _Shop(Struct, frozen=True):
    drawing: LayoutSource
    policy: Policy


def plan_of(scenario: Scenario, seed: int, day: int) -> Plan:
    """The shop and the customers of this day. The same (seed, day) brings the same customers to every scenario."""
    opens = opens_of(scenario)
    layout, policy = layout_of(scenario), policy_of(scenario)
    return Plan(
        layout=layout,
        catalogue=catalogue(),
        seed=f"{seed} day {day}",
        opens=opens,
        doors_close_at=opens + round(scenario.opening.hours * HOUR),
        scenario=scenario,
        dials=dials_of(scenario),
        policy=policy,
        opened=_opened(msgspec.json.encode(_Shop(layout.source, policy))),
    )


@lru_cache(maxsize=SHOPS_MAX)
def _opened(text: bytes) -> bytes:
    """The books of this shop on the morning of each of its days. Many scenarios have the same shop."""
    shop = msgspec.json.decode(text, type=_Shop)
    return Floor(Layout.from_source(shop.drawing), catalogue(), shop.policy).checkpoint()
