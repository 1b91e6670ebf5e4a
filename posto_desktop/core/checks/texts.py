"""Checks for missing or too long texts, and too many hashtags or mentions."""

from __future__ import annotations

import re

from posto_desktop.common.plurals import counted
from posto_desktop.core import text as counting
from posto_desktop.core.checks.finding import Finding, Fix, Severity, about, firmness, number
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost

HASHTAG = re.compile(r"(?<![\w&#/])#(?=\w*[^\W\d_])\w+")
MENTION = re.compile(r"(?<![\w@/])@\w[\w.]*")


def check(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    if not group.text:
        return _missing(post, group)
    findings = _length(post, group) if group.length.is_over else []
    if "#" in group.text or "@" in group.text:
        findings += _tags(group)
    return findings


LONG_PARAGRAPH = 100_000
"""From this length on, a key press in one paragraph takes over 0.1 s: Qt breaks all its lines
again."""


def check_paragraphs(post: CheckedPost) -> list[Finding]:
    longest = 0
    for text in (post.draft.text, *post.draft.variants.values()):
        if len(text) > LONG_PARAGRAPH:
            longest = max(longest, *map(len, text.splitlines()))
    if longest <= LONG_PARAGRAPH:
        return []
    sentence = (
        f"One paragraph has {number(longest)} characters, so typing in it is slow. "
        "Line breaks make it quick."
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
    what = f"the own text of {group.whose}" if group.whose else "this text"
    what += " with its link" if length.taken else ""
    longest = length.limits_count
    fits = Fix("shorten", f"Shorten for {limits.name}", group.key, (limits.slug,), limits)
    more = (fits,)
    if longest is not None and length.count > longest:
        under = " under a picture or video" if with_media and limits.text_max_with_media else ""
        allowed = f"{limits.name} allows {number(longest)} characters{under},"
        lower = counting.warning_limit(limits, with_media, post.local)
        if lower is not None and lower < longest:
            allowed += f" the service cuts at {number(lower)};"
        sentence = f"{allowed} {what} has {number(length.count)}."
        severity: Severity = "error" if limits.firm or limits.cut_at is not None else "warning"
        return [about([group], severity, "text_too_long", sentence, fix=_edit(group), more=more)]
    most = limits.text_max_bytes
    if most is not None and length.in_bytes > most:
        sentence = (
            f"{limits.name} allows {number(most)} bytes of text, {what} has "
            f"{number(length.in_bytes)}: accents and emoji count several bytes each."
        )
        severity = firmness(group)
        return [about([group], severity, "text_too_long", sentence, fix=_edit(group), more=more)]
    cut_at = length.cut_at
    if cut_at is None or length.cut_count <= cut_at:
        return []
    twice = ""
    if counting.cut_unit(limits, post.local) == "characters_escaped":
        twice = " and counts characters such as # and @ twice"
    sentence = (
        f"The service cuts texts for {limits.name} at {number(cut_at)} characters{twice}, "
        f"{what} has {number(length.cut_count)}."
    )
    return [about([group], "warning", "text_cut", sentence, fix=_edit(group), more=more)]


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
                group.key,
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
    return Fix("edit_for", label, group.key, (group.limits.slug,))
