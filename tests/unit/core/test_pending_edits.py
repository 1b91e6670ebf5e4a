"""The schedule while edits wait in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import Replacement, ScheduledPost
from posto_desktop.core.entries import Entry
from posto_desktop.core.pending_edits import entry_editing, later_edits, pending_edits, successors
from posto_desktop.core.posts import PostItem
from posto_desktop.sdk.records import Schedule

AT = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
ROWS = [
    Schedule(id=n, group_id="g", channel_id=n, send_at=AT, status="not_sent", text="old")
    for n in (1, 2, 3)
]
LATER = AT + timedelta(hours=1)


def entry(**more: object) -> Entry:
    made = Entry(
        id="e",
        workspace="local",
        posto_ref="new",
        state="waiting",
        draft=Draft(text="new"),
        items=(PostItem(1, "one", "fb", data={"post_content": "new"}),),
        files=(),
        share_at=LATER,
        reason="",
        code="",
        group_id="",
        attempts=0,
        created_at=AT,
        updated_at=AT,
        next_try=None,
        replaces=Replacement((ScheduledPost(1, 1), ScheduledPost(2, 2)), AT.timestamp()),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def shown(*entries: Entry, rows: list[Schedule] = ROWS) -> list[tuple[int, str, datetime | None]]:
    edits = pending_edits(entries, "local", rows).applied(rows)
    return [(row.id, row.text, row.send_at) for row in edits]


def test_a_waiting_edit_shows_its_content_and_what_left_is_gone() -> None:
    assert shown(entry()) == [(1, "new", LATER), (3, "old", AT)]


def test_its_copies_are_not_shown_beside_what_they_replace() -> None:
    copy = replace(ROWS[0], id=9, posto_ref="new", text="new", group_id="h")
    assert [
        shown_row[0] for shown_row in shown(entry(state="handing_over"), rows=[*ROWS, copy])
    ] == [1, 3]


def test_when_it_ended_the_schedule_counts_again() -> None:
    copy = replace(ROWS[0], id=9, posto_ref="new", text="new", group_id="h")
    removed = (ScheduledPost(1, 1), ScheduledPost(2, 2))
    done = entry(state="sent", replaces=Replacement(removed=removed))
    assert [shown_row[0] for shown_row in shown(done, rows=[*ROWS, copy])] == [3, 9]
    assert successors([done], [*ROWS, copy]) == {1: 9}
    # Before its successor is read, the old row stands for it: nothing flickers.
    assert shown(done) == [(1, "new", LATER), (3, "old", AT)]
    assert successors([done], ROWS) == {}
    refused = entry(state="refused")
    assert shown(refused) == [(1, "old", AT), (2, "old", AT), (3, "old", AT)]


def test_an_edit_in_another_workspace_changes_nothing() -> None:
    assert [shown_row[1] for shown_row in shown(entry(workspace="other"))] == ["old"] * 3


def test_an_edit_of_an_edit_shows_the_later_one() -> None:
    first = entry(id="first", posto_ref="first", state="cancelled")
    items = (PostItem(1, "one", "fb", data={"post_content": "newest"}),)
    second = entry(items=items, replaces=Replacement(after="first"))
    assert shown(second, first) == [(1, "newest", LATER), (3, "old", AT)]


def test_the_entry_that_edits_a_row_is_found() -> None:
    editing = entry()
    assert entry_editing([editing], "local", ROWS[0]) is editing
    assert entry_editing([editing], "local", ROWS[2]) is None
    assert entry_editing([entry(state="sent")], "local", ROWS[0]) is None


def test_the_edits_of_a_post_are_known_also_those_of_an_edit() -> None:
    first = entry(id="1", posto_ref="b", replaces=Replacement((ScheduledPost(1, 1, mark="a"),)))
    removed = (ScheduledPost(2, 1, mark="b"),)
    second = entry(id="2", posto_ref="c", state="sent", replaces=Replacement(removed=removed))
    other = entry(id="3", replaces=Replacement((ScheduledPost(9, 1, mark="x"),)))
    assert [edit.id for edit in later_edits([other, second, first], "a")] == ["1", "2"]
    assert later_edits([other, second, first], "c") == []
