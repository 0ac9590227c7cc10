"""What the floor remembers of each robot: plain data, in the books, so a restart of the coordinator forgets nothing."""

from typing import ClassVar, Final, Literal, TypeAlias

from msgspec import Struct, field

from shopfloor.contract.actor import Instant
from shopfloor.contract.facts import RobotWayChanged
from shopfloor.contract.vda5050 import ConnectionState, Factsheet, State
from shopfloor.core.fleet.insertion import Stop
from shopfloor.core.fleet.plans import Plan
from shopfloor.core.lifecycles import Machine

FULL_PCT: Final = 100.0
Purpose: TypeAlias = Literal["pickup", "dropoff", "unload", "charge", "park"]
"""The first two are for a job; ``unload`` puts down what a job has left aboard; the others are moves."""


class Errand(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a robot is out for: a node to go to, and what to do there."""

    purpose: Purpose
    goal: str
    """Node."""
    action: str = ""
    """``pick``, ``drop``, ``startCharging``, or nothing."""
    load: str = ""
    """What is picked or dropped."""
    tote: str = ""
    """Where it is put, or lies."""
    job: str = ""
    station: str = ""
    """What the shop calls the goal."""


class Leg(Struct, kw_only=True):
    """One VDA 5050 order under way: a new one for each errand.

    ``route`` is node, edge, node … node; an element's sequenceId is its index, counted from ``first_number``. Of it
    ``route[held_from : released + 1]`` is claimed for this robot; what comes after is not yet sent to it.
    """

    errand: Errand
    order_id: str
    route: tuple[str, ...]
    passed: int = 0
    """The last node that the robot has passed."""
    held_from: int = 0
    """What lies before it is left behind, contour and all (M20)."""
    released: int = 0
    """The last node of the base."""
    first_number: int = 0
    """2 where the robot would take the order's only node for the one that it has just passed as number 0 (R18)."""
    start_within_m: float = 0.0
    """How far from the first node the robot stood when the order was made (M9)."""
    update_id: int = -1
    """Of the last message sent; -1 before the first."""
    sent_from: int = 0
    """The first node of the last message sent."""
    sent_at: Instant = 0
    asks: int = 0
    """How many times the last message was sent."""
    echoed: bool = True
    """Nothing is sent that the robot's state does not show yet (M14)."""
    taken: bool = False
    """The robot's state has shown this order."""
    refused: str = ""
    """Why it refuses the last message."""
    closed: bool = False
    """No update will be taken any more (M16): what is released is driven, then a new order."""
    arrived: bool = False

    @property
    def last(self) -> int:
        return len(self.route) - 1

    @property
    def at_rest(self) -> bool:
        """Everything sent is known to be driven."""
        return self.echoed and self.passed == self.released

    @property
    def acts(self) -> bool:
        """The node with the action is in the base."""
        return bool(self.errand.action) and self.released == self.last and self.update_id >= 0

    @property
    def action_id(self) -> str:
        return f"{self.order_id}-{self.errand.action}"


class Ask(Struct, kw_only=True):
    """An instant action that the robot has not answered yet."""

    action_id: str
    action_type: str
    sent_at: Instant
    asks: int = 1
    about: str = ""
    """The id of the order action that it means (``retry``, ``skipRetry``)."""


class Trust(Struct, kw_only=True, omit_defaults=True):
    """What a robot's word is measured by: where it was last believed to be, and how much it says."""

    spot: tuple[float, float] | None = None
    """The last spot that could be true, in metres; None where any next one can."""
    at: Instant = 0
    """When it told that spot, by our clock."""
    told_at: Instant = 0
    """By its own."""
    jumps: int = 0
    """Moves that no robot can make, since ``jumped_at``."""
    jumped_at: Instant = 0
    crowd: float = 0.0
    """States above what a robot has to say, as water in a leaking bucket; its level at ``crowd_at``."""
    crowd_at: Instant = 0


class RobotMemory(Struct, kw_only=True):
    """One robot. ``state`` is its availability; ``wait`` in the books is when the floor looks at it again."""

    machine: ClassVar[Machine] = "robot"

    id: str
    """The device: ``robot/r1``."""
    slack: int = 0
    """So much longer than usual its words may be on their way: what the shop's policy allows beyond 5 s."""
    state: str = "OFFLINE"
    connection: ConnectionState = ConnectionState.UNKNOWN
    """UNKNOWN until it was heard: then the age of its states decides alone."""
    version: str = ""
    """Of VDA 5050, as it last came online with; a state tells it anew."""
    gone_since: Instant = 0
    """When its connection was last said to be gone."""
    report: State | None = None
    """The latest, never an older one."""
    factsheet: Factsheet | None = None
    heard_at: Instant = 0
    state_asked_at: Instant = 0
    """When it was last asked for its state: one on its way may have been lost."""
    progress_at: Instant = 0
    """When its order last went on, or it last had a reason not to."""
    idle_since: Instant = 0
    standing: tuple[str, ...] = ()
    """What it holds without a leg: its node; or start, edge and end where it stands in between."""
    lost: bool = False
    """It stands on no lane that we know."""
    leg: Leg | None = None
    done: Errand | None = None
    """The last errand that it finished, until it has another."""
    plan: Plan | None = None
    """Its way to the stop and home, in nobody's way, as it was when it was last decided upon."""
    sought_at: Instant = 0
    """When it last looked in vain for a plan, or a better one than to wait; 0: it need not."""
    sought_for: str = ""
    """The node that there was no plan to."""
    jobs: list[str] = field(default_factory=list)
    """Those it fetches or carries, in the order in which they were given to it."""
    tour: tuple[Stop, ...] = ()
    """Its stops in turn. The first is promised to it; the others are a forecast, made anew at the next event."""
    aboard: dict[str, str] = field(default_factory=dict)
    """Tote → what is in it, by the robot's own word, or by its picks and drops if it does not tell its loads."""
    ask: Ask | None = None
    failures: int = 0
    """Orders in a row that came to nothing."""
    failed_at: Instant = 0
    failed_why: str = ""
    """What the last of them came to nothing of, for a person."""
    met: list[str] = field(default_factory=list)
    """What has failed since it last got something done: the next time, the other step of ``failures``."""
    not_before: Instant = 0
    """It has said that it is not ready for orders: tried again then."""
    pardoned: tuple[str, str] = ("", "")
    """Type of a CRITICAL error and the order that was cancelled for it: with another order it is the same again."""
    held: str = ""
    """Why it gets no order until a person has confirmed place and load (R12, and who is not to be trusted)."""
    buried: bool = False
    """It did not come back in time: its job was moved, or a person was told."""
    trust: Trust = field(default_factory=Trust)
    tidied_at: Instant = 0
    """When it was last asked to clear its list of instant actions (M26)."""
    order_sent_at: Instant = 0
    """When an order was last sent to it, new or again (minimumOrderInterval)."""
    orders_sent: int = 0
    """The last headerId on ``order``, and on ``instantActions`` (M3)."""
    instant_actions_sent: int = 0
    stirred: bool = True
    """Something has changed since the floor last steered it."""
    told: RobotWayChanged | None = None
    """What those who look on were last told of it."""

    @property
    def name(self) -> str:
        return self.id.partition("/")[2]

    @property
    def out_for(self) -> str:
        """The job of its next stop, if it has one."""
        return next((stop.job for stop in self.tour[:1] if stop.job in self.jobs), "")

    @property
    def messages_sent(self) -> int:
        return self.orders_sent + self.instant_actions_sent

    @property
    def claims(self) -> tuple[str, ...]:
        """The nodes and edges that nobody else may touch, or what conflicts with them."""
        leg = self.leg
        return self.standing if leg is None else leg.route[leg.held_from : leg.released + 1]

    @property
    def rest(self) -> str:
        """The node where it comes to stand if nothing more is released."""
        leg = self.leg
        return self.standing[-1] if leg is None else leg.route[leg.released]

    @property
    def battery_pct(self) -> float:
        """By its own word, which may be any number; nothing is fuller than full."""
        told = self.report.power_supply.state_of_charge if self.report is not None else 0.0
        return min(max(told, 0.0), FULL_PCT)

    @property
    def charging(self) -> bool:
        return self.report is not None and self.report.power_supply.charging
