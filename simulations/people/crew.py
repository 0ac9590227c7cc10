"""Everybody in the shop on one day. They act only through devices, decide by what these show, and know no network."""

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import TypeAlias

import simpy
from msgspec import Struct

from shopfloor.contract.actor import DAY, HOUR, Instant
from shopfloor.contract.layout import Engineer as EngineerRow
from shopfloor.contract.layout import Layout
from simulations.demand import Visit, parts_share
from simulations.people.clerk import Clerk
from simulations.people.customer import Customer
from simulations.people.engineer import Engineer, Hours, lunch_of
from simulations.people.manager import Manager
from simulations.people.parts_counter import chunks_a_day, pieces
from simulations.people.person import Act
from simulations.people.world import World

PlaysEngineer: TypeAlias = Callable[[EngineerRow, str, Random, Sequence[Hours], Instant | None], Engineer]
PlaysCustomer: TypeAlias = Callable[[Visit], Customer]


class Cast(Struct, frozen=True, kw_only=True):
    """Who plays: every desk and every engineer of the layout, unless somebody else has taken one."""

    desks: Sequence[str]
    engineers: Sequence[str]
    """Those on this day's shift sit down in this order."""
    engineer: PlaysEngineer
    customer: PlaysCustomer


def everybody(world: World) -> Cast:
    layout = world.layout
    return Cast(
        desks=tuple(layout.desks),
        engineers=tuple(layout.engineers),
        engineer=partial(Engineer, world),
        customer=partial(Customer, world),
    )


def bring_to_life(
    world: World, visits: Sequence[Visit], doors_close_at: Instant, cast: Cast | None = None
) -> simpy.Process:
    """All the people as processes on the world's clock; answers with the manager's, which ends with the day."""
    env = world.env
    cast = cast or everybody(world)
    staff = on_shift(world.layout, world.now)
    engineers = [name for name in cast.engineers if name in staff]
    for place, (desk, name) in enumerate(zip(cast.desks, engineers, strict=False)):
        row = world.layout.engineers[name]
        lunch = lunch_of(place, world.now) if world.scenario.staff.lunch else None
        chance = world.streams.named(f"engineer {name}")
        hours = hours_of(place, world.scenario.staff.engineers, world.now)
        env.process(cast.engineer(row, desk, chance, hours, lunch).live())
    for name, keeper in world.layout.parts_keepers.items():
        if name in staff:
            env.process(Clerk(world, keeper, world.streams.named(f"keeper {name}")).live())
    env.process(_background(world, doors_close_at))
    for visit in visits:
        env.process(_come(world, visit, cast))
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


def _come(world: World, visit: Visit, cast: Cast) -> Act[None]:
    yield world.env.timeout(0)
    yield from cast.customer(visit).live()


def on_shift(layout: Layout, day: Instant) -> tuple[str, ...]:
    """Who works on this day, by the shift list; without one, everybody."""
    weekday = layout.weekday(day)
    planned = tuple(name for shift in layout.shifts if weekday in shift.days for name in shift.people)
    return planned or (*layout.engineers, *layout.parts_keepers, *layout.managers)
