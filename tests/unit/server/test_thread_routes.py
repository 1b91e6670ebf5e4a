"""Threads at the routes: what a channel takes, what is refused, and what a row tells."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.server.publishers.all import PUBLISHERS, Publishers
from posto_desktop.server.schedules import MAX_PARTS

from .conftest import FS, LATER, Client, png


def compose(client: Client, thread: list[Any], **data: Any) -> Any:
    item = {"post_content": "One", "posto_thread": thread, **data}
    body = {
        "schedules": [{"channel_id": client.channels()["mastodon"], "custom_post_data": item}],
        "share_at": LATER,
    }
    return client.send("POST", f"{FS}/composer", json=body).json()


def only_row(client: Client) -> dict[str, Any]:
    [row] = client.call("GET", f"{FS}/schedules", params={"rows_count": 10})["schedules"]
    result: dict[str, Any] = row
    return result


def test_the_sandbox_says_that_it_takes_none(client: Client) -> None:
    channels = client.call("GET", f"{FS}/channels")["channels"]
    assert {channel["further_parts"] for channel in channels} == {""}


def test_every_publisher_says_what_becomes_of_further_parts() -> None:
    known = Publishers()
    ways = {method: known[method].further_parts for method, _, _ in PUBLISHERS}
    assert {method for method, way in ways.items() if way == "joined"} == {
        "wordpress",
        "ghost",
        "tumblr",
        "devto",
    }
    assert {method for method, way in ways.items() if way == "comments"} == {
        "linkedin",
        "instagram",
        "facebook",
    }
    assert {method for method, way in ways.items() if not way} == {"youtube"}


def test_a_row_has_the_files_of_all_parts(client: Client) -> None:
    first, second = (client.upload(png(), f"{name}.png")["id"] for name in "ab")
    answer = compose(
        client,
        [{"text": "Two"}, {"text": "Three", "media": [second]}],
        upload_media=True,
        upload_media_type="custom",
        media_list_to_upload=[first],
    )
    assert "error_msg" not in answer
    row = only_row(client)
    listed = [(file["id"], file.get("part")) for file in row["posting_data"]["mediaList"]]
    assert listed == [(first, None), (second, 2)]
    assert all(file["url"] for file in row["posting_data"]["mediaList"])
    assert [part["text"] for part in row["customization_data"]["posto_thread"]] == ["Two", "Three"]


@pytest.mark.parametrize(
    ("thread", "words"),
    [
        ([{"text": "x"}] * MAX_PARTS, "100 parts at most"),
        ([{"text": "x", "media": [987654]}], "Media not found: 987654"),
        ([{"text": "x", "media": list(range(1, 103))}], "100 files at most"),
    ],
)
def test_a_thread_that_cannot_be_sent_is_refused(
    client: Client, thread: list[Any], words: str
) -> None:
    assert words in compose(client, thread)["error_msg"]
    assert client.call("GET", f"{FS}/schedules", params={"rows_count": 10})["total"] == 0


@pytest.mark.parametrize("thread", ["text", 5, None, [5, "text", {"media": "x"}]])
def test_odd_threads_do_no_harm(client: Client, thread: Any) -> None:
    assert "error_msg" not in compose(client, thread)
    assert only_row(client)["posting_data"]["content"] == "One"
