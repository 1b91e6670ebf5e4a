"""Link cards for the previews: downloaded by jobs, cached for a while.

The calls are made on the GUI thread and return at once; everything else runs on workers.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject

from posto_desktop.core.link_card import LinkCard, LinkCardError, fetch_card
from posto_desktop.sdk import web_pages
from posto_desktop.sdk.errors import Cancelled
from posto_desktop.sdk.transport import Transport
from posto_desktop.workers.runner import Job, JobCancelled, JobHandle, JobRunner

KEPT = 200
KEEP_SECONDS = 3600.0
KEEP_FAILURE_SECONDS = 60.0


class CardCache:
    """The newest cards and errors. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._cards: OrderedDict[str, tuple[float, LinkCard | LinkCardError]] = OrderedDict()

    def get(self, url: str) -> LinkCard | LinkCardError | None:
        with self._lock:
            cached = self._cards.get(url)
            if cached is None:
                return None
            until, result = cached
            if self._clock() >= until:
                del self._cards[url]
                return None
            self._cards.move_to_end(url)
            return result

    def put(self, url: str, result: LinkCard | LinkCardError) -> None:
        seconds = KEEP_SECONDS if isinstance(result, LinkCard) else KEEP_FAILURE_SECONDS
        with self._lock:
            self._cards[url] = (self._clock() + seconds, result)
            self._cards.move_to_end(url)
            while len(self._cards) > KEPT:
                self._cards.popitem(last=False)


class LinkCards(QObject):
    """Loads the cards of links and their pictures.

    `card(url, parent)` and `picture(url, parent)` return a JobHandle: ``done(LinkCard)`` or
    ``done(bytes)``, ``failed(error)`` with its `user_message`; `handle.cancel()` stops the
    download.
    """

    def __init__(
        self,
        runner: JobRunner,
        parent: QObject | None = None,
        *,
        transport: Callable[[], Transport] = web_pages.outside_transport,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._cache = CardCache()
        self._outside = _Outside(transport)

    def known(self, url: str) -> LinkCard | None:
        """Return the cached card, to show it without flicker."""
        cached = self._cache.get(url.strip())
        return cached if isinstance(cached, LinkCard) else None

    def card(self, url: str, parent: QObject) -> JobHandle:
        return self._runner.submit(
            load_card, url.strip(), self._cache, self._outside.get, parent=parent, pool="net"
        )

    def picture(self, url: str, parent: QObject) -> JobHandle:
        return self._runner.submit(
            load_picture, url.strip(), self._outside.get, parent=parent, pool="net"
        )

    def route_changed(self) -> None:
        """Use the new route from now on."""
        self._outside.renew()

    def close(self) -> None:
        """At quit: running downloads end with an error."""
        self._outside.close()


def load_card(job: Job, url: str, cache: CardCache, transport: Callable[[], Transport]) -> LinkCard:
    """A job: return the card of `url`, cached if possible."""
    result = cache.get(url)
    if result is None:
        try:
            result = fetch_card(url, transport=transport(), cancel=job.cancelled)
        except Cancelled:
            raise JobCancelled from None
        except LinkCardError as error:
            result = error.with_traceback(None)
        job.check()  # an error caused by the shutdown must not be cached
        cache.put(url, result)
    if isinstance(result, LinkCardError):
        raise result
    return result


def load_picture(job: Job, url: str, transport: Callable[[], Transport]) -> bytes:
    """A job: return the bytes of a card's picture."""
    try:
        return web_pages.fetch_picture(transport(), url, cancel=job.cancelled)
    except Cancelled:
        raise JobCancelled from None


class _Outside:
    """One transport for all jobs, made on first use because its import is slow."""

    def __init__(self, make: Callable[[], Transport]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: Transport | None = None

    def get(self) -> Transport:
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def renew(self) -> None:
        """Let the next job make a new one; running jobs keep theirs."""
        with self._lock:
            self._made = None

    def close(self) -> None:
        with self._lock:
            if self._made is not None:
                self._made.close()
