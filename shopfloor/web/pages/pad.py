"""The PAD at a desk: the document before the customer, and between signatures the white box of their repair.

What is before the customer is the floor's to say: its work for this PAD, and its records of how far the request has
come. So a page that is loaded anew in mid-document goes on, and nothing of a customer is kept in the tablet.
"""

import sqlite3
from typing import Final

from msgspec import Struct, json, structs

from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import AskSignature, ClearScreen, ShowWhiteBox
from shopfloor.contract.kinds import Language
from shopfloor.contract.layout import Layout
from shopfloor.core.documents import READ_ONLY
from shopfloor.service.fact_rows import FACTS_MAX
from shopfloor.service.views.customer_words import MSGIDS
from shopfloor.service.views.documents import document_text
from shopfloor.service.views.white_box import Cost, Step, white_box
from shopfloor.web.access.visitor import Role, Visitor
from shopfloor.web.labels import fault_words
from shopfloor.web.live import Sections
from shopfloor.web.pages.page import Page, own_device
from shopfloor.web.pages.tongues import SHOPS_OWN, all_tongues
from shopfloor.web.pages.track import road
from shopfloor.web.shop import Shop
from shopfloor.web.speech import desk_sign
from shopfloor.web.terms import Table
from shopfloor.web.words import NAMES, Words

TABLES: Final[tuple[Table, ...]] = (
    "repair_for_customer", "rule_for_customer", "document_for_customer", "service",
)  # fmt: skip
ON_SCREEN: Final = ("FROZEN", "PRESENTED", "VIEWED", "CONSENTED", "INKED")
"""A request in one of these states is the customer's; in the last one the shop seals it."""
STEPS_SHOWN: Final = 5


class Document(Struct, frozen=True):
    """What the customer reads, and how far the floor knows them to be with it."""

    request: str
    repair: str
    document: str
    state: str
    """Of the request, one of ``ON_SCREEN``; a report that was read and is being sealed is still VIEWED."""
    text: str
    sha256: str
    """As announced. The page hashes what it shows, and tells that."""
    needs_ink: bool
    language: Language


class Clearing(Struct, frozen=True):
    """``id`` is answered when the screen is empty."""

    id: str
    request: str


class _Chosen(Struct):
    """Of an entry, as far as it says so."""

    language: Language = SHOPS_OWN


class Box(Struct, frozen=True):
    """Whose phone is at this desk: how it broke, how far the repair is, what it costs. No name, no serial number."""

    repair: str
    number: str
    language: Language
    stage: str
    road: tuple[tuple[str, str], ...]
    model: str
    causes: tuple[tuple[str, str], ...]
    """Fault, and how it came about."""
    steps: tuple[Step, ...]
    """The newest, oldest first."""
    cost: Cost
    promised: tuple[Instant, Instant] | None


def _draw(shop: Shop, visitor: Visitor) -> Sections:
    """``document`` and ``box`` are None while there is none."""
    screen = shop.gateway.screen(visitor.device)
    shown = screen.pictures.get(ShowWhiteBox.__name__)
    repair = shown.repair if isinstance(shown, ShowWhiteBox) else ""
    asked = [work for work in screen.work if isinstance(work, AskSignature)]
    database = shop.look()
    return {
        "document": _asked(database, asked) or _under_way(database, repair),
        "clear": [Clearing(work.id, work.request) for work in screen.work if isinstance(work, ClearScreen)],
        "box": _box(shop, database, repair) if repair else None,
    }


# ── the document ────────────────────────────────────────────────────────────────────────────────


def _asked(database: sqlite3.Connection, asked: list[AskSignature]) -> Document | None:
    """The floor asks for one at a time; of those it has asked for, the newest that is still open counts."""
    for work in reversed(asked):
        found = database.execute("SELECT repair, state FROM document WHERE id = ?", (work.request,)).fetchone()
        if found is not None and found[1] in ON_SCREEN:
            repair, state = found
            return Document(
                request=work.request,
                repair=repair,
                document=work.document,
                state=state,
                text=work.text,
                sha256=work.sha256,
                needs_ink=work.needs_ink,
                language=work.language,
            )
    return None


