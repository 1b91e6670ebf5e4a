"""Networks: names, aliases and limits, read from ``resources/networks.json``.

Slugs are the service's (``fb``, ``twitter``, ``google_b``); people and older scripts say
``facebook``, ``x``, ``google_business``. Every function accepts either.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from posto_desktop.common.translation import translatable

from ..common.resources import resource
from .answers import as_int, as_mapping, unique
from .errors import SettingsError


@dataclass(frozen=True)
class Network:
    """A network's facts. None means unknown: never block on it.

    ``text_max`` is counted in ``text_unit`` (see `posto_desktop.sdk.counting`), sizes are in bytes.
    ``raw`` is the whole entry of the resource file.
    """

    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, hash=False, compare=False)

    def _part(self, name: str) -> dict[str, Any]:
        return as_mapping(self.raw.get(name))

    @property
    def text_max(self) -> int | None:
        return as_int(self._part("text").get("max"))

    @property
    def text_max_with_media(self) -> int | None:
        """The limit with media attached; the ordinary one if no other is known."""
        return as_int(self._part("text").get("max_with_media")) or self.text_max

    @property
    def text_unit(self) -> str:
        return str(self._part("text").get("unit") or "characters")

    @property
    def text(self) -> dict[str, Any]:
        return self._part("text")

    @property
    def server_cut(self) -> int | None:
        """The length at which the service silently truncates, None if it does not."""
        return as_int(as_mapping(self._part("text").get("server_cut")).get("limit"))

    @property
    def media_max(self) -> int | None:
        return as_int(self._part("media").get("max_items"))

    @property
    def media_types(self) -> tuple[str, ...]:
        """MIME types of images and videos that the network accepts, images first."""
        types = [*_texts(self._part("image"), "types"), *_texts(self._part("video"), "types")]
        if self._part("gif").get("accepted") and "image/gif" not in types:
            types.append("image/gif")
        return tuple(unique(types))

    @cached_property
    def post_keys(self) -> tuple[str, ...]:
        """The keys of ``custom_post_data`` that the service reads for this network."""
        return tuple(_texts(self._part("backend"), "post_keys"))

    @property
    def accepts_link(self) -> bool:
        return bool(self._part("backend").get("attach_link"))

    @property
    def accepts_first_comment(self) -> bool:
        return bool(self._part("backend").get("first_comment"))

    @property
    def title_key(self) -> str | None:
        """The key of the title, None if posts have none."""
        key = self._part("title").get("backend_key")
        # The data say "photo_title (7.7+)" for keys of newer versions.
        return key.split(" ", 1)[0] if isinstance(key, str) and key else None


def _texts(part: dict[str, Any], key: str) -> list[str]:
    value = part.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


@cache
def _data() -> tuple[dict[str, Network], dict[str, str]]:
    raw = json.loads(resource("networks.json").read_text(encoding="utf-8"))
    networks: dict[str, Network] = {}
    aliases: dict[str, str] = {}
    for slug, entry in raw["networks"].items():
        names = tuple(entry.get("aliases") or ())
        networks[slug] = Network(slug, str(entry.get("name") or slug), names, entry)
    for alias, slug in raw["aliases"].items():
        aliases[_key(alias)] = slug
    for slug, network in networks.items():
        for alias in (slug, network.name, *network.aliases):
            aliases.setdefault(_key(alias), slug)
    for alias, slug in (("google", "google_b"), ("meta", "fb"), ("truth", "truthsocial")):
        aliases.setdefault(alias, slug)
    return networks, aliases


def _key(text: str) -> str:
    return re.sub(r"[\s\-_.()]+", "_", text.strip().lower()).strip("_")


def all_networks() -> tuple[Network, ...]:
    """Return every known network, in the order of the resource file."""
    return tuple(_data()[0].values())


def find(name: object) -> Network | None:
    """Return the network of a slug, alias or shown name in any case; None if it is unknown."""
    if not isinstance(name, str):
        return None
    networks, aliases = _data()
    slug = aliases.get(_key(name))
    return networks.get(slug) if slug else None


@lru_cache(maxsize=512)
def canonical(name: str) -> str:
    """Return the service's slug for `name`; an unknown name stays, in lower case.

    Services add networks before this file does, so an unknown one is no error.
    """
    entry = find(name)
    return entry.slug if entry else str(name).strip().lower()


def network(name: str) -> Network:
    """Return the network of a slug or alias. A new network without known limits is still a
    `Network`."""
    return find(name) or Network(canonical(name), name.strip())


def known(name: str) -> Network:
    """As `network`, but raises `SettingsError` with the list of networks if it is unknown."""
    entry = find(name)
    if entry is None:
        names = ", ".join(entry.slug for entry in all_networks())
        raise SettingsError(
            translatable("Sdk", "There is no network “{name}”. Known are: {names}.").format(
                name=name, names=names
            ),
            names=[name],
        )
    return entry


def label(name: str) -> str:
    """Return the usual name of a network."""
    return network(name).name
