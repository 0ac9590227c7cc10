"""Days in the shop as its people live them, each with a customer who is a little different from the ordinary one."""

from collections import Counter

import pytest
from msgspec import structs

from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE
from shopfloor.core.floor import Floor
from shopfloor.core.invariants import check_all
from shopfloor.core.lifecycles import FINAL
from simulations.demand import Visit
from simulations.scenarios.table import Value
from tests.shop.day_book import CATALOGUE, LAYOUT, MORNING, ORDINARY, Watched, plan, played, told


def day_with(hours: float = 1.0, **traits: object) -> Watched:
    """A day on which only this customer comes."""
    return played(plan(7, hours), [structs.replace(ORDINARY, **traits)])


def repair_of(day: Watched) -> str:
    assert list(day.floor.books.repairs) == ["R1"]
    return day.floor.books.repairs["R1"].state


def papers(day: Watched) -> list[str]:
    return [fact.document for fact in told(day, f.DocumentSigned)]


# ── one customer ────────────────────────────────────────────────────────────────────────────────


def test_a_customer_with_an_old_battery_goes_home_with_a_new_one():
    day = day_with()
    assert repair_of(day) == "HANDED_OVER"
    assert papers(day) == ["INTAKE", "QUOTE", "REPORT", "ACCEPT"]
    assert [fact.amount for fact in told(day, f.PaymentSettled)] == [9_900]
    assert [fact.state for fact in told(day, f.PartsOrderEnded)] == ["FITTED"]
    assert len(told(day, f.TicketServed)) == 1
    assert len(told(day, f.DayEnded)) == 1


def test_nobody_is_asked_twice_on_an_ordinary_day():
    """People read their screens well: of their taps only the last is refused, which asks whether the day is closed."""
    refused = told(day_with(), f.EventRefused, lambda fact: not fact.device.startswith(("archive", "notifier")))
    assert [fact.code for fact in refused] == ["already"]


def test_r11_who_refuses_the_quote_gets_the_phone_back_as_it_was():
    day = day_with(decision="refuse")
    assert repair_of(day) == "HANDED_OVER"
    assert papers(day) == ["INTAKE", "REPORT", "RETURN_UNREPAIRED"]
    assert not told(day, f.PaymentRequested)
    assert not told(day, f.PartsOrderOpened)


def test_r12_r39_who_thinks_about_it_signs_by_the_link_and_comes_back():
    day = day_with(hours=4, decision="think")
    assert [fact.reason for fact in told(day, f.RepairHeld)] == ["undecided"]
    assert len(told(day, f.PickupStarted)) == 1
    assert repair_of(day) == "HANDED_OVER"
    assert [fact.number[:1] for fact in told(day, f.TicketServed)] == ["A", "D"]


def test_r12_who_thinks_about_it_may_decline_at_home():
    day = day_with(hours=4, decision="think", signs_later=False)
    assert len(told(day, f.ReturnDecided)) == 1
    assert repair_of(day) == "HANDED_OVER"
    assert "RETURN_UNREPAIRED" in papers(day)


def test_r26_r27_who_cannot_wait_fetches_the_phone_later():
    day = day_with(hours=4, decision="leave")
    assert len(told(day, f.PickupAwaited)) == 1
    assert repair_of(day) == "HANDED_OVER"


def test_l1_l2_a_loaner_goes_out_and_comes_back():
    day = day_with(hours=4, decision="leave", loaner=True)
    assert [fact.state for fact in told(day, f.LoanerMoved)] == ["LENT", "RETURNED", "IN_STOCK"]
    assert repair_of(day) == "HANDED_OVER"


def test_e20_another_person_collects():
    day = day_with(hours=4, decision="leave", proxy=True)
    assert [fact.receiver for fact in told(day, f.DeviceHandedOver)] == ["proxy-code"]


def test_e18_data_is_wiped_only_after_a_signature():
    day = day_with(wipe=True)
    kinds = [type(fact).__name__ for _, fact in day.facts]
    signed = next(n for n, (_, fact) in enumerate(day.facts) if getattr(fact, "document", "") == "WIPE"
                  and isinstance(fact, f.DocumentSigned))  # fmt: skip
    assert signed < kinds.index("WipeRecorded")
    assert repair_of(day) == "HANDED_OVER"


