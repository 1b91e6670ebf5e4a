"""Checks of the number of files, of required files, and of links that replace them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.checks.finding import (
    Finding,
    Fix,
    about,
    firmness,
    leave_out,
    leave_out_files,
    number,
    remove_files,
)
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.draft import MediaRef


def check(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    if not group.media:
        return [_missing(group)] if group.limits.media_required else []
    return [*_too_counted(post, group), *_dropped(group)]


def _missing(group: ChannelGroup) -> Finding:
    limits = group.limits
    if limits.images_max == 0:
        words = translate("Checks", "{network} needs a video.")
    elif limits.videos_max == 0:
        words = translate("Checks", "{network} needs a picture.")
    else:
        words = translate("Checks", "{network} needs a picture or a video.")
    return about(
        [group],
        "error",
        "media_missing",
        words.format(network=limits.name),
        fix=Fix("add_media", translate("Fixes", "Add media")),
        more=(leave_out([group]),),
    )


def _too_counted(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    over = _over(group)
    if not over:
        return []
    have, most, kind = over[0]
    if most == 0:
        sentence = translate("Checks", _NONE[kind]).format(network=limits.name)
    else:
        sentence = _MOST[kind](most).format(network=limits.name, count=number(have))
    allowed = _limits(group)
    kept_paths = {ref.path for ref in kept_first(group.media, allowed)}
    removed = [ref for ref in group.media if ref.path not in kept_paths]
    ways = [remove_files("keep_first", removed, allowed, (limits.slug,)), leave_out([group])]
    if len({peer.limits.slug for peer in post.groups}) > 1:
        network_fix = leave_out_files([group], removed, allowed)
        # Removing files from the whole message because of one network is rarely wanted.
        first = most == 0 or _missed(post, group, removed)
        ways = [network_fix, *ways[::-1]] if first else [ways[0], network_fix, ways[1]]
    severity = firmness(group)
    return [about([group], severity, "too_many_files", sentence, fix=ways[0], more=tuple(ways[1:]))]


def _missed(post: CheckedPost, group: ChannelGroup, removed: Sequence[MediaRef]) -> bool:
    """Return whether another network would show any of these files."""
    paths = {ref.path for ref in removed}
    for peer in post.groups:
        if peer.limits.slug == group.limits.slug:
            continue
        if any(ref.path in paths for ref in kept_first(peer.media, _limits(peer))):
            return True
    return False


def _over(group: ChannelGroup) -> list[tuple[int, int, str]]:
    """Return the excess by kind: files there are, files allowed, kind."""
    limits, media = group.limits, group.media
    videos = sum(1 for ref in media if ref.kind == "video")
    gifs = sum(1 for ref in media if ref.kind == "gif")
    return [
        (have, most, kind)
        for have, most, kind in (
            (len(media), limits.media_max, "file"),
            (len(media) - videos, limits.images_max, "picture"),
            (videos, limits.videos_max, "video"),
            (gifs, limits.gifs_max, "gif"),
        )
        if most is not None and have > most
    ]


_NONE = {
    "file": translatable("Checks", "Posto cannot send files to {network}."),
    "picture": translatable("Checks", "Posto cannot send pictures to {network}."),
    "video": translatable("Checks", "Posto cannot send videos to {network}."),
    "gif": translatable("Checks", "Posto cannot send GIFs to {network}."),
}
_MOST: dict[str, Callable[[int], str]] = {
    "file": lambda most: translate(
        "Checks", "{network} allows %Ln file(s) per post, this message has {count}.", "", most
    ),
    "picture": lambda most: translate(
        "Checks", "{network} allows %Ln picture(s) per post, this message has {count}.", "", most
    ),
    "video": lambda most: translate(
        "Checks", "{network} allows %Ln video(s) per post, this message has {count}.", "", most
    ),
    "gif": lambda most: translate(
        "Checks", "{network} allows %Ln GIF(s) per post, this message has {count}.", "", most
    ),
}


def _limits(group: ChannelGroup) -> str:
    """Return the limits as `kept_first` reads them; empty when nothing is too much."""
    return ",".join(f"{kind}:{most}" for _, most, kind in reversed(_over(group)))


def kept_first(media: Sequence[MediaRef], allowed: str) -> list[MediaRef]:
    """Keep only the first files (of a kind); `allowed` is for example "video:1,file:4"."""
    left = list(media)
    for part in allowed.split(",") if allowed else ():
        kind, _, most = part.partition(":")
        room, remaining = int(most), []
        for ref in left:
            if _is(ref, kind):
                if room <= 0:
                    continue
                room -= 1
            remaining.append(ref)
        left = remaining
    return left


def _is(ref: MediaRef, kind: str) -> bool:
    if kind == "picture":
        return ref.kind != "video"
    return kind == "file" or ref.kind == kind


def _dropped(group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    if not limits.link_drops_media or not group.link:
        return []
    sentence = translate(
        "Checks",
        "{network} shows the link and leaves out the (file/%Ln files).",
        "",
        len(group.media),
    ).format(network=limits.name)
    keys = [group.key, *(f"channel:{channel_id}" for channel_id in group.ids)]
    label = translate("Fixes", "Leave out the link")
    fix = Fix("link_off", label, ",".join(dict.fromkeys(keys)), (limits.slug,))
    return [about([group], "warning", "link_drops_media", sentence, fix=fix)]
