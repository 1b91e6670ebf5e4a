"""Menu bar: native on macOS, elsewhere hidden until Alt is pressed. It contains every command.

It shows the menus of `ui.window_menus` and is built on first use. Shortcuts do not need it: they
belong to the actions.
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
    """One menu. `fill` adds the entries, given the focused widget or None."""

    title: str
    fill: Callable[[Menu, QWidget | None], None]


class AltKeyFilter(QObject):
    """Shows the menu bar, made on first use, when Alt is pressed and released alone.

    The window forwards unhandled key presses. Only while Alt is down it filters the application's
    events, which costs nothing otherwise.

    While a screen reader runs, Qt stops each key at the QWindow until that has seen it, then sends
    it again. The release of Alt may come there while the keys before it are still held back, so
    only one that has got to a widget counts.
    """

    def __init__(self, window: QMainWindow, sources: Callable[[], Iterable[MenuSource]]) -> None:
        super().__init__(window)
        self._window, self._sources = window, sources
        self._bar: MenuBar | None = None
        if sys.platform == "darwin":
            QTimer.singleShot(0, self, self.bar)

    def bar(self) -> MenuBar:
        """Return the menu bar, built on first use."""
        if self._bar is None:
            self._bar = MenuBar(self._sources(), self._window)
            self._window.setMenuBar(self._bar)
        return self._bar

    def pressed(self, event: QKeyEvent) -> None:
        """Handle a key press that no widget accepted."""
        alone = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.AltModifier,
        )
        shown = self._bar is not None and self._bar.isVisible()
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return  # Alt modifies a drag
        if event.key() == Qt.Key.Key_Alt and alone and not event.isAutoRepeat() and not shown:
            _application().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        # for shortcuts Qt sends only the ShortcutOverride of a press
        if isinstance(event, QKeyEvent):
            if event.key() != Qt.Key.Key_Alt:
                self._stop()
            elif (
                kind == QEvent.Type.KeyRelease
                and not event.isAutoRepeat()
                and watched.isWidgetType()
            ):
                self._stop()
                self.bar().open_by_key()
        elif kind in _ENDS:
            self._stop()
        return False

    def _stop(self) -> None:
        _application().removeEventFilter(self)


class MenuBar(QMenuBar):
    """Menus of all sources, filled when opened."""

    def __init__(self, sources: Iterable[MenuSource], parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Menu bar"), "menu-bar")
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
        """Show it with the focus inside, as after Alt."""
        self._before = QApplication.focusWidget()
        self.show()
        # QMenuBar enters keyboard mode after Alt over a visible bar, so send it both events. (Key
        # events of Alt report the modifiers before the event.)
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
    """Menu filled each time it opens, because the entries change."""

    def __init__(self, title: str, fill: Callable[[Menu], None], parent: QWidget) -> None:
        super().__init__(parent)
        self.setTitle(title)
        self.setAccessibleName(title.replace("&", ""))
        self._fill = fill
        self.aboutToShow.connect(self.fill)

    @Slot()
    def fill(self) -> None:
        """Replace the entries; shared actions are not deleted."""
        for action in self.actions():
            self.removeAction(action)
            if action.parent() is self:
                action.deleteLater()
        self._fill(self)


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application
