"""Panel shown instead of the editor if a style file cannot be read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import label


class DamagedStylePanel(QWidget):
    """Explains what the user can do and opens the folder."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        words = self.tr(
            "Posto cannot use this file and will not change it. Fix it in a text editor or "
            "remove it from its folder."
        )
        column.addWidget(label(words, "muted", object_name="damaged-style", wrap=True))
        self.open = Button(self.tr("Open the folder"), icon="external-link", parent=self)
        name_control(self.open, self.tr("Open the folder of styles"), "open-the-folder-of-styles")
        self.open.clicked.connect(self._open)
        column.addWidget(self.open, 0, Qt.AlignmentFlag.AlignLeft)

    def show_file(self, path: Path | None) -> None:
        """Show the panel for this file; None hides it."""
        self._path = path
        self.setVisible(path is not None)

    @Slot()
    def _open(self) -> None:
        if self._path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._path.parent)))
