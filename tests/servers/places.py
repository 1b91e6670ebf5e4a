"""A real server of a network as the tests see it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from tests.servers.posting import HARD_TEXT
from tests.servers.scripted import Shown

IN_REPLY = (None, 0, 1, 0)


class Place(ABC):
    """An account at a real server. `publishes` and `upload` are method and path of the requests
    that publish and that carry a file, `answers` which part each of a thread of three with a
    comment replies to, `words` how the server shows what was `composed`."""

    network: ClassVar[str]
    publishes: ClassVar[tuple[str, str]]
    upload: ClassVar[tuple[str, str]]
    wrong: ClassVar[dict[str, str]]
    """The fields that make a credential a wrong one."""
    answers: ClassVar[tuple[int | None, ...]] = IN_REPLY
    composed: ClassVar[str] = HARD_TEXT
    words: ClassVar[str] = HARD_TEXT
    has_alt: ClassVar[bool] = True
    link_opens: ClassVar[bool] = False
    named_by: ClassVar[str] = "remote_post_id"
    is_by_http: ClassVar[bool] = True
    outlives_revoking: ClassVar[bool] = False
    """Whether a token that is in use holds on for a while, as the network has it."""
    has_sections: ClassVar[bool] = False
    """Whether what goes on in a thread stands in the post itself."""
    takes_comments: ClassVar[bool] = True
    url: str

    @abstractmethod
    def fields(self, url: str) -> dict[str, str]:
        """What is entered to connect by this address."""

    @abstractmethod
    def all(self) -> list[Shown]:
        """What is published, the oldest first."""

    @abstractmethod
    def revoke(self) -> None:
        """Take away the credential, as its owner does elsewhere."""

    def published(self) -> list[Shown]:
        """As `all`, however many they are; their ids are what a post is `named_by`."""
        return self.all()

    def drafts(self) -> list[str]:
        """Texts that were handed over and are not published."""
        return []

    def shown(self, mark: str) -> list[Shown]:
        """What is published with this mark in its text."""
        return [post for post in self.all() if mark in post.text]
