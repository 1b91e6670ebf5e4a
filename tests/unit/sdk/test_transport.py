"""Requests against a real server: what is repeated, what is refused, and what is never said."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator

import pytest

from posto_desktop.sdk import (
    AuthenticationError,
    MediaUploadError,
    NetworkError,
    PostoError,
    ServiceError,
)
from posto_desktop.sdk.backoff import Backoff
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.transport import Transport

from .conftest import PATIENCE
from .scripted import HTML, PASSWORD, TOKEN, Reply, Scripted, impatient

ROUTE = "fs-poster/v1/channels"
COMPOSER = "fs-poster/v1/composer"


@pytest.fixture
def transport(service: Scripted, slept: list[float]) -> Iterator[Transport]:
    made = Transport(
        Endpoint.parse(service.url),
        TOKEN,
        timeout=PATIENCE,
        max_wait=120,
        sleep=slept.append,
        backoff=Backoff(chance=lambda: 0.0),
    )
    yield made
    made.close()


def wordpress(code: str, status: int, message: str = "No.") -> Reply:
    return Reply(status, {"code": code, "message": message, "data": {"status": status}})


def test_every_call_asks_for_json_and_signs_in(service: Scripted, transport: Transport) -> None:
    transport.get(ROUTE)
    transport.post(COMPOSER, {"schedules": [], "share_at": None})
    for seen in service.seen:
        assert seen.headers["accept"] == "application/json"
        assert seen.headers["authorization"] == f"Basic {TOKEN}"
    assert "content-type" not in service.seen[0].headers
    assert service.seen[1].headers["content-type"].startswith("application/json")


def test_one_connection_serves_many_calls(service: Scripted, transport: Transport) -> None:
    for _ in range(5):
        transport.get(ROUTE)
    assert {seen.connection for seen in service.seen} == {1}


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_get_is_repeated_after_passing_faults(
    service: Scripted, transport: Transport, slept: list[float], status: int
) -> None:
    service.fail(ROUTE, Reply(status, HTML), Reply(status, HTML))
    assert transport.get(ROUTE)["channels"]
    assert service.count() == 3
    assert slept == [0.15, 0.3]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 418])
def test_a_get_is_not_repeated_when_that_would_not_help(
    service: Scripted, transport: Transport, status: int
) -> None:
    service.always(ROUTE, Reply(status, HTML))
    with pytest.raises(PostoError):
        transport.get(ROUTE)
    assert service.count() == 1


@pytest.mark.parametrize("how", ["reset", "close", "truncate"])
def test_a_get_is_repeated_after_a_broken_connection(
    service: Scripted, transport: Transport, how: str
) -> None:
    service.fail(ROUTE, Reply(200, {"channels": []}, how=how))
    assert transport.get(ROUTE)["channels"]
    assert service.count() == 2


def test_a_get_gives_up_in_the_end(service: Scripted, transport: Transport) -> None:
    service.always(ROUTE, Reply(how="reset"))
    with pytest.raises(NetworkError) as caught:
        transport.get(ROUTE)
    assert service.count() == 3
    assert caught.value.maybe_sent is False


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_post_that_may_have_been_carried_out_is_never_repeated(
    service: Scripted, transport: Transport, status: int
) -> None:
    service.always(COMPOSER, Reply(status, HTML, {"Retry-After": "1"}))
    with pytest.raises(ServiceError) as caught:
        transport.post(COMPOSER, {})
    assert service.count() == 1
    assert caught.value.status == status
    assert caught.value.maybe_sent is True


@pytest.mark.parametrize("how", ["reset", "close", "truncate", "hang"])
def test_a_post_whose_answer_is_lost_may_have_been_sent(
    service: Scripted, transport: Transport, how: str
) -> None:
    service.fail(COMPOSER, Reply(200, {"schedule_group_id": "g"}, how=how), carried_out=True)
    with impatient(transport, COMPOSER), pytest.raises(NetworkError) as caught:
        transport.post(COMPOSER, {"schedules": [], "share_at": None})
    assert caught.value.maybe_sent is True
    assert service.count() == 1


def test_a_refused_connection_is_repeated_and_surely_unsent(
    refused_port: int, slept: list[float]
) -> None:
    endpoint = Endpoint.parse(f"http://127.0.0.1:{refused_port}")
    transport = Transport(endpoint, TOKEN, sleep=slept.append)
    with pytest.raises(NetworkError) as caught:
        transport.post(COMPOSER, {})
    transport.close()
    assert caught.value.maybe_sent is False
    assert caught.value.reason == "offline"
    assert len(slept) == 2
    assert "Nothing was sent" in caught.value.user_message


def test_an_unknown_host_is_surely_unsent(slept: list[float]) -> None:
    transport = Transport(
        Endpoint.parse("https://nowhere.invalid"), TOKEN, sleep=slept.append, retries=0
    )
    with pytest.raises(NetworkError) as caught:
        transport.post(COMPOSER, {})
    transport.close()
    assert caught.value.maybe_sent is False
    assert "could not be found" in caught.value.user_message


def test_retry_after_is_waited_for_and_capped(
    service: Scripted, transport: Transport, slept: list[float]
) -> None:
    service.fail(ROUTE, Reply(503, HTML, {"Retry-After": "3"}))
    transport.get(ROUTE)
    assert slept == [3.0]
    service.always(ROUTE, Reply(503, HTML, {"Retry-After": "600"}))
    with pytest.raises(ServiceError) as caught:
        transport.get(ROUTE)
    assert caught.value.retry_after == 600
    assert slept == [3.0]  # ten minutes are the caller's to wait


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(service: Scripted, transport: Transport, status: int) -> None:
    service.always(ROUTE, Reply(status, "", {"Location": "http://127.0.0.1:9/x?token=abc"}))
    with pytest.raises(ServiceError) as caught:
        transport.get(ROUTE)
    assert service.count() == 1
    assert caught.value.reason == "moved"
    assert caught.value.maybe_sent is False
    assert "127.0.0.1:9/x" in caught.value.user_message
    assert "abc" not in caught.value.user_message


ODD_HEADERS = [
    {"Location": "http://[bad/x"},
    {"Location": "http://e.com:99999999/x"},
    {"Location": "//"},
    {"Location": "\u00b2\u00e9 \u00ff"},
    {"Retry-After": "\u00b2"},
    {"Retry-After": "Wed, 99 Foo 99999 99:99:99 GMT"},
    {"Content-Encoding": "gzip, br, nonsense"},
    {"Content-Type": "application/json; charset=nonsense"},
    {"Content-Type": ""},
    {"Transfer-Encoding": "nonsense"},
]


@pytest.mark.parametrize("status", [200, 301, 404, 503])
@pytest.mark.parametrize("headers", ODD_HEADERS)
def test_any_header_leads_to_an_answer_or_a_documented_error(
    service: Scripted, transport: Transport, headers: dict[str, str], status: int
) -> None:
    service.always(ROUTE, Reply(status, {"channels": []}, headers))
    service.always(COMPOSER, Reply(status, {"channels": []}, headers))
    service.files["/p.jpg"] = Reply(status, b"x", headers)
    for call in (
        lambda: transport.get(ROUTE),
        lambda: transport.post(COMPOSER, {}),
        lambda: transport.probe(f"{service.url}/p.jpg"),
        lambda: transport.stream(f"{service.url}/p.jpg", bytes, limit=9),
    ):
        with contextlib.suppress(PostoError):
            call()


@pytest.mark.parametrize("length", ["\u00b2", "9" * 5000, "-5", "x"])
def test_any_announced_length(transport: Transport, service: Scripted, length: str) -> None:
    """Spoken byte by byte, because servers' libraries would not send this."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        transport.endpoint = Endpoint.parse(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                head = (
                    f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}"
                )
                connection.sendall(head.encode("latin-1") + b"\r\nConnection: close\r\n\r\n[]")

        thread = threading.Thread(target=answer)
        thread.start()
        with contextlib.suppress(NetworkError, ServiceError):
            transport.post(COMPOSER, {})
        thread.join()


