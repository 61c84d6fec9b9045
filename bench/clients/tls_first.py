"""Python's ssl: the first response on fresh connections. `port count ca-file`; prints one line of
JSON, a time in milliseconds for each."""

import json
import socket
import ssl
import sys
import time

port, count, ca_file = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
context = ssl.create_default_context(cafile=ca_file)
times = []
for _ in range(count):
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as secure:
            secure.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if not secure.recv(65536):
                raise ConnectionError("the server closed the connection")
            times.append((time.perf_counter() - start) * 1000)
print(json.dumps(times))
