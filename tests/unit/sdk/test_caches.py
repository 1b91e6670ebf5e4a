"""Tests of a cache in front of the service: cached answers decide nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from posto_desktop.sdk import PostoSDK, ServiceError, SocialMediaManager
from posto_desktop.sdk.transport.calls import FRESH
from posto_desktop.sdk.wire import Answer

from .scripted import HTML, Reply, Scripted, Seen, schedule

LATER = datetime.now(UTC) + timedelta(hours=3)


class Cache:
    """Keeps the first good answer to each GET for ever, whoever asks. `key` is what it tells
    requests apart by; with `says` its answers tell that they were kept."""

    def __init__(
        self, service: Scripted, key: Callable[[Seen], str], says: dict[str, str] | None = None
    ) -> None:
        self._service, self._key, self._says = service, key, says or {}
        self._replies: dict[str, Reply] = {}
        service.before.append(self._before)

    def _before(self, seen: Seen) -> Reply | None:
        if seen.method != "GET":
            return None
        key = self._key(seen)
        if key in self._replies:
            cached = self._replies[key]
            return Reply(cached.status, cached.body, {**cached.headers, **self._says})
        answer = self._service.answer(seen)
        copied = Reply(answer.status, json.loads(json.dumps(answer.body)), dict(answer.headers))
        self._replies[key] = copied
        return copied


def by_address(seen: Seen) -> str:
    """As nginx does by default."""
    return f"{seen.path}?{urlencode(seen.query)}"


def by_path(seen: Seen) -> str:
    """As "ignore the query string" of some content networks."""
    return seen.path


HIT = {"X-Cache": "HIT", "Age": "30"}


@pytest.fixture
def ready(manager: SocialMediaManager, service: Scripted) -> SocialMediaManager:
    service.schedules = [schedule(1, status="error"), schedule(2, status="error")]
    service.settings["fb"] = {"a": "old", "b": 1}
    service.channel_settings = {2: {"proxy": "http://p:1", "labels": [1]}}
    _ = manager.channels
    return manager


def test_no_address_is_asked_for_twice(ready: SocialMediaManager, service: Scripted) -> None:
    with PostoSDK(ready.transport._token, base_url=service.url) as other:
        for sdk in (ready, other):
            for _ in range(2):
                sdk.refresh_channels()
                sdk.schedules.list()
                sdk.me()
    reads = [seen for seen in service.seen if seen.method == "GET"]
    assert len({by_address(seen) for seen in reads}) == len(reads) > 8
    assert {seen.headers["cache-control"] for seen in reads} == {"no-cache"}
    ready.schedules.retry(1)
    assert all(seen.first(FRESH) is None for seen in service.seen if seen.method != "GET")


# -- kept by address: no look is answered from it -----------------------------------------------


@pytest.mark.parametrize("says", [{}, HIT], ids=["silent", "says so"])
def test_a_lost_post_is_found_behind_a_cache(
    ready: SocialMediaManager, service: Scripted, says: dict[str, str]
) -> None:
    Cache(service, by_address, says)
    ready.schedules.find_ref("nothing", [2], LATER)  # the list as it was before is kept now
    service.fail("/composer", Reply(504, HTML), carried_out=True)
    result = ready.post("Hi", to=2, when=LATER)
    assert result.success
    assert service.count("POST", "/composer") == 1
    assert len(service.schedules) == 3


@pytest.mark.parametrize("says", [{}, HIT], ids=["silent", "says so"])
def test_rows_that_are_gone_are_not_reported_as_kept(
    ready: SocialMediaManager, service: Scripted, says: dict[str, str]
) -> None:
    Cache(service, by_address, says)
    ready.schedules.by_ids([1, 2])
    result = ready.schedules.delete([1, 2])
    assert (result.deleted, result.left) == ([1, 2], [])
    assert service.schedules == []
    assert ready.schedules.delete([1]).missing == [1]


def test_a_retry_is_seen_behind_a_cache(ready: SocialMediaManager, service: Scripted) -> None:
    Cache(service, by_address)
    ready.schedules.by_ids([1])
    service.fail("/retry", Reply(504, HTML), carried_out=True)
    assert ready.schedules.retry(1).retried == [1]
    assert service.count("POST", "/retry") == 1


def test_settings_are_not_written_back_from_a_cache(
    ready: SocialMediaManager, service: Scripted
) -> None:
    Cache(service, by_address)
    ready.settings_manager.read_network_settings("fb")
    ready.channel_manager.get_channel_settings(2)
    service.settings["fb"]["b"] = 2  # by somebody else
    service.channel_settings[2]["labels"] = [1, 2]
    ready.save_network_settings("fb", {"a": "new"})
    ready.channel_manager.set_channel_proxy(2, None)
    assert service.settings["fb"] == {"a": "new", "b": 2}
    assert service.channel_settings[2] == {"proxy": "", "labels": [1, 2]}


# -- kept by the path alone: nobody can tell, and nothing is claimed -----------------------------


@pytest.mark.parametrize("says", [{}, HIT], ids=["silent", "says so"])
def test_an_old_list_does_not_say_that_a_post_is_not_there(
    ready: SocialMediaManager, service: Scripted, says: dict[str, str]
) -> None:
    Cache(service, by_path, says)
    ready.schedules.list()
    service.fail("/composer", Reply(504, HTML), carried_out=True)
    result = ready.post("Hi", to=2, when=LATER)
    assert not result.success
    assert result.unclear
    assert "It is unknown whether" in str(result.error_message)
    assert service.count("POST", "/composer") == 1
    with pytest.raises(ServiceError) as caught:
        ready.schedules.find_ref(str(result.posto_ref), [2], LATER)
    assert caught.value.reason == "cached"


def test_an_empty_old_list_that_says_so(manager: SocialMediaManager, service: Scripted) -> None:
    Cache(service, by_path, HIT)
    manager.schedules.list()
    with pytest.raises(ServiceError) as caught:
        manager.schedules.find_ref("mark", [2], LATER)
    assert caught.value.reason == "cached"
    assert caught.value.user_message == (
        f"127.0.0.1:{service.port} answered with old data from a cache. Exclude /wp-json/ from "
        "its cache."
    )


@pytest.mark.parametrize(
    "work",
    [
        lambda m: m.schedules.delete([1]),
        lambda m: m.schedules.retry([1]),
        lambda m: m.save_network_settings("fb", {"a": "new"}),
        lambda m: m.channel_manager.set_channel_proxy(2, None),
    ],
    ids=["delete", "retry", "network settings", "channel settings"],
)
def test_nothing_is_done_on_the_word_of_an_old_answer(
    ready: SocialMediaManager, service: Scripted, work: Callable[[SocialMediaManager], Any]
) -> None:
    Cache(service, by_path, HIT)
    ready.schedules.list()
    ready.settings_manager.read_network_settings("fb")
    ready.channel_manager.get_channel_settings(2)
    before = json.dumps([service.schedules, service.settings, service.channel_settings])
    with pytest.raises(ServiceError) as caught:
        work(ready)
    assert caught.value.reason == "cached"
    assert not caught.value.maybe_sent
    assert before == json.dumps([service.schedules, service.settings, service.channel_settings])
    assert all(seen.method == "GET" for seen in service.seen)


def test_what_is_only_shown_may_be_old(ready: SocialMediaManager, service: Scripted) -> None:
    Cache(service, by_path, HIT)
    for _ in range(2):
        assert len(ready.schedules.list()) == 2
        assert ready.settings_manager.read_network_settings("fb")["b"] == 1


@pytest.mark.parametrize(
    ("headers", "is_cached"),
    [
        ({}, False),
        ({"Age": "0"}, False),
        ({"Age": "7"}, True),
        ({"Age": "x"}, False),
        ({"X-Cache": "MISS"}, False),
        ({"X-Cache": "Miss from cloudfront"}, False),
        ({"X-Cache": "Hit from cloudfront"}, True),
        ({"X-Cache": "MISS, HIT"}, True),
        ({"X-Cache-Status": "STALE"}, True),
        ({"CF-Cache-Status": "DYNAMIC"}, False),
        ({"CF-Cache-Status": "HIT"}, True),
        ({"CF-Cache-Status": "REVALIDATED"}, False),
        ({"X-LiteSpeed-Cache": "hit,private"}, True),
        ({"X-LiteSpeed-Cache-Control": "no-cache"}, False),
        ({"Cache-Status": "ExampleCache; hit; ttl=376"}, True),
        ({"Cache-Status": "ExampleCache; fwd=miss"}, False),
        ({"X-WP-Cached-Call": "served-cache"}, True),
        ({"Cache-Control": "max-age=600"}, False),
        ({"X-Cache-Enabled": "True"}, False),
    ],
)
def test_what_caches_say_of_themselves(headers: dict[str, str], is_cached: bool) -> None:
    from requests.structures import CaseInsensitiveDict

    assert Answer(200, [], CaseInsensitiveDict(headers)).from_cache is is_cached


def test_a_look_that_fails_is_made_again(ready: SocialMediaManager, service: Scripted) -> None:
    """Found by the last look although the ones before could not be made."""
    service.fail("/composer", Reply(504, HTML), carried_out=True)
    service.fail("/schedules", *[Reply(403, HTML)] * 2, method="GET")
    result = ready.post("Hi", to=2, when=LATER)
    assert result.success
