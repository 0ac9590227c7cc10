"""How a robot sounds on the wire: its version's codec, and the departures of its make."""

from msgspec import structs

from devices.robot import Said, Unreadable
from devices.robot_body import RobotDials
from devices.robot_profile import RobotProfile
from shopfloor.contract.vda5050 import (
    AS_PUBLISHED,
    Connection,
    Dialect,
    Identity,
    InstantActions,
    MalformedVda,
    Order,
    Post,
)
from shopfloor.contract.vda5050_wire import codec_for


class Voice:
    """One robot's ears and mouth. ``connection_qos`` is 0 for robots that know nothing else (R2)."""

    def __init__(
        self, identity: Identity, version: str, dialect: Dialect = AS_PUBLISHED, connection_qos: int = 1
    ) -> None:
        self._identity = identity
        self._codec = codec_for(version, dialect)
        self._connection_qos = connection_qos

    @classmethod
    def of(cls, profile: RobotProfile, dials: RobotDials) -> "Voice":
        dialect = Dialect(instant_actions=dials.instant_actions_key, deviation=dials.deviation_key)
        return cls(profile.identity, profile.version, dialect, dials.connection_qos)

    @property
    def hears(self) -> tuple[str, ...]:
        """The topics to subscribe to."""
        return self._codec.to_robot(self._identity)

    def read(self, topic: str, payload: bytes) -> Order | InstantActions | Unreadable:
        """What fleet control says; garbage is something to answer, too (V11)."""
        try:
            message = self._codec.decode(topic, payload)
        except MalformedVda as error:
            return Unreadable(str(error))
        if isinstance(message, Order | InstantActions):
            return message
        return Unreadable(f"robots are not spoken to on {topic}")

    def write(self, said: Said) -> Post:
        post = self._codec.encode(said)
        return structs.replace(post, qos=self._connection_qos) if isinstance(said, Connection) else post
