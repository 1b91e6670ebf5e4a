"""Publishing to a real PDS."""

from __future__ import annotations

import io
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from posto_desktop.net import addresses
from posto_desktop.server.publishers.base import (
    Found,
    RateLimited,
    Refused,
    SignInAgain,
    TryLater,
    Unclear,
    with_results,
)
from posto_desktop.server.publishers.bluesky import Bluesky, image_bytes
from tests.fakes.site import running_site
from tests.servers.bluesky import BlueskyAccount, BlueskyServer, running_bluesky
from tests.servers.middleman import Middleman, cut, lost, middleman, page, refusal
from tests.servers.posting import (
    HARD_TEXT,
    NoBrowser,
    Person,
    four_pictures,
    make_picture,
    make_post,
)

NOW = 1_900_000_000.25
PUT = "/xrpc/com.atproto.repo.putRecord"
UPLOAD = "/xrpc/com.atproto.repo.uploadBlob"


@pytest.fixture(scope="module")
def between(bluesky: BlueskyServer) -> Iterator[Middleman]:
    with middleman(bluesky.url) as proxy:
        yield proxy


@pytest.fixture
def alice(bluesky: BlueskyServer, between: Middleman) -> Iterator[tuple[BlueskyAccount, Person]]:
    """A new account each time, connected through the proxy."""
    between.reset()
    made = bluesky.create_account(f"a{secrets.token_hex(6)}")
    person = Person.connect(
        Bluesky(), handle=made.handle, password=made.app_password, server=bluesky.url
    ).by(between.url)
    between.reset()
    yield made, person
    between.reset()


def value(bluesky: BlueskyServer, account: BlueskyAccount) -> dict[str, Any]:
    """The record of the one post of an account."""
    posts = bluesky.posts(account.did)
    assert len(posts) == 1
    record: dict[str, Any] = posts[0]["value"]
    return record


def test_connecting_tells_who_it_is(bluesky: BlueskyServer) -> None:
    carol = bluesky.create_account("carol")
    connected = Bluesky().connect(
        {"handle": f"@{carol.handle}", "password": carol.app_password, "server": bluesky.url},
        NoBrowser(),
    )
    profile = connected.profile
    assert profile.remote_id == carol.did
    assert (profile.handle, profile.name, profile.network) == (
        "@carol.test",
        "carol.test",
        "bluesky",
    )
    assert profile.limits.text == 300
    assert connected.server.replace("localhost", "127.0.0.1") == bluesky.url
    assert max(len(value) for value in connected.secret.values()) < 900
    assert len(json.dumps(connected.secret)) <= 1000, "one entry of any keyring"
    assert carol.app_password not in repr(connected)


def test_a_server_is_found_by_the_handle(bluesky: BlueskyServer) -> None:
    dora = bluesky.create_account("dora")
    connected = Bluesky(entry=bluesky.url, directory=bluesky.directory).connect(
        {"handle": dora.handle, "password": dora.app_password, "server": ""}, NoBrowser()
    )
    assert connected.server.replace("localhost", "127.0.0.1") == bluesky.url
    with pytest.raises(Refused, match=r"nobody\.test"):
        Bluesky(entry=bluesky.url, directory=bluesky.directory).connect(
            {"handle": "nobody.test", "password": "x", "server": ""}, NoBrowser()
        )


def test_wrong_passwords_are_refused(bluesky: BlueskyServer) -> None:
    erin = bluesky.create_account("erin")
    given = {"handle": erin.handle, "server": bluesky.url}
    with pytest.raises(Refused, match="Enter an app password"):
        Bluesky().connect({**given, "password": "wrong-pass"}, NoBrowser())
    with pytest.raises(Refused, match="your account password"):
        Bluesky().connect({**given, "password": erin.password}, NoBrowser())


def test_words_arrive_whole(bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person]) -> None:
    account, person = alice
    (result,) = person.publish(make_post(HARD_TEXT), NOW)
    record = value(bluesky, account)
    assert record["text"] == HARD_TEXT
    assert record["createdAt"] == "2030-03-17T17:46:40.250Z"
    assert result.id == bluesky.posts(account.did)[0]["uri"]
    assert result.url == f"https://bsky.app/profile/{account.did}/post/{result.id.split('/')[-1]}"


