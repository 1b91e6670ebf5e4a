"""Tests of endless and slow answers: each request ends within its time limit."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from io import BytesIO

import pytest

from posto_desktop.net.deadline import SLOWEST, Deadline, DeadlineExceeded, total_seconds
from posto_desktop.sdk import NetworkError, PostoError
from posto_desktop.sdk.bodies import UploadBody
from posto_desktop.sdk.connect import look_up
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.sdk.transport import MAX_CONNECTIONS, Route, Transport
from posto_desktop.sdk.web_pages import fetch_page

from . import tarpits
from .scripted import TOKEN, Reply, Scripted
from .tarpits import Play, tarpit

LIST = "fs-poster/v1/channels"
COMPOSER = "fs-poster/v1/composer"
WAITS = (0.3, 0.15)
TOTAL = total_seconds(WAITS)  # 0.6 s
LATE = 20.0
"""Seconds after which nobody can say any more that it was a busy machine."""

NEVER_SILENT = [
    tarpits.drip_body,
    tarpits.drip_pieces,
    tarpits.drip_headers,
    tarpits.endless_headers,
    tarpits.one_endless_header,
    tarpits.endless_continue,
    tarpits.slow_continue,
    tarpits.endless_hints,
    tarpits.endless_size,
    tarpits.endless_trailers,
]
SILENT = [tarpits.silent_after_connect, tarpits.silent_after_request]


def name_of(play: Play) -> str:
    return play.__name__


def transport(base: str, route: Route | None = None) -> Transport:
    return Transport(Endpoint.parse(base), TOKEN, timeout=WAITS, retries=2, route=route)


@pytest.mark.parametrize("play", [*NEVER_SILENT, *SILENT], ids=name_of)
def test_a_reading_comes_to_an_end(play: Play) -> None:
    began = time.monotonic()
    with (
        tarpit(play) as pit,
        closing(transport(pit.url)) as asked,
        pytest.raises(PostoError) as caught,
    ):
        asked.get(LIST)
    assert time.monotonic() - began < LATE
    assert isinstance(caught.value, NetworkError)
    assert caught.value.user_message.startswith("127.0.0.1 ") or "127.0.0.1" in str(caught.value)
    assert caught.value.maybe_sent is False


@pytest.mark.parametrize("play", [*NEVER_SILENT, *SILENT], ids=name_of)
def test_a_write_is_made_once_and_may_have_been_carried_out(play: Play) -> None:
    began = time.monotonic()
    with (
        tarpit(play) as pit,
        closing(transport(pit.url)) as asked,
        pytest.raises(NetworkError) as caught,
    ):
        asked.post(COMPOSER, {"schedules": []})
    assert pit.requests <= 1
    assert time.monotonic() - began < LATE
    assert caught.value.maybe_sent is True
    assert "Nothing was sent" not in caught.value.user_message


def test_the_total_is_said() -> None:
    with (
        tarpit(tarpits.drip_body) as pit,
        closing(transport(pit.url)) as asked,
        pytest.raises(NetworkError) as caught,
    ):
        asked.post(COMPOSER, {})
    assert caught.value.reason == "timeout"
    assert caught.value.user_message == "127.0.0.1 did not finish its answer within 1 second."


def test_what_does_not_end_is_said() -> None:
    with (
        tarpit(tarpits.endless_continue) as pit,
        closing(transport(pit.url)) as asked,
        pytest.raises(NetworkError) as caught,
    ):
        asked.post(COMPOSER, {})
    sentence = "The answer of 127.0.0.1 could not be read: its headers do not end."
    assert caught.value.user_message == sentence


def test_repeats_share_the_time_of_the_call() -> None:
    began = time.monotonic()
    with (
        tarpit(tarpits.drip_body) as pit,
        closing(transport(pit.url)) as asked,
        pytest.raises(NetworkError),
    ):
        asked.get(LIST)
    assert pit.requests <= 1
    assert time.monotonic() - began >= TOTAL


def test_an_upload_that_is_not_taken_in_comes_to_an_end() -> None:
    size = 20_000_000  # more than the system keeps for the other side
    began = time.monotonic()
    with (
        tarpit(tarpits.slow_reader) as pit,
        closing(transport(pit.url)) as asked,
        pytest.raises(NetworkError) as caught,
    ):
        asked.call("POST", "wp/v2/media", body=UploadBody(BytesIO(bytes(size)), size))
    assert time.monotonic() - began < LATE
    assert caught.value.maybe_sent is True


def test_an_upload_that_is_taken_in_too_slowly_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("posto_desktop.net.deadline.SLOWEST", 1e9)
    size = 20_000_000
    with tarpit(tarpits.slow_reader) as pit:
        asked = Transport(Endpoint.parse(pit.url), TOKEN, timeout=(0.1, 60.0), retries=0)
        monkeypatch.setattr(
            "posto_desktop.sdk.transport.calls.total_seconds", lambda waits, size=0: 0.6
        )
        with closing(asked), pytest.raises(NetworkError) as caught:
            asked.call("POST", "wp/v2/media", body=UploadBody(BytesIO(bytes(size)), size))
    sentence = "127.0.0.1 received the data too slowly: the upload took more than 1 second."
    assert caught.value.user_message == sentence


def test_a_larger_upload_may_take_longer() -> None:
    assert total_seconds((10, 60)) == 130
    assert total_seconds((10, 60), 100 * 1024 * 1024) == 130 + 100 * 1024 * 1024 / SLOWEST


def test_a_handshake_comes_to_an_end() -> None:
    began = time.monotonic()
    with (
        tarpit(tarpits.drip_handshake) as pit,
        closing(transport(pit.url.replace("http:", "https:"))) as asked,
        pytest.raises(NetworkError) as caught,
    ):
        asked.post(COMPOSER, {})
    assert time.monotonic() - began < LATE
    assert caught.value.maybe_sent is False
    assert caught.value.user_message == (
        "127.0.0.1 could not be reached in time. Nothing was sent."
    )


@pytest.mark.parametrize(
    ("scheme", "play"), [("http", tarpits.drip_tunnel), ("socks5h", tarpits.drip_socks)]
)
def test_a_proxy_comes_to_an_end(scheme: str, play: Play) -> None:
    began = time.monotonic()
    with tarpit(play) as pit:
        route = Route(f"{scheme}://127.0.0.1:{pit.port}")
        asked = transport("https://nordlicht.example", route)
        with closing(asked), pytest.raises(NetworkError) as caught:
            asked.post(COMPOSER, {})
    assert time.monotonic() - began < LATE
    assert caught.value.maybe_sent is False
    assert "Nothing was sent." in caught.value.user_message


def test_a_name_that_nobody_finds_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def look_up(*_: object) -> list[object]:
        over.wait(60)
        raise OSError

    began = time.monotonic()
    monkeypatch.setattr("socket.getaddrinfo", look_up)
    asked = transport("https://nordlicht.example")
    with closing(asked), pytest.raises(NetworkError) as caught:
        asked.post(COMPOSER, {})
    over.set()
    assert time.monotonic() - began < LATE
    assert caught.value.maybe_sent is False
    assert caught.value.reason == "timeout"


@pytest.mark.parametrize("play", NEVER_SILENT, ids=name_of)
def test_a_download_comes_to_an_end(play: Play) -> None:
    began = time.monotonic()
    with tarpit(play) as pit, closing(transport(pit.url)) as asked, pytest.raises(PostoError):
        asked.stream(f"{pit.url}/p.png", lambda _: None, limit=10_000_000, total=0.5)
    assert time.monotonic() - began < LATE


def test_redirects_share_the_time_of_a_download(service: Scripted) -> None:
    with tarpit(tarpits.drip_body) as pit:
        service.files["/p.png"] = Reply(302, "", {"Location": f"{pit.url}/p.png"})
        asked = Transport(Endpoint.parse(service.url), None, timeout=(9, 9), allow_private=True)
        began = time.monotonic()
        with closing(asked), pytest.raises(NetworkError):
            asked.stream(f"{service.url}/p.png", lambda _: None, limit=10_000_000, total=0.5)
        assert 0.5 <= time.monotonic() - began < LATE


def test_a_page_comes_to_an_end() -> None:
    with tarpit(tarpits.drip_body) as pit:
        asked = Transport(
            Endpoint("https://outside.invalid"), None, timeout=WAITS, allow_private=True
        )
        began = time.monotonic()
        with closing(asked), pytest.raises(PostoError):
            fetch_page(asked, pit.url, seconds=0.5)
        assert time.monotonic() - began < LATE


def test_a_drip_can_be_cancelled() -> None:
    cancel = threading.Event()
    with tarpit(tarpits.drip_body) as pit:
        asked = Transport(Endpoint.parse(pit.url), None, timeout=(60, 60))
        began = time.monotonic()
        threading.Timer(0.2, cancel.set).start()
        with closing(asked), pytest.raises(Cancelled):
            asked.stream(f"{pit.url}/p", lambda _: None, limit=10**7, total=60.0, cancel=cancel)
        assert time.monotonic() - began < LATE


def test_a_search_for_the_service_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that sends on again and again, each time just within the time of a request."""
    monkeypatch.setattr("posto_desktop.sdk.resolver.MAX_REDIRECTS", 1000)
    began = time.monotonic()
    with tarpit(tarpits.slow_hops) as pit, pytest.raises(NetworkError) as caught:
        look_up(pit.url, timeout=(0.3, 0.4))
    assert time.monotonic() - began < LATE
    assert caught.value.reason == "timeout"


