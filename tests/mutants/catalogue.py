"""The whole list."""

from collections.abc import Sequence

from tests.mutants.custody import CUSTODIES
from tests.mutants.delivery import DELIVERIES
from tests.mutants.hall import TICKETS
from tests.mutants.jobs import CARRYING
from tests.mutants.mutant import Mutant
from tests.mutants.parts import ORDERS
from tests.mutants.payments import ATTEMPTS
from tests.mutants.picks import PICKED
from tests.mutants.prices import PRICED
from tests.mutants.refunds import REFUNDS, SLIPS
from tests.mutants.roads import ROADS
from tests.mutants.robots import ROBOTS
from tests.mutants.signatures import SIGNATURES
from tests.mutants.stock import LEDGER

MONEY = (*ATTEMPTS, *REFUNDS, *SLIPS, *PRICED)
STOCK = (*ORDERS, *PICKED, *LEDGER)
FLEET = (*ROADS, *ROBOTS)
MUTANTS: tuple[Mutant, ...] = (*MONEY, *STOCK, *SIGNATURES, *CUSTODIES, *TICKETS, *CARRYING, *FLEET, *DELIVERIES)
"""Money, stock and signatures first."""


def by_names(names: Sequence[str]) -> tuple[Mutant, ...]:
    """Those with these names or of these subjects; all if none is given. Raises KeyError with a sentence."""
    known = dict.fromkeys((*(mutant.name for mutant in MUTANTS), *(mutant.subject for mutant in MUTANTS)))
    for name in names:
        if name not in known:
            raise KeyError(f"there is no mutant and no subject {name}")
    return tuple(mutant for mutant in MUTANTS if not names or mutant.name in names or mutant.subject in names)