def test_links_mentions_and_tags_are_marked_by_bytes(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    text = f"👩‍👩‍👧‍👦 שלום @{account.handle} and @nobody.invalid:"
    text += " https://example.com/a(b)?x=ü. #Größe!"
    person.publish(make_post(text), NOW)
    raw = text.encode()
    marked = {
        raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
        for facet in value(bluesky, account)["facets"]
    }
    assert marked == {
        f"@{account.handle}": {"$type": "app.bsky.richtext.facet#mention", "did": account.did},
        "https://example.com/a(b)?x=ü": {
            "$type": "app.bsky.richtext.facet#link",
            "uri": "https://example.com/a(b)?x=ü",
        },
        "#Größe": {"$type": "app.bsky.richtext.facet#tag", "tag": "Größe"},
    }


def test_four_pictures_and_their_words_in_five_requests(
    bluesky: BlueskyServer,
    between: Middleman,
    alice: tuple[BlueskyAccount, Person],
    tmp_path: Path,
) -> None:
    account, person = alice
    person.publish(make_post("the session is there"), NOW)
    pictures = four_pictures(tmp_path)
    between.reset()
    ready = person.uploaded(make_post("Four", media=pictures))
    assert between.requests == [f"POST {UPLOAD}"] * 4
    between.reset()
    person.send(ready, NOW)
    assert between.requests == [f"POST {PUT}"], "one request at the due second"
    record = next(
        post["value"] for post in bluesky.posts(account.did) if post["value"]["text"] == "Four"
    )
    images = record["embed"]["images"]
    assert [image["alt"] for image in images] == [picture.alt for picture in pictures]
    assert [image["aspectRatio"] for image in images] == [
        {"width": picture.width, "height": picture.height} for picture in pictures
    ]
    for shown, picture in zip(images, pictures, strict=True):
        link = shown["image"]["ref"]["$link"]
        assert bluesky.blob(account.did, link) == picture.path.read_bytes()


def test_sixty_posts_take_no_login(
    between: Middleman, alice: tuple[BlueskyAccount, Person]
) -> None:
    _account, person = alice
    for number in range(60):
        person.publish(make_post(f"Post {number}"), NOW + number)
    assert between.count("createSession") == 0
    assert between.count("refreshSession") == 1, "the new process has one session"
    assert between.count(PUT) == 60


def test_a_video_with_its_words(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person], tmp_path: Path
) -> None:
    account, person = alice
    path = Path(__file__).parents[1] / "data" / "two-seconds.mp4"
    still = make_picture(tmp_path, "still.jpg", "A short film")
    film = replace(still, path=path, name="film.mp4", mime="video/mp4", size=path.stat().st_size)
    with pytest.raises(Refused, match="pictures or one video"):
        person.prepared(make_post("Both", media=(film, still)))
    person.publish(make_post("Film", media=(film,)), NOW)
    embed = value(bluesky, account)["embed"]
    assert embed["$type"] == "app.bsky.embed.video"
    assert embed["alt"] == "A short film"
    assert bluesky.blob(account.did, embed["video"]["ref"]["$link"]) == path.read_bytes()


def test_a_large_picture_is_made_smaller(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person], tmp_path: Path
) -> None:
    account, person = alice
    large = make_picture(tmp_path, "large.jpg", "Noise", (3000, 2000), noise=120, quality=95)
    assert large.size > 2 * image_bytes()
    ready = person.uploaded(make_post("Large", media=(large,)))
    (note,) = ready[0][1]["notes"]
    assert note.startswith("large.jpg was made smaller, to 1500 × 1000 pixels")
    person.send(ready, NOW)
    image = value(bluesky, account)["embed"]["images"][0]
    data = bluesky.blob(account.did, image["image"]["ref"]["$link"])
    assert len(data) <= image_bytes()
    with Image.open(io.BytesIO(data)) as seen:
        assert image["aspectRatio"] == {"width": seen.width, "height": seen.height}
        assert seen.width / seen.height == pytest.approx(1.5, abs=0.01)


def test_a_clear_picture_stays_clear(tmp_path: Path, alice: tuple[BlueskyAccount, Person]) -> None:
    _account, person = alice
    made = make_picture(tmp_path, "clear.png", "", (900, 900), noise=200)
    noise = [Image.effect_noise((900, 900), 200) for _ in range(4)]
    Image.merge("RGBA", noise).save(made.path)
    size = made.path.stat().st_size
    assert size > image_bytes()
    ready = person.uploaded(make_post("Clear", media=(replace(made, size=size),)))
    assert ready[0][1]["blobs"]["0"]["blob"]["mimeType"] == "image/webp"
    person.send(ready, NOW)


