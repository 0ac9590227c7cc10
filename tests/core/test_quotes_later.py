"""A quote that is thought about, and one that grows: r12, r17, r38, r39; E12."""

from shopfloor.contract.actor import DAY, HOUR, SECOND
from shopfloor.contract.commands import AlertHandheld, AskSignature, RenderDocument
from shopfloor.contract.events import (
    AdditionalFaultFound,
    DecisionDeferred,
    QuoteDeclined,
    QuotePrepared,
    QuoteRevised,
    ServiceDaySet,
    SupplementGivenUp,
)
from shopfloor.contract.facts import (
    AlarmRaised,
    OwnerChanged,
    QuoteApproved,
    QuoteDrafted,
    QuoteFrozen,
    QuoteTurnedDown,
    RepairHeld,
    ReturnDecided,
    SupplementDeclined,
    SupplementNeeded,
)
from shopfloor.contract.kinds import LineWanted
from shopfloor.core.books import Repair
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, BOARD, HANDHELD, LINK, SCREEN, refused
from tests.core.story import Story

USB = LineWanted(fault="USB", sku="AST-M60-USB")


def prepared(repair: Repair, *lines: LineWanted) -> QuotePrepared:
    return QuotePrepared(repair=repair.id, lines=lines or (BATTERY,), promised_min=60)


def revised(repair: Repair, *lines: LineWanted) -> QuoteRevised:
    return QuoteRevised(repair=repair.id, lines=lines or (SCREEN,), promised_min=90)


# ── r12, r39 ────────────────────────────────────────────────────────────────────────────────────


def test_r12_after_a_quarter_of_an_hour_the_quote_goes_home_with_the_customer() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    # the PAD shows it, and nobody touches it: five idle minutes end the document first
    desk.presented(story)
    story.minutes(15)
    assert repair.state == "ON_HOLD(undecided)"
    assert story.last(RepairHeld).reason == "undecided"


def test_r12_who_is_reading_at_that_moment_is_left_in_peace() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.wait(50_000)
    desk.presented(story)
    story.floor.shop.wait(repair, story.now + 1)
    story.wait(10)
    assert repair.state == "QUOTED"
    story.minutes(6)
    assert repair.state == "ON_HOLD(undecided)"


def test_f10_r12_the_floor_was_away_while_the_reading_and_the_quarter_of_an_hour_ended() -> None:
    """Found under fire (seed 40): every message after the outage was quarantined, for R39 was QUOTED and still due."""
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    desk.presented(story)
    story.floor.shop.wait(repair, story.now + 1)  # then the document's own five minutes, both while nobody is there
    story.now += HOUR
    story.wait(0)
    assert repair.state == "QUOTED"
    story.wait(SECOND)
    assert repair.state == "ON_HOLD(undecided)"


def test_f10_r12_r39_the_floor_was_away_until_the_offer_had_ended() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.now += 8 * DAY
    story.wait(0)
    assert repair.state == "ON_HOLD(undecided)"
    story.wait(SECOND)
    assert (repair.state, story.last(ReturnDecided).reason) == ("RETURNING", "quote expired")


def test_r12_r39_deferred_the_same_bytes_are_signed_at_home() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    on_pad = desk.quoted(story)
    desk.presented(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="locker/3"))
    assert (repair.state, on_pad.state) == ("ON_HOLD(undecided)", "SUPERSEDED")
    asked = story.last(AskSignature)
    assert (asked.to, asked.sha256) == (LINK, on_pad.sha256)
    assert len(story.all(QuoteFrozen)) == 1

    story.wait(30 * HOUR)
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert (repair.state, repair.cap) == ("APPROVED", 9_900)


def test_r12_say_where_the_phone_is_and_have_a_quote() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    assert refused(story, HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1")) == "wrong-state"
    desk.quoted(story)
    assert refused(story, HANDHELD, DecisionDeferred(repair=repair.id, place="somewhere")) == "unknown-place"


def test_r39_declined_at_home() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="customer"))
    story.believed(LINK, QuoteDeclined(repair=repair.id, reason="bought a new one"))
    assert (repair.state, story.last(ReturnDecided).reason) == ("RETURNING", "bought a new one")


def test_r12_r39_after_three_days_the_manager_calls_after_seven_the_offer_ends() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    request = desk.quoted(story)
    story.believed(HANDHELD, DecisionDeferred(repair=repair.id, place="desk/d1"))
    story.wait(72 * HOUR)
    assert repair.state == "ON_HOLD(undecided)"
    assert story.books.waits[repair.id].party == "MG"
    assert any("call them" in alarm.words for alarm in story.all(AlarmRaised))
    story.wait(4 * DAY)
    assert (repair.state, story.last(ReturnDecided).reason) == ("RETURNING", "quote expired")
    assert request.state == "SUPERSEDED"
    assert all(r.state not in ("FROZEN", "PRESENTED") for r in story.books.requests.values())


