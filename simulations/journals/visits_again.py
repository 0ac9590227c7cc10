"""The customers of a recorded day, as the twin's people can live them again: the only room here that knows these.

What the journal shows of a customer is kept: when they came, with which phone, what they decided, how long they kept
hands busy. What it does not show (the phone of somebody who left uncalled, the patience of somebody who was called in
time) is drawn as the twin assumes it, one stream for each customer, and counted.
"""

from collections.abc import Mapping
from random import Random
from typing import Final

from msgspec import Struct, structs

from shopfloor.contract import events as e
from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE, SECOND, Instant, TimePassed
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.commands import Command
from shopfloor.contract.events import Heard
from shopfloor.core.kpis import Kpis
from shopfloor.core.policies import Policy
from shopfloor.service.replay import tell_kpis
from simulations.demand import Comes, Decision, Drawn, Minutes, PartLuck, Purpose, Visit
from simulations.journals import outcomes
from simulations.journals.arrivals import OpenDay
from simulations.journals.counting import share_of
from simulations.journals.outcomes import has, when
from simulations.journals.seen import Seen, SeenRepair, SeenTicket
from simulations.journals.steps import steps_of
from simulations.scenarios.parameters import Demand
from simulations.scenarios.premises import dials_of
from simulations.scenarios.scenario import Scenario
from simulations.scenarios.table import Value
from simulations.streams import Streams
from simulations.twin.day import Day, Plan
from simulations.twin.fittings import Dials

ASSUMED: Final = Scenario(name="as recorded")
"""The catalogue's people and the machines of the demo, unless another scenario is named."""
AT_THE_KIOSK: Final = 10 * SECOND
"""From the entrance to the number."""
LOOKS_FIRST: Final = 30 * SECOND
"""The twin's engineers look so long for a repair before they take somebody for a visitor who wants advice."""
REDRAWN_MAX: Final = 1_000
IN_MINUTES: Final[dict[str, tuple[str, int]]] = {
    "intake": ("intake", 0),
    "diagnosis": ("diagnosis", 0),
    "quote": ("quote", 0),
    "check": ("quality", 0),
    "goodbye": ("goodbye", 0),
    "advice": ("advice", LOOKS_FIRST),
}
"""Step → the twin's word for it, and what is seen besides. The repair itself is told in two, see _labour."""
STEPS_OF_A_REPAIR: Final = 6


class Remembered(Struct, frozen=True, kw_only=True):
    """A day's customers, with the hands-on times that were seen."""

    day: OpenDay
    scenario: Scenario
    """The shop's people and switches, as far as the journal shows them."""
    visits: tuple[Visit, ...]
    drawn: dict[str, int]
    """What was not to be seen, and is drawn as the twin assumes → for how many customers."""
    dials: Dials
    """Machines with as much trouble as they had on that day, no more."""
    left_out: int
    """People who came for a phone that was brought on an earlier day."""


def remember(seen: Seen, day: OpenDay, catalogue: Catalogue, seed: int, assumed: Scenario = ASSUMED) -> Remembered:
    """Everybody who came, or had booked, on this day; what the journal does not show is as in this scenario."""
    scenario, drawn = scenario_like(seen, assumed), dict[str, int]()
    strangers = Drawn(catalogue, scenario, Streams(seed), day.opens)
    own = {ticket.id: at for ticket in seen.tickets.values()
           if ticket.line != "D" and day.opens <= (at := _arrives(ticket)) < day.closes}  # fmt: skip
    took = _took(seen)
    visits: list[Visit] = []
    for number, name in enumerate(sorted(own, key=lambda name: (own[name], len(name), name)), start=1):
        ticket = seen.tickets[name]
        someone = _possible(_visit(seen, ticket, number, own[name], strangers, drawn), catalogue)
        known = took.get(ticket.repair or ticket.id, {})
        visits.append(structs.replace(someone, minutes=_minutes(someone.minutes, known)))
        if ticket.seated_at:
            _note(drawn, "some hands-on time", lacking=len(known) < (STEPS_OF_A_REPAIR if ticket.repair else 1))
    fetched = sum(_is_old(seen, ticket, day) for ticket in seen.tickets.values())
    return Remembered(
        day=day, scenario=scenario, visits=tuple(visits), drawn=drawn, dials=_dials(seen, assumed), left_out=fetched
    )


def scenario_like(seen: Seen, assumed: Scenario) -> Scenario:
    """What the journal shows of the shop: cabinet or counter, ordering ahead, robots. All else as assumed."""
    switches: dict[str, Value] = {
        "switches.cabinet": any(not row.shelves for row in seen.layout.cabinets.values()),
        "switches.prefetch": seen.orders_ahead,
        "robots.count": len(seen.layout.robots),
    }
    return assumed.replaced(switches)


