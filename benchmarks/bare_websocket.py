"""A WebSocket server that does nothing but send: what this machine needs for that alone.

``python -m benchmarks.bare_websocket PORT BYTES``: five messages of that length a second to whoever connects, each with
the wall's time (milliseconds) before its first ``|``. Until SIGTERM.
"""

import asyncio
import signal
import sys
import time

import websockets

EVERY_S = 0.2


async def serve(port: int, size: int) -> None:
    """All readers at the same moment, as a picture that is new."""
    readers: set[websockets.ServerConnection] = set()
    body = "x" * size

    async def welcome(socket: websockets.ServerConnection) -> None:
        readers.add(socket)
        try:
            await socket.wait_closed()
        finally:
            readers.discard(socket)

    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with websockets.serve(welcome, "127.0.0.1", port, compression=None):
        while not ended.is_set():
            websockets.broadcast(readers, f"{time.time() * 1000}|{body}")
            await asyncio.sleep(EVERY_S)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
