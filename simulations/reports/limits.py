"""What must stand beside every result: what the twin does not know, and what these scenarios leave out."""

from typing import Final

from simulations.reports.experiment import Experiment
from simulations.scenarios.scenario import Scenario

ALWAYS: Final = """\
Every number that the shop is given is assumed, unless its row under Parameters names a source. The page tells what \
follows if those numbers hold.
Nothing here was measured on a real floor. Nothing here confirms what a store has published about itself (58 to 45 \
minutes, +58 % parts efficiency): that was told without number of cases, dates or definitions.
An interval tells how far chance moves a result from one set of days to another. Doubt about the assumed numbers is \
not in it, and is often the larger one.
The people here neither learn nor tire, nor do they work otherwise when watched. The steps of one repair are drawn \
independently, so a hard diagnosis makes no repair longer.
Engineers walk one and the same distance to the parts counter from every desk (counter.way_m); nobody is in anybody's \
way.
Another store has other customers, other hands and other walls: it is another calibration.""".splitlines()
"""For every page, one a line."""

LEFT_OUT: Final[tuple[tuple[tuple[str, ...], float, str], ...]] = (
    (("staff.lunch",), 0, "lunch breaks"),
    (("shares.booked",), 0, "appointments"),
    (("shares.call_no_show", "shares.booked_no_show"), 0, "customers who do not come"),
    (("demand.patience_median_min",), 100_000, "customers who lose patience"),
    (("shares.quality_failed",), 0, "checks that fail"),
    (("shares.refused", "shares.thinks"), 0, "customers who refuse or hesitate"),
    (("shares.unrepairable",), 0, "phones that cannot be repaired"),
    (("shares.dead_part", "shares.broken_part"), 0, "dead and broken parts"),
    (("demand.advice_a_day", "demand.care_a_day", "demand.questions_a_day"), 0, "visits without a repair"),
    (("papers.paper_min", "papers.pad_min"), 0, "time for documents apart from the steps"),
    (("staff.one_skill",), 1, "engineers with different skills"),
    (("demand.plain_mix",), 1, "faults that need a certificate"),
)
"""Parameters, the value of all of them at which something does not happen, and what that is."""


def limits_of(experiment: Experiment) -> tuple[str, ...]:
    """The whole list, the experiment's own first."""
    return (*experiment.limits, *ALWAYS, *_left_out([played.scenario for played in experiment.played]))


def _left_out(scenarios: list[Scenario]) -> list[str]:
    rows = []
    for scenario in scenarios:
        missing = [words for keys, off, words in LEFT_OUT if all(scenario.value(key) == off for key in keys)]
        if missing:
            rows.append(f"Scenario {scenario.name} leaves out: {', '.join(missing)}.")
    return rows
