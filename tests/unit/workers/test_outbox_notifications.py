"""What is said about posts that ended badly, and about a retry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.posts import PostItem
from posto_desktop.sdk.schedule_manager import RetryResult
from posto_desktop.workers.outbox_notifications import failed_notification, retried_notification


@pytest.mark.parametrize(
    ("outcomes", "kind", "text"),
    [
        ({1: "retried"}, "ok", "1 post is tried again"),
        ({1: "retried", 2: "retried"}, "ok", "2 posts are tried again"),
        ({1: "refused"}, "warning", "The post could not be tried again."),
        ({1: "refused", 2: "not_found"}, "warning", "2 posts could not be tried again."),
        ({1: "retried", 2: "refused"}, "warning", "1 of 2 posts could not be tried again."),
        (
            {1: "retried", 2: "held_back"},
            "warning",
            "It was not sent again, because it may already be published.",
        ),
    ],
)
def test_a_retry_says_how_many(outcomes: dict[int, str], kind: str, text: str) -> None:
    reasons = {number: "Why." for number, how in outcomes.items() if how != "retried"}
    notification = retried_notification(RetryResult(outcomes, reasons))
    assert notification is not None
    assert (notification.kind, notification.text) == (kind, text)
    assert notification.detail == ("Why." if reasons else "")


def test_only_what_was_held_back_is_offered_again() -> None:
    notification = retried_notification(RetryResult({1: "held_back", 2: "retried", 3: "held_back"}))
    assert notification is not None
    assert notification.action is not None
    assert notification.action.arg == "1,3"


FOUR = tuple(
    PostItem(number, f"on {slug}", slug, "", {"post_content": "Winter Roast"})
    for number, slug in enumerate(("fb", "linkedin", "instagram", "bluesky"), 1)
)


def entry(**more: Any) -> Entry:
    now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    fields: dict[str, Any] = {
        "id": "a",
        "workspace": "site",
        "posto_ref": "ref",
        "state": "refused",
        "draft": Draft(text="Winter Roast"),
        "items": FOUR[:3],
        "files": (),
        "share_at": None,
        "reason": "Please reconnect.",
        "code": "service",
        "group_id": "",
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
        "next_try": None,
    }
    return Entry(**{**fields, **more})


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, "“Winter Roast” was not sent."),
        # Its rows may have been hidden when the list was read.
        ({"code": "not_listed"}, "“Winter Roast” was refused."),
        ({"state": "unclear", "code": "no_answer"}, "“Winter Roast” needs you."),
        (
            {"state": "sent", "code": "partly", "taken": (1, 2)},
            "“Winter Roast” was accepted for 2 of 3 channels, not for on instagram.",
        ),
        (
            {"state": "sent", "code": "partly", "taken": (1,), "items": FOUR},
            "“Winter Roast” was accepted for 1 of 4 channels.",
        ),
        ({"state": "unclear", "code": "partly", "taken": (1, 2)}, "“Winter Roast” needs you."),
    ],
)
def test_a_notice_says_no_more_than_is_known(fields: dict[str, Any], text: str) -> None:
    notification = failed_notification(entry(**fields))
    assert (notification.text, notification.detail) == (text, "Please reconnect.")
    assert notification.action is not None
    assert notification.action.arg == "a"
