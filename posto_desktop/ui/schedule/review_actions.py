"""Actions on posts that wait for a review: approve, request changes, withdraw, history."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.sdk.records import Schedule
from posto_desktop.sdk.review import ReviewProposal
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Command, Commands
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection

__all__ = ["ReviewActions"]


class ReviewActions(QObject):
    """Emits requests for the ticked rows, else for the current one.

    Signals: `approveRequested(list of ReviewProposal)`, `askRequested(ReviewProposal)`,
    `withdrawRequested(ReviewProposal)`, `historyRequested(Schedule)`."""

    approveRequested = Signal(object)
    askRequested = Signal(object)
    withdrawRequested = Signal(object)
    historyRequested = Signal(object)

    def __init__(self, selection: ScheduleSelection, facts: PostFacts, parent: QObject) -> None:
        super().__init__(parent)
        self._selection, self._facts = selection, facts

    # --- which proposals --------------------------------------------------------------------------

    def _proposals(self) -> list[ReviewProposal]:
        """Return the proposals of the rows."""
        team = self._facts.team
        if not team.proposals:
            return []
        groups = dict.fromkeys(row.group_id for row in self._selection.rows())
        proposals = map(team.proposal, groups)
        return [proposal for proposal in proposals if proposal is not None]

    def approvable(self) -> list[ReviewProposal]:
        """Return the proposals of the rows that the signed-in person may approve."""
        team = self._facts.team
        return [proposal for proposal in self._proposals() if team.may_answer(proposal)]

    def _askable(self) -> ReviewProposal | None:
        proposals = self.approvable()
        is_one = len(proposals) == 1 and proposals[0].review.state == "proposed"
        return proposals[0] if is_one else None

    def _own(self) -> ReviewProposal | None:
        proposals = self._proposals()
        is_own = len(proposals) == 1 and proposals[0].review.is_own
        return proposals[0] if is_own else None

    def _with_history(self) -> Schedule | None:
        rows = self._selection.rows() if self._facts.team.role else []
        groups = {row.group_id for row in rows}
        return rows[0] if len(groups) == 1 and rows[0].group_id else None

    # --- actions ----------------------------------------------------------------------------------

    @Slot()
    def approve(self) -> None:
        proposals = self.approvable()
        if proposals and self._facts.team.is_reached:
            self.approveRequested.emit(proposals)

    @Slot()
    def ask(self) -> None:
        proposal = self._askable()
        if proposal is not None and self._facts.team.is_reached:
            self.askRequested.emit(proposal)

    @Slot()
    def withdraw(self) -> None:
        proposal = self._own()
        if proposal is not None and self._facts.team.is_reached:
            self.withdrawRequested.emit(proposal)

    @Slot()
    def show_history(self) -> None:
        row = self._with_history()
        if row is not None:
            self.historyRequested.emit(row)

    @Slot(str, object)
    def answer(self, answer: str, schedule: Schedule) -> None:
        """Carry out a button of the review box."""
        proposal = self._facts.team.proposal(schedule.group_id)
        if answer == "history":
            self.historyRequested.emit(schedule)
        elif proposal is None:
            return
        elif answer == "approve":
            self.approveRequested.emit([proposal])
        elif answer == "ask":
            self.askRequested.emit(proposal)
        elif answer == "withdraw":
            self.withdrawRequested.emit(proposal)

    # --- commands ---------------------------------------------------------------------------------

    def add_commands(self, commands: Commands) -> None:
        """Register the commands. Their shortcuts work in the table only."""
        add, facts = partial(commands.add, in_view=True), self._facts
        self.approve_command = add(
            self.tr("Approve"),
            self.approve,
            keys.APPROVE,
            "check",
            can=lambda: facts.team.is_reached and bool(self.approvable()),
        )
        self._commands: list[Command] = [
            self.approve_command,
            add(
                self.tr("Request changes…"),
                self.ask,
                "",
                "message-square",
                can=lambda: facts.team.is_reached and self._askable() is not None,
            ),
            add(
                self.tr("Withdraw the proposal"),
                self.withdraw,
                "",
                "undo-2",
                can=lambda: facts.team.is_reached and self._own() is not None,
            ),
            add(
                self.tr("History of the message"),
                self.show_history,
                "",
                "history",
                can=lambda: facts.team.is_reached and self._with_history() is not None,
            ),
        ]

    def add_to(self, menu: Menu) -> None:
        """Add to the menu of the rows what can be done."""
        for command in self._commands:
            if command.isEnabled():
                menu.addAction(command)
