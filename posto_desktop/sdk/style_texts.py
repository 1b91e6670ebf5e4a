"""Applies the parts of a style (`style_parts`) to the text, the link and the first comment.

Used by preview, checks, sending, and scripts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..common import json_text
from ..storage import regular_files
from .networks import Network, label, network
from .style_parts import (
    HASHTAGS,
    MAX_VALUE,
    PLACES,
    SIGNATURE,
    TAG,
    UTM,
    VARIABLE,
    hashtags_of,
    signature_of,
    tags_in,
    utm_of,
)
from .utm import Pairs, tag_text, tag_url

SNIPPETS = "snippets.json"
_MAX_SNIPPETS = 16 * 1024 * 1024
_TAG_HERE = re.compile(rf"(?<![\w&#/]){TAG.pattern}")


@dataclass(frozen=True)
class SnippetTexts:
    """Texts of the user's hashtag groups and signatures by name, ignoring case."""

    groups: Mapping[str, str] = field(default_factory=dict, hash=False)
    signatures: Mapping[str, str] = field(default_factory=dict, hash=False)

    def group(self, name: str) -> str | None:
        return _named(self.groups, name)

    def signature(self, name: str) -> str | None:
        return _named(self.signatures, name)


NO_WORDS = SnippetTexts()


@dataclass(frozen=True)
class StyleContext:
    """Values for the parts on one network or channel."""

    net: Network
    channel: str = ""
    style: str = ""
    message: str = ""
    day: date | None = None
    words: SnippetTexts = NO_WORDS


# -- carrying out -------------------------------------------------------------------------------


def pairs_of(settings: Mapping[str, Any], around: StyleContext, link_kind: str) -> Pairs:
    """Return the parameters for the links of one kind (see `LINKS`); empty for none."""
    utm = utm_of(settings)
    if utm is None or link_kind not in utm.links:
        return ()
    values = {
        "network": _short_name(around.net),
        "channel": around.channel,
        "style": around.style,
        "date": (around.day or date.today()).isoformat(),
        "post_title": around.message.strip().partition("\n")[0].strip()[:MAX_VALUE],
    }
    return tuple(
        (name, VARIABLE.sub(lambda match: values.get(match.group(1), ""), text).strip())
        for name, text in utm.values
    )


def marked_link(url: str, settings: Mapping[str, Any], around: StyleContext) -> str:
    """Return the attached link with its parameters."""
    return tag_url(url, pairs_of(settings, around, "link")) if url else url


def tail_of(text: str, settings: Mapping[str, Any], around: StyleContext) -> str:
    """Return the text's tail: signature and hashtags, with the empty lines before them."""
    parts = []
    signature = signature_text(settings, around.words)
    if signature and not text.rstrip().endswith(signature):
        parts.append(tag_text(signature, pairs_of(settings, around, "text")))
    parts.append(" ".join(_tags_for(text, settings, around, PLACES[0])))
    tail = "\n\n".join(part for part in parts if part)
    return f"\n\n{tail}" if tail and text.strip() else tail


def finished_comment(
    comment: str, text: str, settings: Mapping[str, Any], around: StyleContext
) -> str:
    """Return a first comment with marked links, and with hashtags if they belong there. Hashtags
    already in the post's `text` are omitted."""
    whole = tag_text(comment, pairs_of(settings, around, "text"))
    tags = " ".join(_tags_for(f"{text}\n{comment}", settings, around, PLACES[1]))
    return "\n\n".join(part for part in (whole.strip(), tags) if part)


def signature_text(settings: Mapping[str, Any], words: SnippetTexts) -> str:
    """Return the signature of settings; empty for none, or a missing one."""
    signature = signature_of(settings)
    if signature is None:
        return ""
    return signature.text or (words.signature(signature.name) or "").strip()


def missing_names(settings: Mapping[str, Any], words: SnippetTexts) -> list[tuple[str, str]]:
    """Return (part, name) of missing groups and signatures."""
    missing = []
    hashtags, signature = hashtags_of(settings), signature_of(settings)
    if hashtags is not None:
        missing += [(HASHTAGS, name) for name in hashtags.groups if words.group(name) is None]
    if signature is not None and signature.name and words.signature(signature.name) is None:
        missing.append((SIGNATURE, signature.name))
    return missing


