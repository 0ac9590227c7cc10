"""The pages' own process: it reads the journal's file, speaks with the floor over the broker, listens on one port."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import uvicorn
from fastapi import FastAPI

from shopfloor.contract.actor import Instant
from shopfloor.contract.catalogue import Catalogue
from shopfloor.contract.layout import Layout
from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.opening import opening_of
from shopfloor.service.store import beside, database_path
from shopfloor.web.access.book import AccessBook
from shopfloor.web.access.denied import Denied
from shopfloor.web.app import make_app
from shopfloor.web.connections import ShortHeads
from shopfloor.web.gateway import Gateway
from shopfloor.web.listening import Listening, listen
from shopfloor.web.live import Gallery
from shopfloor.web.records import LookIn
from shopfloor.web.shop import Shop
from shopfloor.web.unsent import UnsentBook

LINKS_EVERY_S: Final = 3_600.0
LEAVE_S: Final = 2
"""Open connections get so long to end."""


def wall() -> Instant:
    """Milliseconds since 1970."""
    return round(time.time() * 1000)


def open_shop(url: str, broker_url: str, clock: ShopClock, *, tls: bool = False, authority: Path | None = None) -> Shop:
    """Everything a page needs, of the shop with this journal. Raises JournalRefused when there is none."""
    opening = opening_of(url)
    layout = Layout.from_source(opening.layout)
    database = database_path(url)
    look = LookIn(database)
    gateway, unsent = Gateway(layout, broker_url), UnsentBook()
    return Shop(
        layout=layout,
        catalogue=Catalogue.from_text(opening.catalogue),
        database=database,
        look=look,
        gateway=gateway,
        gallery=Gallery(lambda: (look.stamp(), gateway.rev, unsent.rev), clock),
        access=AccessBook(beside(database, ".access"), layout),
        unsent=unsent,
        clock=clock,
        wall=wall,
        tls=tls,
        authority=authority,
    )


class PagesServer:
    """uvicorn with our shop, until it is told to stop."""

    def __init__(self, shop: Shop, listening: Listening, ready: Callable[[int], None] = lambda _port: None) -> None:
        self._shop = shop
        self._ready = ready
        self._socket = listen(listening)
        self.port: int = self._socket.getsockname()[1]
        self.app = make_app(shop, lifespan=self._life)
        config = uvicorn.Config(
            self.app,
            http=ShortHeads,
            ws="websockets-sansio",
            ws_max_size=4096,
            ws_per_message_deflate=False,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=LEAVE_S,
            ssl_certfile=listening.certificate,
            ssl_keyfile=listening.key,
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Until ``stop``, SIGTERM or Ctrl-C."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """From any thread."""
        self._server.should_exit = True

    @asynccontextmanager
    async def _life(self, _app: FastAPI) -> AsyncIterator[None]:
        self._shop.gateway.open()
        keeping = [asyncio.create_task(self._shop.gallery.keep()), asyncio.create_task(self._keep_links())]
        self._ready(self.port)
        try:
            yield
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)
            await asyncio.to_thread(self._shop.gateway.close)

    async def _keep_links(self) -> None:
        """Links of visits that go on do not run out, however long a part is awaited."""
        shop = self._shop
        while True:
            with suppress(sqlite3.OperationalError, Denied):
                await asyncio.to_thread(lambda: shop.access.keep_links(shop.look.going_on(), shop.wall()))
            await asyncio.sleep(LINKS_EVERY_S)
