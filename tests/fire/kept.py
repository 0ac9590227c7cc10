"""A shop's journal as it lies on the disk after some customers: stopped in good order, killed, and as of noon."""

import json
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import shopfloor
from shopfloor.contract.actor import SECOND
from shopfloor.contract.layout import LayoutSource
from shopfloor.core.policies import Policy
from shopfloor.service.coordinator import Coordinator
from shopfloor.service.journal import Journal
from shopfloor.service.opening import Opening
from shopfloor.service.reading import Arrived
from shopfloor.service.records import Records
from shopfloor.service.replay import rebuild
from shopfloor.service.serve import open_shop
from tests.fire.doomed import ROOT
from tests.fire.house import CATALOGUE, LIF, SIDE
from tests.shop.day_book import LAYOUT, MORNING

STORE: Final = LAYOUT.store.id
KIOSK: Final = f"shopfloor/v1/{STORE}/queue/q1/event"
TICKETS: Final = 40
BOUND_S: Final = 30.0
FILES: Final = ("shop.db", "shop.db-wal", "shop.db.anchor")


def address(folder: Path) -> str:
    return f"sqlite:///{folder / 'shop.db'}"


def ticket_taken(coordinator: Coordinator, seq: int) -> None:
    """A customer presses the button; one transaction."""
    letter = {"kind": "TicketTaken", "boot": 1, "seq": seq, "sent_at": 0, "body": {"line": "A"}}
    coordinator.take([Arrived(KIOSK, json.dumps(letter).encode())], MORNING + seq * SECOND)


def play(folder: Path) -> None:
    """A morning, in ``folder``: ``noon``, ``killed`` and ``closed`` are the files as they lay there then."""
    live = folder / "live"
    live.mkdir(parents=True)
    texts = LayoutSource(lif=LIF.read_text(encoding="utf-8"), side=SIDE.read_text(encoding="utf-8"))
    opening = Opening(layout=texts, catalogue=CATALOGUE.read_text(encoding="utf-8"), policy=Policy())
    open_shop(address(live), opening, MORNING).close()
    with closing(Journal.open(address(live), STORE, shopfloor.release())) as journal:
        coordinator = Coordinator(journal, rebuild(journal), Records())
        for seq in range(1, TICKETS + 1):
            ticket_taken(coordinator, seq)
            if seq == TICKETS // 4:
                coordinator.checkpoint()
            if seq == TICKETS // 2:
                keep(live, folder / "noon")
        keep(live, folder / "killed")
    keep(live, folder / "closed")


def keep(live: Path, folder: Path) -> None:
    """A copy of the files as they are now."""
    folder.mkdir()
    for name in FILES:
        if (live / name).exists():
            shutil.copy(live / name, folder / name)


def contents(folder: Path) -> dict[str, bytes]:
    """What lies in these files, of those that are there. An empty log beside a database, which any reader leaves, is
    none."""
    there = {name: (folder / name).read_bytes() for name in FILES if (folder / name).exists()}
    return {name: content for name, content in there.items() if content or not name.endswith("-wal")}


def shopfloor_says(*words: str) -> tuple[int, str]:
    """Exit code of a command that ends by itself, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "shopfloor", *words],
        capture_output=True,
        text=True,
        timeout=BOUND_S,
        check=False,
        cwd=ROOT,
    )
    return done.returncode, done.stdout + done.stderr
