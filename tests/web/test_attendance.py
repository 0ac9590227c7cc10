"""A browser does not become a device that another program is: real broker, real device, real pages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext

import shopfloor.__main__ as command_line
from shopfloor.web.attendance import boot_at
from tests.web.conftest import sign_in
from tests.web.house import House

PAD = "pad/pad-6"
OTHER = "queue/q2"


@pytest.fixture
def held(house: House) -> Iterator[House]:
    """A shop in which this PAD is another program."""
    house.start_device(PAD)
    house.await_(lambda: boot_at(house.broker_url, house.layout, PAD), "the device's presence")
    yield house
    house.stop(PAD)
    house.await_(lambda: boot_at(house.broker_url, house.layout, PAD) == 0, "the device's goodbye")


def ask_code(context: BrowserContext, house: House, device: str) -> tuple[int, str]:
    """Status, and why not."""
    base = f"/api/v1/{house.layout.store.id}"
    csrf = context.request.get(f"{base}/me").json()["csrf"]
    headers = {"Origin": house.address, "X-CSRF-Token": csrf}
    answer = context.request.post(f"{base}/codes", data={"device": device}, headers=headers)
    return answer.status, answer.json().get("reason", "")


def test_the_settings_make_no_code_for_it_and_say_what_to_do(
    held: House, browsing: Callable[..., BrowserContext]
) -> None:
    manager = browsing()
    sign_in(manager, held, "m1")
    status, reason = ask_code(manager, held, PAD)
    assert status == 409
    assert f"Another program is connected as {PAD}. Stop that program first" in reason
    assert ask_code(manager, held, OTHER)[0] == 200


def test_nor_does_the_command_line(held: House, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--db", held.db, "--broker", held.broker_url]
    assert command_line.main(["access", "enrol", PAD, *words]) == 1
    assert "Stop that program first" in capsys.readouterr().err
    assert command_line.main(["access", "enrol", OTHER, *words]) == 0


def test_the_page_of_the_device_itself_is_no_other_program(
    house: House, device_page: Callable[..., object], browsing: Callable[..., BrowserContext]
) -> None:
    device_page(OTHER, "/kiosk")
    house.await_(lambda: boot_at(house.broker_url, house.layout, OTHER), "the page's presence")
    manager = browsing()
    sign_in(manager, house, "m1")
    assert ask_code(manager, house, OTHER)[0] == 200


def test_where_no_broker_answers_that_is_told_and_the_code_is_made(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(["access", "enrol", OTHER, "--db", house.db, "--broker", "mqtt://127.0.0.1:9"]) == 0
    assert "No broker answers at mqtt://127.0.0.1:9" in capsys.readouterr().err
