"""What happened, in numbers: folds over facts.

Three clocks, never one number: R from the seat to the hand-over, R_bench from the signed quote to the passed check, TAT
with the queue. Without data a number is None, never 0, and no average stands without its n. None is about a person.
"""

from collections.abc import Callable
from typing import NamedTuple

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import Fact
from shopfloor.core import kpi_hall, kpi_parts, kpi_repairs
from shopfloor.core import kpi_reckoning as reckoning
from shopfloor.core.kpi_folds import Fold, interval_folds
from shopfloor.core.kpi_memory import Memory
from shopfloor.core.kpi_reckoning import Numbers


class Kpi(NamedTuple):
    """One row: what it is called, how it is reckoned, in which unit, and from what."""

    name: str
    formula: str
    unit: str
    reckon: Callable[[Memory], Numbers]


KPIS: dict[str, Kpi] = {
    "K1": Kpi(
        "waiting", "last call − issue; booked: − the later of check-in and booked time", "min", reckoning.waiting
    ),
    "K2": Kpi(
        "service level",
        "called within 10 min ÷ called (seated, or missed after a call); strict: + those who left after 10 min",
        "share",
        reckoning.service_level,
    ),
    "K3": Kpi("abandonment", "left ÷ numbers issued", "share", reckoning.abandonment),
    "K4": Kpi(
        "no-show",
        "missed ÷ called; booked: bookings that nobody checked in ÷ bookings; reinstated apart",
        "share",
        reckoning.no_show,
    ),
    "K5": Kpi(
        "repair time",
        "R = hand-over − seat, of walk-in and booked hardware repairs done in one visit, minus holds that the customer"
        " chose; bench: passed check − signed quote; tat: hand-over − issue, all repaired",
        "min",
        reckoning.repair_time,
    ),
    "K6": Kpi("promise kept", "reported by the signed promise ÷ reported with one", "share", reckoning.promise_kept),
    "K7": Kpi(
        "right first time",
        "first_pass: checks passed at the first try ÷ passed; value: 1 − (check failed ∪ came back as rework within its"
        " warranty) ÷ repaired",
        "share",
        reckoning.right_first_time,
    ),
    "K8": Kpi(
        "parts wait", "accepted − ordered, per parts order; blocking: time in PARTS_WAIT", "min", reckoning.parts_wait
    ),
    "K9": Kpi(
        "engineer walking",
        "minutes with a unit in the hand of somebody who has a desk ÷ repairs handed over; ways without a unit: unseen",
        "min per repair",
        reckoning.walking,
    ),
    "K10": Kpi(
        "desk use",
        "Σ occupied ÷ Σ signed-on desk time; occupied from seat to served, by what the repair waits for: the engineer"
        " (working), a part, the customer, a payment",
        "share",
        reckoning.desk_use,
    ),
    "K11": Kpi(
        "robot use",
        "job time ÷ (observed − fault − offline); availability: 1 − (fault + offline) ÷ observed; per observed hour of"
        " one robot",
        "share",
        reckoning.robot_use,
    ),
    "K12": Kpi(
        "parts efficiency",
        "lines handled (accepted at the desk, returned, put away, bins counted) ÷ staff hours of parts work (parts"
        " keepers on duty + engineers with a unit in the hand). Ours: the given + 58 % is undefined, and is compared by"
        " running the manual shop through the same formula",
        "lines per hour",
        reckoning.parts_efficiency,
    ),
    "K13": Kpi(
        "stock-out",
        "lines backordered when ordered ÷ lines; fill = 1 − that; days of cover: no fact carries demand, see records",
        "share",
        reckoning.stock_out,
    ),
    "K14": Kpi(
        "stock accuracy",
        "bins counted right ÷ counted; adjusted in units: no fact carries cost",
        "share",
        reckoning.stock_accuracy,
    ),
    "K15": Kpi(
        "wrong, dead, damaged by us",
        "lines refused as wrong; damaged or defective by the supplier; damaged by us; each ÷ lines",
        "share",
        reckoning.wrong_parts,
    ),
    "K16": Kpi(
        "quote acceptance", "repairs signed ÷ shown a quote; supplements ÷ signed", "share", reckoning.quote_acceptance
    ),
    "K17": Kpi(
        "charge integrity", "charged = signed lines done = report, ÷ handed over", "share", reckoning.charge_integrity
    ),
    "K18": Kpi(
        "signature health",
        "sealed, refused, expired ÷ presented; median from shown to sealed; verified ÷ sealed: each night by the"
        " archive, no fact carries it",
        "share",
        reckoning.signature_health,
    ),
    "K19": Kpi(
        "payment unknown",
        "attempts of unknown end ÷ attempts; minutes to resolve; lines that differ at day close",
        "share",
        reckoning.payment_unknown,
    ),
    "K20": Kpi(
        "satisfaction",
        "scores 4–5 ÷ answers; answers ÷ surveys; NPS: % 9–10 − % 0–6; calls within 48 h ÷ scores of 2 or less",
        "share",
        reckoning.satisfaction,
    ),
    "K21": Kpi(
        "paper saved",
        "Σ pages sealed − printed; the shop prints none. Pages, not documents; a day against 120 (given)",
        "pages",
        reckoning.paper_saved,
    ),
    "K22": Kpi(
        "SOP compliance",
        "touchpoints evidenced ÷ those that apply to every repair: automatic by facts, observed by taps; the 252 checks"
        " need an inspector, no fact carries them",
        "share",
        reckoning.sop,
    ),
    "K23": Kpi("one engineer", "repairs with a single owner ÷ handed over", "share", reckoning.one_engineer),
    "K24": Kpi(
        "white-box latency",
        "device event → customer's page, p95: measured by the page, not by facts",
        "s",
        reckoning.not_in_facts,
    ),
    "K25": Kpi("seams", "end of one system's step → start of the next one's, per pair", "min", reckoning.seams),
    "K26": Kpi(
        "twin error",
        "abs(twin − live) ÷ live for K1, K5, K10: compared by the twin, not in one shop's facts",
        "share",
        reckoning.not_in_facts,
    ),
}
"""Every KPI that is published, whole."""


