"""The address that a browser comes back to: one request with the right state, whoever else asks."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from posto_desktop.server.connect import listener
from posto_desktop.server.connect.listener import BrowserSignIn
from posto_desktop.server.publishers.base import Refused

LATE = 20.0  # seconds, for a busy machine


class Waiting:
    """A sign-in that waits in a thread of its own."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()
        self.sign_in = BrowserSignIn(lambda _url: None, self.cancelled)
        self.port = urlsplit(self.sign_in.listen()).port or 0
        self.answer: Mapping[str, str] | None = None
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._wait)
        self.thread.start()

    def _wait(self) -> None:
        try:
            self.answer = self.sign_in.open("https://example.com")
        except Refused as error:
            self.error = error

    def ask(self, path: str, method: str = "GET") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path)
        status = connection.getresponse().status
        connection.close()
        return status

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def right(self, more: str = "code=c") -> str:
        return f"/callback?state={self.sign_in.state}&{more}"


@contextmanager
def waiting() -> Iterator[Waiting]:
    pending = Waiting()
    try:
        yield pending
    finally:
        pending.cancelled.set()
        pending.thread.join(30)
        assert not pending.thread.is_alive()


def test_only_the_right_state_ends_the_waiting_and_only_once() -> None:
    with waiting() as pending:
        for path in ("/", "/callback", "/callback?state=", "/callback?state=wrong&code=x"):
            assert pending.ask(path) == 404
        assert pending.ask("/callback?state=%ff%00&code=x") == 404
        assert pending.ask(pending.right(), "POST") == 404
        assert pending.ask(f"/other?state={pending.sign_in.state}&code=x") == 404
        assert pending.ask(pending.right()) == 200
        pending.thread.join(10)
        assert pending.answer is not None
        assert pending.answer["code"] == "c"
        with pytest.raises(OSError):
            pending.ask(pending.right())


def test_a_head_without_an_end_is_left() -> None:
    with waiting() as pending:
        with pending.connected() as stranger, pytest.raises(OSError):  # noqa: PT012
            while True:
                stranger.sendall(b"GET /" + b"a" * 65536)
        assert pending.ask(pending.right()) == 200


def test_silent_and_dripping_connections_keep_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_HEAD_SECONDS", LATE)
    with waiting() as pending:
        strangers = [pending.connected() for _ in range(6)]
        began = time.monotonic()
        assert pending.ask(pending.right()) == 200
        assert time.monotonic() - began < LATE
        for stranger in strangers:
            stranger.close()


def test_a_dripping_head_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "_HEAD_SECONDS", 0.4)
    with waiting() as pending, pending.connected() as stranger:
        stranger.settimeout(0.05)
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            while time.monotonic() - began < LATE:
                stranger.sendall(b"a")
                with contextlib.suppress(TimeoutError):
                    stranger.recv(1)
                    break  # it is closed
        assert time.monotonic() - began < LATE


def test_no_in_the_browser_is_said() -> None:
    with waiting() as pending:
        assert pending.ask(pending.right("error=access_denied")) == 200
        pending.thread.join(10)
        assert "did not allow the sign-in in the browser" in str(pending.error)


@pytest.mark.parametrize("url", ["http://example.com/a", "https://me:pw@example.com", "file:///a"])
def test_the_browser_is_sent_to_no_unsafe_address(url: str) -> None:
    shown: list[str] = []
    with pytest.raises(Refused):
        BrowserSignIn(shown.append, threading.Event()).open(url)
    assert shown == []


def test_an_address_is_brought_by_hand() -> None:
    with waiting() as pending:
        listens = f"http://127.0.0.1:{pending.port}/callback"
        for wrong in ("", "code", "https://social.example/oauth/authorize?client_id=1", "http://["):
            with pytest.raises(Refused, match=f"begins with {listens}"):
                pending.sign_in.submit_address(wrong)
        with pytest.raises(Refused, match="another sign-in"):
            pending.sign_in.submit_address(f"{listens}?state=other&code=c")
        assert pending.thread.is_alive()
        pending.sign_in.submit_address(
            f"  http://127.0.0.1:{pending.port}{pending.right('code=by%20hand')}\n"
        )
        pending.thread.join(30)
        assert pending.answer
        assert pending.answer["code"] == "by hand"


def test_a_no_is_brought_by_hand() -> None:
    with waiting() as pending:
        pending.sign_in.submit_address(
            f"http://127.0.0.1:{pending.port}{pending.right('error=access_denied')}"
        )
        pending.thread.join(30)
        assert pending.error
        assert "not allow" in str(pending.error)


def test_the_page_at_the_end_is_in_the_users_language() -> None:
    sign_in = BrowserSignIn(
        lambda _url: None, threading.Event(), text="Fenster schließen & <b>zurück</b>"
    )
    port = urlsplit(sign_in.listen()).port or 0
    thread = threading.Thread(target=sign_in.open, args=("https://example.com",))
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", f"/callback?state={sign_in.state}&code=c")
    page = connection.getresponse().read().decode()
    connection.close()
    thread.join(LATE)
    assert "Fenster schließen &amp; &lt;b&gt;zurück" in page
    assert "You can close" not in page
