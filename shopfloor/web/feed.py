"""The WebSocket itself: hello, whole picture, news, beats; and how many entries a device's page still has to send."""

import asyncio
from contextlib import suppress
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect
from msgspec import Meta, Struct

from shopfloor.contract.actor import Device
from shopfloor.web.access.guard import Guard, allowed
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.answers import Refused
from shopfloor.web.live import Beat, Picture
from shopfloor.web.pages import PAGES
from shopfloor.web.shop import Shop
from shopfloor.web.unsent import Unsent

HELLO_S: Final = 5.0
"""Whoever opens a connection says soon what for."""
STILL_S: Final = 5.0
"""So often an open connection is asked whether its reader may still look."""
MESSAGE_MAX: Final = 2_048
POLICY: Final = 1008
"""Close code: you may not (RFC 6455 §7.4.1)."""

Number = Annotated[int, Meta(ge=0, lt=2**53)]


class Hello(Struct, frozen=True, tag_field="t", tag="hello"):
    """Which page this is; ``link`` is the token of a customer's."""

    page: str
    link: Annotated[str, Meta(max_length=200)] = ""
    outbox: Unsent | None = None


class Outbox(Struct, frozen=True, tag_field="t", tag="outbox"):
    """How much this browser still has to say."""

    outbox: Unsent


class Closed(Struct, frozen=True, tag_field="t", tag="no"):
    """This page is not for this visitor (any more): it loads itself again, and is told what to do instead."""


_HEARD: Final = msgspec.json.Decoder(Hello | Outbox)


def feed_router(shop: Shop, guard: Guard) -> APIRouter:
    """The live protocol."""
    router = APIRouter()

    @router.websocket("/live", dependencies=[Depends(allowed(*Role))])
    async def live(socket: WebSocket) -> None:
        await socket.accept()
        with suppress(WebSocketDisconnect, RuntimeError):
            await _serve(shop, guard, socket)

    return router


async def _serve(shop: Shop, guard: Guard, socket: WebSocket) -> None:
    hello = await _hello(socket)
    page = PAGES.get(hello.page) if hello is not None else None
    visitor = _visitor(guard, socket, hello.link) if hello is not None else None
    if hello is None or page is None or visitor is None or not page.admits(visitor):
        await _say(socket, Closed())
        await socket.close(POLICY)
        return
    device = visitor.device if page.device_type and visitor.role is not Role.CUSTOMER else ""
    if device:
        shop.gateway.hold(device, visitor.boot)
    key = (page.name, *page.key(visitor))
    picture = shop.gallery.enter(
        key,
        lambda: {"floor": {"there": shop.gateway.floor_is_there}, **page.draw(shop, visitor)},
        lambda: page.moves(shop),
        page.pace_s,
    )
    try:
        if hello.outbox is not None and device:
            shop.unsent.note(device, hello.outbox, shop.wall())
        async with asyncio.TaskGroup() as both:
            both.create_task(_tell(shop, guard, visitor, socket, picture))
            both.create_task(_listen(shop, socket, device))
    except* (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        shop.gallery.leave(key)
        if device:
            shop.gateway.release(device)


def _visitor(guard: Guard, socket: WebSocket, link: str) -> Visitor | None:
    """None: too many links that do not work came from there."""
    try:
        return guard.visitor(socket, link)
    except Refused:
        return None


async def _hello(socket: WebSocket) -> Hello | None:
    try:
        words = await asyncio.wait_for(_words(socket), HELLO_S)
        heard = _HEARD.decode(words) if len(words) <= MESSAGE_MAX else None
    except (TimeoutError, msgspec.DecodeError):
        return None
    return heard if isinstance(heard, Hello) else None


async def _words(socket: WebSocket) -> str:
    """The next message. Whoever sends bytes that are no text speaks another protocol, and goes."""
    message = await socket.receive()
    if message.get("text") is None:
        raise WebSocketDisconnect(POLICY)
    return str(message["text"])


async def _tell(shop: Shop, guard: Guard, visitor: Visitor, socket: WebSocket, picture: Picture) -> None:
    """Sends are awaited: a slow reader gets fewer frames, and each is the latest. Who has been signed out meanwhile, or
    whose link has ended, sees nothing more."""
    await picture.begin()
    drawing = picture.drawing
    await socket.send_text(drawing.snap(shop.gallery.epoch, shop.clock()))
    clock = asyncio.get_running_loop().time
    asked = clock()
    while True:
        sent = drawing.rev
        drawing = await picture.newer_than(sent)
        if clock() - asked >= STILL_S:
            asked = clock()
            if not guard.is_still(socket, visitor):
                await _say(socket, Closed())
                raise WebSocketDisconnect(POLICY)
        if drawing.rev > sent:
            await socket.send_text(drawing.frame(sent, shop.clock()))
        else:
            await _say(socket, Beat(at=shop.clock()))


async def _listen(shop: Shop, socket: WebSocket, device: Device) -> None:
    """Until the page goes: TaskGroup ends both halves."""
    while True:
        words = await _words(socket)
        if len(words) > MESSAGE_MAX:
            raise WebSocketDisconnect(POLICY)
        try:
            heard = _HEARD.decode(words)
        except msgspec.DecodeError:
            continue
        if isinstance(heard, Outbox) and device:
            shop.unsent.note(device, heard.outbox, shop.wall())


async def _say(socket: WebSocket, message: Struct) -> None:
    await socket.send_text(msgspec.json.encode(message).decode())
