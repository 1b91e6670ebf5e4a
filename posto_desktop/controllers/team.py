"""Controller of a team's workspace: what waits for a review, the answers, and their news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.calendar import CalendarController
from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.controllers.tray import TrayController
from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.models import dates
from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.models.review_words import headline_of, history_rows, withdrawn_words
from posto_desktop.sdk.records import Account, Schedule
from posto_desktop.sdk.review import ReviewProposal, ReviewState, ReviewStep
from posto_desktop.viewmodels.team_state import ReviewChanges, TeamState, TeamView, changes_since
from posto_desktop.workers.notification import (
    ConnectionState,
    DesktopNotification,
    NotificationAction,
)

if TYPE_CHECKING:
    from posto_desktop.stores.drafts import DraftStore
    from posto_desktop.ui.schedule.page import ScheduleTablePage
    from posto_desktop.ui.schedule.review_dialogs import HistoryDialog

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
        self._history: HistoryDialog | None = None
        self._history_of = ""
        self._withdrawn: list[Schedule] = []
        self._late: list[ReviewProposal] = []
        """Proposals whose time has passed, which need another one."""
        self._approving: dict[str, ReviewProposal] = {}
        self._approved = 0
        self._announced = ReviewChanges()
        self._before: dict[str, ReviewProposal] | None = None
        worker.person_loaded.connect(self._person_loaded)
        worker.loaded.connect(self._loaded)
        worker.story_loaded.connect(self._story_loaded)
        worker.story_failed.connect(self._story_failed)
        worker.answered.connect(self._answered)
        worker.refused.connect(self._refused)
        service = context.service
        service.state_changed.connect(self._connection_changed)
        service.schedules_loaded.connect(self._schedules_loaded)
        self.state.changed.connect(self._show)
        schedule.when_made("reviews", self._join_page)

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
        self._late, self._approving, self._approved = [], {}, 0
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
        if view.role:
            self._calendar.when_made("team", lambda page: page.head.show_team_statuses())
        self._compose.page.message.posting.set_person(view.person)

    # -- answers ---------------------------------------------------------------------------------

    def _join_page(self, page: ScheduleTablePage) -> None:
        reviews = page.row_actions.reviews
        reviews.approveRequested.connect(self.approve)
        reviews.askRequested.connect(self.ask)
        reviews.withdrawRequested.connect(self.withdraw)
        reviews.historyRequested.connect(self.show_history)

    @Slot(object)
    def approve(self, proposals: Sequence[ReviewProposal]) -> None:
        """Schedule proposals; those whose time has passed are asked for another one."""
        for proposal in proposals:
            self._approving[proposal.group_id] = proposal
            self._worker.approve(proposal.group_id, proposal.review.version)

    @Slot(object)
    def ask(self, proposal: ReviewProposal) -> None:
        """Ask what is to be changed."""
        from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog

        rows = self._rows_of([proposal])
        files = rows[0].media if rows else ()
        dialog = AskForChangesDialog(proposal.review.author, files, self._context.window)
        dialog.chosen.connect(
            lambda comment, subject, media_id: self._worker.ask(
                proposal.group_id, comment, subject, media_id, proposal.review.version
            )
        )
        dialog.open()

    @Slot(object)
    def withdraw(self, proposal: ReviewProposal) -> None:
        """Take an own proposal back. It can be opened again as a new message."""
        rows = self._rows_of([proposal])
        self._withdrawn = rows
        self._worker.withdraw(proposal.group_id, proposal.review.version)

    @Slot(object)
    def show_history(self, row: Schedule) -> None:
        """Show what happened to a message."""
        from posto_desktop.ui.schedule.review_dialogs import HistoryDialog

        self._history, self._history_of = HistoryDialog(self._context.window), row.group_id
        self._history.finished.connect(self._history_closed)
        self._worker.read_story(row.group_id)
        self._history.open()

    @Slot()
    def _history_closed(self) -> None:
        self._history = None

    @Slot(str, object)
    def _story_loaded(self, group_id: str, steps: Sequence[ReviewStep]) -> None:
        if self._history is not None and group_id == self._history_of:
            self._history.show_rows(history_rows(steps, _when))

    @Slot(str, str)
    def _story_failed(self, group_id: str, sentence: str) -> None:
        if self._history is not None and group_id == self._history_of:
            self._history.show_problem(sentence)

    @Slot(str, str, object)
    def _answered(self, group_id: str, verb: str, _state: ReviewState) -> None:
        window = self._context.window
        if verb == "approve":
            self._approved += self._approving.pop(group_id, None) is not None
            self._approval_ended()
        elif verb == "ask":
            window.show_notification("ok", self.tr("Changes requested"), is_own=True)
        else:
            rows = self._withdrawn
            undo = partial(self._schedule.duplicateRequested.emit, rows)
            window.show_notification(
                "ok",
                withdrawn_words(),
                action_text=self.tr("Open as a new message") if rows else None,
                callback=undo if rows else None,
                is_own=True,
            )
        self._context.service.refresh_schedules()

    @Slot(str, str, str, str)
    def _refused(self, group_id: str, verb: str, code: str, sentence: str) -> None:
        proposal = self._approving.pop(group_id, None)
        if verb == "approve" and code == "posto_time_passed" and proposal is not None:
            self._late.append(proposal)
        else:
            words = self.tr("The review was not saved.")
            self._context.window.show_notification("error", f"{words} {sentence}".strip())
            self._context.service.refresh_schedules()
        self._approval_ended()

    def _approval_ended(self) -> None:
        """All were approved or refused: say so once, and ask for the times that have passed."""
        if self._approving:
            return
        count, self._approved = self._approved, 0
        late, self._late = self._late, []
        if count:
            self._schedule.make().untick()
            words = self.tr("%Ln message(s) approved", "", count)
            self._context.window.show_notification("ok", words, is_own=True)
        if late:
            self._ask_for_times(late)

    def _ask_for_times(self, late: Sequence[ReviewProposal]) -> None:
        """Ask for new times of proposals, and approve them with these."""
        from posto_desktop.controllers.reschedule import RescheduleController

        page = self._schedule.make()
        rows = self._rows_of(late)
        if not rows:
            return
        moving = RescheduleController(self._context, rows, page.model.schedules())
        moving.move = partial(self._approve_at, late)
        moving.dialog.set_title(self.tr("The time has passed. Choose a new one."))
        moving.open()

    def _approve_at(self, proposals: Sequence[ReviewProposal], times: dict[int, datetime]) -> None:
        for proposal in proposals:
            when = next((times[key] for key in proposal.schedule_ids if key in times), None)
            if when is not None:
                self._approving[proposal.group_id] = proposal
                self._worker.approve(proposal.group_id, proposal.review.version, when)

    def _rows_of(self, proposals: Sequence[ReviewProposal]) -> list[Schedule]:
        groups = {proposal.group_id for proposal in proposals}
        return [row for row in self._schedule.rows if row.group_id in groups]

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
        if news.approved:
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


def _when(moment: datetime) -> str:
    return dates.spoken_when(moment, datetime.now(UTC))
