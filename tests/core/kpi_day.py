"""A pen for facts, for the stories of the KPIs."""

from shopfloor.contract import facts as f
from shopfloor.contract.actor import MINUTE, Instant
from shopfloor.contract.kinds import QuoteLine
from shopfloor.core.kpis import Kpis
from tests.core.story import MORNING

LINE = QuoteLine(
    line=1, fault="BAT", service="repair", sku="AST-M60-BAT", part_fen=9_900, labour_fen=0, rule=3, available=True
)


class Day:
    """A pen for facts: minutes after the morning."""

    def __init__(self) -> None:
        self.kpis = Kpis()

    def at(self, minutes: float, *facts: f.Fact) -> None:
        for fact in facts:
            self.kpis.note(fact, MORNING + round(minutes * MINUTE))

    def told(self, kpi: str, part: str = "value") -> float | int | None:
        return self.kpis.summary()[kpi][part]

    def waits(self, minutes: float, ticket: str, anchor: Instant = 0) -> None:
        self.at(minutes, issued(ticket, anchor))

    def called(self, minutes: float, ticket: str, desk: str = "d1") -> None:
        self.at(minutes, f.TicketCalled(ticket=ticket, number="A001", desk=desk, engineer="e1"))

    def seated(self, minutes: float, ticket: str, desk: str = "d1") -> None:
        self.at(minutes, f.TicketSeated(ticket=ticket, number="A001", desk=desk, engineer="e1"))

    def opened(self, minutes: float, repair: str, ticket: str) -> None:
        self.at(minutes, f.RepairOpened(repair=repair, repair_kind="WALK_IN", ticket=ticket, desk="d1", owner="e1"))

    def approved(self, minutes: float, repair: str, promised_in: float = 60, line: QuoteLine = LINE) -> None:
        promised = MORNING + round((minutes + promised_in) * MINUTE)
        self.at(
            minutes, f.QuoteApproved(repair=repair, version=1, lines=(line,), cap=line.price_fen, promised=promised)
        )

    def checked(self, minutes: float, repair: str, *, first_pass: bool = True) -> None:
        self.at(minutes, f.QualityCheckPassed(repair=repair, checker="e2", first_pass=first_pass))
        self.at(minutes, f.RepairReported(repair=repair, payable=9_900, lines_done=(1,)))

    def out(self, minutes: float, repair: str, ticket: str, charged: int = 9_900) -> None:
        given = f.DeviceHandedOver(repair=repair, ticket=ticket, receiver="owner", lines_done=(1,), charged=charged)
        self.at(minutes, given, f.TicketServed(ticket=ticket, number="A001", desk="d1"))

    def repaired(self, ticket: str = "T1", repair: str = "R1", start: float = 0) -> None:
        """Issued at 0, called at 10, seated at 12, signed at 22, checked at 45, out at 57."""
        self.waits(start, ticket)
        self.called(start + 10, ticket)
        self.seated(start + 12, ticket)
        self.opened(start + 12, repair, ticket)
        self.approved(start + 22, repair)
        self.checked(start + 45, repair)
        self.out(start + 57, repair, ticket)


def issued(ticket: str, anchor: Instant = 0) -> f.TicketIssued:
    return f.TicketIssued(ticket=ticket, number="A001", line="A", eta_min_low=1, eta_min_high=5, anchor=anchor)
