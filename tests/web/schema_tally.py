"""What came of the requests: how often each status at each operation, what the floor took in, and what went wrong."""

import base64
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import httpx
from msgspec import Struct, field

STATUSES: Final = (400, 401, 403, 404, 409, 413, 415, 422, 429)
"""Of refusals; one column each."""
UNANSWERED: Final = 0
"""The status of a request without an answer."""
UNANSWERED_MAX: Final = 5
LEFT_OUT: Final = frozenset({"accept", "accept-encoding", "connection", "content-length", "host", "user-agent"})
"""Headers that curl sends by itself."""


class Failure(Struct, frozen=True):
    """Something that may not be: an answer that the document does not tell, a 5xx, or none at all."""

    operation: str
    who: str
    what: str
    more: str
    """The answer, or what is wrong with it."""
    curl: str
    """Repeats it, as long as that shop is open."""
    seed: int
    """Of the shop that it happened in."""


class Tally(Struct):
    """Of one shop, or of several together."""

    answers: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """(operation, caller, status) → how often."""
    taken: Counter[str] = field(default_factory=Counter)
    """Kind of event → how often the floor took one in."""
    refused: Counter[str] = field(default_factory=Counter)
    """Kind of event → how often the floor itself refused one."""
    failures: list[Failure] = field(default_factory=list)
    """One of each sort and operation."""
    entries: int = 0
    """Of journals, that were replayed to the same state."""

    @property
    def asked(self) -> int:
        return self.answers.total()

    @property
    def is_hopeless(self) -> bool:
        """The pages do not answer any more."""
        return sum(number for key, number in self.answers.items() if key[2] == UNANSWERED) >= UNANSWERED_MAX

    def fail(self, failure: Failure) -> None:
        """The first of its sort is kept."""
        if all((failure.operation, failure.what) != (known.operation, known.what) for known in self.failures):
            self.failures.append(failure)


def together(tallies: Iterable[Tally]) -> Tally:
    whole = Tally()
    for each in tallies:
        whole.answers += each.answers
        whole.taken += each.taken
        whole.refused += each.refused
        whole.entries += each.entries
        for failure in each.failures:
            whole.fail(failure)
    return whole


def curl_of(request: httpx.Request) -> str:
    """A command that sends the same bytes."""
    words = ["curl", "-i", "-X", request.method, str(request.url)]
    for name, value in request.headers.items():
        if name not in LEFT_OUT:
            words += ["-H", f"{name}: {value}"]
    if not request.content:
        return shlex.join(words)
    encoded = base64.b64encode(request.content).decode()
    if request.content.isascii() and request.content.decode().isprintable():
        return shlex.join([*words, "--data-raw", request.content.decode()])
    return f"printf %s {encoded} | base64 -d | {shlex.join([*words, '--data-binary', '@-'])}"


# ── told ────────────────────────────────────────────────────────────────────────────────────────


def table(tally: Tally) -> str:
    """Operation × statuses, then caller × statuses."""
    operations = _rows(tally, 0)
    callers = _rows(tally, 1)
    head = ("", "asked", "2xx", *map(str, STATUSES), "other")
    lines = [head, *operations, head, *callers]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    return "\n".join(
        "  ".join([name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))])
        for name, *cells in lines
    )


def _rows(tally: Tally, key: int) -> Iterator[Sequence[str]]:
    counts: dict[str, Counter[int]] = {}
    for asked, number in tally.answers.items():
        counts.setdefault(str(asked[key]), Counter())[asked[2]] += number
    for name, statuses in counts.items():
        good = sum(number for status, number in statuses.items() if 200 <= status < 300)
        refused = [statuses[status] for status in STATUSES]
        other = statuses.total() - good - sum(refused)
        yield (name, *(str(number or "·") for number in (statuses.total(), good, *refused, other)))
