"""Messages to the customer; all of them also stand on the customer's page."""

import pytest

from shopfloor.contract.commands import SendNotice
from shopfloor.contract.events import NoticeDelivered, NoticeFailed
from shopfloor.contract.facts import (
    DeviceUnclaimed,
    Fact,
    FollowUpStarted,
    NoticeAsked,
    NoticeMissed,
    NoticeSent,
    PartBackordered,
    PartyReminded,
    PromiseChanged,
    RepairReported,
    TicketCalled,
    TicketExpected,
    TicketMissed,
)
from shopfloor.core import notices
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import HANDHELD, refused
from tests.core.story import Story

NOTIFIER = "notifier/n1"


@pytest.mark.parametrize(
    ("fact", "topic"),
    [
        (TicketExpected(ticket="T1", booking="B1", at=5), "booked"),
        (TicketCalled(ticket="T1", number="A001", desk="d1", engineer="e1"), "called"),
        (TicketMissed(ticket="T1", number="A001", booked=True), "missed"),
        (PartBackordered(parts_order="P1", repair="R1", sku="AST-M60-SCR"), "part-late"),
        (PromiseChanged(repair="R1", promised=9, why="the part came"), "promise-changed"),
        (PartyReminded(about="R1", state="AWAITING_PICKUP", party="CU"), "reminder"),
        (DeviceUnclaimed(repair="R1"), "unclaimed"),
        (FollowUpStarted(repair="R1"), "survey"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_is_told_what(fact: Fact, topic: str) -> None:
    story = Story()
    desk.seated(story)
    known = len(story.all(SendNotice))
    story.noted(fact)
    (notice,) = story.all(SendNotice)[known:]
    assert (notice.topic, notice.to, notice.ticket) == (topic, NOTIFIER, "T1")
    assert story.last(NoticeAsked).topic == topic


def test_an_engineer_who_is_reminded_is_no_message_to_the_customer() -> None:
    story = Story()
    desk.seated(story)
    known = len(story.all(SendNotice))
    story.noted(PartyReminded(about="R1", state="DIAGNOSING", party="e1"))
    assert len(story.all(SendNotice)) == known


def test_r7_the_quote_and_s8_the_copy_are_sent() -> None:
    story = Story()
    repair = desk.diagnosed(story)
    desk.quoted(story)
    told = {notice.id: notice for notice in story.all(SendNotice) if notice.repair == repair.id}
    topics = [(notice.topic, notice.about) for notice in told.values()]
    agreement = next(r.id for r in story.books.requests.values() if r.document == "INTAKE")
    assert topics == [("copy", agreement), ("quote", "")]
    assert story.last(SendNotice).values["total_cny"] == "99.00"


def test_b27_no_message_carries_a_name_an_imei_or_another_ticket() -> None:
    story = Story()
    desk.diagnosed(story)
    desk.quoted(story)
    for notice in story.all(SendNotice):
        assert desk.IMEI not in str(notice)
        assert notice.ticket == "T1"


def test_delivered_once() -> None:
    story = Story()
    desk.seated(story)
    notice = story.last(SendNotice)
    assert refused(story, "notifier/n2", NoticeDelivered(command=notice.id)) == "not-asked"
    story.believed(NOTIFIER, NoticeDelivered(command=notice.id))
    assert (story.last(NoticeSent).topic, story.last(NoticeSent).ticket) == ("called", "T1")
    assert refused(story, NOTIFIER, NoticeDelivered(command=notice.id)) == "not-asked"
    assert notice.id not in story.books.pending


def test_failed_is_known_and_not_tried_again() -> None:
    story = Story()
    desk.seated(story)
    notice = story.last(SendNotice)
    story.believed(NOTIFIER, NoticeFailed(command=notice.id, reason="no consent"))
    assert story.last(NoticeMissed).reason == "no consent"
    story.minutes(5)
    assert len([n for n in story.all(SendNotice) if n.id == notice.id]) == 1
    assert refused(story, HANDHELD, NoticeDelivered(command=notice.id)) == "not-yours"


def test_a_notifier_that_is_away_does_not_fill_the_books(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "WORK_OPEN_MAX", 5)
    story = Story()
    desk.seated(story)
    for _ in range(20):
        story.noted(FollowUpStarted(repair="R1"))
    assert len(story.books.pending) <= 6
    story.noted(RepairReported(repair="R1", payable=0, lines_done=()))
    assert not [n for n in story.all(SendNotice) if n.topic == "ready"]
