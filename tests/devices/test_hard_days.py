"""Whatever is asked, in whatever order, with the power going now and then: no device breaks, no unit is in two places,
no money moves twice (B5, B11, B25).
"""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from devices.cabinet_simulation import CabinetDials
from devices.cabinet_touches import CloseDoor, PutByHand, TakeAtMachine, TakeByHand
from devices.pos import PresentCard, PressCancel
from devices.pos_body import PosDials
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.codec import AskedAgain
from tests.devices import test_cabinet, test_pos

UNITS = ("BAT#1", "BAT#2", "SCR#1")
BINS = ("c1.1", "c1.2", "c1.3")
IDS = tuple(f"C{number}" for number in range(8))
PAYMENTS = ("Y1", "Y2", "Y3")
BELONG = {"BAT#1": "c1.1", "BAT#2": "c1.1", "SCR#1": "c1.2"}

units = st.sampled_from(UNITS)
bins = st.sampled_from(BINS)
ids = st.sampled_from(IDS)
payments = st.sampled_from(PAYMENTS)
waits = st.integers(1, 300_000)
POWER_CUT = st.just("power cut")


def at(to, kind, **fields):
    return st.builds(kind, id=ids, to=st.just(to), **fields)


cabinet_work = st.one_of(
    units.flatmap(lambda unit: at(test_cabinet.TO, c.PickUnit, unit=st.just(unit), sku=st.just("x"),
                                  bin=st.just(BELONG[unit]))),
    at(test_cabinet.TO, c.CancelPick, pick=ids),
    at(test_cabinet.TO, c.OpenOutlet, units=st.tuples(units), tote=st.just("r1/tote-1")),
    at(test_cabinet.TO, c.OpenInlet, units=st.lists(units, unique=True).map(tuple), tote=st.just("r1/tote-1")),
    at(test_cabinet.TO, c.AllowInput, unit=units, bin=bins),
    at(test_cabinet.TO, c.RefuseInput, unit=units, reason=st.just("no")),
    at(test_cabinet.TO, c.CountBin, bin=bins),
    at(test_cabinet.TO, c.OpenByHand, reason=st.just("jam")),
)  # fmt: skip
cabinet_touches = st.one_of(
    st.builds(CloseDoor, door=st.sampled_from(("outlet", "by-hand"))),
    st.builds(TakeAtMachine, unit=units, bin=bins),
    st.builds(TakeByHand, unit=units, bin=bins),
    st.builds(PutByHand, unit=units, bin=bins),
)
cabinet_days = st.lists(
    st.one_of(cabinet_work, cabinet_work.map(AskedAgain), cabinet_touches, waits, POWER_CUT), max_size=40
)
cabinet_dials = st.fixed_dictionaries(
    {
        name: st.sampled_from((0.0, 0.3))
        for name in structs.asdict(CabinetDials())
        if name in ("jam", "contradicts", "empty_bin", "rejects", "wrong_unit", "wrong_unit_unnoticed",
                    "dies_mid_pick", "door_left_open")
    }
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(cabinet_days, cabinet_dials)
def test_a_cabinet_never_breaks_and_no_unit_lies_in_two_places(day, dials):
    held = test_cabinet.cabinet(**dials)
    for happens in day:
        if happens == "power cut":
            held = test_cabinet.restarted(held, **dials)
        elif isinstance(happens, int):
            held.wait(happens)
        else:
            held.tell(happens)
        truth = held.memory.truth
        in_bins = [unit for bin_ in truth.bins.values() for unit in bin_.units]
        in_machine = [*in_bins, *truth.inlet, *(held.body.really(unit) for unit in truth.outlet)]
        assert len(in_machine) == len(set(in_machine)), in_machine
    held.wait(3_600_000)


pos_work = st.one_of(
    payments.flatmap(lambda y: st.just(test_pos.take(y, 1000))),
    at(test_pos.TO, c.AbortPayment, payment=payments),
    at(test_pos.TO, c.AskPaymentStatus, payment=payments),
    at(test_pos.TO, c.RefundPayment, payment=payments, amount=st.integers(1, 1200)),
    at(test_pos.TO, c.ReversePayment, payment=payments, amount=st.just(1000)),
    at(test_pos.TO, c.AskTotals),
)
pos_touches = st.one_of(
    st.builds(PresentCard, payment=st.one_of(st.just(""), payments)), st.builds(PressCancel, payment=payments)
)
pos_days = st.lists(st.one_of(pos_work, pos_work.map(AskedAgain), pos_touches, waits, POWER_CUT), max_size=40)
pos_dials = st.fixed_dictionaries(
    {
        name: st.sampled_from((0.0, 0.3))
        for name in structs.asdict(PosDials())
        if name in ("declined", "unknown_taken", "unknown_not_taken", "late_approval")
    }
)


@settings(max_examples=300, deadline=None)
@given(pos_days, pos_dials)
def test_a_terminal_never_takes_twice_nor_gives_back_more_than_it_took(day, dials):
    held = test_pos.terminal(**dials)
    said = []
    for happens in day:
        if happens == "power cut":
            said += held.said
            held = test_pos.restarted(held, **dials)
        elif isinstance(happens, int):
            held.wait(happens)
        else:
            held.tell(happens)
    held.wait(3_600_000)
    said += held.said
    for payment in PAYMENTS:
        mine = [each for each in said if getattr(each, "payment", "") == payment]
        references = {each.reference for each in mine if isinstance(each, e.PaymentApproved)}
        assert len(references) <= 1
        if references:
            assert not any(isinstance(each, e.PaymentAborted | e.PaymentDeclined) for each in mine)
        undone = {each.command: each.amount for each in mine if isinstance(each, e.PaymentUndone)}
        assert sum(undone.values()) <= 1000
    lines = [line for each in said if isinstance(each, e.DayReconciled) for line in each.lines]
    for payment in PAYMENTS:
        told = {(line.taken, line.undone) for line in lines if line.payment == payment}
        assert sum(taken for taken, _ in told) <= 1000
