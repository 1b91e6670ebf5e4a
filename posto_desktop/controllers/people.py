"""Controller of the people of a team: joins their state, the worker and the notifications."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.team import TeamController
from posto_desktop.sdk.people import NewPassword, TeamPerson
from posto_desktop.storage.accounts import AccountStore
from posto_desktop.viewmodels.people_refusals import refusal_words
from posto_desktop.viewmodels.people_state import PeopleState
from posto_desktop.viewmodels.team_state import TeamView
from posto_desktop.workers.people import PeopleRequest
from posto_desktop.workers.team import FORBIDDEN

__all__ = ["PeopleController"]


TEAMS = "workspace.teams"


class PeopleController(QObject):
    """Owns the `state` that Settings > Team shows, and remembers which workspaces have a team.
    Shows new passwords, which come once, wherever the user is by then."""

    def __init__(
        self,
        context: AppContext,
        team: TeamController,
        accounts: AccountStore,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._accounts, self._save_setting = context, accounts, save_setting
        self.state = PeopleState(self)
        self._worker = worker = context.service.people
        self.state.requested.connect(worker.carry_out)
        self.state.requested.connect(self._look_at_role)
        worker.done.connect(self._done)
        worker.failed.connect(self._failed)
        team.state.changed.connect(self._team_changed)
        context.workspaces.left.connect(self._forget_workspace)

    def shown_state(self) -> PeopleState | None:
        """Return the state for the settings; None in a workspace without a team. Before the service
        has said who is signed in, a workspace is as it was the last time."""
        if self.state.view.role or self._context.service.workspace_id in self._teams():
            return self.state
        return None

    def _teams(self) -> set[str]:
        return set(self._context.settings.text(TEAMS).split())

    def _remember(self, workspace: str, *, is_team: bool) -> None:
        before = self._teams()
        after = before | {workspace} if is_team else before - {workspace}
        if after != before:
            self._save_setting(TEAMS, " ".join(sorted(after)))

    @Slot(str)
    def _forget_workspace(self, workspace: str) -> None:
        self._remember(workspace, is_team=False)

    def flush(self) -> None:
        """Remove who waits for that, as the app quits or another workspace opens."""
        self.state.finish()

    @Slot()
    def clear(self) -> None:
        """Another workspace opens."""
        self.flush()
        self.state.forget()

    @Slot(object)
    def _team_changed(self, view: TeamView) -> None:
        self.state.set_role(view.role)
        self.state.set_reached(view.is_reached)
        workspace = self._context.service.workspace_id
        if workspace and view.person is not None:
            self._remember(workspace, is_team=bool(view.role))

    @Slot(object)
    def _look_at_role(self, request: PeopleRequest) -> None:
        """Look at the role whenever the page is read, as it decides which parts the page has."""
        if request.verb == "devices":  # with which each reading begins
            self._context.service.team.look_again()

    @Slot(str, object, object)
    def _done(self, workspace: str, request: PeopleRequest, result: object) -> None:
        if workspace == self._context.service.workspace_id:
            self.state.settle(request, result)
        if isinstance(result, NewPassword) and request.person is not None:
            self._show_password(workspace, request.person, str(request.values["device"]), result)
        if request.verb == "remove" and request.person is not None:
            words = self.tr("{name} removed from the team")
            words = words.format(name=request.person.shown_name)
            self._context.window.show_notification("ok", words, is_own=True)

    def _show_password(
        self, workspace: str, person: TeamPerson, device: str, made: NewPassword
    ) -> None:
        from posto_desktop.ui.settings.password_dialog import PasswordDialog

        account = self._accounts.get(workspace)
        address = account.base_url if account is not None else ""
        parent = QApplication.activeModalWidget() or self._context.window
        PasswordDialog(person.name, device, address, made.password, parent).open()

    @Slot(str, object, str, str)
    def _failed(self, workspace: str, request: PeopleRequest, code: str, sentence: str) -> None:
        person = request.person
        if code == FORBIDDEN:
            self._context.service.team.look_again()  # as another role would explain it
        is_here = workspace == self._context.service.workspace_id
        is_shown = is_here and self.state.is_shown
        if is_here:
            self.state.fail(request, code, sentence)
            if person is not None:
                person = self.state.view.person(person.id) or person
        if request.verb == "remove" and person is not None:
            words = self.tr("{name} was not removed from the team.")
            if person.is_disabled:
                words = self.tr("{name} was not removed from the team. They cannot sign in.")
            words = words.format(name=person.shown_name)
            self._context.window.show_notification("error", words, sentence)
        elif not request.is_reading and not is_shown:
            words = refusal_words(request, code, sentence)
            self._context.window.show_notification("error", words)
