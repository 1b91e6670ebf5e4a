"""Publishing to a real ntfy."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from posto_desktop.server.publishers.base import (
    Found,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
    with_results,
)
from posto_desktop.server.publishers.ntfy import MOST_TEXT, Ntfy
from tests.servers.middleman import Middleman, cut, lost, middleman, page, refusal
from tests.servers.ntfy import NtfyServer
from tests.servers.posting import (
    HARD_TEXT,
    NoBrowser,
    Person,
    four_pictures,
    make_picture,
    make_post,
)


@dataclass(frozen=True)
class Scene:
    """A topic of its own, connected through a proxy."""

    ntfy: NtfyServer
    topic: str
    person: Person
    between: Middleman

    def messages(self, token: str = "") -> list[dict[str, Any]]:
        return self.ntfy.messages(self.topic, token)

    def texts(self) -> list[str]:
        return [message["message"] for message in self.messages()]


@pytest.fixture(scope="module")
def between(ntfy: NtfyServer) -> Iterator[Middleman]:
    with middleman(ntfy.url) as proxy:
        yield proxy


@pytest.fixture
def scene(ntfy: NtfyServer, between: Middleman) -> Iterator[Scene]:
    between.reset()
    topic = f"t{secrets.token_hex(6)}"
    person = Person.connect(Ntfy(), server=between.url, topic=topic)
    between.reset()
    yield Scene(ntfy, topic, person, between)
    between.reset()


def test_connecting_tells_what_the_server_takes(ntfy: NtfyServer) -> None:
    connected = Ntfy().connect({"server": ntfy.url, "topic": f"{ntfy.url}/news"}, NoBrowser())
    profile = connected.profile
    assert (profile.remote_id, profile.name) == ("news", "news")
    assert profile.link == f"{ntfy.url}/news"
    assert profile.limits.text == MOST_TEXT
    assert profile.limits.image_bytes == 200 * 1024
    with pytest.raises(Refused, match="letters, digits"):
        Ntfy().connect({"server": ntfy.url, "topic": "a topic"}, NoBrowser())


def test_protected_topics_need_their_token(ntfy: NtfyServer) -> None:
    topic = f"t{secrets.token_hex(6)}"
    name = f"u{secrets.token_hex(4)}"
    token = ntfy.create_user(name, topic)
    given = {"server": ntfy.url, "topic": topic}
    with pytest.raises(SignInAgain, match="does not let this account use the topic"):
        Ntfy().connect(given, NoBrowser())
    with pytest.raises(SignInAgain):
        Ntfy().connect({**given, "token": "tk_wrongwrongwrongwrongwrongwron"}, NoBrowser())
    person = Person.connect(Ntfy(), **given, token=token)
    assert token not in repr(person.account)
    person.publish(make_post("For members"), time.time())
    assert [post["message"] for post in ntfy.messages(topic, token)] == ["For members"]
    ntfy.remove_token(name, token)
    with pytest.raises(SignInAgain):
        person.publish(make_post("Not any more"), time.time())
    with pytest.raises(SignInAgain):
        person.publisher.check(person.account)


def test_words_arrive_whole(scene: Scene) -> None:
    (result,) = scene.person.publish(
        make_post(HARD_TEXT + "\na written \\n", title="Ünï <3", link="https://example.com/a"),
        time.time(),
    )
    (message,) = scene.messages()
    assert message["message"] == HARD_TEXT + "\na written \\n"
    assert message["title"] == "Ünï <3"
    assert message["click"] == "https://example.com/a"
    assert message["id"] == result.id
    assert result.url == f"{scene.between.url}/{scene.topic}"
    assert requests.get(f"{scene.ntfy.url}/{scene.topic}", timeout=30).ok


def test_a_picture_comes_with_the_words(scene: Scene, tmp_path: Path) -> None:
    picture = make_picture(tmp_path, "fjord.jpg", "A fjord")
    text = f"{HARD_TEXT}\nsecond line"
    scene.person.publish(make_post(text, media=(picture,), title="שלום"), time.time())
    (message,) = scene.messages()
    assert (message["message"], message["title"]) == (text, "שלום")
    assert message["attachment"]["name"] == "fjord.jpg"
    assert requests.get(message["attachment"]["url"], timeout=30).content == (
        picture.path.read_bytes()
    )


def test_more_pictures_are_messages_of_their_own(scene: Scene, tmp_path: Path) -> None:
    pictures = four_pictures(tmp_path)
    scene.person.publish(make_post("Four", media=pictures), time.time())
    assert [message["attachment"]["name"] for message in scene.messages()] == [
        picture.name for picture in pictures
    ]
    named = [picture.alt or f"You received a file: {picture.name}" for picture in pictures]
    assert scene.texts() == ["Four", *named[1:]], "the description where there are no words"


@pytest.mark.parametrize("text", ["x" * 3000, "C:\\new"], ids=["long", "backslash"])
def test_words_that_no_header_takes_are_a_message_before_the_picture(
    scene: Scene, tmp_path: Path, text: str
) -> None:
    picture = make_picture(tmp_path, "fjord.jpg", "A fjord")
    scene.person.publish(make_post(text, media=(picture,)), time.time())
    assert scene.texts() == [text, "A fjord"]


def test_a_thread_and_a_comment_follow(scene: Scene) -> None:
    post = make_post("1/3", thread=("2/3", "3/3"), first_comment="First!")
    results = scene.person.publish(post, time.time())
    assert scene.texts() == ["1/3", "2/3", "3/3", "First!"]
    assert len({result.id for result in results}) == 4


def test_too_much_is_refused_before_anything_leaves(scene: Scene, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="allows 4,095"):
        scene.person.prepared(make_post("ü" * (MOST_TEXT // 2 + 1)))
    with pytest.raises(Refused, match="The post is empty"):
        scene.person.prepared(make_post(""))
    large = make_picture(tmp_path, "large.jpg", "", (1500, 1500), quality=95)
    with pytest.raises(Refused, match="allows 200"):
        scene.person.prepared(make_post("Large", media=(large,)))
    assert scene.between.requests == []
    longest = "ü" * (MOST_TEXT // 2) + "x"
    scene.person.publish(make_post(longest), time.time())
    assert scene.texts() == [longest], "the longest is no file"


@pytest.mark.parametrize("spoil", [lost, cut, page], ids=["lost", "cut", "html"])
def test_a_lost_answer_is_looked_for(scene: Scene, spoil: Any) -> None:
    part, record = scene.person.ready(make_post(HARD_TEXT))
    publisher, account = scene.person.publisher, scene.person.account
    assert publisher.lookup(account, part, record, ()) == (Found.NOT_SENT, None)
    scene.between.fail("/", spoil=spoil)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    outcome, result = publisher.lookup(account, part, record, ())
    assert outcome is Found.SENT
    assert result is not None
    assert result.id == scene.messages()[0]["id"]
    assert publisher.lookup(account, part, record, {result.id}) == (Found.NOT_SENT, None)
    assert not publisher.repeat_is_safe(record, 1)
    assert publisher.settle >= 60


def test_a_lost_picture_is_looked_for(scene: Scene, tmp_path: Path) -> None:
    picture = make_picture(tmp_path, "fjord.jpg", "")
    part, record = scene.person.ready(make_post("", media=(picture,)))
    publisher, account = scene.person.publisher, scene.person.account
    publisher.send(account, *scene.person.uploaded(make_post("Other words"))[0])
    scene.between.fail(f"/{scene.topic}", method="PUT", spoil=lost)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    outcome, result = publisher.lookup(account, part, record, ())
    assert outcome is Found.SENT
    assert result is not None
    assert result.id == scene.messages()[1]["id"]


def test_a_topic_that_cannot_be_read_leaves_it_open(scene: Scene) -> None:
    part, record = scene.person.ready(make_post("Once"))
    scene.between.fail("/json", method="GET", before=refusal(403))
    looked_up = scene.person.publisher.lookup(scene.person.account, part, record, ())
    assert looked_up == (Found.CANNOT_TELL, None)
    old = with_results(part, (), time.time() - 20 * 3600)
    looked_up = scene.person.publisher.lookup(scene.person.account, old, record, ())
    assert looked_up == (Found.CANNOT_TELL, None)


def test_a_full_server_is_waited_for(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Slowly"))
    body = b'{"code":42901,"http":429,"error":"limit reached: too many requests"}'
    scene.between.fail("/", before=refusal(429, body))
    with pytest.raises(RateLimited, match="too many requests") as caught:
        scene.person.send(ready, time.time())
    assert caught.value.seconds == pytest.approx(10, abs=1)
    assert scene.messages() == []


def test_a_server_that_is_away(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Later"))
    closed = scene.person.by("http://127.0.0.1:1")
    with pytest.raises(TryLater):
        closed.send(ready, time.time())
    scene.between.fail("/", before=refusal(503))
    with pytest.raises(Unclear):
        scene.person.send(ready, time.time())
