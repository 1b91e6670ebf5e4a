"""Base class of the pages, and protocols of pages with special features."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QWidget

from posto_desktop.ui.commands import Commands


class AppPage(QWidget):
    """Page of the main window; the methods here are defaults."""

    commands: Commands | None = None
    """Commands of the page: for its menu, the shortcut list and the palette."""

    def pane_stops(self) -> list[QWidget]:
        """Return the focus targets of F6 in order; the first one also when the page opens."""
        view = self.findChild(QAbstractItemView)
        return [view if view is not None else self]

    def drop_inset(self) -> int:
        """Return the height of its top area in pixels that stays visible during a drag."""
        return 0

    def toast_inset(self) -> int:
        """Return the height of its bottom bar in pixels; toasts stay above it."""
        return 0

    def toast_main(self) -> QWidget | None:
        """Return the widget over which toasts are centred; None for the page."""
        return None

    def handle_paste(self) -> bool:
        """Paste from the clipboard; return True if the page used it."""
        return False


class PostsPage(AppPage):
    """Page that shows the schedule of the open workspace."""

    def set_progress(self, done: int, total: int) -> None:
        """Show the load state of the schedule."""
        raise NotImplementedError

    def set_connection(self, kind: str, text: str) -> None:
        """Show the connection of the service, see `widgets.workspace_button.STATES`."""
        raise NotImplementedError

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show only the posts of these channels; None for all."""
        raise NotImplementedError

    def set_picture(self, url: str, image: QImage) -> None:
        """Set a requested picture; null if it is not available."""
        raise NotImplementedError


@runtime_checkable
class Undoable(Protocol):
    """Page with one undo history for all its controls."""

    def undo(self) -> None: ...


@runtime_checkable
class Redoable(Protocol):
    """Page that can redo."""

    def redo(self) -> None: ...
