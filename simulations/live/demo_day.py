"""Which day a demo plays: its shop's habits, when people come in, and who comes. Its command line decides all of it.

The twin draws the same day from the same words; see simulations/journals/agreement.py.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from devices.cabinet_simulation import CabinetDials
from devices.notifier import NotifierDials
from shopfloor.contract.actor import HOUR, SECOND, Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from simulations.demand import Visit, visits
from simulations.scenarios.scenario import Scenario, load
from simulations.streams import Streams
from simulations.twin.fittings import Dials

STARTUP_S: Final = 2
"""People come in so long after the first process is started, or when all devices are there."""
MACHINES: Final = Dials(cabinet=CabinetDials(), notifier=NotifierDials())
"""What is wrong with the machines of a demo: with those that run in a process of their own nothing, but for what their
registry has."""
ANSWER_S: Final = 2.0
"""People wait so long for a device, on the wall, before they try again."""
ANSWER_MS: Final = 30 * SECOND
"""But never shorter than this in shop time."""
GLANCE_S: Final = 0.25
"""So long, on the wall, they look whether a tap was refused."""
GLANCE_MS: Final = 3 * SECOND
COMERS: Final = ("demand.repairs_a_day", "demand.advice_a_day", "demand.care_a_day", "demand.questions_a_day")


def opening(layout: Layout, now: Instant) -> Instant:
    """Today's opening time; of a shop that is closed today, ten in the morning all the same."""
    return layout.open_from(now) or layout.day_start(now) + 10 * HOUR


def scenario_of(customers: float) -> Scenario:
    """The sample shop, with so many times its customers."""
    usual = load("catalogue")
    return usual.replaced({key: getattr(usual.demand, key.partition(".")[2]) * customers for key in COMERS})


def answer_ms(speed: float) -> int:
    """How long people wait for a device, in shop time: an answer takes its time on the wall, whatever the speed."""
    return round(max(ANSWER_MS, ANSWER_S * SECOND * speed))


def glance_ms(speed: float) -> int:
    """How long they look whether a tap was refused."""
    return round(max(GLANCE_MS, GLANCE_S * SECOND * speed))


def begins_after(opens: Instant, ready: Instant, speed: float) -> Instant:
    """When people come in: on a whole second of the wall after the opening, so that the journal shows which it was."""
    second = SECOND * speed
    seconds = max(STARTUP_S, -(-(ready - opens) // second))
    return opens + round(seconds * second)


def began_before(opens: Instant, seen: Instant, speed: float) -> Instant:
    """The same, from the first that was heard of people: they sign on within a second of the wall."""
    second = SECOND * speed
    return opens + round((seen + 1 - opens) // second * second)


def comers(
    catalogue: Catalogue, scenario: Scenario, streams: Streams, begins: Instant, doors_close_at: Instant
) -> Sequence[Visit]:
    """Whom the demand brings; the first with something to repair stands before the door when it opens."""
    come = visits(catalogue, scenario, streams, begins, doors_close_at)
    first = next((visit for visit in come if visit.purpose == "repair"), None)
    if first is None:
        return come
    early = structs.replace(
        first, at=begins, line="A", booked=False, comes="at-once", decision="sign", unrepairable=False
    )
    return [early, *(visit for visit in come if visit is not first)]
