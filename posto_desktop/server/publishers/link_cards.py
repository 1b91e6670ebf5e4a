"""Link cards for networks that show the card that the post itself carries."""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from posto_desktop.formats.page_card import LinkCard, host_of, parse_card
from posto_desktop.server.publishers.base import Attachment, Refused, TryLater
from posto_desktop.server.publishers.outside import OutsideError, fetch
from posto_desktop.server.publishers.pictures import Picture, fitted
from posto_desktop.server.sniff import sniff
from posto_desktop.storage import atomic, regular_files

log = logging.getLogger(__name__)

PAGE_BYTES = 512 * 1024
PICTURE_BYTES = 5 * 1024 * 1024
_PAGES = ("text/html", "application/xhtml+xml")
_PICTURES = ("image/jpeg", "image/png", "image/webp")


@dataclass(frozen=True)
class Card:
    """What to show of a link; all but the title may be missing."""

    title: str
    description: str = ""
    picture: Picture | None = None


def read_card(url: str, most_bytes: int, side: int) -> Card:
    """The card of a page, its picture in so many bytes at most. Whatever is wrong with the page,
    there is a card: it never keeps a post from going out."""
    try:
        page = fetch(url, _PAGES, PAGE_BYTES)
    except OutsideError as error:
        log.info("There is no preview of a page of %s: %s", host_of(url), error)
        return Card(_plain_title(url))
    card = parse_card(page.body, page.url, page.content_type)
    return Card(card.title or _plain_title(url), card.description, _picture(card, most_bytes, side))


def _plain_title(url: str) -> str:
    """What an address says of its page."""
    try:
        return f"{host_of(url)}{urlsplit(url).path.rstrip('/')}"[:300] or url[:300]
    except ValueError:
        return url[:300]


def _picture(card: LinkCard, most_bytes: int, side: int) -> Picture | None:
    if not card.image_url:
        return None
    try:
        download = fetch(card.image_url, _PICTURES, PICTURE_BYTES, whole=True)
        with tempfile.TemporaryDirectory(prefix="posto-card-") as folder:
            path = Path(folder) / "picture"
            atomic.write_bytes(path, download.body, durable=False)
            with regular_files.open_file(path) as file:
                kind = sniff(file)
            if kind is None or kind.mime not in _PICTURES:
                raise OutsideError("it is no picture")
            name, size = card.site or "The page", len(download.body)
            return fitted(Attachment(0, path, "", kind.mime, name, "", size), most_bytes, side)
    except (OutsideError, Refused, TryLater, OSError) as error:
        log.info("There is no picture of a page of %s: %s", host_of(card.url), error)
        return None
