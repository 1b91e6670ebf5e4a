"""All publishers whose servers cannot be had here, in conversations made from the networks'
documents. No network was asked: what is green here is as good as those documents."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from requests.structures import CaseInsensitiveDict

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
from posto_desktop.server.publishers.http import Http, HttpAnswer, forget_budgets, require_safe
from tests.servers.conversations.cases import CASES, Case
from tests.servers.middleman import Middleman, cut, lost, middleman, page, refusal
from tests.servers.posting import HARD_TEXT, NoBrowser, Person, four_pictures, make_picture
from tests.servers.posting import make_post as make_any_post
from tests.servers.scripted import TOKEN, Request, Scripted, served
from tests.unit.server.mutations import wrong_answer

COUNT = int(os.environ.get("POSTO_MUTATED_ANSWERS", "400"))


@dataclass(frozen=True)
class Scene:
    """An account that is connected through a proxy."""

    case: Case
    server: Scripted
    between: Middleman
    person: Person
    picture: Attachment

    def make_post(self, text: str, **more: Any) -> Any:
        if self.case.needs_media:
            more.setdefault("media", (self.picture,))
        return make_any_post(text, **{**self.case.extra, **more})

    def fail(self, **how: Any) -> None:
        method, path = self.case.publishes
        self.between.fail(path, method=method, **how)

    def ready(self, text: str = "Once", **more: Any) -> tuple[Any, Any]:
        return self.person.ready(self.make_post(text, **more))


@pytest.fixture(params=CASES)
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    case = CASES[request.param]
    with served(case.server()) as server, middleman(server.url) as between:
        server.seen_as = between.url
        person = Person.connect(case.publisher(), **case.fields(between.url))
        between.reset()
        yield Scene(case, server, between, person, make_picture(tmp_path, "own.jpg", "Own"))


def test_connecting_tells_who_it_is(scene: Scene) -> None:
    account = scene.person.account
    assert account.remote_id
    assert account.handle
    assert account.server.startswith(scene.between.url)
    assert TOKEN not in repr(account)
    assert len(json.dumps(scene.person.secrets[-1])) <= 1000, "one entry of any keyring"
    profile = scene.person.publisher.check(account)
    assert profile is not None
    assert profile.remote_id == account.remote_id
    assert profile.limits == account.limits


def test_a_wrong_credential_is_refused(scene: Scene) -> None:
    wrong = scene.case.fields(scene.between.url, scene.case.wrong)
    with pytest.raises((Refused, SignInAgain)) as caught:
        scene.case.publisher().connect(wrong, NoBrowser())
    assert str(caught.value)
    assert not any(value in str(caught.value) for value in scene.case.wrong.values())


def test_a_revoked_credential_means_to_sign_in_again(scene: Scene) -> None:
    ready = scene.person.uploaded(scene.make_post("Too late"))
    scene.server.is_revoked = True
    with pytest.raises(SignInAgain):
        scene.person.send(ready, time.time())
    with pytest.raises(SignInAgain):
        scene.person.publisher.check(scene.person.account)
    assert scene.server.posts == []


def test_words_arrive_whole(scene: Scene) -> None:
    (result,) = scene.person.publish(scene.make_post(HARD_TEXT), time.time())
    (shown,) = scene.server.posts
    assert shown.text == HARD_TEXT
    assert result.id == shown.id
    wanted = scene.case.link.replace("SERVER", scene.between.url)
    assert result.url == wanted.replace("ID", shown.id.strip("c").replace(".", ""))


def test_a_link_goes_with_the_text(scene: Scene) -> None:
    link = "https://example.com/a?b=1&c=ü"
    scene.person.publish(scene.make_post("Read", link=link), time.time())
    (shown,) = scene.server.posts
    assert "Read" in shown.text
    assert link in shown.text


def test_four_pictures_with_their_descriptions(scene: Scene, tmp_path: Path) -> None:
    if scene.case.files == 0:
        pytest.skip("it takes no files")
    pictures = four_pictures(tmp_path)
    scene.person.publish(scene.make_post("Four", media=pictures), time.time())
    (shown,) = scene.server.posts
    assert shown.text == "Four"
    assert list(shown.files) == [picture.path.read_bytes() for picture in pictures]
    if scene.case.has_alt:
        assert list(shown.alts) == [picture.alt for picture in pictures]


def test_one_picture_alone(scene: Scene, tmp_path: Path) -> None:
    if scene.case.files == 0:
        pytest.skip("it takes no files")
    picture = make_picture(tmp_path, "one.jpg", "One <3")
    scene.person.publish(scene.make_post(scene.case.alone, media=(picture,)), time.time())
    (shown,) = scene.server.posts
    assert shown.text == scene.case.alone
    assert list(shown.files) == [picture.path.read_bytes()]


def test_a_thread_of_three_and_a_comment(scene: Scene) -> None:
    post = scene.make_post("1/3", thread=("2/3", "3/3"), first_comment="First!")
    if not scene.case.has_comment:
        prepared = scene.person.publisher.parts(post)
        assert prepared[-1].kind == "comment"
        with pytest.raises(Refused):
            scene.person.publisher.prepare(scene.person.account, prepared[-1])
        scene.person.publish(scene.make_post("1/3", thread=("2/3", "3/3")), time.time())
        (shown,) = scene.server.posts
        assert [line for line in shown.text.split("\n") if line] == ["1/3", "2/3", "3/3"]
        return
    results = scene.person.publish(post, time.time())
    assert [post.text for post in scene.server.posts] == ["1/3", "2/3", "3/3", "First!"]
    ids = [result.id for result in results]
    wanted = [ids[number] if number is not None else "" for number in scene.case.answers]
    assert [post.answers for post in scene.server.posts] == wanted


def test_too_much_is_refused_before_anything_leaves(scene: Scene, tmp_path: Path) -> None:
    most = scene.case.most or 200_000
    if scene.case.most:
        with pytest.raises(Refused, match="characters"):
            scene.person.prepared(scene.make_post("x" * (most + 1)))
    with pytest.raises(Refused):
        scene.person.prepared(make_any_post(""))
    if scene.case.files is not None:
        picture = make_picture(tmp_path, "one.jpg", "One")
        many = scene.make_post("Many", media=(picture,) * (scene.case.files + 1))
        with pytest.raises(Refused, match=r"file|picture"):
            scene.person.prepared(many)
    assert scene.between.requests == []
    scene.person.publish(scene.make_post("x" * most), time.time())
    assert scene.server.posts[0].text == "x" * most


def test_a_large_picture_is_made_smaller(scene: Scene, tmp_path: Path) -> None:
    if not scene.case.large:
        pytest.skip("the limit is above what a test makes")
    picture = make_picture(tmp_path, "large.jpg", "Noise", (1200, 900), quality=95)
    assert picture.size > scene.case.large
    scene.person.publish(scene.make_post("Large", media=(picture,)), time.time())
    (shown,) = scene.server.posts
    assert len(shown.files[0]) <= scene.case.large


@pytest.mark.parametrize("spoil", [lost, cut, page], ids=["lost", "cut", "html"])
def test_a_lost_answer_is_unclear(scene: Scene, spoil: Any) -> None:
    if spoil is not lost and scene.case.says_in_header:
        pytest.skip("its answer is a header")
    part, record = scene.ready(HARD_TEXT)
    publisher, account = scene.person.publisher, scene.person.account
    before = publisher.lookup(account, part, record, ())
    assert before[0] in (Found.NOT_SENT, Found.CANNOT_TELL)
    scene.fail(spoil=spoil)
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    assert len(scene.server.posts) == 1, "the network has carried it out"
    outcome, result = publisher.lookup(account, part, record, ())
    assert outcome is scene.case.after_loss
    if outcome is Found.SENT:
        assert result is not None
        assert result.id == scene.server.posts[0].id
        again, _ = publisher.lookup(account, part, record, {result.id})
        assert again is not Found.SENT or scene.case.is_repeatable, "it is another post"
        assert before[0] is Found.NOT_SENT
    assert publisher.repeat_is_safe(record, 1) is scene.case.is_repeatable
    if scene.case.is_repeatable:
        publisher.send(account, part, record)
        assert len(scene.server.posts) == 1


def test_a_refusal_before_anything_was_done_is_no_post(scene: Scene) -> None:
    part, record = scene.ready()
    publisher, account = scene.person.publisher, scene.person.account
    scene.fail(before=refusal(400, b'{"message":"Not like that","error":"Not like that"}'))
    with pytest.raises(Refused, match="Not like that"):
        publisher.send(account, part, record)
    scene.fail(before=refusal(502))
    with pytest.raises(Unclear):
        publisher.send(account, part, record)
    scene.between.is_away = True
    with pytest.raises((Unclear, TryLater)):
        publisher.send(account, part, record)
    assert scene.server.posts == []


def test_rate_limits_hold_for_the_account(scene: Scene) -> None:
    part, record = scene.ready()
    scene.fail(before=refusal(429, b'{"message":"slow down"}', Retry_After="42"))
    with pytest.raises(RateLimited) as caught:
        scene.person.publisher.send(scene.person.account, part, record)
    assert caught.value.seconds == pytest.approx(42, abs=1.5)
    count = len(scene.between.requests)
    with pytest.raises(RateLimited):
        scene.person.publisher.send(scene.person.account, part, record)
    assert len(scene.between.requests) == count
    assert scene.server.posts == []


def test_what_was_uploaded_is_not_uploaded_again(scene: Scene, tmp_path: Path) -> None:
    if scene.case.files == 0:
        pytest.skip("it takes no files")
    part, record = scene.ready("Four", media=four_pictures(tmp_path)[:2])
    publisher, account = scene.person.publisher, scene.person.account
    scene.between.requests.clear()
    assert publisher.upload(account, part, record, lambda _: None) == record
    assert (
        len([request for request in scene.between.requests if not request.startswith("GET")]) == 0
    )
    publisher.send(account, part, record)
    assert len(scene.server.posts[0].files) == 2


# -- odd answers -----------------------------------------------------------------------------------


class Odd:
    """Serves without a connection, with some of the answers mutated."""

    def __init__(self, server: Scripted) -> None:
        self.server = server
        self.chance = random.Random(1)
        self.share = 0.0
        self.given: list[bytes] = []

    def once(
        self, way: Http, method: str, url: str, publishes: bool, body: dict[str, Any]
    ) -> HttpAnswer:
        require_safe(url)
        headers, content = _content(body)
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        query |= {name: str(value) for name, value in (body.get("params") or {}).items()}
        sent = {**headers, **way._headers, **body.get("headers", {})}
        reply = self.server.answer(
            Request(
                method,
                parts.path,
                query,
                {name.lower(): value for name, value in sent.items()},
                content,
            )
        )
        status, data, shown = reply.status, reply.content, dict(reply.headers)
        if self.chance.random() < self.share:
            try:
                value = json.loads(data)
            except ValueError:
                value = {}
            status, data = wrong_answer(status, value, self.chance)
        self.given.append(data + json.dumps(shown).encode())
        return HttpAnswer(way.host, status, CaseInsensitiveDict(shown), data, publishes)


def _content(body: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    if "json" in body:
        return {"content-type": "application/json"}, json.dumps(body["json"]).encode()
    if "form" in body:
        kind = "application/x-www-form-urlencoded"
        return {"content-type": kind}, urlencode(body["form"]).encode()
    data = body.get("data") or b""
    if isinstance(data, bytes):
        return {}, data
    return {}, b"".join(iter(lambda: data.read(65536), b""))


@pytest.mark.parametrize("name", CASES)
def test_odd_answers_are_never_a_post(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """10,000 of them by POSTO_MUTATED_ANSWERS=10000."""
    case = CASES[name]
    server = case.server()
    odd = Odd(server)
    monkeypatch.setattr(Http, "_once", lambda way, *words: odd.once(way, *words))
    fields = case.fields("http://127.0.0.1:1")
    person = Person.connect(case.publisher(), **fields)
    publisher, account = person.publisher, person.account
    media = () if case.files == 0 else (make_picture(tmp_path, "one.jpg", "One", (9, 9)),)
    outcomes = {"sent": 0, "refused": 0}
    refusals: list[str] = []
    for number in range(COUNT):
        forget_budgets()
        odd.chance, odd.share = random.Random(f"{name} {number}"), 0.25
        odd.given.clear()
        if number % 20 == 0:
            odd.server = case.server()  # without what was published
        post = make_any_post(case.alone or "Hello", media=media, **case.extra)
        try:
            if number % 4 == 0:
                publisher.connect(fields, NoBrowser())
                publisher.check(account)
            prepared = publisher.prepare(account, publisher.parts(post)[0])
            part = with_results(publisher.parts(post)[0], (), time.time())
            record = publisher.upload(account, part, prepared, lambda _: None)
            json.dumps(record)
            outcome, published = publisher.lookup(account, part, record, ())
            assert (outcome is Found.SENT) == (published is not None)
            result = publisher.send(account, part, record)
        except PublishError as error:
            refusals.append(str(error))
            outcomes["refused"] += 1
            continue
        outcomes["sent"] += 1
        assert isinstance(result.url, str)
        assert result.id.strip()
        shown = json.dumps(result.id)[1:-1].encode()
        is_said = any(shown in given or result.id.encode() in given for given in odd.given)
        assert is_said or record.get("key") == result.id
    assert all(sentence.strip() and TOKEN not in sentence for sentence in refusals)
    assert min(outcomes.values()) > COUNT / 20, (outcomes, refusals[-3:], odd.server.problems)
