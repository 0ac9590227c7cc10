"""Signatures among liars: nothing counts as signed without that very hash, whatever else is said beside it.

The model remembers which words were really said: what the archive rendered, what was inked at the right surface, what
was sealed. A document counts as signed only if all three named the same bytes.
"""

from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec import structs

from shopfloor.contract.actor import MINUTE, SECOND
from shopfloor.contract.commands import RenderDocument, SealDocument
from shopfloor.contract.events import (
    ConsentGiven,
    DocumentFailed,
    DocumentPresented,
    DocumentRendered,
    DocumentSealed,
    Event,
    InkCaptured,
    PageViewed,
    QuotePrepared,
    QuoteRevised,
    SignatureRefused,
)
from shopfloor.contract.facts import DocumentSigned, EventRefused
from shopfloor.core.books import SignatureRequest
from shopfloor.core.invariants import check_all
from tests.core import at_the_desk as desk
from tests.core.at_the_desk import ARCHIVE, BATTERY, HANDHELD, PAD, SCREEN, hash_of
from tests.core.story import Story

OTHER_PAD, OTHER_ARCHIVE, OTHER_HANDHELD = "pad/pad-2", "link/l9", "handheld/h2"
OTHER_HASH = hash_of("what nobody was shown")
QUOTES = ("QUOTE", "SUPPLEMENT")
AMENDED_MAX = 4
"""Each amendment begins the signing anew."""


