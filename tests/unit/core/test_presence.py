"""Whether the posts of an edited message are as they were when it was opened."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from posto_desktop.core.edited_message import EditedMessage, ScheduledPost
from posto_desktop.core.presence import is_changed
from posto_desktop.sdk.presence import PostNow

AT = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 30, 9, 1, tzinfo=UTC)
POSTS = (ScheduledPost(1, 10, "g", "a"), ScheduledPost(2, 11, "g", "b"))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ([PostNow(1, "not_sent", AT, "a"), PostNow(2, "not_sent", AT, "b")], False),
        ([PostNow(2, "returned", AT, "b"), PostNow(1, "proposed", AT, "a")], False),
        ([PostNow(1, "not_sent", AT, "a")], True),
        ([PostNow(1, "not_sent", AT, "a"), PostNow(2, "not_sent", AT, "c")], True),
        ([PostNow(1, "not_sent", AT, "a"), PostNow(2, "not_sent", LATER, "b")], True),
        ([PostNow(1, "not_sent", AT, "a"), PostNow(2, "not_sent", None, "b")], True),
        ([], True),
    ],
)
def test_a_post_is_changed_by_its_mark_its_time_or_its_end(
    now: list[PostNow], expected: bool
) -> None:
    assert is_changed(EditedMessage("team", POSTS, AT.timestamp()), now) is expected
