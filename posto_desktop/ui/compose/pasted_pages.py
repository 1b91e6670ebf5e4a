"""Pieces of web pages that are pasted as text: long ones are read by a worker."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage, QTextCursor

from posto_desktop.core.page_text import page_text
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.viewmodels.message import Message
from posto_desktop.viewmodels.notice import ComposeNotice
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.runner import JobRunner


@dataclass(eq=False)
class _Place:
    """Where the words go: which message, which of its texts, and instead of what in it."""

    message: str
    key: str
    start: QTextCursor
    end: QTextCursor
    image: QImage | None


class PastedPages(QObject):
    """Puts the words of a pasted page where the caret was, when they have been read."""

    def __init__(
        self,
        views: ComposeLayout,
        message: Message,
        runner: JobRunner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._reading = KeyedJobs(runner, self)
        self._reading.done.connect(self._came)
        self._reading.failed.connect(self._failed)
        self._views.editor.pagePasted.connect(self.take)

    @Slot(str, object)
    def take(self, html: str, image: QImage | None) -> None:
        """Read a page; `image` is what was copied along, for a page without words."""
        editor, now = self._views.editor, self._views.editor.textCursor()
        start, end = _fixed(now, now.selectionStart()), _fixed(now, now.selectionEnd())
        place = _Place(self._message.draft.id, editor.key, start, end, image)
        self._reading.start(place, _read, html)

    @Slot(object, object)
    def _came(self, place: _Place, found: tuple[str, bool]) -> None:
        text, cut = found
        editor = self._views.editor
        here = (place.message, place.key) == (self._message.draft.id, editor.key)
        if not here or place.start.document() is not editor.document():
            self._say(
                self.tr(
                    "The text that you pasted was not put in, because you opened another one "
                    "meanwhile. Paste it again."
                )
            )
            return
        if not text and place.image is not None:
            editor.imagePasted.emit(place.image)
            return
        cursor = QTextCursor(editor.document())
        cursor.setPosition(place.start.position())
        cursor.setPosition(place.end.position(), QTextCursor.MoveMode.KeepAnchor)
        editor.insert_text(cursor, text)
        editor.ensureCursorVisible()
        if cut:
            self._say(self.tr("The page that you pasted is very long: only its beginning is here."))

    @Slot(object, object)
    def _failed(self, _place: _Place, _error: object) -> None:
        self._say(self.tr("The page that you pasted could not be read."))

    def _say(self, words: str) -> None:
        self._message.notices.requested.emit(ComposeNotice("warning", words))


def _fixed(cursor: QTextCursor, position: int) -> QTextCursor:
    """A mark in the document; what is typed at it meanwhile stands behind it."""
    mark = QTextCursor(cursor)
    mark.setPosition(position)
    mark.setKeepPositionOnInsert(True)
    return mark


def _read(_job: object, html: str) -> tuple[str, bool]:
    return page_text(html)
