"""What each network takes. The numbers are data (resources/networks.json); None means unknown.

The data's own rule: a limit is a warning unless its confidence is official or cross-checked, or
the backend enforces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from posto_desktop.sdk import networks

_FIRM = {"official", "cross-checked"}


@dataclass(frozen=True, slots=True)
class FileLimits:
    """For one kind of file: MIME types (None: unknown), bytes and seconds."""

    types: frozenset[str] | None = None
    max_bytes: int | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one network. `text_unit` is one of the units that core.text counts."""

    slug: str
    name: str
    firm: bool = False
    text_required: str = "never"
    text_max: int | None = None
    text_unit: str = "characters"
    text_max_with_media: int | None = None
    text_max_bytes: int | None = None
    url_counts_as: int | None = None
    cut_at: int | None = None
    cut_at_with_media: int | None = None
    title_required: bool = False
    title_key: str = ""
    media_required: bool = False
    media_max: int | None = None
    images_max: int | None = None
    videos_max: int | None = None
    gifs_max: int | None = None
    mixes_kinds: bool | None = None
    image: FileLimits = FileLimits()
    video: FileLimits = FileLimits()
    gif_accepted: bool | None = None
    gif_max_bytes: int | None = None
    gif_refused_by_backend: bool = False
    first_comment: bool = False
    custom_link: bool = False
    link_drops_media: bool = False
    post_keys: frozenset[str] = frozenset()
    alt_text_sent: bool = False

    def text_limit(self, with_media: bool) -> int | None:
        """The longest text, in `text_unit`, with or without files; None where unknown."""
        if with_media and self.text_max_with_media is not None:
            return self.text_max_with_media
        return self.text_max

    def text_cut(self, with_media: bool) -> int | None:
        """Where the service cuts the text silently; None where it does not."""
        if with_media and self.cut_at_with_media is not None:
            return self.cut_at_with_media
        return self.cut_at


def limits_for(slug: str) -> Limits:
    """The limits of a network by its slug or an alias; all unknown for a network not listed."""
    found = _table().get(slug)
    if found is None:
        found = _table().get(networks.canonical(slug))
    return found if found is not None else Limits(slug, networks.label(slug))


def network_name(slug: str) -> str:
    """What people call a network: "X" rather than the data's "X (Twitter)"."""
    return limits_for(slug).name


def all_limits() -> list[Limits]:
    return list(_table().values())


@lru_cache(maxsize=1)
def _table() -> dict[str, Limits]:
    return {one.slug: _read(one.slug, one.raw) for one in networks.all_networks()}


def _read(slug: str, raw: Mapping[str, Any]) -> Limits:
    text, media, title = raw["text"], raw["media"], raw["title"]
    gif, backend = raw["gif"], raw["backend"]
    cut = text.get("server_cut") or {}
    return Limits(
        slug=slug,
        name=str(raw["name"]).split(" (", 1)[0],
        firm=raw.get("confidence") in _FIRM,
        text_required=str(text["required"]),
        text_max=text["max"],
        text_unit=text["unit"] or "characters",
        text_max_with_media=text["max_with_media"],
        text_max_bytes=text["max_bytes"],
        url_counts_as=text["url_counts_as"],
        cut_at=cut.get("limit"),
        cut_at_with_media=cut.get("limit_with_media"),
        title_required=bool(title["required"]),
        # Written as "photo_title (7.7+)" where only some versions read it.
        title_key=str(title["backend_key"] or "").split(" ", 1)[0],
        media_required=bool(media["required"]),
        media_max=media["max_items"],
        images_max=media["max_images"],
        videos_max=media["max_videos"],
        gifs_max=media["max_gifs"],
        mixes_kinds=media["mix_images_and_video"],
        image=_file_limits(raw["image"]),
        video=_file_limits(raw["video"]),
        gif_accepted=gif["accepted"],
        gif_max_bytes=gif["max_bytes"],
        gif_refused_by_backend=gif["accepted"] is False and "backend" in str(gif["note"] or ""),
        first_comment=bool(backend["first_comment"]),
        custom_link=bool(backend["custom_link"]),
        link_drops_media=bool(backend["link_drops_media"]),
        post_keys=frozenset(backend["post_keys"]),
        alt_text_sent=bool(raw["alt_text"]["via_backend"]),
    )


def _file_limits(raw: Mapping[str, Any]) -> FileLimits:
    types = raw.get("types")
    return FileLimits(
        types=frozenset(types) if types else None,
        max_bytes=raw.get("max_bytes"),
        min_seconds=raw.get("min_seconds"),
        max_seconds=raw.get("max_seconds"),
    )
