"""The evergreen view of the Campaigns page: shown, used by keys, filled, edited."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft
from posto_desktop.core.evergreen import EvergreenMessage, EvergreenPreview
from posto_desktop.ui.campaigns.evergreen.run_text_dialog import RunTextDialog
from posto_desktop.ui.campaigns.evergreen.view import EvergreenView
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
from posto_desktop.viewmodels.evergreen_steps import RunRequest
from tests.gui import evergreen_filled
from tests.gui.campaigns.campaigns_on_page import CTRL, NOW, Asked
from tests.gui.whole_window import CHANNELS

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shown(asked: Asked, qtbot: QtBot) -> Asked:
    """The page with messages and runs, shown."""
    page = asked.page
    page.evergreen.set_channels(CHANNELS)
    evergreen_filled.fill(page.evergreen.state, NOW)
    page.open_evergreen()
    qtbot.waitExposed(page)
    return asked


def view_of(asked: Asked) -> EvergreenView:
    view = asked.page.evergreen.view
    assert view is not None
    return view


def state_of(asked: Asked) -> EvergreenViewState:
    return asked.page.evergreen.state


def requests_of(asked: Asked) -> list[RunRequest]:
    requests: list[RunRequest] = []
    state_of(asked).runsRequested.connect(requests.append)
    return requests


def test_the_switch_and_its_key_change_the_view(asked: Asked, qtbot: QtBot) -> None:
    page = asked.page
    page.campaigns.set_campaigns([], {})
    assert page.evergreen.view is None  # made when it is shown first
    page.activateWindow()
    page.list.switch.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Right)
    view = view_of(asked)
    assert view.isVisible()
    assert view.switch.value() == "evergreen"
    qtbot.waitUntil(lambda: view.switch.isAncestorOf(QApplication.focusWidget() or page))
    QTest.keyClick(page, Key.Key_E, CTRL | SHIFT)
    assert page.list.isVisible()
    assert page.list.switch.value() == "campaigns"
    QTest.keyClick(page, Key.Key_E, CTRL | SHIFT)
    assert view.isVisible()


def test_an_opened_campaign_takes_the_place_of_the_evergreen_view(shown: Asked) -> None:
    page = shown.page
    page.campaigns.new()
    assert page.is_open
    assert not page.evergreen.is_shown
    page.campaigns.close()
    assert page.list.isVisible()


def test_without_messages_it_says_what_to_do(asked: Asked) -> None:
    page, state = asked.page, state_of(asked)
    state.set_messages([], {})
    state.set_preview(EvergreenPreview("local", nothing="no_slots"))
    page.open_evergreen()
    view = view_of(asked)
    assert view.empty.button.hasFocus()
    assert view.runs.empty.button.text() == "Add slots…"
    heard: list[bool] = []
    page.evergreen.slotsRequested.connect(lambda: heard.append(True))
    view.runs.empty.button.click()
    assert heard == [True]
    view.empty.button.click()
    assert view.is_editing
    assert view.editor.texts.cards[0].text.hasFocus()
    QTest.keyClicks(view.editor.texts.cards[0].text, "Open from seven")
    page.campaign_actions.leave()
    assert [message.draft.text for message in state.listed()] == ["Open from seven"]
    assert view.list.hasFocus()


def test_messages_are_found_by_words_labels_and_channels(shown: Asked) -> None:
    view = view_of(shown)
    assert view.model.rowCount() == 4
    view.search.setText("warm")  # in the second text
    assert view.model.rowCount() == 1
    view.search.setText("no such words")
    assert view._none.isVisible()
    view._none.clear.click()
    view.labels.setCurrentIndex(1)
    view.labels.activated.emit(1)
    assert [view.labels.currentText(), view.model.rowCount()] == ["Opening hours", 1]
    view.labels.activated.emit(0)
    shown.page.set_channel_filter([5])
    assert view.model.rowCount() == 2


def test_messages_are_paused_duplicated_and_deleted_by_keys(shown: Asked) -> None:
    view, state = view_of(shown), state_of(shown)
    view.list.go_to(0)
    QTest.keyClick(view.list, Key.Key_P)
    assert state.listed()[0].is_paused
    QTest.keyClick(view.list, Key.Key_D, CTRL)
    assert len(state.listed()) == 5
    view.list.selectAll()
    QTest.keyClick(view.list, Key.Key_Delete)
    assert state.listed() == []
    assert view.empty.button.hasFocus()
    QTest.keyClick(shown.page, Key.Key_Z, CTRL)
    assert len(state.listed()) == 5
    QTest.keyClick(shown.page, Key.Key_Z, CTRL)
    QTest.keyClick(shown.page, Key.Key_Z, CTRL)
    assert not state.listed()[0].is_paused
    QTest.keyClick(view.list, Key.Key_Return)
    assert view.is_editing


def test_texts_rules_and_labels_are_edited_with_undo(shown: Asked) -> None:
    view, state = view_of(shown), state_of(shown)
    state.open("e1")
    editor = view.editor
    editor.add_text.click()
    assert editor.texts.cards[1].text.hasFocus()
    QTest.keyClicks(editor.texts.cards[1].text, "Dark and warm")
    editor.texts.cards[1].up.click()
    message = state.message
    assert message is not None
    assert message.texts[0] == "Dark and warm"
    QTest.keyClick(editor.texts.cards[0].text, Key.Key_Z, CTRL)
    assert state.message is not None
    assert state.message.texts[1] == "Dark and warm"
    assert editor.texts.cards[1].text.toPlainText() == "Dark and warm"
    editor.rules.cooldown.setValue(7)
    editor.rules.most_runs.setValue(3)
    editor.rules.last.setText("24 Dec 2026")
    editor.rules.last.editingFinished.emit()
    editor.rules.first.setText("30 Dec 2026")
    editor.rules.first.editingFinished.emit()
    assert "before the first" in editor.rules.problem.text()
    editor.rules.weight.setCurrentIndex(1)
    editor.rules.weight.activated.emit(1)
    editor.labels.add("Roast")
    message = state.message
    rules = (message.cooldown_days, message.max_runs, message.weight, message.labels)
    assert rules == (7, 3, 2, ("Roast",))
    assert str(message.last_day) == "2026-12-24"
    assert message.first_day is None
    state.undo()
    assert editor.labels.labels() == []


def test_texts_are_checked_for_their_networks(shown: Asked, qtbot: QtBot) -> None:
    state, checks = state_of(shown), shown.page.evergreen.checks
    with qtbot.waitSignal(checks.assessed):
        state.open("e0")
    card = view_of(shown).editor.texts.cards[0]
    assert card.counters.ranked()[0].slug == "twitter"
    assert card.findings.isHidden()
    with qtbot.waitSignal(checks.assessed):
        state.edit_draft("", text=state.get("e0").alternatives[0].text)  # type: ignore[union-attr]
    second = view_of(shown).editor.texts.cards[1]
    assert second.findings.text() == "This is the same as text 1."
    with qtbot.waitSignal(checks.assessed):
        state.edit_draft("", text="long " * 100)
    assert "X" in card.findings.text()
    assert card.findings.property("role") == "error-small"


def test_channels_are_chosen_as_those_of_campaigns(shown: Asked) -> None:
    state = state_of(shown)
    state.open("e0")
    choice, known = state.channel_choice, [channel.id for channel in CHANNELS]
    assert choice.chosen_of(known) == {1, 2, 3, 5}
    choice.choose({1, 7}, known)
    assert state.message is not None
    assert state.message.channel_ids == (1, 7)
    assert "2 channels" in view_of(shown).editor.targets.text()
    state.undo()
    assert choice.chosen_of(known) == {1, 2, 3, 5}


def test_runs_are_skipped_pinned_and_moved_back_by_keys_and_buttons(shown: Asked) -> None:
    view, requests = view_of(shown), requests_of(shown)
    runs = view.runs
    texts = [runs.model.run_at(row) for row in range(runs.model.rowCount())]
    assert [run.is_filled for run in texts if run is not None].index(True) == 0
    runs.view.setFocus()
    runs.view.go_to(1)
    QTest.keyClick(runs.view, Key.Key_S)
    QTest.keyClick(runs.view, Key.Key_P)
    QTest.keyClick(runs.view, Key.Key_B)  # nothing to take back here
    QTest.keyClick(runs.view, Key.Key_Delete)
    assert [request.action for request in requests] == ["skip", "pin", "skip_slot"]
    runs.view.go_to(2)
    back = runs.findChild(type(view.add), "move-run-back")
    pin = runs.findChild(type(view.add), "pin-run")
    assert back.isEnabled()
    assert not pin.isEnabled()
    back.click()
    assert requests[-1].action == "unpin"
    QTest.keyClick(runs.view, Key.Key_Z, CTRL)
    assert requests[-1].action == "pin"


def test_a_run_gets_a_text_of_its_own_or_opens_what_is_scheduled(
    shown: Asked, qtbot: QtBot
) -> None:
    page, view, requests = shown.page, view_of(shown), requests_of(shown)
    heard: list[str] = []
    page.evergreen.editScheduledRequested.connect(heard.append)
    view.runs.view.go_to(0)
    QTest.keyClick(view.runs.view, Key.Key_Return)
    assert heard == ["r1"]
    view.runs.view.go_to(1)
    QTest.keyClick(view.runs.view, Key.Key_F2)
    dialog = page.findChild(RunTextDialog)
    assert dialog is not None
    qtbot.addWidget(dialog)
    assert not dialog.action_button.isEnabled()
    dialog.text.setPlainText("Only today")
    dialog.action_button.click()
    assert requests[-1].action == "edit_run"
    assert requests[-1].arguments[2] == "Only today"


def test_filling_says_why_not_and_waits_for_the_runs(shown: Asked, qtbot: QtBot) -> None:
    page, state = shown.page, state_of(shown)
    fills: list[str] = []
    state.fillRequested.connect(fills.append)
    button = view_of(shown).refill.fill
    assert button.isEnabled()
    QTest.keyClick(page, Key.Key_Return, CTRL)
    assert fills == ["local"]
    assert not button.isEnabled()
    state.show_fill_failed("The disk is full.")
    state.set_preview(EvergreenPreview("local", nothing="all_paused"))
    assert "nothing to fill" in button.toolTip()
    view = view_of(shown)
    assert view.runs.empty.isVisible()


def test_the_keyboard_stays_on_fill_now(shown: Asked, qtbot: QtBot) -> None:
    qtbot.waitActive(shown.page.window())
    refill = view_of(shown).refill
    refill.fill.setFocus()
    QTest.keyClick(refill.fill, Key.Key_Space)
    assert not refill.fill.isEnabled()
    state_of(shown).show_fill_failed("The disk is full.")
    assert refill.fill.hasFocus()


def test_the_refill_settings_and_what_waits_are_shown(shown: Asked) -> None:
    view, state = view_of(shown), state_of(shown)
    asked: list[Any] = []
    state.refillRequested.connect(asked.append)
    assert view.refill.switch.isChecked()
    view.refill.switch.click()
    assert [refill.is_on for refill in asked] == [False]
    assert view.refill.days.currentText() == "14 days"
    assert view.refill.outlook.isHidden()
    state.set_outlook("Sending is paused.")
    assert view.refill.outlook.text() == "Sending is paused."


def test_rows_say_all_of_it_to_screen_readers(shown: Asked) -> None:
    view = view_of(shown)
    role = Qt.ItemDataRole.AccessibleTextRole
    words = str(view.model.index(0, 0).data(role))
    for part in ("We are open from seven", "every 30 days at least", "4 runs", "3 texts", "next:"):
        assert part in words
    words = str(view.runs.model.index(1, 0).data(role))
    for part in ("Thu 26 Nov 18:00", "Text 2 of 3", "Sandbox X", "never sent here"):
        assert part in words


def test_a_thousand_messages_are_shown_and_found_quickly(shown: Asked) -> None:
    state, view = state_of(shown), view_of(shown)
    first = state.listed()[0]
    many = [
        replace(
            EvergreenMessage.from_draft(Draft(text=f"Number {at}", channel_ids=[1])), id=f"n{at}"
        )
        for at in range(1_000)
    ]
    state.set_messages([first, *many], {})
    assert view.model.rowCount() == 1_001
    assert view.list.verticalScrollBar().maximum() > 60_000
    view.search.setText("number 999")
    assert view.model.rowCount() == 1
