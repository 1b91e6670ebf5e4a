"""Row of Settings > Storage about the insights that are kept: how many, export, delete."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.common.user_error import message_of
from posto_desktop.delivery.insight_store import StoredAmount
from posto_desktop.models.dates import day_words
from posto_desktop.ui.settings.context import SettingsServices
from posto_desktop.ui.settings.settings_page import SettingsCard
from posto_desktop.ui.settings.storage_task import StorageTask
from posto_desktop.ui.widgets.buttons import Button, set_enabled
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.ui.widgets.file_dialogs import ask_where_to_save
from posto_desktop.workers.runner import JobHandle

__all__ = ["StoredInsights"]


class StoredInsights(QWidget):
    """The buttons of the row, which it adds to a card."""

    def __init__(self, tools: SettingsServices, card: SettingsCard) -> None:
        super().__init__()
        self._tools = tools
        self._handle: JobHandle | None = None
        self._target = Path()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.save = StorageTask(
            self.tr("Export…"),
            self.tr("Export all insights"),
            self.tr("Stop the export"),
            "export-all-insights",
        )
        self.delete = Button(self.tr("Delete…"), small=True)
        self.delete.setObjectName("delete-insights")
        self.delete.setAccessibleDescription(self.tr("Delete all insights"))
        line.addWidget(self.save)
        line.addWidget(self.delete)
        self.row = card.add_row(self.tr("Insights on this computer"), self.tr("Measuring"), self)
        self.save.button.clicked.connect(self._ask_target)
        self.save.stop.clicked.connect(self._stop)
        self.delete.clicked.connect(self._ask_delete)
        tools.insights.amount_loaded.connect(self._show_amount)
        tools.insights.load_amount()

    @Slot(object)
    def _show_amount(self, amount: StoredAmount) -> None:
        is_empty = amount.first is None
        for button in (self.save.button, self.delete):
            set_enabled(button, not is_empty, self.tr("There are no insights yet"))
        if amount.first is None:
            self.row.set_hint(self.tr("None yet"))
            return
        words = self.tr("%Ln post(s) since {day}; deleted when older", "", amount.posts)
        self.row.set_hint(words.format(day=day_words(amount.first.date(), "d MMM yyyy")))

    # -- exporting ---------------------------------------------------------------------------------

    @Slot()
    def _ask_target(self) -> None:
        ask_where_to_save(
            self,
            self.tr("Export all insights"),
            [self.tr("Tables (*.csv)")],
            self.export,
            proposed="Posto insights.csv",
            suffix="csv",
        )

    @Slot(str)
    def export(self, path: str) -> None:
        """Write all readings to a file."""
        from posto_desktop.workers.insight_jobs import write_readings

        self._target = Path(path)
        self._handle = handle = self._tools.runner.submit(
            write_readings, self._target, self._tools.paths.database, parent=self
        )
        self.save.set_running(True)
        handle.progress.connect(self._progress)
        handle.done.connect(self._written)
        handle.failed.connect(self._failed)
        handle.cancelled.connect(self._ended)

    @Slot()
    def _stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    @Slot(object)
    def _progress(self, progress: tuple[int, int]) -> None:
        done, total = progress
        self.save.bar.setValue(round(1000 * done / max(total, 1)))

    @Slot(object)
    def _written(self, _count: int) -> None:
        self._ended()
        self.row.set_hint(self.tr("Written to {name}").format(name=self._target.name))

    @Slot(object)
    def _failed(self, error: object) -> None:
        self._ended()
        reason = message_of(error, self.tr("Failed: {why}").format(why=error))
        self.row.set_hint(reason, "error-small")

    @Slot()
    def _ended(self) -> None:
        self._handle = None
        self.save.set_running(False)

    # -- deleting ----------------------------------------------------------------------------------

    @Slot()
    def _ask_delete(self) -> None:
        question = ConfirmDialog(
            self.tr("Delete all insights?"),
            self.tr(
                "The numbers of all workspaces are deleted from this computer. Networks still have"
                " theirs; posts of the last 30 days are read again."
            ),
            self.tr("Delete"),
            parent=self,
        )
        question.accepted.connect(self._tools.insights.delete_all)
        question.open()
