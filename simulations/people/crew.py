"""Everybody in the shop on one day. They act only through devices, decide by what these show, and know no network."""

from collections.abc import Sequence

import simpy

from shopfloor.contract.actor import DAY, HOUR, Instant
from simulations.demand import Visit, parts_share
from simulations.people.clerk import Clerk
from simulations.people.customer import Customer
from simulations.people.engineer import Engineer, Hours, lunch_of
from simulations.people.manager import Manager
from simulations.people.parts_counter import chunks_a_day, pieces
from simulations.people.person import Act
from simulations.people.world import World


def bring_to_life(world: World, visits: Sequence[Visit], doors_close_at: Instant) -> simpy.Process:
    """All the people as processes on the world's clock; answers with the manager's, which ends with the day."""
    env = world.env
    staff = _on_shift(world)
    for place, (desk, name) in enumerate(zip(world.layout.desks, _engineers(world, staff), strict=False)):
        row = world.layout.engineers[name]
        lunch = lunch_of(place, world.now) if world.scenario.staff.lunch else None
        chance = world.streams.named(f"engineer {name}")
        hours = hours_of(place, world.scenario.staff.engineers, world.now)
        env.process(Engineer(world, row, desk, chance, hours, lunch).live())
    for name, keeper in world.layout.parts_keepers.items():
        if name in staff:
            env.process(Clerk(world, keeper, world.streams.named(f"keeper {name}")).live())
    env.process(_background(world, doors_close_at))
    for visit in visits:
        env.process(_come(world, visit))
    boss = next(name for name in world.layout.managers if name in staff)
    return env.process(Manager(world, boss, world.streams.named("manager"), doors_close_at).live())


def hours_of(place: int, staff: Sequence[int], opens: Instant) -> list[Hours]:
    """When the engineer at this place is here, if so many are wanted in each hour; whoever is the last stays on."""
    wanted = [place < count for count in staff] if len(staff) > 1 else [True]
    found: list[Hours] = []
    for hour, is_wanted in enumerate(wanted):
        ends = opens + (hour + 1) * HOUR if hour + 1 < len(wanted) else opens + DAY
        if is_wanted and found and found[-1][1] == opens + hour * HOUR:
            found[-1] = (found[-1][0], ends)
        elif is_wanted:
            found.append((opens + hour * HOUR, ends))
    return found


def _background(world: World, until: Instant) -> Act[None]:
    """Deliveries, claims, shelves to count: they come up whether or not anybody has time."""
    a_day = chunks_a_day(world.scenario, parts_share(world.catalogue, world.scenario))
    chance = world.streams.named("background")
    for at, ms in pieces(world.now, until, a_day, world.scenario.counter.chunk_min, chance.random):
        yield world.env.timeout(at - world.now)
        world.counter.more_work(ms)


def _come(world: World, visit: Visit) -> Act[None]:
    yield world.env.timeout(0)
    yield from Customer(world, visit).live()


def _on_shift(world: World) -> tuple[str, ...]:
    """Who works today, by the shift list; without one, everybody."""
    today = world.layout.weekday(world.now)
    planned = tuple(name for shift in world.layout.shifts if today in shift.days for name in shift.people)
    everybody = (*world.layout.engineers, *world.layout.parts_keepers, *world.layout.managers)
    return planned or everybody


def _engineers(world: World, staff: Sequence[str]) -> list[str]:
    return [name for name in world.layout.engineers if name in staff]
