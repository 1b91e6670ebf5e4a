"""Controller of launch requests from the command line, a second start, a link or the tray."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from posto_desktop.controllers.compose import ComposeController
from posto_desktop.controllers.context import AppContext
from posto_desktop.workers.instance import LaunchRequest


class LaunchRequestController(QObject):
    """Activates the window and shows what was requested.

    Signal `quickRequested(tuple[str, ...])`: open quick capture with these files.
    """

    quickRequested = Signal(object)

    def __init__(
        self,
        context: AppContext,
        compose_controller: ComposeController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._compose = context, compose_controller

    def install_open_events(self, app: QCoreApplication) -> None:
        """Handle files and links that macOS sends as events."""
        from posto_desktop.ui.file_open_filter import FileOpenFilter

        events = FileOpenFilter(self)
        events.fileOpened.connect(lambda path: self.handle(LaunchRequest((path,))))
        events.linkOpened.connect(lambda url: self.handle(LaunchRequest(links=(url,))))
        app.installEventFilter(events)

    @Slot()
    def activate_window(self) -> None:
        """Show and raise the window, also from the tray or minimized."""
        window = self._context.window
        window.show()
        window.setWindowState(window.windowState() & ~window.windowState().WindowMinimized)
        window.raise_()
        window.activateWindow()
        self._context.service.set_watching(window.current_page())

    @Slot()
    def compose(self) -> None:
        self.activate_window()
        self._compose.start_new()

    @Slot(object)
    def handle(self, request: LaunchRequest) -> None:
        """Handle a request of a second start, or what another process reports as changed."""
        if request.changed:
            self._context.service.changed_outside(request.changed)
            return
        if request.quick:
            self.quickRequested.emit(request.files)
            return
        self.activate_window()
        self.show_requested(request)

    def begin(self, request: LaunchRequest, start_page: str) -> None:
        """Show the start page and what the first request asks for."""
        if request.quick:
            self._context.window.show_page(start_page)
            self.quickRequested.emit(request.files)
            return
        if not (request.page or request.files or request.service):
            self._context.window.show_page(start_page)
        self.show_requested(request)

    def show_requested(self, request: LaunchRequest) -> None:
        """Show what a request asks for, without activating the window."""
        if request.page:
            self._context.window.show_page(request.page)
        if request.service:
            self._context.workspaces.open_address(request.service)
        for link in request.links:
            self._open_link(link)
        if request.files:
            self._compose.start_with_files(list(request.files))

    def _open_link(self, url: str) -> None:
        """Open a `posto:` link. It fills in and shows; it never sends."""
        from posto_desktop.core.deep_link import DeepLinkError, read

        window = self._context.window
        try:
            link = read(url, tuple(window.top_bar.visible_pages()))
        except DeepLinkError as error:
            window.show_notification("error", error.user_message)
            return
        if link.has_content:
            self._compose.begin(link.text, link.link, link.when, link.further)
        elif link.page == "compose":
            self._compose.start_new()
        else:
            window.show_page(link.page)
