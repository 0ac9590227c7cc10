"""The check, the report, the payment, and back unrepaired: r19–r23, r32; E16, B28."""

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import TakePayment
from shopfloor.contract.events import (
    DeviceFoundUnrepairable,
    DeviceReassembled,
    FaultNotFound,
    HandoverAccepted,
    HandoverRequested,
    OverrideGiven,
    QualityFailed,
    QualityPassed,
    WorkFinished,
)
from shopfloor.contract.facts import (
    PartyReminded,
    PaymentNotTaken,
    PaymentSettled,
    QualityCheckFailed,
    QualityCheckPassed,
    RepairFinished,
    RepairPaid,
    RepairReported,
    ReportShown,
)
from shopfloor.core.books import Repair
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import COLLEAGUE, FREE
from tests.core.at_the_desk import BOARD, HANDHELD, refused
from tests.core.story import Story


def done(repair: Repair, *lines: int) -> WorkFinished:
    return WorkFinished(repair=repair.id, labour_min=20, lines_done=lines or (1,))


def passed(repair: Repair, checker: str = "e2", checks: int = 12) -> QualityPassed:
    return QualityPassed(repair=repair.id, checker=checker, checks=checks)


def unrepairable(repair: Repair) -> DeviceFoundUnrepairable:
    return DeviceFoundUnrepairable(repair=repair.id, reason="the board is corroded", photos=2)


def manager_allows(story: Story, repair: Repair) -> None:
    story.believed(BOARD, OverrideGiven(about=repair.id, rule="unrepairable", reason="I have seen it"))


# ── r19, r20, B28 ───────────────────────────────────────────────────────────────────────────────


def test_r19_a_failed_check_goes_back_to_the_bench_and_is_remembered() -> None:
    story = Story()
    repair = bench.finished(story)
    bench.colleague(story)
    story.believed(COLLEAGUE, QualityFailed(repair=repair.id, checker="e2", reason="loose screw"))
    assert (repair.state, repair.first_pass) == ("REPAIRING", False)
    assert story.last(QualityCheckFailed).reason == "loose screw"
    story.believed(HANDHELD, done(repair))
    bench.passes(story, repair)
    assert story.last(QualityCheckPassed).first_pass is False


def test_r20_the_report_fixes_what_is_payable() -> None:
    story = Story()
    repair = bench.reported(story)
    assert (repair.state, repair.checker, repair.payable) == ("REPORTED", "e2", 10_000)
    assert story.last(QualityCheckPassed).first_pass is True
    assert story.last(RepairReported).payable == 10_000


def test_r20_the_checklist_is_complete_and_the_checker_speaks_for_themselves() -> None:
    story = Story()
    repair = bench.finished(story)
    bench.colleague(story)
    assert refused(story, COLLEAGUE, passed(repair, checks=4)) == "checklist"
    assert refused(story, COLLEAGUE, passed(repair, checker="e1")) == "not-you"
    bench.keeper(story)
    assert refused(story, bench.KEEPER, passed(repair, checker="pk1")) == "not-you"


def test_b28_a_board_is_not_checked_by_who_mended_it() -> None:
    story = Story()
    repair = bench.finished(story)
    repair.diagnoses.append("MBD")
    assert refused(story, HANDHELD, passed(repair, "e1")) == "same-checker"
    story.believed(BOARD, OverrideGiven(about=repair.id, rule="same-checker", reason="nobody else is here"))
    story.believed(HANDHELD, passed(repair, "e1"))
    assert repair.state == "REPORTED"


def test_b28_nor_by_an_earlier_owner_who_worked_on_it() -> None:
    story = Story()
    repair = bench.working(story)
    bench.colleague(story)
    story.believed(HANDHELD, HandoverRequested(repair=repair.id, note="screws are in the left tray"))
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    story.believed(COLLEAGUE, done(repair))
    repair.diagnoses.append("MBD")
    assert refused(story, HANDHELD, passed(repair, "e1")) == "same-checker"


def test_b28_a_plain_repair_may_be_checked_by_its_owner() -> None:
    story = Story()
    repair = bench.finished(story)
    story.believed(HANDHELD, passed(repair, "e1"))
    assert repair.state == "REPORTED"


# ── r21–r23 ─────────────────────────────────────────────────────────────────────────────────────


def test_r21_r23_report_read_then_paid() -> None:
    story = Story()
    repair = bench.paying(story)
    assert (repair.state, story.last(ReportShown).outstanding) == ("PAYING", 10_000)
    assert story.last(TakePayment).amount == 10_000
    bench.pays(story)
    assert repair.state == "ACCEPTING"
    assert story.all(RepairPaid)


