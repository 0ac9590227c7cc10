"""The tote places of a robot: what is aboard, and what a pick or a drop does to it."""

from msgspec import Struct

from shopfloor.contract.vda5050 import Action


class Aboard(Struct, frozen=True):
    """One tote on the robot."""

    load_id: str
    place: str


class Totes:
    """A pick may say what it is (loadId) and where it goes (loadPosition); a drop, by either of them, what goes."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self._places = places
        self._aboard: dict[str, Aboard] = {}

    @property
    def aboard(self) -> tuple[Aboard, ...]:
        return tuple(self._aboard.values())

    def take_off(self, load_id: str) -> bool:
        return self._aboard.pop(load_id, None) is not None

    def pick(self, action: Action, *, fails: bool) -> str | None:
        """Takes it aboard, or says why not; ``fails`` is the defect's word, if nothing else stands against it."""
        load_id = str(action.parameter("loadId") or action.action_id)
        wanted = action.parameter("loadPosition")
        taken = [each.place for each in self._aboard.values()]
        free = [place for place in self._places if place not in taken]
        if load_id in self._aboard:
            return f"{load_id} is aboard already"
        if not free:
            return "no place is free"
        if wanted is not None and wanted not in free:
            return f"{wanted} is not free, only {', '.join(free)}"
        if fails:
            return "the gripper came back empty"
        self._aboard[load_id] = Aboard(load_id, free[0] if wanted is None else str(wanted))
        return None

    def drop(self, action: Action, *, fails: bool) -> str | None:
        """Puts it down, or says why not."""
        load_id, place = action.parameter("loadId"), action.parameter("loadPosition")
        meant = [
            each for each in self._aboard.values() if load_id in (None, each.load_id) and place in (None, each.place)
        ]
        if not meant:
            return f"{load_id or 'nothing'} is not aboard{'' if place is None else f' in {place}'}"
        if fails:
            return f"{meant[0].load_id} did not come off"
        del self._aboard[meant[0].load_id]
        return None
