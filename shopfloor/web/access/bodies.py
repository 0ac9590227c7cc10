"""JSON bodies of requests: read into Structs, and at most so long."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from fastapi import Request
from msgspec import Struct

from shopfloor.web.answers import JSON, Refused

BODY_MAX: Final = 4096

T = TypeVar("T", bound=Struct)


def reads(kind: type[T]) -> Callable[[Request], Awaitable[T]]:
    """A dependency: this request's body. Raises Refused (413, 415, 400)."""
    decoder = msgspec.json.Decoder(kind)

    async def read(request: Request) -> T:
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
            raise Refused(415, "not-json", f"The body of this request is {JSON}.")
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > BODY_MAX:
                raise Refused(413, "oversized", f"At most {BODY_MAX} bytes are read.")
        try:
            return decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise Refused(400, "unreadable", f"This request cannot be read: {fault}.") from None

    return read
