"""Checks for missing or too long texts, and too many hashtags or mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from posto_desktop.common.translation import translatable, translate
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
    sentence = translate(
        "Checks",
        "One paragraph has {count} characters, so typing in it is slow. Line breaks speed it up.",
    ).format(count=number(longest))
    return [Finding("hint", "long_paragraph", sentence)]


def _missing(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits = group.limits
    if limits.text_required == "always":
        words = translate("Checks", "{network} needs a text.")
    elif limits.text_required != "if_no_media" or group.media:
        return []
    elif group.source:
        words = translate("Checks", "{network} needs a text or a file; its own text is empty.")
    else:
        words = translate("Checks", "{network} needs a text or a file.")
    sentence = words.format(network=limits.name)
    fix: Fix | None = _edit(group)
    more: tuple[Fix, ...] = ()
    if group.source and post.draft.text.strip():
        label = translate("Fixes", "Use the common text")
        more = (Fix("use_common", label, group.source, (limits.slug,)),)
    elif limits.text_required == "always" and not group.source:
        fix = None  # the text itself is empty, and the cursor is in it
    return [about([group], "error", "text_missing", sentence, fix=fix, more=more)]


def _length(post: CheckedPost, group: ChannelGroup) -> list[Finding]:
    limits, length = group.limits, group.length
    with_media = bool(group.media)
    longest = length.limits_count
    fix, *further = _ways(post, group)
    more = tuple(further)
    if longest is not None and length.count > longest:
        kind: _Limit = "caption" if with_media and limits.text_max_with_media else "text"
        sentence = _too_long(kind, group, longest, length.count)
        lower = counting.warning_limit(limits, with_media, post.local)
        if lower is not None and lower < longest:
            words = translate("Checks", "{sentence} The service cuts at {limit}.")
            sentence = words.format(sentence=sentence, limit=number(lower))
        severity: Severity = "error" if limits.firm or limits.cut_at is not None else "warning"
        return [about([group], severity, "text_too_long", sentence, fix=fix, more=more)]
    most = limits.text_max_bytes
    if most is not None and length.in_bytes > most:
        sentence = _too_long("bytes", group, most, length.in_bytes)
        severity = firmness(group)
        return [about([group], severity, "text_too_long", sentence, fix=fix, more=more)]
    cut_at = length.cut_at
    if cut_at is None or length.cut_count <= cut_at:
        return []
    sentence = _too_long("cut", group, cut_at, length.cut_count)
    if counting.cut_unit(limits, post.local) == "characters_escaped":
        words = translate("Checks", "{sentence} Characters such as # and @ count twice there.")
        sentence = words.format(sentence=sentence)
    return [about([group], "warning", "text_cut", sentence, fix=fix, more=more)]


_Limit = Literal["text", "caption", "bytes", "cut"]
# By limit; whether it is about the own text of a channel, and whether with its link.
_TOO_LONG: dict[tuple[_Limit, bool, bool], str] = {
    ("text", False, False): translatable(
        "Checks", "{network} allows {limit} characters, this text has {count}."
    ),
    ("text", False, True): translatable(
        "Checks", "{network} allows {limit} characters, this text with its link has {count}."
    ),
    ("text", True, False): translatable(
        "Checks", "{network} allows {limit} characters, the own text of {channel} has {count}."
    ),
    ("text", True, True): translatable(
        "Checks",
        "{network} allows {limit} characters, the own text of {channel} with its link has {count}.",
    ),
    ("caption", False, False): translatable(
        "Checks",
        "{network} allows {limit} characters under a picture or video, this text has {count}.",
    ),
    ("caption", False, True): translatable(
        "Checks",
        "{network} allows {limit} characters under a picture or video, this text with its link has "
        "{count}.",
    ),
    ("caption", True, False): translatable(
        "Checks",
        "{network} allows {limit} characters under a picture or video, the own text of {channel} "
        "has {count}.",
    ),
    ("caption", True, True): translatable(
        "Checks",
        "{network} allows {limit} characters under a picture or video, the own text of {channel} "
        "with its link has {count}.",
    ),
    ("bytes", False, False): translatable(
        "Checks",
        "{network} allows {limit} bytes of text, this text has {count}: accents and emoji count "
        "several bytes each.",
    ),
    ("bytes", False, True): translatable(
        "Checks",
        "{network} allows {limit} bytes of text, this text with its link has {count}: accents and "
        "emoji count several bytes each.",
    ),
    ("bytes", True, False): translatable(
        "Checks",
        "{network} allows {limit} bytes of text, the own text of {channel} has {count}: accents "
        "and emoji count several bytes each.",
    ),
    ("bytes", True, True): translatable(
        "Checks",
        "{network} allows {limit} bytes of text, the own text of {channel} with its link has "
        "{count}: accents and emoji count several bytes each.",
    ),
    ("cut", False, False): translatable(
        "Checks",
        "The service cuts texts for {network} at {limit} characters, this text has {count}.",
    ),
    ("cut", False, True): translatable(
        "Checks",
        "The service cuts texts for {network} at {limit} characters, this text with its link has "
        "{count}.",
    ),
    ("cut", True, False): translatable(
        "Checks",
        "The service cuts texts for {network} at {limit} characters, the own text of {channel} has "
        "{count}.",
    ),
    ("cut", True, True): translatable(
        "Checks",
        "The service cuts texts for {network} at {limit} characters, the own text of {channel} "
        "with its link has {count}.",
    ),
}


def _too_long(kind: _Limit, group: ChannelGroup, most: int, count: int) -> str:
    words = translate("Checks", _TOO_LONG[kind, bool(group.whose), bool(group.length.taken)])
    return words.format(
        network=group.limits.name, limit=number(most), channel=group.whose, count=number(count)
    )


def _ways(post: CheckedPost, group: ChannelGroup) -> list[Fix]:
    """Return the fixes of a text that is too long: a thread where that is possible, or less."""
    name, slug = group.limits.name, group.limits.slug
    if group.form == "one":
        return [_edit(group)]
    label = translate("Fixes", "Shorten for {name}").format(name=name)
    shorten = Fix("shorten", label, group.part_key, (slug,), (group.limits,))
    ways = [_edit(group), shorten]
    if not group.takes_thread or group.form == "first":
        return ways
    same = [peer for peer in post.groups if peer.key == group.key]
    label = translate("Fixes", "Split for {name}").format(name=name)
    split = _split(label, group.source or group.key, same)
    common = [peer for peer in post.groups if not peer.source]
    if group.source or not all(peer.takes_thread for peer in common):
        return [split, *ways]
    if len(same) == len(common):
        return [replace(split, arg=""), *ways]
    return [_split(translate("Fixes", "Split for all networks"), "", common), split, *ways]


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
            sentence = translate(
                "Checks", "{network} allows %Ln hashtag(s), this text has {count}.", "", most
            ).format(network=limits.name, count=number(have))
            label = translate("Fixes", "Remove %Ln hashtag(s)", "", have - most)
            fix = Fix("drop_hashtags", label, group.part_key, (limits.slug,))
            more = (_edit(group),)
            findings.append(
                about([group], firmness(group), "too_many_hashtags", sentence, fix=fix, more=more)
            )
    most = limits.mentions_max
    if most is not None and "@" in group.text:
        have = len(MENTION.findall(group.text))
        if have > most:
            sentence = translate(
                "Checks", "{network} allows %Ln mention(s), this text has {count}.", "", most
            ).format(network=limits.name, count=number(have))
            findings.append(
                about([group], firmness(group), "too_many_mentions", sentence, fix=_edit(group))
            )
    return findings


def _edit(group: ChannelGroup) -> Fix:
    name = group.whose or group.limits.name
    label = translate("Fixes", "Edit for {name}").format(name=name)
    return Fix("edit_for", label, group.part_key, (group.limits.slug,))
