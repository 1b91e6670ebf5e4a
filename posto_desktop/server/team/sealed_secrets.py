"""Secrets of accounts in the database that several servers share, each sealed by a key that is not
in it (`server.team.secret_keys`).

Owner of the table `sealed_secrets`. AES-GCM with a new random nonce for each sealing; the account's
uuid is bound to it, so that a secret moved to the row of another account does not open. Whoever
reads the database learns how long secrets are and when they changed; whoever writes it can take a
secret away, or put back an older one. Without the right key nothing is changed or lost: accounts
are locked until it is there.
"""

from __future__ import annotations

import base64
import contextlib
import json
import secrets as tokens
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.account_secrets import SecretPlace
from posto_desktop.server.database import ServerDatabase, Transaction, long_timeout
from posto_desktop.server.errors import DatabaseAway, StartError
from posto_desktop.server.publishers.base import Secret, SecretsLocked, TryLater
from posto_desktop.server.team.secret_keys import SecretKey, SecretKeys
from posto_desktop.storage.secrets import Where

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RENEWAL_SECONDS = 120.0
"""A server that renews a session has so long; then it counts as ended."""
_WAIT = 0.1
_NONCE = 12
_NO_KEY = translatable(
    "Server",
    "The server has no key for the password of this account. Ask whoever runs the server.",
)


class SealedSecrets:
    """As `AccountSecrets`, for all servers of a database. What only `local` has is taken from there
    and sealed when it is first needed."""

    def __init__(
        self,
        store: ServerDatabase,
        keys: SecretKeys,
        local: SecretPlace,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._keys, self._local, self._clock = store, keys, local, clock
        # Renewed while the database was away: the network takes the older ones no more.
        self._unsaved: dict[str, Secret] = {}
        self._lock = threading.Lock()

    @property
    def problems(self) -> list[str]:
        return self._local.problems

    def get(self, uuid: str) -> Secret | None:
        """The secret; None without one. Raises SecretsLocked, and TryLater while the database
        is away. It is read each time: another server may have renewed it."""
        with _database_comes_back():
            with self._lock:
                unsaved = self._unsaved.get(uuid)
            if unsaved is not None:
                self.set(uuid, unsaved)
            row = self._store.row("SELECT key_id, sealed FROM sealed_secrets WHERE uuid = ?", uuid)
        if row is not None:
            return self._opened(uuid, row["key_id"], row["sealed"])
        secret = self._local.get(uuid)
        if secret is not None and self._keys.newest() is not None:
            self.set(uuid, secret, "keyring")
        return secret

    def is_here(self, uuid: str) -> bool:
        row = self._store.row("SELECT 1 FROM sealed_secrets WHERE uuid = ?", uuid)
        return row is not None or self._local.is_here(uuid)

    def set(self, uuid: str, secret: Secret, new_place: Where | None = None) -> None:
        """Keep a secret, in the database before this returns. Without `new_place`, which only says
        that it is a new one, an empty value overwrites none. Raises SecretsLocked, and TryLater
        while the database is away: what was renewed is then written with the next look at it."""
        if new_place is None:
            with self._lock:
                secret = self._unsaved[uuid] = self._unsaved.get(uuid, {}) | secret
        with _database_comes_back(), long_timeout(), self._store.write() as db:
            if new_place is None:
                row = db.execute(
                    "SELECT key_id, sealed FROM sealed_secrets WHERE uuid = ?", (uuid,)
                ).fetchone()
                known = self._local.get(uuid) if row is None else self._opened(uuid, *row[:2])
                secret = (known or {}) | {name: value for name, value in secret.items() if value}
            _store(db, uuid, secret, self._newest(), self._clock())
        with self._lock:
            self._unsaved.pop(uuid, None)
        _hide(secret)

    def delete(self, uuid: str) -> None:
        with self._lock:
            self._unsaved.pop(uuid, None)
        with self._store.write() as db:
            db.execute("DELETE FROM sealed_secrets WHERE uuid = ?", (uuid,))
        self._local.delete(uuid)

    def default_place(self) -> Where | None:
        return "keyring"  # nobody has to choose: it is the database

    def forget_probe(self) -> None:
        """Look for the key anew: the person says that it is there by now."""
        self._keys.forget()
        self._local.forget_probe()

    @contextlib.contextmanager
    def renewing(self, uuid: str) -> Iterator[None]:
        """Renew the session of an account, on one server at a time: a refresh token works once, and
        the one that a second server gets for an old one is none. Raises TryLater if another
        server does not come to an end. Read the secret within."""
        mark = tokens.token_hex(8)
        limit = time.monotonic() + RENEWAL_SECONDS
        while True:
            with _database_comes_back():
                if self._take(uuid, mark):
                    break
            if time.monotonic() > limit:
                raise TryLater(
                    translatable("Server", "Another server is signing in with this account."), 60
                )
            threading.Event().wait(_WAIT)
        try:
            yield
        finally:
            with contextlib.suppress(DatabaseAway):  # it ends by itself
                self._store.run(
                    "UPDATE sealed_secrets SET renewer = '', renewing_until = 0"
                    " WHERE uuid = ? AND renewer = ?",
                    uuid,
                    mark,
                )

    def rotate(self) -> tuple[int, int]:
        """Seal all secrets by the newest key that another one has sealed. Return how many, and how
        many there are that no key opens."""
        newest = self._newest()
        sealed = locked = 0
        for row in self._store.rows("SELECT uuid FROM sealed_secrets ORDER BY uuid"):
            with self._store.write() as db:
                # Anew, in the transaction: a server may have renewed it.
                entry = db.execute(
                    "SELECT key_id, sealed FROM sealed_secrets WHERE uuid = ?", (row["uuid"],)
                ).fetchone()
                if entry is None or entry[0] == newest.id:
                    continue
                try:
                    secret = self._opened(row["uuid"], *entry[:2])
                except SecretsLocked:
                    locked += 1
                    continue
                _store(db, row["uuid"], secret, newest, self._clock())
                sealed += 1
        return sealed, locked

    def key_ids(self) -> dict[str, int]:
        """Return how many secrets each key has sealed."""
        rows = self._store.rows(
            "SELECT key_id, count(*) AS sealed FROM sealed_secrets GROUP BY key_id ORDER BY key_id"
        )
        return {row["key_id"]: row["sealed"] for row in rows}

    def _take(self, uuid: str, mark: str) -> bool:
        """Take the lock of a row. A secret that has no row is on one server alone."""
        now = self._clock()
        taken = self._store.run(
            "UPDATE sealed_secrets SET renewer = ?, renewing_until = ?"
            " WHERE uuid = ? AND (renewer = '' OR renewing_until < ?)",
            mark,
            now + RENEWAL_SECONDS,
            uuid,
            now,
        )
        if taken:
            return True
        return self._store.row("SELECT 1 FROM sealed_secrets WHERE uuid = ?", uuid) is None

    def _newest(self) -> SecretKey:
        key = self._keys.newest()
        if key is None:
            raise SecretsLocked(_NO_KEY)
        return key

    def _opened(self, uuid: str, key_id: str, sealed: str) -> Secret:
        from cryptography.exceptions import InvalidTag

        key = self._keys.get(key_id)
        if key is None:
            raise SecretsLocked(_NO_KEY)
        try:
            raw = base64.b64decode(sealed, validate=True)
            text = _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(uuid))
            value = json_text.loads(text)
        except (InvalidTag, ValueError):
            raise SecretsLocked(_NO_KEY) from None
        if not isinstance(value, dict):
            raise SecretsLocked(_NO_KEY)
        secret = {str(name): entry for name, entry in value.items() if isinstance(entry, str)}
        _hide(secret)
        return secret


