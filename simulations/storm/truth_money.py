"""What the acquirer took, against what the journal says and the customers have signed (I07–I09, P6, P7).

A repair may be paid in parts (a deposit, two cards), so I08 is judged for each attempt: it takes money at most once.
All that was kept of a repair is at most the total of the quote that is sealed and in force, or the signed fee.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from devices.pos_body import Charge
from shopfloor.contract.facts import (
    DocumentSigned,
    Fact,
    PaymentRefunded,
    PaymentRequested,
    PaymentReversed,
    PaymentSettled,
    QuoteFrozen,
    ReturnDecided,
)
from shopfloor.core.books import Books

QUOTES: Final = ("QUOTE", "SUPPLEMENT")


class Account:
    """The journal's own story of each repair's money, told again by its facts alone."""

    def __init__(self) -> None:
        self.asked: Final[dict[str, PaymentRequested]] = {}
        self.kept: Final[Counter[str]] = Counter()
        """Payment → fen that count as paid and were not given back."""
        self.signed: Final[dict[str, int]] = {}
        """Repair → the most that may be kept of it."""
        self.found: Final[list[str]] = []
        self._frozen: dict[tuple[str, int], QuoteFrozen] = {}
        self._signed_in: dict[str, None] = {}

    def note(self, fact: Fact) -> None:
        match fact:
            case QuoteFrozen():
                self._frozen[fact.repair, fact.version] = fact
            case DocumentSigned(document="INTAKE"):
                self._signed_in[fact.repair] = None
            case DocumentSigned() if fact.document in QUOTES:
                self._sign(fact)
            case ReturnDecided() if fact.repair in self._signed_in:
                self.signed[fact.repair] = max(self.signed.get(fact.repair, 0), fact.fee)
            case PaymentRequested():
                self._ask(fact)
            case PaymentSettled():
                self.kept[fact.payment] += fact.amount
            case PaymentReversed() if fact.counted:
                self.kept[fact.payment] -= fact.amount
            case PaymentRefunded():
                self.kept[fact.payment] -= fact.amount
            case _:
                pass

    def _sign(self, signed: DocumentSigned) -> None:
        quote = self._frozen.get((signed.repair, signed.version))
        if quote is None or quote.sha256 != signed.sha256:
            self.found.append(f"I09/P7: {signed.request} of {signed.repair} was signed, and is not the frozen quote")
        else:
            self.signed[signed.repair] = quote.total

    def _ask(self, asked: PaymentRequested) -> None:
        before = sum(self.kept[p.payment] for p in self.asked.values() if p.repair == asked.repair)
        self.asked[asked.payment] = asked
        most = self.signed.get(asked.repair, 0)
        if before + asked.amount > most:
            self.found.append(
                f"I09/P7: {asked.payment} of {asked.repair} asks for {asked.amount}, {before} were paid, {most} signed"
            )


def money_broken(facts: Sequence[Fact], charges: Sequence[Charge], books: Books) -> Iterator[str]:
    """``charges`` are the acquirer's, all of them, with what has gone back."""
    account = Account()
    for fact in facts:
        account.note(fact)
    yield from account.found
    took: Counter[str] = Counter()
    of_repair: Counter[str] = Counter()
    for charge in charges:
        asked = account.asked.get(charge.payment)
        left = (charge.amount if charge.taken else 0) - charge.undone
        if asked is None:
            yield f"I12/P3: {charge.payment} was charged {charge.amount}, and the journal never asked for it"
            continue
        if charge.amount != asked.amount:
            yield f"I09/P7: {charge.payment} was charged {charge.amount}, and asked for were {asked.amount}"
        took[charge.payment] += left
        if not _is_named(charge.payment, books):
            of_repair[asked.repair] += left
    for payment in account.asked:
        if took[payment] != account.kept[payment] and not _is_named(payment, books):
            yield f"I07/P6: of {payment} the acquirer has kept {took[payment]}, the journal {account.kept[payment]}"
    for repair, kept in of_repair.items():
        if kept > account.signed.get(repair, 0):
            yield f"I07/P7: of {repair} {kept} were kept, and {account.signed.get(repair, 0)} signed"


def _is_named(payment: str, books: Books) -> bool:
    """Somebody has been told that its end is not what it should be."""
    if payment in books.alarms or payment in books.waits:
        return True
    return any(about.startswith("slip/") and f"{payment}:" in words for about, (words, _, _) in books.alarms.items())
