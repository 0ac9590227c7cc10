"""Random lives of one robot, in every version: whatever comes, its words are valid and its base is never overrun."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from devices.robot_body import KeyTurned
from shopfloor.contract import vda5050 as vda
from shopfloor.contract.actor import MINUTE
from tests.devices.robot_aisle import BLOCK, STEP_M, VERSIONS, Aisle, action, order

# Lives


class Life(Aisle):
    """Fleet control at its worst: new orders, updates, repeats, cancels, pauses and keys, in any order."""

    def __init__(self, **dials):
        super().__init__(**dials)
        self.number = 0
        self.last = None
        self.farthest = 0.0

    def send(self, message: vda.Order) -> None:
        self.tell(message)
        if self.state.order_id == message.order_id and self.state.order_update_id == message.order_update_id:
            self.last = message
            self.farthest = max(self.farthest, message.base[-1].node_position.x)

    def act(self, what: str, size: int, share: int) -> None:
        self.number += 1
        released = max(1, min(size, share))
        pick = action("pick" if self.number % 2 else "drop", f"a{self.number}", list(BLOCK)[share % 4])
        at = {size - 1: (pick,)} if share % 2 else {0: (pick,)}
        match what:
            case "order":
                first = round(self.x / STEP_M)
                self.send(order(f"o{self.number}", first=first, stops=size, released=released, at=at, within_m=1.2))
            case "update" if self.last is not None:
                end = self.last.base[-1]
                first, update = int(end.node_id[1:]), self.last.order_update_id + 1
                self.send(
                    order(
                        self.last.order_id,
                        first=first,
                        sequence=end.sequence_id,
                        stops=size,
                        released=released,
                        update=update,
                        at=at,
                    )
                )
            case "repeat" if self.last is not None:
                self.send(self.last)
            case "cancelOrder" | "startPause" | "stopPause" | "startCharging" | "juggle":
                self.instant(what, f"i{self.number}")
            case "key":
                self.tell(KeyTurned(vda.OperatingMode.MANUAL))
                self.tell(KeyTurned(vda.OperatingMode.AUTOMATIC))
            case "garbage":
                self.tell(structs.replace(order(stops=size), edges=()))
            case _:
                pass


ACTS = (
    "order",
    "update",
    "repeat",
    "cancelOrder",
    "startPause",
    "stopPause",
    "startCharging",
    "juggle",
    "key",
    "garbage",
)
acts = st.tuples(
    st.sampled_from(("order", "update", *ACTS)), st.integers(1, 4), st.integers(1, 4), st.integers(0, 25_000)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(acts, max_size=15),
    st.sampled_from([{}, {"pick_fails": 0.5, "stalls": 0.2}, {"loses_position": 0.3}, {"rolls_on_to_node": True}]),
    st.sampled_from(VERSIONS),
)
def test_whatever_comes_every_word_is_valid_and_the_base_is_never_overrun(life, dials, version):
    shop = Life(version=version, **dials)
    for what, size, share_of_it, pause_ms in life:
        shop.act(what, size, share_of_it)
        shop.wait(pause_ms)
        assert shop.x <= shop.farthest + 1e-9
        assert shop.state.last_node_sequence_id % 2 == 0
    shop.instant("stopPause", "end.1")
    shop.instant("cancelOrder", "end.2")
    shop.wait(5 * MINUTE)
    assert shop.state.idle, "after a cancel every robot comes to rest"
    assert shop.x <= shop.farthest + 1e-9


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(2, 4), st.integers(0, 9_000)), min_size=1, max_size=8), st.sampled_from(VERSIONS))
def test_an_order_extended_in_time_or_late_is_driven_to_its_end(extensions, version):
    shop = Life(version=version)
    shop.send(order(stops=3, released=2))
    for size, pause_ms in extensions:
        shop.wait(pause_ms)
        shop.act("update", size, size)
    shop.wait_for(lambda state: state.idle)
    assert shop.x == shop.farthest
    assert shop.state.last_node_sequence_id == shop.last.base[-1].sequence_id
