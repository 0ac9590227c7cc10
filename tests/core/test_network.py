"""Power or network lost: many last wills at once (E28)."""

import pytest

from shopfloor.contract.actor import MINUTE, SECOND, Device
from shopfloor.contract.commands import AskSignature, SealDocument, TakePayment
from shopfloor.contract.events import (
    DayClosed,
    DeviceConnected,
    DeviceLost,
    DocumentAsked,
    PaymentAsked,
    PaymentDeclined,
    ReportViewed,
)
from shopfloor.contract.facts import AlarmCleared, AlarmRaised, ModeChanged, SignatureFailed
from shopfloor.core.devices import NETWORK, NETWORK_LOST, network_lost
from tests.core import at_the_bench as bench
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import BOARD, HANDHELD, PAD, POS, refused
from tests.core.story import LAYOUT, Story

PADS = tuple(device for device in LAYOUT.devices if device.startswith("pad/"))
OTHERS = ("archive/a1", "board/b1", "cabinet/c1", "calls/cd1", "notifier/n1", "pos/pos-1", "queue/q1")


def online(story: Story, *devices: Device) -> None:
    for device in devices:
        story.believed(device, DeviceConnected())


def lost(story: Story, *devices: Device) -> None:
    for device in devices:
        story.believed(device, DeviceLost())


def is_lost(story: Story) -> bool:
    return network_lost(story.floor.shop)


def outage(story: Story) -> None:
    """All eight PADs go at once, of fifteen devices."""
    online(story, *PADS, *OTHERS)
    lost(story, *PADS)
    assert is_lost(story)


def modes(story: Story) -> list[bool]:
    return [fact.on for fact in story.all(ModeChanged) if fact.what == NETWORK_LOST]


# ── when the network counts as lost ─────────────────────────────────────────────────────────────


def test_e28_half_of_the_devices_within_a_minute_are_a_lost_network() -> None:
    story = Story()
    online(story, *PADS, *OTHERS)
    lost(story, *PADS[:7])
    assert not is_lost(story)
    lost(story, PADS[7])
    raised = story.last(AlarmRaised)
    assert (raised.about, raised.party) == (NETWORK, "MG")
    changed = story.last(ModeChanged)
    assert (changed.what, changed.on, changed.why) == (
        NETWORK_LOST,
        True,
        "8 of 15 devices were lost within a minute",
    )


def test_e28_one_by_one_over_an_hour_is_no_lost_network() -> None:
    story = Story()
    online(story, *PADS, *OTHERS)
    for pad in PADS:
        story.wait(8 * MINUTE)
        lost(story, pad)
    assert not is_lost(story)
    assert len(story.books.lost) == 1


def test_e28_five_at_least() -> None:
    story = Story()
    online(story, *PADS[:5])
    lost(story, *PADS[:4])
    assert not is_lost(story)
    lost(story, PADS[4])
    assert is_lost(story)


def test_e28_who_is_back_before_the_others_go_does_not_count() -> None:
    story = Story()
    online(story, *PADS, *OTHERS)
    for pad in PADS:
        lost(story, pad)
        online(story, pad)
    assert not is_lost(story)
    assert not story.books.lost


def test_e28_devices_that_are_switched_off_after_the_day_was_closed_are_no_alarm() -> None:
    story = Story()
    online(story, *PADS, *OTHERS)
    story.believed(BOARD, DayClosed())
    lost(story, *PADS)
    assert not is_lost(story)


def test_e28_half_of_them_back_and_it_is_over() -> None:
    story = Story()
    outage(story)
    online(story, *PADS[:3])
    assert is_lost(story)
    lost(story, PADS[0])
    online(story, PADS[3])
    assert is_lost(story)
    online(story, PADS[0])
    assert not is_lost(story)
    assert modes(story) == [True, False]
    assert NETWORK in [fact.about for fact in story.all(AlarmCleared)]
    assert NETWORK not in story.books.alarms
    assert not story.books.outage


def test_e28_what_goes_later_must_come_back_too() -> None:
    story = Story()
    outage(story)
    lost(story, *OTHERS)
    online(story, *PADS[:7])
    assert is_lost(story)
    online(story, PADS[7])
    assert not is_lost(story)


def test_e28_a_new_day_begins_without_yesterdays_outage() -> None:
    story = Story()
    outage(story)
    story.minutes(24 * 60)
    online(story, "queue/q1")
    assert modes(story) == [True, False]


def test_e28_the_outage_is_in_the_checkpoint() -> None:
    story = Story()
    outage(story)
    again = Story(books=story.floor.books_of(story.floor.checkpoint()))
    again.now = story.now
    assert is_lost(again)
    online(again, *PADS[:4])
    assert not is_lost(again)


