"""Exceptions of the SDK.

    PostoError
    ├── AuthenticationError   the account, its rights, or how to sign in
    ├── ServiceError          the service answered with a fault
    ├── NetworkError          no (whole) answer arrived
    ├── ChannelError          no such channel, several, or a disabled one (also a ValueError)
    ├── MediaUploadError      one file could not be read, fetched or uploaded
    ├── PostingError          the service surely refused the post: nothing was accepted
    ├── Cancelled             the caller's cancel event was set
    ├── SettingsError         an invalid style, template, default or setting (also a
    │                         ValueError)
    └── WhenError             a time that cannot be read or lies in the past (also a ValueError)

``str(error)`` is the technical text (free of secrets), ``error.user_message`` a plain sentence for
people, ``error.english_message`` the same in English, to be stored or logged (in scripts both are).
``reason`` is a short machine-readable word where several causes share a class.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from posto_desktop.common.sentences import in_users_language
from posto_desktop.net.failure import Failure, failure_of

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
]


@dataclass(frozen=True)
class Remedy:
    """A change that helps: `where`, and the literal `lines` to write there.

    `place` is ``"site"``, ``"script"``, or ``"app"``: a page of its settings, named in `lines`.
    """

    where: str
    lines: str
    place: Literal["site", "app", "script"] = "site"


class PostoError(Exception):
    """Base class of the SDK's exceptions.

    ``user_message`` is a sentence for people; it falls back on the message. ``remedies`` are lines
    to copy to where something has to change; ``advice`` is all of it as text.
    """

    remedies: tuple[Remedy, ...] = ()

    def __init__(
        self, message: str, *, user_message: str | None = None, reason: str | None = None
    ) -> None:
        super().__init__(message)
        self.english_message = user_message or message
        self.reason = reason

    @property
    def user_message(self) -> str:
        """A sentence for people, in the language of the program that shows it."""
        return in_users_language(self.english_message)

    @user_message.setter
    def user_message(self, sentence: str) -> None:
        self.english_message = sentence

    @property
    def failure(self) -> Failure:
        """What it means for the call: whether it may have been carried out, and what helps."""
        cause = self.__cause__ if isinstance(self, MediaUploadError) else None
        return failure_of(
            self.reason,
            getattr(self, "status", None),
            is_maybe=getattr(self, "maybe_sent", False),
            is_network=isinstance(cause or self, NetworkError),
            is_sign_in=isinstance(self, AuthenticationError),
            wait=getattr(self, "retry_after", None),
        )

    def with_remedies(self, remedies: tuple[Remedy, ...]) -> Self:
        self.remedies = remedies
        return self

    @property
    def advice(self) -> str:
        """The ``user_message``, followed by the remedies."""
        parts = [f"{in_users_language(remedy.where)}:\n{remedy.lines}" for remedy in self.remedies]
        return "\n\n".join([self.user_message, *parts])


class ServiceError(PostoError):
    """The service answered, but not with the expected data.

    ``status`` is the HTTP status (200 for the plugin's ``error_msg``), ``code`` WordPress's error
    code, ``retry_after`` the seconds that the service asked us to wait. ``maybe_sent`` is True if
    the request may have been carried out anyway (5xx, gateway timeouts, unreadable answers).
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
    """The service does not know the account, or the account lacks a permission (401, 403)."""


class NetworkError(PostoError):
    """No answer, or only part of one.

    ``maybe_sent`` is False if surely nothing reached the service (name not found, connection
    refused, certificate not trusted), and True if the request may have been carried out.
    ``is_refused`` is True if nothing listens on that port.
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

    ``candidates`` are the names of possible channels.
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
    """A file could not be read, fetched, or uploaded. ``file`` is its name as given by the caller.

    ``status`` and ``code`` are the service's, if it answered; ``maybe_sent`` as for the others.
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
    """The post was surely refused: nothing was accepted, and it may be changed and sent again.

    ``retry_after`` are seconds to wait before that, if the service asked for it.
    """


class SettingsError(PostoError, ValueError):
    """A style, template, default or network setting is unknown or of the wrong type.

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


class Cancelled(PostoError):
    """The caller's ``cancel`` event was set before the work was done."""

    maybe_sent = False

    def __init__(self, message: str = "Cancelled.", *, user_message: str | None = None) -> None:
        super().__init__(message, user_message=user_message, reason="cancelled")


class WhenError(PostoError, ValueError):
    """A time that cannot be used.

    ``kind`` is ``"past"``, ``"unknown"``, ``"impossible"``, or ``"ambiguous"``: the message asks
    which of ``suggestions`` is meant. ``suggestions`` are texts that would be understood, the best
    first; ``when`` is the parsed time, if there is one (aware).
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
        """The best of ``suggestions``, None if there is none."""
        return self.suggestions[0] if self.suggestions else None
