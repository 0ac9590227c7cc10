"""Days of customers as the twin draws them, counted by the hour."""

from msgspec import Struct

from shopfloor.contract.actor import HOUR
from simulations.demand import arrivals
from simulations.oracles.hall import Played
from simulations.scenarios.parameters import Demand
from simulations.streams import Streams


class Days(Struct, frozen=True, kw_only=True):
    """Measures the sums of each hour's customers over the days, then the sums of their squares."""

    demand: Demand
    days: int

    @property
    def means(self) -> tuple[float, ...]:
        """Customers that the demand promises for each hour."""
        demand = self.demand
        a_day = demand.repairs_a_day + demand.advice_a_day + demand.care_a_day + demand.questions_a_day
        return tuple(demand.factor * a_day * weight / sum(demand.weights) for weight in demand.weights)

    def play(self, streams: Streams) -> Played:
        hours = len(self.demand.weights)
        sums, squares = [0] * hours, [0] * hours
        for day in range(self.days):
            seed = streams.apart("day", day).getrandbits(63)
            come = [at // HOUR for at, _, _ in arrivals(self.demand, Streams(seed), 0, hours * HOUR)]
            for hour in range(hours):
                count = come.count(hour)
                sums[hour] += count
                squares[hour] += count**2
        return Played((*sums, *squares))
