"""Editing a scheduled message in the whole window; what the service says is said by the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from posto_desktop.core.copies import edit_of
from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import PostChanges, Replacement, ScheduledPost
from posto_desktop.core.entries import Entry
from posto_desktop.core.posts import PostItem
from posto_desktop.core.recurrence import Repeat
from posto_desktop.delivery.message_edits import SavedEdit
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.message_opener import OpenedMessage
from tests.gui.whole_app import CHANNELS, WholeApp, row

AT = (datetime.now(UTC) + timedelta(days=3)).replace(second=30, microsecond=0)
X, INSTAGRAM, FACEBOOK, LINKEDIN = CHANNELS


@pytest.fixture
def app(theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WholeApp]:
    made = WholeApp(theme, tmp_path / "home")
    made.begin()
    for name in ("open_message", "save_edit", "undo_edit", "reschedule", "delete_schedules"):
        monkeypatch.setattr(made.service, name, MagicMock(return_value="token"))
    workspace = property(lambda _service: "local")
    monkeypatch.setattr(type(made.service), "workspace_id", workspace)
    yield made
    made.close()


def posts(**more: Any) -> list[Schedule]:
    made = [row(1, X, send_at=AT, **more), row(2, FACEBOOK, send_at=AT, **more)]
    return [replace(post, group_id="g") for post in made]


def open_edit(app: WholeApp, rows: list[Schedule] | None = None, **more: Any) -> Draft:
    """As the Schedule page asks, and as the service answers."""
    rows = rows or posts()
    app.load_plan(rows)
    app.controllers.schedule.editRequested.emit(rows[:1])
    asked = app.service.open_message.call_args  # type: ignore[attr-defined]
    assert asked.kwargs == {"edits": True}
    assert [item.id for item in asked.args[0]] == [row.id for row in rows]
    ids = tuple(row.channel_id for row in rows)
    draft = edit_of(Draft(text="Post", channel_ids=ids, **more), rows)
    app.service.message_opened.emit(OpenedMessage(asked.args[1], draft))
    return draft


def strip(app: WholeApp) -> str:
    widget = app.compose.findChild(QWidget, "editing-strip")
    return widget.accessibleName() if widget.isVisible() else ""


def button(app: WholeApp, name: str) -> QPushButton:
    return app.compose.findChild(QPushButton, name)


def test_it_opens_with_its_time_and_says_what_it_edits(app: WholeApp) -> None:
    app.window.show_page("schedule")
    draft = open_edit(app)
    assert app.window.current_page() == "compose"
    assert app.compose.draft.id == draft.id
    assert strip(app).startswith("Editing a scheduled message · X, Facebook · ")
    assert app.compose.message.posting.words().startswith("Save changes · ")
    assert app.compose.message.time.reading.when == AT.replace(second=0)
    assert not button(app, "keep-as-a-new-message").isVisible()


def test_saving_gives_the_changes_and_returns_to_where_it_was_opened(app: WholeApp) -> None:
    app.window.show_page("schedule")
    draft = open_edit(app)
    app.compose.message.editor.edit(text="Changed")
    app.compose.message.channels.choose([FACEBOOK, LINKEDIN])
    app.compose.message.posting.post()
    saved, channels, at, known, further = app.service.save_edit.call_args.args  # type: ignore[attr-defined]
    assert further is None
    assert (saved.id, saved.text, saved.editing) == (draft.id, "Changed", draft.editing)
    assert saved.channel_ids == (FACEBOOK.id, LINKEDIN.id)
    assert channels == [FACEBOOK, LINKEDIN]
    assert at == AT.replace(second=0)
    assert [item.id for item in known] == [channel.id for channel in CHANNELS]
    assert app.window.wanted_page() == "schedule"
    assert app.compose.draft.editing is None


def test_what_is_written_is_saved_as_a_draft_only(app: WholeApp) -> None:
    open_edit(app)
    editor = app.compose.message.editor
    editor.edit(text="Changed")
    editor.set_saved(editor.draft.id)
    assert app.compose.action_bar.state.full_text().startswith("Draft saved")


def test_the_same_message_is_edited_in_one_draft(app: WholeApp) -> None:
    draft = open_edit(app)
    app.compose.message.editor.edit(text="Changed")
    app.compose.message.open_drafts.new_beside()
    app.service.open_message.reset_mock()  # type: ignore[attr-defined]
    app.controllers.schedule.editRequested.emit(posts()[1:])
    app.service.open_message.assert_not_called()  # type: ignore[attr-defined]
    assert app.compose.draft.id == draft.id
    assert app.compose.draft.text == "Changed"


def test_discarding_leaves_the_message_as_it_is_and_can_be_taken_back(app: WholeApp) -> None:
    draft = open_edit(app)
    app.compose.message.editor.edit(text="Changed")
    button(app, "discard-changes").click()
    assert strip(app) == ""
    assert app.compose.draft.id != draft.id
    app.service.save_edit.assert_not_called()  # type: ignore[attr-defined]


def test_sent_meanwhile_is_said_and_the_text_can_be_kept(app: WholeApp) -> None:
    open_edit(app)
    app.compose.message.editor.edit(text="Changed")
    app.load_plan(posts(status="success"))
    assert strip(app).startswith("The message was sent before you saved your changes")
    assert app.compose.message.posting.hint() == "Keep it as a new message to send it"
    keep = button(app, "keep-as-a-new-message")
    assert keep.isVisible()
    keep.click()
    assert strip(app) == ""
    assert app.compose.draft.text == "Changed"
    assert app.compose.draft.editing is None
    assert app.compose.message.posting.hint() == ""


def test_removed_meanwhile_is_said(app: WholeApp) -> None:
    open_edit(app)
    app.load_plan([])
    assert strip(app).startswith("This message is no longer in the schedule")


def test_a_part_that_still_waits_can_be_saved(app: WholeApp) -> None:
    open_edit(app)
    first, second = posts()
    app.load_plan([replace(first, status="success"), second])
    assert strip(app).startswith("Editing a scheduled message")


def test_a_message_that_cannot_be_read_says_why(app: WholeApp) -> None:
    app.load_plan(posts())
    app.controllers.schedule.editRequested.emit(posts()[:1])
    key = app.service.open_message.call_args.args[1]  # type: ignore[attr-defined]
    app.service.message_opened.emit(OpenedMessage(key, problem="It could not be read."))
    assert app.compose.draft.editing is None
    assert any("could not be read" in words for words in shown(app))


def shown(app: WholeApp) -> list[str]:
    model = app.notifications
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def entry(**more: Any) -> Entry:
    made = Entry(
        id="e",
        workspace="local",
        posto_ref="new",
        state="waiting",
        draft=Draft(text="Waiting", channel_ids=(1,)),
        items=(PostItem(1, "Sandbox X", "twitter", data={"post_content": "Waiting"}),),
        files=(),
        share_at=AT,
        reason="",
        code="",
        group_id="",
        attempts=0,
        created_at=datetime.now(UTC),
        updated_at=datetime.now(UTC),
        next_try=None,
    )
    return replace(made, **more)


def test_a_post_that_waits_on_this_computer_is_edited(app: WholeApp) -> None:
    app.service.outbox_changed.emit([entry()])
    app.controllers.activity.editEntryRequested.emit("e")
    editing = app.compose.draft.editing
    assert editing is not None
    assert (editing.entry_id, app.compose.draft.text) == ("e", "Waiting")
    assert strip(app).startswith("Editing a scheduled message · X · ")


def test_a_row_whose_edit_waits_is_edited_from_there(app: WholeApp) -> None:
    replaces = Replacement((ScheduledPost(1, 1),), AT.timestamp())
    app.service.outbox_changed.emit([entry(replaces=replaces)])
    app.controllers.calendar.editRequested.emit(posts()[:1])
    editing = app.compose.draft.editing
    assert editing is not None
    assert editing.entry_id == "e"


def test_what_needs_no_new_post_is_moved_or_deleted(app: WholeApp) -> None:
    draft = Draft(text="Post")
    app.service.edit_saved.emit(SavedEdit(draft, PostChanges(moved=(1, 2)), AT))
    app.service.reschedule.assert_called_once_with((1, 2), AT)  # type: ignore[attr-defined]
    changes = PostChanges(removed=(ScheduledPost(3, 1),))
    app.service.edit_saved.emit(SavedEdit(draft, changes, AT))
    app.service.delete_schedules.assert_called_once_with([3])  # type: ignore[attr-defined]


def test_a_saved_edit_can_be_undone_once(app: WholeApp) -> None:
    app.service.edit_saved.emit(SavedEdit(Draft(), PostChanges((1,)), AT, entry()))
    app.controllers.schedule.undo.undo_posts()
    app.controllers.schedule.undo.undo_posts()
    app.service.undo_edit.assert_called_once()  # type: ignore[attr-defined]


def test_an_edit_that_repeats_adds_messages_for_the_other_times(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = open_edit(app)
    app.compose.message.editor.edit(repeat=Repeat("day", count=3))
    assert app.compose.message.posting.words() == "Save and schedule 4 more"
    app.compose.message.posting.post()
    saved, channels, at, _known, further = app.service.save_edit.call_args.args  # type: ignore[attr-defined]
    first = AT.replace(second=0)
    # Refused, it comes back with its repeat.
    assert (saved.id, saved.repeat, at) == (draft.id, Repeat("day", count=3), first)
    assert further.times == (first + timedelta(1), first + timedelta(2))
    assert channels == [X, FACEBOOK]
    more = further.draft
    assert (more.text, more.editing) == ("Post", None)
    assert more.id != draft.id
    # Undo of these opens them alone, not the message that was edited.
    assert more.repeat == Repeat("day", count=2)
    assert more.when_text.startswith(f"{first + timedelta(1):%Y-%m-%d}")
    shown = MagicMock()
    monkeypatch.setattr(app.window, "show_notification", shown)
    app.service.edit_saved.emit(SavedEdit(saved, PostChanges(), at, further=(entry(),)))
    shown.assert_not_called()  # that nothing else was changed need not be said


def test_an_edit_that_repeats_once_adds_a_message(app: WholeApp) -> None:
    open_edit(app)
    app.compose.message.editor.edit(repeat=Repeat("week", count=2))
    app.compose.message.posting.post()
    further = app.service.save_edit.call_args.args[-1]  # type: ignore[attr-defined]
    assert further.draft.repeat is None
    assert further.times == (AT.replace(second=0) + timedelta(weeks=1),)


def test_another_workspace_cannot_save_it(app: WholeApp) -> None:
    open_edit(app)
    app.open_workspace("other", [])
    assert strip(app).startswith("This message belongs to another workspace")
    assert app.compose.message.posting.hint() == "Switch to its workspace to save the changes"
