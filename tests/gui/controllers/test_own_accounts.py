"""Own accounts beside their channels: notices of trouble, what mends it, disconnecting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from posto_desktop.common.account_limits import Limits
from posto_desktop.controllers.own_accounts import OwnAccountsController
from posto_desktop.core.post_rights import PostRights
from posto_desktop.models.notifications import NotificationTarget
from posto_desktop.sdk.own_accounts import Disconnection, OwnAccount
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.workers.runner import JobRunner
from tests.fakes.ticks import ticking_model

CHANNEL = Channel(4, "Bakery", "mastodon", method="mastodon", limits=Limits(text=500))
ACCOUNT = OwnAccount(9, "mastodon", handle="@bakery@social.example", channels=(4,))


class Pane(QObject):
    addRequested = Signal()
    reconnectRequested = Signal(object)
    unlockRequested = Signal(object)
    disconnectRequested = Signal(object)
    hideSandboxRequested = Signal(bool)
    enable_add = MagicMock()
    set_rights = MagicMock()


class Window(QWidget):
    addChannelRequested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.channel_pane = Pane(self)
        self.notices: list[tuple[str, str, str, Any]] = []

    def show_notification(
        self,
        kind: str,
        text: str,
        detail: str = "",
        action_text: str = "",
        callback: Any = None,
        passed: Any = None,
        leads_to: NotificationTarget | None = None,
        **_more: Any,
    ) -> None:
        self.notices.append((kind, text, action_text, callback))
        self.passed, self.leads_to = passed, leads_to


class Service(QObject):
    channels_loaded = Signal(object)
    schedules_loaded = Signal(object, bool, object)
    state_changed = Signal(object)
    workspace_id = "local"
    client_pool = MagicMock()
    refresh_channels = MagicMock()
    refresh_schedules = MagicMock()


class Pictures(QObject):
    ready = Signal(str, QImage)
    request = MagicMock()


class Scene:
    def __init__(self) -> None:
        self.runner, self.window, self.model = JobRunner(), Window(), ticking_model()
        self.saved: list[tuple[str, Any]] = []
        self.warned = ""
        self.context: Any = SimpleNamespace(
            runner=self.runner,
            window=self.window,
            channels=self.model,
            service=Service(),
            pictures=Pictures(),
            workspaces=MagicMock(),
            settings=MagicMock(is_on=lambda _name: True, text=lambda _name: self.warned),
        )
        self.secrets = MagicMock()
        self.controller = OwnAccountsController(
            self.context, self.secrets, lambda *words: self.saved.append(words)
        )
        self.worker = MagicMock()
        self.controller._worker = self.worker
        self.model.set_channels([CHANNEL])

    def have(self, **changes: Any) -> OwnAccount:
        """The server says this of the account."""
        account = OwnAccount(**{**vars(ACCOUNT), **changes})
        self.controller.state.set_accounts([account])
        return account


@pytest.fixture
def scene(qtbot: Any, theme: Any) -> Iterator[Scene]:
    made = Scene()
    qtbot.addWidget(made.window)
    yield made
    assert made.runner.shutdown(60_000)


def test_trouble_is_told_once_with_what_mends_it(scene: Scene) -> None:
    scene.have()
    assert scene.window.notices == []
    scene.context.workspaces.set_own_accounts.assert_called_with(1)
    for _ in range(2):
        locked = scene.have(health="locked", health_note="Memory is locked.", waiting=3)
    ((kind, text, action, callback),) = scene.window.notices
    assert (kind, text, action) == ("warning", "Memory is locked.", "Unlock")
    callback()
    scene.worker.unlock.assert_called_once_with(locked, scene.secrets)
    away = scene.have(health="unreachable", health_note="No answer.")
    scene.window.notices[-1][3]()
    scene.worker.check.assert_called_once_with(away, "local")


def test_signing_in_again_opens_the_dialog_for_that_account(scene: Scene) -> None:
    account = scene.have(health="sign_in_again")
    scene.window.notices[-1][3]()
    dialog = scene.controller.dialog
    assert dialog is not None
    assert dialog.state.view.again == account
    assert dialog.accessibleName() == "Sign in again"
    dialog.reject()
    assert scene.controller.dialog is None


def test_disconnecting_asks_and_can_be_undone(scene: Scene, qtbot: Any) -> None:
    account = scene.have(waiting=2)
    scene.window.channel_pane.disconnectRequested.emit(CHANNEL)
    (dialog,) = scene.window.findChildren(ConfirmDialog)
    assert "2 waiting posts will not be sent" in dialog.accessibleDescription()
    dialog.action_button.click()
    scene.worker.begin_disconnect.assert_called_once_with(account, "local")
    scene.controller._left(account, "local")
    kind, text, action, undo = scene.window.notices[-1]
    assert (kind, text, action) == ("deleted", "@bakery@social.example is disconnected", "Undo")
    undo()
    scene.worker.cancel_disconnect.assert_called_once_with(account, "local")
    scene.controller._stayed(account)
    assert scene.window.notices[-1][1] == "@bakery@social.example stays connected"
    scene.worker.disconnect_account.assert_not_called()


def test_when_undo_is_over_the_sign_in_is_given_back(scene: Scene) -> None:
    account = scene.have()
    scene.controller._left(account, "local")
    scene.window.passed()
    scene.worker.disconnect_account.assert_called_once_with(account, "local")
    before = list(scene.window.notices)
    scene.controller._disconnected(account, Disconnection(True))
    scene.controller._disconnected(account, Disconnection(False, is_kept=True))
    assert scene.window.notices == before  # that was said already
    scene.controller._disconnected(account, Disconnection(False, "Delete it in its settings."))
    kind, text, *_ = scene.window.notices[-1]
    assert kind == "warning"
    assert text.endswith("Delete it in its settings.")


def test_another_workspace_takes_no_accounts(scene: Scene) -> None:
    scene.context.service.workspace_id = "a1"
    scene.window.channel_pane.addRequested.emit()
    assert scene.controller.dialog is None
    assert scene.window.notices[-1][0] == "info"
    scene.context.service.state_changed.emit(None)
    scene.window.channel_pane.enable_add.assert_called_with(False, "")


def in_team(scene: Scene, role: str) -> None:
    """Have a team's workspace open, and be told who is signed in."""
    scene.context.service.workspace_id = "team"
    scene.context.service.state_changed.emit(None)
    scene.controller.set_team(SimpleNamespace(role=role, rights=PostRights(role)))


