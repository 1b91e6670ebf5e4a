"""What a paste or a drop on the text holds: files, a picture, or what is to be fetched."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QMimeData

from posto_desktop.core.page_text import MOST_HTML
from posto_desktop.models.media import ROW_MIME
from posto_desktop.workers.files import local_path

if TYPE_CHECKING:
    from posto_desktop.workers.intake import Dropped

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def files_of(mime: QMimeData) -> list[str]:
    """The local files of a drop or a paste; a tile of the message itself is none."""
    if mime.hasFormat(ROW_MIME):
        return []
    return [local_path(url) for url in mime.urls() if url.isLocalFile()]


def page_of(mime: QMimeData) -> str:
    """The page of a paste whose program gives nothing but the page; no more than is read."""
    return "" if mime.hasText() or not mime.hasHtml() else mime.html()[: MOST_HTML + 1]


def media_of(mime: QMimeData) -> Dropped | None:
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
    from posto_desktop.workers.intake import picture_sources, read_drop

    if not (address and _names_media(text)) and not picture_sources(mime.html()):
        return None
    found = read_drop(mime)
    return found if found.urls or found.inline else None


def _names_media(address: str) -> bool:
    from posto_desktop.ui.widgets.drop_sheet import PICTURES, VIDEOS

    try:
        ending = PurePosixPath(urlsplit(address).path).suffix.lower().lstrip(".")
    except ValueError:
        return False
    return ending in PICTURES or ending in VIDEOS
