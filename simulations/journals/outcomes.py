"""How often what happened: of visits, repairs, parts, payments. Each row says of what it is a share.

A row counts only those for whom it could be seen: a quote that nobody read yet says nothing about refusing.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, TypeAlias

from shopfloor.contract import events as e
from shopfloor.contract import facts as f
from shopfloor.contract.actor import Instant
from simulations.journals.seen import Said, Seen, SeenRepair, SeenTicket

Verdict: TypeAlias = bool | None
"""Happened, did not happen, or: cannot be said of this one."""

UNDECIDED: Final = "undecided"


class Outcome(NamedTuple):
    """One row of the table."""

    name: str
    key: str
    """The parameter that it stands for; "" for none."""
    of: str
    verdicts: Callable[[Seen], Iterable[Verdict]]


def count(seen: Iterable[Seen], outcome: Outcome) -> tuple[int, int]:
    """How often it happened, and of how many."""
    told = [verdict for one in seen for verdict in outcome.verdicts(one) if verdict is not None]
    return sum(told), len(told)


# ── one repair's story ──────────────────────────────────────────────────────────────────────────


def when(repair: SeenRepair, *kinds: type[Said], so: Callable[[Said], bool] = lambda _: True) -> Instant:
    """When the first of these was said; 0 if never."""
    return next((at for at, said in repair.told if isinstance(said, kinds) and so(said)), 0)


def has(repair: SeenRepair, *kinds: type[Said], so: Callable[[Said], bool] = lambda _: True) -> bool:
    return bool(when(repair, *kinds, so=so))


def _each(one: Callable[[SeenRepair], Verdict]) -> Callable[[Seen], Iterator[Verdict]]:
    return lambda seen: (one(repair) for repair in seen.repairs.values())


def _undecided(repair: SeenRepair) -> Instant:
    return when(repair, f.RepairHeld, so=lambda said: isinstance(said, f.RepairHeld) and said.reason == UNDECIDED)


def _approved(repair: SeenRepair) -> Instant:
    return when(repair, f.QuoteApproved, so=lambda said: isinstance(said, f.QuoteApproved) and not said.supplement)


def _turned_down(repair: SeenRepair) -> Instant:
    return when(repair, f.QuoteTurnedDown, so=lambda said: isinstance(said, f.QuoteTurnedDown) and not said.supplement)


def _answer(repair: SeenRepair) -> str:
    """The first answer to the first quote: signed, refused, thinks; "" while there is none."""
    answers = {"signed": _approved(repair), "refused": _turned_down(repair), "thinks": _undecided(repair)}
    given = {name: at for name, at in answers.items() if at}
    return min(given, key=lambda name: (given[name], name)) if given else ""


def answered(repair: SeenRepair, what: str) -> Verdict:
    answer = _answer(repair)
    return answer == what if answer else None


def left_phone(repair: SeenRepair) -> Verdict:
    """Signed at the desk and went away while it was repaired; only the repaired show it."""
    answer = _answer(repair)
    if not answer or (answer == "signed" and not has(repair, f.RepairReported)):
        return None
    held = has(repair, f.RepairHeld, f.ReturnDecided)
    return answer == "signed" and not held and has(repair, f.PickupAwaited)


def more_refused(repair: SeenRepair) -> Verdict:
    if not has(repair, f.SupplementNeeded):
        return None
    no = has(repair, f.SupplementDeclined) or has(
        repair, f.QuoteTurnedDown, so=lambda said: isinstance(said, f.QuoteTurnedDown) and said.supplement
    )
    yes = has(repair, f.QuoteApproved, so=lambda said: isinstance(said, f.QuoteApproved) and said.supplement)
    return no if no or yes else None


def part_was(repair: SeenRepair, luck: str) -> Verdict:
    """Of repairs to which a part came: the first that was not right was wrong, dead, or broke in our hands."""
    return luck == luck_of(repair) if _first_order(repair) else None


def _first_order(repair: SeenRepair) -> str:
    came = (said for _, said in repair.told if isinstance(said, f.PartAccepted | f.PartRefused))
    return next((said.parts_order for said in came), "")


def _wrong(*, cabinet: bool) -> Callable[[Seen], Iterator[Verdict]]:
    """Of repairs whose first part came out of the cabinet, or over the counter."""
    return lambda seen: (
        part_was(repair, "wrong") if (_first_order(repair) in seen.picks) is cabinet else None
        for repair in seen.repairs.values()
    )


def luck_of(repair: SeenRepair) -> str:
    """What was the matter with the first part that was not right; "right" when all were."""
    for _, said in repair.told:
        if isinstance(said, f.PartRefused) and said.reason == "wrong":
            return "wrong"
        if isinstance(said, f.PartDefective):
            return "dead" if said.blame == "supplier" else "broken"
    return "right"


def first_check_failed(repair: SeenRepair) -> Verdict:
    passed, failed = when(repair, f.QualityCheckPassed), when(repair, f.QualityCheckFailed)
    return bool(failed) if passed or failed else None


def lent(repair: SeenRepair) -> Verdict:
    if not left_phone(repair):
        return None
    return has(repair, f.LoanerMoved)


def proxy(repair: SeenRepair) -> Verdict:
    at_intake = (said.identity for _, said in repair.told if isinstance(said, f.PhoneDescribed))
    return next((identity == "proxy-code" for identity in at_intake), None)


def surveyed(repair: SeenRepair) -> Verdict:
    return has(repair, f.SurveyReceived) if has(repair, f.FollowUpStarted, f.SurveyReceived) else None


def _accident(repair: SeenRepair) -> Verdict:
    return next((said.accidental for _, said in repair.told if isinstance(said, f.CauseFound)), None)


def _of(repair: SeenRepair, condition: type[Said], *kinds: type[Said]) -> Verdict:
    """Whether one of these followed, of repairs in which the condition was."""
    return has(repair, *kinds) if has(repair, condition) else None


def refused_acceptance(repair: SeenRepair) -> Verdict:
    papers = {said.request: said.document for _, said in repair.told if isinstance(said, f.DocumentDrafted)}
    shown = has(
        repair, f.SignatureShown, so=lambda s: isinstance(s, f.SignatureShown) and papers.get(s.request) == "ACCEPT"
    )
    no = has(repair, f.SignatureDeclined, so=lambda s: isinstance(s, f.SignatureDeclined) and s.document == "ACCEPT")
    return no if shown or no else None


# ── tickets and payments ────────────────────────────────────────────────────────────────────────


def _tickets(one: Callable[[SeenTicket], Verdict]) -> Callable[[Seen], Iterator[Verdict]]:
    return lambda seen: (one(ticket) for ticket in seen.tickets.values())


def _booked(ticket: SeenTicket) -> Verdict:
    return bool(ticket.booking) if ticket.line in ("A", "B") else None


def _stayed_away(ticket: SeenTicket) -> Verdict:
    if not ticket.booking or not (ticket.end or ticket.issued_at):
        return None
    return not ticket.issued_at


def _late(ticket: SeenTicket) -> Verdict:
    """Missed their calls once and came after all; a share of those who were called and came."""
    return ticket.recycled if ticket.seated_at and ticket.line != "D" else None


def _nobody_came(ticket: SeenTicket) -> Verdict:
    if not ticket.called_at or ticket.line == "D" or not (ticket.seated_at or ticket.end):
        return None
    return ticket.end == "missed" and not ticket.seated_at


def _accessibility(ticket: SeenTicket) -> Verdict:
    return ticket.accessibility if ticket.issued_at and ticket.line in ("A", "C") and not ticket.booking else None


def _payments(kind: type[f.Fact]) -> Callable[[Seen], Iterator[Verdict]]:
    def verdicts(seen: Seen) -> Iterator[Verdict]:
        for repair in seen.repairs.values():
            asked = sum(isinstance(said, f.PaymentRequested) for _, said in repair.told)
            struck = min(asked, sum(isinstance(said, kind) for _, said in repair.told))
            yield from (place < struck for place in range(asked))

    return verdicts


def _picks(seen: Seen) -> Iterator[Verdict]:
    return (bool(pick.missed) for pick in seen.picks.values() if pick.done or pick.missed)


OUTCOMES: Final = (
    Outcome("booked", "shares.booked", "repair visits", _tickets(_booked)),
    Outcome("booked and never came", "shares.booked_no_show", "bookings", _tickets(_stayed_away)),
    Outcome("called and nobody came", "", "called", _tickets(_nobody_came)),
    Outcome("came after being put back", "shares.call_late", "called and came", _tickets(_late)),
    Outcome("asked for help", "shares.accessibility", "numbers taken", _tickets(_accessibility)),
    Outcome("quote refused", "shares.refused", "first answers", _each(lambda r: answered(r, "refused"))),
    Outcome("went home to think", "shares.thinks", "first answers", _each(lambda r: answered(r, "thinks"))),
    Outcome("left the phone", "shares.leaves_phone", "first answers", _each(left_phone)),
    Outcome("unrepairable", "shares.unrepairable", "diagnosed",
            _each(lambda r: _of(r, f.CauseFound, e.DeviceFoundUnrepairable))),
    Outcome("second fault", "shares.more_found", "repairs begun",
            _each(lambda r: _of(r, f.RepairStarted, f.SupplementNeeded))),
    Outcome("second fault not wanted", "shares.more_refused", "second faults answered", _each(more_refused)),
    Outcome("fetched by somebody else", "shares.proxy", "described", _each(proxy)),
    Outcome("loaner", "shares.loaner", "phones left", _each(lent)),
    Outcome("wiped", "shares.wipe", "repairs begun", _each(lambda r: _of(r, f.RepairStarted, f.WipeRecorded))),
    Outcome("handed over to a second engineer", "shares.second_engineer", "repairs begun",
            _each(lambda r: _of(r, f.RepairStarted, f.HandoverOpened))),
    Outcome("wrong part from the counter", "shares.wrong_part", "first parts", _wrong(cabinet=False)),
    Outcome("wrong part from the cabinet", "shares.cabinet_wrong_part", "first parts", _wrong(cabinet=True)),
    Outcome("part dead on arrival", "shares.dead_part", "repairs with a part", _each(lambda r: part_was(r, "dead"))),
    Outcome("part broke in our hands", "shares.broken_part", "repairs with a part",
            _each(lambda r: part_was(r, "broken"))),
    Outcome("part not in store", "", "parts orders",
            _each(lambda r: _of(r, f.PartsOrderOpened, f.PartBackordered))),
    Outcome("first check failed", "shares.quality_failed", "first checks", _each(first_check_failed)),
    Outcome("acceptance not signed", "shares.acceptance_refused", "acceptances shown", _each(refused_acceptance)),
    Outcome("by accident", "shares.accident", "diagnosed", _each(_accident)),
    Outcome("survey answered", "shares.survey", "surveys sent", _each(surveyed)),
    Outcome("payment declined", "shares.payment_declined", "payment attempts", _payments(f.PaymentRejected)),
    Outcome("payment unknown", "shares.payment_unknown", "payment attempts", _payments(f.PaymentLost)),
    Outcome("pick failed", "cabinet.jam", "picks", _picks),
)  # fmt: skip
"""Every share that is counted, whole."""
