"""Passwords: in the keyring, in memory for this session, or in a 0600 file. Nowhere else.

The keyring is called in a separate thread with a timeout. A locked keyring on a desktop opens a
password window and blocks until the user answers; without a desktop it refuses in about 20 ms;
without any keyring service the `keyring` package uses its fail backend.
"""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, TypeVar

from posto_desktop.common.translation import translatable, translate
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.process_lock import ProcessLock

log = logging.getLogger(__name__)

Where = Literal["keyring", "session", "file"]
Kind = Literal["ok", "none", "locked", "hangs"]

SERVICE = "Posto Desktop"
SWITCH = "POSTO_KEYRING"
SCHEMA = 1
_LOCK_TIMEOUT = 5.0
"""Seconds after which another process that changes the file must hang: it takes some ms."""

# Usual names of keyrings; others show the backend's name.
_NAMES = {
    "SecretService": "GNOME Keyring",
    "libsecret": "GNOME Keyring",
    "kwallet": "KWallet",
    "macOS": "Keychain",
    "Windows": "Credential Manager",
}

NO_PACKAGE = translatable(
    "Storage",
    "This installation of Posto cannot read the keychain. Install what is missing: "
    "pip install 'posto[keyring]'",
)

_T = TypeVar("_T")


@dataclass(frozen=True)
class KeyringState:
    """`ok`, `none` (no keyring here), `locked`, or `hangs` (no answer within the limit)."""

    kind: Kind
    name: str


class KeyringError(StorageError):
    """The keyring failed. `state` says why."""

    def __init__(self, state: KeyringState, user_message: str) -> None:
        super().__init__(user_message)
        self.state = state


