"""What happens around a repair, but not to every one: wiping, a loaner, giving up, a colleague's check, a dispute."""

from typing import Final

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import WorkRow
from shopfloor.contract.events import (
    AccessoriesReturned,
    DataWiped,
    DeviceFoundUnrepairable,
    DeviceScanned,
    Event,
    LoanerLent,
    LoanerReturned,
    LoanerWiped,
)
from shopfloor.contract.kinds import DocumentKind
from simulations.people.at_bench import AtBench
from simulations.people.person import Act
from simulations.people.world import Dispute

SIGNING: Final = 5 * MINUTE
SEALING: Final = 5 * SECOND
SEALED_TRIES_MAX: Final = 5
MANAGER_COMES: Final = 3 * MINUTE
COLLEAGUE_COMES: Final = 3 * MINUTE
NOBODY_ELSE: Final = 15 * MINUTE


class Extras(AtBench):
    """The exceptions of every day."""

    # ── before the work ─────────────────────────────────────────────────────────────────────────

    def before_work(self) -> Act[None]:
        """E18, E19: while the customer is still here; then those who cannot wait go."""
        bench, visit = self.bench, self.visit
        if visit.wipe and not bench.wiped and self.present:
            bench.wiped = True
            if (yield from self._has_signed("WIPE")):
                yield from self._once_sealed(DataWiped(repair=self.repair))
        if visit.decision == "leave" and self.present:
            if visit.loaner and not self.guest.loaner:
                yield from self._lend()
            self.guest.dismiss("leaves")

    def _lend(self) -> Act[None]:
        """l1: the next one on the shelf."""
        loaner = next((name for name in self.world.layout.loaners if name not in self.world.loaners_out), "")
        if loaner and (yield from self._has_signed("LOANER", loaner)):
            self.world.loaners_out[loaner] = self.repair
            if (yield from self._once_sealed(LoanerLent(repair=self.repair, loaner=loaner))):
                self.guest.loaner = loaner
            else:
                del self.world.loaners_out[loaner]

    def _has_signed(self, document: DocumentKind, loaner: str = "") -> Act[bool]:
        before = len(self.guest.signed)
        if (yield from self.ask_for(document, loaner)):
            return False
        return (
            yield from self.hand.watch(lambda: document in self.guest.signed[before:], SIGNING, self.hand.seat.bell)
        )

    def _once_sealed(self, event: Event) -> Act[bool]:
        """The seal takes the archive a moment; until then the floor says no."""
        for _ in range(SEALED_TRIES_MAX):
            yield from self.hand.wait(SEALING)
            if not (yield from self.hand.mention(event)):
                return True
        return False

    # ── giving up, checking ─────────────────────────────────────────────────────────────────────

    def give_up(self, row: WorkRow) -> Act[None]:
        """r8, E17: decided by two."""
        self.ask_manager(self.repair, "unrepairable", "the board is corroded through")
        yield from self.hand.work(MANAGER_COMES)
        found = DeviceFoundUnrepairable(repair=self.repair, reason="corroded through", photos=2)
        yield from self.hand.do(found, self.left(row))

    def have_it_checked(self, row: WorkRow) -> Act[None]:
        """r20, B28: boards and foldables by somebody else; anything else by whoever is free, or oneself."""
        others = bool(self.hand.certificates_for(self.bench))
        self.world.calls_across[self.repair] = self.hand.name
        self.world.shout.ring()
        patience = NOBODY_ELSE if others else self._colleague_comes()
        yield from self.hand.watch(
            lambda: self.left(row)() or self.repair not in self.world.calls_across, patience, self.world.shout
        )
        if self.world.calls_across.pop(self.repair, None) is None:
            yield from self.hand.watch(self.left(row), NOBODY_ELSE, self.world.shout)
            return
        if others:
            self.ask_manager(self.repair, "same-checker", "nobody else is free")
            yield from self.hand.work(MANAGER_COMES)
        yield from self.hand.check(self.repair)

    def _colleague_comes(self) -> int:
        """How long it is worth to wait for somebody who stands idle."""
        asks = self.world.scenario.staff.colleague_checks and self.world.somebody_idle()
        return COLLEAGUE_COMES if asks else 0

    # ── before the goodbye ──────────────────────────────────────────────────────────────────────

    def before_goodbye(self, row: WorkRow, accessories: tuple[str, ...]) -> Act[None]:
        """B18: what came with the phone goes with it, what was lent comes back."""
        if accessories and not self.bench.ticked_off:
            ticked = AccessoriesReturned(repair=self.repair, accessories=accessories)
            self.bench.ticked_off = not (yield from self.hand.do(ticked, self.changed(row)))
        loaner = self.guest.loaner
        if loaner and not (yield from self.hand.mention(LoanerReturned(loaner=loaner, condition="as it was"))):
            self.guest.loaner = ""
            self.world.loaners_out.pop(loaner, None)
            yield from self.hand.mention(LoanerWiped(loaner=loaner))

    def settle_dispute(self, row: WorkRow) -> Act[None]:
        """r25, r41: the manager comes, decides, and signs as witness; then the phone goes out, or is checked again."""
        dispute = self.world.disputes.setdefault(self.repair, Dispute(desk=self.hand.desk))
        self.world.shout.ring()
        yield from self.hand.watch(lambda: self.left(row)() or dispute.witnessed, MANAGER_COMES, self.world.shout)
        if dispute.witnessed and not self.left(row)():
            out = DeviceScanned(repair=self.repair, place="customer", receiver="owner")
            yield from self.hand.do(out, self.left(row))
