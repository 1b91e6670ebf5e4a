"""Errors that say what people can read."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["UserError", "message_of", "reason_of"]


@runtime_checkable
class UserError(Protocol):
    """An error with a sentence for people: what happened, to what, and what to do next."""

    user_message: str


def message_of(error: object, default: str = "") -> str:
    """What an error says to people; `default` where it has nothing for them."""
    said = error.user_message if isinstance(error, UserError) else ""
    return str(said or "") or default


def reason_of(error: Exception, default: str) -> str:
    """What the system says of its error (“Disk quota exceeded”), `default` where it says nothing
    or the error is not the system's."""
    return (error.strerror if isinstance(error, OSError) else "") or default
