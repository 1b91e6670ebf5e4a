"""Checks for changes that the service makes to a text without notice.

Follows FS Poster: first `{a|b}` and variables, then PHP's strip_tags, then HTML entities. The
sandbox of this computer does the same; accounts of this computer get each word as it was typed.
"""

from __future__ import annotations

import html
import html.entities
import re
from collections.abc import Callable, Collection

from posto_desktop.common.translation import translatable, translate
from posto_desktop.core.checks.finding import Code, Finding, Fix, about, short, slugs
from posto_desktop.core.checks.post import ChannelGroup, CheckedPost

# PHP's strip_tags removes from "<" to the next ">" unless white space or the end follows "<".
TAG = re.compile(r"<(?=\S)[^<>]*>?")
CHOICE = re.compile(r"\{[^{}]*\|[^{}]*\}")
# Variables that the service fills in for posts of its blog; they are empty for the hidden post of a
# message.
VARIABLES = frozenset(
    {
        "author_name",
        "post_categories",
        "post_content",
        "post_date",
        "post_excerpt",
        "post_featured_image_url",
        "post_id",
        "post_link",
        "post_short_link",
        "post_tags",
        "post_time",
        "post_title",
        "post_title_uc",
        "post_url",
        "site_name",
    }
)
VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)(?:\s+[A-Za-z_]+=\"[^\"{}]*\")*\s*\}")
ENTITY = re.compile(r"&((?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)(?=[\s/>])[^<>]*>$")
_NONE: frozenset[str] = frozenset()


def tag(text: str, kept_tags: Collection[str] = ()) -> str | None:
    """Return the first part that the service treats as a tag, except tags that it keeps."""
    if "<" in text:
        for match in TAG.finditer(text):
            if not kept_tags or tag_name(match.group()) not in kept_tags:
                return match.group()
    return None


def tag_name(tag: str) -> str:
    """Return ``b`` for ``<b>`` and ``</B>``; empty if it is not an HTML tag."""
    name = _TAG_NAME.match(tag)
    return name.group(1).lower() if name is not None else ""


def choice(text: str) -> str | None:
    match = CHOICE.search(text) if "|" in text else None
    return match.group() if match else None


def variable(text: str) -> str | None:
    if "{" in text:
        for match in VARIABLE.finditer(text):
            if match.group(1).lower() in VARIABLES:
                return match.group()
    return None


def entity(text: str) -> str | None:
    if "&" in text:
        for match in ENTITY.finditer(text):
            if decoded(match) != match.group():
                return match.group()
    return None


def decoded(match: re.Match[str]) -> str:
    """Return the character of an entity, or the text unchanged."""
    known = match[1].startswith("#") or match[1] in html.entities.html5
    return html.unescape(match.group()) if known else match.group()


_Row = tuple[Code, Callable[[str], str | None] | None, str, str, str]
_ROWS: tuple[_Row, ...] = (
    (
        "text_tags",
        None,
        translatable("Checks", "The service removes “{found}”: it looks like an HTML tag."),
        "space_tags",
        translatable("Fixes", "Add a space"),
    ),
    (
        "text_spintax",
        choice,
        translatable("Checks", "The service picks one part of “{found}” at random."),
        "plain_choices",
        translatable("Fixes", "Use “/” instead"),
    ),
    (
        "text_variables",
        variable,
        translatable("Checks", "The service replaces its variable “{found}”."),
        "plain_variables",
        translatable("Fixes", "Keep the braces"),
    ),
    (
        "text_entities",
        entity,
        translatable("Checks", "The service replaces “{found}” by its character."),
        "plain_entities",
        translatable("Fixes", "Write the character"),
    ),
)


def check(post: CheckedPost) -> list[Finding]:
    findings = []
    for code, look, words, kind, label in _ROWS:
        hit: list[ChannelGroup] = []
        first = ""
        looked: dict[tuple[str, Collection[str]], str | None] = {}
        for group in post.groups:
            if group.limits.keeps_words:
                continue
            kept_tags = _NONE if post.local or look is not None else group.limits.kept_tags
            key = (group.text, kept_tags)
            if key not in looked:
                looked[key] = tag(group.text, kept_tags) if look is None else look(group.text)
            offending = looked[key]
            if offending is not None:
                first = first or offending
                hit.append(group)
        if hit:
            keys = ",".join(dict.fromkeys(group.source for group in hit))
            fix = Fix(kind, translate("Fixes", label), keys, slugs(hit))
            sentence = translate("Checks", words).format(found=short(first))
            findings.append(about(hit, "warning", code, sentence, fix=fix))
    return findings


SHORTENERS = {
    "bitly": "Bitly",
    "polr": "Polr",
    "rebrandly": "Rebrandly",
    "shlink": "Shlink",
    "tinyurl": "TinyURL",
    "tinyurl_v2": "TinyURL",
    "yourls": "YOURLS",
}
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


def with_joined_lines(text: str) -> str:
    """Return the text as a service sends it that makes one blank line of several."""
    return _BLANK_LINES.sub("\n\n", text)


def check_site(post: CheckedPost) -> list[Finding]:
    """Say what the settings of the site do to this message, and what they do not."""
    site = post.site
    if site is None or post.local:
        return []
    findings = []
    of_site = [group for group in post.groups if not group.limits.keeps_words]
    joined = [group for group in of_site if with_joined_lines(group.text) != group.text]
    if site.joins_blank_lines and joined:
        sentence = translate("Checks", "The site makes one blank line of several.")
        findings.append(about(joined, "warning", "site_blank_lines", sentence))
    linked = [group for group in of_site if group.link]
    if site.shortener and linked:
        name = SHORTENERS.get(site.shortener, site.shortener)
        sentence = translate(
            "Checks",
            "The site shortens links with {service} only for its own posts. This link stays as it "
            "is.",
        ).format(service=name)
        findings.append(about(linked, "hint", "site_links", sentence))
    return findings
