"""The frozen text of a document, as the archive rendered it: read from the journal itself, by its hash."""

import hashlib
import sqlite3

from msgspec import Struct, json

from shopfloor.contract.events import DocumentRendered
from shopfloor.service.fact_rows import FACTS_MAX


class DocumentText(Struct, frozen=True):
    """What was, or is to be, signed or read."""

    request: str
    repair: str
    kind: str
    version: int
    state: str
    text: str
    sha256: str
    """Of the text."""
    pages: int


def document_text(database: sqlite3.Connection, request: str) -> DocumentText | None:
    """None: there is no such document, or it is not frozen (yet).

    A request that shows the bytes of an earlier one again (E14) has that one's text: equal hash, equal bytes.
    """
    found = database.execute(
        "SELECT repair, kind, version, state, sha256, pages FROM document WHERE id = ? AND sha256 <> ''", (request,)
    ).fetchone()
    if found is None:
        return None
    repair, kind, version, state, sha256, pages = found
    text = _rendered(database, repair, sha256)
    return None if text is None else DocumentText(request, repair, kind, version, state, text, sha256, pages)


def _rendered(database: sqlite3.Connection, repair: str, sha256: str) -> str | None:
    """The journal's entries of this repair's frozen documents; their numbers are in the ids of the facts."""
    rows = database.execute(
        "SELECT entry.body FROM fact JOIN entry ON entry.n = fact.id / ? "
        "WHERE fact.repair = ? AND fact.kind = 'DocumentFrozen' AND entry.kind = ? ORDER BY fact.id",
        (FACTS_MAX, repair, DocumentRendered.__name__),
    )
    for (body,) in rows:
        rendered = json.decode(body, type=DocumentRendered)
        if rendered.sha256 == sha256 and hashlib.sha256(rendered.text.encode()).hexdigest() == sha256:
            return rendered.text
    return None
