"""Facets of a Bluesky text: links, mentions and tags by UTF-8 byte offsets.

The rules are those of Bluesky's own client (`@atproto/api`, rich-text/detection).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

_LINK = re.compile(r"(?:^|(?<=[\s(\[{\"'“‘«]))https?://[^\s<>\"“”]+", re.IGNORECASE)
_MENTION = re.compile(r"(?:^|(?<=[\s(]))@((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,})\b", re.I)
_INVISIBLE = "\u00ad\u2060\u200a\u200b\u200c\u200d\u20e2"
_TAG = re.compile(rf"(?:^|(?<=\s))[#＃](?!\ufe0f)([^\s{_INVISIBLE}]+)")
_LONGEST_TAG = 64
_CLOSING = {")": "(", "]": "[", "}": "{"}


def handles(text: str) -> list[str]:
    """The handles that a text mentions, each once, in lower case."""
    return list(dict.fromkeys(match[1].lower() for match in _MENTION.finditer(text)))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """What in the text is a link, a mention or a tag. A handle without a DID stays plain text."""
    pieces = [*_links(text), *_mentions(text, dids), *_tags(text)]
    pieces.sort(key=lambda piece: piece[0])
    result: list[dict[str, Any]] = []
    end = 0
    for start, stop, feature in pieces:
        if start < end:
            continue
        end = stop
        index = {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:stop])}
        result.append({"index": index, "features": [feature]})
    return result


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _LINK.finditer(text):
        url = _without_end(match[0])
        if len(url) > len("https://"):
            yield (
                match.start(),
                match.start() + len(url),
                {"$type": "app.bsky.richtext.facet#link", "uri": url},
            )


def _without_end(url: str) -> str:
    """An address without the signs behind it that belong to the sentence."""
    while url and (url[-1] in ".,;:!?'’”»…*_~" or _closes_nothing(url)):
        url = url[:-1]
    return url


def _closes_nothing(url: str) -> bool:
    """Whether the last sign is a bracket that was opened before the address."""
    last = url[-1]
    return last in _CLOSING and url.count(last) > url.count(_CLOSING[last])


def _mentions(text: str, dids: Mapping[str, str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _MENTION.finditer(text):
        did = dids.get(match[1].lower())
        if did:
            yield (
                match.start(),
                match.end(),
                {"$type": "app.bsky.richtext.facet#mention", "did": did},
            )


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _TAG.finditer(text):
        tag = match[1]
        while tag and unicodedata.category(tag[-1]).startswith("P"):
            tag = tag[:-1]
        if not tag or len(tag) > _LONGEST_TAG or not any(_is_word(letter) for letter in tag):
            continue
        yield (
            match.start(),
            match.start() + 1 + len(tag),
            {"$type": "app.bsky.richtext.facet#tag", "tag": tag},
        )


def _is_word(letter: str) -> bool:
    """Whether a tag may consist of it: more than digits and signs."""
    return not letter.isdigit() and not unicodedata.category(letter).startswith("P")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
