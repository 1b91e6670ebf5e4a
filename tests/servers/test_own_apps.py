"""Networks for which a person registers an app of their own, in conversations made from their
documents. None of these networks was ever asked."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.publishers.base import (
    Found,
    PublishError,
    RateLimited,
    Refused,
    Section,
    SignInAgain,
    TryLater,
    Unclear,
    with_results,
)
from posto_desktop.server.publishers.facebook import FacebookPage
from posto_desktop.server.publishers.http import HttpAnswer
from posto_desktop.server.publishers.instagram import Instagram
from posto_desktop.server.publishers.linkedin import LinkedIn, little_text
from posto_desktop.server.publishers.meta import explain
from posto_desktop.server.publishers.threads import Threads
from posto_desktop.server.publishers.x import PRICES
from tests.servers.conftest import Connect
from tests.servers.conversations import linkedin, meta
from tests.servers.middleman import middleman, refusal
from tests.servers.posting import NoBrowser, Person, four_pictures, make_post
from tests.servers.scripted import TOKEN, served

# -- X ---------------------------------------------------------------------------------------------


def test_x_waits_for_credits(connect: Connect) -> None:
    server, person = connect("x")
    assert person.account.facts["prices"] == PRICES
    assert PRICES["post_with_link"] > PRICES["post"]
    ready = person.uploaded(make_post("Once"))
    with middleman(server.url) as between:
        server.seen_as = between.url
        between.fail("/2/tweets", before=refusal(402, b'{"title":"CreditsDepleted"}'))
        with pytest.raises(RateLimited, match="no credits") as caught:
            person.by(between.url).send(ready, time.time())
        assert caught.value.seconds > 600


def test_x_says_that_the_words_are_there_already(connect: Connect) -> None:
    server, person = connect("x")
    person.publish(make_post("Same"), time.time())
    with pytest.raises(Refused, match="duplicate content"):
        person.publish(make_post("Same"), time.time())
    assert len(server.posts) == 1


def test_x_counts_as_x_counts(connect: Connect) -> None:
    _server, person = connect("x")
    person.prepared(make_post("é" * 280))
    person.prepared(make_post("😀" * 140))
    person.prepared(make_post("x" * 256 + " https://example.com/" + "y" * 100))
    with pytest.raises(Refused, match="as X counts"):
        person.prepared(make_post("😀" * 141))


# -- LinkedIn --------------------------------------------------------------------------------------


def test_linkedin_sees_no_markup_but_hashtags() -> None:
    assert little_text("a_b (c) #tag_1 @you <3 \\") == (
        "a\\_b \\(c\\) {hashtag|\\#|tag\\_1} \\@you \\<3 \\\\"
    )
    text = "x #größe!\n{a|b} [c] *d* ~e~ #"
    assert linkedin.plain(little_text(text)) == text


def test_linkedin_names_the_post_that_is_there_already(connect: Connect) -> None:
    server, person = connect("linkedin")
    post = make_post("Once")
    (first,) = person.publish(post, time.time())
    assert person.publish(post, time.time()) == [first]
    assert len(server.posts) == 1
    # One of yesterday is another post.
    for key in server.urns:
        server.urns[key] = f"urn:li:share:{int((time.time() - 86400) * 1000) << 22}"
    with pytest.raises(Refused, match="already has this post"):
        person.publish(post, time.time())


def test_linkedin_tokens_end_after_sixty_days(connect: Connect) -> None:
    _server, person = connect("linkedin")
    expires = person.account.facts["expires_at"]
    assert expires == pytest.approx(time.time() + 60 * 86400, abs=60)
    profile = LinkedIn().check(person.account)
    assert profile.facts["expires_at"] == expires, "looking at it does not make it longer"


def test_linkedin_comments_have_limits(connect: Connect, tmp_path: Path) -> None:
    _server, person = connect("linkedin")
    parts = person.publisher.parts(make_post("Post", first_comment="x" * 1251))
    with pytest.raises(Refused, match="allows 1,250"):
        person.publisher.prepare(person.account, parts[1])


# -- Meta ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind", "kind_elsewhere"),
    [
        ({"code": 190, "message": "expired"}, SignInAgain, SignInAgain),
        ({"code": 4, "message": "too many"}, RateLimited, RateLimited),
        ({"code": 2, "message": "service"}, Unclear, TryLater),
        ({"code": 999, "message": "x", "is_transient": True}, Unclear, TryLater),
        ({"code": 100, "message": "Invalid parameter"}, Refused, Refused),
        ({"code": 200, "error_user_msg": "No right"}, Refused, Refused),
    ],
)
def test_meta_errors_are_sorted_by_their_numbers(
    error: dict[str, Any], kind: type[PublishError], kind_elsewhere: type[PublishError]
) -> None:
    body = json.dumps({"error": error}).encode()
    assert type(explain(HttpAnswer("graph", 400, {}, body, True))) is kind
    assert type(explain(HttpAnswer("graph", 400, {}, body, False))) is kind_elsewhere
    assert explain(HttpAnswer("graph", 400, {}, b"<html>", True)) is None


@pytest.mark.parametrize(("name", "field"), [("threads", "status"), ("instagram", "status_code")])
def test_meta_is_waited_for(connect: Connect, tmp_path: Path, name: str, field: str) -> None:
    server, person = connect(name)
    part, record = person.prepared(make_post("Wait", media=four_pictures(tmp_path)[:1]))[0]
    records: list[Any] = []
    base = person.account.server.removeprefix(server.url)
    with middleman(server.url) as between:
        account = person.by(between.url + base).account
        in_work = refusal(200, f'{{"{field}":"IN_PROGRESS"}}'.encode())
        between.fail(f"fields={field}", method="GET", before=in_work)
        with pytest.raises(TryLater, match="still processing"):
            person.publisher.upload(account, part, record, records.append)
        failed = refusal(200, f'{{"{field}":"ERROR","error_message":"bad picture"}}'.encode())
        between.fail(f"fields={field}", method="GET", before=failed)
        with pytest.raises(Refused, match="could not use a file"):
            person.publisher.upload(account, part, records[-1], records.append)
        record = person.publisher.upload(account, part, records[-1], records.append)
    assert len(server.containers) == 1, "it is made once"
    person.send([(part, record)], time.time())
    assert len(server.posts) == 1
    part, record = person.uploaded(make_post("Not sent", media=four_pictures(tmp_path)[:2]))[0]
    assert len(server.files) == 3
    person.publisher.discard(person.account, part, record)
    assert len(server.files) == 1, "pictures of what is not sent are taken from the site"


def test_threads_goes_without_a_site_for_pictures(tmp_path: Path) -> None:
    with served(meta.Threads()) as server:
        person = Person.connect(Threads(), token=TOKEN, server=f"{server.url}/v1.0")
        person.publish(make_post("Words alone"), time.time())
        with pytest.raises(Refused, match="public address"):
            person.prepared(make_post("Picture", media=four_pictures(tmp_path)))
        assert [post.text for post in server.posts] == ["Words alone"]
        wrong = {"host": server.url, "host_user": "alice", "host_password": "wrong-pass-word"}
        with pytest.raises(Refused, match="does not accept uploads"):
            Threads().connect(
                {"token": TOKEN, "server": f"{server.url}/v1.0", **wrong}, NoBrowser()
            )


def test_a_reply_at_threads_that_was_lost_is_asked_about(connect: Connect) -> None:
    _server, person = connect("threads")
    post = make_post("1/2", thread=("2/2",))
    results = person.publish(post, time.time())
    part, record = person.uploaded(post)[1]
    part = with_results(part, results[:1], time.time())
    looked_up = person.publisher.lookup(person.account, part, record, ())
    assert looked_up == (Found.CANNOT_TELL, None)


def test_a_reply_at_threads_that_is_waited_for_is_not_made_without_end(
    connect: Connect, tmp_path: Path
) -> None:
    server, person = connect("threads")
    pictures = four_pictures(tmp_path)[:1]
    ready = person.uploaded(make_post("1/2", thread=(Section("2/2", pictures),)))
    results = person.send(ready[:1], time.time())
    part, record = ready[1]
    part = with_results(part, results, time.time())
    records = [record]
    with middleman(server.url) as between:
        account = person.by(f"{between.url}/v1.0").account
        in_work = refusal(200, b'{"status":"IN_PROGRESS"}')
        between.fail("fields=status", method="GET", before=in_work, times=3)
        with pytest.raises(TryLater, match="still processing"):
            person.publisher.send(account, part, record)
        for _ in range(2):
            with pytest.raises(TryLater, match="still processing"):
                person.publisher.upload(account, part, records[-1], records.append)
        record = person.publisher.upload(account, part, records[-1], records.append)
        person.publisher.send(account, part, record)
    assert [post.text for post in server.posts] == ["1/2", "2/2"]
    replies = [container for container in server.containers.values() if "reply_to_id" in container]
    assert len(replies) == 2, "one by `send`, one that is kept"


def test_instagram_takes_no_personal_accounts_and_no_post_without_a_picture(
    connect: Connect,
) -> None:
    server, person = connect("instagram")
    with pytest.raises(Refused, match="at least one picture"):
        person.prepared(make_post("Words"))
    with middleman(server.url) as between:
        body = b'{"user_id":"17","username":"alice","account_type":"PERSONAL"}'
        between.fail("/me", method="GET", before=refusal(200, body))
        given = {"token": TOKEN, "server": f"{between.url}/v23.0", "host": server.url}
        given |= {"host_user": "alice", "host_password": meta.HOST_PASSWORD}
        with pytest.raises(Refused, match="business and creator"):
            Instagram().connect(given, NoBrowser())


def test_facebook_wants_the_token_of_a_page(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("facebook")
    with middleman(server.url) as between:
        between.fail("/me", method="GET", before=refusal(200, b'{"id":"5","name":"Alice"}'))
        given = {"token": TOKEN, "server": f"{between.url}/v23.0"}
        with pytest.raises(Refused, match="belongs to Alice, a person"):
            FacebookPage().connect(given, NoBrowser())
    part, record = person.uploaded(make_post("No", media=four_pictures(tmp_path)[:1]))[0]
    person.publisher.discard(person.account, part, record)
    assert record["post"] not in server.containers
