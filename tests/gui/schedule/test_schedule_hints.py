"""Tests of the hint for a key without effect."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from posto_desktop.ui.schedule import row_actions
from posto_desktop.ui.schedule.page import ScheduleTablePage
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.schedule.scene import schedule

Key = Qt.Key
SENT, FAILED, AHEAD = 1, 2, 3
UNCLEAR, FAILED_TOO, SENDING = 20, 21, 22


class Heard:
    def __init__(self, page: ScheduleTablePage) -> None:
        self.hints: list[str] = []
        self.asked: list[tuple[str, Any]] = []
        actions = page.row_actions
        actions.hintRequested.connect(self.hints.append)
        actions.retryRequested.connect(lambda ids: self.asked.append(("retry", ids)))
        actions.deleteRequested.connect(lambda ids: self.asked.append(("delete", ids)))
        actions.rescheduleRequested.connect(
            lambda rows: self.asked.append(("move", [row.id for row in rows]))
        )
        actions.duplicatesRequested.connect(lambda rows: self.asked.append(("copy", len(rows))))
        actions.outcomes.resolveRequested.connect(
            lambda ids, answer: self.asked.append((answer, ids))
        )


@pytest.fixture
def heard(page: ScheduleTablePage) -> Heard:
    page.model.change_rows(
        [
            schedule(UNCLEAR, -2, "unknown", network="instagram"),
            schedule(FAILED_TOO, -2, "error", error="Too large"),
            schedule(SENDING, 0, "sending"),
        ]
    )
    page.table.setFocus()
    return Heard(page)


def press(page: ScheduleTablePage, qtbot: Any, row: int, key: Key) -> None:
    page.table.set_current(row)
    qtbot.keyClick(page.table, key)


def question() -> ConfirmDialog | None:
    shown = QApplication.activeModalWidget()
    return shown if isinstance(shown, ConfirmDialog) else None


@pytest.mark.parametrize(
    ("row", "key", "expected"),
    [
        (SENT, Key.Key_R, "already sent"),
        (AHEAD, Key.Key_R, "post is scheduled"),
        (SENT, Key.Key_S, "to schedule it again"),
        (FAILED, Key.Key_S, "Retry it instead"),
        (UNCLEAR, Key.Key_S, "may already be published"),
        (SENDING, Key.Key_Delete, "being sent"),
    ],
)
def test_a_key_without_effect_says_why(
    page: ScheduleTablePage, heard: Heard, qtbot: Any, row: int, key: Key, expected: str
) -> None:
    press(page, qtbot, row, key)
    assert heard.asked == []
    assert len(heard.hints) == 1
    assert expected in heard.hints[0]


def test_a_post_without_a_time_cannot_be_moved_and_that_is_said(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    page.model.change_rows([schedule(AHEAD, send_at=None)])
    press(page, qtbot, AHEAD, Key.Key_S)
    assert heard.asked == []
    assert ["reports no time" in sentence for sentence in heard.hints] == [True]
    page.inspector_pane.open()
    assert not page.inspector.findChild(QPushButton, "reschedule-this-post").isVisible()


def test_where_it_has_an_effect_nothing_is_said(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    press(page, qtbot, FAILED, Key.Key_R)
    press(page, qtbot, AHEAD, Key.Key_S)
    assert heard.asked == [("retry", [FAILED]), ("move", [AHEAD])]
    assert heard.hints == []


def test_retry_of_a_post_that_may_be_published_can_be_undone(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    press(page, qtbot, UNCLEAR, Key.Key_R)
    assert heard.asked == [("send_again", [UNCLEAR])]
    page.set_sent_again(frozenset({UNCLEAR}))  # until the undo time is over
    press(page, qtbot, UNCLEAR, Key.Key_R)
    assert len(heard.asked) == 1


def test_among_others_such_a_post_is_left_out_and_that_is_said(
    page: ScheduleTablePage, heard: Heard, qtbot: Any
) -> None:
    page.model.set_ticked([FAILED, UNCLEAR, FAILED_TOO])
    qtbot.keyClick(page.table, Key.Key_R)
    assert heard.asked == [("retry", [FAILED_TOO, FAILED])]
    assert ["may already be published: 1 post" in sentence for sentence in heard.hints] == [True]


def test_too_many_messages_are_not_duplicated_and_that_is_said(
    page: ScheduleTablePage, heard: Heard, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_actions, "MOST_COPIES", 2)
    page.model.tick_all()
    page.row_actions.duplicate()
    assert heard.asked == []
    assert heard.hints == ["You can duplicate up to 2 messages at once."]


def test_the_menu_offers_the_answers_for_such_a_post(page: ScheduleTablePage, heard: Heard) -> None:
    page.table.set_current(UNCLEAR)
    for words, answer in (("It is there", "there"), ("Send again", "send_again")):
        menu = page.row_actions.make_menu()
        next(action for action in menu.actions() if action.text().startswith(words)).trigger()
        assert heard.asked.pop() == (answer, [UNCLEAR])
        menu.close()


def test_sending_now_is_asked_about_where_the_settings_want_it(
    page: ScheduleTablePage, heard: Heard
) -> None:
    page.row_actions.sendNowRequested.connect(lambda ids: heard.asked.append(("now", ids)))
    page.row_actions.send_now_question.is_asked = lambda: True
    page.model.change_rows([schedule(30, -3, "missed"), schedule(31, -3, "missed")])
    page.model.set_ticked([30, 31, SENT])
    page.row_actions.send_now()
    asked = question()
    assert asked is not None
    assert (asked.accessibleName(), asked.action_button.text()) == (
        "Send 2 posts now?",
        "Send 2 posts now",
    )
    asked.reject()
    assert heard.asked == []
    assert page.model.tick_count() == 3
    page.row_actions.send_now()
    asked = question()
    assert asked is not None
    asked.accept()
    assert heard.asked == [("now", [30, 31])]
    assert page.model.tick_count() == 0
    page.row_actions.send_now_question.is_asked = lambda: False
    page.table.set_current(30)
    page.row_actions.send_now()
    assert heard.asked[1:] == [("now", [30])]