# ── what waits meanwhile ────────────────────────────────────────────────────────────────────────


def test_e28_no_new_signature_is_asked_for_until_it_is_over() -> None:
    story = Story()
    repair = desk.seated(story)
    outage(story)
    desk.described(story, repair)
    assert not story.all(AskSignature)
    story.minutes(6)
    request = next(iter(story.books.requests.values()))
    assert (request.state, request.command) == ("DRAFT", "")
    online(story, *PADS[:4])
    desk.rendered(story)
    assert (request.state, story.last(AskSignature).to) == ("FROZEN", PAD)


def test_e28_a_document_that_is_rendered_meanwhile_is_shown_when_it_is_over() -> None:
    story = Story()
    repair = desk.seated(story)
    desk.described(story, repair)
    outage(story)
    request = desk.rendered(story)
    assert (request.state, story.all(AskSignature)) == ("DRAFT", [])
    online(story, *PADS[:4])
    assert request.state == "FROZEN"
    assert desk.presented(story) is request
    assert len(story.all(AskSignature)) == 1


def test_e28_a_pad_that_is_asked_already_does_not_fail_for_its_silence() -> None:
    story = Story()
    desk.described(story, desk.seated(story))
    request = desk.rendered(story)
    outage(story)
    story.minutes(10)
    assert request.state == "FROZEN"
    assert not story.all(SignatureFailed)
    online(story, *PADS[:4])
    assert desk.presented(story).state == "PRESENTED"


def test_e28_without_an_outage_a_silent_pad_fails() -> None:
    story = Story()
    desk.described(story, desk.seated(story))
    request = desk.rendered(story)
    story.minutes(10)
    assert request.state == "FAILED"


def test_e28_no_ink_and_no_report_is_taken_for_a_seal() -> None:
    """The customer's PAD is one of the few that are still there; refused, they do it again when it is over."""
    story = Story()
    desk.described(story, desk.seated(story))
    desk.rendered(story)
    request = desk.agreed(story)
    online(story, *PADS, *OTHERS)
    lost(story, *PADS[1:], "calls/cd1", "queue/q1")
    assert refused(story, PAD, desk.ink(request)) == "network-lost"
    assert not story.all(SealDocument)
    online(story, *PADS[1:6])
    story.believed(PAD, desk.ink(request))
    assert story.last(SealDocument).request == request.id


@pytest.mark.parametrize("network", [True, False])
def test_e28_a_report_is_not_sealed_while_the_network_is_lost(network: bool) -> None:
    story = Story()
    bench.reported(story)
    desk.rendered(story)
    request = desk.read(story)
    online(story, *PADS, *OTHERS)
    lost(story, *PADS[1 : 8 if network else 4], "calls/cd1")
    viewed = ReportViewed(request=request.id)
    assert story.refused_or_none(PAD, viewed) == ("network-lost" if network else "")


def test_e28_what_is_owed_is_charged_when_it_is_over() -> None:
    story = Story()
    repair = bench.reported(story)
    desk.rendered(story)
    request = desk.read(story)
    story.believed(PAD, ReportViewed(request=request.id))
    outage(story)
    story.believed(desk.ARCHIVE, desk.seal_answer(story))
    assert (repair.state, story.all(TakePayment)) == ("PAYING", [])
    asked = PaymentAsked(repair=repair.id, amount=repair.payable, payment_kind="CHARGE")
    assert refused(story, HANDHELD, asked) == "network-lost"
    online(story, *PADS[:4])
    assert [(take.to, take.amount) for take in story.all(TakePayment)] == [(POS, repair.payable)]
    bench.pays(story)
    assert repair.state == "ACCEPTING"


def test_e28_a_declined_card_is_not_charged_again_by_the_floor() -> None:
    story = Story()
    repair = bench.paying(story)
    take = story.last(TakePayment)
    story.believed(POS, PaymentDeclined(payment=take.payment, code="51"))
    outage(story)
    online(story, *PADS[:4])
    assert story.all(TakePayment) == [take]
    story.believed(HANDHELD, PaymentAsked(repair=repair.id, amount=repair.payable, payment_kind="CHARGE"))
    assert len(story.all(TakePayment)) == 2


def test_e28_an_attempt_that_has_begun_goes_to_its_end() -> None:
    story = Story()
    repair = bench.paying(story)
    outage(story)
    bench.pays(story)
    assert repair.state == "ACCEPTING"
    story.wait(SECOND)
    assert refused(story, HANDHELD, DocumentAsked(repair=repair.id, document="ACCEPT")) == "already"
