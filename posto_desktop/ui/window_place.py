"""Where windows stand on the screen."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QRect
from PySide6.QtWidgets import QApplication, QStyle, QWidget


def place_text(window: QWidget) -> str:
    """Place and size of a window, to be kept in the settings."""
    return bytes(window.saveGeometry().toBase64().data()).decode("ascii")


def restore_place(window: QWidget, text: str) -> None:
    """Give a window the place of `place_text`; nonsense is ignored, and so is a place on a screen
    that is not there any more. Where nothing is remembered the place is the desktop's choice."""
    placed = bool(text) and window.restoreGeometry(
        QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
    )
    if not (window.isMaximized() or window.isFullScreen()):
        _fit_screen(window, placed)


def _fit_screen(window: QWidget, placed: bool) -> None:
    """No larger than the screen, and all of it there."""
    here = window.geometry()
    screen = QApplication.screenAt(here.center()) if placed else None
    room = (screen or QApplication.primaryScreen()).availableGeometry()
    title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    room.setTop(min(room.top() + title, room.bottom()))
    size = here.size().boundedTo(room.size()).expandedTo(window.minimumSize())
    if size != here.size():
        window.resize(size)
    if placed and not room.contains(QRect(here.topLeft(), size)):
        left = max(room.left(), min(here.left(), room.right() + 1 - size.width()))
        top = max(room.top(), min(here.top(), room.bottom() + 1 - size.height()))
        window.setGeometry(QRect(QPoint(left, top), size))
