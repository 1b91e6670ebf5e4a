"""Errors that say what people can read."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["UserError", "message_of"]


@runtime_checkable
class UserError(Protocol):
    """An error with a sentence for people: what happened, to what, and what to do next."""

    user_message: str


def message_of(error: object, default: str = "") -> str:
    """What an error says to people; `default` where it has nothing for them."""
    said = error.user_message if isinstance(error, UserError) else ""
    return str(said or "") or default
