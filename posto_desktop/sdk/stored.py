"""Styles, defaults and profiles on disk: whole files, safe from several processes at once.

Every caller gets copies: a dictionary that was saved or read can be changed without changing
what is stored.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from ..storage import atomic
from .answers import as_mapping
from .errors import PostoError, SettingsError
from .networks import all_networks, canonical, find
from .posting import TEMPLATE_KEYS
from .templates import check

SCHEMA = 1
ALL_NETWORKS = "*"
MAX_NAME = 100

Settings = dict[str, Any]
ByNetwork = dict[str, Settings]


@contextlib.contextmanager
def locked(path: Path, timeout: float = 10.0) -> Iterator[None]:
    """Hold the lock file `path` against other threads and processes.

    The lock is the system's and ends with the process, so a crash leaves none behind. Raises
    `PostoError` when another process holds it for longer than `timeout` seconds.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        ends = time.monotonic() + timeout
        while not _try_lock(descriptor):
            if time.monotonic() > ends:
                raise PostoError(
                    f"{path.name} is held by another process",
                    user_message="Another program holds the settings. Close it and try again.",
                )
            time.sleep(0.01)
        try:
            yield
        finally:
            _unlock(descriptor)
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    if os.name == "nt":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(descriptor: int) -> None:
    if os.name == "nt":
        import msvcrt

        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_UN)


def check_settings(settings: object, *, what: str = "settings") -> ByNetwork:
    """A deep copy of settings keyed by network. Raises `SettingsError` for anything else.

    Networks must be known and templates may only use known variables, so that a mistake shows
    when the style is saved and not when it is used.
    """
    if not isinstance(settings, Mapping):
        raise SettingsError(f"The {what} must map networks to settings.")
    strange = [str(k) for k in settings if k != ALL_NETWORKS and find(k) is None]
    if strange:
        known = ", ".join(network.slug for network in all_networks())
        raise SettingsError(
            f"The {what} name unknown networks: {', '.join(strange)}. Known are {known}.",
            names=strange,
        )
    for part in settings.values():
        check_flat(part, what=what)
    return copy.deepcopy(dict(settings))


def check_flat(settings: object, *, what: str = "settings") -> Settings:
    """A deep copy of the settings of one network. Raises `SettingsError`."""
    if not isinstance(settings, Mapping):
        raise SettingsError(f"The {what} of one network must be a dictionary.")
    for key, value in settings.items():
        if not isinstance(key, str):
            raise SettingsError(f"The name of a setting is text, not {key!r}.")
        if key in TEMPLATE_KEYS or key in {"first_comment", "first_comment_text"}:
            if not isinstance(value, str):
                raise SettingsError(f"“{key}” must be text, not {value!r}.", names=[key])
            check(value)
    own = copy.deepcopy(dict(settings))
    try:
        json.dumps(own, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"The {what} cannot be stored: {error}.") from error
    return own


class NamedBook:
    """Named settings, one file each: styles and profiles. `builtin` are read-only beginnings."""

    def __init__(self, folder: Callable[[], Path], kind: str, builtin: Path | None = None) -> None:
        self._folder = folder
        self._kind = kind
        self._builtin = builtin

    def names(self) -> list[str]:
        """All names, sorted; the user's own and the built-in ones."""
        return sorted({*self._files(self._builtin), *self._files(self._folder())})

    def own_names(self) -> list[str]:
        """The names that the user saved."""
        return sorted(self._files(self._folder()))

    def get(self, name: str) -> ByNetwork:
        """A copy of the settings by network. Raises `SettingsError` that lists the names."""
        for folder in (self._folder(), self._builtin):
            path = self._files(folder).get(name)
            if path is not None:
                settings = _settings_in(atomic.read_json(path, {}))
                if folder == self._builtin:
                    return spread(settings)
                return settings
        names = ", ".join(self.names()) or "none"
        raise SettingsError(
            f"There is no {self._kind} “{name}”. There are: {names}.", names=[str(name)]
        )

    def save(self, name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Store under `name`, replacing what was there."""
        clean = self._name(name)
        content = {
            "schema": SCHEMA,
            "name": clean,
            "settings": check_settings(settings, what=self._kind),
        }
        folder = self._folder()
        with locked(folder / ".lock"):
            atomic.write_json(self._path(folder, clean), content)

    def delete(self, name: str) -> bool:
        """Remove the user's one; False when there is none. Built-in ones stay."""
        folder = self._folder()
        with locked(folder / ".lock"):
            path = self._files(folder).get(name)
            if path is None:
                return False
            path.unlink(missing_ok=True)
            return True

    def _name(self, name: str) -> str:
        clean = name.strip() if isinstance(name, str) else ""
        if not clean or len(clean) > MAX_NAME or not clean.isprintable():
            raise SettingsError(f"A {self._kind} needs a name of 1 to {MAX_NAME} characters.")
        return clean

    def _path(self, folder: Path, name: str) -> Path:
        known = self._files(folder).get(name)
        if known is not None:
            return known
        stem = quote(name, safe=" -_()&+'!,")
        if stem.upper().partition(".")[0] in _RESERVED or len(stem) > 150 or stem[-1] == " ":
            stem = f"{stem[:100].strip()}-{_short(name)}"
        # Two names that differ in case only are one file on many systems.
        if any(stem.casefold() == path.stem.casefold() for path in self._files(folder).values()):
            stem = f"{stem}-{_short(name)}"
        return folder / f"{stem}.json"

    def _files(self, folder: Path | None) -> dict[str, Path]:
        if folder is None or not folder.is_dir():
            return {}
        found = {}
        for path in sorted(folder.glob("*.json")):
            plain = unquote(path.stem)
            data = atomic.read_json(path, None)
            if isinstance(data, dict):
                name = data.get("name")
                found[name if isinstance(name, str) and name else plain] = path
        return found


def _short(name: str) -> str:
    import hashlib

    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]


