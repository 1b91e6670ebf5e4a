"""Radio button with a picture of the window in one colour scheme."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QRadioButton, QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters


class SchemeChoice(QRadioButton):
    """Picture of the window in one colour scheme, with a radio button below."""

    _PICTURE = QSize(178, 106)
    _WRAPPED = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap)

    def __init__(self, mode: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.mode = mode
        self.setAccessibleName(text)
        self.setProperty("focusRadius", 10)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        foot = self._words(Theme.instance())
        return QSize(self._PICTURE.width() + 8, foot.y() + foot.height() + 4)

    def _words(self, theme: Theme) -> QRect:
        """Return the rectangle of the label, which wraps below the picture."""
        left = 4 + theme.px("size.checkbox") + 8
        width = self._PICTURE.width() + 8 - left
        metrics = QFontMetrics(theme.font("body"))
        tall = metrics.boundingRect(QRect(0, 0, width, 1000), self._WRAPPED, self.text()).height()
        return QRect(left, self._PICTURE.height() + 14, width, max(22, tall))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        frame = QRect(QPoint(4, 4), self._PICTURE)
        box = QRectF(painters.placed(painter, frame, self.rect()))
        if self.mode == "system":
            self._paint_window(painter, box, "light")
            painter.save()
            slant = QPolygonF(
                [
                    QPointF(box.x() + box.width() * 0.66, box.y()),
                    box.topRight(),
                    box.bottomRight(),
                    QPointF(box.x() + box.width() * 0.34, box.bottom()),
                ]
            )
            half = QPainterPath()
            half.addPolygon(slant)
            painter.setClipPath(half)
            self._paint_window(painter, box, "dark")
            painter.restore()
        else:
            self._paint_window(painter, box, self.mode)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        if self.isChecked():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 10, 10)
        words = self._words(theme)
        side = theme.px("size.checkbox")
        mark = QRect(4, words.y(), side, max(22, theme.line("body")))
        mark = painters.placed(painter, mark, self.rect())
        words = painters.placed(painter, words, self.rect())
        painters.paint_radio(painter, mark, self.isChecked(), hover=self.underMouse())
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text"))
        painter.drawText(words, self._WRAPPED, self.text())
        painter.end()

    @staticmethod
    def _paint_window(painter: QPainter, box: QRectF, scheme: str) -> None:
        theme, mirrored = Theme.instance(), painters.is_mirrored(painter)

        def colour(name: str) -> QColor:
            return theme.scheme_colour(scheme, name)

        def bar(x: float, y: float, width: float, height: float, name: str) -> None:
            painter.setBrush(colour(name))
            left = box.right() - x - width if mirrored else box.x() + x
            place = QRectF(left, box.y() + y, width, height)
            painter.drawRoundedRect(place, min(3.0, height / 2), min(3.0, height / 2))

        painter.save()
        shape = QPainterPath()
        shape.addRoundedRect(box, 8, 8)
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(box, colour("surface"))
        painter.fillRect(QRectF(box.x(), box.y(), box.width(), 16), colour("window"))
        left = box.right() - 40 if mirrored else box.x()
        painter.fillRect(QRectF(left, box.y() + 16, 40, box.height()), colour("window"))
        painter.fillRect(QRectF(box.x(), box.y() + 16, box.width(), 1), colour("border"))
        bar(7, 5, 26, 5, "border_strong")
        bar(47, 4, 22, 7, "accent")
        bar(73, 5, 18, 5, "border_strong")
        for row in range(5):
            bar(7, 24 + row * 14, 8, 8, "border_strong")
            bar(18, 26 + row * 14, 17, 4, "border_strong")
        bar(49, 25, 66, 4, "border_strong")
        bar(49, 33, 54, 4, "border_strong")
        bar(49, 45, 22, 22, "border_strong")
        bar(74, 45, 22, 22, "border_strong")
        painter.setPen(QPen(colour("border"), 1))
        painter.setBrush(colour("surface_alt"))
        left = box.x() + (box.width() - 168.5 if mirrored else 127.5)
        painter.drawRoundedRect(QRectF(left, box.y() + 24.5, 41, 52), 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        bar(89, 89, 32, 9, "accent")
        painter.restore()
