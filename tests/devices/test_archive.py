"""The archive: documents that a person can read, seals that verify, and every way in which neither comes."""

import hashlib
import re
from random import Random
from typing import get_args, get_type_hints

import pytest

from devices.archive import AT_WORK_MAX, Archive
from devices.archive_body import (
    ArchiveDials,
    FolderShelf,
    MemoryShelf,
    SimulatedArchive,
    sealed_file,
    verifies,
)
from devices.document_text import LINES_A_PAGE
from devices.document_words import CHOICES, FAULTS, LABELS, MEANINGS, RULES, SERVICES, TITLES
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import MINUTE
from shopfloor.contract.codec import PAYLOAD_MAX, AskedAgain, encode
from shopfloor.contract.kinds import DataChoice, PriceRule, QuoteLine, Service
from tests.devices.held import MORNING, Held

TO = "archive/a1"
KEY = b"only the archive has it"
INK = "1" * 64
LANGUAGES = ("en", "zh-Hans", "zh-Hant")


def quote_line(line, fault, part_fen, labour_fen, rule, *, available):
    return QuoteLine(
        line=line,
        fault=fault,
        service="repair",
        sku=f"AST-M60-{fault}",
        part_fen=part_fen,
        labour_fen=labour_fen,
        rule=rule,
        available=available,
    )


BATTERY = quote_line(1, "BAT", 9900, 0, 3, available=True)
SCREEN = quote_line(2, "SCR", 114_900, 20_000, 5, available=False)


def archive(shelf=None, **dials):
    shelf = shelf or MemoryShelf()
    body = SimulatedArchive(ArchiveDials(**dials), Random("archive"), KEY, "Sample shop", shelf, MORNING)
    held = Held(Archive(TO, body, MORNING))
    held.shelf = shelf
    return held


def render(*, id_="C1", request="S1", document="QUOTE", language="en", values=None, lines=(BATTERY, SCREEN)):
    values = values if values is not None else {"template": "1", "repair": "R1", "total_cny": "1448.00", "new": "x"}
    return c.RenderDocument(
        id=id_, to=TO, request=request, document=document, language=language, values=values, lines=lines
    )


def seal(text, *, id_="C2", request="S1", ink_sha256=INK):
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return c.SealDocument(
        id=id_, to=TO, request=request, document="QUOTE", text=text, sha256=sha256, ink_sha256=ink_sha256
    )


def answer(held, work):
    held.tell(work)
    said = held.wait(MINUTE)
    return said[0] if said else None


# ── documents ──


def test_s2_a_quote_can_be_read_by_its_customer():
    rendered = answer(archive(), render())
    lines = rendered.text.splitlines()
    assert lines[0] == "Quote"
    assert "Shop: Sample shop" in lines
    assert "Repair: R1" in lines
    assert "Total: ¥1,448.00" in lines
    assert "new: x" in lines, "a value without a label is shown under its own name"
    assert "1. battery worn or swollen · repair · part AST-M60-BAT: ¥99.00 · fixed price" in lines
    assert (
        "2. screen cracked, or touch dead · repair · part AST-M60-SCR: ¥1,349.00 · list price and labour"
        " (to be ordered)" in lines
    )
    assert "Total of the lines: ¥1,448.00" in lines
    assert any(line.startswith("Signature of the customer: ___") for line in lines)
    assert "template" not in rendered.text


def test_s2_the_hash_is_of_the_very_text_and_the_same_request_gives_the_same_bytes():
    rendered = answer(archive(), render())
    assert rendered.sha256 == hashlib.sha256(rendered.text.encode()).hexdigest()
    assert answer(archive(), render()) == rendered


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("document", list(TITLES))
def test_every_document_has_its_title_in_the_customers_language(document, language):
    rendered = answer(archive(), render(document=document, language=language, lines=()))
    assert rendered.text.startswith(TITLES[document][language] + "\n")
    assert MEANINGS[document][language] in rendered.text