# ── at the desk it goes otherwise ───────────────────────────────────────────────────────────────


def test_e5_a_wrong_part_is_refused_and_another_one_comes():
    day = day_with(part="wrong")
    assert [fact.reason for fact in told(day, f.PartRefused)] == ["wrong"]
    assert Counter(fact.state for fact in told(day, f.PartsOrderEnded)) == {"RETURNED": 1, "FITTED": 1}
    assert repair_of(day) == "HANDED_OVER"


@pytest.mark.parametrize(("luck", "blame"), [("dead", "supplier"), ("broken", "ours")])
def test_e6_a_dead_part_is_blamed_on_one_side_and_replaced(luck: str, blame: str):
    day = day_with(part=luck)
    assert [fact.blame for fact in told(day, f.PartDefective)] == [blame]
    assert len(told(day, f.OverrideRecorded)) == (blame == "ours")
    assert Counter(fact.state for fact in told(day, f.PartsOrderEnded)) == {"RETURNED": 1, "FITTED": 1}
    assert repair_of(day) == "HANDED_OVER"


def test_e12_more_is_found_and_signed():
    day = day_with(more_found="USB")
    assert "SUPPLEMENT" in papers(day)
    assert [fact.lines_done for fact in told(day, f.RepairFinished)] == [(1, 2)]
    assert Counter(fact.state for fact in told(day, f.PartsOrderEnded)) == {"FITTED": 2}


def test_r38_more_is_found_and_declined_so_only_what_was_signed_is_done():
    day = day_with(more_found="USB", signs_more=False)
    assert len(told(day, f.SupplementDeclined)) == 1
    assert [fact.lines_done for fact in told(day, f.RepairFinished)] == [(1,)]
    assert [fact.amount for fact in told(day, f.PaymentSettled)] == [9_900]


def test_e17_a_phone_is_given_up_by_two():
    day = day_with(unrepairable=True)
    assert [fact.rule for fact in told(day, f.OverrideRecorded)] == ["unrepairable"]
    assert [fact.unrepaired for fact in told(day, f.DeviceHandedOver)] == [True]


def test_r19_a_check_that_fails_is_repeated():
    day = day_with(first_pass=False)
    assert len(told(day, f.QualityCheckFailed)) == 1
    assert [fact.first_pass for fact in told(day, f.QualityCheckPassed)] == [False]
    assert repair_of(day) == "HANDED_OVER"


def test_b28_a_board_is_checked_by_somebody_else():
    day = day_with(fault="MBD", hours=2)
    checked, owner = told(day, f.QualityCheckPassed)[0].checker, told(day, f.RepairOpened)[0].owner
    assert checked != owner


def test_r29_r30_a_colleague_goes_on_when_the_owner_is_called_away():
    day = day_with(second_engineer=True)
    assert len(told(day, f.OwnerChanged)) == 1
    assert repair_of(day) == "HANDED_OVER"


def test_r25_r41_who_does_not_sign_is_heard_by_the_manager():
    day = day_with(accepts=False)
    assert [fact.fault_confirmed for fact in told(day, f.DisputeSettled)] == [False]
    assert "WITNESS" in papers(day)
    assert repair_of(day) == "HANDED_OVER"


# ── in the hall it goes otherwise ───────────────────────────────────────────────────────────────


def test_e1_who_never_comes_is_missed_in_the_second_round():
    day = day_with(comes="never")
    assert len(told(day, f.TicketRecycled)) == 1
    assert len(told(day, f.TicketMissed)) == 1
    assert not day.floor.books.repairs


def test_q8_who_comes_late_is_served_in_the_second_round():
    day = day_with(comes="late")
    assert len(told(day, f.TicketRecycled)) == 1
    assert repair_of(day) == "HANDED_OVER"


def test_q2_q3_a_booking_is_made_by_the_link_and_kept():
    day = day_with(hours=6, at=MORNING + 300 * MINUTE, booked=True, line="B", early_ms=5 * MINUTE)
    assert len(told(day, f.TicketExpected)) == 1
    assert [fact.number[:1] for fact in told(day, f.TicketServed)] == ["B"]
    assert repair_of(day) == "HANDED_OVER"


