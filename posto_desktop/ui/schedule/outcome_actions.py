"""Actions on posts whose outcome needs the user: unclear ones, refused ones, missing comments."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.models.reasons import is_about_comment
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Command, Commands
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection

__all__ = ["OutcomeActions"]


class OutcomeActions(QObject):
    """Emits requests for the ticked rows, else for the current one.

    Signals: `resolveRequested(list ids, str answer)` with "there" or "send_again";
    `foundRequested(int id, str url)`: it is there, at this address; `commentRequested(int id)`:
    send the first comment again; `editRequested(Schedule)`; `openRequested(str url)`;
    `undoRequested(int id)`: do not send it again."""

    resolveRequested = Signal(list, str)
    foundRequested = Signal(object, str)
    commentRequested = Signal(object)
    editRequested = Signal(object)
    openRequested = Signal(str)
    undoRequested = Signal(object)

    def __init__(
        self,
        selection: ScheduleSelection,
        facts: PostFacts,
        model: SchedulesModel,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._selection, self._facts, self._model = selection, facts, model

    # --- which rows -------------------------------------------------------------------------------

    def _is_unclear(self, schedule: Schedule) -> bool:
        if self._facts.is_sent_again(schedule):
            return False
        is_question = self._model.status_by_id(schedule.id) == "needs_you"
        return is_question or is_about_comment(schedule) == "unclear"

    def _unclear_ids(self) -> list[int]:
        return [row.id for row in self._rows() if self._is_unclear(row)]

    def _rows(self) -> list[Schedule]:
        """Return the rows that the signed-in person may change."""
        may_change = self._facts.rights.may_change
        return [row for row in self._selection.rows() if may_change(row)]

    def _findable_ids(self) -> list[int]:
        """Return the posts that can be reported as published, which only this computer accepts."""
        return [
            row.id
            for row in self._rows()
            if self._is_unclear(row) and row.status in ("unknown", "success")
        ]

    def _only(self) -> Schedule | None:
        rows = self._selection.rows()
        return rows[0] if len(rows) == 1 else None

    def _has_missing_comment(self) -> bool:
        row = self._only()
        return (
            row is not None
            and self._facts.rights.may_change(row)
            and is_about_comment(row) == "missing"
        )

    def can_edit(self, schedule: Schedule) -> bool:
        """Return whether a refused post of this computer can be edited and sent anew."""
        if self._facts.site or not self._facts.rights.may_change(schedule):
            return False
        return self._model.status_by_id(schedule.id) == "failed"

    def _can_edit(self) -> bool:
        row = self._only()
        return row is not None and self.can_edit(row)

    def _has_channel(self) -> bool:
        row = self._only()
        return row is not None and bool(self._facts.channel_link_of(row))

    # --- actions ----------------------------------------------------------------------------------

    @Slot()
    def report_there(self) -> None:
        """Report the unclear posts as published."""
        ids = self._findable_ids()
        if ids:
            self.resolveRequested.emit(ids, "there")

    @Slot()
    def send_again(self) -> None:
        """Send the unclear posts again; it can be undone for a while."""
        ids = self._unclear_ids()
        if ids:
            self.resolveRequested.emit(ids, "send_again")

    @Slot()
    def send_comment(self) -> None:
        row = self._only()
        if row is not None and self._has_missing_comment():
            self.commentRequested.emit(row.id)

    @Slot()
    def edit(self) -> None:
        row = self._only()
        if row is not None and self.can_edit(row):
            self.editRequested.emit(row)

    @Slot()
    def open_channel(self) -> None:
        row = self._only()
        if row is not None and self._facts.channel_link_of(row):
            self.openRequested.emit(self._facts.channel_link_of(row))

    @Slot(str, object)
    def report_found(self, address: str, schedule: Schedule) -> None:
        """Report a post as published, at a pasted address or "" without one."""
        if address:
            self.foundRequested.emit(schedule.id, address)
        else:
            self.resolveRequested.emit([schedule.id], "there")

    def fix(self, action: str, schedule: Schedule) -> bool:
        """Carry out the fix of a button in the reason box; return whether it is one of these."""
        if action == "send_again":
            self.resolveRequested.emit([schedule.id], "send_again")
        elif action == "comment":
            self.commentRequested.emit(schedule.id)
        elif action == "edit":
            self.editRequested.emit(schedule)
        elif action == "undo":
            self.undoRequested.emit(schedule.id)
        elif action == "look":
            url = self._facts.address_of(schedule)
            if url:
                self.openRequested.emit(url)
        else:
            return False
        return True

    # --- commands ---------------------------------------------------------------------------------

    def add_commands(self, commands: Commands) -> None:
        """Register the commands. Their shortcuts work in the table only."""
        add = partial(commands.add, in_view=True)
        self._commands: list[Command] = [
            add(
                self.tr("It is there"),
                self.report_there,
                keys.IT_IS_THERE,
                "check",
                can=lambda: bool(self._findable_ids()),
            ),
            # Its key is that of Retry, which does the same for these posts.
            add(
                self.tr("Send again"),
                self.send_again,
                "",
                "send",
                can=lambda: bool(self._unclear_ids()),
            ),
            add(
                self.tr("Send the comment again"),
                self.send_comment,
                "",
                "message-circle",
                can=self._has_missing_comment,
            ),
            add(
                self.tr("Edit and send again"), self.edit, keys.RENAME, "pencil", can=self._can_edit
            ),
        ]
        self._channel_command = add(
            self.tr("Open the channel"),
            self.open_channel,
            keys.OPEN_CHANNEL,
            "external-link",
            can=self._has_channel,
        )

    def add_to(self, menu: Menu) -> None:
        """Add to the menu of the rows what can be done."""
        for command in self._commands:
            if command.isEnabled():
                menu.addAction(command)

    def add_channel_to(self, menu: Menu) -> None:
        if self._channel_command.isEnabled():
            menu.addAction(self._channel_command)
