"""Tests of Activity with posts that a service accepted for some channels only."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry, EntryStep, ReportedError
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.activity.page import ActivityPage
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.viewmodels.activity_view import ActivityViewState
from tests.gui.cut_text import cut_texts
from tests.gui.test_activity_page import (
    LEFT,
    NOW,
    Heard,
    button,
    entry,
    plain_locale,
    press,
    text_of,
    visible_buttons,
)

__all__ = ["plain_locale"]

NETWORKS = ("fb", "linkedin", "instagram")


@pytest.fixture
def page(qtbot: Any, theme: Any) -> ActivityPage:
    page = ActivityPage(ActivityViewState(OutboxModel(now=lambda: NOW, zone=UTC)))
    qtbot.addWidget(page)
    page.resize(1240, 800)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def heard(page: ActivityPage) -> Heard:
    return Heard(page)


def row(number: int, status: str, error: str = "") -> Schedule:
    network = NETWORKS[number - 1]
    return Schedule(
        100 + number,
        "g",
        number,
        f"on {network}",
        network,
        status=status,
        error=error,
        send_at=NOW - timedelta(minutes=1),
        link=f"https://{network}.example/{number}" if status == "success" else "",
        posto_ref="ref-s",
    )


def partly(state: str = "sent", code: str = "partly", **more: Any) -> Entry:
    fields: dict[str, Any] = {
        "code": code,
        "taken": (1, 2),
        "reason": "Please reconnect. on instagram is not in the schedule of site.example.",
        "complaint": ReportedError("Please reconnect.", took=True),
        "steps": (
            EntryStep(NOW, "handing_over", "site.example"),
            EntryStep(NOW, "complaint", "Please reconnect."),
            EntryStep(NOW, "partly", "on instagram"),
        ),
    }
    return entry("s", state, NETWORKS, **{**fields, **more})


def show(page: ActivityPage, entry: Entry, *rows: Schedule) -> None:
    page.model.set_entries([entry])
    page.model.set_schedules("local", rows, (), NOW)
    page.state.show_entry("s")


def channel_lines(page: ActivityPage) -> list[str]:
    lines = page.details.findChild(QWidget, "entry-channels").findChildren(QWidget)
    return [line.accessibleName() for line in lines if ", " in line.accessibleName()]


def test_each_channel_shows_its_own_outcome(page: ActivityPage) -> None:
    show(page, partly(), row(1, "success"), row(2, "success"))
    assert channel_lines(page) == [
        "on instagram, Not accepted, Please reconnect",
        "on fb, Sent",
        "on linkedin, Sent",
    ]
    assert text_of(page, "entry-question") == "Sent to 2 of 3 channels"
    assert text_of(page, "entry-reason") == (
        "Please reconnect. on instagram is not in the schedule of site.example."
    )
    assert (
        "Answered with an error: Please reconnect."
        in page.details.findChild(QWidget, "steps").accessibleName()
    )


def test_without_a_reason_the_channel_is_named(page: ActivityPage) -> None:
    """A retry was taken back: what the service said before is history."""
    show(page, partly(reason="", complaint=None), row(1, "success"), row(2, "success"))
    assert text_of(page, "entry-reason") == "on instagram: Not in the schedule."


def test_retry_sends_what_was_not_taken_and_nothing_else(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    show(page, partly(), row(1, "success"), row(2, "success"))
    assert button(page, "try-again").text() == "Retry Instagram"
    assert button(page, "try-again").accessibleName() == "Retry Instagram"
    qtbot.mouseClick(button(page, "try-again"), LEFT)
    press(qtbot, page, "s", "retry")
    assert heard.take() == [("retry", "s"), ("retry", "s")]


def test_retry_of_a_row_that_failed_asks_the_service(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    show(
        page,
        entry("s", "sent", NETWORKS),
        row(1, "success"),
        row(2, "success"),
        row(3, "error", "#190 token expired"),
    )
    assert text_of(page, "entry-question") == "Sent to 2 of 3 channels"
    assert text_of(page, "entry-reason") == (
        "Instagram no longer knows this channel. Its session has expired. Connect on instagram "
        "again on the site, then retry. Nothing was published there."
    )
    qtbot.mouseClick(button(page, "try-again"), LEFT)
    assert heard.take() == [("retry rows", 103)]


def test_what_is_edited_goes_to_the_channels_that_failed_only(
    page: ActivityPage, qtbot: Any
) -> None:
    drafts: list[Draft] = []
    page.editRequested.connect(drafts.append)
    partial = partly(draft=Draft(text="Text s", channel_ids=[1, 2, 3]))
    show(page, partial, row(1, "success"), row(2, "error", "too long"))
    qtbot.mouseClick(button(page, "edit-as-new"), LEFT)
    show(page, partial, row(1, "error", "no"), row(2, "error", "no"))
    qtbot.mouseClick(button(page, "edit-as-new"), LEFT)
    assert [draft.channel_ids for draft in drafts] == [(2, 3), (1, 2, 3)]
    assert partial.draft.channel_ids == (1, 2, 3)


def test_both_kinds_of_failure_are_retried_at_once(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    show(page, partly(), row(1, "success"), row(2, "error", "duplicate"))
    assert button(page, "try-again").text() == "Retry 2 channels"
    qtbot.mouseClick(button(page, "try-again"), LEFT)
    assert heard.take() == [("retry rows", 102), ("retry", "s")]


def test_what_is_missing_alone_is_discarded_and_the_others_stay(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    show(page, partly(), row(1, "success"), row(2, "not_sent"))
    assert button(page, "discard").text() == "Discard"
    qtbot.mouseClick(button(page, "discard"), LEFT)
    ask = page.findChild(ConfirmDialog)
    words = [label.text() for label in ask.findChildren(QLabel)]
    assert "Do not send to on instagram?" in words
    assert "The post on the other channels does not change." in words
    qtbot.mouseClick(ask.action_button, LEFT)
    assert heard.take() == [("cancel", "s")]


def test_failed_rows_are_deleted_together_with_what_is_missing(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    show(page, partly(), row(1, "success"), row(2, "error", "duplicate"))
    assert button(page, "discard").text() == "Delete"
    qtbot.mouseClick(button(page, "discard"), LEFT)
    assert heard.take() == [("delete rows", 102), ("cancel", "s")]


def test_the_question_is_about_the_channel_that_may_have_it(
    page: ActivityPage, heard: Heard, qtbot: Any
) -> None:
    page.state.set_channel_links({1: "https://fb.example/me", 3: "https://instagram.example/me"})
    show(page, partly("unclear"), row(1, "success"), row(2, "success"))
    assert text_of(page, "entry-question") == "Is it on Instagram already?"
    assert "The other channels have the post." in text_of(page, "entry-reason")
    assert {"look", "it-is-there", "send-again"} <= visible_buttons(page)
    qtbot.mouseClick(button(page, "look"), LEFT)
    qtbot.mouseClick(button(page, "send-again"), LEFT)
    assert heard.take() == [("open", "https://instagram.example/me"), ("send_again", "s")]


def test_while_the_rest_is_on_its_way_the_outcome_of_the_others_stays(page: ActivityPage) -> None:
    show(page, partly("waiting", "send_again", reason=""), row(1, "success"), row(2, "success"))
    assert channel_lines(page) == ["on fb, Sent", "on linkedin, Sent", "on instagram, Waiting"]
    assert "open-published-post" in visible_buttons(page)


def test_sixty_channels_show_what_is_wrong_first(page: ActivityPage) -> None:
    networks = ("fb",) * 60
    many = entry(
        "s", "sent", networks, code="partly", taken=tuple(range(1, 56)), reason="", complaint=None
    )
    page.model.set_entries([many])
    page.model.set_schedules("local", [], (), None)
    page.state.show_entry("s")
    lines = channel_lines(page)
    assert [line.partition(", ")[2] for line in lines[:5]] == [
        "Not accepted, Not in the schedule"
    ] * 5
    assert lines[5] == "on fb, Accepted"
    words = [label.text() for label in page.details.findChildren(QLabel)]
    assert "and 54 more" in words
    assert text_of(page, "entry-question") == "Accepted for 55 of 60 channels"
    assert button(page, "try-again").text() == "Retry 5 channels"


def test_the_copied_details_hold_each_channel(page: ActivityPage, qtbot: Any) -> None:
    show(page, partly(), row(1, "success"), row(2, "success"))
    qtbot.mouseClick(button(page, "copy-details"), LEFT)
    copied = QGuiApplication.clipboard().text()
    assert "on instagram: Not accepted, Please reconnect" in copied
    assert "on fb: Sent" in copied


def test_the_keys_do_the_same(page: ActivityPage, heard: Heard, qtbot: Any) -> None:
    show(page, partly(), row(1, "success"), row(2, "success"))
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_R)
    assert heard.take() == [("retry", "s")]
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert page.findChild(ConfirmDialog) is not None


@pytest.mark.parametrize("mirrored", [False, True])
def test_nothing_is_cut_off(page: ActivityPage, mirrored: bool) -> None:
    if mirrored:
        page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    show(page, partly(), row(1, "success"), row(2, "error", "duplicate"))
    QApplication.processEvents()
    assert cut_texts(page) == []
    shown = [button for button in page.details.findChildren(QPushButton) if button.isVisible()]
    assert all(button.width() >= QPushButton.sizeHint(button).width() for button in shown)
