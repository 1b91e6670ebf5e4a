"""Why an action does nothing with rows."""

from __future__ import annotations

import pytest

from posto_desktop.models.schedule_hints import not_retried, why_not
from posto_desktop.sdk.records import Schedule


def row(status: str = "not_sent") -> Schedule:
    return Schedule(id=1, group_id="g", channel_id=1, status=status)


@pytest.mark.parametrize(
    ("what", "status", "token", "expected"),
    [
        ("retry", "success", "sent", "already sent"),
        ("retry", "not_sent", "scheduled", "post is scheduled"),
        ("retry", "unknown", "needs_you", "may already be published: 1 post"),
        ("retry", "missed", "late", "Send it now"),
        ("retry", "not_sent", "late", "The site has not sent this post"),
        ("retry", "draft", "draft", "only failed posts"),
        ("retry", "sending", "sending", "being sent"),
        ("reschedule", "success", "sent", "to schedule it again"),
        ("reschedule", "error", "failed", "Retry it instead"),
        ("reschedule", "error", "needs_you", "may already be published"),
        ("reschedule", "draft", "draft", "only scheduled posts"),
        ("reschedule", "not_sent", "scheduled", "reports no time for this post"),
        ("delete", "sending", "sending", "being sent"),
    ],
)
def test_each_status_has_its_reason(what: str, status: str, token: str, expected: str) -> None:
    assert expected in why_not(what, [row(status)], [token])


def test_of_several_kinds_the_rule_is_said() -> None:
    rows = [row("success"), row("draft")]
    assert why_not("retry", rows, ["sent", "draft"]) == "You can retry only failed posts."
    assert "only scheduled posts" in why_not("reschedule", rows, ["sent", "draft"])


def test_without_rows_there_is_nothing_to_say() -> None:
    assert why_not("retry", [], []) == ""


def test_what_was_left_out_is_counted() -> None:
    assert "they may already be published: 3 posts" in not_retried(3)
    assert "it may already be published: 1 post." in not_retried(1)
