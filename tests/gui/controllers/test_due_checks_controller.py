"""One notification for each cause that keeps posts from going out, with what mends it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.core.due_causes import CauseKind, DueCause, Obstacle
from posto_desktop.models import dates
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.toast import Toast
from tests.gui.whole_app import WholeApp

NINE = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


@pytest.fixture
def app(qtbot: QtBot, theme: Theme, tmp_path: Path) -> Iterator[WholeApp]:
    made = WholeApp(theme, tmp_path / "home")
    made.begin()
    made.service.due_checks.close()  # what it finds is the test's
    yield made
    made.close()


def cause(kind: CauseKind, workspace: str = "local", **more: Any) -> DueCause:
    obstacle = Obstacle(kind, "account 7", "@shop", "instagram", channel_id=2)
    return DueCause(workspace, obstacle, 3, NINE, NINE, **more)


def found(app: WholeApp, what: DueCause) -> None:
    checks = app.service.due_checks
    checks._causes = {what.workspace: {what.key: what}}
    checks.started.emit(what)


def toasts(app: WholeApp) -> list[str]:
    every = app.window.findChildren(Toast)
    return [toast.spoken() for toast in every if toast in app.window.toasts._toasts]


def test_a_cause_is_shown_with_its_posts_and_taken_back(app: WholeApp) -> None:
    what = cause("sign_in")
    found(app, what)
    words = f"3 posts at {dates.clock(NINE)} cannot go out: @shop on Instagram is signed out."
    assert any(words in spoken for spoken in toasts(app))
    row = app.notifications.notification(0)
    assert row is not None
    assert (row.text, row.about, row.unread) == (words, what.key, True)
    app.service.due_checks.ended.emit(what.key)
    assert not any(words in spoken for spoken in toasts(app))
    assert app.notifications.rowCount() == 0
    assert app.notifications.unread() == 0


def test_other_posts_change_the_words_in_the_list(app: WholeApp) -> None:
    what = cause("sign_in")
    found(app, what)
    more = DueCause(what.workspace, what.obstacle, 4, NINE, NINE + timedelta(minutes=20))
    app.service.due_checks.changed.emit(more)
    row = app.notifications.notification(0)
    assert row is not None
    assert row.text.startswith("4 posts at ")
    assert "–" in row.text
    assert app.notifications.rowCount() == 1


def test_what_mends_it_is_done(app: WholeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []
    controller = app.controllers.due_checks
    monkeypatch.setattr(controller._own_accounts, "reconnect", lambda c: done.append(c.id))
    monkeypatch.setattr(controller._own_accounts, "check", lambda c: done.append(("check", c.id)))
    monkeypatch.setattr(controller._message_edit, "edit", done.append)
    monkeypatch.setattr(controller._message_edit, "edit_entry", done.append)
    monkeypatch.setattr(app.service._connection, "_target", None, raising=False)
    monkeypatch.setattr(type(app.service), "workspace_id", "local")
    row = Schedule(5, "g", 1, status="not_sent", send_at=NINE)
    controller._schedule.rows = [row]
    for kind, more in (
        ("sign_in", {}),
        ("keyring", {}),
        ("file", {"row_id": 5}),
        ("limits", {"entry_id": "e"}),
    ):
        what = cause(kind, **more)  # type: ignore[arg-type]
        found(app, what)
        app.controllers.notifications._run_action("due_cause", what.key)
    assert done == [2, ("check", 2), [row], "e"]


def test_what_is_over_meanwhile_is_said(app: WholeApp) -> None:
    app.controllers.due_checks.mend("due\nlocal\nsign_in\naccount 7")
    assert any("This is over" in spoken for spoken in toasts(app))


def test_the_account_is_not_told_of_twice(app: WholeApp) -> None:
    found(app, cause("sign_in"))
    assert app.controllers.own_accounts.is_shown_elsewhere(7)
    assert not app.controllers.own_accounts.is_shown_elsewhere(8)
