"""What a request is answered with: JSON made of Structs, and refusals in the reader's own language."""

from collections.abc import Mapping

import msgspec
from fastapi import Response
from msgspec import Struct

from shopfloor.contract.codec import Receipt

JSON = "application/json"


class No(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why not, for a program (``code``), for the log (``reason``, English) and for the person (``words``)."""

    code: str
    reason: str
    words: str
    receipt: Receipt | None = None


class Refused(Exception):
    """The request is not granted; the sentence says what to do instead."""

    def __init__(
        self,
        status: int,
        code: str,
        reason: str,
        *,
        receipt: Receipt | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {reason}")
        self.status = status
        self.code = code
        self.reason = reason
        self.receipt = receipt
        self.headers = dict(headers or {})


def answer(body: Struct | list[Struct] | tuple[Struct, ...] | dict[str, object], status: int = 200) -> Response:
    """JSON of what is given; never kept by a cache."""
    return Response(msgspec.json.encode(body), status, {"Cache-Control": "no-store"}, media_type=JSON)


def refusal(refused: Refused, words: str) -> Response:
    """The answer to a request that was refused."""
    body = No(code=refused.code, reason=refused.reason, words=words, receipt=refused.receipt)
    headers = {"Cache-Control": "no-store", **refused.headers}
    return Response(msgspec.json.encode(body), refused.status, headers, media_type=JSON)
