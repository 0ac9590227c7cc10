"""How long hands were busy, read off a journal: from one fact to the next tap, less all that was waiting.

Only *clean* stretches are used: those in which the engineer had nothing else to do, as far as the journal shows. The
others are counted with the reason. A step that was still going on at the end of the journal is *cut*: it took longer.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct, field

from shopfloor.contract import events as e
from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE, Instant
from simulations.journals.seen import Said, Seen, SeenRepair, SeenTicket
from simulations.scenarios.parameters import Work

CHECKED: Final = "a colleague's repair was checked meanwhile"
ORDER: Final = round(Work().order_min * MINUTE)
"""One tap that orders a part: nothing shows where it begins, so its length is assumed."""

STEPS: Final = ("intake", "diagnosis", "quote", "teardown", "repair", "check", "goodbye", "advice")


class Took(Struct, frozen=True):
    """One observation: a step of a repair (or of a ticket, for advice) took so long, or longer if it was cut."""

    of: str
    ms: int
    cut: bool = False


class Steps(Struct, kw_only=True):
    """All observations of one journal."""

    took: dict[str, list[Took]] = field(default_factory=lambda: {step: [] for step in STEPS})
    unclean: dict[str, int] = field(default_factory=dict)
    """"step: reason" → how many were left out for it."""

    def leave_out(self, step: str, reason: str) -> None:
        name = f"{step}: {reason}"
        self.unclean[name] = self.unclean.get(name, 0) + 1


class _History:
    """One repair's story, to be asked when what was."""

    def __init__(self, seen: Seen, repair: SeenRepair) -> None:
        self.seen = seen
        self.id = repair.id
        self.owner = repair.owner
        self.told = repair.told
        self.ticket = seen.tickets.get(repair.ticket)

    def first(self, *kinds: type[Said], after: Instant = 0, so: Callable[[Said], bool] = lambda _: True) -> Instant:
        """When the first of these was said, at or after an instant; 0 if never."""
        return next((at for at, said in self.told if at >= after and isinstance(said, kinds) and so(said)), 0)

    def has(self, *kinds: type[Said]) -> bool:
        return bool(self.first(*kinds))


Read: TypeAlias = Callable[[_History, Steps], None]


def steps_of(seen: Seen) -> Steps:
    """Every step of every repair, and every advice, of this journal."""
    steps = Steps()
    for repair in seen.repairs.values():
        history = _History(seen, repair)
        for read in _READERS:
            read(history, steps)
    for ticket in seen.tickets.values():
        _advice(seen, ticket, steps)
    return steps


# ── a simple step: from a fact to the tap that ends it ──────────────────────────────────────────


def _intake(history: _History, steps: Steps) -> None:
    seated = history.ticket.seated_at if history.ticket else 0
    if seated and history.first(f.RepairOpened) >= seated:
        _simple(history, steps, "intake", seated, history.first(e.IntakeRecorded))


def _diagnosis(history: _History, steps: Steps) -> None:
    _simple(history, steps, "diagnosis", history.first(f.IntakeSigned), history.first(e.DiagnosisRecorded))


def _quote(history: _History, steps: Steps) -> None:
    found = history.first(f.CauseFound)
    if not history.has(e.DeviceFoundUnrepairable):
        offers = ((at, said) for at, said in history.told if at >= found and isinstance(said, e.QuotePrepared))
        ends, offer = next(offers, (0, None))
        ordered = history.seen.orders_ahead and offer is not None and any(line.sku for line in offer.lines)
        _simple(history, steps, "quote", found, ends, ORDER if ordered else 0)


def _simple(history: _History, steps: Steps, step: str, begins: Instant, ends: Instant, besides: int = 0) -> None:
    """Believed if this engineer did not check somebody else's repair meanwhile and nobody else took over."""
    if not begins:
        return
    cut = not ends
    if cut:
        ends = history.first(f.RepairHeld, after=begins) or history.seen.ended
        if history.first(f.ReturnDecided, f.HandoverOpened, f.QuoteFrozen, f.RepairStarted, after=begins):
            return  # it went another way
    if reason := _called_away(history.seen, history.owner, history.id, begins, ends):
        steps.leave_out(step, reason)
    elif history.first(f.OwnerChanged, after=begins) and history.first(f.OwnerChanged, after=begins) <= ends:
        steps.leave_out(step, "handed over meanwhile")
    else:
        steps.took[step].append(Took(history.id, max(0, ends - begins - besides), cut))


def _called_away(seen: Seen, engineer: str, own: str, begins: Instant, ends: Instant) -> str:
    """What else these hands did between two instants, of which the beginning is not seen; "" for nothing."""
    if any(begins <= at <= ends for at in seen.walks.get(engineer, ())):
        return "the part was fetched on foot"
    if any(begins <= at <= ends and repair != own for at, repair in seen.taken.get(engineer, ())):
        return "a part for another repair was taken meanwhile"
    return CHECKED if _checked_meanwhile(seen, engineer, own, begins, ends) else ""


def _checked_meanwhile(seen: Seen, engineer: str, own: str, begins: Instant, ends: Instant) -> bool:
    return any(begins <= at <= ends and repair != own for at, repair in seen.checks.get(engineer, ()))


# ── the repair itself ───────────────────────────────────────────────────────────────────────────


MIXED: Final = {
    f.SupplementNeeded: "a second fault was found",
    f.PartDefective: "a part was dead or broke",
    f.HandoverOpened: "handed over to somebody else",
    f.RepairHeld: "held in between",
}
"""What puts other work between the facts of a repair."""


