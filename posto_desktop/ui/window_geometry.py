"""Geometry of windows, and width of the main window's left pane."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPoint, QRect, QSize
from PySide6.QtWidgets import QApplication, QWidget

from posto_desktop.ui.theme import Theme

_MIN_SIZE = (860, 480)
"""Size at which all controls can still be reached, for screens smaller than the window's
minimum."""
_MOST_OF_WINDOW = 0.26
"""Share of the window that the left pane takes at most for large text."""
_TITLE_BAR = 24
"""Pixels of a title bar. Nobody knows it before the window is shown, and asking Qt's style costs a
twentieth of the start."""


class LeastSize:
    """Minimum size of the main window: larger for large text, at most that of the screen."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._usual: QSize | None = None

    def follow(self, scale: float) -> None:
        """Set it for a text size."""
        if scale <= 1.3:
            if self._usual is not None:
                self._window.setMinimumSize(self._usual)
            self._usual = None
            return
        usual = self._usual = self._usual or self._window.minimumSize()
        room = self._window.screen().availableGeometry().size()
        wanted = usual * (1 + 0.3 * (scale - 1.3))
        self._window.setMinimumSize(wanted.boundedTo(room).expandedTo(usual))


class LeftPaneWidth:
    """Width of the left pane: by the window's width, or as dragged by the user."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self.chosen = 0
        self._was: tuple[bool, int] | None = None

    def is_narrow(self, window: int) -> bool:
        """Return True if a window of this width has no room for icons in the tabs."""
        return window < self._theme.token("breakpoint.tab_icons_from")

    def narrow_changed(self, window: int) -> bool:
        """Return True if this, or for large text the width, has changed since the last call."""
        narrow = self.is_narrow(window)
        width = self.width(window) if self._theme.roominess > 1 else 0
        before, self._was = self._was, (narrow, width)
        return before != self._was

    def width(self, window: int) -> int:
        """Return the width of the pane in a window of this width."""
        if self.chosen:
            return self.chosen
        usual = self._theme.token(f"pane.left.{'narrow' if self.is_narrow(window) else 'default'}")
        roomy = min(usual * self._theme.roominess, window * _MOST_OF_WINDOW)
        return round(max(usual, roomy))

    def text(self) -> str:
        """Return the user's choice for the settings; "" for none."""
        return str(self.chosen) if self.chosen else ""

    def restore(self, text: str) -> None:
        """Restore the result of `text`; ignore invalid text."""
        if text.isdecimal():
            least, most = (int(self._theme.token(f"pane.left.{end}")) for end in ("min", "max"))
            self.chosen = min(most, max(least, int(text)))
        self._was = None


def geometry_to_text(window: QWidget) -> str:
    """Return position and size of a window, for the settings."""
    return bytes(window.saveGeometry().toBase64().data()).decode("ascii")


def restore_geometry(window: QWidget, text: str) -> None:
    """Restore the result of `geometry_to_text`; ignore invalid text and positions on screens that
    no longer exist. Without a saved position the desktop decides."""
    placed = bool(text) and window.restoreGeometry(
        QByteArray.fromBase64(QByteArray(text.encode("ascii", "ignore")))
    )
    if not (window.isMaximized() or window.isFullScreen()):
        _fit_screen(window, placed)


def _fit_screen(window: QWidget, placed: bool) -> None:
    geometry = window.geometry()
    screen = QApplication.screenAt(geometry.center()) if placed else None
    room = (screen or QApplication.primaryScreen()).availableGeometry()
    room.setTop(min(room.top() + _TITLE_BAR, room.bottom()))
    # On a small or strongly scaled screen the content scrolls.
    least = window.minimumSize().boundedTo(room.size().expandedTo(QSize(*_MIN_SIZE)))
    window.setMinimumSize(least)
    size = geometry.size().boundedTo(room.size()).expandedTo(window.minimumSize())
    if size != geometry.size():
        window.resize(size)
    if placed and not room.contains(QRect(geometry.topLeft(), size)):
        left = max(room.left(), min(geometry.left(), room.right() + 1 - size.width()))
        top = max(room.top(), min(geometry.top(), room.bottom() + 1 - size.height()))
        window.setGeometry(QRect(QPoint(left, top), size))
