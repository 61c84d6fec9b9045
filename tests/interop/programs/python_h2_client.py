"""Python's httpx over h2 against our sample handler: `python_h2_client.py <origin> <ca file>`.

Ends with 0 if all is as it should be.
"""

import asyncio
import ssl
import sys

import httpx


async def main(origin: str, ca_file: str) -> None:
    context = ssl.create_default_context(cafile=ca_file)
    async with httpx.AsyncClient(http1=False, http2=True, verify=context) as client:
        for size in (0, 1, 16384, 65535, 65536, 1048576, 5 * 1024 * 1024):
            response = await client.get(f"{origin}/bytes/{size}")
            assert response.http_version == "HTTP/2", response.http_version
            assert len(response.content) == size, size
            upload = b"a" * size
            response = await client.post(f"{origin}/echo", content=upload)
            assert response.content == upload, size
        paths = [f"{origin}/bytes/{index}" for index in range(200)]
        responses = await asyncio.gather(*(client.get(path) for path in paths))
        assert [len(response.content) for response in responses] == list(range(200))
        description = (await client.put(f"{origin}/request", headers={"x-own": "a"})).json()
        assert description["method"] == "PUT"
        assert description["headers"]["x-own"] == "a"


asyncio.run(main(sys.argv[1], sys.argv[2]))
