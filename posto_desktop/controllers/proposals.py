"""Controller of proposals: what agents ask for, the user's answers, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.activity import ActivityController
from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.context import AppContext
from posto_desktop.core.entries import Entry
from posto_desktop.core.proposals import Proposal
from posto_desktop.models import proposal_words
from posto_desktop.models.numbers import grouped
from posto_desktop.workers.notification import Notification, NotificationAction
from posto_desktop.workers.pending_deletes import UNDO_MS


class ProposalsController(QObject):
    """Joins the service, the Activity page and the toasts. Nothing here confirms by itself."""

    def __init__(
        self,
        context: AppContext,
        activity: ActivityController,
        compose: ComposeController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._activity, self._compose = context, activity, compose
        self._state = activity.proposals
        worker = self._worker = context.service.proposals
        worker.loaded.connect(self._state.set_waiting)
        worker.calls_loaded.connect(self._state.set_calls)
        worker.answered.connect(self._answered)
        worker.refused.connect(self._refused)
        worker.deletion_ended.connect(self._deletion_ended)
        self._state.arrived.connect(self._arrived)
        activity.confirmRequested.connect(self._confirm)
        activity.declineRequested.connect(self._decline)

    @Slot()
    def reload(self) -> None:
        """Read what waits and what was called: at the start, and when another process says so."""
        self._worker.load()
        self._worker.load_calls()

    @Slot(str)
    def _confirm(self, digest: str) -> None:
        self._state.set_answering(digest, True)
        self._worker.confirm(digest)

    @Slot(str)
    def _decline(self, digest: str) -> None:
        self._state.set_answering(digest, True)
        self._worker.decline(digest)

    @Slot(object)
    def _arrived(self, proposals: Sequence[Proposal]) -> None:
        """Tell of each, and of many at once together."""
        #: Verb: a button.
        show = NotificationAction(self.tr("Show"), "show_proposals")
        for proposal in proposals:
            self._context.service.message.emit(
                Notification(
                    "warning",
                    proposal_words.request(proposal, self._state.now()),
                    self.tr("Nothing happens unless you confirm it."),
                    show,
                    about="proposals",
                    several=self._waiting_words,
                )
            )

    def _waiting_words(self, count: int) -> str:
        return self.tr("%n proposal(s) (waits/wait) for you.", "", count)

    @Slot(object, object, object)
    def _answered(
        self, proposal: Proposal, entries: Sequence[Entry], draft_ids: Sequence[str]
    ) -> None:
        self._worker.load_calls()
        if proposal.state == "declined":
            self._context.window.show_hint(self.tr("Declined. Nothing was done."))
        elif proposal.kind == "schedule":
            self._compose.show_scheduled(entries, draft_ids)
        elif proposal.kind == "delete":
            seconds = UNDO_MS // 1000
            text = self.tr("%Ln post(s) (is/are) deleted in {seconds} s", "", len(proposal.posts))
            self._context.window.show_notification(
                "deleted",
                text.format(seconds=grouped(seconds)),
                action_text=self.tr("Undo"),
                callback=lambda: self._worker.take_back(proposal.digest),
                stay_ms=UNDO_MS,
                is_own=True,
            )
        # Of moves `moves_ended` reports the outcome, with Undo (controllers.calendar).

    @Slot(str, str)
    def _refused(self, digest: str, sentence: str) -> None:
        self._state.set_answering(digest, False)
        self._context.window.show_notification("warning", sentence)

    @Slot(object)
    def _deletion_ended(self, proposal: Proposal) -> None:
        if proposal.result:
            self._context.window.show_notification("warning", proposal.result)
        else:
            count = len(proposal.posts)
            self._context.window.show_hint(
                self.tr("%Ln proposed post(s) (was/were) deleted", "", count)
            )
