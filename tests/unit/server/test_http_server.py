"""Tests of connections of the HTTP server: answered, dropped, kept alive."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from posto_desktop.server import http_server, sockets
from posto_desktop.server.calendar_feed import CalendarRoutes
from posto_desktop.server.http_server import ClientStanding, RequestHead, Server, Sizes
from posto_desktop.server.routes_posto import PostoRoutes
from posto_desktop.server.routes_wordpress import WordPressRoutes
from posto_desktop.server.web import Web
from posto_desktop.server.workspace import Workspace

from .conftest import FS, POSTO, WP, Client, until

Start = Callable[..., "Served"]
KNOWN = "Authorization: yes\r\n"


class Served:
    """A server in this process. Its application answers with the body, or what the path says."""

    def __init__(self, sizes: Sizes | None) -> None:
        self.go_on, self.hold_proofs = threading.Event(), threading.Event()
        self.asked = threading.Semaphore(0)
        self.server = Server(("127.0.0.1", 0), self._answer, self._judge, sizes)
        self.server.prepare()
        self.port = int(self.server.bind_addr[1])
        self.thread = threading.Thread(target=self.server.serve, name="test-http")
        self.thread.start()
        self.open: list[socket.socket] = []

    def connect(self, text: str | bytes = b"") -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.open.append(made)
        made.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
        return made

    def ask(self, path: str = "/", *, known: bool = True) -> bytes:
        """The whole answer to a request on a connection of its own."""
        mark = KNOWN if known else ""
        asking = self.connect(f"GET {path} HTTP/1.1\r\nHost: x\r\n{mark}Connection: close\r\n\r\n")
        return all_of(asking)

    def close(self) -> None:
        self.go_on.set()
        self.server.stop()
        self.thread.join(60)
        for connection in self.open:
            connection.close()

    def _judge(self, head: RequestHead) -> ClientStanding:
        if head.target == "/wrong":
            raise KeyError(head.target)
        if head.target == "/proof":
            return ClientStanding.CAREFUL
        if head.target == "/sign-in":
            return ClientStanding.SENDING
        known = head.headers.get("authorization") == "yes"
        return ClientStanding.KNOWN if known else ClientStanding.STRANGE

    def _answer(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.asked.release()
        path = environ["PATH_INFO"]
        if path == "/wait" or (path == "/proof" and self.hold_proofs.is_set()):
            assert self.go_on.wait(60)
        size = int(path.removeprefix("/size/")) if path.startswith("/size/") else 0
        length = int(environ.get("CONTENT_LENGTH") or 0)
        chunked = environ.get("wsgi.input_terminated")
        body = environ["wsgi.input"].read() if chunked else environ["wsgi.input"].read(length)
        content = bytes(size) or body or path.encode("latin-1")
        start("200 OK", [("Content-Length", str(len(content)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else content]


def all_of(asking: socket.socket) -> bytes:
    """What comes until the server closes the connection, in whatever way it does."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while block := asking.recv(65536):
            data += block
    return data


