"""Requests to servers of accounts: each outcome is an answer, surely not sent, or unclear."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.server import redaction
from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import (
    Account,
    PublishError,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.http import Http
from tests.fakes.raw_server import Asked, RawServer, answer

SECRET = "s3cr3t-token-of-alice"
HTML = b"<!doctype html><html><title>Welcome</title><h1>Nice to see you</h1></html>"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(http, "SILENT_SECONDS", 0.2)
    http.forget_budgets()
    yield
    http.forget_budgets()


def way(url: str, **options: object) -> Http:
    return Http(url, headers={"Authorization": f"Bearer {SECRET}"}, **options)  # type: ignore[arg-type]


def both(url: str) -> tuple[type[Exception], type[Exception]]:
    """What asking and what publishing raise."""
    errors: list[type[Exception]] = []
    for call in (way(url).ask, way(url).publish):
        with pytest.raises(PublishError) as caught:
            call("POST", "/posts", json={}).object()
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None
        errors.append(type(caught.value))
    return errors[0], errors[1]


def test_an_answer_is_an_answer() -> None:
    with RawServer(lambda _asked: answer({"id": 7})) as server:
        assert way(server.url).publish("POST", "/posts", json={"a": 1}).object() == {"id": 7}
        assert way(server.url).ask("GET", "/posts").object() == {"id": 7}
        (first, _) = server.asked
        assert first.headers["Authorization"] == f"Bearer {SECRET}"
        assert first.headers["User-Agent"].startswith("PostoDesktop/")
        assert server.connections == 2, "each request has a connection of its own"


def test_where_nobody_listens_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert both(f"http://127.0.0.1:{port}") == (TryLater, TryLater)
    assert both("https://no-such-host.invalid") == (TryLater, TryLater)


def test_a_server_without_the_right_certificate_gets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.5)
    with RawServer(lambda _asked: answer({"id": 7})) as server:
        assert both(server.url.replace("http:", "https:")) == (TryLater, TryLater)


@pytest.mark.parametrize(
    "reply",
    [
        lambda _asked: None,  # never
        lambda _asked: b"",  # closed at once
        lambda _asked: b"HTTP/1.1 200 OK\r\nContent-Le",  # cut in the head
        lambda _asked: answer({"id": "12345"})[:-3],  # cut in the body
        lambda _asked: answer(HTML, headers={"Content-Type": "text/html"}),
        lambda _asked: answer(b""),
        lambda _asked: answer([1, 2]),
        lambda _asked: answer(HTML, 502),
        lambda _asked: answer({"error": "oops"}, 500),
        lambda _asked: answer({"error": "busy"}, 503, {"Retry-After": "5"}),
        lambda _asked: answer({}, 408),
        lambda _asked: b"\x00\xff" * 200,
    ],
)
def test_after_the_first_byte_only_an_answer_is_clear(
    reply: Callable[[Asked], bytes | None],
) -> None:
    with RawServer(reply) as server:
        assert both(server.url) == (TryLater, Unclear)


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, Refused), (401, SignInAgain), (403, Refused), (404, Refused), (413, Refused),
     (422, Refused), (429, RateLimited), (308, TryLater), (307, TryLater)],
)  # fmt: skip
def test_a_refusal_is_clear(status: int, expected: type[Exception]) -> None:
    headers = {"Location": "https://elsewhere.invalid/"} if status < 400 else {}
    with RawServer(lambda _asked: answer({"error": "No <b>way</b>"}, status, headers)) as server:
        assert both(server.url) == (expected, expected)
        if expected is Refused:
            with pytest.raises(Refused, match=r"127\.0\.0\.1: No way"):
                way(server.url).ask("POST", "/posts")


@pytest.mark.parametrize("status", [301, 302, 303])
def test_another_place_after_a_form_may_have_been_carried_out(status: int) -> None:
    with RawServer(lambda _asked: answer({}, status, {"Location": "/done"})) as server:
        assert both(server.url) == (TryLater, Unclear)


def test_a_server_that_drips_is_left_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(http, "SILENT_SECONDS", 0.3)
    going = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
                    while not going.wait(0.1):
                        connection.sendall(b"a")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(Unclear, match="in time"):
            way(f"http://127.0.0.1:{port}").publish("POST", "/posts")
        assert time.monotonic() - begun < 30
        going.set()
        thread.join()


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    with (
        RawServer(lambda _asked: answer(b"[" + b"1," * 6_000_000)) as server,
        pytest.raises(TryLater, match="too large"),
    ):
        way(server.url).ask("GET", "/posts")


def test_credentials_go_to_no_other_host() -> None:
    with (
        RawServer(lambda _asked: answer({"id": 1})) as other,
        RawServer(lambda _asked: answer({}, 302, {"Location": f"{other.url}/x"})) as server,
    ):
        assert way(server.url).ask("GET", "/posts").object() == {"id": 1}
        assert "Authorization" in server.asked[0].headers
        assert "Authorization" not in other.asked[0].headers


def test_nothing_of_a_single_request_goes_to_another_host() -> None:
    with (
        RawServer(lambda _asked: answer({"id": 1})) as other,
        RawServer(lambda _asked: answer({}, 302, {"Location": f"{other.url}/x"})) as server,
    ):
        headers, params = {"X-Key": SECRET}, {"access_token": SECRET}
        way(server.url).ask("GET", "/posts", headers=headers, params=params)
        assert SECRET in server.asked[0].path
        assert other.asked[0].path == "/x"
        assert "X-Key" not in other.asked[0].headers


def test_a_password_is_not_sent_in_the_clear() -> None:
    for url in ("http://example.com", "ftp://example.com", "https://me:pw@example.com", "x", ""):
        with pytest.raises(Refused):
            way(url)
    with (
        RawServer(lambda _asked: answer({}, 302, {"Location": "http://example.com/"})) as server,
        pytest.raises(Refused, match="https"),
    ):
        way(server.url).ask("GET", "/posts")


@pytest.mark.parametrize("value", [{"id": 1}, [{"id": 1}], []])
def test_what_a_badly_kept_site_writes_before_its_answer_is_left_out(value: object) -> None:
    notice = b"\xef\xbb\xbf<br />\n<b>Deprecated</b>: use of [] and {x} on line 12<br />\n"
    with RawServer(lambda _asked: answer(notice + json.dumps(value).encode())) as server:
        assert way(server.url).ask("GET", "/posts").json() == value


def test_an_address_of_no_use_is_followed_nowhere() -> None:
    for place in ("http://[", "//[x", "https://a:b/", "mailto:me"):
        with (
            RawServer(lambda _asked, place=place: answer({}, 302, {"Location": place})) as server,
            pytest.raises((Refused, TryLater)),
        ):
            way(server.url).ask("GET", "/posts")


def test_redirects_have_an_end() -> None:
    with (
        RawServer(lambda asked: answer({}, 302, {"Location": asked.path + "x"})) as server,
        pytest.raises(Refused, match="in a loop"),
    ):
        way(server.url).ask("GET", "/posts")


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "17"}, {}, 17),
        ({"X-RateLimit-Reset": "DATE"}, {}, 40),
        ({"RateLimit-Reset": "UNIX"}, {}, 40),
        ({}, {"retry_after": 2.5}, 2.5),
        ({}, {"retry_after_ms": 4000}, 4),
        ({}, {"parameters": {"retry_after": 9}}, 9),
        ({}, {}, 60),
        ({"Retry-After": "-5"}, {}, 60),
        ({"Retry-After": "99999999999999"}, {}, 60),
        ({"Retry-After": "soon"}, {}, 60),
    ],
)
def test_how_long_a_server_asks_to_wait(
    headers: dict[str, str], body: object, seconds: float
) -> None:
    at = time.time() + 40
    shown = {
        "DATE": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(at)),
        "UNIX": str(int(at)),
    }
    headers = {name: shown.get(value, value) for name, value in headers.items()}
    with (
        RawServer(lambda _asked: answer(body, 429, headers)) as server,
        pytest.raises(RateLimited) as caught,
    ):
        way(server.url).publish("POST", "/posts")
    assert caught.value.seconds == pytest.approx(seconds, abs=2)


def test_an_account_that_has_used_up_its_requests_asks_no_more() -> None:
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 300)}
    with RawServer(lambda _asked: answer({}, headers=headers)) as server:
        first, other = (Account(number, "mastodon", 1, server.url) for number in (1, 2))
        Http.of(first).ask("GET", "/")
        with pytest.raises(RateLimited) as caught:
            Http.of(first).publish("POST", "/")
        assert 200 < caught.value.seconds <= 300
        Http.of(other).ask("GET", "/")
        assert len(server.asked) == 2


def test_what_is_known_to_be_secret_stands_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    redaction.hide(SECRET)
    body = {"error": f"token {SECRET} is wrong"}
    with RawServer(lambda _asked: answer(body, 422)) as server:
        with pytest.raises(Refused) as caught:
            way(server.url).ask("GET", f"/bot{SECRET}/getMe", params={"token": SECRET})
        assert SECRET not in str(caught.value)
        assert "token *** is wrong" in str(caught.value)
    record = logging.LogRecord("x", 40, "f", 1, "%s failed", (f"https://h/?t={SECRET}",), None)
    assert redaction.Formatter("%(message)s").format(record) == "https://h/?t=*** failed"
    assert SECRET not in caplog.text


@given(st.binary(max_size=300))
def test_no_answer_makes_it_stumble(noise: bytes) -> None:
    """Whatever comes, it is an answer or one of the outcomes."""
    with RawServer(lambda _asked: b"HTTP/1.1 " + noise) as server:
        for call in (way(server.url).ask, way(server.url).publish):
            try:
                call("POST", "/posts", json={}).object()
            except PublishError:
                pass
