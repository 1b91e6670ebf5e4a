"""A tile for what is still on its way from the web: how far it is, cancel, and again."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.shared.media_tiles import CAPTION, GAP, RING
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.progress import ProgressBar


class ArrivalTile(QWidget):
    """As large as a file's tile. Signals: ``stopRequested()`` by its ×, ``retryRequested()``."""

    stopRequested = Signal()
    retryRequested = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("arrival")
        self._name = name
        self._problem = ""
        self.bar = ProgressBar(self.tr("Fetching {name}").format(name=name), self)
        self.bar.setRange(0, 0)
        self.stop = IconButton("x", self.tr("Cancel {name}").format(name=name), parent=self)
        self.stop.clicked.connect(self.stopRequested)
        self.again = Button(self.tr("Retry"), small=True, parent=self)
        self.again.setAccessibleName(self.tr("Fetch {name} again").format(name=name))
        self.again.setObjectName("fetch-again")
        self.again.clicked.connect(self.retryRequested)
        self.again.hide()
        self._tell()

    @property
    def problem(self) -> str:
        """The sentence of a failure, "" while it is fetched."""
        return self._problem

    def set_progress(self, name: str, received: int, total: int) -> None:
        """Bytes; `total` 0 where nobody knows it."""
        self._name = name or self._name
        # In thousands: large files have more bytes than a bar counts to.
        self.bar.setRange(0, total // 1000)
        self.bar.setValue(min(received, total) // 1000)
        self._tell()

    def set_problem(self, sentence: str) -> None:
        """It failed; "" when it is tried again."""
        self._problem = sentence
        self.bar.setVisible(not sentence)
        if not sentence:
            self.bar.setRange(0, 0)
        self.again.setVisible(bool(sentence))
        self._tell()
        self._place()
        self.update()

    def _tell(self) -> None:
        words = self._problem or self.tr("Fetching {name}").format(name=self._name)
        self.setToolTip(words)
        self.setAccessibleName(words)
        word = self.tr("Remove {name}") if self._problem else self.tr("Cancel {name}")
        self.stop.setAccessibleName(word.format(name=self._name))
        self.stop.setToolTip(word.format(name=self._name))

    def _tile(self) -> QRectF:
        side = self.height() - CAPTION - RING
        return QRectF(RING + 0.5, RING + 0.5, self.width() - GAP - 1, side - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        tile = self._tile().toRect()
        self.stop.move(tile.right() - self.stop.width() - 2, tile.top() + 3)
        high = self.bar.sizeHint().height()
        self.bar.setGeometry(
            tile.left() + 10, tile.center().y() + 12, tile.width() - 20, max(6, high)
        )
        hint = self.again.sizeHint()
        width = min(hint.width(), tile.width() - 12)
        self.again.setGeometry(
            tile.center().x() - width // 2, tile.bottom() - hint.height() - 8, width, hint.height()
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tile = self._tile()
        radius = theme.px("radius.card")
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        painter.setBrush(theme.colour("failed_area" if self._problem else "sunken"))
        painter.drawRoundedRect(tile, radius, radius)
        name = "triangle-alert" if self._problem else "download"
        colour = theme.status("failed").solid if self._problem else theme.colour("text_muted")
        drawn = icons.pixmap(name, 20, colour, self.devicePixelRatioF())
        middle = tile.center()
        painter.drawPixmap(int(middle.x() - 10), int(middle.y() - 18), drawn)
        painter.setFont(theme.font("caption"))
        painter.setPen(theme.colour("text_muted"))
        below = QRectF(tile.left(), tile.bottom() + 3, tile.width(), CAPTION - 4)
        words = self.tr("Not fetched") if self._problem else self._name.rsplit("/", 1)[-1]
        shown = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideMiddle, int(below.width())
        )
        painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()
