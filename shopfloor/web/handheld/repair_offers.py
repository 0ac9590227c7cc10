"""What can be done with a repair now, by the picture of the floor and the records: the next step first.

Nothing is offered that the floor would refuse by what is to be seen. A picture may be old, so the floor still judges
each deed when it is said.
"""

from collections.abc import Callable, Mapping
from typing import Final

from shopfloor.contract.commands import PartRow, WorkRow
from shopfloor.core.lifecycles import HELD, WORKING
from shopfloor.core.parts_orders import BEFORE_ACCEPTED
from shopfloor.core.sealing import SEALED
from shopfloor.core.standing import BOARD_FAULT
from shopfloor.web.handheld.bench import Bench
from shopfloor.web.handheld.deed import Choice
from shopfloor.web.handheld.offer import Offer, Offers, Seat
from shopfloor.web.handheld.part_offers import part_offers

ENDED_UNSIGNED: Final = ("FAILED", "REFUSED", "EXPIRED", "VOIDED")
PART_OVER: Final = ("CANCELLED", "RETURNED", "LOST", "RETURNING", "CANCELLING")
NOTHING: Final = Offers()


class OfRepair:
    """The offers of one repair, for its owner."""

    def __init__(self, seat: Seat, row: WorkRow, bench: Bench) -> None:
        self.seat = seat
        self.row = row
        self.bench = bench
        self.parts = seat.parts_of(row.repair)

    def __call__(self) -> Offers:
        """By its state; a state without a row here waits for somebody else."""
        state = self.row.state
        step = STEPS.get(state)
        found = step(self) if step is not None else NOTHING
        return Offers(found.next, (*found.more, *self._always()), found.hint)

    def offer(self, deed: str, about: str = "", choices: Mapping[str, tuple[Choice, ...]] | None = None,
              **body: object) -> Offer:  # fmt: skip
        """About this repair, as this picture shows it."""
        of_repair = {"repair": self.row.repair, "revision": self.row.revision}
        return Offer(deed, {**of_repair, **body}, dict(choices or {}), about)

    # ── where the phone is ──

    @property
    def _here(self) -> bool:
        """Nothing to bring first: on this desk, or never taken in."""
        return self.row.phone in (self.seat.place, "customer")

    def _to_desk(self) -> Offer:
        return self.offer("to-desk", place=self.seat.place, label=self.row.repair)

    def _always(self) -> tuple[Offer, ...]:
        """Whatever the state: under lock with it, on to a colleague, papers on request."""
        found: list[Offer] = []
        if self.row.phone not in (self.seat.place, "customer", "courier", "centre", "misplaced"):
            found.append(self._to_desk())
        if self.row.phone in (self.seat.place, "qc"):
            found.append(self.offer("to-locker", label=self.row.repair))
        if self.row.phone == "misplaced":
            found.append(self.offer("found-again", place=self.seat.place))
        if self.row.state in WORKING:
            found.append(self.offer("hand-on"))
        if self.row.state in (*WORKING, *HELD):
            found += self._papers()
        return tuple(found)

    def _papers(self) -> list[Offer]:
        found = [self.offer(f"ask-{kind.lower()}", document=kind) for kind in ("WIPE", "PROXY", "LOANER")]
        if self.bench.papers.get("WIPE") in SEALED:
            found[0] = self.offer("wiped")
        if self.bench.papers.get("LOANER") in SEALED:
            found.append(self.offer("lend"))
        return found

    def _again(self, *kinds: str) -> tuple[Offer, ...]:
        """Show it once more, if it ended without a signature."""
        ended = [kind for kind in kinds if self.bench.papers.get(kind) in ENDED_UNSIGNED]
        return tuple(self.offer("show-document", kind, document=kind) for kind in ended)

    # ── state by state ──

    def intake(self) -> Offers:
        if not self._here:
            return Offers((self._to_desk(),), hint="phone-away")
        advised = Offer("advised", {"ticket": self.row.ticket})
        more = (advised,) if self.row.ticket_state == "SERVING" else ()
        if not self.bench.described:
            return Offers((self.offer("intake"),), more)
        again = self._again("INTAKE")
        more = (self.offer("intake"), self.offer("rework"), *more)
        return Offers(again, more, "" if again else "reads-agreement")

    def diagnosing(self) -> Offers:
        if not self._here:
            return Offers((self._to_desk(),), hint="phone-away")
        more = (self.offer("no-fault"), self.offer("unrepairable"), self.offer("rework"))
        if not self.bench.causes:
            return Offers((self.offer("diagnosis"),), more)
        return Offers((self.offer("quote"),), (self.offer("diagnosis"), *more))

    def quoted(self) -> Offers:
        bench = self.bench
        if bench.signed and bench.quote == "SIGNED":  # r17: more was found, nothing quoted yet
            return Offers((self.offer("quote"),), (self.offer("give-up-supplement"),), "supplement-wanted")
        if bench.quote == "DECLINED":
            return Offers((self.offer("give-up-supplement"),), (self.offer("quote"),), "supplement-declined")
        again = self._again("SUPPLEMENT" if bench.supplement else "QUOTE")
        away = self.offer("think-away")
        more = (self.offer("revise"), away, self.offer("think-home", place="customer"))
        return Offers(again, more, "" if again else "reads-quote")

    def approved(self) -> Offers:
        orders = self._orders()
        if any(line.service == "send-out" for line in self.bench.signed):
            return Offers((self.offer("send-out"),), (self.offer("start"), *orders))
        if not self._here:
            return Offers((self._to_desk(),), orders, "phone-away")
        return Offers((self.offer("start"), *orders))

    def repairing(self) -> Offers:
        if not self._here:
            return Offers((self._to_desk(),), self._orders(), "phone-away")
        found = (self.offer("more-found"), self.offer("unrepairable"), self.offer("order-free"), *self._installed())
        urgent = (*self._arrived(), *self._accepted(), *self._old_parts(), *self._orders())
        if urgent:
            return Offers(urgent[:2], (*urgent[2:], *found))
        if any(part.state in BEFORE_ACCEPTED for part in self.parts):
            return Offers((self.offer("block"),), found, "part-comes")
        lines = tuple((line.line, line.sku or line.fault) for line in self.bench.signed)
        every = [line.line for line in self.bench.signed]
        return Offers((self.offer("finish", choices={"lines_done": lines}, lines_done=every),), found)

    def parts_wait(self) -> Offers:
        arrived = self._arrived()
        return Offers(arrived, self._orders(), "" if arrived else "part-comes")

    def checked(self) -> Offers:
        """r20, B28: boards and foldables are checked by somebody else, unless the manager allows it."""
        own = checks(self.seat, self.row)
        model = self.seat.catalogue.models.get(self.row.model)
        faults = [*(cause.fault for cause in self.bench.causes), *(line.fault for line in self.bench.signed)]
        if BOARD_FAULT in faults or (model is not None and model.foldable):
            return Offers((), own, "colleague-checks")
        return Offers(own[:1], own[1:], "may-check")

    def reported(self) -> Offers:
        again = self._again("REPORT")
        return Offers(again, (self.offer("went-away"),), "" if again else "reads-report")

    def paying(self) -> Offers:
        row, away = self.row, self.offer("went-away")
        if row.payment:
            return Offers((), (self.offer("stop-payment", payment=row.payment), away), "pays")
        if row.owed:
            return Offers((self.offer("ask-payment", amount=row.owed),), (away,), "not-paid")
        return Offers((), (away,), "pays")

    def accepting(self) -> Offers:
        paper = "RETURN_UNREPAIRED" if "RETURN_UNREPAIRED" in self.bench.papers else "ACCEPT"
        back, out, away = self._things_back(), self._hand_out(), self.offer("went-away")
        if self.bench.papers.get(paper) in SEALED:
            return Offers(back or out, (away,))
        again = self._again(paper)
        return Offers((*again, *back)[:2], (*out, away), "" if again else "signs-acceptance")

    def _things_back(self) -> tuple[Offer, ...]:
        things = self.bench.accessories
        if not things:
            return ()
        choices = {"accessories": tuple((name, name) for name in things)}
        return (self.offer("give-back", choices=choices),)

    def _hand_out(self) -> tuple[Offer, ...]:
        """B18: not before everything that came with it."""
        if self.bench.accessories:
            return ()
        return (self.offer("hand-out", place="customer", label=self.row.repair),)

    def returning(self) -> Offers:
        if not self._here:
            return Offers((self._to_desk(),), hint="phone-away")
        inside = self._installed()
        if inside:
            return Offers(inside[:1], inside[1:])
        back = [offer for part in self.parts for offer in part_offers(self.seat, part)]
        return Offers(tuple(back[:1]) or (self.offer("reassembled"),), tuple(back[1:]))

    def overnight(self) -> Offers:
        return Offers((self.offer("resume"),)) if self._here else Offers((self._to_desk(),), hint="phone-away")

    def undecided(self) -> Offers:
        home = self.offer("home-undecided", place="customer", undecided=True, label=self.row.repair)
        more = (home,) if self.row.phone != "customer" else ()
        shown = self.offer("show-document", "QUOTE", document="SUPPLEMENT" if self.bench.supplement else "QUOTE")
        return Offers((), (shown, *more), "thinks")

    def part_late(self) -> Offers:
        home = self.offer("home-undecided", place="customer", undecided=True, label=self.row.repair)
        return Offers((), (home,) if self.row.phone != "customer" else (), "part-late")

    def picked_up(self) -> Offers:
        if self.row.ticket_state != "SERVING":
            return Offers((), (), "waits-for-pickup")
        if not self._here:
            return Offers((self._to_desk(),), hint="phone-away")
        return Offers((self.offer("identified", ticket=self.row.ticket),))

    def sent_out(self) -> Offers:
        return Offers((self.offer("back-from-centre"),), hint="at-centre")

    def disputed(self) -> Offers:
        return Offers(self._things_back(), self._hand_out(), "manager-decides")

    # ── its parts ──

    def _unit(self, part: PartRow) -> dict[str, object]:
        return {"repair": self.row.repair, "revision": self.row.revision, "unit": part.unit}

    def _arrived(self) -> tuple[Offer, ...]:
        here = [part for part in self.parts if part.state == "AT_DESK" and part.desk == self.seat.desk]
        return tuple(Offer("accept", {"unit": part.unit, "desk": part.desk}, about=part.unit) for part in here)

    def _accepted(self) -> tuple[Offer, ...]:
        ready = [part for part in self.parts if part.state == "ACCEPTED"]
        return tuple(Offer("install", self._unit(part), about=part.unit) for part in ready)

    def _old_parts(self) -> tuple[Offer, ...]:
        lying = self.bench.old_parts.items()
        return tuple(self.offer("bag", key, sku=sku, old_serial="" if key == sku else key) for key, sku in lying)

    def _orders(self) -> tuple[Offer, ...]:
        """p1: signed lines whose part nobody brings yet."""
        coming = [part.sku for part in self.parts if part.state not in PART_OVER]
        found = []
        for line in self.bench.signed:
            if not line.sku:
                continue
            if line.sku in coming:
                coming.remove(line.sku)
            else:
                found.append(self.offer("order", line.sku, sku=line.sku))
        return tuple(found)

    def _installed(self) -> tuple[Offer, ...]:
        inside = [part for part in self.parts if part.state == "INSTALLED"]
        return tuple(Offer("remove", self._unit(part), about=part.unit) for part in inside)


