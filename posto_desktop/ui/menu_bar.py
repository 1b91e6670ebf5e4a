"""The menu bar: native on macOS, elsewhere hidden until Alt. Every command is in it.

It is assembled from the window's own actions and from what the pages offer (`ui.commands`), and it
is not built before somebody wants it. The shortcuts work without it: they belong to the actions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QMenuBar, QWidget

from posto_desktop.ui.commands import Command
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from posto_desktop.ui.main_window import MainWindow

_ENDS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.WindowDeactivate,
    QEvent.Type.ApplicationStateChange,
)


class MenuKey(QObject):
    """Shows the menu bar when Alt is pressed and let go with nothing between; makes it then.

    The window tells it of the presses that nobody took. Only while Alt is down it listens to the
    application, so that it costs nothing otherwise.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bar: MenuBar | None = None
        if sys.platform == "darwin":
            QTimer.singleShot(0, self, self.bar)

    def bar(self) -> MenuBar:
        """The menu bar; the first call builds it."""
        if self._bar is None:
            self._bar = MenuBar(self._window)
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
    """File, Edit, what the pages offer, View and Help. Its menus are filled as they open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        name_control(self, self.tr("Menu bar"))
        self._window = window
        self._native = sys.platform == "darwin"
        self._before: QWidget | None = None
        self.setNativeMenuBar(self._native)
        self._menus: list[_Filled] = []
        self._add(self.tr("&File"), self._fill_file)
        self._add(self.tr("&Edit"), self._fill_edit)
        for page in self._pages():
            title = page.menu_commands()[0]  # type: ignore[attr-defined]
            self._add(title, partial(self._fill_page, page))
        self._add(self.tr("&View"), self._fill_view)
        self._add(self.tr("&Help"), self._fill_help)
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
        super().eventFilter(self._window, down)
        super().eventFilter(self._window, up)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        QTimer.singleShot(0, self, self._hide_if_left)

    @Slot()
    def _hide_if_left(self) -> None:
        if self._native or self.hasFocus() or any(menu.isVisible() for menu in self._menus):
            return
        self.hide()

    # Filling

    def _add(self, title: str, fill: Callable[[Menu], None]) -> None:
        menu = _Filled(title, fill, self)
        menu.aboutToHide.connect(self._menu_closed)
        self._menus.append(menu)
        self.addMenu(menu)

    @Slot()
    def _menu_closed(self) -> None:
        QTimer.singleShot(0, self, self._hide_if_left)

    def _pages(self) -> list[QWidget]:
        window = self._window
        pages = [window.page(key) for key in window.top_bar.visible_pages()]
        return [page for page in pages if hasattr(page, "menu_commands")]

    def _take(self, menu: Menu, *names: str) -> None:
        """The window's own actions; "" is a line between groups."""
        for name in names:
            if name:
                menu.addAction(self._window.commands[name])
            else:
                menu.addSeparator()

    def _fill_file(self, menu: Menu) -> None:
        window = self._window
        self._take(menu, "new-message", "")
        menu.add(self.tr("Add a workspace…"), "", window.addWorkspaceRequested.emit)
        menu.add(self.tr("Manage workspaces…"), "", window.manageWorkspacesRequested.emit)
        self._take(menu, "", "settings", "", "quit")
        window.commands["settings"].setMenuRole(QAction.MenuRole.PreferencesRole)
        window.commands["quit"].setMenuRole(QAction.MenuRole.QuitRole)

    def _fill_edit(self, menu: Menu) -> None:
        target = self._before if self._before is not None else QApplication.focusWidget()
        for text, keys, method in (
            (self.tr("Undo"), "Ctrl+Z", "undo"),
            (self.tr("Redo"), "Ctrl+Shift+Z", "redo"),
            ("", "", ""),
            (self.tr("Cut"), "Ctrl+X", "cut"),
            (self.tr("Copy"), "Ctrl+C", "copy"),
            (self.tr("Paste"), "Ctrl+V", "paste"),
            (self.tr("Select all"), "Ctrl+A", "selectAll"),
        ):
            if not text:
                menu.addSeparator()
                continue
            run = getattr(target, method, None)
            if method in ("undo", "redo"):
                run = self._page_undo(target, method) or run
            if run is None and method == "paste":
                run = self._window.paste  # files and pictures, wherever the keyboard is
            menu.add(text, "", run, shortcut=keys).setEnabled(run is not None)
        self._take(menu, "", "find-a-channel", "search")

    def _page_undo(self, target: QWidget | None, method: str) -> Callable[[], object] | None:
        """A page with one order of steps takes its own back, wherever in it the keyboard is."""
        page = self._window.page(self._window.current_page())
        inside = target is None or page.isAncestorOf(target)
        run: Callable[[], object] | None = getattr(page, method, None)
        return run if inside else None

    def _fill_page(self, page: QWidget, menu: Menu) -> None:
        here = self._window.page(self._window.current_page()) is page
        commands: list[Command | None] = page.menu_commands()[1]  # type: ignore[attr-defined]
        for command in commands:
            if command is None:
                menu.addSeparator()
                continue
            entry = menu.add(
                command.text, "", command.run, shortcut=command.keys, danger=command.danger
            )
            entry.setEnabled(here and command.enabled)

    def _fill_view(self, menu: Menu) -> None:
        for action in self._window.top_bar.pages.actions():
            if action.isVisible():
                menu.addAction(action)
        menu.addSeparator()
        menu.add(self.tr("Notifications"), "", self._window.show_notices)
        self._take(menu, "newest-notice", "", "reload", "next-pane", "previous-pane")

    def _fill_help(self, menu: Menu) -> None:
        self._take(menu, "shortcuts", "")
        about = menu.add(self.tr("About Posto Desktop"), "", self._window.aboutRequested.emit)
        about.setMenuRole(QAction.MenuRole.AboutRole)


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
