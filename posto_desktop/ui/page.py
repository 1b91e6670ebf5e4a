"""What the main window asks of each of its pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractItemView, QWidget

from posto_desktop.ui.commands import Commands


class AppPage(QWidget):
    """A page of the main window. Each answer here is that of a page with nothing special."""

    commands: Commands | None = None
    """What can be done on it: its menu, its part of the list of keys and of the search."""

    def pane_stops(self) -> list[QWidget]:
        """Where F6 puts the keyboard, in order; the first also when the page is opened."""
        view = self.findChild(QAbstractItemView)
        return [view if view is not None else self]

    def drop_inset(self) -> int:
        """Pixels at its top that stay visible while files are dragged over the page."""
        return 0

    def toast_inset(self) -> int:
        """Height of its bottom bar in pixels; toasts stand above it."""
        return 0

    def toast_main(self) -> QWidget | None:
        """What toasts stand in the middle of; None: the page."""
        return None

    def handle_paste(self) -> bool:
        """Use what the clipboard has; returns whether the page used it."""
        return False


class PostsPage(AppPage):
    """A page that shows the plan of the open workspace."""

    def set_progress(self, done: int, total: int) -> None:
        """How far the reading of the plan is."""
        raise NotImplementedError

    def set_connection(self, kind: str, text: str) -> None:
        """How the service is reached, see `widgets.workspace.STATES`."""
        raise NotImplementedError

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """Show the posts of these channels only; None: of all."""
        raise NotImplementedError

    def set_picture(self, url: str, image: QImage) -> None:
        """A picture that the page asked for; null where it cannot be had."""
        raise NotImplementedError


@runtime_checkable
class Undoable(Protocol):
    """A page with one order of steps, which `undo` takes back wherever the keyboard is in it."""

    def undo(self) -> None: ...


@runtime_checkable
class Redoable(Protocol):
    """A page that can do again what was taken back."""

    def redo(self) -> None: ...
