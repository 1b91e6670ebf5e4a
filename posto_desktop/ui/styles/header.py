"""Header of the style editor: icon, name, usage, buttons."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.styles.list_pane import icon_of
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.fields import TitleField
from posto_desktop.ui.widgets.labels import ElidedLabel

HEIGHT = 68


class _Mark(QWidget):
    """Icon of the style on a soft square."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = ""
        self.setFixedSize(40, 40)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()), 9, 9)
        if self.name:
            colour = theme.colour("accent_soft_text")
            painters.paint_icon(painter, QRect(0, 0, 40, 40), self.name, 20, colour)
        painter.end()


class StyleNameField(TitleField):
    """Title field with the name. Signal ``renamed(str)`` after Enter or when it loses the focus."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Style name"), "style-name")
        self.setMaxLength(100)
        self.setProperty("role", "title")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.editingFinished.connect(self._finished)
        self._shown = ""

    def show_name(self, name: str) -> None:
        """Show the name unless the user is typing it."""
        if self._shown != name or not self.hasFocus():
            self._shown = name
            self.setText(name)
            self.setCursorPosition(0)

    def _finished(self) -> None:
        name = self.text().strip()
        if not name:
            self.setText(self._shown)
        elif name != self._shown:
            self._shown = name
            self.renamed.emit(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self._shown)
            return
        super().keyPressEvent(event)

    def restyle(self) -> None:
        self.setFont(Theme.instance().font("dialog"))


class StyleHeader(QWidget):
    """Signals: ``renamed(str)``, ``usesRequested()``, ``menuRequested()``."""

    renamed = Signal(str)
    usesRequested = Signal()
    menuRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 14, 0)
        row.setSpacing(8)
        self._mark = _Mark(self)
        row.addWidget(self._mark)
        words = QVBoxLayout()
        words.setContentsMargins(0, 10, 0, 10)
        words.setSpacing(0)
        self.name = StyleNameField(self)
        self.name.renamed.connect(self.renamed)
        words.addWidget(self.name)
        self.uses = ElidedLabel("", "caption", parent=self)
        self.uses.setObjectName("style-uses")
        self.uses.setContentsMargins(11, 0, 0, 0)  # aligned with the name's text
        words.addWidget(self.uses)
        row.addLayout(words, 1)
        #: Verb: a button.
        self.show_uses = Button(self.tr("Show"), "link", small=True, parent=self)
        name_control(
            self.show_uses, self.tr("Show where the style is used"), "show-where-the-style-is-used"
        )
        self.show_uses.clicked.connect(self.usesRequested)
        self.show_uses.hide()
        row.addWidget(self.show_uses)
        self.preview = IconButton("panel-end", self.tr("Show preview"), "show-preview", parent=self)
        self.preview.hide()
        row.addWidget(self.preview)
        self.duplicate = Button(self.tr("Duplicate"), icon="copy", parent=self)
        name_control(self.duplicate, self.tr("Duplicate style"), "duplicate-style")
        row.addWidget(self.duplicate)
        self.delete = IconButton("trash-2", self.tr("Delete style"), "delete-style", parent=self)
        row.addWidget(self.delete)
        self.more = IconButton(
            "ellipsis", self.tr("More for this style"), "more-for-this-style", parent=self
        )
        self.more.clicked.connect(self.menuRequested)
        row.addWidget(self.more)
        self.restyle()

    def show_style(self, style: StyleFile, title: str) -> None:
        """Show a style. Renaming a built-in one makes a copy."""
        self._mark.name = icon_of(style)
        self._mark.update()
        self.name.show_name(title)
        self.name.setReadOnly(bool(style.problem))

    def show_used(self, words: str, count: int) -> None:
        self.uses.setText(words)
        self.show_uses.setVisible(count > 0)

    def restyle(self) -> None:
        self.setFixedHeight(round(HEIGHT * Theme.instance().scale))
        self.name.restyle()