def test_q4_a_booking_that_nobody_keeps_is_missed():
    day = day_with(hours=6, at=MORNING + 300 * MINUTE, booked=True, line="B", stays_away=True)
    assert [fact.booked for fact in told(day, f.TicketMissed)] == [True]


def test_e2_who_loses_patience_leaves():
    """Ten come at once, and the last of them has only two minutes."""
    crowd = [structs.replace(ORDINARY, id=n, imei=f"{n:015d}") for n in range(1, 10)]
    hasty = structs.replace(ORDINARY, id=10, at=MORNING + 3 * MINUTE, patience_ms=2 * MINUTE, imei=f"{10:015d}")
    day = played(plan(7, 1.0), [*crowd, hasty])
    outcomes = Counter(ticket.state for ticket in day.floor.books.tickets.values())
    assert outcomes["SERVED"] >= 9
    assert outcomes["LEFT"] + outcomes["NO_SHOW"] == 10 - outcomes["SERVED"] == 1


def test_line_c_advice_keeps_no_phone():
    day = day_with(purpose="advice", line="C")
    assert len(told(day, f.ConsultEnded)) == 1
    assert not day.floor.books.repairs


# ── whole mornings ──────────────────────────────────────────────────────────────────────────────

BUSY: dict[str, Value] = {"demand__repairs_a_day": 100, "demand__advice_a_day": 12, "demand__care_a_day": 8}
SERVICE_DAY: dict[str, Value] = {
    "demand__repairs_a_day": 75,
    "demand__advice_a_day": 9,
    "demand__care_a_day": 45,
    "shares__booked": 0.2,
}
MORNINGS = [(1, BUSY), (2, BUSY), (3, SERVICE_DAY)]


@pytest.fixture(scope="module", params=MORNINGS, ids=["seed-1", "seed-2", "service-day"])
def morning(request: pytest.FixtureRequest) -> Watched:
    seed, demand = request.param
    return played(plan(seed, 2.0, **demand))


def test_b2_everybody_has_exactly_one_outcome(morning: Watched):
    assert len(morning.visits) > 10
    tickets = morning.floor.books.tickets.values()
    assert {ticket.state for ticket in tickets} <= set(FINAL["ticket"])
    assert sum(ticket.state == "SERVED" for ticket in tickets) > len(tickets) / 2


def test_e30_at_day_close_no_repair_is_in_anybodys_hands(morning: Watched):
    waiting = ("HANDED_OVER", "FOLLOW_UP", "AWAITING_PICKUP", "ON_HOLD(undecided)", "ON_HOLD(part)", *FINAL["repair"])
    left = {repair.id: repair.state for repair in morning.floor.books.repairs.values() if repair.state not in waiting}
    assert left == {}


def test_nothing_gets_stuck(morning: Watched):
    assert [words for _, words in morning.world.remarks if "does not get on" in words] == []


def test_nobody_says_what_their_device_may_not(morning: Watched):
    assert told(morning, f.EventRefused, lambda fact: fact.code in ("not-yours", "bad-body")) == []


def test_every_invariant_holds_over_the_whole_shop(morning: Watched):
    assert check_all(morning.floor.shop) > 100


def test_b24_the_same_messages_give_the_same_day_again(morning: Watched):
    again = Floor(LAYOUT, CATALOGUE, morning.plan.policy)
    for now, message in morning.heard:
        again.handle(message, now)
    assert again.digest() == morning.floor.digest()


def test_the_same_seed_gives_the_same_day_and_another_seed_another():
    def digest(seed: int) -> str:
        return played(plan(seed, 0.5, **BUSY)).floor.digest()

    assert digest(5) == digest(5)
    assert digest(5) != digest(6)


def test_without_customers_the_day_is_closed_all_the_same():
    day = played(plan(1, 0.5), [])
    assert len(told(day, f.DayEnded)) == 1
    assert not day.floor.books.tickets


def test_a_visit_is_an_ordinary_one() -> None:
    """The stories above differ from this in one trait each."""
    assert isinstance(ORDINARY, Visit)
    assert CATALOGUE.row(ORDINARY.model, ORDINARY.fault) is not None
