"""Base of page controllers: creates a page on first use and replays the updates that it missed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage

from posto_desktop.controllers.context import AppContext
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.models.channel_choice import ChannelFilter

if TYPE_CHECKING:
    from posto_desktop.ui.page import AppPage, PostsPage
    from posto_desktop.workers.notification import ConnectionState

P = TypeVar("P", bound="AppPage")
PostsPageP = TypeVar("PostsPageP", bound="PostsPage")

PRELOAD_DELAY_MS = 6


class PageController(QObject, Generic[P]):
    """Adds the tab of a page at the start and creates its widget on first use.

    A page that nobody opens costs neither memory nor time. A subclass names the page, creates and
    connects it in `build`, and updates it by `when_made`, or by `widget` for updates that a page
    created later does not need.
    """

    KEY: ClassVar[str]
    MODULES: ClassVar[tuple[str, ...]]
    """Modules that `build` imports, lower layers first; see `preload_modules`."""
    ICON: ClassVar[str]

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.widget: P | None = None
        """The page, None until it is created."""
        self._missed: dict[str, Callable[[P], object]] = {}
        context.window.add_page(self.KEY, self.title(), self.ICON, self.make)

    def title(self) -> str:
        """Return the text of the tab."""
        raise NotImplementedError

    def build(self) -> P:
        raise NotImplementedError

    def make(self) -> P:
        """Return the page; the first call creates it and replays missed updates."""
        if self.widget is None:
            compute_pause.ask()  # while the page is created, shown and painted
            self.widget = self.build()
            for show in self._missed.values():
                show(self.widget)
            self._missed.clear()
        return self.widget

    def when_made(self, key: str, show: Callable[[P], object]) -> None:
        """Call `show` with the page, now or after its creation. Until then a later call replaces an
        earlier one with the same key."""
        if self.widget is not None:
            show(self.widget)
        else:
            self._missed.pop(key, None)
            self._missed[key] = show

    def forget(self, *keys: str) -> None:
        """Drop the updates that wait under these keys."""
        for key in keys:
            self._missed.pop(key, None)


class PostsPageController(PageController[PostsPageP]):
    """Base of pages that show the schedule: passes on loading progress and the connection state.
    `channel_filter` belongs to the page."""

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.channel_filter = ChannelFilter(self)
        self.channel_filter.changed.connect(self._channels_changed)
        context.service.schedules_progress.connect(self._progress)
        context.service.state_changed.connect(self._state_changed)
        context.pictures.ready.connect(self._picture_ready)

    @Slot()
    def _channels_changed(self) -> None:
        ids = self.channel_filter.ids
        self.when_made("channel filter", lambda page: page.set_channel_filter(ids))

    @Slot(int, int)
    def _progress(self, done: int, total: int) -> None:
        self.when_made("progress", lambda page: page.set_progress(done, total))

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        self.when_made("connection", lambda page: page.set_connection(state.kind, state.text))

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        # A page created later requests its pictures itself.
        if self.widget is not None:
            self.widget.set_picture(url, image)


def preload_modules(
    modules: Iterable[str],
    parent: QObject,
    then: Callable[[], object] | None = None,
) -> None:
    """Import modules, as of a page, one an event, so that it opens quickly and no event takes long.
    Then call `then` in an event of its own."""
    waiting = iter([name for name in modules if name not in sys.modules])
    timer = QTimer(parent)
    timer.setInterval(PRELOAD_DELAY_MS)

    def step() -> None:
        name = next(waiting, "")
        if name:
            importlib.import_module(name)
        else:
            timer.stop()
            timer.deleteLater()
            if then is not None:
                then()

    timer.timeout.connect(step)
    timer.start()


def open_url(url: str) -> None:
    """Open an http or https address in the browser; ignore all others."""
    if QUrl(url).scheme() in ("http", "https"):
        QDesktopServices.openUrl(QUrl(url))
