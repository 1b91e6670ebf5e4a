"""Errors with sentences for the user."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from posto_desktop.common.sentences import in_users_language

__all__ = ["EnglishError", "UserError", "english_message_of", "message_of", "reason_of"]


@runtime_checkable
class UserError(Protocol):
    """An error with a sentence for the user: what happened, to what, and what to do next."""

    @property
    def user_message(self) -> str: ...


class EnglishError(Exception):
    """An error with an English sentence, which may be stored; `user_message` is the same in the
    user's language (`common.sentences`)."""

    def __init__(self, english_message: str) -> None:
        super().__init__(english_message)
        self.english_message = english_message

    @property
    def user_message(self) -> str:
        return in_users_language(self.english_message)


def english_message_of(error: UserError) -> str:
    """Return an error's sentence in English, as it is stored, where the error has it."""
    return str(getattr(error, "english_message", error.user_message))


def message_of(error: object, default: str = "") -> str:
    """Return an error's sentence for the user; `default` if it has none."""
    sentence = error.user_message if isinstance(error, UserError) else ""
    return str(sentence or "") or default


def reason_of(error: Exception, default: str) -> str:
    """Return the system's text of an error (“Disk quota exceeded”), `default` if there is none or
    the error is not the system's."""
    return (error.strerror if isinstance(error, OSError) else "") or default
