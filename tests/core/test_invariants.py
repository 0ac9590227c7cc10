"""Each invariant: a healthy shop passes, and books broken by hand in exactly that way are caught by its id."""

import pytest

from shopfloor.core.invariants import INVARIANTS, Broken, check_all, check_touched, flaws
from shopfloor.core.lifecycles import TABLES
from tests.core.spoilt import Spoilt, called, ticket
from tests.core.spoilt_goods import SPOILT
from tests.core.story import Story


@pytest.mark.parametrize("name", SPOILT)
def test_a_healthy_shop_passes_and_spoilt_books_are_caught(name: str) -> None:
    story, spoilt = Story(), SPOILT[name]
    spoilt.situation(story)
    shop = story.floor.shop
    assert flaws(shop) == []
    assert check_all(shop) > len(story.books.units)

    shop.outs = []
    spoilt.spoil(story)

    found = flaws(shop)
    assert dict.fromkeys(invariant for invariant, _ in found) == {spoilt.invariant: None}, found
    with pytest.raises(Broken) as broken:
        check_all(shop)
    assert broken.value.invariant == spoilt.invariant
    assert broken.value.words
    assert str(broken.value).startswith(spoilt.invariant)


@pytest.mark.parametrize("invariant", [i.id for i in INVARIANTS if i.subjects])
def test_what_a_beat_has_touched_is_checked_at_once(invariant: str) -> None:
    """At least one of its spoilt books is caught without a full scan, and by no other invariant."""
    caught = [broken_beat(spoilt) for spoilt in SPOILT.values() if spoilt.invariant == invariant]
    assert invariant in caught
    assert all(found in (invariant, "") for found in caught), caught


def broken_beat(spoilt: Spoilt) -> str:
    """Which invariant stops a beat that has touched everything; empty if none does."""
    story = Story()
    spoilt.situation(story)
    shop = story.floor.shop
    shop.outs, shop.touched = [], {}
    spoilt.spoil(story)
    for machine in TABLES:
        shop.touched.update(shop.things(machine))
    shop.touched.update(story.books.units)
    try:
        check_touched(shop)
    except Broken as broken:
        return broken.invariant
    return ""


def test_every_invariant_has_a_check_and_spoilt_books_or_names_its_holder() -> None:
    named = {spoilt.invariant for spoilt in SPOILT.values()}
    for invariant in INVARIANTS:
        assert invariant.words, invariant.id
        checked = bool(invariant.subjects or invariant.whole)
        assert checked or invariant.held_by, invariant.id
        assert checked == (invariant.id in named), invariant.id


def test_the_table_is_whole() -> None:
    ids = [invariant.id for invariant in INVARIANTS]
    assert ids == [*(f"B{n}" for n in range(1, 31)), *(f"I{n:02}" for n in range(1, 27))]


def test_only_what_was_touched_is_looked_at() -> None:
    story = Story()
    called(story)
    shop = story.floor.shop
    shop.outs, shop.touched = [], {}
    assert check_touched(shop) == 0
    shop.touch(ticket(story))
    few = check_touched(shop)
    assert 0 < few < 10 < check_all(shop)


def test_a_broken_invariant_stops_the_floor() -> None:
    """From inside assert: the beat that breaks the books raises, so that nothing of it leaves."""
    story = Story()
    called(story)
    story.books.desks["d2"].ticket = ticket(story).id
    with pytest.raises(Broken, match="B1"):
        story.wait(120_000)