# ── r17, r38 ────────────────────────────────────────────────────────────────────────────────────


def repairing(story: Story) -> Repair:
    repair = desk.approved(story, SCREEN)
    repair.state = "REPAIRING"
    story.floor.shop.wait(repair, story.now + HOUR)
    return repair


def more_found(story: Story, repair: Repair) -> None:
    story.believed(HANDHELD, AdditionalFaultFound(repair=repair.id, fault="USB", cause="port corroded"))


def test_r17_e12_more_is_found_and_nothing_is_just_added() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    assert (repair.state, story.last(SupplementNeeded).fault) == ("QUOTED", "USB")
    story.believed(HANDHELD, prepared(repair, USB))
    drafted = story.last(QuoteDrafted)
    assert (drafted.supplement, drafted.total) == (True, 134_900 + 22_900)
    values = story.last(RenderDocument).values
    assert (values["old_total_cny"], values["change_cny"], values["total_cny"]) == ("1349.00", "229.00", "1578.00")
    assert repair.cap == 134_900

    desk.rendered(story)
    desk.inked(story)
    story.believed(ARCHIVE, desk.seal_answer(story))
    assert (repair.state, repair.cap) == ("APPROVED", 157_800)
    assert [(line.line, line.fault) for line in repair.signed] == [(1, "SCR"), (2, "USB")]
    assert story.last(QuoteApproved).supplement


def test_r17_a_signed_price_stays_even_if_the_day_has_become_a_service_day() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    story.believed(BOARD, ServiceDaySet(date="2026-11-23", on=True))
    story.believed(HANDHELD, prepared(repair, USB))
    assert [line.price_fen for line in story.last(QuoteDrafted).lines] == [134_900, 12_900]


def test_r17_the_signed_lines_keep_their_price_when_the_supplement_is_priced_anew() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    story.believed(HANDHELD, prepared(repair, USB))
    story.believed(BOARD, ServiceDaySet(date="2026-11-23", on=True))
    desk.rendered(story)
    assert [line.price_fen for line in story.last(QuoteDrafted).lines] == [134_900, 12_900]


def test_r17_the_old_signature_does_not_approve_what_was_found_since() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    story.noted(OwnerChanged(repair=repair.id, old="e1", new="e1"))
    assert (repair.state, len(story.all(QuoteApproved))) == ("QUOTED", 1)


def test_r17_only_while_it_is_repaired() -> None:
    story = Story()
    repair = desk.approved(story)
    event = AdditionalFaultFound(repair=repair.id, fault="USB", cause="port corroded")
    assert refused(story, HANDHELD, event) == "wrong-state"


def test_r38_declined_supplement_the_signed_lines_go_on_under_the_old_cap() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    story.believed(HANDHELD, prepared(repair, USB))
    desk.rendered(story)
    assert refused(story, HANDHELD, SupplementGivenUp(repair=repair.id)) == "still-open"
    story.believed(LINK, QuoteDeclined(repair=repair.id, reason="leave it"))
    assert repair.state == "QUOTED"
    assert "Can the signed lines" in story.last(AlertHandheld).words
    story.believed(HANDHELD, SupplementGivenUp(repair=repair.id))
    assert (repair.state, repair.cap) == ("REPAIRING", 134_900)
    assert story.last(SupplementDeclined).repair == repair.id


def test_r38_an_expired_supplement_may_be_given_up_too() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    story.believed(HANDHELD, prepared(repair, USB))
    desk.rendered(story)
    desk.presented(story)
    story.minutes(6)
    story.believed(HANDHELD, SupplementGivenUp(repair=repair.id))
    assert repair.state == "REPAIRING"


def test_r38_else_r11_declined_a_second_time_everything_goes_back() -> None:
    story = Story()
    repair = repairing(story)
    more_found(story, repair)
    story.believed(HANDHELD, prepared(repair, USB))
    desk.rendered(story)
    story.believed(LINK, QuoteDeclined(repair=repair.id))
    story.believed(LINK, QuoteDeclined(repair=repair.id, reason="give it back"))
    assert (repair.state, story.last(ReturnDecided).reason) == ("RETURNING", "give it back")
    assert len(story.all(QuoteTurnedDown)) == 1


def test_r38_without_a_supplement_there_is_nothing_to_give_up() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    assert refused(story, HANDHELD, SupplementGivenUp(repair=repair.id)) == "wrong-state"