def test_a_link_becomes_a_card_or_stands_behind_the_text(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person], tmp_path: Path
) -> None:
    account, person = alice
    link = "https://www.example.com/news/today"
    person.publish(make_post("Read this", link=link), NOW)
    embed = value(bluesky, account)["embed"]
    assert embed["external"]["uri"] == link
    assert embed["external"]["title"] == "example.com/news/today"
    picture = make_picture(tmp_path, "one.jpg", "One")
    person.publish(make_post("With a photo", link=link, media=(picture,)), NOW + 1)
    newest = bluesky.posts(account.did)[0]["value"]
    assert newest["text"] == f"With a photo\n{link}"
    assert newest["facets"][0]["features"][0]["uri"] == link
    person.publish(make_post("", link=link), NOW + 2)
    assert bluesky.posts(account.did)[0]["value"]["embed"]["external"]["uri"] == link


def test_a_card_has_what_the_page_says_of_itself(
    bluesky: BlueskyServer,
    alice: tuple[BlueskyAccount, Person],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account, person = alice
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")
    large = make_picture(tmp_path, "large.jpg", "", (2400, 1600), noise=120, quality=95)
    head = (
        '<meta property="og:title" content="News &amp; <3"><meta property="og:image" content="/p">'
        '<meta name="description" content="What happened">'
    )
    with running_site() as site:
        site.page("/", head.encode())
        site.page("/p", large.path.read_bytes(), "image/jpeg")
        person.publish(make_post("Read this", link=f"{site.url}/"), NOW)
        shown = value(bluesky, account)["embed"]["external"]
        assert shown["uri"] == f"{site.url}/"
        assert (shown["title"], shown["description"]) == ("News & <3", "What happened")
        data = bluesky.blob(account.did, shown["thumb"]["ref"]["$link"])
        assert large.size > image_bytes() >= len(data)
        # A picture that is none is left out, and so is a page that is gone.
        site.page("/p", b"no picture", "image/png")
        ready = person.uploaded(make_post("Without", link=f"{site.url}/"))
        assert "thumb" not in ready[0][1]["card"]["external"]
        person.send(ready, NOW + 1)
        site.page("/", b"", status=404)
        person.publish(make_post("Gone", link=f"{site.url}/"), NOW + 2)
    embed = bluesky.posts(account.did)[0]["value"]["embed"]["external"]
    assert embed == {"uri": f"{site.url}/", "title": "127.0.0.1", "description": ""}


def test_a_thread_of_three_and_a_comment(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person], tmp_path: Path
) -> None:
    account, person = alice
    post = make_post("1/3", thread=("2/3", "3/3"), first_comment="First!")
    results = person.publish(post, NOW)
    assert [result.id for result in results] == sorted(result.id for result in results)
    shown = {post["value"]["text"]: post for post in bluesky.posts(account.did)}
    replies = {text: post["value"].get("reply") for text, post in shown.items()}
    first, second = (
        {"uri": shown[text]["uri"], "cid": shown[text]["cid"]} for text in ("1/3", "2/3")
    )
    assert replies == {
        "1/3": None,
        "2/3": {"root": first, "parent": first},
        "3/3": {"root": first, "parent": second},
        "First!": {"root": first, "parent": first},
    }


@pytest.mark.parametrize(
    ("text", "count", "message"),
    [
        ("👩‍👩‍👧‍👦" * 301, 0, "301 characters"),
        ("👩‍👩‍👧‍👦" * 200, 0, "allows 3,000"),
        ("five", 5, "5 files"),
        ("", 0, "The post is empty"),
    ],
    ids=["long", "bytes", "many", "empty"],
)
def test_too_much_is_refused_before_anything_leaves(
    between: Middleman,
    alice: tuple[BlueskyAccount, Person],
    tmp_path: Path,
    text: str,
    count: int,
    message: str,
) -> None:
    _account, person = alice
    media = tuple(make_picture(tmp_path, f"{number}.jpg", "") for number in range(count))
    with pytest.raises(Refused, match=message):
        person.prepared(make_post(text, media=media))
    assert between.requests == []


