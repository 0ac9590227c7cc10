"""Who is signed on where, devices that come and go, and what the manager sets: E8, E9, E22, E24, E25."""

import pytest

from shopfloor.contract.actor import SECOND
from shopfloor.contract.commands import Announce, ShowCalls, ShowLines, ShowWork
from shopfloor.contract.events import (
    EVENTS,
    CommandDone,
    CommandRefused,
    CustomerSeated,
    DeviceConnected,
    DeviceLost,
    EngineerAway,
    EngineerSignedOff,
    EngineerSignedOn,
    ModeSet,
    NextRequested,
    OverrideGiven,
    PageRead,
    ServiceDaySet,
    TicketTaken,
    TouchpointTapped,
)
from shopfloor.contract.facts import (
    CommandUnanswered,
    CommandWasRefused,
    DeviceWentOffline,
    EngineerCameOn,
    EngineerWentOff,
    ModeChanged,
    OverrideRecorded,
    PageWasRead,
    PresenceLost,
    TouchpointEvidenced,
)
from shopfloor.core.floor import RULES
from tests.core.story import Story


@pytest.fixture
def story() -> Story:
    begun = Story()
    begun.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d1"))
    return begun


def test_signing_on_takes_the_desk_and_fills_the_handheld(story: Story) -> None:
    assert story.last(EngineerCameOn).desk == "d1"
    assert story.books.desks["d1"].engineer == "e1"
    assert story.last(ShowWork).engineer == "e1"


@pytest.mark.parametrize(
    ("device", "engineer", "desk", "code"),
    [
        ("handheld/h2", "e1", "d2", "not-your-handheld"),
        ("handheld/h2", "e99", "d2", "unknown"),
        ("handheld/h2", "e2", "d99", "unknown"),
        ("handheld/h2", "e2", "d1", "desk-taken"),
        ("handheld/h2", "e2", "", "unknown"),
        ("handheld/h11", "pk1", "d2", "no-desk"),
    ],
)
def test_nobody_signs_on_as_somebody_else_or_at_another_ones_desk(
    story: Story, device: str, engineer: str, desk: str, code: str
) -> None:
    assert story.refused(device, EngineerSignedOn(engineer=engineer, desk=desk)) == code


def test_signing_on_again_moves_to_another_desk(story: Story) -> None:
    story.believed("handheld/h1", EngineerSignedOn(engineer="e1", desk="d2"))
    assert (story.books.desks["d1"].engineer, story.books.desks["d2"].engineer) == ("", "e1")


def test_not_while_a_customer_sits_at_the_old_desk(story: Story) -> None:
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("handheld/h1", NextRequested())
    assert story.refused("handheld/h1", EngineerSignedOn(engineer="e1", desk="d2")) == "ticket-open"


def test_signing_off_frees_the_desk(story: Story) -> None:
    story.believed("handheld/h1", EngineerSignedOff(engineer="e1"))
    assert story.last(EngineerWentOff).desk == "d1"
    assert story.books.desks["d1"].engineer == ""
    assert story.refused("handheld/h1", EngineerSignedOff(engineer="e1")) == "nobody-signed-on"


def test_e22_nobody_signs_off_with_a_repair_on_the_desk(story: Story) -> None:
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("handheld/h1", NextRequested())
    story.believed("handheld/h1", CustomerSeated(ticket="T1"))
    assert story.refused("handheld/h1", EngineerSignedOff(engineer="e1")) == "repair-open"


def test_e22_an_untouched_handheld_is_noticed_once(story: Story) -> None:
    story.believed("handheld/h1", EngineerAway(engineer="e1"))
    assert story.last(PresenceLost).engineer == "e1"
    assert story.refused("handheld/h1", EngineerAway(engineer="e1")) == "already"
    assert story.refused("handheld/h2", EngineerAway(engineer="e1")) == "nobody-signed-on"


def test_an_override_is_recorded_with_its_reason_and_used_once(story: Story) -> None:
    story.believed("board/b1", OverrideGiven(about="R1", rule="unrepairable", reason="board is corroded"))
    assert story.last(OverrideRecorded).reason == "board is corroded"
    shop = story.floor.shop
    assert shop.overridden("R1", "unrepairable")
    shop.use_override("R1", "unrepairable")
    assert not shop.overridden("R1", "unrepairable")


def test_only_the_board_gives_overrides(story: Story) -> None:
    event = OverrideGiven(about="R1", rule="unrepairable", reason="because I can")
    assert story.refused("handheld/h1", event) == "not-yours"


