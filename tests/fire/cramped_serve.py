"""``shopfloor serve`` on a disk with room for a few pages more: a start script of these tests."""

import os
import sys
from typing import Final, Self

from sqlalchemy import Connection

from shopfloor.mqtt.clock import ShopClock
from shopfloor.service.seams import Seam, no_seam
from shopfloor.service.serve import Server
from tests.fire.doomed_serve import main

PAGES: Final = "PAGES_LEFT"


class CrampedServer(Server):
    """Its database may grow by so many pages."""

    @classmethod
    def open(cls, url: str, broker_url: str, clock: ShopClock, seam: Seam = no_seam) -> Self:
        server = super().open(url, broker_url, clock, seam)

        def cramp(connection: Connection) -> None:
            pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + int(os.environ[PAGES])}")

        server.journal.append((), also=cramp)
        return server


if __name__ == "__main__":
    sys.exit(main(CrampedServer))
