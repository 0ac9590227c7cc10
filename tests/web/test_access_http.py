"""The door over HTTP: cookies, cross-site requests, limits, and a sentence for everybody who does not come in."""

import pytest
from starlette.requests import HTTPConnection

from shopfloor.contract.actor import DAY, HOUR, MINUTE
from shopfloor.web.access.headers import SAFE
from shopfloor.web.access.pace import RATES, Pace, Pacer, address_of
from tests.web.access_story import ADDRESS, API, MORNING, PIN, SAMPLE, WRONG, Door, new_book

ELSEWHERE = "http://evil.example"


@pytest.fixture
def door(tmp_path):
    book = new_book(tmp_path)
    yield Door(book)
    book.close()


@pytest.fixture
def tls_door(tmp_path):
    book = new_book(tmp_path)
    yield Door(book, tls=True)
    book.close()


def said_no(answered, status, code):
    told = answered.json()
    assert (answered.status_code, told["code"]) == (status, code), answered.text
    assert told["reason"].endswith("."), "a sentence"
    return told["reason"]


# ── /me, /session ───────────────────────────────────────────────────────────────────────────────


def test_a_stranger_is_told_that_they_are_nobody_yet(door):
    me = door.browser().me
    assert me == {"role": "", "person": "", "name": "", "device": "", "boot": 0, "csrf": "", "language": "en"}


def test_a_manager_signs_in_and_out(door):
    browser = door.manager()
    me = browser.me
    assert (me["role"], me["person"], me["name"]) == ("manager", "m1", "Gao Jie")
    assert browser.ask("GET", "/board").status_code == 200
    assert browser.ask("DELETE", "/session").status_code == 204
    assert browser.me["role"] == ""
    said_no(browser.ask("GET", "/board"), 401, "sign-in")


def test_the_answer_to_signing_in_is_what_me_says_next(door):
    door.book.set_pin("m1", PIN, door.now)
    browser = door.browser()
    assert browser.sign_in("m1").json() == browser.me


def test_a_badge_is_found_however_it_is_typed(door):
    door.book.set_pin("m1", PIN, door.now)
    assert door.browser().sign_in(" M1 ").status_code == 200


def test_an_engineer_at_their_handheld_speaks_as_it(door):
    browser = door.engineer("e8")
    assert (browser.me["role"], browser.me["device"]) == ("engineer", "handheld/h8")
    assert browser.say("handheld/h8").status_code == 200
    said_no(browser.say("handheld/h9"), 403, "not-your-device")


def test_an_engineer_elsewhere_is_told_where_to_sign_in(door):
    door.book.set_pin("e8", PIN, door.now)
    for browser in (door.browser(), door.device("handheld/h9"), door.device("pad/pad-8")):
        reason = said_no(browser.sign_in("e8"), 401, "wrong-pin")
        assert "own handheld" in reason


def test_the_handheld_of_an_engineer_whose_day_is_over_is_a_device_again(door):
    browser = door.engineer()
    door.later(3 * HOUR)
    assert (browser.me["role"], browser.me["device"]) == ("device", "handheld/h8")


def test_a_day_of_taps_keeps_the_engineer_signed_in(door):
    browser = door.engineer()
    for _ in range(11):
        door.later(HOUR)
        assert browser.say("handheld/h8").status_code == 200
    assert browser.me["role"] == "engineer"
    door.later(HOUR)
    assert browser.me["role"] == "device"


def test_after_five_wrong_pins_the_answer_says_when_to_come_back(door):
    browser = door.browser()
    for _ in range(5):
        said_no(browser.sign_in("m1", WRONG), 401, "wrong-pin")
    answered = browser.sign_in("m1", PIN)
    said_no(answered, 429, "too-often")
    assert answered.headers["retry-after"] == "900"


# ── cookies ─────────────────────────────────────────────────────────────────────────────────────


def cookies_set(answered):
    return [cookie.lower() for cookie in answered.headers.get_list("set-cookie")]


def test_cookies_cannot_be_read_by_scripts_nor_sent_by_other_sites(door):
    door.book.set_pin("e8", PIN, door.now)
    browser = door.browser()
    device = browser.enrol(door.book.new_code("handheld/h8", door.now)[0])
    session = browser.sign_in("e8")
    (kept,) = [cookie for cookie in cookies_set(device) if cookie.startswith("device=")]
    assert "httponly" in kept
    assert "samesite=lax" in kept
    assert "secure" not in kept
    (given,) = cookies_set(session)
    assert "httponly" in given
    assert "samesite=strict" in given
    assert "max-age=43200" in given


