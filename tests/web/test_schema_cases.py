"""Requests that nobody thought of: a small share of those of ``python -m tests.web.schema_cases``.

That it would find something is tried on an application without a floor, and on a document that tells too little.
"""

import json
import shlex
from base64 import b64decode
from collections import Counter
from pathlib import Path

import httpx
import pytest

from shopfloor.web.describing import openapi
from tests.web.access_story import InThisProcess
from tests.web.bare import bare_app
from tests.web.house import House
from tests.web.schema_asker import Asker
from tests.web.schema_callers import EVERYBODY, Caller
from tests.web.schema_cases import SEED
from tests.web.schema_document import operations_for
from tests.web.schema_shop import ask_a_shop
from tests.web.schema_tally import UNANSWERED_MAX, Failure, Tally, curl_of, table, together

CASES = 300
TURNED_AWAY = (401, 429)
SESSION = "POST /api/v1/s1/session"
EVENTS = "POST /api/v1/s1/{device_type}/{device_id}/events"


def test_of_a_few_hundred_requests_none_breaks_the_pages_or_the_floor() -> None:
    tally = ask_a_shop(SEED, CASES)
    assert not tally.failures, "\n".join(f"{each.operation}: {each.what}\n{each.curl}" for each in tally.failures)
    assert tally.asked >= CASES
    assert tally.entries, "the journal was not replayed"
    statuses = Counter({key: number for key, number in tally.answers.items() if key[2] in TURNED_AWAY})
    assert statuses.total() < tally.asked / 3, table(tally)
    served = {who for _operation, who, status in tally.answers if status < 300}
    assert served == {who.name for who in EVERYBODY}, "somebody is always refused"
    assert tally.taken.total(), "the floor has taken in nothing"


# ── would it find anything ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def document(tmp_path: Path) -> str:
    return json.dumps(openapi(bare_app(tmp_path), "test"))


def asked(directory: Path, name: str, document: str) -> Tally:
    """What comes of it when this caller asks an application that has no floor."""
    house = House(directory, "mqtt://127.0.0.1:1")
    who = next(each for each in EVERYBODY if each.name == name)
    caller = Caller(who, house, ticket="T1")
    caller.client.close()
    caller.client = httpx.Client(transport=InThisProcess(bare_app(directory)), base_url=house.address)
    caller.come_in()
    tally = Tally()
    Asker(caller, operations_for([who], document, {})[name], tally, SEED).ask_all(SEED, share=1)
    caller.client.close()
    return tally


def found(tally: Tally) -> set[tuple[str, str]]:
    return {(failure.operation, failure.what) for failure in tally.failures}


def test_what_is_told_and_kept_is_no_failure(tmp_path: Path, document: str) -> None:
    assert not found(asked(tmp_path, "nobody", document))


def test_a_floor_that_is_away_is_a_failure(tmp_path: Path, document: str) -> None:
    assert (EVENTS, "503") in found(asked(tmp_path, "PAD", document))


def test_a_status_that_the_document_does_not_tell_is_a_failure(tmp_path: Path, document: str) -> None:
    lying = json.loads(document)
    del lying["paths"]["/api/v1/s1/session"]["post"]["responses"]["401"]
    assert found(asked(tmp_path, "nobody", json.dumps(lying))) == {(SESSION, "401: Undocumented status code")}


def test_an_answer_of_another_shape_than_told_is_a_failure(tmp_path: Path, document: str) -> None:
    lying = json.loads(document)
    lying["components"]["schemas"]["Me"]["properties"]["boot"] = {"type": "string"}
    assert ("GET /api/v1/s1/me", "200: Response violates schema") in found(asked(tmp_path, "nobody", json.dumps(lying)))


def test_a_body_that_the_document_promises_to_take_and_nobody_reads_is_a_failure(tmp_path: Path, document: str) -> None:
    lying = json.loads(document)
    lying["components"]["schemas"]["SignIn"]["properties"]["badge"] = {"type": "integer"}
    assert (SESSION, "400, though the document tells that this can be read") in found(
        asked(tmp_path, "nobody", json.dumps(lying))
    )


# ── the report ──────────────────────────────────────────────────────────────────────────────────


def test_a_failure_is_told_as_a_curl_that_sends_the_same_request() -> None:
    headers = {"Origin": "http://shop.lan", "Cookie": "session=it's"}
    request = httpx.Request("POST", "http://shop.lan/codes?t=1", headers=headers, content=b'{"device": "q2"}')
    words = shlex.split(curl_of(request))
    assert words[:5] == ["curl", "-i", "-X", "POST", "http://shop.lan/codes?t=1"]
    assert {"origin: http://shop.lan", "cookie: session=it's"} <= set(words)
    assert words[-2:] == ["--data-raw", '{"device": "q2"}']


def test_bytes_that_no_terminal_shows_are_in_the_curl_too() -> None:
    body = b"\x00\xff'\n"
    words = shlex.split(curl_of(httpx.Request("POST", "http://shop.lan/codes", content=body)))
    assert b64decode(words[2]) == body
    assert words[-2:] == ["--data-binary", "@-"]


def test_the_table_has_a_line_for_each_operation_and_each_caller() -> None:
    one = Tally(Counter({("GET /me", "nobody", 200): 3, ("GET /me", "PAD", 429): 1}))
    other = Tally(
        Counter({("GET /me", "nobody", 500): 2}), failures=[Failure("GET /me", "nobody", "500", "", "", SEED)]
    )
    lines = {line.split("  ")[0].strip(): line.split()[1:] for line in table(together([one, other])).splitlines()}
    assert lines["GET /me"][1:] == ["6", "3", *"········", "1", "2"]
    assert lines["nobody"] == ["5", "3", *"·········", "2"]
    assert lines["PAD"] == ["1", "·", *"········", "1", "·"]


def test_of_several_failures_of_one_sort_one_is_told() -> None:
    failed = [Failure("GET /me", who, "500", "", "", SEED) for who in ("nobody", "PAD")]
    assert together([Tally(failures=failed[:1]), Tally(failures=failed[1:])]).failures == failed[:1]


def test_pages_that_do_not_answer_any_more_are_asked_a_few_times_and_no_more(tmp_path: Path, document: str) -> None:
    house = House(tmp_path, "mqtt://127.0.0.1:1")
    caller = Caller(EVERYBODY[0], house, ticket="")
    tally = Tally()
    operations = operations_for(EVERYBODY[:1], document, {})
    Asker(caller, operations[caller.who.name], tally, SEED).ask_all(SEED, share=20)  # nothing listens there
    caller.client.close()
    assert tally.asked == UNANSWERED_MAX
    assert {failure.what for failure in tally.failures} == {"no answer"}
