"""Posts of the plan as new messages."""

from __future__ import annotations

from typing import Any

from posto_desktop.core.copies import by_message, copy_of, files_of
from posto_desktop.sdk.records import Schedule, ScheduleMedia


def row(number: int, **more: Any) -> Schedule:
    values: dict[str, Any] = {"group_id": "g", "channel_id": number, "network": "fb", "text": "Hi"}
    return Schedule(id=number, **{**values, **more})


def test_the_posts_of_a_message_come_together() -> None:
    rows = [row(1), row(2, group_id="h"), row(3), row(4, group_id=""), row(5, group_id="")]
    assert [[one.id for one in some] for some in by_message(rows)] == [[1, 3], [2], [4], [5]]


def test_a_copy_has_the_texts_and_channels_but_no_time() -> None:
    rows = [row(1), row(2, network="twitter", text="Short"), row(3, channel_id=1)]
    made, again = copy_of(rows, "local"), copy_of(rows, "local")
    assert (made.workspace, made.text, made.variants) == ("local", "Hi", {"twitter": "Short"})
    assert (made.channel_ids, made.when_text, made.media) == ((1, 2), "", ())
    assert made.id != again.id


def test_files_are_those_with_an_address() -> None:
    media = (ScheduleMedia(1, "image", "https://a/1.jpg"), ScheduleMedia(2, "image", ""))
    assert files_of([row(1, media=media), row(2)]) == ["https://a/1.jpg"]
