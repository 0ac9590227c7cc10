"""Fuzz every decoder that meets bytes from outside: ``python -m tests.hostile.fuzz_decoders --minutes 10``.

The first byte of an input chooses the decoder, the rest is what it reads; with ``--only vda`` the time goes to those
whose names begin so. Half of all mutations change one place of a
JSON message, the other half are libFuzzer's own. What msgspec decides inside of C no coverage shows; so what a decoder
answers (its complaint without the quoted names) counts as a place of its own, and inputs are kept that find new ones.
A crash is any exception that a decoder does not document, or anything read that cannot be written again; libFuzzer
prints it and leaves ``crash-…`` in the corpus directory.
``tests.hostile.keep`` packs a corpus as the tests read it.
"""

import argparse
import re
import sys
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["shopfloor", "devices", "tests.hostile.decoders", "json", "tomllib"]):
    from shopfloor.contract.codec import Unreadable
    from shopfloor.contract.vda5050 import MalformedVda
    from tests.hostile.decoders import DECODERS

from tests.hostile.mutation import spoil
from tests.hostile.seeds import seeds

LENGTH_MAX = 4_096
"""Bytes of one input: size is what the tests' own oversized messages are for, and short inputs run often."""
SECONDS_ONE_INPUT_MAX = 20
CORPUS = Path("build/fuzz")
ANSWERS = 4_096
"""Places for what decoders answer; two answers that share one are one."""
SPOIL_SHARE = 0.5
FRESH_SHARE = 0.1
"""Of the spoilt messages so many begin anew from a seed: most kinds look alike to the coverage and are not kept."""
DECODES = list(DECODERS.values())
SEEDS = seeds()


_PLACES: list[Callable[[], None]] = []
_QUOTED = re.compile(r"'[^']*'|field `[^`]*`|\d+")
"""What a complaint repeats of the input; paths and expected types are the decoder's own words and count."""


def _place() -> Callable[[], None]:
    made: dict[str, Callable[[], None]] = {}
    exec("def told():\n    return None\n", made)
    return atheris.instrument_func(made["told"])


def count_answers() -> None:
    """From now on each new sort of complaint is a new place for libFuzzer."""
    _PLACES.extend(_place() for _ in range(ANSWERS))
    for fault in (Unreadable, MalformedVda):
        _listen(fault)


def _listen(fault: type[Exception]) -> None:
    begin = fault.__init__

    def begin_and_tell(self: Exception, *words: object) -> None:
        begin(self, *words)
        shape = _QUOTED.sub("", str(self))
        _PLACES[zlib.crc32(shape.encode("utf-8", "replace")) % ANSWERS]()

    fault.__init__ = begin_and_tell


@atheris.instrument_func
def one_input(data: bytes) -> None:
    if data:
        DECODES[data[0] % len(DECODES)](data[1:])


class Mutator:
    """libFuzzer's own mutations, and spoilt messages between them; all are for the decoders that were asked for."""

    def __init__(self, asked: Sequence[int]) -> None:
        self._asked = frozenset(asked)
        self._seeds = [seed for its in seeds_of(asked).values() for seed in its]

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        chance = Random(seed)
        changed = self._changed(data, max_size, chance)
        if changed and changed[0] % len(DECODES) in self._asked:
            return changed
        return chance.choice(self._seeds)

    def _changed(self, data: bytes, max_size: int, chance: Random) -> bytes:
        if chance.random() < SPOIL_SHARE:
            if chance.random() < FRESH_SHARE:
                data = chance.choice(self._seeds)
            head, payload = _parted(data)
            spoilt = spoil(payload, _parted(chance.choice(self._seeds))[1], chance)
            if spoilt is not None and len(head) + len(spoilt) <= max_size:
                return head + spoilt
        return atheris.Mutate(data, max_size)


def _parted(data: bytes) -> tuple[bytes, bytes]:
    """What chooses the decoder, with the topic if it has one, and the payload."""
    if not data[1:].startswith((b"shopfloor/", b"uagv/", b"vda5050/")):
        return data[:1], data[1:]
    head, line_end, payload = data.partition(b"\n")
    return head + line_end, payload


def asked_for(beginning: str) -> list[int]:
    """The places of the decoders whose names begin so."""
    return [place for place, name in enumerate(DECODERS) if name.startswith(beginning)]


def seeds_of(asked: Sequence[int]) -> dict[str, list[bytes]]:
    """Decoder → its seeds that are short enough, each behind the byte that chooses it. Each decoder has some."""
    names = list(DECODERS)
    found = {
        names[place]: [bytes([place]) + seed for seed in SEEDS[names[place]] if len(seed) < LENGTH_MAX]
        for place in asked
    }
    assert all(found.values()), f"nothing to begin with: {[name for name, its in found.items() if not its]}"
    return found


def plant(corpus: Path, asked: Sequence[int]) -> None:
    """The seeds, as files."""
    corpus.mkdir(parents=True, exist_ok=True)
    for name, its in seeds_of(asked).items():
        for number, seed in enumerate(its):
            (corpus / f"seed-{name}-{number}").write_bytes(seed)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--minutes", type=float, default=10.0)
    words.add_argument("--corpus", type=Path, default=CORPUS, help="directory of inputs; what is found is added")
    words.add_argument("--only", default="", metavar="BEGINNING", help="decoders whose names begin so; default: all")
    asked, more = words.parse_known_args()
    places = asked_for(asked.only)
    if not places:
        words.error(f"no decoder is called {asked.only}…: {', '.join(DECODERS)}")
    plant(asked.corpus, places)
    count_answers()
    options = [
        sys.argv[0],
        f"-max_total_time={round(asked.minutes * 60)}",
        f"-max_len={LENGTH_MAX}",
        f"-timeout={SECONDS_ONE_INPUT_MAX}",
        f"-artifact_prefix={asked.corpus}/",
        "-print_final_stats=1",
        *more,
        str(asked.corpus),
    ]
    atheris.Setup(options, one_input, custom_mutator=Mutator(places))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
