"""The part of a video that is sent: a strip of frames with two handles, and both moments typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from posto_desktop.core.video_times import clock_text, read_clock
from posto_desktop.ui.compose.media_editor.crop_view import SPACE
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.labels import label
from posto_desktop.workers.latest_job import LatestJob

if TYPE_CHECKING:
    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.runner import JobRunner

FRAMES = 8
HEIGHT = 44
HANDLE = 12
START, END = "start", "end"
DEFAULT_FPS = 25.0
_FIELD = 84


class TrimHandle(QAbstractSlider):
    """One end of the part, in milliseconds. Arrows move it by a frame, with Shift or by Page Up and
    Down by a second, Home and End to the ends.

    Signals: ``nudged(frames, seconds)``, ``toEnd(first)``, ``dragged(x)`` in pixels of the strip,
    ``released()``.
    """

    nudged = Signal(int, int)
    toEnd = Signal(bool)
    dragged = Signal(float)
    released = Signal()

    def __init__(self, name: str, object_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, name, object_name)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("noFocusRing", True)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.resize(HANDLE, HEIGHT)
        self._grip = 0.0

    def sizeHint(self) -> QSize:
        return QSize(HANDLE, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Down: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (1, 0),
            Qt.Key.Key_PageDown: (0, -1),
            Qt.Key.Key_PageUp: (0, 1),
        }
        key = Qt.Key(event.key())
        if key in steps:
            frames, seconds = steps[key]
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                frames, seconds = 0, frames or seconds
            self.nudged.emit(frames, seconds)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.toEnd.emit(key == Qt.Key.Key_Home)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - self.width() / 2
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(self.mapToParent(event.position()).x() - self._grip)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.released.emit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(2.5, 3.5, -2.5, -3.5)
        painter.setBrush(theme.colour("media_badge_text"))
        painter.setPen(QPen(theme.colour("media_badge"), 1.5))
        painter.drawRoundedRect(body, 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.end()


class TrimStrip(QWidget):
    """Frames of the whole video; what is left out is dimmed.

    Signals: ``moved(which, seconds)`` for "start" and "end", ``ended()`` after a drag.
    """

    moved = Signal(str, float)
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        # Time goes from left to right in every language.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFixedHeight(HEIGHT)
        self._length = 0.0
        self._fps = DEFAULT_FPS
        self._span = (0.0, 0.0)
        self._frames: list[QImage | None] = [None] * FRAMES
        self.handles = {
            START: TrimHandle(self.tr("Start of the video"), "trim-start", self),
            END: TrimHandle(self.tr("End of the video"), "trim-end", self),
        }
        for which, handle in self.handles.items():
            handle.nudged.connect(lambda frames, seconds, w=which: self._nudge(w, frames, seconds))
            handle.toEnd.connect(lambda first, w=which: self._to_end(w, first))
            handle.dragged.connect(lambda x, w=which: self.moved.emit(w, self._moment(x)))
            handle.released.connect(self.ended)

    def set_length(self, seconds: float, fps: float) -> None:
        """Set the length of the video and its frames a second (0: unknown)."""
        self._length, self._fps = seconds, fps or DEFAULT_FPS
        for handle in self.handles.values():
            handle.setRange(0, round(seconds * 1000))
            handle.setSingleStep(max(1, round(1000 / self._fps)))
            handle.setPageStep(1000)
            handle.setEnabled(seconds > 0)
        self._place()

    def set_span(self, start: float, end: float) -> None:
        self._span = (start, end)
        for which, seconds in ((START, start), (END, end)):
            handle = self.handles[which]
            handle.setValue(round(seconds * 1000))
            handle.setAccessibleDescription(clock_text(seconds))
        self._place()

    def set_frame(self, number: int, image: QImage) -> None:
        self._frames[number] = image
        self.update()

    def moment_of(self, number: int) -> float:
        """Return the moment of the frame at a place of the strip."""
        return self._length * (number + 0.5) / FRAMES

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(HANDLE / 2, 4, -HANDLE / 2, -4)

    def _x(self, seconds: float) -> float:
        area = self._area()
        return area.left() + area.width() * (seconds / self._length if self._length else 0.0)

    def _moment(self, x: float) -> float:
        area = self._area()
        return max(0.0, min(1.0, (x - area.left()) / max(1.0, area.width()))) * self._length

    def _nudge(self, which: str, frames: int, seconds: int) -> None:
        at = self._span[which == END]
        if frames:
            at = (round(at * self._fps) + frames) / self._fps
        self.moved.emit(which, at + seconds)

    def _to_end(self, which: str, first: bool) -> None:
        self.moved.emit(which, 0.0 if first else self._length)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        for handle, seconds in zip(self.handles.values(), self._span, strict=True):
            handle.move(round(self._x(seconds) - HANDLE / 2), 0)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the nearer end to where the strip is clicked."""
        if event.button() != Qt.MouseButton.LeftButton or not self._length:
            return
        at = self._moment(event.position().x())
        which = START if abs(at - self._span[0]) <= abs(at - self._span[1]) else END
        self.handles[which].setFocus(Qt.FocusReason.MouseFocusReason)
        self.moved.emit(which, at)
        self.ended.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = self._area()
        outline = QPainterPath()
        outline.addRoundedRect(area, 4, 4)
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(area, theme.colour("sunken"))
        width = area.width() / FRAMES
        for number, image in enumerate(self._frames):
            place = QRectF(area.left() + number * width, area.top(), width + 1, area.height())
            if image is not None and not image.isNull():
                painter.drawImage(place, image, _filling(image, place.size().toSize()))
        start, end = (self._x(seconds) for seconds in self._span)
        scrim = theme.colour("scrim")
        painter.fillRect(QRectF(area.topLeft(), QPointF(start, area.bottom())), scrim)
        painter.fillRect(QRectF(QPointF(end, area.top()), area.bottomRight()), scrim)
        painter.restore()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRect(QRectF(QPointF(start, area.top()), QPointF(end, area.bottom())))
        painter.end()


