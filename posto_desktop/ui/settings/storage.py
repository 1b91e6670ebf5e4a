"""Settings > Storage: folders and sizes, cache, backup and restore."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLocale, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from posto_desktop import __version__
from posto_desktop.common.locale_words import listed
from posto_desktop.common.user_error import message_of
from posto_desktop.models.dates import full_when
from posto_desktop.models.numbers import grouped
from posto_desktop.storage.backup import SUFFIX, BackupContents
from posto_desktop.ui.settings.context import SettingsContext
from posto_desktop.ui.settings.settings_page import SettingsPage, breakable
from posto_desktop.ui.settings.storage_task import StorageTask
from posto_desktop.ui.settings.stored_insights import StoredInsights
from posto_desktop.ui.widgets.buttons import Button, set_enabled
from posto_desktop.ui.widgets.file_dialogs import ask_for_file, ask_where_to_save
from posto_desktop.ui.widgets.setting_row import SettingRow
from posto_desktop.workers import folder_jobs
from posto_desktop.workers.runner import JobHandle

SI = QLocale.DataSizeFormat.DataSizeSIFormat


class StoragePage(SettingsPage):
    """All work runs in jobs; the page shows the results."""

    def __init__(self, context: SettingsContext, parent: QWidget | None = None) -> None:
        super().__init__("storage", context, parent)
        self._tools = context.parts
        self._leave = context.leave
        self._handle: JobHandle | None = None
        self._running: tuple[StorageTask, SettingRow] | None = None
        card = self.add_card(self.tr("Folders"))
        self._folders: dict[str, SettingRow] = {}
        for kind, title in (
            ("config", self.tr("Settings and styles")),
            ("data", self.tr("Drafts, outbox and the workspace on this computer")),
            ("logs", self.tr("Log files")),
        ):
            self._folders[kind] = card.add_row(title, self.tr("Measuring"), self._opener(kind))
        self.rows["folders"] = self._folders["config"]
        clear = StorageTask(
            self.tr("Clear the cache"),
            self.tr("Clear the cache"),
            self.tr("Stop clearing"),
            "clear-the-cache",
        )
        self._folders["cache"] = card.add_row(
            self.tr("Cache of pictures"), self.tr("Measuring"), clear
        )
        self.rows["cache"] = self._folders["cache"]
        card = self.add_section("Insights")
        self.insights = StoredInsights(self._tools, card)
        card = self.add_card(self.tr("Everything in one file"))
        save = StorageTask(
            self.tr("Back up…"),
            self.tr("Back up everything"),
            self.tr("Stop backing up"),
            "back-up-everything",
        )
        self._backup_row = card.add_row(
            self.tr("Back up everything"),
            self.tr(
                "Settings, styles, snippets, accounts, drafts, the outbox, and the workspace "
                "of this computer with its files. Passwords are not included."
            ),
            save,
        )
        self.rows["backup"] = self._backup_row
        load = StorageTask(
            self.tr("Restore…"),
            self.tr("Restore a backup"),
            self.tr("Stop restoring"),
            "restore-a-backup",
        )
        self._restore_row = card.add_row(
            self.tr("Restore a backup"),
            self.tr(
                "Posto checks the file, moves your current data to a separate folder and restarts."
            ),
            load,
        )
        self.rows["restore"] = self._restore_row
        clear.button.clicked.connect(self.clear)
        save.button.clicked.connect(self._ask_target)
        load.button.clicked.connect(self._ask_source)
        self._clear, self._save, self._load = clear, save, load
        for task in (clear, save, load):
            task.stop.clicked.connect(self._stop)
        self._measure()

    def _opener(self, kind: str) -> Button:
        names = {
            "config": self.tr("Open the folder of settings"),
            "data": self.tr("Open the folder of data"),
            "logs": self.tr("Open the folder of log files"),
        }
        #: Verb.
        button = Button(self.tr("Open"), icon="external-link", small=True)
        button.setAccessibleDescription(names[kind])
        button.setObjectName(f"open-folder-{kind}")
        button.clicked.connect(lambda: self._open(kind))
        return button

    def _open(self, kind: str) -> None:
        folder = folder_jobs.folder_of(self._tools.paths, kind)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # -- sizes and the cache -------------------------------------------------------------------

    def _measure(self) -> None:
        handle = self._tools.runner.submit(folder_jobs.measure, self._tools.paths, parent=self)
        handle.done.connect(self._measured)
        handle.failed.connect(self._not_measured)

    @Slot(object)
    def _measured(self, sizes: list[folder_jobs.FolderSize]) -> None:
        for measured in sizes:
            folder = folder_jobs.folder_of(self._tools.paths, measured.kind)
            row = self._folders[measured.kind]
            row.set_hint(
                self.tr("{size} in {folder}").format(
                    size=QLocale().formattedDataSize(measured.size, 1, SI), folder=breakable(folder)
                )
            )
            if measured.kind == "cache" and self._running is None:
                set_enabled(self._clear.button, measured.files > 0, self.tr("The cache is empty"))

    @Slot(object)
    def _not_measured(self, _error: object) -> None:
        for row in self._folders.values():
            row.set_hint(self.tr("Size unknown"))

    @Slot()
    def clear(self) -> None:
        """Clear the cache."""
        handle = self._begin(
            self._clear,
            self._folders["cache"],
            self._tools.runner.submit(folder_jobs.clear_cache, self._tools.paths, parent=self),
        )
        if handle is not None:
            handle.done.connect(self._cleared)

    @Slot(object)
    def _cleared(self, _freed: int) -> None:
        self._end()
        self._measure()

    # -- backing up ----------------------------------------------------------------------------

    @Slot()
    def _ask_target(self) -> None:
        ask_where_to_save(
            self,
            self.tr("Back up everything"),
            [self._backups()],
            self.back_up,
            proposed=f"Posto {datetime.now():%Y-%m-%d}{SUFFIX}",
            suffix=SUFFIX[1:],
        )

    def _backups(self) -> str:
        #: Keep the brackets and what is in them.
        return self.tr("Backups of Posto (*{suffix})").format(suffix=SUFFIX)

    @Slot(str)
    def back_up(self, path: str) -> None:
        """Back up everything into a file."""
        self._target = Path(path)
        handle = self._begin(
            self._save,
            self._backup_row,
            self._tools.runner.submit(
                folder_jobs.make_backup, self._tools.paths, self._target, __version__, parent=self
            ),
        )
        if handle is not None:
            handle.done.connect(self._backed_up)

    @Slot(object)
    def _backed_up(self, made: BackupContents) -> None:
        self._end()
        self._backup_row.set_hint(
            self.tr(
                "Saved as {name}: %Ln file(s), {size}. Passwords are not included.", "", made.files
            ).format(name=self._target.name, size=QLocale().formattedDataSize(made.size, 1, SI))
            + self._left_out(made)
        )

    def _left_out(self, made: BackupContents) -> str:
        if not made.left_out:
            return ""
        return self.tr(" Left out because of their names: {names}.").format(
            names=listed(made.left_out[:5]) + ("…" if len(made.left_out) > 5 else "")
        )

    # -- restoring -----------------------------------------------------------------------------

    @Slot()
    def _ask_source(self) -> None:
        ask_for_file(
            self,
            self.tr("Restore a backup"),
            [self._backups(), self.tr("All files (*)")],
            self.restore,
        )

    @Slot(str)
    def restore(self, path: str) -> None:
        """Check a backup, and ask before it replaces the current data."""
        handle = self._begin(
            self._load,
            self._restore_row,
            self._tools.runner.submit(
                folder_jobs.stage_backup, self._tools.paths, Path(path), parent=self
            ),
        )
        if handle is not None:
            handle.done.connect(self._checked)

    @Slot(object)
    def _checked(self, contents: BackupContents) -> None:
        from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog

        self._end()
        question = ConfirmDialog(
            self.tr("Restore this backup?"),
            self.tr(
                "Made {when}. Drafts: {drafts}, files: {files}. Your current data, "
                "including posts waiting to be sent, moves to a folder named "
                "“before-restore”. Posto restarts."
            ).format(
                when=full_when(contents.made_at),
                files=grouped(contents.files),
                drafts=grouped(contents.counts.get("drafts", 0)),
            ),
            self.tr("Restore and restart"),
            cancel=self.tr("Keep current data"),
            parent=self,
        )
        question.accepted.connect(self._agreed)
        question.rejected.connect(self._cancel_restore)
        question.open()

    @Slot()
    def _agreed(self) -> None:
        handle = self._tools.runner.submit(
            folder_jobs.agree_to_backup, self._tools.paths, parent=self
        )
        handle.done.connect(self._restart)
        handle.failed.connect(self._failed)

    @Slot(object)
    def _restart(self, _done: object) -> None:
        self._leave(self._tools.restart)

    @Slot()
    def _cancel_restore(self) -> None:
        self._tools.runner.submit(folder_jobs.drop_backup, self._tools.paths, parent=self)
        self._restore_row.set_hint(self.tr("Nothing was changed."))

    # -- one thing at a time -------------------------------------------------------------------

    def _begin(self, task: StorageTask, row: SettingRow, handle: JobHandle) -> JobHandle | None:
        if self._running is not None:
            handle.cancel()
            return None
        self._running = (task, row)
        self._handle = handle
        task.set_running(True)
        task.bar.setValue(0)
        for storage_task in (self._clear, self._save, self._load):
            set_enabled(storage_task.button, False, self.tr("Wait for the running task to finish"))
        handle.progress.connect(self._progress)
        handle.failed.connect(self._failed)
        handle.cancelled.connect(self._stopped)
        return handle

    def _end(self) -> None:
        if self._running is not None:
            self._running[0].set_running(False)
        self._running = self._handle = None
        for storage_task in (self._clear, self._save, self._load):
            set_enabled(storage_task.button, True, "")

    @Slot()
    def _stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    @Slot(object)
    def _progress(self, progress: tuple[int, int]) -> None:
        done, total = progress
        if self._running is not None:
            self._running[0].bar.setValue(round(1000 * done / total) if total else 1000)

    @Slot(object)
    def _failed(self, error: object) -> None:
        row = self._running[1] if self._running is not None else self._backup_row
        self._end()
        reason = message_of(error, self.tr("Failed: {why}").format(why=error))
        row.set_hint(reason, "error-small")

    @Slot()
    def _stopped(self) -> None:
        row = self._running[1] if self._running is not None else self._backup_row
        self._end()
        row.set_hint(self.tr("Stopped. Nothing was changed."))
        if row is self._folders["cache"]:
            self._measure()
