"""What the app is asked for from outside: by its command line, a second start, a link, the tray."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Slot

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.context import AppContext
from posto_desktop.workers.instance import Handover


class WishesController(QObject):
    """Brings the window forward, and shows in it what was asked for."""

    def __init__(
        self, context: AppContext, composing: ComposeController, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._composing = context, composing

    def hear_open_events(self, app: QCoreApplication) -> None:
        """macOS tells files and links by events."""
        from posto_desktop.ui.open_events import OpenEvents

        events = OpenEvents(self)
        events.fileOpened.connect(lambda path: self.take(Handover((path,))))
        events.linkOpened.connect(lambda url: self.take(Handover(links=(url,))))
        app.installEventFilter(events)

    @Slot()
    def bring_forward(self) -> None:
        """The window, wherever it is hidden."""
        window = self._context.window
        window.show()
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.raise_()
        window.activateWindow()
        self._context.service.set_watching(window.current_page())

    @Slot()
    def compose(self) -> None:
        """A new message, in front."""
        self.bring_forward()
        self._composing.start_new()

    @Slot(object)
    def take(self, wishes: Handover) -> None:
        """A second start wants this."""
        self.bring_forward()
        self.fulfil(wishes)

    def begin(self, wishes: Handover, start_page: str) -> None:
        """At the start: the page to start with, and over it what a link leads to."""
        if not (wishes.page or wishes.files or wishes.service):
            self._context.window.show_page(start_page)
        self.fulfil(wishes)

    def fulfil(self, wishes: Handover) -> None:
        """Show what is wanted; the window stays where it is."""
        if wishes.page:
            self._context.window.show_page(wishes.page)
        if wishes.service:
            self._context.workspaces.open_address(wishes.service)
        for link in wishes.links:
            self._follow(link)
        if wishes.files:
            self._composing.attach_anew(list(wishes.files))

    def _follow(self, url: str) -> None:
        """A `posto:` link fills in and shows; it sends nothing."""
        from posto_desktop.core.deep_link import DeepLinkError, read

        window = self._context.window
        try:
            link = read(url, tuple(window.top_bar.visible_pages()))
        except DeepLinkError as error:
            window.show_notice("error", error.user_message)
            return
        if link.brings_something:
            self._composing.begin(link.text, link.link, link.when)
        elif link.page == "compose":
            self._composing.start_new()
        else:
            window.show_page(link.page)
