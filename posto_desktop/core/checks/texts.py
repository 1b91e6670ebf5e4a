"""Checks for missing or too long texts, and too many hashtags or mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from posto_desktop.common.plurals import counted
from posto_desktop.core import text as counting
from posto_desktop.core.checks.finding import Finding, Fix, Severity, about, firmness, number, slugs
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost
from posto_desktop.core.checks.threads import is_undecided

HASHTAG = re.compile(r"(?<![\w&#/])#(?=\w*[^\W\d_])\w+")
MENTION = re.compile(r"(?<![\w@/])@\w[\w.]*")


def check(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    if not group.text:
        return _missing(post, group) if not group.number else []
    findings = []
    # What is too long as one text may not be meant to be one.
    if group.length.is_over and not is_undecided(post, group):
        findings = _length(post, group)
    if "#" in group.text or "@" in group.text:
        findings += _tags(group)
    return findings


LONG_PARAGRAPH = 100_000
"""From this length on, a key press in one paragraph takes over 0.1 s: Qt breaks all its lines
again."""


def check_paragraphs(post: CheckedPost) -> list[Finding]:
    longest = 0
    further = (text for parts in post.draft.threads.values() for text in parts)
    for text in (post.draft.text, *post.draft.variants.values(), *further):
        if len(text) > LONG_PARAGRAPH:
            longest = max(longest, *map(len, text.splitlines()))
    if longest <= LONG_PARAGRAPH:
        return []
    sentence = (
        f"One paragraph has {number(longest)} characters, so typing in it is slow. "
        "Line breaks speed it up."
    )
    return [Finding("hint", "long_paragraph", sentence)]


def _missing(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    if limits.text_required == "always":
        sentence = f"{limits.name} needs a text."
    elif limits.text_required == "if_no_media" and not group.media:
        sentence = f"{limits.name} needs a text or a file"
        sentence += "; its own text is empty." if group.source else "."
    else:
        return []
    fix: Fix | None = _edit(group)
    more: tuple[Fix, ...] = ()
    if group.source and post.draft.text.strip():
        more = (Fix("use_common", "Use the common text", group.source, (limits.slug,)),)
    elif limits.text_required == "always" and not group.source:
        fix = None  # the text itself is empty, and the cursor is in it
    return [about([group], "error", "text_missing", sentence, fix=fix, more=more)]


def _length(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits, length = group.limits, group.length
    with_media = bool(group.media)
    subject = f"the own text of {group.whose}" if group.whose else "this text"
    subject += " with its link" if length.taken else ""
    longest = length.limits_count
    fix, *further = _ways(post, group)
    more = tuple(further)
    if longest is not None and length.count > longest:
        under = " under a picture or video" if with_media and limits.text_max_with_media else ""
        allowed = f"{limits.name} allows {number(longest)} characters{under},"
        lower = counting.warning_limit(limits, with_media, post.local)
        if lower is not None and lower < longest:
            allowed += f" the service cuts at {number(lower)};"
        sentence = f"{allowed} {subject} has {number(length.count)}."
        severity: Severity = "error" if limits.firm or limits.cut_at is not None else "warning"
        return [about([group], severity, "text_too_long", sentence, fix=fix, more=more)]
    most = limits.text_max_bytes
    if most is not None and length.in_bytes > most:
        sentence = (
            f"{limits.name} allows {number(most)} bytes of text, {subject} has "
            f"{number(length.in_bytes)}: accents and emoji count several bytes each."
        )
        severity = firmness(group)
        return [about([group], severity, "text_too_long", sentence, fix=fix, more=more)]
    cut_at = length.cut_at
    if cut_at is None or length.cut_count <= cut_at:
        return []
    twice = ""
    if counting.cut_unit(limits, post.local) == "characters_escaped":
        twice = " and counts characters such as # and @ twice"
    sentence = (
        f"The service cuts texts for {limits.name} at {number(cut_at)} characters{twice}, "
        f"{subject} has {number(length.cut_count)}."
    )
    return [about([group], "warning", "text_cut", sentence, fix=fix, more=more)]


def _ways(post: CheckedPost, group: ChannelGroup) -> list[Fix]:
    """Return the fixes of a text that is too long: a thread where that is possible, or less."""
    name, slug = group.limits.name, group.limits.slug
    if group.form == "one":
        return [_edit(group)]
    shorten = Fix("shorten", f"Shorten for {name}", group.part_key, (slug,), (group.limits,))
    ways = [_edit(group), shorten]
    if not group.takes_thread or group.form == "first":
        return ways
    same = [peer for peer in post.groups if peer.key == group.key]
    split = _split(f"Split for {name}", group.source or group.key, same)
    common = [peer for peer in post.groups if not peer.source]
    if group.source or not all(peer.takes_thread for peer in common):
        return [split, *ways]
    if len(same) == len(common):
        return [replace(split, arg=""), *ways]
    return [_split("Split for all networks", "", common), split, *ways]


def _split(label: str, key: str, groups: Sequence[ChannelGroup]) -> Fix:
    return Fix("split", label, key, slugs(groups), tuple(group.limits for group in groups))


def _tags(group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    findings = []
    # If the service sends separate tags, the limit applies to those.
    most = None if "custom_tags" in limits.post_keys else limits.hashtags_max
    if most is not None and "#" in group.text:
        have = len(HASHTAG.findall(group.text))
        if have > most:
            sentence = f"{limits.name} allows {counted(most, 'hashtag')}, this text has {have}."
            fix = Fix(
                "drop_hashtags",
                f"Remove {counted(have - most, 'hashtag')}",
                group.part_key,
                (limits.slug,),
            )
            more = (_edit(group),)
            findings.append(
                about([group], firmness(group), "too_many_hashtags", sentence, fix=fix, more=more)
            )
    most = limits.mentions_max
    if most is not None and "@" in group.text:
        have = len(MENTION.findall(group.text))
        if have > most:
            sentence = f"{limits.name} allows {counted(most, 'mention')}, this text has {have}."
            findings.append(
                about([group], firmness(group), "too_many_mentions", sentence, fix=_edit(group))
            )
    return findings


def _edit(group: ChannelGroup) -> Fix:
    label = f"Edit for {group.whose or group.limits.name}"
    return Fix("edit_for", label, group.part_key, (group.limits.slug,))
