"""VDA 5050 on the wire, whatever version a robot speaks: the codec is picked here, and nobody above knows which.

What is said to a robot goes out in the version of its header, so in the robot's own (M5); what arrives is read by the
version of its topic. Which shop a robot belongs to is a question for the roster, by its identity; no topic tells.
"""

from collections.abc import Container
from functools import cache

from shopfloor.contract import vda5050_v2 as v2
from shopfloor.contract import vda5050_v3 as v3
from shopfloor.contract.vda5050 import (
    AS_PUBLISHED,
    DELIVERIES,
    Dialect,
    Identity,
    Level,
    MalformedVda,
    Post,
    VdaMessage,
)
from shopfloor.contract.vda5050_codec import Codec

CODECS: tuple[Codec, ...] = (v2.V2_0, v2.V2_1, v3.V3_0)
"""One for each version of which the official schemas are known; the last of a major version serves later ones, too."""

MAJORS: tuple[Codec, ...] = (v2.V2_1, v3.V3_0)
"""One for each level ``v2``, ``v3`` in a topic."""

SAID_BY_ROBOTS = (Level.CONNECTION, Level.STATE, Level.FACTSHEET)

FROM_ROBOTS = tuple(f"{codec.root}/+/+/{level}" for level in SAID_BY_ROBOTS for codec in MAJORS)
"""What fleet control subscribes to, connections first (M1): never ``#``, which returns our own orders."""


@cache
def codec_for(version: str, dialect: Dialect = AS_PUBLISHED) -> Codec:
    """The codec for a robot that writes this version in its headers; raises MalformedVda if nobody here speaks it."""
    spoken = [codec for codec in CODECS if codec.speaks(version)]
    if not spoken:
        raise MalformedVda(f"version {version!r} of VDA 5050 is not spoken here, only 2 and 3")
    exact = [codec for codec in spoken if codec.is_meant(version)]
    return (exact or spoken)[-1].speaking(dialect)


def codec_of(topic: str) -> Codec:
    """The codec that reads what arrives on this topic; raises MalformedVda if it is no topic of VDA 5050."""
    found = next((codec for codec in MAJORS if topic.startswith(f"{codec.root}/")), None)
    if found is None:
        raise MalformedVda(f"{topic!r} is no topic of VDA 5050 2 or 3")
    return found


def parse_topic(topic: str) -> tuple[Identity, Level]:
    """Who speaks, or is spoken to, and what about; raises MalformedVda."""
    return codec_of(topic).parse_topic(topic)


def encode(message: VdaMessage, dialect: Dialect = AS_PUBLISHED) -> Post:
    """In the version that the header names; raises MalformedVda for what that version cannot say."""
    return codec_for(message.header.version, dialect).encode(message)


def decode(topic: str, payload: bytes, instant_actions: Container[str] = ()) -> VdaMessage:
    """In the version that the topic names, or MalformedVda; ``instant_actions`` as in ``Codec.decode``."""
    return codec_of(topic).decode(topic, payload, instant_actions)


def from_robot(identity: Identity) -> list[tuple[str, int]]:
    """The topics on which this robot may speak, each with its QoS, connections first (M1).

    In every version: after an update of its software a robot may speak another one than the roster says.
    """
    return [(codec.topic(identity, level), DELIVERIES[level].qos) for level in SAID_BY_ROBOTS for codec in MAJORS]