class SecretStore:
    """Stores one secret per account where the user chose.

    Blocks for up to `timeout` seconds (the user may be typing the keyring's password): call it on a
    worker. `mode` "off" never uses the keyring; None reads $POSTO_KEYRING. Several processes may
    change the file: one after the other.
    """

    def __init__(
        self, path: Path | None = None, mode: str | None = None, *, timeout: float = 45.0
    ) -> None:
        self._path = path or find_paths().secrets
        atomic.remove_leftovers(self._path)
        self._off = (mode or os.environ.get(SWITCH, "")).strip().lower() == "off"
        self._timeout = timeout
        self._session: dict[str, str] = {}
        self._seen: set[str] = set()
        self._waiting: threading.Thread | None = None
        self._lock = threading.RLock()
        self.problems: list[str] = []

    def available(self, timeout: float = 4.0) -> KeyringState:
        """Return whether a keyring is available and unlocked. Never prompts the user."""
        if self._off:
            return KeyringState("none", "")
        try:
            return self._call(_probe, timeout)
        except KeyringError as error:
            return error.state

    def unlock(self) -> KeyringState:
        """Open the keyring if it is locked, for which the system may prompt the user; return its
        state afterwards."""
        state = self.available()
        if state.kind != "locked":
            return state
        with contextlib.suppress(KeyringError):
            self._call(lambda keyring: keyring.get_password(SERVICE, "unlock"), self._timeout)
        return self.available()

    def storage_of(self, account_id: str) -> Where | None:
        """Return where the secret of this account is stored, None if unknown."""
        if account_id in self._session:
            return "session"
        stored = self._read()
        if account_id in stored["file"]:
            return "file"
        return "keyring" if account_id in stored["keyring"] else None

    def to_hide(self, account_ids: Iterable[str]) -> set[str]:
        """Return what to redact in reports: the secrets of these accounts, and all that were read
        or stored in this run. A locked keyring is not opened for this."""
        with self._lock:
            stored = self._read()
            hidden = {*self._seen, *self._session.values(), *map(str, stored["file"].values())}
        keyring_ids = [stored_id for stored_id in account_ids if stored_id in stored["keyring"]]
        if keyring_ids and self.available().kind == "ok":
            for account_id in keyring_ids:
                with contextlib.suppress(KeyringError):
                    self.get(account_id)
            with self._lock:
                hidden |= self._seen
        return hidden

    def get(self, account_id: str) -> str | None:
        """Return the secret; None if there is none. Raises KeyringError if the keyring stays
        locked."""
        with self._lock:
            if account_id in self._session:
                return self._session[account_id]
            stored = self._read()
        if account_id in stored["file"]:
            return str(stored["file"][account_id])
        if account_id not in stored["keyring"]:
            return None

        def ask(keyring: ModuleType) -> str | None:
            password = keyring.get_password(SERVICE, account_id)
            return None if password is None else str(password)

        secret = self._call(ask, self._timeout)
        if secret is not None:
            with self._lock:
                self._seen.add(secret)
        return secret

    def set(self, account_id: str, secret: str, place: Where) -> None:
        """Store the secret in one place and remove it from the others."""
        with self._lock:
            self._seen.add(secret)
        if place == "keyring":
            self._call(
                lambda keyring: keyring.set_password(SERVICE, account_id, secret), self._timeout
            )
        with self._lock:
            in_keyring = self._change_file(account_id, secret, place)
            self._session.pop(account_id, None)
            if place == "session":
                self._session[account_id] = secret
        if in_keyring and place != "keyring":
            self._forget_in_keyring(account_id)

    def delete(self, account_id: str) -> None:
        """Delete the secret everywhere. A locked keyring keeps its copy."""
        with self._lock:
            self._session.pop(account_id, None)
            in_keyring = self._change_file(account_id)
        if in_keyring:
            self._forget_in_keyring(account_id)

    def _change_file(self, account_id: str, secret: str = "", place: Where = "session") -> bool:
        """Write where the secret of an account is, "session" for one that the file must not know.
        Return whether it was in the keyring until now."""
        stored = self._read()
        if place == "session" and account_id not in {*stored["file"], *stored["keyring"]}:
            return False
        with self._alone():
            stored = self._read()
            in_keyring = account_id in stored["keyring"]
            stored["file"].pop(account_id, None)
            stored["keyring"] = [
                stored_id for stored_id in stored["keyring"] if stored_id != account_id
            ]
            if place == "file":
                stored["file"][account_id] = secret
            elif place == "keyring":
                stored["keyring"].append(account_id)
            self._write(stored)
        return in_keyring

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process change the file meanwhile, unless one hangs."""
        lock = ProcessLock(self._path.parent, f"{self._path.name}.lock")
        ends = time.monotonic() + _LOCK_TIMEOUT
        while not lock.acquire():
            if time.monotonic() > ends:
                log.warning("%s is held by another process", self._path.name)
                break
            time.sleep(0.01)
        try:
            yield
        finally:
            lock.release()

    def _forget_in_keyring(self, account_id: str) -> None:
        if self.available().kind == "locked":
            return  # deleting would open a password window
        with contextlib.suppress(KeyringError):
            self._call(lambda keyring: keyring.delete_password(SERVICE, account_id), self._timeout)

    def _read(self) -> dict[str, Any]:
        stored, damaged = atomic.read_json_reporting(self._path, {})
        if damaged is not None:
            sign_in = translate("Storage", "Sign in again where it is asked.")
            self.problems.append(f"{damaged.sentence} {sign_in}")
        stored = stored if isinstance(stored, dict) else {}
        in_file = stored.get("file")
        in_keyring = stored.get("keyring")
        return {
            "file": {
                key: value
                for key, value in (in_file if isinstance(in_file, dict) else {}).items()
                if isinstance(value, str)
            },
            "keyring": [
                stored_id
                for stored_id in (in_keyring if isinstance(in_keyring, list) else [])
                if isinstance(stored_id, str)
            ],
        }

    def _write(self, stored: dict[str, Any]) -> None:
        atomic.write_json(self._path, {"schema": SCHEMA, **stored}, mode=0o600)

    def _call(self, ask: Callable[[Any], _T], timeout: float) -> _T:
        """Run `ask(keyring module)` in a thread; stop waiting after `timeout` seconds."""
        if self._off:
            raise _not_found()
        with self._lock:
            if self._waiting is not None and self._waiting.is_alive():
                # Avoid a second password window.
                raise _hangs(_safe_name())
        answer: list[_T] = []
        failure: list[Exception] = []

        def run() -> None:
            try:
                import keyring  # takes 60 ms and reads entry points: import on demand

                answer.append(ask(keyring))
            except Exception as error:  # noqa: BLE001 - handed to the caller's thread below
                failure.append(error)

        thread = threading.Thread(target=run, name="posto-keyring", daemon=True)
        with self._lock:
            self._waiting = thread
            thread.start()
        thread.join(timeout)
        if answer:
            return answer[0]
        if failure:
            raise _explain(failure[0]) from failure[0]
        if thread.is_alive():
            raise _hangs(_safe_name())
        raise _explain(RuntimeError("no answer"))


def has_keyring_package() -> bool:
    """Return whether this installation can use keyrings at all: on Linux that is an extra."""
    return importlib.util.find_spec("keyring") is not None


def _probe(keyring: ModuleType) -> KeyringState:
    backend = keyring.get_keyring()
    name = _name(backend)
    if name == "":
        return KeyringState("none", "")
    if type(backend).__module__.endswith("SecretService") and _collection_locked():
        return KeyringState("locked", name)
    return KeyringState("ok", name)


def _collection_locked() -> bool:
    """Return whether the Secret Service's collection is locked, without unlocking it."""
    import secretstorage  # comes with keyring on Linux

    bus = secretstorage.dbus_init()
    try:
        return bool(secretstorage.Collection(bus).is_locked())
    except secretstorage.exceptions.ItemNotFoundException:
        # No collection yet: the first password creates one, which opens a window.
        return not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    finally:
        bus.close()


