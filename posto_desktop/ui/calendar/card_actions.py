"""Actions on calendar cards: move, open, duplicate, delete, and the context menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.core.edited_message import can_edit
from posto_desktop.models import dates, words
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.calendar_waiting import WAITING
from posto_desktop.models.when_text import typed
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import keys
from posto_desktop.ui.calendar.more_popup import MorePopup
from posto_desktop.ui.calendar.move_popup import MovePopup
from posto_desktop.ui.calendar.move_posts_dialog import MovePostsDialog
from posto_desktop.ui.calendar.view import CalendarView
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.widgets.menu import Menu

__all__ = ["CardActions"]


class CardActions(QObject):
    """Signals as those of `CalendarPage` with the same names."""

    rescheduleRequested = Signal(list, object)
    deleteRequested = Signal(list)
    openRequested = Signal(object)
    duplicateRequested = Signal(object)
    editRequested = Signal(object)
    draftRequested = Signal(object, object)
    draftMoveRequested = Signal(object, object)
    draftDeleteRequested = Signal(str)

    def __init__(
        self, view: CalendarView, draft_of: Callable[[CalendarCard], Draft | None], page: QWidget
    ) -> None:
        """`draft_of` returns the draft of a card; None for posts."""
        super().__init__(page)
        self._view, self._draft_of, self._page = view, draft_of, page
        self._model = view.calendar

    @Slot(object, object, bool)
    def move(self, card: CalendarCard, moment: datetime, ask: bool) -> None:
        if moment <= self._model.now() or not card.movable:
            return
        draft = self._draft_of(card)
        if draft is not None:
            self.draftMoveRequested.emit(draft, moment)
            return
        if ask and len(card.movable) > 1:
            dialog = MovePostsDialog(card, dates.full_when(moment, self._model.zone), self._page)
            dialog.chosen.connect(lambda ids: self.rescheduleRequested.emit(ids, moment))
            dialog.open()
            return
        self.rescheduleRequested.emit(list(card.movable), moment)

    @Slot(object, QRect)
    def ask_for_time(self, card: CalendarCard, place: QRect) -> None:
        """Open the popup that asks for a new time beside a card (global position)."""
        if not card.movable:
            return
        count = len(card.movable)
        if self._draft_of(card) is not None:
            count = 1  # it has no posts yet
        action = self.tr("Move") if count == 1 else self.tr("Move %n post(s)", "", count)
        popup = MovePopup(
            card.title or words.posts(count),
            typed(card.moment, self._model.zone),
            action,
            self._model.now,
            self._model.zone,
            self._page,
        )
        popup.chosen.connect(lambda when: self.move(card, when, False))
        popup.open_beside(place)

    @Slot(object, QRect)
    def ask_for_draft_time(self, draft: Draft, place: QRect) -> None:
        popup = MovePopup(
            title_of(draft),
            "",
            self.tr("Set time"),
            self._model.now,
            self._model.zone,
            self._page,
        )
        popup.chosen.connect(lambda when: self.draftRequested.emit(draft, when))
        popup.open_beside(place)

    @Slot(object)
    def open(self, card: CalendarCard) -> None:
        draft = self._draft_of(card)
        if draft is not None:
            self.draftRequested.emit(draft, None)
            return
        self.openRequested.emit(card.rows[0].id)

    @Slot(list, QRect)
    def show_more(self, cards: list[CalendarCard], place: QRect) -> None:
        popup = MorePopup(cards, self._model, self._view.cards, self._page)
        popup.openRequested.connect(self.open)
        popup.rescheduleRequested.connect(self.ask_for_time)
        popup.open_over(place)

    @Slot()
    def open_current(self) -> None:
        card = self._view.current_card()
        if card is not None:
            self.open(card)

    @Slot()
    def reschedule_current(self) -> None:
        card = self._view.current_card()
        if card is not None:
            self.ask_for_time(card, self._view.rect_of_card(card))

    @Slot(object)
    def edit_card(self, card: CalendarCard) -> None:
        """Edit the message of a card, with all its posts; what was sent opens instead."""
        rows = [row for row in card.rows if _is_editable(row)]
        if self._draft_of(card) is not None or not rows:
            self.open(card)
        else:
            self.editRequested.emit(rows)

    @Slot()
    def edit(self) -> None:
        card = self._view.current_card()
        if card is not None:
            self.edit_card(card)

    def _can_edit(self) -> bool:
        card = self._view.current_card()
        if card is None:
            return False
        return self._draft_of(card) is not None or any(map(_is_editable, card.rows))

    @Slot()
    def duplicate(self) -> None:
        card = self._view.current_card()
        if card is not None and self._draft_of(card) is None:
            self.duplicateRequested.emit(list(card.rows))

    def _can_duplicate(self) -> bool:
        card = self._view.current_card()
        return card is not None and self._draft_of(card) is None

    def _can_move(self) -> bool:
        card = self._view.current_card()
        return card is not None and bool(card.movable)

    def _can_delete(self) -> bool:
        card = self._view.current_card()
        if card is None:
            return False
        return self._draft_of(card) is not None or any(_is_deletable(row) for row in card.rows)

    def _open_words(self) -> str:
        """Return the label of the Open command: where `open` leads."""
        card = self._view.current_card()
        if card is not None and self._draft_of(card) is not None:
            return self.tr("Open in Compose")
        if card is not None and card.rows[0].status == WAITING:
            return self.tr("Open in Activity")
        return self.tr("Open in the schedule")

    @Slot()
    def delete(self) -> None:
        card = self._view.current_card()
        draft = self._draft_of(card) if card is not None else None
        if draft is not None:
            self.draftDeleteRequested.emit(draft.id)
        elif card is not None:
            ids = [row.id for row in card.rows if _is_deletable(row)]
            if ids:
                self.deleteRequested.emit(ids)

    def add_commands(self, commands: Commands) -> None:
        """Register the commands of the current card."""
        self._commands = commands
        add, has_card = partial(commands.add, in_view=True), self._has_card
        words, move, icon = self.tr("Reschedule…"), self.reschedule_current, "calendar-clock"
        self._menu_commands = (
            add(self._open_words, self.open_current, keys.OPEN, "list", can=has_card),
            add(self.tr("Edit…"), self.edit, keys.EDIT_MESSAGE, "pencil", can=self._can_edit),
            add(words, move, keys.RESCHEDULE, icon, can=self._can_move),
            add(self.tr("Duplicate"), self.duplicate, "", "copy", can=self._can_duplicate),
        )
        words, can = self.tr("Delete"), self._can_delete
        self._delete_command = add(words, self.delete, keys.DELETE, "trash-2", can=can, danger=True)

    def _has_card(self) -> bool:
        return self._view.current_card() is not None

    @Slot(object, QPoint)
    def show_menu(self, card: CalendarCard, place: QPoint) -> None:
        self.make_menu(card).popup(place)

    def make_menu(self, card: CalendarCard) -> Menu:
        """Return the context menu of the current card; it deletes itself on close."""
        menu = Menu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._commands.refresh()
        menu.addActions(self._menu_commands)
        menu.addSeparator()
        text = self.tr("Delete")
        if self._draft_of(card) is not None:
            text = self.tr("Delete draft")
        elif len(card.rows) > 1:
            text = self.tr("Delete {posts}").format(posts=words.posts(len(card.rows)))
        delete_action = menu.add(text, "trash-2", self.delete, shortcut=keys.DELETE, danger=True)
        delete_action.setEnabled(self._delete_command.isEnabled())
        return menu


def _is_editable(row: Schedule) -> bool:
    return row.status == WAITING or can_edit(row)


def _is_deletable(row: Schedule) -> bool:
    return row.status not in ("sending", WAITING)
