"""The committed OpenAPI document is fresh, valid, and tells a stranger all that they need."""

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

import shopfloor
import shopfloor.__main__ as command_line
from shopfloor.web.contract import COMMITTED, document, document_text

METHODS = ("get", "post", "put", "delete")


@pytest.fixture(scope="module")
def told():
    return document()


def operations(told) -> Iterator[tuple[str, dict]]:
    for path, ways in told["paths"].items():
        for method in METHODS:
            if method in ways:
                yield f"{method.upper()} {path}", ways[method]


def test_the_committed_document_is_what_the_routes_say_now() -> None:
    assert (Path(shopfloor.__file__).parent / COMMITTED).read_text(encoding="utf-8") == document_text(), (
        "run `shopfloor contract --http --write` and look at the diff"
    )


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["contract", "--http"]) == 0
    assert capsys.readouterr().out == document_text()


def test_it_is_valid_openapi_3_1(told) -> None:
    OPENAPI_31_VALIDATOR.validate(told)


def test_a_spoiled_one_is_not_valid(told) -> None:
    with pytest.raises(Exception, match="info"):
        OPENAPI_31_VALIDATOR.validate({name: value for name, value in told.items() if name != "info"})


def test_everything_that_it_refers_to_is_there(told) -> None:
    schemas = told["components"]["schemas"]
    text = json.dumps(told)
    assert {each.split('"')[0] for each in text.split('"#/components/schemas/')[1:]} <= set(schemas)


def test_each_operation_has_a_name_of_its_own_and_says_what_it_takes_and_who_may(told) -> None:
    names = [operation["operationId"] for _, operation in operations(told)]
    assert len(names) == len(set(names))
    for name, operation in operations(told):
        assert operation["summary"], name
        assert operation["security"], name
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], name


def test_what_changes_something_by_a_cookie_needs_the_pages_token_and_what_only_looks_does_not(told) -> None:
    for name, operation in operations(told):
        ways = [set(way) for way in operation["security"]]
        by_cookie = [way for way in ways if way & {"device", "session"}]
        assert all(("csrf" in way) != name.startswith("GET") for way in by_cookie), name
        assert set().union(*ways) <= set(told["components"]["securitySchemes"])


def test_each_body_has_an_example_that_fits(told) -> None:
    bodies = [
        each["requestBody"]["content"]["application/json"] for _, each in operations(told) if "requestBody" in each
    ]
    assert len(bodies) == 7
    for body in bodies:
        jsonschema.Draft202012Validator({**body["schema"], "components": told["components"]}).validate(body["example"])


def test_whoever_shall_come_back_later_is_told_when(told) -> None:
    for name, operation in operations(told):
        assert "Retry-After" in operation["responses"]["429"]["headers"], name


def test_it_is_of_any_shop(told) -> None:
    assert all(path.startswith("/api/v1/{store}/") for path in told["paths"])
    assert "/s1/" not in json.dumps(told)
