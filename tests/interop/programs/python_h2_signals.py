"""What Python's h2 is told by our signalling handler beside heads and bodies:
`python_h2_signals.py <origin> <ca file>`. Ends with 0 if all is as it should be.
"""

import socket
import ssl
import sys
from urllib.parse import urlsplit

from h2 import events
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from hyperframe.frame import DataFrame, Frame, GoAwayFrame, PingFrame


class Client:
    def __init__(self, origin: str, ca_file: str) -> None:
        place = urlsplit(origin)
        context = ssl.create_default_context(cafile=ca_file)
        context.set_alpn_protocols(["h2"])
        raw = socket.create_connection(("127.0.0.1", place.port), timeout=20)
        self.socket = context.wrap_socket(raw, server_hostname=place.hostname)
        assert self.socket.selected_alpn_protocol() == "h2"
        self.authority = place.netloc
        self.connection = H2Connection()
        self.connection.initiate_connection()
        self.ended = False

    def flush(self) -> None:
        self.socket.sendall(self.connection.data_to_send())

    def ask(self, method: str, path: str, ends: bool = True) -> int:
        stream_id = self.connection.get_next_available_stream_id()
        fields = [(":method", method), (":scheme", "https"), (":authority", self.authority)]
        self.connection.send_headers(stream_id, [*fields, (":path", path)], end_stream=ends)
        self.flush()
        return stream_id

    def receive(self) -> list:
        data = self.socket.recv(65536)
        self.ended = data == b""
        found = [] if self.ended else self.connection.receive_data(data)
        for event in found:
            if isinstance(event, events.DataReceived):
                count = event.flow_controlled_length
                self.connection.acknowledge_received_data(count, event.stream_id)
        if not self.ended:
            self.flush()
        return found

    def answer(self, stream_id: int) -> tuple:
        """All events of a stream up to its end, and its body."""
        seen, body = [], b""
        while True:
            for event in self.receive():
                if getattr(event, "stream_id", None) != stream_id:
                    continue
                seen.append(event)
                if isinstance(event, events.DataReceived):
                    body += event.data
                if isinstance(event, events.StreamEnded):
                    return seen, body
            assert not self.ended, seen


def fields_of(seen: list, kind: type) -> dict:
    fields = next(event.headers for event in seen if isinstance(event, kind))
    return {str(name, "ascii"): str(value, "ascii") for name, value in fields}


def main(origin: str, ca_file: str) -> None:
    client = Client(origin, ca_file)

    seen, body = client.answer(client.ask("GET", "/hints"))
    early = fields_of(seen, events.InformationalResponseReceived)
    assert (early[":status"], early["link"]) == ("103", "</style.css>; rel=preload"), early
    assert body == b"hinted", body

    seen, body = client.answer(client.ask("GET", "/trailers"))
    assert fields_of(seen, events.TrailersReceived)["x-checksum"] == "abc"
    assert body == b"body", body

    stream_id = client.ask("POST", "/checksum", ends=False)
    for _ in range(10):
        # Padding counts for the windows, and is none of the content.
        client.connection.send_data(stream_id, b"a" * 1000, pad_length=100)
    client.connection.send_headers(stream_id, [("x-sum", "42")], end_stream=True)
    client.flush()
    assert client.answer(stream_id)[1] == b"10000 42"

    seen, body = client.answer(client.ask("HEAD", "/bytes/1234"))
    assert fields_of(seen, events.ResponseReceived)["content-length"] == "1234"
    assert body == b"", body

    stream_id = client.ask("GET", "/endless")
    while not any(isinstance(event, events.DataReceived) for event in client.receive()):
        pass
    client.connection.reset_stream(stream_id, ErrorCodes.CANCEL)
    client.flush()

    client.connection.ping(b"12345678")
    client.flush()
    while not any(isinstance(event, events.PingAckReceived) for event in client.receive()):
        pass

    stream_id = client.ask("GET", "/leave")
    goaways, body = [], b""
    for frame in frames_of(client.socket):
        if isinstance(frame, GoAwayFrame):
            goaways.append((frame.error_code, frame.last_stream_id))
        elif isinstance(frame, PingFrame) and "ACK" not in frame.flags:
            client.socket.sendall(PingFrame(0, frame.opaque_data, flags=["ACK"]).serialize())
        elif isinstance(frame, DataFrame) and frame.stream_id == stream_id:
            body += frame.data
    assert body == b"left", body
    # First that it will go, then which stream was the last.
    assert goaways == [(0, 2**31 - 1), (0, stream_id)], goaways


def frames_of(connection: ssl.SSLSocket):
    """All frames up to the end. H2Connection itself takes nothing more behind a GOAWAY."""
    data = b""
    while part := connection.recv(65536):
        data += part
        while len(data) >= 9:
            frame, length = Frame.parse_frame_header(memoryview(data)[:9])
            if len(data) < 9 + length:
                break
            frame.parse_body(memoryview(data)[9 : 9 + length])
            data = data[9 + length :]
            yield frame


main(sys.argv[1], sys.argv[2])
