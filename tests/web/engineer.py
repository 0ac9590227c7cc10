"""An engineer at a handheld in a browser, as tests drive one, and what the journal says of it."""

import sqlite3
from contextlib import closing
from typing import Final

import msgspec
from playwright.sync_api import BrowserContext, Page, expect

from shopfloor.service.store import database_path
from tests.web.conftest import enrol, sign_in
from tests.web.house import House

SAY_IT: Final = """async () => {
  const button = (root, words) => [...root.querySelectorAll("button")].find((one) => one.textContent.startsWith(words));
  const until = async (is) => {
    const limit = performance.now() + 10000;
    while (!is()) {
      if (performance.now() > limit) throw new Error(`not to be seen: ${is} in ${document.body.innerText}`);
      await new Promise((done) => setTimeout(done, 2));
    }
  };
  const heard = document.getElementById("heard");
  await until(() => button(document.getElementById("next"), "More"));
  button(document.getElementById("next"), "More").click();
  const sheet = document.getElementById("sheet");
  button(sheet, "Take a number").click();
  sheet.querySelector("input[value=A]").click();
  const saved = new Promise((done) => {
    const look = () => /^(Saved|Sent|Number)/.test(heard.textContent) && done(performance.now());
    new MutationObserver(look).observe(heard, { childList: true, characterData: true, subtree: true });
  });
  heard.textContent = "";
  const began = performance.now();
  button(sheet, "Take a number").click();
  return (await saved) - began;
}"""
"""Takes a number for somebody, as quickly as a page can be tapped; answers how long it took until it was saved, ms."""

WAITING: Final = """() => new Promise((done, fail) => {
  const request = indexedDB.open("shopfloor");
  request.onerror = () => fail(request.error);
  request.onsuccess = () => {
    const all = request.result.transaction("entries").objectStore("entries").getAll();
    all.onsuccess = () => { request.result.close(); done(all.result.map((entry) => entry.state)); };
  };
})"""


SEEN: Final = """() => new Promise((done) => {
  const request = indexedDB.open("shopfloor");
  request.onsuccess = () => {
    const seen = request.result.transaction("seen").objectStore("seen").get("handheld");
    seen.onsuccess = () => { request.result.close(); done(seen.result?.seen.view ?? null); };
  };
})"""


def open_handheld(context: BrowserContext, house: House, badge: str, address: str = "") -> Page:
    """This engineer's own handheld, signed in."""
    people = {**house.layout.engineers, **house.layout.parts_keepers}
    enrol(context, house, f"handheld/{people[badge].handheld}")
    sign_in(context, house, badge)
    page = context.new_page()
    page.goto(f"{address}/handheld")
    return page


def open_handheld_by_name(context: BrowserContext, house: House, badge: str, address: str) -> Page:
    """Set up and signed in from inside the browser, which alone knows the name of the host."""
    page = context.new_page()
    page.goto(f"{address}/")
    handheld = house.layout.engineers[badge].handheld
    _post(page, house, "enrolment", {"code": house.code_for(f"handheld/{handheld}")})
    _post(page, house, "session", {"badge": badge, "pin": house.pin_for(badge)})
    page.goto(f"{address}/handheld")
    return page


def _post(page: Page, house: House, path: str, body: dict[str, str]) -> None:
    status = page.evaluate(
        """async ([path, body]) => {
          const { csrf } = await (await fetch(path.replace(/[^/]+$/, "me"))).json();
          const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrf };
          return (await fetch(path, { method: "POST", body: JSON.stringify(body), headers })).status;
        }""",
        [f"/api/v1/{house.layout.store.id}/{path}", body],
    )
    assert status == 200, (path, status)


def sit_down(page: Page, desk: str) -> None:
    """Sign on there, unless that is done."""
    page.locator("#stage .desk, #tabs button").first.wait_for()
    if page.locator("#stage .desk").count():
        page.locator("#stage").get_by_role("button", name=desk).click()
    expect(page.locator("#tabs")).to_contain_text("Entries")


def tap(page: Page, name: str) -> None:
    """One of the big buttons."""
    page.locator("#next").get_by_role("button", name=name).click()


def tap_more(page: Page, name: str) -> None:
    """One of the others."""
    tap(page, "More")
    page.locator("#sheet").get_by_role("button", name=name).click()


def take_number(page: Page) -> float:
    """For a customer; returns when the page says that it is saved, with the milliseconds that took."""
    return float(page.evaluate(SAY_IT))


def kept_in(page: Page) -> list[str]:
    """The state of each entry that this browser still has."""
    return [str(state) for state in page.evaluate(WAITING)]


class Entry(msgspec.Struct, frozen=True):
    """One line of the journal."""

    kind: str
    outcome: str
    boot: int
    seq: int
    body: bytes


def said_by(house: House, device: str, *kinds: str) -> list[Entry]:
    """What the journal has of this device."""
    with closing(sqlite3.connect(database_path(house.db))) as database:
        rows = database.execute(
            "SELECT kind, outcome, boot, seq, body FROM entry WHERE device = ? ORDER BY n", (device,)
        ).fetchall()
    return [Entry(*row) for row in rows if not kinds or row[0] in kinds]


def await_said(house: House, device: str, kind: str, number: int) -> list[Entry]:
    """When the journal has so many of them."""
    house.await_(lambda: len(said_by(house, device, kind)) >= number, f"{number} × {kind}")
    return said_by(house, device, kind)


def await_nothing_kept(page: Page, house: House, but: str = "") -> None:
    """When everything has been sent, except for entries in this state."""
    house.await_(lambda: not [state for state in kept_in(page) if state != but], "an empty outbox")


SCAN: Final = """code => {
  for (const key of [...code, "Enter"]) {
    const pressed = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(pressed);
  }
}"""


def scan(page: Page, code: str) -> None:
    """With a scanner that types like a keyboard: quicker than anybody can, and an Enter at the end."""
    page.evaluate(SCAN, code)


def await_picture_kept(page: Page, house: House, desk: str, number: str = "") -> None:
    """When the browser remembers that its person sits there, and who is with them, for the next time that it opens."""

    def is_kept() -> bool:
        view = page.evaluate(SEEN)
        if view is None or view["seat"]["desk"] != desk:
            return False
        return not number or number in [one["row"]["number"] for one in view["tickets"]]

    house.await_(is_kept, "the picture in the browser's memory")
