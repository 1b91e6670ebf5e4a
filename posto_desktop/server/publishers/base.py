"""The contract between the sender and a network.

The sender stores what `prepare` returns before anything leaves the computer, and hands exactly
that back to `send` and `lookup`, however often the process was killed in between.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Attachment:
    """One file of a post. `path` holds the content, `name` is what the user called it."""

    id: int
    path: Path
    sha256: str
    mime: str
    name: str
    alt: str
    size: int
    width: int | None = None
    height: int | None = None

    @property
    def kind(self) -> str:
        return "video" if self.mime.startswith("video/") else "image"


@dataclass(frozen=True)
class Post:
    """A post as the network is to show it: variables expanded, text already cut.

    `extra` is the post's data as composed, for what only one network knows.
    """

    key: str
    posto_ref: str
    channel_id: int
    channel_name: str
    network: str
    text: str
    title: str = ""
    link: str = ""
    first_comment: str = ""
    media: tuple[Attachment, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """Where the post is now: the network's id and address. An address beginning with `/` is
    one of this workspace."""

    id: str
    url: str


class Found(Enum):
    """What a look-up says about a post that may have been sent."""

    SENT = "sent"
    NOT_SENT = "not_sent"
    CANNOT_TELL = "cannot_tell"


class PublishError(Exception):
    """Base of all refusals; the message is a sentence for people."""


class Refused(PublishError):
    """The network does not take this post, and will not take it next time either."""


class SignInAgain(PublishError):
    """The session with the network has ended; the channel must be connected again."""


class TryLater(PublishError):
    """Not now: busy, or over a rate limit. `seconds` is how long to wait.

    Also right for requests that surely never arrived (refused connection, unknown host).
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unclear(PublishError):
    """The request went out and no usable answer came: the post may be live or not."""


class Publisher(ABC):
    """One way of publishing; `method` is the channels' `method` that it serves."""

    method: str
    settle: float = 120.0
    """Seconds that the network may still work on a request whose answer was lost. A look-up that
    finds nothing sooner than that proves nothing. 0 where sending the record again is never a
    second post."""

    @abstractmethod
    def prepare(self, post: Post) -> Record:
        """Checks the post and makes all that must stay the same from attempt to attempt.

        JSON-able. Nothing leaves the computer. Raises Refused or SignInAgain.
        """

    def upload(self, post: Post, record: Record) -> Record:
        """Hands the media over; may be repeated. Returns the record with what the network said."""
        return record

    @abstractmethod
    def send(self, post: Post, record: Record) -> Result:
        """The one call that publishes. Raises any PublishError."""

    def lookup(self, post: Post, record: Record) -> tuple[Found, Result | None]:
        """Asks the network whether the post is out. Default: it cannot be asked."""
        return Found.CANNOT_TELL, None

    def repeat_is_safe(self, record: Record, age: float) -> bool:
        """True if sending the record again cannot make a second post.

        `age` is the number of seconds since the record was first sent.
        """
        return False

    def session_alive(self, channel_id: int) -> bool:
        """Whether the channel's session with the network still works."""
        return True

    def insights(self, remote_id: str) -> list[dict[str, Any]]:
        """Figures of a published post as `[{"label", "value"}]`."""
        return []
