"""Stack of the pages, each created on first use."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from posto_desktop.ui.page import AppPage
from posto_desktop.ui.widgets.top_bar import TopBar
from posto_desktop.ui.widgets.widget_stack import WidgetStack

BETWEEN_MS = 12
"""Delay between making and adding a page, so that waiting events are handled."""

PagePreloader = Callable[[str, Callable[[], object]], object]


class PageStack(QObject):
    """Pages by key: in the stack, made but not yet added, and functions that make them.

    Signals:
        wantedChanged(str key): a page will open; its tab is current already.
        shown(str key, bool changed): a page is current; `changed`: it was not before.
    """

    wantedChanged = Signal(str)
    shown = Signal(str, bool)

    def __init__(self, stack: WidgetStack, top_bar: TopBar, parent: QObject) -> None:
        super().__init__(parent)
        self._stack, self._top_bar = stack, top_bar
        self._pages: dict[str, AppPage] = {}
        self._makers: dict[str, Callable[[], AppPage]] = {}
        self._made: dict[str, AppPage] = {}  # not yet in the stack
        self.preloader: PagePreloader | None = None
        """Loads the modules of a page in pieces, then calls its second argument."""
        self.requested_key = ""
        """Key of the page requested last."""

    def add(self, key: str, title: str, icon: str, page: AppPage | Callable[[], AppPage]) -> None:
        if isinstance(page, AppPage):
            self._pages[key] = page
            self._stack.addWidget(page)
        else:
            self._makers[key] = page
        self._top_bar.add_page(key, title, icon)
        if not self.requested_key:
            self.show(key)

    def show(self, key: str) -> None:
        self.requested_key = key
        self._top_bar.set_current(key)
        self.wantedChanged.emit(key)
        if key in self._makers and self.preloader is not None:
            self.preloader(key, lambda: self.prepare(key, lambda: self._open(key)))
        elif key in self._makers or key in self._made:
            self.prepare(key, lambda: self._open(key))
        else:
            self._open(key)

    def prepare(self, key: str, then: Callable[[], object] | None = None) -> None:
        if key in self._makers:
            self._made[key] = self._makers.pop(key)()
        self._call_later(BETWEEN_MS, lambda: self.page(key))
        if then is not None:
            self._call_later(2 * BETWEEN_MS, then)

    def _call_later(self, ms: int, call: Callable[[], object]) -> None:
        # The timer of PySide's `singleShot` has no parent, and runs on when the window is gone.
        timer = QTimer(self, singleShot=True, interval=ms)
        timer.timeout.connect(call)
        timer.timeout.connect(timer.deleteLater)
        timer.start()

    def _open(self, key: str) -> None:
        if self.requested_key != key:
            return
        page = self._pages[key]
        before = self._stack.currentWidget()
        changed = before is not page
        focused = QApplication.focusWidget()
        if changed and before is not None and focused is not None and before.isAncestorOf(focused):
            # Else Qt focuses any control of the page first, which screen readers speak.
            focused.clearFocus()
        self._stack.setCurrentWidget(page)
        self.shown.emit(key, changed or len(self._pages) == 1)

    def current(self) -> str:
        """Return the key of the open page; "" before the first was added."""
        widget = self._stack.currentWidget()
        return next((key for key, page in self._pages.items() if page is widget), "")

    def current_page(self) -> AppPage | None:
        """Return the open page; None before the first was added."""
        return self._pages.get(self.current())

    def page(self, key: str) -> AppPage:
        """Return the page of a key, made if needed."""
        if key in self._makers:
            self._made[key] = self._makers.pop(key)()
        if key in self._made:
            self._pages[key] = self._made.pop(key)
            self._stack.addWidget(self._pages[key])
        return self._pages[key]

    def has_page(self, key: str) -> bool:
        return key in self._pages
