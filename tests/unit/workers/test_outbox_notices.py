"""What is said about a retry."""

from __future__ import annotations

import pytest

from posto_desktop.sdk.schedule_manager import RetryResult
from posto_desktop.workers.outbox_notices import retried


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
            "May be published already: not sent again without asking.",
        ),
    ],
)
def test_a_retry_says_how_many(outcomes: dict[int, str], kind: str, text: str) -> None:
    reasons = {number: "Why." for number, how in outcomes.items() if how != "retried"}
    notice = retried(RetryResult(outcomes, reasons))
    assert notice is not None
    assert (notice.kind, notice.text) == (kind, text)
    assert notice.detail == ("Why." if reasons else "")


def test_only_what_was_held_back_is_offered_again() -> None:
    notice = retried(RetryResult({1: "held_back", 2: "retried", 3: "held_back"}))
    assert notice is not None
    assert notice.action is not None
    assert notice.action.arg == "1,3"
