"""Bodies of requests: at most so long, and not for ever; JSON is read into Structs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from fastapi import Request
from msgspec import Struct

from shopfloor.web.answers import JSON, Refused

BODY_MAX: Final = 4096
BODY_S: Final = 10.0
"""A page gives up after four seconds; who takes longer holds a place for nothing."""

T = TypeVar("T", bound=Struct)


async def body_of(request: Request, limit: int) -> bytes:
    """The whole body; what is beyond the limit is not even read. Raises Refused (408, 413)."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                body += piece
                if len(body) > limit:
                    raise Refused(413, "oversized", f"At most {limit} bytes are read.")
    except TimeoutError:
        reason = "This request did not come to its end. Send it again."
        raise Refused(408, "too-slow", reason, headers={"Connection": "close"}) from None
    return bytes(body)


def reads(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency: this request's body. Raises Refused (408, 413, 415, 400)."""
    decoder = msgspec.json.Decoder(kind)

    async def read(request: Request) -> T:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise Refused(415, "not-json", f"The body of this request is {JSON}.")
        try:
            return decoder.decode(await body_of(request, BODY_MAX))
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise Refused(400, "unreadable", f"This request cannot be read: {fault}.") from None

    return read
