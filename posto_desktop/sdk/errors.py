"""What can go wrong, as a tree that callers catch at the height they need.

    PostoError
    ├── AuthenticationError   the account, its rights, or how to sign in
    ├── ServiceError          the service answered, and the answer is a fault
    ├── NetworkError          no (whole) answer arrived
    ├── ChannelError          no such channel, several, or one that is switched off
    │                         (also a ValueError)
    ├── MediaUploadError      one file could not be read, fetched or uploaded
    ├── PostingError          the service refused the post for sure: nothing was taken
    ├── Cancelled             the caller's cancel event was set
    ├── SettingsError         a style, template, default or setting makes no sense (also a
    │                         ValueError)
    └── WhenError             a time that cannot be read or lies in the past (also a ValueError)

``str(error)`` is the technical text (free of secrets), ``error.user_message`` a plain sentence for
people. ``reason`` is a short machine word where several causes share one class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

__all__ = [
    "AuthenticationError",
    "Cancelled",
    "ChannelError",
    "MediaUploadError",
    "NetworkError",
    "PostingError",
    "PostoError",
    "Remedy",
    "ServiceError",
    "SettingsError",
    "WhenError",
    "asks_to_wait",
]


@dataclass(frozen=True)
class Remedy:
    """What can be changed: `where`, and the `lines` to write there, as they stand.

    `place` is ``"site"``, ``"script"``, or ``"app"``: a page of its settings, named in `lines`.
    """

    where: str
    lines: str
    place: Literal["site", "app", "script"] = "site"


class PostoError(Exception):
    """Base of everything the SDK raises on purpose.

    ``user_message`` is a whole sentence fit for people; it falls back to the message itself.
    ``remedies`` are lines to copy where something has to change; ``advice`` is all of it as text.
    """

    remedies: tuple[Remedy, ...] = ()

    def __init__(
        self, message: str, *, user_message: str | None = None, reason: str | None = None
    ) -> None:
        super().__init__(message)
        self.user_message = user_message or message
        self.reason = reason

    def with_remedies(self, remedies: tuple[Remedy, ...]) -> Self:
        self.remedies = remedies
        return self

    @property
    def advice(self) -> str:
        """The ``user_message``, and the remedies below it."""
        parts = [f"{remedy.where}:\n{remedy.lines}" for remedy in self.remedies]
        return "\n\n".join([self.user_message, *parts])


class ServiceError(PostoError):
    """The service answered, but not with what was asked for.

    ``status`` is the HTTP status (200 for the plugin's ``error_msg``), ``code`` WordPress's own
    word for it, ``retry_after`` seconds the service asked us to wait. ``maybe_sent`` is True when
    the request may have been carried out all the same (5xx, gateway timeouts, unreadable answers).
    """

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        reason: str | None = None,
        status: int | None = None,
        code: str | None = None,
        maybe_sent: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, user_message=user_message, reason=reason)
        self.status = status
        self.code = code
        self.maybe_sent = maybe_sent
        self.retry_after = retry_after


class _Refused(PostoError):
    """Nothing was carried out, so ``maybe_sent`` is always False."""

    maybe_sent = False

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        reason: str | None = None,
        status: int | None = None,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, user_message=user_message, reason=reason)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class AuthenticationError(_Refused):
    """The service does not know the account, or the account may not do this (401, 403)."""


class NetworkError(PostoError):
    """No answer, or only a part of one.

    ``maybe_sent`` is False when surely nothing reached the service (name not found, connection
    refused, certificate not trusted), and True when the request may have been carried out.
    ``is_refused`` is True when nobody listens at that port.
    """

    retry_after: float | None = None

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        reason: str | None = None,
        maybe_sent: bool = False,
        is_refused: bool = False,
    ) -> None:
        super().__init__(message, user_message=user_message, reason=reason)
        self.maybe_sent = maybe_sent
        self.is_refused = is_refused


class ChannelError(PostoError, ValueError):
    """A channel was not found, is ambiguous, or cannot be posted to.

    ``candidates`` are the names of channels that could have been meant.
    """

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        reason: str | None = None,
        candidates: Sequence[str] = (),
    ) -> None:
        super().__init__(message, user_message=user_message, reason=reason)
        self.candidates = tuple(candidates)


class MediaUploadError(PostoError):
    """A file could not be read, fetched, or uploaded. ``file`` is its name as the caller gave it.

    ``status``/``code`` are the service's, where it answered; ``maybe_sent`` as for the others.
    """

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        reason: str | None = None,
        file: str | None = None,
        status: int | None = None,
        code: str | None = None,
        maybe_sent: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, user_message=user_message, reason=reason)
        self.file = file
        self.status = status
        self.code = code
        self.maybe_sent = maybe_sent
        self.retry_after = retry_after


class PostingError(_Refused):
    """The post was refused for sure: nothing was taken and it may be changed and sent again.

    ``retry_after`` are seconds to wait before that, where the service asked for it.
    """


class SettingsError(PostoError, ValueError):
    """A style, template, default or network setting is unknown or of the wrong kind.

    ``names`` are the words at fault.
    """

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        reason: str | None = None,
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(message, user_message=user_message, reason=reason)
        self.names = tuple(names)


def asks_to_wait(error: BaseException) -> bool:
    """Whether the service carried nothing out because it wants to be asked later (429, or down
    for maintenance)."""
    if not isinstance(error, PostoError):
        return False
    return error.reason in {"busy", "maintenance"} or getattr(error, "status", None) == 429


class Cancelled(PostoError):
    """The caller's ``cancel`` event was set before the work was done."""

    maybe_sent = False

    def __init__(self, message: str = "Cancelled.", *, user_message: str | None = None) -> None:
        super().__init__(message, user_message=user_message, reason="cancelled")


class WhenError(PostoError, ValueError):
    """A time that cannot be used.

    ``kind`` is ``"past"``, ``"unknown"``, ``"impossible"``, or ``"ambiguous"``: the message asks
    which of ``suggestions`` is meant. ``suggestions`` are texts that would be understood, the best
    first; ``when`` is the time that was read, where one was (aware).
    """

    def __init__(
        self,
        message: str,
        *,
        user_message: str | None = None,
        kind: str = "unknown",
        suggestion: str | None = None,
        suggestions: Sequence[str] = (),
        when: datetime | None = None,
    ) -> None:
        super().__init__(message, user_message=user_message, reason=kind)
        self.kind = kind
        self.suggestions = tuple(suggestions) or ((suggestion,) if suggestion else ())
        self.when = when

    @property
    def suggestion(self) -> str | None:
        """The best of ``suggestions``, None where there is none."""
        return self.suggestions[0] if self.suggestions else None


def may_have_been_sent(error: object) -> bool:
    """Whether what failed with this error may have been carried out all the same."""
    kinds = (ServiceError, NetworkError, MediaUploadError)
    return isinstance(error, kinds) and error.maybe_sent
