"""How many files there are, whether any has to be there, and what a link does to them."""

from __future__ import annotations

from posto_desktop.core.checks.finding import Finding, Fix, about, firmness, leave_out, many
from posto_desktop.core.checks.post import Group, Post


def check(post: Post, group: Group) -> list[Finding]:
    return [*_required(post, group), *_too_many(post, group), *_dropped(post, group)]


def _required(post: Post, group: Group) -> list[Finding]:
    limits = group.limits
    if not limits.media_required or group.media:
        return []
    wanted = "a picture" if limits.videos_max == 0 else "a picture or a video"
    if limits.images_max == 0:
        wanted = "a video"
    return [
        about(
            [group],
            "error",
            "media_missing",
            f"{limits.name} needs {wanted}.",
            fix=Fix("add_media", "Add media"),
            more=(leave_out([group]),),
        )
    ]


def _too_many(post: Post, group: Group) -> list[Finding]:
    limits = group.limits
    media = group.media
    videos = sum(1 for one in media if one.kind == "video")
    gifs = sum(1 for one in media if one.kind == "gif")
    over = [
        (have, most, what)
        for have, most, what in (
            (len(media), limits.media_max, "file"),
            (len(media) - videos, limits.images_max, "picture"),
            (videos, limits.videos_max, "video"),
            (gifs, limits.gifs_max, "GIF"),
        )
        if most is not None and have > most
    ]
    if not over:
        return []
    have, most, what = over[0]
    if most == 0:
        sentence = f"{limits.name} takes no {what}s through Posto."
    else:
        sentence = f"{limits.name} takes {many(most, what)} in one post, this has {have}."
    label = f"Remove {many(have - most, what)}" if len(over) == 1 else "Remove what is too much"
    wanted = ",".join(f"{what.lower()}:{most}" for _, most, what in reversed(over))
    fix, other = Fix("keep_first", label, wanted), leave_out([group])
    if most == 0:
        # To take everything away because of one network is seldom what is wanted.
        fix, other = other, fix
    severity = firmness(group)
    return [about([group], severity, "too_many_files", sentence, fix=fix, more=(other,))]


def _dropped(post: Post, group: Group) -> list[Finding]:
    limits = group.limits
    if not (limits.link_drops_media and group.link and group.media):
        return []
    files = "the file" if len(group.media) == 1 else f"the {len(group.media)} files"
    sentence = f"{limits.name} shows the link and leaves out {files}."
    keys = [group.key, *(f"channel:{one}" for one in group.ids)]
    fix = Fix("link_off", "Leave out the link", ",".join(dict.fromkeys(keys)), (limits.slug,))
    return [about([group], "warning", "link_drops_media", sentence, fix=fix)]
