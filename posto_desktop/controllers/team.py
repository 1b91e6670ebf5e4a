"""Controller of a team's workspace: who is signed in, what waits for a review, and its news."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.calendar import CalendarController
from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.review_answers import ReviewAnswersController
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.controllers.tray import TrayController
from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.models.review_words import headline_of
from posto_desktop.sdk.records import Account
from posto_desktop.sdk.review import ReviewProposal
from posto_desktop.viewmodels.team_state import ReviewChanges, TeamState, TeamView, changes_since
from posto_desktop.workers.notification import (
    ConnectionState,
    DesktopNotification,
    NotificationAction,
)

if TYPE_CHECKING:
    from posto_desktop.stores.drafts import DraftStore

__all__ = ["TeamController"]

WAITING, RETURNED, APPROVED = "reviews wait", "changes requested", "approved"
"""Keys of the notifications, each with the workspace."""


class TeamController(QObject):
    """Joins `service.team`, the state of the team, the pages and the notifications."""

    def __init__(
        self,
        context: AppContext,
        schedule: ScheduleController,
        calendar: CalendarController,
        compose: ComposeController,
        notifications: NotificationsModel,
        tray: TrayController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._schedule, self._calendar = context, schedule, calendar
        self._compose, self._notifications, self._tray = compose, notifications, tray
        self.state = TeamState(self)
        self._worker = worker = context.service.team
        self._announced = ReviewChanges()
        self._before: dict[str, ReviewProposal] | None = None
        self._approved_groups: set[str] = set()
        """Own proposals whose approval is in a notification."""
        worker.person_loaded.connect(self._person_loaded)
        worker.loaded.connect(self._loaded)
        service = context.service
        service.state_changed.connect(self._connection_changed)
        service.schedules_loaded.connect(self._schedules_loaded)
        self.state.changed.connect(self._show)
        self.answers = ReviewAnswersController(context, schedule, self)

    @property
    def drafts(self) -> DraftStore:
        """Return where a version that is not saved goes."""
        return self._compose.page.message.store

    @Slot()
    def clear(self) -> None:
        """Another workspace opens."""
        for key in (WAITING, RETURNED, APPROVED):
            self._context.window.toasts.withdraw(key)
        self._announced, self._before = ReviewChanges(), None
        self._approved_groups.clear()
        self.answers.clear()
        self.state.forget()

    # -- what is known ---------------------------------------------------------------------------

    @Slot(str, object)
    def _person_loaded(self, workspace: str, person: Account) -> None:
        if workspace == self._context.service.workspace_id:
            self.state.set_person(person)

    @Slot(str, object)
    def _loaded(self, workspace: str, proposals: Sequence[ReviewProposal]) -> None:
        if workspace != self._context.service.workspace_id:
            return
        before = self._before or {}
        statuses = {row.group_id: row.status for row in self._schedule.rows}
        now = {proposal.group_id: proposal for proposal in proposals}
        # The schedule may be older: what it still lists as a proposal is looked at the next time.
        unclear = {
            group_id: proposal
            for group_id, proposal in before.items()
            if group_id not in now and statuses.get(group_id) in PROPOSALS
        }
        self._before = {**unclear, **now}
        self.state.set_proposals(proposals)
        groups = [group_id for group_id, status in statuses.items() if status not in PROPOSALS]
        self._announce_changes(changes_since(self.state.view, before, groups))

    @Slot(object)
    def _connection_changed(self, state: ConnectionState) -> None:
        self.state.set_reached(state.kind == "connected")

    @Slot(object, bool, object)
    def _schedules_loaded(self, _rows: object, from_cache: bool, _as_of: object) -> None:
        if not from_cache:
            self._worker.read()

    @Slot(object)
    def _show(self, view: TeamView) -> None:
        self._schedule.when_made("team", lambda page: page.facts.set_team(view))
        rights = view.rights
        self._calendar.when_made("rights", lambda page: page.model.set_rights(rights))
        proposals = view.proposals
        self._calendar.when_made("proposals", lambda page: page.model.set_proposals(proposals))
        if view.role:
            self._calendar.when_made("team", lambda page: page.head.show_team_statuses())
        self._compose.page.message.posting.set_person(view.person)
        self._compose.page.message.edit.set_merged(bool(view.role))
        self._compose.page.message.edit.set_proposals(view.proposals)

    # -- news ------------------------------------------------------------------------------------

    def _announce_changes(self, news: ReviewChanges) -> None:
        before, self._announced = self._announced, news
        if news.wait != before.wait:
            words = self.tr("%Ln message(s) (waits/wait) for your approval", "", news.wait)
            self._announce(WAITING, words if news.wait else "", "proposed", news.wait > before.wait)
        if news.returned != before.returned:
            words = detail = ""
            if len(news.returned) == 1:
                words, detail = headline_of(news.returned[0].review), news.returned[0].text
            elif news.returned:
                words = self.tr("Changes requested of %Ln message(s)", "", len(news.returned))
            is_new = not set(news.returned) <= set(before.returned)
            self._announce(RETURNED, words, "returned", is_new, detail)
        if self._approved_groups & self.state.view.proposals.keys():
            self._approved_groups.clear()  # an approval was taken back
            self._announce(APPROVED, "", "", False)
        if news.approved:
            self._approved_groups |= {proposal.group_id for proposal in news.approved}
            words = self.tr("%Ln of your proposals (was/were) approved", "", len(news.approved))
            self._announce(APPROVED, words, "", True)

    def _announce(self, key: str, words: str, status: str, is_new: bool, detail: str = "") -> None:
        """Tell news, change their words, or withdraw them where there are none."""
        window, about = self._context.window, f"{key}\n{self._context.service.workspace_id}"
        if not words:
            window.toasts.withdraw(key)
            self._notifications.remove(about)
            self._tray.withdraw(about)
            return
        if not is_new:
            self._notifications.change(about, words, detail)
            return
        window.toasts.withdraw(key)
        kind = "ok" if key == APPROVED else "info"
        label = self.tr("Show")
        window.show_notification(
            kind,
            words,
            detail,
            action_text=label,
            callback=partial(self.show_posts, status),
            leads_to=NotificationTarget("show_reviews", status, self._context.service.workspace_id),
            about=about,
            offers=key,
            is_news=True,
        )
        if not window.isActiveWindow() and self._context.settings.get("notifications.needs_you"):
            action = NotificationAction(label, "show_reviews", status)
            self._tray.notify(
                DesktopNotification("info", words, detail, action, (action,), key=about)
            )

    @Slot(str)
    def show_posts(self, status: str) -> None:
        """Show the posts of a status in Schedule, "" for all."""
        self._context.window.show_page(self._schedule.KEY)
        self._schedule.make().state.filter_by(status=status or None)
