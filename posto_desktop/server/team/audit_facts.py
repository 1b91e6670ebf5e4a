"""What the audit log says, for people in English and for apps as codes with values.

A `Fact` is its English words and carries the rest, so that all that compares and joins words goes
on as it is. Apps say it in the language of whoever reads it; those who do not know a code, and
entries from before there were codes, have the words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from posto_desktop.common import json_text
from posto_desktop.server.redaction import clean

_LONGEST = 12_000
_PARTS = ("objects", "state")


class Fact(str):
    """English words of something, with a `code` and `details` to say it in another language."""

    code: str
    details: Mapping[str, Any]

    def __new__(cls, words: str, code: str, **details: object) -> Self:
        fact = super().__new__(cls, words)
        fact.code, fact.details = code, details
        return fact


def named(objects: Sequence[tuple[str, object]]) -> Fact:
    """Return objects by kind and number or name; what is of no kind ("") is named alone."""
    words = ", ".join(f"{kind} {key}" if kind else str(key) for kind, key in objects)
    return Fact(words, "objects", listed=[[kind, str(key)] for kind, key in objects])


def stored(target: str, state: Mapping[str, str]) -> str:
    """Return what is kept of the facts in an entry, "" for none and for too many."""
    objects = target.details["listed"] if isinstance(target, Fact) and target else []
    facts = [
        [name, words, words.code, dict(words.details)]
        if isinstance(words, Fact)
        else [name, words, "", {}]
        for name, words in state.items()
    ]
    if not objects and not any(fact[2] for fact in facts):
        return ""
    text = clean(json.dumps({"objects": objects, "state": facts}, ensure_ascii=False))
    return text if len(text) <= _LONGEST else ""


def read(text: str) -> dict[str, Any]:
    """Return what `stored` has kept: `objects` and `state`, both [] if it has not."""
    try:
        value = json_text.loads(text) if text else {}
    except ValueError:
        value = {}
    facts = value if isinstance(value, dict) else {}
    return {name: facts[name] if isinstance(facts.get(name), list) else [] for name in _PARTS}
