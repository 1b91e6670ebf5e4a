"""``defaults.json``: settings for every post to a network or to one channel."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..storage import atomic
from .answers import as_mapping
from .endpoint import site_of
from .locking import locked
from .named_settings import check_flat
from .networks import canonical
from .style_files import Settings

SCHEMA = 1
_HERE = "http://127.0.0.1:0"


def is_here(address: str) -> bool:
    """Return whether an address is that of the workspace on this computer, whose port changes; the
    app uses "" for it."""
    return not address or address.startswith(("http://127.0.0.1:", "http://localhost:"))


def is_same_service(first: str, second: str) -> bool:
    """Return whether two addresses belong to the same service."""
    return site_of(first) == site_of(second) or (is_here(first) and is_here(second))


class Defaults:
    """``defaults.json``: settings for every post to a network or to one channel.

    Channel numbers are valid on one service only, so they are stored by its address. Those of the
    workspace on this computer are found under each of its addresses, since its port changes.
    """

    def __init__(self, path: Callable[[], Path]) -> None:
        self._path = path
        self._mutex = threading.Lock()

    def network(self, name: str) -> Settings:
        return self._of_network(self._read(), canonical(name))

    def channel(self, service: str, channel_id: int) -> Settings:
        settings: Settings = {}
        for channels in self._of_service(self._read(), service):
            settings.update(as_mapping(channels.get(str(channel_id))))
        return settings

    def all(self) -> dict[str, Any]:
        """Return a copy of everything stored."""
        return self._read()

    def set_network(self, name: str, settings: Mapping[str, Any]) -> None:
        clean = check_flat(settings, subject="defaults")
        slug = canonical(name)
        self._change(lambda data: self._put_network(data, slug, clean))

    def set_channel(self, service: str, channel_id: int, settings: Mapping[str, Any]) -> None:
        clean = check_flat(settings, subject="defaults")

        def change(data: dict[str, Any]) -> None:
            self._put_channel(data, service, channel_id, clean)

        self._change(change)

    def change(self, target: str | tuple[str, int], changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change some settings of a network, or of a channel (address of its service, number), and
        keep the others; None removes one. Return the previous values, for undo."""
        clean = check_flat({key: value for key, value in changes.items() if value is not None},
                           subject="defaults")  # fmt: skip
        before: dict[str, Any] = {}

        def change(data: dict[str, Any]) -> None:
            if isinstance(target, str):
                slug = canonical(target)
                present = self._of_network(data, slug)
            else:
                present = {}
                for channels in self._of_service(data, target[0]):
                    present.update(as_mapping(channels.get(str(target[1]))))
            before.update({key: copy.deepcopy(present.get(key)) for key in changes})
            unchanged = {key: value for key, value in present.items() if key not in changes}
            settings = {**unchanged, **clean}
            if not isinstance(target, str):
                self._put_channel(data, target[0], target[1], settings)
            else:
                self._put_network(data, slug, settings)

        self._change(change)
        return before

    def _of_network(self, data: dict[str, Any], slug: str) -> Settings:
        """Return a network's settings, also under another of its names (edited by hand)."""
        settings: Settings = {}
        parts = self._part(data, "networks")
        for name in sorted(parts, key=lambda name: name == slug):
            if canonical(name) == slug:
                settings.update(as_mapping(parts[name]))
        return settings

    def _put_network(self, data: dict[str, Any], slug: str, settings: Settings) -> None:
        parts = self._part(data, "networks")
        for name in [name for name in parts if canonical(name) == slug]:
            del parts[name]
        if settings:
            parts[slug] = settings

    def _put_channel(
        self, data: dict[str, Any], service: str, channel_id: int, settings: Settings
    ) -> None:
        for channels in self._of_service(data, service):
            channels.pop(str(channel_id), None)
        if settings:
            tables = self._part(data, "channels")
            self._part(tables, service or _HERE)[str(channel_id)] = settings

    def _of_service(self, data: dict[str, Any], service: str) -> list[dict[str, Any]]:
        """Return the tables of a service's channels; the exact address comes last."""
        tables = self._part(data, "channels")
        names = [name for name in tables if is_same_service(name, service)]
        names.sort(key=lambda name: name == service)
        return [self._part(tables, name) for name in names]

    def clear(
        self,
        service: str,
        network: str | None = None,
        channel_id: int | None = None,
    ) -> None:
        """Delete all defaults, one network's, or one channel's."""

        def change(data: dict[str, Any]) -> None:
            if channel_id is not None:
                self._put_channel(data, service, channel_id, {})
            elif network is not None:
                self._put_network(data, canonical(network), {})
            else:
                data["networks"] = {}
                for channels in self._of_service(data, service):
                    channels.clear()

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
        with self._mutex, locked(path.with_name(".defaults.lock"), of=path):
            data = self._read()
            data["schema"] = SCHEMA
            change(data)
            atomic.write_json(path, data)
