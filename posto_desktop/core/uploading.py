"""Uploading the files of one outbox entry, and seeing that they are still the same files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from posto_desktop.core.client import Client
from posto_desktop.core.entries import Entry, FileFacts, Progress
from posto_desktop.sdk.errors import MediaUploadError, PostoError
from posto_desktop.sdk.media import content_hash, examine
from posto_desktop.storage.database import Database

REUSE_UPLOADS = timedelta(days=7)
PARALLEL_UPLOADS = 3


class Stopped(Exception):
    """The user cancelled, or the app quits."""


class AnyEvent(threading.Event):
    """Set as soon as one of several events is."""

    def __init__(self, events: Sequence[threading.Event]) -> None:
        super().__init__()
        self._events = events

    def is_set(self) -> bool:
        return super().is_set() or any(one.is_set() for one in self._events)


class Uploads:
    """The files of one entry, up to three at a time, reused where the service has them."""

    def __init__(
        self,
        entry: Entry,
        store: Database,
        client: Client,
        clock: Callable[[], datetime],
        stop: threading.Event,
        report: Callable[[Progress], None],
    ) -> None:
        self._entry = entry
        self._store = store
        self._client = client
        self._clock = clock
        self._report = report
        self._failed = threading.Event()
        self._stop = AnyEvent((stop, self._failed))
        self._lock = threading.Lock()
        self._sent = [0] * len(entry.files)
        self._ids: list[int | None] = [None] * len(entry.files)
        self._errors: list[BaseException] = []

    def run(self) -> list[int]:
        """The media ids. Raises what the first failing upload raised; the others are stopped."""
        work: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(len(self._entry.files)):
            work.put(number)
        threads = [
            threading.Thread(target=self._drain, args=(work,), name="posto-upload", daemon=True)
            for _ in range(min(PARALLEL_UPLOADS, len(self._entry.files)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._errors:
            # The first one is the cause; later ones are mostly its echo.
            raise self._errors[0]
        if self._stop.is_set():
            raise Stopped
        return [one for one in self._ids if one is not None]

    def _drain(self, work: queue.SimpleQueue[int]) -> None:
        while not self._stop.is_set():
            try:
                number = work.get_nowait()
            except queue.Empty:
                return
            try:
                self._ids[number] = self._one(number)
            except BaseException as error:  # noqa: BLE001 - raised again by run()
                with self._lock:
                    self._errors.append(error)
                self._failed.set()
                return

    def _one(self, number: int) -> int:
        facts = self._entry.files[number]
        ref = facts.ref
        sha256 = content_hash(examine(ref.path, name=ref.name).path, self._stop)
        self._unchanged(facts)
        workspace, alt = self._entry.workspace, ref.alt.strip()
        since = (self._clock() - REUSE_UPLOADS).timestamp()
        known = self._store.upload(workspace, sha256, alt, since)
        if known is not None and self._client.still_has(known["media_id"], known["url"]):
            self._store.add_step(self._entry.id, self._now(), "reused", ref.name)
            self._moved(number, facts.size)
            return int(known["media_id"])
        self._store.add_step(self._entry.id, self._now(), "uploading", ref.name)

        def moved(sent: int, total: int) -> None:
            self._moved(number, sent)

        item = self._client.upload(
            ref.path, alt_text=alt, progress=moved, cancel=self._stop, mark=sha256[:10]
        )
        self._unchanged(facts)
        self._store.put_upload(
            workspace,
            sha256,
            alt,
            item.id,
            item.url,
            now=self._now(),
            entry_id=self._entry.id,
            step=("uploaded", ref.name),
        )
        self._moved(number, facts.size)
        return item.id

    def _unchanged(self, facts: FileFacts) -> None:
        problem = problem_of(facts)
        if problem is not None:
            raise MediaUploadError(problem, user_message=problem, reason="changed")

    def _moved(self, number: int, sent: int) -> None:
        with self._lock:
            self._sent[number] = sent
            value = Progress(
                sent=sum(self._sent),
                total=sum(max(0, one.size) for one in self._entry.files),
                file_name=self._entry.files[number].ref.name,
                file_number=number + 1,
                file_count=len(self._entry.files),
            )
        self._report(value)

    def _now(self) -> float:
        return self._clock().timestamp()


def problem_of(facts: FileFacts) -> str | None:
    """What is wrong with a file now, as a sentence that names it."""
    name = facts.ref.name
    try:
        file = examine(facts.ref.path, name=name)
        if facts.size >= 0:
            now = file.path.stat()
            if (now.st_size, now.st_mtime_ns) != (facts.size, facts.mtime_ns):
                return f"“{name}” was changed after the post was made."
    except PostoError as error:
        return error.user_message
    except OSError:
        return f"“{name}” is not there any more."
    return None
