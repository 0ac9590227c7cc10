"""The same customer on two days that should be one: which facts are there, in which order, and why not if not."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

from msgspec import Struct

from shopfloor.contract.actor import Instant
from simulations.journals.stories import Step

UNEXPLAINED: Final = "not explained"
CLOSE: Final = "one of two things that came within a wire's reach of each other overtook the other"
REASONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "a machine's luck goes by the order in which it is asked, and somebody else asked first",
        (
            "PaymentLost", "PaymentRejected", "PaymentFound", "PaymentNotTaken", "PaymentEscalated", "NoticeMissed",
            "PickMissed", "PartBackordered", "EntitlementMissing", "SignatureFailed", "JobRetried", "JobFailed",
            "RobotFailed",
        ),
    ),
    (
        "called more often, or given up on, because somebody was a little later",
        ("TicketRecalled", "TicketRecycled", "TicketMissed", "TicketLeft", "TicketReinstated", "NoShowReported"),
    ),
    (
        "no robot was free in time, so a person carried it",
        ("JobByHand", "JobCancelled", "JobUndelivered"),
    ),
    (
        "the part came while hands were still busy on one day, and after they had run out of work on the other",
        ("RepairBlocked", "RepairUnblocked"),
    ),
    (
        "a colleague was free to check it, or to take it over, on one of the days only",
        ("HandoverOpened", "OwnerChanged", "QualityCheckFailed", "TicketMoved", "TicketTransferred"),
    ),
    (
        "the day was closed in between",
        ("RepairHeld", "RepairResumed", "TicketClosedByDay", "SurveyReceived", "FollowUpStarted", "PickupAwaited"),
    ),
    (
        "the promise was nearly due",
        ("PromiseChanged",),
    ),
)  # fmt: skip
"""Why a thread may differ → the facts by which it is recognised, the first that fits. They depend on moments that wires
and other customers move; the work itself, papers and money are in none of them."""


class Difference(Struct, frozen=True, kw_only=True):
    """A thread that is not the same: the facts that only one of the days has there."""

    visit: int
    thread: str
    live: tuple[str, ...]
    twin: tuple[str, ...]
    why: str


class Turned(Struct, frozen=True, kw_only=True):
    """Two facts of a customer in another order, although they were so far apart on both days (in ms)."""

    visit: int
    first: str
    then: str
    apart: int


class SideBySide(Struct, frozen=True, kw_only=True):
    """All customers of two days."""

    seated_once: tuple[int, ...]
    """Visits that came to a desk on one of the days only: they gave up on the other. They are in nothing below."""
    threads: int
    same: int
    differences: tuple[Difference, ...]
    pairs: int
    """Of facts in threads that are the same, the one after the other in the twin."""
    close: int
    """Of these, in the other order live, within a wire's reach."""
    turned: int
    """The same, farther apart."""
    farthest: Turned | None
    """The worst of those, by how far apart they were on the day where they were nearer."""


def side_by_side(
    live: dict[int, tuple[Step, ...]], twin: dict[int, tuple[Step, ...]], visits: Iterable[int], reach: int
) -> SideBySide:
    """``reach`` in ms: nearer things than these may overtake each other."""
    threads = same = pairs = 0
    differences: list[Difference] = []
    turned: list[Turned] = []
    once: list[int] = []
    for visit in visits:
        ours, theirs = live.get(visit, ()), twin.get(visit, ())
        if _seated(ours) != _seated(theirs):
            once.append(visit)
            continue
        names = dict.fromkeys(step.thread for step in (*theirs, *ours))
        threads += len(names)
        unlike = [_difference(visit, name, ours, theirs, reach) for name in names]
        found = [one for one in unlike if one is not None]
        same += len(names) - len(found)
        differences += _followed(found)
        apart = dict.fromkeys(one.thread for one in found)
        ours, theirs = (tuple(step for step in steps if step.thread not in apart) for steps in (ours, theirs))
        pairs += _turned(visit, ours, theirs, turned)
    far = [one for one in turned if one.apart > reach]
    return SideBySide(
        seated_once=tuple(once),
        threads=threads,
        same=same,
        differences=tuple(differences),
        pairs=pairs,
        close=len(turned) - len(far),
        turned=len(far),
        farthest=max(turned, key=lambda one: (one.apart, -one.visit, one.first, one.then), default=None),
    )


def _seated(steps: Sequence[Step]) -> bool:
    return any(step.kind == "TicketSeated" for step in steps)


# ── threads ─────────────────────────────────────────────────────────────────────────────────────


def _difference(visit: int, name: str, live: Sequence[Step], twin: Sequence[Step], reach: int) -> Difference | None:
    ours, theirs = ([step for step in each if step.thread == name] for each in (live, twin))
    mine, yours = [step.kind for step in ours], [step.kind for step in theirs]
    if mine == yours:
        return None
    only_live: list[Step] = []
    only_twin: list[Step] = []
    for change, i, j, k, m in SequenceMatcher(None, mine, yours, autojunk=False).get_opcodes():
        if change != "equal":
            only_live += ours[i:j]
            only_twin += theirs[k:m]
    kinds = [step.kind for step in (*only_live, *only_twin)]
    why = next((words for words, known in REASONS if any(kind in known for kind in kinds)), UNEXPLAINED)
    close = all(_near(step, ours, reach) for step in only_live) and all(
        _near(step, theirs, reach) for step in only_twin
    )
    return Difference(
        visit=visit,
        thread=name,
        live=tuple(step.kind for step in only_live),
        twin=tuple(step.kind for step in only_twin),
        why=CLOSE if why == UNEXPLAINED and close else why,
    )


def _near(step: Step, thread: Sequence[Step], reach: int) -> bool:
    """Whether it nearly did not happen: what came next there came within a wire's reach."""
    later = (other.at for other in thread if other is not step and other.at >= step.at)
    return any(at - step.at <= reach for at in later)


def _followed(differences: Sequence[Difference]) -> list[Difference]:
    """What has no reason of its own has that of the customer's other threads: a second payment after a lost one."""
    known = next((one.why for one in differences if one.why not in (UNEXPLAINED, CLOSE)), "")
    if not known:
        return list(differences)
    return [
        one if one.why != UNEXPLAINED else Difference(
            visit=one.visit, thread=one.thread, live=one.live, twin=one.twin, why=f"follows: {known}"
        )
        for one in differences
    ]  # fmt: skip


# ── order ───────────────────────────────────────────────────────────────────────────────────────


def _turned(visit: int, live: Sequence[Step], twin: Sequence[Step], found: list[Turned]) -> int:
    """Adds the pairs that stand the other way round; answers how many there are in all."""
    ours, theirs = _once(live), _once(twin)
    common = [(name, at, ours[name]) for name, at in theirs.items() if name in ours]
    pairs = 0
    for place, (first, at, live_at) in enumerate(common):
        for then, later, live_later in common[place + 1 :]:
            if later == at:
                continue
            pairs += 1
            if live_later < live_at:
                apart = min(later - at, live_at - live_later)
                found.append(Turned(visit=visit, first=first, then=then, apart=apart))
    return pairs


def _once(steps: Sequence[Step]) -> dict[str, Instant]:
    """Each fact by a name of its own."""
    counts: dict[str, int] = {}
    named: dict[str, Instant] = {}
    for step in steps:
        name = f"{step.thread}: {step.kind}"
        counts[name] = counts.get(name, 0) + 1
        named[f"{name} {counts[name]}"] = step.at
    return named
