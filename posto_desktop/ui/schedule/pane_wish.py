"""Whether the user wants the pane at the right open: told by a button, remembered by the app."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QAbstractButton

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.side_pane import PaneHost

__all__ = ["PaneWish"]


class PaneWish(QObject):
    """Signal `changed(str)`: the user opened or closed the pane, "open" or "closed".

    As long as the user has said nothing ("") it is wanted where the window has much room.
    """

    changed = Signal(str)

    def __init__(self, panes: PaneHost, button: QAbstractButton, parent: QObject) -> None:
        super().__init__(parent)
        self._panes, self._button = panes, button
        self._by_itself = False
        self.wish = ""
        panes.openChanged.connect(self._follow)

    @contextmanager
    def by_itself(self) -> Iterator[None]:
        """What is opened and closed inside says nothing about what the user wants."""
        before, self._by_itself = self._by_itself, True
        try:
            yield
        finally:
            self._by_itself = before

    def opens(self) -> bool:
        """Whether the pane should be open from the start. It never lies over the rows uncalled."""
        width, token = self._panes.window().width(), Theme.instance().token
        if self.wish == "open":
            return bool(width >= token("breakpoint.side_panes_overlay_below"))
        return self.wish != "closed" and bool(width >= token("breakpoint.tab_icons_from"))

    @Slot(bool)
    def _follow(self, on: bool) -> None:
        self._button.setChecked(on)
        wish = "open" if on else "closed"
        if not self._by_itself and wish != self.wish:
            self.wish = wish
            self.changed.emit(wish)
