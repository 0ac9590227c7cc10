"""Brokers: the small one that comes with the demo, and the text that sets up a real one for a shop.

The embedded broker is amqtt in a child process. It keeps no session of an absent client and is slow (measured: 100
events a second are easy, 3 000 are not), so it is for demos; a shop runs mosquitto with `mosquitto_conf`.

    python -m shopfloor.service.broker --port 1883
"""

import argparse
import asyncio
import logging
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType
from amqtt.errors import BrokerError

LOOPBACK: Final = "127.0.0.1"
READY: Final = b"ready\n"
START_S: Final = 15.0
STOP_S: Final = 5.0
TRIES_MAX: Final = 3
"""A free port may be taken by somebody else between finding and binding it."""

MOSQUITTO_LIMITS: Final[dict[str, str]] = {
    "set_tcp_nodelay": "true",  # without it a round trip takes 44 ms instead of 0.1
    "persistence": "true",
    "autosave_interval": "60",  # on every change would write the whole store each time: with a few thousand
    # messages waiting for an absent coordinator, 320 messages/s instead of 28 000
    "max_packet_size": "65536",  # who sends more is thrown out; message_size_limit would drop it with success
    "max_queued_messages": "20000",  # the default of 1000 drops in silence, 0 lets one slow reader eat the memory
    "max_queued_bytes": "67108864",
    "max_keepalive": "60",  # binds MQTT 5 clients only
    "check_retain_source": "true",
    "allow_zero_length_clientid": "false",
}
"""What a shop sets beside the listener, whoever may log in."""


class BrokerDidNotStart(RuntimeError):
    """The broker's process ended, or did not say in time that it listens."""


def mosquitto_conf(port: int, store: Path, *, password_file: Path | None = None, acl_file: Path | None = None) -> str:
    """The configuration of a shop's mosquitto that keeps its messages in the directory ``store``.

    Without a password file the listener is open to all and therefore bound to loopback. With one it listens to the
    shop, and a client's name is its user name, so that nobody can take over another's connection.
    """
    lines = [f"listener {port} {LOOPBACK}" if password_file is None else f"listener {port}"]
    if password_file is None:
        lines.append("allow_anonymous true")
    else:
        lines += ["allow_anonymous false", f"password_file {password_file}", "use_username_as_clientid true"]
    if acl_file is not None:
        lines.append(f"acl_file {acl_file}")
    lines.append(f"persistence_location {store}/")
    lines += [f"{option} {value}" for option, value in MOSQUITTO_LIMITS.items()]
    return "\n".join(lines) + "\n"


def free_port() -> int:
    """A loopback port that nobody used a moment ago."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        port = probe.getsockname()[1]
    assert isinstance(port, int)
    return port


class EmbeddedBroker:
    """A broker in a child process, on loopback, gone at the latest when this process is gone.

    The child reads a pipe that only we hold: when we end, however we end, it reads end-of-file and ends too.
    """

    def __init__(self, port: int = 0) -> None:
        self._wanted = port
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "the broker is not running"
        return self._process.pid

    def start(self) -> None:
        """Return when clients can connect. Port 0 means any free one."""
        for tries_left in reversed(range(TRIES_MAX)):
            self.port = self._wanted or free_port()
            command = [sys.executable, "-m", "shopfloor.service.broker", "--port", str(self.port), "--child"]
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            if self._said_ready():
                return
            self.stop()
            if self._wanted or not tries_left:
                raise BrokerDidNotStart(f"no broker on port {self.port}; is the port taken? See what it said above")

    def stop(self) -> None:
        """End the child: kindly, then firmly."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _said_ready(self) -> bool:
        assert self._process is not None
        assert self._process.stdout is not None
        said, _, _ = select.select([self._process.stdout], [], [], START_S)
        return bool(said) and self._process.stdout.readline() == READY

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.stop()


async def _serve(port: int, *, child: bool) -> None:
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)  # it logs every client that goes as an error
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    listener = ListenerConfig(type=ListenerType.TCP, bind=f"{LOOPBACK}:{port}")
    anonymous = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    broker = Broker(BrokerConfig(listeners={"default": listener}, plugins=anonymous))
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()
    # when many connect at once, amqtt 0.12 fails to greet some and drops them; they come again by themselves
    loop.set_exception_handler(lambda _loop, _context: None)
    loop.add_signal_handler(signal.SIGTERM, enough.set)
    if child:  # Ctrl-C reaches us too, but our parent needs us a while yet
        loop.add_signal_handler(signal.SIGINT, lambda: None)
    else:
        loop.add_signal_handler(signal.SIGINT, enough.set)
    await broker.start()
    if child:
        loop.add_reader(sys.stdin.fileno(), enough.set)
        sys.stdout.buffer.write(READY)
        sys.stdout.flush()
    await enough.wait()
    os._exit(0)  # it keeps nothing, so there is nothing to save; its own shutdown takes 5 s while clients are there


def main(arguments: list[str] | None = None) -> None:
    """Serve on loopback until interrupted."""
    parser = argparse.ArgumentParser(prog="shopfloor broker", description="A small MQTT 3.1.1 broker for demos.")
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)  # say when ready, end with our parent
    chosen = parser.parse_args(arguments)
    try:
        asyncio.run(_serve(chosen.port, child=chosen.child))
    except BrokerError as fault:
        sys.exit(f"shopfloor broker: port {chosen.port}: {fault}")


if __name__ == "__main__":
    main()
