"""Made-up days for reports: plausible in shape, drawn from a seed, played by nobody."""

from random import Random

from simulations.experiments.diary import SUMS, Diary
from simulations.experiments.pages import played
from simulations.experiments.result import BINS, DayResult
from simulations.experiments.telling import shop_of
from simulations.reports.experiment import Difference, Experiment, Measured, Played
from simulations.scenarios.scenario import Scenario, load

SLOTS = 46
QUARTER_MS = 15 * 60_000
COUNTER, CABINET = load("counter"), load("cabinet")
LANES = (
    "s1:s2",
    "s2:s3",
    "s3:s4",
    "s4:s5",
    "s5:s6",
    "s6:s7",
    "s7:n7",
    "n7:n6",
    "n6:n5",
    "n5:n4",
    "n4:n3",
    "n3:n2",
    "n2:n1",
)
KEPT_DAYS = 100


def day_of(scenario: Scenario, day: int, desk_min: float) -> DayResult:
    """One day in which a repair takes about so long."""
    chance = Random(day)
    cabinet = scenario.switches.cabinet
    queue = [
        int(max(0.0, 3.0 * chance.random() - abs(slot - 26) / 12) * QUARTER_MS * desk_min / 45) for slot in range(SLOTS)
    ]
    there = [QUARTER_MS * 8 if slot < 42 else 0 for slot in range(SLOTS)]
    return DayResult(
        scenario=scenario.hash(),
        seed=1,
        day=day,
        digest=f"{day:064x}",
        sums=dict.fromkeys(SUMS, 0),
        histograms={
            "desk": _spread(chance, desk_min, 0.28, 40),
            "tat": _spread(chance, desk_min * 1.2, 0.35, 40),
            "queue": _spread(chance, desk_min / 6, 0.8, 48),
            "parts_wait": _spread(chance, desk_min / 8, 0.5, 42),
        },
        curves={
            "queue": queue,
            "engineers": [int(ms * min(1.0, desk_min / 75 * (0.8 + 0.3 * chance.random()))) for ms in there],
            "clerk": [int(QUARTER_MS * (0.2 + 0.5 * chance.random()) * desk_min / 58) if ms else 0 for ms in there],
            "robots": [int(QUARTER_MS * 0.3 * chance.random()) if cabinet and ms else 0 for ms in there],
            "staffed": there,
        },
        lanes={lane: chance.randrange(20, 44) for lane in LANES} if cabinet else {},
        ways={f"d{desk}": chance.randrange(1, 3) if cabinet else chance.randrange(3, 9) for desk in range(1, 9)},
    )


def added_up(scenario: Scenario, days: list[DayResult]) -> Played:
    """As the experiments do it."""
    diary = Diary(scenario, 1, range(days[0].day, days[0].day + len(days)))
    for day in days:
        diary.enter(day)
    return played(diary, shop_of(diary))


def experiment_of(days: int = KEPT_DAYS, first: Scenario = COUNTER, second: Scenario = CABINET) -> Experiment:
    """Two scenarios, the figure that was asked for, one figure without an interval, one that was nothing."""
    enough = days >= KEPT_DAYS
    few = "" if enough else f"too few days ({days} of {KEPT_DAYS})"
    return Experiment(
        title=f"{first.name} and {second.name}",
        answer=f"With {second.name} a repair takes 10.3 min less at the desk (10.1 to 10.6) than with {first.name}.",
        command=f"python -m simulations compare {first.name} {second.name} --kpi repair_time --days {days} --seed 1",
        seed=1,
        release="shopfloor 0.1.0",
        played=(
            added_up(first, [day_of(first, day, 57.6) for day in range(days)]),
            added_up(second, [day_of(second, day, 47.3) for day in range(days)]),
        ),
        measured=(
            _measured("repair_time", first.name, 57.6, 0.3, days, few),
            _measured("repair_time", second.name, 47.3, 0.25, days, few),
            Measured(
                figure="repair_time", part="p90", scenario=second.name, estimate=62.1, low=61.2, high=63.0, days=days
            ),
            _measured("clerk_busy", first.name, 0.783, 0.01, days, few),
            Measured(figure="robots_busy", scenario=first.name, estimate=None, days=days, words="no robots"),
        ),
        differences=(
            Difference(
                figure="repair_time",
                scenario=second.name,
                against=first.name,
                estimate=-10.3,
                low=-10.6 if enough else None,
                high=-10.1 if enough else None,
                days=days,
                words=few,
            ),
        ),
    )


def _measured(figure: str, scenario: str, estimate: float, half: float, days: int, few: str) -> Measured:
    low, high = (None, None) if few else (estimate - half, estimate + half)
    return Measured(figure=figure, scenario=scenario, estimate=estimate, low=low, high=high, days=days, words=few)


def _spread(chance: Random, median_min: float, sigma: float, people: int) -> list[int]:
    counts = [0] * BINS
    for _ in range(people):
        counts[min(BINS - 1, int(median_min * chance.lognormvariate(0.0, sigma)))] += 1
    return counts
