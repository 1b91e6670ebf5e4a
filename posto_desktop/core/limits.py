"""Limits of each network, from resources/networks.json, and of each account of this computer, from
its server. None means unknown.

Exceeding a limit is a warning unless its confidence is official or cross-checked, or the service
or the account's server enforces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from posto_desktop.common.account_limits import Limits
from posto_desktop.sdk import counting, networks
from posto_desktop.sdk.records import Channel

_FIRM = {"official", "cross-checked"}


@dataclass(frozen=True, slots=True)
class FileLimits:
    """Limits of one kind of file: MIME types (None: unknown), bytes, seconds, pixels, width /
    height; of videos frames and bits a second, codecs by ffmpeg's names, and whether a player has
    to be able to start before it has all of the file."""

    types: frozenset[str] | None = None
    max_bytes: int | None = None
    min_seconds: float | None = None
    max_seconds: float | None = None
    min_width: int | None = None
    min_height: int | None = None
    max_width: int | None = None
    max_height: int | None = None
    max_pixels: int | None = None
    aspect_min: float | None = None
    aspect_max: float | None = None
    fps_min: float | None = None
    fps_max: float | None = None
    max_bit_rate: int | None = None
    codecs: frozenset[str] | None = None
    audio_codecs: frozenset[str] | None = None
    moov_first: bool = False


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """The limits of one network. `text_unit` is one of the units of sdk.counting.

    `url_cost` is the fixed length of an address in that unit; there an attached link is appended to
    the text and counts (`link_in_text`). `cut_at` is where the service truncates silently, in
    `cut_unit` (empty: the network's unit). For `same_text_days` a channel does not take the same
    text again (None: it always does). `keeps_words`: the text is published as it was typed.
    `first_comment` and `alt_text_sent` are what is sent there; `lets_comment` and `has_alt_text`
    what the network can do.
    """

    slug: str
    name: str
    firm: bool = False
    text_required: str = "never"
    text_max: int | None = None
    text_unit: str = "characters"
    text_max_with_media: int | None = None
    text_max_bytes: int | None = None
    url_cost: int = 23
    link_in_text: bool = False
    cut_at: int | None = None
    cut_at_with_media: int | None = None
    cut_unit: str = ""
    same_text_days: int | None = None
    title_required: bool = False
    title_key: str = ""
    title_max: int | None = None
    title_unit: str = "characters"
    hashtags_max: int | None = None
    mentions_max: int | None = None
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
    link_only_on_stories: bool = False
    fits_aspect: bool = False
    kept_tags: frozenset[str] = frozenset()
    post_keys: frozenset[str] = frozenset()
    keeps_words: bool = False
    has_alt_text: bool = False
    lets_comment: bool = True
    alt_text_sent: bool = False
    alt_max: int | None = None

    def text_limit(self, with_media: bool) -> int | None:
        """Return the longest text in `text_unit`, with or without files; None if unknown."""
        if with_media and self.text_max_with_media is not None:
            return self.text_max_with_media
        return self.text_max

    def text_cut(self, with_media: bool) -> int | None:
        """Return where the service truncates silently; None if it does not."""
        if with_media and self.cut_at_with_media is not None:
            return self.cut_at_with_media
        return self.cut_at


@lru_cache(maxsize=512)
def limits_for(slug: str) -> NetworkLimits:
    """Return the limits of a network by slug or alias; all unknown for an unknown network."""
    limits = _table().get(slug)
    if limits is None:
        limits = _table().get(networks.canonical(slug))
    return limits if limits is not None else NetworkLimits(slug, networks.label(slug))


def limits_of(channel: Channel) -> NetworkLimits:
    """Return the limits of a channel: its network's, or what the server of its account takes."""
    if channel.limits is None:
        if channel.method == "sandbox":
            return _sandbox_limits(channel.network)
        return limits_for(channel.network)
    return _account_limits(channel.network, channel.limits)


@lru_cache(maxsize=512)
def _sandbox_limits(slug: str) -> NetworkLimits:
    """Return a network's limits in the sandbox, which takes descriptions where the network does."""
    known = limits_for(slug)
    return replace(known, alt_text_sent=known.has_alt_text)


@lru_cache(maxsize=512)
def _account_limits(slug: str, account: Limits) -> NetworkLimits:
    """Return a network's limits with those that the server of an account says itself."""
    known = limits_for(slug)
    limits = replace(
        known,
        firm=True,
        cut_at=None,
        cut_at_with_media=None,
        kept_tags=frozenset(),
        keeps_words=True,
        custom_link=True,
        link_drops_media=False,
        link_only_on_stories=False,
        alt_text_sent=known.has_alt_text,
        first_comment=known.lets_comment,
        media_required=account.needs_media,
    )
    if account.text is not None:
        limits = replace(
            limits,
            text_max=account.text,
            text_unit=account.unit,
            text_max_with_media=None,
            url_cost=known.url_cost if account.link_length is None else account.link_length,
            link_in_text=account.unit in counting.URL_UNITS,
        )
    if account.files is not None:
        most = account.files
        limits = replace(
            limits,
            media_max=most,
            images_max=None if known.images_max is None else most,
            videos_max=0 if most == 0 else known.videos_max,
        )
    if account.alt is not None:
        limits = replace(limits, alt_max=account.alt)
    if account.video_bytes is not None:
        limits = replace(limits, video=replace(known.video, max_bytes=account.video_bytes))
    return limits


@lru_cache(maxsize=256)
def network_name(slug: str) -> str:
    """Return "X" for ``twitter``; an unknown network keeps its slug."""
    if not slug:
        return ""
    known = networks.find(slug)
    if known is None:
        return slug[:40].replace("_", " ").strip().capitalize()
    # The data say "X (Twitter)"; sentences use the first word.
    return known.name.split(" (")[0]


@lru_cache(maxsize=1)
def _table() -> dict[str, NetworkLimits]:
    return {network.slug: _read(network.slug, network.raw) for network in networks.all_networks()}


def _read(slug: str, raw: Mapping[str, Any]) -> NetworkLimits:
    text, media, title, tags = raw["text"], raw["media"], raw["title"], raw["tags"]
    gif, backend = raw["gif"], raw["backend"]
    cut = text.get("server_cut") or {}
    return NetworkLimits(
        slug=slug,
        name=str(raw["name"]).split(" (", 1)[0],
        firm=raw.get("confidence") in _FIRM,
        text_required=str(text["required"]),
        text_max=text["max"],
        text_unit=text["unit"] or "characters",
        text_max_with_media=text["max_with_media"],
        text_max_bytes=text["max_bytes"],
        url_cost=text["url_counts_as"] or 23,
        link_in_text=text["unit"] in counting.URL_UNITS,
        cut_at=cut.get("limit"),
        cut_at_with_media=cut.get("limit_with_media"),
        cut_unit=str(cut.get("unit") or ""),
        same_text_days=(text.get("same_text") or {}).get("days"),
        title_required=bool(title["required"]),
        # The data say "photo_title (7.7+)" for keys of newer versions.
        title_key=str(title["backend_key"] or "").split(" ", 1)[0],
        title_max=title["max"],
        title_unit=title["unit"] or "characters",
        hashtags_max=tags["hashtag_max"],
        mentions_max=tags["mention_max"],
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
        link_only_on_stories=backend.get("link_only_on_stories") is True,
        kept_tags=frozenset(backend.get("kept_tags") or ()),
        fits_aspect=backend.get("fits_aspect") is True,
        post_keys=frozenset(backend["post_keys"]),
        has_alt_text=bool(raw["alt_text"]["network"]),
        lets_comment=raw.get("first_comment") is not False,
        alt_text_sent=bool(raw["alt_text"]["via_backend"]),
        alt_max=raw["alt_text"]["max"],
    )


def _file_limits(raw: Mapping[str, Any]) -> FileLimits:
    plain = {
        limit_field.name: raw[limit_field.name]
        for limit_field in fields(FileLimits)
        if raw.get(limit_field.name) not in (None, [])
    }
    for name in ("types", "codecs", "audio_codecs"):
        if name in plain:
            plain[name] = frozenset(plain[name])
    return FileLimits(**plain)