def test_r22_nothing_outstanding_skips_the_terminal() -> None:
    story = Story()
    repair = bench.reported(story, FREE)
    desk.report_read(story)
    assert (repair.state, story.last(ReportShown).outstanding) == ("ACCEPTING", 0)
    assert not story.all(TakePayment)


def test_r23_waits_while_the_end_of_another_attempt_is_unknown() -> None:
    story = Story()
    repair = bench.paying(story)
    story.minutes(3)
    lost = next(iter(story.books.payments.values()))
    assert lost.state == "UNKNOWN"
    repair.settled = repair.payable
    story.noted(PaymentSettled(payment="Y99", repair=repair.id, amount=10_000, payment_kind="DEPOSIT"))
    assert repair.state == "PAYING"
    lost.state = "NOT_TAKEN"
    story.books.waits.pop(lost.id)
    story.noted(PaymentNotTaken(payment=lost.id, repair=repair.id))
    assert repair.state == "ACCEPTING"


def test_what_was_sealed_while_another_engineer_was_awaited_still_counts() -> None:
    story = Story()
    repair = desk.seated(story)
    bench.colleague(story)
    desk.described(story, repair)
    desk.rendered(story)
    desk.inked(story)
    story.believed(HANDHELD, HandoverRequested(repair=repair.id, note="has to leave at once"))
    story.believed(desk.ARCHIVE, desk.seal_answer(story))
    assert repair.state == "ON_HOLD(handover)"
    story.believed(COLLEAGUE, HandoverAccepted(repair=repair.id, engineer="e2"))
    assert (repair.state, repair.owner) == ("DIAGNOSING", "e2")


def test_a_payment_taken_while_another_engineer_was_awaited_still_counts() -> None:
    story = Story()
    repair = bench.paying(story)
    story.believed(HANDHELD, HandoverRequested(repair=repair.id, note="has to leave at once"))
    bench.pays(story)
    assert repair.state == "ON_HOLD(handover)"
    story.believed(HANDHELD, HandoverAccepted(repair=repair.id, engineer="e1"))
    assert repair.state == "ACCEPTING"


def test_a_report_read_while_another_engineer_was_awaited_still_counts() -> None:
    story = Story()
    repair = bench.reported(story)
    story.believed(HANDHELD, HandoverRequested(repair=repair.id, note="has to leave at once"))
    desk.report_read(story)
    assert repair.state == "ON_HOLD(handover)"
    story.believed(HANDHELD, HandoverAccepted(repair=repair.id, engineer="e1"))
    assert repair.state == "PAYING"


# ── r32, E16 ────────────────────────────────────────────────────────────────────────────────────


def test_r32_put_together_again_and_nothing_to_pay() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    story.believed(HANDHELD, FaultNotFound(repair=repair.id, reason="works here", photos=1))
    assert refused(story, HANDHELD, DeviceReassembled(repair=repair.id, photos=0)) == "photos"
    story.believed(HANDHELD, DeviceReassembled(repair=repair.id, photos=2))
    assert (repair.state, repair.unrepaired, repair.payable) == ("REPORTED", True, 0)
    assert story.last(RepairFinished).unrepaired
    desk.report_read(story)
    assert repair.state == "ACCEPTING"


def test_r32_b9_not_while_a_unit_of_ours_is_in_the_phone() -> None:
    story = Story()
    repair = bench.working(story)
    order = bench.with_part(story, repair, "INSTALLED", "u1")
    manager_allows(story, repair)
    story.believed(HANDHELD, unrepairable(repair))
    assert refused(story, HANDHELD, DeviceReassembled(repair=repair.id, photos=2)) == "units-out"
    order.state = "RETURNED"
    story.books.waits.pop(order.id)
    story.believed(HANDHELD, DeviceReassembled(repair=repair.id, photos=2))


def test_e16_the_money_goes_back_before_the_phone_does() -> None:
    story = Story()
    repair = bench.working(story)
    repair.settled = 5_000
    manager_allows(story, repair)
    story.believed(HANDHELD, unrepairable(repair))
    assert refused(story, HANDHELD, DeviceReassembled(repair=repair.id, photos=2)) == "refund-first"
    repair.settled = 0
    story.believed(HANDHELD, DeviceReassembled(repair=repair.id, photos=2))


def test_every_working_state_reminds_its_engineer() -> None:
    story = Story()
    repair = desk.seated(story)
    story.wait(16 * MINUTE)
    assert [r.about for r in story.all(PartyReminded) if r.party == "e1"] == [repair.id]
