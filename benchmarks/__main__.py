"""``make bench``: what this machine can do, what the floor does on it, and the ratio: one run, printed as JSON.

Figures of one run compare with each other; milliseconds of different runs or machines do not.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime

from benchmarks import (
    bench_core,
    bench_floor_over_mqtt,
    bench_journal,
    bench_pages,
    bench_robots_over_mqtt,
    bench_twin,
)

ALL = {
    "core": bench_core.run,
    "journal": bench_journal.run,
    "over_mqtt": bench_floor_over_mqtt.run,
    "robots_over_mqtt": bench_robots_over_mqtt.run,
    "pages": bench_pages.run,
    "twin": bench_twin.run,
}


def main() -> int:
    """Run all of it, or what is named."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("what", nargs="*", choices=[[], *ALL], help="default: all")
    wanted = parser.parse_args().what or list(ALL)
    figures: dict[str, object] = {
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    }
    for name in wanted:
        print(f"{name} …", file=sys.stderr)
        figures[name] = ALL[name]()
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
