"""One caller who asks: requests are made from the document and sent, and each answer is held against it."""

import json
from collections.abc import Sequence
from math import ceil
from typing import Final

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.schema_callers import Caller
from tests.web.schema_document import EVENTS_PATH, Asked, Schema
from tests.web.schema_tally import UNANSWERED, Failure, Tally, curl_of

EVENTS_WEIGH: Final = 6
"""Events are said so many times as often as anything else is asked, at least: behind them is the whole floor."""
AWRY: Final = 4
"""One request of so many is made to break the document."""
STRANGE: Final = 3
"""One of so many of the others asks for names that nobody has heard of."""
CHECKS: Final = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
TOLD_MAX: Final = 600
"""Of an answer that is wrong, so many characters are told."""
UNSAYABLE: Final = b"\\u0000"
"""No schema tells that U+0000 is refused in every text."""


class Asker:
    """A caller, and what they ask."""

    def __init__(self, caller: Caller, operations: Sequence[Asked], tally: Tally, seed: int) -> None:
        self.caller = caller
        self._tally = tally
        self._seed = seed
        self._open = [each for each in operations if each.is_open_to(caller.who)]
        self._closed = [each for each in operations if not each.is_open_to(caller.who)]
        self.weight = sum(map(_weight, self._open))

    def ask_all(self, seed: int, share: float) -> None:
        """Everything that is open to this caller; ``share`` times is a weight of 1."""
        for asked in self._open:
            self._ask(asked, seed, max(1, ceil(share * _weight(asked))))

    def try_closed(self, seed: int) -> None:
        """Each door that is not for this caller, once."""
        for asked in self._closed:
            self._ask(asked, seed, 1)

    def _ask(self, asked: Asked, seed: int, cases: int) -> None:
        awry = cases // AWRY if asked.may_go_awry else 0
        strange = (cases - awry) // STRANGE
        self._ask_so(asked.named, GenerationMode.POSITIVE, seed, cases - awry - strange)
        self._ask_so(asked.told, GenerationMode.POSITIVE, seed, strange)
        self._ask_so(asked.told, GenerationMode.NEGATIVE, seed, awry)

    def _ask_so(self, operation: APIOperation, mode: GenerationMode, seed: int, cases: int) -> None:
        if not cases:
            return

        @seeded(seed)
        @settings(
            max_examples=cases,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            if not self._tally.is_hopeless:
                self._send(case, as_told=mode is GenerationMode.POSITIVE)

        ask()

    def _send(self, case: Case, *, as_told: bool) -> None:
        is_event = case.operation.path.endswith(EVENTS_PATH)
        if is_event:
            device = self.caller.device or "queue/q2"
            case.path_parameters["device_type"], _, case.path_parameters["device_id"] = device.partition("/")
        told = case.as_transport_kwargs(base_url=str(self.caller.client.base_url), headers=self.caller.headers)
        request = self._request(told, numbered=is_event and as_told)
        try:
            answer = self.caller.client.send(request)
        except httpx.TransportError as fault:
            self._count(case, UNANSWERED)
            self._fail(case, request, "no answer", repr(fault))
            return
        self._count(case, answer.status_code)
        if is_event and as_told:
            self._note(request, answer)
        self._judge(case, request, answer, as_told=as_told)
        if answer.is_success and request.method != "GET" and not is_event:
            self.caller.stay_in()  # that was signing in or out, enrolling, or a new PIN

    def _request(self, told: Schema, *, numbered: bool) -> httpx.Request:
        """The same bytes as schemathesis would send; events as they are told are numbered as a browser does."""
        content = told.get("data")
        if "json" in told:
            body = told["json"]
            if numbered:
                body = _whole(body)
                body["boot"], body["seq"] = self.caller.numbering()
            content = json.dumps(body).encode()
        return self.caller.client.build_request(
            told["method"], told["url"], headers=told["headers"], params=told.get("params"), content=content
        )

    # ── answers ─────────────────────────────────────────────────────────────────────────────────

    def _count(self, case: Case, status: int) -> None:
        self._tally.answers[case.operation.label, self.caller.who.name, status] += 1

    def _note(self, request: httpx.Request, answer: httpx.Response) -> None:
        kind = json.loads(request.content)["kind"]
        self._tally.taken[kind] += answer.status_code == 200
        self._tally.refused[kind] += answer.status_code == 422

    def _judge(self, case: Case, request: httpx.Request, answer: httpx.Response, *, as_told: bool) -> None:
        if answer.status_code >= 500:
            self._fail(case, request, f"{answer.status_code}", answer.text)
        elif as_told and answer.status_code == 400 and request.content and UNSAYABLE not in request.content:
            self._fail(case, request, "400, though the document tells that this can be read", answer.text)
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as group:
            for wrong in group.exceptions:
                self._fail(case, request, f"{answer.status_code}: {wrong.title}", wrong.message)

    def _fail(self, case: Case, request: httpx.Request, what: str, more: str) -> None:
        failure = Failure(
            case.operation.label, self.caller.who.name, what, more[:TOLD_MAX], curl_of(request), self._seed
        )
        self._tally.fail(failure)


def _weight(asked: Asked) -> int:
    if asked.is_always_the_same:
        return 0
    return max(EVENTS_WEIGH, asked.kinds // 2) if asked.kinds else 1


def _whole(value: object) -> object:
    """JSON Schema takes 3.0 for a whole number, and so a third of all requests would end there."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value
