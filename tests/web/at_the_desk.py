"""One visit at a desk, for tests of PAD and POS: what the engineer says, and what the records say came of it."""

import hashlib
from contextlib import closing

from devices.signing import PAGE_BREAK
from shopfloor.contract import events as e
from shopfloor.contract.codec import Receipt
from shopfloor.contract.kinds import Language, LineWanted
from shopfloor.service.store import database_path, reading_connection
from shopfloor.service.views.documents import document_text
from tests.web.hall import looked_up
from tests.web.house import House

IMEI = "001010000000057"
TRIES_MAX = 400
"""So often something is said that the floor would not have yet."""


NEWEST = "ORDER BY length(id) DESC, id DESC"


class Visit:
    """A customer at a desk of their own: ``d4`` with engineer e4. What is said here is said again until it may be."""

    def __init__(self, house: House, desk: str, language: Language = "en") -> None:
        self.house = house
        layout = house.layout
        self.engineer = f"e{desk[1:]}"
        self.handheld = f"handheld/{layout.engineers[self.engineer].handheld}"
        self.pad, self.pos = f"pad/{layout.desks[desk].pad}", f"pos/{layout.desks[desk].pos}"
        self.say(e.EngineerSignedOn(engineer=self.engineer, desk=desk))
        made = house.say("queue/q1", e.TicketTaken(line="A", language=language)).made
        self.ticket, self.number = made["ticket"], made["number"]
        self.say(e.TicketChosen(ticket=self.ticket))
        self.say(e.CustomerSeated(ticket=self.ticket))
        self.repair = self._one("SELECT id FROM repair WHERE ticket = ?", self.ticket)

    # ── the engineer ────────────────────────────────────────────────────────────────────────────

    def take_in(self) -> str:
        """Answers with the request of the agreement, when it is frozen."""
        self.say(
            e.IntakeRecorded(
                repair=self.repair,
                model="AST-M60",
                imei=IMEI,
                imei_read=True,
                identity="id-card-seen",
                fault_words="battery worn",
                photos=2,
                accessories=(),
                lock_off=True,
                data_choice="backed-up",
                privacy_mode=True,
            )
        )
        return self.document("INTAKE")

    def quote(self, sku: str = "", fault: str = "BAT") -> str:
        """After the agreement is sealed: diagnosis and a quote, for labour alone unless a part is named. Answers with
        its request."""
        self.state_is("DIAGNOSING")
        self.say(e.DiagnosisRecorded(repair=self.repair, fault=fault, cause="71 % of its capacity", photos=2))
        self.say(e.QuotePrepared(repair=self.repair, lines=(LineWanted(fault=fault, sku=sku),), promised_min=60))
        return self.document("QUOTE")

    def revise(self) -> str:
        """Another quote while the first one is unsigned."""
        before = self.document("QUOTE")
        two = (LineWanted(fault="BAT"), LineWanted(fault="BAT", service="diagnosis"))
        self.say(e.QuoteRevised(repair=self.repair, lines=two, promised_min=90))
        self.house.await_(lambda: self.document("QUOTE") != before, "the new quote")
        return self.document("QUOTE")

    def mend(self) -> str:
        """Work and check; answers with the request of the report."""
        self.state_is("APPROVED")
        self.say(e.WorkStarted(repair=self.repair))
        self.say(e.WorkFinished(repair=self.repair, labour_min=12, lines_done=(1,)))
        self.say(e.QualityPassed(repair=self.repair, checker=self.engineer, checks=12))
        return self.document("REPORT")

    def hand_over(self) -> Receipt:
        return self.house.say(self.handheld, e.DeviceScanned(repair=self.repair, place="customer", receiver="owner"))

    # ── at a PAD that is no browser ─────────────────────────────────────────────────────────────

    def sign(self, request: str) -> None:
        """On the PAD, by whoever is quick."""
        sha256 = self._read(request)
        self._pad(e.ConsentGiven(request=request, consent_text="consent-1", identified="in-person"))
        ink = hashlib.sha256(b"ink").hexdigest()
        self._pad(
            e.InkCaptured(request=request, sha256=sha256, ink_sha256=ink, points=24, length_px=400, duration_ms=1380)
        )

    def read(self, request: str) -> None:
        self._read(request)
        self._pad(e.ReportViewed(request=request))

    def _read(self, request: str) -> str:
        text = self.text_of(request)
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        self._pad(e.DocumentPresented(request=request, sha256=sha256))
        for page in range(1, len(text.split(PAGE_BREAK)) + 1):
            self._pad(e.PageViewed(request=request, page=page, on_screen_ms=2_000))
        return sha256

    def _pad(self, event: e.Event) -> None:
        receipt = self.house.say(self.pad, event)
        assert receipt.status == "committed", receipt

    def until_paying(self) -> str:
        """The whole way to the terminal, without a browser; answers with the payment."""
        self.sign(self.take_in())
        self.sign(self.quote())
        self.read(self.mend())
        return self.payment()

    # ── records ─────────────────────────────────────────────────────────────────────────────────

    def document(self, kind: str) -> str:
        """The newest of this kind, frozen."""
        query = "SELECT id FROM document WHERE repair = ? AND kind = ? AND state = 'FROZEN'"
        self.house.await_(
            lambda: looked_up(self.house, query, self.repair, kind) or self._seen(kind),
            f"{kind} of {self.repair}",
        )
        return self._one(f"SELECT id FROM document WHERE repair = ? AND kind = ? {NEWEST}", self.repair, kind)

    def _seen(self, kind: str) -> object:
        seen = "SELECT id FROM document WHERE repair = ? AND kind = ? AND shown_at > 0"
        return looked_up(self.house, seen, self.repair, kind)

    def text_of(self, request: str) -> str:
        """As the archive froze it."""
        with closing(reading_connection(database_path(self.house.db))) as database:
            found = document_text(database, request)
        assert found is not None
        return found.text

    def payment(self) -> str:
        """The newest attempt."""
        query = f"SELECT id FROM payment WHERE repair = ? {NEWEST}"
        self.house.await_(lambda: looked_up(self.house, query, self.repair), "a payment")
        return self._one(query, self.repair)

    def state_is(self, state: str) -> None:
        query = "SELECT 1 FROM repair WHERE id = ? AND state = ?"
        self.house.await_(lambda: looked_up(self.house, query, self.repair, state), f"{self.repair} {state}")

    def document_is(self, request: str, *states: str) -> None:
        self._thing_is("document", request, states)

    def payment_is(self, payment: str, *states: str) -> None:
        self._thing_is("payment", payment, states)

    def _thing_is(self, table: str, name: str, states: tuple[str, ...]) -> None:
        query = f"SELECT state FROM {table} WHERE id = ?"
        until = {(state,) for state in states}
        self.house.await_(lambda: until & set(looked_up(self.house, query, name)), f"{name} {states}")

    def count(self, kind: str, column: str, name: str) -> int:
        """How many committed entries of this kind name this thing in their body."""
        query = f"SELECT count(*) FROM entry WHERE kind = ? AND outcome = 'accepted' AND json_extract(CAST(body AS TEXT), '$.{column}') = ?"  # noqa: E501 - our own names
        return int(str(self._one(query, kind, name)))

    def alarms(self) -> list[str]:
        return [str(row[0]) for row in looked_up(self.house, "SELECT id FROM alarm WHERE cleared_at IS NULL")]

    def _one(self, query: str, *values: str) -> str:
        found: list[tuple[object, ...]] = []

        def look() -> bool:
            found[:] = looked_up(self.house, query, *values)
            return bool(found)

        self.house.await_(look, query)
        return str(found[0][0])

    def say(self, event: e.Event) -> None:
        say = self.house.say
        for _ in range(TRIES_MAX):
            receipt = say(self.handheld, event)
            if receipt.status == "committed":
                return
            if receipt.code == "old-boot":  # a page of this handheld has spoken meanwhile
                say = self.house.speak_anew
                continue
            if receipt.code not in ("entitlement-pending", "wrong-state", "desk-busy"):
                break
        raise AssertionError(receipt)
