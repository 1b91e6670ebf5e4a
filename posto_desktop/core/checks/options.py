"""Checks of titles, links and first comments."""

from __future__ import annotations

from collections.abc import Sequence

from posto_desktop.common.translation import translate
from posto_desktop.core.checks.finding import (
    Finding,
    Fix,
    about,
    firmness,
    network_count,
    number,
    short,
)
from posto_desktop.core.checks.finding import names as network_names
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.posts import has_link, is_address
from posto_desktop.sdk import counting, templates


def check(post: CheckedPost) -> list[Finding]:
    findings = []
    for group in post.groups:
        if group.limits.title_key or group.limits.title_required:
            findings += _title(post, group)
    return [*findings, *_bad_links(post), *_link(post), *_comment(post)]


def title_of(post: CheckedPost, group: ChannelGroup) -> str:
    """Return the title set for these channels; empty if it is derived from the text."""
    return group.title or post.draft.title.strip()


def _title(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    title = title_of(post, group)
    # Without a title the first line of the text is sent.
    if limits.title_required and not title and not group.text:
        label = translate("Fixes", "Add a title")
        fix = Fix("edit_title", label, _title_key(post, group), (limits.slug,))
        sentence = translate("Checks", "{network} needs a title.").format(network=limits.name)
        return [about([group], "error", "title_missing", sentence, fix=fix)]
    most = limits.title_max
    if most is None or not title:
        return []
    length = counting.count_as(title, limits.title_unit)
    if length <= most:
        return []
    sentence = translate(
        "Checks", "{network} allows {limit} characters in a title, this one has {count}."
    ).format(network=limits.name, limit=number(most), count=number(length))
    keys = ",".join([limits.slug, *(f"channel:{channel_id}" for channel_id in group.ids)])
    fix = Fix("shorten_title", translate("Fixes", "Shorten the title"), keys, (limits.slug,))
    label = translate("Fixes", "Edit the title")
    edit = Fix("edit_title", label, _title_key(post, group), (limits.slug,))
    return [about([group], firmness(group), "title_too_long", sentence, fix=fix, more=(edit,))]


def _title_key(post: CheckedPost, group: ChannelGroup) -> str:
    """Return the key under which the title of these channels is edited: their own, else their
    network's."""
    own = post.draft.options.get(group.key, {}).get(group.limits.title_key)
    return group.key if isinstance(own, str) and own.strip() else group.limits.slug


def _bad_links(post: CheckedPost) -> list[Finding]:
    """Report links that are not web addresses."""
    bad: dict[str, list[ChannelGroup]] = {}
    for group in post.groups:
        if group.link and not is_address(group.link):
            bad.setdefault(group.link, []).append(group)
    findings = []
    for link, hit in bad.items():
        keys = {group.key: group.limits.slug for group in hit}
        label = translate("Fixes", "Remove the link")
        fix = Fix("drop_link", label, ",".join(keys), tuple(keys.values()))
        sentence = translate("Checks", "The link “{link}” is not a web address.").format(
            link=short(link)
        )
        findings.append(about(hit, "error", "link_no_address", sentence, fix=fix))
    return findings


def _link(post: CheckedPost) -> list[Finding]:
    link = templates.tidy(post.draft.link)
    if not link:
        return []
    # Not reported if the text contains the link.
    without = [group for group in post.groups if group.limits.post_keys and link not in group.text]
    none = [group for group in without if not group.limits.custom_link]
    stories = [
        group
        for group in without
        if group.limits.link_only_on_stories
        and group.link
        and not any(has_link(group.limits, channel) for channel in group.channels)
    ]
    findings = []
    if none:
        sentence = translate(
            "Checks", "{networks} (shows/show) links only in the text.", "", network_count(none)
        ).format(networks=network_names(none))
        fix = _into_text("link_into_text", none)
        findings.append(about(none, "hint", "link_unsupported", sentence, fix=fix))
    if stories:
        sentence = translate(
            "Checks",
            "{networks} (shows/show) links on stories only. In the text the link can be read, but "
            "not clicked.",
            "",
            network_count(stories),
        ).format(networks=network_names(stories))
        fix = _into_text("link_into_text", stories)
        findings.append(about(stories, "hint", "link_unsupported", sentence, fix=fix))
    return findings


def _comment(post: CheckedPost) -> list[Finding]:
    comment = templates.tidy(post.draft.first_comment)
    if not comment:
        return []
    hit = [
        group
        for group in post.groups
        if not group.limits.first_comment and group.limits.post_keys and comment not in group.text
    ]
    if not hit:
        return []
    sentence = translate(
        "Checks", "{networks} (does/do) not support first comments.", "", network_count(hit)
    ).format(networks=network_names(hit))
    fix = _into_text("comment_into_text", hit)
    return [about(hit, "warning", "comment_unsupported", sentence, fix=fix)]


def _into_text(kind: str, groups: Sequence[ChannelGroup]) -> Fix:
    """`networks` and the keys correspond by index."""
    keys = {group.key: group.limits.slug for group in groups}
    return Fix(kind, translate("Fixes", "Add it to the text"), ",".join(keys), tuple(keys.values()))
