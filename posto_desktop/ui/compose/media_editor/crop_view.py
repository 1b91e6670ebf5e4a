"""View of the picture with the crop frame."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from posto_desktop.core.crop_box import (
    HANDLES,
    WHOLE,
    CropConstraint,
    dragged,
    is_whole,
    moved,
)
from posto_desktop.core.edits import Crop
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

SPACE = 20  # pixels around the picture for half a handle and its focus ring
STEP, FINE = 0.02, 0.002
MIN_PIXELS = 16


class CropView(QWidget):
    """Arrows move the frame, with Shift they resize it, with Ctrl in small steps.

    Signals: ``cropChanged(crop)`` during a change, ``cropEnded()`` after a drag, ``resized()``: a
    picture of another size would be sharper.
    """

    cropChanged = Signal(object)
    cropEnded = Signal()
    resized = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cut")
        self.setAccessibleName(self.tr("Crop of {name}").format(name=name))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("noFocusRing", True)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 180)
        self._image: QImage | None = None
        self._pixmap: QPixmap | None = None
        self._natural = QSize(1, 1)
        self._turns = 0
        self._box: Crop = WHOLE
        self._ratio: float | None = None
        self._grabbed: tuple[QPointF, Crop] | None = None
        self._at_grab: Crop = WHOLE
        self._words = ""
        self._enabled = True
        names = {
            "nw": self.tr("Top left corner of the crop"),
            "n": self.tr("Top side of the crop"),
            "ne": self.tr("Top right corner of the crop"),
            "e": self.tr("Right side of the crop"),
            "se": self.tr("Bottom right corner of the crop"),
            "s": self.tr("Bottom side of the crop"),
            "sw": self.tr("Bottom left corner of the crop"),
            "w": self.tr("Left side of the crop"),
        }
        self.handles = {kind: CropHandle(kind, names[kind], self) for kind in HANDLES}
        for handle in self.handles.values():
            handle.grabbed.connect(self._handle_grabbed)
            handle.dragged.connect(self._handle_dragged)
            handle.nudged.connect(self._nudge)
            handle.released.connect(self.cropEnded)
        self._describe()

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    # -- display ---------------------------------------------------------------------------

    def set_natural(self, size: QSize) -> None:
        """Set the picture's pixels before its turns; they define the shape until it is loaded."""
        if size.width() > 0 and size.height() > 0 and size != self._natural:
            self._natural = size
            self._place()

    def set_image(self, image: QImage) -> None:
        """Set the picture, or the next frame of an animation; not turned, not cropped."""
        self._image, self._words = image, ""
        self._pixmap = None
        if self._natural == QSize(1, 1):
            self._natural = image.size()
        self._place()

    def set_words(self, words: str) -> None:
        """Show a text in place of a picture."""
        self._words = words
        self.update()

    def set_turns(self, turns: int) -> None:
        if turns != self._turns:
            self._turns = turns
            self._pixmap = None
            self._place()

    def set_crop(self, crop: Crop | None) -> None:
        box = WHOLE if crop is None or is_whole(crop) else crop
        if box != self._box:
            self._box = box
            self._place()
            self._describe()

    def set_ratio(self, ratio: float | None) -> None:
        """Keep this aspect ratio (width / height in pixels)."""
        self._ratio = ratio

    def set_cutting(self, on: bool) -> None:
        """Enable or disable cropping; videos cannot be cropped."""
        self._enabled = on
        for handle in self.handles.values():
            handle.setVisible(on)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus)
        self.update()

    def crop(self) -> Crop:
        return self._box

    def turned_size(self) -> QSize:
        return self._natural.transposed() if self._turns % 2 else self._natural

    def share(self) -> float | None:
        """Return the aspect ratio in fractions of the picture."""
        size = self.turned_size()
        return None if self._ratio is None else self._ratio * size.height() / size.width()

    def picture_rect(self) -> QRectF:
        """Return the rectangle of the whole picture; small pictures are enlarged, to be easy to
        drag."""
        size = self.turned_size().scaled(
            max(1, self.width() - 2 * SPACE),
            max(1, self.height() - 2 * SPACE),
            Qt.AspectRatioMode.KeepAspectRatio,
        )
        left = (self.width() - size.width()) / 2
        top = (self.height() - size.height()) / 2
        return QRectF(round(left), round(top), max(1, size.width()), max(1, size.height()))

    def crop_rect(self) -> QRectF:
        whole = self.picture_rect()
        left, top, width, height = self._box
        return QRectF(
            whole.left() + left * whole.width(),
            whole.top() + top * whole.height(),
            width * whole.width(),
            height * whole.height(),
        )

    # -- changes ---------------------------------------------------------------------------

    def _frame(self) -> CropConstraint:
        size = self.turned_size()
        least = (
            min(1.0, MIN_PIXELS / max(1, size.width())),
            min(1.0, MIN_PIXELS / max(1, size.height())),
        )
        return CropConstraint(self.share(), least)

    def _change(self, box: Crop) -> None:
        if box != self._box:
            self.set_crop(box)
            self.cropChanged.emit(self._box)

    def drag(self, kind: str, box: Crop, dx: float, dy: float) -> None:
        """Move a handle of `box` by fractions of the picture."""
        self._change(dragged(box, kind, dx, dy, self._frame()))

    @Slot(str)
    def _handle_grabbed(self, _kind: str) -> None:
        self._at_grab = self._box

    @Slot(str, float, float)
    def _handle_dragged(self, kind: str, dx: float, dy: float) -> None:
        whole = self.picture_rect()
        self.drag(kind, self._at_grab, dx / whole.width(), dy / whole.height())

    @Slot(str, int, int, bool)
    def _nudge(self, kind: str, across: int, down: int, fine: bool) -> None:
        """Move a handle, or with "" the frame, by one step."""
        step = FINE if fine else STEP
        size = self.turned_size()
        # Steps are fractions of the longer side, to be equal in both directions.
        longer = max(size.width(), size.height())
        dx = across * step * longer / size.width()
        dy = down * step * longer / size.height()
        if kind:
            self.drag(kind, self._box, dx, dy)
        else:
            self._change(moved(self._box, dx, dy))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = arrow_of(event)
        if arrow is None or not self._enabled:
            super().keyPressEvent(event)
            return
        keys = event.modifiers()
        side = "e" if arrow[0] else "s"
        kind = side if keys & Qt.KeyboardModifier.ShiftModifier else ""
        self._nudge(kind, *arrow, bool(keys & Qt.KeyboardModifier.ControlModifier))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        inside = self.crop_rect().contains(event.position())
        if event.button() == Qt.MouseButton.LeftButton and self._enabled and inside:
            self._grabbed = (event.position(), self._box)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            inside = self._enabled and self.crop_rect().contains(event.position())
            can_move = inside and not is_whole(self._box)
            shape = Qt.CursorShape.SizeAllCursor if can_move else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            return
        start, box = self._grabbed
        way, whole = event.position() - start, self.picture_rect()
        self._change(moved(box, way.x() / whole.width(), way.y() / whole.height()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._grabbed = None
            self.cropEnded.emit()
        super().mouseReleaseEvent(event)

    # -- drawing ---------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        self.resized.emit()

    def _place(self) -> None:
        rect = self.crop_rect()
        for kind, handle in self.handles.items():
            x = rect.center().x()
            y = rect.center().y()
            if "w" in kind:
                x = rect.left()
            if "e" in kind:
                x = rect.right()
            if "n" in kind:
                y = rect.top()
            if "s" in kind:
                y = rect.bottom()
            handle.move(QPoint(round(x) - REACH // 2, round(y) - REACH // 2))
        self.update()

    def _describe(self) -> None:
        left, top, width, height = (round(share * 100) for share in self._box)
        self.setAccessibleDescription(
            self.tr(
                "{width} % wide and {height} % high, {left} % from the left, {top} % from the top"
            ).format(width=width, height=height, left=left, top=top)
        )

    def _turned(self) -> QPixmap | None:
        if self._pixmap is None and self._image is not None:
            image = self._image
            if self._turns:
                image = image.transformed(QTransform().rotate(90.0 * self._turns))
            self._pixmap = QPixmap.fromImage(image)
            self._pixmap.setDevicePixelRatio(1.0)
        return self._pixmap

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        whole = self.picture_rect()
        pixmap = self._turned()
        if pixmap is None:
            painter.fillRect(whole, theme.colour("sunken"))
            if self._words:
                painter.setFont(theme.font("body"))
                painter.setPen(theme.colour("text_muted"))
                flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
                painter.drawText(whole.adjusted(12, 12, -12, -12), int(flags), self._words)
        else:
            painter.drawPixmap(whole, pixmap, QRectF(pixmap.rect()))
        if self._enabled:
            self._paint_frame(painter, whole)
        painter.end()

    def _paint_frame(self, painter: QPainter, whole: QRectF) -> None:
        theme = Theme.instance()
        rect = self.crop_rect()
        outside = QPainterPath()
        outside.addRect(whole)
        inside = QPainterPath()
        inside.addRect(rect)
        painter.fillPath(outside.subtracted(inside), theme.colour("scrim"))
        light = theme.colour("media_badge_text")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not is_whole(self._box) or self._grabbed is not None:
            light.setAlphaF(0.55)
            painter.setPen(QPen(light, 1))
            for third in (1, 2):
                x = rect.left() + rect.width() * third / 3
                y = rect.top() + rect.height() * third / 3
                painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
                painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        painter.setPen(QPen(theme.colour("media_badge"), 3))
        painter.drawRect(rect)
        light.setAlphaF(1.0)
        painter.setPen(QPen(light, 1.5))
        painter.drawRect(rect)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRect(rect.adjusted(-4, -4, 4, 4))


REACH = 26  # pixels by which the pointer may miss a handle

_CURSORS = {
    "n": Qt.CursorShape.SizeVerCursor,
    "s": Qt.CursorShape.SizeVerCursor,
    "e": Qt.CursorShape.SizeHorCursor,
    "w": Qt.CursorShape.SizeHorCursor,
    "nw": Qt.CursorShape.SizeFDiagCursor,
    "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor,
    "sw": Qt.CursorShape.SizeBDiagCursor,
}


_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def arrow_of(event: QKeyEvent) -> tuple[int, int] | None:
    """Return the direction of an arrow key, across and down; None for other keys."""
    return _ARROWS.get(Qt.Key(event.key()))


class CropHandle(QWidget):
    """Handle of one corner or side.

    Signals:
        grabbed(str kind), released(): a drag begins and ends.
        dragged(str kind, float dx, float dy): pixels from where it was grabbed.
        nudged(str kind, int across, int down, bool fine): an arrow key was pressed.
    """

    grabbed = Signal(str)
    dragged = Signal(str, float, float)
    released = Signal()
    nudged = Signal(str, int, int, bool)

    def __init__(self, kind: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._start: QPointF | None = None
        name_control(self, name, f"crop-handle-{kind}")
        self.setToolTip(name)
        self.setFixedSize(REACH, REACH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("noFocusRing", True)
        self.setCursor(_CURSORS[kind])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        arrow = arrow_of(event)
        if arrow is None:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.nudged.emit(self._kind, *arrow, fine)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._start = event.globalPosition()
            self.grabbed.emit(self._kind)
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            way = event.globalPosition() - self._start
            self.dragged.emit(self._kind, way.x(), way.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._start is not None:
            self._start = None
            self.released.emit()
            event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = 12
        mark = QRect((REACH - side) // 2, (REACH - side) // 2, side, side)
        painter.setBrush(theme.colour("media_badge_text"))
        painter.setPen(QPen(theme.colour("media_badge"), 1.5))
        painter.drawRoundedRect(QRectF(mark), 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(mark).adjusted(-4, -4, 4, 4), 6, 6)
        painter.end()