class Signing(RuleBasedStateMachine):
    """One repair in DIAGNOSING: a quote is prepared, shown, amended, signed, or none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.repair = desk.diagnosed(self.story)
        self.begun = len(self.story.outs)
        self.said: list[tuple[str, Event]] = []
        self.rendered: dict[str, str] = {}
        """Request → the text that the archive has told of it."""
        self.inked: set[tuple[str, str]] = set()
        self.sealed: set[tuple[str, str]] = set()

    # ── what the model knows ────────────────────────────────────────────────────────────────────

    @property
    def request(self) -> SignatureRequest | None:
        """The latest request for the quote."""
        found = [each for each in self.story.books.requests.values() if each.document in QUOTES]
        return found[-1] if found else None

    @property
    def signed(self) -> list[DocumentSigned]:
        """Quotes that the floor takes for signed."""
        facts = [out for out in self.story.outs[self.begun :] if isinstance(out, DocumentSigned)]
        return [fact for fact in facts if self.story.books.requests[fact.request].document in QUOTES]

    def true(self, device: str, event: Event, wrong: str) -> None:
        """A valid rule with its sisters: the wrong device first, then the word itself, then the word again."""
        self.nothing_changes(wrong, event)
        self._remember(device, event)
        self.story.believed(device, event)
        self.said.append((device, event))
        self.nothing_is_signed_by(device, event)

    def nothing_changes(self, device: str, event: Event) -> None:
        self.story.books.now = self.story.now
        before = self.story.floor.digest()
        assert self.story.refused(device, event)
        assert self.story.floor.digest() == before

    def nothing_is_signed_by(self, device: str, event: Event) -> None:
        before = len(self.signed), self.repair.signed_version
        outs = self.story.say(device, event)
        assert (len(self.signed), self.repair.signed_version) == before, outs

    def is_in(self, *states: str) -> bool:
        return self.request is not None and self.request.state in states

    def _remember(self, device: str, event: Event) -> None:
        match event:
            case DocumentRendered(request=request, text=text, sha256=sha256) if sha256 == hash_of(text):
                self.rendered.setdefault(request, text)
            case InkCaptured(request=request, sha256=sha256) if device == self.story.books.requests[request].surface:
                self.inked.add((request, sha256))
            case DocumentSealed(request=request, sha256=sha256, verified=True):
                self.sealed.add((request, sha256))

    # ── the valid rules ─────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: self.request is not None)
    @rule(steps=st.integers(1, 9), lie_at=st.sampled_from(["", "CONSENTED", "CONSENTED", "INKED", "INKED"]))
    def goes_on(self, steps: int, lie_at: str) -> None:
        """So many steps towards the seal, with a lie on the way; deep states are rare if each waits for its chance."""
        for _ in range(steps):
            if self.is_in(lie_at) and self._is_asked_or_shown():
                self.scrambled_ink("sha256") if lie_at == "CONSENTED" else self.scrambled_seal(verified=True)
            step = self.STEPS.get(self.request.state)
            if step is None or (self.request.state in ("DRAFT", "INKED") and not self._is_asked()):
                return
            step(self)

    def s2_rendered(self) -> None:
        asked = self.story.last(RenderDocument)
        words = f"{asked.request} 价 {asked.lines}"
        self.true(
            ARCHIVE,
            DocumentRendered(request=asked.request, command=asked.id, text=words, sha256=hash_of(words), pages=2),
            OTHER_ARCHIVE,
        )

    def s3_presented(self) -> None:
        self.true(PAD, DocumentPresented(request=self.request.id, sha256=self.request.sha256), OTHER_PAD)

    def s5_viewed(self) -> None:
        page = next(page for page in range(1, 100) if page not in self.request.pages_viewed)
        self.true(PAD, PageViewed(request=self.request.id, page=page, on_screen_ms=2_000), OTHER_PAD)

    def s6_consented(self) -> None:
        self.true(PAD, ConsentGiven(request=self.request.id, consent_text="v1", identified="in-person"), OTHER_PAD)

    def s7_inked(self) -> None:
        self.true(PAD, desk.ink(self.request), OTHER_PAD)

    def s8_sealed(self) -> None:
        self.true(ARCHIVE, desk.seal_answer(self.story), OTHER_ARCHIVE)

    STEPS: ClassVar = {
        "DRAFT": s2_rendered,
        "FROZEN": s3_presented,
        "PRESENTED": s5_viewed,
        "VIEWED": s6_consented,
        "CONSENTED": s7_inked,
        "INKED": s8_sealed,
    }
    """State of the request → what happens next on the way to the seal."""

    @precondition(lambda self: self.repair.state == "DIAGNOSING")
    @rule()
    def r7_quote_prepared(self) -> None:
        self.true(HANDHELD, QuotePrepared(repair=self.repair.id, lines=(SCREEN,), promised_min=60), OTHER_HANDHELD)

    @precondition(lambda self: self.repair.state == "QUOTED" and self.repair.quote.version < AMENDED_MAX)
    @rule(both=st.booleans())
    def r10_amended(self, both: bool) -> None:
        lines = (SCREEN, BATTERY) if both else (SCREEN,)
        self.true(HANDHELD, QuoteRevised(repair=self.repair.id, lines=lines, promised_min=60), OTHER_HANDHELD)

    @precondition(lambda self: self.is_in("PRESENTED", "VIEWED", "CONSENTED"))
    @rule()
    def s11_refused(self) -> None:
        self.true(PAD, SignatureRefused(request=self.request.id), OTHER_PAD)

    @rule(ms=st.sampled_from([SECOND, MINUTE, 6 * MINUTE]))
    def time_passes(self, ms: int) -> None:
        before = len(self.signed)
        self.story.wait(ms)
        assert len(self.signed) == before, "time alone signs nothing"

    # ── sisters that come by themselves ─────────────────────────────────────────────────────────

    @precondition(lambda self: self.said)
    @rule(which=st.integers(0, 1_000))
    def replayed(self, which: int) -> None:
        """Also of a version that was amended since."""
        self.nothing_is_signed_by(*self.said[which % len(self.said)])

    @precondition(lambda self: self.is_in("CONSENTED"))
    @rule(field=st.sampled_from(["sha256", "points", "length_px", "duration_ms"]))
    def scrambled_ink(self, field: str) -> None:
        lie = structs.replace(desk.ink(self.request), **{field: OTHER_HASH if field == "sha256" else 1})
        self.nothing_changes(PAD, lie)

    @precondition(lambda self: self.is_in("DRAFT") and self._is_asked())
    @rule(text=st.sampled_from(["", " ", "{{ price }}", "another text"]))
    def scrambled_text(self, text: str) -> None:
        asked = self.story.last(RenderDocument)
        lie = DocumentRendered(request=asked.request, command=asked.id, text=text, sha256=OTHER_HASH, pages=1)
        self.nothing_is_signed_by(ARCHIVE, lie)
        assert not self.is_in("FROZEN")

    @precondition(lambda self: self.is_in("FROZEN", "PRESENTED"))
    @rule()
    def scrambled_screen(self) -> None:
        """The PAD shows other bytes: that request is over."""
        self.nothing_is_signed_by(PAD, DocumentPresented(request=self.request.id, sha256=OTHER_HASH))
        assert not self.is_in("FROZEN", "PRESENTED")

    @precondition(lambda self: self.is_in("INKED") and self._is_asked())
    @rule(verified=st.booleans())
    def scrambled_seal(self, verified: bool) -> None:
        """Of other bytes, or of the right ones without the archive's own check."""
        lie = desk.seal_answer(self.story, verified=verified, sha256=OTHER_HASH if verified else "")
        self.nothing_is_signed_by(ARCHIVE, lie)

    @precondition(lambda self: self.request is not None)
    @rule(name=st.sampled_from(["S1", "S999", "Y1"]))
    def scrambled_name(self, name: str) -> None:
        """The ink of this quote under another request's name."""
        self.nothing_changes(PAD, structs.replace(desk.ink(self.request), request=name, sha256=OTHER_HASH))

    @precondition(lambda self: self.is_in("DRAFT") and self._is_asked())
    @rule()
    def s4_the_archive_fails(self) -> None:
        asked = self.story.last(RenderDocument)
        self.true(ARCHIVE, DocumentFailed(request=asked.request, command=asked.id, reason="no font"), OTHER_ARCHIVE)

    # ── what must hold ──────────────────────────────────────────────────────────────────────────

    @invariant()
    def b14_signed_is_what_was_rendered_inked_and_sealed_under_one_hash(self) -> None:
        for fact in self.signed:
            assert fact.sha256 == hash_of(self.rendered[fact.request])
            assert (fact.request, fact.sha256) in self.inked
            assert (fact.request, fact.sha256) in self.sealed

    @invariant()
    def b13_nothing_is_owed_before_a_signature(self) -> None:
        assert bool(self.signed) == bool(self.repair.cap) == bool(self.repair.signed_version)

    @invariant()
    def f54_what_was_amended_is_never_signed(self) -> None:
        quote = self.repair.quote
        if self.signed and quote is not None:
            latest = self.story.books.requests[self.signed[-1].request]
            assert latest.version == self.repair.signed_version

    def teardown(self) -> None:
        check_all(self.story.floor.shop)
        assert all(refusal.reason for refusal in self.story.all(EventRefused))

    def _is_asked_or_shown(self) -> bool:
        return self.is_in("CONSENTED") or self._is_asked()

    def _is_asked(self) -> bool:
        """Whether the archive still owes an answer about the latest request."""
        pending = self.story.books.pending.get(self.request.command)
        return pending is not None and isinstance(pending.command, RenderDocument | SealDocument)


TestSigning = pytest.mark.timeout(110)(Signing.TestCase)
TestSigning.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
