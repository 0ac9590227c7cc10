"""What browsers still have to send, as they told last."""

from typing import Final

from shopfloor.web.unsent import DEVICES_MAX, Unsent, UnsentBook

KIOSK: Final = "queue/q2"


def waits(number: int, seq: int = 7) -> Unsent:
    return Unsent(boot=1, seq=seq, waiting=number)


def test_a_picture_is_another_one_when_another_number_waits_and_only_then() -> None:
    book = UnsentBook()
    revs = []
    for unsent in (waits(0), waits(2), waits(2, seq=9), waits(0), waits(0, seq=10)):
        book.note(KIOSK, unsent, at=1)
        revs.append(book.rev)
    assert revs == [0, 1, 1, 2, 2]


def test_whoever_was_silent_for_longest_goes_when_there_are_too_many() -> None:
    book = UnsentBook()
    for number in range(DEVICES_MAX):
        book.note(f"link/t{number}", waits(1), at=number)
    book.note("link/t0", waits(2), at=DEVICES_MAX)
    book.note(KIOSK, waits(3), at=DEVICES_MAX)
    assert len(book.all()) == DEVICES_MAX
    assert "link/t1" not in book.all()
    assert book.all()["link/t0"] == (waits(2), DEVICES_MAX)