def _under_way(database: sqlite3.Connection, repair: str) -> Document | None:
    """Asked for in an earlier life of this process: what was shown already, the floor does not ask for again."""
    found = database.execute(
        f"SELECT id, kind, state FROM document WHERE repair = ? AND state IN {ON_SCREEN[1:]} "  # noqa: S608 - our own names
        "ORDER BY drafted_at DESC, length(id) DESC, id DESC",
        (repair,),
    ).fetchone()
    text = document_text(database, found[0]) if found is not None else None
    if found is None or text is None:
        return None
    request, kind, state = found
    return Document(
        request=request,
        repair=repair,
        document=kind,
        state=state,
        text=text.text,
        sha256=text.sha256,
        needs_ink=kind not in READ_ONLY,
        language=_language(database, repair),
    )


# ── the white box ───────────────────────────────────────────────────────────────────────────────


def _box(shop: Shop, database: sqlite3.Connection, repair: str) -> Box | None:
    found = database.execute("SELECT coalesce(ticket, '') FROM repair WHERE id = ?", (repair,)).fetchone()
    box = white_box(database, shop.layout, found[0]) if found is not None else None
    if box is None or box.repair != repair:
        return None
    model = shop.catalogue.models.get(box.model)
    return Box(
        repair=repair,
        number=box.number,
        language=_language(database, repair),
        stage=box.stage,
        road=road(box),
        model=model.name if model is not None else box.model,
        causes=box.causes,
        steps=tuple(_named(shop, step) for step in box.steps[-STEPS_SHOWN:]),
        cost=box.cost,
        promised=box.promised,
    )


def _named(shop: Shop, step: Step) -> Step:
    """With the model's name instead of its code."""
    model = shop.catalogue.models.get(step.values.get("model", ""))
    return step if model is None else structs.replace(step, values={**step.values, "model": model.name})


def _language(database: sqlite3.Connection, repair: str) -> Language:
    """The customer's, as they chose it with their number: it stands in the journal's entry that made the ticket."""
    found = database.execute(
        "SELECT entry.body FROM repair JOIN fact ON fact.ticket = repair.ticket JOIN entry ON entry.n = fact.id / ? "
        "WHERE repair.id = ? ORDER BY fact.id LIMIT 1",
        (FACTS_MAX, repair),
    ).fetchone()
    return json.decode(found[0], type=_Chosen).language if found is not None else SHOPS_OWN


# ── once ────────────────────────────────────────────────────────────────────────────────────────


def _data(shop: Shop, visitor: Visitor, _words: Words) -> dict[str, object]:
    """All by language: the page speaks that of the document, or of whoever sits here."""
    minutes = shop.layout.store.utc_offset_min
    return {
        "shop": shop.layout.store.name,
        "desk": _desk_of(shop.layout, visitor.device),
        "tongues": all_tongues("pad.js", minutes, TABLES),
        "steps": {language: _steps(language, minutes) for language in NAMES},
        "faults": {language: _faults(shop, language) for language in NAMES},
    }


def _desk_of(layout: Layout, pad: Device) -> str:
    """What stands on the desk; empty for a PAD that stands at none."""
    return next((desk_sign(desk.id) for desk in layout.desks.values() if f"pad/{desk.pad}" == pad), "")


def _steps(language: Language, offset_min: int) -> dict[str, str]:
    """Sentence of a step in English → in this language."""
    words = Words(language, offset_min)
    return {english: words.gettext(english) for english in MSGIDS}


def _faults(shop: Shop, language: Language) -> dict[str, str]:
    return {code: fault_words(language, fault) for code, fault in shop.catalogue.faults.items()}


PAGE = Page("pad", "/pad", (Role.DEVICE,), "pad", _draw, own_device, _data)
