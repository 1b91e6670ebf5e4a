"""Controller of the import dialog for campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices

from posto_desktop.controllers.context import AppContext
from posto_desktop.delivery.import_steps import MEMORY_FILE

if TYPE_CHECKING:
    from posto_desktop.core.campaign import CampaignMessage
    from posto_desktop.ui.campaigns.importing.dialog import ImportDialog
    from posto_desktop.ui.campaigns.page import CampaignsPage


class CampaignImportController(QObject):
    """Opens the import dialog for the Campaigns page, one file after the other."""

    def __init__(self, context: AppContext, page: CampaignsPage) -> None:
        super().__init__(page)
        self._context = context
        self._page = page
        self._files: list[str] = []
        self._dialog: ImportDialog | None = None
        page.importRequested.connect(self.open)
        page.importFilesRequested.connect(self.open_files)
        page.importPasteRequested.connect(self.paste)
        page.importSampleRequested.connect(self.use_sample)

    @Slot()
    def open(self) -> None:
        """Open the dialog without a file."""
        if self._dialog is None:
            self._open("")

    @Slot()
    def paste(self) -> None:
        if self._dialog is None:
            self._open("").paste()

    @Slot()
    def use_sample(self) -> None:
        if self._dialog is None:
            self._open("").use_sample()

    @Slot(list)
    def open_files(self, paths: Sequence[str]) -> None:
        self._files += [path for path in paths if path not in self._files]
        if self._dialog is None:
            self._next()

    @Slot()
    def _next(self) -> None:
        self._dialog = None
        if self._files:
            self._open(self._files.pop(0))

    def _open(self, path: str) -> ImportDialog:
        from posto_desktop.ui.campaigns.importing.dialog import ImportContext, ImportDialog

        context, page = self._context, self._page
        campaigns = page.campaigns
        campaign = campaigns.editor.campaign
        ticked = campaign.channel_ids if campaign is not None else campaigns.first_channels()
        place = ImportContext(
            campaigns.zone,
            campaigns.clock,
            channels=context.channels.channels(),
            ticked=sorted(ticked),
            scheduled_rows=campaigns.delivery.scheduled_rows,
            messages=campaign.messages if campaign is not None else (),
            memory=context.paths.config / MEMORY_FILE,
            folder=context.paths.data / "pasted",
            name=campaign.name.strip() if campaign is not None else "",
            accounts=context.channels.accounts(),
        )
        dialog = ImportDialog(page, context.runner, place, context.images)
        self._dialog = dialog
        dialog.imported.connect(self._imported)
        dialog.sampleSaved.connect(self._show_sample_saved)
        dialog.finished.connect(self._next)
        dialog.open()
        if path:
            dialog.open_file(path)
        return dialog

    @Slot(object)
    def _show_sample_saved(self, path: Path) -> None:
        folder = str(path.parent)
        self._context.window.show_notification(
            "ok",
            self.tr("Sample saved as {file}").format(file=path.name),
            str(path),
            action_text=self.tr("Show in folder"),
            callback=lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(folder)),
        )

    @Slot(object)
    def _imported(self, messages: Sequence[CampaignMessage]) -> None:
        count = self._page.add_messages(messages)
        words = self.tr("%Ln message(s) imported", "", count)
        if surplus := len(messages) - count:
            more = self.tr("%Ln more exceed the limit of one campaign", "", surplus)
            words = f"{words}. {more}"
        self._context.window.show_notification(
            "ok" if count == len(messages) else "warning",
            words,
            action_text=self.tr("Undo") if count else None,
            callback=self._page.campaigns.editor.undo if count else None,
        )
