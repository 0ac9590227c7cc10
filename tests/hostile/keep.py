"""Keep of a fuzzer's corpus what matters: ``python -m tests.hostile.keep tests/data/hostile/decoders.jsonl CORPUS…``.

Few and small inputs that still reach every line that the whole corpus reaches, by decoder: megabytes of findings become
some kilobytes of JSON lines, ``[decoder, payload as base64]``, that `test_decoders` reads.
"""

import base64
import sys
from collections import Counter
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
    """(decoder, payload): the smallest first that reach a line of that decoder's; without those of them for which the
    others stand in."""
    reached: dict[str, dict[bytes, set[Line]]] = {name: {} for name in NAMES}
    for data in sorted(set(inputs), key=lambda each: (len(each), each)):
        if data:
            its = reached[NAMES[data[0] % len(NAMES)]]
            lines = lines_of(data)
            if not lines <= set().union(*its.values()):
                its[data[1:]] = lines
    return sorted((name, data) for name, its in reached.items() for data in needed(its))


def needed(reached: dict[bytes, set[Line]]) -> list[bytes]:
    """Without whoever reaches nothing that another one does not reach, too."""
    times = Counter(line for lines in reached.values() for line in lines)
    kept = []
    for data, lines in reached.items():
        if all(times[line] > 1 for line in lines):
            times -= Counter(lines)
        else:
            kept.append(data)
    return kept


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