def play_again(remembered: Remembered, recorded: Plan, policy: Policy, seed: int) -> Kpis:
    """These customers through the twin under this policy; ``seed`` is of all that is not theirs. The day's numbers."""
    kpis = Kpis()

    def note(now: Instant, _message: Heard | TimePassed, outs: list[Command | f.Fact]) -> None:
        tell_kpis(kpis, outs, now)

    plan = structs.replace(
        recorded,
        policy=policy,
        seed=seed,
        scenario=remembered.scenario,
        dials=remembered.dials,
        opens=remembered.day.opens,
        doors_close_at=remembered.day.closes,
    )
    Day(plan, note).play(remembered.visits)
    return kpis


# ── one customer ────────────────────────────────────────────────────────────────────────────────


def _arrives(ticket: SeenTicket) -> Instant:
    return ticket.booked_for or max(0, ticket.issued_at - AT_THE_KIOSK)


def _visit(seen: Seen, ticket: SeenTicket, number: int, at: Instant, strangers: Drawn, drawn: dict[str, int]) -> Visit:
    repair = seen.repairs.get(ticket.repair)
    purpose: Purpose = "repair" if repair is not None or ticket.line in ("A", "B") else "advice"
    someone = strangers.visit(number, purpose, number, at)
    came = ticket.issued_at > 0
    someone = structs.replace(
        someone,
        line="B" if ticket.booking else "A" if purpose == "repair" else "C",
        booked=bool(ticket.booking),
        stays_away=bool(ticket.booking) and not came,
        early_ms=ticket.booked_for - ticket.issued_at + AT_THE_KIOSK if ticket.booking and came else someone.early_ms,
        comes=_comes(ticket),
        patience_ms=_patience(ticket, someone.patience_ms, strangers.streams.apart("patience again", number), drawn),
        accessibility=ticket.accessibility,
        model=ticket.booked_model or someone.model,
        fault=ticket.booked_fault or someone.fault,
    )
    someone = _speaks(someone, ticket)
    if repair is None:
        _note(drawn, "phone and fault", lacking=purpose == "repair" and not ticket.booked_model)
        return someone
    return _decided(_with_phone(someone, repair, drawn), repair, drawn)


def _possible(someone: Visit, catalogue: Catalogue) -> Visit:
    """Without drawn faults that the phone, which was seen, cannot have."""
    known = catalogue.rows.get(someone.model, {})
    also = tuple(fault for fault in someone.also if fault in known and fault != someone.fault)
    return structs.replace(someone, also=also, more_found=someone.more_found if someone.more_found in known else "")


def _speaks(someone: Visit, ticket: SeenTicket) -> Visit:
    language = next((known for known in ("zh-Hans", "zh-Hant", "en") if known == ticket.language), someone.language)
    return structs.replace(someone, language=language)


def _comes(ticket: SeenTicket) -> Comes:
    if ticket.seated_at:
        return "late" if ticket.recycled else "at-once"
    return "never" if ticket.end == "missed" and ticket.called_at else "at-once"


def _patience(ticket: SeenTicket, assumed: int, chance: Random, drawn: dict[str, int]) -> int:
    """Seen of who gave up; of who was called (or closed out) only that it was longer."""
    if ticket.end == "left":
        return ticket.ended_at - ticket.issued_at
    waited = (ticket.called_at or ticket.ended_at) - ticket.issued_at if ticket.issued_at else 0
    _note(drawn, "patience, beyond the wait", lacking=True)
    normal = Demand()
    for _ in range(REDRAWN_MAX):
        if assumed > waited:
            return assumed
        assumed = round(normal.patience_median_min * MINUTE * chance.lognormvariate(0, normal.patience_sigma))
    return waited + MINUTE


def _with_phone(someone: Visit, repair: SeenRepair, drawn: dict[str, int]) -> Visit:
    """What was described and diagnosed."""
    described = next((said for _, said in repair.told if isinstance(said, f.PhoneDescribed)), None)
    cause = next((said for _, said in repair.told if isinstance(said, f.CauseFound)), None)
    if described is not None:
        someone = structs.replace(
            someone,
            model=described.model,
            imei=described.imei,
            proxy=described.identity == "proxy-code",
            wipe=described.data_choice == "accepts-loss",
        )
    if cause is not None:
        someone = structs.replace(
            someone,
            fault=cause.fault,
            also=_also(repair, cause.fault),
            accident=cause.accidental,
            unrepairable=has(repair, e.DeviceFoundUnrepairable),
        )
    _note(drawn, "phone and fault", lacking=described is None or cause is None)
    return someone


