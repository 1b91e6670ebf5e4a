"""Question at quitting while posts of this computer wait."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.models.words import posts
from posto_desktop.ui.widgets.action_dialog import ActionDialog
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.choices import CheckBox
from posto_desktop.ui.widgets.paragraph import Paragraph

WIDTH = 480


class QuitDialog(ActionDialog):
    """Signal `chosen(str, bool)`: "keep" sends in the background, "stop" waits for the next start;
    True remembers it. `count` posts wait, the first one for `first` ("tomorrow 9:00")."""

    chosen = Signal(str, bool)

    def __init__(self, count: int, first: str, parent: QWidget | None = None) -> None:
        title = self.tr("Quit with {posts} waiting?").format(posts=posts(count))
        super().__init__("quit-question", title, "", width=WIDTH, parent=parent)
        text = self.tr(
            "Only this computer can send them. The first is due {first}. Posto can "
            "keep sending in the background. Otherwise they wait until you start "
            "Posto again, and late posts show as missed."
        ).format(first=first)
        self.setAccessibleDescription(text)
        self.body.addWidget(Paragraph(text, "muted", object_name="quit-text", parent=self))
        self.remember = CheckBox(self.tr("Do this each time"), self)
        self.remember.setObjectName("do-this-each-time")
        self.remember.setToolTip(self.tr("Change it under Settings > General"))
        self.body.addWidget(self.remember)
        self.stop_button = Button(self.tr("Quit and stop sending"), parent=self)
        self.stop_button.setObjectName("quit-and-stop-sending")
        self.foot.insertWidget(self.foot.count() - 1, self.stop_button)
        self.action_button.setText(self.tr("Quit and keep sending"))
        self.action_button.setObjectName("quit-and-keep-sending")
        self.action_button.clicked.connect(self._keep)
        self.stop_button.clicked.connect(self._stop)
        self.action_button.setFocus()
        self.fit()

    @Slot()
    def _keep(self) -> None:
        self._choose("keep")

    @Slot()
    def _stop(self) -> None:
        self._choose("stop")

    def _choose(self, choice: str) -> None:
        self.accept()
        self.chosen.emit(choice, self.remember.isChecked())
