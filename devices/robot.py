"""A carrying robot that speaks VDA 5050: what it takes, what it refuses and what it tells of itself.

It hears orders, instant actions and its body's reports, and says its connection, state and factsheet. It keeps the
rules of the version that its profile names; how the words look on the wire is the codec's business. Switched on again,
it is a new client on the same body: it remembers no order and believes to stand at its configured start (R12).
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
    PositionJumped,
    PositionLost,
    Reading,
    Report,
    RobotDials,
    SimulatedBody,
    StopPressed,
)
from devices.robot_instants import Instants
from devices.robot_key import Key
from devices.robot_orders import HeldOrder, Place, Task, Verdict, Worklist, refusal
from devices.robot_picture import Condition, believed, picture
from devices.robot_profile import RobotProfile, factsheet, supported, unsupported
from devices.robot_rules import rules_for
from devices.robot_telling import Teller
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
    InstantActions,
    Order,
    PowerSupply,
    Reference,
    State,
)

REFUSALS_MAX = 10
BUFFER_MAX = 100
"""States kept while cut off; of more, the latest."""


class Unreadable(Struct, frozen=True):
    """Something came on one of our topics that the codec could not read."""

    why: str


Heard: TypeAlias = Order | InstantActions | Unreadable | Report | TimePassed
Said: TypeAlias = Connection | State | Factsheet


class RobotClient:
    """An Actor: hears orders, instant actions and reports; says its state.

    The driver connects with ``last_will`` as the will (V1), publishes ``first_words`` after each connect and
    ``last_words`` before a clean disconnect (V2). A driver that learns of a broken connection says ``cut_off``: then
    ``handle`` keeps what there is to tell, the robot drives on to the end of its base, and ``first_words`` tell all of
    it (V21). Once ``dead``, nothing helps any more.
    """

    def __init__(self, profile: RobotProfile, body: Body, dials: RobotDials, chance: Random, now: Instant) -> None:
        self.profile = profile
        self._body = body
        self.dials = dials
        self._rules = rules_for(profile.version)
        self._chance = chance
        self._dies_at = None if dials.dead_after is None else now + dials.dead_after
        self.dead = False

        self._held = HeldOrder()
        self._worklist = Worklist()
        self._instants = Instants(keeps=self._rules.keeps_instants)
        self._cancels: list[Task] = []
        self._condition = Condition(profile.start_node)
        self._key = Key(self._rules, self._condition, profile.start, dials.start_within_m)
        self._driving_to: int | None = None
        self._refusals: list[Error] = []

        self._teller = Teller(profile, dials, now)
        self._unheard: list[State] | None = None
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
        unheard, self._unheard = self._unheard or [], None
        return [online, self._factsheet(now), *unheard, self._teller.state(self._picture(now), now)]

    def cut_off(self) -> None:
        """Nobody hears it until its next first words."""
        self._unheard = self._unheard or []

    def last_words(self, now: Instant) -> list[Said]:
        return [self._teller.connection(ConnectionState.OFFLINE, now)]

    def handle(self, message: Heard, now: Instant) -> list[Said]:
        said = [] if self._dies(now) else self._handled(message, now)
        if self._unheard is None:
            return said
        self._unheard = [*self._unheard, *(each for each in said if isinstance(each, State))][-BUFFER_MAX:]
        return []

    def _handled(self, message: Heard, now: Instant) -> list[Said]:
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
            self._take_report(report, now)

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
                self._take_report(report, now)
        return []

    def _take_order(self, order: Order, now: Instant) -> None:
        verdict = self._judge(order, now)
        match verdict:
            case Error():
                self._refuse(verdict)
            case Verdict.NEW:
                self._refusals = []
                self._held = HeldOrder(order, stitches_at_end=self.dials.stitches_at_end)
                self._instants.next_order()
                first = order.nodes[0]
                self._condition.last_node, self._condition.last_sequence = first.node_id, first.sequence_id
                self._worklist.add(self._held.tasks_at(first))
            case Verdict.UPDATE:
                self._refusals = []
                self._held.extend(order, repeats_stitched=self.dials.repeats_stitched_actions)
            case Verdict.SAME:
                pass

    def _judge(self, order: Order, now: Instant) -> Verdict | Error:
        if self.dials.refuses_other_versions and order.header.version != self.profile.version:
            text = f"it speaks {self.profile.version}, not {order.header.version}"
            update = order.order_update_id
            return refusal(ErrorType.VALIDATION_FAILURE, text, orderId=order.order_id, orderUpdateId=update)
        reading = self._body.read(now)
        place = Place(self._condition.last_node, believed(reading), self.profile.map_id, self.dials.start_within_m)
        verdict = self._held.judge(order, place)
        if isinstance(verdict, Error) or verdict is Verdict.SAME:
            return verdict
        return (
            self._unavailable(order, reading)
            or unsupported(order, self._rules, self.dials)
            or (self._out_of_mood(order) if verdict is Verdict.NEW else None)
            or verdict
        )

    def _unavailable(self, order: Order, reading: Reading) -> Error | None:
        kind = ErrorType.MOBILE_ROBOT_NOT_AVAILABLE
        if self._condition.mode not in self._rules.takes_orders_in:
            return refusal(kind, f"the mode is {self._condition.mode}", orderId=order.order_id)
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
            if not self._instants.has_seen(action.action_id) and action.action_id not in self._held.tasks:
                said += self._take_instant(Task(action), now)
        self._instants.make_room()
        return said

    def _take_instant(self, task: Task, now: Instant) -> list[Said]:
        self._instants.add(task)
        refused = self._why_not(task.action)
        if refused is not None:
            self._fail_instant(task, refused)
            return []
        match task.action.action_type:
            case "cancelOrder":
                self._cancel(task, now)
            case "startPause" | "stopPause" as word:
                self._condition.paused = word == "startPause"
                task.end(None)
            case "stateRequest":
                task.end(None)
            case "factsheetRequest":
                task.end(None)
                return [self._factsheet(now)]
            case "clearInstantActions":
                self._instants.clear()
                task.end(None)
            case "retry" | "skipRetry" as word:
                self._decide(word, task, now)
            case _:
                self._worklist.add([task])
        return []

    def _why_not(self, action: Action) -> str | None:
        if not self._rules.takes_instant_in(self._condition.mode, action.action_type):
            return f"the mode is {self._condition.mode}"
        if not supported(action, "INSTANT", self._rules):
            return f"there is no instant {action.action_type}"
        if action.blocking_type not in self._rules.instant_blocking:
            return f"an instant action does not block, and not {action.blocking_type}"
        return "too much at once" if self._instants.too_many_open else None

    def _fail_instant(self, task: Task, why: str, kind: ErrorType = ErrorType.INVALID_INSTANT_ACTION) -> None:
        task.end(why)
        self._refuse(refusal(kind, why, actionId=task.action.action_id))

    def _decide(self, word: str, asked: Task, now: Instant) -> None:
        """What becomes of an action that failed and may be retried."""
        action_id = str(asked.action.parameter("actionId"))
        task = self._worklist.retriable(action_id)
        if task is None:
            self._fail_instant(asked, f"{action_id} does not wait for a retry")
            return
        asked.end(None)
        if word == "retry":
            task.status, task.result = ActionStatus.RUNNING, None
            self._body.begin(task.action, now)
        else:
            task.end("it was skipped")
            self._worklist.forget_ended()

    def _cancel(self, task: Task, now: Instant) -> None:
        """Runs until all that the order began has ended; with no such order it fails at once (V18, V19)."""
        named = task.action.parameter("orderId") if self._rules.cancels_by_name else None
        if self._held.idle or named not in (None, self._held.order_id):
            self._fail_instant(task, "there is no such order", ErrorType.NO_ORDER_TO_CANCEL)
            if self.dials.hides_idle_cancel:
                self._instants.hide(task.action.action_id)
            return
        task.status = ActionStatus.RUNNING
        self._cancels.append(task)
        if self.dials.rolls_on_to_node and self._body.read(now).moving:
            self._held.close_behind()
        else:
            self._held.close()
        self._worklist.forget_ended()

    def _take_report(self, report: Report, now: Instant) -> None:
        match report:
            case Arrived():
                self._arrive()
            case ActionEnded(action_id, fault):
                self._end_task(action_id, fault)
            case PositionLost() | BatteryEmpty():
                self._driving_to = None
            case PositionJumped():
                self._teller.hurry()
            case KeyTurned(mode):
                self._key.turn(mode)
                self._heed_key(self._body.read(now))
            case StopPressed(stop):
                self._condition.emergency = stop

    def _arrive(self) -> None:
        if self._driving_to is None:
            return  # the report and our halt have crossed: it stands, and the node is not passed
        self._driving_to = None
        node, tasks = self._held.pass_node()
        self._condition.last_node, self._condition.last_sequence = node.node_id, node.sequence_id
        self._worklist.add([task for task in tasks if task.status not in ENDED])

    def _end_task(self, action_id: str, fault: str | None) -> None:
        retries = self._rules.knows("retry") and not self._held.given_up
        task = self._worklist.end(action_id, fault, retries=retries)
        if task is None:
            return
        self._refusals = [error for error in self._refusals if error.about("actionId") != action_id]
        if fault is not None:
            reference = Reference("actionId", action_id)
            self._refuse(Error(f"{task.action.action_type}Failed", ErrorLevel.WARNING, (reference,), fault))
        elif task.action.action_type == "initializePosition":
            self._condition.last_node = str(task.action.parameter("lastNodeId") or self._condition.last_node)

    def _heed_key(self, reading: Reading) -> None:
        if self._key.settle(self._held, self._worklist, reading):
            gone = ErrorType.MOBILE_ROBOT_NOT_AVAILABLE
            self._refusals = [error for error in self._refusals if error.error_type != gone]

    # What it does

    def _go_on(self, now: Instant) -> None:
        reading = self._body.read(now)
        self._heed_key(reading)
        leg = self._held.next_leg
        if leg is None or not self._may_drive(reading):
            self._halt(now)
        elif self._driving_to != leg[1].sequence_id:
            edge, node = leg
            assert node.node_position is not None, "an accepted order says where its nodes are"
            speed_mps = self.dials.speed_mps if edge.maximum_speed is None else edge.maximum_speed
            self._driving_to = node.sequence_id
            self._body.drive(node.node_position.x, node.node_position.y, speed_mps, now)
        if not self._condition.paused and self._rules.drives_in(self._condition.mode):
            for task in self._worklist.start(standing=self._driving_to is None):
                self._body.begin(task.action, now)
        self._finish_cancels()

    def _may_drive(self, reading: Reading) -> bool:
        able = reading.localized and reading.charge > 0 and self._condition.emergency is EmergencyStop.NONE
        free = self._rules.drives_in(self._condition.mode) and not self._key.waits and not self._condition.paused
        return able and free and not self._worklist.must_stand

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
        return factsheet(self.profile, self.dials, self._teller.header(Factsheet, now))

    def _rested(self, picture: State, now: Instant) -> State:
        """The same, some time later."""
        reading = self._body.read(now)
        return structs.replace(picture, power_supply=PowerSupply(round(reading.charge, 3), reading.charging))

    def _picture(self, now: Instant) -> State:
        reading = self._body.read(now)
        errors = (*self._refusals, *self._instants.complaints)
        return picture(self.profile, self.dials, reading, self._condition, self._held, self._instants.states, errors)


def simulated(profile: RobotProfile, dials: RobotDials, chance: Random, now: Instant) -> RobotClient:
    """A whole robot, client and body, switched on at ``now``. Seed ``chance`` per robot."""
    body = SimulatedBody(profile.start, profile.places, dials, chance, now)
    return RobotClient(profile, body, dials, chance, now)
