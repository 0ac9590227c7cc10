"""A robot on strings: says exactly the state that a test wants it to say."""

from math import hypot

from msgspec import structs

from shopfloor.contract.actor import SECOND
from shopfloor.contract.commands import SendInstantActions, SendOrder
from shopfloor.contract.events import RobotConnectionReported, RobotReported
from shopfloor.contract.facts import JobOpened, PickDone
from shopfloor.contract.vda5050 import (
    ActionState,
    ActionStatus,
    Connection,
    ConnectionState,
    EmergencyStop,
    Error,
    ErrorLevel,
    Header,
    MobileRobotPosition,
    NodeState,
    OperatingMode,
    Order,
    PowerSupply,
    Reference,
    SafetyState,
    State,
)
from shopfloor.core.fleet.memory import RobotMemory
from shopfloor.core.fleet.trust import FASTER_THAN_CAN
from tests.core.story import LAYOUT, Story


class Puppet:
    """One robot of a story; it stands in its park until told otherwise."""

    def __init__(self, story: Story, name: str = "r1", version: str = "2.1.0") -> None:
        self.story = story
        self.name = name
        self.device = f"robot/{name}"
        row = LAYOUT.robots[name]
        park = LAYOUT.station_node(row.park)
        self.state = State(
            header=Header(0, story.now, version, row.manufacturer, row.serial_number),
            order_id="",
            order_update_id=0,
            last_node_id=park,
            last_node_sequence_id=0,
            driving=False,
            operating_mode=OperatingMode.AUTOMATIC,
            power_supply=PowerSupply(90.0, charging=False),
            safety_state=SafetyState(EmergencyStop.NONE, field_violation=False),
            mobile_robot_position=self._spot(park),
        )
        self.says(ConnectionState.ONLINE)
        self.tells()

    @property
    def memory(self) -> RobotMemory:
        return self.story.books.robots[self.device]

    @property
    def orders(self) -> list[SendOrder]:
        return [out for out in self.story.all(SendOrder) if out.to == self.device]

    @property
    def order(self) -> Order:
        """The latest that it was sent."""
        return self.orders[-1].order

    @property
    def instant_actions(self) -> list[SendInstantActions]:
        return [out for out in self.story.all(SendInstantActions) if out.to == self.device]

    def says(self, connection: ConnectionState) -> None:
        message = Connection(self.state.header, connection)
        self.story.believed(self.device, RobotConnectionReported(connection=message))

    def tells(self, **changes: object) -> None:
        """A new state, with these fields changed."""
        header = structs.replace(self.state.header, header_id=self.state.header.header_id + 1, timestamp=self.story.now)
        self.state = structs.replace(self.state, header=header, **changes)
        self.repeats(self.state)

    def repeats(self, state: State) -> None:
        """Says a state as it is, whatever its header."""
        self.story.believed(self.device, RobotReported(state=state))

    def takes_order(self) -> None:
        """Its state shows the latest order, and nothing of it driven."""
        order = self.order
        self.tells(
            order_id=order.order_id,
            order_update_id=order.order_update_id,
            node_states=tuple(NodeState(node.node_id, node.sequence_id, node.released) for node in order.nodes[1:]),
            action_states=self._actions(ActionStatus.WAITING),
        )

    def drives(self, nodes: int = 100) -> None:
        """Passes so many nodes of its order, one state each, and takes its time."""
        for node in self.state.node_states[:nodes]:
            self._takes_time(node.node_id)
            self.tells(
                last_node_id=node.node_id,
                last_node_sequence_id=node.sequence_id,
                node_states=self.state.node_states[1:],
                mobile_robot_position=self._spot(node.node_id),
            )

    def acts(self, status: ActionStatus) -> None:
        self.tells(action_states=self._actions(status))

    def obeys(self) -> None:
        """Takes and drives whatever it is sent, as long as something new comes, and does what is to be done."""
        while (self.order.order_id, self.order.order_update_id) != (self.state.order_id, self.state.order_update_id):
            self.takes_order()
            self.drives()
            self.acts(ActionStatus.FINISHED)

    def refuses(self, error_type: str, level: ErrorLevel = ErrorLevel.WARNING, **references: object) -> None:
        named = tuple(Reference(key, str(value)) for key, value in references.items())
        self.tells(errors=(Error(error_type, level, named),))

    def _actions(self, status: ActionStatus) -> tuple[ActionState, ...]:
        actions = [action for node in self.order.nodes for action in node.actions] if self.orders else []
        return tuple(ActionState(action.action_id, status, action.action_type) for action in actions)

    def _takes_time(self, node: str) -> None:
        """As fast as nobody would call a lie."""
        here, there = self.state.mobile_robot_position, self._spot(node)
        if here is not None:
            way_m = hypot(here.x - there.x, here.y - there.y)
            self.story.wait(round(way_m / LAYOUT.robots[self.name].speed_mps / FASTER_THAN_CAN * SECOND))

    def _spot(self, node: str) -> MobileRobotPosition:
        at = LAYOUT.nodes[node].position
        return MobileRobotPosition(at.x, at.y, 0.0, LAYOUT.nodes[node].map_id, localized=True)


def delivery(story: Story, desk: str = "d3") -> str:
    """A unit (that no book knows) has been picked for this desk."""
    story.noted(PickDone(parts_order="", repair="", unit="X1", cabinet="c1", desk=desk))
    return story.last(JobOpened).job