STEPS: Final[dict[str, Callable[[OfRepair], Offers]]] = {
    "INTAKE": OfRepair.intake,
    "DIAGNOSING": OfRepair.diagnosing,
    "QUOTED": OfRepair.quoted,
    "APPROVED": OfRepair.approved,
    "REPAIRING": OfRepair.repairing,
    "PARTS_WAIT": OfRepair.parts_wait,
    "QC": OfRepair.checked,
    "REPORTED": OfRepair.reported,
    "PAYING": OfRepair.paying,
    "ACCEPTING": OfRepair.accepting,
    "RETURNING": OfRepair.returning,
    "ON_HOLD(undecided)": OfRepair.undecided,
    "ON_HOLD(part)": OfRepair.part_late,
    "ON_HOLD(acceptance)": OfRepair.disputed,
    "ON_HOLD(overnight)": OfRepair.overnight,
    "AWAITING_PICKUP": OfRepair.picked_up,
    "SENT_OUT": OfRepair.sent_out,
}
"""State of a repair → what its owner can do. Every state that a handheld shows has its row."""


def checks(seat: Seat, row: WorkRow) -> tuple[Offer, ...]:
    """r19, r20: of a colleague's repair, or one's own where that is allowed."""
    body = {"repair": row.repair, "revision": row.revision, "checker": seat.engineer}
    return Offer("pass", body), Offer("fail", body)


def taking_over(seat: Seat, row: WorkRow) -> Offers:
    """r30."""
    body = {"repair": row.repair, "revision": row.revision, "engineer": seat.engineer}
    return Offers((Offer("take-over", body),))
