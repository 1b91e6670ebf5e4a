"""Actions on rows of the schedule, for the bulk bar, context menu, shortcuts and inspector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from posto_desktop.core.copies import by_message
from posto_desktop.core.edited_message import can_edit, message_key
from posto_desktop.core.moves import MOVABLE
from posto_desktop.core.site_schedule import SITE, planner_of
from posto_desktop.models.schedule_hints import not_retried, why_not, why_not_yours
from posto_desktop.models.schedules import SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.schedule.bulk_bar import AvailableActions, BulkBar
from posto_desktop.ui.schedule.outcome_actions import OutcomeActions
from posto_desktop.ui.schedule.review_actions import ReviewActions
from posto_desktop.ui.shared.send_now_question import SendNowQuestion
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.schedule_selection import ScheduleSelection
from posto_desktop.viewmodels.schedule_view import ScheduleViewState

__all__ = ["RowActions"]

MOST_COPIES = 200
"""Largest number of messages that can be duplicated at once."""


class RowActions(QObject):
    """Emits requests for the ticked rows, else for the current one.

    Signals as those of `SchedulePage` with the same names; `openInspectorRequested()` comes from
    the context menu."""

    retryRequested = Signal(list)
    deleteRequested = Signal(list)
    sendNowRequested = Signal(list)
    openRequested = Signal(str)
    duplicateRequested = Signal(object)
    duplicatesRequested = Signal(object)
    evergreenRequested = Signal(object)
    exportRequested = Signal()
    rescheduleRequested = Signal(object)
    editRequested = Signal(object)
    hintRequested = Signal(str)
    openInspectorRequested = Signal()
    plannerPauseRequested = Signal(int)
    siteRequested = Signal()
    plannersRequested = Signal()

    def __init__(
        self,
        selection: ScheduleSelection,
        state: ScheduleViewState,
        facts: PostFacts,
        model: SchedulesModel,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._selection, self._state, self._facts = selection, state, facts
        self._model, self._parent = model, parent
        self.outcomes = OutcomeActions(selection, facts, model, self)
        """Actions on posts whose outcome needs the user."""
        self.outcomes.openRequested.connect(self.openRequested)
        self.reviews = ReviewActions(selection, facts, self)
        """Actions on posts that wait for a review."""
        self.send_now_question = SendNowQuestion(parent)
        self.can = AvailableActions(0, 0, 0, 0, duplicate=False, link=False, delete=0)
        """What the rows allow, as of the last `look`."""

    # --- the rows to act on -----------------------------------------------------------------------

    def rows(self) -> list[Schedule]:
        """Return the ticked rows, else the current one."""
        return self._selection.rows()

    def has_rows(self) -> bool:
        return self.can.rows > 0

    def _ids_for(self, rows: list[Schedule], action: str) -> list[int]:
        status = self._model.status_by_id
        rows = self._own(rows)
        if action == "retry":
            # Retry of several posts leaves out those that may be published already.
            return [post.id for post in rows if status(post.id) == "failed"]
        if action == "send_now":
            return [post.id for post in rows if post.status == "missed"]
        return [post.id for post in rows if post.status not in ("sending", SITE)]

    def _own(self, rows: Iterable[Schedule]) -> list[Schedule]:
        """Return those of the posts that the signed-in person may change."""
        rights = self._facts.rights
        return [post for post in rows if rights.may_change(post)]

    def _is_refused(self) -> bool:
        """Return whether there are rows, and the person may change none of them."""
        return self.can.rows > 0 and not self.can.own

    def _why_not_yours(self) -> str:
        return why_not_yours(self._facts.rights.role) if self._is_refused() else ""

    def look(self) -> None:
        """Update `can`, which enables the commands."""
        model = self._model
        # Read plain rows in one pass: all 100,000 may be ticked.
        rows = model.ticked_rows()
        if not rows:
            current = [model.row_by_id(post.id) for post in self.rows()]
            rows = [row for row in current if row is not None]
        every, rights = rows, self._facts.rights
        of_planner = bool(rows) and all(row.schedule.status == SITE for row in rows)
        may_copy = rights.may_compose and not any(row.schedule.status == SITE for row in rows)
        if rights.role:
            rows = [row for row in rows if rights.may_change(row.schedule)]
        counts = Counter([row.schedule.status for row in rows])
        self.can = AvailableActions(
            len(every),
            retry=sum(row.status == "failed" for row in rows),
            send_now=counts["missed"],
            reschedule=sum(counts[status] for status in MOVABLE),
            duplicate=may_copy and 0 < _messages(row.schedule for row in every) <= MOST_COPIES,
            link=len(every) == 1 and bool(every[0].schedule.link),
            delete=len(rows) - counts["sending"] - counts[SITE],
            edit=any(can_edit(row.schedule) for row in rows)
            and _messages(row.schedule for row in every) == 1,
            movable=any(_is_movable(row.schedule) for row in rows),
            of_planner=of_planner,
            own=bool(rows) or of_planner,
            approve=len(self.reviews.approvable()),
        )

    # --- actions ----------------------------------------------------------------------------------

    @Slot()
    def retry(self) -> None:
        """Retry failed posts. Leave out those that may be published already; a single one is sent
        again, which can be undone for a while."""
        status = self._model.status_by_id
        rows = self._own(self.rows()) or self.rows()
        failed = self._ids_for(rows, "retry")
        unclear = [post for post in rows if status(post.id) == "needs_you"]
        if failed:
            self._model.tick_all(False)
            self.retryRequested.emit(failed)
            if unclear:
                self.hintRequested.emit(not_retried(len(unclear)))
        elif len(unclear) == len(rows) == 1 and self._own(rows):
            self.outcomes.send_again()
        else:
            self._show_reason("retry", rows)

    @Slot()
    def send_now(self) -> None:
        self._send_now(self._ids_for(self.rows(), "send_now"))

    def _send_now(self, ids: list[int]) -> None:
        """Send missed posts now, after a confirmation if the settings ask for one."""

        def send() -> None:
            self._model.tick_all(False)
            self.sendNowRequested.emit(ids)

        if ids:
            self.send_now_question.before(len(ids), send)

    def _show_reason(self, action: str, rows: list[Schedule]) -> None:
        """Show why an action does not apply."""
        if rows and not self._own(rows):
            self.hintRequested.emit(why_not_yours(self._facts.rights.role))
            return
        status = self._model.status_by_id
        hint = why_not(action, rows, {status(post.id) for post in rows})
        if hint:
            self.hintRequested.emit(hint)

    @Slot()
    def delete(self) -> None:
        rows = self.rows()
        ids = self._ids_for(rows, "delete")
        if not ids:
            self._show_reason("delete", rows)
        self._delete(ids)

    def _delete(self, ids: list[int]) -> None:
        if not ids:
            return
        self._model.tick_all(False)
        removed = set(ids)
        if self._selection.current_id in removed and not self._move_current_off(removed):
            self._state.set_inspector(False, by_user=False)
        self._model.hide(ids)
        self.deleteRequested.emit(ids)

    def _move_current_off(self, removed: set[int]) -> bool:
        """Make the row after the deleted ones current, else the row before them. Return False if
        there is none."""
        model, key = self._model, self._selection.current_id
        start = model.row_of(key) if key is not None else -1
        for row in (*range(start + 1, model.rowCount()), *range(start - 1, -1, -1)):
            schedule = model.schedule_at(row)
            if schedule is not None and schedule.id not in removed:
                return self._selection.go_to(schedule.id)
        return False

    @Slot()
    def reschedule(self) -> None:
        """Open the reschedule dialog for the scheduled posts."""
        rows = self._own(self.rows())
        if any(map(_is_movable, rows)):
            self.rescheduleRequested.emit(rows)
        else:
            self._show_reason("reschedule", self.rows())

    @Slot()
    def edit(self) -> None:
        """Request to edit the message of the rows; all its posts are edited together."""
        rows = [row for row in self._own(self.rows()) if can_edit(row)]
        if len(rows) == 1 and self.outcomes.can_edit(rows[0]):
            self.outcomes.editRequested.emit(rows[0])  # at what was refused
        elif rows and _messages(rows) == 1:
            self._model.tick_all(False)
            self.editRequested.emit(rows)
        elif not rows:
            self._show_reason("edit", self.rows())

    @Slot(object)
    def edit_post(self, schedule: Schedule) -> None:
        """Request to edit the message of a post; if that is too late, open the inspector."""
        if self.outcomes.can_edit(schedule):
            self.outcomes.editRequested.emit(schedule)
        elif can_edit(schedule) and self._facts.rights.may_change(schedule):
            self.editRequested.emit([schedule])
        else:
            self.openInspectorRequested.emit()

    def _planners(self) -> set[int]:
        """Return the planners of the site that will make the rows."""
        return {planner_of(row) for row in self.rows()} if self.can.of_planner else set()

    def _can_pause(self) -> bool:
        return self._facts.can_pause_planners and len(self._planners()) == 1

    @Slot()
    def pause_planner(self) -> None:
        """Have the planner of the site that makes these posts make none."""
        for planner_id in self._planners():
            self._model.tick_all(False)
            self.plannerPauseRequested.emit(planner_id)

    @Slot()
    def duplicate(self) -> None:
        rows = self.rows()
        if any(row.status == SITE for row in rows):
            self._show_reason("duplicate", rows)
            return
        if not self._facts.rights.may_compose:
            self.hintRequested.emit(why_not_yours(self._facts.rights.role))
            return
        if not 0 < _messages(rows) <= MOST_COPIES:
            if rows:
                text = self.tr("You can duplicate up to %n message(s) at once.", "", MOST_COPIES)
                self.hintRequested.emit(text)
            return
        messages = by_message(rows)
        self._model.tick_all(False)
        if len(messages) == 1:
            self.duplicateRequested.emit(messages[0])
        else:
            self.duplicatesRequested.emit(messages)

    @Slot()
    def add_to_evergreen(self) -> None:
        """Request to keep the messages of the rows for reuse."""
        rows = self.rows()
        if self.can.duplicate:
            self._model.tick_all(False)
            self.evergreenRequested.emit(by_message(rows))

    @Slot(object)
    def duplicate_post(self, schedule: Schedule) -> None:
        self.duplicateRequested.emit([schedule])

    @Slot(str, object)
    def act_on_message(self, action: str, posts: Sequence[Schedule]) -> None:
        """Duplicate or reschedule all posts of a message, for the inspector."""
        if action == "duplicate":
            self.duplicateRequested.emit(list(posts))
        elif action == "reschedule":
            self.rescheduleRequested.emit(list(posts))

    @Slot()
    def copy_text(self) -> None:
        rows = self.rows()
        if self._has_text():
            QGuiApplication.clipboard().setText(rows[0].whole_text)

    @Slot()
    def open_post(self) -> None:
        rows = self.rows()
        if len(rows) == 1 and rows[0].link:
            self.openRequested.emit(rows[0].link)

    @Slot(object)
    def open_link(self, schedule: Schedule) -> None:
        if schedule.link:
            self.openRequested.emit(schedule.link)

    @Slot(str, object)
    def fix(self, action: str, schedule: Schedule) -> None:
        """Carry out the fix of a button in the reason box."""
        if action == "retry":
            self.retryRequested.emit([schedule.id])
        elif action == "delete":
            self._delete([schedule.id])
        elif action == "send_now":
            self._send_now([schedule.id])
        elif action == "reschedule":
            self.rescheduleRequested.emit([schedule])
        elif action == "pause":
            self.plannerPauseRequested.emit(planner_of(schedule))
        elif action == "open_planner":
            self.siteRequested.emit()
        else:
            self.outcomes.fix(action, schedule)

    # --- the menu ---------------------------------------------------------------------------------

    @Slot(QPoint)
    def show_menu(self, place: QPoint) -> None:
        self.make_menu().popup(place)

    def add_commands(self, commands: Commands, bar: BulkBar) -> None:
        """Register the commands and bind them to the bulk bar's buttons. Their shortcuts work in
        the table only: elsewhere they are letters."""
        self._commands, add = commands, partial(commands.add, in_view=True)
        self._retry_command = add(
            self.tr("Retry"),
            self.retry,
            keys.RETRY,
            "rotate-cw",
            can=lambda: self.can.retry > 0,
            why_not=self._why_not_yours,
        )
        words = self.tr("Send now")
        self._send_now_command = add(words, self.send_now, can=lambda: self.can.send_now > 0)
        words, can = self.tr("Edit…"), lambda: self.can.edit
        why = self._why_not_yours
        self._edit_command = add(
            words, self.edit, keys.EDIT_MESSAGE, "pencil", can=can, why_not=why
        )
        words = self.tr("Duplicate")
        self._duplicate_command = add(
            words, self.duplicate, keys.DUPLICATE, "copy", can=lambda: self.can.duplicate
        )
        words = self.tr("Add to evergreen")
        self._evergreen_command = add(
            words, self.add_to_evergreen, "", "evergreen", can=lambda: self.can.duplicate
        )
        words, icon = self.tr("Reschedule…"), "calendar-clock"
        self._reschedule_command = add(
            words,
            self.reschedule,
            keys.RESCHEDULE,
            icon,
            can=lambda: self.can.movable,
            why_not=why,
        )
        words = self.tr("Copy text")
        self._copy_text_command = add(
            words, self.copy_text, "", "clipboard-copy", can=self._has_text
        )
        words = self.tr("Open post")
        self._open_post_command = add(
            words, self.open_post, "", "external-link", can=lambda: self.can.link
        )
        words, can_pause = self.tr("Pause planner"), self._can_pause
        self._pause_command = add(words, self.pause_planner, "", "pause", can=can_pause)
        words = self.tr("Open on the site")
        self._site_command = add(
            words,
            self.siteRequested.emit,
            "",
            "external-link",
            can=lambda: self.can.of_planner,
        )
        words, facts = self.tr("Planners of the site…"), self._facts
        add(words, self.plannersRequested.emit, "", "globe", can=lambda: facts.has_planners)
        self.outcomes.add_commands(commands)
        self.reviews.add_commands(commands)
        words, has_posts = self.tr("Export the schedule…"), lambda: self._model.total() > 0
        add(words, self.exportRequested.emit, can=has_posts)
        commands.add_separator()
        self._delete_command = add(
            self._delete_words,
            self.delete,
            keys.DELETE,
            "trash-2",
            can=lambda: self.can.delete > 0,
            why_not=why,
            danger=True,
        )
        for command, button in (
            (self.reviews.approve_command, bar.approve),
            (self._retry_command, bar.retry),
            (self._send_now_command, bar.send_now),
            (self._reschedule_command, bar.reschedule),
            (self._edit_command, bar.edit),
            (self._duplicate_command, bar.duplicate),
            (self._open_post_command, bar.open),
            (self._delete_command, bar.delete),
        ):
            command.bind(button)

    def _has_text(self) -> bool:
        """Return True if all rows have the same text."""
        rows = self.rows() if self.can.rows == 1 or self._selection.is_whole else []
        return bool(rows and rows[0].text) and len({post.whole_text for post in rows}) == 1

    def _delete_words(self) -> str:
        count = self.can.delete
        if count > 1:
            return self.tr("Delete %Ln post(s)", "", count)
        return self.tr("Delete")

    def make_menu(self) -> Menu:
        """Return the context menu of the rows; it deletes itself on close."""
        menu = Menu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands.refresh()
        rows = self.rows()
        menu.add(
            self.tr("Open inspector"),
            "panel-end",
            self.openInspectorRequested.emit,
            shortcut=keys.OPEN,
        )
        self.reviews.add_to(menu)
        if len(rows) != 1 or not self.outcomes.can_edit(rows[0]):
            menu.addAction(self._edit_command)
        if len(rows) != 1 or self._model.status_by_id(rows[0].id) != "needs_you":
            menu.addAction(self._retry_command)
        self.outcomes.add_to(menu)
        if self._send_now_command.isEnabled():
            asks = self.send_now_question.is_asked()
            text = self.tr("Send now…") if asks else self.tr("Send now")
            menu.add(text, "send", self.send_now)
        menu.addActions([self._reschedule_command, self._duplicate_command])
        menu.addAction(self._evergreen_command)
        if self._copy_text_command.isEnabled():
            menu.addAction(self._copy_text_command)
        menu.addAction(self._open_post_command)
        if self.can.of_planner:
            menu.addActions([self._pause_command, self._site_command])
        self.outcomes.add_channel_to(menu)
        menu.add(self.tr("Export…"), "download", self.exportRequested.emit)
        menu.addSeparator()
        menu.addAction(self._delete_command)
        return menu


def _is_movable(post: Schedule) -> bool:
    return post.status in MOVABLE and post.send_at is not None


def _messages(rows: Iterable[Schedule]) -> int:
    """Return the number of messages among the rows; counting stops above `MOST_COPIES`."""
    groups: set[str] = set()
    for row in rows:
        groups.add(message_key(row))
        if len(groups) > MOST_COPIES:
            break
    return len(groups)
