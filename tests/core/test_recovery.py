"""After a loss of the journal's end: F57, F61."""

from shopfloor.contract.commands import PickUnit
from shopfloor.contract.events import JournalRecovered, TicketTaken
from shopfloor.contract.facts import AlarmRaised, TicketIssued
from shopfloor.core.recovery import TICKETS_SKIPPED
from tests.core import at_the_desk as desk
from tests.core.story import Story

LOST = JournalRecovered(lost=3, skip=20_000)


def test_f61_no_id_of_the_lost_entries_is_given_out_again_not_even_of_a_kind_that_nobody_knows_of() -> None:
    story = Story()
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("board/b1", LOST)
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed("queue/q1", TicketTaken(line="B"))
    first, known, unknown = story.all(TicketIssued)
    assert (first.ticket, first.number) == ("T1", "A001")
    assert (known.ticket, known.number) == ("T20002", f"A{TICKETS_SKIPPED + 2}")
    assert (unknown.ticket, unknown.number) == ("T20003", f"B{TICKETS_SKIPPED + 1}")


def test_f61_a_command_after_the_loss_is_new_to_every_device() -> None:
    story = Story()
    story.believed("board/b1", LOST)
    desk.approved(story)
    assert all(int(each.id[1:]) > LOST.skip for each in story.all(PickUnit))
    assert story.all(PickUnit)


def test_f61_the_manager_is_told_how_much_is_lost_and_what_to_do() -> None:
    story = Story()
    story.believed("board/b1", LOST)
    alarm = story.last(AlarmRaised)
    assert alarm.party == "MG"
    assert "at least 3 entries are lost: start all devices anew" in alarm.words
