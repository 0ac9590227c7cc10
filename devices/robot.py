"""A carrying robot that speaks VDA 5050: what it takes, what it refuses and what it tells of itself.

It hears orders, instant actions and its body's reports, and says its connection, state and factsheet. It keeps the
rules of version 2.1; how the words look on the wire is the codec's business. Switched on again, it is a new client on
the same body: it remembers no order and believes to stand at its configured start (R12).
"""

from random import Random
from typing import TypeAlias

from msgspec import Struct, structs

from devices.robot_body import (
    ActionEnded,
    Arrived,
    BatteryEmpty,
    Body,
    KeyTurned,
    PositionLost,
    Reading,
    Report,
    RobotDials,
    SimulatedBody,
    StopPressed,
)
from devices.robot_orders import HeldOrder, Place, Task, Verdict, Worklist, refusal
from devices.robot_profile import RobotProfile, factsheet, supported, unsupported
from devices.robot_telling import Teller
from shopfloor.contract import vda5050_v2
from shopfloor.contract.actor import Instant, TimePassed
from shopfloor.contract.vda5050 import (
    ENDED,
    Action,
    ActionStatus,
    Connection,
    ConnectionState,
    EmergencyStop,
    Error,
    ErrorLevel,
    ErrorType,
    Factsheet,
    Header,
    InstantActions,
    Load,
    MalformedVda,
    MobileRobotPosition,
    OperatingMode,
    Order,
    Post,
    PowerSupply,
    Reference,
    SafetyState,
    State,
)

INSTANTS_MAX = 20
INSTANTS_OPEN_MAX = 10
SEEN_MAX = 500
REFUSALS_MAX = 10

OBEYS_IN = frozenset({OperatingMode.AUTOMATIC, OperatingMode.SEMIAUTOMATIC})


class Unreadable(Struct, frozen=True):
    """Something came on one of our topics that the codec could not read."""

    why: str


Heard: TypeAlias = Order | InstantActions | Unreadable | Report | TimePassed
Said: TypeAlias = Connection | State | Factsheet


def decode(topic: str, payload: bytes) -> Order | InstantActions | Unreadable:
    """What fleet control says; garbage is something to answer, too (V11)."""
    try:
        message = vda5050_v2.decode(topic, payload)
    except MalformedVda as error:
        return Unreadable(str(error))
    if isinstance(message, Order | InstantActions):
        return message
    return Unreadable(f"robots are not spoken to on {topic}")


def encode(said: Said) -> Post:
    return vda5050_v2.encode(said)