INTAKE = {
    "date": "2026-11-23",
    "identity": "id-card-seen",
    "data_choice": "backed-up",
    "privacy_mode": "on",
    "accessories": "case, sim-pin, a red ribbon",
}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Date: 23 Nov 2026",
                "Identified by: identity card, seen",
                "Data: are backed up",
                "Privacy mode: on",
                "Accessories: case, SIM pin, a red ribbon",
            ],
        ),
        (
            "zh-Hans",
            [
                "日期：2026年11月23日",
                "身份核验：身份证，已核验",
                "数据选择：已备份",
                "隐私模式：已开启",
                "随机配件：保护壳、取卡针、a red ribbon",
            ],
        ),
        (
            "zh-Hant",
            [
                "日期：2026年11月23日",
                "身分核驗：身分證，已核驗",
                "資料選擇：已備份",
                "隱私模式：已開啟",
                "隨機配件：保護殼、取卡針、a red ribbon",
            ],
        ),
    ],
)
def test_s2_what_was_chosen_is_told_in_the_customers_words_and_their_own_words_stay(language, said):
    lines = answer(archive(), render(document="INTAKE", language=language, values=INTAKE, lines=())).text.splitlines()
    assert lines[5 : 5 + len(said)] == said


def test_s2_no_code_of_the_floor_stands_on_a_chinese_quote():
    values = {"repair": "R1", "subject_to_check": "no", "service_day": "yes", "change_cny": "-1229.00"}
    text = answer(archive(), render(document="SUPPLEMENT", language="zh-Hans", values=values)).text
    assert "待核实保修：否\n服务日：是\n变动：-¥1,229.00" in text
    assert "2. 屏幕破裂或触控失灵 · 维修 · 零件 AST-M60-SCR：¥1,349.00 · 零件价加人工费（需订货）" in text
    assert re.findall(r"[A-Za-z]{2,}", text.replace("AST-M60-SCR", "").replace("AST-M60-BAT", "")) == ["Sample", "shop"]


def test_a_fault_that_only_another_catalogue_knows_is_shown_as_it_came():
    odd = quote_line(1, "ODD", 100, 0, 5, available=True)
    assert "1. ODD · repair" in answer(archive(), render(lines=(odd,))).text


def test_each_choice_that_the_floor_may_write_has_its_words():
    closed = {"identity": get_args(get_type_hints(e.IntakeRecorded)["identity"]), "data_choice": get_args(DataChoice)}
    for name, values in closed.items():
        assert list(CHOICES[name]) == list(values)
    assert list(SERVICES) == list(get_args(Service))
    assert list(RULES) == list(get_args(PriceRule))


def test_every_text_is_there_in_every_language():
    for table in (TITLES, MEANINGS, LABELS, RULES, FAULTS, SERVICES, *CHOICES.values()):
        for said in table.values():
            assert tuple(said) == LANGUAGES
            assert all(said.values())


def test_a_long_document_has_pages_and_tells_how_many():
    values = {f"note_{number}": "x" for number in range(2 * LINES_A_PAGE)}
    rendered = answer(archive(), render(values=values))
    sheets = rendered.text.split("\f")
    assert len(sheets) == rendered.pages == 3
    assert sheets[2].endswith("Page 3 of 3\n")
    assert all(sheet.startswith("Quote\n") for sheet in sheets)


def test_a_document_too_long_to_travel_fails_with_a_reason():
    failed = answer(archive(), render(values={"note": "长" * 25_000}))
    assert isinstance(failed, e.DocumentFailed)
    assert "too long" in failed.reason


def test_the_longest_document_that_is_made_can_travel():
    rendered = answer(archive(), render(values={"note": "长" * 15_500}))
    assert isinstance(rendered, e.DocumentRendered)
    assert len(encode(rendered, 1, 1, MORNING)) <= PAYLOAD_MAX


def test_a_report_has_no_place_for_a_signature():
    assert "Signature" not in answer(archive(), render(document="REPORT")).text


# ── seals ──


