"""What sidecars and pictures say, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class SidecarTexts:
    """Words as they were written; `to` are words for channels (`core.channel_words`), `when` is a
    time as typed."""

    text: str = ""
    alt: str = ""
    labels: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    when: str = ""
    title: str = ""
    link: str = ""
    comment: str = ""
    style: str = ""
    name: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, value.name) for value in fields(self))


def merged(sources: Iterable[SidecarTexts]) -> SidecarTexts:
    """Return for each field the first source's that has it."""
    values: dict[str, Any] = {}
    for source in sources:
        for field in fields(source):
            value = getattr(source, field.name)
            if value and not values.get(field.name):
                values[field.name] = value
    return SidecarTexts(**values)
