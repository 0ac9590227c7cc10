"""Requests that nobody thought of, made from the OpenAPI document for every sort of caller: none may end in a 5xx, none
may go without an answer, and every answer is one that the document tells (status, type, schema).

    python -m tests.web.schema_cases --cases 10000

Several shops of their own are asked side by side, each from a seed of its own. What they take in is checked, too: at
the end every invariant holds and each journal replays to the same state.
"""

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

from tests.web.schema_shop import ask_a_shop
from tests.web.schema_tally import Tally, table, together

CASES: Final = 10_000
SHOPS: Final = 3
SEED: Final = 20_261_122
APART: Final = 1_000
"""Between the seeds of two shops: each round of a shop takes the next."""
COMMAND: Final = "python -m tests.web.schema_cases"


def ask_shops(seed: int, share: int, shops: int) -> Tally:
    """Each in a process of its own, so many times."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(shops, mp_context=fresh) as pool:
        asked = [pool.submit(ask_a_shop, seed + APART * number, share) for number in range(shops)]
        return together(each.result() for each in asked)


def tell(share: int, tally: Tally) -> None:
    """What was answered, and each failure with how to see it again."""
    kinds = tally.taken.keys() | tally.refused.keys()
    taken = [kind for kind in kinds if tally.taken[kind]]
    print(table(tally))
    print(
        f"\nOf {len(kinds)} kinds of events the floor took in {len(taken)} ({tally.taken.total()} events) "
        f"and refused {tally.refused.total()} events."
    )
    for failure in tally.failures:
        print(f"\n{failure.operation}, {failure.who}: {failure.what}\n  {failure.more}\n  {failure.curl}")
        print(f"  again, with the shop left open: {COMMAND} --hold --seed {failure.seed} --cases {share}")
    print(f"{len(tally.failures) or 'No'} failures in {tally.asked} requests.", flush=True)


def hold(share: int, tally: Tally) -> None:
    """So that a curl can be tried, and tried again."""
    tell(share, tally)
    input("The shop is open until you press Enter. ")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog=COMMAND, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=CASES, help="requests, of all shops together (%(default)s)")
    parser.add_argument("--shops", type=int, default=SHOPS, help="shops side by side, a process each (%(default)s)")
    parser.add_argument("--seed", type=int, default=SEED, help="of the first shop (%(default)s)")
    parser.add_argument("--hold", action="store_true", help="ask one shop, and leave it open until Enter is pressed")
    given = parser.parse_args()
    shops = 1 if given.hold else given.shops
    share = -(-given.cases // shops)
    print(f"seed {given.seed}, {given.cases} requests, {shops} shops", flush=True)
    began = time.monotonic()
    if given.hold:
        tally = ask_a_shop(given.seed, share, partial(hold, share))
    else:
        tally = ask_shops(given.seed, share, shops)
        tell(share, tally)
    print(f"{tally.entries} journal entries replayed to the same state. {time.monotonic() - began:.0f} s.")
    return 1 if tally.failures else 0


if __name__ == "__main__":
    sys.exit(main())
