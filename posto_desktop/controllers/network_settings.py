"""Controller of the dialog for a network's settings in the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext

if TYPE_CHECKING:
    from posto_desktop.ui.dialogs.network_settings_dialog import NetworkSettingsDialog


class NetworkSettingsController(QObject):
    """Keeps one dialog at a time; `dialog` is the open one or None."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.dialog: NetworkSettingsDialog | None = None
        context.window.channel_pane.networkSettingsRequested.connect(self.open)

    @Slot(str)
    def open(self, network: str) -> None:
        if self.dialog is not None:
            self.dialog.raise_()
            return
        from posto_desktop.ui.dialogs.network_settings_dialog import NetworkSettingsDialog
        from posto_desktop.workers.network_settings import NetworkSettingsLoader

        service = self.context.service
        dialog = self.dialog = NetworkSettingsDialog(network, self.context.window)
        # The loader is a child of the dialog, so late answers are dropped.
        worker = NetworkSettingsLoader(
            self.context.runner, service.client_pool, service.workspace_id, dialog
        )
        dialog.loadRequested.connect(worker.load)
        dialog.saveRequested.connect(worker.save)
        worker.loaded.connect(dialog.set_loaded)
        worker.saved.connect(dialog.set_saved)
        worker.conflicted.connect(dialog.set_conflict)
        worker.failed.connect(dialog.set_failed)
        worker.unclear.connect(dialog.set_unclear)
        dialog.finished.connect(self._closed)
        dialog.open()
        dialog.load()

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
