"""Prepares, verifies and uploads the files of one entry.

Each network gets its rendition. Renditions with equal content are uploaded once and shared.
"""

from __future__ import annotations

import hashlib
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from posto_desktop.common.locale_words import listed
from posto_desktop.common.translation import translatable
from posto_desktop.core.client import OutboxClient
from posto_desktop.core.entries import Entry, FileSnapshot, UploadProgress
from posto_desktop.core.limits import network_name
from posto_desktop.core.renditions import Renderer, RenditionError
from posto_desktop.net.deadline import SLOWEST, lengthened, with_deadline
from posto_desktop.sdk.errors import MediaUploadError, PostoError
from posto_desktop.sdk.media import content_hash, examine
from posto_desktop.storage.database import Database

log = logging.getLogger(__name__)

REUSE_UPLOADS = timedelta(days=7)
PARALLEL_UPLOADS = 3
_CONVERSION_SECONDS = 86_400.0  # made here: nobody is waited for


class SendingStopped(Exception):
    """The user cancelled, or the app quits."""


class AnyEvent(threading.Event):
    """An event that is set when any of several events is."""

    def __init__(self, events: Sequence[threading.Event]) -> None:
        super().__init__()
        self._events = events

    def is_set(self) -> bool:
        return super().is_set() or any(event.is_set() for event in self._events)


@dataclass
class UploadPart:
    """An uploaded file on the disk, and its progress. `number` is that of the entry's file."""

    number: int
    path: str
    sha256: str
    size: int
    stamp: tuple[int, ...]
    sent: int = 0
    media_id: int | None = None


@dataclass
class UploadFile:
    """Renditions of one file of the entry: its parts, and each network's."""

    parts: list[UploadPart] = field(default_factory=list)
    of: dict[str, UploadPart] = field(default_factory=dict)


