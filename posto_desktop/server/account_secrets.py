"""Storage of account secrets: keyring, memory until the process ends, or a 0600 file.

The process reads them itself when it first needs them and keeps them in memory, so a keyring that
is locked later changes nothing. It never makes the keyring show a prompt.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from posto_desktop.common import json_text
from posto_desktop.common.translation import translatable
from posto_desktop.server import redaction
from posto_desktop.server.publishers.base import Secret, SecretsLocked
from posto_desktop.storage.secrets import (
    NO_PACKAGE,
    KeyringError,
    SecretStore,
    Where,
    has_keyring_package,
)

LONGEST_ENTRY = 1_000
"""Characters of one entry: Windows takes some 1,200."""
_MAX_ENTRIES = 16
_GONE = translatable(
    "Server",
    "The keychain of this computer is gone, so the password cannot be read. Sign in again.",
)
_PROBE_AGAIN = 5.0  # seconds for which a locked keyring is not asked again


class SecretPlace(Protocol):
    """Where the secrets of accounts are: here, or sealed in a database (`team.sealed_secrets`)."""

    @property
    def problems(self) -> list[str]: ...
    def get(self, uuid: str) -> Secret | None: ...
    def is_here(self, uuid: str) -> bool: ...
    def set(self, uuid: str, secret: Secret, new_place: Where | None = None) -> None: ...
    def delete(self, uuid: str) -> None: ...
    def default_place(self) -> Where | None: ...
    def forget_probe(self) -> None: ...
    def renewing(self, uuid: str) -> AbstractContextManager[None]: ...


class AccountSecrets:
    """One secret for each account, found by the account's `uuid`."""

    def __init__(self, path: Path, mode: str | None = None) -> None:
        self._secrets = SecretStore(path, mode, timeout=10.0)
        self._known: dict[str, Secret] = {}
        self._lock = threading.RLock()
        self._locked: tuple[float, str] | None = None
        self._left_over: set[str] = set()  # to be deleted once the keyring is open

    @property
    def problems(self) -> list[str]:
        return self._secrets.problems

    def get(self, uuid: str) -> Secret | None:
        """The secret; None when it is not on this computer. Raises SecretsLocked."""
        with self._lock:
            if uuid in self._known:
                return self._known[uuid]
            if self._secrets.storage_of(_entry(uuid, 1)) == "keyring":
                self._require_open()
            secret = self._read(uuid)
            if secret is not None:
                self._remember(uuid, secret)
            return secret

    def is_here(self, uuid: str) -> bool:
        """Whether the secret is on this computer. Nothing is asked of the keyring."""
        return self._secrets.storage_of(_entry(uuid, 1)) is not None

    def set(self, uuid: str, secret: Secret, new_place: Where | None = None) -> None:
        """Keep a secret, on the disk before this returns. Without `new_place` it stays in the place
        where it is, and an empty value there overwrites none. Raises SecretsLocked, and
        KeyringError where there is no keyring."""
        with self._lock:
            if new_place is None:
                known = self.get(uuid) or {}
                secret = known | {name: value for name, value in secret.items() if value}
            place = new_place or self._secrets.storage_of(_entry(uuid, 1)) or "keyring"
            if place == "keyring":
                self._require_open()
            text = json.dumps(secret, ensure_ascii=True, separators=(",", ":"))
            pieces = [
                text[start : start + LONGEST_ENTRY] for start in range(0, len(text), LONGEST_ENTRY)
            ]
            if len(pieces) > _MAX_ENTRIES:
                raise ValueError("the secret is too long")
            self._left_over.discard(uuid)
            for number, piece in enumerate(pieces, 1):
                self._secrets.set(_entry(uuid, number), piece, place)
            for number in range(len(pieces) + 1, _MAX_ENTRIES + 1):
                if self._secrets.storage_of(_entry(uuid, number)) is None:
                    break
                self._secrets.delete(_entry(uuid, number))
            self._remember(uuid, secret)

    def delete(self, uuid: str) -> None:
        with self._lock:
            self._known.pop(uuid, None)
            if self._secrets.storage_of(_entry(uuid, 1)) == "keyring":
                try:
                    self._require_open()
                except SecretsLocked:
                    self._left_over.add(uuid)
                    return
            for number in range(1, _MAX_ENTRIES + 1):
                if self._secrets.storage_of(_entry(uuid, number)) is None:
                    break
                with contextlib.suppress(KeyringError):
                    self._secrets.delete(_entry(uuid, number))

    def default_place(self) -> Where | None:
        """The keyring if there is one; None where the person has to choose a place."""
        return "keyring" if self._secrets.available().kind != "none" else None

    def forget_probe(self) -> None:
        """Ask the keyring anew whether it is locked: the person says it is not any more."""
        with self._lock:
            self._locked = None

    def renewing(self, _uuid: str) -> AbstractContextManager[None]:
        """Renew the session of an account: there is no other server that could do it, too."""
        return contextlib.nullcontext()

    def _remember(self, uuid: str, secret: Secret) -> None:
        self._known[uuid] = secret
        for value in secret.values():
            redaction.hide(value)

    def _require_open(self) -> None:
        """Raise SecretsLocked unless the keyring can be read without a prompt."""
        now = time.monotonic()
        if self._locked is not None and now - self._locked[0] < _PROBE_AGAIN:
            raise SecretsLocked(self._locked[1])
        state = self._secrets.available()
        if state.kind == "ok":
            self._locked = None
            left_over, self._left_over = self._left_over, set()
            for uuid in left_over:
                self.delete(uuid)
            return
        sentence = translatable(
            "Server", "{keychain} is locked. Unlock it to send the waiting posts."
        ).format(keychain=state.name or translatable("Server", "The keychain"))
        if state.kind == "none":
            sentence = _GONE if has_keyring_package() else NO_PACKAGE
        self._locked = (now, sentence)
        raise SecretsLocked(sentence)

    def _read(self, uuid: str) -> Secret | None:
        text = ""
        try:
            for number in range(1, _MAX_ENTRIES + 1):
                piece = self._secrets.get(_entry(uuid, number))
                if piece is None:
                    break
                text += piece
                if len(piece) < LONGEST_ENTRY:
                    break
        except KeyringError as error:
            raise SecretsLocked(error.user_message) from None
        if not text:
            return None
        try:
            value = json_text.loads(text)
        except ValueError:
            return None
        if not isinstance(value, dict):
            return None
        return {str(name): entry for name, entry in value.items() if isinstance(entry, str)}


def _entry(uuid: str, number: int) -> str:
    return f"channel/{uuid}" if number == 1 else f"channel/{uuid}/{number}"