def test_closing_while_an_answer_is_read_leaves_a_post_unclear(
    service: Scripted, transport: Transport
) -> None:
    """Its beginning was there, so the post was taken."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        transport.endpoint = Endpoint.parse(f"http://127.0.0.1:{listener.getsockname()[1]}")

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                    b"Content-Length: 200000\r\n\r\n" + b" " * 70000
                )
                transport._closed.set()
                connection.sendall(b" " * 130000)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(NetworkError) as caught:
            transport.post(COMPOSER, {})
        thread.join()
    assert caught.value.reason == "closed"
    assert caught.value.maybe_sent
    assert "Nothing was sent" not in caught.value.user_message


@pytest.mark.parametrize(
    "url", ["http://[bad/a.jpg", "http://e.com:99999999/a.jpg", "http://", "http:///x", "//x/y"]
)
def test_what_is_no_address_to_download_from(transport: Transport, url: str) -> None:
    with pytest.raises(MediaUploadError, match="not a web address"):
        transport.stream(url, bytes, limit=9)


def test_notices_before_the_json(service: Scripted, transport: Transport) -> None:
    service.fail(ROUTE, Reply(200, '<br />\n<b>Notice</b>: x in <b>/a.php</b>\n{"channels": []}'))
    assert transport.get(ROUTE) == {"channels": []}


def test_error_msg_under_200_is_a_refusal(service: Scripted, transport: Transport) -> None:
    service.fail(COMPOSER, Reply(200, {"error_msg": "<p>Channel <b>2</b> is gone</p>"}))
    with pytest.raises(ServiceError) as caught:
        transport.post(COMPOSER, {})
    assert str(caught.value) == "Channel 2 is gone"
    assert caught.value.maybe_sent is False


@pytest.mark.parametrize("body", [HTML, "<html>home page</html>", '{"a": ', "", "42 is it"])
def test_a_page_under_200_is_no_success(service: Scripted, transport: Transport, body: str) -> None:
    service.fail(COMPOSER, Reply(200, body))
    with pytest.raises(ServiceError) as caught:
        transport.post(COMPOSER, {})
    assert caught.value.maybe_sent is True
    assert caught.value.reason in {"html", "unreadable"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "has an internal error (500)."),
        (502, "cannot answer right now (502)."),
        (503, "cannot answer right now (503)."),
        (526, "cannot answer right now (526)."),
    ],
)
def test_who_is_away_has_no_internal_error(
    service: Scripted, transport: Transport, status: int, words: str
) -> None:
    service.always(COMPOSER, Reply(status, HTML))
    with pytest.raises(ServiceError) as caught:
        transport.post(COMPOSER, {})
    assert words in caught.value.user_message


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (wordpress("rest_not_logged_in", 401), AuthenticationError, "wrong_password"),
        (wordpress("rest_forbidden", 403), AuthenticationError, "not_allowed"),
        (Reply(403, HTML), ServiceError, "firewall"),
        (wordpress("rest_no_route", 404), ServiceError, "no_plugin"),
        (Reply(404, HTML), ServiceError, "wrong_address"),
        (Reply(413, HTML), ServiceError, "too_large"),
        (Reply(429, HTML), ServiceError, "busy"),
        (wordpress("rest_upload_sideload_error", 500), ServiceError, "refused"),
        (wordpress("wp_die", 503, "Briefly unavailable"), ServiceError, "maintenance"),
        (Reply(504, HTML), ServiceError, "timeout"),
        (Reply(502, HTML), ServiceError, "unavailable"),
    ],
)
def test_each_fault_has_its_own_reason_and_sentence(
    service: Scripted,
    transport: Transport,
    reply: Reply,
    kind: type[PostoError],
    reason: str,
) -> None:
    service.always(COMPOSER, reply)
    with pytest.raises(kind) as caught:
        transport.post(COMPOSER, {})
    assert caught.value.reason == reason
    assert caught.value.user_message.strip().endswith(".")
    assert "<" not in caught.value.user_message


def test_a_permanent_refusal_as_500_is_not_repeated(
    service: Scripted, transport: Transport
) -> None:
    service.always(ROUTE, wordpress("rest_upload_sideload_error", 500))
    with pytest.raises(ServiceError):
        transport.get(ROUTE)
    assert service.count() == 1


def test_no_secret_is_ever_said(
    service: Scripted, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    leak = f"bad login ann:{PASSWORD} Authorization: Basic {TOKEN} {PASSWORD.replace(' ', '')}"
    for reply in (
        Reply(500, {"code": "x", "message": leak, "data": {"status": 500}}),
        Reply(200, {"error_msg": leak}),
        Reply(502, f"<html><title>{leak}</title></html>"),
        Reply(200, f"<html><title>{leak}</title></html>"),
        Reply(302, "", {"Location": f"https://ann:{PASSWORD.replace(' ', '')}@e.com/?t={TOKEN}"}),
    ):
        service.fail(COMPOSER, reply)
        with pytest.raises(PostoError) as caught:
            transport.post(COMPOSER, {})
        for text in (str(caught.value), caught.value.user_message, repr(caught.value)):
            assert TOKEN not in text
            assert PASSWORD not in text
            assert "abcdefgh" not in text
        assert caught.value.__cause__ is None or TOKEN not in repr(caught.value.__cause__)
    assert TOKEN not in repr(transport)
    assert TOKEN not in caplog.text
    assert "abcdefgh" not in caplog.text
    assert "POST fs-poster/v1/composer" in caplog.text


def test_cookies_of_the_service_are_not_kept(service: Scripted, transport: Transport) -> None:
    service.fail(ROUTE, Reply(200, {"channels": []}, {"Set-Cookie": "wordpress_logged_in=ann"}))
    transport.get(ROUTE)
    transport.get(ROUTE)
    assert "cookie" not in service.seen[1].headers


def test_netrc_does_not_replace_the_password(
    service: Scripted, transport: Transport, isolated_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    netrc = Path(str(isolated_home)) / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    transport.get(ROUTE)
    assert service.seen[0].headers["authorization"] == f"Basic {TOKEN}"


def test_a_huge_answer_is_refused(
    service: Scripted, transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("posto_desktop.sdk.transport.calls.MAX_ANSWER", 1000)
    service.always(ROUTE, Reply(200, {"channels": ["x" * 5000]}))
    with pytest.raises(ServiceError) as caught:
        transport.get(ROUTE)
    assert caught.value.reason == "too_large"


def test_closing_ends_a_call_that_hangs(service: Scripted, slept: list[float]) -> None:
    transport = Transport(Endpoint.parse(service.url), TOKEN, timeout=PATIENCE, sleep=slept.append)
    arrived = threading.Event()
    service.before.append(lambda seen: arrived.set())  # type: ignore[func-returns-value, arg-type]
    service.always(COMPOSER, Reply(how="hang"))
    failures: list[PostoError] = []

    def call() -> None:
        try:
            transport.post(COMPOSER, {})
        except PostoError as error:
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert arrived.wait(60)
    transport.close()
    thread.join(50)  # less than its timeout
    assert not thread.is_alive()
    assert isinstance(failures[0], NetworkError)
    assert failures[0].reason == "closed"
    assert failures[0].maybe_sent is True
    with pytest.raises(NetworkError):
        transport.get(ROUTE)


def test_sixteen_threads_share_one_transport(service: Scripted, transport: Transport) -> None:
    answers: list[int] = []

    def work() -> None:
        for _ in range(10):
            answers.append(len(transport.get(ROUTE)["channels"]))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [4] * 160
    assert len({seen.connection for seen in service.seen}) <= 10


def test_downloads_keep_the_password_at_home(service: Scripted) -> None:
    from .scripted import serving

    endpoint = Endpoint.parse(service.url)
    transport = Transport(endpoint, TOKEN, timeout=PATIENCE, allow_private=True)
    with contextlib.closing(transport), serving() as other:
        other.files["/p.png"] = Reply(200, b"png")
        service.files["/mine.png"] = Reply(200, b"mine")
        service.files["/away.png"] = Reply(302, "", {"Location": f"{other.url}/p.png"})
        got: list[bytes] = []
        transport.stream(f"{service.url}/mine.png", got.append, limit=100)
        transport.stream(f"{service.url}/away.png", got.append, limit=100)
        assert b"".join(got) == b"minepng"
        assert service.seen[0].headers["authorization"] == f"Basic {TOKEN}"
        assert "authorization" not in other.seen[0].headers
        with pytest.raises(ServiceError):
            transport.stream(f"{other.url}/p.png", got.append, limit=2)


def test_downloads_do_not_go_round_in_circles(service: Scripted, transport: Transport) -> None:
    service.files["/a"] = Reply(302, "", {"Location": "/a"})
    with pytest.raises(PostoError) as caught:
        transport.stream(f"{service.url}/a", lambda _: None, limit=10)
    assert caught.value.reason == "redirect_loop"
    assert service.count() == 6
