"""Commands of the evergreen view: for messages, for runs, for filling."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal, Slot

from posto_desktop.core.evergreen import ComingRun
from posto_desktop.models.evergreen_runs import can_move_back
from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.evergreen.run_text_dialog import RunTextDialog
from posto_desktop.ui.campaigns.evergreen.view import EvergreenView
from posto_desktop.ui.commands import Command, Commands, Words
from posto_desktop.ui.widgets.file_dialogs import ask_for_files, media_filter, pictures_folder
from posto_desktop.viewmodels.evergreen_checks import EvergreenChecks
from posto_desktop.viewmodels.evergreen_files import EvergreenFiles
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState


class EvergreenActions(QObject):
    """Changes messages and runs through the state; a toast offers undo.

    Signals:
        editScheduledRequested(str posto_ref): edit the scheduled posts of a run.
        showScheduledRequested(str posto_ref): show them in the schedule.
    """

    editScheduledRequested = Signal(str)
    showScheduledRequested = Signal(str)

    def __init__(
        self,
        state: EvergreenViewState,
        view: EvergreenView,
        checks: EvergreenChecks,
        files: EvergreenFiles,
        *,
        folder: Callable[[], str],
        keep_folder: Callable[[str], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._state, self._view = state, view
        self._checks, self._files = checks, files
        self._folder, self._keep_folder = folder, keep_folder
        self._run_commands = self._add_run_commands()
        self._message_commands = self._add_message_commands()
        view.addRequested.connect(state.new)
        view.editor.filesRequested.connect(self.choose_files)
        view.editor.filesDropped.connect(files.add)
        view.list.menuRequested.connect(self._open_message_menu)
        view.runs.view.menuRequested.connect(self._open_run_menu)
        view.runs.view.openRequested.connect(self.edit_run)
        selection = view.runs.view.selectionModel()
        selection.currentChanged.connect(self._run_commands.refresh)
        view.runs.model.modelReset.connect(self._run_commands.refresh)
        view.runs.model.dataChanged.connect(self._run_commands.refresh)
        view.list.selectionModel().selectionChanged.connect(self._message_commands.refresh)
        view.model.dataChanged.connect(self._message_commands.refresh)
        state.changed.connect(self._message_commands.refresh)
        state.opened.connect(self._message_commands.refresh)
        self._run_commands.refresh()
        self._message_commands.refresh()

    # -- messages --------------------------------------------------------------------------------

    def _ids(self) -> list[str]:
        """Return the messages to act on: the open one, else the selected ones."""
        message = self._state.message
        return [message.id] if message is not None else self._view.list.selected_ids()

    def _has_ids(self) -> bool:
        return bool(self._ids())

    def _pause_words(self) -> str:
        messages = [self._state.get(key) for key in self._ids()]
        is_paused = bool(messages) and all(each is not None and each.is_paused for each in messages)
        #: Verbs: let an evergreen message go out no more for now, or again.
        return self.tr("Resume") if is_paused else self.tr("Pause")

    @Slot()
    def pause(self) -> None:
        self._state.pause(self._ids())

    @Slot()
    def duplicate(self) -> None:
        self._state.duplicate(self._ids())

    @Slot()
    def delete(self) -> None:
        self._state.delete(self._ids())

    @Slot()
    def open_current(self) -> None:
        self._state.open(self._view.list.current_id())

    @Slot()
    def choose_files(self) -> None:
        if self._state.message is None:
            return
        ask_for_files(
            self._view,
            self.tr("Add pictures"),
            [media_filter(), self.tr("All files (*)")],
            lambda paths: self._add_files(list(paths)),
            folder=self._folder() or pictures_folder(),
        )

    def _add_files(self, paths: list[str]) -> None:
        if paths:
            self._keep_folder(str(Path(paths[0]).parent))
        self._files.add(paths)

    def _add_message_commands(self) -> Commands:
        commands = Commands("", self._view)
        can = self._has_ids
        #: Verb.
        words = self.tr("Open")
        commands.add(words, self.open_current, keys.OPEN, icon="square-pen", in_view=True, can=can)
        pause = commands.add(
            self._pause_words, self.pause, keys.PAUSE, icon="pause", in_view=True, can=can
        )
        words = self.tr("Duplicate")
        duplicate = commands.add(
            words, self.duplicate, keys.DUPLICATE, icon="copy", in_view=True, can=can
        )
        commands.add_separator()
        delete = commands.add(
            self.tr("Delete"),
            self.delete,
            keys.ERASE,
            icon="trash-2",
            danger=True,
            in_view=True,
            can=can,
        )
        self._view.list.handle_key = commands.handle_key
        self._view.editor.set_commands(pause, duplicate, delete)
        return commands

    @Slot(QPoint)
    def _open_message_menu(self, place: QPoint) -> None:
        self._message_commands.menu(self._view).popup(place)

    # -- runs ------------------------------------------------------------------------------------

    def _run(self) -> ComingRun | None:
        return self._view.runs.view.current()

    def _on_run(self, change: Callable[[ComingRun], object], can: Callable[[], bool]) -> None:
        run = self._run()
        if run is not None and can():
            change(run)

    def _can_skip(self) -> bool:
        run = self._run()
        return run is not None and bool(run.message_id)

    def _can_pin(self) -> bool:
        run = self._run()
        return run is not None and bool(run.message_id) and not (run.is_filled or run.is_pinned)

    def _can_move_back(self) -> bool:
        run = self._run()
        return run is not None and can_move_back(run)

    def _can_leave_free(self) -> bool:
        run = self._run()
        return run is not None and bool(run.message_id) and not run.is_filled

    def _is_filled(self) -> bool:
        run = self._run()
        return run is not None and run.is_filled and bool(run.posto_ref)

    def _has_message(self) -> bool:
        run = self._run()
        return run is not None and self._state.get(run.message_id) is not None

    @Slot()
    def edit_run(self) -> None:
        """Edit the text of this run, or the posts that it has scheduled."""
        run = self._run()
        if run is None or not run.message_id:
            return
        if run.is_filled:
            self.editScheduledRequested.emit(run.posto_ref)
            return
        dialog = RunTextDialog(run, self._view.runs.model, self._checks, self._view.window())
        dialog.chosen.connect(lambda text: self._state.edit_run(run, text))
        dialog.open()

    def _open_message(self, run: ComingRun) -> None:
        self._state.open(run.message_id)

    def _add_run_commands(self) -> Commands:
        state, commands = self._state, Commands("", self._view)

        def add(
            words: Words,
            change: Callable[[ComingRun], object],
            key: str,
            icon: str,
            can: Callable[[], bool],
            tip: str = "",
        ) -> Command:
            def run() -> None:
                self._on_run(change, can)

            return commands.add(words, run, key, icon=icon, tip=tip, can=can, in_view=True)

        edit = commands.add(
            self.tr("Edit…"),
            self.edit_run,
            keys.EDIT,
            icon="pencil",
            tip=self.tr("Change the text of this run only"),
            can=self._can_skip,
            in_view=True,
        )
        #: Verb: leave this run out.
        words, tip = self.tr("Skip"), self.tr("Let another message take this turn")
        skip = add(words, state.skip, keys.SKIP, "skip", self._can_skip, tip)
        #: Verb: keep a message at its time.
        words, tip = self.tr("Pin"), self.tr("Keep this message at this time")
        pin = add(words, state.pin, keys.PIN, "pin", self._can_pin, tip)
        words, tip = self.tr("Move back"), self.tr("Let the turn decide again")
        back = add(words, state.move_back, keys.MOVE_BACK, "undo-2", self._can_move_back, tip)
        commands.add_separator()
        words = self.tr("Leave this slot free")
        add(words, state.skip_slot, keys.DELETE, "circle-dashed", self._can_leave_free)
        words = self.tr("Open the message")
        add(words, self._open_message, "", "square-pen", self._has_message)
        words = self.tr("Show in Schedule")
        show = self.showScheduledRequested
        add(words, lambda run: show.emit(run.posto_ref), "", "list", self._is_filled)
        view = self._view.runs.view
        view.handle_key = commands.handle_key
        for command, icon, name in (
            (edit, "pencil", "edit-run"),
            (skip, "skip", "skip-run"),
            (pin, "pin", "pin-run"),
            (back, "undo-2", "move-run-back"),
        ):
            self._view.runs.add_button(command, icon, name)
        return commands

    @Slot(QPoint)
    def _open_run_menu(self, place: QPoint) -> None:
        self._run_commands.menu(self._view).popup(place)

    # -- filling ---------------------------------------------------------------------------------

    def why_not_fill(self) -> str:
        """Return why nothing can be filled now; "" if it can."""
        state = self._state
        if state.is_filling:
            return self.tr("The slots are being filled.")
        if not state.has_preview:
            return self.tr("The next runs are being computed.")
        if not state.preview.coming:
            return self.tr("There is nothing to fill: see the list of the next runs.")
        return ""
