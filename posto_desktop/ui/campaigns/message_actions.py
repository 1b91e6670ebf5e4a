"""Actions on the messages of a campaign: write, move, delete, add files and texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QMimeData, QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from posto_desktop.core.campaign import CampaignMessage, Rhythm, new_id
from posto_desktop.core.edited_message import can_edit
from posto_desktop.core.importing.clipboard_table import has_columns
from posto_desktop.models import dates
from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.editor_controller import MessageEditorController
from posto_desktop.ui.campaigns.layout import CampaignsLayout
from posto_desktop.ui.commands import Command, Commands
from posto_desktop.ui.widgets.file_dialogs import ask_for_files, media_filter, pictures_folder
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.campaigns_state import CampaignsState
from posto_desktop.workers.file_info import local_paths
from posto_desktop.workers.qt_pictures import pasted_picture


class MessageActions(QObject):
    """Changes messages through the editor; a toast offers undo.

    Signals:
        showRequested(int): show a row of the schedule.
        editRequested(list[Schedule]): edit the scheduled posts of a message.
        entryRequested(str): show an entry of the outbox.
        importPasteRequested(): import the clipboard, which has cells of several columns."""

    showRequested = Signal(object)
    editRequested = Signal(object)
    entryRequested = Signal(str)
    importPasteRequested = Signal()

    def __init__(
        self,
        views: CampaignsLayout,
        campaigns: CampaignsState,
        editor_controller: MessageEditorController,
        *,
        folder: Callable[[], str],
        keep_folder: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._campaigns, self._editor_controller = views, campaigns, editor_controller
        self._editor, self._files, self._model = (
            campaigns.editor,
            campaigns.files,
            campaigns.messages,
        )
        self.folder, self.keep_folder = folder, keep_folder
        """Return and remember the folder in which the user last chose pictures."""
        self._add_commands()

    @Slot()
    def write(self) -> None:
        """Add a message and edit it; reuse an empty one at the end."""
        campaign = self._editor.campaign
        if campaign is None:
            return
        last = campaign.messages[-1] if campaign.messages else None
        if last is None or not last.is_empty or self._editor.is_locked(last.id):
            last = CampaignMessage(id=new_id())
            self._editor.add([last])
        self._editor_controller.open(last.id)

    @Slot(list)
    def delete(self, ids: list[str]) -> None:
        """Delete messages; the toast and Ctrl+Z restore them."""
        row = min((self._model.row_of(key) for key in ids), default=0)
        if self._editor_controller.open_id in ids:
            self._editor_controller.close()
        count = self._editor.remove(ids)
        if not count:
            self.show_locked_reason(*ids[:1])
            return
        self._views.view.go_to(min(row, self._model.rowCount() - 1))
        self._views.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._offer_undo("deleted", self.tr("%Ln message(s) deleted", "", count))

    @Slot(list)
    def duplicate(self, ids: list[str]) -> None:
        """Add copies after the last of these messages."""
        originals = [self._editor.message(key) for key in ids]
        copies = [
            replace(original, id=new_id(), when=None)
            for original in originals
            if original is not None
        ]
        if copies:
            self._editor.add(copies, max(map(self._model.row_of, ids)) + 1)
            self._views.view.select_ids([copy.id for copy in copies])

    @Slot(list, int)
    def move(self, ids: list[str], to: int) -> None:
        """Move messages before the row `to`."""
        if self._editor.move(ids, to):
            self._views.view.select_ids(ids)

    @Slot(int, object)
    def move_to(self, place: int, moment: datetime) -> None:
        """Give the message at a place its own time, to fix a conflict."""
        message = self._model.message_at(place)
        if message is None:
            return
        if self._editor.set_message(replace(message, when=moment.astimezone(UTC))):
            words = self.tr("Moved to {when}").format(when=self._time_text(moment))
            self._offer_undo("ok", words)

    def _time_text(self, moment: datetime) -> str:
        return dates.spoken_when(moment, self._campaigns.clock(), self._campaigns.zone)

    def use_rhythm(self, ids: list[str]) -> None:
        """Clear the own times of messages, so that they follow the rhythm."""
        campaign = self._editor.campaign
        if campaign is not None:
            movable = set(ids) - self._editor.locked_ids
            messages = tuple(
                replace(message, when=None) if message.id in movable and message.when else message
                for message in campaign.messages
            )
            self._editor.edit(messages=messages)

    @Slot(object)
    def follow_rhythm(self, rhythm: Rhythm) -> None:
        """Have all messages follow a rhythm instead of their own times."""
        campaign = self._editor.campaign
        if campaign is None:
            return
        locked = self._editor.locked_ids
        messages = tuple(
            message if message.id in locked or message.when is None else replace(message, when=None)
            for message in campaign.messages
        )
        count = sum(
            before is not now for before, now in zip(campaign.messages, messages, strict=True)
        )
        self._editor.edit_rhythm(rhythm=rhythm, messages=messages)
        if count:
            words = self.tr("%Ln message(s) (follows/follow) the rhythm now", "", count)
            self._offer_undo("ok", words)

    def _offer_undo(self, kind: str, words: str) -> None:
        self._campaigns.notifier.notify(kind, words, self.tr("Undo"), self._editor.undo)

    @Slot(str)
    def show_locked_reason(self, message_id: str = "") -> None:
        """Show why a message cannot be changed."""
        result = self._editor.results.get(message_id)
        words = self.tr("Stop the campaign to change this message.")
        rows = [row for row in result.rows if can_edit(row)] if result is not None else []
        if result is not None and result.is_open and rows:
            words = self.tr("Stop the campaign to change this message, or edit its scheduled post.")
            edit = partial(self.editRequested.emit, rows)
            self._campaigns.notifier.notify("info", words, self.tr("Edit"), edit)
            return
        if result is not None and not result.is_open:
            words = self.tr("This message was sent. Duplicate it to change it ({keys}).")
            if result.can_retry:
                words = self.tr("This message failed. Retry it, or change a duplicate ({keys}).")
            words = words.format(keys=keys.words(keys.DUPLICATE))
        self._campaigns.notifier.notify("info", words)

    # -- the menu --------------------------------------------------------------------------------

    @Slot(str, QPoint)
    def open_menu(self, message_id: str, place: QPoint) -> None:
        self.menu(message_id).popup(place)

    def menu(self, message_id: str) -> Menu:
        """Return the context menu of the selected messages; `message_id` is the clicked one."""
        view, row = self._views.view, self._model.row_of(message_id)
        if message_id not in view.selected_ids():
            view.select_ids([message_id], scroll=False)
        elif message_id != view.current_id():
            keep = QItemSelectionModel.SelectionFlag.NoUpdate
            view.selectionModel().setCurrentIndex(self._model.index(row, 0), keep)
        self._commands.refresh()
        edit, when, up, down, duplicate, delete = self._selection_commands
        menu = Menu(self._views)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add_result_actions(menu, message_id, row)
        menu.addActions([edit, when])
        planned, why = self._model.forecast_at(row), self._why_locked()
        if planned is not None and planned.own:
            words, ids = self.tr("Use the rhythm's time"), view.selected_ids()
            entry = menu.add(words, "undo-2", lambda: self.use_rhythm(ids), tip=why)
            entry.setEnabled(not why)
        if planned is not None and planned.move_to is not None:
            moment = planned.move_to
            words = self.tr("Move to {time}").format(time=self._time_text(moment))
            menu.add(words, "calendar-clock", lambda: self.move_to(row, moment))
        words, add = self.tr("Add pictures…"), partial(self.choose_files_for, message_id)
        pictures = menu.add(words, "image-plus", add, shortcut=keys.ADD_FILES, tip=why)
        pictures.setEnabled(not why)
        menu.addSeparator()
        menu.addActions([up, down, duplicate])
        menu.addSeparator()
        menu.addAction(delete)
        return menu

    def _add_commands(self) -> None:
        """Register the commands for the selected messages."""
        commands = self._commands = Commands("", self._views)
        view = self._views.view

        def add(
            words: str,
            run: Callable[[list[str]], object],
            key: str,
            icon: str,
            why_not: Callable[[], str] = self._why_locked,
            *,
            danger: bool = False,
        ) -> Command:
            def run_on_selected() -> None:
                ids = view.selected_ids()
                if ids:
                    run(ids)

            return commands.add(
                words, run_on_selected, key, icon=icon, why_not=why_not, danger=danger, in_view=True
            )

        def edit(part: str, ids: list[str]) -> None:
            self._editor_controller.open(view.current_id() or ids[0], part)

        self._selection_commands = (
            add(self.tr("Edit"), partial(edit, "text"), keys.EDIT, "pencil"),
            add(self.tr("Set own time…"), partial(edit, "when"), keys.RESCHEDULE, "clock"),
            add(self.tr("Move up"), lambda ids: view.step(ids, -1), keys.MOVE_UP, "chevron-up"),
            add(
                self.tr("Move down"), lambda ids: view.step(ids, 1), keys.MOVE_DOWN, "chevron-down"
            ),
            add(self.tr("Duplicate"), self.duplicate, keys.DUPLICATE, "copy", lambda: ""),
            add(self.tr("Delete"), self.delete, keys.ERASE, "trash-2", danger=True),
        )
        view.handle_key = commands.handle_key

    def _why_locked(self) -> str:
        if any(self._editor.is_locked(key) for key in self._views.view.selected_ids()):
            return self.tr("Stop the campaign to change this message")
        return ""

    def _add_result_actions(self, menu: Menu, message_id: str, row: int) -> None:
        """Add actions of a sent message: show it, retry it."""
        result = self._model.result_at(row)
        if result is None:
            return
        editable = [row for row in result.rows if can_edit(row)]
        if editable:
            edit = partial(self.editRequested.emit, editable)
            menu.add(self.tr("Edit the scheduled post…"), "pencil", edit)
        if result.rows:
            key = result.rows[0].id
            words = self.tr("Show in Schedule")
            menu.add(words, "list", lambda: self.showRequested.emit(key))
        if result.entry is not None:
            entry_id = result.entry.id
            words = self.tr("Show in Activity")
            menu.add(words, "activity", lambda: self.entryRequested.emit(entry_id))
        if result.can_retry:
            delivery = self._campaigns.delivery
            menu.add(self.tr("Retry"), "rotate-cw", lambda: delivery.retry_messages([message_id]))
        if not menu.isEmpty():
            menu.addSeparator()

    # -- files, texts, the clipboard -------------------------------------------------------------

    @Slot()
    def choose_files(self) -> None:
        """Ask for pictures and videos for the edited message; without one, each becomes a
        message."""
        self.choose_files_for(self._editor_controller.open_id)

    @Slot(str)
    def choose_files_for(self, onto: str) -> None:
        """Ask for pictures and videos for the message `onto`; if "", each becomes a message."""
        if self._editor.campaign is None:
            return
        ask_for_files(
            self._views,
            self.tr("Add pictures"),
            [media_filter(), self.tr("All files (*)")],
            lambda paths: self._add_chosen_files(list(paths), onto),
            folder=self.folder() or pictures_folder(),
        )

    def _add_chosen_files(self, paths: list[str], onto: str) -> None:
        if paths:
            self.keep_folder(str(Path(paths[0]).parent))
        self._files.add_files(paths, onto, part=self._editor_controller.part_of(onto))

    @Slot(list, str, int)
    def drop_files(self, paths: list[str], onto: str, at: int) -> None:
        """Add dropped files to the message `onto`; if "", as messages before the row `at`."""
        part = self._editor_controller.part_of(onto)
        self._files.add_files(paths, onto, None if onto else at, part)

    @Slot()
    def paste(self) -> None:
        """Paste: lines, pictures or files become messages; cells of several columns are
        imported."""
        mime = QApplication.clipboard().mimeData()
        if mime is None or self._editor.campaign is None:
            return
        if not mime.hasUrls() and has_columns(mime.text()):
            self.importPasteRequested.emit()
        else:
            self.add_mime(mime)

    @Slot(object, str)
    def add_mime(self, mime: QMimeData, onto: str = "") -> None:
        """Add files, text or a picture. Files and pictures go to the message `onto`; if "", they
        become messages."""
        paths = local_paths(mime)
        if paths:
            self._files.add_files(paths, onto, part=self._editor_controller.part_of(onto))
        elif mime.hasText() and mime.text().strip():
            self.add_text(mime.text())
        elif mime.hasImage():
            image = pasted_picture(mime)
            if image is not None:
                part = self._editor_controller.part_of(onto)
                self._files.add_image(image, onto, part)

    @Slot(str, int)
    def add_text(self, text: str, at: int | None = None) -> None:
        """Add a message for each paragraph, cell or line, before the row `at` (None: at the
        end)."""
        count = len(self._files.add_text(text, at))
        if count:
            self._offer_undo("ok", self.tr("%Ln message(s) added", "", count))
