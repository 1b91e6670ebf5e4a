"""What the window and its pages offer to the menu bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Command:
    """One entry of a menu. `keys` are only shown: the page has the shortcut itself.

    A page offers them by `Page.menu_commands`.
    """

    text: str
    run: Callable[[], object]
    keys: str = ""
    enabled: bool = True
    danger: bool = False


@dataclass(frozen=True)
class MenuSource:
    """One menu of the menu bar. `entries` gives what is in it at the moment (None: a line between
    groups) for the widget that has the keyboard, or none."""

    title: str
    entries: Callable[[QWidget | None], Sequence[QAction | Command | None]]


def key_words(keys: QKeySequence) -> str:
    """Keys as this system writes them, and as they are written on the keyboard."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")
