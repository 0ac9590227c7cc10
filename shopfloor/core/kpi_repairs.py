"""What the KPIs take from repairs, their papers and what customers say (K5–K7, K16–K23)."""

from shopfloor.contract import facts as f
from shopfloor.contract.actor import HOUR, Instant
from shopfloor.core.kpi_folds import Folds
from shopfloor.core.kpi_memory import OPEN_MAX, Memory, Work
from shopfloor.core.touchpoints import EVERY_VISIT, EVERY_VISIT_TAPPED, EVIDENCE, SIGNED

folds = Folds()

CALL_BACK_DUE = 48 * HOUR
LOW_SCORE = 2
CALLED_BACK = 57
"""The touchpoint."""
CHOSEN_HOLDS = ("undecided",)
"""Holds that the customer chose: they do not count as repair time (K5)."""
NOT_ONE_VISIT = ("part", "overnight", "acceptance", "manager")


# ── repairs ────────────────────────────────────────────────────────────────────────────────────


@folds.of(f.RepairOpened)
def repair_opened(memory: Memory, fact: f.RepairOpened, at: Instant) -> None:
    visit = memory.visits.get(fact.ticket)
    work = Work(ticket=fact.ticket, started_by_ticket=visit is not None, issued_at=at, seated_at=at)
    if visit is not None:
        work.issued_at, work.seated_at, work.evidence = visit.anchor, visit.seated_at, list(visit.evidence)
    memory.repairs[fact.repair] = work
    if len(memory.repairs) > OPEN_MAX:
        del memory.repairs[next(iter(memory.repairs))]


@folds.of(f.QuoteApproved)
def quote_approved(memory: Memory, fact: f.QuoteApproved, at: Instant) -> None:
    work = memory.repairs.get(fact.repair)
    if work is None:
        return
    if not work.approved_at:
        work.approved_at = at
        memory.count("quotes signed")
    work.promised = fact.promised
    work.hardware = any(line.sku for line in fact.lines)
    work.prices = {line.line: line.price_fen for line in fact.lines}
    _end_chosen_hold(work, at)


@folds.of(f.RepairHeld)
def repair_held(memory: Memory, fact: f.RepairHeld, at: Instant) -> None:
    work = memory.repairs.get(fact.repair)
    if work is None:
        return
    if fact.reason in CHOSEN_HOLDS:
        work.chosen_since = at
    if fact.reason in NOT_ONE_VISIT:
        work.one_visit = False


@folds.of(f.RepairResumed, f.ReturnDecided)
def repair_resumed(memory: Memory, fact: f.RepairResumed | f.ReturnDecided, at: Instant) -> None:
    work = memory.repairs.get(fact.repair)
    if work is not None:
        _end_chosen_hold(work, at)


def _end_chosen_hold(work: Work, at: Instant) -> None:
    if work.chosen_since:
        work.chosen_ms += at - work.chosen_since
        work.chosen_since = 0


@folds.of(f.PickupAwaited, f.DeviceShipped)
def comes_back_later(memory: Memory, fact: f.PickupAwaited | f.DeviceShipped, _at: Instant) -> None:
    work = memory.repairs.get(fact.repair)
    if work is not None:
        work.one_visit = False


@folds.of(f.QualityCheckPassed)
def check_passed(memory: Memory, fact: f.QualityCheckPassed, at: Instant) -> None:
    memory.count("first pass", int(fact.first_pass))
    work = memory.repairs.get(fact.repair)
    if work is not None:
        work.checked_at = at


@folds.of(f.QualityCheckFailed)
def check_failed(memory: Memory, fact: f.QualityCheckFailed, _at: Instant) -> None:
    _flaw(memory, fact.repair)


@folds.of(f.ReworkOpened)
def rework_opened(memory: Memory, fact: f.ReworkOpened, _at: Instant) -> None:
    _flaw(memory, fact.parent)


def _flaw(memory: Memory, repair: str) -> None:
    """A repair is flawed once, however often; one that was closed before cannot be asked any more."""
    work = memory.repairs.get(repair)
    if work is None or not work.flawed:
        memory.count("flawed")
    if work is not None:
        work.flawed = True


@folds.of(f.RepairReported)
def repair_ready(memory: Memory, fact: f.RepairReported, at: Instant) -> None:
    """t_ready against the signed promise; what the shop itself moved later does not make it kept."""
    work = memory.repairs.get(fact.repair)
    if work is None:
        return
    work.payable = fact.payable
    if work.promised and fact.lines_done:
        memory.count("promised")
        memory.count("promise kept", int(at <= work.promised))
        work.promised = 0


@folds.of(f.OwnerChanged)
def owner_changed(memory: Memory, fact: f.OwnerChanged, _at: Instant) -> None:
    work = memory.repairs.get(fact.repair)
    if work is not None:
        work.owners += 1


