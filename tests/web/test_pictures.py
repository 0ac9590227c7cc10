"""Pictures that many look at: drawn once, worded once, and only what differs is news."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec

from shopfloor.web.live import Drawing, Gallery, Picture, Sections

WAIT_S = 10.0


class Easel:
    """What is drawn, and how often it was."""

    def __init__(self, **values: object) -> None:
        self.values: Sections = values
        self.moved = 0
        self.drawn = 0

    def draw(self) -> Sections:
        self.drawn += 1
        return self.values


def sections_in(text: str) -> dict[str, object]:
    view = msgspec.json.decode(text)["view"]
    assert isinstance(view, dict)
    return view


def test_only_what_differs_is_in_a_frame() -> None:
    first = Drawing(0, 0, {}).after({"queue": ["A001"], "robots": [1]}, 10)
    second = first.after({"queue": ["A001"], "robots": [2]}, 20)
    assert (second.rev, second.at) == (first.rev + 1, 20)
    assert sections_in(second.frame(first.rev, 21)) == {"robots": [2]}
    assert sections_in(second.snap("now", 21)) == {"queue": ["A001"], "robots": [2]}


def test_a_reader_who_has_missed_frames_gets_the_latest_of_each_section() -> None:
    first = Drawing(0, 0, {}).after({"queue": 1, "robots": 1}, 10)
    third = first.after({"queue": 2, "robots": 1}, 20).after({"queue": 2, "robots": 3}, 30)
    assert sections_in(third.frame(first.rev, 31)) == {"queue": 2, "robots": 3}


def test_what_looks_the_same_is_no_news() -> None:
    first = Drawing(0, 0, {}).after({"queue": ["A001"]}, 10)
    again = first.after({"queue": ["A001"]}, 20)
    assert (again.rev, again.at) == (first.rev, first.at)


def test_a_frame_is_worded_once_for_all_who_have_seen_the_same() -> None:
    first = Drawing(0, 0, {}).after({"queue": 1}, 10)
    second = first.after({"queue": 2}, 20)
    assert second.frame(first.rev, 21) is second.frame(first.rev, 22)
    assert second.frame(0, 22) is not second.frame(first.rev, 22)


def test_fifty_who_come_at_the_same_moment_have_it_drawn_once() -> None:
    easel = Easel(queue=1)

    async def come() -> None:
        picture = Picture(easel.draw, lambda: None, lambda: 10)
        await asyncio.gather(*(picture.begin() for _ in range(50)))

    asyncio.run(come())
    assert easel.drawn == 1


def due(pace_s: float, *looks: tuple[object, float]) -> list[bool]:
    """For each stamp and second: whether the picture is to be drawn."""

    async def look() -> list[bool]:
        picture = Picture(Easel().draw, lambda: None, lambda: 10, pace_s)
        return [picture.is_due(stamp, now_s) for stamp, now_s in looks]

    return asyncio.run(look())


def test_what_changes_within_the_pace_of_a_picture_is_drawn_when_it_has_passed() -> None:
    assert due(1.0, (1, 100.0), (2, 100.2), (3, 100.8), (3, 101.0), (3, 101.2)) == [True, False, False, True, False]


def test_without_a_pace_every_change_is_drawn_at_once() -> None:
    assert due(0.0, (1, 100.0), (2, 100.2), (2, 100.4), (3, 100.6)) == [True, True, False, True]


def kept(watch: Callable[[Gallery], "asyncio.Future[None]"], gallery: Gallery) -> None:
    async def both() -> None:
        keeping = asyncio.ensure_future(gallery.keep())
        try:
            await asyncio.wait_for(watch(gallery), WAIT_S)
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping

    asyncio.run(both())


def test_a_robots_step_draws_the_board_and_no_customers_page() -> None:
    board, customers = Easel(robots=1), Easel(new=1)

    async def steps(gallery: Gallery) -> None:
        shown = gallery.enter(("board",), board.draw, lambda: board.moved)
        other = gallery.enter(("track", "T1"), customers.draw, lambda: None)
        await shown.begin()
        await other.begin()
        drawing = await shown.newer_than(0)
        before = customers.drawn
        for step in range(2, 6):
            board.values, board.moved = {"robots": step}, step
            while (latest := await shown.newer_than(drawing.rev)).rev == drawing.rev:
                pass
            drawing = latest
        assert customers.drawn <= before + 1  # it is looked at once when it is new in the gallery

    kept(lambda gallery: asyncio.ensure_future(steps(gallery)), Gallery(lambda: 0, lambda: 10))


def test_where_nothing_happens_a_reader_hears_a_beat() -> None:
    easel = Easel(queue=1)

    async def hears(gallery: Gallery) -> None:
        picture = gallery.enter(("board",), easel.draw, lambda: None)
        await picture.begin()
        known = picture.drawing
        assert (await picture.newer_than(known.rev)).rev == known.rev

    kept(lambda gallery: asyncio.ensure_future(hears(gallery)), Gallery(lambda: 0, lambda: 10))


def test_a_picture_that_cannot_be_drawn_stops_no_other() -> None:
    broken, sound = Easel(), Easel(queue=1)

    def breaks() -> Sections:
        raise RuntimeError("the records are away")

    async def goes_on(gallery: Gallery) -> None:
        gallery.enter(("broken",), breaks, lambda: broken.moved)
        picture = gallery.enter(("sound",), sound.draw, lambda: sound.moved)
        while not (await picture.newer_than(0)).rev:
            pass

    kept(lambda gallery: asyncio.ensure_future(goes_on(gallery)), Gallery(lambda: 0, lambda: 10))
