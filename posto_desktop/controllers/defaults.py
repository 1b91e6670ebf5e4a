"""Controller of the dialog for channel defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.sdk.records import Channel

if TYPE_CHECKING:
    from posto_desktop.core.styles import StyleRegistry
    from posto_desktop.delivery.style_store import StyleResult
    from posto_desktop.ui.dialogs.defaults_dialog import DefaultsDialog
    from posto_desktop.viewmodels.open_message import OpenMessage
    from posto_desktop.workers.styles import StyleLibrary


class DefaultsController(QObject):
    """Keeps one dialog at a time; `dialog` is the open one or None."""

    def __init__(
        self,
        context: AppContext,
        styles: StyleLibrary,
        message: OpenMessage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self._styles, self._message = context, styles, message
        self.dialog: DefaultsDialog | None = None
        context.window.channel_pane.defaultsRequested.connect(self.open)

    @Slot(object)
    def open(self, channel: Channel | None = None, style: str | None = None) -> None:
        """Show the defaults of a channel, or of the open message's first channel. `style` is the
        layer to show, by default that of the message."""
        if self.dialog is not None:
            self.dialog.raise_()
            return
        from posto_desktop.ui.dialogs.defaults_dialog import DefaultsDialog

        model, draft = self.context.channels, self._message.draft
        first = self._message.channels.listed or model.channels()
        chosen = channel if channel is not None else next(iter(first), None)
        dialog = self.dialog = DefaultsDialog(
            model.channels(),
            chosen.id if chosen is not None else 0,
            draft.style if style is None else style,
            self.context.window,
        )
        dialog.changeRequested.connect(self._styles.set_default)
        dialog.pictureWanted.connect(self._choose_picture)
        dialog.finished.connect(self._closed)
        dialog.set_service(self.context.service.service_address)
        dialog.set_draft(draft)
        if self._styles.known is not None:
            dialog.set_style_registry(self._styles.known)
        else:
            self._styles.watch()
        dialog.open()

    @Slot()
    def _choose_picture(self) -> None:
        from posto_desktop.ui.shared.watermark_fields import ask_for_watermark

        if self.dialog is not None:
            ask_for_watermark(self.dialog, self._styles.import_watermark)

    @Slot()
    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    # -- results of the style library -----------------------------------------------------------

    def changed(self, style_registry: StyleRegistry) -> None:
        if self.dialog is not None:
            self.dialog.set_style_registry(style_registry)

    def done(self, outcome: StyleResult) -> bool:
        """Return True if the outcome belongs to the dialog."""
        if self.dialog is None or outcome.kind not in ("default", "mark"):
            return bool(outcome.kind == "default")
        self.dialog.set_outcome(outcome)
        return True

    def refused(self, name: str, why: str) -> bool:
        if self.dialog is None:
            return False
        self.dialog.set_refused(name, why)
        return True
