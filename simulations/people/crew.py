"""Everybody in the shop on one day. They act only through devices, decide by what these show, and know no network."""

from collections.abc import Sequence

import simpy

from shopfloor.contract.actor import Instant
from simulations.demand import Visit, parts_share
from simulations.people.clerk import Clerk
from simulations.people.customer import Customer
from simulations.people.engineer import Engineer, lunch_of
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
        engineer = Engineer(world, row, desk, world.streams.named(f"engineer {name}"), lunch)
        world.engineers[name] = engineer.able
        env.process(engineer.live())
    for name, keeper in world.layout.parts_keepers.items():
        if name in staff:
            env.process(Clerk(world, keeper, world.streams.named(f"keeper {name}")).live())
    env.process(_background(world, doors_close_at))
    for visit in visits:
        env.process(_come(world, visit))
    boss = next(name for name in world.layout.managers if name in staff)
    return env.process(Manager(world, boss, world.streams.named("manager"), doors_close_at).live())


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
