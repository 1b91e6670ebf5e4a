"""Controller of the message editor: opens it in a row, moves it with the row, closes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.ui.campaigns.message_editor import CampaignMessageEditor
from posto_desktop.ui.campaigns.row_overlay import RowOverlay
from posto_desktop.ui.shared.suggestion_completer import SuggestionCompleter
from posto_desktop.viewmodels.suggestions import Suggestions
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.stores.used_words import UsedWordStore
    from posto_desktop.ui.campaigns.message_view import MessagesView
    from posto_desktop.ui.shared.draft_pictures import DraftPictures
    from posto_desktop.viewmodels.campaigns_state import CampaignsState


class MessageEditorController(QObject):
    """Signals, with the id of the message: ``filesRequested(str)``, ``filesDropped(list, str)``,
    ``pasteRequested(QMimeData, str)``; ``lockedOpened(str)``: the message cannot be edited any
    more. ``left()``: focus the list."""

    filesRequested = Signal(str)
    filesDropped = Signal(list, str)
    pasteRequested = Signal(object, str)
    lockedOpened = Signal(str)
    left = Signal()

    def __init__(
        self,
        campaigns: CampaignsState,
        view: MessagesView,
        pictures: DraftPictures,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._campaigns, self._editor = campaigns, campaigns.editor
        self._view, self._pictures = view, pictures
        self.editor: CampaignMessageEditor | None = None
        self._overlay: RowOverlay | None = None
        self._completer: SuggestionCompleter | None = None
        self._row = -1
        self._fit_debouncer = Debouncer(0, self._fit, self)
        view.messages.modelReset.connect(self._rows_changed)
        view.messages.dataChanged.connect(self._data_changed)
        pictures.arrived.connect(self._pictures_arrived)
        campaigns.editor.changed.connect(self._campaign_changed)

    def use_suggestions(self, used: UsedWordStore, is_on: Callable[[], bool]) -> None:
        """Suggest the hashtags and mentions of this store, if `is_on` returns True."""
        suggestions = Suggestions(used, self._campaigns.text_channels, parent=self)
        self._completer = SuggestionCompleter(
            suggestions, self._view, self._campaigns.notifier, is_on, parent=self
        )

    @property
    def open_id(self) -> str:
        """Id of the edited message; "" for none."""
        return self.editor.message.id if self.editor is not None else ""

    def part_of(self, message_id: str) -> int:
        """Return to which part of a message files are added: the one that is edited."""
        return self.editor.parts.current if self.editor and message_id == self.open_id else 0

    def open(self, message_id: str, part: str = "text") -> None:
        """Edit a message; `part` gets the focus: "text" or "when"."""
        message = self._editor.message(message_id)
        if message is None:
            return
        if self._editor.is_locked(message_id):
            self.lockedOpened.emit(message_id)
            return
        if self.open_id != message_id:
            self.close()
            self._view.select_ids([message_id], scroll=False)
            self._show_editor(message)
        editor = self.editor
        if editor is not None:
            field = editor.when if part == "when" else editor.text
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            if part == "when":
                editor.when.selectAll()
            else:
                cursor = editor.text.textCursor()
                cursor.movePosition(cursor.MoveOperation.End)
                editor.text.setTextCursor(cursor)

    def _show_editor(self, message: CampaignMessage) -> None:
        row = self._view.messages.row_of(message.id)
        if row < 0:
            return
        editor = CampaignMessageEditor(
            message,
            self._campaigns.clock,
            self._campaigns.zone,
            self._pictures.get,
        )
        editor.changed.connect(self._changed)
        editor.filesRequested.connect(lambda: self.filesRequested.emit(self.open_id))
        editor.filesDropped.connect(lambda paths: self.filesDropped.emit(paths, self.open_id))
        editor.pasteRequested.connect(lambda mime: self.pasteRequested.emit(mime, self.open_id))
        editor.parts.undoRequested.connect(self._editor.undo)
        editor.finished.connect(self._finished)
        editor.heightChanged.connect(self._fit_debouncer.call)
        if self._completer is not None:
            self._campaigns.text_channels.message_id = message.id
            for text in editor.parts.editors:
                self._completer.watch(text)
            self._completer.watch(editor.comment)
            editor.parts.editorAdded.connect(self._completer.watch)
        self.editor, self._row = editor, row
        self._overlay = RowOverlay(self._view, editor, row)
        self._update_editor()
        self._fit()
        self._view.scrollTo(self._view.messages.index(row, 0))

    @Slot()
    def _fit(self) -> None:
        """Set the row to the editor's height."""
        editor = self.editor
        if editor is None or self._row < 0:
            return
        height = editor.needed_height(self._view.viewport().width())
        if self._view.rowHeight(self._row) != height:
            self._view.setRowHeight(self._row, height)  # the overlay follows
            self._view.scrollTo(self._view.messages.index(self._row, 0))

    def refit(self) -> None:
        """Update the height after a change of width or font."""
        self._fit_debouncer.call()

    def close(self) -> None:
        """Close the editor. The campaign already has all changes."""
        overlay, row = self._overlay, self._row
        self.editor, self._overlay, self._row = None, None, -1
        if overlay is None:
            return
        overlay.end()
        self._reset_height(row)

    def _reset_height(self, row: int) -> None:
        if 0 <= row < self._view.messages.rowCount():
            self._view.setRowHeight(row, self._view.verticalHeader().defaultSectionSize())

    @Slot()
    def _finished(self) -> None:
        message_id, row = self.open_id, self._row
        self.close()
        message = self._editor.message(message_id)
        if message is not None and message.is_empty:
            self._editor.remove([message_id])  # the new message stayed empty
            self._view.go_to(min(row, self._view.messages.rowCount() - 1))
        else:
            self._view.select_ids([message_id])
        self.left.emit()

    # -- what changes --------------------------------------------------------------------------

    @Slot(object, str)
    def _changed(self, message: CampaignMessage, kind: str) -> None:
        self._editor.set_message(message, kind)

    @Slot(object)
    def _campaign_changed(self, _campaign: Campaign) -> None:
        editor = self.editor
        if editor is None:
            return
        message = self._editor.message(editor.message.id)
        if message is None or self._editor.is_locked(message.id):
            self.close()
        elif message is not editor.message:
            editor.show_message(message)

    @Slot()
    def _rows_changed(self) -> None:
        """Follow the message to its row."""
        editor, overlay = self.editor, self._overlay
        if editor is None or overlay is None:
            return
        row = self._view.messages.row_of(editor.message.id)
        if row != self._row:
            self._reset_height(self._row)
        self._row = row
        if row < 0:
            self.close()
            return
        overlay.follow(row)
        self._update_editor()
        self._fit()

    @Slot()
    def _data_changed(self, *_args: object) -> None:
        self._update_editor()

    def _update_editor(self) -> None:
        """Show the findings and the time by the rhythm."""
        editor, model = self.editor, self._view.messages
        if editor is None:
            return
        row = model.row_of(editor.message.id)
        editor.show_findings(model.findings_at(row))
        planned = model.forecast_at(row)
        if planned is not None and not planned.own:
            day, at = model.when_words(row)
            editor.show_rhythm_time(f"{day}, {at}" if at else day)

    @Slot()
    def _pictures_arrived(self) -> None:
        if self.editor is not None:
            self.editor.media.pictures_arrived()
