"""A customer away from the shop: books, decides by the link, fetches the phone, answers the survey."""

from typing import Final, Literal

from devices.link import LinkScreen
from shopfloor.contract.actor import HOUR, MINUTE
from shopfloor.contract.events import AppointmentBooked, ChoiceMade, QuoteDeclined, RepairAnnounced, SurveyAnswered
from simulations.demand import BOOKED_AHEAD, Visit
from simulations.people.person import Act, Person
from simulations.people.world import Guest, World

READY_PATIENCE: Final = 6 * HOUR
"""So long a customer waits for the message that the phone is ready; then it is for another day."""


class AtHome(Person):
    """The half of a customer's life that needs only their own page."""

    def __init__(self, world: World, visit: Visit) -> None:
        super().__init__(world, f"customer {visit.id}", world.streams.apart("customer", visit.id))
        self.visit = visit
        self.guest = Guest(visit)
        self.booking = ""

    def verdict(self, document: str) -> Literal["sign", "refuse", "think"]:
        """What this customer does with a document."""
        visit = self.visit
        if document == "QUOTE" and visit.decision in ("refuse", "think"):
            return "refuse" if visit.decision == "refuse" else "think"
        if (document == "SUPPLEMENT" and not visit.signs_more) or (document == "ACCEPT" and not visit.accepts):
            return "refuse"
        return "sign"

    def book(self) -> Act[None]:
        """q2, r1: well before the time; who finds the hour full walks in."""
        lead = round(self.chance.uniform(BOOKED_AHEAD, 4 * HOUR))
        yield from self.wait(self.visit.at - lead - self.now)
        visit, link = self.visit, self.world.device("link")
        with self.world.link_page.request() as turn:
            yield turn
            before = self._page().made
            wish = AppointmentBooked(at=visit.at, fault=visit.fault, model=visit.model, language=visit.language)
            if (yield from self.tap(link, wish, lambda: self._page().made not in (before, {}))):
                return
            self.booking = self._page().made.get("booking", "")
            announced = RepairAnnounced(
                repair_kind="BOOKED", model=visit.model, fault=visit.fault, booking=self.booking
            )
            yield from self.say(link, announced)

    def wants_the_phone(self) -> Act[bool]:
        """After a visit that left the phone in the shop: decide if something is to be decided, then wait for it."""
        repair, goodbye = self.guest.repair, self.guest.goodbye
        if not repair or goodbye in ("", "done", "advised"):
            return False
        if goodbye == "thinks":
            yield from self._decide()
        elif goodbye == "part":
            yield from self._choose()
        ready = yield from self.look(
            lambda: self.world.is_ready.pop(repair, False), READY_PATIENCE, self.world.ready_bell(repair)
        )
        if not ready:
            return False
        yield from self.wait(round(self.chance.uniform(5, 25) * MINUTE))
        return self.world.doors_open

    def _decide(self) -> Act[None]:
        """r39: by the link, after some thought."""
        yield from self.wait(round(self.chance.uniform(10, 50) * MINUTE))
        link, repair = self.world.device("link"), self.guest.repair
        with self.world.link_page.request() as turn:
            yield turn
            if not self.visit.signs_later:
                yield from self.say(link, QuoteDeclined(repair=repair, reason="thought about it"))
                return
            yield from self.look(lambda: self._page().document is not None, MINUTE, link)
            yield from self.sign(link, lambda: self._page().document, "phone-code")

    def _choose(self) -> Act[None]:
        """r16: the part is late."""
        yield from self.wait(round(self.chance.uniform(2, 15) * MINUTE))
        with self.world.link_page.request() as turn:
            yield turn
            choice = ChoiceMade(repair=self.guest.repair, choice="leave" if self.chance.random() < 0.9 else "take-back")
            yield from self.say(self.world.device("link"), choice)

    def answer_survey(self) -> Act[None]:
        """r34: some do, a while after they have the phone."""
        score = self.visit.score
        if self.guest.goodbye != "done" or not score:
            return
        yield from self.wait(round(self.chance.uniform(10, 90) * MINUTE))
        with self.world.link_page.request() as turn:
            yield turn
            answer = SurveyAnswered(repair=self.guest.repair, score=score, recommend=2 * score)
            yield from self.say(self.world.device("link"), answer)

    def _page(self) -> LinkScreen:
        return self.hands.page(self.world.device("link"), self.guest.repair)
