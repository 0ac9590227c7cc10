"""The access book's own no."""

from shopfloor.contract.actor import Instant


class Denied(Exception):
    """Somebody does not come in. ``reason`` tells the person what to do; ``wait`` (ms) when to try again, if ever."""

    def __init__(self, code: str, reason: str, wait: Instant = 0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.wait = wait
