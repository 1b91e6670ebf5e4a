"""Exit codes of `posto`, and the errors that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from posto_desktop.common.user_error import message_of


class Exit(IntEnum):
    """Exit codes. They are part of the interface: scripts read them."""

    DONE = 0
    REFUSED = 1
    """A check, the network or the service refused; nothing was posted or changed."""
    USAGE = 2
    SIGN_IN = 3
    NOT_FOUND = 4
    UNREACHABLE = 5
    """Not reached, and surely nothing was sent."""
    UNCLEAR = 6
    """Nobody can tell whether it was sent."""
    PARTLY = 7


class CommandError(Exception):
    """A command ended without its result. `user_message` says what happened and what to do;
    `details` is further data for `--json`."""

    def __init__(
        self, code: Exit, user_message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(user_message)
        self.code = code
        self.user_message = user_message
        self.details = dict(details or {})


def refused(sentence: str, details: Mapping[str, Any] | None = None) -> CommandError:
    return CommandError(Exit.REFUSED, sentence, details)


def usage(sentence: str) -> CommandError:
    return CommandError(Exit.USAGE, sentence)


def not_found(sentence: str) -> CommandError:
    return CommandError(Exit.NOT_FOUND, sentence)


def code_of(error: Exception) -> Exit | None:
    """Return the exit code of an error of the layers below, None for a bug."""
    if isinstance(error, CommandError):
        return error.code
    from posto_desktop.sdk import errors

    if isinstance(error, errors.AuthenticationError):
        return Exit.SIGN_IN
    if isinstance(error, errors.WhenError):
        return Exit.USAGE
    if isinstance(error, errors.ChannelError):
        return Exit.NOT_FOUND
    if isinstance(error, errors.PostoError):
        if error.failure.is_maybe:
            return Exit.UNCLEAR
        if isinstance(error, errors.NetworkError):
            return Exit.UNREACHABLE
        return Exit.REFUSED
    from posto_desktop.server.launch import LaunchError

    if isinstance(error, LaunchError):
        return Exit.UNREACHABLE
    return Exit.REFUSED if message_of(error) else None


def json_error(code: Exit, sentence: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error as `--json` prints it."""
    return {"code": int(code), "name": code.name.lower(), "message": sentence, **details}