def test_who_waits_for_a_connection_waits_no_longer() -> None:
    """All connections to a host are held; the pool is as it was when they come back."""
    pit_is_over = threading.Event()

    def play(pit: tarpits.Tarpit, client: tarpits.socket.socket) -> None:
        while True:
            pit.hear(client)
            while not pit_is_over.wait(0.01):
                pass
            client.sendall(tarpits.OK + b"Content-Length: 2\r\n\r\n[]")

    with tarpit(play) as pit, closing(Transport(Endpoint.parse(pit.url), None)) as asked:
        held = [threading.Thread(target=asked.get, args=(LIST,)) for _ in range(MAX_CONNECTIONS)]
        for thread in held:
            thread.start()
        while pit.requests < MAX_CONNECTIONS:
            pit_is_over.wait(0.01)
        with pytest.raises(NetworkError) as caught:
            asked.call("POST", COMPOSER, json={}, timeout=(0.1, 0.1))
        assert caught.value.reason == "timeout"
        assert caught.value.maybe_sent is False
        pit_is_over.set()
        for thread in held:
            thread.join(30)
        for _ in range(2 * MAX_CONNECTIONS):
            assert asked.get(LIST) == []
        assert pit.connections == MAX_CONNECTIONS


def test_interim_answers_are_gone_over() -> None:
    def play(pit: tarpits.Tarpit, client: tarpits.socket.socket) -> None:
        for _ in range(2):
            pit.hear(client)
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n")
            client.sendall(tarpits.OK + b"Content-Length: 11\r\n\r\n")
            client.sendall(b'{"n": [42]}')

    with tarpit(play) as pit, closing(Transport(Endpoint.parse(pit.url), None)) as asked:
        assert asked.get(LIST) == {"n": [42]}
        assert asked.get(LIST) == {"n": [42]}
        assert pit.requests == 2


def test_a_deadline_gives_each_step_what_is_left() -> None:
    deadline = Deadline(100.0, 5.0)
    assert deadline.step() == 5.0
    assert 99.0 < deadline.step(1000.0) <= 100.0
    with pytest.raises(DeadlineExceeded):
        Deadline(0.0, 5.0).step()