def _tags_for(
    text: str, settings: Mapping[str, Any], around: StyleContext, place: str
) -> list[str]:
    hashtags = hashtags_of(settings)
    if hashtags is None:
        return []
    # Without a first comment they are appended to the text.
    to = hashtags.place if around.net.accepts_first_comment else PLACES[0]
    if to != place:
        return []
    chosen_tags = [*hashtags.tags]
    for name in hashtags.groups:
        chosen_tags += tags_in(around.words.group(name) or "")
    present_tags = [match.group().casefold() for match in _TAG_HERE.finditer(text)]
    fresh = {
        tag.casefold(): tag for tag in reversed(chosen_tags) if tag.casefold() not in present_tags
    }
    tags = [tag for tag in dict.fromkeys(map(str.casefold, chosen_tags)) if tag in fresh]
    most = hashtags_max(around.net)
    if most is not None:
        tags = tags[: max(0, most - len(present_tags))]
    return [fresh[tag] for tag in tags]


def hashtags_max(net: Network) -> int | None:
    """Return the most hashtags that a network accepts; None without a known limit."""
    tags = net.raw.get("tags")
    value = tags.get("hashtag_max") if isinstance(tags, Mapping) else None
    return value if type(value) is int and "custom_tags" not in net.post_keys else None


# -- the user's groups and signatures ----------------------------------------------------------


def read_words(config: Path) -> SnippetTexts:
    """Return the hashtag groups and signatures in the config folder; empty if they are
    unreadable."""
    try:
        with regular_files.open_file(config / SNIPPETS) as file:
            data = json_text.loads(file.read(_MAX_SNIPPETS))
    except (OSError, ValueError):
        return NO_WORDS
    rows = data.get("snippets") if isinstance(data, dict) else None
    return words_of(rows if isinstance(rows, list) else ())


def words_of(rows: Iterable[object]) -> SnippetTexts:
    """Return the same from rows ``{"kind", "name", "text"}``."""
    by_kind: dict[str, dict[str, str]] = {"hashtags": {}, "signature": {}}
    for row in rows:
        if not isinstance(row, Mapping) or row.get("kind") not in by_kind:
            continue
        name, text = row.get("name"), row.get("text")
        if isinstance(name, str) and isinstance(text, str):
            by_kind[str(row["kind"])].setdefault(" ".join(name.split()), text)
    return SnippetTexts(by_kind["hashtags"], by_kind["signature"])


def settled(settings: Mapping[str, Any], words: SnippetTexts, style: str = "") -> dict[str, Any]:
    """Return `settings` with groups, signature and ``{style}`` resolved, so that they are
    self-contained."""
    result = dict(settings)
    hashtags, signature, utm = hashtags_of(result), signature_of(result), result.get(UTM)
    if hashtags is not None:
        tags = [*hashtags.tags]
        for name in hashtags.groups:
            tags += tags_in(words.group(name) or "")
        result[HASHTAGS] = {"tags": tags, "place": hashtags.place}
    if signature is not None:
        result[SIGNATURE] = {"text": signature_text(result, words)}
    if isinstance(utm, Mapping) and style:
        name = style.replace("{", "(").replace("}", ")")
        result[UTM] = {
            key: value.replace("{style}", name) if isinstance(value, str) else value
            for key, value in utm.items()
        }
    return result


def circumstances(
    slug: str,
    *,
    channel: str = "",
    style: str = "",
    message: str = "",
    day: date | None = None,
    words: SnippetTexts = NO_WORDS,
) -> StyleContext:
    """Return the `StyleContext` for a network by its slug or alias."""
    return StyleContext(network(slug), channel, style, message, day, words)


def _short_name(net: Network) -> str:
    """Return "X (Twitter)" in the form for statistics: "x"."""
    return "-".join(label(net.slug).partition("(")[0].casefold().split())


def _named(texts: Mapping[str, str], name: str) -> str | None:
    normalized = " ".join(name.split())
    if normalized in texts:
        return texts[normalized]
    plain = normalized.casefold()
    return next((text for key, text in texts.items() if key.casefold() == plain), None)
