"""Checks of messages with several parts: who gets a thread, and empty parts."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.common.translation import translate
from posto_desktop.core.checks.finding import (
    Finding,
    Fix,
    about,
    leave_out,
    listed,
    names,
    network_count,
    number,
    slugs,
)
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.draft import channel_key, part_key, split_part_key
from posto_desktop.core.thread import parts_at


def check(post: CheckedPost) -> list[Finding]:
    if not post.draft.threads:
        return []
    groups = [group for group in post.groups if group.form]
    findings = _unsupported(post, [group for group in groups if is_undecided(post, group)])
    findings += _changed(post, [group for group in groups if not is_undecided(post, group)])
    findings += _comments(post, [group for group in groups if group.parts])
    return findings + _empty(post, groups)


def is_undecided(post: CheckedPost, group: ChannelGroup) -> bool:
    """Return whether these channels get no thread, and the user has not said what they get."""
    return bool(group.form) and not group.further_parts and not _is_chosen(post, group)


def _is_chosen(post: CheckedPost, group: ChannelGroup) -> bool:
    keys = (group.limits.slug, *map(channel_key, group.ids))
    return any(key in post.draft.thread_forms for key in keys)


def _unsupported(post: CheckedPost, groups: Sequence[ChannelGroup]) -> list[Finding]:
    if not groups:
        return []
    count = network_count(groups)
    if not post.local:
        words = translate(
            "Checks",
            "{networks} (takes/take) no threads through this service. Choose what is sent instead.",
            "",
            count,
        )
    elif any(channel.method != "sandbox" for group in groups for channel in group.channels):
        words = translate(
            "Checks",
            "{networks} (takes/take) no threads from here. Choose what is sent instead.",
            "",
            count,
        )
    else:
        words = translate(
            "Checks",
            "{networks} (takes/take) no threads from the sandbox. Choose what is sent instead.",
            "",
            count,
        )
    sentence = words.format(networks=names(groups))
    as_one, first = _ways(post, groups)
    more = (first, leave_out(groups))
    return [about(groups, "error", "thread_unsupported", sentence, fix=as_one, more=more)]


def _ways(post: CheckedPost, groups: Sequence[ChannelGroup]) -> tuple[Fix, Fix]:
    """Return the fixes that send something else than a thread."""
    keys = ",".join(_form_keys(post, groups))
    return (
        Fix("thread_one", translate("Fixes", "Send all parts as one text"), keys, slugs(groups)),
        Fix("thread_first", translate("Fixes", "Send only the first part"), keys, slugs(groups)),
    )


def _form_keys(post: CheckedPost, groups: Sequence[ChannelGroup]) -> list[str]:
    """Return the keys of `Draft.thread_forms`: of a network, or of single channels where others of
    their network get something else."""
    keys: list[str] = []
    for group in groups:
        remaining = [
            peer
            for peer in post.groups
            if peer.limits.slug == group.limits.slug and peer not in groups
        ]
        keys += (
            [channel_key(channel_id) for channel_id in group.ids]
            if remaining
            else [group.limits.slug]
        )
    return list(dict.fromkeys(keys))


def _changed(post: CheckedPost, groups: Sequence[ChannelGroup]) -> list[Finding]:
    """Say who gets all parts in one post, or only the first one."""
    findings = []
    joined = [group for group in groups if group.form == "one"]
    first = [group for group in groups if group.form == "first"]
    if joined:
        sentence = translate(
            "Checks", "{networks} (gets/get) all parts as one post.", "", network_count(joined)
        ).format(networks=names(joined))
        fix, *more = [_ways(post, joined)[1], *_whole(post, joined)]
        findings.append(about(joined, "hint", "thread_joined", sentence, fix=fix, more=tuple(more)))
    if first:
        sentence = translate(
            "Checks", "{networks} (gets/get) only the first part.", "", network_count(first)
        ).format(networks=names(first))
        fix, *more = [*_whole(post, first), _ways(post, first)[0]]
        findings.append(about(first, "hint", "thread_first", sentence, fix=fix, more=tuple(more)))
    return findings


def _whole(post: CheckedPost, groups: Sequence[ChannelGroup]) -> tuple[Fix, ...]:
    if not all(group.takes_thread for group in groups):
        return ()
    keys = ",".join(_form_keys(post, groups))
    return (Fix("thread_whole", translate("Fixes", "Send the whole thread"), keys, slugs(groups)),)


def _comments(post: CheckedPost, groups: Sequence[ChannelGroup]) -> list[Finding]:
    """Say where further parts become comments, which have no files."""
    commenting = [group for group in groups if group.further_parts == "comments"]
    if not commenting:
        return []
    sentence = translate(
        "Checks",
        "{networks} (shows/show) the parts after the first as comments.",
        "",
        network_count(commenting),
    ).format(networks=names(commenting))
    as_one, first = _ways(post, commenting)
    findings = [about(commenting, "hint", "thread_comments", sentence, fix=as_one, more=(first,))]
    with_files = [group for group in commenting if any(part.media for part in group.parts)]
    if with_files:
        sentence = translate(
            "Checks", "Comments on {networks} have no files: move them to the first part."
        ).format(networks=names(with_files))
        label = translate("Fixes", "Move all files to the first part")
        fix = Fix("files_to_first", label, "", slugs(with_files))
        more = (leave_out(with_files),)
        findings.append(about(with_files, "error", "thread_files", sentence, fix=fix, more=more))
    return findings


def _empty(post: CheckedPost, groups: Sequence[ChannelGroup]) -> list[Finding]:
    """Find the parts without text and files, which no network takes."""
    hit: dict[str, list[ChannelGroup]] = {}
    for group in groups:
        typed = parts_at(post.draft, group.source)
        for part in group.whole if group.parts else ():
            if not part.media and not typed[part.number].strip():
                hit.setdefault(part_key(group.source, part.number), []).append(group)
    if not hit:
        return []
    numbers = sorted({split_part_key(key)[1] for key in hit})
    sentence = translate("Checks", "Part(s) {numbers} (is/are) empty.", "", len(numbers)).format(
        numbers=listed([number(place + 1) for place in numbers])
    )
    affected = list({id(group): group for hits in hit.values() for group in hits}.values())
    label = translate("Fixes", "Remove the empty part(s)", "", len(hit))
    fix = Fix("remove_parts", label, ",".join(hit))
    return [about(affected, "error", "part_empty", sentence, fix=fix)]
