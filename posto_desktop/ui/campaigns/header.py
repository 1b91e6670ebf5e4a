"""Header of an open campaign: back, name, status, buttons to add messages."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.commands import Command
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.fields import TitleField
from posto_desktop.ui.widgets.labels import StatusPill
from posto_desktop.ui.widgets.menu import Menu

LONGEST_NAME = 120
_ARROW = 14


class CampaignNameField(TitleField):
    """Title field with the name. Signals: ``renamed(str)`` while typing; ``left()`` after Enter or
    Escape, to move the focus."""

    renamed = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Campaign name"), "campaign-name")
        self.setMaxLength(LONGEST_NAME)
        self.setProperty("role", "title")
        self.setPlaceholderText(self.tr("Name of the campaign"))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._wide = 200
        self.textEdited.connect(self._edited)
        self.textChanged.connect(self._fit)

    def show_name(self, name: str) -> None:
        """Show the name unless the user is typing it."""
        if self.text().strip() != name:
            self.setText(name)
            self.setCursorPosition(0)

    def _edited(self, text: str) -> None:
        self.renamed.emit(text.strip())

    def _fit(self) -> None:
        words = self.text() or self.placeholderText()
        metrics = QFontMetrics(Theme.instance().font("page"))
        self._wide = metrics.horizontalAdvance(words) + 26
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._wide, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self._wide, 120), super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        self.setFont(Theme.instance().font("page"))
        self._fit()


class _MenuButton(Button):
    """Button with a menu arrow."""

    def __init__(self, text: str, object_name: str, icon: str, parent: QWidget) -> None:
        super().__init__(text, icon=icon, parent=parent)
        self.setObjectName(object_name)
        # the stylesheet reserves the space, also in a mirrored layout
        self.setProperty("arrow", True)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        place = QRect(self.width() - 13 - _ARROW, 0, _ARROW, self.height())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            place.moveLeft(13)
        role = "text" if self.isEnabled() else "text_disabled"
        painters.paint_icon(painter, place, "chevron-down", 14, Theme.instance().colour(role))
        painter.end()


class CampaignHeader(QWidget):
    """Signals: ``backRequested()``, ``renamed(str)``, ``nameLeft()``, ``filesRequested()``,
    ``pasteRequested()``. Commands connect the other buttons."""

    backRequested = Signal()
    renamed = Signal(str)
    nameLeft = Signal()
    filesRequested = Signal()
    pasteRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 6, 16, 12)
        column.setSpacing(2)
        self.back = Button(self.tr("Campaigns"), "quiet", small=True, parent=self)
        self.back.setObjectName("all-campaigns")
        self.back.set_lucide("chevron-start")
        self.back.setToolTip(self.tr("Back to the list of campaigns"))
        self.back.clicked.connect(self.backRequested)
        back = QHBoxLayout()
        back.setContentsMargins(0, 0, 0, 0)
        back.addSpacing(-9)
        back.addWidget(self.back)
        back.addStretch(1)
        column.addLayout(back)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addSpacing(-9)
        self.name = CampaignNameField(self)
        self.name.renamed.connect(self.renamed)
        self.name.left.connect(self.nameLeft)
        row.addWidget(self.name)
        self.pill = StatusPill("draft", parent=self)
        self.pill.setObjectName("campaign-state")
        row.addWidget(self.pill)
        row.addStretch(1)
        self.timeline = IconButton(
            "panel-end", self.tr("Show timeline"), "show-timeline", parent=self
        )
        self.timeline.hide()
        row.addWidget(self.timeline)
        self.import_button = Button(self.tr("Import CSV…"), icon="file-up", parent=self)
        self.import_button.setObjectName("import-messages")
        self.import_button.setToolTip(self.tr("Import messages from a CSV, Excel or JSON file"))
        row.addWidget(self.import_button)
        self.add = _MenuButton(self.tr("Add messages"), "add-messages", "plus", self)
        self.add.clicked.connect(self.open_menu)
        row.addWidget(self.add)
        column.addLayout(row)
        self.restyle()

    def set_commands(self, write: Command, import_table: Command) -> None:
        """Connect the commands that add messages."""
        import_table.bind(self.import_button)
        self._menu = Menu(self)
        self._menu.addAction(write)
        for words, icon, signal, key in (
            (
                self.tr("One message for each picture…"),
                "image-plus",
                self.filesRequested,
                keys.ADD_FILES,
            ),
            (
                self.tr("Paste lines as messages"),
                "clipboard-copy",
                self.pasteRequested,
                keys.PASTE,
            ),
        ):
            self._menu.add(words, icon, signal.emit, shortcut=key)
        self._menu.addAction(import_table)

    def open_menu(self) -> None:
        """Open the menu under the Add button."""
        hint = self._menu.sizeHint()
        place = QPoint(self.add.width() - hint.width(), self.add.height() + 4)
        self._menu.popup(self.add.mapToGlobal(place))

    def show_state(self, status: str, words: str) -> None:
        """Show the status: its token and text."""
        self.pill.set_status(status, words)

    def restyle(self) -> None:
        self.name.restyle()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colour = Theme.instance().colour("border")
        painter.fillRect(0, self.height() - 1, self.width(), 1, colour)
        painter.end()
