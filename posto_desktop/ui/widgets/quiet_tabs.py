"""Tab bar whose tabs can be set without a word."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QTabBar

__all__ = ["QuietTabBar"]


class QuietTabBar(QTabBar):
    """Qt tells screen readers of each new current tab that it has the keyboard, wherever that
    is."""

    @contextlib.contextmanager
    def without_words(self) -> Iterator[None]:
        """Let nothing be told in the block, except while the keyboard is in the tabs."""
        policy = self.focusPolicy()
        if not self.hasFocus():
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # of such tabs Qt tells nothing
        try:
            yield
        finally:
            self.setFocusPolicy(policy)

    def add_first_tab(self, words: str) -> None:
        """Add the tab that is current from the start, before anything has looked at the bar."""
        with self.without_words():
            self.addTab(words)
        if QAccessible.isActive():
            # Qt has told of a selection, too. Of an object that is gone screen readers speak
            # nothing; they find the bar by its next one.
            interface = QAccessible.queryAccessibleInterface(self)
            QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(interface))
