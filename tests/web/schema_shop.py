"""One shop of its own, asked so many times from its OpenAPI document, by every sort of caller.

A real broker, coordinator and pages; before anything is asked a customer's visit has come as far as paying, so there
are things to ask for. Two settings only are no real shop's: nobody is too quick, and a PIN is quickly compared, or
nearly all answers were 429 and nearly all time went into that. At the end every invariant holds, and the journal
replays to the same state.
"""

import json
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path
from typing import Final

from shopfloor.core.invariants import check_all
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.replay import replay_all
from shopfloor.service.store import beside, database_path
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.pace import RATES, Pacer
from shopfloor.web.access.pins import Cost
from shopfloor.web.describing import openapi
from shopfloor.web.listening import Listening
from shopfloor.web.serving import PagesServer, open_shop
from shopfloor.web.shop import Shop
from tests.conftest import Mosquitto
from tests.web.at_the_desk import Visit
from tests.web.house import TEN_O_CLOCK, House
from tests.web.schema_asker import Asker
from tests.web.schema_callers import EVERYBODY, Caller
from tests.web.schema_document import names_in, operations_for
from tests.web.schema_tally import Tally

ROUND: Final = 600
"""Requests, after which everybody comes in anew, and another seed begins."""
CLOSED_EVERY: Final = 3
"""Once in so many rounds everybody tries each door that is not for them, too."""
DEVICES: Final = ("archive/a1", "entitlement/en1", "notifier/n1")
QUICK: Final = Cost(2, 8, 1)
UNHURRIED: Final = dict.fromkeys(RATES, "100000/second")

Look = Callable[[Tally], None]


def ask_a_shop(seed: int, cases: int, look: Look = lambda _tally: None) -> Tally:
    """At least so many requests to a new shop, the same for the same seed. ``look`` is called while it is open yet."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="shopfloor-cases-") as scratch:
        broker = Mosquitto(Path(scratch))
        broker.start()
        house = House(Path(scratch), broker.url)
        try:
            _ask(house, seed, cases, tally, look)
            house.stop_all()
            replayed = replay_all(house.db)
            check_all(replayed.floor.shop)
            tally.entries = replayed.entries
        finally:
            house.stop_all()
            broker.stop()
    return tally


def _ask(house: House, seed: int, cases: int, tally: Tally, look: Look) -> None:
    house.start_coordinator(new=True)
    for device in DEVICES:
        house.start_device(device)
    with unhurried(house) as (shop, server):
        house.port, house.access = server.port, shop.access
        house.await_(lambda: shop.gateway.floor_is_there, "the floor")
        visit = Visit(house, "d4")
        visit.until_paying()
        document = json.dumps(openapi(server.app, "test"))
        operations = operations_for(EVERYBODY, document, names_in(shop))
        callers = [Caller(who, house, visit.ticket) for who in EVERYBODY]
        askers = [Asker(caller, operations[caller.who.name], tally, seed) for caller in callers]
        try:
            for number in takewhile(lambda _: tally.asked < cases and not tally.is_hopeless, count()):
                with_closed = number % CLOSED_EVERY == CLOSED_EVERY - 1
                _ask_round(askers, seed + number, min(ROUND, cases - tally.asked), with_closed=with_closed)
            look(tally)
        finally:
            for caller in callers:
                caller.client.close()


def _ask_round(askers: Sequence[Asker], seed: int, cases: int, *, with_closed: bool) -> None:
    share = cases / sum(asker.weight for asker in askers)
    for asker in askers:
        asker.caller.come_in()
        asker.ask_all(seed, share)
        if with_closed:
            asker.try_closed(seed)


@contextmanager
def unhurried(house: House) -> Iterator[tuple[Shop, PagesServer]]:
    """Pages of that house in this process, where one may ask as often as one likes."""
    shop = open_shop(house.db, house.broker_url, ShopClock(TEN_O_CLOCK, house.zero, house.speed))
    shop.pacer = Pacer(UNHURRIED)
    shop.access.close()
    shop.access = AccessBook(beside(database_path(house.db), ".access"), house.layout, QUICK)
    listening = threading.Event()
    server = PagesServer(shop, Listening(port=0), ready=lambda _port: listening.set())
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert listening.wait(30), "the pages do not come up"
    try:
        yield shop, server
    finally:
        server.stop()
        thread.join(30)
