"""Tests of writes whose answer is lost: the SDK looks up what became of them.

Each is tried with the work done and not done, and in the end the service has exactly one of
everything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import (
    Cancelled,
    MediaUploadError,
    NetworkError,
    PostoError,
    ServiceError,
    SocialMediaManager,
)
from posto_desktop.sdk.setting_writes import means

from .conftest import JPEG
from .scripted import HTML, Reply, Scripted, Seen, schedule

LATER = datetime.now(UTC) + timedelta(hours=3)

LOST = {
    "504": Reply(504, HTML),
    "502": Reply(502, HTML),
    "500": Reply(500, HTML),
    "503": Reply(503, HTML, {"Retry-After": "1"}),
    "reset": Reply(how="reset"),
    "closed": Reply(how="close"),
    "no answer": Reply(how="hang"),
    "cut off": Reply(200, {"id": 7}, how="truncate"),
    "a page": Reply(200, HTML),
    "nonsense": Reply(200, '{"id": '),
}
lost = pytest.mark.parametrize("reply", LOST.values(), ids=LOST)


@pytest.fixture
def ready(manager: SocialMediaManager, service: Scripted) -> SocialMediaManager:
    service.schedules = [schedule(1, status="error"), schedule(2, status="error", at=1_700_000_000)]
    service.settings["fb"] = {"text": "old", "cut": False, "n": 3, "list": []}
    service.channel_settings = {2: {"proxy": "http://p:1", "labels": [1]}}
    _ = manager.channels
    manager.transport.timeout = (2, 0.3)
    return manager


def later(service: Scripted, count: int, do: Callable[[], object], part: str) -> None:
    """Carry something out when a route is read for the nth time: PHP that goes on by itself."""
    seen_so_far = 0

    def hook(seen: Seen) -> Reply | None:
        nonlocal seen_so_far
        if seen.method == "GET" and part in seen.path:
            seen_so_far += 1
            if seen_so_far == count:
                do()
        return None

    service.before.append(hook)


# -- uploads -------------------------------------------------------------------------------------


@lost
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_an_upload_is_there_once(
    ready: SocialMediaManager, service: Scripted, photo: Path, reply: Reply, done: bool
) -> None:
    service.fail("/media", reply, method="POST", carried_out=done)
    item = ready.upload(photo, alt_text="A fjord")
    assert list(service.media) == [item.id]
    assert service.media[item.id]["bytes"] == JPEG
    assert service.media[item.id]["alt_text"] == "A fjord"
    assert service.count("POST", "/media") == (1 if done else 2)


def test_an_upload_that_arrives_late_is_waited_for(
    ready: SocialMediaManager, service: Scripted, photo: Path, slept: list[float]
) -> None:
    service.fail("/media", Reply(504, HTML), method="POST")

    def arrives() -> None:
        service.upload(service.requests("POST", "/media")[0])

    later(service, 5, arrives, "/media")  # two reads a look: with the third one
    item = ready.upload(photo)
    assert slept == [1.0, 3.0]
    assert list(service.media) == [item.id]
    assert service.count("POST", "/media") == 1


def test_nobody_elses_picture_is_taken(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    """The same file of the same name, uploaded by a colleague, with another text for the blind."""
    theirs = ready.upload(photo, alt_text="Theirs")
    service.fail("/media", Reply(504, HTML), method="POST")
    mine = ready.upload(photo, alt_text="Mine")
    assert mine.id != theirs.id
    assert [row["alt_text"] for row in service.media.values()] == ["Theirs", "Mine"]


def test_an_upload_of_an_earlier_call_is_looked_for_first(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    first = ready.upload(photo, mark="abc123")
    again = ready.upload(photo, mark="abc123", again=True)
    assert again == first
    assert service.count("POST", "/media") == 1
    other = ready.upload(photo, mark="def456", again=True)
    assert other.id != first.id


def test_an_upload_is_found_where_slugs_are_unknown(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    """By the mark in its name, among the newest files."""
    service.fail("/media", Reply(504, HTML), method="POST", carried_out=True)

    def forget_slugs() -> None:
        for row in service.media.values():
            row["slug"] = "12"

    later(service, 1, forget_slugs, "/media")
    for n in range(3):
        other = photo.with_name(f"other{n}.jpg")
        other.write_bytes(JPEG + bytes([n]))
    service.before.append(
        lambda seen: (
            Reply(
                200,
                [
                    {key: value for key, value in row.items() if key != "bytes"}
                    for row in service.media.values()
                ],
            )
            if seen.method == "GET" and seen.first("slug")
            else None
        )
    )
    item = ready.upload(photo)
    assert list(service.media) == [item.id]


def test_nobody_can_tell_what_became_of_an_upload(
    ready: SocialMediaManager, service: Scripted, photo: Path, slept: list[float]
) -> None:
    service.fail("/media", Reply(504, HTML), method="POST", carried_out=True)
    service.always("/media", Reply(403, HTML), method="GET")
    with pytest.raises(MediaUploadError) as caught:
        ready.post("Hi", to=2, media=photo)
    assert caught.value.maybe_sent
    assert caught.value.reason == "unclear"
    assert caught.value.user_message == (
        f"“{photo.name}” may have been uploaded. 127.0.0.1:{service.port} did not answer in time "
        "(504). It is unknown whether the file was stored: the media library cannot be read. "
        "Look there before you upload it again."
    )
    assert slept == [1.0, 3.0, 8.0]
    assert service.count("POST", "/media") == 1
    assert service.composed() == []


def test_an_upload_is_not_sent_again_for_ever(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    """Three times a fault at once; two times one that takes a minute each."""
    for reply, most in ((Reply(502, HTML), 3), (Reply(504, HTML), 2)):
        service.before = []
        service.always("/media", reply, method="POST")
        before = service.count("POST", "/media")
        with pytest.raises(MediaUploadError) as caught:
            ready.upload(photo)
        assert service.count("POST", "/media") - before == most
        assert caught.value.maybe_sent


def test_looking_for_an_upload_ends_with_the_caller(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    cancel = threading.Event()
    service.fail("/media", Reply(504, HTML), method="POST")
    later(service, 1, cancel.set, "/media")
    with pytest.raises(Cancelled):
        ready.upload(photo, cancel=cancel)


def test_an_alt_text_that_is_lost_does_not_lose_its_picture(
    ready: SocialMediaManager, service: Scripted, photo: Path
) -> None:
    long = "Ein Fjörd " * 300
    service.fail("/media/", *[Reply(504, HTML)] * 3, method="POST")
    with pytest.raises(MediaUploadError) as caught:
        ready.upload(photo, alt_text=long, mark="abc123")
    assert caught.value.user_message == (
        f"“{photo.name}” was uploaded, but its alt text may be missing: "
        f"127.0.0.1:{service.port} did not answer in time (504)."
    )
    item = ready.upload(photo, alt_text=long, mark="abc123", again=True)
    assert list(service.media) == [item.id]
    assert service.media[item.id]["alt_text"] == long.strip()


# -- retries -------------------------------------------------------------------------------------


@lost
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_retry_is_carried_out_once(
    ready: SocialMediaManager, service: Scripted, reply: Reply, done: bool
) -> None:
    times: list[list[int]] = []
    original = service.retry

    def counted(data: dict[str, Any]) -> Reply:
        answer = original(data)
        if answer.body == []:
            times.append(data["ids"])
        return answer

    service.retry = counted  # type: ignore[method-assign]
    service.fail("/retry", reply, carried_out=done)
    assert dict(ready.schedules.retry([1, 2])) == {1: "retried", 2: "retried"}
    assert times == [[1, 2]]
    assert [row["status"] for row in service.schedules] == ["not_sent", "not_sent"]


def test_a_retry_that_arrives_late_is_waited_for(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.fail("/retry", Reply(504, HTML))
    later(service, 3, lambda: service.retry({"ids": [1]}), "/schedules")
    assert ready.schedules.retry(1).retried == [1]
    assert slept == [1.0]
    assert service.count("POST", "/retry") == 1


def test_a_retry_that_comes_through_between_look_and_call_is_not_called_refused(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.fail("/retry", Reply(504, HTML))

    def first(seen: Seen) -> Reply | None:
        if "/retry" in seen.path and service.count("POST", "/retry") == 2:
            service.retry({"ids": [1]})
        return None

    service.before.append(first)
    assert dict(ready.schedules.retry(1)) == {1: "retried"}
    assert service.count("POST", "/retry") == 2


def test_what_failed_once_more_was_tried_again(
    ready: SocialMediaManager, service: Scripted
) -> None:
    """Cron took it up and it failed with the same words: its time tells."""
    service.fail("/retry", Reply(504, HTML))
    later(service, 3, lambda: service.schedules[0].update(send_time=1_800_000_500), "/schedules")
    assert ready.schedules.retry(1).retried == [1]
    assert service.count("POST", "/retry") == 1


def test_a_part_that_came_through_is_not_asked_for_again(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.fail("/retry", Reply(502, HTML))
    later(service, 3, lambda: service.schedules[0].update(status="sending"), "/schedules")
    assert dict(ready.schedules.retry([1, 2])) == {1: "retried", 2: "retried"}
    assert [request.json["ids"] for request in service.requests("POST", "/retry")] == [[1, 2], [2]]


def test_a_retry_that_is_never_carried_out(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.always("/retry", Reply(504, HTML))
    result = ready.schedules.retry(1)
    assert dict(result) == {1: "refused"}
    assert result.reasons[1] == (
        f"127.0.0.1:{service.port} did not answer in time (504). The schedule is as it was before."
    )
    assert service.count("POST", "/retry") == 2
    assert slept == [1.0, 3.0, 8.0] * 2


def test_nobody_can_tell_what_became_of_a_retry(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.fail("/retry", Reply(504, HTML), carried_out=True)
    service.before.append(
        lambda seen: (
            Reply(403, HTML) if seen.method == "GET" and service.count("POST", "/retry") else None
        )
    )
    with pytest.raises(ServiceError) as caught:
        ready.schedules.retry(1)
    assert caught.value.maybe_sent
    assert caught.value.user_message == (
        f"127.0.0.1:{service.port} did not answer in time (504). It is unknown whether the posts "
        "were retried: the list of schedules cannot be read. Look there before you "
        "retry them."
    )
    assert service.count("POST", "/retry") == 1


# -- deletes -------------------------------------------------------------------------------------


@lost
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_delete_ends_with_the_rows_gone(
    ready: SocialMediaManager, service: Scripted, reply: Reply, done: bool
) -> None:
    service.schedules.append(schedule(3))
    service.fail("/schedules", reply, method="DELETE", carried_out=done)
    result = ready.schedules.delete([1, 2])
    # An answer that came, but cannot be read, is no reason to delete once more.
    lost = LOST["a page"], LOST["nonsense"]
    assert result.deleted == ([] if reply in lost and not done else [1, 2])
    assert [row["id"] for row in service.schedules][-1] == 3


def test_a_delete_that_stays_unanswered_says_what_is_gone(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.fail("/schedules", *[Reply(504, HTML)] * 3, method="DELETE", carried_out=True)
    result = ready.schedules.delete([1, 2])
    assert (result.deleted, result.left) == ([1, 2], [])
    service.schedules = [schedule(1), schedule(2, status="sending")]
    service.fail("/schedules", *[Reply(504, HTML)] * 3, method="DELETE")
    del slept[:]
    result = ready.schedules.delete([1])
    assert (result.deleted, result.left) == ([], [1])
    assert result.reasons == {
        1: f"127.0.0.1:{service.port} did not answer in time (504). It is still listed."
    }
    assert slept[-3:] == [1.0, 3.0, 8.0]


def test_a_part_that_was_deleted_is_told_when_the_rest_fails(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.schedules = [schedule(n, status="error") for n in range(1, 251)]
    answers = [None, Reply(403, HTML)]
    service.before.append(
        lambda seen: answers.pop(0) if seen.method == "DELETE" and answers else None
    )
    result = ready.schedules.delete(status="error")
    assert len(result.deleted) == 200
    assert len(result.left) == 50
    assert all("blocked the request" in why for why in result.reasons.values())


def test_nobody_can_tell_what_became_of_a_delete(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.before.append(
        lambda seen: (
            Reply(403, HTML)
            if seen.method == "GET" and service.count("DELETE", "/schedules")
            else None
        )
    )
    with pytest.raises(ServiceError) as caught:
        ready.schedules.delete([1])
    assert caught.value.maybe_sent
    assert caught.value.user_message == (
        "The service was asked to delete the posts. It is unknown whether the posts were deleted: "
        "the list of schedules cannot be read. A firewall or security plugin of "
        f"127.0.0.1:{service.port} blocked the request (403). Allow Posto there. Look there again."
    )


def test_a_delete_that_surely_was_not_made_is_raised(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.always("/schedules", Reply(403, HTML), method="DELETE")
    with pytest.raises(ServiceError) as caught:
        ready.schedules.delete([1])
    assert not caught.value.maybe_sent
    assert len(service.schedules) == 2


# -- settings ------------------------------------------------------------------------------------


CHANGES = {"text": "new", "cut": True, "list": ["a"]}


def save(manager: SocialMediaManager) -> None:
    manager.save_network_settings("fb", CHANGES)


@lost
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_network_settings_are_saved(
    ready: SocialMediaManager, service: Scripted, reply: Reply, done: bool
) -> None:
    service.fail("/settings", reply, method="POST", carried_out=done)
    save(ready)
    assert service.settings["fb"] == {**CHANGES, "n": 3}
    assert service.count("POST", "/settings") == (1 if done else 2)
    assert ready.get_network_settings("fb")["text"] == "new"


@lost
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_channel_settings_are_saved(
    ready: SocialMediaManager, service: Scripted, reply: Reply, done: bool
) -> None:
    service.fail("/settings", reply, method="POST", carried_out=done)
    assert ready.channel_manager.set_channel_proxy(2, "http://q:2")
    assert service.channel_settings[2] == {"proxy": "http://q:2", "labels": [1]}


def test_types_of_the_service_are_no_difference(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.fail("/settings", Reply(504, HTML), method="POST", carried_out=True)

    def as_php_keeps_it() -> None:
        service.settings["fb"] = {"text": "new", "cut": "1", "n": "3", "list": {"0": "a"}}

    later(service, 2, as_php_keeps_it, "/settings")
    ready.save_network_settings("fb", {"text": "new", "cut": True})
    assert service.count("POST", "/settings") == 1
    assert slept == []


def test_what_others_change_meanwhile_stays(ready: SocialMediaManager, service: Scripted) -> None:
    service.fail("/settings", Reply(504, HTML), method="POST")
    later(service, 2, lambda: service.settings["fb"].update(n=4), "/settings")
    save(ready)
    assert service.settings["fb"] == {**CHANGES, "n": 4}


def test_what_others_change_in_the_same_settings_is_not_written_over(
    ready: SocialMediaManager, service: Scripted
) -> None:
    service.fail("/settings", Reply(504, HTML), method="POST")
    later(service, 2, lambda: service.settings["fb"].update(text="theirs"), "/settings")
    with pytest.raises(ServiceError) as caught:
        save(ready)
    assert caught.value.maybe_sent
    assert service.settings["fb"]["text"] == "theirs"
    assert caught.value.user_message == (
        f"127.0.0.1:{service.port} did not answer in time (504). The saved settings are neither "
        "the old nor the new ones. Read the settings again before you change them."
    )


@pytest.mark.parametrize("reply", [Reply(504, HTML), Reply(how="reset")], ids=["504", "reset"])
def test_settings_that_are_never_saved(
    ready: SocialMediaManager, service: Scripted, reply: Reply
) -> None:
    service.always("/settings", reply, method="POST")
    with pytest.raises((ServiceError, NetworkError)) as caught:
        save(ready)
    assert caught.value.user_message.endswith("The settings are as they were before.")
    assert service.settings["fb"]["text"] == "old"
    assert service.count("POST", "/settings") == (2 if reply.status == 504 else 3)


def test_nobody_can_tell_what_became_of_settings(
    ready: SocialMediaManager, service: Scripted, slept: list[float]
) -> None:
    service.fail("/settings", Reply(504, HTML), method="POST", carried_out=True)
    service.before.append(
        lambda seen: (
            Reply(403, HTML)
            if seen.method == "GET" and service.count("POST", "/settings")
            else None
        )
    )
    with pytest.raises(ServiceError) as caught:
        save(ready)
    assert caught.value.maybe_sent
    assert caught.value.user_message == (
        f"127.0.0.1:{service.port} did not answer in time (504). It is unknown whether the "
        "settings were saved: they cannot be read. Look at them before you save them again."
    )
    assert slept == [1.0, 3.0, 8.0]


@pytest.mark.parametrize(
    ("first", "second", "equal"),
    [
        (True, "1", True),
        (True, 1, True),
        (False, "", True),
        (False, None, True),
        (False, "0", True),
        (True, "yes, always", False),
        (True, [1], False),
        (3, "3", True),
        (3, 4, False),
        ("", None, True),
        ([], {}, True),
        ([], None, True),
        ("a", None, False),
        (" a ", "a", True),
        ("a", "b", False),
        ([1, "2"], ["1", 2], True),
        ([1, 2], [2, 1], False),
        ([1], [1, 2], False),
        ({"a": 1}, {"a": "1"}, True),
        ({"a": 1}, {"b": 1}, False),
        ({"a": {"b": [True]}}, {"a": {"b": ["1"]}}, True),
        (0, "", False),
    ],
)
def test_what_means_the_same(first: object, second: object, equal: bool) -> None:
    assert means(first, second) is equal
    assert means(second, first) is equal


# -- checks of a channel -------------------------------------------------------------------------


@lost
def test_a_check_of_a_channel_is_made_again(
    ready: SocialMediaManager, service: Scripted, reply: Reply
) -> None:
    service.fail("/refresh", reply)
    raised: PostoError | None = None
    try:
        ready.channel_manager.check_channel(2)
    except PostoError as error:
        raised = error
    if reply.status == 200 and not reply.how:
        assert isinstance(raised, ServiceError)  # an answer came; it cannot be read
    else:
        assert raised is None
        assert service.count("POST", "/refresh") == 2