def test_a_service_day_is_set_and_taken_back(story: Story) -> None:
    story.believed("board/b1", ServiceDaySet(date="2026-11-28", on=True))
    assert story.books.service_days["2026-11-28"]
    story.believed("board/b1", ServiceDaySet(date="2026-11-28", on=False))
    assert not story.books.service_days["2026-11-28"]


@pytest.mark.parametrize(
    "event", [ModeSet(what="line-closed", on=True, about="Z"), ModeSet(what="cabinet-by-hand", on=True, about="c9")]
)
def test_a_mode_of_nothing_is_refused(story: Story, event: ModeSet) -> None:
    assert story.refused("board/b1", event) == "unknown"


def test_e9_the_cabinet_goes_to_working_by_hand(story: Story) -> None:
    story.believed("board/b1", ModeSet(what="cabinet-by-hand", on=True, about="c1"))
    assert (story.last(ModeChanged).what, story.last(ModeChanged).about) == ("cabinet-by-hand", "c1")


def test_what_no_machine_sees_is_tapped(story: Story) -> None:
    story.believed("handheld/h1", TouchpointTapped(touchpoint=9))
    assert story.last(TouchpointEvidenced).engineer == "e1"
    assert story.refused("handheld/h1", TouchpointTapped(touchpoint=9, ticket="T99")) == "unknown"


def test_b30_what_a_machine_sees_is_not_tapped(story: Story) -> None:
    assert story.refused("handheld/h1", TouchpointTapped(touchpoint=16)) == "not-tapped"


def test_the_customers_page_is_noted_when_it_is_read(story: Story) -> None:
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("link/l1", PageRead(page="waiting", ticket="T1"))
    assert story.last(PageWasRead).page == "waiting"
    assert story.refused("link/l1", PageRead(page="waiting", ticket="T9")) == "unknown"


@pytest.mark.parametrize("kind", EVENTS)
def test_there_is_a_rule_for_every_event(kind: str) -> None:
    assert EVENTS[kind] in RULES


# ── devices ─────────────────────────────────────────────────────────────────────────────────────


def announced(story: Story) -> Announce:
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("handheld/h1", NextRequested())
    return story.last(Announce)


def test_e24_who_comes_back_gets_its_picture_and_its_open_work_with_the_same_id(story: Story) -> None:
    work = announced(story)
    outs = story.believed("calls/cd1", DeviceConnected())
    assert [out.id for out in outs if isinstance(out, Announce)] == [work.id]
    assert any(isinstance(out, ShowCalls) for out in outs)


def test_e24_a_picture_that_did_not_change_is_not_told_twice(story: Story) -> None:
    story.believed("queue/q1", DeviceConnected())
    before = len(story.all(ShowLines))
    story.believed("handheld/h1", TouchpointTapped(touchpoint=9))
    assert len(story.all(ShowLines)) == before


def test_a_device_that_is_lost_twice_is_lost_once(story: Story) -> None:
    story.believed("calls/cd1", DeviceConnected())
    story.believed("calls/cd1", DeviceLost())
    assert story.last(DeviceWentOffline).device == "calls/cd1"
    assert story.refused("calls/cd1", DeviceLost()) == "already"


def test_work_is_asked_again_with_the_same_id_then_somebody_is_named(story: Story) -> None:
    work = announced(story)
    story.wait(16 * SECOND)
    assert {each.id for each in story.all(Announce)} == {work.id}
    assert len(story.all(Announce)) == 4
    assert story.last(CommandUnanswered).party == "MG"
    story.wait(5 * SECOND)
    assert len(story.all(Announce)) == 4, "slower from now on"


def test_e25_an_answer_ends_the_asking_and_a_second_answer_is_refused(story: Story) -> None:
    work = announced(story)
    story.believed("calls/cd1", CommandDone(command=work.id))
    story.wait(30 * SECOND)
    assert len(story.all(Announce)) == 1
    assert story.refused("calls/cd1", CommandDone(command=work.id)) == "not-asked"


def test_another_device_cannot_answer(story: Story) -> None:
    work = announced(story)
    assert story.refused("pad/pad-1", CommandDone(command=work.id)) == "not-asked"
    story.believed("calls/cd1", CommandRefused(command=work.id, reason="the speaker is broken"))
    assert story.last(CommandWasRefused).work == "Announce"


def test_p11_a_robot_or_unknown_type_cannot_say_what_is_not_its_own(story: Story) -> None:
    assert story.refused("robot/r1", TicketTaken(line="A")) == "not-yours"
    assert story.refused("toaster/t1", TicketTaken(line="A")) == "not-yours"
