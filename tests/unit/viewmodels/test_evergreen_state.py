"""The state of evergreen messages: one history, saved soon, runs asked of the worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import (
    ChoiceReason,
    ComingRun,
    EvergreenMessage,
    EvergreenPreview,
    Filling,
    TakenBackRuns,
)
from posto_desktop.storage.setting_declarations import DECLARED
from posto_desktop.viewmodels.evergreen_state import DAYS_AHEAD, UNDO_STEP, EvergreenViewState
from posto_desktop.viewmodels.evergreen_steps import Refill, RunRequest
from posto_desktop.viewmodels.notification import PageNotification

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


class Watched:
    """A state, and everything that it asked for."""

    def __init__(self) -> None:
        self.state = EvergreenViewState(lambda: NOW, UTC, lambda: (1, 2))
        self.seconds = 0.0
        self.state.now = lambda: self.seconds
        self.saved: list[EvergreenMessage] = []
        self.removed: list[str] = []
        self.restored: list[str] = []
        self.requests: list[RunRequest] = []
        self.previews: list[str] = []
        self.fills: list[str] = []
        self.notifications: list[PageNotification] = []
        for signal, into in (
            (self.state.saved, self.saved),
            (self.state.removed, self.removed),
            (self.state.restored, self.restored),
            (self.state.runsRequested, self.requests),
            (self.state.previewRequested, self.previews),
            (self.state.fillRequested, self.fills),
            (self.state.notifier.requested, self.notifications),
        ):
            signal.connect(into.append)

    def texts(self) -> list[str]:
        return [message.draft.text for message in self.state.listed()]

    def asked(self) -> list[tuple[str, tuple[Any, ...]]]:
        return [(request.action, request.arguments) for request in self.requests]


@pytest.fixture
def it(qapp: Any) -> Iterator[Watched]:
    watched = Watched()
    yield watched
    watched.state.deleteLater()


def message(key: str, text: str = "", workspace: str = "local") -> EvergreenMessage:
    draft = Draft(text=text or key, workspace=workspace, channel_ids=[1])
    made = NOW - timedelta(days=ord(key[0]))
    return replace(EvergreenMessage.from_draft(draft), id=key, created_at=made, updated_at=made)


def run(key: str = "a", **more: Any) -> ComingRun:
    values = {"text": "hello", "reason": ChoiceReason("first"), **more}
    return ComingRun(NOW + timedelta(days=1), key, (1, 2), **values)


def test_each_change_of_messages_can_be_undone_and_redone(it: Watched) -> None:
    state = it.state
    state.set_messages([message("a"), message("b"), message("c", workspace="other")], {})
    assert it.texts() == ["a", "b"]
    state.delete(["a"])
    state.pause(["b"])
    state.duplicate(["b"])
    assert (len(it.texts()), state.listed()[-1].is_paused) == (2, True)
    state.undo()
    state.undo()
    assert (it.texts(), state.listed()[0].is_paused) == (["b"], False)
    state.undo()
    assert it.texts() == ["a", "b"]
    assert (it.removed[0], it.restored) == ("a", ["a"])
    state.undo()  # there is nothing more
    for _ in range(3):
        state.redo()
    assert len(it.texts()) == 2
    assert not state.can_redo
    assert [notification.action for notification in it.notifications] == ["Undo"] * 3


def test_resuming_is_what_pause_does_with_paused_ones(it: Watched) -> None:
    it.state.set_messages([message("a"), message("b")], {})
    it.state.pause(["a"])
    it.state.pause(["a", "b"])
    assert [each.is_paused for each in it.state.listed()] == [True, True]
    it.state.pause(["a", "b"])
    assert [each.is_paused for each in it.state.listed()] == [False, False]


def test_what_is_typed_in_a_row_is_one_step_and_saved_once(it: Watched) -> None:
    state = it.state
    state.set_messages([message("a", "Hi")], {})
    state.open("a")
    for text in ("Hi t", "Hi th", "Hi the"):
        state.edit_draft("text 0", text=text)
    it.seconds = 10.0
    state.edit_draft("text 0", text="Hi there")
    assert it.saved == []
    state.save()
    assert [each.draft.text for each in it.saved] == ["Hi there"]
    state.undo()
    assert it.texts() == ["Hi the"]
    state.undo()
    assert it.texts() == ["Hi"]


def test_a_new_message_that_stays_empty_is_forgotten(it: Watched) -> None:
    it.state.set_messages([], {})
    it.state.new()
    assert it.state.message is not None
    assert it.state.message.channel_ids == (1, 2)
    it.state.close()
    assert (it.state.listed(), it.saved, it.removed, it.state.can_undo) == ([], [], [], False)


def test_what_was_read_before_a_change_does_not_undo_it(it: Watched) -> None:
    state = it.state
    stored = [message("a"), message("b")]
    state.set_messages(stored, {})
    state.open("a")
    state.edit_draft("text 0", text="new")
    state.delete(["b"])
    state.set_messages(stored, {})  # the worker had read it before
    assert it.texts() == ["new"]
    state.save()
    state.set_messages(stored, {})
    assert it.texts() == ["new"]
    state.set_saved("a")
    state.set_messages([message("a", "from elsewhere")], {})
    assert it.texts() == ["from elsewhere"]
    assert state.message is not None
    assert state.message.draft.text == "from elsewhere"


def test_a_message_that_another_process_deleted_is_closed(it: Watched) -> None:
    it.state.set_messages([message("a")], {})
    it.state.open("a")
    it.state.set_messages([], {})
    assert it.state.message is None


def test_runs_are_asked_of_the_worker_and_undone_by_its_opposite(it: Watched) -> None:
    state, coming = it.state, run()
    place = (coming.channel_ids, coming.when)
    for change, forth, back in (
        (lambda: state.skip(coming), ("skip", (coming,)), ("unskip", (coming,))),
        (lambda: state.pin(coming), ("pin", ("a", *place)), ("unpin", place)),
        (lambda: state.edit_run(coming, "x"), ("edit_run", (coming, "x")), ("unpin", place)),
        (
            lambda: state.skip_slot(coming),
            ("skip_slot", (coming,)),
            ("unskip", (replace(coming, message_id=""),)),
        ),
    ):
        it.requests.clear()
        change()
        state.undo()
        state.redo()
        expected = [(action, ("local", *more)) for action, more in (forth, back, forth)]
        assert it.asked() == expected


def test_moving_back_gives_the_turn_what_it_had(it: Watched) -> None:
    state = it.state
    pinned, edited = run(is_pinned=True), run(is_pinned=True, is_edited=True)
    free = run("", reason=ChoiceReason("skipped"))
    for coming, action, back in (
        (pinned, "unpin", "pin"),
        (edited, "unpin", "edit_run"),
        (free, "unskip", "skip_slot"),
    ):
        it.requests.clear()
        state.move_back(coming)
        state.undo()
        assert [request.action for request in it.requests] == [action, back]


def test_a_filling_is_undone_by_its_toast_or_by_the_history_once(it: Watched) -> None:
    state = it.state
    state.fill()
    state.fill()  # the second press does nothing
    assert it.fills == ["local"]
    filling = Filling("f", "local", NOW, 12, 5, first=NOW, last=NOW + timedelta(days=5))
    state.show_filled(filling)
    assert not state.is_filling
    state.set_messages([message("a")], {})
    state.pause(["a"])
    notification = it.notifications[0]
    assert (notification.action, notification.offers) == ("Undo", UNDO_STEP)
    assert "12 posts scheduled" in notification.text  # each counts for its channel, as in Undo
    assert notification.callback is not None
    notification.callback()
    assert it.asked() == [("undo_fill", ("f",))]
    state.show_taken_back(TakenBackRuns("f", "local", 12))
    assert it.notifications[-1].action == "Redo"
    state.undo()  # the pause: the filling is undone already
    assert it.asked() == [("undo_fill", ("f",))]
    assert not state.can_undo
    callback = it.notifications[-1].callback
    assert callback is not None
    callback()
    assert it.asked()[-1] == ("redo_fill", ("f",))
    state.undo()
    assert it.asked()[-1] == ("undo_fill", ("f",))


def test_nothing_to_fill_is_told_to_those_who_asked(it: Watched) -> None:
    empty = Filling("", "local", NOW)
    it.state.show_filled(empty)
    assert it.notifications == []
    it.state.fill()
    it.state.show_filled(empty)
    assert [notification.kind for notification in it.notifications] == ["info"]
    assert not it.state.can_undo


def test_another_workspace_has_its_own_messages_preview_and_history(it: Watched) -> None:
    state = it.state
    state.set_messages([message("a"), message("b", workspace="site")], {})
    state.set_preview(EvergreenPreview("local", coming=(run(),)))
    state.pause(["a"])
    state.set_workspace("site")
    assert (it.texts(), state.has_preview, state.can_undo) == (["b"], False, False)
    state.set_preview(EvergreenPreview("local", coming=(run(),)))  # too late
    assert state.preview.coming == ()


def test_runs_are_computed_while_somebody_looks(it: Watched, qtbot: Any) -> None:
    it.state.refresh_soon()
    with qtbot.waitSignal(it.state.previewRequested):
        it.state.set_active(True)
    assert it.previews == ["local"]


def test_the_settings_are_asked_for_and_shown_when_kept(it: Watched) -> None:
    asked: list[Refill] = []
    it.state.refillRequested.connect(asked.append)
    it.state.set_refill_on(True)
    it.state.set_days_ahead(30)
    assert asked == [Refill(True, 14), Refill(False, 30)]
    assert it.state.refill == Refill()
    it.state.set_refill(Refill(True, 30))
    assert it.state.refill == Refill(True, 30)


def test_the_days_ahead_are_the_choices_of_the_setting() -> None:
    setting = next(each for each in DECLARED if each.name == "evergreen.days_ahead")
    assert tuple(setting.choices or ()) == DAYS_AHEAD
