"""A phone under repair, from the desk to the end of the work: r4–r6, r8, r13–r15, r18, r37; E17, E18, B4, B9, B12."""

import pytest
from msgspec import structs

from shopfloor.contract.events import (
    AccessoriesReturned,
    ConsultFinished,
    CustomerSeated,
    DataWiped,
    DeviceFoundUnrepairable,
    DeviceScanned,
    DiagnosisRecorded,
    DocumentAsked,
    EngineerSignedOn,
    FaultNotFound,
    IntakeRecorded,
    NextRequested,
    OverrideGiven,
    TicketTaken,
    WorkBlocked,
    WorkFinished,
    WorkStarted,
)
from shopfloor.contract.facts import (
    CauseFound,
    IntakeSigned,
    ManagerNamed,
    PartAccepted,
    PartsOrderEnded,
    PartyReminded,
    PhoneDescribed,
    RepairBlocked,
    RepairClosed,
    RepairFinished,
    RepairOpened,
    RepairStarted,
    RepairUnblocked,
    ReturnDecided,
    TicketServed,
    WipeRecorded,
)
from shopfloor.core.books import Repair
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_bench import COLLEAGUE, LABOUR
from tests.core.at_the_desk import BOARD, HANDHELD, IMEI, refused
from tests.core.story import Story


def intake(repair: Repair, **changed: str | int | bool) -> IntakeRecorded:
    return IntakeRecorded(
        repair=repair.id,
        model=str(changed.get("model", "AST-M60")),
        imei=IMEI,
        imei_read=bool(changed.get("imei_read", True)),
        imei_reason=str(changed.get("imei_reason", "")),
        identity="phone-code",
        fault_words="it does not charge",
        photos=int(changed.get("photos", 2)),
        lock_off=bool(changed.get("lock_off", True)),
        lock_note=str(changed.get("lock_note", "")),
        data_choice="backed-up",
        privacy_mode=True,
    )


def done(repair: Repair, *lines: int) -> WorkFinished:
    return WorkFinished(repair=repair.id, labour_min=20, lines_done=lines or (1,))


def unrepairable(repair: Repair) -> DeviceFoundUnrepairable:
    return DeviceFoundUnrepairable(repair=repair.id, reason="the board is corroded", photos=2)


def manager_allows(story: Story, repair: Repair) -> None:
    story.believed(BOARD, OverrideGiven(about=repair.id, rule="unrepairable", reason="I have seen it"))


# ── r4, r5 ──────────────────────────────────────────────────────────────────────────────────────


def test_r4_who_calls_the_customer_owns_the_repair() -> None:
    story = Story()
    repair = desk.seated(story)
    assert (repair.state, repair.owner, repair.desk, repair.owners) == ("INTAKE", "e1", "d1", 1)
    opened = story.last(RepairOpened)
    assert (opened.repair_kind, opened.owner, opened.desk, opened.ticket) == ("WALK_IN", "e1", "d1", repair.ticket)
    assert story.books.tickets[repair.ticket].repair == repair.id
    assert story.books.phones[f"phone/{repair.id}"].place == "customer"


@pytest.mark.parametrize("opens", [True, False])
def test_r4_who_comes_for_advice_gets_a_repair_only_if_the_engineer_opens_one(*, opens: bool) -> None:
    story = Story()
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed("queue/q1", TicketTaken(line="C"))
    story.believed(HANDHELD, NextRequested())
    story.believed(HANDHELD, CustomerSeated(ticket=story.books.desks["d1"].ticket, opens_repair=opens))
    assert bool(story.books.repairs) is opens


def test_r5_advice_was_enough_nothing_is_kept() -> None:
    story = Story()
    repair = desk.seated(story)
    story.believed(HANDHELD, ConsultFinished(ticket=repair.ticket))
    assert (repair.state, story.last(RepairClosed).reason) == ("CLOSED", "consult")
    assert story.all(TicketServed)


def test_r5_a_phone_that_was_taken_in_is_no_advice() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, ConsultFinished(ticket=repair.ticket)) == "repair-open"


# ── r6 ──────────────────────────────────────────────────────────────────────────────────────────


def test_r6_with_the_agreement_sealed_the_phone_is_taken_in() -> None:
    story = Story()
    repair = desk.seated(story)
    story.believed(HANDHELD, intake(repair))
    assert repair.state == "INTAKE"
    described = story.last(PhoneDescribed)
    assert (described.imei, described.photos, described.data_choice) == (IMEI, 2, "backed-up")
    desk.signed(story)
    assert repair.state == "DIAGNOSING"
    assert story.last(IntakeSigned).engineer == "e1"
    assert story.books.phones[f"phone/{repair.id}"].place == "desk/d1"


