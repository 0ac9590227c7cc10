"""Every state and every kind of thing has its word, in each language."""

from pathlib import Path
from typing import get_args

import pytest

from shopfloor.contract import kinds
from shopfloor.contract.catalogue import Catalogue, Fault
from shopfloor.contract.roster import ROSTER
from shopfloor.contract.vda5050 import ErrorType
from shopfloor.core.custody import KINDS
from shopfloor.core.kpis import KPIS, Kpis
from shopfloor.core.lifecycles import TABLES, WAITS, Machine
from shopfloor.web.labels import fault_words, label, labels_of
from shopfloor.web.terms import LABELS, MACHINES, Table

DATA = Path(kinds.__file__).parents[1] / "data"
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def states(machine: Machine) -> set[str]:
    return {state for row in TABLES[machine] for state in (*row.sources, row.target)} - {""}


@pytest.mark.parametrize("machine", TABLES)
def test_each_state_of_a_lifecycle_has_its_word_and_no_other_has(machine):
    assert set(LABELS[machine]) == states(machine)


def test_customers_have_words_for_all_states_of_what_is_theirs():
    for machine in ("ticket", "repair", "parts_order", "signature", "payment"):
        table: Table = next(table for table in LABELS if table == f"{machine}_for_customer")
        assert set(LABELS[table]) == states(machine)


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("line", get_args(kinds.Line)),
        ("line_meaning", get_args(kinds.Line)),
        ("repair_kind", get_args(kinds.RepairKind)),
        ("document", get_args(kinds.DocumentKind)),
        ("document_for_customer", get_args(kinds.DocumentKind)),
        ("payment_kind", get_args(kinds.PaymentKind)),
        ("job_kind", get_args(kinds.JobKind)),
        ("service", get_args(kinds.Service)),
        ("data_choice", get_args(kinds.DataChoice)),
        ("unit", get_args(kinds.UnitStatus)),
        ("override", get_args(kinds.OverrideRule)),
        ("rule", [str(rule) for rule in get_args(kinds.PriceRule)]),
        ("rule_for_customer", [str(rule) for rule in get_args(kinds.PriceRule)]),
        ("device", [row.name for row in ROSTER]),
        ("kpi", list(KPIS)),
        ("kpi_unit", list(dict.fromkeys(kpi.unit for kpi in KPIS.values()))),
        ("place", [*KINDS, "misplaced"]),
    ],
)
def test_each_member_of_a_closed_list_has_its_word(table, names):
    assert list(LABELS[table]) == list(names)


def test_each_party_that_must_act_has_a_word():
    parties = {limit.party for limits in WAITS.values() for limit in limits.values()}
    assert parties - set(LABELS["party"]) == set()


def test_each_error_that_the_robots_protocol_names_has_a_word():
    assert {str(error) for error in ErrorType} - set(LABELS["reason"]) == set()


def test_the_machines_of_a_bare_state_are_all_machines():
    assert set(MACHINES) == set(TABLES)


def test_each_figure_of_a_kpi_has_its_word_and_no_other_has():
    """A figure of its own, or one of several with how it was reckoned: ``bench_p90`` is ``bench`` and ``p90``."""
    figures = {name for figures in Kpis().summary().values() for name in figures if not is_count(name)}
    whole = figures & set(LABELS["kpi_figure"])
    parts = {part for name in figures - whole for part in name.rsplit("_", 1)}
    assert whole | parts == set(LABELS["kpi_figure"])


def is_count(name: str) -> bool:
    """How many something was reckoned from stands in a column of its own."""
    return name == "n" or name.endswith("_n")


@pytest.mark.parametrize("table", LABELS)
def test_each_word_is_said_in_each_language(table):
    for language in LANGUAGES:
        said = labels_of(language, table)
        assert list(said) == list(LABELS[table])
        assert all(said.values())
    differ = [name for name, english in LABELS[table].items() if labels_of("zh-Hans", table)[name] == english]
    assert [name for name in differ if name != "pad"] == [], "a PAD is a PAD"


def test_an_unknown_name_is_shown_as_it_is():
    assert label("zh-Hans", "repair", "MELTED") == "MELTED"


def test_a_state_may_have_another_word_for_another_thing():
    assert label("zh-Hans", "ticket", "EXPECTED") == "已预约"
    assert label("zh-Hans", "repair", "EXPECTED") == "已登记待到店"


def test_the_words_of_the_signed_documents_are_the_words_of_the_screens():
    """The catalogue of terms follows devices/document_text.py, which customers sign."""
    assert label("zh-Hans", "rule", "5") == "零件价加人工费"
    assert label("zh-Hant", "rule", "2") == "原廠保固"
    assert label("zh-Hans", "document_for_customer", "QUOTE") == "维修报价"
    assert label("zh-Hant", "document_for_customer", "LOANER") == "備用機借用"


def test_a_fault_is_told_in_the_words_of_the_shops_catalogue():
    catalogue = Catalogue.from_text((DATA / "catalogue.json").read_text(encoding="utf-8"))
    for fault in catalogue.faults.values():
        assert fault_words("en", fault) == fault.en
        assert fault_words("zh-Hans", fault) == fault.zh
        assert fault_words("zh-Hant", fault) == label("zh-Hant", "fault", fault.code) != fault.code


def test_a_fault_that_only_this_shop_knows_is_told_in_its_own_words():
    odd = Fault(code="ODD", zh="进水", en="water inside", mix_pct=1)
    assert fault_words("zh-Hant", odd) == "进水"
    assert fault_words("en", odd) == "water inside"
