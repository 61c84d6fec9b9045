"""Python's websockets against an echo of ours: `python_ws_client.py <url> [<ca file>]`.

Ends with 0 if all is as it should be.
"""

import asyncio
import ssl
import sys

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK

SIZES = (0, 1, 125, 126, 65535, 65536, 300_000)


async def talk(url: str, context, compression) -> None:
    options = {"subprotocols": ["other", "chat"], "ssl": context, "compression": compression}
    async with connect(url, max_size=None, **options) as socket:
        assert socket.subprotocol == "chat", socket.subprotocol
        offered = socket.response.headers.get("Sec-WebSocket-Extensions")
        assert (offered is not None) == (compression is not None), offered
        for size in SIZES:
            for message in ("é" * size, b"\xff" * size):
                await socket.send(message)
                assert await socket.recv() == message, size
        await socket.send(["frag", "ment", "ed"])
        assert await socket.recv() == "fragmented"
        await (await socket.ping(b"x"))
        await socket.close(4001, "done")
    assert socket.close_code == 4001, socket.close_code


async def closed_by_server(url: str, context) -> None:
    async with connect(url, subprotocols=["chat"], ssl=context) as socket:
        await socket.send("close 4002 enough")
        try:
            await socket.recv()
            raise AssertionError("it is open")
        except (ConnectionClosedOK, ConnectionClosedError) as error:
            assert (error.rcvd.code, error.rcvd.reason) == (4002, "enough"), error


async def main(url: str, ca_file=None) -> None:
    context = None if ca_file is None else ssl.create_default_context(cafile=ca_file)
    for compression in (None, "deflate"):
        await talk(url, context, compression)
    await closed_by_server(url, context)


asyncio.run(main(*sys.argv[1:]))