def test_r6_b18_nothing_is_given_back_before_it_came() -> None:
    """Ticked off too early, it counts for nothing that intake notes afterwards."""
    story = Story()
    repair = desk.seated(story)
    story.believed(HANDHELD, AccessoriesReturned(repair=repair.id))
    story.believed(HANDHELD, structs.replace(intake(repair), accessories=("case",)))
    assert (repair.accessories, repair.accessories_back) == (("case",), False)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"imei_read": False}, "imei-typed"),
        ({"photos": 1}, "photos"),
        ({"lock_off": False}, "device-lock"),
        ({"model": "NO-SUCH"}, "unknown-model"),
    ],
)
def test_r6_intake_is_refused_while_something_is_missing(changed: dict[str, str | int | bool], code: str) -> None:
    story = Story()
    repair = desk.seated(story)
    assert refused(story, HANDHELD, intake(repair, **changed)) == code


def test_r6_a_reason_stands_in_for_a_reading_and_for_a_lock() -> None:
    story = Story()
    repair = desk.seated(story)
    story.believed(
        HANDHELD, intake(repair, imei_read=False, imei_reason="display dead", lock_off=False, lock_note="no")
    )
    assert repair.intake


def test_b4_only_the_owner_records_and_only_on_the_latest_picture() -> None:
    story = Story()
    repair = desk.seated(story)
    bench.colleague(story)
    assert refused(story, COLLEAGUE, intake(repair)) == "not-the-owner"
    story.believed(HANDHELD, intake(repair))
    stale = FaultNotFound(repair=repair.id, revision=repair.revision + 1, reason="-", photos=1)
    assert refused(story, HANDHELD, stale) == "stale"


def test_b4_who_looked_before_the_last_change_decides_nothing() -> None:
    story = Story()
    repair = desk.seated(story)
    story.believed(HANDHELD, intake(repair))
    looked_at = repair.revision
    story.believed(HANDHELD, intake(repair))
    assert repair.revision > looked_at > 0
    assert refused(story, HANDHELD, structs.replace(intake(repair), revision=looked_at)) == "stale"
    story.believed(HANDHELD, structs.replace(intake(repair), revision=repair.revision))


# ── diagnosis, r8, r37, E17, E18 ────────────────────────────────────────────────────────────────


def test_a_cause_is_shown_in_words_and_only_for_faults_of_this_model() -> None:
    story = Story()
    repair = desk.diagnosed(story, accidental=True)
    found = story.last(CauseFound)
    assert (found.fault, found.cause, found.accidental) == ("SCR", "dropped", True)
    assert (repair.diagnoses, repair.causes) == (["SCR"], ["dropped"])
    wrong = DiagnosisRecorded(repair=repair.id, fault="FLD", cause="hinge")
    assert refused(story, HANDHELD, wrong) == "not-in-catalogue"


def test_diagnoses_have_a_limit() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    more = DiagnosisRecorded(repair=repair.id, fault="BAT", cause="old")
    for _ in range(15):
        story.believed(HANDHELD, more)
    assert refused(story, HANDHELD, more) == "too-many"


def test_r8_no_fault_found_sends_the_phone_back_for_nothing() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, FaultNotFound(repair=repair.id, reason=" ", photos=1)) == "no-reason"
    story.believed(HANDHELD, FaultNotFound(repair=repair.id, reason="works here", photos=1))
    assert repair.state == "RETURNING"
    assert (story.last(ReturnDecided).reason, story.last(ReturnDecided).fee) == ("works here", 0)


def test_r8_e17_unrepairable_is_decided_by_two() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, unrepairable(repair)) == "needs-manager"
    manager_allows(story, repair)
    story.believed(HANDHELD, unrepairable(repair))
    assert repair.state == "RETURNING"
    assert not story.books.overrides


def test_r37_e17_unrepairable_in_the_middle_of_the_work() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, HANDHELD, unrepairable(repair)) == "needs-manager"
    manager_allows(story, repair)
    story.believed(HANDHELD, unrepairable(repair))
    assert repair.state == "RETURNING"


def test_e18_b20_no_data_is_wiped_without_the_customers_own_word() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, DataWiped(repair=repair.id)) == "not-signed"
    story.believed(HANDHELD, DocumentAsked(repair=repair.id, document="WIPE"))
    desk.signed(story)
    story.believed(HANDHELD, DataWiped(repair=repair.id))
    assert (story.last(WipeRecorded).engineer, repair.wiped) == ("e1", True)


