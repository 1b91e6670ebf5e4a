"""The tile behind the last file that adds more: from the disk, or what was used lately."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from posto_desktop.ui import icons, keys
from posto_desktop.ui.shared.media_tiles import CAPTION, GAP, RING
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton


class AddTile(QAbstractButton):
    """The dashed tile, which opens the file dialog. Its arrow (or Alt+Down) opens the files that
    were used lately. Signals: ``recentRequested()``."""

    recentRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Add media"))
        self.setObjectName("add-media")
        self.setToolTip(keys.tip(self.tr("Add pictures or videos"), keys.ADD_FILES))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # The tile is smaller than the widget, which also holds the words below it.
        self.setProperty("noFocusRing", True)
        self.caption = ""
        self.arrow = IconButton(
            "chevron-down", self.tr("Recently used media"), icon_size=14, parent=self
        )
        self.arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.arrow.clicked.connect(self.recentRequested)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.height() - CAPTION - RING
        self.arrow.move(
            RING + self.width() - GAP - self.arrow.width() - 2,
            RING + side - self.arrow.height() - 2,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.recentRequested.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height() - CAPTION - RING
        rect = QRectF(RING + 0.5, RING + 0.5, self.width() - GAP - 1, side - 1)
        hot = self.underMouse() or self.hasFocus()
        painter.setBrush(theme.colour("hover_row") if hot else Qt.BrushStyle.NoBrush)
        pen = QPen(theme.colour("accent_line" if hot else "slot_line"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        radius = theme.px("radius.card")
        painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        colour = theme.colour("text_muted")
        mark = icons.pixmap("image-plus", 20, colour, self.devicePixelRatioF())
        middle = rect.center()
        painter.drawPixmap(QPoint(int(middle.x() - 10), int(middle.y() - 20)), mark)
        painter.setFont(theme.font("caption"))
        painter.setPen(colour)
        painter.drawText(
            QRectF(rect.left(), middle.y() + 2, rect.width(), 22),
            int(Qt.AlignmentFlag.AlignCenter),
            self.tr("Add or drop"),
        )
        if self.caption:
            painter.setPen(theme.colour("text_faint"))
            painter.drawText(
                QRectF(rect.left(), rect.bottom() + 3, rect.width(), CAPTION - 4),
                int(Qt.AlignmentFlag.AlignCenter),
                self.caption,
            )
        painter.end()
