"""Errors with sentences for the user."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

__all__ = ["UserError", "message_of", "reason_of"]


@runtime_checkable
class UserError(Protocol):
    """An error with a sentence for the user: what happened, to what, and what to do next."""

    user_message: str


def message_of(error: object, default: str = "") -> str:
    """Return an error's sentence for the user; `default` if it has none."""
    sentence = error.user_message if isinstance(error, UserError) else ""
    return str(sentence or "") or default


def reason_of(error: Exception, default: str) -> str:
    """Return the system's text of an error (“Disk quota exceeded”), `default` if there is none or
    the error is not the system's."""
    return (error.strerror if isinstance(error, OSError) else "") or default
