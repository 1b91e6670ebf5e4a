"""Limits of an account's server: stored by the local server, used by the checks in Compose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Limits:
    """What the server of an account takes, as it says itself; None where it does not say."""

    text: int | None = None
    unit: str = "characters"
    """How a text is counted: one of `text_units` in networks.json."""
    link_length: int | None = None
    """What each link counts as, however long it is."""
    files: int | None = None
    alt: int | None = None
    image_bytes: int | None = None
    image_pixels: int | None = None
    video_bytes: int | None = None
    mime_types: tuple[str, ...] = ()
    """Empty: it takes what `files` are sent."""
    needs_media: bool = False

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, ())}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Limits:
        """Return what can be used of a stored object; the rest has its default."""
        values: dict[str, Any] = {}
        for limit in fields(cls):
            value = stored.get(limit.name)
            if limit.name == "mime_types":
                if isinstance(value, list | tuple):
                    values[limit.name] = tuple(kind for kind in value if isinstance(kind, str))
            elif limit.name == "unit":
                if isinstance(value, str):
                    values[limit.name] = value
            elif limit.name == "needs_media":
                values[limit.name] = value is True
            elif type(value) is int and value >= 0:
                values[limit.name] = value
        return cls(**values)
