"""The service's network settings, the networks' capabilities, and saved profiles."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translatable

from ..common import json_text
from ..storage.paths import find_paths
from .answers import as_mapping, as_text
from .channels import fetch_channels
from .errors import SettingsError
from .faults import wrong_answer
from .named_settings import NamedSettingsStore
from .networks import known, network
from .post_builder import CUT_KEYS, TEMPLATE_KEYS
from .records import Channel
from .setting_writes import write_changes
from .transport import Transport

__all__ = ["NetworkCapabilities", "NetworkSettings", "NetworkSettingsManager", "SettingsConflict"]

# Pairs of names with one meaning: in scripts, and in some networks' settings.
_SAME = (
    TEMPLATE_KEYS,
    CUT_KEYS,
    ("attach_link", "post_attach_link"),
    ("upload_media", "post_upload_media"),
)


@dataclass(frozen=True)
class NetworkCapabilities:
    """What a network accepts. None means unknown. ``max_text_length`` is in ``text_unit``."""

    supports_media: bool = True
    supports_scheduling: bool = True
    max_media_items: int | None = None
    supported_media_types: list[str] | None = field(default=None, hash=False)
    max_text_length: int | None = None
    supports_link_attachment: bool = True
    text_unit: str = "characters"
    max_text_length_with_media: int | None = None
    supports_first_comment: bool = False
    requires_media: bool = False


@dataclass(frozen=True)
class NetworkSettings:
    """The settings of one network as stored on the service."""

    network_type: str
    settings_data: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def available_settings(self) -> dict[str, dict[str, Any]]:
        """Every setting with its ``type`` (Python's name), its ``default`` and ``current_value``
        (the service gives one value for both), and ``required``."""
        return {
            key: {
                "type": type(value).__name__,
                "default": value,
                "required": False,
                "current_value": value,
            }
            for key, value in self.get_default_settings().items()
        }

    def get_available_settings(self) -> dict[str, Any]:
        """Return every setting with its present value; a copy."""
        return self.get_default_settings()

    def get_default_settings(self) -> dict[str, Any]:
        """Return the values used for options that a post does not set; a copy."""
        return copy.deepcopy(self.settings_data)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as they are saved; a copy."""
        return self.get_default_settings()

    def get(self, key: str, default: object = None) -> object:
        return self.settings_data.get(key, default)

    def __getitem__(self, key: str) -> object:
        return self.settings_data[key]

    def validate_settings(self, settings: Mapping[str, Any]) -> tuple[bool, list[str]]:
        """Return (valid, sentences): a wrong type would silently become the default on the
        service."""
        problems: list[str] = []
        if not isinstance(settings, Mapping):
            return False, [f"Settings are a dictionary, not {type(settings).__name__}."]
        for key, value in self.named(settings).items():
            if not isinstance(key, str):
                problems.append(f"The name of a setting is text, not {key!r}.")
                continue
            present = self.settings_data.get(key)
            expected_kind = _kind(present) if present is not None else _expected(key)
            if expected_kind and value is not None and _kind(value) != expected_kind:
                problems.append(
                    translatable("Sdk", "“{key}” must be {words}, not {value}.").format(
                        key=key, words=_WORDS[expected_kind], value=repr(value)
                    )
                )
        return not problems, problems

    def named(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return `settings` with this network's names."""
        result = {}
        for key, value in settings.items():
            name = key
            if key not in self.settings_data:
                for family in _SAME:
                    if key in family:
                        name = next(
                            (synonym for synonym in family if synonym in self.settings_data), key
                        )
            result[name] = value
        return result


class SettingsConflict(SettingsError):
    """Settings changed on the service since they were read; ``names`` are those that the caller
    wants to change as well, ``present`` is the whole present set."""

    def __init__(self, names: Sequence[str], present: Mapping[str, Any]) -> None:
        super().__init__(
            translatable(
                "Sdk",
                "Somebody changed the same settings on the service meanwhile. Nothing was saved.",
            ),
            reason="conflict",
            names=names,
        )
        self.present = dict(present)


_WORDS = {"bool": "True or False", "number": "a number", "text": "text", "list": "a list",
          "object": "a dictionary"}  # fmt: skip


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (list, tuple)):
        return "list"
    return "object"


def _expected(key: str) -> str | None:
    if key in TEMPLATE_KEYS or key in {"first_comment_text", "first_comment", "custom_link"}:
        return "text"
    families = (CUT_KEYS, _SAME[2], _SAME[3], ("share_to_first_comment",))
    return "bool" if any(key in family for family in families) else None


class NetworkSettingsManager:
    """Reads and saves the service's network settings; keeps profiles on this computer.

    Available as `PostoSDK.settings_manager`; it can also be created with a service's address and a
    token. `channels` returns the account's channels, `profiles` is the folder of the profiles.
    """

    def __init__(
        self,
        base_url: Transport | str,
        auth_token: str = "",
        *,
        channels: Callable[[], Sequence[Channel]] | None = None,
        profiles: Callable[[], Path] | None = None,
    ) -> None:
        self._transport = Transport.of(base_url, auth_token)
        self._channels = channels or (lambda: fetch_channels(self._transport))
        # slugs of networks, including new ones that this version does not know
        self._reported_slugs: set[str] = set()
        self._lock = threading.Lock()
        self._cache: dict[str, dict[str, Any]] = {}
        self._profiles = NamedSettingsStore(
            profiles or (lambda: find_paths().config / "profiles"), "profile"
        )

    def get_available_networks(self) -> list[dict[str, Any]]:
        """Return the networks that the account has channels on, in that order: ``slug``, ``name``,
        ``icon`` (a picture's address, "" if unknown), ``enabled`` (it has an active channel) and
        ``aliases``."""
        by_slug: dict[str, dict[str, Any]] = {}
        for channel in self._channels():
            entry = network(channel.network)
            row = by_slug.setdefault(
                channel.network,
                {
                    "slug": channel.network,
                    "name": entry.name,
                    "icon": as_text(channel.get("network_icon")),
                    "enabled": False,
                    "aliases": list(entry.aliases),
                },
            )
            row["enabled"] = row["enabled"] or channel.active
        self._reported_slugs.update(by_slug)
        return list(by_slug.values())

    def get_network_settings(self, network: str) -> NetworkSettings:
        """Return a network's settings, read once and cached; see `clear_cache`."""
        slug = self._slug(network)
        with self._lock:
            data = self._cache.get(slug)
            if data is None:
                data = self._cache[slug] = self._fetch(slug)
        return NetworkSettings(slug, copy.deepcopy(data))

    def read_network_settings(self, network: str) -> NetworkSettings:
        """Return a network's present settings from the service."""
        self.clear_cache(network)
        return self.get_network_settings(network)

    def save_network_settings(
        self,
        network: str,
        settings: Mapping[str, Any] | NetworkSettings,
        based_on: Mapping[str, Any] | None = None,
    ) -> NetworkSettings:
        """Change some settings of a network and keep the others.

        The service replaces the whole set, so the present one is read, changed and written back.
        Raises `SettingsError` for a value of the wrong type, before anything is written, and
        `SettingsConflict` if a setting differs from `based_on`. After a lost answer the settings
        are read back; `ServiceError` with ``maybe_sent`` means that the result is unknown.
        """
        slug = self._slug(network)
        if isinstance(settings, NetworkSettings):
            settings = settings.settings_data
        if not isinstance(settings, Mapping):
            raise SettingsError(f"Settings are a dictionary, not {type(settings).__name__}.")
        with self._lock:
            present = NetworkSettings(slug, self._fetch(slug, current=True))
            right, problems = present.validate_settings(settings)
            if not right:
                raise SettingsError(
                    " ".join([*problems, translatable("Sdk", "Nothing was saved.")])
                )
            if based_on is not None:
                now, then = present.settings_data, present.named(based_on)
                moved = [key for key, value in present.named(settings).items()
                         if now.get(key) != then.get(key) and now.get(key) != value]  # fmt: skip
                if moved:
                    raise SettingsConflict(moved, now)
            self._cache.pop(slug, None)
            merged = write_changes(
                self._transport,
                present.settings_data,
                copy.deepcopy(present.named(settings)),
                read=lambda: self._fetch(slug, current=True),
                write=lambda whole: self._transport.post(_route(slug), whole, empty_ok=True),
            )
            self._cache[slug] = merged
        return NetworkSettings(slug, copy.deepcopy(merged))

    def validate_network_settings(self, network: str, settings: Mapping[str, Any]) -> None:
        """Raise `SettingsError` if a value has the wrong type for the network."""
        right, problems = self.get_network_settings(network).validate_settings(settings)
        if not right:
            raise SettingsError(" ".join(problems))

    def get_network_capabilities(self, network: str) -> NetworkCapabilities:
        """Return what a network accepts, from the resource file. No request."""
        entry = known(network)
        types = list(entry.media_types)
        media = as_mapping(entry.raw.get("media"))
        limit = entry.media_max
        return NetworkCapabilities(
            supports_media=limit != 0 and (bool(types) or limit is not None),
            supports_scheduling=True,
            max_media_items=limit,
            supported_media_types=types or None,
            max_text_length=entry.text_max,
            supports_link_attachment=entry.accepts_link,
            text_unit=entry.text_unit,
            max_text_length_with_media=entry.text_max_with_media,
            supports_first_comment=entry.accepts_first_comment,
            requires_media=bool(media.get("required")),
        )

    def save_settings_profile(self, name: str, settings: Mapping[str, Mapping[str, Any]]) -> None:
        """Save settings by network under a name, for `post(settings=...)`."""
        self._profiles.save(name, settings)

    def get_settings_profile(self, name: str) -> dict[str, dict[str, Any]]:
        """Return a copy of a profile. Raises `SettingsError` that lists the profiles."""
        return self._profiles.get(name)

    def list_settings_profiles(self) -> list[str]:
        return self._profiles.names()

    def delete_settings_profile(self, name: str) -> bool:
        return self._profiles.delete(name)

    def clear_cache(self, network: str | None = None) -> None:
        """Read the settings from the service again on next use."""
        with self._lock:
            if network is None:
                self._cache.clear()
            else:
                self._cache.pop(self._slug(network), None)

    def _slug(self, name: str) -> str:
        """Return the service's slug of a network known here or from `get_available_networks`.
        Raises `SettingsError` for any other."""
        return name if name in self._reported_slugs else known(name).slug

    def _fetch(self, slug: str, *, current: bool = False) -> dict[str, Any]:
        data = self._transport.get(_route(slug), current=current)
        if not isinstance(data, dict) and data != []:
            raise wrong_answer(
                "network settings are no object",
                translatable("Sdk", "{host} answered without settings.").format(
                    host=self._transport.endpoint.host
                ),
            )
        return as_mapping(json_text.plain(data))


def _route(slug: str) -> str:
    return f"fs-poster/v1/social-networks/{slug}/settings"
