"""What saving an edit does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from posto_desktop.core.copies import edit_of
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, can_edit, posts_of_message
from posto_desktop.core.message_save import MessageSave, save_of
from posto_desktop.sdk.records import Channel, Schedule

AT = datetime(2026, 12, 1, 12, 0, 37, tzinfo=UTC)
MINUTE = AT.replace(second=0)
CHANNELS = [Channel(1, "Page", "fb"), Channel(2, "@x", "twitter"), Channel(3, "b", "bluesky")]


def rows() -> list[Schedule]:
    return [
        Schedule(id=100 + n, group_id="g", channel_id=n, send_at=AT, status="not_sent")
        for n in (1, 2)
    ]


BEFORE = edit_of(Draft(text="Hi", channel_ids=(1, 2)), rows())


def save(now: Draft, at: datetime | None = MINUTE, *, whole: bool = False) -> MessageSave:
    edited = now.editing
    assert edited is not None
    chosen = [channel for channel in CHANNELS if channel.id in now.channel_ids]
    return save_of(edited, replace(BEFORE, editing=None), now, chosen, at, whole=whole)


def test_nothing_changed_is_nothing() -> None:
    assert save(BEFORE).is_nothing
    labelled = save(replace(BEFORE, labels=("x",)))
    assert labelled.changes.is_nothing
    assert labelled.labels


def test_the_seconds_of_its_time_are_no_change() -> None:
    assert save(BEFORE, MINUTE).share_at == AT


def test_another_time_alone_moves_all_rows() -> None:
    found = save(BEFORE, MINUTE + timedelta(hours=1))
    assert found.changes.moved == (101, 102)
    assert found.replaces is None


def test_the_text_of_one_network_replaces_that_post_alone() -> None:
    found = save(replace(BEFORE, variants={"twitter": "Short"}))
    assert found.changes.channels == (2,)
    assert found.replaces is not None
    assert found.replaces.ids == (102,)
    assert found.replaces.message == "g"
    whole = save(replace(BEFORE, variants={"twitter": "Short"}), whole=True)
    assert whole.changes.channels == (1, 2)


def test_a_channel_that_left_is_deleted_and_a_new_one_gets_a_post() -> None:
    left = save(replace(BEFORE, channel_ids=(1,)))
    assert left.replaces is None
    assert [one.id for one in left.changes.removed] == [102]
    more = save(replace(BEFORE, channel_ids=(1, 2, 3)))
    assert more.changes.channels == (3,)
    assert more.replaces is not None
    assert more.replaces.ids == ()
    both = save(replace(BEFORE, channel_ids=(1, 3)))
    assert both.changes.channels == (3,)
    assert both.replaces is not None
    assert both.replaces.ids == (102,)


def test_another_time_with_other_content_makes_all_posts_anew() -> None:
    found = save(replace(BEFORE, variants={"twitter": "Short"}), MINUTE + timedelta(hours=1))
    assert found.changes.channels == (1, 2)
    assert found.replaces is not None
    assert found.replaces.ids == (101, 102)


def test_what_goes_out_at_once_is_made_anew() -> None:
    found = save(BEFORE, None)
    assert found.share_at is None
    assert found.changes.channels == (1, 2)


def test_a_channel_that_is_not_listed_any_more_keeps_its_post() -> None:
    edited = BEFORE.editing
    assert edited is not None
    now = replace(BEFORE, text="Ho")
    found = save_of(edited, replace(BEFORE, editing=None), now, CHANNELS[:1], MINUTE)
    assert found.changes.channels == (1,)
    assert [one.id for one in found.changes.removed] == [101]


def test_an_entry_of_the_outbox_is_made_anew_or_left_alone() -> None:
    edited = EditedMessage("local", at=AT.timestamp(), entry_id="e")
    now = replace(BEFORE, editing=edited)
    assert save(now).is_nothing
    found = save(replace(now, text="Ho"))
    assert found.changes.channels == (1, 2)
    assert found.replaces is not None
    assert found.replaces.after == "e"


def test_the_posts_of_a_message_that_are_edited_together() -> None:
    first, second = rows()
    sent = Schedule(id=1, group_id="g", channel_id=4, send_at=AT, status="success")
    moved = replace(second, id=2, send_at=AT + timedelta(days=1))
    other = replace(second, id=3, group_id="h")
    again = replace(second, id=4, group_id="i", message="g")
    found = posts_of_message(first, [first, second, sent, moved, other, again])
    assert [one.id for one in found] == [101, 102, 4]
    failed = replace(first, status="error")
    assert [one.id for one in posts_of_message(failed, [failed, second])] == [101]
    assert can_edit(failed)
    assert not can_edit(sent)
    assert not can_edit(replace(failed, error="First comment error: no"))
