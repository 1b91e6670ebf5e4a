"""The cards of links as the page shows them: in the previews and beside the field.

Nothing is fetched before `set_cards`: a page without it shows hosts only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common.user_error import message_of
from posto_desktop.core.link_card import LinkCard
from posto_desktop.models.pictures import PictureBook
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.workers.link_cards import LinkCards
    from posto_desktop.workers.runner import JobRunner

# An address is looked up when it has stood still: half of one is another site's.
PAUSE_MS = 600
_LONGEST_SIDE = 720
_KEEP_BYTES = 8 * 1024 * 1024


class LinkLooks(QObject):
    """Signal ``changed(url)``: the card of this link, its picture or its trouble is here."""

    changed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._cards: LinkCards | None = None
        self._wanted: dict[str, None] = {}
        self._under_way: set[str] = set()
        self._problems: dict[str, str] = {}
        self._urls: dict[str, str] = {}  # of pictures: the link that they belong to
        self._book = PictureBook(self, longest_side=_LONGEST_SIDE, limit_bytes=_KEEP_BYTES)
        self._book.requested.connect(self._fetch_picture)
        self._book.arrived.connect(self._picture_arrived)
        self._pause = Debouncer(PAUSE_MS, self._ask, self)

    def set_cards(self, cards: LinkCards, runner: JobRunner) -> None:
        """From now on cards are read by these workers; pictures are decoded by the runner."""
        self._cards = cards
        self._reading = KeyedJobs(runner, self)
        self._reading.done.connect(self._read)
        self._reading.failed.connect(self._not_read)
        self._reading.cancelled.connect(self._settled)
        self._fetching = KeyedJobs(runner, self)
        self._fetching.done.connect(self._fetched)
        self._decoding = KeyedJobs(runner, self)
        self._decoding.done.connect(self._book.put)
        for jobs in (self._fetching, self._decoding):
            jobs.failed.connect(self._picture_lost)
            jobs.cancelled.connect(self._picture_lost)
        self.changed.emit("")

    def card(self, url: str) -> LinkCard | None:
        """The card, if it is here; else it is asked for after a pause."""
        if self._cards is None or not url:
            return None
        found = self._cards.known(url)
        if found is not None:
            if found.image_url:
                self._urls[found.image_url] = url
            return found
        if url in self._under_way or url in self._problems or url in self._wanted:
            return None
        # Only what the message has now: parts of an address are forgotten.
        self._wanted = {one: None for one in self._wanted if not url.startswith(one)}
        self._wanted[url] = None
        self._pause.call()
        return None

    def picture(self, address: str) -> QImage | None:
        """A card's picture, if it is here; else it is asked for."""
        return self._book.get(address) if self._cards is not None else None

    def problem(self, url: str) -> str:
        """Why there is no card: a sentence; empty while it is not known or there is one."""
        return self._problems.get(url, "")

    def is_reading(self, url: str) -> bool:
        return url in self._under_way

    def try_again(self, url: str) -> None:
        """Forget why a card could not be read."""
        self._problems.pop(url, None)
        self.card(url)

    @Slot()
    def _ask(self) -> None:
        wanted, self._wanted = list(self._wanted), {}
        if self._cards is None:
            return
        for url in wanted:
            self._reading.follow(url, self._cards.card(url, self))
            self._under_way.add(url)
            self.changed.emit(url)

    @Slot(object, object)
    def _read(self, url: str, _card: object) -> None:
        self._settled(url)

    @Slot(object, object)
    def _not_read(self, url: str, error: object) -> None:
        if len(self._problems) > 200:
            self._problems.clear()
        self._problems[url] = message_of(error) or str(error) or "?"
        self._settled(url)

    @Slot(object)
    def _settled(self, url: str) -> None:
        self._under_way.discard(url)
        self.changed.emit(url)

    # -- pictures --------------------------------------------------------------------------

    @Slot(object)
    def _fetch_picture(self, address: str) -> None:
        if self._cards is not None:
            self._fetching.follow(address, self._cards.picture(address, self))

    @Slot(object, object)
    def _fetched(self, address: str, data: bytes) -> None:
        self._decoding.start(address, _decode, data, pool="web")

    @Slot(object)
    def _picture_lost(self, address: str, _error: object = None) -> None:
        self._book.put(address, QImage())

    @Slot(object)
    def _picture_arrived(self, address: str) -> None:
        self.changed.emit(self._urls.get(address, ""))


def _decode(_job: object, data: bytes) -> QImage:
    from posto_desktop.workers.remote_pictures import decode

    return decode(data, _LONGEST_SIDE)
