"""Tests of rate limits and maintenance: the SDK waits, and nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.net.deadline import Deadline
from posto_desktop.sdk import (
    Cancelled,
    MediaUploadError,
    NetworkError,
    PostingError,
    PostoError,
    PostoSDK,
    ServiceError,
    SocialMediaManager,
)
from posto_desktop.sdk.backoff import Backoff
from posto_desktop.sdk.endpoint import Endpoint
from posto_desktop.sdk.faults import try_again
from posto_desktop.sdk.transport import Transport
from posto_desktop.sdk.transport.throttle import LONGEST, SPACING, Throttle

from .scripted import HTML, TOKEN, Reply, Scripted, Seen, schedule

LATER = datetime.now(UTC) + timedelta(hours=3)
ITEM = {"channel_id": 2, "custom_post_data": {"post_content": "Hi"}}


def busy(retry_after: str | None = None) -> Reply:
    return Reply(429, HTML, {} if retry_after is None else {"Retry-After": retry_after})


def maintenance(retry_after: str = "5") -> Reply:
    body = {"code": "wp_die", "message": "Briefly unavailable.", "data": {"status": 503}}
    return Reply(503, body, {"Retry-After": retry_after})


WRITES: dict[str, tuple[str, str, Callable[[SocialMediaManager, Path], Any]]] = {
    "post": ("/composer", "POST", lambda m, p: m.post("Hi", to=2)),
    "schedule": ("/composer", "POST", lambda m, p: m.post("Hi", to=2, when=LATER)),
    "compose": ("/composer", "POST", lambda m, p: m.compose([ITEM])),
    "upload": ("/media", "POST", lambda m, p: m.upload(p)),
    "alt text": ("/media/", "POST", lambda m, p: m.upload(p, alt_text="ä" * 2000)),
    "retry": ("/retry", "POST", lambda m, p: m.schedules.retry(1)),
    "delete": ("/schedules", "DELETE", lambda m, p: m.schedules.delete(1)),
    "save settings": ("/fb/", "POST", lambda m, p: m.save_network_settings("fb", {"a": "new"})),
    "proxy": ("/settings", "POST", lambda m, p: m.channel_manager.set_channel_proxy(2, "")),
    "check channel": ("/refresh", "POST", lambda m, p: m.channel_manager.check_channel(2)),
    "send now": ("/send-now", "POST", lambda m, p: m.send_now([1])),
}


@pytest.fixture(autouse=True)
def _no_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """But in what the SDK asks to sleep: each wait has its exact length, however busy this is."""
    monkeypatch.setattr(Transport, "_now", lambda self: self._slept)


@pytest.fixture
def ready(manager: SocialMediaManager, service: Scripted) -> SocialMediaManager:
    service.schedules = [schedule(1, status="error")]
    service.settings["fb"] = {"a": "old"}
    service.channel_settings = {2: {"proxy": "http://p:1"}}
    _ = manager.channels
    return manager


def state_of(service: Scripted) -> tuple[Any, ...]:
    """All that the service holds, without what differs from run to run."""
    rows = [(row["channel"]["id"], row["status"]) for row in service.schedules]
    return rows, len(service.media), service.settings, service.channel_settings


@pytest.mark.parametrize("reply", [busy(), busy("7"), maintenance()], ids=["429", "7 s", "503"])
@pytest.mark.parametrize("write", list(WRITES))
def test_what_was_surely_not_carried_out_goes_on_by_itself(
    ready: SocialMediaManager,
    service: Scripted,
    photo: Path,
    slept: list[float],
    caplog: pytest.LogCaptureFixture,
    write: str,
    reply: Reply,
) -> None:
    part, method, work = WRITES[write]
    service.fail(part, reply, reply, reply, method=method)
    assert work(ready, photo) is not False
    assert service.count(method, part) == 4
    asked = float(reply.headers.get("Retry-After", 0))
    assert slept[:3] == [pytest.approx(max(asked, wait)) for wait in (1, 2, 4)]
    warnings = [record.message for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 3
    assert f"127.0.0.1:{service.port} asks to wait" in warnings[0]
    assert f"goes on in {slept[0]:.0f} s" in warnings[0]


@pytest.mark.parametrize("write", list(WRITES))
def test_beyond_the_bound_it_is_said_when_to_try_again(
    ready: SocialMediaManager, service: Scripted, photo: Path, slept: list[float], write: str
) -> None:
    part, method, work = WRITES[write]
    before = state_of(service)
    service.always(part, busy("86400"), method=method)
    error: PostoError | None = None
    try:
        result = work(ready, photo)
    except PostoError as raised:
        error, sentence = raised, raised.user_message
    else:
        [sentence] = result.reasons.values()
    if error is not None:
        assert error.failure.is_asked
        assert error.retry_after == 86400  # type: ignore[attr-defined]
        assert error.maybe_sent is (write == "alt text")  # type: ignore[attr-defined]
    assert "Try again in 24 hours." in sentence
    assert service.count(method, part) == 1
    assert slept == []
    if write != "alt text":
        assert state_of(service) == before


def test_a_host_that_never_stops_asking(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.always("/composer", busy("50"))
    with pytest.raises(PostingError) as caught:
        ready.post("Hi", to=2)
    assert slept == [pytest.approx(50), pytest.approx(50)]  # a third wait would be over 120 s
    assert caught.value.retry_after == 50
    assert caught.value.user_message.endswith(
        "received too many requests (429). Try again in 50 seconds."
    )


@pytest.mark.parametrize("header", ["-5", "soon", "0", "Wed, 25 Nov 2015 10:00:00 GMT"])
def test_a_wait_that_makes_no_sense_is_chosen_here(
    ready: SocialMediaManager, service: Scripted, slept: list[float], header: str
) -> None:
    service.fail("/composer", busy(header), busy(header))
    assert ready.post("Hi", to=2)
    assert slept == [pytest.approx(1), pytest.approx(2)]


def test_a_date_is_waited_for(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=20)
    service.fail("/composer", busy(f"{moment:%a, %d %b %Y %H:%M:%S GMT}"))
    assert ready.post("Hi", to=2)
    assert len(slept) == 1
    assert 5 < slept[0] <= 20


class Limited:
    """So many requests on a route in so many seconds; the seconds that were slept count too."""

    def __init__(self, slept: list[float], most: int, seconds: float, tells: bool) -> None:
        self._slept, self._most, self._seconds, self._tells = slept, most, seconds, tells
        self._lock = threading.Lock()
        self._started = -seconds
        self._count = 0
        self.refused = 0

    def __call__(self, seen: Seen) -> Reply | None:
        if "/composer" not in seen.path:
            return None
        with self._lock:
            now = sum(self._slept)
            if now - self._started >= self._seconds:
                self._started, self._count = now, 0
            self._count += 1
            if self._count <= self._most:
                return None
            self.refused += 1
            left = self._seconds - (now - self._started)
            return busy(f"{left:.1f}" if self._tells else None)


@pytest.mark.parametrize("tells", [True, False], ids=["told", "not told"])
def test_a_campaign_loses_nothing_to_a_limit(
    ready: SocialMediaManager, service: Scripted, slept: list[float], tells: bool
) -> None:
    limit = Limited(slept, 4, 10.0, tells)
    service.before.append(limit)
    results = ready.create_campaign([f"Day {n}" for n in range(10)], start_time=LATER)
    assert [result.error_message for result in results.results] == [None] * 10
    assert limit.refused > 0
    texts = [row["customization_data"]["post_content"] for row in service.schedules[1:]]
    assert sorted(texts) == sorted(f"Day {n}" for n in range(10) for _ in range(3))
    groups = {row["group_id"] for row in service.schedules[1:]}
    assert len(groups) == 10


def test_a_campaign_does_not_ask_a_host_that_wants_an_hour(
    ready: SocialMediaManager, service: Scripted
) -> None:
    """Those that began together may each have asked; none asks again, and each says when."""
    service.always("/composer", busy("3600"))
    results = ready.create_campaign([f"Day {n}" for n in range(30)], start_time=LATER)
    assert not any(results)
    assert service.count("POST", "/composer") <= 10
    assert all("Try again in" in str(result.error_message) for result in results.results)
    assert not any(result.unclear for result in results.results)


def test_waiting_is_ended_by_the_caller(service: Scripted, photo: Path) -> None:
    """With real waits: the event is set while the call waits for a minute."""
    from .scripted import PASSWORD, USER

    service.always("/composer", busy("60"))
    cancel = threading.Event()
    waits = threading.Event()
    log = logging.getLogger("posto_desktop.sdk")
    watch = logging.Handler(logging.WARNING)
    watch.emit = lambda record: waits.set()  # type: ignore[method-assign]
    log.addHandler(watch)
    failures: list[PostoError] = []
    with PostoSDK.from_credentials(USER, PASSWORD, base_url=service.url) as posto:

        def call() -> None:
            try:
                posto.post("Hi", to=2, cancel=cancel)
            except PostoError as error:
                failures.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        try:
            assert waits.wait(60)
            cancel.set()
            thread.join(60)
        finally:
            log.removeHandler(watch)
        assert not thread.is_alive()
    assert [type(error) for error in failures] == [Cancelled]
    assert service.schedules == []


def test_closing_ends_a_wait(service: Scripted) -> None:
    asked = threading.Event()
    service.before.append(lambda seen: asked.set())  # type: ignore[func-returns-value, arg-type]
    service.always("/channels", busy("60"))
    transport = Transport(Endpoint.parse(service.url), TOKEN, max_wait=120)
    failures: list[PostoError] = []

    def call() -> None:
        try:
            transport.get("fs-poster/v1/channels")
        except PostoError as error:
            failures.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert asked.wait(60)
    transport.close()
    thread.join(60)
    assert not thread.is_alive()
    assert isinstance(failures[0], NetworkError | ServiceError)


def test_one_pause_counts_for_all_calls_to_the_host(service: Scripted, slept: list[float]) -> None:
    """Two transports that share it: the second does not even ask."""
    shared = Throttle()
    first, second = (
        Transport(
            Endpoint.parse(service.url),
            TOKEN,
            max_wait=most,
            throttle=shared,
            sleep=slept.append,
            backoff=Backoff(chance=lambda: 0.0),
        )
        for most in (120.0, 5.0)
    )
    service.fail("/composer", busy("300"))
    with pytest.raises(ServiceError):
        first.post("fs-poster/v1/composer", {})
    with pytest.raises(ServiceError) as caught:
        second.get("fs-poster/v1/channels")
    assert service.count() == 1
    assert caught.value.retry_after == pytest.approx(300)
    assert caught.value.status == 429
    first.close()
    second.close()


def test_what_is_said_while_a_site_is_down_for_maintenance(
    service: Scripted, posto: PostoSDK
) -> None:
    """Also when it is not asked again: a pause for maintenance is no flood of requests."""
    service.always("/channels", maintenance("600"))
    says = f"127.0.0.1:{service.port} is down for maintenance. Try again in 10 minutes."
    for _ in range(2):
        with pytest.raises(ServiceError) as caught:
            _ = posto.channels
        assert (caught.value.user_message, caught.value.status) == (says, 503)
        assert caught.value.reason == "maintenance"
    assert service.count() == 1


def test_turns_come_one_after_another() -> None:
    throttle = Throttle()
    assert throttle.turn(10.0, 99) == 0
    throttle.ask(5.0, 10.0)
    assert [throttle.turn(10.0, 99) for _ in range(3)] == [5, 5 + SPACING, 5 + 2 * SPACING]
    assert [throttle.turn(10.0, 1) for _ in range(3)] == [5 + 3 * SPACING] * 3  # they do not wait
    throttle.ask(2.0, 10.0)  # less than what holds already
    assert throttle.turn(10.0, 99) == 5 + 3 * SPACING
    assert throttle.turn(20.0, 99) == 0
    throttle.ask(86400.0, 20.0)
    assert throttle.turn(20.0, 99) == LONGEST
    assert throttle.asks == 3
    short = Throttle(5.0)
    short.ask(3600.0, 10.0)
    assert short.turn(10.0, 99) == 5


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "Try again later."),
        (0, "Try again in 1 second."),
        (0.2, "Try again in 1 second."),
        (40, "Try again in 40 seconds."),
        (90, "Try again in 90 seconds."),
        (91, "Try again in 2 minutes."),
        (600, "Try again in 10 minutes."),
        (3600, "Try again in 60 minutes."),
        (86400, "Try again in 24 hours."),
    ],
)
def test_when_to_try_again(seconds: float | None, words: str) -> None:
    assert try_again(seconds) == words


def test_an_upload_says_it_of_the_file(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    service.always("/media", busy("3600"))
    with pytest.raises(MediaUploadError) as caught:
        ready.upload(photo)
    assert caught.value.retry_after == 3600
    assert caught.value.user_message == (
        f"“{photo.name}” was not uploaded. 127.0.0.1:{service.port} received too many requests "
        "(429). Try again in 60 minutes."
    )


def test_an_earlier_try_that_may_have_been_carried_out_is_not_forgotten(
    ready: SocialMediaManager, service: Scripted
) -> None:
    """The last answer of a repeated call says "surely not"; the first one did not."""
    service.fail("/schedules", Reply(504, HTML), busy("3600"), method="DELETE", carried_out=True)
    with pytest.raises(ServiceError) as caught:
        ready.transport.call("DELETE", "fs-poster/v1/schedules", json={
            "include_all": False, "include_ids": [1]}, repeatable=True)  # fmt: skip
    assert caught.value.status == 504
    assert caught.value.maybe_sent


def test_a_wait_that_does_not_fit_ends_the_operation_at_once(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.always("/composer", busy("50"))
    with Deadline(40).applied(), pytest.raises(PostingError) as caught:
        ready.post("Hi", to=2)
    assert slept == []
    assert caught.value.retry_after == 50
    assert service.count("POST", "/composer") == 1


def test_what_begins_after_the_end_surely_sends_nothing(
    ready: SocialMediaManager, service: Scripted
) -> None:
    """Also over a connection that is open."""
    with Deadline(0).applied(), pytest.raises(NetworkError) as caught:
        ready.transport.post("fs-poster/v1/composer", {})
    assert not caught.value.maybe_sent
    assert service.count("POST", "/composer") == 0
