"""Clipboard and drop content of the text editor: files, a picture, or addresses to download."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from posto_desktop.core.page_text import MAX_HTML, page_text
from posto_desktop.models.media import ROW_MIME
from posto_desktop.workers.file_info import has_files, local_path
from posto_desktop.workers.qt_pictures import pasted_picture

if TYPE_CHECKING:
    from posto_desktop.workers.media_import import DropContent

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def files_of(mime: QMimeData) -> list[str]:
    """Return the local files of a drop or paste; none for a tile of the message itself."""
    if mime.hasFormat(ROW_MIME):
        return []
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]


def page_of(mime: QMimeData) -> str:
    """Return the HTML of a paste that has no plain text, limited to what is read."""
    return "" if mime.hasText() or not mime.hasHtml() else mime.html()[: MAX_HTML + 1]


def media_of(mime: QMimeData) -> DropContent | None:
    """Return media to download: a picture in a page, or a single address.

    None if text was meant: the address of a page, or words beside a picture.
    """
    text = mime.text().strip() if mime.hasText() else ""
    address = bool(_ADDRESS.fullmatch(text))
    if text and not address:
        return None
    if any(url.isLocalFile() for url in mime.urls()):
        return None
    if not (address and _names_media(text)) and not mime.hasHtml():
        return None
    from posto_desktop.workers.media_import import picture_sources, read_drop

    if not (address and _names_media(text)) and not picture_sources(mime.html()):
        return None
    content = read_drop(mime)
    return content if content.urls or content.inline else None


def _names_media(address: str) -> bool:
    from posto_desktop.ui.widgets.drop_overlay import PICTURES, VIDEOS

    try:
        ending = PurePosixPath(urlsplit(address).path).suffix.lower().lstrip(".")
    except ValueError:
        return False
    return ending in PICTURES or ending in VIDEOS


_LONG = 5_000  # shorter texts insert as fast by Qt
_LONG_PAGE = 20_000  # characters of HTML; shorter pages are read within a frame


class FileAwareTextEdit(QPlainTextEdit):
    """Signals, in place of inserting text: ``filesPasted(list)``, ``imagePasted(QImage)`` and
    ``mediaPasted(DropContent)`` (to download), and ``pagePasted(str, QImage|None)``: a long piece
    of HTML to read, and the picture beside it. Drops from outside go to the window."""

    filesPasted = Signal(list)
    imagePasted = Signal(QImage)
    mediaPasted = Signal(object)
    pagePasted = Signal(str, object)

    def insert_text(self, cursor: QTextCursor, text: str) -> None:
        """Insert a text of any length."""
        cursor.insertText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        if source.hasFormat(ROW_MIME):  # a tile of the message, whose address is not meant
            return False
        more = source.hasImage() or source.hasHtml() or bool(files_of(source))
        return more or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Office programs add a picture of the copied text: prefer the text.
        files = files_of(source)
        if files:
            self.filesPasted.emit(files)
            return
        media = media_of(source)
        if media is not None:
            self.mediaPasted.emit(media)
            return
        page = page_of(source)
        if len(page) > _LONG_PAGE:
            self.pagePasted.emit(page, pasted_picture(source))
            return
        text = page_text(page)[0] if page else source.text()
        image = None if text.strip() else pasted_picture(source)
        if image is not None:
            self.imagePasted.emit(image)
            return
        if len(text) > _LONG or (text and not source.hasText()):
            self.insert_text(self.textCursor(), text)
            self.ensureCursorVisible()
            return
        super().insertFromMimeData(source)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._is_for_the_window(event.mimeData()):
            event.ignore()  # the window's drop sheet accepts files everywhere
            return
        super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._is_for_the_window(event.mimeData()):
            event.ignore()
            return
        super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        if self._is_for_the_window(event.mimeData()):
            files = files_of(event.mimeData())
            media = None if files else media_of(event.mimeData())
            if files:
                self.filesPasted.emit(files)
            elif media is not None:
                self.mediaPasted.emit(media)
            event.acceptProposedAction()
            return
        super().dropEvent(event)

    @staticmethod
    def _is_for_the_window(mime: QMimeData) -> bool:
        return (
            has_files(mime)
            or (mime.hasImage() and not mime.hasText())
            or media_of(mime) is not None
        )