class EntryUploads:
    """Uploads of one entry, up to three at a time, reusing files that the service has.

    `networks` get the files (apart from excluded ones). Without a `renderer` all get them
    unchanged. After `run`, `hashes` are the contents that the post uses.
    """

    def __init__(
        self,
        entry: Entry,
        store: Database,
        client: OutboxClient,
        clock: Callable[[], datetime],
        stop: threading.Event,
        report: Callable[[UploadProgress], None],
        *,
        networks: Sequence[str] = (),
        renderer: Renderer | None = None,
    ) -> None:
        self._entry = entry
        self._store = store
        self._client = client
        self._clock = clock
        self._report = report
        self._networks = tuple(dict.fromkeys(networks)) or entry.networks
        self._renderer = renderer
        self._failed = threading.Event()
        self._stop = AnyEvent((stop, self._failed))
        self._lock = threading.Lock()
        self._ready = [UploadFile() for _ in entry.files]
        self._parts: list[UploadPart] = []
        self._errors: list[BaseException] = []

    @property
    def hashes(self) -> list[str]:
        return [part.sha256 for part in self._parts]

    def run(self) -> dict[str, list[int]]:
        """Return the media ids by network, in the order of the files.

        Raises the first file's error; the other uploads are stopped.
        """
        with lengthened(_CONVERSION_SECONDS):
            self._each(len(self._entry.files), self._make_ready)
        self._parts = [part for ready in self._ready for part in ready.parts]
        with lengthened(sum(part.size for part in self._parts) / SLOWEST):
            self._each(len(self._parts), self._upload)
        ids_by_network: dict[str, list[int]] = {}
        for network in self._networks:
            ids = [ready.of[network].media_id for ready in self._ready if network in ready.of]
            ids_by_network[network] = [media_id for media_id in ids if media_id is not None]
        return ids_by_network

    def _each(self, count: int, do: Callable[[int], None]) -> None:
        """Call `do` for each number, on a few threads."""
        work: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(count):
            work.put(number)
        threads = [
            threading.Thread(
                target=with_deadline(self._drain), args=(work, do), name="posto-upload", daemon=True
            )
            for _ in range(min(PARALLEL_UPLOADS, count))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            # The first error is the cause; later ones are usually its consequences.
            raise self._errors[0]
        if self._stop.is_set():
            raise SendingStopped

    def _drain(self, work: queue.SimpleQueue[int], do: Callable[[int], None]) -> None:
        while not self._stop.is_set():
            try:
                number = work.get_nowait()
            except queue.Empty:
                return
            try:
                do(number)
            except BaseException as error:  # noqa: BLE001 - raised again by run()
                with self._lock:
                    self._errors.append(error)
                self._failed.set()
                return

    def _make_ready(self, number: int) -> None:
        """Make one file's rendition for each network, without sending."""
        facts = self._entry.files[number]
        stamp = self._checked_content(facts)
        ready = self._ready[number]
        by_path: dict[str, UploadPart] = {}
        for network in self._networks:
            if not facts.ref.goes_to(network):
                continue
            path = self._rendition(number, network)
            part = by_path.get(path)
            if part is None:
                part = by_path[path] = self._part(number, path, ready)
            ready.of[network] = part
        self._unchanged(facts)
        if stamp is not None and stamp_of(facts.ref.path) != stamp:
            self._checked_content(facts)

    def _checked_content(self, facts: FileSnapshot) -> tuple[int, ...] | None:
        """Verify that the file is the one that was checked, if its content was recorded: size and
        time can match for another file. Return its stamp."""
        ref = facts.ref
        if ref.sha256 is None:
            return None
        self._unchanged(facts)
        stamp = stamp_of(ref.path)
        if content_hash(Path(ref.path), self._stop) != ref.sha256:
            sentence = translatable(
                "Delivery",
                "“{name}” changed after you added it. Use Edit as new to see the current version.",
            ).format(name=ref.name)
            raise MediaUploadError(sentence, user_message=sentence, reason="changed")
        return stamp

    def _part(self, number: int, path: str, ready: UploadFile) -> UploadPart:
        """Return the part of a path, or an existing one with the same content."""
        name = self._entry.files[number].ref.name
        file = examine(path, name=name)
        stamp = stamp_of(path)
        sha256 = content_hash(file.path, self._stop)
        for part in ready.parts:
            if part.sha256 == sha256:
                return part
        ready.parts.append(UploadPart(number, path, sha256, file.size, stamp))
        return ready.parts[-1]

    def _rendition(self, number: int, network: str) -> str:
        """Return the path for a network: the original, or its rendition."""
        facts = self._entry.files[number]
        ref = facts.ref
        if self._renderer is None:
            return ref.path
        self._unchanged(facts)
        try:
            edit = ref.edit_for(network)
            if ref.kind == "video":
                made = self._renderer(ref, edit, network, self._stop, self._converted(number))
            else:
                made = self._renderer(ref, edit, network, self._stop)
        except RenditionError as error:
            sentence = error.english_message
            raise MediaUploadError(sentence, user_message=sentence, reason="rendition") from error
        except (PostoError, SendingStopped):
            raise
        except Exception as error:
            log.exception("A rendition failed")
            sentence = translatable("Delivery", "{name} could not be prepared ({why}).").format(
                name=ref.name, why=type(error).__name__
            )
            raise MediaUploadError(sentence, user_message=sentence, reason="rendition") from error
        return ref.path if made.original else made.path

    def _converted(self, number: int) -> Callable[[float], None]:
        """Return what reports the part of a video that is made."""
        name = self._entry.files[number].ref.name
        count = len(self._entry.files)

        def report(part: float) -> None:
            self._report(UploadProgress(0, 0, name, number + 1, count, made=part))

        return report

    def _upload(self, at: int) -> None:
        part = self._parts[at]
        facts = self._entry.files[part.number]
        ref = facts.ref
        workspace, alt = self._entry.workspace, ref.alt.strip()
        since = (self._clock() - REUSE_UPLOADS).timestamp()
        known = self._store.upload(workspace, part.sha256, alt, since)
        if known is not None and self._client.still_has(known["media_id"], known["url"]):
            self._store.add_step(self._entry.id, self._now(), "reused", self._shown(part))
            self._moved(part, part.size)
            part.media_id = int(known["media_id"])
            return
        step = ("uploading", self._shown(part))
        again = step in self._steps()
        self._store.add_step(self._entry.id, self._now(), *step)

        def moved(sent: int, _total: int) -> None:
            self._moved(part, sent)

        item = self._client.upload(
            part.path,
            alt_text=alt,
            progress=moved,
            cancel=self._stop,
            mark=self._mark(part, alt),
            again=again,
        )
        self._unchanged(facts)
        if part.path != ref.path:
            self._same_size(part, ref.name)
        self._same_content(part, ref.name)
        self._store.put_upload(
            workspace,
            part.sha256,
            alt,
            item.id,
            item.url,
            now=self._now(),
            entry_id=self._entry.id,
            step=("uploaded", self._shown(part)),
        )
        self._moved(part, part.size)
        part.media_id = item.id

    def _steps(self) -> set[tuple[str, str]]:
        rows = self._store.steps([self._entry.id])[self._entry.id]
        return {(row["what"], row["detail"]) for row in rows}

    def _mark(self, part: UploadPart, alt: str) -> str:
        """Return a mark that is stable across attempts and unique to this upload, so that no other
        file is mistaken for it."""
        identity = f"{self._entry.id} {part.number} {part.sha256} {alt}"
        return hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:10]

    def _shown(self, part: UploadPart) -> str:
        """Return the file's name, with the networks if they get different files."""
        ready = self._ready[part.number]
        name = self._entry.files[part.number].ref.name
        if len(ready.parts) == 1:
            return name
        whom = [network_name(network) for network, own_part in ready.of.items() if own_part is part]
        return f"{name} ({listed(whom)})"

    def _same_size(self, part: UploadPart, name: str) -> None:
        """Renditions are in a cache that users may clear: verify that the upload was complete."""
        try:
            same = Path(part.path).stat().st_size == part.size
        except OSError:
            same = False
        if not same:
            sentence = translatable(
                "Delivery", "The prepared copy of “{name}” was removed from the cache. Try again."
            ).format(name=name)
            raise MediaUploadError(sentence, user_message=sentence, reason="changed")

    def _same_content(self, part: UploadPart, name: str) -> None:
        """Uploads are reused by content hash: verify that this content was uploaded."""
        same = stamp_of(part.path) == part.stamp and os.name != "nt"
        if not same and content_hash(Path(part.path), self._stop) != part.sha256:
            sentence = translatable(
                "Delivery", "“{name}” was changed while it was uploaded."
            ).format(name=name)
            raise MediaUploadError(sentence, user_message=sentence, reason="changed")

    def _unchanged(self, facts: FileSnapshot) -> None:
        problem = problem_of(facts)
        if problem is not None:
            raise MediaUploadError(problem, user_message=problem, reason="changed")

    def _moved(self, part: UploadPart, sent: int) -> None:
        with self._lock:
            part.sent = sent
            value = UploadProgress(
                sent=sum(upload_part.sent for upload_part in self._parts),
                total=sum(upload_part.size for upload_part in self._parts),
                file_name=self._entry.files[part.number].ref.name,
                file_number=part.number + 1,
                file_count=len(self._entry.files),
            )
        self._report(value)

    def _now(self) -> float:
        return self._clock().timestamp()


def stamp_of(path: str) -> tuple[int, ...]:
    """Return a stamp that detects changes of a file. Except on Windows its last number changes with
    any change and cannot be set back. Empty if there is no file."""
    try:
        facts = os.stat(path)  # noqa: PTH116 - Path() refuses some names that stat takes
    except (OSError, ValueError):
        return ()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def problem_of(facts: FileSnapshot) -> str | None:
    """Return a sentence about a problem of the file, or None."""
    name = facts.ref.name
    try:
        file = examine(facts.ref.path, name=name)
        if facts.size >= 0:
            now = file.path.stat()
            if (now.st_size, now.st_mtime_ns) != (facts.size, facts.mtime_ns):
                return translatable(
                    "Delivery", "“{name}” was changed after the post was made."
                ).format(name=name)
    except PostoError as error:
        return error.english_message
    except OSError:
        return translatable("Delivery", "“{name}” was not found.").format(name=name)
    return None
