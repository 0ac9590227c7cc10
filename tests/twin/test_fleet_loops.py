"""The two loops of a fleet: trips without end, and jobs that come when they come."""

import os
import subprocess
import sys
from collections import Counter

import pytest

from shopfloor.core.fleet.insertion import DISPATCHERS
from simulations.fleet.assumed import ASSUMED, Assumed
from simulations.fleet.chance import Lateness
from simulations.fleet.drive import Drive
from simulations.fleet.jobs import Jobs, day_of_jobs
from simulations.fleet.planned import Planned
from simulations.fleet.played import closed_loop, fleet_layout, open_loop, played
from simulations.fleet.results import Asked, Seen
from simulations.streams import Streams

ASKED = Asked(layout="aisle", trips=40)
PROGRAM = """
from simulations.fleet.played import played
from simulations.fleet.results import Asked
seen = played(Asked(layout="aisle", trips=30), 5, 3)
print(seen.loop.driven.digest, *(one.driven.digest for one in seen.carried.values()))
"""


def digests(seen: Seen) -> list[str]:
    return [seen.loop.driven.digest, *(one.driven.digest for one in seen.carried.values())]


def test_the_same_seed_is_the_same_drive_whatever_a_hash_is():
    said = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": number},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for number in ("0", "1", "2024")
    }
    assert said == {" ".join(digests(played(Asked(layout="aisle", trips=30), 5, 3))) + "\n"}


def test_another_seed_is_another_drive():
    first, second = (closed_loop(ASKED, fleet_layout("aisle", 2), seed).driven.digest for seed in (1, 2))
    assert first != second


def test_g5_two_robots_carry_more_than_one_and_less_than_twice_as_much():
    alone, two = (closed_loop(ASKED, fleet_layout("aisle", robots), 0) for robots in (1, 2))
    assert alone.trips == two.trips == 40
    assert 1.5 < alone.driven.ms / two.driven.ms < 2.0


def test_without_any_chance_a_robot_alone_takes_its_ways_and_its_stays():
    exact = Assumed(stay_least=1.0, stay_most=1.0, late_most=0.0, stop_chance=0.0)
    layout = fleet_layout("aisle", 1)
    loop = closed_loop(Asked(layout="aisle", trips=50, assumed=exact), layout, 0)
    outlet = layout.station_node("cabinet-outlet")
    ways = [layout.drive_ms(outlet, layout.station_node(desk.station)) for desk in layout.desks.values()]
    least, most = 2 * min(ways) + 39_000, 2 * max(ways) + 39_000
    assert 50 * least <= loop.driven.ms <= 50 * most


def test_a_drive_is_never_shorter_than_its_lane_and_a_stop_is_on_its_way():
    late = Lateness(Streams(1), "r1", Assumed(stop_chance=0.5))
    drives = [late.drive(1_200) for _ in range(400)]
    assert all(sum(stretch.ms for stretch in drive) >= 1_200 for drive in drives)
    assert all(drive[0].start == 0.0 and drive[-1].end == 1.0 for drive in drives)
    stops = [drive for drive in drives if len(drive) == 3]
    assert 150 < len(stops) < 250
    assert all(stop.start == stop.end for _, stop, _ in stops)


# ── jobs ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", DISPATCHERS)
def test_g6_every_job_is_picked_then_handed_over_by_the_robot_that_has_it_and_no_tote_is_used_twice(name: str):
    layout, streams = fleet_layout("aisle", 2), Streams(3)
    jobs = day_of_jobs(layout, 80, 3.3, streams, ASSUMED)
    work = Watched(layout, layout.robots, jobs, DISPATCHERS[name], ASSUMED)
    found = Drive(layout, Planned(layout, layout.robots), work, streams, ASSUMED).driven()
    assert not found.stuck
    assert all(job.done_at is not None and job.done_at > job.made_at and job.robot for job in jobs)
    assert max(work.aboard_most.values()) <= 3
    assert (max(work.aboard_most.values()) == 1) == (name != "insertion"), "only ours uses several totes"


class Watched(Jobs):
    """Counts what is aboard after each stop."""

    aboard_most: Counter[str]

    def did(self, robot, now):
        super().did(robot, now)
        if not hasattr(self, "aboard_most"):
            self.aboard_most = Counter()
        aboard = sum(job.robot == robot and job.done_at is None for job in self.jobs.values())
        self.aboard_most[robot] = max(self.aboard_most[robot], aboard)


def test_g6_the_same_seed_brings_the_same_jobs_whatever_the_fleet_and_the_rate_only_moves_them():
    two, four = (day_of_jobs(fleet_layout("aisle", robots), 50, 3.3, Streams(1), ASSUMED) for robots in (2, 4))
    slow = day_of_jobs(fleet_layout("aisle", 2), 50, 1.1, Streams(1), ASSUMED)
    assert two == four
    assert [(job.source, job.target, job.picked_ms) for job in slow] == [
        (job.source, job.target, job.picked_ms) for job in two
    ]
    assert slow[-1].made_at == pytest.approx(3 * two[-1].made_at, abs=5)
    minutes = day_of_jobs(fleet_layout("aisle", 2), 2_000, 3.3, Streams(1), ASSUMED)[-1].made_at / 60_000
    assert 2_000 / minutes == pytest.approx(3.3, rel=0.08)


def test_g6_insertion_keeps_up_where_one_job_at_a_time_does_not_and_the_queue_shows_it():
    layout, asked = fleet_layout("aisle", 2), Asked(layout="aisle", trips=250)
    ours, fifo = (open_loop(asked, layout, 0, DISPATCHERS[name]) for name in ("insertion", "fifo_nearest"))
    assert ours.delivered == fifo.delivered
    assert ours.delivered_ms < 0.6 * fifo.delivered_ms
    assert fifo.open_late > 2 * fifo.open_early
    assert ours.open_late < 1.5 * ours.open_early


def test_a_flood_of_jobs_is_given_up_in_time():
    found = open_loop(
        Asked(layout="aisle", trips=700, jobs_per_min=200.0), fleet_layout("aisle", 2), 0, DISPATCHERS["nearest_job"]
    )
    assert found.gave_up
    assert found.delivered + found.returned < 700
