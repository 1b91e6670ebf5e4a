"""Posts that may be published, and what the person answers: told, gone on with, never doubled; the
story of each part, and what a refusal is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.errors import PluginError
from posto_desktop.server.publishers.base import (
    Account,
    Attachment,
    Part,
    Post,
    Record,
    Refused,
    Result,
    SignInAgain,
    TryLater,
    Unclear,
    split,
)
from posto_desktop.server.publishers.refusals import field_of
from posto_desktop.server.stories import Stories
from posto_desktop.server.unclear_posts import NO_ID
from posto_desktop.server.uploads import Uploads

from .databases import DATABASES, opened
from .sending import PowerCut
from .test_parts import Own, Threads, raise_at


class Linked(Threads):
    """It knows the addresses of its posts."""

    def find(
        self, account: Account, part: Part, record: Record, link: str, taken: Collection[str]
    ) -> Result | None:
        self.trouble("find", part)
        if not link:
            return super().find(account, part, record, link, taken)
        number = link.rpartition("/")[2]
        if not number.isdecimal() or not 0 < int(number) <= len(self.out):
            raise Refused("There is no such post.")
        return self._result(int(number) - 1)


class Answering(Own):
    def __init__(self, folder: Path, store: ServerDatabase | None = None) -> None:
        super().__init__(folder, store)
        self.threads = Linked()
        self.publisher = self.threads
        self.sender = self.new_sender()

    def unclear(self, number: int, text: str, step: str = "after") -> None:
        """Send it with a lost answer to one part, until the person is asked."""
        self.threads.can_look = False
        self.threads.trouble = raise_at(step, text, Unclear("No answer."), times=1)
        self.send(number)
        self.now += 121
        self.recover()
        self.threads.trouble = lambda _step, _part: None

    def story(self, number: int) -> dict[str, Any]:
        return Stories(self.schedules, Uploads()).of(number, "http://here")

    def states(self, number: int) -> list[str]:
        return [part["state"] for part in self.story(number)["parts"]]


@pytest.fixture(params=DATABASES)
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Answering]:
    with opened(request, tmp_path) as store:
        yield Answering(tmp_path, store)


def test_a_thread_goes_on_after_the_pasted_link_of_its_first_part(bench: Answering) -> None:
    number = bench.post("One", "Two", "Three", comment="Said")
    bench.unclear(number, "One")
    assert bench.states(number) == ["unclear", "waiting", "waiting", "waiting"]
    bench.unclear_posts.is_there(number, " https://net.example/1 ")
    assert bench.status(number) == "not_sent"
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two", "Three", "Said"]
    assert [parent for _, _, parent in bench.threads.out] == ["", "1", "2", "1"]
    row = bench.row(number)
    assert (row["remote_post_id"], row["remote_post_link"]) == ("1", "https://net.example/1")
    first, second, *_ = bench.story(number)["parts"]
    assert (first["found_by_person"], second["found_by_person"]) == (True, False)


def test_it_goes_on_without_a_link_where_the_network_shows_the_post_by_now(
    bench: Answering,
) -> None:
    number = bench.post("One", "Two")
    bench.unclear(number, "One")
    bench.threads.can_look = True
    bench.unclear_posts.is_there(number)
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two"]


def test_without_an_id_it_says_so_and_goes_on_with_a_link_that_comes_later(
    bench: Answering,
) -> None:
    number = bench.post("One", "Two")
    bench.unclear(number, "One")
    bench.unclear_posts.is_there(number)
    assert (bench.status(number), bench.row(number)["error_msg"]) == ("error", NO_ID)
    with pytest.raises(PluginError, match="no unclear outcome"):
        bench.unclear_posts.is_there(number)
    bench.schedules.retry([number])
    assert bench.send(number) == "error", "nothing can answer a post without an id"
    bench.unclear_posts.is_there(number, "https://net.example/1")
    assert bench.send(number) == "success"
    assert [(text, parent) for _, text, parent in bench.threads.out] == [("One", ""), ("Two", "1")]


def test_the_link_of_a_single_post_is_kept(bench: Answering) -> None:
    number = bench.post("One")
    bench.unclear(number, "One")
    bench.unclear_posts.is_there(number, "https://net.example/1")
    row = bench.row(number)
    assert (row["status"], row["remote_post_link"]) == ("success", "https://net.example/1")
    (part,) = bench.story(number)["parts"]
    assert (part["state"], part["link"]) == ("sent", "https://net.example/1")


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("https://net.example/7", "no such post"),
        ("javascript:alert(1)", "not the address"),
        ("there", "not the address"),
    ],
)
def test_an_address_of_something_else_changes_nothing(
    bench: Answering, link: str, message: str
) -> None:
    number = bench.post("One", "Two")
    bench.unclear(number, "One")
    before = bench.row(number)
    with pytest.raises(PluginError, match=message):
        bench.unclear_posts.is_there(number, link)
    assert bench.row(number) == before


def test_the_address_of_another_post_of_the_channel_is_not_taken(bench: Answering) -> None:
    assert bench.send(bench.post("Zero")) == "success"
    number = bench.post("One", "Two", ref="again")
    bench.unclear(number, "One")
    with pytest.raises(PluginError, match="another post"):
        bench.unclear_posts.is_there(number, "https://net.example/1")
    bench.unclear_posts.is_there(number, "https://net.example/2")
    assert bench.send(number) == "success"


@pytest.mark.parametrize("error", [TryLater("Away.", 5), PowerCut(), SignInAgain("Ended.")])
def test_a_network_that_is_away_leaves_the_thread_as_it_is(
    bench: Answering, error: BaseException
) -> None:
    number = bench.post("One", "Two")
    bench.unclear(number, "One")
    bench.threads.trouble = raise_at("find", "One", error, times=1)
    before = bench.row(number)
    with pytest.raises((PluginError, PowerCut)):
        bench.unclear_posts.is_there(number, "https://net.example/1")
    bench.restart()
    assert bench.row(number) == before
    bench.unclear_posts.is_there(number, "https://net.example/1")
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["One", "Two"]


def test_of_two_answers_the_first_counts(bench: Answering) -> None:
    number = bench.post("One", "Two")
    bench.unclear(number, "One", "before")
    answers = bench.unclear_posts

    def meanwhile(step: str, _part: Part) -> None:
        if step == "find":
            bench.threads.trouble = lambda _step, _part: None
            answers.send_again(number)

    bench.threads.out.append(("", "Foreign", ""))
    bench.threads.trouble = meanwhile
    with pytest.raises(PluginError, match="no unclear outcome"):
        answers.is_there(number, "https://net.example/1")
    assert bench.send(number) == "success"
    assert bench.threads.texts() == ["Foreign", "One", "Two"]


def test_an_unclear_comment_is_answered_beside_its_post(bench: Answering) -> None:
    first, again = bench.post("One", comment="Said"), bench.post("Uno", comment="Detto", ref="b")
    bench.unclear(first, "Said")
    bench.unclear(again, "Detto", "before")
    for number in (first, again):
        assert bench.states(number) == ["sent", "unclear"]
        assert bench.row(number)["error_msg"].startswith("The first comment may be published.")
        with pytest.raises(PluginError, match="no comment"):
            bench.schedules.retry_comment(number)
    bench.unclear_posts.is_there(first)
    assert (bench.status(first), bench.row(first)["error_msg"]) == ("success", "")
    assert bench.states(first) == ["sent", "sent"]
    bench.unclear_posts.send_again(again)
    with pytest.raises(PluginError):
        bench.unclear_posts.send_again(again)
    assert bench.send(again) == "success"
    assert (bench.row(again)["error_msg"], bench.states(again)) == ("", ["sent", "sent"])
    assert bench.threads.texts() == ["One", "Said", "Uno", "Detto"]


def test_a_comment_that_was_tried_and_then_refused_is_sent_again(bench: Answering) -> None:
    number = bench.post("One", comment="Said")
    bench.threads.trouble = raise_at("before", "Said", Unclear("No answer."), times=1)
    bench.send(number)
    for _ in range(14):
        bench.now += 10
        bench.recover()
    bench.threads.trouble = raise_at("before", "Said", Refused("Not now."), times=1)
    bench.now += 300
    assert bench.send(number) == "success"
    assert "Not now." in bench.row(number)["error_msg"]
    bench.schedules.retry_comment(number)
    assert bench.send(number) == "success"
    assert (bench.row(number)["error_msg"], bench.threads.texts()) == ("", ["One", "Said"])


def test_the_story_has_the_times_of_each_step(bench: Answering) -> None:
    number = bench.post("One", "Two", at=bench.now + 500)
    made = bench.now
    bench.look_ahead()
    story = bench.story(number)
    assert (story["status"], story["ahead"], story["due_at"]) == ("not_sent", "done", made + 500)
    assert [part["ready_at"] for part in story["parts"]] == [made, made]
    bench.now += 500
    assert bench.send(number) == "success"
    first, second = bench.story(number)["parts"]
    assert (first["ready_at"], first["sent_at"], second["sent_at"]) == (
        made,
        made + 500,
        made + 500,
    )
    assert (first["link"], first["reason"]) == ("https://net.example/1", "")
    assert bench.story(number)["is_own"] is True


@pytest.mark.parametrize("step", ["prepare", "upload", "before"])
@pytest.mark.parametrize(
    ("text", "error", "field"),
    [
        ("One", Refused("It is too long.", "text"), "text"),
        ("One", Refused("The title has 300 characters."), "title"),
        ("Two", Refused("The text is too long."), "thread 2"),
    ],
)
def test_a_refusal_says_what_it_is_about(
    bench: Answering, step: str, text: str, error: Refused, field: str
) -> None:
    number = bench.post("One", "Two")
    bench.threads.trouble = raise_at(step, text, error, times=1)
    assert bench.send(number) == "error"
    assert bench.story(number)["field"] == field
    bench.schedules.retry([number])
    assert bench.send(number) == "success"
    assert bench.story(number)["field"] == ""


def test_what_a_refusal_is_about_by_its_words(tmp_path: Path) -> None:
    def file(number: int, name: str) -> Attachment:
        return Attachment(number, tmp_path / name, "", "image/png", name, "", 1)

    first, second = file(7, "a.png"), file(8, "b.png")
    (part,) = split(Post("k", "r", 1, "c", "n", "t", media=(first, second)))
    expected = {
        "b.png has 9 MB; the server allows 8 MB.": "file 8",
        "Validation failed: Text character limit of 500 exceeded": "text",
        "This media type is not supported": "files",
        "net.example did not accept this (status 422).": "",
    }
    assert {sentence: field_of(Refused(sentence), part) for sentence in expected} == expected
    (alone,) = split(Post("k", "r", 1, "c", "n", "t", media=(first,)))
    assert field_of(Refused("Invalid image"), alone) == "file 7"
