"""Controller of the answers to proposals: carried out, undone together, and done again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.sentences import in_users_language
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.schedule import ScheduleController
from posto_desktop.core.version_differences import VersionStep
from posto_desktop.models import dates
from posto_desktop.models.review_words import history_entries
from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.review import ReviewProposal, ReviewState, Subject, UndoneStep
from posto_desktop.workers.team import FORBIDDEN, UNCLEAR

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import ScheduleTablePage
    from posto_desktop.ui.schedule.reschedule_dialog import RescheduleDialog
    from posto_desktop.ui.schedule.review_dialogs import (
        AskForChangesDialog,
        HistoryDialog,
        WrittenRequest,
    )

__all__ = ["ReviewAnswersController"]

LONGEST_HOLD = 60
"""Seconds for which the service holds an approved post back at most."""


@dataclass
class _Answer:
    """An answer to one or several proposals. `send` carries it out for one of them. `steps` are the
    service's ids of what was done, by group; `token` is that of its step of undo, "" before."""

    verb: str
    send: Callable[[ReviewProposal], None]
    proposals: dict[str, ReviewProposal]
    waits: set[str] = field(default_factory=set)
    steps: dict[str, int] = field(default_factory=dict)
    done: int = 0
    token: str = ""


class ReviewAnswersController(QObject):
    """Joins the commands of reviews on the page, `service.team` and the undo of the schedule.

    Signal: `dialogOpened(QDialog, list of Schedule)`: a dialog of a review about these posts, with
    a `PresenceLine` as its `presence`."""

    dialogOpened = Signal(object, object)

    def __init__(
        self,
        context: AppContext,
        schedule: ScheduleController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._schedule = context, schedule
        self._worker = worker = context.service.team
        self._answers: list[_Answer] = []
        """Answers that are under way, the oldest first."""
        self._undone: dict[str, _Answer] = {}
        self._late: list[ReviewProposal] = []
        """Proposals whose time has passed, which need another one."""
        self._history: HistoryDialog | None = None
        self._history_of = ""
        self._request_dialog: AskForChangesDialog | None = None
        self._moving_dialog: RescheduleDialog | None = None
        self._written: dict[tuple[str, str], WrittenRequest] = {}
        """Requests for changes that were written and not sent, by workspace and group."""
        worker.answered.connect(self._answered)
        worker.refused.connect(self._refused)
        worker.undone.connect(self._steps_undone)
        worker.undo_failed.connect(self._undo_failed)
        worker.story_loaded.connect(self._story_loaded)
        worker.story_failed.connect(self._story_failed)
        schedule.when_made("reviews", self._join_page)

    def clear(self) -> None:
        """Another workspace opens: the dialogs are about this one."""
        self._answers, self._undone, self._late = [], {}, []
        for dialog in (self._request_dialog, self._history, self._moving_dialog):
            if dialog is not None:
                dialog.reject()

    def _join_page(self, page: ScheduleTablePage) -> None:
        reviews = page.row_actions.reviews
        reviews.approveRequested.connect(self.approve)
        reviews.askRequested.connect(self.ask)
        reviews.withdrawRequested.connect(self.withdraw)
        reviews.historyRequested.connect(self.show_history)

    # -- answers ---------------------------------------------------------------------------------

    @Slot(object)
    def approve(self, proposals: Sequence[ReviewProposal]) -> None:
        """Schedule proposals; those whose time has passed are asked for another one."""
        self._approve(proposals, {})

    def _approve(self, proposals: Sequence[ReviewProposal], times: dict[str, datetime]) -> None:
        hold = min(LONGEST_HOLD, int(self._context.settings.get("sending.hold_seconds")))
        self._start(
            "approve",
            proposals,
            lambda proposal: self._worker.approve(
                proposal.group_id, proposal.review.version, times.get(proposal.group_id), hold
            ),
        )

    @Slot(object)
    def ask(self, proposal: ReviewProposal) -> None:
        """Ask what is to be changed."""
        from posto_desktop.ui.schedule.review_dialogs import AskForChangesDialog

        rows = self._rows_of([proposal])
        key = (self._context.service.workspace_id, proposal.group_id)
        dialog = self._request_dialog = AskForChangesDialog(
            proposal.review.author,
            rows,
            self._schedule.make().pictures,
            self._context.window,
            self._written.get(key),
        )
        dialog.chosen.connect(partial(self._send_request, proposal))
        dialog.finished.connect(partial(self._request_closed, key, dialog))
        self.dialogOpened.emit(dialog, rows)
        dialog.open()

    def _request_closed(
        self, key: tuple[str, str], dialog: AskForChangesDialog, result: int
    ) -> None:
        """Keep what was written if it was not sent, for the next time."""
        self._request_dialog = None
        written = dialog.written()
        if not result and written.comment.strip():
            self._written[key] = written
        else:
            self._written.pop(key, None)

    def _send_request(
        self, proposal: ReviewProposal, comment: str, subject: Subject, media_id: int | None
    ) -> None:
        self._start(
            "ask",
            [proposal],
            lambda asked: self._worker.ask(
                asked.group_id, comment, subject, media_id, asked.review.version
            ),
        )

    @Slot(object)
    def withdraw(self, proposal: ReviewProposal) -> None:
        """Take an own proposal back."""
        self._start(
            "withdraw",
            [proposal],
            lambda own: self._worker.withdraw(own.group_id, own.review.version),
        )

    def _start(
        self,
        verb: str,
        proposals: Sequence[ReviewProposal],
        send: Callable[[ReviewProposal], None],
    ) -> None:
        by_group = {proposal.group_id: proposal for proposal in proposals}
        self._send(_Answer(verb, send, by_group))

    def _send(self, answer: _Answer) -> None:
        """Carry out an answer; what comes of it is told once for all its proposals."""
        answer.waits = {*answer.proposals}
        answer.steps, answer.done = {}, 0
        self._answers.append(answer)
        for proposal in answer.proposals.values():
            answer.send(proposal)

    def _of(self, group_id: str, verb: str) -> _Answer | None:
        """Return the answer under way that concerns a group."""
        return next(
            (
                answer
                for answer in self._answers
                if answer.verb == verb and group_id in answer.waits
            ),
            None,
        )

    @Slot(str, str, object)
    def _answered(self, group_id: str, verb: str, state: ReviewState) -> None:
        answer = self._of(group_id, verb)
        if answer is None:
            return
        answer.done += 1
        if state.step is not None:
            answer.steps[group_id] = state.step
        self._ended(answer, group_id)

    @Slot(str, str, str, str)
    def _refused(self, group_id: str, verb: str, code: str, sentence: str) -> None:
        if code == FORBIDDEN:
            self._worker.look_again()  # as another role would explain it
        answer = self._of(group_id, verb)
        if answer is None:
            return
        if verb == "approve" and code == "posto_time_passed":
            self._late.append(answer.proposals[group_id])
        elif code == UNCLEAR:
            self._announce_unclear()
        else:
            words = self.tr("The review was not saved.")
            self._context.window.show_notification("error", f"{words} {sentence}".strip())
        self._ended(answer, group_id)

    def _announce_unclear(self) -> None:
        self._context.window.show_notification(
            "warning",
            self.tr(
                "It is not known whether the review was saved: the answer of the service was lost."
                " The schedule is read again."
            ),
        )

    def _ended(self, answer: _Answer, group_id: str) -> None:
        """Go on when all proposals of an answer are answered or refused."""
        answer.waits.discard(group_id)
        if answer.waits:
            return
        self._answers.remove(answer)
        if answer.done:
            self._announce(answer)
        elif answer.token:
            self._schedule.undo.forget_step(answer.token)
        if not self._answers:
            self._context.service.refresh_schedules()
            late, self._late = self._late, []
            if late:
                self._ask_for_times(late)

    def _announce(self, answer: _Answer) -> None:
        """Say once what was done, with Undo."""
        if answer.verb == "approve":
            self._schedule.make().untick()
        done = {group: answer.proposals[group] for group in answer.steps}
        if not answer.token and answer.steps:
            answer.token = self._schedule.undo.add_review_step(
                partial(self._undo, answer), partial(self._repeat, answer)
            )
        if done:
            answer.proposals = done
        self._notify(
            self._done_words(answer.verb, answer.done),
            self.tr("Undo") if answer.steps else None,
            partial(self._schedule.undo.undo_step, answer.token),
            answer.token,
        )

    def _notify(
        self, words: str, action: str | None, callback: Callable[[], None], token: str
    ) -> None:
        self._context.window.show_notification(
            "ok",
            words,
            action_text=action,
            callback=callback if action else None,
            offers=token if action else "",
            is_own=True,
        )

    # -- undo and redo ---------------------------------------------------------------------------

    def _undo(self, answer: _Answer) -> None:
        """Undo what was done, all of it together."""
        soonest = sorted(
            answer.steps,
            key=lambda group: answer.proposals[group].share_at or datetime.min.replace(tzinfo=UTC),
        )
        self._undone[answer.token] = answer
        self._worker.undo(answer.token, [answer.steps[group] for group in soonest])

    def _repeat(self, answer: _Answer, token: str) -> None:
        """Do again what was undone."""
        answer.token = token
        self._send(answer)

    @Slot(str, object)
    def _steps_undone(self, token: str, outcomes: Sequence[UndoneStep]) -> None:
        answer = self._undone.pop(token, None)
        if answer is None:
            return
        undone = {
            outcome.group_id: answer.proposals[outcome.group_id]
            for outcome in outcomes
            if outcome.state is not None and outcome.group_id in answer.proposals
        }
        refused = [outcome for outcome in outcomes if outcome.state is None]
        if refused:
            words = self._kept_words(answer.verb, len(refused))
            sentences = dict.fromkeys(in_users_language(step.sentence) for step in refused)
            self._context.window.show_notification("warning", " ".join((words, *sentences)))
        if undone:
            answer.proposals = undone
            self._notify(
                self._undone_words(answer.verb, len(undone)),
                self.tr("Redo"),
                partial(self._schedule.undo.redo_step, token),
                token,
            )
        else:
            self._schedule.undo.forget_step(token)
        self._context.service.refresh_schedules()

    @Slot(str, str, str)
    def _undo_failed(self, token: str, code: str, sentence: str) -> None:
        answer = self._undone.pop(token, None)
        if answer is None:
            return
        self._schedule.undo.forget_step(token)
        if code == UNCLEAR:
            self._announce_unclear()
        else:
            words = self._kept_words(answer.verb, len(answer.steps))
            self._context.window.show_notification("error", f"{words} {sentence}".strip())
        self._context.service.refresh_schedules()

    def _done_words(self, verb: str, count: int) -> str:
        if verb == "approve":
            return self.tr("%Ln message(s) approved", "", count)
        return self.tr("Changes requested") if verb == "ask" else self.tr("Proposal withdrawn")

    def _undone_words(self, verb: str, count: int) -> str:
        if verb == "approve":
            return self.tr("%Ln approval(s) undone", "", count)
        if verb == "ask":
            return self.tr("Request for changes undone")
        return self.tr("Proposal restored")

    def _kept_words(self, verb: str, count: int) -> str:
        """Return what could not be undone."""
        if verb == "approve":
            return self.tr("%Ln approval(s) not undone.", "", count)
        if verb == "ask":
            return self.tr("The request for changes was not undone.")
        return self.tr("The proposal was not restored.")

    # -- times that have passed ------------------------------------------------------------------

    def _ask_for_times(self, late: Sequence[ReviewProposal]) -> None:
        """Ask for new times of proposals, and approve them with these."""
        from posto_desktop.controllers.reschedule import RescheduleController
        from posto_desktop.ui.schedule.approve_late_dialog import ApproveLateDialog

        page = self._schedule.make()
        rows = self._rows_of(late)
        if not rows:
            return
        moving = RescheduleController(
            self._context, rows, page.model.schedules(), ApproveLateDialog
        )
        moving.move = partial(self._approve_at, late)
        self._moving_dialog = moving.dialog
        moving.dialog.finished.connect(self._moving_closed)
        moving.open()

    @Slot()
    def _moving_closed(self) -> None:
        self._moving_dialog = None

    def _approve_at(self, late: Sequence[ReviewProposal], times: dict[int, datetime]) -> None:
        by_group = {
            proposal.group_id: when
            for proposal in late
            for when in [next((times[key] for key in proposal.schedule_ids if key in times), None)]
            if when is not None
        }
        self._approve([item for item in late if item.group_id in by_group], by_group)

    def _rows_of(self, proposals: Sequence[ReviewProposal]) -> list[Schedule]:
        groups = {proposal.group_id for proposal in proposals}
        return [row for row in self._schedule.rows if row.group_id in groups]

    # -- history ---------------------------------------------------------------------------------

    @Slot(object)
    def show_history(self, row: Schedule) -> None:
        """Show what happened to a message."""
        from posto_desktop.ui.schedule.review_dialogs import HistoryDialog

        self._history, self._history_of = HistoryDialog(self._context.window), row.group_id
        self._history.finished.connect(self._history_closed)
        self._history.retryRequested.connect(partial(self._worker.read_story, row.group_id))
        rows = [other for other in self._schedule.rows if other.group_id == row.group_id]
        self.dialogOpened.emit(self._history, rows)
        self._worker.read_story(row.group_id)
        self._history.open()

    @Slot()
    def _history_closed(self) -> None:
        self._history = None

    @Slot(str, object)
    def _story_loaded(self, group_id: str, steps: Sequence[VersionStep]) -> None:
        if self._history is not None and group_id == self._history_of:
            self._history.show_entries(history_entries(steps, _when, self._channel_name))

    @Slot(str, str)
    def _story_failed(self, group_id: str, sentence: str) -> None:
        if self._history is not None and group_id == self._history_of:
            self._history.show_problem(sentence)

    def _channel_name(self, channel_id: int) -> str:
        channel = self._context.channels.channel(channel_id)
        return channel.name if channel is not None else ""


def _when(moment: datetime) -> str:
    return dates.spoken_when(moment, datetime.now(UTC))
