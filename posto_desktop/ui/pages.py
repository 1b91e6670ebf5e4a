"""The pages of the main window: made when they are first wanted, shown one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from posto_desktop.ui.main_window import MainWindow

BETWEEN_MS = 12
"""From making a page to showing it: nobody sees it, and what waits gets its turn."""

Warmer = Callable[[str, Callable[[], object]], object]


class Pages:
    """By key: widgets in the stack, widgets that are made but not there yet, and makers."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._pages: dict[str, QWidget] = {}
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self._made: dict[str, QWidget] = {}  # and not yet in the stack
        self.wanted = ""
        """The page that was asked for last."""

    def add(self, key: str, title: str, icon: str, page: QWidget | Callable[[], QWidget]) -> None:
        if isinstance(page, QWidget):
            self._pages[key] = page
            self._window.stack.addWidget(page)
        else:
            self._makers[key] = page
        self._window.top_bar.add_page(key, title, icon)
        if not self.wanted:
            self.show(key)

    def show(self, key: str) -> None:
        self.wanted = key
        self._window.top_bar.set_current(key)
        self._window.pageWanted.emit(key)
        warmer = self._window.page_warmer
        if key in self._makers and warmer is not None:
            warmer(key, lambda: self.prepare(key, lambda: self._open(key)))
        elif key in self._makers or key in self._made:
            self.prepare(key, lambda: self._open(key))
        else:
            self._open(key)

    def prepare(self, key: str, then: Callable[[], object] | None = None) -> None:
        if key in self._makers:
            self._made[key] = self._makers.pop(key)()
        QTimer.singleShot(BETWEEN_MS, self._window, lambda: self.page(key))
        if then is not None:
            QTimer.singleShot(2 * BETWEEN_MS, self._window, then)

    def _open(self, key: str) -> None:
        if self.wanted != key:
            return
        widget, stack = self._pages[key], self._window.stack
        changed = stack.currentWidget() is not widget
        stack.setCurrentWidget(widget)
        self._window.page_shown(key, changed=changed or len(self._pages) == 1)

    def current(self) -> str:
        widget = self._window.stack.currentWidget()
        return next((key for key, page in self._pages.items() if page is widget), "")

    def page(self, key: str) -> QWidget:
        if key in self._makers:
            self._made[key] = self._makers.pop(key)()
        if key in self._made:
            self._pages[key] = self._made.pop(key)
            self._window.stack.addWidget(self._pages[key])
        return self._pages[key]

    def is_made(self, key: str) -> bool:
        return key in self._pages
