"""A relay that answers each event as a test says (NIP-01, NIP-42), and a Blossom media server."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from posto_desktop.server.publishers.nostr_events import is_valid
from tests.servers.running import HOST
from tests.servers.scripted import Reply, Request, Scripted, route


class Blossom(Scripted):
    """BUD-01 and BUD-02: files by their hash, with a signed event as the leave to upload."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}

    def refused(self, request: Request) -> Reply | None:
        if request.method == "GET":
            return None
        kind, _, data = request.headers["authorization"].partition(" ")
        event = json.loads(base64.b64decode(data))
        assert kind == "Nostr"
        assert event["kind"] == 24242
        assert is_valid(event)
        tags = {tag[0]: tag[1] for tag in event["tags"]}
        assert int(tags["expiration"]) > time.time()
        assert tags["t"] == ("upload" if request.method == "PUT" else "delete")
        if self.is_revoked:
            return Reply({}, 403, {"X-Reason": "Not a member"})
        if request.method == "PUT" and tags["x"] != hashlib.sha256(request.body).hexdigest():
            return Reply({}, 400, {"X-Reason": "Another file"})
        return None

    @route("PUT", "/upload")
    def upload(self, request: Request) -> Any:
        number = hashlib.sha256(request.body).hexdigest()
        self.files[number] = request.body
        kind = request.headers["content-type"]
        return {
            "url": f"{self.url}/{number}.jpg",
            "sha256": number,
            "size": len(request.body),
            "type": kind,
            "uploaded": 1_900_000_000,
        }

    @route("GET", "/([0-9a-f]{64}).jpg")
    def show(self, request: Request, number: str) -> Any:
        return Reply(self.files[number], 200, {"Content-Type": "image/jpeg"})

    @route("DELETE", "/([0-9a-f]{64})")
    def delete(self, request: Request, number: str) -> Any:
        self.files.pop(number)
        return {}


class OddRelay:
    """`respond` gets each message and returns what is said to it; None, or None in it, ends the
    connection."""

    def __init__(self, respond: Callable[[list[Any]], list[Any] | None]) -> None:
        self.respond = respond
        self.received: list[list[Any]] = []
        self.greeting: list[Any] = []
        self.url = ""


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        relay: OddRelay = self.server.relay  # type: ignore[attr-defined]
        with contextlib.suppress(OSError, ValueError, struct.error):
            headers: dict[str, str] = {}
            first = self.rfile.readline()
            while line := self.rfile.readline().strip():
                name, _, value = line.decode().partition(":")
                headers[name.lower()] = value.strip()
            if "sec-websocket-key" not in headers:
                body = b'{"limitation": {"max_content_length": 300}}'
                self.wfile.write(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                    % (len(body), body)
                )
                return
            assert first.startswith(b"GET / ")
            key = headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
            accepted = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
            self.wfile.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accepted.encode() + b"\r\n\r\n"
            )
            for frame in relay.greeting:
                self.say(frame)
            while (text := self.hear()) is not None:
                message = json.loads(text)
                relay.received.append(message)
                answer = relay.respond(message)
                if answer is None:
                    return
                for frame in answer:
                    if frame is None:
                        return
                    self.say(frame)

    def hear(self) -> bytes | None:
        """The next text, None at the end."""
        start = self.rfile.read(2)
        if len(start) < 2 or start[0] & 15 == 8:
            return None
        length = start[1] & 127
        if length == 126:
            length = struct.unpack(">H", self.rfile.read(2))[0]
        elif length == 127:
            length = struct.unpack(">Q", self.rfile.read(8))[0]
        mask = self.rfile.read(4)
        data = self.rfile.read(length)
        return bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

    def say(self, message: Any) -> None:
        data = message if isinstance(message, bytes) else json.dumps(message).encode()
        head = bytes((0x81, len(data))) if len(data) < 126 else b"\x81\x7e"
        self.wfile.write(head + (b"" if len(data) < 126 else struct.pack(">H", len(data))) + data)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextlib.contextmanager
def odd_relay(
    respond: Callable[[list[Any]], list[Any] | None], certificate: Path | None = None
) -> Iterator[OddRelay]:
    """A relay on a free port for the length of the block; by TLS with a certificate."""
    relay = OddRelay(respond)
    server = _Server((HOST, 0), _Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.relay = relay  # type: ignore[attr-defined]
    relay.url = f"ws://{HOST}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="odd-relay")
    thread.start()
    try:
        yield relay
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
