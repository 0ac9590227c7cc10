"""What comes back into the cabinet, or in for the first time (p22; m2, m8, m9; E9)."""

import pytest

from shopfloor.contract.commands import AlertHandheld, AllowInput, OpenInlet, RefuseInput
from shopfloor.contract.events import (
    CommandDone,
    CommandRefused,
    DefectReported,
    EngineerSignedOn,
    GoodsReceived,
    InputAsked,
    ModeSet,
    PartsOrderCancelled,
    ReturnLoaded,
    ReturnRequested,
    UnitCollected,
    UnitStored,
    UnitStoredByHand,
)
from shopfloor.contract.facts import JobArrived, PartsOrderEnded, UnitMoved
from shopfloor.core import stock
from shopfloor.core.books import PartsOrder
from shopfloor.core.parts import all_back
from tests.core.at_the_cabinet import (
    BOARD,
    CABINET,
    KEEPER,
    SKU,
    TOTE,
    accepted,
    at_desk,
    balanced,
    carried_back,
    entered,
    loaded,
    refused,
    stored,
    units_of,
)
from tests.core.at_the_desk import HANDHELD
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    return Story()


def sent_back(story: Story, *, seal_intact: bool = True) -> PartsOrder:
    """Accepted, and not needed after all: it waits on the desk."""
    order = accepted(story)
    story.believed(HANDHELD, ReturnRequested(unit=order.unit, seal_intact=seal_intact))
    return order


def test_p22_by_robot_the_inlet_opens_and_each_unit_is_asked_for(story: Story) -> None:
    order = sent_back(story)
    fact = JobArrived(job="J9", robot="robot/r1", station="cabinet-inlet", unit=order.unit, parts_order=order.id)
    entered(story, order.unit, TOTE, fact)
    opening = story.last(OpenInlet)
    assert (opening.to, opening.units, opening.tote) == (CABINET, (order.unit,), "r1.1")
    story.believed(CABINET, InputAsked(unit=order.unit))
    assert opening.id not in story.books.pending
    allowed = story.last(AllowInput)
    assert story.books.bins[allowed.bin].sku == SKU
    story.believed(CABINET, UnitStored(command=allowed.id, unit=order.unit, bin=allowed.bin))
    assert (order.state, story.last(PartsOrderEnded).state) == ("RETURNED", "RETURNED")
    path = [(move.source, move.target) for move in story.all(UnitMoved) if move.unit == order.unit]
    assert path[-2:] == [(TOTE, "INLET:c1"), ("INLET:c1", f"BIN:{allowed.bin}")]
    assert stock.is_free(story.books, story.books.units[order.unit])
    assert all_back(story.floor.shop, order.repair)
    balanced(story)


def test_p22_an_arrival_at_a_desk_opens_no_inlet(story: Story) -> None:
    at_desk(story)
    assert not story.all(OpenInlet)


def test_p22_by_hand_from_the_desk(story: Story) -> None:
    order = sent_back(story)
    story.believed(HANDHELD, ReturnLoaded(unit=order.unit))
    assert story.books.units[order.unit].place == "HAND:e1"
    stored(story, order.unit)
    assert order.state == "RETURNED"
    balanced(story)


def test_p22_the_keeper_fetches_it(story: Story) -> None:
    order = sent_back(story)
    carried_back(story, order.unit)
    assert order.state == "RETURNED"
    balanced(story)


def test_m9_with_a_broken_seal_into_quarantine(story: Story) -> None:
    order = sent_back(story, seal_intact=False)
    assert carried_back(story, order.unit) == "QUARANTINE"
    unit = story.books.units[order.unit]
    assert (unit.place, unit.status, order.state) == ("QUARANTINE", "QUARANTINED", "RETURNED")


def test_m9_a_defect_onto_the_defects_shelf(story: Story) -> None:
    order = accepted(story)
    story.believed(HANDHELD, DefectReported(unit=order.unit, blame="supplier"))
    assert carried_back(story, order.unit) == "DEFECTS"
    assert story.books.units[order.unit].status == "REJECTED"
    balanced(story)


def test_p22_an_order_that_is_still_wanted_does_not_come_in(story: Story) -> None:
    order = loaded(story)
    story.believed(CABINET, InputAsked(unit=order.unit))
    assert order.id in story.last(RefuseInput).reason
    assert story.books.units[order.unit].place == TOTE
    story.believed(CABINET, CommandDone(command=story.last(RefuseInput).id))
    assert not [p for p in story.books.pending.values() if isinstance(p.command, RefuseInput)]


def test_p22_a_stranger_stays_outside(story: Story) -> None:
    story.believed(CABINET, InputAsked(unit="STRANGER"))
    assert "receive it first" in story.last(RefuseInput).reason


def test_m2_new_goods_are_put_away_into_a_bin_for_them(story: Story) -> None:
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=("N1",)))
    bin_ = stored(story, "N1")
    assert story.books.bins[bin_].sku == SKU
    assert stock.is_free(story.books, story.books.units["N1"])
    assert story.last(UnitMoved).cause == "m2"
    balanced(story)


