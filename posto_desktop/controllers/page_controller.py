"""A page that is made when it is first opened, and told then what it missed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage

from posto_desktop.controllers.context import AppContext
from posto_desktop.models.channel_choice import ChannelFilter
from posto_desktop.workers.serial_worker import compute_pause

if TYPE_CHECKING:
    from posto_desktop.ui.page import AppPage, PostsPage
    from posto_desktop.workers.notification import ConnectionState

P = TypeVar("P", bound="AppPage")
PostsPageP = TypeVar("PostsPageP", bound="PostsPage")

PRELOAD_DELAY_MS = 6


class PageController(QObject, Generic[P]):
    """The tab of one page from the start, its widget once it is wanted.

    A page that nobody opened costs neither memory nor time. A subclass names the page, makes it in
    `build`, wired, and has it show what comes by `when_made`, or by `widget` where only a page that
    is there should hear of it.
    """

    KEY: ClassVar[str]
    MODULES: ClassVar[tuple[str, ...]]
    """What `build` imports, the lower ones first; see `warm`."""
    ICON: ClassVar[str]

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.widget: P | None = None
        """The page, once it is made."""
        self._missed: dict[str, Callable[[P], object]] = {}
        context.window.add_page(self.KEY, self.title(), self.ICON, self.make)

    def title(self) -> str:
        """The text of the tab."""
        raise NotImplementedError

    def build(self) -> P:
        """Make the page and wire it."""
        raise NotImplementedError

    def make(self) -> P:
        """The page; the first call makes it and tells it what it missed."""
        if self.widget is None:
            compute_pause.ask()  # while it is made, shown and painted
            self.widget = self.build()
            for show in self._missed.values():
                show(self.widget)
            self._missed.clear()
        return self.widget

    def when_made(self, key: str, show: Callable[[P], object]) -> None:
        """Call `show` with the page: now, or as soon as it is made. Until then the last call of a
        key stands for all of that key."""
        if self.widget is not None:
            show(self.widget)
        else:
            self._missed.pop(key, None)
            self._missed[key] = show

    def forget(self, *keys: str) -> None:
        """Drop what waits under these keys for the page."""
        for key in keys:
            self._missed.pop(key, None)


class PostsPageController(PageController[PostsPageP]):
    """A page that shows the plan: it hears how the reading goes and how the service is reached.
    `channel_filter` is its own, which the page follows."""

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
        # A page that is made later asks for its pictures itself.
        if self.widget is not None:
            self.widget.set_picture(url, image)


def preload_modules(
    controllers: Iterable[PageController[Any]],
    parent: QObject,
    then: Callable[[], object] | None = None,
) -> None:
    """Import the modules of pages that may be opened, one an event, so that opening one is quick
    and no event is long. `then` is called in an event of its own after that."""
    names = [
        name for controller in controllers for name in controller.MODULES if name not in sys.modules
    ]
    waiting = iter(names)
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
    """Open a post or a site in the browser; anything but http is ignored."""
    if QUrl(url).scheme() in ("http", "https"):
        QDesktopServices.openUrl(QUrl(url))
