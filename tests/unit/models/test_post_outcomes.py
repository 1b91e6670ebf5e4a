"""Notices about posts that have ended: one for one cause, good news quietly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.models.post_outcomes import QUIET_SECONDS, PostOutcomes
from posto_desktop.sdk.records import Schedule

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
EXPIRED = "#190 The access token has expired"


def row(number: int, status: str, **more: Any) -> Schedule:
    fields: dict[str, Any] = {
        "group_id": "g",
        "channel_id": number,
        "channel_name": f"on {number}",
        "network": "fb",
        "text": "Cinnamon buns are back",
        "send_at": NOW,
    }
    return Schedule(number, status=status, **{**fields, **more})


class Watch:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def endings(qapp: Any, watch: Watch) -> PostOutcomes:
    return PostOutcomes(now=lambda: NOW, monotonic=watch)


def notifications_of(endings: PostOutcomes, *rows: Schedule) -> list[tuple[str, str, str, bool]]:
    return [(item.kind, item.text, item.detail, item.loud) for item in endings.summarize(rows)]


def test_a_message_on_several_channels_is_one_notice(endings: PostOutcomes) -> None:
    both = row(1, "success"), row(2, "success", network="instagram")
    assert notifications_of(endings, *both) == [
        ("ok", "“Cinnamon buns are back” is published", "On Facebook, Instagram", False)
    ]


def test_many_messages_are_one_notice(endings: PostOutcomes) -> None:
    rows = [row(n, "success", group_id=f"g{n}", text=f"Text {n}") for n in range(5)]
    assert notifications_of(endings, *rows) == [
        ("ok", "5 posts are published", "“Text 0”, “Text 1”, “Text 2” and 2 more", False)
    ]


def test_one_cause_is_one_notice(endings: PostOutcomes) -> None:
    rows = [row(n, "error", group_id=f"g{n}", error=EXPIRED) for n in range(3)]
    other = row(9, "error", error="Duplicate", text="")
    outcomes = endings.summarize([*rows, other, row(10, "success")])
    assert [(item.kind, item.text, item.ids) for item in outcomes] == [
        ("error", "3 posts were not published on Facebook", (0, 1, 2)),
        ("error", "A post for on 9 was not published on Facebook", (9,)),
        ("ok", "“Cinnamon buns are back” is published", (10,)),
    ]
    assert outcomes[0].detail.startswith("Facebook no longer knows this channel. Its session")


def test_the_same_cause_again_is_only_listed(endings: PostOutcomes, watch: Watch) -> None:
    failed = row(1, "error", error=EXPIRED)
    assert notifications_of(endings, failed)[0][3]
    watch.seconds = QUIET_SECONDS - 1
    assert not notifications_of(endings, failed)[0][3]
    assert notifications_of(endings, row(2, "error", error="Duplicate"))[0][3]
    watch.seconds += QUIET_SECONDS + 1
    assert notifications_of(endings, failed)[0][3]


def test_what_needs_the_user(endings: PostOutcomes) -> None:
    [unknown] = endings.summarize([row(1, "unknown")])
    assert unknown.kind == "warning"
    assert unknown.text.startswith("“Cinnamon buns are back” may already be on Facebook.")
    [missed] = endings.summarize([row(1, "missed")])
    assert (missed.kind, missed.text) == ("warning", "“Cinnamon buns are back” was not sent")
    assert endings.summarize([row(1, "not_sent"), row(2, "sending")]) == []


def test_long_titles_are_cut(endings: PostOutcomes) -> None:
    text = notifications_of(endings, row(1, "success", text="word " * 100))[0][1]
    assert len(text) < 90
    assert "…” is published" in text


def test_a_site_that_does_not_send_is_told_once_until_it_has_caught_up(
    endings: PostOutcomes,
) -> None:
    late = [row(n, "not_sent", send_at=NOW - timedelta(minutes=6)) for n in (1, 2, 3)]
    ahead = row(4, "not_sent", send_at=NOW + timedelta(hours=1))
    ending, following = endings.overdue("site", [*late, ahead, row(5, "success")], {3})
    assert ending is not None
    assert (ending.kind, ending.ids, ending.loud) == ("warning", (1, 2), True)
    assert ending.text == "The site has not sent 2 posts. Its timer seems to be stopped."
    assert following == NOW + timedelta(hours=1, minutes=5)
    assert endings.overdue("site", late)[0] is None
    assert endings.overdue("other site", late)[0] is not None
    assert endings.overdue("site", [ahead])[0] is None  # it runs again
    assert endings.overdue("site", late)[0] is not None
    # Within five minutes a timer that runs is only a little late.
    soon = row(6, "not_sent", send_at=NOW - timedelta(minutes=4))
    assert endings.overdue("third", [soon]) == (None, NOW + timedelta(minutes=1))


def test_a_cause_that_goes_on_is_counted_in_one_notice(endings: PostOutcomes, watch: Watch) -> None:
    (first,) = endings.summarize([row(1, "error", error=EXPIRED)])
    watch.seconds += 60
    (second,) = endings.summarize([row(2, "error", error=EXPIRED), row(3, "error", error=EXPIRED)])
    assert second.text == "3 posts were not published on Facebook"
    assert (second.about, second.ids, second.loud) == (first.about, (2, 3), False)
    (again,) = endings.summarize([row(3, "error", error=EXPIRED)])  # it was tried once more
    assert again.text == second.text
    watch.seconds += QUIET_SECONDS + 1
    (later,) = endings.summarize([row(4, "error", error=EXPIRED)])
    assert later.text == "“Cinnamon buns are back” was not published on Facebook"
    assert later.loud


def test_two_times_of_one_cause_are_two_notices(qapp: Any, watch: Watch) -> None:
    moments = iter(NOW + timedelta(minutes=20 * n) for n in range(20))
    endings = PostOutcomes(now=lambda: next(moments), monotonic=watch)
    (first,) = endings.summarize([row(1, "error", error=EXPIRED)])
    watch.seconds += QUIET_SECONDS + 1
    (later,) = endings.summarize([row(2, "error", error=EXPIRED)])
    assert first.about != later.about


def test_sending_again_is_no_help_where_a_file_is_missing(endings: PostOutcomes) -> None:
    (missing,) = endings.summarize([row(1, "error", error="At least one image is required")])
    (expired,) = endings.summarize([row(2, "error", error=EXPIRED)])
    assert (missing.retry, expired.retry) == (False, True)


def test_a_failure_says_where_the_message_is_published_all_the_same(endings: PostOutcomes) -> None:
    failed = row(3, "error", network="instagram", error=EXPIRED)
    outcomes = notifications_of(
        endings, row(1, "success"), row(2, "success", network="linkedin"), failed
    )
    assert outcomes[0][:2] == ("error", "“Cinnamon buns are back” was not published on Instagram")
    assert outcomes[0][2].startswith("Instagram no longer knows this channel.")
    assert outcomes[0][2].endswith(
        "Nothing was published there. It is published on Facebook, LinkedIn."
    )
    other = row(4, "success", group_id="of another message")
    again = row(5, "error", group_id="g5", network="vk", error=EXPIRED)
    assert "It is published" not in notifications_of(endings, other, again)[0][2]
