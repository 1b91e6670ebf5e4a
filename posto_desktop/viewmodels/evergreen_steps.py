"""Steps of undo of the evergreen messages, and what their state asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from posto_desktop.core.evergreen import EvergreenMessage

Messages = Mapping[str, EvergreenMessage | None]


@dataclass(frozen=True)
class RunRequest:
    """A method of `service.evergreen` that changes runs, with its arguments."""

    action: str
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class EvergreenStep:
    """A step of undo: messages before and after (None: there is none), or what is asked of the
    worker to undo and to redo it. `filling_id` names the filling that it is."""

    before: Messages = field(default_factory=dict)
    after: Messages = field(default_factory=dict)
    undo: RunRequest | None = None
    redo: RunRequest | None = None
    filling_id: str = ""
    size: int = 1_000


@dataclass(frozen=True)
class Refill:
    """Whether free slots are filled without being asked, and for how many days ahead."""

    is_on: bool = False
    days_ahead: int = 14


def is_empty(message: EvergreenMessage) -> bool:
    """Return True if a message holds nothing that the user would miss."""
    return message.draft.is_empty and not any(text.strip() for text in message.texts)
