"""Changes of the texts of an evergreen message: its own one, which is the first, and the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from posto_desktop.core.evergreen import (
    MAX_ALTERNATIVES,
    Alternative,
    EvergreenMessage,
    text_key,
)


def with_text(message: EvergreenMessage, at: int, text: str) -> EvergreenMessage:
    """Return the message with another text at a place; own texts of networks stay."""
    if not at:
        return replace(message, draft=replace(message.draft, text=text))
    alternatives = list(message.alternatives)
    alternatives[at - 1] = replace(alternatives[at - 1], text=text)
    return replace(message, alternatives=tuple(alternatives))


def can_add(message: EvergreenMessage) -> bool:
    return len(message.alternatives) < MAX_ALTERNATIVES


def with_added(message: EvergreenMessage, text: str = "") -> EvergreenMessage:
    """Return the message with one more text at the end."""
    return replace(message, alternatives=(*message.alternatives, Alternative(text)))


def can_move_first(message: EvergreenMessage) -> bool:
    """Return whether the first text can change its place: a thread cannot."""
    return not message.draft.is_thread


def without_text(message: EvergreenMessage, at: int) -> EvergreenMessage:
    """Return the message without a text; without the first one the second takes its place."""
    texts = _texts(message)
    return _with_texts(message, [*texts[:at], *texts[at + 1 :]])


def with_moved(message: EvergreenMessage, at: int, to: int) -> EvergreenMessage:
    """Return the message with a text at another place."""
    texts = _texts(message)
    texts.insert(to, texts.pop(at))
    return _with_texts(message, texts)


def same_as(message: EvergreenMessage, at: int) -> int | None:
    """Return the place of an earlier text that is the same, as networks compare them."""
    keys = [text_key(text) for text in message.texts[: at + 1]]
    return keys.index(keys[at]) if keys[at] in keys[:at] and message.texts[at].strip() else None


def _texts(message: EvergreenMessage) -> list[Alternative]:
    return [Alternative(message.draft.text, message.draft.variants), *message.alternatives]


def _with_texts(message: EvergreenMessage, texts: Sequence[Alternative]) -> EvergreenMessage:
    first, draft = texts[0], message.draft
    if first != Alternative(draft.text, draft.variants):
        draft = replace(draft, text=first.text, variants=first.own_texts, threads={})
    return replace(message, draft=draft, alternatives=tuple(texts[1:]))
