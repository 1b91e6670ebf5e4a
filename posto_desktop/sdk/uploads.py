"""Uploads the media of a post: paths and addresses mixed, in parallel, each content once."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from posto_desktop.net.deadline import with_deadline

from .downloads import fetch, is_url
from .errors import Cancelled, MediaUploadError, PostoError
from .media import LocalFile, Progress, content_hash, examine, upload
from .records import MediaItem
from .redact import bare_url
from .transport import Transport

PARALLEL = 4
CANCEL_SECONDS = 0.2
"""Seconds in which an upload waiting for another one notices its cancellation."""

_ALLOW = "PostoSDK and SocialMediaManager take allow_private_urls=True, which allows it."

Source = str | os.PathLike[str] | MediaItem | int
AltText = str | Sequence[str] | Mapping[str, str] | None


@dataclass(frozen=True)
class PreparedMedia:
    """An examined source: a local file, an address, or an item on the service."""

    shown: str
    alt_text: str = ""
    file: LocalFile | None = None
    url: str | None = None
    item: MediaItem | None = None


def sources_of(media: object) -> list[Source]:
    """Return the sources of `media`: nothing, one, or several, in order."""
    if media is None or media == "" or media == []:
        return []
    if isinstance(media, (str, os.PathLike, MediaItem)) or (
        isinstance(media, int) and not isinstance(media, bool)
    ):
        return [media]
    if isinstance(media, Iterable) and not isinstance(media, (bytes, Mapping)):
        many = list(media)
        if all(
            isinstance(item, (str, os.PathLike, MediaItem, int)) and not isinstance(item, bool)
            for item in many
        ):
            return [item for item in many if item != ""]
    raise MediaUploadError(
        f"Media are paths or web addresses, not {type(media).__name__}.", reason="type"
    )


def prepare(media: object, alt_text: AltText = None) -> list[PreparedMedia]:
    """Examine every source before anything is sent. Raises `MediaUploadError` for the first
    unusable one."""
    result = []
    for index, source in enumerate(sources_of(media)):
        if isinstance(source, MediaItem):
            result.append(PreparedMedia(f"media {source.id}", item=source))
        elif isinstance(source, int):
            result.append(PreparedMedia(f"media {source}", item=MediaItem(source)))
        elif isinstance(source, str) and is_url(source):
            alt = _alt(alt_text, index, source)
            result.append(PreparedMedia(bare_url(source), alt, url=source.strip()))
        else:
            file = examine(source)
            result.append(
                PreparedMedia(file.name, _alt(alt_text, index, os.fspath(source)), file=file)
            )
    return result


def _alt(alt_text: AltText, index: int, source: str) -> str:
    if alt_text is None:
        return ""
    if isinstance(alt_text, str):
        return alt_text
    value: object
    if isinstance(alt_text, Mapping):
        value = alt_text.get(source) or alt_text.get(Path(source).name)
    elif isinstance(alt_text, Sequence) and not isinstance(alt_text, bytes):
        value = alt_text[index] if index < len(alt_text) else None
    else:
        value = alt_text
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MediaUploadError(f"An alt text is text, not {value!r}.", reason="alt_text")
    return value


class Uploader:
    """Uploads to one service; remembers uploaded items by content hash and alt text."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], MediaItem] = {}
        self._running: dict[tuple[str, str], Future[MediaItem]] = {}

    def start(
        self,
        prepared: Sequence[PreparedMedia],
        pool: ThreadPoolExecutor,
        *,
        progress: Progress | None = None,
        cancel: threading.Event,
        folder: Callable[[], Path],
    ) -> list[Future[MediaItem]]:
        """Start all uploads in `pool`, in order; `cancel` ends them, `folder` holds downloads.

        `progress` gets (bytes sent, total bytes) over all files.
        """
        total = _Total(prepared, progress)
        return [
            pool.submit(
                with_deadline(self._upload_one), index, prepared_file, total, cancel, folder
            )
            for index, prepared_file in enumerate(prepared)
        ]

    def upload_all(
        self,
        media: object,
        *,
        alt_text: AltText = None,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> list[MediaItem]:
        """Upload every source, at most four at once; return the items in the given order.

        The first failure ends the others and is raised with its file's name.
        """
        return self.upload_prepared(prepare(media, alt_text), progress=progress, cancel=cancel)

    def upload_prepared(
        self,
        prepared: Sequence[PreparedMedia],
        *,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> list[MediaItem]:
        """As `upload_all`, for examined sources."""
        if not prepared:
            return []
        stop = linked(cancel)
        with (
            contextlib.ExitStack() as stack,
            ThreadPoolExecutor(min(PARALLEL, len(prepared)), "posto-upload") as pool,
        ):
            futures = self.start(
                prepared, pool, progress=progress, cancel=stop, folder=lazy_folder(stack)
            )
            return collect(futures, stop)

    def _upload_one(
        self,
        index: int,
        prepared_file: PreparedMedia,
        total: _Total,
        cancel: threading.Event,
        folder: Callable[[], Path],
    ) -> MediaItem:
        if prepared_file.item is not None:
            return prepared_file.item
        file = prepared_file.file
        if file is None:
            assert prepared_file.url is not None
            file = self._fetch(prepared_file.url, folder(), cancel)
            total.grow(index, file.size)
        digest = content_hash(file.path, cancel)
        key = (digest, prepared_file.alt_text)
        own_future = Future[MediaItem]()
        existing = self._known_or_running(key, own_future, cancel)
        if existing is not None:
            total.sent(index, file.size)
            return existing
        try:
            item = upload(
                self._transport,
                file,
                alt_text=prepared_file.alt_text,
                progress=lambda sent, _all: total.sent(index, sent),
                cancel=cancel,
            )
        except BaseException as error:
            with self._lock:
                self._running.pop(key, None)
            own_future.set_exception(error)
            raise
        with self._lock:
            self._known[key] = item
            self._running.pop(key, None)
        own_future.set_result(item)
        return item

    def _known_or_running(
        self, key: tuple[str, str], own_future: Future[MediaItem], cancel: threading.Event
    ) -> MediaItem | None:
        """Return the item with this content, waiting for a running upload; None = `own_future` has
        to upload it."""
        while True:
            with self._lock:
                known = self._known.get(key)
                if known is not None:
                    return known
                running = self._running.setdefault(key, own_future)
            if running is own_future:
                return None
            while not wait([running], CANCEL_SECONDS).done:
                if cancel.is_set():
                    raise Cancelled
            try:
                return running.result()
            except Cancelled:
                # The other upload was cancelled, but not this one.
                if cancel.is_set():
                    raise

    def forget(self, ids: Iterable[int]) -> None:
        """Do not reuse these media: the service does not know them."""
        forgotten = set(ids)
        with self._lock:
            self._known = {k: item for k, item in self._known.items() if item.id not in forgotten}

    def _fetch(self, url: str, folder: Path, cancel: threading.Event) -> LocalFile:
        try:
            return fetch(self._transport, url, folder, cancel=cancel)
        except MediaUploadError as error:
            if error.reason != "private_address":
                raise
            raise MediaUploadError(
                f"{error} {_ALLOW}",
                user_message=f"{error.english_message} {_ALLOW}",
                reason=error.reason,
                file=error.file,
            ) from error


class _Total:
    """Sums the progress of several files."""

    def __init__(self, prepared: Sequence[PreparedMedia], progress: Progress | None) -> None:
        self._sizes = [
            prepared_file.file.size if prepared_file.file else 0 for prepared_file in prepared
        ]
        self._sent = [0] * len(prepared)
        self._progress = progress
        self._lock = threading.Lock()

    def grow(self, index: int, size: int) -> None:
        with self._lock:
            self._sizes[index] = size

    def sent(self, index: int, size: int) -> None:
        if self._progress is None:
            return
        with self._lock:
            self._sent[index] = size
            self._progress(sum(self._sent), sum(self._sizes))


def linked(cancel: threading.Event | None) -> threading.Event:
    """Return an event set by the caller's event or by the first failure, to end the other uploads.

    The caller's event is never set here; it is wrapped.
    """
    return _Linked(cancel) if cancel is not None else threading.Event()


class _Linked(threading.Event):
    def __init__(self, outer: threading.Event) -> None:
        super().__init__()
        self._outer = outer

    def is_set(self) -> bool:
        return super().is_set() or self._outer.is_set()


def lazy_folder(stack: contextlib.ExitStack) -> Callable[[], Path]:
    """Return a function for a temporary folder, created on first use and removed with `stack`."""
    lock = threading.Lock()
    made: list[Path] = []

    def folder() -> Path:
        with lock:
            if not made:
                import tempfile

                holder = tempfile.TemporaryDirectory(prefix="posto-media-")
                made.append(Path(stack.enter_context(holder)))
            return made[0]

    return folder


def collect(futures: Sequence[Future[MediaItem]], stop: threading.Event) -> list[MediaItem]:
    """Return the results in order. The first failure ends the rest and is raised."""
    failure: BaseException | None = None
    items = []
    for future in futures:
        try:
            items.append(future.result())
        except PostoError as error:
            stop.set()
            # Ignore cancellations caused by the stop itself.
            if failure is None or isinstance(failure, Cancelled):
                failure = error
    if failure is not None:
        raise failure
    return items
