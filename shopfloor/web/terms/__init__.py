"""The shop's terms as screens show them: one table a kind of thing, each state and kind once.

Staff's words are short and read also after "is": "R12 is waiting for a part". Customers get plainer ones, in tables of
their own; what is not in a customer's table is not for them. ``labels.py`` says them in the reader's language.
"""

from typing import Final, Literal, TypeAlias

from shopfloor.core.lifecycles import Machine
from shopfloor.web.terms import customers, kinds, states
from shopfloor.web.terms.next_steps import NEXT_STEPS
from shopfloor.web.terms.reasons import REASONS

Kind: TypeAlias = Literal[
    "line", "line_meaning", "repair_kind", "document", "payment_kind", "job_kind", "service", "data_choice",
    "unit", "purpose", "stock_place", "place", "party", "override", "device", "thing", "fault", "rule", "kpi",
    "kpi_unit", "kpi_figure",
    "mode", "reason", "next_step", "carrier", "blame", "late_choice", "found_at_terminal", "topic", "touchpoint",
    "accessory",
]  # fmt: skip
ForCustomers: TypeAlias = Literal[
    "ticket_for_customer", "repair_for_customer", "parts_order_for_customer", "payment_for_customer",
    "signature_for_customer",
    "rule_for_customer", "document_for_customer",
]  # fmt: skip
Table: TypeAlias = Machine | Kind | ForCustomers

MACHINES: Final[tuple[Machine, ...]] = (
    "repair", "ticket", "parts_order", "job", "robot", "payment", "signature", "phone", "loaner", "cabinet",
)  # fmt: skip
"""Of a bare state, the first of these that has it."""

LABELS: Final[dict[Table, dict[str, str]]] = {
    "ticket": states.TICKET,
    "repair": states.REPAIR,
    "parts_order": states.PARTS_ORDER,
    "job": states.JOB,
    "robot": states.ROBOT,
    "signature": states.SIGNATURE,
    "payment": states.PAYMENT,
    "phone": states.PHONE,
    "loaner": states.LOANER,
    "cabinet": states.CABINET,
    "line": kinds.LINE,
    "line_meaning": kinds.LINE_MEANING,
    "repair_kind": kinds.REPAIR_KIND,
    "document": kinds.DOCUMENT,
    "payment_kind": kinds.PAYMENT_KIND,
    "job_kind": kinds.JOB_KIND,
    "service": kinds.SERVICE,
    "data_choice": kinds.DATA_CHOICE,
    "unit": kinds.UNIT,
    "purpose": kinds.PURPOSE,
    "accessory": kinds.ACCESSORY,
    "carrier": kinds.CARRIER,
    "blame": kinds.BLAME,
    "late_choice": kinds.LATE_CHOICE,
    "found_at_terminal": kinds.FOUND_AT_TERMINAL,
    "topic": kinds.TOPIC,
    "touchpoint": kinds.TOUCHPOINT,
    "mode": kinds.MODE,
    "stock_place": kinds.STOCK_PLACE,
    "place": kinds.PLACE,
    "party": kinds.PARTY,
    "override": kinds.OVERRIDE,
    "device": kinds.DEVICE,
    "thing": kinds.THING,
    "fault": kinds.FAULT,
    "rule": kinds.RULE,
    "kpi": kinds.KPI,
    "kpi_unit": kinds.KPI_UNIT,
    "kpi_figure": kinds.KPI_FIGURE,
    "reason": REASONS,
    "next_step": NEXT_STEPS,
    "ticket_for_customer": customers.TICKET_FOR_CUSTOMER,
    "repair_for_customer": customers.REPAIR_FOR_CUSTOMER,
    "parts_order_for_customer": customers.PARTS_ORDER_FOR_CUSTOMER,
    "payment_for_customer": customers.PAYMENT_FOR_CUSTOMER,
    "signature_for_customer": customers.SIGNATURE_FOR_CUSTOMER,
    "rule_for_customer": customers.RULE_FOR_CUSTOMER,
    "document_for_customer": customers.DOCUMENT_FOR_CUSTOMER,
}