def test_s8_the_seal_binds_text_request_and_ink_and_verifies():
    held = archive()
    sealed = answer(held, seal("a quote\n"))
    assert (sealed.verified, sealed.sha256) == (True, hashlib.sha256(b"a quote\n").hexdigest())
    (content,) = held.shelf.kept.values()
    assert hashlib.sha256(content).hexdigest() == sealed.sealed_sha256
    assert content.startswith(b"a quote\n")


def test_b15_any_change_to_a_sealed_file_is_found():
    content = sealed_file(seal("CNY 99.00\n"), KEY)
    assert verifies(content, KEY)
    assert not verifies(content, b"another key")
    assert not verifies(content + b"\n", KEY)
    assert not verifies(content + b"appended", KEY)
    assert not verifies(b"no seal at all", KEY)
    for at in range(len(content)):
        assert not verifies(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :], KEY), at


def test_s8_the_same_document_sealed_again_is_the_same_file():
    held = archive()
    first = answer(held, seal("a quote\n"))
    again = answer(held, AskedAgain(seal("a quote\n", id_="C2")))
    assert again == first
    assert len(held.shelf.kept) == 1


def test_s8_one_seal_for_each_document_another_ink_comes_too_late():
    held = archive()
    answer(held, seal("a quote\n"))
    failed = answer(held, seal("a quote\n", id_="C3", ink_sha256="2" * 64))
    assert isinstance(failed, e.DocumentFailed)


def test_b14_a_text_that_is_not_the_frozen_one_is_not_sealed():
    asked = c.SealDocument(
        id="C2", to=TO, request="S1", document="QUOTE", text="other", sha256="0" * 64, ink_sha256=INK
    )
    assert isinstance(answer(archive(), asked), e.DocumentFailed)


def test_sealed_files_are_kept_in_a_folder_and_never_overwritten(tmp_path):
    held = archive(FolderShelf(tmp_path / "documents"))
    sealed = answer(held, seal("a quote\n", request="S1/2"))
    (path,) = (tmp_path / "documents").iterdir()
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sealed.sealed_sha256
    path.write_bytes(b"something else")
    assert isinstance(answer(held, seal("a quote\n", id_="C3", request="S1/2")), e.DocumentFailed)
    assert path.read_bytes() == b"something else"


# ── dials ──


@pytest.mark.parametrize("dial", ["render_fails", "silent"])
def test_s4_no_document_comes(dial):
    told = answer(archive(**{dial: 1.0}), render())
    assert told is None if dial == "silent" else isinstance(told, e.DocumentFailed)


def test_s2_a_blank_page_is_told_as_it_is():
    rendered = answer(archive(blank=1.0), render())
    assert not rendered.text.strip()
    assert rendered.pages == 1


def test_s2_a_placeholder_that_nobody_filled():
    assert "{{" in answer(archive(leaves_placeholder=1.0), render()).text
    assert "{{" not in answer(archive(), render()).text


def test_s4_a_wrong_hash():
    rendered = answer(archive(wrong_hash=1.0), render())
    assert rendered.sha256 != hashlib.sha256(rendered.text.encode()).hexdigest()


def test_s8_no_seal_comes():
    assert isinstance(answer(archive(seal_fails=1.0), seal("x")), e.DocumentFailed)


def test_s8_a_seal_that_does_not_verify_is_told_and_not_kept():
    held = archive(broken_seal=1.0)
    assert answer(held, seal("x")).verified is False
    assert held.shelf.kept == {}


def test_a_slow_archive_and_a_dead_one():
    slow = archive(slow=100.0)
    slow.tell(render())
    assert slow.wait(20_000 - 1) == []
    assert slow.wait(MINUTE + MINUTE)
    dead = archive(dead_after=0)
    assert dead.tell(render()) == dead.wait(MINUTE) == []


def test_the_same_work_twice_is_done_once_while_it_lasts():
    held = archive()
    held.tell(render())
    held.tell(render())
    assert len(held.wait(MINUTE)) == 1


def test_a_silent_archive_does_not_remember_without_end():
    held = archive(silent=1.0)
    for number in range(2 * AT_WORK_MAX):
        held.tell(render(id_=f"C{number}"))
    assert held.words == {"at_work": AT_WORK_MAX}
