"""The judge can tell: what machines do twice, money, papers, parts, and a day that does not end well."""

from pathlib import Path

import pytest
from msgspec import structs

from devices.archive_body import MemoryShelf
from devices.cabinet import Cabinet
from devices.cabinet_body import CabinetReport, Pick
from devices.cabinet_simulation import SimulatedCabinet, _Drop
from devices.client import Touch
from devices.pos import Pos
from devices.pos_body import Charge, SimulatedPos
from devices.robot_body import Aboard
from devices.signing import DocumentScreen, Signing
from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Instant
from shopfloor.contract.commands import PickUnit, WorkRow
from shopfloor.contract.events import CountMade, Event
from shopfloor.contract.facts import (
    DocumentSigned,
    PaymentRequested,
    PaymentSettled,
    PickMissed,
    QuoteFrozen,
    UnitMoved,
)
from shopfloor.contract.kinds import CallRow
from shopfloor.core.books import Books, Pending, Thing
from shopfloor.core.floor import RULES, TIMEOUTS
from shopfloor.core.shop import Shop as CoreShop
from simulations.storm.bad_day import Played
from simulations.storm.ends import ends_broken
from simulations.storm.truth_money import money_broken
from simulations.storm.truth_stock import Doubt, settled, stock_broken
from tests.storm.judged import calm, kinds, play


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A calm day that is over, and on which nothing is wrong."""
    day = calm(tmp_path_factory.mktemp("calm"))
    assert day.verdict().broken == ()
    assert day.shop.office.floor.books.payments
    return day


def books_of(day: Played) -> Books:
    return day.shop.office.floor.books


# ── bodies (I11) ────────────────────────────────────────────────────────────────────────────────


def test_i11_a_cabinet_that_gives_out_two_units_for_one_pick_is_named(tmp_path: Path, monkeypatch):
    drop = SimulatedCabinet._drop

    def greedy(cabinet: SimulatedCabinet, coming: _Drop) -> list[CabinetReport]:
        other = cabinet._other(coming.pick)
        drop(cabinet, _Drop(coming.pick, other, other))
        return drop(cabinet, coming)

    monkeypatch.setattr(SimulatedCabinet, "_drop", greedy)
    assert kinds(play(tmp_path)) >= {"I11/P2", "I03/P5"}


def test_i11_a_pick_that_is_made_again_after_a_restart_is_named(tmp_path: Path, monkeypatch):
    def forgets(cabinet: Cabinet) -> None:
        memory = cabinet._memory
        if memory.at_work is not None:
            memory.waiting.insert(0, memory.at_work)
            memory.at_work = None

    def off_and_on(day: Played) -> None:
        if isinstance(day.shop.fittings.cabinets["cabinet/c1"].at_work, Pick):
            day.shop.appliances["cabinet/c1"].switch_off()
            day.shop.appliances["cabinet/c1"].switch_on()
        elif day.shop.stage.now < day.day.healed_at:
            day.shop.stage.after(SECOND, lambda: off_and_on(day))

    monkeypatch.setattr(Cabinet, "_wake_up", forgets)
    monkeypatch.setattr(Cabinet, "_look_into", lambda cabinet, work, now: cabinet._do(work, now))
    broken = play(tmp_path, lambda day: day.shop.stage.after(MINUTE, lambda: off_and_on(day))).broken
    assert any("was begun 2 times" in sentence for sentence in broken)


def test_i11_a_card_that_is_charged_twice_is_named(tmp_path: Path, monkeypatch):
    touched = Pos._touched

    def twice(pos: Pos, touch: Touch, now: Instant) -> list[Event]:
        said = touched(pos, touch, now)
        for taking in pos._memory.takings.values():
            if taking.stage == "authorising":
                pos._body.authorise(taking.payment, taking.amount, now)
        return said

    monkeypatch.setattr(Pos, "_touched", twice)
    assert kinds(play(tmp_path)) >= {"I11/P2", "I07/P6"}


# ── money (I07, I09) ────────────────────────────────────────────────────────────────────────────


def test_i07_money_that_a_terminal_has_taken_and_denies_is_named(tmp_path: Path, monkeypatch):
    keep = SimulatedPos._keep

    def denies(pos: SimulatedPos, charge: Charge) -> None:
        charge.code = "declined"
        keep(pos, charge)

    monkeypatch.setattr(SimulatedPos, "_keep", denies)
    monkeypatch.setattr(SimulatedPos, "close_day", lambda _: ())
    assert "I07/P6" in kinds(play(tmp_path))


def test_p3_a_charge_that_nobody_asked_for_is_named(tmp_path: Path):
    def spoil(day: Played) -> None:
        machine = day.shop.fittings._machines["pos/pos-1"]
        assert isinstance(machine, SimulatedPos)
        machine.authorise("Y999", 100, day.shop.stage.now)
        machine.truth.awaited.clear()

    assert "I12/P3" in kinds(play(tmp_path, lambda day: day.shop.stage.after(MINUTE, lambda: spoil(day))))


FROZEN = QuoteFrozen(repair="R1", version=1, sha256="aa", total=500, valid_until=9)
SIGNED = DocumentSigned(
    request="S1", repair="R1", document="QUOTE", sha256="aa", sealed_sha256="bb", pages=1, version=1
)
ASKED = PaymentRequested(payment="Y1", repair="R1", amount=500, payment_kind="CHARGE", attempt=1, pos="pos/pos-1")
SETTLED = PaymentSettled(payment="Y1", repair="R1", amount=500, payment_kind="CHARGE")


CHARGE = Charge(payment="Y1", amount=500, taken=True, reference="r", replies_at=1, found_from=1, before="in-progress")


def charge(amount: int = 500, undone: int = 0) -> Charge:
    return Charge(
        payment="Y1",
        amount=amount,
        taken=True,
        reference="r",
        replies_at=1,
        found_from=1,
        before="not-found",
        undone=undone,
    )


def money(*facts, charges=()) -> frozenset[str]:
    return frozenset(sentence.partition(":")[0] for sentence in money_broken(facts, charges, Books()))


def test_i09_what_is_signed_may_be_charged_and_nothing_else():
    assert not money(FROZEN, SIGNED, ASKED, SETTLED, charges=[charge()])
    assert "I09/P7" in money(FROZEN, ASKED, SETTLED, charges=[charge()])
    assert "I09/P7" in money(FROZEN, structs.replace(SIGNED, sha256="cc"), ASKED, SETTLED, charges=[charge()])
    assert "I09/P7" in money(FROZEN, SIGNED, structs.replace(ASKED, amount=501))
    assert "I09/P7" in money(FROZEN, SIGNED, ASKED, SETTLED, charges=[charge(499)])


def test_i07_what_the_acquirer_kept_is_what_the_books_say():
    assert "I07/P6" in money(FROZEN, SIGNED, ASKED, charges=[charge()])
    assert "I07/P6" in money(FROZEN, SIGNED, ASKED, SETTLED)
    assert not money(FROZEN, SIGNED, ASKED, charges=[charge(undone=500)])
    assert "I07/P7" in money(FROZEN, SIGNED, ASKED, SETTLED, charges=[charge(), charge()])


# ── papers (I10) ────────────────────────────────────────────────────────────────────────────────


def test_i10_a_screen_that_shows_something_else_than_it_tells_is_named(tmp_path: Path, monkeypatch):
    screen = Signing.screen.fget

    def other(signing: Signing) -> DocumentScreen:
        shown = screen(signing)
        return structs.replace(shown, lines=f"{shown.lines}!")

    monkeypatch.setattr(Signing, "screen", property(other))
    assert "I10/B14" in kinds(play(tmp_path))


def test_b15_an_archive_that_loses_or_changes_what_it_has_sealed_is_named(tmp_path: Path, monkeypatch):
    put = MemoryShelf.put

    def loses(shelf: MemoryShelf, name: str, content: bytes) -> bool:
        if int(name.partition(".")[0].removeprefix("S")) % 2:
            return put(shelf, name, content + b" ")
        return True

    monkeypatch.setattr(MemoryShelf, "put", loses)
    assert kinds(play(tmp_path)) >= {"I10", "I10/B15"}


# ── parts (I03, I23) ────────────────────────────────────────────────────────────────────────────


def test_i03_a_unit_in_another_bin_than_the_ledger_says_is_named_once_somebody_could_know(over: Played, monkeypatch):
    bins = over.shop.fittings.cabinets["cabinet/c1"].truth.bins
    source, target = (name for name in list(bins)[:2])
    unit = bins[source].units[0]
    monkeypatch.setattr(bins[source], "units", bins[source].units[1:])
    monkeypatch.setattr(bins[target], "units", [*bins[target].units, unit])
    doubts = list(stock_broken(over.shop))
    assert [(doubt.unit, doubt.bin) for doubt in doubts if isinstance(doubt, Doubt)] == [(unit, source), (unit, target)]
    missed = PickMissed(parts_order="P1", unit=unit, bin=source, why="incomplete")
    moved = UnitMoved(move=1, unit=unit, sku="x", source=f"BIN:{source}", target="LOST", cause="m13", actor="e1")
    assert len(list(settled(doubts, [], {}))) == 2
    assert not list(settled(doubts, [], {unit: None}))
    assert len(list(settled(doubts, [missed], {unit: None}))) == 1
    assert not list(settled(doubts, [missed, moved], {unit: None}))


def test_i03_a_bin_that_somebody_is_to_look_into_is_no_secret(over: Played, monkeypatch):
    bins = over.shop.fittings.cabinets["cabinet/c1"].truth.bins
    bin_ = next(iter(bins))
    monkeypatch.setattr(bins[bin_], "units", [])
    monkeypatch.setitem(books_of(over).alarms, bin_, ("Count it", "MG", 1))
    assert not list(stock_broken(over.shop))


def test_i23_a_unit_in_two_places_and_a_tote_that_holds_nothing_are_named(over: Played, monkeypatch):
    bins = over.shop.fittings.cabinets["cabinet/c1"].truth.bins
    names = list(bins)
    monkeypatch.setattr(bins[names[1]], "units", [*bins[names[1]].units, bins[names[0]].units[0]])
    unit = next(unit for unit in books_of(over).units.values() if not unit.place.startswith("BIN:"))
    monkeypatch.setattr(unit, "place", "TOTE:r1.1")
    found = [sentence for sentence in stock_broken(over.shop) if isinstance(sentence, str)]
    assert len([sentence for sentence in found if sentence.startswith("I23")]) == 2


def test_i01_a_unit_that_nobody_has_is_named(over: Played, monkeypatch):
    sku = next(iter(books_of(over).units.values())).sku
    monkeypatch.setitem(books_of(over).received, sku, books_of(over).received[sku] + 1)
    assert any(str(sentence).startswith("I01") for sentence in stock_broken(over.shop))


@pytest.mark.parametrize("heeded", [True, False])
def test_i03_the_inventory_sets_right_what_was_moved_in_secret_or_says_so(tmp_path: Path, monkeypatch, heeded: bool):
    def spoil(day: Played) -> None:
        bins = [bin_ for bin_ in day.shop.fittings.cabinets["cabinet/c1"].truth.bins.values() if bin_.units]
        day.shop.diary.note("people.reach_in", f"somebody moves {bins[-1].units[-1]} with the key")
        bins[-2].units.append(bins[-1].units.pop())

    if not heeded:
        monkeypatch.setitem(RULES, CountMade, lambda _shop, _by, _event: None)
    verdict = play(tmp_path, lambda day: day.shop.stage.after(MINUTE, lambda: spoil(day)))
    assert ("I03" in kinds(verdict)) != heeded


# ── the end (I04, I21, I22, I25) ────────────────────────────────────────────────────────────────


def ends(day: Played) -> frozenset[str]:
    return frozenset(sentence.partition(":")[0] for sentence in ends_broken(day.shop))


def test_i22_an_event_that_nobody_has_taken_is_named(over: Played, monkeypatch):
    monkeypatch.setattr(over.shop.appliances["pad/pad-1"]._memory, "backlog", 1)
    assert ends(over) == {"I22/P1"}


def test_i22_a_question_without_an_answer_is_named_unless_somebody_looks_after_it(over: Played, monkeypatch):
    command = PickUnit(id="C9", to="cabinet/c1", unit="u", sku="s", bin="c1.1")
    monkeypatch.setitem(books_of(over).pending, "C9", Pending(command=command, asked_at=1, again_at=2))
    assert "I22/P9" in ends(over)
    monkeypatch.setitem(books_of(over).alarms, "cabinet/c1", ("Look at it", "PK", 1))
    assert "I22/P9" not in ends(over)


def test_i21_a_wait_for_nobody_and_one_that_has_passed_are_named(over: Played, monkeypatch):
    wait = next(wait for wait in books_of(over).waits.values() if wait.machine != "robot")
    monkeypatch.setattr(wait, "party", "")
    assert ends(over) == {"I21/P9"}
    monkeypatch.undo()
    monkeypatch.setattr(wait, "due", 1)
    assert ends(over) == {"I21/P9"}
    monkeypatch.undo()
    assert ends(over) == frozenset()


def test_i21_a_ticket_that_is_still_called_is_named(over: Played, monkeypatch):
    ticket = next(iter(books_of(over).tickets.values()))
    monkeypatch.setattr(ticket, "state", "CALLED")
    assert "I21" in ends(over)


def test_b2_a_robot_that_still_carries_something_is_named_unless_somebody_is_told(over: Played, monkeypatch):
    body = over.shop.fittings.bodies["robot/r1"]
    reading = body.read(over.shop.stage.now)
    load = structs.replace(reading, aboard=(Aboard("u1", "tote-1"),))
    monkeypatch.setattr(body, "read", lambda _now: load)
    assert "B2" in ends(over)
    monkeypatch.setitem(books_of(over).alarms, "robot/r1", ("Look at it", "PK", 1))
    assert "B2" not in ends(over)


def test_i04_a_repair_on_two_handhelds_and_i25_a_number_that_is_not_called_are_named(over: Played, monkeypatch):
    handhelds = [client for device, client in over.shop.clients.items() if device.startswith("handheld/")]
    first, second = handhelds[:2]
    row = WorkRow(repair="R1")
    for handheld in (first, second):
        work = structs.replace(handheld.screen.work, mine=(row,))
        monkeypatch.setattr(handheld, "_drawn", (handheld.revision, structs.replace(handheld.screen, work=work)))
    calls = next(client for device, client in over.shop.clients.items() if device.startswith("calls/"))
    monkeypatch.setattr(calls, "_calls", (CallRow(number="Z999", desk="d1", state="CALLED", calls=1),))
    assert ends(over) >= {"I04/P8", "I25"}


def test_f08_a_day_on_which_a_due_fails_comes_to_its_end_and_is_not_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_shop: CoreShop, _thing: Thing) -> None:
        raise ZeroDivisionError("our own mistake")

    monkeypatch.setitem(TIMEOUTS, ("ticket", "CALLED"), fails)
    assert kinds(play(tmp_path, lambda day: day.shop.stage.after(HOUR, day.shop.office.kill))) == {"F08"}
