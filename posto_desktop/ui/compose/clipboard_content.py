"""What a paste or a drop on the text holds: files, a picture, or what is to be fetched."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QMimeData, QUrl, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from posto_desktop.core.page_text import MAX_HTML, page_text
from posto_desktop.models.media import ROW_MIME
from posto_desktop.workers.file_info import local_path
from posto_desktop.workers.qt_pictures import pasted_picture

if TYPE_CHECKING:
    from posto_desktop.workers.media_import import DropContent

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def files_of(mime: QMimeData) -> list[str]:
    """The local files of a drop or a paste; a tile of the message itself is none."""
    if mime.hasFormat(ROW_MIME):
        return []
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]


def page_of(mime: QMimeData) -> str:
    """The page of a paste whose program gives nothing but the page; no more than is read."""
    return "" if mime.hasText() or not mime.hasHtml() else mime.html()[: MAX_HTML + 1]


def media_of(mime: QMimeData) -> DropContent | None:
    """What is to be fetched: a picture out of a page, or the address of one alone.

    None where text was meant: an address of a page, or words beside a picture.
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
    found = read_drop(mime)
    return found if found.urls or found.inline else None


def _names_media(address: str) -> bool:
    from posto_desktop.ui.widgets.drop_overlay import PICTURES, VIDEOS

    try:
        ending = PurePosixPath(urlsplit(address).path).suffix.lower().lstrip(".")
    except ValueError:
        return False
    return ending in PICTURES or ending in VIDEOS


_LONG = 5_000  # Qt puts what is shorter into its place as quickly
_LONG_PAGE = 20_000  # characters of HTML; what is shorter is read within a frame


class FileAwareTextEdit(QPlainTextEdit):
    """Signals, instead of text: ``filesPasted(list)``, ``imagePasted(QImage)`` and
    ``mediaPasted(Dropped)`` (to be fetched), and ``pagePasted(str, QImage|None)``: a long piece of
    a web page, whose words are to be read, and the picture beside it. What is dragged from outside
    goes to the window."""

    filesPasted = Signal(list)
    imagePasted = Signal(QImage)
    mediaPasted = Signal(object)
    pagePasted = Signal(str, object)

    def insert_text(self, cursor: QTextCursor, text: str) -> None:
        """Put a text there, of any length."""
        cursor.insertText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        if source.hasFormat(ROW_MIME):  # a tile of the message; its address is not meant
            return False
        more = source.hasImage() or source.hasHtml() or bool(files_of(source))
        return more or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Office programs offer a picture of the copied text beside the text: text wins there.
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
            event.ignore()  # the window's drop sheet takes files, wherever the pointer is
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
            any(isinstance(url, QUrl) and url.isLocalFile() for url in mime.urls())
            or (mime.hasImage() and not mime.hasText())
            or media_of(mime) is not None
        )
