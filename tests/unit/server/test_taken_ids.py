"""Networks that number posts and comments apart: a comment may have the number of another post."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.base import (
    Account,
    Connected,
    Found,
    Part,
    Profile,
    Publisher,
    Record,
    Result,
    Unclear,
)
from posto_desktop.server.publishers.lemmy import Lemmy
from posto_desktop.server.publishers.wordpress import WordPress

from .sending import Bench


class Forum(Publisher):
    """Posts are 1, 2, 3 and comments, too. The answers to comments are lost."""

    method = "forum"
    settle = 0.0
    numbers_apart = True

    def __init__(self) -> None:
        self.posts: list[str] = []
        self.comments: list[str] = []

    def _listed(self, part: Part) -> list[str]:
        return self.comments if part.number else self.posts

    def prepare(self, account: Account, part: Part) -> Record:
        return {}

    def send(self, account: Account, part: Part, record: Record) -> Result:
        self._listed(part).append(part.text)
        if part.number:
            raise Unclear("No answer.")
        return Result(str(len(self.posts)), f"https://net.example/{len(self.posts)}")

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        for number, text in enumerate(self._listed(part), 1):
            if text == part.text and str(number) not in taken:
                return Found.SENT, Result(str(number), "")
        return Found.NOT_SENT, None


class Own(Bench):
    def __init__(self, folder: Path) -> None:
        self.forum = Forum()
        super().__init__(folder)
        connected = Connected("https://net.example", Profile("1", "@a", "A", "lemmy"), {})
        number = self.accounts.keep("forum", connected, "session")
        self.own = int(self.accounts.channels(number)[0]["id"])

    def publishers(self) -> dict[str, Publisher]:
        return {"forum": self.forum}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Own]:
    bench = Own(tmp_path)
    yield bench
    bench.store.close()


@pytest.mark.parametrize("more", [{}, {"first_comment": "Said again"}])
def test_a_comment_is_found_though_a_post_has_its_number(bench: Own, more: dict[str, Any]) -> None:
    first = bench.compose(channel=bench.own, ref="one", post_content="One", **more)
    assert bench.send(first) == "success"
    second = bench.compose(channel=bench.own, ref="two", post_content="Two", first_comment="Said")
    assert bench.send(second) == "success"
    assert bench.row(second)["error_msg"] == ""
    assert bench.forum.posts == ["One", "Two"]
    assert sorted(bench.forum.comments) == ["Said", *more.values()]


def test_two_posts_with_the_same_comment_have_one_each(bench: Own) -> None:
    for ref in ("one", "two"):
        number = bench.compose(channel=bench.own, ref=ref, post_content=ref, first_comment="Said")
        assert bench.send(number) == "success"
    assert bench.forum.comments == ["Said", "Said"]


@pytest.mark.parametrize(
    "publisher", [WordPress(), Lemmy()], ids=lambda publisher: publisher.method
)
def test_these_networks_number_them_apart(publisher: Publisher) -> None:
    assert publisher.numbers_apart
