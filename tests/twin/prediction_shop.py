"""A shop whose days cost nothing and whose desk time is a sum that can be done in the head.

Hands 20 min, repair 20 min times ``work.scale``, parts by whatever stands in the scenario; the customers of a day are
the same in every scenario, and what chance does to one of them it does in all.
"""

import hashlib
from random import Random

from simulations.experiments.diary import SUMS
from simulations.experiments.result import BINS, MS_A_MIN, DayResult
from simulations.scenarios.scenario import Scenario

OPEN_MS = 600 * MS_A_MIN


def parts_min(scenario: Scenario) -> float:
    """Of the engineer's time, for one repair."""
    counter, on = scenario.counter, scenario.switches
    if on.cabinet:
        return 1.0 + 3 * (1 - scenario.cabinet.cover) + (0.0 if on.prefetch else 1.2)
    search = counter.tidy_search_min if on.tidy_stock else counter.search_min
    return 4.0 + counter.entry_min + 2 * search + 3 * counter.old_back - (2.0 if on.prefetch else 0.0)


def clerk_min(scenario: Scenario) -> float:
    """For one line."""
    counter = scenario.counter
    if scenario.switches.cabinet:
        return counter.background_min + scenario.cabinet.bin_loading_min + counter.return_batch_min
    search = counter.tidy_search_min if scenario.switches.tidy_stock else counter.search_min
    return counter.background_min + counter.entry_min + search + counter.scan_min + counter.return_min


def papers_min(scenario: Scenario) -> float:
    """For one repair."""
    papers = scenario.papers
    return 3 * (papers.pad_min if scenario.switches.e_sign else papers.paper_min)


def predictable_day(scenario: Scenario, seed: int, day: int) -> DayResult:
    """Forty customers or so."""
    chance = Random(f"{seed}:{day}")
    people = [chance.lognormvariate(0, 0.2) for _ in range(chance.randint(30, 50))]
    parts, papers = parts_min(scenario), papers_min(scenario)
    desks = [round(MS_A_MIN * (own * (20 + 20 * scenario.work.scale + parts) + papers)) for own in people]
    queues = [round(MS_A_MIN * own * (1 + parts / 4)) for own in people]
    tats = [desk + queue for desk, queue in zip(desks, queues, strict=True)]
    lines, clerk_ms = len(people), round(sum(people) * clerk_min(scenario) * MS_A_MIN)
    sums = dict.fromkeys(SUMS, 0) | {
        "repairs": len(people), "desk_ms": sum(desks), "tat_ms": sum(tats), "queue_ms": sum(queues),
        "seated": len(people), "parts_ms": round(sum(people) * parts * MS_A_MIN), "lines": lines, "orders": lines,
        "order_ms": round(sum(people) * (parts + 1) * MS_A_MIN), "clerk_ms": clerk_ms, "clerk_there_ms": OPEN_MS,
        "labour_ms": clerk_ms + sum(desks), "taken_ms": sum(desks), "engineers_there_ms": 8 * OPEN_MS,
        "handed_over": len(people), "tickets": len(people) + day % 3, "gave_up": day % 3,
        "overtime_ms": round(MS_A_MIN * 30 * chance.random()),
    }  # fmt: skip
    if scenario.switches.cabinet:
        sums |= {"robots_ms": lines * MS_A_MIN, "robots_there_ms": 2 * OPEN_MS}
    return DayResult(
        scenario=scenario.hash(),
        seed=seed,
        day=day,
        digest=hashlib.sha256(repr((desks, scenario.hash())).encode()).hexdigest(),
        sums=sums,
        histograms={"desk": _counted(desks), "tat": _counted(tats), "queue": _counted(queues)},
        curves={"queue": [ms // 60 for ms in queues[:40]]},
    )


def _counted(times: list[int]) -> list[int]:
    counts = [0] * BINS
    for ms in times:
        counts[min(ms // MS_A_MIN, BINS - 1)] += 1
    return counts
