"""Publishing to a real Synapse."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import (
    Found,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
    with_results,
)
from posto_desktop.server.publishers.matrix import MOST_TEXT, Matrix
from tests.servers.middleman import Middleman, cut, lost, middleman, page, refusal
from tests.servers.posting import (
    HARD_TEXT,
    NoBrowser,
    Person,
    four_pictures,
    make_picture,
    make_post,
)
from tests.servers.synapse import LARGEST_UPLOAD, MatrixUser, Synapse, running_synapse

SEND = "/send/m.room.message/"
UPLOAD = "/_matrix/media/v3/upload"


@dataclass(frozen=True)
class Scene:
    """A user with a room, connected through a proxy."""

    synapse: Synapse
    user: MatrixUser
    room: str
    person: Person
    between: Middleman

    def contents(self) -> list[dict[str, Any]]:
        """What is in the room, the oldest first."""
        events = self.synapse.messages(self.user, self.room)
        return [event["content"] for event in reversed(events)]

    def connect_again(self, **more: str) -> Person:
        given = {"user": self.user.user_id, "password": self.user.password, **more}
        return Person.connect(Matrix(), server=self.synapse.url, **given).by(self.between.url)


@pytest.fixture(scope="module")
def between(synapse: Synapse) -> Iterator[Middleman]:
    with middleman(synapse.url) as proxy:
        yield proxy


@pytest.fixture
def scene(synapse: Synapse, between: Middleman) -> Iterator[Scene]:
    between.reset()
    user = synapse.create_user(f"u{secrets.token_hex(5)}")
    room = synapse.create_room(user, "News")
    person = Person.connect(
        Matrix(), server=synapse.url, user=user.user_id, password=user.password
    ).by(between.url)
    between.reset()
    yield Scene(synapse, user, room, person, between)
    between.reset()


def test_connecting_tells_who_it_is_and_which_rooms_can_be_used(synapse: Synapse) -> None:
    user = synapse.create_user("carol")
    news = synapse.create_room(user, "News")
    club = synapse.create_room(user, "Club")
    synapse.create_room(user, "Secret", encrypted=True)
    host = synapse.create_user("host")
    for name, level in (("Announcements", 50), ("Chat", 0)):
        room = synapse.create_room(host, name, invited=user, needed=level)
        synapse.call("POST", f"/_matrix/client/v3/join/{room}", {}, user.access)
    given = {"server": synapse.url, "user": user.user_id, "password": user.password}
    connected = Matrix().connect(given, NoBrowser())
    profile = connected.profile
    assert (profile.remote_id, profile.handle) == (user.user_id, user.user_id)
    assert profile.name == "carol"
    assert [target.name for target in profile.targets] == ["Chat", "Club", "News"]
    assert [target.id for target in profile.targets[1:]] == [club, news]
    assert profile.facts["software"] == "synapse"
    assert profile.facts["upload_bytes"] == LARGEST_UPLOAD
    assert profile.facts["device_id"].startswith("POSTO")
    assert list(connected.secret) == ["token"]
    assert user.password not in connected.secret.values()


def test_what_cannot_be_connected_says_why(synapse: Synapse) -> None:
    user = synapse.create_user("dora")
    given = {"server": synapse.url, "user": user.user_id}
    with pytest.raises(Refused, match="in no room where Posto can publish"):
        Matrix().connect({**given, "password": user.password}, NoBrowser())
    synapse.create_room(user, "Secret", encrypted=True)
    with pytest.raises(Refused, match="unencrypted"):
        Matrix().connect({**given, "password": user.password}, NoBrowser())
    with pytest.raises(Refused, match="Check the Matrix ID and the password"):
        Matrix().connect({**given, "password": "wrong"}, NoBrowser())
    with pytest.raises(Refused, match="Enter the password or an access token"):
        Matrix().connect(given, NoBrowser())
    with pytest.raises(Refused, match="full Matrix ID"):
        Matrix().connect({"server": "", "user": "dora", "password": "x"}, NoBrowser())


def test_a_token_can_be_pasted(scene: Scene) -> None:
    given = {"server": scene.synapse.url, "user": scene.user.user_id, "token": scene.user.access}
    person = Person.connect(Matrix(), **given)
    person.publish(make_post("By a token"), time.time())
    assert [content["body"] for content in scene.contents()] == ["By a token"]
    other = scene.synapse.create_user(f"o{secrets.token_hex(5)}")
    scene.synapse.create_room(other, "Mine")
    with pytest.raises(Refused, match=other.user_id):
        Matrix().connect({**given, "token": other.access}, NoBrowser())


def test_words_arrive_whole(scene: Scene) -> None:
    (result,) = scene.person.publish(make_post(HARD_TEXT), time.time())
    assert scene.contents() == [{"msgtype": "m.text", "body": HARD_TEXT}]
    (event,) = scene.synapse.messages(scene.user, scene.room)
    assert result.id == event["event_id"]
    assert result.url == f"https://matrix.to/#/{scene.room}/{result.id}"


def test_a_link_stands_behind_the_text(scene: Scene) -> None:
    scene.person.publish(make_post("Read", link="https://example.com/a"), time.time())
    assert [content["body"] for content in scene.contents()] == ["Read\nhttps://example.com/a"]


def test_four_pictures_with_their_words(scene: Scene, tmp_path: Path) -> None:
    pictures = four_pictures(tmp_path)
    ready = scene.person.uploaded(make_post("Four", media=pictures))
    assert scene.between.count(UPLOAD) == 4
    scene.between.requests.clear()
    scene.person.send(ready, time.time())
    assert scene.between.count("") == 5, "one request for each message"
    text, *images = scene.contents()
    assert text["body"] == "Four"
    assert [image["body"] for image in images] == [
        picture.alt or picture.name for picture in pictures
    ]
    assert [image["filename"] for image in images] == [picture.name for picture in pictures]
    assert all("m.relates_to" not in image for image in images)
    for shown, picture in zip(images, pictures, strict=True):
        assert shown["info"] == {
            "mimetype": "image/jpeg",
            "size": picture.size,
            "w": picture.width,
            "h": picture.height,
        }
        assert scene.synapse.media(scene.user, shown["url"]) == picture.path.read_bytes()


def test_pictures_alone(scene: Scene, tmp_path: Path) -> None:
    post = make_post("", media=four_pictures(tmp_path)[:2])
    parts = scene.person.publisher.parts(post)
    assert [(part.kind, part.number) for part in parts] == [("post", 0), ("thread", 1)]
    assert parts[0].key == post.key
    scene.person.publish(post, time.time())
    assert [content["msgtype"] for content in scene.contents()] == ["m.image", "m.image"]


def test_a_thread_of_three_and_a_comment(scene: Scene, tmp_path: Path) -> None:
    picture = make_picture(tmp_path, "one.jpg", "One")
    post = make_post("1/3", media=(picture,), thread=("2/3", "3/3"), first_comment="First!")
    results = scene.person.publish(post, time.time())
    relations = {content["body"]: content.get("m.relates_to") for content in scene.contents()}
    ids = [result.id for result in results]
    assert relations == {
        "1/3": None,
        "One": None,
        "2/3": _in_thread(ids[0], ids[1]),
        "3/3": _in_thread(ids[0], ids[2]),
        "First!": {"m.in_reply_to": {"event_id": ids[0]}},
    }


def _in_thread(root: str, before: str) -> dict[str, Any]:
    return {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": True,
        "m.in_reply_to": {"event_id": before},
    }


def test_too_much_is_refused_before_anything_leaves(scene: Scene) -> None:
    with pytest.raises(Refused, match="allows 20,000"):
        scene.person.prepared(make_post("ü" * (MOST_TEXT // 2 + 1)))
    with pytest.raises(Refused, match="The post is empty"):
        scene.person.prepared(make_post(""))
    assert scene.between.requests == []
    scene.person.publish(make_post("\U0001f600" * (MOST_TEXT // 4)), time.time())


def test_a_large_picture_is_made_smaller(scene: Scene, tmp_path: Path) -> None:
    large = make_picture(tmp_path, "large.jpg", "Noise", (1200, 900), quality=95)
    assert large.size > LARGEST_UPLOAD
    ready = scene.person.uploaded(make_post("", media=(large,)))
    assert "large.jpg was made smaller" in ready[0][1]["notes"][0]
    scene.person.send(ready, time.time())
    (shown,) = scene.contents()
    data = scene.synapse.media(scene.user, shown["url"])
    assert len(data) == shown["info"]["size"] <= LARGEST_UPLOAD


def test_a_file_that_the_server_does_not_take(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0" * (LARGEST_UPLOAD + 1))
    film = replace(
        make_picture(tmp_path, "x.jpg", ""),
        path=path,
        name="film.mp4",
        mime="video/mp4",
        size=LARGEST_UPLOAD + 1,
    )
    with pytest.raises(Refused, match="does not accept this much"):
        scene.person.uploaded(make_post("Film", media=(film,)))


def test_an_ended_session_means_to_sign_in_again(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Too late"))
    scene.person.publisher.revoke(scene.person.account)
    with pytest.raises(SignInAgain):
        scene.person.send(ready, time.time())
    with pytest.raises(SignInAgain):
        scene.person.publisher.check(scene.person.account)
    assert scene.contents() == []


def test_a_room_that_one_was_put_out_of(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Out"))
    path = f"/_matrix/client/v3/rooms/{scene.room}/leave"
    scene.synapse.call("POST", path, {}, scene.user.access)
    with pytest.raises(Refused, match="not in room"):
        scene.person.send(ready, time.time())


def test_a_room_that_was_encrypted_since(scene: Scene) -> None:
    path = f"/_matrix/client/v3/rooms/{scene.room}/state/m.room.encryption"
    body = {"algorithm": "m.megolm.v1.aes-sha2"}
    scene.synapse.call("PUT", path, body, scene.user.access)
    with pytest.raises(Refused, match="now encrypted"):
        scene.person.uploaded(make_post("In the clear"))


@pytest.mark.parametrize("spoil", [lost, cut, page], ids=["lost", "cut", "html"])
def test_a_lost_answer_is_unclear_and_no_second_message(scene: Scene, spoil: Any) -> None:
    part, record = scene.person.ready(make_post("Once"))
    publisher, account = scene.person.publisher, scene.person.account
    scene.between.fail(SEND, method="PUT", spoil=spoil)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    outcome, result = publisher.lookup(account, part, record, ())
    assert outcome is Found.SENT
    assert publisher.repeat_is_safe(record, 60)
    assert publisher.send(account, part, record) == result
    assert [content["body"] for content in scene.contents()] == ["Once"]


def test_a_request_that_arrives_late_is_no_second_message(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, record = scene.person.ready(make_post("Late"))
    publisher, account = scene.person.publisher, scene.person.account
    monkeypatch.setattr(http, "SILENT_SECONDS", 0.5)
    scene.between.fail(SEND, method="PUT", seconds=4.0)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    assert publisher.lookup(account, part, record, ())[0] is Found.NOT_SENT
    publisher.send(account, part, record)
    scene.between.wait_until_quiet()
    assert [content["body"] for content in scene.contents()] == ["Late"]


def test_the_same_device_after_signing_in_again_makes_no_second_message(scene: Scene) -> None:
    part, record = scene.person.ready(make_post("Once"), age=30)
    first = scene.person.publisher.send(scene.person.account, part, record)
    again = scene.connect_again(device_id=record["device"])
    assert again.account.facts["device_id"] == record["device"]
    assert again.publisher.send(again.account, part, record) == first
    assert len(scene.contents()) == 1


def test_another_device_looks_before_it_sends(scene: Scene) -> None:
    part, record = scene.person.ready(make_post("Once"), age=30)
    first = scene.person.publisher.send(scene.person.account, part, record)
    other = scene.connect_again()
    assert other.account.facts["device_id"] != record["device"]
    assert other.publisher.lookup(other.account, part, record, ()) == (Found.SENT, first)
    with pytest.raises(TryLater):
        other.publisher.lookup(other.account, part, record, {first.id})
    assert other.publisher.send(other.account, part, record) == first
    assert len(scene.contents()) == 1
    unsent, record = scene.person.uploaded(make_post("Never sent"))[0]
    with pytest.raises(TryLater):
        other.publisher.lookup(other.account, with_results(unsent, (), time.time()), record, ())
    old = with_results(unsent, (), time.time() - 600)
    assert other.publisher.lookup(other.account, old, record, ())[0] is Found.NOT_SENT


def test_what_the_server_has_forgotten_is_never_sent_again_by_itself(scene: Scene) -> None:
    part, record = scene.person.uploaded(make_post("Yesterday"))[0]
    old = with_results(part, (), time.time() - 23 * 3600)
    publisher, account = scene.person.publisher, scene.person.account
    assert not publisher.repeat_is_safe(record, 23 * 3600)
    assert publisher.lookup(account, old, record, ())[0] is Found.CANNOT_TELL
    publisher.send(account, old, record)
    assert publisher.lookup(account, old, record, ())[0] is Found.SENT


def test_rate_limits_hold_for_the_account(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Slowly"))
    body = b'{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":42000}'
    scene.between.fail(SEND, method="PUT", before=refusal(429, body))
    with pytest.raises(RateLimited) as caught:
        scene.person.send(ready, time.time())
    assert caught.value.seconds == pytest.approx(42, abs=1)
    count = len(scene.between.requests)
    with pytest.raises(RateLimited):
        scene.person.publisher.check(scene.person.account)
    assert len(scene.between.requests) == count


@pytest.mark.usefixtures("synapse")  # it can be had here
def test_the_real_limit_of_messages_is_said_with_its_time() -> None:
    with running_synapse(messages_a_second=0.1) as strict:
        user = strict.create_user("eve")
        room = strict.create_room(user, "News")
        given = {"user": user.user_id, "password": user.password, "server": strict.url}
        person = Person.connect(Matrix(), **given)
        ready = person.uploaded(make_post("1", thread=("2", "3")))
        with pytest.raises(RateLimited) as caught:
            person.send(ready, time.time())
        assert 1 <= caught.value.seconds <= 60
        assert len(strict.messages(user, room)) < 3, "what was put off is not out"


def test_a_server_that_stops_in_the_middle_of_an_upload(scene: Scene, tmp_path: Path) -> None:
    post = make_post("Four", media=four_pictures(tmp_path))
    prepared = scene.person.prepared(post)
    publisher, account = scene.person.publisher, scene.person.account
    records: dict[int, Any] = {}

    def upload() -> None:
        for part, record in prepared:

            def keep(record: Any, number: int = part.number) -> None:
                records[number] = record
                if len(records) == 2:
                    scene.between.is_away = True

            known = records.get(part.number, record)
            records[part.number] = publisher.upload(account, part, known, keep)

    with pytest.raises(TryLater):
        upload()
    scene.between.is_away = False
    scene.between.requests.clear()
    upload()
    assert scene.between.count(UPLOAD) in (2, 3), "what is there is not sent again"
    scene.person.send([(part, records[part.number]) for part, _ in prepared], time.time())
    assert len(scene.contents()) == 5
