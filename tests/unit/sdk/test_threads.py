"""Threads of scripts: what is sent of them, and what is refused before anything is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posto_desktop.sdk import ChannelError, PostingError, PostoSDK
from posto_desktop.sdk.threads import MAX_PARTS, ThreadPart

from .conftest import JPEG
from .scripted import Scripted, channel


@pytest.fixture
def own(service: Scripted) -> Scripted:
    service.channels = [
        channel(2, "Own", "mastodon", further_parts="replies"),
        channel(3, "Service", "twitter"),
    ]
    return service


def posted(service: Scripted) -> dict[str, Any]:
    [call] = service.composed()
    [item] = call["schedules"]
    data: dict[str, Any] = item["custom_post_data"]
    return data


def test_parts_go_out_with_their_own_files(posto: PostoSDK, own: Scripted, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        (tmp_path / name).write_bytes(JPEG + name.encode())
    result = posto.post(
        "One",
        to=2,
        media=tmp_path / "a.jpg",
        thread=[
            "Two",
            {"text": "Three", "media": [tmp_path / "b.jpg", tmp_path / "c.jpg"], "alt_text": "B"},
            ThreadPart("Four"),
        ],
    )
    assert result
    data = posted(own)
    assert len(result.media_ids) == 3
    assert data["media_list_to_upload"] == result.media_ids[:1]
    assert data["posto_thread"] == [
        {"text": "Two", "media": []},
        {"text": "Three", "media": result.media_ids[1:]},
        {"text": "Four", "media": []},
    ]


def test_without_parts_nothing_is_said_of_a_thread(posto: PostoSDK, own: Scripted) -> None:
    assert posto.post("One", to=2, thread=[])
    assert "posto_thread" not in posted(own)


def test_a_channel_that_takes_none_is_named_and_nothing_is_sent(
    posto: PostoSDK, own: Scripted, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(JPEG)
    assert posto.channels
    with pytest.raises(PostingError, match=r"No thread can be sent to Service \(X"):
        posto.post("One", to=[2, 3], thread=["Two"], media=tmp_path / "a.jpg")
    assert own.composed() == []
    assert own.media == {}


@pytest.mark.parametrize(
    ("thread", "words"),
    [
        ("Two", "a list of parts"),
        (["Two", " "], "Part 3 is empty"),
        ([{"text": "Two", "picture": "a.jpg"}], "has “text”"),
        ([{"media": "a.jpg", "text": None}], "text of a part is missing"),
        ([5], "A part is a text"),
        (["x"] * MAX_PARTS, "100 parts at most"),
    ],
)
def test_what_is_no_thread_is_refused(
    posto: PostoSDK, own: Scripted, thread: Any, words: str
) -> None:
    with pytest.raises((PostingError, ChannelError), match=words):
        posto.post("One", to=2, thread=thread)
    assert own.composed() == []
