"""Whether this server is ready to take requests and to send posts, as watchers and proxies ask."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import DatabaseAway
from posto_desktop.server.sender import Sender
from posto_desktop.server.store import MIGRATIONS, Store

__all__ = ["SENDER_SECONDS", "Health"]

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
"""How long the database may take to answer."""
CACHE_SECONDS = 2.0
SENDER_SECONDS = 60.0
"""How long a turn of the sender may take: with a database that is away it is long."""


class Health:
    """Looks at the parts of a workspace. `failures` may be called on any thread, often."""

    def __init__(self, database: ServerDatabase, sender: Sender, media: Path) -> None:
        self._database, self._sender, self._media = database, sender, media
        self._lock = threading.Lock()
        self._seen: tuple[float, dict[str, str]] | None = None
        self._query: threading.Thread | None = None
        self._answer = ""
        self.is_stopping = False
        """True once this server has been asked to end."""

    def failures(self) -> dict[str, str]:
        """Return what is wrong: the name of each check that fails, with a few words."""
        if self.is_stopping:
            return {"stopping": "it ends"}
        with self._lock:
            now = time.monotonic()
            if self._seen is None or now - self._seen[0] > CACHE_SECONDS:
                checks: dict[str, Callable[[], str]] = {
                    "database": self._check_database,
                    "sender": self._check_sender,
                    "media": self._check_media,
                }
                words = {name: check() for name, check in checks.items()}
                self._seen = time.monotonic(), {name: text for name, text in words.items() if text}
            return self._seen[1]

    @property
    def sender_age(self) -> float:
        """Seconds since the sender last looked for due posts."""
        return time.monotonic() - self._sender.turned_at

    def _check_sender(self) -> str:
        return "it hangs" if self.sender_age > SENDER_SECONDS else ""

    def _check_database(self) -> str:
        """Ask it on a thread of its own: a database that is away answers late."""
        query_thread = self._query
        if query_thread is None or not query_thread.is_alive():
            query_thread = threading.Thread(target=self._ask_database, name="health", daemon=True)
            self._answer, self._query = "it does not answer", query_thread
            query_thread.start()
        query_thread.join(ANSWER_SECONDS)
        return "it does not answer" if query_thread.is_alive() else self._answer

    def _ask_database(self) -> None:
        is_file = isinstance(self._database, Store)
        query = "PRAGMA user_version" if is_file else "SELECT max(version) FROM schema_version"
        try:
            version = self._database.number(query)
        except DatabaseAway:
            self._answer = "it does not answer"
        except Exception:
            log.exception("The database cannot be asked.")
            self._answer = "it cannot be used"
        else:
            # A newer server may have brought it farther: what this one uses is there still.
            self._answer = "it is not migrated" if version < len(MIGRATIONS) else ""

    def _check_media(self) -> str:
        try:
            with tempfile.TemporaryFile(dir=self._media) as file:
                file.write(b"\0")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            return str(error.strerror or "it cannot be written").lower()
        return ""
