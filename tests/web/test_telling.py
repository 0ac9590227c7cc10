"""A fact as the board's stories tell it: people by their names, things in the shop's words, in each language."""

from pathlib import Path
from typing import get_args

import pytest

import shopfloor
from shopfloor.contract import facts as f
from shopfloor.contract.catalogue import Catalogue
from shopfloor.core.notices import Topic
from shopfloor.core.touchpoints import TAPPED
from shopfloor.service.layouts import named_layout
from shopfloor.service.views.story import Told, words_of
from shopfloor.web.people import names_of, with_names
from shopfloor.web.telling import Teller
from shopfloor.web.terms import LABELS
from shopfloor.web.words import Words

LAYOUT = named_layout("sample")
CATALOGUE = Catalogue.from_text((Path(shopfloor.__file__).parent / "data/catalogue.json").read_text(encoding="utf-8"))
CHINA = 8 * 60


def said(fact, language="en", papers=None):
    sentence = words_of(fact)
    assert sentence is not None
    teller = Teller(Words(language, CHINA), LAYOUT, CATALOGUE)
    return teller.said(Told(1, 0, type(fact).__name__, "", *sentence), papers or {})


SEATED = f.TicketSeated(ticket="T1", number="A001", desk="d5", engineer="e9")
NOTED = f.TouchpointEvidenced(touchpoint=9, ticket="T1", engineer="e9")
HELD = f.RepairHeld(repair="R1", reason="undecided", back_to="QUOTED")
CHOSEN = f.ChoiceRecorded(repair="R1", choice="take-back")
ASKED = f.NoticeAsked(topic="part-late", ticket="T1")
SIGNED = f.InkTaken(request="S2", repair="R1", ink_sha256="1" * 64)
LOADED = f.JobLoaded(job="J1", robot="r1", unit="AST-M60-BAT#0001", tote="r1.1")
BROUGHT = f.RobotArrived(robot="r1", station="desk-5", job="J1")
WAITS = f.PickupAwaited(repair="R1", locker="locker/1")
ALLOWED = f.OverrideRecorded(about="R1", rule="same-checker", reason="Wu Xin is alone today")


@pytest.mark.parametrize(
    ("fact", "english", "simplified", "traditional"),
    [
        (SEATED, "A001 took a seat at desk d5, with Feng Li.", "A001 在 d5 号工作台就座，由 Feng Li 服务。", ""),
        (NOTED, "Feng Li noted: customer greeted.", "Feng Li 已记录：已问候。", "Feng Li 已記錄：已問候。"),
        (HELD, "The repair stands still: customer is thinking.", "维修暂停：顾客考虑中。", "維修暫停：顧客考慮中。"),
        (CHOSEN, "The customer chose: to take the phone back.", "顾客选择：取回手机。", "顧客選擇：取回手機。"),
        (ASKED, "A message to the customer was asked for: the part comes later.", "", ""),
        (SIGNED, "The customer has signed quote S2.", "顾客已签署报价 S2。", "顧客已簽署報價 S2。"),
        (BROUGHT, "Robot r1 stands at desk d5.", "机器人 r1 停在 d5 号工作台。", "機器人 r1 停在 d5 號工作台。"),
        (WAITS, "The phone waits for pick-up in locker 1.", "", "手機存放在 1 號保管櫃，等待取機。"),
        (ALLOWED, "The manager allowed check by the same engineer: Wu Xin is alone today.", "", ""),
    ],
)
def test_a_story_names_people_and_things_in_the_readers_language(fact, english, simplified, traditional):
    papers = {"S2": "QUOTE"}
    assert said(fact, "en", papers) == english
    assert simplified in ("", said(fact, "zh-Hans", papers))
    assert traditional in ("", said(fact, "zh-Hant", papers))


def test_a_model_is_told_by_its_name_and_one_that_nobody_knows_as_it_came():
    known = f.RepairExpected(repair="R1", repair_kind="BOOKED", model="AST-M60", fault="BAT")
    assert said(known) == "Repair R1 was announced: Aster M60, battery worn or swollen."
    odd = f.RepairExpected(repair="R1", repair_kind="BOOKED", model="OLD-1", fault="BAT")
    assert said(odd) == "Repair R1 was announced: OLD-1, battery worn or swollen."


def test_an_id_at_the_beginning_keeps_its_small_letter():
    assert said(LOADED) == "AST-M60-BAT#0001 is in tote r1.1 of robot r1."


def test_a_reason_that_was_left_empty_is_a_dash():
    assert said(f.TicketLeft(ticket="T1", number="A001", reason="")) == "A001 left: –."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Wang Lei is signed on at desk d1. Choose another desk, or ask the engineer there to sign off."),
        ("zh-Hant", "Wang Lei 已在 d1 號工作台就位。請另選工作台，或請那裡的工程師離位。"),
    ],
)
def test_a_refusal_names_people_and_says_what_to_do_next(language, words):
    speaking = Words(language, CHINA, names_of(LAYOUT))
    assert speaking.refusal("desk-taken", "e3 is signed on at desk d1.") == words


def test_what_only_looks_like_a_badge_stays():
    names = names_of(LAYOUT)
    for kept in ("handheld/e3", "BIN:e3", "e3.1 is full", "E3", "e33", "e33/x", "AST-e3"):
        assert with_names(kept, names) == kept
    assert with_names("由e3處理，e9、pk1。", names) == "由Wang Lei處理，Feng Li、Tang Rui。"


def test_what_came_with_a_phone_is_listed_in_the_readers_words():
    told = "Tick off first: case, sim-pin, red ribbon."
    assert Words("en", CHINA).say(told) == "Tick off first: case, SIM pin, red ribbon."
    assert Words("zh-Hans", CHINA).say(told) == "请先逐项勾选：保护壳、取卡针、red ribbon。"


def test_consumables_are_booked_without_a_name():
    moved = f.UnitMoved(
        move=1, unit="", sku="back-cover-adhesive", source="BIN", target="DEVICE", cause="r19", actor="e5"
    )
    assert said(moved) == "back-cover-adhesive moved from the bins to a phone."


def test_each_touchpoint_that_people_note_and_each_message_has_its_words():
    assert list(LABELS["touchpoint"]) == [str(number) for number in TAPPED]
    assert list(LABELS["topic"]) == list(get_args(Topic))
