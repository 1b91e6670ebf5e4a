"""The field in which a campaign gets another name, over its row in the list."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from posto_desktop.ui.campaigns.head import LONGEST_NAME
from posto_desktop.ui.widgets.buttons import name_control


class RenameField(QLineEdit):
    """A field over a row. Signal ``done(id, name)``; the id is "" when it was given up."""

    done = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("New name"))
        self.setMaxLength(LONGEST_NAME)
        self._id = ""
        self.editingFinished.connect(self._finished)
        self.hide()

    def ask(self, campaign_id: str, name: str, place: QRect) -> None:
        """Show it with the name selected."""
        self._id = campaign_id
        self.setText(name)
        self.setGeometry(place)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _finished(self) -> None:
        campaign_id, self._id = self._id, ""
        if campaign_id:
            self.hide()
            self.done.emit(campaign_id, self.text().strip())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._id = ""
            self.hide()
            self.done.emit("", "")
            return
        super().keyPressEvent(event)