def test_m2_the_emptiest_bin_takes_it(story: Story) -> None:
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    taken = units_of(story)[0]
    bin_ = stock.bin_of(taken)
    for name in tuple(story.books.bins[bin_].units):
        entered(story, name, "OTHER_SHOP")
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=("N1",)))
    assert stored(story, "N1") == bin_


def test_m2_no_bin_for_it(story: Story) -> None:
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    for bin_ in story.books.bins.values():
        bin_.sku = bin_.sku if bin_.sku != SKU else "SOMETHING"
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=("N1",)))
    story.believed(CABINET, InputAsked(unit="N1"))
    assert "no bin" in story.last(RefuseInput).reason


def test_m2_stored_elsewhere_than_allowed_is_believed_and_counted(story: Story) -> None:
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    story.believed(KEEPER, GoodsReceived(sku=SKU, units=("N1",)))
    story.believed(CABINET, InputAsked(unit="N1"))
    strange = next(bin_.id for bin_ in story.books.bins.values() if bin_.sku == "AST-M60-SCR")
    story.believed(CABINET, UnitStored(command=story.last(AllowInput).id, unit="N1", bin=strange))
    assert story.books.units["N1"].place == f"BIN:{strange}"
    assert story.books.units["N1"].status == "ATTENTION"
    assert strange in story.books.cabinets["c1"].bins_to_count
    balanced(story)


def test_p22_asked_or_stored_twice_has_one_effect(story: Story) -> None:
    order = sent_back(story)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    story.believed(CABINET, InputAsked(unit=order.unit))
    assert refused(story, CABINET, InputAsked(unit=order.unit)) == "already"
    allowed = story.last(AllowInput)
    event = UnitStored(command=allowed.id, unit=order.unit, bin=allowed.bin)
    assert refused(story, CABINET, UnitStored(command=allowed.id, unit=order.unit, bin="c9.1")) == "unknown"
    story.believed(CABINET, event)
    assert refused(story, CABINET, event) == "not-in-inlet"


def test_m9_the_cabinet_will_not_store_it_after_all(story: Story) -> None:
    order = sent_back(story)
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    story.believed(CABINET, InputAsked(unit=order.unit))
    story.believed(CABINET, CommandRefused(command=story.last(AllowInput).id, reason="bin is full"))
    told = story.last(AlertHandheld)
    assert (told.to, told.about) == (KEEPER, order.unit), "the keeper is told which unit it is (storm seeds 79, 119)"
    story.believed(KEEPER, UnitCollected(unit=order.unit))
    assert story.books.units[order.unit].place == "HAND:pk1"
    stored(story, order.unit)
    assert order.state == "RETURNED"


def test_e9_with_the_manual_key_into_a_bin(story: Story) -> None:
    order = sent_back(story)
    bin_ = order.bin
    event = UnitStoredByHand(unit=order.unit, bin=bin_)
    assert refused(story, KEEPER, event) == "cabinet-works"
    assert refused(story, HANDHELD, event) == "not-the-parts-keeper"
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=True, about="c1"))
    wrong = next(other.id for other in story.books.bins.values() if other.sku == "AST-M60-SCR")
    assert refused(story, KEEPER, UnitStoredByHand(unit=order.unit, bin=wrong)) == "wrong-bin"
    assert refused(story, KEEPER, UnitStoredByHand(unit=order.unit, bin="QUARANTINE")) == "wrong-place"
    assert refused(story, KEEPER, UnitStoredByHand(unit=order.unit, bin="c1.999")) == "unknown"
    story.believed(KEEPER, event)
    assert (order.state, story.books.units[order.unit].place) == ("RETURNED", f"BIN:{bin_}")
    balanced(story)


def test_e9_defects_go_onto_their_shelf_by_hand_at_any_time(story: Story) -> None:
    order = accepted(story)
    story.believed(HANDHELD, DefectReported(unit=order.unit, blame="supplier"))
    story.believed(KEEPER, UnitStoredByHand(unit=order.unit, bin="DEFECTS"))
    assert (order.state, story.books.units[order.unit].place) == ("RETURNED", "DEFECTS")


def test_e9_not_what_is_still_wanted_and_not_what_is_stored(story: Story) -> None:
    order = loaded(story)
    story.believed(BOARD, ModeSet(what="cabinet-by-hand", on=True, about="c1"))
    assert refused(story, KEEPER, UnitStoredByHand(unit=order.unit, bin=order.bin)) == "wrong-state"
    other = units_of(story)[7]
    assert refused(story, KEEPER, UnitStoredByHand(unit=other.id, bin=order.bin)) == "not-here"


def test_p25_a_cancelled_unit_in_the_tote_comes_back_good_and_sealed(story: Story) -> None:
    order = loaded(story)
    story.believed(HANDHELD, PartsOrderCancelled(parts_order=order.id))
    stored(story, order.unit)
    assert (order.state, story.books.units[order.unit].status) == ("RETURNED", "OK")
    balanced(story)
