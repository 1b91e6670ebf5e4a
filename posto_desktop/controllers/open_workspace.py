"""Controller of the open workspace: connects the service to it and resets the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.core.draft import LOCAL
from posto_desktop.models.notifications import NotificationTarget

if TYPE_CHECKING:
    from posto_desktop.storage.accounts import ServiceAccount
    from posto_desktop.workers.notification import ConnectionState


class OpenWorkspaceController(QObject):
    """Signals, the first two before the service connects: `begun(str workspace)`: this workspace
    opens, perhaps again; `left()`: another workspace was open before; drop its data. `reached()`:
    the service answered."""

    begun = Signal(str)
    left = Signal()
    reached = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        context.workspaces.local_chosen.connect(self._open_local)
        context.workspaces.account_chosen.connect(self._open_account)
        context.workspaces.left.connect(context.service.forget_account)
        context.service.state_changed.connect(self._state_changed)

    @Slot()
    def _open_local(self) -> None:
        self._begin(LOCAL)
        self._context.service.connect_local(self._context.paths.workspace)

    @Slot(object, str)
    def _open_account(self, account: ServiceAccount, password: str) -> None:
        self._begin(account.id)
        self._context.service.connect_account(account, password)

    def _begin(self, workspace: str) -> None:
        if self._context.service.workspace_id not in ("", workspace):
            self._context.pictures.forget()
            self.left.emit()
        self.begun.emit(workspace)
        self._context.window.set_page_visible("feed", workspace == LOCAL)

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        window, workspaces = self._context.window, self._context.workspaces
        window.set_connection(state.kind, state.text)
        if state.kind == "sign_in_again":
            window.show_notification(
                "warning",
                state.text,
                action_text=self.tr("Sign in"),
                callback=lambda: workspaces.sign_in_again(state.workspace_id),
                leads_to=NotificationTarget("sign_in", "", state.workspace_id),
            )
        if state.kind == "connected":
            self.reached.emit()
