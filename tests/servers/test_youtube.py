"""Publishing to YouTube, in a conversation made from Google's documents. It was never asked."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.base import (
    Attachment,
    Found,
    PublishError,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
    with_results,
)
from posto_desktop.server.publishers.http import Http, forget_budgets
from posto_desktop.server.publishers.youtube import YouTube
from tests.servers.conversations import youtube
from tests.servers.middleman import Middleman, cut, lost, middleman, page, refusal
from tests.servers.posting import Person, four_pictures, make_post
from tests.servers.scripted import served
from tests.servers.test_conversations import COUNT, Odd

TEXT = "Ünï & «emoji» 👩‍👩‍👧‍👦 — مرحبا, שלום {a|b}"


class Browser:
    """Somebody who allows it at once."""

    state = "state-of-this-sign-in"

    def __init__(self, server: youtube.YouTube) -> None:
        self.server = server

    def listen(self) -> str:
        return "http://127.0.0.1:1/callback"

    def open(self, url: str) -> Mapping[str, str]:
        return self.server.allow(url)


@dataclass(frozen=True)
class Scene:
    server: youtube.YouTube
    between: Middleman
    person: Person
    film: Attachment

    def ready(self) -> tuple[Any, Any]:
        return self.person.ready(make_post(TEXT, media=(self.film,)))


def connected(server: youtube.YouTube, place: str) -> Person:
    given = {"client_id": youtube.CLIENT, "client_secret": youtube.SECRET, "server": place}
    publisher = YouTube()
    return Person.of(publisher, publisher.connect(given, Browser(server)))


def make_film(folder: Path) -> Attachment:
    path = folder / "film.mp4"
    path.write_bytes(b"\0\1\2\3" * 5000)
    return Attachment(1, path, "0" * 64, "video/mp4", "film.mp4", "", 20_000)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    server = youtube.YouTube()
    with served(server), middleman(server.url) as between:
        person = connected(server, between.url)
        between.reset()
        yield Scene(server, between, person, make_film(tmp_path))


def test_signing_in_by_the_browser(scene: Scene) -> None:
    account = scene.person.account
    assert (account.remote_id, account.handle) == ("UCalice", "@alice")
    assert scene.person.secrets == [
        {
            "client_id": youtube.CLIENT,
            "client_secret": youtube.SECRET,
            "refresh": youtube.REFRESH,
        }
    ]
    assert youtube.REFRESH not in repr(account)
    given = {"client_id": youtube.CLIENT, "client_secret": "wrong-secret"}
    with pytest.raises(Refused, match="no longer knows this client"):
        YouTube().connect({**given, "server": scene.between.url}, Browser(scene.server))


def test_a_video_is_private_until_its_time(scene: Scene) -> None:
    part, record = scene.ready()
    video = scene.server.videos[record["video"]]
    assert video["status"]["privacyStatus"] == "private"
    assert video["snippet"]["title"] == TEXT
    assert scene.server.posts == []
    scene.between.requests.clear()
    result = scene.person.publisher.send(scene.person.account, part, record)
    assert scene.between.requests == ["PUT /youtube/v3/videos?part=status"]
    (shown,) = scene.server.posts
    assert (shown.text, shown.files) == (TEXT, (scene.film.path.read_bytes(),))
    assert result.url == f"https://www.youtube.com/watch?v={shown.id}"
    assert scene.server.refreshes == 1, "an access token holds for an hour"


def test_figures_are_those_that_it_says(scene: Scene) -> None:
    part, record = scene.ready()
    publisher, account = scene.person.publisher, scene.person.account
    result = publisher.send(account, part, record)
    assert publisher.insights(account, result.id) == [
        {"label": "Views", "value": 1234},
        {"label": "Likes", "value": 56},
    ]
    assert publisher.insights(account, "gone") == []


def test_what_it_does_not_take(scene: Scene, tmp_path: Path) -> None:
    film = scene.film
    for post, sentence in (
        (make_post("Words"), "at least one"),
        (make_post("Two", media=(film, film)), "allows 1"),
        (make_post("Pictures", media=four_pictures(tmp_path)[:1]), "one video"),
        (make_post("", media=(film,)), "needs a title"),
        (make_post("x" * 101, media=(film,)), "allows 100"),
        (make_post("I <3 you", media=(film,)), "not allow <"),
        (make_post("ü" * 2501, media=(film,), title="T"), "allows 5,000"),
    ):
        with pytest.raises(Refused, match=sentence):
            scene.person.prepared(post)
    parts = scene.person.publisher.parts(make_post("P", media=(film,), first_comment="C"))
    with pytest.raises(Refused, match="cannot write comments"):
        scene.person.publisher.prepare(scene.person.account, parts[1])
    assert scene.between.requests == []


@pytest.mark.parametrize("spoil", [lost, cut, page], ids=["lost", "cut", "html"])
def test_a_lost_answer_is_no_second_video(scene: Scene, spoil: Any) -> None:
    part, record = scene.ready()
    publisher, account = scene.person.publisher, scene.person.account
    assert publisher.lookup(account, part, record, ())[0] is Found.NOT_SENT
    scene.between.fail("/videos", method="PUT", spoil=spoil)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    assert publisher.lookup(account, part, record, ())[0] is Found.SENT
    publisher.send(account, part, record)
    assert len(scene.server.posts) == 1


def test_an_upload_that_was_cut_off_is_made_anew(scene: Scene) -> None:
    prepared = scene.person.prepared(make_post(TEXT, media=(scene.film,)))
    scene.between.fail("/upload/", before=refusal(503))
    publisher, account = scene.person.publisher, scene.person.account
    with pytest.raises(TryLater):
        publisher.upload(account, *prepared[0], lambda _: None)
    record = publisher.upload(account, *prepared[0], lambda _: None)
    assert publisher.upload(account, prepared[0][0], record, lambda _: None) == record
    assert len(scene.server.videos) == 1
    publisher.discard(account, prepared[0][0], record)
    assert scene.server.videos == {}


def test_a_quota_that_is_used_up_is_waited_for(scene: Scene) -> None:
    part, record = scene.ready()
    body = b'{"error":{"code":403,"message":"q","errors":[{"reason":"quotaExceeded"}]}}'
    scene.between.fail("/videos", method="PUT", before=refusal(403, body))
    with pytest.raises(RateLimited, match="reached today"):
        scene.person.publisher.send(scene.person.account, part, record)
    forget_budgets()
    scene.between.fail("/videos", method="PUT", before=refusal(429, Retry_After="42"))
    with pytest.raises(RateLimited) as caught:
        scene.person.publisher.send(scene.person.account, part, record)
    assert caught.value.seconds == pytest.approx(42, abs=1.5)


def test_an_ended_sign_in_says_why(scene: Scene) -> None:
    scene.server.is_revoked = True
    with pytest.raises(SignInAgain, match="seven days"):
        scene.person.publisher.check(scene.person.account)


def test_an_access_token_that_ended_early_is_made_anew(scene: Scene) -> None:
    """As after a sleep of the computer: nobody has to sign in for that."""
    publisher, account = scene.person.publisher, scene.person.account
    publisher.check(account)
    scene.server.access = "access-token-2"
    with pytest.raises(TryLater):
        publisher.check(account)
    publisher.check(account)
    assert scene.server.refreshes == 2


def test_disconnecting_ends_the_access(scene: Scene) -> None:
    scene.person.publisher.revoke(scene.person.account)
    assert scene.server.is_revoked


def test_a_new_refresh_token_is_kept_before_it_is_used(scene: Scene) -> None:
    scene.server.next_refresh = "1//another-refresh-token"
    scene.person.publisher.check(scene.person.account)
    assert scene.person.secrets[-1]["refresh"] == "1//another-refresh-token"
    assert scene.person.secrets[-1]["client_secret"] == youtube.SECRET
    scene.server.next_refresh = ""
    scene.person.publisher.check(scene.person.account)
    assert len(scene.person.secrets) == 2, "nothing overwrites it with nothing"


def test_odd_answers_are_never_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = youtube.YouTube()
    odd = Odd(server)
    monkeypatch.setattr(Http, "_once", lambda way, *words: odd.once(way, *words))
    person = connected(server, "http://127.0.0.1:1")
    outcomes = {"sent": 0, "refused": 0}
    post = make_post(TEXT, media=(make_film(tmp_path),))
    for number in range(COUNT):
        forget_budgets()
        odd.chance, odd.share = random.Random(number), 0.25
        odd.given.clear()
        publisher = YouTube()  # without an access token
        part = with_results(publisher.parts(post)[0], (), time.time())
        try:
            if number % 4 == 0:
                publisher.check(person.account)
            prepared = publisher.prepare(person.account, part)
            record = publisher.upload(person.account, part, prepared, lambda _: None)
            outcome, published = publisher.lookup(person.account, part, record, ())
            assert (outcome is Found.SENT) == (published is not None)
            result = publisher.send(person.account, part, record)
        except PublishError:
            outcomes["refused"] += 1
            del person.secrets[1:]
            continue
        outcomes["sent"] += 1
        del person.secrets[1:]
        assert any(result.id.encode() in given for given in odd.given)
    assert min(outcomes.values()) > COUNT / 20, outcomes


def test_google_says_when_a_sign_in_of_a_project_in_testing_ends(scene: Scene) -> None:
    assert scene.person.account.facts == {}
    scene.server.refresh_seconds = 7 * 86400
    person = connected(scene.server, scene.between.url)
    ends = person.account.facts["expires_at"]
    assert ends == pytest.approx(time.time() + 7 * 86400, abs=60)
    profile = YouTube().check(person.account)
    assert profile.facts["expires_at"] == ends, "looking at it does not make it longer"
