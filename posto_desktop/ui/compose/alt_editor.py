"""The little editor for a picture's description, for people who cannot see it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.ui.compose.media_tiles import cover
from posto_desktop.ui.compose.popup import Popup
from posto_desktop.ui.theme import Theme

# The most that a network here takes is 1,500 (Mastodon); X takes 1,000.
LONGEST = 1_500


class AltEditor(Popup):
    """A popup over one tile.  Signal ``described(path, text)`` when it closes with a change."""

    described = Signal(object, str)

    def __init__(
        self, path: str, name: str, text: str, picture: QImage | None, parent: QWidget
    ) -> None:
        super().__init__("describe", parent)
        self._path = path
        self._before = text
        self._keep = True
        outer = QVBoxLayout(self)
        outer.setContentsMargins(14, 12, 14, 12)
        outer.setSpacing(8)
        title = QLabel(self.tr("Describe {name}").format(name=name.replace("\n", " ")), self)
        title.setProperty("role", "strong")
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setMaximumWidth(400)
        outer.addWidget(title)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        if picture is not None:
            middle.addWidget(_Look(picture, self), 0, Qt.AlignmentFlag.AlignTop)
        self.field = QPlainTextEdit(text, self)
        self.field.setAccessibleName(self.tr("Description"))
        self.field.setObjectName("description")
        self.field.setPlaceholderText(
            self.tr("What is in the picture, for people who cannot see it")
        )
        self.field.setProperty("role", "field")
        self.field.setTabChangesFocus(True)
        self.field.setFixedSize(300, 104)
        self.field.textChanged.connect(self._count)
        middle.addWidget(self.field)
        outer.addLayout(middle)
        foot = QHBoxLayout()
        self._left = QLabel(self)
        self._left.setProperty("role", "faint")
        foot.addWidget(self._left, 1)
        cancel = QPushButton(self.tr("Discard"), self)
        cancel.setProperty("variant", "quiet")
        cancel.setProperty("small", True)
        cancel.setAccessibleName(self.tr("Discard"))
        cancel.setObjectName("discard")
        cancel.clicked.connect(self._discard)
        done = QPushButton(self.tr("Keep description"), self)
        done.setProperty("variant", "primary")
        done.setProperty("small", True)
        done.setAccessibleName(self.tr("Keep description"))
        done.setObjectName("keep-description")
        done.clicked.connect(self.close)
        foot.addWidget(cancel)
        foot.addWidget(done)
        outer.addLayout(foot)
        self._count()

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)

    def _count(self) -> None:
        left = LONGEST - len(self.field.toPlainText())
        self._left.setText(
            self.tr("{n} characters left").format(n=left)
            if left >= 0
            else self.tr("{n} characters too long").format(n=-left)
        )

    def _discard(self) -> None:
        self._keep = False
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.close()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        # Also on Escape and on a click outside: what was written is kept.
        text = self.field.toPlainText().strip()
        if self._keep and text != self._before:
            self._before = text
            self.described.emit(self._path, text)
        super().hideEvent(event)


class _Look(QWidget):
    """The picture itself, rounded, so that it can be seen while it is described."""

    def __init__(self, picture: QImage, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap.fromImage(picture)
        self._pixmap.setDevicePixelRatio(1.0)
        self.setFixedSize(QSize(104, 104))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rect = self.rect().toRectF()
        path = QPainterPath()
        radius = Theme.instance().px("radius.card")
        path.addRoundedRect(rect, radius, radius)
        painter.setClipPath(path)
        painter.drawPixmap(rect, self._pixmap, cover(self._pixmap, rect))
        painter.end()