@contextlib.contextmanager
def _database_comes_back() -> Iterator[None]:
    """Raise TryLater in the place of DatabaseAway: nothing was published yet, so a post waits."""
    try:
        yield
    except DatabaseAway as error:
        raise TryLater(
            translatable("Server", "The workspace's database does not answer right now."), 5
        ) from error


def _store(db: Transaction, uuid: str, secret: Secret, key: SecretKey, now: float) -> None:
    text = json.dumps(secret, ensure_ascii=True, separators=(",", ":")).encode()
    nonce = tokens.token_bytes(_NONCE)
    sealed = base64.b64encode(nonce + _cipher(key).encrypt(nonce, text, _bound(uuid))).decode()
    db.execute(
        "INSERT INTO sealed_secrets (uuid, key_id, sealed, changed_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (uuid) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,"
        " changed_at = excluded.changed_at",
        (uuid, key.id, sealed, now),
    )


def _bound(uuid: str) -> bytes:
    return b"posto account secret\0" + uuid.encode()


def _cipher(key: SecretKey) -> AESGCM:
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # late: only a team has it
    except ImportError as error:
        raise StartError(
            "Sealed secrets need more: install posto[team] and start again."
        ) from error
    return AESGCM(key.value)


def _hide(secret: Secret) -> None:
    for value in secret.values():
        redaction.hide(value)
