"""Keep of a fuzzer's corpus what matters: ``python -m tests.hostile.keep tests/data/hostile/decoders.jsonl CORPUS…``.

The smallest inputs that still reach every line that the whole corpus reaches, by decoder: half a megabyte of findings
becomes a few kilobytes of JSON lines, ``[decoder, payload as base64]``, that `test_decoders` reads.
"""

import base64
import sys
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType

import msgspec

import devices
import shopfloor
from tests.hostile.decoders import DECODERS

OURS = tuple(str(Path(package.__path__[0])) for package in (shopfloor, devices))
NAMES = list(DECODERS)
Line = tuple[CodeType, int]


class Lines:
    """The lines of ours that run while it watches."""

    def __init__(self) -> None:
        self.seen: set[Line] = set()

    def __call__(self, frame: FrameType, _event: str, _argument: object) -> "Lines | None":
        if not frame.f_code.co_filename.startswith(OURS):
            return None
        self.seen.add((frame.f_code, frame.f_lineno))
        return self


def lines_of(data: bytes) -> set[Line]:
    lines = Lines()
    sys.settrace(lines)
    try:
        DECODERS[NAMES[data[0] % len(NAMES)]](data[1:])
    finally:
        sys.settrace(None)
    return lines.seen


def worth_keeping(inputs: Iterable[bytes]) -> list[tuple[str, bytes]]:
    """(decoder, payload), the smallest first that reach a line of that decoder's."""
    reached: dict[str, set[Line]] = {name: set() for name in NAMES}
    kept = []
    for data in sorted(set(inputs), key=lambda each: (len(each), each)):
        name = NAMES[data[0] % len(NAMES)] if data else ""
        if data and not lines_of(data) <= reached[name]:
            reached[name] |= lines_of(data)
            kept.append((name, data[1:]))
    return sorted(kept)


def main() -> None:
    file, *corpora = (Path(word) for word in sys.argv[1:])
    inputs = [path.read_bytes() for corpus in corpora for path in corpus.iterdir() if path.exists()]
    kept = worth_keeping(inputs)
    file.write_bytes(
        b"".join(msgspec.json.encode([name, base64.b64encode(data).decode()]) + b"\n" for name, data in kept)
    )
    print(f"{len(kept)} of {len(inputs)} inputs in {file}, {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