def _filling(image: QImage, size: QSize) -> QRectF:
    """Return the middle part of an image that has the shape of a place."""
    part = size.scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio)
    rect = QRect(
        (image.width() - part.width()) // 2,
        (image.height() - part.height()) // 2,
        part.width(),
        part.height(),
    )
    return QRectF(rect)


class TrimBar(QWidget):
    """The strip with both moments in fields, and the length of what is left.

    Signals: ``moved(which, seconds)``, ``ended()``.
    """

    moved = Signal(str, float)
    ended = Signal()

    def __init__(self, path: str, images: ImageLoader, runner: JobRunner, parent: QWidget) -> None:
        super().__init__(parent)
        self._path, self._images = path, images
        self._next_frame = 0
        self._frame = LatestJob(runner, self)
        self._frame.done.connect(self._frame_loaded)
        self._frame.failed.connect(self._frame_failed)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE - HANDLE // 2, 0, SPACE - HANDLE // 2, 4)
        column.setSpacing(4)
        self.strip = TrimStrip(self)
        self.strip.moved.connect(self.moved)
        self.strip.ended.connect(self.ended)
        column.addWidget(self.strip)
        row = QHBoxLayout()
        row.setContentsMargins(HANDLE // 2, 0, HANDLE // 2, 0)
        row.setSpacing(8)
        self.fields = {START: QLineEdit(self), END: QLineEdit(self)}
        names = {START: (self.tr("Start"), "trim-from"), END: (self.tr("End"), "trim-to")}
        for which, field in self.fields.items():
            words, object_name = names[which]
            name_control(field, words, object_name)
            field.setFixedWidth(_FIELD)
            field.setFont(Theme.instance().numbers("body"))
            field.editingFinished.connect(lambda w=which: self._typed(w))
            title = label(words, "muted")
            title.setBuddy(field)
            row.addWidget(title)
            row.addWidget(field)
        row.addStretch(1)
        self.left_words = label("", "muted", object_name="trim-length")
        row.addWidget(self.left_words)
        column.addLayout(row)
        self._span = (0.0, 0.0)

    @property
    def is_loaded(self) -> bool:
        """Return whether the strip has all of its frames, or gets no more."""
        return self._next_frame >= FRAMES

    def begin(self) -> None:
        """Load the frames of the strip, one after the other."""
        if self._next_frame == 0:
            self._load_next()

    def stop(self) -> None:
        self._frame.forget()
        self._next_frame = FRAMES

    def set_length(self, seconds: float, fps: float) -> None:
        self.strip.set_length(seconds, fps)
        for field in self.fields.values():
            field.setEnabled(seconds > 0)

    def set_span(self, start: float, end: float) -> None:
        self._span = (start, end)
        self.strip.set_span(start, end)
        for field, seconds in zip(self.fields.values(), self._span, strict=True):
            field.setText(clock_text(seconds))
        words = self.tr("{length} of the video is sent")
        self.left_words.setText(words.format(length=clock_text(end - start, 1)))

    def _typed(self, which: str) -> None:
        at = self._span[which == END]
        seconds = read_clock(self.fields[which].text())
        if seconds is None or clock_text(seconds) == clock_text(at):
            self.fields[which].setText(clock_text(at))
            return
        self.moved.emit(which, seconds)
        self.ended.emit()
        self.set_span(*self._span)  # what was typed may have been too much

    def _load_next(self) -> None:
        if self._next_frame < FRAMES and self.strip.handles[START].isEnabled():
            moment = self.strip.moment_of(self._next_frame)
            size = QSize(160, 90)
            ratio = self.devicePixelRatioF()
            self._frame.follow(self._images.frame(self._path, moment, size, ratio, self))

    @Slot(object)
    def _frame_loaded(self, image: QImage) -> None:
        self.strip.set_frame(self._next_frame, image)
        self._next_frame += 1
        self._load_next()

    @Slot(object)
    def _frame_failed(self, _error: object) -> None:
        """Leave the rest of the strip empty; the view tells why."""
        self._next_frame = FRAMES
