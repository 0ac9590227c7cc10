"""Rules of the lanes, over nets and lines drawn at random."""

from itertools import product
from math import hypot, inf

from hypothesis import given
from hypothesis import strategies as st

from shopfloor.contract.lanes import Lane, Lanes, apart_m, conflicts_of, drive_ms, separation_m

NAMES = "abcdefg"

coordinates = st.integers(0, 40).map(lambda tenth: tenth / 10)
lines = st.tuples(coordinates, coordinates, coordinates, coordinates)
drawings = st.dictionaries(st.sampled_from("pqrstuvw"), lines, min_size=2)
shares = st.floats(0, 1)


@st.composite
def lanes_drawn(draw):
    pairs = draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=20))
    return [
        Lane(id=f"{start}{end}{at}", start=start, end=end, length_m=float(ms), drive_ms=ms)
        for at, (start, end) in enumerate(pairs)
        if start != end
        for ms in [draw(st.integers(1, 5))]
    ]


def floyd(lanes: list[Lane]) -> dict[tuple[str, str], float]:
    """The quickest times by another algorithm."""
    best = {(a, b): 0 if a == b else inf for a, b in product(NAMES, NAMES)}
    for lane in lanes:
        best[lane.start, lane.end] = min(best[lane.start, lane.end], lane.drive_ms)
    for via, a, b in product(NAMES, NAMES, NAMES):
        best[a, b] = min(best[a, b], best[a, via] + best[via, b])
    return best


@given(lanes_drawn())
def test_a_route_is_a_chain_of_lanes_and_none_is_quicker(lanes):
    net = Lanes.of(NAMES, lanes, bays=())
    quickest = floyd(lanes)
    for a, b in product(NAMES, NAMES):
        route = net.route(a, b)
        assert bool(route) == (quickest[a, b] < inf)
        if not route:
            continue
        assert (route[0], route[-1]) == (a, b)
        hops = [net.lanes[lane] for lane in route[1::2]]
        assert [(hop.start, hop.end) for hop in hops] == list(zip(route[:-2:2], route[2::2], strict=True))
        assert sum(hop.drive_ms for hop in hops) == net.ways[a][b].drive_ms == quickest[a, b]
        assert sum(hop.length_m for hop in hops) == net.ways[a][b].length_m


@given(lanes_drawn())
def test_a_detour_is_never_quicker(lanes):
    ways = Lanes.of(NAMES, lanes, bays=()).ways
    for a, b, c in product(NAMES, NAMES, NAMES):
        if b in ways[a] and c in ways[b]:
            assert ways[a][c].drive_ms <= ways[a][b].drive_ms + ways[b][c].drive_ms


@given(lanes_drawn(), st.randoms(use_true_random=False))
def test_routes_do_not_depend_on_the_order_in_which_lanes_are_drawn(lanes, chance):
    shuffled = list(lanes)
    chance.shuffle(shuffled)
    assert Lanes.of(NAMES, shuffled, bays=("a", "b")) == Lanes.of(NAMES[::-1], lanes, bays=("b", "a"))


@given(lanes_drawn())
def test_equally_quick_ways_are_told_apart_by_their_ids(lanes):
    net = Lanes.of(NAMES, lanes, bays=())
    for a, b in product(NAMES, NAMES):
        hops = net.route(a, b)[1::2]
        if len(hops) == 1:
            twins = [
                lane.id for lane in lanes if (lane.start, lane.end, lane.drive_ms) == (a, b, net.ways[a][b].drive_ms)
            ]
            assert hops[0] == min(twins)


@given(lanes_drawn())
def test_no_route_leads_through_a_bay(lanes):
    net = Lanes.of(NAMES, lanes, bays=("a", "c"))
    open_net = Lanes.of(NAMES, [lane for lane in lanes if not {lane.start, lane.end} & {"a", "c"}], bays=())
    for start, end in product(NAMES, NAMES):
        assert not {"a", "c"} & set(net.route(start, end)[1:-1])
        assert (end in net.ways[start]) == (end in net.reached(start, walls=()))
        if not {start, end} & {"a", "c"}:
            assert net.ways[start].get(end) == open_net.ways[start].get(end)


@given(lanes_drawn())
def test_what_is_walled_off_is_not_reached(lanes):
    net = Lanes.of(NAMES, lanes, bays=())
    kept = [lane for lane in lanes if "d" not in (lane.start, lane.end) and lane.id != lanes[0].id]
    walls = ("d", *(lane.id for lane in lanes[:1]))
    assert sorted(net.reached("a", walls)) == sorted(Lanes.of(NAMES, kept, bays=()).ways["a"])


@given(drawings, st.sampled_from([0.4, 0.8, 1.2]))
def test_conflict_is_mutual_and_never_with_oneself(drawing, apart):
    conflicts = conflicts_of(drawing, apart)
    assert list(conflicts) == sorted(drawing)
    for one, others in conflicts.items():
        assert one not in others
        assert list(others) == sorted(others)
        assert all(one in conflicts[other] for other in others)


@given(drawings, st.lists(st.tuples(shares, shares), min_size=1, max_size=20))
def test_any_two_points_on_elements_without_conflict_keep_the_separation(drawing, samples):
    conflicts = conflicts_of(drawing, 0.8)
    for one, other in product(drawing, drawing):
        if one == other or other in conflicts[one]:
            continue
        for here, there in samples:
            assert between(drawing[one], here, drawing[other], there) >= 0.8 - 1e-9


@given(lines, lines)
def test_a_conflict_is_not_claimed_without_need(one, other):
    """The distance told is one that two points really have: a fine comb over both lines comes close to it."""
    teeth = 60
    comb = [tooth / teeth for tooth in range(teeth + 1)]
    seen = min(between(one, here, other, there) for here in comb for there in comb)
    gap = (between(one, 0, one, 1) + between(other, 0, other, 1)) / (2 * teeth)
    told = apart_m(one, other)
    assert told - 1e-9 <= seen <= told + gap + 1e-9


def between(one, here, other, there) -> float:
    """Distance of a point on one line to a point on another, each given as its share of the way."""
    x1, y1 = one[0] + here * (one[2] - one[0]), one[1] + here * (one[3] - one[1])
    x2, y2 = other[0] + there * (other[2] - other[0]), other[1] + there * (other[3] - other[1])
    return hypot(x2 - x1, y2 - y1)


def test_the_largest_robot_sets_the_separation():
    assert separation_m([0.25, 0.35], margin_m=0.1) == 0.8
    assert separation_m([], margin_m=0.1) == 0.1


def test_driving_time_is_rounded_up_but_not_for_a_rounding_error():
    assert drive_ms(1.2, 0.5) == 2400
    assert drive_ms(1.0, 0.3) == 3334
    assert drive_ms(0.0001, 3.0) == 1
