"""What can go wrong in a shop, as data: one row for each kind, and how each bad day draws its own.

The numbers F01–F63 are the catalogue of faults that the tests share. Not every kind is there on every day: all at once
would hide each other. Which kinds are on, and how strong, is drawn from the day's seed, each from a stream of its own,
so that taking one away leaves the others as they were.
"""

from collections.abc import Collection
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from simulations.streams import Streams

Group: TypeAlias = Literal["network", "broker", "coordinator", "devices", "people"]


class Kind(Struct, frozen=True):
    """One way in which a day can go wrong."""

    name: str
    group: Group
    faults: tuple[str, ...]
    exists: float
    """Share of bad days that have it."""
    most: float
    """Its strength is between 0 and this: a chance per occasion below 1, else how often in one day."""
    words: str


KINDS: Final[tuple[Kind, ...]] = (
    # ── network ──
    Kind("net.loss", "network", ("F18", "F50"), 0.7, 0.3, "a message is lost, acknowledged or not"),
    Kind("net.repeat", "network", ("F19",), 0.7, 0.3, "a message is delivered twice"),
    Kind("net.slow", "network", ("F20",), 0.6, 0.2, "a message takes up to 30 s, and others overtake it"),
    Kind("net.late", "network", ("F21", "F33"), 0.4, 0.02, "a message comes once more, minutes or hours later"),
    Kind("net.cut", "network", ("F25",), 0.4, 5, "one class of devices is cut off for a while, in one direction"),
    Kind("net.flap", "network", ("F26",), 0.3, 3, "one device loses its connection every second, for a while"),
    # ── broker ──
    Kind("broker.restart", "broker", ("F15",), 0.3, 2, "it is restarted, and remembers what it has stored"),
    Kind("broker.wiped", "broker", ("F16", "F17"), 0.3, 2, "it is killed, and remembers nothing"),
    Kind("broker.full", "broker", ("F18", "F28"), 0.3, 3, "it takes messages of one class and drops them, for a while"),
    # ── coordinator ──
    Kind("core.killed", "coordinator", ("F01", "F02", "F03", "F04", "F05", "F06", "F07"), 0.7, 8, "killed at a seam"),
    Kind("core.torn", "coordinator", ("F02", "F62"), 0.5, 0.9, "killed while it writes, the unsynced tail is torn"),
    Kind("core.paused", "coordinator", ("F10",), 0.3, 2, "it stands still for a minute, and goes on"),
    Kind("core.slow", "coordinator", ("F12", "F29"), 0.3, 0.05, "a batch takes it 5 s"),
    Kind("core.clock", "coordinator", ("F35", "F36", "F37"), 0.3, 3, "the wall clock is set by up to an hour"),
    # ── devices ──
    Kind("device.reboot", "devices", ("F40", "F53", "F62"), 0.7, 25, "one is switched off at any moment, and on again"),
    Kind("device.clone", "devices", ("F24",), 0.2, 2, "a second one with the same name throws it out"),
    Kind("device.clock", "devices", ("F39",), 0.2, 4, "its clock is years ahead"),
    Kind("device.all", "devices", ("F63",), 0.2, 2, "all are switched off and on at once"),
    Kind("pad.closed", "devices", ("F53",), 0.4, 0.3, "a PAD is switched off between the ink and the seal"),
    Kind("pos.closed", "devices", ("F52",), 0.4, 0.3, "a terminal is switched off while it takes money"),
    Kind("cabinet.jam", "devices", ("F41",), 0.5, 0.2, "nothing comes out, and it says so"),
    Kind("cabinet.contradicts", "devices", ("F44",), 0.3, 0.1, "it says jam, and gives out after all"),
    Kind("cabinet.empty_bin", "devices", ("F45",), 0.3, 0.1, "the unit is not where it should be"),
    Kind("cabinet.rejects", "devices", ("F43",), 0.3, 0.1, "it finds the wrong weight and puts the unit back"),
    Kind("cabinet.wrong_unit", "devices", ("F43",), 0.3, 0.1, "it takes another unit, and says so"),
    Kind("cabinet.wrong_unit_unnoticed", "devices", ("F43",), 0.3, 0.1, "it takes another unit, and does not know"),
    Kind("cabinet.door_left_open", "devices", ("F42",), 0.3, 0.1, "a door stays open"),
    Kind("robot.dies", "devices", ("F46",), 0.3, 1, "no word from it any more, wherever it is, whatever it carries"),
    Kind("robot.stalls", "devices", ("F49",), 0.3, 0.02, "it stands on a lane and does not say why"),
    Kind("robot.loses_position", "devices", ("F47",), 0.3, 0.02, "it does not know where it is"),
    Kind("robot.pick_fails", "devices", ("F46",), 0.3, 0.1, "it cannot take a tote aboard"),
    Kind("robot.drop_fails", "devices", ("F46",), 0.3, 0.1, "it cannot set a tote down"),
    Kind("robot.refuses_order", "devices", ("F50",), 0.3, 0.1, "it refuses an order"),
    Kind("robot.battery", "devices", ("F48",), 0.3, 1, "it begins the day nearly empty"),
    Kind("pos.declined", "devices", (), 0.4, 0.3, "the card is declined"),
    Kind("pos.unknown_taken", "devices", ("F52",), 0.5, 0.3, "money is taken, and no answer comes"),
    Kind("pos.unknown_not_taken", "devices", ("F52",), 0.5, 0.3, "no money is taken, and no answer comes"),
    Kind("pos.late_approval", "devices", ("F52",), 0.5, 0.3, "it says not found, and approves afterwards"),
    Kind("pos.diagnosis_bad", "devices", ("F52",), 0.3, 0.5, "it cannot vouch for its own log"),
    Kind("archive.render_fails", "devices", (), 0.3, 0.1, "a document is not made"),
    Kind("archive.seal_fails", "devices", (), 0.3, 0.1, "a document is not sealed"),
    Kind("archive.blank", "devices", (), 0.3, 0.1, "a document is white paper"),
    Kind("archive.wrong_hash", "devices", (), 0.3, 0.1, "the hash told is that of other bytes"),
    Kind("archive.silent", "devices", (), 0.3, 0.1, "no answer comes"),
    Kind("notifier.fails", "devices", (), 0.3, 0.3, "a message to a customer is not delivered"),
    Kind("entitlement.down", "devices", (), 0.3, 0.3, "nobody knows what is under warranty"),
    # ── people ──
    Kind("people.double_tap", "people", ("F51",), 0.5, 0.3, "they tap twice"),
    Kind("people.fickle", "people", (), 0.5, 0.5, "they refuse, think it over, leave the phone, send somebody else"),
    Kind("people.amend", "people", ("F54",), 0.5, 0.6, "more is found once the phone is open"),
    Kind("people.requote", "people", ("F54",), 0.4, 0.4, "the quote is changed while the customer signs it"),
    Kind("people.hand_over", "people", (), 0.5, 0.5, "a second engineer goes on"),
    Kind("people.walk_away", "people", (), 0.4, 0.4, "they do not come when they are called, or go before"),
    Kind("people.reach_in", "people", ("F45",), 0.2, 2, "somebody moves a unit with the key and tells nobody"),
    Kind("hostile.garbage", "people", ("F31", "F32"), 0.3, 30, "bytes that are no message"),
    Kind("hostile.impostor", "people", ("F34",), 0.3, 20, "a message of another device, or of a device that is not"),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}


