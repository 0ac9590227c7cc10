"""Fuzz every decoder that meets bytes from outside: ``python -m tests.hostile.fuzz_decoders --minutes 10``.

The first byte of an input chooses the decoder, the rest is what it reads. Half of all mutations change one place of a
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
from collections.abc import Callable
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
    """libFuzzer's own mutations, and spoilt messages between them."""

    def __init__(self) -> None:
        self._seeds = [bytes([place]) + seed for place, name in enumerate(DECODERS) for seed in seeds_of(name)]

    def __call__(self, data: bytes, max_size: int, seed: int) -> bytes:
        chance = Random(seed)
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
    if not data[1:].startswith((b"shopfloor/", b"uagv/")):
        return data[:1], data[1:]
    head, line_end, payload = data.partition(b"\n")
    return head + line_end, payload


def seeds_of(name: str) -> list[bytes]:
    """The seeds of one decoder that are short enough."""
    return [seed for seed in SEEDS[name] if len(seed) < LENGTH_MAX]


def plant(corpus: Path) -> None:
    """The seeds, each behind the byte that chooses its decoder."""
    corpus.mkdir(parents=True, exist_ok=True)
    for place, name in enumerate(DECODERS):
        for number, payload in enumerate(seeds_of(name)):
            (corpus / f"seed-{name}-{number}").write_bytes(bytes([place]) + payload)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--minutes", type=float, default=10.0)
    words.add_argument("--corpus", type=Path, default=CORPUS, help="directory of inputs; what is found is added")
    asked, more = words.parse_known_args()
    plant(asked.corpus)
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
    atheris.Setup(options, one_input, custom_mutator=Mutator())
    atheris.Fuzz()


if __name__ == "__main__":
    main()
