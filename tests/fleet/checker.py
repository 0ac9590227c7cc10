"""The passive checker: reads all messages between fleet control and robots along, and trusts neither.

It knows the official schemas, what the checklists M1 to M27 and V1 to V22 let one see from a wire, and how far robots
stand from each other. It shares no rule and no codec with fleet control or with the emulator.
"""

import itertools
import json
import math

from tests.data.vda5050.schemas import folder_of, undeclared, validator
from tests.fleet.findings import Findings
from tests.fleet.master_points import MasterPoints, judge_claims
from tests.fleet.vehicle_points import VehiclePoints
from tests.fleet.wire_words import Post

APART_M = 0.8
NANOMETRE = 1e-9
ROOTS = {"2": "uagv/v2", "3": "vda5050/v3"}


class Checker:
    """Two taps on each side of the wire: what is said, and what of it arrives, when it arrives."""

    def __init__(self, apart_m: float = APART_M) -> None:
        self.found = Findings()
        self.closest_m = math.inf
        self._apart_m = apart_m
        self._masters: dict[str, MasterPoints] = {}
        self._vehicles: dict[str, VehiclePoints] = {}

    def control_says(self, post: Post) -> None:
        if self._is_valid(post):
            self._master(post).sends(post)
            if post.level == "order":
                judge_claims(self.found, post, self._masters)

    def control_hears(self, post: Post) -> None:
        self._master(post).hears(post)

    def robot_says(self, post: Post) -> None:
        if self._is_valid(post):
            self._vehicle(post).says(post)

    def robot_hears(self, post: Post) -> None:
        self._vehicle(post).hears(post)

    def broker_says(self, post: Post) -> None:
        """A robot's last will."""
        if self._is_valid(post):
            self._vehicle(post).last_will(post)

    def sees(self, spots: dict[str, tuple[float, float]], at: int) -> None:
        """Where all robots truly stand."""
        for (one, here), (other, there) in itertools.combinations(spots.items(), 2):
            distance_m = math.dist(here, there)
            self.closest_m = min(self.closest_m, distance_m)
            post = Post(f"//{one}/-/distance", f'"{other}"'.encode(), 0, False, at)
            right = distance_m > self._apart_m - NANOMETRE
            self.found.judge("distance", post, right, f"{distance_m:.3f} m between {one} and {other}")

    def _is_valid(self, post: Post) -> bool:
        """M6: it stands before the schema of its version, and has no key that the schema does not know (S6)."""
        self.found.messages += 1
        plain = json.loads(post.payload)
        version = str(plain.get("version", ""))
        rooted = post.topic.startswith(f"{ROOTS[version[:1]]}/") if version[:1] in ROOTS else False
        self.found.judge("M6", post, rooted, f"version {version!r} on {post.topic}")
        if not rooted:
            return False
        schema = validator(folder_of(version), post.level)
        errors = [f"{each.json_path}: {each.message}" for each in schema.iter_errors(plain)]
        errors += [f"{each} is unknown" for each in undeclared(schema.schema, plain)]
        self.found.judge("M6", post, not errors, "; ".join(errors))
        return not errors

    def _master(self, post: Post) -> MasterPoints:
        return self._masters.setdefault(post.robot, MasterPoints(self.found))

    def _vehicle(self, post: Post) -> VehiclePoints:
        return self._vehicles.setdefault(post.robot, VehiclePoints(self.found, post.major))
