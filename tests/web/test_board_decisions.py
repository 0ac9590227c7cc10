"""What a manager may decide: offered where the state tables have it, in a form made of the event's own schema."""

import msgspec
import pytest

from shopfloor.contract import events as e
from shopfloor.contract.roster import TYPES
from shopfloor.core.lifecycles import FINAL
from shopfloor.web.decisions import AFTER_PIN, decisions_at, forms

SAID_ELSEWHERE = ("DeviceScanned",)
"""With the phone in the hand, at the page of a handheld."""


def test_every_word_of_the_board_has_a_form() -> None:
    assert set(forms()) == {kind.__name__ for kind in TYPES["board"].says} - set(SAID_ELSEWHERE)


@pytest.mark.parametrize(
    ("machine", "state", "kind"),
    [
        ("ticket", "WAITING", "TicketWithdrawn"),  # q15
        ("ticket", "SERVING", "TransferRequested"),  # q14
        ("ticket", "NO_SHOW", "ReinstatementRequested"),  # q10
        ("repair", "QC", "HandoverOrdered"),  # r29
        ("repair", "ON_HOLD(acceptance)", "DisputeDecided"),  # r41
        ("repair", "ON_HOLD(manager)", "HoldDecided"),  # r42
        ("payment", "MANUAL", "PaymentDecided"),  # y12
        ("payment", "SETTLED", "RefundAsked"),  # y14
        ("signature", "SEALED", "DocumentVoided"),  # s14
        ("parts_order", "BACKORDERED", "PartsOrderCancelled"),  # p5
    ],
)
def test_a_decision_is_offered_where_its_row_begins(machine: str, state: str, kind: str) -> None:
    assert kind in decisions_at(machine, state)


def test_y12_nobody_decides_over_a_payment_that_the_terminal_still_answers_for() -> None:
    assert "PaymentDecided" not in decisions_at("payment", "PENDING")
    assert "PaymentDecided" not in decisions_at("payment", "SETTLED")


def test_what_is_over_is_over_but_for_the_rows_that_lead_back() -> None:
    for state in FINAL["repair"]:
        assert decisions_at("repair", state) == ()
    assert decisions_at("ticket", "NO_SHOW") == ("ReinstatementRequested",)
    assert decisions_at("ticket", "no such state") == ()


def test_the_form_asks_for_what_the_event_needs_and_for_nothing_else() -> None:
    decided = forms()["PaymentDecided"]
    assert [(field.name, field.kind, field.required) for field in decided.fields] == [
        ("payment", "text", True),
        ("taken", "yes", True),
        ("evidence", "long", True),
    ]
    evidence = decided.fields[-1]
    assert (evidence.least, evidence.most) == (3, 500), "an empty reason cannot even be sent"


def test_money_is_asked_in_yuan_and_choices_are_the_contracts_own() -> None:
    refund = {field.name: field for field in forms()["RefundAsked"].fields}
    assert refund["amount"].kind == "money"
    assert refund["line"].kind == "number"
    hold = {field.name: field for field in forms()["HoldDecided"].fields}
    assert set(hold["to"].choices) == {"QC", "RETURNING", "CANCELLED"}
    assert "revision" not in hold


def test_what_sets_a_rule_aside_or_moves_money_wants_the_pin_and_the_rest_does_not() -> None:
    assert {name for name, form in forms().items() if form.after_pin} == {kind.__name__ for kind in AFTER_PIN}
    assert not forms()["TicketWithdrawn"].after_pin


def test_a_filled_form_is_an_event() -> None:
    said = {"kind": "TicketWithdrawn", "ticket": "T1", "reason": "duplicate"}
    assert msgspec.convert(said, e.TicketWithdrawn).reason == "duplicate"
