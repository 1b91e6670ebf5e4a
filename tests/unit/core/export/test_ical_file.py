from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from posto_desktop.core.export.ical_file import event, pieces
from posto_desktop.core.export.rows import uid
from posto_desktop.sdk.records import Schedule

NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@dataclass
class Row:
    schedule: Schedule
    status: str = "scheduled"


def schedule(**changes: object) -> Schedule:
    values: dict[str, object] = {
        "id": 7,
        "group_id": "g1",
        "channel_id": 3,
        "channel_name": "Nordlicht",
        "network": "fb",
        "status": "not_sent",
        "send_at": NOON,
        "text": "Hello\nthere",
    }
    return Schedule(**{**values, **changes})  # type: ignore[arg-type]


def test_a_post_keeps_its_uid_when_it_is_moved_or_sent() -> None:
    before = schedule()
    moved = schedule(id=99, send_at=NOON + timedelta(days=1), text="Other", status="success")
    assert uid(before) == uid(moved)
    assert uid(before) != uid(schedule(channel_id=4))
    assert uid(schedule(posto_ref="r")) != uid(schedule(posto_ref="s"))


def test_the_event_of_a_post() -> None:
    entry = event(schedule(link="https://x.example/1"), "sent", NOON)
    assert entry is not None
    assert entry.summary == "Facebook: Hello there"
    assert entry.description.startswith("Hello\nthere\n\nFacebook · Nordlicht\nStatus: sent")
    assert entry.url == "https://x.example/1"
    assert (entry.status, entry.start) == ("CONFIRMED", NOON)


def test_what_did_not_or_may_not_go_out_says_so() -> None:
    states = {key: event(schedule(), key, NOON) for key in ("failed", "needs_you", "draft")}
    statuses = {key: entry.status for key, entry in states.items() if entry is not None}
    assert statuses == {"failed": "CANCELLED", "needs_you": "TENTATIVE", "draft": "TENTATIVE"}


def test_posts_without_a_time_are_left_out() -> None:
    rows = [Row(schedule(send_at=None), "draft"), Row(schedule())]
    data = b"".join(pieces(rows, "Plan", NOON))
    assert data.count(b"BEGIN:VEVENT") == 1


def test_a_huge_text_has_a_short_title() -> None:
    entry = event(schedule(text="word " * 200_000), "scheduled", NOON)
    assert entry is not None
    assert len(entry.summary) < 100