def _name(backend: object) -> str:
    """Return the keyring's usual name; empty for backends that store nothing."""
    inner = getattr(backend, "backends", None)
    if inner:  # several at once: the first one is used
        return _name(next(iter(inner)))
    module = type(backend).__module__
    if module.endswith((".fail", ".null")):
        return ""
    last = module.rsplit(".", 1)[-1]
    return _NAMES.get(last, str(getattr(backend, "name", last)).split(" ")[0])


def _safe_name() -> str:
    """Return the keyring's name if the package is imported already; must not block."""
    import sys

    keyring = sys.modules.get("keyring")
    backend = getattr(getattr(keyring, "core", None), "_keyring_backend", None)
    return (_name(backend) if backend is not None else "") or translate("Storage", "the keychain")


def _not_found() -> KeyringError:
    sentence = translate("Storage", "No keychain was found on this computer.")
    return KeyringError(KeyringState("none", ""), sentence)


def _hangs(name: str) -> KeyringError:
    #: {keychain}: its name, such as KWallet, or "The keychain".
    sentence = translate(
        "Storage", "{keychain} is not responding. It may be waiting for its password."
    )
    return KeyringError(
        KeyringState("hangs", name),
        sentence.format(keychain=_capital(name)),
    )


def _explain(error: Exception) -> KeyringError:
    """Classify an exception of the keyring package: none here, locked, or something else."""
    kind = type(error).__name__
    name = _safe_name()
    if not has_keyring_package():
        return KeyringError(KeyringState("none", ""), translate("Storage", NO_PACKAGE))
    if kind in ("NoKeyringError", "ModuleNotFoundError", "ImportError"):
        return _not_found()
    if kind in ("KeyringLocked", "InitError", "LockedException", "PromptDismissedException"):
        return KeyringError(
            KeyringState("locked", name),
            translate("Storage", "{keychain} is locked. Unlock it, then try again.").format(
                keychain=_capital(name)
            ),
        )
    sentence = translate("Storage", "{keychain} could not be used.")
    return KeyringError(KeyringState("hangs", name), sentence.format(keychain=_capital(name)))


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