class Faults(Struct, frozen=True):
    """The kinds that one day has, each with its strength."""

    strengths: dict[str, float]

    def strength(self, name: str) -> float:
        """0 for what this day does not have."""
        assert name in BY_NAME, f"there is no fault {name!r}"
        return self.strengths.get(name, 0.0)

    def times(self, name: str) -> int:
        """Of a kind that is counted by the day."""
        return round(self.strength(name))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.strengths)


CALM: Final = Faults({})


def drawn(streams: Streams) -> Faults:
    """What goes wrong on this day."""
    strengths: dict[str, float] = {}
    for kind in KINDS:
        chance = streams.apart("faults", kind.name)
        exists, share = chance.random() < kind.exists, chance.random()
        strength = kind.most * share if kind.most < 1 else max(1.0, kind.most * share)
        if exists:
            strengths[kind.name] = strength
    return Faults(strengths)


def only(faults: Faults, names: Collection[str]) -> Faults:
    """The same day with no other kinds than these; a group's name stands for all of it."""
    return Faults(
        {name: strength for name, strength in faults.strengths.items() if name in names or BY_NAME[name].group in names}
    )


def unknown(names: Collection[str]) -> list[str]:
    """Which of these are neither a kind nor a group."""
    groups = {kind.group: None for kind in KINDS}
    return [name for name in names if name not in BY_NAME and name not in groups]
