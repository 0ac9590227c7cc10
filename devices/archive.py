"""The archive: renders each document once, seals it, and answers with the hashes of the very bytes.

Asked again, it makes the same bytes again; so a restart costs time and nothing else.
"""

from typing import Final

from msgspec import Struct

from devices.archive_body import ArchiveBody, ArchiveReport, NotMade, Rendered, Sealed
from devices.client import Client, Words
from shopfloor.contract.actor import Device, Instant
from shopfloor.contract.commands import RenderDocument, SealDocument, Work
from shopfloor.contract.events import DocumentFailed, DocumentRendered, DocumentSealed, Event

AT_WORK_MAX: Final = 200
"""Older ones the body will not answer any more."""


class ArchiveMemory(Struct, kw_only=True):
    """Kept over a restart: without its key no earlier seal could be verified."""

    key_hex: str = ""


class Archive(Client):
    """Passes work to its body, and tells what came of it."""

    hears = (RenderDocument, SealDocument)

    def __init__(self, device: Device, body: ArchiveBody, now: Instant) -> None:
        super().__init__(device, now)
        self._body = body
        self._at_work: dict[str, None] = {}

    def is_dead(self, now: Instant) -> bool:
        return self._body.dead(now)

    def _do(self, work: Work, now: Instant) -> list[Event]:
        if work.id in self._at_work:
            return []
        self._at_work[work.id] = None
        for oldest in list(self._at_work)[:-AT_WORK_MAX]:
            del self._at_work[oldest]
        if isinstance(work, RenderDocument):
            self._body.render(work, now)
        else:
            assert isinstance(work, SealDocument)
            self._body.seal(work, now)
        return []

    def _advance(self, now: Instant) -> list[Event]:
        return [self._report(report) for report in self._body.advance(now)]

    def _report(self, report: ArchiveReport) -> Event:
        asked = report.asked
        self._at_work.pop(asked.id, None)
        match report:
            case Rendered():
                return DocumentRendered(
                    request=asked.request,
                    command=asked.id,
                    text=report.text,
                    sha256=report.sha256,
                    pages=report.pages,
                )
            case Sealed():
                return DocumentSealed(
                    request=asked.request,
                    command=asked.id,
                    sha256=report.asked.sha256,
                    sealed_sha256=report.sealed_sha256,
                    verified=report.verified,
                )
            case NotMade():
                return DocumentFailed(request=asked.request, command=asked.id, reason=report.reason)

    def _due(self) -> Instant | None:
        return self._body.deadline

    def _state(self) -> Words:
        return {"at_work": len(self._at_work)}
