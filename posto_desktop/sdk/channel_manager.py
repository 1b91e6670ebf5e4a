"""Settings of single channels on the service, such as the channel's proxy."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable

from ..common import json_text
from .answers import as_int, as_mapping, as_text
from .channels import ROUTE
from .errors import SettingsError
from .faults import wrong_answer
from .setting_writes import write_changes
from .transport import Transport

__all__ = ["ChannelManager"]

SECRET = frozenset({"session_data"})


class ChannelManager:
    """Reads and changes one channel's settings; a change keeps all the others.

    Available as `PostoSDK.channel_manager`; it can also be created with a service's address and a
    token.
    """

    def __init__(self, base_url: Transport | str, auth_token: str = "") -> None:
        self._transport = Transport.of(base_url, auth_token)
        self._lock = threading.Lock()

    def get_channel_settings(self, channel_id: int) -> dict[str, Any]:
        """Return all settings of a channel. A proxy may contain a password: never show or store
        it."""
        return {key: value for key, value in self._read(channel_id).items() if key not in SECRET}

    def set_channel_settings(self, channel_id: int, settings: Mapping[str, Any]) -> bool:
        """Change some settings and keep the others: the service replaces the whole set.

        After a lost answer they are read back; `ServiceError` with ``maybe_sent`` means that the
        saved state is unknown.
        """
        if not isinstance(settings, Mapping):
            raise SettingsError(f"Settings are a dictionary, not {type(settings).__name__}.")
        number = _number(channel_id)
        changes = {key: value for key, value in settings.items() if key != "id"}

        def write(whole: dict[str, Any]) -> None:
            self._transport.post(f"{ROUTE}/settings", {**whole, "id": number}, empty_ok=True)

        with self._lock:
            write_changes(
                self._transport,
                self._read(number, current=True),
                changes,
                read=lambda: self._read(number, current=True),
                write=write,
            )
        return True

    def get_channel_proxy(self, channel_id: int) -> str | None:
        """Return the URL of a channel's proxy, or None."""
        return as_text(self._read(channel_id).get("proxy")) or None

    def set_channel_proxy(self, channel_id: int, proxy: str | None = None) -> bool:
        """Set the proxy of a channel; None removes it. Raises `SettingsError` for an invalid
        address."""
        address = proxy.strip() if isinstance(proxy, str) else ""
        if proxy is not None and not isinstance(proxy, str):
            raise SettingsError(f"A proxy is text, not {type(proxy).__name__}.")
        if address:
            try:
                parts = urlsplit(address)
                fine = parts.scheme in {"http", "https", "socks4", "socks5", "socks5h"} and bool(
                    parts.hostname
                )
                _ = parts.port
            except ValueError:
                fine = False
            if not fine:
                raise SettingsError(
                    translatable("Sdk", "A proxy looks like http://user:password@host:8080.")
                )
            if parts.password:
                self._transport.redact.add(parts.password)
        return self.set_channel_settings(channel_id, {"proxy": address})

    def check_channel(self, channel_id: int) -> None:
        """Have the service check a channel's session with the network. Raises if it has expired."""
        body = {"id": _number(channel_id)}
        # Checking twice is harmless.
        self._transport.post(f"{ROUTE}/refresh", body, empty_ok=True, repeatable=True)

    def _read(self, channel_id: int, *, current: bool = False) -> dict[str, Any]:
        params = [("id", _number(channel_id))]
        data = self._transport.get(f"{ROUTE}/settings", params, current=current)
        if not isinstance(data, dict) and data != []:
            raise wrong_answer(
                "channel settings are no object",
                translatable("Sdk", "{host} answered without settings.").format(
                    host=self._transport.endpoint.host
                ),
            )
        return as_mapping(json_text.plain(data))


def _number(channel_id: object) -> int:
    """Return the id as a number: the service silently ignores text."""
    number = as_int(channel_id)
    if number is None:
        raise SettingsError(f"A channel is given by its number here, not by {channel_id!r}.")
    return number
