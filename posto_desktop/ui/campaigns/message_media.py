"""The pictures of a message that is being edited: small, in order, each with a way out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from posto_desktop.core.draft import MediaRef
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.popup import below
from posto_desktop.ui.widgets.thumbs import paint_picture

SIDE = 48
_CROSS = 18


class _Thumb(QAbstractButton):
    """One file. Signals: ``removed()``; ``stepped(int)``: -1 or 1 place."""

    removed = Signal()
    stepped = Signal(int)

    def __init__(
        self, media: MediaRef, picture: Callable[[str], QImage | None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.media = media
        self._picture = picture
        name_control(self, media.name)
        self.setAccessibleDescription(
            self.tr("Delete removes it from the message, Alt+Left and Alt+Right move it")
        )
        self.setToolTip(media.name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(SIDE + 6, SIDE + 6)

    def _cross(self) -> QRect:
        left = 0 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else SIDE + 6 - _CROSS
        return QRect(left, 0, _CROSS, _CROSS)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._cross().contains(event.position().toPoint()):
            self.removed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif alt and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(-1 if event.key() == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(SIDE + 6, SIDE + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        place = QRect(3, 3, SIDE, SIDE)
        icon = "play" if self.media.kind == "video" else "image"
        paint_picture(painter, place, self._picture(self.media.path), icon)
        if self.underMouse() or self.hasFocus():
            cross = self._cross()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("media_badge"))
            painter.drawEllipse(QRectF(cross))
            painters.paint_icon(painter, cross, "x", 12, theme.colour("media_badge_text"))
        if self.hasFocus():
            painters.paint_row_focus(painter, self.rect(), 7)
        painter.end()


class MessageMedia(QWidget):
    """Signals: ``changed(tuple[MediaRef])``, ``addRequested()``."""

    changed = Signal(object)
    addRequested = Signal()

    def __init__(
        self, picture: Callable[[str], QImage | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._media: tuple[MediaRef, ...] = ()
        self._thumbs: list[_Thumb] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self.add = Button(self.tr("Add pictures"), "quiet", icon="image-plus", parent=self)
        name_control(self.add, self.tr("Add pictures"))
        self.add.setToolTip(self.tr("Add pictures or films to this message"))
        self.add.clicked.connect(self.addRequested)
        self._row.addWidget(self.add)
        self._row.addStretch(1)

    def show_media(self, media: Sequence[MediaRef]) -> None:
        """Show these files."""
        if tuple(media) == self._media:
            return
        focused = next((at for at, one in enumerate(self._thumbs) if one.hasFocus()), -1)
        self._media = tuple(media)
        for thumb in self._thumbs:
            self._row.removeWidget(thumb)
            thumb.hide()
            thumb.deleteLater()
        self._thumbs = []
        for place, one in enumerate(self._media):
            thumb = _Thumb(one, self._picture, self)
            thumb.removed.connect(lambda place=place: self._remove(place))
            thumb.stepped.connect(lambda by, place=place: self._step(place, by))
            self._row.insertWidget(place, thumb)
            thumb.show()
            self._thumbs.append(thumb)
        if focused >= 0 and self._thumbs:
            self._thumbs[min(focused, len(self._thumbs) - 1)].setFocus()

    def pictures_arrived(self) -> None:
        for thumb in self._thumbs:
            thumb.update()

    def _remove(self, place: int) -> None:
        media = (*self._media[:place], *self._media[place + 1 :])
        self.show_media(media)
        self.changed.emit(media)

    def _step(self, place: int, by: int) -> None:
        to = place + by
        if 0 <= to < len(self._media):
            media = list(self._media)
            media.insert(to, media.pop(place))
            self._thumbs[to].setFocus()
            self.show_media(media)
            self.changed.emit(tuple(media))


def corner(widget: QWidget) -> QPoint:
    """Where a menu opens under a widget (global)."""
    return below(widget)
