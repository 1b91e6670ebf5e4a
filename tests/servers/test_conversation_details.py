"""What single networks ask for beyond the rest, in conversations made from their documents."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from posto_desktop.server.publishers.base import (
    Found,
    Publisher,
    Refused,
    SignInAgain,
    TryLater,
    with_results,
)
from posto_desktop.server.publishers.discord import DiscordBot, DiscordWebhook
from posto_desktop.server.publishers.ghost import Ghost
from posto_desktop.server.publishers.lemmy import Lemmy
from posto_desktop.server.publishers.misskey import Misskey
from posto_desktop.server.publishers.oauth1 import authorization, sign
from posto_desktop.server.publishers.slack import Slack
from posto_desktop.server.publishers.telegram import Telegram
from posto_desktop.server.publishers.webhook import Webhook
from tests.servers.conftest import Connect
from tests.servers.conversations import devto, discord, ghost, lemmy, misskey, slack, telegram
from tests.servers.conversations.cases import CASES
from tests.servers.conversations.webhook import Receiver
from tests.servers.middleman import lost, middleman, refusal
from tests.servers.posting import NoBrowser, Person, four_pictures, make_picture, make_post
from tests.servers.scripted import TOKEN, served

# -- Telegram --------------------------------------------------------------------------------------


def test_telegram_puts_a_long_text_below_the_pictures(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("telegram")
    text = "😀" * 513
    post = make_post(text, media=four_pictures(tmp_path), link="https://example.com/a")
    results = person.publish(post, time.time())
    album, words = server.posts
    assert (album.text, len(album.files)) == ("", 4)
    assert words.text == f"{text}\nhttps://example.com/a"
    assert words.answers == album.id == results[0].id
    server.posts.clear()
    person.publish(make_post("😀" * 512, media=four_pictures(tmp_path)), time.time())
    assert [post.text for post in server.posts] == ["😀" * 512]


def test_telegram_counts_in_its_own_units(connect: Connect) -> None:
    _server, person = connect("telegram")
    person.prepared(make_post("😀" * 2048))
    with pytest.raises(Refused, match="allows 4,096"):
        person.prepared(make_post("😀" * 2049))


def test_telegram_links_into_private_channels(connect: Connect) -> None:
    server = telegram.Telegram()
    del server.chat["username"]
    _, person = connect("telegram", server)
    (result,) = person.publish(make_post("Members only"), time.time())
    assert result.url == f"https://t.me/c/1234567890/{result.id}"


def test_telegram_says_why_a_channel_cannot_be_used(connect: Connect) -> None:
    server, _person = connect("telegram")
    given = {"token": telegram.BOT_TOKEN, "server": server.url}
    with pytest.raises(Refused, match="chat not found"):
        Telegram().connect({**given, "chat": "@nobody"}, NoBrowser())
    connected = Telegram().connect({**given, "chat": "@alicenews"}, NoBrowser())
    assert [target.name for target in connected.profile.targets] == ["News"]
    server.may_post = False
    with pytest.raises(Refused, match="administrator there"):
        Telegram().connect(given, NoBrowser())
    with pytest.raises(Refused, match="not the token of a bot"):
        Telegram().connect({**given, "token": "hello"}, NoBrowser())


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (403, b'{"ok":false,"description":"Forbidden: bot was kicked"}', "bot was kicked"),
        (
            400,
            b'{"ok":false,"description":"x","parameters":{"migrate_to_chat_id":-1002}}',
            "Connect it again",
        ),
        (400, b'{"ok":false,"description":"Bad Request: chat not found"}', "chat not found"),
    ],
)
def test_telegram_refuses(connect: Connect, status: int, body: bytes, message: str) -> None:
    server, person = connect("telegram")
    ready = person.uploaded(make_post("Once"))
    with middleman(server.url) as between:
        between.fail("/sendMessage", before=refusal(status, body))
        with pytest.raises(Refused, match=message):
            person.by(between.url).send(ready, time.time())
        between.fail(
            "/sendMessage", before=refusal(429, b'{"ok":false,"parameters":{"retry_after":17}}')
        )
        with pytest.raises(TryLater) as caught:
            person.by(between.url).send(ready, time.time())
        assert caught.value.seconds == pytest.approx(17, abs=1)


# -- Discord ---------------------------------------------------------------------------------------


def test_discord_webhooks_are_recognised() -> None:
    for typed in ("", "https://discord.com/channels/1/2", f"https://x.example/webhooks/1/{TOKEN}"):
        with pytest.raises(Refused, match="not the address of a webhook"):
            DiscordWebhook().connect({"address": typed}, NoBrowser())


def test_discord_bots_need_a_channel(connect: Connect) -> None:
    server, person = connect("discord")
    assert person.account.target == f"{discord.GUILD}/{discord.CHANNEL}"
    with middleman(server.url) as between:
        between.fail("/channels", method="GET", before=refusal(200, b"[]"))
        with pytest.raises(Refused, match="in no Discord server with a text channel"):
            DiscordBot().connect({"token": TOKEN, "server": between.url}, NoBrowser())


def test_discord_takes_so_many_bytes_at_once(connect: Connect, tmp_path: Path) -> None:
    _server, person = connect("discord")
    path = tmp_path / "film.mp4"
    path.write_bytes(b"\0" * 9_000_000)
    film = make_picture(tmp_path, "x.jpg", "")
    film = type(film)(1, path, film.sha256, "video/mp4", "film.mp4", "", 9_000_000)
    person.prepared(make_post("Two", media=(film,) * 2))
    with pytest.raises(Refused, match="25 MB"):
        person.prepared(make_post("Three", media=(film,) * 3))


# -- Slack -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("not_in_channel", Refused, "/invite"),
        ("is_archived", Refused, "archived"),
        ("account_inactive", SignInAgain, "account_inactive"),
        ("ratelimited", TryLater, "no more (messages|requests) for now"),
        ("something_new", Refused, "something_new"),
    ],
)
def test_slack_refuses_with_200(
    connect: Connect, name: str, error: type[Exception], message: str
) -> None:
    server, person = connect("slack")
    ready = person.uploaded(make_post("Once"))
    with middleman(server.url) as between:
        body = f'{{"ok":false,"error":"{name}"}}'.encode()
        between.fail("/chat.postMessage", before=refusal(200, body))
        with pytest.raises(error, match=message):
            person.by(between.url).send(ready, time.time())


def test_slack_finds_a_reply_in_its_thread(connect: Connect) -> None:
    _server, person = connect("slack")
    post = make_post("1/2", thread=("2/2",))
    now = time.time()
    results = person.publish(post, now)
    part, record = person.uploaded(post)[1]
    part = with_results(part, results[:1], now)
    looked_up = person.publisher.lookup(person.account, part, record, ())
    assert looked_up == (Found.SENT, results[1])


def test_slack_takes_back_what_is_not_sent(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("slack")
    part, record = person.uploaded(make_post("No", media=four_pictures(tmp_path)))[0]
    assert len(server.files) == 4
    person.publisher.discard(person.account, part, record)
    assert server.files == {}
    with pytest.raises(Refused, match="xoxb-"):
        Slack().connect({"token": "xoxp-1"}, NoBrowser())


def test_slack_waits_for_pictures(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("slack")
    prepared = person.prepared(make_post("Wait", media=four_pictures(tmp_path)[:1]))
    records: list[Any] = []
    with middleman(server.url) as between:
        body = b'{"ok":true,"file":{"mimetype":""}}'
        between.fail("/files.info", method="GET", before=refusal(200, body))
        account = person.by(between.url).account
        with pytest.raises(TryLater, match="still processing a picture"):
            person.publisher.upload(account, *prepared[0], records.append)
        record = person.publisher.upload(account, prepared[0][0], records[-1], records.append)
    assert len(server.files) == 1, "it is not uploaded again"
    assert isinstance(server, slack.Slack)
    person.send([(prepared[0][0], record)], time.time())
    assert len(server.posts[0].files) == 1


# -- Misskey ---------------------------------------------------------------------------------------


class Browser:
    """Somebody who allows it at once."""

    state = "state-of-this-sign-in"

    def __init__(self, server: misskey.Misskey, allows: bool = True) -> None:
        self.server = server
        self.allows = allows

    def listen(self) -> str:
        return "http://127.0.0.1:1/callback"

    def open(self, url: str) -> Mapping[str, str]:
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        callback = urlsplit(query["callback"][0])
        assert parse_qs(callback.query) == {"state": [self.state]}
        assert "write:notes" in query["permission"][0].split(",")
        session = parts.path.rpartition("/")[2]
        if self.allows:
            self.server.allowed.add(session)
        return {"session": session, "state": self.state}


def test_misskey_signs_in_with_the_browser() -> None:
    with served(misskey.Misskey()) as server:
        assert isinstance(server, misskey.Misskey)
        connected = Misskey().connect({"server": server.url}, Browser(server))
        assert connected.secret == {"token": TOKEN}
        assert connected.profile.handle == f"@alice@{urlsplit(server.url).netloc}"
        with pytest.raises(Refused, match="did not grant access"):
            Misskey().connect({"server": server.url}, Browser(server, allows=False))


def test_misskey_finds_a_note_by_its_files(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("misskey")
    pictures = four_pictures(tmp_path)
    ready = person.uploaded(make_post("Same", media=pictures[:2]))
    person.publish(make_post("Same", media=pictures[2:]), time.time())
    part = with_results(ready[0][0], (), time.time())
    assert person.publisher.lookup(person.account, part, ready[0][1], ())[0] is Found.NOT_SENT
    person.send(ready, time.time())
    outcome, result = person.publisher.lookup(person.account, part, ready[0][1], ())
    assert outcome is Found.SENT
    assert result is not None
    assert result.id == server.posts[1].id
    part, record = person.uploaded(make_post("No", media=pictures))[0]
    person.publisher.discard(person.account, part, record)
    assert len(server.files) == 4


# -- Lemmy -----------------------------------------------------------------------------------------


def test_lemmy_needs_a_title(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("lemmy")
    person.publish(make_post("A headline\n\nAnd the rest <3\nof it"), time.time())
    assert server.views[0]["post"]["name"] == "A headline"
    assert server.views[0]["post"]["body"] == "And the rest <3\nof it"
    person.publish(make_post("All of it", title="Title"), time.time())
    assert (server.views[1]["post"]["name"], server.views[1]["post"]["body"]) == (
        "Title",
        "All of it",
    )
    person.publish(make_post("A headline\nand more", title="A headline"), time.time())
    assert server.views[2]["post"]["body"] == "and more"
    with pytest.raises(Refused, match="needs a title"):
        person.prepared(make_post("", media=four_pictures(tmp_path)))
    with pytest.raises(Refused, match="allows 200"):
        person.prepared(make_post("x" * 201))


def test_lemmy_says_what_is_wrong_with_signing_in(connect: Connect) -> None:
    server, _person = connect("lemmy")
    given = {"server": server.url, "user": "alice", "password": "wrong-pass-word"}
    with pytest.raises(Refused, match="name, the password or the code is wrong"):
        Lemmy().connect(given, NoBrowser())
    assert isinstance(server, lemmy.Lemmy)
    with middleman(server.url) as between:
        between.fail("/login", before=refusal(400, b'{"error":"missing_totp_token"}'))
        with pytest.raises(Refused, match="two-factor"):
            Lemmy().connect({**given, "server": between.url}, NoBrowser())
        between.fail("/post", before=refusal(400, b'{"error":"rate_limit_error"}'))
        person = Person.connect(
            Lemmy(), server=between.url, user="alice", password="pass-word-of-alice"
        )
        assert person.secrets == [{"token": TOKEN}], "the password is not kept"
        with pytest.raises(TryLater):
            person.publish(make_post("Slowly"), time.time())


def test_lemmy_finds_its_comments(connect: Connect) -> None:
    _server, person = connect("lemmy")
    post = make_post("Post", first_comment="First!")
    now = time.time()
    results = person.publish(post, now)
    part, record = person.uploaded(post)[1]
    part = with_results(part, results[:1], now)
    looked_up = person.publisher.lookup(person.account, part, record, ())
    assert looked_up == (Found.SENT, results[1])
    assert results[1].id.startswith("c"), "posts and comments are numbered apart"


# -- dev.to and Ghost ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["devto", "ghost"])
def test_a_draft_whose_answer_was_lost_is_not_made_again(connect: Connect, name: str) -> None:
    server, person = connect(name)
    path = CASES[name].publishes[1].rstrip("/")
    prepared = person.prepared(make_post("Words", title="A title"))
    with middleman(server.url) as between:
        account = person.by(between.url).account
        between.fail(path, spoil=lost)
        with pytest.raises(TryLater):
            person.publisher.upload(account, *prepared[0], lambda _: None)
        record = person.publisher.upload(account, *prepared[0], lambda _: None)
    drafts = server.articles if name == "devto" else server.drafts
    assert len(drafts) == 1
    person.send([(prepared[0][0], record)], time.time())
    assert [post.text for post in server.posts] == ["Words"]


def test_devto_asks_for_what_an_article_needs(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("devto")
    assert isinstance(server, devto.DevTo)
    with pytest.raises(Refused, match="needs a title"):
        person.prepared(make_post("Words"))
    with pytest.raises(Refused, match="not accept files from apps"):
        person.prepared(make_post("Words", title="T", media=four_pictures(tmp_path)))
    with pytest.raises(Refused, match="allows 4"):
        person.prepared(make_post("Words", title="T", extra={"tags": "a,b,c,d,e"}))
    person.uploaded(make_post("Words", title="T", extra={"tags": "#a, b"}))
    assert next(iter(server.articles.values()))["tags"] == ["a", "b"]


def test_ghost_gives_back_a_draft_that_is_not_published(connect: Connect) -> None:
    server, person = connect("ghost")
    part, record = person.uploaded(make_post("Not yet"))[0]
    person.publisher.discard(person.account, part, record)
    assert server.drafts == {}
    part, record = person.uploaded(make_post("Published"))[0]
    person.send([(part, record)], time.time())
    person.publisher.discard(person.account, part, record)
    assert len(server.drafts) == 1, "what is out is not deleted"


def test_ghost_takes_a_title_from_the_first_line(connect: Connect, tmp_path: Path) -> None:
    server, person = connect("ghost")
    text = f"{'word ' * 80}\nsecond"
    picture = make_picture(tmp_path, "one.jpg", "x" * 192)
    person.publish(make_post(text, media=(picture,)), time.time())
    post = next(iter(server.drafts.values()))
    assert post["title"].endswith("word…")
    assert len(post["title"]) <= 255
    assert "feature_image" not in post, "its description is too long for that"
    assert server.posts[0].alts == ("x" * 192,)
    with pytest.raises(Refused, match="not an Admin API key"):
        Ghost().connect({"server": server.url, "key": "x"}, NoBrowser())


def test_ghost_waits_while_somebody_edits_the_post(connect: Connect) -> None:
    server, person = connect("ghost")
    assert isinstance(server, ghost.Ghost)
    ready = person.uploaded(make_post("Once"))
    with middleman(server.url) as between:
        body = b'{"errors":[{"message":"Someone else is editing"}]}'
        between.fail("/posts/", method="PUT", before=refusal(409, body))
        with pytest.raises(TryLater):
            person.by(between.url).send(ready, time.time())


# -- webhook ---------------------------------------------------------------------------------------


def test_a_receiver_that_says_nothing_has_taken_the_key() -> None:
    class Silent(Receiver):
        def answer(self, request: Any) -> Any:
            reply = super().answer(request)
            return type(reply)(b"", 204) if b'"ping"' not in request.body else reply

    with served(Silent()) as server:
        person = Person.connect(Webhook(), server=f"{server.url}/hook", secret=TOKEN)
        part, record = person.uploaded(make_post("Once"))[0]
        result = person.publisher.send(person.account, part, record)
        assert (result.id, result.url) == (part.key, "")


def test_a_receiver_without_keys_makes_the_person_decide() -> None:
    server = Receiver()
    server.seconds = 0
    with served(server):
        person = Person.connect(Webhook(), server=f"{server.url}/hook", secret=TOKEN)
        _part, record = person.uploaded(make_post("Once"))[0]
        assert not person.publisher.repeat_is_safe(record, 1)
        with pytest.raises(Refused, match="16 letters"):
            Webhook().connect({"server": server.url, "secret": "short"}, NoBrowser())
        with pytest.raises(Refused, match="https"):
            Webhook().connect({"server": "http://x.example", "secret": TOKEN}, NoBrowser())


# -- OAuth 1.0a ------------------------------------------------------------------------------------


def test_signatures_are_those_of_the_documents() -> None:
    """The worked example of X's documentation, "Creating a signature"."""
    keys = {
        "consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "consumer_secret": "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "token_secret": "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    }
    params = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
        "include_entities": "true",
    }
    url = "https://api.x.com/1.1/statuses/update.json"
    nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"
    header = authorization("POST", url, keys, params, nonce=nonce, moment=1318622958)
    named = {
        "oauth_consumer_key": keys["consumer_key"],
        "oauth_nonce": nonce,
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": keys["token"],
        "oauth_version": "1.0",
    }
    assert sign("POST", url, {**params, **named}, keys) == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="
    assert 'oauth_signature="Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"' in header["Authorization"]
    moved = sign(
        "POST", f"{url}?include_entities=true", {"status": params["status"], **named}, keys
    )
    assert moved == "Ls93hJiZbQ3akF3HF3x1Bz8/zU4=", "the address's own parameters count"


def test_every_publisher_is_a_class_of_its_own() -> None:
    methods = [case.publisher().method for case in CASES.values()]
    assert methods == list(CASES)
    assert all(isinstance(case.publisher(), Publisher) for case in CASES.values())
