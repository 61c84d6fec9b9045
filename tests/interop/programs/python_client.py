"""Python's http.client and urllib against the sample handler at the first argument. Ends with
code 0 where all went as it should."""

import http.client
import json
import sys
import urllib.error
import urllib.request

origin = sys.argv[1]
connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=10)


def ask(method, path, body=None, headers={}, **options):
    connection.request(method, path, body=body, headers=headers, **options)
    response = connection.getresponse()
    return response, response.read()


connection.connect()
first = connection.sock

for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]:
    response, body = ask(method, "/request")
    assert json.loads(body)["method"] == method, body

response, body = ask("HEAD", "/bytes/1234")
assert response.getheader("content-length") == "1234" and body == b""

for size in [0, 1, 65536, 1048576]:
    for route in ["bytes", "stream"]:
        response, body = ask("GET", f"/{route}/{size}")
        assert len(body) == size, (route, size, len(body))
    sent = b"avx!" * (size // 4)
    assert ask("POST", "/echo", sent)[1] == sent
    parts = iter([sent[:10], sent[10:]])
    chunked = {"Transfer-Encoding": "chunked"}
    assert ask("POST", "/echo", parts, chunked, encode_chunked=True)[1] == sent

response, body = ask("GET", "/status/204")
assert response.status == 204 and body == b""
assert connection.sock is first, "all of it went over one connection"
connection.close()

with urllib.request.urlopen(f"{origin}/", timeout=10) as response:
    assert response.read() == b"hello"
with urllib.request.urlopen(f"{origin}/echo", data=b"form=1", timeout=10) as response:
    assert response.read() == b"form=1"
try:
    urllib.request.urlopen(f"{origin}/deny", timeout=10)
    raise AssertionError("403 is an error to urllib")
except urllib.error.HTTPError as error:
    assert error.code == 403 and error.read() == b"denied"
    error.close()