# ── r13–r15 ─────────────────────────────────────────────────────────────────────────────────────


def test_r13_work_starts_on_the_signed_quote_and_ends_by_the_promise() -> None:
    story = Story()
    repair = bench.working(story)
    assert (repair.state, story.last(RepairStarted).engineer) == ("REPAIRING", "e1")
    assert story.books.waits[repair.id].due == repair.promised_at
    assert repair.hands == ["e1"]


def test_r13_b12_no_work_before_the_quote_is_signed() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, WorkStarted(repair=repair.id)) == "wrong-state"


def test_r13_a_phone_in_a_locker_is_not_worked_on() -> None:
    story = Story()
    repair = desk.approved(story, LABOUR)
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="locker/1"))
    assert refused(story, HANDHELD, WorkStarted(repair=repair.id)) == "phone-not-here"
    story.believed(HANDHELD, DeviceScanned(repair=repair.id, place="desk/d1"))
    story.believed(HANDHELD, WorkStarted(repair=repair.id))


def test_a_promise_that_passes_reminds_the_engineer_then_names_the_manager() -> None:
    story = Story()
    repair = bench.working(story)
    story.minutes(61)
    assert story.last(PartyReminded).about == repair.id
    story.minutes(70)
    assert repair.id in [named.about for named in story.all(ManagerNamed)]
    assert repair.state == "REPAIRING"


def test_r14_r15_blocked_until_the_last_part_is_accepted() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, HANDHELD, WorkBlocked(repair=repair.id)) == "nothing-awaited"
    first = bench.with_part(story, repair, "IN_TRANSIT(robot)", "u1")
    second = bench.with_part(story, repair, "IN_TRANSIT(robot)", "u2")
    story.believed(HANDHELD, WorkBlocked(repair=repair.id))
    assert repair.state == "PARTS_WAIT"
    assert story.all(RepairBlocked)
    first.state = "ACCEPTED"
    story.noted(accepted(first.id, repair, "u1"))
    assert repair.state == "PARTS_WAIT"
    second.state = "ACCEPTED"
    story.noted(accepted(second.id, repair, "u2"))
    assert repair.state == "REPAIRING"
    assert story.all(RepairUnblocked)


def accepted(order: str, repair: Repair, unit: str) -> PartAccepted:
    return PartAccepted(parts_order=order, repair=repair.id, unit=unit, sku="AST-M60-BAT", desk="d1", engineer="e1")


def test_r15_what_will_not_come_is_not_waited_for() -> None:
    story = Story()
    repair = bench.working(story)
    order = bench.with_part(story, repair, "IN_TRANSIT(manual)", "u1")
    story.believed(HANDHELD, WorkBlocked(repair=repair.id))
    order.state = "LOST"
    del story.books.waits[order.id]
    story.noted(PartsOrderEnded(parts_order=order.id, repair=repair.id, state="LOST"))
    assert repair.state == "REPAIRING"


# ── r18 ─────────────────────────────────────────────────────────────────────────────────────────


def test_r18_the_work_is_done() -> None:
    story = Story()
    repair = bench.finished(story)
    assert (repair.state, repair.lines_done, repair.labour_min) == ("QC", (1,), 20)
    assert story.last(RepairFinished).lines_done == (1,)


def test_r18_b12_only_signed_lines_are_done() -> None:
    story = Story()
    repair = bench.working(story)
    assert refused(story, HANDHELD, done(repair, 2)) == "not-signed"


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("RESERVED", "part-awaited"),
        ("AT_DESK", "part-awaited"),
        ("ACCEPTED", "unit-undecided"),
        ("INSTALLED", ""),
        ("RETURNING", ""),
        ("RETURNED", ""),
    ],
)
def test_r18_b9_no_unit_lies_about_undecided(state: str, code: str) -> None:
    story = Story()
    repair = bench.working(story)
    bench.with_part(story, repair, state, "u1")
    if code:
        assert refused(story, HANDHELD, done(repair)) == code
    else:
        story.believed(HANDHELD, done(repair))
        assert repair.state == "QC"


def test_r18_the_old_part_is_bagged_first() -> None:
    story = Story()
    repair = bench.working(story)
    repair.old_parts["old-1"] = "DESK:d1"
    assert refused(story, HANDHELD, done(repair)) == "old-part"
    repair.old_parts["old-1"] = "OLD_PARTS"
    story.believed(HANDHELD, done(repair))
