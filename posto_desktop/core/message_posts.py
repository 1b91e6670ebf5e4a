"""Groups the posts of one message that are sent together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["PostGrouping", "PostsTogether"]

_TOGETHER = 15 * 60.0
"""Longest gap within a part in seconds: posts of one message are sent one after another."""

Post = TypeVar("Post")


@dataclass(slots=True)
class PostsTogether(Generic[Post]):
    """Posts of a message that go out together. `since` is the time of the first one."""

    key: str
    since: float
    posts: list[Post]


class PostGrouping(Generic[Post]):
    """Collects posts, added in order of time, into parts of messages. A message that is sent
    several times has several parts."""

    def __init__(self) -> None:
        self.parts: list[PostsTogether[Post]] = []
        self._last: dict[str, PostsTogether[Post]] = {}
        self._numbers: dict[str, int] = {}

    def add(self, key: str, at: float, post: Post) -> None:
        """Add a post with a time in Unix seconds; infinity for none."""
        part = self._last.get(key)
        # The difference of two posts without a time is no number, which is not larger.
        if part is not None and not at - part.since > _TOGETHER:
            part.posts.append(post)
            return
        name = key
        if part is not None:
            number = self._numbers[key] = self._numbers.get(key, 0) + 1
            name = f"{key}/{number}"
        part = self._last[key] = PostsTogether(name, at, [post])
        self.parts.append(part)
