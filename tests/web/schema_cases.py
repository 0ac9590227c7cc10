"""Requests that nobody thought of, made from the OpenAPI document, for each role: none may end in a 5xx.

    python -m tests.web.schema_cases --cases 10000

A real coordinator and a real broker stand behind the pages; only the rates are lifted, or nearly all answers were 429.
Whatever the floor takes in is checked too: at the end every invariant holds and the journal replays to the same state.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from shopfloor.contract.roster import EVERY_DEVICE, TYPES
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.replay import replay_all
from shopfloor.web.access.pace import RATES, Pacer
from shopfloor.web.access.visitor import Role
from shopfloor.web.describing import openapi
from shopfloor.web.serving import Listening, PagesServer, open_shop
from tests.conftest import Mosquitto
from tests.web.house import TEN_O_CLOCK, House

ROLES: Final = (Role.ANONYMOUS, Role.DEVICE, Role.ENGINEER, Role.MANAGER, Role.CUSTOMER)
SPEAKS_AS: Final = {Role.DEVICE: "pad", Role.ENGINEER: "handheld", Role.MANAGER: "board", Role.CUSTOMER: "link"}
SEED: Final = 20_261_122
EVENTS: Final = "/{device_type}/{device_id}/events"
BOUND_S: Final = 1_500.0


class Found(Exception):
    """A request that ended in a 5xx."""


@contextmanager
def unhurried(house: House) -> Iterator[PagesServer]:
    """Pages of that house in this process, where one may ask as often as one likes."""
    clock = ShopClock(TEN_O_CLOCK, house.zero, house.speed)
    shop = open_shop(house.db, house.broker_url, clock)
    shop.pacer = Pacer(dict.fromkeys(RATES, "100000/second"))
    listening = threading.Event()
    server = PagesServer(shop, Listening(port=0), ready=lambda _port: listening.set())
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert listening.wait(30), "the pages do not come up"
    try:
        yield server
    finally:
        server.stop()
        thread.join(30)


def run(house: House, cases: int) -> Counter[int]:
    """So many requests, shared among roles and routes. Answers with how often each status came; raises Found."""
    from tests.web.test_who_may import caller

    statuses: Counter[int] = Counter()
    with unhurried(house) as server:
        house.port = server.port
        document = json.dumps(openapi(server.app, "test"))
        for role in ROLES:
            operations = _operations(json.loads(document), SPEAKS_AS.get(role, ""))
            each = -(-cases // (len(operations) * len(ROLES)))
            for operation in operations:
                somebody = caller(house, role)  # anew: some requests end the session they come with
                _try(operation, somebody.client, somebody.headers, each, statuses)
                somebody.client.close()
    return statuses


def _operations(document, device_type: str):
    """All of the document's; as a device, with the words of its type: others are refused before they are read."""
    for path, methods in document["paths"].items():
        if path.endswith(EVENTS) and device_type:
            schema = methods["post"]["requestBody"]["content"]["application/json"]["schema"]
            says = {kind.__name__ for kind in (*EVERY_DEVICE, *TYPES[device_type].says)}
            schema["oneOf"] = [each for each in schema["oneOf"] if each["properties"]["kind"]["const"] in says]
    return [each.ok() for each in schemathesis.openapi.from_dict(document).get_all_operations()]


def _try(operation, client: httpx.Client, headers: dict[str, str], cases: int, statuses: Counter[int]) -> None:
    device = client.get("/api/v1/s1/me", headers=headers).json()["device"] or "queue/q2"

    @seeded(SEED)
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case) -> None:
        if operation.path.endswith(EVENTS):
            case.path_parameters["device_type"], _, case.path_parameters["device_id"] = device.partition("/")
        told = case.as_transport_kwargs(base_url=str(client.base_url), headers=headers)
        answer = client.request(
            told["method"], told["url"], headers={**told.get("headers", {}), **headers}, params=told.get("params"),
            json=told.get("json"), content=told.get("data") if isinstance(told.get("data"), bytes | str) else None,
        )  # fmt: skip
        statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            raise Found(
                f"{told['method']} {told['url']} → {answer.status_code}: {told.get('json')!r} {answer.text[:300]}"
            )

    ask()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.web.schema_cases", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    cases = parser.parse_args().cases
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shopfloor-cases-") as scratch:
        broker = Mosquitto(Path(scratch))
        broker.start()
        house = House(Path(scratch), broker.url)
        try:
            house.start_coordinator(new=True)
            statuses = run(house, cases)
            house.stop_all()
            replayed = replay_all(house.db)
        finally:
            house.stop_all()
            broker.stop()
    print(f"{statuses.total()} requests in {time.monotonic() - began:.0f} s: {dict(sorted(statuses.items()))}")
    print(f"{replayed.entries} entries replayed to the same state")
    return 0


if __name__ == "__main__":
    sys.exit(main())
