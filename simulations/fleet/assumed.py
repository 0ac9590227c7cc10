"""Numbers that nobody has measured yet: how long hands and machines take, and how late robots are."""

from msgspec import Struct


class Assumed(Struct, frozen=True, kw_only=True):
    """All of them, each plausible for a shop with small totes. They stand in every report."""

    load_s: float = 18.0
    """Closed loop: a robot at the cabinet's outlet, as the whole shop's twin assumes it …"""
    hand_s: float = 21.0
    """… and at a desk."""
    pick_s: float = 2.0
    """Open loop: a robot at the outlet or at a desk, until one tote is on it."""
    give_s: float = 3.0
    """Open loop: at a desk, until the engineer has taken the unit out. With the longer stays of the closed loop two
    robots could not carry 3.3 jobs a minute by any policy: each would have to stand for 64 s of every minute."""
    put_s: float = 2.0
    """Open loop: at the cabinet's inlet, until one tote is put down."""
    stay_least: float = 0.5
    """A stay is a draw between this and ``stay_most`` times its usual length, evenly."""
    stay_most: float = 1.5
    late_most: float = 0.2
    """Every lane takes up to this share longer than at the robot's speed, evenly."""
    stop_chance: float = 0.01
    """On so many lanes out of one the robot stops on its way: somebody is in front of it."""
    stop_least_s: float = 1.0
    stop_most_s: float = 10.0
    """A stop's length, evenly."""
    returns: float = 0.4
    """Share of the jobs that bring something from a desk to the cabinet's inlet; the others are deliveries."""
    waiting: float = 0.35
    """Share of the deliveries for which a customer is waiting."""


ASSUMED = Assumed()
