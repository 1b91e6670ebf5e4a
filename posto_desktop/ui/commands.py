"""What a page offers to the menu bar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence


@dataclass(frozen=True)
class Command:
    """One entry of a menu. `keys` are only shown: the page has the shortcut itself.

    A page offers them by `menu_commands() -> tuple[str title, list[Command]]`; None in the list
    is a line between groups.
    """

    text: str
    run: Callable[[], object]
    keys: str = ""
    enabled: bool = True
    danger: bool = False


def key_words(keys: QKeySequence) -> str:
    """Keys as this system writes them, and as they are written on the keyboard."""
    return keys.toString(QKeySequence.SequenceFormat.NativeText).replace("Return", "Enter")
