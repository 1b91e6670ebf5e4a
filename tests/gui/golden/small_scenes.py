"""Small windows, and parts of a page, for the pictures."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.edited_message import EditedMessage, ScheduledPost
from posto_desktop.models.presence_words import saved_words
from posto_desktop.sdk.presence import PresentPerson
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from tests.gui.golden.filled_app import Stage
from tests.gui.golden.stage import NOW


def quick_post(stage: Stage) -> QWidget:
    """The small window, with channels, a name of several and a time."""
    stage.window.quickRequested.emit()
    window = stage.app.controllers.quick_capture.window
    window.line.selectAll()
    window.line.insertPlainText(
        "Saffron buns from Thursday, and candles from the island @mastodon @harbour bakery fri 9:00"
    )
    window.message.editor.discard_changes()  # no draft for the scenes that follow
    stage.calm()
    return window


def confirm(stage: Stage) -> QWidget:
    dialog = ConfirmDialog(
        "Send 5 posts now?",
        "They go out at once and cannot be taken back.",
        "Send 5 posts",
        parent=stage.window,
    )
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    stage.calm()
    return dialog


def presence(stage: Stage) -> QWidget:
    """The strip below a message that others have open, too, and of which one has saved changes."""
    editing = EditedMessage("local", (ScheduledPost(1, 1),), NOW.timestamp(), before={})
    strip = stage.write(Draft(text="Saffron buns", channel_ids=(1,), editing=editing)).others_strip
    strip.show_people(
        [
            PresentPerson("edda", "Edda Lind", "Laptop", is_writing=True),
            PresentPerson("otto", "Otto Berg", "Phone", since=NOW - timedelta(minutes=9)),
        ]
    )
    strip.show_saved(saved_words("Edda Lind", ("text", "time")))
    stage.calm()

    def leave() -> None:
        """In the next scenes nobody else is there."""
        strip.show_people([])
        strip.show_saved("")

    stage.window.pageChanged.connect(leave, Qt.ConnectionType.SingleShotConnection)
    assert isinstance(strip, QWidget)
    return strip


LITTLE = {"confirm": confirm, "presence": presence}
