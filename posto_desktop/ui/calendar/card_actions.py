"""Actions on calendar cards and free places: details, move, duplicate, delete, the menu."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.core.site_schedule import planner_of
from posto_desktop.core.typed_time import typed
from posto_desktop.models import dates, words
from posto_desktop.models.calendar_cards import CalendarCard, is_of_planner
from posto_desktop.models.calendar_waiting import WAITING
from posto_desktop.models.card_details import (
    deletable_rows,
    details_of,
    editable_rows,
    failed_rows,
    missed_rows,
)
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.parsed_time import parse_time
from posto_desktop.models.when_text import day_and_time
from posto_desktop.ui import keys
from posto_desktop.ui.calendar.card_popup import CardPopup
from posto_desktop.ui.calendar.more_popup import MorePopup
from posto_desktop.ui.calendar.move_popup import MovePopup
from posto_desktop.ui.calendar.move_posts_dialog import MovePostsDialog
from posto_desktop.ui.calendar.place_popup import PlacePopup
from posto_desktop.ui.calendar.view import CalendarView
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.shared.send_now_question import SendNowQuestion
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.calendar_drafts import CalendarDrafts

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
    draftDuplicateRequested = Signal(object)
    retryRequested = Signal(list)
    sendNowRequested = Signal(list)
    linkRequested = Signal(str)
    startRequested = Signal(object)
    plannerPauseRequested = Signal(int)
    siteRequested = Signal()
    plannersRequested = Signal()

    def __init__(
        self, view: CalendarView, drafts: CalendarDrafts, pictures: ImageCache, page: QWidget
    ) -> None:
        super().__init__(page)
        self._view, self._drafts, self._pictures, self._page = view, drafts, pictures, page
        self._model = view.calendar
        self._details: CardPopup | None = None
        self.send_now_question = SendNowQuestion(page)
        self.has_planners = False
        """Whether the site has planners."""
        self._model.modelReset.connect(self._follow_card)

    def _draft_of(self, card: CalendarCard) -> Draft | None:
        return self._drafts.placed.of(card.rows[0])

    # -- details of a card, offers for a place -----------------------------------------------------

    @Slot(object, QRect)
    def show_details(self, card: CalendarCard, place: QRect) -> None:
        """Show the message of a card beside its global rectangle."""
        self._view.set_current(card.day, card.key)
        popup = self._details = CardPopup(card.key, self._pictures, self._page)
        popup.handle_key = self._handle_key_of_details
        popup.actionRequested.connect(self._act)
        popup.postRequested.connect(self._open_post)
        popup.openRequested.connect(self.linkRequested)
        popup.doubleClicked.connect(self._double_clicked)
        popup.pressedOutside.connect(lambda position: self._view.press_card(position, card.key))
        popup.closed.connect(self._details_closed)
        self._show_card(popup, card)
        popup.open_beside(place)

    def _show_card(self, popup: CardPopup, card: CalendarCard) -> None:
        is_draft = self._draft_of(card) is not None
        popup.show_details(
            details_of(card, self._model), "" if is_draft else self._list_words(card)
        )

    @Slot()
    def _follow_card(self) -> None:
        """Show what has become of the card whose details are open."""
        popup = self._details
        if popup is None:
            return
        card = self._model.card(popup.key)
        if card is None:
            popup.close()
        else:
            self._show_card(popup, card)

    @Slot()
    def _details_closed(self) -> None:
        self._details = None

    def _handle_key_of_details(self, event: QKeyEvent) -> bool:
        """Run a command of the card by its key in the details."""
        popup = self._details
        if popup is None or not self._commands.is_key_of(event, self._card_commands):
            return False
        popup.close()
        return self._commands.handle_key(event, self._card_commands)

    @Slot(str)
    def _act(self, kind: str) -> None:
        act = {
            "edit": self.edit,
            "move": self.reschedule_current,
            "retry": self.retry,
            "send": self.send_now,
            "duplicate": self.duplicate,
            "delete": self.delete,
            "pause": self.pause_planner,
            "site": self.open_site,
            "list": self.open_current,
        }[kind]
        act()

    @Slot(object)
    def _open_post(self, number: int) -> None:
        card = self._view.current_card()
        if card is not None and self._draft_of(card) is not None:
            self.open(card)
        else:
            self.openRequested.emit(number)

    @Slot(QPoint)
    def _double_clicked(self, place: QPoint) -> None:
        self._view.double_click(self._view.viewport().mapFromGlobal(place))

    @Slot(object, QRect)
    def offer_place(self, moment: datetime, place: QRect) -> None:
        """Offer a new message, or a draft without a time, for a free place (global)."""
        when = day_and_time(moment, self._model.zone)
        popup = PlacePopup(when, self._drafts.placed.waiting, self._page)
        popup.startRequested.connect(lambda: self.startRequested.emit(moment))
        popup.draftRequested.connect(lambda draft: self.draftRequested.emit(draft, moment))
        popup.doubleClicked.connect(self._double_clicked)
        popup.pressedOutside.connect(self._view.press_card)
        popup.closed.connect(lambda: self._view.set_offering(False))
        self._view.set_offering(True)
        popup.open_beside(place)

    @Slot()
    def show_current_details(self) -> None:
        card = self._view.current_card()
        if card is not None:
            self.show_details(card, self._view.rect_of_card(card))

    # -- actions -------------------------------------------------------------------------------

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
        #: Verb: to another time.
        action = self.tr("Move") if count == 1 else self.tr("Move %n post(s)", "", count)
        popup = MovePopup(
            card.title or words.posts(count),
            self._time_to_type(card.moment),
            action,
            self._model.now,
            self._model.zone,
            self._model.moments,
            self._page,
        )
        popup.chosen.connect(lambda when: self.move(card, when, False))
        popup.open_beside(place)

    def _time_to_type(self, moment: datetime) -> str:
        """Return the text that the field for a new time begins with: one that has not passed."""
        now, zone = self._model.now(), self._model.zone
        text = typed(moment, zone)
        if moment > now:
            return text
        return next(iter(parse_time(text, now, zone).suggestions), "")

    @Slot(object, QRect)
    def ask_for_draft_time(self, draft: Draft, place: QRect) -> None:
        popup = MovePopup(
            title_of(draft),
            "",
            self.tr("Set time"),
            self._model.now,
            self._model.zone,
            self._model.moments,
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
        popup.openRequested.connect(lambda card: self.show_details(card, place))
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
        rows = editable_rows(card)
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
        return self._draft_of(card) is not None or bool(editable_rows(card))

    @Slot()
    def duplicate(self) -> None:
        card = self._view.current_card()
        draft = self._draft_of(card) if card is not None else None
        if draft is not None:
            self.draftDuplicateRequested.emit(draft)
        elif card is not None and self._can_duplicate():
            self.duplicateRequested.emit(list(card.rows))

    @Slot()
    def retry(self) -> None:
        """Send the failed posts again, but not those that may be published."""
        card = self._view.current_card()
        ids = [row.id for row in failed_rows(card)] if card is not None else []
        if ids:
            self.retryRequested.emit(ids)

    @Slot()
    def send_now(self) -> None:
        """Send the missed posts now."""
        card = self._view.current_card()
        ids = [row.id for row in missed_rows(card)] if card is not None else []
        if ids:
            self.send_now_question.before(len(ids), partial(self.sendNowRequested.emit, ids))

    @Slot()
    def pause_planner(self) -> None:
        """Have the planner of the site that makes these posts make none."""
        card = self._view.current_card()
        planner_id = planner_of(card.rows[0]) if card is not None else 0
        if planner_id:
            self.plannerPauseRequested.emit(planner_id)

    @Slot()
    def open_site(self) -> None:
        if self._is_of_planner():
            self.siteRequested.emit()

    def _is_of_planner(self) -> bool:
        card = self._view.current_card()
        return card is not None and is_of_planner(card)

    def _can_pause(self) -> bool:
        return self._is_of_planner() and self._model.can_pause_planners

    def _can_duplicate(self) -> bool:
        return self._has_card() and not self._is_of_planner() and self._model.rights.may_compose

    def _can_send_now(self) -> bool:
        card = self._view.current_card()
        return card is not None and bool(missed_rows(card))

    def _can_retry(self) -> bool:
        card = self._view.current_card()
        return card is not None and bool(failed_rows(card))

    def _can_move(self) -> bool:
        card = self._view.current_card()
        return card is not None and bool(card.movable)

    def _can_delete(self) -> bool:
        card = self._view.current_card()
        if card is None:
            return False
        return self._draft_of(card) is not None or bool(deletable_rows(card))

    def _open_words(self) -> str:
        """Return the label of the Open command: where `open` leads."""
        card = self._view.current_card()
        if card is not None and self._draft_of(card) is not None:
            return self.tr("Open in Compose")
        return self._list_words(card)

    def _list_words(self, card: CalendarCard | None) -> str:
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
            ids = [row.id for row in deletable_rows(card)]
            if ids:
                self.deleteRequested.emit(ids)

    def add_commands(self, commands: Commands) -> None:
        """Register the commands of the current card."""
        self._commands = commands
        add, has_card = partial(commands.add, in_view=True), self._has_card
        words, move, icon = self.tr("Reschedule…"), self.reschedule_current, "calendar-clock"
        self._menu_commands = (
            add(
                self.tr("Details"),
                self.show_current_details,
                keys.DETAILS,
                "message-square",
                can=has_card,
            ),
            add(self._open_words, self.open_current, "", "list", can=has_card),
            add(self.tr("Edit…"), self.edit, keys.EDIT_MESSAGE, "pencil", can=self._can_edit),
            add(words, move, keys.RESCHEDULE, icon, can=self._can_move),
            add(self.tr("Retry"), self.retry, keys.RETRY, "rotate-cw", can=self._can_retry),
            add(self.tr("Send now"), self.send_now, "", "send", can=self._can_send_now),
            add(
                self.tr("Duplicate"),
                self.duplicate,
                keys.DUPLICATE,
                "copy",
                can=self._can_duplicate,
            ),
        )
        self._site_commands = (
            add(self.tr("Pause planner"), self.pause_planner, "", "pause", can=self._can_pause),
            add(
                self.tr("Open on the site"),
                self.open_site,
                "",
                "external-link",
                can=self._is_of_planner,
            ),
        )
        add(
            self.tr("Planners of the site…"),
            self.plannersRequested.emit,
            "",
            "globe",
            can=lambda: self.has_planners,
        )
        words, can = self.tr("Delete"), self._can_delete
        self._delete_command = add(words, self.delete, keys.DELETE, "trash-2", can=can, danger=True)
        self._card_commands = (*self._menu_commands[2:], self._delete_command)

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
        if is_of_planner(card):
            menu.addActions(self._site_commands)
        menu.addSeparator()
        text = self.tr("Delete")
        if self._draft_of(card) is not None:
            text = self.tr("Delete draft")
        elif len(card.rows) > 1:
            text = self.tr("Delete %Ln post(s)", "", len(card.rows))
        delete_action = menu.add(text, "trash-2", self.delete, shortcut=keys.DELETE, danger=True)
        delete_action.setEnabled(self._delete_command.isEnabled())
        return menu
