"""The keys with which secrets of accounts are sealed in the database. They are never in it.

They come from a file that only this user can read, from a credential of systemd, or from a command
such as that of a key service. There is one on each line, the newest first: that one seals, all of
them open, so a key is replaced without a moment in which a server cannot read a secret
(`posto-server secrets rotate`).
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import secrets
import shlex
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from posto_desktop.server import processes, redaction
from posto_desktop.server.errors import StartError
from posto_desktop.storage import regular_files

log = logging.getLogger(__name__)

CREDENTIAL = "posto-secret-key"
AGAIN_SECONDS = 30.0
"""For so long a source that had no key is not asked again."""
_LEAST_CHARACTERS = 32
_LONGEST_FILE = 10_000
_COMMAND_SECONDS = 30.0


@dataclass(frozen=True)
class SecretKey:
    """A key of 32 bytes; `id` tells nothing of it."""

    id: str
    value: bytes = field(repr=False)


class SecretKeys:
    """The keys of a source, read when one is first needed. Without a source there are none."""

    def __init__(
        self, read: Callable[[], str] | None, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._read, self._ticks = read, ticks
        self._known: dict[str, SecretKey] | None = None
        self._failed_at = float("-inf")
        self._lock = threading.Lock()

    def newest(self) -> SecretKey | None:
        """Return the key that seals; None if there is none."""
        return next(iter(self._keys().values()), None)

    def get(self, key_id: str) -> SecretKey | None:
        """Return a key by its id. One that is not known may have come to the source meanwhile."""
        known = self._keys().get(key_id)
        if known is None and self._ticks() - self._failed_at >= AGAIN_SECONDS:
            self._failed_at = self._ticks()
            self.forget()
            known = self._keys().get(key_id)
        return known

    def forget(self) -> None:
        """Read the source again when a key is needed."""
        with self._lock:
            self._known = None

    def _keys(self) -> dict[str, SecretKey]:
        with self._lock:
            if self._known is None:
                self._known = self._load()
            return self._known

    def _load(self) -> dict[str, SecretKey]:
        if self._read is None:
            return {}
        try:
            return {key.id: key for key in keys_of(self._read())}
        except StartError as error:
            log.error("%s", error.user_message)
            return {}


def keys_of(text: str) -> list[SecretKey]:
    """Return the keys of a source's text. Raises StartError for what is too short for one."""
    keys = []
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if len(line) < _LEAST_CHARACTERS:
            raise StartError(
                f"A key for secrets has {_LEAST_CHARACTERS} characters at least."
                " Make one by posto-server secrets new-key."
            )
        redaction.hide(line)
        value = hashlib.sha256(b"posto secret key\0" + line.encode()).digest()
        keys.append(SecretKey(hashlib.sha256(b"posto key id\0" + value).hexdigest()[:16], value))
    if not keys:
        raise StartError("The source of the key for secrets is empty.")
    return keys


def new_key() -> str:
    """Return a line for a key file."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def source(
    file: str, command: str, environment: Mapping[str, str] = os.environ
) -> Callable[[], str] | None:
    """Return what reads the keys: a file, a command's output, or systemd's credential; None if none
    of them is named."""
    if file:
        return lambda: _of_file(Path(file).expanduser())
    if command:
        return lambda: _of_command(command)
    folder = environment.get("CREDENTIALS_DIRECTORY", "")
    credential = Path(folder) / CREDENTIAL
    if folder and credential.is_file():
        # systemd lets nobody else into its folder, whatever the file's own mode says.
        return lambda: _read(credential)
    return None


def _of_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise StartError(f"{path} cannot be read: {error.strerror}.") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise StartError(f"Others may read the key for secrets. Use chmod 600 {path}.")
    return _read(path)


def _read(path: Path) -> str:
    try:
        return regular_files.read_private(path, _LONGEST_FILE).decode("utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise StartError(f"{path} cannot be read: {why}.") from error


def _of_command(command: str) -> str:
    """Return what a command prints. What it says on standard error goes to the server's."""
    try:
        process = processes.start(shlex.split(command), stdin=subprocess.DEVNULL)
    except (OSError, ValueError) as error:
        raise StartError(f"The command for the key of secrets cannot be run: {error}.") from error
    try:
        output, _ = process.communicate(timeout=_COMMAND_SECONDS)
    except subprocess.TimeoutExpired as error:
        process.kill()
        process.communicate()
        raise StartError("The command for the key of secrets did not end.") from error
    if process.returncode != 0:
        raise StartError(f"The command for the key of secrets failed: {process.returncode}.")
    try:
        return output[:_LONGEST_FILE].decode("utf-8")
    except ValueError as error:
        raise StartError("The command for the key of secrets printed no text.") from error
