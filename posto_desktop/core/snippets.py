"""Snippets, hashtag groups and signatures, and how they are inserted into a text.

Positions are indexes into the str. The functions return the new text and the cursor position.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from posto_desktop.common.formats import grouped
from posto_desktop.common.translation import translate
from posto_desktop.core.folding import fold

Kind = Literal["snippet", "hashtags", "signature"]

KINDS: tuple[Kind, ...] = ("snippet", "hashtags", "signature")
SCHEMA = 1
MOST = 500
LONGEST_NAME = 100
LONGEST_TEXT = 20_000

# As sdk.templates: it must contain a letter, so "#1" is none.
_TAG = re.compile(r"#(?=\w*[^\W\d_])\w+")
_TAG_HERE = re.compile(rf"(?<![\w&#/]){_TAG.pattern}")


@dataclass(frozen=True)
class Snippet:
    """A reusable text. `networks` (slugs) are those it is meant for; empty: all."""

    name: str
    text: str
    kind: Kind = "snippet"
    networks: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "name": self.name,
            "text": self.text,
            "networks": list(self.networks),
        }

    @classmethod
    def from_json(cls, data: object) -> Snippet | None:
        """Read one; None for invalid data."""
        if not isinstance(data, Mapping):
            return None
        words = [data.get(key) for key in ("id", "name", "text")]
        kind, networks = data.get("kind"), data.get("networks")
        if kind not in KINDS or not all(isinstance(value, str) and value for value in words):
            return None
        snippet_id, name, text = (str(value) for value in words)
        slugs = networks if isinstance(networks, list) else []
        return cls(
            name, text, cast(Kind, kind), tuple(s for s in slugs if isinstance(s, str)), snippet_id
        )


class SnippetError(ValueError):
    """An invalid snippet; `user_message` says why."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


def clean(snippet: Snippet, existing: Iterable[Snippet] = ()) -> Snippet:
    """Return the snippet as it is stored: a name, a text, normalised hashtags. Raises
    SnippetError."""
    name = " ".join(snippet.name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        words = translate("Snippets", "Give it a name of 1 to {most} characters.")
        raise SnippetError(words.format(most=LONGEST_NAME))
    taken = {
        fold(known.name)
        for known in existing
        if known.kind == snippet.kind and known.id != snippet.id
    }
    if fold(name) in taken:
        words = translate("Snippets", "The name “{name}” is already in use. Choose another.")
        raise SnippetError(words.format(name=name))
    text = snippet.text.strip("\n") if snippet.kind != "hashtags" else " ".join(tags(snippet.text))
    if not text.strip():
        if snippet.kind == "hashtags":
            raise SnippetError(translate("Snippets", "Write at least one hashtag."))
        raise SnippetError(translate("Snippets", "Write a text."))
    if len(text) > LONGEST_TEXT:
        words = translate("Snippets", "The text may have at most {most} characters.")
        raise SnippetError(words.format(most=grouped(LONGEST_TEXT)))
    return Snippet(name, text, snippet.kind, tuple(dict.fromkeys(snippet.networks)), snippet.id)


def read(data: object) -> list[Snippet]:
    """Return the snippets of a stored file; invalid ones are dropped, ids are unique."""
    raw = data.get("snippets") if isinstance(data, Mapping) else None
    parsed = (Snippet.from_json(entry) for entry in raw) if isinstance(raw, list) else iter(())
    by_id: dict[str, Snippet] = {}
    for snippet in parsed:
        if snippet is not None:
            by_id.setdefault(snippet.id, snippet)
    return list(by_id.values())


def write(snippets: Sequence[Snippet]) -> dict[str, Any]:
    return {"schema": SCHEMA, "snippets": [snippet.to_json() for snippet in snippets]}


def search(snippets: Iterable[Snippet], query: str, network: str = "") -> list[Snippet]:
    """Return those for the network with every word of the query in name or text; names that begin
    with the query come first."""
    asked = fold(query.strip())
    words = asked.split()
    matching = [
        snippet
        for snippet in snippets
        if (not network or not snippet.networks or network in snippet.networks)
        and all(word in fold(f"{snippet.name}\n{snippet.text}") for word in words)
    ]
    return (
        sorted(matching, key=lambda snippet: not fold(snippet.name).startswith(asked))
        if asked
        else matching
    )


def tags(text: str) -> list[str]:
    """Return the hashtags of "coffee, #Roast latte-art": each once, with "#"."""
    seen: dict[str, str] = {}
    for part in re.split(r"[\s,;]+", text):
        word = "#" + re.sub(r"\W", "", part.lstrip("#"))
        if _TAG.fullmatch(word):
            seen.setdefault(fold(word), word)
    return list(seen.values())


def insert(text: str, start: int, end: int, snippet: Snippet) -> tuple[str, int]:
    """Replace `text[start:end]` by a snippet according to its kind."""
    if snippet.kind == "hashtags":
        return insert_tags(text, start, end, snippet.text.split())
    if snippet.kind == "signature":
        return sign(text, snippet.text)
    return text[:start] + snippet.text + text[end:], start + len(snippet.text)


def insert_tags(text: str, start: int, end: int, group: Iterable[str]) -> tuple[str, int]:
    """Replace `text[start:end]` by hashtags, separated by spaces, without those already in the
    text."""
    before, after = text[:start], text[end:]
    present = {fold(match.group()) for match in _TAG_HERE.finditer(f"{before}\n{after}")}
    fresh = " ".join(tag for tag in group if fold(tag) not in present)
    if not fresh:
        return text, end
    if before and not before[-1].isspace():
        fresh = f" {fresh}"
    if after and not after[0].isspace():
        fresh = f"{fresh} "
    place = start + len(fresh)
    return before + fresh + after, place


def sign(text: str, signature: str, known: Iterable[str] = ()) -> tuple[str, int]:
    """Append the signature after an empty line, once. It replaces one of `known` at the end."""
    body = text
    for candidate in (signature, *known):
        body = unsign(body, candidate)
    body = body.rstrip()
    whole = f"{body}\n\n{signature}" if body else signature
    return whole, min(len(body), len(whole))


def unsign(text: str, signature: str) -> str:
    """Return the text without a signature at its end."""
    stripped = text.rstrip()
    plain = signature.strip()
    if not plain or not stripped.endswith(plain):
        return text
    body = stripped[: len(stripped) - len(plain)]
    # Only a separate line is a signature, not the last words of a sentence.
    return body.rstrip() if not body or body.rstrip(" \t").endswith("\n") else text