@folds.of(f.DeviceHandedOver)
def handed_over(memory: Memory, fact: f.DeviceHandedOver, at: Instant) -> None:
    work = memory.repairs.get(fact.repair)
    if work is None:
        return
    work.out_at = at
    memory.count("single owner", int(work.owners == 1))
    memory.measure("owners", work.owners)
    signed = sum(work.prices.get(line, 0) for line in fact.lines_done)
    memory.count("charge right", int(fact.charged == work.payable and (fact.unrepaired or fact.charged == signed)))
    if not fact.unrepaired:
        _repaired(memory, work, fact, at)


def _repaired(memory: Memory, work: Work, fact: f.DeviceHandedOver, at: Instant) -> None:
    memory.measure("tat", at - work.issued_at)
    if work.approved_at and work.checked_at >= work.approved_at:
        memory.measure("bench", work.checked_at - work.approved_at)
    if work.started_by_ticket and work.hardware and work.one_visit and fact.ticket == work.ticket:
        memory.measure("repair time", at - work.seated_at - work.chosen_ms)
    memory.count("visits")
    memory.count("automatic done", sum(number in EVERY_VISIT for number in work.evidence))
    memory.count("tapped done", sum(number in EVERY_VISIT_TAPPED for number in work.evidence))


@folds.of(f.SurveyReceived)
def survey(memory: Memory, fact: f.SurveyReceived, at: Instant) -> None:
    memory.count("satisfied", int(fact.score >= 4))
    memory.count("promoters", int(fact.recommend >= 9))
    memory.count("detractors", int(fact.recommend <= 6))
    if fact.score <= LOW_SCORE:
        memory.count("low scores")
        work = memory.repairs.get(fact.repair)
        if work is not None:
            work.low_score_at = at


@folds.of(f.RepairClosed, f.RepairCancelled, f.RepairExpired)
def repair_over(memory: Memory, fact: f.RepairClosed | f.RepairCancelled | f.RepairExpired, _at: Instant) -> None:
    memory.repairs.pop(fact.repair, None)


# ── papers, money, touchpoints ─────────────────────────────────────────────────────────────────


@folds.of(f.DocumentFrozen)
def quote_on_its_way(memory: Memory, fact: f.DocumentFrozen, _at: Instant) -> None:
    if fact.document == "QUOTE":
        memory.quotes_shown[fact.request] = fact.repair
        if len(memory.quotes_shown) > OPEN_MAX:
            del memory.quotes_shown[next(iter(memory.quotes_shown))]


@folds.of(f.SignatureShown)
def quote_shown(memory: Memory, fact: f.SignatureShown, _at: Instant) -> None:
    """K16: once for each repair, however often it was revised."""
    work = memory.repairs.get(memory.quotes_shown.pop(fact.request, ""))
    if work is not None and not work.quoted:
        work.quoted = True
        memory.count("quotes shown")


@folds.of(f.DocumentSigned)
def document_signed(memory: Memory, fact: f.DocumentSigned, _at: Instant) -> None:
    memory.count("pages", fact.pages)
    _evidence(memory, memory.repairs.get(fact.repair), SIGNED.get(fact.document, ()))


@folds.of(f.PaymentReconciled)
def reconciled(memory: Memory, fact: f.PaymentReconciled, _at: Instant) -> None:
    memory.count("payment differences", len(fact.differences))


@folds.of(f.TouchpointEvidenced)
def touchpoint_tapped(memory: Memory, fact: f.TouchpointEvidenced, at: Instant) -> None:
    work = next((work for work in memory.repairs.values() if work.ticket == fact.ticket), None)
    if fact.touchpoint == CALLED_BACK and work is not None and work.low_score_at:
        memory.count("called back", int(at - work.low_score_at <= CALL_BACK_DUE))
        work.low_score_at = 0
    visit = memory.visits.get(fact.ticket)
    if work is not None:
        _evidence(memory, work, (fact.touchpoint,))
    elif visit is not None and fact.touchpoint not in visit.evidence:
        visit.evidence.append(fact.touchpoint)


def shows_touchpoints(memory: Memory, fact: f.Fact, _at: Instant) -> None:
    """K22: the automatic ones, for the facts that show them."""
    numbers = EVIDENCE[type(fact)]
    visit = memory.visits.get(str(getattr(fact, "ticket", "")))
    if visit is not None:
        visit.evidence += [number for number in numbers if number not in visit.evidence]
    _evidence(memory, memory.work_of(fact), numbers)


folds.each(EVIDENCE, shows_touchpoints)


def _evidence(memory: Memory, work: Work | None, numbers: tuple[int, ...]) -> None:
    """Also after the hand-over: a goodbye is said with the phone in the customer's hand."""
    for number in numbers:
        if work is None or number in work.evidence:
            continue
        work.evidence.append(number)
        if work.out_at and number in EVERY_VISIT_TAPPED:
            memory.count("tapped done")
        elif work.out_at and number in EVERY_VISIT:
            memory.count("automatic done")