@pytest.mark.parametrize("role", ["owner", "editor", "writer", "viewer"])
def test_in_a_team_owners_connect_accounts_and_who_schedules_hears_of_them(
    scene: Scene, role: str
) -> None:
    in_team(scene, role)
    scene.worker.load.assert_called_once_with("team")
    is_offered, why_not = scene.window.channel_pane.enable_add.call_args.args
    assert (is_offered, bool(why_not)) == (role == "owner", role != "owner")
    scene.window.channel_pane.addRequested.emit()
    assert (scene.controller.dialog is not None) == (role == "owner")
    assert scene.controller._connector._workspace == ("team" if role == "owner" else "local")
    count_before = len(scene.window.notices)
    account = scene.have(health="locked", health_note="The key is missing.")
    notices = scene.window.notices[count_before:]
    if role in ("owner", "editor"):
        ((_, text, action, callback),) = notices
        assert (text, action) == ("The key is missing.", "Check again")
        callback()
        scene.worker.check.assert_called_once_with(account, "team")
    else:
        assert notices == []
    scene.worker.unlock.assert_not_called()
    scene.controller.ask_disconnect(CHANNEL)
    assert (scene.window.findChild(ConfirmDialog) is not None) == (role == "owner")
    scene.context.workspaces.set_own_accounts.assert_not_called()


def test_what_was_begun_in_a_workspace_is_carried_out_there(scene: Scene) -> None:
    in_team(scene, "owner")
    account = scene.have()
    scene.controller._left(account, "team")
    notice, passed = scene.window.notices[-1], scene.window.passed
    scene.context.service.workspace_id = "local"
    scene.context.service.state_changed.emit(None)
    scene.worker.forget.assert_called()
    assert not scene.controller.state.has_accounts, "its ids are another's here"
    notice[3]()
    scene.worker.cancel_disconnect.assert_called_once_with(account, "team")
    passed()
    scene.worker.disconnect_account.assert_called_once_with(account, "team")
    scene.controller._stayed(account)
    scene.worker.load.assert_called_with("local")


