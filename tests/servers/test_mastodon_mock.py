"""The Mastodon publisher against mastodon_mock, which calls itself Mastodon and honours keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import (
    Found,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
)
from posto_desktop.server.publishers.checks import text_of_html
from posto_desktop.server.publishers.mastodon import Mastodon
from tests.servers.mastodon_mock import MastodonMock
from tests.servers.middleman import Middleman, cut, lost, middleman, page
from tests.servers.posting import (
    HARD_TEXT,
    NoBrowser,
    Person,
    four_pictures,
    make_picture,
    make_post,
)

STATUSES = "/api/v1/statuses"
MEDIA = "/api/v2/media"


@dataclass(frozen=True)
class Scene:
    mock: MastodonMock
    between: Middleman
    person: Person

    def texts(self) -> list[str]:
        """What is published, the oldest first."""
        return [text_of_html(status["content"]) for status in reversed(self.mock.statuses())]


@pytest.fixture(scope="module")
def between(mastodon_mock: MastodonMock) -> Iterator[Middleman]:
    with middleman(mastodon_mock.url) as proxy:
        yield proxy


@pytest.fixture
def scene(mastodon_mock: MastodonMock, between: Middleman) -> Iterator[Scene]:
    mastodon_mock.stop_failing()
    between.reset()
    person = Person.connect(Mastodon(), server=mastodon_mock.url, token=mastodon_mock.token)
    for status in mastodon_mock.statuses():
        mastodon_mock.call("DELETE", f"{STATUSES}/{status['id']}")
    yield Scene(mastodon_mock, between, person.by(between.url))
    mastodon_mock.stop_failing()
    between.reset()


def test_the_server_says_what_it_is_and_takes(scene: Scene) -> None:
    account = scene.person.account
    assert account.facts["software"] == "mastodon"
    assert account.facts["honours_keys"] is True
    assert account.limits.text == 500
    assert account.limits.files == 4


def test_words_arrive_whole(scene: Scene) -> None:
    text = HARD_TEXT.replace("<b>not bold</b>", "b")  # the fake strips tags
    (result,) = scene.person.publish(make_post(text), time.time())
    assert scene.texts() == [text]
    assert result.id == scene.mock.statuses()[0]["id"]
    assert result.url


def test_figures_and_the_address_of_a_post(scene: Scene) -> None:
    publisher, account = scene.person.publisher, scene.person.account
    part, record = scene.person.uploaded(make_post("Counted", thread=("More",)))[0]
    result = publisher.send(account, part, record)
    scene.mock.call("POST", f"{STATUSES}/{result.id}/favourite")
    figures = {
        insight["label"]: insight["value"] for insight in publisher.insights(account, result.id)
    }
    assert figures == {"Replies": 0, "Boosts": 0, "Favourites": 1}
    looked_up = publisher.find(account, part, record, f"{result.url}/", ())
    assert looked_up is not None
    assert looked_up.id == result.id
    with pytest.raises(Refused, match="no post at this address"):
        publisher.find(account, part, record, "https://mastodon.example/@eve/999", ())


def test_four_pictures_and_their_words(scene: Scene, tmp_path: Path) -> None:
    pictures = four_pictures(tmp_path)
    ready = scene.person.uploaded(make_post("Four", media=pictures))
    scene.between.requests.clear()
    scene.person.send(ready, time.time())
    assert scene.between.requests == [f"POST {STATUSES}"], "one request at the due second"
    (status,) = scene.mock.statuses()
    files = status["media_attachments"]
    assert [file["description"] or "" for file in files] == [picture.alt for picture in pictures]


def test_a_thread_of_three_and_a_comment(scene: Scene) -> None:
    post = make_post("1/3", thread=("2/3", "3/3"), first_comment="First!")
    ids = [result.id for result in scene.person.publish(post, time.time())]
    assert [status["in_reply_to_id"] for status in reversed(scene.mock.statuses())] == [
        None,
        ids[0],
        ids[1],
        ids[0],
    ]


def test_the_same_record_again_is_the_same_post(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Once"))
    first = scene.person.send(ready, time.time())
    assert scene.person.send(ready, time.time()) == first
    assert scene.texts() == ["Once"]
    assert scene.person.publisher.repeat_is_safe(ready[0][1], 60)
    assert not scene.person.publisher.repeat_is_safe(ready[0][1], 3600)


def test_without_a_key_it_would_be_two(scene: Scene) -> None:
    """The key is what makes it one: elsewhere the posts are looked through."""
    ready = scene.person.uploaded(make_post("Twice"))
    ready = [(part, {**record, "key": ""}) for part, record in ready]
    scene.person.send(ready, time.time())
    assert not scene.person.publisher.repeat_is_safe(ready[0][1], 60)
    scene.person.send(ready, time.time())
    assert scene.texts() == ["Twice", "Twice"]


@pytest.mark.parametrize("spoil", [lost, cut, page], ids=["lost", "cut", "html"])
def test_a_lost_answer_is_unclear_and_no_second_post(
    scene: Scene, spoil: Any, tmp_path: Path
) -> None:
    post = make_post("Once", media=(make_picture(tmp_path, "one.jpg", "One"),))
    part, record = scene.person.ready(post)
    publisher, account = scene.person.publisher, scene.person.account
    scene.between.fail(STATUSES, spoil=spoil)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    outcome, result = publisher.lookup(account, part, record, ())
    assert outcome is Found.SENT
    assert publisher.send(account, part, record) == result
    assert scene.texts() == ["Once"]


def test_a_request_that_arrives_late_is_no_second_post(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, record = scene.person.ready(make_post("Late"))
    publisher, account = scene.person.publisher, scene.person.account
    monkeypatch.setattr(http, "SILENT_SECONDS", 0.5)
    scene.between.fail(STATUSES, seconds=4.0)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    assert publisher.lookup(account, part, record, ())[0] is Found.NOT_SENT
    publisher.send(account, part, record)
    scene.between.wait_until_quiet()
    assert scene.texts() == ["Late"]


def test_a_wrong_and_a_revoked_token(scene: Scene) -> None:
    with pytest.raises(SignInAgain):
        Mastodon().connect({"server": scene.mock.url, "token": "not-a-token"}, NoBrowser())
    ready = scene.person.uploaded(make_post("Too late"))
    scene.person.secrets.append({"token": "revoked-token"})
    with pytest.raises(SignInAgain):
        scene.person.send(ready, time.time())
    with pytest.raises(SignInAgain):
        scene.person.publisher.check(scene.person.account)
    assert scene.texts() == []


def test_too_long_and_too_many_are_refused_before_anything_leaves(
    scene: Scene, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="501 characters"):
        scene.person.prepared(make_post("é" * 501))
    pictures = tuple(make_picture(tmp_path, f"{number}.jpg", "") for number in range(5))
    with pytest.raises(Refused, match="5 files"):
        scene.person.prepared(make_post("five", media=pictures))
    assert scene.between.requests == []


def test_what_only_the_server_refuses_comes_with_its_sentence(scene: Scene) -> None:
    ((part, record),) = scene.person.uploaded(make_post("x"))
    with pytest.raises(Refused, match="500"):
        scene.person.send([(part, {**record, "text": "x" * 501})], time.time())


def test_rate_limits_hold_for_the_account(scene: Scene) -> None:
    ready = scene.person.uploaded(make_post("Slowly"))
    scene.mock.fail(STATUSES, {"type": "ratelimit"}, count=1)
    with pytest.raises(RateLimited) as caught:
        scene.person.send(ready, time.time())
    assert caught.value.seconds == pytest.approx(300, abs=5)
    count = len(scene.between.requests)
    with pytest.raises(RateLimited):
        scene.person.publisher.check(scene.person.account)
    assert len(scene.between.requests) == count


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_fault_of_the_server_while_it_publishes_is_unclear(scene: Scene, status: int) -> None:
    ready = scene.person.uploaded(make_post("Perhaps"))
    scene.mock.fail(STATUSES, {"type": "status", "status": status}, count=1)
    with pytest.raises(Unclear):
        scene.person.send(ready, time.time())


def test_a_server_that_stops_in_the_middle_of_an_upload(scene: Scene, tmp_path: Path) -> None:
    post = make_post("Four", media=four_pictures(tmp_path))
    ((part, record),) = scene.person.prepared(post)
    publisher, account = scene.person.publisher, scene.person.account
    records: list[Any] = []

    def keep(record: Any) -> None:
        records.append(record)
        scene.between.is_away = len(record["media"]) == 2

    with pytest.raises(TryLater):
        publisher.upload(account, part, record, keep)
    scene.between.is_away = False
    scene.between.requests.clear()
    record = publisher.upload(account, part, records[-1], records.append)
    assert scene.between.count(f"POST {MEDIA}") == 2, "what is there is not sent again"
    scene.person.send([(part, record)], time.time())
    assert len(scene.mock.statuses()[0]["media_attachments"]) == 4


def test_disconnecting_a_pasted_token_says_where_to_delete_it(scene: Scene) -> None:
    with pytest.raises(Refused, match="Delete it in the settings"):
        scene.person.publisher.revoke(scene.person.account)


def test_the_browser_signs_in_by_the_pages_of_the_server(mastodon_mock: MastodonMock) -> None:
    class Browser:
        """Opens the page and allows it, as a person does."""

        state = "state-of-this-sign-in"

        def listen(self) -> str:
            return "http://127.0.0.1:1/callback"

        def open(self, url: str) -> dict[str, str]:
            answer = requests.get(url, timeout=30, allow_redirects=False)
            if "Location" not in answer.headers:
                query = parse_qs(urlsplit(url).query)
                form = {name: values[0] for name, values in query.items()}
                answer = requests.post(
                    url.partition("?")[0],
                    data={**form, "username": "alice"},
                    timeout=30,
                    allow_redirects=False,
                )
            query = parse_qs(urlsplit(answer.headers["Location"]).query)
            assert query["state"] == [self.state]
            return {name: values[0] for name, values in query.items()}

    person = Person.of(Mastodon(), Mastodon().connect({"server": mastodon_mock.url}, Browser()))
    assert sorted(person.secrets[0]) == ["client_id", "client_secret", "token"]
    person.publisher.revoke(person.account)
    with pytest.raises(SignInAgain):
        person.publisher.check(person.account)
