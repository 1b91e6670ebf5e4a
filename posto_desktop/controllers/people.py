"""Controller of the people of a team: joins their state, the worker and the notifications."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.team import TeamController
from posto_desktop.viewmodels.people_state import PeopleState
from posto_desktop.viewmodels.team_state import TeamView
from posto_desktop.workers.people import PeopleRequest

__all__ = ["PeopleController"]


class PeopleController(QObject):
    """Owns the `state` that Settings > Team shows."""

    def __init__(
        self, context: AppContext, team: TeamController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.state = PeopleState(self)
        self._worker = worker = context.service.people
        self.state.requested.connect(worker.carry_out)
        worker.done.connect(self._done)
        worker.failed.connect(self._failed)
        team.state.changed.connect(self._team_changed)

    def shown_state(self) -> PeopleState | None:
        """Return the state for the settings; None in a workspace without a team."""
        return self.state if self.state.view.role else None

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

    @Slot(str, object, object)
    def _done(self, workspace: str, request: PeopleRequest, result: object) -> None:
        if workspace == self._context.service.workspace_id:
            self.state.settle(request, result)
        if request.verb == "remove" and request.person is not None:
            words = self.tr("{name} removed from the team")
            words = words.format(name=request.person.shown_name)
            self._context.window.show_notification("ok", words, is_own=True)

    @Slot(str, object, str, str)
    def _failed(self, workspace: str, request: PeopleRequest, code: str, sentence: str) -> None:
        person = request.person
        if workspace == self._context.service.workspace_id:
            self.state.fail(request, code, sentence)
            if person is not None:
                person = self.state.view.person(person.id) or person
        if request.verb == "remove" and person is not None:
            words = self.tr("{name} was not removed from the team.")
            if person.is_disabled:
                words = self.tr("{name} was not removed from the team. They cannot sign in.")
            words = words.format(name=person.shown_name)
            self._context.window.show_notification("error", words, sentence)