class RobotClient:
    """An Actor: hears orders, instant actions and reports; says its state.

    The driver connects with ``last_will`` as the will (V1), publishes ``first_words`` after each connect and
    ``last_words`` before a clean disconnect (V2). While cut off it throws away what ``handle`` says: the robot drives
    on to the end of its base, and ``first_words`` tell how it stands (V21). Once ``dead``, nothing helps any more.
    """

    def __init__(self, profile: RobotProfile, body: Body, dials: RobotDials, chance: Random, now: Instant) -> None:
        self._profile = profile
        self._body = body
        self.dials = dials
        self._chance = chance
        self._dies_at = None if dials.dead_after is None else now + dials.dead_after
        self.dead = False

        self._held = HeldOrder()
        self._worklist = Worklist()
        self._instants: dict[str, Task] = {}
        self._seen: dict[str, None] = {}  # a late repeat of a cancelOrder must not hit the next order
        self._cancels: list[Task] = []
        self._last_node = profile.start_node
        self._last_sequence = 0
        self._driving_to: int | None = None
        self._paused = False
        self._mode = OperatingMode.AUTOMATIC
        self._emergency = EmergencyStop.NONE
        self._refusals: list[Error] = []

        self._teller = Teller(profile, dials, now)
        self._at_rest: State | None = None
        """The last picture, as long as it stands idle and well: until it is told something, only its charge changes."""
        body.stop(now)

    def last_will(self, now: Instant) -> Connection:
        return self._teller.connection(ConnectionState.CONNECTION_BROKEN, now)

    def first_words(self, now: Instant) -> list[Said]:
        if self._dies(now):
            return []
        self._advance(now)
        self._go_on(now)
        online = self._teller.connection(ConnectionState.ONLINE, now)
        return [online, self._factsheet(now), self._teller.state(self._picture(now), now)]

    def last_words(self, now: Instant) -> list[Said]:
        return [self._teller.connection(ConnectionState.OFFLINE, now)]

    def handle(self, message: Heard, now: Instant) -> list[Said]:
        if self._dies(now):
            return []
        self._advance(now)
        if self._at_rest is not None and isinstance(message, TimePassed):
            said, picture = [], self._rested(self._at_rest, now)
        else:
            said = self._take(message, now)
            self._go_on(now)
            self._at_rest = None
            if self._teller.holds_back(now):
                return said
            picture = self._picture(now)
            if picture.idle and not (picture.driving or picture.errors):
                self._at_rest = picture
        if self._teller.is_due(picture, now):
            said.append(self._teller.state(picture, now))
        return said

    @property
    def deadline(self) -> Instant | None:
        if self.dead:
            return None
        due = self._teller.due
        for other in (self._body.deadline, self._dies_at):
            if other is not None and other < due:
                due = other
        return due

    def _advance(self, now: Instant) -> None:
        for report in self._body.advance(now):
            self._at_rest = None
            self._take_report(report)

    def _dies(self, now: Instant) -> bool:
        if not self.dead and self._dies_at is not None and now >= self._dies_at:
            self.dead = True
            self._body.stop(now)
        return self.dead

    # What it hears

    def _take(self, message: Heard, now: Instant) -> list[Said]:
        match message:
            case TimePassed():
                pass
            case Order():
                self._teller.hurry()
                self._take_order(message, now)
            case InstantActions():
                self._teller.hurry()
                return self._take_instant_actions(message, now)
            case Unreadable(why):
                self._teller.hurry()
                self._refuse(refusal(ErrorType.VALIDATION_FAILURE, why))
            case report:
                self._take_report(report)
        return []

    def _take_order(self, order: Order, now: Instant) -> None:
        verdict = self._judge(order, now)
        match verdict:
            case Error():
                self._refuse(verdict)
            case Verdict.NEW:
                self._refusals = []
                self._held = HeldOrder(order)
                self._instants = {key: task for key, task in self._instants.items() if task.status not in ENDED}
                first = order.nodes[0]
                self._last_node, self._last_sequence = first.node_id, first.sequence_id
                self._worklist.add(self._held.tasks_at(first))
            case Verdict.UPDATE:
                self._refusals = []
                self._held.extend(order, repeats_stitched=self.dials.repeats_stitched_actions)
            case Verdict.SAME:
                pass

    def _judge(self, order: Order, now: Instant) -> Verdict | Error:
        reading = self._body.read(now)
        place = Place(self._last_node, reading.pose, self._profile.map_id, self.dials.start_within_m)
        verdict = self._held.judge(order, place)
        if isinstance(verdict, Error) or verdict is Verdict.SAME:
            return verdict
        return (
            self._unavailable(order, reading)
            or unsupported(order)
            or (self._out_of_mood(order) if verdict is Verdict.NEW else None)
            or verdict
        )

    def _unavailable(self, order: Order, reading: Reading) -> Error | None:
        kind = ErrorType.MOBILE_ROBOT_NOT_AVAILABLE
        if self._mode not in OBEYS_IN:
            return refusal(kind, f"the mode is {self._mode}", orderId=order.order_id)
        if not reading.localized:
            return refusal(kind, "it does not know where it is", orderId=order.order_id)
        return None

    def _out_of_mood(self, order: Order) -> Error | None:
        if self._chance.random() < self.dials.refuses_order:
            kind = ErrorType.MOBILE_ROBOT_NOT_AVAILABLE
            return refusal(kind, "something inside it is not ready", orderId=order.order_id)
        return None

    def _refuse(self, error: Error) -> None:
        """Kept until an order is accepted (V13)."""
        others = [other for other in self._refusals if other != error]
        self._refusals = [*others, error][-REFUSALS_MAX:]

    def _take_instant_actions(self, message: InstantActions, now: Instant) -> list[Said]:
        said: list[Said] = []
        for action in message.actions:
            if action.action_id not in self._seen and action.action_id not in self._held.tasks:
                said += self._take_instant(Task(action), now)
        for key in list(self._seen)[: max(0, len(self._seen) - SEEN_MAX)]:
            del self._seen[key]
        ended = [key for key, task in self._instants.items() if task.status in ENDED]
        for key in ended[: max(0, len(self._instants) - INSTANTS_MAX)]:
            del self._instants[key]
        return said

    def _take_instant(self, task: Task, now: Instant) -> list[Said]:
        self._instants[task.action.action_id] = task
        self._seen[task.action.action_id] = None
        refused = self._why_not(task.action)
        if refused is not None:
            task.end(refused)
            self._refuse(refusal(ErrorType.INVALID_INSTANT_ACTION, refused, actionId=task.action.action_id))
            return []
        match task.action.action_type:
            case "cancelOrder":
                self._cancel(task)
            case "startPause" | "stopPause" as word:
                self._paused = word == "startPause"
                task.end(None)
            case "stateRequest":
                task.end(None)
            case "factsheetRequest":
                task.end(None)
                return [self._factsheet(now)]
            case _:
                self._worklist.add([task])
        return []

    def _why_not(self, action: Action) -> str | None:
        if self._mode not in OBEYS_IN:
            return f"the mode is {self._mode}"
        if not supported(action, "INSTANT"):
            return f"there is no instant {action.action_type}"
        if sum(task.status not in ENDED for task in self._instants.values()) > INSTANTS_OPEN_MAX:
            return "too much at once"
        return None

    def _cancel(self, task: Task) -> None:
        """Runs until all that the order began has ended; with no such order it fails at once (V18, V19)."""
        wanted = task.action.parameter("orderId")
        if self._held.idle or wanted not in (None, self._held.order_id):
            task.end("there is no such order")
            if self.dials.hides_idle_cancel:
                del self._instants[task.action.action_id]
            self._refuse(
                refusal(ErrorType.NO_ORDER_TO_CANCEL, "there is no such order", actionId=task.action.action_id)
            )
            return
        task.status = ActionStatus.RUNNING
        self._cancels.append(task)
        self._held.close()
        self._worklist.forget_ended()

    def _take_report(self, report: Report) -> None:
        match report:
            case Arrived():
                self._arrive()
            case ActionEnded(action_id, fault):
                self._end_task(action_id, fault)
            case PositionLost() | BatteryEmpty():
                self._driving_to = None
            case KeyTurned(mode):
                self._turn_key(mode)
            case StopPressed(stop):
                self._emergency = stop

    def _arrive(self) -> None:
        if self._driving_to is None:
            return  # the report and our halt have crossed: it stands, and the node is not passed
        self._driving_to = None
        node, tasks = self._held.pass_node()
        self._last_node, self._last_sequence = node.node_id, node.sequence_id
        self._worklist.add(tasks)

    def _end_task(self, action_id: str, fault: str | None) -> None:
        task = self._worklist.end(action_id, fault)
        if task is None:
            return
        if fault is not None:
            reference = Reference("actionId", action_id)
            self._refuse(Error(f"{task.action.action_type}Failed", ErrorLevel.WARNING, (reference,), fault))
        elif task.action.action_type == "initializePosition":
            self._last_node = str(task.action.parameter("lastNodeId") or self._last_node)

    def _turn_key(self, mode: OperatingMode) -> None:
        """In a person's hands it forgets its order, but not the order's ids (V22)."""
        if mode not in OBEYS_IN and self._mode in OBEYS_IN:
            self._held.close()
            self._worklist.forget_ended()
        self._mode = mode

    # What it does

    def _go_on(self, now: Instant) -> None:
        leg = self._held.next_leg
        if leg is None or not self._may_drive(now):
            self._halt(now)
        elif self._driving_to != leg[1].sequence_id:
            edge, node = leg
            assert node.node_position is not None, "an accepted order says where its nodes are"
            speed_mps = self.dials.speed_mps if edge.maximum_speed is None else edge.maximum_speed
            self._driving_to = node.sequence_id
            self._body.drive(node.node_position.x, node.node_position.y, speed_mps, now)
        if not self._paused:
            for task in self._worklist.start(standing=self._driving_to is None):
                self._body.begin(task.action, now)
        self._finish_cancels()

    def _may_drive(self, now: Instant) -> bool:
        reading = self._body.read(now)
        able = reading.localized and reading.charge > 0 and self._emergency is EmergencyStop.NONE
        return able and self._mode in OBEYS_IN and not self._paused and not self._worklist.must_stand

    def _halt(self, now: Instant) -> None:
        if self._driving_to is not None:
            self._body.stop(now)
            self._driving_to = None

    def _finish_cancels(self) -> None:
        if self._cancels and self._held.idle:
            for task in self._cancels:
                task.end(None)
            self._cancels = []

    # What it says

    def _factsheet(self, now: Instant) -> Factsheet:
        return factsheet(self._profile, self.dials, self._teller.header(Factsheet, now))

    def _rested(self, picture: State, now: Instant) -> State:
        """The same, some time later."""
        reading = self._body.read(now)
        return structs.replace(picture, power_supply=PowerSupply(round(reading.charge, 3), reading.charging))

    def _picture(self, now: Instant) -> State:
        """How it stands; the header is given when it is told."""
        reading = self._body.read(now)
        pose = reading.pose
        who = self._profile.identity
        return State(
            header=Header(0, now, self._profile.version, who.manufacturer, who.serial_number),
            order_id=self._held.order_id,
            order_update_id=self._held.update_id,
            last_node_id=self._last_node,
            last_node_sequence_id=self._last_sequence,
            driving=reading.moving,
            operating_mode=self._mode,
            power_supply=PowerSupply(round(reading.charge, 3), reading.charging),
            safety_state=SafetyState(self._emergency, field_violation=False),
            node_states=self._held.node_states,
            edge_states=self._held.edge_states,
            action_states=self._held.action_states,
            instant_action_states=tuple(task.state for task in self._instants.values()),
            errors=(*self._refusals, *_faults(reading)),
            paused=self._paused,
            new_base_request=self._held.at_decision_point,
            mobile_robot_position=MobileRobotPosition(
                round(pose.x, 4), round(pose.y, 4), round(pose.theta, 4), self._profile.map_id, reading.localized
            ),
            loads=tuple(Load(each.load_id, "tote", each.place) for each in reading.aboard),
        )


def simulated(profile: RobotProfile, dials: RobotDials, chance: Random, now: Instant) -> RobotClient:
    """A whole robot, client and body, switched on at ``now``. Seed ``chance`` per robot."""
    body = SimulatedBody(profile.start, profile.places, dials, chance, now)
    return RobotClient(profile, body, dials, chance, now)


def _faults(reading: Reading) -> list[Error]:
    faults = []
    if not reading.localized:
        faults.append(Error("positionLost", ErrorLevel.FATAL, (), "it does not know where it is"))
    if reading.charge <= 0:
        faults.append(Error("batteryEmpty", ErrorLevel.FATAL, (), "the battery is empty"))
    return faults