FOLDS = (kpi_hall.folds, kpi_repairs.folds, kpi_parts.folds, interval_folds())
RULES: dict[type[Fact], tuple[Fold[Fact], ...]] = {
    kind: tuple(rule for folds in FOLDS for rule in folds.rules.get(kind, ()))
    for kind in {kind: None for folds in FOLDS for kind in folds.rules}
}


class Kpis(Memory, kw_only=True):
    """The numbers of a shop since they were begun, or since the page was last turned."""

    def note(self, fact: Fact, at: Instant) -> None:
        """This fact was so from ``at`` on. Facts come in the order in which they were said."""
        self.since = self.since or at
        self.at = max(self.at, at)
        if self.day_is_over:
            self.day_is_over = False
            self.days += 1
        kind = type(fact)
        self.count(kind.__name__)
        for rule in RULES.get(kind, ()):
            rule(self, fact, at)

    def turn_the_page(self) -> None:
        """A new sheet of numbers. What is still open is kept, and counts where it ends."""
        self.since, self.days, self.day_is_over = self.at, 0, True
        self.counts, self.values = {}, {}
        for desk in self.desks.values():
            desk.open_ms, desk.ms = 0, {}
            desk.open_since = self.at if desk.open_since else 0
            desk.since = self.at
        for robot in self.robots.values():
            robot.ms, robot.since = {}, self.at
        on_duty = self.marks.get("keeper on duty", {})
        on_duty.update(dict.fromkeys(on_duty, self.at))

    def summary(self) -> dict[str, Numbers]:
        """All KPIs: id → n and numbers in the KPI's unit; None where there are no data."""
        return {name: kpi.reckon(self) for name, kpi in KPIS.items()}