def _teardown(history: _History, steps: Steps) -> None:
    """Until the engineer has nothing left to do without the part; cut when the part comes first."""
    begins = history.first(f.RepairStarted)
    if not begins or not history.has(f.PartsOrderOpened):
        return
    blocked, taken = history.first(e.WorkBlocked), history.first(f.PartAccepted)
    ends = min((at for at in (blocked, taken) if at), default=0)
    if ends <= begins:
        return
    if reason := _called_away(history.seen, history.owner, history.id, begins, ends):
        steps.leave_out("teardown", reason)
        return
    besides = _blocked(history, begins, ends) + _ordering(history, begins, ends)
    steps.took["teardown"].append(Took(history.id, ends - begins - besides, cut=ends != blocked))


def _repair(history: _History, steps: Steps) -> None:
    """All time of hands on the phone, from the start to the part in place (or the end, without one)."""
    begins = history.first(f.RepairStarted)
    ends = history.first(e.PartInstalled) if history.has(f.PartFitted) else history.first(e.WorkFinished)
    if not begins or not ends:
        return
    for at, said in history.told:
        reason = MIXED.get(type(said)) if begins <= at <= ends else None
        if reason:
            steps.leave_out("repair", reason)
            return
    if reason := _called_away(history.seen, history.owner, history.id, begins, ends):
        steps.leave_out("repair", reason)
        return
    besides = _blocked(history, begins, ends) + _ordering(history, begins, ends)
    steps.took["repair"].append(Took(history.id, ends - begins - besides))


def _ordering(history: _History, begins: Instant, ends: Instant) -> int:
    """Orders that are made only when the part is needed."""
    if history.seen.orders_ahead:
        return 0
    orders = (said for at, said in history.told if begins <= at <= ends and isinstance(said, f.PartsOrderOpened))
    return ORDER * sum(not order.replaces for order in orders)


def _blocked(history: _History, begins: Instant, ends: Instant) -> int:
    """Waiting for parts between two instants, and taking what a robot brings while hands are busy."""
    waited, since = 0, 0
    arrived: dict[str, Instant] = {}
    for at, said in history.told:
        match said:
            case f.RepairBlocked() if begins <= at <= ends:
                since = at
            case f.RepairUnblocked() if since:
                waited, since = waited + min(at, ends) - since, 0
            case f.PartArrived() if begins <= at <= ends and not since:
                arrived[said.parts_order] = at
            case f.PartAccepted() | f.PartRefused() if said.parts_order in arrived:
                waited += min(at, ends) - arrived.pop(said.parts_order)
    return waited


# ── the check ───────────────────────────────────────────────────────────────────────────────────


def _check(history: _History, steps: Steps) -> None:
    """Its beginning is no fact: it is believed where the checker had nothing else to do as the repair was finished."""
    begins = history.first(f.RepairFinished)
    verdicts = ((at, said) for at, said in history.told if isinstance(said, e.QualityPassed | e.QualityFailed))
    found = next(((at, said) for at, said in verdicts if at >= begins), None)
    if not begins or found is None:
        return
    ends, verdict = found
    seen, checker = history.seen, verdict.checker
    if "same-checker" in seen.allowed.get(history.id, ()):
        steps.leave_out("check", "the manager was asked first")
    elif checker == history.owner and any(_free(seen, other, begins) for other in seen.on_duty if other != checker):
        steps.leave_out("check", "a colleague might have come first")
    elif checker != history.owner and not _free(seen, checker, begins):
        steps.leave_out("check", "the checker was busy, so its beginning is unknown")
    elif _checked_meanwhile(seen, checker, history.id, begins, ends):
        steps.leave_out("check", "another repair was checked meanwhile")
    elif _checked_meanwhile(seen, history.owner, history.id, begins, ends):
        steps.leave_out("check", "its owner checked a colleague's repair before asking for it")
    else:
        steps.took["check"].append(Took(history.id, ends - begins))


def _free(seen: Seen, engineer: str, at: Instant) -> bool:
    """Signed on, and nobody at their desk."""
    here = any(begins <= at and (not ends or at < ends) for begins, ends in seen.on_duty.get(engineer, ()))
    return here and not any(begins <= at and (not ends or at < ends) for begins, ends in seen.serving.get(engineer, ()))


# ── the goodbye, and advice ─────────────────────────────────────────────────────────────────────


def _goodbye(history: _History, steps: Steps) -> None:
    """From the last signature to the phone scanned out."""
    papers = {said.request: said.document for _, said in history.told if isinstance(said, f.DocumentDrafted)}
    last = ("ACCEPT", "RETURN_UNREPAIRED")
    signed = history.first(f.InkTaken, so=lambda s: isinstance(s, f.InkTaken) and papers.get(s.request) in last)
    out = history.first(
        e.DeviceScanned, after=signed, so=lambda s: isinstance(s, e.DeviceScanned) and s.place == "customer"
    )
    if signed and out:
        _simple(history, steps, "goodbye", signed, out)


def _advice(seen: Seen, ticket: SeenTicket, steps: Steps) -> None:
    if ticket.seated_at and ticket.end == "served" and not ticket.repair and ticket.line != "D":
        if reason := _called_away(seen, ticket.engineer, "", ticket.seated_at, ticket.ended_at):
            steps.leave_out("advice", reason)
        else:
            steps.took["advice"].append(Took(ticket.id, ticket.ended_at - ticket.seated_at))


_READERS: Final[tuple[Read, ...]] = (_intake, _diagnosis, _quote, _teardown, _repair, _check, _goodbye)
