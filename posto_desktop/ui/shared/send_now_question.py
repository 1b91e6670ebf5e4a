"""The question before posts of the schedule are sent at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from posto_desktop.models import send_now_words
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog


class SendNowQuestion:
    """Asks where the settings want it. `is_asked` and `undo_seconds` are set by the app."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self.is_asked: Callable[[], bool] = lambda: False
        self.undo_seconds: Callable[[], int] = lambda: 0

    def before(self, count: int, send: Callable[[], None]) -> None:
        """Call `send` for this many posts, after the question if there is one."""
        if not self.is_asked():
            send()
            return
        question = ConfirmDialog(
            send_now_words.question(count),
            send_now_words.consequence(self.undo_seconds()),
            send_now_words.button_text(count),
            danger=False,
            parent=self._parent,
        )
        question.accepted.connect(send)
        question.open()
