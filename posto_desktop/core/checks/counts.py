"""Checks of the number of files, of required files, and of links that replace them."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.common.plurals import counted, plural
from posto_desktop.core.checks.finding import (
    Finding,
    Fix,
    about,
    firmness,
    leave_out,
    leave_out_files,
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
    wanted = "a picture" if limits.videos_max == 0 else "a picture or a video"
    if limits.images_max == 0:
        wanted = "a video"
    return about(
        [group],
        "error",
        "media_missing",
        f"{limits.name} needs {wanted}.",
        fix=Fix("add_media", "Add media"),
        more=(leave_out([group]),),
    )


def _too_counted(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    over = _over(group)
    if not over:
        return []
    have, most, what = over[0]
    if most == 0:
        sentence = f"Posto cannot send {what}s to {limits.name}."
    else:
        sentence = f"{limits.name} allows {counted(most, what)} per post, this message has {have}."
    wanted = _wanted(group)
    kept = {one.path for one in kept_first(group.media, wanted)}
    removed = [one for one in group.media if one.path not in kept]
    ways = [remove_files("keep_first", removed, wanted, (limits.slug,)), leave_out([group])]
    if len({one.limits.slug for one in post.groups}) > 1:
        here = leave_out_files([group], removed, wanted)
        # Removing files from the whole message because of one network is rarely wanted.
        first = most == 0 or _missed(post, group, removed)
        ways = [here, *ways[::-1]] if first else [ways[0], here, ways[1]]
    severity = firmness(group)
    return [about([group], severity, "too_many_files", sentence, fix=ways[0], more=tuple(ways[1:]))]


def _missed(post: CheckedPost, group: ChannelGroup, removed: Sequence[MediaRef]) -> bool:
    """Return whether another network would show any of these files."""
    paths = {one.path for one in removed}
    for other in post.groups:
        if other.limits.slug == group.limits.slug:
            continue
        if any(one.path in paths for one in kept_first(other.media, _wanted(other))):
            return True
    return False


def _over(group: ChannelGroup) -> list[tuple[int, int, str]]:
    """Return the excess by kind: files there are, files allowed, kind."""
    limits, media = group.limits, group.media
    videos = sum(1 for one in media if one.kind == "video")
    gifs = sum(1 for one in media if one.kind == "gif")
    return [
        (have, most, what)
        for have, most, what in (
            (len(media), limits.media_max, "file"),
            (len(media) - videos, limits.images_max, "picture"),
            (videos, limits.videos_max, "video"),
            (gifs, limits.gifs_max, "GIF"),
        )
        if most is not None and have > most
    ]


def _wanted(group: ChannelGroup) -> str:
    """Return the limits as `kept_first` reads them; empty when nothing is too much."""
    return ",".join(f"{what.lower()}:{most}" for _, most, what in reversed(_over(group)))


def kept_first(media: Sequence[MediaRef], wanted: str) -> list[MediaRef]:
    """Keep only the first files (of a kind); `wanted` is for example "video:1,file:4"."""
    left = list(media)
    for part in wanted.split(",") if wanted else ():
        what, _, most = part.partition(":")
        room, kept = int(most), []
        for ref in left:
            if _is(ref, what):
                if room <= 0:
                    continue
                room -= 1
            kept.append(ref)
        left = kept
    return left


def _is(ref: MediaRef, what: str) -> bool:
    if what == "picture":
        return ref.kind != "video"
    return what == "file" or ref.kind == what


def _dropped(group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    if not limits.link_drops_media or not group.link:
        return []
    count = len(group.media)
    files = plural(count, "the file", f"the {count} files")
    sentence = f"{limits.name} shows the link and leaves out {files}."
    keys = [group.key, *(f"channel:{one}" for one in group.ids)]
    fix = Fix("link_off", "Leave out the link", ",".join(dict.fromkeys(keys)), (limits.slug,))
    return [about([group], "warning", "link_drops_media", sentence, fix=fix)]
