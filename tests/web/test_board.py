"""The manager's board against a real floor: what happens is seen, who must act is named, decisions reach the floor."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from shopfloor.contract import vda5050 as vda
from shopfloor.contract import vda5050_wire
from shopfloor.contract.actor import MINUTE
from shopfloor.contract.events import (
    CustomerLeft,
    CustomerSeated,
    EngineerSignedOff,
    EngineerSignedOn,
    NextRequested,
    NoShowReported,
    StaffSet,
    TicketWithdrawn,
)
from shopfloor.mqtt import Inbox, Publication, Session
from shopfloor.service.store import beside, database_path
from tests.web.conftest import enrol, sign_in
from tests.web.hall import run_low
from tests.web.house import PIN, House

Browsing = Callable[..., BrowserContext]
Opens = Callable[..., Page]
SUNDAY = "2026-11-29"


@pytest.fixture
def board(manager_page: Opens) -> Page:
    page = manager_page("/board", width=1440, height=900)
    page.wait_for_function("() => performance.getEntriesByName('usable').length > 0")
    return page


@pytest.fixture
def at_desk(house: House) -> Iterator[None]:
    """Somebody sits at desk d3, and goes again."""
    house.say("handheld/h3", EngineerSignedOn(engineer="e3", desk="d3"))
    yield
    house.say("handheld/h3", EngineerSignedOff(engineer="e3"))


def number_of(house: House, ticket: str) -> str:
    with sqlite3.connect(database_path(house.db)) as database:
        return str(database.execute("SELECT number FROM ticket WHERE id = ?", (ticket,)).fetchone()[0])


def gone(house: House, ticket: str) -> None:
    """They give up waiting, so that the next story has the hall for itself."""
    house.say("queue/q1", CustomerLeft(ticket=ticket))


# ── what happens is seen ────────────────────────────────────────────────────────────────────────


def test_a_number_that_is_drawn_appears_in_the_queue_and_goes_with_its_customer(board: Page, house: House) -> None:
    ticket = house.new_ticket()
    number = number_of(house, ticket)
    expect(board.locator("#queue")).to_contain_text(number)
    gone(house, ticket)
    expect(board.locator("#queue")).not_to_contain_text(number)


def test_how_many_wait_and_for_how_long_is_told_beside_the_curve_whose_table_stays_open(
    board: Page, house: House
) -> None:
    panel = board.locator(".figure").filter(has_text="People who wait")
    panel.locator("summary").click()
    lines = panel.locator("tbody tr").count()
    ticket = house.new_ticket()
    expect(panel).to_contain_text("1 now · the longest for 0 min")
    gone(house, ticket)
    expect(panel).to_contain_text("0 now · nobody waits")
    expect(panel.locator("tbody tr").nth(lines)).to_be_visible()


@pytest.mark.usefixtures("at_desk")
def test_a_desk_tells_its_ticket_in_words_and_a_sign_not_by_its_colour_alone(board: Page, house: House) -> None:
    free = board.locator(".plan .desk").filter(has_text="d3")
    expect(free).to_contain_text("free")
    expect(free).to_contain_text("○")
    ticket = house.new_ticket()
    house.say("handheld/h3", NextRequested())
    called = board.get_by_role("button", name="Desk d3")
    expect(called).to_contain_text(number_of(house, ticket))
    expect(called).to_contain_text("◉")
    expect(called).to_contain_text("called")
    expect(called).to_contain_text("ago")
    house.say("handheld/h3", NoShowReported(ticket=ticket))
    gone(house, ticket)


def test_where_there_are_no_data_the_figure_is_a_dash_and_never_0(board: Page) -> None:
    parts = board.locator(".figure").filter(has_text="A part, minutes")
    expect(parts.locator("strong")).to_have_text("–")
    expect(parts).to_contain_text("n = 0")
    expect(parts.get_by_role("img")).to_have_accessible_name("A part, minutes. No data yet.")


# ── robots ──────────────────────────────────────────────────────────────────────────────────────


class RobotVoice:
    """The first robot of the shop, as far as it says where it is."""

    def __init__(self, house: House) -> None:
        self._row = house.layout.robots["r1"]
        self._park = house.layout.nodes[house.layout.home("r1")]
        self._house, self._count = house, 0
        self._session = Session(house.broker_url, "r1-voice", Inbox())
        self._session.open()
        house.await_(lambda: self._session.connected, "the robot's connection")

    def stands(self, metres_on: float) -> None:
        """So far from its park, to the right."""
        self._count += 1
        row, park = self._row, self._park
        header = vda.Header(self._count, self._house.now(), row.version, row.manufacturer, row.serial_number)
        post = vda5050_wire.encode(
            vda.State(
                header=header,
                order_id="",
                order_update_id=0,
                last_node_id=park.id,
                last_node_sequence_id=0,
                driving=True,
                operating_mode=vda.OperatingMode.AUTOMATIC,
                power_supply=vda.PowerSupply(80.0, charging=False),
                safety_state=vda.SafetyState(vda.EmergencyStop.NONE, field_violation=False),
                mobile_robot_position=vda.MobileRobotPosition(
                    park.position.x + metres_on, park.position.y, 0.0, park.map_id, True
                ),
            )
        )
        self._session.publish(Publication(post.topic, post.payload))

    def close(self) -> None:
        self._session.close()


@pytest.fixture
def robot(house: House) -> Iterator[RobotVoice]:
    voice = RobotVoice(house)
    yield voice
    voice.close()


def test_a_robot_stands_on_the_plan_where_it_says_it_is_between_its_stops(board: Page, robot: RobotVoice) -> None:
    drawn = board.locator(".plan .robot")
    robot.stands(0.0)
    expect(drawn).to_have_count(1)
    left = "Math.round(parseFloat(document.querySelector('.plan .robot').style.transform.slice(10)))"
    before = int(board.evaluate(left))
    robot.stands(1.5)
    board.wait_for_function(f"() => {left} === {before + 150}")


def test_a_robot_that_nobody_has_heard_of_is_told_as_such_and_its_battery_is_a_dash(board: Page) -> None:
    silent = board.locator("#robots li").filter(has_text="r2")
    expect(silent).to_contain_text("not heard of yet")
    expect(silent).to_contain_text("– %")


# ── who must act ────────────────────────────────────────────────────────────────────────────────


def test_an_alarm_names_whoever_must_act_and_goes_when_they_have(board: Page, house: House) -> None:
    expect(board.get_by_role("heading", name="nobody has to act")).to_be_visible()
    roster = [row.id for row in house.layout.engineers.values()]
    for person in roster:
        house.say("board/b1", StaffSet(person=person, date=SUNDAY, on=False))
    expect(board.locator("#alarms-head")).to_have_text("▲ 1 alarm: manager 1")
    alarm = board.locator("#alarms li")
    expect(alarm.locator("strong")).to_have_text("manager")
    expect(alarm).to_contain_text(f"Nobody on the roster of {SUNDAY}")
    for person in roster:
        house.say("board/b1", StaffSet(person=person, date=SUNDAY, on=True))
    expect(board.get_by_role("heading", name="nobody has to act")).to_be_visible()


def test_a_part_that_runs_low_is_told_with_how_many_are_left(board: Page, house: House) -> None:
    low = board.locator("#low li")
    expect(low).to_have_count(0)
    free, minimum = run_low(house, "VEG-11-AUD")
    expect(low).to_contain_text(["VEG-11-AUD"])
    expect(low).to_contain_text([f"{free} of at least {minimum} left"])


def test_a_device_that_is_away_is_named_in_words(board: Page, house: House) -> None:
    house.stop("entitlement/en1")
    expect(board.locator("#devices-head")).to_have_text("▲ 1 device is away")
    expect(board.locator("#devices")).to_contain_text("▲ en1 away for")
    house.start_device("entitlement/en1")
    expect(board.locator("#devices-head")).to_have_text("Devices and links")


def test_entries_that_a_browser_has_not_sent_yet_are_told(board: Page, device_page: Opens, house: House) -> None:
    kiosk = device_page("queue/q2", "/kiosk", width=1080, height=1920)
    kiosk.route("**/events", lambda route: route.abort())
    kiosk.get_by_role("button", name="English", exact=True).click()
    kiosk.locator('[data-key="A"][data-open]').click()
    told = board.locator("#links li").filter(has_text="queue machine q2")
    expect(told).to_contain_text("▲ 1 entry not sent yet", timeout=15_000)
    kiosk.unroute("**/events")
    expect(told).to_have_count(0, timeout=20_000)
    with sqlite3.connect(database_path(house.db)) as database:
        waiting = database.execute("SELECT id FROM ticket WHERE state = 'WAITING'").fetchall()
    for (ticket,) in waiting:
        gone(house, ticket)


# ── stories ─────────────────────────────────────────────────────────────────────────────────────


def test_a_tap_on_a_number_opens_its_whole_story_which_has_an_address_of_its_own(board: Page, house: House) -> None:
    ticket = house.new_ticket()
    number = number_of(house, ticket)
    board.locator("#queue").get_by_role("button", name=number).click()
    story = board.get_by_role("complementary")
    expect(story).to_contain_text(f"Number {number} was given out")
    assert board.url.endswith(f"#{ticket}")
    board.reload()
    expect(story).to_contain_text(f"Number {number} was given out")
    gone(house, ticket)
    expect(story).to_contain_text(f"{number} left")
    board.keyboard.press("Escape")
    expect(story).to_be_hidden()


def test_there_is_no_story_of_what_there_never_was(board: Page) -> None:
    board.evaluate("location.hash = 'T999999'")
    expect(board.get_by_role("complementary")).to_contain_text("There is no T999999 here.")


# ── decisions ───────────────────────────────────────────────────────────────────────────────────


def withdraw(board: Page, number: str) -> None:
    board.locator("#queue").get_by_role("button", name=number).click()
    board.get_by_text("Decide T").click()
    board.get_by_role("button", name="Withdraw the number").click()
    board.get_by_label("Why").select_option("duplicate")


def test_q15_a_manager_withdraws_a_number_with_a_reason_and_it_leaves_the_queue(board: Page, house: House) -> None:
    ticket = house.new_ticket()
    number = number_of(house, ticket)
    withdraw(board, number)
    board.locator("form").get_by_role("button", name="Withdraw the number").click()
    expect(board.locator(".answer")).to_have_text("✓ Done.")
    expect(board.locator("#queue")).not_to_contain_text(number)


def test_q15_a_decision_that_comes_too_late_is_refused_in_words(board: Page, house: House) -> None:
    ticket = house.new_ticket()
    withdraw(board, number_of(house, ticket))
    house.say("board/b1", TicketWithdrawn(ticket=ticket, reason="mistake"))
    board.locator("form").get_by_role("button", name="Withdraw the number").click()
    expect(board.locator(".answer")).to_contain_text("▲")
    expect(board.locator(".answer")).to_contain_text(ticket)


def test_without_a_reason_nothing_is_said(board: Page, house: House) -> None:
    ticket = house.new_ticket()
    number = number_of(house, ticket)
    withdraw(board, number)
    board.get_by_label("Why").select_option("")
    board.locator("form").get_by_role("button", name="Withdraw the number").click()
    expect(board.locator("#queue")).to_contain_text(number)
    gone(house, ticket)


@pytest.mark.usefixtures("at_desk")
def test_r36_cancelling_a_repair_wants_the_pin_again_and_a_wrong_one_changes_nothing(
    browsing: Browsing, house: House
) -> None:
    context = browsing(width=1440, height=900)
    manager = Manager(context, house)
    manager.signed_in_minutes_ago(11)
    ticket = house.new_ticket()
    house.say("handheld/h3", NextRequested())
    house.say("handheld/h3", CustomerSeated(ticket=ticket))
    board = context.new_page()
    board.goto(f"/board#{ticket}")
    board.get_by_text("Decide R").click()
    board.get_by_role("button", name="Cancel the repair").click()
    form = board.locator("form")
    form.get_by_label("Why").fill("the customer changed their mind")
    form.get_by_label("Your PIN again").fill("000000")
    form.get_by_role("button", name="Cancel the repair").click()
    expect(board.locator(".answer")).to_contain_text("PIN do not fit")
    form.get_by_label("Your PIN again").fill(PIN)
    form.get_by_role("button", name="Cancel the repair").click()
    expect(board.locator(".answer")).to_have_text("✓ Done.")
    with sqlite3.connect(database_path(house.db)) as database:
        rows = database.execute("SELECT state FROM repair WHERE ticket = ?", (ticket,)).fetchall()
    assert rows == [("CANCELLED",)]


# ── the PIN again ───────────────────────────────────────────────────────────────────────────────


class Manager:
    """Somebody at a browser, as the contract sees them."""

    def __init__(self, context: BrowserContext, house: House) -> None:
        sign_in(context, house, "m1")
        self._context, self._house = context, house
        self._base = f"/api/v1/{house.layout.store.id}"
        self.me = context.request.get(f"{self._base}/me").json()
        self._seq = 0

    def post(self, path: str, body: object) -> tuple[int, dict[str, object]]:
        headers = {"Origin": self._house.address, "X-CSRF-Token": self.me["csrf"]}
        answer = self._context.request.post(f"{self._base}{path}", data=body, headers=headers)
        return answer.status, answer.json()

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        answer = self._context.request.get(f"{self._base}{path}")
        return answer.status, answer.json()

    def say(self, body: dict[str, object]) -> tuple[int, dict[str, object]]:
        self._seq += 1
        envelope = {"kind": body["kind"], "boot": self.me["boot"], "seq": self._seq, "sent_at": self._house.now()}
        return self.post(f"/{self.me['device']}/events", {**envelope, "body": body})

    def signed_in_minutes_ago(self, minutes: int) -> None:
        """The session is as old as that."""
        with sqlite3.connect(beside(database_path(self._house.db), ".access")) as access:
            access.execute(
                "UPDATE access_session SET opened_at = opened_at - ? WHERE device = ?",
                (minutes * MINUTE, self.me["device"]),
            )


@pytest.fixture
def manager(browsing: Browsing, house: House) -> Manager:
    return Manager(browsing(), house)


OVERRIDE: dict[str, object] = {
    "kind": "OverrideGiven", "about": "R1", "rule": "same-checker", "reason": "nobody else is here",
}  # fmt: skip


def test_an_exception_is_allowed_soon_after_signing_in(manager: Manager) -> None:
    assert manager.say(OVERRIDE)[0] == 200


def test_an_exception_wants_the_pin_again_when_the_manager_signed_in_a_while_ago(manager: Manager) -> None:
    manager.signed_in_minutes_ago(11)
    assert manager.get("/session/pin") == (200, {"lasts_ms": 0})
    status, answer = manager.say(OVERRIDE)
    assert (status, answer["code"]) == (403, "pin-again")
    status, answer = manager.post("/session/pin", {"pin": "000000"})
    assert (status, answer["code"]) == (403, "wrong-pin")
    assert manager.say(OVERRIDE)[0] == 403, "a wrong PIN opens nothing"
    assert manager.post("/session/pin", {"pin": PIN})[0] == 200
    assert manager.say(OVERRIDE)[0] == 200


def test_what_sets_nothing_aside_is_said_without_it(manager: Manager, house: House) -> None:
    manager.signed_in_minutes_ago(11)
    ticket = house.new_ticket()
    assert manager.say({"kind": "TicketWithdrawn", "ticket": ticket, "reason": "mistake"})[0] == 200


# ── the past ────────────────────────────────────────────────────────────────────────────────────


def test_the_past_is_what_was_live(board: Page, manager: Manager, house: House) -> None:
    ticket = house.new_ticket()
    number = number_of(house, ticket)
    expect(board.locator("#queue")).to_contain_text(number)
    status, _days = manager.get("/board/days")
    assert status == 200
    live = board.evaluate("document.querySelector('#queue').innerText.split('\\n')[0]")
    with sqlite3.connect(database_path(house.db)) as database:
        (then,) = database.execute("SELECT at FROM entry ORDER BY n DESC LIMIT 1").fetchone()
    gone(house, ticket)
    expect(board.locator("#queue")).not_to_contain_text(number)
    past = manager.get(f"/board/at?t={then}")[1]["view"]
    assert [row["number"] for row in past["queue"]] == [number] == [live.strip()]
    later = manager.get(f"/board/at?t={house.now()}")[1]["view"]
    assert later["queue"] == []


def test_a_replay_is_marked_as_the_past_and_leads_back_to_now(board: Page, house: House) -> None:
    ticket = house.new_ticket()
    number = number_of(house, ticket)
    gone(house, ticket)
    board.get_by_role("button", name="Replay a day").click()
    mark = board.locator("#past-mark")
    expect(mark).to_contain_text("The past")
    board.get_by_label("Time of that day").fill(board.get_by_label("Time of that day").get_attribute("max") or "")
    expect(board.locator("#queue")).not_to_contain_text(number)
    assert board.locator("#day-close").is_visible()
    board.get_by_role("button", name="Back to now").click()
    expect(mark).to_be_hidden()
    again = house.new_ticket()
    expect(board.locator("#queue")).to_contain_text(number_of(house, again))
    gone(house, again)


def test_nothing_is_shown_of_a_day_that_nobody_recorded(manager: Manager) -> None:
    assert manager.get("/board/at?t=0")[0] == 404
    assert manager.get("/board/day?date=2001-01-01")[0] == 404
    assert manager.get("/board/day?date=2026-02-31")[0] == 400
    assert manager.get("/board/day?date=")[0] == 400
    assert manager.get("/board/at?t=yesterday")[0] == 400


# ── a board on the wall ─────────────────────────────────────────────────────────────────────────


def test_a_board_on_the_wall_shows_the_floor_and_decides_nothing(browsing: Browsing, house: House) -> None:
    context = browsing(width=1440, height=900)
    enrol(context, house, "board/b1")
    page = context.new_page()
    page.goto("/board")
    expect(page.locator(".plan .desk").first).to_be_visible()
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)
    expect(page.locator("#day-close")).to_have_count(0)
    base = f"/api/v1/{house.layout.store.id}"
    assert context.request.get(f"{base}/tickets/T1/story").status == 403
    assert context.request.get(f"{base}/board/days").status == 200


def test_a_stranger_sees_neither_board_nor_settings(browsing: Browsing, house: House) -> None:
    page = browsing().new_page()
    base = f"/api/v1/{house.layout.store.id}"
    for path in ("/board/days", "/board/at?t=1", "/tickets/T1/story", "/settings", "/prices", "/session/pin"):
        assert page.request.get(base + path).status == 401, path
