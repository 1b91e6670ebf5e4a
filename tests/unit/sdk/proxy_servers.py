"""HTTP and SOCKS proxies and TLS with an own CA, on loopback."""

from __future__ import annotations

import base64
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.certificates import Authority


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b'{"namespaces": ["fs-poster/v1"], "name": "Nordlicht"}')

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.posts += 1  # type: ignore[attr-defined]
        self._answer(b'{"ok": true}')

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def site(certificate: Path | None = None) -> Iterator[ThreadingHTTPServer]:
    """A site that answers as a Posto service; with TLS if it has a certificate."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    server.posts = 0  # type: ignore[attr-defined]
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_ca(folder: Path, host: str) -> tuple[Path, Path]:
    """(file of the CA, file of a key and a certificate of `host` that it signed)."""
    authority, both = Authority(folder / "ca.pem"), folder / "site.pem"
    both.write_bytes(authority.issue(host))
    return authority.file, both


class Proxy:
    """A proxy that leads every host to one port of this computer. `seen` are the hosts that were
    asked for; with a `sign_in` ("user:password") it wants that; `breaks` closes after the
    request was taken."""

    def __init__(
        self,
        kind: str,
        port: int,
        *,
        sign_in: str = "",
        refuses: bool = False,
        breaks: bool = False,
    ) -> None:
        self.kind, self._target, self._sign_in = kind, port, sign_in
        self._refuses, self._breaks = refuses, breaks
        self.seen: list[str] = []
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> Proxy:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        for thread in self._threads:
            thread.join(60)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            self._run(self._serve, client)

    def _run(self, what: Any, *args: Any) -> None:
        thread = threading.Thread(target=what, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, IndexError, EOFError):
            ready = self._socks(client) if self.kind == "socks5" else self._http(client)
            if ready is None:
                client.close()
                return
            upstream = socket.create_connection(("127.0.0.1", self._target))
            self._open.append(upstream)
            if ready:
                upstream.sendall(ready)
            if self._breaks:
                client.recv(65536)
                client.shutdown(socket.SHUT_RDWR)
                return
            self._run(_pump, upstream, client)
            _pump(client, upstream)

    def _http(self, client: socket.socket) -> bytes | None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                raise EOFError
            head += piece
        words = head.split(b"\r\n", 1)[0].split(b" ")
        self.seen.append(words[1].decode())
        wanted = b"Proxy-Authorization: Basic " + base64.b64encode(self._sign_in.encode())
        if self._sign_in and wanted.lower() not in head.lower():
            client.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
            return _hear_out(client)
        if self._refuses:
            client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return _hear_out(client)
        if words[0] == b"CONNECT":
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            return b""
        if self._breaks:
            client.shutdown(socket.SHUT_RDWR)
            return None
        return head

    def _socks(self, client: socket.socket) -> bytes | None:
        methods = client.recv(2)[1]
        offered = client.recv(methods)
        if self._sign_in:
            if 2 not in offered:
                client.sendall(b"\x05\xff")
                return None
            client.sendall(b"\x05\x02")
            user = client.recv(client.recv(2)[1]).decode()
            password = client.recv(client.recv(1)[0]).decode()
            good = f"{user}:{password}" == self._sign_in
            client.sendall(b"\x01\x00" if good else b"\x01\x01")
            if not good:
                return None
        else:
            client.sendall(b"\x05\x00")
        kind = client.recv(4)[3]
        host = client.recv(client.recv(1)[0]).decode() if kind == 3 else str(client.recv(4))
        client.recv(2)
        self.seen.append(host)
        client.sendall(b"\x05" + (b"\x05" if self._refuses else b"\x00") + b"\x00\x01" + bytes(6))
        return None if self._refuses else b""


def _hear_out(client: socket.socket) -> None:
    """Closing over unread bytes would take the answer back."""
    client.shutdown(socket.SHUT_WR)
    while client.recv(65536):
        pass


def _pump(here: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := here.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
