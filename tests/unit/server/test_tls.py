"""TLS of the HTTP server: it never waits for a peer, and its certificate is renewed."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server import peer, sockets, tls_socket
from posto_desktop.server.errors import StartError
from posto_desktop.server.http_server import ClientStanding, Server, Sizes
from posto_desktop.server.request_head import RequestHead
from posto_desktop.server.tls_socket import Certificate
from tests.certificates import Authority

GET = b"GET /%s HTTP/1.1\r\nHost: x\r\nAuthorization: yes\r\n\r\n"


class Files:
    """A certificate and its key on the disk, which can be renewed."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder / "authority.pem")
        self.certificate, self.key = folder / "certificate.pem", folder / "key.pem"
        self.now = 0.0
        self.renew("127.0.0.1")

    def renew(self, *hosts: str) -> None:
        for path in (self.certificate, self.key):
            path.unlink(missing_ok=True)
        pem = self.authority.issue(*hosts)
        end = pem.index(b"-----BEGIN CERTIFICATE")
        self.key.write_bytes(pem[:end])
        self.key.chmod(0o600)
        self.certificate.write_bytes(pem[end:])

    def opened(self) -> Certificate:
        return Certificate(self.certificate, self.key, clock=lambda: self.now)


class Served:
    """A server with TLS in this process; its application answers with the body or the path."""

    def __init__(self, files: Files) -> None:
        self.files = files
        sizes = Sizes(most_of_address=120)
        self.server = Server(("127.0.0.1", 0), _answer, _judge, sizes, files.opened())
        self.server.prepare()
        self.port = int(self.server.bind_addr[1])
        self.thread = threading.Thread(target=self.server.serve, name="test-tls")
        self.thread.start()
        self.open: list[socket.socket] = []

    def dial(self) -> socket.socket:
        """A connection without TLS."""
        made = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.open.append(made)
        return made

    def connect(self, **limits: Any) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.files.authority.file))
        for name, value in limits.items():
            setattr(context, name, value)
        made = context.wrap_socket(self.dial(), server_hostname="127.0.0.1")
        self.open.append(made)
        return made

    def close(self) -> None:
        self.server.stop()
        self.thread.join(60)
        for connection in self.open:
            connection.close()


def _judge(head: RequestHead) -> ClientStanding:
    known = head.headers.get("authorization") == "yes"
    return ClientStanding.KNOWN if known else ClientStanding.STRANGE


def _answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"].strip("/")
    length = int(environ.get("CONTENT_LENGTH") or 0)
    content = environ["wsgi.input"].read(length) or path.encode()
    if path.isdigit():
        content = bytes(int(path))
    start("200 OK", [("Content-Length", str(len(content)))])
    return [content]


