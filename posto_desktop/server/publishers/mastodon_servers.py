"""What a server with the Mastodon API is, and what it takes."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from posto_desktop.common.translation import translatable
from posto_desktop.server.publishers.base import Limits, PublishError, Record, Refused
from posto_desktop.server.publishers.http import Http

__all__ = ["facts_of_server"]

_HONOUR_KEYS = ("mastodon", "glitchsoc", "hollo")


def facts_of_server(http: Http) -> tuple[Record, Limits]:
    """What the server is and what it takes."""
    answer = http.ask("GET", "/api/v2/instance", missing_is_fine=True)
    if answer.status == 404:
        answer = http.ask("GET", "/api/v1/instance", missing_is_fine=True)
    instance = answer.json()
    if answer.status == 404 or not isinstance(instance, dict):
        raise Refused(
            translatable("Server", "{host} is not compatible with Mastodon.").format(host=http.host)
        )
    software = _software(http, instance)
    facts = {
        "software": software,
        "version": str(instance.get("version") or "")[:100],
        "honours_keys": software in _HONOUR_KEYS,
    }
    return facts, _limits(instance, software)


def _software(http: Http, instance: Mapping[str, Any]) -> str:
    """The name of the software in small letters, as its nodeinfo says; "" where that is not
    known, which is nothing to rely on."""
    version = str(instance.get("version") or "").lower()
    for name in ("pleroma", "akkoma", "pixelfed", "gotosocial", "snac"):
        if name in version:
            return name
    with contextlib.suppress(PublishError, ValueError):
        links = http.ask("GET", "/.well-known/nodeinfo").object().get("links")
        for link in reversed(links if isinstance(links, list) else []):
            href = str(link.get("href") or "") if isinstance(link, dict) else ""
            if urlsplit(href).netloc == urlsplit(http.server).netloc:
                software = http.ask("GET", href).object().get("software")
                if isinstance(software, dict):
                    return str(software.get("name") or "").lower()[:40]
    return ""


def _limits(instance: Mapping[str, Any], software: str) -> Limits:
    configuration = _object(instance, "configuration")
    statuses = _object(configuration, "statuses")
    media = _object(configuration, "media_attachments")
    kinds = media.get("supported_mime_types")
    return Limits.from_json(
        {
            "text": statuses.get("max_characters") or instance.get("max_toot_chars"),
            "unit": "characters_url23" if software in ("pleroma", "akkoma") else "graphemes_url23",
            "link_length": statuses.get("characters_reserved_per_url"),
            "files": statuses.get("max_media_attachments"),
            "alt": media.get("description_limit") or (1500 if software == "mastodon" else None),
            "image_bytes": media.get("image_size_limit"),
            "image_pixels": media.get("image_matrix_limit"),
            "video_bytes": media.get("video_size_limit"),
            "mime_types": kinds if isinstance(kinds, list) else (),
            "needs_media": software == "pixelfed",
        }
    )


def _object(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}
