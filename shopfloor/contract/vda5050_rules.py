"""The rules between the fields of an order that no schema can say (M7, M8)."""

import math
from collections.abc import Iterator

from msgspec import to_builtins

from shopfloor.contract.vda5050 import ID_ALPHABET, Order


def order_faults(order: Order) -> list[str]:
    """Why this order must not be sent or accepted; empty if it is well formed.

    One gapless numbering, a base that is a prefix, ids from the alphabet, each action once, finite numbers.
    """
    return [*_shape_faults(order), *_base_faults(order), *_id_faults(order), *_number_faults(order)]


def _shape_faults(order: Order) -> Iterator[str]:
    if not order.nodes:
        yield "the order has no node"
        return
    if len(order.edges) != len(order.nodes) - 1:
        yield f"{len(order.nodes)} nodes need {len(order.nodes) - 1} edges, there are {len(order.edges)}"
    if order.order_update_id < 0:
        yield f"orderUpdateId {order.order_update_id} is negative"
    first = order.nodes[0].sequence_id
    if first < 0 or first % 2:
        yield f"the first node has sequenceId {first}, nodes have even ones from 0"
    if [node.sequence_id for node in order.nodes] != list(range(first, first + 2 * len(order.nodes), 2)):
        yield "the sequenceIds of the nodes have a gap"
    if [edge.sequence_id for edge in order.edges] != list(range(first + 1, first + 1 + 2 * len(order.edges), 2)):
        yield "the sequenceIds of the edges do not lie between those of their nodes"


def _base_faults(order: Order) -> Iterator[str]:
    released = [node.released for node in order.nodes]
    if released and not released[0]:
        yield "the first node is not released"
    if released != sorted(released, reverse=True):
        yield "a node is released after one that is not: the base must be a prefix"
    if [edge.released for edge in order.edges] != released[1:]:
        yield "an edge must be released exactly with the node it leads to"


def _id_faults(order: Order) -> Iterator[str]:
    lists = [*(node.actions for node in order.nodes), *(edge.actions for edge in order.edges)]
    actions = [action.action_id for each in lists for action in each]
    ids = [order.order_id, *(node.node_id for node in order.nodes), *(edge.edge_id for edge in order.edges)]
    for text in [*ids, *actions]:
        if not text or not ID_ALPHABET.issuperset(text):
            yield f"{text!r} is no id: letters, digits and _ - . : only"
    if len(set(actions)) != len(actions):
        yield "two actions have the same actionId"


def _number_faults(order: Order) -> Iterator[str]:
    if not finite(to_builtins(order)):
        yield "a number is not finite"


def deeper_than(value: object, levels: int) -> bool:
    """Whether plain data is nested more deeply; asked without recursion, of which it is the question."""
    waiting = [(value, 1)]
    while waiting:
        each, level = waiting.pop()
        if isinstance(each, dict | list):
            if level > levels:
                return True
            waiting += [(inner, level + 1) for inner in (each.values() if isinstance(each, dict) else each)]
    return False


def finite(value: object) -> bool:
    """Whether plain data (dictionaries, lists, scalars) holds neither NaN nor infinity."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, float):
            if not math.isfinite(each):
                return False
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, (list, tuple)):
            waiting += each
    return True