def test_under_tls_cookies_are_secure_and_of_this_host_only(tls_door):
    tls_door.book.set_pin("e8", PIN, tls_door.now)
    browser = tls_door.browser()
    answers = [browser.enrol(tls_door.book.new_code("handheld/h8", tls_door.now)[0]), browser.sign_in("e8")]
    given = [cookie for answered in answers for cookie in cookies_set(answered) if "max-age=0" not in cookie]
    assert len(given) == 2
    for cookie in given:
        assert cookie.startswith("__host-")
        assert "secure" in cookie
        assert "path=/" in cookie
        assert "domain" not in cookie
    assert browser.say("handheld/h8").status_code == 200


def test_a_session_planted_by_somebody_else_is_never_taken_over(door):
    door.book.set_pin("m1", PIN, door.now)
    browser = door.browser()
    browser.client.cookies.set("session", "planted", domain="shop.lan")
    assert browser.sign_in("m1").status_code == 200
    victim = door.browser()
    victim.client.cookies.set("session", "planted", domain="shop.lan")
    assert victim.me["role"] == ""


def test_who_signs_in_again_leaves_no_older_session_behind(door):
    browser = door.manager()
    older = browser.cookies["session"]
    assert browser.sign_in("m1").status_code == 200
    thief = door.browser()
    thief.client.cookies.set("session", older, domain="shop.lan")
    assert thief.me["role"] == ""


# ── other sites ─────────────────────────────────────────────────────────────────────────────────


FOREIGN = (
    ELSEWHERE,
    "null",
    "",
    "http://shop.lan",
    "http://shop.lan:80",
    "https://shop.lan:8080",
    "http://shop.lan:8080.evil.example",
    "http://evil.example/shop.lan:8080",
)


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_site_can_do_nothing_with_a_managers_cookies(door, origin):
    browser = door.manager()
    token = str(browser.me["csrf"])
    body = {"device": "pad/pad-8"}
    said_no(browser.ask("POST", "/codes", body, origin=origin, x_csrf_token=token), 403, "foreign-origin")
    assert browser.ask("POST", "/codes", body).status_code == 200