def _also(repair: SeenRepair, fault: str) -> tuple[str, ...]:
    """Further faults that stood on the first quote."""
    offer = next((said for _, said in repair.told if isinstance(said, e.QuotePrepared)), None)
    return tuple(line.fault for line in offer.lines if line.fault != fault) if offer is not None else ()


DECISIONS: Final[dict[str, Decision]] = {"refused": "refuse", "thinks": "think", "signed": "sign"}
LUCK: Final[dict[str, PartLuck]] = {"right": "right", "wrong": "wrong", "dead": "dead", "broken": "broken"}


def _decided(someone: Visit, repair: SeenRepair, drawn: dict[str, int]) -> Visit:
    """What the customer answered, and what came of the work; where nothing is known, what was drawn stands."""
    answer = next((word for word in DECISIONS if outcomes.answered(repair, word)), "")
    if answer:
        left = bool(outcomes.left_phone(repair))
        someone = structs.replace(
            someone,
            decision="leave" if left else DECISIONS[answer],
            signs_later=answer != "thinks" or has(repair, f.QuoteApproved),
            loaner=has(repair, f.LoanerMoved),
        )
    _note(drawn, "decision", lacking=not answer)
    if has(repair, f.RepairFinished):
        more = next((said.fault for _, said in repair.told if isinstance(said, f.SupplementNeeded)), "")
        someone = structs.replace(
            someone,
            more_found=more,
            signs_more=not outcomes.more_refused(repair),
            second_engineer=has(repair, f.HandoverOpened),
            part=LUCK[outcomes.luck_of(repair)],
        )
    failed, refused = outcomes.first_check_failed(repair), outcomes.refused_acceptance(repair)
    score = next((said.score for _, said in repair.told if isinstance(said, f.SurveyReceived)), 0)
    return structs.replace(
        someone,
        first_pass=someone.first_pass if failed is None else not failed,
        accepts=someone.accepts if refused is None else not refused,
        score=score,
    )


def _dials(seen: Seen, assumed: Scenario) -> Dials:
    """Shares of trouble as they were in this journal; how quick machines are is as assumed."""
    shares = {outcome.name: share_of(*outcomes.count([seen], outcome)).value or 0.0 for outcome in outcomes.OUTCOMES}
    normal = Dials() if assumed is ASSUMED else dials_of(assumed)
    return structs.replace(
        normal,
        cabinet=structs.replace(normal.cabinet, jam=shares["pick failed"]),
        pos=structs.replace(
            normal.pos,
            declined=shares["payment declined"],
            unknown_taken=0.0,
            unknown_not_taken=shares["payment unknown"],
        ),
    )


# ── small reckoning ─────────────────────────────────────────────────────────────────────────────


def _took(seen: Seen) -> dict[str, dict[str, int]]:
    """Repair (or ticket, for advice) → step → ms, where all of it was seen."""
    found: dict[str, dict[str, int]] = {}
    for step, observed in steps_of(seen).took.items():
        for took in observed:
            if not took.cut:
                found.setdefault(took.of, {})[step] = took.ms
    return found


def _minutes(assumed: Minutes, took: Mapping[str, int]) -> Minutes:
    """As seen; where nothing was seen, as drawn."""
    seen = {word: max(0, took[step] - besides) for step, (word, besides) in IN_MINUTES.items() if step in took}
    teardown, repair = _labour(assumed, took)
    return structs.replace(assumed, **seen, teardown=teardown, repair=repair)


def _labour(assumed: Minutes, took: Mapping[str, int]) -> tuple[int, int]:
    """Before the part is there, and the rest; of what was seen only as a whole, in the shares that were drawn."""
    whole = took.get("repair", assumed.teardown + assumed.repair)
    share = assumed.teardown / max(1, assumed.teardown + assumed.repair)
    teardown = min(whole, took.get("teardown", round(whole * share)))
    return teardown, whole - teardown


def _is_old(seen: Seen, ticket: SeenTicket, day: OpenDay) -> bool:
    """Came on this day for a phone that was brought before it."""
    repair = seen.repairs.get(ticket.repair)
    here = ticket.line == "D" and bool(ticket.repair) and day.opens <= ticket.issued_at < day.closes
    return here and (repair is None or when(repair, f.RepairOpened) < day.opens)


def _note(drawn: dict[str, int], what: str, *, lacking: bool) -> None:
    if lacking:
        drawn[what] = drawn.get(what, 0) + 1
