"""The maker's answer: asked at intake, missed without harm (E23)."""

import pytest

from shopfloor.contract.actor import MINUTE
from shopfloor.contract.commands import LookUpEntitlement
from shopfloor.contract.events import CommandRefused, EntitlementAnswered, QuotePrepared
from shopfloor.contract.facts import EntitlementAsked, EntitlementKnown, EntitlementMissing, RepairCancelled
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import BATTERY, HANDHELD, IMEI, MAKER, refused
from tests.core.story import Story


def answer(story: Story, **changed: object) -> EntitlementAnswered:
    fields = {"command": story.last(LookUpEntitlement).id, "imei": IMEI, "covered": True, **changed}
    return EntitlementAnswered(**fields)  # type: ignore[arg-type]


def test_r6_as_soon_as_the_phone_is_described_the_maker_is_asked() -> None:
    story = Story()
    repair = desk.seated(story)
    assert not story.all(LookUpEntitlement)
    desk.described(story, repair)
    asked = story.last(LookUpEntitlement)
    assert (asked.to, asked.model, asked.imei) == (MAKER, "AST-M60", IMEI)
    assert story.last(EntitlementAsked).imei == IMEI


@pytest.mark.parametrize(
    ("covered", "until_in_ms", "known"), [(True, MINUTE, True), (True, -MINUTE, False), (False, 0, False)]
)
def test_the_answer_is_kept_with_the_repair(*, covered: bool, until_in_ms: int, known: bool) -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    until = story.now + until_in_ms if until_in_ms else 0
    story.believed(MAKER, answer(story, covered=covered, until=until, earlier_repairs=2))
    assert repair.entitlement == ("covered" if known else "not-covered")
    assert repair.earlier_repairs == 2
    assert story.last(EntitlementKnown).covered is known
    assert not any(isinstance(p.command, LookUpEntitlement) for p in story.books.pending.values())


def test_an_answer_about_another_phone_or_to_no_question_is_refused() -> None:
    story = Story()
    desk.described(story, desk.seated(story))
    assert refused(story, MAKER, answer(story, imei="000000000000000")) == "other-phone"
    assert refused(story, MAKER, answer(story, command="C999")) == "not-asked"
    story.believed(MAKER, answer(story))
    assert refused(story, MAKER, answer(story, covered=False)) == "not-asked"


def test_intake_corrected_another_imei_is_another_question() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    first = answer(story)
    desk.described(story, repair, "JOY-50")
    assert refused(story, MAKER, first) == "not-asked"
    story.believed(MAKER, answer(story))
    assert repair.entitlement == "covered"


def test_e23_for_five_seconds_a_quote_waits_for_the_answer_then_it_goes_without() -> None:
    story = Story()
    repair = desk.diagnosed(story, covered=None)
    repair.entitlement_at = story.now
    quote = QuotePrepared(repair=repair.id, lines=(BATTERY,), promised_min=30)
    assert refused(story, HANDHELD, quote) == "entitlement-pending"
    story.wait(5_000)
    story.believed(HANDHELD, quote)
    assert repair.entitlement == "missing"
    assert len(story.all(EntitlementMissing)) == 1


def test_e23_a_silent_maker_is_missed_and_still_heard_when_it_speaks() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    story.wait(20_000)
    assert (repair.entitlement, len(story.all(EntitlementMissing))) == ("missing", 1)
    assert len({asked.id for asked in story.all(LookUpEntitlement)}) == 1
    story.minutes(10)
    story.believed(MAKER, answer(story))
    assert repair.entitlement == "covered"


def test_e23_a_maker_that_says_no_is_missed_at_once() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    story.believed(MAKER, CommandRefused(command=story.last(LookUpEntitlement).id, reason="closed for maintenance"))
    assert (repair.entitlement, len(story.all(EntitlementMissing))) == ("missing", 1)


def test_a_voided_repair_needs_no_answer() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    question = answer(story)
    story.noted(RepairCancelled(repair=repair.id, reason="a mistake"))
    assert refused(story, MAKER, question) == "not-asked"
