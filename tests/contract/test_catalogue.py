"""The price book of the shop: read in fen, complete for every model, and refused when two lines of it disagree."""

import json
from pathlib import Path

import msgspec
import pytest

import shopfloor
from shopfloor.contract.catalogue import FLAWS_MAX, Catalogue, CatalogueError

TEXT = (Path(shopfloor.__file__).parent / "data" / "catalogue.json").read_text(encoding="utf-8")
CATALOGUE = Catalogue.from_text(TEXT)


def changed(table: str, where: dict[str, str], **fields: object) -> str:
    """The catalogue with some fields of the first fitting entry changed."""
    written = json.loads(TEXT)
    entry = next(entry for entry in written[table] if all(entry[key] == value for key, value in where.items()))
    entry.update(fields)
    return json.dumps(written)


def without(model_id: str, fault: str) -> str:
    written = json.loads(TEXT)
    written["rows"] = [row for row in written["rows"] if (row["model_id"], row["fault"]) != (model_id, fault)]
    return json.dumps(written)


def refusal(text: str) -> str:
    with pytest.raises(CatalogueError) as refused:
        Catalogue.from_text(text)
    return str(refused.value)


def test_the_catalogue_is_read_whole():
    assert (len(CATALOGUE.models), len(CATALOGUE.faults), len(CATALOGUE.parts)) == (12, 9, 86)
    assert sum(len(rows) for rows in CATALOGUE.rows.values()) == 98


def test_prices_are_kept_in_fen():
    battery = CATALOGUE.row("AST-M60", "BAT")
    assert (battery.part_price_fen, battery.labour_fee_fen, battery.fixed_price_fen) == (19_900, 10_000, 9_900)
    assert (battery.sku, battery.warranty_days, battery.consumables) == ("AST-M60-BAT", 90, ("back-cover adhesive",))


def test_a_fold_screen_has_no_fixed_price_and_needs_glue_and_jig():
    screen = CATALOGUE.row("AST-X5", "FLD")
    assert screen.fixed_price_fen is None
    assert screen.consumables == ("auto-dispensed glue", "fold jig")
    assert screen.sku == "AST-X5-SCRF"


def test_software_needs_no_part():
    work = CATALOGUE.row("AST-M60", "SFT")
    assert (work.sku, work.part_price_fen, work.teardown_share, work.consumables) == ("", 0, 0, ())


def test_what_a_model_cannot_have_has_no_row():
    assert CATALOGUE.row("AST-M60", "FLD") is None
    assert CATALOGUE.row("AST-X5", "FLD") is not None
    assert CATALOGUE.row("NOPE", "BAT") is None
    assert CATALOGUE.row("AST-M60", "NOPE") is None


def test_only_fold_and_flip_are_foldable():
    assert [model.id for model in CATALOGUE.models.values() if model.foldable] == ["AST-X5", "AST-PK2"]


def test_each_part_knows_its_kind_models_and_price():
    part = CATALOGUE.parts["AST-X5-SCRF"]
    assert (part.kind, part.models, part.price_fen) == ("screen", ("AST-X5",), 359_900)
    assert "" not in CATALOGUE.parts


def test_a_part_that_fits_two_models_is_one_part():
    shared = changed("rows", {"part_no": "AST-M60P-USB"}, part_no="AST-M60-USB")
    price = CATALOGUE.parts["AST-M60-USB"].price_fen // 100
    written = json.loads(shared)
    for row in written["rows"]:
        if row["part_no"] == "AST-M60-USB":
            row["part_price_cny"] = price
    parts = Catalogue.from_text(json.dumps(written)).parts
    assert parts["AST-M60-USB"].models == ("AST-M60", "AST-M60P")


def test_the_catalogue_comes_back_from_the_journal_as_it_was():
    assert msgspec.json.decode(msgspec.json.encode(CATALOGUE), type=Catalogue) == CATALOGUE


BATTERY = {"model_id": "AST-M60", "fault": "BAT"}
SOFTWARE = {"model_id": "AST-M60", "fault": "SFT"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("models:", "catalogue: it is not JSON"),
        (changed("rows", BATTERY, labour_min="10"), "expected `int`, got `str` - at `$.rows[0].labour_min`"),
        (changed("rows", BATTERY, part_price_cny=199.5), "expected `int`, got `float` - at `$.rows[0].part_price_cny`"),
        (changed("rows", BATTERY, in_warranty_share=1.2), "expected `float` <= 1.0 - at `$.rows[0].in_warranty_share`"),
        (changed("models", {"id": "AST-M60"}, tier="gold"), "invalid enum value 'gold' - at `$.models[0].tier`"),
        (changed("models", {"id": "AST-M60"}, mix_pct=13), "models: mix_pct sums to 101"),
        (changed("faults", {"code": "BAT"}, mix_pct=25), "faults: mix_pct sums to 99"),
        (changed("models", {"id": "AST-M60P"}, id="AST-M60"), "model AST-M60: two models have this id"),
        (changed("faults", {"code": "SCR"}, code="BAT"), "fault BAT: two faults have this code"),
        (changed("rows", BATTERY, labour_mode=9), "row AST-M60 BAT: labour is 10, 9, 24"),
        (changed("rows", BATTERY, labour_max=14), "row AST-M60 BAT: labour is 10, 15, 14"),
        (changed("rows", BATTERY, part_kind=""), "row AST-M60 BAT: part_no is 'AST-M60-BAT' and part_kind ''"),
        (changed("rows", BATTERY, fixed_price_cny=0), "row AST-M60 BAT: fixed_price_cny is 0"),
        (changed("rows", BATTERY, model="Aster"), "row AST-M60 BAT: it calls the model Aster, models says Aster M60"),
        (changed("rows", BATTERY, fault_zh="屏幕"), "row AST-M60 BAT: it calls the fault 屏幕, faults says"),
        (changed("rows", BATTERY, model_id="AST-M99"), "row AST-M99 BAT: there is no model AST-M99"),
        (changed("rows", BATTERY, fault="XYZ"), "row AST-M60 XYZ: there is no fault XYZ"),
        (changed("rows", BATTERY, fault="SCR"), "row AST-M60 SCR: there are two"),
        (changed("rows", BATTERY, fault="FLD"), "row AST-M60 FLD: only foldables have this fault"),
        (changed("rows", BATTERY, part_no="AST-M60-SCR"), "AST-M60-SCR is a screen here, a battery in row AST-M60 BAT"),
        (changed("rows", BATTERY, part_no="AST-M60P-BAT", part_price_cny=1), "AST-M60P-BAT costs"),
        (changed("rows", SOFTWARE, part_price_cny=5), "row AST-M60 SFT: it needs no part and asks 5 CNY for one"),
        (changed("rows", SOFTWARE, teardown_share=0.3), "row AST-M60 SFT: it needs no part, so nothing is done before"),
        (without("AST-X5", "FLD"), "row AST-X5 FLD: it is missing"),
        (without("AST-M60", "BAT"), "row AST-M60 BAT: it is missing"),
    ],
)
def test_a_broken_catalogue_is_refused_naming_the_row_and_the_fault(text, told):
    message = refusal(text)
    assert told.lower() in message.lower()
    assert "; " in message  # what to do


def test_all_flaws_are_told_at_once_up_to_a_limit():
    written = json.loads(TEXT)
    for row in written["rows"][:2]:
        row["labour_min"] = 500
    assert len(refusal(json.dumps(written)).splitlines()) == 2
    for row in written["rows"]:
        row["labour_min"] = 500
    assert len(refusal(json.dumps(written)).splitlines()) == FLAWS_MAX
