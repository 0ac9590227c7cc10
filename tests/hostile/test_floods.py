"""The same claim a thousand times, with another name each time: whatever grows has a limit."""

from shopfloor.contract.actor import DAY, SECOND
from shopfloor.contract.commands import AlertHandheld
from shopfloor.contract.events import DeviceConnected, DeviceLost, EngineerSignedOn, InputAsked
from shopfloor.contract.facts import ModeChanged
from shopfloor.core.devices import DEVICES_MAX
from shopfloor.core.returns import INLET_ANSWERS_MAX
from shopfloor.core.shop import ALERTS_UNREAD_MAX
from tests.core.at_the_desk import HANDHELD
from tests.core.story import LAYOUT, Story

CABINET = "cabinet/c1"
KEEPER = "handheld/h11"


def test_devices_of_nobody_do_not_fill_the_books_and_are_forgotten_overnight() -> None:
    story = Story()
    story.believed(HANDHELD, DeviceConnected())
    for number in range(DEVICES_MAX - 1):
        story.believed(f"link/made-up-{number}", DeviceConnected())
    assert story.refused("link/one-more", DeviceConnected()) == "too-many"
    story.believed(HANDHELD, DeviceConnected())
    for number in range(DEVICES_MAX - 1):
        story.believed(f"link/made-up-{number}", DeviceLost())
    story.wait(DAY)
    assert list(story.books.online) == [HANDHELD]


def test_e28_names_that_somebody_made_up_do_not_look_like_a_lost_network() -> None:
    """Beside it `test_e28_…` of the shop's own devices: half of those lost at once do."""
    story = Story()
    for device in LAYOUT.devices:
        story.believed(device, DeviceConnected())
    for number in range(200):
        story.believed(f"handheld/made-up-{number}", DeviceConnected())
        story.believed(f"handheld/made-up-{number}", DeviceLost())
    assert not story.books.outage
    for device in LAYOUT.devices[::2]:
        story.believed(device, DeviceLost())
    assert story.books.outage, "made-up names do not hide a real one either"
    assert story.all(ModeChanged)


def test_m2_a_cabinet_that_asks_on_and_on_is_told_so_instead_of_being_answered_on_and_on() -> None:
    story = Story()
    for number in range(INLET_ANSWERS_MAX):
        story.believed(CABINET, InputAsked(unit=f"X{number}"))
    assert story.refused(CABINET, InputAsked(unit="X1")) == "already"
    assert story.refused(CABINET, InputAsked(unit="X9999")) == "too-many"
    before = len(story.books.pending)
    for number in range(1_000):
        story.say(CABINET, InputAsked(unit=f"Z{number}"))
    assert len(story.books.pending) == before


def test_a_handheld_in_a_drawer_is_not_buzzed_without_end() -> None:
    story = Story()
    story.believed(KEEPER, EngineerSignedOn(engineer="pk1"))
    shop = story.floor.shop
    for number in range(2 * ALERTS_UNREAD_MAX):
        story.now += SECOND
        shop.alert("pk1", f"U{number}", "look")
    unread = [pending for pending in shop.books.pending.values() if isinstance(pending.command, AlertHandheld)]
    assert len(unread) == ALERTS_UNREAD_MAX
