"""Devices without a case: the notifier and the maker's entitlement service."""

from random import Random

import msgspec
import pytest

from devices.entitlement import Entitlement, EntitlementDials, SimulatedEntitlement
from devices.notifier import (
    PATIENCE,
    UNDER_WAY_MAX,
    Notifier,
    NotifierDials,
    NotifierMemory,
    SimulatedNotifier,
)
from shopfloor.contract import commands as c
from shopfloor.contract import events as e
from shopfloor.contract.actor import DAY, MINUTE, SECOND
from shopfloor.contract.codec import AskedAgain
from tests.devices.held import MORNING, Held

IMEI = "490154203237518"


def notifier(memory=None, now=MORNING, **dials):
    memory = memory or NotifierMemory()
    held = Held(Notifier("notifier/n1", SimulatedNotifier(NotifierDials(**dials), Random(7), now), memory, now), now)
    held.memory = memory
    return held


def notice(id_="C1"):
    return c.SendNotice(id=id_, to="notifier/n1", topic="ready", repair="R1")


def entitlement(now=MORNING, seed="1", **dials):
    body = SimulatedEntitlement(EntitlementDials(**dials), lambda name: Random(f"{seed}:{name}"), now)
    return Held(Entitlement("entitlement/en1", body, now), now)


def look_up(imei=IMEI, id_="C1"):
    return c.LookUpEntitlement(id=id_, to="entitlement/en1", repair="R1", model="AST-M60", imei=imei)


# ── notifier ──


def test_s10_a_message_arrives_after_a_while():
    held = notifier()
    assert held.tell(notice()) == []
    assert held.words == {"under_way": 1}
    assert held.wait(8 * SECOND) == [e.NoticeDelivered(command="C1")]
    assert held.words == {"under_way": 0}


def test_a_message_fails():
    held = notifier(fails=1.0)
    held.tell(notice())
    (failed,) = held.wait(8 * SECOND)
    assert isinstance(failed, e.NoticeFailed)


def test_a_message_of_which_nobody_hears_again_counts_as_failed():
    held = notifier(silent=1.0)
    held.tell(notice())
    assert held.wait(PATIENCE - 1) == []
    assert isinstance(held.wait(1)[0], e.NoticeFailed)


def test_a_slow_notifier_and_a_dead_one():
    slow = notifier(slow=20.0)
    slow.tell(notice())
    assert slow.wait(10 * SECOND - 1) == []
    assert slow.wait(3 * MINUTE)
    dead = notifier(dead_after=0)
    assert dead.tell(notice()) == dead.wait(PATIENCE) == []


def test_b25_a_message_is_sent_once_and_answered_as_often_as_asked():
    held = notifier()
    held.tell(notice())
    assert held.tell(notice()) == []
    (delivered,) = held.wait(MINUTE)
    assert held.tell(AskedAgain(notice())) == [delivered]
    assert held.wait(MINUTE) == []


def test_after_a_restart_what_was_under_way_is_not_sent_again():
    held = notifier()
    held.tell(notice())
    kept = msgspec.json.decode(msgspec.json.encode(held.memory), type=NotifierMemory)
    again = notifier(kept, held.now)
    (failed,) = again.said
    assert failed == e.NoticeFailed(command="C1", reason="Nobody knows whether it arrived.")
    assert again.tell(AskedAgain(notice())) == [failed]
    assert again.tell(notice("C2")) == []
    assert again.wait(MINUTE) == [e.NoticeDelivered(command="C2")]


def test_a_message_of_which_the_memory_is_lost_is_not_sent_again():
    held = notifier()
    (failed,) = held.tell(AskedAgain(notice()))
    assert isinstance(failed, e.NoticeFailed)
    assert held.wait(MINUTE) == []


def test_too_many_messages_at_once_are_refused():
    held = notifier(silent=1.0)
    for number in range(UNDER_WAY_MAX):
        held.tell(notice(f"C{number}"))
    assert isinstance(held.tell(notice("C9999"))[0], e.CommandRefused)


# ── entitlement ──


@pytest.mark.parametrize(("share", "covered"), [(1.0, True), (0.0, False)])
def test_the_maker_answers_and_the_date_fits_the_answer(share, covered):
    held = entitlement(covered_share=share)
    held.tell(look_up())
    (answer,) = held.wait(5 * SECOND)
    assert (answer.command, answer.imei, answer.covered) == ("C1", IMEI, covered)
    assert (answer.until > held.now) is covered


def test_the_same_phone_gets_the_same_answer_whenever_and_after_whomever():
    one, other = entitlement(), entitlement(now=MORNING + 3 * DAY)
    other.tell(look_up("356938035643809", "C7"))
    for held in (one, other):
        held.tell(look_up())
        held.wait(5 * SECOND)
    first, second = one.said[0], next(each for each in other.said if each.imei == IMEI)
    assert first == second


def test_different_phones_get_different_answers_in_the_right_share():
    held = entitlement(covered_share=0.3, repaired_share=0.5)
    for number in range(400):
        held.tell(look_up(f"{number:015d}", f"C{number}"))
    held.wait(5 * SECOND)
    answers = held.all(e.EntitlementAnswered)
    assert 90 <= sum(answer.covered for answer in answers) <= 150
    assert 160 <= sum(answer.earlier_repairs for answer in answers) <= 240


def test_e23_a_service_that_is_down_does_not_answer():
    held = entitlement(down=1.0)
    held.tell(look_up())
    assert held.wait(10 * MINUTE) == []


def test_e23_what_the_maker_left_unanswered_is_asked_again_and_answered_once():
    """Storm seed 3: the service was up again, and the floor went on asking a device that had asked long ago."""
    held = entitlement(down=1.0)
    held.tell(look_up())
    held.wait(10 * MINUTE)
    held.client._body.dials = EntitlementDials()
    (answer,) = held.wait(10 * MINUTE)
    assert (answer.command, answer.imei) == ("C1", IMEI)


def test_e23_in_the_end_the_floor_hears_that_there_is_no_answer():
    held = entitlement(down=1.0)
    held.tell(look_up())
    (refused,) = held.wait(40 * MINUTE)
    assert isinstance(refused, e.CommandRefused)
    assert refused.command == "C1"


def test_e23_slow_is_not_down_and_dead_is():
    slow = entitlement(slow=30.0)
    slow.tell(look_up())
    assert slow.wait(6 * SECOND - 1) == []
    assert slow.wait(2 * MINUTE)
    dead = entitlement(dead_after=0)
    assert dead.tell(look_up()) == dead.wait(MINUTE) == []


def test_a_question_is_asked_once_while_the_device_lives():
    held = entitlement()
    held.tell(look_up())
    held.tell(look_up())
    assert len(held.wait(MINUTE)) == 1


def test_what_is_no_imei_is_refused():
    (refused,) = entitlement().tell(look_up("12345"))
    assert "IMEI" in refused.reason