_RESERVED = {"CON", "PRN", "AUX", "NUL", *(f"{n}{i}" for n in ("COM", "LPT") for i in range(1, 10))}


def _settings_in(data: object) -> ByNetwork:
    """The settings of a file; one written by hand may hold them without the frame."""
    content = as_mapping(data)
    inner = content.get("settings", content)
    return {
        str(network): dict(part)
        for network, part in as_mapping(inner).items()
        if isinstance(part, dict)
    }


def spread(settings: ByNetwork) -> ByNetwork:
    """`settings` with the part for all networks written out for each of them."""
    common = settings.get(ALL_NETWORKS)
    if common is None:
        return settings
    result = {network.slug: copy.deepcopy(common) for network in all_networks()}
    for name, part in settings.items():
        if name != ALL_NETWORKS:
            result.setdefault(canonical(name), {}).update(part)
    return result


class Defaults:
    """``defaults.json``: settings for every post to a network or to one channel.

    Channel numbers mean something on one service only, so they are kept by its address.
    """

    def __init__(self, path: Callable[[], Path]) -> None:
        self._path = path
        self._mutex = threading.Lock()

    def network(self, name: str) -> Settings:
        return dict(as_mapping(self._part(self._read(), "networks").get(canonical(name))))

    def channel(self, service: str, channel_id: int) -> Settings:
        by_service = as_mapping(self._part(self._read(), "channels").get(service))
        return dict(as_mapping(by_service.get(str(channel_id))))

    def all(self) -> dict[str, Any]:
        """A copy of everything stored."""
        return self._read()

    def set_network(self, name: str, settings: Mapping[str, Any]) -> None:
        clean = check_flat(settings, what="defaults")
        slug = canonical(name)
        self._change(lambda data: self._part(data, "networks").__setitem__(slug, clean))

    def set_channel(self, service: str, channel_id: int, settings: Mapping[str, Any]) -> None:
        clean = check_flat(settings, what="defaults")

        def change(data: dict[str, Any]) -> None:
            self._part(self._part(data, "channels"), service)[str(channel_id)] = clean

        self._change(change)

    def clear(
        self,
        service: str,
        network: str | None = None,
        channel_id: int | None = None,
    ) -> None:
        """Forget everything, one network's, or one channel's defaults."""

        def change(data: dict[str, Any]) -> None:
            channels = self._part(self._part(data, "channels"), service)
            if channel_id is not None:
                channels.pop(str(channel_id), None)
            elif network is not None:
                self._part(data, "networks").pop(canonical(network), None)
            else:
                data["networks"] = {}
                self._part(data, "channels").pop(service, None)

        self._change(change)

    def _read(self) -> dict[str, Any]:
        return dict(as_mapping(atomic.read_json(self._path(), {})))

    @staticmethod
    def _part(data: dict[str, Any], key: str) -> dict[str, Any]:
        value = data.get(key)
        if not isinstance(value, dict):
            value = data[key] = {}
        return value

    def _change(self, change: Callable[[dict[str, Any]], object]) -> None:
        path = self._path()
        with self._mutex, locked(path.with_name(".defaults.lock")):
            data = self._read()
            data["schema"] = SCHEMA
            change(data)
            atomic.write_json(path, data)