def one_of(asking: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of one answer on a connection that stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        block = asking.recv(1)
        assert block, data
        data += block
    length = next(
        (int(line[15:]) for line in data.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
    )
    body = b""
    while len(body) < length:
        body += asking.recv(length - len(body))
    return data, body


@pytest.fixture
def serve() -> Iterator[Start]:
    made: list[Served] = []

    def begin(sizes: Sizes | None = None) -> Served:
        made.append(Served(sizes))
        return made[-1]

    yield begin
    for server in made:
        server.close()


GET = "GET /{} HTTP/1.1\r\nHost: x\r\n" + KNOWN + "\r\n"


# HTTP stays what it was


def test_a_head_may_come_byte_by_byte(serve: Start) -> None:
    asking = serve().connect()
    for byte in GET.format("a").encode():
        asking.sendall(bytes([byte]))
    assert one_of(asking)[1] == b"/a"


def test_requests_that_follow_each_other_at_once_are_answered_in_order(serve: Start) -> None:
    texts = "".join(GET.format(number) for number in range(300))
    asking = serve().connect(texts)
    assert [one_of(asking)[1] for _ in range(300)] == [b"/%d" % number for number in range(300)]


def test_a_body_may_come_with_its_head_after_it_or_in_chunks(serve: Start) -> None:
    asking = serve().connect()
    post = f"POST / HTTP/1.1\r\nHost: x\r\n{KNOWN}"
    body = b"x" * 300_000
    for head, sent in (
        (f"Content-Length: {len(body)}\r\n\r\n", body),
        ("Transfer-Encoding: chunked\r\n\r\n", b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
        ("Content-Length: 3\r\n\r\n", b"end"),
    ):
        asking.sendall((post + head).encode() + sent)
        wanted = b"abcde" if b"\r\n" in sent else sent
        assert one_of(asking)[1] == wanted


def test_one_who_waits_for_leave_gets_it(serve: Start) -> None:
    asking = serve().connect(
        f"POST / HTTP/1.1\r\nHost: x\r\n{KNOWN}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    )
    assert one_of(asking)[0].startswith(b"HTTP/1.1 100 ")
    asking.sendall(b"ok")
    assert one_of(asking)[1] == b"ok"


def test_a_head_is_answered_without_a_body(serve: Start) -> None:
    asking = serve().connect("HEAD" + GET.format("a")[3:] + GET.format("b"))
    head = b""
    while b"\r\n\r\n" not in head:
        head += asking.recv(1)
    assert b"Content-Length: 2" in head
    assert one_of(asking)[1] == b"/b"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\nHost: x\n\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost: x\n", b"400"),
        (b"\r\n\r\n", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"GET /" + b"a" * 70_000, b"414"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, b"413"),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"\r\nGET / HTTP/1.0\r\n\r\n", b"200"),
    ],
)
def test_bad_requests_are_refused_at_once(serve: Start, sent: bytes, status: bytes) -> None:
    assert all_of(serve().connect(sent)).split(b" ")[1] == status


def test_a_request_that_is_cut_off_is_refused(serve: Start) -> None:
    asking = serve().connect(b"GET / HTTP/1.1\r\nHost:")
    asking.shutdown(socket.SHUT_WR)
    assert all_of(asking).split(b" ")[1] == b"400"


def test_who_is_strange_first_may_show_the_password_later(serve: Start) -> None:
    asking = serve().connect()
    for text, body in (("proof", b"/proof"), ("a", b"/a")):
        asking.sendall(GET.format(text).replace(KNOWN, "").encode())
        assert one_of(asking)[1] == body
    asking.sendall(GET.format("b").encode())
    assert one_of(asking)[1] == b"/b"


def test_a_stranger_who_reads_late_gets_all_of_many_answers(serve: Start) -> None:
    asking = serve().connect(GET.format("size/700000").replace(KNOWN, "") * 8)
    asking.sendall(GET.format("end").replace(KNOWN, "").encode())
    for _ in range(8):
        assert one_of(asking)[1] == bytes(700_000)
    assert one_of(asking)[1] == b"/end"


def test_one_whose_request_cannot_be_judged_harms_nobody(serve: Start) -> None:
    served = serve()
    assert served.ask("/wrong") == b""
    assert b"200 OK" in served.ask()


# Nobody waits behind strangers


def test_one_who_sends_nothing_holds_nobody_up(serve: Start) -> None:
    served = serve(Sizes(most_strangers=40))
    for _ in range(200):
        served.connect()
    assert b"200 OK" in served.ask()
    assert b"200 OK" in served.ask(known=False)


def test_a_head_has_its_time_however_it_drips(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.4)
    served = serve()
    dripping, silent = served.connect(b"GET"), served.connect()
    dripping.settimeout(0.05)
    answer = None
    while answer is None:
        with contextlib.suppress(ConnectionError):
            dripping.sendall(b" ")
        try:
            answer = dripping.recv(100)
        except TimeoutError:
            continue
        except ConnectionError:
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
    assert all_of(silent) == b""


def test_the_next_head_of_one_who_is_known_has_its_time_too(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.3)
    asking = serve().connect(GET.format("a") + "GET /more")
    assert one_of(asking)[1] == b"/a"
    assert all_of(asking).startswith(b"HTTP/1.1 408")


def test_who_is_known_may_lie_idle_for_a_while(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "KEEP_SECONDS", 0.3)
    asking = serve().connect(GET.format("a"))
    assert one_of(asking)[1] == b"/a"
    assert all_of(asking) == b""


def test_a_short_body_that_drips_holds_up_no_strangers(serve: Start) -> None:
    """A thread of strangers gets a request once its short body is there, as with its head."""
    served = serve(Sizes(strangers=1))
    head = "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"
    slow = [served.connect(head + "slo") for _ in range(5)]
    assert served.ask("/quick", known=False).endswith(b"/quick")
    slow[0].sendall(b"w")
    assert served.ask("/quick", known=False).endswith(b"/quick")
    for asking in slow[1:]:
        asking.sendall(b"wl")
        assert all_of(asking).endswith(b"slowl")
    slow[0].sendall(b"l")
    assert all_of(slow[0]).endswith(b"slowl")
    cut_off = served.connect(head + "slo")
    cut_off.shutdown(socket.SHUT_WR)
    assert all_of(cut_off) != b"", "nobody waits for what cannot come"
    following = served.connect((head + "12345").replace("Connection: close\r\n", "") * 2 + head)
    assert [one_of(following)[1] for _ in range(2)] == [b"12345"] * 2
    following.sendall(b"67890")
    assert one_of(following)[1] == b"67890"


def test_a_short_body_has_the_time_of_a_head(serve: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_server, "HEAD_SECONDS", 0.5)
    asking = serve().connect("POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nslo")
    assert all_of(asking).startswith(b"HTTP/1.1 408 ")


def test_who_is_known_stays_whoever_comes(serve: Start) -> None:
    served = serve(Sizes(most_strangers=10))
    asking = served.connect(GET.format("a"))
    assert one_of(asking)[1] == b"/a"
    for _ in range(100):
        served.connect(b"GET / HT")
    asking.sendall(GET.format("b").encode())
    assert one_of(asking)[1] == b"/b"


def test_the_oldest_stranger_makes_room(serve: Start) -> None:
    served = serve(Sizes(most_strangers=3))
    first, *others = [served.connect() for _ in range(4)]
    assert all_of(first) == b""
    others[-1].sendall(GET.format("a").encode())
    assert one_of(others[-1])[1] == b"/a"


def test_strangers_whose_answers_take_long_hold_up_strangers_only(serve: Start) -> None:
    served = serve(Sizes(strangers=1, most_queued=3))
    text = GET.format("wait").replace(KNOWN, "")
    asking = [served.connect(text) for _ in range(3)]
    served.asked.acquire()
    lane = served.server.requests.strangers
    until(lambda: lane.unanswered == 3)
    assert all_of(served.connect(text)).startswith(b"HTTP/1.1 503")
    assert b"200 OK" in served.ask()
    served.go_on.set()
    assert all(one_of(connection)[1] == b"/wait" for connection in asking)


def test_strangers_who_read_nothing_hold_up_nobody(serve: Start) -> None:
    served = serve(Sizes(strangers=1))
    text = GET.format("size/900000").replace(KNOWN, "")
    for _ in range(5):
        served.connect(text * 20)
    assert b"200 OK" in served.ask(known=False)


def test_one_who_wants_a_proof_does_not_wait_behind_strangers(serve: Start) -> None:
    served = serve(Sizes(strangers=1, most_queued=2))
    for _ in range(5):
        served.connect(GET.format("wait").replace(KNOWN, ""))
    served.asked.acquire()
    assert b"200 OK" in served.ask("/proof", known=False)


def test_nobody_who_wants_a_proof_is_sent_away(serve: Start) -> None:
    """However many ask: the app asks, too, and would take a refusal for no proof."""
    served = serve(Sizes(careful=1, most_queued=2))
    served.hold_proofs.set()
    asking = [served.connect(GET.format("proof").replace(KNOWN, "")) for _ in range(40)]
    until(lambda: served.server.requests.careful.unanswered == 40)
    served.go_on.set()
    assert all(one_of(connection)[1] == b"/proof" for connection in asking)


def test_long_bodies_hold_up_long_bodies_only(serve: Start) -> None:
    served = serve(Sizes(long=1))
    head = f"POST / HTTP/1.1\r\nHost: x\r\n{KNOWN}Content-Length: 3000000\r\n\r\n"
    slow, second = served.connect(head), served.connect()
    served.asked.acquire()
    second.sendall(head.encode())
    for _ in range(20):
        assert b"200 OK" in served.ask()
    for connection in (slow, second):
        connection.sendall(b"x" * 3_000_000)
        assert len(one_of(connection)[1]) == 3_000_000


def test_one_who_does_not_read_the_answer_is_given_up(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "PATIENCE", 0.3)
    monkeypatch.setattr(sockets, "SLOWEST", 10**9)
    served = serve(Sizes(quick=1))
    served.connect(GET.format(f"size/{64 * 1024 * 1024}"))
    assert b"200 OK" in served.ask()


def test_one_who_was_refused_may_send_on_for_a_while(
    serve: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "LINGER_SECONDS", 0.4)
    served = serve()
    asking = served.connect(b"nonsense\r\n\r\n")
    assert asking.recv(65536).startswith(b"HTTP/1.1 400")

    def is_closed() -> bool:
        try:
            asking.sendall(b"x")
        except ConnectionError:
            return True
        return False

    until(is_closed)


def test_waiting_adds_up_whatever_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then, each within any limit of one call, is too slow at last."""
    monkeypatch.setattr(sockets, "PATIENCE", 0.2)
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while not stop.wait(0.02):
                theirs.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with sockets.PacedSocket(ours) as paced:
            took = iter(lambda: paced.recv_into(bytearray(1)), 0)
            with pytest.raises(TimeoutError):
                assert all(count == 1 for count in took)
    finally:
        stop.set()
        dripping.join()
        theirs.close()


def test_it_ends_at_once_whoever_is_connected(serve: Start) -> None:
    served = serve()
    strangers = [served.connect(b"GET /") for _ in range(5)]
    waiting = served.connect(GET.format("wait"))
    served.asked.acquire()
    alive = served.connect(GET.format("a"))
    assert one_of(alive)[1] == b"/a"
    served.server.shutdown_timeout = 0.2
    ending = threading.Thread(target=served.server.stop)
    ending.start()
    assert [all_of(connection) for connection in (*strangers, alive, waiting)] == [b""] * 7
    served.go_on.set()
    ending.join(60)
    assert not ending.is_alive()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("http")]


# The workspace itself


@pytest.mark.parametrize(("count", "text"), [(500, b""), (14, b"GET / HTTP/1.1\r\nX-Drip: ")])
def test_a_workspace_answers_and_sends_while_strangers_wait(
    start: Callable[..., Client], count: int, text: bytes
) -> None:
    client = start()
    port = int(client.base.rpartition(":")[2])
    stop = threading.Event()
    with contextlib.ExitStack() as stack:
        waiting = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            for _ in range(count)
        ]

        def drip() -> None:
            while text and not stop.wait(0.5):
                for connection in waiting:
                    with contextlib.suppress(OSError):
                        connection.sendall(b"x")

        for connection in waiting:
            connection.sendall(text)
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            # On connections of their own: one that is known is served in any case.
            for _ in range(20):
                with requests.Session() as session:
                    session.trust_env = False
                    auth = (client.running.username, client.running.password)
                    answer = session.get(f"{client.base}{FS}/channels", auth=auth, timeout=30)
                    assert answer.status_code == 200
            (row,) = client.settled(client.compose("fb", share_at=None))
            assert row["status"] == "success"
        finally:
            stop.set()
            dripping.join()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such limit")
def test_a_workspace_gets_by_with_few_descriptors(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "posto_desktop.server", "--data", str(tmp_path / "own")]
    from posto_desktop.server.launch import Running

    process = subprocess.Popen(
        ["sh", "-c", 'ulimit -n 64; exec "$@"', "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    import json

    assert process.stdout is not None
    with process, contextlib.ExitStack() as stack:
        ready = json.loads(process.stdout.readline())
        client = Client(Running(**ready, data_dir=tmp_path / "own", process=process))
        stack.callback(process.terminate)
        stack.callback(client.session.close)
        port = int(client.base.rpartition(":")[2])
        for _ in range(300):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
        for _ in range(20):
            assert client.call("GET", "/readyz")["ready"]
        (row,) = client.settled(client.compose("fb", share_at=None))
        assert row["status"] == "success"


def test_addresses_that_are_signed_are_no_strangers(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    web = Web(workspace.guard)
    CalendarRoutes(workspace.calendar, workspace.store, workspace.site).register(web)
    WordPressRoutes(workspace, web).register()
    PostoRoutes(workspace, lambda: None).register(web)
    workspace.calendar.make(1)
    sign = workspace.guard.sign
    pair = base64.b64encode(f"posto:{workspace.password}".encode()).decode()

    def standing(target: str, **headers: str) -> ClientStanding:
        return web.judge(RequestHead("GET", target, headers))

    try:
        for target in (
            f"/posto-calendar/{workspace.calendar.secret}.ics",
            f"/wp-content/uploads/1/{sign('media:1')}/a.png",
            f"{POSTO}/media/1/thumb?size=320&sig={sign('thumb:1')}",
            f"{POSTO}/feed/media/{'0' * 64}?sig={sign('feed:0:' + '0' * 64)}",
        ):
            assert standing(target) is ClientStanding.KNOWN, target
        assert standing("/", authorization=f"Basic {pair}") is ClientStanding.KNOWN
        for target in (
            "/",
            "*",
            "",
            f"{WP}/users/me",
            "/posto-calendar/.ics",
            f"/wp-content/uploads/2/{sign('media:1')}/a.png",
            f"/wp-content/uploads/{'9' * 1_900}/x/a.png",
            f"{POSTO}/media/1/thumb?" + "a&" * 900,
            f"{POSTO}/media/1/thumb?sig={sign('thumb:1')}&x={'x' * 2_000}",
        ):
            assert standing(target) is ClientStanding.STRANGE, target
        assert standing("/", authorization=f"Basic {pair}x") is ClientStanding.STRANGE
    finally:
        workspace.close()