def body_of(asking: socket.socket) -> bytes:
    """The body of one answer on a connection that stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        block = asking.recv(65536)
        assert block, data
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if b"Content-Length" in line)
    while len(body) < length:
        body += asking.recv(length - len(body))
    return body


def all_of(asking: socket.socket) -> bytes:
    data = b""
    with contextlib.suppress(ConnectionError):
        while block := asking.recv(65536):
            data += block
    return data


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(Files(tmp_path))
    yield made
    made.close()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_requests_large_and_small_are_answered(served: Served, version: ssl.TLSVersion) -> None:
    asking = served.connect(maximum_version=version)
    assert asking.version() == version.name.replace("_", ".")
    body = bytes(range(256)) * 4_096
    post = b"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: yes\r\nContent-Length: %d\r\n\r\n"
    asking.sendall(post % len(body) + body)
    assert body_of(asking) == body
    asking.sendall(GET % b"3000000")
    assert body_of(asking) == bytes(3_000_000)
    asking.sendall(GET.replace(b"Authorization: yes\r\n", b"") % b"2500000")  # held back
    assert body_of(asking) == bytes(2_500_000)


def test_requests_that_follow_each_other_at_once_are_answered_in_order(served: Served) -> None:
    asking = served.connect()
    asking.sendall(b"".join(GET % b"a%d" % number for number in range(200)))
    for number in range(200):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += asking.recv(1)
        wanted = b"a%d" % number
        assert asking.recv(len(wanted)) == wanted


def test_a_head_may_come_byte_by_byte(served: Served) -> None:
    asking = served.connect()
    for byte in GET % b"a":
        asking.sendall(bytes([byte]))
    assert body_of(asking) == b"a"


def test_the_end_of_an_answer_is_said(served: Served) -> None:
    asking = served.connect()
    asking.sendall((GET % b"a").replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert all_of(asking).endswith(b"a"), "an end without goodbye would raise"


def test_who_speaks_http_is_told_to_speak_https(served: Served) -> None:
    asking = served.dial()
    asking.sendall(GET % b"a")
    answer = all_of(asking)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"https://" in answer
    for nonsense in (b"\x80\x01\x02", b"\x16" * 500, b"\x16\x03\x01\x00\x01\x01"):
        with contextlib.suppress(ConnectionError):
            other = served.dial()
            other.sendall(nonsense)
            other.shutdown(socket.SHUT_WR)
            all_of(other)
    assert served.connect().version() == "TLSv1.3"


def test_old_versions_are_refused(served: Served) -> None:
    with (
        pytest.warns(DeprecationWarning, match="TLSv1"),
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        served.connect(
            minimum_version=ssl.TLSVersion.TLSv1,
            maximum_version=ssl.TLSVersion.TLSv1_1,
        )


def test_handshakes_that_never_end_hold_no_thread(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = served.server._connections._strangers
    monkeypatch.setattr(place, "_seconds", 0.3)
    before = threading.active_count()
    slow = [served.dial() for _ in range(100)]
    for asking in slow[:50]:
        asking.sendall(b"\x16\x03\x01\x02")
    asking = served.connect()
    asking.sendall(GET % b"a")
    assert body_of(asking) == b"a"
    assert threading.active_count() <= before + 1
    for waiting in slow:
        assert all_of(waiting) == b""


def test_one_address_does_not_take_the_places_of_others(served: Served) -> None:
    first, *others = [served.dial() for _ in range(121)]
    assert first.recv(1) == b""
    others[0].setblocking(False)
    with pytest.raises(BlockingIOError):
        others[0].recv(1)
    asking = served.connect()
    asking.sendall(GET % b"a")
    assert body_of(asking) == b"a"


def test_a_record_that_never_ends_holds_its_thread_for_a_while_only(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PATIENCE", 0.3)
    asking = served.connect()
    asking.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: yes\r\nContent-Length: 9\r\n\r\n")
    wire = socket.socket(fileno=asking.detach())
    served.open.append(wire)
    wire.settimeout(60)
    wire.sendall(b"\x17\x03\x03\x40\x00" + b"x" * 100)
    assert all_of(wire), "it is cut off: an answer and an end come"


def test_a_renewed_certificate_is_used_without_a_restart(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    def serial() -> object:
        certificate = served.connect().getpeercert()
        assert certificate is not None
        return certificate["serialNumber"]

    first = serial()
    served.files.renew("127.0.0.1")
    assert serial() == first, "it was looked at just now"
    served.files.now += tls_socket.LOOK_SECONDS
    second = serial()
    assert second != first
    served.files.key.write_bytes(b"half")
    served.files.now += tls_socket.LOOK_SECONDS
    assert serial() == second
    assert "cannot be used yet" in caplog.text
    served.files.renew("127.0.0.1")
    served.files.now += tls_socket.LOOK_SECONDS
    assert serial() not in (first, second)


def test_files_that_cannot_be_used_are_said(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.key.chmod(0o604)
    with pytest.raises(StartError, match="everybody may read the key"):
        files.opened()
    files.key.unlink()
    os.mkfifo(files.key)
    with pytest.raises(StartError, match="named pipe"):  # OpenSSL would wait for its other end
        files.opened()
    files.renew("127.0.0.1")
    files.key.write_bytes(files.certificate.read_bytes())
    with pytest.raises(StartError, match="cannot be used"):
        files.opened()
    files.certificate.unlink()
    with pytest.raises(StartError, match="No such file"):
        files.opened()


def test_heads_keep_their_limits(served: Served) -> None:
    asking = served.connect()
    asking.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * (2 * peer.MAX_HEAD))
    assert all_of(asking).startswith(b"HTTP/1.1 413 ")
