"""One visit, step by step: who says what until a quote is signed, for the stories of quotes, papers and money."""

import hashlib
from typing import Literal

from shopfloor.contract.commands import AskSignature, LookUpEntitlement, RenderDocument, SealDocument
from shopfloor.contract.events import (
    ConsentGiven,
    CustomerSeated,
    DiagnosisRecorded,
    DocumentPresented,
    DocumentRendered,
    DocumentSealed,
    EngineerSignedOn,
    EntitlementAnswered,
    Event,
    InkCaptured,
    IntakeRecorded,
    NextRequested,
    PageViewed,
    QuotePrepared,
    ReportViewed,
    TicketTaken,
)
from shopfloor.contract.facts import RepairOpened
from shopfloor.contract.kinds import LineWanted
from shopfloor.core import stock
from shopfloor.core.books import Repair, SignatureRequest
from tests.core.story import Story

HANDHELD = "handheld/h1"
PAD = "pad/pad-1"
LINK = "link/l1"
POS = "pos/pos-1"
ARCHIVE = "archive/a1"
MAKER = "entitlement/en1"
BOARD = "board/b1"
IMEI = "490154203237518"
BATTERY = LineWanted(fault="BAT", sku="AST-M60-BAT")
SCREEN = LineWanted(fault="SCR", sku="AST-M60-SCR")


def refused(story: Story, device: str, event: Event) -> str:
    """The code of the refusal; not a byte of the books has changed."""
    story.books.now = story.now
    before = story.floor.digest()
    code = story.refused(device, event)
    assert story.floor.digest() == before, f"{event} was refused and changed the books"
    return code


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seated(story: Story) -> Repair:
    """e1 at d1 with a walk-in: INTAKE."""
    story.believed(HANDHELD, EngineerSignedOn(engineer="e1", desk="d1"))
    story.believed("queue/q1", TicketTaken(line="A"))
    story.believed(HANDHELD, NextRequested())
    ticket = story.books.desks["d1"].ticket
    story.believed(HANDHELD, CustomerSeated(ticket=ticket))
    return story.books.repairs[story.last(RepairOpened).repair]


def described(story: Story, repair: Repair, model: str = "AST-M60") -> None:
    story.believed(
        HANDHELD,
        IntakeRecorded(
            repair=repair.id,
            model=model,
            imei=IMEI,
            imei_read=True,
            identity="phone-code",
            fault_words="it does not charge",
            photos=3,
            lock_off=True,
            data_choice="backed-up",
            privacy_mode=True,
        ),
    )


def maker_answers(story: Story, *, covered: bool) -> None:
    question = story.last(LookUpEntitlement)
    story.believed(MAKER, EntitlementAnswered(command=question.id, imei=question.imei, covered=covered))


def rendered(story: Story, pages: int = 2) -> SignatureRequest:
    """The archive answers the latest request to render: FROZEN."""
    asked = story.last(RenderDocument)
    text = f"{asked.document} {asked.values} {asked.lines}".replace("{", "(").replace("}", ")")
    event = DocumentRendered(request=asked.request, command=asked.id, text=text, sha256=hash_of(text), pages=pages)
    story.believed(ARCHIVE, event)
    return story.books.requests[asked.request]


def presented(story: Story) -> SignatureRequest:
    """The surface shows the latest document: PRESENTED."""
    asked = story.last(AskSignature)
    story.believed(asked.to, DocumentPresented(request=asked.request, sha256=hash_of(asked.text)))
    return story.books.requests[asked.request]


def read(story: Story) -> SignatureRequest:
    """VIEWED."""
    request = presented(story)
    for page in range(1, request.pages + 1):
        story.believed(request.surface, PageViewed(request=request.id, page=page, on_screen_ms=2_000))
    return request


def ink(request: SignatureRequest, **changed: int | str) -> InkCaptured:
    measures: dict[str, int | str] = {"points": 60, "length_px": 400, "duration_ms": 1_200}
    return InkCaptured(
        request=request.id,
        sha256=str(changed.get("sha256", request.sha256)),
        ink_sha256=hash_of("strokes"),
        points=int(changed.get("points", measures["points"])),
        length_px=int(changed.get("length_px", measures["length_px"])),
        duration_ms=int(changed.get("duration_ms", measures["duration_ms"])),
    )


def agreed(story: Story) -> SignatureRequest:
    """CONSENTED."""
    request = read(story)
    how: Literal["in-person", "phone-code"] = "in-person" if request.surface.startswith("pad/") else "phone-code"
    story.believed(request.surface, ConsentGiven(request=request.id, consent_text="v1", identified=how))
    return request


def inked(story: Story) -> SignatureRequest:
    """INKED."""
    request = agreed(story)
    story.believed(request.surface, ink(request))
    return request


def seal_answer(story: Story, *, verified: bool = True, sha256: str = "") -> DocumentSealed:
    asked = story.last(SealDocument)
    return DocumentSealed(
        request=asked.request,
        command=asked.id,
        sha256=sha256 or asked.sha256,
        sealed_sha256=hash_of("sealed" + asked.request),
        verified=verified,
    )


def signed(story: Story) -> SignatureRequest:
    """From rendering to SEALED."""
    rendered(story)
    request = inked(story)
    story.believed(ARCHIVE, seal_answer(story))
    return request


def report_read(story: Story) -> SignatureRequest:
    """The report: read to its end, sealed without ink."""
    rendered(story)
    request = read(story)
    story.believed(request.surface, ReportViewed(request=request.id))
    story.believed(ARCHIVE, seal_answer(story))
    return request


def diagnosed(
    story: Story, model: str = "AST-M60", *, covered: bool | None = False, accidental: bool = False
) -> Repair:
    """The agreement is signed, the maker has answered (or not: None), a cause is known: DIAGNOSING."""
    repair = seated(story)
    described(story, repair, model)
    if covered is not None:
        maker_answers(story, covered=covered)
    signed(story)
    story.wait(6_000)
    cause = DiagnosisRecorded(repair=repair.id, fault="SCR", cause="dropped", accidental=accidental)
    story.believed(HANDHELD, cause)
    return repair


def quoted(story: Story, *lines: LineWanted, promised_min: int = 60) -> SignatureRequest:
    """The quote is on the PAD: QUOTED, FROZEN."""
    repair = next(iter(story.books.repairs.values()))
    wanted = lines or (BATTERY,)
    story.believed(HANDHELD, QuotePrepared(repair=repair.id, lines=wanted, promised_min=promised_min))
    return rendered(story)


def no_more_of(story: Story, sku: str) -> None:
    """The whole batch is quarantined: such a part is ordered in specially."""
    shop = story.floor.shop
    for unit in story.books.units.values():
        if unit.sku == sku:
            stock.grade(shop, unit, "QUARANTINED")
    shop.unheard.clear()


def approved(story: Story, *lines: LineWanted) -> Repair:
    """The quote is signed: APPROVED."""
    repair = diagnosed(story)
    quoted(story, *lines)
    inked(story)
    story.believed(ARCHIVE, seal_answer(story))
    return repair
