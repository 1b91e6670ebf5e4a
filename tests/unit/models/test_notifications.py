"""Notices: newest first, one for one cause, unread until seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from PySide6.QtCore import Qt

from posto_desktop.models.notifications import LIMIT, NotificationsModel, NotificationTarget

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


@pytest.fixture
def model(qapp: Any) -> NotificationsModel:
    return NotificationsModel(now=lambda: NOW, zone=UTC)


def texts(model: NotificationsModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_newest_first(model: NotificationsModel) -> None:
    model.add("ok", "First")
    model.add("error", "Second", "Why")
    assert texts(model) == ["Second", "First"]
    accessible_text = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert accessible_text == "Error, Second, Today, 13:21"


def test_the_same_again_counts_up(model: NotificationsModel) -> None:
    model.add("error", "No connection")
    model.add("ok", "Sent")
    model.add("error", "No connection")
    assert texts(model) == ["No connection (×2)", "Sent"]
    model.add("error", "No connection", "another cause")
    assert model.rowCount() == 3


def test_unread(model: NotificationsModel, qtbot: Any) -> None:
    with qtbot.waitSignal(model.unreadChanged, check_params_cb=lambda count: count == 1):
        model.add("ok", "One")
    model.add("what", "Two")
    assert model.unread() == 2
    assert model.notification(0).kind == "info"
    with qtbot.waitSignal(model.unreadChanged, check_params_cb=lambda count: count == 0):
        model.mark_read()
    with qtbot.assertNotEmitted(model.unreadChanged):
        model.mark_read()
    model.clear()
    assert model.rowCount() == 0


def test_the_oldest_go(model: NotificationsModel) -> None:
    for number in range(LIMIT + 5):
        model.add("info", str(number))
    assert model.rowCount() == LIMIT
    assert texts(model)[-1] == "5"


def stored_row(text: str, seen: int = 1, kind: str = "ok", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "detail": "", "at": NOW.timestamp(), "seen": seen, **more}


def test_earlier_runs_come_below_this_one(model: NotificationsModel, qtbot: Any) -> None:
    model.add("ok", "Now")
    with qtbot.assertNotEmitted(model.added):
        model.restore(
            [
                stored_row("Old", 0),
                stored_row("Now"),
                stored_row("Odd", kind="odd"),
                stored_row("Old"),
                stored_row("x", at="?"),
            ]
        )
    assert texts(model) == ["Now (×2)", "Old (×2)", "Odd"]
    assert [model.notification(row).unread for row in range(3)] == [True, True, False]
    assert model.unread() == 2
    assert model.notification(2).kind == "info"


def test_no_more_than_the_newest_come_back(model: NotificationsModel) -> None:
    model.add("ok", "Now")
    model.restore(stored_row(str(number)) for number in range(LIMIT + 50))
    assert model.rowCount() == LIMIT
    assert texts(model)[-1] == str(LIMIT - 2)


def test_whoever_keeps_notices_is_told(model: NotificationsModel, qtbot: Any) -> None:
    heard: list[Any] = []
    model.added.connect(lambda row: heard.append((row.kind, row.text, row.detail)))
    model.allRead.connect(lambda: heard.append("read"))
    model.cleared.connect(lambda: heard.append("cleared"))
    model.add("odd", "One", "Why")
    model.mark_read()
    model.mark_read()
    model.clear()
    model.clear()
    assert heard == [("info", "One", "Why"), "read", "cleared"]


def test_what_tells_of_the_same_cause_takes_its_place(model: NotificationsModel) -> None:
    model.add("error", "“Buns” was not published", "Why", about="cause")
    model.add("ok", "Sent")
    post = NotificationTarget("show_schedule", "7", "local")
    model.add("error", "2 posts were not published", "Why", post, "cause")
    assert texts(model) == ["2 posts were not published", "Sent"]
    assert model.notification(0).leads_to == post
    model.add("error", "2 posts were not published", "Why", about="another cause")
    assert model.rowCount() == 3


def test_what_notices_lead_to_outlives_a_restart(model: NotificationsModel) -> None:
    place = {"leads_to": "show_schedule", "argument": "7", "workspace": "local"}
    model.restore([stored_row("Failed", about="cause", **place), stored_row("Plain")])
    assert model.notification(0).leads_to == NotificationTarget("show_schedule", "7", "local")
    assert model.notification(1).leads_to is None
    model.add("error", "Failed again", about="cause")
    assert texts(model) == ["Failed again", "Plain"]


def test_the_reason_is_spoken_as_well(model: NotificationsModel) -> None:
    model.add("error", "Failed", "Too large")
    role = Qt.ItemDataRole.AccessibleDescriptionRole
    assert model.index(0).data(role) == "Too large"


def test_structure(model: NotificationsModel, qtmodeltester: Any) -> None:
    model.add("ok", "One")
    qtmodeltester.check(model)
    model.add("ok", "Two")
    model.add("ok", "One")
    model.clear()