def test_three_hundred_graphemes_are_taken(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    text = "🇩🇪é" * 150
    person.publish(make_post(text), NOW)
    assert value(bluesky, account)["text"] == text


def test_what_cannot_be_made_smaller_is_refused(
    alice: tuple[BlueskyAccount, Person], tmp_path: Path
) -> None:
    _account, person = alice
    broken = make_picture(tmp_path, "broken.jpg", "")
    broken.path.write_bytes(b"\xff\xd8\xff\xe0" + b"x" * (image_bytes() + 1))
    post = make_post("Broken", media=(replace(broken, size=image_bytes() + 5),))
    with pytest.raises(Refused, match=r"broken\.jpg is larger than"):
        person.uploaded(post)


def test_a_revoked_app_password_means_to_sign_in_again(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    ready = person.uploaded(make_post("Too late"))
    bluesky.call("com.atproto.server.revokeAppPassword", {"name": "posto"}, account.access)
    person.publisher._sessions._tokens.clear()  # type: ignore[attr-defined]
    with pytest.raises(SignInAgain, match="app password"):
        person.send(ready, NOW)
    with pytest.raises(SignInAgain):
        person.publisher.check(person.account)
    assert bluesky.posts(account.did) == []


def test_an_expired_token_is_renewed_once_and_stored_first(
    bluesky: BlueskyServer, between: Middleman, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    ready = person.uploaded(make_post("In time"))
    body = json.dumps({"error": "ExpiredToken", "message": "Token has expired"}).encode()
    between.reset()
    between.fail(PUT, before=refusal(400, body))
    person.send(ready, NOW)
    assert between.requests == [
        f"POST {PUT}",
        "POST /xrpc/com.atproto.server.refreshSession",
        f"POST {PUT}",
    ]
    assert value(bluesky, account)["text"] == "In time"
    assert len({secret["refresh"] for secret in person.secrets}) == len(person.secrets) == 3


def test_a_session_that_cannot_be_renewed_is_made_anew_by_one_login(
    bluesky: BlueskyServer, between: Middleman, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    person.secrets.append({**person.secrets[-1], "refresh": "no.such.token"})
    person.publish(make_post("After a login"), NOW)
    assert between.count("createSession") == 1
    assert value(bluesky, account)["text"] == "After a login"
    assert person.secrets[-1]["refresh"] != "no.such.token"


def test_a_renewal_whose_answer_is_lost_ends_no_session(
    bluesky: BlueskyServer, between: Middleman, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    between.fail("refreshSession", spoil=lost)
    with pytest.raises(TryLater):
        person.publish(make_post("Later"), NOW)
    person.publish(make_post("Later"), NOW)
    assert between.count("createSession") == 0
    assert value(bluesky, account)["text"] == "Later"


@pytest.mark.parametrize("spoil", [lost, cut, page], ids=["lost", "cut", "html"])
def test_a_lost_answer_is_unclear_and_no_second_post(
    bluesky: BlueskyServer, between: Middleman, alice: tuple[BlueskyAccount, Person], spoil: Any
) -> None:
    account, person = alice
    ready = person.uploaded(make_post("Once"))
    part, record = ready[0]
    part = with_results(part, (), NOW)
    between.fail(PUT, spoil=spoil)
    with pytest.raises(Unclear):
        person.publisher.send(person.account, part, record)
    outcome, result = person.publisher.lookup(person.account, part, record, ())
    assert outcome is Found.SENT
    assert person.publisher.repeat_is_safe(record, 1e9)
    assert person.publisher.send(person.account, part, record) == result
    assert value(bluesky, account)["text"] == "Once"


def test_a_request_that_arrives_late_is_no_second_post(
    bluesky: BlueskyServer,
    between: Middleman,
    alice: tuple[BlueskyAccount, Person],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from posto_desktop.server.publishers import http

    account, person = alice
    part, record = person.uploaded(make_post("Late"))[0]
    part = with_results(part, (), NOW)
    monkeypatch.setattr(http, "SILENT_SECONDS", 0.5)
    between.fail(PUT, seconds=4.0)
    with pytest.raises(Unclear):
        person.publisher.send(person.account, part, record)
    assert person.publisher.lookup(person.account, part, record, ())[0] is Found.NOT_SENT
    person.publisher.send(person.account, part, record)
    between.wait_until_quiet()
    assert value(bluesky, account)["text"] == "Late"


def test_rate_limits_hold_for_the_account(
    between: Middleman, alice: tuple[BlueskyAccount, Person]
) -> None:
    _account, person = alice
    ready = person.uploaded(make_post("Slowly"))
    body = b'{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}'
    reset = str(int(time.time()) + 90)
    between.fail(PUT, before=refusal(429, body, RateLimit_Reset=reset, RateLimit_Remaining="0"))
    with pytest.raises(RateLimited) as caught:
        person.send(ready, NOW)
    assert 80 < caught.value.seconds <= 91
    count = len(between.requests)
    with pytest.raises(RateLimited):
        person.publisher.check(person.account)
    assert len(between.requests) == count, "nothing is asked before that"


@pytest.mark.usefixtures("bluesky")  # it can be had here
def test_the_real_limit_of_logins_is_said_with_its_time() -> None:
    """A server takes 30 logins in five minutes: what one for each post would come to."""
    with running_bluesky(rate_limits=True) as strict:
        account = strict.create_account("eve")
        given = {"handle": account.handle, "password": account.app_password, "server": strict.url}
        for _ in range(30):
            Bluesky().connect(given, NoBrowser())
        with pytest.raises(RateLimited) as caught:
            Bluesky().connect(given, NoBrowser())
        assert 200 < caught.value.seconds <= 301


def test_a_server_that_stops_in_the_middle_of_an_upload(
    bluesky: BlueskyServer,
    between: Middleman,
    alice: tuple[BlueskyAccount, Person],
    tmp_path: Path,
) -> None:
    account, person = alice
    post = make_post("Four", media=four_pictures(tmp_path))
    records: list[Any] = []
    ((part, record),) = person.prepared(post)
    stop = between.fail(UPLOAD, times=0, spoil=lost)

    def keep(record: Any) -> None:
        records.append(record)
        if len(record["blobs"]) == 2:
            stop.times = 1
            between.is_away = True

    with pytest.raises(TryLater):
        person.publisher.upload(person.account, part, record, keep)
    assert sorted(records[-1]["blobs"]) == ["0", "1"]
    between.is_away = False
    stop.times = 0
    between.requests.clear()
    record = person.publisher.upload(person.account, part, records[-1], records.append)
    assert between.requests == [f"POST {UPLOAD}"] * 2, "what is there is not sent again"
    person.send([(part, record)], NOW)
    assert len(value(bluesky, account)["embed"]["images"]) == 4


def test_files_that_the_server_has_swept_are_handed_over_again(
    bluesky: BlueskyServer,
    between: Middleman,
    alice: tuple[BlueskyAccount, Person],
    tmp_path: Path,
) -> None:
    account, person = alice
    post = make_post("Swept", media=(make_picture(tmp_path, "one.jpg", "One"),))
    ((part, record),) = person.uploaded(post)
    body = b'{"error":"InvalidRequest","message":"Could not find blob: bafkreiabc"}'
    between.fail(PUT, before=refusal(400, body))
    with pytest.raises(TryLater):
        person.send([(part, record)], NOW)
    between.requests.clear()
    record = person.publisher.upload(person.account, part, record, lambda _: None)
    assert between.requests == [f"POST {UPLOAD}"]
    person.send([(part, record)], NOW)
    assert value(bluesky, account)["text"] == "Swept"


def test_nothing_there_means_surely_not_sent(
    alice: tuple[BlueskyAccount, Person], refused_port: int
) -> None:
    _account, person = alice
    ready = person.uploaded(make_post("Away"))
    with pytest.raises(TryLater, match="cannot be reached"):
        person.by(f"http://127.0.0.1:{refused_port}").send(ready, NOW)


def test_figures_come_from_the_view_of_the_network(
    between: Middleman, alice: tuple[BlueskyAccount, Person]
) -> None:
    """A PDS alone has no such view, so what it would pass on is answered here."""
    _account, person = alice
    body = {"posts": [{"likeCount": 3, "replyCount": 0, "repostCount": True, "quoteCount": 1}]}
    path = "app.bsky.feed.getPosts"
    between.fail(path, method="GET", before=refusal(200, json.dumps(body).encode()))
    assert person.publisher.insights(person.account, "at://did/app.bsky.feed.post/1") == [
        {"label": "Replies", "value": 0},
        {"label": "Likes", "value": 3},
        {"label": "Quotes", "value": 1},
    ]
    between.fail(path, method="GET", before=refusal(200, b'{"posts": []}'))
    assert person.publisher.insights(person.account, "at://did/app.bsky.feed.post/1") == []


def test_disconnecting_revokes_the_only_app_password(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    person.publisher.revoke(person.account)
    with pytest.raises(Refused):
        Bluesky().connect(
            {"handle": account.handle, "password": account.app_password, "server": bluesky.url},
            NoBrowser(),
        )


def test_disconnecting_says_what_it_could_not_revoke(
    bluesky: BlueskyServer, alice: tuple[BlueskyAccount, Person]
) -> None:
    account, person = alice
    bluesky.create_app_password(account.access, "another")
    with pytest.raises(Refused, match="2 app passwords"):
        person.publisher.revoke(person.account)
    person.secrets.append({"refresh": person.secrets[-1]["refresh"], "password": ""})
    with pytest.raises(SignInAgain):
        person.publisher.check(person.account)
