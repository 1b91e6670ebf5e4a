"""How much writers may have uploaded that no post uses: nobody but an editor takes it away again.

What counts are the files that a writer brought, without those in their proposals and those that an
editor has taken over by scheduling or approving a post with them (`server.team.review`).
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator

from posto_desktop.common.translation import translatable
from posto_desktop.server.body import IncomingBody, readable_size
from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import ApiError
from posto_desktop.server.rows import json_object
from posto_desktop.server.team.person import Person
from posto_desktop.server.team.post_steps import files_of

_LIMIT = 5 * 1024**3
"""Bytes: room for the largest video that a network takes, and more."""
_LEAST = 64 * 1024
"""Bytes for which each file counts at least: it has a row and previews, too."""
_AGAIN_SECONDS = 10


class UploadQuota:
    """`limit` is in bytes, 0 for none. Each server looks after its own uploads: what begins at two
    of them at the same moment may exceed the limit once."""

    def __init__(self, store: ServerDatabase) -> None:
        self._store = store
        self.limit = _LIMIT
        self._lock = threading.Lock()
        self._arriving: Counter[int] = Counter()

    @contextlib.contextmanager
    def upload(self, person: Person, body: IncomingBody) -> Iterator[None]:
        """Have the file of a request count from now on. Raises ApiError 507, also while the body is
        read, if it does not fit, and 429 if it would without others that arrive."""
        if person.is_at_least("editor") or not self.limit:
            yield
            return
        with self._lock:
            left = self._left(person, max(_LEAST, body.length or 0))
            # Of a length that is not said, all that is left may come.
            size = left if body.length is None else max(_LEAST, body.length)
            self._arriving[person.id] += size
        body.at_most(left, self._error(self.limit - left))
        try:
            yield
        finally:
            with self._lock:
                self._arriving[person.id] -= size

    def _left(self, person: Person, needed: int) -> int:
        """Return how much more may come. Raises ApiError if it is less than is needed."""
        arriving = self._arriving[person.id]
        taken = arriving + self._brought(person)
        if taken + needed > self.limit:
            taken -= self._proposed(person)
        if taken + needed > self.limit:
            if taken - arriving + needed <= self.limit:
                raise _not_now()
            raise self._error(taken)
        return self.limit - taken

    def _error(self, taken: int) -> ApiError:
        used, limit = readable_size(max(0, taken)), readable_size(self.limit)
        return ApiError(
            507,
            "posto_upload_quota",
            translatable(
                "Server",
                "Your files that no post uses take {used} of {limit}, and this one does not fit. "
                "Propose posts with them, or ask an editor to delete some, then try again.",
            ).format(used=used, limit=limit),
            used=max(0, taken),
            limit=self.limit,
        )

    def _brought(self, person: Person) -> int:
        return self._store.number(
            "SELECT sum(CASE WHEN m.size < ? THEN ? ELSE m.size END)"
            " FROM media_authors a JOIN media m ON m.id = a.media_id WHERE a.person_id = ?",
            _LEAST,
            _LEAST,
            person.id,
        )

    def _proposed(self, person: Person) -> int:
        """Return how much of what they brought is in their proposals."""
        rows = self._store.rows(
            "SELECT s.customization FROM schedules s JOIN reviews r ON r.group_id = s.group_id"
            " WHERE s.status IN ('proposed', 'returned') AND r.author_id = ?",
            person.id,
        )
        named = {number for row in rows for number in files_of(json_object(row["customization"]))}
        brought = self._store.rows(
            "SELECT m.id, m.size FROM media_authors a JOIN media m ON m.id = a.media_id"
            " WHERE a.person_id = ?",
            person.id,
        )
        return sum(max(_LEAST, row["size"]) for row in brought if row["id"] in named)


def _not_now() -> ApiError:
    """Return what an upload is told that fits if another one, which may have been cut, ends."""
    return ApiError(
        429,
        "posto_uploading",
        "Other files of yours are arriving, and leave no room for this one until they are there.",
        retry_after=_AGAIN_SECONDS,
    )
