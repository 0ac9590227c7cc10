"""What goes wrong when: the faults of a day that strike at a moment, and the healing of all of them."""

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final, Literal

from shopfloor.contract.actor import HOUR, MINUTE, SECOND, Device
from shopfloor.contract.codec import topic
from shopfloor.contract.roster import ROSTER
from shopfloor.mqtt import Publication
from shopfloor.mqtt.boot import SeamName
from shopfloor.service.seams import SEAMS
from simulations.storm.office import TAKES_MS
from simulations.storm.plan import healed
from simulations.storm.shop import StormShop
from simulations.twin.fittings import profile

CUT_MS: Final = 40 * SECOND
DOWN_MS: Final = 2 * MINUTE
PAUSE_MS: Final = MINUTE
BATCH_MS: Final = 5 * SECOND
FLAPS: Final = 20
STEPS_MS: Final = (-HOUR, HOUR)
WHERE: Final[tuple[Literal["at once"] | SeamName, ...]] = ("at once", "handled", "written", "told")


class Mischief:
    """Noted on the stage before the day begins; over when ``heal`` was called."""

    def __init__(self, shop: StormShop, until: int) -> None:
        self._shop = shop
        self._faults = shop.faults
        self._until = until
        self._healed = False

    def plot(self) -> None:
        """Every kind that is counted by the day, at moments of its own."""
        deeds: dict[str, Callable[[Random], None]] = {
            "net.cut": self._cut,
            "net.flap": self._flap,
            "broker.restart": partial(self._restart_broker, forgets=False),
            "broker.wiped": partial(self._restart_broker, forgets=True),
            "broker.full": self._drop_class,
            "core.killed": self._kill,
            "core.paused": self._pause,
            "core.clock": self._set_clock,
            "device.reboot": self._reboot,
            "device.all": self._reboot_all,
            "device.clone": self._clone,
            "robot.dies": self._robot_dies,
            "people.reach_in": self._reach_in,
            "hostile.garbage": self._garbage,
            "hostile.impostor": self._impostor,
        }
        opens = self._shop.plan.opens
        for name, deed in deeds.items():
            chance = self._shop.streams.named(f"mischief {name}")
            for _ in range(self._faults.times(name)):
                at = int(chance.random() * (self._until - opens))
                self._shop.stage.after(at, partial(self._strike, deed, chance))
        slow = self._faults.strength("core.slow")
        if slow:
            self._shop.office.takes_ms = partial(self._takes_ms, self._shop.streams.named("mischief core.slow"), slow)

    def heal(self) -> None:
        """From now on nothing goes wrong: wires, machines, clocks; whatever was off is switched on."""
        self._healed = True
        shop = self._shop
        self._note("healed", "everything is mended and switched on")
        shop.weather.heal()
        shop.hands.heal()
        shop.office.spare()
        shop.office.takes_ms = lambda: TAKES_MS
        shop.fittings.turn(healed(shop.plan.dials))
        self._push_home()
        for machine in shop.machines.values():
            machine.spare()
            machine.switch_on()
        shop.stage.after(PAUSE_MS, shop.office.start)

    def _push_home(self) -> None:
        """Who stands about and does not know where, or does not say why, is pushed to its park and started anew."""
        shop, layout = self._shop, self._shop.plan.layout
        if not any(self._faults.strength(name) for name in ("robot.stalls", "robot.loses_position")):
            return
        for name in layout.robots:
            shop.robots[f"robot/{name}"].switch_off()
            shop.fittings.bodies[f"robot/{name}"].push_to(profile(layout, name).start, shop.stage.now)

    def _note(self, kind: str, words: str, about: Device = "") -> None:
        self._shop.diary.note(kind, words, about)

    def _strike(self, deed: Callable[[Random], None], chance: Random) -> None:
        if not self._healed:
            deed(chance)

    # ── network and broker ──────────────────────────────────────────────────────────────────────

    def _cut(self, chance: Random) -> None:
        up, down = ((True, False), (False, True), (True, True))[int(chance.random() * 3)]
        kind, lasts_ms = _kind(chance), SECOND + int(chance.random() * CUT_MS)
        ways = "to and from" if up and down else "from" if up else "to"
        self._note("net.cut", f"nothing passes {ways} any {kind} for {lasts_ms / SECOND:.0f} s")
        self._shop.weather.close(kind, lasts_ms, up=up, down=down)

    def _flap(self, chance: Random) -> None:
        device = self._device(chance)
        appliance = self._shop.appliances[device]
        self._note("net.flap", f"{device} loses its connection every second, {FLAPS} times", device)
        for nth in range(FLAPS):
            self._shop.stage.after(nth * SECOND, partial(appliance.lose_connection, cable=chance.random() < 0.5))

    def _drop_class(self, chance: Random) -> None:
        kind = _kind(chance)
        self._note("broker.full", f"the broker drops whatever any {kind} says, for 20 s")
        self._shop.weather.close(kind, 20 * SECOND, up=True, down=False)

    def _restart_broker(self, chance: Random, *, forgets: bool) -> None:
        down_ms = int(chance.random() * 20 * SECOND)
        kind, how = ("broker.wiped", "killed and forgets") if forgets else ("broker.restart", "restarted")
        self._note(kind, f"the broker is {how}, down for {down_ms / SECOND:.0f} s")
        self._shop.broker.restart(down_ms, forgets=forgets)

    # ── coordinator ─────────────────────────────────────────────────────────────────────────────

    def _kill(self, chance: Random) -> None:
        seam = SEAMS[int(chance.random() * len(SEAMS))]
        office = self._shop.office
        tears = chance.random() < self._faults.strength("core.torn")
        if tears:
            seam = "written"
        if seam == "replaying":  # passed at the start after another death
            office.kill()
        office.kill_at(seam, tears=tears)
        self._note("core.killed", f"the coordinator is to die where it passes next: {seam}")
        if seam == "checkpointing":  # mostly passed at a clean stop
            office.stop()
            self._shop.stage.after(SECOND, office.start)

    def _pause(self, _chance: Random) -> None:
        self._note("core.paused", f"the coordinator stands still for {PAUSE_MS // SECOND} s")
        self._shop.office.pause(PAUSE_MS)

    def _set_clock(self, chance: Random) -> None:
        off_ms = STEPS_MS[0] + int(chance.random() * (STEPS_MS[1] - STEPS_MS[0]))
        self._note("core.clock", f"the wall clock is set {off_ms / MINUTE:+.0f} min wrong")
        self._shop.office.wall_off_ms = off_ms

    def _takes_ms(self, chance: Random, slow: float) -> int:
        return BATCH_MS if chance.random() < slow else TAKES_MS

    # ── devices ─────────────────────────────────────────────────────────────────────────────────

    def _reboot(self, chance: Random) -> None:
        machines = list(self._shop.machines.items())
        name, machine = machines[int(chance.random() * len(machines))]
        where = WHERE[int(chance.random() * len(WHERE))]
        self._note("device.reboot", f"{name} loses its power: {where}", name)
        down_ms = SECOND + int(chance.random() * DOWN_MS)
        if where == "at once":
            machine.switch_off()
            self._shop.stage.after(down_ms, machine.switch_on)
        else:
            machine.switch_off_at(where, down_ms)

    def _reboot_all(self, chance: Random) -> None:
        self._note("device.all", "all devices are switched off and on")
        for machine in self._shop.machines.values():
            machine.switch_off()
            self._shop.stage.after(int(chance.random() * 2 * SECOND), machine.switch_on)

    def _clone(self, chance: Random) -> None:
        """Whoever has the same name throws the other out, and is thrown out when it comes again."""
        device = self._device(chance)
        appliance = self._shop.appliances[device]
        self._note("device.clone", f"a second {device} throws the first one out, {FLAPS // 4} times", device)
        for nth in range(FLAPS // 4):
            self._shop.stage.after(nth * 3 * SECOND, appliance.lose_connection)

    def _robot_dies(self, chance: Random) -> None:
        robots = list(self._shop.robots)
        if robots:
            name = robots[int(chance.random() * len(robots))]
            self._note("robot.dies", f"{name} is dead where it stands", name)
            self._shop.robots[name].switch_off()

    # ── people ──────────────────────────────────────────────────────────────────────────────────

    def _reach_in(self, chance: Random) -> None:
        """Somebody has the key, moves a unit to another bin, and tells nobody."""
        cabinets = list(self._shop.fittings.cabinets.values())
        if not cabinets:
            return
        bins = cabinets[int(chance.random() * len(cabinets))].truth.bins
        full = [bin_ for bin_ in bins.values() if bin_.units]
        if len(full) > 1:
            source, target = (full[int(chance.random() * len(full))] for _ in range(2))
            self._note("people.reach_in", f"somebody moves {source.units[-1]} with the key")
            target.units.append(source.units.pop())

    def _garbage(self, chance: Random) -> None:
        junk = bytes(int(chance.random() * 256) for _ in range(int(chance.random() * 200)))
        words = (junk, b"[" * 5000, b'{"v":1,"kind":"TicketTaken"}', b'{"v":1,"boot":1e999}', b"\xff\xfe{}", b"null")
        device = self._device(chance)
        self._note("hostile.garbage", f"bytes that are no message, as from {device}", device)
        self._publish(device, words[int(chance.random() * len(words))])

    def _impostor(self, chance: Random) -> None:
        """A true word once more, or from a device that nobody knows."""
        past = self._shop.broker.past
        if not past:
            return
        heard = past[int(chance.random() * len(past))]
        _, _, store, kind, _, _ = heard.topic.split("/")
        who = (heard.topic, topic(store, f"{kind}/nobody", "event"), topic(store, f"{_kind(chance)}/nobody", "event"))
        said = who[int(chance.random() * len(who))]
        self._note("hostile.impostor", f"an old word once more, on {said}")
        self._shop.broker.receive(Publication(said, heard.payload), 0)

    def _publish(self, device: Device, payload: bytes) -> None:
        store = self._shop.plan.layout.store.id
        self._shop.broker.receive(Publication(topic(store, device, "event"), payload), 0)

    def _device(self, chance: Random) -> Device:
        devices = list(self._shop.appliances)
        return devices[int(chance.random() * len(devices))]


def _kind(chance: Random) -> str:
    return ROSTER[int(chance.random() * len(ROSTER))].name
