"""An echo of Python's websockets. It says its port, and ends with its standard input."""

import asyncio
import sys

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosedError


async def echo(socket) -> None:
    try:
        async for message in socket:
            if isinstance(message, str) and message.startswith("close "):
                _, code, reason = message.split(" ")
                return await socket.close(int(code), reason)
            await socket.send(message)
    except ConnectionClosedError:
        pass  # with another code than 1000 and 1001


async def main() -> None:
    async with serve(echo, "127.0.0.1", 0, subprotocols=["chat"], max_size=None) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.to_thread(sys.stdin.read)


asyncio.run(main())
