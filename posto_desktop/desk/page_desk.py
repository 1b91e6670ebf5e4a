"""A page that is made when it is first opened, and told then what it missed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage

from posto_desktop.desk.parts import Parts
from posto_desktop.models.channel_choice import ChannelFilter
from posto_desktop.workers.lanes import quiet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from posto_desktop.workers.notes import ConnectionState

WARM_MS = 6


class PageDesk(QObject):
    """The tab of one page from the start, its widget once it is wanted.

    A page that nobody opened costs neither memory nor time. A subclass names the page, makes it in
    `build`, wired, and passes on what the page should know with `tell`.
    """

    KEY: ClassVar[str]
    MODULES: ClassVar[tuple[str, ...]]
    """What `build` imports, the lower ones first; see `warm`."""
    ICON: ClassVar[str]

    def __init__(self, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts = parts
        self.widget: QWidget | None = None
        """The page, once it is made."""
        self._missed: dict[str, tuple[Any, ...]] = {}
        parts.window.add_page(self.KEY, self.title(), self.ICON, self.make)

    def title(self) -> str:
        """The text of the tab."""
        raise NotImplementedError

    def build(self) -> QWidget:
        """Make the page and wire it."""
        raise NotImplementedError

    def make(self) -> QWidget:
        """The page; the first call makes it and tells it what it missed."""
        if self.widget is None:
            quiet.ask()  # while it is made, shown and painted
            self.widget = self.build()
            for name, values in self._missed.items():
                getattr(self.widget, name)(*values)
            self._missed.clear()
        return self.widget

    def tell(self, name: str, *values: Any) -> None:
        """Call a method of the page, or note it until there is one; of several calls of one method
        the last counts."""
        if self.widget is not None:
            getattr(self.widget, name)(*values)
        else:
            self._missed.pop(name, None)
            self._missed[name] = values

    def forget(self, *names: str) -> None:
        """Nothing that was noted of these methods is to be told any more."""
        for name in names:
            self._missed.pop(name, None)


class PlanDesk(PageDesk):
    """A page that shows the plan: it hears how the reading goes and how the service is reached.
    `channel_filter` is its own, which the page follows."""

    def __init__(self, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(parts, parent)
        self.channel_filter = ChannelFilter(self)
        self.channel_filter.changed.connect(self._channels_changed)
        parts.service.schedules_progress.connect(self._progress)
        parts.service.state_changed.connect(self._state_changed)
        parts.pictures.ready.connect(self._picture_ready)

    @Slot()
    def _channels_changed(self) -> None:
        self.tell("set_channel_filter", self.channel_filter.ids)

    @Slot(int, int)
    def _progress(self, done: int, total: int) -> None:
        self.tell("set_progress", done, total)

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        self.tell("set_connection", state.kind, state.text)

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        # A page that is made later asks for its pictures itself.
        if self.widget is not None:
            self.tell("set_picture", url, image)


def warm(
    desks: Iterable[PageDesk], parent: QObject, then: Callable[[], object] | None = None
) -> None:
    """Import the modules of pages that may be opened, one an event, so that opening one is quick
    and no event is long. `then` is called in an event of its own after that."""
    names = [name for desk in desks for name in desk.MODULES if name not in sys.modules]
    waiting = iter(names)
    timer = QTimer(parent)
    timer.setInterval(WARM_MS)

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
