"""The OpenAPI document tells everything that the server answers, as its routes and its door are."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shopfloor.contract.codec import NUMBER_MAX
from shopfloor.web.describing import openapi
from tests.web.bare import bare_app

EVERYBODY = 6
API = "/api/v1/s1"


@pytest.fixture
def document(tmp_path: Path):
    return json.loads(json.dumps(openapi(bare_app(tmp_path), "test")))


def operations(document) -> Iterator[tuple[str, dict]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_whoever_is_turned_away_at_the_door_is_told_so_by_the_document(document) -> None:
    for name, operation in operations(document):
        told = set(operation["responses"])
        assert "429" in told, f"{name}: links that do not work are counted everywhere"
        if len(operation["x-roles"]) < EVERYBODY:
            assert {"401", "403"} <= told, name
        if not name.startswith("GET"):
            assert "403" in told, f"{name}: another site's page, or one from before the last sign-in"


def test_what_is_for_everybody_and_changes_nothing_turns_nobody_away(document) -> None:
    assert set(document["paths"][f"{API}/me"]["get"]["responses"]) == {"200", "429"}


def test_every_refusal_has_a_code_a_reason_and_words(document) -> None:
    for name, operation in operations(document):
        for status, told in operation["responses"].items():
            if status >= "400":
                schema = told["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/No"}, f"{name} {status}"


def test_a_parameter_that_is_none_is_400_here_and_the_frameworks_own_422_is_not_told(document) -> None:
    told = document["paths"][f"{API}/board/at"]["get"]["responses"]
    assert "400" in told
    assert "422" not in told
    assert "HTTPValidationError" not in json.dumps(document)


def test_no_whole_number_is_beyond_what_every_reader_of_json_has_exactly(document) -> None:
    line = document["components"]["schemas"]["RefundAsked"]["properties"]["line"]
    assert line == {"type": "integer", "exclusiveMinimum": -NUMBER_MAX, "exclusiveMaximum": NUMBER_MAX}


def test_the_event_route_tells_of_the_key_that_its_answer_names(document) -> None:
    parameters = document["paths"][f"{API}/{{device_type}}/{{device_id}}/events"]["post"]["parameters"]
    assert [each["in"] for each in parameters if each["name"] == "Idempotency-Key"] == ["header"]


def test_a_spoken_call_is_sound_and_nothing_else(document) -> None:
    told = document["paths"][f"{API}/speech/{{language}}/{{number}}/{{desk}}"]["get"]["responses"]["200"]
    assert list(told["content"]) == ["audio/wav"]
