"""The menu bar: native on macOS, elsewhere hidden until Alt. Every command is in it.

It shows what `ui.window_menus` gives it, and is not built before somebody wants it. The shortcuts
work without it: they belong to the actions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenuBar, QWidget

from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.menu import Menu

_ENDS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.WindowDeactivate,
    QEvent.Type.ApplicationStateChange,
)


@dataclass(frozen=True)
class MenuSource:
    """One menu of the menu bar. `fill` puts in what can be done at the moment, for the widget that
    has the keyboard, or none."""

    title: str
    fill: Callable[[Menu, QWidget | None], None]


class AltKeyFilter(QObject):
    """Shows the menu bar when Alt is pressed and let go with nothing between; makes it then.

    The window tells it of the presses that nobody took. Only while Alt is down it listens to the
    application, so that it costs nothing otherwise.
    """

    def __init__(self, window: QMainWindow, sources: Callable[[], Iterable[MenuSource]]) -> None:
        super().__init__(window)
        self._window, self._sources = window, sources
        self._bar: MenuBar | None = None
        if sys.platform == "darwin":
            QTimer.singleShot(0, self, self.bar)

    def bar(self) -> MenuBar:
        """The menu bar; the first call builds it."""
        if self._bar is None:
            self._bar = MenuBar(self._sources(), self._window)
            self._window.setMenuBar(self._bar)
        return self._bar

    def pressed(self, event: QKeyEvent) -> None:
        """A key that no widget of the window took."""
        alone = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.AltModifier,
        )
        shown = self._bar is not None and self._bar.isVisible()
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # it says how to drag
        if event.key() == Qt.Key.Key_Alt and alone and not event.isAutoRepeat() and not shown:
            _application().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QKeyEvent):  # a shortcut leaves of its press only the override
            if event.key() != Qt.Key.Key_Alt:
                self._stop()
            elif kind == QEvent.Type.KeyRelease and not event.isAutoRepeat():
                self._stop()
                self.bar().open_by_key()
        elif kind in _ENDS:
            self._stop()
        return False

    def _stop(self) -> None:
        _application().removeEventFilter(self)


class MenuBar(QMenuBar):
    """A menu for each source. They are filled as they open."""

    def __init__(self, sources: Iterable[MenuSource], parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Menu bar"))
        self._native = sys.platform == "darwin"
        self._before: QWidget | None = None
        self.setNativeMenuBar(self._native)
        self._menus: list[_Filled] = []
        for source in sources:
            self._add(source)
        for menu in self._menus:
            menu.fill()
        self.setVisible(self._native)

    # Showing

    def open_by_key(self) -> None:
        """Show it with the keyboard in it, as Alt alone does."""
        self._before = QApplication.focusWidget()
        self.show()
        # Qt itself turns its keyboard mode on when Alt was pressed over a bar that shows.
        # (A key event of Alt itself reports the state before it, turned round.)
        none = Qt.KeyboardModifier.NoModifier
        down = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Alt, none)
        up = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, none)
        super().eventFilter(self.window(), down)
        super().eventFilter(self.window(), up)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QTimer.singleShot(0, self, self._hide_if_left)

    @Slot()
    def _hide_if_left(self) -> None:
        if self._native or self.hasFocus() or any(menu.isVisible() for menu in self._menus):
            return
        self.hide()

    # Filling

    def _add(self, source: MenuSource) -> None:
        menu = _Filled(source.title, partial(self._fill, source), self)
        menu.aboutToHide.connect(self._menu_closed)
        self._menus.append(menu)
        self.addMenu(menu)

    @Slot()
    def _menu_closed(self) -> None:
        QTimer.singleShot(0, self, self._hide_if_left)

    def _fill(self, source: MenuSource, menu: Menu) -> None:
        focused = self._before if self._before is not None else QApplication.focusWidget()
        source.fill(menu, focused)


class _Filled(Menu):
    """A menu that is filled anew each time it opens: what can be done changes."""

    def __init__(self, title: str, fill: Callable[[Menu], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(title)
        self.setAccessibleName(title.replace("&", ""))
        self._fill = fill
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Put the entries in; the window's own actions outlive them."""
        for action in self.actions():
            self.removeAction(action)
            if action.parent() is self:
                action.deleteLater()
        self._fill(self)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
