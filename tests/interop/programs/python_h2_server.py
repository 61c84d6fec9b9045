"""hypercorn, a server upon Python's h2, over TLS with the routes of the sample handler:
`python_h2_server.py <certificate file> <key file>`. Prints `ready PORT`; ends with its standard input.
"""

import asyncio
import json
import socket
import sys

from hypercorn.asyncio import serve
from hypercorn.config import Config


def pattern(size: int) -> bytes:
    return bytes((index * 31 + (index >> 8)) & 0xFF for index in range(size))


async def body_of(receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def app(scope, receive, send) -> None:
    if scope["type"] != "http":
        return
    _, route, *rest = scope["path"].split("/")
    status, headers, parts = 200, [], [b""]
    if route == "":
        parts = [b"hello"]
    elif route == "request":
        body = (await body_of(receive)).decode()
        headers = [(b"content-type", b"application/json")]
        description = {"method": scope["method"], "url": scope["path"], "body": body}
        parts = [json.dumps(description).encode()]
    elif route == "echo":
        parts = [await body_of(receive)]
    elif route == "bytes":
        headers = [(b"content-length", rest[0].encode())]
        parts = [pattern(int(rest[0]))]
    elif route == "stream":
        whole = pattern(int(rest[0]))
        parts = [whole[at : at + 10_000] for at in range(0, len(whole), 10_000)]
    elif route == "status":
        status = int(rest[0])
    else:
        status = 404
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body"})


async def main(cert_file: str, key_file: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    config = Config()
    config.bind = [f"fd://{listener.fileno()}"]
    config.certfile, config.keyfile = cert_file, key_file
    config.errorlog = None
    print(f"ready {listener.getsockname()[1]}", flush=True)
    loop = asyncio.get_running_loop()
    # It is loud about peers that close before they have read everything.
    loop.set_exception_handler(lambda _loop, _context: None)
    ended = loop.run_in_executor(None, sys.stdin.read)

    async def trigger() -> None:
        await ended

    await serve(app, config, shutdown_trigger=trigger)


asyncio.run(main(sys.argv[1], sys.argv[2]))
