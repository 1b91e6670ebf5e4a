"""The action bar of a campaign: whether it is kept, and starting, stopping, going on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, SplitButton, name_control
from posto_desktop.ui.widgets.labels import ElidedLabel, set_role
from posto_desktop.ui.widgets.menu import Menu


class CampaignFoot(QFrame):
    """Signals: ``startRequested()``, ``stopRequested()``, ``retryRequested()``,
    ``saveRequested()``, ``duplicateRequested()``, ``deleteRequested()``."""

    startRequested = Signal()
    stopRequested = Signal()
    retryRequested = Signal()
    saveRequested = Signal()
    duplicateRequested = Signal()
    deleteRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("campaign-action-bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(8)
        self._mark = QLabel(self)
        self._looks = ("circle-dashed", "text_faint")
        row.addWidget(self._mark)
        self.state = ElidedLabel("", "small", parent=self)
        self.state.setObjectName("campaign-save-state")
        row.addWidget(self.state, 1)
        self.save = Button(self.tr("Save as draft"), "quiet", parent=self)
        name_control(self.save, self.tr("Save campaign"))
        self.save.setToolTip(self.tr("It saves itself; this goes back to the list (Ctrl+S)"))
        self.save.clicked.connect(self.saveRequested)
        row.addWidget(self.save)
        self.retry = Button("", "quiet", icon="rotate-cw", parent=self)
        name_control(self.retry, self.tr("Retry failed"))
        self.retry.clicked.connect(self.retryRequested)
        self.retry.hide()
        row.addWidget(self.retry)
        self.stop = Button(self.tr("Stop"), parent=self)
        name_control(self.stop, self.tr("Stop campaign"))
        self.stop.set_lucide("pause")
        self.stop.clicked.connect(self.stopRequested)
        self.stop.hide()
        row.addWidget(self.stop)
        self.start = SplitButton(self.tr("Schedule"), self.tr("More for this campaign"), self)
        name_control(self.start.button, self.tr("Start campaign"))
        self.start.clicked.connect(self.startRequested)
        row.addWidget(self.start)
        self._menu = Menu(self)
        self.start_action = QAction(self)
        self.start_action.triggered.connect(self.startRequested)
        self._menu.addAction(self.start_action)
        self.stop_action = self._menu.add(
            self.tr("Stop campaign"), "pause", self.stopRequested.emit
        )
        self.retry_action = self._menu.add("", "rotate-cw", self.retryRequested.emit)
        self._menu.addSeparator()
        self._menu.add(self.tr("Duplicate campaign"), "copy", self.duplicateRequested.emit)
        words = self.tr("Delete campaign")
        self._menu.add(words, "trash-2", self.deleteRequested.emit, danger=True)
        self.start.setMenu(self._menu)
        self.restyle()

    def show_state(self, words: str, kind: str, tip: str = "") -> None:
        """`kind`: "kept", "open" (to be kept soon), "bad" (could not be kept), "plain"."""
        self.state.setText(words)
        self.state.setToolTip(tip or words)
        set_role(self.state, "error-small" if kind == "bad" else "small")
        self._looks = {
            "kept": ("circle-check", ""),
            "bad": ("triangle-alert", "danger_text"),
            "plain": ("info", "text_faint"),
        }.get(kind, ("circle-dashed", "text_faint"))
        self._show_mark()

    def show_actions(
        self, start: str, *, hint: str = "", stop: bool = False, retry: str = "", draft: bool = True
    ) -> None:
        """The words of the main button, disabled with a `hint` that says why; whether there is
        something to stop; the words of what may be tried again, "" for nothing."""
        if self.start.text() != start:
            self.start.setText(start)
            self.start.setMinimumWidth(self.start.sizeHint().width())
        self.start.button.setEnabled(not hint)
        self.start.setToolTip(hint or self.tr("{deed} (Ctrl+Enter)").format(deed=start))
        self.start_action.setText(start)
        self.start_action.setIcon(icons.icon("clock"))
        self.start_action.setEnabled(not hint)
        self.stop.setVisible(stop)
        self.stop_action.setVisible(stop)
        self.retry.setVisible(bool(retry))
        self.retry.setText(retry)
        self.retry_action.setVisible(bool(retry))
        self.retry_action.setText(retry)
        self.save.setVisible(draft)

    def _show_mark(self) -> None:
        theme = Theme.instance()
        name, role = self._looks
        colour = theme.colour(role) if role else theme.status("sent").fg
        self._mark.setPixmap(icons.pixmap(name, 16, colour, self.devicePixelRatioF()))

    def restyle(self) -> None:
        self.setFixedHeight(Theme.instance().px("size.action_bar"))
        self._show_mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, Theme.instance().colour("border"))
        painter.end()
        super().paintEvent(event)
