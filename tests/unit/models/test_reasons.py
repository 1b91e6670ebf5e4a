"""Tests of the texts for failures: known causes, unknown ones, and what may be live."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posto_desktop.models.reasons import explain, explain_error
from posto_desktop.sdk.records import Schedule
from posto_desktop.server.rescue import RESCUED
from posto_desktop.storage.restore import BEFORE_RESTORE

AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "title", "fix"),
    [
        ("(#190) Error validating access token", "Facebook no longer knows this channel", "retry"),
        ("Session expired, log in again", "Facebook no longer knows this channel", "retry"),
        ("HTTP 429 Too Many Requests", "Facebook accepts no more posts for now", "retry"),
        ("Status is a duplicate.", "Facebook already has this text", ""),
        ("Message is too long (maximum 500)", "The text is too long for Facebook", ""),
        ("The image file is too large: 6.2 MB", "Facebook did not accept the file", "retry"),
        ("Unsupported media type", "Facebook did not accept the file", "retry"),
        ("cURL error 28: Operation timed out", "Facebook did not answer in time", "look"),
        ("502 Bad Gateway", "Facebook did not answer in time", "look"),
        ("cURL error 6: Could not resolve host", "The service could not reach Facebook", "retry"),
        ("(#200) Permission denied", "Facebook does not allow this app to post here", "retry"),
        ("At least one image is required", "Facebook requires a picture or a video", ""),
        ("You need to add media", "Facebook requires a picture or a video", ""),
        ("No image found in the post", "Facebook requires a picture or a video", ""),
        ("A video is required", "Facebook requires a picture or a video", ""),
        ("The file 6 is no longer in the media library.", "A file of the post is missing", ""),
        ("Nothing to post: video file not found", "A file of the post is missing", ""),
    ],
)
def test_known_causes(error: str, title: str, fix: str) -> None:
    reason = explain_error(error, "fb", "Nordlicht Coffee")
    assert (reason.title, reason.fix, reason.answer) == (title, fix, error)
    assert reason.text
    assert "{" not in reason.text


@pytest.mark.parametrize(
    "error",
    ["Could not upload the image", "Error about photos: notes", "Media upload failed: no space"],
)
def test_words_inside_of_words_are_no_cause(error: str) -> None:
    reason = explain_error(error, "fb", "me")
    assert (reason.title, reason.text) == ("Facebook did not accept the post", error)
    assert reason.fix == "retry"


def test_an_unknown_cause_is_told_in_the_networks_own_words() -> None:
    reason = explain_error("Zut alors", "mastodon", "me")
    assert reason.title == "Mastodon did not accept the post"
    assert (reason.text, reason.answer) == ("Zut alors", "")  # no fold that repeats it
    long = explain_error("word " * 200, "mastodon", "me")
    assert len(long.text) < 200
    assert long.answer.startswith("word word")


def test_no_reason_is_said_to_be_none() -> None:
    assert "No reason was given" in explain_error(" ", "fb", "").text


def schedule(status: str, error: str = "") -> Schedule:
    return Schedule(1, "g", 1, "Me", "instagram", status=status, error=error, send_at=AT)


def test_what_may_be_live_is_asked_not_retried() -> None:
    for status, error in (("unknown", ""), ("error", "Even after 100 seconds …")):
        reason = explain(schedule(status, error), "needs_you")
        assert reason is not None
        assert (reason.title, reason.fix) == ("Is it on Instagram already?", "look")
        assert "twice" in reason.text
    comment = explain(schedule("error", "First comment error: no"), "needs_you")
    assert comment is not None
    assert "first comment was refused" in comment.text


def test_what_is_late() -> None:
    missed, waiting = explain(schedule("missed"), "late"), explain(schedule("not_sent"), "late")
    assert missed is not None
    assert waiting is not None
    assert (missed.fix, missed.tone) == ("send_now", "late")
    assert waiting.fix == "open_site"
    assert "timer" in waiting.text


@pytest.mark.parametrize("status", ["sent", "draft", "scheduled", "sending", "other"])
def test_nothing_to_explain(status: str) -> None:
    assert explain(schedule("x", "leftover"), status) is None


@given(st.text(max_size=3000), st.text(max_size=40), st.text(max_size=40))
def test_any_error_can_be_explained(error: str, network: str, channel: str) -> None:
    reason: Any = explain_error(error, network, channel)
    assert reason.title
    assert reason.text


@pytest.mark.parametrize("sentence", [BEFORE_RESTORE, RESCUED])
def test_of_what_was_restored_or_rescued_nobody_says_that_it_was_not_published(
    sentence: str,
) -> None:
    row = Schedule(1, "g", 1, network="fb", status="missed", error=sentence, send_at=AT)
    reason = explain(row, "late")
    assert reason is not None
    assert reason.title == "It may have been sent before"
    assert "was not sent" not in reason.text
    assert "Nothing was published" not in reason.text
    plain = explain(replace(row, error="This computer was off."), "late")
    assert plain is not None
    assert "was not sent" in plain.text