def test_a_request_that_does_not_say_where_it_is_from_changes_nothing(door):
    browser = door.manager()
    headers = {"x-csrf-token": str(browser.me["csrf"])}
    answered = browser.client.post(f"{API}/codes", json={"device": "pad/pad-8"}, headers=headers)
    said_no(answered, 403, "foreign-origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_browser_that_says_where_a_request_is_from_is_believed(door, site):
    browser = door.manager()
    said_no(browser.ask("POST", "/codes", {"device": "pad/pad-8"}, sec_fetch_site=site), 403, "foreign-origin")


def test_another_site_can_sign_nobody_in(door):
    door.book.set_pin("m1", PIN, door.now)
    answered = door.browser().ask("POST", "/session", {"badge": "m1", "pin": PIN}, origin=ELSEWHERE)
    said_no(answered, 403, "foreign-origin")


@pytest.mark.parametrize("token", ["", "x", "A" * 43])
def test_cookies_without_the_pages_token_change_nothing(door, token):
    said_no(door.manager().ask("POST", "/codes", {"device": "pad/pad-8"}, x_csrf_token=token), 403, "csrf")
    said_no(door.device("pad/pad-8").say("pad/pad-8", x_csrf_token=token), 403, "csrf")


def test_a_page_from_before_the_sign_in_is_told_to_load_again(door):
    door.book.set_pin("e8", PIN, door.now)
    browser = door.device("handheld/h8")
    before = str(browser.me["csrf"])
    browser.sign_in("e8")
    assert "Load it again" in said_no(browser.say("handheld/h8", x_csrf_token=before), 403, "csrf")
    assert browser.say("handheld/h8").status_code == 200


def test_one_managers_token_is_of_no_use_with_anothers_cookie(door):
    mine, theirs = door.manager("m1"), door.manager("m2")
    answered = mine.ask("POST", "/codes", {"device": "pad/pad-8"}, x_csrf_token=str(theirs.me["csrf"]))
    said_no(answered, 403, "csrf")


def test_the_pages_token_does_not_tell_the_cookie(door):
    browser = door.manager()
    assert str(browser.me["csrf"]) not in browser.cookies["session"]
    assert len(str(browser.me["csrf"])) == 43


def test_only_a_page_of_ours_opens_a_live_connection(door):
    browser = door.manager()
    assert browser.opens_a_socket(origin=ADDRESS) == "manager"
    assert door.browser().opens_a_socket(origin=ADDRESS) == ""
    for headers in ({}, {"origin": ELSEWHERE}, {"origin": "null"}, {"origin": ADDRESS.replace("http", "https")}):
        assert browser.opens_a_socket(**headers) == "1008"


def test_over_tls_too_only_a_page_of_ours_opens_a_live_connection(tls_door):
    browser = tls_door.manager()
    assert browser.opens_a_socket(origin=tls_door.address) == "manager"
    assert browser.opens_a_socket(origin=ADDRESS) == "1008"


def connection_of(browser):
    """An open connection of this browser."""
    kept = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return HTTPConnection({"type": "websocket", "headers": [(b"cookie", kept.encode())], "client": ("192.168.1.20", 1)})


def test_an_open_connection_ends_for_whoever_is_revoked_or_signs_out(door):
    pad, manager, stranger = door.device("pad/pad-8"), door.manager(), door.browser()
    open_ones = [
        (connection, door.guard.visitor(connection)) for connection in map(connection_of, (pad, manager, stranger))
    ]
    assert [door.guard.is_still(*each) for each in open_ones] == [True, True, True]
    door.book.revoke_device("pad/pad-8", door.now)
    manager.ask("DELETE", "/session")
    assert [door.guard.is_still(*each) for each in open_ones] == [False, False, True]


def test_an_open_connection_ends_when_the_next_person_signs_in_at_the_handheld(door):
    browser = door.engineer("e8")
    connection = connection_of(browser)
    engineer = door.guard.visitor(connection)
    door.book.set_pin("m1", PIN, door.now)
    browser.sign_in("m1")
    assert not door.guard.is_still(connection, engineer)


def test_an_open_connection_ends_with_the_customers_link_and_is_not_counted_as_guessing(door):
    link = door.book.new_link("T12", door.now)
    connection = connection_of(door.browser())
    customer = door.guard.visitor(connection, link)
    assert customer.ticket == "T12"
    assert {door.guard.is_still(connection, customer) for _ in range(300)} == {True}
    door.book.end_links("T12", door.now)
    assert {door.guard.is_still(connection, customer) for _ in range(20)} == {False}
    assert door.guard.visitor(connection, door.book.new_link("T12", door.now)).ticket == "T12"


def test_watching_a_board_keeps_nobody_signed_in(door):
    manager = door.manager()
    connection = connection_of(manager)
    visitor = door.guard.visitor(connection)
    for _ in range(29):
        door.later(MINUTE)
        assert door.guard.is_still(connection, visitor)
    door.later(MINUTE)
    assert not door.guard.is_still(connection, visitor)


# ── devices ─────────────────────────────────────────────────────────────────────────────────────


def test_a_manager_makes_a_code_and_a_browser_becomes_the_pad(door):
    made = door.manager().ask("POST", "/codes", {"device": "pad/pad-8"}).json()
    assert made["url"] == f"{ADDRESS}/set-up#{made['code']}"
    assert made["expires_at"] == MORNING + 15 * MINUTE
    browser = door.browser()
    answered = browser.enrol(made["code"])
    assert answered.json() == browser.me
    assert (browser.me["role"], browser.me["device"]) == ("device", "pad/pad-8")
    assert browser.say("pad/pad-8").status_code == 200
    said_no(door.browser().enrol(made["code"]), 401, "wrong-code")


def test_a_browser_that_is_replaced_is_told_to_ask_for_a_new_code(door):
    older = door.device("pad/pad-8")
    door.device("pad/pad-8")
    said_no(older.say("pad/pad-8"), 401, "enrol")


def test_a_wall_board_shows_what_a_manager_sees_and_says_nothing(door):
    browser = door.device("board/b1")
    assert browser.me["role"] == "display"
    assert browser.ask("GET", "/board").status_code == 200
    said_no(browser.say("board/b1"), 403, "not-yours")
    said_no(browser.ask("POST", "/boots"), 403, "not-yours")


def test_a_browser_whose_storage_was_wiped_gets_a_greater_number(door):
    browser = door.device("queue/q2")
    before = browser.me["boot"]
    given = browser.ask("POST", "/boots").json()
    assert given["device"] == "queue/q2"
    assert given["boot"] > before
    assert browser.me["boot"] == given["boot"]


def test_there_is_no_code_for_what_the_shop_does_not_have(door):
    said_no(door.manager().ask("POST", "/codes", {"device": "pad/pad-99"}), 404, "unknown-device")


def test_there_is_no_code_for_a_device_that_another_program_is(door):
    manager = door.manager()
    door.connected["pad/pad-8"] = MORNING - DAY
    reason = said_no(manager.ask("POST", "/codes", {"device": "pad/pad-8"}), 409, "held-elsewhere")
    assert "Stop that program first" in reason
    del door.connected["pad/pad-8"]
    assert manager.ask("POST", "/codes", {"device": "pad/pad-8"}).status_code == 200


def test_the_browser_that_is_the_device_now_may_be_replaced_by_another(door):
    older, manager = door.device("pad/pad-8"), door.manager()
    door.connected["pad/pad-8"] = older.me["boot"]
    assert manager.ask("POST", "/codes", {"device": "pad/pad-8"}).status_code == 200


def test_a_manager_signs_a_lost_handheld_out_and_its_engineer_with_it(door):
    handheld, manager = door.engineer("e8"), door.manager()
    device = handheld.me["device"]
    assert manager.ask("DELETE", f"/{device}/enrolment").status_code == 204
    assert (handheld.me["role"], handheld.me["device"]) == ("", "")
    said_no(handheld.say(device), 401, "enrol")


def test_no_other_device_is_signed_out_with_it_and_one_that_is_none_is_told(door):
    pad, manager = door.device("pad/pad-7"), door.manager()
    said_no(manager.ask("DELETE", "/pad/pad-8/enrolment"), 404, "no-browser")
    assert pad.say("pad/pad-7").status_code == 200


def test_a_code_that_was_made_for_a_lost_device_dies_with_it(door):
    door.device("pad/pad-8")
    manager = door.manager()
    code = manager.ask("POST", "/codes", {"device": "pad/pad-8"}).json()["code"]
    assert manager.ask("DELETE", "/pad/pad-8/enrolment").status_code == 204
    said_no(door.browser().enrol(code), 401, "wrong-code")


# ── PINs ────────────────────────────────────────────────────────────────────────────────────────


def test_a_manager_gives_an_engineer_a_pin(door):
    manager, handheld = door.manager(), door.device("handheld/h8")
    said_no(handheld.sign_in("e8"), 401, "wrong-pin")
    assert manager.ask("PUT", "/people/e8/pin", {"pin": PIN}).status_code == 204
    assert handheld.sign_in("e8").status_code == 200


def test_a_manager_changes_their_own_pin_and_signs_in_again(door):
    manager = door.manager("m1")
    assert manager.ask("PUT", "/people/m1/pin", {"pin": "161803"}).status_code == 204
    assert manager.me["role"] == ""
    assert manager.sign_in("m1", "161803").status_code == 200


def test_no_manager_becomes_another_by_giving_them_a_pin(door):
    said_no(door.manager("m1").ask("PUT", "/people/m2/pin", {"pin": PIN}), 403, "not-yours")


def test_a_bad_pin_and_an_unknown_badge_are_told(door):
    manager = door.manager()
    said_no(manager.ask("PUT", "/people/e8/pin", {"pin": "123456"}), 422, "bad-pin")
    said_no(manager.ask("PUT", "/people/x99/pin", {"pin": PIN}), 404, "unknown-badge")


# ── customers ───────────────────────────────────────────────────────────────────────────────────


def test_a_customer_sees_and_says_by_their_link(door):
    link = door.book.new_link("T12", door.now)
    browser = door.browser()
    assert browser.ask("GET", f"/track/{link}").json()["role"] == "customer"
    assert browser.say("link/t12", authorization=f"Link {link}").status_code == 200
    said_no(browser.say("link/t13", authorization=f"Link {link}"), 403, "not-your-device")
    boots = [browser.ask("POST", "/boots", authorization=f"Link {link}").json()["boot"] for _ in range(2)]
    assert boots[0] < boots[1]


def test_a_link_goes_before_a_managers_cookie_and_opens_nothing_of_theirs(door):
    link = door.book.new_link("T12", door.now)
    manager = door.manager()
    assert manager.ask("GET", f"/track/{link}").json()["person"] == ""
    said_no(manager.ask("GET", "/board", authorization=f"Link {link}"), 403, "not-yours")


def test_a_wrong_link_and_one_that_has_ended_are_answered_alike(door):
    ended = door.book.new_link("T12", door.now)
    door.later(15 * DAY)
    browser = door.browser()
    answers = [browser.ask("GET", f"/track/{token}") for token in (ended, "A" * 22)]
    said_no(answers[0], 401, "link-ended")
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_another_site_does_not_speak_for_a_customer_but_a_program_may(door):
    link = door.book.new_link("T12", door.now)
    browser = door.browser()
    credentials = {"authorization": f"Link {link}"}
    said_no(browser.say("link/t12", origin=ELSEWHERE, **credentials), 403, "foreign-origin")
    assert browser.client.post(f"{API}/link/t12/events", headers=credentials).status_code == 200


# ── limits ──────────────────────────────────────────────────────────────────────────────────────


def test_whoever_guesses_links_waits_and_their_own_link_waits_with_them(door):
    link = door.book.new_link("T12", door.now)
    browser = door.browser()
    for guess in range(10):
        said_no(browser.ask("GET", f"/track/guess-{guess}"), 401, "link-ended")
    answered = browser.ask("GET", f"/track/{link}")
    said_no(answered, 429, "too-often")
    assert 1 <= int(answered.headers["retry-after"]) <= 60


def test_customers_who_only_look_do_not_wait(door):
    link = door.book.new_link("T12", door.now)
    browser = door.browser()
    assert {browser.ask("GET", f"/track/{link}").status_code for _ in range(30)} == {200}


def test_whoever_guesses_codes_waits(door):
    browser = door.browser()
    for _ in range(10):
        said_no(browser.enrol("ABCD-EFGH"), 401, "wrong-code")
    said_no(browser.enrol(door.book.new_code("pad/pad-8", door.now)[0]), 429, "too-often")


def test_whoever_tries_one_badge_after_the_other_waits(door):
    browser = door.browser()
    for number in range(20):
        said_no(browser.sign_in(f"x{number}", WRONG), 401, "wrong-pin")
    said_no(browser.sign_in("m1", WRONG), 429, "too-often")


def test_a_shop_full_of_people_who_sign_in_does_not_wait(door):
    browser = door.manager()
    assert {browser.sign_in("m1").status_code for _ in range(25)} == {200}


def test_each_device_has_a_pace_of_its_own(door):
    pacer = Pacer({**RATES, Pace.EVENTS: "2/minute"})
    for device in ("pad/pad-7", "pad/pad-7", "pad/pad-8"):
        pacer.count(Pace.EVENTS, device)
    with pytest.raises(Exception, match="Try again in"):
        pacer.count(Pace.EVENTS, "pad/pad-7")


@pytest.mark.parametrize(("host", "who"), [
    ("192.168.1.20", "192.168.1.20"),
    ("::ffff:192.168.1.20", "192.168.1.20"),
    ("2001:db8::1", "2001:db8::/64"),
    ("2001:db8::ffff:2", "2001:db8::/64"),
    ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
    ("testclient", "testclient"),
])  # fmt: skip
def test_an_ipv6_subscriber_is_counted_once(host, who):
    assert address_of(HTTPConnection({"type": "http", "client": (host, 40_000)})) == who


# ── bodies and headers ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("body", "status"), [
    (b"", 400),
    (b"{", 400),
    (b"[]", 400),
    (b"\xff", 400),
    (b'{"badge":"m1"}', 400),
    (b'{"badge":"m1","pin":271828}', 400),
    (b'{"badge":"m1","pin":"271828","admin":true}', 400),
    (b'{"badge":"m1","pin":"' + b"1" * 65 + b'"}', 400),
    (b" " * 5000, 413),
])  # fmt: skip
def test_a_body_that_is_none_is_told_and_breaks_nothing(door, body, status):
    headers = {"origin": ADDRESS, "content-type": "application/json"}
    answered = door.browser().client.post(f"{API}/session", content=body, headers=headers)
    assert answered.status_code == status
    assert answered.json()["reason"]


def test_a_form_of_another_site_is_no_json(door):
    headers = {"origin": ADDRESS, "content-type": "text/plain"}
    body = b'{"badge":"m1","pin":"271828"}'
    said_no(door.browser().client.post(f"{API}/session", content=body, headers=headers), 415, "not-json")


@pytest.mark.parametrize("path", ["/me", "/board", "/static/x.js", "/nowhere", "/track/x"])
def test_every_answer_carries_the_safe_headers(door, path):
    answered = door.browser().ask("GET", path)
    for name, value in SAFE.items():
        assert answered.headers[name] == value
    policy = answered.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_sample_shop_has_somebody_for_each_story():
    assert {"e8", "e9"} <= set(SAMPLE.engineers)
    assert list(SAMPLE.managers) == ["m1", "m2"]