def test_an_old_notification_does_nothing_in_another_workspace(scene: Scene) -> None:
    scene.have(health="unreachable")
    callback = scene.window.notices[-1][3]
    in_team(scene, "owner")
    scene.have()  # of the team's server, with the same ids
    callback()
    scene.worker.check.assert_not_called()
    scene.context.service.workspace_id = "local"
    scene.context.service.state_changed.emit(None)
    account = scene.have(health="unreachable")
    callback()
    scene.worker.check.assert_called_once_with(account, "local")


def test_hiding_the_sandbox_is_kept(scene: Scene) -> None:
    scene.window.channel_pane.hideSandboxRequested.emit(True)
    assert scene.saved == [("channels.sandbox", False)]
    assert not scene.model.is_sandbox_shown


def test_a_sign_in_that_ends_is_told_once_with_the_way_to_a_new_one(scene: Scene) -> None:
    soon = datetime.now(UTC) + timedelta(days=13)
    account = scene.have(ends_at=soon)
    scene.controller._warn_of_expiry([account])
    ((kind, text, action, callback),) = scene.window.notices
    assert (kind, action) == ("warning", "Sign in again")
    assert text.startswith("Mastodon's sign-in ends on ")
    ((name, scene.warned),) = scene.saved
    assert name == "channels.ends_told"
    scene.controller._warn_of_expiry([account])
    assert len(scene.window.notices) == 1
    callback()
    assert scene.controller.dialog is not None
    assert scene.controller.dialog.state.view.again == account
    scene.controller.dialog.reject()
    scene.controller.reconnect_to("4")  # as from the list under the bell
    assert scene.controller.dialog is not None
    scene.controller.dialog.reject()


@pytest.mark.parametrize("role", ["owner", "editor", "writer", "viewer"])
def test_of_a_team_those_are_told_who_can_sign_in_again(scene: Scene, role: str) -> None:
    scene.warned = "9:1:14"  # of this computer
    in_team(scene, role)
    account = scene.have(ends_at=datetime.now(UTC) + timedelta(days=13))
    scene.controller._warn_of_expiry([account])
    if role != "owner":
        assert scene.window.notices == []
        assert scene.saved == []
        return
    ((kind, text, action, callback),) = scene.window.notices
    assert (kind, action) == ("warning", "Sign in again")
    assert text.startswith("Mastodon's sign-in ends ")
    assert scene.window.leads_to == NotificationTarget("sign_in_account", "4", "team")
    ((_, scene.warned),) = scene.saved
    assert scene.warned.startswith("9:1:14 team/9:")
    scene.controller._warn_of_expiry([account])
    assert len(scene.window.notices) == 1
    callback()
    assert scene.controller.dialog is not None
    assert scene.controller._connector._workspace == "team"
    scene.controller.dialog.reject()
    scene.controller._forget_workspace("team")
    assert scene.saved[-1] == ("channels.ends_told", "9:1:14")


def test_an_account_whose_channels_are_not_read_yet_is_told_later(scene: Scene) -> None:
    account = OwnAccount(8, "linkedin", channels=(77,), ends_at=datetime.now(UTC))
    scene.controller._warn_of_expiry([account])
    assert scene.window.notices == []
    assert scene.saved == []


def test_the_channel_says_when_its_sign_in_ends(scene: Scene) -> None:
    def shown(role: Any) -> Any:
        return scene.model.index_of(4).data(role)

    roles = type(scene.model)
    scene.have(ends_at=datetime.now(UTC) + timedelta(days=30))
    assert not shown(roles.IsTroubledRole)
    scene.have(ends_at=datetime.now(UTC) + timedelta(days=13, hours=1))
    assert shown(roles.IsTroubledRole)
    assert "Sign-in ends " in shown(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "Sign in again before" in shown(Qt.ItemDataRole.ToolTipRole)
    scene.have(ends_at=datetime.now(UTC) - timedelta(hours=1))
    assert "Sign-in has ended" in shown(Qt.ItemDataRole.AccessibleDescriptionRole)
