"""A message owns its channels: no page, draft or start changes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.common.account_limits import Limits
from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import snapshot_of
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.workers.message_opener import OpenedMessage
from tests.gui.channels.whole_pane import (
    FACEBOOK,
    INSTAGRAM,
    LINKEDIN,
    SOON,
    X,
    go,
    label_text,
    press,
    tick,
)
from tests.gui.whole_app import CHANNELS, WholeApp, row

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SANDBOX = Channel(10, "Sandbox X", "twitter", method="sandbox")
OWN = Channel(11, "alice", "mastodon", method="mastodon", limits=Limits(text=5000))


def test_no_page_changes_the_channels_of_the_message(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    for page in ("schedule", "calendar", "campaigns", "activity", "styles", "feed"):
        go(qtbot, app, page)
        app.channels.check_none()
        app.channels.check_only(X.id)
        go(qtbot, app, "compose")
        assert app.channels.checked_ids() == {2, 4}, page
        assert [channel.id for channel in app.compose.message.channels.listed] == [2, 4], page
    app.compose.flush()
    assert {draft.channel_ids for draft in app.saved_drafts} == {(2, 4)}


def test_a_channel_that_was_connected_is_ticked(
    qtbot: QtBot, start: Callable[..., WholeApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start([SANDBOX])
    # It would start the workspace of this computer, to ask it how the account does.
    monkeypatch.setattr(app.controllers.own_accounts._worker, "load", lambda _workspace: None)
    assert app.channels.checked_ids() == {SANDBOX.id}
    app.compose.editor.insertPlainText("Kept")
    go(qtbot, app, "schedule")  # whatever page is open
    app.controllers.own_accounts.connected.emit(OwnAccount(1, "mastodon", channels=(OWN.id,)))
    app.service.channels_loaded.emit([SANDBOX])  # asked before
    app.service.channels_loaded.emit([SANDBOX, OWN])
    go(qtbot, app, "compose")
    assert app.channels.checked_ids() == {OWN.id}  # in place of the one ticked for a start
    press(app, "All")
    second = replace(OWN, id=12, name="bob")
    both = OwnAccount(1, "mastodon", channels=(OWN.id, second.id))
    app.controllers.own_accounts.connected.emit(both)
    app.service.channels_loaded.emit([SANDBOX, OWN, second])
    assert app.channels.checked_ids() == {SANDBOX.id, OWN.id, second.id}
    press(app, "None")
    app.controllers.own_accounts.connected.emit(both)  # signed in again
    app.service.channels_loaded.emit([SANDBOX, OWN, second])
    assert app.channels.checked_ids() == set()
    app.compose.flush()
    assert app.saved_drafts[-1].channel_ids == ()


def test_what_is_ticked_right_after_a_tab_was_clicked_is_for_that_page(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    """The page itself is shown a moment later, when it is made."""
    app = start()
    tick(app, INSTAGRAM)
    app.compose.editor.insertPlainText("For Instagram")
    app.window.show_page("calendar")
    assert app.window.current_page() == "compose"
    assert label_text(app, "channels-purpose") == "Show channels"
    press(app, "None")
    for page in ("schedule", "compose", "calendar", "compose"):
        app.window.show_page(page)
    assert app.channels.checked_ids() == {2}
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    app.compose.flush()
    assert app.saved_drafts[-1].channel_ids == (2,)
    go(qtbot, app, "calendar")
    assert app.channels.checked_ids() == set()


def test_a_draft_that_waits_to_be_kept_is_kept_with_its_own_channels(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    app = start()
    tick(app, FACEBOOK)
    app.compose.editor.insertPlainText("Kept in half a second")
    assert app.saved_drafts == []
    go(qtbot, app, "calendar")
    press(app, "None")
    qtbot.waitUntil(lambda: bool(app.saved_drafts))
    assert [draft.channel_ids for draft in app.saved_drafts] == [(3,)]


def test_another_draft_is_opened_from_the_calendar_with_its_own_channels(
    qtbot: QtBot, start: Callable[..., WholeApp]
) -> None:
    other = Draft(text="Other", channel_ids=[1, 3])
    app = start()
    app.compose.message.store.put(other)
    tick(app, LINKEDIN)
    app.compose.editor.insertPlainText("First")
    first = app.compose.draft.id
    go(qtbot, app, "calendar")
    press(app, "None")
    app.window.page("calendar").draftRequested.emit(other, None)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    assert app.channels.checked_ids() == {1, 3}
    app.compose.message.open_drafts.switch(first)
    assert app.channels.checked_ids() == {4}


def test_a_stored_draft_without_channels_gets_none_by_being_opened(
    start: Callable[..., WholeApp],
) -> None:
    app = start(
        snapshot=snapshot_of([Draft(id="a", text="For nobody yet")], tabs=["a"], active="a")
    )
    assert app.compose.draft.text == "For nobody yet"
    assert app.channels.checked_ids() == set()


def test_files_dropped_on_the_schedule_come_to_the_channels_of_the_message(
    qtbot: QtBot, start: Callable[..., WholeApp], tmp_path: Path
) -> None:
    from tests.gui.whole_window import picture

    app = start()
    tick(app, INSTAGRAM, FACEBOOK)
    go(qtbot, app, "schedule")
    press(app, "None")
    app.window.filesDropped.emit([picture(tmp_path / "a.png")])
    qtbot.waitUntil(lambda: app.compose.media.rowCount() == 1)
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    app.compose.flush()
    assert app.channels.checked_ids() == {2, 3}
    assert app.saved_drafts[-1].channel_ids == (2, 3)


def test_a_second_start_with_files_begins_a_message_to_the_same_channels(
    qtbot: QtBot, start: Callable[..., WholeApp], tmp_path: Path
) -> None:
    from posto_desktop.workers.instance import LaunchRequest
    from tests.gui.whole_window import picture

    app = start()
    tick(app, LINKEDIN)
    app.compose.editor.insertPlainText("First")
    go(qtbot, app, "calendar")
    press(app, "None")
    app.controllers.launch_request.handle(
        LaunchRequest((picture(tmp_path / "a.png"),), None, None, ())
    )
    qtbot.waitUntil(lambda: app.compose.media.rowCount() == 1)
    assert app.compose.draft.text == ""
    assert app.compose.draft.channel_ids == (4,)


def answer_copies(app: WholeApp) -> None:
    """Have the service, which is not connected here, answer with copies at once."""

    def open_message(rows: Sequence[Schedule], key: str, *, edits: bool) -> None:
        ids = tuple(post.channel_id for post in rows)
        draft = Draft(text=rows[0].text, channel_ids=ids, workspace="local")
        assert not edits
        app.service.message_opened.emit(OpenedMessage(key, draft))

    app.service.open_message = open_message  # type: ignore[method-assign]


def test_a_duplicate_has_its_own_channels(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    first = app.compose.draft.id
    app.load_plan([row(1, X, send_at=SOON), row(2, FACEBOOK, send_at=SOON)])
    go(qtbot, app, "schedule")
    answer_copies(app)
    schedules = [row(1, X, send_at=SOON)]
    app.window.page("schedule").row_actions.duplicateRequested.emit(schedules)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: app.window.current_page() == "compose")
    assert app.compose.draft.text == "Post 1"
    assert app.channels.checked_ids() == {1}
    app.compose.message.open_drafts.switch(first)
    assert app.channels.checked_ids() == {2, 4}
    app.controllers.schedule.duplicatesRequested.emit([[row(3, X)], [row(4, FACEBOOK)]])
    assert app.channels.checked_ids() == {2, 4}
    app.compose.flush()
    channels = {draft.text: draft.channel_ids for draft in app.compose.message.store.drafts()}
    assert channels == {"For two": (2, 4), "Post 1": (1,), "Post 3": (1,), "Post 4": (3,)}


def test_a_restart_brings_the_channels_back(qtbot: QtBot, start: Callable[..., WholeApp]) -> None:
    app = start()
    tick(app, INSTAGRAM, LINKEDIN)
    app.compose.editor.insertPlainText("For two")
    app.compose.flush()
    go(qtbot, app, "calendar")
    press(app, "None")
    drafts = [app.saved_drafts[-1]]
    again = start(snapshot=snapshot_of(drafts, tabs=[drafts[0].id], active=drafts[0].id))
    assert again.channels.checked_ids() == {2, 4}
    go(qtbot, again, "calendar")
    assert again.channels.checked_ids() == {1, 2, 3, 4}
    empty = start()
    assert empty.channels.checked_ids() == {2, 4}, "a new message goes where the last one went"


def test_words_that_came_before_the_channels_are_kept_with_the_first_one(
    start: Callable[..., WholeApp],
) -> None:
    app = start(channels=[])
    app.compose.editor.insertPlainText("Quicker than the workspace")
    app.compose.flush()
    app.service.channels_loaded.emit(CHANNELS)
    assert app.channels.checked_ids() == {1}
    app.compose.flush()
    assert app.saved_drafts[-1].channel_ids == (1,)


def test_at_the_very_first_start_one_channel_is_ticked(start: Callable[..., WholeApp]) -> None:
    app = start()
    assert app.channels.checked_ids() == {1}
    app.channels.check_none()
    app.service.channels_loaded.emit([*CHANNELS, Channel(5, "Sandbox Bluesky", "bluesky")])
    assert app.channels.checked_ids() == set(), "nobody ticks for the user again"
