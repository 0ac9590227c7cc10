"""A repair's quotes, money and parts, from the facts that change them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract import facts as f
from shopfloor.contract.kinds import QuoteLine
from shopfloor.service.views.parts import DELIVERIES_MIN, PartOfRepair, parts_of
from shopfloor.service.views.repair import RepairSeen, repair_seen
from shopfloor.service.views.white_box import PROMISE_STEP, WhiteBox, white_box
from tests.service.view_day import LAYOUT, Noted

SCREEN = QuoteLine(
    line=1, fault="SCR", service="repair", sku="AST-M60-SCR", part_fen=134_900, labour_fen=0, rule=5, available=True
)
BATTERY = QuoteLine(
    line=2, fault="BAT", service="repair", sku="AST-M60-BAT", part_fen=9_900, labour_fen=0, rule=3, available=True
)


class Case(Noted):
    """One repair of one ticket, in whatever state a story needs."""

    def __init__(self) -> None:
        super().__init__()
        self.note(
            f.TicketIssued(ticket="T1", number="A001", line="A", eta_min_low=0, eta_min_high=5),
            f.TicketCalled(ticket="T1", number="A001", desk="d1", engineer="e1"),
            f.TicketSeated(ticket="T1", number="A001", desk="d1", engineer="e1", opens_repair=True),
            f.RepairOpened(repair="R1", repair_kind="WALK_IN", ticket="T1", desk="d1", owner="e1"),
        )

    def drafted(self, version: int, *lines: QuoteLine, supplement: bool = False) -> f.QuoteDrafted:
        total = sum(line.price_fen for line in lines)
        return f.QuoteDrafted(
            repair="R1", version=version, lines=lines, total=total, promised_min=40, supplement=supplement
        )

    def signed(self, version: int, *lines: QuoteLine, supplement: bool = False) -> None:
        total = sum(line.price_fen for line in lines)
        self.note(
            self.drafted(version, *lines, supplement=supplement),
            f.QuoteFrozen(repair="R1", version=version, sha256="a" * 64, total=total, valid_until=self.now + 1),
            f.QuoteApproved(repair="R1", version=version, lines=lines, cap=total, promised=2_500_000),
        )

    @property
    def seen(self) -> RepairSeen:
        seen = repair_seen(self.database, "R1")
        assert seen is not None
        return seen

    @property
    def box(self) -> WhiteBox:
        box = white_box(self.database, LAYOUT, "T1")
        assert box is not None
        return box

    def may(self) -> tuple[str, ...]:
        return self.box.may

    @property
    def part(self) -> PartOfRepair:
        (part,) = parts_of(self.database, "R1", self.now)
        return part


# ── quotes ──────────────────────────────────────────────────────────────────────────────────────


def test_r10_a_quote_that_is_priced_again_replaces_the_draft_before_it() -> None:
    case = Case()
    case.note(case.drafted(1, SCREEN), case.drafted(2, SCREEN, BATTERY))
    assert [(quote.version, quote.state) for quote in case.seen.quotes] == [(1, "SUPERSEDED"), (2, "DRAFT")]
    assert (case.seen.signed, case.seen.cap_fen) == ((), None)


def test_r17_a_signed_supplement_is_what_may_be_worked_on_and_the_first_quote_stays_approved() -> None:
    case = Case()
    case.signed(1, SCREEN)
    case.note(f.SupplementNeeded(repair="R1", fault="BAT"))
    case.signed(2, SCREEN, BATTERY, supplement=True)
    assert [quote.state for quote in case.seen.quotes] == ["APPROVED", "APPROVED"]
    assert [line.line for line in case.seen.signed] == [1, 2]
    assert case.seen.cap_fen == 144_800


def test_r38_a_supplement_that_was_declined_leaves_the_signed_lines_as_they_were() -> None:
    case = Case()
    case.signed(1, SCREEN)
    case.note(
        f.SupplementNeeded(repair="R1", fault="BAT"),
        case.drafted(2, SCREEN, BATTERY, supplement=True),
        f.QuoteTurnedDown(repair="R1", version=2, reason="too dear", supplement=True),
    )
    assert [(quote.state, quote.reason) for quote in case.seen.quotes] == [("APPROVED", ""), ("DECLINED", "too dear")]
    assert [line.line for line in case.seen.signed] == [1]


def test_a_customer_may_decline_what_is_on_offer_and_not_what_is_signed() -> None:
    case = Case()
    case.note(
        case.drafted(1, SCREEN),
        f.QuoteFrozen(repair="R1", version=1, sha256="a" * 64, total=134_900, valid_until=case.now + 1),
    )
    assert "QuoteDeclined" in case.may()
    case.note(f.QuoteApproved(repair="R1", version=1, lines=(SCREEN,), cap=134_900, promised=2_500_000))
    assert "QuoteDeclined" not in case.may()


@pytest.mark.parametrize(
    ("fact", "may"),
    [
        (f.RepairHeld(repair="R1", reason="part", back_to="APPROVED"), "ChoiceMade"),
        (f.FollowUpStarted(repair="R1"), "SurveyAnswered"),
    ],
)
def test_what_a_customer_may_do_comes_with_the_state_and_goes_with_it(fact: f.Fact, may: str) -> None:
    case = Case()
    assert may not in case.may()
    case.note(fact)
    assert may in case.may()
    case.note(f.RepairClosed(repair="R1", reason="done"))
    assert case.may() == ()


def test_one_complaint_at_a_time() -> None:
    case = Case()
    assert "ComplaintMade" in case.may()
    case.note(f.ComplaintReceived(repair="R1"))
    assert "ComplaintMade" not in case.may()
    case.note(f.ComplaintClosed(repair="R1"))
    assert "ComplaintMade" in case.may()


# ── money ───────────────────────────────────────────────────────────────────────────────────────


def test_what_is_owed_is_what_is_payable_less_what_was_kept() -> None:
    case = Case()
    case.signed(1, SCREEN)
    assert case.seen.owed_fen is None, "nobody knows before the report"
    case.note(
        f.PaymentSettled(payment="Y1", repair="R1", amount=30_000, payment_kind="DEPOSIT"),
        f.RepairReported(repair="R1", payable=134_900, lines_done=(1,)),
    )
    assert (case.seen.paid_fen, case.seen.owed_fen) == (30_000, 104_900)
    case.note(f.PaymentSettled(payment="Y2", repair="R1", amount=104_900, payment_kind="CHARGE"))
    assert case.seen.owed_fen == 0
    case.note(f.PaymentRefunded(payment="Y2", repair="R1", amount=4_900, line=1))
    assert (case.seen.paid_fen, case.seen.owed_fen) == (130_000, 4_900)


@pytest.mark.parametrize(("whole", "state"), [(False, "PART_REFUNDED"), (True, "REFUNDED")])
def test_y14_a_payment_is_refunded_when_nothing_of_it_is_left_and_in_part_before(whole: bool, state: str) -> None:
    case = Case()
    case.note(
        f.PaymentRequested(payment="Y1", repair="R1", amount=500, payment_kind="CHARGE", attempt=1, pos="pos/pos-1"),
        f.PaymentSettled(payment="Y1", repair="R1", amount=500, payment_kind="CHARGE"),
        f.PaymentRefunded(payment="Y1", repair="R1", amount=200, line=1, whole=whole),
    )
    (payment,) = case.seen.payments
    assert payment.state == state


def test_f52_a_late_capture_that_never_counted_changes_nothing_when_it_goes_back() -> None:
    case = Case()
    case.note(
        f.PaymentSettled(payment="Y1", repair="R1", amount=500, payment_kind="CHARGE"),
        f.PaymentReversed(payment="Y2", repair="R1", amount=500, counted=False),
    )
    assert case.seen.paid_fen == 500
    case.note(f.PaymentReversed(payment="Y1", repair="R1", amount=500))
    assert case.seen.paid_fen == 0


# ── promise ─────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(1_000_000, 10**13))
def test_a_promise_is_told_as_a_range_of_whole_steps_around_it(promised: int) -> None:
    case = Case()
    case.note(f.PromiseChanged(repair="R1", promised=promised, why="the part has come"))
    told = case.box.promised
    case.database.close()
    assert told is not None
    start, end = told
    assert start < promised <= end
    assert start % PROMISE_STEP == end % PROMISE_STEP == 0


def test_without_a_promise_none_is_told_and_when_it_is_ready_none_any_more() -> None:
    case = Case()
    assert case.box.promised is None
    case.signed(1, SCREEN)
    assert case.box.promised is not None
    case.note(f.RepairReported(repair="R1", payable=134_900, lines_done=(1,)))
    assert case.box.promised is None


# ── parts under way ─────────────────────────────────────────────────────────────────────────────


def deliver(case: Case, number: int, *, arrives: bool) -> None:
    """A robot is given a job, and takes a second for each step of it."""
    job = f"J{number}"
    case.note(
        f.JobOpened(
            job=job, job_kind="DELIVER", unit="U1", source="cabinet-outlet", target="desk-1", parts_order=f"P{number}"
        ),
        f.JobAssigned(job=job, robot="r1", attempt=1),
    )
    if arrives:
        case.note(
            f.JobLoaded(job=job, robot="r1", tote="r1.1", unit="U1"),
            f.JobArrived(job=job, robot="r1", station="desk-1", unit="U1"),
            f.JobDone(job=job, robot="r1"),
        )


def ordered(case: Case) -> None:
    case.note(
        f.PartsOrderOpened(parts_order="P99", repair="R1", sku="AST-M60-SCR", desk="d1", line=1, by="e1"),
        f.UnitReserved(parts_order="P99", repair="R1", unit="U1", sku="AST-M60-SCR", bin="c1.7"),
    )


def test_a_part_that_has_not_moved_lies_in_the_bin_where_it_is_reserved() -> None:
    case = Case()
    ordered(case)
    assert (case.part.state, case.part.place) == ("RESERVED", "BIN:c1.7")
    case.note(
        f.UnitMoved(move=1, unit="U1", sku="AST-M60-SCR", source="BIN:c1.7", target="OUTLET:c1", cause="p8", actor="c1")
    )
    assert case.part.place == "OUTLET:c1"


def test_when_a_robot_may_come_is_told_from_this_shops_own_deliveries() -> None:
    case = Case()
    for number in range(DELIVERIES_MIN):
        deliver(case, number, arrives=True)
    ordered(case)
    assert case.part.expected_s is None, "no robot has it yet"
    deliver(case, 99, arrives=False)
    assert (case.part.robot, case.part.job, case.part.expected_s) == ("r1", "J99", (2, 3))


def test_with_too_few_deliveries_or_one_that_is_late_nobody_makes_up_a_time() -> None:
    case = Case()
    for number in range(DELIVERIES_MIN - 1):
        deliver(case, number, arrives=True)
    ordered(case)
    deliver(case, 99, arrives=False)
    assert case.part.expected_s is None
    case = Case()
    for number in range(DELIVERIES_MIN):
        deliver(case, number, arrives=True)
    ordered(case)
    deliver(case, 99, arrives=False)
    for _ in range(9):
        case.note(f.CallWasShown(ticket="T1", calls=1))
    assert case.part.expected_s is None, "later than all the others"


@pytest.mark.parametrize(("owed", "state"), [(9_900, "PAYING"), (0, "ACCEPTING")])
def test_r21_r22_who_has_read_the_report_pays_next_or_signs_where_nothing_is_owed(owed: int, state: str) -> None:
    case = Case()
    case.note(
        f.RepairReported(repair="R1", payable=9_900, lines_done=(1,)),
        f.ReportShown(repair="R1", payable=9_900, outstanding=owed),
    )
    assert case.seen.state == case.box.stage == state
